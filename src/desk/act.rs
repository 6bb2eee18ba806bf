//! One use case at work: permission, a transaction, the journal, the stored clocks. Every use case begins and ends here.

use super::journal::Entry;
use super::settings::Ground;
use super::{Desk, replay};
use crate::error::{Error, Result};
use crate::rules::roles::{self, UseCase};
use crate::store::appeals::{self, AppealRecord};
use crate::store::queue::{self, Scope};
use crate::store::{Conn, Reader, Tx, desk_row, migrate, orgs as store_orgs};
use crate::types::{Actor, AppealId, AppealNumber, OrgId, Role};
use jiff::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

/// A use case with its open write transaction. Dropped without `commit`, nothing has happened.
pub(crate) struct Act {
    pub tx: Tx,
    pub actor: Actor,
    pub now: Timestamp,
    pub ground: Arc<Ground>,
    pub scope: Scope,
}

/// A use case that only reads.
pub(crate) struct Look {
    pub reader: Reader,
    /// Who looks, with what they may do now.
    pub actor: Actor,
    pub now: Timestamp,
    pub ground: Arc<Ground>,
    pub scope: Scope,
}

/// What concerns the whole desk: a role that holds in a subtree is not enough. Without this an administrator of a branch
/// could make one of everything.
const DESK_WIDE: &[UseCase] = &[
    UseCase::StaffAdd,
    UseCase::StaffRole,
    UseCase::ChannelAdd,
    UseCase::OrgImport,
    UseCase::MemberImport,
    UseCase::CardKey,
    UseCase::AppealImport,
    UseCase::SettingsEdit,
    UseCase::Backup,
    UseCase::Migrate,
];

/// The store's form of where an actor may do something, by the grants that the actor carries: give it one that `begin`,
/// `look` or `as_now` has brought up to date.
pub(crate) fn scope_of(actor: &Actor, use_case: UseCase) -> Result<Scope> {
    let staff = actor.staff().map_or(Uuid::nil(), |staff| staff.0);
    let whole = match roles::scope(actor, use_case) {
        roles::Scope::Nowhere => {
            return Err(Error::not_allowed("not-allowed").arg("use_case", use_case.code()));
        }
        roles::Scope::Everywhere => 1,
        roles::Scope::Subtrees(_) if DESK_WIDE.contains(&use_case) => {
            return Err(Error::not_allowed("not-allowed").arg("use_case", use_case.code()));
        }
        roles::Scope::Subtrees(_) => 0,
    };
    let allowed = Role::ALL.iter().filter(|role| roles::allowed(**role, use_case));
    let roles = allowed.fold(String::from(","), |roles, role| roles + role.code() + ",");
    Ok(Scope { whole, staff, roles })
}

impl Desk {
    /// Begins a use case that writes: the transaction, the schema, then the permission as it is in this transaction.
    pub(crate) async fn begin(&self, actor: &Actor, use_case: UseCase) -> Result<Act> {
        if actor.staff().is_none() {
            // What a worker may do never changes: it need not hold up others to be refused.
            scope_of(actor, use_case)?;
        }
        let mut tx = self.store.begin().await?;
        let (ground, staff_generation) = self.check(&mut tx.conn()).await?;
        let actor = self.as_of(&mut tx.conn(), actor, staff_generation).await?;
        let scope = scope_of(&actor, use_case)?;
        Ok(Act { tx, actor, now: self.clock.now(), ground, scope })
    }

    /// Begins a use case that reads.
    pub(crate) async fn look(&self, actor: &Actor, use_case: UseCase) -> Result<Look> {
        let mut reader = self.store.read().await?;
        let actor = self.as_now(&mut reader.conn(), actor).await?;
        let scope = scope_of(&actor, use_case)?;
        Ok(Look { reader, actor, now: self.clock.now(), ground: self.ground(), scope })
    }

