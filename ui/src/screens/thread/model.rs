//! The thread as the console holds it: every text from outside has become `DisplayText`, quotes are told from words.

use crate::i18n::{Arg, Phrase, Tr};
use crate::screens::contacts::Contact;
use jiff::{Timestamp, civil::Date};
use otklik_core::desk::views::{
    AppealView, CallAttempt, DeliveryView, DraftView, HistoryLetter, JournalActor, JournalLine,
    LimitationView, MemberView, MessageView, QueueRow, ResponseView, quote,
};
use otklik_core::types::{
    AccountId, AppealId, AppealNumber, AttachmentId, Authentication, CallOutcome, Channel, Consent,
    DeliveryId, DeliveryKind, DeliveryState, Direction, DisplayText, Explained, LimitationKind,
    LimitationState, MemberState, MemberStatus, MessageId, Outside, ReplyKind, ReportDoubt, ReportKind,
    StaffId, Stage, Topic, Urgency,
};

/// An appeal and its messages, oldest first.
#[derive(Clone, Debug)]
pub struct Thread {
    pub facts: Facts,
    /// Letters of before the mailbox's start that this thread goes on from.
    pub earlier: Vec<Earlier>,
    pub messages: Vec<Message>,
    pub history: Vec<HistoryLine>,
    pub last_message: Option<MessageId>,
    pub draft: Option<DraftView>,
    /// Who else the author's newest letter went to.
    pub others: Vec<DisplayText>,
    /// Where a reply goes.
    pub reply_to: Option<DisplayText>,
    /// The subject that a reply gets.
    pub reply_subject: DisplayText,
}

/// A letter of before the mailbox's start: to read, not to answer.
#[derive(Clone, Debug)]
pub struct Earlier {
    pub at: Timestamp,
    pub from: DisplayText,
    pub subject: DisplayText,
    pub text: DisplayText,
}

impl Earlier {
    fn new(letter: &HistoryLetter) -> Self {
        Self {
            at: letter.row.at,
            from: letter.row.from.display_line(),
            subject: letter.row.subject.display_line(),
            text: letter.text.display(),
        }
    }
}

/// A call to the author.
#[derive(Clone, Debug)]
pub struct Called {
    pub at: Timestamp,
    pub by: DisplayText,
    pub outcome: CallOutcome,
    pub gist: DisplayText,
}

impl Called {
    fn new(call: &CallAttempt) -> Self {
        Self {
            at: call.at,
            by: DisplayText::sanitise(&call.by.name).into_line(),
            outcome: call.outcome,
            gist: call.gist.display_line(),
        }
    }
}

/// What stands above the messages.
#[derive(Clone, Debug)]
pub struct Facts {
    pub id: AppealId,
    pub number: AppealNumber,
    pub channel: Channel,
    pub received_at: Timestamp,
    pub subject: DisplayText,
    pub author: DisplayText,
    pub contact: DisplayText,
    pub email: Option<DisplayText>,
    /// Where the letter came from, if answers go elsewhere.
    pub wrote_from: Option<DisplayText>,
    pub phone: Option<DisplayText>,
    /// Calls to the author that stand, the newest first.
    pub calls: Vec<Called>,
    /// Contacts of the author that are linked with rows of the registry.
    pub linked: Vec<Contact>,
    pub org_stated: DisplayText,
    pub organisation: Option<DisplayText>,
    pub event_date: Option<Date>,
    pub stage: Stage,
    pub urgency: Urgency,
    pub topics: Vec<Topic>,
    pub assignee: Option<(StaffId, String)>,
    pub response: ResponseView,
    pub merits_met_at: Option<Timestamp>,
    pub limitations: Vec<Limitation>,
    pub member_state: Option<MemberState>,
    pub member: Option<LinkedMember>,
    pub name_to_employer: Consent,
    pub name_to_chair: Consent,
    pub links: Vec<(String, AppealNumber)>,
    pub outside_waiting: i64,
}

/// What the thread's head says of the linked member.
#[derive(Clone, Debug)]
pub struct LinkedMember {
    pub name: DisplayText,
    pub organisation: Option<DisplayText>,
    pub position: DisplayText,
    pub status: MemberStatus,
    pub dues: DisplayText,
}

