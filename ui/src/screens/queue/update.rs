//! What keys and answers do to the queue.

use super::model::{PAGE, PageUse, Pane, Phase, State};
use crate::app::ctx::Ctx;
use crate::app::effect::{Ask, Failure};
use crate::app::env::Env;
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::Notice;
use crate::keymap::CommandId;
use crate::screens::earlier::model::LIMIT;
use crate::screens::thread::Thread;
use crate::screens::{appeal, find};
use otklik_core::desk::views::{AppealView, PageFrom, QueueFilter, QueuePage, QueueTab};
use otklik_core::types::AppealId;

/// Rows of the list on the screen, without its titles.
pub fn list_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(1).max(1)
}

/// Asks for the list from its first row.
pub fn open(state: &mut State, ctx: &mut Ctx<'_>) {
    state.phase = Phase::Loading;
    state.rows.clear();
    (state.index, state.top) = (0, 0);
    ask(state, PageUse::Replace, PageFrom::Start, PAGE, ctx);
}

/// Looks again: the same window, the selection on its appeal.
pub fn reload(state: &mut State, ctx: &mut Ctx<'_>) {
    if state.loading.is_some() {
        state.stale = true;
        return;
    }
    let (from, limit) = (state.reload_from(), state.reload_limit());
    ask(state, PageUse::Replace, from, limit, ctx);
    if let Some(id) = state.selected {
        ask_pane(state, id, ctx);
    }
}

fn ask(state: &mut State, page_use: PageUse, from: PageFrom, limit: usize, ctx: &mut Ctx<'_>) {
    state.loading = Some(page_use);
    ctx.ask(Ask::Queue { filter: state.filter.clone(), from, limit });
}

/// A page has come, or has not.
pub fn page(state: &mut State, result: Result<QueuePage, Failure>, ctx: &mut Ctx<'_>) {
    let Some(page_use) = state.loading.take() else { return };
    match result {
        Ok(page) => {
            state.take_page(page, page_use);
            state.show_selection(list_rows(ctx.env));
            show_selected(state, ctx);
        }
        Err(failure) => {
            state.to_end = false;
            if !state.rows.is_empty() {
                ctx.say(Notice::warning("queue-not-refreshed"));
            }
            state.phase = Phase::Failed(failure);
        }
    }
    if std::mem::take(&mut state.stale) {
        reload(state, ctx);
    }
}

/// The reading pane's appeal has come, or has not.
pub fn pane(state: &mut State, id: AppealId, result: Result<&AppealView, Failure>, ctx: &mut Ctx<'_>) {
    if state.pane.asked != Some(id) {
        return;
    }
    match result {
        Ok(view) => {
            if state.pane.thread.as_ref().is_none_or(|thread| thread.facts.id != id) {
                state.pane.scroll = 0;
            }
            state.pane.thread = Some(Box::new(Thread::new(view)));
            state.pane.failed = None;
        }
        // What has been read stays while the database does not answer.
        Err(failure)
            if failure.code == "desk-unreachable"
                && state.pane.thread.as_ref().is_some_and(|thread| thread.facts.id == id) => {}
        Err(failure) => {
            state.pane.thread = None;
            state.pane.failed = Some(failure);
            state.pane.failed_for = Some(id);
        }
    }
    state.pane.asked = None;
    lay_out_pane(state, ctx.env);
    show_selected(state, ctx);
}

/// Makes the pane's lines again: after a load, a resize, a change of language.
pub fn lay_out_pane(state: &mut State, env: &Env) {
    state.pane.lay_out(env, super::view::pane_width(env));
}

/// Asks for the selected appeal unless it is shown or under way. One load at a time: a held arrow key does not make a
/// queue of thirty loads a second.
fn show_selected(state: &mut State, ctx: &mut Ctx<'_>) {
    let Some(id) = state.selected else {
        state.pane = Pane::default();
        return;
    };
    let shown = state.pane.thread.as_ref().is_some_and(|thread| thread.facts.id == id)
        || state.pane.failed_for == Some(id);
    if !shown && state.pane.asked.is_none() && (ctx.env.is_wide() || state.pane_open) {
        ask_pane(state, id, ctx);
    }
}

fn ask_pane(state: &mut State, id: AppealId, ctx: &mut Ctx<'_>) {
    if ctx.env.is_wide() || state.pane_open {
        state.pane.asked = Some(id);
        state.pane.failed_for = None;
        ctx.ask(Ask::Pane(id));
    }
}

/// Runs a command of the queue; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if let Some(go) = Go::of(command) {
        if state.pane_open && !ctx.env.is_wide() {
            scroll_pane(state, go, ctx.env);
        } else {
            go_to(state, go, ctx);
        }
        return true;
    }
    match command {
        CommandId::Open => open_selected(state, ctx),
        CommandId::NextTab => next_tab(state, 1, ctx),
        CommandId::PreviousTab => next_tab(state, -1, ctx),
        CommandId::NextPane | CommandId::PreviousPane => toggle_pane(state, ctx),
        CommandId::Find => ctx.push(Layer::Find(find::State::new(state.filter.search.as_deref()))),
        CommandId::Reload => refresh(state, ctx),
        CommandId::Back => return go_back(state, ctx),
        _ => return false,
    }
    true
}

/// An appeal was changed from here. What is under the cursor stays there.
pub fn acted(state: &mut State, id: AppealId) {
    state.kept = state.selected.filter(|selected| *selected == id);
}

