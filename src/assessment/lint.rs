//! What should not stand in an assessment, because it would leave with every report: what looks like
//! personal data, and notes to oneself.

use super::diags;
use super::names::is_first_name;
use crate::diag::{Diagnostic, Place};
use crate::rubric::Rubric;

/// Titles that stand before a person's name and nothing else.
const TITLES: [&str; 9] = ["Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Cllr", "Cllrs", "Sgt"];
/// Titles that stand before other words as well, such as *Councillor Induction*.
const WIDER_TITLES: [&str; 18] = [
    "Professor",
    "Councillor",
    "Councillors",
    "PC",
    "PS",
    "DC",
    "DS",
    "DI",
    "Rev",
    "Reverend",
    "Constable",
    "Sergeant",
    "Inspector",
    "Superintendent",
    "Imam",
    "Sir",
    "Lord",
    "Lady",
];
/// What stands after a first name where the two name a place.
const PLACES: [&str; 20] = [
    "Street", "Road", "House", "Hall", "Square", "Centre", "Court", "School", "Academy", "College",
    "Hospital", "Way", "Lane", "Avenue", "Place", "Park", "Primary", "Church", "Library", "Building",
];
/// What a person leaves in a text to come back to: words by themselves,
const NOTE_WORDS: [&str; 5] = ["TODO", "FIXME", "XXX", "TBC", "DRAFT"];
/// and parts of a text.
const NOTES: [&str; 10] = [
    "???",
    "[insert",
    "[name",
    "[date",
    "[to ",
    "[check",
    "<insert",
    "lorem ipsum",
    "text to follow",
    "note to self",
];
/// How many digits a telephone number has at least.
const PHONE: usize = 10;

/// Words beside which a name is that of a person in a case.
const CASE_WORDS: [&str; 14] = [
    "referred",
    "referral",
    "adopted",
    "adoption",
    "case",
    "arrested",
    "charged",
    "convicted",
    "radicalised",
    "vulnerable",
    "mother",
    "father",
    "son",
    "daughter",
];
/// What people in cases are called when they are counted.
const COUNTED: [&str; 17] = [
    "referral",
    "referrals",
    "case",
    "cases",
    "adoption",
    "adoptions",
    "pupil",
    "pupils",
    "child",
    "children",
    "adult",
    "adults",
    "individual",
    "individuals",
    "youngster",
    "youngsters",
    "consents",
];
/// After these a noun of the list above counts something else: a case officer, a referral pathway.
const NOT_COUNTED: [&str; 22] = [
    "study",
    "studies",
    "officer",
    "officers",
    "worker",
    "workers",
    "management",
    "protection",
    "form",
    "pathway",
    "route",
    "process",
    "unit",
    "referral",
    "conference",
    "team",
    "service",
    "school",
    "college",
    "education",
    "social",
    "hub",
];
/// What may stand between a count and what it counts.
const BETWEEN: [&str; 5] = ["channel", "prevent", "new", "open", "live"];
const SMALL: [&str; 8] = ["1", "2", "3", "4", "one", "two", "three", "four"];
/// How many words a sentence may have before it is hard to read.
const LONGEST_SENTENCE: usize = 35;

/// Looks at one text for what should not leave with a report.
pub fn review_text(text: &str, rubric: &Rubric, place: &Place) -> Vec<Diagnostic> {
    let words: Vec<&str> = text.split_whitespace().map(plain).collect();
    let known = |word: &str| rubric.vocabulary().contains(&word.to_lowercase());
    let personal = personal_data(text, &words, &known)
        .or_else(|| name_in_a_case(&words, rubric))
        .or_else(|| full_name(&words));
    let lower = text.to_lowercase();
    let note = NOTE_WORDS
        .iter()
        .find(|note| words.contains(note))
        .or_else(|| NOTES.iter().find(|note| lower.contains(**note)));
    let unfinished =
        lower.trim_end_matches(['.', ']', ')']).ends_with("to be completed").then_some(&"to be completed");
    let note = note.or(unfinished);
    let small = small_count(&words);
    let personal = personal.map(|words| diags::personal_data(&words, place.clone()));
    let small = small.map(|words| diags::small_count(&words, place.clone()));
    personal
        .into_iter()
        .chain(small)
        .chain(note.map(|note| diags::drafting_note(note, place.clone())))
        .collect()
}

