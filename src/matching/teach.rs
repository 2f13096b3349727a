//! The examples of a rubric into a [`Matcher`].
//!
//! Three things teach: the criteria's own texts, their example statements, and the labelled statements
//! beside them. A statement with several findings teaches as a whole and, where its label quotes words
//! for a finding, by those words too. Terms that occur in one example only are left out: they are the
//! accident of one author.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::learn::{self, Sparse};
use super::model::{ByCriterion, ByClass, Vocabulary};
use super::terms::Reader;
use super::{Example, Matcher};
use crate::rubric::{CriterionIndex, Rubric, Status};

/// How closely the models of topic and criterion fit the examples.
const TOPIC_COST: f64 = 1.0;
/// How closely the model of status fits the examples.
const STATUS_COST: f64 = 1.0;

/// One thing that teaches, taken apart.
struct Lesson {
    /// The statement it comes from.
    text: String,
    /// Whether it is the whole statement.
    whole: bool,
    /// The benchmark; nothing for another topic.
    benchmark: Option<usize>,
    criteria: Vec<CriterionIndex>,
    status: Option<Status>,
    topic_terms: BTreeSet<String>,
    status_terms: BTreeSet<String>,
}

/// Everything that teaches, taken apart once, so that matchers can be taught with and without some
/// of it.
pub struct Lessons<'r> {
    rubric: &'r Rubric,
    lessons: Vec<Lesson>,
    examples: Vec<Example>,
}

impl<'r> Lessons<'r> {
    /// Takes everything that a rubric teaches apart.
    pub fn new(rubric: &'r Rubric) -> Self {
        let reader = Reader::new(&rubric.lexicon);
        let base = |at: CriterionIndex| rubric.criterion(at).same_as.unwrap_or(at);
        let mut lessons = Vec::new();
        let mut examples = Vec::new();
        let mut add = |source: &str, text: &str, benchmark, criteria: Vec<CriterionIndex>, status| {
            let read = reader.read(text);
            lessons.push(Lesson {
                text: source.to_owned(),
                whole: source == text,
                benchmark,
                criteria,
                status,
                topic_terms: reader.topic_terms(&read, 0..read.words.len()),
                status_terms: reader.status_terms(&read, 0..read.clauses.len()),
            });
        };
        for (at, criterion) in rubric.criteria.iter().enumerate() {
            let own = base(CriterionIndex(at));
            if criterion.same_as.is_none() {
                add(&criterion.text, &criterion.text, Some(criterion.benchmark), vec![own], None);
            }
            for (status, text) in &criterion.examples {
                add(text, text, Some(criterion.benchmark), vec![own], Some(*status));
                examples.push(Example { text: text.clone(), criterion: own, status: *status });
            }
        }
        for statement in &rubric.statements {
            let criteria: BTreeSet<CriterionIndex> = statement.findings.iter().map(|(at, ..)| base(*at)).collect();
            let text = statement.text.as_str();
            add(text, text, statement.benchmark, criteria.into_iter().collect(), Some(statement.status));
            let mut by_words: BTreeMap<&str, (BTreeSet<CriterionIndex>, BTreeSet<Status>)> = BTreeMap::new();
            for (criterion, status, words) in &statement.findings {
                let own = base(*criterion);
                let words = words.as_deref().unwrap_or(text);
                examples.push(Example { text: words.to_owned(), criterion: own, status: *status });
                let (criteria, statuses) = by_words.entry(words).or_default();
                criteria.insert(own);
                statuses.insert(*status);
            }
            for (words, (criteria, statuses)) in by_words.into_iter().filter(|(words, _)| *words != text) {
                let status = if statuses.len() == 1 { statuses.first().copied() } else { None };
                add(text, words, statement.benchmark, criteria.into_iter().collect(), status);
            }
        }
        Self { rubric, lessons, examples }
    }

    /// How many statements there are to learn from.
    pub fn statements(&self) -> usize {
        self.lessons.iter().filter(|lesson| lesson.whole && lesson.status.is_some()).count()
    }

