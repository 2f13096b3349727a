//! The files of a rubric into a [`Rubric`], with everything wrong in them said at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::raw::{
    RawBenchmark, RawCriterion, RawExamples, RawLexicon, RawPapers, RawPassage, RawRequirementLevel,
    RawRubric, RawSays, RawStatements,
};
use super::sentence::placeholders;
use super::{
    BENCHMARK_FORMAT, Band, Benchmark, Criterion, CriterionIndex, Cue, Kind, LEXICON_FORMAT, Level,
    LevelRule, Lexicon, Offset, PAPERS_FORMAT, RUBRIC_FORMAT, RequirementLevel, Rubric, STATEMENTS_FORMAT,
    Status, TaughtPaper, TaughtPassage, TaughtStatement, Theme, Topic, View, diags,
};
use crate::diag::{self, Diagnostic, Place};
use crate::source::{Source, Span};
use crate::yaml::{self, Document, escape};

/// Reads the files of one rubric folder. The rubric is there when nothing is an error.
///
/// `folder` names the rubric in messages about files that are missing.
pub fn load_rubric(folder: &str, sources: &[Arc<Source>]) -> (Option<Rubric>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut head: Option<(Document, RawRubric)> = None;
    let mut lexicon = None;
    let mut benchmarks: Vec<(Document, RawBenchmark)> = Vec::new();
    let mut statements: Vec<(Document, RawStatements)> = Vec::new();
    let mut papers: Vec<(Document, RawPapers)> = Vec::new();
    let mut hashes: Vec<(String, String)> = Vec::new();
    let mut head_seen = false;

    for source in sources {
        let (document, mut said) = yaml::parse_yaml(source);
        diagnostics.append(&mut said);
        let Some(document) = document else {
            head_seen |= source.name().ends_with("rubric.yaml");
            continue;
        };
        let none = |_: &str, _: &Value| None;
        let tag = document.text_at("/schema").map(str::to_owned);
        let mut said = match tag.as_deref() {
            Some("rubric/1") => {
                if head_seen {
                    diagnostics.push(diags::second_file("rubric/1", document.place("/schema")));
                    continue;
                }
                head_seen = true;
                let (raw, said) = RUBRIC_FORMAT.lower(&document, none);
                head = raw.map(|raw| (document.clone(), raw));
                said
            }
            Some("benchmark/1") => {
                let (raw, said) = BENCHMARK_FORMAT.lower(&document, none);
                benchmarks.extend(raw.map(|raw| (document.clone(), raw)));
                said
            }
            Some("lexicon/1") => {
                let (raw, said) = LEXICON_FORMAT.lower(&document, none);
                if lexicon.is_some() {
                    diagnostics.push(diags::second_file("lexicon/1", document.place("/schema")));
                }
                lexicon = raw;
                said
            }
            Some("statements/1") => {
                let (raw, said) = STATEMENTS_FORMAT.lower(&document, none);
                statements.extend(raw.map(|raw| (document.clone(), raw)));
                said
            }
            Some("papers/1") => {
                let (raw, mut said) = PAPERS_FORMAT.lower(&document, none);
                papers.extend(raw.map(|raw| (document.clone(), raw)));
                diagnostics.append(&mut said);
                // No score rests on them, so they are no part of the hash.
                continue;
            }
            other => {
                let place = if other.is_some() { document.place("/schema") } else { start(source) };
                diagnostics.push(diags::unknown_schema(other, place));
                continue;
            }
        };
        diagnostics.append(&mut said);
        let key = format!("{} {}", tag.unwrap_or_default(), document.text_at("/id").unwrap_or_default());
        hashes.push((key, content(&document.to_json())));
    }

    if !head_seen {
        diagnostics.push(diags::no_rubric_file(folder, "rubric.yaml"));
    }
    let Some(head) = head else {
        return (None, diagnostics);
    };
    if benchmarks.is_empty() && !diag::has_errors(&diagnostics) {
        diagnostics.push(diags::no_rubric_file(folder, "benchmark file"));
    }
    // Files of statements have no id: their content orders them.
    hashes.sort();
    let hash = content_hash(&hashes);
    resolve(Parts { head, benchmarks, lexicon, statements, papers, hash }, diagnostics)
}

