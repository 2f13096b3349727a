//! Small decision trees, each mending what those before it got wrong.
//!
//! Gradient boosting with squared error (Friedman 2001, "Greedy function approximation: a gradient boosting
//! machine"): every tree is fitted to what is still missing, and a small share of it is added. Trees grow at
//! the leaf where a split helps most, over values sorted into bins. The only operations are addition,
//! multiplication and division, always in the same order, so the same examples give the same bits on every
//! platform.

use serde::{Deserialize, Serialize};

/// How many trees there are.
const TREES: usize = 160;
/// How many leaves a tree has at most.
const LEAVES: usize = 8;
/// The share of a tree that is added.
const SHARE: f64 = 0.07;
/// How many examples a leaf needs.
const FEWEST: usize = 30;
/// By how much a leaf is drawn towards nothing, in examples.
const DRAWN: f64 = 1.0;
/// Into how many bins the values of a feature are sorted at most.
const BINS: usize = 64;

/// Trees whose values add up.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Trees {
    trees: Vec<Tree>,
}

/// A tree: its nodes, the root first.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Tree(Vec<Node>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Node {
    Leaf(f64),
    /// The value of a feature up to which the lower node follows, else the higher.
    Split {
        feature: u8,
        up_to: f64,
        lower: u8,
        higher: u8,
    },
}

impl Trees {
    /// What a row of features comes to.
    pub fn value(&self, row: &[f64]) -> f64 {
        self.trees.iter().map(|tree| tree.value(row)).sum()
    }

    /// Teaches trees which rows are wanted: 1 if so, -1 if not. `counts` says by how much each row counts;
    /// all rows have the same features.
    pub fn teach<const N: usize>(rows: &[[f64; N]], wanted: &[f64], counts: &[f64]) -> Self {
        let cuts: Vec<Vec<f64>> = (0..N).map(|feature| cuts(rows, feature)).collect();
        let bins: Vec<[u8; N]> = rows
            .iter()
            .map(|row| {
                std::array::from_fn(|feature| {
                    let below = cuts[feature].partition_point(|cut| *cut < row[feature]);
                    u8::try_from(below).unwrap_or(u8::MAX)
                })
            })
            .collect();
        let mut missing = wanted.to_vec();
        let mut trees = Vec::with_capacity(TREES);
        for _ in 0..TREES {
            let tree = grow(&bins, &cuts, &missing, counts);
            for (missing, row) in missing.iter_mut().zip(rows) {
                *missing -= tree.value(row);
            }
            trees.push(tree);
        }
        Self { trees }
    }
}

impl Tree {
    fn value(&self, row: &[f64]) -> f64 {
        let mut at = 0;
        loop {
            match &self.0[at] {
                Node::Leaf(value) => return *value,
                Node::Split { feature, up_to, lower, higher } => {
                    at = usize::from(if row[usize::from(*feature)] <= *up_to { *lower } else { *higher });
                }
            }
        }
    }
}

/// The values of a feature at which rows may be split, each midway between two that occur: about as many rows
/// between each and the next.
fn cuts<const N: usize>(rows: &[[f64; N]], feature: usize) -> Vec<f64> {
    let mut values: Vec<f64> = rows.iter().map(|row| row[feature]).collect();
    values.sort_by(f64::total_cmp);
    let mut cuts: Vec<f64> = (1..BINS)
        .filter_map(|bin| {
            let value = values[(values.len() - 1) * bin / BINS];
            let next = values.get(values.partition_point(|other| *other <= value))?;
            Some(value + (next - value) / 2.0)
        })
        .collect();
    cuts.dedup();
    cuts
}

/// What some rows come to together.
#[derive(Clone, Copy, Default)]
struct Sum {
    missing: f64,
    counts: f64,
    rows: usize,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.missing += other.missing;
        self.counts += other.counts;
        self.rows += other.rows;
    }

    fn without(self, other: Self) -> Self {
        Self {
            missing: self.missing - other.missing,
            counts: self.counts - other.counts,
            rows: self.rows - other.rows,
        }
    }

    /// How much of what is missing a leaf of these rows would take away.
    fn gain(self) -> f64 {
        self.missing * self.missing / (self.counts + DRAWN)
    }
}

/// A leaf that may yet be split.
struct Growing {
    /// Its place among the nodes.
    node: usize,
    rows: Vec<usize>,
    sum: Sum,
    /// What its best split gains, by which feature, up to which bin.
    best: Option<(f64, usize, usize)>,
}

