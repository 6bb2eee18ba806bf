//! Draws the settings of a channel, and what the chosen one means.

use super::State;
use super::model::{Form, Setting};
use crate::app::env::Env;
use crate::i18n::{Arg, Phrase};
use crate::screens::listing::{absence, draw_rows};
use crate::screens::thread::{Line, Look, draw_lines, push_wrapped, share_with_detail};
use crate::widgets::columns::Cell;
use crate::widgets::empty;
use otklik_core::types::DisplayText;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows of the detail below the list.
const DETAIL: u16 = 5;

/// Rows of the list at this size, without its titles.
pub fn list_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(usize::from(DETAIL) + 1).max(1)
}

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let lines = if state.loaded.is_some() { detail(state, env) } else { Vec::new() };
    let (list, detail, lines) = share_with_detail(area, DETAIL, lines);
    match absence(state.loaded.as_ref(), state.failed.as_ref(), |_| false, "empty-intake", env) {
        Some(absence) => empty::draw(buf, list, &absence, &env.tr, &env.theme),
        None => draw_list(state, env, buf, list),
    }
    draw_lines(&lines, 0, env, buf, detail);
}

fn draw_list(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let headings = [("column-setting", 26, 42, 0, 0), ("column-value", 20, 40, 1, 0)];
    draw_rows(&headings, (Setting::ALL.len(), state.cursor, true), env, buf, area, |at| {
        let setting = *Setting::ALL.get(at)?;
        let name = env.tr.text(setting.keys().0);
        Some(vec![Cell::new(&name), Cell::new(&value(state, setting, env))])
    });
}

/// What is set, in words.
fn value(state: &State, setting: Setting, env: &Env) -> DisplayText {
    let tr = &env.tr;
    let ours = |phrase: Phrase| DisplayText::sanitise(phrase.as_str());
    match setting.form() {
        Form::YesNo => ours(tr.text(if state.is_on(setting) { "cli-word-yes" } else { "cli-word-no" })),
        Form::Outside => ours(tr.word(state.outside())),
        Form::Organisation => state.organisation().unwrap_or_else(|| ours(tr.text("cli-word-whole-desk"))),
        Form::Line(_) => match state.typed(setting, env) {
            typed if !typed.is_empty() => DisplayText::sanitise(&typed).into_line(),
            _ => ours(tr.text(unset(setting))),
        },
    }
}

/// What it means that nothing is set.
fn unset(setting: Setting) -> &'static str {
    match setting {
        Setting::MailOut => "channel-nowhere",
        Setting::PasswordFile => "channel-no-password",
        Setting::SentFolder => "cli-word-as-server-says",
        _ => "cli-word-nobody",
    }
}

fn detail(state: &State, env: &Env) -> Vec<Line> {
    let tr = &env.tr;
    let width = env.size.0.saturating_sub(2).max(1);
    let address = state.loaded.as_ref().map(|loaded| loaded.channel.address.clone()).unwrap_or_default();
    let args = [("name", Arg::from(state.name.as_str())), ("address", address.into())];
    let mut lines = Vec::new();
    push_wrapped(&mut lines, Line::new(Look::Heading, tr.with("channel-head", &args)), width);
    push_wrapped(&mut lines, Line::new(Look::Plain, tr.text(state.setting().keys().1)), width);
    push_wrapped(&mut lines, Line::new(Look::Quiet, tr.text("channel-at-once")), width);
    lines
}
