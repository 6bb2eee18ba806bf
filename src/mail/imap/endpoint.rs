//! A mailbox as people write it, and what is demanded of the line to it.

use super::session::Timeouts;
use super::{ImapError, ImapFailure};
use crate::mail::server::{self, EndpointError, Security, read_place, read_user};
use crate::mail::stream::trusting;
use std::fmt;
use std::sync::{Arc, OnceLock};
use tokio_rustls::rustls::ClientConfig;

/// A mailbox to read from. Cheap to clone: clones share the loaded certificates.
#[derive(Clone)]
pub struct ImapEndpoint {
    implicit_tls: bool,
    user: String,
    host: String,
    port: u16,
    folder: String,
    timeouts: Timeouts,
    tls: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl ImapEndpoint {
    /// Reads `imap://USER@HOST`, `imap://USER@HOST:PORT/FOLDER` or `imaps://…`. The user may hold `@`; user and folder may be
    /// percent-encoded. Unless given, the port is 143, or 993 for `imaps`, and the folder is INBOX.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let (scheme, rest) = text.trim().split_once("://").ok_or(EndpointError::Scheme)?;
        let implicit_tls = match scheme.to_ascii_lowercase().as_str() {
            "imap" => false,
            "imaps" => true,
            _ => return Err(EndpointError::Scheme),
        };
        let (place, folder) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, place) = place.rsplit_once('@').ok_or(EndpointError::User)?;
        let (host, port) = read_place(place)?;
        let folder = match folder {
            "" => "INBOX".to_owned(),
            name => read_user(&name.replace(':', "%3A")).map_err(|_| EndpointError::Path)?,
        };
        Ok(Self {
            implicit_tls,
            user: read_user(user)?,
            host,
            port: port.unwrap_or(if implicit_tls { 993 } else { 143 }),
            folder,
            timeouts: Timeouts::default(),
            tls: Arc::default(),
        })
    }

    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn user(&self) -> &str {
        &self.user
    }

    /// The folder where letters to us come in.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    pub fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    /// What is demanded of the line before a password goes over it.
    pub fn security(&self) -> Security {
        Security::demanded(self.implicit_tls, &self.host)
    }

    /// The TLS settings. The machine's certificates are read once for all connections.
    pub(super) fn tls(&self) -> Result<Arc<ClientConfig>, ImapError> {
        if let Some(made) = self.tls.get() {
            return Ok(made.clone());
        }
        let made = trusting(Vec::new()).map_err(|_| ImapError::new(ImapFailure::Tls))?;
        Ok(self.tls.get_or_init(|| made).clone())
    }
}

impl fmt::Display for ImapEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.implicit_tls { "imaps" } else { "imap" };
        f.write_str(&server::shown(scheme, Some(&self.user), &self.host, self.port))
    }
}

impl fmt::Debug for ImapEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImapEndpoint({}:{})", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_are_read_as_people_write_them() {
        let cases = [
            ("imap://lena@127.0.0.1:1143", "lena", "127.0.0.1", 1143, "INBOX", Security::Plain),
            ("imap://lena@localhost/", "lena", "localhost", 143, "INBOX", Security::Plain),
            ("imap://lena@mail.example.org", "lena", "mail.example.org", 143, "INBOX", Security::StartTls),
            (
                "imaps://lena@example.org@imap.example.org/Appeals",
                "lena@example.org",
                "imap.example.org",
                993,
                "Appeals",
                Security::Tls,
            ),
            (
                "IMAPS://lena%40example.org@почта.рф:1993/%D0%96%D0%B0%D0%BB%D0%BE%D0%B1%D1%8B/a@b:c",
                "lena@example.org",
                "xn--80a1acny.xn--p1ai",
                1993,
                "Жалобы/a@b:c",
                Security::Tls,
            ),
        ];
        for (text, user, host, port, folder, security) in cases {
            let found = ImapEndpoint::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let seen = (found.user(), found.host(), found.port(), found.folder(), found.security());
            assert_eq!(seen, (user, host, port, folder, security), "{text}");
        }
    }

    #[test]
    fn what_is_no_mailbox_is_refused_with_the_reason() {
        let cases = [
            ("mail.example.org", EndpointError::Scheme),
            ("smtp://lena@example.org", EndpointError::Scheme),
            ("imap://mail.example.org", EndpointError::User),
            ("imap://lena:secret@mail.example.org", EndpointError::Password),
            ("imap://lena@", EndpointError::Host),
            ("imap://lena@host:0", EndpointError::Port),
            ("imap://lena@host/a%0D%0Ab", EndpointError::Path),
        ];
        for (text, expected) in cases {
            assert_eq!(ImapEndpoint::parse(text).unwrap_err(), expected, "{text}");
        }
    }
}
