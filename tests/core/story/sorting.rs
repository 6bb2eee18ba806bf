//! Several processes on one desk: each raw item is settled once, and each hears of the others' commits.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, intake, moment, somebody};
use crate::support::{engines, eventually, scaled};
use otklik_core::desk::Fetched;
use otklik_core::jobs;
use std::time::{Duration, Instant};
use tokio::sync::watch;

const MORNING: &str = "2026-11-16T09:00:00+03:00";

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_parse_at_once_give_each_item_one_fate() {
    for engine in engines() {
        let world = World::new(engine, Plan { receipts: false, ..Plan::default() }).await;
        let count = scaled(400).max(60);
        let authors: Vec<(String, String)> = (0..6).map(|_| (somebody(), fresh_id())).collect();
        let letter = |n: usize| {
            let (author, first) = &authors[n % authors.len()];
            let answers = format!("In-Reply-To: <{first}>\r\n");
            match n {
                // The first of each author, which the others answer; then every kind of fate.
                n if n < authors.len() => plain(author, &world.ours, first, "", "начало"),
                n if n % 7 == 0 => plain(author, &world.ours, first, "", "начало"),
                n if n % 11 == 0 => Vec::new(),
                _ => plain(author, &world.ours, &fresh_id(), &answers, &format!("ещё {n}")),
            }
        };
        let items = (0..count).map(|n| Fetched {
            transport_id: format!("{n}"),
            received_at: moment(MORNING),
            bytes: Ok(letter(n)),
        });
        let stored = world.desk.store_raw(&intake(), world.account, items.collect()).await.expect("stored");
        assert_eq!(stored, count);
        let others = [world.another().await, world.another().await, world.another().await];
        let parsers = others.clone().map(|desk| {
            tokio::spawn(async move {
                let mut settled = 0;
                loop {
                    let some = desk.parse_all_pending(&intake(), 5).await.expect("a run").total();
                    settled += some;
                    // Nothing for this one may mean that another has just taken it all.
                    let sums = desk.intake_accounts(&intake()).await.expect("the accounts");
                    if some == 0 && !sums.is_empty() {
                        return settled;
                    }
                }
            })
        });
        let mut settled = 0;
        for parser in parsers {
            settled += parser.await.expect("a parser");
        }
        while world.channel().await.pending > 0 {
            settled += world.desk.parse_pending(&intake(), 50).await.expect("a run").total();
        }
        assert_eq!(settled, count, "{}: each item was settled by exactly one", world.on());
        let sum = world.channel().await;
        assert_eq!(sum.new, 6, "{}: {sum:?}", world.on());
        assert!(sum.duplicate > 0 && sum.quarantined > 0 && sum.appended > 0, "{sum:?}");
        world.holds().await;
        for desk in others {
            desk.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_fetch_one_maildir_store_each_letter_once() {
    for engine in engines() {
        let world = World::new(engine, Plan { receipts: false, ..Plan::default() }).await;
        let (stop, stopped) = watch::channel(false);
        let other = world.another().await;
        let workers = [world.desk.clone(), other.clone()]
            .map(|desk| tokio::spawn(jobs::run(desk, jobs::owner_name(), stopped.clone())));
        let count = i64::try_from(scaled(150).max(20)).expect("a count");
        for n in 0..count {
            world.lands(MORNING, &plain(&somebody(), &world.ours, &fresh_id(), "", &format!("{n}")));
        }
        eventually("every letter is an appeal", async || (world.channel().await.new >= count).then_some(()))
            .await;
        let sum = world.channel().await;
        assert_eq!((sum.new, sum.fetched, sum.state), (count, count, "running"), "{}", world.on());
        stop.send(true).expect("somebody listens");
        for worker in workers {
            worker.await.expect("the workers end by themselves");
        }
        assert_eq!(world.channel().await.state, "stopped", "whoever stops says so");
        assert_eq!(std::fs::read_dir(world.maildir.join("new")).expect("a folder").count(), 0);
        world.holds().await;
        other.close().await;
    }
}

/// The middle of some waits: one hiccup of a busy machine proves nothing.
fn median(mut waits: Vec<Duration>) -> Duration {
    waits.sort();
    waits[waits.len() / 2]
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_hears_of_a_commit_within_a_second() {
    for engine in engines() {
        let world = World::new(engine, Plan { receipts: false, ..Plan::default() }).await;
        world.lands(MORNING, &plain(&somebody(), &world.ours, &fresh_id(), "", "раз"));
        world.run().await;
        let appeal = world.only().await.id;
        let other = world.another().await;
        let mut feed = other.feed().await.expect("a feed");
        let mut own = world.desk.feed().await.expect("a feed");
        let mut waits = Vec::new();
        for n in 0..7 {
            world.desk.note(&world.head, appeal, format!("заметка {n}")).await.expect("a note");
            let committed = Instant::now();
            let heard = tokio::time::timeout(Duration::from_secs(30), feed.changed()).await;
            heard.unwrap_or_else(|_| panic!("{}: round {n}: nothing was heard", world.on()));
            waits.push(committed.elapsed());
            let notes = other.appeal(&world.head, appeal).await.expect("the appeal").messages.len();
            assert_eq!(notes, n + 2, "what was told can be read");
            tokio::time::timeout(Duration::from_secs(30), own.changed()).await.expect("one's own, too");
        }
        let middle = median(waits);
        assert!(middle < Duration::from_secs(1), "{}: {middle:?}", world.on());
        other.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_stands_in_every_console_within_two_seconds() {
    for engine in engines() {
        let world = World::new(engine, Plan { receipts: false, ..Plan::default() }).await;
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(jobs::run(world.another().await, jobs::owner_name(), stopped));
        let console = world.another().await;
        let mut feed = console.feed().await.expect("a feed");
        let mut waits = Vec::new();
        for n in 1..=5 {
            world.lands(MORNING, &plain(&somebody(), &world.ours, &fresh_id(), "", "только что"));
            let landed = Instant::now();
            loop {
                let heard = tokio::time::timeout(Duration::from_secs(30), feed.changed()).await;
                heard.unwrap_or_else(|_| panic!("{}: round {n}: nothing was heard", world.on()));
                let rows = world.rows_in(&console).await;
                if rows.len() == n {
                    break;
                }
            }
            waits.push(landed.elapsed());
        }
        let middle = median(waits);
        assert!(middle < Duration::from_secs(2), "{}: {middle:?}", world.on());
        stop.send(true).expect("somebody listens");
        worker.await.expect("the worker ends by itself");
        console.close().await;
    }
}
