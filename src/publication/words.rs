//! Words that a text must not have on the edition for the public: those of what was dropped, and names.

use std::collections::BTreeSet;

use crate::assessment::{Assessment, is_first_name};
use crate::rubric::Rubric;

/// How many words in a row are too many to be there by chance.
const RUN: usize = 6;
/// A text of fewer words is looked for as a whole, unless it is shorter than this.
const SHORTEST: usize = 2;
/// A number of fewer digits is a count or a year.
const SHORTEST_NUMBER: usize = 5;

/// A word as it stands, without what surrounds it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’' && c != '-')
        .filter(|word| word.chars().any(char::is_alphanumeric))
}

fn lower(text: &str) -> Vec<String> {
    words(text).map(str::to_lowercase).collect()
}

/// A word without what makes it somebody's.
fn without_s(word: &str) -> &str {
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

/// The parts of a word by which it is compared: of a compound each, without an ending that makes it somebody's or
/// several.
fn stems(word: &str) -> impl Iterator<Item = String> {
    word.split('-').filter(|part| !part.is_empty()).map(|part| {
        let lower = part.to_lowercase();
        without_s(&lower).trim_end_matches(['s', '\'', '’']).to_owned()
    })
}

/// Whether a word may be a name: one capital, then small letters.
fn is_capitalised(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.clone().next().is_some()
        && letters.all(|c| c.is_lowercase() || c == '\'' || c == '’' || c == '-' || c.is_uppercase())
        && word.chars().any(char::is_lowercase)
}

/// The words that name nobody: those of the rubric's own texts, of the names of the area and its parts, and
/// what the author says is harmless.
pub struct Known {
    words: BTreeSet<String>,
    posts: Vec<String>,
    /// Runs of words that the rubric has itself.
    runs: BTreeSet<Vec<String>>,
    /// What the author says is harmless.
    harmless: BTreeSet<String>,
    /// The parts of the names of officers.
    people: BTreeSet<String>,
}

impl Known {
    pub fn new(rubric: &Rubric, assessment: &Assessment) -> Self {
        let area = &assessment.area;
        let mut texts: Vec<&str> = vec![&area.name, area.region.as_deref().unwrap_or_default()];
        texts.extend(area.sub_areas.iter().map(|part| part.name.as_str()));
        texts.extend(assessment.publication.harmless.iter().map(String::as_str));
        // A post that stands for a name is a post.
        let named = assessment.publication.people.iter().map(|(_, post)| post.as_str());
        texts.extend(named.clone());
        Self {
            words: texts.iter().flat_map(|text| lower(text)).chain(rubric.vocabulary().clone()).collect(),
            posts: rubric.lexicon.posts.iter().cloned().chain(named.map(str::to_lowercase)).collect(),
            runs: rubric.official_texts().flat_map(|text| runs(&lower(text))).collect(),
            harmless: assessment.publication.harmless.iter().flat_map(|text| lower(text)).collect(),
            people: assessment.publication.people.iter().flat_map(|(name, _)| lower(name)).collect(),
        }
    }

    /// A part of the name of an officer that has been left, such as the surname alone.
    pub fn part_of_a_name(&self, text: &str) -> Option<String> {
        let left = |word: &&str| {
            let plain = without_s(word);
            let is_written = plain.starts_with(char::is_uppercase);
            is_written
                && self.people.contains(&plain.to_lowercase())
                && !self.words.contains(&plain.to_lowercase())
        };
        words(text).find(left).map(str::to_owned)
    }

    fn has(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let stem = without_s(&word);
        // A plural of a known word is known.
        let parts = |word: &str| word.split('-').all(|part| part.is_empty() || self.words.contains(part));
        self.words.contains(stem)
            || parts(stem)
            || stem.strip_suffix('s').is_some_and(|one| self.words.contains(one))
            || stem.len() < SHORTEST_NUMBER && stem.chars().all(|c| c.is_ascii_digit())
    }

    /// Two words in a row that look like a first name and a surname.
    pub fn name_in(&self, text: &str) -> Option<String> {
        // What punctuation parts is no name.
        text.split([',', ';', ':', '.', '(', ')', '?', '!', '“', '”', '"', '|', '/']).find_map(|part| {
            let words: Vec<&str> = words(part).collect();
            let pair = words.windows(2).find(|pair| {
                let harmless = pair.iter().all(|word| self.harmless.contains(&word.to_lowercase()));
                let named = is_first_name(pair[0]) && pair[1].starts_with(char::is_uppercase) && !harmless;
                named || pair.iter().all(|word| is_capitalised(word) && !self.has(word))
            })?;
            Some(pair.join(" "))
        })
    }

    /// The part of a text that is no post and no body: one without a word for a post, or with a word that
    /// nothing else uses.
    pub fn not_a_post(&self, text: &str) -> Option<String> {
        let parts = text.split([',', ';', '(', ')', '/', '–', '—', '|']).map(str::trim);
        let wrong = |part: &&str| {
            let lower = lower(part).join(" ");
            let is_post = self.posts.iter().any(|post| {
                format!(" {lower} ").contains(&format!(" {post} "))
                    || format!(" {lower} ").contains(&format!(" {post}s "))
            });
            // A body is known by its name as well: that of the area, or words without capitals.
            !(words(part).all(|word| self.has(word)) && (is_post || !words(part).any(is_capitalised)))
        };
        parts.filter(|part| !part.is_empty()).find(wrong).map(str::to_owned)
    }
}

fn runs(words: &[String]) -> Vec<Vec<String>> {
    words.windows(RUN).map(<[String]>::to_vec).collect()
}

/// What must not be said again: runs of words, and words that occur nowhere else.
pub struct Phrases {
    runs: BTreeSet<Vec<String>>,
    short: Vec<Vec<String>>,
    rare: BTreeSet<String>,
}

impl Phrases {
    /// `texts` may not be said again at all; of `labels` no word that stands out.
    pub fn new(texts: &[String], labels: &[String], known: &Known) -> Self {
        let mut phrases = Self { runs: BTreeSet::new(), short: Vec::new(), rare: BTreeSet::new() };
        for text in texts {
            let lowered = lower(text);
            if lowered.len() < RUN {
                phrases.short.extend((lowered.len() >= SHORTEST).then_some(lowered));
            } else {
                phrases.runs.extend(runs(&lowered).into_iter().filter(|run| !known.runs.contains(run)));
            }
        }
        // A name, a number of a case, a word of a place: what stands out.
        let stands_out = |part: &&str| {
            let marked = part.chars().any(|c| c.is_uppercase() || c.is_ascii_digit());
            marked && !known.has(part)
        };
        for text in texts.iter().chain(labels) {
            let parts = words(text).flat_map(|word| word.split('-')).filter(|part| !part.is_empty());
            phrases.rare.extend(parts.filter(stands_out).flat_map(stems));
        }
        phrases
    }

    /// The first words of a text that were dropped elsewhere.
    pub fn repeated_in(&self, text: &str, known: &Known) -> Option<String> {
        let lowered = lower(text);
        let run = runs(&lowered).into_iter().find(|run| self.runs.contains(run));
        let short = || {
            self.short
                .iter()
                .find(|short| lowered.windows(short.len()).any(|window| window == short.as_slice()))
        };
        let is_rare = |part: &str| !known.has(part) && stems(part).any(|stem| self.rare.contains(&stem));
        let rare = || words(text).find(|word| word.split('-').any(is_rare));
        run.map(|run| run.join(" "))
            .or_else(|| short().map(|short| short.join(" ")))
            .or_else(|| rare().map(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known {
            words: [
                "prevent",
                "lead",
                "head",
                "of",
                "community",
                "safety",
                "the",
                "board",
                "mark",
                "two",
                "may",
            ]
            .map(str::to_owned)
            .into(),
            posts: vec!["lead".to_owned(), "head of".to_owned(), "board".to_owned()],
            runs: BTreeSet::new(),
            harmless: BTreeSet::new(),
            people: ["jo".to_owned(), "bloggs".to_owned()].into(),
        }
    }

    #[test]
    fn a_post_is_told_from_a_name() {
        for post in ["Prevent lead", "Head of Community Safety", "the board", "Prevent lead, Head of Safety"]
        {
            assert_eq!(known().not_a_post(post), None, "{post}");
        }
        for (text, name) in [
            ("Jo Bloggs", "Jo Bloggs"),
            ("Jo Bloggs, Prevent lead", "Jo Bloggs"),
            ("Mark", "Mark"),
            ("Prevent lead (Mark)", "Mark"),
            ("Bloggs lead", "Bloggs lead"),
        ] {
            assert_eq!(known().not_a_post(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn two_unknown_names_in_a_row_may_be_a_person() {
        assert_eq!(known().name_in("The board thanked Jo Bloggs for it.").as_deref(), Some("Jo Bloggs"));
        assert_eq!(known().name_in("The Prevent board. Bloggs, Community Safety"), None);
        assert_eq!(known().name_in("Asked by Sarah Board, it agreed.").as_deref(), Some("Sarah Board"));
        assert_eq!(known().part_of_a_name("Asked by Bloggs’s team.").as_deref(), Some("Bloggs’s"));
        assert_eq!(known().part_of_a_name("The jo was nobody."), None);
    }

    #[test]
    fn what_was_dropped_is_found_again() {
        let known = known();
        let secret = ["Two places in Eastgate were named by the profile last May.".to_owned()];
        let phrases = Phrases::new(&secret, &["Kestrel 20411".to_owned()], &known);
        for text in [
            "It says that two places in Eastgate were named.",
            "The Eastgate work goes on.",
            "An Eastgate-based project, Eastgate’s best.",
            "Post-Kestrel lessons were learned.",
            "All Kestrels flew.",
            "Lessons of 20411 were learned.",
        ] {
            assert!(phrases.repeated_in(text, &known).is_some(), "{text}");
        }
        assert_eq!(phrases.repeated_in("Two places were visited.", &known), None);
    }
}
