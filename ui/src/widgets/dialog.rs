//! A box over the screen that asks one thing. The answer that Enter gives is marked with brackets as well as by style,
//! and a dialog that could lose something puts the harmless answer first: that is the caller's business, the order here is
//! the order given.

use super::frame::centred;
use super::text::{self, width};
use super::wrap::Wrapped;
use crate::i18n::Phrase;
use crate::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::Style;

/// A question with its answers. With no answers it is a message that any key closes.
#[derive(Clone, Debug)]
pub struct Dialog<'a> {
    pub title: &'a Phrase,
    pub body: &'a Wrapped,
    pub choices: &'a [Phrase],
    pub selected: usize,
    /// The first row of the body that is shown, when it is longer than the box.
    pub scroll: usize,
}

/// The widest box: longer lines are hard to read.
const WIDEST: u16 = 76;

impl Dialog<'_> {
    /// Draws the box in the middle of `area` and returns where it stands.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, theme: &Theme) -> Rect {
        let inner = area.width.min(WIDEST).saturating_sub(6).max(1);
        let choices = self.choice_rows(inner);
        let rows = self.body.height(inner) as u16;
        let extra = if choices.is_empty() { 4 } else { 5 + choices.len() as u16 };
        let place = centred(area, Size::new(inner + 6, rows.saturating_add(extra)));
        draw_box(buf, place, self.title, theme);
        if place.height < 3 || place.width < 7 {
            return place;
        }
        let room = place.height.saturating_sub(extra).max(1);
        let body = Rect { x: place.x + 3, y: place.y + 2, width: inner, height: room }.intersection(place);
        let skip = self.scroll.min(usize::from(rows.saturating_sub(room)));
        self.body.draw(buf, body, skip, theme.dialog);
        if rows > room {
            let more = if usize::from(rows - room) > skip { "v" } else { "^" };
            text::put_str(buf, place.right() - 2, body.bottom() - 1, 1, more, theme.dialog_title);
        }
        // Under the last row of answers stand a blank row and the border.
        let first = place.bottom().saturating_sub(2 + choices.len() as u16);
        for (y, row) in (first..).zip(choices) {
            self.draw_choices(buf, Rect { y, height: 1, ..body }, row, theme);
        }
        place
    }

    /// The answers, as many to a row as fit.
    fn choice_rows(&self, room: u16) -> Vec<std::ops::Range<usize>> {
        let mut rows: Vec<std::ops::Range<usize>> = Vec::new();
        let mut used = 0;
        for (index, choice) in self.choices.iter().enumerate() {
            let takes = width(choice) + 4;
            match rows.last_mut() {
                Some(row) if used + takes <= room => row.end = index + 1,
                _ => {
                    rows.push(index..index + 1);
                    used = 0;
                }
            }
            used += takes;
        }
        rows
    }

    fn draw_choices(&self, buf: &mut Buffer, line: Rect, row: std::ops::Range<usize>, theme: &Theme) {
        let mut x = line.x;
        for index in row {
            let chosen = index == self.selected;
            let (open, close) = if chosen { ("[", "]") } else { (" ", " ") };
            let style = if chosen { theme.choice_active } else { theme.choice };
            for piece in [open, self.choices[index].as_str(), close] {
                x += text::put_str(buf, x, line.y, line.right().saturating_sub(x), piece, style);
            }
            x += 2;
        }
    }
}

/// A box with a border and its title, its ground blank.
pub fn draw_box(buf: &mut Buffer, place: Rect, title: &Phrase, theme: &Theme) {
    text::clear(buf, place, theme.dialog);
    draw_border(buf, place, theme.dialog_title);
    if place.width > 6 && place.height > 0 {
        let room = place.width - 6;
        let used = text::put(buf, place.x + 3, place.y, room, title, theme.dialog_title);
        for x in [place.x + 2, place.x + 3 + used] {
            text::put_str(buf, x, place.y, 1, " ", theme.dialog_title);
        }
    }
}

/// A border of single lines.
pub fn draw_border(buf: &mut Buffer, place: Rect, style: Style) {
    if place.width < 2 || place.height < 2 {
        return;
    }
    let (left, right, top, bottom) = (place.x, place.right() - 1, place.y, place.bottom() - 1);
    for x in left + 1..right {
        text::put_str(buf, x, top, 1, "─", style);
        text::put_str(buf, x, bottom, 1, "─", style);
    }
    for y in top + 1..bottom {
        text::put_str(buf, left, y, 1, "│", style);
        text::put_str(buf, right, y, 1, "│", style);
    }
    for (x, y, corner) in [(left, top, "┌"), (right, top, "┐"), (left, bottom, "└"), (right, bottom, "┘")]
    {
        text::put_str(buf, x, y, 1, corner, style);
    }
}
