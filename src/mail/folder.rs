//! A folder instead of a server: each letter is one `.eml` file, whole or absent. For demo desks, trials, and machines that
//! another program sends from. The same letter handed over twice is one file.

use super::outcome::{Outcome, Trouble};
use super::parse::parse;
use crate::types::Untrusted;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

/// A folder that letters are written into. It blocks on the file system: call it from a blocking task.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Makes the folder, readable by us alone.
    pub fn create(&self) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.root)
    }

    /// Where the letter with this Message-ID lies or will lie.
    pub fn path_of(&self, message_id: &str) -> PathBuf {
        self.root.join(file_name(message_id))
    }

    /// Writes the letter durably: a temporary file, synced, then named, then the folder synced. Handing over the same bytes
    /// again is accepted and writes nothing; other bytes under the same Message-ID are refused, unless they are to other
    /// recipients: a letter sent again to a corrected address lies beside the first.
    pub fn deliver(&self, message_id: &str, bytes: &[u8]) -> Outcome {
        match self.write(message_id, bytes) {
            Ok(outcome) => outcome,
            Err(_) => Outcome::NotSent { why: Trouble::Folder },
        }
    }

    fn write(&self, message_id: &str, bytes: &[u8]) -> io::Result<Outcome> {
        let mut path = self.path_of(message_id);
        if fs::read(&path).is_ok_and(|first| is_for_others(&first, bytes)) {
            path = self.root.join(file_name(&format!("{message_id}.{}", hex(bytes))));
        }
        let mut draft = tempfile::Builder::new().prefix(".otklik-").suffix(".tmp").tempfile_in(&self.root)?;
        draft.write_all(bytes)?;
        draft.as_file().sync_all()?;
        fail_point!("folder.written", Ok(Outcome::NotSent { why: Trouble::Folder }));
        match draft.persist_noclobber(&path) {
            Ok(_) => {}
            Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {
                if fs::read(&path)? != bytes {
                    return Ok(Outcome::NotSent { why: Trouble::FolderConflict });
                }
            }
            Err(refused) => return Err(refused.error),
        }
        fail_point!("folder.named", _);
        File::open(&self.root)?.sync_all()?;
        Ok(Outcome::Accepted { reply: Untrusted::new("folder") })
    }
}

/// A name that any file system takes, different for different ids.
fn file_name(message_id: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    let usable = (1..=200).contains(&message_id.len())
        && !message_id.starts_with('.')
        && message_id.chars().all(plain);
    if usable {
        return format!("{message_id}.eml");
    }
    format!("id-{}.eml", hex(message_id.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two letters name different recipients.
fn is_for_others(first: &[u8], second: &[u8]) -> bool {
    let (first, second) = (parse(first), parse(second));
    (first.to, first.cc) != (second.to, second.cc)
}
