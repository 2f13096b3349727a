//! The README is true: its outputs, commands and codes are those of the program.
//! `UPDATE=1 cargo test --test readme` writes them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::Path;
use std::process::Command;

use prevent_benchmark::app;
use prevent_benchmark::cli::commands;
use prevent_benchmark::diag::Code;
use prevent_benchmark::eval::{AreaFigures, Evaluation, Share};

/// Puts the made parts into the text.
fn with_made_parts(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!-- output: ") {
        let (args, after) = after.split_once(" -->\n").unwrap();
        let after = after.strip_prefix("```text\n").unwrap();
        let (_, after) = after.split_once("```\n").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_prevent-benchmark"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env_remove("COLUMNS")
            .args(args.split(' '))
            .output()
            .unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        out.push_str(&format!("{before}<!-- output: {args} -->\n```text\n{shown}```\n"));
        rest = after;
    }
    out.push_str(rest);
    let rows: String = commands().iter().map(|(name, about)| format!("| `{name}` | {about} |\n")).collect();
    let out = between(&out, "accuracy", &accuracy());
    let out = between(&out, "real case", &real_case());
    let out = between(&out, "commands", &format!("| command | what for |\n|---|---|\n{rows}"));
    let rows: String = Code::ALL
        .iter()
        .map(|code| format!("| `{}` | {} | {} |\n", code.name(), code.severity().word(), code.meaning()))
        .collect();
    between(&out, "codes", &format!("| code | severity | meaning |\n|---|---|---|\n{rows}"))
}

/// The figures of the labelled sets, as `eval` gives them.
fn accuracy() -> String {
    let measured = ["dev.yaml", "held-back.yaml", "held-back-2.yaml"].map(|name| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gold").join(name);
        app::evaluate(&path, app::DEFAULT_RUBRIC).value.unwrap()
    });
    let mut out =
        String::from("| | development, cross-validated | held back | held back 2 |\n|---|---|---|---|\n");
    let mut row = |name: &str, cell: &dyn Fn(&Evaluation) -> String| {
        let cells: Vec<String> = measured.iter().map(cell).collect();
        out.push_str(&format!("| {name} | {} |\n", cells.join(" | ")));
    };
    let percent = |share: Share| format!("{:.1} % of {}", share.share * 100.0, share.n);
    row("benchmark, on topic", &|e| percent(e.statements.benchmark_lenient));
    row("another topic: recall", &|e| percent(e.statements.off_topic_recall));
    row("another topic: precision", &|e| percent(e.statements.off_topic_precision));
    row("criterion: the first", &|e| percent(e.statements.criterion_first));
    row("criterion: in the first three", &|e| percent(e.statements.criterion_in_three));
    row("status", &|e| percent(e.statements.status));
    row("not in place, read as in place", &|e| percent(e.statements.not_in_place_read_as_in_place));
    for (heading, areas) in [
        ("filed", (|e| &e.areas_filed) as fn(&Evaluation) -> &AreaFigures),
        ("in one heap", |e| &e.areas_in_a_heap),
    ] {
        row(&format!("level exact, statements {heading}"), &|e| percent(areas(e).exact));
        row(&format!("level within one, {heading}"), &|e| percent(areas(e).within_one));
        row(&format!("wrong side of duty met, {heading}"), &|e| percent(areas(e).across_the_line));
        row(&format!("quadratic weighted kappa, {heading}"), &|e| format!("{:.3}", areas(e).kappa.unwrap()));
    }
    for level in 0..5 {
        row(&format!("level {} exact, filed", level + 1), &|e| percent(e.areas_filed.by_level[level].1));
    }
    out
}

/// The shipped real assessment without what a person confirmed: what the matcher makes of its words.
fn real_case() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assessments/leicestershire/2021-22.yaml");
    let mut inside = false;
    let stripped: String = fs::read_to_string(path)
        .unwrap()
        .lines()
        .filter(|line| {
            if line.starts_with("    findings:") {
                inside = true;
            } else if inside && !line.starts_with("      ") {
                inside = false;
            }
            !inside
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stripped.yaml");
    fs::write(&path, stripped).unwrap();
    let view = app::score(&path).value.unwrap();
    assert!(view.unconfirmed > 30, "{}", view.unconfirmed);
    let confirmed =
        app::score(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assessments/leicestershire/2021-22.yaml"));
    let confirmed = confirmed.value.unwrap();
    let mut out = String::from("| | confirmed findings | free text | judged |\n|---|---|---|---|\n");
    let level = |level: Option<u8>| level.map_or("-".to_owned(), |level| level.to_string());
    for (free, sure) in view.benchmarks.iter().zip(&confirmed.benchmarks) {
        out.push_str(&format!(
            "| {} {} | {} | {} | {} |\n",
            free.number,
            free.title,
            level(sure.proposed),
            level(free.proposed),
            level(free.judgement)
        ));
    }
    out
}

fn between(text: &str, mark: &str, made: &str) -> String {
    let mark = format!("<!-- {mark} -->\n");
    let mut parts = text.split(mark.as_str());
    let (before, _, after) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    format!("{before}{mark}{made}{mark}{after}")
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let made = with_made_parts(&text);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &made).unwrap();
    } else {
        for (ours, theirs) in made.lines().zip(text.lines()) {
            assert_eq!(ours, theirs, "run `UPDATE=1 cargo test --test readme`");
        }
        assert_eq!(made.len(), text.len());
    }
}

/// The charts that the README shows are those that the reports hold.
#[test]
fn the_pictures_are_those_of_the_reports() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let region = "assessments/example-region";
    let chart = |arguments: &[&str], name: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_prevent-benchmark"))
            .current_dir(root)
            .arg("report")
            .args(arguments)
            .args(["--format", "html"])
            .output()
            .unwrap();
        let page = String::from_utf8(output.stdout).unwrap();
        let start = page.find(&format!("<svg role=\"img\" aria-labelledby=\"chart-{name}-title")).unwrap();
        let end = page[start..].find("</svg>").unwrap() + start;
        page[start..end].to_owned() + "</svg>\n"
    };
    for (file, svg) in [
        ("areas", chart(&["region", region], "areas")),
        ("spread", chart(&["region", region], "spread")),
        ("years", chart(&["history", &format!("{region}/calderwick")], "years-calderwick")),
    ] {
        let path = root.join(format!("assessments/pictures/{file}.svg"));
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &svg).unwrap();
        }
        let shown = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert!(shown == svg, "{file}: run `UPDATE=1 cargo test --test readme`");
    }
}

#[test]
fn the_shortest_assessment_of_the_readme_is_sound() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let yaml = text.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    fs::write(&path, yaml).unwrap();
    let outcome = app::score(&path);
    assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
    assert_eq!(outcome.value.unwrap().benchmarks[6].proposed, Some(2));
}

#[test]
fn ci_calls_the_test_command_that_the_readme_gives() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let ci = fs::read_to_string(root.join(".ci/run")).unwrap();
    let command = "cargo test --locked";
    assert!(readme.lines().any(|line| line == command) && ci.lines().any(|line| line == command));
}
