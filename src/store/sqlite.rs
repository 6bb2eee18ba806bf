//! What only the embedded engine has: its file, its pragmas, FTS5.

use super::waiting::{Line, Waiting};
use super::{Store, store_error};
use crate::error::{Error, Result};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqliteConnection};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

pub(super) async fn open(path: &Path, create: bool) -> Result<Store> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        if create {
            std::fs::create_dir_all(directory)?;
        }
        refuse_network(directory)?;
    }
    if create {
        // Made before SQLite sees it, so that nobody else on the machine can ever read it.
        std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    } else if !path.is_file() {
        return Err(Error::not_found("no-desk").arg("desk", format!("sqlite:{}", path.display())));
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(200)
        .pragma("cache_size", "-8000");
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options.clone())
        .await
        .map_err(store_error)?;
    let reader = SqlitePoolOptions::new()
        .max_connections(2)
        .acquire_timeout(Duration::from_secs(30))
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_lazy_with(options.read_only(true));
    Ok(Store::Sqlite { writer, reader })
}

/// Bytes that an ordinary user may still write there.
pub(super) fn space_left(path: &Path) -> Option<u64> {
    let stat = nix::sys::statvfs::statvfs(path).ok()?;
    Some(stat.blocks_available().saturating_mul(stat.fragment_size()))
}

/// A transaction. sqlx's own crosses to the connection's thread for BEGIN and for COMMIT alone and waits there to be heard;
/// of this one BEGIN goes in front of the first statement and COMMIT behind the last. Dropped, it rolls back.
pub(crate) struct Transaction {
    /// None once it has ended well.
    conn: Option<PoolConnection<Sqlite>>,
    waiting: Waiting<Sqlite>,
}

impl Transaction {
    pub(super) fn begin(conn: PoolConnection<Sqlite>, begin: &'static str) -> Self {
        let mut transaction = Self { conn: Some(conn), waiting: Waiting::default() };
        transaction.waiting.add(begin, true);
        transaction
    }

    pub(super) fn line(&mut self) -> Line<'_, Sqlite> {
        let Some(conn) = &mut self.conn else { unreachable!("only its end takes the connection away") };
        Line { conn: &mut *conn, waiting: &mut self.waiting }
    }

    pub(super) async fn commit(mut self) -> Result<()> {
        let mut line = self.line();
        line.later("COMMIT");
        line.ready().await?;
        self.conn = None;
        Ok(())
    }

    pub(super) async fn rollback(mut self) -> Result<()> {
        if let (Some(conn), false) = (self.conn.take(), self.waiting.is_untouched()) {
            give_up(conn).await;
        }
        Ok(())
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let Some(conn) = self.conn.take() else { return };
        // While BEGIN waits nothing is open; without a runtime the connection ends, and the transaction with it.
        if let (false, Ok(runtime)) = (self.waiting.is_untouched(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(give_up(conn));
        }
    }
}

/// Rolls back before the connection is anybody else's. When the disk is full SQLite has taken the transaction back by
/// itself, and there is nothing to roll back: such a connection is closed and a new one opened.
async fn give_up(mut conn: PoolConnection<Sqlite>) {
    if sqlx::query("ROLLBACK").execute(&mut *conn).await.is_err() {
        let _ = conn.close().await;
    }
}

/// SQLite's locks are not to be trusted across a network: two machines would each believe that they alone write.
fn refuse_network(directory: &Path) -> Result<()> {
    // The magic numbers of statfs(2), as the Linux manual lists them.
    const NETWORK: &[(i64, &str)] = &[
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0xfe53_4d42, "SMB2"),
        (0x6573_5546, "FUSE"),
        (0x0102_1997, "9P"),
        (0x5346_414f, "AFS"),
        (0x00c3_6400, "Ceph"),
    ];
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let Ok(stat) = nix::sys::statfs::statfs(directory) else { return Ok(()) };
    #[allow(clippy::unnecessary_cast)]
    let kind = stat.filesystem_type().0 as i64;
    match NETWORK.iter().find(|(magic, _)| *magic == kind) {
        Some((_, name)) => {
            Err(Error::failed("network-file-system").arg("kind", name).arg("folder", directory.display()))
        }
        None => Ok(()),
    }
}

/// The stems `$2` of the message `$1`.
pub(super) const INSERT_TERMS: &str =
    "INSERT INTO message_terms (rowid, terms) VALUES ((SELECT pk FROM messages WHERE id = $1), $2)";

/// Newest messages first that hold every term; never by rank, which would read the whole posting list.
pub(super) async fn find_terms(conn: &mut SqliteConnection, query: &str, limit: i64) -> Result<Vec<i64>> {
    sqlx::query_scalar(
        "SELECT rowid FROM message_terms WHERE message_terms MATCH $1 ORDER BY rowid DESC LIMIT $2",
    )
    .bind(query)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(store_error)
}

/// The stems `$2` of the earlier letter whose raw item is `$1`.
pub(super) const INSERT_HISTORY_TERMS: &str = "INSERT INTO history_terms (rowid, terms) VALUES ((SELECT pk FROM history_letters WHERE raw_id = $1), $2)";

pub(super) async fn find_history(conn: &mut SqliteConnection, query: &str, limit: i64) -> Result<Vec<i64>> {
    sqlx::query_scalar(
        "SELECT rowid FROM history_terms WHERE history_terms MATCH $1 ORDER BY rowid DESC LIMIT $2",
    )
    .bind(query)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(store_error)
}

#[cfg(test)]
impl Store {
    /// A disk that has room for so many pages in all, as far as the writer is concerned.
    pub(crate) async fn limit_pages(&self, pages: u32) -> Result<()> {
        let Store::Sqlite { writer, .. } = self else { unreachable!("only a file has pages") };
        let text = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        sqlx::query(text).execute(writer).await.map(|_| ()).map_err(store_error)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Conn, Tx};
    use super::*;

    async fn statement(tx: &mut Tx, sql: &'static str) -> Result<()> {
        let Conn::Sqlite(mut line) = tx.conn() else { unreachable!("the store is SQLite") };
        let done = sqlx::query(sql).execute(line.ready().await?).await;
        done.map(|_| ()).map_err(store_error)
    }

    #[tokio::test]
    async fn a_disk_that_was_full_is_written_again_when_there_is_space() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder.path().join("desk.sqlite"), true).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        statement(&mut tx, "CREATE TABLE letters (bytes BLOB)").await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = store.begin().await.unwrap();
        statement(&mut tx, "PRAGMA max_page_count = 3").await.unwrap();
        let refused = statement(&mut tx, "INSERT INTO letters VALUES (zeroblob(100000))").await;
        assert_eq!(refused.unwrap_err().code, "disk-full");
        drop(tx);

        let mut tx = store.begin().await.unwrap();
        statement(&mut tx, "PRAGMA max_page_count = 100000").await.unwrap();
        statement(&mut tx, "INSERT INTO letters VALUES (zeroblob(100000))").await.unwrap();
        tx.commit().await.unwrap();
    }
}
