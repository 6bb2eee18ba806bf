//! Where each account's mail comes from and goes to, for whoever checks the ways: `channel test` and `doctor`.

use super::{Desk, channels};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::{accounts, members};
use crate::types::{Actor, MemberId, Untrusted};

/// The ways of one account. Never a password: only the name of its file.
#[derive(Clone, Debug)]
pub struct AccountRoutes {
    pub name: String,
    pub address: String,
    /// `maildir:DIR`, `imap://…`, `imaps://…`.
    pub incoming: String,
    /// `folder:DIR`, `smtp://…`, `smtps://…`; empty where nothing is sent.
    pub outgoing: String,
    pub password_file: Option<String>,
}

impl Desk {
    /// The ways of every account in scope.
    pub async fn account_routes(&self, actor: &Actor) -> Result<Vec<AccountRoutes>> {
        let mut look = self.look(actor, UseCase::ChannelList).await?;
        let found = channels::seen(&mut look).await?;
        let routes = |account: accounts::AccountRecord| AccountRoutes {
            name: account.name,
            address: account.address,
            incoming: account.incoming,
            outgoing: account.outgoing,
            password_file: account.password_file,
        };
        Ok(found.into_iter().map(routes).collect())
    }

    /// The member whom the registry's own id names, in the actor's scope.
    pub async fn member_by_source(&self, actor: &Actor, source_id: &Untrusted) -> Result<MemberId> {
        let mut look = self.look(actor, UseCase::MemberShow).await?;
        let missing = || Error::not_found("no-member");
        let found = members::by_source_id(&mut look.reader.conn(), source_id).await?.ok_or_else(missing)?;
        let scope = look.scope.clone();
        let seen = members::by_id(&mut look.reader.conn(), &scope, found.id).await?;
        seen.map(|member| MemberId(member.id)).ok_or_else(missing)
    }
}
