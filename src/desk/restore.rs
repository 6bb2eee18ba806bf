//! Restoring a backup into an empty place. The archive is checked whole before the place is touched; everything is loaded
//! in one transaction; the journal then proves what has come. Nothing that waited to be sent goes out by itself: the desk
//! may have sent it after the backup was made, and nobody is answered twice by a program.

use super::archive::{self, Loaded, Manifest};
use super::backup::in_background;
use super::journal::Entry;
use super::{Desk, DeskUrl, KeyState, Verification, outside, queue};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::backup::{self as rows, Table};
use crate::store::migrate::{self, Steps};
use crate::store::{Store, Tx, history_letters, terms};
use crate::types::{Actor, AppealId, DeliveryId, DeliveryState, Worker};
use jiff::Timestamp;
use serde::Serialize;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc;
use uuid::Uuid;

/// Parts on their way from the file to the desk; each is at most a few megabytes.
const ON_THE_WAY: usize = 2;
const MESSAGES_AT_ONCE: i64 = 200;

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RestoreReport {
    pub desk: Uuid,
    /// When the backup was made: what came later is not in it.
    pub made_at: Timestamp,
    pub rows: i64,
    /// Deliveries that waited in the backup and now wait for a person's word (state `unknown`, reason `restored`).
    pub stopped: i64,
    /// Without the desk's key here nothing is signed any more until `journal.key` is copied into the state folder.
    pub key: KeyState,
    /// Where the state folder of the desk is.
    pub state_dir: PathBuf,
    /// The former copy of the checkpoints, if it knew of more than the backup does; kept under this name.
    pub set_aside: Option<PathBuf>,
    pub verification: Verification,
}

/// The archive, open and checked.
struct Archive {
    file: Arc<File>,
    path: PathBuf,
    manifest: Manifest,
}

impl Desk {
    /// Makes a desk of the backup `file` at `url`, where nothing may stand yet. Errors: `archive-unknown`,
    /// `archive-damaged`, `archive-newer`, `desk-exists`, `desk-not-empty`; after each of them the place is as it was.
    pub async fn restore(
        url: &DeskUrl,
        clock: Clock,
        state_root: &Path,
        file: &Path,
    ) -> Result<RestoreReport> {
        let archive = open(file).await?;
        if archive.manifest.head.schema > migrate::schema_version() {
            return Err(Error::conflict("archive-newer")
                .arg("file", file.display())
                .arg("desk", archive.manifest.head.schema)
                .arg("program", migrate::schema_version()));
        }
        let new = url.file().filter(|path| path.symlink_metadata().is_err()).map(Path::to_owned);
        let store = Store::create(url).await?;
        let loaded = restore_into(&store, url, &clock, &archive).await;
        let (stopped, copy) = match loaded {
            Ok(loaded) => loaded,
            Err(error) => {
                store.close().await;
                new.iter().for_each(|path| remove_file_of(path));
                return Err(error);
            }
        };
        let head = archive.manifest.head.clone();
        let set_aside = write_outside(&state_root.join(head.desk.to_string()), head.desk, copy)?;
        let desk = Self::of(store, clock, state_root).await?;
        let verification = desk.verify().await?;
        let report = RestoreReport {
            desk: head.desk,
            made_at: head.made_at,
            rows: archive.manifest.rows(),
            stopped,
            key: verification.key,
            state_dir: desk.state_dir().to_owned(),
            set_aside,
            verification,
        };
        desk.close().await;
        Ok(report)
    }
}

async fn open(path: &Path) -> Result<Archive> {
    let path = path.to_owned();
    in_background(move || {
        let file = archive::open(&path)?;
        let manifest = archive::check(&file, &path)?;
        Ok(Archive { file: Arc::new(file), path, manifest })
    })
    .await
}

/// A SQLite file that was made for this restore alone, with its companions.
fn remove_file_of(path: &Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        // What cannot be removed is an empty desk file, which the next attempt takes.
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}

/// Loads everything; the deliveries stopped, and the copy of the checkpoints.
async fn restore_into(
    store: &Store,
    url: &DeskUrl,
    clock: &Clock,
    archive: &Archive,
) -> Result<(i64, Vec<u8>)> {
    if !rows::is_empty(&mut store.read().await?.conn()).await? {
        let desk = migrate::current(store).await? > 0 && rows::desk_id(store).await?.is_some();
        let code = if desk { "desk-exists" } else { "desk-not-empty" };
        return Err(Error::conflict(code).arg("desk", url.shown()));
    }
    let head = &archive.manifest.head;
    Steps::SHIPPED.run_to(store, head.schema).await?;
    let mut tx = store.begin().await?;
    rows::before_loading(&mut tx.conn()).await?;
    let copy = load(&mut tx, archive).await?;
    rows::reset_numbers(&mut tx.conn()).await?;
    index_words(&mut tx).await?;
    if archive.manifest.tables.iter().any(|table| table.name == "history_letters") {
        index_history(&mut tx).await?;
    }
    let stopped = stop_waiting(&mut tx, clock.now()).await?;
    tx.commit().await?;
    Steps::SHIPPED.run_to(store, migrate::schema_version()).await?;
    Ok((stopped, copy))
}

