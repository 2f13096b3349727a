//! Years tracked: what changed from period to period and why, what was promised and done, and whether that helped.
//!
//! A difference between two levels is split exactly. What is proposed for this year's evidence less what is proposed
//! for last year's, both by this year's rubric, is the evidence; last year's evidence by this year's rubric less by
//! last year's is the rubric; what is left is the judgement, that is by how much more or less people part from the
//! proposal than they did.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::assessment::{Action, Delivery, period_span};
use crate::cohort::{Entry, Levels, Rater};
use crate::rubric::{CriterionIndex, Status};

/// `track --format json`. Other programs read these names; they stay.
#[derive(Debug, Serialize)]
pub struct History {
    /// `track/1`.
    pub schema: &'static str,
    /// The highest marking of anything in any of the assessments.
    pub marking: &'static str,
    /// The day on which an action is late or not, where no later period is there; `year-month-day`.
    pub day: String,
    /// The areas, by id.
    pub areas: Vec<AreaHistory>,
    /// What changed over all areas, from each period to the next.
    pub trends: Vec<Trend>,
}

/// One area.
#[derive(Debug, Serialize)]
pub struct AreaHistory {
    /// Its id.
    pub id: String,
    /// Its name, as in the latest period.
    pub name: String,
    /// The periods, earliest first.
    pub periods: Vec<PeriodView>,
    /// Years between the first and the last of which there is no assessment.
    pub missing: Vec<String>,
    /// Periods whose assessment has been begun and has no level yet.
    pub begun: Vec<String>,
    /// The benchmarks, by number.
    pub benchmarks: Vec<BenchmarkHistory>,
    /// What was promised and what came of it.
    pub actions: ActionHistory,
    /// Evidence of the latest period that is older than that period.
    pub stale: Vec<Stale>,
    /// How many statements of the latest period bear no date.
    pub undated: usize,
}

/// One period of an area.
#[derive(Debug, Serialize)]
pub struct PeriodView {
    /// The period.
    pub period: String,
    /// The file.
    pub file: String,
    /// The rubric's id.
    pub rubric: String,
    /// Its edition.
    pub edition: String,
    /// Its content hash.
    pub hash: String,
}

/// One benchmark over the periods.
#[derive(Debug, Serialize)]
pub struct BenchmarkHistory {
    /// Its number.
    pub number: u16,
    /// Its title, as in the latest rubric that has it.
    pub title: String,
    /// The level of each period that has one.
    pub levels: BTreeMap<String, u8>,
    /// Whose level it is: `adviser`, `peer`, `self` or `proposal`.
    pub raters: BTreeMap<String, &'static str>,
    /// The id of the band of each level: what may be compared across editions.
    pub bands: BTreeMap<String, String>,
    /// What changed, from each period to the next; nothing for a step without any change.
    pub changes: Vec<Change>,
}

/// What changed in one benchmark from one period to the next.
#[derive(Debug, Serialize)]
pub struct Change {
    /// The period before.
    pub from: String,
    /// The period after.
    pub to: String,
    /// What happened.
    pub kind: ChangeKind,
    /// By how many levels; nothing across editions, or where one of the periods has no level.
    pub difference: Option<i16>,
    /// How much of it is the evidence.
    pub evidence: Option<i16>,
    /// How much of it is the rubric.
    pub rubric: Option<i16>,
    /// How much of it is the judgement.
    pub judgement: Option<i16>,
    /// Why the judgement parts from the proposal as it now does, in the words of the person who judged.
    pub reason: Option<String>,
    /// The criteria of which the evidence now says something else.
    pub criteria: Vec<CriterionChange>,
}

/// What happened to a benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It rose; across editions, its band did.
    Rose,
    /// It fell; across editions, its band did.
    Fell,
    /// It stayed, and what it rests on changed.
    Same,
    /// It had no level before.
    NewlyScored,
    /// It has no level any more.
    NoLongerScored,
}

/// What the evidence says of a criterion, before and after.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct CriterionChange {
    /// Its id.
    pub criterion: String,
    /// Its text.
    pub text: String,
    /// The status before; nothing where it was silent.
    pub from: Option<Status>,
    /// The status after.
    pub to: Option<Status>,
    /// For a limit, whether it held before; nothing where that was silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<bool>,
    /// For a limit, whether it holds after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<bool>,
}

