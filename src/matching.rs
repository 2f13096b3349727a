//! Statements into findings: which criteria a statement bears on, in what status, and why.
//!
//! A [`Matcher`] is taught by the rubric's own texts and examples ([`teach`]); nothing about a criterion
//! is in the code. It looks at a statement three times. Its *topic* says which benchmark it belongs to,
//! or none. Within the benchmark each *criterion* is a small linear model over the words. Its *status*
//! comes from the lexicon's triggers within each clause, in the manner of NegEx (Chapman et al. 2001)
//! and ConText (Harkema et al. 2009): what they weigh, alone, together and beside other words, is
//! learned from the same examples. Every finding can be traced to the words, the trigger and the
//! example that carried it.

mod compiled;
mod learn;
mod model;
pub mod teach;
mod terms;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rubric::{CriterionIndex, Cue, Kind, Rubric, Status};
use crate::source::Span;
pub use compiled::{compile_matcher, load_matcher};
use learn::Sparse;
use model::{ByClass, ByCriterion, Vocabulary};
use terms::{Read, Reader};

/// How much stronger than its benchmark another topic must be before a statement that a person has
/// filed under the benchmark is taken to be about something else.
const FILED_WRONGLY: f64 = 0.5;
/// From which value on a further criterion is found beside the best, when the statement is good news.
const FURTHER_GOOD: f64 = -0.45;
/// The same for a statement that reports a shortfall: there a false finding does more harm.
const FURTHER_BAD: f64 = -0.25;
/// How many criteria one statement can bear on.
const MOST_FINDINGS: usize = 5;

/// What a statement comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Matched {
    /// The benchmark, as a place in [`Rubric::benchmarks`]; nothing when it is about another topic or
    /// cannot be judged.
    pub benchmark: Option<usize>,
    /// The status of the whole statement; nothing when it cannot be judged.
    pub status: Option<Status>,
    /// What it says of each criterion, the surest first.
    pub findings: Vec<Found>,
    /// Why it could not be judged, if so.
    pub abstained: Option<Abstained>,
    /// Whether it was read as in place although it may speak of a plan, a lapse or a lack.
    pub doubtful: bool,
}

/// What a statement says of one criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The criterion. Of a requirement that several levels repeat, the one of the highest level.
    pub criterion: CriterionIndex,
    /// The status of the practice.
    pub status: Status,
    /// How sure it is that the statement bears on the criterion, 0 to 1.
    pub score: f64,
    /// The words it rests on, as a place in the statement.
    pub words: Span,
    /// What decided.
    pub why: Why,
}

/// What decided a finding.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Why {
    /// The words that tied the statement to the criterion, the strongest first.
    pub words: Vec<String>,
    /// The words that set the status.
    pub trigger: Option<String>,
    /// The example statement that is most like it.
    pub example: Option<String>,
}

impl Why {
    /// In one line for a reader.
    pub fn line(&self) -> String {
        let mut parts = Vec::new();
        if !self.words.is_empty() {
            parts.push(format!("words: {}", self.words.join(", ")));
        }
        if let Some(trigger) = &self.trigger {
            parts.push(format!("status from “{trigger}”"));
        }
        if let Some(example) = &self.example {
            parts.push(format!("like “{example}”"));
        }
        parts.join("; ")
    }
}

/// Why a statement cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Abstained {
    /// There are no words in it.
    NoWords,
    /// It is in a language that the matcher does not read.
    Language(String),
    /// Nothing in it is known.
    NothingKnown,
}

impl Abstained {
    /// For a reader.
    pub fn words(&self) -> String {
        match self {
            Self::NoWords => "there are no words in it".to_owned(),
            Self::Language(language) => format!("it seems to be in {language}, which the matcher does not read"),
            Self::NothingKnown => "it says too little to tell".to_owned(),
        }
    }
}

/// An example statement of one criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    text: String,
    #[serde(rename = "at")]
    criterion: CriterionIndex,
    status: Status,
}

/// What a rubric has taught, ready to read statements.
pub struct Matcher {
    reader: Reader,
    other_languages: Vec<(String, Vec<String>)>,
    benchmarks: ByClass,
    criteria: ByCriterion,
    statuses: ByClass,
    topic_terms: Vocabulary,
    status_terms: Vocabulary,
    examples: Vec<Example>,
    /// For each criterion, which examples are its own.
    examples_of: BTreeMap<CriterionIndex, Vec<usize>>,
    /// The criteria of each benchmark that are no repetitions.
    criteria_of: Vec<Vec<usize>>,
    /// For a requirement that higher levels repeat, the highest repetition.
    repeated_as: BTreeMap<usize, usize>,
}

