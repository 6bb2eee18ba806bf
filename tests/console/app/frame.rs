//! The frame around every screen: header, bar, menu, palette, help, languages, sizes, stillness.

use super::fixture::desk;
use super::{Ask, Console, FakeDesk};
use otklik_core::desk::views::Intake;
use otklik_ui::app::Msg;
use otklik_ui::i18n::Lang;
use std::time::Duration;

#[test]
fn the_header_counts_and_says_whether_intake_runs() {
    let mut console = Console::wide();
    console.shows("1 Обращения 5");
    console.shows("Приём: идёт");
    console.desk.intake = Some(Intake::StoppedSince("2026-11-16T08:40:00+03:00".parse().unwrap()));
    console.desk.counts.delivery_errors = 2;
    console.send(Msg::Changed);
    console.wait(Duration::from_millis(200));
    console.shows("Приём: СТОИТ с 08:40");
    console.shows("Исходящие: ошибок 2");
}

#[test]
fn an_intake_that_is_starting_is_said_to_start_until_it_runs() {
    for (lang, starts, runs) in
        [(Lang::Ru, "Приём: запускается", "Приём: идёт"), (Lang::En, "Intake: starting", "Intake: running")]
    {
        let mut console = Console::new(120, 32, lang, FakeDesk { intake: Some(Intake::Starting), ..desk() });
        console.shows(starts);
        console.desk.intake = Some(Intake::Running);
        console.wait(Duration::from_secs(1));
        console.shows(runs);
    }
}

#[test]
fn an_idle_console_has_nothing_to_draw_and_a_new_minute_has() {
    let mut console = Console::wide();
    console.model.dirty = false;
    console.wait(Duration::from_secs(20));
    assert!(!console.model.dirty, "nothing that is shown has changed");
    console.send(Msg::Changed);
    console.pass(Duration::from_millis(200));
    console.model.dirty = false;
    console.wait(Duration::from_secs(60));
    assert!(console.model.dirty, "the clock shows another minute");
}

#[test]
fn a_row_near_its_moment_counts_seconds() {
    let rows = vec![super::fixture::row(1, "Автор", 4)];
    let mut console = Console::new(120, 32, Lang::Ru, FakeDesk { rows, ..desk() });
    console.shows("(4:00)");
    console.model.dirty = false;
    console.wait(Duration::from_secs(1));
    assert!(console.model.dirty);
    console.shows("(3:59)");
}

#[test]
fn the_palette_finds_commands_in_both_languages_and_the_wrong_layout() {
    for typed in ["заметка", "note", "pfvtnrf"] {
        let mut console = Console::wide();
        console.key("Ctrl-P");
        console.type_text(typed);
        console.key("Enter");
        console.shows("Заметка к 2026-1841");
    }
}

#[test]
fn a_disabled_command_says_why_in_the_palette_and_does_not_run() {
    let mut console = Console::wide();
    console.key("Ctrl-P");
    console.type_text("отменить отправку");
    console.shows("возвращать нечего");
    console.key("Enter");
    assert!(console.written.is_empty());
    console.shows("Сейчас нельзя: возвращать нечего");
}

#[test]
fn the_menu_lists_what_can_be_done_here_with_its_keys_and_runs_it() {
    let mut console = Console::wide();
    console.key("F9");
    console.shows("Что можно сделать");
    console.shows("F2");
    let at = console.model.layers.last().map(|layer| match layer {
        otklik_ui::app::layer::Layer::Menu(menu) => {
            menu.items.iter().position(|item| item.command.name() == "take").unwrap()
        }
        other => panic!("{other:?}"),
    });
    for _ in 0..at.unwrap() {
        console.key("Down");
    }
    console.key("Enter");
    assert!(matches!(console.last_written(), Ask::Take(_)));
}

#[test]
fn help_is_of_the_screen_below_and_comes_from_the_command_table() {
    let mut console = Console::wide();
    console.key("F1");
    console.shows("Помощь: что можно сделать здесь");
    console.shows("Взять себе: F2");
    console.key("Esc");
    console.key("F4");
    console.key("F1");
    console.shows("Посмотреть перед отправкой");
    console.hides("Взять себе");
    console.key("Esc");
    console.shows("Ответ: alena@example.org");
}

#[test]
fn the_language_changes_at_once_and_back() {
    let mut console = Console::wide();
    console.key("Alt-L");
    console.shows("Respond by");
    console.shows("F1 Help");
    console.key("Enter");
    console.shows("Name to the employer");
    console.key("Alt-L");
    console.shows("Назвать имя работодателю");
}

#[test]
fn every_screen_is_drawn_without_a_gap_in_both_languages_and_sizes() {
    let screens =
        ["F1", "F9", "Ctrl-P", "Enter", "F4", "F5", "F7", "4", "5", "n", "h", "c", "u", "a", "x", "b", "Tab"];
    for lang in [Lang::Ru, Lang::En] {
        for (columns, rows) in [(120, 32), (80, 24), (60, 12), (40, 8), (200, 60), (20, 5)] {
            for key in screens {
                let mut fake = desk();
                fake.card = None;
                let mut console = Console::new(columns, rows, lang, fake);
                console.screen();
                console.key(key);
                console.screen();
            }
        }
    }
}

#[test]
fn a_resize_keeps_the_selection_in_sight() {
    let rows = (1..=200).map(|n| super::fixture::row(n, "Автор", n * 10)).collect();
    let mut console = Console::new(120, 60, Lang::Ru, FakeDesk { rows, ..desk() });
    for _ in 0..50 {
        console.bytes(super::fixture::key("Down").as_bytes());
    }
    console.settle();
    let selected = console.selected();
    console.send(Msg::Resize(80, 24));
    console.settle();
    assert_eq!(console.selected(), selected);
    console.shows(&format!("{selected} "));
    console.send(Msg::Resize(39, 7));
    console.shows("Окно слишком мало");
}

#[test]
fn escape_at_the_list_says_that_there_is_nothing_further_back() {
    let mut console = Console::wide();
    console.key("Esc");
    console.shows("Дальше назад некуда");
    assert_eq!(console.exit, None);
}

#[test]
fn the_wide_screen_looks_as_it_was_agreed() {
    let mut console = Console::wide();
    insta::assert_snapshot!("queue_120x32_ru", console.screen());
}

#[test]
fn the_reply_on_a_small_screen_looks_as_it_was_agreed() {
    let mut console = Console::narrow();
    console.key("F4");
    console
        .type_text("Здравствуйте! Вашим обращением занимаюсь я, Орлова А. П. Пришлите, пожалуйста, приказ.");
    console.wait(Duration::from_secs(1));
    insta::assert_snapshot!("reply_80x24_ru", console.screen());
}

#[test]
fn a_database_that_does_not_answer_is_told_with_the_time_of_what_is_shown_until_it_is_back() {
    let mut console = Console::wide();
    console.shows("Приём: идёт");
    console.send(Msg::DeskSilent);
    let since = console.model.env.tr.clock(console.model.env.now, &console.model.env.zone).to_string();
    console.shows(&format!("БАЗА НЕ ОТВЕЧАЕТ с {since}"));
    console.shows(&format!("На экране то, что было в {since}"));
    console.hides("Приём: идёт");
    console.pass(Duration::from_secs(120));
    console.send(Msg::DeskSilent);
    console.shows(&format!("БАЗА НЕ ОТВЕЧАЕТ с {since}"));
    console.send(Msg::DeskBack);
    console.wait(otklik_ui::app::update::RELOAD_AFTER);
    console.settle();
    console.shows("Приём: идёт");
    console.hides("БАЗА НЕ ОТВЕЧАЕТ");
}
