//! A chart of scores: bars of squares against the level that meets the target, last period's beside
//! them. Every bar has its number and its words, so that nothing depends on colour or on seeing it.

use std::fmt::Write as _;

use super::document::{Block, DocumentTree, Inline, plain_text};
use super::package::escape_xml;
use super::template::escape_markdown;

/// A chart of levels.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The name by which a template places it: a paragraph `Chart: scores`.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// The same for somebody who does not see it.
    pub description: String,
    /// The words over the columns: of the bar's name, this period, the period before.
    pub heads: [String; 3],
    /// The bars.
    pub bars: Vec<Bar>,
    /// The highest level.
    pub highest: u8,
    /// The level that meets the target, and what that is called.
    pub target: (u8, String),
}

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What is scored.
    pub label: String,
    /// The level; nothing where there is none.
    pub level: Option<u8>,
    /// What it means, or why there is none.
    pub meaning: String,
    /// The level of the period before.
    pub before: Option<u8>,
}

/// A document with each chart as its table, for formats that hold no drawing. A chart that there is not is
/// left out.
pub fn charts_as_tables(tree: DocumentTree, charts: &[Chart]) -> DocumentTree {
    let table = |block: Block| match block {
        Block::Chart(name) => charts.iter().find(|chart| chart.name == name).map(Chart::as_table),
        block => Some(block),
    };
    DocumentTree { blocks: tree.blocks.into_iter().filter_map(table).collect() }
}

impl Chart {
    fn has_before(&self) -> bool {
        self.bars.iter().any(|bar| bar.before.is_some())
    }

    fn squares(&self, level: Option<u8>) -> String {
        let level = level.unwrap_or(0);
        (1..=self.highest).map(|at| if at <= level { '■' } else { '□' }).collect()
    }

    /// The chart as a table, for formats that hold no drawing.
    pub fn as_table(&self) -> Block {
        let text = |text: String| vec![Inline::Text(text)];
        let mut header = vec![text(self.heads[0].clone()), text(self.heads[1].clone())];
        if self.has_before() {
            header.push(text(self.heads[2].clone()));
        }
        let rows = self
            .bars
            .iter()
            .map(|bar| {
                let level = bar.level.map(|level| format!(" {level},")).unwrap_or_default();
                let mut row = vec![
                    text(bar.label.clone()),
                    text(format!("{}{level} {}", self.squares(bar.level), bar.meaning)),
                ];
                if self.has_before() {
                    row.push(text(bar.before.map(|level| level.to_string()).unwrap_or_default()));
                }
                row
            })
            .collect();
        Block::Table { caption: Some(text(self.title.clone())), header, rows }
    }

    /// The chart as a table in Markdown.
    pub fn as_markdown(&self) -> String {
        let Block::Table { caption, header, rows } = self.as_table() else { return String::new() };
        let line = |cells: &[Vec<Inline>]| -> String {
            let cells: Vec<String> = cells.iter().map(|cell| escape_markdown(&plain_text(cell))).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let title = escape_markdown(&caption.as_deref().map(plain_text).unwrap_or_default());
        let rows: String = rows.iter().map(|row| line(row)).collect();
        format!("Table: {title}\n\n{}|{}\n{rows}", line(&header), "---|".repeat(header.len()))
    }

    /// The chart as a drawing (SVG 1.1) with a title and a description.
    pub fn as_svg(&self) -> String {
        const LABEL: u32 = 330;
        const UNIT: u32 = 62;
        const ROW: u32 = 34;
        const TOP: u32 = 44;
        let rows = u32::try_from(self.bars.len()).unwrap_or(0);
        let width = LABEL + UNIT * u32::from(self.highest) + 220;
        let height = TOP + ROW * rows + 16;
        let mut out = format!(
            "<svg role=\"img\" aria-labelledby=\"chart-title chart-description\" viewBox=\"0 0 {width} {height}\" xmlns=\"http://www.w3.org/2000/svg\" font-family=\"Arial, Liberation Sans, Helvetica, sans-serif\" font-size=\"15\">\n<title id=\"chart-title\">{}</title>\n<desc id=\"chart-description\">{}</desc>\n",
            escape_xml(&self.title),
            escape_xml(&self.description)
        );
        // The line that has to be reached.
        let target = LABEL + UNIT * u32::from(self.target.0);
        let _ = writeln!(
            out,
            "<line x1=\"{target}\" y1=\"{}\" x2=\"{target}\" y2=\"{}\" stroke=\"#1f2a44\" stroke-width=\"2\" stroke-dasharray=\"6 4\"/>\n<text x=\"{target}\" y=\"{}\" text-anchor=\"middle\" fill=\"#1f2a44\">{} ({})</text>",
            TOP - 6,
            height - 8,
            TOP - 14,
            escape_xml(&self.target.1),
            self.target.0
        );
        for (at, bar) in (0_u32..).zip(&self.bars) {
            let y = TOP + at * ROW;
            let _ = writeln!(
                out,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#1a1a1a\">{}</text>",
                LABEL - 12,
                y + 19,
                escape_xml(&bar.label)
            );
            let length = UNIT * u32::from(bar.level.unwrap_or(0));
            // Below the line a bar is open, at and above it full.
            let below = bar.level.is_none_or(|level| level < self.target.0);
            let fill = if below { "#ffffff" } else { "#3f5f8f" };
            if length > 0 {
                let _ = writeln!(
                    out,
                    "<rect x=\"{LABEL}\" y=\"{}\" width=\"{length}\" height=\"18\" fill=\"{fill}\" stroke=\"#3f5f8f\" stroke-width=\"2\"/>",
                    y + 5
                );
            }
            if let Some(before) = bar.before {
                let x = LABEL + UNIT * u32::from(before);
                let _ = writeln!(out, "<path d=\"M {x} {} l 7 -9 l -14 0 z\" fill=\"#1a1a1a\"/>", y + 5);
            }
            let words = match bar.level {
                Some(level) => format!("{level}, {}", bar.meaning),
                None => bar.meaning.clone(),
            };
            // The words stand right of all bars, so that none lies on the line.
            let _ = writeln!(
                out,
                "<text x=\"{}\" y=\"{}\" fill=\"#1a1a1a\">{}</text>",
                LABEL + UNIT * u32::from(self.highest) + 14,
                y + 19,
                escape_xml(&words)
            );
        }
        out + "</svg>\n"
    }
}
