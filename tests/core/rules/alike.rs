//! The match of an author to the registry, over invented people who are alike: namesakes, couples who share a phone, two rows
//! with one address; and authors who write their names in every way that people do. The classes are those of the definition:
//! strong is an identifier of exactly one row and a compatible name.

use super::recall::mistakes::{genitive, other_yo, passport, registered};
use super::recall::random::Random;
use otklik_core::rules::layout::to_english;
use otklik_core::rules::matching::{Author, RegistryRow, facts};
use otklik_core::rules::membership::{Claims, Weighed, judge};
use otklik_core::rules::normalise::fold_name;
use otklik_core::types::{MatchClass, MemberState, MemberStatus};

const PEOPLE: u64 = 24;
const ORGS: [&str; 3] =
    ["ППО Озёрской ЦРБ", "ППО Заречинской городской больницы № 2", "ППО «Заречинская ТЭЦ»"];
const STATED: [&str; 3] = ["Озерская ЦРБ", "Заречинская гор. больница 2", "Заречинская ТЭЦ"];
/// A couple with one phone, two rows with one address, two of one name in one organisation.
const COUPLE: [usize; 2] = [0, 1];
const ONE_ADDRESS: [usize; 2] = [2, 3];
const NAMESAKES: [usize; 2] = [4, 5];
/// The first who shares nothing.
const ALONE: usize = 6;

struct World {
    names: Vec<[String; 3]>,
    rows: Vec<RegistryRow>,
}

fn phone(at: usize) -> String {
    format!("8 900 000-{:02}-{:02}", at / 100 + 1, at % 100)
}

fn world(random: &mut Random) -> World {
    let mut names: Vec<[String; 3]> = Vec::new();
    while names.len() < PEOPLE as usize {
        let name = registered(1 + random.below(1_000_000));
        if names.iter().all(|other| other[0] != name[0] && other[1..] != name[1..]) {
            names.push(name);
        }
    }
    names[NAMESAKES[1]] = names[NAMESAKES[0]].clone();
    let row = |(at, name): (usize, &[String; 3])| RegistryRow {
        name: if at % 3 == 0 { name.join(" ").to_uppercase() } else { name.join(" ") },
        phones: vec![phone(if at == COUPLE[1] { COUPLE[0] } else { at })],
        email: Some(format!("m{}@example.org", if at == ONE_ADDRESS[1] { ONE_ADDRESS[0] } else { at })),
        card: Some(format!("{}", 100_200 + at)),
        orgs: vec![ORGS[of_org(at)].to_owned()],
        status: Some(MemberStatus::Active),
        ..RegistryRow::default()
    };
    World { rows: names.iter().enumerate().map(row).collect(), names }
}

fn of_org(at: usize) -> usize {
    if NAMESAKES.contains(&at) { 0 } else { at % ORGS.len() }
}

