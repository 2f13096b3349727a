//! What the report on a region says: areas beside each other, whom to call first, and who could learn from whom.

use std::collections::BTreeMap;

use serde::Serialize;

use super::chart::{Chart, Said, Scale, Strip, heat_chart, strip_chart};
use super::words::Words;
use crate::cohort::Halves;
use crate::compare::weights::WeighedArea;
use crate::compare::{
    Comparison, Figures, Outlier, Practice, Reason, SectionComparison, ViewComparison, Weighed,
};
use crate::history::{History, Trend};
use crate::moderate::{Agreement, Disagreement, FEWEST_PAIRS, Moderation, NoKappa};
use crate::rubric::sentence::{capitalised, fill};
use crate::rubric::{Rubric, Status};

/// The view of a report on a region. Templates see these names.
#[derive(Debug, Serialize)]
pub struct RegionView {
    /// The region, if all areas are of one.
    pub region: Option<String>,
    /// The period.
    pub period: String,
    /// The date, in words.
    pub date: String,
    /// The marking.
    pub marking: String,
    /// What one scored unit is called.
    pub unit: String,
    /// The same for several.
    pub units: String,
    /// What the duty is called.
    pub duty: String,
    /// The level at which the duty is met.
    pub target: u8,
    /// What a reader must know about the scores.
    pub caveats: Vec<String>,
    /// The rubric: title, edition and publisher.
    pub rubric: BTreeMap<&'static str, String>,
    /// How many areas are compared.
    pub count: usize,
    /// Areas without an assessment of this period.
    pub missing: Vec<String>,
    /// The benchmarks in which areas fall short, those with most areas first.
    pub weakest: Vec<WeakView>,
    /// The benchmarks.
    pub benchmarks: Vec<FiguresView>,
    /// The areas with their levels, in the order of the benchmarks.
    pub areas: Vec<AreaRow>,
    /// How many levels nobody has judged.
    pub proposed: usize,
    /// Whom to call first, and about what.
    pub calls: Vec<Call>,
    /// Medians by group.
    pub groups: Vec<GroupView>,
    /// Other groupings of the scores.
    pub views: Vec<ViewTable>,
    /// Good practice, benchmark by benchmark.
    pub practice: Vec<PracticeView>,
    /// How far raters agree.
    pub pairs: Vec<PairView>,
    /// What changed since the year before.
    pub trend: Option<TrendView>,
    /// What weights of the user's own come to, if there are any.
    pub weights: Option<WeightsView>,
    /// The words of the language.
    pub words: Words,
}

/// A benchmark in which areas fall short.
#[derive(Debug, Serialize)]
pub struct WeakView {
    /// Its number.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// In how many areas.
    pub count: usize,
}

/// The figures of a benchmark, in words.
#[derive(Debug, Serialize)]
pub struct FiguresView {
    /// Its number.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// The median.
    pub median: String,
    /// The range.
    pub range: String,
    /// How many areas are below the level at which the duty is met.
    pub not_met: String,
}

/// An area with its levels.
#[derive(Debug, Serialize)]
pub struct AreaRow {
    /// Its name.
    pub name: String,
    /// Its levels, in the order of the benchmarks.
    pub levels: Vec<String>,
    /// How many are below the level at which the duty is met.
    pub not_met: usize,
}

/// An area to call.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Its id.
    #[serde(skip)]
    pub area: String,
    /// Its name.
    pub name: String,
    /// What there is to ask about.
    pub ask: Vec<String>,
    /// What there is to learn.
    pub learn: Vec<String>,
}

/// Medians of groups.
#[derive(Debug, Serialize)]
pub struct GroupView {
    /// What the groups have in common.
    pub by: String,
    /// The groups: name, how many areas, the median of each benchmark.
    pub rows: Vec<(String, usize, Vec<String>)>,
}

