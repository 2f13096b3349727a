//! What the matcher sees of a statement: its terms.
//!
//! A [`Reader`] holds the lexicon ready for comparison. A term of the *topic* is a stem, two stems in
//! a row, the name of a thing that the lexicon knows by several phrases (`=deputy`), or a mark of the
//! subject or of a topic near it (`!`). A term of the *status* is a trigger of the lexicon and what it
//! says, alone and with the others of its clause, or a stem or a word, alone or two in a row. Terms
//! are found clause by clause; no term reaches over the end of a clause.

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

/// Phrases that stand for something, found by their first stem, the longest first.
struct Phrases<T> {
    by_first: Table<CompactString, Vec<Phrase<T>>>,
}

struct Phrase<T> {
    stems: Vec<CompactString>,
    /// Whether it counts only where its first word is written with a capital.
    capital: bool,
    meaning: T,
}

impl<T: Copy> Phrases<T> {
    fn new<'a>(stemmer: &Stemmer, phrases: impl Iterator<Item = (&'a str, T)>, minds_capitals: bool) -> Self {
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
        Self { by_first }
    }

    /// The phrases of a run of words, from left to right, none overlapping another: where each begins
    /// in the run, how many words it has, and what it stands for.
    fn find(&self, words: &[Word], stems: &[CompactString]) -> Vec<(usize, usize, T)> {
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
    /// Their stems.
    pub stems: Vec<CompactString>,
    /// Its clauses: places in the text, and which words are theirs.
    pub clauses: Vec<(Span, std::ops::Range<usize>)>,
    /// Whether one of them is set against another ("but", "although", a semicolon).
    pub contrast: bool,
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
    function_words: Words,
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
            concepts: Phrases::new(&stemmer, concepts, false),
            concept_names: lexicon
                .synonyms
                .iter()
                .filter_map(|list| list.first())
                .map(|name| format!("={name}"))
                .collect(),
            triggers: Phrases::new(
                &stemmer,
                lexicon.triggers.iter().map(|(cue, phrase)| (phrase.as_str(), *cue)),
                false,
            ),
            cell_statuses: Phrases::new(
                &stemmer,
                lexicon.cell_statuses.iter().map(|(status, phrase)| (phrase.as_str(), *status)),
                false,
            ),
            negatives: {
                let (first, second) = &lexicon.double_negatives;
                let first = first.iter().map(|phrase| (phrase.as_str(), true));
                let second = second.iter().map(|phrase| (phrase.as_str(), false));
                Phrases::new(&stemmer, first.chain(second), false)
            },
            additions: Phrases::new(
                &stemmer,
                lexicon.additions.iter().map(|phrase| (phrase.as_str(), ())),
                false,
            ),
            marks: Phrases::new(&stemmer, near.chain(subject), true),
            topic_names: lexicon.near_topics.iter().map(|(name, _)| format!("!{name}")).collect(),
            function_words: lexicon.function_words.iter().cloned().collect(),
            breaks: Breaks {
                always: lexicon.clause_openers.iter().cloned().collect(),
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
            let stems: Vec<CompactString> =
                words.iter().map(|word| stem(&self.stemmer, &word.word)).collect();
            let (first, _, status) = *self.cell_statuses.find(&words, &stems).first()?;
            (first == 0 && words.len() <= LONGEST_CELL).then_some(status)
        };
        // The first cell names the row.
        text.split(CELLS).skip(1).filter_map(stated).last()
    }

    /// Words whose full stop ends no sentence.
    pub fn abbreviations(&self) -> &[String] {
        &self.breaks.abbreviations
    }

    /// Takes a text apart.
    pub fn read(&self, text: &str) -> Read {
        self.read_by(text, |word| stem(&self.stemmer, word))
    }

    /// Takes many texts apart. Most words return, so each is brought to its stem once.
    pub fn read_all<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Vec<Read> {
        let mut known: Table<CompactString, CompactString> = Table::new();
        let mut stem_of = |word: &CompactString| {
            if let Some(known) = known.get(word) {
                return known.clone();
            }
            let stem = stem(&self.stemmer, word);
            known.insert(word.clone(), stem.clone());
            stem
        };
        texts.map(|text| self.read_by(text, &mut stem_of)).collect()
    }

    fn read_by(&self, text: &str, mut stem_of: impl FnMut(&CompactString) -> CompactString) -> Read {
        let mut words = words(text);
        let mut stems: Vec<CompactString> = words.iter().map(|word| stem_of(&word.word)).collect();
        for (at, _, ()) in self.additions.find(&words, &stems) {
            let opener = (at..words.len()).find(|&at| self.breaks.always.contains(words[at].word.as_str()));
            if let Some(opener) = opener {
                words[opener].word = ADDS.into();
                stems[opener] = ADDS.into();
            }
        }
        let mut at = 0;
        let clauses: Vec<(Span, std::ops::Range<usize>)> = clauses(text, &words, &self.breaks)
            .into_iter()
            .map(|span| {
                let first = at;
                while words.get(at).is_some_and(|word| word.span.start < span.end) {
                    at += 1;
                }
                (span, first..at)
            })
            .collect();
        let opens = |run: &std::ops::Range<usize>| {
            words.get(run.start).is_some_and(|word| self.breaks.always.contains(word.word.as_str()))
        };
        let contrast = text.contains(';') || clauses.iter().any(|(_, run)| opens(run));
        Read { words, stems, clauses, contrast }
    }

    /// The terms of one clause. `topic` and `status` say what stands for a term; a term for which they
    /// give nothing is left out.
    pub fn terms<T>(
        &self,
        read: &Read,
        clause: usize,
        topic: impl Fn(&str) -> Option<T>,
        status: impl Fn(&str) -> Option<T>,
    ) -> ClauseTerms<T> {
        self.terms_of(read, read.clauses[clause].1.clone(), topic, status)
    }

    /// The terms of one clause by itself: without the word that opens it and sets it against another,
    /// which says nothing of what it reports.
    pub fn own_terms<T>(
        &self,
        read: &Read,
        clause: usize,
        topic: impl Fn(&str) -> Option<T>,
        status: impl Fn(&str) -> Option<T>,
    ) -> Option<ClauseTerms<T>> {
        let run = read.clauses[clause].1.clone();
        let opened =
            read.words.get(run.start).is_some_and(|word| self.breaks.always.contains(word.word.as_str()));
        (opened && run.len() > 1).then(|| self.terms_of(read, run.start + 1..run.end, topic, status))
    }

    /// The terms of the topic of one clause, and of the topic only.
    pub fn topic_terms<T>(
        &self,
        read: &Read,
        clause: usize,
        topic: impl Fn(&str) -> Option<T>,
    ) -> ClauseTerms<T> {
        let run = read.clauses[clause].1.clone();
        let mut terms = ClauseTerms::default();
        self.add_topic(&mut terms, &read.words[run.clone()], &read.stems[run], topic);
        terms
    }

    fn terms_of<T>(
        &self,
        read: &Read,
        run: std::ops::Range<usize>,
        topic: impl Fn(&str) -> Option<T>,
        status: impl Fn(&str) -> Option<T>,
    ) -> ClauseTerms<T> {
        let (words, stems) = (&read.words[run.clone()], &read.stems[run]);
        let mut terms = ClauseTerms::default();
        self.add_topic(&mut terms, words, stems, topic);
        self.add_status(&mut terms, words, stems, status);
        terms
    }

    fn add_topic<T>(
        &self,
        terms: &mut ClauseTerms<T>,
        words: &[Word],
        stems: &[CompactString],
        topic: impl Fn(&str) -> Option<T>,
    ) {
        let mut pair = String::new();
        for (at, (word, stem)) in words.iter().zip(stems).enumerate() {
            if !self.function_words.contains(word.word.as_str()) {
                terms.topic.extend(topic(stem));
            }
            if let Some(next) = stems.get(at + 1) {
                terms.topic.extend(topic(joined(&mut pair, [stem, " ", next])));
            }
        }
        for (_, _, concept) in self.concepts.find(words, stems) {
            terms.topic.extend(topic(&self.concept_names[concept]));
        }
        for (_, _, mark) in self.marks.find(words, stems) {
            match mark {
                Mark::Subject => terms.subject = true,
                Mark::Near(near) => {
                    terms.near = true;
                    terms.topic.extend(topic(&self.topic_names[near]));
                }
            }
        }
    }

    fn add_status<T>(
        &self,
        terms: &mut ClauseTerms<T>,
        words: &[Word],
        stems: &[CompactString],
        status: impl Fn(&str) -> Option<T>,
    ) {
        let triggers = self.find_triggers(words, stems);
        // What stands in a pseudo-trigger says nothing by itself of the status.
        let masked = |at: usize| {
            triggers
                .iter()
                .any(|(first, length, cue)| *cue == Cue::Pseudo && (*first..first + length).contains(&at))
        };
        let mut term = String::new();
        for (at, (word, stem)) in words.iter().zip(stems).enumerate() {
            if masked(at) {
                continue;
            }
            terms.status.extend(status(stem));
            // The ending of a word tells the past from the future, so words count beside stems.
            terms.status.extend(status(joined(&mut term, ["'", &word.word])));
            if at == 0 {
                terms.status.extend(status(joined(&mut term, ["^ ", stem])));
            }
            if !masked(at + 1) {
                let next = stems.get(at + 1).map_or("$", CompactString::as_str);
                terms.status.extend(status(joined(&mut term, [stem, " ", next])));
                if let Some(next) = words.get(at + 1) {
                    terms.status.extend(status(joined(&mut term, ["'", &word.word, " ", &next.word])));
                }
            }
        }
        for &(at, length, cue) in &triggers {
            terms.status.extend(status(&phrase_term(&stems[at..at + length])));
            if cue == Cue::Pseudo {
                terms.pseudo = true;
                terms.status.extend(status(&cue_term(cue)));
            } else {
                terms.cues.push(cue);
            }
        }
        terms.status.extend(status(first_cue_term(terms.cues.first().copied())));
        terms.cues.sort_unstable();
        terms.cues.dedup();
        for (at, cue) in terms.cues.iter().enumerate() {
            terms.status.extend(status(&cue_term(*cue)));
            for other in &terms.cues[at + 1..] {
                terms.status.extend(status(&format!("({}&{})", cue.id(), other.id())));
            }
        }
        if let Some(share) = share(words) {
            terms.status.extend(status(&format!("(share {share})")));
        }
    }

    /// The triggers of a run of words, from left to right. A double negative takes the place of the
    /// triggers in it.
    fn find_triggers(&self, words: &[Word], stems: &[CompactString]) -> Vec<(usize, usize, Cue)> {
        let mut triggers = self.triggers.find(words, stems);
        let negatives = self.negatives.find(words, stems);
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

    /// The triggers of a clause, pseudo-triggers left out.
    pub fn triggers(&self, read: &Read, clause: usize) -> Vec<Trigger> {
        let run = read.clauses[clause].1.clone();
        let words = &read.words[run.clone()];
        let stems = &read.stems[run];
        self.find_triggers(words, stems)
            .into_iter()
            .filter(|(_, _, cue)| *cue != Cue::Pseudo)
            .map(|(at, length, cue)| Trigger {
                span: Span::new(words[at].span.start, words[at + length - 1].span.end),
                terms: [phrase_term(&stems[at..at + length]), cue_term(cue)],
            })
            .collect()
    }
}

