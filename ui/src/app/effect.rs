//! What the console wants done, as data. The driver (`session.rs`) does it; nothing here acts.

use super::deed::Word;
use crate::screens::channel::Setting;
use otklik_core::desk::reply::{AppealEdit, ReplyRequest};
use otklik_core::desk::views::{
    AppealView, CallRow, CallView, ChannelView, DeliveryFilter, DeliveryView, HistoryLetter, HistoryRow,
    Intake, JoinTarget, MatchCard, MemberHit, MemberView, OrgView, PageFrom, QuarantineRow, QuarantineView,
    QueueCounts, QueueFilter, QueuePage, ReportView, StaffView,
};
use otklik_core::desk::{
    AccountRoutes, CheckReport, ConflictView, DigestData, DigestWish, ImportRequest, ImportView, ImportWatch,
    JoinRequest, MemberCard, MemberImport, NewCall, QueryRequest, RegistryFile,
};
use otklik_core::error::{Error, ErrorKind};
use otklik_core::types::{
    AccountId, AppealId, AppealNumber, AttachmentId, CallEnd, CardId, CardReason, ChairAnswer, ConflictId,
    ConflictState, DeliveryId, DraftFileId, IdentityId, MemberId, MemberState, MessageId, RawId, ReplyKind,
    Stage, UnlinkReason,
};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Names one question to the desk, so that its answer can be told from a stale one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Generation(pub u64);

/// Something for the driver to do.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Ask the desk; the answer comes back as `Msg::Answer` with the same generation.
    Ask { generation: Generation, ask: Ask },
    /// Send `Msg::Woke` after this long.
    Wake { wake: Wake, after: Duration },
    /// End the session, once every write that was asked for is done.
    Quit(Exit),
}

/// Why the console wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wake {
    /// The draft on the screen is due to be saved.
    SaveDraft,
    /// Changes have been gathered; look again.
    Reload,
    /// The typing in a search field has paused.
    Search,
    /// Letters that may have been typed into the wrong window have waited long enough.
    Guard,
    /// The intake stood still: look whether it runs now.
    Intake,
    /// Leaving waits for deliveries: look whether they have gone.
    Leaving,
    /// An import is under way: look how far it is.
    Import,
}

/// How a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The person asked for it.
    Asked,
    /// The terminal went away.
    HungUp,
}

