//! The level rule, applied. Every number in it comes from the rubric.
//!
//! A *gap* is a requirement stated not to be fully in place, or a limit that still holds. It holds
//! back the level of the requirement, or the level above the limit. Gaps that speak of the same
//! thing (one supersedes the other) count once, as one *unit*; two limits are two gaps even where
//! one requirement leaves both behind. A requirement nobody mentioned is in place when a criterion
//! that supersedes it operates.

use crate::rubric::sentence::{fill, join};
use crate::rubric::{CriterionIndex, Form, Kind, Needs, RequirementLevel, Rubric, Status, Worth};

use super::Step;
use super::combine::{Combined, base};

/// How silence, conflicts and offsets are read.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    silence: Silence,
    offsets: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Silence {
    Silent,
    Missing,
    InPlace,
}

impl Reading {
    /// As stated: silence within the allowance, offsets where the rule has them.
    pub const STATED: Self = Self { silence: Silence::Silent, offsets: true };
    /// Without offsets.
    pub const STRICT: Self = Self { silence: Silence::Silent, offsets: false };
    /// Silence counts as missing.
    pub const FLOOR: Self = Self { silence: Silence::Missing, offsets: true };
    /// Silence counts as in place, and conflicts resolve for the better.
    pub const CEILING: Self = Self { silence: Silence::InPlace, offsets: true };
}

/// A gap as the rule sees it.
#[derive(Clone, Copy, Debug)]
pub struct RuleGap {
    /// The criterion.
    pub criterion: CriterionIndex,
    /// The lowest level it holds back.
    pub blocks: u8,
    /// The status found.
    pub status: Status,
    half: bool,
    unit: usize,
}

/// What the rule comes to for one benchmark.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The level; nothing when there is no evidence.
    pub level: Option<u8>,
    /// The levels that need their requirements, one step each, lowest first.
    pub steps: Vec<Step>,
    /// The sentence when a level was given by its own wording, or none was given at all.
    pub given_by_wording: Option<String>,
    /// The gaps, lowest level held back first.
    pub gaps: Vec<RuleGap>,
    /// Requirements nothing was said about, in the order of the rubric.
    pub silent: Vec<CriterionIndex>,
    /// A limit or requirement stated to fall short although a criterion in place supersedes it.
    pub contradictions: Vec<(CriterionIndex, CriterionIndex)>,
}

/// Applies the level rule to one benchmark as stated. `combined` is parallel to
/// [`Rubric::criteria`].
pub fn apply_rule(rubric: &Rubric, combined: &[Combined], benchmark: usize) -> Verdict {
    let bench = Bench::new(rubric, combined, benchmark, Reading::STATED);
    let mut verdict = Verdict {
        level: bench.given(),
        steps: Vec::new(),
        given_by_wording: None,
        silent: bench.silent.members().collect(),
        gaps: Vec::new(),
        contradictions: Vec::new(),
    };
    if bench.has_evidence() {
        let mut reached = true;
        for level in &rubric.rule.by_requirements {
            let outcome = bench.level(level);
            let sentence = bench.sentence(level, &outcome, reached);
            reached &= outcome.is_met();
            verdict.steps.push(Step { level: level.level, reached, sentence });
        }
    }
    verdict.given_by_wording = bench.wording_sentence(verdict.level);
    verdict.gaps = bench.gaps;
    verdict.contradictions = bench.contradictions;
    verdict
}

/// The level alone, under any reading.
pub fn level_under(rubric: &Rubric, combined: &[Combined], benchmark: usize, reading: Reading) -> Option<u8> {
    Bench::new(rubric, combined, benchmark, reading).given()
}

/// What one level that needs its requirements comes to.
enum Outcome {
    Met { in_place: usize, silent: usize },
    MetByOffset { strengths: Vec<CriterionIndex> },
    HeldByGaps,
    HeldBySilence { silent: Vec<CriterionIndex> },
    HeldByNothing,
}

