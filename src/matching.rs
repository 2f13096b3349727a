//! Statements into findings: which criteria a statement bears on, in what status, and why.
//!
//! A [`Matcher`] is taught by the rubric's own texts and examples ([`teach`]); nothing about a criterion
//! is in the code. It looks at a statement three times. Its *topic* says which benchmark it belongs to,
//! or none. Within the benchmark each *criterion* is a small linear model over the words. Its *status*
//! comes from the lexicon's triggers within each clause, in the manner of `NegEx` (Chapman et al. 2001)
//! and `ConText` (Harkema et al. 2009): what they weigh, alone, together and beside other words, is
//! learned from the same examples. Every finding can be traced to the words, the trigger and the
//! example that carried it.

mod compiled;
mod examples;
mod learn;
mod looks;
mod model;
mod network;
mod passages;
pub mod teach;
mod terms;

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::rubric::{CriterionIndex, Form, Kind, Rubric, Status};
use crate::source::Span;
pub use compiled::{compile_matcher, compile_picker, load_matcher, load_picker};
use examples::{Example, Examples};
use learn::Sparse;
use model::{ByClass, ByCriterion, Vocabulary, status_vector};
pub use passages::{Matches, Picker};
use terms::{Lexeme, Read, Reader, StatusTerms, Table, TopicTerms, Trigger};

/// How much stronger than its benchmark another topic must be before a statement that a person has
/// filed under the benchmark is taken to be about something else.
const FILED_WRONGLY: f64 = 0.3;
/// How little a statement must look like another topic if it stands by itself and names nothing of the
/// subject.
const UNNAMED: f64 = -0.5;
/// From which value on a criterion counts beside the best, when what the clause reports is in place.
const COUNTS_IN_PLACE: f64 = -0.6;
/// The same for a clause that reports a shortfall: there a false finding does more harm.
const COUNTS_SHORT: f64 = 0.0;
/// How many criteria one statement can count for.
const MOST_COUNTED: usize = 7;
/// How many criteria are shown at least, whether they count or not, so that a person can choose.
const SHOWN: usize = 3;
/// How much surer than of any other status the matcher must be to read a practice as in place: reading
/// a plan as a fact is the worst error there is.
const CAUTION: f64 = 0.2;
/// The same for what one clause says of one criterion.
const CAUTION_OF_CLAUSE: f64 = 0.05;
/// How much a clause's own word on its status counts beside that of the whole statement.
const OWN_WORD: f64 = 0.5;
/// The same where clauses are set against each other.
const OWN_WORD_IN_CONTRAST: f64 = 0.75;
/// How much surer of in place a pseudo-trigger makes, where nothing else speaks of a lack.
const PSEUDO: f64 = 0.6;
/// By how little surer before the reader is warned.
const DOUBT: f64 = 0.5;
/// The same where a trigger of another status stands in it.
const DOUBT_WITH_TRIGGER: f64 = 0.8;
/// How many words a statement needs that nobody has filed under a benchmark.
const FEWEST_WORDS: usize = 4;
/// A vocabulary of this many terms holds most words of its language.
const MANY_TERMS: usize = 5_000;
/// How much of an example is shown.
const EXAMPLE_SHOWN: usize = 160;
/// A statement longer than this many bytes is a document.
const LONGEST: usize = 10_000;

/// Where a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// By itself, or in a document that may be about anything.
    Alone,
    /// In an assessment, under no benchmark. Whoever put it there meant it to bear on one.
    InAssessment,
    /// In an assessment, filed by a person under this benchmark, a place in [`Rubric::benchmarks`].
    Filed(usize),
    /// In a document, where what stands around it says that it is evidence of this benchmark.
    InDocument(usize),
}

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

impl Matched {
    fn abstained(why: Abstained) -> Self {
        Self { benchmark: None, status: None, findings: Vec::new(), abstained: Some(why), doubtful: false }
    }
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
    /// Whether it counts for the level. One that does not is shown so that a person can choose it.
    pub counts: bool,
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
            let shown: String = example.chars().take(EXAMPLE_SHOWN).collect();
            let more = if shown.len() < example.len() { "…" } else { "" };
            parts.push(format!("like “{shown}{more}”"));
        }
        parts.join("; ")
    }
}

