//! What the commands print for a person.

pub mod cohorts;

use std::fmt::Write as _;
use std::sync::Arc;

use comfy_table::{LineStyle, Table, TableStyle, presets};
use serde_json::{Value, json};

use crate::app::Checked;
use crate::app::begin::Begun;
use crate::app::rubrics::RubricDiff;
use crate::diag::{Diagnostic, Severity};
use crate::eval::{Evaluation, Share};
use crate::report::gather::GatherView;
use crate::report::improvement::{BenchmarkPlan, PlanView, SupposedView};
use crate::report::letter::WithheldView;
use crate::report::matches::MatchView;
use crate::report::returned::ReturnedView;
use crate::report::score::{BenchmarkScore, OtherStatement, ScoreView, ViewScore};
use crate::rubric::{Form, Kind, Rubric, Status};

/// What the edition for the public leaves out.
pub fn withheld(items: &[WithheldView]) -> String {
    let mut out = String::new();
    for item in items {
        if out.is_empty() {
            out.push_str("\nWithheld from this edition:\n");
        }
        let what = match (&item.number, &item.title) {
            (Some(number), Some(title)) => format!("{number}. {title}"),
            _ => "the area as a whole".to_owned(),
        };
        let decided = format!("decided by {} on {}", item.by, item.date);
        wrap(&mut out, &format!("{what}: {}; {decided}", item.ground), "  ", "    ", width());
    }
    out
}

/// What was written to begin a year.
pub fn begun(begun: &Begun, width: usize) -> String {
    let year = &begun.year;
    let count = |number: usize, one: &str, many: &str| {
        if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
    };
    let mut out = format!("Wrote {}.\n", begun.path.display());
    let lines = [
        format!("{} carried over.", count(year.actions, "open action", "open actions")),
        format!("{} asked for again, in comments.", count(year.asked, "statement is", "statements are")),
        format!(
            "{} of the new year already; `prevent-benchmark confirm {}` asks about them.",
            count(year.carried, "statement is", "statements are"),
            begun.path.display()
        ),
    ];
    let shown = if year.carried > 0 { 3 } else { 2 };
    for line in &lines[..shown] {
        wrap(&mut out, line, "", "  ", width);
    }
    out.push_str("No judgement was copied.\n");
    out
}

/// What a workbook that came back changes.
pub fn returned(view: &ReturnedView, width: usize) -> String {
    let mut out = String::new();
    let mut last = "";
    for change in &view.changes {
        if change.id != last {
            wrap(&mut out, &format!("{}: {}", change.id, change.action), "", "    ", width);
            last = &change.id;
        }
        let line = match (change.field, &change.before) {
            ("new", _) => format!("new, promised by {}", change.after),
            ("update", _) => format!("update: {}", change.after),
            (field, Some(before)) => format!("{field}: {before} -> {}", change.after),
            (field, None) => format!("{field}: {}", change.after),
        };
        wrap(&mut out, &line, "  ", "    ", width);
    }
    let changes = view.changes.len();
    let what = match changes {
        0 => "Nothing is new".to_owned(),
        1 => "1 change".to_owned(),
        _ => format!("{changes} changes"),
    };
    let done = match (changes, view.written) {
        (0, _) => format!("; {} stays as it is", view.assessment),
        (_, true) => format!(" written into {}", view.assessment),
        (_, false) => format!(" for {}; nothing was written", view.assessment),
    };
    let _ = writeln!(out, "{what}{done}.");
    out
}

/// How wide text is set: the terminal's width, within bounds that read well.
pub fn width() -> usize {
    std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .map_or(96, |columns: usize| columns.clamp(60, 110))
}

