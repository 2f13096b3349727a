//! Requests into outcomes: the only place where the stages are chained.
//!
//! Everything below here is a function of its arguments. The clock is read in `cli` and comes in
//! with the request.

pub mod begin;
pub mod cohorts;
pub mod confirm;
pub mod documents;
pub mod gather;
mod pile;
pub mod plans;
pub mod reports;
pub mod returned;
pub mod rubrics;
mod templates;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::Value;

use crate::assessment::loose::{self, Statement};
use crate::assessment::{ASSESSMENT_FORMAT, Assessment, Wording, load_assessment, lower_assessment};
use crate::compare::weights::WEIGHTS_FORMAT;
use crate::diag::{self, Code, Diagnostic, Place};
use crate::eval::{Evaluation, evaluate as evaluate_document};
use crate::matching::teach::Lessons;
use crate::matching::{Matched, Matcher, Matches, Picker, Stands, load_matcher, load_picker};
use crate::moderate::vignettes::{SCORES_FORMAT, VIGNETTES_FORMAT};
use crate::parallel::in_parallel;
use crate::report::matches::{MatchView, match_view, statement_view};
use crate::report::score::{ScoreView, score_view};
use crate::report::words::WORDS_FORMAT;
use crate::rubric::compiled::load_compiled;
use crate::rubric::{
    BENCHMARK_FORMAT, LEXICON_FORMAT, PAPERS_FORMAT, RUBRIC_FORMAT, Rubric, STATEMENTS_FORMAT, TaughtPaper,
    load_rubric,
};
use crate::schema::{Format, PLACEHOLDER, shorten};
use crate::scoring::{self, Proposals, propose_levels};
use crate::source::Source;
use crate::store::{self, Found, RubricFiles, RubricPlace};
use crate::yaml::{self, Document};

/// What came of a request: the result, if there is one, and everything there is to say.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The result; nothing when the input could not be used.
    pub value: Option<T>,
    /// What there is to say, in reading order.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Outcome<T> {
    fn new(value: Option<T>, mut diagnostics: Vec<Diagnostic>) -> Self {
        diag::sort(&mut diagnostics);
        Self { value, diagnostics }
    }

    fn failed(diagnostic: Diagnostic) -> Self {
        Self { value: None, diagnostics: vec![diagnostic] }
    }
}

/// The rubric that is meant when none is named.
pub const DEFAULT_RUBRIC: &str = "prevent-la-2021";

/// An assessment with its rubric and what is proposed.
pub struct Scored {
    /// The rubric.
    pub rubric: Arc<Rubric>,
    /// The assessment.
    pub assessment: Assessment,
    /// The proposals.
    pub proposals: Proposals,
}

impl Scored {
    /// The score as data.
    pub fn view(&self) -> ScoreView {
        score_view(&self.rubric, &self.assessment, &self.proposals)
    }
}

/// A rubric, and what it teaches, which is learned when it is first needed.
pub struct Loaded {
    /// The rubric.
    pub rubric: Arc<Rubric>,
    compiled: Option<store::Compiled>,
    matcher: OnceLock<Matcher>,
    picker: OnceLock<Option<Picker>>,
}

impl Loaded {
    /// Loads a rubric from its compiled form if that was made from these very texts, else from the
    /// texts.
    fn from_files(id: &str, files: &RubricFiles) -> (Option<Self>, Vec<Diagnostic>) {
        let compiled = files.compiled(id);
        let (rubric, diagnostics) = compiled
            .and_then(|compiled| load_compiled(compiled.rubric, &files.folder))
            .unwrap_or_else(|| load_rubric(&files.folder, &files.sources));
        let loaded = rubric.map(|rubric| Self {
            rubric: Arc::new(rubric),
            compiled,
            matcher: OnceLock::new(),
            picker: OnceLock::new(),
        });
        (loaded, diagnostics)
    }

    /// What the rubric has taught.
    pub fn matcher(&self) -> &Matcher {
        self.matcher.get_or_init(|| {
            self.compiled
                .and_then(|compiled| load_matcher(&self.rubric, compiled.matcher))
                .unwrap_or_else(|| Lessons::new(&self.rubric).teach(&BTreeSet::new()))
        })
    }

