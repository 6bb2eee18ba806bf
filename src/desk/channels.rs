//! Channel accounts: adding one, listing them with the sum of wall 4, the pulse of their intake.

use super::act::{Act, Look, detached, moment};
use super::journal::Entry;
use super::silence::Stuck;
use super::views::{ChannelView, Intake};
use super::{Desk, recipients, reconciliation};
use crate::error::{Error, Result};
use crate::mail::{Address, SmtpFailure, is_mailbox_url, is_server_url};
use crate::rules::refusal;
use crate::rules::roles::UseCase;
use crate::store::accounts::{self, AccountRecord, StuckRecord};
use crate::store::{leases, orgs, reports, store_is_unique_violation, teams, tokens};
use crate::types::{AccountId, Actor, ChannelKind, Fate, OutsideReplies};
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// A fetch this long ago counts as running.
const FRESH: SignedDuration = SignedDuration::from_secs(90);
/// For so long reports about nothing of ours are counted.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An account to be added.
#[derive(Clone, Debug, Default)]
pub struct NewAccount {
    pub name: String,
    /// Our own address.
    pub address: String,
    /// `maildir:DIR`, `imap://…` or `imaps://…`.
    pub incoming: String,
    /// `folder:DIR`, `smtp://…` or `smtps://…`; empty where nothing is sent.
    pub outgoing: String,
    /// A file of mode 0600 with the password.
    pub password_file: Option<String>,
    /// Mail received before this is history; `Timestamp::MIN`: none is.
    pub since: Timestamp,
    /// Code of the organisation whose team's address it is; none: the whole desk's.
    pub org: Option<String>,
    /// Where sent letters lie; none: the folder that the server calls `\Sent`.
    pub sent_folder: Option<String>,
    /// No copies of sent letters are put into the mailbox.
    pub without_copies: bool,
}

impl NewAccount {
    /// Whether an account can be added so, as far as that shows without looking anywhere.
    ///
    /// # Errors
    /// `bad-address`, `bad-mail-in`, `bad-mail-out`.
    pub fn check(&self) -> Result<()> {
        self.own_address()?;
        kind_of(&self.incoming)?;
        check_outgoing(&self.outgoing)
    }

    fn own_address(&self) -> Result<Address> {
        recipients::typed_address(&self.address)
    }
}

/// An account as workers need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub incoming: String,
    pub password_file: Option<String>,
    pub sent_folder: Option<String>,
}

/// The lease of an account's intake.
pub(crate) fn intake_lease(account: Uuid) -> String {
    format!("intake:{account}")
}