pub fn wrap(out: &mut String, text: &str, first: &str, rest: &str, width: usize) {
    let options =
        textwrap::Options::new(width).initial_indent(first).subsequent_indent(rest).break_words(false);
    for line in textwrap::wrap(text, options) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

const HEADER_LINE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table with one line, under its header; none at all when plain.
fn table(plain: bool) -> Table {
    let mut table = Table::new();
    table.load_style(if plain { presets::NOTHING } else { HEADER_LINE });
    table
}

fn level(level: Option<u8>) -> String {
    level.map_or_else(|| "-".to_owned(), |level| level.to_string())
}

/// How far the level that counts is from the target, in words.
fn distance(score: &BenchmarkScore, target: u8, title: &str) -> String {
    match score.level {
        None => "not assessed".to_owned(),
        Some(level) if level < target => format!("{} below", target - level),
        Some(level) if level == target => title.to_owned(),
        Some(level) => format!("{} above", level - target),
    }
}

fn parts(score: &BenchmarkScore) -> bool {
    score.judgement.is_some_and(|judgement| score.proposed != Some(judgement))
}

/// The table of an assessment, to be read at a glance.
pub fn score_table(view: &ScoreView, plain: bool, width: usize) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}, {}    {}", view.area_name, view.period, view.marking);
    let _ = writeln!(out, "{}\n", view.rubric.title);
    let mut table = table(plain);
    table.set_header(["", view.rubric.unit.as_str(), "proposed", "range", "judged", "", "against"].map(
        |head| {
            if head == "against" { format!("against {}", view.rubric.target_title) } else { head.to_owned() }
        },
    ));
    for b in &view.benchmarks {
        let range = match (b.floor, b.ceiling) {
            (Some(floor), Some(ceiling)) if floor == ceiling => floor.to_string(),
            (Some(floor), Some(ceiling)) => format!("{floor} to {ceiling}"),
            _ => "-".to_owned(),
        };
        let judged = match (b.judgement, b.judged_by) {
            (Some(judgement), Some(by)) => format!("{judgement} {by}"),
            _ => "-".to_owned(),
        };
        let mut remark = Vec::new();
        if parts(b) {
            remark.push("differs");
        }
        if !b.conflicts.is_empty() {
            remark.push("conflict");
        }
        table.add_row([
            b.number.to_string(),
            b.title.clone(),
            level(b.proposed) + if b.findings.iter().any(|finding| !finding.confirmed) { "*" } else { "" },
            range,
            judged,
            remark.join(", "),
            distance(b, view.rubric.target, &view.rubric.target_title),
        ]);
    }
    for line in table.to_string().lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.push('\n');
    summary(&mut out, view, width);
    out
}

/// The scores regrouped: each section's headline is its lowest score, and each score is shown.
pub fn view_table(view: &ScoreView, grouping: &ViewScore, plain: bool, width: usize) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}, {}    {}", view.area_name, view.period, view.marking);
    wrap(&mut out, &grouping.title, "", "", width);
    out.push('\n');
    let mut table = table(plain);
    let unit = format!("{}s", view.rubric.unit);
    table.set_header(["", "section", "lowest", unit.as_str()]);
    for section in &grouping.sections {
        let members: Vec<String> = section
            .benchmarks
            .iter()
            .map(|(number, score)| {
                let title =
                    view.benchmarks.iter().find(|b| b.number == *number).map_or("", |b| b.title.as_str());
                format!(
                    "{number} {title}: {}",
                    score.map_or("not assessed".to_owned(), |score| score.to_string())
                )
            })
            .collect();
        table.add_row([
            section.number.to_string(),
            section.title.clone(),
            level(section.headline),
            members.join("\n"),
        ]);
    }
    for line in table.to_string().lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.push('\n');
    wrap(&mut out, &grouping.note, "", "", width);
    out
}

fn summary(out: &mut String, view: &ScoreView, width: usize) {
    let target = view.rubric.target;
    let numbers = |keep: &dyn Fn(&BenchmarkScore) -> bool| -> Vec<String> {
        view.benchmarks.iter().filter(|b| keep(b)).map(|b| b.number.to_string()).collect()
    };
    let unit = |list: &[String]| {
        if list.len() == 1 { view.rubric.unit.clone() } else { format!("{}s", view.rubric.unit) }
    };
    let below = numbers(&|b| b.level.is_some_and(|level| level < target));
    let none = numbers(&|b| b.level.is_none());
    let scored = view.benchmarks.len() - none.len();
    let mut text = format!(
        "{} of {scored} {}s are at level {target} ({}) or above.",
        scored - below.len(),
        view.rubric.unit,
        view.rubric.target_title
    );
    if !below.is_empty() {
        let _ = write!(text, " Below it: {} {}.", unit(&below), below.join(", "));
    }
    if !none.is_empty() {
        let _ = write!(text, " Not assessed, for want of evidence: {} {}.", unit(&none), none.join(", "));
    }
    wrap(out, &text, "", "", width);
    for b in view.benchmarks.iter().filter(|b| parts(b)) {
        let mut text = format!(
            "{} differs: the level rule proposes {}, the judgement is {}.",
            b.number,
            b.proposed.map_or_else(|| "nothing".to_owned(), |level| level.to_string()),
            level(b.judgement)
        );
        if let Some(reason) = &b.judgement_reason {
            let _ = write!(text, " {reason}");
        }
        wrap(out, &text, "", "  ", width);
    }
    if view.unconfirmed > 0 {
        let text = format!(
            "* rests on the matcher: {} of the statements {} read by it and by no person. What it found counts until somebody corrects it.",
            view.unconfirmed,
            if view.unconfirmed == 1 { "was" } else { "were" }
        );
        wrap(out, &text, "", "", width);
    }
    let _ = writeln!(
        out,
        "\nRange: the level if everything not mentioned were missing, and if it were in place.\n\
         `--explain {}` shows how a level came about.",
        view.benchmarks.first().map_or(1, |b| b.number)
    );
}

