//! What a feedback letter says, in the order in which the Home Office writes one.

use serde::Serialize;

use super::words::Words;
use crate::assessment::{Assessment, Assessor};
use crate::document::{CELLS, number_of};
use crate::plan::{self, Development};
use crate::publication::{Edition, Withheld};
use crate::rubric::{Kind, Rubric, Status};
use crate::scoring::{Basis, BenchmarkProposal, Proposals};

/// How many headline recommendations a letter makes: fewer than the sum of all.
const HEADLINES: usize = 3;

/// The view of a letter. The template sees these names.
#[derive(Debug, Serialize)]
pub struct LetterView {
    /// The handling marking, or the words that stand in its place on the edition for the public.
    pub marking: String,
    /// Whether this is the edition for the public.
    pub public: bool,
    /// What that edition leaves out.
    pub withheld: Vec<WithheldView>,
    /// The area's name.
    pub area: String,
    /// The period.
    pub period: String,
    /// The date, as in a letter.
    pub date: String,
    /// To whom.
    pub to: Option<String>,
    /// From whom.
    pub from: Option<String>,
    /// The officer whom readers of the board report may ask.
    pub contact: Option<String>,
    /// The assessor's own summary.
    pub summary: Option<String>,
    /// What the duty is called.
    pub duty: String,
    /// Its legal basis.
    pub basis: String,
    /// What a reader must know about the scores.
    pub caveats: Vec<String>,
    /// The rubric's title, edition, publisher, source, attribution and licence.
    pub rubric: RubricView,
    /// What one scored unit is called, in the singular and the plural.
    pub unit: String,
    /// The plural of the unit.
    pub units: String,
    /// The level at which the duty is met.
    pub target: u8,
    /// The lowest level.
    pub lowest: u8,
    /// The highest level.
    pub highest: u8,
    /// What the levels mean, band by band.
    pub bands: Vec<BandView>,
    /// How many are scored.
    pub scored: usize,
    /// How many are not assessed for want of evidence.
    pub not_assessed: Vec<String>,
    /// How many meet the duty or exceed it.
    pub met: usize,
    /// How many exceed it.
    pub exceeded: usize,
    /// The titles of those that do not meet it.
    pub not_met: Vec<String>,
    /// How many statements were read by the matcher and by no person.
    pub unconfirmed: usize,
    /// Whether any score is a proposal that nobody has decided on.
    pub undecided: bool,
    /// Whether any score is the area's own and nobody else's.
    pub own: bool,
    /// The benchmarks.
    pub benchmarks: Vec<BenchmarkView>,
    /// The headline recommendations.
    pub headlines: Vec<HeadlineView>,
    /// Actions for the area as a whole.
    pub general: Vec<String>,
    /// Acronyms that occur only in the annex, where the text may not be changed.
    pub acronyms: Vec<(String, String)>,
}

/// What a report says of its rubric.
#[derive(Debug, Serialize)]
pub struct RubricView {
    /// The title.
    pub title: String,
    /// The edition.
    pub edition: String,
    /// The publisher.
    pub publisher: String,
    /// Where it was published.
    pub source: String,
    /// The attribution the licence asks for.
    pub attribution: String,
    /// The licence's name.
    pub licence: String,
    /// The licence's address, if it is a plain one.
    pub licence_url: Option<String>,
}

/// A band of levels and its meaning.
#[derive(Debug, Serialize)]
pub struct BandView {
    /// Its levels, as words: "3" or "4 and 5".
    pub levels: String,
    /// Its title.
    pub title: String,
    /// Its meaning.
    pub meaning: String,
}

