//! `otklik appeal outside`: a reply that a colleague sent from another program is the answer, or is none.

use super::args::AppealOutside;
use super::{Run, Seat};
use otklik_core::desk::views::AppealView;
use otklik_core::error::{Error, Result};
use otklik_core::types::{MessageId, Outside, ReplyKind};

impl Run {
    pub(super) async fn appeal_outside(&self, seat: &Seat, asked: AppealOutside) -> Result<()> {
        let id = seat.desk.find_number(&seat.actor, asked.number).await?;
        let message = match asked.message.as_deref() {
            Some(text) => MessageId::parse(text).ok_or_else(|| Error::not_found("no-message"))?,
            None => meant(&seat.desk.appeal(&seat.actor, id).await?)?,
        };
        if asked.decline {
            seat.desk.decline_outside(&seat.actor, id, message).await?;
            return self.appeal_done(seat, id, "outside-declined").await;
        }
        let kind = if asked.merits { ReplyKind::Merits } else { ReplyKind::Response };
        seat.desk.confirm_outside(&seat.actor, id, message, kind).await?;
        self.appeal_done(seat, id, "outside-confirmed").await
    }
}

/// The one that waits. Of several a person names one: a guess could stop a clock at the wrong moment.
fn meant(view: &AppealView) -> Result<MessageId> {
    let mut waiting = view.messages.iter().filter(|message| message.outside == Some(Outside::Proposed));
    match (waiting.next(), waiting.next()) {
        (None, _) => Err(Error::not_found("no-outside")),
        (Some(one), None) => Ok(one.id),
        _ => Err(Error::usage("outside-several")),
    }
}
