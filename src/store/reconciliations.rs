//! What comparisons of stored ids with a mailbox found.

use super::{Conn, row, rows, run};
use crate::error::Result;
use sqlx::FromRow;
use uuid::Uuid;

/// One folder of one comparison; of one that failed the numbers are 0.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ReconciliationRecord {
    pub id: Uuid,
    pub account_id: Uuid,
    pub mailbox: String,
    pub at: i64,
    pub in_mailbox: i64,
    pub stored: i64,
    pub missing: i64,
    pub gone: i64,
    pub error: Option<String>,
}

pub(crate) async fn insert(conn: &mut Conn<'_>, found: &ReconciliationRecord) -> Result<()> {
    run!(
        conn,
        "INSERT INTO reconciliations (id, account_id, mailbox, at, in_mailbox, stored, missing, gone, error) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        found.id,
        found.account_id,
        &found.mailbox,
        found.at,
        found.in_mailbox,
        found.stored,
        found.missing,
        found.gone,
        &found.error
    )?;
    Ok(())
}

/// When an account was last compared, and when that last failed; what is noted later than `latest` is passed over.
pub(crate) async fn last(
    conn: &mut Conn<'_>,
    account: Uuid,
    latest: i64,
) -> Result<(Option<i64>, Option<i64>)> {
    let found: Option<(Option<i64>, Option<i64>)> = row!(
        conn,
        (Option<i64>, Option<i64>),
        "SELECT max(CASE WHEN error IS NULL THEN at END), max(CASE WHEN error IS NOT NULL THEN at END) \
         FROM reconciliations WHERE account_id = $1 AND at <= $2",
        account,
        latest
    )?;
    Ok(found.unwrap_or_default())
}

/// The folders of an account's last comparison.
pub(crate) async fn newest(
    conn: &mut Conn<'_>,
    account: Uuid,
    latest: i64,
) -> Result<Vec<ReconciliationRecord>> {
    rows!(
        conn,
        ReconciliationRecord,
        "SELECT id, account_id, mailbox, at, in_mailbox, stored, missing, gone, error FROM reconciliations \
         WHERE account_id = $1 AND at = (SELECT max(at) FROM reconciliations WHERE account_id = $1 AND at <= $2) \
         ORDER BY mailbox, id",
        account,
        latest
    )
}
