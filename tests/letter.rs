//! The letter as its recipient reads it, and the page as a machine reads it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::Path;

use prevent_benchmark::app;
use prevent_benchmark::app::reports::{ReportFormat, ReportKind, ReportRequest, report};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

fn letter(path: &str, format: ReportFormat) -> String {
    let outcome = report(&ReportRequest::new(ReportKind::Letter, &root().join(path), format, "2024-06-01"));
    text(outcome.value.unwrap_or_else(|| panic!("{:?}", outcome.diagnostics)).bytes)
}

const LEICESTERSHIRE: &str = "assessments/leicestershire/2021-22.yaml";

/// The golden letter up to its annex, which is Annex A and held to it elsewhere.
#[test]
fn the_letter_reads_as_it_did() {
    let made = letter(LEICESTERSHIRE, ReportFormat::Markdown);
    let made = made.split("## Annex").next().unwrap();
    let path = root().join("tests/letter.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, made).unwrap();
    }
    let golden = fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    for (ours, theirs) in made.lines().zip(golden.lines()) {
        assert_eq!(
            ours, theirs,
            "read tests/letter.md; `UPDATE=1 cargo test --test letter` accepts the new letter"
        );
    }
    assert_eq!(made.lines().count(), golden.lines().count());
}

#[test]
fn the_letter_has_the_order_of_the_home_office() {
    let letter = letter(LEICESTERSHIRE, ReportFormat::Markdown);
    let order = [
        "# Assessment of the Prevent duty, 2021/22",
        "Section 26 of the Counter-Terrorism and Security Act 2015",
        "## How the assessment was made",
        "not intended to have equal weight",
        "## Summary",
        "Table: Scores",
        "## Feedback on each benchmark",
        "### Benchmark 1: Risk Assessment",
        "#### Good practice",
        "#### Areas for development",
        "### Benchmark 10: Communications",
        "## Headline recommendations",
        "\n3. **",
        "I would be glad to discuss",
        "Yours sincerely",
        "## Annex: the criteria",
        "No local Prevent-related community engagement taking place.",
        "Open Government Licence v3.0",
    ];
    let mut from = 0;
    for expected in order {
        let at =
            letter[from..].find(expected).unwrap_or_else(|| panic!("{expected} is missing or out of order"));
        from += at + expected.len();
    }
    assert!(!letter.contains("\n4. **"), "three headline recommendations and no more");
}

#[test]
fn every_descriptor_stands_in_the_annex_word_for_word() {
    let letter = letter(LEICESTERSHIRE, ReportFormat::Markdown);
    let rubric = app::rubric("prevent-la-2021", root()).value.unwrap();
    for benchmark in &rubric.benchmarks {
        for level in &benchmark.levels {
            let row = letter
                .lines()
                .any(|line| line == format!("| {} | {} |", level.level, escaped(&level.descriptor)));
            assert!(row, "{}", level.descriptor);
        }
    }
}

fn escaped(text: &str) -> String {
    prevent_benchmark::report::template::escape_markdown(text)
}

#[test]
fn acronyms_are_written_out_once_and_no_drafting_notes_are_left() {
    let letter = letter(LEICESTERSHIRE, ReportFormat::Markdown);
    let body = letter.split("## Annex").next().unwrap();
    assert_eq!(body.matches("ounter-terrorism local profile (CTLP)").count(), 1);
    for note in ["TODO", "TBC", "XX", "{{", "{%", "undefined", "none\n"] {
        assert!(!body.contains(note), "{note}");
    }
}

#[test]
fn the_page_has_one_heading_of_level_one_and_skips_none() {
    for path in [LEICESTERSHIRE, "assessments/aldermoor/2023-24.yaml"] {
        let html = letter(path, ReportFormat::Html);
        assert_eq!(html.matches("<h1>").count(), 1);
        let mut last = 0;
        for (at, _) in html.match_indices("<h") {
            let Some(level) = html[at + 2..].chars().next().and_then(|c| c.to_digit(10)) else { continue };
            assert!(level <= last + 1, "a heading of level {level} follows one of level {last}");
            last = level;
        }
        let tables = html.matches("<table>").count();
        assert!(tables > 10);
        assert_eq!(html.matches("<caption>").count(), tables);
        assert_eq!(html.matches("<thead><tr><th scope=\"col\">").count(), tables);
        assert!(html.contains("<html lang=\"en-GB\">") && html.contains("<title>Assessment of"));
        // Self-contained: nothing is fetched.
        for outside in ["src=", "<link", "@import", "url("] {
            assert!(!html.contains(outside), "{outside}");
        }
    }
}

#[test]
fn what_another_statement_contradicts_is_not_praised() {
    let letter = letter("assessments/aldermoor/2023-24.yaml", ReportFormat::Markdown);
    let board = letter.split("### Benchmark 2").nth(1).unwrap().split("#### Areas").next().unwrap();
    let (good, limits) = board.split_once("These statements do not agree with one another:").unwrap();
    let claim = "The Prevent board drives delivery of the partnership plan";
    assert!(!good.contains(claim) && limits.contains(claim), "{board}");
    assert!(board.contains("contradict each other"));
}

#[test]
fn the_highest_marking_stands_on_every_page() {
    let html = letter("assessments/aldermoor/2023-24.yaml", ReportFormat::Html);
    assert_eq!(html.matches("OFFICIAL-SENSITIVE").count(), 4, "two on screen, two in the margins of print");
    let html = letter(LEICESTERSHIRE, ReportFormat::Html);
    assert!(html.contains("content: \"OFFICIAL\"") && !html.contains("OFFICIAL-SENSITIVE"));
}

#[test]
fn what_a_statement_contains_is_text_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    let hostile =
        "<script>alert(1)</script> | *bold* [x](javascript:alert(1)) {{ basis }} &amp; # no heading";
    fs::write(
        &path,
        format!(
            "schema: assessment/1\narea: {{id: a, name: '{hostile}'}}\nperiod: 2021/22\nrubric: prevent-la-2021\n\
             evidence:\n  - text: '{hostile}'\n    benchmark: 7\n    findings: [{{criterion: training.4.tailored, status: in-place}}]\n"
        ),
    )
    .unwrap();
    let outcome = report(&ReportRequest::new(ReportKind::Letter, &path, ReportFormat::Html, "2024-06-01"));
    let html = text(outcome.value.unwrap().bytes);
    assert!(
        !html.contains("<script") && !html.contains("<strong>bold") && !html.contains("href=\"javascript")
    );
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; | *bold* [x](javascript:alert(1)) {{ basis }} &amp;amp; # no heading"));
}

#[test]
fn an_area_without_evidence_gets_a_letter_that_asks_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    fs::write(
        &path,
        "schema: assessment/1\narea: {id: a, name: Anywhere}\nperiod: 2021/22\nrubric: prevent-la-2021\n",
    )
    .unwrap();
    let outcome =
        report(&ReportRequest::new(ReportKind::Letter, &path, ReportFormat::Markdown, "2024-06-01"));
    let letter = text(outcome.value.unwrap().bytes);
    assert!(letter.contains("Date: 1 June 2024"));
    assert!(letter.contains("No benchmark could be assessed, because no evidence is recorded."));
    assert!(letter.contains("There are no headline recommendations."));
}
