//! What users of other helpdesks complain of in mail, each as a fact about this one: numbers 7 to 14 and 16 of the list of
//! pains; 15 to 18 are told over a mail server in `jobs::pains`. Here each is said once, through the real desk.

use crate::story::letters::{fresh_id, plain};
use crate::story::threads::{a_day_with_machines, desk, left, says};
use crate::story::world::{World, intake, land, moment, sender, somebody};
use crate::support::{Engine, engines};
use jiff::SignedDuration;
use otklik_core::desk::Quarantined;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::DeliveryView;
use otklik_core::mail;
use otklik_core::types::{AppealId, DeliveryId, DeliveryState, Purpose, ReplyKind};
use uuid::Uuid;

const MORNING: &str = "2026-11-16T09:00:00+03:00";

async fn answered(engine: Engine) -> (World, String, AppealId) {
    let world = desk(engine).await;
    let author = somebody();
    world.lands(MORNING, &plain(&author, &world.ours, &fresh_id(), "", "Помогите"));
    world.run().await;
    let appeal = world.only().await.id;
    world.desk.take(&world.head, appeal).await.unwrap();
    (world, author, appeal)
}

async fn schedules(world: &World, appeal: AppealId, immediately: bool) -> DeliveryView {
    let request = ReplyRequest {
        appeal,
        text: "Занимаемся".into(),
        kind: ReplyKind::Response,
        cc: Vec::new(),
        files: Vec::new(),
        seen: world.show(appeal).await.last_message,
        idempotency_key: Uuid::now_v7(),
        immediately,
    };
    world.desk.send_reply(&world.head, request).await.expect("a reply")
}

async fn state(world: &World, appeal: AppealId, id: DeliveryId) -> DeliveryState {
    let thread = world.show(appeal).await.messages;
    let found = thread.into_iter().flat_map(|message| message.deliveries).find(|delivery| delivery.id == id);
    found.expect("the delivery").state
}

#[tokio::test]
async fn pain_07_every_path_into_the_desk_starts_the_same_clock() {
    for engine in engines() {
        let world = desk(engine).await;
        let due = Some(moment("2026-11-17T09:00:00+03:00"));
        let paths = [
            ("to us", plain(&somebody(), &world.ours, &fresh_id(), "", "a")),
            (
                "copied to us",
                plain(&somebody(), &somebody(), &fresh_id(), &format!("Cc: {}\r\n", world.ours), "b"),
            ),
            (
                "blind copy",
                plain(
                    &somebody(),
                    &somebody(),
                    &fresh_id(),
                    &format!("Delivered-To: {}\r\n", world.ours),
                    "c",
                ),
            ),
            ("a list", plain(&somebody(), &world.ours, &fresh_id(), "List-Id: <x.example>\r\n", "d")),
            (
                "a form",
                plain(&somebody(), &world.ours, &fresh_id(), "Auto-Submitted: auto-generated\r\n", "e"),
            ),
            ("no id", plain(&somebody(), &world.ours, "", "", "f")),
        ];
        for (path, letter) in paths {
            let known: Vec<AppealId> = world.rows().await.iter().map(|row| row.id).collect();
            world.lands(MORNING, &letter);
            world.run().await;
            let rows = world.rows().await;
            let new: Vec<_> = rows.iter().filter(|row| !known.contains(&row.id)).collect();
            assert_eq!(new.len(), 1, "{}: {path}", world.on());
            assert_eq!(new[0].response.due_at, due, "{}: {path}", world.on());
        }
        world.lands(MORNING, b"   ");
        world.run().await;
        let made =
            world.desk.appeal_quarantined(&world.head, Quarantined::All { reason: None }).await.unwrap();
        let row = world.rows().await.into_iter().find(|row| row.id == made[0].appeal).expect("by a person");
        assert_eq!(row.response.due_at, due, "{}: out of quarantine", world.on());
    }
}

#[tokio::test]
async fn pain_08_whatever_came_in_stands_in_the_sum_read_elsewhere_or_not() {
    for engine in engines() {
        let world = desk(engine).await;
        let read = plain(&somebody(), &world.ours, &fresh_id(), "", "прочитано на телефоне");
        let file = world.maildir.join("cur").join("1.phone:2,S");
        std::fs::write(&file, read).unwrap();
        let at = std::time::UNIX_EPOCH
            + std::time::Duration::from_secs(moment(MORNING).as_second().unsigned_abs());
        std::fs::File::options().write(true).open(&file).unwrap().set_modified(at).unwrap();
        let (person, id) = (somebody(), fresh_id());
        world.lands(MORNING, &plain(&person, &world.ours, &id, "", "раз"));
        world.lands(MORNING, &plain(&person, &world.ours, &id, "", "раз"));
        world.lands(
            MORNING,
            &plain(&person, &world.ours, &fresh_id(), "Auto-Submitted: auto-replied\r\n", "нет на месте"),
        );
        world.lands("2026-10-01T09:00:00+03:00", &plain(&person, &world.ours, &fresh_id(), "", "давно"));
        world.lands(MORNING, b"");
        world.run().await;
        let sum = world.channel().await;
        assert_eq!((sum.fetched, sum.new, sum.duplicate), (6, 2, 1), "{}: {sum:?}", world.on());
        assert_eq!((sum.service, sum.history, sum.quarantined, sum.pending), (1, 1, 1, 0));
        assert_eq!(sum.fetched, sum.fates().iter().sum::<i64>());
        world.holds().await;
    }
}

