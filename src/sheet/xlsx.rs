//! Spreadsheets of Excel since 2007, read as a stream: a table is never laid out in memory, whatever it claims to span.

use super::rows::{Rows, Table};
use super::{Book, Format, Pick, damaged, number, spans};
use crate::error::{Error, Result};
use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx, XlsxError};
use std::io::Cursor;

pub fn read(bytes: &[u8], pick: &Pick<'_>) -> Result<Book> {
    let mut xlsx = Xlsx::new(Cursor::new(bytes)).map_err(refused)?;
    let sheets = xlsx.sheet_names();
    let taken = pick.from(&sheets, |name| table(&mut xlsx, name))?;
    Ok(Book {
        format: Format::Xlsx,
        encoding: "utf-8",
        separator: None,
        sheets,
        sheet: taken.sheet,
        rows: taken.table.rows,
        spans: taken.table.spans,
    })
}

fn refused(error: XlsxError) -> Error {
    match error {
        XlsxError::Password => Error::usage("sheet-password"),
        error => damaged(error),
    }
}

fn table(xlsx: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Table> {
    let mut cells = match xlsx.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        // A sheet of charts has no cells.
        Err(XlsxError::NotAWorksheet(_) | XlsxError::WorksheetNotFound(_)) => return Ok(Table::default()),
        Err(error) => return Err(refused(error)),
    };
    let mut rows = Rows::default();
    while let Some(cell) = cells.next_cell().map_err(refused)? {
        let (row, column) = cell.get_position();
        let column = column as usize;
        match cell.get_value() {
            DataRef::Empty => {}
            DataRef::Int(value) => rows.cell(row, column, &value.to_string(), true)?,
            DataRef::Float(value) => rows.cell(row, column, &number(*value), true)?,
            DataRef::String(text) => rows.cell(row, column, text, false)?,
            DataRef::SharedString(text) => rows.cell(row, column, text, false)?,
            DataRef::Bool(value) => rows.cell(row, column, if *value { "да" } else { "нет" }, false)?,
            DataRef::DateTime(at) => rows.cell(row, column, &day(at), false)?,
            DataRef::DateTimeIso(text) => rows.cell(row, column, day_of(text), false)?,
            DataRef::DurationIso(text) => rows.cell(row, column, text, false)?,
            DataRef::Error(error) => rows.cell(row, column, &error.to_string(), false)?,
        }
    }
    drop(cells);
    let merged = xlsx.merge_cells_by_sheet_name(name).map_err(refused)?;
    Ok(Table { rows: rows.finish()?, spans: spans(&merged) })
}

/// The day of a moment as spreadsheets count them.
pub fn day(at: &ExcelDateTime) -> String {
    if !at.is_datetime() || at.as_f64() < 1.0 {
        return number(at.as_f64());
    }
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

pub fn day_of(text: &str) -> &str {
    text.split_once('T').map_or(text, |(day, _)| day)
}
