//! What the matcher sees of a statement: its terms.
//!
//! A [`Reader`] holds the lexicon ready for comparison. A term of the *topic* is a stem, two stems in
//! a row, the name of a thing that the lexicon knows by several phrases (`=deputy`), or a mark of the
//! subject or of a topic near it (`!`). A term of the *status* is a trigger of the lexicon and what it
//! says, alone and with the others of its clause, or a stem or a word, alone or two in a row. Terms
//! are found clause by clause; no term reaches over the end of a clause.

use std::ops::Range;

use compact_str::CompactString;
use rust_stemmers::{Algorithm, Stemmer};

use crate::document::CELLS;
use crate::rubric::{Cue, Lexicon, Status};
use crate::source::Span;
use crate::text::{Breaks, Word, clauses, words};

/// A table that is looked up and never gone through, so that its order cannot show.
pub type Table<K, V> = hashbrown::HashMap<K, V>;
/// A set that is only asked.
pub type Words = hashbrown::HashSet<String>;

/// A word as it is compared: what is known of it wherever it stands.
#[derive(Clone, Debug)]
pub struct Lexeme {
    /// Its stem.
    pub stem: CompactString,
    /// Whether it is a function word, which by itself says nothing of the topic.
    is_function: bool,
    /// Whether it opens a clause wherever it stands.
    opens: bool,
    /// Of which lists of phrases one begins with it, as [`Phrases::bit`].
    begins: u8,
}

/// Phrases that stand for something, found by their first stem, the longest first.
struct Phrases<T> {
    by_first: Table<CompactString, Vec<Phrase<T>>>,
    /// What tells this list from others in [`Lexeme::begins`].
    bit: u8,
}

struct Phrase<T> {
    stems: Vec<CompactString>,
    /// Whether it counts only where its first word is written with a capital.
    capital: bool,
    meaning: T,
}

impl<T: Copy> Phrases<T> {
    fn new<'a>(
        stemmer: &Stemmer,
        bit: u8,
        phrases: impl Iterator<Item = (&'a str, T)>,
        minds_capitals: bool,
    ) -> Self {
        let mut by_first: Table<CompactString, Vec<Phrase<T>>> = Table::new();
        let mut longest_first: Vec<(&str, T)> = phrases.collect();
        longest_first.sort_by_key(|(text, _)| std::cmp::Reverse(words(text).len()));
        for (text, meaning) in longest_first {
            let words = words(text);
            let stems: Vec<CompactString> = words.iter().map(|word| stem(stemmer, &word.word)).collect();
            let Some(first) = stems.first().cloned() else { continue };
            let capital = minds_capitals && words[0].capital;
            by_first.entry(first).or_default().push(Phrase { stems, capital, meaning });
        }
        Self { by_first, bit }
    }

    /// Its bit if a phrase of it begins with a stem.
    fn begins(&self, stem: &CompactString) -> u8 {
        if self.by_first.contains_key(stem) { self.bit } else { 0 }
    }

