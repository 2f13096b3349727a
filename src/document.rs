//! Documents in: board papers, minutes, plans, training logs, web pages and mails into passages, each
//! with its place.
//!
//! A reader a format (`docx`, `odt`, `pdf`, `html`, `sheet`, `mail`, `plain`) hands headings, paragraphs and
//! rows to one `Builder`, which keeps count of where they stand. What a
//! document can do is limited here: no part of it is run, nothing is fetched, and each reader stops at
//! a size that no real paper has.

pub mod diags;
mod docx;
mod html;
mod layout;
mod mail;
mod odt;
mod package;
mod pdf;
mod plain;
mod sheet;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::source::Span;
use crate::text::sentences;
pub use sheet::read_tables;

/// The most blocks that are kept of one document: a thousand pages have some twenty thousand.
const MOST_BLOCKS: usize = 500_000;
/// How many bytes are kept of one document, with the headings that stand at each block.
const MOST_KEPT: usize = 64 << 20;
/// How many bytes a file of plain text can have: a thousand pages have some three million.
const MOST_TEXT: usize = 16 << 20;
/// The lowest level of a heading.
const LOWEST_HEADING: u8 = 12;
/// How much of a heading is kept at what stands under it.
const LONGEST_HEADING: usize = 200;
/// How many words a heading has at most, where it is only known by how it looks.
const HEADING_WORDS: usize = 14;
/// The level of a heading that is only known by being bold.
const BOLD_HEADING: u8 = 10;
/// In how many blocks at the start a paper says its own date.
const FIRST_BLOCKS: usize = 8;
/// How many words the name of a column has at most.
const HEADER_CELL: usize = 4;
/// How many words a line with a marking has at most.
const LONGEST_MARKING: usize = 12;
/// A cell of at least so many words is prose, and is cut into sentences like any paragraph.
const PROSE_CELL: usize = 12;

/// A document that has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its title, where it names one.
    pub title: Option<String>,
    /// Its date, `year-month-day`: the one it gives in words near its start, else that of its last change
    /// or its sending, as its file says.
    pub date: Option<String>,
    /// What it says, in order.
    pub blocks: Vec<Block>,
    /// The pages that could not be read, and why.
    pub unread: Vec<Unread>,
    /// Whether it bears the marking OFFICIAL-SENSITIVE.
    pub sensitive: bool,
}

/// A heading, a paragraph, a list item or a row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it says, on one line.
    pub text: String,
    /// What it is.
    pub kind: BlockKind,
    /// The headings above it, the outermost first.
    pub under: Vec<String>,
    /// Where it stands.
    pub place: Place,
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// A heading. It says what follows is about, and is no evidence itself.
    Heading,
    /// A paragraph or a list item.
    Paragraph,
    /// A row of a table; its cells are separated by ` | `.
    Row,
}

/// Where something stands in a document, as far as its format knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// The sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The nearest heading above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// The paragraph or list item, counted from 1 through the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
    /// The row of a table, counted from 1 through the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
}

impl Place {
    /// For a reader: `page 3, “Training”, paragraph 12`.
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.sheet.as_ref().map(|sheet| format!("sheet “{sheet}”")));
        parts.extend(self.page.map(|page| format!("page {page}")));
        parts.extend(self.heading.as_ref().map(|heading| format!("“{heading}”")));
        parts.extend(self.paragraph.map(|paragraph| format!("paragraph {paragraph}")));
        parts.extend(self.row.map(|row| format!("row {row}")));
        parts.join(", ")
    }
}

/// A page that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// The page, from 1.
    pub page: u32,
    /// Why.
    pub why: UnreadPage,
}

/// Why a page could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnreadPage {
    /// There is a picture of text on it and no text.
    Scanned,
    /// It is damaged.
    Damaged,
}

/// Why a whole document could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unreadable {
    /// It opens with a password only.
    Encrypted,
    /// It is in a format of before 2007, or protected by a password: both look alike from outside.
    OldOrEncrypted,
    /// It is not what its name says, or is damaged.
    Damaged(String),
    /// It is larger than any real paper, or unpacks to that.
    TooLarge(String),
    /// All its pages are pictures.
    Scanned,
    /// Reading it did not come to an end.
    TookTooLong,
    /// It bears a marking above OFFICIAL, and nothing of it is kept.
    MarkedTooHigh(String),
}

