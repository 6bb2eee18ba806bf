//! IMAP (RFC 3501), the part that a desk needs: reading folders without touching them, waiting for what comes, putting a
//! letter into a folder. Folders are opened read-only and bodies fetched by `BODY.PEEK`, so nothing that we read becomes
//! `\Seen`, and nothing is ever deleted.
//!
//! The server is not trusted: a line, a literal, an answer and the number of answers to one command have limits, and every
//! wait has an end. That, and errors that never quote what a server sent of a letter, is why the protocol is spoken here and
//! not by a crate: docs/decisions tells which was tried.

mod answer;
mod endpoint;
mod read;
mod session;
mod waiting;
mod wire;
mod words;

pub use endpoint::ImapEndpoint;
pub use read::{Entry, PIECE};
pub use session::{Folder, Session, Timeouts};
pub use waiting::Waiting;

use crate::types::Untrusted;
use crate::types::codes::codes;
use std::io;
use thiserror::Error;

codes! {
    /// Why a mailbox cannot be read now.
    ImapFailure {
        /// The host's name is not known, or nothing answers there.
        Connect = "imap_connect",
        TimedOut = "imap_timed_out",
        /// Something takes the connection and says nothing.
        Silent = "imap_silent",
        /// The certificate is not trusted, or TLS failed otherwise.
        Tls = "imap_tls",
        /// The server offers no STARTTLS, and without TLS no password goes to another machine.
        NoStartTls = "imap_no_starttls",
        /// The server greeted us with a refusal.
        Refused = "imap_refused",
        /// Name or password are wrong, or an app password is needed.
        Auth = "imap_auth",
        /// The server offers no way to sign in that we know.
        AuthUnsupported = "imap_auth_unsupported",
        /// No password is given.
        NoPassword = "imap_no_password",
        /// The folder cannot be opened.
        Folder = "imap_folder",
        /// The connection broke off.
        Lost = "imap_lost",
        /// The server said NO or BAD to a command that it should have carried out.
        Command = "imap_command",
        /// What the server says is not IMAP, or is more than it was asked for.
        Protocol = "imap_protocol",
    }
}

/// What went wrong, with the server's own words where it said something.
#[derive(Clone, Debug, Error)]
#[error("IMAP: {}", failure.code())]
pub struct ImapError {
    pub failure: ImapFailure,
    /// What the server said to it; never a part of a letter.
    pub text: Untrusted,
}

impl ImapError {
    pub(crate) fn new(failure: ImapFailure) -> Self {
        Self { failure, text: Untrusted::default() }
    }

    fn saying(failure: ImapFailure, text: &[u8]) -> Self {
        let text: String = String::from_utf8_lossy(text).chars().take(500).collect();
        Self { failure, text: Untrusted::new(text) }
    }

    fn of_line(error: &io::Error) -> Self {
        Self::new(match error.kind() {
            io::ErrorKind::TimedOut => ImapFailure::TimedOut,
            io::ErrorKind::InvalidData => ImapFailure::Protocol,
            _ => ImapFailure::Lost,
        })
    }
}

/// Whether this is written as a mailbox's address is: with a user, without a password.
pub fn is_mailbox_url(url: &str) -> bool {
    ImapEndpoint::parse(url).is_ok()
}
