//! The one parse of a file: text to a tree in which every key and value knows its place.
//!
//! The events come from `granit-parser`, the parser under serde-saphyr; one walk over them builds
//! the tree, finds duplicate keys and words that programs read differently, and keeps limits on
//! depth and on what aliases may expand to. The tree turns into a JSON value for the schema and
//! for serde, and a JSON pointer leads back from any value to its place ([`Document::place`]).
//! Nothing else in the project reads YAML.

mod de;

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError};
use serde_json::{Map, Number, Value};

use crate::diag::{Code, Diagnostic, Place};
use crate::source::{Source, Span};

/// How deep values may be nested. Our formats need seven levels.
const DEEPEST: usize = 64;
/// Up to how many keys a mapping is searched one by one for a duplicate.
const FEW_KEYS: usize = 16;
/// How many values aliases may add to a file.
const MOST_ALIASED: usize = 100_000;

/// One value with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// The bytes of the value.
    pub span: Span,
    /// What it holds.
    pub kind: NodeKind,
}

/// What a value holds.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// Nothing: an empty value, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a decimal point or an exponent.
    Float(f64),
    /// Text.
    Text(CompactString),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order of the file.
    Mapping(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: CompactString,
    /// The bytes of the key.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// A parsed file.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text it was parsed from.
    pub source: Arc<Source>,
    /// The tree.
    pub root: Node,
}

impl Document {
    /// A document without a text, for values that were not read from a file just now.
    pub fn without_text(name: &str) -> Self {
        let root = Node { span: Span::default(), kind: NodeKind::Null };
        Self { source: Source::new(name, ""), root }
    }

    /// The value a JSON pointer leads to, if any.
    pub fn node(&self, pointer: &str) -> Option<&Node> {
        self.entry_and_node(pointer).map(|(_, node)| node)
    }

    fn entry_and_node(&self, pointer: &str) -> Option<(Option<&Entry>, &Node)> {
        let mut node = &self.root;
        let mut entry = None;
        for step in pointer.split('/').skip(1) {
            let step = unescape(step);
            match &node.kind {
                NodeKind::Mapping(entries) => {
                    let found = entries.iter().find(|candidate| candidate.key == step)?;
                    entry = Some(found);
                    node = &found.value;
                }
                NodeKind::Sequence(items) => {
                    entry = None;
                    node = items.get(step.parse::<usize>().ok()?)?;
                }
                _ => return None,
            }
        }
        Some((entry, node))
    }

