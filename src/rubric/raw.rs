//! The files of a rubric, key for key. Doc comments here are what an editor shows as help.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::schema::{Id, Text, id, text};

/// The head of a rubric: what it is, what its levels mean, and the rule that gives them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawRubric {
    /// The format of this file.
    #[allow(dead_code, reason = "checked by the schema before the file is lowered")]
    pub schema: String,
    /// The id that assessments name, such as `prevent-la-2021`.
    #[serde(deserialize_with = "id")]
    #[schemars(with = "Id")]
    pub id: String,
    /// The title as published.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub title: String,
    /// The edition, such as 2021/22. Across editions only bands are compared.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub edition: String,
    /// Who published the criteria.
    pub publisher: String,
    /// The language of the criteria, as in HTML's `lang`.
    #[serde(default = "english")]
    pub language: String,
    /// The licence under which the criteria are reused.
    pub licence: RawLicence,
    /// The attribution that the licence asks for.
    pub attribution: String,
    /// Where the criteria were published.
    pub source: String,
    /// What one scored unit is called, in the singular: benchmark, theme, standard.
    pub unit: String,
    /// The plural; the singular with an s when left out.
    #[serde(default)]
    #[schemars(with = "String")]
    pub units: Option<String>,
    /// What every letter and report says about the framework.
    pub duty: RawDuty,
    /// The bands into which the levels fall, lowest first; together they are the scale.
    pub bands: Vec<RawBand>,
    /// The level at which the duty is met.
    pub target: RawTarget,
    /// How findings become a level.
    pub level_rule: RawLevelRule,
    /// Themes by which headline recommendations group gaps across benchmarks.
    pub themes: Vec<RawTheme>,
    /// Other groupings of the same scores.
    #[serde(default)]
    pub views: Vec<RawView>,
    /// Things a reader must be told about one benchmark.
    #[serde(default)]
    pub notes: Vec<RawNote>,
    /// On what grounds something may be withheld from the public.
    #[serde(default)]
    pub grounds: Vec<RawGround>,
}

fn and() -> String {
    " and ".to_owned()
}

fn gap() -> String {
    "“{criterion}” ({status})".to_owned()
}

fn limit() -> String {
    "“{criterion}” (still true)".to_owned()
}

fn silence() -> String {
    "what is not mentioned".to_owned()
}

fn english() -> String {
    "en-GB".to_owned()
}

/// A ground on which something may be withheld from the public. A named person chooses it, never the program.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawGround {
    /// Its id, such as foi-24.
    #[serde(deserialize_with = "id")]
    #[schemars(with = "Id")]
    pub id: String,
    /// The law and what it protects, as a reader sees it.
    pub title: String,
}

/// A licence.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawLicence {
    /// Its name.
    pub name: String,
    /// Where it can be read.
    pub url: String,
}

/// The duty that the framework measures.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawDuty {
    /// What the duty is called.
    pub title: String,
    /// Its legal basis, as a sentence.
    pub basis: String,
    /// What a reader must know about the scores, a sentence each.
    pub caveats: Vec<String>,
}

/// A band of levels.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawBand {
    /// Its id.
    #[serde(deserialize_with = "id")]
    #[schemars(with = "Id")]
    pub id: String,
    /// The words the reader sees, such as "Duty met".
    pub title: String,
    /// Its lowest level.
    pub from: u8,
    /// Its highest level.
    pub to: u8,
    /// What a level in it means.
    pub meaning: String,
}

/// The level to reach.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawTarget {
    /// The level.
    pub level: u8,
    /// What reaching it is called, such as "duty met".
    pub title: String,
}

/// The level rule.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawLevelRule {
    /// What a finding of each status is worth.
    pub statuses: RawStatuses,
    /// The levels given by their own wording, lowest first.
    pub by_wording: Vec<RawWordingLevel>,
    /// The levels that need their requirements, lowest first.
    pub by_requirements: Vec<RawRequirementLevel>,
    /// The sentence for each outcome.
    pub says: RawSays,
}

/// What each status is worth. Planned, lapsed and absent can never count as met.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawStatuses {
    /// It operates now.
    pub in_place: super::Worth,
    /// It operates now with a limit that matters.
    pub partial: super::Worth,
    /// It is intended and does not operate yet.
    pub planned: super::GapWorth,
    /// It operated and no longer does.
    pub lapsed: super::GapWorth,
    /// It is said not to exist.
    pub absent: super::GapWorth,
}

/// A level given by its own wording.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawWordingLevel {
    /// The level.
    pub level: u8,
    /// What must be there for it.
    pub needs: super::Needs,
}

