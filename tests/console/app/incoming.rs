//! What comes in: the sum of each account as an equation, what is held, what is in quarantine and what a person decides.

use super::{Ask, Console};
use otklik_core::desk::views::Stuck;
use otklik_core::desk::views::{ChannelView, QuarantineRow, QuarantineView, Reconciled, ReportView};
use otklik_core::types::{
    AccountId, ChannelKind, Fate, OutsideReplies, RawId, ReportId, ReportKind, Untrusted,
};
use uuid::Uuid;

pub fn channel() -> ChannelView {
    ChannelView {
        id: AccountId(Uuid::from_u128(1)),
        name: "mail".into(),
        address: "appeals@example.org".into(),
        addresses: Vec::new(),
        kind: ChannelKind::Maildir,
        state: "running",
        fetched: 12,
        pending: 0,
        new: 7,
        appended: 2,
        duplicate: 1,
        service: 1,
        history: 0,
        quarantined: 1,
        doubted: 0,
        unmatched_week: 0,
        auto_replies_week: 0,
        since: Some(super::fixture::now()),
        reconciled: None,
        last_ok_at: Some(super::fixture::now()),
        error: None,
        outgoing: None,
        organisation: None,
        sent_folder: None,
        copy_sent: true,
        automatic: true,
        outside_replies: OutsideReplies::Ask,
        authserv_id: None,
        plus_addressing: false,
    }
}

fn item(n: u128, reason: &str) -> QuarantineRow {
    QuarantineRow {
        id: RawId(Uuid::from_u128(0x7000 + n)),
        account: "mail".into(),
        transport_id: Untrusted::new("1700000000.M1.\u{1b}[2Jhost"),
        received_at: super::fixture::now(),
        stored_at: super::fixture::now(),
        size: 2048,
        fate: Fate::Quarantined,
        reason: reason.into(),
        appeal: None,
    }
}

/// Something was committed: the console looks again.
pub fn look_again(console: &mut Console) {
    console.send(super::Msg::Changed);
    console.wait(std::time::Duration::from_secs(1));
}

fn in_quarantine() -> Console {
    let mut console = Console::wide();
    let rows = [item(1, "parser-panic"), item(2, "empty"), item(3, "empty")];
    console.desk.raw = Some(QuarantineView {
        row: rows[0].clone(),
        head: Untrusted::new("From: \u{1b}]0;owned\u{7}\nSubject: =?utf-8?B?0J/RgNC40LLQtdGC?="),
        body: Untrusted::new("<b>текст</b>\u{202e}"),
        shown: 1024,
    });
    console.desk.quarantine = rows.to_vec();
    console.desk.counts.quarantined = 3;
    look_again(&mut console);
    console
}

#[test]
fn the_sum_of_an_account_stands_as_an_equation_and_says_whether_it_holds() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console =
            super::Console::new(columns, rows, otklik_ui::i18n::Lang::Ru, super::fixture::desk());
        console.desk.channels = vec![channel()];
        console.key("7");
        console.shows("mail: appeals@example.org");
        console.shows("Принято 12 = ждёт 0 + новых 7 + добавлено 2");
        console.shows("сходится");
        console.desk.channels[0].fetched = 13;
        console.desk.channels[0].error = Some("maildir-missing".into());
        console.desk.channels[0].state = "failing";
        console.key("Ctrl-R");
        console.shows("СЧЁТ НЕ СХОДИТСЯ");
        console.shows("папки с письмами нет");
        console.shows("Проверьте, что папка есть");
        console.key("Esc");
        console.shows("Семёнова");
    }
}

#[test]
fn the_last_comparison_and_reports_about_nothing_of_ours_are_told() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console =
            super::Console::new(columns, rows, otklik_ui::i18n::Lang::Ru, super::fixture::desk());
        console.desk.channels = vec![channel()];
        console.key("7");
        console.shows("Сверки с ящиком ещё не было");
        let found = Reconciled {
            at: super::fixture::now(),
            in_mailbox: 12,
            stored: 12,
            missing: 0,
            gone: 3,
            error: None,
        };
        console.desk.channels[0].reconciled = Some(found.clone());
        console.key("Ctrl-R");
        console.shows("в ящике 12, все сохранены");
        console.desk.channels[0].reconciled = Some(Reconciled { missing: 2, ..found.clone() });
        console.key("Ctrl-R");
        console.shows("не хватало 2, получены");
        console.desk.channels[0].reconciled = Some(Reconciled { error: Some("imap_auth".into()), ..found });
        console.desk.unmatched = vec![report()];
        console.key("Ctrl-R");
        console.shows("имя или пароль не подходят");
        console.shows("не о наших письмах");
        console.shows("вернулось: lost@example.org 550 no such user");
    }
}

