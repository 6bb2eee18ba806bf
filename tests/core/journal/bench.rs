//! A desk with letters, notes and decisions, and a hand in its database: what an attacker with the file or the database's
//! password could do, done by plain SQL past the program.

use crate::support::{Engine, postgres, sqlite};
use jiff::{SignedDuration, Timestamp};
use otklik_core::clock::Clock;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::{PageFrom, QueueFilter};
use otklik_core::desk::{Attempt, Desk, DeskUrl, Fetched, InitRequest, NewAccount, settings::Settings};
use otklik_core::types::{AccountId, Actor, AppealId, ReplyKind, Role, Worker};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

pub const TIMER: Actor = Actor::Worker(Worker::Timer);
const SENDER: Actor = Actor::Worker(Worker::Sender);
const INTAKE: Actor = Actor::Worker(Worker::Intake);

pub struct Bench {
    pub engine: Engine,
    pub desk: Desk,
    pub head: Actor,
    pub clock: Clock,
    pub account: AccountId,
}

/// The engine of a name, if it can run here.
pub fn engine(name: &str) -> Option<Engine> {
    if name == "sqlite" { Some(sqlite()) } else { postgres() }
}

pub fn start() -> Timestamp {
    "2026-11-16T10:00:00+03:00".parse().expect("a moment")
}

impl Bench {
    /// A new desk with a mail account.
    pub async fn on(engine: Engine) -> Self {
        let clock = Clock::starting_at(start());
        let url = DeskUrl::parse(engine.url()).expect("an address");
        let settings = Settings {
            organisation: "Приозёрская областная организация".into(),
            ..Settings::default()
        };
        let request =
            InitRequest {
                settings, me: "Орлова Анна".into(), role: Role::Lawyer, os_user: None, demo: true
            };
        let state = engine.folder().join("state");
        let desk = Desk::init(&url, clock.clone(), &state, request).await.expect("a desk");
        let head = desk.act_as("Орлова Анна").await.expect("whoever made it");
        let account = NewAccount {
            name: "почта".into(),
            address: "appeals@example.org".into(),
            incoming: format!("maildir:{}", engine.folder().join("in").display()),
            outgoing: format!("folder:{}", engine.folder().join("out").display()),
            since: start() - SignedDuration::from_hours(24 * 30),
            ..NewAccount::default()
        };
        let account = desk.add_channel(&head, account).await.expect("an account");
        Self { engine, desk, head, clock, account }
    }

    /// A desk on the engine named, if it can run here.
    pub async fn named(name: &str) -> Option<Self> {
        Some(Self::on(engine(name)?).await)
    }

    pub fn url(&self) -> DeskUrl {
        DeskUrl::parse(self.engine.url()).expect("an address")
    }

    pub fn state_root(&self) -> PathBuf {
        self.engine.folder().join("state")
    }

    /// A letter that becomes an appeal.
    pub async fn letter(&self, n: usize) -> AppealId {
        let text = format!(
            "From: Semyonova <lena{n}@example.org>\r\nTo: appeals@example.org\r\nSubject: =?utf-8?b?0KPQstC+0LvRjNC90LXQvdC40LU=?= {n}\r\n\
             Message-ID: <letter{n}@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: 8bit\r\n\r\nМеня уволили за прогул, помогите оспорить приказ {n}.\r\n"
        );
        let item = Fetched {
            transport_id: format!("letter-{n}"),
            received_at: self.clock.now(),
            bytes: Ok(text.into_bytes()),
        };
        self.desk.store_raw(&INTAKE, self.account, vec![item]).await.expect("stored");
        let settled = self.desk.parse_pending(&INTAKE, 10).await.expect("parsed");
        assert_eq!(settled.new, 1, "{settled:?}");
        let filter = QueueFilter { any_stage: true, ..QueueFilter::default() };
        let page = self.desk.queue_page(&self.head, &filter, PageFrom::Start, 1000).await.expect("a page");
        page.rows.iter().max_by_key(|row| row.number.seq).expect("the appeal").id
    }

    /// Two appeals with a few decisions each: about ten rows.
    pub async fn story(&self) -> (AppealId, AppealId) {
        let (first, second) = (self.letter(1).await, self.letter(2).await);
        self.desk.take(&self.head, first).await.expect("taken");
        self.desk.note(&self.head, first, "Позвонить председателю".into()).await.expect("noted");
        self.desk.note(&self.head, second, "Просит справку".into()).await.expect("noted");
        self.desk.note(&self.head, first, "Приказ получен".into()).await.expect("noted");
        (first, second)
    }

    /// Lets everything that waits be sent: a channel that accepts it at once.
    pub async fn deliver(&self) {
        self.pass(1);
        while let Some(leased) = self.desk.lease_delivery(&SENDER, "bench").await.expect("a lease") {
            assert!(self.desk.start_delivery(&SENDER, "bench", leased.id).await.expect("started"));
            let accepted = Attempt::Accepted { proof: "250 OK".into() };
            self.desk.conclude_delivery(&SENDER, "bench", leased.id, accepted).await.expect("accepted");
        }
    }

    /// An answer that waits to be sent.
    pub async fn reply(&self, appeal: AppealId) {
        let view = self.desk.appeal(&self.head, appeal).await.expect("the appeal");
        let request = ReplyRequest {
            appeal,
            text: format!("Здравствуйте! Вашим делом занимается Орлова. {}", uuid::Uuid::new_v4()),
            kind: ReplyKind::Response,
            seen: view.last_message,
            idempotency_key: uuid::Uuid::new_v4(),
            immediately: true,
            cc: Vec::new(),
            files: Vec::new(),
        };
        self.desk.send_reply(&self.head, request).await.expect("scheduled");
    }

