//! Weights of a user's own, named and versioned: what order they give, and whether it survives equal weights.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Comparison;
use crate::diag::{self, Code, Diagnostic};
use crate::rubric::Rubric;
use crate::schema::{Format, Text, shorten, text};
use crate::yaml::{self, Document};

/// The format of a file of weights.
pub static WEIGHTS_FORMAT: Format = Format::of::<RawWeights>("weights/1");

/// Weights of benchmarks, which somebody answers for. There are no official ones.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawWeights {
    /// The format of this file.
    #[allow(dead_code, reason = "checked by the schema before the file is lowered")]
    schema: String,
    /// What these weights are called.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    name: String,
    /// Their version, such as a year or a number.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    version: String,
    /// A whole number from 0 to 100 for each benchmark, by its id.
    weights: BTreeMap<String, i64>,
}

/// Weights that fit a rubric.
#[derive(Clone, Debug)]
pub struct Weights {
    /// What they are called.
    pub name: String,
    /// Their version.
    pub version: String,
    /// A weight for each benchmark of the rubric, in its order.
    pub weights: Vec<u32>,
}

/// What weights come to.
#[derive(Debug, Serialize)]
pub struct Weighed {
    /// What they are called.
    pub name: String,
    /// Their version.
    pub version: String,
    /// The weight of each benchmark, by its number.
    pub weights: Vec<(u16, u32)>,
    /// The areas, in the order that the weights give.
    pub order: Vec<WeighedArea>,
    /// Whether equal weights put no two areas the other way round.
    pub survives: bool,
    /// The pairs of areas that equal weights put the other way round: the first is ahead by the weights.
    pub reversed: Vec<(String, String)>,
    /// Areas left out, because a benchmark with a weight has no level.
    pub left_out: Vec<String>,
}

/// An area under weights.
#[derive(Debug, Serialize)]
pub struct WeighedArea {
    /// Its id.
    pub area: String,
    /// Its place; areas that come to the same share one.
    pub place: usize,
    /// The weighted mean of its levels.
    pub mean: f64,
    /// Its place under equal weights.
    pub equal_place: usize,
    /// The plain mean of its levels.
    pub equal_mean: f64,
}

/// Reads a file of weights against a rubric.
///
/// # Errors
/// Everything that is wrong with the file: its shape, a benchmark that the rubric does not have or that has no
/// weight, a weight out of range, no weight above nothing.
pub fn load_weights(document: &Document, rubric: &Rubric) -> Result<Weights, Vec<Diagnostic>> {
    let (raw, mut problems) = WEIGHTS_FORMAT.lower::<RawWeights>(document, |_, _| None);
    let Some(raw) = raw else { return Err(problems) };
    let ids = || rubric.benchmarks.iter().map(|benchmark| benchmark.id.as_str());
    for (id, weight) in &raw.weights {
        let pointer = format!("/weights/{}", yaml::escape(id));
        if !ids().any(|known| known == id) {
            let message = format!("the rubric has no {} `{}`", rubric.unit, shorten(id));
            let help = diag::did_you_mean(id, ids())
                .unwrap_or_else(|| format!("use {}", ids().collect::<Vec<_>>().join(", ")));
            problems.push(
                Diagnostic::new(Code::UnknownBenchmark, document.key_place(&pointer), message).help(help),
            );
        } else if !(0..=100).contains(weight) {
            problems.push(
                Diagnostic::new(
                    Code::OutOfRange,
                    document.place(&pointer),
                    format!("a weight cannot be {weight}"),
                )
                .help("use a whole number from 0 to 100"),
            );
        }
    }
    let left: Vec<&str> = ids().filter(|id| !raw.weights.contains_key(*id)).collect();
    if !left.is_empty() {
        problems.push(
            Diagnostic::new(
                Code::MissingKey,
                document.key_place("/weights"),
                format!("there is no weight for {}", left.join(", ")),
            )
            .help("give each a weight; 0 leaves it out"),
        );
    }
    if left.is_empty() && raw.weights.values().all(|weight| *weight == 0) {
        problems.push(
            Diagnostic::new(Code::OutOfRange, document.key_place("/weights"), "every weight is 0")
                .help("give at least one a weight above 0"),
        );
    }
    if diag::has_errors(&problems) {
        return Err(problems);
    }
    let weight =
        |id: &str| raw.weights.get(id).and_then(|weight| u32::try_from(*weight).ok()).unwrap_or_default();
    let weights = ids().map(weight).collect();
    Ok(Weights { name: raw.name, version: raw.version, weights })
}

/// The order that weights give, and whether equal weights give it too.
pub fn weigh(comparison: &Comparison, weights: &Weights) -> Weighed {
    let total: u32 = weights.weights.iter().sum();
    let many = u32::try_from(weights.weights.len()).unwrap_or(1).max(1);
    let mut sums: Vec<(String, u32, u32)> = Vec::new();
    let mut left_out = Vec::new();
    for area in &comparison.areas {
        let levels: Vec<Option<u32>> = comparison
            .benchmarks
            .iter()
            .map(|b| b.levels.get(&area.id).map(|level| u32::from(*level)))
            .collect();
        // Equal weights need every level, so that the same areas stand in both orders.
        if levels.iter().any(Option::is_none) {
            left_out.push(area.id.clone());
            continue;
        }
        let weighted =
            levels.iter().flatten().zip(&weights.weights).map(|(level, weight)| level * weight).sum();
        sums.push((area.id.clone(), weighted, levels.iter().flatten().sum()));
    }
    let place = |of: fn(&(String, u32, u32)) -> u32, sum: u32| {
        1 + sums.iter().filter(|other| of(other) > sum).count()
    };
    let mean = |sum: u32, of: u32| (f64::from(sum) / f64::from(of.max(1)) * 100.0).round() / 100.0;
    let mut order: Vec<WeighedArea> = sums
        .iter()
        .map(|(area, weighted, plain)| WeighedArea {
            area: area.clone(),
            place: place(|(_, weighted, _)| *weighted, *weighted),
            mean: mean(*weighted, total),
            equal_place: place(|(_, _, plain)| *plain, *plain),
            equal_mean: mean(*plain, many),
        })
        .collect();
    order.sort_by(|a, b| (a.place, &a.area).cmp(&(b.place, &b.area)));
    let mut reversed = Vec::new();
    for (at, first) in order.iter().enumerate() {
        for second in &order[at + 1..] {
            if first.place < second.place && first.equal_place > second.equal_place {
                reversed.push((first.area.clone(), second.area.clone()));
            }
        }
    }
    Weighed {
        name: weights.name.clone(),
        version: weights.version.clone(),
        weights: comparison
            .benchmarks
            .iter()
            .map(|b| b.number)
            .zip(weights.weights.iter().copied())
            .collect(),
        survives: reversed.is_empty(),
        order,
        reversed,
        left_out,
    }
}
