//! Mail in: from bytes to a journalled row, durably; beside one durable commit and parsing alone.

use super::floor::Commits;
use super::letters::{Letter, letters};
use super::wal::Wal;
use crate::support::made;
use crate::support::measure::{Series, heading, verdict};
use crate::support::number;
use crate::support::place::{Place, places};
use otklik_core::desk::{Desk, Fetched, NewAccount};
use otklik_core::jobs;
use otklik_core::mail;
use otklik_core::types::{AccountId, Actor, Worker};

/// As the intake has them: letters stored in one transaction, letters parsed in one.
pub const STORED: usize = 64;
pub const PARSED: usize = 32;

const INTAKE: Actor = Actor::Worker(Worker::Intake);

pub async fn run() {
    for place in places("mail-in") {
        lone(&place).await;
        burst(&place).await;
        maildir(&place).await;
    }
}

async fn account(desk: &Desk, place: &Place) -> AccountId {
    let folder = place.folder.join("mail");
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(folder.join(part)).expect("a Maildir");
    }
    let new = NewAccount {
        name: "mail".to_owned(),
        address: "appeals@example.org".to_owned(),
        incoming: format!("maildir:{}", folder.display()),
        outgoing: format!("folder:{}", place.folder.join("out").display()),
        since: "2026-01-01T00:00:00Z".parse().expect("a moment"),
        ..NewAccount::default()
    };
    desk.add_channel(&made::head(desk).await, new).await.expect("an account")
}

fn fetched(letter: &Letter) -> Fetched {
    Fetched {
        transport_id: letter.transport_id.clone(),
        received_at: made::now(),
        bytes: Ok(letter.bytes.clone()),
    }
}

/// Letters that come one by one: two transactions each, no more.
async fn lone(place: &Place) {
    let desk = made::empty(place).await;
    let account = account(&desk, place).await;
    let letters = letters(number("OTKLIK_BENCH_MAILS", 2000) as usize / 4, 1);
    let mut commits = Commits::new(&place.folder.join("floor"));
    let mut wal = Wal::new(place.file());
    let (mut whole, mut commit, mut parse) = (Series::default(), Series::default(), Series::default());
    let mut durable = Vec::new();
    for letter in &letters {
        commit.time(|| commits.commit(&letter.transport_id, &letter.bytes));
        parse.time(|| mail::parse(&letter.bytes));
        let items = vec![fetched(letter)];
        wal.new_commits();
        let work = async {
            desk.store_raw(&INTAKE, account, items).await.expect("stored");
            while desk.parse_pending(&INTAKE, PARSED).await.expect("parsed").total() > 0 {}
        };
        whole.time_async(work).await;
        durable.push(wal.new_commits());
    }
    let bytes: usize = letters.iter().map(|letter| letter.bytes.len()).sum();
    heading(&format!(
        "mail in, {}: one by one, {} letters of {} bytes",
        place.engine,
        letters.len(),
        bytes / letters.len()
    ));
    print(&whole, &commit, &parse);
    if place.engine == "sqlite" {
        durable.sort_unstable();
        let greatest = durable.last().copied().unwrap_or_default();
        println!(
            "durable commits for a letter: {} mostly, {greatest} at most; {}",
            durable[durable.len() / 2],
            verdict(greatest as f64, 2.0)
        );
    }
    desk.close().await;
}

/// Letters that wait in a heap.
async fn burst(place: &Place) {
    let desk = made::empty(place).await;
    let account = account(&desk, place).await;
    let letters = letters(number("OTKLIK_BENCH_MAILS", 2000) as usize, 2);
    let mut commits = Commits::new(&place.folder.join("floor"));
    let mut wal = Wal::new(place.file());
    let (mut whole, mut commit, mut parse) = (Series::default(), Series::default(), Series::default());
    let mut durable = 0;
    for some in letters.chunks(STORED) {
        for letter in some {
            commit.time(|| commits.commit(&letter.transport_id, &letter.bytes));
            parse.time(|| mail::parse(&letter.bytes));
        }
        let items = some.iter().map(fetched).collect();
        wal.new_commits();
        let work = async {
            desk.store_raw(&INTAKE, account, items).await.expect("stored");
            while desk.parse_pending(&INTAKE, PARSED).await.expect("parsed").total() > 0 {}
        };
        whole.time_async(work).await;
        whole.covers(some.len() as u64);
        durable += wal.new_commits();
    }
    heading(&format!("mail in, {}: {} letters at once, {STORED} at a time", place.engine, letters.len()));
    print(&whole, &commit, &parse);
    if place.engine == "sqlite" {
        println!("durable commits for a letter: {:.3}", durable as f64 / letters.len() as f64);
    }
    desk.close().await;
}

/// The same from a Maildir by the intake itself, without answers.
async fn maildir(place: &Place) {
    let desk = made::empty(place).await;
    account(&desk, place).await;
    let letters = letters(number("OTKLIK_BENCH_MAILS", 2000) as usize, 3);
    for letter in &letters {
        let file = place.folder.join("mail/new").join(&letter.transport_id);
        std::fs::write(file, &letter.bytes).expect("a letter");
    }
    let mut whole = Series::default();
    let done = whole.time_async(jobs::run_once(&desk, "bench")).await.expect("a pass");
    whole.covers(letters.len() as u64);
    println!(
        "from the Maildir, with the {} receipts that may leave: {:.2} ms CPU for a letter ({} parsed in {:.1} s)",
        done.accepted,
        whole.cpu_each(),
        done.parsed,
        whole.p50() / 1000.0,
    );
    desk.close().await;
}

fn print(whole: &Series, commit: &Series, parse: &Series) {
    println!(
        "CPU for a letter: {:.3} ms; {}   (wall p50 {:.2}, p99 {:.2} of what was measured at once)",
        whole.cpu_each(),
        verdict(whole.cpu_each(), 0.9),
        whole.p50(),
        whole.p99()
    );
    println!(
        "floor: a durable commit of the bytes by rusqlite {:.3} ms CPU (wall p50 {:.2}, p99 {:.2}); parsing alone {:.3} ms CPU; \
         {:.1} times their sum",
        commit.cpu_each(),
        commit.p50(),
        commit.p99(),
        parse.cpu_each(),
        whole.cpu_each() / (commit.cpu_each() + parse.cpu_each())
    );
}
