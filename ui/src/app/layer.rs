//! What lies over the queue, the topmost having the keys. One place that knows every screen, so that no screen need.

use super::ctx::Ctx;
use super::env::Env;
use crate::keymap::{CommandId, Context};
use crate::screens::{
    appeal, calls, card, channel, choose, composer, conflicts, dialog, digest, earlier, find, help, history,
    import, imports, intake, line, match_card, members, menu, note, outgoing, palette, quality, quarantine,
    save_file,
};
use crate::widgets::EditKey;
use otklik_core::types::DisplayText;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// A screen or a box over the queue.
#[derive(Debug)]
pub enum Layer {
    Appeal(Box<appeal::State>),
    Note(Box<note::State>),
    MatchCard(Box<match_card::State>),
    Members(Box<members::State>),
    Imports(Box<imports::State>),
    Import(Box<import::State>),
    Card(Box<card::State>),
    Quality(Box<quality::State>),
    History(Box<history::State>),
    Outgoing(Box<outgoing::State>),
    Intake(Box<intake::State>),
    Channel(Box<channel::State>),
    Digest(Box<digest::State>),
    Quarantine(Box<quarantine::State>),
    Calls(Box<calls::State>),
    Conflicts(Box<conflicts::State>),
    Earlier(Box<earlier::State>),
    Palette(Box<palette::State>),
    Menu(Box<menu::State>),
    Help(Box<help::State>),
    Choose(Box<choose::State>),
    SaveFile(Box<save_file::State>),
    Find(find::State),
    Line(line::State),
    Dialog(Box<dialog::State>),
}

