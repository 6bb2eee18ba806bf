//! Round after round: work is put before the program, it is killed (stopped, failed) at a point, and the next round's process
//! goes on from what is there. At the end the books are compared.

use super::ledger::{Taken, nothing_is_lost, nothing_of_the_mailbox_is_lost};
use super::points::{self, Point, Way};
use super::program::{End, Program};
use crate::story::letters::{fresh_id, plain};
use crate::story::mailbox::Post;
use crate::story::world::{Plan, World, somebody};
use crate::support::{
    Engine, ImapClient, MailServer, eventually, imap_server, mail_server, postgres, scaled, seed, sqlite,
};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use otklik_core::desk::NewAccount;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::views::{DeliveryView, PageFrom, QueueFilter};
use otklik_core::types::{DeliveryId, DeliveryState, ReplyKind};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Longer than any lease.
const BEYOND_THE_LEASE: SignedDuration = SignedDuration::from_secs(200);
/// Kills at any point, whichever comes, in each lap of all points.
const ANYWHERE: usize = 6;

struct Rounds {
    world: World,
    program: Program,
    server: MailServer,
    random: StdRng,
    landed: Vec<String>,
    /// A mailbox of ours on the real server, and what was put into it.
    mailbox: ImapClient,
    mailed: Vec<Vec<u8>>,
    /// Attempts in `sending` whose sender was killed: the point that it had come to last, and whether the letter's seal stood.
    left: HashMap<(DeliveryId, i64), (String, bool)>,
    /// How often something was done at a point.
    done: BTreeMap<String, usize>,
    kills: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_every_gap_nothing_is_lost_or_sent_twice_on_sqlite() {
    killed_in_every_gap(sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_every_gap_nothing_is_lost_or_sent_twice_on_postgres() {
    if let Some(engine) = postgres() {
        killed_in_every_gap(engine).await;
    }
}

async fn killed_in_every_gap(engine: Engine) {
    let Some(mut rounds) = Rounds::new(engine, "killed_in_every_gap").await else { return };
    let wanted = scaled(1000);
    while rounds.kills < wanted {
        let mut lap: Vec<Option<Point>> = points::of_serving().map(Some).collect();
        lap.extend([None; ANYWHERE]);
        lap.shuffle(&mut rounds.random);
        for point in lap {
            rounds.killed(point).await;
        }
    }
    rounds.come_to_an_end().await;
    rounds.agree().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_beyond_the_lease_in_every_gap_nothing_is_lost_or_sent_twice_on_sqlite() {
    stopped_in_every_gap(sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_beyond_the_lease_in_every_gap_nothing_is_lost_or_sent_twice_on_postgres() {
    if let Some(engine) = postgres() {
        stopped_in_every_gap(engine).await;
    }
}

async fn stopped_in_every_gap(engine: Engine) {
    let Some(mut rounds) = Rounds::new(engine, "stopped_in_every_gap").await else { return };
    for _ in 0..scaled(5) {
        let mut lap: Vec<Point> = points::of_serving().collect();
        lap.shuffle(&mut rounds.random);
        for point in lap {
            rounds.stopped(point).await;
        }
    }
    rounds.come_to_an_end().await;
    rounds.agree().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_fails_in_any_gap_is_done_later_and_once_on_sqlite() {
    failed_in_every_gap(sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_fails_in_any_gap_is_done_later_and_once_on_postgres() {
    if let Some(engine) = postgres() {
        failed_in_every_gap(engine).await;
    }
}

async fn failed_in_every_gap(engine: Engine) {
    let Some(mut rounds) = Rounds::new(engine, "failed_in_every_gap").await else { return };
    for _ in 0..scaled(5) {
        let mut lap: Vec<Point> = points::of_serving().collect();
        lap.shuffle(&mut rounds.random);
        for point in lap {
            rounds.failed(point).await;
        }
    }
    rounds.come_to_an_end().await;
    rounds.agree().await;
}

impl Rounds {
    async fn new(engine: Engine, test: &str) -> Option<Self> {
        let server = mail_server()?;
        let world = World::new(engine, Plan { outgoing: &server.plain, ..Plan::default() }).await;
        let program = Program::of(&world)?;
        let imap = imap_server()?;
        let (user, mailbox) = imap.new_user().await;
        // Behind the Maildir's by its name.
        let account = Post::account(&world, &imap, &user, "", &somebody());
        let account = NewAccount { name: "other".into(), ..account };
        world.desk.add_channel(&world.head, account).await.expect("an account");
        let random = StdRng::seed_from_u64(seed(&format!("{test} on {}", world.on())));
        let (landed, left, done) = (Vec::new(), HashMap::new(), BTreeMap::new());
        let mailed = Vec::new();
        Some(Self { world, program, server, random, landed, mailbox, mailed, left, done, kills: 0 })
    }

    /// Automatic letters, which ask for no answer, come into the mailbox: none, one or a few.
    async fn mail(&mut self) {
        let date =
            self.world.clock.now().to_zoned(TimeZone::UTC).strftime("%d-%b-%Y %H:%M:%S +0000").to_string();
        for _ in 0..self.random.gen_range(0..4) {
            let text = "Я в отпуске. ".repeat(self.random.gen_range(1..400));
            let headers = "Auto-Submitted: auto-replied\r\n";
            let letter = plain(&somebody(), "lena@example.org", &fresh_id(), headers, &text);
            self.mailbox.append("INBOX", "", &date, &letter).await;
            self.mailed.push(letter);
        }
    }

    /// Two letters come in, each with a receipt to follow, and somebody is answered.
    async fn work(&mut self) {
        self.mail().await;
        for _ in 0..2 {
            let text = "Меня уволили, а за что, не сказали. ".repeat(self.random.gen_range(1..40));
            let letter = plain(&somebody(), &self.world.ours, &fresh_id(), "", &text);
            self.landed.push(self.world.lands(&self.world.clock.now().to_string(), &letter));
        }
        let (desk, head) = (&self.world.desk, &self.world.head);
        let page = desk.queue_page(head, &QueueFilter::default(), PageFrom::Start, 20).await.expect("a page");
        let Some(row) = page.rows.choose(&mut self.random) else { return };
        let request = ReplyRequest {
            appeal: row.id,
            text: format!(
                "{}{}",
                "Вашим обращением занимается Орлова А. ".repeat(self.random.gen_range(1..60)),
                Uuid::now_v7()
            ),
            kind: ReplyKind::Response,
            seen: self.world.show(row.id).await.last_message,
            idempotency_key: Uuid::now_v7(),
            immediately: true,
            cc: Vec::new(),
            files: Vec::new(),
        };
        desk.send_reply(head, request).await.expect("a reply");
    }

    /// What must be there for the program to come to a point, and the time of day.
    async fn before(&mut self, way: Way) {
        self.work().await;
        match way {
            Way::LeftBefore => self.run_into_a_kill("start.committed=kill", true).await,
            Way::LeftAfter => self.run_into_a_kill("sender.begun=kill", true).await,
            Way::Hour => self.world.pass(SignedDuration::from_hours(1)),
            Way::Mail | Way::Told => {}
        }
    }

    async fn killed(&mut self, point: Option<Point>) {
        let Some(point) = point else {
            self.work().await;
            let order = format!("*=kill@{}", self.random.gen_range(1..50));
            return self.run_into_a_kill(&order, false).await;
        };
        self.before(point.way).await;
        let order = format!("{}=kill@{}", point.name, self.random.gen_range(1..=point.times));
        self.run_into_a_kill(&order, true).await;
    }

    /// Serves until the order kills it; the lease of whoever was killed runs out.
    async fn run_into_a_kill(&mut self, order: &str, surely: bool) {
        // A run that may come to its end must have one.
        let args: &[&str] =
            if surely && self.random.gen_bool(0.5) { &["serve"] } else { &["serve", "--once"] };
        let mut run = self.program.start(args, self.world.clock.now(), order);
        match run.ends().await {
            End::KilledAt(point) => {
                self.note_what_is_left(&run.sender_was_at().unwrap_or_default()).await;
                *self.done.entry(point).or_default() += 1;
                self.kills += 1;
            }
            End::Exited(code) => {
                assert!(!surely && code == 0, "{order} {args:?}: exit {code}: {}", run.said());
            }
        }
        self.world.pass(BEYOND_THE_LEASE);
    }

    async fn note_what_is_left(&mut self, point: &str) {
        for delivery in self.open().await {
            if delivery.state == DeliveryState::Sending {
                let attempt = (delivery.id, delivery.attempts);
                let sealed = self.is_sealed(attempt);
                self.left.entry(attempt).or_insert_with(|| (point.to_owned(), sealed));
            }
        }
    }

    /// Whether nothing of the letter can have gone out in this attempt. Several are under way at once, so the point at which
    /// their sender is killed says it of one of them only.
    fn is_sealed(&self, (delivery, attempt): (DeliveryId, i64)) -> bool {
        let begins = format!("{delivery}-{attempt}-");
        let boots = std::fs::read_dir(self.world.desk.state_dir().join("sending")).into_iter().flatten();
        let seals =
            boots.flatten().flat_map(|boot| std::fs::read_dir(boot.path()).expect("its seals").flatten());
        seals.filter_map(|seal| seal.file_name().into_string().ok()).any(|name| name.starts_with(&begins))
    }

    /// One process stands still beyond its lease while another does all there is to do; then it goes on as if nothing were.
    async fn stopped(&mut self, point: Point) {
        self.before(point.way).await;
        let order = format!("{}=stop@{}", point.name, self.random.gen_range(1..=point.times));
        let once = ["serve", "--once"];
        let mut still = self.program.start(&once, self.world.clock.now(), &order);
        assert!(still.stands_still().await, "{order}: {}", still.said());
        *self.done.entry(point.name.to_owned()).or_default() += 1;
        self.world.pass(BEYOND_THE_LEASE);
        let mut other = self.program.start(&once, self.world.clock.now(), "");
        // Who stands still within a transaction holds up the other until it goes on. Of several letters under way one may be
        // at the point while another is being recorded.
        let mut held_up = point.in_transaction;
        if !held_up {
            held_up = eventually("the other's end", async || {
                other.has_ended().or_else(|| self.waits_for_a_lock().then_some(true))
            })
            .await;
            let end = if held_up { None } else { Some(other.ends().await) };
            held_up |= end == Some(End::Exited(1)) && other.said().contains("The desk is busy");
            assert!(held_up || end == Some(End::Exited(0)), "beside {order}: {end:?} {}", other.said());
        }
        still.goes_on();
        let (end, beside) = (still.ends().await, other.ends().await);
        let told = format!("{order}: {}; beside it: {}", still.said(), other.said());
        assert_eq!(end, End::Exited(0), "{told}");
        let was_busy = beside == End::Exited(1) && other.said().contains("The desk is busy");
        assert!(beside == End::Exited(0) || held_up && was_busy, "{beside:?} {told}");
        self.world.pass(BEYOND_THE_LEASE);
    }

    /// Whether somebody waits for what another transaction holds; SQLite's writers are told so after a while instead.
    fn waits_for_a_lock(&self) -> bool {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        self.world.on() == "postgres" && self.world.count(waiting) > 0
    }

    /// One step fails once, and the program goes on or ends with an error.
    async fn failed(&mut self, point: Point) {
        self.before(point.way).await;
        let order = format!("{}=error@{}", point.name, self.random.gen_range(1..=point.times));
        let mut run = self.program.start(&["serve", "--once"], self.world.clock.now(), &order);
        let end = run.ends().await;
        assert!(matches!(end, End::Exited(0 | 1)), "{order}: {end:?} {}", run.said());
        assert!(run.acted("error").is_some(), "{order} was not reached: {}", run.said());
        *self.done.entry(point.name.to_owned()).or_default() += 1;
        self.world.pass(BEYOND_THE_LEASE);
    }

    async fn open(&self) -> Vec<DeliveryView> {
        self.world
            .desk
            .deliveries(&self.world.head, DeliveryFilter::Open, 10_000)
            .await
            .expect("the deliveries")
    }

    /// Nothing disturbs the program any more, until all that can leave has left.
    async fn come_to_an_end(&mut self) {
        for _ in 0..40 {
            self.world.pass(SignedDuration::from_hours(1));
            self.program.does(&["serve", "--once"], self.world.clock.now()).await;
            let mut waiting = self.open().await;
            waiting.retain(|delivery| delivery.state != DeliveryState::Unknown);
            if waiting.is_empty() {
                return;
            }
            for held in waiting.iter().filter(|delivery| delivery.reason.is_some()) {
                self.world.desk.retry_delivery(&self.world.head, held.id).await.expect("let go");
            }
        }
        panic!("{}: not everything leaves: {:?}", self.world.on(), self.open().await);
    }

    async fn agree(&mut self) {
        let on = self.world.on();
        nothing_is_lost(&self.world, &self.landed).await;
        let there = self.mailbox.letters("INBOX").await;
        nothing_of_the_mailbox_is_lost(&self.world, &self.mailed, &there).await;
        let all = self
            .world
            .desk
            .deliveries(&self.world.head, DeliveryFilter::All, 100_000)
            .await
            .expect("the deliveries");
        let sum = Taken::from(&self.server, &self.world).await.agrees_with(&all, on);
        let mut by_point = BTreeMap::<&str, usize>::new();
        for delivery in all.iter().filter(|delivery| delivery.state == DeliveryState::Unknown) {
            let left = self.left.get(&(delivery.id, delivery.attempts));
            let (point, sealed) =
                left.unwrap_or_else(|| panic!("{on}: {:?} is unknown and was not killed", delivery.id));
            assert!(!sealed, "{on}: killed at {point}, and nothing of {:?} went out", delivery.id);
            *by_point.entry(point).or_default() += 1;
        }
        eprintln!(
            "{on}: {} kills, {} letters in, {} by IMAP, {} deliveries out: {:?}; of the unknown {} had arrived; unknown by point: \
             {by_point:?}; at each point: {:?}",
            self.kills,
            self.landed.len(),
            self.mailed.len(),
            all.len(),
            sum.states,
            sum.unknown_arrived,
            self.done,
        );
    }
}
