//! Findings into levels: what is proposed, how sure that is, and why.
//!
//! [`propose_levels`] combines the findings on each criterion ([`combine`]), applies the level rule
//! of the rubric ([`rule`]) four times (as stated, without offsets, with silence as missing, with
//! silence as in place), and says in words how it came about. The rule itself is data; see
//! `level-rule` in `rubric.yaml`. A person's judgement is reported beside the proposal and never
//! changes it.

pub mod combine;
pub mod rule;

use crate::assessment::{Assessment, Assessor, Evidence};
use crate::diag::{Code, Diagnostic, Place};
use crate::matching::{Matched, Why};
use crate::rubric::sentence::join;
use crate::rubric::{CriterionIndex, Rubric, Status};
use combine::{Combined, base, combine_findings};
use rule::{Reading, Verdict, apply_rule, level_under};

/// What one statement says of one criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The statement's place in [`Assessment::evidence`].
    pub evidence: usize,
    /// The criterion.
    pub criterion: CriterionIndex,
    /// The status of the practice.
    pub status: Status,
    /// The exact words it rests on.
    pub words: String,
    /// On whose word it stands.
    pub ground: Ground,
}

/// From which certainty on a finding of the matcher is worth a warning.
const SURE: f64 = 0.5;

impl Finding {
    /// Whether a person has confirmed it, or the matcher is sure of it.
    pub fn is_sure(&self) -> bool {
        match self.ground {
            Ground::Confirmed => true,
            Ground::Matched { score, .. } => score >= SURE,
        }
    }
}

/// On whose word a finding stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Ground {
    /// A person has confirmed it.
    Confirmed,
    /// The matcher proposes it; nobody has confirmed it yet.
    Matched {
        /// How sure it is, 0 to 1.
        score: f64,
        /// What decided.
        why: Why,
    },
}

/// The findings on all statements, in the order of the evidence. What a person has confirmed always
/// wins: the matcher is asked only about statements that nobody has read.
fn gather_findings(rubric: &Rubric, assessment: &Assessment, matched: &[Option<Matched>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, evidence) in assessment.evidence.iter().enumerate() {
        match (&evidence.findings, matched.get(at)) {
            (Some(confirmed), _) => findings.extend(confirmed.iter().map(|finding| Finding {
                evidence: at,
                criterion: finding.criterion,
                status: finding.status,
                words: finding.words.clone(),
                ground: Ground::Confirmed,
            })),
            (None, Some(Some(matched))) => {
                findings.extend(matched.findings.iter().filter(|found| found.counts).map(|found| Finding {
                    evidence: at,
                    criterion: base(rubric, found.criterion),
                    status: found.status,
                    words: evidence.text[found.words.start..found.words.end].to_owned(),
                    ground: Ground::Matched { score: found.score, why: found.why.clone() },
                }));
            }
            (None, _) => {}
        }
    }
    findings
}

/// A criterion that is stated not to be fully in place, or a limit that still holds.
#[derive(Clone, Debug)]
pub struct Gap {
    /// The criterion.
    pub criterion: CriterionIndex,
    /// The lowest level that it holds back.
    pub blocks: u8,
    /// The status found.
    pub status: Status,
    /// The findings it rests on, as places in [`Proposals::findings`].
    pub findings: Vec<usize>,
    /// Whether it is outweighed by strengths at the proposed level.
    pub outweighed: bool,
}

/// Two or more statements that contradict each other.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The criterion they speak of.
    pub criterion: CriterionIndex,
    /// The findings on either side, as places in [`Proposals::findings`].
    pub findings: Vec<usize>,
}

/// What the rule says of one level.
#[derive(Clone, Debug)]
pub struct Step {
    /// The level.
    pub level: u8,
    /// Whether it is reached, all lower ones included.
    pub reached: bool,
    /// The sentence of the rubric for this outcome, filled in.
    pub sentence: String,
}

/// The level that counts for a benchmark, and on whose word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A named person decided.
    Judgement(Assessor),
    /// Nobody has decided yet; this is the proposal.
    Proposal,
}