    /// What the rubric's papers have taught.
    fn picker(&self) -> Option<&Picker> {
        let picker = self.picker.get_or_init(|| {
            self.compiled.and_then(|compiled| load_picker(&self.rubric, compiled.picker)).or_else(|| {
                let papers: Vec<&TaughtPaper> = self.rubric.papers.iter().collect();
                Picker::teach(self.matcher(), &papers)
            })
        });
        picker.as_ref()
    }

    /// Reads papers. In the meantime what they will be matched by is made ready; what has yet to be learned waits
    /// until there is a paper that can be read.
    fn load_papers(
        &self,
        paths: &[PathBuf],
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> (Vec<documents::Paper>, Vec<Diagnostic>) {
        std::thread::scope(|scope| {
            if self.compiled.is_some() {
                scope.spawn(|| self.make_ready());
            }
            documents::load_papers(paths, progress)
        })
    }

    /// Makes matcher and picker ready, side by side.
    fn make_ready(&self) {
        in_parallel(2, 1, |at| {
            if at == 0 {
                self.matcher();
            } else {
                self.picker();
            }
        });
    }

    /// What is evidence in each of some papers, by all that the rubric has taught. `of` says what becomes of it.
    fn match_papers<'p, T: Send>(
        &self,
        papers: &'p [documents::Paper],
        of: impl Fn(&'p documents::Paper, Matches<'p>) -> T + Sync,
    ) -> Vec<T> {
        if papers.is_empty() {
            return Vec::new();
        }
        self.make_ready();
        in_parallel(papers.len(), 1, |at| {
            let paper = &papers[at];
            of(paper, self.matcher().match_document(self.picker(), &paper.document))
        })
    }
}

type LoadedRubric = Result<Arc<Loaded>, Vec<Diagnostic>>;

/// Rubrics that are loaded once, however many assessments use them.
#[derive(Default)]
struct Rubrics {
    loaded: Mutex<BTreeMap<RubricPlace, LoadedRubric>>,
}

impl Rubrics {
    /// The rubric of an id for an assessment at `near`; `None` when there is none of that id. What is
    /// wrong with a rubric is told to the first that asks, and not again.
    fn get(&self, id: &str, near: &Path) -> Option<LoadedRubric> {
        let place = store::find_rubric(id, near)?;
        let mut known = self.loaded.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(rubric) = known.get(&place) {
            return Some(rubric.clone());
        }
        let loaded = place.read().and_then(|files| {
            let (loaded, diagnostics) = Loaded::from_files(id, &files);
            loaded.map(Arc::new).ok_or(diagnostics)
        });
        known.insert(place, loaded.as_ref().map(Arc::clone).map_err(|_| Vec::new()));
        Some(loaded)
    }
}

/// Reads and scores one assessment.
pub fn score_assessment(path: &Path) -> Outcome<Scored> {
    let (scored, diagnostics) = load_and_score(path, &Rubrics::default());
    Outcome::new(scored, diagnostics)
}

/// The score of one assessment as data.
pub fn score(path: &Path) -> Outcome<ScoreView> {
    let Outcome { value, diagnostics } = score_assessment(path);
    Outcome { value: value.map(|scored| scored.view()), diagnostics }
}

fn load_and_score(path: &Path, rubrics: &Rubrics) -> (Option<Scored>, Vec<Diagnostic>) {
    match store::read_source(path) {
        Ok(source) => score_source(&source, path, rubrics),
        Err(problem) => (None, vec![problem]),
    }
}

fn score_source(source: &Arc<Source>, path: &Path, rubrics: &Rubrics) -> (Option<Scored>, Vec<Diagnostic>) {
    let (read, mut diagnostics) = read_assessment(source, path, rubrics, Wording::Reviewed);
    let Some(read) = read else { return (None, diagnostics) };
    let (scored, mut said) = score_read(read);
    diagnostics.append(&mut said);
    (Some(scored), diagnostics)
}

/// Scores an assessment that has been read, and reviews what comes out.
fn score_read(read: ReadAssessment) -> (Scored, Vec<Diagnostic>) {
    let ReadAssessment { loaded, assessment, .. } = read;
    let rubric = Arc::clone(&loaded.rubric);
    let matched = match_evidence(&loaded, &assessment);
    let proposals = propose_levels(&rubric, &assessment, matched);
    let diagnostics = scoring::review(&rubric, &assessment, &proposals);
    (Scored { rubric, assessment, proposals }, diagnostics)
}

