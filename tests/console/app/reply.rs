//! The reply: saved as it is typed, shown before it goes, sent once, stopped when something newer has come.

use super::fixture::{appeal_id, delivery, desk, message, message_id};
use super::{Ask, Console};
use otklik_core::desk::views::{DraftView, StaffRef};
use otklik_core::error::Error;
use otklik_core::types::{DeliveryState, Direction, ReplyKind, Untrusted};
use otklik_ui::app::{Exit, Msg};
use otklik_ui::i18n::Lang;
use std::time::Duration;

/// A console with the reply to 1841 open.
fn replying() -> Console {
    let mut console = Console::wide();
    console.key("F4");
    console.shows("Ответ: alena@example.org");
    console
}

#[test]
fn who_else_has_the_appeal_is_said_before_anything_is_written() {
    replying().hides("Обращение ведёт");
    let mut console = Console::wide();
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    view.row.assignee = Some(StaffRef { id: super::OTHER, name: "Гусев П. Н.".into() });
    console.key("F4");
    console.shows("Обращение ведёт Гусев П. Н.: чтобы отправить ответ, сначала передайте обращение себе.");
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    view.row.assignee = Some(StaffRef { id: super::fixture::ME, name: "Орлова А. П.".into() });
    console.send(Msg::Changed);
    console.wait(Duration::from_millis(200));
    console.hides("Обращение ведёт");
}

fn drafts(console: &Console) -> Vec<String> {
    let text = |ask: &Ask| match ask {
        Ask::SaveDraft { text, .. } => Some(text.clone()),
        _ => None,
    };
    console.written.iter().filter_map(text).collect()
}

#[test]
fn every_printable_key_is_text_in_the_reply() {
    let mut console = replying();
    console.type_text("jkqt15 оно? /g");
    console.shows("jkqt15 оно? /g");
    assert!(drafts(&console).is_empty(), "nothing is saved before its time");
    assert_eq!(console.model.layers.len(), 1);
}

#[test]
fn the_draft_is_saved_within_a_second_and_goes_on_being_saved_while_typing_goes_on() {
    let mut console = replying();
    for n in 0..40 {
        console.type_text(if n % 2 == 0 { "а" } else { "б" });
        console.wait(Duration::from_millis(100));
        let typed = "аб".repeat(20).chars().take(n + 1).collect::<String>();
        let saved = drafts(&console).last().map_or(0, |text| text.chars().count());
        assert!(typed.chars().count() - saved <= 10, "{saved} of {n} saved");
    }
    console.wait(Duration::from_secs(1));
    assert_eq!(drafts(&console).last().unwrap(), &"аб".repeat(20));
    let saves = drafts(&console).len();
    assert!((4..=6).contains(&saves), "{saves}");
    console.shows("черновик сохранён");
    console.wait(Duration::from_secs(5));
    assert_eq!(drafts(&console).len(), saves, "an idle reply saves nothing");
}

#[test]
fn what_is_typed_while_a_save_is_under_way_is_saved_after_it() {
    let mut console = replying();
    console.type_text("раз");
    console.pass(Duration::from_secs(1));
    assert_eq!(drafts(&console), ["раз"]);
    console.type_text(" два");
    console.pass(Duration::from_secs(3));
    assert_eq!(drafts(&console).len(), 1, "one save at a time");
    console.settle();
    console.wait(Duration::from_secs(1));
    assert_eq!(drafts(&console), ["раз", "раз два"]);
}

#[test]
fn a_draft_that_could_not_be_saved_is_told_and_tried_again() {
    let mut console = replying();
    console.desk.refusing = Some(Error::failed("store"));
    console.type_text("важное");
    console.wait(Duration::from_secs(1));
    console.shows("ЧЕРНОВИК НЕ СОХРАНЁН");
    console.wait(Duration::from_secs(3));
    assert_eq!(drafts(&console), ["важное", "важное"]);
    console.shows("черновик сохранён");
}

