//! The registry's rows.

use super::{Conn, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct MemberRecord {
    pub pk: i64,
    pub id: Uuid,
    pub source_id: Option<Untrusted>,
    pub org_id: Option<Uuid>,
    pub org_code: Option<Untrusted>,
    pub org_name: Option<Untrusted>,
    pub name_raw: Untrusted,
    pub birth_raw: Untrusted,
    pub card_raw: Untrusted,
    pub card: Option<Untrusted>,
    pub position: Untrusted,
    pub phone_raw: Untrusted,
    pub email_raw: Untrusted,
    pub email: Option<Untrusted>,
    pub joined_raw: Untrusted,
    pub dues_raw: Untrusted,
    pub status_raw: Untrusted,
    pub status: String,
    pub former_raw: Untrusted,
    pub workplace: Untrusted,
    pub elected: Untrusted,
    pub left_raw: Untrusted,
    pub org_from_raw: Untrusted,
    pub org_to_raw: Untrusted,
    pub dues: String,
    pub source_file: Untrusted,
    pub source_sheet: Untrusted,
    pub source_row: i64,
    /// When the import was made since which the row is no longer in its organisation's file.
    pub missing_at: Option<i64>,
}

macro_rules! columns {
    () => {
        "SELECT m.pk, m.id, m.source_id, m.org_id, o.code AS org_code, o.name AS org_name, m.name_raw, m.birth_raw, \
         m.card_raw, m.card, m.position, m.phone_raw, m.email_raw, m.email, m.joined_raw, m.dues_raw, \
         m.status_raw, m.status, m.former_raw, m.workplace, m.elected, m.left_raw, m.org_from_raw, m.org_to_raw, m.dues, \
         m.source_file, m.source_sheet, m.source_row, i.done_at AS missing_at FROM members m \
         LEFT JOIN orgs o ON o.id = m.org_id LEFT JOIN imports i ON i.id = m.missing_since "
    };
}

/// The scope of `m`, from `$1`, `$2`, `$3`, as `queue::in_scope` is of an appeal.
macro_rules! member_scope {
    () => {
        "($1 = 1 OR m.org_id IN (SELECT c.descendant_id FROM staff_grants g JOIN org_closure c ON c.ancestor_id = g.org_id \
         WHERE g.staff_id = $2 AND $3 LIKE '%,' || g.role || ',%'))"
    };
}
pub(super) use member_scope;

pub(crate) async fn by_id(
    conn: &mut Conn<'_>,
    scope: &super::queue::Scope,
    id: Uuid,
) -> Result<Option<MemberRecord>> {
    const SQL: &str = concat!(columns!(), "WHERE m.id = $4 AND ", member_scope!());
    row!(conn, MemberRecord, SQL, scope.whole, scope.staff, &scope.roles, id)
}

/// The rows of these keys that are in scope, in no order.
pub(crate) async fn by_pks(
    conn: &mut Conn<'_>,
    scope: &super::queue::Scope,
    pks: &[i64],
) -> Result<Vec<MemberRecord>> {
    const SQLITE: &str =
        concat!(columns!(), "WHERE m.pk IN (SELECT k.value FROM json_each($4) k) AND ", member_scope!());
    const POSTGRES: &str = concat!(
        columns!(),
        "WHERE m.pk IN (SELECT CAST(k AS BIGINT) FROM jsonb_array_elements_text($4::jsonb) k) AND ",
        member_scope!()
    );
    let keys = serde_json::Value::from(pks).to_string();
    match conn {
        Conn::Sqlite(_) => rows!(conn, MemberRecord, SQLITE, scope.whole, scope.staff, &scope.roles, keys),
        Conn::Postgres(_) => {
            rows!(conn, MemberRecord, POSTGRES, scope.whole, scope.staff, &scope.roles, keys)
        }
    }
}

/// The organisations whose rows are in a scope that is not the whole desk.
pub(crate) async fn orgs_in_scope(conn: &mut Conn<'_>, scope: &super::queue::Scope) -> Result<Vec<Uuid>> {
    let found: Vec<(Uuid,)> = rows!(
        conn,
        (Uuid,),
        "SELECT DISTINCT c.descendant_id FROM staff_grants g JOIN org_closure c ON c.ancestor_id = g.org_id \
         WHERE g.staff_id = $1 AND $2 LIKE '%,' || g.role || ',%'",
        scope.staff,
        &scope.roles
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

pub(crate) async fn by_source_id(conn: &mut Conn<'_>, source_id: &Untrusted) -> Result<Option<MemberRecord>> {
    row!(conn, MemberRecord, concat!(columns!(), "WHERE m.source_id = $1"), source_id)
}

/// Rows that share an identifier: phone (E.164), e-mail (lower case) or card digits. At most 20 of each.
pub(crate) async fn by_identifiers(
    conn: &mut Conn<'_>,
    scope: &super::queue::Scope,
    phone: Option<&str>,
    email: Option<&str>,
    card: Option<&str>,
) -> Result<Vec<MemberRecord>> {
    const PHONE: &str = concat!(
        columns!(),
        "WHERE m.pk IN (SELECT f.pk FROM members f WHERE f.phone = $4 UNION SELECT n.pk FROM member_contacts c \
             JOIN members n ON n.id = c.member_id WHERE c.value = $4 AND c.kind = 'phone') AND ",
        member_scope!(),
        " ORDER BY m.pk LIMIT 20"
    );
    const EMAIL: &str = concat!(
        columns!(),
        "WHERE m.pk IN (SELECT f.pk FROM members f WHERE f.email = $4 UNION SELECT n.pk FROM member_contacts c \
             JOIN members n ON n.id = c.member_id WHERE c.value = $4 AND c.kind = 'email') AND ",
        member_scope!(),
        " ORDER BY m.pk LIMIT 20"
    );
    const CARD: &str =
        concat!(columns!(), "WHERE m.card = $4 AND ", member_scope!(), " ORDER BY m.pk LIMIT 20");
    let mut found = Vec::new();
    for (sql, value) in [(PHONE, phone), (EMAIL, email), (CARD, card)] {
        let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
        found.extend(rows!(conn, MemberRecord, sql, scope.whole, scope.staff, &scope.roles, value)?);
    }
    Ok(found)
}

/// What the look-up index is built from.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct LookupRecord {
    pub pk: i64,
    pub name_raw: Untrusted,
    pub phone_raw: Untrusted,
    pub email: Option<Untrusted>,
    pub card: Option<Untrusted>,
    pub org_id: Option<Uuid>,
}

macro_rules! lookup_columns {
    () => {
        "SELECT pk, name_raw, phone_raw, email, card, org_id FROM members "
    };
}

/// Rows after `pk`, in order, at most `limit`.
pub(crate) async fn for_lookup(conn: &mut Conn<'_>, pk: i64, limit: i64) -> Result<Vec<LookupRecord>> {
    const SQL: &str = concat!(lookup_columns!(), "WHERE pk > $1 ORDER BY pk LIMIT $2");
    rows!(conn, LookupRecord, SQL, pk, limit)
}

/// Rows that were written in changes after this one.
pub(crate) async fn changed_after(conn: &mut Conn<'_>, change: i64) -> Result<Vec<LookupRecord>> {
    const SQL: &str = concat!(lookup_columns!(), "WHERE changed_in > $1");
    rows!(conn, LookupRecord, SQL, change)
}

/// The newest change of the registry, the newest in which rows were taken away, and the newest of the organisations.
pub(crate) async fn newest_changes(conn: &mut Conn<'_>) -> Result<(i64, i64, i64)> {
    let found: Option<(i64, i64, i64)> = row!(
        conn,
        (i64, i64, i64),
        "SELECT coalesce((SELECT value FROM counters WHERE name = 'registry'), 0), \
         coalesce((SELECT value FROM counters WHERE name = 'registry-removed'), 0), \
         coalesce((SELECT value FROM counters WHERE name = 'orgs'), 0)"
    )?;
    Ok(found.unwrap_or_default())
}

/// Says that this change takes rows away: who has read the registry before it reads it anew, since a row that is gone can
/// carry no number.
pub(crate) async fn rows_go_in(conn: &mut Conn<'_>, change: Change) -> Result<()> {
    run!(
        conn,
        "INSERT INTO counters (name, value) VALUES ('registry-removed', $1) \
         ON CONFLICT (name) DO UPDATE SET value = $1",
        change.0
    )?;
    Ok(())
}

/// A change of the registry under way. Every row that is written carries its number, and everybody who has read the registry
/// finds the row by it: so rows cannot be written without one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change(i64);

/// Begins a change. Until the transaction ends nobody else can begin one, so numbers are in the order of commits and a
/// reader who has seen one has seen all before it.
pub(crate) async fn begin_change(conn: &mut Conn<'_>) -> Result<Change> {
    Ok(Change(super::desk_row::count_up(conn, "registry").await?))
}

impl Change {
    /// Its number.
    pub fn number(self) -> i64 {
        self.0
    }
}
