//! The queue's pages and counts. Every text applies the actor's scope; every order is that of an index, by keyset.

use super::{Conn, pages, row, rows};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

/// Whose rows may be seen: all of the desk, or the subtrees in which one of `roles` is held.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// 1: the whole desk.
    pub whole: i64,
    pub staff: Uuid,
    /// Role codes between commas, `,duty,lawyer,`: those that permit the use case.
    pub roles: String,
}

/// A row of the queue as the tables have it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct QueueRecord {
    pub pk: i64,
    pub id: Uuid,
    pub year: i64,
    pub seq: i64,
    pub origin: Option<Untrusted>,
    pub channel: String,
    pub received_at: i64,
    pub author_name: Untrusted,
    pub author_email: Option<Untrusted>,
    pub author_phone: Option<Untrusted>,
    pub subject: Untrusted,
    pub stage: String,
    pub topics: String,
    pub urgency: String,
    pub assignee_id: Option<Uuid>,
    pub assignee_name: Option<String>,
    pub org_id: Option<Uuid>,
    pub org_code: Option<Untrusted>,
    pub org_name: Option<Untrusted>,
    pub member_state: Option<String>,
    pub member_id: Option<Uuid>,
    /// How well the evidence held on which the author was linked.
    pub member_class: Option<String>,
    pub name_to_employer: String,
    pub name_to_chair: String,
    pub response_due_at: Option<i64>,
    pub response_met_at: Option<i64>,
    pub merits_met_at: Option<i64>,
    pub has_limits: i64,
    pub unread: i64,
    pub outside_waiting: i64,
    pub sort_due: i64,
}

/// What narrows a page; `None` and 0 narrow nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Narrow {
    pub stage: Option<&'static str>,
    pub assignee: Option<Uuid>,
    pub topic: Option<&'static str>,
    pub channel: Option<&'static str>,
    pub overdue: i64,
    pub now: i64,
}

/// Which run of rows: the text that is used follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Run {
    Mine,
    New,
    Urgent,
    Open,
    Overdue,
    Closed,
    /// Every stage, what is due first on top.
    Any,
}

/// The columns of a row; `$from` gives `a`.
macro_rules! columns {
    ($from:expr, $sort:expr) => {
        concat!(
            "SELECT a.pk, a.id, a.year, a.seq, a.origin, a.channel, a.received_at, a.author_name, a.author_email, ",
            "a.author_phone, a.subject, a.stage, a.topics, a.urgency, a.assignee_id, s.name AS assignee_name, ",
            "a.org_id, o.code AS org_code, o.name AS org_name, a.member_state, a.member_id, ",
            "CASE WHEN a.member_id IS NULL THEN NULL ELSE (SELECT l.class FROM member_links l WHERE l.appeal_id = a.id ",
            "AND l.member_id = a.member_id) END AS member_class, a.name_to_employer, ",
            "a.name_to_chair, a.response_due_at, a.response_met_at, a.merits_met_at, a.has_limits, a.unread, a.outside_waiting, ",
            $sort,
            " AS sort_due FROM ",
            $from,
            " LEFT JOIN staff s ON s.id = a.assignee_id LEFT JOIN orgs o ON o.id = a.org_id "
        )
    };
}
pub(super) use columns;

/// The actor's scope over `a`, from `$1` (whole), `$2` (staff), `$3` (roles). The subtree is gathered once for a statement,
/// not once for a row.
macro_rules! in_scope {
    () => {
        "($1 = 1 OR a.org_id IN (SELECT c.descendant_id FROM staff_grants g JOIN org_closure c ON c.ancestor_id = g.org_id \
         WHERE g.staff_id = $2 AND $3 LIKE '%,' || g.role || ',%'))"
    };
}
pub(crate) use in_scope;

/// The same over the appeal `a`: its own organisation is there, or a team's whose address the letter was written to. `pk` is
/// in every index that a page walks, so that asking costs no look at the row.
macro_rules! appeal_in_scope {
    () => {
        "($1 = 1 OR a.org_id IN (SELECT c.descendant_id FROM staff_grants g JOIN org_closure c ON c.ancestor_id = g.org_id \
         WHERE g.staff_id = $2 AND $3 LIKE '%,' || g.role || ',%') OR EXISTS (SELECT 1 FROM appeal_orgs ao \
         WHERE ao.appeal_pk = a.pk AND ao.org_id IN (SELECT c.descendant_id FROM staff_grants g \
         JOIN org_closure c ON c.ancestor_id = g.org_id WHERE g.staff_id = $2 AND $3 LIKE '%,' || g.role || ',%')))"
    };
}
pub(crate) use appeal_in_scope;

/// At most `limit` rows past `(due, pk)`, nearest first, forwards or backwards.
pub(crate) async fn page(
    conn: &mut Conn<'_>,
    run: Run,
    scope: &Scope,
    forwards: bool,
    past: (i64, i64),
    narrow: &Narrow,
    limit: i64,
) -> Result<Vec<QueueRecord>> {
    let sql = pages::text(run, scope, narrow, forwards);
    rows!(
        conn,
        QueueRecord,
        sql,
        scope.whole,
        scope.staff,
        &scope.roles,
        past.0,
        past.1,
        narrow.stage,
        narrow.assignee,
        narrow.channel,
        narrow.topic,
        narrow.overdue,
        narrow.now,
        limit
    )
}

