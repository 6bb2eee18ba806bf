//! What keys and answers do to an import.

use super::State;
use super::model::{Difference, Work};
use crate::app::ctx::Ctx;
use crate::app::deed::Deed;
use crate::app::effect::{Ask, Failure, Wake};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::{Notice, Say};
use crate::keymap::CommandId;
use crate::screens::dialog::{self, model::Part, model::keep_or};
use crate::screens::{choose, imports};
use crate::widgets::columns::Cursor;
use otklik_core::desk::MemberImport;
use otklik_core::types::RegistryField;
use std::time::Duration;

/// How often work that takes its time says how far it is.
const PROGRESS: Duration = Duration::from_millis(250);

/// Asks for the file, `sheet` of it if one is named, and for the organisations that its rows may belong to.
pub fn read(state: &State, sheet: Option<String>, ctx: &mut Ctx<'_>) {
    let org = state.org.as_ref().map(|(code, _)| code.clone());
    ctx.ask(Ask::ReadRegistry { path: state.path.clone(), sheet, org });
    ctx.ask(Ask::Orgs);
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if let Some(go) = Go::of(command) {
        moved(state, go, ctx);
        return true;
    }
    match command {
        CommandId::ChooseRegistry => {
            ctx.close();
            imports::update::ask_for_file(ctx);
        }
        CommandId::EditColumn => edit_column(state, ctx),
        CommandId::ChooseSheet => {
            if let Some(file) = &state.file {
                let (now, sheets) = (file.sheet().display(), file.sheets());
                let sheets = sheets.iter().map(|name| name.display()).collect::<Vec<_>>();
                ctx.push(Layer::Choose(Box::new(choose::State::sheets(&now, &sheets))));
            }
        }
        CommandId::ChooseImportOrg => {
            let now = state.org.as_ref().map(|(code, _)| code.as_str());
            ctx.push(Layer::Choose(Box::new(choose::State::import_orgs(now, &state.orgs))));
        }
        CommandId::PartialImport => {
            state.partial = !state.partial;
            state.difference = None;
        }
        CommandId::CompareRegistry => compare(state, ctx),
        CommandId::LoadRegistry => ask_to_load(state, ctx),
        CommandId::NextPane => turn(state, 1),
        CommandId::PreviousPane => turn(state, -1),
        CommandId::Back => back(state, ctx),
        _ => return false,
    }
    true
}

fn moved(state: &mut State, go: Go, ctx: &Ctx<'_>) {
    let rows = super::view::list_rows(ctx.env);
    let (cursor, len) = match &mut state.difference {
        Some(difference) => (&mut difference.cursor, difference.shown.len()),
        None => (&mut state.cursor, state.columns.len()),
    };
    go.in_list(cursor, len, rows);
}

/// One step out: work is stopped, the difference goes back to the columns, then the screen goes.
fn back(state: &mut State, ctx: &mut Ctx<'_>) {
    match (&mut state.work, &state.difference) {
        (Some(work), _) => {
            work.stopping = true;
            let watch = work.watch.clone();
            ctx.ask(Ask::StopImport(watch));
        }
        (None, Some(_)) => state.difference = None,
        (None, None) => ctx.close(),
    }
}

fn edit_column(state: &State, ctx: &mut Ctx<'_>) {
    let at = state.cursor.selected;
    if let Some(column) = state.columns.get(at) {
        ctx.push(Layer::Choose(Box::new(choose::State::registry_fields(at, column.field))));
    }
}

/// A column is taken for a field.
pub fn set_field(state: &mut State, column: usize, field: RegistryField) {
    state.set_field(column, field);
}

/// Whose rows they are. What was saved for the organisation's files is taken, unless a person has corrected something.
pub fn set_org(state: &mut State, code: Option<&str>, ctx: &mut Ctx<'_>) {
    state.org = state.orgs.iter().find(|(other, _)| Some(other.as_str()) == code).cloned();
    state.difference = None;
    if !state.is_corrected() {
        let sheet = state.file.as_ref().map(|file| file.sheet().display().into_string());
        read(state, sheet.filter(|sheet| !sheet.is_empty()), ctx);
    }
}

