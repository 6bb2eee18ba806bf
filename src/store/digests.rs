//! Who gets the morning digest, when, and for which day it was last decided.

use super::{Conn, rows, run};
use crate::error::Result;
use sqlx::FromRow;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct DigestReader {
    pub id: Uuid,
    pub name: String,
    pub mailbox: String,
    pub digest_at: Option<String>,
    pub digest_zone: Option<String>,
    /// `YYYY-MM-DD` in their zone.
    pub digest_day: Option<String>,
}

/// Everybody who wants one and has a mailbox.
pub(crate) async fn readers(conn: &mut Conn<'_>) -> Result<Vec<DigestReader>> {
    rows!(
        conn,
        DigestReader,
        "SELECT id, name, mailbox, digest_at, digest_zone, digest_day FROM staff \
         WHERE active = 1 AND digest = 1 AND mailbox IS NOT NULL ORDER BY id"
    )
}

/// Decides about a day, if nobody has since `last` was read.
pub(crate) async fn decide(conn: &mut Conn<'_>, staff: Uuid, last: Option<&str>, day: &str) -> Result<bool> {
    let decided = run!(
        conn,
        "UPDATE staff SET digest_day = $3 WHERE id = $1 AND active = 1 AND digest = 1 \
         AND coalesce(digest_day, '') = $2",
        staff,
        last.unwrap_or_default(),
        day
    )?;
    Ok(decided == 1)
}

pub(crate) async fn set(
    conn: &mut Conn<'_>,
    staff: Uuid,
    wanted: bool,
    at: Option<&str>,
    zone: Option<&str>,
) -> Result<()> {
    run!(
        conn,
        "UPDATE staff SET digest = $2, digest_at = $3, digest_zone = $4 WHERE id = $1",
        staff,
        i64::from(wanted),
        at,
        zone
    )?;
    Ok(())
}
