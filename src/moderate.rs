//! Raters compared: how far the area itself, the adviser, a peer and the level rule agree, and what to talk about first.
//!
//! Agreement is told as exact, within one level, and as Cohen's kappa with quadratic weights (Cohen, Psychological
//! Bulletin 70, 1968) over the levels of the rubric. Kappa comes with a bootstrap interval and is not given at all for
//! fewer than [`FEWEST_PAIRS`] pairs: the ten scores of one area can show anything.

mod agreement;
pub mod vignettes;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cohort::{Entry, Rater};
use crate::rubric::{Rubric, RubricRef};
pub use agreement::{Agreement, FEWEST_PAIRS, NoKappa, agreement};
pub use vignettes::{ScoreSheet, VignetteComparison, Vignettes};

/// `moderate --format json`. Other programs read these names; they stay.
#[derive(Debug, Serialize)]
pub struct Moderation {
    /// `moderate/1`.
    pub schema: &'static str,
    /// The rubric.
    pub rubric: RubricRef,
    /// The highest marking of anything in any of the assessments.
    pub marking: &'static str,
    /// How many assessments were read.
    pub assessments: usize,
    /// How far two raters agree, for each two that have scored the same benchmark of the same area and period.
    pub pairs: Vec<Pair>,
    /// What to talk about first: two levels or more apart, or on two sides of the line at which the duty is met.
    pub discuss: Vec<Disagreement>,
    /// How strict each rater is, from an additive model; exploratory.
    pub severity: Severity,
    /// What raters make of the anchor vignettes, if any have scored them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vignettes: Option<VignetteComparison>,
}

/// Two raters.
#[derive(Debug, Serialize)]
pub struct Pair {
    /// Who: `self`, `adviser`, `peer` or `proposal`.
    pub raters: [&'static str; 2],
    /// How far they agree.
    #[serde(flatten)]
    pub agreement: Agreement,
    /// The mean of the first's level less the second's, benchmark by benchmark.
    pub benchmarks: Vec<BenchmarkDifference>,
}

/// How two raters differ on one benchmark.
#[derive(Debug, Serialize)]
pub struct BenchmarkDifference {
    /// The benchmark's number.
    pub number: u16,
    /// Over how many pairs.
    pub n: usize,
    /// The share of them in which both gave the same level.
    pub exact: f64,
    /// The mean of the first's level less the second's.
    pub signed_difference: f64,
}

/// Raters who part on one benchmark of one area.
#[derive(Clone, Debug, Serialize)]
pub struct Disagreement {
    /// The area's id.
    pub area: String,
    /// The period.
    pub period: String,
    /// The benchmark's number.
    pub number: u16,
    /// The level that each gave.
    pub levels: BTreeMap<&'static str, u8>,
    /// How far the highest lies above the lowest.
    pub apart: u8,
    /// Whether they stand on two sides of the line at which the duty is met.
    pub across_the_line: bool,
    /// Whether people part from each other, and not only from the proposal.
    pub between_people: bool,
}

/// How strict raters are.
#[derive(Debug, Serialize)]
pub struct Severity {
    /// `exploratory`: an additive model of levels as if they were equal steps. Many-facet Rasch is the reference, and
    /// needs more data than a region has.
    pub status: &'static str,
    /// The raters; none where they cannot be set against each other.
    pub raters: Vec<RaterSeverity>,
}

/// How strict one rater is.
#[derive(Debug, Serialize)]
pub struct RaterSeverity {
    /// Who.
    pub rater: &'static str,
    /// How many levels of theirs count here: those that another rater has scored too.
    pub n: usize,
    /// By how many levels they score below the mean of the raters; negative where above.
    pub severity: f64,
}

/// One benchmark of one area and period, with what each rater gave.
struct Scored<'a> {
    entry: &'a Entry,
    benchmark: usize,
    levels: [Option<u8>; 4],
}

/// The order in which two raters are named: the area's own first, what it is held against second.
const PAIRS: [(Rater, Rater); 6] = [
    (Rater::OwnArea, Rater::Adviser),
    (Rater::OwnArea, Rater::Peer),
    (Rater::Peer, Rater::Adviser),
    (Rater::OwnArea, Rater::Proposal),
    (Rater::Peer, Rater::Proposal),
    (Rater::Adviser, Rater::Proposal),
];

