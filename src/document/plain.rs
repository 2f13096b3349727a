//! Plain text and Markdown.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::Builder;
use super::layout::{Line, read_lines};

/// Bytes as text: by their mark of order, else UTF-8, else as Windows writes it in western Europe, in
/// which any bytes are some text.
pub fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    let (text, wrong) = UTF_8.decode_without_bom_handling(bytes);
    if wrong { WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned() } else { text.into_owned() }
}

/// Reads plain text. A form feed begins a page.
pub fn read_text(text: &str, builder: &mut Builder) {
    let pages: Vec<&str> = text.split('\u{c}').collect();
    let mut lines = Vec::new();
    for (at, page) in pages.iter().enumerate() {
        let number = (pages.len() > 1).then(|| u32::try_from(at + 1).unwrap_or(u32::MAX));
        let mut gap = true;
        for line in page.lines() {
            if line.trim().is_empty() {
                gap = true;
                continue;
            }
            lines.push(Line { text: line.trim().to_owned(), page: number, size: 0.0, gap_before: gap });
            gap = false;
        }
    }
    read_lines(lines, builder);
}

/// Reads Markdown.
pub fn read_markdown(text: &str, builder: &mut Builder) {
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.front_matter_delimiter = Some("---".to_owned());
    read_blocks(parse_document(&arena, text, &options), 0, builder);
    builder.title = builder.title.take().filter(|title| !title.is_empty());
}

/// How deep blocks and emphasis may be nested before the rest is left out.
const DEEPEST: usize = 500;

fn read_blocks<'a>(parent: &'a AstNode<'a>, depth: usize, builder: &mut Builder) {
    if depth > DEEPEST {
        return;
    }
    for node in parent.children() {
        match &node.data.borrow().value {
            NodeValue::Heading(heading) => {
                let text = text_of(node);
                builder.heading(heading.level, &text);
                builder.title.get_or_insert_with(|| super::clean(&text));
            }
            NodeValue::Paragraph => {
                let is_strong = |node: &AstNode<'a>| matches!(node.data.borrow().value, NodeValue::Strong);
                match node.first_child() {
                    Some(only) if is_strong(only) && only.next_sibling().is_none() => {
                        builder.bold_paragraph(&text_of(node));
                    }
                    _ => builder.paragraph(&text_of(node)),
                }
            }
            NodeValue::Table(_) => {
                for (number, row) in (1_u32..).zip(node.children()) {
                    builder.row(number, &row.children().map(text_of).collect::<Vec<_>>());
                }
            }
            NodeValue::CodeBlock(code) => builder.paragraph(&code.literal),
            _ => read_blocks(node, depth + 1, builder),
        }
    }
}

fn text_of<'a>(parent: &'a AstNode<'a>) -> String {
    text_within(parent, 0)
}

fn text_within<'a>(parent: &'a AstNode<'a>, depth: usize) -> String {
    let mut out = String::new();
    if depth > DEEPEST {
        return out;
    }
    for node in parent.children() {
        match &node.data.borrow().value {
            NodeValue::Text(text) => out.push_str(text),
            NodeValue::Code(code) => out.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => out.push(' '),
            NodeValue::Image(_) | NodeValue::HtmlInline(_) => {}
            _ => out.push_str(&text_within(node, depth + 1)),
        }
    }
    out
}