impl Matcher {
    fn new(
        rubric: &Rubric,
        benchmarks: ByClass,
        criteria: ByCriterion,
        statuses: ByClass,
        topic_terms: Vocabulary,
        status_terms: Vocabulary,
        examples: Vec<Example>,
    ) -> Self {
        let mut examples_of: BTreeMap<CriterionIndex, Vec<usize>> = BTreeMap::new();
        for (at, example) in examples.iter().enumerate() {
            examples_of.entry(example.criterion).or_default().push(at);
        }
        let criteria_of = (0..rubric.benchmarks.len())
            .map(|benchmark| {
                rubric
                    .criteria_of(benchmark)
                    .filter(|(_, criterion)| criterion.same_as.is_none())
                    .map(|(at, _)| at.0)
                    .collect()
            })
            .collect();
        Self {
            reader: Reader::new(&rubric.lexicon),
            other_languages: rubric.lexicon.other_languages.clone(),
            benchmarks,
            criteria,
            statuses,
            topic_terms,
            status_terms,
            examples,
            examples_of,
            criteria_of,
            repeated_as: rubric
                .criteria
                .iter()
                .enumerate()
                .filter(|(_, criterion)| criterion.kind == Kind::Requirement)
                .filter_map(|(at, criterion)| criterion.same_as.map(|same| (same.0, at)))
                .collect(),
        }
    }

    /// Reads a statement. `filed` is the benchmark under which a person has put it, if one has.
    pub fn match_statement(&self, text: &str, filed: Option<usize>) -> Matched {
        let read = self.reader.read(text);
        if let Some(why) = self.cannot_judge(&read) {
            return Matched { benchmark: None, status: None, findings: Vec::new(), abstained: Some(why), doubtful: false };
        }
        let vector = self.topic_vector(&read, 0..read.words.len());
        let statuses = self.status_values(&read, 0..read.clauses.len());
        let status = status_of(&statuses);
        let doubtful = status == Status::InPlace && doubt(&statuses);
        let benchmark = self.benchmark(&vector, filed);
        let findings =
            benchmark.map_or_else(Vec::new, |benchmark| self.findings(text, &read, &vector, benchmark, status));
        Matched { benchmark, status: Some(status), findings, abstained: None, doubtful }
    }

    fn cannot_judge(&self, read: &Read) -> Option<Abstained> {
        let words = read.words.iter().filter(|word| word.word.chars().any(char::is_alphabetic)).count();
        if words == 0 {
            return Some(Abstained::NoWords);
        }
        for (language, known) in &self.other_languages {
            let found = read.words.iter().filter(|word| known.contains(&word.word)).count();
            if found >= 2 && found * 5 >= words {
                return Some(Abstained::Language(language.clone()));
            }
        }
        None
    }

    fn topic_vector(&self, read: &Read, run: std::ops::Range<usize>) -> Sparse {
        self.topic_terms.topic_vector(&self.reader.topic_terms(read, run))
    }

    fn status_values(&self, read: &Read, clauses: std::ops::Range<usize>) -> Vec<f64> {
        self.statuses.values(&self.status_terms.status_vector(&self.reader.status_terms(read, clauses)))
    }

    fn benchmark(&self, vector: &Sparse, filed: Option<usize>) -> Option<usize> {
        let values = self.benchmarks.values(vector);
        let (other, values) = values.split_last().expect("internal error: there is a class for other topics");
        match filed {
            Some(filed) => (other - values[filed] < FILED_WRONGLY).then_some(filed),
            None => {
                let best = largest(values)?;
                (values[best] >= *other).then_some(best)
            }
        }
    }

    /// The criteria of a benchmark, best first, with what each comes to.
    fn ranked(&self, vector: &Sparse, benchmark: usize) -> Vec<(usize, f64)> {
        let values = self.criteria.values(vector);
        let mut ranked: Vec<(usize, f64)> =
            self.criteria_of[benchmark].iter().map(|&criterion| (criterion, values[criterion])).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked
    }

