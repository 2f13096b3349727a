//! Proposed evidence, shown to a person one by one, and what the person decides, written down.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::gather::{not_editable, write_checked};
use super::{Loaded, Outcome, ReadAssessment, Rubrics, read_assessment};
use crate::assessment::Wording;
use crate::assessment::edit::{NewFinding, confirm_evidence};
use crate::assessment::{Assessment, Evidence};
use crate::diag::{self, Code, Diagnostic, Place};
use crate::matching::{Matched, Stands};
use crate::rubric::{CriterionIndex, Status};
use crate::source::Source;
use crate::store;
use crate::yaml::Document;

/// What a person decides on one proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It says what is proposed.
    Accept,
    /// It says this: criteria, each with a status.
    Change(Vec<(String, Status)>),
    /// It says nothing of any criterion.
    Reject,
}

/// A proposal as a person sees it.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The statement's id.
    pub id: String,
    /// The statement.
    pub text: String,
    /// The number and title of its benchmark.
    pub benchmark: Option<(u16, String)>,
    /// Where it comes from, in one line.
    pub source: Option<String>,
    /// What is proposed that it says.
    pub findings: Vec<ProposedFinding>,
    /// Whether something was read as in place although it may speak of a plan, a lapse or a lack.
    pub doubtful: bool,
}

/// What is proposed that a statement says of one criterion.
#[derive(Clone, Debug)]
pub struct ProposedFinding {
    /// The criterion's id.
    pub criterion: String,
    /// The criterion's text.
    pub text: String,
    /// The status of the practice.
    pub status: Status,
    /// Of a criterion that names something lacking or lesser, whether that is so in this status.
    pub applies: Option<bool>,
    /// The words it rests on.
    pub words: String,
    /// How sure the matcher is that the statement bears on the criterion, 0 to 1; nothing if it does not think so.
    pub certainty: Option<f64>,
}

/// An assessment whose proposals are gone through. Every decision is written at once, so that nothing is
/// lost when the work is broken off.
pub struct Session {
    path: PathBuf,
    rubrics: Rubrics,
    source: Arc<Source>,
    document: Document,
    loaded: Arc<Loaded>,
    assessment: Assessment,
    /// The texts before each decision, for undoing.
    before: Vec<Arc<Source>>,
}

impl Session {
    /// Opens an assessment.
    pub fn open(path: &Path) -> Outcome<Self> {
        let source = match store::read_source(path) {
            Ok(source) => source,
            Err(problem) => return Outcome::failed(problem),
        };
        let rubrics = Rubrics::default();
        let (read, mut diagnostics) = read_assessment(&source, path, &rubrics, Wording::Reviewed);
        diagnostics.retain(|said| said.severity == diag::Severity::Error);
        let session = read.map(|ReadAssessment { document, loaded, assessment, .. }| Self {
            path: path.to_path_buf(),
            rubrics,
            source,
            document,
            loaded,
            assessment,
            before: Vec::new(),
        });
        Outcome::new(session, diagnostics)
    }

    /// The ids of what waits to be confirmed, in the order of the file.
    pub fn waiting(&self) -> Vec<String> {
        self.assessment.evidence.iter().filter(|e| e.proposed.is_some()).map(|e| e.id.clone()).collect()
    }

    /// What waits to be confirmed, in the order of the file.
    pub fn proposals(&self) -> Vec<Proposal> {
        self.waiting().iter().filter_map(|id| self.proposal(id)).collect()
    }

    /// What is proposed for a statement.
    pub fn proposal(&self, id: &str) -> Option<Proposal> {
        self.assessment.evidence.iter().find(|evidence| evidence.id == id).map(|e| self.proposed(e))
    }

    fn proposed(&self, evidence: &Evidence) -> Proposal {
        let rubric = &self.loaded.rubric;
        let matched = self.matched(evidence);
        Proposal {
            id: evidence.id.clone(),
            text: evidence.text.clone(),
            benchmark: evidence
                .benchmark
                .and_then(|number| rubric.benchmark(number))
                .map(|(_, benchmark)| (benchmark.number, benchmark.title.clone())),
            source: evidence.source.line(),
            doubtful: matched.doubtful,
            findings: evidence
                .proposed
                .iter()
                .flatten()
                .map(|finding| {
                    let criterion = rubric.criterion(finding.criterion);
                    let found = matched.findings.iter().find(|found| found.criterion == finding.criterion);
                    ProposedFinding {
                        criterion: criterion.id.clone(),
                        text: criterion.text.clone(),
                        status: finding.status,
                        applies: criterion.form.map(|form| form.holds(finding.status)),
                        words: finding.words.clone(),
                        certainty: found.map(|found| found.score),
                    }
                })
                .collect(),
        }
    }

