//! Changes to the text of an assessment that leave everything else in it as it is: comments, order,
//! quotes. Line endings and encoding are kept when it is written ([`crate::source::encode_like`]).
//!
//! A change is made at the places that the one parse gives; nothing is written anew that was there
//! before.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::rubric::Status;
use crate::source::Span;
use crate::yaml::{Document, Node, NodeKind};

/// A statement to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvidence {
    /// The number of its benchmark.
    pub benchmark: u16,
    /// The statement.
    pub text: String,
    /// The document's title.
    pub title: Option<String>,
    /// The document's date.
    pub date: Option<String>,
    /// The place in it.
    pub place: String,
    /// The document's file.
    pub document: String,
    /// The document's hash.
    pub sha256: String,
    /// Its marking, if it is above the default.
    pub marking: Option<&'static str>,
    /// What is proposed.
    pub findings: Vec<NewFinding>,
}

/// A finding as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFinding {
    /// The criterion's id.
    pub criterion: String,
    /// The status.
    pub status: Status,
    /// The words it rests on; nothing when that is the whole statement.
    pub words: Option<String>,
}

impl NewFinding {
    fn line(&self) -> String {
        let words = self.words.as_ref().map(|words| format!(", words: {}", quoted(words)));
        format!(
            "{{criterion: {}, status: {}{}}}",
            self.criterion,
            self.status.id(),
            words.unwrap_or_default()
        )
    }
}

/// Why a text cannot be changed in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEditable {
    /// The list stands in brackets on one line.
    InBrackets(Span),
    /// There is no such statement.
    NotThere,
}

/// A text in double quotes, as YAML and JSON both read it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The text with statements added at the end of the evidence, with ids `G1`, `G2`, ... that are free.
pub fn add_evidence(document: &Document, items: &[NewEvidence]) -> Result<String, NotEditable> {
    let taken: BTreeSet<String> =
        document.items("/evidence").iter().filter_map(|item| value_of(item, "id")).collect();
    let mut number = 0;
    let mut next_id = || loop {
        number += 1;
        let id = format!("G{number}");
        if !taken.contains(&id) {
            return id;
        }
    };
    append(document, "evidence", &mut |indent| written(items, indent, &mut next_id))
}

/// The text with items added at the end of a list of the file, which is made if there is none.
fn append(
    document: &Document,
    key: &str,
    items: &mut dyn FnMut(usize) -> String,
) -> Result<String, NotEditable> {
    let text = document.source.text();
    let (at, indent, before) = match document.node(&format!("/{key}")) {
        Some(Node { kind: NodeKind::Sequence(list), span }) if !list.is_empty() => {
            let Some((_, dash)) = dash_of(text, list[0].span.start) else {
                return Err(NotEditable::InBrackets(*span));
            };
            let end = list.last().map_or(span.end, |item| end_of(text, item));
            (end_of_line(text, end), dash, String::new())
        }
        // There is none yet: the key without a value, `[]`, or no such key.
        Some(node) => {
            let start = text[..node.span.start].rfind(key).unwrap_or(node.span.start);
            let end = node.span.end.max(start + key.len() + 1);
            let whole = format!("{}{key}:{}\n", &text[..start], comment_after(text, end));
            let rest = text[end_of_line(text, end)..].to_owned();
            return Ok(format!("{whole}{}{rest}", items(2)));
        }
        None => (text.len(), 2, format!("{key}:\n")),
    };
    let gap = if at > 0 && !text[..at].ends_with('\n') { "\n" } else { "" };
    Ok(format!("{}{gap}{before}{}{}", &text[..at], items(indent), &text[at..]))
}

/// What is to be changed in one action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionChange {
    /// Its place in the list.
    pub at: usize,
    /// Keys with their new values.
    pub set: Vec<(&'static str, String)>,
    /// What happened, with the date.
    pub update: Option<(String, String)>,
}