impl Outcome {
    fn is_met(&self) -> bool {
        matches!(self, Self::Met { .. } | Self::MetByOffset { .. })
    }
}

/// A set of one benchmark's criteria.
struct Criteria {
    first: usize,
    flags: Vec<bool>,
}

impl Criteria {
    fn none_of(range: &std::ops::Range<usize>) -> Self {
        Self { first: range.start, flags: vec![false; range.len()] }
    }

    fn insert(&mut self, at: CriterionIndex) {
        self.flags[at.0 - self.first] = true;
    }

    fn contains(&self, at: CriterionIndex) -> bool {
        self.flags[at.0 - self.first]
    }

    fn members(&self) -> impl Iterator<Item = CriterionIndex> {
        self.flags
            .iter()
            .enumerate()
            .filter(|(_, flag)| **flag)
            .map(|(at, _)| CriterionIndex(self.first + at))
    }
}

/// One benchmark's criteria as one reading sees them.
struct Bench<'a> {
    rubric: &'a Rubric,
    combined: &'a [Combined],
    benchmark: usize,
    reading: Reading,
    in_place: Criteria,
    silent: Criteria,
    gaps: Vec<RuleGap>,
    contradictions: Vec<(CriterionIndex, CriterionIndex)>,
}

impl<'a> Bench<'a> {
    fn new(rubric: &'a Rubric, combined: &'a [Combined], benchmark: usize, reading: Reading) -> Self {
        let range = &rubric.benchmarks[benchmark].criteria;
        let mut bench = Self {
            rubric,
            combined,
            benchmark,
            reading,
            in_place: Criteria::none_of(range),
            silent: Criteria::none_of(range),
            gaps: Vec::new(),
            contradictions: Vec::new(),
        };
        bench.read_in_place();
        bench.read_gaps();
        bench.read_silence();
        bench
    }

    fn status(&self, at: CriterionIndex) -> Option<Status> {
        let combined = &self.combined[at.0];
        if self.reading.silence == Silence::InPlace { combined.at_best } else { combined.status }
    }

    fn worth(&self, at: CriterionIndex) -> Option<Worth> {
        self.status(at).map(|status| self.rubric.rule.worth(status))
    }

    fn has_evidence(&self) -> bool {
        self.rubric.criteria_of(self.benchmark).any(|(at, _)| self.combined[at.0].is_known())
    }

    /// Requirements stated in place, and unmentioned ones of lower levels that what operates above
    /// them makes true: a practice that falls short of level 4 in part is past level 3.
    fn read_in_place(&mut self) {
        for (at, criterion) in self.rubric.criteria_of(self.benchmark) {
            let Some(status) = self.status(at) else { continue };
            if criterion.kind != Kind::Requirement {
                continue;
            }
            if self.stated_in_place(at) {
                self.in_place.insert(at);
            }
            if status.operates() {
                for &lower in &criterion.supersedes {
                    let unstated = self.combined[lower.0].status.is_none();
                    if self.rubric.criterion(lower).kind == Kind::Requirement && unstated {
                        self.in_place.insert(lower);
                    }
                }
            }
        }
    }

