//! Documents: found, read and matched.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::assessment::loose::Statement;
use crate::diag::{Diagnostic, Place};
use crate::document::{Document, Format, Table, Unreadable, diags, read_document, read_tables, saved_as};
use crate::matching::Matches;
use crate::parallel::in_parallel;
use crate::report::matches::{StatementView, statement_view};
use crate::rubric::Rubric;
use crate::store;
use crate::store::child::{Ended, run_self};

/// How long a process of its own may read one document.
const LONGEST_READ: Duration = Duration::from_secs(120);

/// The hidden command by which this program reads one document in a process of its own.
pub const READ_DOCUMENT: &str = "read-document";

/// A document that has been read, and which it was.
pub struct Paper {
    /// Where it lies.
    pub path: PathBuf,
    /// What it says.
    pub document: Document,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub hash: String,
}

/// Whether a path is read as a document rather than as statements.
pub fn is_document(path: &Path) -> bool {
    path.as_os_str() != "-"
        && !store::has_ending(path, "txt")
        && Format::of(&path.display().to_string()).is_some()
}

/// The documents at some paths, in a fixed order. A folder is searched for them.
pub fn find_documents(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        if path.is_dir() {
            // One of a kind that cannot be read is named as well, or its reader would think it had been.
            let is_document = |path: &Path| {
                let name = path.display().to_string();
                Format::of(&name).is_some() || saved_as(&name).is_some()
            };
            let before = found.len() + problems.len();
            store::find_files(path, &is_document, &mut found, &mut problems);
            if found.len() + problems.len() == before {
                problems.push(diags::no_document(&path.display().to_string()));
            }
        } else {
            found.push(path.clone());
        }
    }
    found.dedup();
    (found, problems)
}

/// Reads documents on all cores. `progress` is told how many are done.
pub fn load_papers(
    paths: &[PathBuf],
    progress: &(dyn Fn(usize, usize) + Sync),
) -> (Vec<Paper>, Vec<Diagnostic>) {
    let done = std::sync::atomic::AtomicUsize::new(0);
    let read = in_parallel(paths.len(), 1, |at| {
        let read = load_paper(&paths[at]);
        progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, paths.len());
        read
    });
    let mut papers = Vec::new();
    let mut problems = Vec::new();
    for (paper, mut said) in read {
        papers.extend(paper);
        problems.append(&mut said);
    }
    (papers, problems)
}

fn load_paper(path: &Path) -> (Option<Paper>, Vec<Diagnostic>) {
    let name = path.display().to_string();
    let Some(format) = Format::of(&name) else {
        // What is not there is told as that.
        let missing = if path.exists() { None } else { store::read_bytes(path).err() };
        return (None, vec![missing.unwrap_or_else(|| diags::unknown_format(&name))]);
    };
    let bytes = match store::read_bytes(path) {
        Ok(bytes) => bytes,
        Err(problem) => return (None, vec![problem]),
    };
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let read =
        if format.needs_a_process() { read_apart(format, bytes) } else { read_document(format, &bytes) };
    match read {
        Ok(document) => {
            let said = diags::unread_pages(&name, &document.unread);
            (Some(Paper { path: path.to_path_buf(), document, hash }), said)
        }
        Err(why) => (None, vec![diags::unreadable(&name, &why)]),
    }
}

/// Reads a document in a process of its own.
fn read_apart(format: Format, bytes: Vec<u8>) -> Result<Document, Unreadable> {
    let ending = Format::ENDINGS.iter().find(|(_, known)| *known == format).map_or("", |(ending, _)| *ending);
    apart(ending, bytes)
}

fn apart<T: serde::de::DeserializeOwned>(ending: &str, bytes: Vec<u8>) -> Result<T, Unreadable> {
    let crashed = || Unreadable::Damaged("reading it failed".to_owned());
    match run_self(&[READ_DOCUMENT, ending], bytes, LONGEST_READ) {
        Ok(output) => serde_json::from_slice::<Result<T, Unreadable>>(&output).map_err(|_| crashed())?,
        Err(Ended::Crashed) => Err(crashed()),
        Err(Ended::TookTooLong) => Err(Unreadable::TookTooLong),
    }
}

/// The ending by which the process of its own knows that it is asked for the cells of a workbook.
const TABLES: &str = "xlsx-tables";

/// Reads the cells of a workbook in a process of its own.
pub fn read_tables_apart(bytes: Vec<u8>) -> Result<Vec<Table>, Unreadable> {
    apart(TABLES, bytes)
}

/// What the process of its own does: bytes of a document in, the document as JSON out.
pub fn read_document_apart(ending: &str, bytes: &[u8]) -> String {
    if ending == TABLES {
        return serde_json::to_string(&read_tables(bytes)).expect("internal error: a table turns into JSON");
    }
    let format = Format::of(&format!(".{ending}"));
    let read = format.map_or_else(
        || Err(Unreadable::Damaged("no such format".to_owned())),
        |format| read_document(format, bytes),
    );
    serde_json::to_string(&read).expect("internal error: a document turns into JSON")
}

/// What was found in a document, for a reader.
pub fn paper_view(rubric: &Rubric, paper: &Paper, matches: Matches) -> Vec<StatementView> {
    let name = paper.path.display().to_string();
    matches
        .found
        .into_iter()
        .map(|(number, passage, matched)| {
            let statement = Statement {
                id: format!("P{number}"),
                text: passage.text().to_owned(),
                benchmark: None,
                place: Place::File(name.clone()),
            };
            statement_view(rubric, &paper.path, &statement, &matched).at(&passage.block.place)
        })
        .collect()
}
