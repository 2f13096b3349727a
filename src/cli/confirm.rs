//! `confirm`: proposals one by one on the terminal, or decided by options.

use std::io::{self, BufRead, Write};
use std::path::Path;

use super::{DataFormat, FINE, PROBLEMS, WRONG, print, say, show};
use crate::app::Outcome;
use crate::app::confirm::{Decision, Proposal, Session};
use crate::diag::{Code, Diagnostic, Place};
use crate::rubric::Status;

const KEYS: &str = "[a]ccept, [c]hange, [r]eject, [s]kip, [u]ndo, [q]uit";

/// Runs the command.
pub fn run(
    path: &Path,
    accept: &[String],
    reject: &[String],
    change: &[String],
    list: bool,
) -> io::Result<u8> {
    let Outcome { value, diagnostics } = Session::open(path);
    say(&diagnostics, DataFormat::Human);
    let Some(mut session) = value else { return Ok(WRONG) };
    if list {
        for proposal in session.proposals() {
            print(&shown(&proposal, None))?;
        }
        return Ok(FINE);
    }
    let mut decisions: Vec<(String, Decision)> = Vec::new();
    let mut wrong = Vec::new();
    decisions.extend(accept.iter().map(|id| (id.clone(), Decision::Accept)));
    decisions.extend(reject.iter().map(|id| (id.clone(), Decision::Reject)));
    for text in change {
        match text.split_once('=').and_then(|(id, rest)| Some((id.trim().to_owned(), findings(rest)?))) {
            Some((id, findings)) => decisions.push((id, Decision::Change(findings))),
            None => wrong.push(not_a_change("--change", text)),
        }
    }
    if !wrong.is_empty() {
        say(&wrong, DataFormat::Human);
        return Ok(WRONG);
    }
    if decisions.is_empty() {
        return ask(&mut session);
    }
    let mut done = 0;
    let problems: Vec<Diagnostic> = decisions
        .iter()
        .filter_map(|(id, decision)| match session.decide(id, decision) {
            Ok(()) => {
                done += 1;
                None
            }
            Err(problem) => Some(problem),
        })
        .collect();
    say(&problems, DataFormat::Human);
    print(&format!("{done} decided, {} left to confirm.\n", session.waiting().len()))?;
    Ok(if problems.is_empty() { FINE } else { PROBLEMS })
}

/// `criterion:status`, several separated by `+`.
fn findings(text: &str) -> Option<Vec<(String, Status)>> {
    text.split('+')
        .map(|part| {
            let (criterion, status) = part.trim().split_once([':', ' '])?;
            let status = status.trim().to_lowercase().replace(' ', "-");
            let written = |known: &Status| known.id() == status || known.words().replace(' ', "-") == status;
            let status = Status::ALL.iter().find(|known| written(known))?;
            Some((criterion.trim().to_owned(), *status))
        })
        .collect()
}

/// The criteria to choose from, with their numbers.
fn listed(choices: &[(String, String)]) -> String {
    let mut out = String::new();
    for (at, (id, text)) in choices.iter().enumerate() {
        show::wrap(&mut out, &format!("{text} [{id}]"), &format!("  {:>2} ", at + 1), "     ", show::width());
    }
    let statuses: Vec<&str> = Status::ALL.iter().map(|status| status.id()).collect();
    out.push_str(&format!("Statuses: {}.\n", statuses.join(", ")));
    out
}

/// What was typed, with the ids of criteria in the place of their numbers.
fn numbered(typed: &str, choices: &[(String, String)]) -> String {
    let part = |part: &str| {
        let part = part.trim();
        let (first, rest) = part.split_once([':', ' ']).unwrap_or((part, ""));
        let at = first.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        match at.and_then(|at| choices.get(at)) {
            Some((id, _)) => format!("{id}:{rest}"),
            None => part.to_owned(),
        }
    };
    typed.split('+').map(part).collect::<Vec<_>>().join("+")
}

fn not_a_change(place: &str, text: &str) -> Diagnostic {
    let statuses: Vec<&str> = Status::ALL.iter().map(|status| status.id()).collect();
    Diagnostic::new(
        Code::BadRequest,
        Place::File(place.to_owned()),
        format!("`{text}` does not say a criterion and a status"),
    )
    .help(format!("write training.4.mandated:partial; the statuses are {}", statuses.join(", ")))
}

