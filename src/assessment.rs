//! Assessments: one area, one period, its evidence, the judgements of named assessors and the
//! actions promised.
//!
//! [`load_assessment`] reads one file against its rubric into an [`Assessment`] in which every
//! reference is resolved, or says everything that is wrong with it.

mod diags;
pub mod edit;
mod lint;
pub mod loose;
mod names;
pub mod next_year;
pub mod raw;
mod validate;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diag::Place;
use crate::rubric::{CriterionIndex, Status};
use crate::schema::Format;
pub use lint::review_text;
pub use names::is_first_name;
pub use validate::{Wording, is_date, load_assessment, lower_assessment};

/// The format of an assessment.
pub static ASSESSMENT_FORMAT: Format = Format::of::<raw::RawAssessment>("assessment/1");

/// Who made a judgement. Where several judged, the adviser counts before the peer, and the peer
/// before the area itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Assessor {
    /// The regional adviser.
    Adviser,
    /// A colleague from another area.
    Peer,
    /// The area itself.
    #[serde(rename = "self")]
    OwnArea,
}

impl Assessor {
    /// The word used in files and in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Adviser => "adviser",
            Self::Peer => "peer",
            Self::OwnArea => "self",
        }
    }
}

/// How far an item may be shared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Marking {
    /// The default.
    #[default]
    #[serde(rename = "OFFICIAL")]
    Official,
    /// A handling caveat inside OFFICIAL. A document that draws on such an item bears it.
    #[serde(rename = "OFFICIAL-SENSITIVE")]
    OfficialSensitive,
}

impl Marking {
    /// The words that stand on a document.
    pub fn words(self) -> &'static str {
        match self {
            Self::Official => "OFFICIAL",
            Self::OfficialSensitive => "OFFICIAL-SENSITIVE",
        }
    }
}

/// Why something is withheld from the public, as a named person has decided.
#[derive(Clone, Debug)]
pub struct Withholding {
    /// The id of the ground in the rubric.
    pub ground: String,
    /// The post of the person who decided.
    pub by: String,
    /// When, `year-month-day`.
    pub date: String,
}

/// What the edition for the public needs to know.
#[derive(Clone, Debug, Default)]
pub struct Publication {
    /// Names of officers, each with the post that takes its place.
    pub people: Vec<(String, String)>,
    /// What names no person and gives nothing away.
    pub harmless: Vec<String>,
}

/// Whether the area receives Prevent funding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Funding {
    /// It does.
    Funded,
    /// It did and no longer does.
    FormerlyFunded,
    /// It does not.
    Unfunded,
}

/// How far an action has come. Never shown in the words or colours of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// Not begun.
    Open,
    /// Begun.
    InProgress,
    /// Finished.
    Done,
    /// Given up, with a reason.
    Dropped,
}

impl Delivery {
    /// All of them, in the order in which an action goes through them.
    pub const ALL: [Self; 4] = [Self::Open, Self::InProgress, Self::Done, Self::Dropped];

    /// The word used in files and in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in-progress",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }
}

/// The area assessed.
#[derive(Clone, Debug)]
pub struct Area {
    /// A short stable name, such as `leicestershire`.
    pub id: String,
    /// The name as written on a letter.
    pub name: String,
    /// What kind of authority it is.
    pub kind: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Whether it is funded.
    pub funding: Option<Funding>,
    /// Its parts, such as districts.
    pub sub_areas: Vec<SubArea>,
}

/// A part of an area.
#[derive(Clone, Debug)]
pub struct SubArea {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Where a statement comes from.
#[derive(Clone, Debug, Default)]
pub struct EvidenceSource {
    /// The document.
    pub title: Option<String>,
    /// Its date, `year-month-day`.
    pub date: Option<String>,
    /// The place in it.
    pub place: Option<String>,
    /// The file it was taken from.
    pub document: Option<String>,
    /// The SHA-256 of that file.
    pub sha256: Option<String>,
}

impl EvidenceSource {
    /// Title, place and date in one line, or nothing when none is known.
    pub fn line(&self) -> Option<String> {
        let parts: Vec<&str> =
            [&self.title, &self.place, &self.date].into_iter().filter_map(|part| part.as_deref()).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// What a person has confirmed that a statement says of a criterion.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The criterion.
    pub criterion: CriterionIndex,
    /// The status of the practice.
    pub status: Status,
    /// The exact words it rests on; the whole statement when none are picked out.
    pub words: String,
}

/// One statement of evidence.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Its id; `E` and its position when the file gives none.
    pub id: String,
    /// The number of its benchmark, when the file gives one.
    pub benchmark: Option<u16>,
    /// The part of the area it speaks of; the whole area when none.
    pub sub_area: Option<usize>,
    /// The statement.
    pub text: String,
    /// Where it comes from.
    pub source: EvidenceSource,
    /// How far it may be shared.
    pub marking: Marking,
    /// Why it is withheld from the public.
    pub withheld: Option<Withholding>,
    /// Whether it comes from a source that is sensitive until somebody has released what is taken from it.
    pub of_sensitive_source: bool,
    /// The post of the person who has released it, and when.
    pub released: Option<(String, String)>,
    /// Whether it may be shown to other areas as good practice.
    pub shareable: bool,
    /// What a person has confirmed; nothing when nobody has read it yet.
    pub findings: Option<Vec<Finding>>,
    /// What is proposed to be confirmed (`confirmed: false`). It counts for nothing: until somebody
    /// confirms it, the statement is one that nobody has read.
    pub proposed: Option<Vec<Finding>>,
    /// Where it stands in the file.
    pub place: Place,
}

/// One assessor's decision on one benchmark. It never overwrites the proposal.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The benchmark's number.
    pub benchmark: u16,
    /// The level decided.
    pub level: u8,
    /// Who decided.
    pub by: Assessor,
    /// The post of the person who decided.
    pub post: Option<String>,
    /// When.
    pub date: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// How far it may be shared.
    pub marking: Marking,
    /// Why it is withheld from the public.
    pub withheld: Option<Withholding>,
    /// Where it stands in the file.
    pub place: Place,
}

