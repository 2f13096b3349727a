//! Generated files equal what the code makes. `UPDATE=1 cargo test --test generated` writes them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::Path;

use std::collections::BTreeSet;

use prevent_benchmark::app;
use prevent_benchmark::matching::teach::Lessons;
use prevent_benchmark::matching::{
    Picker, Stands, compile_matcher, compile_picker, load_matcher, load_picker,
};
use prevent_benchmark::rubric::compiled::{compile, load_compiled};
use prevent_benchmark::rubric::{TaughtPaper, load_rubric};
use prevent_benchmark::source::Source;
use prevent_benchmark::store;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn equal_or_update(path: &str, made: &[u8]) {
    let path = root().join(path);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, made).unwrap();
    }
    let found = fs::read(&path).unwrap_or_default();
    assert!(
        found == made,
        "{} is not what the code makes; run `UPDATE=1 cargo test --test generated` and commit the result",
        path.display()
    );
}

#[test]
fn schemas_are_those_of_the_raw_types() {
    for (name, format) in app::FORMATS {
        equal_or_update(
            &format!("schemas/{name}.schema.json"),
            app::schema_text(format.json_schema()).as_bytes(),
        );
    }
}

#[test]
fn the_compiled_rubric_is_made_from_the_built_in_texts() {
    for (id, _) in store::BUILTIN_RUBRICS {
        let files = store::builtin_rubric(id).unwrap();
        let made = compile(&files.folder, &files.sources).unwrap();
        equal_or_update(&format!("src/store/compiled/{id}.json"), made.as_bytes());
        let (fresh, said) = load_rubric(&files.folder, &files.sources);
        let (compiled, said_of_compiled) = load_compiled(&made, &files.folder).unwrap();
        let (mut fresh, compiled) = (fresh.unwrap(), compiled.unwrap());
        // What has taught the matcher is in the matcher's compiled form; the lexicon's own examples stay.
        assert!(fresh.statements.starts_with(&compiled.statements));
        fresh.statements.truncate(compiled.statements.len());
        assert!(compiled.papers.is_empty() && !fresh.papers.is_empty());
        fresh.papers.clear();
        assert_eq!(format!("{fresh:?}"), format!("{compiled:?}"));
        assert!(said.is_empty() && said_of_compiled.is_empty(), "{said:?}");
    }
}

#[test]
fn the_compiled_matcher_is_one_taught_afresh() {
    for (id, _) in store::BUILTIN_RUBRICS {
        let files = store::builtin_rubric(id).unwrap();
        let rubric = load_rubric(&files.folder, &files.sources).0.unwrap();
        let fresh = Lessons::new(&rubric).teach(&BTreeSet::new());
        let made = compile_matcher(&rubric, &fresh);
        equal_or_update(&format!("src/store/compiled/{id}.matcher"), &made);
        let compiled = load_matcher(&rubric, &made).unwrap();
        for statement in rubric.statements.iter().step_by(50) {
            let text = statement.text.as_str();
            assert_eq!(
                fresh.match_statement(text, Stands::Alone),
                compiled.match_statement(text, Stands::Alone)
            );
        }
    }
}

#[test]
fn the_compiled_picker_is_one_taught_afresh() {
    for (id, _) in store::BUILTIN_RUBRICS {
        let files = store::builtin_rubric(id).unwrap();
        let rubric = load_rubric(&files.folder, &files.sources).0.unwrap();
        let matcher = Lessons::new(&rubric).teach(&BTreeSet::new());
        let papers: Vec<&TaughtPaper> = rubric.papers.iter().collect();
        let fresh = Picker::teach(&matcher, &papers).unwrap();
        let made = compile_picker(&rubric, &fresh);
        equal_or_update(&format!("src/store/compiled/{id}.picker"), &made);
        let compiled = load_picker(&rubric, &made).unwrap();
        for paper in papers.iter().step_by(40) {
            assert_eq!(fresh.judge(&matcher, paper), compiled.judge(&matcher, paper));
        }
    }
}

#[test]
fn an_edited_rubric_is_never_read_from_the_compiled_form() {
    let mut files = store::builtin_rubric("prevent-la-2021").unwrap();
    assert!(files.compiled("prevent-la-2021").is_some());
    let first = &files.sources[0];
    files.sources[0] = Source::new(first.name(), format!("{}\n", first.text()));
    assert!(files.compiled("prevent-la-2021").is_none());
    files.sources.remove(0);
    assert!(files.compiled("prevent-la-2021").is_none());
}

/// The raw type refuses what the schema refuses, and nothing else; so the schema need only be
/// compiled for a file that the raw type has refused.
#[test]
fn the_schema_and_the_reader_refuse_the_same_files() {
    let (_, format) = app::FORMATS[0];
    let schema = jsonschema::validator_for(format.json_schema()).unwrap();
    let mut refused = 0;
    for folder in
        ["tests/bad/assessment", "tests/cases", "assessments/leicestershire", "assessments/aldermoor"]
    {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let source = store::read_source(&path).unwrap();
            let (Some(document), _) = prevent_benchmark::yaml::parse_yaml(&source) else { continue };
            let (_, said) = prevent_benchmark::assessment::lower_assessment(&document);
            let value = document.to_json();
            // JSON Schema calls 3.0 a whole number.
            if path.ends_with("whole-numbers.yaml") {
                assert!(schema.is_valid(&value) && !said.is_empty());
                continue;
            }
            assert_eq!(schema.is_valid(&value), said.is_empty(), "{}", path.display());
            refused += usize::from(!said.is_empty());
        }
    }
    assert!(refused > 8, "{refused}");
}