/// Every statement, criterion and step behind the chosen benchmarks.
pub fn explanation(view: &ScoreView, chosen: &[usize], width: usize) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}, {}    {}\n", view.area_name, view.period, view.marking);
    for &at in chosen {
        explain(&mut out, view, &view.benchmarks[at], width);
        out.push('\n');
    }
    if !view.elsewhere.is_empty() {
        let _ = writeln!(out, "Under no {} and counting for nothing", view.rubric.unit);
        other_statements(&mut out, &view.elsewhere, width);
        out.push('\n');
    }
    out
}

fn words_of(id: &str) -> &'static str {
    Status::ALL.into_iter().find(|status| status.id() == id).map_or("", Status::words)
}

/// How a criterion stands: a status, or for a limit that it still holds, since "lapsed: no plan" would
/// say the opposite of what is meant.
fn standing(kind: &str, status: &str) -> String {
    if kind == "limit" {
        format!("limit, still true ({})", words_of(status))
    } else {
        words_of(status).to_owned()
    }
}

fn explain(out: &mut String, view: &ScoreView, b: &BenchmarkScore, width: usize) {
    let heading = format!("{} {}: {}", view.rubric.unit, b.number, b.title);
    let _ = writeln!(out, "{heading}\n{}", "=".repeat(heading.chars().count()));
    wrap(out, &b.statement, "", "", width);
    match b.proposed {
        None => {
            let _ = writeln!(out, "\nNot assessed.");
        }
        Some(proposed) => {
            let _ = writeln!(
                out,
                "\nProposed {proposed}. Without offsets {}; if all that is not mentioned were missing {}, if it were in place {}.",
                level(b.strict),
                level(b.floor),
                level(b.ceiling)
            );
        }
    }
    wrap(out, &b.reason, "", "", width);
    if let (Some(judgement), Some(by)) = (b.judgement, b.judged_by) {
        let post = b.judged_by_post.as_ref().map(|post| format!(" ({post})")).unwrap_or_default();
        let mut text = format!("Judged {judgement} by {by}{post}.");
        if let Some(reason) = &b.judgement_reason {
            let _ = write!(text, " {reason}");
        }
        wrap(out, &text, "", "", width);
    }
    explain_statements(out, b, width);
    if !b.steps.is_empty() {
        let _ = writeln!(out, "\nThe level rule, step by step");
        for step in &b.steps {
            let mark = if step.reached { "reached" } else { "not reached" };
            wrap(out, &format!("{}: {mark}. {}", step.level, step.sentence), "  ", "     ", width);
        }
    }
    if !b.gaps.is_empty() {
        let _ = writeln!(out, "\nGaps");
        for gap in &b.gaps {
            let state = if gap.limit { "still true" } else { words_of(gap.status) };
            let outweighed = if gap.outweighed { ", allowed for at the proposed level" } else { "" };
            let text = format!(
                "{} ({state}; holds back level {}{outweighed}) [{}]",
                gap.text, gap.blocks, gap.criterion
            );
            wrap(out, &text, "  - ", "    ", width);
            if let Some(action) = &gap.action {
                wrap(out, action, "    To close it: ", "      ", width);
            }
        }
    }
    if !b.conflicts.is_empty() {
        let _ = writeln!(out, "\nContradictions; until they are settled the less favourable counts");
        for conflict in &b.conflicts {
            let _ = writeln!(out, "  - {}", conflict.criterion);
            for words in &conflict.words {
                wrap(
                    out,
                    &format!("{} says {}: \"{}\"", words.statement, words_of(words.status), words.words),
                    "    ",
                    "      ",
                    width,
                );
            }
        }
    }
    if !b.silent.is_empty() {
        let _ = writeln!(out, "\nNot mentioned; please ask (* could change the level soonest)");
        for silent in &b.silent {
            let mark = if silent.settles { "  * " } else { "  - " };
            let question = silent.ask.as_deref().unwrap_or(&silent.text);
            wrap(out, &format!("{question} [{}]", silent.criterion), mark, "    ", width);
        }
    }
}

