//! A registry file, read: its table, what its columns are taken for, and its rows one by one.

use super::layouts::LayoutChoice;
use super::rows::{RegistryRow, birth_of, day_of, emails, raw};
use crate::error::{Error, Result};
use crate::rules::normalise;
use crate::rules::registry::columns::{self, Layout};
use crate::rules::registry::{names, status_of};
use crate::sheet::{self, Book, Row};
use crate::types::{ColumnWhy, MemberStatus, RegistryField as F, Untrusted};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The longest field of a row, in bytes; a registry's longest names and places stay far below.
const LONGEST_FIELD: usize = 1000;

/// A registry file, read. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct RegistryFile {
    pub(super) book: Arc<Book>,
    /// What the columns are taken for.
    pub layout: Layout,
    /// SHA-256 of the file, which the journal keeps.
    pub(super) digest: Vec<u8>,
}

/// A field that was kept as it is written, and is not searched or counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unclear {
    pub line: usize,
    /// The code of the field.
    pub column: &'static str,
    /// `no-date`, `no-phone`, `no-email`, `no-card`, `no-status`.
    pub why: &'static str,
}

/// A column whose values the file stores as numbers, so that zeros before them are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberNote {
    /// The code of the field.
    pub column: &'static str,
    pub count: usize,
    /// The first line with one.
    pub line: usize,
}

/// Reads a registry: xlsx, xls, ods, CSV or a JSON list, told apart by what is in it. `sheet` names a table of a workbook;
/// without it the first in which names are found.
///
/// # Errors
/// Those of [`sheet::read`].
pub fn read_registry(bytes: &[u8], sheet: Option<&str>) -> Result<RegistryFile> {
    let is_registry = |rows: &[Row]| guessed(rows).has_names();
    let book = sheet::read(bytes, sheet, &is_registry)?;
    let layout = guessed(&book.rows);
    Ok(RegistryFile { book: Arc::new(book), layout, digest: Sha256::digest(bytes).to_vec() })
}

fn guessed(rows: &[Row]) -> Layout {
    columns::guess(&head(rows))
}

/// The rows by which a layout is guessed.
fn head(rows: &[Row]) -> Vec<Vec<&str>> {
    let head = rows.iter().take(columns::HEAD + columns::SAMPLE);
    head.map(|row| row.cells().map(|cell| cell.text).collect()).collect()
}

impl RegistryFile {
    /// `xlsx`, `xls`, `ods`, `csv`, `json`.
    pub fn format(&self) -> &'static str {
        self.book.format.code()
    }

    /// How the text was read: `utf-8`, `utf-16`, `windows-1251`.
    pub fn encoding(&self) -> &'static str {
        self.book.encoding
    }

    /// What stands between the columns of a CSV.
    pub fn separator(&self) -> Option<char> {
        self.book.separator
    }

    /// The table that was read, and all that the file has.
    pub fn sheet(&self) -> Untrusted {
        Untrusted::new(self.book.sheet.as_str())
    }

    pub fn sheets(&self) -> Vec<Untrusted> {
        self.book.sheets.iter().map(|name| Untrusted::new(name.as_str())).collect()
    }

    /// The line of the last row of the header; 0 where there is none.
    pub fn header_line(&self) -> usize {
        self.header().map_or(0, |line| line as usize)
    }

    fn header(&self) -> Option<u32> {
        self.layout.header_rows.checked_sub(1).and_then(|n| self.book.rows.get(n)).map(|row| row.line)
    }

    /// The title of a column as a person may call it: its words, or its letter where it has none.
    pub fn column_title(&self, column: usize) -> Untrusted {
        let title = self.layout.columns.get(column).map(|column| column.title.as_str()).unwrap_or_default();
        Untrusted::new(if title.is_empty() { letters(column) } else { title.to_owned() })
    }

    /// What stands in the first rows of a column, at most `count` values.
    pub fn examples(&self, column: usize, count: usize) -> Vec<Untrusted> {
        let cells = self.data().map(|row| row.cell(column).text).filter(|text| !text.is_empty());
        cells.take(count).map(Untrusted::new).collect()
    }

    /// Takes the columns for what somebody said, or what was saved; the rest stays guessed.
    pub fn choose(&mut self, choice: &LayoutChoice, why: ColumnWhy) {
        self.find_header_of(choice);
        choice.apply(&mut self.layout, why);
    }

    /// Where the titles that somebody named do not stand in what was taken for the header, but all of them in another row
    /// near the top, that row is the header. Says whether they stand in the header now.
    pub(super) fn find_header_of(&mut self, choice: &LayoutChoice) -> bool {
        if choice.fits(&self.layout) {
            return true;
        }
        let head = head(&self.book.rows);
        let mut layouts = (0..head.len().min(columns::HEAD)).map(|n| columns::with_header(&head, n));
        match layouts.find(|layout| choice.fits(layout)) {
            Some(layout) => {
                self.layout = layout;
                true
            }
            None => false,
        }
    }

    /// Takes one column for a field; a field of another column goes to it, unless several may have it.
    pub fn set_field(&mut self, column: usize, field: F) {
        let several = matches!(field, F::Phone | F::Email | F::Skip);
        for (n, other) in self.layout.columns.iter_mut().enumerate() {
            if n == column {
                (other.field, other.why) = (field, ColumnWhy::Given);
            } else if other.field == field && !several {
                (other.field, other.why) = (F::Skip, ColumnWhy::Given);
            }
        }
    }

    /// Rows in which something stands, behind the header.
    pub(super) fn data(&self) -> impl Iterator<Item = &Row> {
        self.book.rows.iter().skip(self.layout.header_rows).filter(|row| !row.is_empty())
    }

    /// Rows behind the header in which nothing stands.
    pub(super) fn empty_rows(&self) -> usize {
        match self.header() {
            Some(line) => self.book.empty_after(line),
            None if self.book.rows.is_empty() => 0,
            None => self.book.empty_after(0),
        }
    }

    pub(super) fn has(&self, field: F) -> bool {
        self.layout.columns.iter().any(|column| column.field == field)
    }

    /// The fields of a row, or why it is none: `no-name`, `not-a-name`, `field-too-long`.
    pub(super) fn row(&self, row: &Row) -> std::result::Result<RegistryRow, &'static str> {
        let mut made = RegistryRow { line: row.line as usize, ..RegistryRow::default() };
        for (cell, column) in row.cells().zip(&self.layout.columns) {
            let Some(place) = made.field_mut(column.field).filter(|_| !cell.text.is_empty()) else {
                continue;
            };
            if cell.text.len() > LONGEST_FIELD {
                return Err("field-too-long");
            }
            *place = match place.is_empty() {
                true => Untrusted::new(cell.text),
                false => Untrusted::new(format!("{}, {}", raw(place), cell.text)),
            };
        }
        self.fill_down(row, &mut made);
        if made.fio_raw.is_empty() {
            let parts = [&made.surname, &made.given, &made.patronymic].map(raw);
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            made.fio_raw = Untrusted::new(parts.join(" "));
        }
        match raw(&made.fio_raw) {
            "" => Err("no-name"),
            name if !names::is_name(name) => Err("not-a-name"),
            _ => Ok(made),
        }
    }

    /// What a merged cell says of several rows holds for each of them. What is somebody's own is never theirs whose rows stand
    /// below it.
    fn fill_down(&self, row: &Row, made: &mut RegistryRow) {
        if self.book.spans.is_empty() {
            return;
        }
        let header = self.header().unwrap_or(0);
        for (n, column) in self.layout.columns.iter().enumerate() {
            if !matches!(column.field, F::Org | F::Workplace | F::Position) {
                continue;
            }
            let Some(place) = made.field_mut(column.field).filter(|place| place.is_empty()) else { continue };
            let above = self.book.above(n, row.line).filter(|(line, _)| *line > header);
            if let Some((_, text)) = above.filter(|(_, text)| text.len() <= LONGEST_FIELD) {
                *place = Untrusted::new(text);
            }
        }
    }

    /// Columns of telephones, cards and ids that the file stores as numbers.
    pub(super) fn numbers(&self) -> Vec<NumberNote> {
        let mut notes: Vec<NumberNote> = Vec::new();
        for (n, column) in self.layout.columns.iter().enumerate() {
            if !matches!(column.field, F::Id | F::Card | F::Phone) {
                continue;
            }
            let lines = self.data().filter(|row| row.cell(n).is_number).map(|row| row.line as usize);
            let (mut count, mut first) = (0, 0);
            lines.for_each(|line| {
                first = if count == 0 { line } else { first };
                count += 1;
            });
            if count > 0 {
                notes.push(NumberNote { column: column.field.code(), count, line: first });
            }
        }
        notes
    }
}

