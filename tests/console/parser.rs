//! What terminals send, byte for byte, and the keys it must become, wherever the bytes are cut.

use otklik_core::types::Purpose;
use otklik_ui::term::{Input, Key, KeyCode, Mods, PASTE_LIMIT, Parser};
use proptest::prelude::*;

use KeyCode::{BackTab, Backspace, Char, Delete, Down, End, Enter, Esc, F, Home, Insert};
use KeyCode::{Left, PageDown, PageUp, Right, Tab, Up};

const CTRL_ALT: Mods = Mods { ctrl: true, alt: true, shift: false };
const CTRL_SHIFT: Mods = Mods { ctrl: true, alt: false, shift: true };

fn plain(code: KeyCode) -> Vec<Key> {
    vec![Key::new(code)]
}

fn modified(code: KeyCode, mods: Mods) -> Vec<Key> {
    vec![Key::new(code).with(mods)]
}

fn typed(text: &str) -> Vec<Key> {
    text.chars().map(Key::char).collect()
}

/// Bytes, who sends them, and the keys.
fn corpus() -> Vec<(&'static [u8], &'static str, Vec<Key>)> {
    let mut rows = legacy();
    rows.extend(function_keys());
    rows.extend(code_points());
    rows.extend(not_keys());
    rows
}

fn legacy() -> Vec<(&'static [u8], &'static str, Vec<Key>)> {
    vec![
        (b"j", "plain", typed("j")),
        ("о".as_bytes(), "plain under a Russian layout", typed("о")),
        ("Ёж № 1 — 😀".as_bytes(), "two, three and four bytes", typed("Ёж № 1 — 😀")),
        (b"G", "shift is in the character", typed("G")),
        (b"\r", "Enter", plain(Enter)),
        (b"\n", "Enter of a cooked sender", plain(Enter)),
        (b"\t", "Tab", plain(Tab)),
        (b"\x7f", "Backspace", plain(Backspace)),
        (b"\x08", "Backspace of PuTTY and rxvt", plain(Backspace)),
        (b"\x00", "Ctrl+Space", vec![Key::ctrl(' ')]),
        (b"\x03\x10", "Ctrl+C, Ctrl+P", vec![Key::ctrl('c'), Key::ctrl('p')]),
        (b"\x1c\x1d\x1e\x1f", "Ctrl with signs", ['\\', ']', '^', '_'].map(Key::ctrl).to_vec()),
        (b"\x1bs", "Alt+s", vec![Key::alt('s')]),
        (b"\x1b\xd1\x8b", "Alt+ы", vec![Key::alt('ы')]),
        (b"\x1b\x01", "Ctrl+Alt+a", modified(Char('a'), CTRL_ALT)),
        (b"\x1b\x7f", "Alt+Backspace", modified(Backspace, Mods::ALT)),
        (b"\x1b\r", "Alt+Enter", modified(Enter, Mods::ALT)),
        (b"\x1b[A\x1b[B\x1b[C\x1b[D", "arrows", [Up, Down, Right, Left].map(Key::new).to_vec()),
        (b"\x1bOA\x1bOB\x1bOC\x1bOD", "application arrows", [Up, Down, Right, Left].map(Key::new).to_vec()),
        (b"\x1b[H\x1b[F\x1bOH\x1bOF", "Home, End", [Home, End, Home, End].map(Key::new).to_vec()),
        (b"\x1b[1~\x1b[4~\x1b[7~\x1b[8~", "PuTTY, rxvt", [Home, End, Home, End].map(Key::new).to_vec()),
        (b"\x1b[2~\x1b[3~", "VT220", [Insert, Delete].map(Key::new).to_vec()),
        (b"\x1b[5~\x1b[6~", "VT220", [PageUp, PageDown].map(Key::new).to_vec()),
        (b"\x1b[Z", "Shift+Tab", plain(BackTab)),
        (b"\x1b[1;5A", "Ctrl+Up of xterm", modified(Up, Mods::CTRL)),
        (b"\x1b[1;2D", "Shift+Left of xterm", modified(Left, Mods::SHIFT)),
        (b"\x1b[3;5~", "Ctrl+Delete of xterm", modified(Delete, Mods::CTRL)),
        (b"\x1b\x1b[A", "Alt+Up of PuTTY", modified(Up, Mods::ALT)),
        (b"\x1b\x1bOP", "Alt+F1 of PuTTY", modified(F(1), Mods::ALT)),
        (b"\x1b[a\x1b[d", "rxvt", [Up, Left].map(|c| Key::new(c).with(Mods::SHIFT)).to_vec()),
        (b"\x1bOa", "Ctrl+Up of rxvt", modified(Up, Mods::CTRL)),
        (b"\x1b[3$", "Shift+Delete of rxvt", modified(Delete, Mods::SHIFT)),
        (b"\x1b[5^", "Ctrl+PageUp of rxvt", modified(PageUp, Mods::CTRL)),
        (b"\x1b[6@", "Ctrl+Shift+PageDown of rxvt", modified(PageDown, CTRL_SHIFT)),
        (b"\x1bOM\x1bOk\x1bOq", "keypad", [Enter, Char('+'), Char('1')].map(Key::new).to_vec()),
        (b"\x1b\x1bx", "Esc, then Alt+x", vec![Key::new(Esc), Key::alt('x')]),
        (b"\x1b[1\x03x", "broken off by Ctrl+C", vec![Key::ctrl('c'), Key::char('x')]),
        (b"\xffx", "not UTF-8", typed("\u{FFFD}x")),
        (b"\xd0x", "half a letter", typed("\u{FFFD}x")),
        (b"\xc2\x9b31m", "a C1 control, then text", typed("31m")),
    ]
}

