//! Reports: an assessment in, a file out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::{Outcome, Rubrics, Scored, load_and_score};
use crate::assessment::{Assessment, is_date};
use crate::diag::{self, Code, Diagnostic, Place};
use crate::publication::{Edition, PublicEdition, public_edition};
use crate::report::chart::Chart;
use crate::report::document::read_markdown;
use crate::report::docx::write_docx;
use crate::report::html::{PageView, write_html};
use crate::report::letter::WithheldView;
use crate::report::odt::write_odt;
use crate::report::view::{PreviousView, report_view};
use crate::report::words::{Words, load_words};
use crate::report::workbook::{Sheets, write_xlsx};
use crate::report::{acronyms, template};
use crate::rubric::Rubric;
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
    /// Areas of a region side by side.
    Region,
    /// Areas over the years.
    History,
}

impl ReportKind {
    /// Every report.
    pub const ALL: [Self; 9] = [
        Self::Letter,
        Self::Board,
        Self::Summary,
        Self::Plan,
        Self::Log,
        Self::Working,
        Self::Scores,
        Self::Region,
        Self::History,
    ];

    /// Whether it is on several assessments.
    pub fn is_of_many(self) -> bool {
        matches!(self, Self::Region | Self::History)
    }

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
            Self::Region => "region",
            Self::History => "history",
        }
    }

    /// The workbook it can be, if it can be one.
    fn sheets(self) -> Option<Sheets> {
        match self {
            Self::Plan => Some(Sheets::Plan),
            Self::Log => Some(Sheets::Log),
            Self::Scores => Some(Sheets::Scores),
            Self::Letter | Self::Board | Self::Summary | Self::Working | Self::Region | Self::History => None,
        }
    }

    /// The formats it can leave in.
    pub fn formats(self) -> Vec<ReportFormat> {
        let text = [
            ReportFormat::Markdown,
            ReportFormat::Html,
            ReportFormat::Docx,
            ReportFormat::Odt,
            #[cfg(feature = "pdf")]
            ReportFormat::Pdf,
        ];
        let mut formats = if self == Self::Scores { Vec::new() } else { text.to_vec() };
        if self.sheets().is_some() || self == Self::Region {
            formats.push(ReportFormat::Xlsx);
        }
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
    /// Portable Document Format, tagged (PDF/UA-1). Only with the cargo feature `pdf`.
    Pdf,
}