/// Why a statement cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Abstained {
    /// There are no words in it.
    NoWords,
    /// It is longer than any statement.
    TooLong,
    /// The rubric has no examples.
    Untaught,
    /// It is in a language that the matcher does not read.
    Language(String),
    /// It asks and states nothing.
    Question,
    /// It says too little, or nothing that is known.
    NothingKnown,
}

impl Abstained {
    /// For a reader.
    pub fn words(&self) -> String {
        match self {
            Self::NoWords => "there are no words in it".to_owned(),
            Self::Untaught => "the rubric has no example statements to learn from".to_owned(),
            Self::TooLong => "it is too long for one statement; cut it into sentences".to_owned(),
            Self::Language(language) => {
                format!("it seems to be in {language}, which the matcher does not read")
            }
            Self::Question => "it asks and states nothing".to_owned(),
            Self::NothingKnown => "it says too little to tell".to_owned(),
        }
    }
}

/// Everything that was learned.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Taught {
    topic_terms: Vocabulary,
    status_terms: Vocabulary,
    /// A class a benchmark, then the background of the subject, then other topics.
    topics: ByClass,
    criteria: ByCriterion,
    statuses: ByClass,
    examples: Vec<Example>,
}

/// A statement that has been taken apart.
struct Statement<'s> {
    text: &'s str,
    read: &'s Read,
    /// The terms of the topic of each clause, and those of its status.
    of_topic: &'s [TopicTerms<u32>],
    of_status: &'s [StatusTerms<u32>],
}

/// The criteria of a benchmark.
struct OfBenchmark {
    all: Range<usize>,
    /// Those that are no repetitions.
    own: Vec<usize>,
}

/// What a rubric has taught, ready to read statements.
pub struct Matcher {
    reader: Reader,
    /// For each word that tells another language, which ones, as places in the lexicon's list.
    other_languages: Table<String, Vec<usize>>,
    languages: Vec<String>,
    taught: Taught,
    examples: Examples,
    /// The criteria of each benchmark.
    criteria_of: Vec<OfBenchmark>,
    /// For a requirement that higher levels repeat, the highest repetition.
    repeated_as: BTreeMap<usize, usize>,
    /// Of each criterion that is a limit, what its wording describes.
    forms: Vec<Option<Form>>,
}

impl Matcher {
    fn new(rubric: &Rubric, taught: Taught) -> Self {
        let mut other_languages: Table<String, Vec<usize>> = Table::new();
        for (at, (_, words)) in rubric.lexicon.other_languages.iter().enumerate() {
            for word in words {
                other_languages.entry(word.clone()).or_default().push(at);
            }
        }
        let criteria_of = rubric.benchmarks.iter().map(|benchmark| OfBenchmark {
            all: benchmark.criteria.clone(),
            own: benchmark.criteria.clone().filter(|at| rubric.criteria[*at].same_as.is_none()).collect(),
        });
        let repeats = rubric.criteria.iter().enumerate().filter(|(_, c)| c.kind == Kind::Requirement);
        Self {
            reader: Reader::new(&rubric.lexicon),
            other_languages,
            languages: rubric.lexicon.other_languages.iter().map(|(language, _)| language.clone()).collect(),
            examples: Examples::new(&taught),
            taught,
            criteria_of: criteria_of.collect(),
            repeated_as: repeats.filter_map(|(at, c)| c.same_as.map(|same| (same.0, at))).collect(),
            forms: rubric.criteria.iter().map(|criterion| criterion.form).collect(),
        }
    }

    /// Reads a statement. Where it stands says how likely it is to be about the subject at all.
    pub fn match_statement(&self, text: &str, stands: Stands) -> Matched {
        // A text of any length is not even taken apart.
        if text.len() > LONGEST {
            return Matched::abstained(Abstained::TooLong);
        }
        let read = self.reader.read(text);
        self.match_read(text, &read, &self.topic_terms(&read), stands)
    }

    /// The terms of the topic of each clause of a statement.
    fn topic_terms(&self, read: &Read) -> Vec<TopicTerms<u32>> {
        (0..read.clauses.len()).map(|clause| self.reader.topic_terms(read, clause, self.topic())).collect()
    }

