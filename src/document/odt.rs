//! OpenDocument texts and spreadsheets (ISO/IEC 26300). Deleted text, notes' numbers, comments, headers
//! and footers are left out.

use std::collections::BTreeSet;

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
    // Headers and footers stand among the styles.
    if let Some(styles) = package.part("styles.xml")? {
        let mut paragraph = String::new();
        walk(&styles, |xml| {
            match xml {
                Xml::Text(text) => paragraph.push_str(&text),
                Xml::Open("s" | "tab", _) => paragraph.push(' '),
                Xml::Close("p") => builder.note_marking_at_edge(&std::mem::take(&mut paragraph)),
                _ => {}
            }
            Ok(())
        })?;
    }
    let mut reader = Reader::default();
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
    /// The paragraphs that are being read, one within another, each with its level if it is a heading.
    paragraphs: Vec<(Option<u8>, String)>,
    tables: Vec<Table>,
    /// Whether the body is a workbook, whose tables are sheets.
    is_workbook: bool,
    /// The style that is being read, and the styles of tables that are not shown.
    style: Option<String>,
    hidden: BTreeSet<String>,
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
        if let Some((_, paragraph)) = self.paragraphs.last_mut() {
            paragraph.push_str(text);
        }
    }

    fn open(&mut self, name: &str, attributes: Attributes<'_, '_>, builder: &mut Builder) {
        if name == "body" {
            self.in_body = true;
        }
        if !self.in_body {
            match name {
                "style" => self.style = attributes.get("name"),
                "table-properties" if attributes.get("display").as_deref() == Some("false") => {
                    self.hidden.extend(self.style.take());
                }
                _ => {}
            }
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
                self.paragraphs.push((Some(level.unwrap_or(1)), String::new()));
            }
            "p" => self.paragraphs.push((None, String::new())),
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
                let Some((level, text)) = self.paragraphs.pop() else { return };
                if let Some(cell) = self.tables.last_mut().and_then(|table| table.cells.last_mut()) {
                    cell.push_str(&text);
                    cell.push(' ');
                } else if let Some(level) = level {
                    builder.heading(level, &text);
                } else {
                    builder.paragraph(&text);
                }
            }
            "table-row" => {
                let inner = self.tables.last_mut().map(|t| (t.rows, std::mem::take(&mut t.cells)));
                let Some((number, cells)) = inner else { return };
                let outer = self.tables.iter_mut().rev().nth(1);
                builder.row_within(outer.and_then(|outer| outer.cells.last_mut()), number, &cells);
            }
            "table" => {
                self.tables.pop();
            }
            _ => {}
        }
    }
}
