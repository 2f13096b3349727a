//! `plan`: what gets each benchmark to a level, and who has promised it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::assessment::{Action, Assessment};
use crate::plan::smallest::{SmallestSet, seen_to, smallest_sets, suppose};
use crate::plan::way_out;
use crate::rubric::{CriterionIndex, Kind, Rubric, RubricRef, Status};
use crate::scoring::combine::{Combined, base, combine_findings};
use crate::scoring::rule::{Reading, level_under};
use crate::scoring::{BenchmarkProposal, Proposals};

/// To which level a plan leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The level above the one that counts.
    Next,
    /// This level.
    Level(u8),
}

/// What a plan is asked for.
#[derive(Clone, Debug)]
pub struct PlanQuestion<'a> {
    /// To which level.
    pub target: Target,
    /// What is supposed to be otherwise than the evidence says.
    pub supposed: &'a [(CriterionIndex, Status)],
    /// What a criterion costs to put in place, from 1; 1 where nothing is said.
    pub effort: &'a BTreeMap<CriterionIndex, u32>,
    /// The day on which an action is late or not, `year-month-day`.
    pub day: &'a str,
}

/// `plan --format json`. Other programs read these names; they stay.
#[derive(Debug, Serialize)]
pub struct PlanView {
    /// `plan/1`.
    pub schema: &'static str,
    /// The area's id.
    pub area: String,
    /// The area's name.
    pub area_name: String,
    /// The period.
    pub period: String,
    /// The rubric.
    pub rubric: RubricRef,
    /// The highest marking of anything in the assessment.
    pub marking: &'static str,
    /// `next`, or the level asked for.
    pub target: String,
    /// What was supposed: the criterion's id and the status.
    #[serde(rename = "if")]
    pub supposed: Vec<SupposedView>,
    /// The benchmarks.
    pub benchmarks: Vec<BenchmarkPlan>,
    /// The actions: first those promised, in the order of the file, then one for each theme under which
    /// something is needed that nobody has promised.
    pub actions: Vec<PlanAction>,
}

/// Something supposed.
#[derive(Debug, Serialize)]
pub struct SupposedView {
    /// The criterion's id.
    pub criterion: String,
    /// The status.
    pub status: &'static str,
}

/// What gets one benchmark to its level.
#[derive(Debug, Serialize)]
pub struct BenchmarkPlan {
    /// Its number.
    pub number: u16,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The level that counts now: the judgement, else the proposal.
    pub from: Option<u8>,
    /// `judgement` or `proposal`.
    pub basis: &'static str,
    /// What the rule gives now.
    pub proposed: Option<u8>,
    /// What the rule gives with what is supposed; there only if something is.
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    pub supposed: Option<u8>,
    /// The level to be reached; nothing where it is reached, or where there is none above.
    pub to: Option<u8>,
    /// The smallest sets of criteria with which the rule gives that level, as ids. Those of least effort come first,
    /// then those that reach it without an offset.
    pub sets: Vec<Vec<String>>,
    /// How many sets of this size there are.
    pub ties: usize,
    /// The effort of each set.
    pub efforts: Vec<u32>,
    /// Whether each set reaches the level only because strengths outweigh a gap.
    pub by_offset: Vec<bool>,
    /// What is to be done for the first set.
    pub steps: Vec<PlanStep>,
}

/// One thing to do.
#[derive(Debug, Serialize)]
pub struct PlanStep {
    /// The criterion's id.
    pub criterion: String,
    /// Its level.
    pub level: u8,
    /// Its text.
    pub text: String,
    /// What the evidence says of it; nothing where it is silent.
    pub status: Option<&'static str>,
    /// `complete` what is partly there, `finish` what is planned, `restart` what has lapsed, `find-out` what nobody
    /// mentions, `put-in-place` what is not there, `leave-behind` a limit.
    #[serde(rename = "do")]
    pub verb: &'static str,
    /// The recommendation.
    pub action: Option<String>,
    /// The question that evidence would answer.
    pub ask: Option<String>,
    /// The ids of open actions that promise it.
    pub promised_by: Vec<String>,
}