/// An assessment that has been read against its rubric.
struct ReadAssessment {
    document: Document,
    /// The rubric with which it was made, where that has been kept, else the one that is there.
    loaded: Arc<Loaded>,
    /// The rubric that is there now, where that is another one.
    present: Option<Arc<Loaded>>,
    assessment: Assessment,
}

fn read_assessment(
    source: &Arc<Source>,
    path: &Path,
    rubrics: &Rubrics,
    wording: Wording,
) -> (Option<ReadAssessment>, Vec<Diagnostic>) {
    let (document, mut diagnostics) = yaml::parse_yaml(source);
    let Some(document) = document else { return (None, diagnostics) };
    if document.text_at("/schema") != Some(ASSESSMENT_FORMAT.tag) {
        diagnostics.push(not_an_assessment(&document));
        return (None, diagnostics);
    }
    // What the parse said of a value and the schema or its meaning says again is said once.
    let (raw, problems) = lower_assessment(&document);
    say_once(&mut diagnostics, problems);
    let Some(raw) = raw else { return (None, diagnostics) };
    let present = rubrics.get(&raw.rubric, path);
    // An old result stays what it was, as long as the rubric it was made with is kept, whatever has become of it since.
    let same = |hash: &&str| matches!(&present, Some(Ok(loaded)) if loaded.rubric.hash == **hash);
    let recorded = raw.rubric_hash.as_deref().filter(|hash| !same(hash));
    let kept = recorded.and_then(|hash| {
        let kept = rubrics.get(&store::kept_rubric(&raw.rubric, hash), path)?;
        match kept {
            Ok(kept) if kept.rubric.hash == hash && kept.rubric.id == raw.rubric => Some(kept),
            _ => {
                diagnostics.push(kept_rubric_damaged(hash, document.place("/rubric-hash")));
                None
            }
        }
    });
    let (loaded, present) = match (kept, present) {
        (Some(kept), present) => (kept, present.and_then(Result::ok)),
        (None, Some(Ok(loaded))) => (loaded, None),
        (None, Some(Err(mut problems))) => {
            diagnostics.append(&mut problems);
            return (None, diagnostics);
        }
        (None, None) if raw.rubric == PLACEHOLDER => return (None, diagnostics),
        (None, None) => {
            diagnostics.push(unknown_rubric(&raw.rubric, path, document.place("/rubric")));
            return (None, diagnostics);
        }
    };
    let (assessment, mut said) = load_assessment(&document, raw, &loaded.rubric, wording);
    // What stands in for a value of the wrong shape is not judged for its meaning.
    said.retain(|problem| !problem.message.contains(PLACEHOLDER));
    say_once(&mut diagnostics, said);
    let Some(assessment) = assessment.filter(|_| !diag::has_errors(&diagnostics)) else {
        return (None, diagnostics);
    };
    (Some(ReadAssessment { document, loaded, present, assessment }), diagnostics)
}

/// A document that has been read as an assessment, read again against another rubric.
fn read_against(document: &Document, loaded: &Loaded) -> (Option<Assessment>, Vec<Diagnostic>) {
    let (raw, mut diagnostics) = lower_assessment(document);
    let Some(raw) = raw else { return (None, diagnostics) };
    let (assessment, mut said) = load_assessment(document, raw, &loaded.rubric, Wording::AsItIs);
    diagnostics.append(&mut said);
    (assessment.filter(|_| !diag::has_errors(&diagnostics)), diagnostics)
}

/// What the matcher makes of the statements that nobody has read. Where there is none, the matcher is
/// not even loaded.
fn match_evidence(loaded: &Loaded, assessment: &Assessment) -> Vec<Option<Matched>> {
    let stands = |number: Option<u16>| {
        let filed = number.and_then(|number| loaded.rubric.benchmark(number));
        filed.map_or(Stands::InAssessment, |(at, _)| Stands::Filed(at))
    };
    assessment
        .evidence
        .iter()
        .map(|evidence| {
            let unread = evidence.findings.is_none();
            unread.then(|| loaded.matcher().match_statement(&evidence.text, stands(evidence.benchmark)))
        })
        .collect()
}

