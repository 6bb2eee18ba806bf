//! Paragraphs folded to a width. Folding is by words where there are any, by graphemes where a word (a long link) is
//! wider than the line. The rows are kept per width: a thread of 140 KB costs a millisecond to fold and is drawn often.

use super::text::{self, grapheme_width};
use otklik_core::types::DisplayText;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use unicode_segmentation::UnicodeSegmentation as _;

/// One row on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The bytes of the text that stand in this row, without the space at which it was folded.
    pub bytes: Range<usize>,
    /// The bytes of the paragraph (a line of the text) that the row is a part of.
    pub paragraph: Range<usize>,
}

/// Folds `text` to `width` columns. Every paragraph gives at least one row; no row is wider than `width`, except that a
/// letter of two columns in a width of one is left out of sight by the drawing.
pub fn fold(text: &DisplayText, width: u16) -> Vec<Row> {
    let text = text.as_str();
    let width = width.max(1);
    let mut rows = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let paragraph = start..start + line.len();
        fold_paragraph(text, paragraph.clone(), width, &mut rows);
        start = paragraph.end + 1;
    }
    rows
}

fn fold_paragraph(text: &str, paragraph: Range<usize>, width: u16, rows: &mut Vec<Row>) {
    let mut push = |bytes: Range<usize>| {
        let end = bytes.start + text[bytes.clone()].trim_end_matches(' ').len();
        rows.push(Row { bytes: bytes.start..end, paragraph: paragraph.clone() });
    };
    let mut row_start = paragraph.start;
    let mut used = 0u16;
    // The last place where the row may be folded: the end of a word and the start of the next.
    let mut fold_at: Option<(usize, usize)> = None;
    let mut word_start = paragraph.start;
    for (at, grapheme) in text[paragraph.clone()].grapheme_indices(true) {
        let at = paragraph.start + at;
        let columns = grapheme_width(grapheme);
        if grapheme == " " {
            // A space past the edge is not drawn, and never starts a row.
            if word_start < at {
                fold_at = Some((at, at + 1));
            } else if let Some((_, next)) = &mut fold_at {
                *next = at + 1;
            }
            word_start = at + 1;
            used = used.saturating_add(1);
            continue;
        }
        if used.saturating_add(columns) > width && at > row_start {
            match fold_at.take().filter(|(_, next)| *next > row_start) {
                Some((end, next)) => {
                    push(row_start..end);
                    row_start = next;
                }
                None => {
                    push(row_start..at);
                    row_start = at;
                }
            }
            used = text::width_of(&text[row_start..at]);
            if used.saturating_add(columns) > width && at > row_start {
                push(row_start..at);
                row_start = at;
                used = 0;
            }
        }
        used = used.saturating_add(columns);
    }
    push(row_start..paragraph.end);
}

/// Text with its rows for the width that was drawn last. Cheap to draw again, equal when the texts are equal.
#[derive(Debug, Default)]
pub struct Wrapped {
    text: DisplayText,
    rows: Mutex<Option<(u16, Arc<[Row]>)>>,
}

impl Clone for Wrapped {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), rows: Mutex::new(self.cached().clone()) }
    }
}

impl PartialEq for Wrapped {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl From<DisplayText> for Wrapped {
    fn from(text: DisplayText) -> Self {
        Self { text, rows: Mutex::default() }
    }
}

impl From<&crate::i18n::Phrase> for Wrapped {
    fn from(phrase: &crate::i18n::Phrase) -> Self {
        DisplayText::sanitise(phrase.as_str()).into()
    }
}

impl Wrapped {
    pub fn text(&self) -> &DisplayText {
        &self.text
    }

    fn cached(&self) -> std::sync::MutexGuard<'_, Option<(u16, Arc<[Row]>)>> {
        // A panic while the rows were being replaced leaves either the old or the new ones, both whole.
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows for a width, folded again only when the width changed.
    pub fn rows(&self, width: u16) -> Arc<[Row]> {
        let mut cached = self.cached();
        if let Some((kept, rows)) = cached.as_ref()
            && *kept == width
        {
            return Arc::clone(rows);
        }
        let rows: Arc<[Row]> = fold(&self.text, width).into();
        *cached = Some((width, Arc::clone(&rows)));
        rows
    }

    /// How many rows it takes.
    pub fn height(&self, width: u16) -> usize {
        self.rows(width).len()
    }

