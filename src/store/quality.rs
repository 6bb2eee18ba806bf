//! The registry as a check of its quality reads it: rows in the order of their days of birth, and groups that share a card, a
//! telephone or an address. Groups are found by the engine; nothing here compares each row with each.

use super::members::member_scope;
use super::queue::Scope;
use super::{Conn, rows};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct CheckedRecord {
    pub pk: i64,
    pub org_id: Option<Uuid>,
    pub name_raw: Untrusted,
    pub name_folded: String,
    /// '' where nobody can tell.
    pub birth: String,
    pub joined: Option<String>,
    pub left_on: Option<String>,
    pub org_from: Option<String>,
    pub org_to: Option<String>,
    /// 1: something is written for a day, and no day can be made of it.
    pub unreadable: i64,
    pub status: String,
    pub closed_on: Option<String>,
}

/// Rows in scope after one of this day of birth and key, in the order of both.
pub(crate) async fn after(
    conn: &mut Conn<'_>,
    scope: &Scope,
    (birth, pk): (&str, i64),
    limit: i64,
) -> Result<Vec<CheckedRecord>> {
    const SQL: &str = concat!(
        "SELECT m.pk, m.org_id, m.name_raw, m.name_folded, coalesce(m.birth, '') AS birth, m.joined, m.left_on, m.org_from, \
         m.org_to, CAST(CASE WHEN (m.birth IS NULL AND trim(m.birth_raw) <> '') OR (m.joined IS NULL AND trim(m.joined_raw) <> '') \
         OR (m.left_on IS NULL AND trim(m.left_raw) <> '') THEN 1 ELSE 0 END AS BIGINT) AS unreadable, m.status, o.closed_on \
         FROM members m LEFT JOIN orgs o ON o.id = m.org_id WHERE ",
        member_scope!(),
        " AND (coalesce(m.birth, ''), m.pk) > ($4, $5) ORDER BY coalesce(m.birth, ''), m.pk LIMIT $6"
    );
    rows!(conn, CheckedRecord, SQL, scope.whole, scope.staff, &scope.roles, birth, pk, limit)
}

/// A row of a group, with what the group shares.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct SharedRecord {
    pub pk: i64,
    pub org_id: Option<Uuid>,
    pub name_folded: String,
    pub value: String,
}

/// What rows may share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shared {
    Card,
    Phone,
    Email,
}

macro_rules! shared {
    ($own:literal, $kind:literal) => {
        concat!(
            "WITH v AS (SELECT m.pk, m.org_id, m.name_folded, m.",
            $own,
            " AS value FROM members m WHERE m.",
            $own,
            " IS NOT NULL AND m.status <> 'left' AND ",
            member_scope!(),
            " UNION SELECT m.pk, m.org_id, m.name_folded, c.value FROM member_contacts c JOIN members m ON m.id = c.member_id \
             WHERE c.kind = '",
            $kind,
            "' AND m.status <> 'left' AND ",
            member_scope!(),
            ") SELECT v.pk, v.org_id, v.name_folded, v.value FROM v WHERE v.value IN \
             (SELECT w.value FROM v w GROUP BY w.value HAVING count(*) > 1) ORDER BY v.value, v.pk"
        )
    };
}

/// Rows in scope of members who have not left, that share this with another one; those of one group stand together.
pub(crate) async fn sharing(conn: &mut Conn<'_>, scope: &Scope, what: Shared) -> Result<Vec<SharedRecord>> {
    const CARD: &str = shared!("card", "card");
    const PHONE: &str = shared!("phone", "phone");
    const EMAIL: &str = shared!("email", "email");
    let sql = match what {
        Shared::Card => CARD,
        Shared::Phone => PHONE,
        Shared::Email => EMAIL,
    };
    rows!(conn, SharedRecord, sql, scope.whole, scope.staff, &scope.roles)
}
