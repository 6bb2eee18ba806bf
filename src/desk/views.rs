//! What the desk hands to an interface: plain data, with everything from outside still `Untrusted`.

use crate::types::{
    AccountId, AppealId, AppealNumber, AttachmentId, Authentication, Channel, ChannelKind, Consent,
    DeliveryId, DeliveryKind, DeliveryState, Direction, DraftFileId, DuesState, Explained, Fate,
    LimitationKind, LimitationState, MatchClass, MemberId, MemberProof, MemberState, MemberStatus, MessageId,
    OrgId, OrgLevel, Outside, OutsideReplies, RawId, ReplyKind, ReportDoubt, ReportId, ReportKind,
    ResponseState, SentCopy, StaffId, Stage, Topic, Untrusted, Urgency,
};
use jiff::{Timestamp, civil::Date};

pub use super::calls::{ApplicationView, CallAttempt, CallRow, CallView, JoinTarget};
pub use super::reconciliation::Reconciled;
pub use super::silence::Stuck;

/// How a message's text is told from what it quotes; an interface folds the latter.
pub use crate::rules::quote;

/// A tab of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum QueueTab {
    /// Open and assigned to the actor.
    Mine,
    /// Stage `new`.
    New,
    /// Open, urgency `sos` or `high`.
    Urgent,
    /// Everything open.
    #[default]
    All,
    /// Open, the response clock has run out and nobody has responded.
    Overdue,
    /// Answered, closed and set aside: everything not open, newest first.
    Closed,
}

impl QueueTab {
    pub const ALL: &'static [QueueTab] = &[
        QueueTab::Mine,
        QueueTab::New,
        QueueTab::Urgent,
        QueueTab::All,
        QueueTab::Overdue,
        QueueTab::Closed,
    ];
}

/// Which deliveries a list has, the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum DeliveryFilter {
    /// What waits, failed, or has an end that nobody knows.
    #[default]
    Open,
    /// Of which something is reported that shows no proof and waits for a person's word.
    Doubted,
    /// What a channel has taken since the desk's midnight, the latest first.
    Today,
    All,
}

impl DeliveryFilter {
    pub const ALL: &'static [DeliveryFilter] =
        &[DeliveryFilter::Open, DeliveryFilter::Doubted, DeliveryFilter::Today, DeliveryFilter::All];
}

/// What a list is narrowed to, over and above its tab and the actor's scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFilter {
    pub tab: QueueTab,
    /// Every stage, also those that are not open (the command line's list).
    pub any_stage: bool,
    pub stage: Option<Stage>,
    pub assignee: Option<StaffId>,
    pub topic: Option<Topic>,
    pub channel: Option<Channel>,
    pub overdue: bool,
    /// Words to find in subject and messages (by stems), or a number.
    pub search: Option<String>,
}

/// A place in the queue's order: due first, then number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueueKey {
    pub due_ms: i64,
    pub pk: i64,
}

/// Where a page begins: the first rows, the last ones, or next to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PageFrom {
    #[default]
    Start,
    End,
    After(QueueKey),
    Before(QueueKey),
}

/// A page of the queue, in the queue's order whichever way it was asked for.
#[derive(Clone, Debug, Default)]
pub struct QueuePage {
    pub rows: Vec<QueueRow>,
    /// Nothing stands before the first row.
    pub at_start: bool,
    /// Nothing stands after the last row.
    pub at_end: bool,
}

/// The response clock as shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResponseView {
    pub due_at: Option<Timestamp>,
    pub met_at: Option<Timestamp>,
    pub state: ResponseState,
}

/// What a server or a program reported about mail.
#[derive(Clone, Debug)]
pub struct ReportView {
    pub id: ReportId,
    /// The report itself, as it came.
    pub raw: RawId,
    /// The account's name.
    pub account: String,
    /// When the server took the report.
    pub at: Timestamp,
    pub kind: ReportKind,
    /// The recipient that it names.
    pub recipient: Option<Untrusted>,
    /// RFC 3463.
    pub status: Option<String>,
    /// The server's words.
    pub diagnostic: Untrusted,
    /// What it is about; none: nothing that the desk sent.
    pub delivery: Option<DeliveryId>,
    pub appeal: Option<AppealId>,
    pub number: Option<AppealNumber>,
    /// Why it has changed nothing; none: it is believed, or says nothing that would change anything.
    pub doubt: Option<ReportDoubt>,
}

