//! What chairs were asked about somebody's membership, and what they answered.

use super::{Conn, later, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

pub(crate) struct NewQuery<'a> {
    pub id: Uuid,
    pub appeal_id: Uuid,
    pub org_id: Uuid,
    pub recipient: &'a str,
    pub delivery_id: Uuid,
    pub name: &'a Untrusted,
    pub code_sha256: &'a [u8],
    pub made_by: Uuid,
    pub made_at: i64,
    pub expires_at: i64,
}

pub(crate) async fn insert(conn: &mut Conn<'_>, new: &NewQuery<'_>) -> Result<()> {
    run!(
        conn,
        "INSERT INTO member_queries (id, appeal_id, org_id, recipient, delivery_id, name, code_sha256, made_by, made_at, \
         expires_at, state, answer, told, answered_at, answered_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', NULL, '', NULL, NULL)",
        new.id,
        new.appeal_id,
        new.org_id,
        new.recipient,
        new.delivery_id,
        new.name,
        new.code_sha256,
        new.made_by,
        new.made_at,
        new.expires_at
    )?;
    Ok(())
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct QueryRecord {
    pub id: Uuid,
    pub appeal_id: Uuid,
    pub org_id: Uuid,
    pub org_code: Untrusted,
    pub org_name: Untrusted,
    pub recipient: String,
    pub delivery_state: String,
    pub name: Untrusted,
    pub made_by: Uuid,
    pub made_name: String,
    pub made_at: i64,
    pub expires_at: i64,
    pub state: String,
    pub answer: Option<String>,
    pub told: Untrusted,
    pub answered_at: Option<i64>,
    pub answered_by: Option<Uuid>,
    pub answered_name: Option<String>,
}

macro_rules! columns {
    () => {
        "SELECT q.id, q.appeal_id, q.org_id, o.code AS org_code, o.name AS org_name, q.recipient, d.state AS delivery_state, \
         q.name, q.made_by, s.name AS made_name, q.made_at, q.expires_at, q.state, q.answer, q.told, q.answered_at, \
         q.answered_by, e.name AS answered_name FROM member_queries q JOIN orgs o ON o.id = q.org_id \
         JOIN deliveries d ON d.id = q.delivery_id JOIN staff s ON s.id = q.made_by \
         LEFT JOIN staff e ON e.id = q.answered_by "
    };
}

/// The organisations whose chairs were written to about an appeal's author, each once.
pub(crate) async fn named_to(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Vec<Uuid>> {
    let found: Vec<(Uuid,)> = rows!(
        conn,
        (Uuid,),
        "SELECT org_id FROM member_queries WHERE appeal_id = $1 \
         UNION SELECT org_id FROM call_applications WHERE appeal_id = $1",
        appeal
    )?;
    Ok(found.into_iter().map(|(org,)| org).collect())
}

/// Of one appeal, the newest first.
pub(crate) async fn of_appeal(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Vec<QueryRecord>> {
    const SQL: &str =
        concat!(columns!(), "WHERE q.appeal_id = $1 ORDER BY q.made_at DESC, q.id DESC LIMIT 50");
    rows!(conn, QueryRecord, SQL, appeal)
}

/// The query whose code this is, whatever became of it.
pub(crate) async fn by_code(conn: &mut Conn<'_>, digest: &[u8]) -> Result<Option<QueryRecord>> {
    const SQL: &str = concat!(columns!(), "WHERE q.code_sha256 = $1");
    row!(conn, QueryRecord, SQL, digest)
}

/// Whether a query went out with this Message-ID.
pub(crate) async fn has_rfc_id(conn: &mut Conn<'_>, rfc_id: &Untrusted) -> Result<bool> {
    let found: Option<(Uuid,)> = row!(
        conn,
        (Uuid,),
        "SELECT id FROM deliveries WHERE rfc_message_id = $1 AND kind = 'member_query' LIMIT 1",
        rfc_id
    )?;
    Ok(found.is_some())
}

/// Takes the answer, once and while the query holds; false otherwise.
pub(crate) async fn answer(
    conn: &mut Conn<'_>,
    query: Uuid,
    (answer, told): (&str, &Untrusted),
    staff: Option<Uuid>,
    now: i64,
) -> Result<bool> {
    let taken = run!(
        conn,
        "UPDATE member_queries SET state = 'answered', answer = $2, told = $3, answered_at = $4, answered_by = $5 \
         WHERE id = $1 AND state = 'waiting'",
        query,
        answer,
        told,
        now,
        staff
    )?;
    Ok(taken == 1)
}

/// Another query takes the place of those that wait at this organisation.
pub(crate) async fn withdraw(conn: &mut Conn<'_>, appeal: Uuid, org: Uuid) -> Result<()> {
    later!(
        conn,
        "UPDATE member_queries SET state = 'withdrawn' WHERE appeal_id = $1 AND org_id = $2 AND state = 'waiting'",
        appeal,
        org
    )
}
