//! What keys do while a file is being saved: choose it, then name the folder.

use super::State;
use crate::app::ctx::{Ctx, Move};
use crate::app::deed::Deed;
use crate::app::go::Go;
use crate::keymap::CommandId;
use std::path::PathBuf;

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    match command {
        CommandId::Accept | CommandId::Open if state.choosing => state.choosing = false,
        CommandId::Accept => save(state, ctx),
        CommandId::Back if !state.choosing && state.files.len() > 1 => state.choosing = true,
        CommandId::Back => ctx.close(),
        _ if state.choosing => match Go::of(command) {
            Some(go) => {
                let (len, rows) = (state.files.len(), super::view::rows(state, ctx.env));
                go.in_list(&mut state.cursor, len, rows);
            }
            None => return false,
        },
        _ => return false,
    }
    true
}

fn save(state: &State, ctx: &mut Ctx<'_>) {
    let folder = state.folder.text().trim();
    if let Some((_, file)) = state.files.get(state.cursor.selected)
        && !folder.is_empty()
    {
        let dir = PathBuf::from(folder);
        let deed = Deed::SaveFile { appeal: state.appeal, attachment: file.id, dir };
        ctx.moves.push(Move::CloseAndDo(Box::new(deed)));
    }
}
