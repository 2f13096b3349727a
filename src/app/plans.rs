//! What gets an area to a level.

use std::collections::BTreeMap;
use std::path::Path;

use super::reports::check_day;
use super::{Outcome, Scored, score_assessment};
use crate::diag::{self, Code, Diagnostic, Place};
use crate::report::improvement::{PlanQuestion, PlanView, Target, plan_view};
use crate::rubric::{CriterionIndex, Rubric, Status};
use crate::schema::shorten;

/// What is asked for, as it was typed.
#[derive(Clone, Debug)]
pub struct PlanRequest<'a> {
    /// The assessment.
    pub path: &'a Path,
    /// `next`, or a level.
    pub target: &'a str,
    /// `criterion=status`, each.
    pub supposed: &'a [String],
    /// `criterion=number`, each.
    pub effort: &'a [String],
    /// The day on which an action is late or not; when there is none, that of the latest judgement, else today.
    pub date: Option<&'a str>,
    /// Today, `year-month-day`.
    pub today: &'a str,
}

/// The smallest sets of criteria that reach a level, benchmark by benchmark, and what is promised.
pub fn plan(request: &PlanRequest<'_>) -> Outcome<PlanView> {
    let Outcome { value, mut diagnostics } = score_assessment(request.path);
    let Some(scored) = value.filter(|_| !diag::has_errors(&diagnostics)) else {
        return Outcome { value: None, diagnostics };
    };
    let Scored { rubric, assessment, proposals } = &scored;
    let mut problems = Vec::new();
    let target = target(rubric, request.target).map_err(|problem| problems.push(problem)).ok();
    let mut supposed: Vec<(CriterionIndex, Status)> = Vec::new();
    let mut effort = BTreeMap::new();
    for text in request.supposed {
        match pair(rubric, "--if", text).and_then(|(at, value)| Ok((at, status(value)?))) {
            Ok((at, _)) if supposed.iter().any(|(other, _)| *other == at) => {
                problems.push(twice("--if", text));
            }
            Ok(supposition) => supposed.push(supposition),
            Err(problem) => problems.push(problem),
        }
    }
    for text in request.effort {
        match pair(rubric, "--effort", text).and_then(|(at, value)| Ok((at, number(value)?))) {
            Ok((at, number)) => {
                if effort.insert(at, number).is_some() {
                    problems.push(twice("--effort", text));
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    let judged = assessment.judgements.iter().filter_map(|judgement| judgement.date.as_deref()).max();
    let day = request.date.or(judged).unwrap_or(request.today);
    problems.extend(check_day(day).err());
    let Some(target) = target.filter(|_| problems.is_empty()) else { return Outcome::new(None, problems) };
    let question = PlanQuestion { target, supposed: &supposed, effort: &effort, day };
    let view = plan_view(rubric, assessment, proposals, &question);
    // What nobody has confirmed is said by the plan itself where it matters; errors there are none.
    diagnostics.retain(|said| said.severity != diag::Severity::Note);
    Outcome { value: Some(view), diagnostics }
}

fn bad(option: &str, message: String, help: String) -> Diagnostic {
    Diagnostic::new(Code::BadRequest, Place::File(option.to_owned()), message).help(help)
}

fn twice(option: &str, text: &str) -> Diagnostic {
    let help = "name each criterion once".to_owned();
    bad(option, format!("`{}` is about a criterion that is named already", shorten(text)), help)
}

fn target(rubric: &Rubric, text: &str) -> Result<Target, Diagnostic> {
    if text.eq_ignore_ascii_case("next") {
        return Ok(Target::Next);
    }
    let (lowest, highest) = rubric.level_range();
    text.parse().ok().filter(|level| (lowest..=highest).contains(level)).map(Target::Level).ok_or_else(|| {
        bad(
            "--target",
            format!("`{}` is no level", shorten(text)),
            format!("use `next`, or a number from {lowest} to {highest}"),
        )
    })
}

/// The criterion before the sign of equality, and what stands after it.
fn pair<'t>(rubric: &Rubric, option: &str, text: &'t str) -> Result<(CriterionIndex, &'t str), Diagnostic> {
    let Some((id, value)) = text.split_once('=') else {
        return Err(bad(
            option,
            format!("`{}` has no `=`", shorten(text)),
            "write the criterion, `=` and the value, such as training.4.mandated=in-place".to_owned(),
        ));
    };
    let id = id.trim();
    let found = rubric.find(id).map(|at| (at, value.trim()));
    found.ok_or_else(|| {
        let help = diag::did_you_mean(id, rubric.criterion_ids())
            .unwrap_or_else(|| "`prevent-benchmark rubric show` lists the criteria".to_owned());
        let message = format!("there is no criterion `{}`", shorten(id));
        Diagnostic::new(Code::UnknownCriterion, Place::File(option.to_owned()), message).help(help)
    })
}

fn status(text: &str) -> Result<Status, Diagnostic> {
    Status::ALL.into_iter().find(|status| status.id() == text).ok_or_else(|| {
        let names: Vec<&str> = Status::ALL.into_iter().map(Status::id).collect();
        bad("--if", format!("`{}` is no status", shorten(text)), format!("use one of {}", names.join(", ")))
    })
}

fn number(text: &str) -> Result<u32, Diagnostic> {
    text.parse().ok().filter(|number| (1..=1_000_000).contains(number)).ok_or_else(|| {
        bad(
            "--effort",
            format!("`{}` is no effort", shorten(text)),
            "use a whole number from 1 to 1000000, in days or any other unit".to_owned(),
        )
    })
}
