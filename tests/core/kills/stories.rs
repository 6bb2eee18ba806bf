//! Single gaps, told to their end.

use super::program::{End, Program};
use crate::story::letters::{fresh_id, plain};
use crate::story::sent_copies;
use crate::story::world::{Plan, World, somebody};
use crate::support::{Engine, MailServer, engines, eventually, imap_server, mail_server};
use jiff::SignedDuration;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::views::DeliveryView;
use otklik_core::types::{AppealId, DeliveryId, DeliveryState, ReplyKind, SentCopy};
use std::path::PathBuf;
use uuid::Uuid;

pub const BEYOND_THE_LEASE: SignedDuration = SignedDuration::from_secs(200);
const ONCE: [&str; 2] = ["serve", "--once"];

/// A desk with one appeal, the program under test, and where its letters go: the real mail server or a folder.
pub struct Scene {
    pub world: World,
    pub program: Program,
    pub server: MailServer,
    pub author: String,
    pub appeal: AppealId,
}

impl Scene {
    pub async fn new(engine: Engine, folder: bool) -> Option<Self> {
        let server = mail_server()?;
        let outgoing = match folder {
            true => format!("folder:{}", engine.folder().join("out").display()),
            false => server.plain.clone(),
        };
        let world =
            World::new(engine, Plan { outgoing: &outgoing, receipts: false, ..Plan::default() }).await;
        let program = Program::of(&world)?;
        let author = somebody();
        let letter = plain(&author, &world.ours, &fresh_id(), "", "Можно ли так?");
        world.lands("2026-11-16T09:00:00+03:00", &letter);
        world.run().await;
        let appeal = world.only().await.id;
        Some(Self { world, program, server, author, appeal })
    }

    pub async fn reply(&self) -> DeliveryId {
        let request = ReplyRequest {
            appeal: self.appeal,
            text: format!("{}{}", "Так нельзя. ".repeat(100), Uuid::now_v7()),
            kind: ReplyKind::Response,
            seen: self.world.show(self.appeal).await.last_message,
            idempotency_key: Uuid::now_v7(),
            immediately: true,
            cc: Vec::new(),
            files: Vec::new(),
        };
        self.world.desk.send_reply(&self.world.head, request).await.expect("a reply").id
    }

    pub async fn delivery(&self, id: DeliveryId) -> DeliveryView {
        let all = self
            .world
            .desk
            .deliveries(&self.world.head, DeliveryFilter::All, 10_000)
            .await
            .expect("the deliveries");
        all.into_iter().find(|delivery| delivery.id == id).expect("the delivery")
    }

    pub async fn state(&self, id: DeliveryId) -> DeliveryState {
        self.delivery(id).await.state
    }

    pub async fn serve_once(&self) {
        self.program.does(&ONCE, self.world.clock.now()).await;
    }

    /// Serves until it is killed at this point.
    pub async fn is_killed_at(&self, point: &str) {
        let mut run = self.program.start(&ONCE, self.world.clock.now(), &format!("{point}=kill"));
        assert_eq!(run.ends().await, End::KilledAt(point.to_owned()), "{}", run.said());
        self.world.pass(BEYOND_THE_LEASE);
    }

    /// How many letters the author has from us, once the server has put away all that it took.
    pub async fn arrived(&self) -> usize {
        self.server.is_at_rest().await;
        self.server.mailbox.letters_to(&self.author).len()
    }

    pub async fn told(&self) -> Vec<String> {
        self.world.show(self.appeal).await.journal.into_iter().map(|line| line.action).collect()
    }

    fn flag(&self, name: &str) -> PathBuf {
        self.world.engine.folder().join(name)
    }
}

