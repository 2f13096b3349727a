//! Templates and language files tried, so that a mistake in one is found before a report is due.

use std::path::Path;
use std::sync::Arc;

use super::begin::first_assessment;
use super::reports::{PAGE, WORDS, on_a_large_stack, own_words, read_words};
use super::{DEFAULT_RUBRIC, Rubrics, Scored, rubric, score_source};
use crate::cohort::Entry;
use crate::compare::compare;
use crate::diag::{self, Code, Diagnostic, Place};
use crate::history::track;
use crate::moderate::moderate;
use crate::report::document::{DocumentTree, read_markdown};
use crate::report::html::{PageView, write_html};
use crate::report::region::region_view;
use crate::report::template::render_markdown;
use crate::report::view::report_view;
use crate::report::words::Words;
use crate::report::years::years_view;
use crate::source::Source;
use crate::store;

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
    if name == WORDS {
        return read_words(&source).err().unwrap_or_default();
    }
    let (Some(example), Ok(words)) = (example(), own_words(path)) else { return Vec::new() };
    let tried = on_a_large_stack(|| {
        if name == PAGE {
            let (language, title) = (words.language.as_str(), "Title".to_owned());
            let page = PageView { language, title, marking: "OFFICIAL", words: &words };
            write_html(&DocumentTree::default(), &page, &[], &source).map(|_| ())
        } else if name == "region.md.j2" || name == "history.md.j2" {
            try_template(name == "region.md.j2", &example, &source, &words)
        } else {
            let Scored { rubric, assessment, proposals } = &example;
            let view = report_view(rubric, assessment, proposals, None, None, "2024-04-01", &words);
            render_markdown(&source, &view).map(|markdown| drop(read_markdown(&markdown)))
        }
    });
    tried.err().into_iter().collect()
}

/// The first assessment that `init` writes, with the built-in rubric.
fn example() -> Option<Scored> {
    let rubric = rubric(DEFAULT_RUBRIC, Path::new("-")).value?;
    let text = first_assessment(&rubric, "2024-04-01", true);
    score_source(&Source::new("example", text), Path::new("-"), &Rubrics::default()).0
}

/// Tries the template of a report on many assessments on a single one.
fn try_template(of_region: bool, example: &Scored, source: &Source, words: &Words) -> Result<(), Diagnostic> {
    let Scored { rubric, assessment, proposals } = example;
    let entry = Entry::new("example".to_owned(), Arc::clone(rubric), assessment.clone(), proposals);
    let day = "2024-04-01";
    let history = track(std::slice::from_ref(&entry), day);
    let markdown = if of_region {
        let comparison = compare(rubric, &[&entry], &entry.period);
        let moderation = moderate(rubric, &[&entry]);
        render_markdown(source, &region_view(rubric, &comparison, &moderation, &history, day, words))
    } else {
        render_markdown(source, &years_view(rubric, &history, day, words))
    };
    markdown.map(|markdown| drop(read_markdown(&markdown)))
}
