//! Statements by themselves: a YAML list, the evidence of an assessment, or plain lines.

use std::sync::Arc;

use super::diags;
use crate::diag::{Diagnostic, Place};
use crate::source::{Source, Span};
use crate::yaml::{Document, Node, NodeKind, steers};

/// A statement that stands in no assessment, or is read without the rest of one.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its id, or its position.
    pub id: String,
    /// The statement.
    pub text: String,
    /// The number of the benchmark under which it was put, if it was.
    pub benchmark: Option<i64>,
    /// Where it stands.
    pub place: Place,
}

/// Whether a text is meant as YAML: by its name, or when it has none that tells, by how it begins.
pub fn is_yaml(source: &Source) -> bool {
    match source.name().rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()) {
        Some(ending) if ending == "yaml" || ending == "yml" => true,
        Some(ending) if ending == "txt" || ending == "md" => false,
        _ => source
            .text()
            .lines()
            .map(str::trim_end)
            .find(|line| !line.trim_start().is_empty() && !line.trim_start().starts_with('#'))
            .is_some_and(|line| {
                ["- ", "[", "{", "---", "schema:", "area:", "period:", "rubric:", "evidence:", "letter:"]
                    .iter()
                    .any(|opening| line.trim_start().starts_with(opening))
            }),
    }
}

/// One statement a line; empty lines and the marks of a list are left out.
pub fn read_lines(source: &Arc<Source>) -> Result<Vec<Statement>, Vec<Diagnostic>> {
    let mut statements = Vec::new();
    let mut problems = Vec::new();
    let mut start = 0;
    for (number, line) in source.text().split('\n').enumerate() {
        let marks = |c: char| c.is_whitespace() || matches!(c, '-' | '*' | '•' | '–');
        let text = line.trim_start_matches(marks).trim_end();
        if !text.is_empty() {
            let from = start + (line.len() - line.trim_start_matches(marks).len());
            let place = Place::At(Arc::clone(source), Span::new(from, from + text.len()));
            match text.chars().find(|c| steers(*c)) {
                Some(found) => problems.push(diags::steering_character(found, place)),
                None => statements.push(Statement {
                    id: format!("L{}", number + 1),
                    text: text.to_owned(),
                    benchmark: None,
                    place,
                }),
            }
        }
        start += line.len() + 1;
    }
    if problems.is_empty() { Ok(statements) } else { Err(problems) }
}

/// The items of a list, or of an assessment's `evidence`: texts, or mappings with `text` and perhaps
/// `id` and `benchmark`. Other keys are left alone.
pub fn read_list(document: &Document) -> Result<Vec<Statement>, Vec<Diagnostic>> {
    let list = match &document.root.kind {
        NodeKind::Sequence(items) => items,
        NodeKind::Mapping(entries) => {
            match entries.iter().find(|entry| entry.key == "evidence").map(|e| &e.value.kind) {
                Some(NodeKind::Sequence(items)) => items,
                _ => return Err(vec![diags::no_statements(document.place(""))]),
            }
        }
        _ => return Err(vec![diags::no_statements(document.place(""))]),
    };
    let mut statements = Vec::new();
    let mut problems = Vec::new();
    for (at, item) in list.iter().enumerate() {
        let place = Place::At(Arc::clone(&document.source), item.span);
        let key = |name: &str| match &item.kind {
            NodeKind::Mapping(entries) => {
                entries.iter().find(|entry| entry.key == name).map(|entry| &entry.value)
            }
            _ => None,
        };
        let text = match (&item.kind, key("text")) {
            (NodeKind::Mapping(_), Some(text)) => written(document, text),
            (NodeKind::Mapping(_), None) => None,
            _ => written(document, item),
        };
        let benchmark = match key("benchmark") {
            None => None,
            Some(Node { kind: NodeKind::Integer(number), .. }) => Some(*number),
            Some(other) => {
                problems
                    .push(diags::benchmark_is_no_number(Place::At(Arc::clone(&document.source), other.span)));
                None
            }
        };
        match text {
            Some(text) => statements.push(Statement {
                id: key("id").and_then(|id| written(document, id)).unwrap_or_else(|| format!("E{}", at + 1)),
                text,
                benchmark,
                place,
            }),
            None => problems.push(diags::statement_without_text(place)),
        }
    }
    if problems.is_empty() { Ok(statements) } else { Err(problems) }
}

/// A single value as it is written; nothing for a list, a mapping or an empty value.
fn written(document: &Document, node: &Node) -> Option<String> {
    match &node.kind {
        NodeKind::Text(text) => Some(text.to_string()),
        NodeKind::Bool(_) | NodeKind::Integer(_) | NodeKind::Float(_) => {
            Some(document.source.slice(node.span).to_owned())
        }
        NodeKind::Null | NodeKind::Sequence(_) | NodeKind::Mapping(_) => None,
    }
}
