//! The edition for the public: an assessment without what may not leave, and the proof that it is.
//!
//! Every item marked OFFICIAL-SENSITIVE is dropped, and everything that rests on one: the score of each
//! benchmark it bears on, with its reason, gaps, recommendations and actions. What was dropped is listed with
//! the ground that a named person recorded; the program never chooses one. Names of officers become posts.
//! Where it cannot be told whether something may leave, there is no edition: [`public_edition`] says what a
//! person has to settle first. Grounds and posts are data of the rubric.

mod diags;
mod words;

use std::collections::BTreeSet;

use crate::assessment::{Assessment, Evidence, Judgement, Marking, Withholding, review_text};
use crate::diag::{Diagnostic, Place};
use crate::rubric::Rubric;
use crate::scoring::{BenchmarkProposal, Proposals, propose_levels};
use words::{Known, Phrases};

/// An assessment as the public may see it.
#[derive(Clone, Debug)]
pub struct PublicEdition {
    /// What is left of the assessment.
    pub assessment: Assessment,
    /// What the rule proposes for what is left; nothing for a benchmark whose score is withheld.
    pub proposals: Proposals,
    /// What was left out.
    pub edition: Edition,
}

/// What the edition for the public leaves out.
#[derive(Clone, Debug)]
pub struct Edition {
    /// The benchmarks whose score is withheld, as places in [`Rubric::benchmarks`].
    pub closed: BTreeSet<usize>,
    /// What was withheld and why, each combination once.
    pub withheld: Vec<Withheld>,
}

/// Something that was withheld.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Withheld {
    /// The benchmark it bears on, as a place in [`Rubric::benchmarks`]; nothing for the area as a whole.
    pub benchmark: Option<usize>,
    /// On what ground: the title that the rubric gives it.
    pub ground: String,
    /// The post of the person who decided.
    pub by: String,
    /// When, `year-month-day`.
    pub date: String,
}

/// Makes the edition for the public, or says everything that stands against it. What was withheld in the period
/// `before` may not be said again either.
pub fn public_edition(
    rubric: &Rubric,
    assessment: &Assessment,
    proposals: &Proposals,
    before: Option<&Assessment>,
) -> Result<PublicEdition, Vec<Diagnostic>> {
    let mut secrets = Secrets::default();
    secrets.add(assessment);
    let drops_anything = !secrets.texts.is_empty();
    if let Some(before) = before {
        secrets.add(before);
    }
    let mut making = Making {
        rubric,
        closed: BTreeSet::new(),
        withheld: Vec::new(),
        secrets,
        drops_anything,
        people: &assessment.publication.people,
        deciders: Vec::new(),
        problems: Vec::new(),
    };
    let mut left = assessment.clone();
    let kept = making.drop_evidence(assessment, proposals, &mut left);
    making.drop_judgements(&mut left);
    making.drop_actions(&mut left);
    making.drop_summary(assessment, &mut left);
    let Making { closed, mut withheld, secrets, deciders, mut problems, .. } = making;
    name_posts(&mut left);
    number_anew(&mut left);
    problems.extend(look_through(rubric, &left, &secrets, deciders));

    let matched = kept.iter().map(|&at| proposals.matched.get(at).cloned().flatten()).collect();
    let mut left_over = propose_levels(rubric, &left, matched);
    for (before, after) in proposals.benchmarks.iter().zip(&left_over.benchmarks) {
        // What is published may not have moved, or the difference would speak of what was dropped.
        if !closed.contains(&after.benchmark) && !says_the_same(before, after) {
            problems.push(diags::score_moves(rubric, after.benchmark, assessment.place.clone()));
        }
    }
    for proposal in left_over.benchmarks.iter_mut().filter(|p| closed.contains(&p.benchmark)) {
        close(proposal);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    withheld.sort();
    withheld.dedup();
    Ok(PublicEdition { assessment: left, proposals: left_over, edition: Edition { closed, withheld } })
}

/// What must not be said again.
#[derive(Default)]
struct Secrets {
    /// The texts of what is marked sensitive.
    texts: Vec<String>,
    /// Its names and places: of these only words that occur nowhere else give anything away.
    labels: Vec<String>,
}

impl Secrets {
    /// Everything in an assessment that is marked sensitive.
    fn add(&mut self, assessment: &Assessment) {
        let named = |evidence: &Evidence| -> Vec<String> {
            let source = &evidence.source;
            [&source.title, &source.place, &source.document].into_iter().flatten().cloned().collect()
        };
        // A paper that is the source of something OFFICIAL has a name that may be known.
        let official = assessment.evidence.iter().filter(|one| one.marking == Marking::Official);
        let open: BTreeSet<String> = official.flat_map(named).collect();
        for evidence in assessment.evidence.iter().filter(|one| one.marking != Marking::Official) {
            self.texts.push(evidence.text.clone());
            self.labels.extend(named(evidence).into_iter().filter(|name| !open.contains(name)));
            self.labels.push(evidence.id.clone());
        }
        let sensitive = |marking: Marking| marking == Marking::OfficialSensitive;
        for judgement in assessment.judgements.iter().filter(|one| sensitive(one.marking)) {
            self.texts.extend(judgement.reason.clone());
            self.labels.extend(judgement.post.clone());
        }
        for action in assessment.actions.iter().filter(|one| one.marking.is_some_and(sensitive)) {
            self.texts.push(action.action.clone());
            self.texts.extend([&action.measure, &action.reason].into_iter().flatten().cloned());
            self.texts.extend(action.updates.iter().map(|(_, text)| text.clone()));
            self.labels.extend(action.owner.clone());
            self.labels.push(action.id.clone());
        }
        if assessment.letter.marking.is_some_and(sensitive) {
            self.texts.extend(assessment.letter.summary.clone());
        }
    }
}

struct Making<'a> {
    rubric: &'a Rubric,
    closed: BTreeSet<usize>,
    withheld: Vec<Withheld>,
    secrets: Secrets,
    /// Whether anything is withheld, on which a text about the area as a whole may rest.
    drops_anything: bool,
    people: &'a [(String, String)],
    /// Who decided to withhold something, as the public reads it, and where that stands.
    deciders: Vec<(String, Place)>,
    problems: Vec<Diagnostic>,
}

