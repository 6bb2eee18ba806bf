//! The registry: organisations and members.

use super::codes::codes;

codes! {
    /// The level of a trade union organisation.
    OrgLevel {
        Central = "central", Regional = "regional", Local = "local", Primary = "primary", Shop = "shop",
    }
}

codes! {
    /// Whether a row of the registry is a member today.
    MemberStatus { Active = "active", Left = "left", Unknown = "unknown" }
}
