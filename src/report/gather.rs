//! What `gather` did, as data: the one source of the JSON and of what is printed.

use serde::Serialize;

/// `gather --format json`.
#[derive(Debug, Serialize)]
pub struct GatherView {
    /// `gather/1`.
    pub schema: &'static str,
    /// The assessment.
    pub assessment: String,
    /// Whether it was written.
    pub written: bool,
    /// What one scored unit is called.
    #[serde(skip)]
    pub unit: String,
    /// The documents.
    pub documents: Vec<DocumentView>,
    /// What was added.
    pub added: Vec<GatheredView>,
}

/// One document.
#[derive(Debug, Serialize)]
pub struct DocumentView {
    /// Its file.
    pub document: String,
    /// Its title.
    pub title: Option<String>,
    /// Its date.
    pub date: Option<String>,
    /// Its hash.
    pub sha256: String,
    /// How many passages it has.
    pub passages: usize,
    /// How many were added.
    pub added: usize,
    /// How many are about the subject and were there before.
    pub already: usize,
}

/// One passage that was added.
#[derive(Debug, Serialize)]
pub struct GatheredView {
    /// The number of its benchmark.
    pub benchmark: u16,
    /// Its words.
    pub text: String,
    /// The document's file.
    pub document: String,
    /// The place in it.
    pub place: String,
    /// Each criterion proposed, with the status.
    pub findings: Vec<(String, &'static str)>,
}