/// A format of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Word.
    Docx,
    /// OpenDocument text.
    Odt,
    /// Excel.
    Xlsx,
    /// OpenDocument spreadsheet.
    Ods,
    /// Comma-separated (or semicolons, or tabs).
    Csv,
    /// Portable Document Format.
    Pdf,
    /// A web page.
    Html,
    /// Markdown.
    Markdown,
    /// Plain text.
    Text,
    /// A mail.
    Mail,
}

impl Format {
    /// The formats by the endings of names, in small letters.
    pub const ENDINGS: [(&'static str, Self); 14] = [
        ("docx", Self::Docx),
        ("docm", Self::Docx),
        ("odt", Self::Odt),
        ("xlsx", Self::Xlsx),
        ("xlsm", Self::Xlsx),
        ("ods", Self::Ods),
        ("csv", Self::Csv),
        ("pdf", Self::Pdf),
        ("html", Self::Html),
        ("htm", Self::Html),
        ("md", Self::Markdown),
        ("markdown", Self::Markdown),
        ("txt", Self::Text),
        ("eml", Self::Mail),
    ];

    /// The format that a file's name promises.
    pub fn of(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        Self::ENDINGS.iter().find(|(known, _)| ending.eq_ignore_ascii_case(known)).map(|(_, format)| *format)
    }

    /// Whether its reader is a library that a damaged or hostile file can make crash or run for ever, so
    /// that it must run in a process of its own.
    pub fn needs_a_process(self) -> bool {
        matches!(self, Self::Pdf | Self::Xlsx | Self::Html | Self::Mail)
    }
}

/// As what a document of a kind that cannot be read can be saved so that it can; nothing for any other file.
pub fn saved_as(name: &str) -> Option<&'static str> {
    const KINDS: [(&str, &str); 9] = [
        ("doc", "docx"),
        ("dot", "docx"),
        ("dotx", "docx"),
        ("rtf", "docx"),
        ("pages", "docx"),
        ("xls", "xlsx"),
        ("ppt", "pdf"),
        ("pptx", "pdf"),
        ("msg", "eml"),
    ];
    let (_, ending) = name.rsplit_once('.')?;
    KINDS.iter().find(|(known, _)| ending.eq_ignore_ascii_case(known)).map(|(_, as_what)| *as_what)
}

/// How the container of Office's formats before 2007 and of its encrypted files begins.
const OLD_CONTAINER: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// The cells of one sheet of a workbook.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Table {
    /// The sheet's name.
    pub sheet: String,
    /// Each row that has cells: its number from 1, and its cells by their column from 0.
    pub rows: Vec<(u32, BTreeMap<u32, String>)>,
}

/// Reads a document.
pub fn read_document(format: Format, bytes: &[u8]) -> Result<Document, Unreadable> {
    if bytes.starts_with(&OLD_CONTAINER) {
        return Err(Unreadable::OldOrEncrypted);
    }
    let is_text = matches!(format, Format::Csv | Format::Html | Format::Markdown | Format::Text);
    if is_text && bytes.len() > MOST_TEXT {
        return Err(Unreadable::TooLarge(format!("it has more than {} megabytes of text", MOST_TEXT >> 20)));
    }
    let mut builder = Builder::default();
    match format {
        Format::Docx => docx::read(bytes, &mut builder)?,
        Format::Odt | Format::Ods => odt::read(bytes, &mut builder)?,
        Format::Xlsx => sheet::read_workbook(bytes, &mut builder)?,
        Format::Csv => sheet::read_csv(bytes, &mut builder)?,
        Format::Pdf => pdf::read(bytes, &mut builder)?,
        Format::Html => html::read(&plain::decode(bytes), &mut builder),
        Format::Markdown => plain::read_markdown(&plain::decode(bytes), &mut builder),
        Format::Text => plain::read_text(&plain::decode(bytes), &mut builder),
        Format::Mail => mail::read(bytes, &mut builder)?,
    }
    builder.finish()
}

/// A passage: what can be quoted as one piece of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage<'d> {
    /// The block in which it stands.
    pub block: &'d Block,
    /// Where in the block's text.
    pub span: Span,
}

impl<'d> Passage<'d> {
    /// Its words, exactly as the document has them.
    pub fn text(&self) -> &'d str {
        &self.block.text[self.span.start..self.span.end]
    }
}

