//! A QR code in half blocks: two modules to a cell, light ones drawn, dark ones left to the ground, as a camera wants to see
//! it on a dark terminal. Around it stands its quiet zone, without which no camera finds it. What it says is the caller's.

use super::text;
use qrcode::{Color, EcLevel, QrCode};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::Style;

/// The quiet zone that the standard wants (ISO/IEC 18004), and the least that cameras do with, in modules.
pub const QUIET: usize = 4;
const LEAST_QUIET: usize = 2;

/// A code's modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    size: usize,
    dark: Vec<bool>,
}

impl Qr {
    /// For a screen, where nothing fades: as few modules as possible. None for a text that no code holds.
    pub fn for_screen(text: &str) -> Option<Self> {
        Self::of(text, EcLevel::L)
    }

    /// For paper, which is folded and gets dirty.
    pub fn for_paper(text: &str) -> Option<Self> {
        Self::of(text, EcLevel::Q)
    }

    fn of(text: &str, level: EcLevel) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, level).ok()?;
        let size = code.width();
        let dark = code.into_colors().into_iter().map(|color| color == Color::Dark).collect();
        Some(Self { size, dark })
    }

    /// Modules of a side.
    pub fn size(&self) -> usize {
        self.size
    }

    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.size && y < self.size && self.dark[y * self.size + x]
    }

    /// Columns and rows that it takes with a quiet zone of so many modules.
    pub fn cells(&self, quiet: usize) -> Size {
        let side = self.size + 2 * quiet;
        let cells = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        Size::new(cells(side), cells(side.div_ceil(2)))
    }

    /// The widest quiet zone with which it fits; none where a camera would not find it.
    pub fn quiet_in(&self, room: Size) -> Option<usize> {
        (LEAST_QUIET..=QUIET).rev().find(|quiet| {
            let cells = self.cells(*quiet);
            cells.width <= room.width && cells.height <= room.height
        })
    }

    /// The rows of cells, the quiet zone with them.
    pub fn lines(&self, quiet: usize) -> Vec<String> {
        let side = self.size + 2 * quiet;
        let is_light = |x: usize, y: usize| match (x.checked_sub(quiet), y.checked_sub(quiet)) {
            (Some(x), Some(y)) => !self.is_dark(x, y),
            _ => true,
        };
        let cell = |x: usize, y: usize| match (is_light(x, y), y + 1 < side && is_light(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        (0..side).step_by(2).map(|y| (0..side).map(|x| cell(x, y)).collect()).collect()
    }

    /// Draws it at the upper left of `area`; the style's foreground is the light, its background the dark.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, quiet: usize, style: Style) {
        for (y, line) in (area.y..area.bottom()).zip(self.lines(quiet)) {
            text::put_str(buf, area.x, y, area.width, &line, style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A card is 146 letters and digits.
    fn card() -> String {
        format!("OTKLIK1-{}", "A7".repeat(69))
    }

    #[test]
    fn a_card_fits_a_small_terminal_with_the_whole_quiet_zone() {
        let qr = Qr::for_screen(&card()).unwrap();
        assert_eq!((qr.size(), qr.cells(QUIET)), (37, Size::new(45, 23)));
        assert_eq!(qr.quiet_in(Size::new(80, 23)), Some(4));
        assert_eq!(qr.quiet_in(Size::new(80, 21)), Some(2));
        assert_eq!(qr.quiet_in(Size::new(80, 20)), None);
        assert_eq!(qr.quiet_in(Size::new(40, 50)), None);
        assert!(Qr::for_screen(&"А".repeat(5000)).is_none());
    }

    #[test]
    fn the_cells_are_the_modules() {
        let qr = Qr::for_screen(&card()).unwrap();
        let lines: Vec<Vec<char>> = qr.lines(QUIET).iter().map(|line| line.chars().collect()).collect();
        assert!(lines.iter().all(|line| line.len() == 45));
        for (x, y) in (0..45).flat_map(|x| (0..45).map(move |y| (x, y))) {
            let upper = y % 2 == 0;
            let light = match lines[y / 2][x] {
                '█' => true,
                '▀' => upper,
                '▄' => !upper,
                _ => false,
            };
            let inside = (4..41).contains(&x) && (4..41).contains(&y);
            assert_eq!(light, !(inside && qr.is_dark(x - 4, y - 4)), "{x} {y}");
        }
        assert!(qr.is_dark(0, 0) && !qr.is_dark(1, 1) && !qr.is_dark(99, 0), "the corner's mark");
    }
}
