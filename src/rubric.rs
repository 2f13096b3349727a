//! Rubrics: what is scored, word for word, and the rule that turns findings into levels.
//!
//! A rubric is a folder: `rubric.yaml`, `lexicon.yaml` and one file a benchmark. [`load_rubric`]
//! reads the files' texts into a [`Rubric`] in which every reference is resolved, or says
//! everything that is wrong with them. Nothing here knows a particular framework: how many
//! benchmarks and levels there are, what the levels mean and how they are reached is all data.

pub mod compiled;
mod diags;
pub mod diff;
pub mod raw;
pub mod sentence;
mod validate;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::Format;
pub(crate) use diags::words_not_in_text;
pub use validate::load_rubric;

/// The format of `rubric.yaml`.
pub static RUBRIC_FORMAT: Format = Format::of::<raw::RawRubric>("rubric/1");
/// The format of a benchmark file.
pub static BENCHMARK_FORMAT: Format = Format::of::<raw::RawBenchmark>("benchmark/1");
/// The format of `lexicon.yaml`.
pub static LEXICON_FORMAT: Format = Format::of::<raw::RawLexicon>("lexicon/1");
/// The format of a file of labelled statements, such as `statements.yaml`.
pub static STATEMENTS_FORMAT: Format = Format::of::<raw::RawStatements>("statements/1");

/// The format of a file of marked papers, such as `papers.yaml`.
pub static PAPERS_FORMAT: Format = Format::of::<raw::RawPapers>("papers/1");

/// What evidence says of a practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It operates now, with no stated limit that matters.
    InPlace,
    /// It operates now, with a stated limit in coverage, frequency, consistency or quality.
    Partial,
    /// It operated before and does not now, or is out of date.
    Lapsed,
    /// It does not operate yet; drafting, recruitment or intention is stated.
    Planned,
    /// It is stated not to exist or not to happen.
    Absent,
}

impl Status {
    /// Every status, from what operates to what does not exist.
    pub const ALL: [Self; 5] = [Self::InPlace, Self::Partial, Self::Lapsed, Self::Planned, Self::Absent];

    /// Whether the practice operates now.
    pub fn operates(self) -> bool {
        matches!(self, Self::InPlace | Self::Partial)
    }

    /// The word used in files and in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::InPlace => "in-place",
            Self::Partial => "partial",
            Self::Lapsed => "lapsed",
            Self::Planned => "planned",
            Self::Absent => "absent",
        }
    }

    /// The words a reader sees.
    pub fn words(self) -> &'static str {
        match self {
            Self::InPlace => "in place",
            Self::Partial => "partly in place",
            Self::Lapsed => "lapsed",
            Self::Planned => "planned",
            Self::Absent => "not in place",
        }
    }
}

/// What a status is worth to the level rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Worth {
    /// The requirement is met.
    Met,
    /// Half a gap.
    HalfGap,
    /// A gap.
    Gap,
}

/// What a status that does not operate is worth: it can never be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GapWorth {
    /// Half a gap.
    HalfGap,
    /// A gap.
    Gap,
}

impl From<GapWorth> for Worth {
    fn from(worth: GapWorth) -> Self {
        match worth {
            GapWorth::HalfGap => Self::HalfGap,
            GapWorth::Gap => Self::Gap,
        }
    }
}

/// What a level given by its own wording needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Needs {
    /// Nothing: it is given when no better level is.
    Nothing,
    /// Something that operates now.
    Activity,
}

/// Which score a section with several benchmarks shows first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Headline {
    /// The lowest.
    Lowest,
}

/// What a clause asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It must be in place for the level.
    Requirement,
    /// A limitation that holds at this level and is left behind at the next.
    Limit,
    /// An example or a possibility ("such as", "where possible"): never required.
    Option,
}

impl Kind {
    /// The word used in files and in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Requirement => "requirement",
            Self::Limit => "limit",
            Self::Option => "option",
        }
    }
}

/// What the wording of a limit describes, which decides when it holds.
///
/// A status is always that of the practice. "There is no deputy" is `absent`, and the limit "no
/// deputy" holds; "we keep a headcount" is `in-place`, and the limit "raw attendee numbers" holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A lesser practice: the limit holds while it operates (in place or partial).
    Activity,
    /// The lack of a practice: the limit holds unless the practice is in place.
    Lack,
}

