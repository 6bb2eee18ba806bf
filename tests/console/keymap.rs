//! From the bytes of a terminal to the command that they run, in both layouts; and what a keymap file must not say.

use otklik_ui::keymap::{COMMANDS, CommandId, Context, Keymap, KeymapError, Layout, Pace};
use otklik_ui::term::{Input, Key, KeyCode, Parser};

use CommandId as C;
use Context::{Composer, Dialog, Field, Global, Match, Menu, Palette, Queue, Thread};

const QUEUE: &[Context] = &[Queue, Global];
const COMPOSER: &[Context] = &[Composer, Thread, Global];

fn shipped() -> Keymap {
    Keymap::shipped().unwrap()
}

fn with(overriding: &str) -> Result<Keymap, Vec<KeymapError>> {
    Keymap::load(otklik_ui::keymap::DEFAULT, Some(overriding), CommandId::by_name)
}

/// The commands that bytes run in a stack of contexts.
fn run(keymap: &Keymap, stack: &[Context], bytes: &[u8]) -> Vec<Option<CommandId>> {
    let mut inputs = Vec::new();
    Parser::new().feed(bytes, &mut inputs);
    let key = |input: &Input| if let Input::Key(key) = input { keymap.resolve(stack, key) } else { None };
    inputs.iter().map(key).collect()
}

/// All forms in which terminals send a plain letter of one physical key, `latin` in the US layout.
fn forms(latin: char, local: char) -> Vec<Vec<u8>> {
    let (l, r) = (u32::from(latin), u32::from(local));
    let mut forms = vec![latin.to_string(), local.to_string()];
    if latin.is_lowercase() {
        forms.extend([
            format!("\x1b[{l}u"),
            format!("\x1b[{r}u"),
            format!("\x1b[{r}::{l}u"),
            format!("\x1b[{r}::{l};1:1u\x1b[{r}::{l};1:3u"),
            format!("\x1b[27;1;{r}~"),
        ]);
    } else {
        let small = u32::from(local.to_lowercase().next().unwrap());
        let base = u32::from(latin.to_ascii_lowercase());
        forms.extend([
            format!("\x1b[{small}:{r}:{base};2u"),
            format!("\x1b[{small};2u"),
            format!("\x1b[27;2;{r}~"),
        ]);
    }
    forms.into_iter().map(String::into_bytes).collect()
}

#[test]
fn a_letter_runs_its_command_in_both_layouts_and_in_every_form() {
    let keymap = shipped();
    for (latin, local, command) in [
        ('j', 'о', C::MoveDown),
        ('k', 'л', C::MoveUp),
        ('g', 'п', C::MoveHome),
        ('G', 'П', C::MoveEnd),
        ('r', 'к', C::Reply),
        ('t', 'е', C::Take),
        ('s', 'ы', C::MarkSorted),
        ('[', 'х', C::PreviousTab),
    ] {
        let forms = if latin == '[' { vec![b"[".to_vec(), "х".into()] } else { forms(latin, local) };
        for bytes in forms {
            assert_eq!(
                run(&keymap, QUEUE, &bytes),
                [Some(command)],
                "{:?}",
                bytes.escape_ascii().to_string()
            );
        }
    }
}

#[test]
fn a_chord_runs_its_command_in_both_layouts_and_in_every_form_even_where_text_is_typed() {
    let keymap = shipped();
    for stack in [QUEUE, COMPOSER] {
        for bytes in [&b"\x10"[..], b"\x1b[112;5u", b"\x1b[1079;5u", b"\x1b[1079::112;5u", b"\x1b[27;5;1079~"]
        {
            assert_eq!(
                run(&keymap, stack, bytes),
                [Some(C::Palette)],
                "{:?}",
                bytes.escape_ascii().to_string()
            );
        }
    }
    for bytes in ["\x1bs", "\x1bы", "\x1b[1099;3u", "\x1b[1099::115;3u", "\x1b[27;3;1099~"] {
        assert_eq!(run(&keymap, COMPOSER, bytes.as_bytes()), [Some(C::Send)], "{bytes:?}");
    }
}

#[test]
fn where_text_is_typed_every_character_is_text() {
    let keymap = shipped();
    for stack in [COMPOSER, &[Field, Queue, Global], &[Palette, Queue, Global]] {
        for c in (' '..='~').chain('а'..='я').chain('А'..='Я').chain("ёЁ№".chars()) {
            assert_eq!(keymap.resolve(stack, &Key::char(c)), None, "{c} in {stack:?}");
        }
    }
}

#[test]
fn the_keys_that_edit_text_reach_no_command_of_the_screen_behind() {
    let keymap = shipped();
    for code in
        [KeyCode::Up, KeyCode::Enter, KeyCode::PageDown, KeyCode::Home, KeyCode::Left, KeyCode::Backspace]
    {
        assert_eq!(keymap.resolve(&[Composer, Queue, Global], &Key::new(code)), None, "{code:?}");
    }
    let field: &[Context] = &[Field, Queue, Global];
    assert_eq!(keymap.resolve(field, &Key::new(KeyCode::Enter)), Some(C::Accept), "its own binding");
    assert_eq!(keymap.resolve(field, &Key::new(KeyCode::Esc)), Some(C::Back), "Esc always leads out");
    assert_eq!(keymap.resolve(field, &Key::new(KeyCode::F(1))), Some(C::Help));
}

