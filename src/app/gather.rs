//! Documents into an assessment: what they say, proposed as evidence for a person to confirm.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::documents::{Paper, find_documents};
use super::{Loaded, Outcome, ReadAssessment, Rubrics, read_assessment};
use crate::assessment::Wording;
use crate::assessment::edit::{self, NewEvidence, NewFinding, NotEditable};
use crate::assessment::{Assessment, Evidence, Marking};
use crate::diag::{self, Code, Diagnostic, Place};
use crate::document::clean;
use crate::matching::{Matched, Matches};
use crate::report::gather::{DocumentView, GatherView, GatheredView};
use crate::source::{self, Source, comparable};
use crate::store;
use crate::yaml::Document;

/// Reads documents and adds what bears on the criteria to an assessment, each passage once, with its
/// place, as `confirmed: false`. Nothing that stands in the file is changed. With `dry` nothing is
/// written.
pub fn gather(
    path: &Path,
    documents: &[PathBuf],
    dry: bool,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Outcome<GatherView> {
    let source = match store::read_source(path) {
        Ok(source) => source,
        Err(problem) => return Outcome::failed(problem),
    };
    let rubrics = Rubrics::default();
    let (read, mut diagnostics) = read_assessment(&source, path, &rubrics, Wording::Reviewed);
    let Some(ReadAssessment { document, loaded, assessment, .. }) = read else {
        return Outcome::new(None, diagnostics);
    };
    // What `check` says of the assessment besides is no news here.
    diagnostics.retain(|said| said.severity == diag::Severity::Error);
    let (paths, mut said) = find_documents(documents);
    diagnostics.append(&mut said);
    let (papers, mut said) = loaded.load_papers(&paths, progress);
    diagnostics.append(&mut said);
    let mut known: BTreeSet<String> =
        assessment.evidence.iter().map(|evidence| comparable(&evidence.text)).collect();
    let mut added = Vec::new();
    let mut views = Vec::new();
    for (paper, matches) in loaded.match_papers(&papers, |paper, matches| (paper, matches)) {
        let (items, view) = gather_paper(&loaded, paper, matches, &mut known);
        diagnostics.extend(changed(&assessment, paper, path));
        added.extend(items);
        views.push(view);
    }
    let before = assessment.evidence.len();
    let view = GatherView {
        schema: "gather/1",
        assessment: path.display().to_string(),
        written: !dry && !added.is_empty(),
        unit: loaded.rubric.unit.clone(),
        documents: views,
        added: added.iter().map(gathered_view).collect(),
    };
    if added.is_empty() || dry {
        return Outcome::new(Some(view), diagnostics);
    }
    let text = match edit::add_evidence(&document, &added) {
        Ok(text) => text,
        Err(why) => {
            diagnostics.push(not_editable(&document, why));
            return Outcome::new(None, diagnostics);
        }
    };
    let count = before + added.len();
    match write_checked(&source, path, text, &rubrics, |assessment| assessment.evidence.len() == count) {
        Ok(_) => Outcome::new(Some(view), diagnostics),
        Err(problem) => {
            diagnostics.push(problem);
            Outcome::new(None, diagnostics)
        }
    }
}

/// Writes a changed assessment, after it has been read again and found to be what it should. Gives what was
/// read.
pub(super) fn write_checked(
    before: &Arc<Source>,
    path: &Path,
    text: String,
    rubrics: &Rubrics,
    as_meant: impl FnOnce(&Assessment) -> bool,
) -> Result<(Arc<Source>, ReadAssessment), Diagnostic> {
    let changed = Source::new(before.name(), text);
    let (read, said) = read_assessment(&changed, path, rubrics, Wording::Reviewed);
    let read = read.filter(|read| !diag::has_errors(&said) && as_meant(&read.assessment));
    let Some(read) = read else {
        return Err(Diagnostic::new(
            Code::NotEditable,
            Place::File(path.display().to_string()),
            "the file is written in a way in which the change cannot be made in place, so nothing was written",
        )
        .help("write the list plainly: a dash before each item, its keys one a line"));
    };
    // Somebody may have saved the file in the meantime.
    let bytes = store::read_bytes(path)?;
    if !source::decode(bytes.clone()).is_ok_and(|now| now == before.text()) {
        return Err(Diagnostic::new(
            Code::FileChanged,
            Place::File(path.display().to_string()),
            "the file has been changed by another program in the meantime, so nothing was written",
        )
        .help("close it there and run this again"));
    }
    store::write_whole(path, &source::encode_like(&bytes, changed.text()), &[])?;
    Ok((changed, read))
}

fn gather_paper(
    loaded: &Loaded,
    paper: &Paper,
    matches: Matches<'_>,
    known: &mut BTreeSet<String>,
) -> (Vec<NewEvidence>, DocumentView) {
    let rubric = &loaded.rubric;
    let file = file_name(paper);
    let mut items = Vec::new();
    let mut already = 0;
    for (_, passage, matched) in matches.found {
        let Some(benchmark) = matched.benchmark else { continue };
        if !known.insert(comparable(passage.text())) {
            already += 1;
            continue;
        }
        items.push(NewEvidence {
            benchmark: rubric.benchmarks[benchmark].number,
            text: passage.text().to_owned(),
            title: paper.document.title.clone().or_else(|| Some(without_ending(&file).to_owned())),
            date: paper.document.date.clone().filter(|date| crate::assessment::is_date(date)),
            place: passage.block.place.words(),
            document: file.clone(),
            sha256: paper.hash.clone(),
            marking: paper.document.sensitive.then(|| Marking::OfficialSensitive.words()),
            findings: findings(loaded, passage.text(), &matched),
        });
    }
    let view = DocumentView {
        document: paper.path.display().to_string(),
        title: paper.document.title.clone(),
        date: paper.document.date.clone(),
        sha256: paper.hash.clone(),
        passages: matches.passages,
        added: items.len(),
        already,
    };
    (items, view)
}

/// A document's name without its folder, and without characters that cannot be seen.
fn file_name(paper: &Paper) -> String {
    paper.path.file_name().map(|name| clean(&name.to_string_lossy())).unwrap_or_default()
}

/// A file's name as a title: without its ending.
fn without_ending(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(name, _)| name)
}

