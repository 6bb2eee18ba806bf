//! Teams and their addresses: several addresses may lead to one mailbox, each with the organisation whose team reads it. A
//! letter to two of them is one appeal that both teams see.

use super::Desk;
use super::act::detached;
use super::channels::{named, team};
use super::journal::Entry;
use super::letter::Intake;
use super::recipients;
use crate::error::{Error, Result};
use crate::mail::{Ours, ParsedMail};
use crate::rules::roles::UseCase;
use crate::store::accounts::{self, AccountRecord};
use crate::store::{Conn, teams};
use crate::types::{AccountId, Actor, AppealId};
use uuid::Uuid;

/// Every address of ours with the organisation of its team, if it is not the whole desk's.
#[derive(Clone, Debug, Default)]
pub(super) struct Teams {
    /// Lower case.
    addresses: Vec<(String, Option<Uuid>)>,
}

impl Teams {
    pub async fn load(conn: &mut Conn<'_>, accounts: &[AccountRecord]) -> Result<Self> {
        let mut all = Self::of(accounts);
        let more = teams::addresses(conn).await?;
        all.addresses.extend(more.into_iter().map(|more| (more.address, more.org_id)));
        Ok(all)
    }

    /// The accounts' own addresses.
    pub fn of(accounts: &[AccountRecord]) -> Self {
        let own = accounts.iter().map(|account| (account.address.to_lowercase(), account.org_id));
        Self { addresses: own.collect() }
    }

    pub fn addresses(&self) -> Vec<String> {
        self.addresses.iter().map(|(address, _)| address.clone()).collect()
    }

    /// The teams whose addresses a letter went to, each once.
    fn of_letter(&self, letter: &ParsedMail) -> Vec<Uuid> {
        let mut found = Vec::new();
        if self.addresses.iter().all(|(_, org)| org.is_none()) {
            return found;
        }
        for to in letter.to.iter().chain(&letter.cc) {
            for (address, org) in &self.addresses {
                let is_it = Ours { addresses: vec![address.clone()], ..Ours::default() }.has(to);
                found.extend(org.filter(|org| is_it && !found.contains(org)));
            }
        }
        found
    }
}

impl Desk {
    /// Adds an address that leads to an account's mailbox, or gives it another team. None: the whole desk's.
    pub async fn put_address(
        &self,
        actor: &Actor,
        account: &str,
        address: &str,
        org: Option<&str>,
    ) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        let (name, address, org) = (account.to_owned(), address.to_owned(), org.map(str::to_owned));
        detached(async move {
            let address = recipients::typed_address(&address)?;
            let mut act = desk.begin(&actor, UseCase::ChannelAdd).await?;
            let all = accounts::all(&mut act.conn()).await?;
            let address = address.addr.to_lowercase();
            if all.iter().any(|account| account.address.to_lowercase() == address) {
                return Err(Error::conflict("address-of-account").arg("address", &address));
            }
            let account = named(&mut act, &name).await?;
            let id = team(&mut act, org.as_deref()).await?;
            teams::put_address(&mut act.conn(), &address, account.id, id).await?;
            let entry = Entry::new("channel.address").about("channel", AccountId(account.id));
            act.record(entry.code("address", None::<&str>, Some(&address)).code("org", None::<&str>, org))
                .await?;
            act.commit().await
        })
        .await
    }

    /// Takes an address away. What came to it stays where it is, seen by whoever sees it.
    pub async fn remove_address(&self, actor: &Actor, account: &str, address: &str) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        let (name, address) = (account.to_owned(), address.to_lowercase());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::ChannelAdd).await?;
            let account = named(&mut act, &name).await?;
            if !teams::remove_address(&mut act.conn(), &address, account.id).await? {
                return Err(Error::not_found("no-such-address").arg("address", &address));
            }
            let entry = Entry::new("channel.address").about("channel", AccountId(account.id));
            act.record(entry.code("address", Some(&address), None::<&str>)).await?;
            act.commit().await
        })
        .await
    }
}

impl Intake<'_> {
    /// Lets every team see the appeal to whose address or mailbox the letter came.
    pub(super) async fn share(&mut self, appeal: AppealId, letter: &ParsedMail) -> Result<()> {
        let mut sees = self.teams.of_letter(letter);
        sees.extend(self.account.org_id.filter(|org| !sees.contains(org)));
        for org in sees {
            teams::share(&mut self.act.conn(), appeal.0, org).await?;
        }
        Ok(())
    }
}