#[test]
fn the_innermost_context_wins() {
    let keymap = shipped();
    assert_eq!(keymap.resolve(&[Match, Thread, Global], &Key::new(KeyCode::F(2))), Some(C::ConfirmMember));
    assert_eq!(keymap.resolve(&[Thread, Global], &Key::new(KeyCode::F(2))), Some(C::Take));
}

#[test]
fn nothing_is_bound_to_keys_that_move() {
    let keymap = shipped();
    for context in Context::ALL {
        for c in ['.', ',', ';', 'б', 'ю', 'ж'] {
            assert_eq!(keymap.resolve(&[context, Global], &Key::char(c)), None, "{c} in {context:?}");
        }
    }
}

#[test]
fn caps_lock_never_turns_one_change_into_another() {
    let keymap = shipped();
    for context in Context::ALL {
        for c in 'a'..='z' {
            let small = keymap.resolve(&[context, Global], &Key::char(c));
            let capital = keymap.resolve(&[context, Global], &Key::char(c.to_ascii_uppercase()));
            if let (Some(small), Some(capital)) = (small, capital) {
                let harmless = [small, capital].iter().all(|id| id.spec().pace == Pace::AtOnce);
                assert!(harmless, "{c} in {context:?}: {small:?} and {capital:?}");
            }
        }
    }
}

#[test]
fn the_f_keys_are_those_of_the_command_table() {
    let keymap = shipped();
    for spec in COMMANDS {
        for context in spec.contexts {
            if let Some(n) = spec.fkey {
                let found = keymap.resolve(&[*context, Global], &Key::new(KeyCode::F(n)));
                assert_eq!(found, Some(spec.id), "F{n} in {context:?}");
            }
        }
    }
    let bar = keymap.bar(QUEUE);
    assert_eq!(bar[..5], [C::Help, C::Take, C::Open, C::Reply, C::Membership].map(Some));
    assert_eq!(bar[5..], [Some(C::ShowEarlier), Some(C::Find), None, Some(C::Menu), Some(C::Quit)]);
}

#[test]
fn every_binding_stands_in_a_context_of_its_command() {
    for (context, command, keys) in shipped().bindings() {
        let own = command.spec().contexts;
        assert!(own.contains(&context) || own.contains(&Global), "{command:?} in {context:?}");
        assert!(!keys.is_empty(), "{command:?} in {context:?}");
    }
}

#[test]
fn a_hint_shows_both_letters_and_only_keys_that_work_there() {
    let keymap = shipped();
    assert_eq!(keymap.hint(C::MarkSorted, QUEUE).as_deref(), Some("s/ы"));
    assert_eq!(keymap.hints(C::MoveEnd, QUEUE), ["End", "G/П"]);
    assert_eq!(keymap.hints(C::Take, QUEUE), ["F2", "t/е"]);
    assert_eq!(keymap.hint(C::Palette, QUEUE).as_deref(), Some("Ctrl+P"));
    assert_eq!(keymap.hints(C::Help, QUEUE), ["F1", "?"]);
    assert_eq!(keymap.hints(C::Help, COMPOSER), ["F1"], "a question mark is text in the composer");
    assert_eq!(keymap.hint(C::DiscardDraft, COMPOSER).as_deref(), Some("Alt+d"));
    assert_eq!(keymap.hint(C::Take, &[Match, Thread, Global]).as_deref(), Some("t/е"), "F2 confirms there");
}

#[test]
fn an_override_replaces_the_keys_of_its_command_in_its_place_only() {
    let keymap = with("[queue]\ntake = \"e\"\nmark-spam = []\n").unwrap();
    assert_eq!(run(&keymap, QUEUE, "eуtеx".as_bytes()), [Some(C::Take), Some(C::Take), None, None, None]);
    assert_eq!(run(&keymap, &[Thread, Global], b"tx"), [Some(C::Take), Some(C::MarkSpam)]);
    assert_eq!(keymap.resolve(QUEUE, &Key::new(KeyCode::F(2))), None);
}

#[test]
fn a_literal_character_is_bound_as_typed() {
    let keymap = with("[queue]\nopen = [\"enter\", { key = \"№\", literal = true }]\n").unwrap();
    assert_eq!(run(&keymap, QUEUE, "№".as_bytes()), [Some(C::Open)]);
    let swapped = with("[queue]\nmove-down = [\"down\", { key = \"о\", literal = true }]\n").unwrap();
    assert_eq!(
        run(&swapped, QUEUE, "оj".as_bytes()),
        [Some(C::MoveDown), None],
        "only the letter, not its key"
    );
}