/// Ways of writing a name that the definition calls compatible.
fn compatible(name: &[String; 3], way: u64) -> String {
    let [surname, given, patronymic] = name;
    let initial = |word: &str| word.chars().next().map(String::from).unwrap_or_default();
    match way {
        0 => name.join(" "),
        1 => name.join(" ").to_uppercase(),
        2 => name.iter().map(|word| other_yo(word)).collect::<Vec<_>>().join(" "),
        3 => format!("{given} {surname}"),
        4 => format!("{given} {patronymic} {surname}"),
        5 => format!("{surname} {}.{}.", initial(given), initial(patronymic)),
        6 => format!("{}. {surname}", initial(given)),
        7 => {
            let words = name.iter().map(|word| capital(&genitive(&word.to_lowercase())));
            format!("от {}", words.collect::<Vec<_>>().join(" "))
        }
        _ => given.clone(),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Ways that make a likely match of an identifier of one row.
fn otherwise(name: &[String; 3], way: u64) -> String {
    let [_, given, patronymic] = name;
    match way {
        0 => String::new(),
        1 => to_english(&name[..2].join(" ")),
        2 => name[..2]
            .iter()
            .map(|word| capital(&passport(&word.to_lowercase())))
            .collect::<Vec<_>>()
            .join(" "),
        _ => format!("Ковалёва-Ильинская {given} {patronymic}"),
    }
}

fn judged(world: &World, author: &Author) -> (MemberState, MatchClass, Option<usize>) {
    let weigh = |row: &RegistryRow| Weighed { row: row.clone(), facts: facts(author, row) };
    let judgement = judge(author, Claims::default(), &world.rows.iter().map(weigh).collect::<Vec<_>>());
    (judgement.state, judgement.class, judgement.candidate)
}

#[test]
fn people_who_are_alike_are_told_apart_by_the_definition() {
    let seed: u64 = std::env::var("OTKLIK_TEST_SEED").map_or(11, |text| text.parse().expect("a number"));
    println!("OTKLIK_TEST_SEED={seed}");
    let mut random = Random::new(seed);
    use MatchClass::{Likely, None as Nothing, Strong, Weak};
    use MemberState::{Ambiguous, Member, NotMember};
    for _ in 0..crate::support::scaled(200) {
        let world = world(&mut random);
        let at = ALONE + random.below(PEOPLE - ALONE as u64) as usize;
        let (name, org) = (&world.names[at], STATED[of_org(at)]);
        let by_phone = |name: &str, at: usize| Author::new(name, &phone(at), "", "", "");
        for way in 0..9 {
            let written = compatible(name, way);
            assert_eq!(judged(&world, &by_phone(&written, at)), (Member, Strong, Some(at)), "{written}");
            let by_card = Author::new(&written, "", "", "", &format!("билет {}", 100_200 + at));
            assert_eq!(judged(&world, &by_card), (Member, Strong, Some(at)), "{written}");
        }
        for way in 0..4 {
            let written = otherwise(name, way);
            assert_eq!(judged(&world, &by_phone(&written, at)), (Member, Likely, Some(at)), "{written}");
        }
        // Nothing but a name and an organisation.
        for way in [0, 1, 2, 4, 7] {
            let author = Author::new(&compatible(name, way), "", "", org, "");
            assert_eq!(judged(&world, &author), (Member, Weak, Some(at)), "{}", author.name);
        }
        // A couple's phone is strong for neither, and without a name it is nobody's.
        for own in COUPLE {
            let written = compatible(&world.names[own], random.below(5));
            assert_eq!(
                judged(&world, &by_phone(&written, COUPLE[0])),
                (Member, Likely, Some(own)),
                "{written}"
            );
        }
        assert_eq!(judged(&world, &by_phone("", COUPLE[0])), (Ambiguous, Weak, None));
        // Equal addresses merge nobody.
        let shared = format!("m{}@example.org", ONE_ADDRESS[0]);
        for own in ONE_ADDRESS {
            let author = Author::new(&world.names[own].join(" "), "", &shared, "", "");
            assert_eq!(judged(&world, &author), (Member, Likely, Some(own)), "{}", author.name);
        }
        // Namesakes of one organisation, until a phone tells.
        let written = world.names[NAMESAKES[0]].join(" ");
        let author = Author::new(&written, "", "", STATED[0], "");
        assert_eq!(judged(&world, &author), (Ambiguous, Weak, None), "{written}");
        assert_eq!(judged(&world, &by_phone(&written, NAMESAKES[1])), (Member, Strong, Some(NAMESAKES[1])));
        // Somebody of whom the registry knows nothing.
        let stranger = registered(2_000_000 + random.below(1_000_000));
        let is_known = |name: &[String; 3]| fold_name(&name[0]) == fold_name(&stranger[0]);
        if !world.names.iter().any(is_known) {
            let author = Author::new(&stranger.join(" "), "8 900 777-66-55", "", STATED[2], "");
            assert_eq!(judged(&world, &author), (NotMember, Nothing, None), "{}", author.name);
        }
    }
}
