//! Reports about mail, and the deliveries that they are about.

use super::queue::Scope;
use super::{Conn, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

pub(crate) struct NewReport<'a> {
    pub id: Uuid,
    pub raw_id: Uuid,
    pub account_id: Uuid,
    pub at: i64,
    pub kind: &'static str,
    pub recipient: Option<&'a Untrusted>,
    pub status: Option<&'a str>,
    pub diagnostic: &'a Untrusted,
    pub delivery_id: Option<Uuid>,
    pub appeal_id: Option<Uuid>,
    pub doubt: Option<&'static str>,
}

pub(crate) async fn insert(conn: &mut Conn<'_>, report: &NewReport<'_>) -> Result<()> {
    run!(
        conn,
        "INSERT INTO reports (id, raw_id, account_id, at, kind, recipient, status, diagnostic, delivery_id, appeal_id, doubt) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        report.id,
        report.raw_id,
        report.account_id,
        report.at,
        report.kind,
        report.recipient,
        report.status,
        report.diagnostic,
        report.delivery_id,
        report.appeal_id,
        report.doubt
    )?;
    Ok(())
}

/// A delivery that a report may be about.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Candidate {
    pub id: Uuid,
    pub recipient: Untrusted,
    pub token: Option<String>,
}

/// The deliveries of the letter with this Message-ID.
pub(crate) async fn by_message_id(conn: &mut Conn<'_>, rfc_id: &Untrusted) -> Result<Vec<Candidate>> {
    rows!(
        conn,
        Candidate,
        "SELECT id, recipient, token FROM deliveries WHERE rfc_message_id = $1 ORDER BY pk",
        rfc_id
    )
}

