//! Reading an archive: every member is hashed as it passes and compared with the manifest at the end, so that what is
//! damaged, cut or put together by somebody else is refused. Nothing is ever unpacked to a path that an archive names.

use super::{
    FORMAT, HEAD, Head, MANIFEST, Manifest, OUTSIDE, PIECE_COLUMNS, PIECES, TableEntry, VERSION, file_error,
};
use crate::desk::journal::{hex, unhex};
use crate::error::{Error, Result};
use crate::store::backup::{Cell, Column, Kind, Table};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;
use tokio::sync::mpsc;
use uuid::Uuid;

/// The first bytes of a zstd stream (RFC 8878 section 3.1.1).
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// No part is nearly as long; a longer one is not ours.
const LONGEST: u64 = 256 << 20;

/// Rows of one table, in order, or the copy of the checkpoints.
#[derive(Debug)]
pub(crate) enum Loaded {
    Rows(&'static str, Vec<Vec<Cell>>),
    Outside(Vec<u8>),
}

fn damaged(path: &Path) -> Error {
    Error::failed("archive-damaged").arg("file", path.display())
}

/// Opens an archive, so that checking and loading read the same file even if its name is given to another.
pub(crate) fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| file_error(path, error))
}

/// Reads the whole archive and compares everything with its manifest.
pub(crate) fn check(file: &File, path: &Path) -> Result<Manifest> {
    walk(file, path, &mut |_, _| Ok(()))
}