#[test]
fn leaving_the_reply_saves_it_and_reopening_brings_it_back() {
    let mut console = replying();
    console.type_text("недописано");
    console.key("Esc");
    assert_eq!(drafts(&console), ["недописано"]);
    console.shows("Черновик сохранён");
    console.hides("недописано");
    // The desk would answer with the draft; the scripted one does not keep it.
    console.desk.appeals.get_mut(&appeal_id(1841)).unwrap().draft = Some(DraftView {
        cc: Vec::new(),
        files: Vec::new(),
        text: "недописано".into(),
        kind: ReplyKind::Merits,
        updated_at: super::fixture::now(),
        seen: None,
    });
    console.keys("Esc F4");
    console.shows("недописано");
    console.shows("(*) ответ по существу");
}

#[test]
fn a_draft_whose_screen_has_gone_is_tried_again_until_it_is_saved() {
    let mut console = replying();
    console.type_text("ценное");
    console.desk.refusing = Some(Error::failed("store"));
    console.key("Esc");
    console.key("Esc");
    assert!(console.model.layers.is_empty());
    console.wait(Duration::from_secs(3));
    assert_eq!(drafts(&console), ["ценное", "ценное"]);
    assert!(console.model.unsaved.is_empty());
}

#[test]
fn a_hang_up_saves_the_last_words() {
    let mut console = replying();
    console.type_text("последние слова");
    console.send(Msg::Hangup);
    assert_eq!(drafts(&console), ["последние слова"]);
    assert_eq!(console.exit, Some(Exit::HungUp));
}

#[test]
fn a_reply_is_sent_once_as_what_its_sender_said_and_names_what_was_seen() {
    let mut console = replying();
    console.type_text("Отвечаю по существу.");
    console.key("Alt-M");
    console.bytes(super::fixture::key("F8").as_bytes());
    console.bytes(super::fixture::key("F8").as_bytes());
    console.settle();
    let sends: Vec<_> = console.written.iter().filter(|ask| matches!(ask, Ask::Send(_))).collect();
    let [Ask::Send(request)] = sends.as_slice() else { panic!("{sends:?}") };
    assert_eq!((request.kind, request.seen), (ReplyKind::Merits, Some(message_id(1841))));
    assert_eq!(request.text, "Отвечаю по существу.");
    assert!(!request.immediately);
    console.shows("Ответ принят к отправке");
    console.hides("Ответ: alena");
}

#[test]
fn an_empty_reply_is_not_sent_and_the_bar_says_so_beforehand() {
    let mut console = replying();
    console.shows("F8 (Отправить)");
    console.key("F8");
    assert!(!console.written.iter().any(|ask| matches!(ask, Ask::Send(_))));
    console.shows("Сейчас нельзя: ответ пуст");
    console.type_text("Есть");
    console.hides("F8 (Отправить)");
}

#[test]
fn something_newer_stops_the_send_and_is_shown_and_sending_anyway_names_it() {
    let mut console = replying();
    console.type_text("Пришлите приказ.");
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    view.messages.push(message(2000, Direction::In, "Приказ уже у вас, срочно!"));
    view.last_message = Some(message_id(2000));
    console.desk.refusing = Some(Error::conflict("newer-message"));
    console.key("F8");
    console.shows("Ответ не отправлен: пришло новое");
    console.shows("Приказ уже у вас, срочно!");
    console.shows("Прочесть, не отправлять");
    console.keys("Right Enter");
    let sends: Vec<_> = console
        .written
        .iter()
        .filter_map(|ask| if let Ask::Send(request) = ask { Some(request) } else { None })
        .collect();
    assert_eq!(sends.len(), 2);
    assert_eq!(sends[1].seen, Some(message_id(2000)));
    assert_ne!(sends[0].idempotency_key, sends[1].idempotency_key, "it is another intent");
}

#[test]
fn a_reply_that_somebody_else_was_quicker_with_says_who_and_keeps_the_draft() {
    let mut console = replying();
    console.type_text("Пришлите приказ.");
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    let mut answer = message(2000, Direction::Out, "Приказ у нас, иск готов.");
    answer.from = otklik_core::types::Untrusted::new("Гусев П. Н.");
    view.messages.push(answer);
    view.last_message = Some(message_id(2000));
    let refused = Error::conflict("answered-meanwhile").arg("name", "Гусев П. Н.").arg("time", "18:40");
    console.desk.refusing = Some(refused);
    console.key("F8");
    console.shows("Ответ не отправлен: уже ответили");
    console.shows("Гусев П. Н.");
    console.shows("Приказ у нас, иск готов.");
    console.key("Enter");
    console.shows("Пришлите приказ.");
    assert_eq!(console.written.iter().filter(|ask| matches!(ask, Ask::Send(_))).count(), 1);
}

