//! Restoring: the same desk again, on the same engine and on the other, or nothing at all.

use super::{Bench, dump, story, target};
use crate::journal::bench::{TIMER, engine, run};
use crate::journal::on_both;
use crate::support::Engine;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::views::{PageFrom, QueueFilter};
use otklik_core::desk::{CheckpointOutcome, Desk, DeskUrl, KeyState, RestoreReport};
use otklik_core::error::Result;
use otklik_core::types::{Actor, DeliveryState, Worker};
use std::path::{Path, PathBuf};

on_both!(
    a_restored_desk_is_the_same_on_either_engine,
    a_restored_desk_goes_on_where_it_stopped,
    without_the_key_a_restored_desk_is_proved_and_not_signed,
    a_restore_beside_newer_checkpoints_keeps_them_as_evidence,
    nothing_that_waited_goes_out_by_itself_after_a_restore,
    a_desk_is_never_restored_over_another,
    a_damaged_archive_is_refused_before_the_place_is_touched,
    a_tampered_archive_that_fits_its_manifest_meets_the_journal,
);

fn url(of: &Engine) -> DeskUrl {
    DeskUrl::parse(of.url()).expect("an address")
}

async fn backup(bench: &Bench) -> PathBuf {
    let file = target(bench);
    bench.desk.backup(&bench.head, &file, true).await.expect("a backup");
    file
}

async fn restore(bench: &Bench, into: &Engine, file: &Path) -> Result<RestoreReport> {
    Desk::restore(&url(into), bench.clock.clone(), &into.folder().join("state"), file).await
}

async fn open(bench: &Bench, into: &Engine) -> Desk {
    Desk::open(&url(into), bench.clock.clone(), &into.folder().join("state")).await.expect("a desk")
}

/// Every engine that runs here, empty.
fn places() -> Vec<Engine> {
    ["sqlite", "postgres"].into_iter().filter_map(engine).collect()
}

/// The restored desk with a hand in its database.
async fn bench_of(bench: &Bench, into: Engine) -> Bench {
    let desk = open(bench, &into).await;
    let head = desk.act_as("Орлова Анна").await.expect("the same person");
    Bench { engine: into, desk, head, clock: bench.clock.clone(), account: bench.account }
}

async fn a_restored_desk_is_the_same_on_either_engine(bench: Bench) {
    story(&bench).await;
    let before = dump(&bench);
    assert!(before["raw_pieces"].len() == 2 && before["drafts"].len() == 1 && before["versions"].len() > 3);
    let file = backup(&bench).await;
    for into in places() {
        let report = restore(&bench, &into, &file).await.expect("restored");
        assert!(
            report.verification.ok && report.stopped == 0,
            "{} -> {}: {report:?}",
            bench.engine.name,
            into.name
        );
        let restored = bench_of(&bench, into).await;
        for (table, rows) in dump(&restored) {
            assert_eq!(rows, before[table], "{}: {} -> {}", table, bench.engine.name, restored.engine.name);
        }
        assert_eq!(restored.desk.id(), bench.desk.id());
        assert!(restored.desk.verify_clocks(&restored.head).await.expect("it reads").ok);
        let filter = QueueFilter {
            any_stage: true, search: Some("увольнение".into()), ..Default::default()
        };
        let found =
            restored.desk.queue_page(&restored.head, &filter, PageFrom::Start, 10).await.expect("found");
        assert_eq!(found.rows.len(), 2, "words are found again on {}", restored.engine.name);
    }
}

async fn a_restored_desk_goes_on_where_it_stopped(bench: Bench) {
    let (first, _) = story(&bench).await;
    let file = backup(&bench).await;
    let newest = bench.newest();
    let Some(into) = engine(bench.engine.name) else { return };
    restore(&bench, &into, &file).await.expect("restored");
    // The key is brought along, as the report asks.
    let state = into.folder().join("state").join(bench.desk.id().to_string());
    std::fs::copy(bench.desk.state_dir().join("journal.key"), state.join("journal.key")).expect("the key");
    let restored = bench_of(&bench, into).await;
    let (desk, me) = (&restored.desk, &restored.head);
    desk.note(me, first, "после восстановления".into()).await.expect("noted");
    let made = desk.checkpoint_now(&TIMER).await.expect("no error");
    let CheckpointOutcome::Made(made) = made else { panic!("{made:?}") };
    assert_eq!(made.n, 2);
    // The backup's own row stands only in the first desk.
    assert_eq!(made.last_seq, newest, "numbers go on after the greatest");
    let proved = desk.verify_journal(me).await.expect("it reads");
    assert!(proved.ok && proved.unproven == 0 && proved.outside == Some(2), "{proved:?}");
    let third = restored.letter(3).await;
    let number = restored.desk.appeal(&restored.head, third).await.expect("the appeal").row.number;
    assert_eq!(number.seq, 3);
}

