//! What a person asks for when answering; the use cases themselves follow.

use crate::types::{AppealId, DraftFileId, MessageId, ReplyKind, StaffId, Topic, Urgency};
use uuid::Uuid;

/// A reply to be sent. Recipient, channel and text are frozen when the desk accepts it.
#[derive(Clone, Debug)]
pub struct ReplyRequest {
    pub appeal: AppealId,
    pub text: String,
    pub kind: ReplyKind,
    /// The newest message its author had seen; a newer one stops the send with `newer-message`.
    pub seen: Option<MessageId>,
    /// Chosen by the caller once per intent: the same key twice sends once.
    pub idempotency_key: Uuid,
    /// May be leased at once; otherwise only after the desk's undo time.
    pub immediately: bool,
    /// Addresses of carbon copies, besides the author.
    pub cc: Vec<String>,
    /// Files of the actor's draft that go with it, in their order.
    pub files: Vec<DraftFileId>,
}

/// A change of an appeal's fields; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct AppealEdit {
    /// Lead topic first.
    pub topics: Option<Vec<Topic>>,
    pub urgency: Option<Urgency>,
    /// `Some(None)` takes the assignee away.
    pub assignee: Option<Option<StaffId>>,
}