fn function_keys() -> Vec<(&'static [u8], &'static str, Vec<Key>)> {
    let f = |keys: &[u8]| keys.iter().map(|n| Key::new(F(*n))).collect::<Vec<_>>();
    vec![
        (b"\x1bOP\x1bOQ\x1bOR\x1bOS", "xterm", f(&[1, 2, 3, 4])),
        (b"\x1b[11~\x1b[12~\x1b[13~\x1b[14~", "PuTTY", f(&[1, 2, 3, 4])),
        (b"\x1b[15~\x1b[17~\x1b[18~\x1b[19~\x1b[20~\x1b[21~", "VT220", f(&[5, 6, 7, 8, 9, 10])),
        (b"\x1b[23~\x1b[24~", "VT220", f(&[11, 12])),
        (b"\x1b[[A\x1b[[B\x1b[[C\x1b[[D\x1b[[E", "Linux console", f(&[1, 2, 3, 4, 5])),
        (b"\x1b[P\x1b[Q\x1b[S", "kitty", f(&[1, 2, 4])),
        (b"\x1b[1;5Q", "Ctrl+F2", modified(F(2), Mods::CTRL)),
        (b"\x1b[1;2R", "Shift+F3, not a cursor report", modified(F(3), Mods::SHIFT)),
        (b"\x1bO5P", "Ctrl+F1 of old Konsole", modified(F(1), Mods::CTRL)),
        (b"\x1b[21;2~", "Shift+F10", modified(F(10), Mods::SHIFT)),
        (b"\x1b[57376u", "F13 of kitty", f(&[13])),
    ]
}

