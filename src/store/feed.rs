//! Committed changes → sessions. A notice only means *look again*; it never carries content.

use super::{Store, postgres, store_error};
use crate::error::Result;
use sqlx::SqliteConnection;
use sqlx::postgres::{PgListener, PgPoolOptions};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often the embedded engine is asked for its `data_version` (17 µs each).
const POLL: Duration = Duration::from_millis(100);
/// How long a lost PostgreSQL connection rests before it is tried again.
const REST: Duration = Duration::from_millis(500);

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
    pub async fn feed(&self) -> Result<Feed> {
        let (sender, revision) = watch::channel(0);
        let task = match self {
            Store::Sqlite { reader, .. } => {
                let options = reader.connect_options();
                let mut conn = sqlx::ConnectOptions::connect(options.as_ref()).await.map_err(store_error)?;
                let first = newest(&mut conn).await.map_err(store_error)?;
                tokio::spawn(async move { watch_file(conn, first, sender).await })
            }
            Store::Postgres(pool) => {
                // A pool of its own: a listener keeps its connection for good, and closing the desk would wait for it.
                let options = pool.connect_options().as_ref().clone();
                let alone = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
                let mut listener = PgListener::connect_with(&alone).await.map_err(store_error)?;
                listener.listen(postgres::CHANNEL).await.map_err(store_error)?;
                tokio::spawn(async move { watch_server(listener, sender).await })
            }
        };
        Ok(Feed { revision, task })
    }
}

async fn newest(conn: &mut SqliteConnection) -> sqlx::Result<(i64, i64)> {
    let version: i64 = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut *conn).await?;
    let seq: i64 =
        sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM journal").fetch_one(&mut *conn).await?;
    Ok((version, seq))
}

/// `data_version` of one held connection moves when any other connection commits; then the journal says whether it was
/// a decision or only a draft or a pulse.
async fn watch_file(mut conn: SqliteConnection, first: (i64, i64), sender: watch::Sender<u64>) {
    let (mut version, mut seq) = first;
    let mut ticks = tokio::time::interval(POLL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let seen = sqlx::query_scalar::<_, i64>("PRAGMA data_version").fetch_one(&mut conn).await;
        let Ok(seen) = seen else { continue };
        if seen == version {
            continue;
        }
        let Ok((_, newest)) = newest(&mut conn).await else { continue };
        version = seen;
        if newest != seq {
            seq = newest;
            sender.send_modify(|revision| *revision += 1);
        }
    }
}

/// A notice, or a connection lost and found again: in between anything may have happened, so both mean *look again*.
async fn watch_server(mut listener: PgListener, sender: watch::Sender<u64>) {
    loop {
        match listener.try_recv().await {
            Ok(_) => sender.send_modify(|revision| *revision += 1),
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
}
