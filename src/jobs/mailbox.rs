//! Fetching from a mailbox over IMAP: what is new is stored, and how far the folder has been read moves on in the same
//! commit. Between two looks the server is asked to tell (IDLE). A line that breaks is opened again, ever more slowly.

use super::intake::{hold, let_go, worker};
use super::{read_password, rest, stopped};
use crate::desk::{Account, Desk, Fetched, ReadTo};
use crate::error::{Error, Result};
use crate::mail::app_password;
use crate::mail::imap::{Entry, Folder, ImapEndpoint, ImapError, ImapFailure, PIECE, Session, Waiting};
use crate::mail::maildir::DEFAULT_MAX_BYTES;
use crate::types::FolderRole;
use rand::Rng as _;
use std::convert::Infallible;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long one wait for news lasts. A line that a router has dropped must not look like an empty mailbox for longer, and
/// servers end an IDLE of half an hour (RFC 2177).
const WAIT: Duration = Duration::from_secs(50);
/// Between two questions to a server that cannot tell by itself.
const POLL: Duration = Duration::from_secs(10);
/// Between two looks into the folder of sent letters.
const SENT: Duration = Duration::from_secs(60);
/// Between two notes that intake is well.
const PULSE: Duration = Duration::from_secs(30);
/// Between two renewals of the lease, and two tries to get one that another process holds.
const RENEW: Duration = Duration::from_secs(10);
const TRY: Duration = Duration::from_secs(2);
/// UIDs that are asked about at once, to begin with; doubled while there is nothing, since servers may skip many.
const WINDOW: u32 = 512;
const WIDEST: u32 = 1 << 16;
/// Letters stored in one transaction, and the bytes at which one is closed early.
const BATCH: usize = 64;
const BATCH_BYTES: u64 = 4 << 20;
/// How long a server may leave a question without a word before people are told, and how often that is looked at.
const SILENT: Duration = Duration::from_secs(15);
const WATCH: Duration = Duration::from_secs(5);
/// The first pause after a failure, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// The first pause after a refusal that only a person can mend: asking again and again locks accounts.
const REFUSED_PAUSE: Duration = Duration::from_secs(60);

/// Whether an account's letters lie in a mailbox.
pub(super) fn is_mailbox(account: &Account) -> bool {
    account.incoming.starts_with("imap://") || account.incoming.starts_with("imaps://")
}

/// Keeps a mailbox read while the account's lease is ours, until `stop`.
pub(super) async fn run(desk: Desk, account: Account, owner: String, mut stop: watch::Receiver<bool>) {
    let (mut pause, waiting) = (FIRST_PAUSE, Waiting::default());
    while !*stop.borrow() {
        if !matches!(hold(&desk, &account, &owner).await, Ok(true)) {
            if rest(&mut stop, TRY).await {
                break;
            }
            continue;
        }
        tokio::select! {
            () = serve_and_pause(&desk, &account, &waiting, &mut pause) => {}
            () = tell_silence(&desk, &account, &waiting, (WATCH, SILENT)) => {}
            () = keep(&desk, &account, &owner) => {}
            () = stopped(&stop) => break,
        }
    }
    let _ = let_go(&desk, &account, &owner).await;
}

/// Reads until something fails, notes what, and waits.
async fn serve_and_pause(desk: &Desk, account: &Account, waiting: &Waiting, pause: &mut Duration) {
    let Err(error) = serve(desk, account, waiting, pause).await;
    waiting.end();
    tracing::warn!(account.id = %account.id, error = %error, "intake");
    let _ = desk.pulse(&worker(), account.id, Some(error.code)).await;
    if is_refusal(error.code) {
        *pause = (*pause).max(REFUSED_PAUSE);
    }
    // Many accounts of one server that comes back must not all call at once.
    let jitter = rand::thread_rng().gen_range(0.5..1.5);
    tokio::time::sleep(pause.mul_f64(jitter)).await;
    *pause = (*pause * 2).min(LONGEST_PAUSE);
}

fn is_refusal(code: &str) -> bool {
    let failures = [ImapFailure::Auth, ImapFailure::AuthUnsupported, ImapFailure::NoPassword];
    failures.iter().any(|failure| failure.code() == code) || code.starts_with("app_password")
}

/// Looks every so often whether a word of the server has been due for longer than the second time, and says so. The conversation
/// goes on: whatever ends it is told too.
async fn tell_silence(
    desk: &Desk,
    account: &Account,
    waiting: &Waiting,
    (every, after): (Duration, Duration),
) {
    loop {
        tokio::time::sleep(every).await;
        if waiting.is_news(after)
            && let Err(error) = desk.pulse(&worker(), account.id, Some(ImapFailure::Silent.code())).await
        {
            tracing::warn!(account.id = %account.id, error = %error, "noting a silent server");
        }
    }
}

