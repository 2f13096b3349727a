//! What the commands on many assessments print for a person.

use std::fmt::Write as _;

use super::{level, table, wrap};
use crate::compare::{Comparison, Figures, ViewComparison};
use crate::history::{ActionTrack, AreaHistory, Change, ChangeKind, Helped, History};
use crate::moderate::{Agreement, Disagreement, Moderation, NoKappa, VignetteComparison};
use crate::report::region::Call;
use crate::report::years::{across_editions, tells};

/// How many of a long list are shown.
const FIRST: usize = 12;

fn more(out: &mut String, left: usize) {
    if left > 0 {
        let _ = writeln!(out, "  and {left} more (`--format json` lists them)");
    }
}

fn areas(count: usize) -> String {
    if count == 1 { "1 area, and none to set it beside".to_owned() } else { format!("{count} areas") }
}

fn figures(of: &Figures) -> [String; 3] {
    let text = |median: Option<String>| median.unwrap_or_else(|| "-".to_owned());
    let range = match (of.lowest, of.highest) {
        (Some(lowest), Some(highest)) if lowest == highest => lowest.to_string(),
        (Some(lowest), Some(highest)) => format!("{lowest} to {highest}"),
        _ => "-".to_owned(),
    };
    [
        text(of.median.map(|median| median.to_string())),
        range,
        text(of.not_met.map(|not_met| format!("{not_met} of {}", of.n))),
    ]
}

/// Areas side by side.
pub fn comparison(view: &Comparison, calls: &[Call], plain: bool, width: usize) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}, {}    {}", areas(view.areas.len()), view.period, view.marking);
    let _ = writeln!(out, "{}\n", view.rubric.title);
    let mut levels = table(plain);
    let numbers = view.benchmarks.iter().map(|benchmark| benchmark.number.to_string());
    levels.set_header(["area".to_owned()].into_iter().chain(numbers).chain(["not met".to_owned()]));
    for area in &view.areas {
        let row = view.benchmarks.iter().map(|benchmark| match benchmark.levels.get(&area.id) {
            Some(level) if benchmark.basis.get(&area.id) == Some(&"proposal") => format!("{level}*"),
            Some(level) => level.to_string(),
            None => "-".to_owned(),
        });
        levels.add_row(
            [area.name.clone()]
                .into_iter()
                .chain(row)
                .chain([format!("{} of {}", area.not_met, area.scored)]),
        );
    }
    let _ = writeln!(out, "{levels}");
    if view.benchmarks.iter().any(|b| b.basis.values().any(|basis| *basis == "proposal")) {
        let _ = writeln!(out, "* proposed from the evidence; nobody has judged it yet.");
    }
    out.push('\n');
    let mut summary = table(plain);
    let head = format!("below {}", view.rubric.target);
    summary.set_header(["", view.rubric.unit.as_str(), "median", "range", &head]);
    for benchmark in &view.benchmarks {
        let [median, range, not_met] = figures(&benchmark.figures);
        summary.add_row([benchmark.number.to_string(), benchmark.title.clone(), median, range, not_met]);
    }
    let _ = writeln!(out, "{summary}");
    groups(&mut out, view, plain);
    calls_first(&mut out, calls, width);
    practice(&mut out, view, width);
    weights(&mut out, view, plain, width);
    let note = "The benchmarks are not equally weighted and no weights are published, so there is no total and no order of areas. Figures of groups of fewer than three areas are not shown. `report region` writes this as a page.";
    out.push('\n');
    wrap(&mut out, note, "", "", width);
    out
}

fn groups(out: &mut String, view: &Comparison, plain: bool) {
    for by in ["kind", "region", "funding"] {
        let groups: Vec<_> = view.groups.iter().filter(|group| group.by == by).collect();
        if groups.len() < 2 {
            continue;
        }
        let _ = writeln!(out, "\nMedian by {by}");
        let mut medians = table(plain);
        let numbers = view.benchmarks.iter().map(|benchmark| benchmark.number.to_string());
        medians.set_header([by.to_owned(), "areas".to_owned()].into_iter().chain(numbers));
        for group in groups {
            let cells = group.benchmarks.iter().map(|(_, figures)| {
                figures.median.map_or_else(|| "-".to_owned(), |median| median.to_string())
            });
            medians.add_row([group.name.clone(), group.areas.len().to_string()].into_iter().chain(cells));
        }
        let _ = writeln!(out, "{medians}");
    }
}

