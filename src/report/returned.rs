//! A plan or a log that went out as a workbook and came back, filled in by a colleague.
//!
//! The sheets are known by their heads, the actions by their ids, and what nobody had promised by its words.
//! Owners, dates, status, reasons and updates are taken over; everything else in the workbook is as it was sent,
//! and a row that cannot be placed is refused and told.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::words::Words;
use crate::assessment::edit::{ActionChange, NewAction};
use crate::assessment::{Assessment, Delivery, is_date};
use crate::diag::{Code, Diagnostic, Place};
use crate::document::Table;
use crate::plan::Development;
use crate::rubric::Rubric;
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

/// Reads what came back. `developments` are those of every benchmark; `today` dates the updates.
pub fn read_returned(
    tables: &[Table],
    file: &str,
    rubric: &Rubric,
    assessment: &Assessment,
    developments: &[Vec<Development>],
    words: &Words,
    today: &str,
) -> Returned {
    let mut reading =
        Reading { file, rubric, assessment, developments, words, today, found: Returned::default() };
    let heads = &words.workbook;
    let mut known = false;
    for table in tables {
        let columns = Columns::of(table);
        if columns.has(&heads.id) && columns.has(&heads.area) {
            reading.is_of(table, &columns);
        } else if columns.has(&heads.id) && columns.has(&heads.owner) && columns.has(&heads.due) {
            known = true;
            reading.actions(table, &columns);
        } else if columns.has(&heads.step) && columns.has(&heads.owner) {
            known = true;
            reading.unowned(table, &columns);
        }
    }
    if !known {
        let message = "no sheet here is a plan or an action log";
        let help = format!(
            "a sheet of actions has columns called {}, {} and {}; send out the workbook that `report plan` writes, and keep its first row",
            heads.id, heads.owner, heads.due
        );
        reading
            .found
            .problems
            .push(Diagnostic::new(Code::NotPlaced, Place::File(file.to_owned()), message).help(help));
    }
    reading.found
}

/// The columns of a sheet by their heads.
struct Columns {
    places: BTreeMap<String, u32>,
}

impl Columns {
    fn of(table: &Table) -> Self {
        let first = table.rows.first().map(|(_, cells)| cells);
        let places = first.into_iter().flatten().map(|(column, head)| (comparable(head), *column));
        Self { places: places.collect() }
    }

    fn has(&self, head: &str) -> bool {
        self.places.contains_key(&comparable(head))
    }

    /// What a row has under a head; nothing for an empty cell.
    fn get<'t>(&self, cells: &'t BTreeMap<u32, String>, head: &str) -> Option<&'t str> {
        let column = self.places.get(&comparable(head))?;
        cells.get(column).map(|text| text.trim()).filter(|text| !text.is_empty())
    }
}

struct Reading<'a> {
    file: &'a str,
    rubric: &'a Rubric,
    assessment: &'a Assessment,
    developments: &'a [Vec<Development>],
    words: &'a Words,
    today: &'a str,
    found: Returned,
}

