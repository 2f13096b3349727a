//! Texts as they were given, and places in them.
//!
//! A [`Source`] is one file (or standard input) decoded to text. A [`Span`] is a range of bytes in
//! it. Everything that is ever said about a file points back here, and only here are bytes turned
//! into lines and columns.

use std::sync::{Arc, OnceLock};

/// A range of bytes in a [`Source`]; `start <= end`, both within the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span from `start` to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }
}

/// A line and a column as editors count them: from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One text with the name it was read under.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: OnceLock<Vec<usize>>,
    is_ascii: OnceLock<bool>,
}

impl Source {
    /// A source with the given name (as the user typed it) and text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
            is_ascii: OnceLock::new(),
        })
    }

    /// The name to show: a path as the user gave it, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span; empty when the span does not fall on character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1)).collect()
        })
    }

    /// Where a byte stands. An offset past the end is the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset) - 1;
        // Where every character is one byte there is nothing to count.
        let column = if *self.is_ascii.get_or_init(|| self.text.is_ascii()) {
            offset - starts[line]
        } else {
            self.text.get(starts[line]..offset).unwrap_or("").chars().count()
        };
        Position { line: line + 1, column: column + 1 }
    }

    /// The bytes of the line that holds `offset`, without its line break.
    pub fn line_span(&self, offset: usize) -> Span {
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset.min(self.text.len())) - 1;
        let end = starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        Span::new(starts[line], end)
    }
}

/// Bytes that are not text: what can be read of them, and where the first that cannot be read stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotText {
    /// The bytes as text, with a mark in place of what cannot be read.
    pub readable: String,
    /// Where the first mark stands in it.
    pub span: Span,
}

/// Turns the bytes of a file into text: UTF-8, with or without a byte order mark, or UTF-16 (as
/// Windows' Notepad saves "Unicode"). Windows line ends become plain ones, so that a file means the
/// same on every desktop.
pub fn decode(bytes: Vec<u8>) -> Result<String, NotText> {
    if let Some((encoding, skip)) = utf_16(&bytes) {
        let (text, bad) = encoding.decode_without_bom_handling(&bytes[skip..]);
        return if bad {
            Err(not_text(text.into_owned(), 0))
        } else {
            Ok(plain_line_ends(text.into_owned()))
        };
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let valid_up_to = error.utf8_error().valid_up_to();
        not_text(String::from_utf8_lossy(error.as_bytes()).into_owned(), valid_up_to)
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(plain_line_ends(text))
}

/// Text as the bytes of a file that holds it in the way another does: the same encoding, the same mark
/// of order, the line ends that its first line has.
pub fn encode_like(bytes: &[u8], text: &str) -> Vec<u8> {
    let windows = |text: &str| text.replace('\n', "\r\n");
    let Some((encoding, skip)) = utf_16(bytes) else {
        let first = bytes.iter().position(|byte| *byte == b'\n');
        let text = if first.is_some_and(|at| at > 0 && bytes[at - 1] == b'\r') {
            windows(text)
        } else {
            text.to_owned()
        };
        let mark: &[u8] = if bytes.starts_with(b"\xef\xbb\xbf") { b"\xef\xbb\xbf" } else { b"" };
        return [mark, text.as_bytes()].concat();
    };
    let (before, _) = encoding.decode_without_bom_handling(&bytes[skip..]);
    let first = before.find('\n');
    let text =
        if first.is_some_and(|at| before[..at].ends_with('\r')) { windows(text) } else { text.to_owned() };
    let units = text.encode_utf16();
    let written: Vec<u8> = if encoding == encoding_rs::UTF_16LE {
        units.flat_map(u16::to_le_bytes).collect()
    } else {
        units.flat_map(u16::to_be_bytes).collect()
    };
    [&bytes[..skip], &written].concat()
}

/// The kind of UTF-16 and the length of its mark. Without a mark the zero bytes beside the first two
/// characters, which are plain letters or signs in any of our files, give it away.
fn utf_16(bytes: &[u8]) -> Option<(&'static encoding_rs::Encoding, usize)> {
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, skip)) => (encoding != encoding_rs::UTF_8).then_some((encoding, skip)),
        None => match bytes {
            [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Some((encoding_rs::UTF_16LE, 0)),
            [0, a, 0, b, ..] if *a != 0 && *b != 0 => Some((encoding_rs::UTF_16BE, 0)),
            _ => None,
        },
    }
}

fn not_text(readable: String, from: usize) -> NotText {
    let at = readable.get(from..).and_then(|rest| rest.find('\u{fffd}')).map_or(0, |found| from + found);
    NotText { readable, span: Span::new(at, at + '\u{fffd}'.len_utf8()) }
}

fn plain_line_ends(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// A text by which it is compared: those that differ in white space and capitals only are one.
pub fn comparable(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let source = Source::new("a", "one\ntwö three\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(9), Position { line: 2, column: 5 });
        assert_eq!(source.position(999), Position { line: 3, column: 1 });
        assert_eq!(source.slice(source.line_span(5)), "twö three");
    }

    #[test]
    fn every_way_that_windows_saves_text_reads_the_same() {
        let plain = "a: ö\nb: 1\n";
        let mut utf16 = vec![0xff, 0xfe];
        utf16.extend(plain.encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(decode(utf16[2..].to_vec()).unwrap(), plain);
        let mut marked = vec![0xef, 0xbb, 0xbf];
        marked.extend_from_slice(plain.replace('\n', "\r\n").as_bytes());
        assert_eq!(decode(utf16).unwrap(), plain);
        assert_eq!(decode(marked).unwrap(), plain);
    }

    #[test]
    fn text_is_written_as_it_was_saved() {
        let plain = "a: ö\nb: 1\n";
        let mut utf16 = vec![0xff, 0xfe];
        utf16.extend(plain.replace('\n', "\r\n").encode_utf16().flat_map(u16::to_le_bytes));
        let mut marked = vec![0xef, 0xbb, 0xbf];
        marked.extend_from_slice(plain.replace('\n', "\r\n").as_bytes());
        for bytes in [plain.as_bytes().to_vec(), marked, utf16] {
            assert_eq!(encode_like(&bytes, &decode(bytes.clone()).unwrap()), bytes);
        }
    }

    #[test]
    fn bytes_that_are_no_text_name_their_place() {
        let bad = decode(b"a: 1\nb: \xff\n".to_vec()).unwrap_err();
        assert_eq!(Source::new("f", bad.readable).position(bad.span.start), Position { line: 2, column: 4 });
    }
}
