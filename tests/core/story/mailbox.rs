//! Letters that come by IMAP from the real mailbox server: nothing is lost, nothing comes twice, nothing is touched.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, moment, somebody};
use crate::support::{Engine, ImapClient, ImapServer, engines, eventually, imap_server};
use otklik_core::desk::NewAccount;
use otklik_core::jobs;
use otklik_core::types::{Direction, Outside, ReplyKind, Stage};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use tokio::sync::watch;

const DATE: &str = "16-Nov-2026 09:00:00 +0300";

/// A desk with one mailbox.
pub struct Post {
    pub world: World,
    pub user: String,
    pub client: ImapClient,
    pub ours: String,
}

/// A file that only its owner may read.
pub fn secret(engine: &Engine, text: &str) -> PathBuf {
    use std::io::Write as _;
    let path = engine.folder().join(format!("secret-{}", uuid::Uuid::now_v7().simple()));
    let mut file =
        std::fs::File::options().write(true).create_new(true).mode(0o600).open(&path).expect("a file");
    writeln!(file, "{text}").expect("a secret");
    path
}

impl Post {
    pub async fn new(engine: Engine, server: &ImapServer, folder: &str) -> Self {
        let world = World::new(engine, Plan { receipts: false, ..Plan::default() }).await;
        let (user, mut client) = server.new_user().await;
        if !folder.is_empty() {
            client.command(&format!("CREATE {folder}")).await;
        }
        let ours = somebody();
        let account = Self::account(&world, server, &user, folder, &ours);
        world.desk.add_channel(&world.head, account).await.expect("an account");
        Self { world, user, client, ours }
    }

    pub fn account(world: &World, server: &ImapServer, user: &str, folder: &str, ours: &str) -> NewAccount {
        NewAccount {
            // The first by name, which is what `World::channel` shows.
            name: format!("imap-{user}"),
            address: ours.to_owned(),
            incoming: format!("imap://{user}@{}/{folder}", server.plain),
            password_file: Some(secret(&world.engine, &server.password).display().to_string()),
            since: moment("2026-11-01T00:00:00+03:00"),
            ..NewAccount::default()
        }
    }

    pub fn letter(&self, text: &str) -> Vec<u8> {
        plain(&somebody(), &self.ours, &fresh_id(), "", text)
    }

    async fn transport_ids(&self) -> String {
        let list = match self.world.on() {
            "sqlite" => "group_concat(transport_id, ' ' ORDER BY pk)",
            _ => "string_agg(transport_id, ' ' ORDER BY pk)",
        };
        self.world.sql(&format!("SELECT {list} FROM raw_items"))
    }
}

#[tokio::test]
async fn letters_of_a_mailbox_become_appeals_read_ones_too_and_nothing_there_is_touched() {
    let Some(server) = imap_server() else { return };
    for engine in engines() {
        let mut post = Post::new(engine, &server, "").await;
        let on = post.world.on();
        let letters = [post.letter("Первое."), post.letter("Второе.")];
        post.client.append("INBOX", r"\Seen", DATE, &letters[0]).await;
        post.client.append("INBOX", "", "17-Nov-2026 10:00:00 +0300", &letters[1]).await;
        let done = post.world.run().await;
        assert_eq!((done.fetched, done.parsed), (2, 2), "{on}");
        let channel = post.world.channel().await;
        assert_eq!((channel.kind.code(), channel.new, channel.error), ("imap", 2, None), "{on}");
        let rows = post.world.rows().await;
        assert_eq!(rows[0].received_at, moment("2026-11-16T09:00:00+03:00"), "{on}: the server's time");
        assert_eq!(post.world.run().await.fetched, 0, "{on}: nothing comes twice");
        post.client.command("EXAMINE INBOX").await;
        let flags = String::from_utf8(post.client.command("FETCH 1:2 (FLAGS)").await).expect("text");
        assert_eq!(flags.matches("Seen").count(), 1, "{on}: {flags}");
        assert_eq!(post.client.letters("INBOX").await, letters, "{on}");
        let ids = post.transport_ids().await;
        let id: Vec<&str> = ids.split(' ').next().expect("a name").split(';').collect();
        assert!(matches!(id[..], ["INBOX", validity, "1"] if validity.parse::<u32>().is_ok()), "{on}: {ids}");
        post.world.holds().await;
    }
}