    /// Draws from row `skip` on into `area`; returns the rows drawn.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, skip: usize, style: Style) -> u16 {
        self.draw_by(buf, area, skip, |_| style)
    }

    /// As [`Wrapped::draw`], with a style for each paragraph, judged by its text (a quote starts with `>`).
    pub fn draw_by(&self, buf: &mut Buffer, area: Rect, skip: usize, style: impl Fn(&str) -> Style) -> u16 {
        let rows = self.rows(area.width);
        let text = self.text.as_str();
        let mut y = area.y;
        for row in rows.iter().skip(skip).take(usize::from(area.height)) {
            let style = style(&text[row.paragraph.clone()]);
            text::put_str(buf, area.x, y, area.width, &text[row.bytes.clone()], style);
            y += 1;
        }
        y - area.y
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(text: &str, width: u16) -> Vec<String> {
        let text = DisplayText::sanitise(text);
        fold(&text, width).into_iter().map(|row| text.as_str()[row.bytes].to_owned()).collect()
    }

    #[test]
    fn paragraphs_are_folded_at_words() {
        assert_eq!(
            folded("Меня уволили за прогул по статье", 12),
            ["Меня уволили", "за прогул по", "статье"]
        );
        assert_eq!(folded("один\n\nдва  три", 20), ["один", "", "два  три"]);
        assert_eq!(folded("один   два", 5), ["один", "два"]);
        assert_eq!(folded("слово ", 5), ["слово"]);
        assert_eq!(folded("слово и", 5), ["слово", "и"]);
        assert_eq!(folded("  отступ далее", 9), ["  отступ", "далее"]);
        assert_eq!(folded("", 5), [""]);
        assert_eq!(folded("а\n", 5), ["а", ""]);
    }

    #[test]
    fn a_word_wider_than_the_line_is_cut_between_graphemes() {
        assert_eq!(
            folded("см. https://example.org/a/b?c=1 там", 10),
            ["см.", "https://ex", "ample.org/", "a/b?c=1", "там"]
        );
        assert_eq!(folded("漢字かな", 5), ["漢字", "かな"]);
        assert_eq!(folded("漢字", 1), ["漢", "字"]);
        assert_eq!(folded("ab漢", 3), ["ab", "漢"]);
    }

    #[test]
    fn rows_are_folded_once_for_each_width() {
        let text: Wrapped = DisplayText::sanitise("Меня уволили за прогул").into();
        let first = text.rows(10);
        assert!(Arc::ptr_eq(&first, &text.rows(10)));
        assert!(!Arc::ptr_eq(&first, &text.rows(11)));
        assert_eq!(text.clone(), text);
    }

    #[test]
    fn drawing_skips_rows_and_stops_at_the_edge() {
        let text: Wrapped = DisplayText::sanitise("> раз\nдва\nтри\nчетыре").into();
        let area = Rect::new(1, 1, 6, 2);
        let mut buf = Buffer::empty(Rect::new(0, 0, 8, 4));
        let quoted = Style::new().add_modifier(ratatui::style::Modifier::BOLD);
        let style = |paragraph: &str| if paragraph.starts_with('>') { quoted } else { Style::new() };
        assert_eq!(text.draw_by(&mut buf, area, 0, style), 2);
        assert_eq!(buf[(3, 1)].modifier, ratatui::style::Modifier::BOLD);
        assert_eq!(buf[(1, 2)].modifier, ratatui::style::Modifier::empty());
        assert_eq!(text.draw(&mut buf, area, 3, Style::new()), 1);
        assert_eq!(buf[(1, 1)].symbol(), "ч");
        assert_eq!(buf[(1, 3)].symbol(), " ");
    }

    proptest! {
        #[test]
        fn nothing_but_spaces_is_lost_and_no_row_is_too_wide(
            raw in "[ а-яa-z漢\u{301}👩\n]{0,80}", width in 2u16..20
        ) {
            let text = DisplayText::sanitise(&raw);
            let rows = fold(&text, width);
            let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let joined: String = rows.iter().map(|row| &text.as_str()[row.bytes.clone()]).collect();
            prop_assert_eq!(letters(&joined), letters(text.as_str()));
            for row in &rows {
                let row = &text.as_str()[row.bytes.clone()];
                prop_assert!(text::width_of(row) <= width, "{:?} in {}", row, width);
            }
        }
    }
}
