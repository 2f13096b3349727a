//! Acronyms written out at first use.
//!
//! Works on a report's Markdown before it becomes a document tree, so that every format reads the
//! same. Headings and table rows are left alone, and so is everything after [`QUOTED`]: an official
//! text is quoted word for word, and a list before it explains its acronyms.

use std::collections::BTreeMap;

use crate::rubric::sentence::capitalised;

/// The line in a template after which nothing may be changed.
pub const QUOTED: &str = "<!-- quoted word for word from here -->";

/// Writes each acronym out where it first occurs, `long form (ACRONYM)`, unless the text already
/// does.
pub fn expand_acronyms(markdown: &str, acronyms: &BTreeMap<String, String>) -> String {
    let (body, quoted) =
        markdown.split_once(QUOTED).map_or((markdown, None), |(body, rest)| (body, Some(rest)));
    let mut waiting: BTreeMap<&str, &str> =
        acronyms.iter().map(|(short, long)| (short.as_str(), long.as_str())).collect();
    let mut out = String::with_capacity(markdown.len() + 256);
    for line in body.split_inclusive('\n') {
        if line.starts_with('#') || line.starts_with('|') {
            out.push_str(line);
        } else {
            out.push_str(&expand_line(line, &mut waiting));
        }
    }
    if let Some(quoted) = quoted {
        out.push_str(quoted);
    }
    out
}

fn expand_line(line: &str, waiting: &mut BTreeMap<&str, &str>) -> String {
    let mut line = line.to_owned();
    // In the order in which they stand, so that one expansion cannot hide another.
    loop {
        let first = waiting
            .iter()
            .filter_map(|(short, long)| find_unquoted(&line, short).map(|at| (at, *short, *long)))
            .min_by_key(|(at, short, _)| (*at, std::cmp::Reverse(short.len())));
        let Some((at, short, long)) = first else { return line };
        waiting.remove(short);
        let explained = line[..at].ends_with('(') || line[at + short.len()..].starts_with(" (");
        if !explained {
            // At the start of a line, of an item or of a sentence, in bold or not.
            let before = line[..at].trim().trim_end_matches('*').trim_end();
            let sentence_start = before.is_empty() || before == "-" || before.ends_with(['.', '?', '!']);
            let long = if sentence_start { capitalised(long) } else { long.to_owned() };
            let long = super::template::escape_markdown(&long);
            // A plural is one of both.
            let plural = if line[at + short.len()..].starts_with('s') { "s" } else { "" };
            line.replace_range(
                at..at + short.len() + plural.len(),
                &format!("{long}{plural} ({short}{plural})"),
            );
        }
    }
}

/// Where an acronym first stands outside quotation marks: what is quoted stays as it was said.
fn find_unquoted(line: &str, short: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + find_word(&line[from..], short)?;
        let count = |mark| line[..at].matches(mark).count();
        if count('“') <= count('”') {
            return Some(at);
        }
        from = at + short.len();
    }
}

/// Where an acronym stands as a word of its own, if it does. A plural `s` may follow.
pub fn find_word(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).map(|(at, _)| at).find(|&at| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + word.len()..].chars();
        let mut next = after.next();
        if next == Some('s') {
            next = after.next();
        }
        let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '_');
        !is_part(before) && !is_part(next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(text: &str) -> String {
        let acronyms = [("CTLP", "counter-terrorism local profile"), ("PSG", "Prevent strategic group")];
        expand_acronyms(text, &acronyms.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
    }

    #[test]
    fn the_first_use_is_written_out_and_the_second_is_not() {
        assert_eq!(
            expand("# CTLP\n\nThe CTLP and the CTLP.\n"),
            "# CTLP\n\nThe counter-terrorism local profile (CTLP) and the CTLP.\n"
        );
        assert_eq!(expand("- CTLP in use\n"), "- Counter-terrorism local profile (CTLP) in use\n");
    }

    #[test]
    fn what_the_author_has_explained_stays_as_it_is() {
        assert_eq!(
            expand("the Prevent strategic group (PSG); the PSG"),
            "the Prevent strategic group (PSG); the PSG"
        );
    }

    #[test]
    fn parts_of_words_and_quoted_texts_stay_as_they_are() {
        assert_eq!(expand("“the PSG met”; the PSG"), "“the PSG met”; the Prevent strategic group (PSG)");
        assert_eq!(expand("CTLPX PSG-2"), "CTLPX PSG-2");
        assert_eq!(expand(&format!("a\n{QUOTED}\nThe CTLP.")), "a\n\nThe CTLP.");
    }
}
