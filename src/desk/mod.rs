//! The one door (wall 1): one use case per function, taking an `Actor`. Permission check, state change, journal row and
//! outgoing rows are one transaction. Nothing here talks to a network, and nothing outside it writes to the store.

mod act;
mod appeal_import;
mod archive;
mod attachment;
mod backup;
mod calls;
mod cards;
mod channel_edit;
mod channel_trust;
mod channels;
mod checkpoint;
mod conflicts;
mod copies;
mod delivery;
mod digest;
mod draft;
mod draft_file;
mod edit;
mod elsewhere;
mod find;
mod findings;
mod from_staff;
mod grants;
mod hurry;
mod identities;
mod incoming;
mod init;
mod journal;
mod known;
mod later_members;
mod letter;
mod lookup_file;
mod mail_history;
mod matching;
mod member;
mod membership;
mod migrate;
mod note;
mod org_file;
mod orgs;
mod outgoing;
mod outside;
mod quality;
mod quarantine;
mod queue;
mod receipt;
mod recipients;
mod reconciliation;
mod redirect;
mod registry;
mod replay;
pub mod reply;
mod reply_address;
mod report;
mod restore;
mod routes;
mod seed;
mod send;
mod sent_mail;
pub mod settings;
mod show;
mod silence;
mod staff;
mod stage;
mod take;
mod team;
mod to_staff;
mod trouble;
mod turn;
mod verify;
pub mod views;

pub use crate::rules::digest::DEFAULT_AT as DEFAULT_DIGEST_AT;
pub use appeal_import::{AppealImport, FormerAppeal, read_former_appeals};
pub use backup::BackupReport;
pub use calls::{JoinRequest, NewCall, QueryRequest, QueryView};
pub use cards::{CardCheck, CardHolder, CardKeyView, CardRef, CardRequest, CardView, MemberCard};
pub use channel_edit::AccountEdit;
pub use channel_trust::ChannelTrust;
pub(crate) use channels::intake_lease;
pub use channels::{Account, NewAccount};
pub use checkpoint::{CheckpointOutcome, CheckpointView};
pub use conflicts::{ClaimView, ConflictSide, ConflictView};
pub use copies::SentLetter;
pub use digest::{DigestChannel, DigestData, DigestWish};
pub use findings::Finding;
pub use identities::{IdentitiesOf, IdentityEnd, IdentityView, NewIdentity};
pub use incoming::{Fetched, ReadTo, Settled};
pub use init::InitRequest;
pub use membership::{Confirmation, Confirmed};
pub use migrate::{MigrateReport, migrate};
pub use org_file::{OrgFile, read_orgs};
pub use orgs::{OrgImport, OrgRow};
pub use outgoing::{Abandoned, Attempt, LEASE, Leased};
pub use quality::{CheckFinding, CheckReport, CheckRequest, CheckedMember};
pub use quarantine::{AppealMade, Quarantined};
pub(crate) use reconciliation::reconcile_lease;
pub use reconciliation::{Compared, Reconciled, StoredItem};
pub use restore::RestoreReport;
pub use turn::{Turn, Turned};
pub use verify::{ClockVerification, KeyState, Verification};

pub use crate::rules::registry::columns::{Column, Layout};
pub use registry::{
    Change, Counts, DiffRow, ImportRequest, ImportView, ImportWatch, LayoutChoice, MemberImport, NumberNote,
    RegistryFile, RegistryRow, Unclear, UndoneImport, read_registry,
};
pub use routes::AccountRoutes;
pub use seed::{Seed, SeedDeed, SeedEvent};

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::{self, Feed, Store, desk_row, migrate as schema};
use crate::types::{Actor, Grant, OrgId, Role, StaffId};
use settings::{Ground, Settings};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use uuid::Uuid;

pub use crate::store::{DeskUrl, Heard};

/// An open desk. Cheap to clone; every clone is the same desk.
#[derive(Clone)]
pub struct Desk {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    shared: Arc<Shared>,
}

struct Shared {
    id: Uuid,
    demo: bool,
    state_dir: PathBuf,
    ground: RwLock<Arc<Ground>>,
    registry: tokio::sync::Mutex<Option<find::Registry>>,
    /// The index of the registry is being built anew in the background.
    lookup_is_built: AtomicBool,
    /// Workers of this process have been started and have not looked at every account yet.
    intake_starts: AtomicBool,
    grants: RwLock<Option<Arc<grants::Grants>>>,
    told: Arc<store::Told>,
    /// This process has stored raw items.
    stored: tokio::sync::Notify,
    /// How many those are.
    letters_stored: AtomicUsize,
    /// Failures of intake that could not be written down, by account.
    trouble: Mutex<HashMap<Uuid, &'static str>>,
}

