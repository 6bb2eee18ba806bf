//! Replies being written.

use super::{Conn, draft_files, later, row, rows};
use crate::error::Result;
use sqlx::FromRow;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct DraftRecord {
    pub text: String,
    pub kind: String,
    pub seen_message_id: Option<Uuid>,
    pub updated_at: i64,
    /// Addresses of carbon copies, one a line.
    pub cc: String,
    /// What came by mail and is not in the text yet.
    pub mailed: String,
}

pub(crate) async fn load(conn: &mut Conn<'_>, appeal: Uuid, staff: Uuid) -> Result<Option<DraftRecord>> {
    row!(
        conn,
        DraftRecord,
        "SELECT text, kind, seen_message_id, updated_at, cc, mailed FROM drafts WHERE appeal_id = $1 AND staff_id = $2",
        appeal,
        staff
    )
}

/// Appeals to which somebody has begun a reply.
pub(crate) async fn of_staff(conn: &mut Conn<'_>, staff: Uuid) -> Result<Vec<Uuid>> {
    let found: Vec<(Uuid,)> = rows!(
        conn,
        (Uuid,),
        "SELECT appeal_id FROM drafts WHERE staff_id = $1 AND (text <> '' OR mailed <> '')",
        staff
    )?;
    Ok(found.into_iter().map(|(appeal,)| appeal).collect())
}

pub(crate) async fn save(conn: &mut Conn<'_>, appeal: Uuid, staff: Uuid, draft: &DraftRecord) -> Result<()> {
    later!(
        conn,
        "INSERT INTO drafts (appeal_id, staff_id, text, kind, seen_message_id, updated_at, cc, mailed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (appeal_id, staff_id) \
         DO UPDATE SET text = $3, kind = $4, seen_message_id = $5, updated_at = $6, cc = $7, mailed = $8",
        appeal,
        staff,
        &draft.text,
        &draft.kind,
        draft.seen_message_id,
        draft.updated_at,
        &draft.cc,
        &draft.mailed
    )
}

/// Deletes the draft with its files.
pub(crate) async fn delete(conn: &mut Conn<'_>, appeal: Uuid, staff: Uuid) -> Result<()> {
    draft_files::delete_all(conn, appeal, staff).await?;
    later!(conn, "DELETE FROM drafts WHERE appeal_id = $1 AND staff_id = $2", appeal, staff)
}
