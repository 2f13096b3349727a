//! Free text to criteria and status: how right it is, what it must never do, and bad input.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use prevent_benchmark::app;
use prevent_benchmark::diag::Code;
use prevent_benchmark::eval::{Evaluation, Share};
use prevent_benchmark::matching::teach::Lessons;
use prevent_benchmark::matching::{Abstained, Matched, Matcher, Stands};
use prevent_benchmark::report::matches::MatchView;
use prevent_benchmark::rubric::{Rubric, Status};
use proptest::prelude::*;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rubric() -> &'static Rubric {
    static RUBRIC: OnceLock<std::sync::Arc<Rubric>> = OnceLock::new();
    RUBRIC.get_or_init(|| app::rubric("prevent-la-2021", &root().join("rubrics")).value.unwrap())
}

fn matcher() -> &'static Matcher {
    static MATCHER: OnceLock<Matcher> = OnceLock::new();
    MATCHER.get_or_init(|| Lessons::new(rubric()).teach(&BTreeSet::new()))
}

fn read(text: &str) -> Matched {
    matcher().match_statement(text, Stands::Alone)
}

fn counted(text: &str) -> Vec<(String, Status)> {
    let found = read(text).findings.into_iter().filter(|found| found.counts);
    found.map(|found| (rubric().criterion(found.criterion).id.clone(), found.status)).collect()
}

fn evaluate(name: &str) -> Evaluation {
    let outcome = app::evaluate(&root().join("tests/gold").join(name), "prevent-la-2021");
    assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
    outcome.value.unwrap()
}

/// Floors only rise. The text says what was measured when they were set.
fn at_least(what: &str, share: Share, floor: f64) {
    assert!(share.n > 0 && share.share >= floor, "{what}: {share:?}, the floor is {floor}");
}

fn at_most(what: &str, share: Share, ceiling: f64) {
    assert!(share.n > 0 && share.share <= ceiling, "{what}: {share:?}, the ceiling is {ceiling}");
}

#[test]
fn the_matcher_keeps_its_accuracy_on_the_development_set() {
    let measured = evaluate("dev.yaml");
    // All of the set teaches, so all of it is held back in turn.
    assert_eq!((measured.statements.benchmark_or_none.n, measured.held_back), (160, 720));
    let statements = &measured.statements;
    at_least("benchmark", statements.benchmark, 0.98);
    at_least("off topic, recall", statements.off_topic_recall, 0.95);
    at_least("off topic, precision", statements.off_topic_precision, 0.95);
    at_least("criterion first", statements.criterion_first, 0.83);
    at_least("criterion in three", statements.criterion_in_three, 0.96);
    at_least("status", statements.status, 0.94);
    at_most("not in place read as in place", statements.not_in_place_read_as_in_place, 0.03);
    at_most("not operating read as in place", statements.not_operating_read_as_in_place, 0.02);
    let filed = &measured.areas_filed;
    at_least("level exact", filed.exact, 0.75);
    at_least("level within one", filed.within_one, 0.98);
    at_most("across the line", filed.across_the_line, 0.06);
    assert!(filed.kappa.unwrap() >= 0.91, "{:?}", filed.kappa);
    at_least("level exact, in a heap", measured.areas_in_a_heap.exact, 0.75);
}

#[test]
fn the_matcher_keeps_its_accuracy_on_sets_that_never_teach() {
    for (name, statements, status, level, kappa) in
        [("held-back.yaml", 120, 0.92, 0.88, 0.96), ("held-back-2.yaml", 150, 0.92, 0.84, 0.88)]
    {
        let measured = evaluate(name);
        assert_eq!((measured.statements.benchmark_or_none.n, measured.held_back), (statements, 0), "{name}");
        at_least("benchmark", measured.statements.benchmark, 0.94);
        at_least("off topic, recall", measured.statements.off_topic_recall, 0.87);
        at_least("off topic, precision", measured.statements.off_topic_precision, 0.95);
        at_least("criterion first", measured.statements.criterion_first, 0.85);
        at_least("criterion in three", measured.statements.criterion_in_three, 0.92);
        at_least("status", measured.statements.status, status);
        at_least("level exact", measured.areas_filed.exact, level);
        assert!(measured.areas_filed.kappa.unwrap() >= kappa, "{name}: {:?}", measured.areas_filed.kappa);
    }
}

