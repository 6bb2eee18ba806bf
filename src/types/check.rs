//! What a check of the registry finds.

use super::codes::codes;

codes! {
    /// Something in the registry that a person should look at. None of it is changed by the program.
    CheckKind {
        /// Two rows with one name and one day of birth.
        SamePerson = "same_person",
        SameCard = "same_card",
        /// Names that are one letter apart, with one day of birth or one telephone.
        LookAlike = "look_alike",
        /// Latin letters inside a Cyrillic name.
        LatinLetters = "latin_letters",
        /// In the future, or longer ago than anybody lives.
        ImpossibleBirth = "impossible_birth",
        /// Before 14 years of age, the least of the law (10-FZ article 2 part 2).
        JoinedTooYoung = "joined_too_young",
        JoinedInFuture = "joined_in_future",
        LeftBeforeJoined = "left_before_joined",
        /// A day of leaving that has passed, and a status that says member.
        LeftButMember = "left_but_member",
        /// In the organisation until a day before the one since which.
        OrgDatesReversed = "org_dates_reversed",
        /// Something is written for a day, and no day can be made of it.
        UnreadableDate = "unreadable_date",
        SharedPhone = "shared_phone",
        SharedEmail = "shared_email",
        NoOrganisation = "no_organisation",
        ClosedOrganisation = "closed_organisation",
    }
}