/// One benchmark in a letter.
#[derive(Debug, Serialize)]
pub struct BenchmarkView {
    /// Its number.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// Its statement.
    pub statement: String,
    /// The level that counts.
    pub level: Option<u8>,
    /// The band of that level.
    pub band: Option<String>,
    /// Whether the edition for the public leaves its score out.
    pub withheld: bool,
    /// How firm the level is: nothing when an adviser or a peer decided, else a word or two.
    pub standing: Option<String>,
    /// The assessor's reason for the level.
    pub reason: Option<String>,
    /// Whether statements contradict each other and nobody has decided on the score.
    pub contradicted: bool,
    /// What operates, in the words of the evidence.
    pub good: Vec<String>,
    /// What operates in part, or beside something that does not.
    pub caveats: Vec<String>,
    /// Statements that contradict each other.
    pub disputed: Vec<String>,
    /// What the evidence says is missing.
    pub missing: Vec<String>,
    /// What to develop.
    pub develop: Vec<String>,
    /// Questions whose answers could change a score below the target.
    pub wanted: Vec<String>,
    /// What a reader must be told.
    pub notes: Vec<String>,
    /// Its levels with their descriptors.
    pub levels: Vec<LevelView>,
}

/// A level of a benchmark, for the annex.
#[derive(Debug, Serialize)]
pub struct LevelView {
    /// The level.
    pub level: u8,
    /// The descriptor, word for word.
    pub descriptor: String,
}

/// Something that the edition for the public leaves out.
#[derive(Debug, Serialize)]
pub struct WithheldView {
    /// The number of the benchmark it bears on; nothing for something about the area as a whole.
    pub number: Option<u16>,
    /// The title of that benchmark.
    pub title: Option<String>,
    /// On what ground, as the law is called.
    pub ground: String,
    /// The post of the person who decided.
    pub by: String,
    /// When, in words.
    pub date: String,
}

/// A headline recommendation.
#[derive(Debug, Serialize)]
pub struct HeadlineView {
    /// The theme's title.
    pub title: String,
    /// The numbers of the benchmarks it serves, as words: "7 and 8".
    pub numbers: String,
    /// Whether it serves more than one.
    pub several: bool,
    /// What is to be done.
    pub steps: Vec<String>,
}

/// Gathers what a letter says. `date` is the date on the letter, `year-month-day`.
pub fn letter_view(
    rubric: &Rubric,
    assessment: &Assessment,
    proposals: &Proposals,
    edition: Option<&Edition>,
    date: &str,
    words: &Words,
) -> LetterView {
    let developments = plan::developments(rubric, assessment, proposals);
    let levels: Vec<(usize, u8)> =
        proposals.benchmarks.iter().filter_map(|b| Some((b.benchmark, b.level()?))).collect();
    let title = |at: usize| format!("{} ({})", rubric.benchmarks[at].title, rubric.benchmarks[at].number);
    let below: Vec<usize> =
        levels.iter().filter(|(_, level)| *level < rubric.target.0).map(|(at, _)| *at).collect();
    let closed = |at: usize| edition.is_some_and(|edition| edition.closed.contains(&at));
    LetterView {
        marking: if edition.is_some() {
            words.public_edition.clone()
        } else {
            assessment.marking().words().to_owned()
        },
        public: edition.is_some(),
        withheld: edition.map(|edition| withheld_view(rubric, edition, words)).unwrap_or_default(),
        area: assessment.area.name.clone(),
        period: assessment.period.clone(),
        date: words.day(date),
        to: assessment.letter.to.clone(),
        from: assessment.letter.from.clone(),
        contact: assessment.letter.contact.clone(),
        summary: assessment.letter.summary.clone(),
        duty: rubric.duty.clone(),
        basis: rubric.basis.clone(),
        caveats: rubric.caveats.clone(),
        rubric: RubricView {
            title: rubric.title.clone(),
            edition: rubric.edition.clone(),
            publisher: rubric.publisher.clone(),
            source: rubric.source.clone(),
            attribution: rubric.attribution.clone(),
            licence: rubric.licence.0.clone(),
            licence_url: plain_address(&rubric.licence.1),
        },
        unit: rubric.unit.clone(),
        units: rubric.units.clone(),
        target: rubric.target.0,
        lowest: rubric.level_range().0,
        highest: rubric.level_range().1,
        bands: rubric
            .bands
            .iter()
            .map(|band| {
                let levels: Vec<String> = (band.from..=band.to).map(|level| level.to_string()).collect();
                BandView {
                    levels: words.join(&levels),
                    title: band.title.clone(),
                    meaning: band.meaning.clone(),
                }
            })
            .collect(),
        scored: levels.len(),
        not_assessed: proposals
            .benchmarks
            .iter()
            .filter(|b| b.level().is_none() && !closed(b.benchmark))
            .map(|b| title(b.benchmark))
            .collect(),
        met: levels.len() - below.len(),
        exceeded: levels.iter().filter(|(_, level)| *level > rubric.band(rubric.target.0).to).count(),
        not_met: below.into_iter().map(title).collect(),
        own: proposals.benchmarks.iter().any(|b| b.basis() == Basis::Judgement(Assessor::OwnArea)),
        unconfirmed: proposals.unconfirmed(),
        undecided: proposals.benchmarks.iter().any(|b| b.basis() == Basis::Proposal && b.level().is_some()),
        benchmarks: proposals
            .benchmarks
            .iter()
            .map(|b| BenchmarkView {
                withheld: closed(b.benchmark),
                ..benchmark_view(rubric, assessment, proposals, b, &developments[b.benchmark], words)
            })
            .collect(),
        headlines: plan::headlines(rubric, proposals, &developments, HEADLINES)
            .into_iter()
            .map(|headline| {
                let numbers: Vec<String> =
                    headline.benchmarks.iter().map(|&at| rubric.benchmarks[at].number.to_string()).collect();
                HeadlineView {
                    title: rubric.themes[headline.theme].title.clone(),
                    several: numbers.len() > 1,
                    numbers: words.join(&numbers),
                    steps: headline.steps,
                }
            })
            .collect(),
        general: plan::general_actions(assessment).into_iter().map(str::to_owned).collect(),
        acronyms: annex_acronyms(rubric),
    }
}