/// The actions of an area over the periods.
#[derive(Debug, Default, Serialize)]
pub struct ActionHistory {
    /// How many were promised.
    pub promised: usize,
    /// How many are done.
    pub done: usize,
    /// How many are open or in progress and not overdue.
    pub open: usize,
    /// How many are open or in progress and overdue.
    pub overdue: usize,
    /// How many have been carried over from one period to another, at least once.
    pub carried_over: usize,
    /// How many were dropped.
    pub dropped: usize,
    /// How many were open and are not mentioned in the latest period.
    pub lost: usize,
    /// Each.
    pub list: Vec<ActionTrack>,
}

/// One action over the periods.
#[derive(Debug, Serialize)]
pub struct ActionTrack {
    /// Its id.
    pub id: String,
    /// What is to be done.
    pub action: String,
    /// Who does it.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<String>,
    /// The period in which it was first promised.
    pub first: String,
    /// The last period that mentions it.
    pub last: String,
    /// `open`, `in-progress`, `done` or `dropped`, as last mentioned.
    pub status: &'static str,
    /// Whether it should have been done by now and is not.
    pub overdue: bool,
    /// How often it was carried over.
    pub carried_over: usize,
    /// Whether it was open and the latest period does not mention it.
    pub lost: bool,
    /// Why it was dropped.
    pub reason: Option<String>,
    /// For one that is done: whether its criteria moved.
    pub helped: Option<Helped>,
    /// For one that is done: its criteria then and now.
    pub criteria: Vec<CriterionChange>,
}

/// Whether the criteria of an action that is done have moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Helped {
    /// All of them are in place now, and were not all before.
    Yes,
    /// Some are in place now that were not.
    InPart,
    /// None came to be in place, and the evidence says so.
    No,
    /// No later evidence says anything of them.
    NotShown,
    /// All were in place before.
    Already,
    /// It names no criteria, or there is no period to compare with.
    Unknown,
}

/// Evidence that is older than its period.
#[derive(Debug, Serialize)]
pub struct Stale {
    /// The statement's id.
    pub statement: String,
    /// The number of its benchmark.
    pub benchmark: Option<u16>,
    /// The title of its source.
    pub source: Option<String>,
    /// The date of its source.
    pub date: String,
}

/// What changed over all areas from one period to the next.
#[derive(Debug, Serialize)]
pub struct Trend {
    /// The period before.
    pub from: String,
    /// The period after.
    pub to: String,
    /// The benchmarks, by number.
    pub benchmarks: Vec<BenchmarkTrend>,
}

/// What changed in one benchmark over all areas.
#[derive(Debug, Serialize)]
pub struct BenchmarkTrend {
    /// Its number.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// Of how many areas both periods have a level that may be compared.
    pub n: usize,
    /// How many rose.
    pub rose: usize,
    /// How many fell.
    pub fell: usize,
    /// How many stayed.
    pub same: usize,
}

/// Tracks areas over their periods. `entries` are sorted by area and time, and no area has a period twice. `day` is
/// the day on which an action is late or not.
pub fn track(entries: &[Entry], day: &str) -> History {
    let areas: Vec<AreaHistory> =
        entries.chunk_by(|a, b| a.area == b.area).map(|periods| track_area(periods, day)).collect();
    History {
        schema: "track/1",
        marking: entries.iter().map(|entry| entry.marking).max().unwrap_or_default().words(),
        day: day.to_owned(),
        trends: trends(&areas),
        areas,
    }
}