/// An action to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAction {
    /// Its id.
    pub id: String,
    /// The number of its benchmark.
    pub benchmark: u16,
    /// The ids of the criteria it would put in place.
    pub criteria: Vec<String>,
    /// What is to be done.
    pub action: String,
    /// Who does it.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<String>,
}

/// The text with actions added at the end of the list.
pub fn add_actions(document: &Document, items: &[NewAction]) -> Result<String, NotEditable> {
    append(document, "actions", &mut |indent| {
        let pad = " ".repeat(indent);
        let mut out = String::new();
        for item in items {
            let _ = writeln!(out, "{pad}- id: {}", quoted(&item.id));
            let _ = writeln!(out, "{pad}  benchmark: {}", item.benchmark);
            if !item.criteria.is_empty() {
                let _ = writeln!(out, "{pad}  criteria: [{}]", item.criteria.join(", "));
            }
            let _ = writeln!(out, "{pad}  action: {}", quoted(&item.action));
            if let Some(owner) = &item.owner {
                let _ = writeln!(out, "{pad}  owner: {}", quoted(owner));
            }
            if let Some(due) = &item.due {
                let _ = writeln!(out, "{pad}  due: {due}");
            }
            let _ = writeln!(out, "{pad}  status: open");
        }
        out
    })
}

/// The text with actions changed, each where it stands.
pub fn change_actions(document: &Document, changes: &[ActionChange]) -> Result<String, NotEditable> {
    let mut edits: Vec<(Span, String)> = Vec::new();
    for change in changes {
        let item = document.items("/actions").get(change.at).ok_or(NotEditable::NotThere)?;
        change_action(document.source.text(), item, change, &mut edits)?;
    }
    Ok(edited(document.source.text(), edits))
}

fn change_action(
    text: &str,
    item: &Node,
    change: &ActionChange,
    edits: &mut Vec<(Span, String)>,
) -> Result<(), NotEditable> {
    let NodeKind::Mapping(entries) = &item.kind else { return Err(NotEditable::NotThere) };
    let first = entries.first().ok_or(NotEditable::NotThere)?;
    let in_braces = text[item.span.start..].starts_with('{');
    let indent = dash_of(text, first.key_span.start).map(|(indent, _)| indent);
    if !in_braces && indent.is_none() {
        return Err(NotEditable::InBrackets(item.span));
    }
    let pad = " ".repeat(indent.unwrap_or_default());
    let mut added: Vec<(&str, String)> = Vec::new();
    for (key, value) in &change.set {
        let value = match *key {
            "due" | "status" => value.clone(),
            _ => quoted(value),
        };
        match entries.iter().find(|entry| entry.key == *key) {
            Some(entry) => edits.push((value_span(text, &entry.value), value)),
            None => added.push((key, value)),
        }
    }
    if let Some((date, what)) = &change.update {
        let update = format!("{{date: {date}, text: {}}}", quoted(what));
        match entries.iter().find(|entry| entry.key == "updates") {
            Some(entry) if text[entry.value.span.start..].starts_with('[') => {
                let NodeKind::Sequence(list) = &entry.value.kind else { return Err(NotEditable::NotThere) };
                let close = text[..entry.value.span.end].rfind(']').ok_or(NotEditable::NotThere)?;
                let comma = if list.is_empty() { "" } else { ", " };
                edits.push((Span::new(close, close), format!("{comma}{update}")));
            }
            Some(entry) => {
                let NodeKind::Sequence(list) = &entry.value.kind else { return Err(NotEditable::NotThere) };
                let start = list.first().ok_or(NotEditable::NotThere)?.span.start;
                let (_, dash) = dash_of(text, start).ok_or(NotEditable::InBrackets(entry.value.span))?;
                let end = end_of_line(text, end_of(text, &entry.value));
                edits.push((Span::new(end, end), format!("{}- {update}\n", " ".repeat(dash))));
            }
            None => added.push(("updates", format!("[{update}]"))),
        }
    }
    if in_braces {
        let close = text[..item.span.end].rfind('}').ok_or(NotEditable::NotThere)?;
        let more: String = added.iter().map(|(key, value)| format!(", {key}: {value}")).collect();
        edits.push((Span::new(close, close), more));
    } else {
        let end = end_of_line(text, end_of(text, item));
        let more: String = added.iter().map(|(key, value)| format!("{pad}{key}: {value}\n")).collect();
        edits.push((Span::new(end, end), more));
    }
    Ok(())
}

