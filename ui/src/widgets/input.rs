//! A field of one line: search, a name, an address. Moves and deletes by grapheme clusters; whatever is typed or pasted
//! becomes [`DisplayText`] on its way in, and a pasted newline becomes a space.

use super::edit_key::EditKey;
use super::text::{self, grapheme_width, width_of};
use crate::i18n::Phrase;
use crate::theme::Theme;
use otklik_core::types::DisplayText;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation as _;

/// The longest text of a field, in bytes: more than any name or address, less than a pasted document.
pub const LONGEST: usize = 4096;

/// A one-line field with its cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    text: String,
    /// A byte offset between two grapheme clusters.
    cursor: usize,
    fresh: Fresh,
}

/// What becomes of a text that stood there before anything was typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Fresh {
    /// It is typed on.
    #[default]
    No,
    /// What is typed takes its place, as of a text that is selected whole.
    Whole,
    /// A path that begins at the root takes its place; another is typed on, also with the slash that was still missing.
    Root,
}

impl Fresh {
    /// Whether `typed` takes the place of `standing`.
    fn gives_way_to(self, typed: &str, standing: &str) -> bool {
        match self {
            Fresh::No => false,
            Fresh::Whole => true,
            Fresh::Root if typed == "/" => standing.ends_with('/'),
            Fresh::Root => typed.starts_with(['/', '~']),
        }
    }
}

impl Input {
    /// A field that holds `text`, the cursor at its end.
    pub fn holding(text: &DisplayText) -> Self {
        let mut input = Self::default();
        input.paste(text);
        input
    }

    /// A field whose text gives way to the first thing that is typed; whoever moves in it first changes it instead.
    pub fn prefilled(text: &DisplayText) -> Self {
        Self { fresh: Fresh::Whole, ..Self::holding(text) }
    }

    /// A field that holds the folder of a path to be typed.
    pub fn prefilled_path(text: &DisplayText) -> Self {
        Self { fresh: Fresh::Root, ..Self::holding(text) }
    }

    /// What was typed: safe to draw, but still somebody's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Applies a key; returns whether the text changed.
    pub fn key(&mut self, key: EditKey) -> bool {
        let fresh = std::mem::take(&mut self.fresh);
        match key {
            EditKey::Char(c) if fresh.gives_way_to(c.encode_utf8(&mut [0; 4]), &self.text) => self.clear(),
            EditKey::Backspace | EditKey::Delete | EditKey::DeleteWord if fresh == Fresh::Whole => {
                let had = !self.text.is_empty();
                self.clear();
                return had;
            }
            _ => {}
        }
        let before = self.text.len();
        match key {
            EditKey::Char(c) => return self.insert(c.encode_utf8(&mut [0; 4])) > 0,
            EditKey::Backspace => self.delete(self.left(), self.cursor),
            EditKey::Delete => self.delete(self.cursor, self.right()),
            EditKey::DeleteWord => self.delete(self.word_left(), self.cursor),
            EditKey::DeleteToStart => self.delete(0, self.cursor),
            EditKey::Left => self.cursor = self.left(),
            EditKey::Right => self.cursor = self.right(),
            EditKey::WordLeft => self.cursor = self.word_left(),
            EditKey::WordRight => self.cursor = self.word_right(),
            EditKey::Home | EditKey::Top => self.cursor = 0,
            EditKey::End | EditKey::Bottom => self.cursor = self.text.len(),
            EditKey::Enter | EditKey::Up | EditKey::Down | EditKey::PageUp | EditKey::PageDown => {}
            EditKey::Undo | EditKey::Redo => {}
        }
        self.text.len() != before
    }

    /// Puts pasted text in; returns the bytes that did not fit.
    pub fn paste(&mut self, pasted: &DisplayText) -> usize {
        let safe = pasted.as_str().replace('\n', " ");
        let safe = safe.trim_end_matches(' ');
        if std::mem::take(&mut self.fresh).gives_way_to(safe, &self.text) {
            self.clear();
        }
        safe.len() - self.insert(safe)
    }

    /// Inserts at the cursor as much as fits, made safe again together with its neighbours: a mark typed after a letter
    /// joins it. Returns the bytes taken of `piece`.
    fn insert(&mut self, piece: &str) -> usize {
        let room = LONGEST.saturating_sub(self.text.len());
        let fits =
            piece.grapheme_indices(true).map(|(at, g)| at + g.len()).take_while(|end| *end <= room).last();
        let taken = &piece[..fits.unwrap_or(0)];
        if taken.is_empty() {
            return 0;
        }
        let tail = self.text[self.cursor..].to_owned();
        let head = DisplayText::sanitise(&format!("{}{taken}", &self.text[..self.cursor]));
        let head = head.as_str().replace('\n', " ");
        self.cursor = head.len();
        self.text = head + &tail;
        self.snap();
        taken.len()
    }

    fn delete(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = from;
        self.snap();
    }

    /// Keeps the cursor between clusters: what was joined by an edit is not to be split by the next.
    fn snap(&mut self) {
        if self.cursor < self.text.len() {
            let next = self.text.grapheme_indices(true).map(|(at, _)| at).find(|at| *at >= self.cursor);
            self.cursor = next.unwrap_or(self.text.len());
        }
    }

    fn left(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        self.cursor + self.text[self.cursor..].graphemes(true).next().map_or(0, str::len)
    }

    fn word_left(&self) -> usize {
        let mut words = self.text[..self.cursor].unicode_word_indices();
        words.next_back().map_or(0, |(at, _)| at)
    }

    fn word_right(&self) -> usize {
        let mut words = self.text[self.cursor..].unicode_word_indices();
        words.next().map_or(self.text.len(), |(at, word)| self.cursor + at + word.len())
    }

