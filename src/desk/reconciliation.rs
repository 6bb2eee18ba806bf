//! Comparing what is stored with what lies in the mailbox: which accounts it is time for, what is stored of them, and what
//! came of it. The comparison itself is a worker's; nothing here looks into a mailbox, and nothing stored is ever removed.

use super::Desk;
use super::act::{Look, detached, moment};
use super::channels::{self, Account, account_of};
use crate::error::{Error, Result};
use crate::rules::nightly::{self, Nights};
use crate::rules::roles::UseCase;
use crate::store::reconciliations::{self, ReconciliationRecord};
use crate::store::{accounts, raw};
use crate::types::{AccountId, Actor};
use jiff::Timestamp;
use uuid::Uuid;

/// What the comparison of one folder found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// The folder as people call it; of a Maildir its name.
    pub mailbox: String,
    pub in_mailbox: usize,
    /// Of those, stored already.
    pub stored: usize,
    /// In the mailbox and not stored: they were fetched.
    pub missing: usize,
    /// Stored and no longer in the mailbox: moved or deleted there, and kept here.
    pub gone: usize,
}

/// An account's last comparison, all its folders together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciled {
    pub at: Timestamp,
    pub in_mailbox: i64,
    pub stored: i64,
    pub missing: i64,
    pub gone: i64,
    /// Why it could not be done.
    pub error: Option<String>,
}

/// Something stored, as its channel calls it.
#[derive(Clone, Copy, Debug)]
pub struct StoredItem<'a> {
    pub transport_id: &'a str,
    pub received_at: Timestamp,
}

/// The lease of an account's comparison.
pub(crate) fn reconcile_lease(account: AccountId) -> String {
    format!("reconcile:{account}")
}

impl Desk {
    /// The accounts that have not been compared since the last night, for the worker that does it.
    pub async fn reconciliations_due(&self, worker: &Actor) -> Result<Vec<Account>> {
        let mut look = self.look(worker, UseCase::Ingest).await?;
        let latest = latest(&look);
        let mut due = Vec::new();
        for account in accounts::all(&mut look.reader.conn()).await? {
            if account.enabled == 0 {
                continue;
            }
            let (done, failed) = reconciliations::last(&mut look.reader.conn(), account.id, latest).await?;
            let nights = Nights {
                done_at: done.map(moment),
                failed_at: failed.map(moment),
                begun_at: account.added_at.map(moment),
            };
            if nightly::is_due(nights, look.now, &look.ground.zone) {
                due.push(account_of(account));
            }
        }
        Ok(due)
    }

    /// The accounts that a person wants compared: the one of this name, or every enabled one, in scope.
    pub async fn accounts_to_reconcile(&self, actor: &Actor, name: Option<&str>) -> Result<Vec<Account>> {
        let mut look = self.look(actor, UseCase::ChannelReconcile).await?;
        let all = channels::seen(&mut look).await?;
        let Some(name) = name else {
            return Ok(all.into_iter().filter(|account| account.enabled != 0).map(account_of).collect());
        };
        let named = all.into_iter().find(|account| account.name == name);
        let named = named.ok_or_else(|| Error::not_found("no-channel").arg("name", name))?;
        Ok(vec![account_of(named)])
    }

    /// What `fold` makes of everything that is stored of an account; it is much, so what is kept of it is the caller's choice.
    pub async fn stored_items<C: Default + Extend<T>, T>(
        &self,
        worker: &Actor,
        account: AccountId,
        fold: impl Fn(StoredItem<'_>) -> Option<T>,
    ) -> Result<C> {
        let mut look = self.look(worker, UseCase::Ingest).await?;
        let (mut kept, mut last) = (C::default(), 0);
        loop {
            let items = raw::items_after(&mut look.reader.conn(), account.0, last, 10_000).await?;
            let Some((pk, ..)) = items.last() else { return Ok(kept) };
            last = *pk;
            kept.extend(items.iter().filter_map(|(_, name, received)| {
                fold(StoredItem { transport_id: name, received_at: moment(*received) })
            }));
        }
    }

    /// Notes what a comparison found in each folder, or the code of why it could not be done.
    pub async fn record_reconciliation(
        &self,
        worker: &Actor,
        account: AccountId,
        found: std::result::Result<Vec<Compared>, &'static str>,
    ) -> Result<()> {
        let (desk, worker) = (self.clone(), worker.clone());
        detached(async move {
            let mut act = desk.begin(&worker, UseCase::Ingest).await?;
            let at = act.now_ms();
            let (folders, error) = match found {
                Ok(folders) => (folders, None),
                Err(code) => (vec![Compared::default()], Some(code.to_owned())),
            };
            for folder in folders {
                let record = record(account, folder, at, error.clone());
                reconciliations::insert(&mut act.conn(), &record).await?;
            }
            fail_point!("reconcile.written");
            act.commit().await
        })
        .await
    }
}

/// An account's last comparison.
pub(super) async fn last_of(look: &mut Look, account: Uuid) -> Result<Option<Reconciled>> {
    let latest = latest(look);
    let folders = reconciliations::newest(&mut look.reader.conn(), account, latest).await?;
    let Some(first) = folders.first() else { return Ok(None) };
    let sum = |of: fn(&ReconciliationRecord) -> i64| folders.iter().map(of).sum();
    Ok(Some(Reconciled {
        at: moment(first.at),
        in_mailbox: sum(|folder| folder.in_mailbox),
        stored: sum(|folder| folder.stored),
        missing: sum(|folder| folder.missing),
        gone: sum(|folder| folder.gone),
        error: folders.iter().find_map(|folder| folder.error.clone()),
    }))
}

/// What is noted later than this, a clock that was wrong has noted.
fn latest(look: &Look) -> i64 {
    look.now.as_millisecond().saturating_add(i64::try_from(nightly::DRIFT.as_millis()).unwrap_or(0))
}

fn record(account: AccountId, folder: Compared, at: i64, error: Option<String>) -> ReconciliationRecord {
    let n = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    ReconciliationRecord {
        id: Uuid::now_v7(),
        account_id: account.0,
        at,
        in_mailbox: n(folder.in_mailbox),
        stored: n(folder.stored),
        missing: n(folder.missing),
        gone: n(folder.gone),
        mailbox: folder.mailbox,
        error,
    }
}
