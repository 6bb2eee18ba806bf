//! From which day letters are appeals: what is older is history, whatever the mailbox does later.

use super::letters::{fresh_id, plain};
use super::mailbox::Post;
use super::world::{Plan, World, moment, somebody};
use crate::support::{engines, imap_server};
use jiff::Timestamp;
use otklik_core::desk::{AccountEdit, AccountRoutes, OrgRow};
use otklik_core::jobs;
use otklik_core::types::{OrgLevel, Role, Untrusted};

/// INTERNALDATEs: two of October, one just before and one just after the turn of the month in Moscow, one of November.
const DATES: [&str; 5] = [
    "02-Oct-2026 10:00:00 +0300",
    "31-Oct-2026 23:59:59 +0300",
    "31-Oct-2026 21:00:00 +0000",
    "01-Nov-2026 00:00:01 +0300",
    "16-Nov-2026 09:00:00 +0300",
];

fn routes(incoming: String, password_file: Option<String>) -> AccountRoutes {
    AccountRoutes {
        name: "mail".into(),
        address: somebody(),
        incoming,
        outgoing: String::new(),
        password_file,
    }
}

#[tokio::test]
async fn a_mailbox_is_counted_before_anything_is_taken_from_it() {
    let Some(server) = imap_server() else { return };
    let engine = crate::support::sqlite();
    let mut post = Post::new(engine, &server, "").await;
    let account = Post::account(&post.world, &server, &post.user, "", &post.ours);
    let routes = routes(account.incoming, account.password_file);
    assert_eq!(jobs::census(&routes).await.expect("an empty mailbox").total(), 0);
    for date in DATES {
        let letter = post.letter("Письмо.");
        post.client.append("INBOX", "", date, &letter).await;
    }
    let census = jobs::census(&routes).await.expect("a mailbox");
    assert_eq!(census.total(), 5);
    assert_eq!(census.since(moment("2026-11-01T00:00:00+03:00")), 3);
    assert_eq!(census.oldest(), Some(moment("2026-10-02T10:00:00+03:00")));
    assert_eq!(census.since(Timestamp::MIN), 5);
    assert_eq!(post.world.channel().await.fetched, 0, "nothing was taken");
    let wrong = AccountRoutes { incoming: format!("imap://{}@127.0.0.1:1", post.user), ..routes };
    assert_eq!(jobs::census(&wrong).await.expect_err("nobody listens there"), "imap_connect");
}

#[tokio::test]
async fn letters_older_than_since_are_history_without_appeal_clock_or_receipt_also_under_new_numbers() {
    let Some(server) = imap_server() else { return };
    for engine in engines() {
        let mut post = Post::new(engine, &server, "Appeals").await;
        let on = post.world.on();
        for date in DATES {
            let letter = post.letter("Письмо.");
            post.client.append("Appeals", "", date, &letter).await;
        }
        post.world.run().await;
        let sum = post.world.channel().await;
        assert_eq!((sum.history, sum.new), (2, 3), "{on}: {sum:?}");
        // The server restores the folder: other numbers, and every letter received just now.
        post.client.command("RENAME Appeals Old").await;
        post.client.command("CREATE Appeals").await;
        let letters = post.client.letters("Old").await;
        for letter in &letters {
            post.client.append("Appeals", "", "16-Nov-2026 09:30:00 +0300", letter).await;
        }
        post.world.run().await;
        let sum = post.world.channel().await;
        assert_eq!((sum.history, sum.new, sum.duplicate), (4, 3, 3), "{on}: {sum:?}");
        assert_eq!(post.world.rows().await.len(), 3, "{on}");
        assert_eq!(post.world.count("SELECT count(*) FROM deliveries"), 0, "{on}");
        // An earlier day makes appeals of them all the same, each once.
        let earlier = AccountEdit { since: Some(moment("1990-01-01T00:00:00Z")), ..AccountEdit::default() };
        assert_eq!(post.world.change(earlier).await, 2, "{on}");
        post.world.run().await;
        let sum = post.world.channel().await;
        assert_eq!((sum.history, sum.new, sum.duplicate), (2, 5, 3), "{on}: {sum:?}");
        assert_eq!(post.world.rows().await.len(), 5, "{on}");
        post.world.holds().await;
    }
}

#[tokio::test]
async fn of_a_maildir_the_time_of_the_file_decides_and_all_means_every_letter() {
    for engine in engines() {
        let plan = Plan { outgoing: "folder:/nonexistent/otklik", ..Plan::default() };
        let world = World::new(engine, plan).await;
        let on = world.on();
        let letter = || plain(&somebody(), &world.ours, &fresh_id(), "", "Письмо.");
        for received in ["2019-02-03T10:00:00Z", "2026-10-31T20:59:59Z", "2026-10-31T21:00:00Z"] {
            world.lands(received, &letter());
        }
        let routes = routes(format!("maildir:{}", world.maildir.display()), None);
        let census = jobs::census(&routes).await.expect("a Maildir");
        assert_eq!((census.total(), census.since(moment("2026-11-01T00:00:00+03:00"))), (3, 1), "{on}");
        world.run().await;
        let sum = world.channel().await;
        assert_eq!((sum.history, sum.new), (2, 1), "{on}: {sum:?}");
        assert_eq!(world.count("SELECT count(*) FROM deliveries"), 1, "{on}: one receipt");
        world.holds().await;
    }
    for engine in engines() {
        let world = World::new(engine, Plan { since: "-009999-01-02T01:59:59Z", ..Plan::default() }).await;
        let on = world.on();
        let letter = plain(&somebody(), &world.ours, &fresh_id(), "", "Письмо.");
        world.lands("1971-01-01T00:00:00Z", &letter);
        world.run().await;
        let sum = world.channel().await;
        assert_eq!((sum.history, sum.new, sum.since), (0, 1, None), "{on}: {sum:?}");
    }
}

