//! Exit codes, errors and the words: what a script or a person at a shell relies on.

use super::{Place, keys, letter};
use serde_json::Value;

fn error_code(out: &str) -> String {
    let value: Value = serde_json::from_str(out).unwrap_or_else(|error| panic!("{error}: {out}"));
    assert_eq!(keys(&value), ["error"]);
    assert_eq!(keys(&value["error"]), ["code", "message"]);
    value["error"]["code"].as_str().expect("a code").to_owned()
}

#[test]
fn the_exit_code_says_what_kind_of_failure_it_was() {
    let place = Place::new();
    assert_eq!(place.run(&["appeal", "list"]).code, 4, "there is no desk yet");
    place.init(&[]);
    let cases: &[(&[&str], i32, &str)] = &[
        (&["appeal", "show", "77"], 4, "no-appeal"),
        (&["appeal", "take", "2026-77"], 4, "no-appeal"),
        (&["--as", "Anna", "appeal", "list"], 3, "as-needs-demo"),
        (&["init", "--organisation", "x", "--me", "y"], 5, "desk-exists"),
        (&["appeal", "edit", "1"], 4, "no-appeal"),
        (&["appeal", "lst"], 2, "usage"),
        (&["appeal", "list", "--stage", "nowhere"], 2, "usage"),
        (&["delivery", "undo", "none"], 4, "no-delivery"),
        (&["channel", "test", "none"], 4, "no-channel"),
        (&["channel", "trust", "none", "--plus-addressing", "yes"], 4, "no-channel"),
        (&["channel", "trust", "mail", "--authserv-id", "mx;x"], 2, "bad-authserv-id"),
        (&["channel", "trust", "mail", "--plus-addressing", "maybe"], 2, "usage"),
        (&["--desk", "mysql://x", "appeal", "list"], 2, "desk-url"),
        (&["--config", "/nowhere/c.toml", "appeal", "list"], 0, ""),
    ];
    for (args, code, name) in cases {
        let plain = place.run(args);
        assert_eq!(plain.code, *code, "{args:?}: {plain:?}");
        if *code == 0 {
            continue;
        }
        assert!(plain.out.is_empty() && plain.err.trim().len() > 10, "{args:?}: {plain:?}");
        assert!(
            !plain.err.contains("code ") && !plain.err.contains('⟦'),
            "{args:?} lacks its sentence: {}",
            plain.err
        );
        let json = place.run(&[args, &["--json"][..]].concat());
        assert_eq!(json.code, *code, "{args:?}: {json:?}");
        assert!(json.err.is_empty(), "{args:?}: {json:?}");
        assert_eq!(error_code(&json.out), *name, "{args:?}");
    }
}

#[test]
fn what_is_believed_of_a_mail_server_is_said_by_a_command_and_holds_from_the_next_letter_on() {
    let place = Place::new();
    place.init(&[]);
    let trust = ["channel", "trust", "mail", "--authserv-id", "mx.example.org", "--plus-addressing", "yes"];
    assert_eq!(place.json(&trust), serde_json::json!({ "done": "changed", "name": "mail" }));
    let fails = "Authentication-Results: mx.example.org; dmarc=fail\r\n";
    place.deliver("1.forged", &letter("forged@example.com", "a", "1@example.com", fails, "x"));
    place.deliver("2.true", &letter("true@example.com", "b", "2@example.com", "", "y"));
    place.ok(&["serve", "--once"]);
    let appeals = place.json(&["appeal", "list"]);
    assert_eq!(appeals.as_array().map(Vec::len), Some(2), "both are appeals: {appeals}");
    let sent = place.sent();
    assert_eq!(sent.len(), 1, "one receipt: {sent:?}");
    assert!(sent[0].contains("To: true@example.com"), "{}", sent[0]);
    let reply_to = sent[0].lines().find(|line| line.starts_with("Reply-To:")).expect("where answers go");
    assert!(reply_to.contains("appeals+") && reply_to.contains("@example.org"), "{reply_to}");
    place.ok(&["channel", "trust", "mail", "--authserv-id", "none"]);
    place.deliver("3.forged", &letter("forged@example.com", "c", "3@example.com", fails, "z"));
    place.ok(&["serve", "--once"]);
    assert_eq!(place.sent().len(), 2, "nobody's word is believed any more");
}