fn findings(loaded: &Loaded, text: &str, matched: &Matched) -> Vec<NewFinding> {
    let rubric = &loaded.rubric;
    matched
        .findings
        .iter()
        .filter(|found| found.counts)
        .map(|found| NewFinding {
            criterion: rubric.criterion(found.criterion).id.clone(),
            status: found.status,
            words: Some(text[found.words.start..found.words.end].to_owned()).filter(|words| words != text),
        })
        .collect()
}

fn gathered_view(item: &NewEvidence) -> GatheredView {
    GatheredView {
        benchmark: item.benchmark,
        text: item.text.clone(),
        document: item.document.clone(),
        place: item.place.clone(),
        findings: item
            .findings
            .iter()
            .map(|finding| (finding.criterion.clone(), finding.status.id()))
            .collect(),
    }
}

/// Whether a document was gathered before and has changed since.
fn changed(assessment: &Assessment, paper: &Paper, path: &Path) -> Option<Diagnostic> {
    let file = file_name(paper);
    let older: Vec<&Evidence> = assessment
        .evidence
        .iter()
        .filter(|evidence| evidence.source.document.as_deref() == Some(file.as_str()))
        .filter(|evidence| evidence.source.sha256.as_deref().is_some_and(|hash| hash != paper.hash))
        .collect();
    if older.is_empty() {
        return None;
    }
    let texts: BTreeSet<String> = paper.document.blocks.iter().map(|block| comparable(&block.text)).collect();
    let stands = |evidence: &Evidence| {
        let quoted = comparable(&evidence.text);
        texts.iter().any(|text| text.contains(&quoted))
    };
    let gone: Vec<&str> =
        older.iter().filter(|evidence| !stands(evidence)).map(|evidence| evidence.id.as_str()).collect();
    let message = if gone.is_empty() {
        format!("`{file}` has changed since it was gathered; all that was taken from it still stands in it")
    } else if gone.len() == older.len() {
        format!(
            "`{file}` is not the document of that name that was gathered before, or has changed throughout: {} stand nowhere in it",
            gone.join(", ")
        )
    } else {
        format!(
            "`{file}` has changed since it was gathered, and no longer says what was taken as {}",
            gone.join(", ")
        )
    };
    let help = "if it is the same document, look at these statements again; remove those that no longer hold";
    let place = Place::File(path.display().to_string());
    Some(Diagnostic::new(Code::DocumentChanged, place, message).help(help))
}

/// Why the text of a file cannot be changed in place.
pub fn not_editable(document: &Document, why: NotEditable) -> Diagnostic {
    let (place, message) = match why {
        NotEditable::InBrackets(span) => (
            Place::At(Arc::clone(&document.source), span),
            "this list stands in brackets, and nothing can be added to it without writing it anew",
        ),
        NotEditable::NotThere => (document.place("/evidence"), "there is no such statement in the file"),
    };
    Diagnostic::new(Code::NotEditable, place, message).help("write it as a list with a dash before each item")
}
