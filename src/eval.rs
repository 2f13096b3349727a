//! How right the matcher is, on statements and areas that people have labelled.
//!
//! A statement that teaches the matcher says nothing about how right it is. Where the labelled set and
//! the teaching statements overlap, every figure is *cross-validated*: statements and areas are cut into
//! six folds each, an area always whole, and each fold is judged by a matcher taught without it.
//! Every figure comes with its n.

mod raw;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::assessment::{Assessment, Evidence};
use crate::diag::{Code, Diagnostic, Place};
use crate::matching::teach::Lessons;
use crate::matching::{Matched, Matcher, Stands};
use crate::rubric::{CriterionIndex, Rubric, Status};
use crate::schema::Format;
use crate::scoring::{Finding, propose_levels};
use crate::yaml::Document;
use raw::{GoldStatus, RawGold, RawGoldArea, RawGoldStatement};

/// The format of a labelled set.
pub static GOLD_FORMAT: Format = Format::of_foreign::<RawGold>("gold/1");

/// Into how many folds the statements are cut, and the areas.
const FOLDS: usize = 6;

/// A share with what it is a share of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Share {
    /// Of how many.
    pub n: usize,
    /// How many.
    pub count: usize,
    /// The share, 0 to 1; 0 when there are none.
    pub share: f64,
}

impl Share {
    fn of(n: usize, count: usize) -> Self {
        let ratio = |a: usize, b: usize| {
            f64::from(u32::try_from(a).unwrap_or(u32::MAX)) / f64::from(u32::try_from(b).unwrap_or(u32::MAX))
        };
        Self { n, count, share: if n == 0 { 0.0 } else { (ratio(count, n) * 10_000.0).round() / 10_000.0 } }
    }

    fn count(cases: impl Iterator<Item = bool>) -> Self {
        let (mut n, mut count) = (0, 0);
        for case in cases {
            n += 1;
            count += usize::from(case);
        }
        Self::of(n, count)
    }
}

/// Everything measured on a labelled set.
#[derive(Debug, Serialize)]
pub struct Evaluation {
    /// `eval/1`.
    pub schema: &'static str,
    /// The rubric's id and hash.
    pub rubric: (String, String),
    /// How many statements taught the matcher.
    pub taught_by: usize,
    /// How many statements of the set are among those that teach. If any, the figures are
    /// cross-validated.
    pub held_back: usize,
    /// Single statements.
    pub statements: StatementFigures,
    /// Areas with every statement filed under its benchmark.
    pub areas_filed: AreaFigures,
    /// Areas with all statements in one heap.
    pub areas_in_a_heap: AreaFigures,
    /// Every miss.
    pub errors: Vec<Miss>,
}

/// What was measured on single statements.
#[derive(Debug, Default, Serialize)]
pub struct StatementFigures {
    /// The right benchmark, of statements on topic.
    pub benchmark: Share,
    /// The right benchmark or one that would be right too.
    pub benchmark_lenient: Share,
    /// The right benchmark or the right "none", of all.
    pub benchmark_or_none: Share,
    /// Of those about another topic, how many were recognised.
    pub off_topic_recall: Share,
    /// Of those taken to be about another topic, how many were.
    pub off_topic_precision: Share,
    /// The right criterion first.
    pub criterion_first: Share,
    /// The right criterion among the first three.
    pub criterion_in_three: Share,
    /// The right status.
    pub status: Share,
    /// Of those not in place, how many were read as in place.
    pub not_in_place_read_as_in_place: Share,
    /// Of those planned, lapsed or absent, how many were read as in place.
    pub not_operating_read_as_in_place: Share,
    /// By status: what it is, and what it was read as, in the order of `Status::ALL`.
    pub status_confusion: Vec<(Status, [usize; 5])>,
    /// By benchmark number: the right benchmark, the right status.
    pub by_benchmark: Vec<(u16, Share, Share)>,
    /// By the finding's certainty, in tenths from 0: how many first findings, and how many right.
    pub calibration: Vec<(f64, Share)>,
}

