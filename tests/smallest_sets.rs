//! What gets a benchmark to a level: compared with trying every set there is.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;
use std::process::{Command, Output};

use prevent_benchmark::app::{self, Scored};
use prevent_benchmark::plan::smallest::{seen_to, smallest_sets, suppose};
use prevent_benchmark::rubric::{CriterionIndex, Kind, Status};
use prevent_benchmark::scoring::combine::{Combined, combine_findings};
use prevent_benchmark::scoring::rule::{Reading, level_under};
use prevent_benchmark::scoring::{Finding, Ground};
use proptest::prelude::*;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn leicestershire() -> Scored {
    app::score_assessment(&root().join("assessments/leicestershire/2021-22.yaml")).value.unwrap()
}

/// What findings on one benchmark come to.
fn known(scored: &Scored, findings: &[(CriterionIndex, Status)]) -> Vec<Combined> {
    let mut assessment = scored.assessment.clone();
    assessment.evidence = vec![assessment.evidence[0].clone(); findings.len()];
    let findings: Vec<Finding> = findings
        .iter()
        .enumerate()
        .map(|(evidence, &(criterion, status))| Finding {
            evidence,
            criterion,
            status,
            words: String::new(),
            ground: Ground::Confirmed,
        })
        .collect();
    combine_findings(&scored.rubric, &assessment, &findings)
}

