//! Letters that nobody wrote, letters that are no letters, letters made to break something: each has exactly one fate, nothing
//! is lost and nothing that comes after is held up.

use super::letters::{fresh_id, html_with_file, plain};
use super::world::{Plan, World, intake, land, moment, somebody};
use crate::support::engines;
use jiff::SignedDuration;
use otklik_core::desk::Fetched;
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::views::ChannelView;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::types::{DeliveryState, Purpose, ReplyKind, ResponseState};

const MORNING: &str = "2026-11-16T09:00:00+03:00";

/// A desk whose letters leave into a folder.
async fn desk(engine: crate::support::Engine) -> World {
    let out = format!("folder:{}", engine.folder().join("out").display());
    World::new(engine, Plan { outgoing: &out, ..Plan::default() }).await
}

fn left(world: &World) -> usize {
    std::fs::read_dir(world.engine.folder().join("out")).map_or(0, Iterator::count)
}

/// new, appended, duplicate, service, history, quarantined.
fn fates(sum: &ChannelView) -> [i64; 6] {
    assert_eq!(sum.pending, 0, "{sum:?}");
    [sum.new, sum.appended, sum.duplicate, sum.service, sum.history, sum.quarantined]
}

#[tokio::test]
async fn programs_lists_reports_and_our_own_mail_get_no_receipt() {
    for engine in engines() {
        let world = desk(engine).await;
        let person = somebody();
        let bounce = format!(
            "From: MAILER-DAEMON@example.org\r\nTo: {}\r\nMessage-ID: <{}>\r\nSubject: Undelivered\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nsorry\r\n--b\r\n\
             Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; example.org\r\n\r\n\
             Final-Recipient: rfc822; a@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n",
            world.ours,
            fresh_id()
        );
        let own = format!("X-Otklik-Desk: {}\r\n", world.desk.id());
        let service = [
            plain(&person, &world.ours, &fresh_id(), "Auto-Submitted: auto-replied\r\n", "Я в отпуске."),
            bounce.into_bytes(),
            plain(&person, &world.ours, &fresh_id(), &own, "наше собственное"),
            plain(&world.ours, &world.ours, &fresh_id(), "", "от нас самих"),
        ];
        let appeals_without_receipt = [
            plain(&person, &world.ours, &fresh_id(), "List-Id: <news.example.org>\r\n", "рассылка"),
            plain(&person, &world.ours, &fresh_id(), "Precedence: bulk\r\n", "всем"),
            plain("noreply@example.org", &world.ours, &fresh_id(), "", "с формы"),
            plain(&person, &world.ours, &fresh_id(), "Return-Path: <>\r\n", "без обратного адреса"),
            plain(&person, &world.ours, &fresh_id(), "Auto-Submitted: auto-generated\r\n", "с сайта"),
        ];
        for letter in service.iter().chain(&appeals_without_receipt) {
            world.lands(MORNING, letter);
        }
        world.run().await;
        assert_eq!(fates(&world.channel().await), [5, 0, 0, 4, 0, 0], "{}", world.on());
        assert_eq!((world.count("SELECT count(*) FROM deliveries"), left(&world)), (0, 0));
        let row = world.only_of(5).await;
        assert_eq!(row.response.state, ResponseState::Running, "the promise holds without a receipt");
        world.lands(MORNING, &plain(&person, &world.ours, &fresh_id(), "", "пишу сама"));
        world.run().await;
        assert_eq!(left(&world), 1, "a person who writes gets one");
        world.holds().await;
    }
}

#[tokio::test]
async fn an_author_whose_address_cannot_be_written_to_has_an_appeal_and_no_receipt() {
    for engine in engines() {
        let world = desk(engine).await;
        let long = format!("anna@{}.org", "x".repeat(70));
        let bad = ["anna@mail.example.org.", "a..b@example.org", ".anna@example.org", &long];
        for from in bad {
            let letter = plain(&format!("Anna <{from}>"), &world.ours, &fresh_id(), "", "Меня уволили.");
            world.lands(MORNING, &letter);
        }
        world.run().await;
        assert_eq!(fates(&world.channel().await), [4, 0, 0, 0, 0, 0], "{}", world.on());
        assert_eq!((world.count("SELECT count(*) FROM deliveries"), left(&world)), (0, 0));
        let rows = world.rows().await;
        assert_eq!(rows.len(), 4);
        for row in rows {
            assert_eq!(row.response.state, ResponseState::Running, "{}: its clock runs", world.on());
            let view = world.show(row.id).await;
            let request = ReplyRequest {
                appeal: row.id,
                text: "Занимаюсь вашим делом.".into(),
                kind: ReplyKind::Response,
                seen: view.last_message,
                idempotency_key: uuid::Uuid::now_v7(),
                immediately: true,
                cc: Vec::new(),
                files: Vec::new(),
            };
            let refused = world.desk.send_reply(&world.head, request).await.expect_err("no such address");
            assert_eq!(refused.code, "author-address-bad", "{}", world.on());
            let author = view.author_email.expect("as it came");
            assert!(bad.contains(&author.raw_for(Purpose::Store)));
        }
        world.holds().await;
    }
}