    /// What the matcher makes of a statement.
    fn matched(&self, evidence: &Evidence) -> Matched {
        let benchmark = evidence.benchmark.and_then(|number| self.loaded.rubric.benchmark(number));
        let stands = benchmark.map_or(Stands::InAssessment, |(at, _)| Stands::Filed(at));
        self.loaded.matcher().match_statement(&evidence.text, stands)
    }

    /// The criteria that a statement may bear on, likeliest first: those proposed, those the matcher thinks
    /// possible, then the others of its benchmark. Each with its id and text.
    pub fn choices(&self, id: &str) -> Vec<(String, String)> {
        let rubric = &self.loaded.rubric;
        let Some(evidence) = self.assessment.evidence.iter().find(|evidence| evidence.id == id) else {
            return Vec::new();
        };
        let proposed = evidence.proposed.iter().flatten().map(|finding| finding.criterion);
        let matched = self.matched(evidence);
        let possible = matched.findings.iter().map(|found| found.criterion);
        let benchmark = evidence.benchmark.and_then(|number| rubric.benchmark(number));
        let others = benchmark.into_iter().flat_map(|(at, _)| rubric.criteria_of(at)).map(|(at, _)| at);
        let mut chosen: Vec<CriterionIndex> = Vec::new();
        for at in proposed.chain(possible).chain(others) {
            let criterion = rubric.criterion(at);
            // A repetition of a requirement reads like the requirement.
            let is_there = chosen.iter().any(|&other| rubric.criterion(other).text == criterion.text);
            if !is_there {
                chosen.push(at);
            }
        }
        let named = |at: CriterionIndex| {
            let criterion = rubric.criterion(at);
            (criterion.id.clone(), criterion.text.clone())
        };
        chosen.into_iter().map(named).collect()
    }

    /// Writes a decision down.
    pub fn decide(&mut self, id: &str, decision: &Decision) -> Result<(), Diagnostic> {
        let wrong = |message: String, help: String| {
            Diagnostic::new(Code::BadRequest, Place::File(id.to_owned()), message).help(help)
        };
        let at = self.assessment.evidence.iter().position(|evidence| evidence.id.eq_ignore_ascii_case(id));
        let Some(at) = at.filter(|at| self.assessment.evidence[*at].proposed.is_some()) else {
            let waiting = self.waiting();
            return Err(wrong(
                format!("no statement `{id}` waits to be confirmed"),
                format!(
                    "waiting: {}",
                    if waiting.is_empty() { "none".to_owned() } else { waiting.join(", ") }
                ),
            ));
        };
        let rubric = &self.loaded.rubric;
        let (benchmark, findings) = match decision {
            Decision::Accept => (None, None),
            Decision::Reject => (None, Some(Vec::new())),
            Decision::Change(chosen) => {
                let mut benchmark = None;
                let mut findings = Vec::new();
                for (criterion, status) in chosen {
                    let Some(found) = rubric.find(criterion) else {
                        let ids = rubric.criteria.iter().map(|criterion| criterion.id.as_str());
                        let help = diag::did_you_mean(criterion, ids)
                            .unwrap_or_else(|| "`rubric show` lists the criteria".to_owned());
                        return Err(wrong(format!("the rubric has no criterion `{criterion}`"), help));
                    };
                    if findings.iter().any(|finding: &NewFinding| finding.criterion == *criterion) {
                        return Err(wrong(
                            format!("`{criterion}` is named twice"),
                            "name each criterion once, with one status".to_owned(),
                        ));
                    }
                    let of = &rubric.benchmarks[rubric.criterion(found).benchmark];
                    benchmark.get_or_insert(of.number);
                    let evidence = &self.assessment.evidence[at];
                    let same = evidence.proposed.iter().flatten().find(|finding| finding.criterion == found);
                    let words = same.map(|finding| finding.words.clone()).filter(|w| *w != evidence.text);
                    findings.push(NewFinding { criterion: criterion.clone(), status: *status, words });
                }
                (benchmark, Some(findings))
            }
        };
        let text = confirm_evidence(&self.document, at, benchmark, findings.as_deref(), true)
            .map_err(|why| not_editable(&self.document, why))?;
        self.write(text, |assessment| {
            assessment.evidence.get(at).is_some_and(|evidence| evidence.findings.is_some())
        })
    }

    /// Takes the last decision back.
    pub fn undo(&mut self) -> Result<bool, Diagnostic> {
        let Some(before) = self.before.pop() else { return Ok(false) };
        self.write(before.text().to_owned(), |_| true)?;
        self.before.pop();
        Ok(true)
    }

    fn write(&mut self, text: String, as_meant: impl FnOnce(&Assessment) -> bool) -> Result<(), Diagnostic> {
        let (source, ReadAssessment { document, assessment, .. }) =
            write_checked(&self.source, &self.path, text, &self.rubrics, as_meant)?;
        self.before.push(std::mem::replace(&mut self.source, source));
        self.document = document;
        self.assessment = assessment;
        Ok(())
    }
}