/// The bytes of a scalar, without the line end that the span of a block scalar may hold.
fn value_span(text: &str, value: &Node) -> Span {
    let written = &text[value.span.start..value.span.end];
    Span::new(value.span.start, value.span.start + written.trim_end().len())
}

/// A text with changes made, none of which overlaps another. Of two at one place the first comes first.
fn edited(text: &str, mut edits: Vec<(Span, String)>) -> String {
    edits.retain(|(span, new)| !new.is_empty() || span.start < span.end);
    edits.sort_by_key(|(span, _)| span.start);
    let mut out = text.to_owned();
    for (span, new) in edits.into_iter().rev() {
        let whole_line = new.ends_with('\n');
        let gap =
            if whole_line && span.start > 0 && span.start == span.end && !out[..span.start].ends_with('\n') {
                "\n"
            } else {
                ""
            };
        out.replace_range(span.start..span.end, &format!("{gap}{new}"));
    }
    out
}

/// A remark that stands on the line after a value.
fn comment_after(text: &str, end: usize) -> String {
    let rest = text[end..end_of_line(text, end)].trim_end();
    rest.find('#').map(|at| format!("  {}", &rest[at..])).unwrap_or_default()
}

fn written(items: &[NewEvidence], indent: usize, next_id: &mut impl FnMut() -> String) -> String {
    let mut out = String::new();
    let pad = " ".repeat(indent);
    for item in items {
        let mut line = |text: String| {
            let _ = writeln!(out, "{pad}{text}");
        };
        line(format!("- id: {}", next_id()));
        line(format!("  benchmark: {}", item.benchmark));
        line(format!("  text: {}", quoted(&item.text)));
        line("  source:".to_owned());
        if let Some(title) = &item.title {
            line(format!("    title: {}", quoted(title)));
        }
        if let Some(date) = &item.date {
            line(format!("    date: {}", quoted(date)));
        }
        line(format!("    place: {}", quoted(&item.place)));
        line(format!("    document: {}", quoted(&item.document)));
        line(format!("    sha256: {}", quoted(&item.sha256)));
        if let Some(marking) = item.marking {
            line(format!("  marking: {marking}"));
        }
        line("  confirmed: false".to_owned());
        if item.findings.is_empty() {
            line("  findings: []".to_owned());
        } else {
            line("  findings:".to_owned());
            for finding in &item.findings {
                line(format!("    - {}", finding.line()));
            }
        }
    }
    out
}