/// The lowered files of a rubric, each with the document its places are found in.
pub(super) struct Parts {
    pub head: (Document, RawRubric),
    pub benchmarks: Vec<(Document, RawBenchmark)>,
    pub lexicon: Option<RawLexicon>,
    pub statements: Vec<(Document, RawStatements)>,
    pub papers: Vec<(Document, RawPapers)>,
    pub hash: String,
}

/// Checks the meaning of lowered files and resolves every reference in them.
pub(super) fn resolve(mut parts: Parts, diagnostics: Vec<Diagnostic>) -> (Option<Rubric>, Vec<Diagnostic>) {
    parts.benchmarks.sort_by_key(|(_, raw)| raw.number);
    let (document, head) = &parts.head;
    let mut check =
        Check { lexicon: parts.lexicon.as_ref(), diagnostics, levels: Vec::new(), themes: BTreeMap::new() };
    check.head(document, head);
    check.numbers(document, head, &parts.benchmarks);
    let (criteria, ranges) = check.criteria(&parts.benchmarks);
    let taught = check.statements(&parts.statements, &parts.benchmarks, &criteria);
    let papers = check.papers(parts.papers, &parts.benchmarks);
    let mut diagnostics = check.diagnostics;
    diag::sort(&mut diagnostics);
    if diag::has_errors(&diagnostics) {
        return (None, diagnostics);
    }
    let mut rubric = assemble(parts.head.1, parts.benchmarks, criteria, ranges, parts.lexicon, parts.hash);
    rubric.statements.extend(taught);
    rubric.papers = papers;
    (Some(rubric), diagnostics)
}

fn start(source: &Arc<Source>) -> Place {
    Place::At(Arc::clone(source), Span::default())
}

struct Check<'a> {
    lexicon: Option<&'a RawLexicon>,
    diagnostics: Vec<Diagnostic>,
    levels: Vec<u8>,
    themes: BTreeMap<String, usize>,
}

type LevelRanges = Vec<Vec<std::ops::Range<usize>>>;