/// Reads the archive again and sends its rows, as the columns of `tables` take them. An error goes the same way, last; so
/// whoever loads must not commit before the channel has ended without one.
pub(crate) fn load(file: &File, path: &Path, tables: &[Table], sender: &mpsc::Sender<Result<Loaded>>) {
    let done = walk(file, path, &mut |member, bytes| {
        let loaded = match member {
            Member::Part { table, .. } => {
                let table = tables.iter().find(|known| known.name == *table).ok_or_else(|| damaged(path))?;
                Loaded::Rows(table.name, rows(bytes, &table.columns).ok_or_else(|| damaged(path))?)
            }
            Member::Piece { raw, n } => {
                let table = tables.iter().find(|known| known.name == PIECES).ok_or_else(|| damaged(path))?;
                let cells = [raw.as_bytes().to_vec(), bytes.to_vec()].map(Cell::Bytes);
                let [raw, bytes] = cells;
                Loaded::Rows(table.name, vec![vec![raw, Cell::Int(*n), bytes]])
            }
            Member::Outside => Loaded::Outside(bytes.to_vec()),
            Member::Head | Member::Manifest => return Ok(()),
        };
        sender.blocking_send(Ok(loaded)).map_err(|_| Error::failed("interrupted"))
    });
    if let Err(error) = done {
        // Nobody listens any more: then nobody commits either.
        let _ = sender.blocking_send(Err(error));
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Member {
    Head,
    Part { table: String, part: u64 },
    Piece { raw: Uuid, n: i64 },
    Outside,
    Manifest,
}

impl Member {
    fn parse(path: &str) -> Option<Self> {
        let mut parts = path.split('/');
        let member = match (parts.next()?, parts.next(), parts.next()) {
            (HEAD, None, None) => Member::Head,
            (MANIFEST, None, None) => Member::Manifest,
            (OUTSIDE, None, None) => Member::Outside,
            ("tables", Some(table), Some(part)) => {
                let part = part.strip_suffix(".jsonl")?.parse().ok()?;
                Member::Part { table: table.to_owned(), part }
            }
            ("raw", Some(raw), Some(n)) => {
                Member::Piece { raw: Uuid::parse_str(raw).ok()?, n: n.parse().ok()? }
            }
            _ => return None,
        };
        parts.next().is_none().then_some(member)
    }
}

/// What was seen of a table so far.
struct Seen {
    name: String,
    rows: i64,
    parts: u64,
    hash: Sha256,
}

/// Everything that was seen, to be held against the manifest.
#[derive(Default)]
struct Tally {
    head: Option<Head>,
    tables: Vec<Seen>,
    outside: Option<String>,
    manifest: Option<Manifest>,
}

fn walk(file: &File, path: &Path, take: &mut dyn FnMut(&Member, &[u8]) -> Result<()>) -> Result<Manifest> {
    let mut file = file;
    file.rewind().map_err(|error| file_error(path, error))?;
    let unknown = || Error::failed("archive-unknown").arg("file", path.display());
    let mut magic = [0; 4];
    file.read_exact(&mut magic).map_err(|_| unknown())?;
    if magic != ZSTD {
        return Err(unknown());
    }
    file.rewind().map_err(|error| file_error(path, error))?;
    let packed = zstd::Decoder::new(BufReader::with_capacity(1 << 18, file)).map_err(|_| damaged(path))?;
    let mut archive = tar::Archive::new(packed);
    let mut tally = Tally::default();
    let mut bytes = Vec::new();
    for entry in archive.entries().map_err(|_| damaged(path))? {
        // A first member that is not ours says that the file is not; a later one, that it is damaged.
        let first = tally.head.is_none();
        let mut entry = entry.map_err(|_| damaged(path))?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let member = Member::parse(&name).filter(|_| entry.header().entry_type().is_file());
        let member = member.ok_or_else(|| if first { unknown() } else { damaged(path) })?;
        if entry.size() > LONGEST {
            return Err(damaged(path));
        }
        bytes.clear();
        entry.read_to_end(&mut bytes).map_err(|_| damaged(path))?;
        if first != (member == Member::Head) {
            return Err(if first { unknown() } else { damaged(path) });
        }
        tally.see(&member, &name, &bytes, path)?;
        take(&member, &bytes)?;
    }
    // The end of the stream has its own checksum, which only reading it to the end checks.
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink()).map_err(|_| damaged(path))?;
    tally.manifest(path)
}

impl Tally {
    fn see(&mut self, member: &Member, name: &str, bytes: &[u8], path: &Path) -> Result<()> {
        if self.manifest.is_some() {
            return Err(damaged(path));
        }
        match member {
            Member::Head => self.head = Some(head(bytes, path)?),
            Member::Part { table, part } => {
                let rows = bytes.iter().filter(|byte| **byte == b'\n').count();
                let seen = self.table(table);
                seen.parts += 1;
                if seen.parts != *part {
                    return Err(damaged(path));
                }
                seen.rows += i64::try_from(rows).unwrap_or(i64::MAX);
                seen.hash.update(bytes);
            }
            Member::Piece { .. } => {
                let seen = self.table(PIECES);
                seen.rows += 1;
                seen.hash.update(name.as_bytes());
                seen.hash.update(b"\n");
                seen.hash.update(bytes);
            }
            Member::Outside => self.outside = Some(hex(&Sha256::digest(bytes))),
            Member::Manifest => {
                self.manifest = Some(serde_json::from_slice(bytes).map_err(|_| damaged(path))?);
            }
        }
        Ok(())
    }

    fn table(&mut self, name: &str) -> &mut Seen {
        // Parts of a table stand together, so it is the last one or a new one; a table seen twice meets the manifest.
        if self.tables.last().is_none_or(|seen| seen.name != name) {
            self.tables.push(Seen { name: name.to_owned(), rows: 0, parts: 0, hash: Sha256::new() });
        }
        let last = self.tables.len() - 1;
        &mut self.tables[last]
    }

    /// The manifest, if it says what was seen. A table without rows has no part.
    fn manifest(self, path: &Path) -> Result<Manifest> {
        let Self { head: Some(head), tables, outside, manifest: Some(manifest) } = self else {
            return Err(damaged(path));
        };
        let mut seen = tables.into_iter().peekable();
        let told = |entry: &TableEntry| {
            let found = seen.next_if(|seen| seen.name == entry.name);
            let (rows, hash) = found.map_or((0, Sha256::new()), |seen| (seen.rows, seen.hash));
            let columns = entry.name != PIECES || entry.columns == PIECE_COLUMNS;
            columns && rows == entry.rows && hex(&hash.finalize()) == entry.sha256
        };
        let all = manifest.tables.iter().all(told);
        if !all || seen.next().is_some() || manifest.head != head || manifest.outside != outside {
            return Err(damaged(path));
        }
        Ok(manifest)
    }
}

fn head(bytes: &[u8], path: &Path) -> Result<Head> {
    let value: Value = serde_json::from_slice(bytes).map_err(|_| damaged(path))?;
    if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(Error::failed("archive-unknown").arg("file", path.display()));
    }
    let version = value.get("version").and_then(Value::as_u64).unwrap_or(0);
    if version > u64::from(VERSION) {
        let error = Error::failed("archive-newer").arg("file", path.display());
        return Err(error.arg("desk", version).arg("program", VERSION));
    }
    serde_json::from_value(value).map_err(|_| damaged(path))
}

/// The rows of a part, as the columns take them; none when one does not fit.
fn rows(part: &[u8], columns: &[Column]) -> Option<Vec<Vec<Cell>>> {
    let lines = part.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let values: Vec<Value> = serde_json::from_slice(line).ok()?;
            if values.len() != columns.len() {
                return None;
            }
            values.into_iter().zip(columns).map(|(value, column)| cell(value, column.kind)).collect()
        })
        .collect()
}

fn cell(value: Value, kind: Kind) -> Option<Cell> {
    Some(match (value, kind) {
        (Value::Null, _) => Cell::Null,
        (Value::Number(number), Kind::Int) => Cell::Int(number.as_i64()?),
        (Value::String(text), Kind::Text) => Cell::Text(text),
        (Value::String(text), Kind::Bytes | Kind::Uuid) => Cell::Bytes(unhex(&text)?),
        _ => return None,
    })
}
