//! The examples of a rubric into a [`Matcher`].
//!
//! Three things teach: the criteria's own texts, their example statements, and the labelled statements
//! beside them. A statement with several findings teaches as a whole and, where its label quotes words
//! for a finding, by those words too. Where many teach, a term that occurs in one or two examples only
//! is left out: it is the accident of one author.

use std::collections::{BTreeMap, BTreeSet};

use super::examples::Example;
use super::learn::{self, Sparse};
use super::model::{ByClass, ByCriterion, Vocabulary, status_marks, status_vector};
use super::terms::{Reader, StatusTerms, TopicTerms};
use super::{Matcher, Taught};
use crate::parallel::in_parallel;
use crate::rubric::{CriterionIndex, Rubric, Status, Topic};

/// How closely the models of topic and criterion fit the examples.
const TOPIC_COST: f64 = 1.0;
/// How much more a criterion's own examples cost than those of the others of its benchmark.
const CRITERION_FAVOUR: f64 = 8.0;
/// How closely the model of status fits the examples.
const STATUS_COST: f64 = 1.0;

/// One thing that teaches, taken apart.
struct Lesson {
    /// The statement it comes from.
    source: String,
    /// The statement, or words of it.
    text: String,
    /// What it speaks of.
    topic: Topic,
    criteria: Vec<CriterionIndex>,
    status: Option<Status>,
    topic_terms: Vec<String>,
    status_terms: Vec<String>,
}

/// Everything that teaches, taken apart once, so that matchers can be taught with and without some
/// of it.
pub struct Lessons<'r> {
    rubric: &'r Rubric,
    lessons: Vec<Lesson>,
}

/// One thing that teaches, as it stands in the rubric.
struct Draft<'r> {
    source: &'r str,
    text: &'r str,
    topic: Topic,
    criteria: Vec<CriterionIndex>,
    status: Option<Status>,
}

impl Lesson {
    fn new(reader: &Reader, draft: &Draft) -> Self {
        let read = reader.read(draft.text);
        let term = |term: &str| Some(term.to_owned());
        let clauses = || 0..read.clauses.len();
        let of_topic: Vec<_> = clauses().map(|clause| reader.topic_terms(&read, clause, term)).collect();
        let of_status: Vec<_> = clauses().map(|clause| reader.status_terms(&read, clause, term)).collect();
        Self {
            source: draft.source.to_owned(),
            text: draft.text.to_owned(),
            topic: draft.topic,
            criteria: draft.criteria.clone(),
            status: draft.status,
            topic_terms: TopicTerms::together(&of_topic, term),
            status_terms: StatusTerms::together(&of_status, term),
        }
    }

    fn is_whole(&self) -> bool {
        self.source == self.text
    }
}

/// The criteria's own texts and examples, then the labelled statements with the words of their labels.
fn drafts(rubric: &Rubric) -> Vec<Draft<'_>> {
    let base = |at: CriterionIndex| rubric.criterion(at).same_as.unwrap_or(at);
    let mut drafts = Vec::new();
    for (at, criterion) in rubric.criteria.iter().enumerate() {
        let (topic, criteria) = (Topic::Benchmark(criterion.benchmark), vec![base(CriterionIndex(at))]);
        let mut add = |text, status| {
            drafts.push(Draft { source: text, text, topic, criteria: criteria.clone(), status });
        };
        if criterion.same_as.is_none() {
            add(criterion.text.as_str(), None);
        }
        for (status, text) in &criterion.examples {
            add(text, Some(*status));
        }
    }
    for statement in &rubric.statements {
        let (source, topic) = (statement.text.as_str(), statement.topic);
        let criteria: BTreeSet<CriterionIndex> =
            statement.findings.iter().map(|(at, ..)| base(*at)).collect();
        let criteria = criteria.into_iter().collect();
        drafts.push(Draft { source, text: source, topic, criteria, status: Some(statement.status) });
        let mut by_words: BTreeMap<&str, (BTreeSet<CriterionIndex>, BTreeSet<Status>)> = BTreeMap::new();
        for (criterion, status, words) in &statement.findings {
            if let Some(words) = words.as_deref().filter(|words| *words != source) {
                let (criteria, statuses) = by_words.entry(words).or_default();
                criteria.insert(base(*criterion));
                statuses.insert(*status);
            }
        }
        for (text, (criteria, statuses)) in by_words {
            let status = if statuses.len() == 1 { statuses.first().copied() } else { None };
            drafts.push(Draft { source, text, topic, criteria: criteria.into_iter().collect(), status });
        }
    }
    drafts
}

impl<'r> Lessons<'r> {
    /// Takes everything that a rubric teaches apart.
    pub fn new(rubric: &'r Rubric) -> Self {
        let reader = Reader::new(&rubric.lexicon);
        let drafts = drafts(rubric);
        let lessons = in_parallel(drafts.len(), 64, |at| Lesson::new(&reader, &drafts[at]));
        Self { rubric, lessons }
    }

