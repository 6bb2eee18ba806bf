//! Call tasks, the attempts of each, and the applications that came of them.

use super::queue::{Scope, appeal_in_scope};
use super::{Conn, later, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

/// What a use case reads before it decides.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct TaskRecord {
    pub reason: String,
    pub number: Option<Untrusted>,
    pub state: String,
    pub next_at: Option<i64>,
}

pub(crate) async fn task(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Option<TaskRecord>> {
    row!(
        conn,
        TaskRecord,
        "SELECT reason, number, state, next_at FROM call_tasks WHERE appeal_id = $1",
        appeal
    )
}

/// Makes the appeal's task, or opens it again.
pub(crate) async fn open(
    conn: &mut Conn<'_>,
    (appeal, staff): (Uuid, Uuid),
    reason: &str,
    number: Option<&Untrusted>,
    now: i64,
) -> Result<()> {
    later!(
        conn,
        "INSERT INTO call_tasks (appeal_id, reason, number, state, ended, next_at, made_by, made_at, closed_by, closed_at) \
         VALUES ($1, $2, $3, 'open', NULL, NULL, $4, $5, NULL, NULL) ON CONFLICT (appeal_id) DO UPDATE SET reason = $2, \
         number = coalesce(call_tasks.number, $3), state = 'open', ended = NULL, next_at = NULL, made_by = $4, \
         made_at = $5, closed_by = NULL, closed_at = NULL",
        appeal,
        reason,
        number,
        staff,
        now
    )
}

pub(crate) async fn set_number(conn: &mut Conn<'_>, appeal: Uuid, number: Option<&Untrusted>) -> Result<()> {
    later!(conn, "UPDATE call_tasks SET number = $2 WHERE appeal_id = $1", appeal, number)
}

pub(crate) async fn set_next(conn: &mut Conn<'_>, appeal: Uuid, next_at: Option<i64>) -> Result<()> {
    later!(conn, "UPDATE call_tasks SET next_at = $2 WHERE appeal_id = $1", appeal, next_at)
}

pub(crate) async fn close(
    conn: &mut Conn<'_>,
    (appeal, staff): (Uuid, Uuid),
    ended: &str,
    now: i64,
) -> Result<()> {
    later!(
        conn,
        "UPDATE call_tasks SET state = 'done', ended = $2, next_at = NULL, closed_by = $3, closed_at = $4 \
         WHERE appeal_id = $1",
        appeal,
        ended,
        staff,
        now
    )
}

/// A task as a list shows it, with the number of its attempts that stand and the newest of them.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct TaskRow {
    pub appeal_id: Uuid,
    pub year: i64,
    pub seq: i64,
    pub author_name: Untrusted,
    pub author_email: Option<Untrusted>,
    pub author_phone: Option<Untrusted>,
    pub stage: String,
    pub assignee_id: Option<Uuid>,
    pub assignee_name: Option<String>,
    pub response_due_at: Option<i64>,
    pub response_met_at: Option<i64>,
    pub reason: String,
    pub number: Option<Untrusted>,
    pub ended: Option<String>,
    pub next_at: Option<i64>,
    pub made_at: i64,
    pub attempts: i64,
    pub last_at: Option<i64>,
    pub last_outcome: Option<String>,
    /// Of the newest application that nothing took the place of.
    pub application: Option<String>,
    pub application_expires_at: Option<i64>,
}

macro_rules! columns {
    () => {
        "SELECT t.appeal_id, a.year, a.seq, a.author_name, a.author_email, a.author_phone, a.stage, a.assignee_id, \
         s.name AS assignee_name, a.response_due_at, a.response_met_at, t.reason, t.number, t.ended, t.next_at, \
         t.made_at, (SELECT CAST(count(*) AS BIGINT) FROM call_attempts c WHERE c.appeal_id = t.appeal_id AND c.struck = 0) \
         AS attempts, l.at AS last_at, l.outcome AS last_outcome, p.state AS application, p.expires_at AS application_expires_at \
         FROM call_tasks t JOIN appeals a ON a.id = t.appeal_id LEFT JOIN staff s ON s.id = a.assignee_id \
         LEFT JOIN call_attempts l ON l.id = (SELECT c.id FROM call_attempts c WHERE c.appeal_id = t.appeal_id \
         AND c.struck = 0 ORDER BY c.at DESC, c.id DESC LIMIT 1) \
         LEFT JOIN call_applications p ON p.id = (SELECT c.id FROM call_applications c WHERE c.appeal_id = t.appeal_id \
         ORDER BY c.made_at DESC, c.id DESC LIMIT 1) "
    };
}