/// Rows of every table, in the archive's order; the copy of the checkpoints.
async fn load(tx: &mut Tx, archive: &Archive) -> Result<Vec<u8>> {
    let tables = rows::catalogue(&mut tx.conn()).await?;
    if !is_same(&tables, &archive.manifest) {
        return Err(Error::failed("archive-damaged").arg("file", archive.path.display()));
    }
    let (sender, mut receiver) = mpsc::channel(ON_THE_WAY);
    let (file, path, known) = (archive.file.clone(), archive.path.clone(), tables.clone());
    let reader = tokio::task::spawn_blocking(move || archive::load(&file, &path, &known, &sender));
    let mut copy = Vec::new();
    while let Some(loaded) = receiver.recv().await {
        match loaded? {
            Loaded::Rows(name, rows) => {
                let table = tables.iter().find(|table| table.name == name);
                let table = table.ok_or_else(|| Error::failed("archive-damaged"))?;
                rows::insert(&mut tx.conn(), table, &rows).await?;
            }
            Loaded::Outside(bytes) => copy = bytes,
        }
    }
    reader.await.map_err(|error| Error::failed("interrupted").because(error))?;
    Ok(copy)
}

/// Whether the archive has the tables and columns of its schema, no more and no fewer.
fn is_same(tables: &[Table], manifest: &Manifest) -> bool {
    let names = |table: &Table| table.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let ours = tables.iter().map(|table| (table.name.to_owned(), names(table)));
    ours.eq(manifest.tables.iter().map(|entry| (entry.name.clone(), entry.columns.clone())))
}

/// Makes the index of words anew: each engine has a form of its own for it.
async fn index_words(tx: &mut Tx) -> Result<()> {
    let mut after = i64::MIN;
    loop {
        let messages = rows::words_after(&mut tx.conn(), after, MESSAGES_AT_ONCE).await?;
        let Some(last) = messages.last() else { return Ok(()) };
        after = last.pk;
        for message in &messages {
            let words = queue::index_terms(&message.subject, &message.body);
            terms::insert(&mut tx.conn(), message.id, &words).await?;
        }
    }
}

/// The same for earlier letters, which desks of the first schema have not.
async fn index_history(tx: &mut Tx) -> Result<()> {
    let mut after = i64::MIN;
    loop {
        let letters = history_letters::words_after(&mut tx.conn(), after, MESSAGES_AT_ONCE).await?;
        let Some(last) = letters.last() else { return Ok(()) };
        after = last.pk;
        for letter in &letters {
            let words = queue::index_terms(&letter.subject, &letter.body);
            history_letters::index(&mut tx.conn(), letter.raw_id, &words).await?;
        }
    }
}

/// Leaves to a person whatever waited to be sent, and says so in the journal.
async fn stop_waiting(tx: &mut Tx, now: Timestamp) -> Result<i64> {
    let waiting = rows::stop_waiting(&mut tx.conn()).await?;
    let sender = Actor::Worker(Worker::Sender);
    for delivery in &waiting {
        let entry = Entry::new("delivery.unknown")
            .about_appeal(AppealId(delivery.appeal_id))
            .code("delivery_state", Some(&delivery.state), Some(DeliveryState::Unknown.code()))
            .refers("delivery", DeliveryId(delivery.id))
            .refers("reason", "restored");
        entry.write(&mut tx.conn(), &sender, now).await?;
    }
    Ok(i64::try_from(waiting.len()).unwrap_or(i64::MAX))
}

/// Puts the copy of the checkpoints beside the key. A copy that stands there and knows of checkpoints that this desk does
/// not is evidence of what the restored desk lacks: it is kept, under another name, and no longer speaks for this desk.
fn write_outside(state_dir: &Path, desk: Uuid, copy: Vec<u8>) -> Result<Option<PathBuf>> {
    let restored = outside::read_lines(copy.as_slice(), desk)?;
    let last = restored.checkpoints.iter().map(|known| known.record.n).max().unwrap_or(0);
    let here = outside::newest(state_dir)?;
    if here > last {
        let aside = state_dir.join(format!("checkpoints-before-restore-{here}.jsonl"));
        std::fs::rename(state_dir.join(outside::OUTSIDE_FILE), &aside)?;
        if !copy.is_empty() {
            outside::write(state_dir, &copy)?;
        }
        return Ok(Some(aside));
    }
    if here == 0 && !copy.is_empty() {
        outside::write(state_dir, &copy)?;
    }
    Ok(None)
}
