//! Organisations and the closure that scopes are looked up in.

use super::{Conn, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct OrgRecord {
    pub id: Uuid,
    pub code: Untrusted,
    pub parent_id: Option<Uuid>,
    pub level: String,
    pub name: Untrusted,
    pub opened_on: Option<String>,
    pub closed_on: Option<String>,
    /// Those who have not left.
    pub members: i64,
    pub left_members: i64,
}

pub(crate) async fn all(conn: &mut Conn<'_>) -> Result<Vec<OrgRecord>> {
    rows!(
        conn,
        OrgRecord,
        "SELECT o.id, o.code, o.parent_id, o.level, o.name, o.opened_on, o.closed_on, coalesce(m.n, 0) AS members, \
         coalesce(m.gone, 0) AS left_members FROM orgs o LEFT JOIN (SELECT org_id, \
         CAST(sum(CASE WHEN status = 'left' THEN 0 ELSE 1 END) AS BIGINT) AS n, \
         CAST(sum(CASE WHEN status = 'left' THEN 1 ELSE 0 END) AS BIGINT) AS gone FROM members GROUP BY org_id) m ON m.org_id = o.id \
         ORDER BY o.code"
    )
}

/// The same without counting their members.
pub(crate) async fn plain(conn: &mut Conn<'_>) -> Result<Vec<OrgRecord>> {
    rows!(
        conn,
        OrgRecord,
        "SELECT id, code, parent_id, level, name, opened_on, closed_on, CAST(0 AS BIGINT) AS members, CAST(0 AS BIGINT) AS left_members \
         FROM orgs ORDER BY code"
    )
}

/// A name that an organisation had before.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct FormerName {
    pub org_id: Uuid,
    pub name: Untrusted,
    pub until: Option<String>,
}

pub(crate) async fn former_names(conn: &mut Conn<'_>) -> Result<Vec<FormerName>> {
    rows!(conn, FormerName, "SELECT org_id, name, until FROM org_names ORDER BY org_id, until, name")
}

/// Keeps a name that an organisation had; a name that is known gets its day if it had none.
pub(crate) async fn add_former_name(
    conn: &mut Conn<'_>,
    org: Uuid,
    name: &Untrusted,
    until: Option<&str>,
) -> Result<()> {
    run!(
        conn,
        "INSERT INTO org_names (org_id, name, until) VALUES ($1, $2, $3) \
         ON CONFLICT (org_id, name) DO UPDATE SET until = coalesce($3, org_names.until)",
        org,
        name,
        until
    )?;
    Ok(())
}

pub(crate) async fn name(conn: &mut Conn<'_>, org: Uuid) -> Result<Option<Untrusted>> {
    let found: Option<(Untrusted,)> = row!(conn, (Untrusted,), "SELECT name FROM orgs WHERE id = $1", org)?;
    Ok(found.map(|(name,)| name))
}

/// The code of an organisation.
pub(crate) async fn code(conn: &mut Conn<'_>, org: Uuid) -> Result<Option<Untrusted>> {
    let found: Option<(Untrusted,)> = row!(conn, (Untrusted,), "SELECT code FROM orgs WHERE id = $1", org)?;
    Ok(found.map(|(code,)| code))
}

pub(crate) async fn id_by_code(conn: &mut Conn<'_>, code: &str) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = row!(conn, (Uuid,), "SELECT id FROM orgs WHERE code = $1", code)?;
    Ok(found.map(|(id,)| id))
}

pub(crate) async fn upsert(
    conn: &mut Conn<'_>,
    id: Uuid,
    code: &Untrusted,
    parent: Option<Uuid>,
    level: &str,
    name: &Untrusted,
) -> Result<()> {
    run!(
        conn,
        "INSERT INTO orgs (id, code, parent_id, level, name) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (code) DO UPDATE SET parent_id = $3, level = $4, name = $5",
        id,
        code,
        parent,
        level,
        name
    )?;
    Ok(())
}

/// The names of all.
pub(crate) async fn names(conn: &mut Conn<'_>) -> Result<Vec<(Uuid, Untrusted)>> {
    rows!(conn, (Uuid, Untrusted), "SELECT id, name FROM orgs")
}

