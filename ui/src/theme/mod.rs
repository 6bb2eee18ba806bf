//! Styles by meaning: deep blue, white, light blue, gold; and the same without any colour.
//!
//! A screen asks for `theme.overdue`, never for red. Colour is never the only sign: whatever a style says, a word or an
//! ASCII sign beside it says too, so nothing here may carry a meaning of its own.

mod depth;

pub use depth::Depth;

use crate::i18n::DueKind;
use ratatui::style::{Color, Modifier, Style};

/// Every style of the console, by what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    pub depth: Depth,
    /// The ground of a screen and plain text on it.
    pub base: Style,
    /// The header line and other parts that are not content.
    pub chrome: Style,
    /// The name of the program.
    pub brand: Style,
    /// A screen's name in the header, and the one that is open.
    pub screen: Style,
    pub screen_active: Style,
    pub tab: Style,
    pub tab_active: Style,
    /// Titles of columns, of sections, of a card's fields.
    pub heading: Style,
    /// The row under the cursor in the part that has the keys, and in a part that has not.
    pub selected: Style,
    pub selected_idle: Style,
    pub overdue: Style,
    pub soon: Style,
    pub muted: Style,
    pub error: Style,
    pub warning: Style,
    pub ok: Style,
    /// Text that a letter quotes.
    pub quote: Style,
    /// Our own messages in a thread, and notes that nobody outside sees.
    pub outgoing: Style,
    pub note: Style,
    pub border: Style,
    pub border_focused: Style,
    pub fkey_number: Style,
    pub fkey_label: Style,
    pub fkey_disabled: Style,
    /// A box over the screen: its ground, its title, a choice in it and the one that Enter takes.
    pub dialog: Style,
    pub dialog_title: Style,
    pub choice: Style,
    pub choice_active: Style,
    /// A field to type in, and the grey words in an empty one.
    pub input: Style,
    pub placeholder: Style,
    /// Letters that a search found.
    pub found: Style,
    /// A QR code: its light modules are the foreground, its dark ones the ground.
    pub code: Style,
}

/// The colours of a palette, before they have a meaning.
struct Palette {
    ground: Color,
    deep: Color,
    box_ground: Color,
    text: Color,
    light_blue: Color,
    soft: Color,
    gold: Color,
    red_ground: Color,
    green: Color,
    bar: Color,
    bar_text: Color,
    code_light: Color,
    code_dark: Color,
}

impl Theme {
    /// The dark theme in as many colours as the terminal has; with none, bold, reverse and underline.
    pub fn dark(depth: Depth) -> Self {
        match depth {
            Depth::Mono => Self::mono(),
            Depth::Ansi16 => Self::coloured(depth, &ANSI16),
            Depth::Ansi256 => Self::coloured(depth, &ANSI256),
            Depth::True => Self::coloured(depth, &TRUE),
        }
    }

    /// The style of a cell that says how near something is.
    pub fn due(&self, kind: DueKind) -> Style {
        match kind {
            DueKind::Overdue => self.overdue,
            DueKind::Soon => self.soon,
            DueKind::Later => self.base,
            DueKind::Quiet => self.muted,
        }
    }

