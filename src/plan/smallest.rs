//! What gets a benchmark to a level: the smallest sets of criteria that would have to be in place, found by
//! asking the level rule itself.
//!
//! The search is exact. It goes through the sets of criteria that are not in place, and leaves a branch only where
//! the rule says that even everything left in it would not reach the level, or where the set is already larger than
//! the best.
//!
//! Putting one more criterion in place never lowers a level, with one exception, which the search allows for. A
//! limit that is stated to hold is a gap, and the requirement that answers it is then not silent besides. Another
//! requirement that leaves the limit behind without making the first true takes the gap away and leaves a silence;
//! where the gap was outweighed and a silence is one too many, the level falls. Such criteria are called
//! *unsettling* here.

use crate::rubric::{CriterionIndex, Kind, Rubric, Status, Worth};
use crate::scoring::combine::{Combined, base};
use crate::scoring::rule::{Reading, level_under};

/// The smallest sets that reach a level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Smallest {
    /// The sets, those of least effort first, then those that need no offset, then in the order of the rubric; at
    /// most [`MOST_SETS`]. One empty set where the level is reached already.
    pub sets: Vec<SmallestSet>,
    /// How many sets there are of this size.
    pub ties: usize,
}

/// One set of criteria that reaches a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallestSet {
    /// The criteria, in the order of the rubric. A limit among them is to be left behind.
    pub criteria: Vec<CriterionIndex>,
    /// The sum of their efforts.
    pub effort: u32,
    /// Whether it reaches the level only because strengths outweigh a gap.
    pub by_offset: bool,
}

/// How many sets are kept.
pub const MOST_SETS: usize = 20_000;

/// Up to how many unsettling criteria every combination of them is tried.
const MOST_UNSETTLING: usize = 8;

/// What is known of an area's criteria, if some were other than they are: each of the criteria gets its status, and
/// one that is in place makes true or leaves behind what it supersedes.
pub fn suppose(
    rubric: &Rubric,
    combined: &[Combined],
    supposed: &[(CriterionIndex, Status)],
) -> Vec<Combined> {
    let mut all = combined.to_vec();
    for &(at, status) in supposed {
        let supposed = Combined { status: Some(status), at_best: Some(status), ..Combined::default() };
        all[base(rubric, at).0] = supposed;
    }
    for &(at, status) in supposed {
        if status == Status::InPlace {
            leave_behind(rubric, &mut all, base(rubric, at));
        }
    }
    repeat(rubric, &mut all, 0..rubric.criteria.len());
    all
}

/// Takes back what is stated of criteria that one in place supersedes and that falls short.
fn leave_behind(rubric: &Rubric, all: &mut [Combined], upper: CriterionIndex) {
    for &lower in &rubric.criterion(upper).supersedes {
        let criterion = rubric.criterion(lower);
        let stated = base(rubric, lower);
        let Some(status) = all[stated.0].status else { continue };
        let short = match (criterion.kind, criterion.form) {
            (Kind::Requirement, _) => rubric.rule.worth(status) != Worth::Met,
            // A limit that a higher level repeats is left behind only above the repetition.
            (Kind::Limit, Some(form)) => form.holds(status) && highest_repetition(rubric, lower) == lower,
            _ => false,
        };
        if short {
            all[stated.0] = Combined::default();
        }
    }
}

fn highest_repetition(rubric: &Rubric, at: CriterionIndex) -> CriterionIndex {
    let stated = base(rubric, at);
    let of = |other: &CriterionIndex| base(rubric, *other) == stated;
    let benchmark = rubric.criterion(at).benchmark;
    rubric.criteria_of(benchmark).map(|(other, _)| other).filter(of).last().unwrap_or(at)
}

/// A criterion that repeats another shares what is known of it.
fn repeat(rubric: &Rubric, all: &mut [Combined], range: std::ops::Range<usize>) {
    for at in range {
        if let Some(same) = rubric.criteria[at].same_as {
            all[at] = Combined { conflict: false, ..all[same.0].clone() };
        }
    }
}

/// The smallest sets of criteria of a benchmark with which the level rule gives at least `level`; nothing where no
/// set does. `effort` says what a criterion costs, from 1; sets of the same number of criteria are ordered by it.
pub fn smallest_sets(
    rubric: &Rubric,
    combined: &[Combined],
    benchmark: usize,
    level: u8,
    effort: &dyn Fn(CriterionIndex) -> u32,
) -> Option<Smallest> {
    let candidates = candidates(rubric, combined, benchmark);
    let mut search = Search {
        rubric,
        combined,
        benchmark,
        level,
        reading: Reading::STATED,
        working: combined.to_vec(),
        unsettling: unsettling(rubric, combined, &candidates),
        candidates: &candidates,
        best: usize::MAX,
        found: Vec::new(),
        ties: 0,
    };
    search.go(&mut Vec::new(), 0);
    if search.found.is_empty() {
        return None;
    }
    let (found, ties) = (std::mem::take(&mut search.found), search.ties);
    search.reading = Reading::STRICT;
    let mut sets: Vec<SmallestSet> = found
        .into_iter()
        .map(|criteria| SmallestSet {
            effort: criteria.iter().map(|&at| effort(at)).sum(),
            by_offset: !search.reaches(&criteria),
            criteria,
        })
        .collect();
    sets.sort_by(|a, b| (a.effort, a.by_offset, &a.criteria).cmp(&(b.effort, b.by_offset, &b.criteria)));
    Some(Smallest { sets, ties })
}