    /// Lets desk time pass.
    pub fn pass(&self, hours: i64) {
        self.clock.set(self.clock.now() + SignedDuration::from_hours(hours));
    }

    /// The newest row of the journal.
    pub fn newest(&self) -> i64 {
        self.number("SELECT max(seq) FROM journal")
    }

    pub fn number(&self, sql: &str) -> i64 {
        self.query(sql)[0][0].parse().expect("a number")
    }

    /// Runs statements past the program.
    pub fn run(&self, sql: &str) {
        run(&self.engine, sql);
    }

    /// Rows as text; bytes are asked for through [`Bench::hex`].
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        if self.engine.name == "sqlite" {
            let file = file(&self.engine);
            let mut statement = file.prepare(sql).expect(sql);
            let width = statement.column_count();
            let row = |row: &rusqlite::Row<'_>| {
                (0..width).map(|at| row.get_ref(at).map(shown)).collect::<rusqlite::Result<Vec<String>>>()
            };
            statement.query_map([], row).expect(sql).collect::<rusqlite::Result<_>>().expect(sql)
        } else {
            let text = psql(&self.engine, sql);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let row = |row: csv::Result<csv::StringRecord>| {
                row.expect("a line").iter().map(str::to_owned).collect()
            };
            reader.records().map(row).collect()
        }
    }

    pub fn hex(&self, column: &str) -> String {
        if self.engine.name == "sqlite" {
            format!("lower(hex({column}))")
        } else {
            format!("encode({column}, 'hex')")
        }
    }

    pub fn bytes(&self, hex: &str) -> String {
        if self.engine.name == "sqlite" { format!("x'{hex}'") } else { format!("'\\x{hex}'::bytea") }
    }

    /// What a thorough forger does after a change: numbers every chain anew, recomputes every hash, moves every head. He has
    /// read the program; what he has not is the key.
    pub fn recompute(&self) {
        let (mut hashes, mut sql) = (BTreeMap::new(), String::new());
        let rows = "SELECT seq, recorded_at, occurred_at, actor_kind, actor_id, action, details FROM journal ORDER BY seq";
        for row in self.query(rows) {
            let mut hash = Sha256::new();
            feed(&mut hash, b"otklik journal row 1");
            for moment in &row[1..3] {
                feed(&mut hash, &moment.parse::<i64>().expect("a moment").to_be_bytes());
            }
            row[3..7].iter().for_each(|text| feed(&mut hash, text.as_bytes()));
            let hash = hash.finalize().to_vec();
            let bytes = self.bytes(&hex(&hash));
            sql.push_str(&format!("UPDATE journal SET row_hash = {bytes} WHERE seq = {};", row[0]));
            hashes.insert(row[0].clone(), hash);
        }
        let mut chains: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for link in self.query("SELECT subject, subject_seq, seq FROM journal_links ORDER BY subject_seq") {
            chains.entry(link[0].clone()).or_default().push((link[1].clone(), link[2].clone()));
        }
        for (subject, links) in chains {
            sql.push_str(&self.relinked(&subject, &links, &hashes));
        }
        self.run(&sql);
    }

    fn relinked(
        &self,
        subject: &str,
        links: &[(String, String)],
        hashes: &BTreeMap<String, Vec<u8>>,
    ) -> String {
        let (mut former, mut n, mut sql) = (Vec::new(), 0i64, String::new());
        for (old, seq) in links {
            n += 1;
            let mut hash = Sha256::new();
            feed(&mut hash, b"otklik journal link 1");
            feed(&mut hash, &former);
            feed(&mut hash, &hashes[seq]);
            feed(&mut hash, subject.as_bytes());
            feed(&mut hash, &n.to_be_bytes());
            feed(&mut hash, &seq.parse::<i64>().expect("a sequence").to_be_bytes());
            former = hash.finalize().to_vec();
            let new = self.bytes(&hex(&former));
            sql.push_str(&format!(
                "UPDATE journal_links SET subject_seq = {n}, hash = {new} \
                 WHERE subject = '{subject}' AND subject_seq = {old};"
            ));
        }
        let head = self.bytes(&hex(&former));
        sql.push_str(&format!(
            "UPDATE journal_heads SET subject_seq = {n}, hash = {head} WHERE subject = '{subject}';"
        ));
        sql
    }
}

/// Runs statements in a database, whatever stands in it.
pub fn run(engine: &Engine, sql: &str) {
    if engine.name == "sqlite" {
        file(engine).execute_batch(sql).expect(sql);
    } else {
        psql(engine, sql);
    }
}

fn file(engine: &Engine) -> rusqlite::Connection {
    let path = engine.url().strip_prefix("sqlite:").expect("a file");
    let file = rusqlite::Connection::open(path).expect("the file");
    file.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
    file
}

fn psql(engine: &Engine, sql: &str) -> String {
    let output = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--csv", "--tuples-only", "--set=ON_ERROR_STOP=1"])
        .args(["--dbname", engine.url(), "--command", sql])
        .output()
        .expect("psql");
    assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn shown(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => hex(bytes),
    }
}

pub fn feed(hash: &mut Sha256, field: &[u8]) {
    hash.update((field.len() as u64).to_be_bytes());
    hash.update(field);
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
