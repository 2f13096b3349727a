//! The HTML writer: one self-contained page that reads well on screen, prints well and opens in
//! Word.

use std::fmt::Write as _;

use serde::Serialize;

use super::chart::Chart;
use super::document::{Block, DocumentTree, Inline};
use super::package::escape_xml;
use super::template::render_page;
use super::words::Words;
use crate::diag::Diagnostic;
use crate::source::Source;

/// What a page says besides its body. The template `page.html.j2` sees these names and `body`.
#[derive(Debug, Serialize)]
pub struct PageView<'a> {
    /// The language, as in HTML's `lang`.
    pub language: &'a str,
    /// The title of the window.
    pub title: String,
    /// The marking that stands on every page.
    pub marking: &'a str,
    /// The words of the language.
    pub words: &'a Words,
}

/// Writes a document as a page.
pub fn write_html(
    tree: &DocumentTree,
    page: &PageView<'_>,
    charts: &[Chart],
    template: &Source,
) -> Result<String, Diagnostic> {
    let mut body = String::new();
    for block in &tree.blocks {
        match block {
            Block::Chart(name) => {
                if let Some(chart) = charts.iter().find(|chart| chart.name == *name) {
                    let _ = write!(body, "<figure>\n{}</figure>\n", chart.as_svg());
                    if !chart.has_table {
                        let title = escape_xml(&chart.title);
                        let _ = write!(body, "<details>\n<summary>{title}</summary>\n");
                        write_block(&mut body, &chart.as_table());
                        body.push_str("</details>\n");
                    }
                }
            }
            block => write_block(&mut body, block),
        }
    }
    render_page(template, page, body)
}

fn write_block(out: &mut String, block: &Block) {
    match block {
        Block::Heading(level, inlines) => {
            let _ = writeln!(out, "<h{level}>{}</h{level}>", inline_html(inlines));
        }
        Block::Paragraph(inlines) => {
            let _ = writeln!(out, "<p>{}</p>", inline_html(inlines));
        }
        Block::List { start, items } => {
            match start {
                None => out.push_str("<ul>\n"),
                Some(1) => out.push_str("<ol>\n"),
                Some(start) => {
                    let _ = writeln!(out, "<ol start=\"{start}\">");
                }
            }
            for item in items {
                out.push_str("<li>");
                match item.as_slice() {
                    // A tight item reads better without a paragraph of its own.
                    [Block::Paragraph(inlines)] => out.push_str(&inline_html(inlines)),
                    blocks => blocks.iter().for_each(|block| write_block(out, block)),
                }
                out.push_str("</li>\n");
            }
            out.push_str(if start.is_some() { "</ol>\n" } else { "</ul>\n" });
        }
        Block::Table { caption, header, rows } => write_table(out, caption.as_deref(), header, rows),
        Block::Quote(blocks) => {
            out.push_str("<blockquote>\n");
            for block in blocks {
                write_block(out, block);
            }
            out.push_str("</blockquote>\n");
        }
        Block::Rule => out.push_str("<hr>\n"),
        // A chart stands between blocks, never within one.
        Block::Chart(_) => {}
    }
}

fn write_table(
    out: &mut String,
    caption: Option<&[Inline]>,
    header: &[Vec<Inline>],
    rows: &[Vec<Vec<Inline>>],
) {
    out.push_str("<table>\n");
    if let Some(caption) = caption {
        let _ = writeln!(out, "<caption>{}</caption>", inline_html(caption));
    }
    out.push_str("<thead><tr>");
    for cell in header {
        let _ = write!(out, "<th scope=\"col\">{}</th>", inline_html(cell));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for (at, cell) in row.iter().enumerate() {
            let cell = inline_html(cell);
            // The first cell names the row.
            let _ = if at == 0 {
                write!(out, "<th scope=\"row\">{cell}</th>")
            } else {
                write!(out, "<td>{cell}</td>")
            };
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn inline_html(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) => out.push_str(&escape_xml(text)),
            Inline::Strong(inner) => {
                let _ = write!(out, "<strong>{}</strong>", inline_html(inner));
            }
            Inline::Emphasis(inner) => {
                let _ = write!(out, "<em>{}</em>", inline_html(inner));
            }
            // Only addresses that a reader can expect; anything else is shown as its text.
            Inline::Link(url, inner) if url.starts_with("https://") || url.starts_with("mailto:") => {
                let _ = write!(out, "<a href=\"{}\">{}</a>", escape_xml(url), inline_html(inner));
            }
            Inline::Link(_, inner) => out.push_str(&inline_html(inner)),
            Inline::Break => out.push_str("<br>"),
        }
    }
    out
}
