//! The member look-up over an invented registry: what people type wrong still finds whom they mean.

use otklik_core::rules::layout::to_english;
use otklik_core::rules::lookup::{Hit, Lookup, LookupRow, Why};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::HashSet;
use uuid::Uuid;

const SURNAMES: &[&str] = &[
    "Семёнов",
    "Ахметов",
    "Чернов",
    "Белов",
    "Лаптев",
    "Фёдоров",
    "Мухин",
    "Гордеев",
    "Тарасов",
    "Жуков",
    "Волков",
    "Зайцев",
    "Орлов",
    "Хасанов",
    "Крылов",
    "Дроздов",
    "Ермаков",
    "Тихонов",
    "Поляков",
    "Абрамов",
    "Лебедев",
    "Власов",
    "Рябов",
    "Щербаков",
    "Цветков",
    "Юдин",
    "Яковлев",
    "Эйдельман",
    "Соловьёв",
    "Шаповалов",
    "Кузнецов",
    "Паршин",
];
const ENDINGS: &[&str] = &["", "ский", "енко", "ых", "ин", "ко", "чук", "дзе", "янц", "ова"];
const NAMES: &[&str] = &[
    "Алексей",
    "Ольга",
    "Резеда",
    "Тимур",
    "Дмитрий",
    "Татьяна",
    "Константин",
    "Юлия",
    "Нина",
    "Павел",
    "Анна",
    "Олег",
    "Екатерина",
    "Сергей",
    "Мария",
    "Артём",
    "Светлана",
    "Ильдар",
    "Наталья",
    "Виктор",
    "Людмила",
    "Галина",
    "Инна",
];
const PATRONYMICS: &[&str] = &[
    "Игоревна",
    "Рустамович",
    "Юрьевич",
    "Андреевич",
    "Олеговна",
    "Ильинична",
    "Денисович",
    "Львовна",
    "Вадимович",
    "Романовна",
    "Николаевич",
    "Андреевна",
    "Геннадьевна",
    "Фаритович",
    "Дмитриевна",
    "Егорович",
    "Анатольевна",
];
const ORGS: &[&str] =
    &["ППО Озёрской ЦРБ", "ППО Заречинской городской больницы № 2", "ППО «Заречинская ТЭЦ»"];

fn org(at: usize) -> Uuid {
    Uuid::from_u128(at as u128 + 1)
}

fn orgs() -> impl Iterator<Item = (Uuid, &'static str)> {
    ORGS.iter().enumerate().map(|(at, name)| (org(at), *name))
}

fn member(at: u32) -> LookupRow {
    let pick = |from: &[&str], by: u32| from[(by as usize) % from.len()].to_owned();
    let surname = format!("{}{}", pick(SURNAMES, at), pick(ENDINGS, at / 32));
    LookupRow {
        key: at,
        name: format!("{surname} {} {}", pick(NAMES, at / 7), pick(PATRONYMICS, at / 3)),
        phones: vec![format!("8 (900) {:03}-{:02}-{:02}", at / 10_000 % 1000, at / 100 % 100, at % 100)],
        email: Some(format!("member{at}@example.org")),
        card: Some(format!("{}", 100_000 + at)),
        org: Some(org(at as usize % ORGS.len())),
    }
}

fn registry(rows: u32) -> Lookup {
    Lookup::build((0..rows).map(member), orgs())
}

fn small() -> Lookup {
    let row = |key, name: &str, phone: &str, card: &str, org: usize| LookupRow {
        key,
        name: name.into(),
        phones: vec![phone.into()],
        email: Some(format!("m{key}@example.org")),
        card: Some(card.into()),
        org: Some(self::org(org)),
    };
    let rows = [
        row(1, "Семёнова Алёна Игоревна", "+7 900 000-01-01", "100214", 1),
        row(2, "СЕМЕНОВА АЛЕНА ИГОРЕВНА", "89000000102", "100877", 0),
        row(3, "Гайфуллина Резеда Маратовна", "8 (900) 000-01-03", "101 005", 0),
        row(5, "Иванов Иван Петрович", "", "200011", 2),
        row(6, "Иванов Иван Петрович", "+7(900)0000106", "200960", 2),
        row(10, "Pоманова Вера Cергеевна", "+7 900 000-01-10", "100455", 0),
        row(11, "Алексей Юрьевич Чернов", "+7 900 000-01-11", "200512", 2),
        row(23, "Хасанов Ильдар Фаритович", "+7 900 000-01-23", "200610", 2),
        row(26, "Ермакова Людмила Анатольевна", "+7 900 000-01-26", "10O388", 1),
        row(30, "Priya Nair", "+7 900 000-02-16", "300001", 1),
    ];
    Lookup::build(rows, orgs())
}

