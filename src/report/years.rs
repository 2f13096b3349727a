//! What the report on years says: what changed and why, what was promised and done, and whether it helped.

use serde::Serialize;

use super::chart::{Chart, Course, Said, Scale, years_chart};
use super::words::Words;
use crate::assessment::Delivery;
use crate::history::{
    ActionTrack, AreaHistory, BenchmarkHistory, Change, ChangeKind, CriterionChange, History,
};
use crate::rubric::sentence::{capitalised, fill};
use crate::rubric::{Rubric, Status};

/// The view of a report on years. Templates see these names.
#[derive(Debug, Serialize)]
pub struct YearsView {
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
    /// The areas.
    pub areas: Vec<AreaYears>,
    /// The words of the language.
    pub words: Words,
}

/// One area over the years.
#[derive(Debug, Serialize)]
pub struct AreaYears {
    /// Its id: the chart of its years is called `years-` and this.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The periods, earliest first.
    pub periods: Vec<String>,
    /// Years without an assessment.
    pub missing: Vec<String>,
    /// Periods that have only been begun.
    pub begun: Vec<String>,
    /// Whether the criteria are of different editions, so that only bands are compared.
    pub across_editions: bool,
    /// The benchmarks: number, title, and the level or band of each period.
    pub rows: Vec<(u16, String, Vec<String>)>,
    /// How many benchmarks rose from the first period to the last.
    pub rose: usize,
    /// How many fell.
    pub fell: usize,
    /// How many stayed.
    pub stayed: usize,
    /// What changed in the latest step, benchmark by benchmark.
    pub changes: Vec<ChangeView>,
    /// What changed in the steps before.
    pub earlier: Vec<ChangeView>,
    /// The actions.
    pub actions: Vec<ActionYears>,
    /// How many were promised.
    pub promised: usize,
    /// How many are done.
    pub done: usize,
    /// How many are open or under way, and not overdue.
    pub open: usize,
    /// How many are overdue.
    pub overdue: usize,
    /// How many were carried over.
    pub carried_over: usize,
    /// How many were dropped.
    pub dropped: usize,
    /// How many were lost sight of.
    pub lost: usize,
    /// Evidence that is older than the latest period: the statement, the number of its benchmark, its source, its date.
    pub stale: Vec<(String, Option<u16>, String, String)>,
    /// How many statements bear no date.
    pub undated: usize,
}

/// What changed in one benchmark.
#[derive(Debug, Serialize)]
pub struct ChangeView {
    /// Its number.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// The period before.
    pub from: String,
    /// The period after.
    pub to: String,
    /// The level or band before.
    pub before: String,
    /// The level or band after.
    pub after: String,
    /// Of what the difference is made, in words.
    pub parts: Vec<String>,
    /// Why the judgement parts from the evidence as it does, in the judge's words.
    pub reason: Option<String>,
    /// What the evidence now says of criteria: the text, the status before, the status after.
    pub criteria: Vec<(String, String, String)>,
}

/// One action over the years.
#[derive(Debug, Serialize)]
pub struct ActionYears {
    /// Its id.
    pub id: String,
    /// What is to be done.
    pub action: String,
    /// Who does it.
    pub owner: Option<String>,
    /// The period in which it was first promised.
    pub first: String,
    /// By when, in words, where that is still to come.
    pub due: Option<String>,
    /// How far it has come, in words.
    pub status: String,
    /// What else there is to say: carried over, lost sight of, why it was dropped, whether it helped.
    pub remarks: Vec<String>,
}

/// Gathers what the report on years says. `day` is the day of the report.
pub fn years_view(rubric: &Rubric, history: &History, day: &str, words: &Words) -> YearsView {
    YearsView {
        date: words.day(day),
        marking: history.marking.to_owned(),
        unit: rubric.unit.clone(),
        units: rubric.units.clone(),
        duty: rubric.duty.clone(),
        areas: history.areas.iter().map(|area| area_years(rubric, area, words)).collect(),
        words: words.clone(),
    }
}

/// Whether the criteria are of different editions.
pub fn across_editions(area: &AreaHistory) -> bool {
    let edition = |at: usize| (&area.periods[at].rubric, &area.periods[at].edition);
    (1..area.periods.len()).any(|at| edition(at) != edition(0))
}