/// A level that needs its requirements.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawRequirementLevel {
    /// The level.
    pub level: u8,
    /// How many of its requirements may go unmentioned.
    pub silent_allowed: u8,
    /// How many of its requirements must be in place, so that silence alone never meets a level.
    #[serde(default)]
    pub in_place_at_least: u8,
    /// How many stated gaps are tolerated outright (a partial gap is half of one).
    #[serde(default)]
    pub gaps_allowed: u8,
    /// Whether strengths at higher levels may outweigh a gap.
    #[serde(default)]
    #[schemars(with = "RawOffset")]
    pub offset: Option<RawOffset>,
}

/// How strengths at higher levels may outweigh gaps.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawOffset {
    /// How many gaps may be outweighed.
    pub gaps: u8,
    /// How many requirements met at higher levels a partial gap needs.
    pub half_gap_needs: u8,
    /// How many any other gap needs.
    pub gap_needs: u8,
}

/// The sentence the reader sees for each outcome of the level rule. `{level}` and the like are
/// filled in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawSays {
    /// No evidence at all.
    pub not_assessed: String,
    /// Nothing operates now. Fills `{level}`.
    pub nothing: String,
    /// Something operates now, but the next level is not reached. Fills `{level}` and `{next}`.
    pub activity: String,
    /// The level is met. Fills `{level}`, `{in-place}`, `{requirements}`, `{silent-count}`,
    /// `{allowed}`.
    pub met: String,
    /// The level is met because strengths outweigh a gap. Fills `{level}`, `{gaps}`, `{offset-by}`.
    pub met_by_offset: String,
    /// Stated gaps hold the level back. Fills `{level}` and `{gaps}`.
    pub held_by_gaps: String,
    /// Too much is not mentioned. Fills `{level}`, `{silent}`, `{silent-count}`, `{allowed}`.
    pub held_by_silence: String,
    /// Too few requirements are in place. Fills `{level}`.
    pub held_by_nothing: String,
    /// What joins the last two of a list in these sentences.
    #[serde(default = "and")]
    pub and: String,
    /// How a gap is named: its criterion and its status.
    #[serde(default = "gap")]
    pub gap: String,
    /// How a limit is named that still holds.
    #[serde(default = "limit")]
    pub limit: String,
    /// How that is named which holds a level back when nothing else does.
    #[serde(default = "silence")]
    pub silence: String,
    /// The words for each status, where they are not to be the English ones.
    #[serde(default)]
    pub statuses: BTreeMap<super::Status, String>,
}

/// A theme across benchmarks.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawTheme {
    /// Its id.
    #[serde(deserialize_with = "id")]
    #[schemars(with = "Id")]
    pub id: String,
    /// What the reader sees.
    pub title: String,
}

/// Another grouping of the same scores.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawView {
    /// Its id.
    #[serde(deserialize_with = "id")]
    #[schemars(with = "Id")]
    pub id: String,
    /// What the reader sees.
    pub title: String,
    /// What the reader must know about it.
    pub note: String,
    /// Which score a section with several benchmarks shows first.
    pub headline: super::Headline,
    /// Its sections.
    pub sections: Vec<RawSection>,
}

/// A section of a view.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawSection {
    /// Its number.
    pub number: u16,
    /// What the reader sees.
    pub title: String,
    /// The numbers of its benchmarks.
    pub benchmarks: Vec<u16>,
}

/// A note on one benchmark.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawNote {
    /// The benchmark's number.
    pub benchmark: u16,
    /// The note.
    pub text: String,
}

/// One benchmark: its levels, their descriptors word for word, and the criteria in them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawBenchmark {
    /// The format of this file.
    #[allow(dead_code, reason = "checked by the schema before the file is lowered")]
    pub schema: String,
    /// Its id, a word with which the ids of its criteria begin.
    #[serde(deserialize_with = "id")]
    #[schemars(with = "Id")]
    pub id: String,
    /// Its number.
    pub number: u16,
    /// Its title as published.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub title: String,
    /// Its statement as published.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub statement: String,
    /// The theme of its criteria, unless one names another.
    pub theme: String,
    /// Its levels, lowest first.
    pub levels: Vec<RawLevel>,
}

/// A level of a benchmark.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawLevel {
    /// The level.
    pub level: u8,
    /// The published descriptor, word for word.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub descriptor: String,
    /// The clauses of the descriptor.
    pub criteria: Vec<RawCriterion>,
}

