//! Several addresses, several teams: a letter to two of them is one appeal that both see, and nobody else.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, land, moment, somebody};
use crate::support::engines;
use otklik_core::desk::reply::AppealEdit;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::views::QueueFilter;
use otklik_core::desk::{NewAccount, OrgRow};
use otklik_core::types::{Actor, OrgLevel, Role, Untrusted};
use std::path::PathBuf;

const AT: &str = "2026-11-16T09:00:00+03:00";

/// A desk with three branches, a lawyer in each, and an address of each of the first two that leads to the one mailbox.
struct Branches {
    world: World,
    lawyers: [Actor; 3],
    addresses: [String; 2],
}

async fn branches(world: World) -> Branches {
    let codes = ["north", "south", "east"];
    let org = |code: &str| OrgRow {
        code: code.into(),
        level: OrgLevel::Local,
        name: Untrusted::new(code),
        parent: None,
        life: Default::default(),
    };
    world.desk.import_orgs(&world.head, codes.map(org).to_vec(), true).await.expect("branches");
    let mut lawyers = Vec::new();
    for code in codes {
        lawyers.push(world.person(code, Role::Lawyer, Some(code)).await);
    }
    let addresses = [somebody(), somebody()];
    for (address, code) in addresses.iter().zip(codes) {
        let put = world.desk.put_address(&world.head, "mail", &address.to_uppercase(), Some(code)).await;
        put.unwrap_or_else(|error| panic!("{error:?}"));
    }
    Branches { world, lawyers: lawyers.try_into().expect("three"), addresses }
}

impl Branches {
    /// How many appeals each lawyer sees in the queue, by its counts and by the words.
    async fn seen(&self) -> [usize; 3] {
        let mut seen = [0; 3];
        for (lawyer, seen) in self.lawyers.iter().zip(&mut seen) {
            *seen = self.world.rows_of(lawyer).await.len();
            let counts = self.world.desk.queue_counts(lawyer).await.expect("the counts");
            assert_eq!(usize::try_from(counts.all), Ok(*seen), "{}", self.world.on());
            let search = QueueFilter { search: Some("путёвка".into()), ..QueueFilter::default() };
            let found = self.world.desk.queue_page(lawyer, &search, Default::default(), 100).await;
            assert_eq!(found.expect("a page").rows.len(), *seen, "{}", self.world.on());
        }
        seen
    }

    fn lands(&self, to: &str, more: &str) {
        let letter = plain(&somebody(), to, &fresh_id(), more, "Не дают путёвку.");
        self.world.lands(AT, &letter);
    }
}

#[tokio::test]
async fn a_letter_to_two_of_our_addresses_is_one_appeal_that_both_teams_see_and_no_other() {
    for engine in engines() {
        let out = format!("folder:{}", engine.folder().join("out").display());
        let desk = branches(World::new(engine, Plan { outgoing: &out, ..Plan::default() }).await).await;
        let on = desk.world.on();
        let [north, south] = &desk.addresses;
        desk.lands(&desk.world.ours, "");
        desk.world.run().await;
        assert_eq!(desk.seen().await, [0, 0, 0], "{on}: to the whole desk's address");
        desk.lands(north, "");
        desk.world.run().await;
        assert_eq!(desk.seen().await, [1, 0, 0], "{on}");
        desk.lands(&format!("{north}, {south}"), "");
        desk.world.run().await;
        assert_eq!(desk.seen().await, [2, 1, 0], "{on}");
        desk.lands(&desk.world.ours, &format!("Cc: {south}\r\n"));
        desk.world.run().await;
        assert_eq!(desk.seen().await, [2, 2, 0], "{on}: a carbon copy is enough");
        assert_eq!(desk.world.rows().await.len(), 4, "{on}: each letter is one appeal");

        let row = &desk.world.rows_of(&desk.lawyers[1]).await[0];
        let (id, lawyers) = (row.id, &desk.lawyers);
        desk.world.desk.appeal(&lawyers[1], id).await.expect("the second team reads it");
        let sent =
            desk.world.desk.deliveries(&lawyers[1], DeliveryFilter::All, 10).await.expect("the deliveries");
        assert_eq!(sent.len(), 2, "{on}: and sees its receipts");
        let hidden = desk.world.desk.appeal(&lawyers[2], id).await.expect_err("not the third's");
        assert_eq!(hidden.code, "no-appeal", "{on}");
        let assigned = |to: &Actor| AppealEdit { assignee: Some(to.staff()), ..AppealEdit::default() };
        desk.world.desk.edit(&desk.world.head, id, assigned(&lawyers[1])).await.expect("of its team");
        let refused = desk.world.desk.edit(&desk.world.head, id, assigned(&lawyers[2])).await;
        assert_eq!(refused.expect_err("of no team of it").code, "assignee-out-of-scope", "{on}");
        desk.world.holds().await;
    }
}