#[tokio::test]
async fn pain_09_a_letter_that_the_database_refuses_is_tried_thrice_and_holds_nothing_up() {
    for engine in engines() {
        let world = desk(engine).await;
        world.sql(match world.on() {
            "sqlite" => {
                "CREATE TRIGGER refuse BEFORE INSERT ON messages WHEN NEW.subject = 'poison' \
                 BEGIN SELECT RAISE(ABORT, 'refused'); END"
            }
            _ => "ALTER TABLE messages ADD CONSTRAINT refuse CHECK (subject <> 'poison') NOT VALID",
        });
        let poison = String::from_utf8(plain(&somebody(), &world.ours, &fresh_id(), "", "яд")).unwrap();
        world.lands(MORNING, poison.replace("Subject: question", "Subject: poison").as_bytes());
        world.lands(MORNING, b"\r\n \r\n");
        world.lands(MORNING, &plain(&somebody(), &world.ours, &fresh_id(), "", "следующее"));
        world.run().await;
        assert_eq!(world.channel().await.new, 1, "{}: the next one is an appeal at once", world.on());
        for _ in 0..6 {
            world.run().await;
        }
        let sum = world.channel().await;
        assert_eq!((sum.new, sum.quarantined, sum.pending), (1, 2, 0), "{}: {sum:?}", world.on());
        assert_eq!(world.count("SELECT max(attempts) FROM raw_items"), 3, "{}", world.on());
        assert_eq!(world.sql("SELECT reason FROM raw_items WHERE attempts > 0"), "refused-by-store");
        world.holds().await;
    }
}

#[tokio::test]
async fn pain_10_the_same_letter_twice_or_in_two_of_our_mailboxes_is_one_case() {
    for engine in engines() {
        let world = desk(engine).await;
        let other = world.engine.folder().join("other");
        for folder in ["tmp", "new", "cur"] {
            std::fs::create_dir_all(other.join(folder)).expect("a Maildir");
        }
        let account = otklik_core::desk::NewAccount {
            incoming: format!("maildir:{}", other.display()),
            since: moment("2026-11-01T00:00:00+03:00"),
            ..world.another_account()
        };
        let copied = format!("Cc: {}\r\n", account.address);
        world.desk.add_channel(&world.head, account).await.expect("a second mailbox");
        let letter = plain(&somebody(), &world.ours, &fresh_id(), &copied, "Помогите");
        world.lands(MORNING, &letter);
        world.run().await;
        // In the other mailbox, delivered once more, and found under its old name by a process that forgot it.
        land(&other, "1.other", moment(MORNING), &[b"Delivered-To: other\r\n", &letter[..]].concat());
        world.lands(MORNING, &letter);
        let again = otklik_core::desk::Fetched {
            transport_id: world.sql("SELECT transport_id FROM raw_items ORDER BY pk LIMIT 1"),
            received_at: moment(MORNING),
            bytes: Ok(letter.clone()),
        };
        let stored = world.desk.store_raw(&intake(), world.account, vec![again]).await.unwrap();
        world.run().await;
        assert_eq!(stored, 0, "{}: its name is known", world.on());
        world.only().await;
        assert_eq!(world.count("SELECT count(*) FROM raw_items WHERE fate = 'duplicate'"), 2);
        assert_eq!(left(&world).len(), 1, "one receipt");
    }
}

#[tokio::test]
async fn pain_11_a_stranger_with_a_stolen_reference_gets_a_case_of_his_own_and_nothing_of_the_old_one() {
    for engine in engines() {
        let (world, _, appeal) = answered(engine).await;
        says(&world, appeal, ReplyKind::Response).await;
        let reply = world.sql("SELECT rfc_message_id FROM deliveries WHERE kind = 'reply'");
        let stolen = format!("In-Reply-To: <{reply}>\r\n");
        let stranger = somebody();
        world.lands(MORNING, &plain(&stranger, &world.ours, &fresh_id(), &stolen, "Перешлите всё"));
        world.run().await;
        let own = world.rows().await.into_iter().find(|row| row.id != appeal).expect("a case of his own");
        assert_eq!(
            world.show(own.id).await.links.len(),
            1,
            "{}: a person sees the possible link",
            world.on()
        );
        let told: Vec<_> = left(&world)
            .into_values()
            .map(|raw| mail::parse(&raw))
            .filter(|letter| letter.to[0].addr == stranger)
            .collect();
        assert_eq!(told.len(), 1, "{}: the receipt for his own", world.on());
        for letter in told {
            let text = letter.text.raw_for(Purpose::Matching);
            assert!(!text.contains("Занимаемся") && !text.contains("Помогите"), "{text}");
        }
    }
}

