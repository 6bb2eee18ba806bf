//! Reading an open folder: which letters there are, and their bytes, in pieces that each fit in memory.

use super::answer::{Fetch, fetch, untagged};
use super::session::{Completion, Session};
use super::words::quoted;
use super::{ImapError, ImapFailure};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Bytes of a letter that are asked for at once.
pub const PIECE: usize = 1 << 20;

type Result<T> = std::result::Result<T, ImapError>;

/// A letter that lies in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub uid: u32,
    /// INTERNALDATE: when the server received it, or what a copy kept of that.
    pub received_at: Timestamp,
    /// In bytes, as the server says; some are wrong by a few.
    pub size: u64,
}

impl Session {
    /// The letters with UIDs from `first` to `last`, in order.
    pub async fn list(&mut self, first: u32, last: u32) -> Result<Vec<Entry>> {
        let mut found = BTreeMap::new();
        let command = format!("UID FETCH {first}:{last} (UID INTERNALDATE RFC822.SIZE)");
        let done = self.fetching(&command, |letter| {
            // Answers that nobody asked for (new flags, say) name no date and no size.
            if let (Some(uid), Some(received_at), Some(size)) = (letter.uid, letter.received_at, letter.size)
                && (first..=last).contains(&uid)
            {
                found.insert(uid, Entry { uid, received_at, size });
            }
        });
        accepted(done.await?)?;
        Ok(found.into_values().collect())
    }

    /// The least UID from `from` on that a letter of the open folder has; none if there is none. It asks of a few letters,
    /// however far apart their UIDs lie: by their numbers in the folder, which stay while nothing but such questions is asked
    /// (RFC 3501 section 7.4.1). `from` itself where the server does not say.
    pub async fn next_uid(&mut self, from: u32) -> Result<Option<u32>> {
        let (mut low, mut high, mut least) = (1, self.exists, None);
        while low <= high {
            let middle = low + (high - low) / 2;
            let mut uid = None;
            let command = format!("FETCH {middle} (UID)");
            let done = self.fetching(&command, |letter| uid = uid.or(letter.uid)).await?;
            let Some(uid) = uid.filter(|_| done.is_ok) else { return Ok(Some(from)) };
            if uid < from {
                low = middle + 1;
            } else {
                least = Some(uid);
                high = middle - 1;
            }
        }
        Ok(least)
    }

    /// The UIDs from `first` to `last` that there are, in order.
    pub async fn uids(&mut self, first: u32, last: u32) -> Result<Vec<u32>> {
        let mut found = std::collections::BTreeSet::new();
        let command = format!("UID FETCH {first}:{last} (UID)");
        let done = self.fetching(&command, |letter| {
            found.extend(letter.uid.filter(|uid| (first..=last).contains(uid)));
        });
        accepted(done.await?)?;
        Ok(found.into_iter().collect())
    }

    /// The greatest UID of the open folder; none if it is empty.
    pub async fn greatest_uid(&mut self) -> Result<Option<u32>> {
        if self.exists == 0 {
            return Ok(None);
        }
        let mut greatest = None;
        let done = self.fetching("UID FETCH * (UID)", |letter| greatest = greatest.max(letter.uid));
        accepted(done.await?)?;
        Ok(greatest)
    }

    /// The first [`PIECE`] of each of these letters. One that is gone meanwhile is not among them.
    pub async fn beginnings(&mut self, uids: &[u32]) -> Result<BTreeMap<u32, Vec<u8>>> {
        let mut found = BTreeMap::new();
        let set = uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let command = format!("UID FETCH {set} (UID BODY.PEEK[]<0.{PIECE}>)");
        let done = self.fetching(&command, |letter| {
            if let (Some(uid), Some(body)) = (letter.uid, letter.body)
                && uids.contains(&uid)
            {
                found.entry(uid).or_insert(body);
            }
        });
        accepted(done.await?)?;
        Ok(found)
    }

    /// The whole letter, of which `beginning` is there already; none when it has more than `limit` bytes or is gone
    /// meanwhile.
    pub async fn whole(&mut self, uid: u32, beginning: Vec<u8>, limit: usize) -> Result<Option<Vec<u8>>> {
        let mut letter = beginning;
        let mut last = letter.len();
        while last >= PIECE {
            if letter.len() > limit {
                return Ok(None);
            }
            let mut piece = None;
            let command = format!("UID FETCH {uid} (UID BODY.PEEK[]<{}.{PIECE}>)", letter.len());
            let done = self.fetching(&command, |said| {
                if said.uid == Some(uid) && piece.is_none() {
                    piece = said.body;
                }
            });
            accepted(done.await?)?;
            let Some(piece) = piece else { return Ok(None) };
            last = piece.len();
            letter.extend_from_slice(&piece);
        }
        Ok((letter.len() <= limit).then_some(letter))
    }

    /// Whether the open folder holds a letter with this Message-ID (without angle brackets).
    pub async fn has_message_id(&mut self, id: &str) -> Result<bool> {
        let id = quoted(&format!("<{id}>")).ok_or_else(|| ImapError::new(ImapFailure::Command))?;
        let mut is_there = false;
        let command = format!("UID SEARCH HEADER Message-ID {id}");
        let done = self.run(&command, |answer| {
            let text = answer.text.to_ascii_uppercase();
            if let Some(found) = text.strip_prefix(b"* SEARCH") {
                is_there |= found.iter().any(u8::is_ascii_digit);
            }
            Ok(())
        });
        accepted(done.await?)?;
        Ok(is_there)
    }

    async fn fetching(&mut self, command: &str, mut each: impl FnMut(Fetch)) -> Result<Completion> {
        self.run(command, |answer| {
            untagged(answer).and_then(fetch).into_iter().for_each(&mut each);
            Ok(())
        })
        .await
    }
}

fn accepted(done: Completion) -> Result<()> {
    if done.is_ok { Ok(()) } else { Err(ImapError::saying(ImapFailure::Command, &done.text)) }
}