impl ReportFormat {
    /// The endings of files by format; the first of each is its name.
    pub const ENDINGS: [(&'static str, Self); 9] = [
        ("md", Self::Markdown),
        ("markdown", Self::Markdown),
        ("txt", Self::Markdown),
        ("html", Self::Html),
        ("htm", Self::Html),
        ("docx", Self::Docx),
        ("odt", Self::Odt),
        ("xlsx", Self::Xlsx),
        ("pdf", Self::Pdf),
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

/// What is asked for.
#[derive(Clone, Debug)]
pub struct ReportRequest<'a> {
    /// Which report.
    pub kind: ReportKind,
    /// The assessment.
    pub path: &'a Path,
    /// In which form.
    pub format: ReportFormat,
    /// The date on it, `year-month-day`. Without one it bears that of the latest judgement, and without any
    /// judgement that of `today`.
    pub date: Option<&'a str>,
    /// Today, `year-month-day`.
    pub today: &'a str,
    /// In which language; that of the rubric when none is named and there are reports in it.
    pub language: Option<&'a str>,
    /// Whether it is for the public.
    pub public: bool,
}

impl<'a> ReportRequest<'a> {
    /// A report in the rubric's language, with everything in it.
    pub fn new(kind: ReportKind, path: &'a Path, format: ReportFormat, today: &'a str) -> Self {
        Self { kind, path, format, date: None, today, language: None, public: false }
    }
}

/// A report, and what it was made from.
pub struct Report {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The assessment with its proposals; what is left of them, if it is for the public.
    pub scored: Scored,
    /// What was withheld, if it is for the public.
    pub withheld: Vec<WithheldView>,
}

/// Writes a report.
pub fn report(request: &ReportRequest<'_>) -> Outcome<Report> {
    let ReportRequest { kind, path, format, .. } = *request;
    if let Some(problem) = not_written_as(kind, format) {
        return Outcome::failed(problem);
    }
    if kind.is_of_many() {
        let message = format!("the report `{}` is on several assessments", kind.name());
        return Outcome::failed(
            Diagnostic::new(Code::BadRequest, Place::File("report".into()), message)
                .help("ask for it with the folders that hold them"),
        );
    }
    let rubrics = Rubrics::default();
    let (scored, diagnostics) = load_and_score(path, &rubrics);
    let Outcome { value, mut diagnostics } = Outcome::new(scored, diagnostics);
    let Some(scored) = value.filter(|_| !diag::has_errors(&diagnostics)) else {
        return Outcome { value: None, diagnostics };
    };
    let previous = previous(path, &scored, &rubrics, &mut diagnostics);
    match make(request, scored, previous) {
        Ok(report) => Outcome { value: Some(report), diagnostics },
        Err(problems) => Outcome::new(None, problems),
    }
}

/// What is to be said where a report cannot be written in a format.
pub(super) fn not_written_as(kind: ReportKind, format: ReportFormat) -> Option<Diagnostic> {
    let formats = kind.formats();
    (!formats.contains(&format)).then(|| {
        let names: Vec<&str> = formats.into_iter().map(ReportFormat::name).collect();
        let message = format!("the report `{}` is not written as {}", kind.name(), format.name());
        Diagnostic::new(Code::BadRequest, Place::File("--format".into()), message)
            .help(format!("choose one of {}", names.join(", ")))
    })
}

fn make(
    request: &ReportRequest<'_>,
    scored: Scored,
    previous: Option<Scored>,
) -> Result<Report, Vec<Diagnostic>> {
    let ReportRequest { kind, path, format, .. } = *request;
    let (scored, edition) = if request.public {
        let (scored, edition) = publish(scored, previous.as_ref().map(|previous| &previous.assessment))?;
        (scored, Some(edition))
    } else {
        (scored, None)
    };
    let previous = match (previous, &edition) {
        (Some(previous), Some(edition)) => Some(publish_previous(previous, edition)?),
        (previous, _) => previous.map(|previous| previous_view(&previous)),
    };
    let latest = scored.assessment.judgements.iter().filter_map(|judgement| judgement.date.as_deref()).max();
    let day = request.date.or(latest).unwrap_or(request.today);
    check_day(day).map_err(|problem| vec![problem])?;
    let language = Language::find(request.language, &scored.rubric, path)?;
    let Scored { rubric, assessment, proposals } = &scored;
    let view = report_view(rubric, assessment, proposals, previous, edition.as_ref(), day, &language.words);
    let bytes = match kind.sheets() {
        Some(sheets) if format == ReportFormat::Xlsx => write_xlsx(&view, sheets),
        _ => {
            let text = Text {
                template: kind.name(),
                view: &view,
                charts: view.charts(),
                marking: &view.letter.marking,
                title: &assessment.area.name,
            };
            text.write(format, rubric, &language).map_err(|problem| vec![problem])?
        }
    };
    Ok(Report { bytes, withheld: view.letter.withheld, scored })
}

/// What is left of an assessment for the public.
fn publish(scored: Scored, before: Option<&Assessment>) -> Result<(Scored, Edition), Vec<Diagnostic>> {
    let Scored { rubric, assessment, proposals } = scored;
    let PublicEdition { assessment, proposals, edition } =
        public_edition(&rubric, &assessment, &proposals, before)?;
    Ok((Scored { rubric, assessment, proposals }, edition))
}

/// The period before as the public may see it, without what is withheld now.
fn publish_previous(previous: Scored, edition: &Edition) -> Result<PreviousView, Vec<Diagnostic>> {
    let (previous, _) = publish(previous, None)?;
    let closed: Vec<u16> = edition.closed.iter().map(|&at| previous.rubric.benchmarks[at].number).collect();
    let mut view = previous_view(&previous);
    view.levels.retain(|(number, _)| !closed.contains(number));
    Ok(view)
}

/// The words and the templates of one language.
pub(super) struct Language<'a> {
    /// The folder in `reports/`; nothing for the built-in language.
    folder: Option<String>,
    pub(super) words: Words,
    near: &'a Path,
}

impl<'a> Language<'a> {
    /// The language that is asked for, else the rubric's if there are reports in it, else the built-in one.
    pub(super) fn find(
        wanted: Option<&str>,
        rubric: &Rubric,
        near: &'a Path,
    ) -> Result<Self, Vec<Diagnostic>> {
        let words = own_words(near)?;
        let primary = |language: &str| language.split('-').next().unwrap_or_default().to_lowercase();
        let known = store::list_languages(near);
        let asked = wanted.unwrap_or(&rubric.language);
        let folder = known.iter().find(|known| known.eq_ignore_ascii_case(asked));
        let folder = folder.or_else(|| known.iter().find(|known| primary(known) == primary(asked))).cloned();
        if folder.is_none() && wanted.is_some() && primary(asked) != primary(&words.language) {
            let message = format!("there are no reports in the language `{asked}`");
            return Err(vec![
                Diagnostic::new(Code::BadRequest, Place::File("--language".into()), message).help(format!(
                    "translate the files that `prevent-benchmark init --templates` writes, and put them into reports/{asked}"
                )),
            ]);
        }
        let words = if folder.is_some() { words_in(folder.as_deref(), near)? } else { words };
        Ok(Self { folder, words, near })
    }

