//! The match card and the look-up of members.

use super::fixture::{appeal_id, desk, masked, member};
use super::{Ask, Console};
use otklik_core::desk::views::{Candidate, MatchCard, MemberHit, SaidLink, StaffRef};
use otklik_core::types::{AppealNumber, MatchClass, MemberState, StaffId, UnlinkReason, Untrusted};
use otklik_ui::app::Word;
use otklik_ui::i18n::Lang;
use std::time::Duration;

fn card() -> MatchCard {
    let candidate = |n, name: &str, facts_for: &[&str], facts_against: &[&str]| Candidate {
        member: masked(n, name),
        class: if n == 1 { MatchClass::Strong } else { MatchClass::Weak },
        state: MemberState::Member,
        facts_for: facts_for.iter().map(|fact| (*fact).to_owned()).collect(),
        facts_against: facts_against.iter().map(|fact| (*fact).to_owned()).collect(),
        claimed: Vec::new(),
    };
    MatchCard {
        appeal: appeal_id(1841),
        number: AppealNumber { year: 2026, seq: 1841 },
        state: None,
        linked: None,
        said: None,
        proposed: MemberState::Member,
        class: MatchClass::Strong,
        candidates: vec![
            candidate(1, "Семёнова Алёна Игоревна", &["email_equal", "name_equal"], &[]),
            candidate(2, "Семёнова Анна Ивановна", &["name_part"], &["email_differs"]),
        ],
        identities: Vec::new(),
        queries: Vec::new(),
    }
}

fn opened() -> Console {
    let mut console = Console::wide();
    console.desk.card = Some(card());
    console.key("F5");
    console
}

#[test]
fn candidates_are_shown_with_what_speaks_for_and_against() {
    let mut console = opened();
    console.shows("Семёнова Алёна Игоревна");
    console.shows("За: почта та же; имя то же");
    console.shows("Предложение: член профсоюза; основание: сильное");
    console.key("Down");
    console.shows("Против: почта другая");
    console.shows("Эта строка: член профсоюза; основание: слабое");
    assert!(console.written.is_empty(), "looking links nobody");
}

#[test]
fn confirming_shows_the_evidence_first_and_the_harmless_answer_stands_first() {
    let mut console = opened();
    console.key("F2");
    console.shows("Это один человек?");
    console.shows("Заявитель о себе:");
    console.shows("114-77");
    console.shows("За: почта та же; имя то же");
    console.shows("Предложение: член профсоюза; основание: сильное");
    console.key("Enter");
    assert!(console.written.is_empty());
    console.keys("F2 Right Enter");
    let Ask::ConfirmMember(appeal, who, _) = console.last_written() else { panic!() };
    assert_eq!((*appeal, *who), (appeal_id(1841), member(1, "").id));
    console.shows("Членство подтверждено");
}

#[test]
fn weak_evidence_asks_for_a_colleague_or_a_call_that_names_no_appeal() {
    let mut console = opened();
    console.keys("Down F2");
    console.shows("Основание слабое");
    console.shows("Об обращении председателю");
    console.keys("Right Enter");
    assert!(matches!(console.last_written(), Ask::ConfirmMember(_, _, Word::First)));
    console.shows("Подтвердить должен ещё один сотрудник");

    let said = SaidLink {
        member: member(2, "").id,
        class: MatchClass::Weak,
        proof: None,
        by: StaffRef { id: StaffId(Default::default()), name: "Гусев".into() },
    };
    let mut console = Console::wide();
    console.desk.card = Some(MatchCard { said: Some(said), ..card() });
    console.key("F5");
    console.shows("Гусев: это Семёнова Анна Ивановна");
    console.keys("Down F2");
    console.shows("Ваше подтверждение будет вторым");
    console.keys("Right Enter");
    assert!(matches!(console.last_written(), Ask::ConfirmMember(_, _, Word::Enough)));
}

#[test]
fn the_look_up_asks_once_typing_pauses_and_never_shows_an_answer_to_older_words() {
    let mut console = opened();
    console.desk.hits =
        vec![MemberHit { member: masked(7, "Гордеев Пётр"), why: vec!["name".into()], score: 9 }];
    console.key("F7");
    console.type_text("горд");
    console.pass(Duration::from_millis(200));
    let asks = console.pending().iter().filter(|ask| matches!(ask, Ask::FindMembers { .. })).count();
    assert_eq!(asks, 1);
    console.type_text("еев");
    console.settle();
    console.pass(Duration::from_millis(200));
    let last = console.pending().into_iter().rev().find_map(|ask| match ask {
        Ask::FindMembers { query, .. } => Some(query.clone()),
        _ => None,
    });
    assert_eq!(last.as_deref(), Some("гордеев"));
    console.settle();
    console.shows("Гордеев Пётр");
    console.shows("найдена поиском");
    console.keys("Enter F2 Right Enter");
    let Ask::ConfirmMember(_, who, Word::First) = console.last_written() else { panic!() };
    assert_eq!(*who, member(7, "").id);
}

