//! What the lists of several screens have in common: their columns by the key of the title, and why there is nothing to
//! show. It draws; it holds no state.

use crate::app::effect::Failure;
use crate::app::env::Env;
use crate::app::notice::failure_text;
use crate::widgets::columns::{Cell, Column, Cursor, Table};
use crate::widgets::empty::Absence;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A column: the key of its title, and `min`, `ideal`, `grow` and `rank` of [`Column`].
pub type Heading = (&'static str, u16, u16, u16, u8);

/// Draws the rows of a list; a row that `cells` does not have is being loaded.
pub fn draw_rows(
    headings: &[Heading],
    (len, cursor, focused): (usize, Cursor, bool),
    env: &Env,
    buf: &mut Buffer,
    area: Rect,
    cells: impl FnMut(usize) -> Option<Vec<Cell>>,
) {
    let column = |&(key, min, ideal, grow, rank): &Heading| {
        let title = env.tr.text(key);
        Column { title, min, ideal, grow, rank }
    };
    let columns: Vec<Column> = headings.iter().map(column).collect();
    let loading = env.tr.text("loading");
    Table { columns: &columns, len, cursor, focused, loading: &loading, theme: &env.theme }
        .draw(buf, area, cells);
}

/// Why nothing is shown: it failed, it is on its way, or there is nothing, which the text of the key says. `None` when there
/// is something; what was loaded before stays on the screen when a reload fails.
pub fn absence<T>(
    loaded: Option<&T>,
    failed: Option<&Failure>,
    is_empty: impl Fn(&T) -> bool,
    empty: &str,
    env: &Env,
) -> Option<Absence> {
    match (loaded, failed) {
        (None, Some(failure)) => Some(Absence::Failed(failure_text(&env.tr, failure))),
        (None, None) => Some(Absence::Loading),
        (Some(loaded), _) if is_empty(loaded) => Some(Absence::Empty(env.tr.text(empty))),
        (Some(_), _) => None,
    }
}
