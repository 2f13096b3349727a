//! Reports: an assessment in, a file out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{
    DEFAULT_RUBRIC, Outcome, Rubrics, Scored, first_assessment, load_and_score, rubric, score_source,
};
use crate::assessment::is_date;
use crate::diag::{self, Code, Diagnostic, Place};
use crate::report::chart::charts_as_tables;
use crate::report::document::{DocumentTree, read_markdown};
use crate::report::docx::write_docx;
use crate::report::html::{PageView, PageWords, write_html};
use crate::report::odt::write_odt;
use crate::report::view::{PreviousView, ReportView, report_view};
use crate::report::workbook::{Sheets, write_xlsx};
use crate::report::{acronyms, template};
use crate::source::Source;
use crate::store;

/// Which report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// The feedback letter.
    Letter,
    /// The report to the board, in numbered paragraphs.
    Board,
    /// One page for a director.
    Summary,
    /// The improvement plan.
    Plan,
    /// The action log.
    Log,
    /// Every score with what it rests on.
    Working,
    /// The scores, as a workbook only.
    Scores,
}

impl ReportKind {
    /// Every report.
    pub const ALL: [Self; 7] =
        [Self::Letter, Self::Board, Self::Summary, Self::Plan, Self::Log, Self::Working, Self::Scores];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Board => "board",
            Self::Summary => "summary",
            Self::Plan => "plan",
            Self::Log => "log",
            Self::Working => "working",
            Self::Scores => "scores",
        }
    }

    /// The workbook it can be, if it can be one.
    fn sheets(self) -> Option<Sheets> {
        match self {
            Self::Plan => Some(Sheets::Plan),
            Self::Log => Some(Sheets::Log),
            Self::Scores => Some(Sheets::Scores),
            Self::Letter | Self::Board | Self::Summary | Self::Working => None,
        }
    }

    /// The formats it can leave in.
    pub fn formats(self) -> Vec<ReportFormat> {
        let text = [ReportFormat::Markdown, ReportFormat::Html, ReportFormat::Docx, ReportFormat::Odt];
        let mut formats = if self == Self::Scores { Vec::new() } else { text.to_vec() };
        formats.extend(self.sheets().map(|_| ReportFormat::Xlsx));
        formats
    }
}

/// In which form a report is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// Markdown.
    Markdown,
    /// A self-contained HTML page.
    Html,
    /// Word.
    Docx,
    /// OpenDocument text.
    Odt,
    /// Excel.
    Xlsx,
}

impl ReportFormat {
    /// The endings of files by format; the first of each is its name.
    pub const ENDINGS: [(&'static str, Self); 8] = [
        ("md", Self::Markdown),
        ("markdown", Self::Markdown),
        ("txt", Self::Markdown),
        ("html", Self::Html),
        ("htm", Self::Html),
        ("docx", Self::Docx),
        ("odt", Self::Odt),
        ("xlsx", Self::Xlsx),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ENDINGS.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| *name)
    }

    /// Whether it can be shown on a terminal.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Markdown | Self::Html)
    }
}

/// A report, and what it was made from.
pub struct Report {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The assessment with its proposals.
    pub scored: Scored,
}

/// A date as a letter writes it, `27 May 2022`, from `year-month-day`.
pub fn letter_date(date: &str) -> Option<String> {
    let date: jiff::civil::Date = is_date(date).then(|| date.parse().ok()).flatten()?;
    Some(date.strftime("%-d %B %Y").to_string())
}

/// Writes a report. Without a `date` it bears that of the latest judgement, and without any judgement
/// that of `today`.
pub fn report(
    kind: ReportKind,
    path: &Path,
    format: ReportFormat,
    date: Option<&str>,
    today: &str,
) -> Outcome<Report> {
    if !kind.formats().contains(&format) {
        let names: Vec<&str> = kind.formats().into_iter().map(ReportFormat::name).collect();
        let message = format!("the report `{}` is not written as {}", kind.name(), format.name());
        return Outcome::failed(
            Diagnostic::new(Code::BadRequest, Place::File("--format".into()), message)
                .help(format!("choose one of {}", names.join(", "))),
        );
    }
    let rubrics = Rubrics::default();
    let (scored, diagnostics) = load_and_score(path, &rubrics);
    let Outcome { value, mut diagnostics } = Outcome::new(scored, diagnostics);
    if diag::has_errors(&diagnostics) {
        return Outcome { value: None, diagnostics };
    }
    let Some(scored) = value else { return Outcome { value: None, diagnostics } };
    let latest = scored.assessment.judgements.iter().filter_map(|judgement| judgement.date.as_deref()).max();
    let day = date.or(latest).unwrap_or(today);
    if letter_date(day).is_none() {
        let message = format!("`{day}` is not a date");
        return Outcome::failed(
            Diagnostic::new(Code::BadRequest, Place::File("--date".into()), message)
                .help("write the date as year-month-day, such as 2022-05-27"),
        );
    }
    let previous = previous(path, &scored, &rubrics, &mut diagnostics);
    let view = view(&scored, previous, day);
    let written = match kind.sheets() {
        Some(sheets) if format == ReportFormat::Xlsx => Ok(write_xlsx(&view, sheets)),
        _ => write_text(kind, &scored, &view, format, path),
    };
    match written {
        Ok(bytes) => Outcome { value: Some(Report { bytes, scored }), diagnostics },
        Err(problem) => {
            diagnostics.push(problem);
            Outcome { value: None, diagnostics }
        }
    }
}

fn view(scored: &Scored, previous: Option<PreviousView>, day: &str) -> ReportView {
    let words = |day: &str| letter_date(day).unwrap_or_else(|| day.to_owned());
    report_view(&scored.rubric, &scored.assessment, &scored.proposals, previous, day, &words)
}

