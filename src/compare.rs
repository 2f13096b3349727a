//! Areas compared: what each benchmark comes to over a cohort, who stands out and why, and who could learn from whom.
//!
//! There is no total over benchmarks and no order of areas: the benchmarks are officially unequal, and no weights are
//! published. Only where a user names weights of their own does [`weigh`] say what order they give, and whether it
//! survives equal weights.

pub mod weights;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::assessment::Funding;
use crate::cohort::{Entry, FEWEST, Halves, Levels};
use crate::rubric::{CriterionIndex, Kind, Rubric, RubricRef, Status};
pub use weights::{Weighed, Weights, load_weights, weigh};

/// From how many areas on a median says enough for one of them to be called an outlier.
const FEWEST_FOR_OUTLIERS: usize = 5;

/// `compare --format json`. Other programs read these names; they stay.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// `compare/1`.
    pub schema: &'static str,
    /// The period compared.
    pub period: String,
    /// The rubric.
    pub rubric: RubricRef,
    /// The highest marking of anything in any of the assessments.
    pub marking: &'static str,
    /// The areas, by id.
    pub areas: Vec<AreaView>,
    /// Areas of which there are assessments of other periods and none of this one, by id.
    pub missing: Vec<String>,
    /// Their names.
    #[serde(skip)]
    pub missing_names: Vec<String>,
    /// The benchmarks.
    pub benchmarks: Vec<BenchmarkComparison>,
    /// The same figures for groups of areas.
    pub groups: Vec<Group>,
    /// Other groupings of the scores, such as the sections of a later toolkit.
    pub views: Vec<ViewComparison>,
    /// What stands out, benchmark by benchmark.
    pub outliers: Vec<Outlier>,
    /// Who has in place, and may share, what others lack.
    pub practice: Vec<Practice>,
    /// What weights of the user's own come to, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<Weighed>,
}

/// An area.
#[derive(Clone, Debug, Serialize)]
pub struct AreaView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What kind of authority it is.
    pub kind: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Whether it is funded.
    pub funding: Option<Funding>,
    /// The file of the assessment.
    pub file: String,
    /// How many benchmarks are below the level at which the duty is met.
    pub not_met: usize,
    /// How many benchmarks have a level.
    pub scored: usize,
    /// How many statements no person has confirmed.
    pub unconfirmed: usize,
}

/// Figures of some levels.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Of how many areas.
    pub n: usize,
    /// Whether the figures are suppressed, because they are of fewer than three areas.
    pub suppressed: bool,
    /// The median.
    pub median: Option<Halves>,
    /// The lowest.
    pub lowest: Option<u8>,
    /// The highest.
    pub highest: Option<u8>,
    /// How many are below the level at which the duty is met.
    pub not_met: Option<usize>,
}

impl Figures {
    fn of(levels: &[u8], target: u8) -> Self {
        let shown = levels.len() >= FEWEST;
        let suppressed = !shown && !levels.is_empty();
        Self {
            n: levels.len(),
            suppressed,
            median: Halves::median(levels.iter().copied()).filter(|_| shown),
            lowest: levels.iter().min().copied().filter(|_| shown),
            highest: levels.iter().max().copied().filter(|_| shown),
            not_met: shown.then(|| levels.iter().filter(|level| **level < target).count()),
        }
    }
}

/// One benchmark over all areas.
#[derive(Debug, Serialize)]
pub struct BenchmarkComparison {
    /// Its number.
    pub number: u16,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
    /// How many areas have each level, lowest level first; empty where the figures are suppressed.
    pub counts: Vec<usize>,
    /// The level of each area that has one, by the area's id.
    pub levels: BTreeMap<String, u8>,
    /// Whose level it is: `adviser`, `peer`, `self` or `proposal`.
    pub raters: BTreeMap<String, &'static str>,
    /// `judgement` or `proposal`.
    pub basis: BTreeMap<String, &'static str>,
}

