//! From gaps to what is to be done: areas for development, and headline recommendations.
//!
//! An action recorded in the assessment, in the assessor's own words, comes before the rubric's
//! general recommendation for the same criterion; what it covers is not recommended twice.

pub mod smallest;

use std::collections::BTreeSet;

use crate::assessment::Assessment;
use crate::rubric::{CriterionIndex, Kind, Rubric};
use crate::scoring::{BenchmarkProposal, Gap, Proposals};

/// One thing to develop in a benchmark.
#[derive(Clone, Debug)]
pub struct Development {
    /// The recommendation, a sentence or two.
    pub text: String,
    /// The theme it falls under, as a place in [`Rubric::themes`]; none when it rests on no gap.
    pub theme: Option<usize>,
    /// The criterion it would put in place; none when it is an action that an assessor has recorded.
    pub criterion: Option<CriterionIndex>,
    /// Whether it answers a gap that holds back the next level.
    pub for_next_level: bool,
}

/// A headline recommendation: what is to be developed under one theme, across benchmarks.
#[derive(Clone, Debug)]
pub struct HeadlineRecommendation {
    /// The theme, as a place in [`Rubric::themes`].
    pub theme: usize,
    /// The benchmarks it serves, as places in [`Rubric::benchmarks`].
    pub benchmarks: Vec<usize>,
    /// What is to be done, at most [`MOST_STEPS`] sentences.
    pub steps: Vec<String>,
}

/// How many steps a headline names.
pub const MOST_STEPS: usize = 3;

/// The areas for development of every benchmark, parallel to [`Proposals::benchmarks`].
pub fn developments(
    rubric: &Rubric,
    assessment: &Assessment,
    proposals: &Proposals,
) -> Vec<Vec<Development>> {
    let promised: Vec<_> = assessment.actions.iter().filter(|action| action.is_open()).collect();
    let covered: BTreeSet<CriterionIndex> =
        promised.iter().flat_map(|action| &action.criteria).copied().collect();
    let mut lists: Vec<Vec<Development>> = vec![Vec::new(); rubric.benchmarks.len()];
    for action in promised {
        let home = action
            .benchmark
            .and_then(|number| rubric.benchmark(number).map(|(at, _)| at))
            .or_else(|| action.criteria.first().map(|&at| rubric.criterion(at).benchmark));
        let Some(home) = home else { continue };
        // One action may serve several benchmarks; it is shown under each whose criteria it names.
        for proposal in &proposals.benchmarks {
            let next = next_level(rubric, proposal);
            let named: Vec<_> = action
                .criteria
                .iter()
                .map(|&at| rubric.criterion(at))
                .filter(|criterion| criterion.benchmark == proposal.benchmark)
                .collect();
            if proposal.benchmark == home || !named.is_empty() {
                lists[proposal.benchmark].push(Development {
                    text: action.action.clone(),
                    theme: named.first().map(|criterion| criterion.theme),
                    criterion: None,
                    for_next_level: named
                        .iter()
                        .any(|criterion| next.is_some_and(|next| criterion.level <= next)),
                });
            }
        }
    }
    for proposal in &proposals.benchmarks {
        let list = &mut lists[proposal.benchmark];
        for gap in &proposal.gaps {
            let way_out = way_out(rubric, gap.criterion);
            if covered.contains(&gap.criterion) || covered.contains(&way_out) {
                continue;
            }
            let Some(text) = &rubric.criterion(way_out).action else { continue };
            if !list.iter().any(|development| development.text == *text) {
                list.push(Development {
                    text: text.clone(),
                    theme: Some(rubric.criterion(gap.criterion).theme),
                    criterion: Some(way_out),
                    for_next_level: holds_back_next(rubric, proposal, gap),
                });
            }
        }
    }
    lists
}

/// Actions that belong to no benchmark; a letter shows them for the area as a whole.
pub fn general_actions(assessment: &Assessment) -> Vec<&str> {
    assessment
        .actions
        .iter()
        .filter(|action| action.is_open())
        .filter(|action| action.benchmark.is_none() && action.criteria.is_empty())
        .map(|action| action.action.as_str())
        .collect()
}

/// The criterion whose action answers a gap: its own, or for a limit that of the nearest requirement
/// that leaves it behind.
pub fn way_out(rubric: &Rubric, at: CriterionIndex) -> CriterionIndex {
    let criterion = rubric.criterion(at);
    if criterion.action.is_some() {
        return at;
    }
    let above = criterion.superseded_by.iter().copied();
    above
        .filter(|&upper| rubric.criterion(upper).kind == Kind::Requirement)
        .find(|&upper| rubric.criterion(upper).action.is_some())
        .unwrap_or(at)
}

