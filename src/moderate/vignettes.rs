//! Anchor vignettes: short fictional descriptions that every rater scores, so that it shows whether they use the scale
//! alike before they score real areas.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::agreement::{Agreement, agreement};
use crate::diag::{self, Code, Diagnostic};
use crate::rubric::Rubric;
use crate::schema::{Format, Text, shorten, text};
use crate::yaml::{Document, escape};

/// The format of a set of vignettes.
pub static VIGNETTES_FORMAT: Format = Format::of::<Vignettes>("vignettes/1");
/// The format of one rater's scores of vignettes.
pub static SCORES_FORMAT: Format = Format::of_foreign::<ScoreSheet>("vignette-scores/1");

/// A set of vignettes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Vignettes {
    /// The format of this file.
    #[allow(dead_code, reason = "checked by the schema before the file is lowered")]
    schema: String,
    /// What the set is called.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub title: String,
    /// The id of the rubric by which they are scored.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub rubric: String,
    /// The vignettes.
    pub vignettes: Vec<Vignette>,
}

/// One vignette.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Vignette {
    /// Its id.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub id: String,
    /// The number of the benchmark that it describes.
    pub benchmark: u16,
    /// The description.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub text: String,
    /// The level that the published descriptors give it, as its author reads them.
    pub reference: u8,
    /// Why that level and not the one above or below.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub reason: String,
}

/// One rater's scores.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScoreSheet {
    /// The format of this file.
    #[allow(dead_code, reason = "checked by the schema before the file is lowered")]
    schema: String,
    /// The post of the rater.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub rater: String,
    /// The level of each vignette, by its id; none where the rater gave none.
    #[serde(default)]
    pub scores: BTreeMap<String, Option<i64>>,
}

/// What raters make of the vignettes.
#[derive(Debug, Serialize)]
pub struct VignetteComparison {
    /// What the set is called.
    pub title: String,
    /// Each rater beside the reference.
    pub raters: Vec<VignetteRater>,
    /// Each two raters.
    pub pairs: Vec<VignettePair>,
    /// The vignettes, those on which raters part most first.
    pub items: Vec<VignetteItem>,
}

/// A rater beside the reference.
#[derive(Debug, Serialize)]
pub struct VignetteRater {
    /// The post.
    pub rater: String,
    /// How far they agree with the reference; the signed difference is theirs less the reference.
    #[serde(flatten)]
    pub agreement: Agreement,
}

/// Two raters.
#[derive(Debug, Serialize)]
pub struct VignettePair {
    /// Their posts.
    pub raters: [String; 2],
    /// How far they agree.
    #[serde(flatten)]
    pub agreement: Agreement,
}

/// One vignette with what it was given.
#[derive(Debug, Serialize)]
pub struct VignetteItem {
    /// Its id.
    pub id: String,
    /// The number of its benchmark.
    pub number: u16,
    /// The reference.
    pub reference: u8,
    /// Why that level.
    pub reason: String,
    /// The level that each rater gave.
    pub levels: BTreeMap<String, u8>,
    /// How far the highest lies above the lowest, the reference among them.
    pub apart: u8,
}

/// Reads a set of vignettes against its rubric.
///
/// # Errors
/// Everything that is wrong with the file: its shape, an id twice, a benchmark or a level that the rubric has not.
pub fn load_vignettes(document: &Document, rubric: &Rubric) -> Result<Vignettes, Vec<Diagnostic>> {
    let (set, mut problems) = VIGNETTES_FORMAT.lower::<Vignettes>(document, |_, _| None);
    let Some(set) = set else { return Err(problems) };
    let (lowest, highest) = rubric.level_range();
    let mut ids = BTreeMap::new();
    for (at, vignette) in set.vignettes.iter().enumerate() {
        let place = |key: &str| document.place(&format!("/vignettes/{at}/{key}"));
        if let Some(first) = ids.insert(vignette.id.as_str(), at) {
            let message = format!("the vignette `{}` stands here twice", shorten(&vignette.id));
            problems.push(
                Diagnostic::new(Code::DuplicateId, place("id"), message)
                    .help("give each an id of its own")
                    .related(document.place(&format!("/vignettes/{first}/id")), "the first"),
            );
        }
        if rubric.benchmark(vignette.benchmark).is_none() {
            let message = format!("the rubric has no {} {}", rubric.unit, vignette.benchmark);
            problems.push(
                Diagnostic::new(Code::UnknownBenchmark, place("benchmark"), message)
                    .help("use the number of one that it has"),
            );
        }
        if !(lowest..=highest).contains(&vignette.reference) {
            let message = format!("{} is no level", vignette.reference);
            problems.push(
                Diagnostic::new(Code::OutOfRange, place("reference"), message)
                    .help(format!("use a whole number from {lowest} to {highest}")),
            );
        }
    }
    if diag::has_errors(&problems) { Err(problems) } else { Ok(set) }
}

