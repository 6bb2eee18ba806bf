//! Raw items: the bytes as a channel gave them, and their one current fate.

use super::packed::{Packer, Unpacker};
use super::{Conn, later, named, row, rows, run};
use crate::error::{Error, Result};
use sqlx::FromRow;
use uuid::Uuid;

/// Bytes of one compressed piece before compression.
const PIECE: usize = 1 << 20;

/// The most room that is made at once for an item's bytes, whatever it says of its size.
const LARGEST: usize = 256 << 20;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct RawRecord {
    pub id: Uuid,
    pub account_id: Uuid,
    pub received_at: i64,
    pub size: i64,
    pub sha256: Vec<u8>,
    pub role: String,
    pub attempts: i64,
}

/// A raw item that waits, with its bytes where they are few.
#[derive(Debug, FromRow)]
pub(crate) struct PendingRecord {
    /// Its place among all, in the order of arrival.
    pub pk: i64,
    #[sqlx(flatten)]
    pub record: RawRecord,
    packed: Option<Vec<u8>>,
}

impl PendingRecord {
    /// The bytes, if they came with the record.
    pub fn bytes(&self, unpacker: &mut Unpacker) -> Option<Result<Vec<u8>>> {
        self.packed.as_ref().map(|packed| unpack(unpacker, packed))
    }
}

/// A raw item to be stored.
pub(crate) struct NewRaw<'a> {
    pub id: Uuid,
    pub account_id: Uuid,
    pub transport_id: &'a str,
    pub role: &'static str,
    pub received_at: i64,
    pub stored_at: i64,
    pub sha256: &'a [u8],
    pub bytes: &'a [u8],
    pub fate: &'static str,
    pub reason: Option<&'static str>,
}

/// Stores an item with its bytes; false, and nothing written, when the channel gave it before.
pub(crate) async fn insert(conn: &mut Conn<'_>, raw: &NewRaw<'_>, packer: &mut Packer) -> Result<bool> {
    let size = i64::try_from(raw.bytes.len()).unwrap_or(i64::MAX);
    let inserted: Option<(i64,)> = row!(
        conn,
        (i64,),
        "INSERT INTO raw_items (id, account_id, transport_id, received_at, stored_at, size, sha256, fate, reason, role) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (account_id, transport_id) DO NOTHING \
         RETURNING pk",
        raw.id,
        raw.account_id,
        raw.transport_id,
        raw.received_at,
        raw.stored_at,
        size,
        raw.sha256,
        raw.fate,
        raw.reason,
        raw.role
    )?;
    if inserted.is_none() {
        return Ok(false);
    }
    for (n, piece) in raw.bytes.chunks(PIECE).enumerate() {
        let packed = packer.pack(piece)?;
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        if raw.bytes.len() <= PIECE {
            later!(conn, "INSERT INTO raw_pieces (raw_id, n, bytes) VALUES ($1, $2, $3)", raw.id, n, packed)?;
        } else {
            // Of a large letter no piece waits: it must not be in memory twice.
            run!(conn, "INSERT INTO raw_pieces (raw_id, n, bytes) VALUES ($1, $2, $3)", raw.id, n, packed)?;
        }
    }
    Ok(true)
}

/// The digest of what is stored under a channel's name.
pub(crate) async fn digest_of(
    conn: &mut Conn<'_>,
    account: Uuid,
    transport_id: &str,
) -> Result<Option<Vec<u8>>> {
    let found: Option<(Vec<u8>,)> = row!(
        conn,
        (Vec<u8>,),
        "SELECT sha256 FROM raw_items WHERE account_id = $1 AND transport_id = $2",
        account,
        transport_id
    )?;
    Ok(found.map(|(digest,)| digest))
}

fn unpack(unpacker: &mut Unpacker, piece: &[u8]) -> Result<Vec<u8>> {
    unpacker.unpack(piece, PIECE).map_err(|e| Error::failed("raw-damaged").because(e))
}

/// The bytes of an item, whole.
pub(crate) async fn bytes(conn: &mut Conn<'_>, id: Uuid) -> Result<Vec<u8>> {
    let (mut whole, mut unpacker) = (Vec::new(), Unpacker::default());
    for n in 0i64.. {
        let piece: Option<(Vec<u8>,)> =
            row!(conn, (Vec<u8>,), "SELECT bytes FROM raw_pieces WHERE raw_id = $1 AND n = $2", id, n)?;
        let Some((piece,)) = piece else { break };
        if n == 1 {
            // A large one: room for all of it at once, so that growing never holds it twice.
            let size: Option<(i64,)> = row!(conn, (i64,), "SELECT size FROM raw_items WHERE id = $1", id)?;
            let size = size.and_then(|(size,)| usize::try_from(size).ok()).unwrap_or_default();
            whole.reserve_exact(size.min(LARGEST).saturating_sub(whole.len()));
        }
        let piece = unpack(&mut unpacker, &piece)?;
        whole.extend_from_slice(&piece);
        // Only the last is shorter.
        if piece.len() < PIECE {
            break;
        }
    }
    Ok(whole)
}