impl Desk {
    /// Adds an account.
    pub async fn add_channel(&self, actor: &Actor, new: NewAccount) -> Result<AccountId> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            new.check()?;
            let (address, kind) = (new.own_address()?, kind_of(&new.incoming)?);
            let mut act = desk.begin(&actor, UseCase::ChannelAdd).await?;
            let org = team(&mut act, new.org.as_deref()).await?;
            let id = AccountId::new();
            let record = AccountRecord {
                id: id.0,
                name: new.name.clone(),
                kind: kind.code().to_owned(),
                address: address.addr.clone(),
                incoming: new.incoming.clone(),
                outgoing: new.outgoing.clone(),
                password_file: new.password_file.clone(),
                since: new.since.as_millisecond(),
                enabled: 1,
                last_ok_at: None,
                error: None,
                org_id: org,
                sent_folder: new.sent_folder.clone(),
                copy_sent: i64::from(!new.without_copies),
                automatic: 1,
                added_at: Some(act.now_ms()),
                outside_replies: OutsideReplies::Ask.code().to_owned(),
                authserv_id: None,
            };
            accounts::insert(&mut act.conn(), &record).await.map_err(
                |error| match store_is_unique_violation(&error) {
                    true => Error::conflict("channel-exists").arg("name", &new.name),
                    false => error,
                },
            )?;
            let entry = Entry::new("channel.added")
                .about("channel", id)
                .code("kind", None::<&str>, Some(kind.code()))
                .code("address", None::<&str>, Some(&address.addr))
                .code("since", None::<&str>, Some(new.since));
            act.record(entry).await?;
            act.commit().await?;
            Ok(id)
        })
        .await
    }

    /// Every account in scope with its sum.
    pub async fn channels(&self, actor: &Actor) -> Result<Vec<ChannelView>> {
        let mut look = self.look(actor, UseCase::ChannelList).await?;
        let now = look.now;
        let fates = accounts::fates(&mut look.reader.conn()).await?;
        let addresses = teams::addresses(&mut look.reader.conn()).await?;
        let week = now.saturating_sub(WEEK).unwrap_or(now).as_millisecond();
        let reported = reports::of_accounts(&mut look.reader.conn(), week).await?;
        let stuck = accounts::stuck(&mut look.reader.conn()).await?;
        let mut views = Vec::new();
        for account in seen(&mut look).await? {
            let held = leases::held_until(&mut look.reader.conn(), &intake_lease(account.id)).await?;
            let organisation = match account.org_id {
                Some(team) => orgs::code(&mut look.reader.conn(), team).await?,
                None => None,
            };
            let trouble = self.trouble(account.id).filter(|_| account.enabled != 0);
            let trust = tokens::trust(&mut look.reader.conn(), account.id).await?;
            let reconciled = reconciliation::last_of(&mut look, account.id).await?;
            let of = |fate: Fate| {
                let own =
                    fates.iter().filter(|count| count.account_id == account.id && count.fate == fate.code());
                own.map(|count| count.n).sum::<i64>()
            };
            let reported = reported.iter().find(|reported| reported.account_id == account.id);
            views.push(ChannelView {
                id: AccountId(account.id),
                doubted: reported.map_or(0, |reported| reported.doubted),
                unmatched_week: reported.map_or(0, |reported| reported.unmatched),
                auto_replies_week: reported.map_or(0, |reported| reported.auto_replies),
                kind: ChannelKind::parse(&account.kind).unwrap_or(ChannelKind::Maildir),
                state: if trouble.is_some() { "failing" } else { state_of(&account, held, now) },
                fetched: Fate::ALL.iter().map(|&fate| of(fate)).sum(),
                pending: of(Fate::Pending),
                new: of(Fate::New),
                appended: of(Fate::Appended),
                duplicate: of(Fate::Duplicate),
                service: of(Fate::Service),
                history: of(Fate::History),
                quarantined: of(Fate::Quarantined),
                since: Some(moment(account.since)).filter(|since| *since > Timestamp::MIN),
                reconciled,
                last_ok_at: account.last_ok_at.map(moment),
                error: trouble.map(str::to_owned).or(account.error),
                outgoing: stuck.iter().find(|stuck| stuck.account_id == account.id).map(stuck_view),
                organisation,
                addresses: addresses
                    .iter()
                    .filter(|more| more.account_id == account.id)
                    .map(|more| (more.address.clone(), more.org_code.clone()))
                    .collect(),
                sent_folder: account.sent_folder,
                copy_sent: account.copy_sent != 0,
                automatic: account.automatic != 0,
                outside_replies: OutsideReplies::parse(&account.outside_replies)
                    .unwrap_or(OutsideReplies::Ask),
                authserv_id: trust.authserv_id,
                plus_addressing: trust.plus_addressing != 0,
                name: account.name,
                address: account.address,
            });
        }
        Ok(views)
    }

    /// Whether mail is being fetched: what every screen shows, to whoever sits at the desk.
    pub async fn intake(&self, actor: &Actor) -> Result<Intake> {
        // Asked before the leases are: the workers say that they have begun only once they hold them.
        let starts = self.shared.intake_starts.load(Ordering::Relaxed);
        let mut look = self.look(actor, UseCase::Doctor).await?;
        let now = look.now;
        let all = accounts::all(&mut look.reader.conn()).await?;
        if all.is_empty() {
            return Ok(Intake::NoAccount);
        }
        // One account that stands is what somebody must know of; of one that was stopped on purpose somebody knows, unless
        // nothing else is left.
        let (served, paused): (Vec<_>, Vec<_>) = all.into_iter().partition(|account| account.enabled != 0);
        for account in if served.is_empty() { paused } else { served } {
            let held = leases::held_until(&mut look.reader.conn(), &intake_lease(account.id)).await?;
            let troubled = account.enabled != 0 && self.trouble(account.id).is_some();
            if troubled || state_of(&account, held, now) != "running" {
                if starts {
                    return Ok(Intake::Starting);
                }
                // Never fetched yet: it stands since it was set up.
                let set_up = account.added_at.unwrap_or(account.since);
                return Ok(Intake::StoppedSince(moment(account.last_ok_at.unwrap_or(set_up))));
            }
        }
        Ok(Intake::Running)
    }

    /// Between the start of this process's workers and the end of their first look at the accounts, mail is neither
    /// fetched nor does it stand still.
    pub(crate) fn set_intake_starts(&self, starts: bool) {
        self.shared.intake_starts.store(starts, Ordering::Relaxed);
    }

    /// The enabled accounts, for the workers that fetch.
    pub async fn intake_accounts(&self, worker: &Actor) -> Result<Vec<Account>> {
        let mut look = self.look(worker, UseCase::Ingest).await?;
        let all = accounts::all(&mut look.reader.conn()).await?;
        let enabled = all.into_iter().filter(|account| account.enabled != 0);
        Ok(enabled.map(account_of).collect())
    }

    /// Takes or renews a worker's lease for `seconds`; false if another process holds it.
    pub async fn hold(
        &self,
        worker: &Actor,
        use_case: UseCase,
        name: &str,
        owner: &str,
        seconds: i64,
    ) -> Result<bool> {
        let mut act = self.begin(worker, use_case).await?;
        let now = act.now_ms();
        let held = leases::take(&mut act.conn(), name, owner, now, now + seconds * 1000).await?;
        act.commit().await?;
        Ok(held)
    }

    /// Lets a worker's lease go, so that another process need not wait for its end.
    pub async fn let_go(&self, worker: &Actor, use_case: UseCase, name: &str, owner: &str) -> Result<()> {
        let mut act = self.begin(worker, use_case).await?;
        leases::release(&mut act.conn(), name, owner).await?;
        act.commit().await
    }

    /// Notes how a fetch went.
    pub async fn pulse(&self, worker: &Actor, account: AccountId, error: Option<&str>) -> Result<()> {
        let mut act = self.begin(worker, UseCase::Ingest).await?;
        let ok_at = error.is_none().then(|| act.now_ms());
        accounts::pulse(&mut act.conn(), account.0, ok_at, error).await?;
        act.commit().await
    }
}

