//! Workbooks of Excel, and comma-separated tables. The homes of calamine and csv.
//!
//! A workbook is read cell by cell, never as one rectangle: a single cell at the far end of a sheet
//! would make that rectangle larger than any memory.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, DataType, Reader, SheetVisible, Xlsx};

use super::{Builder, Table, Unreadable, plain};

/// The most cells that are read of one workbook.
const MOST_CELLS: usize = 2_000_000;

/// Reads a workbook; sheets that are hidden are left out.
pub fn read_workbook(bytes: &[u8], builder: &mut Builder) -> Result<(), Unreadable> {
    // The archive's own limits come first: calamine unpacks the table of strings at once.
    let mut package = super::package::Package::open(bytes)?;
    package.part("xl/sharedStrings.xml")?;
    for part in package.parts().iter().filter(|part| part.starts_with("xl/worksheets/sheet")) {
        if let Some(xml) = package.part(part)?
            && let Some(at) = xml.rfind("<headerFooter")
        {
            // `&C&BOFFICIAL&R...`: codes begin with an ampersand, and every part of the line stands apart.
            for line in xml[at..].split(['>', '<']).flat_map(|text| text.split("&amp;")) {
                let line = line.trim_start_matches(['L', 'C', 'R', 'B']);
                builder.note_marking_at_edge(line);
            }
        }
    }
    let mut workbook = open(bytes)?;
    let mut count = Count::default();
    for name in visible_sheets(&workbook) {
        // A sheet of another kind, such as a chart, has no cells.
        let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else { continue };
        builder.sheet = Some(name.clone());
        let mut row: Vec<String> = Vec::new();
        let mut number = 0;
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            let at = cell.get_position().0 + 1;
            if at != number {
                builder.row(number, &row);
                row.clear();
                number = at;
            }
            row.push(count.add(written(cell.get_value()))?);
        }
        builder.row(number, &row);
    }
    builder.sheet = None;
    Ok(())
}

/// The cells of a workbook, sheet by sheet, where they stand; sheets that are hidden are left out.
pub fn read_tables(bytes: &[u8]) -> Result<Vec<Table>, Unreadable> {
    if bytes.starts_with(&super::OLD_CONTAINER) {
        return Err(Unreadable::OldOrEncrypted);
    }
    let mut workbook = open(bytes)?;
    let mut tables = Vec::new();
    let mut count = Count::default();
    for sheet in visible_sheets(&workbook) {
        let Ok(mut cells) = workbook.worksheet_cells_reader(&sheet) else { continue };
        let mut rows: Vec<(u32, BTreeMap<u32, String>)> = Vec::new();
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            let (row, column) = cell.get_position();
            if rows.last().is_none_or(|(last, _)| *last != row + 1) {
                rows.push((row + 1, BTreeMap::new()));
            }
            let text = count.add(written(cell.get_value()))?;
            if let Some((_, cells)) = rows.last_mut() {
                cells.insert(column, text);
            }
        }
        tables.push(Table { sheet, rows });
    }
    Ok(tables)
}

fn open(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>, Unreadable> {
    Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsxError::Password => Unreadable::Encrypted,
        error => Unreadable::Damaged(error.to_string()),
    })
}

#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn damaged(error: calamine::XlsxError) -> Unreadable {
    Unreadable::Damaged(error.to_string())
}

fn visible_sheets<R: std::io::Read + std::io::Seek>(workbook: &Xlsx<R>) -> Vec<String> {
    let sheets = workbook.sheets_metadata().iter();
    sheets.filter(|sheet| sheet.visible == SheetVisible::Visible).map(|sheet| sheet.name.clone()).collect()
}

/// How many cells have been read, and how much they hold: one text can stand in any number of cells.
#[derive(Default)]
struct Count {
    cells: usize,
    bytes: usize,
}

impl Count {
    fn add(&mut self, text: String) -> Result<String, Unreadable> {
        self.cells += 1;
        self.bytes += text.len();
        if self.cells > MOST_CELLS {
            return Err(Unreadable::TooLarge(format!("it has more than {MOST_CELLS} cells")));
        }
        if self.bytes > super::MOST_KEPT {
            return Err(Unreadable::TooLarge("it has more text than any workbook".to_owned()));
        }
        Ok(text)
    }
}

/// A cell as a reader sees it; a date as year-month-day.
fn written(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::DateTime(time) => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::Float(number) => number.to_string(),
        value => value.as_string().unwrap_or_else(|| match value {
            DataRef::Bool(value) => value.to_string(),
            _ => String::new(),
        }),
    }
}

/// Reads a table whose cells are separated by commas, semicolons or tabs, whichever its first lines
/// hold most of.
pub fn read_csv(bytes: &[u8], builder: &mut Builder) -> Result<(), Unreadable> {
    let text = plain::decode(bytes);
    let head: String = text.lines().take(10).collect();
    let count = |separator: u8| head.bytes().filter(|byte| *byte == separator).count();
    let separator =
        [b',', b';', b'\t'].into_iter().max_by_key(|separator| (count(*separator), *separator == b','));
    let mut table = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator.unwrap_or(b','))
        .from_reader(text.as_bytes());
    for row in table.records() {
        let row = row.map_err(|error| Unreadable::Damaged(error.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let cells: Vec<String> = row.iter().map(str::to_owned).collect();
        builder.row(u32::try_from(line).unwrap_or(u32::MAX), &cells);
    }
    Ok(())
}
