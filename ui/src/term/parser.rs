//! Bytes from a terminal become keys, pastes and focus changes, however the bytes were cut on their way.
//!
//! Memory is bounded whatever comes: sequences are kept to `CSI_LIMIT`, pastes to `PASTE_LIMIT`, and the replies of
//! OSC and DCS are not kept at all. The parser reads no clock: its owner calls `flush_escape` each time
//! `ESCAPE_TIMEOUT` has passed without a byte while `is_waiting` holds, and so decides what a lone ESC was.
//! A person's keyboard must never stay dead: every unfinished state ends after enough such silences.

use std::time::Duration;

use otklik_core::types::Untrusted;

use super::csi::{self, Csi};
use super::key::{Input, Key, KeyCode, Mods, Paste};

/// Silence after which an ESC was the Esc key. Terminals send a sequence in one write, so even slow links keep it whole.
pub const ESCAPE_TIMEOUT: Duration = Duration::from_millis(50);
/// Bytes kept of one paste; the rest is dropped and the paste says so.
pub const PASTE_LIMIT: usize = 256 * 1024;

/// Bytes of one control sequence. The longest we know, kitty's with alternates and text, stay under 40.
const CSI_LIMIT: usize = 64;
/// Bytes of a reply after which the first silence ends it, for then its end was probably lost.
const REPLY_LIMIT: usize = 4 * 1024;
/// Silences in a row (half a second) after which a sequence that began is given up.
const SEQUENCE_SILENCES: u32 = 10;
/// Silences in a row (five seconds) after which a paste is delivered as far as it came.
const PASTE_SILENCES: u32 = 100;
const PASTE_END: &[u8] = b"\x1b[201~";

#[derive(Debug, PartialEq, Eq)]
enum State {
    Ground,
    /// ESC came; `doubled` when two did, which is how rxvt and PuTTY send Alt with a sequence.
    Escape {
        doubled: bool,
    },
    /// Parameters stand in `Parser::csi`; an overlong sequence is read to its end and dropped.
    Csi {
        alt: bool,
        overlong: bool,
    },
    Ss3 {
        alt: bool,
        modifier: Option<u32>,
    },
    /// `CSI [`: one byte to come.
    LinuxConsole,
    /// `CSI M`: three bytes of an X10 mouse report to come.
    Mouse {
        left: u8,
    },
    /// OSC, DCS, SOS, PM or APC: swallowed. `introducer` is kept for the case that it was Alt and this key.
    /// `escaped` when its last byte was ESC, whose backslash would end it.
    Reply {
        introducer: u8,
        bytes: usize,
        escaped: bool,
    },
    /// `matched` bytes of `PASTE_END` have come.
    Paste {
        matched: usize,
    },
}

/// An incremental parser of one terminal's input.
#[derive(Debug)]
pub struct Parser {
    state: State,
    csi: Vec<u8>,
    paste: Vec<u8>,
    paste_truncated: bool,
    utf8: Utf8,
    silences: u32,
}

/// A character that has not come whole.
#[derive(Debug, Default)]
struct Utf8 {
    bytes: [u8; 4],
    have: usize,
    need: usize,
    alt: bool,
}

impl Default for Parser {
    fn default() -> Self {
        Self::new()
    }
}

impl Parser {
    pub fn new() -> Self {
        Self {
            state: State::Ground,
            csi: Vec::new(),
            paste: Vec::new(),
            paste_truncated: false,
            utf8: Utf8::default(),
            silences: 0,
        }
    }