/// The scene on each engine that can run here.
pub async fn scenes(folder: bool) -> Vec<Scene> {
    let mut scenes = Vec::new();
    for engine in engines() {
        scenes.extend(Scene::new(engine, folder).await);
    }
    scenes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_worker_that_holds_the_servers_yes_turns_an_untouched_unknown_into_accepted() {
    for scene in scenes(false).await {
        let sent = scene.reply().await;
        let mut late = scene.program.start(&ONCE, scene.world.clock.now(), "sender.answered=stop");
        assert!(late.stands_still().await, "{}", late.said());
        assert_eq!(scene.state(sent).await, DeliveryState::Sending);
        scene.world.pass(BEYOND_THE_LEASE);
        scene.serve_once().await;
        assert_eq!(scene.state(sent).await, DeliveryState::Unknown, "{}", scene.world.on());
        late.goes_on();
        assert_eq!(late.ends().await, End::Exited(0), "{}", late.said());
        assert_eq!(scene.state(sent).await, DeliveryState::Accepted, "{}", scene.world.on());
        assert_eq!(scene.arrived().await, 1);
        assert_eq!(scene.told().await[1..], ["reply.scheduled", "delivery.unknown", "delivery.accepted"]);
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_decided_about_an_unknown_a_late_yes_does_not_change() {
    for scene in scenes(false).await {
        let sent = scene.reply().await;
        let mut late = scene.program.start(&ONCE, scene.world.clock.now(), "sender.answered=stop");
        assert!(late.stands_still().await, "{}", late.said());
        scene.world.pass(BEYOND_THE_LEASE);
        scene.serve_once().await;
        scene.world.desk.drop_delivery(&scene.world.head, sent).await.expect("given up");
        late.goes_on();
        assert_eq!(late.ends().await, End::Exited(0), "{}", late.said());
        assert_eq!(scene.state(sent).await, DeliveryState::Cancelled, "{}", scene.world.on());
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_before_the_first_byte_leaves_no_question() {
    for scene in scenes(false).await {
        let sent = scene.reply().await;
        scene.is_killed_at("start.committed").await;
        assert_eq!(scene.state(sent).await, DeliveryState::Sending);
        scene.serve_once().await;
        assert_eq!(scene.state(sent).await, DeliveryState::Accepted, "{}", scene.world.on());
        assert_eq!(scene.arrived().await, 1);
        assert_eq!(scene.told().await[1..], ["reply.scheduled", "delivery.accepted"]);
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_stopped_before_the_first_byte_sends_nothing_when_another_has_taken_its_seal() {
    for scene in scenes(false).await {
        let sent = scene.reply().await;
        let mut late = scene.program.start(&ONCE, scene.world.clock.now(), "start.committed=stop");
        assert!(late.stands_still().await, "{}", late.said());
        scene.world.pass(BEYOND_THE_LEASE);
        scene.serve_once().await;
        assert_eq!((scene.state(sent).await, scene.arrived().await), (DeliveryState::Accepted, 1));
        late.goes_on();
        assert_eq!(late.ends().await, End::Exited(0), "{}", late.said());
        assert_eq!((scene.state(sent).await, scene.arrived().await), (DeliveryState::Accepted, 1));
        assert_eq!(late.reached("sender.begun"), 0);
        scene.world.holds().await;
    }
}

/// After the machine went down the file system may have forgotten that a seal was broken.
#[tokio::test(flavor = "multi_thread")]
async fn a_seal_of_an_earlier_boot_proves_nothing() {
    for scene in scenes(false).await {
        let sent = scene.reply().await;
        scene.is_killed_at("start.committed").await;
        let seals = scene.world.desk.state_dir().join("sending");
        let boot = std::fs::read_dir(&seals).expect("the seals").flatten().next().expect("this boot").path();
        assert_eq!(std::fs::read_dir(&boot).expect("its seals").count(), 1);
        std::fs::rename(&boot, seals.join("another-boot")).expect("the machine starts anew");
        scene.serve_once().await;
        assert_eq!(scene.state(sent).await, DeliveryState::Unknown, "{}", scene.world.on());
        assert_eq!(scene.arrived().await, 0);
        scene.world.desk.retry_delivery(&scene.world.head, sent).await.expect("on a person's word");
        scene.serve_once().await;
        assert_eq!((scene.state(sent).await, scene.arrived().await), (DeliveryState::Accepted, 1));
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn seals_do_not_pile_up() {
    for scene in scenes(false).await {
        for point in ["start.committed", "sweep.proven", "sweep.put-back", "sender.begun"] {
            scene.reply().await;
            if point.starts_with("sweep") {
                scene.is_killed_at("start.committed").await;
            }
            scene.is_killed_at(point).await;
        }
        scene.serve_once().await;
        let seals = scene.world.desk.state_dir().join("sending");
        let boot = std::fs::read_dir(&seals).expect("the seals").flatten().next().expect("this boot").path();
        assert_eq!(std::fs::read_dir(&boot).expect("its seals").count(), 0, "{}", scene.world.on());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_over_a_folder_the_letter_lies_there_once() {
    for point in ["folder.written", "folder.named"] {
        for scene in scenes(true).await {
            let sent = scene.reply().await;
            scene.is_killed_at(point).await;
            scene.serve_once().await;
            assert_eq!(scene.state(sent).await, DeliveryState::Unknown, "{point} {}", scene.world.on());
            scene.world.desk.retry_delivery(&scene.world.head, sent).await.expect("on a person's word");
            scene.serve_once().await;
            assert_eq!(scene.state(sent).await, DeliveryState::Accepted, "{point} {}", scene.world.on());
            let files = std::fs::read_dir(scene.flag("out")).expect("the folder").flatten();
            let letters = files.filter(|file| file.path().extension().is_some_and(|end| end == "eml"));
            assert_eq!(letters.count(), 1, "{point} {}", scene.world.on());
            scene.world.holds().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_to_reply_that_is_killed_has_replied_or_not_and_never_half() {
    for (point, made) in [("reply.written", 0), ("reply.committed", 1)] {
        for scene in scenes(false).await {
            let number = scene.world.only().await.number.to_string();
            let verb = ["--as", "Орлова А.", "appeal", "reply", &number, "--body-file", "-", "--yes"];
            let now = scene.world.clock.now();
            let order = format!("{point}=kill");
            let mut reply = scene.program.start_with_input(&verb, now, &order, "Так нельзя.\n".as_bytes());
            assert_eq!(reply.ends().await, End::KilledAt(point.to_owned()), "{}", reply.said());
            let count = |what: &str| scene.world.count(&format!("SELECT count(*) FROM {what}"));
            assert_eq!(count("deliveries"), made, "{point} {}", scene.world.on());
            assert_eq!(count("messages WHERE direction = 'out'"), made);
            scene.serve_once().await;
            assert_eq!(scene.arrived().await, usize::try_from(made).expect("a count"));
            scene.world.holds().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_that_is_killed_has_taken_back_or_not_and_never_half() {
    for (point, arrives) in [("undo.written", 1), ("undo.committed", 0)] {
        for scene in scenes(false).await {
            let sent = scene.reply().await;
            let verb = ["--as", "Орлова А.", "delivery", "undo", &sent.to_string()];
            let mut undo = scene.program.start(&verb, scene.world.clock.now(), &format!("{point}=kill"));
            assert_eq!(undo.ends().await, End::KilledAt(point.to_owned()), "{}", undo.said());
            scene.serve_once().await;
            assert_eq!(scene.arrived().await, arrives, "{point} {}", scene.world.on());
            let (state, draft) = match arrives {
                1 => (DeliveryState::Accepted, false),
                _ => (DeliveryState::Cancelled, true),
            };
            assert_eq!(scene.state(sent).await, state, "{point} {}", scene.world.on());
            assert_eq!(scene.world.show(scene.appeal).await.draft.is_some(), draft, "the text is kept");
            scene.world.holds().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pain_18_undo_meets_the_worker_in_every_gap_and_one_of_them_wins() {
    // Where the worker waits, and whether the letter may still be taken back there.
    let gaps = [
        ("lease.committed", true),
        ("smtp.opened", true),
        ("smtp.rcpt", true),
        ("smtp.data", true),
        ("start.committed", false),
        ("sender.begun", false),
        ("smtp.block", false),
        ("sender.answered", false),
        ("conclude.committed", false),
    ];
    for scene in scenes(false).await {
        let mut expected = 0;
        for (point, in_time) in gaps {
            let sent = scene.reply().await;
            let (go, here) = (scene.flag(&format!("{point}.go")), scene.flag(&format!("{point}.here")));
            let order = format!("{point}=wait:{}", go.display());
            let mut worker = scene.program.start(&ONCE, scene.world.clock.now(), &order);
            eventually("the worker in the gap", async || here.exists().then_some(())).await;
            let undone = scene.world.desk.undo_delivery(&scene.world.head, sent).await;
            std::fs::write(&go, "").expect("a sign");
            assert_eq!(worker.ends().await, End::Exited(0), "{point}: {}", worker.said());
            match undone {
                Ok(()) => assert!(in_time, "{point} {}", scene.world.on()),
                Err(error) => assert_eq!((error.code, in_time), ("already-gone", false), "{point}"),
            }
            expected += usize::from(!in_time);
            let state = if in_time { DeliveryState::Cancelled } else { DeliveryState::Accepted };
            assert_eq!(scene.state(sent).await, state, "{point} {}", scene.world.on());
            assert_eq!(scene.arrived().await, expected, "{point} {}", scene.world.on());
        }
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pain_16_crashes_between_the_servers_yes_and_its_record_send_no_copies() {
    // Where the worker crashes, and how many letters have arrived for good then.
    let crashes = [
        ("smtp.ended", 0..=1, DeliveryState::Unknown),
        ("sender.answered", 1..=1, DeliveryState::Unknown),
        ("conclude.written", 1..=1, DeliveryState::Unknown),
        ("conclude.committed", 1..=1, DeliveryState::Accepted),
    ];
    for scene in scenes(false).await {
        for (point, letters, state) in &crashes {
            let before = scene.arrived().await;
            let sent = scene.reply().await;
            scene.is_killed_at(point).await;
            let arrived = scene.arrived().await;
            assert!(letters.contains(&(arrived - before)), "{point} {}: {arrived}", scene.world.on());
            for _ in 0..25 {
                scene.world.pass(SignedDuration::from_hours(1));
                scene.world.run().await;
                assert_eq!(scene.state(sent).await, *state, "{point} {}", scene.world.on());
            }
            assert_eq!(scene.arrived().await, arrived, "{point} {}: no copies", scene.world.on());
        }
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_over_the_nightly_comparison_it_is_done_again_and_fetches_nothing_twice() {
    for point in ["reconcile.compared", "reconcile.written"] {
        for scene in scenes(true).await {
            let on = scene.world.on();
            scene.world.pass(SignedDuration::from_hours(24));
            let letter = plain(&scene.author, &scene.world.ours, &fresh_id(), "", "Положено мимо.");
            std::fs::write(scene.world.maildir.join("cur/beside.test:2,S"), letter).expect("a letter");
            scene.is_killed_at(point).await;
            assert_eq!(scene.world.count("SELECT count(*) FROM reconciliations"), 0, "{on}: {point}");
            scene.serve_once().await;
            assert_eq!(scene.world.count("SELECT count(*) FROM reconciliations"), 1, "{on}: {point}");
            let sum = scene.world.channel().await;
            let found = sum.reconciled.clone().expect("a comparison");
            assert_eq!((sum.fetched, found.in_mailbox, found.gone), (2, 2, 0), "{on}: {point}");
            scene.world.holds().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_every_gap_of_a_copy_into_sent_there_is_one_copy_and_the_reply_is_what_it_was() {
    let Some(server) = imap_server() else { return };
    for point in ["copy.claimed", "copy.searched", "copy.appended", "copy.written", "copy.committed"] {
        for engine in engines() {
            let mut office = sent_copies::Office::new(engine, &server).await;
            let Some(program) = Program::of(&office.post.world) else { return };
            let on = format!("{point} {}", office.post.world.on());
            let sent = office.replies().await;
            office.post.world.pass(SignedDuration::from_secs(31));
            let mut run = program.start(&ONCE, office.post.world.clock.now(), &format!("{point}=kill"));
            assert_eq!(run.ends().await, End::KilledAt(point.to_owned()), "{on} {}", run.said());
            let had = office.in_sent().await.len();
            assert_eq!(had, usize::from(!matches!(point, "copy.claimed" | "copy.searched")), "{on}");
            office.post.world.pass(SignedDuration::from_hours(1));
            program.does(&ONCE, office.post.world.clock.now()).await;
            assert_eq!(office.in_sent().await.len(), 1, "{on}");
            // It also looks whether the reply itself is still taken for accepted.
            assert_eq!(office.delivery(sent.id).await.sent_copy, Some(SentCopy::Made), "{on}");
            office.post.world.holds().await;
        }
    }
}