/// Something promised.
#[derive(Clone, Debug)]
pub struct Action {
    /// Its id.
    pub id: String,
    /// The number of its benchmark.
    pub benchmark: Option<u16>,
    /// The criteria it would put in place.
    pub criteria: Vec<CriterionIndex>,
    /// What is to be done.
    pub action: String,
    /// Who does it, by post.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<String>,
    /// How one will know that it worked.
    pub measure: Option<String>,
    /// How far it has come.
    pub status: Delivery,
    /// Why it was dropped.
    pub reason: Option<String>,
    /// What happened, with the date, in the order of the file.
    pub updates: Vec<(String, String)>,
    /// How far it may be shared, if the file says so.
    pub marking: Option<Marking>,
    /// Why it is withheld from the public.
    pub withheld: Option<Withholding>,
    /// Where it stands in the file.
    pub place: Place,
}

impl Action {
    /// Whether it is still to be done: neither done nor dropped.
    pub fn is_open(&self) -> bool {
        matches!(self.status, Delivery::Open | Delivery::InProgress)
    }

    /// Whether it should have been done by a day, `year-month-day`, and is not.
    pub fn is_overdue(&self, day: &str) -> bool {
        self.is_open() && self.due.as_deref().is_some_and(|due| due < day)
    }
}

/// What a letter needs besides the assessment.
#[derive(Clone, Debug)]
pub struct Letter {
    /// To whom, by post.
    pub to: Option<String>,
    /// From whom, by post.
    pub from: Option<String>,
    /// The officer whom readers of the board report may ask, by post.
    pub contact: Option<String>,
    /// The assessor's own summary for the area.
    pub summary: Option<String>,
    /// How far the summary may be shared, if the file says so.
    pub marking: Option<Marking>,
    /// Why the summary is withheld from the public.
    pub withheld: Option<Withholding>,
    /// Where it stands in the file.
    pub place: Place,
}

/// A whole assessment, every reference resolved.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The area.
    pub area: Area,
    /// The period, such as 2021/22.
    pub period: String,
    /// The evidence, in the order of the file.
    pub evidence: Vec<Evidence>,
    /// The judgements.
    pub judgements: Vec<Judgement>,
    /// The actions.
    pub actions: Vec<Action>,
    /// What a letter needs besides.
    pub letter: Letter,
    /// The assessment of the period before, as a path from this file.
    pub previous: Option<String>,
    /// What the edition for the public needs to know.
    pub publication: Publication,
    /// Where it begins.
    pub place: Place,
}

impl Evidence {
    /// A statement with nothing else known of it, at a place.
    pub fn new(id: String, text: String, place: Place) -> Self {
        Self {
            id,
            benchmark: None,
            sub_area: None,
            text,
            source: EvidenceSource::default(),
            marking: Marking::Official,
            withheld: None,
            of_sensitive_source: false,
            released: None,
            shareable: false,
            findings: None,
            proposed: None,
            place,
        }
    }
}

impl Assessment {
    /// An area of an id, with evidence and nothing else.
    pub fn new(area: &str, evidence: Vec<Evidence>, place: Place) -> Self {
        let (to, from, contact, summary, marking, withheld) = (None, None, None, None, None, None);
        Self {
            area: Area {
                id: area.to_owned(),
                name: area.to_owned(),
                kind: None,
                region: None,
                funding: None,
                sub_areas: Vec::new(),
            },
            period: String::new(),
            evidence,
            judgements: Vec::new(),
            actions: Vec::new(),
            letter: Letter { to, from, contact, summary, marking, withheld, place: place.clone() },
            previous: None,
            publication: Publication::default(),
            place,
        }
    }

    /// The judgement that counts for a benchmark: the adviser's before the peer's before the
    /// area's own.
    pub fn judgement(&self, benchmark: u16) -> Option<&Judgement> {
        self.judgements
            .iter()
            .filter(|judgement| judgement.benchmark == benchmark)
            .min_by_key(|judgement| judgement.by)
    }

    /// The first day of the period and the first day after it, `year-month-day`; of a financial year from April on.
    /// Periods in the order of these are in the order of time.
    pub fn span(&self) -> (String, String) {
        period_span(&self.period)
    }

    /// The highest marking that anything in the assessment carries; a document made from all of it
    /// bears this.
    pub fn marking(&self) -> Marking {
        let evidence = self.evidence.iter().map(|evidence| evidence.marking);
        let judgements = self.judgements.iter().map(|judgement| judgement.marking);
        let actions = self.actions.iter().filter_map(|action| action.marking);
        evidence.chain(judgements).chain(actions).chain(self.letter.marking).max().unwrap_or_default()
    }
}

/// The first day of a period such as 2021/22 or 2021 and the first day after it, `year-month-day`.
pub fn period_span(period: &str) -> (String, String) {
    let year: u16 = period.get(..4).and_then(|year| year.parse().ok()).unwrap_or_default();
    let begins = if period.contains('/') { "04-01" } else { "01-01" };
    (format!("{year:04}-{begins}"), format!("{:04}-{begins}", year + 1))
}
