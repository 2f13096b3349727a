//! The document tree: what a report is, whatever format it leaves in.
//!
//! Made from a report's Markdown by comrak (its one home). A paragraph `Table: ...` before a table
//! is the table's caption, a paragraph `Chart: scores` the place of that chart, and a line `---` begins a new page.
//! Raw HTML in the Markdown is dropped: a report holds text, not code.

use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options, parse_document};

/// A whole report.
#[derive(Debug, Default)]
pub struct DocumentTree {
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
}

/// A block.
#[derive(Debug)]
pub enum Block {
    /// A heading of a level from 1.
    Heading(u8, Vec<Inline>),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list; each item is a list of blocks.
    List {
        /// The first number, for a numbered list.
        start: Option<usize>,
        /// The items.
        items: Vec<Vec<Block>>,
    },
    /// A table.
    Table {
        /// What the table shows.
        caption: Option<Vec<Inline>>,
        /// The cells of the header row.
        header: Vec<Vec<Inline>>,
        /// The rows.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A chart, by its name.
    Chart(String),
    /// A quotation.
    Quote(Vec<Block>),
    /// What follows begins on a new page, where there are pages.
    Rule,
}

/// A run of text in a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text.
    Text(String),
    /// Strong text.
    Strong(Vec<Inline>),
    /// Emphasised text.
    Emphasis(Vec<Inline>),
    /// A link: its address and its text.
    Link(String, Vec<Inline>),
    /// A line break.
    Break,
}

impl DocumentTree {
    /// The text of the first heading of level 1, as a title.
    pub fn title(&self) -> Option<String> {
        self.blocks.iter().find_map(|block| match block {
            Block::Heading(1, inlines) => Some(plain_text(inlines)),
            _ => None,
        })
    }
}

/// The text of inlines without any markup.
pub fn plain_text(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) => text.clone(),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link(_, inner) => plain_text(inner),
            Inline::Break => " ".to_owned(),
        })
        .collect()
}

/// Reads Markdown (`CommonMark` with tables) into a tree.
pub fn read_markdown(markdown: &str) -> DocumentTree {
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.table = true;
    let root = parse_document(&arena, markdown, &options);
    DocumentTree { blocks: blocks(root) }
}

fn blocks<'a>(parent: &'a AstNode<'a>) -> Vec<Block> {
    let mut out = Vec::new();
    for node in parent.children() {
        match &node.data.borrow().value {
            NodeValue::Heading(heading) => out.push(Block::Heading(heading.level, inlines(node))),
            NodeValue::Paragraph => {
                let inlines = inlines(node);
                out.push(match inlines.as_slice() {
                    [Inline::Text(text)] if text.starts_with(CHART) => {
                        Block::Chart(text[CHART.len()..].trim().to_owned())
                    }
                    _ => Block::Paragraph(inlines),
                });
            }
            NodeValue::List(list) => out.push(Block::List {
                start: (list.list_type == ListType::Ordered).then_some(list.start),
                items: node.children().map(blocks).collect(),
            }),
            NodeValue::Table(_) => {
                let caption = take_caption(&mut out);
                let mut rows: Vec<Vec<Vec<Inline>>> =
                    node.children().map(|row| row.children().map(inlines).collect()).collect();
                let header = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
                out.push(Block::Table { caption, header, rows });
            }
            NodeValue::BlockQuote => out.push(Block::Quote(blocks(node))),
            NodeValue::ThematicBreak => out.push(Block::Rule),
            NodeValue::CodeBlock(code) => {
                out.push(Block::Paragraph(vec![Inline::Text(code.literal.clone())]));
            }
            _ => {}
        }
    }
    out
}

/// How a paragraph begins that is the place of a chart.
const CHART: &str = "Chart: ";

fn take_caption(blocks: &mut Vec<Block>) -> Option<Vec<Inline>> {
    let Some(Block::Paragraph(inlines)) = blocks.last() else { return None };
    let Some(Inline::Text(first)) = inlines.first() else { return None };
    let rest = first.strip_prefix("Table: ")?.to_owned();
    let mut caption = inlines.clone();
    caption[0] = Inline::Text(rest);
    blocks.pop();
    Some(caption)
}

fn inlines<'a>(parent: &'a AstNode<'a>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::new();
    for node in parent.children() {
        let inline = match &node.data.borrow().value {
            NodeValue::Text(text) => Inline::Text(text.to_string()),
            NodeValue::Code(code) => Inline::Text(code.literal.clone()),
            NodeValue::SoftBreak => Inline::Text(" ".to_owned()),
            NodeValue::LineBreak => Inline::Break,
            NodeValue::Strong => Inline::Strong(inlines(node)),
            NodeValue::Emph => Inline::Emphasis(inlines(node)),
            NodeValue::Link(link) => Inline::Link(link.url.clone(), inlines(node)),
            _ => continue,
        };
        // Runs of text become one, so that a caption or a title is found whole.
        match (out.last_mut(), inline) {
            (Some(Inline::Text(before)), Inline::Text(after)) => before.push_str(&after),
            (_, inline) => out.push(inline),
        }
    }
    out
}
