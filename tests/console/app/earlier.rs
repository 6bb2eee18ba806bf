//! Letters of before the mailbox's start: found beside appeals, read, made an appeal of.

use super::fixture::{desk, now};
use super::{Ask, Console};
use otklik_core::desk::views::{HistoryLetter, HistoryRow};
use otklik_core::types::RawId;
use otklik_ui::i18n::Lang;
use uuid::Uuid;

fn letter() -> HistoryLetter {
    let row = HistoryRow {
        id: RawId(Uuid::from_u128(0x8000)),
        account: "mail".into(),
        at: now() - jiff::SignedDuration::from_hours(24 * 400),
        from: "Петрова О.".into(),
        to: "appeals@example.org".into(),
        subject: "Премия за квартал".into(),
        files: 2,
        number: None,
    };
    HistoryLetter { row, text: "Премию не выплатили и в прошлом году.".into() }
}

fn searched(columns: u16, rows: u16) -> Console {
    let mut console = Console::new(columns, rows, Lang::Ru, desk());
    console.desk.earlier = vec![letter()];
    console.key("F7");
    console.type_text("премия");
    console.key("Enter");
    console
}

#[test]
fn a_search_of_appeals_says_that_earlier_letters_hold_the_words_and_one_key_shows_them() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = searched(columns, rows);
        console.shows("Есть и прежние письма, до начала учёта: 1");
        console.key("F6");
        console.shows("Прежние письма, до начала учёта: «премия»");
        console.shows("Премия за квартал");
        console.key("Enter");
        console.shows("Премию не выплатили и в прошлом году.");
        console.shows("срок по нему не идёт");
        assert!(console.written.is_empty(), "reading changes nothing");
        console.key("F2");
        console.shows("Сделать обращением?");
        assert!(console.written.is_empty(), "it is asked");
        console.keys("Right Enter");
        assert!(matches!(console.last_written(), Ask::AppealFromEarlier(_)));
        console.shows("Новое обращение: 2026-1841");
        console.keys("Esc Esc Esc");
        console.shows("Семёнова");
    }
}

#[test]
fn a_search_that_finds_no_appeal_tells_of_earlier_letters_and_the_search_line_goes_there_at_once() {
    let mut console = Console::wide();
    console.desk.rows.clear();
    console.desk.earlier = vec![letter()];
    console.key("F7");
    console.type_text("премия");
    console.key("Enter");
    console.shows("В обращениях по запросу «премия» ничего нет.");
    console.key("Esc");
    console.keys("F7 Tab");
    console.shows("(*) прежние письма");
    console.type_text("квартал");
    console.key("Enter");
    console.shows("Прежние письма, до начала учёта: «квартал»");
    let mut letter = letter();
    letter.row.number = Some(otklik_core::types::AppealNumber { year: 2026, seq: 7 });
    console.desk.earlier = vec![letter];
    console.keys("Ctrl-R Enter");
    console.shows("Из этого письма сделано обращение 2026-7.");
    console.key("F2");
    assert!(console.written.is_empty(), "one letter is one appeal");
}