    fn findings(&self, text: &str, read: &Read, vector: &Sparse, benchmark: usize, status: Status) -> Vec<Found> {
        let ranked = self.ranked(vector, benchmark);
        let further = if status == Status::InPlace { FURTHER_GOOD } else { FURTHER_BAD };
        let clauses: Vec<Clause> = if read.clauses.len() > 1 {
            (0..read.clauses.len())
                .map(|clause| {
                    let vector = self.topic_vector(read, read.clauses[clause].1.clone());
                    Clause { values: self.criteria.values(&vector), status: status_of(&self.status_values(read, clause..clause + 1)) }
                })
                .collect()
        } else {
            Vec::new()
        };
        ranked
            .iter()
            .take(MOST_FINDINGS)
            .enumerate()
            .filter(|(rank, (_, value))| *rank == 0 || *value >= further)
            .map(|(_, &(criterion, value))| {
                let home = largest(&clauses.iter().map(|clause| clause.values[criterion]).collect::<Vec<_>>());
                let (words, status) = match home {
                    Some(clause) => (read.clauses[clause].0, status),
                    None => (Span::new(0, text.len()), status),
                };
                Found {
                    criterion: CriterionIndex(self.repeated_as.get(&criterion).copied().unwrap_or(criterion)),
                    status,
                    score: certainty(value),
                    words,
                    why: self.why(text, read, vector, criterion, status),
                }
            })
            .collect()
    }

    fn why(&self, text: &str, read: &Read, vector: &Sparse, criterion: usize, status: Status) -> Why {
        let mut strongest: Vec<(u32, f64)> =
            vector.iter().map(|&(term, x)| (term, x * self.criteria.weight(term, criterion))).collect();
        strongest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let words = strongest
            .iter()
            .filter(|(term, share)| *share > 0.0 && !self.topic_terms.term(*term).starts_with('!'))
            .take(3)
            .map(|(term, _)| self.topic_terms.term(*term).trim_start_matches('=').to_owned())
            .collect();
        let trigger = (0..read.clauses.len())
            .flat_map(|clause| self.reader.triggers(read, clause))
            .filter(|trigger| speaks_for(trigger.cue, status))
            .map(|trigger| text[trigger.span.start..trigger.span.end].to_owned())
            .next();
        Why { words, trigger, example: self.nearest(vector, CriterionIndex(criterion)) }
    }

    /// The example of a criterion that is most like a statement.
    fn nearest(&self, vector: &Sparse, criterion: CriterionIndex) -> Option<String> {
        let mut best: Option<(f64, &str)> = None;
        for &at in self.examples_of.get(&criterion).into_iter().flatten() {
            let example = &self.examples[at];
            let read = self.reader.read(&example.text);
            let other = self.topic_vector(&read, 0..read.words.len());
            let alike = product(vector, &other);
            if best.is_none_or(|(most, _)| alike > most) {
                best = Some((alike, &example.text));
            }
        }
        best.map(|(_, text)| text.to_owned())
    }
}

/// One clause of a statement with several.
struct Clause {
    values: Vec<f64>,
    status: Status,
}

fn product(a: &Sparse, b: &Sparse) -> f64 {
    let mut sum = 0.0;
    let mut others = b.iter().peekable();
    for &(term, x) in a {
        while others.next_if(|(other, _)| *other < term).is_some() {}
        if let Some((_, y)) = others.next_if(|(other, _)| *other == term) {
            sum += x * y;
        }
    }
    sum
}

fn largest(values: &[f64]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (at, value) in values.iter().enumerate() {
        if best.is_none_or(|best| *value > values[best]) {
            best = Some(at);
        }
    }
    best
}

fn status_of(values: &[f64]) -> Status {
    largest(values).map_or(Status::InPlace, |at| Status::ALL[at])
}

/// Whether a statement that reads as in place may well not operate.
fn doubt(values: &[f64]) -> bool {
    let in_place = values[Status::InPlace as usize];
    Status::ALL.iter().any(|status| !status.operates() && in_place - values[*status as usize] < 0.35)
}

fn speaks_for(cue: Cue, status: Status) -> bool {
    match status {
        Status::InPlace => cue == Cue::Operates,
        Status::Partial => cue == Cue::Partial || cue == Cue::Absent,
        Status::Lapsed => cue == Cue::Lapsed,
        Status::Planned => cue == Cue::Planned,
        Status::Absent => cue == Cue::Absent || cue == Cue::Wish,
    }
}

/// How sure a value is, 0 to 1.
fn certainty(value: f64) -> f64 {
    let z = 2.0 * (value + 0.35);
    (0.5 * (1.0 + z / (1.0 + z * z).sqrt()) * 100.0).round() / 100.0
}