/// One row of the queue.
#[derive(Clone, Debug)]
pub struct QueueRow {
    pub id: AppealId,
    pub key: QueueKey,
    pub number: AppealNumber,
    pub origin: Option<Untrusted>,
    pub channel: Channel,
    pub received_at: Timestamp,
    pub author_name: Untrusted,
    pub author_contact: Untrusted,
    pub subject: Untrusted,
    pub stage: Stage,
    pub topics: Vec<Topic>,
    pub urgency: Urgency,
    pub assignee: Option<StaffRef>,
    pub organisation: Option<OrgRef>,
    pub member_state: Option<MemberState>,
    pub member_id: Option<MemberId>,
    /// How well the evidence held on which the author was linked.
    pub member_class: Option<MatchClass>,
    pub response: ResponseView,
    pub merits_met_at: Option<Timestamp>,
    /// Every statutory date of the appeal, the most pressing first.
    pub limitations: Vec<LimitationView>,
    pub name_to_employer: Consent,
    pub name_to_chair: Consent,
    pub unread: bool,
    /// Whether whoever asks has begun a reply to it.
    pub draft: bool,
    /// Colleagues' replies from other programs that wait for a person's word.
    pub outside_waiting: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRef {
    pub id: StaffId,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgRef {
    pub id: OrgId,
    pub code: Untrusted,
    pub name: Untrusted,
}

/// One statutory date (DESIGN, the words of the JSON).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitationView {
    pub rule: String,
    pub kind: LimitationKind,
    pub anchor: Option<Date>,
    pub proof: Option<Untrusted>,
    pub file_by: Option<Date>,
    pub deadline: Option<Date>,
    pub deadline_shifted: Option<Date>,
    /// Days from today to `deadline`; negative after it.
    pub days_left: Option<i64>,
    pub state: LimitationState,
}

/// Counts for the tabs, in the actor's scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueCounts {
    pub mine: i64,
    pub new: i64,
    pub urgent: i64,
    pub all: i64,
    pub overdue: i64,
    /// Deliveries that failed or wait for a person.
    pub delivery_errors: i64,
    /// Deliveries not yet gone.
    pub deliveries_waiting: i64,
    /// Of those, the ones that wait for another attempt at a later time.
    pub deliveries_later: i64,
    /// Deliveries of which something is reported that shows no proof and waits for a person's word.
    pub doubted: i64,
    /// Automatic letters over the limit, which wait for a person's word.
    pub held: i64,
    /// Letters in quarantine.
    pub quarantined: i64,
    /// Open call tasks.
    pub calls: i64,
    /// Open conflicts about who is who.
    pub conflicts: i64,
}

/// Whether anything fetches mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intake {
    /// A worker holds the lease and its last fetch went well.
    Running,
    /// This process's workers have begun and have not looked at every account yet.
    Starting,
    /// Nothing has fetched since this moment.
    StoppedSince(Timestamp),
    /// No account is set up.
    NoAccount,
}

/// An appeal, whole.
#[derive(Clone, Debug)]
pub struct AppealView {
    pub row: QueueRow,
    /// Letters of before the account's start that this thread goes on from, oldest first.
    pub earlier: Vec<HistoryLetter>,
    pub messages: Vec<MessageView>,
    pub journal: Vec<JournalLine>,
    pub links: Vec<LinkView>,
    pub member: Option<MemberView>,
    pub author_email: Option<Untrusted>,
    /// Where the letter came from, if answers go elsewhere: this address alone says who the author may be.
    pub wrote_from: Option<Untrusted>,
    pub author_phone: Option<Untrusted>,
    pub org_stated: Untrusted,
    pub event_date: Option<Date>,
    /// How the membership was confirmed.
    pub said: Option<SaidLink>,
    /// Calls to the author, in the order in which they were entered.
    pub calls: Vec<CallAttempt>,
    /// The author's contacts that are linked with rows of the registry.
    pub identities: Vec<super::IdentityView>,
    /// The newest message; a send names it, and is stopped if something newer has come.
    pub last_message: Option<MessageId>,
    /// The actor's own draft.
    pub draft: Option<DraftView>,
    /// Where an answer goes: the author's address, or the one that a person has put right in its place.
    pub reply_to: Option<Untrusted>,
    /// The subject that an answer gets.
    pub reply_subject: Untrusted,
    /// Who else the author's newest letter went to, besides us: an answer does not go to them by itself.
    pub others: Vec<Untrusted>,
}