/// The levels of the period before. Where its file is not there or not right, that is said, and the
/// report goes without.
fn previous(
    path: &Path,
    scored: &Scored,
    rubrics: &Rubrics,
    said: &mut Vec<Diagnostic>,
) -> Option<PreviousView> {
    let named = scored.assessment.previous.as_ref()?;
    let before: PathBuf = path.parent().unwrap_or(Path::new("")).join(named);
    let (read, problems) = load_and_score(&before, rubrics);
    let Some(read) = read.filter(|_| !diag::has_errors(&problems)) else {
        let message = format!("the assessment of the period before, {}, cannot be used", before.display());
        said.push(
            Diagnostic::new(Code::PreviousUnusable, Place::File(path.display().to_string()), message)
                .help(format!("run `prevent-benchmark check {}`, or correct `previous`", before.display())),
        );
        return None;
    };
    let levels = read
        .proposals
        .benchmarks
        .iter()
        .map(|proposal| (read.rubric.benchmarks[proposal.benchmark].number, proposal.level()))
        .collect();
    // Levels of another rubric mean other things.
    (read.rubric.id == scored.rubric.id).then_some(PreviousView { period: read.assessment.period, levels })
}

fn write_text(
    kind: ReportKind,
    scored: &Scored,
    view: &ReportView,
    format: ReportFormat,
    near: &Path,
) -> Result<Vec<u8>, Diagnostic> {
    on_a_large_stack(|| {
        let source = template_text(&format!("{}.md.j2", kind.name()), near)?;
        let markdown = template::render_markdown(&source, view)?;
        let markdown = tidy(&acronyms::expand_acronyms(&markdown, &scored.rubric.lexicon.acronyms));
        if format == ReportFormat::Markdown {
            return Ok(with_charts(&markdown, view).into_bytes());
        }
        let tree = read_markdown(&markdown);
        let page = PageView {
            language: &scored.rubric.language,
            title: tree.title().unwrap_or_else(|| scored.assessment.area.name.clone()),
            marking: view.letter.marking,
            words: PageWords::default(),
        };
        let charts = view.charts();
        match format {
            ReportFormat::Docx => Ok(write_docx(&charts_as_tables(tree, &charts), &page)),
            ReportFormat::Odt => Ok(write_odt(&charts_as_tables(tree, &charts), &page)),
            _ => write_html(&tree, &page, &charts, template_text("page.html.j2", near)?.as_ref())
                .map(String::into_bytes),
        }
    })
}

/// Markdown holds no drawing; a chart is a table in it.
fn with_charts(markdown: &str, view: &ReportView) -> String {
    let mut out = markdown.to_owned();
    for chart in view.charts() {
        out = out.replace(&format!("Chart: {}\n", chart.name), &chart.as_markdown());
    }
    out
}

/// Reads a template and tries it on the first assessment that `init` writes, so that a value that
/// does not exist is found before a report is due.
pub fn check_template(path: &Path) -> Vec<Diagnostic> {
    let source = match store::read_source(path) {
        Ok(source) => source,
        Err(problem) => return vec![problem],
    };
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if !store::TEMPLATES.iter().any(|(known, _)| *known == name) {
        let known: Vec<&str> = store::TEMPLATES.iter().map(|(known, _)| *known).collect();
        let help = diag::did_you_mean(name, known.iter().copied())
            .unwrap_or_else(|| format!("the templates are {}", known.join(", ")));
        let unknown = Diagnostic::new(
            Code::UnknownTemplate,
            Place::File(path.display().to_string()),
            "no report uses a template of this name",
        );
        return vec![unknown.help(help)];
    }
    let Some(example) = example() else { return Vec::new() };
    let tried = on_a_large_stack(|| {
        if name == "page.html.j2" {
            let (title, words) = ("Title".to_owned(), PageWords::default());
            let page = PageView { language: "en", title, marking: "OFFICIAL", words };
            write_html(&DocumentTree::default(), &page, &[], &source).map(|_| ())
        } else {
            let view = view(&example, None, "2024-04-01");
            template::render_markdown(&source, &view).map(|markdown| drop(read_markdown(&markdown)))
        }
    });
    tried.err().into_iter().collect()
}

/// The first assessment that `init` writes, with the built-in rubric.
fn example() -> Option<Scored> {
    let rubric = rubric(DEFAULT_RUBRIC, Path::new("-")).value?;
    let text = first_assessment(&rubric, "2024-04-01");
    score_source(&Source::new("example", text), Path::new("-"), &Rubrics::default()).0
}

/// How much stack a template may use. Its size is limited as well, so this is enough for any.
const TEMPLATE_STACK: usize = 512 * 1024 * 1024;

/// Runs what follows a text as deep as it is nested where it cannot overflow the stack.
fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(TEMPLATE_STACK).spawn_scoped(scope, work);
        let thread = thread.expect("internal error: the system gives a thread");
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn template_text(name: &str, near: &Path) -> Result<Arc<Source>, Diagnostic> {
    store::find_template(name, near).unwrap_or_else(|| {
        Err(Diagnostic::new(Code::Internal, Place::File(name.to_owned()), "a built-in template is missing"))
    })
}

/// One blank line between blocks, none at the start, a line end at the end.
fn tidy(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut blank = true;
    for line in markdown.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            blank = true;
            continue;
        }
        if blank && !out.is_empty() {
            out.push('\n');
        }
        blank = false;
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_writes_its_date_in_words() {
        assert_eq!(letter_date("2022-05-07").as_deref(), Some("7 May 2022"));
        assert_eq!(letter_date("2022-02-30"), None);
    }
}
