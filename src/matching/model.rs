//! What has been learned: which terms there are, and what each says for each class.
//!
//! Weights are kept as whole numbers of 1/256, so that they can be written down without
//! loss.

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::LazyLock;

use hashbrown::{DefaultHashBuilder, HashTable};
use serde::{Deserialize, Serialize};

use super::learn::Sparse;
use crate::rubric::Status;

const UNIT: f64 = 256.0;
/// A weight smaller than this many units is none.
const SMALLEST: i16 = 5;
/// A term must occur in one example, in one more for every so many that teach, and in three at most.
const EXAMPLES_AN_OCCURRENCE: u32 = 500;
const MOST_OCCURRENCES: u32 = 3;
/// The value of a mark of the subject or of a topic near it, beside terms that come to 1 in all.
pub const MARK: f64 = 0.4;
/// The value of the mark of a status.
const STATUS_MARK: f64 = 0.25;

fn units(weight: f64) -> i16 {
    let rounded = (weight * UNIT).round().clamp(-32_000.0, 32_000.0);
    #[allow(clippy::cast_possible_truncation, reason = "the value has been brought into range")]
    let units = rounded as i16;
    if units.abs() < SMALLEST { 0 } else { units }
}

/// The terms that are known, in order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Vocabulary {
    /// How many examples there were.
    examples: u32,
    /// All terms, one after another.
    text: String,
    /// Where each ends in it.
    ends: Vec<u32>,
    /// In how many examples each occurs.
    occurrences: Vec<u32>,
    /// By how much each counts: the fourth root of how rare it is.
    #[serde(skip)]
    counts: Vec<f64>,
    /// How many are marks; they come first.
    #[serde(skip)]
    marks: u32,
    /// Where each stands, by its hash. It is asked and never gone through.
    #[serde(skip)]
    index: HashTable<Indexed>,
}

/// A term in the index: which it is, and where its text stands.
#[derive(Debug)]
struct Indexed {
    at: u32,
    start: u32,
    end: u32,
}

/// A term and its hash, to be looked for in several vocabularies.
#[derive(Clone, Copy)]
pub struct Hashed<'t> {
    term: &'t str,
    hash: u64,
}

impl<'t> Hashed<'t> {
    /// Hashes a term.
    pub fn new(term: &'t str) -> Self {
        static HASHER: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);
        Self { term, hash: HASHER.hash_one(term) }
    }

    /// The term.
    pub fn term(self) -> &'t str {
        self.term
    }
}

impl PartialEq for Vocabulary {
    fn eq(&self, other: &Self) -> bool {
        (self.examples, &self.text, &self.ends, &self.occurrences)
            == (other.examples, &other.text, &other.ends, &other.occurrences)
    }
}

impl Vocabulary {
    /// The terms of some examples, each of which holds every term once, and `marks` of which no example
    /// need hold any.
    pub fn of<'a>(examples: impl Iterator<Item = &'a Vec<String>>, marks: &[String]) -> Self {
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        let mut total = 0;
        for terms in examples {
            total += 1;
            for term in terms {
                *counts.entry(term).or_default() += 1;
            }
        }
        let needed = (1 + total / EXAMPLES_AN_OCCURRENCE).min(MOST_OCCURRENCES);
        counts.retain(|_, count| *count >= needed);
        counts.extend(marks.iter().map(|mark| (mark.as_str(), 1)));
        let mut vocabulary = Self { examples: total, ..Self::default() };
        for (term, count) in counts {
            vocabulary.text.push_str(term);
            vocabulary.ends.push(u32::try_from(vocabulary.text.len()).unwrap_or(u32::MAX));
            vocabulary.occurrences.push(count);
        }
        vocabulary.ready()
    }

    /// Adds the mark of a status to a vector, so that a criterion can be known by the status it is stated
    /// in: what is missing is rather a limit of a low level, what operates rather a requirement.
    pub fn mark_status(&self, vector: &mut Sparse, status: Status) {
        if let Some(term) = self.find(&status_mark(status)) {
            vector.push((term, STATUS_MARK));
        }
    }

    /// Makes ready what is not written down.
    pub fn ready(mut self) -> Self {
        self.counts = self
            .occurrences
            .iter()
            .map(|&occurrences| (f64::from(self.examples) / f64::from(occurrences)).sqrt().sqrt())
            .collect();
        let all = u32::try_from(self.len()).unwrap_or(u32::MAX);
        self.marks = (0..all).take_while(|&at| self.term(at).starts_with('!')).fold(0, |count, _| count + 1);
        let mut index = HashTable::with_capacity(self.len());
        let mut start = 0;
        for (at, &end) in (0..all).zip(&self.ends) {
            let hash = |one: &Indexed| Hashed::new(self.text_of(one)).hash;
            let one = Indexed { at, start, end };
            index.insert_unique(hash(&one), one, hash);
            start = end;
        }
        self.index = index;
        self
    }

    /// How many terms there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing has been learned.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A term.
    pub fn term(&self, at: u32) -> &str {
        let at = at as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[at] as usize]
    }

    /// Where a term stands.
    pub fn find(&self, term: &str) -> Option<u32> {
        self.find_hashed(Hashed::new(term))
    }

    /// The same for a term that has been hashed.
    pub fn find_hashed(&self, Hashed { term, hash }: Hashed) -> Option<u32> {
        self.index.find(hash, |one| self.text_of(one) == term).map(|one| one.at)
    }

    fn text_of(&self, one: &Indexed) -> &str {
        &self.text[one.start as usize..one.end as usize]
    }

    /// Which of some terms are known, in order.
    pub fn known(&self, terms: &[String]) -> Vec<u32> {
        terms.iter().filter_map(|term| self.find(term)).collect()
    }

    /// Whether a term marks the subject or a topic near it.
    pub fn is_mark(&self, term: u32) -> bool {
        term < self.marks
    }

    /// Terms of the topic as a vector: rare terms count more than frequent ones, all of them come to
    /// length 1, and marks stand beside them.
    pub fn topic_vector(&self, terms: &[u32]) -> Sparse {
        let length = self.length(terms);
        terms.iter().map(|&at| (at, if self.is_mark(at) { MARK } else { self.count(at) / length })).collect()
    }

    /// By how much a term counts.
    pub fn count(&self, term: u32) -> f64 {
        self.counts[term as usize]
    }

    /// The length of terms of the topic, marks left out, before it is brought to 1.
    pub fn length(&self, terms: &[u32]) -> f64 {
        terms
            .iter()
            .filter(|at| !self.is_mark(**at))
            .map(|&at| self.count(at) * self.count(at))
            .sum::<f64>()
            .sqrt()
    }
}