impl Form {
    /// Whether a limit of this form holds when evidence finds the practice in this status.
    pub fn holds(self, status: Status) -> bool {
        match self {
            Self::Activity => status.operates(),
            Self::Lack => status != Status::InPlace,
        }
    }
}

/// A criterion's place in [`Rubric::criteria`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CriterionIndex(pub usize);

/// One clause of a descriptor.
#[derive(Debug)]
pub struct Criterion {
    /// Its id, such as `training.5.induction`.
    pub id: String,
    /// Its benchmark's place in [`Rubric::benchmarks`].
    pub benchmark: usize,
    /// Its level.
    pub level: u8,
    /// An exact quotation from the descriptor.
    pub text: String,
    /// What it asks.
    pub kind: Kind,
    /// For a limit, what its wording describes.
    pub form: Option<Form>,
    /// The thread that runs through the levels.
    pub strand: String,
    /// Criteria of lower levels that it makes true or leaves behind, through any number of steps.
    pub supersedes: Vec<CriterionIndex>,
    /// Criteria of higher levels that supersede it, the nearest level first.
    pub superseded_by: Vec<CriterionIndex>,
    /// The criterion of a lower level that it repeats.
    pub same_as: Option<CriterionIndex>,
    /// Its theme's place in [`Rubric::themes`].
    pub theme: usize,
    /// The question that evidence would answer.
    pub ask: Option<String>,
    /// The recommendation when it is missing.
    pub action: Option<String>,
    /// Statements such as officers write, with the status they show, in the order of
    /// [`Status::ALL`].
    pub examples: Vec<(Status, String)>,
}

impl Criterion {
    /// The text without the full stop that ends the descriptor's sentence, for use in a sentence.
    pub fn phrase(&self) -> &str {
        self.text.trim_end_matches(['.', ','])
    }
}

/// A level of a benchmark.
#[derive(Debug)]
pub struct Level {
    /// The level.
    pub level: u8,
    /// The published descriptor, word for word.
    pub descriptor: String,
    /// Its criteria, as places in [`Rubric::criteria`].
    pub criteria: Range<usize>,
}

/// One scored unit.
#[derive(Debug)]
pub struct Benchmark {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: u16,
    /// Its title as published.
    pub title: String,
    /// Its statement as published.
    pub statement: String,
    /// Its levels, lowest first.
    pub levels: Vec<Level>,
    /// All its criteria, as places in [`Rubric::criteria`].
    pub criteria: Range<usize>,
    /// What a reader must be told about it.
    pub notes: Vec<String>,
}

/// A band of levels: the only thing that may be compared across editions.
#[derive(Debug, Clone, Serialize)]
pub struct Band {
    /// Its id.
    pub id: String,
    /// The words the reader sees.
    pub title: String,
    /// Its lowest level.
    pub from: u8,
    /// Its highest level.
    pub to: u8,
    /// What a level in it means.
    pub meaning: String,
}

/// A level that needs its requirements; see [`raw::RawRequirementLevel`] for the meaning of each.
#[derive(Debug, Clone)]
pub struct RequirementLevel {
    /// The level.
    pub level: u8,
    /// How many of its requirements may go unmentioned.
    pub silent_allowed: usize,
    /// How many of its requirements must be in place.
    pub in_place_at_least: usize,
    /// How many stated gaps are tolerated, in half gaps.
    pub half_gaps_allowed: usize,
    /// Whether strengths at higher levels may outweigh a gap.
    pub offset: Option<Offset>,
}

/// How strengths at higher levels may outweigh gaps.
#[derive(Debug, Clone, Copy)]
pub struct Offset {
    /// How many gaps may be outweighed.
    pub gaps: usize,
    /// How many requirements met at higher levels a partial gap needs.
    pub half_gap_needs: usize,
    /// How many any other gap needs.
    pub gap_needs: usize,
}

/// The level rule of a rubric.
#[derive(Debug)]
pub struct LevelRule {
    worth: [Worth; 5],
    /// Levels given by their own wording, lowest first.
    pub by_wording: Vec<(u8, Needs)>,
    /// Levels that need their requirements, lowest first.
    pub by_requirements: Vec<RequirementLevel>,
    /// The sentence for each outcome.
    pub says: raw::RawSays,
}

