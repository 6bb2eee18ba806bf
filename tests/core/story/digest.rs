//! The morning digest: once a working day, in the reader's own hours, by mail, with numbers and sums and nothing personal.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, moment, somebody};
use crate::support::engines;
use jiff::SignedDuration;
use otklik_core::desk::DigestWish;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::mail;
use otklik_core::types::{Actor, DeliveryKind, DeliveryState, Purpose, Role, Worker};
use std::path::PathBuf;

fn timer() -> Actor {
    Actor::Worker(Worker::Timer)
}

fn letters(out: &PathBuf) -> Vec<String> {
    let files = std::fs::read_dir(out).into_iter().flatten().flatten();
    files
        .map(|file| String::from_utf8(std::fs::read(file.path()).expect("a letter")).expect("ASCII"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_digest_comes_once_each_working_day_in_the_readers_hours_and_names_numbers_only() {
    for engine in engines() {
        let out = engine.folder().join("out");
        let outgoing = format!("folder:{}", out.display());
        // A Friday evening.
        let plan = Plan {
            now: "2026-11-13T18:00:00+03:00",
            outgoing: &outgoing,
            receipts: false,
            ..Plan::default()
        };
        let world = World::new(engine, plan).await;
        let on = world.on();
        let lawyer = world.person("Ахметов Т. Р.", Role::Lawyer, None).await;
        let far = world.person("Камчатова Е. К.", Role::Lawyer, None).await;
        let admin = world.person("Админ А. А.", Role::Admin, None).await;
        let (hers, fars, admins) = (somebody(), somebody(), somebody());
        for (who, mailbox) in [(&lawyer, &hers), (&far, &fars), (&admin, &admins)] {
            let id = who.staff().expect("a person");
            world.desk.set_mailbox(&world.head, id, Some(mailbox)).await.expect("registered");
        }
        let kamchatka = DigestWish { wanted: true, at: None, zone: Some("Asia/Kamchatka".into()) };
        world.desk.set_digest(&far, far.staff().expect("a person"), kamchatka).await.expect("one's own");
        let other = lawyer.staff().expect("a person");
        let refused =
            world.desk.set_digest(&far, other, DigestWish::default()).await.expect_err("not one's own");
        assert_eq!(refused.code, "not-allowed", "{on}");
        let author = somebody();
        world.lands(
            "2026-11-13T17:00:00+03:00",
            &plain(&author, &world.ours, &fresh_id(), "", "Меня уволили"),
        );
        world.run().await;
        let number = world.only().await.number.to_string();

        // Saturday and Sunday are left in peace; Monday begins in Kamchatka.
        world.clock.set(moment("2026-11-14T12:00:00+03:00"));
        world.run().await;
        assert_eq!(letters(&out).len(), 0, "{on}: a Saturday");
        world.clock.set(moment("2026-11-15T23:30:00+03:00"));
        world.run().await;
        let first = letters(&out);
        assert_eq!(first.len(), 1, "{on}: 08:30 of Monday in Kamchatka");
        let read = mail::parse(first[0].as_bytes());
        let text = read.text.raw_for(Purpose::Matching).to_owned();
        assert!(first[0].contains("Auto-Submitted: auto-generated"), "{on}: {}", first[0]);
        assert!(text.contains(&format!("Просрочен ответ: 1\n - {number}")), "{on}: {text}");
        assert!(text.contains("Никем не взяты: 1") && text.contains("Получено 1 ="), "{on}: {text}");
        assert!(!text.contains(&author) && !text.contains("уволили"), "{on}: {text}");

        // Two processes at once make one for each of the others; the clock set back and on makes none again. Nobody reads the
        // mailbox at this moment, which the administrator is told.
        world.clock.set(moment("2026-11-16T08:00:00+03:00"));
        let another = world.another().await;
        let worker = timer();
        let (one, two) = tokio::join!(world.desk.make_digests(&worker), another.make_digests(&worker));
        assert_eq!(one.expect("made") + two.expect("made"), 2, "{on}");
        world.pass(SignedDuration::from_hours(-30));
        world.run().await;
        world.clock.set(moment("2026-11-16T09:00:00+03:00"));
        world.run().await;
        assert_eq!(letters(&out).len(), 3, "{on}");
        let sent = world.desk.deliveries(&world.head, DeliveryFilter::All, 10).await.expect("deliveries");
        let digests: Vec<_> = sent.iter().filter(|sent| sent.kind == DeliveryKind::Digest).collect();
        assert!(
            digests.len() == 3 && digests.iter().all(|sent| sent.state == DeliveryState::Accepted),
            "{on}"
        );

        let told = letters(&out);
        let own = told.iter().find(|letter| letter.contains(&admins)).expect("the administrator's");
        let text = mail::parse(own.as_bytes()).text.raw_for(Purpose::Matching).to_owned();
        assert!(text.contains("ПРИЁМ СТОИТ") && !text.contains(&number), "{on}: {text}");

        // Switched off it comes no more, and where nothing waits none is sent.
        world.desk.set_digest(&world.head, other, DigestWish::default()).await.expect("an administrator may");
        world.clock.set(moment("2026-11-17T08:00:00+03:00"));
        world.run().await;
        let told = letters(&out);
        let to = |address: &str| told.iter().filter(|letter| letter.contains(address)).count();
        assert_eq!((to(&hers), to(&admins)), (1, 1), "{on}: {}", told.len());
        world.holds().await;
    }
}
