//! Making a desk and its mailboxes: what cannot work is refused before anything is made, and what is made is told.

use super::{Place, entries};
use serde_json::json;

fn init<'a>(mail_in: &'a str, mail_out: &'a str, address: &'a str) -> Vec<&'a str> {
    let names = ["init", "--organisation", "Test committee", "--me", "Anna Orlova"];
    [&names[..], &["--mail-in", mail_in, "--mail-out", mail_out, "--address", address]].concat()
}

#[test]
fn what_cannot_work_is_refused_and_leaves_nothing() {
    let place = Place::new();
    let inbox = format!("maildir:{}", place.inbox().display());
    let outbox = format!("folder:{}", place.path("out").display());
    let stray = format!("maildir:{}", place.path("no/such/in").display());
    let bare = place.path("out").display().to_string();
    let as_server = format!("smtp://{bare}");
    let ours = "appeals@example.org";
    let blank = ["init", "--organisation", " ", "--me", "Anna Orlova"];
    let zone = ["init", "--organisation", "x", "--me", "y", "--zone", "Europe/Nowhere"];
    let cases = [
        (init(&inbox, &outbox, "nope"), "nope"),
        (init(&stray, &outbox, ours), "for it to stand in"),
        (init(&inbox, &bare, ours), "smtp://"),
        (init(&inbox, &as_server, ours), "smtp://"),
        (init("maildir:", &outbox, ours), "maildir:"),
        ([&init(&inbox, &outbox, ours)[..], &["--since", "the day after"]].concat(), "the day after"),
        (blank.to_vec(), "name"),
        (zone.to_vec(), "Nowhere"),
    ];
    for (args, why) in cases {
        let said = place.run(&args);
        assert_eq!(said.code, 2, "{args:?}: {said:?}");
        assert!(said.err.contains(why) && said.err.contains("Nothing was made."), "{args:?}: {said:?}");
        let left = entries(&place.path(""));
        assert!(left.is_empty(), "{args:?} left {left:?}");
    }
}

#[test]
fn a_folder_that_was_not_there_is_told_by_name() {
    let place = Place::new();
    let (inbox, outbox) = (place.inbox().display().to_string(), place.path("out").display().to_string());
    let (mail_in, mail_out) = (format!("maildir:{inbox}"), format!("folder:{outbox}"));
    std::fs::create_dir(&outbox).expect("a folder");
    let made = place.json(&init(&mail_in, &mail_out, "appeals@example.org"));
    assert_eq!(made["folders_made"], json!([inbox]), "{made}");
    let other = format!("maildir:{}", place.path("other").display());
    let add =
        ["channel", "add", "mail", "--name", "other", "--mail-in", &other, "--address", "b@example.org"];
    let said = place.ok(&add);
    assert!(said.contains(&format!("it was made: {}", place.path("other").display())), "{said}");

    // A second one of that name is refused, and its folder is taken away again.
    let twice = format!("maildir:{}", place.path("twice").display());
    let add =
        ["channel", "add", "mail", "--name", "other", "--mail-in", &twice, "--address", "c@example.org"];
    assert_eq!(place.run(&add).code, 5);
    assert!(!place.path("twice").exists());
    let moved = format!("maildir:{}", place.path("no/such").display());
    assert_eq!(place.run(&["channel", "set", "other", "--mail-in", &moved]).code, 2);
    assert_eq!(
        place.run(&["channel", "set", "other", "--mail-out", &place.path("x").display().to_string()]).code,
        2
    );
}
