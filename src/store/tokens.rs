//! The random part of the address that answers to an appeal come back to, and whether an account uses it.

use super::{Conn, row, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

/// What an account says of its server: whose Authentication-Results are believed, and whether `NAME+TOKEN@` reaches it.
#[derive(Clone, Debug, Default, FromRow)]
pub(crate) struct Trust {
    pub authserv_id: Option<String>,
    pub plus_addressing: i64,
}

pub(crate) async fn trust(conn: &mut Conn<'_>, account: Uuid) -> Result<Trust> {
    let found =
        row!(conn, Trust, "SELECT authserv_id, plus_addressing FROM accounts WHERE id = $1", account)?;
    Ok(found.unwrap_or_default())
}

pub(crate) async fn set_trust(conn: &mut Conn<'_>, account: Uuid, trust: &Trust) -> Result<()> {
    run!(
        conn,
        "UPDATE accounts SET authserv_id = $2, plus_addressing = $3 WHERE id = $1",
        account,
        &trust.authserv_id,
        trust.plus_addressing
    )?;
    Ok(())
}

pub(crate) async fn of_appeal(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Option<String>> {
    let found: Option<(String,)> =
        row!(conn, (String,), "SELECT token FROM appeal_tokens WHERE appeal_id = $1 LIMIT 1", appeal)?;
    Ok(found.map(|(token,)| token))
}

pub(crate) async fn insert(conn: &mut Conn<'_>, token: &str, appeal: Uuid) -> Result<()> {
    run!(conn, "INSERT INTO appeal_tokens (token, appeal_id) VALUES ($1, $2)", token, appeal)?;
    Ok(())
}

pub(crate) async fn appeal(conn: &mut Conn<'_>, token: &str) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> =
        row!(conn, (Uuid,), "SELECT appeal_id FROM appeal_tokens WHERE token = $1", token)?;
    Ok(found.map(|(appeal,)| appeal))
}

/// Everybody who takes part in an appeal's thread: each message's addresses, one a line.
pub(crate) async fn participants(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Vec<Untrusted>> {
    let found: Vec<(Untrusted,)> = super::rows!(
        conn,
        (Untrusted,),
        "SELECT DISTINCT participants FROM messages WHERE appeal_id = $1 AND withdrawn = 0 AND direction <> 'note' LIMIT 1000",
        appeal
    )?;
    Ok(found.into_iter().map(|(participants,)| participants).collect())
}
