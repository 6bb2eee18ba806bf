//! A table of any length that draws only the rows that are seen: a hundred thousand rows given to ratatui's own list
//! cost 84 ms a frame, a screenful costs none of that.
//!
//! The caller says how many rows there are, which is chosen and where the window stands, and is asked for each visible
//! row. A row that is not loaded yet is drawn as such, never as an empty one.

use super::text::{self, Shown};
use crate::i18n::Phrase;
use crate::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::ops::Range;

/// Blank columns between two columns of the table.
const GAP: u16 = 1;

/// One column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    pub title: Phrase,
    /// Narrower than this, the column is left out.
    pub min: u16,
    /// What it would like; more is given only to columns that grow.
    pub ideal: u16,
    /// Its share of what is left over; 0 for a column that never grows.
    pub grow: u16,
    /// When space is short, the columns with the highest number go first; 0 always stays.
    pub rank: u8,
}

/// A cell: text that is safe to draw, and its style.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    text: String,
    /// The same in fewer columns, the longest first: a date that is cut in the middle says nothing.
    shorter: Vec<String>,
    style: Option<Style>,
}

impl Cell {
    /// A cell in the style of its row.
    pub fn new(text: &impl Shown) -> Self {
        Self { text: text.shown().to_owned(), ..Self::default() }
    }

    /// A cell with a style of its own; on the chosen row the row's colours win and its boldness stays.
    pub fn styled(text: &impl Shown, style: Style) -> Self {
        Self { text: text.shown().to_owned(), style: Some(style), ..Self::default() }
    }

    /// What stands there instead where the column is too narrow, the longest first.
    pub fn or_shorter(self, shorter: &[impl Shown]) -> Self {
        Self { shorter: shorter.iter().map(|text| text.shown().to_owned()).collect(), ..self }
    }

    /// The longest text that is not cut in `width` columns, or the shortest there is.
    fn text_in(&self, width: u16) -> &str {
        let fits = |text: &&String| text::width_of(text) <= width;
        let all = || std::iter::once(&self.text).chain(&self.shorter);
        all().find(fits).or(all().last()).map_or("", String::as_str)
    }
}

/// A column that found room: its place among the columns, where it starts and how wide it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub column: usize,
    pub x: u16,
    pub width: u16,
}

/// Shares `width` among the columns: all at their minimum or not at all, then up to what each would like in the order of
/// rank, then the rest to those that grow.
pub fn fit_columns(columns: &[Column], width: u16) -> Vec<Slot> {
    let mut kept: Vec<usize> = (0..columns.len()).collect();
    let need = |kept: &[usize]| -> u16 {
        let cells: u16 = kept.iter().map(|&c| columns[c].min).fold(0, u16::saturating_add);
        cells.saturating_add(GAP * (kept.len().saturating_sub(1)) as u16)
    };
    while kept.len() > 1 && need(&kept) > width {
        let Some(at) = (0..kept.len()).rev().max_by_key(|&i| columns[kept[i]].rank) else { break };
        if columns[kept[at]].rank == 0 {
            break;
        }
        kept.remove(at);
    }
    let mut widths: Vec<u16> = kept.iter().map(|&c| columns[c].min).collect();
    let mut left = width.saturating_sub(need(&kept));
    let mut order: Vec<usize> = (0..kept.len()).collect();
    order.sort_by_key(|&i| columns[kept[i]].rank);
    for i in order {
        let more = columns[kept[i]].ideal.saturating_sub(widths[i]).min(left);
        widths[i] += more;
        left -= more;
    }
    share_rest(columns, &kept, &mut widths, left);
    place(&kept, &widths, width)
}

fn share_rest(columns: &[Column], kept: &[usize], widths: &mut [u16], left: u16) {
    let total: u32 = kept.iter().map(|&c| u32::from(columns[c].grow)).sum();
    let Some(last) = kept.iter().rposition(|&c| columns[c].grow > 0) else { return };
    let mut given = 0;
    for (i, &column) in kept.iter().enumerate() {
        let share = (u32::from(left) * u32::from(columns[column].grow) / total) as u16;
        widths[i] += share;
        given += share;
    }
    widths[last] += left - given;
}