/// Reads one rater's scores against the vignettes.
///
/// # Errors
/// Everything that is wrong with the file: its shape, a vignette that the set has not, a level out of range.
pub fn load_scores(
    document: &Document,
    set: &Vignettes,
    (lowest, highest): (u8, u8),
) -> Result<ScoreSheet, Vec<Diagnostic>> {
    let (sheet, mut problems) = SCORES_FORMAT.lower::<ScoreSheet>(document, |_, _| None);
    let Some(sheet) = sheet else { return Err(problems) };
    for (id, level) in &sheet.scores {
        let pointer = format!("/scores/{}", escape(id));
        let ids = || set.vignettes.iter().map(|vignette| vignette.id.as_str());
        if !ids().any(|known| known == id) {
            let message = format!("there is no vignette `{}`", shorten(id));
            let help = diag::did_you_mean(id, ids())
                .unwrap_or_else(|| format!("the vignettes are {}", ids().collect::<Vec<_>>().join(", ")));
            problems.push(
                Diagnostic::new(Code::UnknownVignette, document.key_place(&pointer), message).help(help),
            );
        }
        if let Some(level) = level.filter(|level| !(i64::from(lowest)..=i64::from(highest)).contains(level)) {
            problems.push(
                Diagnostic::new(Code::OutOfRange, document.place(&pointer), format!("{level} is no level"))
                    .help(format!("use a whole number from {lowest} to {highest}")),
            );
        }
    }
    if diag::has_errors(&problems) { Err(problems) } else { Ok(sheet) }
}

/// Sets raters beside the reference and beside each other.
pub fn compare_vignettes(set: &Vignettes, sheets: &[ScoreSheet], levels: (u8, u8)) -> VignetteComparison {
    let given = |sheet: &ScoreSheet, id: &str| {
        sheet.scores.get(id).copied().flatten().and_then(|level| u8::try_from(level).ok())
    };
    let pairs = |one: &dyn Fn(&Vignette) -> Option<u8>, two: &dyn Fn(&Vignette) -> Option<u8>| {
        let pairs: Vec<(u8, u8)> =
            set.vignettes.iter().filter_map(|vignette| Some((one(vignette)?, two(vignette)?))).collect();
        agreement(&[pairs], levels)
    };
    let raters = sheets
        .iter()
        .map(|sheet| VignetteRater {
            rater: sheet.rater.clone(),
            agreement: pairs(&|vignette| given(sheet, &vignette.id), &|vignette| Some(vignette.reference)),
        })
        .collect();
    let mut two = Vec::new();
    for (at, first) in sheets.iter().enumerate() {
        for second in &sheets[at + 1..] {
            two.push(VignettePair {
                raters: [first.rater.clone(), second.rater.clone()],
                agreement: pairs(&|vignette| given(first, &vignette.id), &|vignette| {
                    given(second, &vignette.id)
                }),
            });
        }
    }
    let mut items: Vec<VignetteItem> = set
        .vignettes
        .iter()
        .map(|vignette| {
            let levels: BTreeMap<String, u8> = sheets
                .iter()
                .filter_map(|sheet| Some((sheet.rater.clone(), given(sheet, &vignette.id)?)))
                .collect();
            let all = || levels.values().copied().chain([vignette.reference]);
            let apart = all().max().unwrap_or_default() - all().min().unwrap_or_default();
            VignetteItem {
                id: vignette.id.clone(),
                number: vignette.benchmark,
                reference: vignette.reference,
                reason: vignette.reason.clone(),
                levels,
                apart,
            }
        })
        .collect();
    items.sort_by_key(|item| u8::MAX - item.apart);
    VignetteComparison { title: set.title.clone(), raters, pairs: two, items }
}

/// A sheet for a rater to fill in: the vignettes as comments, without the reference, and a line for each level.
pub fn blank_sheet(set: &Vignettes, rubric: &Rubric) -> String {
    let mut out = format!(
        "# {}\n#\n# Read each description and write the level that the published descriptors give it, {} to {}, after its id.\n# `prevent-benchmark rubric show` prints the descriptors. Leave a line empty where you cannot tell.\n# Then: prevent-benchmark moderate THIS-FILE and the files of the others.\nschema: vignette-scores/1\nrater:    # your post\nscores:\n",
        set.title,
        rubric.level_range().0,
        rubric.level_range().1
    );
    for vignette in &set.vignettes {
        let title = rubric.benchmark(vignette.benchmark).map(|(_, b)| b.title.as_str()).unwrap_or_default();
        out.push_str(&format!("\n  # {}. {} {}, {title}\n", vignette.id, rubric.unit, vignette.benchmark));
        let words: Vec<&str> = vignette.text.split_whitespace().collect();
        let mut line = String::from("  #");
        for word in words {
            if line.len() + word.len() > 98 {
                out.push_str(&line);
                out.push('\n');
                line = String::from("  #");
            }
            line.push(' ');
            line.push_str(word);
        }
        out.push_str(&line);
        out.push_str(&format!("\n  {}:\n", vignette.id));
    }
    out
}
