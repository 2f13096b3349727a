//! Many assessments at once: areas compared, raters moderated, years tracked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::pile::{Pile, Progress, builtin_vignettes};
use super::reports::{Language, ReportFormat, ReportKind, Text, check_day, not_written_as, own_words};
use super::{Outcome, Rubrics};
use crate::assessment::period_span;
use crate::cohort::{Entry, diags};
use crate::compare::{Comparison, Weights, compare, load_weights, weigh};
use crate::diag::{self, Diagnostic};
use crate::history::{History, track};
use crate::moderate::vignettes::{
    SCORES_FORMAT, VIGNETTES_FORMAT, blank_sheet, compare_vignettes, load_scores, load_vignettes,
};
use crate::moderate::{Moderation, ScoreSheet, Vignettes, moderate};
use crate::report::long::{long_table, write_csv};
use crate::report::region::{Call, calls, region_charts, region_view};
use crate::report::workbook::write_region_xlsx;
use crate::report::years::{years_charts, years_view};
use crate::rubric::Rubric;
use crate::store;
use crate::yaml;

/// What comparing is asked for.
#[derive(Clone, Debug, Default)]
pub struct CompareRequest<'a> {
    /// Files and folders.
    pub paths: &'a [PathBuf],
    /// The period; the latest when none is named.
    pub period: Option<&'a str>,
    /// A file of weights.
    pub weights: Option<&'a Path>,
}

/// A comparison, with all the levels that it was made from.
pub struct Compared {
    /// The comparison.
    pub comparison: Comparison,
    /// The raters of the same period compared.
    pub moderation: Moderation,
    /// Every assessment of every period, by area and time.
    pub entries: Vec<Entry>,
    /// The rubric.
    pub rubric: Arc<Rubric>,
}

/// Compares areas.
pub fn compare_areas(request: &CompareRequest<'_>, progress: Progress<'_>) -> Outcome<Compared> {
    let rubrics = Rubrics::default();
    let mut pile = Pile::gather(request.paths, &rubrics, progress);
    pile.without_doubles();
    let Some(rubric) = pile.of_one_rubric() else { return pile.outcome(None) };
    let Some(period) = period(&mut pile, request.period) else { return pile.outcome(None) };
    let weights = match request.weights.map(|path| read_weights(path, &rubric)).transpose() {
        Ok(weights) => weights,
        Err(mut problems) => {
            pile.diagnostics.append(&mut problems);
            return pile.outcome(None);
        }
    };
    let all: Vec<&Entry> = pile.entries.iter().collect();
    let now: Vec<&Entry> = all.iter().copied().filter(|entry| entry.period == period).collect();
    let mut comparison = compare(&rubric, &all, &period);
    comparison.weights = weights.map(|weights| weigh(&comparison, &weights));
    if !comparison.missing.is_empty() {
        pile.diagnostics.push(diags::period_missing(&period, &comparison.missing_names));
    }
    let moderation = moderate(&rubric, &now);
    let entries = std::mem::take(&mut pile.entries);
    pile.outcome(Some(Compared { comparison, moderation, entries, rubric }))
}

/// The period that is asked for, or the latest.
fn period(pile: &mut Pile, wanted: Option<&str>) -> Option<String> {
    let periods: BTreeSet<((String, String), String)> =
        pile.entries.iter().map(|entry| (entry.span(), entry.period.clone())).collect();
    let Some(wanted) = wanted else {
        // The latest of which half of the areas have an assessment with levels: a year that some have begun can wait.
        let areas: BTreeSet<&str> = pile.entries.iter().map(|entry| entry.area.as_str()).collect();
        let scored = |period: &str| {
            let of = pile.entries.iter().filter(|entry| entry.period == period && entry.is_scored());
            2 * of.count() >= areas.len()
        };
        let latest = periods.iter().rev().find(|(_, period)| scored(period)).or(periods.last());
        return latest.map(|(_, period)| period.clone());
    };
    let known: Vec<&str> = periods.iter().map(|(_, period)| period.as_str()).collect();
    // `2021-22` is how the file is called.
    let same = |period: &&&str| **period == wanted || period.replace('/', "-") == wanted;
    let found = known.iter().find(same).map(|period| (*period).to_owned());
    if found.is_none() {
        pile.diagnostics.push(diags::unknown_period(wanted, &known));
    }
    found
}

fn read_weights(path: &Path, rubric: &Rubric) -> Result<Weights, Vec<Diagnostic>> {
    let source = store::read_source(path).map_err(|problem| vec![problem])?;
    let (document, said) = yaml::parse_yaml(&source);
    match document.filter(|_| !diag::has_errors(&said)) {
        Some(document) => load_weights(&document, rubric),
        None => Err(said),
    }
}

