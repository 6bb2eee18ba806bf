//! What keys and answers do to the digest's screen.

use super::State;
use crate::app::ctx::Ctx;
use crate::app::effect::{Ask, Failure};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::Notice;
use crate::keymap::CommandId;
use crate::screens::line;
use otklik_core::desk::views::StaffView;
use otklik_core::desk::{DigestData, DigestWish};

/// Asks for it.
pub fn load(ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::Digest);
}

/// It has come, or has not.
pub fn loaded(
    state: &mut State,
    result: Result<(&DigestData, Option<&StaffView>), Failure>,
    ctx: &mut Ctx<'_>,
) {
    match result {
        Ok((data, reader)) => {
            state.data = Some(data.clone());
            state.reader = reader.cloned();
            state.failed = None;
        }
        Err(failure) => {
            if state.data.is_some() {
                ctx.say(Notice::warning("queue-not-refreshed"));
            }
            state.failed = Some(failure);
        }
    }
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if let Some(go) = Go::of(command) {
        let rows = ctx.env.body_rows();
        let last = super::view::lines(state, ctx.env).len().saturating_sub(rows);
        state.scroll = go.of_scroll(state.scroll, last, rows);
        return true;
    }
    let wish = state.wish().cloned().unwrap_or_default();
    match command {
        CommandId::SwitchDigest => {
            ctx.ask(Ask::SetDigest(DigestWish { wanted: !wish.wanted, ..wish }));
        }
        CommandId::EditDigestHour => ctx.push(Layer::Line(line::State::digest_hour(&wish))),
        CommandId::EditDigestZone => ctx.push(Layer::Line(line::State::digest_zone(&wish))),
        CommandId::Reload => load(ctx),
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}

/// Changes one thing of how it is wanted.
pub fn wish(state: &State, change: impl FnOnce(&mut DigestWish), ctx: &mut Ctx<'_>) {
    let mut wish = state.wish().cloned().unwrap_or_default();
    change(&mut wish);
    ctx.ask(Ask::SetDigest(wish));
}