/// A group of areas.
#[derive(Debug, Serialize)]
pub struct Group {
    /// What they have in common: `kind`, `region` or `funding`.
    pub by: &'static str,
    /// Its value.
    pub name: String,
    /// The areas, by id.
    pub areas: Vec<String>,
    /// The figures of each benchmark, by its number.
    pub benchmarks: Vec<(u16, Figures)>,
}

/// Another grouping of the scores.
#[derive(Debug, Serialize)]
pub struct ViewComparison {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What a reader must know about it.
    pub note: String,
    /// Its sections.
    pub sections: Vec<SectionComparison>,
}

/// A section of another grouping.
#[derive(Debug, Serialize)]
pub struct SectionComparison {
    /// Its number.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// The numbers of its benchmarks.
    pub benchmarks: Vec<u16>,
    /// The scores of each area in the order of the benchmarks, by the area's id. The lowest is the headline.
    pub scores: BTreeMap<String, Vec<Option<u8>>>,
    /// The headline of each area.
    pub headlines: BTreeMap<String, u8>,
    /// The figures of the headlines.
    pub figures: Figures,
}

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

/// What somebody has in place and may share, and others lack.
#[derive(Debug, Serialize)]
pub struct Practice {
    /// The benchmark's number.
    pub benchmark: u16,
    /// The criterion's id.
    pub criterion: String,
    /// Its text.
    pub text: String,
    /// Who has it, and the words that may be shown to others.
    pub has: Vec<Donor>,
    /// Who lacks it.
    pub lacks: Vec<Lack>,
}

/// An area that exceeds the duty in a benchmark and has a criterion in place.
#[derive(Debug, Serialize)]
pub struct Donor {
    /// The area's id.
    pub area: String,
    /// Its level.
    pub level: u8,
    /// The statement's id.
    pub statement: String,
    /// The statement.
    pub text: String,
    /// The date of its source, if it is known.
    pub date: Option<String>,
}

/// An area that does not exceed the duty in a benchmark and lacks a criterion.
#[derive(Debug, Serialize)]
pub struct Lack {
    /// The area's id.
    pub area: String,
    /// Its level.
    pub level: u8,
    /// What its evidence says of the criterion; nothing where it is silent.
    pub status: Option<Status>,
}

/// Compares areas in one period. `entries` holds every assessment, in any order; those of other periods serve to see
/// what rose and fell. All are of one rubric.
pub fn compare(rubric: &Rubric, entries: &[&Entry], period: &str) -> Comparison {
    let mut now: Vec<&Entry> = entries.iter().copied().filter(|entry| entry.period == period).collect();
    now.sort_by(|a, b| a.area.cmp(&b.area));
    let mut missing: Vec<(String, String)> = entries
        .iter()
        .filter(|other| now.binary_search_by(|entry| entry.area.cmp(&other.area)).is_err())
        .map(|entry| (entry.area.clone(), entry.name.clone()))
        .collect();
    missing.sort();
    missing.dedup_by(|a, b| a.0 == b.0);
    let target = rubric.target.0;
    let marking = entries.iter().map(|entry| entry.marking).max().unwrap_or_default();
    let areas = now
        .iter()
        .map(|entry| {
            let levels = || entry.levels.iter().filter_map(Levels::level);
            AreaView {
                id: entry.area.clone(),
                name: entry.name.clone(),
                kind: entry.kind.clone(),
                region: entry.region.clone(),
                funding: entry.funding,
                file: entry.file.clone(),
                not_met: levels().filter(|level| *level < target).count(),
                scored: levels().count(),
                unconfirmed: entry.unconfirmed,
            }
        })
        .collect();
    let benchmarks = benchmarks(rubric, &now);
    let outliers = outliers(rubric, entries, &now, &benchmarks);
    Comparison {
        schema: "compare/1",
        period: period.to_owned(),
        rubric: RubricRef::of(rubric),
        marking: marking.words(),
        areas,
        missing_names: missing.iter().map(|(_, name)| name.clone()).collect(),
        missing: missing.into_iter().map(|(id, _)| id).collect(),
        groups: groups(rubric, &now),
        views: views(rubric, &now),
        outliers,
        practice: practice(rubric, &now),
        benchmarks,
        weights: None,
    }
}

