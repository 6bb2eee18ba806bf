//! The keys that sign cards. The desk has the public halves, for ever; a private half is a file `card-FINGERPRINT.key` in the
//! state folder of the machine that made it, as the journal's key is, and in no backup. Several machines may each have one.

use super::token::fingerprint;
use super::{CardKeyView, unreadable_key};
use crate::desk::Desk;
use crate::desk::act::{Act, detached, moment};
use crate::desk::init::{make_key, signing_key};
use crate::desk::journal::{Entry, hex, unhex};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::Conn;
use crate::store::cards::{self, KeyRecord};
use crate::types::Actor;
use ed25519_dalek::{SigningKey, VerifyingKey};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

impl Desk {
    /// Every key that ever signed cards, the newest first.
    pub async fn card_keys(&self, actor: &Actor) -> Result<Vec<CardKeyView>> {
        let mut look = self.look(actor, UseCase::CardShow).await?;
        let keys = cards::keys(&mut look.reader.conn()).await?;
        let here = |key: &KeyRecord| path_of(self.state_dir(), &key.id).is_file();
        Ok(keys.iter().map(|key| view(key, here(key))).collect())
    }

    /// Makes a new key on this machine, which signs from now on. Cards that older ones signed go on to count.
    pub async fn new_card_key(&self, actor: &Actor) -> Result<CardKeyView> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::CardKey).await?;
            let (record, _) = made(&mut act, desk.state_dir()).await?;
            act.commit().await?;
            Ok(view(&record, true))
        })
        .await
    }

    /// Retires a key: no card that it signed counts any more. For a key that somebody may have stolen; cards that merely
    /// grow old expire by themselves. The file stays where it is and signs nothing.
    ///
    /// # Errors
    /// `no-card-key`; `card-key-retired` when it is retired already.
    pub async fn retire_card_key(&self, actor: &Actor, id: &str) -> Result<()> {
        let (desk, actor, id) = (self.clone(), actor.clone(), id.trim().to_lowercase());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::CardKey).await?;
            let key = cards::key(&mut act.conn(), &id).await?;
            let key = key.ok_or_else(|| Error::not_found("no-card-key"))?;
            if key.retired_at.is_some() {
                return Err(Error::conflict("card-key-retired"));
            }
            let now = act.now_ms();
            cards::retire_key(&mut act.conn(), &key.id, now).await?;
            act.record(Entry::new("card-key.retired").about("card_key", &key.id)).await?;
            act.commit().await
        })
        .await
    }
}

fn view(key: &KeyRecord, here: bool) -> CardKeyView {
    CardKeyView {
        id: key.id.clone(),
        made_at: moment(key.made_at),
        retired_at: key.retired_at.map(moment),
        here,
    }
}

fn path_of(state_dir: &Path, id: &str) -> PathBuf {
    state_dir.join(format!("card-{id}.key"))
}

/// A new key: its file first, then its row. A file whose row was never committed is never asked for.
async fn made(act: &mut Act, state_dir: &Path) -> Result<(KeyRecord, SigningKey)> {
    let key = signing_key();
    let public = key.verifying_key();
    let record = KeyRecord {
        id: hex(&fingerprint(&public)),
        public: public.to_bytes().to_vec(),
        made_at: act.now_ms(),
        retired_at: None,
    };
    let name = format!("card-{}.key", record.id);
    let key = make_key(state_dir, name, key)?;
    cards::add_key(&mut act.conn(), &record).await?;
    act.record(Entry::new("card-key.made").about("card_key", &record.id)).await?;
    Ok((record, key))
}

/// The key to sign a new card with: the newest that counts and is on this machine. A desk without any makes its first one.
///
/// # Errors
/// `card-key-absent` when the keys that count are on other machines; `card-key-open`, `card-key-damaged`.
pub(super) async fn current(act: &mut Act, state_dir: &Path) -> Result<(String, SigningKey)> {
    let mut keys = cards::keys(&mut act.conn()).await?;
    keys.retain(|key| key.retired_at.is_none());
    let Some(newest) = keys.first().map(|key| key.id.clone()) else {
        let (record, key) = made(act, state_dir).await?;
        return Ok((record.id, key));
    };
    for key in keys {
        if let Some(signing) = private(state_dir, &key)? {
            return Ok((key.id, signing));
        }
    }
    Err(Error::conflict("card-key-absent").arg("file", path_of(state_dir, &newest).display()))
}

/// The private half of a key, if it is on this machine.
pub(super) fn private(state_dir: &Path, key: &KeyRecord) -> Result<Option<SigningKey>> {
    let path = path_of(state_dir, &key.id);
    match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
        Ok(meta) if meta.permissions().mode() & 0o077 != 0 => {
            return Err(Error::failed("card-key-open").arg("file", path.display()));
        }
        Ok(_) => {}
    }
    let text = std::fs::read_to_string(&path)?;
    let bytes = unhex(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let signing = SigningKey::from_bytes(&bytes.ok_or_else(|| unreadable_key(&path))?);
    if signing.verifying_key().as_bytes()[..] != key.public {
        return Err(unreadable_key(&path));
    }
    Ok(Some(signing))
}

/// The public half that a card names; none when the desk has no such key.
pub(super) async fn public(conn: &mut Conn<'_>, print: [u8; 4]) -> Result<Option<VerifyingKey>> {
    let Some(record) = cards::key(conn, &hex(&print)).await? else { return Ok(None) };
    let bytes = <[u8; 32]>::try_from(record.public).ok();
    let key = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    key.map(Some).ok_or_else(|| Error::failed("desk-damaged"))
}
