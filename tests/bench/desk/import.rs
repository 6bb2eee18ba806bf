//! A registry file of 100,000 rows: read, shown and imported through the desk, beside the same rows inserted by the engine's
//! own client in one transaction.

use crate::support::made;
use crate::support::measure::{Series, heading, resident_mb, verdict};
use crate::support::mistakes::registered;
use crate::support::number;
use crate::support::people::person;
use crate::support::place::places;
use otklik_core::desk::{ImportRequest, read_registry};
use rusqlite::Connection;
use rust_xlsxwriter::Workbook;

/// Seconds and megabytes of an import.
const SECONDS: f64 = 5.0;
const MEGABYTES: f64 = 200.0;

pub async fn run() {
    let rows = number("OTKLIK_BENCH_ROWS", 100_000);
    let file = sheet(rows);
    heading(&format!("import of {rows} rows, xlsx of {} KB", file.len() / 1024));
    let mut floor = Series::default();
    floor.time(|| inserted(rows));
    println!("rusqlite, the same rows, one transaction: {:.2} s", floor.seconds());
    for place in places(&format!("import-{rows}")) {
        let desk = made::empty(&place).await;
        let head = made::head(&desk).await;
        let before = resident_mb(None);
        let (mut read, mut shown, mut done) = (Series::default(), Series::default(), Series::default());
        let registry = read.time(|| read_registry(&file, None).expect("a registry"));
        let mut request = ImportRequest::of(registry, "registry.xlsx", false);
        let would = shown.time_async(desk.import_members(&head, request.clone())).await.expect("shown");
        (request.apply, request.expected) = (true, Some(would.counts));
        drop(would);
        let import = done.time_async(desk.import_members(&head, request)).await.expect("imported");
        assert_eq!(import.counts.new as u64, rows, "every row is new");
        let taken = resident_mb(None) - before;
        let seconds = read.seconds() + done.seconds();
        println!(
            "{}: read {:.2} s, shown {:.2} s, imported {:.2} s, {:.1} times the floor; read and imported {seconds:.2} s, {}",
            place.engine,
            read.seconds(),
            shown.seconds(),
            done.seconds(),
            done.seconds() / floor.seconds(),
            verdict(seconds, SECONDS),
        );
        println!("{}: {taken:.0} MB more resident than before, {}", place.engine, verdict(taken, MEGABYTES));
        let mut undone = Series::default();
        undone.time_async(desk.undo_member_import(&head, None)).await.expect("taken back");
        println!("{}: taken back {:.2} s", place.engine, undone.seconds());
        desk.close().await;
    }
}

const TITLES: [&str; 7] = ["id", "ППО", "ФИО", "№ билета", "Телефон", "E-mail", "Должность"];

fn cells(number: u64) -> [String; 7] {
    let person = person(number);
    let (id, org) = (format!("B{number}"), format!("P{}", number % 300));
    let email = person.email.unwrap_or_default();
    [id, org, registered(number).join(" "), person.card, person.phone, email, "медсестра".into()]
}

fn sheet(rows: u64) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, title) in (0u16..).zip(TITLES) {
        sheet.write(0, column, title).expect("a title");
    }
    for number in 1..=rows {
        let row = u32::try_from(number).expect("a row");
        for (column, cell) in (0u16..).zip(cells(number)) {
            sheet.write(row, column, cell).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a file")
}

/// The rows into a table with the registry's indexes, durably.
fn inserted(rows: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let connection = Connection::open(folder.path().join("floor.sqlite")).expect("a file");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             CREATE TABLE m (pk INTEGER PRIMARY KEY, source TEXT UNIQUE, org TEXT, name TEXT, card TEXT, phone TEXT, \
             email TEXT, position TEXT); CREATE INDEX m_org ON m (org); CREATE INDEX m_name ON m (name); \
             CREATE INDEX m_card ON m (card); CREATE INDEX m_phone ON m (phone); CREATE INDEX m_email ON m (email); BEGIN",
        )
        .expect("a table");
    let mut insert = connection
        .prepare(
            "INSERT INTO m (source, org, name, card, phone, email, position) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .expect("an insert");
    for number in 1..=rows {
        insert.execute(cells(number)).expect("a row");
    }
    connection.execute_batch("COMMIT").expect("a commit");
}
