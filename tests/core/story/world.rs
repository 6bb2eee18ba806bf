//! A desk of one test: an engine of its own, a clock that the test moves, a Maildir where letters land, a way out.

use crate::support::Engine;
use jiff::{SignedDuration, Timestamp};
use otklik_core::clock::Clock;
use otklik_core::desk::settings::Settings;
use otklik_core::desk::views::{AppealView, ChannelView, PageFrom, QueueFilter, QueueRow};
use otklik_core::desk::{Desk, DeskUrl, InitRequest, NewAccount};
use otklik_core::jobs::{self, Done};
use otklik_core::types::{AccountId, Actor, AppealId, ClockPolicy, Role, Worker};
use std::path::{Path, PathBuf};
use std::process::Command;
use uuid::Uuid;

pub fn moment(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// An address that the real mail server takes and no other test uses.
pub fn somebody() -> String {
    format!("{}@example.org", Uuid::now_v7().simple())
}

/// What a desk is made with.
pub struct Plan<'a> {
    pub now: &'a str,
    pub policy: ClockPolicy,
    pub outgoing: &'a str,
    pub since: &'a str,
    /// Whether authors get a notice of receipt.
    pub receipts: bool,
}

impl Default for Plan<'_> {
    fn default() -> Self {
        Self {
            now: "2026-11-16T10:00:00+03:00",
            policy: ClockPolicy::Straight,
            outgoing: "",
            since: "2026-11-01T00:00:00+03:00",
            receipts: true,
        }
    }
}

pub struct World {
    pub engine: Engine,
    pub clock: Clock,
    pub desk: Desk,
    /// Whoever made the desk: head and administrator.
    pub head: Actor,
    pub account: AccountId,
    /// Our own address.
    pub ours: String,
    pub maildir: PathBuf,
}

impl World {
    pub async fn new(engine: Engine, plan: Plan<'_>) -> Self {
        let clock = Clock::starting_at(moment(plan.now));
        let settings = Settings {
            organisation: "Приозёрская областная организация".into(),
            policy: plan.policy,
            receipts_per_address: if plan.receipts { 3 } else { 0 },
            ..Settings::default()
        };
        let request =
            InitRequest {
                settings, me: "Орлова А.".into(), role: Role::Head, os_user: None, demo: true
            };
        let url = DeskUrl::parse(engine.url()).expect("an engine's address");
        let state = engine.folder().join("state");
        let desk = Desk::init(&url, clock.clone(), &state, request).await.expect("an empty place");
        let head = desk.act_as("Орлова А.").await.expect("whoever made the desk");
        let maildir = engine.folder().join("Maildir");
        for folder in ["tmp", "new", "cur"] {
            std::fs::create_dir_all(maildir.join(folder)).expect("a Maildir");
        }
        let ours = format!("appeals-{}@example.com", Uuid::now_v7().simple());
        let account = NewAccount {
            name: "mail".into(),
            address: ours.clone(),
            incoming: format!("maildir:{}", maildir.display()),
            outgoing: plan.outgoing.to_owned(),
            since: moment(plan.since),
            ..NewAccount::default()
        };
        let account = desk.add_channel(&head, account).await.expect("an account");
        Self { engine, clock, desk, head, account, ours, maildir }
    }