async fn without_the_key_a_restored_desk_is_proved_and_not_signed(bench: Bench) {
    story(&bench).await;
    let file = backup(&bench).await;
    let Some(into) = engine(bench.engine.name) else { return };
    let report = restore(&bench, &into, &file).await.expect("restored");
    assert_eq!((report.key, report.verification.ok), (KeyState::Absent, true));
    assert_eq!((report.verification.checkpoints, report.verification.outside), (1, Some(1)));
    let desk = open(&bench, &into).await;
    assert_eq!(desk.checkpoint_now(&TIMER).await.expect("no error"), CheckpointOutcome::NoKey);
}

async fn a_restore_beside_newer_checkpoints_keeps_them_as_evidence(bench: Bench) {
    let (first, _) = story(&bench).await;
    let file = backup(&bench).await;
    bench.desk.note(&bench.head, first, "после копии".into()).await.expect("noted");
    bench.desk.checkpoint_now(&TIMER).await.expect("signed");
    let newer = std::fs::read(bench.desk.state_dir().join("checkpoints.jsonl")).expect("the copy");
    let Some(into) = engine(bench.engine.name) else { return };
    // The same machine: the state folder is that of the desk that was lost.
    let report = Desk::restore(&url(&into), bench.clock.clone(), &bench.state_root(), &file).await;
    let report = report.expect("restored");
    assert!(report.verification.ok, "{report:?}");
    assert_eq!(report.key, KeyState::Here);
    assert_eq!(std::fs::read(report.set_aside.expect("kept")).expect("the evidence"), newer);
    let desk = Desk::open(&url(&into), bench.clock.clone(), &bench.state_root()).await.expect("a desk");
    assert!(matches!(desk.checkpoint_now(&TIMER).await, Ok(CheckpointOutcome::Made(_))));
}

async fn nothing_that_waited_goes_out_by_itself_after_a_restore(bench: Bench) {
    let (first, _) = story(&bench).await;
    bench.reply(first).await;
    let file = backup(&bench).await;
    let Some(into) = engine(bench.engine.name) else { return };
    let report = restore(&bench, &into, &file).await.expect("restored");
    assert!(report.stopped >= 1, "{report:?}");
    let desk = open(&bench, &into).await;
    let me = desk.act_as("Орлова Анна").await.expect("the same person");
    bench.pass(48);
    let sender = Actor::Worker(Worker::Sender);
    assert!(desk.lease_delivery(&sender, "somebody").await.expect("no error").is_none());
    let waiting = desk.deliveries(&me, DeliveryFilter::All, 100).await.expect("a list");
    let told = waiting.iter().filter(|delivery| {
        delivery.state == DeliveryState::Unknown && delivery.reason.as_deref() == Some("restored")
    });
    assert_eq!(i64::try_from(told.count()), Ok(report.stopped));
    let reply = waiting.iter().find(|delivery| delivery.appeal == Some(first)).expect("the reply").id;
    desk.retry_delivery(&me, reply).await.expect("a person may send it");
    assert!(desk.verify_journal(&me).await.expect("it reads").ok);
}

async fn a_desk_is_never_restored_over_another(bench: Bench) {
    story(&bench).await;
    let file = backup(&bench).await;
    let before = bench.newest();
    let refused = Desk::restore(&bench.url(), bench.clock.clone(), &bench.state_root(), &file).await;
    assert_eq!(refused.expect_err("refused").code, "desk-exists");
    assert_eq!(bench.newest(), before);
    // A database of somebody else's.
    let Some(into) = engine(bench.engine.name) else { return };
    run(&into, "CREATE TABLE theirs (n INTEGER)");
    let refused = restore(&bench, &into, &file).await.expect_err("refused");
    assert_eq!(refused.code, "desk-not-empty");
}

