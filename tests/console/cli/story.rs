//! The story of the first step by the command line, on each engine: a letter becomes an answered appeal.

use super::{Place, keys, letter};
use crate::support::engines;
use serde_json::{Value, json};

/// Семёнова, «Уволили», in koi8-r with a file, as an old mail program writes it.
fn with_file() -> Vec<u8> {
    let head = "From: =?koi8-r?B?88XNo87P18E=?= <semenova@example.com>\r\nTo: appeals@example.org\r\n\
        Subject: =?koi8-r?B?9dfPzMnMyQ==?=\r\nMessage-ID: <first@example.com>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n";
    let body = b"\xed\xc5\xce\xd1 \xd5\xd7\xcf\xcc\xc9\xcc\xc9.\r\n";
    let file = "--b\r\nContent-Type: application/pdf; name=\"../order.pdf\"\r\n\
        Content-Disposition: attachment; filename=\"../order.pdf\"\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n";
    [head.as_bytes(), body, file.as_bytes()].concat()
}

#[test]
fn a_letter_becomes_an_answered_appeal_on_each_engine() {
    for engine in engines() {
        let name = engine.name;
        let place = Place::on(engine);
        place.init(&[]);
        place.deliver("1.first", &with_file());
        place.ok(&["serve", "--once"]);
        let list = place.json(&["appeal", "list"]);
        assert_eq!(list.as_array().map(Vec::len), Some(1), "{name}: {list}");
        let number = list[0]["number"].as_str().expect("a number").to_owned();
        assert_eq!(
            list[0]["author"],
            json!({ "name": "Семёнова", "contact": "semenova@example.com" }),
            "{name}"
        );
        assert_eq!((&list[0]["subject"], &list[0]["stage"]), (&json!("Уволили"), &json!("new")), "{name}");
        assert_eq!(list[0]["response"]["state"], "running", "{name}");
        let receipts = place.sent();
        assert_eq!(receipts.len(), 1, "{name}");
        assert!(receipts[0].contains("Auto-Submitted: auto-replied"), "{name}: {}", receipts[0]);

        place.ok(&["appeal", "take", &number]);
        let reply = place.with_input(
            &["appeal", "reply", &number, "--body-file", "-", "--yes"],
            "Занимаюсь вашим делом. Пришлите приказ.\n".as_bytes(),
            &[],
        );
        assert_eq!(reply.code, 0, "{name}: {reply:?}");
        place.ok(&["serve", "--once"]);
        let answer = sent_by_a_person(&place);
        assert!(answer.contains("In-Reply-To: <first@example.com>"), "{name}: {answer}");
        let ours =
            answer.split("Message-ID: <").nth(1).and_then(|rest| rest.split('>').next()).expect("our id");

        let more = format!("In-Reply-To: <{ours}>\r\nReferences: <first@example.com> <{ours}>\r\n");
        place.deliver(
            "2.second",
            &letter("semenova@example.com", "Re: Уволили", "second@example.com", &more, "Вот."),
        );
        place.ok(&["serve", "--once"]);
        assert_eq!(
            place.json(&["appeal", "list"]).as_array().map(Vec::len),
            Some(1),
            "{name}: the answer must join"
        );
        let story = place.json(&["appeal", "show", &number]);
        let told: Vec<(&str, bool)> = story["messages"]
            .as_array()
            .expect("messages")
            .iter()
            .map(|message| (message["direction"].as_str().unwrap_or_default(), message["automatic"] == true))
            .collect();
        assert_eq!(told, [("in", false), ("out", true), ("out", false), ("in", false)], "{name}");
        assert_eq!(story["response"]["state"], "met", "{name}");
        assert_eq!(story["messages"][2]["deliveries"][0]["state"], "accepted", "{name}");
        assert_eq!(story["unread"], true, "{name}: somebody has to see the author's answer");
        let actions: Vec<&Value> =
            story["journal"].as_array().expect("a journal").iter().map(|line| &line["action"]).collect();
        for action in ["appeal.received", "appeal.taken", "reply.scheduled", "delivery.accepted"] {
            assert!(actions.iter().any(|known| *known == action), "{name}: {action} in {actions:?}");
        }
        saves_the_file_inside(&place, &number);
        place.ok(&["journal", "verify"]);
        let channel = &place.json(&["channel", "list"])[0];
        assert_eq!(
            (&channel["fetched"], &channel["new"], &channel["appended"]),
            (&json!(2), &json!(1), &json!(1))
        );
    }
}

fn sent_by_a_person(place: &Place) -> String {
    let mut sent = place.sent();
    sent.retain(|letter| !letter.contains("Auto-Submitted:"));
    assert_eq!(sent.len(), 1, "one answer of a person has left");
    sent.remove(0)
}