/// The person's own draft for an appeal is there now, or is gone: no look at the desk is needed for that.
pub fn has_draft(state: &mut State, id: AppealId, draft: bool) {
    state.rows.iter_mut().filter(|row| row.id == id).for_each(|row| row.draft = draft);
}

/// A reply to an appeal was taken for sending. Once it has answered, the person goes on with the next one.
pub fn answered(state: &mut State, id: AppealId) {
    let row = state.selected_row().filter(|row| row.id == id && Some(id) == state.selected);
    state.answered = row.map(|row| (id, row.key));
}

fn refresh(state: &mut State, ctx: &mut Ctx<'_>) {
    if matches!(state.phase, Phase::Failed(_)) && state.rows.is_empty() {
        open(state, ctx);
    } else {
        reload(state, ctx);
    }
}

fn open_selected(state: &State, ctx: &mut Ctx<'_>) {
    if let Some(row) = state.selected_row() {
        ctx.push(Layer::Appeal(Box::new(appeal::State::new(row.id, row.number))));
        ctx.ask(Ask::Appeal(row.id));
        if row.unread {
            ctx.ask(Ask::MarkRead(row.id));
        }
    }
}

/// Leaves the pane, then the search; false when there is nothing to leave.
fn go_back(state: &mut State, ctx: &mut Ctx<'_>) -> bool {
    if state.pane_open && !ctx.env.is_wide() {
        state.pane_open = false;
    } else if state.filter.search.is_some() {
        search(state, None, ctx);
    } else {
        return false;
    }
    true
}

/// Narrows the list to words, or widens it again.
pub fn search(state: &mut State, words: Option<String>, ctx: &mut Ctx<'_>) {
    state.earlier = 0;
    if let Some(words) = words.clone() {
        ctx.ask(Ask::FindEarlier { words, limit: LIMIT });
    }
    state.filter.search = words;
    (state.selected, state.kept) = (None, None);
    open(state, ctx);
}

/// So many letters of before hold the words of a search.
pub fn earlier(state: &mut State, words: &str, found: usize, ctx: &mut Ctx<'_>) {
    if state.filter.search.as_deref() == Some(words) {
        state.earlier = found;
        if found > 0 {
            ctx.say(Notice::done("search-earlier").arg("n", found));
        }
    }
}

fn next_tab(state: &mut State, step: isize, ctx: &mut Ctx<'_>) {
    let tabs = QueueTab::ALL;
    let at = tabs.iter().position(|tab| *tab == state.filter.tab).unwrap_or(0);
    let next = at.wrapping_add_signed(step) % tabs.len();
    let next = if step < 0 && at == 0 { tabs.len() - 1 } else { next };
    to_tab(state, tabs[next], ctx);
}

/// Shows a tab from its first row, with nothing else narrowing it.
pub fn to_tab(state: &mut State, tab: QueueTab, ctx: &mut Ctx<'_>) {
    state.filter = QueueFilter { tab, ..QueueFilter::default() };
    (state.selected, state.kept) = (None, None);
    state.pane_open = false;
    open(state, ctx);
}

fn toggle_pane(state: &mut State, ctx: &mut Ctx<'_>) {
    state.pane_open = !state.pane_open;
    state.pane.scroll = 0;
    lay_out_pane(state, ctx.env);
    show_selected(state, ctx);
}

fn scroll_pane(state: &mut State, go: Go, env: &Env) {
    let rows = env.body_rows();
    let last = state.pane.lines.len().saturating_sub(rows);
    state.pane.scroll = go.of_scroll(state.pane.scroll, last, rows);
}

fn go_to(state: &mut State, go: Go, ctx: &mut Ctx<'_>) {
    let rows = list_rows(ctx.env);
    match go {
        Go::First if !state.at_start => return jump(state, PageFrom::Start, ctx),
        Go::Last if !state.at_end => {
            state.to_end = true;
            return jump(state, PageFrom::End, ctx);
        }
        _ => state.index = go.of_index(state.index, state.rows.len(), rows),
    }
    state.selected = state.selected_row().map(|row| row.id);
    state.answered = state.answered.filter(|(id, _)| Some(*id) == state.selected);
    state.show_selection(rows);
    ask_more(state, rows, ctx);
    show_selected(state, ctx);
    if state.let_go() {
        reload(state, ctx);
    }
}

fn jump(state: &mut State, from: PageFrom, ctx: &mut Ctx<'_>) {
    state.selected = None;
    (state.index, state.top) = (0, 0);
    ask(state, PageUse::Replace, from, PAGE, ctx);
}

/// Asks for the next rows while a screenful is still ahead, so that scrolling rarely waits.
fn ask_more(state: &mut State, rows: usize, ctx: &mut Ctx<'_>) {
    if state.loading.is_some() {
        return;
    }
    if !state.at_end && state.index + 2 * rows >= state.rows.len() {
        if let Some(last) = state.rows.last() {
            ask(state, PageUse::Append, PageFrom::After(last.key), PAGE, ctx);
        }
    } else if !state.at_start
        && state.index < 2 * rows
        && let Some(first) = state.rows.first()
    {
        ask(state, PageUse::Prepend, PageFrom::Before(first.key), PAGE, ctx);
    }
}

/// The terminal has another size: the selection stays on the screen, and a pane that has come into view is filled.
pub fn resized(state: &mut State, ctx: &mut Ctx<'_>) {
    state.show_selection(list_rows(ctx.env));
    lay_out_pane(state, ctx.env);
    show_selected(state, ctx);
}
