//! What is said about assessments.

use crate::diag::{Code, Diagnostic, Place, did_you_mean};
use crate::rubric::Rubric;
use crate::schema::shorten;

pub fn duplicate_id(what: &str, id: &str, place: Place, first: Place) -> Diagnostic {
    Diagnostic::new(Code::DuplicateId, place, format!("the {what} id `{id}` is used twice"))
        .related(first, "it is used here first")
        .help("give each its own id")
}

pub fn unknown_benchmark(number: i64, known: &[u16], place: Place) -> Diagnostic {
    let list = known.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Diagnostic::new(Code::UnknownBenchmark, place, format!("the rubric has no benchmark {number}"))
        .help(format!("the benchmarks are {list}"))
}

pub fn unknown_criterion(id: &str, rubric: &Rubric, place: Place) -> Diagnostic {
    let guess = did_you_mean(id, rubric.criterion_ids()).and_then(|guess| {
        let meant = rubric.find(guess.split('`').nth(1)?)?;
        Some(format!("{guess} It says: {}", shorten(&rubric.criterion(meant).text)))
    });
    let help = guess.unwrap_or_else(|| {
        let benchmark = id.split('.').next().unwrap_or_default();
        let name = if rubric.benchmarks.iter().any(|b| b.id == benchmark) { benchmark } else { "" };
        let command = format!("prevent-benchmark rubric show {name}");
        format!("`{}` lists the criteria with their ids", command.trim_end())
    });
    Diagnostic::new(Code::UnknownCriterion, place, format!("the rubric has no criterion `{}`", shorten(id)))
        .help(help)
}

pub fn limit_in_place(id: &str, place: Place) -> Diagnostic {
    Diagnostic::new(
        Code::LimitInPlace,
        place,
        format!("`{id}` describes something missing, and `in-place` says here that it is there after all"),
    )
    .help("if the statement says that it is missing, write `absent`")
}

pub fn unknown_sub_area<'a>(
    id: &str,
    known: impl Iterator<Item = &'a str> + Clone,
    place: Place,
) -> Diagnostic {
    let help = did_you_mean(id, known.clone()).unwrap_or_else(|| {
        let list = known.map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
        if list.is_empty() {
            "list the parts of the area under `area: sub-areas:`".to_owned()
        } else {
            format!("the area's parts are {list}")
        }
    });
    Diagnostic::new(Code::UnknownSubArea, place, format!("the area has no part `{id}`")).help(help)
}

pub fn level_out_of_range(level: i64, (low, high): (u8, u8), place: Place) -> Diagnostic {
    Diagnostic::new(Code::OutOfRange, place, format!("level {level} is not on the scale of {low} to {high}"))
        .help(format!("use a whole number from {low} to {high}"))
}

pub fn impossible_date(text: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleDate, place, format!("`{}` is not a date", shorten(text)))
        .help("write a date that exists as year-month-day, such as 2022-05-27")
}

pub fn impossible_period(text: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::ImpossiblePeriod, place, format!("`{}` is not a period", shorten(text)))
        .help("write a financial year such as 2021/22, or a year such as \"2021\" in quotes")
}

pub fn marking_too_high(marking: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::MarkingTooHigh, place, format!("`{}` is above OFFICIAL-SENSITIVE", shorten(marking)))
        .help("material above OFFICIAL-SENSITIVE must not be kept in this file; remove it and tell whoever is responsible for it")
}

pub fn personal_data(words: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::PersonalData, place, format!("`{}` looks like personal data", shorten(words)))
        .help("write the post or leave it out; a self-assessment needs nobody's name, number or age")
}

pub fn small_count(words: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::SmallCount, place, format!("`{words}` counts fewer than five people")).help(
        "somebody may be known by so small a number; write \"fewer than five\", or leave the number out",
    )
}

pub fn long_sentence(words: usize, most: usize, place: Place) -> Diagnostic {
    Diagnostic::new(Code::LongSentence, place, format!("a sentence here has {words} words"))
        .help(format!("make two of it; a sentence of more than {most} words is hard to read"))
}

pub fn unexplained_acronym(acronym: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::UnexplainedAcronym, place, format!("`{acronym}` is explained nowhere in this file"))
        .help(format!("write it out where it first stands, with `({acronym})` behind it; an acronym that everybody uses belongs into the lexicon of the rubric"))
}

pub fn drafting_note(note: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::DraftingNote, place, format!("`{note}` looks like a note to come back to"))
        .help("finish the text; it stands in every report as it is")
}

pub fn empty_text(what: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::EmptyText, place, format!("{what} is empty"))
        .help("write the text, or remove the entry")
}

pub fn duplicate_finding(criterion: &str, place: Place, first: Place) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateFinding,
        place,
        format!("this statement already has a finding for `{criterion}`"),
    )
    .related(first, "it stands here first")
    .help("keep one; if the statement says two things, split it into two statements")
}

pub fn duplicate_judgement(benchmark: i64, by: &str, place: Place, first: Place) -> Diagnostic {
    Diagnostic::new(Code::DuplicateJudgement, place, format!("`{by}` has judged benchmark {benchmark} twice"))
        .related(first, "it was judged here first")
        .help("keep the judgement that counts")
}

pub fn unknown_ground(id: &str, grounds: &[(String, String)], place: Place) -> Diagnostic {
    let help = did_you_mean(id, grounds.iter().map(|(id, _)| id.as_str())).unwrap_or_else(|| {
        let list: Vec<String> = grounds.iter().map(|(id, title)| format!("`{id}` ({title})")).collect();
        format!("the grounds are {}", list.join(", "))
    });
    Diagnostic::new(Code::UnknownGround, place, format!("the rubric has no ground `{}`", shorten(id)))
        .help(help)
}

pub fn dropped_without_reason(id: &str, place: Place) -> Diagnostic {
    Diagnostic::new(
        Code::DroppedWithoutReason,
        place,
        format!("the action `{id}` was dropped and no reason is given"),
    )
    .help("add `reason: ...`, so that a reader next year knows why")
}

pub fn rubric_changed(recorded: &str, now: &str, place: Place) -> Diagnostic {
    Diagnostic::new(
        Code::RubricChanged,
        place,
        format!("the rubric has changed since this assessment was made (then {recorded}, now {now})"),
    )
    .help("read the proposals again; when they stand, record the new hash")
}

pub fn edition_changed(recorded: &str, now: &str, place: Place) -> Diagnostic {
    Diagnostic::new(
        Code::RubricChanged,
        place,
        format!("this assessment was made with edition {recorded}, and the rubric is edition {now}"),
    )
    .help("across editions only bands may be compared; read every proposal again")
}

pub fn no_statements(place: Place) -> Diagnostic {
    Diagnostic::new(Code::MissingKey, place, "there is no list of statements here")
        .help("give a YAML list, an assessment with `evidence:`, or a text file with one statement a line")
}

pub fn statement_without_text(place: Place) -> Diagnostic {
    Diagnostic::new(Code::MissingKey, place, "this item is no statement: it has no `text`").help(
        "write `text: ...`; a sentence with a colon needs quotes in YAML, or save plain sentences as .txt",
    )
}

pub fn benchmark_is_no_number(place: Place) -> Diagnostic {
    Diagnostic::new(Code::WrongType, place, "a statement's `benchmark` should be a whole number")
        .help("write its number, such as 7, or leave it out")
}

pub fn steering_character(found: char, place: Place) -> Diagnostic {
    let message = format!("the line holds the character U+{:04X}, which steers a terminal", u32::from(found));
    Diagnostic::new(Code::ControlCharacter, place, message)
        .help("take it out; copying through a plain-text editor often does")
}
