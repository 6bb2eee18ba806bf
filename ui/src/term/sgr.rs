//! Colours and attributes as a terminal takes them: SGR (ECMA-48 section 8.3.117), in the colours that it has.

use std::fmt::Write as _;

use ratatui::style::{Color, Modifier};

use crate::theme::Depth;

/// Attributes and their SGR numbers. Hidden text is not among them: what a person cannot see must not be drawn.
const ATTRIBUTES: [(Modifier, u8); 7] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::REVERSED, 7),
    (Modifier::CROSSED_OUT, 9),
];

/// What the terminal draws the next character with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
    known: bool,
}

impl Default for Pen {
    /// As after `CSI 0 m`.
    fn default() -> Self {
        Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty(), known: true }
    }
}

impl Pen {
    /// The terminal's state after something else wrote to it.
    pub(super) fn unknown() -> Self {
        Self { known: false, ..Self::default() }
    }

    pub(super) fn of(fg: Color, bg: Color, modifier: Modifier, depth: Depth) -> Self {
        let drawn = ATTRIBUTES.iter().fold(Modifier::empty(), |all, (one, _)| all | *one);
        Self { fg: in_depth(fg, depth), bg: in_depth(bg, depth), modifier: modifier & drawn, known: true }
    }

    /// The sequence that turns this pen into `next`; nothing if they are equal.
    pub(super) fn change_to(&self, next: Self) -> Option<String> {
        if *self == next {
            return None;
        }
        let mut codes = String::from("\x1b[");
        let mut from = *self;
        // Taking one attribute away has no code that all terminals share (22 ends bold and dim alike): start afresh.
        if !from.known || !(from.modifier - next.modifier).is_empty() {
            codes.push_str("0;");
            from = Self::default();
        }
        for (attribute, code) in ATTRIBUTES {
            if (next.modifier - from.modifier).contains(attribute) {
                let _ = write!(codes, "{code};");
            }
        }
        if from.fg != next.fg {
            push_color(&mut codes, next.fg, 30);
        }
        if from.bg != next.bg {
            push_color(&mut codes, next.bg, 40);
        }
        codes.pop();
        codes.push('m');
        Some(codes)
    }
}

/// `base` is 30 for the foreground and 40 for the background.
fn push_color(codes: &mut String, color: Color, base: u8) {
    let _ = match color {
        Color::Reset => write!(codes, "{};", base + 9),
        Color::Rgb(r, g, b) => write!(codes, "{};2;{r};{g};{b};", base + 8),
        Color::Indexed(n) => write!(codes, "{};5;{n};", base + 8),
        named => match number(named) {
            n @ 0..=7 => write!(codes, "{};", base + n),
            n => write!(codes, "{};", base + 60 + (n - 8)),
        },
    };
}

/// A named colour's place among the sixteen.
const fn number(color: Color) -> u8 {
    match color {
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        _ => 0,
    }
}