/// Another grouping of the scores.
#[derive(Debug, Serialize)]
pub struct ViewTable {
    /// Its title.
    pub title: String,
    /// What a reader must know about it.
    pub note: String,
    /// Its sections: number and title.
    pub sections: Vec<(u16, String)>,
    /// The areas: name, and the score of each section.
    pub rows: Vec<(String, Vec<String>)>,
}

/// Good practice in a benchmark.
#[derive(Debug, Serialize)]
pub struct PracticeView {
    /// The benchmark's number.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// What is in place somewhere and lacks elsewhere.
    pub items: Vec<PracticeItem>,
    /// What is said of it, each once: the area, the statement, and the date of its source, in words.
    pub quotations: Vec<(String, String, Option<String>)>,
}

/// One criterion that is in place somewhere and lacks elsewhere.
#[derive(Debug, Serialize)]
pub struct PracticeItem {
    /// The criterion.
    pub text: String,
    /// Who has it.
    pub has: Vec<String>,
    /// Who lacks it: what the evidence says, and the areas of which it says that.
    pub lacks: Vec<(String, Vec<String>)>,
}

/// Two raters.
#[derive(Debug, Serialize)]
pub struct PairView {
    /// Who.
    pub raters: String,
    /// How many pairs.
    pub n: usize,
    /// How many of a hundred agree.
    pub exact: String,
    /// How many of a hundred are at most one apart.
    pub within_one: String,
    /// Weighted kappa, or why there is none.
    pub kappa: String,
    /// The mean of the first's level less the second's.
    pub difference: String,
}

/// What weights of the user's own come to.
#[derive(Debug, Serialize)]
pub struct WeightsView {
    /// What they are called.
    pub name: String,
    /// Their version.
    pub version: String,
    /// The areas in their order: place, name, weighted mean, place under equal weights, plain mean.
    pub rows: Vec<(usize, String, String, usize, String)>,
    /// Whether equal weights put no two areas the other way round.
    pub survives: bool,
    /// How many pairs they put the other way round.
    pub reversed: usize,
    /// Areas left out, because a level is missing.
    pub left_out: Vec<String>,
}

/// What changed since the year before.
#[derive(Debug, Serialize)]
pub struct TrendView {
    /// The year before.
    pub from: String,
    /// The benchmarks: number, title, how many areas, how many rose, fell and stayed.
    pub rows: Vec<(u16, String, usize, usize, usize, usize)>,
}

