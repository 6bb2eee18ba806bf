//! The appeal's screen: the thread, its quotes and files, its history.

use super::fixture::{appeal, appeal_id, delivery, desk, file, message};
use super::{Ask, Console};
use otklik_core::desk::views::{
    HistoryLetter, HistoryRow, JournalActor, JournalChange, JournalLine, StaffRef,
};
use otklik_core::types::{DeliveryState, Direction, Explained, RawId, Untrusted};
use otklik_ui::app::Msg;
use otklik_ui::i18n::Lang;
use std::path::Path;
use std::time::Duration;

fn opened() -> Console {
    let mut console = Console::wide();
    console.key("Enter");
    console
}

#[test]
fn opening_marks_as_read_only_what_was_unread() {
    let mut console = Console::wide();
    console.key("Enter");
    assert!(console.written.is_empty());
    let mut console = Console::wide();
    console.desk.rows[0].unread = true;
    console.send(Msg::Changed);
    console.wait(Duration::from_millis(200));
    console.key("Enter");
    assert!(matches!(console.last_written(), Ask::MarkRead(_)));
}

#[test]
fn quotes_of_later_letters_are_folded_and_one_key_unfolds_them() {
    let mut console = Console::wide();
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    view.messages.push(message(
        2000,
        Direction::In,
        "Вот он.\n> когда уволили?\n> номер приказа?\nДата в приказе.",
    ));
    console.key("Enter");
    console.shows("Вот он.");
    console.shows("[цитата, строк: 2");
    console.hides("номер приказа?");
    console.key("z");
    console.shows("> номер приказа?");
    console.key("я");
    console.hides("> номер приказа?");
}

#[test]
fn what_looks_like_a_quote_in_the_first_letter_is_what_its_author_shows() {
    let mut console = opened();
    console.shows("> пришлите приказ");
    console.hides("[цитата");
}

#[test]
fn an_earlier_letter_that_the_thread_goes_on_from_stands_before_it_folded_like_a_quote() {
    let mut console = Console::wide();
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    view.earlier.push(HistoryLetter {
        row: HistoryRow {
            id: RawId(uuid::Uuid::from_u128(5)),
            account: "mail".into(),
            at: super::fixture::now(),
            from: Untrusted::new("Обком\u{1b}[2J"),
            to: Untrusted::new("alena@example.org"),
            subject: Untrusted::new("Прежнее"),
            files: 0,
            number: None,
        },
        text: Untrusted::new("Пришлите приказ\u{202e}.\nЖдём."),
    });
    console.key("Enter");
    console.shows("Раньше");
    console.shows("Прежнее");
    console.hides("Ждём.");
    console.key("z");
    console.shows("Ждём.");
}

#[test]
fn a_thread_that_failed_to_load_says_so_and_an_update_that_failed_keeps_what_was_there() {
    let mut console = Console::wide();
    console.desk.failing = Some((|ask| matches!(ask, Ask::Appeal(_)), "store"));
    console.key("Enter");
    console.shows("Не удалось загрузить");
    console.desk.failing = None;
    console.key("Ctrl-R");
    console.shows("Меня уволили за прогул");
    console.desk.failing = Some((|ask| matches!(ask, Ask::Appeal(_)), "store"));
    console.send(Msg::Changed);
    console.wait(Duration::from_millis(200));
    console.shows("Меня уволили за прогул");
    console.shows("показано прежнее");
}

#[test]
fn a_new_letter_is_told_while_the_thread_is_open() {
    let mut console = opened();
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    view.messages.push(message(2000, Direction::In, "Добавляю приказ"));
    view.last_message = view.messages.last().map(|message| message.id);
    console.send(Msg::Changed);
    console.wait(Duration::from_millis(200));
    console.shows("В переписке новое");
}

