//! How diagnostics look: for a person, as plain lines, as JSON, as SARIF.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use super::{Code, Diagnostic, Place, Severity};
use crate::source::Position;

/// A line longer than this is not shown, so that one huge line cannot flood the screen. The renderer
/// itself shows only the part of a line that matters.
const LONGEST_LINE: usize = 4000;

/// The compiler's own look: the message, the source line with the place underlined, the help. In
/// colour; whoever writes it where none is wanted takes the colour out.
pub fn human(diagnostics: &[Diagnostic]) -> String {
    let renderer = Renderer::styled();
    let mut out = String::new();
    for diagnostic in diagnostics {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.name());
        let mut group = annotated(Group::with_title(title), &diagnostic.place, AnnotationKind::Primary, None);
        if let Some((place, label)) = diagnostic.related.as_deref() {
            group = annotated(group, place, AnnotationKind::Context, Some(label));
        }
        if let Some(help) = &diagnostic.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        out.push_str(&renderer.render(&[group]));
        out.push_str("\n\n");
    }
    out
}

fn annotated<'a>(
    group: Group<'a>,
    place: &'a Place,
    kind: AnnotationKind,
    label: Option<&'a str>,
) -> Group<'a> {
    match place {
        Place::File(name) => group.element(Origin::path(name.as_str())),
        Place::At(source, span) => {
            let position = source.position(span.start);
            let line = source.line_span(span.start);
            if line.end - line.start > LONGEST_LINE {
                let origin = Origin::path(source.name()).line(position.line).char_column(position.column);
                return group.element(origin);
            }
            let start = span.start.clamp(line.start, line.end);
            let end = span.end.clamp(start, line.end);
            let mut annotation = kind.span(start - line.start..end - line.start);
            if let Some(label) = label {
                annotation = annotation.label(label);
            }
            group.element(
                Snippet::source(source.slice(line))
                    .path(source.name())
                    .line_start(position.line)
                    .fold(false)
                    .annotation(annotation),
            )
        }
    }
}

/// One line a diagnostic: `file:line:column: error[code]: message; help`.
pub fn plain(diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let place = match position(&diagnostic.place) {
            Some(position) => {
                format!("{}:{}:{}", diagnostic.place.file(), position.line, position.column)
            }
            None => diagnostic.place.file().to_owned(),
        };
        let help = diagnostic.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "{place}: {}[{}]: {}{}",
            diagnostic.severity.word(),
            diagnostic.code.name(),
            one_line(&diagnostic.message),
            one_line(&help)
        );
    }
    out
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

fn position(place: &Place) -> Option<Position> {
    match place {
        Place::At(source, span) => Some(source.position(span.start)),
        Place::File(_) => None,
    }
}

fn end_position(place: &Place) -> Option<Position> {
    match place {
        Place::At(source, span) => Some(source.position(span.end)),
        Place::File(_) => None,
    }
}

/// JSON for programs: `{"schema": "check/1", "diagnostics": [...]}`.
pub fn json(diagnostics: &[Diagnostic]) -> Value {
    let list: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            let position = position(&diagnostic.place);
            json!({
                "code": diagnostic.code.name(),
                "severity": diagnostic.severity.word(),
                "file": diagnostic.place.file(),
                "line": position.map(|p| p.line),
                "column": position.map(|p| p.column),
                "message": diagnostic.message,
                "help": diagnostic.help,
            })
        })
        .collect();
    json!({"schema": "check/1", "diagnostics": list})
}

/// SARIF 2.1.0, the exchange format that code hosts and editors read.
pub fn sarif(diagnostics: &[Diagnostic]) -> Value {
    let rules: Vec<Value> = Code::ALL
        .iter()
        .map(|code| json!({"id": code.name(), "shortDescription": {"text": code.meaning()}}))
        .collect();
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            let mut text = diagnostic.message.clone();
            if let Some(help) = &diagnostic.help {
                let _ = write!(text, " ({help})");
            }
            let mut location = json!({"artifactLocation": {"uri": uri(diagnostic.place.file())}});
            if let (Some(start), Some(end)) = (position(&diagnostic.place), end_position(&diagnostic.place)) {
                location["region"] = json!({
                    "startLine": start.line, "startColumn": start.column,
                    "endLine": end.line, "endColumn": end.column,
                });
            }
            json!({
                "ruleId": diagnostic.code.name(),
                "ruleIndex": Code::ALL.iter().position(|code| *code == diagnostic.code),
                "level": diagnostic.severity.word(),
                "message": {"text": text},
                "locations": [{"physicalLocation": location}],
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "prevent-benchmark", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// A path as a relative URI: backslashes turned, what a URI cannot hold percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'\\' => out.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