#[tokio::test]
async fn history_is_found_by_its_words_in_scope_and_a_person_may_make_an_appeal_of_a_letter() {
    for engine in engines() {
        let plan = Plan { outgoing: "folder:/nonexistent/otklik", ..Plan::default() };
        let world = World::new(engine, plan).await;
        let on = world.on();
        let author = somebody();
        let old = plain(&author, &world.ours, &fresh_id(), "", "Нам не выплатили премию за вредность.");
        world.lands("2026-09-01T09:00:00+03:00", &old);
        world
            .lands("2026-09-02T09:00:00+03:00", &plain(&somebody(), &world.ours, &fresh_id(), "", "Отпуск."));
        world.run().await;
        assert!(world.rows().await.is_empty(), "{on}");
        let found = world.desk.find_history(&world.head, "премии вредность", 10).await.expect("a search");
        assert_eq!(found.len(), 1, "{on}: by stems, in any form of the words");
        assert_eq!(found[0].at, moment("2026-09-01T09:00:00+03:00"), "{on}");
        let letter = world.desk.history_letter(&world.head, found[0].id).await.expect("the letter");
        assert!(letter.text.display().as_str().contains("за вредность"), "{on}");
        assert!(world.desk.find_history(&world.head, "увольнение", 10).await.expect("a search").is_empty());

        // A lawyer of a subtree sees nothing of a mailbox that is the whole desk's.
        let org = |code: &str| OrgRow {
            code: code.into(),
            level: OrgLevel::Local,
            name: Untrusted::new(code),
            parent: None,
            life: Default::default(),
        };
        world
            .desk
            .import_orgs(&world.head, vec![org("north"), org("south")], true)
            .await
            .expect("two branches");
        let north = world.person("Северная", Role::Lawyer, Some("north")).await;
        assert!(world.desk.find_history(&north, "премия", 10).await.expect("a search").is_empty(), "{on}");
        let hidden = world.desk.history_letter(&north, found[0].id).await.expect_err("not in scope");
        assert_eq!(hidden.code, "no-history-letter", "{on}");
        world.sql("UPDATE accounts SET org_id = (SELECT id FROM orgs WHERE code = 'south')");
        let south = world.person("Южная", Role::Lawyer, Some("south")).await;
        assert_eq!(world.desk.find_history(&south, "премия", 10).await.expect("a search").len(), 1, "{on}");
        assert!(world.desk.find_history(&north, "премия", 10).await.expect("a search").is_empty(), "{on}");

        let made = world.desk.appeal_from_history(&world.head, found[0].id).await.expect("an appeal");
        let row = world.only().await;
        assert_eq!((row.number, row.received_at), (made.number, letter.row.at), "{on}");
        assert_eq!(world.count("SELECT count(*) FROM deliveries"), 0, "{on}: no receipt for an old letter");
        let again =
            world.desk.appeal_from_history(&world.head, found[0].id).await.expect_err("it is one already");
        assert_eq!(again.code, "not-history", "{on}");
        let sum = world.channel().await;
        assert_eq!((sum.history, sum.new), (1, 1), "{on}: {sum:?}");
        let found = world.desk.find_history(&world.head, "премия", 10).await.expect("a search");
        assert_eq!(found[0].number, Some(made.number), "{on}");
        world.holds().await;
    }
}

#[tokio::test]
async fn an_answer_to_an_earlier_letter_shows_it_and_a_stranger_who_quotes_its_number_is_shown_nothing() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let (author, ours) = (somebody(), fresh_id());
        let earlier = plain(&world.ours, &author, &ours, "", "Пришлите, пожалуйста, приказ.");
        // From our own address, as it lies in an old archive.
        world.lands("2026-10-01T09:00:00+03:00", &earlier);
        let refers = format!("In-Reply-To: <{ours}>\r\nReferences: <{ours}>\r\n");
        world.lands(
            "2026-11-16T09:00:00+03:00",
            &plain(&author, &world.ours, &fresh_id(), &refers, "Вот он."),
        );
        world.run().await;
        let appeal = world.only().await;
        let shown = world.show(appeal.id).await.earlier;
        assert_eq!(shown.len(), 1, "{on}");
        assert!(shown[0].text.display().as_str().contains("приказ"), "{on}");
        let stranger = plain(&somebody(), &world.ours, &fresh_id(), &refers, "А что там было?");
        world.lands("2026-11-16T09:30:00+03:00", &stranger);
        world.run().await;
        let rows = world.rows().await;
        let other = rows.iter().find(|row| row.id != appeal.id).expect("an appeal of its own");
        assert!(world.show(other.id).await.earlier.is_empty(), "{on}");
        world.holds().await;
    }
}
