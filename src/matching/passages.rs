//! Which passages of a document are evidence.
//!
//! A sentence in a paper rarely says what it is about: *The panel sat eleven times.* So what stands around
//! it speaks too. A picker is taught by whole papers in which a person has marked the evidence, and judges a
//! paper twice. First each passage is judged alone: by its words, those of its headings and of the sentence
//! before it, and by whether these name the subject (a linear model). Then it is judged among the others: by
//! how those in its paragraph, under its headings and in the whole paper were judged, and those in which its
//! words return, by networks that read the paper from both ends ("stacked sequential learning", Cohen and
//! Carvalho 2005). The second judgement learns from first judgements by models that were not taught with the
//! same paper, so that it knows how far to trust them.

use serde::{Deserialize, Serialize};

use super::learn::{self, Sparse};
use super::looks::{Looked, Paper, Vectors, size};
use super::model::{ByClass, Hashed, Vocabulary};
use super::network::{Lesson, Network};
use super::{Matched, Matcher, Stands};
use crate::document::{Document, Passage, passages};
use crate::parallel::in_parallel;
use crate::rubric::{TaughtPaper, Topic};

/// How sure a picker must be to propose a passage. Chosen on the papers that teach, each judged by a picker
/// that its file did not teach, so that about nine of ten proposed are about the subject (`benches/picking.rs`),
/// with an eye on the first five sets of `tests/papers`.
const NEEDED: f64 = 0.25;
/// How closely the linear model fits the papers.
const COST: f64 = 0.5;
/// In how many parts the papers are judged by a model that the others have taught.
const PARTS: usize = 5;
/// How many networks judge. Each errs elsewhere.
const NETWORKS: usize = 2;
/// By how much a passage about the subject that is no evidence counts when it teaches. To propose one is
/// half a mistake: it is about the subject, and a person who looks at it rejects it.
const COUNT_OF_BACKGROUND: f64 = 0.5;

/// What papers have taught.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Picker {
    /// The terms that are known.
    terms: Vocabulary,
    /// What a passage comes to alone.
    alone: ByClass,
    /// What it comes to among others: the mean of what these say.
    among: Vec<Network>,
}

impl Picker {
    /// Teaches a picker by papers, with a matcher for what their passages say. Nothing when they are empty.
    pub fn teach(matcher: &Matcher, papers: &[&TaughtPaper]) -> Option<Self> {
        if papers.iter().all(|paper| paper.passages.is_empty()) {
            return None;
        }
        // A paragraph of each stands beside the whole, so that the shortest papers are known too.
        let whole = papers.len();
        let part_of = |at: usize| at % whole % PARTS;
        let short: Vec<TaughtPaper> = papers.iter().enumerate().map(|(at, paper)| short(paper, at)).collect();
        let papers: Vec<&TaughtPaper> = papers.iter().copied().chain(&short).collect();
        let any = |hashed: Hashed| Some(hashed.term().to_owned());
        let looked = in_parallel(papers.len(), 1, |at| {
            let paper = Paper::taught(papers[at]);
            matcher.look_at(&paper, &matcher.read_all(&paper), &any)
        });
        let passages =
            looked[..whole].iter().flat_map(|paper| paper.passages.iter().map(|passage| &passage.terms));
        let terms = Vocabulary::of(passages, &[]);
        let looked: Vec<Looked<u32>> = looked.into_iter().map(|paper| paper.known(&terms)).collect();
        let rows: Vec<Vec<Sparse>> =
            in_parallel(looked.len(), 1, |at| looked[at].alone(&terms, Sparse::clone));
        let topics = |at: usize| papers[at].passages.iter().map(|passage| passage.topic);
        // The last model is taught by all papers, each of the others without a part of them.
        let mut models = in_parallel(PARTS + 1, 1, |part| {
            let chosen = (0..whole).filter(|at| part == PARTS || part_of(*at) != part);
            let (mut examples, mut marked, mut costs) = (Vec::new(), Vec::new(), Vec::new());
            for at in chosen {
                examples.extend(rows[at].iter().cloned());
                marked.extend(topics(at).map(is_marked));
                costs.extend(topics(at).map(|topic| COST * counts(topic)));
            }
            ByClass::of(&[learn::teach(&examples, &marked, size(&terms), &costs)])
        });
        let alone = models.pop().expect("internal error: there is a last model");
        let vectors: Vec<Vectors> = looked.iter().map(|paper| paper.vectors(&terms)).collect();
        let lessons: Vec<Lesson<_>> = in_parallel(looked.len(), 1, |at| {
            let alone: Vec<f64> = rows[at].iter().map(|row| models[part_of(at)].values(row)[0]).collect();
            Lesson {
                seen: looked[at].among(&terms, &alone, &vectors[at]),
                wanted: topics(at).map(is_marked).collect(),
                counts: topics(at).map(counts).collect(),
            }
        });
        let among = in_parallel(NETWORKS, 1, |seed| Network::teach(&lessons, terms.len(), seed as u64));
        Some(Self { terms, alone, among })
    }

