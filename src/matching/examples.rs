//! The example statement that is most like another statement.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::Taught;
use super::learn::Sparse;
use crate::rubric::{CriterionIndex, Status};

/// An example statement of some criteria.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// The statement.
    pub text: String,
    /// What it is an example of.
    pub criteria: Vec<CriterionIndex>,
    /// Its status.
    pub status: Status,
    /// The terms of the topic that are known, as places in the vocabulary, in order.
    pub terms: Vec<u32>,
}

/// The examples of each criterion, ready to be compared.
pub struct Examples(BTreeMap<CriterionIndex, OfCriterion>);

#[derive(Default)]
struct OfCriterion {
    /// Which they are, in order.
    list: Vec<Listed>,
    /// Made when first asked for.
    by_term: OnceLock<ByTerm>,
}

/// An example of a criterion, as it is compared.
struct Listed {
    /// Which it is of all examples.
    at: usize,
    status: Status,
    /// The length of its terms.
    length: f64,
}

/// In which examples of a criterion each term occurs.
struct ByTerm {
    /// The terms, in order.
    terms: Vec<u32>,
    /// Where the examples of each begin; one more than there are terms.
    starts: Vec<usize>,
    /// Examples, as places in [`OfCriterion::list`].
    places: Vec<usize>,
}

impl Examples {
    /// The examples of each criterion.
    pub fn new(taught: &Taught) -> Self {
        let mut of: BTreeMap<CriterionIndex, OfCriterion> = BTreeMap::new();
        for (at, example) in taught.examples.iter().enumerate() {
            // An example of which no term is known is like nothing.
            let length = taught.topic_terms.length(&example.terms).max(f64::MIN_POSITIVE);
            for &criterion in &example.criteria {
                of.entry(criterion).or_default().list.push(Listed { at, status: example.status, length });
            }
        }
        Self(of)
    }

    /// The example of a criterion that is most like a statement; one of the same status, if there is any.
    pub fn nearest<'e>(
        &self,
        taught: &'e Taught,
        statement: &Sparse,
        criterion: CriterionIndex,
        status: Status,
    ) -> Option<&'e str> {
        let Taught { examples, topic_terms: terms, .. } = taught;
        let own = self.0.get(&criterion)?;
        let by_term = own.by_term.get_or_init(|| ByTerm::of(&own.list, examples));
        let mut alike = vec![0.0; own.list.len()];
        for &(term, x) in statement.iter().filter(|(term, _)| !terms.is_mark(*term)) {
            for &place in by_term.places(term) {
                alike[place] += x * terms.count(term);
            }
        }
        let any = own.list.iter().any(|example| example.status == status);
        let mut best: Option<(usize, f64)> = None;
        for (example, alike) in own.list.iter().zip(alike) {
            let alike = alike / example.length;
            if (!any || example.status == status) && best.is_none_or(|(_, most)| alike > most) {
                best = Some((example.at, alike));
            }
        }
        best.map(|(at, _)| examples[at].text.as_str())
    }
}

impl ByTerm {
    fn of(list: &[Listed], examples: &[Example]) -> Self {
        let terms = |at: usize| examples[at].terms.iter().copied();
        let mut all: Vec<(u32, usize)> = list
            .iter()
            .enumerate()
            .flat_map(|(place, example)| terms(example.at).map(move |term| (term, place)))
            .collect();
        all.sort_unstable();
        let mut by_term =
            Self { terms: Vec::new(), starts: Vec::new(), places: Vec::with_capacity(all.len()) };
        for (term, place) in all {
            if by_term.terms.last() != Some(&term) {
                by_term.terms.push(term);
                by_term.starts.push(by_term.places.len());
            }
            by_term.places.push(place);
        }
        by_term.starts.push(by_term.places.len());
        by_term
    }

    fn places(&self, term: u32) -> &[usize] {
        match self.terms.binary_search(&term) {
            Ok(at) => &self.places[self.starts[at]..self.starts[at + 1]],
            Err(_) => &[],
        }
    }
}