fn track_area(all: &[Entry], day: &str) -> AreaHistory {
    // A year that has only been begun has actions, and nothing to compare yet.
    let scored: Vec<Entry> = all.iter().filter(|entry| entry.is_scored()).cloned().collect();
    let periods = if scored.is_empty() { all } else { scored.as_slice() };
    let Some(latest) = periods.last() else { unreachable!("internal error: a chunk is never empty") };
    let mut numbers: BTreeMap<u16, &str> = BTreeMap::new();
    for entry in periods {
        numbers.extend(entry.rubric.benchmarks.iter().map(|b| (b.number, b.title.as_str())));
    }
    let benchmarks = numbers
        .into_iter()
        .map(|(number, title)| {
            let given = || {
                periods.iter().filter_map(|entry| {
                    let (level, rater) = entry.levels_of(number).and_then(Levels::counts)?;
                    Some((entry, level, rater))
                })
            };
            BenchmarkHistory {
                number,
                title: title.to_owned(),
                levels: given().map(|(entry, level, _)| (entry.period.clone(), level)).collect(),
                raters: given().map(|(entry, _, rater)| (entry.period.clone(), rater.id())).collect(),
                bands: given()
                    .map(|(entry, level, _)| (entry.period.clone(), entry.rubric.band(level).id.clone()))
                    .collect(),
                changes: periods.windows(2).filter_map(|two| change(&two[0], &two[1], number)).collect(),
            }
        })
        .collect();
    let begins = latest.span().0;
    let old = |date: &str| date < begins.as_str();
    AreaHistory {
        id: latest.area.clone(),
        name: latest.name.clone(),
        periods: periods
            .iter()
            .map(|entry| PeriodView {
                period: entry.period.clone(),
                file: entry.file.clone(),
                rubric: entry.rubric.id.clone(),
                edition: entry.rubric.edition.clone(),
                hash: entry.rubric.hash.clone(),
            })
            .collect(),
        missing: missing(periods),
        benchmarks,
        begun: all.iter().filter(|entry| !entry.is_scored()).map(|entry| entry.period.clone()).collect(),
        actions: actions(all, day),
        stale: latest
            .evidence
            .iter()
            .filter_map(|item| {
                let date = item.date.as_deref().filter(|date| old(date))?;
                Some(Stale {
                    statement: item.id.clone(),
                    benchmark: item.benchmark.map(|at| latest.rubric.benchmarks[at].number),
                    source: item.title.clone(),
                    date: date.to_owned(),
                })
            })
            .collect(),
        undated: latest.evidence.iter().filter(|item| item.date.is_none()).count(),
    }
}

/// The years between two periods that do not follow each other.
fn missing(periods: &[Entry]) -> Vec<String> {
    let year = |entry: &Entry| entry.span().0.get(..4).and_then(|year| year.parse::<u16>().ok());
    let mut missing = Vec::new();
    for two in periods.windows(2) {
        if let (Some(first), Some(second)) = (year(&two[0]), year(&two[1])) {
            for between in first + 1..second {
                missing.push(if two[1].period.contains('/') {
                    format!("{between}/{:02}", (between + 1) % 100)
                } else {
                    between.to_string()
                });
            }
        }
    }
    missing
}

fn change(before: &Entry, after: &Entry, number: u16) -> Option<Change> {
    let place = |entry: &Entry| entry.rubric.benchmark(number).map(|(at, _)| at);
    let (was, is) = (place(before), place(after));
    let level = |entry: &Entry, at: Option<usize>| at.and_then(|at| entry.levels[at].level());
    let (old, new) = (level(before, was), level(after, is));
    let same_edition = before.same_edition(after);
    let kind = match (old, new) {
        (None, None) => return None,
        (None, Some(_)) => ChangeKind::NewlyScored,
        (Some(_), None) => ChangeKind::NoLongerScored,
        (Some(old), Some(new)) => {
            let order = if same_edition {
                new.cmp(&old)
            } else {
                // Bands are compared by whether they lie below, at or above the line.
                let side = |entry: &Entry, level: u8| level.cmp(&entry.rubric.target.0);
                side(after, new).cmp(&side(before, old))
            };
            match order {
                Ordering::Greater => ChangeKind::Rose,
                Ordering::Less => ChangeKind::Fell,
                Ordering::Equal => ChangeKind::Same,
            }
        }
    };
    let numbers = old.zip(new).filter(|_| same_edition);
    let difference = numbers.map(|(old, new)| i16::from(new) - i16::from(old));
    let (evidence, rubric, judgement) = difference
        .zip(split(before, after, was.zip(is)))
        .map_or((None, None, None), |(whole, (evidence, rubric))| {
            (Some(evidence), Some(rubric), Some(whole - evidence - rubric))
        });
    let criteria = if same_edition { criteria(before, after, was) } else { Vec::new() };
    let nothing = kind == ChangeKind::Same
        && criteria.is_empty()
        && [evidence, rubric, judgement].iter().all(|part| part.unwrap_or(0) == 0);
    (!nothing).then(|| Change {
        from: before.period.clone(),
        to: after.period.clone(),
        kind,
        difference,
        evidence,
        rubric,
        judgement,
        reason: is
            .filter(|_| judgement.is_some_and(|part| part != 0))
            .and_then(|at| after.reasons[at].clone()),
        criteria,
    })
}