impl Basis {
    /// The word used in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Judgement(_) => "judgement",
            Self::Proposal => "proposal",
        }
    }
}

/// Everything there is to say about one benchmark's level.
#[derive(Clone, Debug)]
pub struct BenchmarkProposal {
    /// The benchmark's place in [`Rubric::benchmarks`].
    pub benchmark: usize,
    /// The level the rule proposes; nothing when there is no evidence.
    pub proposed: Option<u8>,
    /// The level without offsets.
    pub strict: Option<u8>,
    /// The level if everything not mentioned were missing.
    pub floor: Option<u8>,
    /// The level if everything not mentioned were in place and every conflict resolved well.
    pub ceiling: Option<u8>,
    /// The judgement that counts, if there is one: the level and who decided.
    pub judgement: Option<(u8, Assessor)>,
    /// Why, in plain sentences.
    pub reason: String,
    /// The rule, level by level.
    pub steps: Vec<Step>,
    /// The findings on this benchmark's criteria, as places in [`Proposals::findings`].
    pub findings: Vec<usize>,
    /// The gaps, lowest level held back first.
    pub gaps: Vec<Gap>,
    /// Requirements that nothing was said about and that would matter, as questions to ask.
    pub silent: Vec<CriterionIndex>,
    /// Contradictions.
    pub conflicts: Vec<Conflict>,
    /// What would settle the doubt between floor and ceiling first: silent or contradicted criteria
    /// at the proposed level and the one above.
    pub settles: Vec<CriterionIndex>,
}

impl BenchmarkProposal {
    /// The level that counts: the judgement, else the proposal.
    pub fn level(&self) -> Option<u8> {
        self.judgement.map(|(level, _)| level).or(self.proposed)
    }

    /// On whose word [`BenchmarkProposal::level`] rests.
    pub fn basis(&self) -> Basis {
        self.judgement.map_or(Basis::Proposal, |(_, by)| Basis::Judgement(by))
    }
}

/// The proposals for a whole assessment.
#[derive(Clone, Debug)]
pub struct Proposals {
    /// Every finding that counted.
    pub findings: Vec<Finding>,
    /// What the matcher made of each statement; nothing for one that a person has read.
    pub matched: Vec<Option<Matched>>,
    /// One entry a benchmark, in the order of the rubric.
    pub benchmarks: Vec<BenchmarkProposal>,
}

impl Proposals {
    /// How many statements were read by the matcher and by no person.
    pub fn unconfirmed(&self) -> usize {
        self.matched.iter().flatten().filter(|matched| matched.abstained.is_none()).count()
    }
}

/// Applies the rubric's level rule to the findings of an assessment. `matched` is parallel to
/// [`Assessment::evidence`] and holds what the matcher made of statements that nobody has read.
pub fn propose_levels(rubric: &Rubric, assessment: &Assessment, matched: Vec<Option<Matched>>) -> Proposals {
    let findings = gather_findings(rubric, assessment, &matched);
    Proposals { matched, ..propose_from_findings(rubric, assessment, findings) }
}

/// Applies the rubric's level rule to findings, whoever made them.
pub fn propose_from_findings(rubric: &Rubric, assessment: &Assessment, findings: Vec<Finding>) -> Proposals {
    let combined = combine_findings(rubric, assessment, &findings);
    let benchmarks =
        (0..rubric.benchmarks.len()).map(|at| propose(rubric, assessment, &combined, at)).collect();
    Proposals { findings, matched: Vec::new(), benchmarks }
}