#[test]
fn the_same_words_once_more_are_asked_about_and_go_when_confirmed() {
    let mut console = replying();
    console.type_text("Пришлите приказ.");
    let repeated = || Error::conflict("reply-repeated").arg("delivery", "0199").arg("minutes", 3);
    console.desk.refusing = Some(repeated());
    console.key("F8");
    console.shows("Отправить то же ещё раз?");
    console.shows("0199");
    console.key("Enter");
    console.shows("Пришлите приказ.");
    assert!(
        !console.written.iter().any(|ask| matches!(ask, Ask::SendAgain(_))),
        "the first answer sends nothing"
    );
    console.desk.refusing = Some(repeated());
    console.keys("F8 Right Enter");
    let Ask::SendAgain(request) = console.last_written() else { panic!("{:?}", console.written) };
    assert_eq!(request.text, "Пришлите приказ.");
    console.shows("Ответ принят к отправке");
}

#[test]
fn reading_what_is_newer_keeps_the_text_and_sends_nothing() {
    let mut console = replying();
    console.type_text("Пришлите приказ.");
    console.desk.refusing = Some(Error::conflict("newer-message"));
    console.key("F8");
    console.key("Enter");
    console.shows("Пришлите приказ.");
    assert_eq!(console.written.iter().filter(|ask| matches!(ask, Ask::Send(_))).count(), 1);
}

#[test]
fn whoever_has_read_what_is_newer_sends_by_the_same_key() {
    let mut console = replying();
    console.type_text("Пришлите приказ.");
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    view.messages.push(message(2000, Direction::In, "Приказ уже у вас, срочно!"));
    view.last_message = Some(message_id(2000));
    console.desk.refusing = Some(Error::conflict("newer-message"));
    console.keys("F8 Enter F8");
    let Ask::Send(request) = console.last_written() else { panic!("{:?}", console.written) };
    assert_eq!(request.seen, Some(message_id(2000)));
}

#[test]
fn a_long_thread_says_that_more_stands_below() {
    let mut console = Console::wide();
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    let text = (1..60).map(|n| format!("строка {n}")).collect::<Vec<_>>().join("\n");
    view.messages.push(message(2000, Direction::In, &text));
    console.key("Enter");
    console.shows("Ниже ещё строк:");
    console.key("End");
    console.hides("Ниже ещё строк:");
    console.shows("строка 59");
}

#[test]
fn a_send_that_nobody_knows_of_keeps_its_key_and_a_changed_text_takes_another() {
    let mut console = replying();
    console.type_text("Ответ");
    console.desk.refusing = Some(Error::failed("store"));
    console.keys("F8 Enter F8");
    console.keys("F4");
    let keys = |console: &Console| -> Vec<_> {
        let key = |ask: &Ask| if let Ask::Send(request) = ask { Some(request.idempotency_key) } else { None };
        console.written.iter().filter_map(key).collect()
    };
    let first = keys(&console);
    assert_eq!(first.len(), 2);
    assert_eq!(first[0], first[1]);
}

#[test]
fn the_preview_shows_the_text_and_takes_no_letters() {
    let mut console = replying();
    console.type_text("Здравствуйте!");
    console.key("F3");
    console.shows("Так его получит alena@example.org");
    console.shows("Тема: Re: Увольнение за прогул [№ 2026-1841]");
    console.type_text("zzzz");
    console.wait(Duration::from_secs(2));
    console.hides("zzzz");
    console.key("Esc");
    console.shows("Здравствуйте!");
    console.type_text(" Да");
    console.shows("Здравствуйте! Да");
}