/// What was measured on areas.
#[derive(Debug, Default, Serialize)]
pub struct AreaFigures {
    /// The level exactly right.
    pub exact: Share,
    /// Right or one off.
    pub within_one: Share,
    /// On the wrong side of the line at which the target is met.
    pub across_the_line: Share,
    /// Quadratic weighted kappa; nothing when all levels are the same.
    pub kappa: Option<f64>,
    /// By level: exactly right.
    pub by_level: Vec<(u8, Share)>,
    /// By benchmark number: exactly right.
    pub by_benchmark: Vec<(u16, Share)>,
    /// By level given: how often each level, from the lowest, was proposed. First, how often none was.
    pub confusion: Vec<(u8, Vec<usize>)>,
}

/// One miss, with what decided it.
#[derive(Debug, Serialize)]
pub struct Miss {
    /// `benchmark`, `criterion`, `status` or `level`.
    pub what: &'static str,
    /// The statement's id, or the area's and the benchmark's.
    pub id: String,
    /// What is right.
    pub right: String,
    /// What was found.
    pub found: String,
    /// The statement, or the reason of the level.
    pub text: String,
    /// What decided.
    pub why: String,
}

/// Reads a labelled set and measures the matcher on it.
pub fn evaluate(document: &Document, rubric: &Rubric) -> (Option<Evaluation>, Vec<Diagnostic>) {
    let (gold, diagnostics) = GOLD_FORMAT.lower::<RawGold>(document, |_, _| None);
    let Some(gold) = gold.filter(|_| diagnostics.is_empty()) else { return (None, diagnostics) };
    let problems = impossible_labels(document, rubric, &gold);
    if !problems.is_empty() {
        return (None, problems);
    }
    let lessons = Lessons::new(rubric);
    let taught: BTreeSet<&str> = rubric.statements.iter().map(|statement| statement.text.as_str()).collect();
    let whole = lessons.teach(&BTreeSet::new());
    let run = Run { rubric, lessons, taught, whole };

    let mut errors = Vec::new();
    let statements = run.statements(&gold.statements, &mut errors);
    let (areas_filed, areas_in_a_heap) = run.areas(&gold, &mut errors);
    let texts = gold.statements.iter().map(|statement| &statement.text);
    let texts =
        texts.chain(gold.areas.iter().flat_map(|area| area.benchmarks.iter().flat_map(|b| &b.evidence)));
    let evaluation = Evaluation {
        schema: "eval/1",
        rubric: (rubric.id.clone(), rubric.hash.clone()),
        taught_by: run.lessons.statements(),
        held_back: texts.filter(|text| run.taught.contains(text.as_str())).count(),
        statements,
        areas_filed,
        areas_in_a_heap,
        errors,
    };
    (Some(evaluation), diagnostics)
}

/// Labels that the rubric cannot give, and a set that holds none at all.
fn impossible_labels(document: &Document, rubric: &Rubric, gold: &RawGold) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    if gold.statements.is_empty() && gold.areas.is_empty() {
        let empty = Diagnostic::new(Code::MissingKey, document.place(""), "there is nothing labelled here");
        return vec![empty.help("a labelled set has `statements:` or `areas:`; see tests/gold/dev.yaml")];
    }
    let mut benchmark = |number: u16, pointer: String| {
        if rubric.benchmark(number).is_none() {
            let message = format!("the rubric has no {} {number}", rubric.unit);
            let unknown = Diagnostic::new(Code::UnknownBenchmark, document.place(&pointer), message);
            problems.push(unknown.help("correct the label, or name the rubric with `--rubric`"));
        }
    };
    for (s, statement) in gold.statements.iter().enumerate() {
        if let Some(number) = statement.benchmark {
            benchmark(number, format!("/statements/{s}/benchmark"));
        }
    }
    for (a, area) in gold.areas.iter().enumerate() {
        for (b, cell) in area.benchmarks.iter().enumerate() {
            benchmark(cell.benchmark, format!("/areas/{a}/benchmarks/{b}/benchmark"));
        }
    }
    let (lowest, highest) = rubric.level_range();
    for (a, area) in gold.areas.iter().enumerate() {
        for (b, cell) in area.benchmarks.iter().enumerate() {
            if !(lowest..=highest).contains(&cell.expected_level) {
                let place = document.place(&format!("/areas/{a}/benchmarks/{b}/expected_level"));
                let message = format!("there is no level {}", cell.expected_level);
                let outside = Diagnostic::new(Code::OutOfRange, place, message);
                problems.push(outside.help(format!("the levels run from {lowest} to {highest}")));
            }
        }
    }
    problems
}

