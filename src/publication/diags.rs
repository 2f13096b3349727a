//! The wording of what stands against an edition for the public.

use crate::diag::{Code, Diagnostic, Place};
use crate::rubric::Rubric;

fn unsure(place: Place, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::PublicationUnsure, place, message)
}

pub fn no_ground(rubric: &Rubric, what: &str, place: Place) -> Diagnostic {
    let ground = rubric.grounds.first().map_or("...", |(id, _)| id);
    Diagnostic::new(
        Code::NoGround,
        place,
        format!("{what} is OFFICIAL-SENSITIVE, and no ground for withholding it is recorded"),
    )
    .help(format!(
        "whoever decides adds `withheld: {{ground: {ground}, by: <post>, date: <day>}}`; `prevent-benchmark rubric show` lists the grounds"
    ))
}

pub fn not_released(id: &str, place: Place) -> Diagnostic {
    unsure(place, format!("`{id}` comes from a source that is sensitive until it is released, and nobody has released it"))
        .help("whoever has released it adds `released: {by: <post>, date: <day>}`; else leave `marking` out, and withhold it")
}

pub fn bears_on_unknown(rubric: &Rubric, id: &str, place: Place) -> Diagnostic {
    let message =
        format!("`{id}` is OFFICIAL-SENSITIVE, and it is not recorded on which {} it bears", rubric.unit);
    unsure(place, message).help("add the key `benchmark`, so that the score that rests on it can be withheld")
}

pub fn unmarked(what: &str, place: Place) -> Diagnostic {
    unsure(place, format!("{what} may rest on what is withheld"))
        .help("read it, and add `marking: OFFICIAL` beside it if it may be published, else `marking: OFFICIAL-SENSITIVE` with `withheld`")
}

pub fn repeats(words: &str, place: Place) -> Diagnostic {
    unsure(place, format!("this text has words of something that is withheld: `{words}`"))
        .help("reword it or mark it as well; if the words give nothing away, list them under `publication: harmless:`")
}

/// What is only warned of inside may not leave.
pub fn not_fit(problem: Diagnostic) -> Diagnostic {
    let help = problem.help.clone().unwrap_or_default();
    unsure(problem.place, problem.message).help(help)
}

pub fn may_be_a_name(name: &str, of_post: bool, place: Place) -> Diagnostic {
    let (message, help) = if of_post {
        (
            format!("`{name}` may be a person's name, and a post is needed here"),
            "write the post, or add the person under `publication: people:` with the post; a body that is no person goes under `publication: harmless:`",
        )
    } else {
        (
            format!("`{name}` may be a person's name"),
            "write the post, or add the person under `publication: people:`; if it names no person, list it under `publication: harmless:`",
        )
    };
    unsure(place, message).help(help)
}

pub fn score_moves(rubric: &Rubric, benchmark: usize, place: Place) -> Diagnostic {
    let benchmark = &rubric.benchmarks[benchmark];
    let message = format!(
        "without what is withheld the score of {} {} ({}) would be another",
        rubric.unit, benchmark.number, benchmark.title
    );
    unsure(place, message)
        .help("confirm what the sensitive statements say, so that it is known on what they bear")
}
