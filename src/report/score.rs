//! The score of an assessment as data: the one source of the JSON, the table and the explanation.

use serde::Serialize;

use crate::assessment::Assessment;
use crate::plan;
use crate::rubric::{CriterionIndex, Rubric, RubricRef};
use crate::scoring::{BenchmarkProposal, Gap, Ground, Proposals};

/// `score --format json`. Other programs read these names; they stay.
#[derive(Debug, Serialize)]
pub struct ScoreView {
    /// `score/1`.
    pub schema: &'static str,
    /// The area's id.
    pub area: String,
    /// The area's name.
    pub area_name: String,
    /// The period.
    pub period: String,
    /// The rubric.
    pub rubric: RubricRef,
    /// The highest marking of anything in the assessment.
    pub marking: &'static str,
    /// The benchmarks.
    pub benchmarks: Vec<BenchmarkScore>,
    /// Statements that bear on no benchmark: about another topic, or not to be judged.
    pub elsewhere: Vec<OtherStatement>,
    /// How many statements were read by the matcher and by no person.
    pub unconfirmed: usize,
    /// The reporting views.
    pub views: Vec<ViewScore>,
}

/// One benchmark.
#[derive(Debug, Serialize)]
pub struct BenchmarkScore {
    /// Its number.
    pub number: u16,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its statement.
    pub statement: String,
    /// What the level rule proposes; `null` when there is no evidence.
    pub proposed: Option<u8>,
    /// The proposal without offsets.
    pub strict: Option<u8>,
    /// The proposal if silence were missing.
    pub floor: Option<u8>,
    /// The proposal if silence were in place.
    pub ceiling: Option<u8>,
    /// The judgement that counts.
    pub judgement: Option<u8>,
    /// Who made it: `adviser`, `peer` or `self`.
    pub judged_by: Option<&'static str>,
    /// The post of the person who made it.
    pub judged_by_post: Option<String>,
    /// Why, in the assessor's words.
    pub judgement_reason: Option<String>,
    /// The level that counts: the judgement, else the proposal.
    pub level: Option<u8>,
    /// `judgement` or `proposal`.
    pub basis: &'static str,
    /// The band of that level.
    pub band: Option<String>,
    /// Why the proposal is what it is.
    pub reason: String,
    /// The level rule, level by level.
    pub steps: Vec<StepScore>,
    /// The findings.
    pub findings: Vec<FindingScore>,
    /// Statements filed under the benchmark that bear on no criterion, or that nobody has read.
    pub without_findings: Vec<OtherStatement>,
    /// The gaps.
    pub gaps: Vec<GapScore>,
    /// What nobody mentioned, as questions.
    pub silent: Vec<SilentScore>,
    /// Contradictions.
    pub conflicts: Vec<ConflictScore>,
}

/// One step of the rule.
#[derive(Debug, Serialize)]
pub struct StepScore {
    /// The level.
    pub level: u8,
    /// Whether it is reached, all lower ones included.
    pub reached: bool,
    /// The sentence.
    pub sentence: String,
}

/// One finding.
#[derive(Debug, Serialize)]
pub struct FindingScore {
    /// The statement's id.
    pub statement: String,
    /// The criterion's id.
    pub criterion: String,
    /// The criterion's level.
    pub level: u8,
    /// The criterion's text.
    pub text: String,
    /// The criterion's kind.
    pub kind: &'static str,
    /// The status.
    pub status: &'static str,
    /// Whether a person has confirmed it; else the matcher proposes it.
    pub confirmed: bool,
    /// How sure it is, 0 to 1; 1 when a person has confirmed it.
    pub score: f64,
    /// The exact words it rests on.
    pub words: String,
    /// What tied the words to the criterion.
    pub why: String,
    /// The words that set the status, if any did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// The example statement that is most like it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// Where the statement comes from.
    pub source: Option<String>,
    /// The part of the area it speaks of, if not the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_area: Option<String>,
}

/// A statement without findings.
#[derive(Debug, Serialize)]
pub struct OtherStatement {
    /// The statement's id.
    pub statement: String,
    /// The statement.
    pub text: String,
    /// Whether a person has read it and found that it bears on no criterion.
    pub read: bool,
    /// Why it counts for nothing.
    pub why: String,
    /// The same as one of `read`, `other-topic` and `cannot-be-judged`.
    pub set_aside: &'static str,
}

