//! The check of the registry on the screen.

use super::fixture::{desk, masked};
use super::{Ask, Console, FakeDesk};
use otklik_core::desk::views::MemberHit;
use otklik_core::desk::{CheckFinding, CheckReport, CheckedMember};
use otklik_core::types::CheckKind;
use otklik_ui::i18n::Lang;
use std::time::Duration;

fn report() -> CheckReport {
    let row = |n, name| CheckedMember { member: masked(n, name), is_inside: true };
    let same = CheckFinding {
        kind: CheckKind::SamePerson,
        rows: vec![row(1, "Гордеев Пётр Ильич"), row(2, "ГОРДЕЕВ Пётр Ильич")],
        more: 0,
    };
    let lone =
        CheckFinding {
            kind: CheckKind::NoOrganisation, rows: vec![row(3, "Ничья Ольга Олеговна")], more: 0
        };
    CheckReport {
        rows: 80_000,
        counts: vec![(CheckKind::SamePerson, 1), (CheckKind::NoOrganisation, 700)],
        findings: vec![same, lone],
    }
}

fn console(columns: u16, rows: u16) -> Console {
    let hits =
        vec![MemberHit {
            member: masked(1, "Гордеев Пётр Ильич"), why: vec!["name".into()], score: 9
        }];
    let desk = FakeDesk { check: Some(report()), hits, ..desk() };
    let mut console = Console::new(columns, rows, Lang::Ru, desk);
    console.keys("4 F6");
    console
}

#[test]
fn findings_are_listed_by_kind_with_counts_and_what_to_do() {
    for (columns, rows) in [(80, 24), (120, 32)] {
        let mut console = console(columns, rows);
        console.shows("Проверено строк: 80000");
        console.shows("Один человек дважды");
        console.shows("700");
        console.shows("оставьте одну");
        console.key("Down");
        console.shows("укажите организацию");
        console.key("F3");
        console.shows("Ничья Ольга Олеговна");
        console.shows("показаны первые 1");
        console.hides("Гордеев");
        console.keys("Esc Esc");
        console.hides("Проверено строк");
    }
}

#[test]
fn a_row_opens_in_the_registry_with_those_that_are_like_it_and_stays_masked() {
    let mut console = console(80, 24);
    console.key("Enter");
    console.shows("ГОРДЕЕВ Пётр Ильич");
    console.shows("registry.csv");
    console.hides("900 000");
    console.key("Enter");
    console.wait(Duration::from_millis(500));
    console.shows("Гордеев Пётр Ильич");
    let asked = console.desk.asked_for.clone();
    assert_eq!(asked.as_deref(), Some("Гордеев Пётр Ильич"));
    console.key("Esc");
    console.shows("ГОРДЕЕВ Пётр Ильич");
    assert!(console.written.is_empty(), "a check changes nothing");
}

#[test]
fn a_check_that_failed_is_not_a_registry_in_order() {
    let mut console = Console::narrow();
    console.desk.failing = Some((|ask| matches!(ask, Ask::CheckMembers { .. }), "store"));
    console.keys("4 F6");
    console.shows("Не удалось загрузить");
    console.hides("Ничего не нашлось");
    console.hides("Реестр проверяется");
    console.desk.failing = None;
    console.desk.check = Some(CheckReport { rows: 5, ..CheckReport::default() });
    console.key("Ctrl-R");
    console.shows("Ничего не нашлось");
}
