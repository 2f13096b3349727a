//! Cohorts: many assessments at once, each reduced to what comparing, moderating and tracking need.
//!
//! An [`Entry`] is one area in one period: its levels and on whose word they stand, the status of each criterion, and
//! of its evidence and actions what can be said beside those of others. It holds none of the file's text but what may
//! be shown to others, so that ten thousand of them fit into an ordinary laptop.

pub(crate) mod diags;

use std::sync::Arc;

use crate::assessment::{Action, Assessment, Assessor, Funding, Marking, period_span};
use crate::diag::Place;
use crate::rubric::{CriterionIndex, Rubric, Status};
use crate::scoring::combine::{base, combine_findings};
use crate::scoring::{Basis, Proposals};

/// Who gave a level: a person, or the level rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rater {
    /// The regional adviser.
    Adviser,
    /// A colleague from another area.
    Peer,
    /// The area itself.
    OwnArea,
    /// The level rule, which proposes.
    Proposal,
}

impl Rater {
    /// All of them, in the order in which their levels count.
    pub const ALL: [Self; 4] = [Self::Adviser, Self::Peer, Self::OwnArea, Self::Proposal];

    /// The word used in JSON and in tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::Adviser => Assessor::Adviser.id(),
            Self::Peer => Assessor::Peer.id(),
            Self::OwnArea => Assessor::OwnArea.id(),
            Self::Proposal => "proposal",
        }
    }
}

impl From<Assessor> for Rater {
    fn from(assessor: Assessor) -> Self {
        match assessor {
            Assessor::Adviser => Self::Adviser,
            Assessor::Peer => Self::Peer,
            Assessor::OwnArea => Self::OwnArea,
        }
    }
}

/// The levels that one benchmark has been given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    by: [Option<u8>; 4],
}

impl Levels {
    /// The level that a rater gave.
    pub fn by(&self, rater: Rater) -> Option<u8> {
        self.by[rater as usize]
    }

    /// The level that counts, and whose it is: the adviser's before the peer's before the area's own before the
    /// proposal.
    pub fn counts(&self) -> Option<(u8, Rater)> {
        Rater::ALL.into_iter().find_map(|rater| Some((self.by(rater)?, rater)))
    }

    /// The level that counts.
    pub fn level(&self) -> Option<u8> {
        self.counts().map(|(level, _)| level)
    }

    /// On whose word it stands.
    pub fn basis(&self) -> Option<&'static str> {
        self.counts().map(|(_, rater)| match rater {
            Rater::Adviser => Basis::Judgement(Assessor::Adviser).id(),
            Rater::Peer => Basis::Judgement(Assessor::Peer).id(),
            Rater::OwnArea => Basis::Judgement(Assessor::OwnArea).id(),
            Rater::Proposal => Basis::Proposal.id(),
        })
    }
}

/// One statement of evidence, as far as others may see it or it can be compared.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// The benchmark it bears on, as a place in [`Rubric::benchmarks`]: where it is filed, else that of its first
    /// finding.
    pub benchmark: Option<usize>,
    /// The date of its source, `year-month-day`.
    pub date: Option<String>,
    /// The title of its source.
    pub title: Option<String>,
    /// What it says, if it may be shown to other areas.
    pub shared: Option<String>,
    /// A fingerprint of what it says; nothing for a text too short to tell.
    pub fingerprint: Option<u64>,
    /// The criteria that it shows in place.
    pub in_place: Vec<CriterionIndex>,
}