impl Desk {
    /// Opens an existing desk of exactly this program's schema. `state_root` holds a folder per desk with its journal key
    /// and the copy of its checkpoints.
    pub async fn open(url: &DeskUrl, clock: Clock, state_root: &Path) -> Result<Self> {
        let store = Store::open(url).await?;
        let have = schema::current(&store).await?;
        let want = schema::schema_version();
        if have == 0 {
            return Err(Error::not_found("no-desk").arg("desk", url.shown()));
        }
        if have != want {
            let code = if have > want { "desk-newer" } else { "desk-older" };
            return Err(Error::conflict(code).arg("desk", have).arg("program", want));
        }
        Self::of(store, clock, state_root).await
    }

    async fn of(store: Store, clock: Clock, state_root: &Path) -> Result<Self> {
        let record = desk_row::load(&mut store.read().await?.conn()).await?;
        let record = record.ok_or_else(|| Error::not_found("no-desk"))?;
        let shared = Shared {
            id: record.desk_uuid,
            demo: record.demo != 0,
            state_dir: state_root.join(record.desk_uuid.to_string()),
            ground: RwLock::new(Ground::read(&record.settings)?),
            registry: tokio::sync::Mutex::new(None),
            lookup_is_built: AtomicBool::new(false),
            intake_starts: AtomicBool::new(false),
            grants: RwLock::new(None),
            told: Arc::default(),
            stored: tokio::sync::Notify::new(),
            letters_stored: AtomicUsize::new(0),
            trouble: Mutex::default(),
        };
        Ok(Self { store, clock, shared: Arc::new(shared) })
    }

    /// The desk's own id; part of its Message-IDs and of the name of its state folder.
    pub fn id(&self) -> Uuid {
        self.shared.id
    }

    /// Made with `init --demo`: `OTKLIK_NOW` and `--as` work.
    pub fn is_demo(&self) -> bool {
        self.shared.demo
    }

    /// Returns when this process has stored raw items since it last returned to anybody.
    pub(crate) async fn stored(&self) {
        self.shared.stored.notified().await;
    }

    /// Raw items that this process has stored durably.
    pub(crate) fn letters_stored(&self) -> usize {
        self.shared.letters_stored.load(Ordering::Relaxed)
    }

    pub(crate) fn tell_stored(&self, items: usize) {
        self.shared.letters_stored.fetch_add(items, Ordering::Relaxed);
        self.shared.stored.notify_one();
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// `sqlite` or `postgres`.
    pub fn engine(&self) -> &'static str {
        self.store.engine()
    }

    /// Where the journal's key and the outside copy of its checkpoints are.
    pub fn state_dir(&self) -> &Path {
        &self.shared.state_dir
    }

    pub fn settings(&self) -> Settings {
        self.ground().settings.clone()
    }

    pub fn zone(&self) -> jiff::tz::TimeZone {
        self.ground().zone.clone()
    }

    pub fn organisation_name(&self) -> String {
        self.ground().settings.organisation.clone()
    }

    fn ground(&self) -> Arc<Ground> {
        self.shared.ground.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    fn set_ground(&self, ground: Arc<Ground>) {
        *self.shared.ground.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = ground;
    }

    /// Tells a session that somebody, here or elsewhere, has committed something.
    pub async fn feed(&self) -> Result<Feed> {
        self.store.feed(&self.shared.told).await
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// The person whom the operating system knows by `os_user`; the account is the proof.
    pub async fn authenticate(&self, os_user: &str) -> Result<Actor> {
        let mut reader = self.store.read().await?;
        let staff = store::staff::by_os_user(&mut reader.conn(), os_user).await?;
        let staff = staff.ok_or_else(|| Error::not_allowed("not-staff").arg("user", os_user))?;
        self.person(&mut reader, staff).await
    }

    /// The person named, without proof: demo desks only.
    pub async fn act_as(&self, name: &str) -> Result<Actor> {
        if !self.is_demo() {
            return Err(Error::not_allowed("as-needs-demo"));
        }
        let mut reader = self.store.read().await?;
        let wanted = name.to_lowercase();
        let everybody = store::staff::all(&mut reader.conn()).await?;
        let exact = everybody.iter().find(|staff| staff.name.to_lowercase() == wanted);
        let by_user = || everybody.iter().find(|staff| staff.os_user.as_deref() == Some(name));
        let by_start = || everybody.iter().find(|staff| staff.name.to_lowercase().starts_with(&wanted));
        let staff = exact.or_else(by_user).or_else(by_start).cloned();
        let staff = staff.ok_or_else(|| Error::not_found("no-staff").arg("name", name))?;
        self.person(&mut reader, staff).await
    }

    async fn person(&self, reader: &mut store::Reader, staff: store::staff::StaffRecord) -> Result<Actor> {
        let grants = store::staff::grants_of(&mut reader.conn(), staff.id).await?;
        let grants = grants
            .iter()
            .filter_map(|grant| Some(Grant { role: Role::parse(&grant.role)?, org: grant.org_id.map(OrgId) }))
            .collect();
        Ok(Actor::Person { staff: StaffId(staff.id), name: staff.name, grants })
    }
}