    /// The place of the value at a pointer, or of the nearest value above it that exists.
    pub fn place(&self, pointer: &str) -> Place {
        let mut pointer = pointer;
        loop {
            if let Some(node) = self.node(pointer) {
                return Place::At(Arc::clone(&self.source), node.span);
            }
            pointer = pointer.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// The place of the key under which the value at a pointer stands; of the value itself for an
    /// item of a list.
    pub fn key_place(&self, pointer: &str) -> Place {
        match self.entry_and_node(pointer) {
            Some((Some(entry), _)) => Place::At(Arc::clone(&self.source), entry.key_span),
            _ => self.place(pointer),
        }
    }

    /// The place of a key's value in a mapping, or of the mapping when it has no such key.
    pub fn place_in(&self, mapping: &Node, key: &str) -> Place {
        let span = match &mapping.kind {
            NodeKind::Mapping(entries) => {
                entries.iter().find(|entry| entry.key == key).map(|entry| entry.value.span)
            }
            _ => None,
        };
        Place::At(Arc::clone(&self.source), span.unwrap_or(mapping.span))
    }

    /// The items of the list at a pointer; none when there is no such list.
    pub fn items(&self, pointer: &str) -> &[Node] {
        match self.node(pointer).map(|node| &node.kind) {
            Some(NodeKind::Sequence(items)) => items,
            _ => &[],
        }
    }

    /// Whether any value is empty or `null`. None of our formats has a use for one.
    pub fn has_null(&self) -> bool {
        fn null(node: &Node) -> bool {
            match &node.kind {
                NodeKind::Null => true,
                NodeKind::Sequence(items) => items.iter().any(null),
                NodeKind::Mapping(entries) => entries.iter().any(|entry| null(&entry.value)),
                _ => false,
            }
        }
        null(&self.root)
    }

    /// The text of a top-level key, such as `schema`.
    pub fn text_at(&self, pointer: &str) -> Option<&str> {
        match &self.node(pointer)?.kind {
            NodeKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The tree as JSON.
    pub fn to_json(&self) -> Value {
        to_json(&self.root)
    }
}

/// Whether a character steers a terminal or turns the direction of writing.
pub fn steers(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A key as a step of a JSON pointer.
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The key that a step of a JSON pointer names.
pub fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

fn to_json(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Null => Value::Null,
        NodeKind::Bool(value) => Value::Bool(*value),
        NodeKind::Integer(value) => Value::Number((*value).into()),
        NodeKind::Float(value) => Number::from_f64(*value).map_or(Value::Null, Value::Number),
        NodeKind::Text(text) => Value::String(text.to_string()),
        NodeKind::Sequence(items) => Value::Array(items.iter().map(to_json).collect()),
        NodeKind::Mapping(entries) => Value::Object(
            entries.iter().map(|entry| (entry.key.to_string(), to_json(&entry.value))).collect::<Map<_, _>>(),
        ),
    }
}

/// Parses one file. The document is there whenever a tree could be built, even one with duplicate
/// keys (the first counts), so that later stages can report their problems in the same run.
pub fn parse_yaml(source: &Arc<Source>) -> (Option<Document>, Vec<Diagnostic>) {
    let mut walk = Walk {
        source,
        diagnostics: Vec::new(),
        open: Vec::new(),
        root: None,
        anchors: BTreeMap::new(),
        aliased: 0,
        stopped: false,
        may_steer: source.text().bytes().any(|byte| byte == b'\\' || byte == 0xe2),
    };
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    let mut documents = 0;
    for event in Parser::new_from_str_with_options(source.text(), options) {
        match event {
            Err(error) => {
                let diagnostic = walk.syntax_error(&error);
                walk.diagnostics.push(diagnostic);
                return (None, walk.diagnostics);
            }
            Ok((Event::DocumentStart(..), span)) => {
                documents += 1;
                if documents > 1 {
                    let place = walk.place(byte_span(span));
                    walk.diagnostics.push(
                        Diagnostic::new(Code::YamlSeveralDocuments, place, "a second document begins here")
                            .help("keep one document in a file; remove the `---` line or split the file"),
                    );
                    return (None, walk.diagnostics);
                }
            }
            Ok((event, span)) => walk.event(event, byte_span(span)),
        }
        if walk.stopped {
            return (None, walk.diagnostics);
        }
    }
    let Some(root) = walk.root else {
        let place = Place::At(Arc::clone(source), Span::default());
        walk.diagnostics.push(
            Diagnostic::new(Code::YamlEmpty, place, "the file is empty")
                .help("`prevent-benchmark init` writes a file to start from"),
        );
        return (None, walk.diagnostics);
    };
    (Some(Document { source: Arc::clone(source), root }), walk.diagnostics)
}

fn byte_span(span: granit_parser::Span) -> Span {
    let range = span.byte_range().unwrap_or_default();
    Span::new(range.start, range.end)
}

enum Open {
    Sequence {
        start: usize,
        anchor: usize,
        items: Vec<Node>,
    },
    Mapping {
        start: usize,
        anchor: usize,
        entries: Vec<Entry>,
        key: Option<(CompactString, Span)>,
        keys: BTreeMap<CompactString, Span>,
    },
}

struct Walk<'a> {
    source: &'a Arc<Source>,
    diagnostics: Vec<Diagnostic>,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: BTreeMap<usize, (Node, usize)>,
    aliased: usize,
    stopped: bool,
    /// Whether any text can hold a steering character: an escape makes one, or the first byte of
    /// those that turn the direction of writing.
    may_steer: bool,
}

impl Walk<'_> {
    fn place(&self, span: Span) -> Place {
        Place::At(Arc::clone(self.source), span)
    }

    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if tag.is_some() {
                    self.tag(span);
                }
                if self.may_steer {
                    self.steering(&text, span);
                }
                let kind = if style == ScalarStyle::Plain {
                    self.plain_scalar(&text, span)
                } else {
                    NodeKind::Text(CompactString::from(text))
                };
                self.value(Node { span, kind }, anchor);
            }
            Event::SequenceStart(_, anchor, tag) => {
                if tag.is_some() {
                    self.tag(span);
                }
                self.open.push(Open::Sequence { start: span.start, anchor, items: Vec::new() });
            }
            Event::MappingStart(_, anchor, tag) => {
                if tag.is_some() {
                    self.tag(span);
                }
                self.open.push(Open::Mapping {
                    start: span.start,
                    anchor,
                    entries: Vec::new(),
                    key: None,
                    keys: BTreeMap::new(),
                });
            }
            Event::SequenceEnd => {
                if let Some(Open::Sequence { start, anchor, items }) = self.open.pop() {
                    let end = items.last().map_or(span.end, |item| item.span.end);
                    let end = self.closing(end, span, start);
                    self.value(Node { span: Span::new(start, end), kind: NodeKind::Sequence(items) }, anchor);
                }
            }
            Event::MappingEnd => {
                if let Some(Open::Mapping { start, anchor, entries, .. }) = self.open.pop() {
                    let end = entries.last().map_or(span.end, |entry| entry.value.span.end);
                    let end = self.closing(end, span, start);
                    self.value(
                        Node { span: Span::new(start, end), kind: NodeKind::Mapping(entries) },
                        anchor,
                    );
                }
            }
            Event::Alias(id) => self.alias(id, span),
            _ => {}
        }
    }

    fn alias(&mut self, id: usize, span: Span) {
        let Some((node, size)) = self.anchors.get(&id) else {
            let diagnostic = Diagnostic::new(
                Code::YamlSyntax,
                self.place(span),
                "not well-formed YAML: this alias stands inside the very value it repeats",
            );
            self.diagnostics.push(diagnostic.help("write the value out instead of repeating it with `*`"));
            self.stopped = true;
            return;
        };
        self.aliased += size;
        if self.aliased > MOST_ALIASED {
            let diagnostic = Diagnostic::new(
                Code::YamlAliasBomb,
                self.place(span),
                format!("aliases expand to more than {MOST_ALIASED} values here"),
            );
            self.diagnostics.push(diagnostic.help("write the values out instead of repeating them with `*`"));
            self.stopped = true;
            return;
        }
        let node = Node { span, kind: node.kind.clone() };
        self.value(node, 0);
    }

    /// Characters that steer a terminal or turn the direction of writing have no place in evidence.
    fn steering(&mut self, text: &str, span: Span) {
        if let Some(found) = text.chars().find(|c| steers(*c)) {
            let diagnostic = Diagnostic::new(
                Code::ControlCharacter,
                self.place(span),
                format!("the text holds the control character U+{:04X}", u32::from(found)),
            );
            self.diagnostics
                .push(diagnostic.help("remove it; it may have come along when the text was copied"));
        }
    }

    /// Where a collection ends: a flow collection at its bracket, a block one at its last value
    /// (the parser closes it only where the next thing begins).
    fn closing(&self, last: usize, span: Span, start: usize) -> usize {
        if matches!(self.source.text().as_bytes().get(start), Some(b'[' | b'{')) { span.end } else { last }
    }

    fn tag(&mut self, span: Span) {
        self.diagnostics.push(
            Diagnostic::new(Code::YamlTag, self.place(span), "YAML tags such as `!!str` are not used here")
                .help("remove the tag; put text in quotes to keep it text"),
        );
    }

    fn value(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            let size = count(&node);
            self.anchors.insert(anchor, (node.clone(), size));
        }
        if self.at_key() {
            let key = (self.key_text(&node), node.span);
            if let Some(Open::Mapping { key: waiting, .. }) = self.open.last_mut() {
                *waiting = Some(key);
            }
            return;
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::Sequence { items, .. }) => items.push(node),
            Some(Open::Mapping { entries, key, keys, .. }) => {
                let Some((name, key_span)) = key.take() else { return };
                let first = if entries.len() < FEW_KEYS {
                    entries.iter().find(|entry| entry.key == name).map(|entry| entry.key_span)
                } else {
                    if keys.is_empty() {
                        keys.extend(entries.iter().map(|entry| (entry.key.clone(), entry.key_span)));
                    }
                    keys.get(&name).copied()
                };
                let Some(first) = first else {
                    if entries.len() >= FEW_KEYS {
                        keys.insert(name.clone(), key_span);
                    }
                    entries.push(Entry { key: name, key_span, value: node });
                    return;
                };
                let diagnostic = Diagnostic::new(
                    Code::DuplicateKey,
                    self.place(key_span),
                    format!("the key `{name}` stands twice in this mapping"),
                )
                .related(self.place(first), "it stands here first")
                .help("keep one of the two; only one value can count");
                self.diagnostics.push(diagnostic);
            }
        }
    }

    fn key_text(&mut self, node: &Node) -> CompactString {
        match &node.kind {
            NodeKind::Text(text) => text.clone(),
            NodeKind::Sequence(_) | NodeKind::Mapping(_) => {
                let diagnostic = Diagnostic::new(
                    Code::YamlSyntax,
                    self.place(node.span),
                    "a key must be a word, not a list or a mapping",
                )
                .help("text that begins with `{` or `[` needs quotes");
                self.diagnostics.push(diagnostic);
                self.source.slice(node.span).into()
            }
            _ => self.source.slice(node.span).into(),
        }
    }

    /// YAML 1.2 core schema, and a word of warning where YAML 1.1 programs read something else.
    fn plain_scalar(&mut self, text: &str, span: Span) -> NodeKind {
        let bytes = text.as_bytes();
        match bytes.first() {
            None => return NodeKind::Null,
            Some(b'~') if bytes.len() == 1 => return NodeKind::Null,
            Some(b'n' | b'N') if matches!(text, "null" | "Null" | "NULL") => return NodeKind::Null,
            Some(b't' | b'T') if matches!(text, "true" | "True" | "TRUE") => return NodeKind::Bool(true),
            Some(b'f' | b'F') if matches!(text, "false" | "False" | "FALSE") => return NodeKind::Bool(false),
            Some(b'0'..=b'9' | b'-' | b'+' | b'.') => {
                if let Some(kind) = number(text) {
                    return kind;
                }
            }
            Some(b'y' | b'Y' | b'n' | b'N' | b'o' | b'O') if is_doubtful_word(text) && !self.at_key() => {
                let diagnostic = Diagnostic::new(
                    Code::UnquotedWord,
                    self.place(span),
                    format!("`{text}` without quotes is a word to some programs and true or false to others"),
                )
                .help(format!(
                    "write \"{text}\" in quotes for the word; write true or false for a truth value"
                ));
                self.diagnostics.push(diagnostic);
            }
            _ => {}
        }
        NodeKind::Text(CompactString::from(text))
    }

    fn at_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Mapping { key: None, .. }))
    }

    fn syntax_error(&self, error: &ScanError) -> Diagnostic {
        let at = error.marker().byte_offset().unwrap_or(self.source.text().len());
        let span = Span::new(at, self.source.text()[at..].chars().next().map_or(at, |c| at + c.len_utf8()));
        let place = self.place(span);
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => Diagnostic::new(
                Code::YamlTooDeep,
                place,
                format!("values are nested more than {DEEPEST} deep"),
            )
            .help("no rubric or assessment needs this; check for brackets that are never closed"),
            kind => Diagnostic::new(Code::YamlSyntax, place, format!("not well-formed YAML: {kind}"))
                .help(syntax_help(kind)),
        }
    }
}

