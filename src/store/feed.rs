//! Committed changes → sessions. A notice only means *look again*; it never carries content. Whoever looks also learns
//! whether the staff has changed, so that a process with a feed need not ask before each read. A server that does not answer is
//! told too: whoever shows what was read before must say that it is of before.

use super::{Store, postgres, store_error};
use crate::error::Result;
use sqlx::SqliteConnection;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How often the embedded engine is asked for its `data_version` (17 µs each).
const POLL: Duration = Duration::from_millis(100);
/// How long a lost PostgreSQL connection rests before it is tried again.
const REST: Duration = Duration::from_millis(500);
/// After so long without a notice the server is asked whether it is still there: a line may die without a word.
const BEAT: Duration = Duration::from_secs(3);
/// How long it may take to answer.
const ANSWER: Duration = Duration::from_secs(2);

/// What a feed hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Something was committed: look again.
    Changed,
    /// The database does not answer; what was read last is what there is.
    Silent,
    /// It answers again. In between anything may have happened.
    Back,
}

/// How often something was committed, and whether the database answers.
#[derive(Clone, Copy, Debug)]
struct Pulse {
    revision: u64,
    answers: bool,
}

/// What the feeds of one process have heard of the staff.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Feeds whose last look succeeded.
    listening: AtomicUsize,
    staff_generation: AtomicI64,
}

impl Told {
    /// The count of the staff's changes; `None` while nobody listens.
    pub(crate) fn staff_generation(&self) -> Option<i64> {
        let listening = self.listening.load(Ordering::Acquire) > 0;
        listening.then(|| self.staff_generation.load(Ordering::Acquire))
    }

    /// A count that was read; of two the later one holds.
    pub(crate) fn learn(&self, generation: i64) {
        self.staff_generation.fetch_max(generation, Ordering::AcqRel);
    }
}

/// One feed's part in `Told`: it counts only while its looks succeed.
struct Ear {
    told: Arc<Told>,
    hears: bool,
}

impl Ear {
    fn hears(&mut self, generation: Option<i64>) {
        if let Some(generation) = generation {
            self.told.learn(generation);
        }
        match (self.hears, generation.is_some()) {
            (false, true) => self.told.listening.fetch_add(1, Ordering::AcqRel),
            (true, false) => self.told.listening.fetch_sub(1, Ordering::AcqRel),
            (true, true) | (false, false) => 0,
        };
        self.hears = generation.is_some();
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.hears(None);
    }
}

/// Tells that somebody committed something since it was last asked.
pub struct Feed {
    pulse: watch::Receiver<Pulse>,
    known: Pulse,
    task: JoinHandle<()>,
}

