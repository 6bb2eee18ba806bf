//! Draws the list of imports, and what the chosen one came to.

use super::State;
use super::model::Row;
use crate::app::env::Env;
use crate::screens::listing::{absence, draw_rows};
use crate::screens::thread::{Line, Look, draw_lines, share_with_detail};
use crate::widgets::columns::Cell;
use crate::widgets::empty;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows of the detail below the list.
const DETAIL: u16 = 6;

/// Rows of the list at this size, without its titles.
pub fn list_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(usize::from(DETAIL) + 1).max(1)
}

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let lines = state.row().map(|row| detail_lines(row, env)).unwrap_or_default();
    let (list, detail, lines) = share_with_detail(area, DETAIL, lines);
    match absence(state.rows.as_ref(), state.failed.as_ref(), Vec::is_empty, "empty-imports", env) {
        Some(absence) => empty::draw(buf, list, &absence, &env.tr, &env.theme),
        None => draw_list(state, env, buf, list),
    }
    draw_lines(&lines, 0, env, buf, detail);
}

fn draw_list(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let rows = state.rows.as_deref().unwrap_or_default();
    let headings = [
        ("column-when", 15, 15, 0, 0),
        ("column-file", 14, 30, 2, 0),
        ("column-organisation", 10, 20, 1, 3),
        ("column-by", 12, 20, 0, 2),
        ("column-import-state", 9, 10, 0, 1),
    ];
    draw_rows(&headings, (rows.len(), state.cursor, true), env, buf, area, |at| {
        let row = rows.get(at)?;
        let state = if row.undone_at.is_some() { "import-undone" } else { "import-stands" };
        Some(vec![
            Cell::new(&env.tr.date_short(row.at, &env.zone)),
            Cell::new(&row.file),
            Cell::new(&row.organisation),
            Cell::new(&row.by),
            Cell::new(&env.tr.text(state)),
        ])
    });
}

fn detail_lines(row: &Row, env: &Env) -> Vec<Line> {
    let mut lines = vec![Line::new(Look::Plain, env.tr.import_counts(&row.counts))];
    if let Some(at) = row.undone_at {
        let args = [("at", env.tr.date_full(at, &env.zone).into())];
        lines.push(Line::new(Look::Quiet, env.tr.with("import-undone-at", &args)));
    }
    lines
}
