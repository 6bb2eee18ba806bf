//! Deliveries: what waits, what failed, and what only a person may decide.

use super::fixture::{delivery, desk};
use super::incoming::look_again;
use super::{Ask, Console};
use otklik_core::desk::views::{DeliveryFilter, ReportView};
use otklik_core::types::{DeliveryKind, DeliveryState, Explained, ReportDoubt, Untrusted};
use otklik_ui::i18n::Lang;

fn opened(state: DeliveryState) -> Console {
    let mut console = Console::wide();
    let mut row = delivery(1, state);
    row.error = Some(Untrusted::new("550 no such user"));
    row.explained = Some(match state {
        DeliveryState::Unknown => Explained::MayHaveArrived,
        _ => Explained::NoMailbox,
    });
    console.desk.deliveries = vec![row];
    console.key("5");
    console
}

#[test]
fn a_failed_letter_says_what_the_server_said_and_is_tried_again_by_one_key() {
    let mut console = opened(DeliveryState::Failed);
    console.shows("ОШИБКА");
    console.shows("Сервер ответил: 550 no such user");
    console.shows("Такого почтового ящика нет.");
    console.shows("Письмо и текст сохранены");
    console.shows("Позвоните или спросите верный адрес");
    console.key("F4");
    assert!(matches!(console.last_written(), Ask::RetryDelivery(_)));
}

#[test]
fn the_words_of_the_server_are_read_to_their_end_however_many() {
    for columns in [120, 80] {
        let mut console = Console::new(columns, 24, Lang::Ru, desk());
        let mut row = delivery(1, DeliveryState::Failed);
        let words =
            "550 5.7.1 the message was refused because the sending host is on a list of hosts ".repeat(3);
        row.error = Some(Untrusted::new(format!("{words}конец-ответа")));
        console.desk.deliveries = vec![row];
        console.key("5");
        console.shows("конец-ответа");
        console.shows("ОШИБКА");
    }
}

#[test]
fn a_letter_whose_fate_nobody_knows_is_sent_again_only_after_a_warning() {
    let mut console = opened(DeliveryState::Unknown);
    console.shows("оно могло дойти, а могло и нет");
    console.shows("спросить у заявителя");
    console.key("F4");
    console.shows("может прийти дважды");
    assert!(console.written.is_empty());
    console.keys("Right Enter");
    assert!(matches!(console.last_written(), Ask::RetryDelivery(_)));
}

#[test]
fn dropping_is_asked_and_what_has_gone_cannot_be_dropped() {
    let mut console = opened(DeliveryState::Scheduled);
    console.keys("F8 Right Enter");
    assert!(matches!(console.last_written(), Ask::DropDelivery(_)));
    let mut console = opened(DeliveryState::Accepted);
    console.key("F8");
    console.shows("оно уже ушло");
    assert!(console.written.is_empty());
}

#[test]
fn an_empty_list_says_that_nothing_is_stuck_and_a_failed_one_does_not() {
    let mut console = Console::wide();
    console.key("5");
    console.shows("Ничто не ждёт");
    console.key("1");
    console.desk.failing = Some((|ask| matches!(ask, Ask::Deliveries { .. }), "store"));
    console.key("5");
    console.shows("Не удалось загрузить");
    console.hides("Ничто не ждёт");
}

#[test]
fn enter_opens_the_appeal_of_a_letter() {
    let mut console = opened(DeliveryState::Failed);
    console.key("Enter");
    console.shows("Меня уволили за прогул");
    console.key("Esc");
    console.shows("550 no such user");
}

#[test]
fn while_the_server_is_silent_each_letter_says_since_when_and_one_key_tries_them_all() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = Console::new(columns, rows, Lang::Ru, desk());
        let waiting = (1..=3).map(|n| {
            let mut row = delivery(n, DeliveryState::Retry);
            (row.explained, row.down_since) = (Some(Explained::NoAnswer), Some(row.not_before));
            row
        });
        console.desk.deliveries = waiting.collect();
        console.key("5");
        console.shows("Наш почтовый сервер не отвечает.");
        console.shows("Сервер не отвечает с");
        console.shows("Следующая попытка:");
        console.key("F5");
        assert!(matches!(console.last_written(), Ask::HurryDeliveries(_)));
    }
    let mut console = opened(DeliveryState::Failed);
    console.key("F5");
    console.shows("не ждёт следующей попытки");
    assert!(console.written.is_empty());
}