impl LevelRule {
    /// What a status is worth.
    pub fn worth(&self, status: Status) -> Worth {
        self.worth[status as usize]
    }

    /// The lowest level that needs its requirements.
    pub fn first_requirement_level(&self) -> u8 {
        self.by_requirements.first().map_or(u8::MAX, |level| level.level)
    }
}

/// A theme across benchmarks.
#[derive(Debug)]
pub struct Theme {
    /// Its id.
    pub id: String,
    /// What the reader sees.
    pub title: String,
}

/// Another grouping of the same scores.
#[derive(Debug)]
pub struct View {
    /// Its id.
    pub id: String,
    /// What the reader sees.
    pub title: String,
    /// What the reader must know about it.
    pub note: String,
    /// Number, title and benchmark numbers of each section. The headline is the lowest score.
    pub sections: Vec<(u16, String, Vec<u16>)>,
}

/// The words of the field: how they are written, what they mean and what they say of a status.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// What acronyms stand for.
    pub acronyms: BTreeMap<String, String>,
    /// Words that say that something is not so, in lower case.
    pub negations: Vec<String>,
    /// Lists of phrases that mean the same; the first names them all.
    pub synonyms: Vec<Vec<String>>,
    /// Phrases that say something of a status.
    pub triggers: Vec<(Cue, String)>,
    /// Negative words that come to a positive when one of the first list stands shortly before one of
    /// the second.
    pub double_negatives: (Vec<String>, Vec<String>),
    /// What a cell of a tracker says of the status of its row.
    pub cell_statuses: Vec<(Status, String)>,
    /// Phrases that mark the subject.
    pub subject: Vec<String>,
    /// Topics near the subject that are not it: name and phrases.
    pub near_topics: Vec<(String, Vec<String>)>,
    /// Words that carry no meaning of their own.
    pub function_words: Vec<String>,
    /// Where a clause ends.
    pub clause_openers: Vec<String>,
    /// Phrases after which a clause opener adds and sets nothing against anything.
    pub additions: Vec<String>,
    /// Words that begin a clause after a comma.
    pub clause_openers_after_comma: Vec<String>,
    /// Words after which a full stop ends no sentence.
    pub abbreviations: Vec<String>,
    /// Titles of sources whose content is sensitive until a person has released it.
    pub sensitive_sources: Vec<String>,
    /// Acronyms that need no explanation.
    pub known_acronyms: Vec<String>,
    /// Words by which the post of an officer is known, in small letters.
    pub posts: Vec<String>,
    /// Languages that the matcher cannot judge, with words by which each is known.
    pub other_languages: Vec<(String, Vec<String>)>,
}

/// What a trigger says of the clause in which it stands (`NegEx` and `ConText` call these categories).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cue {
    /// The practice operates.
    Operates,
    /// It operates with a limit.
    Partial,
    /// It operated and no longer does.
    Lapsed,
    /// It is intended.
    Planned,
    /// It does not exist or happen.
    Absent,
    /// It is wished for, which is not a plan.
    Wish,
    /// Nothing: the phrase holds a trigger and is none.
    Pseudo,
}

impl Cue {
    /// Every cue, in the order of declaration.
    pub const ALL: [Self; 7] =
        [Self::Operates, Self::Partial, Self::Lapsed, Self::Planned, Self::Absent, Self::Wish, Self::Pseudo];

    /// The word used in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Operates => "operates",
            Self::Partial => "partial",
            Self::Lapsed => "lapsed",
            Self::Planned => "planned",
            Self::Absent => "absent",
            Self::Wish => "wish",
            Self::Pseudo => "pseudo",
        }
    }
}

/// What a labelled statement speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// A benchmark, as a place in [`Rubric::benchmarks`].
    Benchmark(usize),
    /// The subject, without being evidence of anything: what it is, how it is reported, whom to call.
    Background,
    /// Something else.
    Other,
}