/// Whether a change is worth telling: the level moved, or what it is made of did.
pub fn tells(change: &Change) -> bool {
    let parts = [change.evidence, change.rubric, change.judgement];
    change.kind != ChangeKind::Same || parts.iter().flatten().any(|part| *part != 0)
}

fn area_years(rubric: &Rubric, area: &AreaHistory, words: &Words) -> AreaYears {
    let across = across_editions(area);
    let text = |benchmark: &BenchmarkHistory, period: &str| -> String {
        if across {
            let band = benchmark.bands.get(period);
            let title = band
                .and_then(|id| rubric.bands.iter().find(|band| band.id == *id))
                .map(|band| band.title.to_lowercase());
            return title.or_else(|| band.cloned()).unwrap_or_else(|| "–".to_owned());
        }
        benchmark.levels.get(period).map_or_else(|| "–".to_owned(), ToString::to_string)
    };
    let (mut rose, mut fell, mut stayed) = (0, 0, 0);
    if let (Some(first), Some(last)) = (area.periods.first(), area.periods.last()) {
        for benchmark in &area.benchmarks {
            let (Some(old), Some(new)) =
                (benchmark.levels.get(&first.period), benchmark.levels.get(&last.period))
            else {
                continue;
            };
            match new.cmp(old) {
                std::cmp::Ordering::Greater => rose += 1,
                std::cmp::Ordering::Less => fell += 1,
                std::cmp::Ordering::Equal => stayed += 1,
            }
        }
    }
    let latest = area.periods.last().map(|period| period.period.as_str());
    let mut changes = Vec::new();
    let mut earlier = Vec::new();
    for benchmark in &area.benchmarks {
        for change in benchmark.changes.iter().filter(|change| tells(change)) {
            let view = ChangeView {
                number: benchmark.number,
                title: benchmark.title.clone(),
                from: change.from.clone(),
                to: change.to.clone(),
                before: text(benchmark, &change.from),
                after: text(benchmark, &change.to),
                parts: parts(change, words),
                reason: change.reason.clone(),
                criteria: change
                    .criteria
                    .iter()
                    .map(|criterion| {
                        let [from, to] = statuses(criterion, words);
                        (capitalised(criterion.text.trim_end_matches(['.', ','])), from, to)
                    })
                    .collect(),
            };
            if latest == Some(change.to.as_str()) { changes.push(view) } else { earlier.push(view) }
        }
    }
    let actions = &area.actions;
    AreaYears {
        id: area.id.clone(),
        name: area.name.clone(),
        periods: area.periods.iter().map(|period| period.period.clone()).collect(),
        missing: area.missing.clone(),
        across_editions: across,
        rows: area
            .benchmarks
            .iter()
            .map(|benchmark| {
                let cells = area.periods.iter().map(|period| text(benchmark, &period.period)).collect();
                (benchmark.number, benchmark.title.clone(), cells)
            })
            .collect(),
        rose: if across { 0 } else { rose },
        fell: if across { 0 } else { fell },
        stayed: if across { 0 } else { stayed },
        changes,
        earlier,
        actions: actions.list.iter().map(|action| action_years(action, words)).collect(),
        promised: actions.promised,
        done: actions.done,
        open: actions.open,
        overdue: actions.overdue,
        begun: area.begun.clone(),
        carried_over: actions.carried_over,
        dropped: actions.dropped,
        lost: actions.lost,
        stale: area
            .stale
            .iter()
            .map(|stale| {
                let source = stale.source.clone().unwrap_or_default();
                (stale.statement.clone(), stale.benchmark, source, words.day(&stale.date))
            })
            .collect(),
        undated: area.undated,
    }
}

/// What the evidence says of a criterion, before and after, in words. A limit is so or not so: what it names is lacking
/// or lesser, and "not in place" would say the opposite.
fn statuses(of: &CriterionChange, words: &Words) -> [String; 2] {
    let says = &words.cohort;
    let one = |status: Option<Status>, holds: Option<bool>| {
        match (status, holds) {
            (None, _) => says.not_mentioned.as_str(),
            (Some(_), Some(true)) => &says.limit_holds,
            (Some(_), Some(false)) => &says.limit_left,
            (Some(status), None) => words.status(status.id()),
        }
        .to_owned()
    };
    [one(of.from, of.held), one(of.to, of.holds)]
}