#[test]
fn a_letter_that_came_back_goes_to_the_address_that_is_typed_over_the_failed_one() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = Console::new(columns, rows, Lang::Ru, desk());
        let mut row = delivery(1, DeliveryState::Bounced);
        row.explained = Some(Explained::NoMailbox);
        console.desk.deliveries = vec![row.clone()];
        console.key("5");
        console.shows("Исправить адрес и отправить то же письмо: F6.");
        console.key("F6");
        console.shows("alena@example.org");
        console.key("Enter");
        console.shows("Это тот же адрес");
        assert!(console.written.is_empty());
        console.key("\u{15}");
        console.type_text("alyona@");
        console.key("Enter");
        console.shows("Нужен один адрес");
        console.type_text("example.net");
        console.key("Enter");
        match console.last_written() {
            Ask::RedirectDelivery { id, address } => {
                assert_eq!((*id, address.as_str()), (row.id, "alyona@example.net"));
            }
            other => panic!("{other:?}"),
        }
        console.shows("Отправляется на alyona@example.net.");
    }
    let mut console = opened(DeliveryState::Accepted);
    console.key("F6");
    console.shows("нет ответа, который не дошёл");
    console.desk.deliveries[0].state = DeliveryState::Failed;
    console.desk.deliveries[0].redirected_to = Some(delivery(2, DeliveryState::Scheduled).id);
    console.keys("Ctrl-R F6");
    console.shows("Отправлено ещё раз");
    assert!(console.written.is_empty(), "what has gone on is not sent on again");
}

#[test]
fn reports_without_proof_are_counted_in_the_frame_and_decided_in_a_tab_of_their_own() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = Console::new(columns, rows, Lang::Ru, desk());
        console.desk.counts.doubted = 1;
        let mut row = delivery(1, DeliveryState::Accepted);
        row.reports = vec![ReportView { doubt: Some(ReportDoubt::Unproven), ..super::incoming::report() }];
        console.desk.deliveries = vec![row];
        look_again(&mut console);
        console.shows("5 Исходящие: сомнит. 1");
        console.desk.counts.delivery_errors = 2;
        look_again(&mut console);
        console.shows("5 Исходящие: ошибок 2, сомнит. 1");
        console.keys("5 Right");
        console.shows("Сомнительные 1");
        let filter = console.desk.filter;
        assert_eq!(filter, Some(DeliveryFilter::Doubted));
        console.shows("(?)");
        console.shows("не доказано, что это вернул");
        console.key("l");
        console.shows("Поверить этому сообщению?");
        console.key("Enter");
        assert!(console.written.is_empty(), "the first answer changes nothing");
        console.keys("l Right Enter");
        assert!(matches!(console.last_written(), Ask::BelieveReport(_)));
        // Under the Russian layout the same key.
        console.type_text("д");
        console.wait(std::time::Duration::from_millis(1100));
        console.keys("Right Right Enter");
        assert!(matches!(console.last_written(), Ask::DismissReport(_)));
        console.shows("Сообщению не поверили");
        console.desk.deliveries = Vec::new();
        console.desk.counts.doubted = 0;
        console.key("Ctrl-R");
        console.shows("которым надо поверить или нет, не осталось");
        console.key("l");
        console.shows("письмо не выбрано");
    }
}

#[test]
fn what_has_left_today_is_a_tab_with_to_whom_and_when() {
    let mut console = Console::narrow();
    let mut row = delivery(1, DeliveryState::Accepted);
    row.accepted_at = Some(super::fixture::now());
    console.desk.deliveries = vec![row];
    console.keys("5 Right Right");
    assert_eq!(console.desk.filter, Some(DeliveryFilter::Today));
    console.shows("Ушли сегодня 1");
    console.shows("alena@example.org");
    console.shows("10:00");
    console.key("Tab");
    assert_eq!(console.desk.filter, Some(DeliveryFilter::All));
    console.key("Tab");
    assert_eq!(console.desk.filter, Some(DeliveryFilter::Open), "round the end");
    console.key("Left");
    assert_eq!(console.desk.filter, Some(DeliveryFilter::All));
}

#[test]
fn a_letter_of_which_nobody_knows_is_said_to_have_arrived_only_with_how_that_is_known() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = Console::new(columns, rows, Lang::Ru, desk());
        let mut row = delivery(1, DeliveryState::Unknown);
        row.explained = Some(Explained::MayHaveArrived);
        console.desk.deliveries = vec![row];
        console.key("5");
        console.shows("Узнали, что письмо пришло: F2");
        console.key("F2");
        console.shows("Откуда известно");
        console.key("Enter");
        console.shows("Напишите, откуда это известно");
        assert!(console.written.is_empty());
        console.type_text("позвонили");
        console.key("Enter");
        match console.last_written() {
            Ask::ConfirmDelivery { reason, .. } => assert_eq!(reason, "позвонили"),
            other => panic!("{other:?}"),
        }
        console.shows("Записано, что письмо дошло");
    }
    let mut console = opened(DeliveryState::Failed);
    console.key("F2");
    console.shows("о нём известно");
    assert!(console.written.is_empty());
}

