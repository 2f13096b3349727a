//! What the matcher makes of statements, as data: the one source of the JSON and of what is printed.

use std::path::Path;

use serde::Serialize;

use crate::assessment::loose::Statement;
use crate::document::Place;
use crate::matching::{Found, Matched};
use crate::rubric::Rubric;

/// `match --format json`. Other programs read these names; they stay.
#[derive(Debug, Serialize)]
pub struct MatchView {
    /// `match/1`.
    pub schema: &'static str,
    /// The id of the rubric of the first file.
    pub rubric: String,
    /// Its content hash.
    pub hash: String,
    /// What one scored unit is called.
    pub unit: String,
    /// The statements.
    pub statements: Vec<StatementView>,
}

/// One statement.
#[derive(Debug, Serialize)]
pub struct StatementView {
    /// The file it stands in.
    pub file: String,
    /// The rubric it was read against.
    pub rubric: String,
    /// Its id.
    pub id: String,
    /// The statement.
    pub text: String,
    /// The benchmark's number; `null` when it is about another topic or cannot be judged.
    pub benchmark: Option<u16>,
    /// The benchmark's title.
    pub title: Option<String>,
    /// The status of the whole statement; `null` when it cannot be judged.
    pub status: Option<&'static str>,
    /// Whether it was read as in place and may speak of a plan, a lapse or a lack.
    pub doubtful: bool,
    /// Why it cannot be judged, if so.
    pub abstained: Option<String>,
    /// What it says of each criterion, best first.
    pub findings: Vec<FindingView>,
    /// Where it stands in a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceView>,
}

/// Where a passage stands.
#[derive(Debug, Serialize)]
pub struct PlaceView {
    /// The document's file.
    pub document: String,
    /// Page, sheet, heading, paragraph and row, as far as the format knows them.
    #[serde(flatten)]
    pub place: Place,
}

impl StatementView {
    /// The same, at a place in a document.
    #[must_use]
    pub fn at(self, place: &Place) -> Self {
        let place = PlaceView { document: self.file.clone(), place: place.clone() };
        Self { place: Some(place), ..self }
    }
}

/// What a statement says of one criterion.
#[derive(Debug, Serialize)]
pub struct FindingView {
    /// The criterion's id.
    pub criterion: String,
    /// The criterion's level.
    pub level: u8,
    /// The criterion's text.
    pub text: String,
    /// The criterion's kind.
    pub kind: &'static str,
    /// The status of the practice.
    pub status: &'static str,
    /// How sure it is that the statement bears on the criterion, 0 to 1.
    pub score: f64,
    /// Whether it counts for the level, or is only shown so that a person can choose it.
    pub counts: bool,
    /// The exact words it rests on.
    pub words: String,
    /// What decided, in one line.
    pub why: String,
    /// The words that set the status, if any did.
    pub trigger: Option<String>,
    /// The example statement that is most like it.
    pub example: Option<String>,
}

/// Gathers what was matched.
pub fn match_view(rubric: &Rubric, statements: Vec<StatementView>) -> MatchView {
    MatchView {
        schema: "match/1",
        rubric: rubric.id.clone(),
        hash: rubric.hash.clone(),
        unit: rubric.unit.clone(),
        statements,
    }
}

/// One statement with what was found in it.
pub fn statement_view(
    rubric: &Rubric,
    file: &Path,
    statement: &Statement,
    matched: &Matched,
) -> StatementView {
    let benchmark = matched.benchmark.map(|at| &rubric.benchmarks[at]);
    StatementView {
        file: file.display().to_string(),
        rubric: rubric.id.clone(),
        id: statement.id.clone(),
        text: statement.text.clone(),
        benchmark: benchmark.map(|benchmark| benchmark.number),
        title: benchmark.map(|benchmark| benchmark.title.clone()),
        status: matched.status.map(crate::rubric::Status::id),
        doubtful: matched.doubtful,
        abstained: matched.abstained.as_ref().map(crate::matching::Abstained::words),
        findings: matched.findings.iter().map(|found| finding_view(rubric, &statement.text, found)).collect(),
        place: None,
    }
}

fn finding_view(rubric: &Rubric, text: &str, found: &Found) -> FindingView {
    let criterion = rubric.criterion(found.criterion);
    FindingView {
        criterion: criterion.id.clone(),
        level: criterion.level,
        text: criterion.text.clone(),
        kind: criterion.kind.id(),
        status: found.status.id(),
        score: found.score,
        counts: found.counts,
        words: text[found.words.start..found.words.end].to_owned(),
        why: found.why.line(),
        trigger: found.why.trigger.clone(),
        example: found.why.example.clone(),
    }
}
