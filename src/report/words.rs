//! The words of reports that stand in no template: a language file.
//!
//! `reports/words.yaml` holds the English; `reports/<language>/words.yaml` that of another language, beside
//! its templates. A sentence has placeholders in braces, and may use those that its English has.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::assessment::{Assessor, Delivery};
use crate::compare::Reason;
use crate::diag::{Code, Diagnostic};
use crate::history::Helped;
use crate::rubric::Status;
use crate::rubric::sentence::{fill, join, placeholders};
use crate::schema::Format;
use crate::scoring::Basis;
use crate::source::Source;
use crate::yaml::{self, Document, escape};

/// The format of a language file.
pub static WORDS_FORMAT: Format = Format::of::<Words>("words/1");

/// A language file, key for key. Templates see it as `words`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all(deserialize = "kebab-case"))]
pub struct Words {
    /// The format of this file.
    #[serde(skip_serializing)]
    #[allow(dead_code, reason = "checked by the schema before the file is lowered")]
    schema: String,
    /// The language, as in HTML's `lang`.
    pub language: String,
    /// The twelve months.
    #[schemars(length(equal = 12))]
    months: Vec<String>,
    /// A day: day, month, year.
    date: String,
    /// What joins the last two of a list.
    and: String,
    /// Before the number of a page.
    pub page: String,
    /// Between the number of a page and how many there are.
    pub of: String,
    /// Where a marking would stand, on the edition for the public.
    pub public_edition: String,
    /// Of a benchmark without a level.
    pub not_assessed: String,
    /// Of a score that the edition for the public leaves out.
    pub withheld: String,
    /// The statuses of findings.
    pub statuses: StatusWords,
    /// How firm a score is that no adviser or peer has judged.
    pub standings: StandingWords,
    /// Who judged.
    pub assessors: AssessorWords,
    /// How far an action has come.
    pub delivery: DeliveryWords,
    /// Why a statement counts for nothing.
    pub set_aside: SetAsideWords,
    /// The text around charts.
    pub(super) chart: ChartWords,
    /// The heads of tables for Excel.
    pub workbook: WorkbookWords,
    /// Areas, raters and years beside each other.
    pub(super) cohort: CohortWords,
}

/// The statuses of findings.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StatusWords {
    in_place: String,
    partial: String,
    planned: String,
    lapsed: String,
    absent: String,
}

/// How firm a score is that no adviser or peer has judged.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StandingWords {
    pub(super) proposed: String,
    pub(super) own_assessment: String,
}

/// Who judged.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AssessorWords {
    adviser: String,
    peer: String,
    #[serde(rename = "self")]
    own_area: String,
}

/// How far an action has come.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeliveryWords {
    open: String,
    in_progress: String,
    done: String,
    dropped: String,
    overdue: String,
}

/// Why a statement counts for nothing.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetAsideWords {
    read: String,
    other_topic: String,
    cannot_be_judged: String,
}

/// The text around charts.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ChartWords {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) before: String,
    pub(super) score: String,
    pub(super) level: String,
    pub(super) no_level: String,
    pub(super) level_before: String,
    pub(super) was: String,
}

/// What is said of areas, raters and years beside each other.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct CohortWords {
    pub(super) area: String,
    pub(super) range: String,
    pub(super) part: String,
    pub(super) figures: String,
    pub(super) not_mentioned: String,
    pub(super) limit_holds: String,
    pub(super) limit_left: String,
    pub(super) not_met: String,
    pub(super) kind: String,
    pub(super) region: String,
    pub(super) funding: String,
    pub(super) funded: String,
    pub(super) formerly_funded: String,
    pub(super) unfunded: String,
    pub(super) raters: RaterWords,
    pub(super) rater_level: String,
    pub(super) outliers: OutlierWords,
    pub(super) same_text_elsewhere: String,
    pub(super) disagreement: String,
    pub(super) across: String,
    pub(super) overdue: String,
    pub(super) one_overdue: String,
    pub(super) kappa: String,
    pub(super) too_few_pairs: String,
    pub(super) one_level: String,
    pub(super) heat_title: String,
    pub(super) heat_description: String,
    pub(super) heat_row: String,
    pub(super) legend: String,
    pub(super) strip_title: String,
    pub(super) strip_description: String,
    pub(super) strip_row: String,
    pub(super) strip_figures: String,
    pub(super) years_title: String,
    pub(super) years_description: String,
    pub(super) years_row: String,
    pub(super) parts: PartWords,
    pub(super) helped: HelpedWords,
    pub(super) carried_over: String,
    pub(super) carried_over_once: String,
    pub(super) lost: String,
    pub(super) overdue_since: String,
    pub(super) areas: String,
    pub(super) benchmarks: String,
    pub(super) levels: String,
    pub(super) practice: String,
    pub(super) shared_by: String,
    pub(super) quotation: String,
    pub(super) lacking: String,
    pub(super) calls: String,
    pub(super) about: String,
    pub(super) median: String,
    pub(super) spread: String,
    pub(super) below: String,
    pub(super) weights: String,
    pub(super) place: String,
    pub(super) weighted_mean: String,
    pub(super) equal_place: String,
    pub(super) equal_mean: String,
    pub(super) rater: String,
}