#[test]
fn without_a_terminal_the_console_prints_help_and_ends_with_2() {
    let place = Place::new();
    for args in [&[][..], &["demo"]] {
        let said = place.run(args);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.out.contains("Usage:") && said.out.contains("doctor"), "{said:?}");
    }
    assert!(super::entries(&place.path("")).is_empty(), "nothing was made");
}

#[test]
fn help_speaks_the_chosen_language() {
    let place = Place::new();
    let help = |args: &[&str]| place.ok(&[args, &["--help"]].concat());
    assert!(help(&["appeal", "list"]).contains("only overdue ones"));
    assert!(help(&["--lang", "ru", "appeal", "list"]).contains("только просроченные"));
    let by_variable = place.with_input(&["--help"], b"", &[("OTKLIK_LANG", "ru")]);
    assert!(by_variable.out.contains("Как писать:"), "{by_variable:?}");
    let wrong = place.run(&["--lang", "ru", "appael"]);
    assert!(wrong.code == 2 && wrong.err.contains("appeal"), "{wrong:?}");
}

/// The attack: an author whose name, subject, text and file name carry terminal sequences, reordering and tag characters.
#[test]
fn a_hostile_author_cannot_drive_the_terminal() {
    let place = Place::new();
    place.init(&[]);
    let name = "=?utf-8?B?G10wO3B3bmVkBxtbMko=?=";
    let subject = "=?utf-8?B?G1szMW3igK5ldmlswpszMW0=?=";
    let body = "\u{1b}[2J\u{202e}\u{9b}31m\u{e0041}\u{200b}text\u{7}";
    let bytes = letter(&format!("{name} <evil@example.com>"), subject, "evil@example.com", "", body);
    place.deliver("1.evil", &bytes);
    place.ok(&["serve", "--once"]);
    let is_hostile = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
    };
    for args in [
        &["appeal", "list"][..],
        &["appeal", "show", "1"],
        &["delivery", "list", "--all"],
        &["appeal", "match", "1"],
    ] {
        for more in [&[][..], &["--json"]] {
            let out = place.ok(&[args, more].concat());
            assert!(!out.contains(is_hostile), "{args:?} {more:?}: {out:?}");
        }
    }
    let row = &place.json(&["appeal", "list"])[0];
    let subject = row["subject"].as_str().expect("a subject");
    assert!(subject.contains("\\u{202e}"), "the JSON spells it out: {row}");
}

#[test]
fn a_false_clock_is_for_demo_desks_only() {
    let now = [("OTKLIK_NOW", "2026-11-16T10:00:00+03:00")];
    let real = Place::new();
    real.init(&[]);
    let said = real.with_input(&["appeal", "list", "--json"], b"", &now);
    assert_eq!((said.code, error_code(&said.out).as_str()), (2, "now-needs-demo"), "{said:?}");
    let demo = Place::new();
    demo.init(&["--demo", "--since", "2020-01-01"]);
    demo.deliver("1.x", &letter("a@example.com", "s", "1@example.com", "", "text"));
    let later = [("OTKLIK_NOW", "2126-11-16T10:00:00+03:00")];
    assert_eq!(demo.with_input(&["serve", "--once"], b"", &later).code, 0);
    let list = demo.with_input(&["appeal", "list", "--json"], b"", &later);
    let list: Value = serde_json::from_str(&list.out).expect("JSON");
    assert_eq!(list[0]["response"]["state"], "breached", "a hundred years later: {list}");
    assert_eq!(demo.json(&["appeal", "list"])[0]["response"]["state"], "running", "nothing of it was stored");
}

