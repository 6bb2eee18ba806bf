//! The form of the first start: typed at as a person does, and answered or declined.

use otklik_core::types::ClockPolicy;
use otklik_ui::i18n::Lang;
use otklik_ui::keymap::Keymap;
use otklik_ui::screens::setup::InitAnswers;
use otklik_ui::session::{Settings, wizard};
use otklik_ui::term::TermEvent;
use otklik_ui::theme::{Depth, Theme};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::sink;
use tokio::sync::mpsc;
use tokio::time::timeout;

async fn answer(keys: &[&str]) -> Option<InitAnswers> {
    let settings =
        Settings::new(Lang::Ru, Theme::dark(Depth::Mono), Arc::new(Keymap::shipped().unwrap()), (80, 24));
    let (events, mut receiver) = mpsc::channel(64);
    for key in keys {
        events.send(TermEvent::Bytes(key.as_bytes().to_vec())).await.unwrap();
    }
    let asked = wizard::ask(&settings, Some("Орлова А. П."), &mut receiver, sink());
    let result = timeout(Duration::from_secs(60), asked).await;
    drop(events);
    result.expect("the form was never left")
}

const DOWN: &str = "\x1b[B";
const RIGHT: &str = "\x1b[C";

#[tokio::test]
async fn two_names_are_enough_and_mail_may_wait() {
    let answers = answer(&["Приозёрская обл. орг.", "\r", "\r", "\r", "\r", "\r"]).await.unwrap();
    assert_eq!(answers.organisation, "Приозёрская обл. орг.");
    assert_eq!(answers.me, "Орлова А. П.");
    assert_eq!((answers.clock, answers.mail_in, answers.address), (ClockPolicy::Straight, None, None));
}

#[tokio::test]
async fn mail_is_asked_for_when_it_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().display().to_string();
    let keys = [
        "Организация",
        "\t",
        "\t",
        RIGHT,
        DOWN,
        " ",
        DOWN,
        &inbox,
        DOWN,
        RIGHT,
        DOWN,
        "orlova@mail.example.org:587",
        DOWN,
        "appeals@example.org",
        DOWN,
        "01.11.2026",
        DOWN,
        "\r",
    ];
    let answers = answer(&keys).await.unwrap();
    assert_eq!(answers.clock, ClockPolicy::Workdays);
    assert_eq!(answers.mail_in, Some(format!("maildir:{inbox}")));
    assert_eq!(answers.mail_out.as_deref(), Some("smtp://orlova@mail.example.org:587"));
    assert_eq!(answers.address.as_deref(), Some("appeals@example.org"));
    assert_eq!(answers.since, "01.11.2026");
}

/// The keys up to the line after the folder that letters come from.
fn up_to_mail_out(inbox: &str) -> Vec<&str> {
    vec!["Организация", "\t", "\t", DOWN, RIGHT, DOWN, inbox, DOWN]
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_made_only_when_somebody_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("in").display().to_string();
    let make = [DOWN, "a@example.org", DOWN, DOWN, "\r"];
    let asked = [&up_to_mail_out(&inbox)[..], &make].concat();
    // Enter on the last line again changes nothing until the folder's line is turned.
    let stubborn = [&asked[..], &[DOWN, DOWN, DOWN, DOWN, "\r", "\x1b"]].concat();
    assert_eq!(answer(&stubborn).await, None);
    let agreed = [&asked[..], &[RIGHT, DOWN, DOWN, DOWN, DOWN, "\r"]].concat();
    assert_eq!(answer(&agreed).await.unwrap().mail_in, Some(format!("maildir:{inbox}")));
    assert!(!std::path::Path::new(&inbox).exists(), "the form makes nothing");
    // The name is mended instead.
    let mended = [&asked[..], &["\x1b[A", "\x7f", "\x7f", DOWN, DOWN, DOWN, DOWN, "\r"]].concat();
    let answers = answer(&mended).await.unwrap();
    assert_eq!(answers.mail_in, Some(format!("maildir:{}/", folder.path().display())));
}

#[tokio::test]
async fn a_folder_that_nothing_can_hold_and_a_server_that_is_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let stray = folder.path().join("no/in").display().to_string();
    let make = [DOWN, "a@example.org", DOWN, DOWN, "\r", "\x1b"];
    assert_eq!(answer(&[&up_to_mail_out(&stray)[..], &make].concat()).await, None);
    let inbox = folder.path().display().to_string();
    let tail = [DOWN, "a@example.org", DOWN, DOWN, "\r", "\x1b"];
    let no_server = [&up_to_mail_out(&inbox)[..], &[RIGHT, DOWN, "/var/mail/out"], &tail].concat();
    assert_eq!(answer(&no_server).await, None);
    let server = [&up_to_mail_out(&inbox)[..], &[RIGHT, DOWN, "mail.example.org"], &tail].concat();
    assert_eq!(answer(&server).await.unwrap().mail_out.as_deref(), Some("smtp://mail.example.org"));
}

#[tokio::test]
async fn what_is_missing_brings_back_to_its_line() {
    let answers =
        answer(&[DOWN, DOWN, DOWN, DOWN, "\r", "Забытое название", DOWN, DOWN, DOWN, DOWN, "\r"]).await;
    assert_eq!(answers.unwrap().organisation, "Забытое название");
}

#[tokio::test]
async fn escape_declines_and_makes_nothing() {
    assert_eq!(answer(&["Организация", "\x1b"]).await, None);
}