    /// A template of this language.
    fn template(&self, name: &str) -> Result<Arc<Source>, Diagnostic> {
        template_text(name, self.folder.as_deref(), self.near)
    }

    /// The page around a report, which has no words of its own, so that a language need not have one.
    fn page(&self) -> Result<Arc<Source>, Diagnostic> {
        self.template(PAGE).or_else(|_| template_text(PAGE, None, self.near))
    }
}

/// The template of the page around a report in HTML.
pub(super) const PAGE: &str = "page.html.j2";
/// The language file.
pub(super) const WORDS: &str = "words.yaml";

/// The language file of the built-in language: the workspace's own, else the built-in one.
pub(super) fn own_words(near: &Path) -> Result<Words, Vec<Diagnostic>> {
    words_in(None, near)
}

fn words_in(language: Option<&str>, near: &Path) -> Result<Words, Vec<Diagnostic>> {
    read_words(&template_text(WORDS, language, near).map_err(|problem| vec![problem])?)
}

pub(super) fn read_words(source: &Arc<Source>) -> Result<Words, Vec<Diagnostic>> {
    let english = store::builtin_template(WORDS).unwrap_or_else(|| Arc::clone(source));
    let (words, problems) = load_words(source, &english);
    words.ok_or(problems)
}

/// The assessment of the period before. Where its file is not there or not right, that is said, and the
/// report goes without.
fn previous(path: &Path, scored: &Scored, rubrics: &Rubrics, said: &mut Vec<Diagnostic>) -> Option<Scored> {
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
    // Levels of another rubric mean other things.
    (read.rubric.id == scored.rubric.id).then_some(read)
}

/// The levels of the period before.
fn previous_view(previous: &Scored) -> PreviousView {
    let levels = previous
        .proposals
        .benchmarks
        .iter()
        .map(|proposal| (previous.rubric.benchmarks[proposal.benchmark].number, proposal.level()))
        .collect();
    PreviousView { period: previous.assessment.period.clone(), levels }
}

/// The day of a report must be one.
pub(super) fn check_day(day: &str) -> Result<(), Diagnostic> {
    if is_date(day) {
        return Ok(());
    }
    let message = format!("`{}` is not a date", crate::schema::shorten(day));
    Err(Diagnostic::new(Code::BadRequest, Place::File("--date".into()), message)
        .help("write the date as year-month-day, such as 2022-05-27"))
}

/// A report that is text: what it is made of.
pub(super) struct Text<'a, V> {
    /// The name of its template, without the ending.
    pub(super) template: &'a str,
    /// What it says.
    pub(super) view: &'a V,
    /// The charts that it can place.
    pub(super) charts: Vec<Chart>,
    /// The marking that stands on every page.
    pub(super) marking: &'a str,
    /// Its title, where the text has none.
    pub(super) title: &'a str,
}