    /// The phrases of a run of words, from left to right, none overlapping another: where each begins
    /// in the run, how many words it has, and what it stands for.
    fn find(&self, words: &[Word], lexemes: &[Lexeme]) -> Vec<(usize, usize, T)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < lexemes.len() {
            if lexemes[at].begins & self.bit == 0 {
                at += 1;
                continue;
            }
            let phrases = self.by_first.get(&lexemes[at].stem).into_iter().flatten();
            let mut length = 1;
            for phrase in phrases {
                let is_here = lexemes.len() - at >= phrase.stems.len()
                    && lexemes[at..].iter().zip(&phrase.stems).all(|(lexeme, stem)| lexeme.stem == *stem);
                if is_here && (!phrase.capital || words[at].capital) {
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

/// How many words a cell has at most that says how far its row has come.
const LONGEST_CELL: usize = 8;

/// What takes the place of a clause opener that adds.
const ADDS: &str = "and";

/// How many words may stand between the two words of a double negative.
const REACH: usize = 4;

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
    /// The same as they are compared.
    pub lexemes: Vec<Lexeme>,
    /// Its clauses: places in the text, and which words are theirs.
    pub clauses: Vec<(Span, Range<usize>)>,
    /// Whether one of them is set against another ("but", "although", a semicolon).
    pub contrast: bool,
}

/// A trigger in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger<T> {
    /// Where it stands.
    pub span: Span,
    /// The terms of the status that it gives by itself: its words, and what it says.
    pub terms: [Option<T>; 2],
}

/// The lexicon, ready for comparison.
pub struct Reader {
    stemmer: Stemmer,
    function_words: Words,
    /// Words that open a clause wherever they stand.
    openers: Words,
    breaks: Breaks,
    concepts: Phrases<usize>,
    concept_names: Vec<String>,
    triggers: Phrases<Cue>,
    /// What a cell of a tracker says of the status of its row.
    cell_statuses: Phrases<Status>,
    /// The first (`true`) and second words of double negatives.
    negatives: Phrases<bool>,
    /// Phrases after which a clause opener adds.
    additions: Phrases<()>,
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
        let near =
            near.flat_map(|(at, (_, list))| list.iter().map(move |phrase| (phrase.as_str(), Mark::Near(at))));
        let subject = lexicon.subject.iter().map(|phrase| (phrase.as_str(), Mark::Subject));
        Self {
            concepts: Phrases::new(&stemmer, 1, concepts, false),
            concept_names: lexicon
                .synonyms
                .iter()
                .filter_map(|list| list.first())
                .map(|name| format!("={name}"))
                .collect(),
            triggers: Phrases::new(
                &stemmer,
                1 << 1,
                lexicon.triggers.iter().map(|(cue, phrase)| (phrase.as_str(), *cue)),
                false,
            ),
            cell_statuses: Phrases::new(
                &stemmer,
                1 << 2,
                lexicon.cell_statuses.iter().map(|(status, phrase)| (phrase.as_str(), *status)),
                false,
            ),
            negatives: {
                let (first, second) = &lexicon.double_negatives;
                let first = first.iter().map(|phrase| (phrase.as_str(), true));
                let second = second.iter().map(|phrase| (phrase.as_str(), false));
                Phrases::new(&stemmer, 1 << 3, first.chain(second), false)
            },
            additions: Phrases::new(
                &stemmer,
                1 << 4,
                lexicon.additions.iter().map(|phrase| (phrase.as_str(), ())),
                false,
            ),
            marks: Phrases::new(&stemmer, 1 << 5, near.chain(subject), true),
            topic_names: lexicon.near_topics.iter().map(|(name, _)| format!("!{name}")).collect(),
            function_words: lexicon.function_words.iter().cloned().collect(),
            openers: lexicon.clause_openers.iter().cloned().collect(),
            breaks: Breaks {
                after_comma: lexicon.clause_openers_after_comma.iter().cloned().collect(),
                abbreviations: lexicon.abbreviations.clone(),
            },
            stemmer,
        }
    }

    /// What the last cell of a row that says something of its status says; nothing for a text that is no
    /// row, or a row that says nothing.
    pub fn cell_status(&self, text: &str) -> Option<Status> {
        if !text.contains(CELLS) {
            return None;
        }
        let stated = |cell: &str| {
            let words = words(cell);
            let lexemes: Vec<Lexeme> = words.iter().map(|word| self.lexeme(&word.word)).collect();
            let (first, _, status) = *self.cell_statuses.find(&words, &lexemes).first()?;
            (first == 0 && words.len() <= LONGEST_CELL).then_some(status)
        };
        // The first cell names the row.
        text.split(CELLS).skip(1).filter_map(stated).last()
    }

    /// Words whose full stop ends no sentence.
    pub fn abbreviations(&self) -> &[String] {
        &self.breaks.abbreviations
    }

    /// What is known of a word.
    fn lexeme(&self, word: &str) -> Lexeme {
        let stem = stem(&self.stemmer, word);
        let begins = self.concepts.begins(&stem)
            | self.triggers.begins(&stem)
            | self.cell_statuses.begins(&stem)
            | self.negatives.begins(&stem)
            | self.additions.begins(&stem)
            | self.marks.begins(&stem);
        let (is_function, opens) = (self.function_words.contains(word), self.openers.contains(word));
        Lexeme { stem, is_function, opens, begins }
    }

    /// Takes a text apart.
    pub fn read(&self, text: &str) -> Read {
        self.read_by(text, |word| self.lexeme(word))
    }

    /// Takes many texts apart. Most words return, so what is known of each is worked out once.
    pub fn read_all<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Vec<Read> {
        let mut known: Table<CompactString, Lexeme> = Table::new();
        let mut lexeme = |word: &CompactString| {
            if let Some(known) = known.get(word) {
                return known.clone();
            }
            let lexeme = self.lexeme(word);
            known.insert(word.clone(), lexeme.clone());
            lexeme
        };
        texts.map(|text| self.read_by(text, &mut lexeme)).collect()
    }

    fn read_by(&self, text: &str, mut lexeme: impl FnMut(&CompactString) -> Lexeme) -> Read {
        let mut words = words(text);
        let mut lexemes: Vec<Lexeme> = words.iter().map(|word| lexeme(&word.word)).collect();
        for (at, _, ()) in self.additions.find(&words, &lexemes) {
            if let Some(opener) = (at..words.len()).find(|&at| lexemes[at].opens) {
                words[opener].word = ADDS.into();
                lexemes[opener] = lexeme(&words[opener].word);
            }
        }
        let mut at = 0;
        let clauses: Vec<(Span, Range<usize>)> = clauses(text, &words, |at| lexemes[at].opens, &self.breaks)
            .into_iter()
            .map(|span| {
                let first = at;
                while words.get(at).is_some_and(|word| word.span.start < span.end) {
                    at += 1;
                }
                (span, first..at)
            })
            .collect();
        let opens = |run: &Range<usize>| lexemes.get(run.start).is_some_and(|lexeme| lexeme.opens);
        let contrast = text.contains(';') || clauses.iter().any(|(_, run)| opens(run));
        Read { words, lexemes, clauses, contrast }
    }

    /// The terms of the topic of one clause. `topic` says what stands for a term; one for which it gives nothing
    /// is left out.
    pub fn topic_terms<T>(
        &self,
        read: &Read,
        clause: usize,
        topic: impl Fn(&str) -> Option<T>,
    ) -> TopicTerms<T> {
        let run = read.clauses[clause].1.clone();
        let (words, lexemes) = (&read.words[run.clone()], &read.lexemes[run]);
        // Each word gives two terms at most, and phrases come on top.
        let mut found =
            TopicTerms { terms: Vec::with_capacity(2 * words.len()), subject: false, near: false };
        let mut pair = String::new();
        for (at, lexeme) in lexemes.iter().enumerate() {
            if !lexeme.is_function {
                found.terms.extend(topic(&lexeme.stem));
            }
            if let Some(next) = lexemes.get(at + 1) {
                found.terms.extend(topic(joined(&mut pair, [&lexeme.stem, " ", &next.stem])));
            }
        }
        for (_, _, concept) in self.concepts.find(words, lexemes) {
            found.terms.extend(topic(&self.concept_names[concept]));
        }
        for (_, _, mark) in self.marks.find(words, lexemes) {
            match mark {
                Mark::Subject => found.subject = true,
                Mark::Near(near) => {
                    found.near = true;
                    found.terms.extend(topic(&self.topic_names[near]));
                }
            }
        }
        found
    }

    /// The terms of the status of one clause, in the same way.
    pub fn status_terms<T: Clone>(
        &self,
        read: &Read,
        clause: usize,
        status: impl Fn(&str) -> Option<T>,
    ) -> StatusTerms<T> {
        self.status_terms_of(read, read.clauses[clause].1.clone(), status)
    }

    /// The terms of the status of one clause by itself: without the word that opens it and sets it against
    /// another, which says nothing of what it reports. Nothing if no such word does.
    pub fn own_status_terms<T: Clone>(
        &self,
        read: &Read,
        clause: usize,
        status: impl Fn(&str) -> Option<T>,
    ) -> Option<StatusTerms<T>> {
        let run = read.clauses[clause].1.clone();
        let opened = read.lexemes.get(run.start).is_some_and(|lexeme| lexeme.opens);
        (opened && run.len() > 1).then(|| self.status_terms_of(read, run.start + 1..run.end, status))
    }

    fn status_terms_of<T: Clone>(
        &self,
        read: &Read,
        run: Range<usize>,
        status: impl Fn(&str) -> Option<T>,
    ) -> StatusTerms<T> {
        let (words, lexemes) = (&read.words[run.clone()], &read.lexemes[run]);
        let triggers = self.find_triggers(words, lexemes);
        // What stands in a pseudo-trigger says nothing by itself of the status.
        let masked = |at: usize| {
            triggers
                .iter()
                .any(|(first, length, cue)| *cue == Cue::Pseudo && (*first..first + length).contains(&at))
        };
        let mut found = StatusTerms {
            terms: Vec::with_capacity(4 * words.len()),
            triggers: Vec::new(),
            cues: Vec::new(),
            pseudo: false,
        };
        let mut term = String::new();
        for (at, (word, lexeme)) in words.iter().zip(lexemes).enumerate() {
            if masked(at) {
                continue;
            }
            let stem = lexeme.stem.as_str();
            found.terms.extend(status(stem));
            // The ending of a word tells the past from the future, so words count beside stems.
            found.terms.extend(status(joined(&mut term, ["'", &word.word])));
            if at == 0 {
                found.terms.extend(status(joined(&mut term, ["^ ", stem])));
            }
            if !masked(at + 1) {
                let next = lexemes.get(at + 1).map_or("$", |next| next.stem.as_str());
                found.terms.extend(status(joined(&mut term, [stem, " ", next])));
                if let Some(next) = words.get(at + 1) {
                    found.terms.extend(status(joined(&mut term, ["'", &word.word, " ", &next.word])));
                }
            }
        }
        for &(at, length, cue) in &triggers {
            let terms = [status(&phrase_term(&lexemes[at..at + length])), status(&cue_term(cue))];
            found.terms.extend(terms.iter().flatten().cloned());
            if cue == Cue::Pseudo {
                found.pseudo = true;
            } else {
                found.cues.push(cue);
                let span = Span::new(words[at].span.start, words[at + length - 1].span.end);
                found.triggers.push(Trigger { span, terms });
            }
        }
        found.terms.extend(status(first_cue_term(found.cues.first().copied())));
        found.cues.sort_unstable();
        found.cues.dedup();
        for (at, cue) in found.cues.iter().enumerate() {
            for other in &found.cues[at + 1..] {
                found.terms.extend(status(&format!("({}&{})", cue.id(), other.id())));
            }
        }
        if let Some(share) = share(words) {
            found.terms.extend(status(&format!("(share {share})")));
        }
        found
    }

    /// The triggers of a run of words, from left to right. A double negative takes the place of the
    /// triggers in it.
    fn find_triggers(&self, words: &[Word], lexemes: &[Lexeme]) -> Vec<(usize, usize, Cue)> {
        let mut triggers = self.triggers.find(words, lexemes);
        let negatives = self.negatives.find(words, lexemes);
        for pair in negatives.windows(2) {
            let (first, second) = (pair[0], pair[1]);
            let end = second.0 + second.1;
            if first.2 && !second.2 && second.0 - (first.0 + first.1) <= REACH {
                triggers.retain(|(at, length, _)| *at + *length <= first.0 || *at >= end);
                triggers.push((first.0, end - first.0, Cue::Pseudo));
            }
        }
        triggers.sort_unstable();
        triggers
    }
}

/// The terms of the topic of one clause.
#[derive(Clone, Debug)]
pub struct TopicTerms<T> {
    terms: Vec<T>,
    /// Whether it names the subject.
    pub subject: bool,
    near: bool,
}

impl<T> TopicTerms<T> {
    /// Those of some clauses together, each once, in order.
    pub fn together(clauses: &[Self], topic: impl Fn(&str) -> Option<T>) -> Vec<T>
    where
        T: Ord + Clone,
    {
        let count = clauses.iter().map(|clause| clause.terms.len()).sum::<usize>() + 1;
        let mut terms = Vec::with_capacity(count);
        terms.extend(clauses.iter().flat_map(|clause| clause.terms.iter().cloned()));
        let (subject, near) =
            (clauses.iter().any(|clause| clause.subject), clauses.iter().any(|clause| clause.near));
        terms.extend(topic(match (subject, near) {
            (true, false) => "!subject",
            (true, true) => "!subject and near",
            (false, true) => "!near",
            (false, false) => "!unmarked",
        }));
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    /// The same with other terms; one for which `of` gives nothing is left out.
    pub fn map<U>(&self, of: impl Fn(&T) -> Option<U>) -> TopicTerms<U> {
        TopicTerms {
            terms: self.terms.iter().filter_map(of).collect(),
            subject: self.subject,
            near: self.near,
        }
    }
}

/// The terms of the status of one clause.
#[derive(Clone, Debug)]
pub struct StatusTerms<T> {
    terms: Vec<T>,
    /// Its triggers, from left to right, without those that only look like one.
    pub triggers: Vec<Trigger<T>>,
    /// What its triggers say, each once, in order.
    cues: Vec<Cue>,
    /// Whether it holds a phrase that looks like a trigger and is none.
    pub pseudo: bool,
}

impl<T> StatusTerms<T> {
    /// Whether no trigger in it speaks of a lack, a lapse, a plan or a wish.
    pub fn is_plain(&self) -> bool {
        self.cues.iter().all(|cue| matches!(cue, Cue::Operates | Cue::Partial))
    }

