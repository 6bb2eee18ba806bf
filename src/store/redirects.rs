//! Letters that went on to a corrected address: the delivery that failed, and the one that goes instead of it.

use super::{Conn, later, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

/// One delivery of a message.
#[derive(Debug, FromRow)]
pub(crate) struct Sibling {
    pub recipient: Untrusted,
    pub state: String,
}

/// Every delivery of a message, in the order in which they were made.
pub(crate) async fn of_message(conn: &mut Conn<'_>, message: Uuid) -> Result<Vec<Sibling>> {
    rows!(conn, Sibling, "SELECT recipient, state FROM deliveries WHERE message_id = $1 ORDER BY pk", message)
}

/// Whether the reply went, goes or failed to go to its author by any other delivery than this one.
pub(crate) async fn has_other_way(conn: &mut Conn<'_>, message: Uuid, delivery: Uuid) -> Result<bool> {
    let found: Option<(i64,)> = row!(
        conn,
        (i64,),
        "SELECT pk FROM deliveries WHERE message_id = $1 AND kind = 'reply' AND id <> $2 AND state <> 'cancelled' LIMIT 1",
        message,
        delivery
    )?;
    Ok(found.is_some())
}

/// The address that a person last put right in place of the author's of this appeal, where a reply went or goes there.
pub(crate) async fn corrected(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Option<Untrusted>> {
    let found: Option<(Untrusted,)> = row!(
        conn,
        (Untrusted,),
        "SELECT n.recipient FROM deliveries d JOIN deliveries n ON n.id = d.redirected_to \
         WHERE d.appeal_id = $1 AND d.kind = 'reply' AND n.kind = 'reply' \
         AND n.state NOT IN ('cancelled', 'failed', 'bounced', 'blocked') ORDER BY n.pk DESC LIMIT 1",
        appeal
    )?;
    Ok(found.map(|(recipient,)| recipient))
}

/// Notes which delivery goes instead of the one that failed.
pub(crate) async fn link(conn: &mut Conn<'_>, failed: Uuid, instead: Uuid) -> Result<()> {
    later!(conn, "UPDATE deliveries SET redirected_to = $2 WHERE id = $1", failed, instead)
}

/// The delivery that was to go instead will not: the one that failed needs somebody again.
pub(crate) async fn unlink(conn: &mut Conn<'_>, message: Uuid, instead: Uuid) -> Result<()> {
    run!(
        conn,
        "UPDATE deliveries SET redirected_to = NULL WHERE message_id = $1 AND redirected_to = $2",
        message,
        instead
    )?;
    Ok(())
}

/// One more address takes part in a message: an answer from there joins its thread. In lower case.
pub(crate) async fn add_participant(
    conn: &mut Conn<'_>,
    message: Uuid,
    participants: &Untrusted,
) -> Result<()> {
    later!(conn, "UPDATE messages SET participants = $2 WHERE id = $1", message, participants)
}