#[test]
fn a_file_is_saved_into_the_folder_that_was_typed() {
    let mut console = Console::wide();
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    view.messages[0].attachments = vec![file(1, "приказ.pdf"), file(2, "../../etc/passwd\u{202e}fdp")];
    console.key("Enter");
    console.shows("Файл 1: приказ.pdf, 120 КБ");
    console.hides("\u{202e}");
    console.keys("w Down Enter");
    console.shows("/home/orlova");
    console.type_text("/Документы");
    console.key("Enter");
    let Ask::SaveAttachment { dir, attachment, .. } = console.last_written() else { panic!() };
    assert_eq!(dir, Path::new("/home/orlova/Документы"));
    assert_eq!(*attachment, file(2, "").id);
    console.shows("Сохранено: /home/orlova/Документы/prikaz.pdf");
}

#[test]
fn a_command_without_an_object_says_why() {
    let mut console = opened();
    console.key("w");
    console.shows("Сейчас нельзя: файлов нет");
    console.key("v");
    console.shows("Сейчас нельзя: возвращать нечего");
}

#[test]
fn the_history_tells_who_did_what_and_when() {
    let mut console = Console::wide();
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    let at = super::fixture::now();
    view.journal.push(JournalLine {
        seq: 1,
        recorded_at: at,
        occurred_at: at,
        actor: JournalActor::Person(StaffRef { id: super::OTHER, name: "Гусев П. Н.".into() }),
        action: "appeal.taken".into(),
        refs: Vec::new(),
        names: Vec::new(),
        changes: vec![JournalChange {
            field: "stage".into(),
            before: Some(Untrusted::new("new")),
            after: Some(Untrusted::new("taken")),
        }],
    });
    console.key("h");
    console.shows("16.11.2026 10:00  Гусев П. Н.: взято в работу");
    console.shows("состояние: было новое, стало в работе");
    console.key("Esc");
    console.shows("Меня уволили");
}

#[test]
fn a_hostile_letter_reaches_the_screen_without_its_weapons() {
    let mut console = Console::wide();
    let words = "\u{1b}]0;pwn\u{7}\u{1b}[31mкрасный\u{202e}обратно\u{200b}\u{e0041}\nвторая";
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    view.messages[0].text = Untrusted::new(words);
    view.row.author_name = Untrusted::new("Имя\u{1b}[2J\nдвумя строками");
    console.desk.rows[0] = view.row.clone();
    console.send(Msg::Changed);
    console.wait(Duration::from_millis(200));
    console.key("Enter");
    let screen = console.screen();
    let bad = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{200b}\u{e0041}".contains(c));
    assert!(!screen.contains(bad), "{screen:?}");
    assert!(screen.contains("вторая"));
    console.key("Esc");
    assert!(!console.screen().contains(bad));
}

#[test]
fn a_long_thread_is_scrolled_and_opens_at_its_newest_message() {
    let mut console = Console::wide();
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    view.messages = (1..=60).map(|n| message(n, Direction::In, &format!("письмо номер {n}."))).collect();
    console.key("Enter");
    console.shows("письмо номер 60.");
    console.key("Home");
    console.shows("исполнитель: нет");
    console.hides("письмо номер 60.");
    console.keys("PageDown PageDown");
    console.shows("письмо номер 15.");
    console.key("End");
    console.shows("письмо номер 60.");
}

#[test]
fn copy_mode_takes_the_frame_away_and_gives_it_back() {
    let mut console = opened();
    console.bytes(b"\x1bc");
    console.hides("F1");
    console.hides("ОТКЛИК");
    console.shows("Меня уволили за прогул");
    console.key("Esc");
    console.shows("F1 Помощь");
}

#[test]
fn a_letter_of_the_program_itself_is_one_line_and_does_not_hide_the_authors() {
    let mut console = Console::wide();
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    let mut receipt = message(1990, Direction::Out, &"Ваше обращение получено.\n".repeat(40));
    receipt.automatic = true;
    view.messages.push(receipt);
    console.key("F4");
    console.shows("Меня уволили за прогул");
    console.shows("[автоматическое письмо, строк: 40");
    console.hides("Ваше обращение получено");
}