fn keys(hits: &[Hit]) -> Vec<u32> {
    hits.iter().map(|hit| hit.key).collect()
}

#[test]
fn fragments_in_any_order_and_form_find_the_member() {
    let index = small();
    for (query, found) in [
        ("семенова алена", vec![1, 2]),
        ("алена сем", vec![1, 2]),
        ("Семёнова А.И.", vec![1, 2]),
        ("и а семенова", vec![1, 2]),
        ("чернов алексей", vec![11]),
        ("романова вера сергеевна", vec![10]),
        ("иванов иван", vec![5, 6]),
        ("иванов иванов", vec![]),
        ("Семёнова ЦРБ", vec![2]),
        ("семенова больница", vec![1]),
        ("+7 (900) 000-01-06", vec![6]),
        ("8 900 000 01 06", vec![6]),
        ("0106", vec![6]),
        ("Иванов 0106", vec![6]),
        ("иванов 200011", vec![5]),
        ("билет 101005", vec![3]),
        ("№ 100388", vec![26]),
        ("m23@example.org", vec![23]),
        ("m23@", vec![23]),
        ("m23", vec![23]),
        ("семенова 0", vec![1, 2]),
        ("семенова 999", vec![]),
        ("", vec![]),
        (" ,.* ", vec![]),
    ] {
        assert_eq!(keys(&index.find(query, 20, None)), found, "{query}");
    }
}

#[test]
fn typing_mistakes_layouts_and_latin_letters_are_understood() {
    let index = small();
    for (query, key, why) in [
        ("сменова алена", 1, Why::NameTypo),
        ("семеонва", 1, Why::NameTypo),
        ("гайфулина", 3, Why::NameTypo),
        ("файзуллина резеда", 3, Why::NameTypo),
        ("Bkmlfh", 23, Why::NameLayout),
        ("[fcfyjd bkmlfh", 23, Why::NameLayout),
        ("Зкшнф", 30, Why::NameLayout),
        ("Khasanov Ildar", 23, Why::NameTranslit),
        ("gaifullina", 3, Why::NameTranslit),
        ("прия", 30, Why::NameTranslit),
        ("фуллина", 3, Why::NamePart),
        ("от Хасанова Ильдара", 23, Why::NameCase),
        ("Черновым Алексеем", 11, Why::NameCase),
        ("CEMEHOBA алена", 1, Why::Name),
        ("Xasanov", 23, Why::NameTranslit),
        ("Ильдар [fcfyjd", 23, Why::NameLayout),
    ] {
        let hits = index.find(query, 20, None);
        assert_eq!(hits.first().map(|hit| hit.key), Some(key), "{query}: {hits:?}");
        assert!(hits[0].why.contains(&why), "{query}: {hits:?}");
    }
}

#[test]
fn the_nearest_stands_first_and_says_why() {
    let index = small();
    let hits = index.find("иванов", 20, None);
    assert_eq!(keys(&hits), [5, 6]);
    assert_eq!(hits[0].why, [Why::Name]);
    assert_eq!(hits[0].score, 1000);
    let hits = index.find("сем 0101", 20, None);
    assert_eq!((hits[0].key, &hits[0].why[..]), (1, &[Why::NamePrefix, Why::PhonePart][..]));
    assert_eq!(index.find("иванов", 1, None).len(), 1);
    assert!(index.find("иванов", 0, None).is_empty());
}