/// An action, promised or yet to be.
#[derive(Debug, Serialize)]
pub struct PlanAction {
    /// Its id; nothing for one that nobody has promised.
    pub id: Option<String>,
    /// What is to be done.
    pub action: String,
    /// The benchmarks it serves.
    pub benchmarks: Vec<u16>,
    /// The criteria it would put in place, as ids.
    pub criteria: Vec<String>,
    /// Those of them that the plan needs.
    pub needed: Vec<String>,
    /// Who does it.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<String>,
    /// `open` or `in-progress`; nothing for one that nobody has promised.
    pub status: Option<&'static str>,
    /// Whether it should be done by now and is not.
    pub overdue: bool,
}

/// Makes the plan of an assessment.
pub fn plan_view(
    rubric: &Rubric,
    assessment: &Assessment,
    proposals: &Proposals,
    question: &PlanQuestion<'_>,
) -> PlanView {
    let known = combine_findings(rubric, assessment, &proposals.findings);
    let combined = suppose(rubric, &known, question.supposed);
    let live: Vec<&Action> = assessment.actions.iter().filter(|action| action.is_open()).collect();
    let mut needed: BTreeSet<CriterionIndex> = BTreeSet::new();
    let benchmarks = proposals
        .benchmarks
        .iter()
        .map(|proposal| {
            let (plan, set) = benchmark_plan(rubric, proposal, &combined, question, &live);
            needed.extend(set.into_iter().flat_map(|set| set.criteria));
            plan
        })
        .collect();
    PlanView {
        schema: "plan/1",
        area: assessment.area.id.clone(),
        area_name: assessment.area.name.clone(),
        period: assessment.period.clone(),
        rubric: RubricRef::of(rubric),
        marking: assessment.marking().words(),
        target: match question.target {
            Target::Next => "next".to_owned(),
            Target::Level(level) => level.to_string(),
        },
        supposed: question
            .supposed
            .iter()
            .map(|&(at, status)| SupposedView {
                criterion: rubric.criterion(at).id.clone(),
                status: status.id(),
            })
            .collect(),
        benchmarks,
        actions: actions(rubric, &live, &needed, question.day),
    }
}

fn benchmark_plan(
    rubric: &Rubric,
    proposal: &BenchmarkProposal,
    combined: &[Combined],
    question: &PlanQuestion<'_>,
    live: &[&Action],
) -> (BenchmarkPlan, Option<SmallestSet>) {
    let benchmark = &rubric.benchmarks[proposal.benchmark];
    let from = proposal.level();
    let supposed = (!question.supposed.is_empty())
        .then(|| level_under(rubric, combined, proposal.benchmark, Reading::STATED));
    let to = match question.target {
        // Where people judge more than the evidence shows, the evidence is still to be found.
        Target::Level(level) => {
            let short = |found: Option<u8>| found.is_none_or(|found| found < level);
            Some(level).filter(|_| short(from) || short(proposal.proposed))
        }
        // Where nothing is known, the first aim is that the duty is met.
        Target::Next => from.map_or(Some(rubric.target.0), |from| rubric.next_level(from)),
    };
    let effort = |at: CriterionIndex| question.effort.get(&at).copied().unwrap_or(1);
    let smallest = to
        .and_then(|to| smallest_sets(rubric, combined, proposal.benchmark, to, &effort))
        .unwrap_or_default();
    let first = smallest.sets.first().cloned();
    let ids = |set: &SmallestSet| set.criteria.iter().map(|&at| rubric.criterion(at).id.clone()).collect();
    let steps =
        first.iter().flat_map(|set| &set.criteria).map(|&at| step(rubric, combined, live, at)).collect();
    let plan = BenchmarkPlan {
        number: benchmark.number,
        id: benchmark.id.clone(),
        title: benchmark.title.clone(),
        from,
        basis: proposal.basis().id(),
        proposed: proposal.proposed,
        supposed: supposed.flatten(),
        to,
        sets: smallest.sets.iter().map(ids).collect(),
        ties: smallest.ties,
        efforts: smallest.sets.iter().map(|set| set.effort).collect(),
        by_offset: smallest.sets.iter().map(|set| set.by_offset).collect(),
        steps,
    };
    (plan, first)
}

