//! Tables for Excel: the plan, the action log and the scores, as real tables with filters. The home of
//! `rust_xlsxwriter`. Text is written as text, so nothing in it can be a formula.

use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, Table, TableColumn, TableStyle,
    Workbook, Worksheet, XlsxError,
};

use super::letter::WithheldView;
use super::long::LongRow;
use super::region::{RegionView, WeightsView};
use super::view::{ActionView, ReportView};
use super::words::Words;
use crate::assessment::Delivery;
use crate::rubric::sentence::fill;

/// Which workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheets {
    /// Actions and what nobody has promised yet.
    Plan,
    /// Actions with their updates.
    Log,
    /// Scores with reasons and findings.
    Scores,
}

enum Cell {
    Text(String),
    Number(u32),
    /// `year-month-day`.
    Date(String),
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    fn maybe(text: Option<&String>) -> Self {
        Self::Text(text.cloned().unwrap_or_default())
    }

    fn level(level: Option<u8>, view: &ReportView) -> Self {
        level.map_or_else(|| Self::text(&view.words.not_assessed), |level| Self::Number(level.into()))
    }

    fn day(day: Option<&String>) -> Self {
        day.map_or_else(|| Self::text(""), |day| Self::Date(day.clone()))
    }
}

/// Writes a workbook.
pub fn write_xlsx(view: &ReportView, sheets: Sheets) -> Vec<u8> {
    written(view, sheets).expect("internal error: the sheets keep to Excel's limits")
}

fn written(view: &ReportView, sheets: Sheets) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // A fixed time, so that the same view gives the same bytes.
    let properties = DocProperties::new()
        .set_title(format!("{}, {}", view.letter.area, view.letter.period))
        .set_status(&view.letter.marking)
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    workbook.set_properties(&properties);
    let heads = &view.words.workbook;
    let frame = (view.letter.marking.as_str(), &view.words);
    match sheets {
        Sheets::Plan => {
            add(&mut workbook, frame, &heads.actions, &action_table(view))?;
            offer_statuses(&mut workbook, view)?;
            add(&mut workbook, frame, &heads.unowned, &unowned_table(view))?;
            add(&mut workbook, frame, &heads.about, &about_table(view))?;
        }
        Sheets::Log => {
            add(&mut workbook, frame, &heads.actions, &action_table(view))?;
            offer_statuses(&mut workbook, view)?;
            add(&mut workbook, frame, &heads.updates, &update_table(view))?;
            add(&mut workbook, frame, &heads.about, &about_table(view))?;
        }
        Sheets::Scores => {
            add(&mut workbook, frame, &heads.scores, &score_table(view))?;
            add(&mut workbook, frame, &heads.findings, &finding_table(view))?;
        }
    }
    if !view.letter.withheld.is_empty() {
        add(&mut workbook, frame, &heads.withheld, &withheld_table(view))?;
    }
    workbook.save_to_buffer()
}

/// Writes a comparison as a workbook: the areas, the benchmarks, whom to call, and every level of every rater in the
/// long form that Power BI reads.
pub fn write_region_xlsx(view: &RegionView, long: &[LongRow]) -> Vec<u8> {
    region_workbook(view, long).expect("internal error: the sheets keep to Excel's limits")
}