/// The name's `../` leads nowhere, an existing file is kept.
fn saves_the_file_inside(place: &Place, number: &str) {
    let folder = place.path("files");
    std::fs::create_dir(&folder).expect("a folder");
    let to = folder.display().to_string();
    let first = place.json(&["appeal", "save", number, "1", "--to", &to]);
    let second = place.json(&["appeal", "save", number, "1", "--to", &to]);
    let (first, second) = (first["file"].as_str().expect("a path"), second["file"].as_str().expect("a path"));
    assert_ne!(first, second);
    for path in [first, second] {
        assert!(path.starts_with(&to), "{path} is outside {to}");
        assert_eq!(std::fs::read(path).expect("the file"), b"%PDF-1.4\n");
    }
}

#[test]
fn the_fields_of_the_json_are_the_promised_ones() {
    let place = Place::new();
    place.init(&[]);
    place.deliver("1.first", &with_file());
    place.ok(&["serve", "--once"]);
    let row = &place.json(&["appeal", "list"])[0];
    let promised = [
        "number",
        "origin",
        "received_at",
        "channel",
        "author",
        "subject",
        "stage",
        "outcome",
        "topics",
        "urgency",
        "assignee",
        "organisation",
        "membership",
        "response",
        "merits",
        "resolution",
        "limitations",
        "name_to_employer",
        "name_to_chair",
        "unread",
        "draft",
        "outside_waiting",
    ];
    assert_eq!(keys(row), promised);
    assert_eq!(keys(&row["membership"]), ["state", "member_id", "class"]);
    assert_eq!(keys(&row["response"]), ["due_at", "met_at", "state"]);
    assert_eq!(keys(&row["merits"]), ["met_at"]);
    assert!(row["outcome"].is_null() && row["resolution"].is_null() && row["membership"]["class"].is_null());
    for moment in [&row["received_at"], &row["response"]["due_at"]] {
        let moment = moment.as_str().expect("a moment");
        assert!(moment.ends_with("+03:00"), "{moment} must carry the desk's offset");
        moment.parse::<jiff::Timestamp>().expect("RFC 3339");
    }
    let whole = place.json(&["appeal", "show", "1"]);
    for added in ["messages", "journal", "links"] {
        assert!(whole[added].is_array(), "{added}");
    }
    let message = ["id", "direction", "at", "channel", "from", "to", "cc", "subject", "text"];
    assert_eq!(keys(&whole["messages"][0])[..9], message);
    assert_eq!(keys(&whole["messages"][0]["attachments"][0]), ["id", "name", "type", "size", "kept"]);
    let channel = [
        "name",
        "address",
        "addresses",
        "kind",
        "state",
        "fetched",
        "pending",
        "new",
        "appended",
        "duplicate",
        "service",
        "history",
        "quarantined",
        "adds_up",
        "doubted",
        "unmatched_week",
        "auto_replies_week",
        "since",
        "reconciliation",
        "last_ok_at",
        "error",
        "outgoing",
        "organisation",
        "sent_folder",
        "copies",
        "automatic",
        "outside_replies",
        "authserv_id",
        "plus_addressing",
    ];
    assert_eq!(keys(&place.json(&["channel", "list"])[0]), channel);
}

#[test]
fn a_list_goes_on_after_a_number_and_narrows_by_its_flags() {
    let place = Place::new();
    place.init(&[]);
    for n in 1..=5 {
        let from = format!("author{n}@example.com");
        let body = if n == 3 { "Не платят премию" } else { "Прошу помочь" };
        place.deliver(&format!("{n}.x"), &letter(&from, "Appeal", &format!("{n}@example.com"), "", body));
    }
    place.ok(&["serve", "--once"]);
    let numbers = |args: &[&str]| -> Vec<String> {
        let list = place.json(&[&["appeal", "list"], args].concat());
        let rows = list.as_array().expect("a list").iter();
        rows.map(|row| row["number"].as_str().expect("a number").to_owned()).collect()
    };
    let all = numbers(&[]);
    assert_eq!(all.len(), 5);
    assert_eq!(numbers(&["--limit", "2"]), all[..2]);
    assert_eq!(numbers(&["--after", &all[1], "--limit", "2"]), all[2..4]);
    place.ok(&["appeal", "take", &all[4]]);
    assert_eq!(numbers(&["--assignee", "me"]), all[4..]);
    assert_eq!(numbers(&["--stage", "new"]), all[..4]);
    assert_eq!(numbers(&["--search", "премия"]).len(), 1);
    assert_eq!(numbers(&["--channel", "phone"]), Vec::<String>::new());
    assert_eq!(numbers(&["--overdue"]), Vec::<String>::new());
    place.ok(&[
        "appeal",
        "edit",
        &all[0],
        "--topic",
        "wages,dismissal",
        "--urgency",
        "high",
        "--assignee",
        "Anna",
    ]);
    assert_eq!(numbers(&["--topic", "dismissal"]), all[..1]);
    let row = &place.json(&["appeal", "show", &all[0]]);
    assert_eq!((&row["topics"], &row["urgency"]), (&json!(["wages", "dismissal"]), &json!("high")));
    assert_eq!(row["assignee"], "Anna Orlova");
}