/// The passages of a document: sentences of paragraphs and of longer cells, whole rows of short cells.
/// `abbreviations` are the words whose full stop ends no sentence.
pub fn passages<'d>(document: &'d Document, abbreviations: &[String]) -> Vec<Passage<'d>> {
    let mut found = Vec::new();
    // Whether a row of several cells of the same table has come before.
    let mut in_table = false;
    for block in &document.blocks {
        let is_first = !in_table || block.place.row == Some(1);
        in_table = block.kind == BlockKind::Row && (block.text.contains(CELLS) || !is_first);
        let mut cut = |start: usize, text: &str| {
            found.extend(
                sentences(text, abbreviations)
                    .into_iter()
                    .map(|span| Passage { block, span: Span::new(start + span.start, start + span.end) }),
            );
        };
        match block.kind {
            BlockKind::Heading => {}
            BlockKind::Paragraph => cut(0, &block.text),
            BlockKind::Row if is_first && is_header_row(block) => {}
            BlockKind::Row => {
                let is_prose = |cell: &str| cell.split_whitespace().count() >= PROSE_CELL;
                let mut start = 0;
                let mut any = false;
                for cell in block.text.split(CELLS) {
                    if is_prose(cell) {
                        any = true;
                        cut(start, cell);
                    }
                    start += cell.len() + CELLS.len();
                }
                if !any {
                    found.push(Passage { block, span: Span::new(0, block.text.len()) });
                }
            }
        }
    }
    found
}

/// Whether a line has few words and does not end as a sentence does.
fn reads_like_heading(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let ends_sentence = line.ends_with(['.', ';', ',', ':', '?', '!']);
    (1..=HEADING_WORDS).contains(&words) && !ends_sentence && line.chars().any(char::is_alphabetic)
}

/// The number at the start of a line of several words, such as `4.2`, without a full stop at its end.
pub fn number_of(line: &str) -> Option<&str> {
    let (number, _) = line.split_once(char::is_whitespace)?;
    let is_number = number.len() <= 8
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_number.then(|| number.trim_end_matches('.'))
}

/// Whether a row only names the columns of its table: a few words in each cell and no number, and no row
/// of several cells above it.
fn is_header_row(block: &Block) -> bool {
    let plain = |cell: &str| {
        let words = cell.split_whitespace().count();
        // A word with a full stop is short for another, such as `No.`; several are a sentence.
        words <= HEADER_CELL
            && (words == 1 || !cell.ends_with('.'))
            && !cell.chars().any(|character| character.is_ascii_digit())
    };
    block.text.contains(CELLS) && block.text.split(CELLS).all(plain)
}

/// What stands between the cells of a row.
pub const CELLS: &str = " | ";

/// Takes down what a reader finds, and keeps count of where it stands.
#[derive(Debug, Default)]
struct Builder {
    title: Option<String>,
    date: Option<String>,
    blocks: Vec<Block>,
    unread: Vec<Unread>,
    sensitive: bool,
    /// A marking above OFFICIAL that it bears.
    marked_too_high: Option<String>,
    headings: Vec<(u8, String)>,
    page: Option<u32>,
    sheet: Option<String>,
    paragraphs: u32,
    /// How many bytes the blocks hold.
    kept: usize,
}

impl Builder {
    fn is_full(&self) -> bool {
        self.blocks.len() >= MOST_BLOCKS || self.kept >= MOST_KEPT
    }

    /// A heading of a level from 1; it ends those of its own level and below.
    fn heading(&mut self, level: u8, text: &str) {
        let text = clean(text);
        if text.is_empty() || self.is_full() {
            return;
        }
        let level = level.min(LOWEST_HEADING);
        self.headings.retain(|(above, _)| *above < level);
        // Every block keeps its headings, so none may be endless.
        let kept: String = text.chars().take(LONGEST_HEADING).collect();
        self.push(text, BlockKind::Heading, None, None);
        self.headings.push((level, kept));
    }

    /// A paragraph all of which is bold: many headings are made that way. It stands below every real heading.
    fn bold_paragraph(&mut self, text: &str) {
        let line = clean(text);
        if !reads_like_heading(&line) {
            return self.paragraph(text);
        }
        let depth = number_of(&line).map_or(0, |number| number.matches('.').count()).min(2);
        self.heading(BOLD_HEADING + u8::try_from(depth).unwrap_or(0), &line);
    }

    fn paragraph(&mut self, text: &str) {
        let text = clean(text);
        if text.is_empty() || self.is_full() {
            return;
        }
        self.paragraphs += 1;
        self.push(text, BlockKind::Paragraph, Some(self.paragraphs), None);
    }

