//! Real bad files, whose last lines say what must be said about them: `# expect LINE:COLUMN CODE`.
//! Too much fails as well as too little. Every code occurs here or in a named test elsewhere.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use prevent_benchmark::app;
use prevent_benchmark::diag::{Code, Diagnostic, Place};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)
}

fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(here(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// `LINE:COLUMN CODE` for each diagnostic; `- CODE` for one about a whole file.
fn summary(diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut lines: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| match &diagnostic.place {
            Place::At(source, span) => {
                let at = source.position(span.start);
                format!("{}:{} {}", at.line, at.column, diagnostic.code.name())
            }
            Place::File(_) => format!("- {}", diagnostic.code.name()),
        })
        .collect();
    lines.sort();
    lines
}

fn expected(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines: Vec<String> =
        text.lines().filter_map(|line| line.strip_prefix("# expect ")).map(str::to_owned).collect();
    lines.sort();
    lines
}

/// Compares, or with `UPDATE` set writes what is said into the file for a person to read.
fn compare(path: &Path, diagnostics: &[Diagnostic]) -> bool {
    let said = summary(diagnostics);
    if std::env::var_os("UPDATE").is_some() {
        let text = fs::read_to_string(path).unwrap();
        let mut kept: String =
            text.lines().filter(|l| !l.starts_with("# expect ")).map(|l| format!("{l}\n")).collect();
        for line in &said {
            kept.push_str(&format!("# expect {line}\n"));
        }
        fs::write(path, kept).unwrap();
        return true;
    }
    let expected = expected(path);
    if expected.is_empty() || said != expected {
        eprintln!("{}\n  expected {expected:#?}\n  said {said:#?}", path.display());
        for diagnostic in diagnostics {
            eprintln!("  {}", diagnostic.message);
        }
        return false;
    }
    true
}

#[test]
fn bad_assessments_are_told_everything_that_is_wrong_with_them() {
    let mut good = true;
    for path in files("bad/assessment") {
        let outcome = app::check(std::slice::from_ref(&path));
        good &= compare(&path, &outcome.diagnostics);
    }
    assert!(good);
}

#[test]
fn bad_weights_vignettes_and_scores_are_told_everything_that_is_wrong_with_them() {
    let mut good = true;
    for path in files("bad/beside") {
        let outcome = app::check(std::slice::from_ref(&path));
        good &= compare(&path, &outcome.diagnostics);
    }
    assert!(good);
}

#[test]
fn bad_rubrics_are_told_everything_that_is_wrong_with_them() {
    let mut good = true;
    for path in files("bad/rubric") {
        let (_keep, folder) = rubric_with(&path);
        let outcome = app::check(std::slice::from_ref(&folder));
        good &= compare(&path, &outcome.diagnostics);
    }
    assert!(good);
}

/// The small sound rubric with one file replaced; the bad file's first line says which.
fn rubric_with(bad: &Path) -> (tempfile::TempDir, PathBuf) {
    let text = fs::read_to_string(bad).unwrap();
    let target = text.lines().next().unwrap().strip_prefix("# in place of ").unwrap();
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(here("workspace/rubrics/hall-standard")).unwrap() {
        let entry = entry.unwrap();
        // What teaches names criteria that a bad benchmark file may not have.
        if entry.file_name().to_str().unwrap().ends_with(".statements.yaml") {
            continue;
        }
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    fs::write(folder.path().join(target), &text).unwrap();
    let path = folder.path().to_path_buf();
    (folder, path)
}

#[test]
fn every_diagnostic_has_help() {
    for path in files("bad/assessment") {
        for diagnostic in app::check(&[path]).diagnostics {
            assert!(diagnostic.help.is_some(), "{}", diagnostic.message);
            assert!(!diagnostic.message.ends_with('.'), "{}", diagnostic.message);
        }
    }
}

/// Codes that no such file can show; `tests/cli.rs`, `tests/documents.rs` and the unit tests of
/// `report::template` do.
const ELSEWHERE: &[Code] = &[
    Code::FileNotFound,
    Code::NotAFile,
    Code::FileUnreadable,
    Code::FileTooLarge,
    Code::NotText,
    Code::NothingToCheck,
    Code::DocumentKind,
    Code::DocumentProtected,
    Code::DocumentDamaged,
    Code::DocumentTooLarge,
    Code::DocumentScanned,
    Code::PageUnread,
    Code::DocumentChanged,
    Code::FileChanged,
    Code::NotEditable,
    Code::PreviousUnusable,
    Code::DuplicateAssessment,
    Code::OtherRubric,
    Code::KeptRubric,
    Code::PeriodMissing,
    Code::PreviousNotEarlier,
    Code::PublicationUnsure,
    Code::NotPlaced,
    Code::NoGround,
    Code::LanguageIncomplete,
    Code::RubricFolder,
    Code::TemplateSyntax,
    Code::UnknownTemplate,
    Code::BadRequest,
    Code::Internal,
];

#[test]
fn every_code_occurs() {
    let mut seen: BTreeSet<String> = ELSEWHERE.iter().map(|code| code.name().to_owned()).collect();
    for folder in ["bad/assessment", "bad/rubric", "bad/beside"] {
        for path in files(folder) {
            for line in expected(&path) {
                seen.insert(line.rsplit_once(' ').unwrap().1.to_owned());
            }
        }
    }
    let missing: Vec<&str> =
        Code::ALL.iter().map(|code| code.name()).filter(|name| !seen.contains(*name)).collect();
    assert!(missing.is_empty(), "no bad file shows {missing:?}");
}