fn step(rubric: &Rubric, combined: &[Combined], live: &[&Action], at: CriterionIndex) -> PlanStep {
    let criterion = rubric.criterion(at);
    let status = combined[at.0].status;
    let verb = match status {
        _ if criterion.kind == Kind::Limit => "leave-behind",
        None => "find-out",
        Some(Status::InPlace | Status::Partial) => "complete",
        Some(Status::Planned) => "finish",
        Some(Status::Lapsed) => "restart",
        Some(Status::Absent) => "put-in-place",
    };
    PlanStep {
        criterion: criterion.id.clone(),
        level: criterion.level,
        text: criterion.text.clone(),
        status: status.map(Status::id),
        verb,
        action: rubric.criterion(way_out(rubric, at)).action.clone(),
        ask: criterion.ask.clone(),
        promised_by: live
            .iter()
            .filter(|action| promises(rubric, action, at))
            .map(|action| action.id.clone())
            .collect(),
    }
}

/// Whether an action would put a criterion in place: it names it, its repetition, or one that supersedes it.
fn promises(rubric: &Rubric, action: &Action, at: CriterionIndex) -> bool {
    action.criteria.iter().any(|&named| {
        base(rubric, named) == base(rubric, at)
            || rubric.criterion(named).kind == Kind::Requirement
                && rubric.criterion(named).supersedes.contains(&at)
            || way_out(rubric, named) == at && seen_to(rubric, at) == Status::InPlace
    })
}

/// What is promised, and what the plan needs besides, a theme each, however many benchmarks it serves.
fn actions(
    rubric: &Rubric,
    live: &[&Action],
    needed: &BTreeSet<CriterionIndex>,
    day: &str,
) -> Vec<PlanAction> {
    let ids = |list: &[CriterionIndex]| list.iter().map(|&at| rubric.criterion(at).id.clone()).collect();
    let numbers = |list: &[CriterionIndex], own: Option<u16>| -> Vec<u16> {
        let of = |&at: &CriterionIndex| rubric.benchmarks[rubric.criterion(at).benchmark].number;
        let all: BTreeSet<u16> = list.iter().map(of).chain(own).collect();
        all.into_iter().collect()
    };
    let mut open = needed.clone();
    let mut actions: Vec<PlanAction> = Vec::new();
    for action in live {
        let served: Vec<CriterionIndex> =
            needed.iter().copied().filter(|&at| promises(rubric, action, at)).collect();
        for at in &served {
            open.remove(at);
        }
        actions.push(PlanAction {
            id: Some(action.id.clone()),
            action: action.action.clone(),
            benchmarks: numbers(&action.criteria, action.benchmark),
            criteria: ids(&action.criteria),
            needed: ids(&served),
            owner: action.owner.clone(),
            due: action.due.clone(),
            status: Some(action.status.id()),
            overdue: action.is_overdue(day),
        });
    }
    for (theme, title) in rubric.themes.iter().enumerate() {
        let of: Vec<CriterionIndex> =
            open.iter().copied().filter(|&at| rubric.criterion(at).theme == theme).collect();
        if of.is_empty() {
            continue;
        }
        actions.push(PlanAction {
            id: None,
            action: title.title.clone(),
            benchmarks: numbers(&of, None),
            criteria: ids(&of),
            needed: ids(&of),
            owner: None,
            due: None,
            status: None,
            overdue: false,
        });
    }
    actions
}