#[test]
fn rows_that_changed_are_found_as_they_are_now_and_not_as_they_were() {
    let index = small();
    let row = |key: u32, name: &str, phone: &str| LookupRow {
        key,
        name: name.into(),
        phones: vec![phone.into()],
        ..LookupRow::default()
    };
    let index = index.with_changes([row(23, "Хасанова Алсу Фаритовна", "+7 900 000-03-01")]);
    let index = index.with_changes([row(40, "Хасанов Марат Ильич", "+7 900 000-03-02")]);
    assert_eq!(keys(&index.find("хасанова", 20, None)), [23, 40]);
    assert!(keys(&index.find("ильдар", 20, None)).is_empty());
    assert!(keys(&index.find("0123", 20, None)).is_empty());
    assert_eq!(keys(&index.find("0302", 20, None)), [40]);
    assert_eq!(
        keys(&index.find("семенова алена", 20, None)),
        [1, 2],
        "who did not change is found as before"
    );
    assert_eq!(index.changed(), 2);
    let again = index.with_changes([row(40, "Хасанов Марат Ильич", "+7 900 000-03-09")]);
    assert!(keys(&again.find("0302", 20, None)).is_empty());
    assert_eq!(keys(&again.find("хасанов 0309", 20, None)), [40]);
}

#[test]
fn only_rows_of_the_organisations_asked_for_are_found_however_many_others_there_are() {
    let index = registry(3_000);
    let own = HashSet::from([org(2)]);
    let hits = index.find("чернов", 40, Some(&own));
    assert!(!hits.is_empty() && hits.iter().all(|hit| hit.key % 3 == 2), "{hits:?}");
    assert!(index.find("чернов", 40, Some(&HashSet::new())).is_empty());
    let renamed = index.with_orgs([(org(2), "Энергосбыт Приозёрье")]);
    assert!(renamed.find("энергосбыт", 10, None).iter().all(|hit| hit.key % 3 == 2));
    assert!(renamed.find("ТЭЦ", 10, None).is_empty());
}

#[test]
fn an_empty_registry_finds_nothing() {
    let index = Lookup::build([], []);
    assert!(index.is_empty() && index.find("иванов 0106 a@b", 10, None).is_empty());
}

/// Spoils one letter of the surname, in one of six ways.
fn spoil(surname: &str, kind: usize, place: usize) -> String {
    let mut letters: Vec<char> = surname.to_lowercase().chars().collect();
    let at = 1 + place % (letters.len() - 2);
    match kind {
        0 => letters[at] = 'ъ',
        1 => letters.insert(at, 'ъ'),
        2 => drop(letters.remove(at)),
        3 => letters.swap(at, at + 1),
        4 => return to_english(&letters.into_iter().collect::<String>()),
        _ => letters.insert(at, letters[at]),
    }
    letters.into_iter().collect()
}

#[test]
fn six_kinds_of_mistakes_are_forgiven() {
    let rows = 20_000;
    let index = registry(rows);
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let (mut asked, mut found) = (0, 0);
    for kind in 0..6 {
        for _ in 0..25 {
            let (at, place) = (0..rows, 0..20_usize).new_tree(&mut runner).unwrap().current();
            let row = member(at);
            let (surname, rest) = row.name.split_once(' ').unwrap();
            let given = rest.split_once(' ').unwrap().0;
            let query =
                format!("{} {given} {}", spoil(surname, kind, place), &row.phones[0][12..].replace('-', ""));
            let query = if kind == 4 { query.replace(given, &to_english(given)) } else { query };
            asked += 1;
            let hit = index.find(&query, 10, None).iter().any(|hit| hit.key == at);
            found += u32::from(hit);
        }
    }
    assert!(found * 100 >= asked * 97, "{found} of {asked}");
    // 80,000 members may take 10 MB.
    assert!(index.heap_bytes() <= rows as usize * 125, "{} bytes", index.heap_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_query_breaks_it(query in any::<String>(), piece in "[а-яa-z0-9@. +-]{0,30}") {
        let index = small();
        for query in [query, piece] {
            let hits = index.find(&query, 5, None);
            prop_assert!(hits.len() <= 5);
            prop_assert!(hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
        }
    }
}

#[test]
fn a_member_is_found_by_the_whole_of_what_is_known() {
    let index = registry(3000);
    for at in (0..3000).step_by(97) {
        let row = member(at);
        let known = [
            row.name.clone(),
            row.name.to_uppercase(),
            row.phones[0].clone(),
            row.card.unwrap(),
            row.email.unwrap(),
        ];
        for query in known {
            assert!(index.find(&query, 50, None).iter().any(|hit| hit.key == at), "{query}");
        }
    }
}
