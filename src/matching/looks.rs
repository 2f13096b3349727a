//! What can be seen of the passages of a paper: what each says, and what stands around it.

use std::ops::Range;

use super::learn::Sparse;
use super::model::{Hashed, MARK, Vocabulary};
use super::network::Seen;
use super::terms::{Read, TopicTerms};
use super::{Matcher, Topics};
use crate::document::{BlockKind, CELLS, Passage};
use crate::rubric::TaughtPaper;

/// How far a text can speak for or against the subject at most.
const FURTHEST: f64 = 1.5;
/// How much the words of outer headings and of the sentence before count beside a passage's own.
const AROUND: f64 = 0.5;
/// What stands for a neighbour that is not there: less than any judgement.
const NOBODY: f64 = -3.0;
/// How neighbours under the same headings count.
const NEAR: Fading = Fading { each: 0.6, most: 7 };
/// How neighbours count wherever they stand.
const FAR: Fading = Fading { each: 0.8, most: 11 };
/// What draws a fading mean of few neighbours towards nothing.
const NO_NEIGHBOUR: f64 = 0.2;
/// How many words, other passages of a paragraph and other passages of a part are told from more of them.
const MOST_WORDS: usize = 60;
const MOST_IN_PARAGRAPH: usize = 12;
const MOST_IN_PART: usize = 40;
/// How many passages away a word that returns counts half.
const HALF_WAY: f64 = 8.0;
/// How many passages away it still counts.
const REACH: usize = 60;
/// How rare a word must be to say something by returning: once in so many passages, the fourth root.
const SELDOM: f64 = 1.65;
/// How sure of a passage one is at least.
const LEAST_SURE: f64 = 0.2;
/// What draws what a word says by returning towards nothing, beside the passages it returns in, and what draws
/// the mean of all words towards nothing, beside what they count.
const NO_RETURN: f64 = 0.5;
const NO_WORD: f64 = 2.0;
/// How much the benchmark of picked neighbours counts for a passage.
const NEIGHBOURS_BENCHMARK: f64 = 1.0;
/// How many passages away a neighbour's benchmark still counts.
const NEIGHBOURS_WITHIN: usize = 4;
/// How much less the benchmark of each further neighbour counts than that of the one before it.
const FADING_BENCHMARK: f64 = 0.7;
/// How much the benchmark of a neighbour in another paragraph counts beside one in the same.
const OTHER_PARAGRAPH: f64 = 0.5;
/// What draws a mean of few neighbours towards nothing: how many neighbours of no opinion stand beside them.
const NO_OPINION: f64 = 0.3;
/// How much the benchmark of the heading above counts.
const HEADINGS_BENCHMARK: f64 = 0.3;

/// A passage of a paper and where it stands.
#[derive(Clone, Copy)]
struct Standing<'t> {
    text: &'t str,
    /// Its paragraph or row, counted through the paper.
    paragraph: usize,
    /// Its place in [`Paper::parts`].
    part: usize,
    /// Whether it is, or stands in, a row of a table.
    row: bool,
    asks: bool,
}

/// A paper as it is looked at: passages in order, and the headings above them.
pub struct Paper<'t> {
    passages: Vec<Standing<'t>>,
    /// The headings above each part, the outermost first.
    parts: Vec<&'t [String]>,
}

impl<'t> Paper<'t> {
    /// A paper that teaches.
    pub fn taught(paper: &'t TaughtPaper) -> Self {
        let passages = paper.passages.iter().map(|passage| Standing {
            text: &passage.text,
            paragraph: passage.paragraph,
            part: passage.part,
            row: passage.text.contains(CELLS),
            asks: super::asks(&passage.text),
        });
        Self { passages: passages.collect(), parts: paper.parts.iter().map(Vec::as_slice).collect() }
    }

