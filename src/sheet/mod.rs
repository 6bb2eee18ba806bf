//! Tables out of files: xlsx, xls, ods, CSV and JSON become rows of cells, each with its line.
//!
//! It knows nothing of the registry or the desk. A formula is never evaluated: what the program that wrote the file left
//! beside it is the value. What a file claims about its size is never believed: every reader stops at the limits below, so
//! that a hostile file costs an error and not the machine's memory.

mod guard;
mod json;
mod ods;
mod quotes;
mod rows;
mod text;
mod xls;
mod xlsx;

use crate::error::{Error, Result};
pub use rows::{Cell, Row, Span};
use rows::{Table, Taken};

/// Bytes of a file that is read at all.
const FILE: usize = 512 << 20;

/// How a file is written; the extension of its name says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    Xlsx,
    Xls,
    Ods,
    #[default]
    Csv,
    Json,
}

impl Format {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Format::Xlsx => "xlsx",
            Format::Xls => "xls",
            Format::Ods => "ods",
            Format::Csv => "csv",
            Format::Json => "json",
        }
    }
}

/// One table of a file, read.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub format: Format,
    /// `utf-8`, `windows-1251`, `utf-16` of a CSV; `utf-8` otherwise.
    pub encoding: &'static str,
    /// What stands between the columns of a CSV.
    pub separator: Option<char>,
    /// Every table of the file by its name; a CSV and a JSON have one without a name.
    pub sheets: Vec<String>,
    /// Which of them this is.
    pub sheet: String,
    /// Rows in which something stands. Those of a CSV and of a JSON are all there, empty ones too.
    pub rows: Vec<Row>,
    /// Cells that were merged with those below them.
    pub spans: Vec<Span>,
}

impl Book {
    /// What stands in the merged cell that goes down over this place, and the line of its first row.
    pub fn above(&self, column: usize, line: u32) -> Option<(u32, &str)> {
        let at = self.spans.partition_point(|span| (span.column, span.first) <= (column, line));
        let span = self.spans[..at].last().filter(|span| span.column == column && span.last >= line)?;
        let row = self.rows.binary_search_by_key(&span.first, |row| row.line).ok()?;
        Some((span.first, self.rows[row].cell(column).text))
    }

    /// Rows after `line` up to the last one, in which nothing stands.
    pub fn empty_after(&self, line: u32) -> usize {
        let after = || self.rows.iter().filter(|row| row.line > line);
        match self.format {
            Format::Csv | Format::Json => after().filter(|row| row.is_empty()).count(),
            _ => {
                let lines = self.rows.last().map_or(0, |row| row.line.saturating_sub(line));
                (lines as usize).saturating_sub(after().count())
            }
        }
    }
}

/// Reads the table named `sheet`; without a name the first that `is_wanted` by its rows, or else the first with rows.
///
/// # Errors
/// `sheet-password`, `sheet-damaged`, `sheet-too-large`, `sheet-too-wide`, `sheet-unknown`, `sheet-is-html`,
/// `sheet-not-there`, `sheet-empty`, and those of text: `not-utf8`, `csv-quote`, `bad-json`.
pub fn read(bytes: &[u8], sheet: Option<&str>, is_wanted: &dyn Fn(&[Row]) -> bool) -> Result<Book> {
    if bytes.len() > FILE {
        return Err(too_large());
    }
    let pick = Pick { sheet, is_wanted };
    let mut book = match format_of(bytes)? {
        Format::Xlsx => xlsx::read(bytes, &pick)?,
        Format::Xls => xls::read(bytes, &pick)?,
        Format::Ods => ods::read(bytes, &pick)?,
        Format::Json => json::read(bytes)?,
        Format::Csv => text::read(bytes)?,
    };
    if book.rows.iter().all(Row::is_empty) {
        return Err(Error::usage("sheet-empty"));
    }
    book.spans.sort_unstable_by_key(|span| (span.column, span.first));
    Ok(book)
}

/// By its first bytes: what a person called the file, or a program saved under a wrong name, does not matter.
fn format_of(bytes: &[u8]) -> Result<Format> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return guard::zip_format(bytes);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Ok(Format::Xls);
    }
    let head = &bytes[..bytes.len().min(1024)];
    let text = String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)).to_lowercase();
    let text = text.trim_start();
    if text.starts_with("<!doctype") || text.starts_with("<html") || text.starts_with("<?xml") {
        return Err(Error::usage("sheet-is-html"));
    }
    if text.starts_with("<table") || text.starts_with("mime-version") {
        return Err(Error::usage("sheet-is-html"));
    }
    if text.starts_with("%pdf") || text.starts_with("{\\rtf") {
        return Err(Error::usage("sheet-unknown"));
    }
    if text.starts_with(['[', '{']) {
        return Ok(Format::Json);
    }
    let wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    if !wide && head.contains(&0) {
        return Err(Error::usage("sheet-unknown"));
    }
    Ok(Format::Csv)
}

/// Which table of a file is read.
struct Pick<'a> {
    sheet: Option<&'a str>,
    is_wanted: &'a dyn Fn(&[Row]) -> bool,
}

impl Pick<'_> {
    /// Reads tables one after the other until the right one is there.
    fn from(&self, sheets: &[String], mut read: impl FnMut(&str) -> Result<Table>) -> Result<Taken> {
        if let Some(name) = self.sheet {
            let found = sheets.iter().find(|sheet| sheet.trim() == name.trim());
            let found = found.ok_or_else(|| {
                let all = sheets.join(", ");
                Error::not_found("sheet-not-there").arg("sheet", name).arg("sheets", all)
            })?;
            return Ok(Taken { sheet: found.clone(), table: read(found)? });
        }
        let mut first: Option<Taken> = None;
        for name in sheets {
            let table = read(name)?;
            if table.rows.is_empty() {
                continue;
            }
            let is_wanted = (self.is_wanted)(&table.rows);
            let taken = Taken { sheet: name.clone(), table };
            if is_wanted {
                return Ok(taken);
            }
            first.get_or_insert(taken);
        }
        first.ok_or_else(|| Error::usage("sheet-empty"))
    }
}

fn too_large() -> Error {
    Error::usage("sheet-too-large")
}

fn damaged(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::usage("sheet-damaged").because(error)
}

/// A number as people write it: no exponent, no `.0`.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { value.to_string() }
}

/// Merged cells that go down, as the readers give them: rows and columns from 0.
fn spans(merged: &[calamine::Dimensions]) -> Vec<Span> {
    let down = merged.iter().filter(|of| of.end.0 > of.start.0);
    let span = |of: &calamine::Dimensions| Span {
        column: of.start.1 as usize,
        first: of.start.0.saturating_add(1),
        last: of.end.0.saturating_add(1),
    };
    down.map(span).collect()
}
