//! Reports in another language, made without code: a stand-in for one in which every letter of the words and
//! templates is replaced by one of another alphabet. What is left in ordinary letters comes from the assessment
//! or from the rubric, or else from the code, where it must not be.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use prevent_benchmark::app::cohorts::{CohortReportRequest, cohort_report};
use prevent_benchmark::app::reports::{ReportFormat, ReportKind, ReportRequest, report};
use prevent_benchmark::diag::Code;
use prevent_benchmark::document::{Format, read_document};
use prevent_benchmark::store::TEMPLATES;

/// Every letter of a text, replaced.
fn replaced(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphabetic() { 'ж' } else { c }).collect()
}

/// A text whose parts between `open` and `close` are treated by `inside`, the others by `outside`.
fn apart(
    text: &str,
    open: &str,
    close: &str,
    inside: &dyn Fn(&str) -> String,
    outside: &dyn Fn(&str) -> String,
) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        let (within, tail) = after.split_once(close).unwrap();
        out += &outside(before);
        out += &format!("{open}{}{close}", inside(within));
        rest = tail;
    }
    out + &outside(rest)
}

fn same(text: &str) -> String {
    text.to_owned()
}

/// A template with all that it says itself replaced.
fn template(text: &str) -> String {
    let says = |text: &str| -> String {
        let lines = text.split('\n').map(|line| {
            if line.starts_with("Chart: ") {
                return line.to_owned();
            }
            for keep in ["Table: ", "<!-- quoted word for word from here -->"] {
                if let Some(rest) = line.strip_prefix(keep) {
                    return format!("{keep}{}", replaced(rest));
                }
            }
            replaced(line)
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    // What an expression prints of its own stands in quotes.
    let literals = |text: &str| apart(text, "\"", "\"", &|literal| replaced(literal), &same);
    let expressions = |text: &str| apart(text, "{{", "}}", &literals, &says);
    let statements = |text: &str| apart(text, "{%", "%}", &same, &expressions);
    apart(text, "{#", "#}", &same, &statements)
}

/// The language file with all its words replaced, and the names in braces kept.
fn words(text: &str) -> String {
    let value = |value: &str| apart(value, "{", "}", &same, &|text| replaced(text));
    let line = |line: &str| -> String {
        let Some((key, rest)) = line.split_once(": ").filter(|(key, _)| !key.trim_start().starts_with('#'))
        else {
            return line.to_owned();
        };
        match key {
            "schema" => line.to_owned(),
            "language" => "language: xx".to_owned(),
            _ => format!("{key}: {}", value(rest)),
        }
    };
    text.lines().map(|l| line(l) + "\n").collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// A workspace with another rubric and with reports in another language.
fn workspace() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workspace"), folder.path());
    let reports = folder.path().join("reports/xx");
    fs::create_dir_all(&reports).unwrap();
    for (name, text) in TEMPLATES {
        let made = match *name {
            "words.yaml" => words(text),
            "page.html.j2" => continue,
            _ => template(text),
        };
        fs::write(reports.join(name), made).unwrap();
    }
    let assessment = folder.path().join("assessments/northfield/2025.yaml");
    (folder, assessment)
}

fn ascii_words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphabetic());
    words.filter(|w| w.len() > 1 && w.is_ascii()).map(str::to_lowercase).collect()
}

fn all_text(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all += &all_text(&path);
        } else {
            all += &fs::read_to_string(path).unwrap();
        }
    }
    all
}