/// One question or request to the desk: one use case each.
#[derive(Clone, Debug)]
pub enum Ask {
    Organisation,
    Staff,
    Counts,
    Intake,
    Queue {
        filter: QueueFilter,
        from: PageFrom,
        limit: usize,
    },
    /// The appeal for the reading pane: it does not count as read.
    Pane(AppealId),
    Appeal(AppealId),
    MarkRead(AppealId),
    Take(AppealId),
    Edit(AppealId, AppealEdit),
    SetStage(AppealId, Stage),
    Note(AppealId, String),
    /// What is said of a reply from another program; `None`: it is no answer.
    Outside(AppealId, MessageId, Option<ReplyKind>),
    SaveDraft {
        appeal: AppealId,
        text: String,
        kind: ReplyKind,
        seen: Option<MessageId>,
    },
    Send(ReplyRequest),
    /// The same words once more: the person has been told that they went just now.
    SendAgain(ReplyRequest),
    DiscardDraft(AppealId),
    /// Reads a file of this machine and puts it with the draft.
    AttachFile {
        appeal: AppealId,
        path: PathBuf,
    },
    DetachFile(AppealId, DraftFileId),
    CopyDraftTo(AppealId, Vec<String>),
    /// What a path could go on with.
    CompletePath(String),
    /// The thread to one's own mailbox.
    MailThread(AppealId),
    UndoDelivery(DeliveryId),
    RetryDelivery(DeliveryId),
    BelieveReport(DeliveryId),
    DismissReport(DeliveryId),
    /// A letter of which nobody knew has arrived, and how that is known.
    ConfirmDelivery {
        id: DeliveryId,
        reason: String,
    },
    /// What failed or came back goes to a corrected address.
    RedirectDelivery {
        id: DeliveryId,
        address: String,
    },
    /// Whatever waits for its next attempt by this account.
    HurryDeliveries(AccountId),
    DropDelivery(DeliveryId),
    Deliveries {
        filter: DeliveryFilter,
        limit: usize,
    },
    Channels,
    /// What is set of a channel, by its name.
    ChannelSettings(String),
    /// The value as the command line takes it; empty: taken away.
    SetChannel {
        name: String,
        setting: Setting,
        value: String,
    },
    /// The morning digest as it would be now, and its reader.
    Digest,
    SetDigest(DigestWish),
    /// Lets every automatic letter go that is held over the limit.
    ReleaseHeld,
    Quarantine {
        limit: usize,
    },
    /// A quarantined item as it came.
    RawItem(RawId),
    RetryQuarantined(Vec<RawId>),
    MakeAppeals(Vec<RawId>),
    SettleQuarantined(Vec<RawId>),
    /// Whom to call; with `all` also what is done.
    Calls {
        all: bool,
        limit: usize,
    },
    Call(AppealId),
    /// The organisations that the author of an appeal can join.
    JoinTargets(AppealId),
    AddCall(AppealId),
    LogCall(AppealId, NewCall),
    StrikeCall(AppealId),
    CallNumber(AppealId, Option<String>),
    CloseCall(AppealId, CallEnd, bool),
    JoinCall(AppealId, JoinRequest),
    ConfirmApplication(AppealId, String),
    /// A chair is asked whether the author is a member.
    AskChair(AppealId, QueryRequest),
    AnswerQuery(AppealId, ChairAnswer),
    /// Letters of before the mailbox's start that hold the words.
    FindEarlier {
        words: String,
        limit: usize,
    },
    EarlierLetter(RawId),
    AppealFromEarlier(RawId),
    MatchCard(AppealId),
    /// The author is this row of the registry; what becomes of that depends on the evidence, and is told in advance.
    ConfirmMember(AppealId, MemberId, Word),
    UnlinkMember(AppealId, UnlinkReason),
    SetMemberState(AppealId, MemberState),
    UnlinkIdentity(IdentityId, UnlinkReason),
    /// What contradicts itself about who is who; with `all` also what is settled.
    Conflicts {
        all: bool,
        limit: usize,
    },
    SettleConflict(ConflictId, ConflictState, String),
    /// Looks over everything that is linked.
    CheckConflicts,
    FindMembers {
        query: String,
        limit: usize,
    },
    Member(MemberId),
    /// What in the registry cannot be right.
    CheckMembers {
        limit: usize,
    },
    /// A row's digital card.
    MemberCard(MemberId),
    /// Issues one; `true`: another one in place of one that counts.
    IssueCard(MemberId, bool),
    RevokeCard(CardId, CardReason),
    /// Opens a row of the registry for the work on an appeal.
    OpenMember(AppealId, MemberId),
    /// The organisations of the desk.
    Orgs,
    /// The registry's imports, the newest first.
    Imports {
        limit: usize,
    },
    /// Reads a registry file of this machine: what was saved for the organisation's files is taken for its columns.
    ReadRegistry {
        path: PathBuf,
        sheet: Option<String>,
        org: Option<String>,
    },
    /// What an import would change.
    CompareRegistry(Box<ImportRequest>),
    LoadRegistry(Box<ImportRequest>),
    ImportProgress(Arc<ImportWatch>),
    /// Asks work under way to stop. It is no write: it must not wait for the one that it stops.
    StopImport(Arc<ImportWatch>),
    UndoImport(Uuid),
    SaveAttachment {
        appeal: AppealId,
        attachment: AttachmentId,
        dir: PathBuf,
    },
}

impl Ask {
    /// Whether it changes something. A write is never dropped with the screen that asked for it, and two of one kind
    /// are two; of two reads of one kind only the later answer counts.
    pub fn is_write(&self) -> bool {
        !matches!(
            self,
            Ask::Organisation
                | Ask::Staff
                | Ask::Counts
                | Ask::Intake
                | Ask::Queue { .. }
                | Ask::Pane(_)
                | Ask::Appeal(_)
                | Ask::Deliveries { .. }
                | Ask::Channels
                | Ask::ChannelSettings(_)
                | Ask::Digest
                | Ask::CompletePath(_)
                | Ask::Quarantine { .. }
                | Ask::RawItem(_)
                | Ask::FindEarlier { .. }
                | Ask::EarlierLetter(_)
                | Ask::MatchCard(_)
                | Ask::Calls { .. }
                | Ask::Conflicts { .. }
                | Ask::Call(_)
                | Ask::JoinTargets(_)
                | Ask::FindMembers { .. }
                | Ask::Member(_)
                | Ask::Orgs
                | Ask::Imports { .. }
                | Ask::ReadRegistry { .. }
                | Ask::CompareRegistry(_)
                | Ask::ImportProgress(_)
                | Ask::StopImport(_)
                | Ask::MemberCard(_)
                | Ask::CheckMembers { .. }
        )
    }

