//! People who work at the desk, and what they may do where.

use super::{Conn, desk_row, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct StaffRecord {
    pub id: Uuid,
    pub name: String,
    pub os_user: Option<String>,
    /// Their own mailbox, in lower case.
    pub mailbox: Option<String>,
    /// 1: gets the morning digest.
    pub digest: i64,
    pub digest_at: Option<String>,
    pub digest_zone: Option<String>,
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct GrantRecord {
    pub staff_id: Uuid,
    pub role: String,
    pub org_id: Option<Uuid>,
    pub org_code: Option<Untrusted>,
    pub org_name: Option<Untrusted>,
}

pub(crate) async fn all(conn: &mut Conn<'_>) -> Result<Vec<StaffRecord>> {
    rows!(
        conn,
        StaffRecord,
        "SELECT id, name, os_user, mailbox, digest, digest_at, digest_zone FROM staff WHERE active = 1 ORDER BY name, id"
    )
}

pub(crate) async fn by_os_user(conn: &mut Conn<'_>, os_user: &str) -> Result<Option<StaffRecord>> {
    row!(
        conn,
        StaffRecord,
        "SELECT id, name, os_user, mailbox, digest, digest_at, digest_zone FROM staff WHERE os_user = $1 AND active = 1",
        os_user
    )
}

pub(crate) async fn by_id(conn: &mut Conn<'_>, id: Uuid) -> Result<Option<StaffRecord>> {
    row!(
        conn,
        StaffRecord,
        "SELECT id, name, os_user, mailbox, digest, digest_at, digest_zone FROM staff WHERE id = $1 AND active = 1",
        id
    )
}

/// How often the grants have changed.
pub(crate) async fn generation(conn: &mut Conn<'_>) -> Result<i64> {
    let found: Option<(i64,)> = row!(conn, (i64,), "SELECT value FROM counters WHERE name = 'staff'")?;
    Ok(found.map_or(0, |(value,)| value))
}

pub(crate) async fn grants(conn: &mut Conn<'_>) -> Result<Vec<GrantRecord>> {
    rows!(
        conn,
        GrantRecord,
        "SELECT g.staff_id, g.role, g.org_id, o.code AS org_code, o.name AS org_name FROM staff_grants g \
         JOIN staff s ON s.id = g.staff_id AND s.active = 1 LEFT JOIN orgs o ON o.id = g.org_id \
         ORDER BY g.staff_id, g.role"
    )
}

pub(crate) async fn grants_of(conn: &mut Conn<'_>, staff: Uuid) -> Result<Vec<GrantRecord>> {
    rows!(
        conn,
        GrantRecord,
        "SELECT g.staff_id, g.role, g.org_id, o.code AS org_code, o.name AS org_name FROM staff_grants g \
         LEFT JOIN orgs o ON o.id = g.org_id WHERE g.staff_id = $1 ORDER BY g.role",
        staff
    )
}

pub(crate) async fn insert(
    conn: &mut Conn<'_>,
    id: Uuid,
    name: &str,
    os_user: Option<&str>,
    now: i64,
) -> Result<()> {
    run!(
        conn,
        "INSERT INTO staff (id, name, os_user, active, created_at) VALUES ($1, $2, $3, 1, $4)",
        id,
        name,
        os_user,
        now
    )?;
    Ok(())
}

/// Gives a role; every process will read the grants again.
pub(crate) async fn insert_grant(
    conn: &mut Conn<'_>,
    staff: Uuid,
    role: &str,
    org: Option<Uuid>,
) -> Result<()> {
    run!(
        conn,
        "INSERT INTO staff_grants (id, staff_id, role, org_id) VALUES ($1, $2, $3, $4)",
        Uuid::now_v7(),
        staff,
        role,
        org
    )?;
    desk_row::count_up(conn, "staff").await.map(|_| ())
}

/// Takes a role away in one scope; how many grants that were. Every process will read the grants again.
pub(crate) async fn delete_grant(
    conn: &mut Conn<'_>,
    staff: Uuid,
    role: &str,
    org: Option<Uuid>,
) -> Result<u64> {
    let removed = run!(
        conn,
        "DELETE FROM staff_grants WHERE staff_id = $1 AND role = $2 \
         AND (org_id = $3 OR (org_id IS NULL AND $3 IS NULL))",
        staff,
        role,
        org
    )?;
    desk_row::count_up(conn, "staff").await?;
    Ok(removed)
}