/// Adds what has not been said of the same place of the same file.
fn say_once(said: &mut Vec<Diagnostic>, more: Vec<Diagnostic>) {
    let already = diag::spans(said);
    said.extend(more.into_iter().filter(|problem| match &problem.place {
        Place::At(_, span) => !already.contains(span),
        Place::File(_) => true,
    }));
}

fn not_an_assessment(document: &Document) -> Diagnostic {
    let found = document.text_at("/schema");
    let message = match found {
        Some(tag) => format!("`{}` is not a format that can be scored", shorten(tag)),
        None => "the key `schema` is missing, so the file's format is not known".to_owned(),
    };
    let of_rubric = FORMATS[1..].iter().any(|(_, format)| found == Some(format.tag));
    let help = if of_rubric {
        "a file of a rubric is checked with the others of its folder, which needs a `rubric.yaml`".to_owned()
    } else {
        found
            .and_then(|tag| diag::did_you_mean(tag, [ASSESSMENT_FORMAT.tag]))
            .unwrap_or_else(|| "begin an assessment with `schema: assessment/1`".to_owned())
    };
    Diagnostic::new(Code::UnknownSchema, document.place("/schema"), message).help(help)
}

fn kept_rubric_damaged(hash: &str, place: Place) -> Diagnostic {
    let message =
        format!("what is kept as the rubric of this assessment is not the one of the hash {}", shorten(hash));
    Diagnostic::new(Code::KeptRubric, place, message)
        .help("it is not used; put the folder back as `rubric keep` wrote it, or remove it")
}

fn unknown_rubric(id: &str, near: &Path, place: Place) -> Diagnostic {
    let known: Vec<String> = store::list_rubrics(near).into_iter().map(|(id, _)| id).collect();
    let help = diag::did_you_mean(id, known.iter().map(String::as_str))
        .unwrap_or_else(|| format!("the rubrics here are {}", known.join(", ")));
    Diagnostic::new(Code::UnknownRubric, place, format!("there is no rubric `{}`", shorten(id))).help(help)
}

/// How many things were checked.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// Rubrics.
    pub rubrics: usize,
    /// Assessments and other YAML files.
    pub files: usize,
    /// Templates.
    pub templates: usize,
}

/// Checks everything at the given paths, all of it in one run.
pub fn check(paths: &[PathBuf]) -> Outcome<Checked> {
    let mut found = Found::default();
    let mut diagnostics = Vec::new();
    let mut unusable = false;
    for path in paths {
        let count = |found: &Found| found.rubrics.len() + found.files.len() + found.templates.len();
        let (before, said) = (count(&found), diagnostics.len());
        store::collect(path, &mut found, &mut diagnostics);
        if count(&found) == before {
            unusable = true;
            if diagnostics.len() == said {
                diagnostics.push(nothing_to_check(path));
            }
        }
    }
    for list in [&mut found.rubrics, &mut found.files, &mut found.templates] {
        list.sort();
        list.dedup();
    }
    for folder in &found.rubrics {
        diagnostics.extend(check_rubric(folder));
    }
    for path in &found.templates {
        diagnostics.extend(templates::check_template(path));
    }
    diagnostics.extend(check_files(&found.files));
    let checked =
        Checked { rubrics: found.rubrics.len(), files: found.files.len(), templates: found.templates.len() };
    let mut outcome = Outcome::new((!unusable).then_some(checked), diagnostics);
    // A rubric that is checked itself and used by assessments is broken once.
    outcome.diagnostics.dedup_by(|later, first| same(first, later));
    outcome
}

fn nothing_to_check(path: &Path) -> Diagnostic {
    Diagnostic::new(
        Code::NothingToCheck,
        Place::File(path.display().to_string()),
        "there is no rubric, assessment or template here",
    )
    .help("name a file or a folder that holds some")
}