    /// Teaches a matcher with every lesson whose statement is not held back.
    pub fn teach(&self, held_back: &BTreeSet<&str>) -> Matcher {
        let lessons: Vec<&Lesson> =
            self.lessons.iter().filter(|lesson| !held_back.contains(lesson.text.as_str())).collect();
        let topic = Vocabulary::of(lessons.iter().map(|lesson| &lesson.topic_terms));
        let with_status: Vec<&&Lesson> = lessons.iter().filter(|lesson| lesson.status.is_some()).collect();
        let status = Vocabulary::of(with_status.iter().map(|lesson| &lesson.status_terms));

        let rows: Vec<Sparse> = lessons.iter().map(|lesson| topic.topic_vector(&lesson.topic_terms)).collect();
        let status_rows: Vec<Sparse> =
            with_status.iter().map(|lesson| status.status_vector(&lesson.status_terms)).collect();

        // The topic is learned from whole statements, the criterion within its benchmark.
        let whole: Vec<usize> = (0..lessons.len()).filter(|&at| lessons[at].whole).collect();
        let whole_rows: Vec<Sparse> = whole.iter().map(|&at| rows[at].clone()).collect();
        let benchmarks = self.rubric.benchmarks.len();
        let of_benchmark: Vec<(Vec<usize>, Vec<Sparse>)> = (0..benchmarks)
            .map(|benchmark| {
                let chosen: Vec<usize> = (0..lessons.len())
                    .filter(|&at| lessons[at].benchmark == Some(benchmark) && !lessons[at].criteria.is_empty())
                    .collect();
                let rows = chosen.iter().map(|&at| rows[at].clone()).collect();
                (chosen, rows)
            })
            .collect();
        let criteria: Vec<usize> =
            (0..self.rubric.criteria.len()).filter(|&at| self.rubric.criteria[at].same_as.is_none()).collect();

        let classes = benchmarks + 1 + criteria.len() + Status::ALL.len();
        let models = in_parallel(classes, |class| {
            if class <= benchmarks {
                // The last class is another topic.
                let wanted = (class < benchmarks).then_some(class);
                let of_class: Vec<bool> = whole.iter().map(|&at| lessons[at].benchmark == wanted).collect();
                learn::teach(&whole_rows, &of_class, topic.len(), TOPIC_COST)
            } else if let Some(&criterion) = criteria.get(class - benchmarks - 1) {
                let (chosen, rows) = &of_benchmark[self.rubric.criteria[criterion].benchmark];
                let of_class: Vec<bool> =
                    chosen.iter().map(|&at| lessons[at].criteria.contains(&CriterionIndex(criterion))).collect();
                learn::teach(rows, &of_class, topic.len(), TOPIC_COST)
            } else {
                let wanted = Status::ALL[class - benchmarks - 1 - criteria.len()];
                let of_class: Vec<bool> = with_status.iter().map(|lesson| lesson.status == Some(wanted)).collect();
                learn::teach(&status_rows, &of_class, status.len(), STATUS_COST)
            }
        });
        let (of_benchmarks, rest) = models.split_at(benchmarks + 1);
        let (of_criteria, of_statuses) = rest.split_at(criteria.len());
        let of_criteria: BTreeMap<usize, &Vec<f64>> = criteria.iter().copied().zip(of_criteria).collect();
        Matcher::new(
            self.rubric,
            ByClass::of(of_benchmarks),
            ByCriterion::of(self.rubric.criteria.len(), topic.len(), &of_criteria),
            ByClass::of(of_statuses),
            topic,
            status,
            self.examples.iter().filter(|example| !held_back.contains(example.text.as_str())).cloned().collect(),
        )
    }
}

/// The results of independent pieces of work, in order, on all cores.
fn in_parallel<T: Send>(pieces: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(pieces.max(1));
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let run = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= pieces {
                    return done;
                }
                done.push((at, work(at)));
            }
        };
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(run)).collect();
        let mut done = run();
        for other in others {
            done.extend(other.join().expect("internal error: teaching does not panic"));
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
