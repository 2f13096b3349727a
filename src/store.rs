//! The only file-system code: reading with limits, finding workspaces, writing all or nothing.
//!
//! A workspace is a folder with `rubrics`, `assessments` and `reports`. The program carries built-in
//! rubrics and templates; a rubric or template of the same name in the workspace comes first.

mod builtin;
pub mod child;

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Place};
use crate::source::{self, Source};
pub use builtin::{BUILTIN_RUBRICS, Compiled, TEMPLATES, builtin_file, compiled_rubric};

/// The largest file that is read, in bytes. The largest assessment imaginable has a few hundred
/// kilobytes.
pub const LARGEST_FILE: u64 = 20 * 1024 * 1024;

/// The name under which standard input is read and shown.
pub const STDIN: &str = "<stdin>";

/// The largest document that is read, in bytes.
const LARGEST_DOCUMENT: u64 = 200 * 1024 * 1024;

/// Reads one document, which need not be text.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    read_limited(path, LARGEST_DOCUMENT, "no paper has that size; if it is a real one, cut it into parts")
}

/// Reads one file, or standard input when the path is `-`.
pub fn read_source(path: &Path) -> Result<Arc<Source>, Diagnostic> {
    let name = if path.as_os_str() == "-" { STDIN.to_owned() } else { path.display().to_string() };
    let help = "an assessment is a few hundred kilobytes at most; is this the right file?";
    let bytes = read_limited(path, LARGEST_FILE, help)?;
    match source::decode(bytes) {
        Ok(text) => Ok(Source::new(name, text)),
        Err(bad) => {
            let source = Source::new(name, bad.readable);
            Err(Diagnostic::new(
                Code::NotText,
                Place::At(source, bad.span),
                "this is not text in UTF-8 or UTF-16",
            )
            .help("save the file as UTF-8 (in Notepad: Save as, Encoding: UTF-8)"))
        }
    }
}

fn read_limited(path: &Path, largest: u64, too_large_help: &str) -> Result<Vec<u8>, Diagnostic> {
    let from_stdin = path.as_os_str() == "-";
    let name = if from_stdin { STDIN.to_owned() } else { path.display().to_string() };
    let here = || Place::File(name.clone());
    let too_large = || {
        Diagnostic::new(
            Code::FileTooLarge,
            here(),
            format!("the file is larger than {} MB", largest / 1024 / 1024),
        )
        .help(too_large_help)
    };
    let unreadable = |error: &io::Error| io_problem(&name, error);
    let mut bytes = Vec::new();
    let read = if from_stdin {
        io::stdin().lock().take(largest + 1).read_to_end(&mut bytes)
    } else {
        let metadata = fs::metadata(path).map_err(|error| unreadable(&error))?;
        if !metadata.is_file() {
            return Err(Diagnostic::new(
                Code::NotAFile,
                here(),
                "this is a folder or a device, and a file was expected",
            )
            .help("name a file, such as assessments/leicestershire/2021-22.yaml"));
        }
        if metadata.len() > largest {
            return Err(too_large());
        }
        fs::File::open(path).and_then(|file| {
            bytes.reserve(usize::try_from(metadata.len()).unwrap_or_default() + 1);
            file.take(largest + 1).read_to_end(&mut bytes)
        })
    };
    read.map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > largest {
        return Err(too_large());
    }
    Ok(bytes)
}

fn io_problem(name: &str, error: &io::Error) -> Diagnostic {
    let place = Place::File(name.to_owned());
    match error.kind() {
        io::ErrorKind::NotFound => {
            Diagnostic::new(Code::FileNotFound, place, "there is no such file or folder")
                .help("check the spelling and the folder you are in")
        }
        io::ErrorKind::PermissionDenied => {
            Diagnostic::new(Code::FileUnreadable, place, "the system does not allow this file to be opened")
                .help("check that the file is yours and not open in another program")
        }
        _ => Diagnostic::new(Code::FileUnreadable, place, format!("the file cannot be opened: {error}"))
            .help("check the disk or the network drive, and try again"),
    }
}

/// The folders above a path, nearest first, in which a workspace may lie; then the current folder.
fn workspaces(near: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if near.as_os_str() != "-" {
        let absolute = std::path::absolute(near).unwrap_or_else(|_| near.to_path_buf());
        folders.extend(absolute.ancestors().skip(1).map(Path::to_path_buf));
    }
    if let Ok(current) = std::env::current_dir()
        && !folders.contains(&current)
    {
        folders.push(current);
    }
    folders
}