    /// A row of a table, by its number in the table. Empty cells are left out.
    fn row(&mut self, number: u32, cells: &[String]) {
        let cells: Vec<String> =
            cells.iter().map(|cell| clean(cell)).filter(|cell| !cell.is_empty()).collect();
        if !cells.is_empty() && !self.is_full() {
            self.push(cells.join(CELLS), BlockKind::Row, None, Some(number));
        }
    }

    /// A row of a table that may stand in a cell of another; then it is part of that cell.
    fn row_within(&mut self, outer: Option<&mut String>, number: u32, cells: &[String]) {
        match outer {
            Some(outer) => {
                outer.push(' ');
                outer.push_str(&cells.join(", "));
            }
            None => self.row(number, cells),
        }
    }

    /// Takes note of a marking in the text, which stands there by itself.
    fn note_marking(&mut self, text: &str) {
        if text.split_whitespace().count() <= LONGEST_MARKING {
            self.note_marking_at_edge(text);
        }
    }

    /// Takes note of a marking in a header or a footer, which says much else besides.
    fn note_marking_at_edge(&mut self, text: &str) {
        let plain: String = text.chars().map(|c| if c.is_alphabetic() { c } else { ' ' }).collect();
        let words: Vec<&str> = plain.split_whitespace().collect();
        let is = |word: &str, wanted: &str| word.eq_ignore_ascii_case(wanted);
        if words.windows(2).any(|pair| is(pair[0], "OFFICIAL") && is(pair[1], "SENSITIVE")) {
            self.sensitive = true;
        }
        // In capitals only: a route may well be secret.
        let first = usize::from(words.first() == Some(&"UK"));
        if matches!(&words[first.min(words.len())..], ["SECRET", ..] | ["TOP", "SECRET", ..]) {
            let marking = words.iter().take_while(|word| matches!(**word, "UK" | "TOP" | "SECRET"));
            self.marked_too_high = Some(marking.copied().collect::<Vec<_>>().join(" "));
        }
    }

    fn push(&mut self, text: String, kind: BlockKind, paragraph: Option<u32>, row: Option<u32>) {
        self.note_marking(&text);
        let under: Vec<String> = self.headings.iter().map(|(_, text)| text.clone()).collect();
        self.kept += text.len() + under.iter().map(String::len).sum::<usize>();
        let place = Place {
            page: self.page,
            sheet: self.sheet.clone(),
            heading: under.last().cloned(),
            paragraph,
            row,
        };
        self.blocks.push(Block { text, kind, under, place });
    }

    fn finish(self) -> Result<Document, Unreadable> {
        if let Some(marking) = self.marked_too_high {
            return Err(Unreadable::MarkedTooHigh(marking));
        }
        if self.is_full() {
            return Err(Unreadable::TooLarge("it has more text than any paper".to_owned()));
        }
        // What a paper says of its own date is surer than what its file does.
        let stated = self.blocks.iter().take(FIRST_BLOCKS).find_map(|block| stated_date(&block.text));
        Ok(Document {
            title: self.title,
            date: stated.or(self.date),
            blocks: self.blocks,
            unread: self.unread,
            sensitive: self.sensitive,
        })
    }
}

/// A text on one line: white space of every kind is one space, and what cannot be seen (soft hyphens,
/// joiners, control characters, marks of direction) is left out.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for character in text.chars() {
        if character.is_whitespace() {
            space = true;
            continue;
        }
        let unseen = character.is_control()
            || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{61c}');
        if unseen {
            continue;
        }
        if space && !out.is_empty() {
            out.push(' ');
        }
        space = false;
        out.push(character);
    }
    out
}

/// The first date that a text gives in words, `14 November 2024`.
fn stated_date(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.windows(3).find_map(|three| {
        let day: u8 = three[0].trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()?;
        let month = MONTHS.iter().position(|month| *month == three[1])? + 1;
        let year: u16 = three[2].parse().ok()?;
        let sound = (1..=31).contains(&day) && (1990..=2100).contains(&year);
        sound.then(|| format!("{year:04}-{month:02}-{day:02}"))
    })
}

/// The date at the start of a time as documents write it, `2022-03-01T09:30:00Z`.
fn date_of(time: &str) -> Option<String> {
    let date = time.trim().get(..10)?;
    let shape = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    shape.then(|| date.to_owned())
}