fn region_workbook(view: &RegionView, long: &[LongRow]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let properties = DocProperties::new()
        .set_title(format!("{}, {}", view.duty, view.period))
        .set_status(&view.marking)
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    workbook.set_properties(&properties);
    let frame = (view.marking.as_str(), &view.words);
    let (heads, says) = (&view.words.workbook, &view.words.cohort);
    let below = fill(&says.below, &[("target", view.target.to_string())]);
    let number = |text: &String| text.parse().map_or_else(|_| Cell::text(text), Cell::Number);
    let numbers: Vec<String> = view.benchmarks.iter().map(|b| format!("{}. {}", b.number, b.title)).collect();
    let mut columns: Vec<(&str, f64)> = vec![(&says.area, 44.0)];
    columns.extend(numbers.iter().map(|number| (number.as_str(), 14.0)));
    columns.push((&below, 10.0));
    let rows = view
        .areas
        .iter()
        .map(|area| {
            let levels = area.levels.iter().map(number);
            let not_met = Cell::Number(u32::try_from(area.not_met).unwrap_or(u32::MAX));
            std::iter::once(Cell::text(&area.name)).chain(levels).chain([not_met]).collect()
        })
        .collect();
    add(&mut workbook, frame, &says.areas, &Sheet { columns, rows })?;
    let rows = view
        .benchmarks
        .iter()
        .map(|b| {
            vec![
                Cell::Number(b.number.into()),
                Cell::text(&b.title),
                Cell::text(&b.median),
                Cell::text(&b.range),
                Cell::text(&b.not_met),
            ]
        })
        .collect();
    let columns = vec![
        (heads.benchmark.as_str(), 11.0),
        (&heads.title, 34.0),
        (&says.median, 12.0),
        (&says.spread, 16.0),
        (&below, 14.0),
    ];
    add(&mut workbook, frame, &says.benchmarks, &Sheet { columns, rows })?;
    let rows = view
        .calls
        .iter()
        .flat_map(|call| {
            call.ask.iter().chain(&call.learn).map(|line| vec![Cell::text(&call.name), Cell::text(line)])
        })
        .collect();
    let columns = vec![(says.area.as_str(), 44.0), (says.about.as_str(), 100.0)];
    add(&mut workbook, frame, &says.calls, &Sheet { columns, rows })?;
    add(&mut workbook, frame, &says.practice, &practice_table(view))?;
    if let Some(weights) = &view.weights {
        let name = [("name", weights.name.clone()), ("version", weights.version.clone())];
        add(&mut workbook, frame, &fill(&says.weights, &name), &weights_table(view, weights))?;
    }
    let rows = long
        .iter()
        .map(|row| {
            vec![
                Cell::text(&row.area),
                Cell::Number(row.benchmark.into()),
                Cell::text(&row.period),
                Cell::text(row.rater),
                Cell::Number(row.score.into()),
                Cell::text(&row.name),
                Cell::text(&row.title),
                Cell::maybe(row.kind.as_ref()),
                Cell::maybe(row.region.as_ref()),
                Cell::text(row.funding.unwrap_or_default()),
            ]
        })
        .collect();
    let columns = vec![
        (heads.id.as_str(), 18.0),
        (&heads.benchmark, 11.0),
        (&heads.period, 11.0),
        (&says.rater, 11.0),
        (&heads.score, 8.0),
        (&says.area, 44.0),
        (&heads.title, 34.0),
        (&says.kind, 22.0),
        (&says.region, 22.0),
        (&says.funding, 18.0),
    ];
    add(&mut workbook, frame, &says.levels, &Sheet { columns, rows })?;
    workbook.save_to_buffer()
}

/// The order that weights of the user's own give.
fn weights_table<'v>(view: &'v RegionView, weights: &WeightsView) -> Sheet<'v> {
    let says = &view.words.cohort;
    let number = |place: usize| Cell::Number(u32::try_from(place).unwrap_or(u32::MAX));
    let rows = weights.rows.iter().map(|(place, name, mean, equal_place, equal_mean)| {
        vec![number(*place), Cell::text(name), Cell::text(mean), number(*equal_place), Cell::text(equal_mean)]
    });
    Sheet {
        columns: vec![
            (&says.place, 8.0),
            (&says.area, 44.0),
            (&says.weighted_mean, 16.0),
            (&says.equal_place, 24.0),
            (&says.equal_mean, 12.0),
        ],
        rows: rows.collect(),
    }
}

