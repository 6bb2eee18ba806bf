//! The one row that says what this desk is: schema, settings, key.

use super::{Conn, row, run};
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
    /// How often the staff or its roles have changed.
    pub staff_generation: i64,
}

pub(crate) async fn load(conn: &mut Conn<'_>) -> Result<Option<DeskRecord>> {
    row!(
        conn,
        DeskRecord,
        "SELECT desk_uuid, schema_version, demo, created_at, settings, journal_key, \
         coalesce((SELECT value FROM counters WHERE name = 'staff'), 0) AS staff_generation FROM desk WHERE id = 1"
    )
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

/// What a caller's key led to before, if it did.
pub(crate) async fn idempotent(conn: &mut Conn<'_>, key: Uuid) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = row!(conn, (Uuid,), "SELECT result FROM idempotency WHERE key = $1", key)?;
    Ok(found.map(|(result,)| result))
}

pub(crate) async fn remember(conn: &mut Conn<'_>, key: Uuid, result: Uuid, at: i64) -> Result<()> {
    run!(conn, "INSERT INTO idempotency (key, result, at) VALUES ($1, $2, $3)", key, result, at)?;
    Ok(())
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
