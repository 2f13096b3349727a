//! What all reports say: one view, of which each template takes what it needs.

use serde::Serialize;

use super::chart::{Bar, Chart, Said, Scale, bar_chart};
use super::letter::{LetterView, letter_view};
use super::returned::version;
use super::score::{ScoreView, score_view};
use super::words::Words;
use crate::assessment::{Assessment, Delivery};
use crate::plan;
use crate::publication::Edition;
use crate::rubric::Rubric;
use crate::rubric::sentence::{capitalised, fill};
use crate::scoring::Proposals;

/// The view of a report. Templates see the names of [`LetterView`] and these.
#[derive(Debug, Serialize)]
pub struct ReportView {
    /// What a letter says.
    #[serde(flatten)]
    pub letter: LetterView,
    /// Every score with what it rests on.
    pub score: ScoreView,
    /// The actions, in the order of the file.
    pub actions: Vec<ActionView>,
    /// What is to be done and no action promises, benchmark by benchmark.
    pub unowned: Vec<UnownedView>,
    /// How many actions have come how far.
    pub delivery: DeliveryView,
    /// The period before, if the assessment names one.
    pub previous: Option<PreviousView>,
    /// The words of the language, by the names of the language file.
    pub words: Words,
}

/// An action.
#[derive(Debug, Serialize)]
pub struct ActionView {
    /// Its id.
    pub id: String,
    /// The number of its benchmark.
    pub benchmark: Option<u16>,
    /// The title of its benchmark.
    pub title: Option<String>,
    /// What is to be done.
    pub action: String,
    /// Who does it.
    pub owner: Option<String>,
    /// By when, `year-month-day`.
    pub due: Option<String>,
    /// By when, in words.
    pub due_words: Option<String>,
    /// How far it has come, in words: overdue where it should be done by now and is not.
    pub status: String,
    /// How far the file says that it has come.
    #[serde(skip)]
    pub delivery: Delivery,
    /// Whether it is overdue.
    pub overdue: bool,
    /// How one will know that it worked.
    pub measure: Option<String>,
    /// Why it was dropped.
    pub reason: Option<String>,
    /// The criteria it would put in place.
    pub criteria: Vec<String>,
    /// What happened: the date in words, and the remark.
    pub updates: Vec<(String, String)>,
    /// What its fields say, for a workbook that comes back.
    #[serde(skip)]
    pub version: String,
}

/// What nobody has promised for a benchmark.
#[derive(Debug, Serialize)]
pub struct UnownedView {
    /// The benchmark's number.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// Its level.
    pub level: Option<u8>,
    /// What is to be done.
    pub steps: Vec<String>,
}

/// How many actions have come how far.
#[derive(Debug, Default, Serialize)]
pub struct DeliveryView {
    /// All.
    pub all: usize,
    /// Done.
    pub done: usize,
    /// Open or in progress, and not overdue.
    pub under_way: usize,
    /// Overdue.
    pub overdue: usize,
    /// Dropped.
    pub dropped: usize,
}

/// The period before.
#[derive(Debug, Serialize)]
pub struct PreviousView {
    /// Its name.
    pub period: String,
    /// The level of each benchmark then, by its number.
    pub levels: Vec<(u16, Option<u8>)>,
}

/// Gathers what all reports say. `day` is the day of the report, `year-month-day`.
pub fn report_view(
    rubric: &Rubric,
    assessment: &Assessment,
    proposals: &Proposals,
    previous: Option<PreviousView>,
    edition: Option<&Edition>,
    day: &str,
    words: &Words,
) -> ReportView {
    let actions: Vec<ActionView> = assessment
        .actions
        .iter()
        .map(|action| {
            let overdue = action.is_overdue(day);
            let benchmark = action.benchmark.or_else(|| {
                let first = action.criteria.first()?;
                Some(rubric.benchmarks[rubric.criterion(*first).benchmark].number)
            });
            ActionView {
                id: action.id.clone(),
                benchmark,
                title: benchmark.and_then(|number| rubric.benchmark(number)).map(|(_, b)| b.title.clone()),
                action: action.action.clone(),
                owner: action.owner.clone(),
                due: action.due.clone(),
                due_words: action.due.as_deref().map(|day| words.day(day)),
                status: if overdue { words.overdue() } else { words.delivery(action.status) }.to_owned(),
                delivery: action.status,
                overdue,
                measure: action.measure.clone(),
                reason: action.reason.clone(),
                criteria: action.criteria.iter().map(|&at| rubric.criterion(at).text.clone()).collect(),
                updates: action.updates.iter().map(|(date, text)| (words.day(date), text.clone())).collect(),
                version: version(action),
            }
        })
        .collect();
    let count = |delivery: Delivery| {
        actions.iter().filter(|action| action.delivery == delivery && !action.overdue).count()
    };
    let delivery = DeliveryView {
        all: actions.len(),
        done: count(Delivery::Done),
        under_way: count(Delivery::Open) + count(Delivery::InProgress),
        overdue: actions.iter().filter(|action| action.overdue).count(),
        dropped: count(Delivery::Dropped),
    };
    let promised: Vec<&str> = assessment.actions.iter().map(|action| action.action.as_str()).collect();
    let unowned = plan::developments(rubric, assessment, proposals)
        .into_iter()
        .zip(&proposals.benchmarks)
        .map(|(developments, proposal)| {
            let benchmark = &rubric.benchmarks[proposal.benchmark];
            UnownedView {
                number: benchmark.number,
                title: benchmark.title.clone(),
                level: proposal.level(),
                steps: developments
                    .into_iter()
                    .map(|development| development.text)
                    .filter(|text| !promised.contains(&text.as_str()))
                    .collect(),
            }
        })
        .filter(|benchmark| !benchmark.steps.is_empty())
        .collect();
    ReportView {
        letter: letter_view(rubric, assessment, proposals, edition, day, words),
        score: score_view(rubric, assessment, proposals),
        actions,
        unowned,
        delivery,
        previous,
        words: words.clone(),
    }
}

