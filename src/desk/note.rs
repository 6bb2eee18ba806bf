//! A note for colleagues in the thread. It goes to nobody outside and stops no clock.

use super::Desk;
use super::act::detached;
use super::journal::Entry;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::{messages, terms};
use crate::types::{Actor, AppealId, Direction, MessageId, Untrusted};

/// The longest note or reply, in bytes.
pub(super) const LONGEST_TEXT: usize = 256 * 1024;

impl Desk {
    /// Adds a note; its id.
    pub async fn note(&self, actor: &Actor, id: AppealId, text: String) -> Result<MessageId> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            if text.trim().is_empty() {
                return Err(Error::usage("text-empty"));
            }
            if text.len() > LONGEST_TEXT {
                return Err(Error::usage("text-too-long").arg("limit", LONGEST_TEXT));
            }
            let mut act = desk.begin(&actor, UseCase::AppealNote).await?;
            let appeal = act.appeal(id).await?;
            let (note, body) = (MessageId::new(), Untrusted::new(text));
            let name = match &actor {
                Actor::Person { name, .. } => name.clone(),
                Actor::Worker(worker) => worker.code().to_owned(),
            };
            let message = messages::NewMessage {
                id: note.0,
                appeal_id: id.0,
                direction: Direction::Note.code(),
                channel: crate::types::Channel::parse(&appeal.channel)
                    .map_or("staff", |channel| channel.code()),
                at: act.now_ms(),
                stored_at: act.now_ms(),
                from_text: Untrusted::new(name),
                body: body.clone(),
                staff_id: actor.staff().map(|staff| staff.0),
                ..Default::default()
            };
            messages::insert(&mut act.conn(), &message).await?;
            let words = super::queue::index_terms(&Untrusted::default(), &body);
            terms::insert(&mut act.conn(), note.0, &words).await?;
            let entry = Entry::new("appeal.noted").about_appeal(id).refers("message", note).text(
                "note",
                None,
                Some(body),
            );
            act.record(entry).await?;
            act.commit().await?;
            Ok(note)
        })
        .await
    }
}
