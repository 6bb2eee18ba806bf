//! Spreadsheets of LibreOffice, read as a stream. Rows and cells that say that they are repeated are repeated only where
//! something stands in them, and only up to the limits.

use super::rows::{COLUMNS, Rows, Span, Table};
use super::xlsx::day_of;
use super::{Book, Format, Pick, damaged, guard};
use crate::error::Result;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Cursor};
use zip::ZipArchive;

pub fn read(bytes: &[u8], pick: &Pick<'_>) -> Result<Book> {
    let sheets = scanned(bytes, None)?.names;
    let taken = pick.from(&sheets, |name| {
        let place = sheets.iter().position(|sheet| sheet == name);
        let scan = scanned(bytes, place)?;
        Ok(Table { rows: scan.rows.finish()?, spans: scan.spans })
    })?;
    let Table { rows, spans } = taken.table;
    Ok(Book {
        format: Format::Ods,
        encoding: "utf-8",
        separator: None,
        sheets,
        sheet: taken.sheet,
        rows,
        spans,
    })
}

/// One walk through the document.
#[derive(Default)]
struct Scan {
    /// The tables by their names, in order.
    names: Vec<String>,
    /// The table that is read, by its place.
    wanted: Option<usize>,
    /// Rows of the wanted table.
    rows: Rows,
    /// Its cells that were merged with those below.
    spans: Vec<Span>,
    row: u32,
    row_repeat: u32,
    column: usize,
    cells: Vec<(usize, String, bool)>,
    cell: Option<Open>,
    /// Inside of a comment, or of a table in a cell.
    aside: usize,
}

/// A cell that is being read.
#[derive(Default)]
struct Open {
    /// What the cell's attributes say; its text is how that is shown.
    value: Option<String>,
    is_number: bool,
    text: String,
    repeat: usize,
    /// Rows that it goes down over, its own included.
    down: u32,
}

fn scanned(bytes: &[u8], wanted: Option<usize>) -> Result<Scan> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let content = archive.by_name("content.xml").map_err(damaged)?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    reader.config_mut().expand_empty_elements = true;
    let (mut scan, mut buffer) = (Scan { wanted, ..Scan::default() }, Vec::new());
    let mut is_whole = false;
    loop {
        match reader.read_event_into(&mut buffer).map_err(damaged)? {
            Event::Eof if is_whole => return Ok(scan),
            Event::Eof => return Err(damaged("the document ends in its middle")),
            Event::Start(tag) => scan.start(&tag)?,
            Event::End(tag) => {
                let name = tag.name();
                is_whole |= AsRef::<str>::as_ref(&name) == "office:document-content";
                scan.end(name.as_ref())?;
            }
            Event::Text(text) => scan.text(&text.xml10_content()),
            Event::GeneralRef(name) => {
                let named = match &*name {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    // An entity that the document itself declares is never expanded.
                    _ => name.resolve_char_ref().map_err(damaged)?,
                };
                scan.text(named.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut [0; 4]));
            }
            _ => {}
        }
        buffer.clear();
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>> {
    let found = tag.try_get_attribute(name).map_err(damaged)?;
    let value = found.map(|found| quick_xml::escape::unescape(&found.value).map(|value| value.into_owned()));
    value.transpose().map_err(damaged)
}

fn repeat(tag: &BytesStart<'_>, name: &str) -> Result<u32> {
    Ok(attribute(tag, name)?.and_then(|text| text.parse().ok()).unwrap_or(1).max(1))
}

impl Scan {
    fn is_here(&self) -> bool {
        self.wanted.is_some_and(|wanted| wanted + 1 == self.names.len())
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<()> {
        let name = tag.name();
        let name: &str = name.as_ref();
        if self.aside > 0 || name == "office:annotation" || (name == "table:table" && self.cell.is_some()) {
            self.aside += 1;
            return Ok(());
        }
        match name {
            "table:table" => {
                self.names.push(attribute(tag, "table:name")?.unwrap_or_default());
                (self.row, self.column) = (0, 0);
            }
            _ if !self.is_here() => {}
            "table:table-row" => {
                self.row_repeat = repeat(tag, "table:number-rows-repeated")?;
                self.column = 0;
                self.cells.clear();
            }
            "table:table-cell" | "table:covered-table-cell" => self.cell = Some(opened(tag)?),
            "text:p" => {
                if let Some(cell) = self.cell.as_mut().filter(|cell| !cell.text.is_empty()) {
                    cell.text.push('\n');
                }
            }
            "text:s" | "text:tab" | "text:line-break" => self.text(" "),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|_| self.aside == 0) {
            cell.text.push_str(text);
        }
    }

    fn end(&mut self, name: &str) -> Result<()> {
        if self.aside > 0 {
            self.aside -= 1;
            return Ok(());
        }
        match name {
            "table:table-cell" | "table:covered-table-cell" => {
                let Some(cell) = self.cell.take() else { return Ok(()) };
                let text = cell.value.unwrap_or(cell.text);
                if !text.trim().is_empty() {
                    // One past the limit is enough for the row to be refused.
                    let last = (self.column + cell.repeat).min(self.column.max(COLUMNS) + 1);
                    let cells = (self.column..last).map(|column| (column, text.clone(), cell.is_number));
                    self.cells.extend(cells);
                    if cell.down > 1 && self.spans.len() < guard::MERGED {
                        let (column, first) = (self.column, self.row.saturating_add(1));
                        self.spans.push(Span { column, first, last: self.row.saturating_add(cell.down) });
                    }
                }
                self.column = self.column.saturating_add(cell.repeat);
            }
            "table:table-row" if self.is_here() => {
                if !self.cells.is_empty() {
                    for n in 0..self.row_repeat {
                        for (column, text, is_number) in &self.cells {
                            self.rows.cell(self.row.saturating_add(n), *column, text, *is_number)?;
                        }
                    }
                }
                self.row = self.row.saturating_add(self.row_repeat);
            }
            _ => {}
        }
        Ok(())
    }
}

fn opened(tag: &BytesStart<'_>) -> Result<Open> {
    let kind = attribute(tag, "office:value-type")?.unwrap_or_default();
    let of = |name| attribute(tag, name);
    let number = of("office:value")?.and_then(|text| text.parse().ok()).map(super::number);
    let (value, is_number) = match kind.as_str() {
        "float" | "currency" | "percentage" => (number, true),
        "date" => (of("office:date-value")?.map(|text| day_of(&text).to_owned()), false),
        _ => (None, false),
    };
    let repeat = repeat(tag, "table:number-columns-repeated")? as usize;
    let down = self::repeat(tag, "table:number-rows-spanned")?;
    Ok(Open { value, is_number, text: String::new(), repeat, down })
}
