//! The member look-up: an index in memory, had at the first look-up from its file (`lookup_file`) or from the registry, and
//! brought up to date before every answer with the rows that were changed since, here or in another process.

use super::Desk;
use super::act::{Look, detached};
use super::lookup_file::{self, Anchor};
use super::member::member_view;
use super::views::MemberHit;
use crate::error::{Error, Result};
use crate::rules::lookup::{Lookup, LookupRow};
use crate::rules::roles::UseCase;
use crate::store::members::{LookupRecord, MemberRecord};
use crate::store::{Store, journal, members, orgs};
use crate::types::{Actor, Purpose, Untrusted};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// Hits taken from the index beyond those asked for: rows that are gone from the registry fall away.
const SPARE: usize = 20;
/// Rows read at once while the index is built, and batches that wait for it.
const READ: i64 = 20_000;
const BATCHES: usize = 2;
/// A registry of so many rows has its index in a file; a smaller one is read as quickly.
const IN_FILE: usize = 2_000;
/// With so many rows beside it, or a share of its own, the index is built anew in the background.
const BESIDE: usize = 5_000;
const SHARE: usize = 20;

/// The index, and what it knows of.
#[derive(Clone)]
pub(crate) struct Registry {
    /// The newest change of the registry, and of the organisations, in it.
    change: i64,
    orgs: i64,
    lookup: Lookup,
}

impl Desk {
    /// Rows that what is typed may mean, nearest first, in the actor's scope.
    pub async fn find_members(&self, actor: &Actor, query: &str, limit: usize) -> Result<Vec<MemberHit>> {
        self.scope_now(actor, UseCase::MemberFind).await?;
        // Before the look: whoever held a reader and waited for a second one could starve everybody.
        let lookup = self.lookup().await?;
        let mut look = self.look(actor, UseCase::MemberFind).await?;
        let found = hits(&mut look, lookup, query.to_owned(), limit).await?;
        let hit = |(row, score, why): (MemberRecord, u16, Vec<String>)| MemberHit {
            member: member_view(row),
            why,
            score: i64::from(score),
        };
        Ok(found.into_iter().map(hit).collect())
    }

    /// The registry as it is now, to be looked up in.
    pub(super) async fn lookup(&self) -> Result<Lookup> {
        let mut held = self.shared.registry.lock().await;
        let (change, removed, orgs) = members::newest_changes(&mut self.store.read().await?.conn()).await?;
        // Rows that are gone carry no number: what was read before they went is read anew.
        let registry = match held.clone().filter(|registry| registry.change >= removed) {
            Some(registry) => registry,
            None => self.first_lookup(removed).await?,
        };
        let registry = self.brought_up(registry, change, orgs).await?;
        *held = Some(registry.clone());
        let beside = registry.lookup.changed();
        if beside > BESIDE.max(registry.lookup.len() / SHARE) {
            self.build_in_background();
        }
        Ok(registry.lookup)
    }

    async fn brought_up(&self, mut registry: Registry, change: i64, orgs: i64) -> Result<Registry> {
        if registry.change != change {
            let records =
                members::changed_after(&mut self.store.read().await?.conn(), registry.change).await?;
            let lookup = registry.lookup.clone();
            let rows = records.into_iter().map(lookup_row);
            registry.lookup = blocking(move || lookup.with_changes(rows)).await?;
            registry.change = change;
        }
        if registry.orgs != orgs {
            let names = orgs::names(&mut self.store.read().await?.conn()).await?;
            let names = names.iter().map(|(id, name)| (*id, name.raw_for(Purpose::Matching)));
            registry.lookup = registry.lookup.with_orgs(names);
            registry.orgs = orgs;
        }
        Ok(registry)
    }

    /// From the file, if what it holds is of this desk's past; otherwise from the registry, and then the file is written.
    async fn first_lookup(&self, removed: i64) -> Result<Registry> {
        // An organisation's names are read at once: no desk has counted to -1.
        let unnamed = |change, lookup| Registry { change, orgs: -1, lookup };
        let file = lookup_file::path(self.state_dir());
        let desk = self.id();
        if let Some(kept) = blocking(move || lookup_file::read(&file, desk)).await?
            && kept.change >= removed
            && self.is_past(&kept.anchor).await?
        {
            return Ok(unnamed(kept.change, kept.lookup));
        }
        let (anchor, change, lookup) = self.built().await?;
        self.keep(anchor, change, lookup.clone()).await?;
        Ok(unnamed(change, lookup))
    }

    /// Whether the desk's journal has such a row: a desk of another past, such as one that was restored, has not.
    async fn is_past(&self, anchor: &Anchor) -> Result<bool> {
        let found = journal::after(&mut self.store.read().await?.conn(), anchor.seq - 1, 1).await?;
        Ok(found.first().is_some_and(|row| row.seq == anchor.seq && row.row_hash == anchor.hash))
    }

