//! Text typed into the wrong window, key by key with its moments: what of it may run.

use jiff::{SignedDuration, Timestamp};
use otklik_ui::keymap::{CommandId as C, Context, Keymap, Pace, Stray, StrayGuard, Verdict};
use otklik_ui::term::{Key, KeyCode};
use proptest::prelude::*;

const QUEUE: &[Context] = &[Context::Queue, Context::Global];

/// A session as far as the guard sees it: keys come with gaps, timers fire when due.
struct Session {
    keymap: Keymap,
    guard: StrayGuard,
    now: Timestamp,
    stack: &'static [Context],
    ran: Vec<(C, i64)>,
    told: Vec<Stray>,
}

impl Session {
    fn new() -> Self {
        Self::over(QUEUE)
    }

    fn over(stack: &'static [Context]) -> Self {
        let keymap = Keymap::shipped().unwrap();
        Self {
            keymap,
            guard: StrayGuard::new(),
            now: Timestamp::UNIX_EPOCH,
            stack,
            ran: vec![],
            told: vec![],
        }
    }

    fn run(&mut self, keys: &[Key]) {
        for key in keys {
            let command = self.keymap.resolve(self.stack, key);
            self.ran.extend(command.map(|command| (command, self.now.as_millisecond())));
        }
    }

    fn pass(&mut self, ms: i64) {
        let until = self.now + SignedDuration::from_millis(ms);
        if let Some(at) = self.guard.due_at().filter(|at| *at <= until) {
            assert!(self.guard.due(at - SignedDuration::from_millis(1)).is_empty(), "not a moment before");
            self.now = at;
            let keys = self.guard.due(at);
            self.run(&keys);
        }
        self.now = until;
    }

    fn press(&mut self, key: Key) -> &mut Self {
        let verdict = self.guard.key(&key, self.keymap.resolve(self.stack, &key), self.now);
        match verdict {
            Verdict::Act => self.run(&[key]),
            Verdict::ActAfter(held) => {
                self.run(&held);
                self.run(&[key]);
            }
            Verdict::Wait(at) => assert_eq!(self.guard.due_at(), Some(at)),
            Verdict::Ignore => {}
            Verdict::Stray(stray) => self.told.push(stray),
        }
        self
    }

    /// Types with this gap after each letter; `\r` is Enter, `\t` Tab.
    fn write(&mut self, text: &str, gap_ms: i64) -> &mut Self {
        for c in text.chars() {
            self.press(match c {
                '\r' => Key::new(KeyCode::Enter),
                '\t' => Key::new(KeyCode::Tab),
                c => Key::char(c),
            });
            self.pass(gap_ms);
        }
        self
    }

    fn rest(&mut self) -> &mut Self {
        self.pass(5000);
        self
    }

    fn commands(&self) -> Vec<C> {
        self.ran.iter().map(|(command, _)| *command).collect()
    }

    fn changed(&self) -> Vec<C> {
        self.commands().into_iter().filter(|c| c.spec().pace == Pace::Held).collect()
    }
}

#[test]
fn a_command_letter_alone_acts_within_a_quarter_of_a_second() {
    for letter in ['t', 'е'] {
        let mut session = Session::new();
        session.press(Key::char(letter)).rest();
        assert_eq!(session.ran, [(C::Take, 250)]);
        assert_eq!(session.told, []);
    }
}

#[test]
fn keys_that_type_nothing_act_at_once() {
    let mut session = Session::new();
    for key in [KeyCode::F(2), KeyCode::Enter, KeyCode::Down, KeyCode::Esc, KeyCode::Tab] {
        session.press(Key::new(key));
    }
    session.press(Key::ctrl('p'));
    assert_eq!(session.commands(), [C::Take, C::Open, C::MoveDown, C::Back, C::NextPane, C::Palette]);
    assert!(session.ran.iter().all(|(_, at)| *at == 0));
}

#[test]
fn moving_letters_act_at_once_and_repeat_freely() {
    let mut session = Session::new();
    session.write(&"j".repeat(40), 33).write("jjkkjk", 30);
    assert_eq!(session.ran.len(), 46);
    assert_eq!(session.ran[1], (C::MoveDown, 33));
    assert_eq!(session.told, []);
    session.press(Key::char('t')).rest();
    assert_eq!(session.changed(), [C::Take], "a command right after long moving");
}

#[test]
fn four_letters_within_a_second_run_nothing_and_are_told_once() {
    for text in ["test", "абвг", "увол", "tsrm", "здравствуйте, меня уволили"]
    {
        let mut session = Session::new();
        session.write(text, 10).rest();
        assert_eq!(session.changed(), [], "{text}");
        assert_eq!(session.told, [Stray::Keys], "{text}");
    }
}

#[test]
fn moving_letters_count_as_text_once_a_change_comes_among_them() {
    let mut session = Session::new();
    session.write("поле", 200).rest();
    assert_eq!(session.changed(), [], "the last letter is the key of `take`");
    assert_eq!(session.told, [Stray::Keys]);
}

#[test]
fn two_different_command_letters_at_once_are_text() {
    let mut session = Session::new();
    session.write("те", 120).rest();
    assert_eq!((session.commands(), session.told.clone()), (vec![], vec![Stray::Keys]));
}

