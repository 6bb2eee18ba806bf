//! The only way from text to cells. Measures and cuts by what a terminal draws (grapheme clusters, wide letters), and
//! accepts only text that is known to be safe.

use crate::i18n::Phrase;
use otklik_core::types::DisplayText;
use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation as _;

/// The sign for text that was cut.
const CUT: &str = "…";

/// Text that may be drawn. A `&'static str` is a literal of the program: a sign such as `│`, never words, which stand in
/// the locales. Text from outside has no way here but [`DisplayText`].
pub trait Shown {
    fn shown(&self) -> &str;
}

impl Shown for DisplayText {
    fn shown(&self) -> &str {
        self.as_str()
    }
}

impl Shown for Phrase {
    fn shown(&self) -> &str {
        self.as_str()
    }
}

impl Shown for &'static str {
    fn shown(&self) -> &str {
        self
    }
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> &str {
        self.as_ref().map_or("", Shown::shown)
    }
}

macro_rules! shown_by_reference {
    ($($name:ty),+) => {$(
        impl Shown for &$name {
            fn shown(&self) -> &str { (**self).shown() }
        }
    )+};
}
shown_by_reference!(DisplayText, Phrase);

/// The columns that one grapheme cluster takes. A control, which must not be here at all, takes none and is not drawn.
pub(super) fn grapheme_width(grapheme: &str) -> u16 {
    if grapheme.contains(char::is_control) { 0 } else { grapheme.cell_width() }
}

/// The columns that a text takes on one line.
pub fn width(text: &impl Shown) -> u16 {
    width_of(text.shown())
}

pub(super) fn width_of(text: &str) -> u16 {
    if text.is_ascii() {
        return u16::try_from(text.bytes().filter(|b| !b.is_ascii_control()).count()).unwrap_or(u16::MAX);
    }
    text.graphemes(true).fold(0, |sum: u16, g| sum.saturating_add(grapheme_width(g)))
}

/// One line: a newline, which would be dropped and glue two words, becomes a space.
fn one_line(text: &str) -> Cow<'_, str> {
    if text.contains('\n') { Cow::Owned(text.replace('\n', " ")) } else { Cow::Borrowed(text) }
}

/// The text cut to `max` columns; `…` stands for what was cut off, and takes its own column.
pub fn fit(text: &impl Shown, max: u16) -> Cow<'_, str> {
    fit_str(text.shown(), max)
}

pub(super) fn fit_str(text: &str, max: u16) -> Cow<'_, str> {
    let text = one_line(text);
    if max == 0 {
        return Cow::Borrowed("");
    }
    // The end of the longest start that leaves a column for the sign, and whether all of it fits.
    let (mut used, mut end) = (0u16, 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        let next = used.saturating_add(grapheme_width(grapheme));
        if next > max {
            return Cow::Owned(format!("{}{CUT}", text[..end].trim_end()));
        }
        used = next;
        if used < max {
            end = at + grapheme.len();
        }
    }
    text
}

/// A styled piece of a line.
pub fn span<'a>(text: &'a impl Shown, style: Style) -> Span<'a> {
    Span { content: one_line(text.shown()), style }
}

/// A line of styled pieces made by [`span`].
pub fn line<'a>(pieces: impl IntoIterator<Item = Span<'a>>) -> Line<'a> {
    Line::from_iter(pieces)
}

/// Draws text at (`x`, `y`) in at most `max` columns, cut with `…`; returns the columns used. Outside the buffer it
/// draws nothing.
pub fn put(buf: &mut Buffer, x: u16, y: u16, max: u16, text: &impl Shown, style: Style) -> u16 {
    put_str(buf, x, y, max, text.shown(), style)
}

pub(super) fn put_str(buf: &mut Buffer, x: u16, y: u16, max: u16, text: &str, style: Style) -> u16 {
    if !buf.area.contains((x, y).into()) {
        return 0;
    }
    let max = max.min(buf.area.right() - x);
    let cut = fit_str(text, max);
    let (end, _) = buf.set_stringn(x, y, &*cut, usize::from(max), style);
    end - x
}

/// Draws text so that it ends at the right edge of `area`'s first row; returns the columns used.
pub fn put_right(buf: &mut Buffer, area: Rect, text: &impl Shown, style: Style) -> u16 {
    let used = width_of(text.shown()).min(area.width);
    put(buf, area.right() - used, area.y, used, text, style)
}

/// Gives every cell of `area` a style and a blank.
pub fn clear(buf: &mut Buffer, area: Rect, style: Style) {
    let area = area.intersection(buf.area);
    for y in area.rows() {
        for x in y.columns() {
            let cell = &mut buf[(x.x, x.y)];
            cell.reset();
            cell.set_style(style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_graphemes_and_says_so() {
        for (text, max, cut) in [
            ("Семёнова", 8, "Семёнова"),
            ("Семёнова", 7, "Семёно…"),
            ("Семёнова Алёна", 10, "Семёнова…"),
            ("漢字かな", 8, "漢字かな"),
            ("漢字かな", 7, "漢字か…"),
            ("漢字かな", 6, "漢字…"),
            ("漢字かな", 5, "漢字…"),
            ("漢", 1, "…"),
            ("👩‍👩‍👧‍👦 семья", 5, "👩‍👩‍👧‍👦 с…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("а\nб", 3, "а б"),
            ("абв", 1, "…"),
            ("абв", 0, ""),
            ("", 3, ""),
        ] {
            assert_eq!(fit_str(text, max), cut, "{text} in {max}");
            assert!(width_of(&fit_str(text, max)) <= max);
        }
    }

    #[test]
    fn a_wide_letter_never_leaves_its_area() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 6, 1));
        let used = put_str(&mut buf, 3, 0, 10, "漢字", Style::new());
        assert_eq!(used, 3);
        assert_eq!(buf[(3, 0)].symbol(), "漢");
        assert_eq!(buf[(5, 0)].symbol(), "…");
        assert_eq!(put_str(&mut buf, 9, 0, 10, "вне", Style::new()), 0);
    }

    #[test]
    fn controls_that_slipped_through_are_not_drawn() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 12, 1));
        put_str(&mut buf, 0, 0, 12, "a\u{1b}[31mb\u{9b}c", Style::new());
        let drawn: String = buf.content().iter().map(|cell| cell.symbol()).collect();
        assert!(!drawn.contains(char::is_control), "{drawn:?}");
    }
}