/// One message of a thread, oldest first in an `AppealView`.
#[derive(Clone, Debug)]
pub struct MessageView {
    pub id: MessageId,
    pub direction: Direction,
    pub at: Timestamp,
    pub channel: Channel,
    pub from: Untrusted,
    pub to: Untrusted,
    /// Carbon copies.
    pub cc: Untrusted,
    pub subject: Untrusted,
    pub text: Untrusted,
    /// For outgoing mail of a person: what its sender said it is.
    pub kind: Option<ReplyKind>,
    /// Sent by the program (a receipt), not by a person.
    pub automatic: bool,
    /// Sent by a colleague from another program, and what was said of it.
    pub outside: Option<Outside>,
    pub staff: Option<StaffRef>,
    /// Codes of what of the letter could not be read; the letter itself is kept whole.
    pub left_out: Vec<String>,
    /// What the server that the account trusts says against its author.
    pub authentication: Option<Authentication>,
    /// Who takes part in it and did not in the letter before it, and the other way round; without ourselves.
    pub recipients_added: Vec<Untrusted>,
    pub recipients_dropped: Vec<Untrusted>,
    pub attachments: Vec<AttachmentView>,
    pub deliveries: Vec<DeliveryView>,
}

#[derive(Clone, Debug)]
pub struct AttachmentView {
    pub id: AttachmentId,
    pub file_name: Untrusted,
    pub content_type: Untrusted,
    /// Bytes, decoded; 0 where a former system gave only a name.
    pub size: i64,
    /// Whether the bytes are kept here.
    pub kept: bool,
}

#[derive(Clone, Debug)]
pub struct DeliveryView {
    pub id: DeliveryId,
    pub kind: DeliveryKind,
    /// None for what is about no appeal, such as the morning digest.
    pub appeal: Option<AppealId>,
    pub number: Option<AppealNumber>,
    pub message: Option<MessageId>,
    pub recipient: Untrusted,
    pub state: DeliveryState,
    /// Why a scheduled one waits: `held` (over a limit), else none.
    pub reason: Option<String>,
    /// Not leased before this moment: the time left for undo.
    pub not_before: Timestamp,
    pub next_at: Timestamp,
    pub attempts: i64,
    pub accepted_at: Option<Timestamp>,
    /// When it is given up for a person.
    pub expires_at: Timestamp,
    /// The account that it leaves by, and its name.
    pub account: AccountId,
    pub channel: String,
    /// Since when the account's server does not answer.
    pub down_since: Option<Timestamp>,
    /// The channel's own words on a failure.
    pub error: Option<Untrusted>,
    /// What they mean.
    pub explained: Option<Explained>,
    pub proof: Option<Untrusted>,
    /// The copy of a reply in the mailbox's folder of sent letters; none: none is made.
    pub sent_copy: Option<SentCopy>,
    /// The delivery that goes to a corrected address instead of this one, and the one that this goes instead of.
    pub redirected_to: Option<DeliveryId>,
    pub instead_of: Option<DeliveryId>,
    /// What was reported about it, oldest first: in an appeal's thread everything, in a list what waits for a person's word.
    pub reports: Vec<ReportView>,
}

