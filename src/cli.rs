//! The command line: arguments to a request, an outcome to the terminal and an exit status.

mod confirm;
mod show;

use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::{self, Outcome};
use crate::diag::{self, Code, Diagnostic, Place, Severity, render};
use crate::store;

/// How much of a JSON text is handed on at once, in bytes.
const JSON_AT_ONCE: usize = 64 * 1024;
/// Exit status: fine.
const FINE: u8 = 0;
/// Exit status: the work was done and found problems.
const PROBLEMS: u8 = 1;
/// Exit status: the input or the call was wrong.
const WRONG: u8 = 2;
/// Exit status: a fault of this program.
const FAULT: u8 = 70;

/// Self-assessment against the Prevent duty benchmarks: evidence in, proposed levels with reasons
/// out. A named person decides.
#[derive(Parser)]
#[command(name = "prevent-benchmark", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write a workspace to edit: rubric, templates, schemas and a first assessment; or begin the next year
    Init {
        /// The new folder
        #[arg(required_unless_present = "from")]
        dir: Option<PathBuf>,
        /// Write only the report templates, into a workspace that may be there already
        #[arg(long)]
        templates: bool,
        /// Begin the next year beside this assessment: open actions are carried over, evidence that has aged is asked
        /// for again, no judgement is copied
        #[arg(long, value_name = "ASSESSMENT", conflicts_with_all = ["dir", "templates"])]
        from: Option<PathBuf>,
    },
    /// Check rubrics, assessments and templates; every problem at once
    Check {
        /// Files or folders; the current folder when none is named; `-` for standard input
        paths: Vec<PathBuf>,
        /// How to show what is found
        #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
        format: CheckFormat,
    },
    /// List, show or compare rubrics
    #[command(subcommand)]
    Rubric(RubricCommand),
    /// Say which criteria statements bear on, in what status and why; no scoring
    Match {
        /// Documents (docx, odt, pdf, html, md, csv, xlsx, ods, eml) or folders of them, an assessment, a
        /// YAML list of statements, or a text file with one a line; `-` for standard input
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// The rubric, where the file names none
        #[arg(long, value_name = "RUBRIC", default_value = app::DEFAULT_RUBRIC)]
        rubric: String,
        #[command(flatten)]
        output: Output,
    },
    /// Read documents and add what bears on the criteria to an assessment, for a person to confirm
    Gather {
        /// The assessment
        assessment: PathBuf,
        /// Documents (docx, odt, pdf, html, md, txt, csv, xlsx, ods, eml) or folders of them
        #[arg(required = true)]
        documents: Vec<PathBuf>,
        /// Show what would be added, and write nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Go through what was gathered: accept, change, reject; every decision is written at once
    Confirm {
        /// The assessment
        assessment: PathBuf,
        /// Accept these statements without asking: ids, separated by commas
        #[arg(long, value_name = "ID", value_delimiter = ',')]
        accept: Vec<String>,
        /// Record without asking that these statements say nothing of any criterion: ids, separated by commas
        #[arg(long, value_name = "ID", value_delimiter = ',')]
        reject: Vec<String>,
        /// Record what a statement says instead: `G3=training.4.mandated:partial`; several criteria are
        /// separated by `+`
        #[arg(long, value_name = "ID=CRITERION:STATUS")]
        change: Vec<String>,
        /// List what waits, and ask nothing
        #[arg(long, conflicts_with_all = ["accept", "reject", "change"])]
        list: bool,
    },
    /// Propose levels for an assessment, with reasons
    Score {
        /// The assessment; `-` for standard input
        assessment: PathBuf,
        /// Show every statement, criterion and step, of one benchmark (number or id) or of all
        #[arg(long, value_name = "BENCHMARK", num_args = 0..=1)]
        #[allow(clippy::option_option, reason = "clap's way to say: absent, bare, or with a value")]
        explain: Option<Option<String>>,
        /// Show the same scores under another grouping of the rubric, such as toolkit-2024
        #[arg(long, value_name = "VIEW", conflicts_with = "explain")]
        view: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Write a report
    Report {
        /// Which report
        #[arg(value_enum)]
        kind: ReportKind,
        /// The assessment; `-` for standard input. For `region` and `history` several, or folders that hold them
        #[arg(required = true)]
        assessments: Vec<PathBuf>,
        /// Where to write it; standard output when left out
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// The format; else the ending of the output file decides, else the report's first
        #[arg(long, value_enum)]
        format: Option<ReportFormat>,
        /// The date on the report, year-month-day; when left out the latest judgement's, or today's if
        /// there is none
        #[arg(long, value_name = "DATE")]
        date: Option<String>,
        /// Leave out what is OFFICIAL-SENSITIVE and all that rests on it, and say so; refuse if unsure
        #[arg(long)]
        public: bool,
        /// The language of the report, a folder of `reports/`; the rubric's when left out
        #[arg(long, value_name = "LANGUAGE")]
        language: Option<String>,
        /// The period of a report on a region; when left out the latest that half of the areas have
        #[arg(long, value_name = "PERIOD")]
        period: Option<String>,
        /// Weights of your own for a report on a region, named and versioned
        #[arg(long, value_name = "FILE")]
        weights: Option<PathBuf>,
    },
    /// Find the smallest sets of criteria that reach a level, and who has promised what
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Plan {
        /// The assessment; `-` for standard input
        #[arg(required = true)]
        assessment: Option<PathBuf>,
        /// The level to reach: `next`, or a number such as 3
        #[arg(long, value_name = "LEVEL", default_value = "next")]
        target: String,
        /// Suppose that a criterion had this status, and show what follows: `training.4.mandated=in-place`
        #[arg(long = "if", value_name = "CRITERION=STATUS")]
        supposed: Vec<String>,
        /// What a criterion costs to put in place, from 1, in any unit: `training.4.mandated=3`; 1 where nothing is said
        #[arg(long, value_name = "CRITERION=NUMBER")]
        effort: Vec<String>,
        /// The day on which an action is late or not, year-month-day; when left out the latest judgement's, or today
        #[arg(long, value_name = "DATE")]
        date: Option<String>,
        #[command(flatten)]
        output: Output,
        #[command(subcommand)]
        command: Option<PlanCommand>,
    },
    /// Set areas beside each other: levels, outliers and good practice; no total and no league table
    Compare {
        /// Assessments, or folders that hold some
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// The period, such as 2021/22; when left out the latest that half of the areas have
        #[arg(long, value_name = "PERIOD")]
        period: Option<String>,
        /// Weights of your own, named and versioned; then an order of areas is shown, and whether it survives equal
        /// weights
        #[arg(long, value_name = "FILE")]
        weights: Option<PathBuf>,
        /// Show another grouping of the rubric, such as toolkit-2024
        #[arg(long, value_name = "VIEW", conflicts_with = "weights")]
        view: Option<String>,
        /// Write into this file; its ending decides: html, xlsx, csv or json
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// How to print
        #[arg(long, value_enum)]
        format: Option<CompareFormat>,
    },
    /// Set raters beside each other: agreement, what to discuss first, and anchor vignettes
    Moderate {
        /// Assessments, sheets of vignette scores, or folders that hold some
        #[arg(required_unless_present = "sheet")]
        paths: Vec<PathBuf>,
        /// Only this period, such as 2021/22; all when left out
        #[arg(long, value_name = "PERIOD")]
        period: Option<String>,
        /// Print a sheet of anchor vignettes for a rater to score
        #[arg(long, conflicts_with = "paths")]
        sheet: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Follow areas over the years: what changed and why, what was promised and done, whether it helped
    Track {
        /// Assessments, or folders that hold some; those that they name as `previous` are read too
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// The day on which an action is late or not, year-month-day; when left out the latest judgement's, or today
        #[arg(long, value_name = "DATE")]
        date: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Measure the matcher on a labelled set of statements and areas
    Eval {
        /// The labelled set
        gold: PathBuf,
        /// The rubric whose examples teach the matcher
        #[arg(long, value_name = "RUBRIC", default_value = app::DEFAULT_RUBRIC)]
        rubric: String,
        /// List every miss with what decided it
        #[arg(long)]
        errors: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Read one document from standard input, in a process of its own
    #[command(hide = true)]
    ReadDocument {
        /// The ending that tells the format
        ending: String,
    },
    /// Print the JSON Schema of a file format, for editors
    Schema {
        /// Which format
        #[arg(value_enum)]
        format: SchemaName,
    },
}

#[derive(Subcommand)]
enum PlanCommand {
    /// Take what a colleague has typed into the workbook of a plan or log: owners, dates, statuses, updates
    Import {
        /// The workbook that came back
        workbook: PathBuf,
        /// The assessment; that of the area and period which the workbook names when left out
        assessment: Option<PathBuf>,
        /// Show what would change, and write nothing
        #[arg(long)]
        dry_run: bool,
        /// The language in which the workbook was written, a folder of `reports/`
        #[arg(long, value_name = "LANGUAGE")]
        language: Option<String>,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Subcommand)]
enum RubricCommand {
    /// List the rubrics that assessments here can name
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Print the criteria, with what evidence would show them
    Show {
        /// A rubric's id or folder, or a benchmark's number or id; the default rubric when left out
        name: Option<String>,
        /// The rubric in which to look for the benchmark
        #[arg(long, value_name = "RUBRIC")]
        rubric: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Keep a rubric as it is, so that old results can be made again after it has changed
    Keep {
        /// The rubric's id
        #[arg(default_value = app::DEFAULT_RUBRIC)]
        name: String,
    },
    /// Say what one rubric says that another does not, and which evidence must be looked at again
    Diff {
        /// The earlier rubric's id or folder
        before: String,
        /// The later rubric's id or folder
        after: String,
        /// Assessments, or folders that hold some, whose evidence may have to be looked at again
        assessments: Vec<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Args)]
struct Output {
    /// How to print
    #[arg(long, value_enum, default_value_t = DataFormat::Human)]
    format: DataFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// With the source line and the place underlined
    Human,
    /// One line a problem
    Plain,
    /// For programs
    Json,
    /// For code hosts and editors
    Sarif,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CompareFormat {
    /// For reading
    Human,
    /// For reading, without lines and colours; problems one a line
    Plain,
    /// For programs
    Json,
    /// One row for each level that a rater gave, of every period: for Power BI and statistics
    Csv,
    /// A web page, with charts; the report on a region
    Html,
    /// Excel
    Xlsx,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DataFormat {
    /// For reading
    Human,
    /// For reading, without lines and colours; problems one a line
    Plain,
    /// For programs
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportKind {
    /// Feedback letter
    Letter,
    /// Report to the board, in numbered paragraphs
    Board,
    /// One page for a director, with a chart
    Summary,
    /// Improvement plan; also as an Excel file
    Plan,
    /// Action log; also as an Excel file
    Log,
    /// Every score with the statements, criteria and steps it rests on
    Working,
    /// Scores and findings, as an Excel file
    Scores,
    /// Areas of a region side by side, and whom to call first; also as an Excel file
    Region,
    /// What changed over the years, what was promised and what was done
    History,
}

impl From<ReportKind> for app::reports::ReportKind {
    fn from(kind: ReportKind) -> Self {
        match kind {
            ReportKind::Letter => Self::Letter,
            ReportKind::Board => Self::Board,
            ReportKind::Summary => Self::Summary,
            ReportKind::Plan => Self::Plan,
            ReportKind::Log => Self::Log,
            ReportKind::Working => Self::Working,
            ReportKind::Scores => Self::Scores,
            ReportKind::Region => Self::Region,
            ReportKind::History => Self::History,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    /// Markdown
    Md,
    /// A web page, self-contained; also opens in Word
    Html,
    /// Word
    Docx,
    /// OpenDocument text
    Odt,
    /// Excel
    Xlsx,
    /// PDF, tagged for accessibility; only in a program built with `--features pdf`
    Pdf,
}

impl From<ReportFormat> for app::reports::ReportFormat {
    fn from(format: ReportFormat) -> Self {
        match format {
            ReportFormat::Md => Self::Markdown,
            ReportFormat::Html => Self::Html,
            ReportFormat::Docx => Self::Docx,
            ReportFormat::Odt => Self::Odt,
            ReportFormat::Xlsx => Self::Xlsx,
            ReportFormat::Pdf => Self::Pdf,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemaName {
    Assessment,
    Rubric,
    Benchmark,
    Lexicon,
    Statements,
    Words,
    Weights,
    Vignettes,
    VignetteScores,
}

/// What `--explain` and `--view` ask for.
#[derive(PartialEq, Eq)]
enum Explain {
    Nothing,
    View(String),
    All,
    One(String),
}

impl Explain {
    /// Whether an explanation is printed, which shows each conflict in its place.
    fn prints_an_explanation(&self) -> bool {
        matches!(self, Self::All | Self::One(_))
    }
}

/// Parses the arguments, runs, and gives the exit status.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output and are fine; anything else is a wrong call.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { WRONG } else { FINE });
        }
    };
    let ran = std::panic::catch_unwind(|| run(cli.command));
    ExitCode::from(match ran {
        Ok(Ok(status)) => status,
        // The reader has gone, which is no fault.
        Ok(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => FINE,
        Ok(Err(error)) => {
            remark(&format!("error: the output cannot be written: {error}\n"));
            WRONG
        }
        Err(_) => {
            remark(
                "error[internal]: this is a fault of prevent-benchmark; please report it with the input that caused it\n",
            );
            FAULT
        }
    })
}

/// Every command as it is typed, with what it is for; the documentation is compared with it.
pub fn commands() -> Vec<(String, String)> {
    let mut list = Vec::new();
    for command in Cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let about =
            |command: &clap::Command| command.get_about().map(ToString::to_string).unwrap_or_default();
        if command.has_subcommands() {
            if command.get_positionals().next().is_some() {
                list.push((command.get_name().to_owned(), about(command)));
            }
            for inner in command.get_subcommands() {
                list.push((format!("{} {}", command.get_name(), inner.get_name()), about(inner)));
            }
        } else {
            list.push((command.get_name().to_owned(), about(command)));
        }
    }
    list
}

fn run(command: Command) -> io::Result<u8> {
    match command {
        Command::Init { from: Some(from), .. } => next_year(&from),
        Command::Init { dir, templates: false, .. } => init(&dir.unwrap_or_default()),
        Command::Init { dir, templates: true, .. } => init_templates(&dir.unwrap_or_default()),
        Command::Check { paths, format } => check(paths, format),
        Command::Rubric(command) => rubric(command),
        Command::Score { assessment, explain, view, output } => {
            let explain = match (explain, view) {
                (None, None) => Explain::Nothing,
                (None, Some(view)) => Explain::View(view),
                (Some(None), _) => Explain::All,
                (Some(Some(name)), _) => Explain::One(name),
            };
            score(&assessment, &explain, output.format)
        }
        Command::Report { kind, assessments, output, format, date, public, language, period, weights } => {
            let wanted = Wanted { date, public, language, period, weights };
            report(kind, &assessments, output.as_deref(), format, &wanted)
        }
        Command::Plan { command: None, assessment, target, supposed, effort, date, output } => {
            let path = assessment.unwrap_or_default();
            let today = today();
            let request = app::plans::PlanRequest {
                path: &path,
                target: &target,
                supposed: &supposed,
                effort: &effort,
                date: date.as_deref(),
                today: &today,
            };
            show_data(&app::plans::plan(&request), output.format, |view| show::plan(view, show::width()))
        }
        Command::Plan {
            command: Some(PlanCommand::Import { workbook, assessment, dry_run, language, output }),
            ..
        } => {
            let (assessment, language) = (assessment.as_deref(), language.as_deref());
            let outcome = app::returned::import_plan(&workbook, assessment, language, dry_run, &today());
            show_data(&outcome, output.format, |view| show::returned(view, show::width()))
        }
        Command::Compare { paths, period, weights, view, output, format } => {
            let request = app::cohorts::CompareRequest {
                paths: &paths,
                period: period.as_deref(),
                weights: weights.as_deref(),
            };
            compare(&request, view.as_deref(), output.as_deref(), format)
        }
        Command::Moderate { sheet: true, .. } => {
            let outcome = app::cohorts::vignette_sheet();
            if let Some(sheet) = &outcome.value {
                print(sheet)?;
            }
            say(&outcome.diagnostics, DataFormat::Human);
            Ok(status(&outcome))
        }
        Command::Moderate { paths, period, output, .. } => {
            let outcome = app::cohorts::moderate_raters(&paths, period.as_deref(), &progress_of_files);
            end_progress();
            show_data(&outcome, output.format, |view| show::cohorts::moderation(view, show::width()))
        }
        Command::Track { paths, date, output } => {
            let outcome = app::cohorts::track_areas(&paths, date.as_deref(), &today(), &progress_of_files);
            end_progress();
            let outcome = Outcome {
                value: outcome.value.map(|(history, _)| history),
                diagnostics: outcome.diagnostics,
            };
            show_data(&outcome, output.format, |view| show::cohorts::history(view, show::width()))
        }
        Command::Match { paths, rubric, output } => match_statements(&paths, &rubric, output.format),
        Command::Gather { assessment, documents, dry_run, output } => {
            gather(&assessment, &documents, dry_run, output.format)
        }
        Command::Confirm { assessment, accept, reject, change, list } => {
            confirm::run(&assessment, &accept, &reject, &change, list)
        }
        Command::ReadDocument { ending } => read_document(&ending),
        Command::Eval { gold, rubric, errors, output } => eval(&gold, &rubric, errors, output.format),
        Command::Schema { format } => {
            let name = match format {
                SchemaName::Assessment => "assessment",
                SchemaName::Rubric => "rubric",
                SchemaName::Benchmark => "benchmark",
                SchemaName::Lexicon => "lexicon",
                SchemaName::Statements => "statements",
                SchemaName::Words => "words",
                SchemaName::Weights => "weights",
                SchemaName::Vignettes => "vignettes",
                SchemaName::VignetteScores => "vignette-scores",
            };
            let format = app::FORMATS.iter().find(|(known, _)| *known == name).map(|(_, format)| format);
            let format = format.expect("internal error: every schema name is in the list of formats");
            print(&app::schema_text(format.json_schema()))?;
            Ok(FINE)
        }
    }
}

/// Today's date, `year-month-day`: the one reading of the clock.
#[allow(clippy::disallowed_methods, reason = "the date enters here and is passed on with the request")]
fn today() -> String {
    let seconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or_default());
    let days = jiff::SignedDuration::from_hours(24 * (seconds / 86_400));
    (jiff::civil::date(1970, 1, 1) + days).to_string()
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn print_json<T: Serialize>(value: &T) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(JSON_AT_ONCE, io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}

fn json_text<T: Serialize>(value: &T) -> String {
    serde_json::to_string_pretty(value).expect("internal error: a view turns into JSON") + "\n"
}

/// Prints a result as data or in words, says what there is to say, and gives the exit status.
fn show_data<T: Serialize>(
    outcome: &Outcome<T>,
    format: DataFormat,
    words: impl Fn(&T) -> String,
) -> io::Result<u8> {
    if let Some(value) = &outcome.value {
        match format {
            DataFormat::Json => print_json(value)?,
            DataFormat::Human | DataFormat::Plain => print(&words(value))?,
        }
    }
    say(&outcome.diagnostics, format);
    Ok(status(outcome))
}

/// Says on standard error what there is to say, in the form that suits the output.
fn say(diagnostics: &[Diagnostic], format: DataFormat) {
    if diagnostics.is_empty() {
        return;
    }
    let text = match format {
        DataFormat::Human => render::human(diagnostics),
        DataFormat::Plain => render::plain(diagnostics),
        DataFormat::Json => render::json(diagnostics).to_string() + "\n",
    };
    remark(&text);
}

/// Writes to standard error. When that fails there is nowhere left to say so.
fn remark(text: &str) {
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// The status of work whose result is the point: wrong input, problems beside a result, or fine.
fn status<T>(outcome: &Outcome<T>) -> u8 {
    if outcome.diagnostics.iter().any(|diagnostic| diagnostic.code == Code::Internal) {
        FAULT
    } else if outcome.value.is_none() {
        WRONG
    } else if diag::has_errors(&outcome.diagnostics) {
        PROBLEMS
    } else {
        FINE
    }
}

fn init(dir: &Path) -> io::Result<u8> {
    let outcome = app::begin::init(dir, &today());
    say(&outcome.diagnostics, DataFormat::Human);
    if let Some(written) = &outcome.value {
        let assessment = written.iter().find(|path| path.starts_with(dir.join("assessments")));
        let mut text = format!("Wrote {} files into {}.\n", written.len(), dir.display());
        if let Some(assessment) = assessment {
            text = format!("{text}Start with {}.\n", assessment.display());
        }
        print(&text)?;
    }
    Ok(status(&outcome))
}

fn next_year(path: &Path) -> io::Result<u8> {
    let outcome = app::begin::begin_next_year(path);
    if let Some(begun) = &outcome.value {
        print(&show::begun(begun, show::width()))?;
    }
    say(&outcome.diagnostics, DataFormat::Human);
    Ok(status(&outcome))
}

fn init_templates(dir: &Path) -> io::Result<u8> {
    let outcome = app::begin::init_templates(dir);
    say(&outcome.diagnostics, DataFormat::Human);
    if let Some((written, left)) = &outcome.value {
        print(&format!("Wrote {} templates into {}.\n", written.len(), dir.join("reports").display()))?;
        for path in left {
            print(&format!("{} was there and stays as it is.\n", path.display()))?;
        }
    }
    Ok(status(&outcome))
}

fn check(mut paths: Vec<PathBuf>, format: CheckFormat) -> io::Result<u8> {
    if paths.is_empty() {
        paths.push(PathBuf::from("."));
    }
    let outcome = app::check(&paths);
    let diagnostics = &outcome.diagnostics;
    match format {
        // The findings are the result here, so they go to standard output.
        CheckFormat::Human => {
            // Colour stays only on a terminal that wants it (`NO_COLOR`).
            anstream::stdout().write_all(render::human(diagnostics).as_bytes())?;
        }
        CheckFormat::Plain => print(&render::plain(diagnostics))?,
        CheckFormat::Json => print_json(&render::json(diagnostics))?,
        CheckFormat::Sarif => print_json(&render::sarif(diagnostics))?,
    }
    if let Some(checked) = outcome.value
        && matches!(format, CheckFormat::Human)
    {
        print(&show::checked(checked, diagnostics))?;
    }
    Ok(status(&outcome))
}

fn score(path: &Path, explain: &Explain, format: DataFormat) -> io::Result<u8> {
    let mut outcome = app::score(path);
    let width = show::width();
    if let Some(view) = &outcome.value {
        let unknown = |option: &str, message: String, choices: Vec<String>| {
            let problem = Diagnostic::new(Code::BadRequest, Place::File(option.to_owned()), message);
            say(&[problem.help(format!("choose one of {}", choices.join(", ")))], format);
        };
        let chosen = match explain {
            Explain::Nothing | Explain::View(_) => None,
            Explain::All => Some((0..view.benchmarks.len()).collect()),
            Explain::One(name) => {
                let found = view
                    .benchmarks
                    .iter()
                    .position(|b| b.id.eq_ignore_ascii_case(name) || b.number.to_string() == *name);
                let Some(at) = found else {
                    let known = view.benchmarks.iter().map(|b| format!("{} ({})", b.number, b.id)).collect();
                    unknown("--explain", format!("the rubric has no {} `{name}`", view.rubric.unit), known);
                    return Ok(WRONG);
                };
                Some(vec![at])
            }
        };
        if let (Explain::View(name), false) = (explain, format == DataFormat::Json) {
            let Some(grouping) = view.views.iter().find(|grouping| grouping.id == *name) else {
                let known = view.views.iter().map(|grouping| grouping.id.clone()).collect();
                unknown("--view", format!("the rubric has no view `{name}`"), known);
                return Ok(WRONG);
            };
            print(&show::view_table(view, grouping, format == DataFormat::Plain, width))?;
            say(&outcome.diagnostics, format);
            return Ok(status(&outcome));
        }
        match (format, chosen) {
            (DataFormat::Json, _) => print_json(view)?,
            (_, None) => print(&show::score_table(view, format == DataFormat::Plain, width))?,
            (_, Some(chosen)) => print(&show::explanation(view, &chosen, width))?,
        }
    }
    if explain.prints_an_explanation() && format != DataFormat::Json {
        outcome.diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    }
    say(&outcome.diagnostics, format);
    Ok(status(&outcome))
}

fn match_statements(paths: &[PathBuf], rubric: &str, format: DataFormat) -> io::Result<u8> {
    let outcome = app::match_statements(paths, rubric, &progress);
    end_progress();
    show_data(&outcome, format, |view| show::matches(view, show::width()))
}

fn gather(path: &Path, documents: &[PathBuf], dry: bool, format: DataFormat) -> io::Result<u8> {
    let outcome = app::gather::gather(path, documents, dry, &progress);
    end_progress();
    show_data(&outcome, format, |view| show::gathered(view, show::width()))
}

/// Shows on a terminal how many documents have been read.
fn progress(done: usize, of: usize) {
    if of > 1 && io::stderr().is_terminal() {
        remark(&format!("\rread {done} of {of} documents"));
    }
}

/// Shows on a terminal how many of many files have been read, now and then.
fn progress_of_files(done: usize, of: usize) {
    if of >= 500 && done.is_multiple_of(100) && io::stderr().is_terminal() {
        remark(&format!("\rread {done} of {of} files"));
    }
}

fn end_progress() {
    if io::stderr().is_terminal() {
        remark("\r\u{1b}[K");
    }
}

fn read_document(ending: &str) -> io::Result<u8> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    print(&app::documents::read_document_apart(ending, &bytes))?;
    Ok(FINE)
}

fn eval(gold: &Path, rubric: &str, errors: bool, format: DataFormat) -> io::Result<u8> {
    let outcome = app::evaluate(gold, rubric);
    show_data(&outcome, format, |evaluation| show::evaluation(evaluation, errors, show::width()))
}

fn compare(
    request: &app::cohorts::CompareRequest<'_>,
    view: Option<&str>,
    output: Option<&Path>,
    format: Option<CompareFormat>,
) -> io::Result<u8> {
    let ending = output.and_then(Path::extension).and_then(|ending| ending.to_str()).map(str::to_lowercase);
    let by_ending = |ending: &str| match ending {
        "html" | "htm" => Some(CompareFormat::Html),
        "xlsx" => Some(CompareFormat::Xlsx),
        "csv" => Some(CompareFormat::Csv),
        "json" => Some(CompareFormat::Json),
        _ => None,
    };
    let wrong = |place: &str, message: String, help: &str| {
        let problem = Diagnostic::new(Code::BadRequest, Place::File(place.to_owned()), message);
        say(&[problem.help(help)], DataFormat::Human);
        Ok(WRONG)
    };
    let found = format.or_else(|| ending.as_deref().and_then(by_ending));
    let Some(format) = found.or_else(|| output.is_none().then_some(CompareFormat::Human)) else {
        let message = "the ending of the file does not say in which form to write it".to_owned();
        return wrong(
            "--output",
            message,
            "end the name in .html, .xlsx, .csv or .json; `report region` writes Word",
        );
    };
    if format == CompareFormat::Xlsx && output.is_none() && io::stdout().is_terminal() {
        let message = "an xlsx file is not for a terminal".to_owned();
        return wrong("--output", message, "name a file: -o areas.xlsx");
    }
    let today = today();
    let report = match format {
        CompareFormat::Html => Some(app::reports::ReportFormat::Html),
        CompareFormat::Xlsx => Some(app::reports::ReportFormat::Xlsx),
        _ => None,
    };
    if view.is_some() && !matches!(format, CompareFormat::Human | CompareFormat::Plain) {
        let message = "another grouping is shown on the terminal".to_owned();
        return wrong("--view", message, "leave it out; pages, workbooks and JSON hold every grouping");
    }
    if let Some(format) = report {
        let outcome = app::cohorts::cohort_report(
            &app::cohorts::CohortReportRequest {
                kind: app::reports::ReportKind::Region,
                paths: request.paths,
                format,
                period: request.period,
                weights: request.weights,
                date: None,
                today: &today,
                language: None,
            },
            &progress_of_files,
        );
        end_progress();
        return written(outcome, output, request.paths);
    }
    let Outcome { value, mut diagnostics } = app::cohorts::compare_areas(request, &progress_of_files);
    end_progress();
    let said = match format {
        CompareFormat::Json => DataFormat::Json,
        CompareFormat::Plain => DataFormat::Plain,
        _ => DataFormat::Human,
    };
    let Some(compared) = value else {
        let outcome = Outcome::<()> { value: None, diagnostics };
        say(&outcome.diagnostics, said);
        return Ok(status(&outcome));
    };
    let comparison = &compared.comparison;
    let chosen =
        view.map(|name| comparison.views.iter().find(|view| view.id == name).ok_or(name)).transpose();
    let Ok(chosen) = chosen else {
        let known: Vec<&str> = comparison.views.iter().map(|view| view.id.as_str()).collect();
        let message = format!("the rubric has no view `{}`", view.unwrap_or_default());
        return wrong("--view", message, &format!("choose one of {}", known.join(", ")));
    };
    let plain = format == CompareFormat::Plain;
    let near = request.paths.first().map_or(Path::new("-"), PathBuf::as_path);
    let value = match (format, chosen) {
        (CompareFormat::Json, _) => Ok(json_text(comparison).into_bytes()),
        (CompareFormat::Csv, _) => Ok(compared.long_csv()),
        (_, Some(view)) => Ok(show::cohorts::view(comparison, view, plain, show::width()).into_bytes()),
        (_, None) => compared
            .calls(near, &today)
            .map(|calls| show::cohorts::comparison(comparison, &calls, plain, show::width()).into_bytes()),
    };
    let value = value.map_err(|problems| diagnostics.extend(problems)).ok();
    let outcome = Outcome { value, diagnostics };
    if output.is_some() {
        return written(outcome, output, request.paths);
    }
    if let Some(bytes) = &outcome.value {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()?;
    }
    say(&outcome.diagnostics, said);
    Ok(status(&outcome))
}

/// What else is asked of a report.
struct Wanted {
    date: Option<String>,
    public: bool,
    language: Option<String>,
    period: Option<String>,
    weights: Option<PathBuf>,
}

fn report(
    kind: ReportKind,
    paths: &[PathBuf],
    output: Option<&Path>,
    format: Option<ReportFormat>,
    wanted: &Wanted,
) -> io::Result<u8> {
    let output = output.filter(|path| path.as_os_str() != "-");
    let ending =
        output.and_then(|path| path.extension()).and_then(|ending| ending.to_str()).map(str::to_lowercase);
    let kind = app::reports::ReportKind::from(kind);
    let wrong = |place: &str, message: String, help: String| {
        say(
            &[Diagnostic::new(Code::BadRequest, Place::File(place.to_owned()), message).help(help)],
            DataFormat::Human,
        );
        Ok(WRONG)
    };
    let names =
        || kind.formats().into_iter().map(app::reports::ReportFormat::name).collect::<Vec<_>>().join(", ");
    let format = match (format, ending.as_deref()) {
        (Some(format), _) => format.into(),
        (None, Some(ending)) => {
            let known = app::reports::ReportFormat::ENDINGS.iter().find(|(known, _)| *known == ending);
            if let Some((_, format)) = known {
                *format
            } else {
                let file = output.map(|path| path.display().to_string()).unwrap_or_default();
                let message = format!("a {} cannot be written as .{ending}", kind.name());
                return wrong(&file, message, format!("end the name in one of {}", names()));
            }
        }
        (None, None) => kind.formats()[0],
    };
    if output.is_none() && !format.is_text() && io::stdout().is_terminal() {
        let message = format!("a {} file is not for a terminal", format.name());
        return wrong("--output", message, format!("name a file: -o {}.{}", kind.name(), format.name()));
    }
    let today = today();
    if kind.is_of_many() {
        if wanted.public {
            let message = format!("there is no edition for the public of the report `{}`", kind.name());
            let help = "write the letter, the board report or the plan of an area for the public";
            return wrong("--public", message, help.to_owned());
        }
        let of_region = [("--period", wanted.period.is_some()), ("--weights", wanted.weights.is_some())];
        let given = of_region.iter().find(|(_, given)| *given);
        if let Some((option, _)) = given.filter(|_| kind == app::reports::ReportKind::History) {
            let message = "a report on years takes all that are there".to_owned();
            return wrong(option, message, "leave it out, or name only the files that are meant".to_owned());
        }
        let outcome = app::cohorts::cohort_report(
            &app::cohorts::CohortReportRequest {
                kind,
                paths,
                format,
                period: wanted.period.as_deref(),
                weights: wanted.weights.as_deref(),
                date: wanted.date.as_deref(),
                today: &today,
                language: wanted.language.as_deref(),
            },
            &progress_of_files,
        );
        end_progress();
        return written(outcome, output, paths);
    }
    let [path] = paths else {
        let message = format!("a {} is of one assessment, and {} are named", kind.name(), paths.len());
        return wrong("report", message, "name one; `region` and `history` take several".to_owned());
    };
    let region_only = [("--period", wanted.period.is_some()), ("--weights", wanted.weights.is_some())];
    if let Some((option, _)) = region_only.iter().find(|(_, given)| *given) {
        let message = format!("this is not for a {}", kind.name());
        return wrong(option, message, "leave it out; it is for reports on a region".to_owned());
    }
    let mut outcome = app::reports::report(&app::reports::ReportRequest {
        date: wanted.date.as_deref(),
        public: wanted.public,
        language: wanted.language.as_deref(),
        ..app::reports::ReportRequest::new(kind, path, format, &today)
    });
    match (&outcome.value, output) {
        (Some(report), Some(file)) => match store::write_whole(file, &report.bytes, &[path]) {
            Ok(()) => {
                // What the report says, at a glance.
                if wanted.public {
                    print(&show::withheld(&report.withheld))?;
                } else {
                    print(&show::score_table(&report.scored.view(), false, show::width()))?;
                }
                remark(&format!("Wrote {}.\n", file.display()));
            }
            Err(problem) => {
                outcome.value = None;
                outcome.diagnostics.push(problem);
            }
        },
        (Some(report), None) => {
            let mut out = io::stdout().lock();
            out.write_all(&report.bytes)?;
            out.flush()?;
        }
        (None, _) => {}
    }
    say(&outcome.diagnostics, DataFormat::Human);
    Ok(status(&outcome))
}

/// Writes a result into a file or to standard output, says what there is to say, and gives the exit status.
fn written(mut outcome: Outcome<Vec<u8>>, output: Option<&Path>, inputs: &[PathBuf]) -> io::Result<u8> {
    let inputs: Vec<&Path> = inputs.iter().map(PathBuf::as_path).collect();
    match (&outcome.value, output) {
        (Some(bytes), Some(file)) => match store::write_whole(file, bytes, &inputs) {
            Ok(()) => remark(&format!("Wrote {}.\n", file.display())),
            Err(problem) => {
                outcome.value = None;
                outcome.diagnostics.push(problem);
            }
        },
        (Some(bytes), None) => {
            let mut out = io::stdout().lock();
            out.write_all(bytes)?;
            out.flush()?;
        }
        (None, _) => {}
    }
    say(&outcome.diagnostics, DataFormat::Human);
    Ok(status(&outcome))
}

fn rubric(command: RubricCommand) -> io::Result<u8> {
    // A rubric is looked up from the current folder.
    let here = Path::new("-");
    match command {
        RubricCommand::List { output } => {
            let outcome = app::rubrics(here);
            if let Some(rubrics) = &outcome.value {
                match output.format {
                    DataFormat::Json => print_json(&show::rubric_list_json(rubrics))?,
                    format => print(&show::rubric_list(rubrics, format == DataFormat::Plain))?,
                }
            }
            say(&outcome.diagnostics, output.format);
            Ok(status(&outcome))
        }
        RubricCommand::Show { name, rubric, output } => {
            let known: Vec<String> = store::list_rubrics(here).into_iter().map(|(id, _)| id).collect();
            // One name can be a rubric's or a benchmark's; a rubric's comes first.
            let names_rubric = |name: &str| {
                known.iter().any(|id| id == name) || Path::new(name).join("rubric.yaml").is_file()
            };
            let (rubric, benchmark) = match (name, rubric) {
                (Some(name), None) if names_rubric(&name) => (name, None),
                (name, rubric) => (rubric.unwrap_or_else(|| app::DEFAULT_RUBRIC.to_owned()), name),
            };
            let outcome = app::rubric(&rubric, here);
            if let Some(rubric) = &outcome.value {
                let chosen: Vec<usize> = rubric
                    .benchmarks
                    .iter()
                    .enumerate()
                    .filter(|(_, b)| {
                        benchmark.as_ref().is_none_or(|name| {
                            b.id.eq_ignore_ascii_case(name) || b.number.to_string() == *name
                        })
                    })
                    .map(|(at, _)| at)
                    .collect();
                if chosen.is_empty() {
                    let name = benchmark.unwrap_or_default();
                    let choices: Vec<&str> = rubric
                        .benchmarks
                        .iter()
                        .map(|b| b.id.as_str())
                        .chain(known.iter().map(String::as_str))
                        .collect();
                    let help = diag::did_you_mean(&name, choices.iter().copied())
                        .unwrap_or_else(|| format!("choose one of {}", choices.join(", ")));
                    let problem = Diagnostic::new(
                        Code::BadRequest,
                        Place::File("rubric show".into()),
                        format!("there is no rubric and no {} `{name}`", rubric.unit),
                    );
                    say(&[problem.help(help)], output.format);
                    return Ok(WRONG);
                }
                match output.format {
                    DataFormat::Json => print_json(&show::rubric_json(rubric, &chosen))?,
                    _ => print(&show::rubric_text(rubric, &chosen, show::width()))?,
                }
            }
            say(&outcome.diagnostics, output.format);
            Ok(status(&outcome))
        }
        RubricCommand::Keep { name } => {
            let outcome = app::rubrics::keep_rubric(&name, here);
            match &outcome.value {
                Some((folder, true)) => print(&format!("{} was kept already.\n", folder.display()))?,
                Some((folder, false)) => print(&format!("Kept in {}.\n", folder.display()))?,
                None => {}
            }
            say(&outcome.diagnostics, DataFormat::Human);
            Ok(status(&outcome))
        }
        RubricCommand::Diff { before, after, assessments, output } => {
            let outcome = app::rubrics::rubric_diff(&before, &after, &assessments, here);
            show_data(&outcome, output.format, |diff| show::rubric_changes(diff, show::width()))
        }
    }
}
