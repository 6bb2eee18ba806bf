//! The meaning of complete control sequences: which key `CSI 1;5A`, `CSI 1089::99;5u` or `SS3 P` is.
//! Pure tables; a sequence that is not a key (a reply, a mouse report, a key release) gives nothing.
//!
//! Sources: ECMA-48 section 5.4; XTerm Control Sequences, "PC-Style Function Keys"; the kitty keyboard protocol;
//! rxvt's and PuTTY's key tables; console_codes(4).

use super::key::{Input, Key, KeyCode, Mods};

/// Sub-parameters kept of one parameter; kitty's key code has three.
const SUBS: usize = 3;
/// Parameters kept; `CSI 27;m;c~` and `CSI code;mods;text u` have three.
const PARAMS: usize = 3;

/// What a finished CSI sequence asks of the parser.
pub(super) enum Csi {
    Nothing,
    Input(Input),
    PasteBegins,
}

/// The numbers of a sequence: `None` where one was left out.
struct Params {
    values: [[Option<u32>; SUBS]; PARAMS],
    /// The sequence began with `<`, `=`, `>` or `?`, or carried an intermediate byte: a reply, never a key.
    private: bool,
}

impl Params {
    fn parse(body: &[u8]) -> Self {
        let private = body.iter().any(|b| !b.is_ascii_digit() && *b != b';' && *b != b':');
        let mut values = [[None; SUBS]; PARAMS];
        for (param, slot) in body.split(|b| *b == b';').zip(values.iter_mut()) {
            for (sub, value) in param.split(|b| *b == b':').zip(slot.iter_mut()) {
                *value = number(sub);
            }
        }
        Self { values, private }
    }

    fn get(&self, param: usize, sub: usize) -> Option<u32> {
        self.values.get(param)?.get(sub).copied().flatten()
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u32, |n, d| {
        if !d.is_ascii_digit() {
            return None;
        }
        Some(n.saturating_mul(10).saturating_add(u32::from(d - b'0')))
    })
}

/// Modifiers as xterm and kitty number them (1 + bits).
struct Modifiers {
    mods: Mods,
    caps_lock: bool,
    /// Super or Hyper was down: the key belongs to the window manager, not to us.
    foreign: bool,
}

impl Modifiers {
    fn from_param(param: Option<u32>) -> Self {
        let bits = param.unwrap_or(1).saturating_sub(1);
        Self {
            mods: Mods { shift: bits & 1 != 0, alt: bits & (2 | 32) != 0, ctrl: bits & 4 != 0 },
            foreign: bits & (8 | 16) != 0,
            caps_lock: bits & 64 != 0,
        }
    }
}

/// Reads a CSI sequence without its introducer; `alt` when another ESC stood before it.
pub(super) fn csi(body: &[u8], last: u8, alt: bool) -> Csi {
    match (body, last) {
        (b"", b'I') => return Csi::Input(Input::FocusGained),
        (b"", b'O') => return Csi::Input(Input::FocusLost),
        (b"200", b'~') => return Csi::PasteBegins,
        _ => {}
    }
    let params = Params::parse(body);
    // Kitty's third event type is a release; a press has acted already.
    if params.private || params.get(1, 1) == Some(3) {
        return Csi::Nothing;
    }
    match key(&params, body, last) {
        Some(mut key) => {
            key.mods.alt |= alt;
            Csi::Input(Input::Key(key))
        }
        None => Csi::Nothing,
    }
}

fn key(params: &Params, body: &[u8], last: u8) -> Option<Key> {
    let modifiers = Modifiers::from_param(params.get(1, 0));
    match last {
        b'u' => code_point(params.get(0, 0)?, params.get(0, 1), params.get(0, 2), &modifiers),
        b'~' if params.get(0, 0) == Some(27) && params.get(2, 0).is_some() => {
            code_point(params.get(2, 0)?, None, None, &modifiers)
        }
        _ if modifiers.foreign => None,
        b'~' => Some(named(tilde(params.get(0, 0)?)?, modifiers.mods)),
        // rxvt marks Shift, Ctrl and both by the last byte of an otherwise plain `CSI n ~`.
        b'$' => Some(named(tilde(params.get(0, 0)?)?, Mods::SHIFT)),
        b'^' => Some(named(tilde(params.get(0, 0)?)?, Mods::CTRL)),
        b'@' => Some(named(tilde(params.get(0, 0)?)?, Mods { ctrl: true, shift: true, alt: false })),
        b'a'..=b'd' if body.is_empty() => Some(named(arrow(last - b'a' + b'A')?, Mods::SHIFT)),
        b'Z' => Some(named(KeyCode::BackTab, modifiers.mods)),
        // `CSI row;column R` answers a cursor query, which we never send; only row 1 can be F3 with a modifier.
        b'R' if params.get(0, 0).unwrap_or(1) != 1 || params.get(1, 0).unwrap_or(1) > 16 => None,
        b'P'..=b'S' => Some(named(KeyCode::F(last - b'P' + 1), modifiers.mods)),
        _ => Some(named(arrow(last)?, modifiers.mods)),
    }
}

