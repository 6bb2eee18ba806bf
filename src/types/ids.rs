//! Identifiers: one newtype per thing, so that an appeal's id never stands where a message's is wanted.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh UUIDv7 (RFC 9562 section 5.7): ids of one process sort by the time they were made.
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self { Self(Uuid::now_v7()) }

            /// Parses the hyphenated or plain form; `None` for anything else.
            pub fn parse(text: &str) -> Option<Self> { Uuid::parse_str(text.trim()).ok().map(Self) }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.hyphenated().fmt(f) }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )+};
}

ids! {
    /// One appeal (обращение).
    AppealId,
    /// One message of a thread, in or out.
    MessageId,
    /// One file of a message.
    AttachmentId,
    /// One row of the registry.
    MemberId,
    /// One digital membership card. Its id is random through and through: it stands in the card and tells nothing.
    CardId,
    /// One node of the organisation tree.
    OrgId,
    /// One person who works at the console.
    StaffId,
    /// One recipient in one transaction with a channel.
    DeliveryId,
    /// What a report says of one recipient.
    ReportId,
    /// One file that will go with a reply being written.
    DraftFileId,
    /// One raw item as it came from a channel.
    RawId,
    /// One account of a channel: a mailbox, a bot.
    AccountId,
    /// One attempt to call an author.
    CallId,
    /// One application to join, sent to a chair.
    ApplicationId,
    /// One contact, linked with a row of the registry.
    IdentityId,
    /// Two things about who is who that cannot both be right.
    ConflictId,
    /// One question to a chair about somebody's membership.
    QueryId,
    /// One statutory date of an appeal.
    LimitationId,
}
