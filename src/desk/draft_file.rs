//! Files that will go with a reply: kept with the draft at the desk, so that a machine that dies takes none with it.

use super::Desk;
use super::act::{Act, detached};
use super::draft::{keep, of, writer};
use super::views::DraftFileView;
use crate::error::{Error, Result};
use crate::mail::OutgoingFile;
use crate::rules::roles::UseCase;
use crate::store::draft_files::{self, DraftFileRecord};
use crate::types::{Actor, AppealId, DraftFileId, StaffId, Untrusted};
use sha2::{Digest, Sha256};

/// Files of one reply.
const MOST_FILES: usize = 50;
/// What text, headers and boundaries of a letter take beside its files.
const ROOM_FOR_TEXT: u64 = 512 << 10;

impl Desk {
    /// Puts a file with the actor's draft. What the whole letter may weigh is said now rather than when it is sent.
    ///
    /// # Errors
    /// `letter-too-large` with the sizes, `too-many-files`; nothing is changed then.
    pub async fn attach_to_draft(
        &self,
        actor: &Actor,
        id: AppealId,
        name: Untrusted,
        bytes: Vec<u8>,
    ) -> Result<DraftFileView> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::ReplyDraft).await?;
            let me = writer(&actor)?;
            act.appeal(id).await?;
            let view = attach(&mut act, id, me, &name, &bytes).await?;
            act.commit().await?;
            Ok(view)
        })
        .await
    }

    /// Takes a file off the actor's draft.
    pub async fn detach_from_draft(&self, actor: &Actor, id: AppealId, file: DraftFileId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::ReplyDraft).await?;
            let me = writer(&actor)?;
            act.appeal(id).await?;
            if !draft_files::delete(&mut act.conn(), (id.0, me.0), file.0).await? {
                return Err(Error::not_found("no-draft-file"));
            }
            let draft = of(&mut act, id, me).await?;
            keep(&mut act, id, me, draft).await?;
            act.commit().await
        })
        .await
    }
}

/// Adds a file to a person's draft in the transaction at hand.
pub(super) async fn attach(
    act: &mut Act,
    id: AppealId,
    me: StaffId,
    name: &Untrusted,
    bytes: &[u8],
) -> Result<DraftFileView> {
    let known = draft_files::of_draft(&mut act.conn(), id.0, me.0).await?;
    if known.len() >= MOST_FILES {
        return Err(Error::conflict("too-many-files").arg("limit", MOST_FILES));
    }
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    may_weigh(act, known.iter().map(|file| file.size).chain([size]))?;
    let name = name.for_file_name();
    let file = DraftFileRecord {
        id: DraftFileId::new().0,
        position: known.last().map_or(0, |last| last.position + 1),
        content_type: media_type(&name).to_owned(),
        file_name: Untrusted::new(name),
        size,
        sha256: Sha256::digest(bytes).to_vec(),
    };
    draft_files::insert(&mut act.conn(), (id.0, me.0), &file, bytes).await?;
    let draft = of(act, id, me).await?;
    keep(act, id, me, draft).await?;
    Ok(file_view(file))
}

/// Refuses files whose letter would be larger than the desk sends. In base64 three bytes are four, and each line of 76 has
/// its end (RFC 2045 section 6.8).
fn may_weigh(act: &Act, sizes: impl Iterator<Item = i64>) -> Result<()> {
    let limit = largest(act);
    let files: u64 = sizes.map(|size| u64::try_from(size).unwrap_or(0)).sum();
    let letter = (files / 3 + 1) * 4 * 78 / 76 + ROOM_FOR_TEXT;
    if letter <= limit {
        return Ok(());
    }
    Err(too_large(letter, limit))
}

/// Bytes of the largest letter that is sent.
pub(super) fn largest(act: &Act) -> u64 {
    u64::try_from(act.ground.settings.largest_letter_mb.clamp(1, 45)).unwrap_or(1) << 20
}

pub(super) fn too_large(letter: u64, limit: u64) -> Error {
    let mb = |bytes: u64| bytes.div_ceil(1 << 20);
    Error::conflict("letter-too-large").arg("size", mb(letter)).arg("limit", mb(limit))
}

/// The files of a draft that a reply names, with their bytes. A name that is not of this draft stops the reply.
pub(super) async fn taken(
    act: &mut Act,
    id: AppealId,
    me: StaffId,
    wanted: &[DraftFileId],
) -> Result<Vec<(DraftFileRecord, OutgoingFile)>> {
    let known = draft_files::of_draft(&mut act.conn(), id.0, me.0).await?;
    let mut taken = Vec::with_capacity(wanted.len());
    for file in wanted {
        let record = known.iter().find(|known| known.id == file.0).cloned();
        let record = record.ok_or_else(|| Error::conflict("no-draft-file"))?;
        let bytes = draft_files::bytes(&mut act.conn(), record.id).await?;
        if Sha256::digest(&bytes)[..] != record.sha256[..] {
            return Err(Error::failed("draft-damaged"));
        }
        let outgoing = OutgoingFile {
            name: record.file_name.for_file_name(),
            content_type: record.content_type.clone(),
            bytes,
        };
        taken.push((record, outgoing));
    }
    may_weigh(act, taken.iter().map(|(record, _)| record.size))?;
    Ok(taken)
}

pub(super) fn file_view(file: DraftFileRecord) -> DraftFileView {
    DraftFileView {
        id: DraftFileId(file.id),
        file_name: file.file_name,
        content_type: file.content_type,
        size: file.size,
    }
}

/// The media type by a name's extension (IANA's registry); what is not known travels as bytes.
fn media_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "pdf" => "application/pdf",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ppt" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" => "application/vnd.oasis.opendocument.text",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "rtf" => "application/rtf",
        "zip" => "application/zip",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "tif" | "tiff" => "image/tiff",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "csv" => "text/csv",
        _ => "application/octet-stream",
    }
}
