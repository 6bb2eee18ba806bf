//! The import itself: one transaction from the first look at the registry to the last row, or only the look.

use super::file::{NumberNote, RegistryFile, Unclear, refuse_without_names};
use super::layouts::LayoutChoice;
use super::plan::{Counts, DiffRow, Planner, vanished};
use super::rows::further_contacts;
use crate::desk::Desk;
use crate::desk::act::{Act, detached};
use crate::desk::journal::{Entry, hex};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::sheet::Row;
use crate::store::members::{self, Change};
use crate::store::registry::{self as store, ImportRecord, WholeMember};
use crate::store::{Conn, orgs};
use crate::types::{Actor, OrgLevel, Untrusted};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use uuid::Uuid;

/// Rows that are decided about and written together.
const BATCH: usize = 1000;

/// What an import is told.
#[derive(Clone, Debug, Default)]
pub struct ImportRequest {
    pub file: RegistryFile,
    /// The file's name, without its folder.
    pub name: String,
    /// The code of the organisation whose members they all are.
    pub org: Option<String>,
    /// The file has only some of the members: nobody is marked as missing.
    pub partial: bool,
    /// Whether it is done, or only what it would do.
    pub apply: bool,
    /// What was shown before somebody said yes; anything else is refused.
    pub expected: Option<Counts>,
    pub watch: Arc<ImportWatch>,
}

impl ImportRequest {
    /// An import of a file with nothing special about it.
    pub fn of(file: RegistryFile, name: &str, apply: bool) -> Self {
        Self { file, name: name.to_owned(), apply, ..Self::default() }
    }
}

/// How far an import has come, and whether somebody wants it to stop: shared with whoever waits for it.
#[derive(Debug, Default)]
pub struct ImportWatch {
    done: AtomicUsize,
    total: AtomicUsize,
    cancelled: AtomicBool,
}

impl ImportWatch {
    /// Rows decided about, and all rows.
    pub fn progress(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    /// Asks the import to stop. It leaves the registry as it was, unless it has just been done.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    fn stop_if_asked(&self) -> Result<()> {
        match self.cancelled.load(Ordering::Relaxed) {
            true => Err(Error::failed("import-cancelled")),
            false => Ok(()),
        }
    }
}

/// What an import has done, or would do.
#[derive(Clone, Debug, Default)]
pub struct MemberImport {
    /// By which it can be undone; none where nothing was done.
    pub id: Option<Uuid>,
    pub counts: Counts,
    /// Every row but those that stay the same, in the order of the file, then those that vanished.
    pub diff: Vec<DiffRow>,
    /// Organisation codes that the desk does not know; each gets a row of its own, to be named by an import later.
    pub unknown_orgs: Vec<Untrusted>,
    pub unclear: Vec<Unclear>,
    pub numbers: Vec<NumberNote>,
}

impl MemberImport {
    /// Whether it would change nothing.
    pub fn is_idle(&self) -> bool {
        self.counts.new + self.counts.changed + self.counts.vanished == 0
    }
}

impl Desk {
    /// Imports a registry file in one transaction; without `apply` only says what it would do. Rows of the organisations in
    /// the file that it no longer has are marked as missing: vanished does not mean left.
    ///
    /// # Errors
    /// `no-name-column`, `no-organisation`, `import-cancelled`, `import-changed` when the registry is no longer as it was shown.
    pub async fn import_members(&self, actor: &Actor, request: ImportRequest) -> Result<MemberImport> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let id = Uuid::now_v7();
            if !request.apply {
                let mut look = desk.look(&actor, UseCase::MemberImport).await?;
                refuse_without_names(&request.file)?;
                let now = look.now.as_millisecond();
                let mut run = Run { request: &request, id, now, change: None };
                return run.go(&mut Place::Look(look.reader.conn())).await.map(|(done, _)| done);
            }
            let mut act = desk.begin(&actor, UseCase::MemberImport).await?;
            refuse_without_names(&request.file)?;
            let now = act.now_ms();
            let change = members::begin_change(&mut act.conn()).await?;
            let mut run = Run { request: &request, id, now, change: Some(change) };
            let (mut done, made_orgs) = run.go(&mut Place::Act(&mut act)).await?;
            if request.expected.is_some_and(|expected| expected != done.counts) {
                return Err(Error::conflict("import-changed"));
            }
            if done.is_idle() {
                return Ok(done);
            }
            finish(&desk, act, &request, (id, &done, &made_orgs)).await?;
            done.id = Some(id);
            Ok(done)
        })
        .await
    }
}