    fn read_gaps(&mut self) {
        let first = self.rubric.rule.first_requirement_level();
        for (at, criterion) in self.rubric.criteria_of(self.benchmark) {
            let Some(status) = self.status(at) else { continue };
            // A repetition counts once: a requirement at its lowest level, a limit at its highest,
            // because what level 3 says again is not left behind before level 4.
            let counts_elsewhere = match criterion.kind {
                Kind::Limit => self.is_repeated(at),
                _ => criterion.same_as.is_some(),
            };
            if counts_elsewhere {
                continue;
            }
            let superseding =
                criterion.superseded_by.iter().copied().find(|upper| self.stated_in_place(*upper));
            let worth = self.rubric.rule.worth(status);
            let (blocks, half) = match (criterion.kind, criterion.form) {
                (Kind::Requirement, _) if worth != Worth::Met => (criterion.level, worth == Worth::HalfGap),
                (Kind::Limit, Some(form)) if self.holds(at, form) => {
                    // A lesser practice is left behind by the better one; no contradiction there.
                    if form == Form::Activity && superseding.is_some() {
                        continue;
                    }
                    let Some(above) = self.rubric.next_level(criterion.level) else { continue };
                    (above, worth == Worth::HalfGap)
                }
                _ => continue,
            };
            if let Some(upper) = superseding {
                self.contradictions.push((at, upper));
                if self.reading.silence == Silence::InPlace {
                    continue;
                }
            }
            self.gaps.push(RuleGap { criterion: at, blocks: blocks.max(first), status, half, unit: at.0 });
        }
        self.join_units();
        self.gaps.sort_by_key(|gap| (gap.blocks, gap.criterion));
    }

    fn stated_in_place(&self, at: CriterionIndex) -> bool {
        self.rubric.criterion(at).kind == Kind::Requirement && self.worth(at) == Some(Worth::Met)
    }

    /// Whether a limit holds. Under a reading that resolves conflicts for the better it holds only
    /// if it does whichever side is right.
    fn holds(&self, at: CriterionIndex, form: Form) -> bool {
        let combined = &self.combined[at.0];
        let stated = combined.status.is_some_and(|status| form.holds(status));
        stated && self.status(at).is_some_and(|status| form.holds(status))
    }

    fn is_repeated(&self, at: CriterionIndex) -> bool {
        self.rubric.criteria_of(self.benchmark).any(|(_, criterion)| criterion.same_as == Some(at))
    }

    /// The nearest requirement that leaves a limit behind; a requirement itself.
    fn way_out(&self, at: CriterionIndex) -> CriterionIndex {
        let criterion = self.rubric.criterion(at);
        let mut above = criterion.superseded_by.iter().copied();
        let way_out = above.find(|upper| self.rubric.criterion(*upper).kind == Kind::Requirement);
        match criterion.kind {
            Kind::Limit => base(self.rubric, way_out.unwrap_or(at)),
            _ => at,
        }
    }

    /// Gaps of which one supersedes the other speak of the same thing: they get the same unit.
    fn join_units(&mut self) {
        for upper in 0..self.gaps.len() {
            for lower in 0..self.gaps.len() {
                let (above, below) = (self.gaps[upper].unit, self.gaps[lower].unit);
                if above != below && self.rubric.criteria[above].supersedes.contains(&CriterionIndex(below)) {
                    for gap in &mut self.gaps {
                        if gap.unit == above {
                            gap.unit = below;
                        }
                    }
                }
            }
        }
    }

    /// Requirements neither stated, nor made true from above, nor held back by a limit.
    fn read_silence(&mut self) {
        let mut held = Criteria::none_of(&self.rubric.benchmarks[self.benchmark].criteria);
        for gap in &self.gaps {
            held.insert(gap.criterion);
            held.insert(self.way_out(gap.criterion));
        }
        for (at, criterion) in self.rubric.criteria_of(self.benchmark) {
            let silent = criterion.kind == Kind::Requirement
                && self.combined[at.0].status.is_none()
                && !self.in_place.contains(at)
                && !held.contains(base(self.rubric, at));
            if silent {
                self.silent.insert(at);
            }
        }
    }

    fn requirements(&self, level: u8) -> impl Iterator<Item = CriterionIndex> {
        self.rubric
            .criteria_of(self.benchmark)
            .filter(move |(_, criterion)| criterion.kind == Kind::Requirement && criterion.level == level)
            .map(|(at, _)| at)
    }

    /// The level that the rule gives; none when there is no evidence.
    fn given(&self) -> Option<u8> {
        if !self.has_evidence() {
            return None;
        }
        let by_requirements = &self.rubric.rule.by_requirements;
        let reached = by_requirements.iter().take_while(|level| self.level(level).is_met()).last();
        Some(reached.map_or_else(|| self.given_by_wording(), |level| level.level))
    }

