//! Data, without I/O: ids, the field's words, untrusted text. Every other room depends on this one; it depends on none.

mod actor;
mod appeal;
mod call;
mod card;
mod check;
pub(crate) mod codes;
mod delivery;
mod finding;
mod ids;
mod member;
mod person;
mod since;
mod untrusted;

pub use actor::{Actor, Grant, Role, Worker};
pub use appeal::{
    AppealNumber, Authentication, Channel, ClockPolicy, Consent, Direction, LimitationKind, LimitationState,
    MemberState, NumberQuery, ReplyKind, ResponseState, Stage, Topic, Urgency,
};
pub use call::{ApplicationState, CallEnd, CallOutcome, CallReason, ChairAnswer, QueryState};
pub use card::{CardReason, CardState};
pub use check::CheckKind;
pub use delivery::{
    ChannelKind, DeliveryKind, DeliveryState, Explained, Fate, FolderRole, Outside, OutsideReplies,
    QuarantineReason, ReportDoubt, ReportKind, SentCopy,
};
pub use finding::FindingCode;
pub use ids::{
    AccountId, AppealId, ApplicationId, AttachmentId, CallId, CardId, ConflictId, DeliveryId, DraftFileId,
    IdentityId, LimitationId, MemberId, MessageId, OrgId, QueryId, RawId, ReportId, StaffId,
};
pub use member::{
    ColumnWhy, DuesState, MatchClass, MemberProof, MemberStatus, OrgLevel, RegistryField, RowFate,
    UnlinkReason,
};
pub use person::{ConflictKind, ConflictState, ContactKind, LinkGround};
pub use since::{Census, Since};
pub use untrusted::{DisplayText, JsonText, Personal, Purpose, Untrusted, safe_json, safe_json_pretty};