    /// The passages of a document.
    pub fn of(list: &[Passage<'t>]) -> Self {
        let mut paper = Self { passages: Vec::with_capacity(list.len()), parts: Vec::new() };
        let mut paragraph = 0;
        for (at, passage) in list.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| list[before].block);
            paragraph += usize::from(before.is_some_and(|before| !std::ptr::eq(before, passage.block)));
            if before.is_none_or(|before| before.under != passage.block.under) {
                paper.parts.push(&passage.block.under);
            }
            paper.passages.push(Standing {
                text: passage.text(),
                paragraph,
                part: paper.parts.len() - 1,
                row: passage.block.kind == BlockKind::Row,
                asks: super::asks(passage.text()),
            });
        }
        paper
    }
}

/// What a text says by itself.
pub struct Look<T> {
    /// Its terms of the topic, in order.
    pub terms: Vec<T>,
    /// Whether it names the subject.
    named: bool,
    /// The terms of the topic of each clause that the matcher knows.
    pub of_topic: Vec<TopicTerms<u32>>,
    /// What it comes to for each benchmark.
    benchmarks: Vec<f64>,
    /// What it comes to for the background of the subject.
    background: f64,
    /// What it comes to for other topics.
    other: f64,
    words: usize,
}

impl<T> Look<T> {
    /// The same with other terms.
    fn with<U>(&self, terms: Vec<U>) -> Look<U> {
        Look {
            terms,
            named: self.named,
            of_topic: self.of_topic.clone(),
            benchmarks: self.benchmarks.clone(),
            background: self.background,
            other: self.other,
            words: self.words,
        }
    }

    fn best(&self) -> f64 {
        self.benchmarks.iter().copied().fold(f64::MIN, f64::max)
    }

    /// By how much it is rather about the subject than about another topic.
    fn subject(&self) -> f64 {
        (self.best().max(self.background) - self.other).clamp(-FURTHEST, FURTHEST)
    }

    /// By how much it is rather evidence than background.
    fn evidence(&self) -> f64 {
        (self.best() - self.background).clamp(-FURTHEST, FURTHEST)
    }

    fn benchmark(&self, at: usize) -> f64 {
        self.benchmarks[at].clamp(-FURTHEST, FURTHEST)
    }
}

/// The terms of a paper as vectors.
pub struct Vectors {
    passages: Vec<Sparse>,
    /// Of the heading right above each part.
    headings: Vec<Sparse>,
}

/// A paper that has been looked at.
pub struct Looked<T> {
    /// What each passage says.
    pub passages: Vec<Look<T>>,
    rows: Vec<bool>,
    asks: Vec<bool>,
    paragraphs: Runs,
    parts: Runs,
    /// The headings above each run of [`Self::parts`], the outermost first.
    headings: Vec<Vec<Look<T>>>,
    /// By passage, whether it names the subject: 1 if so, else 0.
    named: Vec<f64>,
}

impl Matcher {
    fn look<T: Ord + Clone>(&self, read: &Read, term: &impl Fn(Hashed) -> Option<T>) -> Look<T> {
        // What stands for a term in the topic, and what stands for it here.
        let both = |text: &str| {
            let hashed = Hashed::new(text);
            match (self.taught.topic_terms.find_hashed(hashed), term(hashed)) {
                (None, None) => None,
                both => Some(both),
            }
        };
        let clauses: Vec<TopicTerms<(Option<u32>, Option<T>)>> =
            (0..read.clauses.len()).map(|clause| self.reader.topic_terms(read, clause, both)).collect();
        let terms = TopicTerms::together(&clauses, both);
        let of_topic: Vec<u32> = terms.iter().filter_map(|(of_topic, _)| *of_topic).collect();
        let vector = self.taught.topic_terms.topic_vector(&of_topic);
        let Topics { benchmarks, background, other } = self.topics(&vector);
        Look {
            terms: terms.into_iter().filter_map(|(_, term)| term).collect(),
            named: clauses.iter().any(|clause| clause.subject),
            of_topic: clauses.iter().map(|clause| clause.map(|(of_topic, _)| *of_topic)).collect(),
            benchmarks,
            background,
            other,
            words: read.words.len(),
        }
    }

