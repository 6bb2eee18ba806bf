//! The seal of a letter: a file that stands from before `sending` is committed until just before the letter's first byte.
//! Whoever removes it decides. A sender that breaks its seal sends; one that finds it gone must not. Whoever finds a
//! `sending` that its worker has left, and takes the seal away unbroken, has proof that nothing of the letter went out and
//! never will, so that no person is asked about a letter which no server can have.
//!
//! A file is enough because removing one name happens once, whatever process tries, and stays done when the process is
//! killed. A machine that goes down may forget the last of it: a seal proves something only while the machine is up on
//! which it was made, as the kernel's boot id says. Without a seal, or elsewhere, there is no proof.

use crate::desk::{Abandoned, Desk, Leased};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The seals of one desk on this machine since it was started.
pub(super) struct Seals {
    /// None where the kernel names no boot.
    folder: Option<PathBuf>,
    taken: Vec<PathBuf>,
}

/// A letter's seal, if it could be put.
pub(super) struct Seal(Option<PathBuf>);

impl Seals {
    pub fn of(desk: &Desk) -> Self {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
        let boot = boot.map(|boot| boot.trim().to_owned()).filter(|boot| !boot.is_empty());
        Self { folder: boot.map(|boot| desk.state_dir().join("sending").join(boot)), taken: Vec::new() }
    }

    /// Seals a letter that is about to be marked `sending`.
    pub fn put(&self, letter: &Leased, owner: &str) -> Seal {
        let Some(path) = self.path(&letter.id.to_string(), letter.attempts + 1, owner) else {
            return Seal(None);
        };
        let made = File::create(&path).or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                self.create_folder()?;
                File::create(&path)
            }
            _ => Err(error),
        });
        if made.is_ok() {
            self.remove_others(&path, &format!("{}-{}-", letter.id, letter.attempts + 1));
        }
        Seal(made.is_ok().then_some(path))
    }

    /// Whoever sealed this attempt before and was killed before it was marked `sending` never had it: the attempt is ours now.
    fn remove_others(&self, ours: &Path, attempt: &str) {
        let Some(entries) = self.folder.as_ref().and_then(|folder| fs::read_dir(folder).ok()) else { return };
        for entry in entries.flatten() {
            let is_other = entry.file_name().to_str().is_some_and(|name| name.starts_with(attempt))
                && entry.path() != ours;
            if is_other {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Takes the seal of a letter whose worker has gone away; true if nothing of it went out and now never will.
    pub fn take_away(&mut self, gone: &Abandoned) -> bool {
        let Some(seal) = self.path(&gone.id.to_string(), gone.attempts, &gone.owner) else { return false };
        let taken = seal.with_extension("taken");
        let proven = fs::rename(&seal, &taken).is_ok() || taken.exists();
        if proven {
            self.taken.push(taken);
        }
        proven
    }

    /// What was taken away has been recorded: it need not be proven again.
    pub fn forget(&mut self) {
        for taken in self.taken.drain(..) {
            let _ = fs::remove_file(taken);
        }
    }

    /// One name for each attempt of each process, so that an old seal never speaks for a new attempt.
    fn path(&self, delivery: &str, attempt: i64, owner: &str) -> Option<PathBuf> {
        let owner: String = owner.chars().filter(char::is_ascii_alphanumeric).collect();
        self.folder.as_ref().map(|folder| folder.join(format!("{delivery}-{attempt}-{owner}.sealed")))
    }

    fn create_folder(&self) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
    }
}

impl Seal {
    /// Breaks the seal just before the first byte. False: somebody took it away, or it cannot be broken; then nothing may go
    /// out.
    pub fn break_open(self) -> bool {
        self.0.is_none_or(|path| fs::remove_file(path).is_ok())
    }

    /// The letter was not marked `sending`.
    pub fn drop_unused(self) {
        if let Some(path) = self.0 {
            let _ = fs::remove_file(path);
        }
    }
}
