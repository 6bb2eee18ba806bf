//! What is set of a channel and of one's own digest, changed on the screen.

use super::fixture::desk;
use super::incoming::{channel, look_again};
use super::{Ask, Console};
use otklik_core::desk::{AccountRoutes, DigestChannel, DigestData};
use otklik_core::types::AppealNumber;
use otklik_ui::i18n::Lang;
use otklik_ui::screens::channel::Setting;

fn opened(columns: u16, rows: u16) -> Console {
    let mut console = Console::new(columns, rows, Lang::Ru, desk());
    console.desk.channels = vec![channel()];
    console.desk.routes = vec![AccountRoutes {
        name: "mail".into(),
        address: "appeals@example.org".into(),
        incoming: "imaps://appeals@mail.example.org".into(),
        outgoing: "smtps://appeals@mail.example.org".into(),
        password_file: Some("/etc/otklik/password".into()),
    }];
    console.keys("7 F2");
    console
}

fn set(console: &Console) -> (Setting, &str) {
    match console.last_written() {
        Ask::SetChannel { name, setting, value } => {
            assert_eq!(name, "mail");
            (*setting, value)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_setting_of_a_channel_stands_with_its_value_and_says_what_it_means() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = opened(columns, rows);
        for said in ["Принимать письма", "imaps://appeals@mail.example.org", "какую назовёт сервер", "никто"]
        {
            console.shows(said);
        }
        console.shows("перезапуск не нужен");
        console.key("End");
        console.shows("ИМЯ+МЕТКА@");
        console.key("Esc");
        console.shows("Принято 12");
    }
}

#[test]
fn a_yes_is_chosen_from_two_and_the_same_is_marked() {
    let mut console = opened(80, 24);
    console.key("Enter");
    console.shows("сейчас");
    assert!(console.written.is_empty());
    console.keys("Down Enter");
    assert_eq!(set(&console), (Setting::Intake, "no"));
    console.shows("уже действует");
    // Under the Russian layout the letter is the key's.
    console.key("End");
    console.type_text("щ");
    console.wait(std::time::Duration::from_millis(1100));
    console.keys("Up Enter");
    assert_eq!(set(&console), (Setting::PlusAddressing, "yes"));
}

#[test]
fn what_is_typed_takes_the_place_of_what_stood_there_and_is_judged_while_the_line_is_open() {
    let mut console = opened(120, 32);
    console.keys("Down Enter");
    console.type_text("mail.example.net");
    console.key("Enter");
    console.shows("начинается с imaps://");
    assert!(console.written.is_empty());
    console.key("\u{15}");
    console.type_text("imaps://new@mail.example.net");
    console.key("Enter");
    assert_eq!(set(&console), (Setting::MailIn, "imaps://new@mail.example.net"));
    console.keys("Down Enter Backspace Enter");
    assert_eq!(set(&console), (Setting::MailOut, ""), "empty takes it away");
}

#[test]
fn an_earlier_first_day_is_asked_about_and_a_later_one_is_not() {
    let mut console = opened(80, 24);
    console.keys("Down Down Down Down Enter");
    console.type_text("31.02.2026");
    console.key("Enter");
    console.shows("Это не день");
    console.key("\u{15}");
    console.type_text("01.01.2026");
    console.key("Enter");
    console.shows("станут обращениями");
    assert!(console.written.is_empty());
    console.keys("Right Enter");
    assert_eq!(set(&console), (Setting::Since, "01.01.2026"));
    console.key("Enter");
    console.type_text("сейчас");
    console.key("Enter");
    assert_eq!(set(&console), (Setting::Since, "сейчас"));
}

#[test]
fn of_several_channels_one_is_chosen_first() {
    let mut console = Console::wide();
    console.key("7");
    console.key("F2");
    console.shows("почта ещё не настроена");
    let mut second = channel();
    second.name = "second".into();
    console.desk.channels = vec![channel(), second];
    look_again(&mut console);
    console.keys("Ctrl-R F2");
    console.shows("Какой канал?");
    console.shows("second");
}

#[test]
fn the_digest_is_shown_and_its_reader_sets_whether_when_and_by_which_clock_it_comes() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = Console::new(columns, rows, Lang::Ru, desk());
        let channel = DigestChannel {
            name: "mail".into(),
            runs: true,
            fetched: 1,
            fates: [0, 1, 0, 0, 0, 0, 0],
            compared: None,
        };
        console.desk.digest = DigestData {
            overdue: vec![AppealNumber { year: 2026, seq: 1841 }],
            new: 3,
            doubted: 2,
            channels: vec![channel],
            ..DigestData::default()
        };
        console.desk.staff[0].digest.wanted = true;
        console.key("9");
        for said in ["9 Сводка", "Просрочен ответ: 1 (2026-1841)", "Никем не взяты: 3", "поверить или нет: 2"]
        {
            console.shows(said);
        }
        console.shows("в 08:00 (по часам приёмной)");
        console.shows("Почта не указана");
        console.key("F2");
        assert!(matches!(console.last_written(), Ask::SetDigest(wish) if !wish.wanted));
        console.shows("больше не приходит");
        console.key("F4");
        console.type_text("25:00");
        console.key("Enter");
        console.shows("Нужны часы и минуты");
        console.key("\u{15}");
        console.type_text("07:30");
        console.key("Enter");
        let at = |wish: &otklik_core::desk::DigestWish| wish.at.map(|at| at.to_string());
        assert!(
            matches!(console.last_written(), Ask::SetDigest(wish) if at(wish).as_deref() == Some("07:30:00"))
        );
        for (typed, means) in [("7.30", "07:30:00"), ("7", "07:00:00")] {
            console.key("F4");
            console.key("\u{15}");
            console.type_text(typed);
            console.key("Enter");
            assert!(
                matches!(console.last_written(), Ask::SetDigest(wish) if at(wish).as_deref() == Some(means))
            );
        }
        console.shows("Сводка придёт, когда будет указана почта");
        console.key("F5");
        console.type_text("Europe/Kaliningrad");
        console.key("Enter");
        let zone = Some("Europe/Kaliningrad");
        assert!(
            matches!(console.last_written(), Ask::SetDigest(wish) if wish.zone.as_deref() == zone && wish.wanted)
        );
    }
}
