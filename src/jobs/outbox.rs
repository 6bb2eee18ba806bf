//! Where letters leave: a folder or a server, with one open session kept for the next letter.

use crate::desk::{Attempt, Leased};
use crate::mail::{Folder, Outcome, Session, SmtpEndpoint, SmtpError, with_delivery_token};
use crate::types::{Purpose, Untrusted};
use secrecy::SecretString;
use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;

/// The session kept between two letters, and the endpoints, whose certificates are read once.
#[derive(Default)]
pub(super) struct Outbox {
    open: Option<(String, Session)>,
    endpoints: HashMap<String, SmtpEndpoint>,
    /// Servers that did not answer in this pass: each letter to one of them would wait for the same silence, and letters of
    /// other accounts behind it.
    silent: HashMap<String, Attempt>,
}

/// A way out that is ready for one letter.
pub(super) enum Way {
    Folder(Folder),
    /// The server has said that it waits for the letter.
    Smtp(Box<Session>),
}

impl Outbox {
    /// A new pass asks every server again.
    pub fn begin_pass(&mut self) {
        self.silent.clear();
    }

    /// Goes as far as a channel can go without sending anything of the letter; otherwise says how that attempt ended.
    pub async fn prepare(&mut self, letter: &Leased) -> Result<Way, Attempt> {
        if let Some(folder) = letter.outgoing.strip_prefix("folder:") {
            let folder = Folder::new(folder);
            folder.create().map_err(|_| again("folder"))?;
            return Ok(Way::Folder(folder));
        }
        let mut session = self.session(letter).await?;
        match session.envelope(&letter.from, &letter.recipient).await {
            Ok(()) => Ok(Way::Smtp(Box::new(session))),
            Err(outcome) => {
                self.keep(letter, session);
                Err(attempt(&outcome))
            }
        }
    }

    /// Sends the letter itself.
    pub async fn send(&mut self, way: Way, letter: &Leased) -> Attempt {
        match way {
            Way::Folder(folder) => {
                let (id, bytes) = (letter.message_id.clone(), letter.bytes.clone());
                let written = tokio::task::spawn_blocking(move || folder.deliver(&id, &bytes)).await;
                written.map_or_else(|_| again("folder"), |outcome| attempt(&outcome))
            }
            Way::Smtp(mut session) => {
                let bytes = with_delivery_token(&letter.bytes, &letter.token);
                let outcome = session.transmit(&bytes).await;
                self.keep(letter, *session);
                attempt(&outcome)
            }
        }
    }

    /// Ends what is open; the next letter makes its own session.
    pub async fn close(&mut self) {
        if let Some((_, session)) = self.open.take() {
            session.quit().await;
        }
    }

    fn keep(&mut self, letter: &Leased, session: Session) {
        self.open = session.is_usable().then(|| (letter.outgoing.clone(), session));
    }

    async fn session(&mut self, letter: &Leased) -> Result<Session, Attempt> {
        if let Some((outgoing, session)) = self.open.take()
            && outgoing == letter.outgoing
            && session.is_usable()
        {
            return Ok(session);
        }
        if let Some(attempt) = self.silent.get(&letter.outgoing) {
            return Err(attempt.clone());
        }
        let endpoint = match self.endpoints.get(&letter.outgoing) {
            Some(known) => known.clone(),
            None => SmtpEndpoint::parse(&letter.outgoing).map_err(|_| again("bad-mail-out"))?,
        };
        self.endpoints.insert(letter.outgoing.clone(), endpoint.clone());
        let password = match &letter.password_file {
            Some(file) => Some(read_password(file).map_err(again)?),
            None => None,
        };
        Session::connect(&endpoint, password.as_ref()).await.map_err(|error| {
            let attempt = no_session(&error);
            self.silent.insert(letter.outgoing.clone(), attempt.clone());
            attempt
        })
    }
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