#[test]
fn a_month_is_played_again_day_by_day() {
    let place = Place::new();
    place.init(&["--demo", "--since", "2020-01-01"]);
    let at = |day: u32, time: &str, args: &[&str], input: &[u8]| {
        let now = format!("2026-11-{day:02}T{time}:00+03:00");
        let said = place.with_input(args, input, &[("OTKLIK_NOW", &now)]);
        assert_eq!(said.code, 0, "{now} {args:?}: {said:?}");
        said.out
    };
    for day in 1..=30 {
        let name = format!("{day}.x");
        place.deliver(
            &name,
            &letter(&format!("a{day}@example.com"), "s", &format!("{day}@example.com"), "", "text"),
        );
        let received: jiff::Timestamp = format!("2026-11-{day:02}T09:30:00+03:00").parse().expect("a moment");
        let file =
            std::fs::File::options().write(true).open(place.inbox().join("new").join(&name)).expect("it");
        file.set_modified(received.into()).expect("the time of a file");
        at(day, "10:00", &["serve", "--once"], b"");
        if day.is_multiple_of(3) {
            let number = day.to_string();
            at(day, "10:05", &["appeal", "reply", &number, "--body-file", "-", "--yes"], b"Hello.");
            at(day, "10:20", &["serve", "--once"], b"");
        }
    }
    let list: Value =
        serde_json::from_str(&at(30, "23:00", &["appeal", "list", "--json"], b"")).expect("JSON");
    let rows = list.as_array().expect("a list");
    assert_eq!(rows.len(), 30);
    for row in rows {
        let day: u32 =
            row["number"].as_str().and_then(|n| n.rsplit('-').next()?.parse().ok()).expect("a number");
        let received = format!("2026-11-{day:02}T09:30:00+03:00");
        assert_eq!(row["received_at"], received.as_str(), "{row}");
        // What came yesterday morning and was not answered is overdue by now, as all before it.
        let state = if day.is_multiple_of(3) { "met" } else { "breached" };
        assert_eq!(row["response"]["state"], state, "{row}");
        let met = format!("2026-11-{day:02}T10:20:00");
        let met_at = row["response"]["met_at"].as_str();
        assert_eq!(met_at.is_some_and(|at| at.starts_with(&met)), day.is_multiple_of(3), "{row}");
    }
    at(30, "23:00", &["journal", "verify"], b"");
}

#[test]
fn of_two_who_take_one_appeal_the_second_is_told_who_was_first() {
    let place = Place::new();
    place.init(&["--demo"]);
    place.ok(&["staff", "add", "Boris Petrov", "--role", "lawyer"]);
    place.deliver("1.x", &letter("a@example.com", "s", "1@example.com", "", "text"));
    place.ok(&["serve", "--once"]);
    place.ok(&["--as", "Boris", "appeal", "take", "1"]);
    let second = place.run(&["appeal", "take", "1"]);
    assert!(second.code == 5 && second.err.contains("Boris Petrov"), "{second:?}");
    let denied = place.run(&["--as", "Boris", "staff", "add", "x", "--role", "head"]);
    assert_eq!(denied.code, 3, "{denied:?}");
    let staff = place.json(&["staff", "list"]);
    assert_eq!(staff.as_array().map(Vec::len), Some(2));
}

#[test]
fn a_reply_can_be_taken_back_until_it_leaves_and_needs_a_yes() {
    let place = Place::new();
    place.init(&[]);
    place.deliver("1.x", &letter("a@example.com", "s", "1@example.com", "", "text"));
    place.ok(&["serve", "--once"]);
    let body = place.path("reply.txt");
    std::fs::write(&body, "text of the reply").expect("a file");
    let body = body.display().to_string();
    let unasked = place.run(&["appeal", "reply", "1", "--body-file", &body]);
    assert_eq!(unasked.code, 2, "nobody can be asked: {unasked:?}");
    let sent = place.json(&["appeal", "reply", "1", "--body-file", &body, "--merits", "--yes"]);
    let id = sent["delivery"]["id"].as_str().expect("an id").to_owned();
    place.ok(&["delivery", "undo", &id]);
    place.ok(&["serve", "--once"]);
    assert_eq!(place.sent().len(), 1, "only the receipt has left");
    assert_eq!(place.run(&["delivery", "undo", &id]).code, 5);
    assert_eq!(place.json(&["appeal", "show", "1"])["merits"]["met_at"], Value::Null);
    let sent = place.json(&["appeal", "reply", "1", "--body-file", &body, "--yes"]);
    let twice = place.run(&["appeal", "reply", "1", "--body-file", &body, "--yes"]);
    assert_eq!(twice.code, 5, "the same words leave once: {twice:?}");
    assert!(twice.err.contains(sent["delivery"]["id"].as_str().expect("an id")), "{twice:?}");
    place.ok(&["serve", "--once"]);
    assert_eq!(place.sent().len(), 2);
    place.ok(&["appeal", "reply", "1", "--body-file", &body, "--yes", "--again"]);
    place.ok(&["serve", "--once"]);
    assert_eq!(place.sent().len(), 3, "a person means it");
}

