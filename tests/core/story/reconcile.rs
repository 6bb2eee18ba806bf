//! The nightly comparison of what is stored with what lies in the mailbox: once a night by whatever clock, and what reading
//! on cannot find is found.

use super::letters::{fresh_id, plain};
use super::mailbox::Post;
use super::world::{Plan, World, land, moment, somebody};
use crate::support::{engines, imap_server, scaled, seed};
use jiff::{SignedDuration, Timestamp};
use otklik_core::jobs;
use otklik_core::types::Role;
use rand::{Rng as _, SeedableRng as _};
use std::collections::BTreeMap;

const DATE: &str = "16-Nov-2026 09:00:00 +0300";

/// What the last comparison of the first account found: in the mailbox, stored, missing, gone.
async fn last(world: &World) -> (i64, i64, i64, i64) {
    let found = world.channel().await.reconciled.expect("a comparison");
    assert_eq!(found.error, None, "{}", world.on());
    (found.in_mailbox, found.stored, found.missing, found.gone)
}

/// Compares every account now, as `channel reconcile` does.
async fn compare(world: &World) {
    for account in world.desk.accounts_to_reconcile(&world.head, None).await.expect("the accounts") {
        jobs::reconcile(&world.desk, &account).await.unwrap_or_else(|error| panic!("{error:?}"));
    }
    jobs::parse(&world.desk).await.expect("parsing");
}

#[tokio::test]
async fn what_a_maildir_has_and_the_desk_has_not_is_fetched_and_what_is_gone_there_is_kept_here() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let letter = |text: &str| plain(&somebody(), &world.ours, &fresh_id(), "", text);
        let first = world.lands("2026-11-16T09:00:00+03:00", &letter("Первое."));
        world.lands("2026-11-16T09:01:00+03:00", &letter("Второе."));
        world.run().await;
        compare(&world).await;
        assert_eq!(last(&world).await, (2, 2, 0, 0), "{on}");
        // A mail program moves a letter away, and another puts one straight among those that were read.
        std::fs::remove_file(world.maildir.join("cur").join(format!("{first}:2,"))).expect("the letter");
        let name = "moved-by-another.test";
        land(&world.maildir, name, moment("2026-11-16T09:30:00+03:00"), &letter("Третье."));
        std::fs::rename(world.maildir.join("new").join(name), world.maildir.join("cur").join(name))
            .expect("the letter is moved");
        world.pass(SignedDuration::from_secs(60));
        compare(&world).await;
        assert_eq!(last(&world).await, (2, 1, 1, 1), "{on}");
        assert_eq!(world.rows().await.len(), 3, "{on}: nothing stored is removed");
        world.pass(SignedDuration::from_secs(60));
        compare(&world).await;
        assert_eq!(last(&world).await, (2, 2, 0, 1), "{on}: and then it agrees");
        world.holds().await;
    }
}

#[tokio::test]
async fn letters_under_numbers_that_were_read_already_are_found_in_a_mailbox() {
    let Some(server) = imap_server() else { return };
    for engine in engines() {
        let mut post = Post::new(engine, &server, "").await;
        let on = post.world.on();
        for n in 0..4 {
            let letter = post.letter(&format!("Письмо {n}."));
            post.client.append("INBOX", "", DATE, &letter).await;
        }
        let sent = plain(&post.ours, &somebody(), &fresh_id(), "", "Ответ.");
        post.client.append("Sent", r"\Seen", DATE, &sent).await;
        post.world.run().await;
        compare(&post.world).await;
        assert_eq!(last(&post.world).await, (5, 5, 0, 0), "{on}: inbox and sent");
        // As if two letters had been lost on the way into the desk, though the folder counts as read beyond them.
        let lost = "transport_id LIKE 'INBOX;%;2' OR transport_id LIKE 'INBOX;%;3'";
        post.world
            .sql(&format!("DELETE FROM raw_pieces WHERE raw_id IN (SELECT id FROM raw_items WHERE {lost})"));
        post.world.sql(&format!("DELETE FROM raw_items WHERE {lost}"));
        assert_eq!(post.world.run().await.fetched, 0, "{on}: reading on finds nothing");
        post.world.pass(SignedDuration::from_secs(60));
        compare(&post.world).await;
        assert_eq!(last(&post.world).await, (5, 3, 2, 0), "{on}");
        assert_eq!(post.world.count("SELECT count(*) FROM raw_items"), 5, "{on}");
        let sum = post.world.channel().await;
        assert!(sum.adds_up() && sum.pending == 0 && sum.duplicate == 2, "{on}: {sum:?}");
        // A server put back from a copy gives a number a second time: the same UID, another letter.
        let at = moment("2026-11-16T08:00:00+03:00").as_millisecond();
        let other = format!(
            "UPDATE raw_items SET received_at = {at}, sha256 = id WHERE transport_id LIKE 'INBOX;%;4'"
        );
        let other = if on == "sqlite" { other } else { other.replace("= id", "= uuid_send(id)") };
        post.world.sql(&other);
        post.world.pass(SignedDuration::from_secs(60));
        compare(&post.world).await;
        assert_eq!(last(&post.world).await, (5, 4, 1, 0), "{on}: kept under a name of its own");
        post.world.pass(SignedDuration::from_secs(60));
        compare(&post.world).await;
        assert_eq!(last(&post.world).await, (5, 5, 0, 0), "{on}");
        let sum = post.world.channel().await;
        assert!(sum.adds_up() && sum.fetched == 6, "{on}: {sum:?}");
    }
}

