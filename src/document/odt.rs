//! OpenDocument texts and spreadsheets (ISO/IEC 26300). Deleted text, notes' numbers, comments, headers
//! and footers are left out.

use std::collections::{BTreeMap, BTreeSet};

use super::docx::read_properties;
use super::package::{Attributes, Package, Xml, walk};
use super::{Builder, Unreadable};

/// Elements whose contents a reader does not see, or sees elsewhere.
const UNSEEN: [&str; 11] = [
    "tracked-changes",
    "annotation",
    "note-citation",
    "table-of-content",
    "forms",
    "shapes",
    "title",
    "desc",
    "binary-data",
    "hidden-text",
    "covered-table-cell",
];

pub fn read(bytes: &[u8], builder: &mut Builder) -> Result<(), Unreadable> {
    let mut package = Package::open(bytes)?;
    if package.part("META-INF/manifest.xml")?.is_some_and(|manifest| manifest.contains("encryption-data")) {
        return Err(Unreadable::Encrypted);
    }
    let Some(body) = package.part("content.xml")? else {
        return Err(Unreadable::Damaged("there is no content.xml in it".to_owned()));
    };
    if let Some(meta) = package.part("meta.xml")? {
        read_properties(&meta, builder)?;
    }
    let mut reader = Reader::default();
    // Headers and footers stand among the styles.
    if let Some(styles) = package.part("styles.xml")? {
        let mut paragraph = String::new();
        walk(&styles, |xml| {
            match &xml {
                Xml::Open(name, attributes) => reader.note_style(name, *attributes),
                Xml::Close("style") => reader.style = None,
                _ => {}
            }
            match xml {
                Xml::Text(text) => paragraph.push_str(&text),
                Xml::Open("s" | "tab", _) => paragraph.push(' '),
                Xml::Close("p") => builder.note_marking_at_edge(&std::mem::take(&mut paragraph)),
                _ => {}
            }
            Ok(())
        })?;
    }
    walk(&body, |xml| {
        reader.visit(xml, builder);
        Ok(())
    })
}

#[derive(Default)]
struct Table {
    rows: u32,
    /// For how many rows the one that is being read stands.
    repeated: u32,
    cells: Vec<String>,
}

#[derive(Default)]
struct Reader {
    in_body: bool,
    unseen: usize,
    /// The paragraphs that are being read, one within another.
    paragraphs: Vec<Paragraph>,
    /// For each span that is being read whether it is bold or not, where it says so.
    spans: Vec<Option<bool>>,
    tables: Vec<Table>,
    /// Whether the body is a workbook, whose tables are sheets.
    is_workbook: bool,
    /// The style that is being read, the styles of tables that are not shown, and which styles make text bold or
    /// take that away.
    style: Option<String>,
    hidden: BTreeSet<String>,
    bold: BTreeMap<String, bool>,
}

/// A paragraph that is being read.
struct Paragraph {
    /// Its level if it is a heading.
    level: Option<u8>,
    /// Whether its style makes it bold, and whether any of its text is not.
    is_bold: bool,
    is_plain: bool,
    text: String,
}

impl Reader {
    fn visit(&mut self, xml: Xml<'_, '_>, builder: &mut Builder) {
        match xml {
            Xml::Open(name, attributes) => self.open(name, attributes, builder),
            Xml::Close(name) => self.close(name, builder),
            Xml::Text(text) => {
                if self.unseen == 0 {
                    self.add(&text);
                }
            }
        }
    }

