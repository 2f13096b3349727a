//! The files that the program carries. A test compares the lists with the folders.

macro_rules! rubric {
    ($id:literal: $($name:literal),* $(,)?) => {
        ($id, &[$(($name, include_str!(concat!("../../rubrics/", $id, "/", $name)))),*])
    };
}

/// A file's name and its text.
pub type NamedText = (&'static str, &'static str);

/// The built-in rubrics: id, and the files in the order of their names.
pub const BUILTIN_RUBRICS: &[(&str, &[NamedText])] = &[rubric!("prevent-la-2021":
    "01-risk-assessment.statements.yaml",
    "01-risk-assessment.yaml",
    "02-partnership-board.statements.yaml",
    "02-partnership-board.yaml",
    "03-plan.statements.yaml",
    "03-plan.yaml",
    "04-referral-pathway.statements.yaml",
    "04-referral-pathway.yaml",
    "05-channel.statements.yaml",
    "05-channel.yaml",
    "06-problem-solving.statements.yaml",
    "06-problem-solving.yaml",
    "07-training.statements.yaml",
    "07-training.yaml",
    "08-venue-and-it.statements.yaml",
    "08-venue-and-it.yaml",
    "09-engagement.statements.yaml",
    "09-engagement.yaml",
    "10-communications.statements.yaml",
    "10-communications.yaml",
    "background.statements.yaml",
    "lexicon.yaml",
    "other-topics.statements.yaml",
    "papers-01.yaml",
    "papers-02.yaml",
    "papers-03.yaml",
    "papers-04.yaml",
    "papers-05.yaml",
    "papers-06.yaml",
    "papers-07.yaml",
    "papers-08.yaml",
    "papers-09.yaml",
    "papers-10.yaml",
    "papers-11.yaml",
    "papers-12.yaml",
    "papers-13.yaml",
    "papers-14.yaml",
    "papers-15.yaml",
    "papers-16.yaml",
    "papers-17.yaml",
    "papers-18.yaml",
    "papers-19.yaml",
    "papers-20.yaml",
    "papers-21.yaml",
    "papers-22.yaml",
    "papers-23.yaml",
    "papers-24.yaml",
    "papers-25.yaml",
    "papers-26.yaml",
    "papers-27.yaml",
    "papers-28.yaml",
    "papers-29.yaml",
    "papers-30.yaml",
    "papers-31.yaml",
    "papers-32.yaml",
    "papers-33.yaml",
    "papers-34.yaml",
    "papers-35.yaml",
    "papers-36.yaml",
    "papers-37.yaml",
    "papers-38.yaml",
    "papers-39.yaml",
    "papers-40.yaml",
    "papers-41.yaml",
    "papers-42.yaml",
    "papers-43.yaml",
    "papers-44.yaml",
    "rubric.yaml",
)];

/// What was made from a built-in rubric ahead of time.
#[derive(Clone, Copy, Debug)]
pub struct Compiled {
    /// The rubric; see `rubric::compiled`.
    pub rubric: &'static str,
    /// What it has taught; see `matching::load_matcher`.
    pub matcher: &'static [u8],
    /// What its papers have taught; see `matching::load_picker`.
    pub picker: &'static [u8],
}

/// The compiled form of a built-in rubric.
pub fn compiled_rubric(id: &str) -> Option<Compiled> {
    match id {
        "prevent-la-2021" => Some(Compiled {
            rubric: include_str!("compiled/prevent-la-2021.json"),
            matcher: include_bytes!("compiled/prevent-la-2021.matcher"),
            picker: include_bytes!("compiled/prevent-la-2021.picker"),
        }),
        _ => None,
    }
}

/// The built-in report templates, and the words that stand in none.
pub const TEMPLATES: &[NamedText] = &[
    ("board.md.j2", include_str!("../../reports/board.md.j2")),
    ("history.md.j2", include_str!("../../reports/history.md.j2")),
    ("letter.md.j2", include_str!("../../reports/letter.md.j2")),
    ("log.md.j2", include_str!("../../reports/log.md.j2")),
    ("page.html.j2", include_str!("../../reports/page.html.j2")),
    ("plan.md.j2", include_str!("../../reports/plan.md.j2")),
    ("region.md.j2", include_str!("../../reports/region.md.j2")),
    ("summary.md.j2", include_str!("../../reports/summary.md.j2")),
    ("words.yaml", include_str!("../../reports/words.yaml")),
    ("working.md.j2", include_str!("../../reports/working.md.j2")),
];

/// The example assessment that `init` writes, and other single files.
pub fn builtin_file(name: &str) -> Option<&'static str> {
    match name {
        "assessment.yaml" => Some(include_str!("start/assessment.yaml")),
        "anchor-vignettes.yaml" => Some(include_str!("../../assessments/anchor-vignettes.yaml")),
        "README.md" => Some(include_str!("start/README.md")),
        _ => None,
    }
}