#[tokio::test]
async fn a_renumbered_mailbox_gives_everything_again_and_no_appeal() {
    let Some(server) = imap_server() else { return };
    for engine in engines() {
        let mut post = Post::new(engine, &server, "Appeals").await;
        let on = post.world.on();
        let without_id = format!("From: {}\r\nSubject: none\r\n\r\nБез номера.\r\n", somebody()).into_bytes();
        let old = post.letter("Старое.");
        let auto = plain(&somebody(), &post.ours, &fresh_id(), "Auto-Submitted: auto-replied\r\n", "Отпуск.");
        let letters = [post.letter("Первое."), without_id, old, auto];
        for (n, letter) in letters.iter().enumerate() {
            let date = if n == 2 { "01-Oct-2026 10:00:00 +0300" } else { DATE };
            post.client.append("Appeals", "", date, letter).await;
        }
        assert_eq!(post.world.run().await.fetched, 4, "{on}");
        let before = post.world.channel().await;
        assert_eq!((before.new, before.history, before.service), (2, 1, 1), "{on}: {before:?}");
        // The folder as a server restores it: the same letters under new numbers.
        post.client.command("RENAME Appeals Old").await;
        post.client.command("CREATE Appeals").await;
        post.client.command("SELECT Old").await;
        post.client.command("COPY 1:4 Appeals").await;
        let fresh = post.letter("Новое.");
        post.client.append("Appeals", "", DATE, &fresh).await;
        assert_eq!(post.world.run().await.fetched, 5, "{on}");
        let after = post.world.channel().await;
        assert_eq!((after.new, after.duplicate, after.history), (3, 3, 2), "{on}: {after:?}");
        assert_eq!(post.world.rows().await.len(), 3, "{on}");
        post.world.holds().await;
    }
}

#[tokio::test]
async fn gaps_and_letters_that_vanish_lose_nothing_that_is_there() {
    let Some(server) = imap_server() else { return };
    for engine in engines() {
        let mut post = Post::new(engine, &server, "").await;
        let on = post.world.on();
        for n in 0..5 {
            let letter = post.letter(&format!("Письмо {n}."));
            post.client.append("INBOX", "", DATE, &letter).await;
        }
        post.client.command("SELECT INBOX").await;
        post.client.command(r"STORE 1,3,5 +FLAGS (\Deleted)").await;
        post.client.command("EXPUNGE").await;
        assert_eq!(post.world.run().await.fetched, 2, "{on}");
        post.client.command(r"STORE 1:* +FLAGS (\Deleted)").await;
        post.client.command("EXPUNGE").await;
        let letter = post.letter("Последнее.");
        post.client.append("INBOX", "", DATE, &letter).await;
        assert_eq!(post.world.run().await.fetched, 1, "{on}");
        let ids = post.transport_ids().await;
        let uids: Vec<&str> = ids.split(' ').filter_map(|id| id.rsplit(';').next()).collect();
        assert_eq!(uids, ["2", "4", "6"], "{on}");
        post.world.holds().await;
    }
}

#[tokio::test]
async fn what_a_mailbox_cannot_give_is_told_and_letters_wait_there() {
    let Some(server) = imap_server() else { return };
    for engine in engines() {
        let mut post = Post::new(engine, &server, "").await;
        let on = post.world.on();
        let other = World::another_account(&post.world);
        let wrong = NewAccount {
            name: "a-wrong".into(),
            incoming: format!("imap://{}@{}", post.user, server.plain),
            password_file: Some(secret(&post.world.engine, "wrong").display().to_string()),
            ..other
        };
        post.world.desk.add_channel(&post.world.head, wrong).await.expect("an account");
        let letter = post.letter("Дошло.");
        post.client.append("INBOX", "", DATE, &letter).await;
        assert_eq!(post.world.run().await.fetched, 1, "{on}: one that fails stops no other");
        let channels = post.world.desk.channels(&post.world.head).await.expect("the channels");
        assert_eq!(channels[0].error.as_deref(), Some("imap_auth"), "{on}");
        assert_eq!(channels[1].error, None, "{on}");
        for url in ["imap://a:secret@127.0.0.1", "imap://127.0.0.1", "pop3://a@127.0.0.1"] {
            let bad = NewAccount { incoming: url.into(), ..post.world.another_account() };
            let refused = post.world.desk.add_channel(&post.world.head, bad).await.expect_err(url);
            assert_eq!(refused.code, "bad-mail-in", "{on}: {url}");
        }
    }
}

#[tokio::test]
async fn two_processes_wait_for_one_mailbox_and_each_letter_is_stored_once_and_soon() {
    let Some(server) = imap_server() else { return };
    for engine in engines() {
        let mut post = Post::new(engine, &server, "").await;
        let on = post.world.on();
        let other = post.world.another().await;
        let (stop, stopped) = watch::channel(false);
        let workers = [post.world.desk.clone(), other.clone()]
            .map(|desk| tokio::spawn(jobs::run(desk, jobs::owner_name(), stopped.clone())));
        for n in 1..=3 {
            let letter = post.letter(&format!("Письмо {n}."));
            post.client.append("INBOX", "", DATE, &letter).await;
            eventually("the letter becomes an appeal", async || {
                (post.world.rows().await.len() == n).then_some(())
            })
            .await;
        }
        let channel = post.world.channel().await;
        assert_eq!((channel.state, channel.error), ("running", None), "{on}");
        stop.send(true).expect("workers that listen");
        for worker in workers {
            worker.await.expect("the workers end");
        }
        assert_eq!(post.world.channel().await.fetched, 3, "{on}");
        post.world.holds().await;
        other.close().await;
    }
}