    /// How many statements there are to learn from.
    pub fn statements(&self) -> usize {
        self.lessons.iter().filter(|lesson| lesson.is_whole() && lesson.status.is_some()).count()
    }

    /// Teaches a matcher with every lesson whose statement is not held back.
    pub fn teach(&self, held_back: &BTreeSet<&str>) -> Matcher {
        let lessons: Vec<&Lesson> =
            self.lessons.iter().filter(|lesson| !held_back.contains(lesson.source.as_str())).collect();
        let topic = Vocabulary::of(lessons.iter().map(|lesson| &lesson.topic_terms), &status_marks());
        let with_status: Vec<&&Lesson> = lessons.iter().filter(|lesson| lesson.status.is_some()).collect();
        let status = Vocabulary::of(with_status.iter().map(|lesson| &lesson.status_terms), &[]);

        let rows: Vec<Sparse> =
            lessons.iter().map(|lesson| topic.topic_vector(&topic.known(&lesson.topic_terms))).collect();
        let marked: Vec<Sparse> = lessons
            .iter()
            .zip(&rows)
            .map(|(lesson, row)| {
                let mut row = row.clone();
                if let Some(status) = lesson.status {
                    topic.mark_status(&mut row, status);
                }
                row
            })
            .collect();
        let status_rows: Vec<Sparse> =
            with_status.iter().map(|lesson| status_vector(&status.known(&lesson.status_terms))).collect();

        // The topic is learned from whole statements, the criterion within its benchmark.
        let whole: Vec<usize> = (0..lessons.len()).filter(|&at| lessons[at].is_whole()).collect();
        let whole_rows: Vec<Sparse> = whole.iter().map(|&at| rows[at].clone()).collect();
        let benchmarks = self.rubric.benchmarks.len();
        let of_benchmark: Vec<(Vec<usize>, Vec<Sparse>)> = (0..benchmarks)
            .map(|benchmark| {
                let chosen: Vec<usize> = (0..lessons.len())
                    .filter(|&at| {
                        lessons[at].topic == Topic::Benchmark(benchmark) && !lessons[at].criteria.is_empty()
                    })
                    .collect();
                let rows = chosen.iter().map(|&at| marked[at].clone()).collect();
                (chosen, rows)
            })
            .collect();
        let criteria: Vec<usize> = (0..self.rubric.criteria.len())
            .filter(|&at| self.rubric.criteria[at].same_as.is_none())
            .collect();

        let mut topics: Vec<Topic> = (0..benchmarks).map(Topic::Benchmark).collect();
        topics.extend([Topic::Background, Topic::Other]);
        let classes = topics.len() + criteria.len() + Status::ALL.len();
        let models = in_parallel(classes, 1, |class| {
            if let Some(&wanted) = topics.get(class) {
                let of_class: Vec<bool> = whole.iter().map(|&at| lessons[at].topic == wanted).collect();
                learn::teach(&whole_rows, &of_class, topic.len(), &vec![TOPIC_COST; whole.len()])
            } else if let Some(&criterion) = criteria.get(class - topics.len()) {
                let (chosen, rows) = &of_benchmark[self.rubric.criteria[criterion].benchmark];
                let of_class: Vec<bool> = chosen
                    .iter()
                    .map(|&at| lessons[at].criteria.contains(&CriterionIndex(criterion)))
                    .collect();
                let costs: Vec<f64> = of_class
                    .iter()
                    .map(|of| if *of { TOPIC_COST * CRITERION_FAVOUR } else { TOPIC_COST })
                    .collect();
                learn::teach(rows, &of_class, topic.len(), &costs)
            } else {
                let wanted = Status::ALL[class - topics.len() - criteria.len()];
                let of_class: Vec<bool> =
                    with_status.iter().map(|lesson| lesson.status == Some(wanted)).collect();
                learn::teach(&status_rows, &of_class, status.len(), &vec![STATUS_COST; status_rows.len()])
            }
        });
        let (of_topics, rest) = models.split_at(topics.len());
        let (of_criteria, of_statuses) = rest.split_at(criteria.len());
        let of_criteria: BTreeMap<usize, &Vec<f64>> = criteria.iter().copied().zip(of_criteria).collect();
        let examples = lessons
            .iter()
            .filter(|lesson| !lesson.criteria.is_empty())
            .filter_map(|lesson| {
                Some(Example {
                    text: lesson.text.clone(),
                    criteria: lesson.criteria.clone(),
                    status: lesson.status?,
                    terms: topic.known(&lesson.topic_terms),
                })
            })
            .collect();
        Matcher::new(
            self.rubric,
            Taught {
                topics: ByClass::of(of_topics),
                criteria: ByCriterion::of(self.rubric.criteria.len(), topic.len(), &of_criteria),
                statuses: ByClass::of(of_statuses),
                topic_terms: topic,
                status_terms: status,
                examples,
            },
        )
    }
}
