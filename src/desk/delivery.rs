//! What a person does about deliveries: look, take back, send again, give up.

use super::act::detached;
use super::journal::Entry;
use super::show::delivery_view;
use super::views::DeliveryView;
use super::{Desk, act::Act};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::deliveries::{self, DeliveryRecord, Outcome};
use crate::store::{drafts, messages};
use crate::types::{Actor, AppealId, DeliveryId, DeliveryKind, DeliveryState, Purpose};

impl Desk {
    /// Deliveries in scope, newest first; `open_only` leaves out those that came to a good end.
    pub async fn deliveries(
        &self,
        actor: &Actor,
        open_only: bool,
        limit: usize,
    ) -> Result<Vec<DeliveryView>> {
        let mut look = self.look(actor, UseCase::DeliveryList).await?;
        let (scope, limit) = (look.scope.clone(), i64::try_from(limit.min(10_000)).unwrap_or(10_000));
        let found = deliveries::list(&mut look.reader.conn(), &scope, open_only, limit).await?;
        Ok(found.into_iter().map(delivery_view).collect())
    }

    /// Takes a delivery back before it has left; a reply's text becomes its sender's draft again. Atomic with leasing:
    /// either this succeeds or the message was already on its way (`already-gone`).
    pub async fn undo_delivery(&self, actor: &Actor, id: DeliveryId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::DeliveryUndo).await?;
            let (delivery, state) = locked(&mut act, id).await?;
            if !matches!(state, DeliveryState::Scheduled | DeliveryState::Retry) {
                return Err(Error::conflict("already-gone").arg("state", state.code()));
            }
            let draft = give_back(&mut act, &delivery).await?;
            end(&mut act, &delivery, DeliveryState::Cancelled).await?;
            let mut entry = Entry::new("delivery.withdrawn")
                .about_appeal(AppealId(delivery.appeal_id))
                .code("delivery_state", Some(state.code()), Some(DeliveryState::Cancelled.code()))
                .refers("delivery", id);
            if draft {
                entry = entry.refers("message", crate::types::MessageId(delivery.message_id));
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
            let entry = Entry::new("delivery.retried")
                .about_appeal(AppealId(delivery.appeal_id))
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
                entry = entry.about_appeal(AppealId(delivery.appeal_id));
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
            let entry = Entry::new("delivery.dropped")
                .about_appeal(AppealId(delivery.appeal_id))
                .code("delivery_state", Some(state.code()), Some(Cancelled.code()))
                .refers("delivery", id);
            act.record(entry).await?;
            act.commit().await
        })
        .await
    }
}

/// The delivery, locked, if its appeal is in the actor's scope.
async fn locked(act: &mut Act, id: DeliveryId) -> Result<(DeliveryRecord, DeliveryState)> {
    let delivery = deliveries::lock(&mut act.conn(), id.0).await?;
    let delivery = delivery.ok_or_else(|| Error::not_found("no-delivery"))?;
    act.appeal(AppealId(delivery.appeal_id)).await.map_err(|_| Error::not_found("no-delivery"))?;
    let state = DeliveryState::parse(&delivery.state).unwrap_or(DeliveryState::Unknown);
    Ok((delivery, state))
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
    deliveries::conclude(&mut act.conn(), delivery.id, &outcome).await
}

/// Takes a reply out of the thread and puts its text back into its sender's draft, before what may stand there.
async fn give_back(act: &mut Act, delivery: &DeliveryRecord) -> Result<bool> {
    messages::withdraw(&mut act.conn(), delivery.message_id).await?;
    if delivery.kind != DeliveryKind::Reply.code() {
        return Ok(false);
    }
    let Some(message) = messages::by_id(&mut act.conn(), delivery.message_id).await? else {
        return Ok(false);
    };
    let Some(sender) = message.staff_id else { return Ok(false) };
    let mut text = message.body.raw_for(Purpose::Store).to_owned();
    if let Some(draft) = drafts::load(&mut act.conn(), delivery.appeal_id, sender).await? {
        text = format!("{text}\n\n{}", draft.text);
    }
    let draft = drafts::DraftRecord {
        text,
        kind: message.kind.unwrap_or_else(|| "response".to_owned()),
        seen_message_id: messages::newest(&mut act.conn(), delivery.appeal_id).await?,
        updated_at: act.now_ms(),
    };
    drafts::save(&mut act.conn(), delivery.appeal_id, sender, &draft).await?;
    Ok(true)
}
