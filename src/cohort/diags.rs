//! What is said of many assessments.

use super::Entry;
use crate::diag::{Code, Diagnostic, Place};
use crate::rubric::Rubric;
use crate::schema::shorten;

fn of(entry: &Entry) -> Place {
    Place::File(entry.file.clone())
}

pub(crate) fn nothing_here(path: String) -> Diagnostic {
    Diagnostic::new(Code::NothingToCheck, Place::File(path), "there is no assessment here")
        .help("name files, or folders that hold some, such as assessments/example-region")
}

pub(crate) fn duplicate_assessment(entry: &Entry, first: &Entry) -> Diagnostic {
    let (area, period) = (&entry.area, &entry.period);
    let message = format!("`{area}` already has an assessment of {period} here, {}", first.file);
    Diagnostic::new(Code::DuplicateAssessment, of(entry), message)
        .help("this one is left out; name only the one that is meant, or give each area an id of its own")
}

pub(crate) fn other_rubric(entry: &Entry, most: &Rubric) -> Diagnostic {
    let own = &entry.rubric;
    let message = if (&own.id, &own.edition) == (&most.id, &most.edition) {
        "this assessment is by another version of the rubric, with other levels than most".to_owned()
    } else {
        format!(
            "this assessment is by the rubric `{}`, {}, and most are by `{}`, {}",
            own.id, own.edition, most.id, most.edition
        )
    };
    Diagnostic::new(Code::OtherRubric, of(entry), message).help(
        "levels of different criteria mean different things; it is left out, compare those of one rubric at a time",
    )
}

pub(crate) fn previous_not_there(entry: &Entry, shown: &str) -> Diagnostic {
    let message = format!("the assessment of the period before, {shown}, is not there");
    Diagnostic::new(Code::PreviousUnusable, of(entry), message).help("correct `previous`, or leave it out")
}

pub(crate) fn previous_of_another_area(entry: &Entry, before: &Entry) -> Diagnostic {
    let message = format!("`previous` names an assessment of another area, `{}`", before.area);
    Diagnostic::new(Code::PreviousUnusable, of(entry), message)
        .help("correct `previous`; an area keeps its id from year to year; that file is left out")
}

pub(crate) fn previous_not_earlier(entry: &Entry, before: &Entry, shown: &str) -> Diagnostic {
    let message = format!(
        "`previous` names {shown}, which is of {} and not of an earlier period than {}",
        before.period, entry.period
    );
    Diagnostic::new(Code::PreviousNotEarlier, of(entry), message)
        .help("name the assessment of the year before; a chain of these may not come back to where it began")
}

pub(crate) fn period_missing(period: &str, areas: &[String]) -> Diagnostic {
    let message = format!("there is no assessment of {period} from {}", areas.join(", "));
    Diagnostic::new(Code::PeriodMissing, Place::File("--period".into()), message)
        .help("the others are compared; ask these areas for theirs, or name another period")
}

pub(crate) fn unknown_period(wanted: &str, known: &[&str]) -> Diagnostic {
    let message = format!("there is no assessment of `{}` here", shorten(wanted));
    Diagnostic::new(Code::BadRequest, Place::File("--period".into()), message)
        .help(format!("the periods here are {}", known.join(", ")))
}

pub(crate) fn two_sheets(rater: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::DuplicateId, place, format!("there are two sheets of `{}`", shorten(rater)))
        .help("this one is left out; give each rater another name, such as the post and the area")
}
