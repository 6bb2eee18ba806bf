//! Reply out: from the console's send to the server's acceptance in the journal; beside a bare SMTP dialogue with the same
//! server and one durable commit. The server is a process of its own that takes everything.

use super::floor::Durable;
use super::letters::letters;
use crate::support::made;
use crate::support::measure::{Series, cpu_of_children, heading, milliseconds, verdict, verdict_at_least};
use crate::support::number;
use crate::support::place::{Place, places};
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::{PageFrom, QueueFilter};
use otklik_core::desk::{Desk, Fetched, NewAccount};
use otklik_core::jobs;
use otklik_core::types::{Actor, AppealId, ReplyKind, Worker};
use std::io::{BufRead, BufReader, BufWriter, Read as _, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

/// The argument that makes this program the server.
pub const SINK: &str = "smtp-sink";

const TEXT: &str = "Здравствуйте!\n\nВаше обращение рассмотрено. Дисциплинарное взыскание за отсутствие на работе в период \
временной нетрудоспособности незаконно (статья 193 Трудового кодекса).\n\nПришлите, пожалуйста, копию приказа и листка \
нетрудоспособности: срок обращения в суд по спору об увольнении — один месяц.\n\nПравовой инспектор труда";

/// Takes mail until its input is closed; the first line that it prints is its port.
pub fn sink() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("{}", listener.local_addr().expect("an address").port());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || take(&stream));
        }
    });
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

/// One session, by RFC 5321, with no opinion of its own.
fn take(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    let mut say = |line: &str| writer.write_all(line.as_bytes()).is_ok();
    let (mut line, mut data) = (Vec::new(), false);
    if !say("220 sink ESMTP\r\n") {
        return;
    }
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).unwrap_or(0) == 0 {
            return;
        }
        let answer = match (data, &line[..]) {
            (true, b".\r\n") => {
                data = false;
                "250 2.0.0 taken\r\n"
            }
            (true, _) => continue,
            (_, text) if text.starts_with(b"EHLO") => {
                "250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING\r\n"
            }
            (_, text) if text.starts_with(b"DATA") => {
                data = true;
                "354 go on\r\n"
            }
            (_, text) if text.starts_with(b"QUIT") => {
                say("221 bye\r\n");
                return;
            }
            _ => "250 2.0.0 well\r\n",
        };
        if !say(answer) {
            return;
        }
    }
}

/// The server in a process of its own.
struct Sink {
    child: Child,
    port: u16,
}

impl Sink {
    fn start() -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut child = Command::new(program)
            .arg(SINK)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sink");
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        output.read_line(&mut line).expect("its port");
        Self { child, port: line.trim().parse().expect("a port") }
    }

    /// Milliseconds of processor time that it took.
    fn end(mut self) -> f64 {
        let before = cpu_of_children();
        drop(self.child.stdin.take());
        self.child.wait().expect("its end");
        milliseconds(cpu_of_children().saturating_sub(before))
    }
}

pub async fn run() {
    for place in places("reply") {
        replies(&place).await;
    }
}

async fn replies(place: &Place) {
    let count = number("OTKLIK_BENCH_REPLIES", 500) as usize;
    let sink = Sink::start();
    let desk = made::empty(place).await;
    let appeals = answerable(&desk, place, sink.port, count).await;
    let head = made::head(&desk).await;
    let (mut send, mut deliver) = (Series::default(), Series::default());
    for appeal in &appeals {
        let seen = desk.appeal(&head, *appeal).await.expect("the appeal").last_message;
        let request = ReplyRequest {
            appeal: *appeal,
            text: TEXT.to_owned(),
            kind: ReplyKind::Merits,
            seen,
            idempotency_key: uuid::Uuid::now_v7(),
            immediately: true,
            cc: Vec::new(),
            files: Vec::new(),
        };
        send.time_async(desk.send_reply(&head, request)).await.expect("a reply");
    }
    let done = deliver.time_async(jobs::run_once(&desk, "bench")).await.expect("a pass");
    assert_eq!(done.accepted, appeals.len(), "every reply was taken");
    deliver.covers(appeals.len() as u64);
    desk.close().await;
    let sink_ours = sink.end() / appeals.len() as f64;
    let (floor, sink_floor) = floor(place, appeals.len()).await;
    let whole = send.cpu_each() + deliver.cpu_each();
    heading(&format!("reply out, {}: {} replies", place.engine, appeals.len()));
    println!(
        "CPU for a reply: {whole:.3} ms; {}   (the send {:.3}, wall p50 {:.2}, p99 {:.2}; lease to acceptance {:.3}, wall {:.2})",
        verdict(whole, 1.0),
        send.cpu_each(),
        send.p50(),
        send.p99(),
        deliver.cpu_each(),
        deliver.p50() / appeals.len() as f64,
    );
    println!(
        "floor: a bare SMTP dialogue and one durable commit {:.3} ms CPU (wall p50 {:.2}, p99 {:.2}), {:.1} times; the server \
         itself {sink_floor:.3} ms beside it and {sink_ours:.3} ms with us",
        floor.cpu_each(),
        floor.p50(),
        floor.p99(),
        whole / floor.cpu_each()
    );
    rates(appeals.len(), &send, &deliver, &floor);
}