/// A statutory date.
#[derive(Clone, Debug)]
pub struct Limitation {
    pub rule: String,
    pub kind: LimitationKind,
    pub state: LimitationState,
    pub file_by: Option<Date>,
    pub deadline: Option<Date>,
    pub days_left: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub id: MessageId,
    pub direction: Direction,
    pub at: Timestamp,
    pub channel: Channel,
    pub from: DisplayText,
    pub subject: DisplayText,
    pub kind: Option<ReplyKind>,
    pub automatic: bool,
    pub outside: Option<Outside>,
    pub staff: Option<String>,
    /// Codes of what of the letter could not be read.
    pub left_out: Vec<String>,
    /// What speaks against its author.
    pub authentication: Option<Authentication>,
    /// Who takes part in it and did not in the letter before it, and the other way round.
    pub added: Vec<DisplayText>,
    pub dropped: Vec<DisplayText>,
    pub blocks: Vec<Block>,
    pub attachments: Vec<Attachment>,
    pub deliveries: Vec<Delivery>,
}

/// A run of words of the message itself, or of text that it quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Words(DisplayText),
    Quote(DisplayText),
}

impl Block {
    pub fn text(&self) -> &DisplayText {
        match self {
            Block::Words(text) | Block::Quote(text) => text,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Attachment {
    pub id: AttachmentId,
    pub name: DisplayText,
    pub size: i64,
    pub kept: bool,
}

/// A delivery as the thread and the outgoing list show it.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub id: DeliveryId,
    pub kind: DeliveryKind,
    pub appeal: Option<AppealId>,
    pub number: Option<AppealNumber>,
    pub recipient: DisplayText,
    pub state: DeliveryState,
    pub reason: Option<String>,
    pub not_before: Timestamp,
    pub next_at: Timestamp,
    pub attempts: i64,
    pub accepted_at: Option<Timestamp>,
    pub expires_at: Timestamp,
    pub account: AccountId,
    pub channel: String,
    pub down_since: Option<Timestamp>,
    /// What the server said; none where only a code of our own is kept, which `explained` puts in words.
    pub error: Option<DisplayText>,
    pub explained: Option<Explained>,
    /// The server wants a password, and none is set.
    pub no_password: bool,
    /// Who said that it has arrived, where nothing else shows it and the appeal's history is at hand.
    pub arrived_by: Option<String>,
    /// The newest report about it that changes nothing until a person believes it.
    pub doubted: Option<Doubted>,
    /// The delivery to a corrected address that goes instead of this one, and the one that this goes instead of.
    pub redirected_to: Option<DeliveryId>,
    pub instead_of: Option<DeliveryId>,
}

/// A report about a delivery that shows no proof.
#[derive(Clone, Debug)]
pub struct Doubted {
    pub kind: ReportKind,
    pub doubt: ReportDoubt,
    /// The server's words, if it is one.
    pub words: DisplayText,
}

/// A line of the history.
#[derive(Clone, Debug)]
pub struct HistoryLine {
    pub seq: i64,
    pub recorded_at: Timestamp,
    pub occurred_at: Timestamp,
    /// A staff name, or the code of a worker.
    pub actor: Actor,
    pub action: String,
    /// The kind of the letter that it is about, where it is about one.
    pub about: Option<DeliveryKind>,
    pub changes: Vec<(String, Option<DisplayText>, Option<DisplayText>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    Person(String),
    Worker(String),
}

impl Thread {
    pub fn new(view: &AppealView) -> Self {
        // What the first letter quotes is no letter of ours: it is what its author passes on.
        let first = view.messages.iter().find(|message| message.direction == Direction::In).map(|m| m.id);
        let message = |one: &MessageView| {
            let mut message = Message::new(one, Some(one.id) != first);
            for delivery in &mut message.deliveries {
                delivery.arrived_by = said_to_have_arrived(view, delivery);
            }
            message
        };
        Self {
            facts: Facts::new(view),
            earlier: view.earlier.iter().map(Earlier::new).collect(),
            messages: view.messages.iter().map(message).collect(),
            history: view.journal.iter().map(|line| HistoryLine::new(line, view)).collect(),
            last_message: view.last_message,
            draft: view.draft.clone(),
            reply_to: view.reply_to.as_ref().map(|address| address.display()),
            reply_subject: view.reply_subject.display_line(),
            others: view.others.iter().map(|other| other.display_line()).collect(),
        }
    }

    /// Every file of the thread, in the order in which the screen numbers them.
    pub fn attachments(&self) -> impl Iterator<Item = &Attachment> {
        self.messages.iter().flat_map(|message| &message.attachments)
    }

    /// Replies that can still be taken back, the newest first.
    pub fn undoable(&self) -> impl Iterator<Item = &Delivery> {
        let deliveries = self.messages.iter().rev().flat_map(|message| &message.deliveries);
        let waits = |d: &&Delivery| matches!(d.state, DeliveryState::Scheduled | DeliveryState::Retry);
        deliveries.filter(|d| d.kind == DeliveryKind::Reply).filter(waits)
    }

    /// The newest delivery of which something is reported that waits for a person's word.
    pub fn doubted(&self) -> Option<&Delivery> {
        let deliveries = self.messages.iter().rev().flat_map(|message| &message.deliveries);
        deliveries.into_iter().find(|delivery| delivery.doubted.is_some())
    }

    /// The newest letter that did not arrive and can go to another address.
    pub fn redirectable(&self) -> Option<&Delivery> {
        let newest = self.messages.iter().rev().flat_map(|message| message.deliveries.iter().rev());
        newest.into_iter().find(|delivery| delivery.may_be_redirected())
    }

    /// The reply from another program that a person may decide about: the newest that waits, else the newest.
    pub fn outside(&self) -> Option<&Message> {
        let newest_first = || self.messages.iter().rev().filter(|message| message.outside.is_some());
        newest_first()
            .find(|message| message.outside == Some(Outside::Proposed))
            .or_else(|| newest_first().next())
    }

    /// The message that a person opening the thread wants to see: the newest that the program did not write itself.
    pub fn newest(&self) -> Option<MessageId> {
        self.messages.iter().rev().find(|message| !message.automatic).map(|message| message.id)
    }

    /// Messages that came in after `seen`; all of them when it is not in the thread.
    pub fn newer_than(&self, seen: Option<MessageId>) -> &[Message] {
        let after = seen.and_then(|id| self.messages.iter().position(|message| message.id == id));
        &self.messages[after.map_or(0, |at| at + 1)..]
    }
}

impl Facts {
    fn new(view: &AppealView) -> Self {
        let row: &QueueRow = &view.row;
        Self {
            id: row.id,
            number: row.number,
            channel: row.channel,
            received_at: row.received_at,
            subject: row.subject.display(),
            author: row.author_name.display(),
            contact: row.author_contact.display(),
            email: view.author_email.as_ref().map(|text| text.display()),
            wrote_from: view.wrote_from.as_ref().map(|text| text.display()),
            phone: view.author_phone.as_ref().map(|text| text.display()),
            calls: view.calls.iter().rev().filter(|call| !call.struck).map(Called::new).collect(),
            linked: view.identities.iter().map(Contact::new).collect(),
            org_stated: view.org_stated.display(),
            organisation: row.organisation.as_ref().map(|org| org.name.display_line()),
            event_date: view.event_date,
            stage: row.stage,
            urgency: row.urgency,
            topics: row.topics.clone(),
            assignee: row.assignee.as_ref().map(|staff| (staff.id, staff.name.clone())),
            response: row.response,
            merits_met_at: row.merits_met_at,
            limitations: row.limitations.iter().map(Limitation::new).collect(),
            member_state: row.member_state,
            member: view.member.as_ref().map(LinkedMember::new),
            name_to_employer: row.name_to_employer,
            name_to_chair: row.name_to_chair,
            links: view.links.iter().map(|link| (link.kind.clone(), link.number)).collect(),
            outside_waiting: row.outside_waiting,
        }
    }

    /// The author's name, or how they signed where they gave none.
    pub fn author_or_contact(&self) -> &DisplayText {
        if self.author.as_str().trim().is_empty() { &self.contact } else { &self.author }
    }
}

impl LinkedMember {
    fn new(member: &MemberView) -> Self {
        Self {
            name: member.name.display(),
            organisation: member.organisation.as_ref().map(|org| org.name.display_line()),
            position: member.position.display(),
            status: member.status,
            dues: member.dues.display(),
        }
    }
}

impl Limitation {
    fn new(view: &LimitationView) -> Self {
        Self {
            rule: view.rule.clone(),
            kind: view.kind,
            state: view.state,
            file_by: view.file_by,
            deadline: view.deadline,
            days_left: view.days_left,
        }
    }
}

/// A text in words and quotes, in order, without the blank lines at the edges of each. Where nothing is to be folded it is
/// all words.
fn blocks(text: &DisplayText, fold: bool) -> Vec<Block> {
    let parts = match fold {
        true => quote::fold(text.as_str()),
        false => vec![quote::Block { quoted: false, lines: text.as_str().lines().collect() }],
    };
    let shown = |part: quote::Block<'_>| {
        let filled = |line: &&str| !line.trim().is_empty();
        let (first, last) = (part.lines.iter().position(filled)?, part.lines.iter().rposition(filled)?);
        let text = DisplayText::sanitise(&part.lines[first..=last].join("\n"));
        Some(if part.quoted { Block::Quote(text) } else { Block::Words(text) })
    };
    parts.into_iter().filter_map(shown).collect()
}

impl Message {
    fn new(view: &MessageView, fold: bool) -> Self {
        Self {
            id: view.id,
            direction: view.direction,
            at: view.at,
            channel: view.channel,
            from: view.from.display(),
            subject: view.subject.display(),
            kind: view.kind,
            automatic: view.automatic,
            outside: view.outside,
            staff: view.staff.as_ref().map(|staff| staff.name.clone()),
            left_out: view.left_out.clone(),
            authentication: view.authentication,
            added: view.recipients_added.iter().map(|address| address.display_line()).collect(),
            dropped: view.recipients_dropped.iter().map(|address| address.display_line()).collect(),
            blocks: blocks(&view.text.display(), fold),
            attachments: view
                .attachments
                .iter()
                .map(|file| Attachment {
                    id: file.id,
                    name: file.file_name.display(),
                    size: file.size,
                    kept: file.kept,
                })
                .collect(),
            deliveries: view.deliveries.iter().map(Delivery::new).collect(),
        }
    }

    /// The first words, for a line in the reading pane; not the rule above a letter that is passed on.
    pub fn opening(&self) -> &str {
        let is_words = |line: &&str| !(line.is_empty() || line.starts_with("--") || line.starts_with("__"));
        let words = self.blocks.iter().find_map(|block| match block {
            Block::Words(text) => text.as_str().lines().map(str::trim).find(is_words),
            Block::Quote(_) => None,
        });
        words.unwrap_or_default()
    }
}

impl Doubted {
    /// What its sentences are made of.
    pub fn args(&self, tr: &Tr) -> [(&'static str, Arg); 3] {
        let (kind, doubt) = (tr.word(self.kind), tr.word(self.doubt));
        [("kind", kind.into()), ("doubt", doubt.into()), ("words", (&self.words).into())]
    }
}

/// Whether a server said something in an error as the sender keeps it: `smtp_connect:` and `folder` are codes of our own.
fn is_said(error: &str) -> bool {
    let is_code = |text: &str| text.trim().chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    match error.split_once(':') {
        Some((code, words)) => !is_code(code) || !words.trim().is_empty(),
        None => !is_code(error),
    }
}

/// Whether a letter waits because the server wants a password and no file with one is set.
pub fn is_no_password(view: &DeliveryView) -> bool {
    let error = view.error.as_ref().map(|text| text.display());
    error.is_some_and(|text| text.as_str().split(':').next() == Some("smtp_no_password"))
}

/// Whose word it is that a letter has arrived of which nobody knew: the history has it.
fn said_to_have_arrived(view: &AppealView, delivery: &Delivery) -> Option<String> {
    if delivery.state != DeliveryState::Accepted {
        return None;
    }
    let id = delivery.id.to_string();
    let about = |line: &&JournalLine| {
        line.action == "delivery.accepted"
            && line.refs.iter().any(|(name, value)| name == "delivery" && *value == id)
    };
    match &view.journal.iter().rev().find(about)?.actor {
        JournalActor::Person(staff) => Some(staff.name.clone()),
        JournalActor::Worker(_) => None,
    }
}

impl Delivery {
    /// Its state in words, with whose word it is where a person said that it has arrived.
    pub fn state_words(&self, tr: &Tr) -> Phrase {
        match &self.arrived_by {
            Some(name) => tr.with("delivery-arrived-by", &[("name", name.into())]),
            None => tr.word(self.state),
        }
    }

    pub fn new(view: &DeliveryView) -> Self {
        Self {
            id: view.id,
            kind: view.kind,
            appeal: view.appeal,
            number: view.number,
            recipient: view.recipient.display(),
            state: view.state,
            reason: view.reason.clone(),
            not_before: view.not_before,
            next_at: view.next_at,
            attempts: view.attempts,
            accepted_at: view.accepted_at,
            expires_at: view.expires_at,
            account: view.account,
            channel: view.channel.clone(),
            down_since: view.down_since,
            explained: view.explained,
            error: view
                .error
                .as_ref()
                .map(|text| text.display())
                .filter(|text| view.explained.is_none() || is_said(text.as_str())),
            no_password: is_no_password(view),
            arrived_by: None,
            doubted: view.reports.iter().rev().find_map(|report| {
                let words = report.diagnostic.display_line();
                let doubt = report.doubt.filter(|doubt| *doubt != ReportDoubt::Dismissed)?;
                Some(Doubted { kind: report.kind, doubt, words })
            }),
            redirected_to: view.redirected_to,
            instead_of: view.instead_of,
        }
    }

    /// Whether it is a person's letter that did not arrive and can go to another address.
    pub fn may_be_redirected(&self) -> bool {
        use DeliveryState::{Blocked, Bounced, Failed};
        matches!(self.kind, DeliveryKind::Reply | DeliveryKind::Copy)
            && matches!(self.state, Failed | Bounced | Blocked)
            && self.redirected_to.is_none()
    }
}

impl HistoryLine {
    fn new(line: &JournalLine, view: &AppealView) -> Self {
        // An id tells a person nothing where the desk knows the name behind it.
        let shown = |text: &Option<otklik_core::types::Untrusted>| {
            let text = text.as_ref()?.display();
            let name = line.names.iter().find(|(id, _)| id == text.as_str());
            Some(name.map_or(text, |(_, name)| DisplayText::sanitise(name)))
        };
        let deliveries = || view.messages.iter().flat_map(|message| &message.deliveries);
        let about = line.refs.iter().find_map(|(name, id)| {
            let same = |delivery: &&DeliveryView| delivery.id.to_string() == *id;
            (name == "delivery").then(|| deliveries().find(same))?.map(|delivery| delivery.kind)
        });
        Self {
            seq: line.seq,
            recorded_at: line.recorded_at,
            occurred_at: line.occurred_at,
            actor: match &line.actor {
                JournalActor::Person(staff) => Actor::Person(staff.name.clone()),
                JournalActor::Worker(code) => Actor::Worker(code.clone()),
            },
            action: line.action.clone(),
            about,
            changes: line
                .changes
                .iter()
                .map(|c| (c.field.clone(), shown(&c.before), shown(&c.after)))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, fold: bool) -> Vec<(bool, String)> {
        let told = |block: Block| match block {
            Block::Words(text) => (false, text.as_str().to_owned()),
            Block::Quote(text) => (true, text.as_str().to_owned()),
        };
        blocks(&DisplayText::sanitise(text), fold).into_iter().map(told).collect()
    }

    #[test]
    fn a_quote_with_its_introduction_is_told_from_the_words_around_it() {
        let text = "\nСпасибо!\n\n13.11.2026 19:42, Орлова А. пишет:\n> Добрый день\n> пришлите приказ\n\nПриказ приложен.\n";
        assert_eq!(
            shown(text, true),
            [
                (false, "Спасибо!".into()),
                (true, "13.11.2026 19:42, Орлова А. пишет:\n> Добрый день\n> пришлите приказ".into()),
                (false, "Приказ приложен.".into()),
            ]
        );
        assert_eq!(shown(text, false), [(false, text.trim().to_owned())], "the first letter is shown whole");
    }
}