    /// The index of the whole registry, read row by row while it is built.
    async fn built(&self) -> Result<(Option<Anchor>, i64, Lookup)> {
        let mut reader = self.store.read().await?;
        let newest = journal::newest(&mut reader.conn()).await?;
        let anchor = journal::after(&mut reader.conn(), newest - 1, 1).await?.pop();
        let anchor = anchor.map(|row| Anchor { seq: row.seq, hash: row.row_hash });
        // The number is read before the rows: what changes while they are read is read again.
        let (change, ..) = members::newest_changes(&mut reader.conn()).await?;
        drop(reader);
        let (sender, receiver) = std::sync::mpsc::sync_channel::<Vec<LookupRecord>>(BATCHES);
        let building = tokio::task::spawn_blocking(move || {
            Lookup::build(receiver.into_iter().flatten().map(lookup_row), std::iter::empty())
        });
        read_registry(&self.store, sender).await?;
        let lookup = building.await.map_err(|error| Error::failed("interrupted").because(error))?;
        Ok((anchor, change, lookup))
    }

    async fn keep(&self, anchor: Option<Anchor>, change: i64, lookup: Lookup) -> Result<()> {
        let Some(anchor) = anchor.filter(|_| lookup.len() >= IN_FILE) else { return Ok(()) };
        let (file, desk) = (lookup_file::path(self.state_dir()), self.id());
        let written = blocking(move || lookup_file::write(&file, desk, &anchor, change, &lookup)).await?;
        if let Err(error) = written {
            tracing::warn!(kind = ?error.kind(), "the index of the registry is not kept in a file");
        }
        Ok(())
    }

    /// Builds the index anew while others go on with the one there is.
    fn build_in_background(&self) {
        if self.shared.lookup_is_built.swap(true, Ordering::AcqRel) {
            return;
        }
        let desk = self.clone();
        tokio::spawn(detached(async move {
            let built = desk.built().await;
            if let Ok((anchor, change, lookup)) = built {
                *desk.shared.registry.lock().await =
                    Some(Registry { change, orgs: -1, lookup: lookup.clone() });
                // What cannot be kept is built again by whoever starts next.
                let _ = desk.keep(anchor, change, lookup).await;
            }
            desk.shared.lookup_is_built.store(false, Ordering::Release);
            Ok(())
        }));
    }
}

/// Rows for what is typed, in the scope of a look, with how near they are and why.
pub(super) async fn hits(
    look: &mut Look,
    lookup: Lookup,
    query: String,
    limit: usize,
) -> Result<Vec<(MemberRecord, u16, Vec<String>)>> {
    let within: Option<HashSet<Uuid>> = match look.scope.whole {
        1 => None,
        _ => {
            let orgs = members::orgs_in_scope(&mut look.reader.conn(), &look.scope).await?;
            Some(orgs.into_iter().collect())
        }
    };
    let hits = blocking(move || lookup.find(&query, limit.saturating_add(SPARE), within.as_ref())).await?;
    if hits.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<i64> = hits.iter().map(|hit| i64::from(hit.key)).collect();
    let rows = members::by_pks(&mut look.reader.conn(), &look.scope, &keys).await?;
    let mut rows: HashMap<i64, MemberRecord> = rows.into_iter().map(|row| (row.pk, row)).collect();
    let found = hits.into_iter().filter_map(|hit| {
        let why = hit.why.iter().map(|why| why.code().to_owned()).collect();
        Some((rows.remove(&i64::from(hit.key))?, hit.score, why))
    });
    Ok(found.take(limit).collect())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::failed("interrupted").because(error))
}

async fn read_registry(store: &Store, sender: std::sync::mpsc::SyncSender<Vec<LookupRecord>>) -> Result<()> {
    let mut reader = store.read().await?;
    let mut last = 0;
    loop {
        let some = members::for_lookup(&mut reader.conn(), last, READ).await?;
        let Some(newest) = some.last() else { return Ok(()) };
        last = newest.pk;
        let sender = sender.clone();
        let sent = blocking(move || sender.send(some)).await?;
        sent.map_err(|error| Error::failed("interrupted").because(error))?;
    }
}

fn lookup_row(record: LookupRecord) -> LookupRow {
    let text = |value: Untrusted| value.raw_for(Purpose::Matching).to_owned();
    LookupRow {
        key: u32::try_from(record.pk).unwrap_or(u32::MAX),
        name: text(record.name_raw),
        phones: vec![text(record.phone_raw)],
        email: record.email.map(text),
        card: record.card.map(text),
        org: record.org_id,
    }
}
