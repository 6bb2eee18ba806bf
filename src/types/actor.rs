//! Who acts: an authenticated person or a named worker, with roles and scope.

use super::codes::codes;
use super::ids::{OrgId, StaffId};

codes! {
    /// A role at the desk. Roles combine.
    Role {
        Duty = "duty", Lawyer = "lawyer", Inspector = "inspector", Economist = "economist", Social = "social",
        Editor = "editor", Polls = "polls", Chair = "chair", Head = "head", Auditor = "auditor", Admin = "admin",
    }
}

codes! {
    /// A part of the program that acts by itself.
    Worker { Intake = "intake", Sender = "sender", Timer = "timer", Import = "import" }
}

/// One role with the subtree it holds in; no organisation means the whole desk, roots imported later included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub org: Option<OrgId>,
}

/// Who does it. Made only by the desk (a person it has authenticated) or by a worker of the runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    Person { staff: StaffId, name: String, grants: Vec<Grant> },
    Worker(Worker),
}

impl Actor {
    /// The staff id of a person; `None` for a worker.
    pub fn staff(&self) -> Option<StaffId> {
        match self {
            Actor::Person { staff, .. } => Some(*staff),
            Actor::Worker(_) => None,
        }
    }

    /// The roles held, in any scope.
    pub fn roles(&self) -> impl Iterator<Item = Role> + '_ {
        let grants: &[Grant] = match self {
            Actor::Person { grants, .. } => grants,
            Actor::Worker(_) => &[],
        };
        grants.iter().map(|grant| grant.role)
    }
}