struct Run<'r> {
    rubric: &'r Rubric,
    lessons: Lessons<'r>,
    taught: BTreeSet<&'r str>,
    whole: Matcher,
}

impl Run<'_> {
    /// Calls `judge` with a matcher that was not taught by any of the texts.
    fn without<T>(&self, texts: &BTreeSet<&str>, judge: impl FnOnce(&Matcher) -> T) -> T {
        let held_back: BTreeSet<&str> =
            texts.iter().copied().filter(|text| self.taught.contains(text)).collect();
        if held_back.is_empty() { judge(&self.whole) } else { judge(&self.lessons.teach(&held_back)) }
    }

    fn statements(&self, gold: &[RawGoldStatement], errors: &mut Vec<Miss>) -> StatementFigures {
        let mut matched: Vec<Option<Matched>> = vec![None; gold.len()];
        for fold in 0..FOLDS {
            let own: Vec<usize> = (fold..gold.len()).step_by(FOLDS).collect();
            let texts = own.iter().map(|&at| gold[at].text.as_str()).collect();
            self.without(&texts, |matcher| {
                for at in own {
                    matched[at] = Some(matcher.match_statement(&gold[at].text, Stands::Alone));
                }
            });
        }
        let cases: Vec<Case> =
            gold.iter().zip(matched).filter_map(|(gold, matched)| Some(self.case(gold, matched?))).collect();
        for case in &cases {
            case.misses(errors);
        }
        let on_topic = || cases.iter().filter(|case| case.gold.benchmark.is_some());
        let with_criteria = || on_topic().filter(|case| !case.gold.best_criteria.is_empty());
        let judged = |case: &&Case| case.matched.status.is_some();
        StatementFigures {
            benchmark: Share::count(on_topic().map(|case| case.number == case.gold.benchmark)),
            benchmark_lenient: Share::count(on_topic().map(Case::right_benchmark)),
            benchmark_or_none: Share::count(cases.iter().map(|case| case.number == case.gold.benchmark)),
            off_topic_recall: Share::count(
                cases.iter().filter(|c| c.gold.benchmark.is_none()).map(|c| c.number.is_none()),
            ),
            off_topic_precision: Share::count(
                cases.iter().filter(|c| c.number.is_none()).map(|c| c.gold.benchmark.is_none()),
            ),
            criterion_first: Share::count(
                with_criteria().map(|case| case.hits.first().copied().unwrap_or(false)),
            ),
            criterion_in_three: Share::count(
                with_criteria().map(|case| case.hits.iter().take(3).any(|hit| *hit)),
            ),
            status: Share::count(cases.iter().map(|case| case.matched.status == Some(case.status))),
            not_in_place_read_as_in_place: Share::count(
                cases
                    .iter()
                    .filter(|c| c.status != Status::InPlace)
                    .map(|c| c.matched.status == Some(Status::InPlace)),
            ),
            not_operating_read_as_in_place: Share::count(
                cases
                    .iter()
                    .filter(|c| !c.status.operates())
                    .map(|c| c.matched.status == Some(Status::InPlace)),
            ),
            status_confusion: Status::ALL
                .into_iter()
                .map(|status| {
                    let mut row = [0; 5];
                    for case in cases.iter().filter(judged).filter(|case| case.status == status) {
                        row[case.matched.status.unwrap_or(status) as usize] += 1;
                    }
                    (status, row)
                })
                .collect(),
            by_benchmark: self
                .rubric
                .benchmarks
                .iter()
                .map(|benchmark| {
                    let own = || cases.iter().filter(|case| case.gold.benchmark == Some(benchmark.number));
                    (
                        benchmark.number,
                        Share::count(own().map(|case| case.number == case.gold.benchmark)),
                        Share::count(own().map(|case| case.matched.status == Some(case.status))),
                    )
                })
                .collect(),
            calibration: calibration(&cases),
        }
    }

    fn case<'g>(&self, gold: &'g RawGoldStatement, matched: Matched) -> Case<'g> {
        let number = matched.benchmark.map(|at| self.rubric.benchmarks[at].number);
        let hits = matched.findings.iter().map(|found| self.speaks_to(gold, found.criterion)).collect();
        let criteria =
            matched.findings.iter().map(|found| self.rubric.criterion(found.criterion).id.clone()).collect();
        Case { gold, status: status(gold.status), number, hits, criteria, matched }
    }

    /// Whether a criterion is of the level and shares words of the descriptor with what the label quotes.
    fn speaks_to(&self, gold: &RawGoldStatement, criterion: CriterionIndex) -> bool {
        let criterion = self.rubric.criterion(criterion);
        let benchmark = &self.rubric.benchmarks[criterion.benchmark];
        if gold.benchmark != Some(benchmark.number) && !gold.also.contains(&benchmark.number) {
            return false;
        }
        let Some(level) = benchmark.levels.iter().find(|level| level.level == criterion.level) else {
            return false;
        };
        let place = |text: &str| level.descriptor.find(text).map(|at| (at, at + text.len()));
        let Some((start, end)) = place(&criterion.text) else { return false };
        gold.best_criteria.iter().filter(|best| best.level == criterion.level).any(|best| {
            place(&best.fragment).is_some_and(|(first, last)| end.min(last) > start.max(first) + 3)
        })
    }

    fn areas(&self, gold: &RawGold, errors: &mut Vec<Miss>) -> (AreaFigures, AreaFigures) {
        let mut filed = Vec::new();
        let mut heap = Vec::new();
        for fold in 0..FOLDS {
            let own: Vec<&RawGoldArea> = gold.areas.iter().skip(fold).step_by(FOLDS).collect();
            let evidence = own.iter().flat_map(|area| area.benchmarks.iter().flat_map(|b| &b.evidence));
            let texts: BTreeSet<&str> = evidence.map(String::as_str).collect();
            self.without(&texts, |matcher| {
                for area in own {
                    filed.extend(self.levels(matcher, area, true, errors));
                    heap.extend(self.levels(matcher, area, false, &mut Vec::new()));
                }
            });
        }
        (self.area_figures(&filed), self.area_figures(&heap))
    }

    /// The levels proposed for an area, with its statements filed by benchmark or in one heap.
    fn levels(
        &self,
        matcher: &Matcher,
        area: &RawGoldArea,
        filed: bool,
        errors: &mut Vec<Miss>,
    ) -> Vec<Level> {
        let assessment = Self::assessment(area);
        let read = assessment.evidence.iter().map(|evidence| {
            let number = evidence.benchmark.filter(|_| filed);
            let benchmark = number.and_then(|number| self.rubric.benchmark(number)).map(|(at, _)| at);
            Some(
                matcher
                    .match_statement(&evidence.text, benchmark.map_or(Stands::InAssessment, Stands::Filed)),
            )
        });
        let proposals = propose_levels(self.rubric, &assessment, read.collect());
        let mut levels = Vec::new();
        for wanted in &area.benchmarks {
            let Some((at, _)) = self.rubric.benchmark(wanted.benchmark) else { continue };
            let proposal = &proposals.benchmarks[at];
            levels.push(Level {
                benchmark: wanted.benchmark,
                right: wanted.expected_level,
                proposed: proposal.proposed,
            });
            if proposal.proposed != Some(wanted.expected_level) {
                let findings = proposal.findings.iter().map(|&at| &proposals.findings[at]);
                let line = |finding: &Finding| {
                    let criterion = &self.rubric.criterion(finding.criterion).id;
                    format!("{criterion} {}: “{}”", finding.status.id(), finding.words)
                };
                errors.push(Miss {
                    what: "level",
                    id: format!("{} {}", area.id, wanted.benchmark),
                    right: wanted.expected_level.to_string(),
                    found: proposal.proposed.map_or("none".to_owned(), |level| level.to_string()),
                    text: proposal.reason.clone(),
                    why: findings.map(line).collect::<Vec<_>>().join("\n"),
                });
            }
        }
        levels
    }

    fn assessment(area: &RawGoldArea) -> Assessment {
        let place = Place::File(area.id.clone());
        let evidence = area.benchmarks.iter().flat_map(|benchmark| {
            benchmark.evidence.iter().enumerate().map(|(at, text)| {
                let id = format!("{}-{}-{}", area.id, benchmark.benchmark, at + 1);
                Evidence {
                    benchmark: Some(benchmark.benchmark),
                    ..Evidence::new(id, text.clone(), place.clone())
                }
            })
        });
        Assessment::new(&area.id, evidence.collect(), place.clone())
    }

    /// A benchmark for which nothing was found counts as the lowest level: that is what "no evidence"
    /// comes to for somebody who must give a level.
    fn area_figures(&self, cases: &[Level]) -> AreaFigures {
        let (lowest, highest) = self.rubric.level_range();
        let target = self.rubric.target.0;
        let given = |case: &Level| case.proposed.unwrap_or(lowest);
        let exact = |case: &&Level| given(case) == case.right;
        AreaFigures {
            exact: Share::count(cases.iter().map(|case| exact(&case))),
            within_one: Share::count(cases.iter().map(|case| given(case).abs_diff(case.right) <= 1)),
            across_the_line: Share::count(
                cases.iter().map(|case| (given(case) >= target) != (case.right >= target)),
            ),
            kappa: quadratic_weighted_kappa(
                &cases.iter().map(|case| (case.right, given(case))).collect::<Vec<_>>(),
                (lowest, highest),
            ),
            by_level: (lowest..=highest)
                .map(|level| {
                    (
                        level,
                        Share::count(
                            cases.iter().filter(|case| case.right == level).map(|case| exact(&case)),
                        ),
                    )
                })
                .collect(),
            by_benchmark: self
                .rubric
                .benchmarks
                .iter()
                .map(|b| {
                    (
                        b.number,
                        Share::count(
                            cases.iter().filter(|c| c.benchmark == b.number).map(|case| exact(&case)),
                        ),
                    )
                })
                .collect(),
            confusion: (lowest..=highest)
                .map(|level| {
                    let of_level = || cases.iter().filter(move |case| case.right == level);
                    let mut row = vec![of_level().filter(|case| case.proposed.is_none()).count()];
                    row.extend(
                        (lowest..=highest)
                            .map(|l| of_level().filter(|case| case.proposed == Some(l)).count()),
                    );
                    (level, row)
                })
                .collect(),
        }
    }
}

