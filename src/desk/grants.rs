//! What everybody may do, as it is now and not as it was when a session began: a role that is taken away in one process is
//! refused in every other at once.
//!
//! The desk counts the changes of its staff. A write reads the count in the row that it reads anyway. A read has it from the
//! feed of a process that listens, which looks whenever anybody has committed, and asks for it where nobody listens.

use super::Desk;
use super::act::scope_of;
use crate::error::Result;
use crate::rules::roles::UseCase;
use crate::store::queue::Scope;
use crate::store::{Conn, staff};
use crate::types::{Actor, Grant, OrgId, Role};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use uuid::Uuid;

/// The grants of everybody, as of one count of changes.
pub(super) struct Grants {
    generation: i64,
    of: HashMap<Uuid, Vec<Grant>>,
}

impl Desk {
    /// The actor with what they may do as of `generation`.
    pub(super) async fn as_of(&self, conn: &mut Conn<'_>, actor: &Actor, generation: i64) -> Result<Actor> {
        let Actor::Person { staff, name, .. } = actor else { return Ok(actor.clone()) };
        let held = self.shared.grants.read().unwrap_or_else(PoisonError::into_inner).clone();
        let grants = match held.filter(|held| held.generation == generation) {
            Some(held) => held,
            None => self.read_grants(conn, generation).await?,
        };
        let grants = grants.of.get(&staff.0).cloned().unwrap_or_default();
        Ok(Actor::Person { staff: *staff, name: name.clone(), grants })
    }

    /// The actor with what they may do now, for who only reads.
    pub(super) async fn as_now(&self, conn: &mut Conn<'_>, actor: &Actor) -> Result<Actor> {
        if actor.staff().is_none() {
            return Ok(actor.clone());
        }
        let generation = match self.shared.told.staff_generation() {
            Some(generation) => generation,
            None => staff::generation(conn).await?,
        };
        self.as_of(conn, actor, generation).await
    }

    /// Where the actor may do this now, for a use case that does not begin by reading.
    pub(super) async fn scope_now(&self, actor: &Actor, use_case: UseCase) -> Result<Scope> {
        let actor = self.as_now(&mut self.store.read().await?.conn(), actor).await?;
        scope_of(&actor, use_case)
    }

    async fn read_grants(&self, conn: &mut Conn<'_>, generation: i64) -> Result<Arc<Grants>> {
        let mut of: HashMap<Uuid, Vec<Grant>> = HashMap::new();
        for record in staff::grants(conn).await? {
            let Some(role) = Role::parse(&record.role) else { continue };
            of.entry(record.staff_id).or_default().push(Grant { role, org: record.org_id.map(OrgId) });
        }
        let grants = Arc::new(Grants { generation, of });
        *self.shared.grants.write().unwrap_or_else(PoisonError::into_inner) = Some(grants.clone());
        Ok(grants)
    }
}
