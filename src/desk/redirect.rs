//! A letter that came back or was refused, sent again to an address that a person has corrected: a delivery of its own with bytes
//! of its own, on the same message. The one that failed stays failed; nothing is ever redirected by the program itself.

use super::Desk;
use super::act::{Act, detached};
use super::delivery::locked;
use super::journal::Entry;
use super::outgoing::LARGEST;
use super::recipients;
use super::send::compose_error;
use super::show::delivery_view;
use super::views::DeliveryView;
use crate::error::{Error, Result};
use crate::mail::{Address, ascii_domain, readdress};
use crate::rules::roles::UseCase;
use crate::store::deliveries::{self, DeliveryRecord, NewDelivery};
use crate::store::messages::{self, MessageRecord};
use crate::store::{packed, redirects};
use crate::types::{Actor, AppealId, DeliveryId, DeliveryKind, DeliveryState, MessageId, Purpose, Untrusted};
use jiff::SignedDuration;

impl Desk {
    /// Sends a reply, or a copy of one, that failed or came back to another address, after the undo time or at once. The new
    /// delivery.
    ///
    /// # Errors
    /// `bad-address`; `own-address`; `delivery-not-failed` while nothing has gone wrong for good; `redirect-not-a-reply` for what the
    /// program wrote; `already-redirected`; `already-sent-there` where the letter goes, went or failed at that address before.
    pub async fn redirect_delivery(
        &self,
        actor: &Actor,
        id: DeliveryId,
        address: &str,
        immediately: bool,
    ) -> Result<DeliveryView> {
        let to = recipients::typed_address(address)?;
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move { desk.redirect_now(&actor, id, to, immediately).await }).await
    }

    async fn redirect_now(
        &self,
        actor: &Actor,
        id: DeliveryId,
        to: Address,
        immediately: bool,
    ) -> Result<DeliveryView> {
        let mut act = self.begin(actor, UseCase::DeliveryRetry).await?;
        let (failed, state) = locked(&mut act, id).await?;
        let message = redirectable(&mut act, &failed, state).await?;
        may_go_to(&mut act, &message, &to).await?;
        let bytes = packed::unpack(&deliveries::payload(&mut act.conn(), failed.id).await?, LARGEST)?;
        let former = failed.recipient.raw_for(Purpose::Store);
        let bytes = readdress(&bytes, former, &to).map_err(compose_error)?;
        let undo = if immediately { 0 } else { act.ground.settings.undo_seconds.max(0) };
        let not_before = act.now.saturating_add(SignedDuration::from_secs(undo)).unwrap_or(act.now);
        let instead = DeliveryId::new();
        let kind = match failed.kind == DeliveryKind::Copy.code() {
            true => DeliveryKind::Copy,
            false => DeliveryKind::Reply,
        };
        let row = NewDelivery {
            id: instead.0,
            kind: kind.code(),
            appeal_id: failed.appeal_id,
            message_id: failed.message_id,
            rfc_message_id: message.rfc_message_id.clone(),
            account_id: failed.account_id,
            recipient: Untrusted::new(&to.addr),
            reason: None,
            now: act.now_ms(),
            not_before: not_before.as_millisecond(),
            payload: packed::pack(&bytes)?,
        };
        deliveries::insert(&mut act.conn(), &row).await?;
        redirects::link(&mut act.conn(), failed.id, instead.0).await?;
        join(&mut act, &message, &to).await?;
        let mut entry = Entry::new("delivery.redirected")
            .text("recipient", Some(failed.recipient.clone()), Some(row.recipient.clone()))
            .refers("message", MessageId(message.id))
            .refers("former", id)
            .refers("delivery", instead);
        if let Some(appeal) = failed.appeal_id {
            entry = entry.about_appeal(AppealId(appeal));
        }
        act.record(entry).await?;
        let made = deliveries::by_id(&mut act.conn(), instead.0).await?;
        act.commit().await?;
        made.map(delivery_view).ok_or_else(|| Error::not_found("no-delivery"))
    }
}

/// The message of a delivery that may be sent elsewhere. What the program wrote by itself goes only to whoever wrote to us, and
/// staff have a mailbox of their own.
async fn redirectable(act: &mut Act, failed: &DeliveryRecord, state: DeliveryState) -> Result<MessageRecord> {
    let by_a_person = [DeliveryKind::Reply, DeliveryKind::Copy].iter().any(|kind| kind.code() == failed.kind);
    let Some(message) = failed.message_id.filter(|_| by_a_person) else {
        return Err(Error::conflict("redirect-not-a-reply"));
    };
    use DeliveryState::{Blocked, Bounced, Failed};
    if !matches!(state, Failed | Bounced | Blocked) {
        return Err(Error::conflict("delivery-not-failed").arg("state", state.code()));
    }
    if failed.redirected_to.is_some() {
        return Err(Error::conflict("already-redirected"));
    }
    let found = messages::by_id(&mut act.conn(), message).await?;
    found.ok_or_else(|| Error::not_found("no-delivery"))
}

/// Neither to ourselves, nor where the same letter went before.
async fn may_go_to(act: &mut Act, message: &MessageRecord, to: &Address) -> Result<()> {
    recipients::refuse_own(act, to).await?;
    let ascii = ascii_domain(&to.addr);
    let is_there = |address: &Untrusted| ascii_domain(address.raw_for(Purpose::Matching)) == ascii;
    let known = redirects::of_message(&mut act.conn(), message.id).await?;
    let cancelled = DeliveryState::Cancelled.code();
    if known.iter().any(|other| other.state != cancelled && is_there(&other.recipient)) {
        return Err(Error::conflict("already-sent-there").arg("address", &to.addr));
    }
    Ok(())
}

/// An answer from the corrected address joins the thread.
async fn join(act: &mut Act, message: &MessageRecord, to: &Address) -> Result<()> {
    let mut everybody: Vec<&str> = message.participants.raw_for(Purpose::Threading).lines().collect();
    if !everybody.contains(&to.addr.as_str()) {
        everybody.push(&to.addr);
        let everybody = Untrusted::new(everybody.join("\n"));
        redirects::add_participant(&mut act.conn(), message.id, &everybody).await?;
    }
    Ok(())
}