struct Level {
    benchmark: u16,
    right: u8,
    proposed: Option<u8>,
}

struct Case<'g> {
    gold: &'g RawGoldStatement,
    status: Status,
    number: Option<u16>,
    hits: Vec<bool>,
    criteria: Vec<String>,
    matched: Matched,
}

impl Case<'_> {
    fn right_benchmark(&self) -> bool {
        self.number == self.gold.benchmark
            || self.number.is_some_and(|number| self.gold.also.contains(&number))
    }

    fn misses(&self, errors: &mut Vec<Miss>) {
        let name = |number: Option<u16>| number.map_or("none".to_owned(), |number| number.to_string());
        let why = match (self.matched.findings.first(), &self.matched.abstained) {
            (Some(found), _) => found.why.line(),
            (None, Some(abstained)) => abstained.words(),
            (None, None) => "taken to be about another topic".to_owned(),
        };
        let mut miss = |what, right: String, found: String| {
            errors.push(Miss {
                what,
                id: self.gold.id.clone(),
                right,
                found,
                text: self.gold.text.clone(),
                why: why.clone(),
            });
        };
        if !self.right_benchmark() {
            miss("benchmark", name(self.gold.benchmark), name(self.number));
        } else if self.gold.benchmark.is_some() && !self.hits.first().copied().unwrap_or(false) {
            let right: Vec<String> = self
                .gold
                .best_criteria
                .iter()
                .map(|best| format!("{}: {}", best.level, best.fragment))
                .collect();
            miss("criterion", right.join(" / "), self.criteria.join(", "));
        }
        if self.matched.status != Some(self.status) {
            let found = self.matched.status.map_or("none", Status::id).to_owned();
            miss("status", self.status.id().to_owned(), found);
        }
    }
}

