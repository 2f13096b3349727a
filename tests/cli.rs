//! The program as a person or a script meets it: what it prints, what it writes, how it exits.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const LEICESTERSHIRE: &str = "assessments/leicestershire/2021-22.yaml";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn run_in(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_prevent-benchmark")).current_dir(folder).args(args).output().unwrap()
}

fn run(args: &[&str]) -> Output {
    run_in(&root(), args)
}

fn copy_files(from: &str, to: &Path) {
    for entry in fs::read_dir(root().join(from)).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn the_shipped_workspace_is_sound() {
    let output = run(&["check"]);
    assert_eq!(status(&output), 0, "{}", out(&output));
    assert!(out(&output).contains("0 errors"), "{}", out(&output));
}

#[test]
fn score_prints_a_table_and_explains_a_benchmark() {
    let output = run(&["score", LEICESTERSHIRE]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let table = out(&output);
    assert!(table.contains("3 differs: the level rule proposes 3, the judgement is 5."), "{table}");
    let explained = out(&run(&["score", LEICESTERSHIRE, "--explain", "7"]));
    for expected in [
        "E7-2: \"No face-to-face session has been held in the last two years.\"",
        "lapsed: Suitably experienced trainers undertake face to face sessions",
        "The level rule, step by step",
        "Gaps",
        "Not mentioned; please ask",
        "[training.3.links-circulated]",
    ] {
        assert!(explained.contains(expected), "{expected} is not in\n{explained}");
    }
    assert_eq!(explained, out(&run(&["score", LEICESTERSHIRE, "--explain", "Training"])));
    let explained = out(&run(&["score", LEICESTERSHIRE, "--explain", "9"]));
    assert!(explained.contains("Filed here and counting for nothing\n  E9-3: "), "{explained}");
}

#[test]
fn the_sections_of_2024_show_both_scores_and_headline_the_lower() {
    let shown = out(&run(&["score", LEICESTERSHIRE, "--view", "toolkit-2024"]));
    assert!(shown.contains("Reducing permissive environments"), "{shown}");
    let row = shown.lines().find(|line| line.contains("Reducing permissive")).unwrap();
    assert!(row.contains(" 3 ") && row.contains("6 Prevent problem-solving process: 4"), "{row}");
    assert!(shown.contains("8 Venue Hire and IT Policies: 3"), "{shown}");
    let output = run(&["score", LEICESTERSHIRE, "--view", "toolkit"]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("choose one of toolkit-2024"), "{}", err(&output));
}

#[test]
fn score_json_has_the_names_other_programs_read() {
    let output = run(&["score", LEICESTERSHIRE, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["schema"], "score/1");
    assert_eq!(json["period"], "2021/22");
    assert_eq!(json["rubric"]["id"], "prevent-la-2021");
    let first = &json["benchmarks"][0];
    assert_eq!(first["id"], "risk-assessment");
    assert_eq!(
        (&first["proposed"], &first["strict"], &first["judgement"]),
        (&4.into(), &3.into(), &4.into())
    );
    for key in ["floor", "ceiling", "reason", "findings", "gaps", "silent"] {
        assert!(!first[key].is_null(), "{key}");
    }
    assert_eq!(json["benchmarks"][2]["basis"], "judgement");
}

#[test]
fn what_is_not_assessed_is_null_and_never_one() {
    let output = run(&["score", "assessments/aldermoor/2023-24.yaml", "--format", "json"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(json["benchmarks"][5]["proposed"].is_null());
    assert_eq!(json["marking"], "OFFICIAL-SENSITIVE");
    assert_eq!(json["benchmarks"][1]["conflicts"][0]["criterion"], "partnership-board.4.drives-delivery");
    assert!(err(&output).contains("\"conflict\""));
}

#[test]
fn a_broken_file_is_named_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let bad = root().join("tests/bad/assessment/unknown-references.yaml");
    let letter = folder.path().join("letter.html");
    let output = run(&["report", "letter", bad.to_str().unwrap(), "-o", letter.to_str().unwrap()]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("error[unknown-criterion]"), "{}", err(&output));
    assert!(!letter.exists());
    assert!(output.stdout.is_empty());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let output = run(&["score", bad.to_str().unwrap()]);
    assert_eq!((status(&output), output.stdout.is_empty()), (2, true));
}

#[test]
fn nothing_that_is_read_or_is_no_file_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.md");
    fs::copy(root().join(LEICESTERSHIRE), &path).unwrap();
    let before = fs::read(&path).unwrap();
    for target in ["a.md", "."] {
        let output = run_in(folder.path(), &["report", "letter", "a.md", "--format", "md", "-o", target]);
        assert_eq!(status(&output), 2, "{target}");
        assert!(err(&output).contains("error[bad-request]"), "{}", err(&output));
    }
    assert!(fs::read(&path).unwrap() == before);
    let output = run_in(folder.path(), &["report", "letter", "a.md", "-o", "-"]);
    assert!(out(&output).starts_with("# Assessment of the Prevent duty"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_rubric_folder_of_another_name_than_its_rubric_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let hall = folder.path().join("rubrics/hall");
    fs::create_dir_all(&hall).unwrap();
    copy_files("tests/workspace/rubrics/hall-standard", &hall);
    let output = run_in(folder.path(), &["check", "--format", "plain"]);
    assert_eq!(status(&output), 0);
    assert!(out(&output).contains("warning[rubric-folder]: the folder is called `hall`"), "{}", out(&output));
}

#[test]
fn templates_as_deep_as_their_size_allows_do_not_overflow() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("reports")).unwrap();
    fs::copy(root().join(LEICESTERSHIRE), folder.path().join("a.yaml")).unwrap();
    let template = folder.path().join("reports/letter.md.j2");
    for text in [
        format!("{{{{ 1{} }}}}", "+1".repeat(90_000)),
        format!("{{{{ {}1 }}}}", "not ".repeat(40_000)),
        format!("{}x", "> ".repeat(90_000)),
        "x".repeat(300_000),
    ] {
        fs::write(&template, text).unwrap();
        let output = run_in(folder.path(), &["report", "letter", "a.yaml", "-o", "letter.html"]);
        assert!([0, 2].contains(&status(&output)), "{}", err(&output));
    }
}

#[test]
fn a_judgement_without_its_reason_shows_the_scores_and_fails() {
    let bad = "tests/bad/assessment/judgement-without-reason.yaml";
    let output = run(&["score", bad]);
    assert_eq!(status(&output), 1);
    assert!(out(&output).contains("Training"));
    assert!(err(&output).contains("error[judgement-without-reason]"));
    assert_eq!(status(&run(&["report", "letter", bad])), 2);
}

#[test]
fn files_that_cannot_be_read_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        fs::write(folder.path().join(name), bytes).unwrap();
    };
    write("latin.yaml", b"schema: assessment/1\narea: caf\xe9\n");
    fs::File::create(folder.path().join("huge.yaml")).unwrap().set_len(100 * 1024 * 1024).unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for (args, code, expected) in [
        (["score", "missing.yaml"], "file-not-found", 2),
        (["score", "empty"], "not-a-file", 2),
        (["score", "latin.yaml"], "not-text", 2),
        (["score", "huge.yaml"], "file-too-large", 2),
        (["check", "missing.yaml"], "file-not-found", 2),
        (["check", "empty"], "nothing-to-check", 2),
        (["check", "huge.yaml"], "file-too-large", 1),
        (["init", "."], "bad-request", 2),
    ] {
        let output = run_in(folder.path(), &args);
        let said = out(&output) + &err(&output);
        assert!(said.contains(&format!("error[{code}]")), "{args:?}: {said}");
        assert_eq!(status(&output), expected, "{args:?}: {said}");
        assert!(said.contains("help: "), "{said}");
    }
}

#[test]
fn every_encoding_that_windows_writes_scores_the_same() {
    let text = fs::read_to_string(root().join(LEICESTERSHIRE)).unwrap().replace("\r\n", "\n");
    let crlf = text.replace('\n', "\r\n");
    let mut little_endian = vec![0xff, 0xfe];
    little_endian.extend(crlf.encode_utf16().flat_map(u16::to_le_bytes));
    let mut big_endian = vec![0xfe, 0xff];
    big_endian.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    let marked = [b"\xef\xbb\xbf".as_slice(), crlf.as_bytes()].concat();
    let folder = tempfile::tempdir().unwrap();
    let plain = out(&run(&["score", LEICESTERSHIRE, "--format", "json"]));
    for bytes in [crlf.into_bytes(), little_endian, big_endian, marked] {
        let path = folder.path().join("a.yaml");
        fs::write(&path, bytes).unwrap();
        assert_eq!(out(&run(&["score", path.to_str().unwrap(), "--format", "json"])), plain);
    }
}

#[test]
fn standard_input_is_a_dash() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_prevent-benchmark"))
        .current_dir(root())
        .args(["score", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&fs::read(root().join(LEICESTERSHIRE)).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(out(&output), out(&run(&["score", LEICESTERSHIRE, "--format", "json"])));
}

#[test]
fn the_same_input_gives_the_same_bytes_from_any_folder() {
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("2021-22.yaml");
    fs::copy(root().join(LEICESTERSHIRE), &path).unwrap();
    for args in [&["report", "letter", "--format", "html"][..], &["score", "--format", "json"]] {
        let here = run(&[args, &[LEICESTERSHIRE]].concat());
        let there = run_in(elsewhere.path(), &[args, &["2021-22.yaml"]].concat());
        assert_eq!(status(&there), 0, "{}", err(&there));
        assert!(here.stdout == there.stdout);
    }
}

#[test]
fn init_writes_a_workspace_that_is_sound_and_scores() {
    let folder = tempfile::tempdir().unwrap();
    let output = run_in(folder.path(), &["init", "ours"]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    let ours = folder.path().join("ours");
    let output = run_in(&ours, &["check"]);
    assert_eq!(status(&output), 0, "{}", out(&output));
    let area = ours.join("assessments/your-area");
    let assessment = fs::read_dir(area).unwrap().next().unwrap().unwrap().path();
    assert!(
        fs::read_to_string(&assessment)
            .unwrap()
            .starts_with("# yaml-language-server: $schema=../../schemas/")
    );
    assert!(ours.join("schemas/assessment.schema.json").is_file());
    let assessment = assessment.to_str().unwrap();
    assert_eq!(status(&run_in(&ours, &["score", assessment])), 0);
    assert_eq!(status(&run_in(&ours, &["report", "letter", assessment, "-o", "letter.html"])), 0);
    assert_eq!(status(&run_in(folder.path(), &["init", "ours"])), 2);
}

#[test]
fn a_template_in_the_workspace_comes_first_and_its_mistakes_are_located() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(status(&run_in(folder.path(), &["init", "ours"])), 0);
    let ours = folder.path().join("ours");
    fs::create_dir_all(ours.join("assessments/l")).unwrap();
    fs::copy(root().join(LEICESTERSHIRE), ours.join("assessments/l/a.yaml")).unwrap();
    let template = ours.join("reports/letter.md.j2");
    fs::write(&template, "# Our own {{ area }}\n").unwrap();
    let output = run_in(&ours, &["report", "letter", "assessments/l/a.yaml"]);
    assert_eq!(out(&output), "# Our own Leicestershire County Council\n\n**OFFICIAL**\n");
    fs::write(&template, "# One\n\n{{ aera }}\n").unwrap();
    let output = run_in(&ours, &["report", "letter", "assessments/l/a.yaml", "-o", "letter.md"]);
    assert_eq!(status(&output), 2);
    assert!(
        err(&output).contains("error[template-syntax]") && err(&output).contains(":3:"),
        "{}",
        err(&output)
    );
    assert!(!ours.join("letter.md").exists());
    fs::write(&template, "{% for b in benchmarks %}\n").unwrap();
    fs::write(ours.join("reports/leter.md.j2"), "text\n").unwrap();
    let output = run_in(&ours, &["check", "--format", "plain"]);
    assert_eq!(status(&output), 1);
    assert!(out(&output).contains("error[template-syntax]"), "{}", out(&output));
    assert!(out(&output).contains("warning[unknown-template]"), "{}", out(&output));
}

#[test]
fn all_problems_of_all_files_come_in_one_run_in_every_format() {
    let plain = run(&["check", "tests/bad/assessment", "--format", "plain"]);
    assert_eq!(status(&plain), 1);
    let lines = out(&plain).lines().count();
    assert!(lines > 60, "{lines}");
    let json: serde_json::Value =
        serde_json::from_slice(&run(&["check", "tests/bad/assessment", "--format", "json"]).stdout).unwrap();
    assert_eq!(json["diagnostics"].as_array().unwrap().len(), lines);
    let sarif: serde_json::Value =
        serde_json::from_slice(&run(&["check", "tests/bad/assessment", "--format", "sarif"]).stdout).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), lines);
    assert_eq!(sarif["version"], "2.1.0");
    let human = out(&run(&["check", "tests/bad/assessment"]));
    assert!(human.contains("10 |       - {criterion: training.4.mandatd, status: in-place}"), "{human}");
    assert!(human.contains("help: did you mean `training.4.mandated`?"));
}