    /// Takes the passages of a paper apart.
    pub(super) fn read_all(&self, paper: &Paper) -> Vec<Read> {
        self.reader.read_all(paper.passages.iter().map(|passage| passage.text))
    }

    /// Looks at a paper whose passages have been taken apart. `term` says what stands for a term; one for which
    /// it gives nothing is left out.
    pub(super) fn look_at<T: Ord + Clone>(
        &self,
        paper: &Paper,
        reads: &[Read],
        term: &impl Fn(Hashed) -> Option<T>,
    ) -> Looked<T> {
        let passages: Vec<Look<T>> = reads.iter().map(|read| self.look(read, term)).collect();
        let heading = |heading: &String| self.look(&self.reader.read(heading), term);
        let headings = |part: &&[String]| part.iter().map(heading).collect();
        Looked {
            named: passages.iter().map(|passage| if_so(passage.named)).collect(),
            passages,
            rows: paper.passages.iter().map(|passage| passage.row).collect(),
            asks: paper.passages.iter().map(|passage| passage.asks).collect(),
            paragraphs: Runs::of(paper.passages.iter().map(|passage| passage.paragraph)),
            parts: Runs::of(paper.passages.iter().map(|passage| passage.part)),
            headings: paper.parts.iter().map(headings).collect(),
        }
    }
}

/// Where a term stands to a passage. In each it says something else.
#[derive(Clone, Copy)]
enum Role {
    Own,
    Heading,
    OuterHeading,
    SentenceBefore,
}
const ROLES: usize = 4;
/// How many things beside terms are seen of a passage alone.
const PLAIN: usize = 9;
/// How many things are seen of a passage among others.
pub const AMONG: usize = 36;

/// How long a row of [`Looked::alone`] is.
pub fn size(terms: &Vocabulary) -> usize {
    ROLES * terms.len() + PLAIN
}

impl Looked<String> {
    /// The same with the terms that are known.
    pub fn known(self, terms: &Vocabulary) -> Looked<u32> {
        let known = |look: Look<String>| look.with(terms.known(&look.terms));
        let all = |looks: Vec<Look<String>>| looks.into_iter().map(known).collect();
        Looked {
            passages: all(self.passages),
            headings: self.headings.into_iter().map(all).collect(),
            rows: self.rows,
            asks: self.asks,
            paragraphs: self.paragraphs,
            parts: self.parts,
            named: self.named,
        }
    }
}

impl Looked<u32> {
    /// The heading right above a passage, and those above that.
    fn headings(&self, at: usize) -> (Option<&Look<u32>>, &[Look<u32>]) {
        match self.headings[self.parts.of[at]].split_last() {
            Some((nearest, outer)) => (Some(nearest), outer),
            None => (None, &[]),
        }
    }

    /// What is seen of each passage alone: its terms, those of its headings and of the sentence before it, and
    /// whether it and those around it name the subject. `of` says what becomes of it.
    pub fn alone<R>(&self, terms: &Vocabulary, of: impl Fn(&Sparse) -> R) -> Vec<R> {
        let subject: Vec<f64> = self.passages.iter().map(Look::<u32>::subject).collect();
        let subject_of_part = self.parts.sums(&subject);
        let (named_of_part, named_of_paragraph) =
            (self.parts.sums(&self.named), self.paragraphs.sums(&self.named));
        let all_named = mean(&self.named);
        let mut row = Sparse::new();
        let one = |(at, look): (usize, &Look<u32>)| {
            row.clear();
            add(&mut row, terms, look, Role::Own, 1.0);
            let (nearest, outer) = self.headings(at);
            if let Some(heading) = nearest {
                add(&mut row, terms, heading, Role::Heading, 1.0);
            }
            for heading in outer {
                add(&mut row, terms, heading, Role::OuterHeading, AROUND);
            }
            if self.paragraphs.run(at).start < at {
                add(&mut row, terms, &self.passages[at - 1], Role::SentenceBefore, AROUND);
            }
            let plain: [f64; PLAIN] = [
                subject[at],
                look.evidence(),
                self.named[at],
                if_so(nearest.is_some_and(|heading| heading.named)),
                if_so(outer.iter().any(|heading| heading.named)),
                if_so(named_of_paragraph.mean_of_others(at).unwrap_or_default() > 0.0),
                named_of_part.mean_of_others(at).unwrap_or_default(),
                subject_of_part.mean_of_others(at).unwrap_or_default(),
                all_named,
            ];
            let first = ROLES * terms.len();
            row.extend(plain.into_iter().enumerate().map(|(n, value)| (index(first + n), value)));
            of(&row)
        };
        self.passages.iter().enumerate().map(one).collect()
    }

