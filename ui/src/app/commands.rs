//! Runs commands: the place that has the keys first, then the appeal in view, then the console itself.

use super::availability::availability;
use super::deeds;
use super::effect::{Ask, Effect};
use super::layer::Layer;
use super::model::Model;
use super::notice::Notice;
use super::offer::offers;
use super::update::{Place, in_place, in_queue, lay_out, push, reload};
use crate::keymap::{CommandId, Context};
use crate::screens::appeal::model::Then;
use crate::screens::{
    appeal, calls, choose, conflicts, dialog, digest, find, help, history, imports, intake, match_card, menu,
    note, outgoing, palette, quarantine, queue,
};
use otklik_core::desk::views::QueueTab;
use otklik_core::types::Stage;

/// Runs a command, or says why it cannot be run now.
pub fn run(model: &mut Model, command: CommandId, out: &mut Vec<Effect>) {
    model.dirty = true;
    if let Err(reason) = availability(command, model) {
        let why = model.env.tr.text(reason.key());
        model.notice = Some(Notice::warning("notice-unavailable").arg("reason", why));
        return;
    }
    let handled = in_place(model, out, |place, ctx| match place {
        Place::Layer(layer) => layer.command(command, ctx),
        Place::Queue(state) => queue::update::command(state, command, ctx),
    });
    if !handled && !of_appeal(model, command, out) {
        of_console(model, command, out);
    }
}

/// Commands about the appeal in view.
fn of_appeal(model: &mut Model, command: CommandId, out: &mut Vec<Effect>) -> bool {
    if command == CommandId::UndoDelivery {
        return undo(model, out);
    }
    let Some(subject) = model.subject() else { return false };
    let (id, number) = (subject.id, subject.number);
    let layer = match command {
        CommandId::Take => return ask(model, Ask::Take(id), out),
        CommandId::MarkSorted => return ask(model, Ask::SetStage(id, Stage::Sorted), out),
        CommandId::Reopen => {
            let stage = if subject.assignee.is_some() { Stage::Taken } else { Stage::New };
            return ask(model, Ask::SetStage(id, stage), out);
        }
        CommandId::AddCall => return ask(model, Ask::AddCall(id), out),
        CommandId::Reply => return open_appeal(model, Then::Reply, out),
        CommandId::History => return history(model, out),
        CommandId::MarkSpam => Layer::Dialog(Box::new(dialog::State::set_stage(id, number, Stage::Spam))),
        CommandId::MarkThanks => Layer::Dialog(Box::new(dialog::State::set_stage(id, number, Stage::Thanks))),
        CommandId::EditTopic => Layer::Choose(Box::new(choose::State::topics(&subject.fields))),
        CommandId::EditUrgency => Layer::Choose(Box::new(choose::State::urgencies(&subject.fields))),
        CommandId::EditAssignee => {
            Layer::Choose(Box::new(choose::State::assignees(&subject.fields, &model.staff)))
        }
        CommandId::AddNote => Layer::Note(Box::new(note::State::new(id, number))),
        CommandId::Membership => {
            out.push(model.asks.ask(Ask::MatchCard(id)));
            Layer::MatchCard(Box::new(match_card::State::new(id, number, subject.author)))
        }
        _ => return false,
    };
    push(model, layer);
    true
}

fn ask(model: &mut Model, ask: Ask, out: &mut Vec<Effect>) -> bool {
    out.push(model.asks.ask(ask));
    true
}

fn undo(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    let id = model.undoable().map(|delivery| delivery.id);
    id.is_some_and(|id| ask(model, Ask::UndoDelivery(id), out))
}

/// Opens the queue's selection, to go on from there once it has come.
fn open_appeal(model: &mut Model, then: Then, out: &mut Vec<Effect>) -> bool {
    let Some(row) = model.queue.selected_row() else { return false };
    let (id, number, unread) = (row.id, row.number, row.unread);
    let state = appeal::State { then, ..appeal::State::new(id, number) };
    push(model, Layer::Appeal(Box::new(state)));
    out.push(model.asks.ask(Ask::Appeal(id)));
    if unread {
        out.push(model.asks.ask(Ask::MarkRead(id)));
    }
    true
}

fn history(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    match model.appeal().map(|state| state.thread.as_deref()) {
        None => open_appeal(model, Then::History, out),
        Some(None) => false,
        Some(Some(thread)) => {
            let layer = Layer::History(Box::new(history::State::new(thread, &model.env)));
            push(model, layer);
            true
        }
    }
}

