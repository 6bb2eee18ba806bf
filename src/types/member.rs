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
    /// How a member stands with their dues.
    DuesState {
        Paid = "paid",
        /// Need not pay, or pays less: parental leave, pensioners, students.
        Exempt = "exempt",
        Debt = "debt",
        Unknown = "unknown",
    }
}

codes! {
    /// Why a link is taken back.
    UnlinkReason {
        OtherPerson = "other_person", AuthorSays = "author_says", RegistryChanged = "registry_changed",
        Other = "other",
    }
}

codes! {
    /// What a column of a registry file means.
    RegistryField {
        /// The registry's own id of a row.
        Id = "id",
        /// The organisation, by its code or its name.
        Org = "ppo",
        Name = "fio_raw",
        Surname = "surname",
        Given = "given",
        Patronymic = "patronymic",
        Former = "former_raw",
        Birth = "birth_raw",
        Card = "card_raw",
        Workplace = "workplace",
        Position = "position",
        Elected = "elected",
        Phone = "phone_raw",
        Email = "email",
        Joined = "joined_raw",
        Left = "left_raw",
        OrgFrom = "org_from_raw",
        OrgTo = "org_to_raw",
        Dues = "dues_raw",
        Status = "status_raw",
        /// Says nothing that is kept.
        Skip = "skip",
    }
}

codes! {
    /// What becomes of a row of a registry file.
    RowFate {
        New = "new",
        Changed = "changed",
        Same = "same",
        /// A row of the registry that the file no longer has.
        Vanished = "vanished",
        /// It cannot be told whose row it is; nothing is done.
        Conflicting = "conflicting",
        Unreadable = "unreadable",
    }
}

codes! {
    /// Why a column is taken for what it is.
    ColumnWhy {
        /// By the words of the header.
        Header = "header",
        /// By what stands in it.
        Values = "values",
        /// As at the last import of this organisation.
        Saved = "saved",
        /// As a person said.
        Given = "given",
        None = "none",
    }
}
