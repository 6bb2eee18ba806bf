//! Committed changes → sessions. A notice only means *look again*; it never carries content. Whoever looks also learns
//! whether the staff has changed, so that a process with a feed need not ask before each read.

use super::{Store, postgres, store_error};
use crate::error::Result;
use sqlx::SqliteConnection;
use sqlx::postgres::{PgListener, PgPoolOptions};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often the embedded engine is asked for its `data_version` (17 µs each).
const POLL: Duration = Duration::from_millis(100);
/// How long a lost PostgreSQL connection rests before it is tried again.
const REST: Duration = Duration::from_millis(500);

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
    revision: watch::Receiver<u64>,
    task: JoinHandle<()>,
}

impl Feed {
    /// Waits for the next change. Changes that came while nobody waited are told as one.
    pub async fn changed(&mut self) {
        if self.revision.changed().await.is_err() {
            std::future::pending::<()>().await;
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
        let (sender, revision) = watch::channel(0);
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
                // A pool of its own: a listener keeps its connection for good, and closing the desk would wait for it.
                let options = pool.connect_options().as_ref().clone();
                let alone = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
                let mut listener = PgListener::connect_with(&alone).await.map_err(store_error)?;
                listener.listen(postgres::CHANNEL).await.map_err(store_error)?;
                ear.hears(Some(staff_generation(&mut listener).await.map_err(store_error)?));
                tokio::spawn(async move { watch_server(listener, ear, sender).await })
            }
        };
        Ok(Feed { revision, task })
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
async fn watch_file(mut conn: SqliteConnection, first: Seen, mut ear: Ear, sender: watch::Sender<u64>) {
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
            sender.send_modify(|revision| *revision += 1);
        }
    }
}

async fn staff_generation(listener: &mut PgListener) -> sqlx::Result<i64> {
    let sql = "SELECT coalesce((SELECT value FROM counters WHERE name = 'staff'), 0)";
    sqlx::query_scalar(sql).fetch_one(listener).await
}

/// A notice, or a connection lost and found again: in between anything may have happened, so both mean *look again*.
async fn watch_server(mut listener: PgListener, mut ear: Ear, sender: watch::Sender<u64>) {
    loop {
        match listener.try_recv().await {
            Ok(_) => {
                ear.hears(staff_generation(&mut listener).await.ok());
                sender.send_modify(|revision| *revision += 1);
            }
            Err(_) => {
                ear.hears(None);
                tokio::time::sleep(REST).await;
            }
        }
    }
}
