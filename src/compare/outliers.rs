//! What stands out: a reason to call, not a verdict.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::Serialize;

use super::BenchmarkComparison;
use crate::cohort::{Entry, Halves, Levels};
use crate::rubric::{Benchmark, Rubric};

/// From how many areas on a median says enough for one of them to be called an outlier.
const FEWEST_FOR_OUTLIERS: usize = 5;

/// Why something stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Far below the median of the areas.
    BelowOthers,
    /// Far above the median of the areas.
    AboveOthers,
    /// Two or more below the area's own median.
    BelowOwn,
    /// Two or more above the area's own median.
    AboveOwn,
    /// A judgement without any evidence.
    WithoutEvidence,
    /// It was at or above the level at which the duty is met the year before, and is below it now.
    FellBelow,
    /// All the evidence of something in place is older than the period.
    OldEvidence,
    /// Two or more above the year before.
    Rose,
    /// Two or more below the year before.
    Fell,
    /// Lower than the year before in three benchmarks or more, be it by one level each.
    FellInSeveral,
    /// Higher than the year before in three benchmarks or more, be it by one level each.
    RoseInSeveral,
    /// The same text stands in another area's assessment.
    SameText,
}

/// Something that stands out: not that it is wrong, but that it is worth a call.
#[derive(Clone, Debug, Serialize)]
pub struct Outlier {
    /// The area's id.
    pub area: String,
    /// The benchmark's number; nothing where a text is of none.
    pub benchmark: Option<u16>,
    /// Why.
    pub reason: Reason,
    /// The level that counts.
    pub level: Option<u8>,
    /// With what it was compared: the median of the areas or of the area itself, or the level of the year before.
    pub against: Option<Halves>,
    /// How far it lies from the median of the areas, in robust standard deviations: 1.4826 times the median
    /// absolute deviation, which is taken to be at least half a level.
    pub distance: Option<f64>,
    /// The year before, the newest date of the evidence, or the statement whose text stands elsewhere too.
    pub detail: Option<String>,
    /// The id of the other area in which a text stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// In how many benchmarks; only where it is about several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
}

/// From how many robust standard deviations on a level is an outlier (Leys and others, Journal of Experimental Social
/// Psychology 49, 2013, who call 2.5 moderately strict).
const FAR: f64 = 2.5;
/// What makes a median absolute deviation comparable with a standard deviation.
const SCALE: f64 = 1.4826;
/// The least that a median absolute deviation is taken to be, in levels: where all agree, one level is no outlier.
const FLOOR: f64 = 0.5;
/// How many levels are worth a call, within an area and from year to year.
const JUMP: u32 = 2;
/// In how many benchmarks an area falls before that is worth a call by itself.
const SEVERAL: usize = 3;

impl Outlier {
    /// Something about an area, of which more is to be said.
    fn of(entry: &Entry, reason: Reason) -> Self {
        Self {
            area: entry.area.clone(),
            benchmark: None,
            reason,
            level: None,
            against: None,
            distance: None,
            detail: None,
            other: None,
            count: None,
        }
    }
}

/// What stands out in a period. `entries` holds every assessment, `now` those of the period; `benchmarks` are the
/// figures of these.
pub fn find_outliers(
    rubric: &Rubric,
    entries: &[&Entry],
    now: &[&Entry],
    benchmarks: &[BenchmarkComparison],
) -> Vec<Outlier> {
    let middles: Vec<Option<(Halves, f64)>> = benchmarks.iter().map(middle).collect();
    let earlier = years_before(entries, now);
    let mut found = Vec::new();
    for entry in now {
        let own = Halves::median(entry.levels.iter().filter_map(Levels::level));
        let before = earlier.get(entry.area.as_str()).copied().filter(|before| before.same_edition(entry));
        for (benchmark, middle) in rubric.benchmarks.iter().zip(&middles) {
            let place = entry.rubric.benchmark(benchmark.number).map(|(at, _)| at);
            let Some((at, level)) = place.and_then(|at| Some((at, entry.levels[at].level()?))) else {
                continue;
            };
            let here = |outlier: Outlier| Outlier {
                benchmark: Some(benchmark.number),
                level: Some(level),
                ..outlier
            };
            let beside = [
                beside_others(entry, level, *middle),
                beside_own(entry, level, own),
                before.and_then(|before| since(entry, before, benchmark, level, rubric.target.0)),
            ];
            found.extend(beside.into_iter().flatten().chain(by_evidence(entry, at)).map(here));
        }
        found.extend(before.into_iter().flat_map(|before| in_several(rubric, entry, before)));
    }
    found.extend(same_texts(now));
    found.sort_by(|a, b| (&a.area, a.benchmark, a.reason).cmp(&(&b.area, b.benchmark, b.reason)));
    found
}

/// The median of a benchmark and its robust standard deviation; nothing for too few areas.
fn middle(benchmark: &BenchmarkComparison) -> Option<(Halves, f64)> {
    if benchmark.levels.len() < FEWEST_FOR_OUTLIERS {
        return None;
    }
    let median = Halves::median(benchmark.levels.values().copied())?;
    let away = |level: &u8| Halves((2 * u32::from(*level)).abs_diff(median.0));
    let spread = Halves::median_of(benchmark.levels.values().map(away).collect())?.value();
    Some((median, SCALE * spread.max(FLOOR)))
}