/// The code of the single fault of an overriding keymap, and its text.
fn fault(overriding: &str) -> (&'static str, String) {
    let faults = with(overriding).unwrap_err();
    let [fault] = faults.as_slice() else { panic!("not one fault: {faults:?}") };
    (fault.code(), fault.to_string())
}

#[test]
fn a_faulty_keymap_says_where_and_what() {
    for (overriding, code, says) in [
        ("[queue", "syntax", "TOML"),
        ("[kueue]\ntake = \"e\"", "unknown-context", "[kueue]"),
        ("take = \"e\"", "unknown-context", "[take]"),
        ("[queue]\ntke = \"e\"", "unknown-command", "[queue] tke"),
        ("[queue]\ntake = 7", "shape", "[queue] take"),
        ("[queue]\ntake = { key = \"e\", leteral = true }", "shape", "literal"),
        ("[queue]\ntake = \"hyper-e\"", "unknown-key", "\"hyper-e\""),
        ("[queue]\ntake = \"у\"", "not-latin", "\"у\""),
        ("[queue]\ntake = \"ctrl-у\"", "not-latin", "\"ctrl-у\""),
        ("[queue]\ntake = \".\"", "moves", "\".\""),
        ("[queue]\ntake = \",\"", "moves", "\",\""),
        ("[queue]\ntake = \"ctrl-;\"", "moves", "\"ctrl-;\""),
        ("[queue]\ntake = \"ctrl-m\"", "indistinct", "Enter"),
        ("[queue]\ntake = \"ctrl-i\"", "indistinct", "Tab"),
        ("[composer]\nsend = \"s\"", "text", "[composer] send"),
        ("[field]\naccept = \"space\"", "text", "text"),
        ("[queue]\ntake = \"s\"", "conflict", "mark-sorted"),
        ("[queue]\ntake = { key = \"ы\", literal = true }", "conflict", "mark-sorted"),
        ("[queue]\ntake = { key = \"ctrl-я\", literal = true }", "conflict", "undo-delivery"),
    ] {
        let (found, text) = fault(overriding);
        assert_eq!(found, code, "{overriding}");
        assert!(text.contains(says), "{overriding}: {text}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let faults = with("[queue]\ntake = \"у\"\nopen = \".\"\n[nowhere]\n").unwrap_err();
    let mut codes: Vec<_> = faults.iter().map(KeymapError::code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["moves", "not-latin", "unknown-context"]);
    for fault in &faults {
        assert!(!fault.arguments().is_empty());
    }
}

#[test]
fn in_a_dialog_only_enter_says_yes() {
    let keymap = shipped();
    let stack: &[Context] = &[Dialog, Queue, Global];
    let yes: Vec<char> = (' '..='~')
        .chain('а'..='я')
        .chain('А'..='Я')
        .filter(|c| keymap.resolve(stack, &Key::char(*c)) == Some(C::Accept))
        .collect();
    assert!(yes.is_empty(), "{yes:?}");
    assert_eq!(keymap.resolve(stack, &Key::new(KeyCode::Enter)), Some(C::Accept));
    assert_eq!(keymap.resolve(&[Menu, Global], &Key::new(KeyCode::Enter)), Some(C::Accept));
}

#[test]
fn behind_a_dialog_the_screen_is_deaf() {
    let keymap = shipped();
    for over in [&[Dialog, Queue, Global][..], &[Field, Dialog, Queue, Global], &[Menu, Queue, Global]] {
        let heard = |key: Key| keymap.resolve(over, &key);
        assert_eq!(heard(Key::char('t')), None);
        assert_eq!(heard(Key::char('1')), None, "not even the global letters");
        assert_eq!(heard(Key::new(KeyCode::F(2))), None);
        assert_eq!(heard(Key::alt('1')), None);
        assert_eq!(heard(Key::new(KeyCode::Esc)), Some(C::Back));
        assert_eq!(heard(Key::new(KeyCode::F(10))), Some(C::Quit));
        assert_eq!(heard(Key::ctrl('l')), Some(C::Redraw));
    }
    let in_place: &[Context] = &[Field, Queue, Global];
    assert_eq!(
        keymap.resolve(in_place, &Key::new(KeyCode::F(2))),
        Some(C::Take),
        "a search line is no dialog"
    );
}

#[test]
fn every_letter_bound_by_its_key_has_its_russian_twin() {
    let (keymap, layout) = (shipped(), Layout::russian().unwrap());
    let mut letters = 0;
    for context in Context::ALL {
        for c in ('a'..='z').chain('A'..='Z') {
            let latin = keymap.resolve(&[context, Global], &Key::char(c));
            let local = layout.local(c).unwrap();
            assert_eq!(
                keymap.resolve(&[context, Global], &Key::char(local)),
                latin,
                "{c} and {local} in {context:?}"
            );
            letters += usize::from(latin.is_some());
        }
    }
    assert!(letters > 50);
}
