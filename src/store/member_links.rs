//! Who says that an author is a row of the registry, and what proves it; without a proof it waits for a second person.

use super::{Conn, later, row, run};
use crate::error::Result;
use sqlx::FromRow;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct LinkRecord {
    pub member_id: Uuid,
    pub class: String,
    pub proof: Option<String>,
    pub first_by: Uuid,
    pub first_name: String,
}

pub(crate) async fn of_appeal(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Option<LinkRecord>> {
    row!(
        conn,
        LinkRecord,
        "SELECT l.member_id, l.class, l.proof, l.first_by, s.name AS first_name FROM member_links l \
         JOIN staff s ON s.id = l.first_by WHERE l.appeal_id = $1",
        appeal
    )
}

/// Somebody says it, in place of whatever was said before; with a proof it is certain at once.
pub(crate) async fn say(
    conn: &mut Conn<'_>,
    (appeal, member, staff): (Uuid, Uuid, Uuid),
    class: &str,
    proof: Option<&str>,
    at: i64,
) -> Result<()> {
    let proved = proof.map(|_| at);
    run!(
        conn,
        "INSERT INTO member_links (appeal_id, member_id, class, proof, first_by, first_at, second_by, proved_at) \
         VALUES ($1, $2, $3, $4, $5, $6, NULL, $7) ON CONFLICT (appeal_id) DO UPDATE SET member_id = $2, class = $3, \
         proof = $4, first_by = $5, first_at = $6, second_by = NULL, proved_at = $7",
        appeal,
        member,
        class,
        proof,
        staff,
        at,
        proved
    )?;
    Ok(())
}

/// What was said is proved, by a second person or otherwise.
pub(crate) async fn prove(
    conn: &mut Conn<'_>,
    appeal: Uuid,
    proof: &str,
    second: Option<Uuid>,
    at: i64,
) -> Result<()> {
    later!(
        conn,
        "UPDATE member_links SET proof = $2, second_by = $3, proved_at = $4 WHERE appeal_id = $1",
        appeal,
        proof,
        second,
        at
    )
}

pub(crate) async fn forget(conn: &mut Conn<'_>, appeal: Uuid) -> Result<()> {
    later!(conn, "DELETE FROM member_links WHERE appeal_id = $1", appeal)
}
