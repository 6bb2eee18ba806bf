//! What a person decided in a dialog or a list of choices: carried out by `update` after the box has gone.

use crate::screens::channel::Setting;
use jiff::civil::Time;
use otklik_core::desk::reply::AppealEdit;
use otklik_core::desk::{JoinRequest, NewCall, QueryRequest};
use otklik_core::types::{
    AppealId, AttachmentId, CallEnd, CardId, CardReason, ChairAnswer, ConflictId, ConflictState, DeliveryId,
    DraftFileId, IdentityId, MemberId, MemberState, MessageId, OrgId, RawId, RegistryField, ReplyKind, Stage,
    UnlinkReason,
};
use std::path::PathBuf;
use uuid::Uuid;

/// What a word on an author's membership rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The evidence, or a colleague's word before: it is enough.
    Enough,
    /// Weak evidence: a second person is awaited.
    First,
    /// The same as enough, of a contact that others use too: it is not linked.
    Alone,
    /// Weak evidence and a call to the chair.
    Call,
}

/// One decision.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Look at it only.
    Nothing,
    Search(Option<String>),
    SearchEarlier(String),
    AppealFromEarlier(RawId),
    Edit(AppealId, AppealEdit),
    SetStage(AppealId, Stage),
    Confirm(AppealId, MemberId, Word),
    SetMemberState(AppealId, MemberState),
    LogCall(AppealId, NewCall),
    /// None: what the author gave.
    CallNumber(AppealId, Option<String>),
    /// The end, and whether the appeal is closed with it.
    CloseCall(AppealId, CallEnd, bool),
    /// An organisation was chosen; where its chair is written to is asked next.
    ChairAddress {
        appeal: AppealId,
        org: OrgId,
        chair: String,
    },
    /// The address is known; the author's workplace is asked for next, and then their word (wall 13).
    AskAgreed {
        appeal: AppealId,
        org: OrgId,
        to: Option<String>,
    },
    /// The workplace is known: the author's word is asked for next.
    Agree {
        appeal: AppealId,
        org: OrgId,
        to: Option<String>,
        workplace: Option<String>,
    },
    Join(AppealId, JoinRequest),
    /// A chair is asked whether the author is a member.
    AskChair(AppealId, QueryRequest),
    AnswerQuery(AppealId, ChairAnswer),
    ConfirmApplication(AppealId, String),
    Unlink(AppealId, UnlinkReason),
    UnlinkIdentity(IdentityId, UnlinkReason),
    /// A conflict is settled, for a reason.
    SettleConflict(ConflictId, ConflictState, String),
    /// A digital card; `true`: in place of one that counts.
    IssueCard(MemberId, bool),
    RevokeCard(CardId, CardReason),
    /// A reply from another program is a response, the answer on the merits, or none.
    Outside(AppealId, MessageId, Option<ReplyKind>),
    SendAnyway,
    /// The same words once more.
    SendAgain,
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
    /// What was reported about it without proof is true.
    BelieveReport(DeliveryId),
    /// It is not believed, and waits for nobody any more.
    DismissReport(DeliveryId),
    /// A letter of which nobody knew has arrived, and how that is known.
    ConfirmDelivery {
        id: DeliveryId,
        reason: String,
    },
    /// What failed or came back goes to a corrected address.
    Redirect {
        id: DeliveryId,
        address: String,
    },
    /// Shows the settings of the channel of this name.
    OpenChannel(String),
    /// A setting of the open channel; empty: taken away.
    SetChannel(Setting, String),
    /// From which day on letters are appeals, earlier than until now: that is asked.
    AskSince(String),
    DigestHour(Option<Time>),
    /// None: the desk's zone.
    DigestZone(Option<String>),
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
    OpenRegistry(PathBuf),
    /// A column of the registry file is this.
    SetColumn(usize, RegistryField),
    ReadSheet(String),
    /// Whose members the file has, by code; `None`: it says so row by row.
    SetImportOrg(Option<String>),
    LoadRegistry,
    UndoImport(Uuid),
    /// Leave as soon as nothing waits to be sent.
    WaitAndQuit,
    Quit,
}