impl Check<'_> {
    fn say(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn head(&mut self, document: &Document, head: &RawRubric) {
        self.levels = head.bands.iter().flat_map(|band| band.from..=band.to).collect();
        if self.levels.is_empty()
            || self.levels.windows(2).any(|pair| pair[0].checked_add(1) != Some(pair[1]))
        {
            self.say(diags::levels_incomplete(
                format!("the bands come to the levels {:?}; they should rise one by one", self.levels),
                document.key_place("/bands"),
            ));
        }
        if !self.levels.contains(&head.target.level) {
            self.say(diags::levels_incomplete(
                format!("the target level {} is in no band", head.target.level),
                document.place("/target/level"),
            ));
        }
        let rule = &head.level_rule;
        let ruled: Vec<u8> = rule
            .by_wording
            .iter()
            .map(|level| level.level)
            .chain(rule.by_requirements.iter().map(|level| level.level))
            .collect();
        if ruled != self.levels {
            self.say(diags::levels_incomplete(
                format!("the level rule covers the levels {ruled:?} and the bands have {:?}", self.levels),
                document.key_place("/level-rule"),
            ));
        }
        if rule.by_wording.first().is_none_or(|level| level.needs != super::Needs::Nothing) {
            self.say(diags::levels_incomplete(
                "the lowest level must be given by its wording and need nothing, or some evidence would have no level"
                    .to_owned(),
                document.place("/level-rule/by-wording/0/needs"),
            ));
        }
        for (outcome, text, allowed) in outcomes(&rule.says) {
            for placeholder in placeholders(text) {
                if !allowed.contains(&placeholder) {
                    let place = document.place(&format!("/level-rule/says/{outcome}"));
                    self.say(diags::unknown_placeholder(outcome, placeholder, allowed, place));
                }
            }
        }
        self.unique(document, "theme", "/themes", "id", head.themes.iter().map(|theme| theme.id.clone()));
        self.unique(document, "band", "/bands", "id", head.bands.iter().map(|band| band.id.clone()));
        self.unique(document, "view", "/views", "id", head.views.iter().map(|view| view.id.clone()));
        self.themes = head.themes.iter().enumerate().map(|(at, theme)| (theme.id.clone(), at)).collect();
    }

    fn unique(
        &mut self,
        document: &Document,
        what: &str,
        pointer: &str,
        key: &str,
        ids: impl Iterator<Item = String>,
    ) {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (at, id) in ids.enumerate() {
            if let Some(first) = seen.get(&id) {
                let place = document.place(&format!("{pointer}/{at}/{key}"));
                let first = document.place(&format!("{pointer}/{first}/{key}"));
                self.say(diags::duplicate(what, &id, place, first));
            } else {
                seen.insert(id, at);
            }
        }
    }

    /// Benchmark numbers and ids are unique, and what rubric.yaml says of numbers exists.
    fn numbers(&mut self, document: &Document, head: &RawRubric, benchmarks: &[(Document, RawBenchmark)]) {
        for (at, (later, raw)) in benchmarks.iter().enumerate() {
            for (first, other) in &benchmarks[..at] {
                if other.number == raw.number {
                    let (place, first) = (later.place("/number"), first.place("/number"));
                    self.say(diags::duplicate("benchmark number", &raw.number.to_string(), place, first));
                }
                if other.id == raw.id {
                    self.say(diags::duplicate(
                        "benchmark id",
                        &raw.id,
                        later.place("/id"),
                        first.place("/id"),
                    ));
                }
            }
        }
        let known: BTreeSet<u16> = benchmarks.iter().map(|(_, raw)| raw.number).collect();
        for (v, view) in head.views.iter().enumerate() {
            for (s, section) in view.sections.iter().enumerate() {
                for (b, number) in section.benchmarks.iter().enumerate() {
                    if !known.contains(number) {
                        let place = document.place(&format!("/views/{v}/sections/{s}/benchmarks/{b}"));
                        self.say(diags::unknown_benchmark(*number, place));
                    }
                }
            }
        }
        for (n, note) in head.notes.iter().enumerate() {
            if !known.contains(&note.benchmark) {
                let place = document.place(&format!("/notes/{n}/benchmark"));
                self.say(diags::unknown_benchmark(note.benchmark, place));
            }
        }
    }

    fn criteria(&mut self, benchmarks: &[(Document, RawBenchmark)]) -> (Vec<Criterion>, LevelRanges) {
        let mut places: BTreeMap<&str, (usize, String)> = BTreeMap::new();
        let mut index: BTreeMap<String, CriterionIndex> = BTreeMap::new();
        let mut criteria: Vec<Criterion> = Vec::new();
        let mut ranges: LevelRanges = Vec::new();
        for (number, (document, raw)) in benchmarks.iter().enumerate() {
            let levels: Vec<u8> = raw.levels.iter().map(|level| level.level).collect();
            if levels != self.levels {
                self.say(diags::levels_incomplete(
                    format!("this benchmark has the levels {levels:?} and the bands have {:?}", self.levels),
                    document.key_place("/levels"),
                ));
            }
            let mut of_levels = Vec::new();
            for (l, level) in raw.levels.iter().enumerate() {
                let first = criteria.len();
                self.coverage(document, l, level);
                for (c, criterion) in level.criteria.iter().enumerate() {
                    let at = format!("/levels/{l}/criteria/{c}");
                    if let Some((first_file, first)) = places.get(criterion.id.as_str()) {
                        let place = document.place(&format!("{at}/id"));
                        let first = benchmarks[*first_file].0.place(&format!("{first}/id"));
                        self.say(diags::duplicate("criterion id", &criterion.id, place, first));
                        continue;
                    }
                    places.insert(&criterion.id, (number, at.clone()));
                    index.insert(criterion.id.clone(), CriterionIndex(criteria.len()));
                    let theme = self.criterion(document, &at, raw, level.level, criterion);
                    criteria.push(Criterion {
                        id: criterion.id.clone(),
                        benchmark: number,
                        level: level.level,
                        text: criterion.text.clone(),
                        kind: criterion.kind,
                        form: criterion.form,
                        strand: criterion.strand.clone(),
                        supersedes: Vec::new(),
                        superseded_by: Vec::new(),
                        same_as: None,
                        theme,
                        ask: criterion.ask.clone(),
                        action: criterion.action.clone(),
                        examples: examples(&criterion.examples),
                    });
                }
                of_levels.push(first..criteria.len());
            }
            ranges.push(of_levels);
        }
        self.references(benchmarks, &index, &mut criteria);
        (criteria, ranges)
    }

    /// One criterion by itself; returns its theme.
    fn criterion(
        &mut self,
        document: &Document,
        at: &str,
        benchmark: &RawBenchmark,
        level: u8,
        raw: &RawCriterion,
    ) -> usize {
        let wanted = format!("{}.{level}.", benchmark.id);
        if !raw.id.starts_with(&wanted) {
            self.say(diags::criterion_id(&raw.id, &wanted, document.place(&format!("{at}/id"))));
        }
        if raw.form.is_some() != (raw.kind == Kind::Limit) {
            let key = if raw.form.is_some() { "form" } else { "kind" };
            let place = document.place(&format!("{at}/{key}"));
            self.say(diags::limit_form(&raw.id, raw.kind == Kind::Limit, place));
        }
        if raw.kind == Kind::Requirement && raw.same_as.is_none() {
            for (key, text) in [("ask", &raw.ask), ("action", &raw.action)] {
                if text.as_ref().is_none_or(|text| text.trim().is_empty()) {
                    self.say(diags::missing_guidance(&raw.id, key, document.place(&format!("{at}/id"))));
                }
            }
        }
        let (theme, key) = match &raw.theme {
            Some(theme) => (theme, format!("{at}/theme")),
            None => (&benchmark.theme, "/theme".to_owned()),
        };
        self.themes.get(theme).copied().unwrap_or_else(|| {
            let place = document.place(&key);
            // A benchmark's own unknown theme is said once, not for each of its criteria.
            let said = diags::unknown_theme(theme, self.themes.keys().map(String::as_str), place);
            if raw.theme.is_some() || !self.diagnostics.iter().any(|d| d.message == said.message) {
                self.diagnostics.push(said);
            }
            0
        })
    }

    /// Every criterion quotes its descriptor, and what no criterion quotes is connectives or
    /// examples.
    fn coverage(&mut self, document: &Document, l: usize, level: &super::raw::RawLevel) {
        let descriptor = &level.descriptor;
        let mut covered = vec![false; descriptor.len()];
        for (c, criterion) in level.criteria.iter().enumerate() {
            if let Some(found) = descriptor.find(&criterion.text) {
                covered[found..found + criterion.text.len()].fill(true);
            } else {
                let place = document.place(&format!("/levels/{l}/criteria/{c}/text"));
                let whole = document.place(&format!("/levels/{l}/descriptor"));
                self.say(diags::misquoted(&criterion.text, place, whole));
            }
        }
        // Without a lexicon there is no telling what may stay out.
        for part in uncovered_parts(descriptor, &covered) {
            if self.lexicon.is_some() && !may_stay_uncovered(&part, self.lexicon) {
                self.say(diags::uncovered(&part, document.place(&format!("/levels/{l}/descriptor"))));
            }
        }
    }

    /// Labelled statements name benchmarks and criteria that exist, and quote themselves.
    fn statements(
        &mut self,
        files: &[(Document, RawStatements)],
        benchmarks: &[(Document, RawBenchmark)],
        criteria: &[Criterion],
    ) -> Vec<TaughtStatement> {
        let ids: BTreeMap<&str, CriterionIndex> =
            criteria.iter().enumerate().map(|(at, c)| (c.id.as_str(), CriterionIndex(at))).collect();
        let mut taught = Vec::new();
        let mut unknown: BTreeMap<&str, (Place, usize)> = BTreeMap::new();
        for (document, file) in files {
            let benchmark = file
                .benchmark
                .and_then(|number| self.numbered(number, benchmarks, || document.place("/benchmark")));
            for (s, raw) in file.statements.iter().enumerate() {
                let at = format!("/statements/{s}");
                if file.benchmark.is_none() && !raw.findings.is_empty() {
                    self.say(diags::findings_on_no_benchmark(document.place(&format!("{at}/findings"))));
                }
                let mut findings = Vec::new();
                for (f, finding) in raw.findings.iter().enumerate() {
                    let there = format!("{at}/findings/{f}");
                    let Some(&criterion) = ids.get(finding.criterion.as_str()) else {
                        let first = || document.place(&format!("{there}/criterion"));
                        unknown.entry(finding.criterion.as_str()).or_insert_with(|| (first(), 0)).1 += 1;
                        continue;
                    };
                    if let Some(words) = finding.words.as_ref().filter(|words| !raw.text.contains(*words)) {
                        let place = document.place(&format!("{there}/words"));
                        self.say(diags::words_not_in_text(
                            words,
                            place,
                            document.place(&format!("{at}/text")),
                        ));
                    }
                    findings.push((criterion, finding.status, finding.words.clone()));
                }
                taught.push(TaughtStatement {
                    text: raw.text.clone(),
                    topic: match benchmark {
                        Some(benchmark) => Topic::Benchmark(benchmark),
                        None if file.background => Topic::Background,
                        None => Topic::Other,
                    },
                    status: raw.status,
                    findings,
                });
            }
        }
        // Where a criterion has gone, many statements name it: it is told once, and they teach the rest.
        for (id, (place, count)) in unknown {
            let said = diags::orphaned_label(id, count, ids.keys().copied(), place);
            self.say(said);
        }
        taught
    }

    /// The benchmark of a number.
    fn numbered(
        &mut self,
        number: u16,
        benchmarks: &[(Document, RawBenchmark)],
        place: impl FnOnce() -> Place,
    ) -> Option<usize> {
        let found = benchmarks.iter().position(|(_, benchmark)| benchmark.number == number);
        if found.is_none() {
            self.say(diags::unknown_benchmark(number, place()));
        }
        found
    }

    /// What a passage of a paper is marked as.
    fn topic(
        &mut self,
        raw: &RawPassage,
        benchmarks: &[(Document, RawBenchmark)],
        document: &Document,
        at: impl Fn() -> String,
    ) -> Topic {
        let Some(number) = raw.evidence else {
            return if raw.background { Topic::Background } else { Topic::Other };
        };
        if raw.background {
            self.say(diags::evidence_and_background(document.place(&at())));
        }
        let place = || document.place(&format!("{}/evidence", at()));
        self.numbered(number, benchmarks, place).map_or(Topic::Other, Topic::Benchmark)
    }

    fn papers(
        &mut self,
        files: Vec<(Document, RawPapers)>,
        benchmarks: &[(Document, RawBenchmark)],
    ) -> Vec<TaughtPaper> {
        let mut taught = Vec::new();
        for (file, (document, raw)) in files.into_iter().enumerate() {
            for (n, raw) in raw.papers.into_iter().enumerate() {
                let mut paper = TaughtPaper { file, parts: Vec::new(), passages: Vec::new() };
                let mut paragraphs = 0;
                for (part, raw) in raw.parts.into_iter().enumerate() {
                    paper.parts.push(raw.headings);
                    for (p, passages) in raw.paragraphs.into_iter().enumerate() {
                        for (s, raw) in passages.into_iter().enumerate() {
                            let at = || format!("/papers/{n}/parts/{part}/paragraphs/{p}/{s}");
                            let topic = self.topic(&raw, benchmarks, &document, at);
                            let text = raw.text;
                            paper.passages.push(TaughtPassage { text, topic, part, paragraph: paragraphs });
                        }
                        paragraphs += 1;
                    }
                }
                taught.push(paper);
            }
        }
        taught
    }

    fn references(
        &mut self,
        benchmarks: &[(Document, RawBenchmark)],
        index: &BTreeMap<String, CriterionIndex>,
        criteria: &mut [Criterion],
    ) {
        for (document, raw) in benchmarks {
            for (l, level) in raw.levels.iter().enumerate() {
                for (c, raw) in level.criteria.iter().enumerate() {
                    let at = format!("/levels/{l}/criteria/{c}");
                    let Some(&own) = index.get(&raw.id) else { continue };
                    for (s, other) in raw.supersedes.iter().enumerate() {
                        let place = || document.place(&format!("{at}/supersedes/{s}"));
                        match index.get(other) {
                            None => self.say(diags::unknown_criterion(
                                other,
                                index.keys().map(String::as_str),
                                place(),
                            )),
                            Some(&other) => {
                                let (upper, lower) = (&criteria[own.0], &criteria[other.0]);
                                if let Some(why) = why_not_superseded(upper, lower) {
                                    self.say(diags::bad_supersedes(&upper.id, &lower.id, why, place()));
                                } else {
                                    criteria[own.0].supersedes.push(other);
                                }
                            }
                        }
                    }
                    if let Some(other) = &raw.same_as {
                        let place = document.place(&format!("{at}/same-as"));
                        match index.get(other) {
                            None => self.say(diags::unknown_criterion(
                                other,
                                index.keys().map(String::as_str),
                                place,
                            )),
                            Some(&other) => {
                                let (upper, lower) = (&criteria[own.0], &criteria[other.0]);
                                if let Some(why) = why_not_same(upper, lower) {
                                    self.say(diags::bad_same_as(&upper.id, &lower.id, why, place));
                                } else {
                                    criteria[own.0].same_as = Some(other);
                                }
                            }
                        }
                    }
                }
            }
        }
        close_over(criteria);
        let lonely: Vec<String> = criteria
            .iter()
            .filter(|c| c.kind == Kind::Limit && c.superseded_by.is_empty() && c.action.is_none())
            .map(|criterion| criterion.id.clone())
            .collect();
        for (document, raw) in benchmarks {
            for (l, level) in raw.levels.iter().enumerate() {
                for (c, criterion) in level.criteria.iter().enumerate() {
                    if lonely.contains(&criterion.id) {
                        let place = document.place(&format!("/levels/{l}/criteria/{c}/id"));
                        self.say(diags::no_way_out(&criterion.id, place));
                    }
                }
            }
        }
    }
}

