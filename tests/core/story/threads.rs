//! Whose letter goes on with whose appeal: references, the address with a token, who takes part; and what a receipt may be
//! sent to.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, somebody};
use crate::support::{Engine, engines};
use jiff::SignedDuration;
use otklik_core::desk::ChannelTrust;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::MessageView;
use otklik_core::mail;
use otklik_core::types::{AppealId, Authentication, Purpose, ReplyKind};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const MORNING: &str = "2026-11-16T09:00:00+03:00";

pub async fn desk(engine: Engine) -> World {
    let out = format!("folder:{}", engine.folder().join("out").display());
    World::new(engine, Plan { outgoing: &out, ..Plan::default() }).await
}

/// What has left so far, by file name.
pub fn left(world: &World) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(world.engine.folder().join("out")) else { return BTreeMap::new() };
    let read = |entry: std::fs::DirEntry| {
        (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).expect("what left"))
    };
    entries.flatten().map(read).collect()
}

pub async fn says(world: &World, appeal: AppealId, kind: ReplyKind) {
    let request = ReplyRequest {
        appeal,
        text: "Занимаемся".into(),
        kind,
        cc: Vec::new(),
        files: Vec::new(),
        seen: world.show(appeal).await.last_message,
        idempotency_key: Uuid::now_v7(),
        immediately: true,
    };
    world.desk.send_reply(&world.head, request).await.expect("a reply");
    world.run().await;
}

fn addresses(list: &[otklik_core::types::Untrusted]) -> Vec<&str> {
    list.iter().map(|address| address.raw_for(Purpose::Matching)).collect()
}

async fn thread(world: &World, appeal: AppealId) -> Vec<MessageView> {
    world.show(appeal).await.messages
}

#[tokio::test]
async fn an_answer_to_the_address_with_a_token_joins_without_references_but_only_from_somebody_who_takes_part()
 {
    for engine in engines() {
        let world = desk(engine).await;
        let trust = ChannelTrust { plus_addressing: Some(true), ..Default::default() };
        world.desk.trust_channel(&world.head, "mail", trust).await.expect("the administrator says so");
        let author = somebody();
        world.lands(MORNING, &plain(&author, &world.ours, &fresh_id(), "", "Помогите"));
        world.run().await;
        let appeal = world.only().await.id;
        let receipt = mail::parse(left(&world).values().next().expect("the receipt"));
        let address = receipt.reply_to.first().expect("a Reply-To").addr.clone();
        let (name, domain) = world.ours.rsplit_once('@').unwrap();
        assert!(
            address.starts_with(&format!("{name}+")) && address.ends_with(&format!("@{domain}")),
            "{address}"
        );
        let changed = plain(&author, &address, &fresh_id(), "", "Ещё вот что");
        let changed =
            String::from_utf8(changed).unwrap().replace("Subject: question", "Subject: совсем другое");
        world.lands(MORNING, changed.as_bytes());
        world.lands(MORNING, &plain(&somebody(), &address, &fresh_id(), "", "Я посторонний"));
        world.run().await;
        let rows = world.only_of(2).await;
        let _ = rows;
        assert_eq!(thread(&world, appeal).await.len(), 3, "{}: letter, receipt, answer", world.on());
        let stranger =
            world.rows().await.into_iter().find(|row| row.id != appeal).expect("an appeal of its own");
        assert_eq!(world.show(stranger.id).await.links.len(), 1, "a possible follow-up, for a person to see");
        // The same address stands in the person's reply.
        says(&world, appeal, ReplyKind::Response).await;
        let replies = left(&world);
        let with_it = replies
            .values()
            .filter(|raw| mail::parse(raw).reply_to.first().is_some_and(|to| to.addr == address));
        assert_eq!(with_it.count(), 2, "receipt and reply");
        world.holds().await;
    }
}