impl Making<'_> {
    fn place_of(&self, number: u16) -> Option<usize> {
        self.rubric.benchmark(number).map(|(at, _)| at)
    }

    /// Records why something is withheld, for each benchmark that it bears on.
    fn record(
        &mut self,
        withholding: Option<&Withholding>,
        benchmarks: &BTreeSet<usize>,
        what: &str,
        place: &Place,
    ) {
        let Some(withholding) = withholding else {
            self.problems.push(diags::no_ground(self.rubric, what, place.clone()));
            return;
        };
        let by = with_posts(&withholding.by, self.people);
        self.deciders.push((by.clone(), place.clone()));
        let title = self.rubric.grounds.iter().find(|(id, _)| *id == withholding.ground);
        let entry = |benchmark| Withheld {
            benchmark,
            ground: title.map_or(&withholding.ground, |(_, title)| title).clone(),
            by: by.clone(),
            date: withholding.date.clone(),
        };
        if benchmarks.is_empty() {
            self.withheld.push(entry(None));
        }
        self.withheld.extend(benchmarks.iter().map(|&at| entry(Some(at))));
    }

    /// Drops sensitive statements. Gives the places of those that are kept.
    fn drop_evidence(
        &mut self,
        assessment: &Assessment,
        proposals: &Proposals,
        left: &mut Assessment,
    ) -> Vec<usize> {
        let mut kept = Vec::new();
        for (at, evidence) in assessment.evidence.iter().enumerate() {
            if evidence.marking == Marking::Official {
                if evidence.of_sensitive_source && evidence.released.is_none() {
                    self.problems.push(diags::not_released(&evidence.id, evidence.place.clone()));
                }
                kept.push(at);
                continue;
            }
            let mut bears_on: BTreeSet<usize> =
                evidence.benchmark.and_then(|number| self.place_of(number)).into_iter().collect();
            let found = proposals.findings.iter().filter(|finding| finding.evidence == at);
            bears_on.extend(found.map(|finding| self.rubric.criterion(finding.criterion).benchmark));
            // What the matcher thinks is not enough to know on what a statement bears.
            if evidence.benchmark.is_none() && evidence.findings.as_ref().is_none_or(Vec::is_empty) {
                self.problems.push(diags::bears_on_unknown(
                    self.rubric,
                    &evidence.id,
                    evidence.place.clone(),
                ));
            }
            self.record(evidence.withheld.as_ref(), &bears_on, "this statement", &evidence.place);
            self.closed.extend(bears_on);
        }
        left.evidence = kept.iter().map(|&at| assessment.evidence[at].clone()).collect();
        kept
    }

    fn drop_judgements(&mut self, left: &mut Assessment) {
        let sensitive = |judgement: &&Judgement| judgement.marking == Marking::OfficialSensitive;
        for judgement in left.judgements.iter().filter(sensitive) {
            let bears_on: BTreeSet<usize> = self.place_of(judgement.benchmark).into_iter().collect();
            self.record(judgement.withheld.as_ref(), &bears_on, "this judgement", &judgement.place);
            self.closed.extend(bears_on);
        }
        left.judgements.retain(|judgement| {
            self.place_of(judgement.benchmark).is_some_and(|at| !self.closed.contains(&at))
        });
    }

    fn drop_actions(&mut self, left: &mut Assessment) {
        for action in std::mem::take(&mut left.actions) {
            let criteria = action.criteria.iter().map(|&at| self.rubric.criterion(at).benchmark);
            let named = action.benchmark.and_then(|number| self.place_of(number));
            let bears_on: BTreeSet<usize> = criteria.chain(named).collect();
            if action.marking == Some(Marking::OfficialSensitive) {
                self.record(action.withheld.as_ref(), &bears_on, "this action", &action.place);
            } else if bears_on.is_empty() && action.marking.is_none() && self.drops_anything {
                let what = format!("the action `{}`, which names no {}", action.id, self.rubric.unit);
                self.problems.push(diags::unmarked(&what, action.place));
            } else if bears_on.iter().all(|at| !self.closed.contains(at)) {
                left.actions.push(action);
            } else {
                // What answers a gap of a closed score would tell of it.
                self.secrets.texts.push(action.action);
            }
        }
    }

    fn drop_summary(&mut self, assessment: &Assessment, left: &mut Assessment) {
        if assessment.letter.summary.is_none() {
            return;
        }
        match assessment.letter.marking {
            Some(Marking::Official) => {}
            Some(Marking::OfficialSensitive) => {
                let place = assessment.letter.place.clone();
                self.record(assessment.letter.withheld.as_ref(), &BTreeSet::new(), "the summary", &place);
                left.letter.summary = None;
            }
            None if !self.drops_anything => {}
            None => self.problems.push(diags::unmarked("the summary", assessment.letter.place.clone())),
        }
    }
}