fn examples(raw: &RawExamples) -> Vec<(Status, String)> {
    let lists = [
        (Status::InPlace, &raw.in_place),
        (Status::Partial, &raw.partial),
        (Status::Lapsed, &raw.lapsed),
        (Status::Planned, &raw.planned),
        (Status::Absent, &raw.absent),
    ];
    lists
        .into_iter()
        .flat_map(|(status, texts)| texts.iter().map(move |text| (status, text.clone())))
        .collect()
}

/// Makes `supersedes` transitive and fills in `superseded_by`. Levels rise strictly along
/// `supersedes`, so one pass from the lowest level up is enough, and no cycle is possible.
fn close_over(criteria: &mut [Criterion]) {
    let mut order: Vec<usize> = (0..criteria.len()).collect();
    order.sort_by_key(|&at| criteria[at].level);
    for &at in &order {
        let mut all: BTreeSet<CriterionIndex> = criteria[at].supersedes.iter().copied().collect();
        for direct in &criteria[at].supersedes {
            all.extend(criteria[direct.0].supersedes.iter().copied());
        }
        if let Some(same) = criteria[at].same_as {
            all.extend(criteria[same.0].supersedes.iter().copied());
        }
        criteria[at].supersedes = all.into_iter().collect();
    }
    for at in order {
        for lower in criteria[at].supersedes.clone() {
            criteria[lower.0].superseded_by.push(CriterionIndex(at));
        }
    }
}