/// Every set of the least size that reaches a level, found by trying all of that size.
fn by_trying(
    scored: &Scored,
    combined: &[Combined],
    benchmark: usize,
    level: u8,
) -> Vec<Vec<CriterionIndex>> {
    let rubric = &scored.rubric;
    let all: Vec<CriterionIndex> = rubric
        .criteria_of(benchmark)
        .filter(|(_, criterion)| criterion.kind == Kind::Requirement && criterion.same_as.is_none())
        // What is in place already is not to be put in place again, even if that would settle a contradiction.
        .filter(|(at, _)| combined[at.0].status != Some(Status::InPlace))
        .map(|(at, _)| at)
        .collect();
    for size in 0..=all.len() {
        let found: Vec<Vec<CriterionIndex>> = (0_u32..1 << all.len())
            .filter(|mask| mask.count_ones() as usize == size)
            .map(|mask| (0..all.len()).filter(|at| mask & 1 << at != 0).map(|at| all[at]).collect())
            .filter(|set: &Vec<CriterionIndex>| {
                let supposed: Vec<_> = set.iter().map(|&at| (at, seen_to(rubric, at))).collect();
                let combined = suppose(rubric, combined, &supposed);
                level_under(rubric, &combined, benchmark, Reading::STATED).is_some_and(|found| found >= level)
            })
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The benchmarks that are small enough to try everything.
const SMALL: [usize; 4] = [0, 1, 2, 5];

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_smallest_sets_are_those_that_trying_everything_finds(
        which in 0..SMALL.len(),
        picks in prop::collection::vec((0..40_usize, prop::sample::select(Status::ALL.to_vec())), 0..12),
        level in 2..=5_u8,
    ) {
        let scored = leicestershire();
        let benchmark = SMALL[which];
        let range = scored.rubric.benchmarks[benchmark].criteria.clone();
        let findings: Vec<_> =
            picks.iter().map(|(at, status)| (CriterionIndex(range.start + at % range.len()), *status)).collect();
        let combined = known(&scored, &findings);
        let found = smallest_sets(&scored.rubric, &combined, benchmark, level, &|_| 1);
        let mut sets: Vec<Vec<CriterionIndex>> =
            found.iter().flat_map(|found| &found.sets).map(|set| set.criteria.clone()).collect();
        sets.sort();
        let mut tried = by_trying(&scored, &combined, benchmark, level);
        tried.sort();
        // A limit that nothing leaves behind can only be left behind itself, which trying does not do.
        prop_assume!(!sets.iter().flatten().any(|&at| scored.rubric.criterion(at).kind == Kind::Limit));
        prop_assert_eq!(found.map_or(0, |found| found.ties), tried.len());
        prop_assert_eq!(sets, tried);
    }
}

fn plan(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_prevent-benchmark"))
        .current_dir(root())
        .arg("plan")
        .args(arguments)
        .output()
        .unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let output = plan(&[arguments, &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn benchmark(view: &Value, number: u64) -> &Value {
    view["benchmarks"].as_array().unwrap().iter().find(|b| b["number"] == number).unwrap()
}

const REAL: &str = "assessments/leicestershire/2021-22.yaml";

#[test]
fn what_each_set_says_is_what_the_rule_then_gives() {
    let view = json(&[REAL]);
    assert_eq!(view["schema"], "plan/1");
    for b in view["benchmarks"].as_array().unwrap() {
        let Some(to) = b["to"].as_u64() else { continue };
        for set in b["sets"].as_array().unwrap().iter().take(3) {
            let supposed: Vec<String> = set
                .as_array()
                .unwrap()
                .iter()
                .map(|id| format!("--if={}=in-place", id.as_str().unwrap()))
                .collect();
            let arguments: Vec<&str> = supposed.iter().map(String::as_str).chain([REAL]).collect();
            let then = json(&arguments);
            assert!(benchmark(&then, b["number"].as_u64().unwrap())["if"].as_u64().unwrap() >= to, "{set}");
        }
    }
}

#[test]
fn a_promise_is_recognised_and_what_nobody_owns_is_shown_once() {
    let view = json(&[REAL]);
    let actions = view["actions"].as_array().unwrap();
    let promised = actions.iter().find(|action| action["id"] == "A8").unwrap();
    assert_eq!(promised["benchmarks"], serde_json::json!([7, 8]));
    let mut seen = std::collections::BTreeSet::new();
    for id in actions
        .iter()
        .filter(|action| action["id"].is_null())
        .flat_map(|action| action["needed"].as_array().unwrap())
    {
        assert!(seen.insert(id.as_str().unwrap()), "{id} is shown twice");
    }
    let served: Vec<&Value> = actions
        .iter()
        .filter(|action| action["id"].is_string())
        .flat_map(|a| a["needed"].as_array().unwrap())
        .collect();
    for id in served {
        assert!(!seen.contains(id.as_str().unwrap()), "{id} is promised and shown as if it were not");
    }
}

#[test]
fn the_effort_that_is_stated_decides_between_sets_of_one_size() {
    let first = |view: &Value| benchmark(view, 6)["sets"][0].as_array().unwrap().clone();
    let plain = json(&[REAL]);
    let dear = first(&plain)[0].as_str().unwrap().to_owned();
    let view = json(&[REAL, &format!("--effort={dear}=9")]);
    assert!(!first(&view).iter().any(|id| *id == dear.as_str()));
    assert_eq!(benchmark(&view, 6)["ties"], benchmark(&plain, 6)["ties"]);
}

#[test]
fn a_call_that_asks_for_what_there_is_not_is_told_everything_at_once() {
    let output = plan(&[
        REAL,
        "--target",
        "9",
        "--if",
        "training.4.mandatd=in-place",
        "--if=training.4.mandated=yes",
        "--effort",
        "training.4.mandated=0",
        "--effort",
        "nothing",
    ]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    for part in
        ["`9` is no level", "training.4.mandated", "`yes` is no status", "`0` is no effort", "has no `=`"]
    {
        assert!(said.contains(part), "{part} is missing in:\n{said}");
    }
    assert!(output.stdout.is_empty());
}

#[test]
fn every_verb_follows_from_what_the_evidence_says() {
    let view = json(&["assessments/aldermoor/2023-24.yaml", "--target", "5"]);
    let mut seen = std::collections::BTreeSet::new();
    for step in view["benchmarks"].as_array().unwrap().iter().flat_map(|b| b["steps"].as_array().unwrap()) {
        let expected = match step["status"].as_str() {
            None => "find-out",
            Some("planned") => "finish",
            Some("lapsed") => "restart",
            Some("absent") => "put-in-place",
            Some(_) => "complete",
        };
        assert_eq!(step["do"], expected, "{step}");
        seen.insert(expected);
    }
    assert!(seen.len() >= 4, "{seen:?}");
}
