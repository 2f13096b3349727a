//! The built-in rubric, parsed ahead of time.
//!
//! Reading the YAML of a rubric takes longer than everything else that a score needs. The compiled
//! form holds the same values as JSON. It is used only for the very texts that it was made from, so an
//! edited rubric is always read afresh; its meaning is checked as for any rubric. A test holds that it
//! equals what the texts give.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::raw::{RawBenchmark, RawLexicon, RawRubric};
use super::validate::{Parts, resolve};
use super::{Rubric, load_rubric};
use crate::diag::Diagnostic;
use crate::source::Source;
use crate::yaml::{self, Document};

#[derive(Deserialize)]
struct Compiled {
    hash: String,
    rubric: RawRubric,
    lexicon: Option<RawLexicon>,
    benchmarks: Vec<RawBenchmark>,
}

/// The compiled form of a rubric's texts; nothing when they are not a rubric.
pub fn compile(folder: &str, sources: &[Arc<Source>]) -> Option<String> {
    let (rubric, _) = load_rubric(folder, sources);
    let hash = rubric?.hash;
    let mut whole = json!({"hash": hash, "rubric": null, "lexicon": null, "benchmarks": []});
    for source in sources {
        let document = yaml::parse_yaml(source).0?;
        let value = document.to_json();
        match document.text_at("/schema")? {
            "benchmark/1" => whole["benchmarks"].as_array_mut()?.push(value),
            "lexicon/1" => whole["lexicon"] = value,
            // They have taught the matcher and the picker, whose compiled forms hold what became of them.
            "statements/1" | "papers/1" => {}
            _ => whole["rubric"] = value,
        }
    }
    Some(serde_json::to_string(&whole).ok()? + "\n")
}

/// Reads the compiled form; nothing when it is not one.
pub fn load_compiled(compiled: &str, folder: &str) -> Option<(Option<Rubric>, Vec<Diagnostic>)> {
    let Compiled { hash, rubric, lexicon, benchmarks } = serde_json::from_str::<Compiled>(compiled).ok()?;
    let document = Document::without_text(folder);
    let parts = Parts {
        head: (document.clone(), rubric),
        benchmarks: benchmarks.into_iter().map(|raw| (document.clone(), raw)).collect(),
        lexicon,
        statements: Vec::new(),
        papers: Vec::new(),
        hash,
    };
    Some(resolve(parts, Vec::new()))
}