/// The letters of a column as spreadsheets show them.
fn letters(column: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    match column.checked_sub(26) {
        Some(rest) if rest >= 26 * 26 => format!("#{}", column + 1),
        Some(rest) => [letter(rest / 26), letter(rest)].iter().collect(),
        None => letter(column).to_string(),
    }
}

/// The fields of a row that say something which the program cannot read.
pub(super) fn unclear(row: &RegistryRow) -> Vec<Unclear> {
    let (phone, email) = (raw(&row.phone_raw), raw(&row.email));
    let (card, status) = (raw(&row.card_raw), raw(&row.status_raw));
    let no_day = |field: &Untrusted| !field.is_empty() && day_of(raw(field)).is_none();
    let found = [
        (F::Birth, "no-date", !row.birth_raw.is_empty() && birth_of(raw(&row.birth_raw)).is_none()),
        (F::Card, "no-card", !card.is_empty() && normalise::card_digits(card).is_none()),
        (F::Phone, "no-phone", !phone.is_empty() && normalise::phones(phone).is_empty()),
        (F::Email, "no-email", !email.is_empty() && emails(email).is_empty()),
        (F::Joined, "no-date", no_day(&row.joined_raw)),
        (F::Left, "no-date", no_day(&row.left_raw)),
        (F::Status, "no-status", !status.is_empty() && status_of(status) == MemberStatus::Unknown),
    ];
    let found = found.into_iter().filter(|(_, _, is_so)| *is_so);
    found.map(|(field, why, _)| Unclear { line: row.line, column: field.code(), why }).collect()
}

/// Rows that may all be unreadable and are then told one by one; of a longer file that has no other rows nobody reads them.
const TOLD_ONE_BY_ONE: usize = 1000;

/// A file without a column of names, or a long one in whose column no names stand, is no registry.
///
/// # Errors
/// `no-name-column`; `no-names-in-rows` with the number of rows and the line of the first.
pub(super) fn refuse_without_names(file: &RegistryFile) -> Result<()> {
    if file.book.rows.is_empty() {
        return Ok(());
    }
    if !file.layout.has_names() {
        return Err(Error::usage("no-name-column"));
    }
    let rows = file.data().count();
    if rows <= TOLD_ONE_BY_ONE || file.data().any(|row| file.row(row).is_ok()) {
        return Ok(());
    }
    let line = file.data().next().map_or(0, |row| row.line);
    Err(Error::usage("no-names-in-rows").arg("rows", rows).arg("line", line))
}