/// One gap.
#[derive(Debug, Serialize)]
pub struct GapScore {
    /// The criterion's id.
    pub criterion: String,
    /// The criterion's level.
    pub level: u8,
    /// The lowest level it holds back.
    pub blocks: u8,
    /// The criterion's text.
    pub text: String,
    /// Whether the criterion is a limit that still holds.
    pub limit: bool,
    /// The status found.
    pub status: &'static str,
    /// The words it rests on, with the statement's id.
    pub words: Vec<Words>,
    /// The recommendation.
    pub action: Option<String>,
    /// Whether strengths outweigh it at the proposed level.
    pub outweighed: bool,
}

/// Words of a statement.
#[derive(Debug, Serialize)]
pub struct Words {
    /// The statement's id.
    pub statement: String,
    /// The status found in it.
    pub status: &'static str,
    /// The words.
    pub words: String,
}

/// A criterion that nobody mentioned.
#[derive(Debug, Serialize)]
pub struct SilentScore {
    /// The criterion's id.
    pub criterion: String,
    /// The criterion's level.
    pub level: u8,
    /// The criterion's text.
    pub text: String,
    /// The question to ask.
    pub ask: Option<String>,
    /// Whether the answer would settle doubt about the proposal first.
    pub settles: bool,
}

/// A contradiction.
#[derive(Debug, Serialize)]
pub struct ConflictScore {
    /// The criterion's id.
    pub criterion: String,
    /// What the statements say.
    pub words: Vec<Words>,
}

/// The scores regrouped.
#[derive(Debug, Serialize)]
pub struct ViewScore {
    /// The view's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What the reader must know about it.
    pub note: String,
    /// Its sections.
    pub sections: Vec<SectionScore>,
}

/// A section of a view.
#[derive(Debug, Serialize)]
pub struct SectionScore {
    /// Its number.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// The headline: the lowest level of its benchmarks; nothing if any is not assessed.
    pub headline: Option<u8>,
    /// The level of each benchmark.
    pub benchmarks: Vec<(u16, Option<u8>)>,
}

/// Gathers the score of an assessment.
pub fn score_view(rubric: &Rubric, assessment: &Assessment, proposals: &Proposals) -> ScoreView {
    let benchmarks: Vec<BenchmarkScore> =
        proposals.benchmarks.iter().map(|b| benchmark_score(rubric, assessment, proposals, b)).collect();
    ScoreView {
        schema: "score/1",
        area: assessment.area.id.clone(),
        area_name: assessment.area.name.clone(),
        period: assessment.period.clone(),
        rubric: RubricRef::of(rubric),
        marking: assessment.marking().words(),
        views: views(rubric, &benchmarks),
        elsewhere: others(assessment, proposals, None),
        unconfirmed: proposals.unconfirmed(),
        benchmarks,
    }
}

fn benchmark_score(
    rubric: &Rubric,
    assessment: &Assessment,
    proposals: &Proposals,
    proposal: &BenchmarkProposal,
) -> BenchmarkScore {
    let benchmark = &rubric.benchmarks[proposal.benchmark];
    let words = |places: &[usize]| words(assessment, proposals, places);
    let level = proposal.level();
    BenchmarkScore {
        number: benchmark.number,
        id: benchmark.id.clone(),
        title: benchmark.title.clone(),
        statement: benchmark.statement.clone(),
        proposed: proposal.proposed,
        strict: proposal.strict,
        floor: proposal.floor,
        ceiling: proposal.ceiling,
        judgement: proposal.judgement.map(|(level, _)| level),
        judged_by: proposal.judgement.map(|(_, by)| by.id()),
        judged_by_post: assessment.judgement(benchmark.number).and_then(|judgement| judgement.post.clone()),
        judgement_reason: assessment
            .judgement(benchmark.number)
            .and_then(|judgement| judgement.reason.clone()),
        level,
        basis: proposal.basis().id(),
        band: level.map(|level| rubric.band(level).title.clone()),
        reason: proposal.reason.clone(),
        steps: proposal
            .steps
            .iter()
            .map(|step| StepScore {
                level: step.level,
                reached: step.reached,
                sentence: step.sentence.clone(),
            })
            .collect(),
        findings: proposal
            .findings
            .iter()
            .map(|&at| finding_score(rubric, assessment, proposals, at))
            .collect(),
        without_findings: others(assessment, proposals, Some(benchmark.number)),
        gaps: proposal.gaps.iter().map(|gap| gap_score(rubric, gap, words(&gap.findings))).collect(),
        silent: proposal
            .silent
            .iter()
            .map(|&at| silent_score(rubric, at, proposal.settles.contains(&at)))
            .collect(),
        conflicts: proposal
            .conflicts
            .iter()
            .map(|conflict| ConflictScore {
                criterion: rubric.criterion(conflict.criterion).id.clone(),
                words: words(&conflict.findings),
            })
            .collect(),
    }
}

