//! The registry's rows.

use super::text::in_json;
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
}

macro_rules! columns {
    () => {
        "SELECT m.pk, m.id, m.source_id, m.org_id, o.code AS org_code, o.name AS org_name, m.name_raw, m.birth_raw, \
         m.card_raw, m.card, m.position, m.phone_raw, m.email_raw, m.email, m.joined_raw, m.dues_raw, \
         m.status_raw, m.status FROM members m LEFT JOIN orgs o ON o.id = m.org_id "
    };
}

/// The scope of `m`, from `$1`, `$2`, `$3`, as `queue::in_scope` is of an appeal.
macro_rules! member_scope {
    () => {
        "($1 = 1 OR m.org_id IN (SELECT c.descendant_id FROM staff_grants g JOIN org_closure c ON c.ancestor_id = g.org_id \
         WHERE g.staff_id = $2 AND $3 LIKE '%,' || g.role || ',%'))"
    };
}

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
    const PHONE: &str =
        concat!(columns!(), "WHERE m.phone = $4 AND ", member_scope!(), " ORDER BY m.pk LIMIT 20");
    const EMAIL: &str =
        concat!(columns!(), "WHERE m.email = $4 AND ", member_scope!(), " ORDER BY m.pk LIMIT 20");
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

/// The newest change of the registry, and of the organisations.
pub(crate) async fn newest_changes(conn: &mut Conn<'_>) -> Result<(i64, i64)> {
    let found: Option<(i64, i64)> = row!(
        conn,
        (i64, i64),
        "SELECT coalesce((SELECT value FROM counters WHERE name = 'registry'), 0), \
         coalesce((SELECT value FROM counters WHERE name = 'orgs'), 0)"
    )?;
    Ok(found.unwrap_or_default())
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

/// A row to be written, normalised values beside the raw ones.
pub(crate) struct NewMember {
    pub id: Uuid,
    pub source_id: Option<Untrusted>,
    pub org_id: Option<Uuid>,
    pub name_raw: Untrusted,
    pub name_folded: String,
    pub birth_raw: Untrusted,
    pub card_raw: Untrusted,
    pub card: Option<String>,
    pub position: Untrusted,
    pub phone_raw: Untrusted,
    pub phone: Option<String>,
    pub email_raw: Untrusted,
    pub email: Option<String>,
    pub joined_raw: Untrusted,
    pub dues_raw: Untrusted,
    pub status_raw: Untrusted,
    pub status: &'static str,
    pub source_file: String,
    pub source_row: i64,
    pub imported_at: i64,
}

/// Adds a row, or brings the row of the same registry id up to date.
pub(crate) async fn upsert(conn: &mut Conn<'_>, member: &NewMember, change: Change) -> Result<()> {
    run!(
        conn,
        "INSERT INTO members (id, source_id, org_id, name_raw, name_folded, birth_raw, card_raw, card, position, \
         phone_raw, phone, email_raw, email, joined_raw, dues_raw, status_raw, status, source_file, source_row, \
         imported_at, changed_in) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
         $19, $20, $21) \
         ON CONFLICT (source_id) DO UPDATE SET org_id = $3, name_raw = $4, name_folded = $5, birth_raw = $6, \
         card_raw = $7, card = $8, position = $9, phone_raw = $10, phone = $11, email_raw = $12, email = $13, \
         joined_raw = $14, dues_raw = $15, status_raw = $16, status = $17, source_file = $18, source_row = $19, \
         imported_at = $20, changed_in = $21",
        member.id,
        &member.source_id,
        member.org_id,
        &member.name_raw,
        &member.name_folded,
        &member.birth_raw,
        &member.card_raw,
        &member.card,
        &member.position,
        &member.phone_raw,
        &member.phone,
        &member.email_raw,
        &member.email,
        &member.joined_raw,
        &member.dues_raw,
        &member.status_raw,
        member.status,
        &member.source_file,
        member.source_row,
        member.imported_at,
        change.0
    )?;
    Ok(())
}

/// Rows of one statement of `insert_many`.
pub(crate) const BATCH: usize = 2000;

/// Adds rows that are all new, many in one statement: the engine takes a JSON document apart, which is far quicker than
/// a round trip a row.
pub(crate) async fn insert_many(conn: &mut Conn<'_>, members: &[NewMember], change: Change) -> Result<()> {
    const SQLITE: &str = "INSERT INTO members (id, source_id, org_id, name_raw, name_folded, birth_raw, card_raw, card, \
         position, phone_raw, phone, email_raw, email, joined_raw, dues_raw, status_raw, status, source_file, source_row, \
         imported_at, changed_in) SELECT unhex(r.value->>0), r.value->>1, unhex(r.value->>2), r.value->>3, r.value->>4, r.value->>5, \
         r.value->>6, r.value->>7, r.value->>8, r.value->>9, r.value->>10, r.value->>11, r.value->>12, r.value->>13, \
         r.value->>14, r.value->>15, r.value->>16, r.value->>17, r.value->>18, r.value->>19, $2 FROM json_each($1) r";
    const POSTGRES: &str = "INSERT INTO members (id, source_id, org_id, name_raw, name_folded, birth_raw, card_raw, card, \
         position, phone_raw, phone, email_raw, email, joined_raw, dues_raw, status_raw, status, source_file, source_row, \
         imported_at, changed_in) SELECT (r->>0)::uuid, r->>1, (r->>2)::uuid, r->>3, r->>4, r->>5, r->>6, r->>7, r->>8, r->>9, r->>10, \
         r->>11, r->>12, r->>13, r->>14, r->>15, r->>16, r->>17, (r->>18)::bigint, (r->>19)::bigint, $2 \
         FROM jsonb_array_elements($1::jsonb) r";
    for batch in members.chunks(BATCH) {
        let document = serde_json::Value::from(batch.iter().map(as_json).collect::<Vec<_>>()).to_string();
        match conn {
            Conn::Sqlite(_) => run!(conn, SQLITE, document, change.0)?,
            Conn::Postgres(_) => run!(conn, POSTGRES, document, change.0)?,
        };
    }
    Ok(())
}

fn as_json(member: &NewMember) -> serde_json::Value {
    serde_json::json!([
        member.id.simple().to_string(),
        member.source_id.as_ref().map(in_json),
        member.org_id.map(|id| id.simple().to_string()),
        in_json(&member.name_raw),
        member.name_folded,
        in_json(&member.birth_raw),
        in_json(&member.card_raw),
        member.card,
        in_json(&member.position),
        in_json(&member.phone_raw),
        member.phone,
        in_json(&member.email_raw),
        member.email,
        in_json(&member.joined_raw),
        in_json(&member.dues_raw),
        in_json(&member.status_raw),
        member.status,
        member.source_file,
        member.source_row,
        member.imported_at,
    ])
}