fn withheld_view(rubric: &Rubric, edition: &Edition, words: &Words) -> Vec<WithheldView> {
    let view = |item: &Withheld| {
        let benchmark = item.benchmark.map(|at| &rubric.benchmarks[at]);
        WithheldView {
            number: benchmark.map(|benchmark| benchmark.number),
            title: benchmark.map(|benchmark| benchmark.title.clone()),
            ground: item.ground.clone(),
            by: item.by.clone(),
            date: words.day(&item.date),
        }
    };
    edition.withheld.iter().map(view).collect()
}

/// An address that can stand in Markdown as it is; nothing for any other.
fn plain_address(address: &str) -> Option<String> {
    let plain = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '/' | '?' | '=' | '%' | ':')
    };
    (address.starts_with("https://") && address.chars().all(plain)).then(|| address.to_owned())
}

fn annex_acronyms(rubric: &Rubric) -> Vec<(String, String)> {
    let annex: String = rubric
        .benchmarks
        .iter()
        .flat_map(|b| b.levels.iter().map(|level| level.descriptor.as_str()).chain([b.statement.as_str()]))
        .collect::<Vec<_>>()
        .join("\n");
    rubric
        .lexicon
        .acronyms
        .iter()
        .filter(|(short, _)| super::acronyms::find_word(&annex, short).is_some())
        .map(|(short, long)| (short.clone(), long.clone()))
        .collect()
}

fn benchmark_view(
    rubric: &Rubric,
    assessment: &Assessment,
    proposals: &Proposals,
    proposal: &BenchmarkProposal,
    developments: &[Development],
    words: &Words,
) -> BenchmarkView {
    let benchmark = &rubric.benchmarks[proposal.benchmark];
    let Practice { good, caveats, disputed, missing } = practice(rubric, assessment, proposals, proposal);
    let level = proposal.level();
    let mut develop: Vec<&Development> = developments.iter().collect();
    develop.sort_by_key(|development| !development.for_next_level);
    BenchmarkView {
        number: benchmark.number,
        title: benchmark.title.clone(),
        statement: benchmark.statement.clone(),
        level,
        band: level.map(|level| rubric.band(level).title.clone()),
        withheld: false,
        standing: words.standing(proposal.basis()),
        reason: assessment.judgement(benchmark.number).and_then(|judgement| judgement.reason.clone()),
        contradicted: !proposal.conflicts.is_empty() && proposal.basis() == Basis::Proposal,
        good,
        caveats,
        disputed,
        missing,
        develop: develop.into_iter().map(|development| development.text.clone()).collect(),
        wanted: wanted(rubric, proposal),
        notes: benchmark.notes.clone(),
        levels: benchmark
            .levels
            .iter()
            .map(|level| LevelView { level: level.level, descriptor: level.descriptor.clone() })
            .collect(),
    }
}

