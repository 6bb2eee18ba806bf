//! What keys and answers do to the list of imports.

use super::State;
use super::model::LIMIT;
use crate::app::ctx::Ctx;
use crate::app::deed::Deed;
use crate::app::effect::{Ask, Failure};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::Say;
use crate::keymap::CommandId;
use crate::screens::dialog::{self, model::Part, model::keep_or};
use crate::screens::line;
use otklik_core::desk::ImportView;

/// Asks for the list.
pub fn load(ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::Imports { limit: LIMIT });
}

/// The list has come, or has not.
pub fn loaded(state: &mut State, result: Result<&[ImportView], Failure>) {
    match result {
        Ok(views) => state.take_rows(views),
        Err(failure) => state.failed = Some(failure),
    }
}

/// Asks for the path of a registry.
pub fn ask_for_file(ctx: &mut Ctx<'_>) {
    let folder = ctx.env.save_dir.to_string_lossy().into_owned();
    ctx.push(Layer::Line(line::State::registry(&folder)));
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if let Some(go) = Go::of(command) {
        let len = state.rows.as_ref().map_or(0, Vec::len);
        let rows = super::view::list_rows(ctx.env);
        go.in_list(&mut state.cursor, len, rows);
        return true;
    }
    match command {
        CommandId::ChooseRegistry => ask_for_file(ctx),
        CommandId::UndoImport => undo(state, ctx),
        CommandId::Reload => load(ctx),
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}

/// Taking an import back changes the registry: what it made and changed is told first.
fn undo(state: &State, ctx: &mut Ctx<'_>) {
    let Some(row) = state.row() else { return };
    let say = Say::new("undo-import-body")
        .arg("file", &row.file)
        .arg("at", ctx.env.tr.date_full(row.at, &ctx.env.zone))
        .arg("new", row.counts.new)
        .arg("changed", row.counts.changed)
        .arg("vanished", row.counts.vanished);
    let choices = keep_or("choice-undo-import", Deed::UndoImport(row.id));
    let question = dialog::State::question("undo-import-title", vec![Part::Say(say)], choices);
    ctx.push(Layer::Dialog(Box::new(question)));
}