#[allow(clippy::naive_bytecount, reason = "levels are no text, and there are few of them")]
fn benchmarks(rubric: &Rubric, now: &[&Entry]) -> Vec<BenchmarkComparison> {
    let (lowest, highest) = rubric.level_range();
    rubric
        .benchmarks
        .iter()
        .map(|benchmark| {
            let mut levels = BTreeMap::new();
            let (mut raters, mut basis) = (BTreeMap::new(), BTreeMap::new());
            for entry in now {
                let Some(given) = entry.levels_of(benchmark.number) else { continue };
                if let (Some((level, rater)), Some(word)) = (given.counts(), given.basis()) {
                    levels.insert(entry.area.clone(), level);
                    raters.insert(entry.area.clone(), rater.id());
                    basis.insert(entry.area.clone(), word);
                }
            }
            let all: Vec<u8> = levels.values().copied().collect();
            BenchmarkComparison {
                number: benchmark.number,
                id: benchmark.id.clone(),
                title: benchmark.title.clone(),
                figures: Figures::of(&all, rubric.target.0),
                counts: (lowest..=highest)
                    .filter(|_| all.len() >= FEWEST)
                    .map(|at| all.iter().filter(|level| **level == at).count())
                    .collect(),
                levels,
                raters,
                basis,
            }
        })
        .collect()
}

/// The word of a kind of funding, as in files.
pub fn funding_id(funding: Funding) -> &'static str {
    match funding {
        Funding::Funded => "funded",
        Funding::FormerlyFunded => "formerly-funded",
        Funding::Unfunded => "unfunded",
    }
}