/// The marks of all statuses.
pub fn status_marks() -> Vec<String> {
    Status::ALL.into_iter().map(status_mark).collect()
}

fn status_mark(status: Status) -> String {
    format!("!status {}", status.id())
}

/// Terms of the status as a vector: every term counts the same, all of them come to length 1.
pub fn status_vector(terms: &[u32]) -> Sparse {
    let length = f64::from(u32::try_from(terms.len()).unwrap_or(u32::MAX)).sqrt();
    terms.iter().map(|&at| (at, 1.0 / length)).collect()
}

/// The weight of each term for each of a few classes.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct ByClass {
    classes: usize,
    /// Term by term; the offsets last.
    weights: Vec<i16>,
}

impl ByClass {
    /// From the weights of one model a class.
    pub fn of(models: &[Vec<f64>]) -> Self {
        let terms = models.first().map_or(0, Vec::len);
        let weights =
            (0..terms).flat_map(|term| models.iter().map(move |model| units(model[term]))).collect();
        Self { classes: models.len(), weights }
    }

    /// What a vector comes to for each class.
    pub fn values(&self, vector: &Sparse) -> Vec<f64> {
        let offsets = &self.weights[self.weights.len() - self.classes..];
        let mut values: Vec<f64> = offsets.iter().map(|&units| f64::from(units) / UNIT).collect();
        for &(term, x) in vector {
            let row = &self.weights[term as usize * self.classes..][..self.classes];
            for (value, &units) in values.iter_mut().zip(row) {
                *value += x * f64::from(units) / UNIT;
            }
        }
        values
    }

    /// What one term says for one class.
    pub fn weight(&self, term: u32, class: usize) -> f64 {
        f64::from(self.weights[term as usize * self.classes + class]) / UNIT
    }
}

/// The weight of each term for each of many classes, most of which it says nothing about.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct ByCriterion {
    criteria: usize,
    /// Where each term's entries begin; one more than there are terms.
    starts: Vec<u32>,
    /// Criteria and weights; those of one term in the order of the criteria.
    entries: Vec<(u16, i16)>,
    offsets: Vec<i16>,
}

impl ByCriterion {
    /// From the weights of one model a criterion; a criterion without one is never found.
    pub fn of(criteria: usize, terms: usize, models: &BTreeMap<usize, &Vec<f64>>) -> Self {
        let mut starts = vec![0];
        let mut entries = Vec::new();
        for term in 0..terms {
            for (&criterion, model) in models {
                let weight = units(model[term]);
                if weight != 0 {
                    entries.push((u16::try_from(criterion).unwrap_or(u16::MAX), weight));
                }
            }
            starts.push(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        }
        let offsets =
            (0..criteria).map(|at| models.get(&at).map_or(i16::MIN, |model| units(model[terms]))).collect();
        Self { criteria, starts, entries, offsets }
    }

    fn entries(&self, term: u32) -> &[(u16, i16)] {
        let term = term as usize;
        &self.entries[self.starts[term] as usize..self.starts[term + 1] as usize]
    }

    /// What a vector comes to for each criterion of a range.
    pub fn values(&self, vector: &Sparse, range: Range<usize>) -> Vec<f64> {
        let first = range.start;
        let offsets = &self.offsets[range];
        let mut values: Vec<f64> = offsets.iter().map(|&units| f64::from(units) / UNIT).collect();
        for &(term, x) in vector {
            let entries = self.entries(term);
            let start = entries.partition_point(|(criterion, _)| usize::from(*criterion) < first);
            for &(criterion, units) in &entries[start..] {
                let Some(value) = values.get_mut(usize::from(criterion) - first) else { break };
                *value += x * f64::from(units) / UNIT;
            }
        }
        values
    }

    /// What one term says for one criterion.
    pub fn weight(&self, term: u32, criterion: usize) -> f64 {
        let entries = self.entries(term);
        let found = entries.binary_search_by_key(&criterion, |(at, _)| usize::from(*at));
        found.map_or(0.0, |at| f64::from(entries[at].1) / UNIT)
    }
}
