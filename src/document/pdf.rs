//! PDF: letters at places into lines. The home of pdf-extract.
//!
//! A damaged file can make the library panic or never end, so the program reads PDF in a process of its
//! own; a page on which the library panics is left out and named.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{MediaBox, Object, OutputDev, OutputError, Transform, output_doc, output_doc_page};

use super::layout::{Line, read_lines};
use super::{Builder, Unread, UnreadPage, Unreadable};

/// A page with fewer letters than this has a picture of text on it, or nothing.
const FEWEST_LETTERS: usize = 20;
/// More than this many times its letters' size between two lines is a gap.
const GAP: f64 = 1.6;

/// Reads a PDF.
pub fn read(bytes: &[u8], builder: &mut Builder) -> Result<(), Unreadable> {
    let damaged = |error: &dyn std::fmt::Display| Unreadable::Damaged(error.to_string());
    let mut document = catch_unwind(|| pdf_extract::Document::load_mem(bytes))
        .map_err(|_| Unreadable::Damaged("its structure cannot be followed".to_owned()))?
        .map_err(|error| damaged(&error))?;
    if document.is_encrypted() && document.decrypt("").is_err() {
        return Err(Unreadable::Encrypted);
    }
    properties(&document, builder);
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    let mut output = Layout::default();
    // All pages in one go is fastest; after a panic the rest goes page by page.
    let mut left: &[u32] = &pages;
    if catch_unwind(AssertUnwindSafe(|| output_doc(&document, &mut output))).is_ok_and(|read| read.is_ok()) {
        left = &[];
    }
    if !left.is_empty() {
        let reached = output.page;
        output.drop_page(reached);
        for &page in left.iter().filter(|page| **page >= reached) {
            let read = catch_unwind(AssertUnwindSafe(|| output_doc_page(&document, &mut output, page)));
            if !read.is_ok_and(|read| read.is_ok()) {
                output.drop_page(page);
                builder.unread.push(Unread { page, why: UnreadPage::Damaged });
            }
        }
    }
    let lines = output.finish();
    for &page in &pages {
        let letters: usize =
            lines.iter().filter(|l| l.page == Some(page)).map(|l| l.text.chars().count()).sum();
        if letters < FEWEST_LETTERS && !builder.unread.iter().any(|unread| unread.page == page) {
            builder.unread.push(Unread { page, why: UnreadPage::Scanned });
        }
    }
    builder.unread.sort_by_key(|unread| unread.page);
    if !pages.is_empty() && builder.unread.len() == pages.len() {
        let scanned = builder.unread.iter().all(|unread| unread.why == UnreadPage::Scanned);
        return Err(if scanned {
            Unreadable::Scanned
        } else {
            Unreadable::Damaged("no page of it can be read".to_owned())
        });
    }
    read_lines(lines, builder);
    Ok(())
}

fn properties(document: &pdf_extract::Document, builder: &mut Builder) {
    let info = document.trailer.get(b"Info").ok().and_then(|info| match info {
        Object::Reference(id) => document.get_dictionary(*id).ok(),
        Object::Dictionary(info) => Some(info),
        _ => None,
    });
    let Some(info) = info else { return };
    let text = |key: &[u8]| match info.get(key) {
        Ok(Object::String(bytes, _)) => Some(super::clean(&super::plain::decode(bytes))),
        _ => None,
    };
    builder.title =
        text(b"Title").filter(|title| !title.is_empty() && !title.starts_with("Microsoft Word - "));
    // `D:20220301093000Z`
    builder.date = [&b"ModDate"[..], b"CreationDate"].into_iter().find_map(|key| {
        let time = text(key)?;
        let digits = time.strip_prefix("D:").unwrap_or(&time).get(..8)?.to_owned();
        let all = digits.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..8]))
    });
}

/// Takes letters down as lines.
#[derive(Default)]
struct Layout {
    lines: Vec<Line>,
    page: u32,
    height: f64,
    text: String,
    size: f64,
    /// Where the line stands, from the top.
    y: f64,
    /// Where its last letter ends.
    end: f64,
    /// Where the line before it stands; nothing at the top of a page.
    y_before: Option<f64>,
}

impl Layout {
    fn end_line(&mut self) {
        let text = super::clean(&self.text);
        self.text.clear();
        if text.is_empty() {
            return;
        }
        let gap = self.y_before.is_none_or(|before| {
            let step = self.y - before;
            step > self.size * GAP || step < 0.0
        });
        // Sizes that differ by less than can be seen are one.
        let size = (self.size * 4.0).round() / 4.0;
        self.lines.push(Line { text, page: Some(self.page), size, gap_before: gap });
        self.y_before = Some(self.y);
    }

    fn drop_page(&mut self, page: u32) {
        self.text.clear();
        self.lines.retain(|line| line.page != Some(page));
    }

    fn finish(mut self) -> Vec<Line> {
        self.end_line();
        self.lines
    }
}

impl OutputDev for Layout {
    fn begin_page(
        &mut self,
        page: u32,
        media_box: &MediaBox,
        _: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.end_line();
        self.page = page;
        self.height = media_box.ury;
        self.y_before = None;
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        self.end_line();
        Ok(())
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        character: &str,
    ) -> Result<(), OutputError> {
        // The side of a square as large as the letter's box, turned as the page is.
        let size = (place.m11 * place.m22 - place.m12 * place.m21).abs().sqrt() * font_size;
        let (x, y) = (place.m31, self.height - place.m32);
        let same_line = !self.text.is_empty() && (y - self.y).abs() < self.size.max(size) * 0.5;
        if same_line {
            if x > self.end + size * 0.15 {
                self.text.push(' ');
            }
        } else {
            Self::end_line(self);
            self.y = y;
            self.size = size;
        }
        self.size = self.size.max(size);
        self.text.push_str(character);
        self.end = x + width * size;
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}