/// One area in one period.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The file.
    pub file: String,
    /// The id of the area.
    pub area: String,
    /// Its name.
    pub name: String,
    /// What kind of authority it is.
    pub kind: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Whether it is funded.
    pub funding: Option<Funding>,
    /// The period.
    pub period: String,
    /// The file of the period before, as the assessment names it.
    pub previous: Option<String>,
    /// The rubric with which it was scored.
    pub rubric: Arc<Rubric>,
    /// What the rubric that its workspace holds now would propose, where that is another than it was made with; by
    /// the benchmarks of that rubric.
    pub under_present: Option<(Arc<Rubric>, Vec<Option<u8>>)>,
    /// The highest marking of anything in the assessment.
    pub marking: Marking,
    /// The levels, parallel to [`Rubric::benchmarks`].
    pub levels: Vec<Levels>,
    /// Why, in the words of the person whose level counts, parallel to [`Rubric::benchmarks`].
    pub reasons: Vec<Option<String>>,
    /// The status of each criterion, parallel to [`Rubric::criteria`]; nothing where it is silent.
    pub statuses: Vec<Option<Status>>,
    /// The evidence, in the order of the file.
    pub evidence: Vec<Item>,
    /// The actions, in the order of the file.
    pub actions: Vec<Action>,
    /// The date of the latest judgement.
    pub judged: Option<String>,
    /// How many statements no person has confirmed.
    pub unconfirmed: usize,
}

/// How many letters a text has at least that is the same in two areas by more than chance.
const TELLING: usize = 40;

impl Entry {
    /// Reduces an assessment to what is compared.
    pub fn new(file: String, rubric: Arc<Rubric>, assessment: Assessment, proposals: &Proposals) -> Self {
        let combined = combine_findings(&rubric, &assessment, &proposals.findings);
        let levels = proposals
            .benchmarks
            .iter()
            .map(|proposal| {
                let number = rubric.benchmarks[proposal.benchmark].number;
                let mut levels = Levels::default();
                for judgement in assessment.judgements.iter().filter(|judged| judged.benchmark == number) {
                    levels.by[Rater::from(judgement.by) as usize] = Some(judgement.level);
                }
                levels.by[Rater::Proposal as usize] = proposal.proposed;
                levels
            })
            .collect();
        let reasons = rubric
            .benchmarks
            .iter()
            .map(|benchmark| {
                assessment.judgement(benchmark.number).and_then(|judgement| judgement.reason.clone())
            })
            .collect();
        let judged = assessment.judgements.iter().filter_map(|judgement| judgement.date.clone()).max();
        let mut in_place: Vec<Vec<CriterionIndex>> = vec![Vec::new(); assessment.evidence.len()];
        let mut bears_on: Vec<Option<usize>> = vec![None; assessment.evidence.len()];
        for finding in &proposals.findings {
            bears_on[finding.evidence].get_or_insert(rubric.criterion(finding.criterion).benchmark);
            if finding.status == Status::InPlace {
                in_place[finding.evidence].push(base(&rubric, finding.criterion));
            }
        }
        let marking = assessment.marking();
        let unconfirmed = proposals.unconfirmed();
        let evidence = assessment
            .evidence
            .into_iter()
            .zip(in_place.into_iter().zip(bears_on))
            .map(|(evidence, (in_place, bears_on))| {
                let filed = evidence.benchmark.and_then(|number| rubric.benchmark(number)).map(|(at, _)| at);
                let fingerprint = fingerprint(&evidence.text);
                // What comes from a source that is sensitive is shown only once somebody has released it.
                let free = !evidence.of_sensitive_source || evidence.released.is_some();
                let open = evidence.shareable && evidence.marking == Marking::Official && free;
                Item {
                    id: evidence.id,
                    benchmark: filed.or(bears_on),
                    date: evidence.source.date,
                    title: evidence.source.title,
                    shared: open.then_some(evidence.text),
                    fingerprint,
                    in_place,
                }
            })
            .collect();
        let actions = assessment
            .actions
            .into_iter()
            // The place would keep the whole text of the file.
            .map(|action| Action { place: Place::File(file.clone()), ..action })
            .collect();
        Self {
            area: assessment.area.id,
            name: assessment.area.name,
            kind: assessment.area.kind,
            region: assessment.area.region,
            funding: assessment.area.funding,
            period: assessment.period,
            previous: assessment.previous,
            under_present: None,
            marking,
            levels,
            reasons,
            statuses: combined.iter().map(|combined| combined.status).collect(),
            evidence,
            actions,
            judged,
            unconfirmed,
            file,
            rubric,
        }
    }

