//! Leases of workers: one holder at a time, by the injected clock.

use super::{Conn, row, run};
use crate::error::Result;

/// Takes or renews `name` for `owner` until `until`; false if somebody else holds it past `now`.
pub(crate) async fn take(conn: &mut Conn<'_>, name: &str, owner: &str, now: i64, until: i64) -> Result<bool> {
    let held: Option<(String,)> = row!(
        conn,
        (String,),
        "INSERT INTO leases (name, owner, until) VALUES ($1, $2, $4) \
         ON CONFLICT (name) DO UPDATE SET owner = $2, until = $4 WHERE leases.owner = $2 OR leases.until < $3 \
         RETURNING owner",
        name,
        owner,
        now,
        until
    )?;
    Ok(held.is_some())
}

pub(crate) async fn release(conn: &mut Conn<'_>, name: &str, owner: &str) -> Result<()> {
    run!(conn, "DELETE FROM leases WHERE name = $1 AND owner = $2", name, owner)?;
    Ok(())
}

/// Until when somebody holds `name`.
pub(crate) async fn held_until(conn: &mut Conn<'_>, name: &str) -> Result<Option<i64>> {
    let until: Option<(i64,)> = row!(conn, (i64,), "SELECT until FROM leases WHERE name = $1", name)?;
    Ok(until.map(|(until,)| until))
}