/// Renews the lease until it is lost.
async fn keep(desk: &Desk, account: &Account, owner: &str) {
    loop {
        tokio::time::sleep(RENEW).await;
        if matches!(hold(desk, account, owner).await, Ok(false)) {
            return;
        }
    }
}

/// One connection: reads what is new, waits, reads again. It ends by an error only.
async fn serve(
    desk: &Desk,
    account: &Account,
    waiting: &Waiting,
    pause: &mut Duration,
) -> Result<Infallible> {
    let mut mailbox = Mailbox::open_watched(account, waiting).await?;
    let mut sent_at: Option<Instant> = None;
    loop {
        if sent_at.is_none_or(|at| at.elapsed() >= SENT) {
            mailbox.fetch_sent(desk, account).await?;
            sent_at = Some(Instant::now());
        }
        mailbox.fetch_inbox(desk, account).await?;
        mailbox.pulse(desk, account).await?;
        *pause = FIRST_PAUSE;
        mailbox.session.wait(WAIT, POLL).await.map_err(failed)?;
    }
}

/// Everything that is new, once; the number of letters stored.
pub(super) async fn fetch_once(desk: &Desk, account: &Account) -> Result<usize> {
    let mut mailbox = Mailbox::open(account).await?;
    let sent = mailbox.fetch_sent(desk, account).await?;
    let inbox = mailbox.fetch_inbox(desk, account).await?;
    mailbox.session.quit().await;
    Ok(sent + inbox)
}

/// A signed-in connection with the folders that are read.
pub(super) struct Mailbox {
    pub session: Session,
    pub inbox: String,
    pub sent: Option<String>,
    waiting: Waiting,
    /// When it was last noted that the account is being read.
    pulsed_at: Option<Instant>,
}

impl Mailbox {
    pub async fn open(account: &Account) -> Result<Self> {
        Self::open_watched(account, &Waiting::default()).await
    }

    async fn open_watched(account: &Account, waiting: &Waiting) -> Result<Self> {
        let endpoint = ImapEndpoint::parse(&account.incoming).map_err(|_| Error::failed("bad-mail-in"))?;
        let password =
            account.password_file.as_deref().map(read_password).transpose().map_err(Error::failed)?;
        let connected = Session::connect_watched(&endpoint, password.as_ref(), waiting).await;
        let mut session =
            connected.map_err(|error| Error::failed(refusal(&endpoint, &error)).because(error))?;
        let sent = match &account.sent_folder {
            Some(named) => Some(named.clone()),
            None => session.sent_folder().await.map_err(failed)?,
        };
        let inbox = endpoint.folder().to_owned();
        let sent = sent.filter(|sent| *sent != inbox);
        Ok(Self { session, sent, inbox, waiting: waiting.clone(), pulsed_at: None })
    }

    /// Notes that the account is being read, unless that was noted just now: a note is a commit.
    async fn pulse(&mut self, desk: &Desk, account: &Account) -> Result<()> {
        if self.waiting.was_told() || self.pulsed_at.is_none_or(|at| at.elapsed() >= PULSE) {
            desk.pulse(&worker(), account.id, None).await?;
            self.pulsed_at = Some(Instant::now());
        }
        Ok(())
    }

    async fn fetch_inbox(&mut self, desk: &Desk, account: &Account) -> Result<usize> {
        let folder = self.inbox.clone();
        self.fetch(desk, account, &folder, FolderRole::Inbox).await
    }

    /// A folder of sent letters that is not there, or cannot be opened, holds up nothing.
    async fn fetch_sent(&mut self, desk: &Desk, account: &Account) -> Result<usize> {
        let Some(folder) = self.sent.clone() else { return Ok(0) };
        match self.fetch(desk, account, &folder, FolderRole::Sent).await {
            Err(error) if error.code == ImapFailure::Folder.code() => {
                tracing::warn!(account.id = %account.id, "the folder of sent letters cannot be opened");
                Ok(0)
            }
            fetched => fetched,
        }
    }