    /// Reads a statement that has been taken apart, given the terms of the topic of each clause.
    fn match_read(&self, text: &str, read: &Read, of_topic: &[TopicTerms<u32>], stands: Stands) -> Matched {
        if let Some(why) = self.cannot_judge(text, read, stands) {
            return Matched::abstained(why);
        }
        let mut vector = self.topic_vector(of_topic);
        if vector.iter().all(|(term, _)| self.taught.topic_terms.is_mark(*term)) {
            return Matched::abstained(Abstained::NothingKnown);
        }
        let of_status: Vec<StatusTerms<u32>> = (0..read.clauses.len())
            .map(|clause| self.reader.status_terms(read, clause, self.status()))
            .collect();
        let statement = Statement { text, read, of_topic, of_status: &of_status };
        let statuses = self.status_values(&of_status);
        // What a tracker says of a row is taken at its word.
        let stated = self.reader.cell_status(text);
        let status = stated.unwrap_or_else(|| status_of(&statuses, CAUTION));
        let benchmark = self.benchmark(&vector, stands, of_topic.iter().any(|clause| clause.subject));
        let findings = benchmark.map_or_else(Vec::new, |benchmark| {
            let mut clauses = self.clauses(&statement, &statuses, benchmark);
            if let Some(stated) = stated {
                for clause in &mut clauses {
                    clause.status = stated;
                }
            }
            self.taught.topic_terms.mark_status(&mut vector, status);
            self.findings(&statement, &vector, &clauses, benchmark)
        });
        let looks_otherwise = of_status.iter().any(|clause| !clause.is_plain());
        let doubtful = stated.is_none() && status == Status::InPlace && doubt(&statuses, looks_otherwise);
        Matched { benchmark, status: Some(status), findings, abstained: None, doubtful }
    }

    fn cannot_judge(&self, text: &str, read: &Read, stands: Stands) -> Option<Abstained> {
        if text.len() > LONGEST {
            return Some(Abstained::TooLong);
        }
        if self.taught.status_terms.is_empty() {
            return Some(Abstained::Untaught);
        }
        if asks(text) {
            return Some(Abstained::Question);
        }
        let words = read
            .words
            .iter()
            .filter(|word| !word.is_number() && word.word.chars().any(char::is_alphabetic))
            .count();
        if words == 0 {
            return Some(Abstained::NoWords);
        }
        let mut found = vec![0_usize; self.languages.len()];
        for word in &read.words {
            for &language in self.other_languages.get(word.word.as_str()).into_iter().flatten() {
                found[language] += 1;
            }
        }
        if let Some(at) = found.iter().position(|&found| found >= 2 && found * 3 >= words) {
            return Some(Abstained::Language(self.languages[at].clone()));
        }
        // Of a language that is read, most words have been seen; a rubric with few examples has seen few.
        let terms = &self.taught.status_terms;
        let seen = read.lexemes.iter().filter(|lexeme| terms.find(&lexeme.stem).is_some()).count();
        let foreign = terms.len() >= MANY_TERMS && seen * 2 < read.lexemes.len();
        // Under its benchmark "Deputy: none" says something; "see attached" by itself does not.
        let fewest =
            if matches!(stands, Stands::Filed(_) | Stands::InDocument(_)) { 2 } else { FEWEST_WORDS };
        (words < fewest || foreign).then_some(Abstained::NothingKnown)
    }

    fn topic(&self) -> impl Fn(&str) -> Option<u32> {
        |term| self.taught.topic_terms.find(term)
    }

    fn status(&self) -> impl Fn(&str) -> Option<u32> {
        |term| self.taught.status_terms.find(term)
    }

    fn topic_vector(&self, clauses: &[TopicTerms<u32>]) -> Sparse {
        self.taught.topic_terms.topic_vector(&TopicTerms::together(clauses, self.topic()))
    }

    fn status_values(&self, clauses: &[StatusTerms<u32>]) -> Vec<f64> {
        let terms = StatusTerms::together(clauses, self.status());
        let mut values = self.taught.statuses.values(&status_vector(&terms));
        // The words around a pseudo-trigger are those of a lack; the lexicon knows better.
        if clauses.iter().all(StatusTerms::is_plain) && clauses.iter().any(|clause| clause.pseudo) {
            values[Status::InPlace as usize] += PSEUDO;
        }
        values
    }

    fn topics(&self, vector: &Sparse) -> Topics {
        let mut benchmarks = self.taught.topics.values(vector);
        let other = benchmarks.pop().expect("internal error: there is a class for other topics");
        let background = benchmarks.pop().expect("internal error: there is a class for the background");
        Topics { benchmarks, background, other }
    }

