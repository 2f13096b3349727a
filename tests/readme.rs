//! The README is true: its outputs, commands and codes are those of the program.
//! `UPDATE=1 cargo test --test readme` writes them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::Path;
use std::process::Command;

use prevent_benchmark::cli::commands;
use prevent_benchmark::diag::Code;

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
    let out = between(&out, "commands", &format!("| command | what for |\n|---|---|\n{rows}"));
    let rows: String = Code::ALL
        .iter()
        .map(|code| format!("| `{}` | {} | {} |\n", code.name(), code.severity().word(), code.meaning()))
        .collect();
    between(&out, "codes", &format!("| code | severity | meaning |\n|---|---|---|\n{rows}"))
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

#[test]
fn the_shortest_assessment_of_the_readme_is_sound() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let yaml = text.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    fs::write(&path, yaml).unwrap();
    let outcome = prevent_benchmark::app::score(&path);
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
