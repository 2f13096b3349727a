//! A matcher as text, so that the built-in one need not be taught at every start.

use serde::{Deserialize, Serialize};

use super::model::{ByClass, ByCriterion, Vocabulary};
use super::{Example, Matcher};
use crate::rubric::Rubric;

#[derive(Serialize, Deserialize)]
struct Compiled<Terms, Classes, Criteria, Examples> {
    /// The hash of the rubric that taught it.
    rubric: String,
    topic_terms: Terms,
    status_terms: Terms,
    benchmarks: Classes,
    statuses: Classes,
    criteria: Criteria,
    examples: Examples,
}

/// The compiled form of what a rubric has taught.
pub fn compile_matcher(rubric: &Rubric, matcher: &Matcher) -> String {
    let compiled = Compiled {
        rubric: rubric.hash.clone(),
        topic_terms: &matcher.topic_terms,
        status_terms: &matcher.status_terms,
        benchmarks: &matcher.benchmarks,
        statuses: &matcher.statuses,
        criteria: &matcher.criteria,
        examples: &matcher.examples,
    };
    serde_json::to_string(&compiled).expect("internal error: a matcher turns into JSON") + "\n"
}

/// Reads the compiled form, if it was made from this very rubric.
pub fn load_matcher(rubric: &Rubric, compiled: &str) -> Option<Matcher> {
    let mut compiled: Compiled<Vocabulary, ByClass, ByCriterion, Vec<Example>> =
        serde_json::from_str(compiled).ok()?;
    if compiled.rubric != rubric.hash {
        return None;
    }
    compiled.topic_terms.fill_index();
    compiled.status_terms.fill_index();
    Some(Matcher::new(
        rubric,
        compiled.benchmarks,
        compiled.criteria,
        compiled.statuses,
        compiled.topic_terms,
        compiled.status_terms,
        compiled.examples,
    ))
}