#[tokio::test]
async fn whoever_was_copied_may_answer_and_changes_of_recipients_are_told() {
    for engine in engines() {
        let world = desk(engine).await;
        let (author, colleague) = (somebody(), somebody());
        let first = fresh_id();
        let copied = format!("Cc: {colleague}\r\n");
        world.lands(MORNING, &plain(&author, &world.ours, &first, &copied, "Помогите нам"));
        world.run().await;
        let appeal = world.only().await.id;
        world.desk.take(&world.head, appeal).await.unwrap();
        says(&world, appeal, ReplyKind::Response).await;
        let reply = world.sql("SELECT rfc_message_id FROM deliveries WHERE kind = 'reply'");
        // The author passed our reply on; the colleague answers it, and names nothing else.
        let answer = format!("In-Reply-To: <{reply}>\r\nCc: {author}\r\n");
        let theirs = plain(&colleague, &world.ours, &fresh_id(), &answer, "Я тоже");
        let theirs = String::from_utf8(theirs).unwrap().replace("Subject: question", "Subject: мимо");
        world.pass(SignedDuration::from_mins(30));
        world.lands(&world.clock.now().to_string(), theirs.as_bytes());
        world.run().await;
        assert_eq!(world.only().await.id, appeal, "{}: the colleague joins", world.on());
        let messages = thread(&world, appeal).await;
        let people: Vec<&MessageView> = messages.iter().filter(|message| !message.automatic).collect();
        assert_eq!(people.len(), 3);
        assert!(people[0].recipients_added.is_empty(), "nothing was before the first");
        let ours = people.iter().find(|message| message.staff.is_some()).unwrap();
        assert_eq!(
            addresses(&ours.recipients_dropped),
            [colleague.as_str()],
            "our reply goes to the author alone"
        );
        let theirs = people
            .iter()
            .find(|message| message.from.raw_for(Purpose::Matching).contains(&colleague))
            .unwrap();
        assert_eq!(addresses(&theirs.recipients_added), [colleague.as_str()]);
        // Strangers: with a stolen Message-ID, and with the number alone.
        let stolen = format!("In-Reply-To: <{reply}>\r\nReferences: <{first}> <{reply}>\r\n");
        world.lands(MORNING, &plain(&somebody(), &world.ours, &fresh_id(), &stolen, "Что там у вас?"));
        let number = plain(&somebody(), &world.ours, &fresh_id(), "", "По обращению № 2026-1");
        let number =
            String::from_utf8(number).unwrap().replace("Subject: question", "Subject: Re: [№ 2026-1]");
        world.lands(MORNING, number.as_bytes());
        let before = left(&world).len();
        world.run().await;
        assert_eq!(world.rows().await.len(), 3, "{}: strangers have appeals of their own", world.on());
        assert_eq!(thread(&world, appeal).await.len(), messages.len());
        for raw in left(&world).values() {
            let letter = mail::parse(raw);
            let to = &letter.to[0].addr;
            let told = letter.text.raw_for(Purpose::Matching).contains("Помогите нам");
            assert!(*to == author || !told, "nothing of the appeal goes to {to}");
        }
        assert_eq!(
            left(&world).len(),
            before + 2,
            "each stranger gets a receipt for the appeal of their own"
        );
    }
}

#[tokio::test]
async fn a_receipt_goes_only_to_mail_that_does_not_fail_the_trusted_servers_check() {
    for engine in engines() {
        let world = desk(engine).await;
        let trust = ChannelTrust { authserv_id: Some("mx.union.example".into()), ..Default::default() };
        world.desk.trust_channel(&world.head, "mail", trust).await.expect("the administrator says so");
        let results = |id: &str, dmarc: &str| format!("Authentication-Results: {id}; dmarc={dmarc}\r\n");
        let received = "Received: from a by mx.union.example; Mon, 16 Nov 2026 09:00:00 +0300\r\n";
        let forged = results("mx.union.example", "pass");
        let cases = [
            (results("mx.union.example", "pass"), true),
            (results("mx.union.example", "none"), true),
            (results("mx.evil.example", "fail"), true),
            (String::new(), true),
            (results("mx.union.example", "fail"), false),
            (format!("{}{received}{forged}", results("mx.union.example", "fail")), false),
        ];
        for (headers, due) in cases {
            let before = left(&world).len();
            let letter = plain(&somebody(), &world.ours, &fresh_id(), "", "Помогите");
            world.lands(MORNING, &[headers.as_bytes(), &letter].concat());
            world.run().await;
            assert_eq!(left(&world).len() - before, usize::from(due), "{}: {headers}", world.on());
        }
        assert_eq!(world.rows().await.len(), 6, "each is an appeal, whoever wrote it");
    }
}

#[tokio::test]
async fn a_letter_that_fails_the_trusted_check_joins_with_a_mark_and_adds_nobody() {
    for engine in engines() {
        let world = desk(engine).await;
        let trust = ChannelTrust { authserv_id: Some("mx.union.example".into()), ..Default::default() };
        world.desk.trust_channel(&world.head, "mail", trust).await.expect("the administrator says so");
        let (author, stranger, first) = (somebody(), somebody(), fresh_id());
        world.lands(MORNING, &plain(&author, &world.ours, &first, "", "Помогите"));
        world.run().await;
        let appeal = world.only().await.id;
        says(&world, appeal, ReplyKind::Response).await;
        let answers = format!("In-Reply-To: <{first}>\r\nCc: {stranger}\r\n");
        let forged = plain(&author, &world.ours, &fresh_id(), &answers, "Пришлите мне всё");
        let failed = b"Authentication-Results: mx.union.example; dmarc=fail\r\n";
        world.pass(SignedDuration::from_mins(30));
        world.lands(&world.clock.now().to_string(), &[&failed[..], &forged].concat());
        world.run().await;
        let seen = world.show(appeal).await;
        let marks: Vec<_> = seen.messages.iter().map(|message| message.authentication).collect();
        let on = world.on();
        assert_eq!(marks.iter().flatten().count(), 1, "{on}: {marks:?}");
        assert_eq!(marks.last(), Some(&Some(Authentication::Failed)), "{on}");
        assert!(addresses(&seen.others).is_empty(), "{on}: no recipient is proposed by a forger");
        // Whom the forger named takes no part: his letter is an appeal of its own.
        let theirs = format!("In-Reply-To: <{first}>\r\n");
        world.lands(MORNING, &plain(&stranger, &world.ours, &fresh_id(), &theirs, "Я тоже"));
        // Nor does somebody take part who names the author beside himself as whom to answer.
        let other = somebody();
        let named = format!("In-Reply-To: <{first}>\r\nReply-To: {author}, {other}\r\n");
        world.lands(MORNING, &plain(&other, &world.ours, &fresh_id(), &named, "И я"));
        world.run().await;
        assert_eq!(world.rows().await.len(), 3, "{on}");
        assert_eq!(world.show(appeal).await.messages.len(), seen.messages.len(), "{on}");
        world.holds().await;
    }
}

