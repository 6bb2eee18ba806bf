//! Our addresses beside each account's own, whose team each is, and the teams that see an appeal beside its own
//! organisation's.

use super::{Conn, later, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

/// One of our addresses that is not its account's own.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct AddressRecord {
    /// Lower case.
    pub address: String,
    pub account_id: Uuid,
    pub org_id: Option<Uuid>,
    pub org_code: Option<Untrusted>,
}

pub(crate) async fn addresses(conn: &mut Conn<'_>) -> Result<Vec<AddressRecord>> {
    rows!(
        conn,
        AddressRecord,
        "SELECT t.address, t.account_id, t.org_id, o.code AS org_code FROM account_addresses t \
         LEFT JOIN orgs o ON o.id = t.org_id ORDER BY t.address"
    )
}

/// Adds an address or gives it another team.
pub(crate) async fn put_address(
    conn: &mut Conn<'_>,
    address: &str,
    account: Uuid,
    org: Option<Uuid>,
) -> Result<()> {
    run!(
        conn,
        "INSERT INTO account_addresses (address, account_id, org_id) VALUES ($1, $2, $3) \
         ON CONFLICT (address) DO UPDATE SET account_id = $2, org_id = $3",
        address,
        account,
        org
    )?;
    Ok(())
}

/// Takes an address of an account away; false if it has none such.
pub(crate) async fn remove_address(conn: &mut Conn<'_>, address: &str, account: Uuid) -> Result<bool> {
    let removed =
        run!(conn, "DELETE FROM account_addresses WHERE address = $1 AND account_id = $2", address, account)?;
    Ok(removed == 1)
}

/// Lets a team see an appeal; once is enough.
pub(crate) async fn share(conn: &mut Conn<'_>, appeal: Uuid, org: Uuid) -> Result<()> {
    later!(
        conn,
        "INSERT INTO appeal_orgs (appeal_pk, org_id) SELECT pk, $2 FROM appeals WHERE id = $1 ON CONFLICT DO NOTHING",
        appeal,
        org
    )
}

/// The teams that see an appeal beside its own organisation's.
pub(crate) async fn of_appeal(conn: &mut Conn<'_>, appeal_pk: i64) -> Result<Vec<Uuid>> {
    let found: Vec<(Uuid,)> =
        rows!(conn, (Uuid,), "SELECT org_id FROM appeal_orgs WHERE appeal_pk = $1", appeal_pk)?;
    Ok(found.into_iter().map(|(org,)| org).collect())
}