#[test]
fn a_sent_reply_counts_down_and_is_taken_back_into_the_draft() {
    let mut console = Console::wide();
    let view = console.desk.appeals.get_mut(&appeal_id(1841)).unwrap();
    let mut reply = message(1900, Direction::Out, "Здравствуйте!");
    reply.deliveries.push(delivery(1, DeliveryState::Scheduled));
    view.messages.push(reply);
    console.bytes(super::fixture::key("Enter").as_bytes());
    console.settle();
    console.shows("Ответ уйдёт через 10 с");
    console.wait(Duration::from_secs(4));
    console.shows("Ответ уйдёт через 6 с");
    console.key("Ctrl-Z");
    assert!(matches!(console.last_written(), Ask::UndoDelivery(_)));
    console.shows("Ответ: alena@example.org");
}

#[test]
fn a_paste_into_the_reply_is_made_safe() {
    let mut console = replying();
    console.bytes("\x1b[200~строка\x1b[31m\u{202e}один\nдва\x1b[201~".as_bytes());
    console.wait(Duration::from_secs(1));
    let saved = drafts(&console).last().unwrap().clone();
    assert!(!saved.contains(['\u{1b}', '\u{202e}']), "{saved:?}");
    assert!(saved.contains("один\nдва"), "{saved:?}");
}

#[test]
fn discarding_a_draft_is_asked_and_empties_it_at_the_desk() {
    let mut console = replying();
    console.type_text("лишнее");
    console.bytes(b"\x10");
    console.type_text("стереть");
    console.key("Enter");
    console.shows("Стереть черновик?");
    console.keys("Right Enter");
    assert!(matches!(console.last_written(), Ask::DiscardDraft(_)));
    console.hides("лишнее");
}

#[test]
fn leaving_with_letters_that_wait_is_asked_and_waiting_leaves_when_they_have_gone() {
    let mut console = Console::wide();
    console.desk.counts.deliveries_waiting = 2;
    console.send(Msg::Changed);
    console.wait(Duration::from_millis(200));
    console.key("F10");
    console.shows("Ещё не отправлено писем: 2");
    console.key("Enter");
    console.shows("Ждём отправки");
    console.wait(Duration::from_secs(2));
    assert_eq!(console.exit, None);
    console.desk.counts.deliveries_waiting = 0;
    console.wait(Duration::from_secs(2));
    assert_eq!(console.exit, Some(Exit::Asked));
}

#[test]
fn leaving_waits_for_what_leaves_now_and_not_for_what_is_tried_again_for_days() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = Console::new(columns, rows, Lang::Ru, desk());
        (console.desk.counts.deliveries_waiting, console.desk.counts.deliveries_later) = (3, 1);
        console.send(Msg::Changed);
        console.wait(Duration::from_millis(200));
        console.key("F10");
        console.shows("Ещё не отправлено писем: 2");
        console.shows("Ждут следующей попытки: 1");
        console.key("Enter");
        console.shows("Осталось писем: 2");
        // One of the two could not leave either.
        (console.desk.counts.deliveries_waiting, console.desk.counts.deliveries_later) = (2, 2);
        console.wait(Duration::from_secs(2));
        assert_eq!(console.exit, Some(Exit::Asked));
        let mut console = Console::new(columns, rows, Lang::Ru, desk());
        (console.desk.counts.deliveries_waiting, console.desk.counts.deliveries_later) = (1, 1);
        console.send(Msg::Changed);
        console.wait(Duration::from_millis(200));
        console.key("F10");
        console.shows("Ждут следующей попытки: 1");
        console.hides("Подождать");
        console.key("Enter");
        assert_eq!(console.exit, None, "the first answer stays");
        console.keys("F10 Right Enter");
        assert_eq!(console.exit, Some(Exit::Asked));
    }
}

#[test]
fn after_an_answer_the_selection_stays_at_its_place_for_the_next_appeal() {
    let mut console = replying();
    let answered = console.selected();
    console.type_text("Занимаюсь вашим делом.");
    console.key("F8");
    assert!(matches!(console.last_written(), Ask::Send(_)));
    console.key("Esc");
    // Until the server has taken it nothing moves.
    console.send(Msg::Changed);
    console.wait(Duration::from_secs(1));
    assert_eq!(console.selected(), answered);
    let mut row = console.desk.rows.remove(0);
    row.key.due_ms = i64::MAX;
    console.desk.rows.push(row);
    console.send(Msg::Changed);
    console.wait(Duration::from_secs(1));
    assert_eq!(console.selected(), answered + 1, "the next one is under the cursor");
    // What moves for any other reason is followed.
    let mut row = console.desk.rows.remove(0);
    row.key.due_ms = i64::MAX;
    console.desk.rows.push(row);
    console.send(Msg::Changed);
    console.wait(Duration::from_secs(1));
    assert_eq!(console.selected(), answered + 1);
}

