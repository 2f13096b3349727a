//! Texts into sentences, clauses and words, each with its place in the text.
//!
//! A [`Word`] is what the matcher compares: lower case, contractions opened (`hasn't` is *has not*),
//! possessives taken off, numbers known by their kind. A clause is the unit in which a status holds
//! (Harkema et al. 2009 call its end a *termination*): it ends with the sentence, at a semicolon or a
//! dash, and before a word such as *but* or *although*. Which words those are is the lexicon's.

use std::collections::BTreeSet;

use compact_str::CompactString;
use unicode_segmentation::UnicodeSegmentation;

use crate::source::Span;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands. The two words of a contraction share one place.
    pub span: Span,
    /// The word in lower case; `#num`, `#pct` or `#year` for a number.
    pub word: CompactString,
    /// Whether it is written with a capital.
    pub capital: bool,
    /// The number it gives, in digits or (up to twenty) in words.
    pub value: Option<u32>,
}

impl Word {
    /// Whether it is a number in digits.
    pub fn is_number(&self) -> bool {
        self.word.starts_with('#')
    }
}

/// Where a clause ends, beside the punctuation. All in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breaks {
    /// Words that begin a clause after a comma, such as *which*.
    pub after_comma: BTreeSet<String>,
    /// Words after which a full stop ends no sentence, such as *Cllr*.
    pub abbreviations: Vec<String>,
}

const NUMBERS: [&str; 21] = [
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// The words of a text, in order.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::with_capacity(text.len() / 5);
    for (start, token) in text.unicode_word_indices() {
        let span = Span::new(start, start + token.len());
        let capital = token.chars().next().is_some_and(char::is_uppercase);
        if token.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) {
            let word = CompactString::from(number(token, &text[span.end..]));
            words.push(Word { span, word, capital, value: token.replace(',', "").parse().ok() });
            continue;
        }
        let lower: CompactString = token
            .chars()
            .map(|c| if matches!(c, '\u{2019}' | '\u{2018}' | '\u{2bc}') { '\'' } else { c })
            .flat_map(char::to_lowercase)
            .collect();
        let value = NUMBERS.iter().position(|number| *number == lower).and_then(|at| u32::try_from(at).ok());
        let mut push =
            |word: &str| words.push(Word { span, word: CompactString::from(word), capital, value });
        if let Some(verb) = negated(&lower) {
            push(verb);
            push("not");
            continue;
        }
        match lower.split_once('\'') {
            None => push(&lower),
            Some((first, "ll")) if !first.is_empty() => {
                push(first);
                push("will");
            }
            Some((first, rest)) => push(if first.is_empty() { rest } else { first }),
        }
    }
    words
}

fn number(token: &str, after: &str) -> &'static str {
    let digits = token.len() == 4 && token.bytes().all(|byte| byte.is_ascii_digit());
    if after.starts_with('%') {
        "#pct"
    } else if digits && (token.starts_with("19") || token.starts_with("20")) {
        "#year"
    } else {
        "#num"
    }
}

/// The verb of a negative contraction, written with or without its apostrophe.
fn negated(word: &str) -> Option<&str> {
    const PLAIN: [&str; 15] = [
        "isnt", "arent", "wasnt", "werent", "hasnt", "havent", "hadnt", "doesnt", "didnt", "dont", "couldnt",
        "wouldnt", "shouldnt", "wont", "cant",
    ];
    let verb = match word.strip_suffix("n't") {
        Some(verb) => verb,
        None if PLAIN.contains(&word) => &word[..word.len() - 2],
        None => return None,
    };
    Some(match verb {
        "ca" => "can",
        "wo" => "will",
        "sha" => "shall",
        "" => return None,
        verb => verb,
    })
}

/// The clauses of a text, as places in it, in order; none is empty. `words` are those of the text; `opens` says
/// which of them begin a clause wherever they stand, such as *but*.
pub fn clauses(text: &str, words: &[Word], opens: impl Fn(usize) -> bool, breaks: &Breaks) -> Vec<Span> {
    let mut starts = Vec::new();
    let mut sentence = 0;
    let sentence_starts = sentence_starts(text, &breaks.abbreviations);
    for (at, word) in words.iter().enumerate() {
        if at > 0 && words[at - 1].span == word.span {
            continue;
        }
        let mut begins = false;
        while sentence_starts.get(sentence).is_some_and(|&start| start <= word.span.start) {
            begins = true;
            sentence += 1;
        }
        let gap = if at == 0 { "" } else { &text[words[at - 1].span.end..word.span.start] };
        if begins || at == 0 || opens(at) || ends_clause(gap) || begins_clause(gap, &word.word, breaks) {
            starts.push((at, word.span.start));
        }
    }
    (0..starts.len())
        .map(|n| {
            let (_, start) = starts[n];
            let limit = starts.get(n + 1).map_or(text.len(), |(_, next)| *next);
            // What opens the next clause (a bracket, a dash) is not the end of this one.
            let end =
                text[..limit].trim_end_matches(|c: char| c.is_whitespace() || ",;:-–—(/•|".contains(c)).len();
            Span::new(start, end.max(start))
        })
        .filter(|span| span.start < span.end)
        .collect()
}

fn ends_clause(gap: &str) -> bool {
    gap.contains([';', '\n', '–', '—', '•', '|']) || gap.contains(": ") || gap.contains(" - ")
}

fn begins_clause(gap: &str, word: &str, breaks: &Breaks) -> bool {
    gap.contains(',') && breaks.after_comma.contains(word)
}

