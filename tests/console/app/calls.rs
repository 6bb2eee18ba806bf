//! Calls: whom to call, what to say, one key and a line for what came of it, and the application on the author's word.

use super::fixture::{appeal_id, desk, now};
use super::{Ask, Console};
use jiff::SignedDuration;
use otklik_core::desk::views::*;
use otklik_core::types::*;
use otklik_ui::i18n::Lang;
use uuid::Uuid;

fn row(seq: i64, author: &str, phone: Option<&str>) -> CallRow {
    let due = now() + SignedDuration::from_hours(2);
    CallRow {
        appeal: appeal_id(seq),
        number: AppealNumber { year: 2026, seq },
        author: Untrusted::new(author),
        contact: Untrusted::new("author@example.org"),
        phone: phone.map(Untrusted::new),
        reason: CallReason::NotMember,
        ended: None,
        attempts: 1,
        last: Some((now() - SignedDuration::from_hours(1), CallOutcome::NoAnswer)),
        next_at: None,
        made_at: now(),
        response: ResponseView { due_at: Some(due), met_at: None, state: ResponseState::Running },
        stage: Stage::New,
        assignee: None,
        application: None,
    }
}

fn attempt(outcome: CallOutcome, gist: &str) -> CallAttempt {
    CallAttempt {
        id: CallId(Uuid::from_u128(0x7000)),
        at: now() - SignedDuration::from_hours(3),
        entered_at: now(),
        late: true,
        by: StaffRef { id: super::fixture::ME, name: "Орлова А. П.".into() },
        phone: Some(Untrusted::new("+79000000101")),
        outcome,
        gist: Untrusted::new(gist),
        struck: false,
    }
}

fn call(row: CallRow) -> CallView {
    let tel = row.phone.as_ref().map(|_| "tel:+79000000101".to_owned());
    CallView {
        row,
        tel,
        others: vec!["+79000000102".into()],
        script: None,
        union: "Приозёрская обл. орг.".into(),
        subject: Untrusted::new("Увольнение"),
        org_stated: Untrusted::new("горбольница № 2"),
        attempts: vec![attempt(CallOutcome::NoAnswer, "")],
        proposed_next: now() + SignedDuration::from_hours(24),
        name_to_chair: Consent::NotAsked,
        application: None,
    }
}

fn opened(columns: u16, rows: u16, lang: Lang) -> Console {
    let mut desk = desk();
    desk.counts.calls = 2;
    let tasks = vec![row(1841, "Семёнова Алёна", Some("+79000000101")), row(1842, "", None)];
    desk.call = Some(call(tasks[0].clone()));
    desk.calls = tasks;
    Console::new(columns, rows, lang, desk)
}

#[test]
fn the_list_says_whom_to_call_on_which_number_and_by_when() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = opened(columns, rows, Lang::Ru);
        console.shows("6 Звонки 2");
        console.key("6");
        for said in ["Семёнова Алёна", "+79000000101", "сейчас", "номера нет", "Последняя попытка"]
        {
            console.shows(said);
        }
        console.key("Down");
        console.shows("Номера заявитель не дал");
    }
}

#[test]
fn a_task_has_its_script_its_code_for_a_camera_and_words_where_there_is_no_room_for_one() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = opened(columns, rows, Lang::Ru);
        console.keys("6 Enter");
        console.shows("Здравствуйте, Семёнова Алёна!");
        console.shows("Отклик нужен до");
        console.shows("Другие номера из обращения: +79000000102");
        console.shows("▄");
        console.hides("Окно мало для кода");
        console.key("PageDown");
        console.shows("внесено");
    }
    let mut console = opened(60, 16, Lang::Ru);
    console.keys("6 Enter");
    console.shows("Окно мало для кода");
    console.hides("▄");
    let mut console = opened(120, 32, Lang::En);
    console.desk.call.as_mut().unwrap().script =
        Some(Untrusted::new("Our own words\nfor everybody\u{1b}[31m"));
    console.keys("6 Enter");
    console.shows("Our own words");
    console.shows("for everybody");
}