#[tokio::test]
async fn an_address_gets_three_receipts_a_day_and_a_flood_stops_and_asks() {
    for engine in engines() {
        let world = desk(engine).await;
        let person = somebody();
        for n in 0..5 {
            world.lands(MORNING, &plain(&person, &world.ours, &fresh_id(), "", &format!("письмо {n}")));
        }
        world.run().await;
        assert_eq!((world.channel().await.new, left(&world)), (5, 3), "{}", world.on());
        world.pass(SignedDuration::from_hours(25));
        world.lands("2026-11-17T10:30:00+03:00", &plain(&person, &world.ours, &fresh_id(), "", "завтра"));
        world.run().await;
        assert_eq!(left(&world), 4);

        world.pass(SignedDuration::from_mins(11));
        for n in 0..33 {
            let letter = plain(&somebody(), &world.ours, &fresh_id(), "", &format!("поток {n}"));
            world.lands("2026-11-17T11:00:00+03:00", &letter);
        }
        world.run().await;
        assert_eq!(left(&world), 34, "thirty in ten minutes");
        let waiting =
            world.desk.deliveries(&world.head, DeliveryFilter::Open, 100).await.expect("the deliveries");
        assert_eq!(waiting.len(), 3);
        for held in &waiting {
            assert_eq!((held.state, held.reason.as_deref()), (DeliveryState::Scheduled, Some("held")));
        }
        world.pass(SignedDuration::from_hours(2));
        world.run().await;
        assert_eq!(left(&world), 34, "what is held waits for a person");
        let counts = world.desk.queue_counts(&world.head).await.expect("counts");
        assert_eq!((counts.held, counts.deliveries_waiting), (3, 0), "{}", world.on());
        world.desk.retry_delivery(&world.head, waiting[0].id).await.expect("let go");
        world.desk.drop_delivery(&world.head, waiting[1].id).await.expect("given up");
        world.desk.undo_delivery(&world.head, waiting[2].id).await.expect("taken back");
        world.run().await;
        assert_eq!(left(&world), 35);
        world.holds().await;
    }
}

#[tokio::test]
async fn everything_held_is_let_go_by_one_decision_in_each_appeals_history() {
    for engine in engines() {
        let world = desk(engine).await;
        for n in 0..34 {
            let letter = plain(&somebody(), &world.ours, &fresh_id(), "", &format!("поток {n}"));
            world.lands(MORNING, &letter);
        }
        world.run().await;
        assert_eq!(left(&world), 30, "{}", world.on());
        assert_eq!(world.desk.release_held(&world.head).await.expect("let go"), 4);
        assert_eq!(world.desk.release_held(&world.head).await.expect("nothing left"), 0);
        let rows = "SELECT count(*) FROM journal_links l JOIN journal j ON j.seq = l.seq \
                    WHERE j.action = 'delivery.released'";
        assert_eq!(world.count(rows), 4, "{}: one row in four chains", world.on());
        assert_eq!(world.count("SELECT count(*) FROM journal WHERE action = 'delivery.released'"), 1);
        world.run().await;
        assert_eq!(left(&world), 34);
        world.holds().await;
    }
}

