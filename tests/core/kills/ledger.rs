//! The books: what was put into the Maildir and what the mail server took, beside what the desk says of both.

use crate::story::world::World;
use crate::support::{Letter, MailServer, eventually};
use otklik_core::desk::views::DeliveryView;
use otklik_core::types::{DeliveryState, Purpose};
use std::collections::{BTreeMap, HashMap};

/// What the mail server has of ours, by Message-ID and recipient.
pub struct Taken(HashMap<(String, String), usize>);

impl Taken {
    /// Waits until the server has put away everything, then counts what came from this world, in its Maildir and in its log.
    pub async fn from(server: &MailServer, world: &World) -> Self {
        server.is_at_rest().await;
        let (mut kept, mut by_id) = (HashMap::new(), HashMap::<String, usize>::new());
        for letter in server.mailbox.letters_of(&world.ours) {
            let key = key_of(&letter);
            *by_id.entry(key.0.clone()).or_default() += 1;
            *kept.entry(key).or_default() += 1;
        }
        let logged = server.logged_from(&world.ours);
        let mut log = HashMap::<String, usize>::new();
        for id in logged {
            *log.entry(id).or_default() += 1;
        }
        assert_eq!(by_id, log, "the server's log and its Maildir tell the same");
        Self(kept)
    }

    fn of(&self, delivery: &DeliveryView) -> usize {
        let id = format!("otklik.{}@example.com", delivery.message.expect("a message").0.simple());
        let recipient = delivery.recipient.raw_for(Purpose::Store).to_lowercase();
        self.0.get(&(id, recipient)).copied().unwrap_or(0)
    }

    /// Compares every delivery with what arrived: how many ended in which state, and how many of the unknown arrived.
    pub fn agrees_with(&self, deliveries: &[DeliveryView], on: &str) -> Sum {
        let mut sum = Sum::default();
        for delivery in deliveries {
            let (arrived, state) = (self.of(delivery), delivery.state);
            let told = format!("{on}: {:?} is {} and arrived {arrived} times", delivery.id, state.code());
            match state {
                DeliveryState::Accepted => assert_eq!(arrived, 1, "{told}"),
                DeliveryState::Unknown => assert!(arrived <= 1, "{told}"),
                DeliveryState::Cancelled => assert_eq!(arrived, 0, "{told}"),
                _ => panic!("{told}"),
            }
            *sum.states.entry(state.code()).or_default() += 1;
            sum.unknown_arrived += usize::from(state == DeliveryState::Unknown && arrived == 1);
        }
        let ours: usize = self.0.values().sum();
        let known: usize = deliveries.iter().map(|delivery| self.of(delivery)).sum();
        assert_eq!(ours, known, "{on}: the server has a letter that no delivery is about");
        sum
    }
}

#[derive(Debug, Default)]
pub struct Sum {
    pub states: BTreeMap<&'static str, usize>,
    pub unknown_arrived: usize,
}

fn key_of(letter: &Letter) -> (String, String) {
    let header = |name: &str| letter.header(name).unwrap_or_default();
    let id = header("Message-ID").trim_matches(['<', '>']).to_owned();
    (id, header("Envelope-to").to_lowercase())
}

/// Every letter that was put into the Maildir has one raw item, and that has its one fate.
pub async fn nothing_is_lost(world: &World, landed: &[String]) {
    let on = world.on();
    for name in landed {
        let mine =
            format!("SELECT count(*) FROM raw_items WHERE transport_id = '{name}' AND fate <> 'pending'");
        assert_eq!(world.count(&mine), 1, "{on}: {name}");
    }
    let count = i64::try_from(landed.len()).expect("a count");
    let all =
        "SELECT count(*) FROM raw_items WHERE account_id IN (SELECT id FROM accounts WHERE kind = 'maildir')";
    assert_eq!(world.count(all), count, "{on}");
    let new = std::fs::read_dir(world.maildir.join("new")).expect("the Maildir").count();
    assert_eq!(new, 0, "{on}: everything is acknowledged");
    world.holds().await;
}

/// Every letter of the mailbox is stored once and has its one fate, and the mailbox has what it had.
pub async fn nothing_of_the_mailbox_is_lost(world: &World, mailed: &[Vec<u8>], there: &[Vec<u8>]) {
    assert_eq!(there, mailed, "{}: nothing in the mailbox is touched", world.on());
    let mine = "FROM raw_items WHERE account_id IN (SELECT id FROM accounts WHERE kind = 'imap')";
    let count = i64::try_from(mailed.len()).expect("a count");
    for what in ["count(*)", "count(DISTINCT transport_id)", "count(DISTINCT sha256)"] {
        assert_eq!(world.count(&format!("SELECT {what} {mine}")), count, "{}: {what}", world.on());
    }
    let size = i64::try_from(mailed.iter().map(Vec::len).sum::<usize>()).expect("a size");
    assert_eq!(world.count(&format!("SELECT CAST(sum(size) AS BIGINT) {mine}")), size, "{}", world.on());
    assert_eq!(world.count(&format!("SELECT count(*) {mine} AND fate = 'pending'")), 0, "{}", world.on());
}

impl MailServer {
    /// Waits until nothing lies in the server's spool. Other tests use it too, so it may take a moment.
    pub async fn is_at_rest(&self) {
        let spool = self.mailbox.beside("smtp/spool/input");
        eventually("an empty spool", async || {
            let left = std::fs::read_dir(&spool).map_or(0, |entries| entries.flatten().count());
            (left == 0).then_some(())
        })
        .await;
    }

    /// The Message-IDs of every letter that the server's log says it took from this sender.
    fn logged_from(&self, sender: &str) -> Vec<String> {
        let log = std::fs::read(self.mailbox.beside("smtp/log/mainlog")).expect("the server's log");
        let log = String::from_utf8_lossy(&log).into_owned();
        let taken = log.lines().filter(|line| line.contains(&format!(" <= {sender} ")));
        let id = |line: &str| line.split(' ').find_map(|word| word.strip_prefix("id=")).map(str::to_owned);
        taken.filter_map(id).collect()
    }
}
