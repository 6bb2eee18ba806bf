//! Files of a thread: their bytes are parts of the stored raw item.

use super::Desk;
use super::act::{Act, detached};
use super::journal::Entry;
use super::outgoing::LARGEST;
use crate::error::{Error, Result};
use crate::mail::attachment_bytes;
use crate::rules::roles::UseCase;
use crate::store::{deliveries, messages, raw};
use crate::types::{Actor, AppealId, AttachmentId};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// How many names are tried before a folder is called full of them.
const NAMES: usize = 1000;

impl Desk {
    /// Saves a file of an appeal into a folder: the name is made safe, nothing is overwritten, no link is followed. Who
    /// took which file out is journalled.
    pub async fn save_attachment(
        &self,
        actor: &Actor,
        appeal: AppealId,
        id: AttachmentId,
        folder: &Path,
    ) -> Result<PathBuf> {
        let (desk, actor, folder) = (self.clone(), actor.clone(), folder.to_owned());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::AttachmentSave).await?;
            act.appeal(appeal).await?;
            let files = messages::attachments_of(&mut act.conn(), appeal.0).await?;
            let file = files.into_iter().find(|file| file.id == id.0);
            let file = file.ok_or_else(|| Error::not_found("no-attachment"))?;
            let Some(part) = file.part_path.clone() else {
                return Err(Error::not_found("attachment-not-kept"));
            };
            let whole = match file.raw_id {
                Some(raw_id) => raw::bytes(&mut act.conn(), raw_id).await?,
                None => sent_bytes(&mut act, file.message_id).await?,
            };
            let name = file.file_name.for_file_name();
            let saved = tokio::task::spawn_blocking(move || {
                let bytes = attachment_bytes(&whole, &part).ok_or_else(|| Error::failed("raw-damaged"))?;
                write_new(&folder, &name, &bytes)
            });
            let saved = saved.await.map_err(|error| Error::failed("interrupted").because(error))??;
            let entry = Entry::new("attachment.saved").about_appeal(appeal).refers("attachment", id);
            act.record(entry).await?;
            act.commit().await?;
            Ok(saved)
        })
        .await
    }
}

/// The letter that a file went with, as it was frozen.
pub(super) async fn sent_bytes(act: &mut Act, message: Uuid) -> Result<Vec<u8>> {
    let packed = deliveries::payload_of_message(&mut act.conn(), message).await?;
    let packed = packed.ok_or_else(|| Error::not_found("attachment-not-kept"))?;
    Ok(zstd::bulk::decompress(&packed, LARGEST)?)
}

/// Writes under the first free name: `a.pdf`, `a (2).pdf`, …
fn write_new(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    if !folder.is_dir() {
        return Err(Error::not_found("no-folder").arg("file", folder.display()));
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    for n in 1..=NAMES {
        let tried = if n == 1 { name.to_owned() } else { format!("{stem} ({n}){extension}") };
        let path = folder.join(tried);
        // create_new is O_EXCL: neither a file nor a link that stands there is touched.
        match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                let written = file.write_all(bytes).and_then(|()| file.sync_all());
                if let Err(error) = written {
                    let _ = std::fs::remove_file(&path);
                    return Err(error.into());
                }
                return Ok(path);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::conflict("names-taken").arg("folder", folder.display()))
}