/// Whom to call, those with most to ask about first.
fn calls_first(out: &mut String, calls: &[Call], width: usize) {
    if calls.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nWhom to call first, and about what");
    for call in calls.iter().take(2 * FIRST) {
        let _ = writeln!(out, "  {}", call.name);
        for line in call.ask.iter().chain(&call.learn).take(FIRST) {
            wrap(out, line, "    - ", "      ", width);
        }
        let left = (call.ask.len() + call.learn.len()).saturating_sub(FIRST);
        if left > 0 {
            let _ = writeln!(out, "    - and {left} more");
        }
    }
    more(out, calls.len().saturating_sub(2 * FIRST));
}

fn practice(out: &mut String, view: &Comparison, width: usize) {
    if view.practice.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nGood practice that may be shared");
    for item in view.practice.iter().take(FIRST) {
        wrap(out, &format!("{} [{}]", item.text, item.criterion), "  ", "    ", width);
        let has: Vec<String> = item
            .has
            .iter()
            .map(|donor| format!("{} ({}, {})", donor.area, donor.level, donor.statement))
            .collect();
        let lacks: Vec<String> = item
            .lacks
            .iter()
            .map(|lack| {
                format!(
                    "{} ({}, {})",
                    lack.area,
                    lack.level,
                    lack.status.map_or("not mentioned", super::Status::words)
                )
            })
            .collect();
        wrap(out, &format!("in place: {}", has.join("; ")), "    ", "      ", width);
        wrap(out, &format!("to be found out or put in place: {}", lacks.join("; ")), "    ", "      ", width);
    }
    more(out, view.practice.len().saturating_sub(FIRST));
}

fn weights(out: &mut String, view: &Comparison, plain: bool, width: usize) {
    let Some(weights) = &view.weights else { return };
    let _ = writeln!(out, "\nBy the weights “{}”, version {}", weights.name, weights.version);
    let mut order = table(plain);
    order.set_header(["", "area", "weighted mean", "equal weights", "mean"]);
    for area in &weights.order {
        order.add_row([
            area.place.to_string(),
            area.area.clone(),
            format!("{:.2}", area.mean),
            area.equal_place.to_string(),
            format!("{:.2}", area.equal_mean),
        ]);
    }
    let _ = writeln!(out, "{order}");
    let says = if weights.survives {
        "The order survives equal weights: no two areas stand the other way round.".to_owned()
    } else {
        let pairs: Vec<String> =
            weights.reversed.iter().take(FIRST).map(|(a, b)| format!("{a} and {b}")).collect();
        format!(
            "The order does not survive equal weights. Pairs that stand the other way round ({} in all): {}.",
            weights.reversed.len(),
            pairs.join("; ")
        )
    };
    wrap(out, &format!("{says} These weights are the user's own; none are published."), "", "", width);
    if !weights.left_out.is_empty() {
        wrap(
            out,
            &format!("Left out, because a level is missing: {}.", weights.left_out.join(", ")),
            "",
            "",
            width,
        );
    }
}

/// Areas under another grouping of the scores.
pub fn view(comparison: &Comparison, view: &ViewComparison, plain: bool, width: usize) -> String {
    let mut out = String::new();
    let _ =
        writeln!(out, "{}, {}    {}", areas(comparison.areas.len()), comparison.period, comparison.marking);
    let _ = writeln!(out, "{}\n", view.title);
    let mut scores = table(plain);
    let numbers = view.sections.iter().map(|section| section.number.to_string());
    scores.set_header(["area".to_owned()].into_iter().chain(numbers));
    for area in &comparison.areas {
        let cells = view.sections.iter().map(|section| {
            let scores = section.scores.get(&area.id).map(Vec::as_slice).unwrap_or_default();
            let headline = level(section.headlines.get(&area.id).copied());
            if scores.len() < 2 {
                return headline;
            }
            let all: Vec<String> = scores.iter().map(|score| level(*score)).collect();
            format!("{headline} ({})", all.join(", "))
        });
        scores.add_row([area.name.clone()].into_iter().chain(cells));
    }
    let _ = writeln!(out, "{scores}\n");
    for section in &view.sections {
        let [median, range, not_met] = figures(&section.figures);
        let line = format!(
            "{}. {}: median {median}, range {range}, below {} {not_met}",
            section.number, section.title, comparison.rubric.target
        );
        wrap(&mut out, &line, "", "   ", width);
    }
    out.push('\n');
    wrap(&mut out, &view.note, "", "", width);
    out
}

