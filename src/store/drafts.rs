//! Replies being written.

use super::{Conn, later, row};
use crate::error::Result;
use sqlx::FromRow;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub(crate) struct DraftRecord {
    pub text: String,
    pub kind: String,
    pub seen_message_id: Option<Uuid>,
    pub updated_at: i64,
}

pub(crate) async fn load(conn: &mut Conn<'_>, appeal: Uuid, staff: Uuid) -> Result<Option<DraftRecord>> {
    row!(
        conn,
        DraftRecord,
        "SELECT text, kind, seen_message_id, updated_at FROM drafts WHERE appeal_id = $1 AND staff_id = $2",
        appeal,
        staff
    )
}

pub(crate) async fn save(conn: &mut Conn<'_>, appeal: Uuid, staff: Uuid, draft: &DraftRecord) -> Result<()> {
    later!(
        conn,
        "INSERT INTO drafts (appeal_id, staff_id, text, kind, seen_message_id, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (appeal_id, staff_id) \
         DO UPDATE SET text = $3, kind = $4, seen_message_id = $5, updated_at = $6",
        appeal,
        staff,
        &draft.text,
        &draft.kind,
        draft.seen_message_id,
        draft.updated_at
    )
}

pub(crate) async fn delete(conn: &mut Conn<'_>, appeal: Uuid, staff: Uuid) -> Result<()> {
    later!(conn, "DELETE FROM drafts WHERE appeal_id = $1 AND staff_id = $2", appeal, staff)
}
