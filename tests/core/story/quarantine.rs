//! What no rule could give a fate: looked at as it came, parsed again, made an appeal, settled. Each item keeps exactly one
//! current fate, the sum holds, and the journal says who decided what about which of them.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, intake, moment, somebody};
use crate::support::engines;
use jiff::SignedDuration;
use otklik_core::desk::views::QuarantineRow;
use otklik_core::desk::{Fetched, OrgRow, Quarantined};
use otklik_core::error::ErrorKind;
use otklik_core::types::{OrgLevel, Purpose, RawId, Role, Untrusted};

const MORNING: &str = "2026-11-16T09:00:00+03:00";

/// A desk whose letters leave into a folder, with an empty letter and `letters` that went into quarantine before anybody
/// could parse them.
async fn desk(engine: crate::support::Engine, letters: &[Vec<u8>]) -> World {
    let out = format!("folder:{}", engine.folder().join("out").display());
    let world = World::new(engine, Plan { outgoing: &out, ..Plan::default() }).await;
    let item = |(n, bytes): (usize, &Vec<u8>)| Fetched {
        transport_id: format!("stored-{n}"),
        received_at: moment(MORNING),
        bytes: Ok(bytes.clone()),
    };
    let items = letters.iter().enumerate().map(item).collect();
    world.desk.store_raw(&intake(), world.account, items).await.expect("stored");
    world.sql("UPDATE raw_items SET fate = 'quarantined', reason = 'parser-panic' RETURNING 1");
    world.lands(MORNING, b" \r\n \r\n");
    world.run().await;
    world
}

async fn listed(world: &World) -> Vec<QuarantineRow> {
    world.desk.quarantine(&world.head, None, 100).await.expect("the quarantine")
}

fn ids(rows: &[QuarantineRow], reason: &str) -> Vec<RawId> {
    rows.iter().filter(|row| row.reason == reason).map(|row| row.id).collect()
}

#[tokio::test]
async fn quarantine_is_listed_by_reason_and_shown_as_it_came_without_being_interpreted() {
    for engine in engines() {
        let letter =
            b"From: \x1b]0;owned\x07 <a@example.org>\r\nSubject: x\r\n\r\n<script>1</script>\r\n".to_vec();
        let world = desk(engine, &[letter]).await;
        let rows = listed(&world).await;
        assert_eq!(rows.len(), 2, "{}", world.on());
        assert_eq!((ids(&rows, "parser-panic").len(), ids(&rows, "empty").len()), (1, 1));
        let of_one = world.desk.quarantine(&world.head, Some("empty"), 100).await.expect("of one reason");
        assert_eq!(of_one.len(), 1, "{}", world.on());
        let shown =
            world.desk.quarantined_item(&world.head, ids(&rows, "parser-panic")[0]).await.expect("shown");
        assert!(shown.head.display().as_str().contains("␛]0;owned·"), "{:?}", shown.head.display());
        assert!(shown.body.raw_for(Purpose::Store).contains("<script>1</script>"), "nothing is interpreted");
        assert_eq!(shown.shown, shown.row.size);
        world.holds().await;
    }
}

#[tokio::test]
async fn a_raw_view_is_bounded_whatever_the_size() {
    for engine in engines() {
        let huge = [b"Subject: x\r\n\r\n".to_vec(), vec![b'a'; 3 << 20]].concat();
        let world = desk(engine, &[huge]).await;
        let id = ids(&listed(&world).await, "parser-panic")[0];
        let shown = world.desk.quarantined_item(&world.head, id).await.expect("shown");
        assert_eq!((shown.shown, shown.row.size), (65536, (3 << 20) + 14), "{}", world.on());
        assert!(shown.head.len() + shown.body.len() <= 65536);
    }
}

#[tokio::test]
async fn retry_reads_items_again_all_of_a_reason_in_one_decision_linked_into_each_chain() {
    for engine in engines() {
        let ours = "appeals@example.com";
        let letters: Vec<Vec<u8>> =
            (0..3).map(|n| plain(&somebody(), ours, &fresh_id(), "", &format!("письмо {n}"))).collect();
        let world = desk(engine, &letters).await;
        let which = Quarantined::All { reason: Some("parser-panic".into()) };
        let retried = world.desk.retry_quarantined(&world.head, which).await.expect("again");
        assert_eq!(retried.len(), 3, "{}", world.on());
        assert_eq!(world.channel().await.pending, 3);
        assert_eq!(world.count("SELECT count(*) FROM journal WHERE action = 'quarantine.retried'"), 1);
        for id in &retried {
            let links = format!("SELECT count(*) FROM journal_links WHERE subject = 'raw:{id}'");
            assert_eq!(world.count(&links), 1, "{}: every item's own chain tells of it", world.on());
        }
        world.holds().await;
        world.run().await;
        let sum = world.channel().await;
        assert_eq!((sum.new, sum.quarantined, sum.pending), (3, 1, 0), "{}: {sum:?}", world.on());
        world.holds().await;
    }
}

