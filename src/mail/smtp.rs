//! SMTP out, command by command (RFC 5321), over lettre's connection. lettre's own `send` hides how far a conversation came
//! and stops at the first refused recipient; a desk that must never send an answer twice has to know whether the letter's
//! end went out. So `envelope` goes as far as the server's go-ahead for the data, the caller commits that it is about to
//! send, and `transmit` sends the letter and says what became of it.
//!
//! Never sends a password or a letter without TLS to another machine, and never repeats anything by itself.

mod endpoint;
mod line;
mod transmit;

pub use super::server::{EndpointError, Security};
pub use endpoint::SmtpEndpoint;
use line::{Line, Socket};

use super::compose::ascii_domain;
use super::outcome::{Outcome, Phase, Trouble};
use crate::types::Untrusted;
use crate::types::codes::codes;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::{Extension, MailParameter};
use lettre::transport::smtp::{Error as LettreError, response::Response};
use secrecy::{ExposeSecret, SecretString};
use std::error::Error as _;
use std::fmt::Display;
use std::io;
use std::time::Duration;
use thiserror::Error;

/// Whether this is written as a mail server's address is: without a password and without a path.
pub fn is_server_url(url: &str) -> bool {
    SmtpEndpoint::parse(url).is_ok()
}
use tokio::time::timeout;

/// How long each step may take. A step that takes longer ends the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// The TCP connection, for each address of the host.
    pub connect: Duration,
    /// Greeting, TLS and each command.
    pub command: Duration,
    /// Each 64 KiB of the letter.
    pub block: Duration,
    /// The answer after the letter's end. Servers check a letter before they answer, and giving up on one that took it makes
    /// an `unknown`, so this is long (RFC 5321 section 4.5.3.2.6 asks for ten minutes).
    pub answer: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_secs(120),
            block: Duration::from_secs(180),
            answer: Duration::from_secs(600),
        }
    }
}

codes! {
    /// Why there is no session with the server. None of them says anything about a letter.
    SmtpFailure {
        /// The host's name is not known, or nothing answers there.
        Connect = "smtp_connect",
        TimedOut = "smtp_timed_out",
        /// It takes the connection, or the letter, and says nothing. The attempt goes on.
        Silent = "smtp_silent",
        /// The certificate is not trusted, or TLS failed otherwise.
        Tls = "smtp_tls",
        /// The server offers no STARTTLS, and without TLS nothing is sent to another machine.
        NoStartTls = "smtp_no_starttls",
        /// The server greeted us with a refusal, or refused EHLO.
        Refused = "smtp_refused",
        /// Name or password are wrong, or an app password is needed.
        Auth = "smtp_auth",
        /// The server offers neither PLAIN nor LOGIN.
        AuthUnsupported = "smtp_auth_unsupported",
        /// A user is given and no password.
        NoPassword = "smtp_no_password",
        /// The file of root certificates cannot be read.
        CaFile = "smtp_ca_file",
        Protocol = "smtp_protocol",
    }
}

/// No session. `code` and `text` are the server's, where it said something.
#[derive(Clone, Debug, Error)]
#[error("no SMTP session: {} {}", failure.code(), code.map_or_else(String::new, |code| code.to_string()))]
pub struct SmtpError {
    pub failure: SmtpFailure,
    pub code: Option<u16>,
    pub text: Untrusted,
}

impl SmtpError {
    fn new(failure: SmtpFailure) -> Self {
        Self { failure, code: None, text: Untrusted::default() }
    }

    fn from_lettre(otherwise: SmtpFailure, error: &LettreError) -> Self {
        let (code, text) = words_of(error);
        Self { failure: if timed_out(error) { SmtpFailure::TimedOut } else { otherwise }, code, text }
    }

