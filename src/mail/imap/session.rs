//! A conversation with a mailbox server: connecting, signing in, opening a folder, waiting, putting a letter away.

use super::answer::{self, Value};
use super::wire::{Answer, Wire};
use super::words::{folder, folder_name, plain_credentials, quoted};
use super::{ImapEndpoint, ImapError, ImapFailure, Waiting};
use crate::mail::smtp::Security;
use secrecy::{ExposeSecret, SecretString};
use std::io;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// Answers to one command before it is given up. A window of a folder's letters takes some thousands.
const MOST_ANSWERS: usize = 200_000;

/// How long each step may take. A step that takes longer ends the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// The TCP connection, for each address of the host, and TLS.
    pub connect: Duration,
    /// The greeting. Whatever listens there and does not greet is no mail server, or one that hangs.
    pub greeting: Duration,
    /// Each answer of the server.
    pub answer: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            greeting: Duration::from_secs(15),
            answer: Duration::from_secs(60),
        }
    }
}

/// A folder as it was when it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// UIDs mean something only together with this number (RFC 3501 section 2.3.1.1).
    pub uidvalidity: u32,
    /// The UID that the next letter will have, where the server says it.
    pub uid_next: Option<u32>,
    /// Letters in it.
    pub exists: u32,
}

/// A signed-in connection.
pub struct Session {
    wire: Wire,
    tag: u32,
    /// What the server can do, in capitals.
    offers: Vec<String>,
    timeouts: Timeouts,
    waiting: Waiting,
    /// Letters in the open folder, as far as the server has said.
    pub(super) exists: u32,
    /// A letter has come since the folder was opened.
    is_news: bool,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

type Result<T> = std::result::Result<T, ImapError>;

/// How a command ended.
pub(super) struct Completion {
    pub is_ok: bool,
    /// What follows OK, NO or BAD.
    pub text: Vec<u8>,
}

impl Completion {
    fn or(self, failure: ImapFailure) -> Result<Vec<u8>> {
        if self.is_ok { Ok(self.text) } else { Err(ImapError::saying(failure, &self.text)) }
    }
}

impl Session {
    /// Connects, makes the line safe as the endpoint demands, and signs in.
    pub async fn connect(endpoint: &ImapEndpoint, password: Option<&SecretString>) -> Result<Self> {
        Self::connect_watched(endpoint, password, &Waiting::default()).await
    }

