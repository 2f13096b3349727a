//! Templates: a view into Markdown, or a document into a page. The one home of minijinja.
//!
//! Values are escaped as they go into Markdown, so that `*`, `|` or `<script>` in a statement is
//! text and nothing else. A value that a template names and the view does not have is an error, and
//! a template cannot run for ever.

use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior};
use serde::Serialize;

use crate::diag::{Code, Diagnostic, Place};
use crate::source::Source;

/// The largest template, in bytes: a letter's has some five thousand.
const LARGEST: usize = 200_000;

/// How many instructions a template may run: a letter needs some thousands.
const FUEL: u64 = 2_000_000;

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .expect("internal error: the ordinary delimiters with other white space are a syntax");
    environment.set_syntax(syntax);
    environment
}

/// Renders a view into Markdown.
pub fn render_markdown<T: Serialize>(source: &Source, view: &T) -> Result<String, Diagnostic> {
    let mut environment = environment();
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("markdown".into()));
    environment.set_formatter(markdown_formatter);
    render(&environment, source, Value::from(Serde(view)))
}

/// Renders a document into an HTML page. `body` is HTML already; the other values are escaped.
pub fn render_page<T: Serialize>(source: &Source, view: &T, body: String) -> Result<String, Diagnostic> {
    let mut environment = environment();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_global("body", Value::from_safe_string(body));
    render(&environment, source, Value::from(Serde(view)))
}

fn render(environment: &Environment<'_>, source: &Source, view: Value) -> Result<String, Diagnostic> {
    if source.text().len() > LARGEST {
        return Err(Diagnostic::new(
            Code::TemplateSyntax,
            Place::File(source.name().to_owned()),
            format!("the template is larger than {} kilobytes", LARGEST / 1000),
        )
        .help("is this the right file?"));
    }
    let wrong = |error: minijinja::Error| problem(source.name(), source.text(), &error);
    let template = environment.template_from_str(source.text()).map_err(wrong)?;
    template.render(view).map_err(wrong)
}

fn markdown_formatter(
    out: &mut Output<'_>,
    _: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    if value.is_undefined() {
        return Err(minijinja::Error::from(ErrorKind::UndefinedError));
    }
    let written = match value.as_str() {
        Some(text) if value.is_safe() => out.write_str(text),
        Some(text) => out.write_str(&escape_markdown(text)),
        None if value.is_none() => Ok(()),
        None => out.write_str(&value.to_string()),
    };
    written.map_err(minijinja::Error::from)
}

/// Escapes what Markdown would read as markup, and makes one line of the text.
pub fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Only at the start of a line do these begin a list, a heading or a rule.
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    for (at, character) in words.char_indices() {
        let special = match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' => true,
            '-' | '+' | '=' => at == 0,
            '.' | ')' => digits > 0 && at == digits,
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

fn problem(name: &str, text: &str, error: &minijinja::Error) -> Diagnostic {
    let source = Source::new(name, text);
    let line = error.line().unwrap_or(1);
    let start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    let span = source.line_span(start);
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    let (message, help) = match error.kind() {
        ErrorKind::SyntaxError => (
            format!("the template is not well-formed{detail}"),
            "check the braces and the tags on this line; every `for` needs an `endfor`, every `if` an `endif`",
        ),
        ErrorKind::UndefinedError => (
            format!("the template uses a value that does not exist{detail}"),
            "check the spelling; the comments in the built-in template list what there is",
        ),
        ErrorKind::OutOfFuel => ("the template runs too long".to_owned(), "look for a loop that never ends"),
        kind => (
            format!("the template cannot be rendered: {kind}{detail}"),
            "compare the line with the built-in template, which `prevent-benchmark init` writes out",
        ),
    };
    Diagnostic::new(Code::TemplateSyntax, Place::At(Arc::clone(&source), span), message).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_value_is_text() {
        assert_eq!(escape_markdown("*a* <b> [c](d) | e_f"), r"\*a\* \<b\> \[c\](d) \| e\_f");
        assert_eq!(escape_markdown("1. one\n- two"), r"1\. one - two");
        assert_eq!(escape_markdown("- one"), r"\- one");
        assert_eq!(escape_markdown("In 2021. Then"), "In 2021. Then");
    }

    #[test]
    fn a_value_that_does_not_exist_is_located() {
        let source = Source::new("t.md.j2", "a\n{{ nothing.there }}\n");
        let problem = render_markdown(&source, &serde_json::json!({})).unwrap_err();
        assert_eq!(problem.code, Code::TemplateSyntax);
        assert!(crate::diag::render::plain(&[problem]).starts_with("t.md.j2:2:"));
    }

    #[test]
    fn a_template_cannot_run_for_ever() {
        let source = Source::new(
            "t",
            "{% for a in range(10000) %}{% for b in range(10000) %}x{% endfor %}{% endfor %}",
        );
        let problem = render_markdown(&source, &serde_json::json!({})).unwrap_err();
        assert!(problem.message.contains("too long"), "{}", problem.message);
    }
}
