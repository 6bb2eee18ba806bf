//! What leaves: every way in which a server, a worker or a person can get in each other's way, on both engines.

mod fights;
mod leases;
mod lines;
mod pains;
mod refusals;
mod silence;

use crate::mail::scripted::{Script, Server};
use crate::story::letters::{fresh_id, plain};
use crate::story::world::{Plan, World, somebody};
use crate::support::Engine;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::views::DeliveryView;
use otklik_core::types::{AppealId, DeliveryId, ReplyKind};
use uuid::Uuid;

/// A desk with one appeal, no receipts, and a server that does what it is told.
struct Office {
    world: World,
    server: Server,
    appeal: AppealId,
}

impl Office {
    async fn new(engine: Engine, script: Script) -> Self {
        let server = Server::start(script).await;
        let outgoing = format!("smtp://127.0.0.1:{}", server.port);
        let world =
            World::new(engine, Plan { outgoing: &outgoing, receipts: false, ..Plan::default() }).await;
        let letter = plain(&somebody(), &world.ours, &fresh_id(), "", "Можно ли так?");
        world.lands("2026-11-16T09:00:00+03:00", &letter);
        let done = world.run().await;
        assert_eq!((done.parsed, done.accepted, done.not_accepted), (1, 0, 0), "{}", world.on());
        let appeal = world.only().await.id;
        Self { world, server, appeal }
    }

    /// A reply that may leave at once.
    async fn request(&self) -> ReplyRequest {
        self.request_to(self.appeal).await
    }

    async fn request_to(&self, appeal: AppealId) -> ReplyRequest {
        ReplyRequest {
            appeal,
            text: format!("Так нельзя. {}", Uuid::now_v7()),
            kind: ReplyKind::Response,
            seen: self.world.show(appeal).await.last_message,
            idempotency_key: Uuid::now_v7(),
            immediately: true,
            cc: Vec::new(),
            files: Vec::new(),
        }
    }

    async fn reply(&self) -> DeliveryView {
        self.world.desk.send_reply(&self.world.head, self.request().await).await.expect("a reply")
    }

    async fn delivery(&self, id: DeliveryId) -> DeliveryView {
        let all = self
            .world
            .desk
            .deliveries(&self.world.head, DeliveryFilter::All, 10_000)
            .await
            .expect("the deliveries");
        all.into_iter().find(|delivery| delivery.id == id).expect("the delivery")
    }

    /// The history's actions.
    async fn told(&self) -> Vec<String> {
        self.world.show(self.appeal).await.journal.into_iter().map(|line| line.action).collect()
    }
}
