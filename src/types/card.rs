//! The digital membership card: what a check of one says, and why one is taken back.

use super::codes::codes;

codes! {
    /// What a check of a card says. The holder is named from `Expired` down only.
    CardState {
        /// Not a card at all: mistyped, cut, something else.
        Damaged = "damaged",
        /// Signed by a key that this desk does not have: another organisation's card, or an invented one.
        UnknownKey = "unknown_key",
        /// The signature is not the one of the key that it names: altered, or another desk's.
        Forged = "forged",
        /// Signed by this desk, which has no record of it: a restored backup is older than the card.
        UnknownCard = "unknown_card",
        /// In order or not, its holder is in a part of the registry that the asker does not see.
        OutOfScope = "out_of_scope",
        /// Its key has been retired: no card that it signed counts any more.
        KeyRetired = "key_retired",
        Revoked = "revoked",
        Expired = "expired",
        /// The card is in order, but the registry says that its holder has left.
        HolderLeft = "holder_left",
        Valid = "valid",
    }
}

codes! {
    /// Why a card is taken back.
    CardReason {
        Lost = "lost",
        /// A new one was issued in its place.
        Replaced = "replaced",
        /// Its holder is no member any more.
        Left = "left",
        Mistake = "mistake",
        Other = "other",
    }
}