/// What the evidence and the rubric contribute; nothing where a proposal is not known.
fn split(before: &Entry, after: &Entry, places: Option<(usize, usize)>) -> Option<(i16, i16)> {
    let (was, is) = places?;
    let old = i16::from(before.levels[was].by(Rater::Proposal)?);
    let new = i16::from(after.levels[is].by(Rater::Proposal)?);
    if before.rubric.hash == after.rubric.hash {
        return Some((new - old, 0));
    }
    let (present, levels) = before.under_present.as_ref()?;
    let anew = i16::from((*levels.get(is)?)?);
    (present.hash == after.rubric.hash).then_some((new - anew, anew - old))
}

/// The criteria of a benchmark of which the evidence says something else.
fn criteria(before: &Entry, after: &Entry, benchmark: Option<usize>) -> Vec<CriterionChange> {
    let Some(benchmark) = benchmark else { return Vec::new() };
    before
        .rubric
        .criteria_of(benchmark)
        .filter(|(_, criterion)| criterion.same_as.is_none())
        .filter_map(|(at, criterion)| {
            let from = before.statuses[at.0];
            // A criterion that the later rubric does not have says nothing about the evidence.
            let to = after.statuses[after.rubric.find(&criterion.id)?.0];
            let holds =
                |status: Option<Status>| criterion.form.zip(status).map(|(form, status)| form.holds(status));
            (from != to).then(|| CriterionChange {
                criterion: criterion.id.clone(),
                text: criterion.text.clone(),
                from,
                to,
                held: holds(from),
                holds: holds(to),
            })
        })
        .collect()
}

/// Whether two actions of the same id are one, for an id may be given anew: they share a criterion, or half of the words
/// of the shorter one.
fn same_action(before: &Action, after: &Action) -> bool {
    let words = |action: &Action| -> BTreeSet<String> {
        let words = action.action.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2);
        words.map(str::to_lowercase).collect()
    };
    before.id == after.id
        && (before.action == after.action
            || before.criteria.iter().any(|at| after.criteria.contains(at))
            || {
                let (one, two) = (words(before), words(after));
                2 * one.intersection(&two).count() >= one.len().min(two.len())
            })
}

fn actions(periods: &[Entry], day: &str) -> ActionHistory {
    // Where each action stands in each period that mentions it.
    let mut tracks: Vec<Vec<(usize, &Action)>> = Vec::new();
    for (at, entry) in periods.iter().enumerate() {
        for action in &entry.actions {
            let known = tracks.iter_mut().find(|track| {
                track.last().is_some_and(|(seen, before)| *seen < at && same_action(before, action))
            });
            match known {
                Some(track) => track.push((at, action)),
                None => tracks.push(vec![(at, action)]),
            }
        }
    }
    let last = periods.len() - 1;
    let mut history = ActionHistory::default();
    for track in &tracks {
        let Some((&(first, _), &(seen, action))) = track.first().zip(track.last()) else { continue };
        let open = action.is_open();
        let carried_over = track[..track.len() - 1].iter().filter(|(_, action)| action.is_open()).count();
        let (helped, criteria) =
            if action.status == Delivery::Done { helped(periods, first, action) } else { (None, Vec::new()) };
        let vanished = open && seen < last;
        let overdue = open && action.is_overdue(day);
        history.promised += 1;
        history.done += usize::from(action.status == Delivery::Done);
        history.open += usize::from(open && !overdue);
        history.overdue += usize::from(overdue);
        history.carried_over += usize::from(carried_over > 0);
        history.dropped += usize::from(action.status == Delivery::Dropped);
        history.lost += usize::from(vanished);
        history.list.push(ActionTrack {
            id: action.id.clone(),
            action: action.action.clone(),
            owner: action.owner.clone(),
            due: action.due.clone(),
            first: periods[first].period.clone(),
            last: periods[seen].period.clone(),
            status: action.status.id(),
            overdue,
            carried_over,
            lost: vanished,
            reason: action.reason.clone(),
            helped,
            criteria,
        });
    }
    history
}

