//! Sending: lease, prepare, say that the message goes out, send it, record what became of it. `sending` is committed just
//! before the message, so that every failure before it retries by itself and none after it is ever repeated. A few letters
//! are under way at once, and whatever they have to say to the desk meanwhile goes there in one transaction (`desk::turn`).

use super::outbox::{LINES, Outbox, Way};
use super::seal::{Seal, Seals};
use super::{LEASE_SECONDS, rest, stopped};
use crate::desk::{Attempt, Desk, Leased, Turn};
use crate::error::{Error, Result};
use crate::mail::Trouble;
use crate::rules::roles::UseCase;
use crate::types::{AccountId, Actor, DeliveryId, Untrusted, Worker};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;

const LEASE: &str = "sender";
/// Letters under way at once, of however many accounts.
const MOST: usize = 24;
/// Letters after which everything that waits is looked through anew, for what has been let go since with an earlier time.
const LOOK_THROUGH: usize = 64;
/// Between two looks for what is due.
const LOOK: Duration = Duration::from_millis(300);
/// Between two renewals of the worker's lease.
const RENEW: Duration = Duration::from_secs(10);
/// Between two renewals of a delivery's lease while its server is slow.
const HOLD: Duration = Duration::from_secs(20);
/// Between two tries to record what became of an attempt; in all less than a delivery's lease.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(4),
    Duration::from_secs(15),
    Duration::from_secs(40),
];
/// A session without letters is closed after this long.
const IDLE: Duration = Duration::from_secs(20);
/// How long a server may say nothing before people are told; the attempt goes on as long as the protocol lets it.
const SILENT: Duration = Duration::from_secs(15);
/// A letter of this many bytes has one second more: while it goes out, no word is due.
const SECOND: usize = 64 << 10;
/// How long a process that is told to stop waits for a server's answer to a letter that is out.
const GRACE: Duration = Duration::from_secs(20);

fn worker() -> Actor {
    Actor::Worker(Worker::Sender)
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sent {
    pub accepted: usize,
    pub not_accepted: usize,
}

/// Sends what is due, again and again, while the lease is ours.
pub(super) async fn run(desk: Desk, owner: String, mut stop: watch::Receiver<bool>) {
    let (outbox, mut seals) = (Arc::new(Outbox::default()), Seals::of(&desk));
    let (mut held_at, mut used_at): (Option<Instant>, Instant) = (None, Instant::now());
    loop {
        if held_at.is_none_or(|at| at.elapsed() >= RENEW) {
            held_at = matches!(hold(&desk, &owner).await, Ok(true)).then(Instant::now);
        }
        if held_at.is_some() {
            match pass(&desk, &owner, &outbox, &mut seals, &stop).await {
                Ok(sent) if sent.accepted + sent.not_accepted > 0 => used_at = Instant::now(),
                Ok(_) => {}
                Err(error) => tracing::warn!(error = %error, "sending"),
            }
        }
        if used_at.elapsed() >= IDLE {
            outbox.close().await;
        }
        if rest(&mut stop, LOOK).await {
            break;
        }
    }
    outbox.close().await;
    let _ = let_go(&desk, &owner).await;
}

/// Sends what is due now, once, if no other process does.
pub(super) async fn send_due(desk: &Desk, owner: &str) -> Result<Sent> {
    if !hold(desk, owner).await? {
        return Ok(Sent::default());
    }
    let (outbox, mut seals) = (Arc::new(Outbox::default()), Seals::of(desk));
    let (_goes_on, stop) = watch::channel(false);
    let sent = pass(desk, owner, &outbox, &mut seals, &stop).await;
    outbox.close().await;
    sent
}

async fn hold(desk: &Desk, owner: &str) -> Result<bool> {
    desk.hold(&worker(), UseCase::DeliveryLease, LEASE, owner, LEASE_SECONDS).await
}

pub(super) async fn let_go(desk: &Desk, owner: &str) -> Result<()> {
    desk.let_go(&worker(), UseCase::DeliveryLease, LEASE, owner).await
}

type Stop = watch::Receiver<bool>;

async fn pass(
    desk: &Desk,
    owner: &str,
    outbox: &Arc<Outbox>,
    seals: &mut Seals,
    stop: &Stop,
) -> Result<Sent> {
    desk.sweep_deliveries(&worker(), |gone| seals.take_away(gone)).await?;
    seals.forget();
    outbox.begin_pass();
    if desk.next_delivery_at(&worker()).await?.is_none_or(|at| at > desk.clock().now()) {
        return Ok(Sent::default());
    }
    let letters = Letters { desk: desk.clone(), owner: owner.to_owned(), stop: stop.clone() };
    let pass = Pass {
        letters,
        outbox: Arc::clone(outbox),
        seals,
        under_way: JoinSet::new(),
        in_hand: Vec::new(),
        held_at: Instant::now(),
        ended: Vec::new(),
        ready: Vec::new(),
        goes_on: true,
        failure: None,
        leased_since: 0,
        from: None,
        sent: Sent::default(),
    };
    pass.run().await
}

/// What every letter of a pass has in common.
#[derive(Clone)]
struct Letters {
    desk: Desk,
    owner: String,
    stop: Stop,
}

/// How far a letter has come.
enum Step {
    /// The channel waits for the letter, or the attempt has ended before it.
    Prepared(Box<Leased>, std::result::Result<Way, Attempt>),
    /// The message has gone out, or may have.
    Sent(DeliveryId, Attempt),
    /// It is time to stop and nothing of the letter has gone out: whoever serves next sends it when the lease has run out.
    Left,
}

/// One pass over what is due.
struct Pass<'a> {
    letters: Letters,
    outbox: Arc<Outbox>,
    seals: &'a mut Seals,
    under_way: JoinSet<Step>,
    /// Leased and not ended.
    in_hand: Vec<(DeliveryId, AccountId)>,
    /// When the worker's lease was renewed last.
    held_at: Instant,
    /// What the desk has not heard yet.
    ended: Vec<(DeliveryId, Attempt)>,
    ready: Vec<(Leased, Way, Seal)>,
    /// Whether more is leased: not when nothing is due or something has failed.
    goes_on: bool,
    failure: Option<Error>,
    leased_since: usize,
    /// Where the next is looked for first.
    from: Option<Timestamp>,
    sent: Sent,
}