/// Every statement, its source, its words, and the criterion they bear on.
fn explain_statements(out: &mut String, b: &BenchmarkScore, width: usize) {
    if !b.findings.is_empty() {
        let _ = writeln!(out, "\nWhat the statements say");
        let mut last = None;
        for finding in &b.findings {
            if last != Some((&finding.statement, &finding.words)) {
                let part = finding.sub_area.as_ref().map(|part| format!(" ({part})")).unwrap_or_default();
                let source = finding.source.as_ref().map(|source| format!(" [{source}]")).unwrap_or_default();
                wrap(
                    out,
                    &format!("{}{part}: \"{}\"{source}", finding.statement, finding.words),
                    "  ",
                    "    ",
                    width,
                );
                last = Some((&finding.statement, &finding.words));
            }
            let text = format!(
                "{}: {} [{}]",
                standing(finding.kind, finding.status),
                finding.text,
                finding.criterion
            );
            wrap(out, &text, "    -> ", "       ", width);
            let by = if finding.confirmed {
                finding.why.clone()
            } else {
                format!("not confirmed, certainty {:.2}; {}", finding.score, finding.why)
            };
            wrap(out, &by, "       ", "       ", width);
        }
    }
    if !b.without_findings.is_empty() {
        let _ = writeln!(out, "\nFiled here and counting for nothing");
        other_statements(out, &b.without_findings, width);
    }
}

fn other_statements(out: &mut String, others: &[OtherStatement], width: usize) {
    for other in others {
        wrap(out, &format!("{}: \"{}\" ({})", other.statement, other.text, other.why), "  ", "    ", width);
    }
}

/// What the matcher makes of statements, one after the other.
pub fn matches(view: &MatchView, width: usize) -> String {
    let mut out = String::new();
    for statement in &view.statements {
        wrap(&mut out, &format!("{}: \"{}\"", statement.id, statement.text), "", "  ", width);
        if let Some(place) = &statement.place {
            wrap(&mut out, &format!("{}, {}", place.document, place.place.words()), "  ", "    ", width);
        }
        let status = statement.status.map(words_of).unwrap_or_default();
        let verdict = match (&statement.abstained, statement.benchmark) {
            (Some(abstained), _) => format!("not judged: {abstained}"),
            (None, None) => format!("another topic ({status})"),
            (None, Some(number)) => {
                let title = statement.title.as_deref().unwrap_or_default();
                format!("{} {number}, {title}: {status}", view.unit)
            }
        };
        wrap(&mut out, &verdict, "  ", "    ", width);
        if statement.doubtful {
            wrap(&mut out, DOUBTFUL, "  ", "    ", width);
        }
        for finding in statement.findings.iter().filter(|finding| finding.counts) {
            let text = format!(
                "{}: {} [{}, certainty {:.2}]",
                standing(finding.kind, finding.status),
                finding.text,
                finding.criterion,
                finding.score
            );
            wrap(&mut out, &text, "  -> ", "     ", width);
            if finding.words != statement.text {
                wrap(&mut out, &format!("in \"{}\"", finding.words), "     ", "     ", width);
            }
            wrap(&mut out, &finding.why, "     ", "     ", width);
        }
        let possible: Vec<&str> =
            statement.findings.iter().filter(|f| !f.counts).map(|f| f.criterion.as_str()).collect();
        if !possible.is_empty() {
            wrap(
                &mut out,
                &format!("possible, and not counted: {}", possible.join(", ")),
                "     ",
                "     ",
                width,
            );
        }
        out.push('\n');
    }
    out
}

/// Said of a statement that reads as in place and may not be.
pub const DOUBTFUL: &str = "Read it yourself: it may speak of a plan, a lapse or a lack.";

/// How sure the matcher is, in words.
pub fn certainty(score: f64) -> &'static str {
    if score >= 0.7 {
        "sure"
    } else if score >= 0.5 {
        "likely"
    } else {
        "a guess"
    }
}