impl<V: Serialize + Sync> Text<'_, V> {
    /// View to Markdown, Markdown to a tree, the tree to a file.
    pub(super) fn write(
        &self,
        format: ReportFormat,
        rubric: &Rubric,
        language: &Language<'_>,
    ) -> Result<Vec<u8>, Diagnostic> {
        on_a_large_stack(|| {
            let source = language.template(&format!("{}.md.j2", self.template))?;
            let markdown = template::render_markdown(&source, self.view)?;
            let markdown = tidy(&acronyms::expand_acronyms(&markdown, &rubric.lexicon.acronyms));
            if format == ReportFormat::Markdown {
                let text = tidy(&with_charts(&markdown, &self.charts));
                return Ok(marked(&text, self.marking).into_bytes());
            }
            let tree = read_markdown(&markdown);
            let words = &language.words;
            let page = PageView {
                language: &words.language,
                title: tree.title().unwrap_or_else(|| self.title.to_owned()),
                marking: self.marking,
                words,
            };
            match format {
                ReportFormat::Docx => Ok(write_docx(&tree, &page, &self.charts)),
                ReportFormat::Odt => Ok(write_odt(&tree, &page, &self.charts)),
                #[cfg(feature = "pdf")]
                ReportFormat::Pdf => Ok(crate::report::pdf::write_pdf(&tree, &page, &self.charts)),
                _ => {
                    write_html(&tree, &page, &self.charts, language.page()?.as_ref()).map(String::into_bytes)
                }
            }
        })
    }
}

/// Markdown has no pages; the marking stands under the title, or before everything where there is none.
fn marked(markdown: &str, marking: &str) -> String {
    let title = markdown.lines().next().filter(|line| line.starts_with("# "));
    match title {
        Some(title) => format!("{title}\n\n**{marking}**\n{}", &markdown[title.len() + 1..]),
        None => format!("**{marking}**\n\n{markdown}"),
    }
}

/// Markdown holds no drawing; a chart is a table in it, where the report has none beside it.
fn with_charts(markdown: &str, charts: &[Chart]) -> String {
    let mut out = markdown.to_owned();
    for chart in charts {
        let table = if chart.has_table { String::new() } else { chart.as_markdown() };
        out = out.replace(&format!("Chart: {}\n", chart.name), &table);
    }
    out
}

/// How much stack a template may use. Its size is limited as well, so this is enough for any.
const TEMPLATE_STACK: usize = 512 * 1024 * 1024;

/// Runs what follows a text as deep as it is nested where it cannot overflow the stack.
pub(super) fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(TEMPLATE_STACK).spawn_scoped(scope, work);
        let thread = thread.expect("internal error: the system gives a thread");
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn template_text(name: &str, language: Option<&str>, near: &Path) -> Result<Arc<Source>, Diagnostic> {
    store::find_template(name, language, near).unwrap_or_else(|| {
        Err(match language {
            Some(language) => Diagnostic::new(
                Code::LanguageIncomplete,
                Place::File(format!("reports/{language}/{name}")),
                format!("the reports in `{language}` have no {name}"),
            )
            .help("translate the built-in one, which `prevent-benchmark init --templates` writes, and put it there"),
            None => Diagnostic::new(
                Code::Internal,
                Place::File(name.to_owned()),
                "a built-in template is missing",
            ),
        })
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