    /// The terms of each passage and those of the heading right above each part, as vectors.
    pub fn vectors(&self, terms: &Vocabulary) -> Vectors {
        let vector = |look: &Look<u32>| terms.topic_vector(&look.terms);
        Vectors {
            passages: self.passages.iter().map(vector).collect(),
            headings: self.headings.iter().map(|all| all.last().map(vector).unwrap_or_default()).collect(),
        }
    }

    /// What is seen of each passage among others.
    pub fn among<'v>(
        &self,
        terms: &Vocabulary,
        judged: &[f64],
        vectors: &'v Vectors,
    ) -> Vec<Seen<'v, AMONG>> {
        let seen = |(at, row): (usize, _)| Seen {
            row,
            own: &vectors.passages[at],
            heading: &vectors.headings[self.parts.of[at]],
        };
        self.rows_among(terms, judged).into_iter().enumerate().map(seen).collect()
    }

    /// What is seen of each passage among others: how it and those around it were judged alone.
    fn rows_among(&self, terms: &Vocabulary, judged: &[f64]) -> Vec<[f64; AMONG]> {
        let returns = self.returns(terms, judged);
        let (of_paragraph, of_part) = (self.paragraphs.sums(judged), self.parts.sums(judged));
        let named_of_part = self.parts.sums(&self.named);
        let (all_judged, all_named) = (mean(judged), mean(&self.named));
        let sign = |other: usize| judged[other].clamp(-1.0, 1.0);
        let row = |(at, look): (usize, &Look<u32>)| {
            let (nearest, outer) = self.headings(at);
            let (paragraph, part) = (self.paragraphs.run(at), self.parts.run(at));
            let [far_before, before, after, far_after] =
                [-2, -1, 1, 2].map(|distance| self.beside(at, distance, judged));
            [
                judged[at],
                look.subject(),
                look.evidence(),
                self.named[at],
                if_so(nearest.is_some_and(|heading| heading.named)),
                if_so(outer.iter().any(|heading| heading.named)),
                if_so(self.rows[at]),
                number(look.words.min(MOST_WORDS)),
                returns[at],
                look.other,
                look.best(),
                far_before[0],
                far_before[1],
                before[0],
                before[1],
                after[0],
                after[1],
                far_after[0],
                far_after[1],
                of_paragraph.mean_of_others(at).unwrap_or_default(),
                of_paragraph.most_of_others(at).unwrap_or(NOBODY),
                of_part.mean_of_others(at).unwrap_or_default(),
                of_part.most_of_others(at).unwrap_or(NOBODY),
                all_judged,
                if_so(self.passages[paragraph.start..at].iter().any(|look| look.named)),
                if_so(self.passages[at + 1..paragraph.end].iter().any(|look| look.named)),
                named_of_part.mean_of_others(at).unwrap_or_default(),
                all_named,
                NEAR.mean((part.start..at).rev().map(|other| judged[other])),
                NEAR.mean((at + 1..part.end).map(|other| judged[other])),
                FAR.mean((0..at).rev().map(sign)),
                FAR.mean((at + 1..judged.len()).map(sign)),
                number((paragraph.len() - 1).min(MOST_IN_PARAGRAPH)),
                number((part.len() - 1).min(MOST_IN_PART)),
                number(at) / number(judged.len()),
                if_so(self.asks[at]),
            ]
        };
        self.passages.iter().enumerate().map(row).collect()
    }

    /// How a passage at a distance was judged: if it stands in the same paragraph, and if it stands only
    /// under the same headings.
    fn beside(&self, at: usize, distance: isize, judged: &[f64]) -> [f64; 2] {
        let is_in = |run: Range<usize>| at.checked_add_signed(distance).filter(|other| run.contains(other));
        match (is_in(self.paragraphs.run(at)), is_in(self.parts.run(at))) {
            (Some(other), _) => [judged[other], NOBODY],
            (None, Some(other)) => [NOBODY, judged[other]],
            (None, None) => [NOBODY, NOBODY],
        }
    }

    /// How the passages were judged in which the words of each passage return, those near it before those
    /// far off.
    fn returns(&self, terms: &Vocabulary, judged: &[f64]) -> Vec<f64> {
        let seldom = |term: &u32| !terms.is_mark(*term) && terms.count(*term) >= SELDOM;
        let passages = self.passages.iter().enumerate();
        let mut occurrences: Vec<(u32, usize)> = passages
            .flat_map(|(at, look)| look.terms.iter().copied().filter(seldom).map(move |term| (term, at)))
            .collect();
        occurrences.sort_unstable();
        let mut near = [0.0; REACH + 1];
        for (distance, near) in near.iter_mut().enumerate().skip(1) {
            *near = HALF_WAY / (HALF_WAY + number(distance));
        }
        // By how much a passage speaks for the subject, and by how much against it.
        let speaks = |judged: &f64| {
            let sure = (judged.abs() + LEAST_SURE).min(1.0);
            if *judged > 0.0 { [sure, 0.0] } else { [0.0, sure] }
        };
        let speaks: Vec<[f64; 2]> = judged.iter().map(speaks).collect();
        // What the words of each passage say, and what they count.
        let mut said = vec![[0.0; 2]; judged.len()];
        for of_term in occurrences.chunk_by(|one, other| one.0 == other.0) {
            let count = terms.count(of_term[0].0);
            let mut first = 0;
            for &(_, at) in of_term {
                while of_term[first].1 + REACH < at {
                    first += 1;
                }
                let (mut on, mut off) = (0.0, 0.0);
                for &(_, place) in of_term[first..].iter().take_while(|(_, place)| *place <= at + REACH) {
                    let near = near[place.abs_diff(at)];
                    on += near * speaks[place][0];
                    off += near * speaks[place][1];
                }
                said[at][0] += count * ((on - off) / (on + off + NO_RETURN));
                said[at][1] += count;
            }
        }
        said.into_iter().map(|[sum, counts]| sum / (counts + NO_WORD)).collect()
    }

    /// The benchmark of a passage, judged by what it says and by the passages beside it that were picked
    /// too: *sixty-three came* belongs to what the sentence before it told.
    pub fn benchmark(&self, at: usize, picked: &[bool]) -> Option<usize> {
        let (paragraph, part) = (self.paragraphs.run(at), self.parts.run(at));
        let first = part.start.max(at.saturating_sub(NEIGHBOURS_WITHIN));
        let beside: Vec<(usize, f64)> = (first..part.end.min(at + NEIGHBOURS_WITHIN + 1))
            .filter(|other| *other != at && picked[*other])
            .map(|other| {
                let near = if paragraph.contains(&other) { 1.0 } else { OTHER_PARAGRAPH };
                (other, (1..other.abs_diff(at)).fold(near, |near, _| near * FADING_BENCHMARK))
            })
            .collect();
        let total: f64 = beside.iter().map(|(_, near)| near).sum();
        let (nearest, _) = self.headings(at);
        let value = |benchmark: usize| {
            let around: f64 =
                beside.iter().map(|(other, near)| near * self.passages[*other].benchmark(benchmark)).sum();
            let heading = nearest.map_or(0.0, |heading| heading.benchmark(benchmark));
            self.passages[at].benchmark(benchmark)
                + NEIGHBOURS_BENCHMARK * around / (total + NO_OPINION)
                + HEADINGS_BENCHMARK * heading
        };
        let values: Vec<f64> = (0..self.passages[at].benchmarks.len()).map(value).collect();
        super::largest(&values)
    }
}