/// Whether the criteria of an action that is done moved: from what was known when it was promised to the last thing
/// that any later period says of each. Where it is promised in the latest period, that is set against the one before.
fn helped(periods: &[Entry], first: usize, action: &Action) -> (Option<Helped>, Vec<CriterionChange>) {
    let latest = periods.len() - 1;
    let before = if first < latest { Some(first) } else { latest.checked_sub(1) };
    let Some(before) = before else { return (Some(Helped::Unknown), Vec::new()) };
    // The action is written in terms of the rubric of the period that mentions it last.
    let of = |entry: &&Entry| entry.actions.iter().any(|other| std::ptr::eq(other, action));
    let Some(home) = periods.iter().rev().find(of) else { return (Some(Helped::Unknown), Vec::new()) };
    let mut criteria = Vec::new();
    let (mut was, mut is, mut came, mut silent) = (0, 0, 0, 0);
    for &named in &action.criteria {
        let id = &home.rubric.criterion(named).id;
        let said = |entry: &Entry| says(entry, entry.rubric.find(id)?);
        let then = said(&periods[before]);
        let now = periods[before + 1..].iter().rev().find_map(said);
        let (had, has) = (then == Some(Status::InPlace), now == Some(Status::InPlace));
        was += usize::from(had);
        is += usize::from(has);
        came += usize::from(has && !had);
        silent += usize::from(now.is_none());
        criteria.push(CriterionChange {
            criterion: id.clone(),
            text: home.rubric.criterion(named).text.clone(),
            from: then,
            to: now,
            held: None,
            holds: None,
        });
    }
    let all = criteria.len();
    let helped = match (all, was, is, came) {
        (0, ..) => Helped::Unknown,
        (all, was, is, _) if was == all && is == all => Helped::Already,
        (all, _, is, 1..) if is == all => Helped::Yes,
        (_, _, _, 1..) => Helped::InPart,
        _ if silent == all => Helped::NotShown,
        _ => Helped::No,
    };
    (Some(helped), criteria)
}

/// What an entry says of a criterion: what is found of it, that one in place supersedes it, or that a limit which it
/// would leave behind still holds; nothing where it is silent.
fn says(entry: &Entry, at: CriterionIndex) -> Option<Status> {
    if entry.has(at) {
        return Some(Status::InPlace);
    }
    let criterion = entry.rubric.criterion(at);
    let holds = |&lower: &CriterionIndex| {
        let limit = entry.rubric.criterion(lower).form.zip(entry.statuses[lower.0]);
        limit.is_some_and(|(form, status)| form.holds(status))
    };
    entry.statuses[at.0].or_else(|| criterion.supersedes.iter().any(holds).then_some(Status::Absent))
}

fn trends(areas: &[AreaHistory]) -> Vec<Trend> {
    /// Title, and how many rose, fell and stayed.
    type Counts<'a> = (&'a str, [usize; 3]);
    let mut steps: BTreeMap<(&str, &str), BTreeMap<u16, Counts<'_>>> = BTreeMap::new();
    for area in areas {
        for two in area.periods.windows(2) {
            let (from, to) = (two[0].period.as_str(), two[1].period.as_str());
            // Only years that follow each other make a trend.
            let follow = period_span(from).1 == period_span(to).0;
            if !follow || two[0].rubric != two[1].rubric || two[0].edition != two[1].edition {
                continue;
            }
            let step = steps.entry((from, to)).or_default();
            for benchmark in &area.benchmarks {
                let levels = benchmark.levels.get(from).zip(benchmark.levels.get(to));
                let Some((old, new)) = levels else { continue };
                let (_, counts) = step.entry(benchmark.number).or_insert((&benchmark.title, [0; 3]));
                counts[match new.cmp(old) {
                    Ordering::Greater => 0,
                    Ordering::Less => 1,
                    Ordering::Equal => 2,
                }] += 1;
            }
        }
    }
    let mut trends: Vec<Trend> = steps
        .into_iter()
        .map(|((from, to), benchmarks)| Trend {
            from: from.to_owned(),
            to: to.to_owned(),
            benchmarks: benchmarks
                .into_iter()
                .map(|(number, (title, counts))| {
                    let [rose, fell, same] = counts;
                    let n = rose + fell + same;
                    BenchmarkTrend { number, title: title.to_owned(), n, rose, fell, same }
                })
                .collect(),
        })
        .collect();
    trends.sort_by_key(|trend| period_span(&trend.from));
    trends
}
