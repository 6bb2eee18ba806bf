//! Our backend against an independent terminal: what vt100 shows after our bytes is what ratatui meant.

use otklik_ui::term::{AnsiBackend, ENTER_SCREEN};
use otklik_ui::theme::Depth;
use proptest::prelude::*;
use ratatui::backend::{Backend as _, TestBackend};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};

const COLUMNS: u16 = 40;
const ROWS: u16 = 8;

fn ours(depth: Depth) -> Terminal<AnsiBackend> {
    let viewport = Viewport::Fixed(Rect::new(0, 0, COLUMNS, ROWS));
    Terminal::with_options(AnsiBackend::new(COLUMNS, ROWS, depth), TerminalOptions { viewport }).unwrap()
}

fn vt100(columns: u16, rows: u16) -> vt100::Parser {
    vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0)
}

/// A piece of a frame: where, what, how.
type Piece = (u16, u16, &'static str, Style);

fn draw(frame: &mut Frame<'_>, pieces: &[Piece]) {
    for (x, y, text, style) in pieces {
        if *x < frame.area().width && *y < frame.area().height {
            frame.buffer_mut().set_string(*x, *y, text, *style);
        }
    }
    if let Some((x, y, ..)) = pieces.first() {
        frame.set_cursor_position((*x % frame.area().width, *y % frame.area().height));
    }
}

fn color(color: Color) -> vt100::Color {
    match color {
        Color::Reset => vt100::Color::Default,
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        Color::Indexed(n) => vt100::Color::Idx(n),
        Color::Red => vt100::Color::Idx(1),
        Color::LightBlue => vt100::Color::Idx(12),
        other => panic!("not in the test's palette: {other}"),
    }
}

fn assert_shown(screen: &vt100::Screen, meant: &Buffer) {
    for y in 0..meant.area.height {
        for x in 0..meant.area.width {
            let shown = screen.cell(y, x).unwrap();
            if shown.is_wide_continuation() {
                continue;
            }
            let cell = &meant[(x, y)];
            let shown_text = shown.contents();
            let contents = if shown.has_contents() { shown_text } else { " " };
            assert_eq!(contents, cell.symbol(), "at {x},{y}");
            assert_eq!(shown.fgcolor(), color(cell.fg), "foreground at {x},{y}");
            assert_eq!(shown.bgcolor(), color(cell.bg), "background at {x},{y}");
            let is = |m| cell.modifier.contains(m);
            assert_eq!(shown.bold(), is(Modifier::BOLD), "bold at {x},{y}");
            assert_eq!(shown.italic(), is(Modifier::ITALIC), "italic at {x},{y}");
            assert_eq!(shown.underline(), is(Modifier::UNDERLINED), "underline at {x},{y}");
            assert_eq!(shown.inverse(), is(Modifier::REVERSED), "reverse at {x},{y}");
        }
    }
}

fn style() -> impl Strategy<Value = Style> {
    let colors = [Color::Reset, Color::Red, Color::LightBlue, Color::Indexed(208), Color::Rgb(1, 2, 3)];
    let modifiers = [
        Modifier::empty(),
        Modifier::BOLD,
        Modifier::REVERSED,
        Modifier::UNDERLINED | Modifier::ITALIC,
        Modifier::BOLD | Modifier::REVERSED,
    ];
    (
        prop::sample::select(colors.to_vec()),
        prop::sample::select(colors.to_vec()),
        prop::sample::select(modifiers.to_vec()),
    )
        .prop_map(|(fg, bg, modifier)| Style::new().fg(fg).bg(bg).add_modifier(modifier))
}

fn piece() -> impl Strategy<Value = Piece> {
    let texts = [
        "Обращения 23",
        "!!просроч. 38 ч",
        "№ 1841 — «Лена»",
        "и\u{306}",
        "────┬───",
        " ",
        "j",
        "overdue overdue overdue overdue overdue overdue",
    ];
    (0..COLUMNS, 0..ROWS, prop::sample::select(texts.to_vec()), style())
}

/// One piece a row, so that no piece overwrites half a character of another, and in no style: terminals differ in the
/// style of half a character that was overwritten.
fn wide_frame() -> impl Strategy<Value = Vec<Piece>> {
    let texts = ["称号", "😀x", "Лена", "称", "x", ""];
    prop::collection::vec((0..COLUMNS, prop::sample::select(texts.to_vec())), usize::from(ROWS))
        .prop_map(|rows| (0..).zip(rows).map(|(y, (x, text))| (x, y, text, Style::new())).collect())
}

fn assert_drawn_as_meant(frames: &[Vec<Piece>], synchronized: bool) {
    let mut vt = vt100(COLUMNS, ROWS);
    vt.process(ENTER_SCREEN);
    let viewport = Viewport::Fixed(Rect::new(0, 0, COLUMNS, ROWS));
    let backend = AnsiBackend::new(COLUMNS, ROWS, Depth::True).synchronized(synchronized);
    let mut ours = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
    for pieces in frames {
        let meant = ours.draw(|frame| draw(frame, pieces)).unwrap().buffer.clone();
        vt.process(&ours.backend_mut().take_output());
        assert_shown(vt.screen(), &meant);
        assert_eq!(vt.screen().hide_cursor(), pieces.is_empty());
        if let Some((x, y, ..)) = pieces.first() {
            assert_eq!(vt.screen().cursor_position(), (*y, *x));
        }
        ours.draw(|frame| draw(frame, pieces)).unwrap();
        assert_eq!(ours.backend_mut().take_output(), b"", "the same frame again costs nothing");
    }
}

proptest! {
    #[test]
    fn a_terminal_shows_what_ratatui_meant_frame_after_frame(
        frames in prop::collection::vec(prop::collection::vec(piece(), 0..10), 1..8),
        synchronized in any::<bool>(),
    ) {
        assert_drawn_as_meant(&frames, synchronized);
    }

    #[test]
    fn wide_characters_never_shift_a_row(frames in prop::collection::vec(wide_frame(), 1..8)) {
        assert_drawn_as_meant(&frames, false);
    }
}

#[test]
fn a_resize_redraws_the_whole_frame() {
    let pieces = [(0, 0, "Обращения", Style::new().fg(Color::Red)), (3, 5, "низ", Style::new())];
    let mut ours = ours(Depth::True);
    ours.draw(|frame| draw(frame, &pieces)).unwrap();
    let mut vt = vt100(COLUMNS, ROWS);
    vt.process(&ours.backend_mut().take_output());
    for (columns, rows) in [(20_u16, 6_u16), (60, 9)] {
        vt.screen_mut().set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
        ours.backend_mut().set_size(columns, rows);
        ours.resize(Rect::new(0, 0, columns, rows)).unwrap();
        let mut reference = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        ours.draw(|frame| draw(frame, &pieces)).unwrap();
        reference.draw(|frame| draw(frame, &pieces)).unwrap();
        vt.process(&ours.backend_mut().take_output());
        assert_shown(vt.screen(), reference.backend().buffer());
    }
}

#[test]
fn cells_with_controls_or_disguises_are_drawn_as_question_marks() {
    for hostile in [
        "\u{1b}[31m",
        "\u{1b}",
        "\u{7f}",
        "\u{9b}31m",
        "a\nb",
        "\u{202e}",
        "\u{2066}x",
        "x\u{e0041}",
        "\u{7}",
    ] {
        let mut backend = AnsiBackend::new(COLUMNS, ROWS, Depth::True);
        let mut cell = Cell::EMPTY;
        cell.set_symbol(hostile);
        backend.draw([(0, 0, &cell)].into_iter()).unwrap();
        assert_eq!(backend.take_output(), b"\x1b[1;1H?", "{hostile:?}");
    }
}

#[test]
fn joined_emoji_and_marks_are_let_through() {
    for honest in ["й", "и\u{306}", "👩‍⚖️", "№"] {
        let mut backend = AnsiBackend::new(COLUMNS, ROWS, Depth::True);
        let mut cell = Cell::EMPTY;
        cell.set_symbol(honest);
        backend.draw([(0, 0, &cell)].into_iter()).unwrap();
        assert_eq!(backend.take_output(), format!("\x1b[1;1H{honest}").as_bytes());
    }
}

#[test]
fn half_a_wide_character_never_wraps_at_the_edge() {
    let mut backend = AnsiBackend::new(COLUMNS, ROWS, Depth::True);
    let mut cell = Cell::EMPTY;
    cell.set_symbol("称");
    backend.draw([(COLUMNS - 1, 0, &cell)].into_iter()).unwrap();
    assert_eq!(backend.take_output(), b"\x1b[1;40H ");
}

#[test]
fn the_cursor_moves_by_the_shortest_sequence() {
    let cell = Cell::new("x");
    for (from, to, bytes) in [
        ((0, 0), (1, 0), "x"),
        ((0, 0), (2, 0), "\x1b[Cx"),
        ((0, 0), (9, 0), "\x1b[8Cx"),
        ((9, 0), (8, 0), "\x08\x08x"),
        ((9, 3), (0, 3), "\rx"),
        ((9, 3), (0, 4), "\r\nx"),
        ((9, 3), (5, 4), "\x1b[5;6Hx"),
        ((39, 3), (0, 4), "\x1b[5;1Hx"),
    ] {
        let mut backend = AnsiBackend::new(COLUMNS, ROWS, Depth::True);
        backend.draw([(from.0, from.1, &cell)].into_iter()).unwrap();
        backend.take_output();
        backend.draw([(to.0, to.1, &cell)].into_iter()).unwrap();
        assert_eq!(String::from_utf8(backend.take_output()).unwrap(), bytes, "{from:?} to {to:?}");
    }
}

#[test]
fn a_depth_never_says_colours_it_does_not_have() {
    let style = Style::new().fg(Color::Rgb(200, 30, 30)).bg(Color::Indexed(17)).add_modifier(Modifier::BOLD);
    for (depth, expected) in [
        (Depth::Mono, "\x1b[1m"),
        (Depth::Ansi16, "\x1b[1;31;40m"),
        (Depth::Ansi256, "\x1b[1;38;5;160;48;5;17m"),
        (Depth::True, "\x1b[1;38;2;200;30;30;48;5;17m"),
    ] {
        let mut ours = ours(depth);
        ours.draw(|frame| draw(frame, &[(0, 0, "x", style)])).unwrap();
        let bytes = String::from_utf8(ours.backend_mut().take_output()).unwrap();
        assert!(bytes.contains(&format!("{expected}x")), "{depth:?}: {bytes:?}");
    }
}

#[test]
fn a_synchronized_frame_is_marked_once_and_only_if_it_says_something() {
    let viewport = Viewport::Fixed(Rect::new(0, 0, COLUMNS, ROWS));
    let backend = AnsiBackend::new(COLUMNS, ROWS, Depth::Mono).synchronized(true);
    let mut ours = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
    let mut frame = |text: &'static str| {
        ours.draw(|frame| draw(frame, &[(0, 0, text, Style::new()), (0, 3, text, Style::new())])).unwrap();
        String::from_utf8(ours.backend_mut().take_output()).unwrap()
    };
    let first = frame("x");
    assert!(first.starts_with("\x1b[?2026h") && first.ends_with("\x1b[?2026l"), "{first:?}");
    assert_eq!(first.matches("2026").count(), 2);
    assert_eq!(frame("x"), "");
}
