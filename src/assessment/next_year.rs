//! The next year's assessment, begun from this year's: who it is about, what is still to be done, and what to ask
//! again. No judgement is copied, and no evidence counts for the new year until a person has looked at it.

use std::fmt::Write as _;

use super::edit::quoted;
use super::{Action, Assessment, Evidence, Funding, Marking, Withholding, period_span};
use crate::rubric::{Rubric, Status};

/// What stands in the new file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextYear {
    /// The text of the new file.
    pub text: String,
    /// The period that it is of.
    pub period: String,
    /// How many actions are carried over.
    pub actions: usize,
    /// How many statements are of the new period already, and wait to be confirmed.
    pub carried: usize,
    /// How many statements are asked for again.
    pub asked: usize,
}

/// The period after one: `2022/23` after `2021/22`, `2022` after `2021`; nothing after the last that can be written.
pub fn next_period(period: &str) -> Option<String> {
    let year: u16 = period.get(..4)?.parse().ok()?;
    let next = year.checked_add(1).filter(|next| *next <= 9998)?;
    Some(if period.contains('/') {
        format!("{next:04}/{:02}", (next + 1) % 100)
    } else {
        format!("{next:04}")
    })
}

/// Begins the next year. `file` is the name of this year's file, beside which the new one will stand.
/// `period` is the one that follows ([`next_period`]).
pub fn next_year(assessment: &Assessment, rubric: &Rubric, file: &str, period: String) -> NextYear {
    let begins = period_span(&period).0;
    // Evidence of before the new period would be more than a year old at its end.
    let of_new =
        |evidence: &&Evidence| evidence.source.date.as_deref().is_some_and(|date| date >= begins.as_str());
    let (carried, asked): (Vec<&Evidence>, Vec<&Evidence>) = assessment.evidence.iter().partition(of_new);
    let (open, closed): (Vec<&Action>, Vec<&Action>) =
        assessment.actions.iter().partition(|action| action.is_open());

    let mut out = String::from("# yaml-language-server: $schema=../../schemas/assessment.schema.json\n#\n");
    let _ = write!(
        out,
        "# {period}, begun from {}. No judgement has been copied. Open actions are carried over; what was known\n# last year is asked again below.\nschema: assessment/1\n",
        one_line(file)
    );
    area(&mut out, assessment);
    let _ = write!(
        out,
        "period: {}\nrubric: {}\nrubric-edition: {}\nrubric-hash: {}\nprevious: {}\n\n",
        plain_or_quoted(&period),
        rubric.id,
        plain_or_quoted(&rubric.edition),
        quoted(&rubric.hash),
        plain_or_quoted(file)
    );
    let letter = &assessment.letter;
    let posts = [("to", &letter.to), ("from", &letter.from), ("contact", &letter.contact)];
    if posts.iter().any(|(_, post)| post.is_some()) {
        out.push_str("letter:\n");
        for (key, post) in posts {
            if let Some(post) = post {
                let _ = writeln!(out, "  {key}: {}", quoted(post));
            }
        }
        out.push('\n');
    }
    if carried.is_empty() {
        out.push_str(
            "# Write the first statement in place of the two brackets, in lines such as these, without the `#`:\n#   - id: E1\n#     benchmark: 7\n#     text: What is done, in a plain sentence.\n#     source: {title: Where it stands, date: YEAR-MONTH-DAY}\n# or let `prevent-benchmark gather` add what papers say. Findings may be left out.\nevidence: []\n",
        );
    } else {
        out.push_str("# Of the new year already: `confirm` asks whether each still says what it was found to say.\nevidence:\n");
        for evidence in &carried {
            item(&mut out, evidence, assessment, rubric);
        }
    }
    ask_again(&mut out, &asked, assessment, rubric, &begins);
    out.push_str("\n# Who decides which level, when and why: this year's judgements are this year's.\njudgements: []\n\n");
    if open.is_empty() {
        out.push_str("actions: []\n");
    } else {
        out.push_str(
            "# Carried over. Their ids stay, so that they can be followed from year to year.\nactions:\n",
        );
        for action in &open {
            carry(&mut out, action, rubric);
        }
    }
    for action in closed {
        let what = one_line(action.action.trim_end_matches('.'));
        let _ = writeln!(
            out,
            "# {} in {}: {} ({what})",
            action.status.id(),
            assessment.period,
            one_line(&action.id)
        );
    }
    let publication = &assessment.publication;
    if !publication.people.is_empty() || !publication.harmless.is_empty() {
        out.push_str("\npublication:\n");
        if !publication.people.is_empty() {
            out.push_str("  people:\n");
        }
        for (name, post) in &publication.people {
            let _ = writeln!(out, "    - {{name: {}, post: {}}}", quoted(name), quoted(post));
        }
        if !publication.harmless.is_empty() {
            let list: Vec<String> = publication.harmless.iter().map(|text| quoted(text)).collect();
            let _ = writeln!(out, "  harmless: [{}]", list.join(", "));
        }
    }
    NextYear { text: out, period, actions: open.len(), carried: carried.len(), asked: asked.len() }
}

