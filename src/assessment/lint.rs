//! What should not stand in an assessment, because it would leave with every report: what looks like
//! personal data, and notes to oneself.

use super::diags;
use crate::diag::{Diagnostic, Place};

/// Titles that stand before a person's name.
const TITLES: [&str; 18] = [
    "Mr",
    "Mrs",
    "Ms",
    "Miss",
    "Dr",
    "Prof",
    "Professor",
    "Cllr",
    "Cllrs",
    "Councillor",
    "Councillors",
    "PC",
    "PS",
    "DC",
    "DS",
    "DI",
    "Sgt",
    "Rev",
];
/// What a person leaves in a text to come back to.
const NOTES: [&str; 9] =
    ["TODO", "FIXME", "XXX", "???", "[insert", "[name", "[date", "lorem ipsum", "to be completed"];
/// How many digits a telephone number has at least.
const PHONE: usize = 10;

/// Looks at one text.
pub fn review_text(text: &str, place: &Place) -> Vec<Diagnostic> {
    let personal = personal_data(text).map(|words| diags::personal_data(&words, place.clone()));
    let lower = text.to_lowercase();
    let note = NOTES.iter().find(|note| lower.contains(&note.to_lowercase()));
    personal.into_iter().chain(note.map(|note| diags::drafting_note(note, place.clone()))).collect()
}

/// The first words that look like personal data: a title with a name, an address of electronic mail, a
/// telephone number, a person's age.
fn personal_data(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let plain = |word: &str| -> String {
        word.trim_matches(|c: char| !c.is_alphanumeric() && c != '@' && c != '+').to_owned()
    };
    for (at, word) in words.iter().enumerate() {
        let word = plain(word);
        let next = words.get(at + 1).map(|next| plain(next)).unwrap_or_default();
        let is_name = next.starts_with(char::is_uppercase) && next.chars().any(char::is_lowercase);
        if TITLES.contains(&word.as_str()) && is_name {
            return Some(format!("{word} {next}"));
        }
        if word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
            return Some(word);
        }
        if word.ends_with("-year-old") || word == "aged" && next.len() <= 2 && next.parse::<u8>().is_ok() {
            return Some(format!("{word} {next}").trim().to_owned());
        }
    }
    phone_number(text)
}

/// A number as a telephone has one: it begins with 0 or +44, and only spaces stand between its digits.
fn phone_number(text: &str) -> Option<String> {
    let mut number = String::new();
    for character in text.chars().chain(['.']) {
        if character.is_ascii_digit() || character == '+' || character == ' ' && !number.is_empty() {
            number.push(character);
            continue;
        }
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let trimmed = number.trim();
        if digits >= PHONE && (trimmed.starts_with('0') || trimmed.starts_with("+44")) {
            return Some(trimmed.to_owned());
        }
        number.clear();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_person_is_seen() {
        for (text, found) in [
            ("Cllr Marsh felt that members should be told.", "Cllr Marsh"),
            ("Write to jo.bloggs@example.org.uk for it.", "jo.bloggs@example.org.uk"),
            ("Ring 0116 496 0000 for advice.", "0116 496 0000"),
            ("A 14-year-old was referred.", "14-year-old was"),
        ] {
            assert_eq!(personal_data(text).as_deref(), Some(found), "{text}");
        }
        for text in [
            "The DS team and the PC refresh went ahead.",
            "Councillors were briefed in May 2024.",
            "In 2021 2022 and 2023 some 1 180 staff came.",
            "The 12 year olds' project ran for 3 years.",
        ] {
            assert_eq!(personal_data(text), None, "{text}");
        }
    }
}
