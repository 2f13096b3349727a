//! The shape of a file: JSON Schema out (schemars), JSON Schema in (jsonschema).
//!
//! The raw types of a format are the one definition of its shape. [`Format`] turns them into a
//! JSON Schema (draft 2020-12), which editors use, and holds a file against it; every violation
//! becomes a located [`Diagnostic`] that looks like any other.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError, Validator};
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::diag::{self, Code, Diagnostic, Place};
use crate::source::Span;
use crate::yaml::{Document, Node, NodeKind, escape, unescape};

/// One file format: the value of its `schema` key and the shape of the rest.
pub struct Format {
    /// The value of the `schema` key, such as `assessment/1`.
    pub tag: &'static str,
    /// Whether an empty value is the same as one left out.
    allows_empty: bool,
    make: fn() -> Value,
    compiled: OnceLock<(Value, Validator)>,
}

impl Format {
    /// A format whose shape is that of the raw type `T`.
    pub const fn of<T: JsonSchema>(tag: &'static str) -> Self {
        Self { tag, allows_empty: false, make: make_schema::<T>, compiled: OnceLock::new() }
    }

    /// The same for files that other programs write, in which an empty value is one left out.
    pub const fn of_foreign<T: JsonSchema>(tag: &'static str) -> Self {
        Self { tag, allows_empty: true, make: make_schema::<T>, compiled: OnceLock::new() }
    }

    fn compiled(&self) -> &(Value, Validator) {
        self.compiled.get_or_init(|| {
            let mut schema = (self.make)();
            schema["properties"]["schema"]["const"] = Value::String(self.tag.to_owned());
            let validator = jsonschema::draft202012::new(&schema)
                .expect("internal error: a schema made by schemars is a valid schema");
            (schema, validator)
        })
    }

    /// The JSON Schema, draft 2020-12.
    pub fn json_schema(&self) -> &Value {
        &self.compiled().0
    }

    /// Lowers a document into its raw type, and says everything in which its shape is wrong.
    ///
    /// The raw type is tried first, because that is all a good file needs; the schema is compiled
    /// only to find everything that is wrong with a bad one. A test holds that both refuse the same
    /// files. From a bad file the parts that are sound are kept where the type allows it (an entry
    /// of a `Vec<Option<_>>` becomes `None`), so that what they mean is checked in the same run.
    /// `refine` may replace the diagnostic of a violation with one in the words of its topic.
    pub fn lower<T: DeserializeOwned>(
        &self,
        document: &Document,
        refine: impl Fn(&str, &Value) -> Option<Diagnostic>,
    ) -> (Option<T>, Vec<Diagnostic>) {
        let error = match T::deserialize(&document.root) {
            // serde reads an empty value as one left out; the schema does not.
            Ok(raw) if self.allows_empty || !document.has_null() => return (Some(raw), Vec::new()),
            Ok(_) => "an empty value".to_owned(),
            Err(error) => error.to_string(),
        };
        let mut value = document.to_json();
        let (mut diagnostics, mut pointers) = self.violations(document, &value, refine);
        // A number such as 3.0 is whole to JSON Schema and not to the reader.
        let already = diag::spans(&diagnostics);
        decimals(document, &document.root, "", &already, &mut diagnostics, &mut pointers);
        diag::sort(&mut diagnostics);
        if diagnostics.is_empty() {
            diagnostics.push(Diagnostic::new(
                Code::Internal,
                document.place(""),
                format!("the schema allows what the {} reader does not: {error}", self.tag),
            ));
        }
        for wrong in pointers {
            wrong.mend(&mut value);
        }
        (T::deserialize(&value).ok(), diagnostics)
    }

    fn violations(
        &self,
        document: &Document,
        value: &Value,
        refine: impl Fn(&str, &Value) -> Option<Diagnostic>,
    ) -> (Vec<Diagnostic>, Vec<Wrong>) {
        let (schema, validator) = self.compiled();
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        let mut wrong = Vec::new();
        let mut of_wrong_type: BTreeSet<String> = BTreeSet::new();
        let mut errors: Vec<_> = validator.iter_errors(value).collect();
        // What is of the wrong type needs no second word about its value.
        errors.sort_by_key(|error| !matches!(error.kind(), ValidationErrorKind::Type { .. }));
        for error in errors {
            let pointer = error.instance_path().as_str();
            if matches!(error.kind(), ValidationErrorKind::Type { .. }) {
                of_wrong_type.insert(pointer.to_owned());
            } else if of_wrong_type.contains(pointer) {
                continue;
            }
            match error.kind() {
                ValidationErrorKind::AdditionalProperties { unexpected } => {
                    wrong.extend(unexpected.iter().map(|key| Wrong::Key(pointer.to_owned(), key.clone())));
                }
                ValidationErrorKind::Required { property } => {
                    let key = property.as_str().unwrap_or_default();
                    let stand_in = stand_in(
                        schema,
                        keyword_owner(schema, &error).map(|owner| &owner["properties"][key]),
                    );
                    wrong.push(Wrong::Value(format!("{pointer}/{}", escape(key)), stand_in));
                }
                _ => {
                    let stand_in = stand_in(schema, keyword_owner(schema, &error));
                    wrong.push(Wrong::Value(pointer.to_owned(), stand_in));
                }
            }
            match refine(pointer, error.instance()) {
                Some(better) => diagnostics.push(better),
                None => violation(document, schema, &error, &mut diagnostics),
            }
        }
        (diagnostics, wrong)
    }
}

