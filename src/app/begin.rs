//! Beginning: a workspace to edit, its templates, the next year.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{DEFAULT_RUBRIC, FORMATS, Outcome, Rubrics, read_against, read_assessment, rubric, schema_text};
use crate::assessment::Wording;
use crate::assessment::next_year::{NextYear, next_period, next_year};
use crate::diag::{Code, Diagnostic, Place};
use crate::rubric::Rubric;
use crate::source::Source;
use crate::store;

/// Writes a workspace to edit, and says which files it wrote. Nothing is written into a folder that
/// already holds something.
pub fn init(folder: &Path, today: &str) -> Outcome<Vec<PathBuf>> {
    if store::is_occupied(folder) {
        return Outcome::failed(
            Diagnostic::new(
                Code::BadRequest,
                Place::File(folder.display().to_string()),
                "the folder is not empty, and nothing in it will be overwritten",
            )
            .help("name a new folder"),
        );
    }
    let default = rubric(DEFAULT_RUBRIC, Path::new("-"));
    let Some(default) = default.value else { return Outcome::new(None, default.diagnostics) };
    let (_, file) = financial_year(today);
    let readme = store::builtin_file("README.md").unwrap_or_default().replace("{file}", &file);
    let mut files: Vec<(PathBuf, String)> = vec![
        ("README.md".into(), readme),
        (Path::new("assessments/your-area").join(&file), first_assessment(&default, today, false)),
    ];
    for (id, texts) in store::BUILTIN_RUBRICS {
        for (name, text) in *texts {
            files.push((Path::new("rubrics").join(id).join(name), (*text).to_owned()));
        }
    }
    for (name, text) in store::TEMPLATES {
        files.push((Path::new("reports").join(name), (*text).to_owned()));
    }
    for (name, format) in FORMATS {
        files.push((format!("schemas/{name}.schema.json").into(), schema_text(format.json_schema())));
    }
    let mut written = Vec::new();
    for (path, text) in files {
        let path = folder.join(path);
        if let Err(problem) = store::write_whole(&path, text.as_bytes(), &[]) {
            return Outcome::failed(problem);
        }
        written.push(path);
    }
    Outcome { value: Some(written), diagnostics: Vec::new() }
}

/// What was written to begin a year.
#[derive(Debug)]
pub struct Begun {
    /// The new file.
    pub path: PathBuf,
    /// What stands in it.
    pub year: NextYear,
}

/// Begins the next year beside an assessment: carries over open actions, asks again for evidence that has aged, and
/// copies no judgement. Nothing that is there is overwritten.
pub fn begin_next_year(path: &Path) -> Outcome<Begun> {
    let source = match store::read_source(path) {
        Ok(source) => source,
        Err(problem) => return Outcome::failed(problem),
    };
    let rubrics = Rubrics::default();
    let (read, mut diagnostics) = read_assessment(&source, path, &rubrics, Wording::AsItIs);
    let Some(read) = read else { return Outcome::new(None, diagnostics) };
    // The new year is made with the criteria that are there now.
    let (loaded, assessment) = match &read.present {
        Some(present) => match read_against(&read.document, present) {
            (Some(assessment), _) => (Arc::clone(present), assessment),
            (None, mut problems) => {
                diagnostics.append(&mut problems);
                return Outcome::new(None, diagnostics);
            }
        },
        None => (Arc::clone(&read.loaded), read.assessment.clone()),
    };
    let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(period) = next_period(&assessment.period) else {
        return Outcome::failed(
            Diagnostic::new(
                Code::ImpossiblePeriod,
                read.document.place("/period"),
                "no year follows this one",
            )
            .help("correct the period"),
        );
    };
    let year = next_year(&assessment, &loaded.rubric, file, period);
    let target = path.with_file_name(format!("{}.yaml", year.period.replace('/', "-")));
    let refuse = |message: &str, help: &str| {
        Outcome::failed(
            Diagnostic::new(Code::BadRequest, Place::File(target.display().to_string()), message).help(help),
        )
    };
    if path.as_os_str() == "-" {
        return refuse("the next year is begun beside a file", "name the file of this year's assessment");
    }
    if target.exists() {
        return refuse(
            "the next year has been begun already, and nothing in it will be overwritten",
            "go on with that file, or move it away first",
        );
    }
    // What is written must be right before it is written.
    let written = Source::new(target.display().to_string(), year.text.clone());
    let (again, mut said) = read_assessment(&written, &target, &rubrics, Wording::AsItIs);
    if again.is_none() {
        diagnostics.append(&mut said);
        return Outcome::new(None, diagnostics);
    }
    if let Err(problem) = store::write_whole(&target, year.text.as_bytes(), &[path]) {
        return Outcome::failed(problem);
    }
    Outcome::new(Some(Begun { path: target, year }), Vec::new())
}

/// The assessment to start from, for a rubric and a day. Its examples are comments, which count for nothing,
/// unless they are wanted.
pub(super) fn first_assessment(rubric: &Rubric, today: &str, with_examples: bool) -> String {
    let text = store::builtin_file("assessment.yaml").unwrap_or_default();
    let text = if with_examples {
        text.replace(" []\n#: ", "\n").replace("\n#: ", "\n")
    } else {
        text.replace("\n#: ", "\n# ")
    };
    text.replace("{period}", &financial_year(today).0)
        .replace("{date}", today)
        .replace("{rubric}", &rubric.id)
        .replace("{edition}", &rubric.edition)
        .replace("{hash}", &rubric.hash)
}

/// Writes the built-in report templates and their words into a workspace, to be changed. What is there already
/// stays as it is. Gives what was written and what was left.
pub fn init_templates(folder: &Path) -> Outcome<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (mut written, mut left) = (Vec::new(), Vec::new());
    for (name, text) in store::TEMPLATES {
        let path = folder.join("reports").join(name);
        if path.exists() {
            left.push(path);
            continue;
        }
        if let Err(problem) = store::write_whole(&path, text.as_bytes(), &[]) {
            return Outcome::failed(problem);
        }
        written.push(path);
    }
    Outcome { value: Some((written, left)), diagnostics: Vec::new() }
}

/// The financial year in which a day lies, `2021/22`, and the name of its file, `2021-22.yaml`.
fn financial_year(today: &str) -> (String, String) {
    let date: jiff::civil::Date = today.parse().unwrap_or(jiff::civil::Date::ZERO);
    let begins = if date.month() >= 4 { date.year() } else { date.year() - 1 };
    let ends = (begins + 1).rem_euclid(100);
    (format!("{begins}/{ends:02}"), format!("{begins}-{ends:02}.yaml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_financial_year_begins_in_april() {
        assert_eq!(financial_year("2022-03-31").0, "2021/22");
        assert_eq!(financial_year("2022-04-01").0, "2022/23");
        assert_eq!(financial_year("1999-06-01").1, "1999-00.yaml");
    }
}