#[test]
fn a_report_in_another_language_has_no_english_of_ours() {
    let (folder, path) = workspace();
    let data = all_text(&folder.path().join("rubrics")) + &all_text(&folder.path().join("assessments"));
    // The marking is the same everywhere, and the notation of a date is data of the file.
    let hash = prevent_benchmark::app::rubric("hall-standard", &path).value.unwrap().hash.clone();
    // So are the marks of raters in the long table, which programs read.
    let known = ascii_words(&(data + " OFFICIAL adviser peer self proposal " + &hash));
    for kind in ReportKind::ALL {
        for format in kind.formats() {
            let bytes = made(kind, format, &path);
            let text = match format {
                ReportFormat::Markdown => String::from_utf8(bytes).unwrap(),
                ReportFormat::Html => {
                    let page = String::from_utf8(bytes).unwrap();
                    assert!(page.contains("<html lang=\"xx\">"));
                    blocks(Format::Html, page.as_bytes())
                }
                ReportFormat::Docx => blocks(Format::Docx, &bytes),
                ReportFormat::Odt => blocks(Format::Odt, &bytes),
                ReportFormat::Xlsx => blocks(Format::Xlsx, &bytes),
                ReportFormat::Pdf => continue,
            };
            let text: String =
                text.lines().filter(|line| !line.starts_with("Table: ж")).collect::<Vec<_>>().join("\n");
            let ours: Vec<String> = ascii_words(&text).difference(&known).cloned().collect();
            assert!(ours.is_empty(), "{} {}: {ours:?}", kind.name(), format.name());
            assert!(text.contains("жжж"));
        }
    }
}

/// A report of any kind on the assessment.
fn made(kind: ReportKind, format: ReportFormat, path: &Path) -> Vec<u8> {
    if kind.is_of_many() {
        let request = CohortReportRequest {
            kind,
            paths: &[path.to_path_buf()],
            format,
            period: None,
            weights: None,
            date: None,
            today: "2025-06-01",
            language: Some("xx"),
        };
        let outcome = cohort_report(&request, &|_, _| ());
        return outcome.value.unwrap_or_else(|| panic!("{:?}", outcome.diagnostics));
    }
    let request =
        ReportRequest { language: Some("xx"), ..ReportRequest::new(kind, path, format, "2025-06-01") };
    let outcome = report(&request);
    outcome.value.unwrap_or_else(|| panic!("{:?}", outcome.diagnostics)).bytes
}

fn blocks(format: Format, bytes: &[u8]) -> String {
    let document = read_document(format, bytes).unwrap();
    document.blocks.into_iter().map(|block| block.text + "\n").collect()
}

#[test]
fn what_a_language_lacks_is_said() {
    let (folder, path) = workspace();
    let reports = folder.path().join("reports/xx");
    let asked = |language: &str| {
        let request = ReportRequest {
            language: Some(language),
            ..ReportRequest::new(ReportKind::Letter, &path, ReportFormat::Html, "2025-06-01")
        };
        let outcome = report(&request);
        outcome.diagnostics.into_iter().map(|d| (d.code, d.message)).collect::<Vec<_>>()
    };
    assert!(asked("xx").iter().all(|(code, _)| *code != Code::LanguageIncomplete));
    assert!(matches!(asked("yy").as_slice(), [(Code::BadRequest, message)] if message.contains("`yy`")));
    assert!(asked("en").iter().all(|(code, _)| *code != Code::BadRequest));
    fs::remove_file(reports.join("letter.md.j2")).unwrap();
    assert!(asked("xx").iter().any(|(code, _)| *code == Code::LanguageIncomplete));
    let text = fs::read_to_string(reports.join("words.yaml")).unwrap();
    fs::write(reports.join("words.yaml"), text.replace("{period}", "{perod}").replace("\npage: ", "\npag: "))
        .unwrap();
    let codes: Vec<Code> = asked("xx").into_iter().map(|(code, _)| code).collect();
    assert!(codes.contains(&Code::UnknownKey) && codes.contains(&Code::MissingKey), "{codes:?}");
    fs::write(reports.join("words.yaml"), text.replace("{period}", "{perod}")).unwrap();
    let codes: Vec<Code> = asked("xx").into_iter().map(|(code, _)| code).collect();
    assert!(codes.contains(&Code::UnknownPlaceholder), "{codes:?}");
}
