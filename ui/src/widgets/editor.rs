//! The composer: text of many lines, folded to the width it is drawn in, with undo.
//!
//! ratatui-textarea holds the text and the history of edits; this wrapper decides what reaches it. Only safe text goes in
//! (it would keep a raw escape), letters are moved over and deleted by grapheme cluster (it would split a family emoji),
//! and the whole text stays under [`LONGEST`]. Undo takes back a word or a run of deletions at once, not a letter.

use super::edit_key::EditKey;
use super::text::{self, width_of};
use crate::i18n::Phrase;
use crate::theme::Theme;
use otklik_core::types::DisplayText;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::Widget as _;
use ratatui_textarea::{CursorMove, DataCursor, TextArea, WrapMode};
use std::cell::Cell;
use std::fmt;
use unicode_segmentation::UnicodeSegmentation as _;

/// The longest text in bytes, some sixteen pages of Russian: a letter longer than this belongs in an attachment.
pub const LONGEST: usize = 64 * 1024;

/// The most lines: the rows on the screen are counted in sixteen bits by ratatui-textarea.
const MOST_LINES: usize = 10_000;

/// How many single edits the history holds.
const HISTORY: usize = 4000;

/// What a paste did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// Bytes that went in.
    pub taken: usize,
    /// Bytes that did not fit; the person must be told.
    pub cut: usize,
}

/// Edits of one kind in a row are undone together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    Word,
    Space,
    Deletion,
    /// Never joins its neighbours.
    Alone,
}

/// The composer's text and cursor.
#[derive(Clone)]
pub struct Editor {
    area: TextArea<'static>,
    bytes: usize,
    /// How many edits of the history each undo takes back, and each redo brings back.
    undo: Vec<usize>,
    redo: Vec<usize>,
    run: Option<Run>,
    /// The rows of the area it was drawn in last: what a page is.
    height: Cell<u16>,
}

impl Default for Editor {
    fn default() -> Self {
        Self::holding(&DisplayText::default())
    }
}

impl fmt::Debug for Editor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text is a person's letter: it stays out of logs.
        write!(f, "Editor({} bytes, at {:?})", self.bytes, self.area.cursor())
    }
}

impl Editor {
    /// A composer that holds `text`, the cursor at its end and nothing to undo. More than [`LONGEST`] is kept whole, so
    /// that a stored draft is never cut, but nothing can be added to it.
    pub fn holding(text: &DisplayText) -> Self {
        let mut area = TextArea::new(text.as_str().split('\n').map(str::to_owned).collect());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        area.set_max_histories(HISTORY);
        area.set_cursor_line_style(Style::new());
        // The hardware cursor stands there; a drawn one beside it would be a second.
        area.set_cursor_style(Style::new());
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self {
            area,
            bytes: text.as_str().len(),
            undo: Vec::new(),
            redo: Vec::new(),
            run: None,
            height: Cell::new(1),
        }
    }

    /// Replaces everything, history included: for a template or a draft that another session saved.
    pub fn set_text(&mut self, text: &DisplayText) {
        *self = Self::holding(text);
    }

    /// The whole text. Safe to draw, and to be sent as the person's own words.
    pub fn text(&self) -> DisplayText {
        DisplayText::sanitise(&self.area.lines().join("\n"))
    }

    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// Its length in bytes, newlines included.
    pub fn len(&self) -> usize {
        self.bytes
    }

    /// The cursor as (line, grapheme cluster in it), both from 0: what a saved draft keeps.
    pub fn place(&self) -> (usize, usize) {
        let DataCursor(row, col) = self.area.cursor();
        (row, self.line(row).chars().take(col).collect::<String>().graphemes(true).count())
    }

    /// Puts the cursor to a place that [`Editor::place`] gave; beyond the text, to its end.
    pub fn go_to(&mut self, (row, cluster): (usize, usize)) {
        let row = row.min(self.area.lines().len() - 1);
        let col = self.line(row).graphemes(true).take(cluster).map(|g| g.chars().count()).sum();
        self.jump(row, col);
    }