/// What stands in for a text of the wrong shape while the rest of a file is checked. Nothing that is
/// said about it is shown.
pub const PLACEHOLDER: &str = "placeholder-for-a-wrong-value";

/// The part of the schema whose keyword an error is about.
fn keyword_owner<'a>(schema: &'a Value, error: &ValidationError<'_>) -> Option<&'a Value> {
    schema.pointer(error.schema_path().as_str().rsplit_once('/')?.0)
}

/// The part of the schema that a part refers to, or the part itself.
fn referred<'a>(schema: &'a Value, part: &'a Value) -> &'a Value {
    let reference = part.get("$ref").and_then(Value::as_str);
    reference.and_then(|reference| schema.pointer(reference.trim_start_matches('#'))).unwrap_or(part)
}

/// A value that a part of the schema allows, or `null` where there is no simple one.
fn stand_in(schema: &Value, part: Option<&Value>) -> Value {
    let Some(part) = part.map(|part| referred(schema, part)) else { return Value::Null };
    if let Some(first) = part.get("enum").and_then(|choices| choices.get(0)) {
        return first.clone();
    }
    match part.get("type").and_then(Value::as_str) {
        Some("string") => PLACEHOLDER.into(),
        Some("integer") => 0.into(),
        Some("boolean") => false.into(),
        Some("array") => Value::Array(Vec::new()),
        Some("object") => {
            let mut made = serde_json::Map::new();
            for key in
                part.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
            {
                made.insert(
                    key.to_owned(),
                    stand_in(schema, part.get("properties").and_then(|all| all.get(key))),
                );
            }
            Value::Object(made)
        }
        _ => Value::Null,
    }
}

/// What is wrong in a value, so that the rest can be used.
enum Wrong {
    /// A mapping holds a key that it should not.
    Key(String, String),
    /// The value at a pointer is wrong or missing; this would do in its place.
    Value(String, Value),
}

impl Wrong {
    /// Takes out an unknown key; puts something in the place of a wrong value. An entry of a list
    /// that is wrong as a whole becomes `null`.
    fn mend(self, whole: &mut Value) {
        match self {
            Self::Key(pointer, key) => {
                if let Some(Value::Object(map)) = whole.pointer_mut(&pointer) {
                    map.remove(&key);
                }
            }
            Self::Value(pointer, stand_in) => {
                let Some((outside, step)) = pointer.rsplit_once('/') else { return };
                match whole.pointer_mut(outside) {
                    Some(Value::Array(items)) => {
                        if let Some(item) = step.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                            *item = if stand_in.is_object() { Value::Null } else { stand_in };
                        }
                    }
                    Some(Value::Object(map)) => {
                        map.insert(unescape(step), stand_in);
                    }
                    _ => {}
                }
            }
        }
    }
}

fn decimals(
    document: &Document,
    node: &Node,
    at: &str,
    already: &BTreeSet<Span>,
    said: &mut Vec<Diagnostic>,
    wrong: &mut Vec<Wrong>,
) {
    match &node.kind {
        NodeKind::Float(_) if already.contains(&node.span) => {}
        NodeKind::Float(value) => {
            let written = document.source.slice(node.span);
            let (message, help) = if value.abs() < 1e15 {
                (format!("`{written}` should be a whole number"), "write the number without a decimal point")
            } else {
                (format!("`{written}` is too large a number"), "use a number that exists here")
            };
            let place = Place::At(Arc::clone(&document.source), node.span);
            said.push(Diagnostic::new(Code::WrongType, place, message).help(help));
            wrong.push(Wrong::Value(at.to_owned(), 0.into()));
        }
        NodeKind::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                decimals(document, item, &format!("{at}/{index}"), already, said, wrong);
            }
        }
        NodeKind::Mapping(entries) => {
            for entry in entries {
                decimals(
                    document,
                    &entry.value,
                    &format!("{at}/{}", escape(&entry.key)),
                    already,
                    said,
                    wrong,
                );
            }
        }
        _ => {}
    }
}

/// The shape of a short stable name in a file: lower-case words, digits and dots joined by hyphens.
pub enum Id {}

