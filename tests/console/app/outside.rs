//! A reply that a colleague sent from the mailbox: shown as such, and a person says whether it is the answer.

use super::fixture::{delivery, desk, message};
use super::{Ask, Console};
use otklik_core::desk::views::ReportView;
use otklik_core::types::{DeliveryState, Direction, Outside, ReplyKind, ReportDoubt, Untrusted};
use otklik_ui::i18n::Lang;

fn opened(columns: u16, rows: u16, state: Outside, kind: Option<ReplyKind>) -> Console {
    let mut desk = desk();
    let mut sent = message(90, Direction::Out, "Занимаюсь вами, пришлите приказ.");
    (sent.outside, sent.kind, sent.from) = (Some(state), kind, Untrusted::new("Akhmetov T. R."));
    let waits = i64::from(state == Outside::Proposed);
    desk.rows[0].outside_waiting = waits;
    let appeal = desk.appeals.get_mut(&desk.rows[0].id).expect("an appeal");
    appeal.row.outside_waiting = waits;
    appeal.messages.push(sent);
    let mut console = Console::new(columns, rows, Lang::Ru, desk);
    if waits > 0 {
        console.shows("?Семёнова");
    }
    console.key("Enter");
    console
}

#[test]
fn a_reply_from_the_mailbox_is_told_in_the_queue_and_in_the_thread_and_one_key_asks_what_it_is() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = opened(columns, rows, Outside::Proposed, None);
        console.shows("отправлено из почты");
        console.shows("Akhmetov T. R.");
        console.shows("Ждёт решения: это ответ?");
        console.key("F8");
        console.shows("Это ответ заявителю?");
        console.keys("Right Enter");
        assert!(matches!(console.last_written(), Ask::Outside(_, _, Some(ReplyKind::Response))));
        console.keys("F8 Right Right Enter");
        assert!(matches!(console.last_written(), Ask::Outside(_, _, Some(ReplyKind::Merits))));
        console.keys("F8 Right Right Right Enter");
        assert!(matches!(console.last_written(), Ask::Outside(_, _, None)));
        let before = console.written.len();
        console.keys("F8 Enter");
        assert_eq!(console.written.len(), before, "the first answer changes nothing");
    }
}

#[test]
fn one_key_sends_the_thread_to_ones_own_mailbox() {
    let mut console = Console::wide();
    console.keys("Enter");
    console.key("F3");
    assert!(matches!(console.last_written(), Ask::MailThread(_)));
    console.shows("Переписка отправляется на вашу почту");
}

#[test]
fn what_was_said_of_it_is_shown_and_may_be_said_otherwise() {
    let mut console = opened(120, 32, Outside::Confirmed, Some(ReplyKind::Response));
    console.shows("Засчитано: отклик");
    console.keys("F8 Right Enter");
    assert!(matches!(console.last_written(), Ask::Outside(_, _, Some(ReplyKind::Merits))));
    let mut console = opened(120, 32, Outside::Declined, None);
    console.shows("не ответ");
    let mut console = Console::wide();
    console.keys("Enter F8");
    console.shows("из почты ничего не отправлено");
}

#[test]
fn a_report_without_proof_is_shown_as_such_and_one_key_believes_it() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut desk = desk();
        let mut sent = message(90, Direction::Out, "Занимаюсь вами, пришлите приказ.");
        let mut accepted = delivery(1, DeliveryState::Accepted);
        accepted.reports =
            vec![ReportView { doubt: Some(ReportDoubt::Unproven), ..super::incoming::report() }];
        sent.deliveries = vec![accepted];
        desk.appeals.get_mut(&desk.rows[0].id).expect("an appeal").messages.push(sent);
        let mut console = Console::new(columns, rows, Lang::Ru, desk);
        console.key("Enter");
        console.shows("не доказано, что это вернул");
        console.shows("Сказано: вернулось");
        let before = console.written.len();
        console.key("l");
        console.shows("Поверить этому сообщению?");
        console.key("Enter");
        assert_eq!(console.written.len(), before, "the first answer changes nothing");
        console.keys("l Right Enter");
        assert!(matches!(console.last_written(), Ask::BelieveReport(_)));
        console.shows("Сообщению поверили");
        console.keys("l Right Right Enter");
        assert!(matches!(console.last_written(), Ask::DismissReport(_)));
        console.shows("Сообщению не поверили");
    }
    let mut console = Console::wide();
    console.keys("Enter l");
    console.shows("нет сообщений, которым ещё не поверили");
}