fn code_points() -> Vec<(&'static [u8], &'static str, Vec<Key>)> {
    vec![
        (b"\x1b[106u", "kitty", typed("j")),
        (b"\x1b[1086u", "kitty, no base", typed("о")),
        (b"\x1b[1086::106u", "kitty with base", vec![Key::char('о').with_base('j')]),
        (b"\x1b[1087:1055:103;2u", "kitty, shifted", vec![Key::char('П').with_base('G')]),
        (b"\x1b[1087;2u", "kitty, shifted, told by the modifier", typed("П")),
        (b"\x1b[106;65u", "kitty, caps lock", typed("J")),
        (b"\x1b[1089::99;5u", "Ctrl+с with base", vec![Key::ctrl('с').with_base('c')]),
        (b"\x1b[1089;5u", "Ctrl+с without base", vec![Key::ctrl('с')]),
        (b"\x1b[106;1:1u\x1b[106;1:2u\x1b[106;1:3u", "press, repeat, release", typed("jj")),
        (b"\x1b[1;1:3A", "release of an arrow", vec![]),
        (b"\x1b[27u\x1b[13u\x1b[9u\x1b[127u", "kitty", [Esc, Enter, Tab, Backspace].map(Key::new).to_vec()),
        (b"\x1b[9;2u", "Shift+Tab of kitty", plain(BackTab)),
        (b"\x1b[13;5u", "Ctrl+Enter", modified(Enter, Mods::CTRL)),
        (b"\x1b[57400u\x1b[57419u\x1b[57414u", "keypad", [Char('1'), Up, Enter].map(Key::new).to_vec()),
        (b"\x1b[57441;2u", "a lone Shift", vec![]),
        (b"\x1b[106;9u", "Super+j belongs to the desktop", vec![]),
        (b"\x1b[27;5;99~", "modifyOtherKeys Ctrl+c", vec![Key::ctrl('c')]),
        (b"\x1b[27;5;1084~", "modifyOtherKeys of iTerm2", vec![Key::ctrl('м')]),
        (b"\x1b[27;3;1099~", "modifyOtherKeys Alt+ы", vec![Key::alt('ы')]),
        (b"\x1b[27;2;13~", "Shift+Enter", modified(Enter, Mods::SHIFT)),
        (b"\x1b[155u\x1b[1114112u\x1b[99999999999u", "no characters", vec![]),
    ]
}

fn not_keys() -> Vec<(&'static [u8], &'static str, Vec<Key>)> {
    vec![
        (b"\x1b]11;rgb:ffff/ffff/ffff\x07x", "OSC reply, BEL", typed("x")),
        (b"\x1b]52;c;0L/RgNC40LLQtdGC\x1b\\x", "OSC reply, ST", typed("x")),
        (b"\x1bP>|xterm(390)\x1b\\x", "DCS reply", typed("x")),
        ("\x1b]0;заголовок\x1b\\x".as_bytes(), "a reply with Cyrillic", typed("x")),
        (b"\x1b_Gi=1;OK\x1b\\x", "APC reply", typed("x")),
        (b"\x1b]0;broken\x1b[Ax", "a reply broken off by a key", vec![Key::new(Up), Key::char('x')]),
        (b"\x1b]0;broken\rx", "a reply broken off by Enter", vec![Key::new(Enter), Key::char('x')]),
        (b"\x1b[?62;22cx", "device attributes", typed("x")),
        (b"\x1b[?2026;2$yx", "mode report", typed("x")),
        (b"\x1b[24;80Rx", "cursor report", typed("x")),
        (b"\x1b[<0;33;12M\x1b[<0;33;12mx", "SGR mouse", typed("x")),
        (b"\x1b[M !!x", "X10 mouse", typed("x")),
        (b"\x1b[32;30;12Mx", "rxvt mouse", typed("x")),
        (b"\x1b[Ex", "keypad 5", typed("x")),
        (b"\x1b[201~x", "the end of no paste", typed("x")),
        (
            b"\x1b[1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8;9Ax",
            "overlong",
            typed("x"),
        ),
    ]
}

fn parse_pieces(pieces: &[&[u8]]) -> Vec<Input> {
    let mut parser = Parser::new();
    let mut out = Vec::new();
    for piece in pieces {
        parser.feed(piece, &mut out);
    }
    assert!(!parser.is_waiting(), "unfinished after {pieces:?}");
    out
}

fn keys(list: &[Key]) -> Vec<Input> {
    list.iter().copied().map(Input::Key).collect()
}

#[test]
fn every_known_sequence_becomes_its_keys() {
    for (bytes, what, expected) in corpus() {
        assert_eq!(parse_pieces(&[bytes]), keys(&expected), "{what}: {:?}", bytes.escape_ascii().to_string());
    }
}