    fn add(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            let span = self.spans.iter().rev().find_map(|bold| *bold);
            paragraph.is_plain |= !span.unwrap_or(paragraph.is_bold) && !text.trim().is_empty();
            paragraph.text.push_str(text);
        }
    }

    fn open(&mut self, name: &str, attributes: Attributes<'_, '_>, builder: &mut Builder) {
        if name == "body" {
            self.in_body = true;
        }
        if !self.in_body {
            self.note_style(name, attributes);
            return;
        }
        if self.unseen > 0 || UNSEEN.contains(&name) || self.is_hidden(name, attributes) {
            self.unseen += 1;
            return;
        }
        match name {
            "spreadsheet" => self.is_workbook = true,
            "h" => {
                let level = attributes.get("outline-level").and_then(|level| level.parse().ok());
                self.begin(Some(level.unwrap_or(1)), attributes);
            }
            "p" => self.begin(None, attributes),
            "span" => self.spans.push(self.bold_of(attributes)),
            "s" | "tab" | "line-break" => self.add(" "),
            "table" => {
                if self.is_workbook && self.tables.is_empty() {
                    builder.sheet = attributes.get("name");
                }
                self.tables.push(Table::default());
            }
            "table-row" => {
                if let Some(table) = self.tables.last_mut() {
                    table.rows = table.rows.saturating_add(table.repeated.max(1));
                    let repeated = attributes.get("number-rows-repeated");
                    table.repeated = repeated.and_then(|rows| rows.parse().ok()).unwrap_or(1);
                    table.cells.clear();
                }
            }
            "table-cell" => {
                if let Some(table) = self.tables.last_mut() {
                    table.cells.push(String::new());
                }
            }
            _ => {}
        }
    }

    fn note_style(&mut self, name: &str, attributes: Attributes<'_, '_>) {
        match name {
            "style" => {
                self.style = attributes.get("name");
                // A style made for one place goes on from a named one.
                let parent = attributes.get("parent-style-name").and_then(|parent| self.bold.get(&parent));
                if let (Some(style), Some(&bold)) = (self.style.clone(), parent) {
                    self.bold.insert(style, bold);
                }
            }
            "table-properties" if attributes.get("display").as_deref() == Some("false") => {
                self.hidden.extend(self.style.clone());
            }
            "text-properties" => {
                if let (Some(style), Some(weight)) = (self.style.clone(), attributes.get("font-weight")) {
                    self.bold.insert(style, weight != "normal");
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, level: Option<u8>, attributes: Attributes<'_, '_>) {
        let is_bold = self.bold_of(attributes).unwrap_or(false);
        self.paragraphs.push(Paragraph { level, is_bold, is_plain: false, text: String::new() });
    }

    fn bold_of(&self, attributes: Attributes<'_, '_>) -> Option<bool> {
        self.bold.get(&attributes.get("style-name")?).copied()
    }

    /// Whether the author has hidden it: a section, a sheet, or a table of a style that is not shown.
    fn is_hidden(&self, name: &str, attributes: Attributes<'_, '_>) -> bool {
        match name {
            "section" => attributes.get("display").as_deref() == Some("none"),
            "table" => attributes.get("style-name").is_some_and(|style| self.hidden.contains(&style)),
            _ => false,
        }
    }

    fn close(&mut self, name: &str, builder: &mut Builder) {
        if self.unseen > 0 {
            self.unseen -= 1;
            return;
        }
        match name {
            "h" | "p" => {
                let Some(Paragraph { level, is_plain, text, .. }) = self.paragraphs.pop() else { return };
                if let Some(cell) = self.tables.last_mut().and_then(|table| table.cells.last_mut()) {
                    cell.push_str(&text);
                    cell.push(' ');
                } else if let Some(level) = level {
                    builder.heading(level, &text);
                } else if is_plain {
                    builder.paragraph(&text);
                } else {
                    builder.bold_paragraph(&text);
                }
            }
            "table-row" => {
                let inner = self.tables.last_mut().map(|t| (t.rows, std::mem::take(&mut t.cells)));
                let Some((number, cells)) = inner else { return };
                let outer = self.tables.iter_mut().rev().nth(1);
                builder.row_within(outer.and_then(|outer| outer.cells.last_mut()), number, &cells);
            }
            "style" => self.style = None,
            "span" => {
                self.spans.pop();
            }
            "table" => {
                self.tables.pop();
            }
            _ => {}
        }
    }
}