    /// Makes ready what is not written down.
    pub(super) fn ready(self) -> Self {
        Self { terms: self.terms.ready(), ..self }
    }

    /// How sure it is that a reader would mark each passage: above 0 if it rather is.
    pub fn judge(&self, matcher: &Matcher, paper: &TaughtPaper) -> Vec<f64> {
        let paper = Paper::taught(paper);
        self.judge_looked(&matcher.look_at(&paper, &matcher.read_all(&paper), &self.terms()))
    }

    fn terms(&self) -> impl Fn(Hashed) -> Option<u32> {
        |hashed| self.terms.find_hashed(hashed)
    }

    fn judge_looked(&self, looked: &Looked<u32>) -> Vec<f64> {
        let alone = looked.alone(&self.terms, |row| self.alone.values(row)[0]);
        let vectors = looked.vectors(&self.terms);
        let seen = looked.among(&self.terms, &alone, &vectors);
        let mut sure = vec![0.0; seen.len()];
        for network in &self.among {
            for (sure, by_one) in sure.iter_mut().zip(network.judge(&seen)) {
                *sure += by_one / f64::from(u32::try_from(self.among.len()).unwrap_or(u32::MAX));
            }
        }
        sure
    }

    /// Where each passage stands; nothing for one that is not picked.
    fn places(&self, looked: &Looked<u32>) -> Vec<Option<Stands>> {
        let picked: Vec<bool> = self.judge_looked(looked).into_iter().map(|sure| sure > NEEDED).collect();
        (0..picked.len())
            .map(|at| picked[at].then(|| looked.benchmark(at, &picked)).flatten().map(Stands::InDocument))
            .collect()
    }
}

/// A paragraph of a paper as a paper by itself: of every other paper the one with most evidence, of the rest any.
fn short(paper: &TaughtPaper, at: usize) -> TaughtPaper {
    let evidence = |paragraph: &usize| {
        let own = paper.passages.iter().filter(|passage| passage.paragraph == *paragraph);
        own.filter(|passage| is_marked(passage.topic)).count()
    };
    let paragraphs = paper.paragraphs();
    let any = (at / 2) % paragraphs.max(1);
    let chosen = if at.is_multiple_of(2) { (0..paragraphs).max_by_key(evidence).unwrap_or(any) } else { any };
    paper.alone(chosen)
}

fn is_marked(topic: Topic) -> bool {
    matches!(topic, Topic::Benchmark(_))
}

fn counts(topic: Topic) -> f64 {
    if topic == Topic::Background { COUNT_OF_BACKGROUND } else { 1.0 }
}

/// What was found in a document.
pub struct Matches<'d> {
    /// How many passages it has.
    pub passages: usize,
    /// Those that are evidence, in the order of the document: which it is, from 1, and what it says.
    pub found: Vec<(usize, Passage<'d>, Matched)>,
}

impl Matcher {
    /// Reads a document, passage by passage. What is about another topic, or is no evidence, is left out.
    /// Without a picker each passage must speak for itself.
    pub fn match_document<'d>(&self, picker: Option<&Picker>, document: &'d Document) -> Matches<'d> {
        let list = passages(document, self.reader.abbreviations());
        let paper = Paper::of(&list);
        let reads = self.read_all(&paper);
        let looked = picker.map(|picker| (picker, self.look_at(&paper, &reads, &picker.terms())));
        let places = match &looked {
            Some((picker, looked)) => picker.places(looked),
            None => vec![Some(Stands::Alone); list.len()],
        };
        let mut found = Vec::new();
        for (at, stands) in places.into_iter().enumerate() {
            let Some(stands) = stands else { continue };
            let of_topic = match &looked {
                Some((_, looked)) => looked.passages[at].of_topic.as_slice(),
                None => &self.topic_terms(&reads[at]),
            };
            let matched = self.match_read(list[at].text(), &reads[at], of_topic, stands);
            if matched.benchmark.is_some() {
                found.push((at + 1, list[at], matched));
            }
        }
        Matches { passages: list.len(), found }
    }
}