#[tokio::test]
async fn a_person_makes_an_appeal_that_was_received_when_the_letter_was() {
    for engine in engines() {
        let author = somebody();
        let readable = plain(&author, "appeals@example.com", &fresh_id(), "", "Меня уволили.");
        let world = desk(engine, &[readable]).await;
        let rows = listed(&world).await;
        world.pass(SignedDuration::from_hours(30));
        let which = Quarantined::Items(ids(&rows, "parser-panic"));
        let made = world.desk.appeal_quarantined(&world.head, which.clone()).await.expect("an appeal");
        assert_eq!(made.len(), 1, "{}", world.on());
        let row = world.only().await;
        assert_eq!((row.id, row.received_at), (made[0].appeal, moment(MORNING)));
        assert_eq!(row.response.due_at, Some(moment(MORNING) + SignedDuration::from_hours(24)));
        let shown = world.show(row.id).await;
        assert_eq!(shown.author_email.expect("an address").raw_for(Purpose::Store), author);
        assert!(shown.messages[0].text.raw_for(Purpose::Store).contains("Меня уволили."));
        let actions: Vec<&str> = shown.journal.iter().map(|line| line.action.as_str()).collect();
        assert!(actions.contains(&"quarantine.appealed"), "{actions:?}");
        let again = world.desk.appeal_quarantined(&world.head, which).await.expect_err("it has gone");
        assert_eq!((again.kind, again.code), (ErrorKind::Conflict, "not-quarantined"), "{}", world.on());
        world.holds().await;

        // Nothing to read there, and still an appeal, if a person says so.
        let which = Quarantined::Items(ids(&rows, "empty"));
        world.desk.appeal_quarantined(&world.head, which).await.expect("an appeal of an empty letter");
        assert_eq!(world.channel().await.quarantined, 0);
        world.only_of(2).await;
        world.holds().await;
    }
}

#[tokio::test]
async fn what_the_parser_cannot_read_becomes_an_appeal_with_its_raw_text() {
    for engine in engines() {
        let raw = b"\x00\x01 just bytes, \xcf\xf0\xe8\xe2\xe5\xf2, and no header at all\n".to_vec();
        let world = desk(engine, &[raw]).await;
        let which = Quarantined::Items(ids(&listed(&world).await, "parser-panic"));
        world.desk.appeal_quarantined(&world.head, which).await.expect("an appeal");
        let shown = world.show(world.only().await.id).await;
        let text = shown.messages[0].text.raw_for(Purpose::Store).to_owned();
        assert!(text.contains("just bytes, Привет"), "{}: {text:?}", world.on());
        world.holds().await;
    }
}

#[tokio::test]
async fn settled_items_stay_stored_as_service_and_one_bad_name_leaves_everything_as_it_was() {
    for engine in engines() {
        let world = desk(engine, &[b"From: a\r\n\r\nb".to_vec()]).await;
        let rows = listed(&world).await;
        let mut named: Vec<RawId> = rows.iter().map(|row| row.id).collect();
        let all = named.clone();
        named.push(RawId::new());
        let refused = world.desk.settle_quarantined(&world.head, Quarantined::Items(named)).await;
        assert_eq!(refused.expect_err("one is not there").code, "no-raw-item", "{}", world.on());
        assert_eq!(listed(&world).await.len(), 2, "{}: all or nothing", world.on());
        world.desk.settle_quarantined(&world.head, Quarantined::Items(all)).await.expect("settled");
        let sum = world.channel().await;
        assert_eq!((sum.service, sum.quarantined), (2, 0), "{}", world.on());
        assert_eq!(world.count("SELECT count(*) FROM raw_pieces"), 2, "the bytes stay");
        let nothing = world.desk.settle_quarantined(&world.head, Quarantined::All { reason: None }).await;
        assert_eq!(nothing.expect("nothing to do").len(), 0);
        world.holds().await;
    }
}

#[tokio::test]
async fn bytes_that_were_never_taken_cannot_be_read_again_and_a_person_is_told() {
    for engine in engines() {
        let world = desk(engine, &[]).await;
        let refused =
            Fetched { transport_id: "big".into(), received_at: moment(MORNING), bytes: Err("too-large") };
        world.desk.store_raw(&intake(), world.account, vec![refused]).await.expect("noted");
        let which = Quarantined::Items(ids(&listed(&world).await, "too-large"));
        let error = world.desk.retry_quarantined(&world.head, which).await.expect_err("no bytes");
        assert_eq!(error.code, "raw-not-taken", "{}", world.on());
        world.holds().await;
    }
}

#[tokio::test]
async fn whoever_works_in_a_subtree_sees_only_the_quarantine_of_its_accounts() {
    for engine in engines() {
        let world = desk(engine, &[]).await;
        let north = OrgRow {
            code: "north".into(),
            level: OrgLevel::Regional,
            name: Untrusted::new("север"),
            parent: None,
            life: Default::default(),
        };
        world.desk.import_orgs(&world.head, vec![north], true).await.expect("an organisation");
        let lawyer = world.person("Иванова", Role::Lawyer, Some("north")).await;
        assert!(
            world.desk.quarantine(&lawyer, None, 10).await.expect("allowed").is_empty(),
            "{}",
            world.on()
        );
        let hidden = listed(&world).await[0].id;
        let error = world.desk.quarantined_item(&lawyer, hidden).await.expect_err("not theirs");
        assert_eq!(error.kind, ErrorKind::NotFound, "{}", world.on());
        world.sql("UPDATE accounts SET org_id = (SELECT id FROM orgs WHERE code = 'north') RETURNING 1");
        assert_eq!(world.desk.quarantine(&lawyer, None, 10).await.expect("theirs now").len(), 1);
    }
}