#[test]
fn a_rubric_of_another_shape_goes_through_check_score_and_letter() {
    let workspace = root().join("tests/workspace");
    assert_eq!(status(&run_in(&workspace, &["check"])), 0);
    let path = "assessments/northfield/2025.yaml";
    let json: serde_json::Value =
        serde_json::from_slice(&run_in(&workspace, &["score", path, "--format", "json"]).stdout).unwrap();
    let levels: Vec<Option<u64>> =
        json["benchmarks"].as_array().unwrap().iter().map(|b| b["proposed"].as_u64()).collect();
    // Partial counts as met there, one gap is tolerated at 2, and silence is not.
    assert_eq!(levels, [Some(3), Some(2), Some(1), None]);
    let letter = out(&run_in(&workspace, &["report", "letter", path]));
    for expected in [
        "read against the 4 themes of the Community Hall Standard",
        "### Theme 2: First aid",
        "automated external defibrillator (AED)",
        "| 1. Fire | 3 (own assessment) | Leading |",
        "Access (3)",
    ] {
        assert!(letter.contains(expected), "{expected} is not in\n{letter}");
    }
    for stranger in ["Prevent", "Home Office", "benchmark", "terroris"] {
        assert!(!letter.contains(stranger), "{stranger} is in\n{letter}");
    }
}