/// One clause of a descriptor.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawCriterion {
    /// Its id: benchmark, level and a word, such as `training.5.induction`.
    #[serde(deserialize_with = "id")]
    #[schemars(with = "Id")]
    pub id: String,
    /// An exact quotation from the descriptor.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub text: String,
    /// What the clause asks.
    pub kind: super::Kind,
    /// For a limit: what its wording describes.
    #[serde(default)]
    #[schemars(with = "super::Form")]
    pub form: Option<super::Form>,
    /// The thread that runs through the levels.
    #[serde(deserialize_with = "id")]
    #[schemars(with = "Id")]
    pub strand: String,
    /// Criteria of lower levels, of the same strand, that this one makes true or leaves behind.
    #[serde(default)]
    pub supersedes: Vec<String>,
    /// A criterion of a lower level that this one repeats: a finding on either counts for both.
    #[serde(default)]
    #[schemars(with = "String")]
    pub same_as: Option<String>,
    /// Its theme, if not the benchmark's.
    #[serde(default)]
    #[schemars(with = "String")]
    pub theme: Option<String>,
    /// The question that evidence would answer.
    #[serde(default)]
    #[schemars(with = "String")]
    pub ask: Option<String>,
    /// The recommendation when it is missing.
    #[serde(default)]
    #[schemars(with = "String")]
    pub action: Option<String>,
    /// Statements such as officers write, by what they say of the practice. They show what evidence
    /// looks like, in place and not.
    #[serde(default)]
    pub examples: RawExamples,
}

/// Example statements of one criterion, by status.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawExamples {
    /// It operates now.
    #[serde(default)]
    pub in_place: Vec<String>,
    /// It operates now with a limit that matters.
    #[serde(default)]
    pub partial: Vec<String>,
    /// It operated and no longer does.
    #[serde(default)]
    pub lapsed: Vec<String>,
    /// It is intended and does not operate yet.
    #[serde(default)]
    pub planned: Vec<String>,
    /// It is said not to exist.
    #[serde(default)]
    pub absent: Vec<String>,
}

/// Words of the field: what acronyms stand for, which words mean the same, and how a statement says
/// whether a thing operates.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawLexicon {
    /// The format of this file.
    #[allow(dead_code, reason = "checked by the schema before the file is lowered")]
    pub schema: String,
    /// Acronyms, written out at first use in every report.
    #[serde(default)]
    pub acronyms: Vec<RawAcronym>,
    /// Words between clauses of a descriptor that ask for nothing, so no criterion need quote them.
    #[serde(default)]
    pub connectives: Vec<String>,
    /// Words that say that something is not so.
    #[serde(default)]
    pub negations: Vec<String>,
    /// Words that open an example in a descriptor; what follows them is not required.
    #[serde(default)]
    pub example_openers: Vec<String>,
    /// Lists of phrases that mean the same; the first names them all. A phrase matches whatever the
    /// endings, hyphens and capitals, and the longest phrase counts.
    #[serde(default)]
    pub synonyms: Vec<Vec<String>>,
    /// How a clause says whether a practice operates.
    #[serde(default)]
    pub triggers: RawTriggers,
    /// Phrases that hold a trigger and are none, such as "no longer voluntary".
    #[serde(default)]
    pub pseudo_triggers: Vec<String>,
    /// Pairs of negative words that come to a positive, such as "no ... unclear".
    #[serde(default)]
    pub double_negatives: RawDoubleNegatives,
    /// What the cell of a tracker says of the status of its row, such as *not started*, by status. It is
    /// taken at its word, whatever else stands in the row.
    #[serde(default)]
    pub cell_statuses: BTreeMap<super::Status, Vec<String>>,
    /// Words that mark a statement as being about the subject, whatever else it mentions. One with a
    /// capital counts only when written with a capital.
    #[serde(default)]
    pub subject: Vec<String>,
    /// Topics near the subject that are not it.
    #[serde(default)]
    pub near_topics: Vec<RawTopic>,
    /// Words that carry no meaning of their own, such as "the".
    #[serde(default)]
    pub function_words: Vec<String>,
    /// Words that begin a clause wherever they stand, such as "but".
    #[serde(default)]
    pub clause_openers: Vec<String>,
    /// Phrases after which a clause opener adds and sets nothing against anything, such as "not only".
    #[serde(default)]
    pub additions: Vec<String>,
    /// Words that begin a clause after a comma, such as "which".
    #[serde(default)]
    pub clause_openers_after_comma: Vec<String>,
    /// Words after which a full stop ends no sentence, such as "Cllr".
    #[serde(default)]
    pub abbreviations: Vec<String>,
    /// Titles of sources, or words of them, whose content is sensitive until a person has released it.
    #[serde(default)]
    pub sensitive_sources: Vec<String>,
    /// Acronyms that everybody knows and no text need explain.
    #[serde(default)]
    pub known_acronyms: Vec<String>,
    /// Words by which the post of an officer is known.
    #[serde(default)]
    pub posts: Vec<String>,
    /// Languages that statements may be written in and the matcher cannot judge, each with common
    /// words by which it is known.
    #[serde(default)]
    pub other_languages: Vec<RawLanguage>,
}