/// What the statements of one benchmark come to, in their own words.
#[derive(Default)]
struct Practice {
    good: Vec<String>,
    caveats: Vec<String>,
    disputed: Vec<String>,
    missing: Vec<String>,
}

/// Good practice and its caveats, in the words of the evidence. A statement stands under the
/// benchmark that its file names, else under that of its first finding. One that says only what is
/// absent, lapsed or planned is no practice; it stands with what the areas for development answer.
fn practice(
    rubric: &Rubric,
    assessment: &Assessment,
    proposals: &Proposals,
    proposal: &BenchmarkProposal,
) -> Practice {
    let number = rubric.benchmarks[proposal.benchmark].number;
    let mut practice = Practice::default();
    for (at, evidence) in assessment.evidence.iter().enumerate() {
        // Findings stand in the order of the evidence.
        let first = proposals.findings.partition_point(|finding| finding.evidence < at);
        let of_statement =
            || proposals.findings[first..].iter().take_while(move |finding| finding.evidence == at);
        let home = evidence.benchmark.or_else(|| {
            of_statement().next().map(|f| rubric.benchmarks[rubric.criterion(f.criterion).benchmark].number)
        });
        if home != Some(number) {
            continue;
        }
        let has = |status: Status| of_statement().any(|finding| finding.status == status);
        let limited = of_statement().any(|finding| {
            let criterion = rubric.criterion(finding.criterion);
            criterion.kind == Kind::Limit && criterion.form.is_some_and(|form| form.holds(finding.status))
        });
        let text = as_said(&evidence.text, rubric);
        // What another statement contradicts is not praised until that is settled.
        let contradicted = of_statement()
            .any(|finding| proposal.conflicts.iter().any(|conflict| conflict.criterion == finding.criterion));
        let lacks = [Status::Planned, Status::Lapsed, Status::Absent].into_iter().any(has);
        if contradicted {
            practice.disputed.push(text);
        } else if has(Status::Partial) || has(Status::InPlace) && (limited || lacks) {
            practice.caveats.push(text);
        } else if has(Status::InPlace) {
            practice.good.push(text);
        } else if lacks {
            practice.missing.push(text);
        }
    }
    practice
}

/// A statement as a sentence of a report: the row of a table reads as a list, the number of a paragraph is left out
/// where a word follows that no number stands before, and it ends with a stop.
fn as_said(text: &str, rubric: &Rubric) -> String {
    let is_number = |word: &str| word.contains('.') && number_of(text).is_some();
    let begins = |rest: &str| {
        let first = rest.split_whitespace().next().unwrap_or_default();
        first.starts_with(char::is_uppercase) && rubric.lexicon.function_words.contains(&first.to_lowercase())
    };
    let numbered = text.split_once(' ').filter(|(number, rest)| is_number(number) && begins(rest));
    let mut said = numbered.map_or(text, |(_, rest)| rest).replace(CELLS, "; ");
    if !said.ends_with(['.', '!', '?', ':', ')', '”', '"', '’', '\'']) {
        said.push('.');
    }
    said
}

/// What to ask where the duty is not shown to be met: silent requirements up to the target level.
fn wanted(rubric: &Rubric, proposal: &BenchmarkProposal) -> Vec<String> {
    if proposal.level().is_some_and(|level| level >= rubric.target.0) {
        return Vec::new();
    }
    proposal
        .silent
        .iter()
        .map(|&at| rubric.criterion(at))
        .filter(|criterion| criterion.level <= rubric.target.0)
        .filter_map(|criterion| criterion.ask.clone())
        .collect()
}