    /// The same, with somebody who watches for how long the server says nothing.
    pub async fn connect_watched(
        endpoint: &ImapEndpoint,
        password: Option<&SecretString>,
        waiting: &Waiting,
    ) -> Result<Self> {
        let password = password.ok_or_else(|| ImapError::new(ImapFailure::NoPassword))?;
        let timeouts = endpoint.timeouts();
        let opened = Wire::open(endpoint.host(), endpoint.port(), timeouts.connect).await;
        let wire = opened.map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => ImapError::new(ImapFailure::TimedOut),
            _ => ImapError::new(ImapFailure::Connect),
        })?;
        let (offers, waiting) = (Vec::new(), waiting.clone());
        let mut session = Self { wire, tag: 0, offers, timeouts, waiting, exists: 0, is_news: false };
        if endpoint.security() == Security::Tls {
            session = session.encrypt(endpoint).await?;
        }
        let signed_in = session.greeting().await?;
        session = session.secure(endpoint).await?;
        if !signed_in {
            session.sign_in(endpoint, password).await?;
        }
        Ok(session)
    }

    /// Reads the greeting; whether the server has signed us in by itself.
    async fn greeting(&mut self) -> Result<bool> {
        let greeting = match timeout(self.timeouts.greeting, self.answer()).await {
            Ok(greeting) => greeting?,
            Err(_) => return Err(ImapError::new(ImapFailure::Silent)),
        };
        let upper = greeting.text.to_ascii_uppercase();
        if upper.starts_with(b"* BYE") {
            return Err(ImapError::saying(ImapFailure::Refused, greeting.text.get(5..).unwrap_or_default()));
        }
        if !upper.starts_with(b"* OK") && !upper.starts_with(b"* PREAUTH") {
            return Err(ImapError::new(ImapFailure::Protocol));
        }
        self.learn(&greeting.text).await?;
        Ok(upper.starts_with(b"* PREAUTH"))
    }

    /// Takes up what the server can do, from where it says so by itself, or by asking.
    async fn learn(&mut self, said: &[u8]) -> Result<()> {
        let said = String::from_utf8_lossy(said).to_ascii_uppercase();
        let stated = said.split_once("[CAPABILITY ").and_then(|(_, after)| after.split_once(']'));
        if let Some((list, _)) = stated {
            self.offers = list.split_ascii_whitespace().map(str::to_owned).collect();
            return Ok(());
        }
        let mut offers = Vec::new();
        let done = self.run("CAPABILITY", |answer| {
            let text = String::from_utf8_lossy(&answer.text).to_ascii_uppercase();
            if let Some(list) = text.strip_prefix("* CAPABILITY ") {
                offers = list.split_ascii_whitespace().map(str::to_owned).collect();
            }
            Ok(())
        });
        done.await?.or(ImapFailure::Protocol)?;
        self.offers = offers;
        Ok(())
    }

    /// Whether the server has said that it can do this.
    pub fn can(&self, what: &str) -> bool {
        self.offers.iter().any(|offer| offer == what)
    }

    /// Whether the line is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.wire.is_encrypted()
    }

    async fn encrypt(self, endpoint: &ImapEndpoint) -> Result<Self> {
        let handshake = self.wire.encrypt(endpoint.host(), endpoint.tls()?);
        match timeout(self.timeouts.connect, handshake).await {
            Ok(Ok(wire)) => Ok(Self { wire, ..self }),
            Ok(Err(_)) => Err(ImapError::new(ImapFailure::Tls)),
            Err(_) => Err(ImapError::new(ImapFailure::TimedOut)),
        }
    }

    async fn secure(mut self, endpoint: &ImapEndpoint) -> Result<Self> {
        let wanted = match endpoint.security() {
            Security::Tls => false,
            Security::StartTls => true,
            // Nothing is overheard on this machine; TLS is taken up where the server signs nobody in without it.
            Security::Plain => self.can("LOGINDISABLED") && self.can("STARTTLS"),
        };
        if !wanted {
            return Ok(self);
        }
        if !self.can("STARTTLS") {
            return Err(ImapError::new(ImapFailure::NoStartTls));
        }
        self.run("STARTTLS", |_| Ok(())).await?.or(ImapFailure::NoStartTls)?;
        let mut session = self.encrypt(endpoint).await?;
        // What was said before TLS may have come from anybody.
        session.learn(b"").await?;
        Ok(session)
    }

    async fn sign_in(&mut self, endpoint: &ImapEndpoint, password: &SecretString) -> Result<()> {
        let (user, password) = (endpoint.user(), password.expose_secret());
        let done = if self.can("AUTH=PLAIN") {
            self.authenticate(&plain_credentials(user, password)).await?
        } else if let (false, Some(user), Some(password)) =
            (self.can("LOGINDISABLED"), quoted(user), quoted(password))
        {
            self.run(&format!("LOGIN {user} {password}"), |_| Ok(())).await?
        } else {
            return Err(ImapError::new(ImapFailure::AuthUnsupported));
        };
        let said = done.or(ImapFailure::Auth)?;
        self.learn(&said).await
    }

    /// AUTHENTICATE PLAIN, with the first word at once where the server takes it (RFC 4959).
    async fn authenticate(&mut self, credentials: &str) -> Result<Completion> {
        if self.can("SASL-IR") {
            return self.run(&format!("AUTHENTICATE PLAIN {credentials}"), |_| Ok(())).await;
        }
        self.start("AUTHENTICATE PLAIN").await?;
        match self.until_asked().await? {
            None => {
                self.send(format!("{credentials}\r\n").as_bytes()).await?;
                self.finish(|_| Ok(())).await
            }
            Some(refused) => Ok(refused),
        }
    }

    /// Opens a folder for reading only: nothing that we read becomes `\Seen`, not even by mistake.
    pub async fn open(&mut self, name: &str) -> Result<Folder> {
        let mut opened = Folder::default();
        let command = format!("EXAMINE {}", folder(name));
        let done = self.run(&command, |answer| {
            if let Some(n) = answer::code_number(&answer.text, "UIDVALIDITY") {
                opened.uidvalidity = n;
            } else if let Some(n) = answer::code_number(&answer.text, "UIDNEXT") {
                opened.uid_next = Some(n);
            } else if let Some(n) = counted(&answer, "EXISTS") {
                opened.exists = n;
            }
            Ok(())
        });
        done.await?.or(ImapFailure::Folder)?;
        if opened.uidvalidity == 0 {
            return Err(ImapError::new(ImapFailure::Protocol));
        }
        (self.exists, self.is_news) = (opened.exists, false);
        Ok(opened)
    }

    /// Waits until the open folder has something new, or `wait` is over, whatever the server does: by IDLE (RFC 2177) where
    /// it can, otherwise by asking every `every`. Whether something came since the folder was opened.
    pub async fn wait(&mut self, wait: Duration, every: Duration) -> Result<bool> {
        let end = Instant::now() + wait;
        if self.can("IDLE") {
            self.idle(end).await?;
            return Ok(self.is_news);
        }
        while !self.is_news && Instant::now() < end {
            tokio::time::sleep_until((Instant::now() + every).min(end)).await;
            self.run("NOOP", |_| Ok(())).await?.or(ImapFailure::Command)?;
        }
        Ok(self.is_news)
    }

    async fn idle(&mut self, end: Instant) -> Result<()> {
        if self.is_news {
            return Ok(());
        }
        self.start("IDLE").await?;
        if let Some(refused) = self.until_asked().await? {
            return Err(ImapError::saying(ImapFailure::Command, &refused.text));
        }
        let mut said = 0;
        while !self.is_news {
            match timeout_at(end, self.wire.answer()).await {
                Ok(Ok(answer)) => self.note(&answer),
                Ok(Err(error)) => return Err(ImapError::of_line(&error)),
                Err(_) => break,
            }
            said += 1;
            if said > MOST_ANSWERS {
                return Err(ImapError::new(ImapFailure::Protocol));
            }
        }
        self.send(b"DONE\r\n").await?;
        self.finish(|_| Ok(())).await?.or(ImapFailure::Command).map(|_| ())
    }

    /// The folder that the server calls `\Sent` (RFC 6154).
    pub async fn sent_folder(&mut self) -> Result<Option<String>> {
        let mut found = None;
        let done = self.run(r#"LIST "" "*""#, |answer| {
            let values = answer::untagged(answer).unwrap_or_default();
            if let [Value::Atom(verb), Value::List(flags), _, name] = values.as_slice() {
                let is_sent = |flag: &Value| flag.bytes().is_some_and(|f| f.eq_ignore_ascii_case(br"\Sent"));
                if verb.eq_ignore_ascii_case(b"LIST") && flags.iter().any(is_sent) && found.is_none() {
                    found = name.bytes().map(folder_name);
                }
            }
            Ok(())
        });
        done.await?.or(ImapFailure::Command)?;
        Ok(found)
    }

    /// Puts a letter into a folder, marked as read.
    pub async fn append(&mut self, name: &str, letter: &[u8]) -> Result<()> {
        self.start(&format!(r"APPEND {} (\Seen) {{{}}}", folder(name), letter.len())).await?;
        if let Some(refused) = self.until_asked().await? {
            return Err(ImapError::saying(ImapFailure::Folder, &refused.text));
        }
        self.send(letter).await?;
        self.send(b"\r\n").await?;
        self.finish(|_| Ok(())).await?.or(ImapFailure::Folder).map(|_| ())
    }

    /// Says goodbye. What the server makes of it does not matter.
    pub async fn quit(mut self) {
        if self.start("LOGOUT").await.is_ok() {
            let _ = timeout(Duration::from_secs(5), self.finish(|_| Ok(()))).await;
        }
    }

    /// Sends a command and gives each of its untagged answers to `each`, which may break it off.
    pub(super) async fn run(
        &mut self,
        command: &str,
        each: impl FnMut(Answer) -> Result<()>,
    ) -> Result<Completion> {
        self.start(command).await?;
        self.finish(each).await
    }

    async fn start(&mut self, command: &str) -> Result<()> {
        self.tag += 1;
        let sent = format!("a{} {command}\r\n", self.tag);
        self.send(sent.as_bytes()).await
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.waiting.begin();
        let sent = timeout(self.timeouts.answer, self.wire.send(bytes)).await;
        self.waiting.end();
        match sent {
            Ok(sent) => sent.map_err(|error| ImapError::of_line(&error)),
            Err(_) => Err(ImapError::new(ImapFailure::TimedOut)),
        }
    }

    async fn answer(&mut self) -> Result<Answer> {
        self.waiting.begin();
        let answer = timeout(self.timeouts.answer, self.wire.answer()).await;
        self.waiting.end();
        match answer {
            Ok(answer) => answer.map_err(|error| ImapError::of_line(&error)),
            Err(_) => Err(ImapError::new(ImapFailure::TimedOut)),
        }
    }

    /// Reads on until the command's end.
    async fn finish(&mut self, mut each: impl FnMut(Answer) -> Result<()>) -> Result<Completion> {
        for _ in 0..MOST_ANSWERS {
            let answer = self.answer().await?;
            if let Some(done) = self.completion(&answer) {
                return done;
            }
            self.note(&answer);
            each(answer)?;
        }
        Err(ImapError::new(ImapFailure::Protocol))
    }

    /// Reads on until the server asks for more; the command's end if it comes to that instead.
    async fn until_asked(&mut self) -> Result<Option<Completion>> {
        for _ in 0..MOST_ANSWERS {
            let answer = self.answer().await?;
            if answer.text.starts_with(b"+") {
                return Ok(None);
            }
            if let Some(done) = self.completion(&answer) {
                return done.map(Some);
            }
            self.note(&answer);
        }
        Err(ImapError::new(ImapFailure::Protocol))
    }

    /// The end of the running command, if this answer is it.
    fn completion(&self, answer: &Answer) -> Option<Result<Completion>> {
        let tag = format!("a{} ", self.tag).into_bytes();
        let text = answer.text.strip_prefix(tag.as_slice())?;
        let upper = text.get(..3.min(text.len())).unwrap_or_default().to_ascii_uppercase();
        let of = |n: usize, is_ok| Completion { is_ok, text: text.get(n..).unwrap_or_default().to_vec() };
        Some(match upper.as_slice() {
            [b'O', b'K', ..] => Ok(of(3, true)),
            b"NO " | b"NO" => Ok(of(3, false)),
            b"BAD" => Ok(of(4, false)),
            _ => Err(ImapError::new(ImapFailure::Protocol)),
        })
    }

    /// How many letters the folder has, whenever the server says so.
    fn note(&mut self, answer: &Answer) {
        if let Some(n) = counted(answer, "EXISTS") {
            self.is_news |= n > self.exists;
            self.exists = n;
        } else if counted(answer, "EXPUNGE").is_some() {
            self.exists = self.exists.saturating_sub(1);
        }
    }
}

/// The number of `* N EXISTS`, `* N EXPUNGE`.
fn counted(answer: &Answer, what: &str) -> Option<u32> {
    let text = std::str::from_utf8(answer.text.strip_prefix(b"* ")?).ok()?;
    let (n, verb) = text.split_once(' ')?;
    if verb.trim().eq_ignore_ascii_case(what) { n.parse().ok() } else { None }
}