/// Adds the terms of a text in a role to a row.
fn add(row: &mut Sparse, terms: &Vocabulary, look: &Look<u32>, role: Role, weight: f64) {
    let plain = look.terms.iter().filter(|term| !terms.is_mark(**term)).count();
    let value = weight / number(plain.max(1)).sqrt();
    let first = role as usize * terms.len();
    row.extend(look.terms.iter().map(|&term| {
        let value = if terms.is_mark(term) { weight * MARK } else { value };
        (index(first + term as usize), value)
    }));
}

/// Means of neighbours in which each further one counts less.
struct Fading {
    /// By how much less than the one before it.
    each: f64,
    /// How many count.
    most: usize,
}

impl Fading {
    fn mean(&self, values: impl Iterator<Item = f64>) -> f64 {
        let (mut sum, mut counts, mut count) = (0.0, 0.0, 1.0);
        for value in values.take(self.most) {
            count *= self.each;
            sum += count * value;
            counts += count;
        }
        sum / (counts + NO_NEIGHBOUR)
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / number(values.len().max(1))
}

fn if_so(so: bool) -> f64 {
    if so { 1.0 } else { 0.0 }
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn index(at: usize) -> u32 {
    u32::try_from(at).expect("internal error: there are fewer terms than that")
}

/// Passages that follow one another and belong together.
struct Runs {
    runs: Vec<Range<usize>>,
    /// Which run each passage is in.
    of: Vec<usize>,
}

impl Runs {
    fn of(keys: impl Iterator<Item = usize>) -> Self {
        let mut runs: Vec<Range<usize>> = Vec::new();
        let mut of = Vec::new();
        let mut before = None;
        for (at, key) in keys.enumerate() {
            match runs.last_mut() {
                Some(run) if before == Some(key) => run.end = at + 1,
                _ => runs.push(at..at + 1),
            }
            before = Some(key);
            of.push(runs.len() - 1);
        }
        Self { runs, of }
    }

    fn run(&self, at: usize) -> Range<usize> {
        self.runs[self.of[at]].clone()
    }

    fn sums<'r>(&'r self, values: &'r [f64]) -> Sums<'r> {
        let by_run = self.runs.iter().map(|run| {
            let mut sum = SumOfRun { sum: 0.0, most: (run.start, f64::MIN), second: f64::MIN };
            for at in run.clone() {
                sum.sum += values[at];
                if values[at] > sum.most.1 {
                    sum.second = sum.most.1;
                    sum.most = (at, values[at]);
                } else {
                    sum.second = sum.second.max(values[at]);
                }
            }
            sum
        });
        Sums { runs: self, values, by_run: by_run.collect() }
    }
}

/// What the values of each run come to.
struct Sums<'r> {
    runs: &'r Runs,
    values: &'r [f64],
    by_run: Vec<SumOfRun>,
}

struct SumOfRun {
    sum: f64,
    /// The largest value and where it stands.
    most: (usize, f64),
    second: f64,
}

impl Sums<'_> {
    /// The mean of the others of the run of a passage; nothing when there are none.
    fn mean_of_others(&self, at: usize) -> Option<f64> {
        let others = self.runs.run(at).len() - 1;
        (others > 0).then(|| (self.by_run[self.runs.of[at]].sum - self.values[at]) / number(others))
    }

    /// The largest of the others of the run of a passage; nothing when there are none.
    fn most_of_others(&self, at: usize) -> Option<f64> {
        let sum = &self.by_run[self.runs.of[at]];
        let most = if sum.most.0 == at { sum.second } else { sum.most.1 };
        (self.runs.run(at).len() > 1).then_some(most)
    }
}