fn calibration(cases: &[Case<'_>]) -> Vec<(f64, Share)> {
    let firsts: Vec<(f64, bool)> = cases
        .iter()
        .filter(|case| !case.gold.best_criteria.is_empty())
        .filter_map(|case| Some((case.matched.findings.first()?.score, *case.hits.first()?)))
        .collect();
    (0..10_u8)
        .map(|tenth| {
            let (from, to) = (f64::from(tenth) / 10.0, f64::from(tenth + 1) / 10.0);
            let inside = firsts.iter().filter(|(score, _)| *score >= from && (*score < to || tenth == 9));
            (from, Share::count(inside.map(|(_, right)| *right)))
        })
        .filter(|(_, share)| share.n > 0)
        .collect()
}

fn status(gold: GoldStatus) -> Status {
    match gold {
        GoldStatus::InPlace => Status::InPlace,
        GoldStatus::Partial => Status::Partial,
        GoldStatus::Lapsed => Status::Lapsed,
        GoldStatus::Planned => Status::Planned,
        GoldStatus::Absent => Status::Absent,
    }
}

/// Cohen's kappa with quadratic weights (Cohen 1968): agreement beyond chance, in which a disagreement
/// counts by the square of how far apart the levels are. Nothing when chance alone would agree fully.
pub fn quadratic_weighted_kappa(pairs: &[(u8, u8)], (lowest, highest): (u8, u8)) -> Option<f64> {
    let levels: Vec<u8> = (lowest..=highest).collect();
    let n = f64::from(u32::try_from(pairs.len()).ok()?);
    let count = |keep: &dyn Fn(&(u8, u8)) -> bool| {
        f64::from(u32::try_from(pairs.iter().filter(|pair| keep(pair)).count()).unwrap_or(u32::MAX))
    };
    let (mut observed, mut expected) = (0.0, 0.0);
    for &a in &levels {
        for &b in &levels {
            let weight = f64::from(u16::from(a.abs_diff(b)).pow(2));
            observed += weight * count(&|pair| *pair == (a, b));
            expected += weight * count(&|pair| pair.0 == a) * count(&|pair| pair.1 == b) / n;
        }
    }
    (expected > 0.0).then(|| ((1.0 - observed / expected) * 10_000.0).round() / 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of scikit-learn 1.9, `cohen_kappa_score(a, b, weights="quadratic")`.
    #[test]
    fn kappa_agrees_with_scikit_learn() {
        let pairs = |a: &[u8], b: &[u8]| a.iter().copied().zip(b.iter().copied()).collect::<Vec<_>>();
        let kappa = |a: &[u8], b: &[u8]| quadratic_weighted_kappa(&pairs(a, b), (1, 5));
        assert_eq!(kappa(&[1, 2, 3, 4, 5], &[1, 2, 3, 4, 5]), Some(1.0));
        assert_eq!(kappa(&[1, 2, 3, 4, 5, 3], &[2, 2, 3, 3, 5, 1]), Some(0.7));
        assert_eq!(kappa(&[3, 3, 3], &[3, 3, 3]), None);
    }
}
