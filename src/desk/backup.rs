//! A backup: the whole desk of one moment in one file, the same for both engines (`archive`). It stands in place only once
//! it is complete, durable and has been read back; until then the name is free and nothing half-made is left behind.

use super::act::detached;
use super::archive::{self, Head, Manifest, as_file_error, file_error};
use super::journal::Entry;
use super::{Desk, outside};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::{Store, Tx, backup as rows, journal, migrate};
use crate::types::Actor;
use jiff::Timestamp;
use serde::Serialize;
use std::fs::File;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use tokio::sync::mpsc;
use uuid::Uuid;

/// Rows on their way from the desk to the file.
const ON_THE_WAY: usize = 256;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackupReport {
    pub file: PathBuf,
    /// The file's size.
    pub bytes: u64,
    pub made_at: Timestamp,
    pub tables: usize,
    pub rows: i64,
    /// Whether the journal could note who made it; a desk whose own disk is full can still be backed up elsewhere.
    pub recorded: bool,
}

/// What is backed up where.
pub(crate) struct Order {
    pub store: Store,
    pub desk: Uuid,
    pub schema: i64,
    pub state_dir: PathBuf,
    pub made_at: Timestamp,
    pub file: PathBuf,
    /// Whether a file of this name may be replaced.
    pub replace: bool,
}

impl Desk {
    /// Writes a backup of the whole desk into `file`, with mode 0600; people go on working meanwhile. An existing file is
    /// replaced only when asked, and only by a complete one. The private key of the journal is not in it: keep a copy of
    /// `journal.key` elsewhere. Errors: `file-exists`, `no-folder`, `file-denied`, `disk-full`.
    pub async fn backup(&self, actor: &Actor, file: &Path, replace: bool) -> Result<BackupReport> {
        // It holds everything, so who sees only a part of the desk may not take it.
        if self.scope_now(actor, UseCase::Backup).await?.whole == 0 {
            return Err(Error::not_allowed("not-allowed").arg("use_case", UseCase::Backup.code()));
        }
        let order = Order {
            store: self.store.clone(),
            desk: self.id(),
            schema: migrate::current(&self.store).await?,
            state_dir: self.state_dir().to_owned(),
            made_at: self.clock.now(),
            file: file.to_owned(),
            replace,
        };
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut report = make(order).await?;
            report.recorded = desk.record_backup(&actor, &report).await.is_ok();
            Ok(report)
        })
        .await
    }

    async fn record_backup(&self, actor: &Actor, report: &BackupReport) -> Result<()> {
        let mut act = self.begin(actor, UseCase::Backup).await?;
        let rows = report.rows.to_string();
        act.record(Entry::new("desk.backup").about("desk", self.id()).refers("rows", rows)).await?;
        act.commit().await
    }
}

/// Makes a backup, whoever asked for it: a person, or an upgrade before its first step.
pub(crate) async fn make(order: Order) -> Result<BackupReport> {
    let folder = folder_of(&order.file)?;
    if !order.replace && order.file.symlink_metadata().is_ok() {
        return Err(Error::conflict("file-exists").arg("file", order.file.display()));
    }
    let temporary = tempfile::Builder::new()
        .prefix(".otklik-backup-")
        .tempfile_in(&folder)
        .map_err(|error| file_error(&folder, error))?;
    let mut tx = order.store.snapshot().await?;
    let copied = copy(&mut tx, &order, temporary.as_file()).await;
    tx.rollback().await?;
    let manifest = copied.map_err(|error| as_file_error(&order.file, error))?;
    in_background(move || put_in_place(temporary, &folder, &manifest, &order)).await
}

/// The folder that a new file would stand in.
fn folder_of(file: &Path) -> Result<PathBuf> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).to_owned();
    if file.file_name().is_none() || !folder.is_dir() {
        return Err(Error::not_found("no-folder").arg("file", folder.display()));
    }
    Ok(folder)
}

/// Streams every table of the snapshot into the file.
async fn copy(tx: &mut Tx, order: &Order, file: &File) -> Result<Manifest> {
    let head = Head {
        format: archive::FORMAT.to_owned(),
        version: archive::VERSION,
        desk: order.desk,
        schema: order.schema,
        engine: order.store.engine().to_owned(),
        made_at: order.made_at,
    };
    let last = journal::last_checkpoint(&mut tx.conn()).await?.map_or(0, |last| last.n);
    let outside = outside_upto(order, last)?;
    let file = file.try_clone().map_err(|error| file_error(&order.file, error))?;
    let (sender, receiver) = mpsc::channel(ON_THE_WAY);
    let writer = tokio::task::spawn_blocking(move || archive::write(file, head, outside, receiver));
    for table in rows::catalogue(&mut tx.conn()).await? {
        if let Err(error) = rows::stream(&mut tx.conn(), &table, &sender).await {
            // The writer must not take the end of the rows for the end of the desk. If it is gone, it has its own error.
            let _ = sender.send(Err(error)).await;
            break;
        }
    }
    drop(sender);
    writer.await.map_err(|error| Error::failed("interrupted").because(error))?
}

/// The copy of the checkpoints outside the desk, as far as the snapshot knows them: what is signed while the backup runs
/// would otherwise look lost after a restore.
fn outside_upto(order: &Order, last: i64) -> Result<Option<Vec<u8>>> {
    let Some(copy) = outside::read(&order.state_dir, order.desk)? else { return Ok(None) };
    let mut text = Vec::new();
    for known in copy.checkpoints.iter().filter(|known| known.record.n <= last) {
        text.extend(outside::lines(order.desk, &known.key, [&known.record])?);
    }
    Ok(Some(text))
}

/// Makes the file durable, reads it back, and gives it its name.
fn put_in_place(
    temporary: NamedTempFile,
    folder: &Path,
    manifest: &Manifest,
    order: &Order,
) -> Result<BackupReport> {
    let failed = |error| file_error(&order.file, error);
    temporary.as_file().sync_all().map_err(failed)?;
    let read = archive::open(temporary.path())?;
    if archive::check(&read, &order.file)? != *manifest {
        return Err(Error::failed("archive-damaged").arg("file", order.file.display()));
    }
    let bytes = read.metadata().map_err(failed)?.len();
    let placed =
        if order.replace { temporary.persist(&order.file) } else { temporary.persist_noclobber(&order.file) };
    placed.map_err(|error| failed(error.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(BackupReport {
        file: order.file.clone(),
        bytes,
        made_at: order.made_at,
        tables: manifest.tables.len(),
        rows: manifest.rows(),
        recorded: false,
    })
}

/// Runs what blocks on a thread where it may.
pub(crate) async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::failed("interrupted").because(error))?
}
