//! Conflicts about who is who: pairs of appeals that claim one row, pairs of rows that one contact is linked with.

use super::members::member_scope;
use super::queue::Scope;
use super::{Conn, later, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

/// An appeal whose author is confirmed to be a row.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ClaimRecord {
    pub id: Uuid,
    pub author_name: Untrusted,
    pub by_id: Option<Uuid>,
    pub by_name: Option<String>,
    pub proved_at: Option<i64>,
}

/// The appeals of a row in the order in which they were confirmed.
pub(crate) async fn claims(conn: &mut Conn<'_>, member: Uuid) -> Result<Vec<ClaimRecord>> {
    rows!(
        conn,
        ClaimRecord,
        "SELECT a.id, a.author_name, l.first_by AS by_id, s.name AS by_name, l.proved_at \
         FROM appeals a LEFT JOIN member_links l ON l.appeal_id = a.id AND l.member_id = a.member_id \
         LEFT JOIN staff s ON s.id = l.first_by WHERE a.member_id = $1 ORDER BY coalesce(l.proved_at, 0), a.pk",
        member
    )
}

/// The name of a row and the surnames it had, whatever the scope.
pub(crate) async fn names_of(conn: &mut Conn<'_>, member: Uuid) -> Result<Option<(Untrusted, Untrusted)>> {
    row!(conn, (Untrusted, Untrusted), "SELECT name_raw, former_raw FROM members WHERE id = $1", member)
}

/// Two links of one contact with two rows.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct SharedRecord {
    pub first_id: Uuid,
    pub first_member: Uuid,
    pub second_id: Uuid,
    pub second_member: Uuid,
}

/// What this row shares with others.
pub(crate) async fn shared_with(conn: &mut Conn<'_>, member: Uuid) -> Result<Vec<SharedRecord>> {
    rows!(
        conn,
        SharedRecord,
        "SELECT i.id AS first_id, i.member_id AS first_member, j.id AS second_id, j.member_id AS second_member \
         FROM identities i JOIN identities j ON j.kind = i.kind AND j.value = i.value AND j.member_id <> i.member_id \
         AND j.ended_at IS NULL WHERE i.member_id = $1 AND i.ended_at IS NULL LIMIT 100",
        member
    )
}

