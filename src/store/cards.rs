//! Digital membership cards and the public halves of the keys that sign them.

use super::members::member_scope;
use super::queue::Scope;
use super::{Conn, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct KeyRecord {
    pub id: String,
    pub public: Vec<u8>,
    pub made_at: i64,
    pub retired_at: Option<i64>,
}

/// Every key, the newest first.
pub(crate) async fn keys(conn: &mut Conn<'_>) -> Result<Vec<KeyRecord>> {
    rows!(conn, KeyRecord, "SELECT id, public, made_at, retired_at FROM card_keys ORDER BY made_at DESC, id")
}

pub(crate) async fn key(conn: &mut Conn<'_>, id: &str) -> Result<Option<KeyRecord>> {
    row!(conn, KeyRecord, "SELECT id, public, made_at, retired_at FROM card_keys WHERE id = $1", id)
}

pub(crate) async fn add_key(conn: &mut Conn<'_>, key: &KeyRecord) -> Result<()> {
    run!(
        conn,
        "INSERT INTO card_keys (id, public, made_at, retired_at) VALUES ($1, $2, $3, NULL)",
        &key.id,
        &key.public,
        key.made_at
    )?;
    Ok(())
}

pub(crate) async fn retire_key(conn: &mut Conn<'_>, id: &str, at: i64) -> Result<()> {
    run!(conn, "UPDATE card_keys SET retired_at = $2 WHERE id = $1 AND retired_at IS NULL", id, at)?;
    Ok(())
}

/// A card with its holder as the registry has them now.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct CardRecord {
    pub id: Uuid,
    pub member_id: Uuid,
    pub key_id: String,
    pub key_retired_at: Option<i64>,
    pub issued_at: i64,
    pub issued_by: Uuid,
    pub issuer: String,
    pub expires_on: String,
    pub revoked_at: Option<i64>,
    pub revoked_by: Option<Uuid>,
    pub revoker: Option<String>,
    pub reason: Option<String>,
    pub name_raw: Untrusted,
    pub status: String,
    pub org_id: Option<Uuid>,
    pub org_code: Option<Untrusted>,
    pub org_name: Option<Untrusted>,
    /// When the import was made since which the row is no longer in its organisation's file.
    pub missing_at: Option<i64>,
}

macro_rules! columns {
    () => {
        "SELECT c.id, c.member_id, c.key_id, k.retired_at AS key_retired_at, c.issued_at, c.issued_by, s.name AS issuer, \
         c.expires_on, c.revoked_at, c.revoked_by, r.name AS revoker, c.reason, m.name_raw, m.status, m.org_id, \
         o.code AS org_code, o.name AS org_name, i.done_at AS missing_at FROM member_cards c \
         JOIN card_keys k ON k.id = c.key_id JOIN members m ON m.id = c.member_id JOIN staff s ON s.id = c.issued_by \
         LEFT JOIN staff r ON r.id = c.revoked_by LEFT JOIN orgs o ON o.id = m.org_id \
         LEFT JOIN imports i ON i.id = m.missing_since "
    };
}

/// A card, whoever asks.
pub(crate) async fn by_id(conn: &mut Conn<'_>, id: Uuid) -> Result<Option<CardRecord>> {
    row!(conn, CardRecord, concat!(columns!(), "WHERE c.id = $1"), id)
}

/// The card of a row that nobody has taken back, though it may have expired.
pub(crate) async fn held_by(conn: &mut Conn<'_>, member: Uuid) -> Result<Option<CardRecord>> {
    row!(conn, CardRecord, concat!(columns!(), "WHERE c.member_id = $1 AND c.revoked_at IS NULL"), member)
}

/// Cards of the rows in scope, the newest first; those taken back only if asked for.
pub(crate) async fn in_scope(
    conn: &mut Conn<'_>,
    scope: &Scope,
    with_revoked: bool,
    limit: i64,
) -> Result<Vec<CardRecord>> {
    const SQL: &str = concat!(
        columns!(),
        "WHERE ",
        member_scope!(),
        " AND (c.revoked_at IS NULL OR $4 = 1) ORDER BY c.issued_at DESC, c.id LIMIT $5"
    );
    let with_revoked = i64::from(with_revoked);
    rows!(conn, CardRecord, SQL, scope.whole, scope.staff, &scope.roles, with_revoked, limit)
}

/// A card to be written down.
pub(crate) struct NewCard<'a> {
    pub id: Uuid,
    pub member: Uuid,
    pub key: &'a str,
    pub at: i64,
    pub by: Uuid,
    pub expires_on: &'a str,
}

/// Writes a card down; the row must hold no other.
pub(crate) async fn insert(conn: &mut Conn<'_>, card: &NewCard<'_>) -> Result<()> {
    run!(
        conn,
        "INSERT INTO member_cards (id, member_id, key_id, issued_at, issued_by, expires_on) VALUES ($1, $2, $3, $4, $5, $6)",
        card.id,
        card.member,
        card.key,
        card.at,
        card.by,
        card.expires_on
    )?;
    Ok(())
}

/// Takes a card back; whether it was still held.
pub(crate) async fn revoke(conn: &mut Conn<'_>, id: Uuid, by: Uuid, reason: &str, at: i64) -> Result<bool> {
    let touched = run!(
        conn,
        "UPDATE member_cards SET revoked_at = $4, revoked_by = $2, reason = $3 WHERE id = $1 AND revoked_at IS NULL",
        id,
        by,
        reason,
        at
    )?;
    Ok(touched > 0)
}
