//! What a person at a shell reads: names and words instead of ids, gaps and codes, and what to do next.

use super::{Place, letter};
use serde_json::json;

const REGISTRY: &str = "id;ppo;fio_raw;birth_raw;card_raw;position;phone_raw;email;joined_raw;dues_raw;status_raw\n\
    M1;P1;Елкина Анна Петровна;01.02.1960;122;врач;+7 900 000-01-10;;1999;да;на учёте\n\
    M3;P1;Сидоров Иван Ильич;1970;133;фельдшер;+7 900 000-01-33;;2001;да;на учёте\n";

/// One appeal of Anna Elkina, number 1, and a registry with her and somebody else.
fn desk() -> Place {
    let place = Place::new();
    place.init(&["--demo"]);
    let done = place.with_input(&["member", "import", "-", "--yes"], REGISTRY.as_bytes(), &[]);
    assert_eq!(done.code, 0, "{done:?}");
    place.deliver("1.x", &letter("Елкина Анна <a@example.com>", "s", "1@example.com", "", "text"));
    place.ok(&["serve", "--once"]);
    place
}

fn has_uuid(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_ascii_hexdigit() && c != '-');
    words.into_iter().any(|word| word.len() == 36 && word.matches('-').count() == 4)
}

#[test]
fn serving_once_says_what_it_came_to() {
    let place = Place::new();
    place.init(&[]);
    place.deliver("1.x", &letter("a@example.com", "s", "1@example.com", "", "text"));
    place.deliver("2.x", b"\r\n");
    let said = place.ok(&["serve", "--once"]);
    assert_eq!(said, "Letters accepted: 2, quarantined: 1. Sent: 1, not sent: 0.\n");
    let none = json!({ "fetched": 0, "quarantined": 0, "sent": 0, "not_sent": 0, "unread": [] });
    assert_eq!(place.json(&["serve", "--once"]), none);
}