const NAMED: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// xterm's defaults for the sixteen, by which the nearest is found.
const SIXTEEN: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// The steps of xterm's 6×6×6 cube.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The nearest colour that the terminal has; without colours, its own two.
fn in_depth(color: Color, depth: Depth) -> Color {
    match (depth, color) {
        (_, Color::Reset) | (Depth::True, _) => color,
        (Depth::Mono, _) => Color::Reset,
        (_, Color::Indexed(n)) if usize::from(n) < NAMED.len() => NAMED[usize::from(n)],
        (Depth::Ansi256, Color::Rgb(r, g, b)) => Color::Indexed(nearest_of_256([r, g, b])),
        (Depth::Ansi16, Color::Rgb(r, g, b)) => NAMED[nearest(&SIXTEEN, [r, g, b])],
        (Depth::Ansi16, Color::Indexed(n)) => NAMED[nearest(&SIXTEEN, of_256(n))],
        _ => color,
    }
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

fn nearest(table: &[[u8; 3]], rgb: [u8; 3]) -> usize {
    (0..table.len()).min_by_key(|n| distance(table[*n], rgb)).unwrap_or(0)
}

/// Of entries 16 to 255, the cube and the greys. The first sixteen are left out, since people set them to their taste.
fn nearest_of_256(rgb: [u8; 3]) -> u8 {
    let [r, g, b] = rgb.map(|channel| {
        let nearest = STEPS.iter().zip(0_u8..).min_by_key(|(step, _)| step.abs_diff(channel));
        nearest.map_or(0, |(_, n)| n)
    });
    let cube = 16 + 36 * r + 6 * g + b;
    let mean = rgb.iter().map(|c| u16::from(*c)).sum::<u16>() / 3;
    let grey = 232 + u8::try_from((mean.saturating_sub(3) / 10).min(23)).unwrap_or(23);
    if distance(of_256(grey), rgb) < distance(of_256(cube), rgb) { grey } else { cube }
}

fn of_256(n: u8) -> [u8; 3] {
    match n {
        0..=15 => SIXTEEN[usize::from(n)],
        16..=231 => {
            let n = n - 16;
            [n / 36, n / 6 % 6, n % 6].map(|step| STEPS[usize::from(step)])
        }
        232.. => [8 + (n - 232) * 10; 3],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(from: (Color, Modifier), to: (Color, Modifier)) -> Option<String> {
        let pen = |(fg, modifier)| Pen::of(fg, Color::Reset, modifier, Depth::True);
        pen(from).change_to(pen(to))
    }

    #[test]
    fn only_what_differs_is_said() {
        let plain = Modifier::empty();
        assert_eq!(change((Color::Red, plain), (Color::Red, plain)), None);
        assert_eq!(change((Color::Reset, plain), (Color::Red, plain)).as_deref(), Some("\x1b[31m"));
        assert_eq!(change((Color::Red, plain), (Color::Red, Modifier::BOLD)).as_deref(), Some("\x1b[1m"));
        assert_eq!(change((Color::Red, plain), (Color::Reset, plain)).as_deref(), Some("\x1b[39m"));
    }

    #[test]
    fn an_attribute_is_taken_away_by_starting_afresh() {
        let after = change((Color::Red, Modifier::BOLD), (Color::LightBlue, Modifier::UNDERLINED));
        assert_eq!(after.as_deref(), Some("\x1b[0;4;94m"));
        let pen = Pen::of(Color::Reset, Color::Reset, Modifier::empty(), Depth::True);
        assert_eq!(Pen::unknown().change_to(pen).as_deref(), Some("\x1b[0m"));
    }

    #[test]
    fn each_depth_gets_the_nearest_of_its_own_colours() {
        let navy = Color::Rgb(10, 20, 90);
        assert_eq!(in_depth(navy, Depth::True), navy);
        assert_eq!(in_depth(navy, Depth::Ansi256), Color::Indexed(17));
        assert_eq!(in_depth(navy, Depth::Ansi16), Color::Black);
        assert_eq!(in_depth(navy, Depth::Mono), Color::Reset);
        assert_eq!(in_depth(Color::Rgb(128, 128, 128), Depth::Ansi256), Color::Indexed(244));
        assert_eq!(in_depth(Color::Indexed(196), Depth::Ansi16), Color::LightRed);
        assert_eq!(in_depth(Color::Indexed(4), Depth::Ansi256), Color::Blue);
        assert_eq!(in_depth(Color::Yellow, Depth::Mono), Color::Reset);
    }

    #[test]
    fn the_256_find_themselves() {
        for n in 16..=255_u8 {
            let [r, g, b] = of_256(n);
            assert_eq!(of_256(nearest_of_256([r, g, b])), [r, g, b]);
        }
    }

    #[test]
    fn hidden_text_is_drawn() {
        let hidden = Pen::of(Color::Reset, Color::Reset, Modifier::HIDDEN, Depth::True);
        assert_eq!(hidden, Pen::default());
    }
}