#[test]
fn what_waits_for_its_next_attempt_can_still_be_taken_back() {
    let mut console = opened(DeliveryState::Retry);
    console.key("Ctrl-Z");
    assert!(matches!(console.last_written(), Ask::UndoDelivery(_)));
}

#[test]
fn a_letter_that_goes_elsewhere_keeps_the_person_with_its_appeal() {
    let mut console = Console::wide();
    let failed = delivery(1, DeliveryState::Failed);
    let mut other = delivery(2, DeliveryState::Failed);
    other.appeal = Some(super::fixture::appeal_id(7));
    other.recipient = Untrusted::new("other@example.org");
    console.desk.deliveries = vec![other.clone(), failed];
    console.keys("5 Down");
    let mut instead = delivery(3, DeliveryState::Scheduled);
    instead.recipient = Untrusted::new("right@example.org");
    console.desk.deliveries = vec![instead, other];
    console.key("Ctrl-R");
    console.key("F8");
    console.shows("right@example.org");
    console.keys("Right Enter");
    let right = delivery(3, DeliveryState::Scheduled).id;
    assert!(matches!(console.last_written(), Ask::DropDelivery(id) if *id == right));
}

#[test]
fn a_code_of_our_own_is_not_said_to_be_the_servers_and_a_silent_server_says_what_to_do() {
    for (error, explained) in [
        ("smtp_connect:", Explained::NoAnswer),
        ("connection_lost", Explained::NoAnswer),
        ("folder", Explained::Settings),
    ] {
        let mut console = Console::wide();
        let mut row = delivery(1, DeliveryState::Retry);
        (row.error, row.explained) = (Some(Untrusted::new(error)), Some(explained));
        console.desk.deliveries = vec![row];
        console.key("5");
        console.shows("Следующая попытка:");
        console.hides("Сервер ответил");
        console.hides(error);
        if explained == Explained::NoAnswer {
            console.shows("скажите администратору: «Приём» (7), F2");
        }
    }
    let mut console = Console::wide();
    let mut row = delivery(1, DeliveryState::Retry);
    row.error = Some(Untrusted::new("rcpt: 450 4.2.0 come later"));
    row.explained = Some(Explained::ForNow);
    console.desk.deliveries = vec![row];
    console.key("5");
    console.shows("Сервер ответил: rcpt: 450 4.2.0 come later");
}

#[test]
fn a_missing_password_is_told_in_the_words_of_the_screen() {
    let mut console = Console::wide();
    let mut row = delivery(1, DeliveryState::Retry);
    row.error = Some(Untrusted::new("smtp_no_password:"));
    row.explained = Some(Explained::Auth);
    console.desk.deliveries = vec![row];
    console.key("5");
    console.shows("а «Файл с паролем» не указан");
    console.shows("укажите «Файл с паролем» («Приём» (7), F2)");
    console.hides("smtp_no_password");
}

#[test]
fn a_held_letter_waits_for_a_person_who_lets_it_go_by_one_key() {
    let mut console = Console::wide();
    let mut row = delivery(1, DeliveryState::Scheduled);
    row.reason = Some("held".into());
    console.desk.deliveries = vec![row];
    console.key("5");
    console.shows("Задержано, пока человек не решит");
    console.hides("Уйдёт не раньше");
    console.key("F4");
    assert!(matches!(console.last_written(), Ask::RetryDelivery(_)));
    let mut console = opened(DeliveryState::Scheduled);
    console.shows("Уйдёт не раньше");
    console.key("F4");
    console.shows("оно не застряло");
    assert!(console.written.is_empty());
}

#[test]
fn to_drop_what_nobody_knows_of_says_that_it_may_have_arrived() {
    let mut console = opened(DeliveryState::Unknown);
    console.key("F8");
    console.shows("возможно, уже дошло");
    console.hides("не уйдёт");
}

#[test]
fn a_question_that_is_taken_back_leaves_no_draft_and_none_is_told_of() {
    for (kind, said) in [
        (DeliveryKind::MemberQuery, "Отправка отменена: письмо не ушло."),
        (DeliveryKind::Application, "Отправка отменена: письмо не ушло."),
        (DeliveryKind::Reply, "текст снова в черновике"),
    ] {
        let mut console = Console::wide();
        let mut row = delivery(1, DeliveryState::Scheduled);
        row.kind = kind;
        console.desk.deliveries = vec![row];
        console.keys("5 v");
        assert!(matches!(console.last_written(), Ask::UndoDelivery(_)));
        console.shows(said);
    }
}
