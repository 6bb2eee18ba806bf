//! What the card's screen holds.

use crate::app::effect::Failure;
use crate::widgets::qr::Qr;
use jiff::Timestamp;
use jiff::civil::Date;
use otklik_core::desk::MemberCard;
use otklik_core::types::{CardId, CardState, DisplayText, MemberId, MemberStatus};

/// A card that was issued, made safe to draw.
#[derive(Clone, Debug)]
pub struct Card {
    pub id: CardId,
    pub state: CardState,
    pub issued_at: Timestamp,
    pub issued_by: DisplayText,
    pub expires_on: Date,
    /// None where the key that signs it is not on this machine.
    pub code: Option<Qr>,
}

/// What the desk said of a row and its card.
#[derive(Clone, Debug)]
pub struct Holder {
    pub organisation: DisplayText,
    pub status: MemberStatus,
    pub missing_since: Option<Timestamp>,
    pub card: Option<Card>,
}

#[derive(Debug)]
pub struct State {
    pub member: MemberId,
    pub name: DisplayText,
    /// None until it has come.
    pub holder: Option<Holder>,
    pub failed: Option<Failure>,
}

impl State {
    pub fn new(member: MemberId, name: DisplayText) -> Self {
        Self { member, name, holder: None, failed: None }
    }

    pub fn card(&self) -> Option<&Card> {
        self.holder.as_ref()?.card.as_ref()
    }

    /// The code, if the card counts: one that does not is not shown to be photographed.
    pub fn code(&self) -> Option<&Qr> {
        self.card().filter(|card| card.state == CardState::Valid)?.code.as_ref()
    }
}

impl Holder {
    pub fn new(view: &MemberCard) -> Self {
        let code = view.token.as_deref().and_then(Qr::for_screen);
        Self {
            organisation: view
                .holder
                .organisation
                .as_ref()
                .map(|org| org.name.display_line())
                .unwrap_or_default(),
            status: view.holder.status,
            missing_since: view.holder.missing_since,
            card: view.card.as_ref().map(|card| Card {
                id: card.id,
                state: card.state,
                issued_at: card.issued_at,
                issued_by: DisplayText::sanitise(&card.issued_by.name),
                expires_on: card.expires_on,
                code,
            }),
        }
    }
}