/// The level above the one that counts, if there is one.
pub fn next_level(rubric: &Rubric, proposal: &BenchmarkProposal) -> Option<u8> {
    rubric.next_level(proposal.level()?)
}

fn holds_back_next(rubric: &Rubric, proposal: &BenchmarkProposal, gap: &Gap) -> bool {
    next_level(rubric, proposal).is_some_and(|next| gap.blocks <= next)
}

/// The headline recommendations, at most `most`: themes that serve a benchmark where the duty is not
/// met come first, then those nearest to a next level, then those with most to develop.
pub fn headlines(
    rubric: &Rubric,
    proposals: &Proposals,
    developments: &[Vec<Development>],
    most: usize,
) -> Vec<HeadlineRecommendation> {
    let mut ranked: Vec<(u8, usize, usize, HeadlineRecommendation)> = Vec::new();
    for theme in 0..rubric.themes.len() {
        let mut benchmarks = Vec::new();
        let mut lists: Vec<Vec<&Development>> = Vec::new();
        for proposal in &proposals.benchmarks {
            let mut of_theme: Vec<&Development> =
                developments[proposal.benchmark].iter().filter(|d| d.theme == Some(theme)).collect();
            if !of_theme.is_empty() {
                of_theme.sort_by_key(|development| !development.for_next_level);
                benchmarks.push(proposal);
                lists.push(of_theme);
            }
        }
        if benchmarks.is_empty() {
            continue;
        }
        let not_met = benchmarks.iter().any(|b| b.level().is_some_and(|level| level < rubric.target.0));
        // Only a benchmark that the theme helps on to its next level makes the theme urgent.
        let nearest = benchmarks
            .iter()
            .zip(&lists)
            .filter(|(_, list)| list.iter().any(|development| development.for_next_level))
            .map(|(b, _)| distance(rubric, b))
            .min()
            .unwrap_or(usize::MAX);
        let count = lists.iter().map(Vec::len).sum::<usize>();
        let headline = HeadlineRecommendation {
            theme,
            benchmarks: benchmarks.iter().map(|b| b.benchmark).collect(),
            steps: in_turn(&below_first(rubric, &benchmarks, lists)),
        };
        ranked.push((u8::from(!not_met), nearest, usize::MAX - count, headline));
    }
    ranked.sort_by_key(|(not_met, nearest, few, headline)| (*not_met, *nearest, *few, headline.theme));
    let mut list: Vec<HeadlineRecommendation> = Vec::new();
    for (.., mut headline) in ranked {
        // A step that serves several themes is recommended once, for all the benchmarks that it serves.
        let said = |step: &String| list.iter().position(|before| before.steps.contains(step));
        let before = headline.steps.iter().find_map(said);
        headline.steps.retain(|step| said(step).is_none());
        match before {
            Some(before) if headline.steps.is_empty() => {
                let all = &mut list[before].benchmarks;
                all.append(&mut headline.benchmarks);
                all.sort_unstable();
                all.dedup();
            }
            _ => list.push(headline),
        }
    }
    list.truncate(most);
    list
}

/// The lists of those benchmarks that do not reach the target first: what they need comes before what would
/// make a good one better.
fn below_first<'d>(
    rubric: &Rubric,
    benchmarks: &[&BenchmarkProposal],
    lists: Vec<Vec<&'d Development>>,
) -> Vec<Vec<&'d Development>> {
    let mut ordered: Vec<(bool, Vec<&Development>)> = benchmarks
        .iter()
        .map(|benchmark| benchmark.level().is_none_or(|level| level >= rubric.target.0))
        .zip(lists)
        .collect();
    ordered.sort_by_key(|(reaches, _)| *reaches);
    ordered.into_iter().map(|(_, list)| list).collect()
}

/// How many gaps stand between a benchmark and its next level; where only silence does, one.
fn distance(rubric: &Rubric, proposal: &BenchmarkProposal) -> usize {
    match next_level(rubric, proposal) {
        Some(next) => proposal.gaps.iter().filter(|gap| gap.blocks <= next).count().max(1),
        None => usize::MAX,
    }
}

/// The first of each list, then the second of each, until there are enough.
fn in_turn(lists: &[Vec<&Development>]) -> Vec<String> {
    let longest = lists.iter().map(Vec::len).max().unwrap_or_default();
    let mut steps: Vec<String> = Vec::new();
    for at in 0..longest {
        for list in lists {
            if let Some(development) = list.get(at)
                && steps.len() < MOST_STEPS
                && !steps.contains(&development.text)
            {
                steps.push(development.text.clone());
            }
        }
    }
    steps
}
