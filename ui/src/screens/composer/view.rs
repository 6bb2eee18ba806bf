//! Draws the reply: a line that says to whom and as what, then the text, or its preview.

use super::State;
use super::model::Saving;
use crate::app::env::Env;
use crate::i18n::{Arg, Phrase};
use crate::keymap::{CommandId, Context};
use crate::screens::thread::size;
use crate::widgets::text;
use crate::widgets::wrap::Wrapped;
use otklik_core::types::{DisplayText, ReplyKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

pub fn draw(
    state: &State,
    contact: Option<&DisplayText>,
    focused: bool,
    env: &Env,
    buf: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    text::clear(buf, area, env.theme.base);
    if area.height < 3 {
        return None;
    }
    let border = if focused { env.theme.border_focused } else { env.theme.border };
    for x in area.left()..area.right() {
        text::put(buf, x, area.y, 1, &"─", border);
    }
    let title = title(state, contact, env);
    let style = if focused { env.theme.border_focused } else { env.theme.heading };
    let used = text::put(buf, area.x + 3, area.y, area.width.saturating_sub(6), &title, style);
    for x in [area.x + 2, area.x + 3 + used] {
        text::put(buf, x, area.y, 1, &" ", style);
    }
    let saving = saving(state, env);
    let row = Rect { y: area.y + 1, height: 1, x: area.x + 1, width: area.width.saturating_sub(2) };
    let used = text::put(buf, row.x, row.y, row.width, &kinds(state, env), env.theme.muted);
    let rest = Rect { x: row.x + used, width: row.width.saturating_sub(used), ..row };
    let style = if state.saving == Saving::Failed { env.theme.warning } else { env.theme.muted };
    if text::width(&saving) < rest.width {
        text::put_right(buf, rest, &saving, style);
    }
    let lines = recipient_lines(state, env);
    let mut y = area.y + 2;
    for (text, style) in &lines {
        text::put(buf, area.x + 1, y, area.width.saturating_sub(2), text, *style);
        y += 1;
    }
    let height = area.bottom().saturating_sub(y);
    let body = Rect { x: area.x + 1, y, width: area.width.saturating_sub(2), height };
    if state.preview {
        Wrapped::from(state.editor.text()).draw(buf, body, state.scroll, env.theme.outgoing);
        return None;
    }
    Some(state.editor.draw(buf, body, Some(&env.tr.text("reply-placeholder")), &env.theme))
}

fn title(state: &State, contact: Option<&DisplayText>, env: &Env) -> Phrase {
    let recipient = contact.map_or_else(|| Arg::from(env.tr.text("reply-no-address")), Arg::from);
    let key = match (state.sending, state.preview) {
        (true, _) => "reply-title-sending",
        (false, true) => "reply-title-preview",
        (false, false) => "reply-title",
    };
    env.tr.with(key, &[("recipient", recipient)])
}

/// «(*) отклик  ( ) ответ по существу»: the choice is seen without colour.
fn kinds(state: &State, env: &Env) -> Phrase {
    let mark = |kind: ReplyKind| if state.kind == kind { "(*)" } else { "( )" };
    let args = [
        ("response_mark", Arg::from(mark(ReplyKind::Response))),
        ("response", env.tr.word(ReplyKind::Response).into()),
        ("merits_mark", mark(ReplyKind::Merits).into()),
        ("merits", env.tr.word(ReplyKind::Merits).into()),
    ];
    env.tr.with("reply-kinds", &args)
}

/// Lines of the head at this size: its border, the kinds, and what there is of copies and files.
pub fn head_rows(state: &State, env: &Env) -> usize {
    2 + recipient_lines(state, env).len()
}

/// Who else has the appeal and so must send, copies and files, and who gets more or less than the author's own letter: none of it when there is none.
fn recipient_lines(state: &State, env: &Env) -> Vec<(DisplayText, ratatui::style::Style)> {
    let tr = &env.tr;
    let list = |items: Vec<&str>| Arg::from(items.join(", "));
    let (added, dropped) = state.edits_of_recipients();
    let mut said = Vec::new();
    if state.preview {
        said.push((tr.with("reply-subject", &[("subject", (&state.subject).into())]), env.theme.base));
    }
    if let Some(at) = state.begun {
        let key = env.keymap.hint(CommandId::DiscardDraft, &[Context::Composer]).unwrap_or_default();
        let args =
            [("at", Arg::from(tr.date_short(at, &env.zone))), ("key", DisplayText::sanitise(&key).into())];
        said.push((tr.with("reply-begun", &args), env.theme.soon));
    }
    if let Some(former) = &state.former {
        said.push((tr.with("reply-corrected", &[("former", former.into())]), env.theme.warning));
    }
    if state.doubted {
        said.push((tr.text("reply-doubted"), env.theme.warning));
    }
    if let Some((holder, name)) = &state.holder
        && env.me.staff.is_some_and(|me| me != *holder)
    {
        said.push((tr.with("reply-held", &[("name", name.as_str().into())]), env.theme.warning));
    }
    if !state.cc.is_empty() {
        let all = state.cc.iter().map(String::as_str).collect();
        said.push((tr.with("reply-copies", &[("list", list(all))]), env.theme.base));
    }
    if !added.is_empty() {
        said.push((tr.with("reply-added", &[("list", list(added))]), env.theme.warning));
    }
    if !dropped.is_empty() {
        said.push((tr.with("reply-dropped", &[("list", list(dropped))]), env.theme.muted));
    }
    if !state.files.is_empty() {
        let file = |(_, name, bytes): &(_, DisplayText, i64)| {
            tr.with("reply-file", &[("name", name.into()), ("size", size(*bytes, tr).into())]).to_string()
        };
        let files: Vec<String> = state.files.iter().map(file).collect();
        said.push((tr.with("reply-files", &[("list", files.join(", ").into())]), env.theme.base));
    }
    said.into_iter().map(|(text, style)| (DisplayText::sanitise(text.as_str()), style)).collect()
}

fn saving(state: &State, env: &Env) -> Phrase {
    let key = match state.saving {
        Saving::Saved if state.is_blank() => return Phrase::default(),
        Saving::Saved => "draft-saved",
        Saving::Due | Saving::UnderWay { .. } => "draft-saving",
        Saving::Failed => "draft-failed",
    };
    env.tr.text(key)
}

/// Rows of the preview at this size.
pub fn preview_rows(state: &State, env: &Env) -> usize {
    Wrapped::from(state.editor.text()).height(env.size.0.saturating_sub(2).max(1))
}
