//! Appeals: rows as they are written, and the few fields that a decision changes.

use super::{Conn, later, named, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

/// A new appeal.
pub(crate) struct NewAppeal {
    pub id: Uuid,
    pub year: i64,
    pub seq: i64,
    pub origin: Option<Untrusted>,
    pub channel: &'static str,
    pub account_id: Option<Uuid>,
    pub received_at: i64,
    pub author_name: Untrusted,
    pub author_email: Option<Untrusted>,
    pub author_phone: Option<Untrusted>,
    pub org_stated: Untrusted,
    pub subject: Untrusted,
    pub stage: &'static str,
    pub urgency: &'static str,
    pub ground: String,
    pub clock: ClockFields,
    pub imported: bool,
    pub now: i64,
}

/// The stored replay of the clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClockFields {
    pub response_due_at: Option<i64>,
    pub response_met_at: Option<i64>,
    pub merits_met_at: Option<i64>,
    pub next_due_at: i64,
    pub unanswered_due_at: Option<i64>,
}

/// Adds an appeal.
pub(crate) async fn insert(conn: &mut Conn<'_>, appeal: &NewAppeal) -> Result<()> {
    let open = i64::from(crate::types::Stage::parse(appeal.stage).is_some_and(|stage| stage.is_open()));
    later!(
        conn,
        "INSERT INTO appeals (id, year, seq, origin, channel, account_id, received_at, author_name, author_email, \
         author_phone, org_stated, subject, stage, open, urgency, urgent, ground, response_due_at, response_met_at, \
         merits_met_at, next_due_at, unanswered_due_at, imported, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
         $23, $24)",
        appeal.id,
        appeal.year,
        appeal.seq,
        &appeal.origin,
        appeal.channel,
        appeal.account_id,
        appeal.received_at,
        &appeal.author_name,
        &appeal.author_email,
        &appeal.author_phone,
        &appeal.org_stated,
        &appeal.subject,
        appeal.stage,
        open,
        appeal.urgency,
        i64::from(matches!(appeal.urgency, "sos" | "high")),
        &appeal.ground,
        appeal.clock.response_due_at,
        appeal.clock.response_met_at,
        appeal.clock.merits_met_at,
        appeal.clock.next_due_at,
        appeal.clock.unanswered_due_at,
        i64::from(appeal.imported),
        appeal.now
    )
}

/// What a use case reads before it decides.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct AppealRecord {
    pub pk: i64,
    pub id: Uuid,
    pub year: i64,
    pub seq: i64,
    pub channel: String,
    pub account_id: Option<Uuid>,
    pub received_at: i64,
    pub author_name: Untrusted,
    pub author_email: Option<Untrusted>,
    pub author_phone: Option<Untrusted>,
    pub org_stated: Untrusted,
    pub subject: Untrusted,
    pub stage: String,
    pub topics: String,
    pub urgency: String,
    pub assignee_id: Option<Uuid>,
    pub assignee_name: Option<String>,
    pub org_id: Option<Uuid>,
    pub member_state: Option<String>,
    pub member_id: Option<Uuid>,
    pub event_date: Option<String>,
    /// 1: there are statutory dates.
    pub has_limits: i64,
    pub name_to_chair: String,
}

macro_rules! columns {
    () => {
        "SELECT a.pk, a.id, a.year, a.seq, a.channel, a.account_id, a.received_at, a.author_name, a.author_email, \
         a.author_phone, a.org_stated, a.subject, a.stage, a.topics, a.urgency, a.assignee_id, s.name AS assignee_name, \
         a.org_id, a.member_state, a.member_id, a.event_date, a.has_limits, a.name_to_chair FROM appeals a \
         LEFT JOIN staff s ON s.id = a.assignee_id "
    };
}