    /// Whether the answer must show what this session has just written: the driver lets such a read wait for the writes
    /// that were asked for before it.
    pub fn waits_for_writes(&self) -> bool {
        matches!(
            self,
            Ask::Appeal(_)
                | Ask::MatchCard(_)
                | Ask::MemberCard(_)
                | Ask::ChannelSettings(_)
                | Ask::Digest
                | Ask::Deliveries { .. }
                | Ask::Quarantine { .. }
                | Ask::FindEarlier { .. }
                | Ask::Imports { .. }
                | Ask::Calls { .. }
                | Ask::Conflicts { .. }
                | Ask::Call(_)
        )
    }
}

/// What is set of a channel, and what could be.
#[derive(Clone, Debug)]
pub struct ChannelSettings {
    pub channel: ChannelView,
    pub routes: AccountRoutes,
    /// Whose it may be.
    pub orgs: Vec<OrgView>,
}

/// What the desk answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Done, and there is nothing more to tell.
    Done,
    Organisation(String),
    Staff(Vec<StaffView>),
    Counts(QueueCounts),
    Intake(Intake),
    Queue(QueuePage),
    Appeal(Box<AppealView>),
    Deliveries(Vec<DeliveryView>),
    Delivery(Box<DeliveryView>),
    /// The accounts, and the newest reports that are about nothing that was sent from here.
    Channels(Vec<ChannelView>, Vec<ReportView>),
    ChannelSettings(Box<ChannelSettings>),
    /// Letters of history that are read anew, and folders that were made.
    ChannelSet(u64, Vec<String>),
    Digest(Box<DigestData>, Option<Box<StaffView>>),
    Quarantine(Vec<QuarantineRow>),
    RawItem(Box<QuarantineView>),
    Calls(Vec<CallRow>),
    Conflicts(Vec<ConflictView>),
    Call(Box<CallView>),
    JoinTargets(Vec<JoinTarget>),
    Earlier(Vec<HistoryRow>),
    EarlierLetter(Box<HistoryLetter>),
    /// The appeal that was made of a letter.
    AppealMade(AppealId, AppealNumber),
    MatchCard(Box<MatchCard>),
    Members(Vec<MemberHit>),
    Member(Box<MemberView>),
    Orgs(Vec<OrgView>),
    Imports(Vec<ImportView>),
    Registry(Box<RegistryFile>),
    /// What an import has done, or would do.
    Import(Box<MemberImport>),
    /// Rows decided about, and all rows.
    Progress(usize, usize),
    MemberCard(Box<MemberCard>),
    Check(Box<CheckReport>),
    Saved(PathBuf),
    /// The path as far as it is certain, and the names that it could go on with.
    Completed(String, Vec<String>),
}

/// An error of the desk as the console keeps it: its code and the values for its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub kind: ErrorKind,
    pub code: &'static str,
    pub args: Vec<(&'static str, String)>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure { kind: error.kind, code: error.code, args: error.args.clone() }
    }
}

/// The questions that are under way. A read supersedes an earlier read of its kind, whose answer is then dropped.
#[derive(Debug, Default)]
pub struct Asks {
    last: u64,
    under_way: Vec<(Generation, Ask)>,
}

impl Asks {
    /// Registers a question and makes the effect for it.
    pub fn ask(&mut self, ask: Ask) -> Effect {
        if !ask.is_write() {
            let kind = std::mem::discriminant(&ask);
            self.under_way.retain(|(_, other)| std::mem::discriminant(other) != kind);
        }
        let generation = Generation(self.next_number());
        self.under_way.push((generation, ask.clone()));
        Effect::Ask { generation, ask }
    }

    /// A number that this session has not used yet.
    pub fn next_number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// What this answer is an answer to; `None` when it is stale.
    pub fn answered(&mut self, generation: Generation) -> Option<Ask> {
        let at = self.under_way.iter().position(|(other, _)| *other == generation)?;
        Some(self.under_way.swap_remove(at).1)
    }

    /// Whether such a question is under way.
    pub fn any(&self, mut test: impl FnMut(&Ask) -> bool) -> bool {
        self.under_way.iter().any(|(_, ask)| test(ask))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generation(effect: &Effect) -> Generation {
        match effect {
            Effect::Ask { generation, .. } => *generation,
            other => panic!("not a question: {other:?}"),
        }
    }

    #[test]
    fn a_later_read_makes_the_earlier_answer_stale_and_a_write_does_not() {
        let mut asks = Asks::default();
        let first = generation(&asks.ask(Ask::Counts));
        let second = generation(&asks.ask(Ask::Counts));
        assert!(asks.answered(first).is_none());
        assert!(asks.answered(second).is_some());
        assert!(asks.answered(second).is_none(), "an answer counts once");
        let id = AppealId::new();
        let one = generation(&asks.ask(Ask::Take(id)));
        let two = generation(&asks.ask(Ask::Take(id)));
        assert!(asks.answered(one).is_some() && asks.answered(two).is_some());
    }
}