    /// Draws the field in the first row of `area`, scrolled so that the cursor is in sight, with `placeholder` in an
    /// empty one; returns where the hardware cursor belongs.
    pub fn draw(
        &self,
        buf: &mut Buffer,
        area: Rect,
        placeholder: Option<&Phrase>,
        theme: &Theme,
    ) -> Position {
        let area = Rect { height: area.height.min(1), ..area };
        text::clear(buf, area, theme.input);
        if area.is_empty() {
            return area.as_position();
        }
        if let (true, Some(words)) = (self.text.is_empty(), placeholder) {
            text::put(buf, area.x, area.y, area.width, words, theme.placeholder);
            return area.as_position();
        }
        let start = self.first_in_sight(area.width);
        let visible = &self.text[start..];
        let mut end = 0;
        let mut used = 0;
        for (at, grapheme) in visible.grapheme_indices(true) {
            used += grapheme_width(grapheme);
            if used > area.width {
                break;
            }
            end = at + grapheme.len();
        }
        let style = if self.fresh == Fresh::Whole { theme.selected } else { theme.input };
        text::put_str(buf, area.x, area.y, area.width, &visible[..end], style);
        let column = width_of(&self.text[start..self.cursor]).min(area.width - 1);
        Position::new(area.x + column, area.y)
    }

    /// The first byte drawn, so that everything from it to the cursor, and the cursor itself, fit.
    fn first_in_sight(&self, columns: u16) -> usize {
        let mut used = 1;
        let mut start = self.cursor;
        for (at, grapheme) in self.text[..self.cursor].grapheme_indices(true).rev() {
            used += grapheme_width(grapheme);
            if used > columns {
                break;
            }
            start = at;
        }
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Depth;

    fn typed(text: &str) -> Input {
        let mut input = Input::default();
        for c in text.chars() {
            input.key(EditKey::Char(c));
        }
        input
    }

    #[test]
    fn keys_move_and_delete_by_what_a_person_sees_as_a_letter() {
        let mut input = Input::holding(&DisplayText::sanitise("Алёна 👩‍👩‍👧"));
        input.key(EditKey::Backspace);
        assert_eq!(input.text(), "Алёна ");
        input.key(EditKey::DeleteWord);
        assert_eq!(input.text(), "");
        let mut input = typed("Семёнова Алёна");
        input.key(EditKey::WordLeft);
        input.key(EditKey::DeleteToStart);
        assert_eq!(input.text(), "Алёна");
        input.key(EditKey::Delete);
        input.key(EditKey::End);
        input.key(EditKey::Left);
        input.key(EditKey::Char('!'));
        assert_eq!(input.text(), "лён!а");
        input.key(EditKey::Home);
        input.key(EditKey::WordRight);
        assert!(!input.key(EditKey::Enter));
        assert!(!input.key(EditKey::Undo));
    }

    #[test]
    fn a_text_that_stood_there_gives_way_to_what_is_typed_and_is_changed_by_whoever_moves_in_it() {
        let standing = DisplayText::sanitise("alena@example.org");
        let mut input = Input::prefilled(&standing);
        input.key(EditKey::Char('x'));
        input.key(EditKey::Char('y'));
        assert_eq!(input.text(), "xy");
        let mut input = Input::prefilled(&standing);
        input.paste(&DisplayText::sanitise("new@example.org"));
        assert_eq!(input.text(), "new@example.org");
        let mut input = Input::prefilled(&standing);
        assert!(input.key(EditKey::Backspace));
        assert!(input.is_empty());
        let mut input = Input::prefilled(&standing);
        input.key(EditKey::Left);
        input.key(EditKey::Char('-'));
        assert_eq!(input.text(), "alena@example.or-g");
        for (typed, expected) in
            [("prikaz.pdf", "/home/orlova/prikaz.pdf"), ("/tmp/a", "/tmp/a"), ("~/a", "~/a")]
        {
            let mut input = Input::prefilled_path(&DisplayText::sanitise("/home/orlova/"));
            for c in typed.chars() {
                input.key(EditKey::Char(c));
            }
            assert_eq!(input.text(), expected);
        }
    }

    #[test]
    fn pasted_lines_become_one_and_carry_no_controls() {
        let mut input = Input::default();
        input.paste(&DisplayText::sanitise("раз\r\nдва\n\u{1b}]0;x\u{7}три\n"));
        assert!(!input.text().contains(char::is_control), "{:?}", input.text());
        assert!(input.text().starts_with("раз") && input.text().contains(" два "), "{:?}", input.text());
    }

    #[test]
    fn a_paste_longer_than_the_field_is_cut_between_letters_and_counted() {
        let mut input = Input::default();
        let left = input.paste(&DisplayText::sanitise(&"я".repeat(3000)));
        assert_eq!((input.text().len(), left), (LONGEST, 6000 - LONGEST));
        assert!(!input.key(EditKey::Char('я')));
    }

    #[test]
    fn the_cursor_stays_in_sight_of_a_narrow_field() {
        let theme = Theme::dark(Depth::Mono);
        let area = Rect::new(2, 0, 6, 1);
        let mut buf = Buffer::empty(Rect::new(0, 0, 10, 1));
        let mut input = typed("абвгдежз");
        assert_eq!(input.draw(&mut buf, area, None, &theme), Position::new(7, 0));
        assert_eq!(buf[(2, 0)].symbol(), "г");
        input.key(EditKey::Home);
        assert_eq!(input.draw(&mut buf, area, None, &theme), Position::new(2, 0));
        assert_eq!(buf[(2, 0)].symbol(), "а");
        let wide = typed("漢字漢字");
        let at = wide.draw(&mut buf, area, None, &theme);
        assert!(at.x < area.right());
    }
}