#[tokio::test]
async fn the_limit_of_receipts_holds_for_every_spelling_of_an_address() {
    for engine in engines() {
        let world = desk(engine).await;
        let name = Uuid::now_v7().simple().to_string();
        let spelled = |n: usize| match n % 3 {
            0 => format!("{name}+{n}@gmail.com"),
            1 => format!("{}.{}@gmail.com", &name[..5 + n], &name[5 + n..]),
            _ => {
                format!(
                    "{}@{}",
                    name.to_uppercase(),
                    if n.is_multiple_of(2) { "GMAIL.com" } else { "googlemail.com" }
                )
            }
        };
        for n in 0..9 {
            let letter = plain(&spelled(n), &world.ours, &fresh_id(), "", &format!("Помогите {n}"));
            world.lands(MORNING, &letter);
            world.run().await;
        }
        assert_eq!(left(&world).len(), 3, "{}", world.on());
        assert_eq!(world.rows().await.len(), 9);
    }
}

/// Somebody out there who answers each letter of ours with a machine.
struct Machine {
    address: String,
    answers: fn(&World, &Machine, &mail::ParsedMail) -> Vec<u8>,
}

fn polite(world: &World, machine: &Machine, letter: &mail::ParsedMail) -> Vec<u8> {
    let id = letter.message_id.as_deref().unwrap_or_default();
    let headers = format!("In-Reply-To: <{id}>\r\nAuto-Submitted: auto-replied\r\n");
    plain(&machine.address, &world.ours, &fresh_id(), &headers, "Я в отпуске")
}

/// It says of itself nothing at all, and a new subject each time.
fn rude(world: &World, machine: &Machine, _: &mail::ParsedMail) -> Vec<u8> {
    let letter = plain(&machine.address, &world.ours, &fresh_id(), "", "Ваше письмо очень важно для нас");
    String::from_utf8(letter)
        .unwrap()
        .replace("Subject: question", &format!("Subject: {}", fresh_id()))
        .into_bytes()
}

fn bouncing(world: &World, machine: &Machine, letter: &mail::ParsedMail) -> Vec<u8> {
    let id = letter.message_id.as_deref().unwrap_or_default();
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: {}\r\nSubject: failure notice\r\nMessage-ID: <{}>\r\n\r\n\
         <{}>:\r\n550 5.1.1 unknown\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nReceived: x\r\nMessage-ID: \
         <{id}>\r\nSubject: y\r\n",
        world.ours,
        fresh_id(),
        machine.address
    )
    .into_bytes()
}

/// The machines write to us and answer whatever we send, for a day; how many letters each got from us.
pub async fn a_day_with_machines(world: &World) -> Vec<usize> {
    let machines = [polite as fn(&_, &_, &_) -> _, rude, bouncing];
    let machines: Vec<Machine> =
        machines.into_iter().map(|answers| Machine { address: somebody(), answers }).collect();
    for machine in &machines {
        let letter = plain(&machine.address, &world.ours, &fresh_id(), "", "Помогите");
        world.lands(&world.clock.now().to_string(), &letter);
    }
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut got = vec![0; machines.len()];
    for _ in 0..60 {
        world.run().await;
        for (name, raw) in left(world) {
            if seen.insert(name) {
                let letter = mail::parse(&raw);
                let to = letter.to[0].addr.clone();
                let at = machines.iter().position(|machine| machine.address == to).expect("one of them");
                got[at] += 1;
                let answer = (machines[at].answers)(world, &machines[at], &letter);
                world.lands(&world.clock.now().to_string(), &answer);
            }
        }
        world.pass(SignedDuration::from_mins(20));
    }
    got
}

#[tokio::test]
async fn two_autoresponders_and_a_bouncing_server_get_three_letters_a_day_at_most() {
    for engine in engines() {
        let world = desk(engine).await;
        let got = a_day_with_machines(&world).await;
        assert!(got.iter().all(|letters| (1..=3).contains(letters)), "{}: {got:?}", world.on());
        assert_eq!(got[0], 1, "a machine that says so gets the one receipt for what its owner wrote");
        assert_eq!(got[2], 1, "so does an address that bounces");
        world.holds().await;
    }
}