/// Rows after this one that may be in a conflict: several appeals, or a contact that another row has too.
pub(crate) async fn suspects(conn: &mut Conn<'_>, after: Uuid, limit: i64) -> Result<Vec<Uuid>> {
    let found: Vec<(Uuid,)> = rows!(
        conn,
        (Uuid,),
        "SELECT id FROM (SELECT a.member_id AS id FROM appeals a WHERE a.member_id IS NOT NULL AND a.member_id > $1 \
         GROUP BY a.member_id HAVING count(*) > 1 UNION SELECT i.member_id AS id FROM identities i JOIN identities j \
         ON j.kind = i.kind AND j.value = i.value AND j.member_id <> i.member_id AND j.ended_at IS NULL \
         WHERE i.ended_at IS NULL AND i.member_id > $1) AS suspects ORDER BY id LIMIT $2",
        after,
        limit
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct PairRecord {
    pub id: Uuid,
    pub kind: String,
    pub first_id: Uuid,
    pub second_id: Uuid,
    pub state: String,
}

/// Everything that was ever found about a row.
pub(crate) async fn of_member(conn: &mut Conn<'_>, member: Uuid) -> Result<Vec<PairRecord>> {
    rows!(
        conn,
        PairRecord,
        "SELECT id, kind, first_id, second_id, state FROM conflicts WHERE member_id = $1 OR other_member_id = $1 ORDER BY id",
        member
    )
}

pub(crate) struct NewConflict {
    pub id: Uuid,
    pub kind: &'static str,
    pub first_id: Uuid,
    pub second_id: Uuid,
    pub member_id: Uuid,
    pub other_member_id: Option<Uuid>,
    pub found_at: i64,
}

pub(crate) async fn insert(conn: &mut Conn<'_>, new: &NewConflict) -> Result<()> {
    run!(
        conn,
        "INSERT INTO conflicts (id, kind, first_id, second_id, member_id, other_member_id, state, found_at, settled_at, \
         settled_by, reason) VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, NULL, NULL, '')",
        new.id,
        new.kind,
        new.first_id,
        new.second_id,
        new.member_id,
        new.other_member_id,
        new.found_at
    )?;
    Ok(())
}

/// What had gone is there again.
pub(crate) async fn reopen(conn: &mut Conn<'_>, id: Uuid, found_at: i64) -> Result<()> {
    later!(
        conn,
        "UPDATE conflicts SET state = 'open', found_at = $2, settled_at = NULL, settled_by = NULL, reason = '' WHERE id = $1",
        id,
        found_at
    )
}

/// Settles an open conflict; false if somebody has.
pub(crate) async fn settle(
    conn: &mut Conn<'_>,
    (id, staff): (Uuid, Option<Uuid>),
    state: &str,
    reason: &Untrusted,
    now: i64,
) -> Result<bool> {
    let done = run!(
        conn,
        "UPDATE conflicts SET state = $2, settled_at = $3, settled_by = $4, reason = $5 WHERE id = $1 AND state = 'open'",
        id,
        state,
        now,
        staff,
        reason
    )?;
    Ok(done == 1)
}

/// Open conflicts that one side of is this appeal or this link.
pub(crate) async fn open_with(conn: &mut Conn<'_>, side: Uuid) -> Result<Vec<PairRecord>> {
    rows!(
        conn,
        PairRecord,
        "SELECT id, kind, first_id, second_id, state FROM conflicts WHERE state = 'open' AND (first_id = $1 OR second_id = $1) \
         ORDER BY id",
        side
    )
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct ConflictRecord {
    pub id: Uuid,
    pub kind: String,
    pub first_id: Uuid,
    pub second_id: Uuid,
    pub member_id: Uuid,
    pub other_member_id: Option<Uuid>,
    pub state: String,
    pub found_at: i64,
    pub settled_at: Option<i64>,
    pub settled_by: Option<Uuid>,
    pub settled_name: Option<String>,
    pub reason: Untrusted,
}

/// The scope of a conflict: either row is in it.
macro_rules! from_in_scope {
    () => {
        concat!(
            " FROM conflicts c LEFT JOIN staff s ON s.id = c.settled_by WHERE EXISTS (SELECT 1 FROM members m \
             WHERE (m.id = c.member_id OR m.id = c.other_member_id) AND ",
            member_scope!(),
            ") "
        )
    };
}

macro_rules! columns {
    () => {
        concat!(
            "SELECT c.id, c.kind, c.first_id, c.second_id, c.member_id, c.other_member_id, c.state, c.found_at, c.settled_at, \
             c.settled_by, s.name AS settled_name, c.reason",
            from_in_scope!()
        )
    };
}

/// Open ones, the oldest first; with `all` those that are settled after them.
pub(crate) async fn list(
    conn: &mut Conn<'_>,
    scope: &Scope,
    all: bool,
    limit: i64,
) -> Result<Vec<ConflictRecord>> {
    const OPEN: &str = concat!(columns!(), "AND c.state = 'open' ORDER BY c.found_at, c.id LIMIT $4");
    const ALL: &str = concat!(
        columns!(),
        "ORDER BY CASE WHEN c.state = 'open' THEN 0 ELSE 1 END, coalesce(-c.settled_at, c.found_at), c.id LIMIT $4"
    );
    let sql = if all { ALL } else { OPEN };
    rows!(conn, ConflictRecord, sql, scope.whole, scope.staff, &scope.roles, limit)
}

pub(crate) async fn one(conn: &mut Conn<'_>, scope: &Scope, id: Uuid) -> Result<Option<ConflictRecord>> {
    const SQL: &str = concat!(columns!(), "AND c.id = $4");
    row!(conn, ConflictRecord, SQL, scope.whole, scope.staff, &scope.roles, id)
}

/// How many are open, in scope.
pub(crate) async fn count(conn: &mut Conn<'_>, scope: &Scope) -> Result<i64> {
    const SQL: &str = concat!("SELECT CAST(count(*) AS BIGINT)", from_in_scope!(), "AND c.state = 'open'");
    let found: Option<(i64,)> = row!(conn, (i64,), SQL, scope.whole, scope.staff, &scope.roles)?;
    Ok(found.map_or(0, |(n,)| n))
}