/// Tasks in scope: open ones that nobody has called yet before the others, then by the next attempt, then by what is due
/// first; those whose author has been spoken with after them. With `all` those that are done follow, newest first.
pub(crate) async fn list(conn: &mut Conn<'_>, scope: &Scope, all: bool, limit: i64) -> Result<Vec<TaskRow>> {
    const SQL: &str = concat!(
        columns!(),
        "WHERE ($4 = 1 OR t.state = 'open') AND ",
        appeal_in_scope!(),
        " ORDER BY CASE WHEN t.state = 'open' THEN 0 ELSE 1 END, CASE WHEN l.outcome IN ('explained', 'asked_to_join') \
         AND t.state = 'open' THEN 1 ELSE 0 END, coalesce(t.next_at, -coalesce(t.closed_at, 0)), a.next_due_at, a.pk LIMIT $5"
    );
    rows!(conn, TaskRow, SQL, scope.whole, scope.staff, &scope.roles, i64::from(all), limit)
}

pub(crate) async fn one(conn: &mut Conn<'_>, scope: &Scope, appeal: Uuid) -> Result<Option<TaskRow>> {
    const SQL: &str = concat!(columns!(), "WHERE t.appeal_id = $4 AND ", appeal_in_scope!());
    row!(conn, TaskRow, SQL, scope.whole, scope.staff, &scope.roles, appeal)
}

/// How many tasks are open, in scope.
pub(crate) async fn count(conn: &mut Conn<'_>, scope: &Scope) -> Result<i64> {
    const SQL: &str = concat!(
        "SELECT CAST(count(*) AS BIGINT) FROM call_tasks t JOIN appeals a ON a.id = t.appeal_id WHERE t.state = 'open' AND ",
        appeal_in_scope!()
    );
    let found: Option<(i64,)> = row!(conn, (i64,), SQL, scope.whole, scope.staff, &scope.roles)?;
    Ok(found.map_or(0, |(n,)| n))
}

pub(crate) struct NewAttempt {
    pub id: Uuid,
    pub appeal_id: Uuid,
    pub at: i64,
    pub entered_at: i64,
    pub staff_id: Uuid,
    pub number: Option<Untrusted>,
    pub outcome: &'static str,
    pub gist: Untrusted,
}