#[tokio::test]
async fn in_sent_our_own_letters_are_known_and_a_colleagues_reply_is_proposed_and_the_rest_is_no_business_of_ours()
 {
    let Some(server) = imap_server() else { return };
    for engine in engines() {
        let mut post = Post::new(engine, &server, "").await;
        let on = post.world.on();
        let (author, asked) = (somebody(), fresh_id());
        let letter = plain(&author, &post.ours, &asked, "", "Можно ли так?");
        post.client.append("INBOX", "", DATE, &letter).await;
        post.world.run().await;
        let appeal = post.world.only().await;
        let refers = format!("In-Reply-To: <{asked}>\r\nReferences: <{asked}>\r\n");
        let reply = plain(&post.ours, &author, &fresh_id(), &refers, "Так нельзя, вот почему.");
        let elsewhere = plain(&post.ours, &somebody(), &fresh_id(), "", "О другом.");
        let to_a_stranger = plain(&post.ours, &somebody(), &fresh_id(), &refers, "Смотри, что пишут.");
        for letter in [&reply, &elsewhere, &to_a_stranger] {
            post.client.append("Sent", r"\Seen", "16-Nov-2026 12:00:00 +0300", letter).await;
        }
        assert_eq!(post.world.run().await.fetched, 3, "{on}");
        let sum = post.world.channel().await;
        assert_eq!((sum.new, sum.appended, sum.service, sum.duplicate), (1, 1, 2, 0), "{on}: {sum:?}");
        let thread = post.world.show(appeal.id).await.messages;
        assert_eq!(thread.len(), 2, "{on}");
        assert_eq!(thread[1].direction, Direction::Out, "{on}");
        assert_eq!(thread[1].outside, Some(Outside::Proposed), "{on}");
        let row = post.world.only().await;
        assert_eq!(
            (row.outside_waiting, row.response.met_at),
            (1, None),
            "{on}: nobody has said that it counts"
        );
        let (head, merits) = (&post.world.head, ReplyKind::Merits);
        post.world
            .desk
            .confirm_outside(head, appeal.id, thread[1].id, merits)
            .await
            .expect("a person's word");
        let row = post.world.only().await;
        let sent = Some(moment("2026-11-16T12:00:00+03:00"));
        assert_eq!((row.outside_waiting, row.response.met_at, row.merits_met_at), (0, sent, sent), "{on}");
        assert_eq!(row.stage, Stage::Answered, "{on}");
        assert_eq!(
            post.world.sql("SELECT reason FROM raw_items WHERE fate = 'service'"),
            "sent-elsewhere",
            "{on}"
        );
        post.world.holds().await;
    }
}

#[tokio::test]
async fn letters_whose_numbers_lie_four_thousand_million_apart_cost_what_two_letters_cost() {
    let Some(server) = imap_server() else { return };
    for engine in engines() {
        let mut post = Post::new(engine, &server, "").await;
        let on = post.world.on();
        let letters = [post.letter("Первое."), post.letter("Второе.")];
        post.client.append("INBOX", "", DATE, &letters[0]).await;
        post.client.command("LOGOUT").await;
        // The server goes on numbering from here.
        let maildir = server.maildir(&post.user);
        let list = std::fs::read_to_string(maildir.join("dovecot-uidlist")).expect("the server's numbers");
        let (head, rest) = list.split_once('\n').expect("a head");
        let head: Vec<String> = head
            .split(' ')
            .map(|word| if word.starts_with('N') { "N4294967000".to_owned() } else { word.to_owned() })
            .collect();
        std::fs::write(maildir.join("dovecot-uidlist"), format!("{}\n{rest}", head.join(" ")))
            .expect("a list");
        for entry in std::fs::read_dir(&maildir).expect("the Maildir").flatten() {
            if entry.file_name().to_string_lossy().starts_with("dovecot.index") {
                std::fs::remove_file(entry.path()).expect("an index that the server makes anew");
            }
        }
        post.client = server.client(&post.user).await;
        post.client.append("INBOX", "", DATE, &letters[1]).await;
        let begun = std::time::Instant::now();
        let done = post.world.run().await;
        assert_eq!((done.fetched, done.parsed), (2, 2), "{on}");
        let ids = post.transport_ids().await;
        assert!(ids.ends_with(";4294967000"), "{on}: {ids}");
        assert_eq!(post.world.run().await.fetched, 0, "{on}: nothing comes twice");
        let accounts = post.world.desk.accounts_to_reconcile(&post.world.head, None).await.expect("accounts");
        let account = accounts.iter().find(|account| account.incoming.contains(&post.user)).expect("ours");
        let compared = jobs::reconcile(&post.world.desk, account).await.expect("a comparison");
        assert_eq!((compared[0].in_mailbox, compared[0].missing), (2, 0), "{on}");
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "{on}: {:?}", begun.elapsed());
        post.world.holds().await;
    }
}