#[test]
fn an_old_draft_says_of_when_it_is_and_can_be_erased() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut desk = desk();
        let (id, at) = (desk.rows[0].id, super::fixture::now() - jiff::SignedDuration::from_hours(62));
        desk.rows[0].draft = true;
        desk.appeals.get_mut(&id).expect("an appeal").draft = Some(DraftView {
            text: "Давно начатое".into(),
            cc: Vec::new(),
            files: Vec::new(),
            kind: ReplyKind::Response,
            updated_at: at,
            seen: None,
        });
        let mut console = Console::new(columns, rows, Lang::Ru, desk);
        console.shows("1841~");
        console.hides("1842~");
        console.key("F4");
        console.shows("Черновик от пт 13.11 20:00");
        console.shows("Стереть: Alt+d");
        console.bytes("\u{1b}в".as_bytes());
        console.wait(Duration::from_millis(1100));
        console.shows("Стереть черновик?");
        console.keys("Right Enter");
        assert!(matches!(console.last_written(), Ask::DiscardDraft(_)));
    }
    let mut console = replying();
    console.hides("Черновик от");
    console.hides("~");
    // The mark comes and goes with the draft, without a look at the desk.
    console.type_text("Начато");
    console.keys("Esc Esc");
    console.shows("1841~");
    console.key("F4");
    console.desk.appeals.values_mut().for_each(|view| view.draft = None);
    console.bytes("\u{1b}d".as_bytes());
    console.wait(Duration::from_millis(1100));
    console.keys("Right Enter Esc");
    console.hides("1841~");
}

#[test]
fn a_reply_says_that_it_goes_to_an_address_that_a_person_has_corrected() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut desk = desk();
        let id = desk.rows[0].id;
        desk.appeals.get_mut(&id).expect("an appeal").reply_to = Some(Untrusted::new("alyona@example.net"));
        let mut console = Console::new(columns, rows, Lang::Ru, desk);
        console.key("F4");
        console.shows("alyona@example.net");
        console.shows("прежний alena@example.org");
    }
}

#[test]
fn leaving_saves_the_draft_and_a_draft_that_cannot_be_saved_is_asked_about() {
    let mut console = replying();
    console.type_text("почти готово");
    console.bytes(super::fixture::key("F10").as_bytes());
    assert_eq!(drafts(&console), ["почти готово"]);
    assert_eq!(console.exit, Some(Exit::Asked));
    let mut console = replying();
    console.type_text("почти готово");
    console.desk.refusing = Some(Error::failed("store"));
    console.wait(Duration::from_secs(1));
    console.bytes(super::fixture::key("F10").as_bytes());
    assert_eq!(console.exit, None);
    console.shows("Выйти и потерять написанное?");
}

#[test]
fn a_note_is_added_and_what_was_refused_stays_on_the_screen() {
    let mut console = Console::wide();
    console.key("n");
    console.shows("F8 (Добавить)");
    console.hides("Отправить");
    console.type_text("Звонила, ждёт приказ");
    console.shows("F8 Добавить");
    console.desk.refusing = Some(Error::failed("store"));
    console.key("F8");
    console.key("Enter");
    console.shows("Звонила, ждёт приказ");
    console.key("F8");
    assert!(matches!(console.last_written(), Ask::Note(_, text) if text == "Звонила, ждёт приказ"));
    console.shows("Заметка добавлена");
    console.key("n");
    console.type_text("ещё");
    console.key("Esc");
    console.shows("Стереть заметку?");
    console.keys("Right Enter");
    assert!(console.model.layers.is_empty());
}

#[test]
fn the_reply_stands_under_the_thread_on_a_small_terminal_too() {
    let mut console = Console::new(80, 24, Lang::En, desk());
    console.key("F4");
    console.shows("Reply: alena@example.org");
    console.shows("Меня уволили за прогул");
    console.type_text("Hello");
    console.shows("Hello");
}