#[test]
fn serving_once_fails_and_says_why_where_nothing_can_be_read() {
    let place = Place::new();
    place.init(&[]);
    std::fs::rename(place.inbox(), place.path("elsewhere")).expect("the folder goes away");
    let said = place.run(&["serve", "--once"]);
    assert!(said.code == 1 && said.err.contains("mail: "), "{said:?}");
    let told = place.run(&["serve", "--once", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&told.out).expect("one value");
    assert_eq!((told.code, &value["unread"][0]["error"]), (1, &json!("maildir-missing")), "{told:?}");
    let listed = place.json(&["channel", "list"]);
    assert_eq!((&listed[0]["state"], &listed[0]["error"]), (&json!("failing"), &json!("maildir-missing")));
}

#[test]
fn closing_without_a_response_names_the_flag_and_the_journal_keeps_it() {
    let place = desk();
    for args in [&["appeal", "close", "1"][..], &["appeal", "stage", "1", "closed"]] {
        let refused = place.run(args);
        assert!(refused.code == 5 && refused.err.contains("--without-response"), "{refused:?}");
    }
    place.ok(&["appeal", "close", "1", "--without-response"]);
    let closed = place.json(&["appeal", "show", "1"]);
    assert_eq!((&closed["stage"], &closed["response"]["met_at"]), (&json!("closed"), &json!(null)));
    let later = [("OTKLIK_NOW", "2126-11-16T10:00:00+03:00")];
    let list = place.with_input(&["appeal", "list", "--json"], b"", &later).out;
    assert!(list.contains("\"breached\""), "{list}");
    let shown = place.ok(&["appeal", "show", "1"]);
    assert!(shown.contains("closed without a response: yes"), "{shown}");
}

#[test]
fn whoever_is_taken_for_the_author_is_named_with_the_facts_and_a_doubtful_one_needs_a_yes() {
    let place = desk();
    let doubtful = place.run(&["appeal", "confirm", "1", "--member", "M3"]);
    assert!(doubtful.code == 2 && doubtful.err.contains("another name"), "{doubtful:?}");
    assert!(doubtful.err.contains("--yes"), "{doubtful:?}");
    assert_eq!(place.json(&["appeal", "list"])[0]["membership"]["member_id"], json!(null));
    let said = place.ok(&["appeal", "confirm", "1", "--member", "M3", "--yes"]);
    assert!(said.contains("Сидоров Иван Ильич, ") && said.contains("- another name"), "{said}");
    place.ok(&["appeal", "unlink", "1"]);
    let done = place.json(&["appeal", "confirm", "1", "--member", "M1", "--yes"]);
    assert_eq!(done["confirmed"]["source_id"], "M1", "{done}");
    assert_eq!(done["confirmed"]["for"], json!(["name_compatible"]), "{done}");
}

#[test]
fn the_history_is_told_in_names_and_words() {
    let place = desk();
    place.ok(&["appeal", "take", "1"]);
    place.ok(&["appeal", "edit", "1", "--topic", "dismissal"]);
    place.ok(&["appeal", "confirm", "1", "--member", "M1", "--yes"]);
    place.ok(&["appeal", "unlink", "1"]);
    let shown = place.ok(&["appeal", "show", "1"]);
    let history = shown.split("History").nth(1).expect("the history");
    assert!(!has_uuid(history), "{history}");
    assert!(history.contains("Елкина Анна Петровна -> none"), "{history}");
    assert!(history.contains("topics: dismissal") && !history.contains(" -> \n"), "{history}");
}

#[test]
fn what_is_empty_has_a_word() {
    let place = desk();
    assert!(place.ok(&["appeal", "show", "1"]).contains("not named; normal"));
    let said = place.ok(&["appeal", "edit", "1", "--urgency", "high"]);
    assert!(said.contains("topics not named;"), "{said}");
    let member = place.ok(&["member", "show", "M1", "--open-for", "1"]);
    assert!(member.contains("mail none"), "{member}");
    let hurried = place.ok(&["delivery", "retry", "--all"]);
    assert_eq!(hurried, "No letter waits for its next attempt.\n");
}

#[test]
fn moments_in_plain_text_are_dates_that_people_read() {
    let place = desk();
    place.deliver("2.x", b"\r\n");
    place.ok(&["serve", "--once"]);
    let file = place.path("copy.otklik").display().to_string();
    place.ok(&["backup", &file]);
    for args in
        [&["quarantine", "list"][..], &["delivery", "list", "--all"], &["channel", "reports"], &["doctor"]]
    {
        let said = place.ok(args);
        assert!(!said.contains("+03:00"), "{args:?}: {said}");
    }
    assert!(place.json(&["quarantine", "list"])[0]["received_at"].as_str().unwrap().ends_with("+03:00"));
}

#[test]
fn a_refusal_says_what_is_so_and_what_to_do() {
    let place = desk();
    place.ok(&["staff", "add", "Boris Petrov", "--role", "lawyer"]);
    place.ok(&["--as", "Boris", "appeal", "take", "1"]);
    let second = place.run(&["appeal", "take", "1"]);
    assert!(second.err.contains("--assignee me") && second.err.contains("Boris Petrov"), "{second:?}");

    place.ok(&["appeal", "edit", "1", "--assignee", "me"]);
    let body = place.path("reply.txt");
    std::fs::write(&body, "text of the reply").expect("a file");
    let body = body.display().to_string();
    let sent = place.json(&["appeal", "reply", "1", "--body-file", &body, "--yes"]);
    let id = sent["delivery"]["id"].as_str().expect("an id").to_owned();
    place.ok(&["delivery", "undo", &id]);
    let again = place.run(&["delivery", "undo", &id]);
    assert!(again.code == 5 && again.err.contains("cancelled already"), "{again:?}");

    let stdout = place.run(&["backup", "-"]);
    assert!(stdout.code == 2 && stdout.err.contains("name it"), "{stdout:?}");
    let file = letter("b@example.com", "s", "2@example.com", "", "");
    let file = String::from_utf8(file).expect("text").replace(
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf",
    );
    place.deliver("2.x", file.as_bytes());
    place.ok(&["serve", "--once"]);
    let missing = place.run(&["appeal", "save", "2", "1", "--to", "/nowhere/at/all"]);
    assert!(missing.code == 4 && missing.err.contains("no such folder: /nowhere/at/all"), "{missing:?}");
}
