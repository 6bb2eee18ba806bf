//! The digital membership card on the screen: its code can be photographed at 80 by 24, and what cannot be is said in words.

use super::fixture::{desk, masked, member};
use super::{Ask, Console, FakeDesk};
use otklik_core::desk::views::{MemberHit, StaffRef};
use otklik_core::desk::{CardHolder, CardView, MemberCard};
use otklik_core::types::{CardId, CardReason, CardState, MemberStatus, StaffId};
use otklik_ui::i18n::Lang;
use otklik_ui::widgets::qr::Qr;
use std::time::Duration;
use uuid::Uuid;

fn token() -> String {
    format!("OTKLIK1-{}", "A7".repeat(69))
}

fn holder(status: MemberStatus) -> CardHolder {
    let row = member(7, "Гордеев Пётр Ильич");
    CardHolder { member: row.id, name: row.name, organisation: row.organisation, status, missing_since: None }
}

fn card(state: CardState) -> MemberCard {
    let status = if state == CardState::HolderLeft { MemberStatus::Left } else { MemberStatus::Active };
    let view = CardView {
        id: CardId(Uuid::from_u128(9)),
        holder: holder(status),
        key: "0a1b2c3d".into(),
        issued_at: super::fixture::now(),
        issued_by: StaffRef { id: StaffId(Uuid::from_u128(10)), name: "Орлова А. П.".into() },
        expires_on: jiff::civil::date(2027, 11, 16),
        revoked_at: None,
        revoked_by: None,
        reason: None,
        state,
    };
    MemberCard { holder: holder(status), card: Some(view), token: Some(token()), is_new: false }
}

fn console(columns: u16, rows: u16, digital: MemberCard) -> Console {
    let hits =
        vec![MemberHit {
            member: masked(7, "Гордеев Пётр Ильич"), why: vec!["name".into()], score: 9
        }];
    let desk = FakeDesk { hits, digital: Some(digital), ..desk() };
    let mut console = Console::new(columns, rows, Lang::Ru, desk);
    console.key("4");
    console.type_text("гордеев");
    console.wait(Duration::from_millis(500));
    console.key("F4");
    console
}

#[test]
fn the_code_with_its_quiet_zone_fits_80_by_24_beside_the_words() {
    for (columns, rows) in [(80, 24), (120, 32)] {
        let mut console = console(columns, rows, card(CardState::Valid));
        let screen = console.screen();
        let qr = Qr::for_screen(&token()).expect("a code");
        for (line, row) in qr.lines(4).iter().zip(screen.lines()) {
            // The screen's lines are cut at their ends, where the code has light modules.
            assert!(row.starts_with(line.as_str()), "{columns}: the whole row is there:\n{screen}");
        }
        console.shows("Гордеев Пётр Ильич");
        console.shows("16.11.2027");
        console.shows("Орлова А.");
        console.shows("F8");
    }
}

#[test]
fn a_window_that_is_too_small_says_so_and_shows_no_half_of_a_code() {
    let mut console = console(80, 18, card(CardState::Valid));
    console.hides("█");
    console.shows("45");
    console.shows("24");
    console.shows("--png");
}

#[test]
fn a_card_that_does_not_count_is_not_shown_to_be_photographed() {
    for state in [CardState::Expired, CardState::HolderLeft, CardState::KeyRetired] {
        let mut console = console(120, 32, card(state));
        console.hides("█");
        console.shows("Гордеев Пётр Ильич");
    }
    let mut console = console(120, 32, MemberCard { token: None, ..card(CardState::Valid) });
    console.hides("█");
    console.shows("другой машине");
}

#[test]
fn a_card_is_issued_at_once_and_replaced_or_taken_back_after_a_question() {
    let mut console = console(80, 24, MemberCard { card: None, token: None, ..card(CardState::Valid) });
    console.shows("Билета нет");
    console.key("F8");
    console.shows("билета нет");
    console.desk.digital = Some(card(CardState::Valid));
    console.key("F2");
    assert!(matches!(console.last_written(), Ask::IssueCard(_, false)));
    console.shows("█");
    console.keys("F2 Enter");
    assert_eq!(console.written.len(), 1, "the harmless answer stands first");
    console.keys("F2 Right Enter");
    assert!(matches!(console.last_written(), Ask::IssueCard(_, true)));
    console.keys("F8 Right Enter");
    assert!(matches!(console.last_written(), Ask::RevokeCard(_, CardReason::Lost)));
    console.key("Esc");
    console.hides("█");
    console.shows("гордеев");
}

#[test]
fn whoever_has_left_gets_no_card() {
    let left = MemberCard { card: None, token: None, ..card(CardState::HolderLeft) };
    let mut console = console(80, 24, left);
    console.hides("F2 выда");
    console.shows("билет ему не выдаётся");
    console.key("F2");
    console.shows("выбыл");
    assert!(console.written.is_empty());
}