/// Negative words that come to a positive when one of the first list stands shortly before one of the
/// second.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawDoubleNegatives {
    /// Such as "no" and "none".
    #[serde(default)]
    pub first: Vec<String>,
    /// Such as "unclear" and "missed".
    #[serde(default)]
    pub second: Vec<String>,
}

/// Phrases that say whether a practice operates, by what they say.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawTriggers {
    /// It operates.
    #[serde(default)]
    pub operates: Vec<String>,
    /// It operates with a limit.
    #[serde(default)]
    pub partial: Vec<String>,
    /// It operated and no longer does.
    #[serde(default)]
    pub lapsed: Vec<String>,
    /// It is intended.
    #[serde(default)]
    pub planned: Vec<String>,
    /// It does not exist or happen.
    #[serde(default)]
    pub absent: Vec<String>,
    /// It is wished for, which is not a plan.
    #[serde(default)]
    pub wish: Vec<String>,
}

/// A topic near the subject that is not it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawTopic {
    /// What it is called.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub topic: String,
    /// Phrases that mark it.
    #[serde(default)]
    pub words: Vec<String>,
    /// Statements on it, which bear on no criterion.
    #[serde(default)]
    pub examples: RawExamples,
}

/// A language other than the rubric's.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawLanguage {
    /// Its name, as the reader sees it.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub language: String,
    /// Common words of it that are none of the rubric's language.
    pub words: Vec<String>,
}

/// Statements with what they say, beside the examples of single criteria. They teach the matcher how
/// officers write, several things at once and about other topics too.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawStatements {
    /// The format of this file.
    #[allow(dead_code, reason = "checked by the schema before the file is lowered")]
    pub schema: String,
    /// Where the statements come from.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    #[allow(dead_code, reason = "for the reader of the file")]
    pub source: String,
    /// The number of the benchmark that all of them speak of; left out when they are about other
    /// topics.
    #[serde(default)]
    #[schemars(with = "u16")]
    pub benchmark: Option<u16>,
    /// Whether they are about the subject and are still no evidence: what it is, how it is reported,
    /// whom to call.
    #[serde(default)]
    pub background: bool,
    /// The statements.
    pub statements: Vec<RawStatement>,
}

/// A statement with what it says.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawStatement {
    /// The statement.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub text: String,
    /// The status of the whole statement: in place or partial where something operates now, else
    /// lapsed, else planned, else absent.
    pub status: super::Status,
    /// What it says of each criterion, the most direct first.
    #[serde(default)]
    pub findings: Vec<RawTaughtFinding>,
}

/// What a statement says of one criterion.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawTaughtFinding {
    /// The id of the criterion.
    pub criterion: String,
    /// The status of the practice.
    pub status: super::Status,
    /// The exact words of the statement it rests on; the whole statement when left out.
    #[serde(default)]
    #[schemars(with = "String")]
    pub words: Option<String>,
}

/// Papers in which a person has marked what is evidence: they teach which passages of a paper to propose.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawPapers {
    /// The format of this file.
    #[allow(dead_code, reason = "checked by the schema before the file is lowered")]
    pub schema: String,
    /// Where the papers come from.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    #[allow(dead_code, reason = "for the reader of the file")]
    pub source: String,
    /// The papers.
    pub papers: Vec<RawPaper>,
}

/// A paper.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawPaper {
    /// What it is.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    #[allow(dead_code, reason = "for the reader of the file")]
    pub title: String,
    /// Its parts, in order.
    pub parts: Vec<RawPart>,
}

/// What stands under the same headings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawPart {
    /// The headings above it, the outermost first; none when left out.
    #[serde(default)]
    pub headings: Vec<String>,
    /// Its paragraphs, list items and rows of tables, each a list of passages.
    pub paragraphs: Vec<Vec<RawPassage>>,
}

/// A sentence, or a row of a table with ` | ` between its cells.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawPassage {
    /// The number of the benchmark for which it is evidence; left out when it is none.
    #[serde(default)]
    #[schemars(with = "u16")]
    pub evidence: Option<u16>,
    /// Whether it is about the subject and is still no evidence.
    #[serde(default)]
    pub background: bool,
    /// What it says.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub text: String,
}

/// An acronym.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawAcronym {
    /// The short form, such as CTLP.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub short: String,
    /// What it stands for.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub long: String,
}