/// Looks at the style of a text that an assessor wrote; what is quoted stands as it is.
pub fn review_style(text: &str, place: &Place) -> Option<Diagnostic> {
    let ends = |at: usize, c: char| {
        matches!(c, '.' | '!' | '?' | ';' | ':') && text[at + c.len_utf8()..].starts_with(char::is_whitespace)
    };
    let mut start = 0;
    let mut longest = 0;
    for (at, c) in text.char_indices().filter(|&(at, c)| ends(at, c)).chain([(text.len(), ' ')]) {
        longest = longest.max(text[start..at].split_whitespace().count());
        start = at + c.len_utf8().min(text.len() - at);
    }
    (longest > LONGEST_SENTENCE).then(|| diags::long_sentence(longest, LONGEST_SENTENCE, place.clone()))
}

/// Acronyms that a reader may not know: neither the rubric explains them nor the text does, and they are no words in
/// capitals.
pub fn acronyms<'t>(text: &'t str, rubric: &'t Rubric) -> impl Iterator<Item = &'t str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '&');
    words.filter(|word| (2..=6).contains(&word.len()) && word.chars().all(|c| c.is_ascii_uppercase())).filter(
        |word| {
            let lexicon = &rubric.lexicon;
            !NOTE_WORDS.contains(word)
                && !lexicon.acronyms.contains_key(*word)
                && !lexicon.known_acronyms.iter().any(|known| known == word)
                && !rubric.vocabulary().contains(&word.to_lowercase())
        },
    )
}

/// Whether a text says what an acronym stands for.
pub fn explains(text: &str, acronym: &str) -> bool {
    text.contains(&format!("({acronym})")) || text.contains(&format!("{acronym} ("))
}

/// A word without what surrounds it.
fn plain(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '@' && c != '+')
}

/// Whether a word is written as a name is.
fn is_name(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && word.chars().skip(1).any(char::is_lowercase)
}

/// The first words that look like personal data: a title with a name, an address of electronic mail, a
/// postcode, a date of birth, a number of the health service or of a telephone, a reference of a case, an age.
fn personal_data(text: &str, words: &[&str], known: &dyn Fn(&str) -> bool) -> Option<String> {
    for (at, &word) in words.iter().enumerate() {
        let next = words.get(at + 1).copied().unwrap_or_default();
        let lower = word.to_lowercase();
        let is_title = TITLES.contains(&word) || WIDER_TITLES.contains(&word) && !known(next);
        if is_title && is_name(next) {
            return Some(format!("{word} {next}"));
        }
        if word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
            return Some(word.to_owned());
        }
        let after = words.get(at + 2).copied().unwrap_or_default();
        let is_age = |word: &str| word.len() <= 2 && word.parse::<u8>().is_ok();
        // A range of ages is nobody's.
        let aged = lower == "aged"
            && is_age(next)
            && !matches!(after, "to" | "and" | "or" | "up" | "plus" | "upwards");
        let years = is_age(word) && matches!(next, "year" | "years") && after == "old";
        if lower.ends_with("-year-old") || aged || years {
            return Some(format!("{word} {next}").trim().to_owned());
        }
        if word.is_ascii() && word.len() > 4 && is_postcode(&word[..word.len() - 3], &word[word.len() - 3..])
        {
            return Some(word.to_owned());
        }
        if is_postcode(word, next) {
            return Some(format!("{word} {next}"));
        }
        let following = || words[at + 1..].iter().take(3);
        let is_number = |word: &&&str| word.chars().filter(char::is_ascii_digit).count() >= 4;
        let birth = matches!(lower.as_str(), "dob" | "d.o.b" | "born")
            || lower == "birth" && at > 1 && words[at - 1] == "of";
        if birth && following().any(|word| word.chars().any(|c| c.is_ascii_digit())) {
            return Some(format!("{word} {next}"));
        }
        let names_a_case = matches!(lower.as_str(), "case" | "referral" | "client" | "nominal")
            && following().take(2).any(|word| {
                matches!(word.to_lowercase().as_str(), "ref" | "reference" | "no" | "number" | "id")
            });
        if names_a_case && let Some(number) = following().find(is_number) {
            return Some(format!("{word} … {number}"));
        }
        let sexes = ["boy", "girl", "male", "female", "man", "woman"];
        let age = |word: &&&str| word.len() <= 2 && word.parse::<u8>().is_ok_and(|age| age > 4);
        let of = usize::from(next == "of");
        if sexes.contains(&lower.as_str()) && following().skip(of).take(1).any(|word| age(&word)) {
            return Some(format!("{word} {next}"));
        }
    }
    health_number(text).or_else(|| phone_number(text))
}

