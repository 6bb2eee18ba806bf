//! A server that says nothing for hours: every reply waits and says so, the server is not pestered, and all leave once.

use super::Office;
use crate::mail::scripted::Act::Cut;
use crate::mail::scripted::Script;
use crate::support::{Engine, engines};
use jiff::SignedDuration;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::views::DeliveryView;
use otklik_core::types::{DeliveryState, Explained};

const REPLIES: usize = 5;

impl Office {
    async fn open(&self) -> Vec<DeliveryView> {
        self.world.desk.deliveries(&self.world.head, DeliveryFilter::Open, 100).await.expect("the deliveries")
    }
}

async fn silent(engine: Engine) -> Office {
    let office = Office::new(engine, Script { greeting: Cut, ..Script::default() }).await;
    for _ in 0..REPLIES {
        office.reply().await;
    }
    let done = office.world.run().await;
    assert_eq!((done.accepted, done.not_accepted), (0, REPLIES), "{}", office.world.on());
    assert_eq!(office.server.heard().connections, 1, "a silent server is asked once in a pass");
    office
}

#[tokio::test]
async fn while_a_server_is_silent_every_reply_says_since_when_and_a_person_may_try_all_of_them_now() {
    for engine in engines() {
        let office = silent(engine).await;
        let on = office.world.on();
        let since = office.open().await[0].down_since.expect("a moment");
        office.world.pass(SignedDuration::from_hours(2));
        assert_eq!(office.world.run().await.not_accepted, REPLIES, "{on}");
        let waiting = office.open().await;
        assert_eq!(waiting.len(), REPLIES, "{on}");
        for delivery in &waiting {
            assert_eq!(delivery.state, DeliveryState::Retry, "{on}");
            assert_eq!(delivery.explained, Some(Explained::NoAnswer), "{on}");
            assert_eq!((delivery.down_since, delivery.channel.as_str()), (Some(since), "mail"), "{on}");
            assert!(delivery.next_at > office.world.clock.now(), "{on}: it says when it is tried next");
        }
        office.server.now_does(Script::default());
        assert_eq!(office.world.run().await.accepted, 0, "{on}: not before its time");
        let hurried = office.world.desk.hurry_deliveries(&office.world.head, Some(waiting[0].account)).await;
        assert_eq!(hurried.expect("hurried"), u64::try_from(REPLIES).expect("a count"), "{on}");
        assert_eq!(office.world.run().await.accepted, REPLIES, "{on}");
        assert_eq!(office.server.heard().letters.len(), REPLIES, "{on}: each left once");
        let all = office
            .world
            .desk
            .deliveries(&office.world.head, DeliveryFilter::All, 100)
            .await
            .expect("the deliveries");
        assert!(all.iter().all(|delivery| delivery.down_since.is_none()), "{on}: it answers again");
        office.world.holds().await;
    }
}

#[tokio::test]
async fn the_first_reply_that_a_server_takes_again_brings_all_the_others_after_it_at_once() {
    for engine in engines() {
        let office = silent(engine).await;
        let on = office.world.on();
        office.world.pass(SignedDuration::from_hours(2));
        office.world.run().await;
        office.server.now_does(Script::default());
        let first = office.open().await.iter().map(|delivery| delivery.next_at).min().expect("a time");
        office.world.clock.set(first);
        assert_eq!(office.world.run().await.accepted, REPLIES, "{on}");
        assert_eq!(office.server.heard().letters.len(), REPLIES, "{on}: each left once");
        office.world.holds().await;
    }
}