/// A path below the current folder as a person would type it.
fn as_typed(path: PathBuf) -> PathBuf {
    match std::env::current_dir()
        .ok()
        .and_then(|current| path.strip_prefix(current).map(Path::to_path_buf).ok())
    {
        Some(relative) => relative,
        None => path,
    }
}

/// The files of one rubric, ready to load.
pub struct RubricFiles {
    /// The folder's name for messages; `built-in/<id>` for a built-in one.
    pub folder: String,
    /// The texts, in the order of their names.
    pub sources: Vec<Arc<Source>>,
}

/// Where a rubric lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RubricPlace {
    /// A folder of a workspace.
    Folder(PathBuf),
    /// In the program, under this id.
    BuiltIn(String),
}

impl RubricFiles {
    /// What was made ahead of time from these very texts: there only for a built-in rubric that nobody
    /// has edited, wherever it lies.
    pub fn compiled(&self, id: &str) -> Option<Compiled> {
        let (_, built_in) = BUILTIN_RUBRICS.iter().find(|(name, _)| *name == id)?;
        let same = built_in.len() == self.sources.len()
            && built_in.iter().zip(&self.sources).all(|((_, text), source)| *text == source.text());
        compiled_rubric(id).filter(|_| same)
    }
}

impl RubricPlace {
    /// Reads the files.
    pub fn read(&self) -> Result<RubricFiles, Vec<Diagnostic>> {
        match self {
            Self::Folder(folder) => read_rubric_folder(folder),
            Self::BuiltIn(id) => {
                Ok(builtin_rubric(id)
                    .expect("internal error: only an id of the list is ever a built-in place"))
            }
        }
    }
}

/// Finds a rubric by its id: in the workspace around `near`, else built in. `None` when there is
/// none of that id.
pub fn find_rubric(id: &str, near: &Path) -> Option<RubricPlace> {
    // An id is a folder's name; nothing that could leave the `rubrics` folder is looked up.
    if id.is_empty() || id.contains(['/', '\\', ':']) || id.starts_with('.') {
        return None;
    }
    workspaces(near)
        .into_iter()
        .map(|folder| folder.join("rubrics").join(id))
        .find(|folder| folder.join("rubric.yaml").is_file())
        .map(|folder| RubricPlace::Folder(as_typed(folder)))
        .or_else(|| {
            BUILTIN_RUBRICS.iter().any(|(known, _)| *known == id).then(|| RubricPlace::BuiltIn(id.to_owned()))
        })
}

/// The name of the folder in `rubrics/` under which a version of a rubric is kept, so that what was made with it can
/// be made again.
pub fn kept_rubric(id: &str, hash: &str) -> String {
    format!("{id}@{hash}")
}

/// The folder of rubrics of the workspace in which the current folder lies; `rubrics` in the current one where it lies in
/// none.
pub fn rubrics_folder() -> PathBuf {
    let current = std::env::current_dir().unwrap_or_default();
    let root = current
        .ancestors()
        .find(|folder| ["rubrics", "assessments"].iter().any(|name| folder.join(name).is_dir()));
    as_typed(root.unwrap_or(&current).join("rubrics"))
}

/// The built-in anchor vignettes.
pub fn builtin_vignettes() -> Option<Arc<Source>> {
    let name = "anchor-vignettes.yaml";
    builtin_file(name).map(|text| Source::new(format!("built-in/{name}"), text))
}

/// The files of a built-in rubric.
pub fn builtin_rubric(id: &str) -> Option<RubricFiles> {
    let (id, files) = BUILTIN_RUBRICS.iter().find(|(name, _)| *name == id)?;
    let folder = format!("built-in/{id}");
    let sources = files.iter().map(|(name, text)| Source::new(format!("{folder}/{name}"), *text)).collect();
    Some(RubricFiles { folder, sources })
}

/// Reads every YAML file of a rubric folder.
pub fn read_rubric_folder(folder: &Path) -> Result<RubricFiles, Vec<Diagnostic>> {
    let mut sources = Vec::new();
    let mut problems = Vec::new();
    for path in entries(folder).map_err(|problem| vec![problem])? {
        if is_yaml(&path) {
            match read_source(&path) {
                Ok(source) => sources.push(source),
                Err(problem) => problems.push(problem),
            }
        }
    }
    if problems.is_empty() {
        Ok(RubricFiles { folder: folder.display().to_string(), sources })
    } else {
        Err(problems)
    }
}