/// Turns to the rows of the next fate that there are, then to all.
fn turn(state: &mut State, by: isize) {
    let Some(difference) = &mut state.difference else { return };
    let mut fates = vec![None];
    fates.extend(difference.fates().into_iter().map(Some));
    let at = fates.iter().position(|fate| *fate == difference.fate).unwrap_or(0);
    let next = (at + fates.len()).saturating_add_signed(by) % fates.len();
    difference.show(fates[next]);
}

/// Asks what the file would change.
fn compare(state: &mut State, ctx: &mut Ctx<'_>) {
    if let Some(request) = state.request(false) {
        begin(state, request.watch.clone(), false, ctx);
        ctx.ask(Ask::CompareRegistry(Box::new(request)));
    }
}

fn begin(
    state: &mut State,
    watch: std::sync::Arc<otklik_core::desk::ImportWatch>,
    applies: bool,
    ctx: &mut Ctx<'_>,
) {
    state.failed = None;
    state.work = Some(Work { watch, progress: (0, 0), applies, stopping: false });
    ctx.wake(Wake::Import, PROGRESS);
}

fn ask_to_load(state: &State, ctx: &mut Ctx<'_>) {
    let Some(difference) = &state.difference else { return };
    let counts = &difference.counts;
    let say = Say::new("load-registry-body")
        .arg("file", &state.name)
        .arg("new", counts.new)
        .arg("changed", counts.changed)
        .arg("vanished", counts.vanished)
        .arg("left", counts.conflicting + counts.unreadable);
    let parts = vec![Part::Say(super::view::owner(state)), Part::Say(say)];
    let choices = keep_or("choice-load-registry", Deed::LoadRegistry);
    let question = dialog::State::question("load-registry-title", parts, choices);
    ctx.push(Layer::Dialog(Box::new(question)));
}

/// The person has said yes to what was shown.
pub fn load(state: &mut State, ctx: &mut Ctx<'_>) {
    if let Some(request) = state.request(true) {
        begin(state, request.watch.clone(), true, ctx);
        ctx.ask(Ask::LoadRegistry(Box::new(request)));
    }
}

/// Time has passed: asks how far the work is.
pub fn woke(state: &State, ctx: &mut Ctx<'_>) {
    if let Some(work) = &state.work {
        ctx.ask(Ask::ImportProgress(work.watch.clone()));
        ctx.wake(Wake::Import, PROGRESS);
    }
}

/// How far the work is.
pub fn progressed(state: &mut State, progress: (usize, usize)) {
    if let Some(work) = &mut state.work {
        work.progress = progress;
    }
}

/// The difference has come, or has not.
pub fn compared(state: &mut State, result: Result<&MemberImport, Failure>, ctx: &mut Ctx<'_>) {
    state.work = None;
    match result {
        Ok(done) => {
            state.difference = Some(Box::new(Difference::new(done)));
            state.failed = None;
        }
        Err(failure) => refused(state, failure, ctx),
    }
}

/// The registry has been changed, or has not.
pub fn loaded(state: &mut State, result: Result<&MemberImport, Failure>, ctx: &mut Ctx<'_>) {
    state.work = None;
    match result {
        Ok(done) => {
            let counts = &done.counts;
            let notice = Notice::done("done-registry-loaded")
                .arg("new", counts.new)
                .arg("changed", counts.changed)
                .arg("vanished", counts.vanished);
            ctx.say(notice);
            ctx.close();
        }
        Err(failure) => {
            // The registry is no longer as it was shown: it has to be looked at again.
            if failure.code == "import-changed" {
                state.difference = None;
                state.cursor = Cursor::default();
            }
            refused(state, failure, ctx);
        }
    }
}

fn refused(state: &mut State, failure: Failure, ctx: &mut Ctx<'_>) {
    if failure.code == "import-cancelled" {
        return ctx.say(Notice::done("import-stopped"));
    }
    state.failed = Some(failure.clone());
    ctx.push(Layer::Dialog(Box::new(dialog::State::failure(failure))));
}

/// The file has come, or has not.
pub fn came(state: &mut State, result: Result<&otklik_core::desk::RegistryFile, Failure>) {
    match result {
        Ok(file) => state.take_file(file),
        Err(failure) => state.failed = Some(failure),
    }
}
