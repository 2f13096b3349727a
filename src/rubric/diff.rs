//! What one rubric says that another does not.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Criterion, Needs, Rubric, Status, Worth};

/// One difference, from the first rubric to the second.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What changed: `rule`, `benchmark`, `descriptor` or `criterion`.
    pub what: &'static str,
    /// Its id: a benchmark's, a benchmark's and level, or a criterion's.
    pub id: String,
    /// How it was; nothing when it is new.
    pub before: Option<String>,
    /// How it is; nothing when it is gone.
    pub after: Option<String>,
}

/// Every difference that can change a score or what a reader sees, in the order of the rubrics.
pub fn diff_rubrics(before: &Rubric, after: &Rubric) -> Vec<Change> {
    let mut changes = Vec::new();
    compare("rule", &rule(before), &rule(after), &mut changes);
    compare("benchmark", &titles(before), &titles(after), &mut changes);
    compare("descriptor", &descriptors(before), &descriptors(after), &mut changes);
    compare("criterion", &criteria(before), &criteria(after), &mut changes);
    changes
}

type Texts = Vec<(String, String)>;

/// The level rule, a line for each thing that it lays down.
fn rule(rubric: &Rubric) -> Texts {
    let rule = &rubric.rule;
    let worth = Status::ALL.map(|status| {
        let words = match rule.worth(status) {
            Worth::Met => "met",
            Worth::HalfGap => "half a gap",
            Worth::Gap => "a gap",
        };
        (format!("rule.{}", status.id()), words.to_owned())
    });
    let by_wording = rule.by_wording.iter().map(|(level, needs)| {
        let words = if *needs == Needs::Nothing { "needs nothing" } else { "needs something that operates" };
        (format!("rule.level-{level}"), words.to_owned())
    });
    let by_requirements = rule.by_requirements.iter().map(|level| {
        let offset = level.offset.map_or_else(
            || "none is outweighed".to_owned(),
            |offset| {
                format!(
                    "{} may be outweighed: half a gap by {}, a gap by {} requirements in place at higher levels",
                    offset.gaps, offset.half_gap_needs, offset.gap_needs
                )
            },
        );
        let words = format!(
            "needs its requirements: {} may go unmentioned, {} at least in place, {} half gaps allowed; of gaps {offset}",
            level.silent_allowed, level.in_place_at_least, level.half_gaps_allowed
        );
        (format!("rule.level-{}", level.level), words)
    });
    worth.into_iter().chain(by_wording).chain(by_requirements).collect()
}

fn titles(rubric: &Rubric) -> Texts {
    rubric
        .benchmarks
        .iter()
        .map(|b| (b.id.clone(), format!("{}. {}: {}", b.number, b.title, b.statement)))
        .collect()
}

fn descriptors(rubric: &Rubric) -> Texts {
    rubric
        .benchmarks
        .iter()
        .flat_map(|b| {
            b.levels.iter().map(|level| (format!("{}.{}", b.id, level.level), level.descriptor.clone()))
        })
        .collect()
}

fn criteria(rubric: &Rubric) -> Texts {
    let ids = |list: &[super::CriterionIndex]| {
        list.iter().map(|&at| rubric.criterion(at).id.as_str()).collect::<Vec<_>>().join(", ")
    };
    let line = |c: &Criterion| {
        let mut line = format!("{}: {}", c.kind.id(), c.text);
        if !c.supersedes.is_empty() {
            line = format!("{line} [supersedes {}]", ids(&c.supersedes));
        }
        line
    };
    rubric.criteria.iter().map(|c| (c.id.clone(), line(c))).collect()
}

fn compare(what: &'static str, before: &Texts, after: &Texts, changes: &mut Vec<Change>) {
    let old: BTreeMap<&str, &str> = before.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
    let new: BTreeMap<&str, &str> = after.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
    let mut seen = BTreeSet::new();
    for (id, _) in before.iter().chain(after) {
        if !seen.insert(id.as_str()) {
            continue;
        }
        let (old, new) = (old.get(id.as_str()), new.get(id.as_str()));
        if old != new {
            let owned = |text: Option<&&str>| text.map(|text| (*text).to_owned());
            changes.push(Change { what, id: id.clone(), before: owned(old), after: owned(new) });
        }
    }
}
