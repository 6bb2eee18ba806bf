//! Files of a reply being written: their bytes in compressed pieces, so that each fits in memory.

use super::{Conn, row, rows, run};
use crate::error::{Error, Result};
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

/// Bytes of one piece before compression.
const PIECE: usize = 1 << 20;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct DraftFileRecord {
    pub id: Uuid,
    pub position: i64,
    pub file_name: Untrusted,
    pub content_type: String,
    pub size: i64,
    pub sha256: Vec<u8>,
}

/// Adds a file after those that are there.
pub(crate) async fn insert(
    conn: &mut Conn<'_>,
    (appeal, staff): (Uuid, Uuid),
    file: &DraftFileRecord,
    bytes: &[u8],
) -> Result<()> {
    run!(
        conn,
        "INSERT INTO draft_files (id, appeal_id, staff_id, position, file_name, content_type, size, sha256) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        file.id,
        appeal,
        staff,
        file.position,
        &file.file_name,
        &file.content_type,
        file.size,
        &file.sha256
    )?;
    for (n, piece) in (0i64..).zip(bytes.chunks(PIECE)) {
        let packed = zstd::bulk::compress(piece, 1)?;
        run!(conn, "INSERT INTO draft_pieces (file_id, n, bytes) VALUES ($1, $2, $3)", file.id, n, packed)?;
    }
    Ok(())
}

/// The files of a draft, in their order.
pub(crate) async fn of_draft(conn: &mut Conn<'_>, appeal: Uuid, staff: Uuid) -> Result<Vec<DraftFileRecord>> {
    rows!(
        conn,
        DraftFileRecord,
        "SELECT id, position, file_name, content_type, size, sha256 FROM draft_files \
         WHERE appeal_id = $1 AND staff_id = $2 ORDER BY position, id",
        appeal,
        staff
    )
}

/// The bytes of a file, whole.
pub(crate) async fn bytes(conn: &mut Conn<'_>, id: Uuid) -> Result<Vec<u8>> {
    let mut whole = Vec::new();
    for n in 0i64.. {
        let piece: Option<(Vec<u8>,)> =
            row!(conn, (Vec<u8>,), "SELECT bytes FROM draft_pieces WHERE file_id = $1 AND n = $2", id, n)?;
        let Some((piece,)) = piece else { break };
        let piece =
            zstd::bulk::decompress(&piece, PIECE).map_err(|e| Error::failed("draft-damaged").because(e))?;
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}

/// Takes a file of a draft away; false if it is not there.
pub(crate) async fn delete(conn: &mut Conn<'_>, (appeal, staff): (Uuid, Uuid), id: Uuid) -> Result<bool> {
    let gone = run!(
        conn,
        "DELETE FROM draft_pieces WHERE file_id IN \
         (SELECT id FROM draft_files WHERE id = $1 AND appeal_id = $2 AND staff_id = $3)",
        id,
        appeal,
        staff
    );
    gone?;
    let deleted = run!(
        conn,
        "DELETE FROM draft_files WHERE id = $1 AND appeal_id = $2 AND staff_id = $3",
        id,
        appeal,
        staff
    )?;
    Ok(deleted == 1)
}

/// Takes every file of a draft away.
pub(crate) async fn delete_all(conn: &mut Conn<'_>, appeal: Uuid, staff: Uuid) -> Result<()> {
    run!(
        conn,
        "DELETE FROM draft_pieces WHERE file_id IN \
         (SELECT id FROM draft_files WHERE appeal_id = $1 AND staff_id = $2)",
        appeal,
        staff
    )?;
    run!(conn, "DELETE FROM draft_files WHERE appeal_id = $1 AND staff_id = $2", appeal, staff)?;
    Ok(())
}