/// What went out about an appeal and may have come back, newest first.
pub(crate) async fn by_number(conn: &mut Conn<'_>, year: i64, seq: i64) -> Result<Vec<Candidate>> {
    rows!(
        conn,
        Candidate,
        "SELECT d.id, d.recipient, d.token FROM deliveries d JOIN appeals a ON a.id = d.appeal_id \
         WHERE a.year = $1 AND a.seq = $2 AND d.accepted_at IS NOT NULL ORDER BY d.accepted_at DESC, d.pk DESC LIMIT 100",
        year,
        seq
    )
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct ReportRecord {
    pub id: Uuid,
    pub raw_id: Uuid,
    pub account_name: String,
    pub at: i64,
    pub kind: String,
    pub recipient: Option<Untrusted>,
    pub status: Option<String>,
    pub diagnostic: Untrusted,
    pub delivery_id: Option<Uuid>,
    pub appeal_id: Option<Uuid>,
    pub doubt: Option<String>,
    pub year: Option<i64>,
    pub seq: Option<i64>,
}

macro_rules! columns {
    () => {
        "SELECT r.id, r.raw_id, c.name AS account_name, r.at, r.kind, r.recipient, r.status, r.diagnostic, r.delivery_id, \
         r.appeal_id, r.doubt, p.year, p.seq FROM reports r JOIN accounts c ON c.id = r.account_id \
         LEFT JOIN appeals p ON p.id = r.appeal_id "
    };
}

/// Newest first, in scope: by its appeal's organisation, or by its account's where it is about none that we know.
pub(crate) async fn list(
    conn: &mut Conn<'_>,
    scope: &Scope,
    unmatched: bool,
    limit: i64,
) -> Result<Vec<ReportRecord>> {
    const SQL: &str = concat!(
        columns!(),
        "WHERE ($4 = 0 OR r.delivery_id IS NULL) AND ($1 = 1 OR CASE WHEN p.id IS NULL THEN c.org_id ELSE p.org_id END IN \
         (SELECT o.descendant_id FROM staff_grants g JOIN org_closure o ON o.ancestor_id = g.org_id \
         WHERE g.staff_id = $2 AND $3 LIKE '%,' || g.role || ',%') OR EXISTS (SELECT 1 FROM appeal_orgs ao JOIN org_closure o \
         ON o.descendant_id = ao.org_id JOIN staff_grants g ON g.org_id = o.ancestor_id WHERE ao.appeal_pk = p.pk \
         AND g.staff_id = $2 AND $3 LIKE '%,' || g.role || ',%')) ORDER BY r.at DESC, r.id DESC LIMIT $5"
    );
    rows!(conn, ReportRecord, SQL, scope.whole, scope.staff, &scope.roles, i64::from(unmatched), limit)
}

/// Everything that was reported about the deliveries of an appeal, oldest first.
pub(crate) async fn of_appeal(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Vec<ReportRecord>> {
    rows!(conn, ReportRecord, concat!(columns!(), "WHERE r.appeal_id = $1 ORDER BY r.at, r.id"), appeal)
}

/// The report `r` says something of a delivery that is not believed and would change something if it were. The delivery's state
/// stands within, so that no engine walks every delivery that was ever accepted for the few of which something is said.
macro_rules! waits {
    () => {
        "r.delivery_id IS NOT NULL AND r.doubt IS NOT NULL AND r.doubt <> 'dismissed' AND EXISTS (SELECT 1 FROM deliveries w \
         WHERE w.id = r.delivery_id AND (r.kind = 'failure' AND w.state IN ('accepted', 'delivered', 'unknown') \
         OR r.kind = 'delivered' AND w.state IN ('accepted', 'unknown')))"
    };
}

/// Something such is said of the delivery `d`.
macro_rules! is_doubted {
    () => {
        concat!("d.id IN (SELECT r.delivery_id FROM reports r WHERE ", crate::store::reports::waits!(), ")")
    };
}
pub(crate) use is_doubted;
pub(crate) use waits;

/// Deliveries of which something is reported that waits for a person's word, in scope: how many.
pub(crate) async fn count_doubted(conn: &mut Conn<'_>, scope: &Scope) -> Result<i64> {
    const SQL: &str = concat!(
        "SELECT CAST(count(*) AS BIGINT) FROM deliveries d LEFT JOIN appeals a ON a.id = d.appeal_id WHERE ",
        is_doubted!(),
        " AND ",
        super::queue::appeal_in_scope!()
    );
    let found: Option<(i64,)> = row!(conn, (i64,), SQL, scope.whole, scope.staff, &scope.roles)?;
    Ok(found.map_or(0, |(n,)| n))
}

/// What waits for a person's word, oldest first, whoever's it is.
pub(crate) async fn waiting(conn: &mut Conn<'_>) -> Result<Vec<ReportRecord>> {
    const SQL: &str = concat!(columns!(), "WHERE ", waits!(), " ORDER BY r.at, r.id LIMIT 10000");
    rows!(conn, ReportRecord, SQL)
}

/// What waits in the reports that came to an account, or is worth a look.
#[derive(FromRow)]
pub(crate) struct AccountReports {
    pub account_id: Uuid,
    /// Deliveries of which something waits for a person's word.
    pub doubted: i64,
    /// Reports of the last days that are about nothing that was sent from here, and how many of them are automatic answers.
    pub unmatched: i64,
    pub auto_replies: i64,
}

/// The same for every account that has any. `since`: from when on unmatched ones are counted.
pub(crate) async fn of_accounts(conn: &mut Conn<'_>, since: i64) -> Result<Vec<AccountReports>> {
    const SQL: &str = concat!(
        "SELECT t.account_id, CAST(sum(t.doubted) AS BIGINT) AS doubted, CAST(sum(t.unmatched) AS BIGINT) AS unmatched, \
         CAST(sum(t.auto_replies) AS BIGINT) AS auto_replies FROM (\
         SELECT r.account_id, count(DISTINCT r.delivery_id) AS doubted, 0 AS unmatched, 0 AS auto_replies FROM reports r \
         WHERE ",
        waits!(),
        " GROUP BY r.account_id UNION ALL \
         SELECT r.account_id, 0 AS doubted, count(*) AS unmatched, sum(CASE WHEN r.kind = 'auto_reply' THEN 1 ELSE 0 END) \
         AS auto_replies FROM reports r WHERE r.delivery_id IS NULL AND r.at >= $1 GROUP BY r.account_id) t \
         GROUP BY t.account_id"
    );
    rows!(conn, AccountReports, SQL, since)
}

/// A person does not believe what is said of a delivery; the reports that this was about.
pub(crate) async fn dismiss(conn: &mut Conn<'_>, delivery: Uuid) -> Result<Vec<Uuid>> {
    let found: Vec<(Uuid,)> = rows!(
        conn,
        (Uuid,),
        "UPDATE reports SET doubt = 'dismissed' WHERE delivery_id = $1 AND doubt IS NOT NULL AND doubt <> 'dismissed' RETURNING id",
        delivery
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// The newest report about a delivery that is not believed; one that was dismissed only where there is no other.
pub(crate) async fn doubted(conn: &mut Conn<'_>, delivery: Uuid) -> Result<Option<ReportRecord>> {
    row!(
        conn,
        ReportRecord,
        concat!(
            columns!(),
            "WHERE r.delivery_id = $1 AND r.doubt IS NOT NULL \
             ORDER BY CASE WHEN r.doubt = 'dismissed' THEN 1 ELSE 0 END, r.at DESC, r.id DESC LIMIT 1"
        ),
        delivery
    )
}

/// A person believes it.
pub(crate) async fn believe(conn: &mut Conn<'_>, id: Uuid) -> Result<()> {
    run!(conn, "UPDATE reports SET doubt = NULL WHERE id = $1", id)?;
    Ok(())
}