fn place(kept: &[usize], widths: &[u16], total: u16) -> Vec<Slot> {
    let mut x = 0u16;
    let mut slots = Vec::with_capacity(kept.len());
    for (&column, &width) in kept.iter().zip(widths) {
        let width = width.min(total.saturating_sub(x));
        if width > 0 {
            slots.push(Slot { column, x, width });
        }
        x = x.saturating_add(width).saturating_add(GAP);
    }
    slots
}

/// Where the window must start so that the chosen row is in it, moving as little as possible.
pub fn window(offset: usize, selected: usize, len: usize, height: usize) -> usize {
    let last = len.saturating_sub(height);
    let offset = if selected < offset {
        selected
    } else if height > 0 && selected >= offset + height {
        selected + 1 - height
    } else {
        offset
    };
    offset.min(last)
}

/// A cursor in a list of any length: which row is chosen and where the window starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub selected: usize,
    pub offset: usize,
}

impl Cursor {
    /// Keeps the chosen row within a list of `len` rows, and in sight where `height` rows are.
    pub fn keep(&mut self, len: usize, height: usize) {
        self.selected = self.selected.min(len.saturating_sub(1));
        self.offset = window(self.offset, self.selected, len, height);
    }
}

/// A table, ready to be drawn.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    pub columns: &'a [Column],
    pub len: usize,
    pub cursor: Cursor,
    /// Whether this table has the keys.
    pub focused: bool,
    /// What stands in a row that is not loaded yet.
    pub loading: &'a Phrase,
    pub theme: &'a Theme,
}

