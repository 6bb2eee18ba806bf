//! The member look-up, a keystroke at a time: the index in memory, beside fuzzy-matcher over all rows and SQLite's trigram
//! index; then how often each kind of mistake still finds whom it means; then the desk's own use cases, and the first look-up.

use crate::support::made::{self, Size};
use crate::support::measure::{Series, heading, resident_mb, verdict, verdict_at_least};
use crate::support::mistakes::{MISTAKES, registered, typed};
use crate::support::number;
use crate::support::people::person;
use crate::support::place::{Place, places};
use crate::support::random::Random;
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use otklik_core::desk::Desk;
use otklik_core::desk::views::QueueFilter;
use otklik_core::rules::lookup::{Array, Lookup, LookupRow};
use otklik_core::rules::normalise::fold_name;
use otklik_core::types::Actor;
use rusqlite::Connection;
use std::time::{Duration, Instant};
use uuid::Uuid;

const SHOWN: usize = 50;
/// What 80,000 members may take: milliseconds of a keystroke, megabytes.
const SMALL: (f64, f64) = (2.0, 10.0);
/// The same for 1,000,000.
const GREAT: (f64, f64) = (10.0, 90.0);

pub async fn run() {
    let great = number("OTKLIK_BENCH_MEMBERS", 1_000_000);
    for members in [80_000, great] {
        in_memory(members);
    }
    for members in [80_000, great] {
        through_the_desk(members).await;
    }
}

fn aims(members: u64) -> (f64, f64) {
    if members <= 80_000 { SMALL } else { GREAT }
}

fn rows(members: u64) -> impl Iterator<Item = LookupRow> {
    (1..=members).map(|number| {
        let person = person(number);
        LookupRow {
            key: number as u32,
            name: registered(number).join(" "),
            phones: vec![person.phone],
            email: person.email,
            card: Some(person.card),
            org: Some(Uuid::from_u128(1 + u128::from(number % 300))),
        }
    })
}

fn build(members: u64) -> Lookup {
    let orgs: Vec<(Uuid, String)> =
        (0..300).map(|n| (Uuid::from_u128(1 + n), format!("Организация № {n}"))).collect();
    Lookup::build(rows(members), orgs.iter().map(|(id, name)| (*id, name.as_str())))
}

/// What somebody types who looks for a person, key by key: surname and the beginning of the given name, a phone's end.
fn keystrokes(random: &mut Random, members: u64) -> Vec<String> {
    let number = 1 + random.below(members);
    let [surname, given, _] = registered(number);
    let typed = match random.below(4) {
        0 => person(number).phone[7..].to_owned(),
        1 => format!("{given} {surname}"),
        _ => format!("{surname} {}", given.chars().take(3).collect::<String>()),
    };
    let letters: Vec<char> = typed.to_lowercase().chars().collect();
    (2..=letters.len()).map(|end| letters[..end].iter().collect()).collect()
}