    fn mono() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let reverse = plain.add_modifier(Modifier::REVERSED);
        let underline = plain.add_modifier(Modifier::UNDERLINED);
        let bold_reverse = bold.add_modifier(Modifier::REVERSED);
        Self {
            depth: Depth::Mono,
            base: plain,
            chrome: plain,
            brand: bold,
            screen: plain,
            screen_active: bold.add_modifier(Modifier::UNDERLINED),
            tab: plain,
            tab_active: bold_reverse,
            heading: underline,
            selected: reverse,
            selected_idle: underline,
            overdue: bold,
            soon: bold,
            muted: plain,
            error: bold_reverse,
            warning: bold,
            ok: plain,
            quote: plain,
            outgoing: plain,
            note: underline,
            border: plain,
            border_focused: bold,
            fkey_number: bold,
            fkey_label: reverse,
            fkey_disabled: plain,
            dialog: plain,
            dialog_title: bold,
            choice: plain,
            choice_active: bold_reverse,
            input: underline,
            placeholder: plain,
            found: underline,
            code: plain,
        }
    }

    fn coloured(depth: Depth, p: &Palette) -> Self {
        let on = |fg: Color, bg: Color| Style::new().fg(fg).bg(bg);
        let bold = |style: Style| style.add_modifier(Modifier::BOLD);
        let base = on(p.text, p.ground);
        Self {
            depth,
            base,
            chrome: on(p.light_blue, p.deep),
            brand: bold(on(p.gold, p.deep)),
            screen: on(p.light_blue, p.deep),
            screen_active: bold(on(p.text, p.deep)).add_modifier(Modifier::UNDERLINED),
            tab: on(p.light_blue, p.ground),
            tab_active: bold(on(p.bar_text, p.gold)),
            heading: on(p.light_blue, p.ground),
            selected: on(p.bar_text, p.bar),
            selected_idle: base.add_modifier(Modifier::UNDERLINED),
            overdue: bold(on(p.text, p.red_ground)),
            soon: bold(on(p.gold, p.ground)),
            muted: on(p.soft, p.ground),
            error: bold(on(p.text, p.red_ground)),
            warning: bold(on(p.gold, p.ground)),
            ok: on(p.green, p.ground),
            quote: on(p.soft, p.ground),
            outgoing: on(p.light_blue, p.ground),
            note: on(p.gold, p.ground),
            border: on(p.soft, p.ground),
            border_focused: bold(on(p.gold, p.ground)),
            fkey_number: bold(on(p.gold, p.deep)),
            fkey_label: on(p.bar_text, p.bar),
            fkey_disabled: on(p.soft, p.deep),
            dialog: on(p.text, p.box_ground),
            dialog_title: bold(on(p.gold, p.box_ground)),
            choice: on(p.light_blue, p.box_ground),
            choice_active: bold(on(p.bar_text, p.gold)),
            input: on(p.text, p.deep),
            placeholder: on(p.soft, p.deep),
            found: bold(on(p.gold, p.ground)).add_modifier(Modifier::UNDERLINED),
            code: on(p.code_light, p.code_dark),
        }
    }

    /// Every style with its name, for the tests of contrast and for `doctor`.
    pub fn all(&self) -> [(&'static str, Style); 33] {
        [
            ("base", self.base),
            ("chrome", self.chrome),
            ("brand", self.brand),
            ("screen", self.screen),
            ("screen_active", self.screen_active),
            ("tab", self.tab),
            ("tab_active", self.tab_active),
            ("heading", self.heading),
            ("selected", self.selected),
            ("selected_idle", self.selected_idle),
            ("overdue", self.overdue),
            ("soon", self.soon),
            ("muted", self.muted),
            ("error", self.error),
            ("warning", self.warning),
            ("ok", self.ok),
            ("quote", self.quote),
            ("outgoing", self.outgoing),
            ("note", self.note),
            ("border", self.border),
            ("border_focused", self.border_focused),
            ("fkey_number", self.fkey_number),
            ("fkey_label", self.fkey_label),
            ("fkey_disabled", self.fkey_disabled),
            ("dialog", self.dialog),
            ("dialog_title", self.dialog_title),
            ("choice", self.choice),
            ("choice_active", self.choice_active),
            ("input", self.input),
            ("placeholder", self.placeholder),
            ("found", self.found),
            ("code", self.code),
            ("later", self.due(DueKind::Later)),
        ]
    }
}

const TRUE: Palette = Palette {
    ground: Color::Rgb(10, 28, 58),
    deep: Color::Rgb(5, 16, 38),
    box_ground: Color::Rgb(20, 48, 92),
    text: Color::Rgb(240, 244, 252),
    light_blue: Color::Rgb(150, 200, 245),
    soft: Color::Rgb(145, 165, 195),
    gold: Color::Rgb(245, 200, 80),
    red_ground: Color::Rgb(160, 24, 32),
    green: Color::Rgb(140, 215, 150),
    bar: Color::Rgb(150, 200, 245),
    bar_text: Color::Rgb(5, 16, 38),
    code_light: Color::Rgb(255, 255, 255),
    code_dark: Color::Rgb(0, 0, 0),
};

