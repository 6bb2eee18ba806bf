//! Upgrading a desk in place: a backup first, by itself, then one step after another. A program older than the desk does
//! nothing to it.

use super::DeskUrl;
use super::backup::{self, BackupReport, Order};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::migrate::{self, Steps};
use crate::store::{Store, backup as rows};
use jiff::tz::TimeZone;
use serde::Serialize;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// What an upgrade did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MigrateReport {
    /// The schema before and after; the same when nothing was to be done.
    pub from: i64,
    pub to: i64,
    /// The backup made before the first step.
    pub backup: Option<BackupReport>,
}

/// Brings the desk at `url` to this program's schema. Before the first step a backup is written: beside the file of an
/// embedded desk, into the desk's state folder for PostgreSQL. Errors: `no-desk`, `desk-newer`, `migration` (with the
/// argument `file`: the backup), and those of a backup, after which nothing was upgraded.
pub async fn migrate(url: &DeskUrl, clock: Clock, state_root: &Path) -> Result<MigrateReport> {
    migrate_by(Steps::SHIPPED, url, clock, state_root).await
}

async fn migrate_by(
    steps: Steps<'_>,
    url: &DeskUrl,
    clock: Clock,
    state_root: &Path,
) -> Result<MigrateReport> {
    let store = Store::open(url).await?;
    let done = upgrade(steps, &store, url, &clock, state_root).await;
    store.close().await;
    done
}

async fn upgrade(
    steps: Steps<'_>,
    store: &Store,
    url: &DeskUrl,
    clock: &Clock,
    state_root: &Path,
) -> Result<MigrateReport> {
    let (from, to) = (migrate::current(store).await?, steps.version());
    if from > to {
        return Err(Error::conflict("desk-newer").arg("desk", from).arg("program", to));
    }
    let desk = if from == 0 { None } else { rows::desk_id(store).await? };
    let Some(desk) = desk else { return Err(Error::not_found("no-desk").arg("desk", url.shown())) };
    if from == to {
        return Ok(MigrateReport { from, to, backup: None });
    }
    let state_dir = state_root.join(desk.to_string());
    let file = backup_file(url, &state_dir, clock, from, to)?;
    let order = Order {
        store: store.clone(),
        desk,
        schema: from,
        state_dir,
        made_at: clock.now(),
        file,
        replace: false,
    };
    let backup = backup::make(order).await?;
    let kept = backup.file.display().to_string();
    steps.run_to(store, to).await.map_err(|error| error.arg("file", kept))?;
    Ok(MigrateReport { from, to, backup: Some(backup) })
}

/// A name that says what it is for, and that no other backup has.
fn backup_file(url: &DeskUrl, state_dir: &Path, clock: &Clock, from: i64, to: i64) -> Result<PathBuf> {
    let moment = clock.now().to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    let salt = &Uuid::new_v4().simple().to_string()[..4];
    let (folder, stem) = match url.file() {
        Some(file) => {
            let stem = file.file_stem().map_or("desk".into(), |stem| stem.to_string_lossy());
            (file.parent().map(Path::to_owned).unwrap_or_default(), stem.into_owned())
        }
        None => {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(state_dir)?;
            (state_dir.to_owned(), "desk".to_owned())
        }
    };
    Ok(folder.join(format!("{stem}-schema-{from}-before-{to}-{moment}-{salt}.tar.zst")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::{Desk, InitRequest, settings::Settings};
    use crate::store::migrate::tomorrow::{Tomorrow, postgres};
    use crate::types::{Actor, Role, Worker};

    const WORKS: &str = "ALTER TABLE desk ADD COLUMN tomorrow TEXT DEFAULT 'x'";
    const FAILS: &str = "ALTER TABLE no_such_table ADD COLUMN tomorrow TEXT";

    async fn places(folder: &Path) -> Vec<DeskUrl> {
        let file = DeskUrl::Sqlite(folder.join("desk.sqlite"));
        std::iter::once(file).chain(postgres().await).collect()
    }

    async fn made(url: &DeskUrl, state: &Path) -> Desk {
        let settings = Settings { organisation: "Обком".into(), ..Settings::default() };
        let request =
            InitRequest {
                settings, me: "Орлова".into(), role: Role::Lawyer, os_user: None, demo: true
            };
        Desk::init(url, Clock::system(), state, request).await.unwrap()
    }

    #[tokio::test]
    async fn an_upgrade_backs_up_first_and_the_program_that_still_runs_stops_writing() {
        let folder = tempfile::tempdir().unwrap();
        let (tomorrow, state) = (Tomorrow::with(WORKS), folder.path().join("state"));
        for url in places(folder.path()).await {
            let running = made(&url, &state).await;
            let report = migrate_by(tomorrow.steps(), &url, Clock::system(), &state).await.unwrap();
            assert_eq!((report.from, report.to), (migrate::schema_version(), migrate::schema_version() + 1));
            let backup = report.backup.unwrap();
            assert!(backup.rows > 3 && backup.file.is_file());
            let beside = url.file().map_or(running.state_dir(), |_| folder.path());
            assert_eq!(backup.file.parent().unwrap(), beside);
            // The program that was running is now the older one.
            let timer = Actor::Worker(Worker::Timer);
            let refused = running.checkpoint_now(&timer).await.unwrap_err();
            assert_eq!(refused.code, "desk-newer", "{}", running.engine());
            let head = running.act_as("Орлова").await.unwrap();
            assert!(running.verify_journal(&head).await.unwrap().ok, "it can still read");
            running.close().await;
            let refused = Desk::open(&url, Clock::system(), &state).await.map(|_| ()).unwrap_err();
            assert_eq!(refused.code, "desk-newer");
            assert_eq!(migrate(&url, Clock::system(), &state).await.unwrap_err().code, "desk-newer");
            let again = migrate_by(tomorrow.steps(), &url, Clock::system(), &state).await.unwrap();
            assert_eq!((again.from == again.to, again.backup), (true, None));
            // The backup is of the desk as it was, for the program as it was.
            let back = DeskUrl::Sqlite(folder.path().join(format!("back-{}", backup.bytes)));
            let restored = Desk::restore(&back, Clock::system(), &state, &backup.file).await.unwrap();
            assert!(restored.verification.ok, "{restored:?}");
        }
    }

    #[tokio::test]
    async fn an_upgrade_that_fails_leaves_the_desk_as_it_was_and_names_the_backup() {
        let folder = tempfile::tempdir().unwrap();
        let (tomorrow, state) = (Tomorrow::with(FAILS), folder.path().join("state"));
        for url in places(folder.path()).await {
            made(&url, &state).await.close().await;
            let failed = migrate_by(tomorrow.steps(), &url, Clock::system(), &state).await.unwrap_err();
            assert_eq!(failed.code, "migration");
            let file = failed.args.iter().find(|arg| arg.0 == "file").unwrap();
            assert!(Path::new(&file.1).is_file());
            let desk = Desk::open(&url, Clock::system(), &state).await.unwrap();
            let head = desk.act_as("Орлова").await.unwrap();
            assert!(desk.verify_journal(&head).await.unwrap().ok);
            desk.close().await;
        }
    }
}
