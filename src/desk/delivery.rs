//! What a person does about deliveries: look, take back, send again, give up.

use super::act::detached;
use super::attachment::sent_bytes;
use super::journal::Entry;
use super::outgoing::{self, about};
use super::report::report_view;
use super::show::delivery_view;
use super::views::{DeliveryFilter, DeliveryView};
use super::{Desk, act::Act, draft, draft_file};
use crate::error::{Error, Result};
use crate::mail::attachment_bytes;
use crate::rules::roles::UseCase;
use crate::store::deliveries::{self, DeliveryRecord, Outcome};
use crate::store::{messages, redirects, reports};
use crate::types::{Actor, AppealId, DeliveryId, DeliveryKind, DeliveryState, Purpose, StaffId, Untrusted};
use uuid::Uuid;

impl Desk {
    /// Deliveries in scope, newest first, each with the reports about it that wait for a person's word.
    pub async fn deliveries(
        &self,
        actor: &Actor,
        filter: DeliveryFilter,
        limit: usize,
    ) -> Result<Vec<DeliveryView>> {
        let mut look = self.look(actor, UseCase::DeliveryList).await?;
        let (scope, limit) = (look.scope.clone(), i64::try_from(limit.min(10_000)).unwrap_or(10_000));
        let of = match filter {
            DeliveryFilter::All => deliveries::Of::All,
            DeliveryFilter::Open => deliveries::Of::Open,
            DeliveryFilter::Doubted => deliveries::Of::Doubted,
            DeliveryFilter::Today => {
                let midnight = look.now.to_zoned(look.ground.zone.clone()).start_of_day();
                let midnight = midnight.map_or(look.now, |midnight| midnight.timestamp());
                deliveries::Of::AcceptedSince(midnight.as_millisecond())
            }
        };
        let found = deliveries::list(&mut look.reader.conn(), &scope, of, limit).await?;
        let mut views: Vec<DeliveryView> = found.into_iter().map(delivery_view).collect();
        for report in reports::waiting(&mut look.reader.conn()).await?.into_iter().map(report_view) {
            let about = views.iter_mut().find(|view| Some(view.id) == report.delivery);
            about.into_iter().for_each(|view| view.reports.push(report.clone()));
        }
        Ok(views)
    }