/// How many leave in a second beside the floor.
fn rates(count: usize, send: &Series, deliver: &Series, floor: &Series) {
    let rate = |seconds: f64| count as f64 / seconds;
    let share = 100.0 * floor.seconds() / deliver.seconds();
    println!(
        "a second: {:.0} from lease to acceptance ({share:.0} % of the floor's {:.0}; {}), {:.0} with the send",
        rate(deliver.seconds()),
        rate(floor.seconds()),
        verdict_at_least(share, 50.0),
        rate(deliver.seconds() + send.seconds())
    );
}

/// Appeals that came by mail and may be answered; none gets a notice of receipt.
async fn answerable(desk: &Desk, place: &Place, port: u16, count: usize) -> Vec<AppealId> {
    let maildir = place.folder.join("mail");
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(maildir.join(part)).expect("a Maildir");
    }
    let head = made::head(desk).await;
    let intake = Actor::Worker(Worker::Intake);
    let new = NewAccount {
        name: "mail".to_owned(),
        address: "appeals@example.org".to_owned(),
        incoming: format!("maildir:{}", maildir.display()),
        outgoing: format!("smtp://127.0.0.1:{port}"),
        since: "2026-01-01T00:00:00Z".parse().expect("a moment"),
        ..NewAccount::default()
    };
    let account = desk.add_channel(&head, new).await.expect("an account");
    let mut appeals = Vec::new();
    let items = letters(count, 4).into_iter().map(|letter| Fetched {
        transport_id: letter.transport_id,
        received_at: made::now(),
        bytes: Ok(letter.bytes),
    });
    desk.store_raw(&intake, account, items.collect()).await.expect("stored");
    while desk.parse_pending(&intake, 32).await.expect("parsed").total() > 0 {}
    // Receipts of the first letters leave now; those over the limit wait for a person and so for ever.
    jobs::run_once(desk, "bench").await.expect("a pass");
    let mut from = PageFrom::Start;
    loop {
        let page = desk.queue_page(&head, &QueueFilter::default(), from, 500).await.expect("a page");
        appeals.extend(page.rows.iter().map(|row| row.id));
        match page.rows.last() {
            Some(last) if !page.at_end => from = PageFrom::After(last.key),
            _ => return appeals,
        }
    }
}

/// The dialogue that a reply is, with nothing else, and a durable commit of its bytes after it.
async fn floor(place: &Place, count: usize) -> (Series, f64) {
    let sink = Sink::start();
    let stream = TcpStream::connect(("127.0.0.1", sink.port)).expect("the sink");
    stream.set_nodelay(true).expect("no delay");
    let mut session = Session {
        reader: BufReader::new(stream.try_clone().expect("a handle")),
        writer: BufWriter::new(stream),
    };
    session.answer();
    session.say(b"EHLO bench\r\n");
    let mut commits = Durable::new(place).await;
    let mut series = Series::default();
    let letter = format!("Subject: reply\r\n\r\n{}\r\n.\r\n", TEXT.replace('\n', "\r\n"));
    for n in 0..count {
        let one = async {
            session.say(b"MAIL FROM:<appeals@example.org>\r\n");
            session.say(b"RCPT TO:<author@example.com>\r\n");
            session.say(b"DATA\r\n");
            session.say(letter.as_bytes());
            commits.commit(&n.to_string(), letter.as_bytes()).await;
        };
        series.time_async(one).await;
    }
    drop(session);
    (series, sink.end() / count as f64)
}

struct Session {
    reader: BufReader<TcpStream>,
    writer: BufWriter<TcpStream>,
}

impl Session {
    fn say(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).and_then(|()| self.writer.flush()).expect("the sink reads");
        self.answer();
    }

    /// Reads an answer to its last line.
    fn answer(&mut self) {
        let mut line = String::new();
        loop {
            line.clear();
            self.reader.read_line(&mut line).expect("an answer");
            if line.as_bytes().get(3) != Some(&b'-') {
                return;
            }
        }
    }
}
