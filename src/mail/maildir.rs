//! A Maildir as a source of letters. The file's unique name is the transport id, its mtime is when the letter was received;
//! nothing is deleted, no link is followed, and a file is moved from `new` to `cur` only after the caller has stored it.
//!
//! Everything here blocks on the file system: call it from a blocking task.

use jiff::Timestamp;
use nix::fcntl::OFlag;
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The largest letter that is read unless the setting says otherwise, in bytes.
pub const DEFAULT_MAX_BYTES: u64 = 64 << 20;

/// A Maildir.
#[derive(Clone, Debug)]
pub struct Maildir {
    root: PathBuf,
    max_bytes: u64,
}

/// Which of the two folders a letter lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    New,
    Cur,
}

impl Place {
    fn folder(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Cur => "cur",
        }
    }
}

/// Why a file is listed but will not be read. It stays where it is, and somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    TooLarge {
        size: u64,
        limit: u64,
    },
    /// A link, a directory, a pipe.
    NotAFile,
}

/// One letter that lies there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The unique name before the flags; bytes that are not printable ASCII, and `%`, are percent-encoded.
    pub transport_id: String,
    /// The file's mtime.
    pub received_at: Timestamp,
    /// In bytes.
    pub size: u64,
    pub place: Place,
    pub refusal: Option<Refusal>,
    name: OsString,
}

/// Why the folder cannot be listed.
#[derive(Debug, Error)]
pub enum MaildirError {
    #[error("there is no Maildir: {0} does not exist")]
    Missing(PathBuf),
    #[error("cannot read {0}")]
    Unreadable(PathBuf, #[source] io::Error),
}

/// Why one letter cannot be read now.
#[derive(Debug, Error)]
pub enum ReadError {
    #[error("the file is gone")]
    Vanished,
    #[error("the file will not be read: {0:?}")]
    Refused(Refusal),
    /// Somebody is still writing it in place. It will be read when it rests.
    #[error("the file is being written")]
    Busy,
    #[error("cannot read the file")]
    Io(#[from] io::Error),
}

impl Maildir {
    /// The Maildir at `root`; nothing is touched yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), max_bytes: DEFAULT_MAX_BYTES }
    }

    /// Sets the size beyond which letters are reported instead of read.
    pub fn with_max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Makes the folders that are missing, readable by us alone.
    pub fn create(&self) -> io::Result<()> {
        for folder in ["tmp", "new", "cur"] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(self.root.join(folder))?;
        }
        Ok(())
    }

    /// Every letter, oldest first, then by name.
    pub fn list(&self) -> Result<Vec<Entry>, MaildirError> {
        self.list_unknown(|_| false)
    }

    /// The letters that are still to be stored or acknowledged, oldest first, then by name: all of `new`, and those of `cur`
    /// whose transport id `known` does not know. A known one in `cur` costs no look at the file. `new` is read before `cur`,
    /// so that a letter moved meanwhile is seen at least once; it is listed once.
    pub fn list_unknown(&self, known: impl Fn(&str) -> bool) -> Result<Vec<Entry>, MaildirError> {
        let mut found: Vec<Entry> = Vec::new();
        for place in [Place::New, Place::Cur] {
            for name in self.names(place)? {
                let transport_id = transport_id(&name);
                if place == Place::New || !known(&transport_id) {
                    found.extend(self.entry(place, name, transport_id));
                }
            }
        }
        found.sort_by(|a, b| (&a.transport_id, a.place as u8).cmp(&(&b.transport_id, b.place as u8)));
        found.dedup_by(|later, first| later.transport_id == first.transport_id);
        found.sort_by(|a, b| (a.received_at, &a.name).cmp(&(b.received_at, &b.name)));
        Ok(found)
    }

    /// The letters of `new` alone, oldest first, then by name: a look that costs nothing while `new` is empty, however many
    /// letters `cur` holds.
    pub fn list_new(&self) -> Result<Vec<Entry>, MaildirError> {
        let names = self.names(Place::New)?.into_iter();
        let mut found: Vec<Entry> =
            names.filter_map(|name| self.entry(Place::New, name.clone(), transport_id(&name))).collect();
        found.sort_by(|a, b| (a.received_at, &a.name).cmp(&(b.received_at, &b.name)));
        Ok(found)
    }

    /// The transport id of every letter, without a look at the files.
    pub fn ids(&self) -> Result<HashSet<String>, MaildirError> {
        let mut ids = HashSet::new();
        for place in [Place::New, Place::Cur] {
            ids.extend(self.names(place)?.iter().map(|name| transport_id(name)));
        }
        Ok(ids)
    }