    /// Takes a delivery back before it has left; a reply's text becomes its sender's draft again. Atomic with leasing:
    /// either this succeeds or the message was already on its way (`already-gone`).
    pub async fn undo_delivery(&self, actor: &Actor, id: DeliveryId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::DeliveryUndo).await?;
            let (delivery, state, mut copies) = locked_with_copies(&mut act, id).await?;
            // Only the way to a corrected address is taken back: the reply itself has been sent before.
            let is_alone = match delivery.message_id.filter(|_| delivery.kind == DeliveryKind::Reply.code()) {
                Some(message) => !redirects::has_other_way(&mut act.conn(), message, id.0).await?,
                None => true,
            };
            if !is_alone {
                copies.clear();
            }
            if state == DeliveryState::Cancelled {
                return Err(Error::conflict("already-cancelled"));
            }
            for state in copies.iter().map(state_of).chain([state]) {
                if !matches!(state, DeliveryState::Scheduled | DeliveryState::Retry) {
                    return Err(Error::conflict("already-gone").arg("state", state.code()));
                }
            }
            let draft = is_alone && give_back(&mut act, &delivery).await?;
            for delivery in copies.iter().chain([&delivery]) {
                end(&mut act, delivery, DeliveryState::Cancelled).await?;
            }
            let mut entry = about(Entry::new("delivery.withdrawn"), &delivery)
                .code("delivery_state", Some(state.code()), Some(DeliveryState::Cancelled.code()))
                .refers("delivery", id);
            if let Some(message) = delivery.message_id.filter(|_| draft) {
                entry = entry.refers("message", crate::types::MessageId(message));
            }
            act.record(entry).await?;
            fail_point!("undo.written");
            act.commit().await?;
            fail_point!("undo.committed");
            Ok(())
        })
        .await
    }

    /// Sends again what failed, what is unknown (on a person's word: it may arrive twice, with the same Message-ID), what
    /// waits for its next attempt, or what was held.
    pub async fn retry_delivery(&self, actor: &Actor, id: DeliveryId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::DeliveryRetry).await?;
            let (delivery, state) = locked(&mut act, id).await?;
            use DeliveryState::*;
            if !matches!(state, Failed | Unknown | Retry | Bounced | Blocked | Scheduled) {
                return Err(Error::conflict("delivery-done").arg("state", state.code()));
            }
            end(&mut act, &delivery, Scheduled).await?;
            let entry = about(Entry::new("delivery.retried"), &delivery)
                .code("delivery_state", Some(state.code()), Some(Scheduled.code()))
                .refers("delivery", id);
            act.record(entry).await?;
            act.commit().await
        })
        .await
    }

    /// Lets every automatic letter go that is held over the limit: one decision. How many those were.
    pub async fn release_held(&self, actor: &Actor) -> Result<usize> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::DeliveryRetry).await?;
            let scope = act.scope.clone();
            let mut entry = Entry::new("delivery.released");
            let mut released = Vec::new();
            for id in deliveries::held(&mut act.conn(), &scope).await? {
                let (delivery, state) = locked(&mut act, DeliveryId(id)).await?;
                // Somebody else was quicker with this one.
                if state != DeliveryState::Scheduled || delivery.reason.as_deref() != Some("held") {
                    continue;
                }
                end(&mut act, &delivery, DeliveryState::Scheduled).await?;
                entry = about(entry, &delivery);
                released.push(DeliveryId(id).to_string());
            }
            if released.is_empty() {
                return Ok(0);
            }
            act.record(entry.refers("items", released.join(","))).await?;
            act.commit().await?;
            Ok(released.len())
        })
        .await
    }

    /// A person says that a letter whose fate nobody knew has arrived, and how they know: it counts from the moment at which
    /// it may have left, and never goes again by itself. (One that has not arrived is sent again by [`Desk::retry_delivery`].)
    ///
    /// # Errors
    /// `delivery-not-unknown`; `reason-needed` for an empty one.
    pub async fn confirm_delivery(&self, actor: &Actor, id: DeliveryId, reason: &str) -> Result<()> {
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(Error::usage("reason-needed"));
        }
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::DeliveryConfirm).await?;
            let (delivery, state) = locked(&mut act, id).await?;
            if state != DeliveryState::Unknown {
                return Err(Error::conflict("delivery-not-unknown").arg("state", state.code()));
            }
            let at = outgoing::unknown_since(&mut act, &delivery).await?;
            outgoing::confirm(&mut act, &delivery, at, Untrusted::new(reason)).await?;
            act.commit().await
        })
        .await
    }

    /// Gives a delivery up. What may have arrived stays in the thread; nothing is sent any more.
    pub async fn drop_delivery(&self, actor: &Actor, id: DeliveryId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::DeliveryDrop).await?;
            let (delivery, state) = locked(&mut act, id).await?;
            use DeliveryState::*;
            if !matches!(state, Failed | Unknown | Retry | Bounced | Blocked | Scheduled) {
                return Err(Error::conflict("delivery-done").arg("state", state.code()));
            }
            end(&mut act, &delivery, Cancelled).await?;
            let entry = about(Entry::new("delivery.dropped"), &delivery)
                .code("delivery_state", Some(state.code()), Some(Cancelled.code()))
                .refers("delivery", id);
            act.record(entry).await?;
            act.commit().await
        })
        .await
    }
}

/// The delivery, locked, if its appeal is in the actor's scope; what is about no appeal is the whole desk's.
pub(super) async fn locked(act: &mut Act, id: DeliveryId) -> Result<(DeliveryRecord, DeliveryState)> {
    let delivery = deliveries::lock(&mut act.conn(), id.0).await?;
    let delivery = delivery.ok_or_else(|| Error::not_found("no-delivery"))?;
    in_scope(act, &delivery).await?;
    let state = state_of(&delivery);
    Ok((delivery, state))
}

