//! What a person decided in a dialog or a list of choices: carried out by `update` after the box has gone.

use otklik_core::desk::reply::AppealEdit;
use otklik_core::types::{
    AppealId, AttachmentId, DeliveryId, DraftFileId, MemberId, MemberState, MessageId, RawId, ReplyKind,
    Stage,
};
use std::path::PathBuf;

/// One decision.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Look at it only.
    Nothing,
    Search(Option<String>),
    Edit(AppealId, AppealEdit),
    SetStage(AppealId, Stage),
    Confirm(AppealId, MemberId),
    SetMemberState(AppealId, MemberState),
    Unlink(AppealId),
    /// A reply from another program is a response, the answer on the merits, or none.
    Outside(AppealId, MessageId, Option<ReplyKind>),
    SendAnyway,
    DiscardDraft,
    AttachFile {
        appeal: AppealId,
        path: PathBuf,
    },
    DetachFile(AppealId, DraftFileId),
    CopyTo {
        appeal: AppealId,
        cc: Vec<String>,
    },
    DiscardNote,
    DropDelivery(DeliveryId),
    ReleaseHeld,
    MakeAppeals(Vec<RawId>),
    SettleQuarantined(Vec<RawId>),
    /// A delivery whose fate nobody knows is sent again: the person has been told that it may arrive twice.
    RetryDelivery(DeliveryId),
    SaveFile {
        appeal: AppealId,
        attachment: AttachmentId,
        dir: PathBuf,
    },
    /// Leave as soon as nothing waits to be sent.
    WaitAndQuit,
    Quit,
}