impl Pass<'_> {
    async fn run(mut self) -> Result<Sent> {
        loop {
            self.turn().await;
            if self.under_way.is_empty() {
                break;
            }
            tokio::select! {
                Some(step) = self.under_way.join_next() => self.take(step),
                // One that takes its time holds up neither what is written meanwhile nor what others have left.
                () = tokio::time::sleep(LOOK) => self.look_again().await,
            }
            while let Some(step) = self.under_way.try_join_next() {
                self.take(step);
            }
        }
        self.failure.map_or(Ok(self.sent), Err)
    }

    /// Whether more is leased now, while the worker's lease is ours.
    async fn look_again(&mut self) {
        self.goes_on = true;
        if self.held_at.elapsed() < RENEW {
            return;
        }
        let Letters { desk, owner, .. } = &self.letters;
        let kept = match hold(desk, owner).await {
            Ok(true) => desk.sweep_deliveries(&worker(), |gone| self.seals.take_away(gone)).await,
            Ok(false) => Err(Error::conflict("lease-lost")),
            Err(error) => Err(error),
        };
        self.held_at = Instant::now();
        match kept {
            Ok(_) => self.seals.forget(),
            Err(error) => self.failure = self.failure.take().or(Some(error)),
        }
    }

    fn take(&mut self, step: std::result::Result<Step, tokio::task::JoinError>) {
        match step {
            Ok(Step::Prepared(letter, Ok(way))) => {
                let seal = self.seals.put(&letter, &self.letters.owner);
                self.ready.push((*letter, way, seal));
            }
            Ok(Step::Prepared(letter, Err(attempt))) => self.ended.push((letter.id, attempt)),
            Ok(Step::Sent(id, attempt)) => self.ended.push((id, attempt)),
            Ok(Step::Left) => {}
            // Its lease runs out, and the sweep finds what became of it.
            Err(error) => tracing::error!(error = %error, "a letter's sending broke off"),
        }
    }

    /// Tells the desk what there is to tell, lets go what may go, and takes what is next.
    async fn turn(&mut self) {
        self.forget_ended();
        let (ended, mut ready) = (std::mem::take(&mut self.ended), std::mem::take(&mut self.ready));
        let goes_on = self.failure.is_none() && !*self.letters.stop.borrow();
        if !goes_on {
            // Nothing of these has gone out, and dropping the way drops the connection before the letter.
            ready.drain(..).for_each(|(_, _, seal)| seal.drop_unused());
        }
        let room = if goes_on { MOST.saturating_sub(self.in_hand.len()).min(LINES) } else { 0 };
        if ended.is_empty() && ready.is_empty() && !(self.goes_on && room > 0) {
            return;
        }
        let turn = Turn {
            ended: ended.clone(),
            ready: ready.iter().map(|(letter, ..)| letter.id).collect(),
            room,
            from: self.from.filter(|_| self.leased_since > 0),
            except: self.full(),
        };
        match self.letters.desk.take_turn(&worker(), &self.letters.owner, turn).await {
            Ok(turned) => {
                for (id, attempt) in &ended {
                    self.count(matches!(attempt, Attempt::Accepted { .. }) && !turned.lost.contains(id));
                }
                ready.into_iter().for_each(|ready| self.send(ready, &turned.started));
                self.goes_on = room == 0 || !turned.leased.is_empty();
                turned.leased.into_iter().for_each(|letter| self.prepare(letter));
            }
            Err(error) => {
                tracing::warn!(error = %error, "recording attempts");
                // The commit may have happened, so the seals of what was ready stay. What cannot be recorded together may be
                // so alone.
                let alone = if ended.is_empty() { Err(error) } else { self.record_alone(ended).await };
                self.failure = self.failure.take().or(alone.err());
            }
        }
    }

    /// What has ended makes room; what broke off is known by nothing being under way any more.
    fn forget_ended(&mut self) {
        let ended = &self.ended;
        self.in_hand.retain(|(id, _)| ended.iter().all(|(other, _)| other != id));
        if self.under_way.is_empty() && self.ready.is_empty() {
            self.in_hand.clear();
        }
    }

    /// Accounts with as many letters under way as a server lets us have: a server that does not answer must not keep the
    /// letters of others waiting.
    fn full(&self) -> Vec<AccountId> {
        let of = |account: AccountId| self.in_hand.iter().filter(|(_, other)| *other == account).count();
        let mut full: Vec<_> = self.in_hand.iter().map(|(_, account)| *account).collect();
        full.sort_unstable();
        full.dedup();
        full.retain(|account| of(*account) >= LINES);
        full
    }

    fn count(&mut self, accepted: bool) {
        self.sent.accepted += usize::from(accepted);
        self.sent.not_accepted += usize::from(!accepted);
    }

    fn prepare(&mut self, letter: Leased) {
        self.leased_since = (self.leased_since + 1) % LOOK_THROUGH;
        self.from = Some(letter.due);
        self.in_hand.push((letter.id, letter.account));
        let (outbox, letters) = (Arc::clone(&self.outbox), self.letters.clone());
        self.under_way.spawn(async move {
            let prepared = tokio::select! {
                prepared = letters.told_when_silent(letter.id, SILENT, outbox.prepare(&letter)) => prepared,
                () = stopped(&letters.stop) => return Step::Left,
            };
            Step::Prepared(Box::new(letter), prepared)
        });
    }

    /// Lets a letter go if the desk says so.
    fn send(&mut self, (letter, way, seal): (Leased, Way, Seal), started: &[DeliveryId]) {
        if !started.contains(&letter.id) {
            seal.drop_unused();
            // Taken back, or the lease ran out: dropping the way drops the connection before the letter.
            self.in_hand.retain(|(id, _)| *id != letter.id);
            self.count(false);
        } else if !seal.break_open() {
            // Whoever took it away has let the letter be tried again.
            self.in_hand.retain(|(id, _)| *id != letter.id);
            self.count(false);
        } else {
            self.under_way.spawn(self.letters.clone().send(letter, way));
        }
    }

    /// Records what became of attempts one by one, again and again while the desk does not answer: an acceptance that is not
    /// recorded would leave a person to find out what the server has long said.
    async fn record_alone(&mut self, mut ended: Vec<(DeliveryId, Attempt)>) -> Result<()> {
        for pause in PAUSES.into_iter().map(Some).chain([None]) {
            let mut left = Vec::new();
            let mut failure = Ok(());
            for (id, attempt) in ended {
                let Letters { desk, owner, .. } = &self.letters;
                match desk.conclude_delivery(&worker(), owner, id, attempt.clone()).await {
                    Ok(()) => self.count(matches!(attempt, Attempt::Accepted { .. })),
                    // Taken back, or decided by a person, while the server was asked: what they decided holds.
                    Err(error) if error.code == "lease-lost" => self.count(false),
                    Err(error) => {
                        tracing::warn!(delivery.id = %id, error = %error, "recording an attempt");
                        failure = Err(error);
                        left.push((id, attempt));
                    }
                }
            }
            match (failure, pause) {
                (Err(_), Some(pause)) => tokio::time::sleep(pause).await,
                (recorded, _) => return recorded,
            }
            ended = left;
        }
        Ok(())
    }
}

