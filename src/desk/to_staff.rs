//! A thread with its files, sent to the mailbox of the member of staff who asks for it: to be read and worked on in Word and
//! Outlook. It goes to the registered mailbox only, answers nobody, and stops no clock.

use super::Desk;
use super::act::{Act, detached, moment, number};
use super::attachment::sent_bytes;
use super::draft::writer;
use super::journal::Entry;
use super::send::{compose_error, our_address, outgoing_account};
use super::show::delivery_view;
use super::views::DeliveryView;
use super::{copies, draft_file, from_staff};
use crate::error::{Error, Result};
use crate::mail::compose::{OutgoingFile, OutgoingMail, compose, new_message_id, reply_subject};
use crate::mail::{Address, ThreadPart, WayBack, attachment_bytes, thread_letter};
use crate::rules::roles::UseCase;
use crate::store::accounts::AccountRecord;
use crate::store::appeals::AppealRecord;
use crate::store::messages::{AttachmentRecord, MessageRecord};
use crate::store::{deliveries, messages, raw, staff, staff_mail, tokens};
use crate::types::{Actor, AppealId, DeliveryId, DeliveryKind, Direction, StaffId, Untrusted};
use jiff::SignedDuration;

/// How long a one-time address holds.
const HOLDS: SignedDuration = SignedDuration::from_hours(24 * 14);
/// What the text of a letter may take of its room, beside the files.
const ROOM_FOR_TEXT: u64 = 1 << 20;

impl Desk {
    /// Sends the thread and its files to the actor's own registered mailbox, by the account of the appeal. Who took which
    /// thread out is journalled.
    ///
    /// # Errors
    /// `no-mailbox` where none is registered, `no-account` where nothing can be sent.
    pub async fn mail_thread(&self, actor: &Actor, id: AppealId) -> Result<DeliveryView> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::ThreadMail).await?;
            let me = writer(&actor)?;
            let appeal = act.appeal(id).await?;
            let person = staff::by_id(&mut act.conn(), me.0).await?;
            let mailbox =
                person.and_then(|person| person.mailbox).ok_or_else(|| Error::conflict("no-mailbox"))?;
            let account = outgoing_account(&mut act, &appeal).await?;
            if account.outgoing.is_empty() {
                return Err(Error::conflict("no-account"));
            }
            let delivery = schedule(&desk, &mut act, &appeal, &account, (me, &mailbox)).await?;
            let entry =
                Entry::new("thread.mailed").about_appeal(id).refers("delivery", delivery).refers("staff", me);
            act.record(entry).await?;
            let made = deliveries::by_id(&mut act.conn(), delivery.0).await?;
            act.commit().await?;
            made.map(delivery_view).ok_or_else(|| Error::not_found("no-delivery"))
        })
        .await
    }
}

async fn schedule(
    desk: &Desk,
    act: &mut Act,
    appeal: &AppealRecord,
    account: &AccountRecord,
    (me, mailbox): (StaffId, &str),
) -> Result<DeliveryId> {
    let from = our_address(act, account)?;
    let to = Address::new("", mailbox).ok_or_else(|| Error::conflict("no-mailbox"))?;
    let (reply_to, back) = way_back(act, appeal, account, me, &from).await?;
    let (attachments, left_out) = files(act, appeal).await?;
    let thread = messages::of_appeal(&mut act.conn(), appeal.id).await?;
    let names = messages::attachments_of(&mut act.conn(), appeal.id).await?;
    let parts: Vec<ThreadPart> =
        thread.iter().filter(|message| message.automatic == 0).map(|message| part(message, &names)).collect();
    let appeal_number = number(appeal.year, appeal.seq);
    let delivery = DeliveryId::new();
    let letter = OutgoingMail {
        message_id: new_message_id(delivery.0, from.domain()),
        from,
        reply_to,
        to: vec![to],
        cc: Vec::new(),
        subject: reply_subject(&appeal.subject, appeal_number),
        text: thread_letter(appeal_number, &parts, &left_out, back, &act.ground.zone),
        in_reply_to: None,
        references: Vec::new(),
        auto_submitted: None,
        attachments,
        date: act.now,
        desk_id: desk.id().to_string(),
    };
    let payload = compose(&letter).map_err(compose_error)?;
    let row = deliveries::NewDelivery {
        id: delivery.0,
        kind: DeliveryKind::ToStaff.code(),
        appeal_id: Some(appeal.id),
        message_id: None,
        rfc_message_id: Some(Untrusted::new(letter.message_id)),
        account_id: account.id,
        recipient: Untrusted::new(mailbox),
        reason: None,
        now: act.now_ms(),
        not_before: act.now_ms(),
        payload: zstd::bulk::compress(&payload, 1)?,
    };
    deliveries::insert(&mut act.conn(), &row).await?;
    Ok(delivery)
}