/// Where rows are looked for, and where they are written if they are.
enum Place<'a, 'c> {
    Look(Conn<'c>),
    Act(&'a mut Act),
}

struct Run<'a> {
    request: &'a ImportRequest,
    id: Uuid,
    now: i64,
    /// Under which rows are written; none where none are.
    change: Option<Change>,
}

impl Run<'_> {
    async fn go(&mut self, place: &mut Place<'_, '_>) -> Result<(MemberImport, Vec<Uuid>)> {
        let (request, file) = (self.request, &self.request.file);
        let rows: Vec<&Row> = file.data().collect();
        request.watch.total.store(rows.len(), Ordering::Relaxed);
        let (known, names, org, is_empty) = match place {
            Place::Look(conn) => known(conn, request).await?,
            Place::Act(act) => known(&mut act.conn(), request).await?,
        };
        if let Place::Act(act) = place {
            let record = self.record(&act.actor, org);
            store::add_import(&mut act.conn(), &record).await?;
        }
        let mut planner = Planner::new(file, &request.name, self.id, self.now, org, (&known, &names));
        let mut made = 0;
        for rows in rows.chunks(BATCH) {
            request.watch.stop_if_asked()?;
            let batch = match place {
                _ if is_empty => planner.plan(None, rows).await?,
                Place::Look(conn) => planner.plan(Some(conn), rows).await?,
                Place::Act(act) => planner.plan(Some(&mut act.conn()), rows).await?,
            };
            if let Place::Act(act) = place {
                for (code, id) in &planner.unknown_orgs[made..] {
                    orgs::upsert(&mut act.conn(), *id, code, None, OrgLevel::Primary.code(), code).await?;
                }
                made = planner.unknown_orgs.len();
                self.write(act, "changed", &batch.former, &batch.written).await?;
            }
            request.watch.done.fetch_add(rows.len(), Ordering::Relaxed);
            // A session on the same thread has its turn.
            tokio::task::yield_now().await;
        }
        if !request.partial && !is_empty {
            self.vanish(place, &mut planner).await?;
        }
        request.watch.stop_if_asked()?;
        let made_orgs = planner.unknown_orgs.iter().map(|(_, id)| *id).collect();
        let done = MemberImport {
            id: None,
            counts: planner.counts,
            diff: planner.diff,
            unknown_orgs: planner.unknown_orgs.into_iter().map(|(code, _)| code).collect(),
            unclear: planner.unclear,
            numbers: file.numbers(),
        };
        Ok((done, made_orgs))
    }

