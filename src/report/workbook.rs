//! Tables for Excel: the plan, the action log and the scores, as real tables with filters. The home of
//! `rust_xlsxwriter`. Text is written as text, so nothing in it can be a formula.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Table, TableColumn, TableStyle, Workbook, XlsxError,
};

use super::view::ReportView;

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

    fn level(level: Option<u8>) -> Self {
        level.map_or_else(|| Self::Text("not assessed".to_owned()), |level| Self::Number(level.into()))
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
        .set_status(view.letter.marking)
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    workbook.set_properties(&properties);
    match sheets {
        Sheets::Plan => {
            add(&mut workbook, view, "Actions", &ACTIONS, &action_rows(view))?;
            add(&mut workbook, view, "Nobody owns yet", &UNOWNED, &unowned_rows(view))?;
        }
        Sheets::Log => {
            add(&mut workbook, view, "Actions", &ACTIONS, &action_rows(view))?;
            add(&mut workbook, view, "Updates", &UPDATES, &update_rows(view))?;
        }
        Sheets::Scores => {
            add(&mut workbook, view, "Scores", &SCORES, &score_rows(view))?;
            add(&mut workbook, view, "Findings", &FINDINGS, &finding_rows(view))?;
        }
    }
    workbook.save_to_buffer()
}

/// The columns of a table: each with its title and its width in characters.
type Columns = [(&'static str, f64)];

const ACTIONS: [(&str, f64); 10] = [
    ("Id", 8.0),
    ("Benchmark", 11.0),
    ("Title", 28.0),
    ("Action", 60.0),
    ("Owner", 28.0),
    ("Due", 12.0),
    ("Status", 14.0),
    ("Measure", 40.0),
    ("Last update", 50.0),
    ("New update", 50.0),
];

fn action_rows(view: &ReportView) -> Vec<Vec<Cell>> {
    view.actions
        .iter()
        .map(|action| {
            vec![
                Cell::text(&action.id),
                action.benchmark.map_or_else(|| Cell::text(""), |number| Cell::Number(number.into())),
                Cell::maybe(action.title.as_ref()),
                Cell::text(&action.action),
                Cell::maybe(action.owner.as_ref()),
                action.due.as_ref().map_or_else(|| Cell::text(""), |due| Cell::Date(due.clone())),
                Cell::text(action.status),
                Cell::maybe(action.measure.as_ref()),
                Cell::text(
                    action.updates.last().map(|(date, text)| format!("{date}: {text}")).unwrap_or_default(),
                ),
                Cell::text(""),
            ]
        })
        .collect()
}

const UNOWNED: [(&str, f64); 4] =
    [("Benchmark", 11.0), ("Title", 30.0), ("Score", 9.0), ("What is to be done", 90.0)];

fn unowned_rows(view: &ReportView) -> Vec<Vec<Cell>> {
    view.unowned
        .iter()
        .flat_map(|benchmark| {
            benchmark.steps.iter().map(|step| {
                vec![
                    Cell::Number(benchmark.number.into()),
                    Cell::text(&benchmark.title),
                    Cell::level(benchmark.level),
                    Cell::text(step),
                ]
            })
        })
        .collect()
}

const UPDATES: [(&str, f64); 4] = [("Id", 8.0), ("Action", 50.0), ("Date", 18.0), ("Update", 80.0)];

fn update_rows(view: &ReportView) -> Vec<Vec<Cell>> {
    view.actions
        .iter()
        .flat_map(|action| {
            action.updates.iter().map(|(date, text)| {
                vec![Cell::text(&action.id), Cell::text(&action.action), Cell::text(date), Cell::text(text)]
            })
        })
        .collect()
}

const SCORES: [(&str, f64); 10] = [
    ("Benchmark", 11.0),
    ("Title", 30.0),
    ("Score", 9.0),
    ("Meaning", 16.0),
    ("Basis", 14.0),
    ("Proposed", 10.0),
    ("Without offsets", 16.0),
    ("At least", 10.0),
    ("At most", 10.0),
    ("Reason", 90.0),
];

fn score_rows(view: &ReportView) -> Vec<Vec<Cell>> {
    view.score
        .benchmarks
        .iter()
        .map(|benchmark| {
            vec![
                Cell::Number(benchmark.number.into()),
                Cell::text(&benchmark.title),
                Cell::level(benchmark.level),
                Cell::maybe(benchmark.band.as_ref()),
                Cell::text(benchmark.basis),
                Cell::level(benchmark.proposed),
                Cell::level(benchmark.strict),
                Cell::level(benchmark.floor),
                Cell::level(benchmark.ceiling),
                Cell::text(&benchmark.reason),
            ]
        })
        .collect()
}

const FINDINGS: [(&str, f64); 8] = [
    ("Benchmark", 11.0),
    ("Statement", 11.0),
    ("Words", 70.0),
    ("Criterion", 60.0),
    ("Level", 8.0),
    ("Status", 14.0),
    ("Confirmed", 12.0),
    ("Source", 40.0),
];

fn finding_rows(view: &ReportView) -> Vec<Vec<Cell>> {
    view.score
        .benchmarks
        .iter()
        .flat_map(|benchmark| {
            benchmark.findings.iter().map(|finding| {
                vec![
                    Cell::Number(benchmark.number.into()),
                    Cell::text(&finding.statement),
                    Cell::text(&finding.words),
                    Cell::text(&finding.text),
                    Cell::Number(finding.level.into()),
                    Cell::text(finding.status),
                    Cell::text(if finding.confirmed { "yes" } else { "no" }),
                    Cell::maybe(finding.source.as_ref()),
                ]
            })
        })
        .collect()
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

/// How long the text of a cell can be.
const LONGEST_CELL: usize = 32_000;

fn add(
    workbook: &mut Workbook,
    view: &ReportView,
    name: &str,
    columns: &Columns,
    rows: &[Vec<Cell>],
) -> Result<(), XlsxError> {
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let date = Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Top);
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    sheet
        .set_header(format!("&C&B{}", view.letter.marking))
        .set_footer(format!("&C{}&RPage &P of &N", view.letter.marking));
    sheet.set_freeze_panes(1, 0)?;
    for (at, (_, width)) in (0_u16..).zip(columns) {
        sheet.set_column_width(at, *width)?;
    }
    let heads: Vec<TableColumn> =
        columns.iter().map(|(title, _)| TableColumn::new().set_header(*title)).collect();
    let last_column = u16::try_from(columns.len() - 1).unwrap_or(0);
    // Excel has no table without a row.
    let last_row = u32::try_from(rows.len().max(1)).unwrap_or(1);
    let table = Table::new()
        .set_columns(&heads)
        .set_style(TableStyle::Light9)
        .set_name(format!("Table_{}", name.replace(' ', "_")));
    sheet.add_table(0, 0, last_row, last_column, &table)?;
    for (row, cells) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(words) => {
                    let words = shortened(words);
                    sheet.write_string_with_format(row, column, words, &text)?;
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