/// Of what a difference is made, each part that is something.
pub fn parts(change: &Change, words: &Words) -> Vec<String> {
    let says = &words.cohort.parts;
    [(change.evidence, &says.evidence), (change.rubric, &says.rubric), (change.judgement, &says.judgement)]
        .into_iter()
        .filter_map(|(part, sentence)| {
            let part = part.filter(|part| *part != 0)?;
            // A true minus, which reads better and does not break.
            let by = if part < 0 { format!("−{}", part.unsigned_abs()) } else { format!("+{part}") };
            Some(fill(sentence, &[("by", by)]))
        })
        .collect()
}

fn action_years(action: &ActionTrack, words: &Words) -> ActionYears {
    let (status, mut remarks) = action_words(action, words);
    // Each is a sentence of its own.
    let status = capitalised(&status);
    for remark in &mut remarks {
        *remark = capitalised(remark);
    }
    ActionYears {
        id: action.id.clone(),
        action: action.action.clone(),
        owner: action.owner.clone(),
        first: action.first.clone(),
        // What is done or dropped is due no more, and what is overdue says so itself.
        due: action
            .due
            .as_deref()
            .filter(|_| !action.overdue && ["open", "in-progress"].contains(&action.status))
            .map(|due| words.day(due)),
        status,
        remarks,
    }
}

/// How far an action has come, in words, and what else there is to say of it.
pub fn action_words(action: &ActionTrack, words: &Words) -> (String, Vec<String>) {
    let says = &words.cohort;
    let delivery = Delivery::ALL.into_iter().find(|delivery| delivery.id() == action.status);
    let status = match (&action.due, action.overdue) {
        (Some(due), true) => fill(&says.overdue_since, &[("date", words.day(due))]),
        _ => delivery.map_or(action.status, |delivery| words.delivery(delivery)).to_owned(),
    };
    let mut remarks = Vec::new();
    match action.carried_over {
        0 => {}
        1 => remarks.push(says.carried_over_once.clone()),
        count => remarks.push(fill(&says.carried_over, &[("count", count.to_string())])),
    }
    if action.lost {
        remarks.push(fill(&says.lost, &[("period", action.last.clone())]));
    }
    if let Some(reason) = &action.reason {
        remarks.push(reason.trim_end_matches('.').to_owned());
    }
    if let Some(helped) = action.helped {
        remarks.push(words.helped(helped).to_owned());
    }
    (status, remarks)
}

/// The charts that the template can place: `years-` and the id of an area, each.
pub fn years_charts(rubric: &Rubric, history: &History, words: &Words) -> Vec<Chart> {
    let says = &words.cohort;
    history
        .areas
        .iter()
        .map(|area| {
            let across = across_editions(area);
            let (lowest, highest) = rubric.level_range();
            let periods: Vec<String> = area.periods.iter().map(|period| period.period.clone()).collect();
            let courses: Vec<Course> = area
                .benchmarks
                .iter()
                .map(|benchmark| Course {
                    label: format!("{}. {}", benchmark.number, benchmark.title),
                    points: periods
                        .iter()
                        .map(|period| {
                            if !across {
                                return benchmark.levels.get(period).map(|level| (*level, level.to_string()));
                            }
                            // Only the band is drawn: at its lowest level.
                            let id = benchmark.bands.get(period)?;
                            let band = rubric.bands.iter().find(|band| band.id == *id)?;
                            Some((band.from, band.title.to_lowercase()))
                        })
                        .collect(),
                })
                .collect();
            let described: Vec<String> = courses
                .iter()
                .map(|course| {
                    let levels: Vec<String> = course
                        .points
                        .iter()
                        .map(|point| {
                            point.as_ref().map_or_else(|| "–".to_owned(), |(_, words)| words.clone())
                        })
                        .collect();
                    fill(&says.years_row, &[("label", course.label.clone()), ("levels", levels.join(", "))])
                })
                .collect();
            let said = Said {
                name: format!("years-{}", area.id),
                title: fill(&says.years_title, &[("area", area.name.clone())]),
                description: fill(
                    &says.years_description,
                    &[("unit", rubric.unit.clone()), ("rows", described.join("; "))],
                ),
            };
            let scale = Scale { lowest, highest, target: rubric.target.clone() };
            years_chart(said, &capitalised(&rubric.unit), &periods, &courses, &scale)
        })
        .collect()
}
