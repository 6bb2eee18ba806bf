//! What stands where content would: nothing here and why, still loading, or failed and what to do. The three never look
//! alike, in words and in sign, for an inspector who takes a failure for an empty queue misses a letter.

use super::text;
use super::wrap::Wrapped;
use crate::i18n::{Phrase, Tr};
use crate::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Why there is no content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absence {
    /// There is nothing, with the reason: a filter, a tab that is done, a desk that is new.
    Empty(Phrase),
    Loading,
    /// It could not be loaded: what happened and what to do, as [`Tr::error`] says it.
    Failed(Phrase),
}

/// Draws it in the upper third of `area`, folded to its width.
pub fn draw(buf: &mut Buffer, area: Rect, absence: &Absence, tr: &Tr, theme: &Theme) {
    text::clear(buf, area, theme.base);
    let (head, words, style) = match absence {
        Absence::Empty(reason) => (None, reason.clone(), theme.muted),
        Absence::Loading => (None, tr.text("loading"), theme.muted),
        Absence::Failed(what) => (Some(tr.text("load-failed")), what.clone(), theme.base),
    };
    let mut line = Rect {
        x: area.x + 2,
        y: area.y + area.height / 4,
        width: area.width.saturating_sub(4),
        height: area.height - area.height / 4,
    }
    .intersection(area);
    if let Some(head) = head {
        text::put(buf, line.x, line.y, line.width, &head, theme.error);
        line = Rect { y: line.y + 1, height: line.height.saturating_sub(1), ..line };
    }
    if !line.is_empty() {
        Wrapped::from(&words).draw(buf, line, 0, style);
    }
}