/// Good practice, a row for each criterion and each statement that shows it.
fn practice_table(view: &RegionView) -> Sheet<'_> {
    let (heads, says) = (&view.words.workbook, &view.words.cohort);
    let rows = view.practice.iter().flat_map(|practice| {
        practice.items.iter().map(|item| {
            let lacks: Vec<String> =
                item.lacks.iter().map(|(status, areas)| format!("{status}: {}", areas.join(", "))).collect();
            let said = practice.quotations.iter().filter(|(area, ..)| item.has.contains(area));
            let said: Vec<&str> = said.map(|(_, text, _)| text.as_str()).collect();
            vec![
                Cell::Number(practice.number.into()),
                Cell::text(&practice.title),
                Cell::text(&item.text),
                Cell::text(item.has.join("; ")),
                Cell::text(said.join("\n")),
                Cell::text(lacks.join("; ")),
            ]
        })
    });
    Sheet {
        columns: vec![
            (&heads.benchmark, 11.0),
            (&heads.title, 34.0),
            (&heads.criterion, 50.0),
            (&says.shared_by, 40.0),
            (&says.quotation, 70.0),
            (&says.lacking, 60.0),
        ],
        rows: rows.collect(),
    }
}

/// A table: its columns, each with its head and its width in characters, and its rows.
struct Sheet<'v> {
    columns: Vec<(&'v str, f64)>,
    rows: Vec<Vec<Cell>>,
}

fn action_table(view: &ReportView) -> Sheet<'_> {
    let heads = &view.words.workbook;
    let row = |action: &ActionView| {
        let update = |(date, text): &(String, String)| {
            fill(&heads.dated_update, &[("date", date.clone()), ("text", text.clone())])
        };
        vec![
            Cell::text(&action.id),
            action.benchmark.map_or_else(|| Cell::text(""), |number| Cell::Number(number.into())),
            Cell::maybe(action.title.as_ref()),
            Cell::text(&action.action),
            Cell::maybe(action.owner.as_ref()),
            Cell::day(action.due.as_ref()),
            Cell::text(&action.status),
            Cell::maybe(action.reason.as_ref()),
            Cell::maybe(action.measure.as_ref()),
            Cell::text(action.updates.last().map(update).unwrap_or_default()),
            Cell::text(""),
            Cell::text(&action.version),
        ]
    };
    Sheet {
        columns: vec![
            (&heads.id, 8.0),
            (&heads.benchmark, 11.0),
            (&heads.title, 28.0),
            (&heads.action, 60.0),
            (&heads.owner, 28.0),
            (&heads.due, 12.0),
            (&heads.status, 14.0),
            (&heads.reason, 30.0),
            (&heads.measure, 40.0),
            (&heads.last_update, 50.0),
            (&heads.new_update, 50.0),
            (&heads.version, 12.0),
        ],
        rows: view.actions.iter().map(row).collect(),
    }
}

/// Offers the statuses to choose from in their column of the sheet of actions, which comes first.
fn offer_statuses(workbook: &mut Workbook, view: &ReportView) -> Result<(), XlsxError> {
    let words = Delivery::ALL.map(|status| view.words.delivery(status));
    let column = action_table(view).columns.iter().position(|(head, _)| *head == view.words.workbook.status);
    let (Some(column), true) = (column, words.join(",").chars().count() <= LONGEST_CHOICE) else {
        return Ok(());
    };
    let choice = DataValidation::new().allow_list_strings(&words)?;
    let column = u16::try_from(column).unwrap_or_default();
    let last = u32::try_from(view.actions.len().max(1)).unwrap_or(1);
    workbook.worksheet_from_index(0)?.add_data_validation(1, column, last, column, &choice)?;
    Ok(())
}

