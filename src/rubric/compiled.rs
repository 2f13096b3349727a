//! The built-in rubric, parsed ahead of time.
//!
//! Reading the YAML of a rubric takes longer than everything else that a score needs. The compiled
//! form holds the same values as JSON, with a fingerprint of the texts they came from; it is used
//! only for texts with that fingerprint, so an edited rubric is always read afresh. Its meaning is
//! checked as for any rubric. A test holds that it equals what the texts give.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::raw::{RawBenchmark, RawLexicon, RawRubric};
use super::validate::{Parts, resolve, short_hex};
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

/// What identifies the texts of a rubric folder: 16 hexadecimal digits.
pub fn fingerprint(sources: &[Arc<Source>]) -> String {
    let mut hasher = Sha256::new();
    for source in sources {
        hasher.update(source.text().len().to_le_bytes());
        hasher.update(source.text().as_bytes());
    }
    short_hex(hasher)
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
            // They have taught the matcher, whose compiled form holds what became of them.
            "statements/1" => {}
            _ => whole["rubric"] = value,
        }
    }
    // The fingerprint comes first, on a line of its own, so that it can be read without the rest.
    Some(format!("{}\n{}\n", fingerprint(sources), serde_json::to_string(&whole).ok()?))
}

/// Reads the compiled form if it was made from these texts.
pub fn load_compiled(
    compiled: &str,
    folder: &str,
    sources: &[Arc<Source>],
) -> Option<(Option<Rubric>, Vec<Diagnostic>)> {
    let (made_from, rest) = compiled.split_once('\n')?;
    if made_from != fingerprint(sources) {
        return None;
    }
    let Compiled { hash, rubric, lexicon, benchmarks } = serde_json::from_str::<Compiled>(rest).ok()?;
    let document = Document::without_text(folder);
    let parts = Parts {
        head: (document.clone(), rubric),
        benchmarks: benchmarks.into_iter().map(|raw| (document.clone(), raw)).collect(),
        lexicon,
        statements: Vec::new(),
        hash,
    };
    Some(resolve(parts, Vec::new()))
}
