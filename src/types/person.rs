//! One person behind several contacts: on what a contact is linked with a row of the registry, what contradicts itself, and what
//! a chair was asked.

use super::codes::codes;

codes! {
    /// By what somebody can be reached and recognised again.
    ContactKind {
        Email = "email",
        Phone = "phone",
        /// An account of a messenger, `CHANNEL:ID`.
        Account = "account",
    }
}

codes! {
    /// On what a contact is linked with a row of the registry.
    LinkGround {
        /// The author of an appeal that came from it was confirmed to be the row.
        Appeal = "appeal",
        /// The person was called at the registry's number and said so.
        Call = "call",
        /// A document with the contact on it.
        Document = "document",
        /// The person came and said so.
        InPerson = "in_person",
    }
}

codes! {
    /// What contradicts itself.
    ConflictKind {
        /// Two people are confirmed to be one row of the registry.
        RowClaimed = "row_claimed",
        /// One contact is linked with two rows.
        ContactShared = "contact_shared",
    }
}

codes! {
    /// What has become of a conflict.
    ConflictState {
        Open = "open",
        /// The first side stands, the second was unlinked.
        KeptFirst = "kept_first",
        KeptSecond = "kept_second",
        /// Both are right: a mailbox that a family shares, a surname that changed.
        BothRight = "both_right",
        /// One side was unlinked otherwise.
        Gone = "gone",
    }
}

impl ConflictState {
    /// What a person may decide.
    pub const DECISIONS: [Self; 3] = [Self::KeptFirst, Self::KeptSecond, Self::BothRight];
}