/// The terms of one clause.
pub struct ClauseTerms<T> {
    topic: Vec<T>,
    status: Vec<T>,
    /// Whether it names the subject.
    pub subject: bool,
    near: bool,
    /// What its triggers say, each once, in order.
    cues: Vec<Cue>,
    /// Whether it holds a phrase that looks like a trigger and is none.
    pub pseudo: bool,
}

impl<T> Default for ClauseTerms<T> {
    fn default() -> Self {
        Self {
            topic: Vec::new(),
            status: Vec::new(),
            subject: false,
            near: false,
            cues: Vec::new(),
            pseudo: false,
        }
    }
}

impl<T> ClauseTerms<T> {
    /// Whether no trigger in it speaks of a lack, a lapse, a plan or a wish.
    pub fn is_plain(&self) -> bool {
        self.cues.iter().all(|cue| matches!(cue, Cue::Operates | Cue::Partial))
    }
}

/// The terms of the topic in some clauses together, each once, in order.
pub fn topic_terms<T: Ord + Clone>(clauses: &[ClauseTerms<T>], topic: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let mut terms: Vec<T> = clauses.iter().flat_map(|clause| clause.topic.iter().cloned()).collect();
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

/// The terms of the status in some clauses together, each once, in order.
pub fn status_terms<T: Ord + Clone>(
    clauses: &[ClauseTerms<T>],
    status: impl Fn(&str) -> Option<T>,
) -> Vec<T> {
    let mut terms: Vec<T> = clauses.iter().flat_map(|clause| clause.status.iter().cloned()).collect();
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

/// Parts of a term as one text, in a buffer that is used again.
fn joined<'b, const N: usize>(buffer: &'b mut String, parts: [&str; N]) -> &'b str {
    buffer.clear();
    for part in parts {
        buffer.push_str(part);
    }
    buffer
}

fn phrase_term(stems: &[CompactString]) -> String {
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