/// What could be put in place: requirements that are not, and limits that hold and that no requirement leaves
/// behind. A repetition stands for what it repeats.
fn candidates(rubric: &Rubric, combined: &[Combined], benchmark: usize) -> Vec<CriterionIndex> {
    rubric
        .criteria_of(benchmark)
        .filter(|(at, criterion)| {
            let status = combined[at.0].status;
            match (criterion.kind, criterion.form) {
                (Kind::Requirement, _) => {
                    criterion.same_as.is_none()
                        && status.is_none_or(|status| rubric.rule.worth(status) != Worth::Met)
                }
                (Kind::Limit, Some(form)) => {
                    let requirement =
                        |upper: &CriterionIndex| rubric.criterion(*upper).kind == Kind::Requirement;
                    status.is_some_and(|status| form.holds(status))
                        && highest_repetition(rubric, *at) == *at
                        && !criterion.superseded_by.iter().any(requirement)
                }
                _ => false,
            }
        })
        .map(|(at, _)| at)
        .collect()
}

/// The status of a criterion that has been seen to: in place, or for a limit one in which it no longer holds.
pub fn seen_to(rubric: &Rubric, at: CriterionIndex) -> Status {
    match rubric.criterion(at).form {
        Some(form) if form.holds(Status::InPlace) => Status::Absent,
        _ => Status::InPlace,
    }
}

/// The candidates that would take a stated limit away without making true the requirement that answers it.
fn unsettling(rubric: &Rubric, combined: &[Combined], candidates: &[CriterionIndex]) -> Vec<CriterionIndex> {
    let unsettles = |upper: CriterionIndex| {
        let above = &rubric.criterion(upper).supersedes;
        above.iter().any(|&lower| {
            let criterion = rubric.criterion(lower);
            let stated = combined[base(rubric, lower).0].status;
            let holds = criterion.form.zip(stated).is_some_and(|(form, status)| form.holds(status));
            let requirement = |at: &&CriterionIndex| rubric.criterion(**at).kind == Kind::Requirement;
            let answer = criterion.superseded_by.iter().find(requirement).map(|&at| base(rubric, at));
            holds && answer.is_some_and(|answer| answer != upper && !above.contains(&answer))
        })
    };
    candidates.iter().copied().filter(|&at| unsettles(at)).collect()
}

struct Search<'a> {
    rubric: &'a Rubric,
    combined: &'a [Combined],
    benchmark: usize,
    level: u8,
    reading: Reading,
    /// What is known of the criteria, of which those of the benchmark are written over for each question.
    working: Vec<Combined>,
    candidates: &'a [CriterionIndex],
    unsettling: Vec<CriterionIndex>,
    best: usize,
    found: Vec<Vec<CriterionIndex>>,
    ties: usize,
}

impl Search<'_> {
    /// Whether the level is reached with these seen to.
    fn reaches(&mut self, chosen: &[CriterionIndex]) -> bool {
        let range = self.rubric.benchmarks[self.benchmark].criteria.clone();
        self.working[range.clone()].clone_from_slice(&self.combined[range.clone()]);
        for &at in chosen {
            let status = Some(seen_to(self.rubric, at));
            self.working[base(self.rubric, at).0] =
                Combined { status, at_best: status, ..Combined::default() };
        }
        for &at in chosen {
            leave_behind(self.rubric, &mut self.working, at);
        }
        repeat(self.rubric, &mut self.working, range);
        level_under(self.rubric, &self.working, self.benchmark, self.reading)
            .is_some_and(|level| level >= self.level)
    }

    /// Whether any set could reach the level that holds these and some of the candidates from `at` on: all of them,
    /// with or without each that is unsettling.
    fn can_reach(&mut self, chosen: &[CriterionIndex], at: usize) -> bool {
        let rest = &self.candidates[at..];
        let (doubtful, sure): (Vec<CriterionIndex>, Vec<CriterionIndex>) =
            rest.iter().copied().partition(|at| self.unsettling.contains(at));
        // What counts as activity, for a level given by its own wording, can also be left behind.
        let by_wording = self.level < self.rubric.rule.first_requirement_level();
        if by_wording || doubtful.len() > MOST_UNSETTLING {
            return true;
        }
        (0..1_u32 << doubtful.len()).any(|without| {
            let kept = doubtful.iter().enumerate().filter(|(bit, _)| without & 1 << bit == 0);
            let all: Vec<CriterionIndex> =
                chosen.iter().chain(&sure).chain(kept.map(|(_, at)| at)).copied().collect();
            self.reaches(&all)
        })
    }

    /// Goes on from a set with the candidates from `at` on.
    fn go(&mut self, chosen: &mut Vec<CriterionIndex>, at: usize) {
        if chosen.len() > self.best {
            return;
        }
        if self.reaches(chosen) {
            if chosen.len() < self.best {
                self.best = chosen.len();
                self.found.clear();
                self.ties = 0;
            }
            self.ties += 1;
            if self.found.len() < MOST_SETS {
                self.found.push(chosen.clone());
            }
            return;
        }
        if chosen.len() == self.best || at == self.candidates.len() {
            return;
        }
        if !self.can_reach(chosen, at) {
            return;
        }
        chosen.push(self.candidates[at]);
        self.go(chosen, at + 1);
        chosen.pop();
        self.go(chosen, at + 1);
    }
}