#[test]
fn the_doctor_is_content_with_a_good_desk_and_names_what_is_wrong() {
    let place = Place::new();
    let none = place.run(&["doctor", "--json"]);
    assert_eq!(none.code, 1, "{none:?}");
    place.init(&[]);
    place.ok(&["serve", "--once"]);
    let good = place.json(&["doctor"]);
    assert_eq!(good["ok"], true, "{good}");
    for check in good["checks"].as_array().expect("checks") {
        assert_eq!(keys(check), ["area", "state", "code", "message", "next_step"]);
        assert!(!check["message"].as_str().expect("words").contains('⟦'), "{check}");
    }
    std::fs::remove_dir_all(place.inbox()).expect("the Maildir goes");
    let bad = place.run(&["doctor"]);
    assert!(bad.code == 1 && bad.out.contains("there is no mail folder"), "{bad:?}");
    assert_eq!(place.run(&["channel", "test", "mail"]).code, 1);
}

#[test]
fn completions_and_the_manual_page_know_every_verb() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(place.ok(&["completions", shell]).contains("journal"), "{shell}");
    }
    let page = place.ok(&["man"]);
    for verb in ["otklik appeal list", "otklik channel add mail", "otklik journal verify"] {
        assert!(page.replace("\\-", "-").contains(verb), "{verb}");
    }
}

#[test]
fn a_reply_takes_files_and_copies_and_a_refused_one_leaves_no_file_behind() {
    let place = Place::new();
    place.init(&[]);
    place.deliver(
        "1.x",
        &letter("author@example.com", "Уволили", "x@example.com", "Cc: boss@example.com\r\n", "Вот."),
    );
    place.ok(&["serve", "--once"]);
    let (text, file) = (place.path("text"), place.path("приказ.pdf"));
    std::fs::write(&text, "Занимаюсь.").expect("a text");
    std::fs::write(&file, b"%PDF-1.4").expect("a file");
    let (text, file) = (text.display().to_string(), file.display().to_string());
    let reply = ["appeal", "reply", "1", "--body-file", &text, "--attach", &file, "--cc", "a@example.net"];
    let unasked = place.run(&reply);
    assert_eq!(unasked.code, 2, "nobody can be asked: {unasked:?}");
    assert!(
        unasked.err.contains("Not among the addresses of the author's letter: a@example.net"),
        "{unasked:?}"
    );
    assert!(unasked.err.contains("does not go to: boss@example.com"), "{unasked:?}");
    let bad = place.run(&[&reply[..], &["--cc", "nobody", "--yes"]].concat());
    assert_eq!(bad.code, 2, "{bad:?}");
    place.ok(&[&reply[..], &["--yes"]].concat());
    place.ok(&["serve", "--once"]);
    let story = place.json(&["appeal", "show", "1"]);
    let sent = &story["messages"][2];
    assert_eq!(sent["cc"], "a@example.net", "{story}");
    assert_eq!(
        sent["attachments"].as_array().map(Vec::len),
        Some(1),
        "one, not those of the refused tries: {story}"
    );
    let kinds: Vec<&str> = sent["deliveries"]
        .as_array()
        .expect("deliveries")
        .iter()
        .filter_map(|d| d["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["reply", "copy"]);
    assert_eq!(place.sent().iter().filter(|letter| letter.contains("Cc: a@example.net")).count(), 1);
}