/// A value without quotes where YAML takes it for text whatever it says.
fn plain_or_quoted(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.contains(['/', '.', '-'])
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_'))
        && text.parse::<f64>().is_err();
    if plain { text.to_owned() } else { quoted(text) }
}

fn area(out: &mut String, assessment: &Assessment) {
    let area = &assessment.area;
    let _ = write!(out, "area:\n  id: {}\n  name: {}\n", quoted(&area.id), quoted(&area.name));
    for (key, value) in [("kind", &area.kind), ("region", &area.region)] {
        if let Some(value) = value {
            let _ = writeln!(out, "  {key}: {}", quoted(value));
        }
    }
    if let Some(funding) = area.funding {
        let word = match funding {
            Funding::Funded => "funded",
            Funding::FormerlyFunded => "formerly-funded",
            Funding::Unfunded => "unfunded",
        };
        let _ = writeln!(out, "  funding: {word}");
    }
    if !area.sub_areas.is_empty() {
        out.push_str("  sub-areas:\n");
        for part in &area.sub_areas {
            let _ = writeln!(out, "    - {{id: {}, name: {}}}", quoted(&part.id), quoted(&part.name));
        }
    }
}

fn withheld(withholding: &Withholding) -> String {
    let Withholding { ground, by, date } = withholding;
    format!("withheld: {{ground: {}, by: {}, date: {date}}}", quoted(ground), quoted(by))
}

/// A statement of the new period, to be confirmed again.
fn item(out: &mut String, evidence: &Evidence, assessment: &Assessment, rubric: &Rubric) {
    let _ = writeln!(out, "  - id: {}", quoted(&evidence.id));
    if let Some(number) = evidence.benchmark {
        let _ = writeln!(out, "    benchmark: {number}");
    }
    if let Some(part) = evidence.sub_area {
        let _ = writeln!(out, "    sub-area: {}", quoted(&assessment.area.sub_areas[part].id));
    }
    let _ = writeln!(out, "    text: {}", quoted(&evidence.text));
    let source = &evidence.source;
    let known = [
        ("title", &source.title),
        ("place", &source.place),
        ("document", &source.document),
        ("sha256", &source.sha256),
    ];
    let mut parts: Vec<String> =
        known.iter().filter_map(|(key, value)| Some(format!("{key}: {}", quoted(value.as_ref()?)))).collect();
    if let Some(date) = &source.date {
        parts.push(format!("date: {date}"));
    }
    let _ = writeln!(out, "    source: {{{}}}", parts.join(", "));
    if evidence.marking != Marking::Official || evidence.of_sensitive_source {
        let _ = writeln!(out, "    marking: {}", evidence.marking.words());
    }
    if let Some(withholding) = &evidence.withheld {
        let _ = writeln!(out, "    {}", withheld(withholding));
    }
    if let Some((by, date)) = &evidence.released {
        let _ = writeln!(out, "    released: {{by: {}, date: {date}}}", quoted(by));
    }
    if evidence.shareable {
        out.push_str("    shareable: true\n");
    }
    out.push_str("    confirmed: false\n");
    let findings = evidence.findings.as_ref().or(evidence.proposed.as_ref());
    let Some(findings) = findings.filter(|findings| !findings.is_empty()) else { return };
    out.push_str("    findings:\n");
    for finding in findings {
        let words = if finding.words == evidence.text {
            String::new()
        } else {
            format!(", words: {}", quoted(&finding.words))
        };
        let id = &rubric.criterion(finding.criterion).id;
        let _ = writeln!(out, "      - {{criterion: {id}, status: {}{words}}}", finding.status.id());
    }
}

