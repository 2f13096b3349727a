//! A matcher as bytes, so that the built-in one need not be taught at every start.

use serde::{Deserialize, Serialize};

use super::{Matcher, Picker, Taught};
use crate::rubric::Rubric;

#[derive(Serialize, Deserialize)]
struct Compiled<T> {
    /// The hash of the rubric that taught it.
    rubric: String,
    taught: T,
}

/// The compiled form of what a rubric has taught.
pub fn compile_matcher(rubric: &Rubric, matcher: &Matcher) -> Vec<u8> {
    let compiled = Compiled { rubric: rubric.hash.clone(), taught: &matcher.taught };
    postcard::to_allocvec(&compiled).expect("internal error: a matcher can be written down")
}

/// The compiled form of what a rubric's papers have taught.
pub fn compile_picker(rubric: &Rubric, picker: &Picker) -> Vec<u8> {
    let compiled = Compiled { rubric: rubric.hash.clone(), taught: picker };
    postcard::to_allocvec(&compiled).expect("internal error: a picker can be written down")
}

/// Reads the compiled form of a picker, if its matcher was taught by this very rubric.
pub fn load_picker(rubric: &Rubric, compiled: &[u8]) -> Option<Picker> {
    let Compiled { rubric: hash, taught } = postcard::from_bytes::<Compiled<Picker>>(compiled).ok()?;
    (hash == rubric.hash).then(|| taught.ready())
}

/// Reads the compiled form, if it was made from this very rubric.
pub fn load_matcher(rubric: &Rubric, compiled: &[u8]) -> Option<Matcher> {
    let Compiled { rubric: hash, taught } = postcard::from_bytes::<Compiled<Taught>>(compiled).ok()?;
    if hash != rubric.hash {
        return None;
    }
    let taught = Taught {
        topic_terms: taught.topic_terms.ready(),
        status_terms: taught.status_terms.ready(),
        ..taught
    };
    Some(Matcher::new(rubric, taught))
}