/// Who gave a level.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RaterWords {
    adviser: String,
    peer: String,
    #[serde(rename = "self")]
    own_area: String,
    proposal: String,
}

/// Why something stands out.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct OutlierWords {
    below_others: String,
    above_others: String,
    below_own: String,
    above_own: String,
    without_evidence: String,
    old_evidence: String,
    rose: String,
    fell: String,
    fell_below: String,
    fell_in_several: String,
    rose_in_several: String,
    same_text: String,
}

/// Of what a difference is made.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PartWords {
    pub(super) evidence: String,
    pub(super) rubric: String,
    pub(super) judgement: String,
}

/// Whether an action that is done has helped.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct HelpedWords {
    yes: String,
    in_part: String,
    no: String,
    not_shown: String,
    already: String,
    unknown: String,
}

/// The names and heads of tables for Excel.
#[allow(missing_docs, reason = "each is the head that it names")]
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WorkbookWords {
    pub actions: String,
    pub unowned: String,
    pub updates: String,
    pub scores: String,
    pub findings: String,
    pub about: String,
    pub withheld: String,
    pub ground: String,
    pub decided_by: String,
    pub id: String,
    pub benchmark: String,
    pub title: String,
    pub action: String,
    pub owner: String,
    pub due: String,
    pub status: String,
    pub measure: String,
    pub last_update: String,
    pub new_update: String,
    pub version: String,
    pub reason: String,
    pub step: String,
    pub date: String,
    pub update: String,
    pub score: String,
    pub meaning: String,
    pub basis: String,
    pub judged: String,
    pub proposal: String,
    pub proposed: String,
    pub strict: String,
    pub floor: String,
    pub ceiling: String,
    pub statement: String,
    pub words: String,
    pub criterion: String,
    pub level: String,
    pub confirmed: String,
    pub is_confirmed: String,
    pub not_confirmed: String,
    pub source: String,
    pub area: String,
    pub period: String,
    pub dated_update: String,
}

/// Reads a language file. `english` is the built-in one, whose sentences say which placeholders there are.
pub fn load_words(source: &Arc<Source>, english: &Arc<Source>) -> (Option<Words>, Vec<Diagnostic>) {
    let (document, mut diagnostics) = yaml::parse_yaml(source);
    let Some(document) = document else { return (None, diagnostics) };
    let (words, mut said) = WORDS_FORMAT.lower::<Words>(&document, |_, _| None);
    diagnostics.append(&mut said);
    if words.is_some()
        && let (Some(english), _) = yaml::parse_yaml(english)
    {
        compare(&document, &document.to_json(), &english.to_json(), "", &mut diagnostics);
    }
    (words.filter(|_| !crate::diag::has_errors(&diagnostics)), diagnostics)
}

/// Says which placeholders a sentence has that its English has not.
fn compare(document: &Document, ours: &Value, english: &Value, pointer: &str, said: &mut Vec<Diagnostic>) {
    match (ours, english) {
        (Value::Object(map), Value::Object(_)) => {
            for (key, value) in map {
                compare(document, value, &english[key], &format!("{pointer}/{}", escape(key)), said);
            }
        }
        (Value::String(text), Value::String(english)) => {
            let known: BTreeSet<&str> = placeholders(english).collect();
            for name in placeholders(text).filter(|name| !known.contains(name)) {
                let list = known.iter().map(|name| format!("`{{{name}}}`")).collect::<Vec<_>>().join(", ");
                let help = if known.is_empty() {
                    "nothing can be filled in here; leave the braces out".to_owned()
                } else {
                    format!("this text can fill {list}")
                };
                let message = format!("this text cannot fill `{{{name}}}`");
                said.push(
                    Diagnostic::new(Code::UnknownPlaceholder, document.place(pointer), message).help(help),
                );
            }
        }
        _ => {}
    }
}

