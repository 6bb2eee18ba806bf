//! Contacts that are linked with rows of the registry, by whom and on what, and those that were.

use super::members::member_scope;
use super::queue::{Scope, appeal_in_scope};
use super::{Conn, later, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

/// Contacts that are asked about in one statement.
pub(crate) const AT_ONCE: usize = 12;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct HeldRecord {
    pub value: Untrusted,
    pub member_id: Uuid,
}

/// Who holds these contacts now, whatever the scope: a contact of two rows points to neither. At most `AT_ONCE` are asked about.
pub(crate) async fn held(conn: &mut Conn<'_>, values: &[String]) -> Result<Vec<HeldRecord>> {
    let at = |n: usize| values.get(n).map_or("", String::as_str);
    rows!(
        conn,
        HeldRecord,
        "SELECT value, member_id FROM identities WHERE kind IN ('email', 'phone', 'account') \
         AND value IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AND value <> '' AND ended_at IS NULL \
         ORDER BY linked_at, id LIMIT 60",
        at(0),
        at(1),
        at(2),
        at(3),
        at(4),
        at(5),
        at(6),
        at(7),
        at(8),
        at(9),
        at(10),
        at(11)
    )
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct IdentityRecord {
    pub id: Uuid,
    pub kind: String,
    pub value: Untrusted,
    pub member_id: Uuid,
    pub member_name: Untrusted,
    pub org_code: Option<Untrusted>,
    pub ground: String,
    pub appeal_id: Option<Uuid>,
    /// Of an appeal that is in scope.
    pub year: Option<i64>,
    pub seq: Option<i64>,
    pub note: Untrusted,
    pub linked_by: Uuid,
    pub linked_name: String,
    pub linked_at: i64,
    pub ended_at: Option<i64>,
    pub ended_by: Option<Uuid>,
    pub ended_name: Option<String>,
    pub ended_reason: Option<String>,
    pub ended_note: Untrusted,
}

macro_rules! columns {
    () => {
        concat!(
            "SELECT i.id, i.kind, i.value, i.member_id, m.name_raw AS member_name, o.code AS org_code, i.ground, i.appeal_id, \
             CASE WHEN ",
            appeal_in_scope!(),
            " THEN a.year ELSE NULL END AS year, CASE WHEN ",
            appeal_in_scope!(),
            " THEN a.seq ELSE NULL END AS seq, i.note, i.linked_by, s.name AS linked_name, i.linked_at, i.ended_at, i.ended_by, \
             e.name AS ended_name, i.ended_reason, i.ended_note FROM identities i JOIN members m ON m.id = i.member_id \
             LEFT JOIN orgs o ON o.id = m.org_id LEFT JOIN appeals a ON a.id = i.appeal_id \
             JOIN staff s ON s.id = i.linked_by LEFT JOIN staff e ON e.id = i.ended_by WHERE ",
            member_scope!(),
            " AND "
        )
    };
}

/// Of one row of the registry, the newest first; with `all` also those that were taken back.
pub(crate) async fn of_member(
    conn: &mut Conn<'_>,
    scope: &Scope,
    member: Uuid,
    all: bool,
) -> Result<Vec<IdentityRecord>> {
    const SQL: &str = concat!(
        columns!(),
        "i.member_id = $4 AND ($5 = 1 OR i.ended_at IS NULL) ORDER BY i.linked_at DESC, i.id DESC LIMIT 500"
    );
    rows!(conn, IdentityRecord, SQL, scope.whole, scope.staff, &scope.roles, member, i64::from(all))
}

/// Of one contact, the newest first.
pub(crate) async fn of_contact(
    conn: &mut Conn<'_>,
    scope: &Scope,
    value: &str,
    all: bool,
) -> Result<Vec<IdentityRecord>> {
    const HELD: &str = concat!(
        columns!(),
        "i.kind IN ('email', 'phone', 'account') AND i.value = $4 AND i.ended_at IS NULL ORDER BY i.linked_at DESC, i.id DESC LIMIT 100"
    );
    const ALL: &str = concat!(
        columns!(),
        "i.kind IN ('email', 'phone', 'account') AND i.value = $4 ORDER BY i.linked_at DESC, i.id DESC LIMIT 100"
    );
    let sql = if all { ALL } else { HELD };
    rows!(conn, IdentityRecord, sql, scope.whole, scope.staff, &scope.roles, value)
}

/// All in scope, the newest first.
pub(crate) async fn list(
    conn: &mut Conn<'_>,
    scope: &Scope,
    all: bool,
    limit: i64,
) -> Result<Vec<IdentityRecord>> {
    const SQL: &str =
        concat!(columns!(), "($4 = 1 OR i.ended_at IS NULL) ORDER BY i.linked_at DESC, i.id DESC LIMIT $5");
    rows!(conn, IdentityRecord, SQL, scope.whole, scope.staff, &scope.roles, i64::from(all), limit)
}

pub(crate) async fn one(conn: &mut Conn<'_>, scope: &Scope, id: Uuid) -> Result<Option<IdentityRecord>> {
    const SQL: &str = concat!(columns!(), "i.id = $4");
    row!(conn, IdentityRecord, SQL, scope.whole, scope.staff, &scope.roles, id)
}

/// What a person says of a contact.
pub(crate) struct NewIdentity<'a> {
    pub id: Uuid,
    pub kind: &'static str,
    pub value: &'a str,
    pub member_id: Uuid,
    pub ground: &'static str,
    pub appeal_id: Option<Uuid>,
    pub note: Untrusted,
    pub linked_by: Uuid,
    pub linked_at: i64,
}

/// Links it, unless the row has it; whether it did.
pub(crate) async fn insert(conn: &mut Conn<'_>, new: &NewIdentity<'_>) -> Result<bool> {
    let made = run!(
        conn,
        "INSERT INTO identities (id, kind, value, member_id, ground, appeal_id, note, linked_by, linked_at, ended_at, ended_by, \
         ended_reason, ended_note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL, NULL, '') \
         ON CONFLICT (kind, value, member_id) WHERE ended_at IS NULL DO NOTHING",
        new.id,
        new.kind,
        new.value,
        new.member_id,
        new.ground,
        new.appeal_id,
        &new.note,
        new.linked_by,
        new.linked_at
    )?;
    Ok(made == 1)
}

/// Takes a link back; false if that was done before.
pub(crate) async fn end(
    conn: &mut Conn<'_>,
    (id, staff): (Uuid, Uuid),
    reason: &str,
    note: &Untrusted,
    now: i64,
) -> Result<bool> {
    let ended = run!(
        conn,
        "UPDATE identities SET ended_at = $3, ended_by = $2, ended_reason = $4, ended_note = $5 \
         WHERE id = $1 AND ended_at IS NULL",
        id,
        staff,
        now,
        reason,
        note
    )?;
    Ok(ended == 1)
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct RestsRecord {
    pub id: Uuid,
    pub kind: String,
    pub value: Untrusted,
}

/// The links that rest on the confirmation of this appeal's author as this row.
pub(crate) async fn resting_on(conn: &mut Conn<'_>, appeal: Uuid, member: Uuid) -> Result<Vec<RestsRecord>> {
    rows!(
        conn,
        RestsRecord,
        "SELECT id, kind, value FROM identities WHERE appeal_id = $1 AND member_id = $2 AND ground = 'appeal' \
         AND ended_at IS NULL ORDER BY id",
        appeal,
        member
    )
}

/// Lets a link rest on another appeal of the same person.
pub(crate) async fn rest_on(conn: &mut Conn<'_>, id: Uuid, appeal: Uuid) -> Result<()> {
    later!(conn, "UPDATE identities SET appeal_id = $2 WHERE id = $1", id, appeal)
}

/// Links that hold of rows that an import made.
pub(crate) async fn of_made(conn: &mut Conn<'_>, import: Uuid) -> Result<i64> {
    let found: Option<(i64,)> = row!(
        conn,
        (i64,),
        "SELECT CAST(count(*) AS BIGINT) FROM identities i JOIN members m ON m.id = i.member_id \
         WHERE m.made_by = $1 AND i.ended_at IS NULL",
        import
    )?;
    Ok(found.map_or(0, |(count,)| count))
}

/// Takes away what was said of rows that an import made and holds no more; the journal keeps it.
pub(crate) async fn drop_of_made(conn: &mut Conn<'_>, import: Uuid) -> Result<()> {
    run!(
        conn,
        "DELETE FROM conflicts WHERE member_id IN (SELECT id FROM members WHERE made_by = $1) \
         OR other_member_id IN (SELECT id FROM members WHERE made_by = $1)",
        import
    )?;
    run!(
        conn,
        "DELETE FROM identities WHERE member_id IN (SELECT id FROM members WHERE made_by = $1)",
        import
    )?;
    Ok(())
}