#[test]
fn nobody_found_and_a_failed_look_up_read_differently() {
    let mut console = opened();
    console.key("F7");
    console.type_text("никого");
    console.wait(Duration::from_millis(500));
    console.shows("В реестре никого не нашлось");
    console.desk.failing = Some((|ask| matches!(ask, Ask::FindMembers { .. }), "store"));
    console.type_text("х");
    console.wait(Duration::from_millis(500));
    console.shows("Не удалось загрузить");
    console.hides("В реестре никого не нашлось");
}

#[test]
fn a_link_is_withdrawn_after_a_question_and_stands_in_the_way_of_another() {
    let mut console = Console::wide();
    let linked = Some(member(1, "Семёнова Алёна Игоревна"));
    console.desk.card = Some(MatchCard { linked, state: Some(MemberState::Member), ..card() });
    console.key("F5");
    console.shows("Подтверждено: Семёнова Алёна Игоревна");
    console.key("F2");
    console.shows("этот человек уже подтверждён");
    console.keys("Down F2");
    console.shows("сначала снимите подтверждение");
    console.key("d");
    console.shows("Это другой человек");
    console.keys("Right Enter");
    assert!(matches!(console.last_written(), Ask::UnlinkMember(_, UnlinkReason::OtherPerson)));
}

#[test]
fn what_speaks_against_is_read_to_its_end_in_a_small_window() {
    let mut console = Console::narrow();
    let mut shown = card();
    shown.candidates[0].member.position = Untrusted::new("старшая операционная медсестра ".repeat(4));
    shown.candidates[0].facts_against =
        ["phone_differs", "email_differs", "org_differs", "name_part"].map(str::to_owned).to_vec();
    console.desk.card = Some(shown);
    console.key("F5");
    console.shows("Против:");
    let screen = console.screen();
    assert!(
        !screen.lines().skip_while(|line| !line.contains("M001")).any(|line| line.contains('…')),
        "{screen}"
    );
}

#[test]
fn the_registry_offers_no_key_that_does_nothing() {
    let mut console = Console::wide();
    console.keys("4 Esc");
    console.hides("F3 Открыть");
    console.key("F3");
    console.shows("F3 здесь ничего не делает");
}

#[test]
fn what_the_registry_masks_is_opened_by_a_key_for_this_appeal_and_stays_open() {
    for columns in [120, 80] {
        let mut console = Console::new(columns, 24, Lang::Ru, desk());
        console.desk.card = Some(card());
        console.key("F5");
        console.shows("··.··.1984");
        console.shows("+· ··· ···-··-34");
        console.hides("900 000");
        console.hides("12.03.1984");
        console.shows("F3 Показать");
        console.key("F3");
        let Ask::OpenMember(appeal, who) = console.last_written() else { panic!() };
        assert_eq!((*appeal, *who), (appeal_id(1841), member(1, "").id));
        console.shows("+7 900 000-12-34");
        console.shows("12.03.1984");
        console.shows("записано в историю");
        // The other candidate is still masked, and a reload masks nothing again.
        console.shows("··.··.1984");
        console.key("Ctrl-R");
        console.shows("+7 900 000-12-34");
        console.key("F3");
        console.shows("уже открыты");
        assert_eq!(console.written.len(), 1);
    }
}

#[test]
fn a_refused_opening_shows_why_and_opens_nothing() {
    let mut console = opened();
    console.desk.refusing = Some(otklik_core::error::Error::not_allowed("not-allowed"));
    console.key("F3");
    console.shows("нет права");
    console.key("Enter");
    console.hides("900 000");
}

#[test]
fn the_registry_says_where_what_it_masks_is_opened() {
    let mut console = Console::narrow();
    console.desk.hits =
        vec![MemberHit { member: masked(7, "Гордеев Пётр"), why: vec!["name".into()], score: 9 }];
    console.key("4");
    console.type_text("гордеев");
    console.wait(Duration::from_millis(500));
    console.shows("··.··.1984");
    console.hides("900 000");
    console.shows("открываются в карточке обращения");
}

#[test]
fn not_a_member_is_asked_and_recorded() {
    let mut console = opened();
    console.keys("F8 Right Enter");
    assert!(matches!(console.last_written(), Ask::SetMemberState(_, MemberState::NotMember)));
}

#[test]
fn a_card_that_failed_to_load_is_not_a_card_without_candidates() {
    let mut console = Console::wide();
    console.desk.failing = Some((|ask| matches!(ask, Ask::MatchCard(_)), "store"));
    console.key("F5");
    console.shows("Не удалось загрузить");
    console.hides("Похожих людей в реестре нет");
}

#[test]
fn the_members_screen_takes_letters_as_text_at_once() {
    let mut console = Console::wide();
    console.desk.hits =
        vec![MemberHit { member: masked(7, "Гордеев Пётр"), why: vec!["name".into()], score: 9 }];
    console.key("4");
    console.shows("Наберите фамилию");
    console.type_text("гордеев 15");
    console.wait(Duration::from_millis(500));
    console.shows("гордеев 15");
    console.shows("Гордеев Пётр");
    console.keys("Esc 1");
    console.shows("Ответ до");
}