/// Items after `pk` that wait to be parsed, oldest first.
pub(crate) async fn pending(conn: &mut Conn<'_>, pk: i64, limit: i64) -> Result<Vec<PendingRecord>> {
    rows!(
        conn,
        PendingRecord,
        "SELECT r.pk, r.id, r.account_id, r.received_at, r.size, r.sha256, r.role, r.attempts, p.bytes AS packed \
         FROM raw_items r LEFT JOIN raw_pieces p ON p.raw_id = r.id AND p.n = 0 AND r.size <= 65536 \
         WHERE r.fate = 'pending' AND r.pk > $1 ORDER BY r.pk LIMIT $2",
        pk,
        limit
    )
}

/// Lets history received since then be read anew; how many items those are. What is history only because the same bytes
/// were is left: the first of them decides.
pub(crate) async fn reopen_history(conn: &mut Conn<'_>, account: Uuid, since: i64) -> Result<u64> {
    run!(
        conn,
        "UPDATE raw_items SET fate = 'pending' WHERE account_id = $1 AND fate = 'history' AND reason IS NULL \
         AND received_at >= $2",
        account,
        since
    )
}

/// What became of the same bytes that this account gave before, in the same role.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct SameBytes {
    pub fate: String,
    pub appeal_id: Option<Uuid>,
    pub message_id: Option<Uuid>,
}

/// The first other item of these bytes that has a fate and was not quarantined. One that is history only for repeating
/// another says nothing of that other.
pub(crate) async fn same_bytes(conn: &mut Conn<'_>, item: &RawRecord) -> Result<Option<SameBytes>> {
    row!(
        conn,
        SameBytes,
        "SELECT fate, appeal_id, message_id FROM raw_items WHERE account_id = $1 AND sha256 = $2 AND role = $3 \
         AND id <> $4 AND fate NOT IN ('pending', 'quarantined') \
         AND NOT (fate = 'history' AND coalesce(reason, '') = 'same-bytes') ORDER BY pk LIMIT 1",
        item.account_id,
        &item.sha256,
        &item.role,
        item.id
    )
}

/// An account's stored transport names after `pk`, in order, at most `limit`.
pub(crate) async fn names_after(
    conn: &mut Conn<'_>,
    account: Uuid,
    pk: i64,
    limit: i64,
) -> Result<Vec<(i64, String)>> {
    rows!(
        conn,
        (i64, String),
        "SELECT pk, transport_id FROM raw_items WHERE account_id = $1 AND pk > $2 ORDER BY pk LIMIT $3",
        account,
        pk,
        limit
    )
}

/// An account's stored items after `pk`, in order, at most `limit`: transport name and when it was received.
pub(crate) async fn items_after(
    conn: &mut Conn<'_>,
    account: Uuid,
    pk: i64,
    limit: i64,
) -> Result<Vec<(i64, String, i64)>> {
    rows!(
        conn,
        (i64, String, i64),
        "SELECT pk, transport_id, received_at FROM raw_items WHERE account_id = $1 AND pk > $2 ORDER BY pk LIMIT $3",
        account,
        pk,
        limit
    )
}

/// Parameters of `claim`.
const AT_ONCE: usize = 32;

macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "SELECT id FROM raw_items WHERE fate = 'pending' AND id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, ",
            "$13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)",
            $lock
        )
    };
}
/// Those of the items that are still pending, locked until the transaction ends. What another process has locked is
/// passed over: it has a fate there, or is pending again.
pub(crate) async fn claim(conn: &mut Conn<'_>, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    const SQLITE: &str = claim!("");
    const POSTGRES: &str = claim!(" ORDER BY pk FOR UPDATE SKIP LOCKED");
    let mut claimed: Vec<Uuid> = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let sql = if matches!(conn, Conn::Sqlite(_)) { SQLITE } else { POSTGRES };
        let found: Vec<(Uuid,)> = named!(conn, (Uuid,), sql, some, AT_ONCE)?;
        claimed.extend(found.into_iter().map(|(id,)| id));
    }
    Ok(claimed)
}

/// Gives an item that is claimed its fate.
pub(crate) async fn settle(
    conn: &mut Conn<'_>,
    id: Uuid,
    fate: &str,
    reason: Option<&str>,
    appeal: Option<Uuid>,
    message: Option<Uuid>,
) -> Result<()> {
    later!(
        conn,
        "UPDATE raw_items SET fate = $2, reason = $3, appeal_id = $4, message_id = $5 WHERE id = $1",
        id,
        fate,
        reason,
        appeal,
        message
    )
}

/// The appeal that an item opened or joined.
pub(crate) async fn appeal_of(conn: &mut Conn<'_>, id: Uuid) -> Result<Option<Uuid>> {
    let found: Option<(Option<Uuid>,)> =
        row!(conn, (Option<Uuid>,), "SELECT appeal_id FROM raw_items WHERE id = $1", id)?;
    Ok(found.and_then(|(appeal,)| appeal))
}

/// Counts an attempt that the database broke off.
pub(crate) async fn count_attempt(conn: &mut Conn<'_>, id: Uuid) -> Result<()> {
    later!(conn, "UPDATE raw_items SET attempts = attempts + 1 WHERE id = $1", id)
}