#[test]
fn where_the_bytes_are_cut_changes_nothing() {
    for (bytes, what, expected) in corpus() {
        for cut in 0..=bytes.len() {
            let (head, tail) = bytes.split_at(cut);
            assert_eq!(parse_pieces(&[head, tail]), keys(&expected), "{what} cut at {cut}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(parse_pieces(&single), keys(&expected), "{what} byte by byte");
    }
}

#[test]
fn one_sequence_never_spoils_the_next() {
    let rows = corpus();
    for (first, what, before) in &rows {
        for (second, _, after) in &rows {
            let expected = keys(&[before.as_slice(), after.as_slice()].concat());
            assert_eq!(parse_pieces(&[first, second]), expected, "{what}, then {second:?}");
        }
    }
}

fn pasted(out: &[Input]) -> (String, bool) {
    let [Input::Paste(paste)] = out else { panic!("not one paste: {out:?}") };
    (paste.text.raw_for(Purpose::Store).to_owned(), paste.truncated)
}

#[test]
fn a_paste_arrives_whole_however_it_is_cut() {
    let bytes = "\x1b[200~Меня уволили\r\nза \x1b[31mпрогул\x1b\r\x1b[20x\x1b[201~".as_bytes();
    let expected = ("Меня уволили\nза \x1b[31mпрогул\x1b\n\x1b[20x".to_owned(), false);
    for cut in 0..=bytes.len() {
        let (head, tail) = bytes.split_at(cut);
        assert_eq!(pasted(&parse_pieces(&[head, tail])), expected, "cut at {cut}");
    }
}

#[test]
fn a_paste_over_the_limit_is_cut_at_a_character_and_says_so() {
    let body = format!("x{}", "ы".repeat(PASTE_LIMIT));
    let (text, truncated) = pasted(&parse_pieces(&[b"\x1b[200~", body.as_bytes(), b"\x1b[201~"]));
    assert!(truncated);
    assert_eq!(text.len(), PASTE_LIMIT - 1, "the last letter did not fit whole");
    assert!(body.starts_with(&text));
    let exact = "z".repeat(PASTE_LIMIT);
    let (text, truncated) = pasted(&parse_pieces(&[b"\x1b[200~", exact.as_bytes(), b"\x1b[201~"]));
    assert_eq!((text.len(), truncated), (PASTE_LIMIT, false));
}

#[test]
fn a_paste_after_a_truncated_one_is_whole() {
    let mut parser = Parser::new();
    let mut out = Vec::new();
    parser.feed(b"\x1b[200~", &mut out);
    parser.feed(&vec![b'x'; PASTE_LIMIT + 1], &mut out);
    parser.feed(b"\x1b[201~\x1b[200~ok\x1b[201~", &mut out);
    assert_eq!(pasted(&out[1..]), ("ok".to_owned(), false));
}

#[test]
fn focus_reports_are_told_apart_from_keys() {
    assert_eq!(parse_pieces(&[b"\x1b[I\x1b[O"]), [Input::FocusGained, Input::FocusLost]);
}

fn after_silences(bytes: &[u8], silences: usize) -> (Vec<Input>, bool) {
    let mut parser = Parser::new();
    let mut out = Vec::new();
    parser.feed(bytes, &mut out);
    for _ in 0..silences {
        parser.flush_escape(&mut out);
    }
    (out, parser.is_waiting())
}

#[test]
fn an_escape_alone_is_the_esc_key_after_one_silence() {
    assert_eq!(after_silences(b"\x1b", 0), (vec![], true));
    assert_eq!(after_silences(b"\x1b", 1), (keys(&[Key::new(Esc)]), false));
    assert_eq!(after_silences(b"\x1b\x1b", 1), (keys(&[Key::new(Esc), Key::new(Esc)]), false));
}

#[test]
fn alt_with_an_opening_byte_is_a_key_after_one_silence() {
    for opening in ['[', 'O', ']', 'P', 'X', '^', '_'] {
        let bytes = format!("\x1b{opening}");
        assert_eq!(after_silences(bytes.as_bytes(), 1), (keys(&[Key::alt(opening)]), false), "{opening}");
    }
}

#[test]
fn a_sequence_survives_a_short_silence_in_its_middle() {
    let mut parser = Parser::new();
    let mut out = Vec::new();
    for piece in [&b"\x1b[1;"[..], b"5", b"A\xd0", b"\xbe"] {
        parser.feed(piece, &mut out);
        parser.flush_escape(&mut out);
    }
    assert_eq!(out, keys(&[Key::new(Up).with(Mods::CTRL), Key::char('о')]));
}

#[test]
fn no_unfinished_beginning_keeps_the_keyboard_dead() {
    let beginnings: [&[u8]; 9] = [
        b"\x1b[1;5",
        b"\x1bO5",
        b"\x1b[[",
        b"\x1b[M!",
        b"\x1b]52;c;abc",
        b"\x1bP1",
        b"\xd0",
        b"\x1b]52;c;abc\x1b",
        b"\x1b[999999999999999999999999999999999999999999999999999999999999999999999999",
    ];
    for beginning in beginnings {
        let mut parser = Parser::new();
        let mut out = Vec::new();
        parser.feed(beginning, &mut out);
        for _ in 0..10 {
            parser.flush_escape(&mut out);
        }
        assert!(!parser.is_waiting(), "{beginning:?}");
        out.clear();
        parser.feed("q".as_bytes(), &mut out);
        assert_eq!(out, keys(&[Key::char('q')]), "{beginning:?}");
    }
}

#[test]
fn a_paste_that_never_ends_is_delivered_as_truncated() {
    let (out, waiting) = after_silences("\x1b[200~половина".as_bytes(), 99);
    assert_eq!((out, waiting), (vec![], true));
    let (out, waiting) = after_silences("\x1b[200~половина".as_bytes(), 100);
    assert_eq!((pasted(&out), waiting), (("половина".to_owned(), true), false));
}

#[test]
fn a_reply_longer_than_any_we_know_ends_at_the_first_silence() {
    let mut bytes = b"\x1b]52;c;".to_vec();
    bytes.resize(5000, b'A');
    assert_eq!(after_silences(&bytes, 0), (vec![], true));
    assert_eq!(after_silences(&bytes, 1), (vec![], false));
}

/// Bytes that begin, end and break sequences come often enough to reach every state.
fn hostile_byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        3 => any::<u8>(),
        4 => prop::sample::select(&b"\x1b\x1b\x1b[]OPM~u$;:0123456789<?\x07\\\x00"[..]),
        1 => Just(0xD0_u8),
    ]
}