    fn given_by_wording(&self) -> u8 {
        let activity = self.has_activity();
        let levels = self.rubric.rule.by_wording.iter().rev();
        levels
            .filter(|(_, needs)| *needs == Needs::Nothing || activity)
            .map(|(level, _)| *level)
            .next()
            .expect("internal error: validation found that the lowest level needs nothing")
    }

    /// What one level that needs its requirements comes to, by itself.
    fn level(&self, level: &RequirementLevel) -> Outcome {
        let silent: Vec<CriterionIndex> =
            self.requirements(level.level).filter(|at| self.silent.contains(*at)).collect();
        let in_place = self.requirements(level.level).filter(|at| self.in_place.contains(*at)).count();

        // One entry a unit: whether everything in it that holds this level back is half a gap.
        let mut units: Vec<(usize, bool)> = Vec::new();
        for gap in self.gaps.iter().filter(|gap| gap.blocks <= level.level) {
            match units.iter_mut().find(|(unit, _)| *unit == gap.unit) {
                Some((_, half)) => *half &= gap.half,
                None => units.push((gap.unit, gap.half)),
            }
        }
        let missing =
            if self.reading.silence == Silence::Missing { self.missing_up_to(level.level) } else { 0 };
        let half_gaps: usize =
            units.iter().map(|(_, half)| if *half { 1 } else { 2 }).sum::<usize>() + 2 * missing;
        let mut offset_by = None;
        if half_gaps > level.half_gaps_allowed {
            let strengths = self.strengths_above(level.level);
            let outweighed = level.offset.filter(|_| self.reading.offsets).is_some_and(|offset| {
                let needed: usize = units
                    .iter()
                    .map(|(_, half)| if *half { offset.half_gap_needs } else { offset.gap_needs })
                    .sum();
                // Only a stated gap can be outweighed; what is missing by silence cannot.
                missing == 0 && units.len() <= offset.gaps && needed <= strengths.len()
            });
            if !outweighed {
                return Outcome::HeldByGaps;
            }
            offset_by = Some(strengths);
        }
        if self.reading.silence != Silence::InPlace && silent.len() > level.silent_allowed {
            return Outcome::HeldBySilence { silent };
        }
        let taken_as_met = if self.reading.silence == Silence::InPlace { silent.len() } else { 0 };
        if in_place + taken_as_met < level.in_place_at_least {
            return Outcome::HeldByNothing;
        }
        match offset_by {
            Some(strengths) => Outcome::MetByOffset { strengths },
            None => Outcome::Met { in_place, silent: silent.len() },
        }
    }

    /// The rubric's sentence for an outcome. `below_reached` says whether it must name the gaps of
    /// lower levels too, or whether their own sentences have named them.
    fn sentence(&self, level: &RequirementLevel, outcome: &Outcome, below_reached: bool) -> String {
        let says = &self.rubric.rule.says;
        let number = ("level", level.level.to_string());
        let allowed = ("allowed", level.silent_allowed.to_string());
        match outcome {
            Outcome::Met { in_place, silent } => fill(
                &says.met,
                &[
                    number,
                    ("in-place", in_place.to_string()),
                    ("requirements", self.requirements(level.level).count().to_string()),
                    ("silent-count", silent.to_string()),
                    allowed,
                ],
            ),
            Outcome::MetByOffset { strengths } => {
                let gaps = self.gap_words(level.level, true);
                fill(&says.met_by_offset, &[number, ("gaps", gaps), ("offset-by", self.names(strengths))])
            }
            Outcome::HeldByGaps => {
                fill(&says.held_by_gaps, &[number, ("gaps", self.gap_words(level.level, below_reached))])
            }
            Outcome::HeldBySilence { silent } => {
                let count = ("silent-count", silent.len().to_string());
                fill(&says.held_by_silence, &[number, allowed, count, ("silent", self.names(silent))])
            }
            Outcome::HeldByNothing => fill(&says.held_by_nothing, &[number]),
        }
    }