#[test]
fn a_thread_shows_the_address_that_failed_and_the_one_that_the_letter_went_to_next() {
    let mut fake = desk();
    let mut view = appeal(fake.rows[0].clone(), vec![message(1, Direction::In, "Помогите")]);
    let mut reply = message(2, Direction::Out, "Занимаюсь");
    let mut failed = delivery(1, DeliveryState::Bounced);
    failed.explained = Some(Explained::NoMailbox);
    reply.deliveries = vec![failed];
    view.messages.push(reply);
    fake.appeals.insert(view.row.id, view);
    let mut console = Console::new(120, 32, Lang::Ru, fake);
    console.keys("Enter F6");
    console.shows("Верный адрес");
    console.key("\u{15}");
    console.type_text("alyona@example.net");
    console.key("Enter");
    assert!(matches!(console.last_written(), Ask::RedirectDelivery { .. }));
    let id = appeal_id(1841);
    let deliveries = &mut console.desk.appeals.get_mut(&id).unwrap().messages[1].deliveries;
    let mut instead = delivery(2, DeliveryState::Scheduled);
    instead.recipient = "alyona@example.net".into();
    instead.instead_of = Some(deliveries[0].id);
    deliveries[0].redirected_to = Some(instead.id);
    deliveries.push(instead);
    console.key("Ctrl-R");
    console.shows("Кому: alena@example.org: вернулось");
    console.shows("Отправлено ещё раз, на исправленный адрес: alyona@example.net");
    console.shows("Кому: alyona@example.net: ждёт отправки");
    console.hides("Такого почтового ящика нет.");
    console.key("Ctrl-Z");
    console.shows("письмо осталось в переписке");
    console.hides("черновик");
}

#[test]
fn the_history_has_words_for_what_a_chair_was_asked_and_tells_moments_by_the_desks_clock() {
    let mut console = Console::wide();
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    let at = super::fixture::now();
    let changes = [
        ("name_to_chair", "yes"),
        ("proof", "chair_call"),
        ("class", "none"),
        ("chair_said", "состоит"),
        ("next_at", "2026-11-30T13:35:00Z"),
    ];
    view.journal.push(JournalLine {
        seq: 1,
        recorded_at: at,
        occurred_at: at,
        actor: JournalActor::Person(StaffRef { id: super::OTHER, name: "Гусев П. Н.".into() }),
        action: "appeal.taken".into(),
        refs: Vec::new(),
        names: Vec::new(),
        changes: changes
            .map(|(field, after)| JournalChange {
                field: field.into(),
                before: None,
                after: Some(Untrusted::new(after)),
            })
            .into(),
    });
    console.key("h");
    for said in [
        "имя председателю: разрешил",
        "чем подтверждено: звонком председателю",
        "совпадение: нет",
        "слова председателя: состоит",
        "следующий звонок: 30.11.2026 16:35",
    ] {
        console.shows(said);
    }
}

#[test]
fn what_a_person_says_has_arrived_is_not_said_to_be_taken_by_the_server() {
    let mut console = Console::wide();
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    let at = super::fixture::now();
    let arrived = delivery(1, DeliveryState::Accepted);
    let id = arrived.id;
    let mut reply = message(2000, Direction::Out, "Здравствуйте.");
    reply.deliveries = vec![arrived];
    view.messages.push(reply);
    let line = |actor| JournalLine {
        seq: 1,
        recorded_at: at,
        occurred_at: at,
        actor,
        action: "delivery.accepted".into(),
        refs: vec![("delivery".into(), id.to_string())],
        names: Vec::new(),
        changes: Vec::new(),
    };
    let person = StaffRef { id: super::OTHER, name: "Гусев П. Н.".into() };
    view.journal.push(line(JournalActor::Person(person)));
    console.key("Enter");
    console.shows("дошло, со слов: Гусев П. Н.");
    console.hides("принято сервером");
    console.key("Esc");
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    view.journal = vec![line(JournalActor::Worker("sender".into()))];
    console.key("Enter");
    console.shows("принято сервером");
}
