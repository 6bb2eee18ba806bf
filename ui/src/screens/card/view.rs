//! Draws the card over the whole frame but the function keys: a code needs the room. Where even that is too small for a camera
//! to find it, words say what to do.

use super::State;
use super::model::Card;
use crate::app::env::Env;
use crate::app::notice::failure_text;
use crate::i18n::Phrase;
use crate::screens::thread::{Line, Look, draw_lines, push_wrapped};
use crate::widgets::empty::{self, Absence};
use crate::widgets::text;
use otklik_core::types::{CardState, MemberStatus};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

/// The narrowest column of words beside the code.
const WORDS: u16 = 24;

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, frame: Rect) {
    let area = Rect { height: frame.height.saturating_sub(1), ..frame };
    text::clear(buf, area, env.theme.base);
    let absence = match (&state.holder, &state.failed) {
        (Some(_), _) => None,
        (None, Some(failure)) => Some(Absence::Failed(failure_text(&env.tr, failure))),
        (None, None) => Some(Absence::Loading),
    };
    if let Some(absence) = absence {
        return empty::draw(buf, area, &absence, &env.tr, &env.theme);
    }
    let room = Size::new(area.width, area.height);
    let fitting = state.code().and_then(|code| Some((code, code.quiet_in(room)?)));
    let Some((code, quiet)) = fitting else { return draw_words(state, env, buf, area) };
    let cells = code.cells(quiet);
    code.draw(buf, Rect { width: cells.width, height: cells.height, ..area }, quiet, env.theme.code);
    let beside = Rect { x: area.x + cells.width, width: area.width.saturating_sub(cells.width), ..area };
    let below = Rect { y: area.y + cells.height, height: area.height.saturating_sub(cells.height), ..area };
    draw_words(state, env, buf, if beside.width >= WORDS { beside } else { below });
}

fn draw_words(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let mut lines = Vec::new();
    for line in words(state, env) {
        push_wrapped(&mut lines, line, area.width.saturating_sub(2).max(1));
    }
    draw_lines(&lines, 0, env, buf, area);
}

fn words(state: &State, env: &Env) -> Vec<Line> {
    let tr = &env.tr;
    let Some(holder) = &state.holder else { return Vec::new() };
    let line = |look, text: Phrase| Line::new(look, text);
    let mut lines = vec![
        line(Look::Heading, tr.text("member-card-title")),
        line(Look::Plain, Phrase::default()),
        Line { look: Look::Plain, text: state.name.clone() },
    ];
    if !holder.organisation.as_str().is_empty() {
        lines.push(Line { look: Look::Plain, text: holder.organisation.clone() });
    }
    let look = if holder.status == MemberStatus::Left { Look::Warning } else { Look::Plain };
    lines.push(line(look, tr.with("member-card-status", &[("status", tr.word(holder.status).into())])));
    if let Some(since) = holder.missing_since {
        let args = [("at", tr.date_full(since, &env.zone).into())];
        lines.push(line(Look::Warning, tr.with("member-line-missing", &args)));
    }
    lines.push(line(Look::Plain, Phrase::default()));
    match &holder.card {
        None if holder.status == MemberStatus::Left => {
            lines.push(line(Look::Warning, tr.text("member-card-holder-left")));
        }
        None => lines.push(line(Look::Quiet, tr.text("member-card-none"))),
        Some(card) => lines.extend(of_card(state, card, env)),
    }
    lines
}

fn of_card(state: &State, card: &Card, env: &Env) -> Vec<Line> {
    let tr = &env.tr;
    let look = if card.state == CardState::Valid { Look::Good } else { Look::Warning };
    let mut lines = vec![
        Line::new(look, tr.with("member-card-state", &[("state", tr.word(card.state).into())])),
        Line::new(Look::Plain, tr.with("member-card-until", &[("day", tr.day_full(card.expires_on).into())])),
        Line::new(
            Look::Quiet,
            tr.with(
                "member-card-issued",
                &[("at", tr.date_full(card.issued_at, &env.zone).into()), ("by", (&card.issued_by).into())],
            ),
        ),
        Line::new(Look::Plain, Phrase::default()),
    ];
    let room = Size::new(env.size.0, env.size.1.saturating_sub(1));
    lines.push(match (card.state, state.code()) {
        (CardState::Valid, Some(code)) if code.quiet_in(room).is_some() => {
            Line::new(Look::Quiet, tr.text("member-card-photograph"))
        }
        (CardState::Valid, Some(code)) => {
            let cells = code.cells(crate::widgets::qr::QUIET);
            let args = [("columns", cells.width.into()), ("rows", (cells.height + 1).into())];
            Line::new(Look::Warning, tr.with("member-card-too-small", &args))
        }
        (CardState::Valid, None) => Line::new(Look::Warning, tr.text("member-card-no-key")),
        (CardState::HolderLeft, _) => Line::new(Look::Warning, tr.text("member-card-holder-left")),
        _ => Line::new(Look::Quiet, tr.text("member-card-again")),
    });
    lines
}