/// The row of one appeal, if it is in scope.
pub(crate) async fn one(conn: &mut Conn<'_>, scope: &Scope, appeal: Uuid) -> Result<Option<QueueRecord>> {
    const SQL: &str =
        concat!(columns!("appeals a", "a.next_due_at"), "WHERE a.id = $4 AND ", appeal_in_scope!());
    row!(conn, QueueRecord, SQL, scope.whole, scope.staff, &scope.roles, appeal)
}

/// Open appeals by assignee-is-me, stage and urgency.
#[derive(FromRow)]
pub(crate) struct CountRecord {
    pub mine: i64,
    pub stage: String,
    pub urgent: i64,
    pub n: i64,
}

/// Everything the tabs need but the overdue, from one covering index.
pub(crate) async fn counts(conn: &mut Conn<'_>, scope: &Scope) -> Result<Vec<CountRecord>> {
    const SQL: &str = concat!(
        "SELECT CASE WHEN a.assignee_id = $2 THEN CAST(1 AS BIGINT) ELSE 0 END AS mine, a.stage, a.urgent, ",
        "CAST(sum(a.n) AS BIGINT) AS n FROM (SELECT a.assignee_id, a.stage, a.urgent, CAST(count(*) AS BIGINT) AS n ",
        "FROM appeals a WHERE a.open = 1 AND ",
        appeal_in_scope!(),
        " GROUP BY a.assignee_id, a.stage, a.urgent) a GROUP BY 1, 2, 3"
    );
    rows!(conn, CountRecord, SQL, scope.whole, scope.staff, &scope.roles)
}

/// How many open appeals nobody has responded to by `now`.
pub(crate) async fn overdue(conn: &mut Conn<'_>, scope: &Scope, now: i64) -> Result<i64> {
    const SQL: &str = concat!(
        "SELECT CAST(count(*) AS BIGINT) FROM appeals a WHERE a.open = 1 AND a.unanswered_due_at < $4 AND ",
        appeal_in_scope!()
    );
    let count: Option<(i64,)> = row!(conn, (i64,), SQL, scope.whole, scope.staff, &scope.roles, now)?;
    Ok(count.map_or(0, |(n,)| n))
}

/// A statutory date of one appeal.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct LimitRecord {
    pub appeal_id: Uuid,
    pub rule: String,
    pub kind: String,
    pub anchor: Option<String>,
    pub proof: Option<Untrusted>,
    pub file_by: Option<String>,
    pub deadline: Option<String>,
    pub deadline_shifted: Option<String>,
    pub done: i64,
}

const LIMITS: &str = "SELECT appeal_id, rule, kind, anchor, proof, file_by, deadline, deadline_shifted, done FROM limitations \
     WHERE appeal_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
     ORDER BY appeal_id, deadline IS NULL, deadline, rule";
const LIMITS_AT_ONCE: usize = 16;

/// The statutory dates of the appeals named, each appeal's most pressing first.
pub(crate) async fn limits(conn: &mut Conn<'_>, appeals: &[Uuid]) -> Result<Vec<LimitRecord>> {
    let mut found = Vec::new();
    for some in appeals.chunks(LIMITS_AT_ONCE) {
        let padded = (0..LIMITS_AT_ONCE).map(|n| some.get(n).copied().unwrap_or(Uuid::nil()));
        let records = match conn {
            Conn::Sqlite(conn) => {
                let query = padded.fold(sqlx::query_as::<_, LimitRecord>(LIMITS), |query, id| query.bind(id));
                query.fetch_all(conn.ready().await?).await
            }
            Conn::Postgres(conn) => {
                let query = padded.fold(sqlx::query_as::<_, LimitRecord>(LIMITS), |query, id| query.bind(id));
                query.fetch_all(conn.ready().await?).await
            }
        };
        found.extend(records.map_err(super::store_error)?);
    }
    Ok(found)
}

/// The place in the due order of a number, whatever its stage.
pub(crate) async fn key_of(conn: &mut Conn<'_>, scope: &Scope, appeal: Uuid) -> Result<Option<(i64, i64)>> {
    Ok(one(conn, scope, appeal).await?.map(|record| (record.sort_due, record.pk)))
}

/// The id of a number; without a year, of the newest year that has it. Scope is not applied: whoever asks must look
/// the appeal itself up in scope.
pub(crate) async fn id_of(conn: &mut Conn<'_>, year: Option<i64>, seq: i64) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = row!(
        conn,
        (Uuid,),
        "SELECT id FROM appeals WHERE seq = $2 AND year = coalesce($1, (SELECT max(year) FROM appeals))",
        year,
        seq
    )?;
    Ok(found.map(|(id,)| id))
}