fn in_memory(members: u64) {
    let before = resident_mb(None);
    let mut built = Series::default();
    let index = built.time(|| build(members));
    let resident = resident_mb(None) - before;
    let names: Vec<String> = (1..=members).map(|number| fold_name(&registered(number).join(" "))).collect();
    let (trigrams, filling) = trigrams(&names);
    let matcher = SkimMatcherV2::default();
    let mut random = Random::new(members);
    let (mut ours, mut fuzzy, mut fts) = (Series::default(), Series::default(), Series::default());
    let until = Instant::now() + Duration::from_secs(60);
    let mut typed = 0;
    while typed < 150 && Instant::now() < until {
        typed += 1;
        for (n, query) in keystrokes(&mut random, members).iter().enumerate() {
            ours.time(|| index.find(query, SHOWN, None));
            fts.time(|| trigram_page(&trigrams, query));
            // A scan of every row takes as long as hundreds of the others: now and then is enough.
            if n % 12 == 7 && fuzzy.len() < 60 {
                fuzzy.time(|| best(&matcher, &names, query));
            }
        }
    }
    let (milliseconds, megabytes) = aims(members);
    heading(&format!("member look-up per keystroke, {members} members"));
    println!(
        "index: p50 {:.2}, p99 {:.2} ms, CPU {:.2} ms ({} keystrokes); {}",
        ours.p50(),
        ours.p99(),
        ours.cpu_each(),
        ours.len(),
        verdict(ours.p99(), milliseconds)
    );
    println!(
        "built in {:.2} s (CPU {:.2} s), {:.1} MB on the heap ({resident:.0} MB more resident); {}",
        built.p50() / 1000.0,
        built.cpu_each() / 1000.0,
        index.heap_bytes() as f64 / 1e6,
        verdict(index.heap_bytes() as f64 / 1e6, megabytes)
    );
    println!(
        "beside it: fuzzy-matcher over all rows p50 {:.1}, p99 {:.1} ms ({}); FTS5 trigrams p50 {:.2}, p99 {:.2} ms, built in \
         {filling:.1} s",
        fuzzy.p50(),
        fuzzy.p99(),
        fuzzy.len(),
        fts.p50(),
        fts.p99()
    );
    let mut copied = Series::default();
    let arrays: Vec<Array<'static>> = copied.time(|| index.arrays().iter().map(owned).collect());
    let same = Lookup::from_arrays(arrays).expect("the same index");
    assert_eq!(same.find("иванова", SHOWN, None), index.find("иванова", SHOWN, None));
    println!("its arrays copied in {:.2} s: the floor of having it from a file", copied.p50() / 1000.0);
    recall(&index, &matcher, &names, &trigrams, members);
}