fn check_rubric(folder: &Path) -> Vec<Diagnostic> {
    let files = match store::read_rubric_folder(folder) {
        Ok(files) => files,
        Err(problems) => return problems,
    };
    let (rubric, mut diagnostics) = load_rubric(&files.folder, &files.sources);
    let name = folder.file_name().and_then(|name| name.to_str());
    let in_workspace = folder.parent().is_some_and(|parent| parent.ends_with("rubrics"));
    let called = |rubric: &Rubric, name: &str| {
        rubric.id == name || store::kept_rubric(&rubric.id, &rubric.hash) == name
    };
    if let Some((rubric, name)) =
        rubric.zip(name).filter(|(rubric, name)| in_workspace && !called(rubric, name))
    {
        if let Some((_, hash)) = name.split_once('@') {
            diagnostics.push(kept_rubric_damaged(hash, Place::File(files.folder.clone())));
            return diagnostics;
        }
        diagnostics.push(
            Diagnostic::new(
                Code::RubricFolder,
                Place::File(files.folder.clone()),
                format!("the folder is called `{name}` and the rubric in it `{}`", rubric.id),
            )
            .help("give the folder the name of the rubric; assessments find it by that"),
        );
    }
    diagnostics
}

/// Checks files on all cores; the order of what is said does not depend on who was first.
fn check_files(files: &[PathBuf]) -> Vec<Diagnostic> {
    let rubrics = Rubrics::default();
    let check = |path: &PathBuf| match store::read_source(path) {
        Ok(source) if pile::stands_beside(&source) => pile::check_beside(&source, path, &rubrics),
        Ok(source) => score_source(&source, path, &rubrics).1,
        Err(problem) => vec![problem],
    };
    in_parallel(files.len(), 16, |at| check(&files[at])).into_iter().flatten().collect()
}

fn same(a: &Diagnostic, b: &Diagnostic) -> bool {
    let (Place::At(_, here), Place::At(_, there)) = (&a.place, &b.place) else { return false };
    here == there && a.place.file() == b.place.file() && a.code == b.code && a.message == b.message
}

/// A rubric by its id, or by a folder that holds one.
pub fn rubric(name: &str, near: &Path) -> Outcome<Arc<Rubric>> {
    let as_folder = Path::new(name);
    let files = if as_folder.join("rubric.yaml").is_file() {
        Some(store::read_rubric_folder(as_folder))
    } else {
        store::find_rubric(name, near).map(|place| place.read())
    };
    match files {
        None => Outcome::failed(unknown_rubric(name, near, Place::File(name.to_owned()))),
        Some(Err(problems)) => Outcome::new(None, problems),
        Some(Ok(files)) => {
            let (rubric, diagnostics) = load_rubric(&files.folder, &files.sources);
            Outcome::new(rubric.map(Arc::new), diagnostics)
        }
    }
}