impl JsonSchema for Id {
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": r"^[a-z0-9]+([.-][a-z0-9]+)*$"})
    }
}

/// Reads an [`Id`]; what the schema's pattern says, for serde.
pub fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if id.split(['.', '-']).all(part) { Ok(id) } else { Err(D::Error::custom("not an id")) }
}

/// The shape of a text that is not empty.
pub enum Text {}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "minLength": 1})
    }
}

/// Reads a [`Text`].
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Err(D::Error::custom("empty")) } else { Ok(text) }
}

/// Reads a [`Text`] that may be left out.
pub fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    text(deserializer).map(Some)
}

fn make_schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .with_transform(EnumsAsLists)
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// Turns `oneOf` a list of documented constants into `enum` with `enumDescriptions`: editors show
/// the descriptions all the same, and an unknown word is one plain error.
#[derive(Clone)]
struct EnumsAsLists;

impl Transform for EnumsAsLists {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(Value::Array(choices)) = schema.get("oneOf") else { return };
        let constants: Option<Vec<(Value, Value)>> = choices
            .iter()
            .map(|choice| {
                let constant = choice.get("const")?.clone();
                Some((constant, choice.get("description").cloned().unwrap_or_default()))
            })
            .collect();
        if let Some(constants) = constants {
            let (values, descriptions): (Vec<_>, Vec<_>) = constants.into_iter().unzip();
            schema.remove("oneOf");
            schema.insert("type".into(), "string".into());
            schema.insert("enum".into(), Value::Array(values));
            schema.insert("enumDescriptions".into(), Value::Array(descriptions));
        }
    }
}

fn violation(document: &Document, schema: &Value, error: &ValidationError<'_>, out: &mut Vec<Diagnostic>) {
    let pointer = error.instance_path().as_str();
    let name = name_of(pointer);
    let at = |code, message: String| Diagnostic::new(code, document.place(pointer), message);
    let diagnostic = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let known = known_keys(schema, error);
            for key in unexpected {
                let place = document.key_place(&format!("{pointer}/{}", escape(key)));
                let help = diag::did_you_mean(key, known.iter().copied())
                    .unwrap_or_else(|| format!("the keys here are {}", list(&known)));
                out.push(Diagnostic::new(Code::UnknownKey, place, format!("unknown key `{key}`")).help(help));
            }
            return;
        }
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            let place = first_key_place(document, pointer);
            let choices = keyword_owner(schema, error)
                .and_then(|owner| referred(schema, &owner["properties"][key]).get("enum"))
                .and_then(Value::as_array)
                .map(|words| list(&words.iter().filter_map(Value::as_str).collect::<Vec<_>>()));
            let help = match choices {
                Some(choices) => format!("add `{key}: ...` with one of {choices}"),
                None => format!("add `{key}: ...`"),
            };
            Diagnostic::new(Code::MissingKey, place, format!("the key `{key}` is missing here")).help(help)
        }
        ValidationErrorKind::Type { kind } => {
            let mut diagnostic = wrong_type(document, pointer, &name, kind);
            // What a mapping needs is said at once, so that it can be written in one go.
            let owner = keyword_owner(schema, error)
                .and_then(|owner| owner.get("required"))
                .and_then(Value::as_array);
            let needed: Vec<&str> = owner.into_iter().flatten().filter_map(Value::as_str).collect();
            if !needed.is_empty() {
                diagnostic = diagnostic.help(format!("write it with its keys; it needs {}", list(&needed)));
            }
            diagnostic
        }
        ValidationErrorKind::Enum { options } => {
            let known: Vec<&str> =
                options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let given = shown(error.instance());
            let help = error
                .instance()
                .as_str()
                .and_then(|word| {
                    let other_case = known.iter().find(|known| known.eq_ignore_ascii_case(word));
                    let guess = other_case.map(|known| format!("did you mean `{known}`?"));
                    guess.or_else(|| diag::did_you_mean(&word.to_lowercase(), known.iter().copied()))
                })
                .map_or_else(
                    || format!("use one of {}", list(&known)),
                    |guess| format!("{guess} The choices are {}", list(&known)),
                );
            at(Code::WrongValue, format!("{name} cannot be {given}")).help(help)
        }
        ValidationErrorKind::Minimum { limit } => {
            at(Code::OutOfRange, format!("{name} is {}, below {limit}", shown(error.instance())))
                .help(format!("use {limit} or more"))
        }
        ValidationErrorKind::Maximum { limit } => {
            at(Code::OutOfRange, format!("{name} is {}, above {limit}", shown(error.instance())))
                .help(format!("use {limit} or less"))
        }
        ValidationErrorKind::MinItems { limit } => {
            at(Code::OutOfRange, format!("{name} needs at least {limit} entries")).help("add what is missing")
        }
        ValidationErrorKind::MinLength { .. } => {
            at(Code::EmptyText, format!("{name} is empty")).help("write the text, or remove the key")
        }
        ValidationErrorKind::Pattern { .. } => {
            at(Code::WrongForm, format!("{name} cannot be {}", shown(error.instance())))
                .help("an id is lower-case words, digits and dots joined by hyphens, such as `east-side`")
        }
        ValidationErrorKind::Constant { expected_value } => {
            at(Code::WrongValue, format!("{name} must be {expected_value}"))
        }
        other => at(Code::WrongForm, format!("{name} does not fit the format ({})", other.keyword())),
    };
    out.push(diagnostic);
}

