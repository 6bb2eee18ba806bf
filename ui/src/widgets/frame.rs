//! The frame of every screen: the header, the line of tabs, two rules, the body in one or two parts, the bar of function
//! keys. Where things stand depends on the size alone, so that a screen looks the same whatever is in it.

use super::text::{self, Shown, width};
use crate::i18n::Phrase;
use crate::theme::Theme;
use otklik_core::types::DisplayText;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

/// Smaller than this, nothing useful fits and the console says so.
pub const SMALLEST: Size = Size { width: 40, height: 8 };

/// From this width on, the list and the reading pane stand side by side; below it, one at a time.
const TWO_PARTS: u16 = 100;

/// Where the parts of the frame stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    pub header: Rect,
    pub tabs: Rect,
    pub upper_rule: Rect,
    /// The list, or whichever part is in front when there is room for one.
    pub body: Rect,
    /// The pane at the right with the rule before it; `None` when it stands behind `Tab`.
    pub pane: Option<Rect>,
    pub lower_rule: Rect,
    pub fkeys: Rect,
}

impl Places {
    /// `None` when the terminal is smaller than [`SMALLEST`]. `pane` says whether the screen has a second part at all.
    pub fn of(area: Rect, pane: bool) -> Option<Self> {
        if area.width < SMALLEST.width || area.height < SMALLEST.height {
            return None;
        }
        let row = |y: u16| Rect { y: area.y + y, height: 1, ..area };
        let whole = Rect { y: area.y + 3, height: area.height - 5, ..area };
        let two = pane && area.width >= TWO_PARTS;
        // 64 of 120 for the list, as the design draws it; the rule takes a column of its own.
        let list = if two { area.width * 8 / 15 } else { area.width };
        let body = Rect { width: list, ..whole };
        let pane = two.then(|| Rect { x: area.x + list + 1, width: area.width - list - 1, ..whole });
        Some(Self {
            header: row(0),
            tabs: row(1),
            upper_rule: row(2),
            body,
            pane,
            lower_rule: row(area.height - 2),
            fkeys: row(area.height - 1),
        })
    }

    /// Draws the rules between the parts.
    pub fn draw_rules(&self, buf: &mut Buffer, theme: &Theme) {
        for (rule, joint) in [(self.upper_rule, "┬"), (self.lower_rule, "┴")] {
            for x in rule.left()..rule.right() {
                let sign = if self.pane.is_some_and(|pane| x + 1 == pane.x) { joint } else { "─" };
                text::put_str(buf, x, rule.y, 1, sign, theme.border);
            }
        }
        if let Some(pane) = self.pane {
            for y in pane.top()..pane.bottom() {
                text::put_str(buf, pane.x - 1, y, 1, "│", theme.border);
            }
        }
    }
}

/// A screen in the header: «1 Обращения 23».
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenName {
    pub number: u8,
    /// The name with what there is to say of it («Исходящие: ошибок 2»).
    pub label: Phrase,
    pub count: Option<u64>,
}

/// The header line.
#[derive(Clone, Debug)]
pub struct Header<'a> {
    pub brand: &'a Phrase,
    pub organisation: &'a DisplayText,
    pub screens: &'a [ScreenName],
    pub active: usize,
}

impl Header<'_> {
    /// Draws it. When space is short the organisation's name is cut first, then the screens from the right.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, theme: &Theme) {
        let area = Rect { height: area.height.min(1), ..area };
        text::clear(buf, area, theme.chrome);
        if area.is_empty() {
            return;
        }
        let mut x = area.x + 1;
        let room = |x: u16| area.right().saturating_sub(x);
        x += text::put(buf, x, area.y, room(x), self.brand, theme.brand) + 2;
        let names: Vec<String> = self.screens.iter().map(ScreenName::text).collect();
        let screens: u16 = names.iter().map(|name| text::width_of(name) + 2).sum();
        let name_room = room(x).saturating_sub(screens);
        if name_room >= 6 || width(self.organisation) <= name_room {
            x += text::put(buf, x, area.y, name_room, self.organisation, theme.chrome) + 2;
        }
        for (index, name) in names.iter().enumerate() {
            let style = if index == self.active { theme.screen_active } else { theme.screen };
            x += text::put_str(buf, x, area.y, room(x), name, style) + 2;
        }
    }
}

impl ScreenName {
    fn text(&self) -> String {
        let count = self.count.map(|count| format!(" {count}")).unwrap_or_default();
        format!("{} {}{count}", self.number, self.label)
    }
}

/// Says that the terminal is too small, in whatever there is.
pub fn draw_too_small(buf: &mut Buffer, area: Rect, message: &Phrase, theme: &Theme) {
    text::clear(buf, area, theme.base);
    let message = super::wrap::Wrapped::from(message);
    message.draw(buf, area, 0, theme.warning);
}

/// One line that says what just happened, over the lower rule: gone at the next key.
pub fn draw_notice(buf: &mut Buffer, rule: Rect, notice: &impl Shown, style: ratatui::style::Style) {
    let room = rule.width.saturating_sub(4);
    let used = text::width_of(&text::fit(notice, room));
    let x = rule.x + 1;
    text::put_str(buf, x, rule.y, 1, " ", style);
    text::put(buf, x + 1, rule.y, room, notice, style);
    text::put_str(buf, x + 1 + used, rule.y, 1, " ", style);
}

/// A box of at most `size` in the middle of `area`.
pub fn centred(area: Rect, size: Size) -> Rect {
    let (width, height) = (size.width.min(area.width), size.height.min(area.height));
    let at = Position::new(area.x + (area.width - width) / 2, area.y + (area.height - height) / 2);
    Rect::new(at.x, at.y, width, height)
}