/// The appeal, locked until the transaction ends. Scope is the caller's to check.
pub(crate) async fn lock(conn: &mut Conn<'_>, id: Uuid) -> Result<Option<AppealRecord>> {
    // SQLite's writer is alone anyway.
    if matches!(conn, Conn::Postgres(_)) {
        // Apart, so that what is joined to the row is read after the wait too.
        run!(conn, "SELECT pk FROM appeals WHERE id = $1 FOR NO KEY UPDATE", id)?;
    }
    load(conn, id).await
}

/// Appeals that are asked for at once.
const AT_ONCE: usize = 8;

/// The same of several, each locked after those whose ids are less.
pub(crate) async fn lock_all(conn: &mut Conn<'_>, ids: &[Uuid]) -> Result<Vec<AppealRecord>> {
    const LOCK: &str =
        "SELECT id FROM appeals WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8) ORDER BY id FOR NO KEY UPDATE";
    const SQL: &str = concat!(columns!(), "WHERE a.id IN ($1, $2, $3, $4, $5, $6, $7, $8)");
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    let mut found = Vec::with_capacity(ids.len());
    for some in sorted.chunks(AT_ONCE) {
        if matches!(conn, Conn::Postgres(_)) {
            let _: Vec<(Uuid,)> = named!(conn, (Uuid,), LOCK, some, AT_ONCE)?;
        }
        let records: Vec<AppealRecord> = named!(conn, AppealRecord, SQL, some, AT_ONCE)?;
        found.extend(records);
    }
    Ok(found)
}

pub(crate) async fn load(conn: &mut Conn<'_>, id: Uuid) -> Result<Option<AppealRecord>> {
    row!(conn, AppealRecord, concat!(columns!(), "WHERE a.id = $1"), id)
}

pub(crate) async fn by_origin(conn: &mut Conn<'_>, origin: &Untrusted) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = row!(conn, (Uuid,), "SELECT id FROM appeals WHERE origin = $1", origin)?;
    Ok(found.map(|(id,)| id))
}

pub(crate) async fn set_stage(
    conn: &mut Conn<'_>,
    id: Uuid,
    stage: &str,
    open: bool,
    now: i64,
) -> Result<()> {
    later!(
        conn,
        "UPDATE appeals SET stage = $2, open = $3, changed_at = $4 WHERE id = $1",
        id,
        stage,
        i64::from(open),
        now
    )
}

pub(crate) async fn set_assignee(
    conn: &mut Conn<'_>,
    id: Uuid,
    assignee: Option<Uuid>,
    now: i64,
) -> Result<()> {
    later!(conn, "UPDATE appeals SET assignee_id = $2, changed_at = $3 WHERE id = $1", id, assignee, now)
}

pub(crate) async fn set_urgency(
    conn: &mut Conn<'_>,
    id: Uuid,
    urgency: &str,
    urgent: bool,
    now: i64,
) -> Result<()> {
    later!(
        conn,
        "UPDATE appeals SET urgency = $2, urgent = $3, changed_at = $4 WHERE id = $1",
        id,
        urgency,
        i64::from(urgent),
        now
    )
}