impl Layer {
    /// Where keys are read, the innermost first; `Global` stands last in all but boxes that nothing may open over.
    pub fn contexts(&self) -> &'static [Context] {
        use Context::*;
        match self {
            Layer::Appeal(state) if state.is_writing() => match &state.reply {
                Some(reply) if reply.preview => &[Preview, Global],
                _ => &[Composer, Global],
            },
            Layer::Appeal(_) => &[Thread, Global],
            Layer::Note(_) => &[Note, Global],
            Layer::MatchCard(state) if state.typing => &[Field, Match, Global],
            Layer::MatchCard(_) => &[Match, Global],
            Layer::Members(state) if state.typing => &[Field, Members, Global],
            Layer::Members(_) => &[Members, Global],
            Layer::Imports(_) => &[Imports, Global],
            Layer::Import(_) => &[Import, Global],
            Layer::Card(_) => &[Card, Global],
            Layer::Quality(_) => &[Quality, Global],
            Layer::History(_) => &[History, Global],
            Layer::Outgoing(_) => &[Outgoing, Global],
            Layer::Intake(_) => &[Intake, Global],
            Layer::Channel(_) => &[Channel, Global],
            Layer::Digest(_) => &[Digest, Global],
            Layer::Quarantine(_) => &[Quarantine, Global],
            Layer::Calls(_) => &[Calls, Global],
            Layer::Conflicts(_) => &[Conflicts, Global],
            Layer::Earlier(_) => &[Earlier, Global],
            Layer::Palette(_) => &[Palette, Global],
            Layer::Menu(_) | Layer::Choose(_) => &[Menu, Global],
            Layer::Help(_) => &[Help, Global],
            Layer::SaveFile(state) if state.choosing => &[Menu, Global],
            Layer::SaveFile(_) | Layer::Find(_) | Layer::Line(_) => &[Field, Global],
            Layer::Dialog(_) => &[Dialog, Global],
        }
    }

    /// Whether it fills the body; the others are boxes over what is below.
    pub fn is_full(&self) -> bool {
        match self {
            Layer::Appeal(_)
            | Layer::MatchCard(_)
            | Layer::Members(_)
            | Layer::Quality(_)
            | Layer::Imports(_)
            | Layer::Import(_)
            | Layer::History(_)
            | Layer::Outgoing(_)
            | Layer::Intake(_)
            | Layer::Channel(_)
            | Layer::Digest(_)
            | Layer::Quarantine(_)
            | Layer::Calls(_)
            | Layer::Conflicts(_)
            | Layer::Earlier(_)
            | Layer::Help(_) => true,
            Layer::Note(_)
            | Layer::Card(_)
            | Layer::Palette(_)
            | Layer::Menu(_)
            | Layer::Choose(_)
            | Layer::SaveFile(_)
            | Layer::Find(_)
            | Layer::Line(_)
            | Layer::Dialog(_) => false,
        }
    }

    /// Runs a command; false when it is not one of this screen's own.
    pub fn command(&mut self, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
        match self {
            Layer::Appeal(state) => appeal::update::command(state, command, ctx),
            Layer::Note(state) => note::update::command(state, command, ctx),
            Layer::MatchCard(state) => match_card::update::command(state, command, ctx),
            Layer::Members(state) => members::update::command(state, command, ctx),
            Layer::Imports(state) => imports::update::command(state, command, ctx),
            Layer::Import(state) => import::update::command(state, command, ctx),
            Layer::Card(state) => card::update::command(state, command, ctx),
            Layer::Quality(state) => quality::update::command(state, command, ctx),
            Layer::History(state) => history::update::command(state, command, ctx),
            Layer::Outgoing(state) => outgoing::update::command(state, command, ctx),
            Layer::Intake(state) => intake::update::command(state, command, ctx),
            Layer::Channel(state) => channel::update::command(state, command, ctx),
            Layer::Digest(state) => digest::update::command(state, command, ctx),
            Layer::Quarantine(state) => quarantine::update::command(state, command, ctx),
            Layer::Calls(state) => calls::update::command(state, command, ctx),
            Layer::Conflicts(state) => conflicts::update::command(state, command, ctx),
            Layer::Earlier(state) => earlier::update::command(state, command, ctx),
            Layer::Palette(state) => palette::update::command(state, command, ctx),
            Layer::Menu(state) => menu::update::command(state, command, ctx),
            Layer::Help(state) => help::update::command(state, command, ctx),
            Layer::Choose(state) => choose::update::command(state, command, ctx),
            Layer::SaveFile(state) => save_file::update::command(state, command, ctx),
            Layer::Find(state) => find::update::command(state, command, ctx),
            Layer::Line(state) => line::update::command(state, command, ctx),
            Layer::Dialog(state) => dialog::update::command(state, command, ctx),
        }
    }

    /// A key of a text.
    pub fn text_key(&mut self, key: EditKey, ctx: &mut Ctx<'_>) {
        match self {
            Layer::Appeal(state) => composer::update::key(state, key, ctx),
            Layer::Note(state) => note::update::key(state, key),
            Layer::MatchCard(state) => match_card::update::key(state, key, ctx),
            Layer::Members(state) => members::update::key(state, key, ctx),
            Layer::Palette(state) => {
                if state.field.key(key) {
                    state.rank();
                }
            }
            Layer::SaveFile(state) => {
                state.folder.key(key);
            }
            Layer::Find(state) => {
                state.field.key(key);
            }
            Layer::Line(state) => {
                state.field.key(key);
            }
            Layer::Imports(_)
            | Layer::Import(_)
            | Layer::Card(_)
            | Layer::Quality(_)
            | Layer::History(_)
            | Layer::Outgoing(_)
            | Layer::Intake(_)
            | Layer::Channel(_)
            | Layer::Digest(_)
            | Layer::Quarantine(_)
            | Layer::Calls(_)
            | Layer::Conflicts(_)
            | Layer::Earlier(_)
            | Layer::Menu(_)
            | Layer::Help(_)
            | Layer::Choose(_)
            | Layer::Dialog(_) => {}
        }
    }

    /// A paste into a text.
    pub fn paste(&mut self, text: &DisplayText, ctx: &mut Ctx<'_>) {
        match self {
            Layer::Appeal(state) => composer::update::paste(state, text, ctx),
            Layer::Note(state) => note::update::paste(state, text, ctx),
            Layer::MatchCard(state) => match_card::update::paste(state, text, ctx),
            Layer::Members(state) => members::update::paste(state, text, ctx),
            Layer::Palette(state) => {
                state.field.paste(text);
                state.rank();
            }
            Layer::SaveFile(state) => {
                state.folder.paste(text);
            }
            Layer::Find(state) => {
                state.field.paste(text);
            }
            Layer::Line(state) => {
                state.field.paste(text);
            }
            Layer::Imports(_)
            | Layer::Import(_)
            | Layer::Card(_)
            | Layer::Quality(_)
            | Layer::History(_)
            | Layer::Outgoing(_)
            | Layer::Intake(_)
            | Layer::Channel(_)
            | Layer::Digest(_)
            | Layer::Quarantine(_)
            | Layer::Calls(_)
            | Layer::Conflicts(_)
            | Layer::Earlier(_)
            | Layer::Menu(_)
            | Layer::Help(_)
            | Layer::Choose(_)
            | Layer::Dialog(_) => {}
        }
    }

    /// The size or the language has changed: lines are made again.
    pub fn lay_out(&mut self, env: &Env) {
        match self {
            Layer::Appeal(state) => state.lay_out(env),
            Layer::History(state) => state.lay_out(env),
            Layer::Quarantine(state) => state.lay_out(env),
            Layer::Calls(state) => state.lay_out(env),
            Layer::Earlier(state) => state.lay_out(env),
            _ => {}
        }
    }

    /// Draws it into the body, or as a box over the whole frame; returns where the hardware cursor belongs.
    pub fn draw(&self, env: &Env, buf: &mut Buffer, body: Rect, frame: Rect) -> Option<Position> {
        match self {
            Layer::Appeal(state) => return appeal::view::draw(state, env, buf, body),
            Layer::MatchCard(state) => return match_card::view::draw(state, env, buf, body),
            Layer::Members(state) => return members::view::draw(state, env, buf, body),
            Layer::Note(state) => return note::view::draw(state, env, buf, frame),
            Layer::Palette(state) => return palette::view::draw(state, env, buf, frame),
            Layer::SaveFile(state) => return save_file::view::draw(state, env, buf, frame),
            Layer::Find(state) => return find::view::draw(state, env, buf, frame),
            Layer::Line(state) => return line::view::draw(state, env, buf, frame),
            Layer::Imports(state) => imports::view::draw(state, env, buf, body),
            Layer::Import(state) => import::view::draw(state, env, buf, body),
            Layer::Card(state) => card::view::draw(state, env, buf, frame),
            Layer::Quality(state) => quality::view::draw(state, env, buf, body),
            Layer::History(state) => history::view::draw(state, env, buf, body),
            Layer::Outgoing(state) => outgoing::view::draw(state, env, buf, body),
            Layer::Intake(state) => intake::view::draw(state, env, buf, body),
            Layer::Channel(state) => channel::view::draw(state, env, buf, body),
            Layer::Digest(state) => digest::view::draw(state, env, buf, body),
            Layer::Quarantine(state) => quarantine::view::draw(state, env, buf, body),
            Layer::Calls(state) => calls::view::draw(state, env, buf, body),
            Layer::Conflicts(state) => conflicts::view::draw(state, env, buf, body),
            Layer::Earlier(state) => earlier::view::draw(state, env, buf, body),
            Layer::Help(state) => help::view::draw(state, env, buf, body),
            Layer::Menu(state) => menu::view::draw(state, env, buf, frame),
            Layer::Choose(state) => choose::view::draw(state, env, buf, frame),
            Layer::Dialog(state) => dialog::view::draw(state, env, buf, frame),
        }
        None
    }
}