/// Compares the raters of all assessments at the paths, and the scores of vignettes among them.
pub fn moderate_raters(paths: &[PathBuf], only: Option<&str>, progress: Progress<'_>) -> Outcome<Moderation> {
    let rubrics = Rubrics::default();
    let mut pile = Pile::gather(paths, &rubrics, progress);
    pile.without_doubles();
    let sheets = pile.others.iter().any(|document| document.text_at("/schema") == Some(SCORES_FORMAT.tag));
    let rubric = match pile.of_one_rubric() {
        Some(rubric) => rubric,
        None if sheets => match super::rubric(super::DEFAULT_RUBRIC, Path::new("-")).value {
            Some(rubric) => rubric,
            None => return pile.outcome(None),
        },
        None => return pile.outcome(None),
    };
    let period = match only {
        Some(_) => match period(&mut pile, only) {
            Some(period) => Some(period),
            None => return pile.outcome(None),
        },
        None => None,
    };
    let vignettes = match sheets.then(|| read_sheets(&mut pile, &rubric)) {
        Some(None) => return pile.outcome(None),
        Some(Some((set, sheets))) => Some(compare_vignettes(&set, &sheets, rubric.level_range())),
        None => None,
    };
    // Sheets that are all broken leave nothing to compare.
    let none_scored = vignettes.as_ref().is_some_and(|vignettes| vignettes.raters.is_empty());
    if none_scored && pile.entries.is_empty() {
        return pile.outcome(None);
    }
    let entries: Vec<&Entry> = pile
        .entries
        .iter()
        .filter(|entry| period.as_ref().is_none_or(|period| entry.period == *period))
        .collect();
    let mut moderation = moderate(&rubric, &entries);
    moderation.vignettes = vignettes;
    pile.outcome(Some(moderation))
}

/// The vignettes at the paths, else the built-in ones, and what raters made of them. Nothing where there is a set and
/// it is broken.
fn read_sheets(pile: &mut Pile, rubric: &Rubric) -> Option<(Vignettes, Vec<ScoreSheet>)> {
    let own = pile.others.iter().find(|document| document.text_at("/schema") == Some(VIGNETTES_FORMAT.tag));
    let set = match own {
        Some(document) => load_vignettes(document, rubric),
        None => builtin_vignettes(rubric),
    };
    let set = match set {
        Ok(set) => set,
        Err(mut problems) => {
            pile.diagnostics.append(&mut problems);
            return None;
        }
    };
    let mut sheets: Vec<ScoreSheet> = Vec::new();
    for document in
        pile.others.iter().filter(|document| document.text_at("/schema") == Some(SCORES_FORMAT.tag))
    {
        match load_scores(document, &set, rubric.level_range()) {
            Ok(sheet) if sheets.iter().any(|other| other.rater == sheet.rater) => {
                pile.diagnostics.push(diags::two_sheets(&sheet.rater, document.place("/rater")));
            }
            Ok(sheet) => sheets.push(sheet),
            Err(mut problems) => pile.diagnostics.append(&mut problems),
        }
    }
    sheets.sort_by(|a, b| a.rater.cmp(&b.rater));
    Some((set, sheets))
}

/// A sheet for a rater to score the built-in vignettes.
pub fn vignette_sheet() -> Outcome<String> {
    let Outcome { value, diagnostics } = super::rubric(super::DEFAULT_RUBRIC, Path::new("-"));
    let Some(rubric) = value else { return Outcome { value: None, diagnostics } };
    match builtin_vignettes(&rubric) {
        Ok(set) => Outcome { value: Some(blank_sheet(&set, &rubric)), diagnostics },
        Err(problems) => Outcome::new(None, problems),
    }
}

/// Tracks areas over their periods. Where an assessment names the one before, that is read too. An action is late or
/// not on `date`, else on the day of the latest judgement, else today.
pub fn track_areas(
    paths: &[PathBuf],
    date: Option<&str>,
    today: &str,
    progress: Progress<'_>,
) -> Outcome<(History, Arc<Rubric>)> {
    let rubrics = Rubrics::default();
    let mut pile = Pile::gather(paths, &rubrics, progress);
    pile.follow_previous(&rubrics, progress);
    pile.without_doubles();
    if pile.entries.is_empty() {
        return pile.outcome(None);
    }
    let judged = pile.entries.iter().filter_map(|entry| entry.judged.as_deref()).max();
    let day = date.or(judged).unwrap_or(today).to_owned();
    if let Err(problem) = check_day(&day) {
        pile.diagnostics.push(problem);
        return pile.outcome(None);
    }
    let latest = pile.entries.iter().max_by_key(|entry| entry.span());
    let Some(rubric) = latest.map(|entry| Arc::clone(&entry.rubric)) else { return pile.outcome(None) };
    let history = track(&pile.entries, &day);
    pile.outcome(Some((history, rubric)))
}

