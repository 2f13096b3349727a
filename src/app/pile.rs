//! Many assessments at some paths, read on all cores; what is wrong with one file does not keep the others out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Outcome, Rubrics, Scored, match_evidence, read_assessment, score_read, unknown_rubric};
use crate::assessment::Wording;
use crate::cohort::{self, Entry, diags};
use crate::compare::load_weights;
use crate::compare::weights::WEIGHTS_FORMAT;
use crate::diag::{self, Code, Diagnostic, Severity};
use crate::moderate::Vignettes;
use crate::moderate::vignettes::{SCORES_FORMAT, VIGNETTES_FORMAT, load_scores, load_vignettes};
use crate::parallel::in_parallel;
use crate::rubric::Rubric;
use crate::scoring::propose_levels;
use crate::source::Source;
use crate::store::{self, Found};
use crate::yaml::{self, Document};

/// Told how many files are read, of how many.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// What lies at some paths.
#[derive(Default)]
pub(super) struct Pile {
    /// The assessments, by area and time.
    pub(super) entries: Vec<Entry>,
    /// Files that are part of comparing and no assessments: vignettes and their scores.
    pub(super) others: Vec<Document>,
    /// What there is to say of them.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The first path that was named.
    named: PathBuf,
}

enum Read {
    Entry(Box<Entry>),
    Other(Document),
    Nothing,
}

impl Pile {
    /// Reads everything at the paths, on all cores. What is wrong with one file does not keep the others out.
    pub(super) fn gather(paths: &[PathBuf], rubrics: &Rubrics, progress: Progress<'_>) -> Self {
        let mut found = Found::default();
        let named = paths.first().cloned().unwrap_or_default();
        let mut pile = Self { named, ..Self::default() };
        for path in paths {
            let before = found.files.len();
            let said = pile.diagnostics.len();
            store::collect(path, &mut found, &mut pile.diagnostics);
            if found.files.len() == before && pile.diagnostics.len() == said {
                pile.diagnostics.push(diags::nothing_here(path.display().to_string()));
            }
        }
        found.files.sort();
        // The same file under two names is one.
        let mut seen = BTreeSet::new();
        found.files.retain(|file| seen.insert(store::canonical(file).unwrap_or_else(|| file.clone())));
        pile.read(&found.files, rubrics, progress);
        pile
    }

    fn read(&mut self, files: &[PathBuf], rubrics: &Rubrics, progress: Progress<'_>) {
        let done = AtomicUsize::new(0);
        let read = in_parallel(files.len(), 8, |at| {
            let read = read_file(&files[at], rubrics);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, files.len());
            read
        });
        for (read, mut said) in read {
            self.diagnostics.append(&mut said);
            match read {
                Read::Entry(entry) => self.entries.push(*entry),
                Read::Other(document) => self.others.push(document),
                Read::Nothing => {}
            }
        }
        cohort::sort(&mut self.entries);
    }

    /// Leaves the first of several assessments of one area and period, and says so.
    pub(super) fn without_doubles(&mut self) {
        let mut kept: Vec<Entry> = Vec::with_capacity(self.entries.len());
        for entry in self.entries.drain(..) {
            match kept.last().filter(|last| last.area == entry.area && last.period == entry.period) {
                Some(last) => self.diagnostics.push(diags::duplicate_assessment(&entry, last)),
                None => kept.push(entry),
            }
        }
        self.entries = kept;
    }

    /// Leaves the assessments of the rubric that most of them use, and says which others there are.
    pub(super) fn of_one_rubric(&mut self) -> Option<Arc<Rubric>> {
        let mut counts: BTreeMap<_, (usize, &Arc<Rubric>)> = BTreeMap::new();
        for entry in &self.entries {
            counts.entry(entry.rubric.yardstick()).or_insert((0, &entry.rubric)).0 += 1;
        }
        let most = counts.values().map(|(count, _)| *count).max()?;
        let (_, rubric) = counts.into_values().find(|(count, _)| *count == most)?;
        let most = Arc::clone(rubric);
        let is_chosen = |entry: &Entry| entry.rubric.yardstick() == most.yardstick();
        let others = self.entries.iter().filter(|entry| !is_chosen(entry));
        self.diagnostics.extend(others.map(|entry| diags::other_rubric(entry, &most)));
        self.entries.retain(is_chosen);
        // Of several versions of one edition that which the latest assessments use.
        let latest = self.entries.iter().max_by_key(|entry| (entry.span(), entry.rubric.hash.clone()));
        latest.map(|entry| Arc::clone(&entry.rubric))
    }

    /// Reads the assessments that others name as those of the period before and that are not here.
    pub(super) fn follow_previous(&mut self, rubrics: &Rubrics, progress: Progress<'_>) {
        let place = |file: &str| store::canonical(Path::new(file));
        let mut known: BTreeSet<PathBuf> =
            self.entries.iter().filter_map(|entry| place(&entry.file)).collect();
        let named_at_first = known.clone();
        let named = |entry: &Entry| -> Option<PathBuf> {
            let previous = entry.previous.as_ref()?;
            Some(Path::new(&entry.file).parent().unwrap_or(Path::new("")).join(previous))
        };
        loop {
            let mut wanted: Vec<PathBuf> = Vec::new();
            for entry in &self.entries {
                let Some(path) = named(entry) else { continue };
                if store::canonical(&path).is_some_and(|canonical| known.insert(canonical)) {
                    wanted.push(path);
                }
            }
            if wanted.is_empty() {
                break;
            }
            self.read(&wanted, rubrics, progress);
        }
        // What `previous` names must be there, and earlier.
        let by_place: BTreeMap<PathBuf, &Entry> =
            self.entries.iter().filter_map(|entry| Some((place(&entry.file)?, entry))).collect();
        let mut said = Vec::new();
        let mut foreign: Vec<String> = Vec::new();
        for entry in &self.entries {
            let Some(path) = named(entry) else { continue };
            let shown = path.display().to_string();
            match store::canonical(&path).map(|path| by_place.get(&path)) {
                None => said.push(diags::previous_not_there(entry, &shown)),
                Some(Some(before)) if before.area != entry.area => {
                    foreign.push(before.file.clone());
                    said.push(diags::previous_of_another_area(entry, before));
                }
                Some(Some(before)) if before.span() >= entry.span() => {
                    said.push(diags::previous_not_earlier(entry, before, &shown));
                }
                // It is right, or it is broken, which has been said.
                Some(_) => {}
            }
        }
        self.diagnostics.append(&mut said);
        // What only such a mistake has brought along belongs to nobody here.
        self.entries.retain(|entry| {
            let asked_for = place(&entry.file).is_some_and(|place| named_at_first.contains(&place));
            asked_for || !foreign.contains(&entry.file)
        });
    }

    /// What is to be said where there is nothing left to compare.
    pub(super) fn outcome<T>(mut self, value: Option<T>) -> Outcome<T> {
        if value.is_none() && !diag::has_errors(&self.diagnostics) {
            self.diagnostics.push(diags::nothing_here(self.named.display().to_string()));
        }
        Outcome::new(value, self.diagnostics)
    }
}

