//! What keys and answers do to the appeal's screen.

use super::model::{Focus, State, Then};
use crate::app::ctx::Ctx;
use crate::app::effect::{Ask, Failure};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::Notice;
use crate::keymap::CommandId;
use crate::screens::thread::{Message, Thread};
use crate::screens::{composer, dialog, history, line, save_file};
use otklik_core::desk::views::AppealView;
use otklik_core::types::Direction;

/// Asks for the appeal again.
pub fn reload(state: &State, ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::Appeal(state.id));
}

/// The appeal has come, or has not.
pub fn loaded(state: &mut State, result: Result<&AppealView, Failure>, ctx: &mut Ctx<'_>) {
    let view = match result {
        Ok(view) => view,
        Err(failure) => {
            if state.thread.is_some() {
                ctx.say(Notice::warning("thread-not-refreshed"));
            }
            state.failed = Some(failure);
            state.then = Then::Nothing;
            return;
        }
    };
    let first = state.thread.is_none();
    let known =
        |message: &Message| state.thread.iter().flat_map(|old| &old.messages).any(|m| m.id == message.id);
    let thread = Box::new(Thread::new(view));
    // A person's own message is no news to them, nor is one that was taken back.
    let has_new =
        !first && thread.messages.iter().any(|message| message.direction == Direction::In && !known(message));
    // What they have just sent they want to see, and where it has got to.
    let me = ctx.env.me.name.as_str();
    let is_mine = |m: &Message| m.direction == Direction::Out && m.staff.as_deref() == Some(me);
    let has_sent = !first && state.reply.is_none() && thread.messages.iter().any(|m| is_mine(m) && !known(m));
    if let Some(reply) = &mut state.reply {
        reply.refresh(&thread);
    }
    state.thread = Some(thread);
    state.failed = None;
    state.lay_out(ctx.env);
    if first || has_sent {
        state.show_newest(ctx.env);
    } else if has_new {
        ctx.say(Notice::done("thread-has-new"));
    }
    match std::mem::replace(&mut state.then, Then::Nothing) {
        Then::Nothing => {}
        Then::Reply => open_reply(state, ctx),
        Then::ShowNewest => state.show_newest(ctx.env),
        Then::History => {
            if let Some(thread) = &state.thread {
                ctx.push(Layer::History(Box::new(history::State::new(thread, ctx.env))));
            }
        }
        Then::ShowNewer { seen } => show_newer(state, seen, ctx),
    }
}

/// Opens the reply under the thread, with the draft where there is one.
pub fn open_reply(state: &mut State, ctx: &mut Ctx<'_>) {
    let Some(thread) = &state.thread else {
        state.then = Then::Reply;
        return;
    };
    if state.reply.is_none() {
        state.reply = Some(Box::new(composer::State::open(thread)));
        state.lay_out(ctx.env);
        state.show_newest(ctx.env);
    }
    state.focus = Focus::Reply;
}

fn show_newer(state: &mut State, seen: Option<otklik_core::types::MessageId>, ctx: &mut Ctx<'_>) {
    let Some(thread) = &state.thread else { return };
    let newer = thread.newer_than(seen);
    ctx.push(Layer::Dialog(Box::new(dialog::State::newer_message(newer, ctx.env))));
    // It is on the screen now: whoever reads it and sends again is not asked about the same letter.
    let newest = thread.last_message;
    if let Some(reply) = &mut state.reply {
        reply.seen = newest;
    }
    state.show_newest(ctx.env);
}

/// Runs a command of the screen; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if state.is_writing() && composer::update::command(state, command, ctx) {
        return true;
    }
    if !state.is_writing()
        && let Some(go) = Go::of(command)
    {
        state.scroll = scrolled(state, go, ctx);
        return true;
    }
    match command {
        CommandId::Reply => open_reply(state, ctx),
        CommandId::NextPane | CommandId::PreviousPane if state.reply.is_some() => {
            state.focus = if state.focus == Focus::Reply { Focus::Thread } else { Focus::Reply };
        }
        CommandId::ToggleQuotes => {
            state.unfolded = !state.unfolded;
            state.lay_out(ctx.env);
        }
        CommandId::MailThread => {
            ctx.ask(Ask::MailThread(state.id));
        }
        CommandId::DecideOutside => {
            if let Some(message) = state.thread.as_ref().and_then(|thread| thread.outside()) {
                ctx.push(Layer::Dialog(Box::new(dialog::State::outside(state.id, message, ctx.env))));
            }
        }
        CommandId::DecideReport => {
            let delivery = state.thread.as_ref().and_then(|thread| thread.doubted());
            if let Some((delivery, doubted)) = delivery.and_then(|d| Some((d, d.doubted.as_ref()?))) {
                ctx.push(Layer::Dialog(Box::new(dialog::State::doubted(delivery, doubted, &ctx.env.tr))));
            }
        }
        CommandId::RedirectDelivery => {
            if let Some(failed) = state.thread.as_ref().and_then(|thread| thread.redirectable()) {
                ctx.push(Layer::Line(line::State::address(failed)));
            }
        }
        CommandId::SaveAttachment => {
            if let Some(thread) = &state.thread {
                ctx.push(Layer::SaveFile(Box::new(save_file::State::new(thread, ctx.env))));
            }
        }
        CommandId::Reload => reload(state, ctx),
        CommandId::Back => back(state, ctx),
        _ => return false,
    }
    true
}

/// Closes the reply first, its draft saved; then the screen.
fn back(state: &mut State, ctx: &mut Ctx<'_>) {
    if state.reply.is_some() {
        composer::update::close(state, ctx);
    } else {
        ctx.close();
    }
}

fn scrolled(state: &State, go: Go, ctx: &Ctx<'_>) -> usize {
    go.of_scroll(state.scroll, state.last_scroll(ctx.env), state.thread_rows(ctx.env))
}

/// The terminal has another size.
pub fn resized(state: &mut State, ctx: &mut Ctx<'_>) {
    state.lay_out(ctx.env);
}
