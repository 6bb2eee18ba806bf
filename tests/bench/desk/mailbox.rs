//! Mail in from a mailbox: letters of the real server fetched, stored, parsed and threaded by the workers of `serve`; beside the
//! bare fetch of the same bytes, stored on the same engine in as many durable commits as the intake's batches make. Before
//! either everything is fetched once, so that both meet a server that has seen its letters.

use super::floor::Durable;
use super::letters::letters;
use super::mail_in::{PARSED, STORED};
use crate::support::made;
use crate::support::measure::{Series, heading, verdict, verdict_at_least};
use crate::support::number;
use crate::support::place::{Place, places};
use otklik_core::desk::{Desk, NewAccount};
use otklik_core::jobs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;

/// Between two looks whether the intake is done: how much too long its time may be.
const LOOK: Duration = Duration::from_millis(50);

/// The mailbox server of `tests/services`.
struct Server {
    address: String,
    password: String,
    folder: PathBuf,
}

impl Server {
    fn find() -> Option<Self> {
        let read = |name: &str| std::env::var(name).ok();
        Some(Self {
            address: read("OTKLIK_TEST_IMAP")?,
            password: read("OTKLIK_TEST_IMAP_PASSWORD")?,
            folder: read("OTKLIK_TEST_IMAP_DIR")?.into(),
        })
    }

    fn client(&self, user: &str) -> Client {
        let stream = TcpStream::connect(&self.address).expect("the mailbox server answers");
        stream.set_nodelay(true).expect("no delay");
        let mut client = Client { stream: BufReader::new(stream) };
        client.line();
        client.command(&format!("LOGIN {user} {}", self.password), |_, _| {});
        client
    }
}

/// A signed-in connection that knows no more than it must.
struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    fn line(&mut self) -> Vec<u8> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).expect("an answer");
        line
    }

    /// Gives `each` every line that ends with a literal, and the literal.
    fn command(&mut self, text: &str, mut each: impl FnMut(&[u8], Vec<u8>)) {
        self.stream.get_mut().write_all(format!("t {text}\r\n").as_bytes()).expect("a command");
        loop {
            let line = self.line();
            if line.starts_with(b"t ") {
                assert!(line.starts_with(b"t OK"), "{}", String::from_utf8_lossy(&line));
                return;
            }
            let Some(size) = literal(&line) else { continue };
            let mut bytes = vec![0; size];
            self.stream.read_exact(&mut bytes).expect("a literal");
            each(&line, bytes);
        }
    }

    /// The bytes of letters, as the intake asks for them.
    fn fetch(&mut self, first: usize, last: usize) -> Vec<Vec<u8>> {
        let mut letters = Vec::with_capacity(last + 1 - first);
        let command = format!("UID FETCH {first}:{last} (UID INTERNALDATE RFC822.SIZE BODY.PEEK[])");
        self.command(&command, |_, bytes| letters.push(bytes));
        letters
    }

    fn fetch_all(mut self, count: usize) {
        self.command("EXAMINE INBOX", |_, _| {});
        for first in (1..=count).step_by(STORED) {
            self.fetch(first, (first + STORED - 1).min(count));
        }
    }
}

fn literal(line: &[u8]) -> Option<usize> {
    let line = std::str::from_utf8(line).ok()?.trim_end().strip_suffix('}')?;
    line.rsplit_once('{')?.1.parse().ok()
}

pub async fn run() {
    let Some(server) = Server::find() else {
        println!("not measured: mail from a mailbox: `eval \"$(tests/services up DIR)\"` starts a server");
        return;
    };
    for place in places("mailbox") {
        mailbox(&server, &place).await;
    }
}

