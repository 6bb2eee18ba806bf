//! Where letters leave: a folder, or a server with a few open sessions that are kept for the next letters.

use crate::desk::{Attempt, Leased};
use crate::mail::{Folder, Outcome, Phase, Session, SmtpEndpoint, SmtpError, Trouble, with_delivery_token};
use crate::types::{Purpose, Untrusted};
use secrecy::SecretString;
use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Sessions with one server: mail providers let a user have few.
pub(super) const LINES: usize = 3;

/// The servers of a sender.
#[derive(Default)]
pub(super) struct Outbox {
    servers: Mutex<HashMap<String, Arc<Server>>>,
}

/// Sessions with one server.
struct Server {
    /// A permit for each session that it lets us have.
    lines: Arc<Semaphore>,
    sessions: Mutex<Sessions>,
    /// Whoever holds it opens a session; the others wait to hear how that went.
    door: tokio::sync::Mutex<Door>,
}

#[derive(Default)]
struct Sessions {
    /// Open and free.
    idle: Vec<Session>,
    /// Open and carrying a letter.
    busy: usize,
}

#[derive(Default)]
struct Door {
    /// Its certificates are read once.
    endpoint: Option<SmtpEndpoint>,
    /// It did not answer in this pass: each letter would wait for the same silence.
    silent: Option<Attempt>,
}

/// A way out that is ready for one letter.
pub(super) enum Way {
    Folder(Folder),
    /// The server has said that it waits for the letter.
    Smtp(Box<Line>),
}

/// A session for one letter. Dropped before the letter's end it closes the connection.
pub(super) struct Line {
    /// None once it has been handed back.
    session: Option<Session>,
    /// It has carried a letter before.
    is_used: bool,
    server: Arc<Server>,
    _permit: OwnedSemaphorePermit,
}

impl Outbox {
    /// A new pass asks every server again. None of their sessions may be in use.
    pub fn begin_pass(&self) {
        for server in locked(&self.servers).values_mut() {
            let endpoint = server.door.try_lock().ok().and_then(|mut door| door.endpoint.take());
            let idle = std::mem::take(&mut locked(&server.sessions).idle);
            *server = Arc::new(Server::new(endpoint, idle));
        }
    }

    /// Goes as far as a channel can go without sending anything of the letter; otherwise says how that attempt ended.
    pub async fn prepare(&self, letter: &Leased) -> Result<Way, Attempt> {
        if let Some(folder) = letter.outgoing.strip_prefix("folder:") {
            let folder = Folder::new(folder);
            folder.create().map_err(|_| again("folder"))?;
            return Ok(Way::Folder(folder));
        }
        loop {
            let mut line = self.line(letter).await?;
            match line.session().envelope(&letter.from, &letter.recipient).await {
                Ok(()) => return Ok(Way::Smtp(Box::new(line))),
                // The server has had enough of this session, and says so now: a new one may carry the letter.
                Err(outcome) if line.is_used && has_ended(&outcome) => {}
                Err(outcome) => {
                    line.hand_back();
                    return Err(attempt(&outcome));
                }
            }
        }
    }

    /// Ends what is open; the next letters make their own sessions.
    pub async fn close(&self) {
        let servers = std::mem::take(&mut *locked(&self.servers));
        for server in servers.into_values() {
            let idle = std::mem::take(&mut locked(&server.sessions).idle);
            for session in idle {
                session.quit().await;
            }
        }
    }

    fn server(&self, outgoing: &str) -> Arc<Server> {
        let mut servers = locked(&self.servers);
        let server = servers.entry(outgoing.to_owned());
        server.or_insert_with(|| Arc::new(Server::new(None, Vec::new()))).clone()
    }

    /// A session that is free, or a new one.
    async fn line(&self, letter: &Leased) -> Result<Line, Attempt> {
        let server = self.server(&letter.outgoing);
        loop {
            let Ok(permit) = server.lines.clone().acquire_owned().await else {
                return Err(again("interrupted"));
            };
            if let Some(session) = server.take_idle() {
                return Ok(server.line(session, permit, true));
            }
            let mut door = server.door.lock().await;
            if let Some(session) = server.take_idle() {
                return Ok(server.line(session, permit, true));
            }
            if let Some(attempt) = &door.silent {
                return Err(attempt.clone());
            }
            match door.open(letter).await {
                Ok(session) => return Ok(server.line(session, permit, false)),
                // One more than it lets us have: those that are open carry the rest.
                Err(_) if server.has_sessions() => permit.forget(),
                Err(attempt) => {
                    door.silent = Some(attempt.clone());
                    return Err(attempt);
                }
            }
        }
    }
}