    fn names(&self, place: Place) -> Result<Vec<OsString>, MaildirError> {
        let folder = self.root.join(place.folder());
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => MaildirError::Missing(folder.clone()),
            _ => MaildirError::Unreadable(folder.clone(), error),
        };
        self.is_no_link(place).map_err(unreadable)?;
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let name = entry.map_err(unreadable)?.file_name();
            // The Maildir convention leaves names with a leading dot to others.
            if !name.as_bytes().starts_with(b".") {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// A folder that is a link would have the desk take in, and move, files that are no letters.
    fn is_no_link(&self, place: Place) -> io::Result<()> {
        match fs::symlink_metadata(self.root.join(place.folder()))?.is_dir() {
            true => Ok(()),
            false => Err(io::Error::from(io::ErrorKind::NotADirectory)),
        }
    }

    /// `None` for a file that vanished meanwhile.
    fn entry(&self, place: Place, name: OsString, transport_id: String) -> Option<Entry> {
        let seen = fs::symlink_metadata(self.path(place, &name)).ok()?;
        let refusal = self.refusal(&seen);
        Some(Entry { transport_id, received_at: mtime(&seen), size: seen.len(), place, refusal, name })
    }

    fn refusal(&self, seen: &Metadata) -> Option<Refusal> {
        if !seen.is_file() {
            Some(Refusal::NotAFile)
        } else if seen.len() > self.max_bytes {
            Some(Refusal::TooLarge { size: seen.len(), limit: self.max_bytes })
        } else {
            None
        }
    }

    fn path(&self, place: Place, name: &OsStr) -> PathBuf {
        self.root.join(place.folder()).join(name)
    }

    /// The letter's bytes. A letter that another program moved to `cur` meanwhile is found there.
    pub fn read(&self, entry: &Entry) -> Result<Vec<u8>, ReadError> {
        let file = match open(&self.path(entry.place, &entry.name)) {
            Err(ReadError::Vanished) => {
                let (place, name) = self.find(&entry.transport_id).ok_or(ReadError::Vanished)?;
                open(&self.path(place, &name))?
            }
            other => other?,
        };
        let before = file.metadata()?;
        if let Some(refusal) = self.refusal(&before) {
            return Err(ReadError::Refused(refusal));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(before.len()).unwrap_or(0));
        let read = (&file).take(self.max_bytes + 1).read_to_end(&mut bytes)?;
        let after = file.metadata()?;
        let rests =
            after.len() == before.len() && mtime(&after) == mtime(&before) && read as u64 == before.len();
        if rests { Ok(bytes) } else { Err(ReadError::Busy) }
    }

    fn find(&self, id: &str) -> Option<(Place, OsString)> {
        [Place::Cur, Place::New].into_iter().find_map(|place| {
            let names = self.names(place).ok()?;
            names.into_iter().find(|name| transport_id(name) == id).map(|name| (place, name))
        })
    }

    /// Moves a stored letter from `new` to `cur`. Call it only after the letter is durably stored. Says whether the file was
    /// moved: one that is gone, moved already, or whose name is taken in `cur` is left alone.
    pub fn acknowledge(&self, entry: &Entry) -> io::Result<bool> {
        if entry.place == Place::Cur {
            return Ok(false);
        }
        let mut name = entry.name.clone();
        if unique_part(&name).len() == name.len() {
            name.push(":2,");
        }
        self.is_no_link(Place::New).and_then(|()| self.is_no_link(Place::Cur))?;
        let target = self.path(Place::Cur, &name);
        if fs::symlink_metadata(&target).is_ok() {
            return Ok(false);
        }
        match fs::rename(self.path(Place::New, &entry.name), target) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Opens without following a link and without waiting on a pipe.
fn open(path: &Path) -> Result<File, ReadError> {
    let flags = (OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits();
    OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|error| match error.raw_os_error() {
        Some(code) if code == nix::errno::Errno::ENOENT as i32 => ReadError::Vanished,
        Some(code) if code == nix::errno::Errno::ELOOP as i32 => ReadError::Refused(Refusal::NotAFile),
        _ => ReadError::Io(error),
    })
}

fn mtime(seen: &Metadata) -> Timestamp {
    seen.modified().ok().and_then(|at| Timestamp::try_from(at).ok()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The name before the flags (`:2,S`); some file systems write the colon as `;` or `!`.
fn unique_part(name: &OsStr) -> &[u8] {
    let name = name.as_bytes();
    let flags = name.windows(3).position(|w| matches!(w, [b':' | b';' | b'!', b'1' | b'2', b',']));
    &name[..flags.unwrap_or(name.len())]
}

fn transport_id(name: &OsStr) -> String {
    let mut id = String::new();
    for byte in unique_part(name) {
        if byte.is_ascii_graphic() && *byte != b'%' {
            id.push(char::from(*byte));
        } else {
            id.push_str(&format!("%{byte:02X}"));
        }
    }
    id
}

/// The unique name that a transport id stands for; `None` if it is not one of ours.
pub fn unique_name(id: &str) -> Option<OsString> {
    let mut bytes = Vec::new();
    let mut rest = id.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'%' {
            bytes.push(super::parse::transfer::hex_pair(after)?);
            rest = &after[2..];
        } else {
            bytes.push(*byte);
        }
    }
    Some(OsString::from_vec(bytes))
}