/// The statements filed under a benchmark, or under none, that count for nothing.
fn others(assessment: &Assessment, proposals: &Proposals, filed: Option<u16>) -> Vec<OtherStatement> {
    let mut others = Vec::new();
    for (at, evidence) in assessment.evidence.iter().enumerate().filter(|(_, e)| e.benchmark == filed) {
        let matched = proposals.matched.get(at).and_then(Option::as_ref);
        let (set_aside, why) = match (&evidence.findings, matched) {
            (Some(findings), _) if findings.is_empty() => {
                ("read", "a person has read it, and it bears on no criterion".to_owned())
            }
            (None, Some(matched)) if matched.findings.is_empty() => match &matched.abstained {
                Some(abstained) => ("cannot-be-judged", abstained.words()),
                None => ("other-topic", "it seems to be about another topic".to_owned()),
            },
            _ => continue,
        };
        others.push(OtherStatement {
            statement: evidence.id.clone(),
            text: evidence.text.clone(),
            read: evidence.findings.is_some(),
            why,
            set_aside,
        });
    }
    others
}

fn words(assessment: &Assessment, proposals: &Proposals, places: &[usize]) -> Vec<Words> {
    places
        .iter()
        .map(|&at| {
            let finding = &proposals.findings[at];
            Words {
                statement: assessment.evidence[finding.evidence].id.clone(),
                status: finding.status.id(),
                words: finding.words.clone(),
            }
        })
        .collect()
}

fn finding_score(rubric: &Rubric, assessment: &Assessment, proposals: &Proposals, at: usize) -> FindingScore {
    let finding = &proposals.findings[at];
    let criterion = rubric.criterion(finding.criterion);
    let evidence = &assessment.evidence[finding.evidence];
    let (score, why) = match &finding.ground {
        Ground::Confirmed => (1.0, None),
        Ground::Matched { score, why } => (*score, Some(why)),
    };
    FindingScore {
        statement: evidence.id.clone(),
        criterion: criterion.id.clone(),
        level: criterion.level,
        text: criterion.text.clone(),
        kind: criterion.kind.id(),
        status: finding.status.id(),
        confirmed: finding.ground == Ground::Confirmed,
        score,
        words: finding.words.clone(),
        why: why.map_or_else(|| "confirmed by a person".to_owned(), crate::matching::Why::line),
        trigger: why.and_then(|why| why.trigger.clone()),
        example: why.and_then(|why| why.example.clone()),
        source: evidence.source.line(),
        sub_area: evidence.sub_area.map(|part| assessment.area.sub_areas[part].name.clone()),
    }
}

fn gap_score(rubric: &Rubric, gap: &Gap, words: Vec<Words>) -> GapScore {
    let criterion = rubric.criterion(gap.criterion);
    GapScore {
        criterion: criterion.id.clone(),
        level: criterion.level,
        blocks: gap.blocks,
        text: criterion.text.clone(),
        limit: criterion.form.is_some(),
        status: gap.status.id(),
        words,
        action: rubric.criterion(plan::way_out(rubric, gap.criterion)).action.clone(),
        outweighed: gap.outweighed,
    }
}

fn silent_score(rubric: &Rubric, at: CriterionIndex, settles: bool) -> SilentScore {
    let criterion = rubric.criterion(at);
    SilentScore {
        criterion: criterion.id.clone(),
        level: criterion.level,
        text: criterion.text.clone(),
        ask: criterion.ask.clone(),
        settles,
    }
}

fn views(rubric: &Rubric, benchmarks: &[BenchmarkScore]) -> Vec<ViewScore> {
    let level = |number: u16| benchmarks.iter().find(|b| b.number == number).and_then(|b| b.level);
    rubric
        .views
        .iter()
        .map(|view| ViewScore {
            id: view.id.clone(),
            title: view.title.clone(),
            note: view.note.clone(),
            sections: view
                .sections
                .iter()
                .map(|(number, title, members)| {
                    let levels: Vec<(u16, Option<u8>)> = members.iter().map(|&n| (n, level(n))).collect();
                    let all: Option<Vec<u8>> = levels.iter().map(|(_, level)| *level).collect();
                    SectionScore {
                        number: *number,
                        title: title.clone(),
                        headline: all.and_then(|all| all.into_iter().min()),
                        benchmarks: levels,
                    }
                })
                .collect(),
        })
        .collect()
}
