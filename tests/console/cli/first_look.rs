//! Adding a mailbox by the command line: what lies there is told, and from which day it becomes appeals.

use super::{Place, letter};
use serde_json::json;
use std::path::Path;
use std::time::SystemTime;

fn lay(maildir: &Path, name: &str, age_days: u64) {
    for folder in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(maildir.join(folder)).expect("a Maildir");
    }
    let path = maildir.join("new").join(name);
    let id = format!("{name}@example.org");
    std::fs::write(&path, letter("author@example.org", "Premium", &id, "", "Text")).expect("a letter");
    let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_795_000_000 - age_days * 86_400);
    let file = std::fs::File::options().write(true).open(&path).expect("the letter");
    file.set_modified(at).expect("a time");
}

#[test]
fn adding_a_mailbox_tells_how_much_lies_there_and_takes_now_a_day_or_all() {
    let place = Place::new();
    place.init(&[]);
    for (name, flags, appeals, history) in [
        ("by-default", &[][..], 0, 3),
        ("now", &["--since", "now"], 0, 3),
        ("day", &["--since", "2026-11-01"], 2, 1),
        ("dotted", &["--since", "01.11.2026"], 2, 1),
        ("all", &["--since", "all"], 3, 0),
    ] {
        let maildir = place.path(name);
        [0, 10, 100].iter().for_each(|age| lay(&maildir, &format!("{age}.letter"), *age));
        let from = format!("maildir:{}", maildir.display());
        let address = format!("{name}@example.org");
        let add = ["channel", "add", "mail", "--name", name, "--mail-in", &from, "--address", &address];
        let said = place.json(&[&add[..], flags].concat());
        let mailbox = &said["mailbox"];
        let counts = [&mailbox["letters"], &mailbox["appeals"], &mailbox["history"], &said["error"]];
        assert_eq!(counts, [&json!(3), &json!(appeals), &json!(history), &json!(null)], "{name}: {said}");
        assert_eq!(said["since"].is_null(), name == "all", "{name}: {said}");
    }
    let found = place.json(&["history", "find", "text"]);
    let found = found.as_array().expect("a list");
    assert!(found.is_empty(), "nothing was taken yet");
    let refused = place.run(&[
        "channel",
        "add",
        "mail",
        "--name",
        "bad",
        "--mail-in",
        "maildir:/tmp/x",
        "--address",
        "a@example.org",
        "--since",
        "yesterday",
    ]);
    assert_eq!(refused.code, 2, "{refused:?}");
    place.ok(&["serve", "--once"]);
    let channels = place.json(&["channel", "list"]);
    let list = channels.as_array().expect("a list").iter();
    let sums: Vec<_> = list.map(|row| (row["name"].clone(), row["history"].clone())).collect();
    assert!(sums.contains(&(json!("day"), json!(1))) && sums.contains(&(json!("now"), json!(3))), "{sums:?}");
    let found = place.json(&["history", "find", "text"]);
    let row = &found[0];
    assert_eq!(super::keys(row), ["id", "channel", "at", "from", "to", "subject", "files", "number"]);
    let id = row["id"].as_str().expect("an id");
    assert!(place.ok(&["history", "show", id]).contains("Text"));
    assert_eq!(place.json(&["history", "show", id])["text"], json!("Text"));
    assert_eq!(place.run(&["history", "appeal", id]).code, 2, "it asks, and nobody is there");
    let made = place.json(&["history", "appeal", id, "--yes"]);
    assert_eq!(made["done"], json!("appealed"));
    assert_eq!(place.run(&["history", "appeal", id, "--yes"]).code, 5);
    assert_eq!(place.run(&["history", "show", "none"]).code, 4);
}

#[test]
fn a_mailbox_that_cannot_be_read_is_added_and_the_reason_is_told() {
    let place = Place::new();
    place.init(&[]);
    let secret = place.path("secret");
    std::fs::write(&secret, "x\n").expect("a secret");
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("a mode");
    let secret = secret.display().to_string();
    let add = [
        "channel",
        "add",
        "mail",
        "--name",
        "box",
        "--mail-in",
        "imap://user@127.0.0.1:1",
        "--address",
        "box@example.org",
        "--password-file",
        &secret,
    ];
    let said = place.json(&add);
    assert_eq!((&said["error"], &said["mailbox"]), (&json!("imap_connect"), &json!(null)), "{said}");
    assert_eq!(place.json(&["channel", "list"]).as_array().map(Vec::len), Some(2));
}

#[test]
fn an_account_is_changed_by_what_is_named_and_says_how_it_is_now() {
    let place = Place::new();
    let maildir = place.path("box");
    [0, 100].iter().for_each(|age| lay(&maildir, &format!("{age}.letter"), *age));
    let from = format!("maildir:{}", maildir.display());
    place.init(&[]);
    let add = ["channel", "add", "mail", "--name", "box", "--mail-in", &from, "--address", "box@example.org"];
    place.json(&[&add[..], &["--since", "2026-11-01"]].concat());
    place.ok(&["serve", "--once"]);
    let change =
        ["channel", "set", "box", "--outside-replies", "record", "--automatic", "no", "--since", "all"];
    let said = place.json(&change);
    assert_eq!((&said["outside_replies"], &said["automatic"]), (&json!("record"), &json!(false)), "{said}");
    assert_eq!(
        (&said["reopened"], &said["since"], &said["copies"]),
        (&json!(1), &json!(null), &json!(true)),
        "{said}"
    );
    let said = place.json(&["channel", "set", "box", "--sent-folder", "Sent Items", "--intake", "no"]);
    assert_eq!((&said["sent_folder"], &said["state"]), (&json!("Sent Items"), &json!("paused")), "{said}");
    let said = place.json(&["channel", "set", "box", "--sent-folder", "none"]);
    assert_eq!((&said["sent_folder"], &said["outside_replies"]), (&json!(null), &json!("record")), "{said}");
    for (change, code) in [
        (&["channel", "set", "box"][..], 2),
        (&["channel", "set", "box", "--copies", "maybe"], 2),
        (&["channel", "set", "box", "--mail-in", "imap://me@mail.example.org"], 5),
        (&["channel", "set", "no-such", "--copies", "no"], 4),
        (&["channel", "set", "box", "--organisation", "no-such"], 4),
    ] {
        assert_eq!(place.run(change).code, code, "{change:?}");
    }
    place.ok(&["channel", "set", "box", "--copies", "no"]);
}
