//! All findings on one criterion into one status.
//!
//! Repetition adds no weight. Statements that contradict each other surface as a conflict, and the
//! less favourable counts until a person has settled it. What holds in some parts of an area and
//! not in others is partial for the area; what is known of some parts only is not a gap, because
//! silence is not absence.

use crate::assessment::Assessment;
use crate::rubric::{CriterionIndex, Rubric, Status};

use super::Finding;

/// What all findings on one criterion come to.
#[derive(Clone, Debug, Default)]
pub struct Combined {
    /// The status that counts; nothing when the criterion is silent.
    pub status: Option<Status>,
    /// The status if every conflict were resolved for the better.
    pub at_best: Option<Status>,
    /// It operates in some parts of the area and nothing is said of the others: silent for the
    /// rule, but something operates.
    pub known_in_part: bool,
    /// Whether statements contradict each other.
    pub conflict: bool,
    /// The findings, as places in the list given.
    pub findings: Vec<usize>,
}

impl Combined {
    /// Whether anything is stated, be it of a part of the area.
    pub fn is_known(&self) -> bool {
        self.status.is_some() || self.known_in_part
    }
}

/// Combines findings criterion by criterion; the result is parallel to [`Rubric::criteria`]. A
/// criterion that repeats another shares its findings.
pub fn combine_findings(rubric: &Rubric, assessment: &Assessment, findings: &[Finding]) -> Vec<Combined> {
    let mut by_criterion: Vec<Vec<usize>> = vec![Vec::new(); rubric.criteria.len()];
    for (at, finding) in findings.iter().enumerate() {
        by_criterion[base(rubric, finding.criterion).0].push(at);
    }
    let mut combined: Vec<Combined> =
        by_criterion.into_iter().map(|places| combine(assessment, findings, places)).collect();
    for at in 0..combined.len() {
        if let Some(same) = rubric.criteria[at].same_as {
            // The repetition counts with the base; its conflict is reported once, there.
            combined[at] = Combined { conflict: false, ..combined[same.0].clone() };
        }
    }
    combined
}

/// The criterion that a repetition repeats, or the criterion itself.
pub fn base(rubric: &Rubric, at: CriterionIndex) -> CriterionIndex {
    rubric.criterion(at).same_as.unwrap_or(at)
}

fn combine(assessment: &Assessment, findings: &[Finding], places: Vec<usize>) -> Combined {
    if places.is_empty() {
        return Combined::default();
    }
    let part_of = |at: &usize| assessment.evidence[findings[*at].evidence].sub_area;
    let whole: Vec<Status> =
        places.iter().filter(|at| part_of(at).is_none()).map(|&at| findings[at].status).collect();
    let mut parts: Vec<Vec<Status>> = vec![Vec::new(); assessment.area.sub_areas.len()];
    for at in &places {
        if let Some(part) = part_of(at) {
            parts[part].push(findings[*at].status);
        }
    }
    let (of_parts, known_in_part) = combine_parts(&parts);
    let conflict = contradicts(&whole) || parts.iter().any(|part| contradicts(part));
    let status = match (worst(&whole), of_parts) {
        (Some(whole), Some(part)) if whole.operates() && !part.operates() => Some(Status::Partial),
        (Some(whole), Some(part)) => worst(&[whole, part]),
        (whole, part) => whole.or(part),
    };
    let at_best = if conflict { best(&whole).or(of_parts.map(|_| Status::Partial)) } else { status };
    Combined { status, at_best, known_in_part: known_in_part && status.is_none(), conflict, findings: places }
}

/// The status that the parts of an area come to, and whether all that is known is good but some
/// parts are not mentioned.
fn combine_parts(parts: &[Vec<Status>]) -> (Option<Status>, bool) {
    let stated: Vec<Status> = parts.iter().filter_map(|part| worst(part)).collect();
    if stated.is_empty() {
        return (None, false);
    }
    let all_in_place = stated.iter().all(|&status| status == Status::InPlace);
    if all_in_place {
        return if stated.len() == parts.len() { (Some(Status::InPlace), false) } else { (None, true) };
    }
    if stated.iter().any(|status| status.operates()) {
        return (Some(Status::Partial), false);
    }
    (worst(&stated), false)
}

/// The least favourable status: what does not operate before what does. Of those that do not, the
/// one that says most about the past and the future is named: lapsed, then planned, then absent.
fn worst(statuses: &[Status]) -> Option<Status> {
    statuses
        .iter()
        .copied()
        .filter(|status| !status.operates())
        .min()
        .or_else(|| statuses.iter().copied().max())
}

fn best(statuses: &[Status]) -> Option<Status> {
    statuses.iter().copied().min()
}

/// One statement says that the practice operates and another that it does not.
fn contradicts(statuses: &[Status]) -> bool {
    statuses.iter().any(|status| status.operates()) && statuses.iter().any(|status| !status.operates())
}