impl ReportView {
    /// What stands beside a bar: its score and what that means, and the score of the period before.
    fn beside(&self, level: Option<u8>, meaning: &str, before: Option<u8>) -> String {
        let words = level.map_or_else(|| meaning.to_owned(), |level| format!("{level}, {meaning}"));
        match before {
            Some(before) => fill(&self.words.chart.was, &[("words", words), ("before", before.to_string())]),
            None => words,
        }
    }

    /// The charts that templates can place.
    pub fn charts(&self) -> Vec<Chart> {
        let letter = &self.letter;
        let before = |number: u16| {
            let previous = self.previous.as_ref()?;
            previous.levels.iter().find(|(other, _)| *other == number).and_then(|(_, level)| *level)
        };
        let bars: Vec<Bar> = letter
            .benchmarks
            .iter()
            .map(|benchmark| {
                let meaning = match (&benchmark.band, &benchmark.standing) {
                    (Some(band), Some(standing)) => format!("{} ({standing})", band.to_lowercase()),
                    (Some(band), None) => band.to_lowercase(),
                    (None, _) if benchmark.withheld => self.words.withheld.clone(),
                    (None, _) => self.words.not_assessed.clone(),
                };
                let (level, before) = (benchmark.level, before(benchmark.number));
                Bar {
                    label: format!("{}. {}", benchmark.number, benchmark.title),
                    words: self.beside(level, &meaning, before),
                    level,
                    meaning,
                    before,
                }
            })
            .collect();
        let says = &self.words.chart;
        let described: Vec<String> = bars
            .iter()
            .map(|bar| {
                let label = ("label", bar.label.clone());
                let level = |level: u8| ("level", level.to_string());
                match (bar.level, bar.before) {
                    (Some(now), Some(before)) => {
                        fill(&says.level_before, &[label, level(now), ("before", before.to_string())])
                    }
                    (Some(now), None) => fill(&says.level, &[label, level(now)]),
                    (None, _) => fill(&says.no_level, &[label, ("meaning", bar.meaning.clone())]),
                }
            })
            .collect();
        let before = self.previous.as_ref().map(|previous| ("period", previous.period.clone()));
        let score = |period: &str| fill(&says.score, &[("period", period.to_owned())]);
        let description = fill(
            &says.description,
            &[
                ("unit", letter.unit.clone()),
                ("lowest", letter.lowest.to_string()),
                ("highest", letter.highest.to_string()),
                ("target", letter.target.to_string()),
                ("before", before.map(|before| fill(&says.before, &[before])).unwrap_or_default()),
                ("scores", described.join("; ")),
            ],
        );
        let said = Said {
            name: "scores".to_owned(),
            title: fill(&says.title, &[("area", letter.area.clone()), ("period", letter.period.clone())]),
            // Where a sentence is left out, two spaces meet.
            description: description.replace("  ", " "),
        };
        let heads = [
            capitalised(&letter.unit),
            score(&letter.period),
            score(self.previous.as_ref().map_or("", |previous| &previous.period)),
        ];
        let scale = Scale {
            lowest: letter.lowest,
            highest: letter.highest,
            target: (letter.target, self.score.rubric.target_title.clone()),
        };
        vec![bar_chart(said, heads, &bars, &scale)]
    }
}