async fn a_damaged_archive_is_refused_before_the_place_is_touched(bench: Bench) {
    story(&bench).await;
    let whole = std::fs::read(backup(&bench).await).expect("the archive");
    let bad = bench.engine.folder().join("bad.tar.zst");
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x40;
    let broken = [
        (whole[..whole.len() - 1].to_vec(), "archive-damaged"),
        (whole[..whole.len() / 2].to_vec(), "archive-damaged"),
        (flipped, "archive-damaged"),
        (b"PK\x03\x04 not ours".to_vec(), "archive-unknown"),
        (Vec::new(), "archive-unknown"),
        (repacked(&whole, |name, _| name != "manifest.json"), "archive-damaged"),
        (repacked(&whole, |name, _| name != "checkpoints.jsonl"), "archive-damaged"),
        (repacked(&whole, |name, _| !name.starts_with("raw/")), "archive-damaged"),
        (repacked(&whole, |name, _| name != "tables/journal/000001.jsonl"), "archive-damaged"),
        (repacked(&whole, change("tables/messages/000001.jsonl", "прогул", "прибыл")), "archive-damaged"),
        (repacked(&whole, change("otklik.json", "\"version\": 1", "\"version\": 9")), "archive-newer"),
        (repacked(&whole, change("*", "\"schema\": ", "\"schema\": 9999")), "archive-newer"),
    ];
    let into = crate::support::sqlite();
    for (at, (bytes, code)) in broken.into_iter().enumerate() {
        std::fs::write(&bad, bytes).expect("a file");
        let refused = restore(&bench, &into, &bad).await.expect_err("refused");
        assert_eq!(refused.code, code, "case {at}: {refused:?}");
        let left = std::fs::read_dir(into.folder()).expect("the folder").count();
        assert_eq!(left, 0, "case {at} left something behind");
    }
    let absent = restore(&bench, &into, &bench.engine.folder().join("absent")).await.expect_err("refused");
    assert_eq!(absent.code, "no-file");
}

/// Replaces a text in the member named, or in both that say what the archive is.
fn change(member: &'static str, from: &'static str, to: &'static str) -> impl Fn(&str, &mut Vec<u8>) -> bool {
    move |name, bytes| {
        if member == name || (member == "*" && !name.contains('/') && name.ends_with(".json")) {
            *bytes = String::from_utf8_lossy(bytes).replace(from, to).into_bytes();
        }
        true
    }
}

/// The archive with its members changed, or left out where `keep` says no.
fn repacked(whole: &[u8], keep: impl Fn(&str, &mut Vec<u8>) -> bool) -> Vec<u8> {
    use std::io::Read;
    let mut archive = tar::Archive::new(zstd::Decoder::new(whole).expect("zstd"));
    let mut made = tar::Builder::new(zstd::Encoder::new(Vec::new(), 1).expect("zstd"));
    for entry in archive.entries().expect("members") {
        let mut entry = entry.expect("a member");
        let name = entry.path().expect("a path").display().to_string();
        let (mut header, mut bytes) = (entry.header().clone(), Vec::new());
        entry.read_to_end(&mut bytes).expect("its bytes");
        if keep(&name, &mut bytes) {
            header.set_size(bytes.len() as u64);
            made.append_data(&mut header, &name, bytes.as_slice()).expect("a member");
        }
    }
    made.into_inner().expect("a tar").finish().expect("zstd")
}

async fn a_tampered_archive_that_fits_its_manifest_meets_the_journal(bench: Bench) {
    use sha2::{Digest, Sha256};
    story(&bench).await;
    let whole = std::fs::read(backup(&bench).await).expect("the archive");
    let digest = std::cell::RefCell::new((String::new(), String::new()));
    let forged = repacked(&whole, |name, bytes| {
        if name == "tables/journal/000001.jsonl" {
            let before = crate::journal::bench::hex(&Sha256::digest(&*bytes));
            *bytes = String::from_utf8_lossy(bytes).replace("appeal.taken", "appeal.given").into_bytes();
            *digest.borrow_mut() = (before, crate::journal::bench::hex(&Sha256::digest(&*bytes)));
        }
        if name == "manifest.json" {
            let (before, after) = &*digest.borrow();
            *bytes = String::from_utf8_lossy(bytes).replace(before, after).into_bytes();
        }
        true
    });
    let file = bench.engine.folder().join("forged.tar.zst");
    std::fs::write(&file, forged).expect("a file");
    let into = crate::support::sqlite();
    let report = restore(&bench, &into, &file).await.expect("restored");
    assert!(!report.verification.ok, "{report:?}");
}