#[test]
fn every_miss_says_what_decided_it() {
    let measured = evaluate("held-back.yaml");
    assert!(!measured.errors.is_empty());
    for miss in &measured.errors {
        assert!(miss.right != miss.found && !miss.text.is_empty(), "{miss:?}");
        assert!(
            miss.what == "benchmark" || miss.found == "none" || !miss.why.is_empty() || miss.what == "status"
        );
    }
}

/// Reading a plan as a fact is the worst error there is.
#[test]
fn plans_lapses_and_lacks_are_not_read_as_in_place() {
    for (text, status) in [
        ("A Prevent action plan is in draft and goes to the board in June.", Status::Planned),
        ("The Prevent plan has been agreed in principle.", Status::Planned),
        ("A deputy chair for Channel is being recruited.", Status::Planned),
        ("Prevent training for venue staff is booked for March.", Status::Planned),
        ("The Prevent communications strategy is awaiting sign-off.", Status::Planned),
        ("Prevent will be added to the corporate induction from the spring.", Status::Planned),
        ("The Channel panel has not met since October 2021.", Status::Lapsed),
        ("The Prevent board was disbanded when the grant ended.", Status::Lapsed),
        ("Our Prevent risk assessment dates from 2017 and has not been updated since.", Status::Lapsed),
        ("The Prevent web pages still name an officer who left in 2020.", Status::Lapsed),
        ("There is no Prevent action plan.", Status::Absent),
        ("Nobody has been named to chair the Channel panel.", Status::Absent),
        ("It would be good to have a Prevent engagement strategy if funding allows.", Status::Absent),
        ("No Prevent training takes place.", Status::Absent),
        ("The venue hire policy is silent on extremism.", Status::Absent),
    ] {
        let matched = read(text);
        assert_eq!(matched.status, Some(status), "{text}");
        assert!(matched.findings.iter().all(|found| !found.counts || !found.status.operates()), "{text}");
    }
}

#[test]
fn what_operates_is_read_as_in_place_whatever_the_words_look_like() {
    for text in [
        "Prevent training is no longer voluntary for social workers.",
        "Prevent training goes not only to social workers but to schools and care homes.",
        "No agency is unclear about how to make a Prevent referral.",
        "Not one Channel panel was missed this year.",
        "The Prevent action plan has been drafted and agreed by all partners.",
        "A booking by an extremist speaker was declined after the checks.",
        "Cases not adopted at the Channel panel are passed to Early Help, without exception.",
    ] {
        assert_eq!(read(text).status, Some(Status::InPlace), "{text}");
    }
    assert_eq!(
        read("6 of 7 districts have adopted the Prevent venue hire policy.").status,
        Some(Status::Partial)
    );
}

#[test]
fn the_unit_is_the_clause() {
    for (text, expected) in [
        (
            "The Channel panel meets monthly, but closed cases are not reviewed.",
            [("channel.5.monthly", true), ("channel.4.closed-cases-reviewed", false)],
        ),
        (
            "Staff devices are filtered for terrorist content, but library computers are not.",
            [("venue-and-it.3.staff-filtering", true), ("venue-and-it.4.public-filtering", false)],
        ),
        (
            "Prevent training is offered by role, but attendance is not recorded.",
            [("training.4.different-teams", true), ("training.4.records", false)],
        ),
    ] {
        let found = counted(text);
        for (criterion, in_place) in expected {
            let status = found.iter().find(|(id, _)| id == criterion).map(|(_, status)| *status);
            assert_eq!(
                status.map(|status| status == Status::InPlace),
                Some(in_place),
                "{text} {criterion} {found:?}"
            );
        }
    }
}

#[test]
fn other_topics_match_nothing() {
    for text in [
        "MARAC meets fortnightly with a named chair and deputy.",
        "Channel shift: 70% of council tax contacts are now online.",
        "An audit of venues for Martyn's Law is planned for next year.",
        "The firewall was replaced after the ransomware attack.",
        "Fire risk assessments are complete for every block.",
        "The county lines action plan has an owner and a date for each action.",
        "The domestic abuse referral pathway is published and well used.",
        "Potholes reported online are filled within five days.",
    ] {
        let matched = read(text);
        assert!(matched.benchmark.is_none() && matched.findings.is_empty(), "{text}");
        assert!(matched.status.is_some(), "{text}");
    }
}

