//! What keys and answers do to the screen of calls. An outcome is logged by one key and a line; what counts as a response the
//! desk says.

use super::State;
use super::model::{LIMIT, Open};
use crate::app::ctx::Ctx;
use crate::app::deed::Deed;
use crate::app::effect::{Ask, Failure};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::{Notice, Say};
use crate::keymap::CommandId;
use crate::screens::dialog::model::{Choice, Part};
use crate::screens::line::model::AboutCall;
use crate::screens::{appeal, choose, dialog, line};
use otklik_core::desk::views::{CallRow, CallView, JoinTarget};
use otklik_core::types::{AppealId, CallEnd, CallOutcome, DisplayText};

/// Asks for the list, and for the task that is open.
pub fn load(state: &State, ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::Calls { all: state.all, limit: LIMIT });
    if let Some(open) = &state.open {
        ctx.ask(Ask::Call(open.id));
    }
}

/// The list has come, or has not.
pub fn loaded(state: &mut State, result: Result<&[CallRow], Failure>, ctx: &mut Ctx<'_>) {
    match result {
        Ok(rows) => state.take_rows(rows, super::view::list_rows(ctx.env)),
        Err(failure) => {
            if state.rows.is_some() {
                ctx.say(Notice::warning("queue-not-refreshed"));
            }
            state.failed = Some(failure);
        }
    }
}

/// A task has come, or has not.
pub fn opened(state: &mut State, id: AppealId, result: Result<&CallView, Failure>, ctx: &mut Ctx<'_>) {
    let Some(open) = state.open.as_mut().filter(|open| open.id == id) else { return };
    match result {
        Ok(call) => open.take(call, ctx.env),
        Err(failure) => open.failed = Some(failure),
    }
}

/// The organisations have come: one of them is chosen.
pub fn targets(state: &State, id: AppealId, targets: &[JoinTarget], ctx: &mut Ctx<'_>) {
    if state.subject().is_some_and(|row| row.id == id) {
        ctx.push(Layer::Choose(Box::new(choose::State::organisations(id, targets))));
    }
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if let Some(go) = Go::of(command) {
        moved(state, go, ctx);
        return true;
    }
    match command {
        CommandId::Open => open(state, ctx),
        CommandId::NextPane | CommandId::PreviousPane if state.open.is_none() => {
            state.all = !state.all;
            load(state, ctx);
        }
        CommandId::Reload => load(state, ctx),
        CommandId::Back if state.open.is_some() => state.open = None,
        CommandId::Back => ctx.close(),
        other => return of_task(state, other, ctx),
    }
    true
}

/// The task of a row; in a task, its appeal.
fn open(state: &mut State, ctx: &mut Ctx<'_>) {
    let Some((id, number)) = state.subject().map(|row| (row.id, row.number)) else { return };
    if state.open.is_some() {
        ctx.push(Layer::Appeal(Box::new(appeal::State::new(id, number))));
        ctx.ask(Ask::Appeal(id));
    } else {
        state.open = Some(Box::new(Open::new(id)));
        ctx.ask(Ask::Call(id));
    }
}

fn of_task(state: &State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    let Some(row) = state.subject() else { return false };
    let id = row.id;
    let typed =
        |about, holding: &str| Layer::Line(line::State::call(id, about, &DisplayText::sanitise(holding)));
    let phone = || row.phone.as_ref().map(DisplayText::as_str).unwrap_or_default().to_owned();
    let layer = match command {
        CommandId::LogNoAnswer => {
            let next = proposed(state, ctx);
            typed(AboutCall::Next, &next)
        }
        CommandId::LogWrongNumber => typed(AboutCall::Wrong, &phone()),
        CommandId::LogExplained => typed(AboutCall::Gist(CallOutcome::Explained), ""),
        CommandId::LogAskedToJoin => typed(AboutCall::Gist(CallOutcome::AskedToJoin), ""),
        CommandId::EditCallNumber => typed(AboutCall::Number, &phone()),
        CommandId::ConfirmApplication => typed(AboutCall::Code, ""),
        CommandId::JoinCall => {
            ctx.ask(Ask::JoinTargets(id));
            return true;
        }
        CommandId::StrikeCall => {
            ctx.ask(Ask::StrikeCall(id));
            return true;
        }
        CommandId::CloseCall => closing(id, row.number.to_string()),
        _ => return false,
    };
    ctx.push(layer);
    true
}

/// The next attempt as the desk proposes it, written as it is typed; empty where the task has not been read.
fn proposed(state: &State, ctx: &Ctx<'_>) -> String {
    let call = state.open.as_ref().and_then(|open| open.call.as_ref());
    call.map_or_else(String::new, |call| {
        let at = call.proposed_next.to_zoned(ctx.env.zone.clone());
        at.strftime("%d.%m.%Y %H:%M").to_string()
    })
}

fn closing(id: AppealId, number: String) -> Layer {
    let end = |key, end, appeal_too| Choice { key, deed: Deed::CloseCall(id, end, appeal_too) };
    let choices = vec![
        Choice { key: "choice-back", deed: Deed::Nothing },
        end("choice-advised", CallEnd::Advised, false),
        end("choice-advised-appeal", CallEnd::Advised, true),
        end("choice-unreached", CallEnd::Unreached, false),
        end("choice-not-needed", CallEnd::NotNeeded, false),
    ];
    let parts = vec![Part::Say(Say::new("close-call-body").arg("number", number))];
    Layer::Dialog(Box::new(dialog::State::question("close-call-title", parts, choices)))
}

fn moved(state: &mut State, go: Go, ctx: &Ctx<'_>) {
    if let Some(open) = &mut state.open {
        let rows = ctx.env.body_rows();
        open.scroll = go.of_scroll(open.scroll, open.lines.len().saturating_sub(rows), rows);
        return;
    }
    let len = state.rows.as_ref().map_or(0, Vec::len);
    let rows = super::view::list_rows(ctx.env);
    go.in_list(&mut state.cursor, len, rows);
    state.selected = state.row().map(|row| row.id);
}