impl Feed {
    /// Waits for what is next. Changes that came while nobody waited are told as one.
    pub async fn changed(&mut self) -> Heard {
        loop {
            if self.pulse.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            let now = *self.pulse.borrow_and_update();
            let before = std::mem::replace(&mut self.known, now);
            match (before.answers, now.answers) {
                (true, false) => return Heard::Silent,
                (false, true) => return Heard::Back,
                _ if before.revision != now.revision => return Heard::Changed,
                _ => {}
            }
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Store {
    /// A feed of its own connection, which lasts as long as the returned value.
    pub(crate) async fn feed(&self, told: &Arc<Told>) -> Result<Feed> {
        let known = Pulse { revision: 0, answers: true };
        let (sender, pulse) = watch::channel(known);
        let mut ear = Ear { told: told.clone(), hears: false };
        let task = match self {
            Store::Sqlite { reader, .. } => {
                let options = reader.connect_options();
                let mut conn = sqlx::ConnectOptions::connect(options.as_ref()).await.map_err(store_error)?;
                let first = newest(&mut conn).await.map_err(store_error)?;
                ear.hears(Some(first.staff));
                tokio::spawn(async move { watch_file(conn, first, ear, sender).await })
            }
            Store::Postgres(pool) => {
                let options = pool.connect_options().as_ref().clone();
                let (listener, staff) = listen(&options).await.map_err(store_error)?;
                ear.hears(Some(staff));
                tokio::spawn(async move { watch_server(options, listener, ear, sender).await })
            }
        };
        Ok(Feed { pulse, known, task })
    }
}

/// What a look at the embedded engine's file finds.
#[derive(Clone, Copy)]
struct Seen {
    version: i64,
    seq: i64,
    staff: i64,
}

async fn newest(conn: &mut SqliteConnection) -> sqlx::Result<Seen> {
    let version: i64 = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut *conn).await?;
    let (seq, staff): (i64, i64) = sqlx::query_as(
        "SELECT coalesce((SELECT max(seq) FROM journal), 0), \
         coalesce((SELECT value FROM counters WHERE name = 'staff'), 0)",
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(Seen { version, seq, staff })
}

/// `data_version` of one held connection moves when any other connection commits; then the journal says whether it was
/// a decision or only a draft or a pulse.
async fn watch_file(mut conn: SqliteConnection, first: Seen, mut ear: Ear, sender: watch::Sender<Pulse>) {
    let mut known = first;
    let mut ticks = tokio::time::interval(POLL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let seen = sqlx::query_scalar::<_, i64>("PRAGMA data_version").fetch_one(&mut conn).await;
        match seen {
            Ok(version) if version == known.version => continue,
            Ok(_) => {}
            Err(_) => {
                ear.hears(None);
                continue;
            }
        }
        let found = newest(&mut conn).await.ok();
        ear.hears(found.map(|found| found.staff));
        let Some(found) = found else { continue };
        let decided = found.seq != known.seq;
        known = found;
        if decided {
            sender.send_modify(|pulse| pulse.revision += 1);
        }
    }
}

async fn staff_generation(listener: &mut PgListener) -> sqlx::Result<i64> {
    let sql = "SELECT coalesce((SELECT value FROM counters WHERE name = 'staff'), 0)";
    sqlx::query_scalar(sql).fetch_one(listener).await
}

/// A connection that hears notices, and the count of the staff's changes. It has a pool of its own: a listener keeps its connection
/// for good, and closing the desk would wait for it.
async fn listen(options: &PgConnectOptions) -> sqlx::Result<(PgListener, i64)> {
    let alone = PgPoolOptions::new().max_connections(1).connect_lazy_with(options.clone());
    let mut listener = PgListener::connect_with(&alone).await?;
    listener.eager_reconnect(false);
    listener.listen(postgres::CHANNEL).await?;
    let staff = staff_generation(&mut listener).await?;
    Ok((listener, staff))
}

/// A notice, or a connection lost and found again: in between anything may have happened, so both mean *look again*.
async fn watch_server(
    options: PgConnectOptions,
    mut listener: PgListener,
    mut ear: Ear,
    sender: watch::Sender<Pulse>,
) {
    loop {
        while hears(&mut listener, &mut ear, &sender).await {}
        ear.hears(None);
        // A line that broke while the server is well is nobody's business.
        let mut found = timeout(ANSWER, listen(&options)).await;
        while !matches!(found, Ok(Ok(_))) {
            sender.send_if_modified(|pulse| std::mem::replace(&mut pulse.answers, false));
            tokio::time::sleep(REST).await;
            found = timeout(ANSWER, listen(&options)).await;
        }
        let Ok(Ok((again, staff))) = found else { continue };
        listener = again;
        ear.hears(Some(staff));
        sender.send_modify(|pulse| *pulse = Pulse { revision: pulse.revision + 1, answers: true });
    }
}

/// Waits for a notice, or asks whether the server is there. False: it is not.
async fn hears(listener: &mut PgListener, ear: &mut Ear, sender: &watch::Sender<Pulse>) -> bool {
    let noticed = match timeout(BEAT, listener.try_recv()).await {
        Ok(Ok(Some(_))) => true,
        Ok(Ok(None) | Err(_)) => return false,
        Err(_) => false,
    };
    let Ok(Ok(staff)) = timeout(ANSWER, staff_generation(listener)).await else { return false };
    ear.hears(Some(staff));
    if noticed {
        sender.send_modify(|pulse| pulse.revision += 1);
    }
    true
}
