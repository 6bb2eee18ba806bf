//! Sending a reply: frozen and journalled in one transaction; a worker takes it from there.

use super::act::{Act, detached};
use super::journal::Entry;
use super::note::LONGEST_TEXT;
use super::reply::ReplyRequest;
use super::show::delivery_view;
use super::views::DeliveryView;
use super::{Desk, draft, draft_file, queue, recipients, reply_address};
use crate::error::{Error, Result};
use crate::mail::compose::{OutgoingMail, compose, new_message_id, references_for, reply_subject};
use crate::mail::{Address, compose as mail, typed_address};
use crate::rules::roles::UseCase;
use crate::store::accounts::AccountRecord;
use crate::store::appeals::{self, AppealRecord};
use crate::store::draft_files::{self, DraftFileRecord};
use crate::store::messages::{self, MessageRecord};
use crate::store::{accounts, deliveries, desk_row, packed, terms};
use crate::types::{
    Actor, AttachmentId, DeliveryId, DeliveryKind, Direction, MessageId, Purpose, StaffId, Stage, Untrusted,
};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use uuid::Uuid;

impl Desk {
    /// Freezes a reply and schedules its delivery. The same idempotency key again returns what the first call made; the
    /// same words with the same files again, within minutes and by another key, are refused (`reply-repeated`).
    pub async fn send_reply(&self, actor: &Actor, request: ReplyRequest) -> Result<DeliveryView> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move { desk.send_reply_now(&actor, request, false).await }).await
    }

    /// The same, also where those words went just now: the person has been told and means it.
    pub async fn send_reply_again(&self, actor: &Actor, request: ReplyRequest) -> Result<DeliveryView> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move { desk.send_reply_now(&actor, request, true).await }).await
    }

    async fn send_reply_now(
        &self,
        actor: &Actor,
        request: ReplyRequest,
        again: bool,
    ) -> Result<DeliveryView> {
        if request.text.trim().is_empty() {
            return Err(Error::usage("text-empty"));
        }
        if request.text.len() > LONGEST_TEXT {
            return Err(Error::usage("text-too-long").arg("limit", LONGEST_TEXT));
        }
        let mut act = self.begin(actor, UseCase::ReplySend).await?;
        let appeal = act.appeal(request.appeal).await?;
        // Asked once the appeal is locked: of two calls with one key the second sees what the first has made.
        let before = desk_row::before_reply(&mut act.conn(), request.idempotency_key, appeal.id).await?;
        if let Some(done) = before.done {
            let made = deliveries::by_id(&mut act.conn(), done).await?;
            return made.map(delivery_view).ok_or_else(|| Error::not_found("no-delivery"));
        }
        let overtaken = before.newest.filter(|newest| request.seen.is_none_or(|seen| seen.0 != *newest));
        let stage = match may_answer(&act, &appeal) {
            // Whoever answered first has the appeal since.
            Err(error) if error.code == "taken-by-other" => {
                return Err(overtaken_by(&mut act, self.zone(), overtaken, error).await?);
            }
            stage => stage?,
        };
        if before.newest != request.seen.map(|seen| seen.0) {
            let newer = Error::conflict("newer-message");
            return Err(overtaken_by(&mut act, self.zone(), overtaken, newer).await?);
        }
        let account = outgoing_account(&mut act, &appeal).await?;
        let Frozen { message, bytes: payload, copies, files } =
            freeze(self, &mut act, &appeal, &account, &request).await?;
        if !again {
            refuse_repeated(&mut act, &message, &files).await?;
        }
        let recipient = message.to_text.clone();
        messages::insert(&mut act.conn(), &message).await?;
        for file in &files {
            messages::insert_attachment(&mut act.conn(), file).await?;
        }
        terms::insert(&mut act.conn(), message.id, &queue::index_terms(&message.subject, &message.body))
            .await?;
        let delivery = DeliveryId::new();
        let undo = if request.immediately { 0 } else { act.ground.settings.undo_seconds.max(0) };
        let not_before = act.now.saturating_add(SignedDuration::from_secs(undo)).unwrap_or(act.now);
        let row = deliveries::NewDelivery {
            id: delivery.0,
            kind: DeliveryKind::Reply.code(),
            appeal_id: Some(appeal.id),
            message_id: Some(message.id),
            rfc_message_id: message.rfc_message_id.clone(),
            account_id: account.id,
            recipient,
            reason: None,
            now: act.now_ms(),
            not_before: not_before.as_millisecond(),
            payload: packed::pack(&payload)?,
        };
        deliveries::insert(&mut act.conn(), &row).await?;
        // A delivery for each: an address that refuses never makes the others get the letter again.
        for copy in &copies {
            let row = deliveries::NewDelivery {
                id: DeliveryId::new().0,
                kind: DeliveryKind::Copy.code(),
                recipient: Untrusted::new(&copy.addr),
                rfc_message_id: message.rfc_message_id.clone(),
                payload: Vec::new(),
                ..row
            };
            deliveries::insert(&mut act.conn(), &row).await?;
        }
        let mut entry = Entry::new("reply.scheduled")
            .about_appeal(request.appeal)
            .code("reply", None::<&str>, Some(request.kind.code()))
            .refers("message", MessageId(message.id))
            .refers("delivery", delivery)
            .text("text", None, Some(message.body.clone()));
        if !copies.is_empty() {
            entry = entry.text("cc", None, Some(message.cc_text.clone()));
        }
        if !files.is_empty() {
            entry = entry.code("files", None::<&str>, Some(files.len()));
        }
        if let Some(me) = actor.staff().filter(|_| appeal.assignee_id.is_none()) {
            let now = act.now_ms();
            appeals::set_assignee(&mut act.conn(), appeal.id, Some(me.0), now).await?;
            entry = entry.code("assignee", None::<&str>, Some(me));
            // A polite answer to thanks, or to what is closed, opens nothing again.
            if matches!(stage, Stage::New | Stage::Sorted) {
                appeals::set_stage(&mut act.conn(), appeal.id, Stage::Taken.code(), true, now).await?;
                entry = entry.code("stage", Some(stage.code()), Some(Stage::Taken.code()));
            }
        }
        act.record(entry).await?;
        let now = act.now_ms();
        desk_row::remember(&mut act.conn(), request.idempotency_key, delivery.0, now).await?;
        if let Some(me) = actor.staff() {
            end_draft(&mut act, &request, me).await?;
        }
        let made = deliveries::by_id(&mut act.conn(), delivery.0).await?;
        fail_point!("reply.written");
        act.commit().await?;
        fail_point!("reply.committed");
        made.map(delivery_view).ok_or_else(|| Error::not_found("no-delivery"))
    }
}

