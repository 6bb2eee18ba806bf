//! The archive of a backup: one file, the same for both engines. It is a tar inside one zstd stream:
//!
//! ```text
//! otklik.json                    what it is: format, desk, schema, engine, moment
//! tables/appeals/000001.jsonl    rows as JSON arrays: numbers, texts, bytes and ids in hexadecimal, null
//! raw/RAW_ID/N                   pieces of what came in, byte for byte as they are stored
//! checkpoints.jsonl              the copy of the journal's checkpoints that stands outside the desk
//! manifest.json                  every table with its columns, number of rows and SHA-256
//! ```
//!
//! Tables stand in a fixed order and are cut into parts, so that neither writing nor reading needs more memory than one
//! part. The private keys of the journal and of the cards are not in it: whoever finds a backup must not be able to sign.

mod read;
mod write;

pub(crate) use read::{Loaded, check, load, open};
pub(crate) use write::write;

use crate::error::Error;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::Path;
use uuid::Uuid;

/// The word by which an archive is known.
pub(crate) const FORMAT: &str = "otklik-desk";
/// The newest version of the format that this program reads; it writes this one.
pub(crate) const VERSION: u32 = 1;

const HEAD: &str = "otklik.json";
const MANIFEST: &str = "manifest.json";
const OUTSIDE: &str = "checkpoints.jsonl";
/// The table whose bytes stand as they are.
const PIECES: &str = "raw_pieces";
const PIECE_COLUMNS: [&str; 3] = ["raw_id", "n", "bytes"];

/// What an archive says of itself at its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub format: String,
    pub version: u32,
    pub desk: Uuid,
    pub schema: i64,
    pub engine: String,
    pub made_at: Timestamp,
}

/// What an archive says of itself at its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    #[serde(flatten)]
    pub head: Head,
    pub tables: Vec<TableEntry>,
    /// SHA-256 of `checkpoints.jsonl`, when there is one.
    pub outside: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableEntry {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: i64,
    /// Over the parts one after another; for raw pieces over each one's path, a line feed and its bytes.
    pub sha256: String,
}

impl Manifest {
    pub fn rows(&self) -> i64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// An error of a file, as a sentence can say it.
pub(crate) fn file_error(path: &Path, error: std::io::Error) -> Error {
    let made = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            Error::failed("disk-full")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::failed("file-denied"),
        ErrorKind::AlreadyExists => Error::conflict("file-exists"),
        ErrorKind::NotADirectory => Error::not_found("no-folder"),
        ErrorKind::NotFound => Error::not_found("no-file"),
        kind => Error::failed("io").arg("reason", kind),
    };
    made.arg("file", path.display()).because(error)
}

/// The same for an error that passed through others on its way.
pub(crate) fn as_file_error(path: &Path, error: Error) -> Error {
    let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref::<std::io::Error>());
    match source {
        Some(source) => file_error(path, std::io::Error::new(source.kind(), error)),
        None => error,
    }
}