fn shown(proposal: &Proposal, count: Option<(usize, usize)>) -> String {
    let mut out = "\n".to_owned();
    let at = count.map(|(at, of)| format!(" ({at} of {of})")).unwrap_or_default();
    let width = show::width();
    show::wrap(&mut out, &format!("{}{at}: \u{201c}{}\u{201d}", proposal.id, proposal.text), "", "  ", width);
    if let Some(source) = &proposal.source {
        show::wrap(&mut out, &format!("from {source}"), "  ", "  ", width);
    }
    if let Some((number, title)) = &proposal.benchmark {
        show::wrap(&mut out, &format!("{number}. {title}"), "  ", "  ", width);
    }
    for finding in &proposal.findings {
        let words = if finding.words == proposal.text {
            String::new()
        } else {
            format!(" (in \u{201c}{}\u{201d})", finding.words)
        };
        let sure = finding.certainty.map(|sure| format!("; {}", show::certainty(sure))).unwrap_or_default();
        let applies = match finding.applies {
            Some(true) => ", so this applies",
            Some(false) => ", so this does not apply",
            None => "",
        };
        let line = format!(
            "{}{applies}: {} [{}{sure}]{words}",
            finding.status.words(),
            finding.text,
            finding.criterion
        );
        show::wrap(&mut out, &line, "  -> ", "     ", width);
    }
    if proposal.findings.is_empty() {
        out.push_str("  -> nothing is proposed\n");
    }
    if proposal.doubtful {
        show::wrap(&mut out, show::DOUBTFUL, "  ", "  ", width);
    }
    out
}

/// Goes through the proposals one by one. What is typed is read line by line, so that a script can type
/// it too; the end of the input is quitting.
fn ask(session: &mut Session) -> io::Result<u8> {
    let mut lines = io::stdin().lock().lines();
    let mut skipped: Vec<String> = Vec::new();
    let mut decided = 0_usize;
    let mut undone: Vec<String> = Vec::new();
    let mut history: Vec<String> = Vec::new();
    loop {
        let waiting = session.waiting();
        // What has just been taken back comes first.
        let next = undone
            .last()
            .filter(|id| waiting.contains(id))
            .or_else(|| waiting.iter().find(|id| !skipped.contains(id)));
        let Some(proposal) = next.and_then(|id| session.proposal(id)) else { break };
        print(&shown(&proposal, Some((decided + skipped.len() + 1, decided + waiting.len()))))?;
        print(&format!("{KEYS}: "))?;
        io::stdout().flush()?;
        let Some(answer) = lines.next().transpose()? else {
            print("\n")?;
            break;
        };
        let id = proposal.id;
        let mut decide = |session: &mut Session, decision: &Decision| match session.decide(&id, decision) {
            Ok(()) => {
                decided += 1;
                history.push(id.clone());
                undone.retain(|other| *other != id);
            }
            Err(problem) => say(&[problem], DataFormat::Human),
        };
        let (key, rest) = answer.trim().split_once(' ').unwrap_or((answer.trim(), ""));
        match key.to_lowercase().as_str() {
            "a" | "accept" => decide(session, &Decision::Accept),
            "r" | "reject" => decide(session, &Decision::Reject),
            "s" | "skip" => {
                undone.retain(|other| *other != id);
                skipped.push(id);
            }
            "c" | "change" => {
                let mut typed = rest.to_owned();
                let choices = session.choices(&id);
                if typed.is_empty() {
                    print(&listed(&choices))?;
                    print("number and status, such as `2 partial`; several with `+`: ")?;
                    io::stdout().flush()?;
                    typed = lines.next().transpose()?.unwrap_or_default();
                }
                match findings(&numbered(&typed, &choices)) {
                    Some(findings) => decide(session, &Decision::Change(findings)),
                    None => say(&[not_a_change(&id, &typed)], DataFormat::Human),
                }
            }
            "u" | "undo" => match session.undo() {
                Ok(true) => {
                    decided -= 1;
                    undone.extend(history.pop());
                }
                Ok(false) => match skipped.pop() {
                    Some(_) => {}
                    None => print("There is nothing to take back.\n")?,
                },
                Err(problem) => {
                    say(&[problem], DataFormat::Human);
                    return Ok(WRONG);
                }
            },
            "q" | "quit" => break,
            _ => print("Please type one of these letters.\n")?,
        }
    }
    let left = session.waiting().len();
    print(&format!("{decided} decided, {left} left to confirm.\n"))?;
    Ok(FINE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_criterion_can_be_named_by_its_number() {
        let choices = [("a.1.b".to_owned(), String::new()), ("c.2.d".to_owned(), String::new())];
        assert_eq!(numbered("2 partial + a.1.b: planned", &choices), "c.2.d:partial+a.1.b: planned");
        assert_eq!(findings(&numbered("1: in place", &choices)), findings("a.1.b:in-place"));
        assert_eq!(
            findings(&numbered("3 partial", &choices)).map(|found| found[0].0.clone()).as_deref(),
            Some("3")
        );
    }

    #[test]
    fn a_change_names_criteria_and_statuses() {
        let expected = vec![("a.1.b".to_owned(), Status::Partial), ("c.2.d".to_owned(), Status::InPlace)];
        assert_eq!(findings("a.1.b:partial + c.2.d: in place"), Some(expected));
        assert_eq!(findings("a.1.b"), None);
        assert_eq!(findings("a.1.b:good"), None);
    }
}
