//! Who is who on the screen: linked contacts on the match card and beside an appeal, and conflicts with both their sides.

use super::fixture::{appeal_id, desk, masked, member, now};
use super::{Ask, Console};
use otklik_core::desk::views::{CallAttempt, Candidate, MatchCard, OrgRef, StaffRef};
use otklik_core::desk::{ClaimView, ConflictSide, ConflictView, IdentityView, QueryView};
use otklik_core::types::*;
use otklik_ui::app::Word;
use otklik_ui::i18n::Lang;
use uuid::Uuid;

fn staff() -> StaffRef {
    StaffRef { id: super::OTHER, name: "Ахметов Т. Р.".into() }
}

fn number(seq: i64) -> (AppealId, AppealNumber) {
    (appeal_id(seq), AppealNumber { year: 2026, seq })
}

fn identity(n: u128, row: u128, name: &str) -> IdentityView {
    IdentityView {
        id: IdentityId(Uuid::from_u128(n)),
        kind: ContactKind::Email,
        value: Untrusted::new("alena@example.org"),
        member: member(row, "").id,
        name: Untrusted::new(name),
        organisation: None,
        ground: LinkGround::Appeal,
        appeal: Some(number(1700)),
        note: Untrusted::default(),
        by: staff(),
        at: now(),
        ended: None,
    }
}

fn card() -> MatchCard {
    let claim = ClaimView {
        appeal: Some(number(1702)),
        author: "Востоков Илья".into(),
        by: Some(staff()),
        at: Some(now()),
    };
    let candidate = |n, name: &str, claimed| Candidate {
        member: masked(n, name),
        class: MatchClass::Strong,
        state: MemberState::Member,
        facts_for: vec!["contact_linked".into(), "name_equal".into()],
        facts_against: Vec::new(),
        claimed,
    };
    MatchCard {
        appeal: appeal_id(1841),
        number: number(1841).1,
        state: None,
        linked: None,
        said: None,
        proposed: MemberState::Member,
        class: MatchClass::Strong,
        candidates: vec![
            candidate(1, "Семёнова Алёна Игоревна", Vec::new()),
            candidate(2, "Семёнов Пётр Ильич", vec![claim]),
        ],
        identities: vec![identity(0x81, 1, "Семёнова Алёна Игоревна")],
        queries: Vec::new(),
    }
}

fn opened(columns: u16, rows: u16) -> Console {
    let mut desk = desk();
    desk.card = Some(card());
    let mut console = Console::new(columns, rows, Lang::Ru, desk);
    console.key("F5");
    console
}

#[test]
fn the_card_says_with_whom_an_address_is_linked_and_who_is_taken_for_the_row_before_anybody_confirms() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = opened(columns, rows);
        console.shows("alena@example.org: уже связано с этой строкой");
        console.shows("2026-1700");
        console.key("Down");
        console.shows("alena@example.org: уже связано с другой строкой");
        console.shows("За эту строку уже принят другой человек");
        console.key("F2");
        console.shows("2026-1702");
        console.shows("Востоков");
        console.key("Enter");
        assert!(console.written.is_empty(), "the first answer is harmless");
    }
    let mut console = opened(120, 32);
    console.keys("F2 Right Right Enter");
    assert!(matches!(console.last_written(), Ask::ConfirmMember(_, _, Word::Alone)));
}

#[test]
fn a_contact_is_unlinked_for_a_reason_and_only_where_it_is_linked() {
    let mut console = opened(120, 32);
    console.keys("Down u");
    console.shows("контакты заявителя не связаны");
    console.keys("Up г");
    console.shows("Отвязать контакт?");
    console.key("Enter");
    assert!(console.written.is_empty());
    console.keys("u Right Enter");
    let Ask::UnlinkIdentity(id, UnlinkReason::OtherPerson) = console.last_written() else { panic!() };
    assert_eq!(*id, IdentityId(Uuid::from_u128(0x81)));
    console.shows("Контакт отвязан");
}

#[test]
fn an_appeal_says_with_whom_the_authors_address_is_linked() {
    let mut desk = desk();
    let appeal = desk.appeals.get_mut(&appeal_id(1841)).expect("an appeal");
    appeal.identities = vec![identity(0x81, 1, "Семёнова Алёна Игоревна")];
    appeal.calls = vec![CallAttempt {
        id: CallId(Uuid::from_u128(0x71)),
        at: now(),
        entered_at: now(),
        late: false,
        by: staff(),
        phone: None,
        outcome: CallOutcome::Explained,
        gist: "вступит позже".into(),
        struck: false,
    }];
    let mut console = Console::new(120, 32, Lang::Ru, desk);
    console.key("Enter");
    console.shows("alena@example.org связано с: Семёнова Алёна Игоревна (Ахметов Т. Р.");
    console.shows("Ахметов Т. Р.: объяснено вступит позже");
}

