//! The check of the registry: each kind is found, what is in order is not, scope holds, and a large registry takes seconds.

use super::csv;
use crate::story::world::{Plan, World};
use crate::support::engines;
use otklik_core::desk::{CheckReport, CheckRequest, ImportRequest, OrgRow};
use otklik_core::types::{Actor, CheckKind as K, OrgLevel, Role, Untrusted};
use std::fmt::Write as _;

const REGISTRY: &str = "id;ppo;fio_raw;birth_raw;card_raw;phone_raw;email;joined_raw;left_raw;org_from_raw;org_to_raw;status_raw\n\
    A1;north;Северова Анна Ивановна;12.03.1984;100;+79001110001;a1@example.org;01.09.2010;;;;на учёте\n\
    A2;south;СЕВЕРОВА Анна Ивановна;12.03.1984;101;+79001110002;;01.09.2011;;;;на учёте\n\
    B1;north;Южин Пётр Петрович;01.02.1975;200;+79001110003;;;;;;на учёте\n\
    B2;north;Восточный Илья Ильич;02.02.1976;2-0-0;+79001110004;;;;;;на учёте\n\
    C1;north;Лесная Вера Олеговна;05.05.1990;301;+79001110005;;;;;;на учёте\n\
    C2;south;Леснaя Вера Олеговна;06.06.1991;302;+79001110006;;;;;;на учёте\n\
    D1;north;Озёрова Ольга Львовна;07.07.1980;401;+79001110007;;;;;;на учёте\n\
    D2;south;Озерков Олег Львович;08.08.1981;402;+79001110007;;;;;;на учёте\n\
    E1;north;Полевая Нина Юрьевна;09.09.1982;501;;Shared@example.org;;;;;на учёте\n\
    E2;south;Садовый Юрий Ильич;10.10.1983;502;;shared@example.org;;;;;на учёте\n\
    F1;north;Дубов Иван Ильич;11.11.1985;601;;;;;;;на учёте\n\
    F2;north;Дубон Иван Ильич;11.11.1985;602;;;;;;;на учёте\n\
    G1;north;Будущая Яна Ильинична;01.01.2030;701;;;;;;;на учёте\n\
    H1;north;Ранний Олег Олегович;01.01.2000;801;;;01.01.2010;;;;на учёте\n\
    I1;north;Скорый Олег Олегович;01.01.1990;901;;;01.01.2027;;;;на учёте\n\
    J1;north;Обратный Олег Олегович;01.01.1991;902;;;01.01.2020;01.01.2019;;;выбыл\n\
    K1;north;Ушедший Олег Олегович;01.01.1992;903;;;01.01.2018;01.01.2019;;;на учёте\n\
    L1;north;Перенос Олег Олегович;01.01.1993;904;;;;;01.01.2020;01.01.2019;на учёте\n\
    M1;north;Неясный Олег Олегович;33.33.1993;905;;;;;;;на учёте\n\
    N1;;Ничья Ольга Олеговна;01.01.1994;906;;;;;;;на учёте\n\
    O1;closed;Закрытый Олег Олегович;01.01.1995;907;;;;;;;на учёте\n\
    P1;north;Северова Анна Ивановна;12.03.1984;;;;;;;;выбыл\n\
    Q1;north;Порядкова Ольга Ильинична;03.03.1970;908;+79001110099;q@example.org;1995;;1995;;на учёте\n";

async fn registry(world: &World) {
    let org = |code: &str, closed: Option<&str>| {
        let mut org = OrgRow {
            code: code.into(),
            level: OrgLevel::Local,
            name: Untrusted::new(code),
            parent: None,
            life: Default::default(),
        };
        org.life.closed_on = closed.map(|day| day.parse().expect("a day"));
        org
    };
    let orgs = vec![org("north", None), org("south", None), org("closed", Some("2025-01-01"))];
    world.desk.import_orgs(&world.head, orgs, true).await.expect("organisations");
    let request = ImportRequest::of(csv(REGISTRY), "registry.csv", true);
    world.desk.import_members(&world.head, request).await.expect("a registry");
}

async fn check(world: &World, who: &Actor, org: Option<&str>) -> CheckReport {
    let request = CheckRequest { org: org.map(str::to_owned), kind: None, limit: 100 };
    world.desk.check_members(who, request).await.expect("a check")
}

/// Findings by the registry's ids of their rows.
fn found(report: &CheckReport) -> Vec<(K, String)> {
    let ids = |finding: &otklik_core::desk::CheckFinding| {
        let mut ids: Vec<String> =
            finding.rows.iter().map(|row| row.member.source_id.display_line().into_string()).collect();
        ids.sort();
        ids.join(" ")
    };
    report.findings.iter().map(|finding| (finding.kind, ids(finding))).collect()
}