#[test]
fn what_cannot_be_judged_is_said_and_not_guessed() {
    let long = "Prevent training takes place. ".repeat(40_000);
    for (text, why) in [
        ("", Abstained::NoWords),
        (" \n\t ", Abstained::NoWords),
        ("2021/22: 14 (12%)", Abstained::NoWords),
        ("🎉🎉🎉", Abstained::NoWords),
        ("Training.", Abstained::NothingKnown),
        ("see attached document", Abstained::NothingKnown),
        ("Board meets.", Abstained::NothingKnown),
        ("Does the Prevent board meet?", Abstained::Question),
        ("Le conseil se réunit tous les trimestres et présente le plan.", Abstained::NothingKnown),
        ("Der Rat trifft sich jeden Monat in der Halle.", Abstained::NothingKnown),
        ("Обучение сотрудников проводится ежемесячно.", Abstained::NothingKnown),
        ("職員研修は毎月行われています。", Abstained::NothingKnown),
        (
            "Mae'r bwrdd yn cyfarfod bob mis ac mae'r heddlu yn bresennol.",
            Abstained::Language("Welsh".to_owned()),
        ),
        (long.as_str(), Abstained::TooLong),
    ] {
        let matched = read(text);
        assert_eq!(matched.abstained, Some(why), "{}", text.chars().take(40).collect::<String>());
        assert!(matched.benchmark.is_none() && matched.status.is_none() && matched.findings.is_empty());
    }
    // A Welsh name in an English sentence is no reason to abstain.
    assert!(read("The Bwrdd Prevent met quarterly with police and health.").abstained.is_none());
    // Emoji and another script beside English words do no harm.
    assert_eq!(read("Channel panel meets monthly 👍 всегда").status, Some(Status::InPlace));
}

#[test]
fn every_finding_can_be_traced() {
    for statement in rubric().statements.iter().step_by(37) {
        let matched = read(&statement.text);
        for found in &matched.findings {
            let why = &found.why;
            assert!(
                statement.text.get(found.words.start..found.words.end).is_some_and(|words| !words.is_empty())
            );
            assert!(why.trigger.as_ref().is_none_or(|trigger| statement.text.contains(trigger.as_str())));
            assert!(why.example.is_some(), "{}: {found:?}", statement.text);
            assert!((0.0..=1.0).contains(&found.score));
        }
        let scores: Vec<f64> = matched.findings.iter().map(|found| found.score).collect();
        assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    }
}

fn match_files(paths: &[PathBuf]) -> (Option<MatchView>, Vec<Code>) {
    let outcome = app::match_statements(paths, "prevent-la-2021", &|_, _| {});
    (outcome.value, outcome.diagnostics.iter().map(|diagnostic| diagnostic.code).collect())
}

#[test]
fn a_list_an_assessment_and_plain_lines_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let statements = [
        "The Channel panel meets monthly.",
        "There is no Prevent action plan.",
        "Potholes are filled at once.",
    ];
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let lines = write("lines.txt", statements.map(|s| format!("- {s}\n\n")).concat());
    let list = write("list.yaml", statements.map(|s| format!("- {{text: \"{s}\"}}\n")).concat());
    let texts = write("texts.yaml", statements.map(|s| format!("- \"{s}\"\n")).concat());
    let head =
        "schema: assessment/1\narea: {id: a, name: A}\nperiod: 2021/22\nrubric: prevent-la-2021\nevidence:\n";
    let assessment =
        write("a.yaml", head.to_owned() + &statements.map(|s| format!("  - text: \"{s}\"\n")).concat());
    let mut seen = Vec::new();
    for path in [lines, list, texts, assessment] {
        let (view, said) = match_files(&[path]);
        assert!(said.is_empty(), "{said:?}");
        let view = view.unwrap();
        let found = |s: &prevent_benchmark::report::matches::StatementView| {
            (
                s.text.clone(),
                s.benchmark,
                s.status,
                s.findings.first().map(|f| (f.criterion.clone(), f.status)),
            )
        };
        seen.push(view.statements.iter().map(found).collect::<Vec<_>>());
    }
    assert_eq!(seen[0].len(), 3);
    assert_eq!((seen[0][0].1, seen[0][1].1, seen[0][2].1), (Some(5), Some(3), None));
    assert!(seen.iter().all(|other| *other == seen[0]), "{seen:?}");
}