#[tokio::test]
async fn a_mailbox_that_cannot_be_read_is_told_and_tried_again_later() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let away = world.engine.folder().join("away");
        std::fs::rename(&world.maildir, &away).expect("the Maildir is taken away");
        world.pass(SignedDuration::from_hours(24));
        world.run().await;
        let tried = world.channel().await.reconciled.expect("a try");
        assert_eq!(tried.error.as_deref(), Some("maildir-missing"), "{on}");
        let rows = || world.count("SELECT count(*) FROM reconciliations");
        world.pass(SignedDuration::from_mins(29));
        world.run().await;
        assert_eq!(rows(), 1, "{on}: not at once again");
        std::fs::rename(&away, &world.maildir).expect("it is back");
        world.pass(SignedDuration::from_mins(2));
        world.run().await;
        assert_eq!((rows(), last(&world).await), (2, (0, 0, 0, 0)), "{on}");
    }
}

#[tokio::test]
async fn each_night_is_compared_once_by_whoever_comes_first_however_the_clock_is_set() {
    let seed = seed("each_night_is_compared_once");
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let mut random = rand::rngs::StdRng::seed_from_u64(seed);
        let others = [world.another().await, world.another().await];
        let zone = world.desk.zone();
        let mut newest = world.clock.now();
        for _ in 0..scaled(120) {
            // Forwards by up to a day and a half, now and then back by some hours.
            let minutes =
                if random.gen_bool(0.2) { -random.gen_range(0..600) } else { random.gen_range(0..2160) };
            world.pass(SignedDuration::from_mins(minutes));
            newest = newest.max(world.clock.now());
            let done = tokio::join!(
                jobs::run_once(&world.desk, "one"),
                jobs::run_once(&others[0], "two"),
                jobs::run_once(&others[1], "three"),
            );
            assert!(done.0.is_ok() && done.1.is_ok() && done.2.is_ok(), "{on}: {done:?}");
        }
        let all = world.sql(match on {
            "sqlite" => "SELECT group_concat(at, ' ') FROM reconciliations",
            _ => "SELECT string_agg(at::text, ' ') FROM reconciliations",
        });
        let mut nights: BTreeMap<_, usize> = BTreeMap::new();
        for at in all.split_whitespace() {
            let at = Timestamp::from_millisecond(at.parse().expect("a moment")).expect("a moment");
            let night = at.to_zoned(zone.clone()) - SignedDuration::from_hours(3);
            *nights.entry(night.date()).or_default() += 1;
        }
        assert!(nights.values().all(|times| *times == 1), "{on}: {nights:?}");
        // Every night that was looked at counts; the one of the desk's making does not.
        assert!(!nights.is_empty(), "{on}: until {newest}");
        world.holds().await;
    }
}

#[tokio::test]
async fn a_person_may_compare_by_role_and_an_unknown_name_is_told() {
    let world = World::new(crate::support::sqlite(), Plan::default()).await;
    let chair = world.person("Председатель", Role::Chair, None).await;
    let refused =
        world.desk.accounts_to_reconcile(&chair, None).await.expect_err("a chair looks after no mail");
    assert_eq!(refused.code, "not-allowed");
    let unknown =
        world.desk.accounts_to_reconcile(&world.head, Some("none")).await.expect_err("no such channel");
    assert_eq!(unknown.code, "no-channel");
}
