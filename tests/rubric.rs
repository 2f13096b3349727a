//! The shipped rubric is Annex A: every descriptor letter for letter, every clause a quotation,
//! nothing left out but connectives and examples.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use prevent_benchmark::app;
use prevent_benchmark::rubric::{Form, Kind, Rubric, Status};
use prevent_benchmark::store;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rubric() -> Arc<Rubric> {
    let outcome = app::rubric("prevent-la-2021", &root().join("rubrics"));
    assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
    outcome.value.unwrap()
}

/// Number to (title, statement, level to descriptor), as published.
type Published = BTreeMap<u16, (String, String, BTreeMap<u8, String>)>;

fn annex_a() -> Published {
    let text = fs::read_to_string(root().join("rubrics/prevent-la-2021/annex-a.md")).unwrap();
    let mut published = Published::new();
    let mut number = 0;
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## Benchmark ") {
            let (n, title) = heading.split_once(" - ").unwrap();
            number = n.parse().unwrap();
            published.insert(number, (title.to_owned(), String::new(), BTreeMap::new()));
        } else if let Some(statement) = line.strip_prefix("Statement: ") {
            statement.clone_into(&mut published.get_mut(&number).unwrap().1);
        } else if let Some((level, descriptor)) = line.split_once(". ")
            && let Ok(level) = level.parse()
            && number > 0
        {
            published.get_mut(&number).unwrap().2.insert(level, descriptor.to_owned());
        }
    }
    published
}

#[test]
fn every_word_of_annex_a_is_in_the_rubric_letter_for_letter() {
    let rubric = rubric();
    let ours: Published = rubric
        .benchmarks
        .iter()
        .map(|b| {
            let levels = b.levels.iter().map(|level| (level.level, level.descriptor.clone())).collect();
            (b.number, (b.title.clone(), b.statement.clone(), levels))
        })
        .collect();
    let published = annex_a();
    assert_eq!(published.len(), 10);
    assert_eq!(published.values().map(|(.., levels)| levels.len()).sum::<usize>(), 50);
    assert_eq!(ours, published);
}