#[test]
fn an_attempt_that_nobody_answered_is_logged_with_the_proposed_moment_or_another_one() {
    let mut console = opened(120, 32, Lang::Ru);
    console.keys("6 Enter F2");
    console.shows("17.11.2026 10:00");
    console.key("Enter");
    let Ask::LogCall(id, call) = console.last_written() else { panic!("{:?}", console.last_written()) };
    assert_eq!((*id, call.outcome), (appeal_id(1841), CallOutcome::NoAnswer));
    assert_eq!(call.next_at, Some(now() + SignedDuration::from_hours(24)));
    console.shows("Откликом она не считается");
    // Under ЙЦУКЕН the same key works.
    let written = console.written.len();
    console.key("т");
    for _ in 0..20 {
        console.key("Backspace");
    }
    console.type_text("завтра");
    console.key("Enter");
    console.shows("Время не прочитано");
    assert_eq!(console.written.len(), written);
    for _ in 0..6 {
        console.key("Backspace");
    }
    console.key("Enter");
    assert!(matches!(console.last_written(), Ask::LogCall(_, call) if call.next_at.is_none()));
}

#[test]
fn a_conversation_is_logged_with_its_gist_and_the_time_that_was_typed_before_it() {
    let mut console = opened(120, 32, Lang::Ru);
    console.keys("6 F4");
    console.shows("Разговор: объяснено");
    console.type_text("09:15 перезвонит сам");
    console.key("Enter");
    let Ask::LogCall(_, call) = console.last_written() else { panic!("{:?}", console.last_written()) };
    assert_eq!((call.outcome, call.gist.as_str()), (CallOutcome::Explained, "перезвонит сам"));
    assert_eq!(call.at, Some(now() - SignedDuration::from_mins(45)));
    console.shows("считается откликом");
    console.keys("F5 Enter");
    let asked =
        |call: &otklik_core::desk::NewCall| call.outcome == CallOutcome::AskedToJoin && call.at.is_none();
    assert!(matches!(console.last_written(), Ask::LogCall(_, call) if asked(call)));
    // Left by Esc, nothing is logged.
    let written = console.written.len();
    console.keys("F4 Esc");
    assert_eq!(console.written.len(), written);
}

#[test]
fn ending_is_asked_and_a_mistake_is_taken_back_by_one_key() {
    let mut console = opened(120, 32, Lang::Ru);
    console.keys("6 F8");
    console.shows("Чем закончились звонки");
    console.key("Enter");
    assert!(console.written.is_empty(), "the first answer is harmless");
    console.keys("F8 Down Down Enter");
    assert!(matches!(console.last_written(), Ask::CloseCall(_, CallEnd::Advised, true)));
    console.key("Ctrl-Z");
    assert!(matches!(console.last_written(), Ask::StrikeCall(_)));
    console.desk.calls[0].ended = Some(CallEnd::Advised);
    console.keys("Ctrl-R F2");
    console.shows("уже закончена");
}

#[test]
fn an_application_goes_only_after_the_authors_word() {
    let mut console = opened(120, 32, Lang::Ru);
    console.desk.targets = vec![JoinTarget {
        org: OrgId(Uuid::from_u128(0x6000)),
        code: Untrusted::new("ppo-2"),
        name: Untrusted::new("ППО горбольницы № 2"),
        chair: Some("chair@example.org".into()),
    }];
    console.keys("6 Enter F7");
    console.shows("ППО горбольницы № 2");
    console.key("Enter");
    console.shows("chair@example.org");
    console.key("Enter");
    console.shows("Где работает заявитель?");
    console.shows("горбольница № 2");
    console.key("Enter");
    console.shows("Заявитель на это согласен?");
    console.key("Enter");
    assert!(console.written.is_empty(), "nothing goes without a yes");
    console.keys("F7 Enter Enter Enter Right Enter");
    let Ask::JoinCall(_, request) = console.last_written() else { panic!("{:?}", console.last_written()) };
    assert!(request.agreed && request.to.as_deref() == Some("chair@example.org"));
    assert_eq!((request.workplace.as_deref(), request.immediately), (Some("горбольница № 2"), false));
    console.key("y");
    console.type_text("7k3m-h4ac-defx");
    console.key("Enter");
    assert!(matches!(console.last_written(), Ask::ConfirmApplication(_, code) if code == "7k3m-h4ac-defx"));
}

#[test]
fn an_empty_list_says_where_tasks_come_from_and_a_task_is_made_by_hand_from_an_appeal() {
    let mut console = Console::wide();
    console.hides("Звонки");
    console.key("6");
    console.shows("Звонить некому");
    console.keys("Tab");
    console.shows("отмечено: не член профсоюза");
    console.keys("1 d");
    assert!(matches!(console.last_written(), Ask::AddCall(id) if *id == appeal_id(1841)));
    console.shows("экран «Звонки» (6)");
}
