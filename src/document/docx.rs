//! Word documents (ECMA-376). Insertions are kept and deletions dropped, as a reader sees them with all
//! changes accepted; headers, footers, comments, field codes and tables of contents are left out.

use std::collections::BTreeMap;

use super::package::{Attributes, Package, Xml, walk};
use super::{Builder, Unreadable, date_of};

/// Elements whose contents a reader does not see, or sees elsewhere.
const UNSEEN: [&str; 17] = [
    "del",
    "moveFrom",
    "Fallback",
    "instrText",
    "delText",
    "delInstrText",
    "footnotePr",
    "sectPr",
    "fldData",
    // What a paragraph, a run or a cell was before a change of its form.
    "pPrChange",
    "rPrChange",
    "tblPrChange",
    "tblPrExChange",
    "tblGridChange",
    "trPrChange",
    "tcPrChange",
    "sectPrChange",
];
/// How many headers and footers are looked at, and how much of each.
const MOST_EDGES: usize = 30;

/// Over how many others a style can go on from one that says what it is.
const MOST_STEPS: usize = 5;

/// What a paragraph's style makes of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Heading(u8),
    Bold,
    Contents,
    Title,
}

pub fn read(bytes: &[u8], builder: &mut Builder) -> Result<(), Unreadable> {
    let mut package = Package::open(bytes)?;
    let Some(body) = package.part("word/document.xml")? else {
        return Err(Unreadable::Damaged("there is no word/document.xml in it".to_owned()));
    };
    if let Some(core) = package.part("docProps/core.xml")? {
        read_properties(&core, builder)?;
    }
    let styles =
        package.part("word/styles.xml")?.map_or_else(|| Ok(BTreeMap::new()), |xml| read_styles(&xml))?;
    let mut reader = Reader {
        styles,
        tables: Vec::new(),
        paragraphs: Vec::new(),
        properties: Vec::new(),
        carried: String::new(),
        unseen: 0,
        in_run: 0,
        hidden: false,
        bold: None,
        is_rendered: body.contains("lastRenderedPageBreak"),
    };
    if body.contains("lastRenderedPageBreak") || body.contains("w:type=\"page\"") {
        builder.page = Some(1);
    }
    walk(&body, |xml| {
        reader.visit(xml, builder);
        Ok(())
    })?;
    reader.put_down(builder);
    builder.page = None;
    // Headers and footers are no evidence, but they bear the marking.
    let is_edge = |part: &String| part.starts_with("word/header") || part.starts_with("word/footer");
    for part in package.parts().into_iter().filter(is_edge).take(MOST_EDGES) {
        if let Some(xml) = package.small_part(&part)? {
            for paragraph in paragraphs_of(&xml)? {
                builder.note_marking_at_edge(&paragraph);
            }
        }
    }
    for notes in ["word/footnotes.xml", "word/endnotes.xml"] {
        if let Some(xml) = package.part(notes)? {
            walk(&xml, |xml| {
                reader.visit(xml, builder);
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// The paragraphs of a part.
fn paragraphs_of(xml: &str) -> Result<Vec<String>, Unreadable> {
    let mut paragraphs = vec![String::new()];
    let mut unseen = 0_usize;
    walk(xml, |xml| {
        match xml {
            Xml::Open(name, _) if unseen > 0 || UNSEEN.contains(&name) => unseen += 1,
            Xml::Close(_) if unseen > 0 => unseen -= 1,
            Xml::Text(text) if unseen == 0 => {
                if let Some(last) = paragraphs.last_mut() {
                    last.push_str(&text);
                }
            }
            Xml::Close("p") => paragraphs.push(String::new()),
            Xml::Close("tab") => {
                if let Some(last) = paragraphs.last_mut() {
                    last.push(' ');
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(paragraphs)
}

/// Title and date out of the properties; the same element names in Word and OpenDocument.
pub fn read_properties(xml: &str, builder: &mut Builder) -> Result<(), Unreadable> {
    let mut element = String::new();
    let mut title = String::new();
    let (mut created, mut changed) = (None, None);
    walk(xml, |xml| {
        match xml {
            Xml::Open(name, _) => name.clone_into(&mut element),
            Xml::Close(_) => element.clear(),
            Xml::Text(text) => match element.as_str() {
                // It comes in pieces where there is a character written as an entity.
                "title" => title.push_str(&text),
                "created" | "creation-date" => created = date_of(&text),
                "modified" | "date" => changed = date_of(&text),
                _ => {}
            },
        }
        Ok(())
    })?;
    let title = super::clean(&title);
    if !title.is_empty() {
        builder.title = Some(title);
    }
    builder.date = changed.or(created);
    Ok(())
}

fn read_styles(xml: &str) -> Result<BTreeMap<String, Style>, Unreadable> {
    let mut styles = BTreeMap::new();
    let mut based_on: Vec<(String, String)> = Vec::new();
    let mut id = String::new();
    walk(xml, |xml| {
        if let Xml::Open(name, attributes) = xml {
            match name {
                "style" => id = attributes.get("styleId").unwrap_or_default(),
                "name" => {
                    let name = attributes.get("val").unwrap_or_default().to_lowercase();
                    let style = match name.strip_prefix("heading ").and_then(|level| level.parse().ok()) {
                        Some(level) => Some(Style::Heading(level)),
                        None if name == "title" => Some(Style::Title),
                        None if name.starts_with("toc ") || name == "header" || name == "footer" => {
                            Some(Style::Contents)
                        }
                        None => None,
                    };
                    if let Some(style) = style {
                        styles.insert(id.clone(), style);
                    }
                }
                "outlineLvl" => {
                    if let Some(level) = outline(attributes) {
                        styles.entry(id.clone()).or_insert(Style::Heading(level));
                    }
                }
                "basedOn" => based_on.extend(attributes.get("val").map(|base| (id.clone(), base))),
                "b" if is_on(attributes) => {
                    styles.entry(id.clone()).or_insert(Style::Bold);
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    // A council's own heading style goes on from one of Word's, perhaps over others.
    for _ in 0..MOST_STEPS {
        for (id, base) in &based_on {
            if let Some(Style::Heading(_) | Style::Bold) = styles.get(base)
                && !styles.contains_key(id)
            {
                styles.insert(id.clone(), styles[base]);
            }
        }
    }
    Ok(styles)
}

/// Whether a property that is on by being there has not been put off.
fn is_on(attributes: Attributes<'_, '_>) -> bool {
    attributes.get("val").is_none_or(|value| value != "0" && value != "false")
}

fn outline(attributes: Attributes<'_, '_>) -> Option<u8> {
    attributes.get("val")?.parse::<u8>().ok().filter(|level| *level < 9).map(|level| level + 1)
}

/// A paragraph that is being read. One can stand within another (a text box).
#[derive(Default)]
struct Paragraph {
    text: String,
    style: Option<Style>,
    /// Whether any of its text is not bold.
    is_plain: bool,
    /// Whether its end is deleted, so that the next goes on with it.
    joins_next: bool,
}

/// A table that is being read. One can stand within a cell of another.
#[derive(Default)]
struct Table {
    rows: u32,
    cells: Vec<String>,
    deleted: bool,
    cell_deleted: bool,
}

struct Reader {
    styles: BTreeMap<String, Style>,
    tables: Vec<Table>,
    paragraphs: Vec<Paragraph>,
    /// The properties within which the reader is.
    properties: Vec<String>,
    /// What a paragraph whose end is deleted has left for the next.
    carried: String,
    /// How deep in something unseen.
    unseen: usize,
    in_run: usize,
    /// Whether the run is hidden text.
    hidden: bool,
    /// Whether the run is bold or not, where it says so itself.
    bold: Option<bool>,
    /// Whether Word has marked where its pages begin.
    is_rendered: bool,
}

impl Reader {
    fn visit(&mut self, xml: Xml<'_, '_>, builder: &mut Builder) {
        match xml {
            Xml::Open(name, attributes) => self.open(name, attributes, builder),
            Xml::Close(name) => self.close(name, builder),
            Xml::Text(text) => {
                if self.unseen == 0 && self.in_run > 0 && !self.hidden {
                    self.add(&text);
                }
            }
        }
    }

    fn add(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            let is_bold = self.bold.unwrap_or(paragraph.style == Some(Style::Bold));
            paragraph.is_plain |= !is_bold && !text.trim().is_empty();
            paragraph.text.push_str(text);
        }
    }

    fn open(&mut self, name: &str, attributes: Attributes<'_, '_>, builder: &mut Builder) {
        if self.unseen > 0 || UNSEEN.contains(&name) {
            // A mark of a deletion has no contents; what it marks is told by its place.
            if self.unseen == 0 && name == "del" {
                match self.properties.last().map(String::as_str) {
                    Some("pPr") => {
                        if let Some(paragraph) = self.paragraphs.last_mut() {
                            paragraph.joins_next = true;
                        }
                    }
                    Some("trPr") => {
                        if let Some(table) = self.tables.last_mut() {
                            table.deleted = true;
                        }
                    }
                    _ => {}
                }
            }
            self.unseen += 1;
            return;
        }
        match name {
            "pPr" | "trPr" | "tcPr" => self.properties.push(name.to_owned()),
            "cellDel" => {
                if let Some(table) = self.tables.last_mut() {
                    table.cell_deleted = true;
                }
            }
            "p" => self.paragraphs.push(Paragraph::default()),
            "r" => {
                self.hidden = false;
                self.bold = None;
            }
            "t" => self.in_run += 1,
            "vanish" if is_on(attributes) => self.hidden = true,
            // Within a paragraph's own properties it is about the mark at its end.
            "b" if self.properties.is_empty() => self.bold = Some(is_on(attributes)),
            "rStyle" if self.properties.is_empty() => {
                let style = attributes.get("val").and_then(|id| self.styles.get(&id).copied());
                self.bold = self.bold.or((style == Some(Style::Bold)).then_some(true));
            }
            "tab" if attributes.get("pos").is_none() && attributes.get("val").is_none() => self.add(" "),
            "br" | "cr" => {
                // Word marks where it began a new page, after a break that the author made as well.
                if !self.is_rendered && attributes.get("type").is_some_and(|kind| kind == "page") {
                    next_page(builder);
                }
                self.add(" ");
            }
            "lastRenderedPageBreak" => next_page(builder),
            "noBreakHyphen" => self.add("-"),
            "pStyle" => {
                let style = attributes.get("val").and_then(|id| self.styles.get(&id).copied());
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.style = style.or(paragraph.style);
                }
            }
            "outlineLvl" => {
                if let (Some(paragraph), Some(level)) = (self.paragraphs.last_mut(), outline(attributes)) {
                    paragraph.style = Some(Style::Heading(level));
                }
            }
            "tbl" => {
                self.put_down(builder);
                self.tables.push(Table::default());
            }
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.rows += 1;
                    table.cells.clear();
                    table.deleted = false;
                }
            }
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    table.cells.push(String::new());
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str, builder: &mut Builder) {
        if self.unseen > 0 {
            self.unseen -= 1;
            return;
        }
        match name {
            "pPr" | "trPr" | "tcPr" => {
                self.properties.pop();
            }
            "tc" => {
                self.put_down(builder);
                if let Some(table) = self.tables.last_mut()
                    && std::mem::take(&mut table.cell_deleted)
                {
                    table.cells.pop();
                }
            }
            "t" => self.in_run = self.in_run.saturating_sub(1),
            "p" => {
                let Some(mut paragraph) = self.paragraphs.pop() else { return };
                paragraph.text.insert_str(0, &std::mem::take(&mut self.carried));
                if paragraph.joins_next {
                    self.carried = paragraph.text;
                    return;
                }
                self.finish(&paragraph, builder);
            }
            "tr" => {
                if let [.., table] = self.tables.as_mut_slice() {
                    let (number, cells) = (table.rows, std::mem::take(&mut table.cells));
                    if table.deleted {
                        return;
                    }
                    let outer = self.tables.iter_mut().rev().nth(1);
                    builder.row_within(outer.and_then(|outer| outer.cells.last_mut()), number, &cells);
                }
            }
            "tbl" => {
                self.tables.pop();
            }
            _ => {}
        }
    }

    /// Puts down what a paragraph whose end is deleted has left where no other follows.
    fn put_down(&mut self, builder: &mut Builder) {
        let text = std::mem::take(&mut self.carried);
        if !text.is_empty() {
            self.finish(&Paragraph { text, is_plain: true, ..Paragraph::default() }, builder);
        }
    }

    fn finish(&mut self, paragraph: &Paragraph, builder: &mut Builder) {
        if let Some(cell) = self.tables.last_mut().and_then(|table| table.cells.last_mut()) {
            cell.push_str(&paragraph.text);
            cell.push(' ');
            return;
        }
        match paragraph.style {
            Some(Style::Heading(level)) => builder.heading(level, &paragraph.text),
            Some(Style::Title) => {
                if builder.title.is_none() && !paragraph.text.trim().is_empty() {
                    builder.title = Some(super::clean(&paragraph.text));
                }
                builder.heading(0, &paragraph.text);
            }
            Some(Style::Contents) => {}
            Some(Style::Bold) | None if paragraph.is_plain => builder.paragraph(&paragraph.text),
            Some(Style::Bold) | None => builder.bold_paragraph(&paragraph.text),
        }
    }
}

fn next_page(builder: &mut Builder) {
    builder.page = builder.page.map(|page| page + 1);
}
