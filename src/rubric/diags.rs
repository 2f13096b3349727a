//! What is said about rubrics.

use crate::diag::{Code, Diagnostic, Place, did_you_mean};
use crate::schema::shorten;

pub fn duplicate(what: &str, name: &str, place: Place, first: Place) -> Diagnostic {
    Diagnostic::new(Code::DuplicateId, place, format!("the {what} `{name}` is used twice"))
        .related(first, "it is used here first")
        .help("give each its own; findings and old assessments refer to it")
}

pub fn misquoted(text: &str, place: Place, descriptor: Place) -> Diagnostic {
    Diagnostic::new(
        Code::Misquoted,
        place,
        format!("`{}` does not stand in the descriptor of its level", shorten(text)),
    )
    .related(descriptor, "this is the descriptor")
    .help("quote the descriptor exactly, letter for letter")
}

pub fn uncovered(part: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::Uncovered, place, format!("no criterion covers `{}`", shorten(part))).help(
        "add a criterion with that text, or lengthen a neighbour; only connectives and examples may stay out",
    )
}

pub fn criterion_id(id: &str, wanted: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::CriterionId, place, format!("the id `{id}` should begin with `{wanted}`"))
        .help("an id is benchmark, level and a word, such as `training.5.induction`")
}

pub fn limit_form(id: &str, is_limit: bool, place: Place) -> Diagnostic {
    if is_limit {
        Diagnostic::new(Code::LimitForm, place, format!("the limit `{id}` has no `form`"))
            .help("add `form: lack` if the text says what is missing, `form: activity` if it describes a lesser practice")
    } else {
        Diagnostic::new(Code::LimitForm, place, format!("`{id}` is no limit and cannot have a `form`"))
            .help("remove `form`, or change `kind` to limit")
    }
}

pub fn missing_guidance(id: &str, key: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::MissingGuidance, place, format!("the requirement `{id}` has no `{key}`")).help(
        "`ask` is the question that evidence would answer; `action` the recommendation when it is missing",
    )
}

pub fn no_way_out(id: &str, place: Place) -> Diagnostic {
    Diagnostic::new(
        Code::MissingGuidance,
        place,
        format!("nothing supersedes the limit `{id}`, and it has no `action`"),
    )
    .help("name it in the `supersedes` of the requirement that leaves it behind, or give it an `action`")
}

pub fn findings_on_no_benchmark(place: Place) -> Diagnostic {
    Diagnostic::new(Code::MissingKey, place, "this statement has findings, and its file names no benchmark")
        .help("add `benchmark: ...` at the head of the file; one without is for statements on other topics")
}

pub fn orphaned_label<'a>(
    id: &str,
    count: usize,
    known: impl Iterator<Item = &'a str>,
    place: Place,
) -> Diagnostic {
    let labels = if count == 1 { "a label names".to_owned() } else { format!("{count} labels name") };
    let message =
        format!("{labels} the criterion `{id}`, which the rubric does not have; that teaches nothing");
    let diagnostic = Diagnostic::new(Code::OrphanedLabel, place, message);
    match did_you_mean(id, known) {
        Some(help) => diagnostic.help(help),
        None => diagnostic.help("give the labels the criterion's new id, or take them out"),
    }
}

pub fn unknown_criterion<'a>(id: &str, known: impl Iterator<Item = &'a str>, place: Place) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownCriterion, place, format!("there is no criterion `{id}`"));
    match did_you_mean(id, known) {
        Some(guess) => diagnostic.help(guess),
        None => diagnostic
            .help("use the id of a criterion of this rubric; `prevent-benchmark rubric show` lists them"),
    }
}

pub fn bad_supersedes(id: &str, other: &str, why: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::BadSupersedes, place, format!("`{id}` cannot supersede `{other}`: {why}"))
        .help("a criterion supersedes criteria of lower levels of its own benchmark and strand")
}

pub fn bad_same_as(id: &str, other: &str, why: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::BadSameAs, place, format!("`{id}` cannot repeat `{other}`: {why}"))
        .help("`same-as` names a requirement of a lower level with the same words")
}

pub fn levels_incomplete(message: String, place: Place) -> Diagnostic {
    Diagnostic::new(Code::LevelsIncomplete, place, message)
        .help("every level of a band needs one descriptor in each benchmark, and one place in the level rule")
}

pub fn unknown_placeholder(outcome: &str, placeholder: &str, allowed: &[&str], place: Place) -> Diagnostic {
    let list = allowed.iter().map(|name| format!("`{{{name}}}`")).collect::<Vec<_>>().join(", ");
    let help = if allowed.is_empty() {
        "this sentence is printed as it is".to_owned()
    } else {
        format!("this sentence can fill {list}")
    };
    Diagnostic::new(
        Code::UnknownPlaceholder,
        place,
        format!("the sentence `{outcome}` cannot fill `{{{placeholder}}}`"),
    )
    .help(help)
}

pub fn no_rubric_file(folder: &str, what: &str) -> Diagnostic {
    Diagnostic::new(Code::NoRubricFile, Place::File(folder.to_owned()), format!("this rubric has no {what}"))
        .help("a rubric is a folder with rubric.yaml, lexicon.yaml and one file for each benchmark")
}

pub fn unknown_schema(found: Option<&str>, place: Place) -> Diagnostic {
    let known = ["rubric/1", "benchmark/1", "lexicon/1", "statements/1", "papers/1"];
    let message = match found {
        Some(tag) => format!("`{tag}` is not a format that a rubric folder holds"),
        None => "the key `schema` is missing, so the file's format is not known".to_owned(),
    };
    let help = found.and_then(|tag| did_you_mean(tag, known)).unwrap_or_else(|| {
        "begin the file with `schema: rubric/1`, `benchmark/1`, `lexicon/1`, `statements/1` or `papers/1`"
            .to_owned()
    });
    Diagnostic::new(Code::UnknownSchema, place, message).help(help)
}

pub fn unknown_theme<'a>(id: &str, known: impl Iterator<Item = &'a str> + Clone, place: Place) -> Diagnostic {
    let help = did_you_mean(id, known.clone()).unwrap_or_else(|| {
        format!(
            "the themes of rubric.yaml are {}",
            known.map(|t| format!("`{t}`")).collect::<Vec<_>>().join(", ")
        )
    });
    Diagnostic::new(Code::UnknownTheme, place, format!("rubric.yaml defines no theme `{id}`")).help(help)
}

pub fn unknown_benchmark(number: u16, place: Place) -> Diagnostic {
    Diagnostic::new(Code::UnknownBenchmark, place, format!("this rubric has no benchmark {number}"))
        .help("use the number of a benchmark file in this folder")
}

pub fn evidence_and_background(place: Place) -> Diagnostic {
    Diagnostic::new(Code::WrongValue, place, "this passage is marked as evidence and as background")
        .help("a passage is one of the two, or neither: remove `background` or `evidence`")
}

pub fn second_file(tag: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::DuplicateId, place, format!("this folder has a second file of the format `{tag}`"))
        .help("a rubric folder has one rubric.yaml and one lexicon.yaml; remove or merge the other")
}

pub fn words_not_in_text(words: &str, place: Place, text: Place) -> Diagnostic {
    Diagnostic::new(
        Code::WordsNotInText,
        place,
        format!("the words `{}` do not stand in the statement", shorten(words)),
    )
    .related(text, "this is the statement")
    .help("copy the words from the statement exactly, or leave `words` out")
}
