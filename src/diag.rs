//! Diagnostics: everything the program has to say about an input that is not right.
//!
//! A [`Diagnostic`] has a [`Code`], a place, a message that says what is wrong, and a help that
//! says what to do. The wording of a topic stands in that topic's `diags` module; how a diagnostic
//! looks is decided in [`render`].

pub mod code;
pub mod render;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use code::Code;

use crate::source::{Source, Span};

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// The work can be done, but the result may not be what was meant.
    Warning,
    /// The input cannot be used.
    Error,
}

impl Severity {
    /// The word shown to a person and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place in a source, or a whole file when there is no text to point at.
#[derive(Clone, Debug)]
pub enum Place {
    /// Bytes of a text.
    At(Arc<Source>, Span),
    /// A file that could not be read as text.
    File(String),
}

impl Place {
    /// The file's name as the user gave it.
    pub fn file(&self) -> &str {
        match self {
            Self::At(source, _) => source.name(),
            Self::File(name) => name,
        }
    }

    fn order(&self) -> (&str, Span) {
        match self {
            Self::At(source, span) => (source.name(), *span),
            Self::File(name) => (name, Span::default()),
        }
    }
}

/// One thing to say about an input.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Which kind of problem it is.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// What is wrong, in one plain sentence without a full stop.
    pub message: String,
    /// A second place that explains the first, with a label.
    pub related: Option<Box<(Place, String)>>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic of the code's usual severity.
    pub fn new(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self { code, severity: code.severity(), place, message: message.into(), related: None, help: None }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Points at a second place.
    #[must_use]
    pub fn related(mut self, place: Place, label: impl Into<String>) -> Self {
        self.related = Some(Box::new((place, label.into())));
        self
    }
}

/// Puts diagnostics in reading order: by file, then by place, then by code.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        a.place.order().cmp(&b.place.order()).then_with(|| (a.code, &a.message).cmp(&(b.code, &b.message)))
    });
}

/// The places in a text of which something has been said.
pub fn spans(diagnostics: &[Diagnostic]) -> BTreeSet<Span> {
    diagnostics
        .iter()
        .filter_map(|diagnostic| match &diagnostic.place {
            Place::At(_, span) => Some(*span),
            Place::File(_) => None,
        })
        .collect()
}

/// Whether any diagnostic is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// "did you mean `x`?" when one of the known words is near enough to be meant.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    // A word of this length is no slip of the pen, and comparing it would take long.
    if word.len() > 100 {
        return None;
    }
    let limit = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min()
        .map(|(_, candidate)| format!("did you mean `{candidate}`?"))
}
