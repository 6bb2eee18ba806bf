//! What became of one attempt to hand a letter over: the words that a delivery's state is made of.

use crate::types::Untrusted;
use crate::types::codes::codes;

codes! {
    /// How far the conversation with the server had come (RFC 5321 section 3.3).
    Phase { Mail = "mail", Rcpt = "rcpt", Data = "data", Message = "message" }
}

codes! {
    /// What went wrong on our side of the conversation, or with the connection.
    Trouble {
        ConnectionLost = "connection_lost",
        TimedOut = "timed_out",
        /// The server said something that is not SMTP.
        Protocol = "protocol",
        /// The session is over; a new one is needed.
        SessionOver = "session_over",
        /// The address is not one that mail can be sent to.
        BadAddress = "bad_address",
        /// The address has letters outside ASCII before the at sign, and the server takes none (RFC 6531).
        NeedsSmtpUtf8 = "needs_smtputf8",
        /// The folder could not be written.
        Folder = "folder",
        /// Another letter with this Message-ID lies in the folder already.
        FolderConflict = "folder_conflict",
    }
}

/// The end of one attempt. The server's words are outside text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server took the letter and is responsible for it.
    Accepted { reply: Untrusted },
    /// Refused for now (4yz). Nothing was taken.
    Transient { phase: Phase, code: u16, text: Untrusted },
    /// Refused for good (5yz). Nothing was taken.
    Permanent { phase: Phase, code: u16, text: Untrusted },
    /// The whole letter went out and no answer came back: it may have been taken. Never sent again without a person.
    Unknown { why: Trouble },
    /// The letter's end was never sent, so no server can have taken it.
    NotSent { why: Trouble },
}

impl Outcome {
    /// Whether another attempt cannot make a second copy and may succeed.
    pub fn may_retry(&self) -> bool {
        match self {
            Self::Transient { .. } => true,
            Self::NotSent { why } => {
                !matches!(why, Trouble::BadAddress | Trouble::NeedsSmtpUtf8 | Trouble::FolderConflict)
            }
            Self::Accepted { .. } | Self::Permanent { .. } | Self::Unknown { .. } => false,
        }
    }
}
