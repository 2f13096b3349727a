//! A plan or a log that went out as a workbook and came back, filled in by a colleague.
//!
//! The sheets are known by their heads, the actions by their ids, and what nobody had promised by its words.
//! Owners, dates, status, reasons and updates are taken over. Each row carries what its fields said when the
//! workbook was sent ([`version`]), so a cell that nobody has touched undoes nothing, and one that has been changed
//! on both sides is refused. So is everything that cannot be placed, and a workbook of another area as a whole.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::words::Words;
use crate::assessment::edit::{ActionChange, NewAction};
use crate::assessment::{Action, Assessment, Delivery, is_date};
use crate::diag::{Code, Diagnostic, Place};
use crate::document::{Table, clean};
use crate::plan::Development;
use crate::rubric::Rubric;
use crate::rubric::sentence::fill;
use crate::source::comparable;

/// `plan import --format json`.
#[derive(Debug, Serialize)]
pub struct ReturnedView {
    /// `plan-import/1`.
    pub schema: &'static str,
    /// The assessment.
    pub assessment: String,
    /// Whether it was written.
    pub written: bool,
    /// What changes.
    pub changes: Vec<ChangeView>,
}

/// One change.
#[derive(Debug, Serialize)]
pub struct ChangeView {
    /// The action's id.
    pub id: String,
    /// What is to be done.
    pub action: String,
    /// Which key: `owner`, `due`, `status`, `reason`, `update`, or `new` for an action that is new.
    pub field: &'static str,
    /// What stood there.
    pub before: Option<String>,
    /// What stands there now.
    pub after: String,
}

/// What a workbook that came back comes to.
#[derive(Debug, Default)]
pub struct Returned {
    /// What is to be changed.
    pub changes: Vec<ActionChange>,
    /// Actions that somebody has taken on.
    pub added: Vec<NewAction>,
    /// The same for a reader.
    pub views: Vec<ChangeView>,
    /// What could not be placed.
    pub problems: Vec<Diagnostic>,
}

/// Reads what came back. `developments` are those of every benchmark; `today` dates the updates. A workbook of
/// another area or period, and one that is no plan, gives only what is wrong with it.
pub fn read_returned(
    tables: &[Table],
    file: &str,
    rubric: &Rubric,
    assessment: &Assessment,
    developments: &[Vec<Development>],
    words: &Words,
    today: &str,
) -> Result<Returned, Vec<Diagnostic>> {
    let found = Returned::default();
    let seen = BTreeMap::new();
    let mut reading = Reading { file, rubric, assessment, developments, words, today, seen, found };
    let tables: Vec<Table> = tables.iter().map(cleaned).collect();
    let sheets: Vec<(Sheet, &Table, Columns)> = tables
        .iter()
        .filter_map(|table| Sheet::of(table, words).map(|(is, columns)| (is, table, columns)))
        .collect();
    for (_, table, columns) in sheets.iter().filter(|(sheet, ..)| *sheet == Sheet::About) {
        reading.is_of(table, columns);
    }
    if !reading.found.problems.is_empty() {
        return Err(reading.found.problems);
    }
    for (sheet, table, columns) in &sheets {
        if !reading.is_whole(*sheet, table, columns) {
            continue;
        }
        match sheet {
            Sheet::About => {}
            Sheet::Actions => reading.actions(table, columns),
            Sheet::Unowned => reading.unowned(table, columns),
            Sheet::Updates => reading.updates(table, columns),
        }
    }
    if !sheets.iter().any(|(sheet, ..)| matches!(sheet, Sheet::Actions | Sheet::Unowned)) {
        let heads = &words.workbook;
        let message = "no sheet here is a plan or an action log";
        let help = format!(
            "a sheet of actions has columns called {}, {} and {}; send out the workbook that `report plan` writes, and keep its first row",
            heads.id, heads.owner, heads.due
        );
        return Err(vec![Diagnostic::new(Code::NotPlaced, Place::File(file.to_owned()), message).help(help)]);
    }
    Ok(reading.found)
}