impl Letters {
    async fn send(self, letter: Leased, way: Way) -> Step {
        fail_point!("sender.begun", _);
        let while_it_goes = SILENT + Duration::from_secs((letter.bytes.len() / SECOND) as u64);
        let attempt = tokio::select! {
            attempt = self.told_when_silent(letter.id, while_it_goes, self.send_held(way, &letter)) => attempt,
            () = stopped_long_since(&self.stop) => given_up(),
        };
        fail_point!("sender.answered", _);
        Step::Sent(letter.id, attempt)
    }

    /// Does `work` to its end; where it takes longer than `after`, the desk is told once that the server is silent.
    async fn told_when_silent<T>(&self, id: DeliveryId, after: Duration, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(after) => {}
        }
        let tell = async {
            if let Err(error) = self.desk.note_silence(&worker(), &self.owner, id).await {
                tracing::warn!(delivery.id = %id, error = %error, "noting a silent server");
            }
        };
        // What the server says at last is recorded after the note, never before it.
        tokio::join!(work, tell).0
    }

    /// Sends, and renews the delivery's lease while the server takes its time.
    async fn send_held(&self, way: Way, letter: &Leased) -> Attempt {
        let mut send = std::pin::pin!(way.send(letter));
        loop {
            tokio::select! {
                attempt = &mut send => return attempt,
                () = tokio::time::sleep(HOLD) => {
                    if let Err(error) = self.desk.renew_delivery(&worker(), &self.owner, letter.id).await {
                        tracing::warn!(delivery.id = %letter.id, error = %error, "renewing a lease");
                    }
                }
            }
        }
    }
}

