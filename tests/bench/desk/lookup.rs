//! The member look-up, a keystroke at a time: the index in memory, beside fuzzy-matcher over all rows and SQLite's trigram
//! index; then how often six kinds of typing mistakes still find whom they mean; then the desk's own use case.

use crate::support::made::{self, Size};
use crate::support::measure::{Series, heading, resident_mb, verdict};
use crate::support::number;
use crate::support::people::{Person, person};
use crate::support::place::places;
use crate::support::random::Random;
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use otklik_core::rules::layout::to_english;
use otklik_core::rules::lookup::{LookupIndex, LookupRow};
use otklik_core::rules::normalise::fold_name;
use rusqlite::Connection;
use std::time::{Duration, Instant};

const SHOWN: usize = 50;

pub async fn run() {
    let great = number("OTKLIK_BENCH_MEMBERS", 1_000_000);
    for members in [80_000, great] {
        in_memory(members);
    }
    for members in [80_000, great] {
        through_the_desk(members).await;
    }
}

fn rows(members: u64) -> impl Iterator<Item = LookupRow<u32>> {
    (1..=members).map(|number| {
        let person = person(number);
        LookupRow {
            key: number as u32,
            name: person.name(),
            phones: vec![person.phone],
            email: person.email,
            card: Some(person.card),
            org: Some(format!("Организация № {}", number % 300)),
        }
    })
}

/// What somebody types who looks for a person, key by key: surname and the beginning of the given name, a phone's end.
fn keystrokes(random: &mut Random, members: u64) -> Vec<String> {
    let person = person(1 + random.below(members));
    let typed = match random.below(4) {
        0 => person.phone[7..].to_owned(),
        1 => format!("{} {}", person.given, person.surname),
        _ => format!("{} {}", person.surname, person.given.chars().take(3).collect::<String>()),
    };
    let letters: Vec<char> = typed.to_lowercase().chars().collect();
    (2..=letters.len()).map(|end| letters[..end].iter().collect()).collect()
}

fn in_memory(members: u64) {
    let before = resident_mb(None);
    let mut build = Series::default();
    let index = build.time(|| LookupIndex::build(rows(members)));
    let resident = resident_mb(None) - before;
    let names: Vec<String> = (1..=members).map(|number| fold_name(&person(number).name())).collect();
    let (trigrams, filling) = trigrams(&names);
    let matcher = SkimMatcherV2::default();
    let mut random = Random::new(members);
    let (mut ours, mut fuzzy, mut fts) = (Series::default(), Series::default(), Series::default());
    let until = Instant::now() + Duration::from_secs(60);
    let mut typed = 0;
    while typed < 150 && Instant::now() < until {
        typed += 1;
        for (n, query) in keystrokes(&mut random, members).iter().enumerate() {
            ours.time(|| index.find(query, SHOWN));
            fts.time(|| trigram_page(&trigrams, query));
            // A scan of every row takes as long as hundreds of the others: now and then is enough.
            if n % 12 == 7 && fuzzy.len() < 60 {
                fuzzy.time(|| best(&matcher, &names, query));
            }
        }
    }
    heading(&format!("member look-up per keystroke, {members} members"));
    println!(
        "index: p50 {:.2}, p99 {:.2} ms, CPU {:.2} ms ({} keystrokes); {}",
        ours.p50(),
        ours.p99(),
        ours.cpu_each(),
        ours.len(),
        verdict(ours.p99(), 10.0)
    );
    println!(
        "built in {:.2} s (CPU {:.2} s), {:.1} MB on the heap ({resident:.0} MB more resident){}",
        build.p50() / 1000.0,
        build.cpu_each() / 1000.0,
        index.heap_bytes() as f64 / 1e6,
        if members > 80_000 {
            format!("; {}", verdict(index.heap_bytes() as f64 / 1e6, 90.0))
        } else {
            String::new()
        },
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
    recall(&index, &matcher, &names, &trigrams, members);
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

/// Whether the person, or a namesake, is among the first ten, over six kinds of mistakes in the surname.
fn recall(
    index: &LookupIndex<u32>,
    matcher: &SkimMatcherV2,
    names: &[String],
    trigrams: &Connection,
    members: u64,
) {
    let mut random = Random::new(6);
    let kinds = ["another letter", "one too many", "one missing", "two exchanged", "wrong layout", "doubled"];
    let (mut asked, mut ours, mut fts, mut scans) = (0, 0, 0, (0, 0));
    for (kind, _) in kinds.iter().enumerate() {
        for n in 0..100 {
            let person = person(1 + random.below(members));
            let query = format!("{} {}", spoiled(&person, kind, &mut random), given(&person, kind));
            let meant = fold_name(&format!("{} {}", person.surname, person.given));
            let is_meant = |number: u64| names[number as usize - 1].starts_with(&meant);
            asked += 1;
            ours += u32::from(index.find(&query, 10).iter().any(|hit| is_meant(u64::from(hit.key))));
            fts += u32::from(trigram_page(trigrams, &query).iter().take(10).any(|n| is_meant(*n as u64 + 1)));
            if n % 20 == 0 {
                scans.1 += 1;
                let folded = fold_name(&query);
                let hits = best(matcher, names, &folded);
                scans.0 += u32::from(hits.iter().take(10).any(|(_, n)| is_meant(*n as u64 + 1)));
            }
        }
    }
    let share = |found: u32, of: u32| f64::from(found) * 100.0 / f64::from(of);
    println!(
        "recall among ten over {} kinds of mistakes: {:.1} % (aim ≥ 97: {}); fuzzy-matcher {:.0} %, trigrams {:.0} %",
        kinds.len(),
        share(ours, asked),
        if share(ours, asked) >= 97.0 { "holds" } else { "MISSES" },
        share(scans.0, scans.1),
        share(fts, asked),
    );
}

fn given(person: &Person, kind: usize) -> String {
    if kind == 4 { to_english(&person.given.to_lowercase()) } else { person.given.to_lowercase() }
}

/// The surname with one mistake in it, not in its first letter.
fn spoiled(person: &Person, kind: usize, random: &mut Random) -> String {
    let mut letters: Vec<char> = person.surname.to_lowercase().chars().collect();
    let at = 1 + random.below(letters.len() as u64 - 2) as usize;
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

/// The use case: the index, then the rows in the actor's scope.
async fn through_the_desk(members: u64) {
    let size = Size { appeals: 10_000, members };
    for place in places(&size.name(made::VERSION)) {
        let desk = made::desk(&place, size).await;
        let actors =
            [("whole desk", made::head(&desk).await), ("one district", made::lawyer(&desk, true).await)];
        let mut first = Series::default();
        first.time_async(desk.find_members(&actors[0].1, "иванова", SHOWN)).await.expect("hits");
        println!(
            "{}, {members} members: the first look-up, which builds the index, {:.2} s",
            place.engine,
            first.p50() / 1000.0
        );
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
                verdict(series.p99(), 10.0)
            );
        }
        desk.close().await;
    }
}
