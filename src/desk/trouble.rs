//! Why mail is not being taken in when that cannot be written down: on a full disk the note of a failed fetch fails too, and
//! the desk would go on saying that all is well. What this process knows is kept here; what any process can see (there is no
//! space beside the desk's file) is looked at when somebody asks.

use super::Desk;
use crate::types::AccountId;
use std::sync::PoisonError;
use uuid::Uuid;

/// With less space than this a letter of usual size is refused, though a small note may still find room.
const TOO_LITTLE: u64 = 128 << 10;

impl Desk {
    /// Keeps the code of a failure that could not be recorded; `None` after the next look that could.
    pub(crate) fn note_trouble(&self, account: AccountId, code: Option<&'static str>) {
        let mut known = self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match code {
            Some(code) => known.insert(account.0, code),
            None => known.remove(&account.0),
        };
    }

    /// What keeps this account's mail from being stored now, as far as it is not in the desk itself.
    pub(super) fn trouble(&self, account: Uuid) -> Option<&'static str> {
        let known = self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&account).copied().or_else(|| disk_full(self.store.space_left()))
    }
}

fn disk_full(space: Option<u64>) -> Option<&'static str> {
    space.is_some_and(|space| space < TOO_LITTLE).then_some("disk-full")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_full_before_its_last_byte_and_an_unknown_one_is_not() {
        assert_eq!(disk_full(Some(4096)), Some("disk-full"));
        assert_eq!(disk_full(Some(1 << 30)), None);
        assert_eq!(disk_full(None), None);
    }
}