impl Server {
    fn new(endpoint: Option<SmtpEndpoint>, idle: Vec<Session>) -> Self {
        Self {
            lines: Arc::new(Semaphore::new(LINES)),
            sessions: Mutex::new(Sessions { idle, busy: 0 }),
            door: tokio::sync::Mutex::new(Door { endpoint, silent: None }),
        }
    }

    fn take_idle(&self) -> Option<Session> {
        let mut sessions = locked(&self.sessions);
        std::iter::from_fn(|| sessions.idle.pop()).find(Session::is_usable)
    }

    fn has_sessions(&self) -> bool {
        let sessions = locked(&self.sessions);
        sessions.busy > 0 || !sessions.idle.is_empty()
    }

    fn line(self: &Arc<Self>, session: Session, permit: OwnedSemaphorePermit, is_used: bool) -> Line {
        locked(&self.sessions).busy += 1;
        Line { session: Some(session), is_used, server: Arc::clone(self), _permit: permit }
    }
}

impl Door {
    async fn open(&mut self, letter: &Leased) -> Result<Session, Attempt> {
        let endpoint = match &self.endpoint {
            Some(known) => known.clone(),
            None => SmtpEndpoint::parse(&letter.outgoing).map_err(|_| again("bad-mail-out"))?,
        };
        self.endpoint = Some(endpoint.clone());
        let password = match &letter.password_file {
            Some(file) => Some(read_password(file).map_err(again)?),
            None => None,
        };
        Session::connect(&endpoint, password.as_ref()).await.map_err(|error| no_session(&error))
    }
}

impl Line {
    fn session(&mut self) -> &mut Session {
        let Some(session) = &mut self.session else { unreachable!("a line has its session until its end") };
        session
    }

    /// Leaves the session to the next letter, where it can carry one.
    fn hand_back(mut self) {
        if let Some(session) = self.session.take().filter(Session::is_usable) {
            locked(&self.server.sessions).idle.push(session);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        locked(&self.server.sessions).busy -= 1;
    }
}

impl Way {
    /// Sends the letter itself.
    pub async fn send(self, letter: &Leased) -> Attempt {
        match self {
            Way::Folder(folder) => {
                let (id, bytes) = (letter.message_id.clone(), letter.bytes.clone());
                let written = tokio::task::spawn_blocking(move || folder.deliver(&id, &bytes)).await;
                written.map_or_else(|_| again("folder"), |outcome| attempt(&outcome))
            }
            Way::Smtp(mut line) => {
                let bytes = with_delivery_token(&letter.bytes, &letter.token);
                let outcome = line.session().transmit(&bytes).await;
                line.hand_back();
                attempt(&outcome)
            }
        }
    }
}

/// Whether an envelope failed because its session is over.
fn has_ended(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::NotSent { why: Trouble::ConnectionLost }
            | Outcome::Transient { phase: Phase::Mail, code: 421, .. }
    )
}

/// What a panic of somebody else has left is as whole as it was before.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The first line of a file that only its owner may read.
pub(crate) fn read_password(file: &str) -> Result<SecretString, &'static str> {
    let mode = std::fs::metadata(file).map_err(|_| "password-file")?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err("password-file-mode");
    }
    let text = std::fs::read_to_string(file).map_err(|_| "password-file")?;
    Ok(SecretString::from(text.lines().next().unwrap_or_default().to_owned()))
}

fn again(why: &'static str) -> Attempt {
    Attempt::Again { why: Untrusted::new(why) }
}

/// Without a session nothing of a letter has gone out, so it is tried again whatever a person must mend meanwhile.
fn no_session(error: &SmtpError) -> Attempt {
    Attempt::Again { why: words(error.failure.code(), error.code, &error.text) }
}

fn attempt(outcome: &Outcome) -> Attempt {
    match outcome {
        Outcome::Accepted { reply } => Attempt::Accepted { proof: reply.clone() },
        Outcome::Transient { phase, code, text } => {
            Attempt::Again { why: words(phase.code(), Some(*code), text) }
        }
        Outcome::Permanent { phase, code, text } => {
            Attempt::Refused { why: words(phase.code(), Some(*code), text) }
        }
        Outcome::Unknown { why } => Attempt::Unknown { why: Untrusted::new(why.code()) },
        Outcome::NotSent { why } if outcome.may_retry() => Attempt::Again { why: Untrusted::new(why.code()) },
        Outcome::NotSent { why } => Attempt::Refused { why: Untrusted::new(why.code()) },
    }
}

/// What failed, with the server's own words behind it.
fn words(what: &str, code: Option<u16>, text: &Untrusted) -> Untrusted {
    let code = code.map_or_else(String::new, |code| format!(" {code}"));
    let text = text.raw_for(Purpose::Store);
    Untrusted::new(format!("{what}:{code} {text}").trim_end().to_owned())
}