fn syntax_help(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart => "indent with spaces; a tab is not allowed here",
        ErrorKind::UnclosedQuotedScalar => "close the quotation mark, or double it if it belongs to the text",
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::MismatchedFlowCollectionEnd { .. }
        | ErrorKind::MisplacedFlowCollectionEnd
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator => {
            "check the brackets and commas on this line; text with a comma, a colon or a bracket needs quotes"
        }
        ErrorKind::UnknownAnchor => "`*` begins an alias in YAML; put the text in quotes",
        ErrorKind::UnexpectedCharacter { .. } => "put the text in quotes",
        _ => {
            "check the indentation of this line and the one above; text with `: ` or ` #` in it, or that \
             begins with a special character, needs quotes"
        }
    }
}

fn count(node: &Node) -> usize {
    match &node.kind {
        NodeKind::Sequence(items) => 1 + items.iter().map(count).sum::<usize>(),
        NodeKind::Mapping(entries) => 1 + entries.iter().map(|entry| count(&entry.value)).sum::<usize>(),
        _ => 1,
    }
}

fn is_doubtful_word(text: &str) -> bool {
    ["y", "n", "yes", "no", "on", "off"].iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn number(text: &str) -> Option<NodeKind> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse().map_or_else(
            |_| text.parse().map_or(NodeKind::Text(CompactString::from(text)), NodeKind::Float),
            NodeKind::Integer,
        ));
    }
    let looks_like_float = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'-' | b'+'));
    if looks_like_float {
        return text.parse().ok().filter(|value: &f64| value.is_finite()).map(NodeKind::Float);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::render::plain;

    fn parse(text: &str) -> (Option<Document>, String) {
        let (document, diagnostics) = parse_yaml(&Source::new("f.yaml", text));
        (document, plain(&diagnostics))
    }

    #[test]
    fn every_value_knows_its_place() {
        let (document, said) = parse("a:\n  - {b: one, c: [1, 2]}\n  - >-\n    folded\n    text\nd: last\n");
        assert_eq!(said, "");
        let document = document.unwrap();
        let slice = |pointer: &str| match document.place(pointer) {
            Place::At(source, span) => source.slice(span).to_owned(),
            Place::File(_) => String::new(),
        };
        assert_eq!(slice("/a/0/b"), "one");
        assert_eq!(slice("/a/0/c"), "[1, 2]");
        assert_eq!(slice("/a/0/c/1"), "2");
        assert_eq!(slice("/d"), "last");
        assert_eq!(slice("/a/0/missing"), "{b: one, c: [1, 2]}");
        assert_eq!(document.to_json()["a"][1], "folded text");
    }

    #[test]
    fn every_duplicate_key_is_named_with_its_first() {
        let (document, said) = parse("a: 1\nb: 2\na: 3\nb: 4\n");
        assert!(document.is_some());
        assert_eq!(said.lines().count(), 2);
        assert!(said.starts_with("f.yaml:3:1: error[duplicate-key]"), "{said}");
    }

    #[test]
    fn core_schema_values_and_nothing_more() {
        let (document, said) =
            parse("[~, true, 12, -3, 1.10, 1e3, 2021/22, 2022-05-27, 0x1F, .5, 1.2.3, '12', NaN]");
        assert_eq!(said, "");
        assert_eq!(
            document.unwrap().to_json().to_string(),
            r#"[null,true,12,-3,1.1,1000.0,"2021/22","2022-05-27","0x1F",0.5,"1.2.3","12","NaN"]"#
        );
    }

    #[test]
    fn a_bomb_of_aliases_stops_at_the_limit() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let below = format!("*a{}", level - 1);
            text = format!("{text}a{level}: &a{level} [{}]\n", [below.as_str(); 9].join(", "));
        }
        let (document, said) = parse(&text);
        assert!(document.is_none());
        assert!(said.contains("yaml-alias-bomb"), "{said}");
    }

    #[test]
    fn two_hundred_thousand_brackets_are_refused_at_once() {
        let (document, said) = parse(&"[".repeat(200_000));
        assert!(document.is_none());
        assert!(said.contains("yaml-too-deep"), "{said}");
    }

    proptest::proptest! {
        #[test]
        fn any_text_at_all_never_panics(text in "\\PC{0,200}") {
            let _ = parse_yaml(&Source::new("f", text));
        }
    }
}