    /// Whether trying again with the same settings is pointless until a person changes them.
    pub fn needs_a_person(&self) -> bool {
        use SmtpFailure::*;
        match self.failure {
            Auth => self.code.is_none_or(|code| code >= 500),
            AuthUnsupported | NoPassword | NoStartTls | CaFile => true,
            Connect | TimedOut | Silent | Tls | Refused | Protocol => false,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    /// The server said 354 and waits for the letter.
    Data,
    Over,
}

/// A conversation with a server, good for any number of letters, one after another.
pub struct Session {
    connection: AsyncSmtpConnection,
    socket: Socket,
    timeouts: Timeouts,
    state: State,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Session {
    /// Connects, makes the line safe as the endpoint demands, and signs in if a user is given.
    pub async fn connect(
        endpoint: &SmtpEndpoint,
        password: Option<&SecretString>,
    ) -> Result<Self, SmtpError> {
        let timeouts = endpoint.timeouts();
        if endpoint.user().is_some() && password.is_none() {
            return Err(SmtpError::new(SmtpFailure::NoPassword));
        }
        let opened = timeout(timeouts.connect * 2 + timeouts.command, Self::open(endpoint, timeouts)).await;
        let (connection, socket) = opened.map_err(|_| SmtpError::new(SmtpFailure::TimedOut))??;
        let mut session = Self { connection, socket, timeouts, state: State::Idle };
        fail_point!("smtp.opened", Err(SmtpError::new(SmtpFailure::Connect)));
        session.secure(endpoint).await?;
        session.sign_in(endpoint, password).await?;
        Ok(session)
    }

    /// The connection, greeted.
    async fn open(
        endpoint: &SmtpEndpoint,
        timeouts: Timeouts,
    ) -> Result<(AsyncSmtpConnection, Socket), SmtpError> {
        let (host, port, hello) = (endpoint.host(), endpoint.port(), endpoint.hello());
        let implicit = match endpoint.security() {
            Security::Tls => Some(endpoint.tls()?),
            Security::StartTls | Security::Plain => None,
        };
        let is_implicit = implicit.is_some();
        let mut line = Line::open(host, port, timeouts.connect).await.map_err(not_open)?;
        if let Some(tls) = implicit {
            line = line.encrypt(host, tls).await.map_err(not_open)?;
        }
        let socket = line.socket();
        let opened = AsyncSmtpConnection::connect_with_transport(Box::new(line), &hello).await;
        match opened {
            Ok(connection) => Ok((connection, socket)),
            Err(error) => Err(SmtpError::from_lettre(opening_failure(&error, is_implicit), &error)),
        }
    }

    async fn secure(&mut self, endpoint: &SmtpEndpoint) -> Result<(), SmtpError> {
        if self.is_encrypted() {
            return Ok(());
        }
        let offered = self.connection.can_starttls();
        let wanted = match endpoint.security() {
            Security::Tls => false,
            Security::StartTls => true,
            // A server on this machine often has a certificate that nobody signed; nothing is overheard there. TLS is
            // taken up only where a certificate to trust is named, or the server signs nobody in without it.
            Security::Plain => {
                offered && (endpoint.ca_file().is_some() || self.needs_tls_to_sign_in(endpoint))
            }
        };
        if !wanted {
            return Ok(());
        }
        if !offered {
            return Err(SmtpError::new(SmtpFailure::NoStartTls));
        }
        let encrypted = timeout(self.timeouts.command * 2, self.start_tls(endpoint)).await;
        encrypted.map_err(|_| SmtpError::new(SmtpFailure::TimedOut))?
    }

    async fn start_tls(&mut self, endpoint: &SmtpEndpoint) -> Result<(), SmtpError> {
        // Refused in words, STARTTLS or the EHLO after it: that is no failure of TLS itself.
        let told = |error: LettreError| match error.status() {
            Some(_) => SmtpError::from_lettre(SmtpFailure::Refused, &error),
            None => SmtpError::from_lettre(SmtpFailure::Tls, &error),
        };
        let tls = endpoint.tls()?;
        self.connection.command(Starttls).await.map_err(told)?;
        let line = Line::upgrade(&self.socket, endpoint.host(), tls).await;
        let line = line.map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => SmtpError::new(SmtpFailure::TimedOut),
            _ => SmtpError::new(SmtpFailure::Tls),
        })?;
        self.socket = line.socket();
        let opened = AsyncSmtpConnection::connect_with_transport(Box::new(line), &endpoint.hello()).await;
        self.connection = opened.map_err(told)?;
        Ok(())
    }

    fn needs_tls_to_sign_in(&self, endpoint: &SmtpEndpoint) -> bool {
        endpoint.user().is_some() && self.connection.server_info().get_auth_mechanism(&MECHANISMS).is_none()
    }

    async fn sign_in(
        &mut self,
        endpoint: &SmtpEndpoint,
        password: Option<&SecretString>,
    ) -> Result<(), SmtpError> {
        let (Some(user), Some(password)) = (endpoint.user(), password) else { return Ok(()) };
        if self.connection.server_info().get_auth_mechanism(&MECHANISMS).is_none() {
            return Err(SmtpError::new(SmtpFailure::AuthUnsupported));
        }
        let credentials = Credentials::new(user.to_owned(), password.expose_secret().to_owned());
        match timeout(self.timeouts.command * 2, self.connection.auth(&MECHANISMS, &credentials)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(SmtpError::from_lettre(SmtpFailure::Auth, &error)),
            Err(_) => Err(SmtpError::new(SmtpFailure::TimedOut)),
        }
    }

    /// Whether another letter can be sent over this session.
    pub fn is_usable(&self) -> bool {
        self.state == State::Idle && !self.connection.has_broken()
    }

    /// Whether the line is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.socket.is_encrypted()
    }