async fn mailbox(server: &Server, place: &Place) {
    let count = number("OTKLIK_BENCH_MAILBOX", 10_000) as usize;
    let user = format!("bench{}", uuid::Uuid::now_v7().simple());
    let bytes = fill(server, &user, count);
    server.client(&user).fetch_all(count);
    let desk = made::empty(place).await;
    add(&desk, place, server, &user).await;
    let mut whole = Series::default();
    whole.time_async(served(&desk, count)).await;
    whole.covers(count as u64);
    desk.close().await;
    let commits = count.div_ceil(STORED) + count.div_ceil(PARSED);
    let floor = floor(server, &user, place, count, commits).await;
    heading(&format!("mail in from a mailbox, {}: {count} letters of {} bytes", place.engine, bytes / count));
    println!(
        "CPU for a letter: {:.3} ms; {}   ({:.0} letters a second)",
        whole.cpu_each(),
        verdict(whole.cpu_each(), 0.9),
        count as f64 / whole.seconds()
    );
    println!(
        "floor: the bare fetch with {commits} durable commits {:.3} ms CPU, {:.0} letters a second; ours at {:.0} % of it: {}",
        floor.cpu_each(),
        count as f64 / floor.seconds(),
        100.0 * floor.seconds() / whole.seconds(),
        verdict_at_least(100.0 * floor.seconds() / whole.seconds(), 30.0)
    );
}

/// Serves, as `serve` does, until every letter has its fate.
async fn served(desk: &Desk, count: usize) {
    let head = made::head(desk).await;
    let (stop, stopping) = watch::channel(false);
    let serving = tokio::spawn(jobs::run(desk.clone(), "bench".to_owned(), stopping));
    let all = i64::try_from(count).expect("a count");
    let mut look = tokio::time::interval(LOOK);
    loop {
        look.tick().await;
        let account = desk.channels(&head).await.expect("the accounts").remove(0);
        if account.fetched == all && account.pending == 0 {
            break;
        }
    }
    stop.send(true).expect("it serves");
    serving.await.expect("an end");
}

/// Lays letters into the user's mailbox and lets the server number them; their bytes in all.
fn fill(server: &Server, user: &str, count: usize) -> usize {
    let mut client = server.client(user);
    client.command("SELECT INBOX", |_, _| {});
    let folder = server.folder.join(user).join("cur");
    let mut bytes = 0;
    for (n, letter) in letters(count, 5).into_iter().enumerate() {
        bytes += letter.bytes.len();
        std::fs::write(folder.join(format!("{}.M{n:06}.bench:2,", 1_795_000_000 + n)), letter.bytes)
            .expect("a letter");
    }
    client.command("SELECT INBOX", |_, _| {});
    bytes
}

async fn add(desk: &Desk, place: &Place, server: &Server, user: &str) {
    let secret = place.folder.join("secret");
    let file = std::fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(&secret);
    writeln!(file.expect("a file"), "{}", server.password).expect("the password");
    let new = NewAccount {
        name: "mail".to_owned(),
        address: "appeals@example.org".to_owned(),
        incoming: format!("imap://{user}@{}/INBOX", server.address),
        password_file: Some(secret.display().to_string()),
        since: "2026-01-01T00:00:00Z".parse().expect("a moment"),
        ..NewAccount::default()
    };
    desk.add_channel(&made::head(desk).await, new).await.expect("an account");
}

/// Fetches as many at once as the intake does, and commits as often as it does.
async fn floor(server: &Server, user: &str, place: &Place, count: usize, commits: usize) -> Series {
    let mut store = Durable::new(place).await;
    let (mut series, mut fetched, mut done) = (Series::default(), 0, 0);
    let fetching = async {
        let mut client = server.client(user);
        client.command("EXAMINE INBOX", |_, _| {});
        store.begin().await;
        for first in (1..=count).step_by(STORED) {
            for bytes in client.fetch(first, (first + STORED - 1).min(count)) {
                store.commit(&fetched.to_string(), &bytes).await;
                fetched += 1;
                if fetched * commits / count > done {
                    done += 1;
                    store.end().await;
                    store.begin().await;
                }
            }
        }
        store.end().await;
    };
    series.time_async(fetching).await;
    assert_eq!(fetched, count, "every letter was fetched");
    series.covers(count as u64);
    series
}