/// Gathers what the report on a region says. `day` is the day of the report.
pub fn region_view(
    rubric: &Rubric,
    comparison: &Comparison,
    moderation: &Moderation,
    history: &History,
    day: &str,
    words: &Words,
) -> RegionView {
    let says = &words.cohort;
    let name = |area: &str| area_name(comparison, area);
    let mut regions: Vec<&str> = comparison.areas.iter().filter_map(|area| area.region.as_deref()).collect();
    regions.sort_unstable();
    regions.dedup();
    let whole = comparison.areas.iter().all(|area| area.region.is_some());
    let mut weakest: Vec<WeakView> = comparison
        .benchmarks
        .iter()
        .filter_map(|b| {
            let count = b.figures.not_met.filter(|count| *count > 0)?;
            Some(WeakView { number: b.number, title: b.title.clone(), count })
        })
        .collect();
    weakest.sort_by_key(|weak| (usize::MAX - weak.count, weak.number));
    // The first three, and those that are no better than the third.
    if let Some(third) = weakest.get(2).map(|weak| weak.count) {
        weakest.retain(|weak| weak.count >= third);
    }
    let levels = |area: &str| -> Vec<Option<u8>> {
        comparison.benchmarks.iter().map(|b| b.levels.get(area).copied()).collect()
    };
    RegionView {
        region: regions.first().filter(|_| whole && regions.len() == 1).map(|region| (*region).to_owned()),
        period: comparison.period.clone(),
        date: words.day(day),
        marking: comparison.marking.to_owned(),
        unit: rubric.unit.clone(),
        units: rubric.units.clone(),
        duty: rubric.duty.clone(),
        target: rubric.target.0,
        caveats: rubric.caveats.clone(),
        rubric: BTreeMap::from([
            ("title", rubric.title.clone()),
            ("edition", rubric.edition.clone()),
            ("publisher", rubric.publisher.clone()),
        ]),
        count: comparison.areas.len(),
        missing: comparison.missing_names.clone(),
        weakest,
        benchmarks: comparison
            .benchmarks
            .iter()
            .map(|b| {
                let [median, range, not_met] = figures(&b.figures, words);
                FiguresView { number: b.number, title: b.title.clone(), median, range, not_met }
            })
            .collect(),
        areas: comparison
            .areas
            .iter()
            .map(|area| AreaRow {
                name: area.name.clone(),
                levels: levels(&area.id).into_iter().map(level_text).collect(),
                not_met: area.not_met,
            })
            .collect(),
        proposed: comparison
            .benchmarks
            .iter()
            .flat_map(|b| b.basis.values())
            .filter(|basis| **basis == "proposal")
            .count(),
        calls: calls(comparison, moderation, history, &rubric.units, words),
        groups: [("kind", &says.kind), ("region", &says.region), ("funding", &says.funding)]
            .into_iter()
            .filter_map(|(by, head)| group(comparison, by, head, words))
            .collect(),
        views: comparison.views.iter().map(|view| view_table(comparison, view)).collect(),
        practice: practice(comparison, &name, words),
        pairs: pairs(moderation, words),
        weights: comparison.weights.as_ref().map(|weights| weights_view(comparison, weights)),
        trend: history.trends.iter().find(|trend| trend.to == comparison.period).map(trend),
        words: words.clone(),
    }
}

/// The areas under another grouping: of a section of several benchmarks the headline and each score.
fn view_table(comparison: &Comparison, view: &ViewComparison) -> ViewTable {
    let cell = |section: &SectionComparison, area: &str| {
        let scores = section.scores.get(area).map(Vec::as_slice).unwrap_or_default();
        let headline = level_text(section.headlines.get(area).copied());
        if scores.len() < 2 {
            return headline;
        }
        let all: Vec<String> = scores.iter().map(|score| level_text(*score)).collect();
        format!("{headline} ({})", all.join(", "))
    };
    ViewTable {
        title: view.title.clone(),
        note: view.note.clone(),
        sections: view.sections.iter().map(|section| (section.number, section.title.clone())).collect(),
        rows: comparison
            .areas
            .iter()
            .map(|area| {
                let cells = view.sections.iter().map(|section| cell(section, &area.id)).collect();
                (area.name.clone(), cells)
            })
            .collect(),
    }
}

fn weights_view(comparison: &Comparison, weights: &Weighed) -> WeightsView {
    let row = |area: &WeighedArea| {
        let [weighted, plain] = [area.mean, area.equal_mean].map(|mean| format!("{mean:.2}"));
        (area.place, area_name(comparison, &area.area), weighted, area.equal_place, plain)
    };
    WeightsView {
        name: weights.name.clone(),
        version: weights.version.clone(),
        rows: weights.order.iter().map(row).collect(),
        survives: weights.survives,
        reversed: weights.reversed.len(),
        left_out: weights.left_out.iter().map(|area| area_name(comparison, area)).collect(),
    }
}

fn level_text(level: Option<u8>) -> String {
    level.map_or_else(|| "–".to_owned(), |level| level.to_string())
}

fn area_name(comparison: &Comparison, id: &str) -> String {
    comparison.areas.iter().find(|area| area.id == id).map_or(id, |area| area.name.as_str()).to_owned()
}