    /// The sentence when the level was given by its own wording, or none was given.
    fn wording_sentence(&self, level: Option<u8>) -> Option<String> {
        let says = &self.rubric.rule.says;
        let Some(level) = level else { return Some(says.not_assessed.clone()) };
        if !self.rubric.rule.by_wording.iter().any(|(by_wording, _)| *by_wording == level) {
            return None;
        }
        let next = self.rubric.next_level(level).unwrap_or(level);
        let sentence = if self.has_activity() { &says.activity } else { &says.nothing };
        Some(fill(sentence, &[("level", level.to_string()), ("next", next.to_string())]))
    }

    /// Silent requirements of this level and the required levels below it.
    fn missing_up_to(&self, level: u8) -> usize {
        let first = self.rubric.rule.first_requirement_level();
        self.silent
            .members()
            .map(|at| self.rubric.criterion(at))
            .filter(|criterion| criterion.same_as.is_none() && (first..=level).contains(&criterion.level))
            .count()
    }

    /// Requirements of higher levels stated in place; with silence as in place, silent ones too.
    fn strengths_above(&self, level: u8) -> Vec<CriterionIndex> {
        self.rubric
            .criteria_of(self.benchmark)
            .filter(|(at, criterion)| {
                let silent_counts = self.reading.silence == Silence::InPlace && self.silent.contains(*at);
                criterion.level > level
                    && criterion.same_as.is_none()
                    && (self.stated_in_place(*at) || silent_counts && criterion.kind == Kind::Requirement)
            })
            .map(|(at, _)| at)
            .collect()
    }

    /// Something operates now. What operates at the levels given by wording, above the lowest, or
    /// at the first required level always counts; what operates higher up counts unless the lowest
    /// level's own wording is stated to hold.
    fn has_activity(&self) -> bool {
        let first = self.rubric.rule.first_requirement_level();
        let lowest = self.rubric.level_range().0;
        let operates = |at: CriterionIndex| {
            self.status(at).is_some_and(Status::operates)
                || self.combined[at.0].known_in_part
                || self.reading.silence == Silence::InPlace && self.silent.contains(at)
        };
        let lowest_holds = self.gaps.iter().any(|gap| self.rubric.criterion(gap.criterion).level == lowest);
        self.rubric.criteria_of(self.benchmark).any(|(at, criterion)| {
            if criterion.level == lowest {
                // The lowest level's wording is left behind.
                self.status(at) == Some(Status::InPlace)
            } else {
                operates(at) && (criterion.level <= first || !lowest_holds)
            }
        })
    }

    fn gap_words(&self, level: u8, lower_too: bool) -> String {
        let own = self.gaps.iter().any(|gap| gap.blocks == level);
        let mut words: Vec<String> = self
            .gaps
            .iter()
            .filter(|gap| gap.blocks == level || gap.blocks < level && (lower_too || !own))
            .map(|gap| {
                let criterion = self.rubric.criterion(gap.criterion);
                let says = &self.rubric.rule.says;
                let named = if criterion.kind == Kind::Limit { &says.limit } else { &says.gap };
                let status = says.statuses.get(&gap.status).map_or(gap.status.words(), String::as_str);
                fill(named, &[("criterion", criterion.phrase().to_owned()), ("status", status.to_owned())])
            })
            .collect();
        if words.is_empty() {
            words.push(self.rubric.rule.says.silence.clone());
        }
        join(&words, &self.rubric.rule.says.and)
    }

    fn names(&self, criteria: &[CriterionIndex]) -> String {
        let words: Vec<String> =
            criteria.iter().map(|&at| format!("“{}”", self.rubric.criterion(at).phrase())).collect();
        join(&words, &self.rubric.rule.says.and)
    }
}