impl Growing {
    fn new<const N: usize>(
        node: usize,
        rows: Vec<usize>,
        bins: &[[u8; N]],
        cuts: &[Vec<f64>],
        missing: &[f64],
        counts: &[f64],
    ) -> Self {
        let mut sums = vec![[Sum::default(); BINS]; N];
        let mut sum = Sum::default();
        for &row in &rows {
            let own = Sum { missing: missing[row] * counts[row], counts: counts[row], rows: 1 };
            sum.add(own);
            for (sums, &bin) in sums.iter_mut().zip(&bins[row]) {
                sums[usize::from(bin)].add(own);
            }
        }
        let mut best: Option<(f64, usize, usize)> = None;
        for (feature, sums) in sums.iter().enumerate() {
            let mut lower = Sum::default();
            for (bin, own) in sums.iter().enumerate().take(cuts[feature].len()) {
                lower.add(*own);
                let higher = sum.without(lower);
                if lower.rows < FEWEST || higher.rows < FEWEST {
                    continue;
                }
                let gain = lower.gain() + higher.gain() - sum.gain();
                if best.is_none_or(|(most, ..)| gain > most) {
                    best = Some((gain, feature, bin));
                }
            }
        }
        Self { node, rows, sum, best }
    }
}

fn grow<const N: usize>(bins: &[[u8; N]], cuts: &[Vec<f64>], missing: &[f64], counts: &[f64]) -> Tree {
    let growing = |node, rows| Growing::new(node, rows, bins, cuts, missing, counts);
    let mut nodes = vec![Node::Leaf(0.0)];
    let mut leaves = vec![growing(0, (0..bins.len()).collect())];
    while leaves.len() < LEAVES {
        let mut chosen: Option<(usize, (f64, usize, usize))> = None;
        for (at, leaf) in leaves.iter().enumerate() {
            if let Some(best) = leaf.best.filter(|(gain, ..)| *gain > 0.0)
                && chosen.is_none_or(|(_, (most, ..))| best.0 > most)
            {
                chosen = Some((at, best));
            }
        }
        let Some((at, (_, feature, bin))) = chosen else { break };
        let leaf = leaves.remove(at);
        let (lower, higher): (Vec<usize>, Vec<usize>) =
            leaf.rows.iter().partition(|row| usize::from(bins[**row][feature]) <= bin);
        let node = |at: usize| u8::try_from(at).expect("internal error: a tree has few nodes");
        nodes[leaf.node] = Node::Split {
            feature: node(feature),
            up_to: cuts[feature][bin],
            lower: node(nodes.len()),
            higher: node(nodes.len() + 1),
        };
        leaves.push(growing(nodes.len(), lower));
        leaves.push(growing(nodes.len() + 1, higher));
        nodes.extend([Node::Leaf(0.0), Node::Leaf(0.0)]);
    }
    for leaf in leaves {
        nodes[leaf.node] = Node::Leaf(SHARE * leaf.sum.missing / (leaf.sum.counts + DRAWN));
    }
    Tree(nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wanted is what has exactly one of two features: no sum of two things says that.
    #[test]
    fn what_only_two_features_together_say_is_learned() {
        let rows: Vec<[f64; 3]> = (0..420_u32)
            .map(|n| [f64::from(n % 2), f64::from(u8::from(n / 2 % 3 == 0)), f64::from(n % 7)])
            .collect();
        let wanted: Vec<f64> =
            rows.iter().map(|row| if (row[0] > 0.5) == (row[1] > 0.5) { -1.0 } else { 1.0 }).collect();
        let counts: Vec<f64> = rows.iter().map(|row| if row[2] > 3.0 { 1.0 } else { 0.5 }).collect();
        let trees = Trees::teach(&rows, &wanted, &counts);
        for (row, wanted) in rows.iter().zip(&wanted) {
            assert!(trees.value(row) * wanted > 0.8, "{row:?}: {}", trees.value(row));
        }
        assert_eq!(trees, Trees::teach(&rows, &wanted, &counts));
    }

    #[test]
    fn few_examples_teach_no_more_than_how_many_are_wanted() {
        let trees = Trees::teach(&[[0.0], [1.0], [1.0]], &[1.0, -1.0, -1.0], &[1.0; 3]);
        assert!(trees.value(&[0.0]) < 0.0 && (trees.value(&[0.0]) - trees.value(&[1.0])).abs() < 1e-12);
    }
}