/// Reads an SS3 sequence; `modifier` is the digit that old Konsole and xterm put before the last byte.
pub(super) fn ss3(last: u8, modifier: Option<u32>, alt: bool) -> Option<Key> {
    let modifiers = Modifiers::from_param(modifier);
    if modifiers.foreign {
        return None;
    }
    let mut key = match last {
        b'a'..=b'd' => named(arrow(last - b'a' + b'A')?, Mods::CTRL),
        b'M' => named(KeyCode::Enter, modifiers.mods),
        b'I' => named(KeyCode::Tab, modifiers.mods),
        b'P'..=b'S' => named(KeyCode::F(last - b'P' + 1), modifiers.mods),
        b'X' => Key::char('='),
        // The numeric keypad in application mode: `j` to `o` are its signs, `p` to `y` its digits.
        b'j'..=b'y' => Key::char(char::from(last - b'j' + b'*')),
        _ => named(arrow(last)?, modifiers.mods),
    };
    key.mods.alt |= alt;
    Some(key)
}

/// The Linux console's `CSI [ A` to `CSI [ E`.
pub(super) fn linux_console(last: u8) -> Option<Key> {
    matches!(last, b'A'..=b'E').then(|| Key::new(KeyCode::F(last - b'A' + 1)))
}

fn named(code: KeyCode, mut mods: Mods) -> Key {
    let code = if code == KeyCode::Tab && mods.shift { KeyCode::BackTab } else { code };
    mods.shift &= code != KeyCode::BackTab;
    Key { code, mods, base: None }
}

fn arrow(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'H' => KeyCode::Home,
        b'F' => KeyCode::End,
        _ => return None,
    })
}

/// `CSI n ~`. The gaps at 16, 22, 27 and 30 are the VT220's.
fn tilde(n: u32) -> Option<KeyCode> {
    let f = |n: u32| u8::try_from(n).ok().map(KeyCode::F);
    match n {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => f(n - 10),
        17..=21 => f(n - 11),
        23..=26 => f(n - 12),
        28..=29 => f(n - 13),
        31..=34 => f(n - 14),
        _ => None,
    }
}

/// A key given by its code point: kitty's and xterm's `CSI u`, xterm's modifyOtherKeys.
fn code_point(code: u32, shifted: Option<u32>, base: Option<u32>, modifiers: &Modifiers) -> Option<Key> {
    if modifiers.foreign {
        return None;
    }
    let mods = modifiers.mods;
    if let Some(code) = functional(code) {
        return Some(match code {
            // The numeric keypad's characters.
            KeyCode::Char(c) => character(c, mods, None),
            code => named(code, mods),
        });
    }
    let plain = typed(code)?;
    let upper = mods.shift != modifiers.caps_lock;
    let c = match shifted.and_then(typed) {
        Some(shifted) if mods.shift => shifted,
        _ if upper => uppercase(plain),
        _ => plain,
    };
    let base = base.and_then(typed).map(|b| if upper { uppercase(b) } else { b });
    Some(character(c, mods, base))
}

fn character(c: char, mods: Mods, base: Option<char>) -> Key {
    Key { code: KeyCode::Char(c), mods: Mods { shift: false, ..mods }, base }
}

/// A character that a person can type: no controls, and none of kitty's numbers for keys (private use area).
fn typed(code: u32) -> Option<char> {
    char::from_u32(code).filter(|c| !c.is_control() && !('\u{E000}'..='\u{F8FF}').contains(c))
}

/// The capital of a letter that has exactly one; other characters as they are.
fn uppercase(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Kitty's numbers for keys that type nothing, and for the numeric keypad.
fn functional(code: u32) -> Option<KeyCode> {
    let digit = |n: u32| char::from_digit(n, 10).map(KeyCode::Char);
    match code {
        8 | 127 => Some(KeyCode::Backspace),
        9 => Some(KeyCode::Tab),
        13 | 57414 => Some(KeyCode::Enter),
        27 => Some(KeyCode::Esc),
        57376..=57398 => u8::try_from(code - 57376 + 13).ok().map(KeyCode::F),
        57399..=57408 => digit(code - 57399),
        57409 => Some(KeyCode::Char('.')),
        57410 => Some(KeyCode::Char('/')),
        57411 => Some(KeyCode::Char('*')),
        57412 => Some(KeyCode::Char('-')),
        57413 => Some(KeyCode::Char('+')),
        57415 => Some(KeyCode::Char('=')),
        57416 => Some(KeyCode::Char(',')),
        57417 => Some(KeyCode::Left),
        57418 => Some(KeyCode::Right),
        57419 => Some(KeyCode::Up),
        57420 => Some(KeyCode::Down),
        57421 => Some(KeyCode::PageUp),
        57422 => Some(KeyCode::PageDown),
        57423 => Some(KeyCode::Home),
        57424 => Some(KeyCode::End),
        57425 => Some(KeyCode::Insert),
        57426 => Some(KeyCode::Delete),
        _ => None,
    }
}
