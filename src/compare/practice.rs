//! Good practice: who has in place, and may share, what others lack.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cohort::Entry;
use crate::rubric::{CriterionIndex, Kind, Rubric, Status};

/// What somebody has in place and may share, and others lack.
#[derive(Debug, Serialize)]
pub struct Practice {
    /// The benchmark's number.
    pub benchmark: u16,
    /// The criterion's id.
    pub criterion: String,
    /// Its text.
    pub text: String,
    /// Who has it, and the words that may be shown to others.
    pub has: Vec<Donor>,
    /// Who lacks it.
    pub lacks: Vec<Lack>,
}

/// An area that exceeds the duty in a benchmark and has a criterion in place.
#[derive(Debug, Serialize)]
pub struct Donor {
    /// The area's id.
    pub area: String,
    /// Its level.
    pub level: u8,
    /// The statement's id.
    pub statement: String,
    /// The statement.
    pub text: String,
    /// The date of its source, if it is known.
    pub date: Option<String>,
}

/// An area that does not exceed the duty in a benchmark and lacks a criterion.
#[derive(Debug, Serialize)]
pub struct Lack {
    /// The area's id.
    pub area: String,
    /// Its level.
    pub level: u8,
    /// What its evidence says of the criterion; nothing where it is silent.
    pub status: Option<Status>,
}

/// Who has in place, above the duty, what another lacks that is not: only from statements that may be shared.
pub fn find_practice(rubric: &Rubric, now: &[&Entry]) -> Vec<Practice> {
    let target = rubric.target.0;
    // Criteria are known by their places, which hold only within one version of the rubric.
    let now: Vec<&Entry> = now.iter().copied().filter(|entry| entry.rubric.hash == rubric.hash).collect();
    let mut donors: BTreeMap<CriterionIndex, Vec<Donor>> = BTreeMap::new();
    for entry in &now {
        for item in &entry.evidence {
            let Some(text) = &item.shared else { continue };
            // What is older than the period is no present practice.
            if item.date.as_deref().is_some_and(|date| *date < *entry.span().0) {
                continue;
            }
            for &at in &item.in_place {
                let benchmark = rubric.criterion(at).benchmark;
                let level = entry.levels[benchmark].level().filter(|level| *level > target);
                if rubric.criterion(at).kind == Kind::Requirement
                    && let Some(level) = level
                {
                    donors.entry(at).or_default().push(Donor {
                        area: entry.area.clone(),
                        level,
                        statement: item.id.clone(),
                        text: text.clone(),
                        date: item.date.clone(),
                    });
                }
            }
        }
    }
    donors
        .into_iter()
        .filter_map(|(at, has)| {
            let criterion = rubric.criterion(at);
            let lacks: Vec<Lack> = now
                .iter()
                .filter_map(|entry| {
                    let level = entry.levels[criterion.benchmark].level().filter(|level| *level <= target)?;
                    let status = entry.statuses[at.0];
                    // What nobody mentions is worth a question up to the level above the duty, or the next one.
                    let next = rubric.next_level(level.max(target));
                    let matters = status.is_some() || next >= Some(criterion.level);
                    (matters && !entry.has(at)).then(|| Lack { area: entry.area.clone(), level, status })
                })
                .collect();
            (!lacks.is_empty()).then(|| Practice {
                benchmark: rubric.benchmarks[criterion.benchmark].number,
                criterion: criterion.id.clone(),
                text: criterion.text.clone(),
                has,
                lacks,
            })
        })
        .collect()
}
