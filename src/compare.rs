//! Areas compared: what each benchmark comes to over a cohort, who stands out and why, and who could learn from whom.
//!
//! There is no total over benchmarks and no order of areas: the benchmarks are officially unequal, and no weights are
//! published. Only where a user names weights of their own does [`weigh`] say what order they give, and whether it
//! survives equal weights.

pub mod outliers;
pub mod practice;
pub mod weights;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::assessment::Funding;
use crate::cohort::{Entry, Halves, Levels};
use crate::rubric::{Rubric, RubricRef};
pub use outliers::{Outlier, Reason, find_outliers};
pub use practice::{Practice, find_practice};
pub use weights::{Weighed, Weights, load_weights, weigh};

/// Figures of groups of fewer areas than this are suppressed: they would tell of single areas.
const FEWEST: usize = 3;

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
    /// Whether the figures are suppressed, because they are of a group of fewer than three areas.
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
    /// Of all areas, each of which is named with its level.
    fn of_all(levels: &[u8], target: u8) -> Self {
        Self {
            n: levels.len(),
            suppressed: false,
            median: Halves::median(levels.iter().copied()),
            lowest: levels.iter().min().copied(),
            highest: levels.iter().max().copied(),
            not_met: Some(levels.iter().filter(|level| **level < target).count()),
        }
    }

    /// Of a group: of fewer than three areas nothing is told but how many they are.
    fn of_group(levels: &[u8], target: u8) -> Self {
        if levels.len() >= FEWEST || levels.is_empty() {
            return Self::of_all(levels, target);
        }
        let n = levels.len();
        Self { n, suppressed: true, median: None, lowest: None, highest: None, not_met: None }
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
    /// How many areas have each level, lowest level first.
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
    let outliers = find_outliers(rubric, entries, &now, &benchmarks);
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
        practice: find_practice(rubric, &now),
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
                figures: Figures::of_all(&all, rubric.target.0),
                counts: (lowest..=highest)
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
                        (benchmark.number, Figures::of_group(&levels, rubric.target.0))
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
            figures: Figures::of_all(&all, rubric.target.0),
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