#[test]
fn rubrics_are_listed_shown_and_compared() {
    let listed = out(&run(&["rubric", "list"]));
    assert!(listed.contains("prevent-la-2021"), "{listed}");
    let shown = out(&run(&["rubric", "show", "training"]));
    assert!(shown.contains("training.5.induction (requirement; strand induction)"), "{shown}");
    assert!(shown.contains("Evidence: Is Prevent training part of every staff induction?"), "{shown}");
    assert!(!shown.contains("channel."));
    let whole = out(&run(&["rubric", "show"]));
    assert!(whole.contains("Open Government Licence v3.0"));
    let output = run(&["rubric", "show", "trainign"]);
    assert_eq!(status(&output), 2);
    assert!(err(&output).contains("did you mean `training`?"), "{}", err(&output));
    let same = run(&["rubric", "diff", "prevent-la-2021", "rubrics/prevent-la-2021"]);
    assert_eq!(out(&same), "The rubrics say the same.\n");

    let folder = tempfile::tempdir().unwrap();
    copy_files("rubrics/prevent-la-2021", folder.path());
    let training = folder.path().join("07-training.yaml");
    let text = fs::read_to_string(&training).unwrap();
    fs::write(&training, text.replace("training.5.induction", "training.5.inductions")).unwrap();
    let output = run(&["rubric", "diff", "prevent-la-2021", folder.path().to_str().unwrap()]);
    assert_eq!(status(&output), 0, "{}", err(&output));
    // The statements that teach it name the old id: told once, not for each.
    assert_eq!(err(&output).matches("orphaned-label").count(), 1, "{}", err(&output));
    let said = out(&output);
    assert!(said.contains("criterion training.5.induction gone"), "{said}");
    assert!(said.contains("criterion training.5.inductions new"), "{said}");
}

#[test]
fn wrong_calls_exit_with_two_and_help_with_zero() {
    for args in [
        &["scroe"][..],
        &["score"],
        &["score", LEICESTERSHIRE, "--explain", "eleven"],
        &["report", "letter", LEICESTERSHIRE, "-o", "letter.docm"],
        &["report", "letter", LEICESTERSHIRE, "--date", "yesterday"],
        &["rubric", "show", "--rubric", "../../etc"],
    ] {
        assert_eq!(status(&run(args)), 2, "{args:?}");
    }
    for args in [&["--help"][..], &["--version"], &["score", "--help"]] {
        assert_eq!(status(&run(args)), 0, "{args:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_prevent-benchmark"))
        .current_dir(root())
        .args(["rubric", "show", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(status(&output), 0);
    assert!(err(&output).is_empty(), "{}", err(&output));
}
