//! Letters older than their account's start: kept, found by their words, never worked on.

use super::queue::{Scope, in_scope};
use super::{Conn, later, postgres, row, rows, run, sqlite};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

pub(crate) struct NewHistoryLetter {
    pub raw_id: Uuid,
    pub account_id: Uuid,
    pub at: i64,
    pub from_text: Untrusted,
    pub to_text: Untrusted,
    /// Lower-case addresses, one a line.
    pub participants: Untrusted,
    pub subject: Untrusted,
    pub body: Untrusted,
    pub rfc_message_id: Option<Untrusted>,
    pub files: i64,
}

/// Adds a letter with its stems (already folded; letters, digits and spaces only).
pub(crate) async fn insert(conn: &mut Conn<'_>, letter: &NewHistoryLetter, terms: &str) -> Result<()> {
    later!(
        conn,
        "INSERT INTO history_letters (raw_id, account_id, at, from_text, to_text, participants, subject, body, \
         rfc_message_id, files) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        letter.raw_id,
        letter.account_id,
        letter.at,
        &letter.from_text,
        &letter.to_text,
        &letter.participants,
        &letter.subject,
        &letter.body,
        &letter.rfc_message_id,
        letter.files
    )?;
    index(conn, letter.raw_id, terms).await
}

/// Indexes the stems of a letter that is there.
pub(crate) async fn index(conn: &mut Conn<'_>, raw: Uuid, terms: &str) -> Result<()> {
    match conn {
        Conn::Sqlite(_) => later!(conn, sqlite::INSERT_HISTORY_TERMS, raw, terms),
        Conn::Postgres(_) => later!(conn, postgres::INSERT_HISTORY_TERMS, raw, postgres::head_of(terms)),
    }
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct HistoryRecord {
    pub pk: i64,
    pub raw_id: Uuid,
    pub account_id: Uuid,
    pub account_name: String,
    pub at: i64,
    pub from_text: Untrusted,
    pub to_text: Untrusted,
    pub participants: Untrusted,
    pub subject: Untrusted,
    pub body: Untrusted,
    pub files: i64,
    pub fate: String,
    pub size: i64,
    pub attempts: i64,
    pub year: Option<i64>,
    pub seq: Option<i64>,
}

macro_rules! columns {
    () => {
        "SELECT h.pk, h.raw_id, h.account_id, a.name AS account_name, h.at, h.from_text, h.to_text, h.participants, \
         h.subject, h.body, h.files, r.fate, r.size, r.attempts, p.year, p.seq FROM history_letters h \
         JOIN accounts a ON a.id = h.account_id JOIN raw_items r ON r.id = h.raw_id \
         LEFT JOIN appeals p ON p.id = r.appeal_id WHERE "
    };
}

/// The letter at this place, if its account is in scope.
pub(crate) async fn by_pk(conn: &mut Conn<'_>, scope: &Scope, pk: i64) -> Result<Option<HistoryRecord>> {
    const SQL: &str = concat!(columns!(), "h.pk = $4 AND ", in_scope!());
    row!(conn, HistoryRecord, SQL, scope.whole, scope.staff, &scope.roles, pk)
}

/// The letter of a raw item, if its account is in scope.
pub(crate) async fn by_raw(conn: &mut Conn<'_>, scope: &Scope, raw: Uuid) -> Result<Option<HistoryRecord>> {
    const SQL: &str = concat!(columns!(), "h.raw_id = $4 AND ", in_scope!());
    row!(conn, HistoryRecord, SQL, scope.whole, scope.staff, &scope.roles, raw)
}

/// Letters with this Message-ID whose accounts are in scope.
pub(crate) async fn by_rfc_id(
    conn: &mut Conn<'_>,
    scope: &Scope,
    rfc_id: &Untrusted,
) -> Result<Vec<HistoryRecord>> {
    const SQL: &str =
        concat!(columns!(), "h.rfc_message_id = $4 AND ", in_scope!(), " ORDER BY h.pk LIMIT 4");
    rows!(conn, HistoryRecord, SQL, scope.whole, scope.staff, &scope.roles, rfc_id)
}

/// Locks a letter that is history until the transaction ends; false if somebody has made an appeal of it.
pub(crate) async fn claim(conn: &mut Conn<'_>, raw: Uuid) -> Result<bool> {
    let claimed =
        run!(conn, "UPDATE raw_items SET attempts = attempts WHERE id = $1 AND fate = 'history'", raw)?;
    Ok(claimed == 1)
}

/// A letter whose words are to be found.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct HistoryWords {
    pub pk: i64,
    pub raw_id: Uuid,
    pub subject: Untrusted,
    pub body: Untrusted,
}

/// Letters after `pk`, in order, at most `limit`.
pub(crate) async fn words_after(conn: &mut Conn<'_>, pk: i64, limit: i64) -> Result<Vec<HistoryWords>> {
    rows!(
        conn,
        HistoryWords,
        "SELECT pk, raw_id, subject, body FROM history_letters WHERE pk > $1 ORDER BY pk LIMIT $2",
        pk,
        limit
    )
}
