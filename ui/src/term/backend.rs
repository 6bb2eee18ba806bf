//! Our ratatui backend: frames become ANSI bytes in a buffer that the session takes and sends, locally or over SSH.
//!
//! It must never ask a terminal anything, never read the process's environment, and never let a control character of
//! a cell through: the last guard against text that drives the terminal.

use std::convert::Infallible;
use std::io::Write as _;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use unicode_width::UnicodeWidthStr;

use super::sgr::Pen;
use crate::theme::Depth;

/// Takes the screen: alternate screen, bracketed paste, cursor hidden, colours reset. Kitty's flags stay off, for
/// with flag 1 alone Ctrl+C under a Russian layout stops working (kitty issue 3082).
pub const ENTER_SCREEN: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?25l\x1b[0m\x1b[2J";
/// Gives the screen back as it was; safe to send twice and in the middle of a frame.
pub const LEAVE_SCREEN: &[u8] = b"\x1b[?2026l\x1b[0m\x1b[?2004l\x1b[?25h\x1b[?1049l";

const BEGIN_FRAME: &[u8] = b"\x1b[?2026h";
const END_FRAME: &[u8] = b"\x1b[?2026l";

/// A terminal that is written to through `take_output`. Nothing in it can fail.
#[derive(Debug)]
pub struct AnsiBackend {
    out: Vec<u8>,
    size: Size,
    depth: Depth,
    /// Where the terminal's cursor is, while we know it for certain.
    at: Option<Position>,
    cursor_shown: Option<bool>,
    pen: Pen,
    synchronized: bool,
    frame_open: bool,
}

impl AnsiBackend {
    pub fn new(columns: u16, rows: u16, depth: Depth) -> Self {
        Self {
            out: Vec::new(),
            size: Size::new(columns, rows),
            depth,
            at: None,
            cursor_shown: None,
            pen: Pen::default(),
            synchronized: false,
            frame_open: false,
        }
    }

    /// Wraps each frame that changes anything in the marks of synchronized update (DEC mode 2026), so that a terminal
    /// which knows them shows it at once; others ignore them.
    pub fn synchronized(mut self, on: bool) -> Self {
        self.synchronized = on;
        self
    }

    /// The bytes since the last call. Empty if the frame changed nothing.
    pub fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// The size of the next frames; call `Terminal::resize` with it, which also clears.
    pub fn set_size(&mut self, columns: u16, rows: u16) {
        self.size = Size::new(columns, rows);
        self.forget();
    }

    /// The depth of the next frames; clear the terminal so that all cells are drawn in it.
    pub fn set_depth(&mut self, depth: Depth) {
        self.depth = depth;
    }

    /// Something else wrote to the terminal: its cursor and colours are unknown.
    pub fn forget(&mut self) {
        self.at = None;
        self.cursor_shown = None;
        self.pen = Pen::unknown();
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.synchronized && !self.frame_open {
            self.frame_open = true;
            self.out.extend_from_slice(BEGIN_FRAME);
        }
        self.out.extend_from_slice(bytes);
    }

    /// Moves by the shortest sequence that surely arrives.
    fn move_to(&mut self, to: Position) {
        if self.at == Some(to) {
            return;
        }
        let absolute = sequence(format_args!("\x1b[{};{}H", to.y + 1, to.x + 1));
        let relative = self.at.and_then(|from| relative_move(from, to));
        match relative {
            Some(shorter) if shorter.len() < absolute.len() => self.write(&shorter),
            _ => self.write(&absolute),
        }
        self.at = Some(to);
    }

    fn draw_cell(&mut self, x: u16, y: u16, cell: &Cell) {
        self.move_to(Position::new(x, y));
        let pen = Pen::of(cell.fg, cell.bg, cell.modifier, self.depth);
        if let Some(change) = self.pen.change_to(pen) {
            self.write(change.as_bytes());
        }
        self.pen = pen;
        let symbol = safe_symbol(cell.symbol());
        let width = u16::try_from(symbol.width()).unwrap_or(u16::MAX).max(1);
        // Half a wide character at the right edge would wrap and shift the frame.
        let (symbol, width) =
            if x.saturating_add(width) > self.size.width { (" ", 1) } else { (symbol, width) };
        self.write(symbol.as_bytes());
        let next = x.saturating_add(width);
        // At the right edge terminals differ in where the cursor waits; for symbols of disputed width everywhere.
        let certain = next < self.size.width && has_certain_width(symbol);
        self.at = certain.then_some(Position::new(next, y));
    }

    fn show(&mut self, shown: bool) {
        if self.cursor_shown != Some(shown) {
            self.write(if shown { b"\x1b[?25h" } else { b"\x1b[?25l" });
            self.cursor_shown = Some(shown);
        }
    }

    /// Erasing paints with the current background, so colours are reset first.
    fn erase(&mut self, sequence: &[u8]) {
        self.write(b"\x1b[0m");
        self.pen = Pen::default();
        self.write(sequence);
    }
}

fn sequence(arguments: std::fmt::Arguments<'_>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(12);
    // Writing to a Vec cannot fail.
    let _ = bytes.write_fmt(arguments);
    bytes
}

fn relative_move(from: Position, to: Position) -> Option<Vec<u8>> {
    if to.y == from.y {
        return Some(match to.x {
            0 => b"\r".to_vec(),
            x if x > from.x => match x - from.x {
                1 => b"\x1b[C".to_vec(),
                n => sequence(format_args!("\x1b[{n}C")),
            },
            x => match from.x - x {
                n @ 1..=3 => vec![0x08; usize::from(n)],
                n => sequence(format_args!("\x1b[{n}D")),
            },
        });
    }
    // A terminal in raw mode takes a line feed as "one row down", and there is a row there.
    (to.y == from.y + 1 && to.x == 0).then(|| b"\r\n".to_vec())
}

/// The symbol, or `?` if any of it could drive or disguise the terminal: controls (C0, DEL, C1), line and paragraph
/// separators, bidirectional overrides and isolates, tag characters. An empty symbol is a blank.
fn safe_symbol(symbol: &str) -> &str {
    let hostile = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
            || matches!(c, '\u{E0000}'..='\u{E007F}')
    };
    match symbol {
        "" => " ",
        s if s.chars().any(hostile) => "?",
        s => s,
    }
}

/// Terminals agree on the width: one character of the scripts and signs that are one column everywhere. For the rest
/// (emoji, clusters, `№`, CJK) the cursor is placed anew, so that a disagreement does not shift the row.
fn has_certain_width(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else { return false };
    matches!(c,
        ' '..='~'
        | 'А'..='я' | 'Ё' | 'ё' | '\u{C0}'..='\u{24F}'
        | '«' | '»' | '·' | '…' | '–' | '—'
        | '\u{2500}'..='\u{257F}' | '\u{2580}'..='\u{259F}')
}

impl Backend for AnsiBackend {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            self.draw_cell(x, y, cell);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.show(false);
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.show(true);
        Ok(())
    }

    /// The last place known to us; the terminal is not asked.
    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.move_to(position.into());
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> Result<(), Infallible> {
        self.erase(match clear_type {
            ClearType::All => b"\x1b[2J",
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        });
        Ok(())
    }

    fn size(&self) -> Result<Size, Infallible> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::ZERO })
    }

    /// Ends the frame. The bytes stay until `take_output`.
    fn flush(&mut self) -> Result<(), Infallible> {
        if std::mem::take(&mut self.frame_open) {
            self.out.extend_from_slice(END_FRAME);
        }
        Ok(())
    }
}