#[test]
fn a_chair_is_asked_after_the_authors_word_and_the_answer_stands_on_the_card() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = opened(columns, rows);
        console.key("й");
        console.shows("Спросить председателя?");
        console.shows("Об обращении");
        console.key("Enter");
        assert!(console.written.is_empty(), "nothing goes without a yes");
        console.keys("q Right Enter");
        let Ask::AskChair(id, request) = console.last_written() else { panic!() };
        assert!(*id == appeal_id(1841) && request.agreed && !request.immediately);
        console.key("e");
        console.shows("председателя ещё не спрашивали");
    }
    let mut console = opened(120, 32);
    let view = QueryView {
        id: QueryId(Uuid::from_u128(0x91)),
        organisation: OrgRef {
            id: OrgId(Uuid::from_u128(1)),
            code: "n".into(),
            name: "ППО горбольницы № 2".into(),
        },
        recipient: "chair@example.org".into(),
        name: "Семёнова Алёна".into(),
        delivery: DeliveryState::Accepted,
        state: QueryState::Waiting,
        answer: None,
        told: Untrusted::default(),
        by: staff(),
        made_at: now(),
        expires_at: now(),
        answered_at: None,
        answered_by: None,
    };
    console.desk.card.as_mut().unwrap().queries = vec![view.clone()];
    console.key("Ctrl-R");
    console.shows("chair@example.org): ждёт ответа; письмо: принято");
    console.keys("e Right Enter");
    assert!(matches!(console.last_written(), Ask::AnswerQuery(_, ChairAnswer::Member)));
    let told = Untrusted::new("с 2015 года");
    let answer = Some(ChairAnswer::Member);
    let answered = QueryView { state: QueryState::Answered, answer, told, answered_at: Some(now()), ..view };
    console.desk.card.as_mut().unwrap().queries = vec![answered];
    console.key("Ctrl-R");
    console.shows("состоит, с 2015 года");
}

fn conflicts() -> Vec<ConflictView> {
    let claim = |seq, author: &str| ConflictSide {
        member: Some(masked(1, "Семёнова Алёна Игоревна")),
        appeal: Some(number(seq)),
        author: author.into(),
        ground: Some(LinkGround::Appeal),
        by: Some(staff()),
        at: Some(now()),
    };
    let row = |n: u128, kind, contact: Option<&str>, second| ConflictView {
        id: ConflictId(Uuid::from_u128(n)),
        kind,
        state: ConflictState::Open,
        contact: contact.map(|value| (ContactKind::Email, Untrusted::new(value))),
        first: claim(1841, "Семёнова Алёна"),
        second,
        found_at: now(),
        settled: None,
        reason: Untrusted::default(),
    };
    vec![
        row(1, ConflictKind::RowClaimed, None, claim(1842, "Востоков Илья\u{1b}[31m")),
        row(2, ConflictKind::ContactShared, Some("family@example.org"), ConflictSide::default()),
    ]
}

fn listed(columns: u16, rows: u16) -> Console {
    let mut desk = desk();
    desk.counts.conflicts = 2;
    desk.conflicts = conflicts();
    Console::new(columns, rows, Lang::Ru, desk)
}

#[test]
fn conflicts_stand_in_the_header_and_show_both_sides_and_what_follows() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = listed(columns, rows);
        console.key("0");
        console.shows("двое на одну строку");
        console.shows("Первый: обращение 2026-1841, Семёнова Алёна (подтверждено: Ахметов Т. Р.");
        console.shows("Востоков Илья");
        console.shows("у другого обращения подтверждение снимется");
        console.key("Down");
        console.shows("family@example.org связано с двумя строками");
        console.shows("Второй: в другой организации, вам не видно");
    }
    let mut console = listed(120, 32);
    console.shows("0 Противоречия 2");
    console.keys("0 Enter");
    console.shows("2026-1842  почта");
}

#[test]
fn a_decision_asks_for_a_reason_and_none_is_made_without_one() {
    let mut console = listed(120, 32);
    console.keys("0 F5");
    console.shows("Верны оба. Почему?");
    console.key("Enter");
    console.shows("Без причины не решить");
    assert!(console.written.is_empty());
    console.type_text("сменила фамилию");
    console.key("Enter");
    let Ask::SettleConflict(id, ConflictState::BothRight, reason) = console.last_written() else { panic!() };
    assert_eq!((id.0, reason.as_str()), (Uuid::from_u128(1), "сменила фамилию"));
    console.shows("Решено");
    console.keys("F4 Esc");
    assert_eq!(console.written.len(), 1, "left by Esc, nothing is settled");
    console.key("F6");
    assert!(matches!(console.last_written(), Ask::CheckConflicts));
    console.desk.conflicts[0].state = ConflictState::BothRight;
    console.desk.conflicts[0].settled = Some((now(), staff()));
    console.keys("Ctrl-R F2");
    console.shows("об этом уже решено");
}

#[test]
fn an_empty_list_says_how_conflicts_are_looked_for() {
    let mut console = Console::wide();
    console.hides("Противоречия");
    console.key("0");
    console.shows("F6 просмотрит все связи");
}

#[test]
fn a_side_that_was_unlinked_has_no_empty_brackets_and_one_side_has_an_example_of_its_own() {
    let mut console = listed(120, 32);
    let row = &mut console.desk.conflicts[0];
    (row.state, row.settled) = (ConflictState::KeptFirst, Some((now(), staff())));
    (row.second.by, row.second.at) = (None, None);
    console.keys("0 Tab");
    console.shows("Второй: обращение 2026-1842, Востоков Илья");
    console.hides("подтверждено: ,");
    let mut console = listed(120, 32);
    console.keys("0 F2");
    console.shows("второй — однофамилец");
    console.key("Enter");
    console.shows("Без причины не решить");
}