/// Median, range and number not met, in words.
fn figures(of: &Figures, words: &Words) -> [String; 3] {
    let says = &words.cohort;
    let none = || "–".to_owned();
    let range = match (of.lowest, of.highest) {
        (Some(lowest), Some(highest)) if lowest == highest => lowest.to_string(),
        (Some(lowest), Some(highest)) => {
            fill(&says.range, &[("lowest", lowest.to_string()), ("highest", highest.to_string())])
        }
        _ => none(),
    };
    let part = |part: usize| fill(&says.part, &[("part", part.to_string()), ("whole", of.n.to_string())]);
    [of.median.map_or_else(none, |median| median.to_string()), range, of.not_met.map_or_else(none, part)]
}

fn group(comparison: &Comparison, by: &str, head: &str, words: &Words) -> Option<GroupView> {
    let groups: Vec<_> = comparison.groups.iter().filter(|group| group.by == by).collect();
    let name = |name: &str| match name {
        "funded" => words.cohort.funded.clone(),
        "formerly-funded" => words.cohort.formerly_funded.clone(),
        "unfunded" => words.cohort.unfunded.clone(),
        other => other.replace('-', " "),
    };
    (groups.len() > 1).then(|| GroupView {
        by: head.to_owned(),
        rows: groups
            .iter()
            .map(|group| {
                let medians = group
                    .benchmarks
                    .iter()
                    .map(|(_, figures)| {
                        figures.median.map_or_else(|| "–".to_owned(), |median| median.to_string())
                    })
                    .collect();
                (name(&group.name), group.areas.len(), medians)
            })
            .collect(),
    })
}

/// Whether something calls for a question about what is wrong, and not about what works.
fn worries(reason: Reason) -> bool {
    !matches!(reason, Reason::AboveOthers | Reason::AboveOwn | Reason::Rose | Reason::RoseInSeveral)
}

/// Whom to call, those with most to ask about first: what stands out, where people part, and what is overdue.
pub fn calls(
    comparison: &Comparison,
    moderation: &Moderation,
    history: &History,
    units: &str,
    words: &Words,
) -> Vec<Call> {
    let mut by_area: BTreeMap<&str, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for area in comparison.areas.iter().filter(|area| area.not_met > 0) {
        let line = fill(
            &words.cohort.not_met,
            &[
                ("count", area.not_met.to_string()),
                ("scored", area.scored.to_string()),
                ("units", units.to_owned()),
            ],
        );
        by_area.entry(&area.id).or_default().0.push(line);
    }
    for found in &comparison.outliers {
        let lists = by_area.entry(&found.area).or_default();
        let list = if worries(found.reason) { &mut lists.0 } else { &mut lists.1 };
        list.push(outlier(comparison, found, units, words));
    }
    for part in moderation.discuss.iter().filter(|part| part.between_people) {
        by_area.entry(&part.area).or_default().0.push(disagreement(comparison, part, words));
    }
    for area in &history.areas {
        let overdue = area.actions.overdue;
        let compared = comparison.areas.iter().any(|known| known.id == area.id);
        if overdue > 0 && compared {
            let sentence = if overdue == 1 { &words.cohort.one_overdue } else { &words.cohort.overdue };
            by_area.entry(&area.id).or_default().0.push(fill(sentence, &[("count", overdue.to_string())]));
        }
    }
    let mut calls: Vec<Call> = by_area
        .into_iter()
        .map(|(area, (ask, learn))| Call {
            area: area.to_owned(),
            name: area_name(comparison, area),
            ask,
            learn,
        })
        .collect();
    calls.sort_by(|a, b| (b.ask.len(), &a.area).cmp(&(a.ask.len(), &b.area)));
    calls
}

fn title(comparison: &Comparison, number: u16) -> String {
    let found = comparison.benchmarks.iter().find(|benchmark| benchmark.number == number);
    found.map(|benchmark| benchmark.title.clone()).unwrap_or_default()
}