/// Reads one file. Of what is said of an assessment, only what is wrong matters here; `check` says the rest.
fn read_file(path: &Path, rubrics: &Rubrics) -> (Read, Vec<Diagnostic>) {
    let source = match store::read_source(path) {
        Ok(source) => source,
        Err(problem) => return (Read::Nothing, vec![problem]),
    };
    if stands_beside(&source) {
        let (document, said) = yaml::parse_yaml(&source);
        return (document.map_or(Read::Nothing, Read::Other), said);
    }
    let (read, mut diagnostics) = read_assessment(&source, path, rubrics, Wording::AsItIs);
    let entry = read.map(|read| {
        let present = read.present.clone();
        let under_present = present.and_then(|present| {
            // The same file by the rubric that its workspace holds now.
            let (again, _) = super::read_against(&read.document, &present);
            let again = again?;
            let proposals = propose_levels(&present.rubric, &again, match_evidence(&present, &again));
            let levels = proposals.benchmarks.iter().map(|benchmark| benchmark.proposed).collect();
            Some((Arc::clone(&present.rubric), levels))
        });
        let (Scored { rubric, assessment, proposals }, mut said) = score_read(read);
        diagnostics.append(&mut said);
        let mut entry = Entry::new(path.display().to_string(), rubric, assessment, &proposals);
        entry.under_present = under_present;
        entry
    });
    diagnostics.retain(|said| said.severity == Severity::Error || said.code == Code::RubricChanged);
    (entry.map_or(Read::Nothing, |entry| Read::Entry(Box::new(entry))), diagnostics)
}

/// Whether a file is of a format that stands beside assessments and is none.
pub(super) fn stands_beside(source: &Source) -> bool {
    let tags = [VIGNETTES_FORMAT.tag, SCORES_FORMAT.tag, WEIGHTS_FORMAT.tag];
    let named = source.text().lines().find_map(|line| line.strip_prefix("schema:"));
    named.is_some_and(|named| tags.contains(&named.trim().trim_matches(['"', '\''])))
}

/// Everything that is wrong with a file of such a format.
pub(super) fn check_beside(source: &Arc<Source>, near: &Path, rubrics: &Rubrics) -> Vec<Diagnostic> {
    let (document, mut said) = yaml::parse_yaml(source);
    let Some(document) = document else { return said };
    let id = document.text_at("/rubric").unwrap_or(super::DEFAULT_RUBRIC);
    let rubric = match rubrics.get(id, near) {
        Some(Ok(loaded)) => Arc::clone(&loaded.rubric),
        Some(Err(problems)) => return problems,
        None => return vec![unknown_rubric(id, near, document.place("/rubric"))],
    };
    let checked = match document.text_at("/schema") {
        Some(tag) if tag == VIGNETTES_FORMAT.tag => load_vignettes(&document, &rubric).map(drop),
        Some(tag) if tag == WEIGHTS_FORMAT.tag => load_weights(&document, &rubric).map(drop),
        _ => builtin_vignettes(&rubric)
            .and_then(|set| load_scores(&document, &set, rubric.level_range()))
            .map(drop),
    };
    super::say_once(&mut said, checked.err().unwrap_or_default());
    said
}

/// The built-in anchor vignettes.
pub(super) fn builtin_vignettes(rubric: &Rubric) -> Result<Vignettes, Vec<Diagnostic>> {
    let Some(source) = store::builtin_vignettes() else { return Err(Vec::new()) };
    let (document, said) = yaml::parse_yaml(&source);
    match document {
        Some(document) => load_vignettes(&document, rubric),
        None => Err(said),
    }
}