/// Compares the raters of all entries, which are of one rubric.
pub fn moderate(rubric: &Rubric, entries: &[&Entry]) -> Moderation {
    let scored: Vec<Scored<'_>> = entries
        .iter()
        .flat_map(|entry| {
            entry.levels.iter().enumerate().map(|(benchmark, levels)| Scored {
                entry,
                benchmark,
                levels: Rater::ALL.map(|rater| levels.by(rater)),
            })
        })
        .collect();
    Moderation {
        schema: "moderate/1",
        rubric: RubricRef::of(rubric),
        marking: entries.iter().map(|entry| entry.marking).max().unwrap_or_default().words(),
        assessments: entries.len(),
        pairs: PAIRS.into_iter().filter_map(|pair| compare_two(rubric, &scored, pair)).collect(),
        discuss: discuss(rubric, &scored),
        severity: severity(&scored),
        vignettes: None,
    }
}

fn compare_two(rubric: &Rubric, scored: &[Scored<'_>], (first, second): (Rater, Rater)) -> Option<Pair> {
    // Scores of one area hang together, whatever the year: they are drawn again together.
    let mut by_area: BTreeMap<&str, Vec<(u8, u8)>> = BTreeMap::new();
    let mut by_benchmark: BTreeMap<u16, Vec<(u8, u8)>> = BTreeMap::new();
    for item in scored {
        let (Some(one), Some(two)) = (item.levels[first as usize], item.levels[second as usize]) else {
            continue;
        };
        by_area.entry(&item.entry.area).or_default().push((one, two));
        by_benchmark.entry(item.entry.rubric.benchmarks[item.benchmark].number).or_default().push((one, two));
    }
    let groups: Vec<Vec<(u8, u8)>> = by_area.into_values().collect();
    if groups.is_empty() {
        return None;
    }
    Some(Pair {
        raters: [first.id(), second.id()],
        agreement: agreement(&groups, rubric.level_range()),
        benchmarks: by_benchmark
            .into_iter()
            .map(|(number, pairs)| BenchmarkDifference {
                number,
                n: pairs.len(),
                exact: agreement::exact(&pairs),
                signed_difference: agreement::signed_difference(&pairs),
            })
            .collect(),
    })
}

fn discuss(rubric: &Rubric, scored: &[Scored<'_>]) -> Vec<Disagreement> {
    let target = rubric.target.0;
    let mut found: Vec<Disagreement> = scored
        .iter()
        .filter_map(|item| {
            // The rule alone is no rater to talk with; where a person has judged, it is one more view.
            item.levels[..Rater::Proposal as usize].iter().flatten().next()?;
            let given = || item.levels.iter().flatten().copied();
            let (lowest, highest) = (given().min()?, given().max()?);
            let across_the_line = lowest < target && highest >= target;
            let mut people = item.levels[..Rater::Proposal as usize].iter().flatten();
            let first = people.next();
            let between_people = !people.all(|level| Some(level) == first);
            (highest - lowest >= 2 || across_the_line).then(|| Disagreement {
                between_people,
                area: item.entry.area.clone(),
                period: item.entry.period.clone(),
                number: item.entry.rubric.benchmarks[item.benchmark].number,
                levels: Rater::ALL
                    .into_iter()
                    .zip(item.levels)
                    .filter_map(|(rater, level)| Some((rater.id(), level?)))
                    .collect(),
                apart: highest - lowest,
                across_the_line,
            })
        })
        .collect();
    // Farthest apart first, then across the line; where people part from each other before where they part from the
    // rule only.
    found.sort_by(|a, b| {
        let key = |of: &Disagreement| (u8::MAX - of.apart, !of.across_the_line, !of.between_people);
        (key(a), &a.area, &a.period, a.number).cmp(&(key(b), &b.area, &b.period, b.number))
    });
    found
}

/// The additive model: a level is what the benchmark of the area deserves less the severity of the rater. What is
/// deserved drops out when each level is set against the mean of its item; what is left are the normal equations of
/// least squares, a row a rater, with the sum of severities set to nothing.
fn severity(scored: &[Scored<'_>]) -> Severity {
    const RATERS: usize = Rater::ALL.len();
    let mut matrix = [[0.0_f64; RATERS + 1]; RATERS];
    let mut counts = [0_usize; RATERS];
    for item in scored {
        let given: Vec<(usize, f64)> = item
            .levels
            .iter()
            .enumerate()
            .filter_map(|(rater, level)| level.map(|level| (rater, f64::from(level))))
            .collect();
        if given.len() < 2 {
            continue;
        }
        let many = f64::from(u32::try_from(given.len()).unwrap_or(u32::MAX));
        let mean = given.iter().map(|(_, level)| level).sum::<f64>() / many;
        for &(rater, level) in &given {
            counts[rater] += 1;
            matrix[rater][RATERS] += mean - level;
            matrix[rater][rater] += 1.0;
            for &(other, _) in &given {
                matrix[rater][other] -= 1.0 / many;
            }
        }
    }
    let present: Vec<usize> = (0..RATERS).filter(|rater| counts[*rater] > 0).collect();
    let estimates = solve(&matrix, &present);
    Severity {
        status: "exploratory",
        raters: present
            .iter()
            .zip(estimates.unwrap_or_default())
            .map(|(&rater, severity)| RaterSeverity {
                rater: Rater::ALL[rater].id(),
                n: counts[rater],
                severity: agreement::round(severity),
            })
            .collect(),
    }
}

/// Solves the equations of those raters that are present; nothing where some of them share no item with the others,
/// even through a third.
fn solve<const N: usize, const M: usize>(matrix: &[[f64; M]; N], present: &[usize]) -> Option<Vec<f64>> {
    let size = present.len();
    // The sum of severities is nothing: adding that equation to each makes the system regular.
    let mut rows: Vec<Vec<f64>> = present
        .iter()
        .map(|&row| {
            present.iter().map(|&column| matrix[row][column] + 1.0).chain([matrix[row][M - 1]]).collect()
        })
        .collect();
    for at in 0..size {
        let pivot = (at..size).max_by(|a, b| rows[*a][at].abs().total_cmp(&rows[*b][at].abs()))?;
        rows.swap(at, pivot);
        if rows[at][at].abs() < 1e-9 {
            return None;
        }
        for row in at + 1..size {
            let factor = rows[row][at] / rows[at][at];
            let above = rows[at].clone();
            for (value, above) in rows[row].iter_mut().zip(above).skip(at) {
                *value -= factor * above;
            }
        }
    }
    let mut solution = vec![0.0; size];
    for at in (0..size).rev() {
        let known: f64 = (at + 1..size).map(|column| rows[at][column] * solution[column]).sum();
        solution[at] = (rows[at][size] - known) / rows[at][at];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_additive_model_gives_back_what_a_table_was_made_with() {
        // Three raters of whom the second is one stricter than the first, and the third half a level milder; the
        // third and the first share no item.
        let mut matrix = [[0.0; 5]; 4];
        for pair in [[(0, 4.0), (1, 3.0)], [(0, 3.0), (1, 2.0)], [(1, 2.0), (2, 3.5)], [(1, 3.0), (2, 4.5)]] {
            let mean = f64::midpoint(pair[0].1, pair[1].1);
            for (rater, level) in pair {
                matrix[rater][4] += mean - level;
                matrix[rater][rater] += 1.0;
                for (other, _) in pair {
                    matrix[rater][other] -= 0.5;
                }
            }
        }
        let found = solve(&matrix, &[0, 1, 2]).unwrap_or_default();
        let expected = [-1.0 / 6.0, 5.0 / 6.0, -2.0 / 3.0];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
    }

    #[test]
    fn raters_without_a_common_item_are_not_set_against_each_other() {
        let mut matrix = [[0.0; 5]; 4];
        for (one, two) in [(0, 1), (2, 3)] {
            matrix[one][one] = 0.5;
            matrix[two][two] = 0.5;
            matrix[one][two] = -0.5;
            matrix[two][one] = -0.5;
        }
        assert_eq!(solve(&matrix, &[0, 1, 2, 3]), None);
    }
}
