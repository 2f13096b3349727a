//! The file of an assessment, key for key. Doc comments here are what an editor shows as help.
//!
//! A list entry whose shape is wrong is `None`: it has been reported, and the others are still
//! checked. Numbers of benchmarks and levels are any whole numbers here, so that the rubric says
//! which of them exist.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::schema::{Id, Text, id, optional_text, text};

/// One area in one period: evidence, judgements, actions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawAssessment {
    /// The format of this file.
    #[allow(dead_code, reason = "checked by the schema before the file is lowered")]
    pub schema: String,
    /// The area assessed.
    pub area: RawArea,
    /// The year, such as 2021/22.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub period: String,
    /// The id of the rubric.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub rubric: String,
    /// The edition of the rubric with which the assessment was made.
    #[serde(default)]
    #[schemars(with = "String")]
    pub rubric_edition: Option<String>,
    /// The content hash of the rubric with which the assessment was made.
    #[serde(default)]
    #[schemars(with = "String")]
    pub rubric_hash: Option<String>,
    /// The assessment of the year before, as a path from this file.
    #[serde(default)]
    #[schemars(with = "String")]
    pub previous: Option<String>,
    /// What a letter needs besides.
    #[serde(default)]
    #[schemars(with = "RawLetter")]
    pub letter: Option<RawLetter>,
    /// The evidence, a statement each.
    #[serde(default)]
    #[schemars(with = "Vec<RawEvidence>")]
    pub evidence: Vec<Option<RawEvidence>>,
    /// Who decided which level, when and why.
    #[serde(default)]
    #[schemars(with = "Vec<RawJudgement>")]
    pub judgements: Vec<Option<RawJudgement>>,
    /// What is to be done.
    #[serde(default)]
    #[schemars(with = "Vec<RawAction>")]
    pub actions: Vec<Option<RawAction>>,
    /// What the edition for the public needs to know.
    #[serde(default)]
    #[schemars(with = "RawPublication")]
    pub publication: Option<RawPublication>,
}

/// What the edition for the public needs to know.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawPublication {
    /// Officers whose names stand in this file, each with the post that takes its place in public.
    #[serde(default)]
    #[schemars(with = "Vec<RawPerson>")]
    pub people: Vec<Option<RawPerson>>,
    /// Names of bodies, places and systems that name no person and give nothing away.
    #[serde(default)]
    pub harmless: Vec<String>,
}

/// An officer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawPerson {
    /// The name, as it stands in this file.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub name: String,
    /// The post.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub post: String,
}

/// Why something is withheld from the public. A named person decides; the program never does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawWithholding {
    /// The id of the ground, such as foi-24; the rubric lists them.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub ground: String,
    /// The post of the person who decided.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub by: String,
    /// When, year-month-day.
    #[schemars(extend("format" = "date"))]
    pub date: String,
}

/// Who has released something for publication.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawRelease {
    /// The post of the person who released it.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub by: String,
    /// When, year-month-day.
    #[schemars(extend("format" = "date"))]
    pub date: String,
}

/// The area assessed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawArea {
    /// A short stable name, such as `leicestershire`.
    #[serde(deserialize_with = "id")]
    #[schemars(with = "Id")]
    pub id: String,
    /// The name as written on a letter.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub name: String,
    /// What kind of authority it is, such as county, unitary or london-borough.
    #[serde(default)]
    #[schemars(with = "String")]
    pub kind: Option<String>,
    /// Its region.
    #[serde(default)]
    #[schemars(with = "String")]
    pub region: Option<String>,
    /// Whether it receives Prevent funding.
    #[serde(default)]
    #[schemars(with = "super::Funding")]
    pub funding: Option<super::Funding>,
    /// Its parts, such as districts.
    #[serde(default)]
    #[schemars(with = "Vec<RawSubArea>")]
    pub sub_areas: Vec<Option<RawSubArea>>,
}

/// A part of an area.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawSubArea {
    /// A short stable name.
    #[serde(deserialize_with = "id")]
    #[schemars(with = "Id")]
    pub id: String,
    /// The full name.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub name: String,
}

/// What a letter needs besides. Posts, never people's names.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawLetter {
    /// To whom, by post.
    #[serde(default)]
    #[schemars(with = "String")]
    pub to: Option<String>,
    /// From whom, by post.
    #[serde(default)]
    #[schemars(with = "String")]
    pub from: Option<String>,
    /// The officer whom readers of the board report may ask, by post.
    #[serde(default)]
    #[schemars(with = "String")]
    pub contact: Option<String>,
    /// The assessor's own summary for the area, a paragraph.
    #[serde(default)]
    #[schemars(with = "String")]
    pub summary: Option<String>,
    /// How far the summary may be shared. Where something is OFFICIAL-SENSITIVE, a person must say so before a
    /// summary is published.
    #[serde(default)]
    #[schemars(with = "super::Marking")]
    pub marking: Option<super::Marking>,
    /// Why the summary is withheld from the public, if it is OFFICIAL-SENSITIVE.
    #[serde(default)]
    #[schemars(with = "RawWithholding")]
    pub withheld: Option<RawWithholding>,
}

