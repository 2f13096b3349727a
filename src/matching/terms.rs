//! What the matcher sees of a statement: its terms.
//!
//! A [`Reader`] holds the lexicon ready for comparison. A term of the *topic* is a stem, two stems in
//! a row, the name of a thing that the lexicon knows by several phrases (`=deputy`), or a mark of the
//! subject or of a topic near it (`!`). A term of the *status* is a trigger of the lexicon and what it
//! says, alone and with the others of its clause, or a stem or a word, alone or two in a row.

use std::collections::{BTreeMap, BTreeSet};

use rust_stemmers::{Algorithm, Stemmer};

use crate::rubric::{Cue, Lexicon};
use crate::source::Span;
use crate::text::{Breaks, Word, clauses, words};

/// Phrases that stand for something, found by their first stem, the longest first.
struct Phrases<T> {
    by_first: BTreeMap<String, Vec<Phrase<T>>>,
}

struct Phrase<T> {
    stems: Vec<String>,
    /// Whether it counts only where its first word is written with a capital.
    capital: bool,
    meaning: T,
}

impl<T: Copy> Phrases<T> {
    fn new<'a>(stemmer: &Stemmer, phrases: impl Iterator<Item = (&'a str, T)>, minds_capitals: bool) -> Self {
        let mut by_first: BTreeMap<String, Vec<Phrase<T>>> = BTreeMap::new();
        for (text, meaning) in phrases {
            let words = words(text);
            let stems: Vec<String> = words.iter().map(|word| stem(stemmer, &word.word)).collect();
            let Some(first) = stems.first().cloned() else { continue };
            let capital = minds_capitals && words[0].capital;
            by_first.entry(first).or_default().push(Phrase { stems, capital, meaning });
        }
        for phrases in by_first.values_mut() {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.stems.len()));
        }
        Self { by_first }
    }

    /// The phrases of a run of words, from left to right, none overlapping another: where each begins
    /// in the run, how many words it has, and what it stands for.
    fn find(&self, words: &[Word], stems: &[String]) -> Vec<(usize, usize, T)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < stems.len() {
            let phrases = self.by_first.get(&stems[at]).into_iter().flatten();
            let mut length = 1;
            for phrase in phrases {
                if stems[at..].starts_with(&phrase.stems) && (!phrase.capital || words[at].capital) {
                    length = phrase.stems.len();
                    found.push((at, length, phrase.meaning));
                    break;
                }
            }
            at += length;
        }
        found
    }
}

/// What a phrase of the lexicon says of the topic.
#[derive(Clone, Copy)]
enum Mark {
    Subject,
    Near(usize),
}

/// A text as it is compared.
pub struct Read {
    /// Its words.
    pub words: Vec<Word>,
    /// Their stems.
    pub stems: Vec<String>,
    /// Its clauses: places in the text, and which words are theirs.
    pub clauses: Vec<(Span, std::ops::Range<usize>)>,
}

/// A trigger in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// Where it stands.
    pub span: Span,
    /// The terms of the status that it gives by itself.
    pub terms: [String; 2],
}

/// The lexicon, ready for comparison.
pub struct Reader {
    stemmer: Stemmer,
    function_words: BTreeSet<String>,
    breaks: Breaks,
    concepts: Phrases<usize>,
    concept_names: Vec<String>,
    triggers: Phrases<Cue>,
    marks: Phrases<Mark>,
    topic_names: Vec<String>,
}

impl Reader {
    /// Reads a lexicon.
    pub fn new(lexicon: &Lexicon) -> Self {
        let stemmer = Stemmer::create(Algorithm::English);
        let concepts = lexicon.synonyms.iter().enumerate();
        let concepts = concepts.flat_map(|(at, list)| list.iter().map(move |phrase| (phrase.as_str(), at)));
        let near = lexicon.near_topics.iter().enumerate();
        let near = near.flat_map(|(at, (_, list))| list.iter().map(move |phrase| (phrase.as_str(), Mark::Near(at))));
        let subject = lexicon.subject.iter().map(|phrase| (phrase.as_str(), Mark::Subject));
        Self {
            concepts: Phrases::new(&stemmer, concepts, false),
            concept_names: lexicon.synonyms.iter().filter_map(|list| list.first()).map(|name| format!("={name}")).collect(),
            triggers: Phrases::new(&stemmer, lexicon.triggers.iter().map(|(cue, phrase)| (phrase.as_str(), *cue)), false),
            marks: Phrases::new(&stemmer, near.chain(subject), true),
            topic_names: lexicon.near_topics.iter().map(|(name, _)| format!("!{name}")).collect(),
            function_words: lexicon.function_words.iter().cloned().collect(),
            breaks: Breaks {
                always: lexicon.clause_openers.clone(),
                after_comma: lexicon.clause_openers_after_comma.clone(),
                abbreviations: lexicon.abbreviations.clone(),
            },
            stemmer,
        }
    }

    /// Takes a text apart.
    pub fn read(&self, text: &str) -> Read {
        let words = words(text);
        let stems = words.iter().map(|word| stem(&self.stemmer, &word.word)).collect();
        let mut at = 0;
        let clauses = clauses(text, &words, &self.breaks)
            .into_iter()
            .map(|span| {
                let first = at;
                while words.get(at).is_some_and(|word| word.span.start < span.end) {
                    at += 1;
                }
                (span, first..at)
            })
            .collect();
        Read { words, stems, clauses }
    }