/// A statement with what it says, as a person has labelled it.
#[derive(Clone, Debug, PartialEq)]
pub struct TaughtStatement {
    /// The statement.
    pub text: String,
    /// What it speaks of.
    pub topic: Topic,
    /// The status of the whole statement.
    pub status: Status,
    /// What it says of each criterion, and the words it rests on if not the whole statement.
    pub findings: Vec<(CriterionIndex, Status, Option<String>)>,
}

/// A paper in which a person has marked what is evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct TaughtPaper {
    /// Which of the rubric's files of papers it is from. Those of one file are from one hand.
    pub file: usize,
    /// The headings above each part, the outermost first.
    pub parts: Vec<Vec<String>>,
    /// Its sentences and rows, in order.
    pub passages: Vec<TaughtPassage>,
}

impl TaughtPaper {
    /// How many paragraphs and rows it has.
    pub fn paragraphs(&self) -> usize {
        self.passages.last().map_or(0, |passage| passage.paragraph + 1)
    }

    /// One of its paragraphs or rows, with the headings above it, as a paper by itself. Empty if there is none
    /// such.
    #[must_use]
    pub fn alone(&self, paragraph: usize) -> Self {
        let own: Vec<&TaughtPassage> =
            self.passages.iter().filter(|passage| passage.paragraph == paragraph).collect();
        Self {
            file: self.file,
            parts: own.first().map(|passage| self.parts[passage.part].clone()).into_iter().collect(),
            passages: own
                .into_iter()
                .map(|passage| TaughtPassage { part: 0, paragraph: 0, ..passage.clone() })
                .collect(),
        }
    }
}

/// A sentence or a row of a paper.
#[derive(Clone, Debug, PartialEq)]
pub struct TaughtPassage {
    /// What it says.
    pub text: String,
    /// Of what it is evidence, if of anything.
    pub topic: Topic,
    /// Its part, as a place in [`TaughtPaper::parts`].
    pub part: usize,
    /// Its paragraph, counted through the paper.
    pub paragraph: usize,
}

/// A whole rubric, every reference resolved.
#[derive(Debug)]
pub struct Rubric {
    /// The id that assessments name.
    pub id: String,
    /// The title as published.
    pub title: String,
    /// The edition.
    pub edition: String,
    /// Who published the criteria.
    pub publisher: String,
    /// The language of the criteria.
    pub language: String,
    /// The licence's name and address.
    pub licence: (String, String),
    /// The attribution that the licence asks for.
    pub attribution: String,
    /// Where the criteria were published.
    pub source: String,
    /// What one scored unit is called.
    pub unit: String,
    /// The same for several.
    pub units: String,
    /// What the duty is called.
    pub duty: String,
    /// The duty's legal basis, as a sentence.
    pub basis: String,
    /// What a reader must know about the scores.
    pub caveats: Vec<String>,
    /// The bands, lowest first.
    pub bands: Vec<Band>,
    /// The level at which the duty is met, and what that is called.
    pub target: (u8, String),
    /// The level rule.
    pub rule: LevelRule,
    /// The themes.
    pub themes: Vec<Theme>,
    /// Other groupings of the scores.
    pub views: Vec<View>,
    /// On what grounds something may be withheld from the public: id and title.
    pub grounds: Vec<(String, String)>,
    /// The benchmarks, by number.
    pub benchmarks: Vec<Benchmark>,
    /// Every criterion, in the order of the files.
    pub criteria: Vec<Criterion>,
    /// The words of the field.
    pub lexicon: Lexicon,
    /// Statements with what they say, which teach the matcher beside the criteria's own examples.
    /// Only the lexicon's own in a rubric read from its compiled form, whose matcher is taught already.
    pub statements: Vec<TaughtStatement>,
    /// Papers that teach which passages of a paper to propose. None in a rubric read from its compiled form.
    pub papers: Vec<TaughtPaper>,
    /// The content hash: the first 16 hexadecimal digits of the SHA-256 of the rubric's values.
    /// Comments, layout and line ends do not change it, nor do the papers: no score rests on them.
    pub hash: String,
    index: BTreeMap<String, CriterionIndex>,
    vocabulary: std::sync::OnceLock<BTreeSet<String>>,
}