    /// Those of some clauses together, each once, in order.
    pub fn together(clauses: &[Self], status: impl Fn(&str) -> Option<T>) -> Vec<T>
    where
        T: Ord + Clone,
    {
        let mut terms: Vec<T> = clauses.iter().flat_map(|clause| clause.terms.iter().cloned()).collect();
        for (at, clause) in clauses.iter().enumerate() {
            let place = match at {
                at if at + 1 == clauses.len() => "last",
                0 => "first",
                _ => "middle",
            };
            let cues: Vec<&str> = clause.cues.iter().map(|cue| cue.id()).collect();
            terms.extend(status(&format!("({place} clause: {})", cues.join("+"))));
        }
        terms.extend(status(&format!("(clauses {})", clauses.len().min(4))));
        terms.sort_unstable();
        terms.dedup();
        terms
    }
}

/// Parts of a term as one text, in a buffer that is used again.
fn joined<'b, const N: usize>(buffer: &'b mut String, parts: [&str; N]) -> &'b str {
    buffer.clear();
    for part in parts {
        buffer.push_str(part);
    }
    buffer
}

fn phrase_term(lexemes: &[Lexeme]) -> String {
    let stems: Vec<&str> = lexemes.iter().map(|lexeme| lexeme.stem.as_str()).collect();
    format!("({})", stems.join(" "))
}