fn outlier(comparison: &Comparison, found: &Outlier, units: &str, words: &Words) -> String {
    let number = found.benchmark.unwrap_or_default();
    let detail = found.detail.clone().unwrap_or_default();
    let sentence = match (found.reason, found.benchmark) {
        (Reason::SameText, None) => &words.cohort.same_text_elsewhere,
        (reason, _) => words.outlier(reason),
    };
    fill(
        sentence,
        &[
            ("number", number.to_string()),
            ("title", title(comparison, number)),
            ("level", level_text(found.level)),
            ("against", found.against.as_ref().map(Halves::to_string).unwrap_or_default()),
            ("date", words.day(&detail)),
            ("detail", detail),
            ("other", found.other.as_deref().map(|other| area_name(comparison, other)).unwrap_or_default()),
            ("count", found.count.unwrap_or_default().to_string()),
            ("units", units.to_owned()),
        ],
    )
}

fn disagreement(comparison: &Comparison, part: &Disagreement, words: &Words) -> String {
    let levels: Vec<String> = part
        .levels
        .iter()
        .map(|(rater, level)| {
            let rater = words.rater(rater).to_owned();
            fill(&words.cohort.rater_level, &[("rater", rater), ("level", level.to_string())])
        })
        .collect();
    let sentence = if part.across_the_line { &words.cohort.across } else { &words.cohort.disagreement };
    fill(
        sentence,
        &[
            ("number", part.number.to_string()),
            ("title", title(comparison, part.number)),
            ("levels", levels.join(", ")),
            ("apart", part.apart.to_string()),
        ],
    )
}

fn practice(comparison: &Comparison, name: &dyn Fn(&str) -> String, words: &Words) -> Vec<PracticeView> {
    let mut views: Vec<PracticeView> = Vec::new();
    for practice in &comparison.practice {
        let item = PracticeItem {
            text: capitalised(practice.text.trim_end_matches(['.', ','])),
            has: unique(practice.has.iter().map(|donor| name(&donor.area)).collect()),
            lacks: lacking(practice, name, words),
        };
        let quotations = practice.has.iter().map(|donor| {
            let date = donor.date.as_deref().map(|date| words.day(date));
            (name(&donor.area), donor.text.clone(), date)
        });
        let quotations: Vec<_> = quotations.collect();
        match views.last_mut().filter(|view| view.number == practice.benchmark) {
            Some(view) => {
                view.items.push(item);
                view.quotations.extend(quotations);
            }
            None => views.push(PracticeView {
                number: practice.benchmark,
                title: title(comparison, practice.benchmark),
                items: vec![item],
                quotations,
            }),
        }
    }
    for view in &mut views {
        view.quotations.sort();
        view.quotations.dedup();
    }
    views
}

/// Who lacks a criterion, by what the evidence says: what is stated before what nobody mentions.
fn lacking(practice: &Practice, name: &dyn Fn(&str) -> String, words: &Words) -> Vec<(String, Vec<String>)> {
    let statuses = Status::ALL.into_iter().map(Some).chain([None]);
    statuses
        .filter_map(|status| {
            let areas = practice.lacks.iter().filter(|lack| lack.status == status);
            let areas: Vec<String> = areas.map(|lack| name(&lack.area)).collect();
            let silent = words.cohort.not_mentioned.as_str();
            let says = status.map_or(silent, |status| words.status(status.id()));
            (!areas.is_empty()).then(|| (says.to_owned(), areas))
        })
        .collect()
}

