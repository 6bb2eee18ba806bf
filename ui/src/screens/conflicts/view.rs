//! Draws the conflicts: the list, and below it both sides of the chosen one in words.

use super::State;
use super::model::{Row, Side};
use crate::app::env::Env;
use crate::i18n::{Arg, Phrase};
use crate::screens::listing::{absence, draw_rows};
use crate::screens::thread::{Line, Look, draw_lines, share_with_detail};
use crate::widgets::columns::Cell;
use crate::widgets::empty;
use otklik_core::types::{ConflictKind, ConflictState, DisplayText};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows of the detail below the list.
const DETAIL: u16 = 8;

/// Rows of the list at this size, without its titles.
pub fn list_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(usize::from(DETAIL) + 1).max(1)
}

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let lines = state.row().map(|row| detail(row, env)).unwrap_or_default();
    let (list, below, lines) = share_with_detail(area, DETAIL, lines);
    let empty = if state.all { "empty-conflicts" } else { "empty-conflicts-open" };
    match absence(state.rows.as_ref(), state.failed.as_ref(), Vec::is_empty, empty, env) {
        Some(absence) => empty::draw(buf, list, &absence, &env.tr, &env.theme),
        None => draw_list(state, env, buf, list),
    }
    draw_lines(&lines, 0, env, buf, below);
}

fn draw_list(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let rows = state.rows.as_deref().unwrap_or_default();
    let headings = [
        ("column-conflict", 15, 22, 0, 0),
        ("column-conflict-about", 14, 26, 1, 1),
        ("column-conflict-first", 12, 26, 1, 0),
        ("column-conflict-second", 12, 26, 1, 0),
        ("column-conflict-state", 8, 16, 0, 2),
    ];
    draw_rows(&headings, (rows.len(), state.cursor, true), env, buf, area, |at| {
        let row = rows.get(at)?;
        let about = match (&row.contact, &row.first.member) {
            (Some(contact), _) => contact.clone(),
            (None, Some(member)) => member.name.clone(),
            (None, None) => DisplayText::default(),
        };
        let style = if row.state == ConflictState::Open { env.theme.warning } else { env.theme.muted };
        Some(vec![
            Cell::new(&env.tr.word(row.kind)),
            Cell::new(&about),
            Cell::new(&short(row.kind, &row.first, env)),
            Cell::new(&short(row.kind, &row.second, env)),
            Cell::styled(&env.tr.word(row.state), style),
        ])
    });
}

/// A side in a column: who it is.
fn short(kind: ConflictKind, side: &Side, env: &Env) -> DisplayText {
    let hidden = || DisplayText::sanitise(env.tr.text("conflict-hidden").as_str());
    match kind {
        ConflictKind::RowClaimed => match side.appeal {
            Some((_, number)) => {
                let args = [("number", Arg::from(number)), ("author", (&side.author).into())];
                DisplayText::sanitise(env.tr.with("conflict-claim-short", &args).as_str())
            }
            None => hidden(),
        },
        ConflictKind::ContactShared => side.member.as_ref().map_or_else(hidden, |member| member.name.clone()),
    }
}

fn detail(row: &Row, env: &Env) -> Vec<Line> {
    let tr = &env.tr;
    let head = match (&row.contact, &row.first.member) {
        (Some(contact), _) => tr.with("conflict-shared", &[("contact", contact.into())]),
        (None, Some(member)) => tr.with("conflict-claimed", &[("name", (&member.name).into())]),
        (None, None) => tr.text("conflict-hidden"),
    };
    let mut lines = vec![Line::new(Look::Heading, head)];
    for (key, side) in [("conflict-first", &row.first), ("conflict-second", &row.second)] {
        lines.push(Line::new(Look::Plain, tr.with(key, &[("side", side_words(row.kind, side, env).into())])));
    }
    match &row.settled {
        None => lines.push(Line::new(Look::Quiet, tr.coded("conflict-do", row.kind.code()))),
        Some((at, by)) => {
            let args = [
                ("state", Arg::from(tr.word(row.state))),
                ("by", by.into()),
                ("at", tr.date_full(*at, &env.zone).into()),
                ("reason", (&row.reason).into()),
            ];
            lines.push(Line::new(Look::Quiet, tr.with("conflict-settled", &args)));
        }
    }
    lines
}

/// Who says what, on which ground, since when.
fn side_words(kind: ConflictKind, side: &Side, env: &Env) -> Phrase {
    let tr = &env.tr;
    let at = side.at.map(|at| tr.date_full(at, &env.zone)).unwrap_or_default();
    let number = side.appeal.map(|(_, number)| number.to_string()).unwrap_or_default();
    let args = |name: &DisplayText| {
        [
            ("name", Arg::from(name)),
            ("number", number.clone().into()),
            ("by", (&side.by).into()),
            ("at", at.clone().into()),
            ("ground", side.ground.map(|ground| tr.word(ground)).unwrap_or_default().into()),
        ]
    };
    match (kind, &side.member) {
        (ConflictKind::RowClaimed, _) if side.appeal.is_some() => {
            let key = if side.at.is_some() { "conflict-claim" } else { "conflict-claim-ended" };
            tr.with(key, &args(&side.author))
        }
        (ConflictKind::ContactShared, Some(member)) => {
            let key = match side.at {
                None => "conflict-link-ended",
                Some(_) if number.is_empty() => "conflict-link",
                Some(_) => "conflict-link-appeal",
            };
            tr.with(key, &args(&member.name))
        }
        _ => tr.text("conflict-hidden"),
    }
}