    /// Whether any benchmark has a level; else the assessment has only been begun.
    pub fn is_scored(&self) -> bool {
        self.levels.iter().any(|levels| levels.level().is_some())
    }

    /// The place of a benchmark's levels by its number.
    pub fn levels_of(&self, number: u16) -> Option<&Levels> {
        self.rubric.benchmark(number).map(|(at, _)| &self.levels[at])
    }

    /// The first day of the period and the first day after it.
    pub fn span(&self) -> (String, String) {
        period_span(&self.period)
    }

    /// Whether the levels of two entries may be compared as numbers: they were given by the same edition of the same
    /// criteria. Else only bands may.
    pub fn same_edition(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.rubric, &other.rubric) || self.rubric.yardstick() == other.rubric.yardstick()
    }

    /// Whether a criterion is in place: it is found so, or one that supersedes it is.
    pub fn has(&self, at: CriterionIndex) -> bool {
        let found = |at: CriterionIndex| self.statuses[at.0] == Some(Status::InPlace);
        found(at) || self.rubric.criterion(at).superseded_by.iter().any(|&upper| found(upper))
    }
}

/// A number that is the same for texts of the same letters and digits (FNV-1a of 64 bits).
fn fingerprint(text: &str) -> Option<u64> {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut letters = 0;
    for character in text.chars().filter(|character| character.is_alphanumeric()) {
        letters += 1;
        for lower in character.to_lowercase() {
            let mut bytes = [0; 4];
            for byte in lower.encode_utf8(&mut bytes).bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    (letters >= TELLING).then_some(hash)
}

/// Sorts entries by area and then by time, so that the order of files does not matter.
pub fn sort(entries: &mut [Entry]) {
    entries.sort_by(|a, b| (&a.area, a.span(), &a.file).cmp(&(&b.area, b.span(), &b.file)));
}

/// The middle of levels, in halves of a level, so that it is exact: of an even number the mean of the middle two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Halves(pub u32);

impl Halves {
    /// The median of levels; nothing of none.
    pub fn median(levels: impl IntoIterator<Item = u8>) -> Option<Self> {
        let doubled = levels.into_iter().map(|level| Self(2 * u32::from(level)));
        Self::median_of(doubled.collect())
    }

    /// The median of numbers that are halves already; rounded up to a half where it lies at a quarter.
    pub fn median_of(mut numbers: Vec<Self>) -> Option<Self> {
        numbers.sort_unstable();
        let middle = numbers.len() / 2;
        let upper = *numbers.get(middle)?;
        Some(if numbers.len() % 2 == 1 { upper } else { Self((upper.0 + numbers[middle - 1].0).div_ceil(2)) })
    }

    /// As a number.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 2.0
    }
}

impl std::fmt::Display for Halves {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0 / 2)?;
        if self.0 % 2 == 1 { f.write_str(".5") } else { Ok(()) }
    }
}

impl serde::Serialize for Halves {
    /// A whole number where it is one.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(2) {
            serializer.serialize_u32(self.0 / 2)
        } else {
            serializer.serialize_f64(self.value())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        let median = |levels: &[u8]| Halves::median(levels.iter().copied()).map(|median| median.to_string());
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[4]).as_deref(), Some("4"));
        assert_eq!(median(&[5, 1, 2]).as_deref(), Some("2"));
        assert_eq!(median(&[2, 3]).as_deref(), Some("2.5"));
        assert_eq!(median(&[1, 5, 3, 3]).as_deref(), Some("3"));
    }

    #[test]
    fn a_text_is_known_again_whatever_its_spaces_and_capitals() {
        let one = "The partnership board meets every quarter and looks at the plan.";
        assert_eq!(
            fingerprint(one),
            fingerprint("the partnership  board meets every QUARTER and looks at the plan")
        );
        assert_ne!(
            fingerprint(one),
            fingerprint("The partnership board meets every month and looks at the plan.")
        );
        assert_eq!(fingerprint("Too short."), None);
    }
}