/// What `gather` added, document by document.
pub fn gathered(view: &GatherView, width: usize) -> String {
    let mut out = String::new();
    for document in &view.documents {
        let title = document.title.as_ref().map(|title| format!(" ({title})")).unwrap_or_default();
        let line = format!(
            "{}{title}: {} of {} passages added{}",
            document.document,
            document.added,
            document.passages,
            match document.already {
                0 => String::new(),
                already => format!(", {already} there before"),
            }
        );
        wrap(&mut out, &line, "", "  ", width);
        let file = document.document.rsplit(['/', '\\']).next().unwrap_or_default();
        for added in view.added.iter().filter(|added| added.document == file) {
            wrap(
                &mut out,
                &format!("{} {}: \u{201c}{}\u{201d}", view.unit, added.benchmark, added.text),
                "  ",
                "    ",
                width,
            );
            let mut parts: Vec<String> = vec![added.place.clone()];
            parts.extend(
                added.findings.iter().map(|(criterion, status)| format!("{criterion} {}", words_of(status))),
            );
            wrap(&mut out, &parts.join("; "), "    ", "    ", width);
        }
    }
    let count = view.added.len();
    let statements = if count == 1 { "statement" } else { "statements" };
    let end = match (count, view.written) {
        (0, _) => "Nothing new was found, and nothing was written.".to_owned(),
        (_, true) => format!(
            "Added {count} {statements} to {0}. Nobody has confirmed them yet: run `prevent-benchmark confirm {0}`.",
            view.assessment
        ),
        (_, false) => format!("Would add {count} {statements} to {}; nothing was written.", view.assessment),
    };
    wrap(&mut out, &end, "", "", width);
    out
}

/// Every figure with its n, and on demand every miss.
pub fn evaluation(evaluation: &Evaluation, errors: bool, width: usize) -> String {
    let mut out = String::new();
    let percent = |share: Share| format!("{:5.1} %  ({} of {})", share.share * 100.0, share.count, share.n);
    let statements = &evaluation.statements;
    let text = if evaluation.held_back == 0 {
        format!("Taught by {} statements, none of them in this set.", evaluation.taught_by)
    } else {
        format!(
            "Cross-validated: {} statements of this set are among the {} that teach; each was judged by a matcher taught without it and its fold.",
            evaluation.held_back, evaluation.taught_by
        )
    };
    wrap(&mut out, &text, "", "", width);
    if statements.status.n > 0 {
        out.push_str("\nStatements\n");
        for (name, share) in [
            ("benchmark, on topic", statements.benchmark),
            ("benchmark, or another that is right too", statements.benchmark_lenient),
            ("benchmark or none, of all", statements.benchmark_or_none),
            ("off topic: recall", statements.off_topic_recall),
            ("off topic: precision", statements.off_topic_precision),
            ("criterion: the first", statements.criterion_first),
            ("criterion: in the first three", statements.criterion_in_three),
            ("status", statements.status),
            ("not in place, read as in place", statements.not_in_place_read_as_in_place),
            ("planned, lapsed or absent, read as in place", statements.not_operating_read_as_in_place),
        ] {
            let _ = writeln!(out, "  {name:<46}{}", percent(share));
        }
        let names: Vec<&str> = Status::ALL.into_iter().map(Status::id).collect();
        let _ = writeln!(out, "\nStatus: what it is (down) and what it was read as (across)");
        let _ = writeln!(
            out,
            "  {:10}{}",
            "",
            names.iter().map(|name| format!("{name:>10}")).collect::<String>()
        );
        for (status, row) in &statements.status_confusion {
            let cells: String = row.iter().map(|count| format!("{count:>10}")).collect();
            let _ = writeln!(out, "  {:10}{cells}", status.id());
        }
        out.push_str("\nBy benchmark: the benchmark, the status\n");
        for (number, benchmark, status) in &statements.by_benchmark {
            let _ = writeln!(out, "  {number:>3}   {}   {}", percent(*benchmark), percent(*status));
        }
        out.push_str("\nHow sure a first finding says it is, and how often it is right\n");
        for (from, share) in &statements.calibration {
            let _ = writeln!(out, "  {from:.1} to {:.1}   {}", from + 0.1, percent(*share));
        }
    }
    for (title, areas) in [
        ("Areas, statements filed by benchmark", &evaluation.areas_filed),
        ("Areas, all statements in one heap", &evaluation.areas_in_a_heap),
    ] {
        if areas.exact.n == 0 {
            continue;
        }
        let _ = writeln!(out, "\n{title}");
        for (name, share) in [
            ("level exact", areas.exact),
            ("level within one", areas.within_one),
            ("on the wrong side of the duty-met line", areas.across_the_line),
        ] {
            let _ = writeln!(out, "  {name:<46}{}", percent(share));
        }
        let kappa =
            areas.kappa.map_or("none: all levels are the same".to_owned(), |kappa| format!("{kappa:.3}"));
        let _ = writeln!(out, "  {:<46}{kappa}", "quadratic weighted kappa");
        for (level, share) in &areas.by_level {
            let row = areas.confusion.iter().find(|(own, _)| own == level).map(|(_, row)| row.as_slice());
            let cells: String = row.unwrap_or_default().iter().map(|count| format!("{count:>4}")).collect();
            let _ = writeln!(out, "  level {level}   {}   proposed none, 1, 2 ...: {cells}", percent(*share));
        }
        for (number, share) in &areas.by_benchmark {
            let _ = writeln!(out, "  benchmark {number:>3}   {}", percent(*share));
        }
    }
    if errors {
        for miss in &evaluation.errors {
            let _ = writeln!(out, "\n{} {}: right {}, found {}", miss.what, miss.id, miss.right, miss.found);
            wrap(&mut out, &miss.text, "  ", "  ", width);
            for line in miss.why.lines() {
                wrap(&mut out, line, "  - ", "    ", width);
            }
        }
    }
    out
}

