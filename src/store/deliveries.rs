//! Deliveries: one recipient in one transaction with the channel (wall 3).

use super::{Conn, later, named, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

pub(crate) struct NewDelivery {
    pub id: Uuid,
    pub kind: &'static str,
    /// None: about no appeal, such as the morning digest.
    pub appeal_id: Option<Uuid>,
    /// None: no message of a thread.
    pub message_id: Option<Uuid>,
    /// The Message-ID that the bytes carry.
    pub rfc_message_id: Option<Untrusted>,
    pub account_id: Uuid,
    pub recipient: Untrusted,
    pub reason: Option<&'static str>,
    pub now: i64,
    pub not_before: i64,
    /// The frozen bytes, compressed; empty for a copy, which shares those of the reply that it is a copy of.
    pub payload: Vec<u8>,
}

pub(crate) async fn insert(conn: &mut Conn<'_>, delivery: &NewDelivery) -> Result<()> {
    later!(
        conn,
        "INSERT INTO deliveries (id, kind, appeal_id, message_id, account_id, recipient, state, reason, created_at, \
         not_before, next_at, payload, rfc_message_id) \
         VALUES ($1, $2, $3, $4, $5, $6, 'scheduled', $7, $8, $9, $9, $10, $11)",
        delivery.id,
        delivery.kind,
        delivery.appeal_id,
        delivery.message_id,
        delivery.account_id,
        &delivery.recipient,
        delivery.reason,
        delivery.now,
        delivery.not_before,
        &delivery.payload,
        &delivery.rfc_message_id
    )
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct DeliveryRecord {
    pub id: Uuid,
    pub kind: String,
    pub appeal_id: Option<Uuid>,
    pub year: Option<i64>,
    pub seq: Option<i64>,
    pub message_id: Option<Uuid>,
    pub account_id: Uuid,
    pub recipient: Untrusted,
    pub state: String,
    pub reason: Option<String>,
    pub not_before: i64,
    pub next_at: i64,
    pub attempts: i64,
    pub lease_owner: Option<String>,
    pub lease_until: Option<i64>,
    pub accepted_at: Option<i64>,
    pub error: Option<Untrusted>,
    pub proof: Option<Untrusted>,
    pub sent_copy: Option<String>,
    pub channel: String,
    /// Since when the account's server does not answer.
    pub down_since: Option<i64>,
    /// What a person said that the message is.
    pub message_kind: Option<String>,
    /// 1: the program wrote the message by itself.
    pub automatic: i64,
    /// The delivery that goes to a corrected address instead of this one, and the one that this goes instead of.
    pub redirected_to: Option<Uuid>,
    pub instead_of: Option<Uuid>,
}

macro_rules! columns {
    () => {
        "SELECT d.id, d.kind, d.appeal_id, a.year, a.seq, d.message_id, d.account_id, d.recipient, d.state, d.reason, \
         d.created_at, d.not_before, d.next_at, d.attempts, d.lease_owner, d.lease_until, d.accepted_at, d.error, \
         d.proof, d.sent_copy, c.name AS channel, c.out_down_since AS down_since, m.kind AS message_kind, \
         coalesce(m.automatic, 0) AS automatic, d.redirected_to, \
         (SELECT o.id FROM deliveries o WHERE o.message_id = d.message_id AND o.redirected_to = d.id LIMIT 1) AS instead_of \
         FROM deliveries d LEFT JOIN appeals a ON a.id = d.appeal_id \
         JOIN accounts c ON c.id = d.account_id LEFT JOIN messages m ON m.id = d.message_id "
    };
}

/// Notes what an attempt under way has met so far.
pub(crate) async fn note(conn: &mut Conn<'_>, id: Uuid, error: &Untrusted) -> Result<()> {
    run!(
        conn,
        "UPDATE deliveries SET error = $2 WHERE id = $1 AND state IN ('scheduled', 'retry', 'sending')",
        id,
        error
    )?;
    Ok(())
}

pub(crate) async fn by_id(conn: &mut Conn<'_>, id: Uuid) -> Result<Option<DeliveryRecord>> {
    row!(conn, DeliveryRecord, concat!(columns!(), "WHERE d.id = $1"), id)
}

/// Nobody is called to what went on to a corrected address.
macro_rules! needs_somebody {
    () => {
        "(d.redirected_to IS NULL OR d.state NOT IN ('failed', 'bounced', 'blocked'))"
    };
}

/// The delivery, locked until the transaction ends.
pub(crate) async fn lock(conn: &mut Conn<'_>, id: Uuid) -> Result<Option<DeliveryRecord>> {
    // SQLite's writer is alone anyway.
    if matches!(conn, Conn::Postgres(_)) {
        run!(conn, "SELECT pk FROM deliveries WHERE id = $1 FOR NO KEY UPDATE", id)?;
    }
    by_id(conn, id).await
}

/// Deliveries that are asked for at once.
const AT_ONCE: usize = 8;

/// The same of several, each locked after those whose ids are less.
pub(crate) async fn lock_all(conn: &mut Conn<'_>, ids: &[Uuid]) -> Result<Vec<DeliveryRecord>> {
    const LOCK: &str = "SELECT id FROM deliveries WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8) ORDER BY id FOR NO KEY UPDATE";
    const SQL: &str = concat!(columns!(), "WHERE d.id IN ($1, $2, $3, $4, $5, $6, $7, $8)");
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    let mut found = Vec::with_capacity(ids.len());
    for some in sorted.chunks(AT_ONCE) {
        if matches!(conn, Conn::Postgres(_)) {
            let _: Vec<(Uuid,)> = named!(conn, (Uuid,), LOCK, some, AT_ONCE)?;
        }
        let records: Vec<DeliveryRecord> = named!(conn, DeliveryRecord, SQL, some, AT_ONCE)?;
        found.extend(records);
    }
    Ok(found)
}

pub(crate) async fn of_appeal(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Vec<DeliveryRecord>> {
    rows!(conn, DeliveryRecord, concat!(columns!(), "WHERE d.appeal_id = $1 ORDER BY d.pk"), appeal)
}

/// What a list has.
#[derive(Clone, Copy)]
pub(crate) enum Of {
    All,
    /// What has not come to a good end.
    Open,
    /// Of which something is reported that waits for a person's word.
    Doubted,
    /// What a channel has taken since this moment.
    AcceptedSince(i64),
}

/// Newest first, in scope.
pub(crate) async fn list(
    conn: &mut Conn<'_>,
    scope: &super::queue::Scope,
    of: Of,
    limit: i64,
) -> Result<Vec<DeliveryRecord>> {
    const LIST: &str = concat!(
        columns!(),
        "WHERE ",
        super::queue::appeal_in_scope!(),
        " AND ($4 = 0 OR d.state IN ('scheduled', 'sending', 'retry', 'failed', 'unknown', 'bounced', 'blocked') AND ",
        needs_somebody!(),
        ") ORDER BY d.pk DESC LIMIT $5"
    );
    const DOUBTED: &str = concat!(
        columns!(),
        "WHERE ",
        super::reports::is_doubted!(),
        " AND ",
        super::queue::appeal_in_scope!(),
        " ORDER BY d.pk DESC LIMIT $4"
    );
    // No index knows when something was taken. What was taken lately was made lately, save what a person has woken: those
    // that were made last are looked through, however many there are.
    const ACCEPTED: &str = concat!(
        columns!(),
        "WHERE d.pk > (SELECT coalesce(max(pk), 0) - 20000 FROM deliveries) AND d.accepted_at >= $4 AND ",
        super::queue::appeal_in_scope!(),
        " ORDER BY d.accepted_at DESC, d.pk DESC LIMIT $5"
    );
    let (whole, staff, roles) = (scope.whole, scope.staff, &scope.roles);
    match of {
        Of::All => rows!(conn, DeliveryRecord, LIST, whole, staff, roles, 0_i64, limit),
        Of::Open => rows!(conn, DeliveryRecord, LIST, whole, staff, roles, 1_i64, limit),
        Of::Doubted => rows!(conn, DeliveryRecord, DOUBTED, whole, staff, roles, limit),
        Of::AcceptedSince(at) => rows!(conn, DeliveryRecord, ACCEPTED, whole, staff, roles, at, limit),
    }
}

#[derive(FromRow)]
pub(crate) struct StateCount {
    pub state: String,
    /// 1: over a limit, held for a person's word.
    pub held: i64,
    pub n: i64,
}

/// How many deliveries wait, or ended badly, in scope.
pub(crate) async fn counts(conn: &mut Conn<'_>, scope: &super::queue::Scope) -> Result<Vec<StateCount>> {
    const SQL: &str = concat!(
        "SELECT d.state, CAST(CASE WHEN d.reason = 'held' THEN 1 ELSE 0 END AS BIGINT) AS held, CAST(count(*) AS BIGINT) AS n FROM deliveries d LEFT JOIN appeals a ON a.id = d.appeal_id ",
        "WHERE d.state IN ('scheduled', 'sending', 'retry', 'failed', 'unknown', 'bounced', 'blocked') AND ",
        super::queue::appeal_in_scope!(),
        " AND ",
        needs_somebody!(),
        " GROUP BY 1, 2"
    );
    rows!(conn, StateCount, SQL, scope.whole, scope.staff, &scope.roles)
}

/// Deliveries that are held for a person's word, in scope.
pub(crate) async fn held(conn: &mut Conn<'_>, scope: &super::queue::Scope) -> Result<Vec<Uuid>> {
    const SQL: &str = concat!(
        "SELECT d.id FROM deliveries d JOIN appeals a ON a.id = d.appeal_id ",
        "WHERE d.state = 'scheduled' AND d.reason = 'held' AND ",
        super::queue::appeal_in_scope!(),
        " ORDER BY d.id"
    );
    let found: Vec<(Uuid,)> = rows!(conn, (Uuid,), SQL, scope.whole, scope.staff, &scope.roles)?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// The frozen bytes, compressed.
pub(crate) async fn payload(conn: &mut Conn<'_>, id: Uuid) -> Result<Vec<u8>> {
    let found: Option<(Vec<u8>,)> =
        row!(conn, (Vec<u8>,), "SELECT payload FROM deliveries WHERE id = $1", id)?;
    let payload = found.map(|(payload,)| payload).filter(|payload| !payload.is_empty());
    if let Some(payload) = payload {
        return Ok(payload);
    }
    let shared: Option<(Vec<u8>,)> = row!(
        conn,
        (Vec<u8>,),
        "SELECT r.payload FROM deliveries d JOIN deliveries r ON r.message_id = d.message_id AND r.kind = 'reply' \
         WHERE d.id = $1 AND length(r.payload) > 0 ORDER BY r.pk LIMIT 1",
        id
    )?;
    shared.map(|(payload,)| payload).ok_or_else(|| crate::error::Error::not_found("no-delivery"))
}

/// The frozen bytes of a message that was sent, compressed; none for one that was not sent from here.
pub(crate) async fn payload_of_message(conn: &mut Conn<'_>, message: Uuid) -> Result<Option<Vec<u8>>> {
    let found: Option<(Vec<u8>,)> = row!(
        conn,
        (Vec<u8>,),
        "SELECT payload FROM deliveries WHERE message_id = $1 AND length(payload) > 0 ORDER BY pk LIMIT 1",
        message
    )?;
    Ok(found.map(|(payload,)| payload))
}

/// The other deliveries of a message, locked until the transaction ends.
pub(crate) async fn lock_copies(conn: &mut Conn<'_>, message: Uuid) -> Result<Vec<DeliveryRecord>> {
    run!(conn, "UPDATE deliveries SET attempts = attempts WHERE message_id = $1 AND kind = 'copy'", message)?;
    rows!(
        conn,
        DeliveryRecord,
        concat!(columns!(), "WHERE d.message_id = $1 AND d.kind = 'copy' ORDER BY d.pk"),
        message
    )
}

/// A delivery to be made.
#[derive(Debug, FromRow)]
pub(crate) struct LeasedRecord {
    pub id: Uuid,
    pub account_id: Uuid,
    pub recipient: Untrusted,
    pub attempts: i64,
    /// The frozen bytes, compressed; empty where another delivery of the message has them.
    pub payload: Vec<u8>,
    pub rfc_message_id: Option<Untrusted>,
    /// What only the path of this delivery's letter knows, once it has been leased.
    pub token: Option<String>,
    pub next_at: i64,
    pub address: String,
    pub outgoing: String,
    pub password_file: Option<String>,
}

macro_rules! lease {
    ($these:literal, $index:literal, $lock:literal, $end:literal) => {
        concat!(
            "UPDATE deliveries SET lease_owner = $1, lease_until = $3 WHERE id ",
            $these,
            "SELECT id FROM deliveries ",
            $index,
            " WHERE state IN ('scheduled', 'retry', 'sending') AND state <> 'sending' ",
            "AND next_at >= $4 AND next_at <= $2 AND reason IS NULL ",
            "AND (lease_until IS NULL OR lease_until < $2) ",
            "AND account_id NOT IN ($6, $7, $8, $9, $10, $11, $12, $13) ORDER BY next_at LIMIT $5",
            $lock,
            $end,
            " RETURNING id, account_id, recipient, attempts, payload, rfc_message_id, token, next_at, ",
            "(SELECT a.address FROM accounts a WHERE a.id = account_id) AS address, ",
            "(SELECT a.outgoing FROM accounts a WHERE a.id = account_id) AS outgoing, ",
            "(SELECT a.password_file FROM accounts a WHERE a.id = account_id) AS password_file"
        )
    };
}

/// Accounts that a lease can pass over.
pub(crate) const EXCEPT: usize = 8;

/// Leases the next deliveries, at most so many, that have been due since `from` or later to `owner`, in no order: none of the
/// accounts `except`. Nobody else gets them before `until`.
#[allow(clippy::too_many_arguments)]
pub(crate) async fn lease(
    conn: &mut Conn<'_>,
    owner: &str,
    now: i64,
    until: i64,
    from: i64,
    most: i64,
    except: &[Uuid; EXCEPT],
) -> Result<Vec<LeasedRecord>> {
    // Left to itself SQLite collects and sorts everything that waits, for each delivery anew; PostgreSQL may ask more than
    // once what stands in an IN, and so lock more than the limit.
    const SQLITE: &str = lease!("IN (", "INDEXED BY deliveries_due", "", ")");
    const POSTGRES: &str = lease!("= ANY (ARRAY(", "", " FOR UPDATE SKIP LOCKED", "))");
    let sql = if matches!(conn, Conn::Sqlite(_)) { SQLITE } else { POSTGRES };
    let [a, b, c, d, e, f, g, h] = except;
    rows!(conn, LeasedRecord, sql, owner, now, until, from, most, a, b, c, d, e, f, g, h)
}

/// What only the path of the delivery's letter will know; it keeps it over every attempt.
pub(crate) async fn set_token(conn: &mut Conn<'_>, id: Uuid, token: &str) -> Result<()> {
    later!(conn, "UPDATE deliveries SET token = $2 WHERE id = $1", id, token)
}

/// Moves a locked delivery to `sending`, just before the message itself goes out.
pub(crate) async fn start(conn: &mut Conn<'_>, id: Uuid, until: i64) -> Result<()> {
    later!(
        conn,
        "UPDATE deliveries SET state = 'sending', attempts = attempts + 1, lease_until = $2 WHERE id = $1",
        id,
        until
    )
}

/// Deliveries whose lease ran out while the message may have been on its way: id, attempts, whose lease it was.
pub(crate) async fn abandoned(conn: &mut Conn<'_>, now: i64) -> Result<Vec<(Uuid, i64, String)>> {
    rows!(
        conn,
        (Uuid, i64, String),
        "SELECT id, attempts, coalesce(lease_owner, '') FROM deliveries \
         WHERE state IN ('scheduled', 'retry', 'sending') AND state = 'sending' AND lease_until < $1",
        now
    )
}

/// How a delivery ended, or when it is tried again.
pub(crate) struct Outcome<'a> {
    pub state: &'static str,
    pub accepted_at: Option<i64>,
    pub next_at: i64,
    pub error: Option<&'a Untrusted>,
    pub proof: Option<&'a Untrusted>,
    pub count_attempt: bool,
}

pub(crate) async fn conclude(conn: &mut Conn<'_>, id: Uuid, outcome: &Outcome<'_>) -> Result<()> {
    later!(
        conn,
        "UPDATE deliveries SET state = $2, accepted_at = coalesce($3, accepted_at), next_at = $4, error = $5, \
         proof = coalesce($6, proof), attempts = attempts + $7, reason = NULL, lease_owner = NULL, lease_until = NULL \
         WHERE id = $1",
        id,
        outcome.state,
        outcome.accepted_at,
        outcome.next_at,
        outcome.error,
        outcome.proof,
        i64::from(outcome.count_attempt)
    )
}

/// Gives a delivery its time anew: a person has had it tried again.
pub(crate) async fn restart(conn: &mut Conn<'_>, id: Uuid, now: i64) -> Result<()> {
    run!(conn, "UPDATE deliveries SET not_before = $2, next_at = $2 WHERE id = $1", id, now)?;
    Ok(())
}

/// Lets every delivery of an account that waits for its next attempt go now; how many did.
pub(crate) async fn wake(conn: &mut Conn<'_>, account: Uuid, now: i64) -> Result<u64> {
    run!(
        conn,
        "UPDATE deliveries SET next_at = $2 WHERE account_id = $1 AND state = 'retry' AND next_at > $2",
        account,
        now
    )
}

/// The same for those in a person's scope, of one account or of every one.
pub(crate) async fn hurry(
    conn: &mut Conn<'_>,
    scope: &super::queue::Scope,
    account: Option<Uuid>,
    now: i64,
) -> Result<u64> {
    const SQL: &str = concat!(
        "UPDATE deliveries SET next_at = $5 WHERE state = 'retry' AND ($4 IS NULL OR account_id = $4) \
         AND appeal_id IN (SELECT a.id FROM appeals a WHERE ",
        super::queue::appeal_in_scope!(),
        ")"
    );
    run!(conn, SQL, scope.whole, scope.staff, &scope.roles, account, now)
}

macro_rules! next_due {
    ($index:literal) => {
        concat!(
            "SELECT next_at FROM deliveries ",
            $index,
            " WHERE state IN ('scheduled', 'retry', 'sending') AND reason IS NULL ORDER BY next_at LIMIT 1"
        )
    };
}

/// When the next delivery is due, if any is.
pub(crate) async fn next_due(conn: &mut Conn<'_>) -> Result<Option<i64>> {
    const SQLITE: &str = next_due!("INDEXED BY deliveries_due");
    const POSTGRES: &str = next_due!("");
    let sql = if matches!(conn, Conn::Sqlite(_)) { SQLITE } else { POSTGRES };
    let found: Option<(i64,)> = row!(conn, (i64,), sql)?;
    Ok(found.map(|(next,)| next))
}

/// Receipts made for an address since `day`, and for anybody since `burst`; of either no more than `most` are counted.
pub(crate) async fn receipts(
    conn: &mut Conn<'_>,
    recipient: &Untrusted,
    day: i64,
    burst: i64,
    most: i64,
) -> Result<(i64, i64)> {
    let found: Option<(i64, i64)> = row!(
        conn,
        (i64, i64),
        "SELECT CAST((SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE kind = 'receipt' AND recipient = $1 \
         AND created_at > $2 LIMIT $4) AS theirs) AS BIGINT), \
         CAST((SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE kind = 'receipt' AND created_at > $3 LIMIT $4) \
         AS everybodys) AS BIGINT)",
        recipient,
        day,
        burst,
        most
    )?;
    Ok(found.unwrap_or_default())
}

/// Whom receipts went to since `day`, of the addresses like `pattern`.
pub(crate) async fn receipts_at(conn: &mut Conn<'_>, pattern: &str, day: i64) -> Result<Vec<Untrusted>> {
    let found: Vec<(Untrusted,)> = rows!(
        conn,
        (Untrusted,),
        "SELECT recipient FROM deliveries WHERE kind = 'receipt' AND created_at > $2 AND recipient LIKE $1 LIMIT 5000",
        pattern,
        day
    )?;
    Ok(found.into_iter().map(|(recipient,)| recipient).collect())
}

/// Leaves a delivery whose worker died to a person; the owner stays noted, so that a late worker may still bring proof.
pub(crate) async fn abandon(conn: &mut Conn<'_>, id: Uuid, now: i64) -> Result<bool> {
    let abandoned = run!(
        conn,
        "UPDATE deliveries SET state = 'unknown', error = 'lease expired while sending', lease_until = NULL \
         WHERE id = $1 AND state = 'sending' AND lease_until < $2",
        id,
        now
    )?;
    Ok(abandoned == 1)
}

/// Lets a delivery of which nothing went out be tried again at once; false if it is no longer at this attempt.
pub(crate) async fn put_back(conn: &mut Conn<'_>, id: Uuid, attempt: i64, now: i64) -> Result<bool> {
    let put_back = run!(
        conn,
        "UPDATE deliveries SET state = 'retry', next_at = $3, error = NULL, lease_owner = NULL, lease_until = NULL \
         WHERE id = $1 AND attempts = $2 AND state = 'sending' AND lease_until < $3",
        id,
        attempt,
        now
    )?;
    Ok(put_back == 1)
}

/// Renews the lease of a delivery that is being sent.
pub(crate) async fn renew(conn: &mut Conn<'_>, id: Uuid, owner: &str, until: i64) -> Result<()> {
    later!(
        conn,
        "UPDATE deliveries SET lease_until = $3 WHERE id = $1 AND lease_owner = $2 AND state = 'sending'",
        id,
        owner,
        until
    )
}

/// What a delivery whose letter has this Message-ID is about: appeal and message, where it has them.
pub(crate) async fn by_rfc_id(
    conn: &mut Conn<'_>,
    rfc_id: &Untrusted,
) -> Result<Option<(Option<Uuid>, Option<Uuid>)>> {
    row!(
        conn,
        (Option<Uuid>, Option<Uuid>),
        "SELECT appeal_id, message_id FROM deliveries WHERE rfc_message_id = $1 ORDER BY pk LIMIT 1",
        rfc_id
    )
}

/// A reply that has gone or will go.
#[derive(FromRow)]
pub(crate) struct SameWords {
    pub id: Uuid,
    pub message_id: Uuid,
    pub at: i64,
}

/// The replies of a person to an appeal since `since` whose text this is, the newest first; without those that came back,
/// failed, or were taken back.
pub(crate) async fn same_words(
    conn: &mut Conn<'_>,
    appeal: Uuid,
    staff: Uuid,
    since: i64,
    body: &Untrusted,
) -> Result<Vec<SameWords>> {
    rows!(
        conn,
        SameWords,
        "SELECT d.id, m.id AS message_id, m.at FROM messages m JOIN deliveries d ON d.message_id = m.id \
         WHERE m.appeal_id = $1 AND m.at >= $3 AND m.staff_id = $2 AND m.direction = 'out' AND m.withdrawn = 0 \
         AND m.body = $4 AND d.kind = 'reply' AND d.state NOT IN ('failed', 'bounced', 'blocked', 'cancelled') \
         ORDER BY m.at DESC, m.pk DESC LIMIT 5",
        appeal,
        staff,
        since,
        body
    )
}