/// The latest earlier assessment of each area.
fn years_before<'e>(entries: &[&'e Entry], now: &[&Entry]) -> BTreeMap<&'e str, &'e Entry> {
    let mut earlier: BTreeMap<&str, &Entry> = BTreeMap::new();
    let Some(this) = now.first().map(|entry| entry.span()) else { return earlier };
    for entry in entries.iter().filter(|entry| entry.span() < this) {
        let known = earlier.entry(&entry.area).or_insert(entry);
        if known.span() < entry.span() {
            *known = entry;
        }
    }
    earlier
}

fn beside_others(entry: &Entry, level: u8, middle: Option<(Halves, f64)>) -> Option<Outlier> {
    let (median, spread) = middle?;
    let distance = (2.0 * f64::from(level) - f64::from(median.0)) / 2.0 / spread;
    let reason = if distance < 0.0 { Reason::BelowOthers } else { Reason::AboveOthers };
    (distance.abs() >= FAR).then(|| Outlier {
        against: Some(median),
        distance: Some(round(distance)),
        ..Outlier::of(entry, reason)
    })
}

fn beside_own(entry: &Entry, level: u8, own: Option<Halves>) -> Option<Outlier> {
    let own = own?;
    let halves = 2 * u32::from(level);
    let reason = if halves < own.0 { Reason::BelowOwn } else { Reason::AboveOwn };
    (halves.abs_diff(own.0) >= 2 * JUMP).then(|| Outlier { against: Some(own), ..Outlier::of(entry, reason) })
}

/// A jump, or a fall below the line, since the year before.
fn since(entry: &Entry, before: &Entry, benchmark: &Benchmark, level: u8, target: u8) -> Option<Outlier> {
    let then = before.levels_of(benchmark.number).and_then(Levels::level)?;
    let reason = if u32::from(level.abs_diff(then)) >= JUMP {
        if level < then { Reason::Fell } else { Reason::Rose }
    } else if level < target && then >= target {
        Reason::FellBelow
    } else {
        return None;
    };
    Some(Outlier {
        against: Some(Halves(2 * u32::from(then))),
        detail: Some(before.period.clone()),
        ..Outlier::of(entry, reason)
    })
}

/// A level without evidence, or with evidence from before the period only.
fn by_evidence(entry: &Entry, benchmark: usize) -> Option<Outlier> {
    let items = || entry.evidence.iter().filter(|item| item.benchmark == Some(benchmark));
    if items().next().is_none() {
        return Some(Outlier::of(entry, Reason::WithoutEvidence));
    }
    // Older than the period it speaks for: at the period's end it is more than a year old. What shows something in
    // place is what the level rests on; where nothing does, all of it.
    let any = items().any(|item| !item.in_place.is_empty());
    let resting = || items().filter(|item| !any || !item.in_place.is_empty());
    let all_dated = resting().all(|item| item.date.is_some());
    let newest = resting().map(|item| item.date.as_deref()).max().flatten();
    let begins = entry.span().0;
    let newest = newest.filter(|newest| all_dated && *newest < begins.as_str())?;
    Some(Outlier { detail: Some(newest.to_owned()), ..Outlier::of(entry, Reason::OldEvidence) })
}

/// Lower or higher in several benchmarks than the year before.
fn in_several(rubric: &Rubric, entry: &Entry, before: &Entry) -> Vec<Outlier> {
    let level = |entry: &Entry, number| entry.levels_of(number).and_then(Levels::level);
    let steps: Vec<Ordering> = rubric
        .benchmarks
        .iter()
        .filter_map(|b| Some(level(entry, b.number)?.cmp(&level(before, b.number)?)))
        .collect();
    [(Ordering::Less, Reason::FellInSeveral), (Ordering::Greater, Reason::RoseInSeveral)]
        .into_iter()
        .map(|(way, reason)| (steps.iter().filter(|step| **step == way).count(), reason))
        .filter(|(count, _)| *count >= SEVERAL)
        .map(|(count, reason)| Outlier {
            detail: Some(before.period.clone()),
            count: Some(count),
            ..Outlier::of(entry, reason)
        })
        .collect()
}

/// Two decimals, so that a figure reads the same everywhere.
fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// Texts that stand in more than one area.
fn same_texts(now: &[&Entry]) -> Vec<Outlier> {
    let mut seen: BTreeMap<u64, Vec<(usize, usize)>> = BTreeMap::new();
    for (area, entry) in now.iter().enumerate() {
        for (at, item) in entry.evidence.iter().enumerate() {
            if let Some(print) = item.fingerprint {
                seen.entry(print).or_default().push((area, at));
            }
        }
    }
    let mut found = Vec::new();
    for places in seen.values() {
        for &(area, at) in places {
            let Some(&(other, _)) = places.iter().find(|(other, _)| *other != area) else { continue };
            let (entry, item) = (now[area], &now[area].evidence[at]);
            let number = item.benchmark.map(|at| entry.rubric.benchmarks[at].number);
            found.push(Outlier {
                benchmark: number,
                level: number.and_then(|number| entry.levels_of(number)?.level()),
                detail: Some(item.id.clone()),
                other: Some(now[other].area.clone()),
                ..Outlier::of(entry, Reason::SameText)
            });
        }
    }
    found
}