/// What was checked, and how many problems there were.
pub fn checked(checked: Checked, diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    let some = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    format!(
        "Checked {}, {} and {}: {}, {}, {}.\n",
        some(checked.rubrics, "rubric", "rubrics"),
        some(checked.files, "assessment", "assessments"),
        some(checked.templates, "template", "templates"),
        some(count(Severity::Error), "error", "errors"),
        some(count(Severity::Warning), "warning", "warnings"),
        some(count(Severity::Note), "note", "notes"),
    )
}

/// The rubrics, a line each.
pub fn rubric_list(rubrics: &[(Arc<Rubric>, bool)], plain: bool) -> String {
    let mut table = table(plain);
    table.set_header(["id", "title", "edition", "criteria", "hash", "where"]);
    for (rubric, built_in) in rubrics {
        table.add_row([
            rubric.id.clone(),
            rubric.title.clone(),
            rubric.edition.clone(),
            rubric.criteria.len().to_string(),
            rubric.hash.clone(),
            if *built_in { "built in" } else { "workspace" }.to_owned(),
        ]);
    }
    format!("{table}\n")
}

/// The rubrics as JSON.
pub fn rubric_list_json(rubrics: &[(Arc<Rubric>, bool)]) -> Value {
    let list: Vec<Value> = rubrics
        .iter()
        .map(|(rubric, built_in)| {
            json!({
                "id": rubric.id, "title": rubric.title, "edition": rubric.edition, "publisher": rubric.publisher,
                "benchmarks": rubric.benchmarks.len(), "criteria": rubric.criteria.len(), "hash": rubric.hash,
                "built_in": built_in,
            })
        })
        .collect();
    json!({"schema": "rubrics/1", "rubrics": list})
}

/// The criteria, with what evidence would show them.
pub fn rubric_text(rubric: &Rubric, chosen: &[usize], width: usize) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{rubric} ({}, hash {})", rubric.id, rubric.hash);
    for &at in chosen {
        let b = &rubric.benchmarks[at];
        let heading = format!("{} {}: {} ({})", rubric.unit, b.number, b.title, b.id);
        let _ = writeln!(out, "\n{heading}\n{}", "=".repeat(heading.chars().count()));
        wrap(&mut out, &b.statement, "", "", width);
        for level in &b.levels {
            let _ =
                writeln!(out, "\nLevel {}, {}", level.level, rubric.band(level.level).title.to_lowercase());
            wrap(&mut out, &level.descriptor, "  ", "  ", width);
            for criterion in &rubric.criteria[level.criteria.clone()] {
                let kind = match criterion.kind {
                    Kind::Requirement => "requirement",
                    Kind::Limit if criterion.form == Some(Form::Lack) => {
                        "limit: `absent` or `partial` if it is so"
                    }
                    Kind::Limit => "limit: `in-place` or `partial` if it is so",
                    Kind::Option => "option, never required",
                };
                wrap(
                    &mut out,
                    &format!("{} ({kind}; strand {})", criterion.id, criterion.strand),
                    "  - ",
                    "    ",
                    width,
                );
                wrap(&mut out, &format!("{}\"", criterion.text), "    \"", "     ", width);
                if let Some(ask) = &criterion.ask {
                    wrap(&mut out, ask, "    Evidence: ", "      ", width);
                }
                // The guidance for a single benchmark shows examples; the whole rubric would be lost
                // in them.
                let shown = if chosen.len() == 1 { criterion.examples.as_slice() } else { &[] };
                for (status, example) in shown {
                    wrap(&mut out, example, &format!("    {}, e.g. ", status.words()), "      ", width);
                }
            }
        }
    }
    if chosen.len() > 1 && !rubric.grounds.is_empty() {
        let _ = writeln!(out, "\nGrounds on which something may be withheld from the public");
        for (id, title) in &rubric.grounds {
            wrap(&mut out, &format!("{id}: {title}"), "  - ", "    ", width);
        }
    }
    let _ = writeln!(out);
    wrap(
        &mut out,
        &format!("{} {} ({})", rubric.attribution, rubric.licence.0, rubric.licence.1),
        "",
        "",
        width,
    );
    out
}