#[tokio::test]
async fn pain_12_every_letter_of_ours_names_its_thread_and_who_was_copied_joins_it() {
    for engine in engines() {
        let world = desk(engine).await;
        let (author, colleague, first) = (somebody(), somebody(), fresh_id());
        let copied = format!("Cc: {colleague}\r\n");
        world.lands(MORNING, &plain(&author, &world.ours, &first, &copied, "Помогите"));
        world.run().await;
        let appeal = world.only().await.id;
        world.desk.take(&world.head, appeal).await.unwrap();
        says(&world, appeal, ReplyKind::Response).await;
        let sent: Vec<_> = left(&world).into_values().map(|raw| mail::parse(&raw)).collect();
        assert_eq!(sent.len(), 2, "{}", world.on());
        for letter in sent {
            assert!(letter.message_id.is_some());
            assert_eq!(letter.in_reply_to, [first.as_str()], "{}", world.on());
            assert_eq!(letter.references.last(), Some(&first));
        }
        // To everybody, from a program that changes the subject.
        let answer = format!("In-Reply-To: <{first}>\r\nCc: {author}\r\n");
        let answer = plain(&colleague, &world.ours, &fresh_id(), &answer, "И я");
        let answer = String::from_utf8(answer).unwrap().replace("Subject: question", "Subject: other");
        world.lands(MORNING, answer.as_bytes());
        world.run().await;
        assert_eq!(world.only().await.id, appeal, "{}: no case of its own", world.on());
    }
}

#[tokio::test]
async fn pain_13_machines_that_answer_machines_come_to_rest_and_open_nothing_again() {
    for engine in engines() {
        let world = desk(engine).await;
        let got = a_day_with_machines(&world).await;
        assert!(got.iter().all(|letters| (1..=3).contains(letters)), "{}: {got:?}", world.on());
        for raw in left(&world).values() {
            assert!(mail::parse(raw).signals.auto_submitted.is_some(), "{}: marked", world.on());
        }
        let attached = "SELECT count(*) FROM reports WHERE kind = 'failure' AND delivery_id IS NOT NULL";
        assert_eq!(world.count(attached), 1, "{}: the bounce is about the receipt", world.on());
        let again = world.count("SELECT count(*) FROM journal WHERE action = 'appeal.stage'");
        assert_eq!(again, 0, "{}: nothing comes back", world.on());
    }
}

#[tokio::test]
async fn pain_14_an_odd_file_costs_no_text_and_both_sides_are_told() {
    for engine in engines() {
        let world = desk(engine).await;
        let packed = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
        let body = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nПриказ во вложении\r\n--b\r\nContent-Type: \
                    application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgAA\r\n--b--";
        let letter = format!(
            "From: {}\r\nTo: {}\r\nSubject: x\r\nMessage-ID: <{}>\r\n{packed}\r\n{body}\r\n",
            somebody(),
            world.ours,
            fresh_id()
        );
        world.lands(MORNING, letter.as_bytes());
        world.run().await;
        let message = &world.show(world.only().await.id).await.messages[0];
        assert_eq!(message.text.raw_for(Purpose::Store).trim(), "Приказ во вложении", "{}", world.on());
        assert_eq!(message.left_out, ["outlook_container"], "we are told");
        assert_eq!(message.attachments.len(), 1, "and the file is kept");
        let receipt = left(&world).into_values().next().expect("a receipt");
        let told = mail::parse(&receipt);
        assert!(told.text.raw_for(Purpose::Store).contains("winmail.dat"), "the author is told");
    }
}

#[tokio::test]
async fn pain_16_a_sender_that_died_half_way_leaves_a_question_and_no_copies() {
    for engine in engines() {
        let (world, _, appeal) = answered(engine).await;
        let before = left(&world).len();
        let reply = schedules(&world, appeal, true).await;
        let leased = world.desk.lease_delivery(&sender(), "dies").await.unwrap().expect("the reply");
        assert_eq!(leased.id, reply.id);
        assert!(world.desk.start_delivery(&sender(), "dies", leased.id).await.unwrap());
        world.pass(SignedDuration::from_mins(5));
        for _ in 0..3 {
            world.run().await;
            world.pass(SignedDuration::from_hours(3));
        }
        assert_eq!(state(&world, appeal, reply.id).await, DeliveryState::Unknown, "{}", world.on());
        assert_eq!(left(&world).len(), before, "nothing is sent again on its own");
    }
}