    /// The engine's name, for messages of assertions.
    pub fn on(&self) -> &'static str {
        self.engine.name
    }

    /// The same desk, opened again, as another process would.
    pub async fn another(&self) -> Desk {
        let url = DeskUrl::parse(self.engine.url()).expect("an engine's address");
        let state = self.engine.folder().join("state");
        Desk::open(&url, self.clock.clone(), &state).await.expect("the desk is there")
    }

    /// Another person with this role in the whole desk, or from the organisation of this code down.
    pub async fn person(&self, name: &str, role: Role, org: Option<&str>) -> Actor {
        self.desk.add_staff(&self.head, name, role, None, org).await.expect("a new person");
        self.desk.act_as(name).await.expect("the person is there")
    }

    /// An account that can be added.
    pub fn another_account(&self) -> NewAccount {
        NewAccount {
            name: Uuid::now_v7().to_string(),
            address: somebody(),
            incoming: format!("maildir:{}", self.maildir.display()),
            outgoing: String::new(),
            since: self.clock.now(),
            ..NewAccount::default()
        }
    }

    /// Lets a letter land in the Maildir, received at this moment; its name there.
    pub fn lands(&self, received: &str, bytes: &[u8]) -> String {
        let name = format!("{}.test", Uuid::now_v7().simple());
        land(&self.maildir, &name, moment(received), bytes);
        name
    }

    /// Fetches, parses and sends until nothing is due.
    pub async fn run(&self) -> Done {
        jobs::run_once(&self.desk, "test").await.unwrap_or_else(|error| panic!("{}: {error:?}", self.on()))
    }

    /// Moves the clock on.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.set(self.clock.now() + time);
    }

    /// Everything in the queue that the actor sees, whatever its stage, in the queue's order.
    pub async fn rows_of(&self, actor: &Actor) -> Vec<QueueRow> {
        let filter = QueueFilter { any_stage: true, ..QueueFilter::default() };
        self.desk.queue_page(actor, &filter, PageFrom::Start, 1000).await.expect("a page").rows
    }

    pub async fn rows(&self) -> Vec<QueueRow> {
        self.rows_of(&self.head).await
    }

    /// The same as another process sees it.
    pub async fn rows_in(&self, desk: &Desk) -> Vec<QueueRow> {
        let filter = QueueFilter { any_stage: true, ..QueueFilter::default() };
        desk.queue_page(&self.head, &filter, PageFrom::Start, 1000).await.expect("a page").rows
    }

    /// The first of so many appeals.
    pub async fn only_of(&self, count: usize) -> QueueRow {
        let mut rows = self.rows().await;
        assert_eq!(rows.len(), count, "{}", self.on());
        rows.remove(0)
    }

    /// The only appeal there is.
    pub async fn only(&self) -> QueueRow {
        self.only_of(1).await
    }

    pub async fn show(&self, id: AppealId) -> AppealView {
        self.desk.appeal(&self.head, id).await.expect("the appeal")
    }

    pub async fn channel(&self) -> ChannelView {
        self.desk.channels(&self.head).await.expect("the channels").remove(0)
    }

    /// What must hold whatever happened: the sum of wall 4, one row for each fate, stored clocks that equal their replay, a
    /// journal that proves itself.
    pub async fn holds(&self) {
        let on = self.on();
        let (mut fetched, mut new, mut appended) = (0, 0, 0);
        for sum in self.desk.channels(&self.head).await.expect("the channels") {
            let fates = [
                sum.pending,
                sum.new,
                sum.appended,
                sum.duplicate,
                sum.service,
                sum.history,
                sum.quarantined,
            ];
            assert_eq!(sum.fetched, fates.iter().sum::<i64>(), "{on}: {sum:?}");
            (fetched, new, appended) = (fetched + sum.fetched, new + sum.new, appended + sum.appended);
        }
        assert_eq!(self.count("SELECT count(*) FROM raw_items"), fetched, "{on}");
        assert_eq!(self.count("SELECT count(*) FROM appeals"), new, "{on}");
        let incoming =
            self.count("SELECT count(*) FROM messages WHERE direction = 'in' OR outside IS NOT NULL");
        assert_eq!(incoming, new + appended, "{on}");
        let doubled = "SELECT count(*) FROM (SELECT raw_id FROM messages WHERE raw_id IS NOT NULL \
                       GROUP BY raw_id HAVING count(*) > 1) AS doubled";
        assert_eq!(self.count(doubled), 0, "{on}: a raw item became two messages");
        let clocks = self.desk.verify_clocks(&self.head).await.expect("the clocks can be read");
        assert!(clocks.ok, "{on}: {:?}", clocks.findings);
        let journal = self.desk.verify_journal(&self.head).await.expect("the journal can be read");
        assert!(journal.ok, "{on}: {:?}", journal.findings);
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.sql(sql).trim().parse().unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Runs one statement past the desk; what the first column of the first row says.
    pub fn sql(&self, sql: &str) -> String {
        match self.on() {
            "sqlite" => {
                let path = self.engine.url().strip_prefix("sqlite:").expect("a file");
                let conn = rusqlite::Connection::open(path).expect("the desk's file");
                conn.busy_timeout(std::time::Duration::from_secs(10)).expect("a time to wait");
                let mut statement = conn.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
                let mut rows = statement.query([]).unwrap_or_else(|error| panic!("{sql}: {error}"));
                let row = rows.next().unwrap_or_else(|error| panic!("{sql}: {error}"));
                row.map_or_else(String::new, |row| match row.get_ref(0).expect("a column") {
                    rusqlite::types::ValueRef::Integer(n) => n.to_string(),
                    rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                    _ => String::new(),
                })
            }
            _ => {
                let args = ["--no-psqlrc", "-qAtX", "--set=ON_ERROR_STOP=1", "--dbname", self.engine.url()];
                let done = Command::new("psql").args(args).args(["--command", sql]).output().expect("psql");
                assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
                String::from_utf8_lossy(&done.stdout).lines().next().unwrap_or_default().to_owned()
            }
        }
    }
}

/// Puts a letter into `new` of a Maildir as a mail server does: written in `tmp`, dated, moved.
pub fn land(maildir: &Path, name: &str, received: Timestamp, bytes: &[u8]) {
    let draft = maildir.join("tmp").join(name);
    std::fs::write(&draft, bytes).expect("a letter");
    let file = std::fs::File::options().write(true).open(&draft).expect("a letter");
    file.set_modified(received.into()).expect("a time");
    std::fs::rename(draft, maildir.join("new").join(name)).expect("the letter lands");
}

pub fn intake() -> Actor {
    Actor::Worker(Worker::Intake)
}

pub fn sender() -> Actor {
    Actor::Worker(Worker::Sender)
}