fn propose(
    rubric: &Rubric,
    assessment: &Assessment,
    combined: &[Combined],
    benchmark: usize,
) -> BenchmarkProposal {
    let number = rubric.benchmarks[benchmark].number;
    let verdict = apply_rule(rubric, combined, benchmark);
    let level = |reading| level_under(rubric, combined, benchmark, reading);
    let (strict, floor, ceiling) = (level(Reading::STRICT), level(Reading::FLOOR), level(Reading::CEILING));

    let mut findings: Vec<usize> =
        rubric.criteria_of(benchmark).flat_map(|(at, _)| combined[at.0].findings.iter().copied()).collect();
    findings.sort_unstable();
    findings.dedup();

    let conflicts: Vec<Conflict> = rubric
        .criteria_of(benchmark)
        .filter(|(at, _)| combined[at.0].conflict)
        .map(|(at, _)| Conflict { criterion: at, findings: combined[at.0].findings.clone() })
        .chain(verdict.contradictions.iter().map(|&(lower, upper)| Conflict {
            criterion: lower,
            findings: combined[lower.0].findings.iter().chain(&combined[upper.0].findings).copied().collect(),
        }))
        .collect();

    let silent: Vec<CriterionIndex> =
        verdict.silent.iter().copied().filter(|&at| rubric.criterion(at).same_as.is_none()).collect();
    let settles = settling(rubric, &verdict, &silent, &conflicts, (floor, ceiling));
    BenchmarkProposal {
        benchmark,
        proposed: verdict.level,
        strict,
        floor,
        ceiling,
        judgement: assessment.judgement(number).map(|judgement| (judgement.level, judgement.by)),
        reason: reason(&verdict),
        findings,
        gaps: verdict
            .gaps
            .iter()
            .map(|gap| Gap {
                criterion: gap.criterion,
                blocks: gap.blocks,
                status: gap.status,
                findings: combined[gap.criterion.0].findings.clone(),
                outweighed: verdict.level.is_some_and(|level| gap.blocks <= level),
            })
            .collect(),
        silent,
        conflicts,
        settles,
        steps: verdict.steps,
    }
}

fn settling(
    rubric: &Rubric,
    verdict: &Verdict,
    silent: &[CriterionIndex],
    conflicts: &[Conflict],
    (floor, ceiling): (Option<u8>, Option<u8>),
) -> Vec<CriterionIndex> {
    let Some(level) = verdict.level.filter(|_| floor != ceiling) else { return Vec::new() };
    let reach = rubric.next_level(level).unwrap_or(level).max(rubric.rule.first_requirement_level());
    let mut settles: Vec<CriterionIndex> = conflicts.iter().map(|conflict| conflict.criterion).collect();
    settles.extend(silent.iter().copied().filter(|&at| rubric.criterion(at).level <= reach));
    settles.sort_unstable();
    settles.dedup();
    settles
}

/// The sentences that decided: the level that was given, and what held the next one back.
fn reason(verdict: &Verdict) -> String {
    let mut sentences: Vec<&str> = Vec::new();
    if let Some(given) = &verdict.given_by_wording {
        sentences.push(given);
    } else if let Some(step) = verdict.steps.iter().rev().find(|step| step.reached) {
        sentences.push(&step.sentence);
    }
    if verdict.level.is_some()
        && let Some(step) = verdict.steps.iter().find(|step| !step.reached)
    {
        sentences.push(&step.sentence);
    }
    sentences.join(" ")
}

/// What is to be said about an assessment once its levels are proposed: judgements that part from
/// the proposal without a reason, contradictions, and statements nobody has read.
pub fn review(rubric: &Rubric, assessment: &Assessment, proposals: &Proposals) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for judgement in &assessment.judgements {
        let Some((at, _)) = rubric.benchmark(judgement.benchmark) else { continue };
        let proposed = proposals.benchmarks[at].proposed;
        if judgement.reason.is_none() && proposed != Some(judgement.level) {
            diagnostics.push(without_reason(judgement.level, proposed, judgement.place.clone()));
        }
    }
    for benchmark in &proposals.benchmarks {
        // What the matcher is not sure of is no contradiction to warn about; it is shown all the same.
        let sure = |at: &usize| proposals.findings[*at].is_sure();
        for conflict in benchmark.conflicts.iter().filter(|conflict| conflict.findings.iter().all(sure)) {
            diagnostics.push(contradiction(rubric, assessment, proposals, conflict));
        }
    }
    diagnostics.extend(unconfirmed(assessment, &proposals.matched));
    diagnostics
}

/// How many statements are named before the rest are counted.
const FEW: usize = 3;