/// A postcode of the United Kingdom, in its two halves.
fn is_postcode(first: &str, second: &str) -> bool {
    let (first, second) = (first.to_uppercase(), second.to_uppercase());
    // The third floor of block B12.
    if matches!(second.as_str(), "1ST" | "2ND" | "3RD") || second.ends_with("TH") {
        return false;
    }
    let (letters, rest) = first.split_at(first.bytes().take_while(u8::is_ascii_uppercase).count());
    let outward = (1..=2).contains(&letters.len())
        && rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.len() <= 2
        && rest.bytes().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    let inward = second.as_bytes();
    outward
        && inward.len() == 3
        && inward[0].is_ascii_digit()
        && inward[1..].iter().all(u8::is_ascii_uppercase)
}

/// A number of the National Health Service: ten digits, the last of which follows from the others (modulo 11).
fn health_number(text: &str) -> Option<String> {
    let grouped = text.split(|c: char| !c.is_ascii_digit() && c != ' ' && c != '-');
    grouped
        .map(str::trim)
        .find(|group| {
            let digits: Vec<u32> = group.chars().filter_map(|c| c.to_digit(10)).collect();
            let Some((&check, first)) = digits.split_last().filter(|_| digits.len() == 10) else {
                return false;
            };
            let sum: u32 = (2..=10).rev().zip(first).map(|(weight, digit)| weight * digit).sum();
            (11 - sum % 11) % 11 == check
        })
        .map(str::to_owned)
}

/// A first name and a surname that stand beside a word of a case. Words that the rubric uses are no names.
fn name_in_a_case(words: &[&str], rubric: &Rubric) -> Option<String> {
    let near = |at: usize| {
        let around = &words[at.saturating_sub(3)..(at + 5).min(words.len())];
        around.iter().any(|word| CASE_WORDS.contains(&word.to_lowercase().as_str()))
    };
    let unknown = |word: &&str| {
        let word = word.to_lowercase();
        !rubric.vocabulary().contains(word.trim_end_matches("'s").trim_end_matches("’s"))
    };
    words.windows(2).enumerate().find_map(|(at, pair)| {
        let initial = pair[0].len() == 1
            && pair[0].starts_with(|c: char| c.is_ascii_uppercase() && c != 'A' && c != 'I');
        let is_person = (is_name(pair[0]) && unknown(&pair[0]) || initial)
            && is_name(pair[1])
            && unknown(&pair[1])
            && near(at);
        is_person.then(|| pair.join(" "))
    })
}

/// A first name and a surname, wherever they stand.
fn full_name(words: &[&str]) -> Option<String> {
    let is_person = |pair: &&[&str]| {
        is_first_name(pair[0]) && is_name(pair[1]) && !PLACES.contains(&pair[1].trim_end_matches("'s"))
    };
    words.windows(2).find(is_person).map(|pair| pair.join(" "))
}

/// A count of people below five, by which somebody could be known.
fn small_count(words: &[&str]) -> Option<String> {
    (0..words.len()).find_map(|at| {
        let word =
            |distance: usize| words.get(at + distance).map(|word| word.to_lowercase()).unwrap_or_default();
        let between = usize::from(BETWEEN.contains(&word(1).as_str()));
        let (count, what, after) = (word(0), word(1 + between), word(2 + between));
        // "In one case" counts nothing.
        if !SMALL.contains(&count.as_str()) || at > 0 && words[at - 1].eq_ignore_ascii_case("in") {
            return None;
        }
        let young = what == "young"
            && matches!(after.as_str(), "people" | "person" | "men" | "women" | "man" | "woman");
        // A singular after two or more belongs to the word after it: two referral routes.
        let one = matches!(count.as_str(), "1" | "one");
        let fits = one || what.ends_with('s') || what == "children";
        let counted = COUNTED.contains(&what.as_str()) && fits && !NOT_COUNTED.contains(&after.as_str());
        let people = matches!(what.as_str(), "people" | "person")
            && words[at..].iter().take(6).any(|word| {
                matches!(
                    word.to_lowercase().as_str(),
                    "referred" | "adopted" | "arrested" | "charged" | "convicted"
                )
            });
        (young || counted || people).then(|| words[at..=at + 1 + between].join(" "))
    })
}

