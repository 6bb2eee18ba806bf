//! What keys and answers do to the line.

use super::State;
use super::model::About;
use crate::app::ctx::{Ctx, Move};
use crate::app::deed::Deed;
use crate::app::effect::Ask;
use crate::keymap::CommandId;
use crate::widgets::input::Input;
use otklik_core::types::DisplayText;
use std::path::PathBuf;

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    match command {
        CommandId::Accept => accept(state, ctx),
        CommandId::NextPane if state.about.is_path() => {
            ctx.ask(Ask::CompletePath(state.field.text().to_owned()));
        }
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}

fn accept(state: &mut State, ctx: &mut Ctx<'_>) {
    let typed = state.field.text().trim();
    let deed = match state.about {
        About::File(_) | About::Registry if typed.is_empty() => return,
        About::Registry => Deed::OpenRegistry(PathBuf::from(typed)),
        About::File(appeal) => Deed::AttachFile { appeal, path: PathBuf::from(typed) },
        About::Copies(appeal) => {
            let addresses = typed.split([',', ';', ' ']).map(str::trim).filter(|one| !one.is_empty());
            Deed::CopyTo { appeal, cc: addresses.map(str::to_owned).collect() }
        }
        About::Address(id) => {
            // The desk judges addresses; what needs no desk is said while the line is still open.
            state.fault = match typed {
                same if same.eq_ignore_ascii_case(state.former.as_str().trim()) => {
                    Some("redirect-fault-same")
                }
                address if is_bare(address) => None,
                _ => Some("redirect-fault-shape"),
            };
            if state.fault.is_some() {
                return;
            }
            Deed::Redirect { id, address: typed.to_owned() }
        }
    };
    ctx.moves.push(Move::CloseAndDo(Box::new(deed)));
}

/// Whether it may be one address.
fn is_bare(text: &str) -> bool {
    let parts = text.split_once('@').filter(|(local, domain)| !local.is_empty() && !domain.contains('@'));
    parts.is_some_and(|(_, domain)| domain.contains('.')) && !text.contains([' ', ',', ';', '<', '>'])
}

/// What a path could go on with has come; a path that was typed on meanwhile is left alone.
pub fn completed(state: &mut State, asked: &str, path: &str, names: &[String]) {
    if state.field.text() != asked {
        return;
    }
    state.field = Input::holding(&DisplayText::sanitise(path));
    state.names = names.iter().map(|name| DisplayText::sanitise(name).into_line()).collect();
}