#[test]
fn every_criterion_quotes_its_descriptor_and_nothing_else_is_left_out() {
    // Misquoted and Uncovered are diagnostics of the rubric; `rubric()` holds that there are none.
    // What the lexicon lets stay out is read here once more, so that the list cannot grow unseen.
    let rubric = rubric();
    let mut left_out = BTreeSet::new();
    for benchmark in &rubric.benchmarks {
        for level in &benchmark.levels {
            let mut covered = vec![false; level.descriptor.len()];
            for criterion in &rubric.criteria[level.criteria.clone()] {
                let at = level.descriptor.find(&criterion.text).expect("a quotation");
                covered[at..at + criterion.text.len()].fill(true);
            }
            let mut part = String::new();
            for (at, character) in level.descriptor.char_indices() {
                if covered[at] {
                    left_out.insert(std::mem::take(&mut part));
                } else {
                    part.push(character);
                }
            }
            left_out.insert(part);
        }
    }
    let left_out: Vec<String> = left_out
        .into_iter()
        .map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
        .filter(|part| !part.is_empty())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    expect_test::expect![[r#"
        [
            "However",
            "The action plan achieves all of the above and",
            "and",
            "and which is",
            "as well as",
            "but",
            "such as in response to incidents – but",
            "such as local achievements",
            "such as media or resource development",
            "such as monthly engagement with key groups and two-three roundtable events per year depending on the area's unique circumstances",
            "such as newsletters or on the Local Authority website",
            "such as the local authority website, social media or newsletters",
            "which",
            "which are",
            "with",
        ]
    "#]]
    .assert_debug_eq(&left_out);
}

#[test]
fn strands_and_supersedes_make_sense() {
    let rubric = rubric();
    for criterion in &rubric.criteria {
        for &lower in &criterion.supersedes {
            let lower = rubric.criterion(lower);
            assert!(lower.level < criterion.level, "{} {}", criterion.id, lower.id);
            assert_eq!(lower.strand, criterion.strand, "{} {}", criterion.id, lower.id);
            assert_eq!(lower.benchmark, criterion.benchmark);
            // Transitive, so that nothing a reader would infer is missing.
            for &lowest in &lower.supersedes {
                assert!(criterion.supersedes.contains(&lowest));
            }
        }
        assert_eq!(criterion.form.is_some(), criterion.kind == Kind::Limit, "{}", criterion.id);
        if let Some(same) = criterion.same_as {
            assert_eq!(criterion.phrase(), rubric.criterion(same).phrase());
        }
    }
}

#[test]
fn levels_one_and_two_are_limits_and_every_limit_has_a_way_out() {
    let rubric = rubric();
    for criterion in rubric.criteria.iter().filter(|criterion| criterion.level <= 2) {
        let allowed = criterion.kind == Kind::Limit || criterion.id == "communications.2.contact-details";
        assert!(allowed, "{} is {:?}", criterion.id, criterion.kind);
    }
    for criterion in rubric.criteria.iter().filter(|criterion| criterion.kind == Kind::Limit) {
        let left_behind =
            criterion.superseded_by.iter().any(|&at| rubric.criterion(at).kind == Kind::Requirement);
        assert!(left_behind || criterion.action.is_some(), "{} has no way out", criterion.id);
    }
    assert!(rubric.criteria.iter().any(|criterion| criterion.form == Some(Form::Activity)));
}

#[test]
fn every_requirement_has_a_question_and_a_recommendation_in_the_tone_of_a_letter() {
    let rubric = rubric();
    for criterion in rubric.criteria.iter().filter(|c| c.kind == Kind::Requirement && c.same_as.is_none()) {
        let (ask, action) = (criterion.ask.as_ref().unwrap(), criterion.action.as_ref().unwrap());
        assert!(ask.ends_with('?'), "{ask}");
        assert!(action.ends_with('.'), "{action}");
        // Level 3 is the law and may be plain; what exceeds it is offered.
        if criterion.level > 3 && criterion.id != "channel.5.quality-assurance" {
            let hedged = ["Consider ", "It would be good "].iter().any(|opening| action.starts_with(opening));
            assert!(hedged, "{}: {action}", criterion.id);
        }
        assert!(
            !rubric.benchmarks[criterion.benchmark]
                .levels
                .iter()
                .any(|l| l.descriptor.contains(action.as_str()))
        );
    }
}

/// Ids are what assessments refer to. A changed list is a changed format: add to the changelog.
#[test]
fn criterion_ids_are_stable() {
    let ids: String = rubric().criteria.iter().map(|criterion| format!("{}\n", criterion.id)).collect();
    let path = root().join("tests/criterion-ids.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &ids).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap().replace("\r\n", "\n"), ids);
}

#[test]
fn the_view_of_2024_holds_every_benchmark_once_and_headlines_the_lowest() {
    let rubric = rubric();
    let view = rubric.views.iter().find(|view| view.id == "toolkit-2024").unwrap();
    assert_eq!(view.sections.len(), 8);
    let mut numbers: Vec<u16> = view.sections.iter().flat_map(|(.., members)| members.clone()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=10).collect::<Vec<u16>>());
    let score = app::score(&root().join("assessments/leicestershire/2021-22.yaml")).value.unwrap();
    let headlines: Vec<Option<u8>> = score.views[0].sections.iter().map(|section| section.headline).collect();
    assert_eq!(headlines, [5, 4, 5, 4, 5, 3, 3, 2].map(Some));
}

#[test]
fn the_program_carries_the_files_of_the_folders() {
    for (id, files) in store::BUILTIN_RUBRICS {
        let folder = root().join("rubrics").join(id);
        let mut names: Vec<String> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "yaml"))
            .collect();
        names.sort();
        assert_eq!(files.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>(), names);
    }
    let mut names: Vec<String> = fs::read_dir(root().join("reports"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(store::TEMPLATES.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>(), names);
}

#[test]
fn shipped_assessments_record_the_rubric_they_were_made_with() {
    let hash = rubric().hash.clone();
    for path in ["assessments/leicestershire/2021-22.yaml", "assessments/aldermoor/2023-24.yaml"] {
        let text = fs::read_to_string(root().join(path)).unwrap();
        assert!(text.contains(&format!("rubric-hash: \"{hash}\"")), "{path} should record {hash}");
    }
}

#[test]
fn the_order_of_keys_and_the_layout_do_not_change_the_hash() {
    let files = store::builtin_rubric("prevent-la-2021").unwrap();
    let before = prevent_benchmark::rubric::load_rubric("a", &files.sources).0.unwrap().hash;
    let turned: Vec<_> = files
        .sources
        .iter()
        .rev()
        .map(|s| prevent_benchmark::source::Source::new(s.name(), format!("# A remark.\n\n{}", s.text())))
        .collect();
    assert_eq!(prevent_benchmark::rubric::load_rubric("b", &turned).0.unwrap().hash, before);
}

/// Examples show an officer what evidence looks like; both sides of every requirement are needed.
#[test]
fn every_criterion_has_examples_and_none_stands_twice() {
    let rubric = rubric();
    let mut texts = BTreeSet::new();
    for criterion in &rubric.criteria {
        let operating = criterion.examples.iter().filter(|(status, _)| *status == Status::InPlace).count();
        let (all, enough) = match criterion.kind {
            Kind::Requirement if criterion.same_as.is_none() => {
                (criterion.examples.len(), operating >= 3 && operating < criterion.examples.len())
            }
            Kind::Limit => (criterion.examples.len() + 4, true),
            _ => (6, true),
        };
        assert!(all >= 6 && enough, "{} has {:?}", criterion.id, criterion.examples);
        for (_, text) in &criterion.examples {
            assert!(texts.insert(text.clone()), "`{text}` stands twice");
            assert!(
                !rubric
                    .benchmarks
                    .iter()
                    .flat_map(|b| &b.levels)
                    .any(|l| l.descriptor.contains(text.as_str()))
            );
        }
    }
    assert!(texts.len() > 1000);
}
