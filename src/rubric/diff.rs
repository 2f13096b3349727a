//! What one rubric says that another does not.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Criterion, Rubric};

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
    let rule = |rubric: &Rubric| format!("{:?}", rubric.rule);
    if rule(before) != rule(after) {
        changes.push(Change {
            what: "rule",
            id: "level-rule".into(),
            before: Some(rule(before)),
            after: Some(rule(after)),
        });
    }
    compare("benchmark", &titles(before), &titles(after), &mut changes);
    compare("descriptor", &descriptors(before), &descriptors(after), &mut changes);
    compare("criterion", &criteria(before), &criteria(after), &mut changes);
    changes
}

type Texts = Vec<(String, String)>;

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
