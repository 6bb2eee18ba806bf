//! The copy of the checkpoints that stands outside the desk: `checkpoints.jsonl` in the state folder, one JSON line each,
//! only ever appended to. Whoever holds the database alone can neither forge it nor cut it.

use super::journal::{hex, unhex};
use crate::error::Result;
use crate::store::journal::CheckpointRecord;
use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The file's name in the desk's state folder.
pub(crate) const OUTSIDE_FILE: &str = "checkpoints.jsonl";
/// More than a line ever has.
const TAIL: u64 = 4096;

/// A line of the file. Bytes are hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    desk: Uuid,
    n: i64,
    at: i64,
    last_seq: i64,
    rows: i64,
    root: String,
    key: String,
    signature: String,
}

/// A checkpoint as the file has it.
#[derive(Clone, Debug)]
pub(crate) struct Outside {
    pub record: CheckpointRecord,
    /// The public key that it says it was signed with.
    pub key: Vec<u8>,
}

/// What the file holds.
#[derive(Debug, Default)]
pub(crate) struct Copy {
    pub checkpoints: Vec<Outside>,
    /// Numbers of lines that are no checkpoint of this desk.
    pub damaged: Vec<usize>,
}

fn path(state_dir: &Path) -> PathBuf {
    state_dir.join(OUTSIDE_FILE)
}

fn open(state_dir: &Path) -> Result<Option<File>> {
    match File::open(path(state_dir)) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The whole copy; none when there is no file.
pub(crate) fn read(state_dir: &Path, desk: Uuid) -> Result<Option<Copy>> {
    let Some(file) = open(state_dir)? else { return Ok(None) };
    read_lines(file, desk).map(Some)
}

/// Reads lines from anywhere: the file, the copy in a backup.
pub(crate) fn read_lines(from: impl Read, desk: Uuid) -> Result<Copy> {
    let mut copy = Copy::default();
    let mut reader = BufReader::new(from);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        // The last line without its end is one that a dying process began: the next checkpoint replaces it.
        let whole = line.last() == Some(&b'\n');
        match parse(&line).filter(|(line_desk, _)| *line_desk == desk) {
            Some((_, outside)) => copy.checkpoints.push(outside),
            None if whole => copy.damaged.push(number),
            None => {}
        }
    }
    Ok(copy)
}

fn parse(line: &[u8]) -> Option<(Uuid, Outside)> {
    let line: Line = serde_json::from_slice(line).ok()?;
    let record = CheckpointRecord {
        n: line.n,
        at: line.at,
        last_seq: line.last_seq,
        rows_covered: line.rows,
        root: unhex(&line.root)?,
        signature: unhex(&line.signature)?,
    };
    Some((line.desk, Outside { record, key: unhex(&line.key)? }))
}

/// The number of the file's newest checkpoint; 0 when it has none.
pub(crate) fn newest(state_dir: &Path) -> Result<i64> {
    let Some(mut file) = open(state_dir)? else { return Ok(0) };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let lines = tail.split(|byte| *byte == b'\n').rev();
    Ok(lines.filter_map(parse).next().map_or(0, |(_, outside)| outside.record.n))
}

/// Lines as the file has them.
pub(crate) fn lines<'a>(
    desk: Uuid,
    key: &[u8],
    records: impl IntoIterator<Item = &'a CheckpointRecord>,
) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    for record in records {
        let line = Line {
            desk,
            n: record.n,
            at: record.at,
            last_seq: record.last_seq,
            rows: record.rows_covered,
            root: hex(&record.root),
            key: hex(key),
            signature: hex(&record.signature),
        };
        serde_json::to_writer(&mut text, &line).map_err(std::io::Error::from)?;
        text.push(b'\n');
    }
    Ok(text)
}

/// Appends checkpoints, durably. A line that a dying process left half written is cut off first.
pub(crate) fn append(
    state_dir: &Path,
    desk: Uuid,
    key: &VerifyingKey,
    records: &[CheckpointRecord],
) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    write(state_dir, &lines(desk, key.as_bytes(), records)?)
}

/// Appends whole lines and makes them durable, the folder's entry included.
pub(crate) fn write(state_dir: &Path, text: &[u8]) -> Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(state_dir)?;
    let mut file =
        OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path(state_dir))?;
    cut_torn_line(&mut file)?;
    file.write_all(text)?;
    file.sync_all()?;
    File::open(state_dir)?.sync_all()?;
    Ok(())
}

fn cut_torn_line(file: &mut File) -> Result<()> {
    let length = file.metadata()?.len();
    let start = length.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(start))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    if tail.last().is_some_and(|byte| *byte != b'\n') {
        let kept = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        file.set_len(start + kept as u64)?;
    }
    Ok(())
}
