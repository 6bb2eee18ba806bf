//! Writing an archive, as the rows come out of the desk.

use super::{FORMAT, HEAD, Head, MANIFEST, Manifest, OUTSIDE, PIECE_COLUMNS, PIECES, TableEntry, VERSION};
use crate::desk::journal::hex;
use crate::error::{Error, Result};
use crate::store::backup::{Cell, Piece, Table};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io::{BufWriter, Write};
use tokio::sync::mpsc;
use uuid::Uuid;

/// Bytes of a table's part, about: it ends with the row that reaches this.
const PART: usize = 1 << 20;
const LEVEL: i32 = 3;

/// Writes everything that comes out of the channel; the archive's manifest. It blocks, so it runs on a thread of its own.
/// An error that comes through the channel ends it.
pub(crate) fn write(
    to: impl Write,
    head: Head,
    outside: Option<Vec<u8>>,
    mut pieces: mpsc::Receiver<Result<Piece>>,
) -> Result<Manifest> {
    debug_assert!(head.format == FORMAT && head.version == VERSION);
    let mut packed = zstd::Encoder::new(BufWriter::with_capacity(1 << 18, to), LEVEL)?;
    packed.include_checksum(true)?;
    let mut archive = Writer { tar: tar::Builder::new(packed), head, tables: Vec::new(), current: None };
    archive.json(HEAD, &archive.head.clone())?;
    while let Some(piece) = pieces.blocking_recv() {
        match piece? {
            Piece::Begin(table) => archive.begin(&table)?,
            Piece::Row(row) => archive.row(&row)?,
        }
    }
    archive.finish(outside)
}

struct Writer<W: Write> {
    tar: tar::Builder<zstd::Encoder<'static, W>>,
    head: Head,
    tables: Vec<TableEntry>,
    current: Option<Current>,
}

/// The table that is being written.
struct Current {
    entry: TableEntry,
    hash: Sha256,
    part: Vec<u8>,
    parts: u64,
}

impl<W: Write> Writer<W> {
    fn begin(&mut self, table: &Table) -> Result<()> {
        self.end()?;
        let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        if table.name == PIECES && columns != PIECE_COLUMNS {
            return Err(Error::failed("desk-damaged"));
        }
        let entry = TableEntry { name: table.name.to_owned(), columns, rows: 0, sha256: String::new() };
        self.current = Some(Current { entry, hash: Sha256::new(), part: Vec::new(), parts: 0 });
        Ok(())
    }

    fn row(&mut self, row: &[Cell]) -> Result<()> {
        let Some(current) = &mut self.current else { return Ok(()) };
        current.entry.rows += 1;
        if current.entry.name == PIECES {
            return self.raw_piece(row);
        }
        json_line(&mut current.part, row)?;
        if current.part.len() >= PART {
            self.end_part()?;
        }
        Ok(())
    }

    /// A piece of a raw item: a member of its own, named by the item.
    fn raw_piece(&mut self, row: &[Cell]) -> Result<()> {
        let [Cell::Bytes(raw), Cell::Int(n), Cell::Bytes(bytes)] = row else {
            return Err(Error::failed("desk-damaged"));
        };
        let raw = Uuid::from_slice(raw).map_err(|error| Error::failed("desk-damaged").because(error))?;
        let path = format!("raw/{raw}/{n}");
        if let Some(current) = &mut self.current {
            current.hash.update(path.as_bytes());
            current.hash.update(b"\n");
            current.hash.update(bytes);
        }
        self.member(&path, bytes)
    }

    fn end_part(&mut self) -> Result<()> {
        let Some(current) = &mut self.current else { return Ok(()) };
        if current.part.is_empty() {
            return Ok(());
        }
        current.parts += 1;
        let path = format!("tables/{}/{:06}.jsonl", current.entry.name, current.parts);
        let part = std::mem::take(&mut current.part);
        current.hash.update(&part);
        self.member(&path, &part)
    }

    fn end(&mut self) -> Result<()> {
        self.end_part()?;
        if let Some(mut current) = self.current.take() {
            current.entry.sha256 = hex(&current.hash.finalize());
            self.tables.push(current.entry);
        }
        Ok(())
    }

    fn finish(mut self, outside: Option<Vec<u8>>) -> Result<Manifest> {
        self.end()?;
        let digest = outside.as_ref().map(|outside| hex(&Sha256::digest(outside)));
        if let Some(outside) = &outside {
            self.member(OUTSIDE, outside)?;
        }
        let tables = std::mem::take(&mut self.tables);
        let manifest = Manifest { head: self.head.clone(), tables, outside: digest };
        self.json(MANIFEST, &manifest)?;
        self.tar.into_inner()?.finish()?.flush()?;
        Ok(manifest)
    }

    fn json(&mut self, path: &str, value: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_vec_pretty(value).map_err(std::io::Error::from)?;
        text.push(b'\n');
        self.member(path, &text)
    }

    fn member(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(self.head.made_at.as_second()).unwrap_or(0));
        header.set_entry_type(tar::EntryType::Regular);
        Ok(self.tar.append_data(&mut header, path, bytes)?)
    }
}

/// A row as a JSON array on a line of its own.
fn json_line(to: &mut Vec<u8>, row: &[Cell]) -> Result<()> {
    to.push(b'[');
    for (at, cell) in row.iter().enumerate() {
        if at > 0 {
            to.push(b',');
        }
        match cell {
            Cell::Null => to.extend_from_slice(b"null"),
            Cell::Int(int) => to.extend_from_slice(int.to_string().as_bytes()),
            Cell::Text(text) => serde_json::to_writer(&mut *to, text).map_err(std::io::Error::from)?,
            Cell::Bytes(bytes) => {
                to.push(b'"');
                to.extend_from_slice(hex(bytes).as_bytes());
                to.push(b'"');
            }
        }
    }
    to.extend_from_slice(b"]\n");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_one_line_whatever_it_holds() {
        let mut line = Vec::new();
        let row = [
            Cell::Null,
            Cell::Int(i64::MIN),
            Cell::Text("«a»\n\"\u{7f}\u{2028}".into()),
            Cell::Bytes(vec![0, 255]),
        ];
        json_line(&mut line, &row).unwrap();
        let line = String::from_utf8(line).unwrap();
        assert_eq!(line.trim_end().lines().count(), 1);
        let back: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(back, serde_json::json!([null, i64::MIN, "«a»\n\"\u{7f}\u{2028}", "00ff"]));
    }

    #[tokio::test]
    async fn a_full_disk_is_an_error_of_its_own() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let head = Head {
            format: FORMAT.into(),
            version: VERSION,
            desk: Uuid::nil(),
            schema: 1,
            engine: "sqlite".into(),
            made_at: jiff::Timestamp::UNIX_EPOCH,
        };
        let (_, pieces) = mpsc::channel(1);
        let done = tokio::task::spawn_blocking(move || write(full, head, None, pieces)).await.unwrap();
        let error = done.unwrap_err();
        assert_eq!(crate::desk::archive::as_file_error(std::path::Path::new("x"), error).code, "disk-full");
    }
}