/// A number as a telephone has one: it begins with 0 or +44, and only single spaces, hyphens, full stops and brackets
/// stand between its digits.
fn phone_number(text: &str) -> Option<String> {
    let mut number = String::new();
    for character in text.chars().chain([';']) {
        let parts = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')');
        let goes_on = parts(character) && !number.ends_with(['-', '.']) && !number.ends_with("  ");
        if character.is_ascii_digit() || character == '+' || goes_on {
            number.push(character);
            continue;
        }
        let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        if digits.len() >= PHONE
            && digits.len() <= PHONE + 5
            && (digits.starts_with('0') || digits.starts_with("+44"))
        {
            return Some(number.trim_matches(|c: char| parts(c) && c != '(').to_owned());
        }
        number.clear();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        let words: Vec<&str> = text.split_whitespace().map(plain).collect();
        let known = |word: &str| matches!(word, "Induction" | "Handbook" | "World");
        personal_data(text, &words, &known).or_else(|| full_name(&words)).or_else(|| small_count(&words))
    }

    #[test]
    fn what_looks_like_a_person_is_seen() {
        for (text, expected) in [
            ("Cllr Marsh felt that members should be told.", "Cllr Marsh"),
            ("Write to jo.bloggs@example.org.uk for it.", "jo.bloggs@example.org.uk"),
            ("Ring 0116 496 0000 for advice.", "0116 496 0000"),
            ("A 14-year-old was referred.", "14-year-old was"),
            ("The house in ZE1 0AA was visited.", "ZE1 0AA"),
            ("DOB 01/02/2003 was recorded.", "DOB 01/02/2003"),
            ("Born on 1 May 2004.", "Born on"),
            ("NHS number 943 476 5919 was on the form.", "943 476 5919"),
            ("The case reference CH-20411 was closed.", "case … CH-20411"),
            ("A male, 15, from the town.", "male 15"),
            ("Only three referrals came from schools.", "three referrals"),
            ("Two young people were supported.", "Two young"),
            ("One young man was supported.", "One young"),
            ("Only two Channel referrals came.", "two Channel referrals"),
            ("Three people were adopted.", "Three people"),
            ("Ring (01234) 567890 or write.", "(01234) 567890"),
            ("Ring 01234-567-890.", "01234-567-890"),
            ("Ring +44 (0)1234 567890.", "+44 (0)1234 567890"),
            ("Ring 07700.900.123, please.", "07700.900.123"),
            ("The house in ZE10AA was visited.", "ZE10AA"),
            ("The house in ze1 0aa was visited.", "ze1 0aa"),
            ("A 15 year old boy came.", "15 year"),
            ("A boy of 15 came.", "boy of"),
            ("D.O.B. 01/02/2003 was recorded.", "D.O.B 01/02/2003"),
            ("Sergeant Holloway wrote it.", "Sergeant Holloway"),
            ("The plan is Sarah Thistlewood's.", "Sarah Thistlewood's"),
        ] {
            assert_eq!(found(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "The DS team and the PC refresh went ahead.",
            "Councillors were briefed in May 2024.",
            "In 2021 2022 and 2023 some 1 180 staff came.",
            "The 12 year olds' project ran for 3 years.",
            "Some 12 referrals were made, in one case late.",
            "Two case studies and three child protection plans were read.",
            "Item 4 of the minutes, section 26 of the Act.",
            "The number 943 476 5910 is none.",
            "One referral pathway covers the county, and two referral routes lead to it.",
            "Three adult social care teams and two case conferences met; one pupil referral unit came.",
            "Children aged 11 to 16 and pupils aged 14 and over were reached.",
            "The Councillor Induction Programme and the Councillors Handbook were written anew.",
            "The James Street library and the Elizabeth House hub are open.",
            "The 4th floor of block b12 3rd wing.",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn a_long_sentence_is_told_from_several_short_ones() {
        let place = Place::File(String::new());
        assert!(review_style(&"word ".repeat(36), &place).is_some());
        assert!(review_style(&"A few words stand here. ".repeat(20), &place).is_none());
    }
}