pub(crate) async fn set_topics(
    conn: &mut Conn<'_>,
    pk: i64,
    topics: &[&'static str],
    now: i64,
) -> Result<()> {
    later!(conn, "DELETE FROM appeal_topics WHERE appeal_pk = $1", pk)?;
    for (position, topic) in (0i64..).zip(topics) {
        later!(
            conn,
            "INSERT INTO appeal_topics (topic, appeal_pk, position) VALUES ($1, $2, $3)",
            *topic,
            pk,
            position
        )?;
    }
    later!(conn, "UPDATE appeals SET topics = $2, changed_at = $3 WHERE pk = $1", pk, topics.join(","), now)
}

/// Membership and the organisation that follows from it.
pub(crate) async fn set_membership(
    conn: &mut Conn<'_>,
    id: Uuid,
    state: Option<&str>,
    member: Option<Uuid>,
    org: Option<Uuid>,
    now: i64,
) -> Result<()> {
    later!(
        conn,
        "UPDATE appeals SET member_state = $2, member_id = $3, org_id = $4, changed_at = $5 WHERE id = $1",
        id,
        state,
        member,
        org,
        now
    )
}

/// The author's word on being named to a chair.
pub(crate) async fn set_name_to_chair(conn: &mut Conn<'_>, id: Uuid, word: &str, now: i64) -> Result<()> {
    later!(conn, "UPDATE appeals SET name_to_chair = $2, changed_at = $3 WHERE id = $1", id, word, now)
}

pub(crate) async fn set_clock(conn: &mut Conn<'_>, id: Uuid, clock: &ClockFields) -> Result<()> {
    later!(
        conn,
        "UPDATE appeals SET response_due_at = $2, response_met_at = $3, merits_met_at = $4, next_due_at = $5, \
         unanswered_due_at = $6 WHERE id = $1",
        id,
        clock.response_due_at,
        clock.response_met_at,
        clock.merits_met_at,
        clock.next_due_at,
        clock.unanswered_due_at
    )
}

pub(crate) async fn set_unread(conn: &mut Conn<'_>, id: Uuid, unread: bool) -> Result<()> {
    later!(conn, "UPDATE appeals SET unread = $2 WHERE id = $1 AND unread <> $2", id, i64::from(unread))
}

/// Counts the replies from other programs that wait for a person's word.
pub(crate) async fn count_outside(conn: &mut Conn<'_>, id: Uuid) -> Result<()> {
    run!(
        conn,
        "UPDATE appeals SET outside_waiting = (SELECT count(*) FROM messages m WHERE m.appeal_id = $1 \
         AND m.outside = 'proposed' AND m.withdrawn = 0) WHERE id = $1",
        id
    )?;
    Ok(())
}

pub(crate) struct NewLimit<'a> {
    pub appeal: Uuid,
    pub rule: &'a str,
    pub kind: &'a str,
    pub anchor: Option<String>,
    pub proof: Option<&'a str>,
    pub file_by: Option<String>,
    pub deadline: Option<String>,
    pub deadline_shifted: Option<String>,
}

pub(crate) async fn insert_limit(conn: &mut Conn<'_>, limit: &NewLimit<'_>) -> Result<()> {
    later!(
        conn,
        "INSERT INTO limitations (id, appeal_id, rule, kind, anchor, proof, file_by, deadline, deadline_shifted) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        Uuid::now_v7(),
        limit.appeal,
        limit.rule,
        limit.kind,
        &limit.anchor,
        limit.proof,
        &limit.file_by,
        &limit.deadline,
        &limit.deadline_shifted
    )?;
    later!(conn, "UPDATE appeals SET has_limits = 1 WHERE id = $1", limit.appeal)
}

pub(crate) async fn insert_link(
    conn: &mut Conn<'_>,
    appeal: Uuid,
    other: Uuid,
    kind: &str,
    now: i64,
) -> Result<()> {
    later!(
        conn,
        "INSERT INTO appeal_links (id, appeal_id, other_id, kind, made_at) VALUES ($1, $2, $3, $4, $5)",
        Uuid::now_v7(),
        appeal,
        other,
        kind,
        now
    )
}

#[derive(FromRow)]
pub(crate) struct LinkedRecord {
    pub id: Uuid,
    pub year: i64,
    pub seq: i64,
    pub kind: String,
}

/// Appeals linked with one, either way.
pub(crate) async fn links(conn: &mut Conn<'_>, id: Uuid) -> Result<Vec<LinkedRecord>> {
    rows!(
        conn,
        LinkedRecord,
        "SELECT a.id, a.year, a.seq, l.kind FROM appeal_links l JOIN appeals a \
         ON a.id = CASE WHEN l.appeal_id = $1 THEN l.other_id ELSE l.appeal_id END \
         WHERE l.appeal_id = $1 OR l.other_id = $1 ORDER BY l.made_at",
        id
    )
}
