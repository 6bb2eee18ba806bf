//! Raw items that nobody could give a fate by rule: the list, the first bytes, and the new fate that a person gives.

use super::queue::{Scope, in_scope};
use super::{Conn, packed, row, rows, run};
use crate::error::{Error, Result};
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

/// Bytes of one piece before compression, as `raw` cuts them.
const PIECE: usize = 1 << 20;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct QuarantineRecord {
    pub id: Uuid,
    pub account_id: Uuid,
    pub account_name: String,
    pub transport_id: Untrusted,
    pub received_at: i64,
    pub stored_at: i64,
    pub size: i64,
    pub fate: String,
    pub reason: Option<String>,
    pub appeal_id: Option<Uuid>,
    pub attempts: i64,
}

macro_rules! columns {
    () => {
        "SELECT r.id, r.account_id, a.name AS account_name, r.transport_id, r.received_at, r.stored_at, r.size, r.fate, \
         r.reason, r.appeal_id, r.attempts FROM accounts a CROSS JOIN raw_items r WHERE r.account_id = a.id AND "
    };
}

/// Quarantined items in scope (of accounts whose team is), oldest first; of one reason where one is named.
pub(crate) async fn list(
    conn: &mut Conn<'_>,
    scope: &Scope,
    reason: Option<&str>,
    limit: i64,
) -> Result<Vec<QuarantineRecord>> {
    const SQL: &str = concat!(
        columns!(),
        in_scope!(),
        " AND r.fate = 'quarantined' AND ($4 IS NULL OR r.reason = $4) ORDER BY r.pk LIMIT $5"
    );
    rows!(conn, QuarantineRecord, SQL, scope.whole, scope.staff, &scope.roles, reason, limit)
}

/// One item in scope, whatever its fate is now.
pub(crate) async fn one(conn: &mut Conn<'_>, scope: &Scope, id: Uuid) -> Result<Option<QuarantineRecord>> {
    const SQL: &str = concat!(columns!(), in_scope!(), " AND r.id = $4");
    row!(conn, QuarantineRecord, SQL, scope.whole, scope.staff, &scope.roles, id)
}

/// How many items are in quarantine, in scope.
pub(crate) async fn count(conn: &mut Conn<'_>, scope: &Scope) -> Result<i64> {
    const SQL: &str = concat!(
        "SELECT CAST(count(*) AS BIGINT) FROM accounts a CROSS JOIN raw_items r ",
        "WHERE r.account_id = a.id AND r.fate = 'quarantined' AND ",
        in_scope!()
    );
    let found: Option<(i64,)> = row!(conn, (i64,), SQL, scope.whole, scope.staff, &scope.roles)?;
    Ok(found.map_or(0, |(n,)| n))
}

/// Locks a quarantined item until the transaction ends; false if somebody has given it a fate meanwhile.
pub(crate) async fn claim(conn: &mut Conn<'_>, id: Uuid) -> Result<bool> {
    let claimed =
        run!(conn, "UPDATE raw_items SET attempts = attempts WHERE id = $1 AND fate = 'quarantined'", id)?;
    Ok(claimed == 1)
}

/// Gives a claimed item the fate that a person decided.
pub(crate) async fn decide(
    conn: &mut Conn<'_>,
    id: Uuid,
    fate: &str,
    reason: Option<&str>,
    appeal: Option<Uuid>,
    message: Option<Uuid>,
) -> Result<()> {
    run!(
        conn,
        "UPDATE raw_items SET fate = $2, reason = $3, appeal_id = $4, message_id = $5, attempts = 0 \
         WHERE id = $1 AND fate = 'quarantined'",
        id,
        fate,
        reason,
        appeal,
        message
    )?;
    Ok(())
}

/// At most the first `limit` bytes of an item.
pub(crate) async fn opening(conn: &mut Conn<'_>, id: Uuid, limit: usize) -> Result<Vec<u8>> {
    let mut opening = Vec::new();
    for n in 0i64.. {
        let piece: Option<(Vec<u8>,)> =
            row!(conn, (Vec<u8>,), "SELECT bytes FROM raw_pieces WHERE raw_id = $1 AND n = $2", id, n)?;
        let Some((piece,)) = piece else { break };
        let piece = packed::unpack(&piece, PIECE).map_err(|e| Error::failed("raw-damaged").because(e))?;
        opening.extend_from_slice(&piece);
        if opening.len() >= limit {
            opening.truncate(limit);
            break;
        }
    }
    Ok(opening)
}