#[tokio::test]
async fn each_kind_is_found_with_its_rows_and_what_is_in_order_is_not() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        registry(&world).await;
        let report = check(&world, &world.head, None).await;
        let expected = [
            (K::SamePerson, "A1 A2"),
            (K::SameCard, "B1 B2"),
            (K::LookAlike, "F1 F2"),
            (K::LatinLetters, "C2"),
            (K::ImpossibleBirth, "G1"),
            (K::JoinedTooYoung, "H1"),
            (K::JoinedInFuture, "I1"),
            (K::LeftBeforeJoined, "J1"),
            (K::LeftButMember, "K1"),
            (K::OrgDatesReversed, "L1"),
            (K::UnreadableDate, "M1"),
            (K::SharedPhone, "D1 D2"),
            (K::SharedEmail, "E1 E2"),
            (K::NoOrganisation, "N1"),
            (K::ClosedOrganisation, "O1"),
        ];
        let expected: Vec<(K, String)> =
            expected.into_iter().map(|(kind, ids)| (kind, ids.to_owned())).collect();
        assert_eq!(found(&report), expected, "{on}");
        assert_eq!(report.rows, REGISTRY.lines().count() - 1, "{on}");
        assert!(report.counts.iter().all(|(_, count)| *count == 1), "{on}: {:?}", report.counts);
        let masked = report.findings.iter().flat_map(|finding| &finding.rows);
        assert!(masked.clone().all(|row| !row.member.opened), "{on}: rows stay masked");

        let only = CheckRequest { kind: Some(K::SameCard), limit: 0, ..CheckRequest::default() };
        let only = world.desk.check_members(&world.head, only).await.expect("a check");
        assert_eq!(
            (only.counts, only.findings.len()),
            (vec![(K::SameCard, 1)], 0),
            "{on}: counted, not listed"
        );
        let wrong = CheckRequest { org: Some("none".into()), ..CheckRequest::default() };
        let refused = world.desk.check_members(&world.head, wrong).await.expect_err("no such organisation");
        assert_eq!(refused.code, "no-organisation", "{on}");
    }
}

#[tokio::test]
async fn a_check_of_one_organisation_tells_what_concerns_it_and_a_chair_sees_no_other() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        registry(&world).await;
        let south = check(&world, &world.head, Some("south")).await;
        let kinds: Vec<K> = south.counts.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [K::SamePerson, K::LatinLetters, K::SharedPhone, K::SharedEmail], "{on}");
        let pair = &south.findings[0].rows;
        let inside: Vec<bool> = pair.iter().map(|row| row.is_inside).collect();
        assert_eq!(inside, [true, false], "{on}: its own row stands first");
        assert_eq!(south.rows, 4, "{on}");

        let chair = world.person("Председатель", Role::Chair, Some("south")).await;
        let own = check(&world, &chair, None).await;
        assert_eq!(found(&own), [(K::LatinLetters, "C2".to_owned())], "{on}: nothing of other organisations");
        assert_eq!(own.rows, 4, "{on}");
        let others = check(&world, &chair, Some("north")).await;
        assert_eq!((others.rows, others.counts.len()), (0, 0), "{on}");
    }
}

#[tokio::test]
async fn a_registry_of_one_birthday_and_one_telephone_is_checked_too() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let mut text = String::from("id,fio_raw,birth_raw,phone_raw,status_raw\n");
        for n in 0..3_000_u64 {
            // Names that are far apart, but for two.
            let name = if n < 2 {
                format!("Кедро{n} Анна")
            } else {
                format!("Кедр{} Анна", n * 1_111_111)
            };
            writeln!(text, "K{n},{name},01.01.1980,+79001112233,на учёте").expect("a line");
        }
        let request = ImportRequest::of(csv(&text), "registry.csv", true);
        world.desk.import_members(&world.head, request).await.expect("a registry");
        let report = check(&world, &world.head, None).await;
        let count = |kind| report.counts.iter().find(|(other, _)| *other == kind).map_or(0, |(_, n)| *n);
        assert_eq!((count(K::SharedPhone), count(K::SamePerson)), (1, 0), "{}", world.on());
        assert!(count(K::LookAlike) >= 1, "{}: {:?}", world.on(), report.counts);
        let shared = report.findings.iter().find(|finding| finding.kind == K::SharedPhone).expect("it");
        assert_eq!(shared.rows.len() + shared.more, 3_000, "{}", world.on());
    }
}
