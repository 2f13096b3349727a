//! A workbook that came back from a colleague, into an assessment.

use std::path::{Path, PathBuf};

use super::documents::read_tables_apart;
use super::gather::{not_editable, write_checked};
use super::reports::Language;
use super::{Outcome, ReadAssessment, Rubrics, match_evidence, read_assessment};
use crate::assessment::Wording;
use crate::assessment::edit::{add_actions, change_actions};
use crate::diag::{self, Code, Diagnostic, Place};
use crate::document::{Table, diags};
use crate::plan;
use crate::report::returned::{ReturnedView, read_returned};
use crate::scoring::propose_levels;
use crate::source::Source;
use crate::store;
use crate::yaml;

/// Takes owners, dates, statuses and updates from a workbook into an assessment, changing nothing else in it.
/// Without a path the assessment is that of the area and period which the workbook names. With `dry` nothing
/// is written. `today` dates the updates; `language` is that of the workbook, a folder of `reports/`.
pub fn import_plan(
    workbook: &Path,
    path: Option<&Path>,
    language: Option<&str>,
    dry: bool,
    today: &str,
) -> Outcome<ReturnedView> {
    let file = workbook.display().to_string();
    let bytes = match store::read_bytes(workbook) {
        Ok(bytes) => bytes,
        Err(problem) => return Outcome::failed(problem),
    };
    let tables = match read_tables_apart(bytes) {
        Ok(tables) => tables,
        Err(why) => return Outcome::failed(diags::unreadable(&file, &why)),
    };
    let Some(path) = path.map(Path::to_path_buf).or_else(|| assessment_of(&tables, workbook)) else {
        let message = "the workbook does not say from which assessment it was made, or that is not here";
        return Outcome::failed(
            Diagnostic::new(Code::BadRequest, Place::File(file.clone()), message)
                .help(format!("name it: prevent-benchmark plan import {file} ASSESSMENT")),
        );
    };
    let source = match store::read_source(&path) {
        Ok(source) => source,
        Err(problem) => return Outcome::failed(problem),
    };
    let rubrics = Rubrics::default();
    let (read, mut diagnostics) = read_assessment(&source, &path, &rubrics, Wording::Reviewed);
    let Some(ReadAssessment { document, loaded, assessment, .. }) = read else {
        return Outcome::new(None, diagnostics);
    };
    diagnostics.retain(|said| said.severity == diag::Severity::Error);
    let words = match Language::find(language, &loaded.rubric, &path) {
        Ok(language) => language.words,
        Err(mut problems) => {
            diagnostics.append(&mut problems);
            return Outcome::new(None, diagnostics);
        }
    };
    let proposals = propose_levels(&loaded.rubric, &assessment, match_evidence(&loaded, &assessment));
    let developments = plan::developments(&loaded.rubric, &assessment, &proposals);
    let found = read_returned(&tables, &file, &loaded.rubric, &assessment, &developments, &words, today);
    let mut found = match found {
        Ok(found) => found,
        Err(mut problems) => {
            diagnostics.append(&mut problems);
            return Outcome::new(None, diagnostics);
        }
    };
    diagnostics.append(&mut found.problems);
    let some = !found.changes.is_empty() || !found.added.is_empty();
    let view = ReturnedView {
        schema: "plan-import/1",
        assessment: path.display().to_string(),
        written: some && !dry,
        changes: found.views,
    };
    if !view.written {
        return Outcome::new(Some(view), diagnostics);
    }
    let changed = change_actions(&document, &found.changes).and_then(|text| {
        let again = Source::new(source.name(), text);
        match yaml::parse_yaml(&again) {
            (Some(document), _) if !found.added.is_empty() => add_actions(&document, &found.added),
            _ => Ok(again.text().to_owned()),
        }
    });
    let text = match changed {
        Ok(text) => text,
        Err(why) => {
            diagnostics.push(not_editable(&document, why));
            return Outcome::new(None, diagnostics);
        }
    };
    let count = assessment.actions.len() + found.added.len();
    match write_checked(&source, &path, text, &rubrics, |assessment| assessment.actions.len() == count) {
        Ok(_) => Outcome::new(Some(view), diagnostics),
        Err(problem) => {
            diagnostics.push(problem);
            Outcome::new(None, diagnostics)
        }
    }
}

/// The assessment of the area and period that a workbook names, where workspaces keep it.
fn assessment_of(tables: &[Table], workbook: &Path) -> Option<PathBuf> {
    // One of the last sheets is about the workbook: id, name and period of the area.
    let table = tables
        .iter()
        .rev()
        .find(|table| table.rows.len() == 2 && table.rows.iter().all(|(_, cells)| cells.len() == 3))?;
    let (_, cells) = table.rows.get(1)?;
    let (area, period) = (cells.get(&0)?, cells.get(&2)?);
    store::find_assessment(area, period, workbook)
}
