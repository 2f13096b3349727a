//! The file of an assessment into an [`Assessment`], with everything wrong in it said at once.

use std::collections::{BTreeMap, BTreeSet};

use super::raw::{RawAction, RawAssessment, RawEvidence, RawJudgement, RawWithholding};
use super::{
    ASSESSMENT_FORMAT, Action, Area, Assessment, Delivery, Evidence, EvidenceSource, Finding, Judgement,
    Letter, Marking, Publication, SubArea, Withholding, diags, lint,
};
use crate::diag::{self, Diagnostic, Place};
use crate::rubric::{CriterionIndex, Form, Rubric, Status, words_not_in_text};
use crate::yaml::Document;

/// Lowers a parsed file into its raw form, its meaning not yet checked, and says what is wrong with
/// its shape. From a file of the wrong shape only the sound parts are there.
pub fn lower_assessment(document: &Document) -> (Option<RawAssessment>, Vec<Diagnostic>) {
    ASSESSMENT_FORMAT.lower(document, |pointer, value| {
        let word = value.as_str().filter(|_| pointer.ends_with("/marking"))?;
        let high = word.to_uppercase().replace(['-', '_'], " ");
        let above = ["SECRET", "CONFIDENTIAL", "RESTRICTED"].iter().any(|marking| high.contains(marking));
        above.then(|| diags::marking_too_high(word, document.place(pointer)))
    })
}

/// Whether the wording of an assessment's texts is looked at besides what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// For personal data, small counts, notes to come back to, acronyms and long sentences.
    Reviewed,
    /// It is taken as it is: many assessments are only compared.
    AsItIs,
}

/// Checks a lowered file against its rubric. The assessment is there when nothing is an error.
pub fn load_assessment(
    document: &Document,
    raw: RawAssessment,
    rubric: &Rubric,
    wording: Wording,
) -> (Option<Assessment>, Vec<Diagnostic>) {
    let mut check = Check {
        document,
        rubric,
        wording,
        diagnostics: Vec::new(),
        taken: BTreeSet::new(),
        acronyms: BTreeMap::new(),
        explained: String::new(),
    };
    let assessment = check.assessment(raw);
    for (acronym, place) in &check.acronyms {
        if !lint::explains(&check.explained, acronym) {
            check.diagnostics.push(diags::unexplained_acronym(acronym, place.clone()));
        }
    }
    let mut diagnostics = check.diagnostics;
    diag::sort(&mut diagnostics);
    ((!diag::has_errors(&diagnostics)).then_some(assessment), diagnostics)
}

/// The entries of a list whose shape is right, with their places in it.
fn sound<T>(list: Vec<Option<T>>) -> impl Iterator<Item = (usize, T)> {
    list.into_iter().enumerate().filter_map(|(at, entry)| Some((at, entry?)))
}

struct Check<'a> {
    document: &'a Document,
    rubric: &'a Rubric,
    wording: Wording,
    diagnostics: Vec<Diagnostic>,
    /// The ids that statements give themselves.
    taken: BTreeSet<String>,
    /// Acronyms that the rubric does not know, where each first stands.
    acronyms: BTreeMap<String, Place>,
    /// All texts, in which acronyms may be explained.
    explained: String,
}

