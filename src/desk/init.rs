//! Making a desk: schema, settings, journal key, and the person who does it, who is head and administrator.

use super::journal::Entry;
use super::settings::{Ground, Settings};
use super::{Desk, DeskUrl};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::{Store, desk_row, migrate, staff};
use crate::types::{Actor, Grant, Role, StaffId};
use ed25519_dalek::SigningKey;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use uuid::Uuid;

/// What a new desk is made from.
#[derive(Clone, Debug)]
pub struct InitRequest {
    pub settings: Settings,
    /// The name of whoever makes it.
    pub me: String,
    /// The role asked for; head and admin are given besides.
    pub role: Role,
    pub os_user: Option<String>,
    pub demo: bool,
}

/// The file of the private key in the desk's state folder.
pub(crate) const KEY_FILE: &str = "journal.key";

impl Desk {
    /// Makes a desk in an empty database; a database that has one is refused and left as it is.
    pub async fn init(url: &DeskUrl, clock: Clock, state_root: &Path, request: InitRequest) -> Result<Self> {
        // All of it before anything is made: a refusal leaves no file behind.
        request.settings.time_zone()?;
        if request.me.trim().is_empty() || request.settings.organisation.trim().is_empty() {
            return Err(Error::usage("name-empty"));
        }
        let store = Store::create(url).await?;
        if migrate::current(&store).await? > 0
            && desk_row::load(&mut store.read().await?.conn()).await?.is_some()
        {
            return Err(Error::conflict("desk-exists").arg("desk", url.shown()));
        }
        migrate::run(&store).await?;
        let id = Uuid::now_v7();
        let key = make_key(&state_root.join(id.to_string()), KEY_FILE.to_owned(), signing_key())?;
        let now = clock.now();
        let mut tx = store.begin().await?;
        let settings = serde_json::to_string(&request.settings)
            .map_err(|e| Error::failed("settings-damaged").because(e))?;
        let ground = Ground::read(&settings)?;
        let record = desk_row::DeskRecord {
            desk_uuid: id,
            schema_version: migrate::schema_version(),
            demo: i64::from(request.demo),
            created_at: now.as_millisecond(),
            settings,
            journal_key: key.verifying_key().to_bytes().to_vec(),
        };
        desk_row::insert(&mut tx.conn(), &record).await?;
        let me = StaffId::new();
        staff::insert(
            &mut tx.conn(),
            me.0,
            request.me.trim(),
            request.os_user.as_deref(),
            now.as_millisecond(),
        )
        .await?;
        let mut roles = vec![request.role, Role::Head, Role::Admin];
        roles.sort_unstable();
        roles.dedup();
        for role in &roles {
            staff::insert_grant(&mut tx.conn(), me.0, role.code(), None).await?;
        }
        let grants = roles.iter().map(|&role| Grant { role, org: None }).collect();
        let actor = Actor::Person { staff: me, name: request.me.clone(), grants };
        let entry = Entry::new("desk.made")
            .about("desk", id)
            .about("staff", me)
            .code("policy", None::<&str>, Some(ground.settings.policy.code()))
            .code("zone", None::<&str>, Some(&ground.settings.zone))
            .code(
                "roles",
                None::<&str>,
                Some(roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(",")),
            );
        entry.write(&mut tx.conn(), &actor, now).await?;
        tx.commit().await?;
        Self::of(store, clock, state_root).await
    }
}

/// A new key.
pub(super) fn signing_key() -> SigningKey {
    SigningKey::generate(&mut rand::rngs::OsRng)
}

/// Keeps a signing key as a file of its own, durably, in a folder that only its owner may enter.
pub(super) fn make_key(folder: &Path, name: String, key: SigningKey) -> Result<SigningKey> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.join(name))?;
    file.write_all(super::journal::hex(&key.to_bytes()).as_bytes())?;
    file.sync_all()?;
    std::fs::File::open(folder)?.sync_all()?;
    Ok(key)
}