#[tokio::test]
async fn the_same_message_id_is_a_duplicate_only_with_the_same_content() {
    for engine in engines() {
        let world = desk(engine).await;
        let (person, id) = (somebody(), fresh_id());
        let first = html_with_file(&person, &world.ours, &id);
        let replaced = |from: &[u8], to: &[u8]| {
            let at = first.windows(from.len()).position(|part| part == from).expect("the part");
            [&first[..at], to, &first[at + from.len()..]].concat()
        };
        let received = b"Received: from another.example.net by here; Mon, 16 Nov 2026 09:00:00 +0300\r\n";
        let again = [received.as_slice(), &first].concat();
        let other_text = replaced(b"</p>", b" Ps.</p>");
        let other_file = replaced(b"JVBERi0xLjQK", b"JVBERi0xLjUK");
        for letter in [&first, &again, &other_text, &other_file] {
            world.lands(MORNING, letter);
            world.run().await;
        }
        let sum = world.channel().await;
        assert_eq!((sum.duplicate, sum.new + sum.appended), (1, 3), "{}: {sum:?}", world.on());
        let marked = "SELECT count(*) FROM raw_items WHERE reason = 'same-message-id'";
        assert_eq!(world.count(marked), 2, "a person is told that these share an id");
        world.holds().await;
    }
}

#[tokio::test]
async fn a_transport_id_used_twice_loses_no_letter() {
    for engine in engines() {
        let world = desk(engine).await;
        let name = world.lands(MORNING, &plain(&somebody(), &world.ours, &fresh_id(), "", "первое"));
        world.run().await;
        let second = plain(&somebody(), &world.ours, &fresh_id(), "", "второе под тем же именем");
        land(&world.maildir, &name, moment(MORNING), &second);
        world.run().await;
        let rows = world.rows().await;
        assert_eq!(rows.len(), 2, "{}", world.on());
        for _ in 0..2 {
            world.run().await;
        }
        assert_eq!(fates(&world.channel().await), [2, 0, 0, 0, 0, 0], "seen again, stored once");

        // The same letter given twice before it was acknowledged, as after a kill.
        let bytes = plain(&somebody(), &world.ours, &fresh_id(), "", "третье");
        let item = Fetched { transport_id: "once".into(), received_at: moment(MORNING), bytes: Ok(bytes) };
        let twice = vec![item.clone(), item.clone()];
        assert_eq!(world.desk.store_raw(&intake(), world.account, twice).await.expect("stored"), 1);
        assert_eq!(world.desk.store_raw(&intake(), world.account, vec![item]).await.expect("stored"), 0);
        world.run().await;
        assert_eq!(fates(&world.channel().await), [3, 0, 0, 0, 0, 0]);
        world.holds().await;
    }
}

#[tokio::test]
async fn what_is_no_letter_is_quarantined_and_holds_nothing_up() {
    for engine in engines() {
        let world = desk(engine).await;
        for bytes in [b"".as_slice(), b"\r\n \r\n"] {
            world.lands(MORNING, bytes);
        }
        let huge = world.maildir.join("new").join("huge.test");
        std::fs::File::create(&huge).and_then(|file| file.set_len((64 << 20) + 1)).expect("a sparse file");
        std::os::unix::fs::symlink("/etc/hostname", world.maildir.join("new").join("link.test"))
            .expect("a link");
        std::fs::create_dir(world.maildir.join("new").join("folder.test")).expect("a folder");
        world.lands(MORNING, &plain(&somebody(), &world.ours, &fresh_id(), "", "а это письмо"));
        world.run().await;
        assert_eq!(fates(&world.channel().await), [1, 0, 0, 0, 0, 5], "{}", world.on());
        let reasons = "SELECT count(DISTINCT reason) FROM raw_items WHERE fate = 'quarantined'";
        assert_eq!(world.count(reasons), 3, "empty, too large, not a file");
        assert!(huge.exists(), "what was not taken is not acknowledged");
        world.run().await;
        assert_eq!(world.channel().await.fetched, 6, "and it is counted once");
        world.holds().await;
    }
}