impl Check<'_> {
    /// A name for a statement without an id, by its position, that no other statement has.
    fn free_id(&self, at: usize) -> String {
        let mut id = format!("E{}", at + 1);
        while self.taken.contains(&id) {
            id.push('*');
        }
        id
    }

    fn say(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn assessment(&mut self, raw: RawAssessment) -> Assessment {
        if !is_period(&raw.period) {
            self.say(diags::impossible_period(&raw.period, self.document.place("/period")));
        }
        if raw.area.name.chars().all(|c| c.is_whitespace() || c.is_control() || c == '\u{200b}') {
            self.say(diags::empty_text("the name of the area", self.document.place("/area/name")));
        }
        self.pinned(&raw);
        let mut ids = BTreeMap::new();
        let mut sub_areas = Vec::new();
        for (at, sub) in sound(raw.area.sub_areas) {
            self.unique(&mut ids, "sub-area", &sub.id, format!("/area/sub-areas/{at}/id"));
            sub_areas.push(SubArea { id: sub.id, name: sub.name });
        }
        let area = Area {
            id: raw.area.id,
            name: raw.area.name,
            kind: raw.area.kind,
            region: raw.area.region,
            funding: raw.area.funding,
            sub_areas,
        };
        let mut ids = BTreeMap::new();
        self.taken = raw.evidence.iter().flatten().filter_map(|evidence| evidence.id.clone()).collect();
        let evidence = sound(raw.evidence).map(|(at, raw)| self.evidence(at, raw, &area, &mut ids)).collect();
        let judgements = self.judgements(raw.judgements);
        let actions = self.actions(raw.actions);
        let letter = raw.letter.unwrap_or_default();
        for (text, key) in [
            (&letter.to, "to"),
            (&letter.from, "from"),
            (&letter.contact, "contact"),
            (&letter.summary, "summary"),
        ] {
            self.review_own(text.as_deref().unwrap_or_default(), &format!("/letter/{key}"));
        }
        let publication = raw.publication.unwrap_or_default();
        Assessment {
            area,
            period: raw.period,
            evidence,
            judgements,
            actions,
            letter: Letter {
                to: letter.to,
                from: letter.from,
                contact: letter.contact,
                summary: letter.summary,
                marking: letter.marking,
                withheld: self.withholding(letter.withheld, "/letter/withheld"),
                place: self.document.place("/letter"),
            },
            previous: raw.previous,
            publication: Publication {
                people: sound(publication.people).map(|(_, person)| (person.name, person.post)).collect(),
                harmless: publication.harmless,
            },
            place: self.document.place("/schema"),
        }
    }

    /// A decision to withhold something.
    fn withholding(&mut self, raw: Option<RawWithholding>, pointer: &str) -> Option<Withholding> {
        let raw = raw?;
        self.date(Some(&raw.date), || format!("{pointer}/date"));
        let grounds = &self.rubric.grounds;
        if !grounds.is_empty() && !grounds.iter().any(|(id, _)| *id == raw.ground) {
            let place = self.document.place(&format!("{pointer}/ground"));
            self.say(diags::unknown_ground(&raw.ground, grounds, place));
        }
        Some(Withholding { ground: raw.ground, by: raw.by, date: raw.date })
    }

    /// Whether what is taken from a source is sensitive until somebody has released it.
    fn is_sensitive(&self, source: &EvidenceSource) -> bool {
        let named = [&source.title, &source.place, &source.document].into_iter().flatten();
        let lower: Vec<String> = named.map(|text| text.to_lowercase()).collect();
        let sources = &self.rubric.lexicon.sensitive_sources;
        sources.iter().any(|phrase| lower.iter().any(|text| has_phrase(text, phrase)))
    }

    /// Looks for what should not leave with a report.
    fn review(&mut self, text: &str, pointer: &str) {
        if self.wording == Wording::AsItIs {
            return;
        }
        let place = self.document.place(pointer);
        self.diagnostics.extend(lint::review_text(text, self.rubric, &place));
        for acronym in lint::acronyms(text, self.rubric) {
            // Where it first stands.
            self.acronyms.entry(acronym.to_owned()).or_insert_with(|| place.clone());
        }
        self.explained.push_str(text);
        self.explained.push('\n');
    }

    /// Looks at a text that an assessor wrote.
    fn review_own(&mut self, text: &str, pointer: &str) {
        if self.wording == Wording::AsItIs {
            return;
        }
        self.review(text, pointer);
        self.diagnostics.extend(lint::review_style(text, &self.document.place(pointer)));
    }

    /// The rubric is the one with which the assessment was made; if not, the reader is told.
    fn pinned(&mut self, raw: &RawAssessment) {
        if let Some(edition) = raw.rubric_edition.as_deref().filter(|edition| *edition != self.rubric.edition)
        {
            let place = self.document.place("/rubric-edition");
            self.say(diags::edition_changed(edition, &self.rubric.edition, place));
        }
        if let Some(hash) = raw.rubric_hash.as_deref().filter(|hash| *hash != self.rubric.hash) {
            let place = self.document.place("/rubric-hash");
            self.say(diags::rubric_changed(hash, &self.rubric.hash, place));
        }
    }

    fn unique(&mut self, seen: &mut BTreeMap<String, String>, what: &str, id: &str, pointer: String) {
        if let Some(first) = seen.get(id) {
            let (place, first) = (self.document.place(&pointer), self.document.place(first));
            self.say(diags::duplicate_id(what, id, place, first));
        } else {
            seen.insert(id.to_owned(), pointer);
        }
    }

    fn date(&mut self, date: Option<&String>, pointer: impl FnOnce() -> String) {
        if let Some(date) = date
            && !is_date(date)
        {
            self.say(diags::impossible_date(date, self.document.place(&pointer())));
        }
    }

    /// The number of a benchmark that the rubric has.
    fn benchmark(&mut self, number: i64, pointer: impl FnOnce() -> String) -> Option<u16> {
        let found = u16::try_from(number).ok().filter(|number| self.rubric.benchmark(*number).is_some());
        if found.is_none() {
            let known: Vec<u16> = self.rubric.benchmarks.iter().map(|benchmark| benchmark.number).collect();
            self.say(diags::unknown_benchmark(number, &known, self.document.place(&pointer())));
        }
        found
    }

    fn criterion(&mut self, id: &str, pointer: impl FnOnce() -> String) -> Option<CriterionIndex> {
        let found = self.rubric.find(id);
        if found.is_none() {
            let place = self.document.place(&pointer());
            self.say(diags::unknown_criterion(id, self.rubric, place));
        }
        found
    }

    fn evidence(
        &mut self,
        at: usize,
        raw: RawEvidence,
        area: &Area,
        ids: &mut BTreeMap<String, String>,
    ) -> Evidence {
        let here = format!("/evidence/{at}");
        // A statement without an id is named by its position, so that every output can refer to it.
        let (id, id_pointer) = match raw.id {
            Some(id) => (id, format!("{here}/id")),
            None => (self.free_id(at), here.clone()),
        };
        self.unique(ids, "evidence", &id, id_pointer);
        let benchmark =
            raw.benchmark.and_then(|number| self.benchmark(number, || format!("{here}/benchmark")));
        let sub_area = raw.sub_area.and_then(|id| {
            let found = area.sub_areas.iter().position(|sub| sub.id == id);
            if found.is_none() {
                let place = self.document.place(&format!("{here}/sub-area"));
                self.say(diags::unknown_sub_area(
                    &id,
                    area.sub_areas.iter().map(|sub| sub.id.as_str()),
                    place,
                ));
            }
            found
        });
        self.review(&raw.text, &format!("{here}/text"));
        if raw.text.trim().is_empty() {
            self.say(diags::empty_text("the statement", self.document.place(&format!("{here}/text"))));
        }
        let source = raw
            .source
            .map(|source| EvidenceSource {
                title: source.title,
                date: source.date,
                place: source.place,
                document: source.document,
                sha256: source.sha256,
            })
            .unwrap_or_default();
        self.date(source.date.as_ref(), || format!("{here}/source/date"));
        let withheld = self.withholding(raw.withheld, &format!("{here}/withheld"));
        let released = raw.released.map(|released| (released.by, released.date));
        self.date(released.as_ref().map(|(_, date)| date), || format!("{here}/released/date"));
        let of_sensitive_source = self.is_sensitive(&source);
        let usual = if of_sensitive_source { Marking::OfficialSensitive } else { Marking::Official };
        let findings = raw.findings.map(|findings| {
            let mut seen: BTreeMap<CriterionIndex, usize> = BTreeMap::new();
            let mut valid = Vec::new();
            for (f, finding) in sound(findings) {
                let there = || format!("{here}/findings/{f}");
                if let Some(words) = finding.words.as_ref().filter(|words| !raw.text.contains(words.as_str()))
                {
                    let place = self.document.place(&(there() + "/words"));
                    let text = self.document.place(&format!("{here}/text"));
                    self.say(words_not_in_text(words, place, text));
                }
                let Some(criterion) = self.criterion(&finding.criterion, || there() + "/criterion") else {
                    continue;
                };
                let lacks = self.rubric.criterion(criterion).form == Some(Form::Lack);
                if lacks && finding.status == Status::InPlace && self.negates(&raw.text) {
                    let place = self.document.place(&(there() + "/status"));
                    self.say(diags::limit_in_place(&finding.criterion, place));
                }
                if let Some(first) = seen.get(&criterion) {
                    let place = self.document.place(&(there() + "/criterion"));
                    let first = self.document.place(&format!("{here}/findings/{first}/criterion"));
                    self.say(diags::duplicate_finding(&finding.criterion, place, first));
                    continue;
                }
                seen.insert(criterion, f);
                valid.push(Finding {
                    criterion,
                    status: finding.status,
                    words: finding.words.unwrap_or_else(|| raw.text.clone()),
                });
            }
            valid
        });
        let (findings, proposed) =
            if raw.confirmed == Some(false) { (None, findings) } else { (findings, None) };
        Evidence {
            id,
            benchmark,
            sub_area,
            text: raw.text,
            source,
            marking: raw.marking.unwrap_or(usual),
            withheld,
            of_sensitive_source,
            released,
            shareable: raw.shareable,
            findings,
            proposed,
            place: self.document.items("/evidence").get(at).map_or_else(
                || self.document.place("/evidence"),
                |node| self.document.place_in(node, "text"),
            ),
        }
    }

    /// Whether a statement has a word that says that something is not so.
    fn negates(&self, text: &str) -> bool {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'');
        words.map(str::to_lowercase).any(|word| self.rubric.lexicon.negations.contains(&word))
    }

    fn judgements(&mut self, raw: Vec<Option<RawJudgement>>) -> Vec<Judgement> {
        let mut seen = BTreeMap::new();
        let mut judgements = Vec::new();
        for (at, raw) in sound(raw) {
            let here = format!("/judgements/{at}");
            self.review_own(raw.reason.as_deref().unwrap_or_default(), &format!("{here}/reason"));
            let range = self.rubric.level_range();
            let benchmark = self.benchmark(raw.benchmark, || format!("{here}/benchmark"));
            let level = u8::try_from(raw.level).ok().filter(|level| (range.0..=range.1).contains(level));
            if level.is_none() {
                let place = self.document.place(&format!("{here}/level"));
                self.say(diags::level_out_of_range(raw.level, range, place));
            }
            self.date(raw.date.as_ref(), || format!("{here}/date"));
            if let Some(first) = seen.insert((raw.benchmark, raw.by), at) {
                let first = self.document.place(&format!("/judgements/{first}/benchmark"));
                let place = self.document.place(&format!("{here}/benchmark"));
                self.say(diags::duplicate_judgement(raw.benchmark, raw.by.id(), place, first));
            }
            let withheld = self.withholding(raw.withheld, &format!("{here}/withheld"));
            let (Some(benchmark), Some(level)) = (benchmark, level) else { continue };
            judgements.push(Judgement {
                benchmark,
                level,
                by: raw.by,
                post: raw.post,
                date: raw.date,
                reason: raw.reason.filter(|reason| !reason.trim().is_empty()),
                marking: raw.marking,
                withheld,
                place: self.document.items("/judgements").get(at).map_or_else(
                    || self.document.place("/judgements"),
                    |node| self.document.place_in(node, "level"),
                ),
            });
        }
        judgements
    }

    fn actions(&mut self, raw: Vec<Option<RawAction>>) -> Vec<Action> {
        let mut ids = BTreeMap::new();
        let mut actions = Vec::new();
        for (at, raw) in sound(raw) {
            let here = format!("/actions/{at}");
            self.unique(&mut ids, "action", &raw.id, format!("{here}/id"));
            let benchmark =
                raw.benchmark.and_then(|number| self.benchmark(number, || format!("{here}/benchmark")));
            self.review_own(&raw.action, &format!("{here}/action"));
            if raw.action.trim().is_empty() {
                self.say(diags::empty_text("the action", self.document.place(&format!("{here}/action"))));
            }
            // The name of an action's owner may stand inside the file.
            self.review_own(raw.measure.as_deref().unwrap_or_default(), &format!("{here}/measure"));
            self.review_own(raw.reason.as_deref().unwrap_or_default(), &format!("{here}/reason"));
            self.date(raw.due.as_ref(), || format!("{here}/due"));
            let mut updates = Vec::new();
            for (u, update) in sound(raw.updates) {
                self.date(Some(&update.date), || format!("{here}/updates/{u}/date"));
                self.review_own(&update.text, &format!("{here}/updates/{u}/text"));
                updates.push((update.date, update.text));
            }
            if raw.status == Delivery::Dropped
                && raw.reason.as_ref().is_none_or(|reason| reason.trim().is_empty())
            {
                self.say(diags::dropped_without_reason(
                    &raw.id,
                    self.document.place(&format!("{here}/status")),
                ));
            }
            let criteria = raw
                .criteria
                .iter()
                .enumerate()
                .filter_map(|(c, id)| self.criterion(id, || format!("{here}/criteria/{c}")))
                .collect();
            actions.push(Action {
                id: raw.id,
                benchmark,
                criteria,
                action: raw.action,
                owner: raw.owner,
                due: raw.due,
                measure: raw.measure,
                status: raw.status,
                reason: raw.reason,
                updates,
                marking: raw.marking,
                withheld: self.withholding(raw.withheld, &format!("{here}/withheld")),
                place: self.document.place(&format!("{here}/id")),
            });
        }
        actions
    }
}

/// Whether a text has a phrase as words of its own; both in small letters.
fn has_phrase(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + phrase.len()..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

/// A date that exists, written `year-month-day`.
pub fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// `2021/22` with the second year following the first, or `2021`.
fn is_period(text: &str) -> bool {
    let year = |digits: &str, length: usize| {
        (digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| digits.parse::<u32>().ok())
            .flatten()
    };
    match text.split_once('/') {
        Some((first, second)) => match (year(first, 4), year(second, 2)) {
            (Some(first), Some(second)) => (first + 1) % 100 == second,
            _ => false,
        },
        None => year(text, 4).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_years_that_follow_each_other() {
        for good in ["2021/22", "1999/00", "2024"] {
            assert!(is_period(good), "{good}");
        }
        for bad in ["2021/23", "2021-22", "21/22", "2021/2022", ""] {
            assert!(!is_period(bad), "{bad}");
        }
    }

    #[test]
    fn dates_exist() {
        assert!(is_date("2024-02-29"));
        for bad in ["2023-02-29", "27/05/2022", "2022-5-27", "2022-05-27T00:00"] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