/// One line of an appeal's history, made from the journal and the versions table.
#[derive(Clone, Debug)]
pub struct JournalLine {
    pub seq: i64,
    pub recorded_at: Timestamp,
    pub occurred_at: Timestamp,
    /// A staff name, or a worker's code.
    pub actor: JournalActor,
    /// Stable action code: `appeal.take`, `delivery.accepted` …
    pub action: String,
    pub changes: Vec<JournalChange>,
    /// What the row refers to, by name: `message`, `delivery`, `reply`, `receipt`, `attachment` …
    pub refs: Vec<(String, String)>,
    /// The names of the people and organisations whose ids the changes hold: id, name.
    pub names: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalActor {
    Person(StaffRef),
    Worker(String),
}

/// A field before and after; values come from the versions table and may have been erased.
#[derive(Clone, Debug)]
pub struct JournalChange {
    pub field: String,
    pub before: Option<Untrusted>,
    pub after: Option<Untrusted>,
}

/// A link to another appeal.
#[derive(Clone, Debug)]
pub struct LinkView {
    /// `possible_follow_up`.
    pub kind: String,
    pub appeal: AppealId,
    pub number: AppealNumber,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DraftView {
    pub text: String,
    /// Addresses of carbon copies.
    pub cc: Vec<String>,
    /// Files that will go with it, in their order.
    pub files: Vec<DraftFileView>,
    pub kind: ReplyKind,
    pub updated_at: Timestamp,
    /// The newest message its author had seen.
    pub seen: Option<MessageId>,
}

/// A file of a reply being written.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftFileView {
    pub id: DraftFileId,
    pub file_name: Untrusted,
    pub content_type: String,
    /// Bytes.
    pub size: i64,
}

/// A row of the registry. Birth date, telephone and e-mail are masked until somebody opens them for the work on an appeal.
#[derive(Clone, Debug)]
pub struct MemberView {
    pub id: MemberId,
    /// The registry's own id, such as `M001`.
    pub source_id: Untrusted,
    pub name: Untrusted,
    pub birth: Untrusted,
    pub card: Untrusted,
    pub organisation: Option<OrgRef>,
    pub position: Untrusted,
    pub phone: Untrusted,
    pub email: Untrusted,
    pub joined: Untrusted,
    pub dues: Untrusted,
    pub status: MemberStatus,
    pub status_text: Untrusted,
    pub former_surname: Untrusted,
    pub workplace: Untrusted,
    /// The post to which the member was elected.
    pub elected: Untrusted,
    pub left: Untrusted,
    /// Since when and until when the member is with this organisation, as it is written.
    pub org_from: Untrusted,
    pub org_to: Untrusted,
    pub dues_state: DuesState,
    /// The file, table and line that the row came from.
    pub source_file: Untrusted,
    pub source_sheet: Untrusted,
    pub source_line: i64,
    /// Since the import of that moment the row is no longer in its organisation's file. That is not to have left.
    pub missing_since: Option<Timestamp>,
    /// Nothing is masked: the row was opened, and the journal says by whom and for which appeal.
    pub opened: bool,
}

/// A hit of the look-up.
#[derive(Clone, Debug)]
pub struct MemberHit {
    pub member: MemberView,
    /// Codes of what matched: `name`, `phone`, `email`, `card`, `organisation`, `typo`, `layout`, `translit`.
    pub why: Vec<String>,
    pub score: i64,
}

/// A candidate on the match card, with plain facts; nothing is linked by itself.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub member: MemberView,
    pub class: MatchClass,
    /// What the author is if they are this row.
    pub state: MemberState,
    /// Fact codes for it, strongest first.
    pub facts_for: Vec<String>,
    pub facts_against: Vec<String>,
    /// Others who are confirmed to be this row and cannot be the same person.
    pub claimed: Vec<super::ClaimView>,
}

/// The match card.
#[derive(Clone, Debug)]
pub struct MatchCard {
    pub appeal: AppealId,
    pub number: AppealNumber,
    /// What a person has decided.
    pub state: Option<MemberState>,
    pub linked: Option<MemberView>,
    /// Who says so and on what proof; without a proof a second person is awaited.
    pub said: Option<SaidLink>,
    /// What the evidence amounts to, for a person to look at.
    pub proposed: MemberState,
    pub class: MatchClass,
    pub candidates: Vec<Candidate>,
    /// The author's contacts that are linked with rows of the registry, whichever rows.
    pub identities: Vec<super::IdentityView>,
    /// What chairs were asked about the author, the newest first.
    pub queries: Vec<super::QueryView>,
}

/// What somebody says of an author and a row of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidLink {
    pub member: MemberId,
    pub class: MatchClass,
    pub proof: Option<MemberProof>,
    pub by: StaffRef,
}

/// An organisation in the tree.
#[derive(Clone, Debug)]
pub struct OrgView {
    pub id: OrgId,
    pub code: Untrusted,
    pub name: Untrusted,
    pub level: OrgLevel,
    pub parent: Option<OrgId>,
    /// Those who have not left, and those who have.
    pub members: i64,
    pub left_members: i64,
    /// `YYYY-MM-DD`, where it is known.
    pub opened_on: Option<String>,
    pub closed_on: Option<String>,
    /// Names that it had, each with the day until which.
    pub former_names: Vec<(Untrusted, Option<String>)>,
}

