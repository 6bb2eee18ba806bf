//! The automatic notice of receipt: one per appeal, to a person only, within limits. It stops no clock.

use super::act::Act;
use super::send::{compose_error, our_address};
use super::{Desk, reply_address};
use crate::error::Result;
use crate::mail::compose::{
    AutoSubmitted, OutgoingMail, compose, new_message_id, references_for, reply_subject,
};
use crate::mail::wording::{self, ReceiptData};
use crate::mail::{Address, Ours, ParseNote, ParsedMail, receipt_allowed};
use crate::store::accounts::AccountRecord;
use crate::store::messages::NewMessage;
use crate::store::{deliveries, messages, packed};
use crate::types::{
    AppealId, AppealNumber, Channel, DeliveryId, DeliveryKind, Direction, MessageId, Purpose, Untrusted,
};
use jiff::{SignedDuration, Timestamp};

/// The limits are counted over these spans.
const DAY: SignedDuration = SignedDuration::from_hours(24);
const BURST: SignedDuration = SignedDuration::from_mins(10);

/// The appeal that has just been made.
pub(super) struct NewAppeal<'a> {
    pub id: AppealId,
    pub number: AppealNumber,
    pub due: Option<Timestamp>,
    pub letter: &'a ParsedMail,
    pub account: &'a AccountRecord,
    pub ours: &'a Ours,
}

/// Schedules the receipt in the transaction that makes the appeal; none where none is due. Over the desk's limit, and
/// where the account's automatic letters are stopped, it waits, `held`, for a person; over the address's own limit none is made.
pub(super) async fn schedule(desk: &Desk, act: &mut Act, new: &NewAppeal<'_>) -> Result<Option<DeliveryId>> {
    if receipt_allowed(new.letter, new.ours).is_err() || new.account.outgoing.is_empty() {
        return Ok(None);
    }
    let Some(to) = new.letter.answer_to().filter(|to| !new.ours.has(to)) else { return Ok(None) };
    if super::letter::fails_authentication(new.account, new.letter) {
        return Ok(None);
    }
    let recipient = Untrusted::new(&to.addr);
    let since =
        |span: SignedDuration| act.now.saturating_sub(span).map_or(i64::MIN, |at| at.as_millisecond());
    let (day, burst) = (since(DAY), since(BURST));
    let settings = act.ground.settings.clone();
    // In a flood everything that was made in it would be counted anew for each letter.
    let most = settings.receipts_per_address.max(settings.receipts_per_ten_minutes);
    let (to_them, to_all) = deliveries::receipts(&mut act.conn(), &recipient, day, burst, most).await?;
    let to_them = to_them.max(to_the_same(act, to, day).await?);
    if to_them >= settings.receipts_per_address {
        return Ok(None);
    }
    let waits = to_all >= settings.receipts_per_ten_minutes || new.account.automatic == 0;
    let from = our_address(act, new.account)?;
    let (message, delivery) = (MessageId::new(), DeliveryId::new());
    let reply_to = reply_address::reply_to(act, new.account, new.id.0, &from).await?;
    let left_out: Vec<ParseNote> = new.letter.left_out().collect();
    let data = ReceiptData {
        number: new.number,
        organisation: &settings.organisation,
        due_at: new.due.unwrap_or(act.now),
        now: act.now,
        zone: &act.ground.zone,
        dismissal: wording::mentions_dismissal(new.letter),
        left_out: &left_out,
        duty_phone: settings.duty_phone.as_deref(),
    };
    let template = settings.receipt_template.as_deref().unwrap_or(wording::RECEIPT_TEMPLATE);
    let letter = OutgoingMail {
        message_id: new_message_id(message.0, from.domain()),
        from: from.clone(),
        reply_to,
        to: vec![to.clone()],
        cc: Vec::new(),
        subject: reply_subject(&new.letter.subject, new.number),
        text: wording::receipt(template, &data),
        in_reply_to: new.letter.message_id.clone(),
        references: references_for(new.letter.ancestors(), new.letter.message_id.as_deref()),
        auto_submitted: Some(AutoSubmitted::Replied),
        attachments: Vec::new(),
        date: act.now,
        desk_id: desk.id().to_string(),
    };
    let payload = compose(&letter).map_err(compose_error)?;
    let row = NewMessage {
        id: message.0,
        appeal_id: new.id.0,
        direction: Direction::Out.code(),
        channel: Channel::Email.code(),
        at: act.now_ms(),
        stored_at: act.now_ms(),
        from_text: Untrusted::new(&from.addr),
        from_address: Some(Untrusted::new(&from.addr)),
        to_text: recipient.clone(),
        participants: Untrusted::new(format!("{}\n{}", from.addr, to.addr)),
        subject: Untrusted::new(letter.subject),
        body: Untrusted::new(letter.text),
        rfc_message_id: Some(Untrusted::new(letter.message_id)),
        automatic: true,
        ..Default::default()
    };
    messages::insert(&mut act.conn(), &row).await?;
    let row = deliveries::NewDelivery {
        id: delivery.0,
        kind: DeliveryKind::Receipt.code(),
        appeal_id: Some(new.id.0),
        message_id: Some(message.0),
        rfc_message_id: row.rfc_message_id.clone(),
        account_id: new.account.id,
        recipient,
        reason: waits.then_some("held"),
        now: act.now_ms(),
        not_before: act.now_ms(),
        payload: packed::pack(&payload)?,
    };
    deliveries::insert(&mut act.conn(), &row).await?;
    fail_point!("receipt.written");
    Ok(Some(delivery))
}

/// Receipts of the day to the same mailbox under its other spellings: a tag after a plus, and what Google takes for the same.
/// Asked only where the address has other spellings to look for, since nothing is indexed by them.
async fn to_the_same(act: &mut Act, to: &Address, day: i64) -> Result<i64> {
    let key = mailbox_of(&to.addr);
    let (pattern, has_spellings) = match is_google(to.domain()) {
        true => ("%@g%mail.com".to_owned(), true),
        false => (format!("%@{}", to.domain()), key != to.addr),
    };
    if !has_spellings {
        return Ok(0);
    }
    let known = deliveries::receipts_at(&mut act.conn(), &pattern, day).await?;
    let same = known.iter().filter(|known| mailbox_of(known.raw_for(Purpose::Matching)) == key);
    Ok(i64::try_from(same.count()).unwrap_or(i64::MAX))
}

fn is_google(domain: &str) -> bool {
    matches!(domain, "gmail.com" | "googlemail.com")
}

/// The mailbox that an address in lower case means.
fn mailbox_of(addr: &str) -> String {
    let Some((local, domain)) = addr.rsplit_once('@') else { return addr.to_owned() };
    let bare = local.split('+').next().unwrap_or(local);
    match is_google(domain) {
        true => format!("{}@gmail.com", bare.replace('.', "")),
        false => format!("{bare}@{domain}"),
    }
}
