//! The console's one transition: what happened goes in, the model changes, what is to be done comes out.
//! Nothing here waits, reads a clock or touches a terminal.

use super::ctx::{Ctx, Move};
use super::effect::{Ask, Effect, Exit, Wake};
use super::layer::Layer;
use super::model::Model;
use super::msg::Msg;
use super::notice::Notice;
use super::{answers, commands, deeds, input};
use crate::screens::{
    calls, card, channel, composer, conflicts, digest, earlier, import, imports, intake, match_card,
    outgoing, quarantine, queue,
};
use jiff::Timestamp;
use std::time::Duration;

/// Changes are gathered this long before the screen looks again: a burst of mail is one reload.
pub const RELOAD_AFTER: Duration = Duration::from_millis(120);
/// How often leaving looks whether everything has gone.
pub const LEAVING_EVERY: Duration = Duration::from_secs(1);
/// How often the screens of what comes in and goes out look whether servers answer, in seconds.
const MACHINES_EVERY: i64 = 10;
/// Nearer to its due moment than this, a row is drawn every second.
const SECONDS_SHOWN: i64 = 5 * 60;

/// The first questions of a session.
pub fn start(model: &mut Model) -> Vec<Effect> {
    let mut out: Vec<Effect> =
        [Ask::Organisation, Ask::Counts, Ask::Intake, Ask::Staff].map(|ask| model.asks.ask(ask)).into();
    in_place(model, &mut out, |place, ctx| {
        if let Place::Queue(state) = place {
            queue::update::open(state, ctx);
        }
    });
    out
}

/// Takes one thing that happened in.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut out = Vec::new();
    if model.ended {
        return out;
    }
    match msg {
        Msg::Input(event) => input::input(model, event, &mut out),
        Msg::Resize(columns, rows) => resize(model, columns, rows, &mut out),
        Msg::Answer { generation, result } => answers::answer(model, generation, result, &mut out),
        Msg::Changed => changed(model, &mut out),
        Msg::DeskSilent => {
            model.silent_since.get_or_insert(model.env.now);
            model.dirty = true;
        }
        Msg::DeskBack => {
            model.silent_since = None;
            model.dirty = true;
            changed(model, &mut out);
        }
        Msg::Woke(wake) => woke(model, wake, &mut out),
        Msg::Tick(now) => tick(model, now, &mut out),
        Msg::Hangup => hang_up(model, &mut out),
    }
    out
}

