//! What keys and answers do to the card's screen.

use super::State;
use super::model::Holder;
use crate::app::ctx::Ctx;
use crate::app::deed::Deed;
use crate::app::effect::{Ask, Failure};
use crate::app::layer::Layer;
use crate::app::notice::Say;
use crate::keymap::CommandId;
use crate::screens::dialog::{self, model::Choice, model::Part, model::keep_or};
use otklik_core::desk::MemberCard;
use otklik_core::types::{CardReason, CardState, DisplayText, MemberId};

/// Opens the screen over another one.
pub fn open(member: MemberId, name: &DisplayText, ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::MemberCard(member));
    ctx.push(Layer::Card(Box::new(State::new(member, name.clone()))));
}

/// Asks for the card again.
pub fn load(state: &State, ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::MemberCard(state.member));
}

/// The card has come, or has not.
pub fn loaded(state: &mut State, result: Result<&MemberCard, Failure>) {
    match result {
        Ok(view) => {
            state.holder = Some(Holder::new(view));
            state.failed = None;
        }
        Err(failure) => state.failed = Some(failure),
    }
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    match command {
        CommandId::IssueCard => issue(state, ctx),
        CommandId::RevokeCard => revoke(state, ctx),
        CommandId::Reload => load(state, ctx),
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}

/// A card that counts is replaced only after a question: its picture, wherever it was sent, is worth nothing afterwards.
fn issue(state: &State, ctx: &mut Ctx<'_>) {
    match state.card().filter(|card| card.state == CardState::Valid) {
        None => drop(ctx.ask(Ask::IssueCard(state.member, false))),
        Some(_) => {
            let parts = vec![Part::Say(Say::new("replace-card-body").arg("name", &state.name))];
            let choices = keep_or("choice-replace-card", Deed::IssueCard(state.member, true));
            ctx.push(Layer::Dialog(Box::new(dialog::State::question("replace-card-title", parts, choices))));
        }
    }
}

fn revoke(state: &State, ctx: &mut Ctx<'_>) {
    let Some(card) = state.card() else { return };
    let parts = vec![Part::Say(Say::new("revoke-card-body").arg("name", &state.name))];
    let mut choices = vec![Choice { key: "choice-back", deed: Deed::Nothing }];
    choices.extend(CardReason::ALL.iter().filter_map(|&reason| {
        let key = match reason {
            CardReason::Lost => "revoke-reason-lost",
            CardReason::Left => "revoke-reason-left",
            CardReason::Mistake => "revoke-reason-mistake",
            CardReason::Other => "revoke-reason-other",
            // Said by whoever issues another one.
            CardReason::Replaced => return None,
        };
        Some(Choice { key, deed: Deed::RevokeCard(card.id, reason) })
    }));
    ctx.push(Layer::Dialog(Box::new(dialog::State::question("revoke-card-title", parts, choices))));
}
