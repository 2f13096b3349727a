//! Lines as they stand on pages into headings and paragraphs: for plain text and PDF, which know of
//! lines only.

use std::collections::{BTreeMap, BTreeSet};

use super::{Builder, number_of, reads_like_heading};

/// A line of text.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it says, without space around it.
    pub text: String,
    /// The page, from 1, where there are pages.
    pub page: Option<u32>,
    /// The size of its letters; 0 where that is not known.
    pub size: f64,
    /// Whether there is more space before it than between the lines of a paragraph.
    pub gap_before: bool,
}

/// How many lines at the top and at the foot of a page may be its header and footer.
const EDGE: usize = 3;
/// How much larger than the ordinary letters those of a heading are.
const HEADING_SIZE: f64 = 1.12;
/// First parts of words that are written with a hyphen more often than not.
const HYPHENED: [&str; 18] = [
    "self", "co", "non", "multi", "counter", "cross", "anti", "ex", "well", "long", "short", "face", "two",
    "three", "six", "twelve", "front", "right",
];
/// How full a line must be, beside the longest, for its paragraph to go on after a full stop.
const FULL: f64 = 0.75;

/// Reads lines.
pub fn read_lines(lines: Vec<Line>, builder: &mut Builder) {
    for line in &lines {
        builder.note_marking(&line.text);
    }
    let lines = without_edges(lines);
    let words: BTreeSet<String> = lines
        .iter()
        .flat_map(|line| line.text.split_whitespace())
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .collect();
    let body = body_size(&lines);
    let widest = lines.iter().map(|line| line.text.chars().count()).max().unwrap_or(0);
    let mut paragraph = String::new();
    for (at, line) in lines.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| &lines[at]);
        let after = lines.get(at + 1);
        if !paragraph.is_empty() && before.is_some_and(|before| goes_on(before, line, &paragraph, widest)) {
            join(&mut paragraph, &line.text, &words);
            continue;
        }
        builder.paragraph(&std::mem::take(&mut paragraph));
        builder.page = line.page;
        match heading_level(line, after, body, widest) {
            Some(level) => builder.heading(level, &line.text),
            None => without_bullet(&line.text).clone_into(&mut paragraph),
        }
    }
    builder.paragraph(&paragraph);
    builder.page = None;
}

/// Leaves out headers, footers and page numbers: what stands at the edge of several pages and differs in
/// its numbers only, or is a number.
fn without_edges(lines: Vec<Line>) -> Vec<Line> {
    let mut pages: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        if let Some(page) = line.page {
            pages.entry(page).or_default().push(at);
        }
    }
    if pages.len() < 2 {
        return lines;
    }
    let edges = |page: &[usize]| -> BTreeSet<usize> {
        let top = page.iter().take(EDGE);
        let foot = page.iter().rev().take(EDGE);
        top.chain(foot).copied().collect()
    };
    // Sentences that differ in their numbers are not one header.
    let shape = |text: &str| -> String {
        let is_sentence = text.ends_with(['.', ';', ',', ':']);
        text.chars().map(|c| if c.is_ascii_digit() && !is_sentence { '#' } else { c }).collect()
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for page in pages.values() {
        let shapes: BTreeSet<String> = edges(page).into_iter().map(|at| shape(&lines[at].text)).collect();
        for shape in shapes {
            *seen.entry(shape).or_default() += 1;
        }
    }
    let often = if pages.len() > 5 { pages.len().div_ceil(3) } else { pages.len().min(3) };
    let dropped: BTreeSet<usize> = pages
        .values()
        .flat_map(|page| edges(page))
        .filter(|&at| {
            let text = &lines[at].text;
            let is_number = is_page_number(text);
            is_number || seen.get(&shape(text)).is_some_and(|count| *count >= often)
        })
        .collect();
    lines.into_iter().enumerate().filter(|(at, _)| !dropped.contains(at)).map(|(_, line)| line).collect()
}

fn is_page_number(text: &str) -> bool {
    let plain = text.trim().trim_matches(|c: char| matches!(c, '-' | '–' | '|' | '.')).trim().to_lowercase();
    let rest = plain.strip_prefix("page").unwrap_or(&plain).trim();
    let is_number =
        |part: &str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
    match rest.split_once(" of ").or_else(|| rest.split_once('/')) {
        Some((page, pages)) => is_number(page.trim()) && is_number(pages.trim()),
        None => is_number(rest),
    }
}