    /// Names sender and recipient and asks for the go-ahead (MAIL, RCPT, DATA): on `Ok` the server waits for the letter and
    /// nothing of it has been sent. A refusal leaves the session usable for the next letter.
    pub async fn envelope(&mut self, from: &str, to: &str) -> Result<(), Outcome> {
        if !self.is_usable() {
            return Err(Outcome::NotSent { why: Trouble::SessionOver });
        }
        let (from, to) = (envelope_address(from)?, envelope_address(to)?);
        let international = !from.to_string().is_ascii() || !to.to_string().is_ascii();
        let mut parameters = Vec::new();
        if international {
            if !self.connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Outcome::NotSent { why: Trouble::NeedsSmtpUtf8 });
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        // Over until the contrary is known: a dropped future must not leave a session in the middle of an envelope.
        self.state = State::Over;
        self.step(Phase::Mail, Mail::new(Some(from), parameters)).await?;
        fail_point!("smtp.mail", Err(Outcome::NotSent { why: Trouble::ConnectionLost }));
        self.step(Phase::Rcpt, Rcpt::new(to, Vec::new())).await?;
        fail_point!("smtp.rcpt", Err(Outcome::NotSent { why: Trouble::ConnectionLost }));
        let answer = self.step(Phase::Data, Data).await?;
        if !answer.has_code(354) {
            return Err(Outcome::NotSent { why: Trouble::Protocol });
        }
        self.state = State::Data;
        fail_point!("smtp.data", Err(Outcome::NotSent { why: Trouble::ConnectionLost }));
        Ok(())
    }

    /// One command before the letter. A refusal resets the transaction, so that the session can go on.
    async fn step(&mut self, phase: Phase, command: impl Display) -> Result<Response, Outcome> {
        let error = match timeout(self.timeouts.command, self.connection.command(command)).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => error,
            Err(_) => return Err(Outcome::NotSent { why: Trouble::TimedOut }),
        };
        let outcome = refusal(phase, &error).unwrap_or(Outcome::NotSent { why: trouble(&error) });
        self.settle(&outcome).await;
        Err(outcome)
    }

    /// After a refusal: RSET, unless the server is closing the line (421) or there is none.
    async fn settle(&mut self, outcome: &Outcome) {
        let goes_on = match outcome {
            Outcome::Transient { code, .. } | Outcome::Permanent { code, .. } => *code != 421,
            _ => false,
        };
        let reset = goes_on
            && matches!(timeout(self.timeouts.command, self.connection.command(Rset)).await, Ok(Ok(_)));
        self.state = if reset { State::Idle } else { State::Over };
    }

    /// Ends the session politely. Nothing depends on the answer, so it is not waited for longer than a few seconds.
    pub async fn quit(mut self) {
        if self.state == State::Idle {
            let _ = timeout(Duration::from_secs(5), self.connection.quit()).await;
        }
        // In the middle of a letter QUIT would be part of it: the line is dropped, and the server drops the letter.
    }
}

const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

fn envelope_address(addr: &str) -> Result<Address, Outcome> {
    let bad = Outcome::NotSent { why: Trouble::BadAddress };
    let Some(addr) = ascii_domain(addr) else { return Err(bad) };
    addr.parse().map_err(|_| bad)
}

/// What the server answered, if it refused.
fn refusal(phase: Phase, error: &LettreError) -> Option<Outcome> {
    let (code, text) = words_of(error);
    let code = code?;
    Some(if error.is_transient() {
        Outcome::Transient { phase, code, text }
    } else {
        Outcome::Permanent { phase, code, text }
    })
}

fn words_of(error: &LettreError) -> (Option<u16>, Untrusted) {
    let code = error.status().map(u16::from);
    let text = code.and_then(|_| error.source()).map(ToString::to_string).unwrap_or_default();
    (code, Untrusted::new(text))
}

fn trouble(error: &LettreError) -> Trouble {
    // A line that ends in the middle of an answer is reported as an answer that cannot be read.
    let cut = error.source().is_some_and(|source| source.to_string() == "incomplete response");
    if timed_out(error) {
        Trouble::TimedOut
    } else if error.is_response() && !cut || error.is_client() {
        Trouble::Protocol
    } else {
        Trouble::ConnectionLost
    }
}

fn io_kind(error: &LettreError) -> Option<io::ErrorKind> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(found) = inner.downcast_ref::<io::Error>() {
            return Some(found.kind());
        }
        source = inner.source();
    }
    None
}

fn timed_out(error: &LettreError) -> bool {
    io_kind(error) == Some(io::ErrorKind::TimedOut)
}

/// Why there is no line. rustls reports a failed handshake as invalid data.
fn not_open(error: io::Error) -> SmtpError {
    SmtpError::new(match error.kind() {
        io::ErrorKind::TimedOut => SmtpFailure::TimedOut,
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => SmtpFailure::Tls,
        _ => SmtpFailure::Connect,
    })
}

/// Why opening failed. With TLS below the greeting a server may refuse it only now, which is invalid data too.
fn opening_failure(error: &LettreError, implicit_tls: bool) -> SmtpFailure {
    if error.status().is_some() {
        SmtpFailure::Refused
    } else if implicit_tls
        && matches!(io_kind(error), Some(io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof))
    {
        SmtpFailure::Tls
    } else if error.is_response() || error.is_client() || io_kind(error) == Some(io::ErrorKind::InvalidData) {
        SmtpFailure::Protocol
    } else {
        SmtpFailure::Connect
    }
}