    /// Applies a key; returns whether the text changed.
    pub fn key(&mut self, key: EditKey) -> bool {
        match key {
            EditKey::Char(c) => self.type_char(c),
            EditKey::Enter => {
                let fits = self.room() > 0 && self.area.lines().len() < MOST_LINES;
                fits && self.edit(Run::Alone, |area| area.insert_newline())
            }
            EditKey::Backspace => self.backspace(),
            EditKey::Delete => self.delete(),
            EditKey::DeleteWord => self.delete_back_to(CursorMove::WordBack),
            EditKey::DeleteToStart => self.delete_back_to(CursorMove::Head),
            EditKey::Undo => self.undo(),
            EditKey::Redo => self.redo(),
            movement => {
                self.run = None;
                self.go(movement);
                false
            }
        }
    }

    /// Puts pasted text in at the cursor, as much as stays under [`LONGEST`], cut between letters.
    pub fn paste(&mut self, pasted: &DisplayText) -> Pasted {
        let text = pasted.as_str();
        let (room, lines) = (self.room(), MOST_LINES.saturating_sub(self.area.lines().len()));
        let by_lines = text.match_indices('\n').nth(lines).map_or(text.len(), |(at, _)| at);
        let taken = if by_lines <= room {
            by_lines
        } else {
            let ends = text.grapheme_indices(true).map(|(at, g)| at + g.len());
            ends.take_while(|end| *end <= room).last().unwrap_or(0)
        };
        if taken > 0 {
            self.edit(Run::Alone, |area| {
                area.insert_str(&text[..taken]);
            });
            self.snap();
        }
        Pasted { taken, cut: text.len() - taken }
    }

    fn room(&self) -> usize {
        LONGEST.saturating_sub(self.bytes)
    }

    fn line(&self, row: usize) -> &str {
        self.area.lines().get(row).map_or("", String::as_str)
    }

    fn line_at_cursor(&self) -> (usize, usize, &str) {
        let DataCursor(row, col) = self.area.cursor();
        (row, col, self.line(row))
    }

    fn jump(&mut self, row: usize, col: usize) {
        // Neither can pass 65,535: the text is shorter than that many bytes, unless a stored draft was longer.
        let narrow = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        self.area.move_cursor(CursorMove::Jump(narrow(row), narrow(col)));
    }