fn owned(array: &Array<'_>) -> Array<'static> {
    match array {
        Array::U8(values) => Array::U8(values.clone().into_owned().into()),
        Array::U16(values) => Array::U16(values.clone().into_owned().into()),
        Array::U32(values) => Array::U32(values.clone().into_owned().into()),
    }
}

fn best(matcher: &SkimMatcherV2, names: &[String], query: &str) -> Vec<(i64, usize)> {
    let scored =
        names.iter().enumerate().filter_map(|(n, name)| Some((matcher.fuzzy_match(name, query)?, n)));
    let mut found: Vec<(i64, usize)> = scored.collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.truncate(SHOWN);
    found
}

/// An index of trigrams over the folded names; seconds to fill it.
fn trigrams(names: &[String]) -> (Connection, f64) {
    let connection = Connection::open_in_memory().expect("a database");
    let began = Instant::now();
    connection
        .execute_batch("CREATE VIRTUAL TABLE names USING fts5 (name, content='', tokenize='trigram'); BEGIN")
        .expect("a table");
    {
        let mut insert =
            connection.prepare("INSERT INTO names (rowid, name) VALUES (?1, ?2)").expect("an insert");
        for (n, name) in names.iter().enumerate() {
            insert.execute(rusqlite::params![n as i64, name]).expect("a row");
        }
    }
    connection.execute_batch("COMMIT").expect("the rows");
    (connection, began.elapsed().as_secs_f64())
}

fn trigram_page(connection: &Connection, query: &str) -> Vec<i64> {
    let words = fold_name(query);
    let words: Vec<String> =
        words.split(' ').filter(|word| word.chars().count() > 2).map(|word| format!("\"{word}\"")).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut select =
        connection.prepare_cached("SELECT rowid FROM names WHERE names MATCH ?1 LIMIT 50").expect("a select");
    let rows = select.query_map([words.join(" AND ")], |row| row.get(0)).expect("rows");
    rows.map(|row| row.expect("a row")).collect()
}

/// Whether the row, or one of the same name, is among the first ten, for each kind of mistake.
fn recall(index: &Lookup, matcher: &SkimMatcherV2, names: &[String], trigrams: &Connection, members: u64) {
    let each = number("OTKLIK_BENCH_RECALL", 2_000);
    let mut random = Random::new(6);
    let (mut asked, mut ours, mut fts, mut scans) = (0, 0, 0, (0, 0));
    println!("recall among ten, {each} queries each:");
    for (mistake, what) in MISTAKES {
        let (mut found, mut series) = (0, Series::default());
        for n in 0..each {
            let number = 1 + random.below(members);
            let query = typed(&registered(number), mistake, &mut random);
            let is_meant = |other: u64| names[other as usize - 1] == names[number as usize - 1];
            let hits = series.time(|| index.find(&query, 10, None));
            found += u64::from(hits.iter().any(|hit| is_meant(u64::from(hit.key))));
            if n % 20 == 0 {
                let page = trigram_page(trigrams, &query);
                fts += u32::from(page.iter().take(10).any(|n| is_meant(*n as u64 + 1)));
            }
            if n % 200 == 0 {
                scans.1 += 1;
                let hits = best(matcher, names, &fold_name(&query));
                scans.0 += u32::from(hits.iter().take(10).any(|(_, n)| is_meant(*n as u64 + 1)));
            }
        }
        let share = found as f64 * 100.0 / each as f64;
        println!(
            "  {what}: {share:.1} % ({}), p50 {:.2}, p99 {:.2} ms",
            verdict_at_least(share, 95.0),
            series.p50(),
            series.p99()
        );
        asked += each;
        ours += found;
    }
    let share = ours as f64 * 100.0 / asked as f64;
    println!(
        "  all: {share:.1} % ({}); fuzzy-matcher {:.0} %, trigrams {:.0} %",
        verdict_at_least(share, 97.0),
        f64::from(scans.0) * 100.0 / f64::from(scans.1.max(1)),
        f64::from(fts) * 100.0 / (asked as f64 / 20.0)
    );
}

/// The use case: the index, then the rows in the actor's scope.
async fn through_the_desk(members: u64) {
    let size = Size { appeals: 10_000, members };
    for place in places(&size.name(made::VERSION)) {
        let desk = made::desk(&place, size).await;
        let actors =
            [("whole desk", made::head(&desk).await), ("one district", made::lawyer(&desk, true).await)];
        first_look_ups(&place, &desk, &actors[0].1, members).await;
        for (who, actor) in &actors {
            let mut random = Random::new(members);
            let mut series = Series::default();
            while series.len() < 500 {
                for query in keystrokes(&mut random, members) {
                    series.time_async(desk.find_members(actor, &query, SHOWN)).await.expect("hits");
                }
            }
            println!(
                "{}, {who}: p50 {:.2}, p99 {:.2} ms, CPU {:.2} ms; {}",
                place.engine,
                series.p50(),
                series.p99(),
                series.cpu_each(),
                verdict(series.p99(), aims(members).0)
            );
        }
        matches(place.engine, &desk, &actors[0].1).await;
        desk.close().await;
    }
}

/// How long the first look-up takes that has no file, and one of a process that starts with the file.
async fn first_look_ups(place: &Place, desk: &Desk, actor: &Actor, members: u64) {
    let _ = std::fs::remove_file(desk.state_dir().join("lookup.index"));
    let mut without = Series::default();
    without.time_async(desk.find_members(actor, "иванова", SHOWN)).await.expect("hits");
    let later = made::another(place).await;
    let (before, mut with) = (resident_mb(None), Series::default());
    with.time_async(later.find_members(actor, "иванова", SHOWN)).await.expect("hits");
    println!(
        "{}, {members} members: the first look-up of all {:.2} s (CPU {:.2} s); with the file {:.2} s (CPU {:.2} s), {:.0} MB more \
         resident; {}",
        place.engine,
        without.p50() / 1000.0,
        without.cpu_each() / 1000.0,
        with.p50() / 1000.0,
        with.cpu_each() / 1000.0,
        resident_mb(None) - before,
        verdict(with.p50() / 1000.0, 1.5)
    );
    later.close().await;
}

/// The match card of appeals in the queue.
async fn matches(engine: &str, desk: &Desk, actor: &Actor) {
    let page =
        desk.queue_page(actor, &QueueFilter::default(), Default::default(), 200).await.expect("a page");
    let mut series = Series::default();
    for row in page.rows {
        series.time_async(desk.match_card(actor, row.id)).await.expect("a card");
    }
    println!(
        "{engine}, the match card: p50 {:.2}, p99 {:.2} ms, CPU {:.2} ms ({}); {}",
        series.p50(),
        series.p99(),
        series.cpu_each(),
        series.len(),
        verdict(series.p99(), 10.0)
    );
}
