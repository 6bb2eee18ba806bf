//! How far each folder of a mailbox has been read.

use super::{Conn, row, run};
use crate::error::Result;
use sqlx::FromRow;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct MailboxRecord {
    pub role: String,
    pub uidvalidity: i64,
    pub uid_next: i64,
}

pub(crate) async fn by_name(conn: &mut Conn<'_>, account: Uuid, name: &str) -> Result<Option<MailboxRecord>> {
    row!(
        conn,
        MailboxRecord,
        "SELECT role, uidvalidity, uid_next FROM mailboxes WHERE account_id = $1 AND name = $2",
        account,
        name
    )
}

/// Notes how far a folder has been read. Of two that read it under the same numbering the one that came farther is right.
pub(crate) async fn advance(
    conn: &mut Conn<'_>,
    account: Uuid,
    name: &str,
    read: &MailboxRecord,
    now: i64,
) -> Result<()> {
    run!(
        conn,
        "INSERT INTO mailboxes (account_id, name, role, uidvalidity, uid_next, checked_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account_id, name) DO UPDATE SET role = $3, checked_at = $6, \
         uid_next = CASE WHEN mailboxes.uidvalidity = $4 AND mailboxes.uid_next > $5 THEN mailboxes.uid_next \
         ELSE $5 END, uidvalidity = $4",
        account,
        name,
        &read.role,
        read.uidvalidity,
        read.uid_next,
        now
    )?;
    Ok(())
}