#[tokio::test]
async fn letters_made_to_break_something_become_appeals_like_any_other() {
    for engine in engines() {
        let world = desk(engine).await;
        let to = world.ours.clone();
        let subject = |bytes: Vec<u8>| {
            let head =
                format!("From: {}\r\nTo: {to}\r\nMessage-ID: <{}>\r\nSubject: ", somebody(), fresh_id());
            [head.into_bytes(), bytes, b"\r\n\r\ntext\r\n".to_vec()].concat()
        };
        let parts = "--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n".repeat(5_000);
        let headers = "Content-Type: multipart/mixed; boundary=b\r\n";
        let words: String = (0..160_000).map(|n| format!("слово{n} ")).collect();
        let long_word = "ы".repeat(300_000);
        let hostile = [
            ("NUL", plain(&somebody(), &to, &fresh_id(), "X-A: \0\r\n", "a\0b\0")),
            ("NUL in the id", plain(&somebody(), &to, "nul\0nul@example.net", "", "text")),
            ("subject", subject("ы".repeat(5 << 20).into_bytes())),
            ("not UTF-8", subject(vec![0xff; 2_000])),
            ("controls", subject("\u{202e}\u{1b}[2J\u{7}\u{e0041}".into())),
            ("files", plain(&somebody(), &to, &fresh_id(), headers, &format!("{parts}--b--"))),
            ("distinct words", plain(&somebody(), &to, &fresh_id(), "", &words)),
            ("one long word", plain(&somebody(), &to, &fresh_id(), "", &long_word)),
            ("long id", plain(&somebody(), &to, &format!("{}@example.net", "i".repeat(3_000)), "", "text")),
            ("long references", {
                let ids: String = (0..20_000).map(|n| format!(" <{n}@example.net>")).collect();
                plain(&somebody(), &to, &fresh_id(), &format!("References:{ids}\r\n"), "text")
            }),
            (
                "long address",
                plain(&format!("{}@example.org", "a".repeat(5_000)), &to, &fresh_id(), "", "text"),
            ),
            ("no sender", format!("To: {to}\r\n\r\nникто\r\n").into_bytes()),
            ("many recipients", {
                let all: String = (0..20_000).map(|n| format!("p{n}@example.org, ")).collect();
                plain(&somebody(), &to, &fresh_id(), &format!("Cc: {all}{to}\r\n"), "text")
            }),
            ("lone header", b"Subject: x".to_vec()),
            ("noise", (0..200_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()),
        ];
        for (what, letter) in &hostile {
            let before = world.channel().await;
            world.lands(MORNING, letter);
            let done = world.run().await;
            let after = world.channel().await;
            assert_eq!((done.fetched, done.parsed, after.pending), (1, 1, 0), "{}: {what}", world.on());
            assert_eq!(after.new, before.new + 1, "{}: {what}: {after:?}", world.on());
        }
        for row in world.rows().await {
            let view = world.show(row.id).await;
            assert!(!view.row.subject.raw_for(Purpose::Store).contains('\0'));
            assert!(!view.messages[0].text.raw_for(Purpose::Store).contains('\0'));
        }
        world.holds().await;
    }
}

#[tokio::test]
async fn letters_from_other_centuries_have_their_places() {
    for engine in engines() {
        let plan = Plan { since: "1960-01-01T00:00:00Z", receipts: false, ..Plan::default() };
        let world = World::new(engine, plan).await;
        for (received, number) in [
            ("1970-01-01T00:00:00Z", "1970-1"),
            ("2038-01-19T03:14:08Z", "2038-1"),
            ("2099-12-31T20:59:59Z", "2099-1"),
            ("2099-12-31T21:00:00Z", "2100-1"),
            ("2025-12-31T20:59:59Z", "2025-1"),
            ("2025-12-31T21:00:00Z", "2026-1"),
        ] {
            world.lands(received, &plain(&somebody(), &world.ours, &fresh_id(), "", received));
            world.run().await;
            let rows = world.rows().await;
            let row = rows.iter().find(|row| row.received_at == moment(received)).expect(received);
            assert_eq!(row.number.to_string(), number, "the year is that of the desk's zone");
            let due = moment(received) + SignedDuration::from_hours(24);
            assert_eq!(row.response.due_at, Some(due), "{}", world.on());
        }
        let order: Vec<String> = world.rows().await.iter().map(|row| row.number.to_string()).collect();
        assert_eq!(order, ["1970-1", "2025-1", "2026-1", "2038-1", "2099-1", "2100-1"]);
        world.holds().await;
    }
}

#[tokio::test]
async fn mail_older_than_the_channel_is_history() {
    for engine in engines() {
        let world = desk(engine).await;
        let letter = |text| plain(&somebody(), &world.ours, &fresh_id(), "", text);
        world.lands("2026-10-31T23:59:59+03:00", &letter("до"));
        world.lands("2026-11-01T00:00:00+03:00", &letter("после"));
        world.run().await;
        assert_eq!(fates(&world.channel().await), [1, 0, 0, 0, 1, 0], "{}", world.on());
        assert_eq!(left(&world), 1);
        world.holds().await;
    }
}