    async fn write(
        &self,
        act: &mut Act,
        fate: &'static str,
        former: &[WholeMember],
        written: &[WholeMember],
    ) -> Result<()> {
        let kept: Vec<(&'static str, &WholeMember)> = former.iter().map(|row| (fate, row)).collect();
        store::keep_former(&mut act.conn(), self.id, &kept).await?;
        let Some(change) = self.change else { return Ok(()) };
        store::write(&mut act.conn(), written, change).await?;
        let changed: Vec<Uuid> = former.iter().map(|row| row.id).collect();
        store::drop_contacts(&mut act.conn(), &changed).await?;
        let further: Vec<store::Contact> = written.iter().flat_map(further_contacts).collect();
        store::add_contacts(&mut act.conn(), &further).await
    }

    /// Marks the rows that the file no longer has.
    async fn vanish(&self, place: &mut Place<'_, '_>, planner: &mut Planner<'_>) -> Result<()> {
        let orgs: Vec<Option<Uuid>> = match planner.knows_orgs() {
            true => planner.covered.iter().map(|org| Some(*org)).collect(),
            false => vec![None],
        };
        for org in orgs {
            let present = match place {
                Place::Look(conn) => store::present_in(conn, org).await?,
                Place::Act(act) => store::present_in(&mut act.conn(), org).await?,
            };
            let gone: Vec<Uuid> = present.into_iter().filter(|id| !planner.has_seen(*id)).collect();
            for ids in gone.chunks(BATCH) {
                let found = match place {
                    Place::Look(conn) => store::by_ids(conn, ids).await?,
                    Place::Act(act) => store::by_ids(&mut act.conn(), ids).await?,
                };
                // What this import has just made is not missing from it.
                let found: Vec<WholeMember> =
                    found.into_iter().filter(|row| row.made_by != Some(self.id)).collect();
                planner.counts.vanished += found.len();
                planner.diff.extend(found.iter().map(vanished));
                if let (Place::Act(act), Some(change)) = (&mut *place, self.change) {
                    let marked = found.iter().cloned().map(|row| WholeMember {
                        missing_since: Some(self.id),
                        import_id: Some(self.id),
                        ..row
                    });
                    let marked: Vec<WholeMember> = marked.collect();
                    let kept: Vec<(&'static str, &WholeMember)> =
                        found.iter().map(|row| ("vanished", row)).collect();
                    store::keep_former(&mut act.conn(), self.id, &kept).await?;
                    store::write(&mut act.conn(), &marked, change).await?;
                }
            }
        }
        Ok(())
    }

    fn record(&self, actor: &Actor, org: Option<Uuid>) -> ImportRecord {
        let actor = match actor {
            Actor::Person { name, .. } => name.clone(),
            Actor::Worker(worker) => worker.code().to_owned(),
        };
        ImportRecord {
            id: self.id,
            file: Untrusted::new(self.request.name.as_str()),
            sheet: self.request.file.sheet(),
            sha256: self.request.file.digest.clone(),
            org_id: org,
            org_code: None,
            actor,
            done_at: self.now,
            undone_at: None,
            counts: "{}".into(),
        }
    }
}

type Known = (Vec<orgs::OrgRecord>, Vec<(Uuid, Untrusted)>, Option<Uuid>, bool);

async fn known(conn: &mut Conn<'_>, request: &ImportRequest) -> Result<Known> {
    let known = orgs::plain(conn).await?;
    let names = orgs::former_names(conn).await?;
    let names = names.into_iter().map(|name| (name.org_id, name.name)).collect();
    let org = match &request.org {
        None => None,
        Some(code) => {
            let wanted = Untrusted::new(code.trim());
            let found = known.iter().find(|org| org.code == wanted).map(|org| org.id);
            Some(found.ok_or_else(|| Error::not_found("no-organisation").arg("code", code))?)
        }
    };
    Ok((known, names, org, store::is_empty(conn).await?))
}

async fn finish(
    desk: &Desk,
    mut act: Act,
    request: &ImportRequest,
    (id, done, made_orgs): (Uuid, &MemberImport, &[Uuid]),
) -> Result<()> {
    if !made_orgs.is_empty() {
        orgs::rebuild_closure(&mut act.conn()).await?;
    }
    let made: Vec<String> = made_orgs.iter().map(Uuid::to_string).collect();
    let counts = json!({ "counts": done.counts, "orgs": made }).to_string();
    store::set_import_counts(&mut act.conn(), id, &counts).await?;
    let org = match &request.org {
        Some(code) => orgs::id_by_code(&mut act.conn(), code.trim()).await?.map(|id| id.to_string()),
        None => Some(String::new()),
    };
    let layout = LayoutChoice::of(&request.file.layout).to_json().to_string();
    let now = act.now_ms();
    store::save_layout(&mut act.conn(), &org.unwrap_or_default(), &layout, now).await?;
    let entry = Entry::new("registry.imported")
        .about("registry", desk.id())
        .code("new", None::<usize>, Some(done.counts.new))
        .code("changed", None::<usize>, Some(done.counts.changed))
        .code("vanished", None::<usize>, Some(done.counts.vanished))
        .code("file_sha256", None::<&str>, Some(hex(&request.file.digest)))
        .text("file", None, Some(Untrusted::new(request.name.as_str())))
        .refers("import", id);
    act.record(entry).await?;
    request.watch.stop_if_asked()?;
    act.commit().await
}