const ANSI256: Palette = Palette {
    ground: Color::Indexed(17),
    deep: Color::Indexed(16),
    box_ground: Color::Indexed(18),
    text: Color::Indexed(231),
    light_blue: Color::Indexed(153),
    soft: Color::Indexed(146),
    gold: Color::Indexed(221),
    red_ground: Color::Indexed(88),
    green: Color::Indexed(157),
    bar: Color::Indexed(153),
    bar_text: Color::Indexed(16),
    code_light: Color::Indexed(231),
    code_dark: Color::Indexed(16),
};

// The sixteen colours are the terminal's own: nobody knows their shades, so only pairs that hold everywhere are used.
const ANSI16: Palette = Palette {
    ground: Color::Blue,
    deep: Color::Black,
    box_ground: Color::Black,
    text: Color::White,
    light_blue: Color::LightCyan,
    soft: Color::Gray,
    gold: Color::LightYellow,
    red_ground: Color::Red,
    green: Color::LightGreen,
    bar: Color::Cyan,
    bar_text: Color::Black,
    code_light: Color::White,
    code_dark: Color::Black,
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The colour of one of the 256 (xterm's table); `None` for the sixteen, whose shades the terminal chooses.
    fn rgb(color: Color) -> Option<[f64; 3]> {
        let level = |n: u8| if n == 0 { 0.0 } else { 55.0 + 40.0 * f64::from(n) };
        match color {
            Color::Rgb(r, g, b) => Some([r, g, b].map(f64::from)),
            Color::Indexed(n @ 16..=231) => Some([(n - 16) / 36, (n - 16) / 6 % 6, (n - 16) % 6].map(level)),
            Color::Indexed(n @ 232..) => Some([8.0 + 10.0 * f64::from(n - 232); 3]),
            _ => None,
        }
    }

    /// Contrast as WCAG 2.2 defines it.
    fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
        let luminance = |c: [f64; 3]| {
            let [r, g, b] = c
                .map(|v| v / 255.0)
                .map(|v| if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) });
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_pair_of_colours_can_be_read_by_tired_eyes() {
        for depth in [Depth::Ansi256, Depth::True] {
            for (name, style) in Theme::dark(depth).all() {
                let (fg, bg) = (rgb(style.fg.unwrap()).unwrap(), rgb(style.bg.unwrap()).unwrap());
                let ratio = contrast(fg, bg);
                assert!(ratio >= 4.5, "{depth:?} {name}: {ratio:.1}");
            }
        }
    }

    #[test]
    fn every_depth_keeps_to_its_own_colours() {
        for (name, style) in Theme::dark(Depth::Mono).all() {
            assert_eq!((style.fg, style.bg), (None, None), "{name}");
        }
        for (name, style) in Theme::dark(Depth::Ansi16).all() {
            for color in [style.fg, style.bg].into_iter().flatten() {
                assert!(!matches!(color, Color::Rgb(..) | Color::Indexed(_)), "{name}");
            }
        }
        for (name, style) in Theme::dark(Depth::Ansi256).all() {
            for color in [style.fg, style.bg].into_iter().flatten() {
                assert!(matches!(color, Color::Indexed(16..)), "{name}");
            }
        }
    }

    #[test]
    fn without_colour_what_is_chosen_still_differs_from_what_is_not() {
        let theme = Theme::dark(Depth::Mono);
        for (chosen, other) in [
            (theme.selected, theme.base),
            (theme.selected_idle, theme.base),
            (theme.selected, theme.selected_idle),
            (theme.tab_active, theme.tab),
            (theme.screen_active, theme.screen),
            (theme.choice_active, theme.choice),
            (theme.fkey_label, theme.fkey_disabled),
            (theme.border_focused, theme.border),
        ] {
            assert_ne!(chosen, other);
        }
    }
}