/// A person who works at the desk.
#[derive(Clone, Debug)]
pub struct StaffView {
    pub id: StaffId,
    pub name: String,
    pub os_user: Option<String>,
    /// Their own mailbox, to which a thread may be sent.
    pub mailbox: Option<String>,
    /// Whether and when they get the morning digest.
    pub digest: super::DigestWish,
    pub grants: Vec<(crate::types::Role, Option<OrgRef>)>,
}

/// One raw item that no rule could give a fate.
#[derive(Clone, Debug)]
pub struct QuarantineRow {
    pub id: RawId,
    /// The account's name.
    pub account: String,
    /// The channel's own name of it.
    pub transport_id: Untrusted,
    pub received_at: Timestamp,
    pub stored_at: Timestamp,
    /// Bytes as they came; 0 where they were never taken.
    pub size: i64,
    pub fate: Fate,
    /// A code of `QuarantineReason`, or whatever its fate's reason is now.
    pub reason: String,
    /// The appeal that was made of it.
    pub appeal: Option<AppealId>,
}

/// The same as it came: nothing of it is interpreted.
#[derive(Clone, Debug)]
pub struct QuarantineView {
    pub row: QuarantineRow,
    pub head: Untrusted,
    pub body: Untrusted,
    /// Bytes of the item that `head` and `body` show.
    pub shown: i64,
}

/// A channel account with the sum of wall 4: `fetched` equals the sum of the seven fates.
#[derive(Clone, Debug)]
pub struct ChannelView {
    pub id: AccountId,
    pub name: String,
    /// Our own address there.
    pub address: String,
    /// Further addresses that lead there, each with the code of its team's organisation.
    pub addresses: Vec<(String, Option<Untrusted>)>,
    pub kind: ChannelKind,
    /// `running`, `stopped`, `failing`, `paused` where somebody has stopped it.
    pub state: &'static str,
    pub fetched: i64,
    pub pending: i64,
    pub new: i64,
    pub appended: i64,
    pub duplicate: i64,
    pub service: i64,
    pub history: i64,
    pub quarantined: i64,
    /// Deliveries of which a report that came here says something that shows no proof and waits for a person's word.
    pub doubted: i64,
    /// Reports of the last seven days that are about nothing that was sent from here, and how many of those are automatic
    /// answers: a letter of a stranger may be among them.
    pub unmatched_week: i64,
    pub auto_replies_week: i64,
    /// Letters received before this are history; none: every letter becomes an appeal.
    pub since: Option<Timestamp>,
    /// The last comparison with the mailbox.
    pub reconciled: Option<Reconciled>,
    pub last_ok_at: Option<Timestamp>,
    pub error: Option<String>,
    /// Letters do not leave: since when, and why.
    pub outgoing: Option<Stuck>,
    /// Code of the organisation whose team's address it is; none: the whole desk's.
    pub organisation: Option<Untrusted>,
    /// Where sent letters lie; none: the folder that the server calls `\Sent`.
    pub sent_folder: Option<String>,
    /// Whether copies of what was sent are put there.
    pub copy_sent: bool,
    /// Whether automatic letters leave by themselves; otherwise they wait, held, for a person.
    pub automatic: bool,
    pub outside_replies: OutsideReplies,
    /// The server whose Authentication-Results are believed; none: nobody's.
    pub authserv_id: Option<String>,
    /// Whether the server delivers `NAME+TOKEN@` to `NAME@`.
    pub plus_addressing: bool,
}

impl ChannelView {
    /// The seven fates in the order of `Fate`.
    pub fn fates(&self) -> [i64; 7] {
        [self.pending, self.new, self.appended, self.duplicate, self.service, self.history, self.quarantined]
    }

    /// Whether the sum of wall 4 holds.
    pub fn adds_up(&self) -> bool {
        self.fetched == self.fates().iter().sum::<i64>()
    }
}

/// A letter older than its account's start.
#[derive(Clone, Debug)]
pub struct HistoryRow {
    pub id: RawId,
    /// The account's name.
    pub account: String,
    pub at: Timestamp,
    pub from: Untrusted,
    pub to: Untrusted,
    pub subject: Untrusted,
    /// How many files it has.
    pub files: i64,
    /// The appeal that a person has made of it.
    pub number: Option<AppealNumber>,
}

/// The same with its text.
#[derive(Clone, Debug)]
pub struct HistoryLetter {
    pub row: HistoryRow,
    pub text: Untrusted,
}