fn why_not_superseded(upper: &Criterion, lower: &Criterion) -> Option<&'static str> {
    if upper.benchmark != lower.benchmark {
        Some("it belongs to another benchmark")
    } else if upper.level <= lower.level {
        Some("it is not of a lower level")
    } else if upper.strand != lower.strand {
        Some("it belongs to another strand")
    } else {
        None
    }
}

fn why_not_same(upper: &Criterion, lower: &Criterion) -> Option<&'static str> {
    if let Some(why) = why_not_superseded(upper, lower) {
        Some(why)
    } else if upper.kind != lower.kind {
        Some("it is of another kind")
    } else if upper.phrase() != lower.phrase() {
        Some("its text differs")
    } else if lower.same_as.is_some() {
        Some("it is a repetition itself")
    } else {
        None
    }
}

/// The runs of a descriptor that no criterion quotes.
pub(crate) fn uncovered_parts(descriptor: &str, covered: &[bool]) -> Vec<String> {
    let mut parts = vec![String::new()];
    for (at, character) in descriptor.char_indices() {
        if covered[at] {
            if parts.last().is_some_and(|part| !part.is_empty()) {
                parts.push(String::new());
            }
        } else if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Connectives carry no requirement, and what "such as" introduces is an example; the lexicon lists
/// both for the rubric's language.
fn may_stay_uncovered(part: &str, lexicon: Option<&RawLexicon>) -> bool {
    let text = part.trim_matches(|c: char| c.is_ascii_punctuation() || c == '–' || c.is_whitespace());
    text.is_empty()
        || lexicon.is_some_and(|lexicon| {
            lexicon.connectives.iter().any(|connective| connective.eq_ignore_ascii_case(text))
                || lexicon.example_openers.iter().any(|opener| text.starts_with(opener.as_str()))
        })
}

fn outcomes(says: &RawSays) -> [(&'static str, &str, &'static [&'static str]); 10] {
    [
        ("not-assessed", &says.not_assessed, &[]),
        ("nothing", &says.nothing, &["level"]),
        ("activity", &says.activity, &["level", "next"]),
        ("met", &says.met, &["level", "in-place", "requirements", "silent-count", "allowed"]),
        ("met-by-offset", &says.met_by_offset, &["level", "gaps", "offset-by"]),
        ("held-by-gaps", &says.held_by_gaps, &["level", "gaps"]),
        ("held-by-silence", &says.held_by_silence, &["level", "silent", "silent-count", "allowed"]),
        ("held-by-nothing", &says.held_by_nothing, &["level"]),
        ("gap", &says.gap, &["criterion", "status"]),
        ("limit", &says.limit, &["criterion", "status"]),
    ]
}

fn assemble(
    head: RawRubric,
    benchmarks: Vec<(Document, RawBenchmark)>,
    criteria: Vec<Criterion>,
    ranges: LevelRanges,
    lexicon: Option<RawLexicon>,
    hash: String,
) -> Rubric {
    let index = criteria.iter().enumerate().map(|(at, c)| (c.id.clone(), CriterionIndex(at))).collect();
    let benchmarks = benchmarks
        .into_iter()
        .zip(ranges)
        .map(|((_, raw), ranges)| Benchmark {
            notes: head.notes.iter().filter(|n| n.benchmark == raw.number).map(|n| n.text.clone()).collect(),
            id: raw.id,
            number: raw.number,
            title: raw.title,
            statement: raw.statement,
            criteria: ranges.first().map_or(0, |r| r.start)..ranges.last().map_or(0, |r| r.end),
            levels: raw
                .levels
                .into_iter()
                .zip(ranges)
                .map(|(level, criteria)| Level { level: level.level, descriptor: level.descriptor, criteria })
                .collect(),
        })
        .collect();
    let rule = head.level_rule;
    let worth = [
        rule.statuses.in_place,
        rule.statuses.partial,
        rule.statuses.lapsed.into(),
        rule.statuses.planned.into(),
        rule.statuses.absent.into(),
    ];
    Rubric {
        id: head.id,
        title: head.title,
        edition: head.edition,
        publisher: head.publisher,
        language: head.language,
        licence: (head.licence.name, head.licence.url),
        attribution: head.attribution,
        source: head.source,
        units: head.units.unwrap_or_else(|| format!("{}s", head.unit)),
        unit: head.unit,
        duty: head.duty.title,
        basis: head.duty.basis,
        caveats: head.duty.caveats,
        bands: head
            .bands
            .into_iter()
            .map(|band| Band {
                id: band.id,
                title: band.title,
                from: band.from,
                to: band.to,
                meaning: band.meaning,
            })
            .collect(),
        target: (head.target.level, head.target.title),
        rule: LevelRule {
            worth,
            by_wording: rule.by_wording.iter().map(|level| (level.level, level.needs)).collect(),
            by_requirements: rule.by_requirements.iter().map(requirement_level).collect(),
            says: rule.says,
        },
        themes: head.themes.into_iter().map(|theme| Theme { id: theme.id, title: theme.title }).collect(),
        views: head
            .views
            .into_iter()
            .map(|view| View {
                id: view.id,
                title: view.title,
                note: view.note,
                sections: view.sections.into_iter().map(|s| (s.number, s.title, s.benchmarks)).collect(),
            })
            .collect(),
        grounds: head.grounds.into_iter().map(|ground| (ground.id, ground.title)).collect(),
        benchmarks,
        criteria,
        statements: off_topic(lexicon.as_ref()),
        papers: Vec::new(),
        lexicon: lexicon.map(assemble_lexicon).unwrap_or_default(),
        hash,
        index,
        vocabulary: std::sync::OnceLock::new(),
    }
}

/// The examples of the topics that are near the subject: statements that bear on no criterion.
fn off_topic(lexicon: Option<&RawLexicon>) -> Vec<TaughtStatement> {
    let topics = lexicon.into_iter().flat_map(|lexicon| &lexicon.near_topics);
    topics
        .flat_map(|topic| examples(&topic.examples))
        .map(|(status, text)| TaughtStatement { text, topic: Topic::Other, status, findings: Vec::new() })
        .collect()
}

fn assemble_lexicon(raw: RawLexicon) -> Lexicon {
    let lower = |words: Vec<String>| words.iter().map(|word| word.to_lowercase()).collect();
    let triggers = [
        (Cue::Operates, raw.triggers.operates),
        (Cue::Partial, raw.triggers.partial),
        (Cue::Lapsed, raw.triggers.lapsed),
        (Cue::Planned, raw.triggers.planned),
        (Cue::Absent, raw.triggers.absent),
        (Cue::Wish, raw.triggers.wish),
        (Cue::Pseudo, raw.pseudo_triggers),
    ];
    Lexicon {
        acronyms: raw.acronyms.into_iter().map(|a| (a.short, a.long)).collect(),
        negations: lower(raw.negations),
        synonyms: raw.synonyms,
        triggers: triggers
            .into_iter()
            .flat_map(|(cue, phrases)| phrases.into_iter().map(move |phrase| (cue, phrase)))
            .collect(),
        double_negatives: (raw.double_negatives.first, raw.double_negatives.second),
        cell_statuses: raw
            .cell_statuses
            .into_iter()
            .flat_map(|(status, phrases)| phrases.into_iter().map(move |phrase| (status, phrase)))
            .collect(),
        subject: raw.subject,
        near_topics: raw.near_topics.into_iter().map(|topic| (topic.topic, topic.words)).collect(),
        function_words: lower(raw.function_words),
        clause_openers: lower(raw.clause_openers),
        additions: raw.additions,
        clause_openers_after_comma: lower(raw.clause_openers_after_comma),
        abbreviations: raw.abbreviations,
        sensitive_sources: lower(raw.sensitive_sources),
        known_acronyms: raw.known_acronyms,
        posts: lower(raw.posts),
        other_languages: raw.other_languages.into_iter().map(|l| (l.language, lower(l.words))).collect(),
    }
}

fn requirement_level(raw: &RawRequirementLevel) -> RequirementLevel {
    RequirementLevel {
        level: raw.level,
        silent_allowed: raw.silent_allowed.into(),
        in_place_at_least: raw.in_place_at_least.into(),
        half_gaps_allowed: 2 * usize::from(raw.gaps_allowed),
        offset: raw.offset.as_ref().map(|offset| Offset {
            gaps: offset.gaps.into(),
            half_gap_needs: offset.half_gap_needs.into(),
            gap_needs: offset.gap_needs.into(),
        }),
    }
}

/// What identifies a file's values, keys in order, nothing else.
fn content(value: &Value) -> String {
    let mut hasher = Sha256::new();
    feed(&mut hasher, value);
    short_hex(hasher)
}

/// The first 16 hexadecimal digits of the SHA-256 of the files' names and contents.
fn content_hash(files: &[(String, String)]) -> String {
    let mut hasher = Sha256::new();
    for (name, content) in files {
        hasher.update(name.as_bytes());
        hasher.update(content.as_bytes());
    }
    short_hex(hasher)
}

/// The first 16 hexadecimal digits of a hash.
fn short_hex(hasher: Sha256) -> String {
    let digest = hasher.finalize();
    let first = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{first:016x}")
}

fn feed(hasher: &mut Sha256, value: &Value) {
    match value {
        Value::Array(items) => {
            hasher.update(b"[");
            for item in items {
                feed(hasher, item);
            }
            hasher.update(b"]");
        }
        Value::Object(map) => {
            let ordered: BTreeMap<&String, &Value> = map.iter().collect();
            hasher.update(b"{");
            for (key, value) in ordered {
                hasher.update(escape(key).as_bytes());
                hasher.update(b":");
                feed(hasher, value);
            }
            hasher.update(b"}");
        }
        scalar => {
            hasher.update(scalar.to_string().as_bytes());
            hasher.update(b";");
        }
    }
}