/// Matches statements at all the paths: an assessment, a YAML list, plain lines, a document or a folder
/// of documents. `-` is standard input. Documents come first. `progress` is told how many documents are
/// read.
pub fn match_statements(
    paths: &[PathBuf],
    rubric_name: &str,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Outcome<MatchView> {
    let rubrics = Rubrics::default();
    let mut statements = Vec::new();
    let mut used: Option<Arc<Loaded>> = None;
    let (documents, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.iter().cloned().partition(|path| path.is_dir() || documents::is_document(path));
    let (documents, mut diagnostics) = documents::find_documents(&documents);
    if let Some(first) = documents.first() {
        match rubrics.get(rubric_name, first) {
            Some(Ok(loaded)) => {
                let (papers, mut said) = loaded.load_papers(&documents, progress);
                diagnostics.append(&mut said);
                let view = |paper, matches| documents::paper_view(&loaded.rubric, paper, matches);
                let matched = loaded.match_papers(&papers, view);
                statements.extend(matched.into_iter().flatten());
                used = Some(loaded);
            }
            Some(Err(mut problems)) => diagnostics.append(&mut problems),
            None => diagnostics.push(unknown_rubric(rubric_name, first, Place::File(rubric_name.to_owned()))),
        }
    }
    for path in &paths {
        let read = store::read_source(path).map_err(|problem| vec![problem]);
        let read = read.and_then(|source| read_statements(&source, &mut diagnostics));
        let (name, list) = match read {
            Ok(read) => read,
            Err(mut problems) => {
                diagnostics.append(&mut problems);
                continue;
            }
        };
        let named = name.is_some();
        let name = name.unwrap_or_else(|| rubric_name.to_owned());
        let loaded = match rubrics.get(&name, path) {
            Some(Ok(loaded)) => loaded,
            Some(Err(mut problems)) => {
                diagnostics.append(&mut problems);
                continue;
            }
            None => {
                diagnostics.push(unknown_rubric(&name, path, Place::File(path.display().to_string())));
                continue;
            }
        };
        for statement in list {
            match filed_under(&loaded.rubric, &statement) {
                Ok(filed) => {
                    // An assessment names its rubric; a list of statements does not.
                    let unfiled = if named { Stands::InAssessment } else { Stands::Alone };
                    let stands = filed.map_or(unfiled, Stands::Filed);
                    let matched = loaded.matcher().match_statement(&statement.text, stands);
                    statements.push(statement_view(&loaded.rubric, path, &statement, &matched));
                }
                Err(problem) => diagnostics.push(problem),
            }
        }
        used.get_or_insert(loaded);
    }
    let view =
        used.filter(|_| !diag::has_errors(&diagnostics)).map(|loaded| match_view(&loaded.rubric, statements));
    Outcome::new(view, diagnostics)
}

/// The statements of a text, and the rubric it names if it names one.
fn read_statements(
    source: &Arc<Source>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(Option<String>, Vec<Statement>), Vec<Diagnostic>> {
    if !loose::is_yaml(source) {
        return loose::read_lines(source).map(|statements| (None, statements));
    }
    let (document, said) = yaml::parse_yaml(source);
    if diag::has_errors(&said) {
        return Err(said);
    }
    diagnostics.extend(said);
    let Some(document) = document else { return Ok((None, Vec::new())) };
    let rubric = document.text_at("/rubric").map(str::to_owned);
    loose::read_list(&document).map(|statements| (rubric, statements))
}

fn filed_under(rubric: &Rubric, statement: &Statement) -> Result<Option<usize>, Diagnostic> {
    let Some(number) = statement.benchmark else { return Ok(None) };
    let found = u16::try_from(number).ok().and_then(|number| rubric.benchmark(number));
    found.map(|(at, _)| Some(at)).ok_or_else(|| {
        let message = format!("the rubric has no {} {number}", rubric.unit);
        let numbers: Vec<String> = rubric.benchmarks.iter().map(|b| b.number.to_string()).collect();
        Diagnostic::new(Code::UnknownBenchmark, statement.place.clone(), message)
            .help(format!("leave `benchmark` out, or use one of {}", numbers.join(", ")))
    })
}

/// Every rubric that can be named here: the rubric, and whether it is built in.
pub fn rubrics(near: &Path) -> Outcome<Vec<(Arc<Rubric>, bool)>> {
    let mut diagnostics = Vec::new();
    let mut loaded = Vec::new();
    for (id, built_in) in store::list_rubrics(near) {
        let mut outcome = rubric(&id, near);
        diagnostics.append(&mut outcome.diagnostics);
        loaded.extend(outcome.value.map(|rubric| (rubric, built_in)));
    }
    Outcome::new(Some(loaded), diagnostics)
}

/// Measures the matcher on a labelled set.
pub fn evaluate(gold: &Path, rubric_name: &str) -> Outcome<Evaluation> {
    let Outcome { value: rubric, mut diagnostics } = rubric(rubric_name, gold);
    let Some(rubric) = rubric else { return Outcome { value: None, diagnostics } };
    let source = match store::read_source(gold) {
        Ok(source) => source,
        Err(problem) => return Outcome::failed(problem),
    };
    let (document, mut said) = yaml::parse_yaml(&source);
    diagnostics.append(&mut said);
    let Some(document) = document else { return Outcome::new(None, diagnostics) };
    let (evaluation, mut said) = evaluate_document(&document, &rubric);
    diagnostics.append(&mut said);
    Outcome::new(evaluation, diagnostics)
}

/// The formats whose schema can be printed, by the name used on the command line.
pub static FORMATS: [(&str, &Format); 10] = [
    ("assessment", &ASSESSMENT_FORMAT),
    ("rubric", &RUBRIC_FORMAT),
    ("benchmark", &BENCHMARK_FORMAT),
    ("lexicon", &LEXICON_FORMAT),
    ("statements", &STATEMENTS_FORMAT),
    ("papers", &PAPERS_FORMAT),
    ("words", &WORDS_FORMAT),
    ("weights", &WEIGHTS_FORMAT),
    ("vignettes", &VIGNETTES_FORMAT),
    ("vignette-scores", &SCORES_FORMAT),
];

/// A format's JSON Schema as text.
pub fn schema_text(schema: &Value) -> String {
    format!("{schema:#}\n")
}
