//! A list to choose from, in a box: the menu, the palette, the choice of a topic or of a person. An entry that cannot be
//! taken now stays in the list with the reason beside it.

use super::columns::{Cursor, window};
use super::dialog::draw_box;
use super::frame::centred;
use super::input::Input;
use super::text::{self, Shown, width_of};
use crate::i18n::Phrase;
use crate::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

/// One entry, made of text that is safe to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    label: String,
    hint: String,
    pub enabled: bool,
}

impl Entry {
    /// An entry with what stands at its right: the key that does the same, or nothing.
    pub fn new(label: &impl Shown, hint: &impl Shown) -> Self {
        Self { label: label.shown().to_owned(), hint: hint.shown().to_owned(), enabled: true }
    }

    /// An entry that cannot be taken now, with the reason.
    pub fn refused(label: &impl Shown, reason: &impl Shown) -> Self {
        Self { enabled: false, ..Self::new(label, reason) }
    }
}

/// A box with a list, and a field above it when the list can be narrowed by typing.
#[derive(Clone, Copy)]
pub struct Menu<'a> {
    pub title: &'a Phrase,
    pub filter: Option<&'a Input>,
    pub entries: &'a [Entry],
    pub cursor: Cursor,
    /// What is said when nothing matches.
    pub empty: &'a Phrase,
}

const WIDEST: u16 = 76;

impl Menu<'_> {
    /// The rows of entries that fit into `area` for a menu of this many entries.
    pub fn height(area: Rect, entries: usize, filtered: bool) -> usize {
        let extra = if filtered { 4 } else { 2 };
        usize::from(area.height.saturating_sub(extra)).min(entries.max(1))
    }

    /// Draws the box in the middle of `area`; returns where the hardware cursor belongs when there is a field.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, theme: &Theme) -> Option<Position> {
        let rows = Self::height(area, self.entries.len(), self.filter.is_some());
        let extra = if self.filter.is_some() { 4 } else { 2 };
        let place = centred(area, Size::new(self.columns(area.width), rows as u16 + extra));
        draw_box(buf, place, self.title, theme);
        if place.width < 5 || place.height < 3 {
            return None;
        }
        let mut list =
            Rect { x: place.x + 1, y: place.y + 1, width: place.width - 2, height: place.height - 2 };
        let mut cursor = None;
        if let Some(filter) = self.filter {
            let field = Rect { x: list.x + 1, width: list.width - 2, height: 1, ..list };
            cursor = Some(filter.draw(buf, field, None, theme));
            list = Rect { y: list.y + 2, height: list.height.saturating_sub(2), ..list };
        }
        if self.entries.is_empty() {
            text::put(buf, list.x + 1, list.y, list.width - 2, self.empty, theme.dialog);
            return cursor;
        }
        let offset = window(self.cursor.offset, self.cursor.selected, self.entries.len(), rows);
        for (index, entry) in self.entries.iter().enumerate().skip(offset).take(rows) {
            let line = Rect { y: list.y + (index - offset) as u16, height: 1, ..list };
            self.draw_entry(buf, line, entry, index == self.cursor.selected, theme);
        }
        cursor
    }

    fn columns(&self, room: u16) -> u16 {
        let widest =
            self.entries.iter().map(|e| width_of(&e.label) + width_of(&e.hint) + 8).max().unwrap_or(0);
        let least = width_of(self.title.as_str()) + 8;
        let field = if self.filter.is_some() { 50 } else { 24 };
        widest.max(least).max(field).min(WIDEST).min(room)
    }

    fn draw_entry(&self, buf: &mut Buffer, line: Rect, entry: &Entry, chosen: bool, theme: &Theme) {
        let style = if chosen { theme.choice_active } else { theme.choice };
        let style = if entry.enabled || chosen { style } else { theme.dialog };
        text::clear(buf, line, style);
        let sign = if chosen { ">" } else { " " };
        text::put_str(buf, line.x, line.y, 1, sign, style);
        let hint_room = width_of(&entry.hint).min(line.width / 2);
        let label_room = line.width.saturating_sub(hint_room + 4);
        let (open, close) = if entry.enabled { ("", "") } else { ("(", ")") };
        text::put_str(buf, line.x + 2, line.y, label_room, &format!("{open}{}{close}", entry.label), style);
        text::put_str(buf, line.right() - 1 - hint_room, line.y, hint_room, &entry.hint, style);
    }
}