/// What last year's evidence said, benchmark by benchmark, as comments. What was OFFICIAL-SENSITIVE is named and not
/// repeated: a comment bears no marking.
fn ask_again(out: &mut String, asked: &[&Evidence], assessment: &Assessment, rubric: &Rubric, begins: &str) {
    if asked.is_empty() {
        return;
    }
    let _ = write!(
        out,
        "\n# Ask again. This is what the evidence of {} said. It is from before {begins}, or bears no date, and counts for\n# nothing in this file. Find out whether it still holds, and write down above what shows it now.\n",
        assessment.period
    );
    let home = |evidence: &Evidence| -> Option<u16> {
        evidence.benchmark.or_else(|| {
            let first = evidence.findings.as_ref()?.first()?;
            Some(rubric.benchmarks[rubric.criterion(first.criterion).benchmark].number)
        })
    };
    let numbers = rubric.benchmarks.iter().map(|benchmark| Some(benchmark.number)).chain([None]);
    for number in numbers {
        let of: Vec<&&Evidence> = asked.iter().filter(|evidence| home(evidence) == number).collect();
        if of.is_empty() {
            continue;
        }
        let title = number
            .and_then(|number| rubric.benchmark(number))
            .map(|(_, b)| format!("{}. {}", b.number, b.title));
        let _ = writeln!(out, "#\n# {}", title.unwrap_or_else(|| "Elsewhere".to_owned()));
        for evidence in of {
            let part = evidence.sub_area.map(|at| assessment.area.sub_areas[at].name.clone());
            let about: Vec<String> = part.into_iter().chain(evidence.source.line()).collect();
            let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join("; ")) };
            let open = evidence.marking == Marking::Official;
            let text = if open {
                one_line(&evidence.text)
            } else {
                format!("{}: see the file of {}", evidence.marking.words(), assessment.period)
            };
            let about = if open { one_line(&about) } else { String::new() };
            let space = if about.is_empty() { "" } else { " " };
            let _ = writeln!(out, "#   {}: {text}{space}{about}", one_line(&evidence.id));
            for finding in evidence.findings.iter().flatten() {
                let criterion = rubric.criterion(finding.criterion);
                let ask = match &criterion.ask {
                    Some(ask) => one_line(ask),
                    None => format!("“{}”: is this so?", criterion.phrase()),
                };
                let was = match finding.status {
                    Status::InPlace => String::new(),
                    _ if !open || criterion.form.is_some() => String::new(),
                    status => format!(" (was {})", status.words()),
                };
                let _ = writeln!(out, "#     - {}{was}: {ask}", criterion.id);
            }
        }
    }
}

/// A text on one line, so that all of it stands in a comment.
fn one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn carry(out: &mut String, action: &Action, rubric: &Rubric) {
    let _ = writeln!(out, "  - id: {}", quoted(&action.id));
    if let Some(number) = action.benchmark {
        let _ = writeln!(out, "    benchmark: {number}");
    }
    if !action.criteria.is_empty() {
        let ids: Vec<&str> = action.criteria.iter().map(|&at| rubric.criterion(at).id.as_str()).collect();
        let _ = writeln!(out, "    criteria: [{}]", ids.join(", "));
    }
    let _ = writeln!(out, "    action: {}", quoted(&action.action));
    for (key, value) in [("owner", &action.owner), ("measure", &action.measure)] {
        if let Some(value) = value {
            let _ = writeln!(out, "    {key}: {}", quoted(value));
        }
    }
    if let Some(due) = &action.due {
        let _ = writeln!(out, "    due: {due}");
    }
    let _ = writeln!(out, "    status: {}", action.status.id());
    if let Some(marking) = action.marking {
        let _ = writeln!(out, "    marking: {}", marking.words());
    }
    if let Some(withholding) = &action.withheld {
        let _ = writeln!(out, "    {}", withheld(withholding));
    }
    if !action.updates.is_empty() {
        out.push_str("    updates:\n");
        for (date, text) in &action.updates {
            let _ = writeln!(out, "      - {{date: {date}, text: {}}}", quoted(text));
        }
    }
}
