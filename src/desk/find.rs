//! The member look-up: an index in memory, built at the first look-up and again when the registry has changed.

use super::Desk;
use super::member::member_view;
use super::views::MemberHit;
use crate::error::{Error, Result};
use crate::rules::lookup::{Hit, LookupIndex, LookupRow};
use crate::rules::roles::UseCase;
use crate::store::{Store, members};
use crate::types::{Actor, Purpose, Untrusted};
use std::sync::Arc;

/// Hits taken from the index for one look-up; those out of scope fall away.
const DEPTH: usize = 200;
/// Rows read at once while the index is built.
const READ: i64 = 20_000;

/// The index, and the registry that it was built from.
pub(crate) struct Registry {
    fingerprint: (i64, i64),
    index: Arc<LookupIndex<u32>>,
}

impl Desk {
    /// Rows that what is typed may mean, nearest first, in the actor's scope.
    pub async fn find_members(&self, actor: &Actor, query: &str, limit: usize) -> Result<Vec<MemberHit>> {
        self.scope_now(actor, UseCase::MemberFind).await?;
        // Before the look: whoever held a reader and waited for a second one could starve everybody.
        let index = self.lookup_index().await?;
        let mut look = self.look(actor, UseCase::MemberFind).await?;
        let asked = query.to_owned();
        let hits: Vec<Hit<u32>> = tokio::task::spawn_blocking(move || index.find(&asked, DEPTH))
            .await
            .map_err(|error| Error::failed("interrupted").because(error))?;
        let scope = look.scope.clone();
        let mut found = Vec::new();
        for hit in hits {
            let row = members::by_pk(&mut look.reader.conn(), &scope, i64::from(hit.key)).await?;
            found.extend(row.map(|row| MemberHit {
                member: member_view(row),
                why: hit.why.iter().map(|why| why.code().to_owned()).collect(),
                score: i64::from(hit.score),
            }));
            if found.len() >= limit {
                break;
            }
        }
        Ok(found)
    }

    /// The index of the registry as it is now.
    pub(crate) async fn lookup_index(&self) -> Result<Arc<LookupIndex<u32>>> {
        let mut held = self.shared.registry.lock().await;
        let fingerprint = members::fingerprint(&mut self.store.read().await?.conn()).await?;
        if let Some(registry) = held.as_ref().filter(|registry| registry.fingerprint == fingerprint) {
            return Ok(registry.index.clone());
        }
        let rows = read_registry(&self.store).await?;
        let index = tokio::task::spawn_blocking(move || Arc::new(LookupIndex::build(rows)))
            .await
            .map_err(|error| Error::failed("interrupted").because(error))?;
        *held = Some(Registry { fingerprint, index: index.clone() });
        Ok(index)
    }
}

async fn read_registry(store: &Store) -> Result<Vec<LookupRow<u32>>> {
    let mut reader = store.read().await?;
    let (mut rows, mut last) = (Vec::new(), 0);
    let text = |value: Option<Untrusted>| value.map(|value| value.raw_for(Purpose::Matching).to_owned());
    loop {
        let some = members::for_lookup(&mut reader.conn(), last, READ).await?;
        let Some(newest) = some.last() else { return Ok(rows) };
        last = newest.pk;
        rows.extend(some.into_iter().map(|record| LookupRow {
            key: u32::try_from(record.pk).unwrap_or(u32::MAX),
            name: record.name_raw.raw_for(Purpose::Matching).to_owned(),
            phones: text(record.phone).into_iter().collect(),
            email: text(record.email),
            card: text(record.card),
            org: text(record.org_name),
        }));
    }
}
