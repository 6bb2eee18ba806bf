//! Spreadsheets of Excel before 2007. The reader lays every table out in memory, so the records are walked first: how far
//! cells span, how much text they would copy, whether there is a password.

use super::rows::{Rows, Table};
use super::xlsx::{day, day_of};
use super::{Book, Format, Pick, damaged, number, spans, too_large};
use crate::error::{Error, Result};
use calamine::{Data, Reader as _, Xls, XlsError};
use std::io::{Cursor, Read as _};

/// Cells of one table, empty ones included, and of all tables.
const CELLS: u64 = 6_000_000;
/// Bytes that the texts of all cells would take.
const TEXT: u64 = 512 << 20;
/// Bytes of a file of this kind.
const FILE: usize = 128 << 20;

pub fn read(bytes: &[u8], pick: &Pick<'_>) -> Result<Book> {
    if bytes.len() > FILE {
        return Err(too_large());
    }
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    if file.exists("/EncryptedPackage") || file.exists("/EncryptionInfo") {
        return Err(Error::usage("sheet-password"));
    }
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.exists(name));
    let name = name.ok_or_else(|| Error::usage("sheet-unknown"))?;
    let mut stream = Vec::new();
    file.open_stream(name).and_then(|mut stream_of| stream_of.read_to_end(&mut stream)).map_err(damaged)?;
    walk(&stream)?;
    drop(stream);
    let mut xls = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => Error::usage("sheet-password"),
        error => damaged(error),
    })?;
    let sheets = xls.sheet_names();
    let taken = pick.from(&sheets, |name| table(&mut xls, name))?;
    Ok(Book {
        format: Format::Xls,
        encoding: "utf-8",
        separator: None,
        sheets,
        sheet: taken.sheet,
        rows: taken.table.rows,
        spans: taken.table.spans,
    })
}

/// [MS-XLS] 2.3: a record is its number, its length and its bytes.
fn walk(stream: &[u8]) -> Result<()> {
    const BOF: u16 = 0x809;
    const FILEPASS: u16 = 0x2f;
    const SST: u16 = 0xfc;
    const CONTINUE: u16 = 0x3c;
    const LABELSST: u16 = 0xfd;
    const CELL: &[u16] = &[0x06, 0xbd, 0xbe, 0xd6, 0xfd, 0x201, 0x203, 0x204, 0x205, 0x27e];
    let (mut at, mut all, mut shared, mut in_sst) = (0usize, 0u64, 0u64, false);
    let (mut last_row, mut last_column, mut texts) = (0u64, 0u64, 0u64);
    let number = |at: usize| stream.get(at..at + 2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    while let (Some(record), Some(length)) = (number(at), number(at + 2)) {
        let body = at + 4;
        match record {
            FILEPASS => return Err(Error::usage("sheet-password")),
            BOF => {
                all += last_row * last_column;
                (last_row, last_column) = (0, 0);
            }
            _ if CELL.contains(&record) => {
                last_row = last_row.max(u64::from(number(body).unwrap_or(0)) + 1);
                last_column = last_column.max(u64::from(number(body + 2).unwrap_or(0)) + 1);
                texts += u64::from(record == LABELSST);
            }
            _ => {}
        }
        in_sst = record == SST || (in_sst && record == CONTINUE);
        if in_sst {
            shared += u64::from(length);
        }
        // Every cell with a shared text copies it: no text of a cell is longer than 32,767 characters or than all texts.
        if all + last_row * last_column > CELLS || (texts > 200_000 && shared > (32 << 20)) {
            return Err(too_large());
        }
        at = body + usize::from(length);
    }
    (texts * shared.min(4096) <= TEXT || texts <= 2_000_000).then_some(()).ok_or_else(too_large)
}

fn table(xls: &mut Xls<Cursor<&[u8]>>, name: &str) -> Result<Table> {
    let range = xls.worksheet_range(name).map_err(damaged)?;
    let (top, left) = range.start().unwrap_or_default();
    let mut rows = Rows::default();
    for (row, column, value) in range.used_cells() {
        let (row, column) = (top + u32::try_from(row).unwrap_or(0), left as usize + column);
        match value {
            Data::Empty => {}
            Data::Int(value) => rows.cell(row, column, &value.to_string(), true)?,
            Data::Float(value) => rows.cell(row, column, &number(*value), true)?,
            Data::String(text) => rows.cell(row, column, text, false)?,
            Data::Bool(value) => rows.cell(row, column, if *value { "да" } else { "нет" }, false)?,
            Data::DateTime(at) => rows.cell(row, column, &day(at), false)?,
            Data::DateTimeIso(text) => rows.cell(row, column, day_of(text), false)?,
            other => rows.cell(row, column, &other.to_string(), false)?,
        }
    }
    let merged = xls.merge_cells_by_sheet_name(name).map_err(damaged)?;
    Ok(Table { rows: rows.finish()?, spans: spans(&merged) })
}