#[tokio::test]
async fn copies_of_one_letter_in_the_mailboxes_of_two_teams_are_one_appeal_of_both() {
    for engine in engines() {
        let desk = branches(World::new(engine, Plan::default()).await).await;
        let on = desk.world.on();
        let maildirs: Vec<PathBuf> =
            ["north", "east"].iter().map(|code| desk.world.engine.folder().join(code)).collect();
        for (maildir, code) in maildirs.iter().zip(["north", "east"]) {
            for folder in ["tmp", "new", "cur"] {
                std::fs::create_dir_all(maildir.join(folder)).expect("a Maildir");
            }
            let account = NewAccount {
                name: format!("z-{code}"),
                incoming: format!("maildir:{}", maildir.display()),
                since: moment("2026-11-01T00:00:00+03:00"),
                org: Some(code.into()),
                ..desk.world.another_account()
            };
            desk.world.desk.add_channel(&desk.world.head, account).await.expect("an account");
        }
        // A blind copy names neither address.
        let letter = plain(&somebody(), "undisclosed@example.net", &fresh_id(), "", "Не дают путёвку.");
        land(&maildirs[0], "first.test", moment(AT), &letter);
        desk.world.run().await;
        assert_eq!(desk.seen().await, [1, 0, 0], "{on}: the team of the mailbox");
        land(&maildirs[1], "second.test", moment(AT), &letter);
        desk.world.run().await;
        assert_eq!(desk.seen().await, [1, 0, 1], "{on}");
        assert_eq!(desk.world.rows().await.len(), 1, "{on}");
        let channels = desk.world.desk.channels(&desk.world.head).await.expect("the channels");
        let sums: Vec<_> = channels.iter().map(|sum| (sum.new, sum.duplicate)).collect();
        assert_eq!(sums, [(0, 0), (0, 1), (1, 0)], "{on}");
    }
}

#[tokio::test]
async fn an_address_is_given_to_another_team_and_taken_away_again_and_what_came_stays_where_it_is() {
    for engine in engines() {
        let desk = branches(World::new(engine, Plan::default()).await).await;
        let (world, on, head) = (&desk.world, desk.world.on(), &desk.world.head);
        let north = &desk.addresses[0];
        desk.lands(north, "");
        world.run().await;
        world.desk.put_address(head, "mail", north, Some("east")).await.expect("another team");
        desk.lands(north, "");
        world.run().await;
        assert_eq!(desk.seen().await, [1, 0, 1], "{on}");
        let listed = world.channel().await.addresses;
        assert!(
            listed.iter().any(|(address, org)| address == north && org == &Some(Untrusted::new("east"))),
            "{on}"
        );
        world.desk.remove_address(head, "mail", north).await.expect("taken away");
        desk.lands(north, "");
        world.run().await;
        assert_eq!(desk.seen().await, [1, 0, 1], "{on}");
        let codes = [
            world.desk.remove_address(head, "mail", north).await.expect_err("gone").code,
            world.desk.put_address(head, "none", north, None).await.expect_err("no such account").code,
            world.desk.put_address(head, "mail", "no address", None).await.expect_err("no address").code,
            world
                .desk
                .put_address(head, "mail", &world.ours, None)
                .await
                .expect_err("the account's own")
                .code,
            world.desk.put_address(head, "mail", north, Some("west")).await.expect_err("no such branch").code,
        ];
        assert_eq!(
            codes,
            ["no-such-address", "no-channel", "bad-address", "address-of-account", "no-organisation"]
        );
        world.holds().await;
    }
}