/// A sheet with every cell on one line and without what cannot be seen.
fn cleaned(table: &Table) -> Table {
    let row = |(number, cells): &(u32, BTreeMap<u32, String>)| {
        (*number, cells.iter().map(|(column, text)| (*column, clean(text))).collect())
    };
    Table { sheet: table.sheet.clone(), rows: table.rows.iter().map(row).collect() }
}

/// The fields of an action that a colleague can change, by their keys, and what stands in each.
fn fields(action: &Action) -> [(&'static str, Option<&str>); 5] {
    [
        ("owner", action.owner.as_deref()),
        ("due", action.due.as_deref()),
        ("status", Some(action.status.id())),
        ("reason", action.reason.as_deref()),
        ("measure", action.measure.as_deref()),
    ]
}

/// What the fields of an action say, as a workbook carries it out and back: for each the first six hexadecimal
/// digits of the SHA-256 of its text, so that it can be told which side has changed it.
pub fn version(action: &Action) -> String {
    fields(action).map(|(_, text)| print_of(text)).join("-")
}

fn print_of(text: Option<&str>) -> String {
    let digest = Sha256::digest(comparable(text.unwrap_or_default()));
    digest.iter().take(3).map(|byte| format!("{byte:02x}")).collect()
}

/// Which of our sheets one is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sheet {
    About,
    Actions,
    Unowned,
    Updates,
}

/// How many heads of a sheet of ours one must have to be that.
const FEWEST_HEADS: usize = 3;
/// How many rows may stand above the heads.
const MOST_ABOVE: usize = 10;

impl Sheet {
    const ALL: [Self; 4] = [Self::About, Self::Actions, Self::Unowned, Self::Updates];

    /// The columns without which it cannot be read.
    fn heads(self, words: &Words) -> Vec<&str> {
        let heads = &words.workbook;
        match self {
            Self::About => vec![&heads.id, &heads.area, &heads.period],
            Self::Actions => vec![
                &heads.id,
                &heads.action,
                &heads.owner,
                &heads.due,
                &heads.status,
                &heads.reason,
                &heads.measure,
                &heads.new_update,
                &heads.version,
            ],
            Self::Unowned => vec![&heads.benchmark, &heads.step, &heads.owner, &heads.due],
            Self::Updates => vec![&heads.id, &heads.action, &heads.date, &heads.update],
        }
    }

    /// Which sheet has most of its heads in one of the first rows of a table; nothing for one that is none of ours.
    fn of(table: &Table, words: &Words) -> Option<(Self, Columns)> {
        let mut best: Option<(usize, Self, Columns)> = None;
        for row in 0..table.rows.len().min(MOST_ABOVE) {
            let columns = Columns::of(table, row);
            for sheet in Self::ALL {
                let has = sheet.heads(words).into_iter().filter(|head| columns.has(head)).count();
                if has >= FEWEST_HEADS && best.as_ref().is_none_or(|(most, ..)| has > *most) {
                    best = Some((has, sheet, columns.clone()));
                }
            }
        }
        best.map(|(_, sheet, columns)| (sheet, columns))
    }
}

/// The columns of a sheet by their heads.
#[derive(Clone)]
struct Columns {
    places: BTreeMap<String, u32>,
    /// A head that stands over two columns.
    twice: Option<String>,
    /// Which row of the sheet holds the heads.
    row: usize,
}

impl Columns {
    fn of(table: &Table, row: usize) -> Self {
        let mut columns = Self { places: BTreeMap::new(), twice: None, row };
        for (column, head) in table.rows.get(row).into_iter().flat_map(|(_, cells)| cells) {
            if !head.is_empty() && columns.places.insert(comparable(head), *column).is_some() {
                columns.twice = Some(head.clone());
            }
        }
        columns
    }

    fn has(&self, head: &str) -> bool {
        self.places.contains_key(&comparable(head))
    }

    /// What a row has under a head; nothing for an empty cell.
    fn get<'t>(&self, cells: &'t BTreeMap<u32, String>, head: &str) -> Option<&'t str> {
        let column = self.places.get(&comparable(head))?;
        cells.get(column).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The rows below the heads.
    fn rows<'t>(&self, table: &'t Table) -> impl Iterator<Item = &'t (u32, BTreeMap<u32, String>)> {
        table.rows.iter().skip(self.row + 1)
    }
}