#[test]
fn reports_that_want_somebody_are_counted_beside_their_account() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console =
            super::Console::new(columns, rows, otklik_ui::i18n::Lang::Ru, super::fixture::desk());
        console.desk.channels = vec![ChannelView { doubted: 2, unmatched_week: 3, ..channel() }];
        console.desk.counts.doubted = 2;
        console.key("7");
        look_again(&mut console);
        console.shows("сообщили без доказательства: 2");
        console.shows("не о наших письмах за 7 дней: 3.");
        console.hides("Решения человека здесь ничто не ждёт");
        console.desk.channels[0].auto_replies_week = 1;
        console.key("Ctrl-R");
        console.shows("автоответов 1");
        console.desk.channels[0] = channel();
        console.desk.counts.doubted = 0;
        look_again(&mut console);
        console.key("Ctrl-R");
        console.hides("сообщили без доказательства");
        console.shows("Решения человека здесь ничто не ждёт");
    }
}

pub fn report() -> ReportView {
    ReportView {
        id: ReportId(Uuid::from_u128(0x9001)),
        raw: RawId(Uuid::from_u128(0x9002)),
        account: "mail".into(),
        at: super::fixture::now(),
        kind: ReportKind::Failure,
        recipient: Some(Untrusted::new("lost@example.org")),
        status: Some("5.1.1".into()),
        diagnostic: Untrusted::new("550 no such user\u{1b}[2J"),
        delivery: None,
        appeal: None,
        number: None,
        doubt: None,
    }
}

#[test]
fn without_an_account_the_screen_says_so_and_a_failed_load_is_no_empty_list() {
    let mut console = Console::wide();
    console.key("7");
    console.shows("Почта ещё не настроена");
    console.desk.failing = Some((|ask| matches!(ask, Ask::Channels), "store"));
    console.keys("1 7");
    console.shows("Не удалось загрузить");
}

#[test]
fn held_letters_are_told_on_every_screen_and_let_go_after_a_question() {
    let mut console = Console::narrow();
    console.desk.channels = vec![channel()];
    console.desk.counts.held = 4;
    look_again(&mut console);
    console.shows("Задержано: 4");
    console.key("5");
    console.shows("Задержано: 4");
    console.key("7");
    console.shows("Задержано автоматических писем: 4");
    console.key("F4");
    assert!(console.written.is_empty(), "it is asked first");
    console.keys("Right Enter");
    assert!(matches!(console.last_written(), Ask::ReleaseHeld));
    console.desk.channels[0].automatic = false;
    look_again(&mut console);
    console.shows("Ждут решения человека уведомлений: 4. Так настроено");
    console.hides("За десять минут");
    console.desk.counts.held = 0;
    look_again(&mut console);
    console.hides("Задержано");
    console.key("F4");
    console.shows("задержанных писем нет");
}

#[test]
fn quarantine_is_named_in_the_header_only_when_something_is_there() {
    let mut console = Console::wide();
    console.hides("Карантин");
    let mut console = in_quarantine();
    console.shows("8 Карантин 3");
    console.keys("7 F3");
    console.shows("программа споткнулась");
    console.key("Esc");
    console.shows("Почта ещё не настроена");
}

#[test]
fn an_item_is_shown_as_it_came_and_drives_nothing() {
    let mut console = in_quarantine();
    console.keys("8 F3");
    console.shows("Получено");
    console.shows("From: ␛]0;owned·");
    console.shows("=?utf-8?B?0J/RgNC40LLQtdGC?=");
    console.shows("<b>текст</b>·");
    console.shows("Показано 1024 байт из 2048");
    console.key("Esc");
    console.shows("программа споткнулась");
    console.shows("F2 — сделать обращением");
}

#[test]
fn a_decision_is_about_the_chosen_item_or_about_all_that_are_marked() {
    let mut console = in_quarantine();
    console.keys("8 F4");
    assert!(matches!(console.last_written(), Ask::RetryQuarantined(ids) if *ids == [item(1, "").id]));
    console.keys("Down a");
    console.shows("Отмечено: 2");
    console.key("F8");
    console.shows("Писем: 2");
    console.keys("Right Enter");
    assert!(matches!(console.last_written(), Ask::SettleQuarantined(ids) if ids.len() == 2));
    console.keys("a Home Insert F2");
    console.shows("Обращений появится: 1");
    console.keys("Right Enter");
    assert!(matches!(console.last_written(), Ask::MakeAppeals(ids) if *ids == [item(1, "").id]));
    console.shows("Они в очереди");
}

#[test]
fn the_letters_of_the_quarantine_work_under_a_russian_layout() {
    let mut console = in_quarantine();
    console.key("8");
    console.type_text("к");
    console.wait(std::time::Duration::from_millis(1100));
    assert!(matches!(console.last_written(), Ask::RetryQuarantined(_)));
}

#[test]
fn a_server_that_takes_no_letters_is_told_beside_its_account_and_looked_at_every_ten_seconds() {
    let mut console = Console::wide();
    console.key("7");
    console.hides("Отправка стоит");
    let outgoing = Some(Stuck { since: super::fixture::now(), error: "smtp_silent".into() });
    console.desk.channels = vec![ChannelView { outgoing, ..channel() }];
    console.wait(std::time::Duration::from_secs(11));
    console.shows("Отправка стоит с");
    console.shows("сервер принимает соединение и молчит");
}