impl Rubric {
    /// Every word that the rubric's own texts use, in small letters: its statements and descriptors, what it asks
    /// and recommends, its examples and its lexicon. None of them is the name of a person.
    pub fn vocabulary(&self) -> &BTreeSet<String> {
        self.vocabulary.get_or_init(|| {
            let mut texts: Vec<&str> = vec![&self.title, &self.duty, &self.basis, &self.publisher];
            texts.extend(self.caveats.iter().map(String::as_str));
            texts.extend(self.themes.iter().map(|theme| theme.title.as_str()));
            texts.extend(self.official_texts());
            for criterion in &self.criteria {
                texts.extend([&criterion.ask, &criterion.action].into_iter().flatten().map(String::as_str));
                texts.extend(criterion.examples.iter().map(|(_, text)| text.as_str()));
            }
            let lexicon = &self.lexicon;
            texts.extend(lexicon.acronyms.iter().flat_map(|(short, long)| [short.as_str(), long.as_str()]));
            texts.extend(lexicon.posts.iter().map(String::as_str));
            texts.extend(lexicon.near_topics.iter().flat_map(|(_, words)| words).map(String::as_str));
            let parts = texts.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '\''));
            parts.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
        })
    }

    /// The titles, statements and descriptors as published.
    pub fn official_texts(&self) -> impl Iterator<Item = &str> {
        self.benchmarks.iter().flat_map(|benchmark| {
            let levels = benchmark.levels.iter().map(|level| level.descriptor.as_str());
            [benchmark.title.as_str(), &benchmark.statement].into_iter().chain(levels)
        })
    }

    /// The criterion of an id.
    pub fn find(&self, id: &str) -> Option<CriterionIndex> {
        self.index.get(id).copied()
    }

    /// A criterion.
    pub fn criterion(&self, index: CriterionIndex) -> &Criterion {
        &self.criteria[index.0]
    }

    /// Every criterion id.
    pub fn criterion_ids(&self) -> impl Iterator<Item = &str> {
        self.criteria.iter().map(|criterion| criterion.id.as_str())
    }

    /// The benchmark of a number, with its place in [`Rubric::benchmarks`].
    pub fn benchmark(&self, number: u16) -> Option<(usize, &Benchmark)> {
        self.benchmarks.iter().enumerate().find(|(_, benchmark)| benchmark.number == number)
    }

    /// A benchmark's criteria with their places.
    pub fn criteria_of(&self, benchmark: usize) -> impl Iterator<Item = (CriterionIndex, &Criterion)> {
        self.benchmarks[benchmark].criteria.clone().map(|at| (CriterionIndex(at), &self.criteria[at]))
    }

    /// The band of a level.
    pub fn band(&self, level: u8) -> &Band {
        self.bands
            .iter()
            .find(|band| (band.from..=band.to).contains(&level))
            .expect("internal error: validation found a band for every level")
    }

    /// The lowest and the highest level.
    pub fn level_range(&self) -> (u8, u8) {
        (self.bands.first().map_or(0, |band| band.from), self.bands.last().map_or(0, |band| band.to))
    }

    /// By what its levels are measured: id, edition, lowest and highest level, and the level at which the duty is met.
    /// Only levels on one yardstick may be compared as numbers.
    pub fn yardstick(&self) -> (&str, &str, (u8, u8), u8) {
        (&self.id, &self.edition, self.level_range(), self.target.0)
    }

    /// The level above one, if there is one.
    pub fn next_level(&self, level: u8) -> Option<u8> {
        (level < self.level_range().1).then_some(level + 1)
    }
}

/// Which rubric, exactly.
#[derive(Debug, Serialize)]
pub struct RubricRef {
    /// Its id.
    pub id: String,
    /// Its title and edition.
    pub title: String,
    /// Its content hash.
    pub hash: String,
    /// The level at which the duty is met.
    pub target: u8,
    /// What reaching it is called.
    pub target_title: String,
    /// What one scored unit is called.
    pub unit: String,
}

impl RubricRef {
    /// Names a rubric.
    pub fn of(rubric: &Rubric) -> Self {
        Self {
            id: rubric.id.clone(),
            title: rubric.to_string(),
            hash: rubric.hash.clone(),
            target: rubric.target.0,
            target_title: rubric.target.1.clone(),
            unit: rubric.unit.clone(),
        }
    }
}

impl fmt::Display for Rubric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.title, self.edition)
    }
}