impl Table<'_> {
    /// The rows that fit under the titles.
    pub fn height(area: Rect) -> usize {
        usize::from(area.height.saturating_sub(1))
    }

    /// Draws the titles and the visible rows, asking `row` for each of these and no other; `None` means "not loaded".
    /// Returns which rows were drawn, so that the caller can load what comes next.
    pub fn draw(
        &self,
        buf: &mut Buffer,
        area: Rect,
        mut row: impl FnMut(usize) -> Option<Vec<Cell>>,
    ) -> Range<usize> {
        text::clear(buf, area, self.theme.base);
        let slots = fit_columns(self.columns, area.width);
        if area.height == 0 {
            return 0..0;
        }
        for slot in &slots {
            let title = &self.columns[slot.column].title;
            text::put(buf, area.x + slot.x, area.y, slot.width, title, self.theme.heading);
        }
        let height = Self::height(area);
        let offset = window(self.cursor.offset, self.cursor.selected, self.len, height);
        let end = self.len.min(offset + height);
        for index in offset..end {
            let y = area.y + 1 + (index - offset) as u16;
            let line = Rect { y, height: 1, ..area };
            self.draw_row(buf, line, &slots, row(index), index == self.cursor.selected);
        }
        offset..end
    }

    fn draw_row(&self, buf: &mut Buffer, line: Rect, slots: &[Slot], cells: Option<Vec<Cell>>, chosen: bool) {
        let ground = match (chosen, self.focused) {
            (true, true) => Some(self.theme.selected),
            (true, false) => Some(self.theme.selected_idle),
            (false, _) => None,
        };
        if let Some(style) = ground {
            text::clear(buf, line, style);
        }
        let Some(cells) = cells else {
            text::put(buf, line.x, line.y, line.width, self.loading, ground.unwrap_or(self.theme.muted));
            return;
        };
        for slot in slots {
            let Some(cell) = cells.get(slot.column) else { continue };
            let own = cell.style.unwrap_or(self.theme.base);
            let style = ground.map_or(own, |row| own.patch(row));
            text::put_str(buf, line.x + slot.x, line.y, slot.width, cell.text_in(slot.width), style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Lang, Tr};
    use crate::theme::Depth;
    use otklik_core::types::DisplayText;

    fn column(min: u16, ideal: u16, grow: u16, rank: u8) -> Column {
        Column { title: Phrase::default(), min, ideal, grow, rank }
    }

    fn widths(columns: &[Column], width: u16) -> Vec<(usize, u16)> {
        fit_columns(columns, width).iter().map(|slot| (slot.column, slot.width)).collect()
    }

    #[test]
    fn columns_of_low_rank_go_first_and_the_growing_one_takes_the_rest() {
        let columns = [column(17, 17, 0, 0), column(8, 16, 0, 1), column(5, 9, 0, 0), column(8, 20, 1, 2)];
        assert_eq!(widths(&columns, 80), [(0, 17), (1, 16), (2, 9), (3, 35)]);
        assert_eq!(widths(&columns, 45), [(0, 17), (1, 8), (2, 9), (3, 8)]);
        assert_eq!(widths(&columns, 40), [(0, 17), (1, 12), (2, 9)]);
        assert_eq!(widths(&columns, 30), [(0, 17), (2, 9)]);
        assert_eq!(widths(&columns, 10), [(0, 10)]);
        assert_eq!(widths(&columns, 0), []);
        assert_eq!(widths(&[], 80), []);
    }

    #[test]
    fn a_cell_that_would_be_cut_stands_in_its_shorter_form() {
        let text = DisplayText::sanitise;
        let cell = Cell::new(&text("суд пт 20.11")).or_shorter(&[text("суд 20.11"), text("20.11")]);
        let forms = [(12, "суд пт 20.11"), (11, "суд 20.11"), (8, "20.11"), (3, "20.11")];
        for (width, form) in forms {
            assert_eq!(cell.text_in(width), form, "{width}");
        }
    }

    #[test]
    fn slots_never_overlap_nor_leave_the_width() {
        let columns = [column(17, 17, 0, 0), column(8, 16, 2, 1), column(5, 9, 0, 0), column(8, 20, 3, 2)];
        for width in 0..200 {
            let mut x = 0;
            for slot in fit_columns(&columns, width) {
                assert!(slot.x >= x && slot.x + slot.width <= width, "{width}: {slot:?}");
                x = slot.x + slot.width + GAP;
            }
        }
    }

    #[test]
    fn the_cursor_stays_in_the_list_and_in_the_window() {
        let kept = |selected, offset, len, height| {
            let mut cursor = Cursor { selected, offset };
            cursor.keep(len, height);
            (cursor.selected, cursor.offset)
        };
        assert_eq!(kept(9, 0, 100, 10), (9, 0));
        assert_eq!(kept(10, 0, 100, 10), (10, 1), "the window follows");
        assert_eq!(kept(200, 0, 100, 10), (99, 90));
        assert_eq!(kept(99, 90, 5, 10), (4, 0), "a list that became short");
        assert_eq!(kept(4, 0, 0, 10), (0, 0));
    }

    #[test]
    fn only_visible_rows_are_asked_for() {
        let (theme, tr) = (Theme::dark(Depth::Mono), Tr::new(Lang::Ru));
        let columns = [column(5, 5, 1, 0)];
        let loading = tr.text("loading");
        let mut asked = Vec::new();
        let area = Rect::new(0, 0, 20, 5);
        let mut buf = Buffer::empty(area);
        let table = Table {
            columns: &columns,
            len: 100_000,
            cursor: Cursor { selected: 50_000, offset: 49_999 },
            focused: true,
            loading: &loading,
            theme: &theme,
        };
        let drawn = table.draw(&mut buf, area, |i| {
            asked.push(i);
            (i % 2 == 0).then(|| vec![Cell::new(&DisplayText::sanitise(&i.to_string()))])
        });
        assert_eq!(asked, [49_999, 50_000, 50_001, 50_002]);
        assert_eq!(drawn, 49_999..50_003);
        let row = |y: u16| -> String { (0..20).map(|x| buf[(x, y)].symbol().to_owned()).collect() };
        assert_eq!(row(1).trim_end(), loading.as_str());
        assert_eq!(row(2).trim_end(), "50000");
    }
}
