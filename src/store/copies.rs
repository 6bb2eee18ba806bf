//! Copies of replies in a mailbox's folder of sent letters. They hang on deliveries and never touch what became of those.

use super::{Conn, later, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

/// Says that a copy of this delivery's letter is to be made from then on, where its account wants copies.
pub(crate) async fn schedule(conn: &mut Conn<'_>, delivery: Uuid, from: i64) -> Result<()> {
    later!(
        conn,
        "UPDATE deliveries SET sent_copy = 'due', copy_next_at = $2 WHERE id = $1 AND sent_copy IS NULL \
         AND account_id IN (SELECT id FROM accounts WHERE kind = 'imap' AND copy_sent = 1)",
        delivery,
        from
    )
}

/// Deliveries whose copy may be made now, with their accounts; those of one account stand together.
pub(crate) async fn due(conn: &mut Conn<'_>, now: i64, limit: i64) -> Result<Vec<(Uuid, Uuid)>> {
    rows!(
        conn,
        (Uuid, Uuid),
        "SELECT d.id, d.account_id FROM deliveries d JOIN accounts a ON a.id = d.account_id \
         WHERE d.sent_copy = 'due' AND d.copy_next_at <= $1 AND a.enabled = 1 AND a.copy_sent = 1 \
         ORDER BY d.account_id, d.pk LIMIT $2",
        now,
        limit
    )
}

/// Takes a copy upon oneself until then; false if somebody else is at it or has made it.
pub(crate) async fn claim(conn: &mut Conn<'_>, delivery: Uuid, now: i64, until: i64) -> Result<bool> {
    let claimed = run!(
        conn,
        "UPDATE deliveries SET copy_next_at = $3 WHERE id = $1 AND sent_copy = 'due' AND copy_next_at <= $2",
        delivery,
        now,
        until
    )?;
    Ok(claimed == 1)
}

/// The letter that a delivery carried.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Carried {
    pub rfc_message_id: Option<Untrusted>,
    /// Compressed.
    pub payload: Vec<u8>,
    pub accepted_at: Option<i64>,
}

pub(crate) async fn carried(conn: &mut Conn<'_>, delivery: Uuid) -> Result<Option<Carried>> {
    row!(conn, Carried, "SELECT rfc_message_id, payload, accepted_at FROM deliveries WHERE id = $1", delivery)
}

/// Where the copy stands, and when it may be tried next.
pub(crate) async fn set(conn: &mut Conn<'_>, delivery: Uuid, state: &str, next_at: i64) -> Result<()> {
    run!(
        conn,
        "UPDATE deliveries SET sent_copy = $2, copy_next_at = $3 WHERE id = $1 AND sent_copy = 'due'",
        delivery,
        state,
        next_at
    )?;
    Ok(())
}