struct Reading<'a> {
    file: &'a str,
    rubric: &'a Rubric,
    assessment: &'a Assessment,
    developments: &'a [Vec<Development>],
    words: &'a Words,
    today: &'a str,
    /// What was typed for each action that has been read.
    seen: BTreeMap<String, Vec<Option<String>>>,
    found: Returned,
}

impl Reading<'_> {
    fn refuse(&mut self, table: &Table, row: u32, message: impl Into<String>, help: impl Into<String>) {
        let place = Place::File(format!("{}, {}, row {row}", self.file, table.sheet));
        self.found.problems.push(Diagnostic::new(Code::NotPlaced, place, message).help(help));
    }

    fn no_date(&mut self, table: &Table, row: u32, typed: &str) {
        let numbers: Vec<&str> = typed.split(['/', '.', '-']).collect();
        let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let message = if numbers.len() == 3 && numbers.iter().all(is_number) {
            format!("`{typed}` may be one day or another, or none")
        } else {
            format!("`{typed}` is not a date")
        };
        self.refuse(table, row, message, NO_DATE);
    }

    /// Whether a sheet has all its columns, each once.
    fn is_whole(&mut self, sheet: Sheet, table: &Table, columns: &Columns) -> bool {
        let row = table.rows.get(columns.row).map_or(1, |(row, _)| *row);
        let missing: Vec<&str> =
            sheet.heads(self.words).into_iter().filter(|head| !columns.has(head)).collect();
        if !missing.is_empty() {
            let message = format!("this sheet has no column called {}", missing.join(", "));
            let help = "give the columns the names with which the workbook was sent; nothing was taken from this sheet";
            self.refuse(table, row, message, help);
        }
        if let Some(twice) = &columns.twice {
            let message = format!("two columns are called `{twice}`");
            self.refuse(table, row, message, "keep one of them; nothing was taken from this sheet");
        }
        missing.is_empty() && columns.twice.is_none()
    }

    /// Whether the workbook is one of this area and period. If not, nothing of it is taken.
    fn is_of(&mut self, table: &Table, columns: &Columns) {
        let heads = &self.words.workbook;
        for (row, cells) in columns.rows(table) {
            let area = columns.get(cells, &heads.id).unwrap_or_default();
            let period = columns.get(cells, &heads.period).unwrap_or_default();
            if area != self.assessment.area.id || period != self.assessment.period {
                let message = format!(
                    "the workbook was made for {area}, {period}, and the assessment is that of {}, {}",
                    self.assessment.area.id, self.assessment.period
                );
                self.refuse(table, *row, message, "name the assessment from which the workbook was made");
            }
        }
    }

    fn actions(&mut self, table: &Table, columns: &Columns) {
        let (words, assessment) = (self.words, self.assessment);
        let heads = &words.workbook;
        for (row, cells) in columns.rows(table) {
            let get = |head: &str| columns.get(cells, head);
            let typed = [&heads.owner, &heads.due, &heads.new_update, &heads.action];
            let Some(id) = get(&heads.id) else {
                if typed.iter().any(|head| get(head).is_some()) {
                    let help = "a row needs its id; a new action is added to the assessment itself, under `actions:`";
                    self.refuse(table, *row, "the row has no id", help);
                }
                continue;
            };
            let Some(at) = assessment.actions.iter().position(|action| action.id == id) else {
                let known = assessment.actions.iter().map(|action| action.id.as_str());
                let help = crate::diag::did_you_mean(id, known)
                    .unwrap_or_else(|| "the ids are those that the workbook was sent out with".to_owned());
                self.refuse(table, *row, format!("there is no action `{id}`"), help);
                continue;
            };
            let typed: Vec<Option<String>> =
                Sheet::Actions.heads(words).into_iter().map(|head| get(head).map(str::to_owned)).collect();
            if let Some(before) = self.seen.insert(id.to_owned(), typed.clone()) {
                // A copy of a row, or of the sheet, says nothing new.
                if before != typed {
                    let message = format!("the action `{id}` stands here twice");
                    self.refuse(table, *row, message, "keep one row of it");
                }
                continue;
            }
            let action = &assessment.actions[at];
            if get(&heads.action).is_some_and(|text| comparable(text) != comparable(&action.action)) {
                let message = format!("this row has the id `{id}` and the text of another action");
                let help =
                    "sort whole rows, not one column; an action is worded anew in the assessment itself";
                self.refuse(table, *row, message, help);
                continue;
            }
            self.action(table, *row, at, &get);
        }
    }

    fn action<'t>(&mut self, table: &Table, row: u32, at: usize, get: &dyn Fn(&str) -> Option<&'t str>) {
        let (words, assessment) = (self.words, self.assessment);
        let (heads, action) = (&words.workbook, &assessment.actions[at]);
        let mut change = ActionChange { at, ..ActionChange::default() };
        let mut views = Vec::new();
        let view = |field, before: Option<&str>, after: &str| ChangeView {
            id: action.id.clone(),
            action: action.action.clone(),
            field,
            before: before.map(str::to_owned),
            after: after.to_owned(),
        };
        let typed = self.typed(table, row, action, get);
        let sent: Vec<&str> = get(&heads.version).map_or_else(Vec::new, |sent| sent.split('-').collect());
        let says = |field: &str, text: &str| {
            let status = Delivery::ALL.into_iter().find(|status| field == "status" && status.id() == text);
            status.map_or_else(|| text.to_owned(), |status| words.delivery(status).to_owned())
        };
        for (n, ((field, before), typed)) in fields(action).into_iter().zip(typed).enumerate() {
            match compare(before, typed.as_deref(), sent.get(n).copied()) {
                Compared::Same => {}
                Compared::Typed(after) => {
                    views.push(view(
                        field,
                        before.map(|before| says(field, before)).as_deref(),
                        &says(field, after),
                    ));
                    change.set.push((field, after.to_owned()));
                }
                Compared::Cleared => {
                    let message = format!("the {field} of the action `{}` has been cleared", action.id);
                    self.refuse(
                        table,
                        row,
                        message,
                        "an empty cell takes nothing away; take it out of the assessment itself",
                    );
                }
                Compared::Both => {
                    let message = format!(
                        "the {field} of the action `{}` has been changed here and, since the workbook was made, in the assessment too: {} here, {} there",
                        action.id,
                        typed
                            .as_deref()
                            .map_or_else(|| "nothing".to_owned(), |text| format!("`{}`", says(field, text))),
                        before
                            .map_or_else(|| "nothing".to_owned(), |text| format!("`{}`", says(field, text))),
                    );
                    self.refuse(table, row, message, "decide which holds, and write it into the assessment");
                }
            }
        }
        let dropped =
            change.set.iter().position(|(field, to)| *field == "status" && to == Delivery::Dropped.id());
        if let Some(place) = dropped
            && action.reason.is_none()
            && !change.set.iter().any(|(field, _)| *field == "reason")
        {
            let help = format!("write why into the column `{}`", heads.reason);
            self.refuse(table, row, format!("the action `{}` is dropped without a reason", action.id), help);
            change.set.remove(place);
            views.retain(|view| view.field != "status");
        }
        self.is_old(table, row, action, get(&heads.last_update));
        if let Some(update) = get(&heads.new_update) {
            // The same workbook read twice says nothing twice.
            let is_there = action.updates.iter().any(|(_, text)| comparable(text) == comparable(update));
            if !is_there {
                views.push(view("update", None, update));
                change.update = Some((self.today.to_owned(), update.to_owned()));
            }
        }
        if !change.set.is_empty() || change.update.is_some() {
            self.found.changes.push(change);
            self.found.views.append(&mut views);
        }
    }

    /// What a row says in each of the [`fields`] of its action.
    fn typed<'t>(
        &mut self,
        table: &Table,
        row: u32,
        action: &Action,
        get: &dyn Fn(&str) -> Option<&'t str>,
    ) -> [Option<String>; 5] {
        let words = self.words;
        let heads = &words.workbook;
        let due = get(&heads.due).map(|typed| (typed, day(typed, words)));
        if let Some((typed, None)) = &due {
            self.no_date(table, row, typed);
        }
        let status = get(&heads.status).map(|typed| (typed, self.status(typed, action.status)));
        if let Some((typed, None)) = &status {
            let list: Vec<&str> = Delivery::ALL.iter().map(|status| words.delivery(*status)).collect();
            let help = format!("the words are {}", list.join(", "));
            self.refuse(table, row, format!("`{typed}` is no status of an action"), help);
        }
        // A cell that cannot be read has been told, and takes nothing away.
        [
            get(&heads.owner).map(str::to_owned),
            due.and_then(|(_, due)| due.or_else(|| action.due.clone())),
            status.map(|(_, status)| status.unwrap_or(action.status).id().to_owned()),
            get(&heads.reason).map(str::to_owned),
            get(&heads.measure).map(str::to_owned),
        ]
    }

    /// Whether the last update of a row is one that the assessment has.
    fn is_old(&mut self, table: &Table, row: u32, action: &Action, last: Option<&str>) {
        let words = self.words;
        let heads = &words.workbook;
        let dated = |(date, text): &(String, String)| {
            comparable(&fill(&heads.dated_update, &[("date", words.day(date)), ("text", text.clone())]))
        };
        if let Some(last) =
            last.filter(|last| !action.updates.iter().any(|update| dated(update) == comparable(last)))
        {
            let message = format!("`{last}` is no update of the action `{}`", action.id);
            self.refuse(
                table,
                row,
                message,
                format!("what is new belongs into the column `{}`", heads.new_update),
            );
        }
    }

    /// What is on the sheet of updates goes out only; a row that somebody has added is told.
    fn updates(&mut self, table: &Table, columns: &Columns) {
        let heads = &self.words.workbook;
        for (row, cells) in columns.rows(table) {
            let id = columns.get(cells, &heads.id).unwrap_or_default();
            let Some(update) = columns.get(cells, &heads.update) else { continue };
            let of = self.assessment.actions.iter().filter(|action| action.id == id);
            let is_there =
                of.flat_map(|action| &action.updates).any(|(_, text)| comparable(text) == comparable(update));
            if !is_there {
                let help = format!(
                    "type it on the sheet `{}`, into the column `{}` of its action",
                    heads.actions, heads.new_update
                );
                self.refuse(table, *row, "an update on this sheet is not taken", help);
            }
        }
    }

    /// A status by its word or its id. An action is overdue by its date, and for the rest as it was.
    fn status(&self, typed: &str, now: Delivery) -> Option<Delivery> {
        let typed = comparable(typed);
        if typed == comparable(self.words.overdue()) {
            return Some(now);
        }
        let is =
            |status: &&Delivery| typed == comparable(self.words.delivery(**status)) || typed == status.id();
        Delivery::ALL.iter().find(is).copied()
    }

    /// Steps that nobody had promised, and for which somebody has now put down an owner or a date.
    fn unowned(&mut self, table: &Table, columns: &Columns) {
        let heads = &self.words.workbook;
        let mut taken: BTreeSet<String> =
            self.assessment.actions.iter().map(|action| action.id.clone()).collect();
        for (row, cells) in columns.rows(table) {
            let get = |head: &str| columns.get(cells, head);
            let (owner, typed) = (get(&heads.owner), get(&heads.due));
            if owner.is_none() && typed.is_none() {
                continue;
            }
            let due = typed.and_then(|typed| day(typed, self.words));
            if let (Some(typed), None) = (typed, &due) {
                self.no_date(table, *row, typed);
                continue;
            }
            let step = get(&heads.step).unwrap_or_default();
            let promised = |action: &Action| comparable(&action.action) == comparable(step);
            if self.assessment.actions.iter().any(promised) {
                // It came back before.
                continue;
            }
            let number = get(&heads.benchmark).and_then(|number| number.parse::<u16>().ok());
            let place = number.and_then(|number| self.rubric.benchmark(number)).map(|(at, _)| at);
            let development = place.and_then(|at| {
                self.developments[at]
                    .iter()
                    .find(|development| comparable(&development.text) == comparable(step))
            });
            let (Some(number), Some(development)) = (number, development) else {
                let message = "nothing that is to be done has these words for this benchmark";
                self.refuse(
                    table,
                    *row,
                    message,
                    "keep the text as it was sent; a step of your own belongs into the assessment",
                );
                continue;
            };
            let mut number_of_action = 1;
            while taken.contains(&format!("A{number_of_action}")) {
                number_of_action += 1;
            }
            let id = format!("A{number_of_action}");
            taken.insert(id.clone());
            let who = [owner, due.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
            self.found.views.push(ChangeView {
                id: id.clone(),
                action: development.text.clone(),
                field: "new",
                before: None,
                after: who,
            });
            self.found.added.push(NewAction {
                id,
                benchmark: number,
                criteria: development
                    .criterion
                    .map(|at| self.rubric.criterion(at).id.clone())
                    .into_iter()
                    .collect(),
                action: development.text.clone(),
                owner: owner.map(str::to_owned),
                due,
            });
        }
    }
}