/// What is to be said of statements that the matcher has read and no person has: one remark for each
/// kind, which names a few.
fn unconfirmed(assessment: &Assessment, matched: &[Option<Matched>]) -> Vec<Diagnostic> {
    let read =
        || assessment.evidence.iter().zip(matched).filter_map(|(e, matched)| Some((e, matched.as_ref()?)));
    let remark = |code, keep: &dyn Fn(&Matched) -> bool, one: &str, many: &str, help: &str| {
        let chosen: Vec<&Evidence> = read().filter(|(_, m)| keep(m)).map(|(evidence, _)| evidence).collect();
        let first = chosen.first()?;
        let mut names =
            join(&chosen.iter().take(FEW).map(|evidence| evidence.id.clone()).collect::<Vec<_>>(), " and ");
        if chosen.len() > FEW {
            names = format!(
                "{} and {} more",
                chosen[..FEW].iter().map(|e| e.id.as_str()).collect::<Vec<_>>().join(", "),
                chosen.len() - FEW
            );
        }
        let message = if chosen.len() == 1 {
            format!("the statement {names} {one}")
        } else {
            format!("{} statements {many}: {names}", chosen.len())
        };
        Some(Diagnostic::new(code, first.place.clone(), message).help(help))
    };
    [
        remark(
            Code::Unconfirmed,
            &|matched| matched.abstained.is_none(),
            "was read by the matcher, and no person has confirmed what it found",
            "were read by the matcher, and no person has confirmed what it found",
            "`--explain` shows what it found; write down what is right under `findings:` (`findings: []` for nothing)",
        ),
        remark(
            Code::DoubtfulStatus,
            &|matched| matched.doubtful && matched.findings.iter().any(|found| found.counts && found.status.operates()),
            "was read as in place and may speak of a plan, a lapse or a lack",
            "were read as in place and may speak of a plan, a lapse or a lack",
            "read them yourself and write the status down under `findings:`",
        ),
        remark(
            Code::NotJudged,
            &|matched| matched.abstained.is_some(),
            "could not be judged by the matcher and does not count",
            "could not be judged by the matcher and do not count",
            "read them yourself and write down what they say under `findings:`",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn without_reason(level: u8, proposed: Option<u8>, place: Place) -> Diagnostic {
    let proposed = proposed.map_or_else(
        || "no level is proposed, because there is no evidence".to_owned(),
        |proposed| format!("{proposed} is proposed"),
    );
    Diagnostic::new(
        Code::JudgementWithoutReason,
        place,
        format!("the judgement is {level}, {proposed}, and no reason is given"),
    )
    .help("add `reason: ...` to the judgement, so that a reader knows why it parts from the proposal")
}

fn contradiction(
    rubric: &Rubric,
    assessment: &Assessment,
    proposals: &Proposals,
    conflict: &Conflict,
) -> Diagnostic {
    // What one statement says twice is said once.
    let mut stated: Vec<(usize, Status)> = Vec::new();
    for finding in conflict.findings.iter().map(|&at| &proposals.findings[at]) {
        if !stated.contains(&(finding.evidence, finding.status)) {
            stated.push((finding.evidence, finding.status));
        }
    }
    let said: Vec<String> = stated
        .iter()
        .take(2 * FEW)
        .map(|(at, status)| format!("{} says {}", assessment.evidence[*at].id, status.words()))
        .collect();
    let (first, last) = (stated.first().map(|(at, _)| *at), stated.last().map(|(at, _)| *at));
    let place_of = |at: usize| assessment.evidence[at].place.clone();
    let criterion = rubric.criterion(conflict.criterion);
    let more = match stated.len().saturating_sub(said.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let place = last.map_or_else(|| Place::File(assessment.area.id.clone()), place_of);
    let diagnostic = Diagnostic::new(
        Code::Conflict,
        place,
        format!("statements contradict each other about `{}`: {}{more}", criterion.id, said.join(", ")),
    )
    .help("find out which is right; until then the less favourable counts");
    match first.filter(|_| first != last) {
        Some(first) => diagnostic.related(place_of(first), "the other statement"),
        None => diagnostic,
    }
}