/// The screen that has the keys: the topmost layer, or the queue.
pub enum Place<'a> {
    Layer(&'a mut Layer),
    Queue(&'a mut queue::State),
}

/// Lets the topmost screen act, then carries out what it asked for.
pub fn in_place<R>(
    model: &mut Model,
    out: &mut Vec<Effect>,
    act: impl FnOnce(Place<'_>, &mut Ctx<'_>) -> R,
) -> R {
    let mut ctx = Ctx::new(&model.env, &mut model.asks);
    let place = match model.layers.last_mut() {
        Some(layer) => Place::Layer(layer),
        None => Place::Queue(&mut model.queue),
    };
    let result = act(place, &mut ctx);
    let done = ctx.finish();
    settle(model, done, out);
    result
}

/// Lets the queue act, whatever lies over it.
pub fn in_queue(model: &mut Model, out: &mut Vec<Effect>, act: impl FnOnce(&mut queue::State, &mut Ctx<'_>)) {
    let mut ctx = Ctx::new(&model.env, &mut model.asks);
    act(&mut model.queue, &mut ctx);
    let done = ctx.finish();
    settle(model, done, out);
}

/// Lets every layer act, the lowest first.
pub fn in_layers(model: &mut Model, out: &mut Vec<Effect>, mut act: impl FnMut(&mut Layer, &mut Ctx<'_>)) {
    let mut ctx = Ctx::new(&model.env, &mut model.asks);
    for layer in &mut model.layers {
        act(layer, &mut ctx);
    }
    let done = ctx.finish();
    settle(model, done, out);
}

/// What a screen asked for while it acted.
pub struct Done {
    pub effects: Vec<Effect>,
    pub moves: Vec<Move>,
    pub notice: Option<Notice>,
}

/// Carries out what a screen asked for.
pub fn settle(model: &mut Model, done: Done, out: &mut Vec<Effect>) {
    out.extend(done.effects);
    if done.notice.is_some() {
        model.notice = done.notice;
    }
    for step in done.moves {
        match step {
            Move::Push(layer) => push(model, *layer),
            Move::Close => drop(model.layers.pop()),
            Move::CloseAndDo(deed) => {
                model.layers.pop();
                deeds::carry_out(model, *deed, out);
            }
            Move::CloseAndRun(command) => {
                model.layers.pop();
                commands::run(model, command, out);
            }
        }
    }
}

/// Puts a layer on top.
pub fn push(model: &mut Model, mut layer: Layer) {
    layer.lay_out(&model.env);
    model.layers.push(layer);
}

fn resize(model: &mut Model, columns: u16, rows: u16, out: &mut Vec<Effect>) {
    model.env.size = (columns, rows);
    model.dirty = true;
    lay_out(model, out);
}

/// Makes every line again: after a resize or a change of language.
pub fn lay_out(model: &mut Model, out: &mut Vec<Effect>) {
    for layer in &mut model.layers {
        layer.lay_out(&model.env);
    }
    in_queue(model, out, queue::update::resized);
}

/// Something was committed, here or elsewhere: the screen looks again soon.
pub fn changed(model: &mut Model, out: &mut Vec<Effect>) {
    if !model.reload_due {
        model.reload_due = true;
        out.push(Effect::Wake { wake: Wake::Reload, after: RELOAD_AFTER });
    }
}

/// Looks again at everything that is shown.
pub fn reload(model: &mut Model, out: &mut Vec<Effect>) {
    out.push(model.asks.ask(Ask::Counts));
    out.push(model.asks.ask(Ask::Intake));
    in_queue(model, out, queue::update::reload);
    in_layers(model, out, |layer, ctx| match layer {
        Layer::Appeal(state) => crate::screens::appeal::update::reload(state, ctx),
        Layer::MatchCard(state) => match_card::update::load(state, ctx),
        Layer::Card(state) => card::update::load(state, ctx),
        Layer::Outgoing(state) => outgoing::update::load(state, ctx),
        Layer::Intake(_) => intake::update::load(ctx),
        Layer::Channel(state) => channel::update::load(state, ctx),
        Layer::Digest(_) => digest::update::load(ctx),
        Layer::Quarantine(_) => quarantine::update::load(ctx),
        Layer::Earlier(state) => earlier::update::load(state, ctx),
        Layer::Imports(_) => imports::update::load(ctx),
        Layer::Calls(state) => calls::update::load(state, ctx),
        Layer::Conflicts(state) => conflicts::update::load(state, ctx),
        _ => {}
    });
}

fn woke(model: &mut Model, wake: Wake, out: &mut Vec<Effect>) {
    match wake {
        Wake::Reload => {
            model.reload_due = false;
            reload(model, out);
        }
        Wake::SaveDraft => {
            in_layers(model, out, |layer, ctx| {
                if let Layer::Appeal(state) = layer {
                    composer::update::save(state, ctx);
                }
            });
            for ask in std::mem::take(&mut model.unsaved) {
                out.push(model.asks.ask(ask));
            }
        }
        Wake::Search => in_layers(model, out, |layer, ctx| match layer {
            Layer::MatchCard(state) => match_card::update::look_up(&mut state.look_up, ctx),
            Layer::Members(state) => match_card::update::look_up(&mut state.look_up, ctx),
            _ => {}
        }),
        Wake::Import => in_layers(model, out, |layer, ctx| {
            if let Layer::Import(state) = layer {
                import::update::woke(state, ctx);
            }
        }),
        Wake::Guard => input::held_keys(model, out),
        Wake::Intake => {
            model.intake_due = false;
            out.push(model.asks.ask(Ask::Intake));
        }
        Wake::Leaving => {
            if deeds::is_leaving(model) {
                out.push(model.asks.ask(Ask::Counts));
                out.push(Effect::Wake { wake: Wake::Leaving, after: LEAVING_EVERY });
            }
        }
    }
}

/// The time is a message. The screen is drawn for its sake only when what it shows has changed: the minute, or near a due
/// moment the second.
fn tick(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    let before = std::mem::replace(&mut model.env.now, now);
    let minute = |at: Timestamp| at.as_second().div_euclid(60);
    if minute(before) != minute(now) {
        model.dirty = true;
        // Time alone makes an appeal overdue and lets a lease run out: neither is a change that anybody commits.
        out.push(model.asks.ask(Ask::Counts));
        out.push(model.asks.ask(Ask::Intake));
    } else if before.as_second() != now.as_second() && shows_seconds(model) {
        model.dirty = true;
    }
    // Whether a server answers is noted without a decision, of which nobody is told.
    let look = |at: Timestamp| at.as_second().div_euclid(MACHINES_EVERY);
    if look(before) != look(now) && model.silent_since.is_none() {
        in_layers(model, out, |layer, ctx| match layer {
            Layer::Outgoing(state) => outgoing::update::load(state, ctx),
            Layer::Intake(_) => intake::update::load(ctx),
            _ => {}
        });
    }
}

/// Whether something on the screen counts seconds.
fn shows_seconds(model: &Model) -> bool {
    let now = model.env.now.as_second();
    let near = |at: Timestamp| (at.as_second() - now).abs() < SECONDS_SHOWN;
    if model.undoable().is_some_and(|delivery| delivery.not_before.as_second() >= now) {
        return true;
    }
    let shown = model.queue.rows.iter().skip(model.queue.top).take(queue::update::list_rows(&model.env));
    model.shows_queue()
        && shown.into_iter().any(|row| matches!(row.due(), crate::i18n::Due::At(due) if near(due)))
}

/// How long from `now` the screen stays true by itself: to the next second or to the next minute.
pub fn tick_after(model: &Model, now: Timestamp) -> Duration {
    let every: i64 = match () {
        () if shows_seconds(model) => 1000,
        () if model.layers.iter().any(|layer| matches!(layer, Layer::Outgoing(_) | Layer::Intake(_))) => {
            MACHINES_EVERY * 1000
        }
        () => 60_000,
    };
    let left = every - now.as_millisecond().rem_euclid(every);
    Duration::from_millis(left.unsigned_abs().max(1))
}

/// The terminal has gone: what was typed is saved, nothing is asked.
fn hang_up(model: &mut Model, out: &mut Vec<Effect>) {
    save_drafts(model, out);
    end(model, Exit::HungUp, out);
}

/// Saves whatever the desk may lack.
pub fn save_drafts(model: &mut Model, out: &mut Vec<Effect>) {
    in_layers(model, out, |layer, ctx| {
        if let Layer::Appeal(state) = layer {
            composer::update::save_at_once(state, ctx);
        }
    });
    for ask in std::mem::take(&mut model.unsaved) {
        out.push(model.asks.ask(ask));
    }
}

/// Ends the session.
pub fn end(model: &mut Model, exit: Exit, out: &mut Vec<Effect>) {
    model.ended = true;
    out.push(Effect::Quit(exit));
}
