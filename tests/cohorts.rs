//! Areas, raters and years beside each other, as a person at the command line would set them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use prevent_benchmark::moderate::{NoKappa, agreement};
use serde_json::{Value, json};

const REGION: &str = "assessments/example-region";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_prevent-benchmark"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The JSON of a command that ends with this status.
fn json_of(folder: &Path, arguments: &[&str], status: i32) -> Value {
    let output = run(folder, &[arguments, &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(status), "{arguments:?}\n{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Two raters' levels, and what `cohen_kappa_score(a, b, labels=[1, 2, 3, 4, 5], weights="quadratic")` of
/// scikit-learn 1.9.1 makes of them.
const SHARED: [(&str, &str, f64); 5] = [
    (
        "3241151351521144121541512515541215234251",
        "3243151251521143141541532525551215234251",
        0.923_316_558_831,
    ),
    (
        "223433332333423233333332333433343333332333332433323433343344",
        "223433332332442233323432343432343333332333333433323343343344",
        0.682_926_829_268,
    ),
    ("113432534331212423245514311424", "243144412221254255432552111524", 0.043_653_072_947),
    ("111515155511555111511111511551111511", "555151511155111555155555155115555155", -0.856_733_524_355),
    (
        "43344344434343434443433343343434334433344443443434",
        "42544245324343534433233332444453325434354433454544",
        0.372_623_574_144,
    ),
];

fn pairs(one: &str, two: &str) -> Vec<(u8, u8)> {
    one.bytes().zip(two.bytes()).map(|(one, two)| (one - b'0', two - b'0')).collect()
}

#[test]
fn kappa_is_what_scikit_learn_gives() {
    for (one, two, kappa) in SHARED {
        let found = agreement(&[pairs(one, two)], (1, 5));
        let qwk = found.qwk.unwrap();
        assert!((qwk - kappa).abs() < 1e-6, "{qwk} {kappa}");
        let [low, high] = found.interval.unwrap();
        assert!(low <= qwk && qwk <= high, "{low} {qwk} {high}");
        assert_eq!(found.drawn, Some("pairs"));
        assert_eq!(agreement(&[pairs(one, two)], (1, 5)), found, "the interval is the same each time");
    }
    let (one, two, _) = SHARED[0];
    let found = agreement(&[pairs(one, two)], (1, 5));
    assert_eq!((found.exact, found.within_one, found.signed_difference), (0.825, 0.925, -0.15));
}

#[test]
fn kappa_is_refused_under_thirty_pairs_and_for_one_level() {
    let (one, two, _) = SHARED[2];
    assert_eq!(agreement(&[pairs(&one[..29], &two[..29])], (1, 5)).why_not, Some(NoKappa::TooFew));
    assert!(agreement(&[pairs(one, two)], (1, 5)).qwk.is_some());
    let flat = "3".repeat(30);
    let found = agreement(&[pairs(&flat, one)], (1, 5));
    assert_eq!((found.qwk, found.interval, found.why_not), (None, None, Some(NoKappa::OneLevel)));
}

#[test]
fn the_region_is_compared_whatever_the_order_of_its_files() {
    let view = json_of(root(), &["compare", REGION], 0);
    assert_eq!(view["schema"], "compare/1");
    assert_eq!(view["period"], "2023/24");
    assert_eq!(list(&view["areas"]).len(), 12);
    let training = &view["benchmarks"][6];
    assert_eq!(
        (&training["number"], &training["median"], &training["not_met"], &training["levels"]["eastferry"]),
        (&json!(7), &json!(3), &json!(1), &json!(5))
    );
    assert_eq!(view["benchmarks"][3]["median"], json!(3.5));
    let mut turned: Vec<String> = files(&root().join(REGION))
        .iter()
        .map(|path| path.strip_prefix(root()).unwrap().display().to_string())
        .collect();
    turned.reverse();
    let arguments: Vec<&str> = std::iter::once("compare").chain(turned.iter().map(String::as_str)).collect();
    assert_eq!(json_of(root(), &arguments, 0), view);
}

#[test]
fn figures_of_groups_of_fewer_than_three_areas_are_not_shown() {
    let view = json_of(root(), &["compare", REGION], 0);
    let mut suppressed = 0;
    for group in list(&view["groups"]) {
        for figures in list(&group["benchmarks"]).iter().map(|pair| &pair[1]) {
            let few = figures["n"].as_u64().unwrap() < 3;
            suppressed += usize::from(few);
            assert_eq!(figures["suppressed"], few, "{group}");
            for key in ["median", "lowest", "highest", "not_met"] {
                assert_eq!(figures[key].is_null(), few, "{key} of {group}");
            }
        }
    }
    assert!(suppressed > 0, "no group of the region is small");
    let alone = json_of(root(), &["compare", "assessments/example-region/ashmere"], 0);
    // All areas are named with their levels; of one alone the median is its own.
    assert!(list(&alone["benchmarks"]).iter().all(|b| b["median"] == b["levels"]["ashmere"]));
    assert!(list(&alone["outliers"]).iter().all(|o| o["reason"] != "above-others"));
}

#[test]
fn good_practice_comes_only_from_what_may_be_shared() {
    let view = json_of(root(), &["compare", REGION], 0);
    let mut seen = 0;
    for practice in list(&view["practice"]) {
        let number = practice["benchmark"].as_u64().unwrap();
        let levels = &view["benchmarks"][usize::try_from(number).unwrap() - 1]["levels"];
        for donor in list(&practice["has"]) {
            let area = donor["area"].as_str().unwrap();
            let text = fs::read_to_string(root().join(REGION).join(area).join("2023-24.yaml")).unwrap();
            let id = donor["statement"].as_str().unwrap();
            let item = text.split("\n  - ").find(|item| item.starts_with(&format!("id: {id}\n"))).unwrap();
            assert!(item.contains("shareable: true") && !item.contains("OFFICIAL-SENSITIVE"), "{area} {id}");
            assert!(levels[area].as_u64().unwrap() >= 4);
            seen += 1;
        }
        for lack in list(&practice["lacks"]) {
            assert!(levels[lack["area"].as_str().unwrap()].as_u64().unwrap() <= 3);
            assert_ne!(lack["status"], "in-place");
        }
    }
    assert!(seen > 10);
}

#[test]
fn what_stands_out_is_named_with_its_reason() {
    let view = json_of(root(), &["compare", REGION], 0);
    let has = |area: &str, number: Option<u64>, reason: &str| {
        list(&view["outliers"])
            .iter()
            .any(|o| o["area"] == area && o["benchmark"].as_u64() == number && o["reason"] == reason)
    };
    assert!(has("eastferry", Some(8), "below-own"));
    assert!(has("eastferry", Some(7), "above-others"));
    assert!(has("inglebeck", Some(3), "old-evidence"));
    assert!(has("fenbridge", Some(1), "same-text") && has("larkhaven", Some(1), "same-text"));
    assert!(has("calderwick", None, "fell-in-several"));
    let earlier = json_of(root(), &["compare", REGION, "--period", "2022/23"], 0);
    let jump =
        list(&earlier["outliers"]).iter().find(|o| o["area"] == "hollinmoor" && o["benchmark"] == 7).unwrap();
    assert_eq!((&jump["reason"], &jump["against"]), (&json!("rose"), &json!(2)));
    // An area without that year is named, and the others are compared.
    assert_eq!(earlier["missing"], json!(["dunmarsh"]));
    assert!(said(&run(root(), &["compare", REGION, "--period", "2022-23"])).contains("period-missing"));
}

const EVEN: [&str; 10] = [
    "risk-assessment",
    "partnership-board",
    "plan",
    "referral-pathway",
    "channel",
    "problem-solving",
    "training",
    "venue-and-it",
    "engagement",
    "communications",
];

#[test]
fn an_order_of_areas_needs_weights_of_ones_own_and_says_whether_it_survives() {
    let view = json_of(root(), &["compare", REGION], 0);
    assert!(view.get("weights").is_none());
    let folder = tempfile::tempdir().unwrap();
    let weights = |venue: u32| {
        let path = folder.path().join(format!("weights-{venue}.yaml"));
        let lines: String = EVEN
            .iter()
            .map(|id| format!("  {id}: {}\n", if *id == "venue-and-it" { venue } else { 1 }))
            .collect();
        fs::write(&path, format!("schema: weights/1\nname: A trial\nversion: v1\nweights:\n{lines}"))
            .unwrap();
        path.display().to_string()
    };
    let even = json_of(root(), &["compare", REGION, "--weights", &weights(1)], 0);
    assert_eq!(even["weights"]["survives"], true);
    let skewed = json_of(root(), &["compare", REGION, "--weights", &weights(60)], 0);
    assert_eq!(skewed["weights"]["survives"], false);
    assert!(!list(&skewed["weights"]["reversed"]).is_empty());
    assert_eq!(skewed["weights"]["name"], "A trial");
    let book = folder.path().join("areas.xlsx");
    let (from, to) = (weights(60), book.display().to_string());
    let output = run(root(), &["compare", REGION, "--weights", &from, "-o", &to]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let tables = prevent_benchmark::document::read_document(
        prevent_benchmark::document::Format::Xlsx,
        &fs::read(&book).unwrap(),
    );
    let text: String = tables.unwrap().blocks.into_iter().map(|block| block.text + "\n").collect();
    assert!(text.contains("Place by equal weights"), "{text}");
    let page = run(root(), &["compare", REGION, "--weights", &from, "--format", "html"]);
    assert!(String::from_utf8(page.stdout).unwrap().contains("By weights of your own"));
    let bad = folder.path().join("bad.yaml");
    fs::write(&bad, "schema: weights/1\nname: A trial\nversion: v1\nweights: {trainin: 1, plan: 400}\n")
        .unwrap();
    let output = run(root(), &["compare", REGION, "--weights", &bad.display().to_string()]);
    assert_eq!(output.status.code(), Some(2));
    for part in ["`training`", "400", "there is no weight for"] {
        assert!(said(&output).contains(part), "{part} is missing in:\n{}", said(&output));
    }
}

#[test]
fn raters_are_compared_and_the_worst_comes_first() {
    let view = json_of(root(), &["moderate", REGION], 0);
    assert_eq!(view["schema"], "moderate/1");
    let pair = list(&view["pairs"]).iter().find(|pair| pair["raters"] == json!(["self", "adviser"])).unwrap();
    assert_eq!((&pair["n"], &pair["drawn"]), (&json!(338), &json!("areas")));
    let [low, high] = [0, 1].map(|at| pair["interval"][at].as_f64().unwrap());
    assert!(low < pair["qwk"].as_f64().unwrap() && pair["qwk"].as_f64().unwrap() < high);
    let few = list(&view["pairs"]).iter().find(|pair| pair["raters"] == json!(["peer", "adviser"])).unwrap();
    assert_eq!((&few["n"], &few["qwk"], &few["why_not"]), (&json!(10), &Value::Null, &json!("too-few")));
    let apart: Vec<u64> = list(&view["discuss"]).iter().map(|part| part["apart"].as_u64().unwrap()).collect();
    assert!(apart.windows(2).all(|two| two[0] >= two[1]));
    assert_eq!(
        (&view["discuss"][0]["area"], &view["discuss"][0]["across_the_line"]),
        (&json!("calderwick"), &json!(true))
    );
    assert_eq!(view["severity"]["status"], "exploratory");
    let sum: f64 =
        list(&view["severity"]["raters"]).iter().map(|rater| rater["severity"].as_f64().unwrap()).sum();
    assert!(sum.abs() < 1e-4, "{sum}");
}

#[test]
fn a_difference_is_the_sum_of_its_parts() {
    let view = json_of(root(), &["track", REGION], 0);
    assert_eq!(view["schema"], "track/1");
    let mut changes = 0;
    for area in list(&view["areas"]) {
        for benchmark in list(&area["benchmarks"]) {
            for change in list(&benchmark["changes"]) {
                let Some(difference) = change["difference"].as_i64() else { continue };
                let part = |name: &str| change[name].as_i64().unwrap();
                assert_eq!(part("evidence") + part("rubric") + part("judgement"), difference);
                let level =
                    |name: &str| benchmark["levels"][change[name].as_str().unwrap()].as_i64().unwrap();
                assert_eq!(level("to") - level("from"), difference);
                changes += 1;
            }
        }
    }
    assert!(changes > 50);
    let area = |id: &str| list(&view["areas"]).iter().find(|area| area["id"] == id).unwrap().clone();
    assert_eq!(area("dunmarsh")["missing"], json!(["2022/23"]));
    assert_eq!(list(&area("inglebeck")["stale"]).len(), 8);
    let action = |id: &str, name: &str| {
        list(&area(id)["actions"]["list"]).iter().find(|action| action["id"] == name).unwrap().clone()
    };
    assert_eq!(action("hollinmoor", "A1")["helped"], "yes");
    // In place the year after it was done, and not mentioned since: the last word counts.
    assert_eq!(action("calderwick", "A5")["helped"], "yes");
    // Its criterion is silent in the end, but a limit that it would leave behind is stated to hold.
    assert_eq!(action("calderwick", "A7")["helped"], "no");
    assert_eq!(action("calderwick", "A2")["overdue"], true);
    assert_eq!(action("calderwick", "A6")["status"], "dropped");
}

#[test]
fn one_file_brings_the_years_before_it_along() {
    let one = json_of(root(), &["track", "assessments/example-region/ashmere/2023-24.yaml"], 0);
    let all = json_of(root(), &["track", "assessments/example-region/ashmere"], 0);
    assert_eq!(one["areas"][0]["benchmarks"], all["areas"][0]["benchmarks"]);
    assert_eq!(list(&one["areas"][0]["periods"]).len(), 3);
}

/// A workspace with short assessments: area, period, rubric, further lines.
fn workspace(entries: &[(&str, &str, &str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (at, (area, period, rubric, more)) in entries.iter().enumerate() {
        let path = folder.path().join(format!("assessments/{area}/{at}.yaml"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let judged = if *rubric == "prevent-la-2021" {
            "evidence:\n  - {benchmark: 7, text: Sessions take place., findings: [{criterion: training.3.face-to-face, status: in-place}]}\njudgements:\n  - {benchmark: 7, level: 3, by: self, reason: So.}\n  - {benchmark: 7, level: 2, by: adviser, reason: So.}\n"
        } else {
            ""
        };
        fs::write(
            path,
            format!("schema: assessment/1\narea: {{id: {area}, name: {area}}}\nperiod: {period}\nrubric: {rubric}\n{more}{judged}"),
        )
        .unwrap();
    }
    folder
}

const OURS: &str = "prevent-la-2021";

#[test]
fn broken_files_are_named_and_the_rest_is_compared() {
    let entries: Vec<(String, String)> =
        (0..300).map(|at| (format!("area-{at}"), "2023/24".to_owned())).collect();
    let entries: Vec<_> =
        entries.iter().map(|(area, period)| (area.as_str(), period.as_str(), OURS, "")).collect();
    let folder = workspace(&entries);
    let broken = [17, 120, 299].map(|at| format!("area-{at}/{at}.yaml"));
    for (file, text) in
        broken.iter().zip(["schema: assessment/1\narea: [", "schema: assessment/2\n", "\u{0}\u{1}"])
    {
        fs::write(folder.path().join("assessments").join(file), text).unwrap();
    }
    for command in ["compare", "moderate", "track"] {
        let view = json_of(folder.path(), &[command, "assessments"], 1);
        let output = run(folder.path(), &[command, "assessments"]);
        for file in &broken {
            assert!(
                said(&output).contains(file.as_str()),
                "{command} does not name {file}:\n{}",
                said(&output)
            );
        }
        let many = match command {
            "moderate" => usize::try_from(view["assessments"].as_u64().unwrap()).unwrap(),
            _ => list(&view["areas"]).len(),
        };
        assert_eq!(many, 297);
    }
}

#[test]
fn a_language_file_that_is_not_right_is_named_and_nothing_is_left_out_unsaid() {
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    fs::create_dir(&reports).unwrap();
    let areas = folder.path().join("areas");
    for file in files(&root().join(REGION)) {
        let copy = areas.join(file.strip_prefix(root().join(REGION)).unwrap());
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(&file, copy).unwrap();
    }
    let compare = || run(folder.path(), &["compare", "areas"]);
    let text = fs::read_to_string(root().join("reports/words.yaml")).unwrap();
    fs::write(reports.join("words.yaml"), &text).unwrap();
    let whole = compare();
    assert_eq!(whole.status.code(), Some(0), "{}", said(&whole));
    assert!(String::from_utf8(whole.stdout).unwrap().contains("Whom to call first"));
    fs::write(reports.join("words.yaml"), text.replace("\n  range: ", "\n  rang: ")).unwrap();
    let broken = compare();
    assert_eq!(broken.status.code(), Some(2));
    assert!(broken.stdout.is_empty());
    let said = said(&broken);
    assert!(said.contains("missing-key") && said.contains("`rang`") && said.contains("words.yaml"), "{said}");
}

#[test]
fn one_area_twice_for_a_period_counts_once_and_is_named() {
    let folder =
        workspace(&[("a", "2023/24", OURS, ""), ("a", "2023/24", OURS, ""), ("b", "2023/24", OURS, "")]);
    for command in ["compare", "moderate", "track"] {
        json_of(folder.path(), &[command, "assessments"], 1);
        let output = run(folder.path(), &[command, "assessments"]);
        assert!(
            said(&output).contains("duplicate-assessment") && said(&output).contains("a/1.yaml"),
            "{}",
            said(&output)
        );
    }
}

#[test]
fn areas_on_another_rubric_are_left_out_and_named() {
    let folder = workspace(&[
        ("a", "2023/24", OURS, ""),
        ("b", "2023/24", OURS, ""),
        ("c", "2023/24", "hall-standard", ""),
    ]);
    for file in files(&root().join("tests/workspace/rubrics/hall-standard")) {
        let to = folder.path().join("rubrics/hall-standard").join(file.file_name().unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(&file, to).unwrap();
    }
    let view = json_of(folder.path(), &["compare", "assessments"], 1);
    assert_eq!(list(&view["areas"]).len(), 2);
    let output = run(folder.path(), &["compare", "assessments"]);
    assert!(
        said(&output).contains("other-rubric") && said(&output).contains("c/2.yaml"),
        "{}",
        said(&output)
    );
    // The years of one area may be on different rubrics: then bands are compared.
    let folder_c = folder.path().join("assessments/a/9.yaml");
    fs::write(
        folder_c,
        "schema: assessment/1\narea: {id: a, name: a}\nperiod: 2024/25\nrubric: hall-standard\n",
    )
    .unwrap();
    json_of(folder.path(), &["track", "assessments/a"], 0);
}

#[test]
fn a_chain_of_years_that_comes_back_to_itself_is_told() {
    let folder = workspace(&[
        ("a", "2022/23", OURS, "previous: 1.yaml\n"),
        ("a", "2023/24", OURS, "previous: 0.yaml\n"),
        ("b", "2023/24", OURS, "previous: 7.yaml\n"),
    ]);
    let output = run(folder.path(), &["track", "assessments/a"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("previous-not-earlier") && said(&output).contains("a/0.yaml"),
        "{}",
        said(&output)
    );
    let output = run(folder.path(), &["track", "assessments/b"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(said(&output).contains("previous-unusable"), "{}", said(&output));
}

#[test]
fn a_rater_who_uses_one_level_only_has_no_kappa() {
    let entries: Vec<String> = (0..40).map(|at| format!("area-{at}")).collect();
    let entries: Vec<_> = entries.iter().map(|area| (area.as_str(), "2023/24", OURS, "")).collect();
    let folder = workspace(&entries);
    let view = json_of(folder.path(), &["moderate", "assessments"], 0);
    let pair = &view["pairs"][0];
    assert_eq!((&pair["n"], &pair["qwk"], &pair["why_not"]), (&json!(40), &Value::Null, &json!("one-level")));
    let output = run(folder.path(), &["moderate", "assessments"]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("undefined: one level only"));
}

#[test]
fn nothing_to_compare_is_a_wrong_call() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["compare", "moderate", "track"] {
        for path in [".", "not-there"] {
            let output = run(folder.path(), &[command, path]);
            assert_eq!(output.status.code(), Some(2), "{command} {path}");
            assert!(!said(&output).is_empty() && output.stdout.is_empty());
        }
    }
    let output = run(root(), &["compare", REGION, "--period", "1999/00"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("2021/22, 2022/23, 2023/24"), "{}", said(&output));
}

#[test]
fn anchor_vignettes_show_how_raters_use_the_scale() {
    let sheet = run(root(), &["moderate", "--sheet"]);
    assert_eq!(sheet.status.code(), Some(0));
    let blank = String::from_utf8(sheet.stdout).unwrap();
    assert!(!blank.contains("reference:") && blank.matches("\n  v").count() == 20, "{blank}");
    let folder = tempfile::tempdir().unwrap();
    let references: Vec<(String, u8)> = {
        let text = fs::read_to_string(root().join("assessments/anchor-vignettes.yaml")).unwrap();
        let ids = text.lines().filter_map(|line| line.strip_prefix("  - id: ")).map(str::to_owned);
        let levels = text
            .lines()
            .filter_map(|line| line.strip_prefix("    reference: "))
            .map(|level| level.parse().unwrap());
        ids.zip(levels).collect()
    };
    let spread: BTreeSet<u8> = references.iter().map(|(_, level)| *level).collect();
    assert_eq!(spread.len(), 5);
    for (rater, milder) in [("North adviser", 0), ("South adviser", 1)] {
        let mut text = blank.replace("rater:    # your post", &format!("rater: {rater}"));
        for (id, level) in &references {
            text = text.replace(&format!("\n  {id}:\n"), &format!("\n  {id}: {}\n", (level + milder).min(5)));
        }
        fs::write(folder.path().join(format!("{milder}.yaml")), text).unwrap();
    }
    let view = json_of(folder.path(), &["moderate", "."], 0);
    let raters = list(&view["vignettes"]["raters"]);
    assert_eq!((&raters[0]["exact"], &raters[1]["within_one"]), (&json!(1.0), &json!(1.0)));
    assert!(raters[1]["signed_difference"].as_f64().unwrap() > 0.5);
    fs::write(
        folder.path().join("2.yaml"),
        "schema: vignette-scores/1\nrater: West adviser\nscores: {v01: 9, v99: 3}\n",
    )
    .unwrap();
    let output = run(folder.path(), &["moderate", "."]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("unknown-vignette") && said(&output).contains("9 is no level"),
        "{}",
        said(&output)
    );
}

#[test]
fn an_old_result_is_made_again_with_the_rubric_it_was_made_with() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["init", "w"]);
    assert_eq!(output.status.code(), Some(0));
    let workspace = folder.path().join("w");
    let area = workspace.join("assessments/ashmere");
    fs::create_dir_all(&area).unwrap();
    for year in ["2021-22.yaml", "2022-23.yaml"] {
        fs::copy(root().join(REGION).join("ashmere").join(year), area.join(year)).unwrap();
    }
    let before = json_of(&workspace, &["score", "assessments/ashmere/2021-22.yaml"], 0);
    // The rubric is kept, then changed: no silence is allowed any more.
    let output = run(&workspace, &["rubric", "keep"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let rubric = workspace.join("rubrics/prevent-la-2021/rubric.yaml");
    let text = fs::read_to_string(&rubric).unwrap();
    let changed = text.replace("silent-allowed: 1", "silent-allowed: 0");
    assert_ne!(text, changed);
    fs::write(&rubric, changed).unwrap();
    // What a new edition changes, and which evidence bears on it.
    let kept = fs::read_dir(workspace.join("rubrics"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut kept = kept;
    let kept = kept.find(|name| name.starts_with("prevent-la-2021@")).unwrap();
    let diff = json_of(&workspace, &["rubric", "diff", &kept, "prevent-la-2021", "assessments/ashmere"], 0);
    assert_eq!((&diff["schema"], &diff["changes"][0]["what"]), (&json!("rubric-diff/1"), &json!("rule")));
    assert_eq!(diff["look_again"], json!([]));
    let after = json_of(&workspace, &["score", "assessments/ashmere/2021-22.yaml"], 0);
    assert_eq!(before, after, "the old assessment is scored with the rubric that was kept");
    // The new year is made with the new rubric; what that changes is told apart.
    let new = area.join("2022-23.yaml");
    let hash = {
        let view = json_of(&workspace, &["rubric", "list"], 0);
        let rubrics = view["rubrics"].as_array().unwrap_or_else(|| list(&view)).clone();
        rubrics.iter().find(|r| r["id"] == "prevent-la-2021").unwrap()["hash"].as_str().unwrap().to_owned()
    };
    let text = fs::read_to_string(&new).unwrap();
    let line = text.lines().find(|line| line.starts_with("rubric-hash:")).unwrap().to_owned();
    fs::write(&new, text.replace(&line, &format!("rubric-hash: \"{hash}\""))).unwrap();
    // Judgements that part from what is now proposed need a reason, which is said; the years are tracked all the same.
    let view = json_of(&workspace, &["track", "assessments/ashmere"], 1);
    let steps: Vec<&Value> =
        list(&view["areas"][0]["benchmarks"]).iter().flat_map(|b| list(&b["changes"])).collect();
    assert!(steps.iter().any(|change| change["rubric"].as_i64().unwrap_or(0) != 0), "{steps:?}");
    for change in steps {
        let part = |name: &str| change[name].as_i64().unwrap();
        assert_eq!(part("evidence") + part("rubric") + part("judgement"), part("difference"));
    }
}

#[test]
fn the_next_year_begins_with_what_is_open_and_without_judgements() {
    let folder = tempfile::tempdir().unwrap();
    let area = folder.path().join("assessments/calderwick");
    fs::create_dir_all(&area).unwrap();
    let this = area.join("2021-22.yaml");
    let text = fs::read_to_string(root().join(REGION).join("calderwick/2021-22.yaml")).unwrap();
    // One statement is of the new year already.
    let date = text.lines().find(|line| line.trim_start().starts_with("source:")).unwrap().to_owned();
    let new = "    source: {title: Minutes, date: 2022-05-04}";
    fs::write(&this, text.replacen(&date, new, 1)).unwrap();
    let output = run(folder.path(), &["init", "--from", "assessments/calderwick/2021-22.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let made = fs::read_to_string(area.join("2022-23.yaml")).unwrap();
    assert!(made.contains("period: 2022/23") && made.contains("previous: 2021-22.yaml"));
    assert!(made.contains("judgements: []") && !made.contains("by: adviser"));
    let open = json_of(folder.path(), &["plan", "assessments/calderwick/2021-22.yaml"], 0);
    let ids = |view: &Value| -> Vec<String> {
        list(&view["actions"]).iter().filter_map(|action| action["id"].as_str().map(str::to_owned)).collect()
    };
    let begun = json_of(folder.path(), &["plan", "assessments/calderwick/2022-23.yaml"], 0);
    assert_eq!(ids(&open), ids(&begun));
    assert!(!ids(&begun).is_empty());
    // What was known last year counts for nothing until somebody has looked again.
    let score = json_of(folder.path(), &["score", "assessments/calderwick/2022-23.yaml"], 0);
    assert!(list(&score["benchmarks"]).iter().all(|b| b["judgement"].is_null()));
    assert_eq!(made.matches("confirmed: false").count(), 1);
    assert!(made.contains("# Ask again.") && made.contains("#   E5:"));
    let check = run(folder.path(), &["check", "assessments"]);
    assert_eq!(check.status.code(), Some(0), "{}", String::from_utf8_lossy(&check.stdout));
    // A second time nothing is overwritten.
    let output = run(folder.path(), &["init", "--from", "assessments/calderwick/2021-22.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(area.join("2022-23.yaml")).unwrap(), made);
}

#[test]
fn every_assessment_of_ours_can_begin_its_next_year() {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for file in files(&root().join("assessments")) {
        let is_yaml = file.extension().is_some_and(|ending| ending == "yaml");
        if is_yaml && file.file_name().unwrap() != "anchor-vignettes.yaml" {
            count += 1;
            let copy = folder.path().join(format!("{count}/2000-01.yaml"));
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(&file, &copy).unwrap();
            let output = run(folder.path(), &["init", "--from", &copy.display().to_string()]);
            assert_eq!(output.status.code(), Some(0), "{}: {}", file.display(), said(&output));
        }
    }
    assert!(count > 30);
}

#[test]
fn reports_on_many_assessments_are_asked_for_rightly() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("region.html");
    let output = run(root(), &["report", "region", REGION, "-o", &page.display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(fs::read_to_string(&page).unwrap().contains("Calderwick"));
    for (arguments, part) in [
        (vec!["report", "region", REGION, "--public"], "no edition for the public"),
        (vec!["report", "letter", REGION, REGION], "is of one assessment"),
        (vec!["report", "history", REGION, "--format", "xlsx"], "is not written as xlsx"),
        (vec!["report", "region", REGION, "--date", "yesterday"], "is not a date"),
        (vec!["compare", REGION, "-o", "areas.pdf"], "ending of the file"),
        (vec!["compare", REGION, "--view", "nothing"], "toolkit-2024"),
    ] {
        let output = run(root(), &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(said(&output).contains(part), "{arguments:?}: {}", said(&output));
    }
    let csv = run(root(), &["compare", REGION, "--format", "csv"]);
    let text = String::from_utf8(csv.stdout).unwrap();
    assert!(text.starts_with("\u{feff}area,benchmark,period,rater,score,"));
    assert!(text.contains("\r\ncalderwick,7,2023/24,self,4,"));
    let view = String::from_utf8(run(root(), &["compare", REGION, "--view", "toolkit-2024"]).stdout).unwrap();
    assert!(view.contains("2 (5, 2)"), "a merged section shows both scores and headlines the lower: {view}");
}

#[test]
fn a_new_edition_says_which_evidence_must_be_looked_at_again() {
    let folder = tempfile::tempdir().unwrap();
    for (edition, changed) in [("old", false), ("new", true)] {
        for file in files(&root().join("tests/workspace/rubrics/hall-standard")) {
            let to = folder.path().join("rubrics").join(edition).join(file.file_name().unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            let mut text = fs::read_to_string(&file).unwrap();
            if file.ends_with("rubric.yaml") {
                text = text.replace("id: hall-standard", &format!("id: {edition}"));
            }
            if changed && file.ends_with("1-fire.yaml") {
                text = text.replacen("kind: requirement", "kind: option", 1);
            }
            fs::write(to, text).unwrap();
        }
    }
    let area = folder.path().join("assessments/a");
    fs::create_dir_all(&area).unwrap();
    let text = fs::read_to_string(root().join("tests/workspace/assessments/northfield/2025.yaml")).unwrap();
    fs::write(area.join("2025.yaml"), &text).unwrap();
    let diff = json_of(folder.path(), &["rubric", "diff", "old", "new", "assessments"], 0);
    let change = list(&diff["changes"]).iter().find(|change| change["what"] == "criterion").unwrap();
    let id = change["id"].as_str().unwrap();
    let again = list(&diff["look_again"]);
    assert!(text.contains(id) && !again.is_empty(), "{diff}");
    assert!(again.iter().all(|item| item["why"] == "changed" && item["criterion"] == id));
}

/// Two areas and a year of a third, with a rubric of their own that has been kept and then changed.
fn changed_rubric(change: impl Fn(&str) -> String) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("rubrics/hall-standard");
    fs::create_dir_all(&own).unwrap();
    for file in files(&root().join("tests/workspace/rubrics/hall-standard")) {
        fs::copy(&file, own.join(file.file_name().unwrap())).unwrap();
    }
    let hash = |folder: &Path| {
        let view = json_of(folder, &["rubric", "list"], 0);
        let rubrics = view["rubrics"].as_array().unwrap_or_else(|| list(&view)).clone();
        let ours = rubrics
            .iter()
            .find(|rubric| rubric["id"] == "hall-standard" && rubric["hash"].is_string())
            .unwrap();
        ours["hash"].as_str().unwrap().to_owned()
    };
    let old = hash(folder.path());
    let output = run(folder.path(), &["rubric", "keep", "hall-standard"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let rubric = own.join("rubric.yaml");
    fs::write(&rubric, change(&fs::read_to_string(&rubric).unwrap())).unwrap();
    let text = fs::read_to_string(root().join("tests/workspace/assessments/northfield/2025.yaml")).unwrap();
    let text: String =
        text.lines().filter(|line| !line.starts_with("rubric-")).map(|line| line.to_owned() + "\n").collect();
    for area in ["aa", "bb"] {
        let path = folder.path().join(format!("assessments/{area}/2025.yaml"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = text.replace("id: northfield", &format!("id: {area}"));
        let text = if area == "aa" {
            text.replace(
                "rubric: hall-standard\n",
                &format!("rubric: hall-standard\nrubric-hash: \"{old}\"\n"),
            )
        } else {
            text
        };
        fs::write(path, text).unwrap();
    }
    let kept = folder.path().join(format!("rubrics/hall-standard@{old}"));
    (folder, kept)
}

#[test]
fn a_kept_rubric_that_is_not_what_its_name_says_is_not_used() {
    let (folder, kept) = changed_rubric(|text| {
        text.replace("silent-allowed: 0", "silent-allowed: 1")
            .replace("silent-allowed: 2", "silent-allowed: 0")
    });
    let rubric = kept.join("rubric.yaml");
    let text = fs::read_to_string(&rubric).unwrap();
    let score = |status| json_of(folder.path(), &["score", "assessments/aa/2025.yaml"], status);
    let before = score(0);
    fs::write(&rubric, text.replace("half-gap", "gap").replace("title: ", "title: Another ")).unwrap();
    let output = run(folder.path(), &["score", "assessments/aa/2025.yaml"]);
    assert!(said(&output).contains("kept-rubric"), "{}", said(&output));
    fs::write(&rubric, &text).unwrap();
    assert_eq!(score(0), before);
    // What is broken now does not touch what was made with the kept one.
    fs::write(folder.path().join("rubrics/hall-standard/rubric.yaml"), "id: [").unwrap();
    assert_eq!(score(0), before);
    // Nothing else is taken for a kept rubric.
    let (folder, kept) = changed_rubric(str::to_owned);
    fs::write(kept.join("rubric.yaml"), "junk: [").unwrap();
    let output = run(folder.path(), &["rubric", "keep", "hall-standard"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("kept-rubric"), "{}", said(&output));
}

#[test]
fn a_rubric_is_kept_in_the_workspace_wherever_one_stands_in_it() {
    let folder = workspace(&[("a", "2023/24", OURS, "")]);
    let output = run(&folder.path().join("assessments"), &["rubric", "keep"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(folder.path().join("rubrics").is_dir() && !folder.path().join("assessments/rubrics").exists());
}

#[test]
fn a_file_of_another_area_does_not_come_along() {
    let folder =
        workspace(&[("aa", "2021/22", OURS, ""), ("zz", "2022/23", OURS, "previous: ../aa/0.yaml\n")]);
    let view = json_of(folder.path(), &["track", "assessments/zz/1.yaml"], 0);
    let areas: Vec<&Value> = list(&view["areas"]).iter().map(|area| &area["id"]).collect();
    assert_eq!(areas, [&json!("zz")]);
}

#[test]
fn what_comes_from_a_sensitive_source_is_passed_on_only_when_released() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "The profile was turned into a briefing that every head teacher has received.";
    let write = |released: &str| {
        for (area, level, evidence) in [
            ("a", 5, format!("  - text: {secret}\n    benchmark: 1\n    source: {{title: CTLP 2021}}\n    marking: OFFICIAL\n    shareable: true\n{released}    findings: [{{criterion: risk-assessment.4.presented, status: in-place}}]\n")),
            ("b", 3, "  - {text: A local assessment is in use., benchmark: 1, findings: [{criterion: risk-assessment.3.ctlp-and-local, status: in-place}]}\n".to_owned()),
        ] {
            let text = format!("schema: assessment/1\narea: {{id: {area}, name: {area}}}\nperiod: 2023/24\nrubric: prevent-la-2021\nevidence:\n{evidence}judgements: [{{benchmark: 1, level: {level}, by: adviser, reason: So.}}]\n");
            fs::write(folder.path().join(format!("{area}.yaml")), text).unwrap();
        }
        run(folder.path(), &["compare", ".", "--format", "json"])
    };
    let text = |output: Output| String::from_utf8(output.stdout).unwrap();
    assert!(!text(write("")).contains(secret));
    assert!(text(write("    released: {by: Head of Safety, date: 2023-05-01}\n")).contains(secret));
}

#[test]
fn an_id_that_is_given_anew_is_another_promise() {
    let action = |words: &str, status: &str| {
        format!("actions: [{{id: A1, benchmark: 7, action: {words}, status: {status}, due: 2022-01-01}}]\n")
    };
    let folder = workspace(&[
        ("a", "2021/22", OURS, &action("Write to every school about the sessions", "open")),
        ("a", "2022/23", OURS, &action("Hire a room", "open")),
        ("a", "2023/24", OURS, &action("Hire a larger room", "done")),
    ]);
    let view = json_of(folder.path(), &["track", "assessments"], 0);
    let actions = &view["areas"][0]["actions"];
    assert_eq!((&actions["promised"], &actions["lost"], &actions["done"]), (&json!(2), &json!(1), &json!(1)));
}

#[test]
fn no_text_of_an_assessment_becomes_more_than_text_in_the_next_years() {
    let folder = workspace(&[(
        "a",
        "\"2021\"",
        OURS,
        "actions:\n  - {id: \"A2\\n  - {id: A3, action: FORGED, status: done}\\n#\", action: x, status: done}\n",
    )]);
    let output = run(folder.path(), &["init", "--from", "assessments/a/0.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let made = fs::read_to_string(folder.path().join("assessments/a/2022.yaml")).unwrap();
    assert!(made.lines().filter(|line| line.contains("FORGED")).all(|line| line.starts_with('#')), "{made}");
    assert!(made.contains("period: \"2022\""));
}

#[test]
fn a_year_that_has_only_been_begun_hides_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let area = folder.path().join("assessments/brackenholt");
    fs::create_dir_all(&area).unwrap();
    for file in files(&root().join(REGION).join("brackenholt")) {
        fs::copy(&file, area.join(file.file_name().unwrap())).unwrap();
    }
    let before = json_of(folder.path(), &["track", "assessments"], 0);
    let output = run(folder.path(), &["init", "--from", "assessments/brackenholt/2023-24.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let after = json_of(folder.path(), &["track", "assessments"], 0);
    assert_eq!(before["areas"][0]["benchmarks"], after["areas"][0]["benchmarks"]);
    assert_eq!(after["areas"][0]["begun"], json!(["2024/25"]));
    let helped = |view: &Value| -> Vec<Value> {
        list(&view["areas"][0]["actions"]["list"]).iter().map(|action| action["helped"].clone()).collect()
    };
    assert_eq!(helped(&before), helped(&after));
}

#[test]
fn what_is_withheld_is_not_repeated_in_the_next_years_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("2023-24.yaml");
    fs::copy(root().join(REGION).join("marlowmere/2023-24.yaml"), &path).unwrap();
    let output = run(folder.path(), &["init", "--from", "2023-24.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let made = fs::read_to_string(folder.path().join("2024-25.yaml")).unwrap();
    assert!(made.contains("E2: OFFICIAL-SENSITIVE: see the file of 2023/24"), "{made}");
    let old = fs::read_to_string(&path).unwrap();
    let secret = old.split("\n  - id: ").find(|item| item.starts_with("E2\n")).unwrap();
    let secret = secret.lines().find_map(|line| line.trim_start().strip_prefix("text: ")).unwrap();
    let start: String = secret.chars().take(40).collect();
    assert!(!made.contains(&start));
}

#[test]
fn versions_of_one_edition_with_other_levels_are_not_mixed() {
    let (folder, _) = changed_rubric(|text| {
        text.replace("target: {level: 2", "target: {level: 3").replace("level: 2, title", "level: 3, title")
    });
    let view = json_of(folder.path(), &["compare", "assessments"], 1);
    assert_eq!(list(&view["areas"]).len(), 1, "{view}");
}

#[test]
fn where_there_is_nothing_to_compare_that_is_said() {
    for command in ["compare", "track"] {
        let output = run(root(), &[command, "assessments/anchor-vignettes.yaml"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains("there is no assessment here"), "{}", said(&output));
    }
    // A file under two names is one file.
    let twice = json_of(root(), &["compare", REGION, &format!("./{REGION}/ashmere")], 0);
    assert_eq!(list(&twice["areas"]).len(), 12);
}

#[test]
fn between_editions_only_bands_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let rubric = folder.path().join("rubrics/prevent-new");
    fs::create_dir_all(&rubric).unwrap();
    for file in files(&root().join("rubrics/prevent-la-2021"))
        .iter()
        .filter(|file| file.extension().unwrap() == "yaml")
    {
        let mut text = fs::read_to_string(file).unwrap();
        if file.ends_with("rubric.yaml") {
            text = text.replace("\nid: prevent-la-2021\n", "\nid: prevent-new\n");
        }
        fs::write(rubric.join(file.file_name().unwrap()), text).unwrap();
    }
    let area = folder.path().join("assessments/calderwick");
    fs::create_dir_all(&area).unwrap();
    for (year, rubric) in [("2022-23.yaml", "prevent-la-2021"), ("2023-24.yaml", "prevent-new")] {
        let text = fs::read_to_string(root().join(REGION).join("calderwick").join(year)).unwrap();
        let kept = text.lines().filter(|line| !line.starts_with("rubric-") && !line.starts_with("previous:"));
        let text: String = kept
            .map(|line| line.replace("rubric: prevent-la-2021", &format!("rubric: {rubric}")) + "\n")
            .collect();
        fs::write(area.join(year), text).unwrap();
    }
    let view = json_of(folder.path(), &["track", "assessments"], 0);
    let plan = &view["areas"][0]["benchmarks"][2];
    assert_eq!(plan["bands"], json!({"2022/23": "met", "2023/24": "not-met"}));
    let change = &plan["changes"][0];
    assert_eq!(
        (&change["kind"], &change["difference"], &change["evidence"]),
        (&json!("fell"), &Value::Null, &Value::Null)
    );
    // From 4 to 3 is a fall out of a band; within one there is nothing to tell.
    let board = &view["areas"][0]["benchmarks"][1];
    assert_eq!((&board["levels"], &board["changes"]), (&json!({"2022/23": 3, "2023/24": 3}), &json!([])));
    assert!(list(&view["trends"]).is_empty());
    let report = run(folder.path(), &["report", "history", "assessments"]);
    let text = String::from_utf8(report.stdout).unwrap();
    assert!(text.contains("| 3. Prevent Partnership Plan | duty met | duty not met |"), "{text}");
}
