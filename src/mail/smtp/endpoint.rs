//! Where letters are handed over: the address of a server as people write it, and what is demanded of the line to it.

use super::{SmtpError, SmtpFailure, Timeouts};
use crate::mail::server::{self, EndpointError, Security, read_place, read_user};
use crate::mail::stream::trusting;
use lettre::transport::smtp::extension::ClientId;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};

/// A server to hand letters to. Cheap to clone: clones share the loaded certificates.
#[derive(Clone)]
pub struct SmtpEndpoint {
    implicit_tls: bool,
    user: Option<String>,
    host: String,
    port: u16,
    ca_file: Option<PathBuf>,
    hello: Option<String>,
    timeouts: Timeouts,
    tls: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl SmtpEndpoint {
    /// Reads `smtp://HOST`, `smtp://USER@HOST:PORT` or `smtps://…`. The user may hold `@`, or be percent-encoded. Ports
    /// unless given: 465 for `smtps`, 587 for `smtp` with a user, else 25.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let (scheme, rest) = text.trim().split_once("://").ok_or(EndpointError::Scheme)?;
        let implicit_tls = match scheme.to_ascii_lowercase().as_str() {
            "smtp" => false,
            "smtps" => true,
            _ => return Err(EndpointError::Scheme),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, place)) => (Some(read_user(user)?), place),
            None => (None, rest),
        };
        if place.contains(['/', '?', '#']) {
            return Err(EndpointError::Path);
        }
        let (host, port) = read_place(place)?;
        let default = if implicit_tls {
            465
        } else if user.is_some() {
            587
        } else {
            25
        };
        Ok(Self {
            implicit_tls,
            user,
            host,
            port: port.unwrap_or(default),
            ca_file: None,
            hello: None,
            timeouts: Timeouts::default(),
            tls: Arc::default(),
        })
    }

    /// Trusts the certificates in this PEM file besides the machine's own, for servers of a private authority.
    pub fn with_ca_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(file.into());
        self.tls = Arc::default();
        self
    }

    /// The name to greet with; the machine's own if none is given.
    pub fn with_hello(mut self, name: &str) -> Self {
        self.hello = Some(name.to_owned());
        self
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

    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    pub fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    pub(super) fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }

    /// What is demanded of the line.
    pub fn security(&self) -> Security {
        Security::demanded(self.implicit_tls, &self.host)
    }

    /// The TLS settings. The machine's certificates are read once for all sessions: they cost more than a letter.
    pub(super) fn tls(&self) -> Result<Arc<ClientConfig>, SmtpError> {
        if let Some(made) = self.tls.get() {
            return Ok(made.clone());
        }
        let besides = match &self.ca_file {
            Some(file) => certificates(file).ok_or_else(|| SmtpError::new(SmtpFailure::CaFile))?,
            None => Vec::new(),
        };
        let failure = if besides.is_empty() { SmtpFailure::Tls } else { SmtpFailure::CaFile };
        let made = trusting(besides).map_err(|_| SmtpError::new(failure))?;
        Ok(self.tls.get_or_init(|| made).clone())
    }

    /// The name for EHLO: a full domain name, or an address literal (RFC 5321 section 4.1.4).
    pub(super) fn hello(&self) -> ClientId {
        let machine = || nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok());
        let usable = |name: &String| {
            name.contains('.') && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        };
        let name = self.hello.clone().filter(usable).or_else(|| machine().filter(usable));
        name.map_or_else(ClientId::default, ClientId::Domain)
    }
}

/// The certificates of a PEM file; `None` if it cannot be read or has none.
fn certificates(file: &Path) -> Option<Vec<CertificateDer<'static>>> {
    let found = CertificateDer::pem_file_iter(file).ok()?.collect::<Result<Vec<_>, _>>().ok()?;
    Some(found).filter(|found| !found.is_empty())
}

impl fmt::Display for SmtpEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.implicit_tls { "smtps" } else { "smtp" };
        f.write_str(&server::shown(scheme, self.user.as_deref(), &self.host, self.port))
    }
}

impl fmt::Debug for SmtpEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpEndpoint({}:{})", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_as_people_write_them() {
        let cases = [
            ("smtp://127.0.0.1:2525", None, "127.0.0.1", 2525, Security::Plain),
            ("smtp://localhost", None, "localhost", 25, Security::Plain),
            ("smtp://[::1]:25/", None, "::1", 25, Security::Plain),
            ("smtp://mail.example.org", None, "mail.example.org", 25, Security::StartTls),
            (
                "smtp://lena@example.org@mail.example.org",
                Some("lena@example.org"),
                "mail.example.org",
                587,
                Security::StartTls,
            ),
            (
                "SMTPS://lena%40example.org@mail.example.org",
                Some("lena@example.org"),
                "mail.example.org",
                465,
                Security::Tls,
            ),
            ("smtp://почта.рф:26", None, "xn--80a1acny.xn--p1ai", 26, Security::StartTls),
            ("smtps://127.0.0.1:1", None, "127.0.0.1", 1, Security::Tls),
        ];
        for (text, user, host, port, security) in cases {
            let endpoint = SmtpEndpoint::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let found = (endpoint.user(), endpoint.host(), endpoint.port(), endpoint.security());
            assert_eq!(found, (user, host, port, security), "{text}");
        }
    }

    #[test]
    fn what_is_no_server_is_refused_with_the_reason() {
        let cases = [
            ("mail.example.org", EndpointError::Scheme),
            ("http://example.org", EndpointError::Scheme),
            ("smtp://", EndpointError::Host),
            ("smtp://a b", EndpointError::Host),
            ("smtp://host:0", EndpointError::Port),
            ("smtp://host:99999", EndpointError::Port),
            ("smtp://user:secret@host", EndpointError::Password),
            ("smtp://host/path", EndpointError::Path),
            ("smtp://@host", EndpointError::User),
            ("smtp://[::1", EndpointError::Host),
        ];
        for (text, expected) in cases {
            assert_eq!(SmtpEndpoint::parse(text).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn a_name_that_only_resolves_to_this_machine_is_not_trusted_in_the_clear() {
        for host in ["localhost.example.org", "127.0.0.1.example.org", "10.0.0.1", "0.0.0.0"] {
            assert_eq!(
                SmtpEndpoint::parse(&format!("smtp://{host}")).unwrap().security(),
                Security::StartTls,
                "{host}"
            );
        }
    }
}