/// Why a reply is refused that was written before the newest message: `answered-meanwhile` with who and when where that is an answer,
/// `otherwise` where it is not.
async fn overtaken_by(
    act: &mut Act,
    zone: TimeZone,
    newest: Option<Uuid>,
    otherwise: Error,
) -> Result<Error> {
    let Some(id) = newest else { return Ok(otherwise) };
    let found = messages::by_id(&mut act.conn(), id).await?;
    let Some(answer) = found.filter(|message| message.direction == Direction::Out.code()) else {
        return Ok(otherwise);
    };
    let (at, now) = (super::act::moment(answer.at).to_zoned(zone.clone()), act.now.to_zoned(zone));
    let form = if at.date() == now.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    let name = answer.staff_name.unwrap_or_else(|| answer.from_text.display_line().into_string());
    let error = Error::conflict("answered-meanwhile").arg("name", name).arg("time", at.strftime(form));
    Ok(error)
}

/// How long the same words again are taken for the same intent.
const REPEATED: SignedDuration = SignedDuration::from_mins(10);

/// Refuses what the same person has just sent to the same appeal, unless it did not arrive.
async fn refuse_repeated(
    act: &mut Act,
    message: &messages::NewMessage,
    files: &[messages::NewAttachment],
) -> Result<()> {
    let Some(me) = message.staff_id else { return Ok(()) };
    let since = message.at - i64::try_from(REPEATED.as_millis()).unwrap_or(0);
    let sent = deliveries::same_words(&mut act.conn(), message.appeal_id, me, since, &message.body).await?;
    let files: Vec<_> = files.iter().map(|file| file.sha256.clone()).collect();
    for same in sent {
        if messages::digests_of(&mut act.conn(), same.message_id).await? == files {
            return Err(Error::conflict("reply-repeated")
                .arg("delivery", DeliveryId(same.id))
                .arg("minutes", (message.at - same.at) / 60_000));
        }
    }
    Ok(())
}