/// A share as a whole percentage.
fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn kappa(of: &Agreement) -> String {
    match (of.qwk, of.interval, of.why_not) {
        (Some(kappa), Some([low, high]), _) => format!("{kappa:.2} ({low:.2} to {high:.2})"),
        (Some(kappa), None, _) => format!("{kappa:.2} (no interval)"),
        (None, _, Some(NoKappa::TooFew)) => "fewer than 30 pairs".to_owned(),
        (None, _, _) => "undefined: one level only".to_owned(),
    }
}

fn signed(difference: f64) -> String {
    format!("{difference:+.2}")
}

fn disagreement(part: &Disagreement) -> String {
    let levels: Vec<String> = part.levels.iter().map(|(rater, level)| format!("{rater} {level}")).collect();
    let line = if part.across_the_line { ", on two sides of the line" } else { "" };
    let (area, period, number) = (&part.area, &part.period, part.number);
    format!("{area} {period}, {number}: {} ({} apart{line})", levels.join(", "), part.apart)
}

/// Raters side by side.
pub fn moderation(view: &Moderation, width: usize) -> String {
    let mut out = String::new();
    if view.assessments > 0 {
        let many = if view.assessments == 1 {
            "1 assessment".to_owned()
        } else {
            format!("{} assessments", view.assessments)
        };
        let _ = writeln!(out, "{many}    {}", view.marking);
        let _ = writeln!(out, "{}\n", view.rubric.title);
    }
    if !view.pairs.is_empty() {
        let mut pairs = table(false);
        pairs.set_header([
            "raters",
            "pairs",
            "exact",
            "within one",
            "weighted kappa (95 %)",
            "first less second",
        ]);
        for pair in &view.pairs {
            let agreement = &pair.agreement;
            pairs.add_row([
                pair.raters.join(", "),
                agreement.n.to_string(),
                percent(agreement.exact),
                percent(agreement.within_one),
                kappa(agreement),
                signed(agreement.signed_difference),
            ]);
        }
        let _ = writeln!(out, "{pairs}");
        let raters: Vec<String> = view
            .severity
            .raters
            .iter()
            .map(|rater| format!("{} {}", rater.rater, signed(rater.severity)))
            .collect();
        if !raters.is_empty() {
            let line = format!(
                "Severity in levels, exploratory (an additive model; above nothing is strict): {}.",
                raters.join(", ")
            );
            out.push('\n');
            wrap(&mut out, &line, "", "", width);
        }
    }
    if !view.discuss.is_empty() {
        let _ = writeln!(out, "\nTo discuss first");
        for part in view.discuss.iter().take(FIRST) {
            wrap(&mut out, &disagreement(part), "  - ", "    ", width);
        }
        more(&mut out, view.discuss.len().saturating_sub(FIRST));
    }
    if let Some(vignettes) = &view.vignettes {
        vignette_scores(&mut out, vignettes, width);
    }
    out
}

fn vignette_scores(out: &mut String, view: &VignetteComparison, width: usize) {
    let _ = writeln!(out, "\n{}", view.title);
    let mut raters = table(false);
    raters.set_header(["rater", "scored", "as the reference", "within one", "less the reference"]);
    let row = |name: String, agreement: &Agreement| {
        [
            name,
            agreement.n.to_string(),
            percent(agreement.exact),
            percent(agreement.within_one),
            signed(agreement.signed_difference),
        ]
    };
    for rater in &view.raters {
        raters.add_row(row(rater.rater.clone(), &rater.agreement));
    }
    for pair in &view.pairs {
        raters.add_row(row(pair.raters.join(" beside "), &pair.agreement));
    }
    let _ = writeln!(out, "{raters}");
    let apart: Vec<_> = view.items.iter().filter(|item| item.apart > 0).collect();
    if !apart.is_empty() {
        let _ = writeln!(out, "\nVignettes to discuss");
    }
    for item in apart {
        let levels: Vec<String> =
            item.levels.iter().map(|(rater, level)| format!("{rater} {level}")).collect();
        let line = format!(
            "{} ({}): {}; reference {}. {}",
            item.id,
            item.number,
            levels.join(", "),
            item.reference,
            item.reason
        );
        wrap(out, &line, "  - ", "    ", width);
    }
}