impl Reading<'_> {
    fn refuse(&mut self, table: &Table, row: u32, message: impl Into<String>, help: impl Into<String>) {
        let place = Place::File(format!("{}, {}, row {row}", self.file, table.sheet));
        self.found.problems.push(Diagnostic::new(Code::NotPlaced, place, message).help(help));
    }

    /// Whether the workbook is one of this area and period.
    fn is_of(&mut self, table: &Table, columns: &Columns) {
        let heads = &self.words.workbook;
        for (row, cells) in table.rows.iter().skip(1) {
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
        let mut seen = BTreeSet::new();
        for (row, cells) in table.rows.iter().skip(1) {
            let get = |head: &str| columns.get(cells, head);
            let typed = [&heads.owner, &heads.due, &heads.new_update, &heads.action];
            let Some(id) = get(&heads.id) else {
                if typed.iter().any(|head| get(head).is_some()) {
                    let help = format!(
                        "a new action belongs on the sheet `{}`, or into the assessment itself; a row of this one needs its id",
                        heads.unowned
                    );
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
            if !seen.insert(id.to_owned()) {
                self.refuse(
                    table,
                    *row,
                    format!("the action `{id}` stands here twice"),
                    "keep one row of it",
                );
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
        let view = |field, before: Option<&String>, after: &str| ChangeView {
            id: action.id.clone(),
            action: action.action.clone(),
            field,
            before: before.cloned(),
            after: after.to_owned(),
        };
        let texts = [
            ("owner", &heads.owner, &action.owner),
            ("measure", &heads.measure, &action.measure),
            ("reason", &heads.reason, &action.reason),
        ];
        for (field, head, before) in texts {
            if let Some(after) = get(head).filter(|after| before.as_deref().map(str::trim) != Some(*after)) {
                change.set.push((field, after.to_owned()));
                views.push(view(field, before.as_ref(), after));
            }
        }
        if let Some(typed) = get(&heads.due) {
            match day(typed, words) {
                Some(due) if action.due.as_ref() != Some(&due) => {
                    views.push(view("due", action.due.as_ref(), &due));
                    change.set.push(("due", due));
                }
                Some(_) => {}
                None => self.refuse(table, row, format!("`{typed}` is not a date"), NO_DATE),
            }
        }
        if let Some(typed) = get(&heads.status) {
            match self.status(typed, action.status) {
                Some(status) if status != action.status => {
                    let reason = change.set.iter().any(|(field, _)| *field == "reason");
                    if status == Delivery::Dropped && action.reason.is_none() && !reason {
                        let help = format!("write why into the column `{}`", heads.reason);
                        self.refuse(
                            table,
                            row,
                            format!("the action `{}` is dropped without a reason", action.id),
                            help,
                        );
                    } else {
                        let before = words.delivery(action.status).to_owned();
                        views.push(view("status", Some(&before), words.delivery(status)));
                        change.set.push(("status", status.id().to_owned()));
                    }
                }
                Some(_) => {}
                None => {
                    let list: Vec<&str> =
                        Delivery::ALL.iter().map(|status| words.delivery(*status)).collect();
                    let help = format!("the words are {}", list.join(", "));
                    self.refuse(table, row, format!("`{typed}` is no status of an action"), help);
                }
            }
        }
        if let Some(update) = get(&heads.new_update) {
            // The same workbook read twice says nothing twice.
            let is_there = action.updates.iter().any(|(_, text)| comparable(text) == comparable(update));
            if !is_there {
                let one_line = update.split_whitespace().collect::<Vec<_>>().join(" ");
                views.push(view("update", None, &one_line));
                change.update = Some((self.today.to_owned(), one_line));
            }
        }
        if !change.set.is_empty() || change.update.is_some() {
            self.found.changes.push(change);
            self.found.views.append(&mut views);
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
        for (row, cells) in table.rows.iter().skip(1) {
            let get = |head: &str| columns.get(cells, head);
            let (owner, typed) = (get(&heads.owner), get(&heads.due));
            if owner.is_none() && typed.is_none() {
                continue;
            }
            let due = typed.and_then(|typed| day(typed, self.words));
            if let (Some(typed), None) = (typed, &due) {
                self.refuse(table, *row, format!("`{typed}` is not a date"), NO_DATE);
                continue;
            }
            let step = get(&heads.step).unwrap_or_default();
            let promised =
                |action: &crate::assessment::Action| comparable(&action.action) == comparable(step);
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

const NO_DATE: &str = "type it as a date, or as year-month-day, such as 2025-03-31";

/// A day as a colleague types it: a date of the program, `2025-03-31`, `31 March 2025`, or `31/03/2025` where
/// the first number can only be the day.
fn day(typed: &str, words: &Words) -> Option<String> {
    if is_date(typed) {
        return Some(typed.to_owned());
    }
    let parts: Vec<&str> = typed.split([' ', '/', '.', '-']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let day: u32 = first.parse().ok()?;
    let year: u32 = third.parse().ok().filter(|year| *year > 1900)?;
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
            ("spring", None),
        ] {
            assert_eq!(day(typed, &words).as_deref(), expected, "{typed}");
        }
    }
}