    /// Makes one edit of the history and joins it to the run of edits that are undone together.
    fn edit(&mut self, run: Run, change: impl FnOnce(&mut TextArea<'static>)) -> bool {
        change(&mut self.area);
        self.redo.clear();
        match self.undo.last_mut() {
            Some(count) if run != Run::Alone && self.run == Some(run) => *count += 1,
            // A word is undone with the space that was typed after it.
            Some(count) if run == Run::Space && self.run == Some(Run::Word) => *count += 1,
            _ => self.undo.push(1),
        }
        self.run = Some(run);
        self.measure();
        true
    }

    fn measure(&mut self) {
        let lines = self.area.lines();
        self.bytes = lines.iter().map(String::len).sum::<usize>() + lines.len() - 1;
    }

    fn type_char(&mut self, c: char) -> bool {
        if c == '\n' || c == '\r' {
            return self.key(EditKey::Enter);
        }
        let (_, col, line) = self.line_at_cursor();
        let head: String = line.chars().take(col).collect();
        let last = head.graphemes(true).next_back().unwrap_or_default();
        // A mark is judged with the letter it falls on, with which it may make one letter (и and a breve make й).
        let joined = DisplayText::sanitise(&format!("{last}{c}"));
        let (drop, piece) = match joined.as_str().strip_prefix(last) {
            Some(rest) => (0, rest.to_owned()),
            None => (last.chars().count(), joined.as_str().to_owned()),
        };
        if piece.is_empty() || piece.len() > self.room() {
            return false;
        }
        let run = if c.is_whitespace() { Run::Space } else { Run::Word };
        for _ in 0..drop {
            self.edit(run, |area| {
                area.delete_char();
            });
        }
        for c in piece.chars() {
            self.edit(run, |area| area.insert_char(c));
        }
        true
    }

    fn backspace(&mut self) -> bool {
        let (row, col, line) = self.line_at_cursor();
        if col == 0 {
            return row > 0
                && self.edit(Run::Deletion, |area| {
                    area.delete_newline();
                });
        }
        let head: String = line.chars().take(col).collect();
        let last = head.graphemes(true).next_back().map_or(1, |g| g.chars().count());
        self.delete_range(row, col - last, last)
    }

    fn delete(&mut self) -> bool {
        let (row, col, line) = self.line_at_cursor();
        let tail: String = line.chars().skip(col).collect();
        match tail.graphemes(true).next().map(|g| g.chars().count()) {
            Some(next) => self.delete_range(row, col, next),
            // At the end of a line the newline counts as one character, unless it is the last line.
            None => row + 1 < self.area.lines().len() && self.delete_range(row, col, 1),
        }
    }

    fn delete_range(&mut self, row: usize, col: usize, chars: usize) -> bool {
        self.jump(row, col);
        self.edit(Run::Deletion, |area| {
            area.delete_str(chars);
        });
        self.snap();
        true
    }

    fn delete_back_to(&mut self, place: CursorMove) -> bool {
        let DataCursor(row, col) = self.area.cursor();
        if col == 0 {
            return self.backspace();
        }
        self.area.move_cursor(place);
        let start = match self.area.cursor() {
            DataCursor(at, start) if at == row => start,
            // The word began on a line above: this line's part of it goes.
            _ => 0,
        };
        self.delete_range(row, start, col - start)
    }

    fn undo(&mut self) -> bool {
        let Some(count) = self.undo.pop() else { return false };
        let done = (0..count).take_while(|_| self.area.undo()).count();
        if done > 0 {
            self.redo.push(done);
        }
        self.after_history(done)
    }

    fn redo(&mut self) -> bool {
        let Some(count) = self.redo.pop() else { return false };
        let done = (0..count).take_while(|_| self.area.redo()).count();
        if done > 0 {
            self.undo.push(done);
        }
        self.after_history(done)
    }

    fn after_history(&mut self, done: usize) -> bool {
        self.run = None;
        self.measure();
        done > 0
    }

    fn go(&mut self, key: EditKey) {
        let (row, col, line) = self.line_at_cursor();
        match key {
            EditKey::Left if col > 0 => {
                let head: String = line.chars().take(col).collect();
                let last = head.graphemes(true).next_back().map_or(1, |g| g.chars().count());
                self.jump(row, col - last);
            }
            EditKey::Left if row > 0 => self.jump(row - 1, usize::MAX),
            EditKey::Right => {
                let tail: String = line.chars().skip(col).collect();
                match tail.graphemes(true).next().map(|g| g.chars().count()) {
                    Some(next) => self.jump(row, col + next),
                    None if row + 1 < self.area.lines().len() => self.jump(row + 1, 0),
                    None => {}
                }
            }
            EditKey::Home => self.go_in_row(0),
            EditKey::End => self.go_in_row(usize::MAX),
            EditKey::PageUp => self.go_rows(CursorMove::Up),
            EditKey::PageDown => self.go_rows(CursorMove::Down),
            EditKey::Up => self.area.move_cursor(CursorMove::Up),
            EditKey::Down => self.area.move_cursor(CursorMove::Down),
            EditKey::WordLeft => self.area.move_cursor(CursorMove::WordBack),
            EditKey::WordRight => self.area.move_cursor(CursorMove::WordForward),
            EditKey::Top => self.jump(0, 0),
            EditKey::Bottom => self.jump(usize::MAX, usize::MAX),
            _ => {}
        }
        self.snap();
    }

    /// The start or the end of the row on the screen, which is a part of a long line.
    fn go_in_row(&mut self, col: usize) {
        let row = self.area.screen_cursor().row;
        let DataCursor(line, at) = self.area.screen_to_data(row, col);
        self.jump(line, at);
    }

    fn go_rows(&mut self, step: CursorMove) {
        for _ in 0..self.height.get().saturating_sub(1).max(1) {
            self.area.move_cursor(step);
        }
    }

    /// Keeps the cursor between clusters, wherever a move by rows or an edit has left it.
    fn snap(&mut self) {
        let (row, col, line) = self.line_at_cursor();
        let mut at = 0;
        for grapheme in line.graphemes(true) {
            let next = at + grapheme.chars().count();
            if at < col && col < next {
                return self.jump(row, at);
            }
            at = next;
        }
    }

    /// Draws the text in `area`, scrolled so that the cursor is in sight, with `placeholder` in an empty one; returns
    /// where the hardware cursor belongs.
    pub fn draw(
        &self,
        buf: &mut Buffer,
        area: Rect,
        placeholder: Option<&Phrase>,
        theme: &Theme,
    ) -> Position {
        let area = area.intersection(buf.area);
        text::clear(buf, area, theme.base);
        if area.is_empty() {
            return area.as_position();
        }
        self.height.set(area.height);
        (&self.area).render(area, buf);
        for position in area.positions() {
            let cell = &mut buf[position];
            cell.set_style(theme.base);
        }
        if let (true, Some(words)) = (self.is_empty(), placeholder) {
            text::put(buf, area.x, area.y, area.width, words, theme.muted);
        }
        let (top, _) = self.area.scroll_offset();
        let row = self.area.screen_cursor().row;
        let DataCursor(line, start) = self.area.screen_to_data(row, 0);
        let DataCursor(_, col) = self.area.cursor();
        let before: String = self.line(line).chars().skip(start).take(col.saturating_sub(start)).collect();
        let x = width_of(&before).min(area.width - 1);
        let y = (row as u16).saturating_sub(top).min(area.height - 1);
        Position::new(area.x + x, area.y + y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Depth;
    use proptest::prelude::*;

    fn holding(text: &str) -> Editor {
        Editor::holding(&DisplayText::sanitise(text))
    }

    fn typed(editor: &mut Editor, text: &str) {
        for c in text.chars() {
            editor.key(EditKey::Char(c));
        }
    }

    fn drawn(editor: &Editor, width: u16, height: u16) -> (Vec<String>, Position) {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        let at = editor.draw(&mut buf, area, None, &Theme::dark(Depth::Mono));
        let row = |y| -> String { (0..width).map(|x| buf[(x, y)].symbol().to_owned()).collect() };
        ((0..height).map(|y| row(y).trim_end().to_owned()).collect(), at)
    }

    #[test]
    fn typed_text_is_folded_and_the_cursor_stands_after_it() {
        let mut editor = Editor::default();
        typed(&mut editor, "Здравствуйте, Алёна");
        editor.key(EditKey::Enter);
        typed(&mut editor, "да");
        assert_eq!(editor.text().as_str(), "Здравствуйте, Алёна\nда");
        let (rows, at) = drawn(&editor, 14, 4);
        assert_eq!(rows, ["Здравствуйте,", "Алёна", "да", ""]);
        assert_eq!(at, Position::new(2, 2));
        editor.key(EditKey::Up);
        editor.key(EditKey::End);
        assert_eq!(drawn(&editor, 14, 4).1, Position::new(5, 1));
        editor.key(EditKey::Home);
        assert_eq!(drawn(&editor, 14, 4).1, Position::new(0, 1));
    }

    #[test]
    fn deletion_takes_what_a_person_sees_as_one_letter() {
        let mut editor = holding("да 👩‍👩‍👧!");
        editor.key(EditKey::Left);
        editor.key(EditKey::Backspace);
        assert_eq!(editor.text().as_str(), "да !");
        editor.key(EditKey::Home);
        editor.key(EditKey::Delete);
        assert_eq!(editor.text().as_str(), "а !");
        let mut editor = holding("раз\nдва");
        editor.key(EditKey::Home);
        editor.key(EditKey::Backspace);
        assert_eq!(editor.text().as_str(), "раздва");
        editor.key(EditKey::Enter);
        editor.key(EditKey::Up);
        editor.key(EditKey::End);
        editor.key(EditKey::Delete);
        assert_eq!(editor.text().as_str(), "раздва");
        editor.key(EditKey::Bottom);
        assert!(!editor.key(EditKey::Delete));
    }

    #[test]
    fn a_word_and_a_line_start_are_deleted_whole() {
        let mut editor = holding("один\nраз два");
        editor.key(EditKey::DeleteWord);
        assert_eq!(editor.text().as_str(), "один\nраз ");
        editor.key(EditKey::DeleteToStart);
        assert_eq!(editor.text().as_str(), "один\n");
        editor.key(EditKey::DeleteWord);
        assert_eq!(editor.text().as_str(), "один");
    }

    #[test]
    fn undo_takes_back_a_word_and_redo_returns_it() {
        let mut editor = Editor::default();
        typed(&mut editor, "раз два");
        assert!(editor.key(EditKey::Undo));
        assert_eq!(editor.text().as_str(), "раз ");
        editor.key(EditKey::Undo);
        assert_eq!(editor.text().as_str(), "");
        assert!(!editor.key(EditKey::Undo));
        editor.key(EditKey::Redo);
        editor.key(EditKey::Redo);
        assert_eq!(editor.text().as_str(), "раз два");
        assert!(!editor.key(EditKey::Redo));
        editor.key(EditKey::Backspace);
        editor.key(EditKey::Backspace);
        editor.key(EditKey::Undo);
        assert_eq!(editor.text().as_str(), "раз два");
    }

    #[test]
    fn a_paste_is_one_undo_and_carries_nothing_dangerous() {
        let mut editor = holding("до ");
        let pasted = editor.paste(&DisplayText::sanitise("a\u{1b}[31mb\r\nc\u{202e}d"));
        assert_eq!(pasted.cut, 0);
        assert!(!editor.text().as_str().chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'));
        assert!(editor.text().as_str().starts_with("до a"));
        assert_eq!(editor.place().0, 1);
        editor.key(EditKey::Undo);
        assert_eq!(editor.text().as_str(), "до ");
    }

    #[test]
    fn text_stays_under_its_limits_and_says_what_was_cut() {
        let mut editor = Editor::default();
        let long = DisplayText::sanitise(&"я".repeat(50_000));
        assert_eq!(editor.paste(&long), Pasted { taken: LONGEST, cut: 100_000 - LONGEST });
        assert!(!editor.key(EditKey::Char('я')) && !editor.key(EditKey::Enter));
        let mut editor = Editor::default();
        let lines = DisplayText::sanitise(&"\n".repeat(60_000));
        assert_eq!(editor.paste(&lines), Pasted { taken: MOST_LINES - 1, cut: 60_001 - MOST_LINES });
        assert!(!editor.key(EditKey::Enter));
        drawn(&editor, 40, 10);
    }

    #[test]
    fn marks_typed_after_a_letter_join_it() {
        let mut editor = Editor::default();
        typed(&mut editor, "и\u{306}\u{202e}\u{200b}\u{7}");
        let text = editor.text();
        assert!(text.as_str().starts_with('й'), "{text}");
        assert!(!text.as_str().contains(['\u{202e}', '\u{200b}', '\u{7}']));
    }

    #[test]
    fn a_saved_place_is_found_again() {
        let mut editor = holding("раз\nд👩‍👩‍👧ва");
        editor.key(EditKey::Left);
        assert_eq!(editor.place(), (1, 3));
        let mut again = Editor::holding(&editor.text());
        again.go_to((1, 3));
        assert_eq!(again.place(), (1, 3));
        again.go_to((9, 9));
        assert_eq!(again.place(), (1, 4));
    }

    #[test]
    fn an_empty_composer_shows_its_placeholder_and_a_full_one_scrolls() {
        let area = Rect::new(0, 0, 20, 2);
        let mut buf = Buffer::empty(area);
        let words = crate::i18n::Tr::new(crate::i18n::Lang::Ru).text("loading");
        let at = Editor::default().draw(&mut buf, area, Some(&words), &Theme::dark(Depth::Mono));
        assert_eq!((at, buf[(0, 0)].symbol()), (Position::new(0, 0), "З"));
        let mut editor = holding("1\n2\n3\n4");
        assert_eq!(drawn(&editor, 5, 2), (vec!["3".to_owned(), "4".to_owned()], Position::new(1, 1)));
        editor.key(EditKey::Top);
        assert_eq!(drawn(&editor, 5, 2).0, ["1", "2"]);
    }

    fn any_key() -> impl Strategy<Value = EditKey> {
        use EditKey::*;
        let fixed = prop::sample::select(vec![
            Enter,
            Backspace,
            Delete,
            DeleteWord,
            DeleteToStart,
            Left,
            Right,
            WordLeft,
            WordRight,
            Up,
            Down,
            Home,
            End,
            PageUp,
            PageDown,
            Top,
            Bottom,
            Undo,
            Redo,
        ]);
        let letters = prop::sample::select(vec!['а', ' ', '漢', '\u{301}', '👩', '\u{200d}', 'x']);
        prop_oneof![fixed, letters.prop_map(Char)]
    }

    proptest! {
        #[test]
        fn whatever_is_typed_the_text_is_safe_and_the_cursor_is_on_the_screen(
            keys in prop::collection::vec(any_key(), 0..60), width in 1u16..12
        ) {
            let mut editor = holding("раз два\n漢字 три");
            for key in keys {
                let before = editor.text();
                let changed = editor.key(key);
                prop_assert!(changed || editor.text() == before);
                let joined = editor.area.lines().join("\n");
                prop_assert_eq!(joined.len(), editor.len());
                let (rows, at) = drawn(&editor, width, 3);
                prop_assert!(at.x < width && at.y < 3 && rows.len() == 3);
            }
            while editor.key(EditKey::Undo) {}
            let text = editor.text();
            prop_assert_eq!(text.as_str(), "раз два\n漢字 три");
        }
    }
}