/// What a cell that came back says beside the assessment.
enum Compared<'t> {
    /// Nothing new.
    Same,
    /// What a colleague typed.
    Typed(&'t str),
    /// A colleague emptied it.
    Cleared,
    /// It has been changed on both sides.
    Both,
}

/// Compares what stands in the assessment now with what was typed, given what was sent. If that is not known,
/// whatever was typed is new.
fn compare<'t>(now: Option<&str>, typed: Option<&'t str>, sent: Option<&str>) -> Compared<'t> {
    if now.map(str::trim) == typed {
        return Compared::Same;
    }
    let changed = |text: Option<&str>| sent.is_some_and(|sent| print_of(text) != sent);
    match typed {
        typed if sent.is_some() && !changed(typed) => Compared::Same,
        _ if changed(now) => Compared::Both,
        Some(typed) => Compared::Typed(typed),
        None if sent.is_some() => Compared::Cleared,
        None => Compared::Same,
    }
}

/// The first year in which something can be due, and the first in which nothing can be.
const EARLIEST: &str = "2000";
const LATEST: &str = "2100";
const NO_DATE: &str = "type it as a date, or as year-month-day, such as 2025-03-31";

/// A day as a colleague types it: a date of the program, `2025-03-31`, `31 March 2025`, or `31/03/2025` where
/// the first number can only be the day.
fn day(typed: &str, words: &Words) -> Option<String> {
    // A time of day alone is a day of the last century but one to Excel.
    let is_date = |text: &str| is_date(text) && (EARLIEST..LATEST).contains(&text);
    if is_date(typed) {
        return Some(typed.to_owned());
    }
    let parts: Vec<&str> = typed.split([' ', '/', '.', '-']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let day: u32 = first.parse().ok()?;
    let year: u32 = third.parse().ok()?;
    let month = match second.parse::<u32>() {
        Ok(month) if day > 12 || month == day => month,
        Ok(_) => return None,
        Err(_) => words.month(second)?,
    };
    Some(format!("{year:04}-{month:02}-{day:02}")).filter(|day| is_date(day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    #[test]
    fn a_day_is_read_as_it_is_meant_or_not_at_all() {
        let english = Source::new("words", include_str!("../../reports/words.yaml"));
        let words = super::super::words::load_words(&english, &english).0.unwrap_or_else(|| panic!("words"));
        for (typed, expected) in [
            ("2025-03-31", Some("2025-03-31")),
            ("31 March 2025", Some("2025-03-31")),
            ("1 sept 2025", Some("2025-09-01")),
            ("31/03/2025", Some("2025-03-31")),
            ("03/04/2025", None),
            ("31/02/2025", None),
            ("1899-12-31", None),
            ("spring", None),
        ] {
            assert_eq!(day(typed, &words).as_deref(), expected, "{typed}");
        }
    }
}
