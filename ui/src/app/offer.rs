//! What the menu, the palette and the help list: commands that mean something here, each with its key and, where it
//! cannot be run now, the reason. All of it comes from the command table.

use super::availability::{Reason, availability};
use super::env::Env;
use super::model::Model;
use crate::i18n::{Phrase, Tr};
use crate::keymap::{COMMANDS, CommandId, Context};
use otklik_core::types::DisplayText;

/// One command on offer.
#[derive(Clone, Debug)]
pub struct Offer {
    pub command: CommandId,
    pub refused: Option<Reason>,
}

/// Commands that belong to the place the person is in, its own first, with their availability; movements are left out, since nobody
/// looks for an arrow key by name.
pub fn offers(model: &Model, stack: &[Context]) -> Vec<Offer> {
    let nearness = |command: CommandId| {
        let contexts = command.spec().contexts;
        stack.iter().position(|context| contexts.contains(context)).unwrap_or(stack.len())
    };
    let belonging =
        COMMANDS.iter().map(|spec| spec.id).filter(|id| id.belongs_to(stack) && !is_movement(*id));
    let mut commands: Vec<CommandId> = belonging.collect();
    commands.sort_by_key(|command| nearness(*command));
    commands
        .into_iter()
        .map(|command| Offer { command, refused: availability(command, model).err() })
        .collect()
}

/// Whether a command only moves the cursor, or is how a list is answered.
pub fn is_movement(command: CommandId) -> bool {
    super::go::Go::of(command).is_some() || matches!(command, CommandId::Accept | CommandId::LeaveCopyMode)
}

/// The name of a command.
pub fn name(tr: &Tr, command: CommandId) -> Phrase {
    tr.text(&format!("cmd-{}", command.name()))
}

/// The name in the F-key bar: the short one where there is one.
pub fn short_name(tr: &Tr, command: CommandId) -> Phrase {
    tr.find(&format!("fkey-{}", command.name()), &[]).unwrap_or_else(|| name(tr, command))
}

/// What a command does, in a sentence.
pub fn about(tr: &Tr, command: CommandId) -> Phrase {
    tr.text(&format!("cmd-{}-help", command.name()))
}

/// The keys of a command in a place, as they are shown: `F2, t/е`.
pub fn keys(env: &Env, command: CommandId, place: &[Context]) -> DisplayText {
    DisplayText::sanitise(&env.keymap.hints(command, place).join(", "))
}