/// What was sent is no draft any more. A file that came to the draft meanwhile and did not go with the reply stays.
async fn end_draft(act: &mut Act, request: &ReplyRequest, me: StaffId) -> Result<()> {
    let id = request.appeal;
    for file in &request.files {
        draft_files::delete(&mut act.conn(), (id.0, me.0), file.0).await?;
    }
    let mut draft = draft::of(act, id, me).await?;
    draft.text.clone_from(&request.text);
    draft::take_up(&mut draft);
    draft.text = String::new();
    draft.cc = String::new();
    draft::keep(act, id, me, draft).await
}

/// An appeal is answered by whoever has it, or by anybody while nobody has; not under another's hands.
fn may_answer(act: &Act, appeal: &AppealRecord) -> Result<Stage> {
    let stage = Stage::parse(&appeal.stage).unwrap_or(Stage::New);
    if matches!(stage, Stage::Merged | Stage::Duplicate | Stage::Spam) {
        return Err(Error::conflict("not-open").arg("stage", stage.code()));
    }
    match appeal.assignee_id {
        Some(other) if act.actor.staff().is_none_or(|me| me.0 != other) => {
            Err(Error::conflict("taken-by-other")
                .arg("name", appeal.assignee_name.clone().unwrap_or_default()))
        }
        _ => Ok(stage),
    }
}

/// The account that the appeal came to; for one that came by no account of ours, the first that can send.
pub(super) async fn outgoing_account(act: &mut Act, appeal: &AppealRecord) -> Result<AccountRecord> {
    if let Some(id) = appeal.account_id
        && let Some(account) = accounts::by_id(&mut act.conn(), id).await?
    {
        return Ok(account);
    }
    let all = accounts::all(&mut act.conn()).await?;
    all.into_iter().find(|account| account.enabled != 0).ok_or_else(|| Error::conflict("no-account"))
}

/// A reply as it will go out whatever happens later.
pub(super) struct Frozen {
    pub message: messages::NewMessage,
    pub bytes: Vec<u8>,
    /// Who gets a carbon copy.
    pub copies: Vec<Address>,
    pub files: Vec<messages::NewAttachment>,
}