/// The size of most letters.
fn body_size(lines: &[Line]) -> f64 {
    let mut letters: BTreeMap<u64, usize> = BTreeMap::new();
    for line in lines {
        *letters.entry(line.size.to_bits()).or_default() += line.text.len();
    }
    letters.into_iter().max_by_key(|(_, count)| *count).map_or(0.0, |(bits, _)| f64::from_bits(bits))
}

/// The level of a heading; nothing for any other line.
fn heading_level(line: &Line, after: Option<&Line>, body: f64, widest: usize) -> Option<u8> {
    let text = line.text.as_str();
    if !reads_like_heading(text) || !line.gap_before {
        return None;
    }
    if body > 0.0 && line.size > body * HEADING_SIZE {
        return Some(if line.size > body * 1.5 { 1 } else { 2 });
    }
    if is_bullet(text) {
        return None;
    }
    let is_capital = !text.chars().any(char::is_lowercase);
    let number = number_of(text);
    let begins_capital = text
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c.is_whitespace())
        .starts_with(char::is_uppercase);
    let is_short = text.chars().count() * 2 < widest;
    // What follows without a gap goes on with it, unless it is the short heading of an item and that begins.
    let item_begins =
        |after: &str| match number.and_then(|number| after.strip_prefix(number)?.strip_prefix('.')) {
            Some(rest) => rest.starts_with(|c: char| c.is_ascii_digit()),
            None => after.starts_with(char::is_uppercase),
        };
    let stands_apart = after
        .is_some_and(|after| after.gap_before || number.is_some() && is_short && item_begins(&after.text));
    match (is_capital, number, begins_capital && stands_apart) {
        (true, ..) => Some(2),
        (_, Some(number), true) => u8::try_from(2 + number.matches('.').count().min(3)).ok(),
        (_, None, true) if text.split_whitespace().count() <= 8 => Some(3),
        _ => None,
    }
}

fn is_bullet(text: &str) -> bool {
    without_bullet(text).len() < text.len()
}

/// A line without the sign of a list.
fn without_bullet(text: &str) -> &str {
    let signs = |c: char| matches!(c, '•' | '▪' | '◦' | '●' | '○' | '■' | '·' | '\u{f0b7}' | '\u{f0a7}');
    if text.starts_with(signs) {
        return text.trim_start_matches(|c: char| signs(c) || c.is_whitespace());
    }
    ["- ", "* ", "– ", "o "].iter().find_map(|sign| text.strip_prefix(sign)).unwrap_or(text).trim_start()
}

/// Whether a line goes on with the paragraph of the line before it.
fn goes_on(before: &Line, line: &Line, paragraph: &str, widest: usize) -> bool {
    if is_bullet(&line.text) || is_numbered(&line.text) {
        return false;
    }
    let ends = paragraph.ends_with(['.', '!', '?', ':', ';']);
    if before.page != line.page {
        // A sentence can go on over the end of a page.
        return !ends && line.text.starts_with(char::is_lowercase);
    }
    if line.gap_before || (before.size - line.size).abs() > 0.5 {
        return false;
    }
    let length = u32::try_from(before.text.chars().count()).unwrap_or(u32::MAX);
    let widest = u32::try_from(widest).unwrap_or(u32::MAX);
    !ends || f64::from(length) >= f64::from(widest) * FULL
}

/// Whether a line begins with a number of a paragraph, such as `4.2`.
fn is_numbered(text: &str) -> bool {
    let number = text.split_whitespace().next().unwrap_or_default();
    number.contains('.')
        && number.len() <= 7
        && number.len() < text.len()
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// Joins a line to its paragraph. A hyphen at the end of the line is undone, unless the word is written
/// with it elsewhere.
fn join(paragraph: &mut String, line: &str, words: &BTreeSet<String>) {
    let hyphen = paragraph.ends_with(['-', '\u{2010}', '\u{ad}']) && line.starts_with(char::is_lowercase);
    if !hyphen {
        if !paragraph.ends_with(['/', '\u{2014}']) {
            paragraph.push(' ');
        }
        paragraph.push_str(line);
        return;
    }
    let soft = paragraph.ends_with('\u{ad}');
    paragraph.pop();
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let first = plain(paragraph.rsplit(char::is_whitespace).next().unwrap_or_default());
    let second = plain(line.split_whitespace().next().unwrap_or_default());
    let whole = words.contains(&format!("{first}{second}"));
    let hyphened = words.contains(&format!("{first}-{second}"));
    if !soft && !whole && (hyphened || HYPHENED.contains(&first.as_str())) {
        paragraph.push('-');
    }
    paragraph.push_str(line);
}
