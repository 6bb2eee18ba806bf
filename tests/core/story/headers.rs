//! The headers of every letter that the program writes, as somebody else's parser reads them: Python's `email` package.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, somebody};
use crate::support::{cannot_run, engines};
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::{JoinRequest, NewCall, OrgRow, QueryRequest};
use otklik_core::types::{Actor, AppealId, CallOutcome, DeliveryKind, OrgLevel, ReplyKind, Role, Untrusted};
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};
use uuid::Uuid;

/// Reads one letter and says what it found, headers in their order and every defect.
const READER: &str = "import email, email.policy, json, sys\n\
letter = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)\n\
defects = [str(d) for d in letter.defects]\n\
defects += [str(d) for value in letter.values() for d in getattr(value, 'defects', [])]\n\
body = letter.get_body(preferencelist=('plain',)).get_content()\n\
print(json.dumps({'headers': [[n, str(v)] for n, v in letter.items()], 'defects': defects, 'body': body}))\n";

fn read_by_python(letter: &[u8]) -> Option<Value> {
    let mut command = Command::new("python3");
    let reader = command.args(["-c", READER]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut reader = reader.ok()?;
    reader.stdin.take().expect("its input").write_all(letter).expect("the letter is given");
    let done = reader.wait_with_output().expect("it ends");
    assert!(done.status.success(), "python3 could not read the letter");
    Some(serde_json::from_slice(&done.stdout).expect("JSON"))
}

/// Kinds that nothing makes yet.
const NOT_SENT_YET: &[DeliveryKind] = &[DeliveryKind::Digest];

/// A letter as it was read.
struct Read {
    raw: String,
    seen: Value,
}

impl Read {
    fn all(&self, name: &str) -> Vec<&str> {
        let headers = self.seen["headers"].as_array().expect("headers").iter();
        let named = headers.filter(|header| header[0].as_str().is_some_and(|n| n.eq_ignore_ascii_case(name)));
        named.map(|header| header[1].as_str().expect("text")).collect()
    }

    #[track_caller]
    fn one(&self, name: &str) -> &str {
        let found = self.all(name);
        assert_eq!(found.len(), 1, "{name} in\n{}", self.raw);
        found[0]
    }

    fn ids(&self, name: &str) -> Vec<&str> {
        self.one(name).split_whitespace().map(|id| id.trim_matches(['<', '>'])).collect()
    }

    /// What holds for every letter, whoever wrote it.
    fn holds(&self, ours: &str) {
        assert_eq!(self.seen["defects"], Value::Array(Vec::new()), "{}", self.raw);
        for name in ["Message-ID", "Date", "From", "To", "Subject", "MIME-Version"] {
            assert!(!self.one(name).is_empty(), "{name}");
        }
        let domain = ours.split_once('@').expect("an address").1;
        assert!(self.one("Message-ID").ends_with(&format!("@{domain}>")), "{}", self.one("Message-ID"));
        assert!(self.one("From").contains(ours), "{}", self.one("From"));
        for name in ["List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Precedence", "Bcc"] {
            assert!(self.all(name).is_empty(), "{name} in\n{}", self.raw);
        }
        assert!(self.raw.is_ascii() && self.raw.split("\r\n").all(|line| line.len() <= 998));
        assert!(!self.raw.replace("\r\n", "").contains(['\r', '\n']), "every line ends with CRLF");
    }
}

struct Post {
    world: World,
    lawyer: Actor,
    appeal: AppealId,
}

impl Post {
    /// What has left since the last look.
    fn left(&self, known: &mut Vec<std::path::PathBuf>) -> Vec<Read> {
        let out = self.world.engine.folder().join("out");
        let files = std::fs::read_dir(out).into_iter().flatten().map(|file| file.expect("a file").path());
        let fresh: Vec<_> = files.filter(|path| !known.contains(path)).collect();
        known.extend(fresh.iter().cloned());
        let read = fresh.iter().map(|path| {
            let raw = std::fs::read(path).expect("a letter");
            let seen = read_by_python(&raw).expect("python3 was there a moment ago");
            Read { raw: String::from_utf8(raw).expect("ASCII"), seen }
        });
        read.collect()
    }

    /// The author asks to join, and the chair is written to.
    async fn applies(&self) {
        let (desk, appeal) = (&self.world.desk, self.appeal);
        let (code, name) = (Untrusted::new("north"), Untrusted::new("ППО «Север»"));
        let row = OrgRow { code, level: OrgLevel::Primary, name, parent: None, life: Default::default() };
        desk.import_orgs(&self.world.head, vec![row], true).await.expect("an organisation");
        let org = desk.join_targets(&self.lawyer).await.expect("targets")[0].org;
        desk.add_call(&self.lawyer, appeal).await.expect("a task");
        desk.log_call(&self.lawyer, appeal, NewCall::of(CallOutcome::AskedToJoin)).await.expect("logged");
        let request =
            JoinRequest { org, to: Some(somebody()), agreed: true, workplace: None, immediately: true };
        desk.join_call(&self.lawyer, appeal, request).await.expect("sent");
        let ask = QueryRequest { org, to: Some(somebody()), agreed: true, immediately: true };
        desk.ask_chair(&self.lawyer, appeal, ask).await.expect("asked");
        self.world.run().await;
    }

    async fn answers(&self, text: &str, kind: ReplyKind, cc: Vec<String>) {
        let request = ReplyRequest {
            appeal: self.appeal,
            text: text.into(),
            cc,
            files: Vec::new(),
            kind,
            seen: self.world.show(self.appeal).await.last_message,
            idempotency_key: Uuid::now_v7(),
            immediately: true,
        };
        self.world.desk.send_reply(&self.lawyer, request).await.expect("a reply");
        self.world.run().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_letter_that_leaves_threads_says_whether_a_person_wrote_it_and_offers_no_unsubscribing() {
    if read_by_python(b"Subject: x\r\n\r\nx\r\n").is_none() {
        return cannot_run("the headers read by another parser", "there is no python3");
    }
    for engine in engines() {
        let out = format!("folder:{}", engine.folder().join("out").display());
        let world = World::new(engine, Plan { outgoing: &out, ..Plan::default() }).await;
        let lawyer = world.person("Ахметов Т. Р.", Role::Lawyer, None).await;
        let (author, first, second) = (somebody(), fresh_id(), fresh_id());
        let earlier = fresh_id();
        let headers = format!("References: <{earlier}>\r\n");
        world.lands(
            "2026-11-16T09:00:00+03:00",
            &plain(&format!("Северова Анна <{author}>"), &world.ours, &first, &headers, "Меня уволили."),
        );
        world.run().await;
        let appeal = world.only().await.id;
        let post = Post { world, lawyer, appeal };
        let (world, mut known, mut kinds) = (&post.world, Vec::new(), Vec::new());

        let receipt = post.left(&mut known);
        assert_eq!(receipt.len(), 1, "{}", world.on());
        receipt[0].holds(&world.ours);
        assert_eq!(receipt[0].one("Auto-Submitted"), "auto-replied");
        assert_eq!(receipt[0].ids("In-Reply-To"), [first.as_str()]);
        assert_eq!(receipt[0].ids("References"), [earlier.as_str(), first.as_str()]);
        kinds.push(DeliveryKind::Receipt);

        let long = "Здравствуйте! Приказ оспорим. ".repeat(200);
        for (text, kind) in [("Пришлите приказ.", ReplyKind::Response), (long.as_str(), ReplyKind::Merits)]
        {
            let chair = somebody();
            post.answers(text, kind, vec![chair.clone()]).await;
            let letters = post.left(&mut known);
            assert_eq!(letters.len(), 1, "{}: its copy is the same letter, so the same file", world.on());
            for letter in letters {
                letter.holds(&world.ours);
                assert!(letter.all("Auto-Submitted").is_empty(), "a person wrote it");
                assert!(letter.one("Cc").contains(&chair), "whom the author's answer comes to as well");
                assert_eq!(letter.ids("In-Reply-To"), [first.as_str()], "{}", letter.raw);
                assert_eq!(letter.ids("References"), [earlier.as_str(), first.as_str()]);
                let body = letter.seen["body"].as_str().expect("a text");
                assert_eq!(body.trim(), text.trim(), "the words arrive as they were written");
            }
        }
        kinds.extend([DeliveryKind::Reply, DeliveryKind::Copy]);

        let answers = format!("In-Reply-To: <{first}>\r\nReferences: <{earlier}> <{first}>\r\n");
        world
            .lands("2026-11-16T10:30:00+03:00", &plain(&author, &world.ours, &second, &answers, "Прилагаю."));
        world.run().await;
        post.answers("Получил.", ReplyKind::Response, Vec::new()).await;
        let reply = post.left(&mut known);
        assert_eq!(reply.len(), 1, "a second letter of an appeal gets no second receipt");
        reply[0].holds(&world.ours);
        assert_eq!(reply[0].ids("In-Reply-To"), [second.as_str()]);
        assert_eq!(reply[0].ids("References"), [earlier.as_str(), first.as_str(), second.as_str()]);

        let lawyer = post.lawyer.staff().expect("a person");
        world.desk.set_mailbox(&world.head, lawyer, Some(&somebody())).await.expect("registered");
        world.desk.mail_thread(&post.lawyer, post.appeal).await.expect("the thread");
        world.run().await;
        let thread = post.left(&mut known);
        assert_eq!(thread.len(), 1, "{}", world.on());
        thread[0].holds(&world.ours);
        assert!(thread[0].all("Auto-Submitted").is_empty(), "a person asked for it");
        assert!(thread[0].all("References").is_empty(), "it is no part of the author's thread");
        kinds.push(DeliveryKind::ToStaff);

        post.applies().await;
        let application = post.left(&mut known);
        assert_eq!(application.len(), 2, "{}: and the question", world.on());
        for letter in &application {
            letter.holds(&world.ours);
            assert!(letter.all("Auto-Submitted").is_empty(), "a person asked for it");
            assert!(letter.all("References").is_empty(), "it is no part of the author's thread");
        }
        kinds.extend([DeliveryKind::Application, DeliveryKind::MemberQuery]);

        let untold: Vec<_> = DeliveryKind::ALL
            .iter()
            .filter(|kind| !kinds.contains(kind) && !NOT_SENT_YET.contains(kind))
            .collect();
        assert!(untold.is_empty(), "letters of these kinds were not looked at: {untold:?}");
    }
}