/// Areas over the years.
pub fn history(view: &History, width: usize) -> String {
    let mut out = String::new();
    if let [area] = view.areas.as_slice() {
        one_area(&mut out, view, area, width);
    } else {
        many_areas(&mut out, view, width);
    }
    out
}

fn one_area(out: &mut String, view: &History, area: &AreaHistory, width: usize) {
    let _ = writeln!(out, "{}    {}\n", area.name, view.marking);
    let mut levels = table(false);
    let periods = area.periods.iter().map(|period| period.period.clone());
    levels.set_header([String::new(), "benchmark".to_owned()].into_iter().chain(periods));
    let across = across_editions(area);
    for benchmark in &area.benchmarks {
        let cells = area.periods.iter().map(|period| match benchmark.levels.get(&period.period) {
            _ if across => benchmark.bands.get(&period.period).cloned().unwrap_or_else(|| "-".to_owned()),
            found => level(found.copied()),
        });
        levels.add_row([benchmark.number.to_string(), benchmark.title.clone()].into_iter().chain(cells));
    }
    let _ = writeln!(out, "{levels}");
    if !area.missing.is_empty() {
        let _ = writeln!(out, "There is no assessment of {}.", area.missing.join(", "));
    }
    if !area.begun.is_empty() {
        let _ = writeln!(out, "Begun and not yet assessed: {}.", area.begun.join(", "));
    }
    if across {
        let _ = writeln!(out, "The criteria are of different editions, so only bands are compared.");
    }
    let _ = writeln!(out, "\nWhat changed, and why");
    for benchmark in &area.benchmarks {
        for change in benchmark.changes.iter().filter(|change| tells(change)) {
            let levels = |period: &String| match benchmark.bands.get(period) {
                Some(band) if across => band.clone(),
                _ => level(benchmark.levels.get(period).copied()),
            };
            let head = format!(
                "{}. {}: {} in {}, {} in {}{}",
                benchmark.number,
                benchmark.title,
                levels(&change.from),
                change.from,
                levels(&change.to),
                change.to,
                parts(change)
            );
            wrap(out, &head, "  ", "    ", width);
            if let Some(reason) = &change.reason {
                wrap(out, &format!("the assessor: {reason}"), "    ", "    ", width);
            }
            for criterion in change.criteria.iter().take(FIRST) {
                let words = |status: Option<super::Status>, holds: Option<bool>| match holds {
                    Some(true) => "so",
                    Some(false) => "not so",
                    None => status.map_or("not mentioned", super::Status::words),
                };
                let (from, to) =
                    (words(criterion.from, criterion.held), words(criterion.to, criterion.holds));
                let line = format!("{}: {from}, now {to}", criterion.criterion);
                wrap(out, &line, "    - ", "      ", width);
            }
        }
    }
    actions(out, area, width);
    if !area.stale.is_empty() {
        let _ = writeln!(out, "\nEvidence that is older than the period");
        for stale in &area.stale {
            let source = stale.source.as_deref().unwrap_or("no title");
            let number = stale.benchmark.map(|number| format!(", benchmark {number}")).unwrap_or_default();
            wrap(
                out,
                &format!("{}{number}: {source}, {}", stale.statement, stale.date),
                "  - ",
                "    ",
                width,
            );
        }
    }
    if area.undated > 0 {
        let _ = writeln!(out, "\n{} statements bear no date.", area.undated);
    }
}

/// Of what a difference is made.
fn parts(change: &Change) -> String {
    let named = [(change.evidence, "evidence"), (change.rubric, "rubric"), (change.judgement, "judgement")];
    let said: Vec<String> = named
        .iter()
        .filter_map(|(part, name)| part.filter(|part| *part != 0).map(|part| format!("{name} {part:+}")))
        .collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
}

