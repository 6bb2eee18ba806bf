//! The bar of function keys at the bottom, the visible default: what each key does here, now. A key that does nothing
//! now keeps its place, so that hands learn places; its label is dimmed and, without colour, in brackets.

use super::text::{self, width};
use crate::i18n::Phrase;
use crate::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// One key of the bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FKey {
    /// 1 to 12.
    pub number: u8,
    pub label: Phrase,
    pub enabled: bool,
}

/// Columns of a label that still say what the key does.
const LEAST_LABEL: u16 = 4;

/// How the bar is written when it must be narrower: first «F1 Помощь», then «F1Помощь», then with labels cut a little, and
/// only then «1Помощь»: a digit alone is another key.
#[derive(Clone, Copy)]
struct Form {
    letter: bool,
    space: bool,
    label: u16,
}

impl Form {
    fn number(self, key: &FKey) -> String {
        format!("{}{}{}", if self.letter { "F" } else { "" }, key.number, if self.space { " " } else { "" })
    }

    fn label(self, key: &FKey) -> u16 {
        width(&key.label).min(self.label) + if key.enabled { 0 } else { 2 }
    }

    fn total(self, keys: &[FKey]) -> u16 {
        keys.iter().map(|key| self.number(key).len() as u16 + self.label(key) + 1).sum()
    }
}

fn form_for(keys: &[FKey], columns: u16) -> Form {
    let whole = keys.iter().map(|key| width(&key.label)).max().unwrap_or(0);
    let wide = Form { letter: true, space: true, label: whole };
    let close = |letter: bool| move |label: u16| Form { letter, space: false, label };
    let close_labels = (LEAST_LABEL.min(whole)..=whole).rev().map(close(true));
    let digits = (1..=whole).rev().map(close(false));
    // The bar starts with a blank column and the last key needs none after it.
    let mut forms = std::iter::once(wide).chain(close_labels).chain(digits);
    forms.find(|form| form.total(keys) <= columns).unwrap_or(Form { letter: false, space: false, label: 1 })
}

/// Draws the bar in the first row of `area`, and `note` (who is typing) at the right where there is room for it.
pub fn draw(buf: &mut Buffer, area: Rect, keys: &[FKey], note: Option<&Phrase>, theme: &Theme) {
    let area = Rect { height: area.height.min(1), ..area };
    text::clear(buf, area, theme.chrome);
    if area.is_empty() {
        return;
    }
    let form = form_for(keys, area.width.saturating_sub(1));
    let mut x = area.x + 1;
    for key in keys {
        let room = |x: u16| area.right().saturating_sub(x);
        x += text::put_str(buf, x, area.y, room(x), &form.number(key), theme.fkey_number);
        let cut = text::fit(&key.label, form.label);
        let (label, style) = if key.enabled {
            (cut, theme.fkey_label)
        } else {
            (format!("({cut})").into(), theme.fkey_disabled)
        };
        x += text::put_str(buf, x, area.y, room(x), &label, style) + 1;
    }
    if let Some(note) = note {
        let rest = Rect { x: x.min(area.right()), width: area.right().saturating_sub(x), ..area };
        if width(note) < rest.width {
            text::put_right(buf, rest, note, theme.chrome);
        }
    }
}