fn first_cue_term(cue: Option<Cue>) -> &'static str {
    match cue {
        None => "(first -)",
        Some(Cue::Operates) => "(first operates)",
        Some(Cue::Partial) => "(first partial)",
        Some(Cue::Lapsed) => "(first lapsed)",
        Some(Cue::Planned) => "(first planned)",
        Some(Cue::Absent) => "(first absent)",
        Some(Cue::Wish) => "(first wish)",
        Some(Cue::Pseudo) => "(first pseudo)",
    }
}

fn cue_term(cue: Cue) -> String {
    format!("(cue {})", cue.id())
}

/// The stem of a word: Snowball's English, after -ise has become -ize.
fn stem(stemmer: &Stemmer, word: &str) -> CompactString {
    const ENDINGS: [&str; 6] = ["isations", "isation", "ising", "ised", "ises", "ise"];
    for ending in ENDINGS {
        if let Some(front) = word.strip_suffix(ending) {
            return stemmer.stem(&format!("{front}iz{}", &ending[2..])).into();
        }
    }
    stemmer.stem(word).into()
}

/// How much of a whole is stated first, as in "6 of the 7": all of it, nearly all, a part, none.
fn share(words: &[Word]) -> Option<&'static str> {
    for (at, word) in words.iter().enumerate() {
        let Some(part) = word.value else { continue };
        let mut rest = words[at + 1..].iter().peekable();
        if rest.peek().is_some_and(|word| word.word == "out") {
            rest.next();
        }
        if rest.next_if(|word| matches!(word.word.as_str(), "of" | "in")).is_none() {
            continue;
        }
        while rest
            .next_if(|word| matches!(word.word.as_str(), "the" | "its" | "our" | "their" | "these" | "all"))
            .is_some()
        {}
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