    fn benchmark(&self, vector: &Sparse, stands: Stands, names_subject: bool) -> Option<usize> {
        if let Stands::InDocument(benchmark) = stands {
            return Some(benchmark);
        }
        let Topics { benchmarks: values, background, other } = self.topics(vector);
        let best = largest(&values)?;
        let on_topic = match stands {
            Stands::Filed(filed) => return (other - values[filed] < FILED_WRONGLY).then_some(filed),
            Stands::Alone if !names_subject => background.max(other) < values[best] && other < UNNAMED,
            _ => background.max(other) < values[best],
        };
        on_topic.then_some(best)
    }

    fn findings(
        &self,
        statement: &Statement,
        vector: &Sparse,
        clauses: &[Clause],
        benchmark: usize,
    ) -> Vec<Found> {
        let OfBenchmark { all, own } = &self.criteria_of[benchmark];
        let values = self.taught.criteria.values(vector, all.clone());
        let value_of = |criterion: usize| values[criterion - all.start];
        let mut ranked = own.clone();
        ranked.sort_by(|a, b| value_of(*b).total_cmp(&value_of(*a)).then(a.cmp(b)));
        let mut found: Vec<Found> = Vec::new();
        let mut triggers: Vec<Option<Option<String>>> = vec![None; clauses.len()];
        for criterion in ranked {
            let rank = found.len();
            if rank >= MOST_COUNTED.max(SHOWN) {
                break;
            }
            let home = largest_by(clauses, |clause| {
                clause.criteria.get(criterion - all.start).copied().unwrap_or_default()
            });
            let Some(home) = home else { break };
            let clause = &clauses[home];
            // A limit that does not hold in this status is not what the statement speaks of.
            if self.forms[criterion].is_some_and(|form| !form.holds(clause.status)) {
                continue;
            }
            let value = value_of(criterion);
            let threshold = if clause.status == Status::InPlace { COUNTS_IN_PLACE } else { COUNTS_SHORT };
            let counts = rank < MOST_COUNTED && (rank == 0 || value >= threshold);
            if !counts && rank >= SHOWN {
                continue;
            }
            found.push(Found {
                criterion: CriterionIndex(self.repeated_as.get(&criterion).copied().unwrap_or(criterion)),
                status: clause.status,
                score: certainty(value),
                counts,
                words: clause.span,
                why: Why {
                    words: self.strongest_words(statement, vector, criterion),
                    trigger: triggers[home].get_or_insert_with(|| self.trigger(statement, clause)).clone(),
                    example: self
                        .examples
                        .nearest(&self.taught, vector, CriterionIndex(criterion), clause.status)
                        .map(str::to_owned),
                },
            });
        }
        found
    }

    /// The clauses of a statement. What a clause says of the status is weighed against what the whole
    /// says: a clause alone says too little, and the whole mixes what differs. Where clauses are set
    /// against each other, each one's own word counts for more.
    fn clauses(&self, statement: &Statement, whole: &[f64], benchmark: usize) -> Vec<Clause> {
        let Statement { read, of_topic, of_status, .. } = *statement;
        if let [(span, _)] = read.clauses.as_slice() {
            return vec![Clause {
                span: *span,
                at: 0,
                criteria: Vec::new(),
                status: status_of(whole, CAUTION),
            }];
        }
        let share = if read.contrast { OWN_WORD_IN_CONTRAST } else { OWN_WORD };
        read.clauses
            .iter()
            .enumerate()
            .map(|(at, (span, _))| {
                let alone = self.reader.own_status_terms(read, at, self.status());
                let own =
                    self.status_values(alone.as_ref().map_or(&of_status[at..=at], std::slice::from_ref));
                let blend: Vec<f64> =
                    own.iter().zip(whole).map(|(own, whole)| share * own + (1.0 - share) * whole).collect();
                let status = status_of(&blend, CAUTION_OF_CLAUSE);
                let mut vector = self.topic_vector(&of_topic[at..=at]);
                self.taught.topic_terms.mark_status(&mut vector, status);
                let criteria = self.taught.criteria.values(&vector, self.criteria_of[benchmark].all.clone());
                Clause { span: *span, at, criteria, status }
            })
            .collect()
    }