fn actions(out: &mut String, area: &AreaHistory, width: usize) {
    let actions = &area.actions;
    if actions.promised == 0 {
        return;
    }
    let _ = writeln!(out, "\nPromised and done");
    let line = format!(
        "{} promised: {} done, {} open or under way, {} overdue, {} dropped. Carried over at least once: {}. Open once and mentioned no more: {}.",
        actions.promised,
        actions.done,
        actions.open,
        actions.overdue,
        actions.dropped,
        actions.carried_over,
        actions.lost
    );
    wrap(out, &line, "  ", "  ", width);
    for action in &actions.list {
        wrap(out, &action_line(action), "  - ", "    ", width);
    }
}

fn action_line(action: &ActionTrack) -> String {
    let mut says = vec![format!("promised in {}", action.first)];
    if action.carried_over > 0 {
        says.push(if action.carried_over == 1 {
            "carried over once".to_owned()
        } else {
            format!("carried over {} times", action.carried_over)
        });
    }
    says.push(match (action.status, action.overdue) {
        (_, true) => format!("overdue since {}", action.due.as_deref().unwrap_or_default()),
        ("in-progress", _) => "in progress".to_owned(),
        (status, _) => status.to_owned(),
    });
    if action.lost {
        says.push(format!("not mentioned after {}", action.last));
    }
    if let Some(reason) = &action.reason {
        says.push(reason.trim_end_matches('.').to_owned());
    }
    match action.helped {
        Some(Helped::Yes) => says.push("its criteria are now in place".to_owned()),
        Some(Helped::InPart) => says.push("some of its criteria are now in place".to_owned()),
        Some(Helped::No) => says.push("its criteria are not in place".to_owned()),
        Some(Helped::NotShown) => says.push("no later evidence says whether it helped".to_owned()),
        Some(Helped::Already) => says.push("its criteria were in place already".to_owned()),
        Some(Helped::Unknown) | None => {}
    }
    let owner = action.owner.as_deref().map(|owner| format!(" ({owner})")).unwrap_or_default();
    format!("{}: {}{owner}: {}", action.id, action.action.trim_end_matches('.'), says.join("; "))
}

fn many_areas(out: &mut String, view: &History, width: usize) {
    let _ = writeln!(out, "{} areas    {}", view.areas.len(), view.marking);
    for trend in &view.trends {
        let _ = writeln!(out, "\n{} to {}", trend.from, trend.to);
        let mut rows = table(false);
        rows.set_header(["", "benchmark", "areas", "rose", "fell", "stayed"]);
        for benchmark in &trend.benchmarks {
            rows.add_row([
                benchmark.number.to_string(),
                benchmark.title.clone(),
                benchmark.n.to_string(),
                benchmark.rose.to_string(),
                benchmark.fell.to_string(),
                benchmark.same.to_string(),
            ]);
        }
        let _ = writeln!(out, "{rows}");
    }
    let _ = writeln!(out, "\nArea by area, over all periods");
    let mut rows = table(false);
    rows.set_header([
        "area",
        "periods",
        "rose",
        "fell",
        "promised",
        "done",
        "overdue",
        "carried over",
        "old evidence",
    ]);
    for area in view.areas.iter().take(400) {
        let count = |kind: ChangeKind| {
            area.benchmarks
                .iter()
                .flat_map(|b| &b.changes)
                .filter(|change| change.kind == kind)
                .count()
                .to_string()
        };
        rows.add_row([
            area.name.clone(),
            area.periods.len().to_string(),
            count(ChangeKind::Rose),
            count(ChangeKind::Fell),
            area.actions.promised.to_string(),
            area.actions.done.to_string(),
            area.actions.overdue.to_string(),
            area.actions.carried_over.to_string(),
            area.stale.len().to_string(),
        ]);
    }
    let _ = writeln!(out, "{rows}");
    let gaps: Vec<String> = view
        .areas
        .iter()
        .filter(|area| !area.missing.is_empty())
        .map(|area| format!("{} ({})", area.name, area.missing.join(", ")))
        .collect();
    if !gaps.is_empty() {
        wrap(out, &format!("Years without an assessment: {}.", gaps.join("; ")), "", "", width);
    }
    out.push('\n');
    wrap(out, "Name one area's folder to see what changed in it and why.", "", "", width);
}
