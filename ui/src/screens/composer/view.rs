//! Draws the reply: a line that says to whom and as what, then the text, or its preview.

use super::State;
use super::model::Saving;
use crate::app::env::Env;
use crate::i18n::{Arg, Phrase};
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
    let body =
        Rect { x: area.x + 1, y: area.y + 2, width: area.width.saturating_sub(2), height: area.height - 2 };
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