    /// What of a folder has not been stored yet; the number that was new.
    async fn fetch(
        &mut self,
        desk: &Desk,
        account: &Account,
        folder: &str,
        role: FolderRole,
    ) -> Result<usize> {
        let opened = self.session.open(folder).await.map_err(failed)?;
        let known = desk.read_to(&worker(), account.id, folder).await?;
        let known = known.filter(|known| known.uidvalidity == opened.uidvalidity);
        let end = end_of(&mut self.session, &opened).await.map_err(failed)?;
        let mut read = known.clone().unwrap_or(ReadTo {
            folder: folder.to_owned(),
            role,
            uidvalidity: opened.uidvalidity,
            uid_next: 1,
        });
        let (mut stored, mut window) = (0, WINDOW);
        while read.uid_next < end {
            let last = read.uid_next.saturating_add(window - 1).min(end - 1);
            let entries = self.session.list(read.uid_next, last).await.map_err(failed)?;
            window = if entries.is_empty() { (window * 2).min(WIDEST) } else { WINDOW };
            let last = if entries.is_empty() {
                gap(&mut self.session, last, end).await.map_err(failed)?
            } else {
                last
            };
            stored += self.store(desk, account, &mut read, entries, last).await?;
        }
        if known.is_none() && end <= 1 {
            desk.store_mail(&worker(), account.id, Vec::new(), read).await?;
        }
        Ok(stored)
    }

    /// Stores these letters, batch by batch, and notes that everything up to `last` has been read. While one batch is written
    /// the next is fetched, where both together are no more than one may be.
    async fn store(
        &mut self,
        desk: &Desk,
        account: &Account,
        read: &mut ReadTo,
        entries: Vec<Entry>,
        last: u32,
    ) -> Result<usize> {
        let (mut stored, folder) = (0, read.folder.clone());
        let (mut batch, mut rest) = entries.split_at(batch_length(&entries));
        let mut items = self.letters(batch, &folder, read.uidvalidity).await?;
        loop {
            read.uid_next = match rest.first() {
                Some(next) => next.uid,
                None => last.saturating_add(1),
            };
            let (next, after) = rest.split_at(batch_length(rest));
            let worker = worker();
            let storing = desk.store_mail(&worker, account.id, items, read.clone());
            if !next.is_empty() && bytes_of(batch).saturating_add(bytes_of(next)) <= BATCH_BYTES {
                // What is stored counts whatever becomes of the next letters.
                let (done, letters) = tokio::join!(storing, self.letters(next, &folder, read.uidvalidity));
                stored += done?;
                items = letters?;
            } else {
                stored += storing.await?;
                items = self.letters(next, &folder, read.uidvalidity).await?;
            }
            self.pulse(desk, account).await?;
            if next.is_empty() {
                return Ok(stored);
            }
            (batch, rest) = (next, after);
        }
    }

    /// The bytes of letters. One that is gone meanwhile is passed over; one that is too large is named and not read.
    pub async fn letters(&mut self, batch: &[Entry], folder: &str, uidvalidity: u32) -> Result<Vec<Fetched>> {
        let fits = |entry: &&Entry| entry.size <= DEFAULT_MAX_BYTES;
        let uids: Vec<u32> = batch.iter().filter(fits).map(|entry| entry.uid).collect();
        let mut beginnings = match uids.is_empty() {
            true => Default::default(),
            false => self.session.beginnings(&uids).await.map_err(failed)?,
        };
        let mut items = Vec::with_capacity(batch.len());
        for entry in batch {
            let bytes = match beginnings.remove(&entry.uid) {
                None if fits(&entry) => continue,
                None => Err("too-large"),
                Some(beginning) if beginning.len() < PIECE => Ok(beginning),
                Some(beginning) => {
                    let limit = usize::try_from(DEFAULT_MAX_BYTES).unwrap_or(usize::MAX);
                    let whole = self.session.whole(entry.uid, beginning, limit).await.map_err(failed)?;
                    whole.ok_or("too-large")
                }
            };
            items.push(Fetched {
                transport_id: transport_id(folder, uidvalidity, entry.uid),
                received_at: entry.received_at,
                bytes,
            });
        }
        Ok(items)
    }
}

/// The least UID that no letter of the open folder has.
pub(super) async fn end_of(session: &mut Session, opened: &Folder) -> std::result::Result<u32, ImapError> {
    match opened.uid_next {
        Some(next) => Ok(next),
        None => Ok(session.greatest_uid().await?.map_or(1, |uid| uid.saturating_add(1))),
    }
}

/// How far there is nothing after `last`, up to `end`, that one not included: UIDs run up to 2^32, and a folder whose letters
/// lie far apart there must cost what its letters cost.
async fn gap(session: &mut Session, last: u32, end: u32) -> std::result::Result<u32, ImapError> {
    let from = last.saturating_add(1);
    if from >= end {
        return Ok(last);
    }
    let next = session.next_uid(from).await?.unwrap_or(end);
    Ok(next.min(end).saturating_sub(1).max(last))
}