#[test]
fn short_words_with_a_letter_that_means_nothing_run_nothing() {
    for text in ["не", "нет", "да", "нет\r", "\tне\r"] {
        let mut session = Session::new();
        session.write(text, 300).rest();
        assert_eq!(session.changed(), [], "{text:?}");
    }
}

#[test]
fn enter_after_text_never_says_yes() {
    for stack in [&[Context::Dialog, Context::Queue, Context::Global][..], &[Context::Menu, Context::Global]]
    {
        for text in ["да\r", "согласна\r", "x\r"] {
            let mut session = Session::over(stack);
            session.write(text, 80).rest();
            assert_eq!(session.changed(), [], "{text:?}");
            session.press(Key::new(KeyCode::Enter));
            assert_eq!(session.changed(), [C::Accept], "after a rest it does");
        }
    }
}

#[test]
fn after_text_was_noticed_nothing_runs_until_a_quiet_second() {
    let mut session = Session::new();
    session.write("test", 50).write("jjj\rtt j\t", 500);
    assert_eq!(session.commands(), []);
    session.press(Key::new(KeyCode::F(2)));
    assert_eq!(session.commands(), [C::Take], "an F-key is no text");
    session.rest().write("j", 50).press(Key::char('s')).rest();
    assert_eq!(session.commands(), [C::Take, C::MoveDown, C::MarkSorted]);
    assert_eq!(session.told, [Stray::Keys]);
}

#[test]
fn sorting_and_moving_on_by_turns_keeps_its_order() {
    let mut session = Session::new();
    session.write("sjsjsj", 150).rest();
    let pair = [C::MarkSorted, C::MoveDown];
    assert_eq!(session.commands(), [pair, pair, pair].concat());
    assert_eq!(session.told, []);
}

#[test]
fn one_command_after_another_at_a_persons_pace_both_act() {
    let mut session = Session::new();
    session.write("s", 500).write("t", 0).rest();
    assert_eq!(session.ran, [(C::MarkSorted, 250), (C::Take, 1100)]);
    assert_eq!(session.told, []);
}

#[test]
fn a_command_key_held_down_acts_once() {
    for delay in [200, 250, 500, 660] {
        let mut session = Session::new();
        session.write("s", delay).write(&"s".repeat(60), 33).rest();
        assert_eq!(session.commands(), [C::MarkSorted], "{delay}");
        assert_eq!(session.told, []);
    }
}

#[test]
fn esc_takes_a_held_letter_back_and_another_key_lets_it_go_first() {
    let mut session = Session::new();
    session.press(Key::char('t')).press(Key::new(KeyCode::Esc)).rest();
    assert_eq!(session.commands(), [C::Back]);
    let mut session = Session::new();
    session.press(Key::char('s')).press(Key::new(KeyCode::Down)).rest();
    assert_eq!(session.commands(), [C::MarkSorted, C::MoveDown]);
}

#[test]
fn a_paste_runs_nothing_and_drops_what_was_held() {
    let mut session = Session::new();
    session.press(Key::char('t'));
    assert_eq!(session.guard.paste(), Verdict::Stray(Stray::Paste));
    session.rest();
    assert_eq!(session.commands(), []);
}

#[test]
fn a_text_field_taking_the_focus_drops_what_was_held() {
    let mut session = Session::new();
    session.press(Key::char('t'));
    session.guard.reset();
    session.rest();
    assert_eq!(session.commands(), []);
}

#[test]
fn a_clock_set_back_neither_loses_nor_blocks_keys() {
    let mut session = Session::new();
    session.pass(10_000_000);
    session.press(Key::char('s'));
    session.now = Timestamp::UNIX_EPOCH;
    session.press(Key::char('j')).rest();
    assert_eq!(session.commands(), [C::MarkSorted, C::MoveDown]);
    let mut session = Session::new();
    session.pass(10_000_000);
    session.write("test", 10);
    session.now = Timestamp::UNIX_EPOCH;
    session.press(Key::char('j')).rest().press(Key::char('j'));
    assert_eq!(session.commands(), [C::MoveDown]);
}

const LETTERS: &str = "здравствуйте меня уволили за прогул хотя я болела сообщение из топлива топот кокос мама папа \
    профсоюз обком больница зарплата отпуск тополь коллектив окоп полный колокол локоть олово помогите \
    test hello dear colleagues please take mark sorted urgent reply";

proptest! {
    #[test]
    fn no_word_typed_at_any_usual_pace_changes_anything(
        start in 0_usize..60,
        words in 1_usize..8,
        gaps in prop::collection::vec(5_i64..245, 100),
    ) {
        let text: Vec<&str> = LETTERS.split_whitespace().cycle().skip(start).take(words).collect();
        let text = text.join(" ");
        prop_assume!(text.chars().count() >= 4);
        let mut session = Session::new();
        for (c, gap) in text.chars().zip(gaps.iter().cycle()) {
            session.write(&c.to_string(), *gap);
        }
        session.rest();
        prop_assert_eq!(session.changed(), [], "{}", text);
    }
}