fn unowned_table(view: &ReportView) -> Sheet<'_> {
    let heads = &view.words.workbook;
    let rows = view.unowned.iter().flat_map(|benchmark| {
        benchmark.steps.iter().map(|step| {
            vec![
                Cell::Number(benchmark.number.into()),
                Cell::text(&benchmark.title),
                Cell::level(benchmark.level, view),
                Cell::text(step),
                Cell::text(""),
                Cell::text(""),
            ]
        })
    });
    Sheet {
        columns: vec![
            (&heads.benchmark, 11.0),
            (&heads.title, 30.0),
            (&heads.score, 9.0),
            (&heads.step, 90.0),
            (&heads.owner, 28.0),
            (&heads.due, 12.0),
        ],
        rows: rows.collect(),
    }
}

/// What the edition for the public leaves out, and on what ground.
fn withheld_table(view: &ReportView) -> Sheet<'_> {
    let heads = &view.words.workbook;
    let row = |item: &WithheldView| {
        vec![
            item.number.map_or_else(|| Cell::text(""), |number| Cell::Number(number.into())),
            item.title.as_ref().map_or_else(|| Cell::text(&view.letter.area), Cell::text),
            Cell::text(&item.ground),
            Cell::text(&item.by),
            Cell::text(&item.date),
        ]
    };
    Sheet {
        columns: vec![
            (&heads.benchmark, 11.0),
            (&heads.title, 34.0),
            (&heads.ground, 60.0),
            (&heads.decided_by, 34.0),
            (&heads.date, 18.0),
        ],
        rows: view.letter.withheld.iter().map(row).collect(),
    }
}

/// By which a workbook that comes back is known.
fn about_table(view: &ReportView) -> Sheet<'_> {
    let heads = &view.words.workbook;
    let row =
        vec![Cell::text(&view.score.area), Cell::text(&view.letter.area), Cell::text(&view.letter.period)];
    Sheet { columns: vec![(&heads.id, 24.0), (&heads.area, 40.0), (&heads.period, 12.0)], rows: vec![row] }
}

fn update_table(view: &ReportView) -> Sheet<'_> {
    let heads = &view.words.workbook;
    let rows = view.actions.iter().flat_map(|action| {
        action.updates.iter().map(|(date, text)| {
            vec![Cell::text(&action.id), Cell::text(&action.action), Cell::text(date), Cell::text(text)]
        })
    });
    Sheet {
        columns: vec![(&heads.id, 8.0), (&heads.action, 50.0), (&heads.date, 18.0), (&heads.update, 80.0)],
        rows: rows.collect(),
    }
}

fn score_table(view: &ReportView) -> Sheet<'_> {
    let heads = &view.words.workbook;
    let rows = view.score.benchmarks.iter().zip(&view.letter.benchmarks).map(|(benchmark, letter)| {
        let level = |level| Cell::level(level, view);
        let counts = if letter.withheld { Cell::text(&view.words.withheld) } else { level(benchmark.level) };
        let basis = if benchmark.basis == "judgement" { &heads.judged } else { &heads.proposal };
        vec![
            Cell::Number(benchmark.number.into()),
            Cell::text(&benchmark.title),
            counts,
            Cell::maybe(benchmark.band.as_ref()),
            Cell::text(if letter.withheld { "" } else { basis }),
            level(benchmark.proposed),
            level(benchmark.strict),
            level(benchmark.floor),
            level(benchmark.ceiling),
            Cell::text(&benchmark.reason),
        ]
    });
    Sheet {
        columns: vec![
            (&heads.benchmark, 11.0),
            (&heads.title, 30.0),
            (&heads.score, 9.0),
            (&heads.meaning, 16.0),
            (&heads.basis, 14.0),
            (&heads.proposed, 10.0),
            (&heads.strict, 16.0),
            (&heads.floor, 10.0),
            (&heads.ceiling, 10.0),
            (&heads.reason, 90.0),
        ],
        rows: rows.collect(),
    }
}