/// The text with one statement confirmed: its findings replaced, if `findings` gives any, its benchmark
/// too, and `confirmed` set.
pub fn confirm_evidence(
    document: &Document,
    at: usize,
    benchmark: Option<u16>,
    findings: Option<&[NewFinding]>,
    confirmed: bool,
) -> Result<String, NotEditable> {
    let text = document.source.text();
    let item = document.items("/evidence").get(at).ok_or(NotEditable::NotThere)?;
    let NodeKind::Mapping(entries) = &item.kind else { return Err(NotEditable::NotThere) };
    let entry = |name: &str| entries.iter().find(|entry| entry.key == name);
    let first = entries.first().ok_or(NotEditable::NotThere)?;
    let Some((indent, _)) = dash_of(text, first.key_span.start) else {
        return Err(NotEditable::InBrackets(item.span));
    };
    let pad = " ".repeat(indent);
    let mut changes: Vec<(Span, String)> = Vec::new();
    if let Some(entry) = entry("confirmed") {
        changes.push((entry.value.span, confirmed.to_string()));
    } else {
        let end = end_of_line(text, end_of(text, item));
        changes.push((Span::new(end, end), format!("{pad}confirmed: {confirmed}\n")));
    }
    if let (Some(benchmark), Some(entry)) = (benchmark, entry("benchmark")) {
        changes.push((entry.value.span, benchmark.to_string()));
    }
    if let Some(findings) = findings {
        let list = if findings.is_empty() {
            "findings: []\n".to_owned()
        } else {
            let lines: String =
                findings.iter().map(|finding| format!("{pad}  - {}\n", finding.line())).collect();
            format!("findings:\n{lines}")
        };
        if let Some(entry) = entry("findings") {
            let end = end_of_line(text, end_of(text, &entry.value).max(entry.key_span.end));
            let kept: String = comments_in(text, &entry.value, entry.key_span.end, end)
                .iter()
                .map(|comment| format!("{pad}  {comment}\n"))
                .collect();
            changes.push((Span::new(entry.key_span.start, end), list + &kept));
        } else {
            let end = end_of_line(text, end_of(text, item));
            changes.push((Span::new(end, end), format!("{pad}{list}")));
        }
    }
    Ok(edited(text, changes))
}

/// The comments in what stands from a key to the end of its list of findings: those on lines of their own and those after a finding.
fn comments_in(text: &str, list: &Node, start: usize, end: usize) -> Vec<String> {
    let tail = |node: &Node| {
        let from = end_of(text, node);
        let rest = text[from..end_of_line(text, from)].trim();
        rest.starts_with('#').then(|| (from, rest.to_owned()))
    };
    let items = match &list.kind {
        NodeKind::Sequence(items) => items.as_slice(),
        _ => &[],
    };
    let mut found: Vec<(usize, String)> = items.iter().chain([list]).filter_map(tail).collect();
    // A line of its own may stand anywhere between the findings.
    let mut at = start;
    for line in text[start..end].split_inclusive('\n') {
        if line.trim_start().starts_with('#') {
            found.push((at, line.trim().to_owned()));
        }
        at += line.len();
    }
    found.sort();
    found.dedup_by(|a, b| a.1 == b.1);
    found.into_iter().map(|(_, comment)| comment).collect()
}

fn value_of(item: &Node, key: &str) -> Option<String> {
    let NodeKind::Mapping(entries) = &item.kind else { return None };
    match &entries.iter().find(|entry| entry.key == key)?.value.kind {
        NodeKind::Text(text) => Some(text.to_string()),
        _ => None,
    }
}

/// For a list item that begins at `start`: the column of its first key, and that of its dash.
fn dash_of(text: &str, start: usize) -> Option<(usize, usize)> {
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..start];
    let dash = before.find('-')?;
    let plain = before.chars().all(|c| c == ' ' || c == '-') && before.matches('-').count() == 1;
    plain.then_some((before.len(), dash))
}

/// Where the last of what a value holds ends. The span of a list or mapping may reach further, unless it
/// stands in brackets.
fn end_of(text: &str, node: &Node) -> usize {
    if text[node.span.start..].starts_with(['{', '[']) {
        return node.span.end;
    }
    match &node.kind {
        NodeKind::Sequence(items) if !items.is_empty() => {
            items.iter().map(|item| end_of(text, item)).max().unwrap_or(node.span.end)
        }
        NodeKind::Mapping(entries) if !entries.is_empty() => entries
            .iter()
            .map(|entry| end_of(text, &entry.value).max(entry.key_span.end))
            .max()
            .unwrap_or(node.span.end),
        _ => node.span.end,
    }
}

/// The end of the line in which a place lies, its line end included.
fn end_of_line(text: &str, at: usize) -> usize {
    if at > 0 && text[..at].ends_with('\n') {
        return at;
    }
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}