async fn stopped_long_since(stop: &Stop) {
    stopped(stop).await;
    tokio::time::sleep(GRACE).await;
}

/// The process ends before the server has answered.
fn given_up() -> Attempt {
    Attempt::Unknown { why: Untrusted::new(Trouble::TimedOut.code()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::intake::tests::desk_at;
    use crate::jobs::intake::{fetch_all, parse_all};
    use crate::types::Explained;
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;

    /// A mail server that says nothing at all until it is told to speak.
    async fn mute(listener: TcpListener, mut speaks: watch::Receiver<bool>) {
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        speaks.wait_for(|speaks| *speaks).await.unwrap();
        write.write_all(b"220 here\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let said = if line == "DATA" { "354 go on" } else { "250 well" };
            write.write_all(format!("{said}\r\n").as_bytes()).await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_server_that_says_nothing_is_told_while_its_word_is_still_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let outgoing = format!("smtp://127.0.0.1:{}", listener.local_addr().unwrap().port());
        for part in ["tmp", "new", "cur"] {
            std::fs::create_dir_all(folder.path().join("in").join(part)).unwrap();
        }
        let incoming = format!("maildir:{}", folder.path().join("in").display());
        let (desk, head) = desk_at(folder.path(), incoming, outgoing, None).await;
        let letter = "From: alena@example.com\r\nTo: appeals@example.org\r\nSubject: x\r\nMessage-ID: <1@example.com>\r\n\r\nx\r\n";
        std::fs::write(folder.path().join("in/new/1.letter"), letter).unwrap();
        let account = desk.intake_accounts(&Actor::Worker(Worker::Intake)).await.unwrap().remove(0);
        fetch_all(&desk, &account).await.unwrap().unwrap();
        parse_all(&desk).await.unwrap();
        let (speak, speaks) = watch::channel(false);
        tokio::spawn(mute(listener, speaks));

        let (_goes_on, stop) = watch::channel(false);
        let letter =
            desk.lease_delivery(&worker(), "test").await.unwrap().expect("the notice of receipt is due");
        let letters = Letters { desk: desk.clone(), owner: "test".into(), stop };
        let outbox = Outbox::default();
        let seen = async {
            loop {
                let stuck = desk.channels(&head).await.unwrap().remove(0).outgoing;
                if let Some(stuck) = stuck {
                    break stuck;
                }
                tokio::task::yield_now().await;
            }
        };
        let seen = async {
            let stuck = seen.await;
            let shown =
                desk.deliveries(&head, crate::desk::views::DeliveryFilter::All, 1).await.unwrap().remove(0);
            speak.send_replace(true);
            (stuck, shown)
        };
        let sending = letters.told_when_silent(letter.id, Duration::ZERO, outbox.prepare(&letter));
        let (prepared, (stuck, shown)) = tokio::join!(sending, seen);
        assert_eq!(stuck.error, "smtp_silent");
        assert_eq!((shown.explained, shown.down_since), (Some(Explained::NoAnswer), Some(stuck.since)));
        assert!(prepared.is_ok(), "the attempt has gone on");

        let accepted = Attempt::Accepted { proof: Untrusted::new("250 well") };
        desk.conclude_delivery(&worker(), "test", letter.id, accepted).await.unwrap();
        assert_eq!(desk.channels(&head).await.unwrap().remove(0).outgoing, None, "it answers again");
        let shown =
            desk.deliveries(&head, crate::desk::views::DeliveryFilter::All, 1).await.unwrap().remove(0);
        assert_eq!((shown.explained, shown.down_since), (None, None));
    }
}
