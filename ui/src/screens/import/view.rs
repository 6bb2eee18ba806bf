//! Draws an import: the columns with what they are taken for, the work under way, or the difference.

use super::State;
use super::model::{Difference, Work};
use crate::app::env::Env;
use crate::app::notice::Say;
use crate::i18n::{Arg, Phrase};
use crate::screens::listing::{absence, draw_rows};
use crate::screens::thread::{Line, Look, draw_lines, share_with_detail};
use crate::widgets::columns::Cell;
use crate::widgets::empty::{self, Absence};
use crate::widgets::text;
use otklik_core::types::{DisplayText, RegistryField, RowFate};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows above the list: the file, then whose rows they are or what the difference comes to, then what to do next.
const HEAD: u16 = 4;
/// Rows of the detail below the list.
const DETAIL: u16 = 7;

/// Rows of the list at this size, without its titles.
pub fn list_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(usize::from(HEAD + DETAIL) + 1).max(1)
}

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let row = |y: u16| Rect { y: area.y + y, height: 1, ..area }.intersection(area);
    let put = |buf: &mut Buffer, y: u16, words: &Phrase, look: Look| {
        text::put(buf, area.x + 1, row(y).y, area.width.saturating_sub(2), words, look.style(&env.theme));
    };
    put(buf, 0, &file_line(state, env), Look::Heading);
    let (second, third, hint) = match &state.difference {
        Some(difference) => {
            (env.tr.import_counts(&difference.counts), fate_line(difference, env), "import-difference-hint")
        }
        None => (owner(state).text(&env.tr), part_line(state, env), "import-columns-hint"),
    };
    put(buf, 1, &second, Look::Plain);
    put(buf, 2, &third, Look::Plain);
    put(buf, 3, &env.tr.text(hint), Look::Quiet);
    let below = Rect { y: area.y + HEAD, height: area.height.saturating_sub(HEAD), ..area };
    if let Some(work) = &state.work {
        let absence = Absence::Empty(work_line(work, env));
        return empty::draw(buf, below, &absence, &env.tr, &env.theme);
    }
    match &state.difference {
        Some(difference) => draw_difference(difference, env, buf, below),
        None => draw_columns(state, env, buf, below),
    }
}

fn file_line(state: &State, env: &Env) -> Phrase {
    let Some(file) = &state.file else {
        return env.tr.with("import-file", &[("file", (&state.name).into())]);
    };
    let sheet = file.sheet().display_line();
    let args: [(&str, Arg); 4] = [
        ("file", (&state.name).into()),
        ("format", file.format().into()),
        ("encoding", file.encoding().into()),
        ("sheet", (&sheet).into()),
    ];
    let key = match (file.separator().is_some(), sheet.is_empty()) {
        (true, _) => "import-file-text",
        (false, true) => "import-file-format",
        (false, false) => "import-file-sheet",
    };
    env.tr.with(key, &args)
}

/// Whose members the file has, as it will be taken.
pub fn owner(state: &State) -> Say {
    let has_column = state.columns.iter().any(|column| column.field == RegistryField::Org);
    match (&state.org, has_column) {
        (Some((_, name)), _) => Say::new("import-of-org").arg("organisation", name),
        (None, true) => Say::new("import-org-column"),
        (None, false) => Say::new("import-of-nobody"),
    }
}

fn part_line(state: &State, env: &Env) -> Phrase {
    env.tr.text(if state.partial { "import-is-partial" } else { "import-is-whole" })
}

fn work_line(work: &Work, env: &Env) -> Phrase {
    let (done, total) = work.progress;
    let args = [("done", done.into()), ("total", total.into())];
    let key = match (work.stopping, work.applies) {
        (true, _) => "import-stopping",
        (false, true) => "import-loading",
        (false, false) => "import-comparing",
    };
    env.tr.with(key, &args)
}

/// Which rows are shown, and how to turn to others.
fn fate_line(difference: &Difference, env: &Env) -> Phrase {
    let shown = match difference.fate {
        Some(fate) => env.tr.word(fate),
        None => env.tr.text("import-all-fates"),
    };
    env.tr.with("import-shown", &[("fate", shown.into()), ("n", difference.shown.len().into())])
}

