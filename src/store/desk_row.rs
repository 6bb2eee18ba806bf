//! The one row that says what this desk is: schema, settings, key.

use super::{Conn, later, row, run};
use crate::error::Result;
use sqlx::FromRow;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct DeskRecord {
    pub desk_uuid: Uuid,
    pub schema_version: i64,
    pub demo: i64,
    pub created_at: i64,
    pub settings: String,
    pub journal_key: Vec<u8>,
}

pub(crate) async fn load(conn: &mut Conn<'_>) -> Result<Option<DeskRecord>> {
    row!(
        conn,
        DeskRecord,
        "SELECT desk_uuid, schema_version, demo, created_at, settings, journal_key FROM desk WHERE id = 1"
    )
}

/// What every transaction that writes asks first.
pub(crate) struct GroundRecord {
    pub schema_version: i64,
    pub settings: String,
    /// How often the staff or its roles have changed.
    pub staff_generation: i64,
}

/// Reads the ground of a transaction that writes, and on SQLite the newest sequence of the journal with it.
pub(crate) async fn ground(conn: &mut Conn<'_>) -> Result<Option<GroundRecord>> {
    const SQLITE: &str = "SELECT schema_version, settings, \
         coalesce((SELECT value FROM counters WHERE name = 'staff'), 0), \
         coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'journal'), 0) FROM desk WHERE id = 1";
    const POSTGRES: &str = "SELECT schema_version, settings, \
         coalesce((SELECT value FROM counters WHERE name = 'staff'), 0), CAST(0 AS BIGINT) FROM desk WHERE id = 1";
    let sql = if matches!(conn, Conn::Sqlite(_)) { SQLITE } else { POSTGRES };
    let found: Option<(i64, String, i64, i64)> = row!(conn, (i64, String, i64, i64), sql)?;
    let Some((schema_version, settings, staff_generation, last_seq)) = found else { return Ok(None) };
    if let Conn::Sqlite(line) = conn {
        line.set_last_seq(last_seq);
    }
    Ok(Some(GroundRecord { schema_version, settings, staff_generation }))
}

pub(crate) async fn insert(conn: &mut Conn<'_>, desk: &DeskRecord) -> Result<()> {
    run!(
        conn,
        "INSERT INTO desk (id, desk_uuid, schema_version, demo, created_at, settings, journal_key) \
         VALUES (1, $1, $2, $3, $4, $5, $6)",
        desk.desk_uuid,
        desk.schema_version,
        desk.demo,
        desk.created_at,
        &desk.settings,
        &desk.journal_key
    )?;
    Ok(())
}

pub(crate) async fn set_settings(conn: &mut Conn<'_>, settings: &str) -> Result<()> {
    later!(conn, "UPDATE desk SET settings = $1 WHERE id = 1", settings)
}

/// What a reply depends on besides its appeal.
#[derive(FromRow)]
pub(crate) struct BeforeReply {
    /// What the caller's key led to before, if it did.
    pub done: Option<Uuid>,
    /// The newest message of the conversation: what a sender must have seen.
    pub newest: Option<Uuid>,
}

pub(crate) async fn before_reply(conn: &mut Conn<'_>, key: Uuid, appeal: Uuid) -> Result<BeforeReply> {
    let found = row!(
        conn,
        BeforeReply,
        "SELECT (SELECT result FROM idempotency WHERE key = $1) AS done, (SELECT id FROM messages \
         WHERE appeal_id = $2 AND withdrawn = 0 AND automatic = 0 AND direction <> 'note' ORDER BY pk DESC LIMIT 1) \
         AS newest",
        key,
        appeal
    )?;
    found.ok_or_else(|| crate::error::Error::failed("store"))
}

pub(crate) async fn remember(conn: &mut Conn<'_>, key: Uuid, result: Uuid, at: i64) -> Result<()> {
    later!(conn, "INSERT INTO idempotency (key, result, at) VALUES ($1, $2, $3)", key, result, at)
}

/// Raises a counter by one and returns it; the first value is 1.
pub(crate) async fn count_up(conn: &mut Conn<'_>, name: &str) -> Result<i64> {
    let value: Option<(i64,)> = row!(
        conn,
        (i64,),
        "INSERT INTO counters (name, value) VALUES ($1, 1) \
         ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value",
        name
    )?;
    value.map(|(value,)| value).ok_or_else(|| crate::error::Error::failed("store"))
}

/// A counter's value, which nobody else raises until the transaction ends.
pub(crate) async fn hold_counter(conn: &mut Conn<'_>, name: &str) -> Result<i64> {
    let value: Option<(i64,)> = row!(
        conn,
        (i64,),
        "INSERT INTO counters (name, value) VALUES ($1, 0) \
         ON CONFLICT (name) DO UPDATE SET value = counters.value RETURNING value",
        name
    )?;
    value.map(|(value,)| value).ok_or_else(|| crate::error::Error::failed("store"))
}

/// Sets a counter that this transaction holds.
pub(crate) async fn set_counter(conn: &mut Conn<'_>, name: &str, value: i64) -> Result<()> {
    later!(conn, "UPDATE counters SET value = $2 WHERE name = $1", name, value)
}