fn groups(rubric: &Rubric, now: &[&Entry]) -> Vec<Group> {
    type Of = fn(&Entry) -> Option<String>;
    let ways: [(&'static str, Of); 3] = [
        ("kind", |entry| entry.kind.clone()),
        ("region", |entry| entry.region.clone()),
        ("funding", |entry| entry.funding.map(|funding| funding_id(funding).to_owned())),
    ];
    let mut groups = Vec::new();
    for (by, of) in ways {
        let mut members: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
        for entry in now {
            if let Some(name) = of(entry) {
                members.entry(name).or_default().push(entry);
            }
        }
        groups.extend(members.into_iter().map(|(name, members)| {
            Group {
                by,
                name,
                areas: members.iter().map(|entry| entry.area.clone()).collect(),
                benchmarks: rubric
                    .benchmarks
                    .iter()
                    .map(|benchmark| {
                        let levels: Vec<u8> = members
                            .iter()
                            .filter_map(|entry| entry.levels_of(benchmark.number)?.level())
                            .collect();
                        (benchmark.number, Figures::of(&levels, rubric.target.0))
                    })
                    .collect(),
            }
        }));
    }
    groups
}

fn views(rubric: &Rubric, now: &[&Entry]) -> Vec<ViewComparison> {
    let section = |(number, title, benchmarks): &(u16, String, Vec<u16>)| {
        let scores: BTreeMap<String, Vec<Option<u8>>> = now
            .iter()
            .map(|entry| {
                let level = |&number: &u16| entry.levels_of(number).and_then(Levels::level);
                (entry.area.clone(), benchmarks.iter().map(level).collect())
            })
            .collect();
        let headlines: BTreeMap<String, u8> = scores
            .iter()
            .filter_map(|(area, scores)| Some((area.clone(), scores.iter().flatten().min().copied()?)))
            .collect();
        let all: Vec<u8> = headlines.values().copied().collect();
        SectionComparison {
            number: *number,
            title: title.clone(),
            benchmarks: benchmarks.clone(),
            figures: Figures::of(&all, rubric.target.0),
            scores,
            headlines,
        }
    };
    rubric
        .views
        .iter()
        .map(|view| ViewComparison {
            id: view.id.clone(),
            title: view.title.clone(),
            note: view.note.clone(),
            sections: view.sections.iter().map(section).collect(),
        })
        .collect()
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

fn outliers(
    rubric: &Rubric,
    entries: &[&Entry],
    now: &[&Entry],
    benchmarks: &[BenchmarkComparison],
) -> Vec<Outlier> {
    let target = rubric.target.0;
    let mut found = Vec::new();
    let middles: Vec<Option<(Halves, f64)>> = benchmarks
        .iter()
        .map(|benchmark| {
            if benchmark.levels.len() < FEWEST_FOR_OUTLIERS {
                return None;
            }
            let median = Halves::median(benchmark.levels.values().copied())?;
            let away = |level: &u8| Halves((2 * u32::from(*level)).abs_diff(median.0));
            let spread = Halves::median_of(benchmark.levels.values().map(away).collect())?.value();
            Some((median, SCALE * spread.max(FLOOR)))
        })
        .collect();
    let mut earlier: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in entries {
        let Some(this) = now.first() else { break };
        if entry.span() < this.span() {
            let known = earlier.entry(&entry.area).or_insert(entry);
            if known.span() < entry.span() {
                *known = entry;
            }
        }
    }
    for entry in now {
        let own = Halves::median(entry.levels.iter().filter_map(Levels::level));
        let before = earlier.get(entry.area.as_str()).filter(|before| before.same_edition(entry));
        for (benchmark, middle) in rubric.benchmarks.iter().zip(&middles) {
            let Some((at, _)) = entry.rubric.benchmark(benchmark.number) else { continue };
            let level = entry.levels[at].level();
            let mut say = |reason, against, distance, detail| {
                found.push(Outlier {
                    area: entry.area.clone(),
                    benchmark: Some(benchmark.number),
                    reason,
                    level,
                    against,
                    distance,
                    detail,
                    other: None,
                    count: None,
                });
            };
            let Some(level) = level else { continue };
            let halves = 2 * u32::from(level);
            if let Some((median, spread)) = *middle {
                let distance = (f64::from(halves) - f64::from(median.0)) / 2.0 / spread;
                if distance.abs() >= FAR {
                    let reason = if distance < 0.0 { Reason::BelowOthers } else { Reason::AboveOthers };
                    say(reason, Some(median), Some(round(distance)), None);
                }
            }
            if let Some(own) = own
                && halves.abs_diff(own.0) >= 2 * JUMP
            {
                let reason = if halves < own.0 { Reason::BelowOwn } else { Reason::AboveOwn };
                say(reason, Some(own), None, None);
            }
            if let Some(before) = before
                && let Some(then) = before.levels_of(benchmark.number).and_then(Levels::level)
                && u32::from(level.abs_diff(then)) >= JUMP
            {
                let reason = if level < then { Reason::Fell } else { Reason::Rose };
                say(reason, Some(Halves(2 * u32::from(then))), None, Some(before.period.clone()));
            } else if let Some(before) = before
                && let Some(then) = before.levels_of(benchmark.number).and_then(Levels::level)
                && level < target
                && then >= target
            {
                say(Reason::FellBelow, Some(Halves(2 * u32::from(then))), None, Some(before.period.clone()));
            }
            let items = || entry.evidence.iter().filter(|item| item.benchmark == Some(at));
            if items().next().is_none() {
                say(Reason::WithoutEvidence, None, None, None);
            }
            // Older than the period it speaks for: at the period's end it is more than a year old. What shows something
            // in place is what the level rests on; where nothing does, all of it.
            let any = items().any(|item| !item.in_place.is_empty());
            let resting = || items().filter(|item| !any || !item.in_place.is_empty());
            let newest = resting().map(|item| item.date.as_deref()).max().flatten();
            let all_dated = resting().all(|item| item.date.is_some());
            if let Some(newest) = newest.filter(|newest| all_dated && **newest < *entry.span().0) {
                say(Reason::OldEvidence, None, None, Some(newest.to_owned()));
            }
        }
    }
    for entry in now {
        let Some(before) = earlier.get(entry.area.as_str()).filter(|before| before.same_edition(entry))
        else {
            continue;
        };
        let steps = rubric.benchmarks.iter().filter_map(|benchmark| {
            let level = |entry: &Entry| entry.levels_of(benchmark.number).and_then(Levels::level);
            level(entry).zip(level(before)).map(|(now, then)| now.cmp(&then))
        });
        let steps: Vec<Ordering> = steps.collect();
        for (way, reason) in
            [(Ordering::Less, Reason::FellInSeveral), (Ordering::Greater, Reason::RoseInSeveral)]
        {
            let count = steps.iter().filter(|step| **step == way).count();
            if count >= SEVERAL {
                found.push(Outlier {
                    area: entry.area.clone(),
                    benchmark: None,
                    reason,
                    level: None,
                    against: None,
                    distance: None,
                    detail: Some(before.period.clone()),
                    other: None,
                    count: Some(count),
                });
            }
        }
    }
    found.extend(same_texts(now));
    found.sort_by(|a, b| (&a.area, a.benchmark, a.reason).cmp(&(&b.area, b.benchmark, b.reason)));
    found
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
                area: entry.area.clone(),
                benchmark: number,
                reason: Reason::SameText,
                level: number.and_then(|number| entry.levels_of(number)?.level()),
                against: None,
                distance: None,
                count: None,
                detail: Some(item.id.clone()),
                other: Some(now[other].area.clone()),
            });
        }
    }
    found
}

