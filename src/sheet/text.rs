//! CSV as spreadsheets and other programs write it: UTF-8, UTF-16 or windows-1251; commas, semicolons or tabs.

use super::rows::{COLUMNS, Rows};
use super::{Book, Format, quotes};
use crate::error::{Error, Result};
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1251};
use std::borrow::Cow;

/// Characters beyond ASCII that are UTF-8 by no accident: text in windows-1251 hardly has three before its first fault.
const MEANT: usize = 3;

pub fn read(bytes: &[u8]) -> Result<Book> {
    let (text, encoding) = decoded(bytes)?;
    let (said, text, skipped) = said_separator(&text);
    let separator = said.unwrap_or_else(|| separator_of(text));
    // The reader counts a line only once it has passed its `\n`, so of `\r\n` the next record would begin a line early.
    let text =
        if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
    quotes::check(&text, separator, skipped + 1)?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut rows = Rows::default();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| Error::usage("bad-csv").because(error))? {
        let line = record.position().map_or(1, csv::Position::line) + skipped;
        let row = u32::try_from(line).unwrap_or(u32::MAX) - 1;
        if record.len() > COLUMNS && record.iter().skip(COLUMNS).any(|cell| !cell.trim().is_empty()) {
            return Err(Error::usage("sheet-too-wide").arg("limit", COLUMNS).arg("line", line));
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            rows.empty(row)?;
        }
        for (column, cell) in record.iter().enumerate() {
            rows.cell(row, column, cell, false)?;
        }
    }
    Ok(Book {
        format: Format::Csv,
        encoding,
        separator: Some(char::from(separator)),
        sheets: vec![String::new()],
        sheet: String::new(),
        rows: rows.finish()?,
        spans: Vec::new(),
    })
}

/// Excel's own first line, `sep=;`.
fn said_separator(text: &str) -> (Option<u8>, &str, u64) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.trim().strip_prefix("sep=").map(str::as_bytes) {
        Some([separator]) => (Some(*separator), rest, 1),
        _ => (None, text, 0),
    }
}

/// What stands between the columns of most of the first lines; titles above the header have none.
fn separator_of(text: &str) -> u8 {
    let count = |separator: char| {
        let counts = text.lines().take(30).map(|line| line.matches(separator).count());
        counts.max().unwrap_or(0)
    };
    let (tabs, semicolons, commas) = (count('\t'), count(';'), count(','));
    match () {
        () if tabs > 0 && tabs >= semicolons && tabs >= commas => b'\t',
        () if semicolons > 0 && semicolons >= commas.min(2) => b';',
        () => b',',
    }
}

/// The text of a file and the name of its encoding.
///
/// # Errors
/// `not-utf8` with the line of the first fault.
pub fn decoded(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str)> {
    for (mark, encoding) in [(b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE)] {
        if let Some(text) = bytes.strip_prefix(mark) {
            return Ok((encoding.decode_without_bom_handling(text).0, "utf-16"));
        }
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let fault = match std::str::from_utf8(text) {
        Ok(text) => return Ok((Cow::Borrowed(text), "utf-8")),
        Err(error) => error.valid_up_to(),
    };
    let (before, _) = text.split_at(fault);
    let meant = String::from_utf8_lossy(before).chars().filter(|c| !c.is_ascii()).count();
    let named = text.len() < bytes.len();
    let (text, _, damaged) = WINDOWS_1251.decode(text);
    if named || meant >= MEANT || damaged || text.contains(|c: char| c.is_control() && !"\t\r\n".contains(c))
    {
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        return Err(Error::usage("not-utf8").arg("line", line));
    }
    Ok((text, "windows-1251"))
}
