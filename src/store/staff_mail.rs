//! What members of staff send to their own mailboxes, and the one-time addresses by which they mail something back.

use super::{Conn, row, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

pub(crate) async fn set_mailbox(conn: &mut Conn<'_>, staff: Uuid, mailbox: Option<&str>) -> Result<()> {
    run!(conn, "UPDATE staff SET mailbox = $2 WHERE id = $1", staff, mailbox)?;
    Ok(())
}

/// Keeps the digest of a one-time address's random part.
pub(crate) async fn insert_token(
    conn: &mut Conn<'_>,
    digest: &[u8],
    (appeal, staff): (Uuid, Uuid),
    now: i64,
    expires_at: i64,
) -> Result<()> {
    run!(
        conn,
        "INSERT INTO mail_tokens (token_sha256, appeal_id, staff_id, made_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5)",
        digest,
        appeal,
        staff,
        now,
        expires_at
    )?;
    Ok(())
}

/// Whose draft an address or a reference names.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct DraftNamed {
    pub appeal_id: Uuid,
    pub staff_id: Uuid,
    pub mailbox: Option<String>,
}

/// Whose draft a one-time address names, whether or not it still holds.
pub(crate) async fn by_token(conn: &mut Conn<'_>, digest: &[u8]) -> Result<Option<DraftNamed>> {
    row!(
        conn,
        DraftNamed,
        "SELECT t.appeal_id, t.staff_id, s.mailbox FROM mail_tokens t \
         JOIN staff s ON s.id = t.staff_id AND s.active = 1 WHERE t.token_sha256 = $1",
        digest
    )
}

/// Uses a one-time address; false if it was used before or no longer holds.
pub(crate) async fn use_token(conn: &mut Conn<'_>, digest: &[u8], now: i64) -> Result<bool> {
    let used = run!(
        conn,
        "UPDATE mail_tokens SET used_at = $2 WHERE token_sha256 = $1 AND used_at IS NULL AND expires_at > $2",
        digest,
        now
    )?;
    Ok(used == 1)
}

/// Whose draft belongs to a thread that was sent to this mailbox with this Message-ID.
pub(crate) async fn by_rfc_id(
    conn: &mut Conn<'_>,
    rfc_id: &Untrusted,
    mailbox: &str,
) -> Result<Option<DraftNamed>> {
    row!(
        conn,
        DraftNamed,
        "SELECT d.appeal_id, s.id AS staff_id, s.mailbox FROM deliveries d \
         JOIN staff s ON s.mailbox = d.recipient AND s.active = 1 \
         WHERE d.rfc_message_id = $1 AND d.kind = 'to_staff' AND d.recipient = $2 AND d.appeal_id IS NOT NULL \
         ORDER BY d.pk LIMIT 1",
        rfc_id,
        mailbox
    )
}