/// The criteria as JSON.
pub fn rubric_json(rubric: &Rubric, chosen: &[usize]) -> Value {
    let ids = |list: &[crate::rubric::CriterionIndex]| -> Vec<String> {
        list.iter().map(|&at| rubric.criterion(at).id.clone()).collect()
    };
    let benchmarks: Vec<Value> = chosen
        .iter()
        .map(|&at| {
            let b = &rubric.benchmarks[at];
            let levels: Vec<Value> = b
                .levels
                .iter()
                .map(|level| {
                    let criteria: Vec<Value> = rubric.criteria[level.criteria.clone()]
                        .iter()
                        .map(|c| {
                            let examples: Vec<Value> = c
                                .examples
                                .iter()
                                .map(|(status, text)| json!({"status": status, "text": text}))
                                .collect();
                            json!({
                                "id": c.id, "text": c.text, "kind": c.kind, "form": c.form, "strand": c.strand,
                                "supersedes": ids(&c.supersedes), "theme": rubric.themes[c.theme].id,
                                "ask": c.ask, "action": c.action, "examples": examples,
                            })
                        })
                        .collect();
                    json!({"level": level.level, "descriptor": level.descriptor, "criteria": criteria})
                })
                .collect();
            json!({"id": b.id, "number": b.number, "title": b.title, "statement": b.statement, "levels": levels})
        })
        .collect();
    json!({
        "schema": "rubric-view/1", "id": rubric.id, "title": rubric.title, "edition": rubric.edition,
        "hash": rubric.hash, "attribution": rubric.attribution, "licence": rubric.licence.0,
        "benchmarks": benchmarks,
    })
}

/// What changed between two rubrics.
pub fn rubric_changes(diff: &RubricDiff, width: usize) -> String {
    let changes = &diff.changes;
    if changes.is_empty() {
        return "The rubrics say the same.\n".to_owned();
    }
    let mut out = String::new();
    for change in changes {
        let verb = match (&change.before, &change.after) {
            (None, _) => "new",
            (_, None) => "gone",
            _ => "changed",
        };
        let _ = writeln!(out, "{} {} {verb}", change.what, change.id);
        for (sign, text) in [("  - ", &change.before), ("  + ", &change.after)] {
            if let Some(text) = text {
                wrap(&mut out, text, sign, "    ", width);
            }
        }
    }
    let mut file = "";
    for again in &diff.look_again {
        if again.file != file {
            let _ =
                writeln!(out, "\nTo be looked at again: {}, {} ({})", again.area, again.period, again.file);
            file = &again.file;
        }
        let _ = writeln!(out, "  {}: {} is {}", again.statement, again.criterion, again.why);
    }
    out
}

/// What is to be done for a criterion, by the word used in JSON.
fn verb(id: &str) -> &'static str {
    match id {
        "complete" => "Complete",
        "finish" => "Finish what is planned",
        "restart" => "Restart",
        "find-out" => "Find out",
        "leave-behind" => "Leave behind",
        _ => "Put in place",
    }
}

/// How many other sets are shown.
const OTHER_SETS: usize = 4;

/// What gets each benchmark to a level, and who has promised it.
pub fn plan(view: &PlanView, width: usize) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}, {}    {}", view.area_name, view.period, view.marking);
    let _ = writeln!(out, "{}", view.rubric.title);
    for supposed in &view.supposed {
        let _ = writeln!(out, "Supposed: {} is {}.", supposed.criterion, words_of(supposed.status));
    }
    // Where something is supposed, what it does not touch is left out.
    let touched = |b: &&BenchmarkPlan| {
        let of = |supposed: &SupposedView| supposed.criterion.starts_with(&format!("{}.", b.id));
        view.supposed.is_empty() || view.supposed.iter().any(of)
    };
    for b in view.benchmarks.iter().filter(touched) {
        plan_benchmark(&mut out, b, !view.supposed.is_empty(), width);
    }
    if !view.supposed.is_empty() {
        return out;
    }
    plan_actions(&mut out, view, width);
    out
}