/// Freezes a reply: the letter's bytes, and what the thread keeps of it.
pub(super) async fn freeze(
    desk: &Desk,
    act: &mut Act,
    appeal: &AppealRecord,
    account: &AccountRecord,
    request: &ReplyRequest,
) -> Result<Frozen> {
    let to = recipients::author(&mut act.conn(), appeal.id, appeal.author_email.as_ref()).await?;
    let to = to.map(|email| email.raw_for(Purpose::Store).to_owned());
    let to = to.filter(|email| !email.is_empty()).ok_or_else(|| Error::conflict("no-address"))?;
    let name = appeal.author_name.raw_for(Purpose::Store);
    let to = Address::new(name, &to).ok_or_else(|| Error::conflict("no-address"))?;
    typed_address(&to.addr).map_err(|fault| {
        Error::conflict("author-address-bad").arg("address", &to.addr).arg("address_fault", fault)
    })?;
    let from = our_address(act, account)?;
    let id = MessageId::new();
    let copies = recipients::copies(act, appeal, &request.cc).await?;
    let attached = match act.actor.staff() {
        Some(me) => draft_file::taken(act, request.appeal, me, &request.files).await?,
        None => Vec::new(),
    };
    let (records, attachments): (Vec<_>, Vec<_>) = attached.into_iter().unzip();
    let thread = messages::of_appeal(&mut act.conn(), appeal.id).await?;
    let (in_reply_to, references) = threading_headers(&thread);
    let number = super::act::number(appeal.year, appeal.seq);
    let letter = OutgoingMail {
        message_id: new_message_id(id.0, from.domain()),
        from: from.clone(),
        reply_to: reply_address::reply_to(act, account, appeal.id, &from).await?,
        to: vec![to.clone()],
        cc: copies.clone(),
        subject: reply_subject(&appeal.subject, number),
        text: request.text.clone(),
        in_reply_to,
        references,
        auto_submitted: None,
        attachments,
        date: act.now,
        desk_id: desk.id().to_string(),
    };
    let bytes = compose(&letter).map_err(compose_error)?;
    let limit = draft_file::largest(act);
    if bytes.len() as u64 > limit {
        return Err(draft_file::too_large(bytes.len() as u64, limit));
    }
    let cc: Vec<&str> = copies.iter().map(|copy| copy.addr.as_str()).collect();
    let everybody = [from.addr.as_str(), to.addr.as_str()].into_iter().chain(cc.iter().copied());
    let participants = everybody.collect::<Vec<_>>().join("\n");
    let sender = match &act.actor {
        Actor::Person { name, .. } => name.clone(),
        Actor::Worker(worker) => worker.code().to_owned(),
    };
    let message = messages::NewMessage {
        id: id.0,
        appeal_id: appeal.id,
        direction: Direction::Out.code(),
        channel: "email",
        at: act.now_ms(),
        stored_at: act.now_ms(),
        from_text: Untrusted::new(sender),
        from_address: Some(Untrusted::new(from.addr)),
        to_text: Untrusted::new(to.addr),
        cc_text: Untrusted::new(cc.join(", ")),
        participants: Untrusted::new(participants),
        subject: Untrusted::new(letter.subject),
        body: Untrusted::new(request.text.clone()),
        rfc_message_id: Some(Untrusted::new(letter.message_id)),
        rfc_references: Untrusted::new(letter.references.join("\n")),
        kind: Some(request.kind.code()),
        staff_id: act.actor.staff().map(|staff| staff.0),
        ..Default::default()
    };
    let files = records.into_iter().zip(0i64..).map(|(file, at)| sent_file(id, file, at)).collect();
    Ok(Frozen { message, bytes, copies, files })
}

/// A file of a sent letter: part 1 is the text, files are the parts after it, as `compose` puts them.
fn sent_file(message: MessageId, file: DraftFileRecord, position: i64) -> messages::NewAttachment {
    messages::NewAttachment {
        id: AttachmentId::new().0,
        message_id: message.0,
        position,
        part_path: Some((position + 2).to_string()),
        file_name: file.file_name,
        content_type: Untrusted::new(file.content_type),
        size: file.size,
        sha256: Some(file.sha256),
    }
}

/// Our own mailbox as the author sees it: the organisation's name and the account's address.
pub(super) fn our_address(act: &Act, account: &AccountRecord) -> Result<Address> {
    Address::new(&act.ground.settings.organisation, &account.address)
        .ok_or_else(|| Error::failed("account-address").arg("account", &account.name))
}

pub(super) fn compose_error(error: mail::ComposeError) -> Error {
    Error::conflict("letter-unbuildable").because(error)
}

/// In-Reply-To is the author's last letter; References are its own with it (RFC 5322 section 3.6.4).
pub(super) fn threading_headers(thread: &[MessageRecord]) -> (Option<String>, Vec<String>) {
    let incoming = thread
        .iter()
        .rev()
        .find(|message| message.direction == Direction::In.code() && message.rfc_message_id.is_some());
    let parent = incoming.or_else(|| thread.iter().rev().find(|message| message.rfc_message_id.is_some()));
    let Some(parent) = parent else { return (None, Vec::new()) };
    let id = parent.rfc_message_id.as_ref().map(|id| id.raw_for(Purpose::Threading).to_owned());
    let former =
        parent.rfc_references.raw_for(Purpose::Threading).lines().map(str::to_owned).collect::<Vec<_>>();
    let references = references_for(&former, id.as_deref());
    (id, references)
}