fn finding_table(view: &ReportView) -> Sheet<'_> {
    let heads = &view.words.workbook;
    let rows = view.score.benchmarks.iter().flat_map(|benchmark| {
        benchmark.findings.iter().map(|finding| {
            vec![
                Cell::Number(benchmark.number.into()),
                Cell::text(&finding.statement),
                Cell::text(&finding.words),
                Cell::text(&finding.text),
                Cell::Number(finding.level.into()),
                Cell::text(view.words.status(finding.status)),
                Cell::text(if finding.confirmed { &heads.is_confirmed } else { &heads.not_confirmed }),
                Cell::maybe(finding.source.as_ref()),
            ]
        })
    });
    Sheet {
        columns: vec![
            (&heads.benchmark, 11.0),
            (&heads.statement, 11.0),
            (&heads.words, 70.0),
            (&heads.criterion, 60.0),
            (&heads.level, 8.0),
            (&heads.status, 14.0),
            (&heads.confirmed, 12.0),
            (&heads.source, 40.0),
        ],
        rows: rows.collect(),
    }
}

/// The name of a sheet as Excel takes it, whatever a language file says.
fn sheet_name(name: &str) -> String {
    const LONGEST: usize = 28;
    let plain = name.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(LONGEST);
    Some(plain.collect::<String>().trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or("-".to_owned())
}

/// Names of which none occurs twice, because Excel takes no others: a second one gets a number.
fn unique(names: &[String]) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    for name in names {
        let has =
            |taken: &[String], name: &str| taken.iter().any(|t| t.to_lowercase() == name.to_lowercase());
        let mut free = name.clone();
        let mut number = 2;
        while has(&taken, &free) {
            free = format!("{name} {number}");
            number += 1;
        }
        taken.push(free);
    }
    taken
}

/// A text as long as a cell can hold, which Excel counts in units of UTF-16.
fn shortened(text: &str) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|character| {
            units += character.len_utf16();
            units <= LONGEST_CELL
        })
        .collect()
}

/// How long the words of a choice can be in all.
const LONGEST_CHOICE: usize = 255;
/// How long the text of a cell can be.
const LONGEST_CELL: usize = 32_000;

fn add(
    workbook: &mut Workbook,
    (marking, words): (&str, &Words),
    name: &str,
    Sheet { columns, rows }: &Sheet<'_>,
) -> Result<(), XlsxError> {
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let date = Format::new().set_num_format("d mmm yyyy").set_align(FormatAlign::Top);
    let mut names: Vec<String> = workbook.worksheets().iter().map(Worksheet::name).collect();
    let number = names.len() + 1;
    names.push(sheet_name(name));
    let name = unique(&names).pop().unwrap_or_default();
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    sheet
        .set_header(format!("&C&B{marking}"))
        .set_footer(format!("&C{marking}&R{} &P {} &N", words.page, words.of));
    sheet.set_freeze_panes(1, 0)?;
    for (at, (_, width)) in (0_u16..).zip(columns) {
        sheet.set_column_width(at, *width)?;
    }
    let titles: Vec<String> = columns.iter().map(|(title, _)| (*title).to_owned()).collect();
    let heads: Vec<TableColumn> =
        unique(&titles).into_iter().map(|title| TableColumn::new().set_header(title)).collect();
    let last_column = u16::try_from(columns.len() - 1).unwrap_or(0);
    // Excel has no table without a row.
    let last_row = u32::try_from(rows.len().max(1)).unwrap_or(1);
    let table =
        Table::new().set_columns(&heads).set_style(TableStyle::Light9).set_name(format!("Table_{number}"));
    sheet.add_table(0, 0, last_row, last_column, &table)?;
    for (row, cells) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(cell) => {
                    sheet.write_string_with_format(row, column, shortened(cell), &text)?;
                }
                Cell::Number(number) => {
                    sheet.write_number_with_format(row, column, *number, &text)?;
                }
                Cell::Date(day) => match ExcelDateTime::parse_from_str(day) {
                    Ok(day) => {
                        sheet.write_datetime_with_format(row, column, &day, &date)?;
                    }
                    Err(_) => {
                        sheet.write_string_with_format(row, column, day, &text)?;
                    }
                },
            }
        }
    }
    Ok(())
}
