//! Which passages of a document are about the subject.
//!
//! A sentence in a paper rarely says what it is about: *The panel sat eleven times.* So what stands
//! around it speaks too. A document is taken to be now on the subject and now off it; each passage
//! speaks for one of the two, and changing between them costs something, most within a paragraph. Of all
//! ways to divide the document that agree best with both, the best is found exactly (Viterbi 1967).
//!
//! How much each thing says was fitted, once, on twenty papers written for the purpose (README,
//! Accuracy). The numbers are few, and each has its meaning.

use super::{Matched, Matcher, Stands, Topics};
use crate::document::{Document, Passage, passages};

/// How far a text can speak for or against the subject at most.
const FURTHEST: f64 = 1.5;

/// What speaks for the subject, and how much.
struct Weights {
    /// By how much the passage itself is rather about the subject than about another topic.
    own: f64,
    /// That it names the subject.
    named: f64,
    /// That a heading above names the subject.
    heading_named: f64,
    /// That a sentence of its paragraph names the subject.
    paragraph_named: f64,
    /// What all of that must exceed.
    needed: f64,
    /// What it costs to change within a paragraph, between paragraphs, and between headings.
    change: [f64; 3],
}

const WEIGHTS: Weights = Weights {
    own: 2.3,
    named: 2.0,
    heading_named: 2.6,
    paragraph_named: 1.4,
    needed: 2.4,
    change: [0.9, 0.4, 1.0],
};

/// How much a text is about the subject.
#[derive(Clone, Copy, Default)]
struct Leaning {
    /// By how much rather about a benchmark, or the background of the subject, than about another topic.
    subject: f64,
    /// By how much rather evidence than background.
    evidence: f64,
    /// Whether it names the subject.
    named: bool,
}

/// What was found in a document.
pub struct Matches<'d> {
    /// How many passages it has.
    pub passages: usize,
    /// Those that are evidence, in the order of the document: which it is, from 1, and what it says.
    pub found: Vec<(usize, Passage<'d>, Matched)>,
}

impl Matcher {
    /// Reads a document, passage by passage. What is about another topic, or is no evidence, is left out.
    pub fn match_document<'d>(&self, document: &'d Document) -> Matches<'d> {
        let list = passages(document, self.reader.abbreviations());
        let leanings: Vec<Leaning> = list.iter().map(|passage| self.leaning(passage.text())).collect();
        let on_subject = self.divide(&list, &leanings);
        let mut found = Vec::new();
        for (at, on) in on_subject.into_iter().enumerate() {
            if on && leanings[at].evidence > 0.0 {
                let matched = self.match_statement(list[at].text(), Stands::InDocument);
                if matched.benchmark.is_some() {
                    found.push((at + 1, list[at], matched));
                }
            }
        }
        Matches { passages: list.len(), found }
    }

    /// Which passages are on the subject.
    fn divide(&self, list: &[Passage<'_>], leanings: &[Leaning]) -> Vec<bool> {
        // What the best division up to each passage comes to that ends on the subject, and that ends off
        // it; and whether each of the two came from its like.
        let mut ends: Option<(f64, f64)> = None;
        let mut stayed: Vec<(bool, bool)> = Vec::with_capacity(list.len());
        let mut start = 0;
        while start < list.len() {
            let block = list[start].block;
            let length =
                list[start..].iter().take_while(|passage| std::ptr::eq(passage.block, block)).count();
            let paragraph = &leanings[start..start + length];
            let of_paragraph = self.around(paragraph, block.under.as_slice());
            for (at, leaning) in paragraph.iter().enumerate() {
                let w = &WEIGHTS;
                let named = if leaning.named { w.named } else { 0.0 };
                let speaks = w.own * leaning.subject + named + of_paragraph - w.needed;
                let before = (start + at).checked_sub(1).map(|before| list[before].block);
                let change = match before {
                    _ if at > 0 => w.change[0],
                    Some(before) if before.under == block.under => w.change[1],
                    _ => w.change[2],
                };
                ends = Some(match ends {
                    None => {
                        stayed.push((true, true));
                        (speaks, 0.0)
                    }
                    Some((on, off)) => {
                        stayed.push((on >= off - change, off >= on - change));
                        (on.max(off - change) + speaks, off.max(on - change))
                    }
                });
            }
            start += length;
        }
        let mut on = ends.is_some_and(|(on, off)| on > off);
        let mut division = vec![false; list.len()];
        for at in (0..list.len()).rev() {
            division[at] = on;
            let (stayed_on, stayed_off) = stayed[at];
            on = if on { stayed_on } else { !stayed_off };
        }
        division
    }

    /// What a paragraph and the headings above it say.
    fn around(&self, paragraph: &[Leaning], headings: &[String]) -> f64 {
        let headings: Vec<Leaning> = headings.iter().map(|heading| self.leaning(heading)).collect();
        let w = &WEIGHTS;
        let if_so = |named: bool, weight: f64| if named { weight } else { 0.0 };
        // A heading is too short to speak for the subject without naming it.
        if_so(headings.iter().any(|heading| heading.named), w.heading_named)
            + if_so(paragraph.iter().any(|one| one.named), w.paragraph_named)
    }

    fn leaning(&self, text: &str) -> Leaning {
        let read = self.reader.read(text);
        let terms: Vec<_> = (0..read.clauses.len())
            .map(|clause| self.reader.topic_terms(&read, clause, self.topic()))
            .collect();
        let Topics { benchmarks, background, other } = self.topics(&self.topic_vector(&terms));
        let best = benchmarks.into_iter().fold(f64::MIN, f64::max);
        let within = |margin: f64| margin.clamp(-FURTHEST, FURTHEST);
        Leaning {
            subject: within(best.max(background) - other),
            evidence: within(best - background),
            named: terms.iter().any(|clause| clause.subject),
        }
    }
}
