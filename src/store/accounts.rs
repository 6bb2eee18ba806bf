//! Channel accounts and the sum of their raw items.

use super::{Conn, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct AccountRecord {
    pub id: Uuid,
    pub name: String,
    pub kind: String,
    pub address: String,
    pub incoming: String,
    pub outgoing: String,
    pub password_file: Option<String>,
    pub since: i64,
    pub enabled: i64,
    pub last_ok_at: Option<i64>,
    pub error: Option<String>,
    /// The team whose address it is; none: the whole desk's.
    pub org_id: Option<Uuid>,
    /// None: the folder that the server calls \Sent.
    pub sent_folder: Option<String>,
    pub copy_sent: i64,
    /// 0: automatic letters wait, held, for a person.
    pub automatic: i64,
    pub added_at: Option<i64>,
    /// `ask` or `record`.
    pub outside_replies: String,
    /// The server whose Authentication-Results are believed.
    pub authserv_id: Option<String>,
}

pub(crate) async fn all(conn: &mut Conn<'_>) -> Result<Vec<AccountRecord>> {
    rows!(
        conn,
        AccountRecord,
        "SELECT id, name, kind, address, incoming, outgoing, password_file, since, enabled, last_ok_at, error, \
         org_id, sent_folder, copy_sent, automatic, added_at, outside_replies, authserv_id FROM accounts ORDER BY name"
    )
}

pub(crate) async fn by_id(conn: &mut Conn<'_>, id: Uuid) -> Result<Option<AccountRecord>> {
    row!(
        conn,
        AccountRecord,
        "SELECT id, name, kind, address, incoming, outgoing, password_file, since, enabled, last_ok_at, error, \
         org_id, sent_folder, copy_sent, automatic, added_at, outside_replies, authserv_id FROM accounts WHERE id = $1",
        id
    )
}

pub(crate) async fn insert(conn: &mut Conn<'_>, account: &AccountRecord) -> Result<()> {
    run!(
        conn,
        "INSERT INTO accounts (id, name, kind, address, incoming, outgoing, password_file, since, enabled, org_id, \
         sent_folder, copy_sent, added_at, outside_replies, automatic) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        account.id,
        &account.name,
        &account.kind,
        &account.address,
        &account.incoming,
        &account.outgoing,
        &account.password_file,
        account.since,
        account.enabled,
        account.org_id,
        &account.sent_folder,
        account.copy_sent,
        account.added_at,
        &account.outside_replies,
        account.automatic
    )?;
    Ok(())
}

/// Changes what an administrator may change of an account; its name, kind and address stay.
pub(crate) async fn update(conn: &mut Conn<'_>, account: &AccountRecord) -> Result<()> {
    run!(
        conn,
        "UPDATE accounts SET incoming = $2, outgoing = $3, password_file = $4, since = $5, enabled = $6, org_id = $7, \
         sent_folder = $8, copy_sent = $9, outside_replies = $10, automatic = $11 WHERE id = $1",
        account.id,
        &account.incoming,
        &account.outgoing,
        &account.password_file,
        account.since,
        account.enabled,
        account.org_id,
        &account.sent_folder,
        account.copy_sent,
        &account.outside_replies,
        account.automatic
    )?;
    Ok(())
}

/// Records how the last fetch went. Not journalled: it is a worker's pulse.
pub(crate) async fn pulse(
    conn: &mut Conn<'_>,
    id: Uuid,
    ok_at: Option<i64>,
    error: Option<&str>,
) -> Result<()> {
    run!(
        conn,
        "UPDATE accounts SET last_ok_at = coalesce($2, last_ok_at), error = $3 WHERE id = $1",
        id,
        ok_at,
        error
    )?;
    Ok(())
}

/// Notes that the server of an account's letters does not answer, since the first time; or that it answers again.
pub(crate) async fn set_out_down(conn: &mut Conn<'_>, id: Uuid, since: Option<i64>) -> Result<()> {
    run!(
        conn,
        "UPDATE accounts SET out_down_since = CASE WHEN CAST($2 AS BIGINT) IS NULL THEN NULL \
         ELSE coalesce(out_down_since, $2) END WHERE id = $1",
        id,
        since
    )?;
    Ok(())
}

/// An account whose letters do not leave, and what the last attempt met.
#[derive(FromRow)]
pub(crate) struct StuckRecord {
    pub account_id: Uuid,
    pub since: i64,
    pub error: Option<Untrusted>,
}

pub(crate) async fn stuck(conn: &mut Conn<'_>) -> Result<Vec<StuckRecord>> {
    rows!(
        conn,
        StuckRecord,
        "SELECT c.id AS account_id, c.out_down_since AS since, (SELECT d.error FROM deliveries d \
         WHERE d.account_id = c.id AND d.error IS NOT NULL AND d.state IN ('scheduled', 'retry', 'sending') \
         ORDER BY d.next_at DESC LIMIT 1) AS error FROM accounts c WHERE c.out_down_since IS NOT NULL"
    )
}

#[derive(FromRow)]
pub(crate) struct FateCount {
    pub account_id: Uuid,
    pub fate: String,
    pub n: i64,
}

pub(crate) async fn fates(conn: &mut Conn<'_>) -> Result<Vec<FateCount>> {
    rows!(
        conn,
        FateCount,
        "SELECT account_id, fate, CAST(count(*) AS BIGINT) AS n FROM raw_items GROUP BY account_id, fate"
    )
}

/// The accounts in scope: those of an organisation there, and those with an address whose team is there. What belongs to the
/// whole desk is seen by whoever sees the whole desk.
pub(crate) async fn in_scope(conn: &mut Conn<'_>, scope: &super::queue::Scope) -> Result<Vec<Uuid>> {
    let found: Vec<(Uuid,)> = rows!(
        conn,
        (Uuid,),
        "SELECT c.id FROM accounts c WHERE $1 = 1 OR EXISTS (SELECT 1 FROM staff_grants g \
         JOIN org_closure o ON o.ancestor_id = g.org_id WHERE g.staff_id = $2 AND $3 LIKE '%,' || g.role || ',%' \
         AND (o.descendant_id = c.org_id OR o.descendant_id IN \
         (SELECT t.org_id FROM account_addresses t WHERE t.account_id = c.id)))",
        scope.whole,
        scope.staff,
        &scope.roles
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