/// Each once, in the order in which it first stands.
fn unique(names: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for name in names {
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    kept
}

/// Weighted kappa with its interval, or why there is none.
pub fn kappa(of: &Agreement, words: &Words) -> String {
    match (of.qwk, of.interval, of.why_not) {
        (Some(kappa), Some([low, high]), _) => fill(
            &words.cohort.kappa,
            &[("kappa", format!("{kappa:.2}")), ("low", format!("{low:.2}")), ("high", format!("{high:.2}"))],
        ),
        (Some(kappa), None, _) => format!("{kappa:.2}"),
        (None, _, Some(NoKappa::OneLevel)) => words.cohort.one_level.clone(),
        (None, ..) => fill(&words.cohort.too_few_pairs, &[("fewest", FEWEST_PAIRS.to_string())]),
    }
}

fn pairs(moderation: &Moderation, words: &Words) -> Vec<PairView> {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    moderation
        .pairs
        .iter()
        .map(|pair| PairView {
            raters: pair.raters.map(|rater| words.rater(rater).to_owned()).join(", "),
            n: pair.agreement.n,
            exact: percent(pair.agreement.exact),
            within_one: percent(pair.agreement.within_one),
            kappa: kappa(&pair.agreement, words),
            difference: format!("{:+.2}", pair.agreement.signed_difference),
        })
        .collect()
}

fn trend(trend: &Trend) -> TrendView {
    TrendView {
        from: trend.from.clone(),
        rows: trend
            .benchmarks
            .iter()
            .map(|b| (b.number, b.title.clone(), b.n, b.rose, b.fell, b.same))
            .collect(),
    }
}

/// The charts that the template of a region can place: `areas`, and `spread`.
pub fn region_charts(rubric: &Rubric, comparison: &Comparison, words: &Words) -> Vec<Chart> {
    let says = &words.cohort;
    let (lowest, highest) = rubric.level_range();
    let scale = Scale { lowest, highest, target: rubric.target.clone() };
    let period = ("period", comparison.period.clone());
    let unit = ("unit", rubric.unit.clone());
    let columns: Vec<(u16, String)> =
        comparison.benchmarks.iter().map(|b| (b.number, b.title.clone())).collect();
    let rows: Vec<(String, Vec<Option<u8>>)> = comparison
        .areas
        .iter()
        .map(|area| {
            (
                area.name.clone(),
                comparison.benchmarks.iter().map(|b| b.levels.get(&area.id).copied()).collect(),
            )
        })
        .collect();
    let described: Vec<String> = rows
        .iter()
        .map(|(name, levels)| {
            let levels: Vec<String> = levels.iter().map(|level| level_text(*level)).collect();
            fill(&says.heat_row, &[("area", name.clone()), ("levels", levels.join(", "))])
        })
        .collect();
    let legend: Vec<(u8, String)> = rubric
        .bands
        .iter()
        .map(|band| {
            let levels: Vec<String> = (band.from..=band.to).map(|level| level.to_string()).collect();
            let title = band.title.to_lowercase();
            (band.from, fill(&says.legend, &[("levels", words.join(&levels)), ("band", title)]))
        })
        .collect();
    let heat = Said {
        name: "areas".to_owned(),
        title: fill(&says.heat_title, std::slice::from_ref(&period)),
        description: fill(&says.heat_description, &[unit.clone(), ("rows", described.join("; "))]),
    };
    let strips: Vec<Strip> = comparison
        .benchmarks
        .iter()
        .map(|b| {
            let [median, range, _] = figures(&b.figures, words);
            Strip {
                label: format!("{}. {}", b.number, b.title),
                counts: b.counts.clone(),
                median: b.figures.median.map(|median| median.0),
                figures: fill(&says.figures, &[("median", median), ("range", range)]),
            }
        })
        .collect();
    let described: Vec<String> = strips
        .iter()
        .map(|strip| {
            let counts: Vec<String> = strip.counts.iter().map(ToString::to_string).collect();
            fill(
                &says.strip_row,
                &[
                    ("label", strip.label.clone()),
                    ("counts", counts.join(", ")),
                    ("figures", strip.figures.clone()),
                ],
            )
        })
        .collect();
    let spread = Said {
        name: "spread".to_owned(),
        title: fill(&says.strip_title, &[period]),
        description: fill(&says.strip_description, &[unit, ("rows", described.join("; "))]),
    };
    let heads = [capitalised(&rubric.unit), says.strip_figures.clone()];
    vec![
        heat_chart(heat, &says.area, &columns, &rows, &legend, &scale),
        strip_chart(spread, heads, &strips, &scale),
    ]
}