proptest! {
    #[test]
    fn no_bytes_panic_or_fill_memory(
        chunks in prop::collection::vec(prop::collection::vec(hostile_byte(), 0..120), 0..16),
        silent in prop::collection::vec(any::<bool>(), 16),
    ) {
        let mut parser = Parser::new();
        let mut out = Vec::new();
        for (chunk, silent) in chunks.iter().zip(silent) {
            out.clear();
            parser.feed(chunk, &mut out);
            if silent {
                parser.flush_escape(&mut out);
            }
            prop_assert!(out.len() <= 2 * (chunk.len() + 1));
            for input in &out {
                if let Input::Key(Key { code: Char(c), .. }) = input {
                    prop_assert!(!c.is_control());
                }
            }
        }
    }

    #[test]
    fn typed_text_comes_back_as_typed(text in "[^\\p{Cc}]{0,40}", cut in 0_usize..160) {
        let cut = cut.min(text.len());
        let (head, tail) = text.as_bytes().split_at(cut);
        prop_assert_eq!(parse_pieces(&[head, tail]), keys(&typed(&text)));
    }
}

#[test]
fn memory_stays_bounded_under_megabytes_of_one_thing() {
    let openings: [&[u8]; 6] = [b"", b"\x1b[", b"\x1b]", b"\x1bP", b"\x1b[200~", b"\x1bO"];
    for opening in openings {
        for filler in [b'1', 0x1B, b';', 0xD0, b'~'] {
            let mut parser = Parser::new();
            let mut out = Vec::new();
            parser.feed(opening, &mut out);
            for _ in 0..64 {
                out.clear();
                parser.feed(&[filler; 16 * 1024], &mut out);
            }
            assert!(parser.held_bytes() <= 2 * PASTE_LIMIT + 128, "{opening:?} then {filler}");
        }
    }
}