/// The days of an organisation; what is none stays as it is.
pub(crate) async fn set_days(
    conn: &mut Conn<'_>,
    id: Uuid,
    opened: Option<&str>,
    closed: Option<&str>,
) -> Result<()> {
    run!(
        conn,
        "UPDATE orgs SET opened_on = coalesce($2, opened_on), closed_on = coalesce($3, closed_on) WHERE id = $1",
        id,
        opened,
        closed
    )?;
    Ok(())
}

/// Makes the closure anew from the parents, as everything must that has changed organisations; a cycle is cut after 16
/// levels. Who has read their names learns from the counter to read them again.
pub(crate) async fn rebuild_closure(conn: &mut Conn<'_>) -> Result<()> {
    super::desk_row::count_up(conn, "orgs").await?;
    run!(conn, "DELETE FROM org_closure")?;
    run!(
        conn,
        "WITH RECURSIVE up (ancestor_id, descendant_id, depth) AS ( \
           SELECT id, id, 0 FROM orgs UNION ALL \
           SELECT o.parent_id, u.descendant_id, u.depth + 1 FROM up u JOIN orgs o ON o.id = u.ancestor_id \
           WHERE o.parent_id IS NOT NULL AND u.depth < 16) \
         INSERT INTO org_closure (ancestor_id, descendant_id) SELECT DISTINCT ancestor_id, descendant_id FROM up"
    )?;
    Ok(())
}

/// Whether `descendant` is `ancestor` or stands below it.
pub(crate) async fn is_within(conn: &mut Conn<'_>, ancestor: Uuid, descendant: Uuid) -> Result<bool> {
    let found: Option<(i64,)> = row!(
        conn,
        (i64,),
        "SELECT CAST(1 AS BIGINT) FROM org_closure WHERE ancestor_id = $1 AND descendant_id = $2",
        ancestor,
        descendant
    )?;
    Ok(found.is_some())
}

/// An organisation and all below it.
pub(crate) async fn below(conn: &mut Conn<'_>, org: Uuid) -> Result<Vec<Uuid>> {
    let found: Vec<(Uuid,)> =
        rows!(conn, (Uuid,), "SELECT descendant_id FROM org_closure WHERE ancestor_id = $1", org)?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// The names of an organisation and of all above it.
pub(crate) async fn names_upwards(conn: &mut Conn<'_>, org: Uuid) -> Result<Vec<Untrusted>> {
    let found: Vec<(Untrusted,)> = rows!(
        conn,
        (Untrusted,),
        "SELECT o.name FROM org_closure c JOIN orgs o ON o.id = c.ancestor_id WHERE c.descendant_id = $1",
        org
    )?;
    Ok(found.into_iter().map(|(name,)| name).collect())
}

/// Takes away those of these organisations that nothing refers to; the closure must be made anew.
pub(crate) async fn drop_unused(conn: &mut Conn<'_>, orgs: &[Uuid]) -> Result<()> {
    for org in orgs {
        run!(
            conn,
            "DELETE FROM org_closure WHERE (ancestor_id = $1 OR descendant_id = $1) AND NOT EXISTS \
             (SELECT 1 FROM orgs c WHERE c.parent_id = $1)",
            org
        )?;
        run!(
            conn,
            "DELETE FROM orgs WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM members m WHERE m.org_id = $1) \
             AND NOT EXISTS (SELECT 1 FROM orgs c WHERE c.parent_id = $1) \
             AND NOT EXISTS (SELECT 1 FROM staff_grants g WHERE g.org_id = $1) \
             AND NOT EXISTS (SELECT 1 FROM appeals a WHERE a.org_id = $1) \
             AND NOT EXISTS (SELECT 1 FROM appeal_orgs a WHERE a.org_id = $1) \
             AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.org_id = $1) \
             AND NOT EXISTS (SELECT 1 FROM account_addresses a WHERE a.org_id = $1) \
             AND NOT EXISTS (SELECT 1 FROM imports i WHERE i.org_id = $1) \
             AND NOT EXISTS (SELECT 1 FROM call_applications c WHERE c.org_id = $1) \
             AND NOT EXISTS (SELECT 1 FROM org_names n WHERE n.org_id = $1)",
            org
        )?;
    }
    rebuild_closure(conn).await
}
