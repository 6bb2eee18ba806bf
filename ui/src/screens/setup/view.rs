//! Draws the form: a question, its field, and what the chosen line means.

use super::model::{Line, MailIn, MailOut, State};
use crate::i18n::{Arg, Phrase, Tr};
use crate::theme::Theme;
use crate::widgets::text;
use crate::widgets::wrap::Wrapped;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Draws the form into the whole frame; returns where the hardware cursor belongs.
pub fn draw(state: &State, tr: &Tr, theme: &Theme, buf: &mut Buffer, area: Rect) -> Option<Position> {
    text::clear(buf, area, theme.base);
    let column = Rect { x: area.x + 2, width: area.width.saturating_sub(4).min(90), ..area };
    let put = |buf: &mut Buffer, y: u16, words: &Phrase, style| {
        text::put(buf, column.x, y, column.width, words, style);
    };
    put(buf, area.y, &tr.text("app-name"), theme.brand);
    let intro = Rect { y: area.y + 1, height: 3, ..column };
    Wrapped::from(&tr.text("setup-intro")).draw(buf, intro, 0, theme.base);
    let mut cursor = None;
    for (y, line) in (area.y + 4..area.bottom().saturating_sub(2)).zip(state.lines()) {
        let chosen = line == state.at;
        let at = draw_line(state, line, tr, theme, buf, Rect { y, height: 1, ..column });
        if chosen {
            cursor = at;
        }
    }
    let foot = Rect { y: area.bottom().saturating_sub(3), height: 2, ..column };
    match state.fault {
        Some(fault) => Wrapped::from(&tr.text(fault)).draw(buf, foot, 0, theme.warning),
        None => Wrapped::from(&tr.text(about(state.at))).draw(buf, foot, 0, theme.muted),
    };
    put(buf, area.bottom().saturating_sub(1), &tr.text("setup-keys"), theme.muted);
    cursor
}

/// Columns of the questions, before the fields.
const QUESTION: u16 = 28;

fn draw_line(
    state: &State,
    line: Line,
    tr: &Tr,
    theme: &Theme,
    buf: &mut Buffer,
    row: Rect,
) -> Option<Position> {
    let chosen = line == state.at;
    text::put(buf, row.x, row.y, 1, if chosen { &">" } else { &" " }, theme.heading);
    let style = if chosen { theme.heading } else { theme.base };
    text::put(buf, row.x + 2, row.y, QUESTION, &tr.text(question(line)), style);
    let field = Rect { x: row.x + 3 + QUESTION, width: row.width.saturating_sub(QUESTION + 3), ..row };
    if let Some(input) = state.field(line) {
        let at = input.draw(buf, field, None, theme);
        return chosen.then_some(at);
    }
    if line != Line::Make {
        let value = tr.with("setup-choice", &[("value", Arg::from(choice(state, line, tr)))]);
        text::put(
            buf,
            field.x,
            field.y,
            field.width,
            &value,
            if chosen { theme.choice_active } else { theme.base },
        );
    }
    None
}

fn question(line: Line) -> &'static str {
    match line {
        Line::Organisation => "setup-organisation",
        Line::Me => "setup-me",
        Line::Promise => "setup-clock",
        Line::MailIn => "setup-mail-in",
        Line::Maildir => "setup-maildir",
        Line::Absent => "setup-absent",
        Line::MailOut => "setup-mail-out",
        Line::OutAddress => "setup-out",
        Line::Address => "setup-address",
        Line::Since => "setup-since",
        Line::Make => "setup-make",
    }
}

fn about(line: Line) -> &'static str {
    match line {
        Line::Organisation => "setup-about-organisation",
        Line::Me => "setup-about-me",
        Line::Promise => "setup-about-clock",
        Line::MailIn => "setup-about-mail-in",
        Line::Maildir => "setup-about-maildir",
        Line::Absent => "setup-fault-absent",
        Line::MailOut => "setup-about-mail-out",
        Line::OutAddress => "setup-about-out",
        Line::Address => "setup-about-address",
        Line::Since => "setup-about-since",
        Line::Make => "setup-about-make",
    }
}

fn choice(state: &State, line: Line, tr: &Tr) -> Phrase {
    match line {
        Line::Promise => tr.word(state.clock),
        Line::MailIn => tr.text(match state.mail_in {
            MailIn::Later => "setup-later",
            MailIn::Maildir => "setup-in-maildir",
        }),
        Line::Absent => tr.text(if state.make_absent { "setup-absent-make" } else { "setup-absent-mend" }),
        _ => tr.text(match state.mail_out {
            MailOut::Later => "setup-later",
            MailOut::Smtp => "setup-out-smtp",
            MailOut::Folder => "setup-out-folder",
        }),
    }
}
