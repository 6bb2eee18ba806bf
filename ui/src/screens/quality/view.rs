//! Draws the check: the kinds with their counts and what to do about each, or the rows of one kind with the chosen row below.

use super::State;
use super::model::Open;
use crate::app::env::Env;
use crate::i18n::Phrase;
use crate::screens::listing::{absence, draw_rows};
use crate::screens::match_card::view::member_lines;
use crate::screens::thread::{Line, Look, draw_lines, share_with_detail};
use crate::widgets::columns::Cell;
use crate::widgets::empty;
use otklik_core::types::{CheckKind, DisplayText};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows of the detail below the list.
const DETAIL: u16 = 7;

/// Rows of the list at this size, without its titles.
pub fn list_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(usize::from(DETAIL) + 2).max(1)
}

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let title = Rect { height: 1, ..area };
    let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    draw_lines(&[Line::new(Look::Heading, head(state, env))], 0, env, buf, title);
    if let Some(open) = &state.open {
        return draw_open(open, env, buf, below);
    }
    let report = state.report.as_ref();
    let none = |report: &super::model::Report| report.counts.is_empty();
    let absence = absence(report, state.failed.as_ref(), none, "empty-check", env);
    let detail = state.kind().map(|kind| vec![to_do(kind, env)]).unwrap_or_default();
    let (list, below, lines) = share_with_detail(below, DETAIL, detail);
    match absence {
        Some(absence) => empty::draw(buf, list, &absence, &env.tr, &env.theme),
        None => draw_counts(state, env, buf, list),
    }
    if state.kind().is_some() {
        draw_lines(&lines, 0, env, buf, below);
    }
}

fn head(state: &State, env: &Env) -> Phrase {
    match (&state.report, &state.open) {
        (_, Some(open)) => {
            let groups = open.rows.last().map_or(0, |row| row.group);
            let args = [
                ("kind", env.tr.word(open.kind).into()),
                ("count", state.count(open.kind).into()),
                ("shown", groups.into()),
            ];
            let key = if groups < state.count(open.kind) { "check-kind-cut" } else { "check-kind" };
            env.tr.with(key, &args)
        }
        (Some(report), None) => env.tr.with("check-title", &[("rows", report.rows.into())]),
        (None, None) if state.failed.is_some() => Phrase::default(),
        (None, None) => env.tr.text("check-title-loading"),
    }
}

fn to_do(kind: CheckKind, env: &Env) -> Line {
    Line::new(Look::Plain, env.tr.coded("check-do", kind.code()))
}

fn draw_counts(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let counts = state.report.as_ref().map(|report| report.counts.as_slice()).unwrap_or_default();
    let headings = [("column-found", 28, 60, 1, 0), ("column-count", 8, 10, 0, 0)];
    draw_rows(&headings, (counts.len(), state.cursor, true), env, buf, area, |at| {
        let (kind, count) = counts.get(at)?;
        let count = DisplayText::sanitise(&count.to_string());
        Some(vec![Cell::new(&env.tr.word(*kind)), Cell::new(&count)])
    });
}

fn draw_open(open: &Open, env: &Env, buf: &mut Buffer, area: Rect) {
    let detail = open.row().map(|row| {
        let member = &row.member;
        let mut lines = member_lines(member, env);
        let source = [("file", (&member.source.0).into()), ("line", member.source.1.into())];
        lines.push(Line::new(Look::Quiet, env.tr.with("member-line-source", &source)));
        lines.push(to_do(open.kind, env));
        lines
    });
    let (list, below, lines) = share_with_detail(area, DETAIL, detail.unwrap_or_default());
    let headings = [
        ("column-group", 4, 5, 0, 0),
        ("column-name", 16, 34, 2, 0),
        ("column-born", 10, 10, 0, 2),
        ("column-state", 8, 11, 0, 1),
        ("column-organisation", 12, 30, 3, 3),
    ];
    draw_rows(&headings, (open.rows.len(), open.cursor, true), env, buf, list, |at| {
        let row = open.rows.get(at)?;
        // The number stands at the first row of a finding only: the others belong to it.
        let is_first = at == 0 || open.rows.get(at - 1).is_some_and(|before| before.group != row.group);
        let group = if is_first { row.group.to_string() } else { String::new() };
        let org = row.member.organisation.clone().unwrap_or_default();
        Some(vec![
            Cell::new(&DisplayText::sanitise(&group)),
            Cell::new(&row.member.name),
            Cell::new(&row.member.birth),
            Cell::new(&env.tr.word(row.member.status)),
            Cell::new(&org),
        ])
    });
    draw_lines(&lines, 0, env, buf, below);
}
