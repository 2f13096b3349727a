//! XML parts into the zip archive that Word and OpenDocument files are. The same parts give the same
//! bytes: no part bears a time.

use std::io::{Cursor, Write};

use super::document::{Inline, plain_text};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

/// Writes an archive. A part named `mimetype` stands first and is not compressed, as OpenDocument asks.
pub fn write_package(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let method = if name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options =
            SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default());
        archive.start_file(name.as_str(), options).expect("internal error: memory takes a part");
        archive.write_all(bytes).expect("internal error: memory takes its bytes");
    }
    archive.finish().expect("internal error: memory takes the end").into_inner()
}

/// A text as it stands in XML and in HTML; what neither can hold is left out.
pub fn escape_xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// The texts of each column of a table, its header first.
pub fn column_texts(header: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) -> Vec<Vec<String>> {
    let text = |row: &[Vec<Inline>], at: usize| row.get(at).map(|cell| plain_text(cell));
    let rows = || std::iter::once(header).chain(rows.iter().map(Vec::as_slice));
    (0..header.len()).map(|at| rows().filter_map(|row| text(row, at)).collect()).collect()
}

/// The widths of the columns of a table, of `whole` in all: none narrower than its longest word where
/// that can be, and the rest shared out by how long the texts are. `texts` are those of each column,
/// `letter` is the width of a letter and `padding` what a cell keeps free.
pub fn column_widths(texts: &[Vec<String>], whole: u32, letter: u32, padding: u32) -> Vec<u32> {
    /// Longer texts are broken into lines anyway.
    const LONGEST: usize = 200;
    let length = |text: &str| u32::try_from(text.chars().count().min(LONGEST)).unwrap_or(u32::MAX);
    let least: Vec<u32> = texts
        .iter()
        .map(|column| {
            let words = column.iter().flat_map(|text| text.split_whitespace());
            (words.map(length).max().unwrap_or(1) + 1) * letter + padding
        })
        .collect();
    let wanted: Vec<u32> = texts
        .iter()
        .zip(&least)
        .map(|(column, least)| {
            let longest = column.iter().map(|text| length(text)).max().unwrap_or(1) * letter + padding;
            longest.saturating_sub(*least)
        })
        .collect();
    let (needed, more): (u32, u32) = (least.iter().sum(), wanted.iter().sum());
    let share = |part: u32, of: u32, all: u32| -> u32 {
        u32::try_from(u64::from(part) * u64::from(all) / u64::from(of.max(1))).unwrap_or(all)
    };
    let mut widths: Vec<u32> = if needed >= whole {
        least.iter().map(|least| share(*least, needed, whole)).collect()
    } else {
        least
            .iter()
            .zip(&wanted)
            .map(|(least, wanted)| least + share(*wanted, more, whole - needed))
            .collect()
    };
    let rest = whole.saturating_sub(widths.iter().sum());
    if let Some(last) = widths.last_mut() {
        *last += rest;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_the_width_and_keep_their_longest_words() {
        let texts = [
            vec!["Id".to_owned()],
            vec!["a long text of many words ".repeat(9)],
            vec!["Benchmark".to_owned()],
        ];
        let widths = column_widths(&texts, 9638, 120, 230);
        assert_eq!(widths.iter().sum::<u32>(), 9638);
        assert!(widths[2] >= 10 * 120 + 230, "{widths:?}");
        assert!(widths[1] > widths[2] && widths[2] > widths[0], "{widths:?}");
    }
}
