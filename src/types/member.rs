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

codes! {
    /// How well the evidence holds that an author is a certain row of the registry.
    MatchClass {
        /// An identifier that points to exactly one row, and a name that is compatible as written.
        Strong = "strong",
        /// Such an identifier, but the name is missing, in another layout or script, or another one.
        Likely = "likely",
        /// Name and organisation only, or an identifier that several rows share.
        Weak = "weak",
        None = "none",
    }
}

codes! {
    /// What makes the link of an author and a row of the registry certain enough.
    MemberProof {
        /// The evidence alone: strong or likely.
        Evidence = "evidence",
        /// A second person of the staff who looked too.
        Person = "person",
        /// A call to the chair at the registry's number, which names the person and never the appeal.
        ChairCall = "chair_call",
    }
}

codes! {
    /// Why a link is taken back.
    UnlinkReason {
        OtherPerson = "other_person", AuthorSays = "author_says", RegistryChanged = "registry_changed",
        Other = "other",
    }
}