/// How something may come back to the draft: by a one-time address where the account's server delivers such, otherwise by
/// an answer whose author the trusted server vouches for, otherwise not at all.
async fn way_back(
    act: &mut Act,
    appeal: &AppealRecord,
    account: &AccountRecord,
    me: StaffId,
    from: &Address,
) -> Result<(Option<Address>, WayBack)> {
    let trust = tokens::trust(&mut act.conn(), account.id).await?;
    let (token, digest) = from_staff::new_token();
    // Where the name leaves no room for the token there is no such address.
    let address = Address::new("", &format!("{}+{token}@{}", from.local(), from.domain()));
    let Some(address) = address.filter(|_| trust.plus_addressing != 0) else {
        let back = if trust.authserv_id.is_some() { WayBack::Proven } else { WayBack::None };
        return Ok((None, back));
    };
    let (now, expires_at) = (act.now_ms(), copies::after(act.now, HOLDS));
    staff_mail::insert_token(&mut act.conn(), &digest, (appeal.id, me.0), now, expires_at).await?;
    Ok((Some(Address { name: from.name.clone(), ..address }), WayBack::Once(moment(expires_at))))
}

fn part(message: &MessageRecord, names: &[AttachmentRecord]) -> ThreadPart {
    let line = |text: &Untrusted| text.display_line().as_str().to_owned();
    let who = match message.direction == Direction::In.code() {
        true => line(&message.from_text),
        false => message.staff_name.clone().unwrap_or_else(|| line(&message.from_text)),
    };
    let own = names.iter().filter(|file| file.message_id == message.id);
    ThreadPart {
        at: moment(message.at),
        who,
        text: message.body.display().as_str().to_owned(),
        files: own.map(|file| line(&file.file_name)).collect(),
    }
}

/// The files of the thread that fit into one letter, newest first, and the names of the others.
async fn files(act: &mut Act, appeal: &AppealRecord) -> Result<(Vec<OutgoingFile>, Vec<String>)> {
    let mut room = draft_file::largest(act).saturating_sub(ROOM_FOR_TEXT);
    let (mut fit, mut left_out) = (Vec::new(), Vec::new());
    for file in messages::attachments_of(&mut act.conn(), appeal.id).await?.into_iter().rev() {
        let name = file.file_name.for_file_name();
        // In base64 three bytes are four, and each line has its end.
        let weight = u64::try_from(file.size).unwrap_or(u64::MAX).saturating_mul(4) / 3 * 78 / 76;
        let bytes = if weight <= room { bytes_of(act, &file).await? } else { None };
        match bytes {
            Some(bytes) => {
                room -= weight;
                let content_type = file.content_type.display_line().as_str().to_owned();
                fit.push(OutgoingFile { name, content_type, bytes });
            }
            None => left_out.push(name),
        }
    }
    Ok((fit, left_out))
}

async fn bytes_of(act: &mut Act, file: &AttachmentRecord) -> Result<Option<Vec<u8>>> {
    let Some(part) = &file.part_path else { return Ok(None) };
    let whole = match file.raw_id {
        Some(raw_id) => raw::bytes(&mut act.conn(), raw_id).await?,
        None => sent_bytes(act, file.message_id).await?,
    };
    Ok(attachment_bytes(&whole, part))
}