pub(crate) async fn insert_attempt(conn: &mut Conn<'_>, attempt: &NewAttempt) -> Result<()> {
    later!(
        conn,
        "INSERT INTO call_attempts (id, appeal_id, at, entered_at, staff_id, number, outcome, gist, struck) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
        attempt.id,
        attempt.appeal_id,
        attempt.at,
        attempt.entered_at,
        attempt.staff_id,
        &attempt.number,
        attempt.outcome,
        &attempt.gist
    )
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct AttemptRecord {
    pub id: Uuid,
    pub at: i64,
    pub entered_at: i64,
    pub staff_id: Uuid,
    pub staff_name: String,
    pub number: Option<Untrusted>,
    pub outcome: String,
    pub gist: Untrusted,
    pub struck: i64,
}

/// The attempts of a task in the order in which they were entered, those that were taken back included.
pub(crate) async fn attempts(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Vec<AttemptRecord>> {
    rows!(
        conn,
        AttemptRecord,
        "SELECT c.id, c.at, c.entered_at, c.staff_id, s.name AS staff_name, c.number, c.outcome, c.gist, c.struck \
         FROM call_attempts c JOIN staff s ON s.id = c.staff_id WHERE c.appeal_id = $1 ORDER BY c.entered_at, c.id",
        appeal
    )
}

pub(crate) async fn strike(conn: &mut Conn<'_>, attempt: Uuid) -> Result<()> {
    later!(conn, "UPDATE call_attempts SET struck = 1 WHERE id = $1", attempt)
}

pub(crate) struct NewApplication<'a> {
    pub id: Uuid,
    pub appeal_id: Uuid,
    pub org_id: Uuid,
    pub recipient: &'a str,
    pub delivery_id: Uuid,
    pub code_sha256: &'a [u8],
    pub made_by: Uuid,
    pub made_at: i64,
    pub expires_at: i64,
}

pub(crate) async fn insert_application(conn: &mut Conn<'_>, new: &NewApplication<'_>) -> Result<()> {
    run!(
        conn,
        "INSERT INTO call_applications (id, appeal_id, org_id, recipient, delivery_id, code_sha256, made_by, made_at, \
         expires_at, state, confirmed_at, confirmed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', NULL, NULL)",
        new.id,
        new.appeal_id,
        new.org_id,
        new.recipient,
        new.delivery_id,
        new.code_sha256,
        new.made_by,
        new.made_at,
        new.expires_at
    )?;
    Ok(())
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct ApplicationRecord {
    pub id: Uuid,
    pub appeal_id: Uuid,
    pub org_id: Uuid,
    pub org_code: Untrusted,
    pub org_name: Untrusted,
    pub recipient: String,
    pub delivery_state: String,
    pub made_at: i64,
    pub expires_at: i64,
    pub state: String,
    pub confirmed_at: Option<i64>,
}

macro_rules! application {
    () => {
        "SELECT p.id, p.appeal_id, p.org_id, o.code AS org_code, o.name AS org_name, p.recipient, \
         d.state AS delivery_state, p.made_at, p.expires_at, p.state, p.confirmed_at FROM call_applications p \
         JOIN orgs o ON o.id = p.org_id JOIN deliveries d ON d.id = p.delivery_id "
    };
}

/// The newest application of a task.
pub(crate) async fn application(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Option<ApplicationRecord>> {
    const SQL: &str =
        concat!(application!(), "WHERE p.appeal_id = $1 ORDER BY p.made_at DESC, p.id DESC LIMIT 1");
    row!(conn, ApplicationRecord, SQL, appeal)
}

/// The application whose code this is, whatever became of it.
pub(crate) async fn by_code(conn: &mut Conn<'_>, digest: &[u8]) -> Result<Option<ApplicationRecord>> {
    const SQL: &str = concat!(application!(), "WHERE p.code_sha256 = $1");
    row!(conn, ApplicationRecord, SQL, digest)
}

/// The application that went out with this Message-ID.
pub(crate) async fn by_rfc_id(conn: &mut Conn<'_>, rfc_id: &Untrusted) -> Result<Option<ApplicationRecord>> {
    const SQL: &str = concat!(
        application!(),
        "WHERE d.rfc_message_id = $1 AND d.kind = 'application' ORDER BY p.made_at DESC LIMIT 1"
    );
    row!(conn, ApplicationRecord, SQL, rfc_id)
}

/// Takes the code, if it still holds and nobody has given it before; false otherwise.
pub(crate) async fn confirm(
    conn: &mut Conn<'_>,
    application: Uuid,
    staff: Option<Uuid>,
    now: i64,
) -> Result<bool> {
    let taken = run!(
        conn,
        "UPDATE call_applications SET state = 'confirmed', confirmed_at = $2, confirmed_by = $3 \
         WHERE id = $1 AND state = 'waiting' AND expires_at > $2",
        application,
        now,
        staff
    )?;
    Ok(taken == 1)
}

/// Another application takes the place of those that wait.
pub(crate) async fn withdraw(conn: &mut Conn<'_>, appeal: Uuid) -> Result<()> {
    later!(
        conn,
        "UPDATE call_applications SET state = 'withdrawn' WHERE appeal_id = $1 AND state = 'waiting'",
        appeal
    )
}

/// The mailboxes of whoever is chair of exactly this organisation.
pub(crate) async fn chairs(conn: &mut Conn<'_>, org: Uuid) -> Result<Vec<(String, Option<String>)>> {
    rows!(
        conn,
        (String, Option<String>),
        "SELECT s.name, s.mailbox FROM staff s JOIN staff_grants g ON g.staff_id = s.id \
         WHERE s.active = 1 AND g.role = 'chair' AND g.org_id = $1 ORDER BY s.mailbox IS NULL, s.name, s.id",
        org
    )
}