/// Who has in place, above the duty, what another lacks that is not: only from statements that may be shared.
fn practice(rubric: &Rubric, now: &[&Entry]) -> Vec<Practice> {
    let target = rubric.target.0;
    // Criteria are known by their places, which hold only within one version of the rubric.
    let now: Vec<&Entry> = now.iter().copied().filter(|entry| entry.rubric.hash == rubric.hash).collect();
    let mut donors: BTreeMap<CriterionIndex, Vec<Donor>> = BTreeMap::new();
    for entry in &now {
        for item in &entry.evidence {
            let Some(text) = &item.shared else { continue };
            // What is older than the period is no present practice.
            if item.date.as_deref().is_some_and(|date| *date < *entry.span().0) {
                continue;
            }
            for &at in &item.in_place {
                let benchmark = rubric.criterion(at).benchmark;
                let level = entry.levels[benchmark].level().filter(|level| *level > target);
                if rubric.criterion(at).kind == Kind::Requirement
                    && let Some(level) = level
                {
                    donors.entry(at).or_default().push(Donor {
                        area: entry.area.clone(),
                        level,
                        statement: item.id.clone(),
                        text: text.clone(),
                        date: item.date.clone(),
                    });
                }
            }
        }
    }
    donors
        .into_iter()
        .filter_map(|(at, has)| {
            let criterion = rubric.criterion(at);
            let lacks: Vec<Lack> = now
                .iter()
                .filter_map(|entry| {
                    let level = entry.levels[criterion.benchmark].level().filter(|level| *level <= target)?;
                    let status = entry.statuses[at.0];
                    // What nobody mentions is worth a question up to the level above the duty, or the next one.
                    let next = rubric.next_level(level.max(target));
                    let matters = status.is_some() || next >= Some(criterion.level);
                    (matters && !entry.has(at)).then(|| Lack { area: entry.area.clone(), level, status })
                })
                .collect();
            (!lacks.is_empty()).then(|| Practice {
                benchmark: rubric.benchmarks[criterion.benchmark].number,
                criterion: criterion.id.clone(),
                text: criterion.text.clone(),
                has,
                lacks,
            })
        })
        .collect()
}