    /// A program older than the desk stops here, before it has written anything. The settings, and how often the staff has
    /// changed.
    async fn check(&self, conn: &mut Conn<'_>) -> Result<(Arc<Ground>, i64)> {
        let desk = desk_row::ground(conn).await?.ok_or_else(|| Error::not_found("no-desk"))?;
        let program = migrate::schema_version();
        if desk.schema_version > program {
            return Err(Error::conflict("desk-newer")
                .arg("desk", desk.schema_version)
                .arg("program", program));
        }
        if desk.schema_version < program {
            return Err(Error::conflict("desk-older")
                .arg("desk", desk.schema_version)
                .arg("program", program));
        }
        let known = self.ground();
        if known.source == desk.settings {
            return Ok((known, desk.staff_generation));
        }
        let read = Ground::read(&desk.settings)?;
        self.set_ground(read.clone());
        Ok((read, desk.staff_generation))
    }
}

impl Act {
    pub fn conn(&mut self) -> Conn<'_> {
        self.tx.conn()
    }

    pub fn now_ms(&self) -> i64 {
        self.now.as_millisecond()
    }

    /// Writes a decision into the journal.
    pub async fn record(&mut self, entry: Entry) -> Result<i64> {
        let (actor, now) = (self.actor.clone(), self.now);
        entry.write(&mut self.tx.conn(), &actor, now).await
    }

    pub async fn commit(self) -> Result<()> {
        self.tx.commit().await
    }

    /// The appeal, locked, if it is in the actor's scope; otherwise it is as if it were not there.
    pub async fn appeal(&mut self, id: AppealId) -> Result<AppealRecord> {
        let scope = self.scope.clone();
        let mut conn = self.tx.conn();
        let record = appeals::lock(&mut conn, id.0).await?.ok_or_else(|| Error::not_found("no-appeal"))?;
        if scope.whole == 0 && queue::one(&mut conn, &scope, id.0).await?.is_none() {
            return Err(Error::not_found("no-appeal"));
        }
        Ok(record)
    }

    /// Replays the appeal's clocks from the journal and stores them beside it.
    pub async fn restore_clock(&mut self, appeal: &AppealRecord) -> Result<()> {
        self.restore_clocks(&[appeal]).await
    }

    /// The same of several appeals.
    pub async fn restore_clocks(&mut self, appeals: &[&AppealRecord]) -> Result<()> {
        let ground = self.ground.clone();
        let now = self.now;
        let mut conn = self.tx.conn();
        let ids: Vec<Uuid> = appeals.iter().map(|appeal| appeal.id).collect();
        let states = replay::responses(&mut conn, &ground, &ids, now).await?;
        for (appeal, state) in appeals.iter().zip(states) {
            let fields = replay::fields(&mut conn, &ground, appeal, &state, now).await?;
            appeals::set_clock(&mut conn, appeal.id, &fields).await?;
        }
        Ok(())
    }

    /// Whether another person may do `use_case` where an appeal belongs: in one of these organisations.
    pub async fn in_scope_of(&mut self, other: &Actor, use_case: UseCase, orgs: &[OrgId]) -> Result<bool> {
        let subtrees = match roles::scope(other, use_case) {
            roles::Scope::Nowhere => return Ok(false),
            roles::Scope::Everywhere => return Ok(true),
            roles::Scope::Subtrees(subtrees) => subtrees,
        };
        for ancestor in subtrees {
            for org in orgs {
                if store_orgs::is_within(&mut self.tx.conn(), ancestor.0, org.0).await? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// The number of an appeal as people say it.
pub(crate) fn number(year: i64, seq: i64) -> AppealNumber {
    AppealNumber { year: i16::try_from(year).unwrap_or(i16::MAX), seq }
}

/// A moment of the store.
pub(crate) fn moment(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(if ms < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// Runs a write to its end even if whoever asked for it goes away half-way.
pub(crate) async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    match tokio::spawn(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(error) => Err(Error::failed("interrupted").because(error)),
    }
}
