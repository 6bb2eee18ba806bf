//! Text with headings, one under another, scrolled as one page: a thread, a match card, a history, the help. Only the
//! rows that are seen are drawn; the folding of each text is kept by the text itself.

use super::text::{self, Shown};
use super::wrap::Wrapped;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// How a paragraph of a text looks, judged by its words: a quote starts with `>`.
pub type Look<'a> = Box<dyn Fn(&str) -> Style + 'a>;

/// A part of the page.
pub enum Block<'a> {
    /// One row of pieces, each in its style, cut at the edge.
    Line(Vec<(String, Style)>),
    /// A text folded to the width that is left after `indent` columns.
    Text {
        text: &'a Wrapped,
        indent: u16,
        look: Look<'a>,
    },
    /// A rule across the page.
    Rule(Style),
    Blank,
}

impl<'a> Block<'a> {
    /// A row made of text that is safe to draw.
    pub fn line<const N: usize>(pieces: [(&dyn Shown, Style); N]) -> Self {
        Block::Line(pieces.map(|(piece, style)| (piece.shown().to_owned(), style)).to_vec())
    }

    /// A text in one style.
    pub fn text(text: &'a Wrapped, indent: u16, style: Style) -> Self {
        Block::Text { text, indent, look: Box::new(move |_| style) }
    }

    /// The rows it takes on a page of this width.
    pub fn height(&self, width: u16) -> usize {
        match self {
            Block::Text { text, indent, .. } => text.height(width.saturating_sub(*indent).max(1)),
            Block::Line(_) | Block::Rule(_) | Block::Blank => 1,
        }
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, skip: usize) {
        match self {
            Block::Blank => {}
            Block::Rule(style) => {
                for x in area.left()..area.right() {
                    text::put_str(buf, x, area.y, 1, "─", *style);
                }
            }
            Block::Line(pieces) => {
                let mut x = area.x;
                for (piece, style) in pieces {
                    x += text::put_str(buf, x, area.y, area.right().saturating_sub(x), piece, *style);
                }
            }
            Block::Text { text, indent, look } => {
                let indent = (*indent).min(area.width.saturating_sub(1));
                let area = Rect { x: area.x + indent, width: area.width - indent, ..area };
                text.draw_by(buf, area, skip, look);
            }
        }
    }
}

/// The rows that the whole page takes.
pub fn height(blocks: &[Block<'_>], width: u16) -> usize {
    blocks.iter().map(|block| block.height(width)).sum()
}

/// Where the row at which each block starts is: to scroll to a message, or from one to the next.
pub fn starts(blocks: &[Block<'_>], width: u16) -> Vec<usize> {
    let mut at = 0;
    let start = |block: &Block<'_>| {
        let here = at;
        at += block.height(width);
        here
    };
    blocks.iter().map(start).collect()
}

/// Draws the page from row `skip` on. `area` must be clear; nothing is drawn past the page's end.
pub fn draw(buf: &mut Buffer, area: Rect, blocks: &[Block<'_>], skip: usize) {
    let (mut row, mut y) = (0, area.y);
    for block in blocks {
        let rows = block.height(area.width);
        let hidden = skip.saturating_sub(row).min(rows);
        row += rows;
        if hidden == rows {
            continue;
        }
        let left = area.bottom().saturating_sub(y);
        if left == 0 || area.width == 0 {
            return;
        }
        block.draw(buf, Rect { y, height: left, ..area }, hidden);
        y += u16::try_from(rows - hidden).unwrap_or(u16::MAX).min(left);
    }
}

/// The furthest useful scroll: the last row stands at the bottom.
pub fn furthest(blocks: &[Block<'_>], area: Rect) -> usize {
    height(blocks, area.width).saturating_sub(usize::from(area.height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use otklik_core::types::DisplayText;

    #[test]
    fn a_page_scrolls_through_the_middle_of_its_texts() {
        let (first, second): (Wrapped, Wrapped) =
            (DisplayText::sanitise("раз\nдва\nтри").into(), DisplayText::sanitise("> четыре").into());
        let style = Style::new();
        let blocks = [
            Block::line([(&"1 ", style), (&DisplayText::sanitise("Лена"), style)]),
            Block::text(&first, 2, style),
            Block::Rule(style),
            Block::Blank,
            Block::text(&second, 0, style),
        ];
        let page = |skip| {
            let area = Rect::new(0, 0, 8, 4);
            let mut buf = Buffer::empty(area);
            draw(&mut buf, area, &blocks, skip);
            let row = |y| -> String { (0..8).map(|x| buf[(x, y)].symbol().to_owned()).collect() };
            (0..4).map(|y| row(y).trim_end().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(height(&blocks, 8), 7);
        assert_eq!(starts(&blocks, 8), [0, 1, 4, 5, 6]);
        assert_eq!(furthest(&blocks, Rect::new(0, 0, 8, 4)), 3);
        assert_eq!(page(0), ["1 Лена", "  раз", "  два", "  три"]);
        assert_eq!(page(2), ["  два", "  три", "────────", ""]);
        assert_eq!(page(3), ["  три", "────────", "", "> четыре"]);
        assert_eq!(page(7), ["", "", "", ""]);
        assert_eq!(height(&[], 8), 0);
    }
}