/// Puts posts in the place of the names of officers, wherever they stand.
fn name_posts(left: &mut Assessment) {
    let people = left.publication.people.clone();
    texts_of(left, &mut |text, _, _| *text = with_posts(text, &people));
}

/// A text with posts in the place of names, however they are written. A name of one word is a word of other things in
/// small letters.
fn with_posts(text: &str, people: &[(String, String)]) -> String {
    people.iter().fold(text.to_owned(), |text, (name, post)| {
        let is_name = |found: &str| {
            let several = name.contains(char::is_whitespace);
            found == name || found == name.to_uppercase() || several && found.eq_ignore_ascii_case(name)
        };
        let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(next) = text[at..].chars().next() {
            let end = at + name.len();
            let here = !name.is_empty()
                && text.get(at..end).is_some_and(is_name)
                && !is_part(text[..at].chars().next_back())
                && !is_part(text[end..].chars().next());
            if here {
                out.push_str(post);
                at = end;
            } else {
                out.push(next);
                at += next.len_utf8();
            }
        }
        out
    })
}

/// Numbers statements and actions as they stand in this edition: their own ids would tell how many were dropped, and
/// may say more.
fn number_anew(left: &mut Assessment) {
    for (number, evidence) in (1..).zip(&mut left.evidence) {
        evidence.id = format!("E{number}");
    }
    for (number, action) in (1..).zip(&mut left.actions) {
        action.id = format!("A{number}");
    }
}

