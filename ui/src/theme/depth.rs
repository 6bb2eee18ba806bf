//! How many colours a terminal has, from what it says of itself. Per session, never per process: two sessions of one
//! server differ, and OpenSSH forwards neither `NO_COLOR` nor `COLORTERM` unless it is told to.

/// The number of colours to draw in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// No colour: bold, reverse, underline.
    Mono,
    /// The terminal's own sixteen.
    Ansi16,
    /// xterm's table of 256.
    Ansi256,
    /// 24 bits.
    True,
}

impl Depth {
    /// Reads the setting: `mono`, `16`, `256`, `truecolor`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "mono" => Some(Depth::Mono),
            "16" => Some(Depth::Ansi16),
            "256" => Some(Depth::Ansi256),
            "truecolor" => Some(Depth::True),
            _ => None,
        }
    }

    /// The word of the setting.
    pub const fn code(self) -> &'static str {
        match self {
            Depth::Mono => "mono",
            Depth::Ansi16 => "16",
            Depth::Ansi256 => "256",
            Depth::True => "truecolor",
        }
    }

    /// Judges a terminal by `TERM`, `COLORTERM` and `NO_COLOR` (no-color.org: set and not empty means no colour).
    /// What is not known gets sixteen colours, which every terminal still sold has.
    pub fn of_terminal(term: &str, colorterm: Option<&str>, no_color: Option<&str>) -> Self {
        if no_color.is_some_and(|value| !value.is_empty()) {
            return Depth::Mono;
        }
        let dull = ["", "dumb", "unknown", "vt52", "vt100", "vt102", "vt220", "vt320"];
        if dull.contains(&term) || term.ends_with("-m") || term.ends_with("-mono") {
            return Depth::Mono;
        }
        if matches!(colorterm, Some("truecolor" | "24bit")) || term.ends_with("-direct") {
            return Depth::True;
        }
        if term.ends_with("256color") || matches!(term, "xterm-kitty" | "alacritty" | "foot" | "wezterm") {
            return Depth::Ansi256;
        }
        Depth::Ansi16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_taken_at_its_word() {
        for (term, colorterm, no_color, depth) in [
            ("xterm-256color", None, None, Depth::Ansi256),
            ("xterm-256color", Some("truecolor"), None, Depth::True),
            ("xterm-256color", Some("truecolor"), Some("1"), Depth::Mono),
            ("xterm-256color", None, Some(""), Depth::Ansi256),
            ("xterm", None, None, Depth::Ansi16),
            ("linux", None, None, Depth::Ansi16),
            ("putty", None, None, Depth::Ansi16),
            ("vt100", None, None, Depth::Mono),
            ("dumb", Some("truecolor"), None, Depth::Mono),
            ("", None, None, Depth::Mono),
        ] {
            assert_eq!(Depth::of_terminal(term, colorterm, no_color), depth, "{term}");
        }
    }

    #[test]
    fn the_setting_reads_what_it_writes() {
        for depth in [Depth::Mono, Depth::Ansi16, Depth::Ansi256, Depth::True] {
            assert_eq!(Depth::parse(depth.code()), Some(depth));
        }
    }
}