/// What is asked of a report on many assessments.
#[derive(Clone, Debug)]
pub struct CohortReportRequest<'a> {
    /// Which report: on a region, or on years.
    pub kind: ReportKind,
    /// Files and folders.
    pub paths: &'a [PathBuf],
    /// In which form.
    pub format: ReportFormat,
    /// The period of a report on a region; the latest when none is named.
    pub period: Option<&'a str>,
    /// A file of weights, for a report on a region.
    pub weights: Option<&'a Path>,
    /// The date on it, `year-month-day`; when there is none, that of the latest judgement, else today's.
    pub date: Option<&'a str>,
    /// Today, `year-month-day`.
    pub today: &'a str,
    /// In which language.
    pub language: Option<&'a str>,
}

/// Writes a report on many assessments.
pub fn cohort_report(request: &CohortReportRequest<'_>, progress: Progress<'_>) -> Outcome<Vec<u8>> {
    if let Some(problem) = not_written_as(request.kind, request.format) {
        return Outcome::failed(problem);
    }
    let near = request.paths.first().map_or(Path::new("-"), PathBuf::as_path);
    // A template is looked for above a file; a folder is one itself.
    let inside = near.join("-");
    let near = if near.is_dir() { inside.as_path() } else { near };
    if request.kind == ReportKind::Region {
        let compare =
            CompareRequest { paths: request.paths, period: request.period, weights: request.weights };
        let Outcome { value, mut diagnostics } = compare_areas(&compare, progress);
        let Some(compared) = value else { return Outcome { value: None, diagnostics } };
        return match region_report(request, &compared, near) {
            Ok(bytes) => Outcome { value: Some(bytes), diagnostics },
            Err(mut problems) => {
                diagnostics.append(&mut problems);
                Outcome::new(None, diagnostics)
            }
        };
    }
    let Outcome { value, mut diagnostics } =
        track_areas(request.paths, request.date, request.today, progress);
    let Some((history, rubric)) = value else { return Outcome { value: None, diagnostics } };
    let written = Language::find(request.language, &rubric, near).and_then(|language| {
        let view = years_view(&rubric, &history, &history.day, &language.words);
        let text = Text {
            template: request.kind.name(),
            view: &view,
            charts: years_charts(&rubric, &history, &language.words),
            marking: history.marking,
            title: &rubric.duty,
        };
        text.write(request.format, &rubric, &language).map_err(|problem| vec![problem])
    });
    match written {
        Ok(bytes) => Outcome { value: Some(bytes), diagnostics },
        Err(mut problems) => {
            diagnostics.append(&mut problems);
            Outcome::new(None, diagnostics)
        }
    }
}

/// The day of a report on a period: the one that is asked for, else that of the latest judgement, else today.
fn day<'a>(
    entries: &'a [Entry],
    period: &str,
    date: Option<&'a str>,
    today: &'a str,
) -> Result<&'a str, Diagnostic> {
    let of = entries.iter().filter(|entry| entry.period == period);
    let judged = of.filter_map(|entry| entry.judged.as_deref()).max();
    let day = date.or(judged).unwrap_or(today);
    check_day(day).map(|()| day)
}

/// The assessments of a period and of the year before it: what a page on that period tells of.
fn two_years(entries: &[Entry], period: &str) -> Vec<Entry> {
    let begins = period_span(period).0;
    let wanted = |entry: &&Entry| entry.period == period || entry.span().1 == begins;
    entries.iter().filter(wanted).cloned().collect()
}

fn region_report(
    request: &CohortReportRequest<'_>,
    compared: &Compared,
    near: &Path,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let Compared { comparison, moderation, entries, rubric } = compared;
    let years = two_years(entries, &comparison.period);
    let day =
        day(&years, &comparison.period, request.date, request.today).map_err(|problem| vec![problem])?;
    let language = Language::find(request.language, rubric, near)?;
    let history = track(&years, day);
    let view = region_view(rubric, comparison, moderation, &history, day, &language.words);
    if request.format == ReportFormat::Xlsx {
        return Ok(write_region_xlsx(&view, &long_table(entries)));
    }
    let text = Text {
        template: request.kind.name(),
        view: &view,
        charts: region_charts(rubric, comparison, &language.words),
        marking: comparison.marking,
        title: &rubric.duty,
    };
    text.write(request.format, rubric, &language).map_err(|problem| vec![problem])
}

impl Compared {
    /// Every level of every rater, area and period, as CSV.
    pub fn long_csv(&self) -> Vec<u8> {
        write_csv(&long_table(&self.entries))
    }

    /// Whom to call first, in the words of the language file above a path, else in the built-in ones.
    ///
    /// # Errors
    ///
    /// What is wrong with that language file.
    pub fn calls(&self, near: &Path, today: &str) -> Result<Vec<Call>, Vec<Diagnostic>> {
        let words = own_words(near)?;
        let years = two_years(&self.entries, &self.comparison.period);
        let day = day(&years, &self.comparison.period, None, today).map_err(|problem| vec![problem])?;
        let history = track(&years, day);
        Ok(calls(&self.comparison, &self.moderation, &history, &self.rubric.units, &words))
    }
}