/// What kind of text it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The post of an officer or the name of a body.
    Post,
    /// Anything else.
    Text,
}

/// Visits every text of an assessment that a report can show and that is not a choice of a list.
fn texts_of(assessment: &mut Assessment, visit: &mut dyn FnMut(&mut String, Kind, &Place)) {
    for evidence in &mut assessment.evidence {
        visit(&mut evidence.text, Kind::Text, &evidence.place);
        let lists = [&mut evidence.findings, &mut evidence.proposed];
        for finding in lists.into_iter().flatten().flatten() {
            visit(&mut finding.words, Kind::Text, &evidence.place);
        }
        let source = &mut evidence.source;
        for text in [&mut source.title, &mut source.place, &mut source.document].into_iter().flatten() {
            visit(text, Kind::Text, &evidence.place);
        }
    }
    for judgement in &mut assessment.judgements {
        judgement.reason.iter_mut().for_each(|text| visit(text, Kind::Text, &judgement.place));
        judgement.post.iter_mut().for_each(|text| visit(text, Kind::Post, &judgement.place));
    }
    for action in &mut assessment.actions {
        visit(&mut action.action, Kind::Text, &action.place);
        for text in [&mut action.measure, &mut action.reason].into_iter().flatten() {
            visit(text, Kind::Text, &action.place);
        }
        action.owner.iter_mut().for_each(|text| visit(text, Kind::Post, &action.place));
        action.updates.iter_mut().for_each(|(_, text)| visit(text, Kind::Text, &action.place));
    }
    let letter = &mut assessment.letter;
    for text in [&mut letter.to, &mut letter.from, &mut letter.contact].into_iter().flatten() {
        visit(text, Kind::Post, &letter.place);
    }
    letter.summary.iter_mut().for_each(|text| visit(text, Kind::Text, &letter.place));
}

/// Looks through what is left for what a person has to settle: words of what was dropped, personal data, what
/// may be a name.
fn look_through(
    rubric: &Rubric,
    left: &Assessment,
    secrets: &Secrets,
    deciders: Vec<(String, Place)>,
) -> Vec<Diagnostic> {
    let known = Known::new(rubric, left);
    let secret = Phrases::new(&secrets.texts, &secrets.labels, &known);
    let mut problems = Vec::new();
    let mut look = |text: &mut String, kind: Kind, place: &Place| {
        if let Some(words) = secret.repeated_in(text, &known) {
            problems.push(diags::repeats(&words, place.clone()));
        }
        for problem in review_text(text, rubric, place) {
            problems.push(diags::not_fit(problem));
        }
        let name = match kind {
            Kind::Post => known.not_a_post(text),
            Kind::Text => known.name_in(text).or_else(|| known.part_of_a_name(text)),
        };
        if let Some(name) = name {
            problems.push(diags::may_be_a_name(&name, kind == Kind::Post, place.clone()));
        }
    };
    texts_of(&mut left.clone(), &mut look);
    for (mut by, place) in deciders {
        look(&mut by, Kind::Post, &place);
    }
    problems
}

fn says_the_same(before: &BenchmarkProposal, after: &BenchmarkProposal) -> bool {
    let levels = |p: &BenchmarkProposal| (p.proposed, p.strict, p.floor, p.ceiling, p.judgement);
    levels(before) == levels(after) && before.reason == after.reason && before.silent == after.silent
}

/// Takes everything out of a proposal that a score rests on or leads to.
fn close(proposal: &mut BenchmarkProposal) {
    *proposal = BenchmarkProposal {
        benchmark: proposal.benchmark,
        proposed: None,
        strict: None,
        floor: None,
        ceiling: None,
        judgement: None,
        reason: String::new(),
        steps: Vec::new(),
        findings: std::mem::take(&mut proposal.findings),
        gaps: Vec::new(),
        silent: Vec::new(),
        conflicts: Vec::new(),
        settles: Vec::new(),
    };
}