/// The same with the carbon copies of a reply. They are locked before the appeal, as whoever records an outcome does.
async fn locked_with_copies(
    act: &mut Act,
    id: DeliveryId,
) -> Result<(DeliveryRecord, DeliveryState, Vec<DeliveryRecord>)> {
    let delivery = deliveries::lock(&mut act.conn(), id.0).await?;
    let delivery = delivery.ok_or_else(|| Error::not_found("no-delivery"))?;
    let message = delivery.message_id.filter(|_| delivery.kind == DeliveryKind::Reply.code());
    let copies = match message {
        Some(message) => deliveries::lock_copies(&mut act.conn(), message).await?,
        None => Vec::new(),
    };
    in_scope(act, &delivery).await?;
    let state = state_of(&delivery);
    // A copy that somebody has taken back alone already is none of this.
    let copies = copies.into_iter().filter(|copy| state_of(copy) != DeliveryState::Cancelled);
    Ok((delivery, state, copies.collect()))
}

async fn in_scope(act: &mut Act, delivery: &DeliveryRecord) -> Result<()> {
    let missing = || Error::not_found("no-delivery");
    match delivery.appeal_id {
        Some(appeal) => act.appeal(AppealId(appeal)).await.map(drop).map_err(|_| missing()),
        None if act.scope.whole != 0 => Ok(()),
        None => Err(missing()),
    }
}

pub(super) fn state_of(delivery: &DeliveryRecord) -> DeliveryState {
    DeliveryState::parse(&delivery.state).unwrap_or(DeliveryState::Unknown)
}

async fn end(act: &mut Act, delivery: &DeliveryRecord, state: DeliveryState) -> Result<()> {
    let outcome = Outcome {
        state: state.code(),
        accepted_at: None,
        next_at: act.now_ms(),
        error: None,
        proof: None,
        count_attempt: false,
    };
    deliveries::conclude(&mut act.conn(), delivery.id, &outcome).await?;
    if state == DeliveryState::Scheduled {
        // The time in which it is tried begins anew.
        let now = act.now_ms();
        deliveries::restart(&mut act.conn(), delivery.id, now).await?;
    }
    if let Some(message) = delivery.message_id.filter(|_| state == DeliveryState::Cancelled) {
        redirects::unlink(&mut act.conn(), message, delivery.id).await?;
    }
    Ok(())
}

/// Takes a reply out of the thread and puts its text, copies and files back into its sender's draft, before what may stand
/// there.
async fn give_back(act: &mut Act, delivery: &DeliveryRecord) -> Result<bool> {
    let reply = delivery.kind == DeliveryKind::Reply.code();
    let (Some(appeal), Some(id)) = (delivery.appeal_id, delivery.message_id) else { return Ok(false) };
    if reply || delivery.kind == DeliveryKind::Receipt.code() {
        messages::withdraw(&mut act.conn(), id).await?;
    }
    let message = if reply { messages::by_id(&mut act.conn(), id).await? } else { None };
    let Some(message) = message else { return Ok(false) };
    let Some(sender) = message.staff_id.map(StaffId) else { return Ok(false) };
    let appeal = AppealId(appeal);
    let mut back = draft::of(act, appeal, sender).await?;
    let text = message.body.raw_for(Purpose::Store);
    back.text = if back.text.is_empty() { text.to_owned() } else { format!("{text}\n\n{}", back.text) };
    back.kind = message.kind.unwrap_or_else(|| "response".to_owned());
    back.seen_message_id = messages::newest(&mut act.conn(), appeal.0).await?;
    let copies = message.cc_text.raw_for(Purpose::Store).split(", ").filter(|copy| !copy.is_empty());
    let known: Vec<&str> = back.cc.lines().collect();
    let copies: Vec<&str> =
        copies.filter(|copy| !known.contains(copy)).chain(known.iter().copied()).collect();
    back.cc = copies.join("\n");
    files_back(act, appeal, sender, id).await?;
    draft::keep(act, appeal, sender, back).await?;
    Ok(true)
}

/// Takes the files of a letter that did not leave back out of its frozen bytes.
async fn files_back(act: &mut Act, appeal: AppealId, sender: StaffId, message: Uuid) -> Result<()> {
    let files = messages::attachments_of(&mut act.conn(), appeal.0).await?;
    let files: Vec<_> = files.into_iter().filter(|file| file.message_id == message).collect();
    if files.is_empty() {
        return Ok(());
    }
    let letter = sent_bytes(act, message).await?;
    for file in files {
        let part = file.part_path.as_deref().and_then(|part| attachment_bytes(&letter, part));
        let bytes = part.ok_or_else(|| Error::failed("draft-damaged"))?;
        draft_file::attach(act, appeal, sender, &file.file_name, &bytes).await?;
    }
    Ok(())
}