impl Words {
    /// A day, `year-month-day`, as a letter writes it, `27 May 2022`.
    pub fn day(&self, day: &str) -> String {
        let mut parts = day.splitn(3, '-');
        let (year, month, date) = (parts.next(), parts.next(), parts.next());
        let month = month.and_then(|month| month.parse::<usize>().ok());
        let month = month.and_then(|month| self.months.get(month.checked_sub(1)?));
        match (year, month, date) {
            (Some(year), Some(month), Some(date)) => fill(
                &self.date,
                &[
                    ("day", date.trim_start_matches('0').to_owned()),
                    ("month", month.clone()),
                    ("year", year.to_owned()),
                ],
            ),
            _ => day.to_owned(),
        }
    }

    /// The number of a month by its name or the first letters of it, three at least.
    pub(super) fn month(&self, name: &str) -> Option<u32> {
        let name = name.to_lowercase();
        let starts = |month: &String| month.to_lowercase().starts_with(&name);
        let at = self.months.iter().position(starts).filter(|_| name.chars().count() >= 3)?;
        u32::try_from(at + 1).ok()
    }

    /// The word for an action whose day has passed.
    pub fn overdue(&self) -> &str {
        &self.delivery.overdue
    }

    /// `a`, `a and b`, `a, b and c`.
    pub fn join(&self, words: &[String]) -> String {
        join(words, &self.and)
    }

    /// A status by its id.
    pub fn status(&self, id: &str) -> &str {
        let words = &self.statuses;
        let known = [
            (Status::InPlace, &words.in_place),
            (Status::Partial, &words.partial),
            (Status::Planned, &words.planned),
            (Status::Lapsed, &words.lapsed),
            (Status::Absent, &words.absent),
        ];
        known.into_iter().find(|(status, _)| status.id() == id).map_or("", |(_, words)| words)
    }

    /// Who gave a level, by the word used in JSON.
    pub(super) fn rater(&self, id: &str) -> &str {
        let words = &self.cohort.raters;
        match id {
            "adviser" => &words.adviser,
            "peer" => &words.peer,
            "self" => &words.own_area,
            _ => &words.proposal,
        }
    }

    /// The sentence for something that stands out.
    pub(super) fn outlier(&self, reason: Reason) -> &str {
        let words = &self.cohort.outliers;
        match reason {
            Reason::BelowOthers => &words.below_others,
            Reason::AboveOthers => &words.above_others,
            Reason::BelowOwn => &words.below_own,
            Reason::AboveOwn => &words.above_own,
            Reason::WithoutEvidence => &words.without_evidence,
            Reason::OldEvidence => &words.old_evidence,
            Reason::Rose => &words.rose,
            Reason::Fell => &words.fell,
            Reason::FellBelow => &words.fell_below,
            Reason::FellInSeveral => &words.fell_in_several,
            Reason::RoseInSeveral => &words.rose_in_several,
            Reason::SameText => &words.same_text,
        }
    }

    /// Whether an action that is done has helped.
    pub(super) fn helped(&self, helped: Helped) -> &str {
        let words = &self.cohort.helped;
        match helped {
            Helped::Yes => &words.yes,
            Helped::InPart => &words.in_part,
            Helped::No => &words.no,
            Helped::NotShown => &words.not_shown,
            Helped::Already => &words.already,
            Helped::Unknown => &words.unknown,
        }
    }

    /// How far an action has come.
    pub fn delivery(&self, delivery: Delivery) -> &str {
        match delivery {
            Delivery::Open => &self.delivery.open,
            Delivery::InProgress => &self.delivery.in_progress,
            Delivery::Done => &self.delivery.done,
            Delivery::Dropped => &self.delivery.dropped,
        }
    }

    /// How firm a score is, if no adviser or peer has judged it.
    pub(super) fn standing(&self, basis: Basis) -> Option<String> {
        match basis {
            Basis::Proposal => Some(self.standings.proposed.clone()),
            Basis::Judgement(Assessor::OwnArea) => Some(self.standings.own_assessment.clone()),
            Basis::Judgement(_) => None,
        }
    }
}