/// The ids of all rubrics that assessments near a path can name, with whether each is built in.
pub fn list_rubrics(near: &Path) -> Vec<(String, bool)> {
    let mut found: Vec<(String, bool)> =
        BUILTIN_RUBRICS.iter().map(|(id, _)| ((*id).to_owned(), true)).collect();
    for folder in workspaces(near) {
        for path in entries(&folder.join("rubrics")).unwrap_or_default() {
            if path.join("rubric.yaml").is_file()
                && let Some(id) = path.file_name().and_then(|name| name.to_str())
            {
                match found.iter_mut().find(|(known, _)| known == id) {
                    Some(known) => known.1 = false,
                    None => found.push((id.to_owned(), false)),
                }
            }
        }
    }
    found.sort();
    found
}

/// A file of `reports/`, such as the template of a report: the workspace's own, else the built-in one.
/// In another language than the built-in one there is only the workspace's, in a folder of its own.
pub fn find_template(
    name: &str,
    language: Option<&str>,
    near: &Path,
) -> Option<Result<Arc<Source>, Diagnostic>> {
    for folder in workspaces(near) {
        let reports = folder.join("reports");
        let path = language.map_or(reports.join(name), |language| reports.join(language).join(name));
        if path.is_file() {
            return Some(read_source(&as_typed(path)));
        }
    }
    if language.is_some() {
        return None;
    }
    builtin_template(name).map(Ok)
}

/// The assessment of an area and a period, where a workspace keeps it: `assessments/<area>/<period>.yaml`.
pub fn find_assessment(area: &str, period: &str, near: &Path) -> Option<PathBuf> {
    let plain = |name: &str| !name.is_empty() && !name.contains(['/', '\\', ':']) && !name.starts_with('.');
    let period = period.replace('/', "-");
    if !plain(area) || !plain(&period) {
        return None;
    }
    let file = Path::new("assessments").join(area).join(format!("{period}.yaml"));
    workspaces(near).into_iter().map(|folder| folder.join(&file)).find(|path| path.is_file()).map(as_typed)
}

/// A file of the built-in `reports/`.
pub fn builtin_template(name: &str) -> Option<Arc<Source>> {
    let (name, text) = TEMPLATES.iter().find(|(known, _)| *known == name)?;
    Some(Source::new(format!("built-in/reports/{name}"), *text))
}

/// The languages besides the built-in one into which somebody has put reports near a path.
pub fn list_languages(near: &Path) -> Vec<String> {
    let mut found: Vec<String> = workspaces(near)
        .iter()
        .flat_map(|folder| entries(&folder.join("reports")).unwrap_or_default())
        .filter(|path| path.join("words.yaml").is_file())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// What `check` finds below a path.
#[derive(Default)]
pub struct Found {
    /// Rubric folders.
    pub rubrics: Vec<PathBuf>,
    /// Assessments and other YAML files.
    pub files: Vec<PathBuf>,
    /// Report templates.
    pub templates: Vec<PathBuf>,
}

/// Collects everything that can be checked at a path, in a fixed order: a folder is searched, a
/// file is taken as it is. What cannot be read is said, and the search goes on. Links to folders are
/// not followed, so that no search goes in circles.
pub fn collect(path: &Path, found: &mut Found, problems: &mut Vec<Diagnostic>) {
    if path.as_os_str() == "-" || path.is_file() {
        if has_ending(path, "j2") || is_words(path) {
            found.templates.push(path.to_path_buf());
        } else if path.with_file_name("rubric.yaml").is_file() {
            // One file of a rubric makes sense only with the others.
            let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            found.rubrics.push(folder.unwrap_or(Path::new(".")).to_path_buf());
        } else {
            found.files.push(path.to_path_buf());
        }
        return;
    }
    // At the root of a workspace only its own folders are searched: what else lies there (a
    // program's tests, a download) is none of ours.
    if ["rubrics", "assessments"].iter().any(|name| path.join(name).is_dir()) {
        for name in ["rubrics", "assessments", "reports"] {
            let folder = if path == Path::new(".") { PathBuf::from(name) } else { path.join(name) };
            if folder.is_dir() {
                collect(&folder, found, problems);
            }
        }
        return;
    }
    let listed = match entries(path) {
        Ok(listed) => listed,
        Err(problem) => return problems.push(problem),
    };
    if listed.iter().any(|entry| entry.ends_with("rubric.yaml")) {
        found.rubrics.push(path.to_path_buf());
        return;
    }
    for entry in listed {
        if entry.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with('.')) {
            continue;
        }
        let is_link = fs::symlink_metadata(&entry).is_ok_and(|metadata| metadata.is_symlink());
        if entry.is_dir() {
            if !is_link {
                collect(&entry, found, problems);
            }
        } else if is_yaml(&entry) && !is_words(&entry) {
            found.files.push(entry);
        } else if has_ending(&entry, "j2") || is_words(&entry) {
            found.templates.push(entry);
        }
    }
}