    /// The terms of the topic in a run of words, without repetition.
    pub fn topic_terms(&self, read: &Read, run: std::ops::Range<usize>) -> BTreeSet<String> {
        let (words, stems) = (&read.words[run.clone()], &read.stems[run]);
        let mut terms = BTreeSet::new();
        for (at, stem) in stems.iter().enumerate() {
            if !self.function_words.contains(&words[at].word) {
                terms.insert(stem.clone());
            }
            if let Some(next) = stems.get(at + 1) {
                terms.insert(format!("{stem} {next}"));
            }
        }
        for (_, _, concept) in self.concepts.find(words, stems) {
            terms.insert(self.concept_names[concept].clone());
        }
        let (mut on, mut near) = (false, false);
        for (_, _, mark) in self.marks.find(words, stems) {
            match mark {
                Mark::Subject => on = true,
                Mark::Near(topic) => {
                    near = true;
                    terms.insert(self.topic_names[topic].clone());
                }
            }
        }
        terms.insert(
            match (on, near) {
                (true, false) => "!subject",
                (true, true) => "!subject and near",
                (false, true) => "!near",
                (false, false) => "!unmarked",
            }
            .to_owned(),
        );
        terms
    }

    /// The triggers of a clause, pseudo-triggers left out.
    pub fn triggers(&self, read: &Read, clause: usize) -> Vec<Trigger> {
        let run = read.clauses[clause].1.clone();
        let words = &read.words[run.clone()];
        let stems = &read.stems[run];
        self.triggers
            .find(words, stems)
            .into_iter()
            .filter(|(_, _, cue)| *cue != Cue::Pseudo)
            .map(|(at, length, cue)| Trigger {
                span: Span::new(words[at].span.start, words[at + length - 1].span.end),
                terms: [phrase_term(&stems[at..at + length]), cue_term(cue)],
            })
            .collect()
    }

    /// The terms of the status in some clauses of a text, without repetition.
    pub fn status_terms(&self, read: &Read, chosen: std::ops::Range<usize>) -> BTreeSet<String> {
        let mut terms = BTreeSet::new();
        let last = chosen.end.saturating_sub(1);
        for clause in chosen.clone() {
            let run = read.clauses[clause].1.clone();
            let (words, stems) = (&read.words[run.clone()], &read.stems[run]);
            let mut cues: Vec<Cue> = Vec::new();
            for (at, length, cue) in self.triggers.find(words, stems) {
                terms.insert(phrase_term(&stems[at..at + length]));
                if cue != Cue::Pseudo {
                    cues.push(cue);
                }
            }
            let first = cues.first().map_or("-", |cue| cue.id());
            terms.insert(format!("(first {first})"));
            cues.sort_unstable();
            cues.dedup();
            let place = if clause == last { "last" } else if clause == chosen.start { "first" } else { "middle" };
            let all: Vec<&str> = cues.iter().map(|cue| cue.id()).collect();
            terms.insert(format!("({place} clause: {})", all.join("+")));
            for (at, cue) in cues.iter().enumerate() {
                terms.insert(cue_term(*cue));
                for other in &cues[at + 1..] {
                    terms.insert(format!("({}&{})", cue.id(), other.id()));
                }
            }
            for (at, (word, stem)) in words.iter().zip(stems).enumerate() {
                let next = stems.get(at + 1).map_or("$", String::as_str);
                terms.insert(stem.clone());
                terms.insert(format!("{stem} {next}"));
                // The ending of a word tells the past from the future, so words count beside stems.
                terms.insert(format!("'{}", word.word));
                if let Some(next) = words.get(at + 1) {
                    terms.insert(format!("'{} {}", word.word, next.word));
                }
                if at == 0 {
                    terms.insert(format!("^ {stem}"));
                }
            }
            if let Some(share) = share(words) {
                terms.insert(format!("(share {share})"));
            }
        }
        terms.insert(format!("(clauses {})", chosen.len().min(4)));
        terms
    }
}

fn phrase_term(stems: &[String]) -> String {
    format!("({})", stems.join(" "))
}

fn cue_term(cue: Cue) -> String {
    format!("(cue {})", cue.id())
}

/// The stem of a word: Snowball's English, after -ise has become -ize.
fn stem(stemmer: &Stemmer, word: &str) -> String {
    const ENDINGS: [&str; 6] = ["isations", "isation", "ising", "ised", "ises", "ise"];
    for ending in ENDINGS {
        if let Some(front) = word.strip_suffix(ending) {
            return stemmer.stem(&format!("{front}iz{}", &ending[2..])).into_owned();
        }
    }
    stemmer.stem(word).into_owned()
}

/// How much of a whole is stated first, as in "6 of the 7": all of it, nearly all, a part, none.
fn share(words: &[Word]) -> Option<&'static str> {
    for (at, word) in words.iter().enumerate() {
        let Some(part) = word.value else { continue };
        let mut rest = words[at + 1..].iter().peekable();
        if rest.peek().is_some_and(|word| word.word == "out") {
            rest.next();
        }
        if !rest.next_if(|word| matches!(word.word.as_str(), "of" | "in")).is_some() {
            continue;
        }
        while rest.next_if(|word| matches!(word.word.as_str(), "the" | "its" | "our" | "their" | "these" | "all")).is_some() {}
        if let Some(whole) = rest.next().and_then(|word| word.value).filter(|&whole| whole > 0) {
            return Some(match part {
                0 => "none",
                part if part >= whole => "all",
                part if u64::from(part) * 10 >= u64::from(whole) * 9 => "most",
                _ => "part",
            });
        }
    }
    None
}
