//! The long table: one row for each level that a rater gave, for Power BI and for statistics.

use crate::cohort::{Entry, Rater};
use crate::compare::funding_id;

/// One row of the long table.
pub struct LongRow {
    /// The area's id.
    pub area: String,
    /// The benchmark's number.
    pub benchmark: u16,
    /// The period.
    pub period: String,
    /// `adviser`, `peer`, `self` or `proposal`.
    pub rater: &'static str,
    /// The level.
    pub score: u8,
    /// The area's name.
    pub name: String,
    /// The benchmark's title.
    pub title: String,
    /// What kind of authority the area is.
    pub kind: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Whether it is funded.
    pub funding: Option<&'static str>,
    /// The highest marking of anything in the assessment.
    pub marking: &'static str,
}

/// Every level of every entry.
pub fn long_table(entries: &[Entry]) -> Vec<LongRow> {
    let mut rows = Vec::new();
    for entry in entries {
        for (benchmark, levels) in entry.rubric.benchmarks.iter().zip(&entry.levels) {
            for rater in Rater::ALL {
                let Some(score) = levels.by(rater) else { continue };
                rows.push(LongRow {
                    area: entry.area.clone(),
                    benchmark: benchmark.number,
                    period: entry.period.clone(),
                    rater: rater.id(),
                    score,
                    name: entry.name.clone(),
                    title: benchmark.title.clone(),
                    kind: entry.kind.clone(),
                    region: entry.region.clone(),
                    funding: entry.funding.map(funding_id),
                    marking: entry.marking.words(),
                });
            }
        }
    }
    rows
}

/// The long table as CSV, such as Excel opens without asking: UTF-8 with its mark, commas, Windows line ends, and no
/// text that could be taken for a formula.
pub fn write_csv(rows: &[LongRow]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let head = [
        "area",
        "benchmark",
        "period",
        "rater",
        "score",
        "name",
        "title",
        "kind",
        "region",
        "funding",
        "marking",
    ];
    let mut write =
        |record: &[String]| writer.write_record(record).expect("internal error: memory takes a record");
    write(&head.map(str::to_owned));
    for row in rows {
        write(&[
            guarded(&row.area),
            row.benchmark.to_string(),
            guarded(&row.period),
            row.rater.to_owned(),
            row.score.to_string(),
            guarded(&row.name),
            guarded(&row.title),
            guarded(row.kind.as_deref().unwrap_or_default()),
            guarded(row.region.as_deref().unwrap_or_default()),
            row.funding.unwrap_or_default().to_owned(),
            row.marking.to_owned(),
        ]);
    }
    writer.into_inner().expect("internal error: memory takes what is left")
}

/// A text that no spreadsheet takes for a formula.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_stays_a_text() {
        assert_eq!(guarded("=1+1"), "'=1+1");
        assert_eq!(guarded("Ashmere"), "Ashmere");
    }
}
