//! The line of tabs with their counts, and at its right the state of intake and the clock. The tab that is open is
//! always in sight: when they do not all fit, the line shows those around it and says with `<` and `>` that there is more.

use super::text::{self, width};
use crate::i18n::Phrase;
use crate::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// One tab: its name, with the count if it is known («Мои 8»).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    pub label: Phrase,
    /// `None` while the count is not loaded: no number is not the same as zero.
    pub count: Option<u64>,
}

impl Tab {
    fn width(&self) -> u16 {
        width(&self.label) + self.count.map_or(0, |count| 1 + count.to_string().len() as u16)
    }

    fn draw(&self, buf: &mut Buffer, x: u16, y: u16, room: u16, style: Style) -> u16 {
        let mut label = self.label.as_str().to_owned();
        if let Some(count) = self.count {
            label.push_str(&format!(" {count}"));
        }
        text::put_str(buf, x, y, room, &label, style)
    }
}

/// What stands at the right end of the line.
#[derive(Clone, Debug)]
pub struct Note<'a> {
    pub text: &'a Phrase,
    pub style: Style,
    /// Stays as long as the open tab can be seen beside it; another stays only beside all the tabs. The state of intake
    /// stays, the clock does not.
    pub keep: bool,
}

/// Draws tabs and notes in the first row of `area`.
pub fn draw(buf: &mut Buffer, area: Rect, tabs: &[Tab], active: usize, notes: &[Note<'_>], theme: &Theme) {
    let area = Rect { height: area.height.min(1), ..area };
    text::clear(buf, area, theme.base);
    if area.is_empty() {
        return;
    }
    let need = 1 + tabs.iter().map(|tab| tab.width() + 1).sum::<u16>();
    let active_need = tabs.get(active).map_or(0, Tab::width) + 4;
    let room = draw_notes(buf, area, notes, need, active_need);
    let tabs_area = Rect { width: room, ..area };
    let shown = visible(tabs, active, room.saturating_sub(1));
    let mut x = area.x;
    x += text::put_str(buf, x, area.y, 1, if shown.start > 0 { "<" } else { " " }, theme.tab);
    for index in shown.clone() {
        if index > shown.start {
            x += text::put_str(buf, x, area.y, 1, "│", theme.border);
        }
        let style = if index == active { theme.tab_active } else { theme.tab };
        x += tabs[index].draw(buf, x, area.y, tabs_area.right().saturating_sub(x), style);
    }
    if shown.end < tabs.len() && x < tabs_area.right() {
        text::put_str(buf, x, area.y, 1, ">", theme.tab);
    }
}

/// Draws the notes that have room, the last at the edge; returns the columns left for the tabs.
fn draw_notes(buf: &mut Buffer, area: Rect, notes: &[Note<'_>], need: u16, active_need: u16) -> u16 {
    let mut room = area.width;
    // Those that stay take their room first, wherever they stand in the line.
    let mut fits = vec![false; notes.len()];
    for keep in [true, false] {
        let floor = if keep { active_need } else { need };
        for (note, fits) in notes.iter().zip(&mut fits).filter(|(note, _)| note.keep == keep) {
            let takes = width(note.text) + 2;
            *fits = room >= takes.saturating_add(floor);
            room -= if *fits { takes } else { 0 };
        }
    }
    let mut x = area.x + room;
    for (note, _) in notes.iter().zip(fits).filter(|(_, fits)| *fits) {
        let takes = width(note.text) + 2;
        text::put(buf, x + 1, area.y, takes - 1, note.text, note.style);
        x += takes;
    }
    room
}

/// The run of tabs around the open one that fits into `columns`.
fn visible(tabs: &[Tab], active: usize, columns: u16) -> std::ops::Range<usize> {
    let total =
        |range: std::ops::Range<usize>| -> u16 { tabs[range].iter().map(|tab| tab.width() + 1).sum() };
    if tabs.is_empty() {
        return 0..0;
    }
    let active = active.min(tabs.len() - 1);
    let (mut start, mut end) = (active, active + 1);
    loop {
        if end < tabs.len() && total(start..end + 1) <= columns {
            end += 1;
        } else if start > 0 && total(start - 1..end) <= columns {
            start -= 1;
        } else {
            return start..end;
        }
    }
}