fn draw_columns(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let lines = state.columns.get(state.cursor.selected).map(|column| {
        let args = [("title", Arg::from(&column.title)), ("example", (&column.example).into())];
        vec![Line::new(Look::Plain, env.tr.with("import-column-detail", &args))]
    });
    let (list, detail, lines) = share_with_detail(area, DETAIL, lines.unwrap_or_default());
    let none = |_: &Box<_>| state.columns.is_empty();
    match absence(state.file.as_ref(), state.failed.as_ref(), none, "empty-registry-file", env) {
        Some(absence) => return empty::draw(buf, list, &absence, &env.tr, &env.theme),
        None => draw_column_rows(state, env, buf, list),
    }
    draw_lines(&lines, 0, env, buf, detail);
}

fn draw_column_rows(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let headings = [
        ("column-title", 12, 26, 1, 0),
        ("column-taken-for", 14, 24, 0, 0),
        ("column-because", 12, 20, 0, 2),
        ("column-example", 10, 30, 2, 1),
    ];
    draw_rows(&headings, (state.columns.len(), state.cursor, true), env, buf, area, |at| {
        let column = state.columns.get(at)?;
        let taken = Cell::new(&env.tr.word(column.field));
        let skipped = column.field == RegistryField::Skip;
        let taken = if skipped { Cell::styled(&env.tr.word(column.field), env.theme.muted) } else { taken };
        Some(vec![
            Cell::new(&column.title),
            taken,
            Cell::new(&env.tr.word(column.why)),
            Cell::new(&column.example),
        ])
    });
}

fn draw_difference(difference: &Difference, env: &Env, buf: &mut Buffer, area: Rect) {
    let row = difference.row().map(|row| Line::new(Look::Plain, env.tr.import_row(row)));
    let lines = row.into_iter().chain(note_lines(difference, env)).collect();
    let (list, detail, lines) = share_with_detail(area, DETAIL, lines);
    if difference.shown.is_empty() {
        let absence = Absence::Empty(env.tr.text("empty-difference"));
        empty::draw(buf, list, &absence, &env.tr, &env.theme);
        return draw_lines(&lines, 0, env, buf, detail);
    }
    let headings = [
        ("column-line", 6, 8, 0, 0),
        ("column-fate", 12, 14, 0, 0),
        ("column-name", 16, 34, 1, 0),
        ("column-what", 12, 40, 2, 1),
    ];
    let style = |fate: RowFate| match fate {
        RowFate::Unreadable | RowFate::Conflicting => env.theme.error,
        RowFate::Vanished => env.theme.warning,
        _ => env.theme.base,
    };
    draw_rows(&headings, (difference.shown.len(), difference.cursor, true), env, buf, list, |at| {
        let row = difference.rows.get(*difference.shown.get(at)?)?;
        Some(vec![
            Cell::new(&DisplayText::sanitise(&row.line.to_string())),
            Cell::styled(&env.tr.word(row.fate), style(row.fate)),
            Cell::new(&row.name.display_line()),
            Cell::new(&env.tr.import_change(row)),
        ])
    });
    draw_lines(&lines, 0, env, buf, detail);
}

fn note_lines(difference: &Difference, env: &Env) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut note = |n: usize, key: &str, more: &[(&'static str, Arg)]| {
        if n > 0 {
            let mut args = vec![("n", Arg::from(n))];
            args.extend_from_slice(more);
            lines.push(Line::new(Look::Warning, env.tr.with(key, &args)));
        }
    };
    note(difference.unclear, "import-unclear", &[]);
    note(difference.numbers, "import-numbers", &[]);
    let codes = difference.unknown_orgs.iter().take(5).map(DisplayText::as_str).collect::<Vec<_>>();
    note(difference.unknown_orgs.len(), "import-unknown-orgs", &[("codes", codes.join(", ").into())]);
    lines
}