    /// Reads `bytes` and appends what they complete to `out`.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Input>) {
        if !bytes.is_empty() {
            self.silences = 0;
        }
        for byte in bytes {
            self.byte(*byte, out);
        }
    }

    /// Something has begun and not ended: arm the timer for `flush_escape`.
    pub fn is_waiting(&self) -> bool {
        self.state != State::Ground || self.utf8.need > 0
    }

    /// Bytes held in memory, for a test of the bound.
    pub fn held_bytes(&self) -> usize {
        self.csi.capacity() + self.paste.capacity()
    }

    /// Tells the parser that nothing came for `ESCAPE_TIMEOUT`. A lone ESC becomes Esc, an ESC with one opening byte
    /// becomes Alt and that key; longer pieces get more patience, and are then dropped (a paste: delivered, truncated).
    pub fn flush_escape(&mut self, out: &mut Vec<Input>) {
        self.silences = self.silences.saturating_add(1);
        let tired = self.silences >= SEQUENCE_SILENCES;
        match self.state {
            State::Ground if tired => self.utf8 = Utf8::default(),
            State::Ground => {}
            State::Escape { doubled } => {
                out.push(Key::new(KeyCode::Esc).into());
                if doubled {
                    out.push(Key::new(KeyCode::Esc).into());
                }
                self.state = State::Ground;
            }
            State::Csi { overlong: false, .. } if self.csi.is_empty() => self.give_up_as_alt('[', out),
            State::Ss3 { modifier: None, .. } => self.give_up_as_alt('O', out),
            State::Reply { escaped: true, .. } => {
                self.state = State::Ground;
                out.push(Key::new(KeyCode::Esc).into());
            }
            State::Reply { introducer, bytes: 0, .. } => self.give_up_as_alt(char::from(introducer), out),
            State::Reply { bytes, .. } if tired || bytes > REPLY_LIMIT => self.state = State::Ground,
            State::Paste { .. } if self.silences >= PASTE_SILENCES => self.end_paste(true, out),
            State::Csi { .. } | State::Ss3 { .. } | State::LinuxConsole | State::Mouse { .. } if tired => {
                self.state = State::Ground;
            }
            _ => {}
        }
    }

    fn give_up_as_alt(&mut self, c: char, out: &mut Vec<Input>) {
        self.state = State::Ground;
        out.push(Key::alt(c).into());
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<Input>) {
        match self.state {
            State::Ground => self.ground(byte, false, out),
            State::Escape { doubled } => self.escape(byte, doubled, out),
            State::Csi { alt, overlong } => self.csi(byte, alt, overlong, out),
            State::Ss3 { alt, modifier } => self.ss3(byte, alt, modifier, out),
            State::LinuxConsole => {
                self.state = State::Ground;
                match csi::linux_console(byte) {
                    Some(key) => out.push(key.into()),
                    None => self.ground(byte, false, out),
                }
            }
            State::Mouse { left } => {
                self.state = if left > 1 { State::Mouse { left: left - 1 } } else { State::Ground };
            }
            State::Reply { introducer, bytes, escaped } => {
                if escaped {
                    self.reply_escaped(byte, out);
                } else {
                    self.reply(byte, introducer, bytes, out);
                }
            }
            State::Paste { matched } => self.paste_byte(byte, matched, out),
        }
    }

    fn ground(&mut self, byte: u8, alt: bool, out: &mut Vec<Input>) {
        if self.utf8.need > 0 && !(0x80..0xC0).contains(&byte) {
            self.finish_utf8(out);
        }
        let mut key = match byte {
            0x1B => {
                self.state = State::Escape { doubled: false };
                return;
            }
            0x80.. => {
                self.utf8_byte(byte, alt, out);
                return;
            }
            b'\r' | b'\n' => Key::new(KeyCode::Enter),
            b'\t' => Key::new(KeyCode::Tab),
            0x08 | 0x7F => Key::new(KeyCode::Backspace),
            0x00 => Key::ctrl(' '),
            0x01..=0x1A => Key::ctrl(char::from(byte - 1 + b'a')),
            // Ctrl with `\`, `]`, `^`, `_`: the control byte is the character's without its bit 6.
            0x1C..=0x1F => Key::ctrl(char::from(byte | 0x40)),
            _ => Key::char(char::from(byte)),
        };
        key.mods.alt = alt;
        out.push(key.into());
    }

    fn utf8_byte(&mut self, byte: u8, alt: bool, out: &mut Vec<Input>) {
        if self.utf8.need == 0 {
            self.utf8.need = match byte {
                0xC2..=0xDF => 2,
                0xE0..=0xEF => 3,
                0xF0..=0xF4 => 4,
                _ => 1,
            };
            self.utf8.alt = alt;
            self.utf8.have = 0;
        }
        self.utf8.bytes[self.utf8.have] = byte;
        self.utf8.have += 1;
        if self.utf8.have == self.utf8.need {
            self.finish_utf8(out);
        }
    }

    /// Delivers the character, or U+FFFD for bytes that are none, so that a terminal set to another encoding shows.
    fn finish_utf8(&mut self, out: &mut Vec<Input>) {
        let Utf8 { bytes, have, alt, .. } = std::mem::take(&mut self.utf8);
        let text = std::str::from_utf8(&bytes[..have]).ok();
        let c = text.and_then(|t| t.chars().next()).unwrap_or(char::REPLACEMENT_CHARACTER);
        if !c.is_control() {
            out.push(Key::char(c).with(Mods { alt, ..Mods::NONE }).into());
        }
    }

    fn escape(&mut self, byte: u8, doubled: bool, out: &mut Vec<Input>) {
        self.state = State::Ground;
        match byte {
            0x1B => {
                if doubled {
                    out.push(Key::new(KeyCode::Esc).into());
                }
                self.state = State::Escape { doubled: true };
                return;
            }
            b'[' => {
                self.csi.clear();
                self.state = State::Csi { alt: doubled, overlong: false };
                return;
            }
            b'O' => {
                self.state = State::Ss3 { alt: doubled, modifier: None };
                return;
            }
            _ => {}
        }
        // Only a sequence takes a doubled ESC as Alt; before anything else the first was a key of its own.
        if doubled {
            out.push(Key::new(KeyCode::Esc).into());
        }
        match byte {
            b']' | b'P' | b'X' | b'^' | b'_' => {
                self.state = State::Reply { introducer: byte, bytes: 0, escaped: false }
            }
            _ => self.ground(byte, true, out),
        }
    }

    fn csi(&mut self, byte: u8, alt: bool, overlong: bool, out: &mut Vec<Input>) {
        match byte {
            b'[' if self.csi.is_empty() && !overlong => self.state = State::LinuxConsole,
            b'M' if self.csi.is_empty() && !overlong => self.state = State::Mouse { left: 3 },
            b'$' if !self.csi.is_empty() && self.csi.iter().all(u8::is_ascii_digit) => {
                self.end_csi(byte, alt, overlong, out);
            }
            0x20..=0x3F if self.csi.len() < CSI_LIMIT => self.csi.push(byte),
            0x20..=0x3F => self.state = State::Csi { alt, overlong: true },
            0x40..=0x7E => self.end_csi(byte, alt, overlong, out),
            // A control byte or a letter outside ASCII cannot stand in a sequence: it was broken off.
            _ => {
                self.state = State::Ground;
                self.ground(byte, false, out);
            }
        }
    }

    fn end_csi(&mut self, last: u8, alt: bool, overlong: bool, out: &mut Vec<Input>) {
        self.state = State::Ground;
        if overlong {
            return;
        }
        match csi::csi(&self.csi, last, alt) {
            Csi::Nothing => {}
            Csi::Input(input) => out.push(input),
            Csi::PasteBegins => self.state = State::Paste { matched: 0 },
        }
    }

    fn ss3(&mut self, byte: u8, alt: bool, modifier: Option<u32>, out: &mut Vec<Input>) {
        self.state = State::Ground;
        match byte {
            b'1'..=b'9' if modifier.is_none() => {
                self.state = State::Ss3 { alt, modifier: Some(u32::from(byte - b'0')) };
            }
            0x40..=0x7E => out.extend(csi::ss3(byte, modifier, alt).map(Input::Key)),
            _ => self.ground(byte, false, out),
        }
    }

    fn reply(&mut self, byte: u8, introducer: u8, bytes: usize, out: &mut Vec<Input>) {
        match byte {
            0x07 => self.state = State::Ground,
            0x1B => self.state = State::Reply { introducer, bytes, escaped: true },
            // No reply holds control bytes: this one is a key, and the reply was broken off.
            0x00..=0x1F | 0x7F => {
                self.state = State::Ground;
                self.ground(byte, false, out);
            }
            _ => self.state = State::Reply { introducer, bytes: bytes.saturating_add(1), escaped: false },
        }
    }

    fn reply_escaped(&mut self, byte: u8, out: &mut Vec<Input>) {
        self.state = State::Ground;
        if byte != b'\\' {
            self.escape(byte, false, out);
        }
    }

    fn paste_byte(&mut self, byte: u8, matched: usize, out: &mut Vec<Input>) {
        if byte == PASTE_END[matched] {
            if matched + 1 == PASTE_END.len() {
                self.end_paste(false, out);
            } else {
                self.state = State::Paste { matched: matched + 1 };
            }
            return;
        }
        self.keep_pasted(&PASTE_END[..matched]);
        // ESC stands only at the head of the end mark, so a broken match can only begin anew here.
        if byte == PASTE_END[0] {
            self.state = State::Paste { matched: 1 };
        } else {
            self.keep_pasted(&[byte]);
            self.state = State::Paste { matched: 0 };
        }
    }

    fn keep_pasted(&mut self, bytes: &[u8]) {
        let room = PASTE_LIMIT - self.paste.len();
        self.paste_truncated |= bytes.len() > room;
        self.paste.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn end_paste(&mut self, cut: bool, out: &mut Vec<Input>) {
        self.state = State::Ground;
        let truncated = std::mem::take(&mut self.paste_truncated) || cut;
        let mut bytes = std::mem::take(&mut self.paste);
        // The cut may have gone through a character: its first half says nothing.
        if truncated
            && let Err(error) = std::str::from_utf8(&bytes)
            && error.error_len().is_none()
        {
            bytes.truncate(error.valid_up_to());
        }
        // Terminals paste line ends as the Enter key sends them.
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n").replace('\r', "\n");
        out.push(Input::Paste(Paste { text: Untrusted::new(text), truncated }));
    }
}