/// One statement of evidence.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawEvidence {
    /// Its id, such as E7-2.
    #[serde(default, deserialize_with = "optional_text")]
    #[schemars(with = "Text")]
    pub id: Option<String>,
    /// The number of its benchmark.
    #[serde(default)]
    #[schemars(with = "i64")]
    pub benchmark: Option<i64>,
    /// The id of the part of the area it speaks of.
    #[serde(default)]
    #[schemars(with = "String")]
    pub sub_area: Option<String>,
    /// The statement.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub text: String,
    /// Where it comes from.
    #[serde(default)]
    #[schemars(with = "RawSource")]
    pub source: Option<RawSource>,
    /// How far it may be shared: OFFICIAL unless it says otherwise, or comes from a source that is sensitive
    /// until it is released.
    #[serde(default)]
    #[schemars(with = "super::Marking")]
    pub marking: Option<super::Marking>,
    /// Why it is withheld from the public, if it is OFFICIAL-SENSITIVE.
    #[serde(default)]
    #[schemars(with = "RawWithholding")]
    pub withheld: Option<RawWithholding>,
    /// Who has released it, if it comes from a source that is sensitive until somebody does.
    #[serde(default)]
    #[schemars(with = "RawRelease")]
    pub released: Option<RawRelease>,
    /// Whether it may be shown to other areas as good practice.
    #[serde(default)]
    pub shareable: bool,
    /// Whether a person has confirmed the findings. A statement taken from a document says `false` until
    /// somebody does; one without this key was written by a person.
    #[serde(default)]
    #[schemars(with = "bool")]
    pub confirmed: Option<bool>,
    /// What a person has confirmed that it says, or with `confirmed: false` what is proposed. An empty
    /// list means: read, and it says nothing of any criterion.
    #[serde(default)]
    #[schemars(with = "Vec<RawFinding>")]
    pub findings: Option<Vec<Option<RawFinding>>>,
}

/// Where a statement comes from.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawSource {
    /// The document.
    #[serde(default)]
    #[schemars(with = "String")]
    pub title: Option<String>,
    /// Its date, year-month-day.
    #[serde(default)]
    #[schemars(with = "String", extend("format" = "date"))]
    pub date: Option<String>,
    /// The place in it, such as item 6.
    #[serde(default)]
    #[schemars(with = "String")]
    pub place: Option<String>,
    /// The file it was taken from.
    #[serde(default)]
    #[schemars(with = "String")]
    pub document: Option<String>,
    /// The SHA-256 of that file, so that a later change of it is noticed.
    #[serde(default)]
    #[schemars(with = "String")]
    pub sha256: Option<String>,
}

/// What a statement says of a criterion.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawFinding {
    /// The id of the criterion.
    pub criterion: String,
    /// The status of the practice.
    pub status: crate::rubric::Status,
    /// The exact words of the statement it rests on; the whole statement when left out.
    #[serde(default, deserialize_with = "optional_text")]
    #[schemars(with = "Text")]
    pub words: Option<String>,
}

/// A decision.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawJudgement {
    /// The number of the benchmark.
    pub benchmark: i64,
    /// The level decided.
    pub level: i64,
    /// Who decided.
    pub by: super::Assessor,
    /// The post of the person who decided.
    #[serde(default)]
    #[schemars(with = "String")]
    pub post: Option<String>,
    /// When, year-month-day.
    #[serde(default)]
    #[schemars(with = "String", extend("format" = "date"))]
    pub date: Option<String>,
    /// Why. Needed where the level differs from what is proposed.
    #[serde(default)]
    #[schemars(with = "String")]
    pub reason: Option<String>,
    /// How far it may be shared: OFFICIAL unless it says otherwise.
    #[serde(default)]
    pub marking: super::Marking,
    /// Why it is withheld from the public, if it is OFFICIAL-SENSITIVE.
    #[serde(default)]
    #[schemars(with = "RawWithholding")]
    pub withheld: Option<RawWithholding>,
}

/// Something promised.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawAction {
    /// Its id, such as A3.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub id: String,
    /// The number of its benchmark.
    #[serde(default)]
    #[schemars(with = "i64")]
    pub benchmark: Option<i64>,
    /// The ids of the criteria it would put in place.
    #[serde(default)]
    pub criteria: Vec<String>,
    /// What is to be done.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub action: String,
    /// Who does it, by post.
    #[serde(default)]
    #[schemars(with = "String")]
    pub owner: Option<String>,
    /// By when, year-month-day.
    #[serde(default)]
    #[schemars(with = "String", extend("format" = "date"))]
    pub due: Option<String>,
    /// How one will know that it worked.
    #[serde(default)]
    #[schemars(with = "String")]
    pub measure: Option<String>,
    /// How far it has come.
    pub status: super::Delivery,
    /// Why it was dropped.
    #[serde(default)]
    #[schemars(with = "String")]
    pub reason: Option<String>,
    /// How far it may be shared. Where something is OFFICIAL-SENSITIVE, a person must say so before an action that
    /// names no benchmark is published.
    #[serde(default)]
    #[schemars(with = "super::Marking")]
    pub marking: Option<super::Marking>,
    /// Why it is withheld from the public, if it is OFFICIAL-SENSITIVE.
    #[serde(default)]
    #[schemars(with = "RawWithholding")]
    pub withheld: Option<RawWithholding>,
    /// What happened, dated.
    #[serde(default)]
    #[schemars(with = "Vec<RawUpdate>")]
    pub updates: Vec<Option<RawUpdate>>,
}

/// A dated remark on an action.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawUpdate {
    /// When, year-month-day.
    #[schemars(extend("format" = "date"))]
    pub date: String,
    /// What happened.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub text: String,
}
