//! A matcher as text, so that the built-in one need not be taught at every start.

use serde::{Deserialize, Serialize};

use super::{Matcher, Taught};
use crate::rubric::Rubric;

#[derive(Serialize, Deserialize)]
struct Compiled<T> {
    /// The hash of the rubric that taught it.
    rubric: String,
    taught: T,
}

/// The compiled form of what a rubric has taught.
pub fn compile_matcher(rubric: &Rubric, matcher: &Matcher) -> String {
    let compiled = Compiled { rubric: rubric.hash.clone(), taught: &matcher.taught };
    serde_json::to_string(&compiled).expect("internal error: a matcher turns into JSON") + "\n"
}

/// Reads the compiled form, if it was made from this very rubric.
pub fn load_matcher(rubric: &Rubric, compiled: &str) -> Option<Matcher> {
    let Compiled { rubric: hash, mut taught } = serde_json::from_str::<Compiled<Taught>>(compiled).ok()?;
    if hash != rubric.hash {
        return None;
    }
    taught.topic_terms.fill_index();
    taught.status_terms.fill_index();
    Some(Matcher::new(rubric, taught))
}