#[test]
fn a_bad_list_of_statements_is_told_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.yaml");
    fs::write(&path, "- {id: A, txt: Nothing}\n- [1, 2]\n- {text: The panel meets., benchmark: 99}\n")
        .unwrap();
    let (view, said) = match_files(std::slice::from_ref(&path));
    assert!(view.is_none());
    assert_eq!(said, [Code::MissingKey, Code::MissingKey]);
    fs::write(&path, "- {text: The panel meets., benchmark: 99}\n").unwrap();
    assert_eq!(match_files(std::slice::from_ref(&path)).1, [Code::UnknownBenchmark]);
    fs::write(&path, "- {text: The panel meets., benchmark: five}\n").unwrap();
    assert_eq!(match_files(&[path]).1, [Code::WrongType]);
    let lines = folder.path().join("lines.txt");
    fs::write(&lines, "The board\u{1b}[31m meets.\nThe panel meets monthly.\n").unwrap();
    assert_eq!(match_files(&[lines]).1, [Code::ControlCharacter]);
}

#[test]
fn labels_that_cannot_be_are_told_and_measure_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gold.yaml");
    let said = |text: &str| {
        fs::write(&path, text).unwrap();
        let outcome = app::evaluate(&path, "prevent-la-2021");
        assert!(outcome.value.is_none());
        outcome.diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>()
    };
    assert_eq!(said("statement: []\n"), [Code::MissingKey]);
    assert_eq!(
        said("areas:\n- {id: a, benchmarks: [{benchmark: 99, evidence: [x], expected_level: 9}]}\n"),
        [Code::UnknownBenchmark, Code::OutOfRange]
    );
}

fn score(folder: &Path, evidence: &str) -> app::Scored {
    let path = folder.join("a.yaml");
    let head =
        "schema: assessment/1\narea: {id: a, name: A}\nperiod: 2021/22\nrubric: prevent-la-2021\nevidence:\n";
    fs::write(&path, format!("{head}{evidence}")).unwrap();
    app::score_assessment(&path).value.unwrap()
}

#[test]
fn confirmed_findings_always_win() {
    let folder = tempfile::tempdir().unwrap();
    let plain = score(folder.path(), "  - text: The Channel panel meets monthly.\n");
    assert_eq!(plain.view().benchmarks[4].findings[0].criterion, "channel.5.monthly");
    assert!(!plain.view().benchmarks[4].findings[0].confirmed);
    assert_eq!(plain.view().unconfirmed, 1);
    let confirmed = score(
        folder.path(),
        "  - text: The Channel panel meets monthly.\n    findings: [{criterion: channel.5.terms, status: lapsed}]\n",
    );
    let findings = &confirmed.view().benchmarks[4].findings;
    assert_eq!(
        (findings.len(), findings[0].criterion.as_str(), findings[0].confirmed),
        (1, "channel.5.terms", true)
    );
    let nothing = score(folder.path(), "  - text: The Channel panel meets monthly.\n    findings: []\n");
    assert!(nothing.proposals.findings.is_empty());
}

#[test]
fn order_and_repetition_of_statements_change_no_level() {
    let folder = tempfile::tempdir().unwrap();
    let evidence = [
        "  - text: The Channel panel meets monthly and most partners attend.\n",
        "  - text: There is a named Channel chair but no deputy.\n",
        "  - text: Interventions are tailored to each person on the Channel caseload.\n",
    ];
    let levels = |evidence: String| -> Vec<Option<u8>> {
        score(folder.path(), &evidence).proposals.benchmarks.iter().map(|b| b.proposed).collect()
    };
    let forwards = levels(evidence.concat());
    let backwards = levels(evidence.iter().rev().copied().collect());
    let twice = levels(evidence.concat().repeat(2));
    assert_eq!(forwards, backwards);
    assert_eq!(forwards, twice);
}

/// A workspace with the small rubric, and the folder of that rubric.
fn workspace_to_edit() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("rubrics/hall-standard");
    fs::create_dir_all(&target).unwrap();
    for entry in fs::read_dir(root().join("tests/workspace/rubrics/hall-standard")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), target.join(entry.file_name())).unwrap();
    }
    (folder, target)
}

