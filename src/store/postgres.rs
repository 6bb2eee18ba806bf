//! What only PostgreSQL has: its pool, `NOTIFY`, `tsvector`.

use super::{Store, connection_error, store_error};
use crate::error::Result;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Executor, PgConnection};
use std::str::FromStr;
use std::time::Duration;

/// The channel of `LISTEN` on which a commit says *look again*.
pub(super) const CHANNEL: &str = "otklik";

pub(super) async fn open(url: &str) -> Result<Store> {
    let options = PgConnectOptions::from_str(url).map_err(store_error)?.statement_cache_capacity(200);
    // The ROLLBACK below warns where nothing is open, which is nearly always.
    let options = options.options([
        ("client_min_messages", "error"),
        // A machine that falls asleep in the middle of a transaction must not hold up everybody else.
        ("idle_in_transaction_session_timeout", "90s"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(4)
        .acquire_timeout(Duration::from_secs(15))
        // The ROLLBACK below is a test of the connection too.
        .test_before_acquire(false)
        .before_acquire(|conn, _| {
            // A dropped future of sqlx 0.9.0 can leave its transaction open in a pooled session (transact-rs/sqlx 4385).
            Box::pin(async move {
                conn.execute("ROLLBACK").await?;
                Ok(true)
            })
        })
        .connect_with(options)
        .await
        .map_err(connection_error)?;
    Ok(Store::Postgres(pool))
}

pub(super) async fn notify(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(conn).await.map_err(store_error)?;
    Ok(())
}

/// A tsvector holds 1 MiB of lexemes and positions (PostgreSQL manual, 12.11); the worst text takes twice its length there.
const LONGEST_TERMS: usize = 400 << 10;

/// The stems `$2` of the message `$1`.
pub(super) const INSERT_TERMS: &str = "INSERT INTO message_terms (message_pk, terms) \
     SELECT pk, to_tsvector('simple', $2) FROM messages WHERE id = $1";

/// As many of the terms as a tsvector surely holds: the end of an endless letter is not found by its words.
pub(super) fn head_of(terms: &str) -> &str {
    let end = (0..=LONGEST_TERMS.min(terms.len())).rev().find(|at| terms.is_char_boundary(*at)).unwrap_or(0);
    match end < terms.len() {
        // The last word may be cut: it goes.
        true => terms[..end].rsplit_once(' ').map_or("", |(whole, _)| whole),
        false => terms,
    }
}

pub(super) async fn find_terms(conn: &mut PgConnection, query: &str, limit: i64) -> Result<Vec<i64>> {
    // The inner query collects matches by the index alone; without the fence the planner walks the primary key backwards.
    sqlx::query_scalar(
        "WITH found AS MATERIALIZED (SELECT message_pk FROM message_terms WHERE terms @@ to_tsquery('simple', $1)) \
         SELECT message_pk FROM found ORDER BY message_pk DESC LIMIT $2",
    )
    .bind(query)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(store_error)
}

/// The stems `$2` of the earlier letter whose raw item is `$1`.
pub(super) const INSERT_HISTORY_TERMS: &str = "INSERT INTO history_terms (history_pk, terms) \
     SELECT pk, to_tsvector('simple', $2) FROM history_letters WHERE raw_id = $1";

pub(super) async fn find_history(conn: &mut PgConnection, query: &str, limit: i64) -> Result<Vec<i64>> {
    // The same fence as above.
    sqlx::query_scalar(
        "WITH found AS MATERIALIZED (SELECT history_pk FROM history_terms WHERE terms @@ to_tsquery('simple', $1)) \
         SELECT history_pk FROM found ORDER BY history_pk DESC LIMIT $2",
    )
    .bind(query)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(store_error)
}
