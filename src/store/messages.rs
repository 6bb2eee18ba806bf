//! Messages and their files.

use super::{Conn, later, named, row, rows, run};
use crate::error::Result;
use crate::types::Untrusted;
use sqlx::FromRow;
use uuid::Uuid;

/// A new message.
#[derive(Default)]
pub(crate) struct NewMessage {
    pub id: Uuid,
    pub appeal_id: Uuid,
    pub direction: &'static str,
    pub channel: &'static str,
    pub at: i64,
    pub stored_at: i64,
    pub from_text: Untrusted,
    pub from_address: Option<Untrusted>,
    pub to_text: Untrusted,
    /// Carbon copies, comma-separated.
    pub cc_text: Untrusted,
    /// Lower-case addresses, one a line.
    pub participants: Untrusted,
    pub subject: Untrusted,
    pub body: Untrusted,
    pub rfc_message_id: Option<Untrusted>,
    /// Message-IDs that this one refers to, one a line.
    pub rfc_references: Untrusted,
    pub body_sha256: Option<Vec<u8>>,
    pub kind: Option<&'static str>,
    pub automatic: bool,
    pub staff_id: Option<Uuid>,
    pub raw_id: Option<Uuid>,
    /// Codes of what of the letter was not taken, one a line.
    pub left_out: String,
    pub authentication: Option<&'static str>,
}