    /// The words that tie a statement to a criterion most, as they stand in it.
    fn strongest_words(&self, statement: &Statement, vector: &Sparse, criterion: usize) -> Vec<String> {
        let terms = &self.taught.topic_terms;
        let mut strongest: Vec<(u32, f64)> = vector
            .iter()
            .filter(|(term, _)| !terms.is_mark(*term))
            .map(|&(term, x)| (term, x * self.taught.criteria.weight(term, criterion)))
            .filter(|(_, share)| *share > 0.0)
            .collect();
        strongest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut words: Vec<String> = Vec::new();
        for (term, _) in strongest {
            let written = as_written(statement, terms.term(term));
            // One that stands within another adds nothing.
            if words.len() < 3 && !words.iter().any(|known| known.contains(&written)) {
                words.push(written);
            }
        }
        words
    }

    /// The words of a clause, or else of the statement, that speak most for the status.
    fn trigger(&self, statement: &Statement, clause: &Clause) -> Option<String> {
        let Statement { text, of_status, .. } = *statement;
        let class = clause.status as usize;
        let strongest = |clauses: &[StatusTerms<u32>]| {
            let triggers: Vec<&Trigger<u32>> = clauses.iter().flat_map(|clause| &clause.triggers).collect();
            let weight = |trigger: &Trigger<u32>| -> f64 {
                trigger.terms.iter().flatten().map(|term| self.taught.statuses.weight(*term, class)).sum()
            };
            let best = largest_by(&triggers, |trigger| weight(trigger))?;
            let trigger = triggers[best];
            (weight(trigger) > 0.0).then(|| text[trigger.span.start..trigger.span.end].to_owned())
        };
        strongest(&of_status[clause.at..=clause.at]).or_else(|| strongest(of_status))
    }
}

/// A term as its words stand in a statement; the name of a thing that the lexicon knows by several.
fn as_written(statement: &Statement, term: &str) -> String {
    if let Some(name) = term.strip_prefix('=') {
        return name.to_owned();
    }
    let stems: Vec<&str> = term.split(' ').collect();
    let Statement { text, read, .. } = *statement;
    let is_here = |window: &[Lexeme]| window.iter().zip(&stems).all(|(lexeme, stem)| lexeme.stem == *stem);
    let found = read.lexemes.windows(stems.len()).position(is_here);
    found.map_or_else(
        || term.to_owned(),
        |at| text[read.words[at].span.start..read.words[at + stems.len() - 1].span.end].to_lowercase(),
    )
}

/// What a text comes to for each topic.
struct Topics {
    benchmarks: Vec<f64>,
    background: f64,
    other: f64,
}

/// One clause of a statement.
struct Clause {
    span: Span,
    at: usize,
    /// What it comes to for each criterion of the benchmark; nothing when it is the only one.
    criteria: Vec<f64>,
    status: Status,
}

/// Whether a text asks and states nothing.
fn asks(text: &str) -> bool {
    text.trim_end().ends_with('?')
}

/// The place of the largest; of the first, when several are.
fn largest(values: &[f64]) -> Option<usize> {
    largest_by(values, |value| *value)
}

fn largest_by<T>(items: &[T], value: impl Fn(&T) -> f64) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (at, item) in items.iter().enumerate() {
        let value = value(item);
        if best.is_none_or(|(_, most)| value > most) {
            best = Some((at, value));
        }
    }
    best.map(|(at, _)| at)
}

fn status_of(values: &[f64], caution: f64) -> Status {
    let mut cautious = values.to_vec();
    cautious[Status::InPlace as usize] -= caution;
    largest(&cautious).map_or(Status::InPlace, |at| Status::ALL[at])
}

/// Whether a statement that reads as in place may well not operate: another status is nearly as sure, or
/// not far off and a trigger speaks for it.
fn doubt(values: &[f64], looks_otherwise: bool) -> bool {
    let in_place = values[Status::InPlace as usize];
    let near = if looks_otherwise { DOUBT_WITH_TRIGGER } else { DOUBT };
    Status::ALL.iter().any(|status| !status.operates() && in_place - values[*status as usize] < near)
}

/// How sure a value is, 0 to 1.
fn certainty(value: f64) -> f64 {
    let z = 2.0 * (value + 0.35);
    (0.5 * (1.0 + z / (1.0 + z * z).sqrt()) * 100.0).round() / 100.0
}