/// Commands of the console itself.
fn of_console(model: &mut Model, command: CommandId, out: &mut Vec<Effect>) {
    match command {
        CommandId::Help | CommandId::Menu | CommandId::Palette => list_commands(model, command),
        CommandId::Quit => deeds::quit(model, out),
        CommandId::ScreenQueue => go_to_screen(model, None, out),
        CommandId::ScreenMembers => go_to_screen(model, Some(Layer::Members(Box::default())), out),
        CommandId::ScreenOutgoing => go_to_screen(model, Some(Layer::Outgoing(Box::default())), out),
        CommandId::ScreenIntake => {
            let counts = model.counts.clone().unwrap_or_default();
            let state = intake::State { counts, ..Default::default() };
            go_to_screen(model, Some(Layer::Intake(Box::new(state))), out);
        }
        CommandId::ScreenCalls => go_to_screen(model, Some(Layer::Calls(Box::default())), out),
        CommandId::ScreenConflicts => go_to_screen(model, Some(Layer::Conflicts(Box::default())), out),
        CommandId::ScreenQuarantine => go_to_screen(model, Some(Layer::Quarantine(Box::default())), out),
        CommandId::ScreenDigest => go_to_screen(model, Some(Layer::Digest(Box::default())), out),
        CommandId::OpenImports => {
            push(model, Layer::Imports(Box::default()));
            in_place(model, out, |_, ctx| imports::update::load(ctx));
        }
        CommandId::Find => push(model, Layer::Find(find::State::new(model.queue.filter.search.as_deref()))),
        CommandId::ShowEarlier => match model.queue.filter.search.clone() {
            Some(words) => deeds::search_earlier(model, words, out),
            None => push(model, Layer::Find(find::State::earlier(""))),
        },
        CommandId::Reload => reload(model, out),
        CommandId::Redraw => model.redraw = true,
        CommandId::CopyMode => model.copying = true,
        CommandId::LeaveCopyMode => {
            model.copying = false;
            model.redraw = true;
        }
        CommandId::Language => change_language(model, out),
        CommandId::Tab1 => to_tab(model, 0, out),
        CommandId::Tab2 => to_tab(model, 1, out),
        CommandId::Tab3 => to_tab(model, 2, out),
        CommandId::Tab4 => to_tab(model, 3, out),
        CommandId::Tab5 => to_tab(model, 4, out),
        CommandId::Tab6 => to_tab(model, 5, out),
        CommandId::Back if model.layers.is_empty() => model.notice = Some(Notice::done("back-at-queue")),
        _ => {}
    }
}

/// Help, menu or palette for the place below; one of them takes another's place.
fn list_commands(model: &mut Model, command: CommandId) {
    while matches!(model.layers.last(), Some(Layer::Help(_) | Layer::Menu(_) | Layer::Palette(_))) {
        model.layers.pop();
    }
    let place = model.stack();
    let items = offers(model, place);
    let place: Vec<Context> = place.to_vec();
    let layer = match command {
        CommandId::Help => Layer::Help(Box::new(help::State::new(items, place))),
        CommandId::Menu => Layer::Menu(Box::new(menu::State::new(items, place))),
        _ => Layer::Palette(Box::new(palette::State::new(items, place, &model.env))),
    };
    push(model, layer);
}

/// Goes to one of the screens that the header names. A note with words in it is not left behind unasked.
fn go_to_screen(model: &mut Model, layer: Option<Layer>, out: &mut Vec<Effect>) {
    if model.layers.iter().any(|layer| matches!(layer, Layer::Note(note) if !note.is_blank())) {
        model.notice =
            Some(Notice::warning("notice-unavailable").arg("reason", model.env.tr.text("why-note-open")));
        return;
    }
    super::update::save_drafts(model, out);
    model.layers.clear();
    if let Some(layer) = layer {
        push(model, layer);
        in_place(model, out, |place, ctx| match place {
            Place::Layer(Layer::Outgoing(state)) => outgoing::update::load(state, ctx),
            Place::Layer(Layer::Intake(_)) => intake::update::load(ctx),
            Place::Layer(Layer::Quarantine(_)) => quarantine::update::load(ctx),
            Place::Layer(Layer::Digest(_)) => digest::update::load(ctx),
            Place::Layer(Layer::Calls(state)) => calls::update::load(state, ctx),
            Place::Layer(Layer::Conflicts(state)) => conflicts::update::load(state, ctx),
            _ => {}
        });
    }
}

fn to_tab(model: &mut Model, at: usize, out: &mut Vec<Effect>) {
    in_queue(model, out, |state, ctx| queue::update::to_tab(state, QueueTab::ALL[at], ctx));
}

fn change_language(model: &mut Model, out: &mut Vec<Effect>) {
    std::mem::swap(&mut model.env.tr, &mut model.env.other_tr);
    lay_out(model, out);
}