/// Adds a message.
pub(crate) async fn insert(conn: &mut Conn<'_>, message: &NewMessage) -> Result<()> {
    later!(
        conn,
        "INSERT INTO messages (id, appeal_id, direction, channel, at, stored_at, from_text, from_address, to_text, \
         participants, subject, body, rfc_message_id, rfc_references, body_sha256, kind, automatic, staff_id, raw_id, \
         cc_text, left_out, authentication) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        message.id,
        message.appeal_id,
        message.direction,
        message.channel,
        message.at,
        message.stored_at,
        &message.from_text,
        &message.from_address,
        &message.to_text,
        &message.participants,
        &message.subject,
        &message.body,
        &message.rfc_message_id,
        &message.rfc_references,
        &message.body_sha256,
        message.kind,
        i64::from(message.automatic),
        message.staff_id,
        message.raw_id,
        &message.cc_text,
        &message.left_out,
        message.authentication
    )
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct MessageRecord {
    pub id: Uuid,
    pub appeal_id: Uuid,
    pub direction: String,
    pub channel: String,
    pub at: i64,
    pub from_text: Untrusted,
    pub from_address: Option<Untrusted>,
    pub to_text: Untrusted,
    pub cc_text: Untrusted,
    pub participants: Untrusted,
    pub subject: Untrusted,
    pub body: Untrusted,
    pub rfc_message_id: Option<Untrusted>,
    pub rfc_references: Untrusted,
    pub kind: Option<String>,
    pub automatic: i64,
    pub staff_id: Option<Uuid>,
    pub staff_name: Option<String>,
    pub outside: Option<String>,
    pub left_out: String,
    pub authentication: Option<String>,
}

/// The thread, oldest first. What was taken back before it left is not in it.
pub(crate) async fn of_appeal(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Vec<MessageRecord>> {
    rows!(
        conn,
        MessageRecord,
        "SELECT m.id, m.appeal_id, m.direction, m.channel, m.at, m.from_text, m.from_address, m.to_text, m.cc_text, m.participants, m.subject, m.body, m.rfc_message_id, \
         m.rfc_references, m.kind, m.automatic, m.staff_id, s.name AS staff_name, m.outside, m.left_out, m.authentication FROM messages m LEFT JOIN staff s ON s.id = m.staff_id WHERE m.appeal_id = $1 AND m.withdrawn = 0 \
         ORDER BY m.at, m.pk",
        appeal
    )
}

pub(crate) async fn by_id(conn: &mut Conn<'_>, id: Uuid) -> Result<Option<MessageRecord>> {
    row!(
        conn,
        MessageRecord,
        "SELECT m.id, m.appeal_id, m.direction, m.channel, m.at, m.from_text, m.from_address, m.to_text, m.cc_text, m.participants, m.subject, m.body, m.rfc_message_id, \
         m.rfc_references, m.kind, m.automatic, m.staff_id, s.name AS staff_name, m.outside, m.left_out, m.authentication FROM messages m LEFT JOIN staff s ON s.id = m.staff_id WHERE m.id = $1",
        id
    )
}

/// A message that mail may refer to, with what threading asks of it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ThreadRecord {
    pub id: Uuid,
    pub appeal_id: Uuid,
    pub participants: Untrusted,
    pub body_sha256: Option<Vec<u8>>,
    pub direction: String,
    pub rfc_message_id: Untrusted,
}

macro_rules! by_rfc_ids {
    ($numbers:literal) => {
        concat!(
            "SELECT id, appeal_id, participants, body_sha256, direction, rfc_message_id FROM messages ",
            "WHERE rfc_message_id IN (",
            $numbers,
            ") ORDER BY pk"
        )
    };
}

/// Every message with one of these Message-IDs, each in the order of arrival.
pub(crate) async fn by_rfc_ids(conn: &mut Conn<'_>, rfc_ids: &[Untrusted]) -> Result<Vec<ThreadRecord>> {
    const FEW: &str = by_rfc_ids!("$1, $2, $3, $4");
    const MANY: &str = by_rfc_ids!(
        "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, \
         $25, $26, $27, $28, $29, $30, $31, $32"
    );
    let mut found = Vec::new();
    for some in rfc_ids.chunks(32) {
        found.extend(match some.len() {
            ..=4 => named!(conn, ThreadRecord, FEW, some, 4),
            _ => named!(conn, ThreadRecord, MANY, some, 32),
        }?);
    }
    Ok(found)
}

/// The newest message of the conversation: what a sender must have seen.
pub(crate) async fn newest(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = row!(
        conn,
        (Uuid,),
        "SELECT id FROM messages WHERE appeal_id = $1 AND withdrawn = 0 AND automatic = 0 AND direction <> 'note' \
         ORDER BY pk DESC LIMIT 1",
        appeal
    )?;
    Ok(found.map(|(id,)| id))
}

/// Says where a reply that was sent from another program stands: 'proposed', 'confirmed', 'declined'.
pub(crate) async fn set_outside(
    conn: &mut Conn<'_>,
    id: Uuid,
    state: &str,
    kind: Option<&str>,
) -> Result<()> {
    run!(
        conn,
        "UPDATE messages SET direction = 'out', outside = $2, kind = $3 WHERE id = $1",
        id,
        state,
        kind
    )?;
    Ok(())
}

pub(crate) async fn withdraw(conn: &mut Conn<'_>, id: Uuid) -> Result<()> {
    later!(conn, "UPDATE messages SET withdrawn = 1 WHERE id = $1", id)
}

pub(crate) struct NewAttachment {
    pub id: Uuid,
    pub message_id: Uuid,
    pub position: i64,
    pub part_path: Option<String>,
    pub file_name: Untrusted,
    pub content_type: Untrusted,
    pub size: i64,
    pub sha256: Option<Vec<u8>>,
}

pub(crate) async fn insert_attachment(conn: &mut Conn<'_>, file: &NewAttachment) -> Result<()> {
    later!(
        conn,
        "INSERT INTO attachments (id, message_id, position, part_path, file_name, content_type, size, sha256) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        file.id,
        file.message_id,
        file.position,
        &file.part_path,
        &file.file_name,
        &file.content_type,
        file.size,
        &file.sha256
    )
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct AttachmentRecord {
    pub id: Uuid,
    pub message_id: Uuid,
    pub part_path: Option<String>,
    pub file_name: Untrusted,
    pub content_type: Untrusted,
    pub size: i64,
    pub raw_id: Option<Uuid>,
}

/// Every file of a thread.
pub(crate) async fn attachments_of(conn: &mut Conn<'_>, appeal: Uuid) -> Result<Vec<AttachmentRecord>> {
    rows!(
        conn,
        AttachmentRecord,
        "SELECT f.id, f.message_id, f.part_path, f.file_name, f.content_type, f.size, m.raw_id \
         FROM messages m JOIN attachments f ON f.message_id = m.id WHERE m.appeal_id = $1 \
         ORDER BY m.at, m.pk, f.position",
        appeal
    )
}

/// The digests of a message's files, in their order.
pub(crate) async fn digests_of(conn: &mut Conn<'_>, message: Uuid) -> Result<Vec<Option<Vec<u8>>>> {
    let found: Vec<(Option<Vec<u8>>,)> = rows!(
        conn,
        (Option<Vec<u8>>,),
        "SELECT sha256 FROM attachments WHERE message_id = $1 ORDER BY position",
        message
    )?;
    Ok(found.into_iter().map(|(digest,)| digest).collect())
}