/// The accounts in the actor's scope.
pub(super) async fn seen(look: &mut Look) -> Result<Vec<AccountRecord>> {
    let scope = look.scope.clone();
    let ids = accounts::in_scope(&mut look.reader.conn(), &scope).await?;
    let all = accounts::all(&mut look.reader.conn()).await?;
    Ok(all.into_iter().filter(|account| ids.contains(&account.id)).collect())
}

/// The account of this name, if it is in the actor's scope.
pub(super) async fn named(act: &mut Act, name: &str) -> Result<AccountRecord> {
    let scope = act.scope.clone();
    let ids = accounts::in_scope(&mut act.conn(), &scope).await?;
    let found = accounts::all(&mut act.conn()).await?.into_iter().find(|account| account.name == name);
    let found = found.filter(|account| ids.contains(&account.id));
    found.ok_or_else(|| Error::not_found("no-channel").arg("name", name))
}

/// What workers need of an account.
pub(super) fn account_of(account: AccountRecord) -> Account {
    Account {
        id: AccountId(account.id),
        name: account.name,
        incoming: account.incoming,
        password_file: account.password_file,
        sent_folder: account.sent_folder,
    }
}

/// What an account is, by where its letters come from.
pub(super) fn kind_of(incoming: &str) -> Result<ChannelKind> {
    let kinds =
        [("maildir:", ChannelKind::Maildir), ("imap://", ChannelKind::Imap), ("imaps://", ChannelKind::Imap)];
    let kind = kinds.iter().find(|(scheme, _)| incoming.starts_with(scheme) && incoming.len() > scheme.len());
    let kind = kind.map(|(_, kind)| *kind);
    kind.filter(|kind| *kind != ChannelKind::Imap || is_mailbox_url(incoming))
        .ok_or_else(|| Error::usage("bad-mail-in").arg("url", incoming))
}

/// Letters leave by ways that we know, or by none.
pub(super) fn check_outgoing(outgoing: &str) -> Result<()> {
    let folder = outgoing.strip_prefix("folder:").is_some_and(|folder| !folder.is_empty());
    match outgoing.is_empty() || folder || is_server_url(outgoing) {
        true => Ok(()),
        false => Err(Error::usage("bad-mail-out").arg("url", outgoing)),
    }
}

/// The organisation with this code, whose team's address it is.
pub(super) async fn team(act: &mut Act, code: Option<&str>) -> Result<Option<Uuid>> {
    let Some(code) = code else { return Ok(None) };
    let found = orgs::id_by_code(&mut act.conn(), code).await?;
    found.map(Some).ok_or_else(|| Error::not_found("no-organisation").arg("code", code))
}

fn stuck_view(stuck: &StuckRecord) -> Stuck {
    let code = stuck.error.as_ref().and_then(refusal::code_of);
    Stuck { since: moment(stuck.since), error: code.unwrap_or(SmtpFailure::Connect.code()).to_owned() }
}

fn state_of(account: &AccountRecord, held_until: Option<i64>, now: Timestamp) -> &'static str {
    let fresh = account.last_ok_at.is_some_and(|at| now.duration_since(moment(at)) < FRESH);
    if account.enabled == 0 {
        return "paused";
    }
    match (held_until.is_some_and(|until| until > now.as_millisecond()), &account.error) {
        // Also when whoever tried has gone: `serve --once` leaves no lease behind.
        (_, Some(_)) => "failing",
        (true, None) if fresh => "running",
        _ => "stopped",
    }
}