/// The sentences of a text, as places in it, without the space around them.
pub fn sentences(text: &str, abbreviations: &[String]) -> Vec<Span> {
    let starts = sentence_starts(text, abbreviations);
    (0..starts.len())
        .map(|at| {
            let (start, end) = (starts[at], starts.get(at + 1).copied().unwrap_or(text.len()));
            let sentence = &text[start..end];
            let start = start + (sentence.len() - sentence.trim_start().len());
            Span::new(start, start + sentence.trim().len())
        })
        .filter(|span| span.start < span.end)
        .collect()
}

/// Where the sentences of a text begin (Unicode's rules, UAX 29, less the stops of abbreviations).
fn sentence_starts(text: &str, abbreviations: &[String]) -> Vec<usize> {
    let bounds = sentence_bounds(text);
    let mut starts: Vec<usize> = Vec::new();
    let mut joined = false;
    for (at, &start) in bounds.iter().enumerate() {
        if !joined {
            starts.push(start);
        }
        let sentence = text[start..bounds.get(at + 1).copied().unwrap_or(text.len())].trim_end();
        let last = sentence.trim_end_matches('.');
        let last = last.rsplit(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default();
        joined =
            sentence.ends_with('.') && abbreviations.iter().any(|known| known.eq_ignore_ascii_case(last));
    }
    starts
}

/// Where sentences begin by Unicode's rules. By these a sentence can only end between a stop, an end of a line or
/// a character beyond ASCII and the first letter of ASCII after it, and what stood before the character in front
/// of that stop changes nothing. So the rules are asked about these pieces only.
fn sentence_bounds(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let can_end = |byte: &u8| !byte.is_ascii() || matches!(byte, b'.' | b'!' | b'?' | b'\n' | b'\r');
    let mut bounds = if text.is_empty() { Vec::new() } else { vec![0] };
    let mut after = 0;
    while let Some(stop) = bytes[after..].iter().position(can_end).map(|found| after + found) {
        let start = stop.saturating_sub(1);
        let letter = bytes[stop..].iter().position(u8::is_ascii_alphabetic).map(|found| stop + found);
        let end = letter.map_or(text.len(), |letter| letter + 1);
        let pieces = text[start..end].split_sentence_bound_indices().skip(1);
        bounds.extend(pieces.map(|(at, _)| start + at));
        after = letter.unwrap_or(text.len());
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaks() -> Breaks {
        fn list<T: FromIterator<String>>(words: &str) -> T {
            words.split(' ').map(str::to_owned).collect()
        }
        Breaks { after_comma: list("and which"), abbreviations: list("Cllr incl para") }
    }

    fn split(text: &str) -> Vec<&str> {
        let words = words(text);
        let opens = |at: usize| matches!(words[at].word.as_str(), "but" | "although");
        clauses(text, &words, opens, &breaks()).into_iter().map(|span| &text[span.start..span.end]).collect()
    }

    fn plain(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.word.into()).collect()
    }

    #[test]
    fn contractions_are_opened_and_possessives_taken_off() {
        assert_eq!(
            plain("It hasn’t met; the Board's chair can't"),
            ["it", "has", "not", "met", "the", "board", "chair", "can", "not"]
        );
        assert_eq!(plain("they couldnt say"), ["they", "could", "not", "say"]);
        assert_eq!(plain("she'll start"), ["she", "will", "start"]);
    }

    #[test]
    fn numbers_are_known_by_their_kind() {
        assert_eq!(
            plain("In 2021 some 1,180 came, 85% of 1300"),
            ["in", "#year", "some", "#num", "came", "#pct", "of", "#num"]
        );
    }

    #[test]
    fn clauses_end_at_stops_semicolons_dashes_and_contrasts() {
        assert_eq!(
            split(
                "Training is offered by role, but attendance is not recorded. It works - mostly; we think."
            ),
            [
                "Training is offered by role",
                "but attendance is not recorded.",
                "It works",
                "mostly",
                "we think."
            ]
        );
        assert_eq!(
            split("A chair is named, which helps, and sits"),
            ["A chair is named", "which helps", "and sits"]
        );
    }

    #[test]
    fn the_stop_of_an_abbreviation_ends_no_sentence() {
        assert_eq!(split("Led by Cllr. Someone. Next."), ["Led by Cllr. Someone.", "Next."]);
    }

    fn by_the_rules(text: &str) -> Vec<usize> {
        text.split_sentence_bound_indices().map(|(at, _)| at).collect()
    }

    #[test]
    fn pieces_are_cut_where_the_rules_cut_the_whole() {
        let texts = [
            "",
            "...",
            ".",
            "a",
            " It met",
            "It met twice (in May) ...",
            "Did it?  Yes. (It did.) v1.2 is out. 5. The end",
            "It was 3.5 p.m. then.\r\nOne\nTwo",
            "the council\u{2019}s. \u{201c}Next.\u{201d} \u{2013} it said",
            "e\u{301}. E\u{301}t. \u{e9}. \u{c9}t\u{e9}. A\u{301}. B",
            "U.S. law etc. and so on! no",
            "\u{3002}a\u{2029}b\u{85}c. \u{200d}d",
        ];
        for text in texts {
            assert_eq!(sentence_bounds(text), by_the_rules(text), "{text:?}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]
        #[test]
        fn pieces_of_any_text_are_cut_where_the_rules_cut_the_whole(
            text in "[aB3 .!?\\n\\r,;)\"'\u{e9}\u{c9}\u{301}\u{2019}\u{3002}\u{2029}\u{ad}\u{5d0}-]{0,24}",
        ) {
            proptest::prop_assert_eq!(sentence_bounds(&text), by_the_rules(&text));
        }
    }

    #[test]
    fn nothing_gives_nothing() {
        for text in ["", " \n ", "...", "🎉🎉"] {
            assert!(split(text).is_empty(), "{text:?}");
        }
    }
}