/// Whether a file is a language file: it stands beside templates.
fn is_words(path: &Path) -> bool {
    path.ends_with("words.yaml") && path.ancestors().skip(1).take(2).any(|folder| folder.ends_with("reports"))
}

/// The files below a folder that are wanted, in a fixed order. Links to folders and hidden files are left
/// out.
pub fn find_files(
    folder: &Path,
    wanted: &dyn Fn(&Path) -> bool,
    found: &mut Vec<PathBuf>,
    problems: &mut Vec<Diagnostic>,
) {
    let listed = match entries(folder) {
        Ok(listed) => listed,
        Err(problem) => return problems.push(problem),
    };
    for entry in listed {
        let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // Word keeps a file `~$...` beside each that is open.
        if name.starts_with('.') || name.starts_with("~$") {
            continue;
        }
        let is_link = fs::symlink_metadata(&entry).is_ok_and(|metadata| metadata.is_symlink());
        if entry.is_dir() {
            if !is_link {
                find_files(&entry, wanted, found, problems);
            }
        } else if wanted(&entry) {
            found.push(entry);
        }
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let mut paths = fs::read_dir(folder)
        .and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()
        })
        .map_err(|error| io_problem(&folder.display().to_string(), &error))?;
    for path in &mut paths {
        if let Ok(short) = path.strip_prefix(".") {
            *path = short.to_path_buf();
        }
    }
    paths.sort();
    Ok(paths)
}

/// A YAML file by its name; one that turns out not to be readable is reported when it is read.
fn is_yaml(path: &Path) -> bool {
    has_ending(path, "yaml") || has_ending(path, "yml")
}

/// Whether a file's name ends so, in capitals or not, as Windows sees it.
pub fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

/// Writes a file whole or not at all: to a temporary file in the same folder, which then takes the
/// old one's place. Folders on the way are made; a link is followed. What is there and is no file, or
/// is one of the inputs, is left alone.
pub fn write_whole(path: &Path, bytes: &[u8], inputs: &[&Path]) -> Result<(), Diagnostic> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let refuse = |message: &str| {
        Diagnostic::new(Code::BadRequest, Place::File(path.display().to_string()), message)
            .help("name another file to write")
    };
    if fs::metadata(&target).is_ok_and(|metadata| metadata.permissions().readonly()) {
        return Err(refuse("the file is write-protected, and it will not be overwritten"));
    }
    if target.exists() && !target.is_file() {
        return Err(refuse("this is a folder or a device, and it will not be replaced"));
    }
    if inputs.iter().any(|input| fs::canonicalize(input).is_ok_and(|input| input == target)) {
        return Err(refuse("this is the file that is being read, and it will not be overwritten"));
    }
    let problem = |error: &io::Error| {
        Diagnostic::new(
            Code::FileUnreadable,
            Place::File(path.display().to_string()),
            format!("the file cannot be written: {error}"),
        )
        .help("check that the folder is yours, that the disk is not full and that no other program has the file open")
    };
    let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| problem(&error))?;
    let write = || -> io::Result<()> {
        let mut temporary = tempfile::Builder::new().prefix(".writing-").tempfile_in(folder)?;
        temporary.write_all(bytes)?;
        set_permissions(&temporary, &target)?;
        temporary.as_file().sync_all()?;
        temporary.persist(&target).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| problem(&error))
}

/// The old file's permissions, or those a new file ordinarily has.
fn set_permissions(temporary: &tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    if let Ok(metadata) = fs::metadata(path) {
        return fs::set_permissions(temporary.path(), metadata.permissions());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(temporary.path(), fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

/// A path without links and detours, if there is something at it.
pub fn canonical(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}

/// Whether a path exists and, if it is a folder, has anything in it.
pub fn is_occupied(path: &Path) -> bool {
    path.is_file() || fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some())
}
