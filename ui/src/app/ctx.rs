//! What a screen's update may do: ask the desk, open or close a layer, say something. A screen never touches another one.

use super::deed::Deed;
use super::effect::{Ask, Asks, Effect, Generation, Wake};
use super::env::Env;
use super::layer::Layer;
use super::notice::Notice;
use super::update::Done;
use crate::keymap::CommandId;
use std::time::Duration;
use uuid::Uuid;

/// A change of what lies on top, carried out after the screen's update has returned.
#[derive(Debug)]
pub enum Move {
    /// Put a layer on top.
    Push(Box<Layer>),
    /// Take this screen away.
    Close,
    /// Take this screen away and carry out what was decided in it.
    CloseAndDo(Box<Deed>),
    /// Run a command as if its key had been pressed, after this screen has been taken away.
    CloseAndRun(CommandId),
}

/// Handed to a screen for the time of one update.
#[derive(Debug)]
pub struct Ctx<'a> {
    pub env: &'a Env,
    pub asks: &'a mut Asks,
    pub effects: Vec<Effect>,
    pub moves: Vec<Move>,
    pub notice: Option<Notice>,
}

impl<'a> Ctx<'a> {
    pub fn new(env: &'a Env, asks: &'a mut Asks) -> Self {
        Self { env, asks, effects: Vec::new(), moves: Vec::new(), notice: None }
    }

    /// What was asked for, when the screen has acted.
    pub fn finish(self) -> Done {
        Done { effects: self.effects, moves: self.moves, notice: self.notice }
    }

    /// A key for a new intent to send: unlike every other of this session and, by the session's random part, of any.
    pub fn fresh_key(&mut self) -> Uuid {
        Uuid::from_u128(self.env.session.as_u128() ^ u128::from(self.asks.next_number()))
    }

    /// Asks the desk.
    pub fn ask(&mut self, ask: Ask) -> Generation {
        let effect = self.asks.ask(ask);
        let Effect::Ask { generation, .. } = effect else { unreachable!("asking makes a question") };
        self.effects.push(effect);
        generation
    }

    /// Asks to be woken.
    pub fn wake(&mut self, wake: Wake, after: Duration) {
        self.effects.push(Effect::Wake { wake, after });
    }

    /// Says something in the notice line.
    pub fn say(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Says why something cannot be done now.
    pub fn refuse(&mut self, why: &str) {
        let why = self.env.tr.text(why);
        self.say(Notice::warning("notice-unavailable").arg("reason", why));
    }

    /// Puts a layer on top of this screen.
    pub fn push(&mut self, layer: Layer) {
        self.moves.push(Move::Push(Box::new(layer)));
    }

    /// Takes this screen away.
    pub fn close(&mut self) {
        self.moves.push(Move::Close);
    }
}