/// Gives `each` the letters of the open folder from one UID up to another, that one not included, window by window.
pub(super) async fn each_window(
    session: &mut Session,
    from: u32,
    end: u32,
    mut each: impl FnMut(&[Entry]),
) -> std::result::Result<(), ImapError> {
    let (mut next, mut window) = (from, WINDOW);
    while next < end {
        let last = next.saturating_add(window - 1).min(end - 1);
        let entries = session.list(next, last).await?;
        window = if entries.is_empty() { (window * 2).min(WIDEST) } else { WINDOW };
        let last = if entries.is_empty() { gap(session, last, end).await? } else { last };
        each(&entries);
        next = last.saturating_add(1);
    }
    Ok(())
}

/// A letter's name for ever: a UID alone means nothing.
pub(super) fn transport_id(folder: &str, uidvalidity: u32, uid: u32) -> String {
    format!("{}{uid}", folder_prefix(folder, uidvalidity))
}

/// How the names of all letters of a folder begin.
pub(super) fn folder_prefix(folder: &str, uidvalidity: u32) -> String {
    format!("{folder};{uidvalidity};")
}

/// Bytes of letters as the server says them.
fn bytes_of(letters: &[Entry]) -> u64 {
    letters.iter().fold(0, |bytes, letter| bytes.saturating_add(letter.size))
}

/// How many of these go into one transaction: at least one if there is any.
fn batch_length(entries: &[Entry]) -> usize {
    let (mut bytes, mut n) = (0u64, 0);
    for entry in entries.iter().take(BATCH) {
        bytes = bytes.saturating_add(entry.size);
        if n > 0 && bytes > BATCH_BYTES {
            break;
        }
        n += 1;
    }
    n
}

/// Why a mailbox does not let us in: what a person has to do at their provider, where that is known.
pub(crate) fn refusal(endpoint: &ImapEndpoint, error: &ImapError) -> &'static str {
    let known = match error.failure {
        ImapFailure::Auth | ImapFailure::AuthUnsupported => app_password(endpoint.host(), &error.text),
        _ => None,
    };
    known.unwrap_or_else(|| error.failure.code())
}

/// What stopped us, as a code that the channel's list shows.
pub(super) fn failed(error: ImapError) -> Error {
    Error::failed(error.failure.code()).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::intake::tests::desk_at;
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;

    /// Signs everybody in, then takes every command and answers none until it is told to.
    async fn mute(listener: TcpListener, mut speaks: watch::Receiver<bool>) {
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"* OK [CAPABILITY IMAP4rev1] ready\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let (tag, command) = line.split_once(' ').unwrap();
            let said = match command.split(' ').next().unwrap() {
                "LOGIN" | "CAPABILITY" => String::new(),
                "LIST" => "* LIST () \"/\" INBOX\r\n".to_owned(),
                _ => {
                    speaks.wait_for(|speaks| *speaks).await.unwrap();
                    "* 0 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 1]\r\n".to_owned()
                }
            };
            write.write_all(format!("{said}{tag} OK done\r\n").as_bytes()).await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_mailbox_that_falls_silent_is_told_while_it_is_still_waited_for_and_taken_back_with_its_first_word()
     {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let password = folder.path().join("password");
        std::fs::write(&password, "secret\n").unwrap();
        std::fs::set_permissions(&password, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let incoming = format!("imap://me@127.0.0.1:{port}/INBOX");
        let (desk, head) = desk_at(folder.path(), incoming, String::new(), Some(password)).await;
        let account = desk.intake_accounts(&worker()).await.unwrap().remove(0);
        let (speak, speaks) = watch::channel(false);
        tokio::spawn(mute(listener, speaks));
        assert!(hold(&desk, &account, "test").await.unwrap());
        desk.pulse(&worker(), account.id, None).await.unwrap();

        let (mut pause, waiting) = (FIRST_PAUSE, Waiting::default());
        let told = async || {
            let told = desk.channels(&head).await.unwrap().remove(0);
            (told.state, told.error)
        };
        let seen = async {
            while told().await != ("failing", Some("imap_silent".to_owned())) {
                tokio::task::yield_now().await;
            }
            speak.send_replace(true);
            while told().await != ("running", None) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = serve(&desk, &account, &waiting, &mut pause) => panic!("the server neither refuses nor hangs up"),
            () = tell_silence(&desk, &account, &waiting, (Duration::ZERO, Duration::from_millis(1))) => {}
            () = seen => {}
        }
    }
}
