//! The journal's tables. What is hashed, and how, is decided in `desk::journal`.

use super::{Conn, later, named, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use std::collections::HashMap;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct JournalRecord {
    pub seq: i64,
    pub recorded_at: i64,
    pub occurred_at: i64,
    pub actor_kind: String,
    pub actor_id: String,
    pub action: String,
    pub details: String,
    pub row_hash: Vec<u8>,
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct LinkRecord {
    pub subject: String,
    pub subject_seq: i64,
    pub seq: i64,
    pub hash: Vec<u8>,
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct CheckpointRecord {
    pub n: i64,
    pub at: i64,
    pub last_seq: i64,
    pub rows_covered: i64,
    pub root: Vec<u8>,
    pub signature: Vec<u8>,
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct VersionRecord {
    pub seq: i64,
    pub position: i64,
    pub side: String,
    pub value: Option<Untrusted>,
}

/// A value with what proves it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct SaltedRecord {
    pub seq: i64,
    pub position: i64,
    pub field: String,
    pub side: String,
    pub value: Option<Untrusted>,
    pub salt: Option<Vec<u8>>,
}

/// A link with the row it leads to and the head of its chain, as far as they are there.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ChainRecord {
    pub subject: String,
    pub subject_seq: i64,
    pub seq: i64,
    pub hash: Vec<u8>,
    pub row_hash: Option<Vec<u8>>,
    pub head_seq: Option<i64>,
    pub head_hash: Option<Vec<u8>>,
}

/// The stored clocks of an appeal.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ClockRecord {
    pub pk: i64,
    pub id: Uuid,
    pub response_due_at: Option<i64>,
    pub response_met_at: Option<i64>,
    pub merits_met_at: Option<i64>,
    pub next_due_at: i64,
    pub unanswered_due_at: Option<i64>,
    pub has_limits: i64,
}

/// Adds a row and returns its sequence.
pub(crate) async fn insert(conn: &mut Conn<'_>, record: &JournalRecord) -> Result<i64> {
    // SQLite's writer is alone until it commits, so it knows the sequence before the row is there, and the row may wait.
    if let Some(seq) = next_alone(conn).await? {
        later!(
            conn,
            "INSERT INTO journal (recorded_at, occurred_at, actor_kind, actor_id, action, details, row_hash, seq) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            record.recorded_at,
            record.occurred_at,
            &record.actor_kind,
            &record.actor_id,
            &record.action,
            &record.details,
            &record.row_hash,
            seq
        )?;
        return Ok(seq);
    }
    let seq: Option<(i64,)> = row!(
        conn,
        (i64,),
        "INSERT INTO journal (recorded_at, occurred_at, actor_kind, actor_id, action, details, row_hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING seq",
        record.recorded_at,
        record.occurred_at,
        &record.actor_kind,
        &record.actor_id,
        &record.action,
        &record.details,
        &record.row_hash
    )?;
    seq.map(|(seq,)| seq).ok_or_else(|| crate::error::Error::failed("store"))
}

/// The next sequence of SQLite, which a row of this transaction must take; none on PostgreSQL. It is read once for a
/// transaction; a sequence that was given out never comes again, also if the newest rows are gone (AUTOINCREMENT).
async fn next_alone(conn: &mut Conn<'_>) -> Result<Option<i64>> {
    let Conn::Sqlite(line) = &*conn else { return Ok(None) };
    let last = match line.last_seq() {
        Some(last) => last,
        None => {
            let last: Option<(i64,)> =
                row!(conn, (i64,), "SELECT seq FROM sqlite_sequence WHERE name = 'journal'")?;
            last.map_or(0, |(last,)| last)
        }
    };
    if let Conn::Sqlite(line) = conn {
        line.set_last_seq(last + 1);
    }
    Ok(Some(last + 1))
}

/// The head of a subject's chain, locked until the transaction ends; number 0 and no hash for a new one.
pub(crate) async fn head(conn: &mut Conn<'_>, subject: &str) -> Result<(i64, Vec<u8>)> {
    if let Some(head) = heads(conn).get(subject) {
        return Ok(head.clone());
    }
    let none: &[u8] = &[];
    let head: Option<(i64, Vec<u8>)> = row!(
        conn,
        (i64, Vec<u8>),
        "INSERT INTO journal_heads (subject, subject_seq, hash) VALUES ($1, 0, $2) \
         ON CONFLICT (subject) DO UPDATE SET subject_seq = journal_heads.subject_seq RETURNING subject_seq, hash",
        subject,
        none
    )?;
    head.ok_or_else(|| crate::error::Error::failed("store"))
}

/// Subjects that are asked for at once.
const AT_ONCE: usize = 8;

macro_rules! heads {
    ($lock:literal) => {
        concat!(
            "SELECT subject, subject_seq, hash FROM journal_heads WHERE subject IN ($1, $2, $3, $4, $5, $6, $7, $8)",
            $lock
        )
    };
}

/// Reads the heads of several chains at once, locked until the transaction ends, so that none has to be asked for.
pub(crate) async fn hold_heads(conn: &mut Conn<'_>, subjects: &[String]) -> Result<()> {
    const SQLITE: &str = heads!("");
    const POSTGRES: &str = heads!(" ORDER BY subject FOR NO KEY UPDATE");
    let mut sorted: Vec<&String> =
        subjects.iter().filter(|subject| !heads(conn).contains_key(*subject)).collect();
    sorted.sort_unstable();
    let sql = if matches!(conn, Conn::Sqlite(_)) { SQLITE } else { POSTGRES };
    for some in sorted.chunks(AT_ONCE) {
        let found: Vec<(String, i64, Vec<u8>)> = named!(conn, (String, i64, Vec<u8>), sql, some, AT_ONCE)?;
        heads(conn).extend(found.into_iter().map(|(subject, seq, hash)| (subject, (seq, hash))));
    }
    Ok(())
}

/// Adds a link and moves the head there.
pub(crate) async fn link(conn: &mut Conn<'_>, link: &LinkRecord) -> Result<()> {
    insert_link(conn, link).await?;
    later!(
        conn,
        "UPDATE journal_heads SET subject_seq = $2, hash = $3 WHERE subject = $1",
        &link.subject,
        link.subject_seq,
        &link.hash
    )
}

/// Adds the first link of a subject that this transaction has made.
pub(crate) async fn first_link(conn: &mut Conn<'_>, link: &LinkRecord) -> Result<()> {
    insert_link(conn, link).await?;
    later!(
        conn,
        "INSERT INTO journal_heads (subject, subject_seq, hash) VALUES ($1, $2, $3)",
        &link.subject,
        link.subject_seq,
        &link.hash
    )
}

/// Heads that this transaction has moved or holds.
fn heads<'a>(conn: &'a mut Conn<'_>) -> &'a mut HashMap<String, (i64, Vec<u8>)> {
    match conn {
        Conn::Sqlite(line) => &mut line.waiting.heads,
        Conn::Postgres(line) => &mut line.waiting.heads,
    }
}

async fn insert_link(conn: &mut Conn<'_>, link: &LinkRecord) -> Result<()> {
    heads(conn).insert(link.subject.clone(), (link.subject_seq, link.hash.clone()));
    later!(
        conn,
        "INSERT INTO journal_links (subject, subject_seq, seq, hash) VALUES ($1, $2, $3, $4)",
        &link.subject,
        link.subject_seq,
        link.seq,
        &link.hash
    )
}

#[allow(clippy::too_many_arguments)]
pub(crate) async fn insert_version(
    conn: &mut Conn<'_>,
    seq: i64,
    position: i64,
    field: &str,
    side: &str,
    value: &Untrusted,
    salt: &[u8],
) -> Result<()> {
    later!(
        conn,
        "INSERT INTO versions (id, seq, position, field, side, value, salt) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        Uuid::now_v7(),
        seq,
        position,
        field,
        side,
        value,
        salt
    )
}

/// The rows of one subject, oldest first.
pub(crate) async fn of_subject(conn: &mut Conn<'_>, subject: &str) -> Result<Vec<JournalRecord>> {
    let rows = of_subjects(conn, &[subject.to_owned()]).await?;
    Ok(rows.into_iter().map(|about| about.record).collect())
}

/// A row with one of the subjects that it is about.
#[derive(FromRow)]
pub(crate) struct AboutRecord {
    pub subject: String,
    #[sqlx(flatten)]
    pub record: JournalRecord,
}

macro_rules! of_subjects {
    ($places:literal) => {
        concat!(
            "SELECT l.subject, j.seq, j.recorded_at, j.occurred_at, j.actor_kind, j.actor_id, j.action, j.details, \
             j.row_hash FROM journal_links l JOIN journal j ON j.seq = l.seq WHERE l.subject IN (",
            $places,
            ") ORDER BY l.subject, l.subject_seq"
        )
    };
}

/// The rows of several subjects, each subject's together and oldest first.
pub(crate) async fn of_subjects(conn: &mut Conn<'_>, subjects: &[String]) -> Result<Vec<AboutRecord>> {
    const ONE: &str = of_subjects!("$1");
    const SOME: &str = of_subjects!("$1, $2, $3, $4, $5, $6, $7, $8");
    let mut found = Vec::new();
    for some in subjects.chunks(AT_ONCE) {
        let rows: Vec<AboutRecord> = match some.len() {
            1 => named!(conn, AboutRecord, ONE, some, 1)?,
            _ => named!(conn, AboutRecord, SOME, some, AT_ONCE)?,
        };
        found.extend(rows);
    }
    Ok(found)
}

/// The values behind the rows of one subject.
pub(crate) async fn versions_of(conn: &mut Conn<'_>, subject: &str) -> Result<Vec<VersionRecord>> {
    rows!(
        conn,
        VersionRecord,
        "SELECT v.seq, v.position, v.side, v.value FROM journal_links l JOIN versions v ON v.seq = l.seq \
         WHERE l.subject = $1 ORDER BY v.seq, v.position",
        subject
    )
}

/// Rows after `seq`, in order, at most `limit`.
pub(crate) async fn after(conn: &mut Conn<'_>, seq: i64, limit: i64) -> Result<Vec<JournalRecord>> {
    rows!(
        conn,
        JournalRecord,
        "SELECT seq, recorded_at, occurred_at, actor_kind, actor_id, action, details, row_hash FROM journal \
         WHERE seq > $1 ORDER BY seq LIMIT $2",
        seq,
        limit
    )
}

/// The links of rows in `(after, upto]`, by row and subject.
pub(crate) async fn links_between(conn: &mut Conn<'_>, after: i64, upto: i64) -> Result<Vec<LinkRecord>> {
    rows!(
        conn,
        LinkRecord,
        "SELECT subject, subject_seq, seq, hash FROM journal_links WHERE seq > $1 AND seq <= $2 \
         ORDER BY seq, subject, subject_seq",
        after,
        upto
    )
}

/// Checkpoints after `n`, in order.
pub(crate) async fn checkpoints_after(conn: &mut Conn<'_>, n: i64) -> Result<Vec<CheckpointRecord>> {
    rows!(
        conn,
        CheckpointRecord,
        "SELECT n, at, last_seq, rows_covered, root, signature FROM checkpoints WHERE n > $1 ORDER BY n",
        n
    )
}

pub(crate) async fn last_checkpoint(conn: &mut Conn<'_>) -> Result<Option<CheckpointRecord>> {
    row!(
        conn,
        CheckpointRecord,
        "SELECT n, at, last_seq, rows_covered, root, signature FROM checkpoints ORDER BY n DESC LIMIT 1"
    )
}

pub(crate) async fn insert_checkpoint(conn: &mut Conn<'_>, checkpoint: &CheckpointRecord) -> Result<()> {
    run!(
        conn,
        "INSERT INTO checkpoints (n, at, last_seq, rows_covered, root, signature) VALUES ($1, $2, $3, $4, $5, $6)",
        checkpoint.n,
        checkpoint.at,
        checkpoint.last_seq,
        checkpoint.rows_covered,
        &checkpoint.root,
        &checkpoint.signature
    )?;
    Ok(())
}

/// Waits out every writer and holds new ones off until the transaction ends, so that no lower sequence commits later.
pub(crate) async fn quiesce(conn: &mut Conn<'_>) -> Result<()> {
    match conn {
        // BEGIN IMMEDIATE already made this the only writer.
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(conn) => {
            // A writer that has its row and waits for a second writer, which waits behind this lock, would never end: this
            // gives way first, before the server looks for somebody to break off.
            sqlx::query("SET LOCAL lock_timeout = '500ms'")
                .execute(conn.ready().await?)
                .await
                .map_err(super::store_error)?;
            sqlx::query("LOCK TABLE journal IN SHARE ROW EXCLUSIVE MODE")
                .execute(conn.ready().await?)
                .await
                .map_err(super::store_error)?;
            Ok(())
        }
    }
}

/// The newest sequence; 0 for an empty journal.
pub(crate) async fn newest(conn: &mut Conn<'_>) -> Result<i64> {
    let newest: Option<(i64,)> = row!(conn, (i64,), "SELECT coalesce(max(seq), 0) FROM journal")?;
    Ok(newest.map_or(0, |(seq,)| seq))
}

/// Values of rows in `(after, upto]`.
pub(crate) async fn values_between(conn: &mut Conn<'_>, after: i64, upto: i64) -> Result<Vec<SaltedRecord>> {
    rows!(
        conn,
        SaltedRecord,
        "SELECT seq, position, field, side, value, salt FROM versions WHERE seq > $1 AND seq <= $2 \
         ORDER BY seq, position, side",
        after,
        upto
    )
}

/// Links after `(subject, subject_seq)` in the order of chains, at most `limit`.
pub(crate) async fn chains_after(
    conn: &mut Conn<'_>,
    subject: &str,
    subject_seq: i64,
    limit: i64,
) -> Result<Vec<ChainRecord>> {
    rows!(
        conn,
        ChainRecord,
        "SELECT l.subject, l.subject_seq, l.seq, l.hash, j.row_hash, h.subject_seq AS head_seq, h.hash AS head_hash \
         FROM journal_links l LEFT JOIN journal j ON j.seq = l.seq \
         LEFT JOIN journal_heads h ON h.subject = l.subject \
         WHERE (l.subject, l.subject_seq) > ($1, $2) ORDER BY l.subject, l.subject_seq LIMIT $3",
        subject,
        subject_seq,
        limit
    )
}

/// Heads of chains that have no link at all, at most `limit`.
pub(crate) async fn bare_heads(conn: &mut Conn<'_>, limit: i64) -> Result<Vec<String>> {
    let found: Vec<(String,)> = rows!(
        conn,
        (String,),
        "SELECT h.subject FROM journal_heads h \
         WHERE NOT EXISTS (SELECT 1 FROM journal_links l WHERE l.subject = h.subject) LIMIT $1",
        limit
    )?;
    Ok(found.into_iter().map(|(subject,)| subject).collect())
}

/// Appeals that the journal has never heard of, at most `limit`: each was received, so each must have a chain.
pub(crate) async fn unjournalled_appeals(conn: &mut Conn<'_>, limit: i64) -> Result<Vec<Uuid>> {
    match conn {
        Conn::Sqlite(conn) => {
            sqlx::query_scalar(
                "SELECT a.id FROM appeals a WHERE NOT EXISTS \
                 (SELECT 1 FROM journal_heads h WHERE h.subject = 'appeal:' || lower(substr(hex(a.id), 1, 8) || '-' \
                 || substr(hex(a.id), 9, 4) || '-' || substr(hex(a.id), 13, 4) || '-' || substr(hex(a.id), 17, 4) \
                 || '-' || substr(hex(a.id), 21, 12))) LIMIT $1",
            )
            .bind(limit)
            .fetch_all(conn.ready().await?)
            .await
        }
        Conn::Postgres(conn) => {
            sqlx::query_scalar(
                "SELECT a.id FROM appeals a WHERE NOT EXISTS \
                 (SELECT 1 FROM journal_heads h WHERE h.subject = 'appeal:' || a.id::text) LIMIT $1",
            )
            .bind(limit)
            .fetch_all(conn.ready().await?)
            .await
        }
    }
    .map_err(super::store_error)
}

/// The stored clocks of appeals after `pk`, at most `limit`.
pub(crate) async fn clocks_after(conn: &mut Conn<'_>, pk: i64, limit: i64) -> Result<Vec<ClockRecord>> {
    rows!(
        conn,
        ClockRecord,
        "SELECT pk, id, response_due_at, response_met_at, merits_met_at, next_due_at, unanswered_due_at, has_limits \
         FROM appeals WHERE pk > $1 ORDER BY pk LIMIT $2",
        pk,
        limit
    )
}