fn plan_benchmark(out: &mut String, b: &BenchmarkPlan, supposed: bool, width: usize) {
    let from = match (b.from, b.basis) {
        (None, _) => "not assessed".to_owned(),
        (Some(from), "judgement") if b.proposed != Some(from) => {
            format!("{from} as judged, {} by the evidence", level(b.proposed))
        }
        (Some(from), _) => from.to_string(),
    };
    let supposed_now = supposed;
    let supposed = if supposed { format!("; as supposed {}", level(b.supposed)) } else { String::new() };
    let to = b.to.map(|to| format!(" -> {to}")).unwrap_or_default();
    let _ = writeln!(out, "\n{}. {}: {from}{to}{supposed}", b.number, b.title);
    let Some(to) = b.to else {
        let _ = writeln!(out, "   Nothing is needed.");
        return;
    };
    let Some(first) = b.sets.first() else {
        let _ = writeln!(out, "   No set of criteria reaches {to}.");
        return;
    };
    if first.is_empty() {
        let what = if supposed_now { "With what is supposed the rule" } else { "The evidence" };
        let left = if supposed_now { "" } else { " already; what is left is a judgement" };
        let _ = writeln!(out, "   {what} gives {to}{left}.");
        return;
    }
    let many =
        if first.len() == 1 { "1 criterion is".to_owned() } else { format!("{} criteria are", first.len()) };
    let offset = if b.by_offset[0] { ", because strengths then outweigh a gap" } else { "" };
    wrap(out, &format!("{many} enough{offset}:"), "   ", "   ", width);
    for step in &b.steps {
        let line =
            format!("{}: {} ({})", verb(step.verb), step.text.trim_end_matches(['.', ',']), step.criterion);
        wrap(out, &line, "   - ", "     ", width);
        if !step.promised_by.is_empty() {
            wrap(out, &format!("promised in {}", step.promised_by.join(", ")), "     ", "     ", width);
        }
    }
    if b.ties > 1 {
        let others = &b.sets[1..b.sets.len().min(1 + OTHER_SETS)];
        wrap(out, "or with as few:", "   ", "   ", width);
        for set in others {
            // What differs from the first set says more than the whole.
            let without = |set: &[String], other: &[String]| -> String {
                let left: Vec<&str> =
                    set.iter().filter(|id| !other.contains(id)).map(String::as_str).collect();
                left.join(" and ")
            };
            let line = format!("{} instead of {}", without(set, first), without(first, set));
            wrap(out, &line, "   - ", "     ", width);
        }
        let more = b.ties - 1 - others.len();
        if more > 0 {
            wrap(out, &format!("and {more} more (`--format json` lists them)"), "   - ", "     ", width);
        }
    }
}

/// A criterion of the plan, in its words.
fn criterion(view: &PlanView, id: &str) -> String {
    let found = view.benchmarks.iter().flat_map(|b| &b.steps).find(|step| step.criterion == id);
    let words = found.map(|step| step.text.trim_end_matches(['.', ',']));
    words.map_or_else(|| id.to_owned(), |words| format!("“{words}” ({id})"))
}

fn plan_actions(out: &mut String, view: &PlanView, width: usize) {
    let title = |promised: bool| if promised { "Promised already" } else { "Nobody owns yet" };
    for promised in [true, false] {
        let mut any = false;
        for action in view.actions.iter().filter(|action| action.id.is_some() == promised) {
            if !any {
                let _ = writeln!(out, "\n{}", title(promised));
                any = true;
            }
            let numbers: Vec<String> = action.benchmarks.iter().map(ToString::to_string).collect();
            let mut line = if let Some(id) = &action.id {
                format!("{id}: {}", action.action.trim_end_matches('.'))
            } else {
                let needed: Vec<String> = action.needed.iter().map(|id| criterion(view, id)).collect();
                format!("{}: {}", action.action, needed.join("; "))
            };
            if promised {
                let owner = action.owner.as_deref().unwrap_or("nobody named");
                let due = action.due.as_deref().map_or("no date".to_owned(), |due| format!("by {due}"));
                let late = if action.overdue { ", overdue" } else { "" };
                let _ = write!(line, " ({owner}, {due}{late})");
            }
            if action.benchmarks.len() > 1 {
                let _ = write!(line, "; serves {}", numbers.join(", "));
            }
            wrap(out, &line, "   - ", "     ", width);
            if promised && action.needed.is_empty() {
                wrap(out, "not needed for these levels", "     ", "     ", width);
            }
        }
    }
}
