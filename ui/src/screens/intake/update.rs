//! What keys and answers do to the intake's screen.

use super::State;
use crate::app::ctx::Ctx;
use crate::app::effect::{Ask, Failure};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::Notice;
use crate::keymap::CommandId;
use crate::screens::{channel, choose, dialog, quarantine};
use otklik_core::desk::views::{ChannelView, QueueCounts, ReportView};

/// Asks for the accounts.
pub fn load(ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::Channels);
}

/// The accounts have come, or have not.
pub fn loaded(
    state: &mut State,
    result: Result<(&[ChannelView], &[ReportView]), Failure>,
    ctx: &mut Ctx<'_>,
) {
    match result {
        Ok((channels, reports)) => {
            state.channels = Some(channels.to_vec());
            state.unmatched = reports.to_vec();
            state.failed = None;
        }
        Err(failure) => {
            if state.channels.is_some() {
                ctx.say(Notice::warning("queue-not-refreshed"));
            }
            state.failed = Some(failure);
        }
    }
}

/// The frame's counts have come.
pub fn counted(state: &mut State, counts: &QueueCounts) {
    state.counts = counts.clone();
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if let Some(go) = Go::of(command) {
        let rows = ctx.env.body_rows();
        let last = super::view::lines(state, ctx.env).len().saturating_sub(rows);
        state.scroll = go.of_scroll(state.scroll, last, rows);
        return true;
    }
    match command {
        CommandId::Open => {
            ctx.push(Layer::Quarantine(Box::default()));
            quarantine::update::load(ctx);
        }
        CommandId::ChannelSettings => {
            let names: Vec<String> =
                state.channels.iter().flatten().map(|channel| channel.name.clone()).collect();
            match &names[..] {
                [name] => {
                    let settings = channel::State::new(name.clone());
                    channel::update::load(&settings, ctx);
                    ctx.push(Layer::Channel(Box::new(settings)));
                }
                _ => ctx.push(Layer::Choose(Box::new(choose::State::channels(&names)))),
            }
        }
        CommandId::ReleaseHeld => {
            ctx.push(Layer::Dialog(Box::new(dialog::State::release_held(state.counts.held))));
        }
        CommandId::Reload => load(ctx),
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}
