//! Rows of cells, kept tightly: a registry has a hundred thousand of them. It never keeps more than its limits.

use super::too_large;
use crate::error::{Error, Result};

/// Columns in which something may stand.
pub const COLUMNS: usize = 1024;
/// Rows of a table in which something stands.
const ROWS: usize = 2_000_000;
/// Bytes of all cells together.
const TEXT: usize = 256 << 20;
/// Bytes of one cell that are kept: more than any field may have, whatever character it is cut before, so that a longer one is
/// noticed.
const CELL: usize = 1004;

const END: char = '\u{1f}';
const NUMBER: char = '\u{1e}';

/// A row with the line that it stands in, from 1.
#[derive(Clone, Debug)]
pub struct Row {
    pub line: u32,
    cells: Box<str>,
}

/// One cell. A number is what the file itself stores as one, so zeros before it are lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell<'a> {
    pub text: &'a str,
    pub is_number: bool,
}

impl Row {
    pub fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        self.cells.split(END).map(|text| match text.strip_prefix(NUMBER) {
            Some(text) => Cell { text, is_number: true },
            None => Cell { text, is_number: false },
        })
    }

    pub fn cell(&self, n: usize) -> Cell<'_> {
        self.cells().nth(n).unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Cells in which something stands.
    pub fn filled(&self) -> usize {
        self.cells().filter(|cell| !cell.text.is_empty()).count()
    }
}

/// A cell that was merged with those below it: what stands in its first line is said of all. Lines count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub column: usize,
    pub first: u32,
    pub last: u32,
}

/// The rows of a table, and its cells that go down over several.
#[derive(Default)]
pub struct Table {
    pub rows: Vec<Row>,
    pub spans: Vec<Span>,
}

/// A table, and which one it is.
pub struct Taken {
    pub sheet: String,
    pub table: Table,
}

/// Rows as they come, cell after cell.
#[derive(Default)]
pub struct Rows {
    done: Vec<Row>,
    line: u32,
    columns: usize,
    cells: String,
    bytes: usize,
}

impl Rows {
    /// Adds a cell; rows and columns count from 0 and come in order.
    pub fn cell(&mut self, row: u32, column: usize, text: &str, is_number: bool) -> Result<()> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        if column >= COLUMNS {
            return Err(Error::usage("sheet-too-wide").arg("limit", COLUMNS).arg("line", row + 1));
        }
        if row + 1 != self.line {
            self.end_row()?;
            self.line = row + 1;
        }
        while self.columns < column {
            self.cells.push(END);
            self.columns += 1;
        }
        if is_number {
            self.cells.push(NUMBER);
        }
        let text = &text[..text.floor_char_boundary(CELL)];
        self.cells.extend(text.chars().filter(|c| !matches!(*c, END | NUMBER)));
        Ok(())
    }

    /// Adds a row in which nothing stands, where those are told.
    pub fn empty(&mut self, row: u32) -> Result<()> {
        self.end_row()?;
        self.line = row + 1;
        self.end_row()?;
        self.keep(Row { line: row + 1, cells: Box::default() })
    }

    fn end_row(&mut self) -> Result<()> {
        if !self.cells.is_empty() {
            let row = Row { line: self.line, cells: self.cells.as_str().into() };
            self.cells.clear();
            self.keep(row)?;
        }
        self.columns = 0;
        Ok(())
    }

    fn keep(&mut self, row: Row) -> Result<()> {
        self.bytes += row.cells.len();
        if self.bytes > TEXT || self.done.len() >= ROWS {
            return Err(too_large());
        }
        self.done.push(row);
        Ok(())
    }

    pub fn finish(mut self) -> Result<Vec<Row>> {
        self.end_row()?;
        Ok(self.done)
    }
}

impl Rows {
    /// How many rows have been begun: a row that adds none has nothing in it.
    pub fn started(&self) -> usize {
        self.done.len() + usize::from(!self.cells.is_empty())
    }
}

/// The row a line higher: a list's first entry is its line 1, and its header line 0.
pub fn one_up(row: Row) -> Row {
    Row { line: row.line - 1, ..row }
}