fn wrong_type(document: &Document, pointer: &str, name: &str, kind: &TypeKind) -> Diagnostic {
    let wants = |json_type| match kind {
        TypeKind::Single(single) => *single == json_type,
        TypeKind::Multiple(set) => set.contains(json_type),
    };
    let place = document.place(pointer);
    let Some(node) = document.node(pointer) else {
        return Diagnostic::new(Code::WrongType, place, format!("{name} is of the wrong type"));
    };
    let written = document.source.slice(node.span);
    if wants(JsonType::String) {
        match node.kind {
            NodeKind::Integer(_) | NodeKind::Float(_) | NodeKind::Bool(_) => {
                let read_as = match node.kind {
                    NodeKind::Float(value) => format!("the number {value}"),
                    NodeKind::Integer(value) => format!("the number {value}"),
                    _ => "a truth value".to_owned(),
                };
                return Diagnostic::new(
                    Code::UnquotedNumber,
                    place,
                    format!("{name} should be text, but `{written}` without quotes is {read_as}"),
                )
                .help(format!("write \"{written}\" in quotes"));
            }
            NodeKind::Null if !written.is_empty() => {
                return Diagnostic::new(
                    Code::UnquotedNumber,
                    place,
                    format!("{name} should be text, but `{written}` without quotes means nothing at all"),
                )
                .help(format!("write \"{written}\" in quotes, or remove the key"));
            }
            _ => {}
        }
    }
    let found = match &node.kind {
        NodeKind::Null => {
            return Diagnostic::new(
                Code::WrongType,
                document.key_place(pointer),
                format!("{name} has no value"),
            )
            .help("write the value, or remove the key");
        }
        NodeKind::Bool(_) => "a truth value",
        NodeKind::Integer(_) | NodeKind::Float(_) => "a number",
        NodeKind::Text(_) => "text",
        NodeKind::Sequence(_) => "a list",
        NodeKind::Mapping(_) => "a mapping",
    };
    let wanted = if wants(JsonType::String) {
        ("text", "write one value, in quotes if it has special characters")
    } else if wants(JsonType::Integer) {
        ("a whole number", "write the number in digits, without quotes")
    } else if wants(JsonType::Boolean) {
        ("true or false", "write true or false, without quotes")
    } else if wants(JsonType::Array) {
        ("a list", "begin each entry on a new line with `- `, or write `[a, b]`")
    } else {
        ("a mapping", "write `key: value` lines, indented under the key")
    };
    Diagnostic::new(Code::WrongType, place, format!("{name} should be {}, and this is {found}", wanted.0))
        .help(wanted.1)
}

/// The keys that the schema knows where an unknown one was found.
fn known_keys<'a>(schema: &'a Value, error: &ValidationError<'_>) -> Vec<&'a str> {
    let path = error.schema_path().as_str();
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    schema
        .pointer(parent)
        .and_then(|object| object.get("properties"))
        .and_then(Value::as_object)
        .map(|properties| properties.keys().map(String::as_str).collect())
        .unwrap_or_default()
}

/// Where a mapping begins to the reader: the key that leads to it, or its own first key.
fn first_key_place(document: &Document, pointer: &str) -> Place {
    match document.node(pointer).map(|node| &node.kind) {
        Some(NodeKind::Mapping(entries)) if !entries.is_empty() => {
            Place::At(Arc::clone(&document.source), entries[0].key_span)
        }
        _ => document.key_place(pointer),
    }
}

fn name_of(pointer: &str) -> String {
    let mut steps = pointer.rsplit('/').filter(|step| !step.is_empty());
    match steps.next() {
        None => "the file".to_owned(),
        Some(step) if step.bytes().all(|byte| byte.is_ascii_digit()) => {
            let number = step.parse::<usize>().map_or_else(|_| step.to_owned(), |n| (n + 1).to_string());
            format!("entry {number} of `{}`", steps.next().unwrap_or("the file"))
        }
        Some(step) => format!("`{step}`"),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{}`", shorten(text)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
        other => other.to_string(),
    }
}

/// The first words of a text, for a message.
pub fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    let text = text.trim();
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LONGEST).collect();
    format!("{}...", cut.trim_end())
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