#[test]
fn an_example_added_to_a_rubric_teaches_without_code() {
    let (folder, target) = workspace_to_edit();
    let list = folder.path().join("list.yaml");
    fs::write(&list, "- A ramp leads up to the side entrance.\n- The fire plan hangs in the hall.\n")
        .unwrap();
    let first = |at: usize| {
        let outcome =
            app::match_statements(std::slice::from_ref(&list), target.to_str().unwrap(), &|_, _| {});
        let outcome = if outcome.value.is_some() {
            outcome
        } else {
            app::match_statements(std::slice::from_ref(&list), "hall-standard", &|_, _| {})
        };
        let view = outcome.value.unwrap();
        view.statements[at].findings.first().map(|found| found.criterion.clone())
    };
    assert_eq!(first(1).as_deref(), Some("fire.2.first"));
    assert_ne!(first(0).as_deref(), Some("access.2.first"));
    let more = "schema: statements/1\nbenchmark: 3\nsource: Written for this test.\nstatements:\n  - text: A ramp leads to the entrance at the side.\n    status: in-place\n    findings: [{criterion: access.2.first, status: in-place}]\n";
    fs::write(target.join("3-access.statements.yaml"), more).unwrap();
    assert_eq!(first(0).as_deref(), Some("access.2.first"));
}

/// What a passage says alone is no longer all that counts.
#[test]
fn papers_of_a_rubric_teach_what_to_pick_without_code() {
    let (folder, target) = workspace_to_edit();
    let paper = folder.path().join("paper.md");
    fs::write(
        &paper,
        "# Fire\n\nThe fire plan hangs in the hall.\n\n# Bar\n\nThe bar sold pies. Both rooms were full.\n",
    )
    .unwrap();
    let picked = || -> Vec<String> {
        let outcome = app::match_statements(std::slice::from_ref(&paper), "hall-standard", &|_, _| {});
        outcome.value.unwrap().statements.into_iter().map(|statement| statement.text).collect()
    };
    // Without papers each passage must speak for itself.
    assert_eq!(picked(), ["The fire plan hangs in the hall.", "Both rooms were full."]);
    let mut papers = "schema: papers/1\nsource: Written for this test.\npapers:\n".to_owned();
    for n in 0..40 {
        let more = if n % 2 == 0 { "            - {text: Both ends were timed., evidence: 1}\n" } else { "" };
        papers.push_str(&format!(
            "  - title: Paper {n}\n    parts:\n      - headings: [Fire]\n        paragraphs:\n          - - {{text: The fire plan hangs in room {n}., evidence: 1}}\n{more}      - headings: [Bar]\n        paragraphs:\n          - - {{text: The bar sold {n} pies.}}\n            - {{text: Both rooms were full.}}\n"
        ));
    }
    fs::write(target.join("papers.yaml"), papers).unwrap();
    assert_eq!(picked(), ["The fire plan hangs in the hall."]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_text_at_all_is_read_without_panic_and_within_its_bounds(text in "\\PC{0,200}", filed in 0..11_usize) {
        let stands = if filed == 10 { Stands::Alone } else { Stands::Filed(filed) };
        let matched = matcher().match_statement(&text, stands);
        for found in &matched.findings {
            prop_assert!(text.get(found.words.start..found.words.end).is_some());
        }
        prop_assert_eq!(matched.abstained.is_some(), matched.status.is_none());
        prop_assert_eq!(&matched, &matcher().match_statement(&text, stands));
    }

    #[test]
    fn words_of_the_field_in_any_order_are_read_without_panic(words in prop::collection::vec(0..40_usize, 0..40)) {
        const WORDS: [&str; 40] = [
            "Prevent", "Channel", "panel", "no", "not", "but", "although", ",", ";", ".", " - ", "(", ")", "meets", "monthly",
            "6 of 7", "hasn't", "will", "draft", "and", "agreed", "lapsed", "since", "2019", "training", "’s", "\n", "board",
            "never", "without", "exception", "plan", "6/12", "85%", "none", "of", "unclear", "until", "venue", "…",
        ];
        let text = words.iter().map(|&at| WORDS[at]).collect::<Vec<_>>().join(" ");
        let matched = read(&text);
        for found in &matched.findings {
            prop_assert!(text.get(found.words.start..found.words.end).is_some());
        }
    }
}
