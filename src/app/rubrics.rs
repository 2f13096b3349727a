//! Rubrics themselves: what one says that another does not, and keeping one as it is.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Outcome, pile, rubric, unknown_rubric};
use crate::assessment::lower_assessment;
use crate::assessment::raw::RawAssessment;
use crate::diag::{Code, Diagnostic, Place};
use crate::rubric::diff::{Change, diff_rubrics};
use crate::rubric::{Rubric, load_rubric};
use crate::store::{self, Found, RubricPlace};
use crate::yaml;

/// What changes from one rubric to another, and what that means for evidence.
#[derive(Debug, Serialize)]
pub struct RubricDiff {
    /// `rubric-diff/1`.
    pub schema: &'static str,
    /// The differences, in the order of the rubrics.
    pub changes: Vec<Change>,
    /// The evidence of the assessments named that must be looked at again, in the order of the files.
    pub look_again: Vec<LookAgain>,
}

/// A statement of evidence that must be looked at again.
#[derive(Debug, Serialize)]
pub struct LookAgain {
    /// The file.
    pub file: String,
    /// The area's id.
    pub area: String,
    /// The period.
    pub period: String,
    /// The statement's id.
    pub statement: String,
    /// The criterion that changed.
    pub criterion: String,
    /// `changed`, `gone`, or `new`: the statement is filed under the benchmark of a new criterion, and nobody can have
    /// held it against that.
    pub why: &'static str,
}

/// What the second rubric says that the first does not, and which evidence of the assessments at the paths bears on it.
pub fn rubric_diff(before: &str, after: &str, paths: &[PathBuf], near: &Path) -> Outcome<RubricDiff> {
    let (before, after) = (rubric(before, near), rubric(after, near));
    let mut diagnostics: Vec<Diagnostic> = before.diagnostics.into_iter().chain(after.diagnostics).collect();
    let Some((before, after)) = before.value.zip(after.value) else { return Outcome::new(None, diagnostics) };
    let changes = diff_rubrics(&before, &after);
    let mut found = Found::default();
    for path in paths {
        store::collect(path, &mut found, &mut diagnostics);
    }
    let concerned = changed_criteria(&changes, &after);
    let mut look_again = Vec::new();
    for file in &found.files {
        match store::read_source(file) {
            Ok(source) if pile::stands_beside(&source) => {}
            Ok(source) => {
                let (document, mut said) = yaml::parse_yaml(&source);
                let raw = document.and_then(|document| {
                    let (raw, mut problems) = lower_assessment(&document);
                    said.append(&mut problems);
                    raw
                });
                diagnostics.append(&mut said);
                look_again.extend(raw.into_iter().flat_map(|raw| evidence_of(&raw, file, &concerned)));
            }
            Err(problem) => diagnostics.push(problem),
        }
    }
    Outcome::new(Some(RubricDiff { schema: "rubric-diff/1", changes, look_again }), diagnostics)
}

/// The criteria that changed, why, and for a new one the number of its benchmark.
fn changed_criteria(changes: &[Change], after: &Rubric) -> Vec<(String, &'static str, Option<i64>)> {
    let of_criteria = changes.iter().filter(|change| change.what == "criterion");
    of_criteria
        .map(|change| {
            let number =
                after.find(&change.id).map(|at| after.benchmarks[after.criterion(at).benchmark].number);
            match (&change.before, &change.after) {
                (None, _) => (change.id.clone(), "new", number.map(i64::from)),
                (_, None) => (change.id.clone(), "gone", None),
                _ => (change.id.clone(), "changed", None),
            }
        })
        .collect()
}

fn evidence_of(
    raw: &RawAssessment,
    file: &Path,
    changed: &[(String, &'static str, Option<i64>)],
) -> Vec<LookAgain> {
    let mut list = Vec::new();
    for (at, evidence) in raw.evidence.iter().enumerate() {
        let Some(evidence) = evidence else { continue };
        for (criterion, why, number) in changed {
            let found =
                evidence.findings.iter().flatten().flatten().any(|found| found.criterion == *criterion);
            if found || number.is_some() && evidence.benchmark == *number {
                list.push(LookAgain {
                    file: file.display().to_string(),
                    area: raw.area.id.clone(),
                    period: raw.period.clone(),
                    statement: evidence.id.clone().unwrap_or_else(|| format!("E{}", at + 1)),
                    criterion: criterion.clone(),
                    why,
                });
            }
        }
    }
    list
}

/// Keeps a rubric as it is now, so that what was made with it can be made again after it has changed. Gives the
/// folder, and whether it was there already.
pub fn keep_rubric(name: &str, near: &Path) -> Outcome<(PathBuf, bool)> {
    let Outcome { value, diagnostics } = rubric(name, near);
    let Some(rubric) = value else { return Outcome { value: None, diagnostics } };
    let place = store::find_rubric(&rubric.id, near);
    let files = match place.as_ref().map(RubricPlace::read) {
        Some(Ok(files)) => files,
        Some(Err(problems)) => return Outcome::new(None, problems),
        None => return Outcome::failed(unknown_rubric(name, near, Place::File(name.to_owned()))),
    };
    let beside = match place {
        Some(RubricPlace::Folder(folder)) => folder.parent().map(Path::to_path_buf),
        _ => None,
    };
    let kept = store::kept_rubric(&rubric.id, &rubric.hash);
    let folder = beside.unwrap_or_else(store::rubrics_folder).join(kept);
    if store::is_occupied(&folder) {
        // What lies there must be what its name says.
        let there = store::read_rubric_folder(&folder)
            .ok()
            .and_then(|files| load_rubric(&files.folder, &files.sources).0);
        if there.is_some_and(|there| there.hash == rubric.hash) {
            return Outcome::new(Some((folder, true)), Vec::new());
        }
        let message = "something else lies where this rubric would be kept";
        return Outcome::failed(
            Diagnostic::new(Code::KeptRubric, Place::File(folder.display().to_string()), message)
                .help("move it away, and keep the rubric again"),
        );
    }
    for source in &files.sources {
        let name = Path::new(source.name()).file_name().unwrap_or_default();
        if let Err(problem) = store::write_whole(&folder.join(name), source.text().as_bytes(), &[]) {
            return Outcome::failed(problem);
        }
    }
    Outcome::new(Some((folder, false)), Vec::new())
}
