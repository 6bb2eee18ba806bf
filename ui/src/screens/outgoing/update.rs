//! What keys and answers do to the outgoing screen.

use super::State;
use super::model::LIMIT;
use crate::app::ctx::Ctx;
use crate::app::effect::{Ask, Failure};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::Notice;
use crate::keymap::CommandId;
use crate::screens::{appeal, dialog, line};
use otklik_core::desk::views::DeliveryView;
use otklik_core::types::DeliveryState;

/// Asks for the list.
pub fn load(state: &State, ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::Deliveries { filter: state.filter, limit: LIMIT });
}

/// The list has come, or has not.
pub fn loaded(state: &mut State, result: Result<&[DeliveryView], Failure>, ctx: &mut Ctx<'_>) {
    match result {
        Ok(views) => state.take_rows(views, super::view::list_rows(ctx.env)),
        Err(failure) => {
            if state.rows.is_some() {
                ctx.say(Notice::warning("queue-not-refreshed"));
            }
            state.failed = Some(failure);
        }
    }
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if let Some(go) = Go::of(command) {
        let len = state.rows.as_ref().map_or(0, Vec::len);
        let rows = super::view::list_rows(ctx.env);
        go.in_list(&mut state.cursor, len, rows);
        state.selected = state.row().map(|row| row.id);
        return true;
    }
    match command {
        CommandId::Open => {
            if let Some((appeal, number)) = state.row().and_then(|row| row.appeal.zip(row.number)) {
                ctx.push(Layer::Appeal(Box::new(appeal::State::new(appeal, number))));
                ctx.ask(Ask::Appeal(appeal));
            }
        }
        CommandId::UndoDelivery => {
            if let Some(row) = state.row() {
                ctx.ask(Ask::UndoDelivery(row.id));
            }
        }
        CommandId::HurryDeliveries => {
            if let Some(row) = state.row() {
                ctx.ask(Ask::HurryDeliveries(row.account));
            }
        }
        CommandId::RetryDelivery => retry(state, ctx),
        CommandId::RedirectDelivery => {
            if let Some(row) = state.row() {
                ctx.push(Layer::Line(line::State::address(row)));
            }
        }
        CommandId::DropDelivery => {
            if let Some(row) = state.row() {
                let is_unknown = row.state == DeliveryState::Unknown;
                let ask = dialog::State::drop_delivery(row.id, &row.recipient, is_unknown);
                ctx.push(Layer::Dialog(Box::new(ask)));
            }
        }
        CommandId::ConfirmDelivery => {
            if let Some(row) = state.row() {
                ctx.push(Layer::Line(line::State::arrived(row)));
            }
        }
        CommandId::DecideReport => {
            if let Some((row, doubted)) = state.row().and_then(|row| Some((row, row.doubted.as_ref()?))) {
                ctx.push(Layer::Dialog(Box::new(dialog::State::doubted(row, doubted, &ctx.env.tr))));
            }
        }
        CommandId::NextPane | CommandId::NextTab | CommandId::PreviousPane | CommandId::PreviousTab => {
            state.turn(matches!(command, CommandId::NextPane | CommandId::NextTab));
            load(state, ctx);
        }
        CommandId::Reload => load(state, ctx),
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}

/// A letter whose fate nobody knows may arrive twice: that is asked. The others may simply be tried again.
fn retry(state: &State, ctx: &mut Ctx<'_>) {
    let Some(row) = state.row() else { return };
    if row.state == DeliveryState::Unknown {
        ctx.push(Layer::Dialog(Box::new(dialog::State::retry_unknown(row.id, &row.recipient))));
    } else {
        ctx.ask(Ask::RetryDelivery(row.id));
    }
}
