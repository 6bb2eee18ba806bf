//! The client of mailboxes, against the real server and against servers that do what no real one would.

use super::imap_script::{Server, Step};
use crate::support::{ImapServer, eventually, imap_server};
use otklik_core::mail::imap::{ImapEndpoint, ImapFailure, PIECE, Session, Timeouts};
use secrecy::SecretString;
use std::time::Duration;

const SHORT: Timeouts = Timeouts {
    connect: Duration::from_secs(5),
    greeting: Duration::from_secs(5),
    answer: Duration::from_secs(5),
};

async fn connect(server: &ImapServer, url: &str) -> Session {
    let endpoint = ImapEndpoint::parse(url).expect("an endpoint");
    let password = SecretString::from(server.password.clone());
    Session::connect(&endpoint, Some(&password)).await.unwrap_or_else(|error| panic!("{url}: {error:?}"))
}

#[tokio::test]
async fn a_mailbox_is_read_by_every_way_to_it_and_the_password_goes_over_tls_where_it_must() {
    let Some(server) = imap_server() else { return };
    let (user, mut client) = server.new_user().await;
    client.append("INBOX", "", "16-Nov-2026 09:00:00 +0300", b"Subject: a\r\n\r\nfirst\r\n").await;
    let ways = [
        (format!("imap://{user}@{}", server.plain), false),
        (format!("imap://{user}@{}", server.starttls), true),
        (format!("imaps://{user}@{}", server.tls), true),
    ];
    for (url, is_encrypted) in ways {
        let mut session = connect(&server, &url).await;
        assert_eq!(session.is_encrypted(), is_encrypted, "{url}");
        let folder = session.open("INBOX").await.expect("a folder");
        assert_eq!((folder.exists, folder.uid_next), (1, Some(2)), "{url}");
        let listed = session.list(1, 1).await.expect("a list");
        assert_eq!(listed[0].received_at, "2026-11-16T06:00:00Z".parse().unwrap(), "{url}");
        let bytes = session.beginnings(&[1]).await.expect("bytes");
        assert_eq!(bytes[&1], b"Subject: a\r\n\r\nfirst\r\n", "{url}");
        session.quit().await;
    }
    client.command("EXAMINE INBOX").await;
    let flags = String::from_utf8(client.command("FETCH 1 (FLAGS)").await).expect("text");
    assert!(!flags.contains("Seen"), "reading marks nothing: {flags}");
}

#[tokio::test]
async fn a_wrong_password_a_wrong_folder_and_a_server_that_is_not_there_are_told_apart() {
    let Some(server) = imap_server() else { return };
    let (user, _client) = server.new_user().await;
    let endpoint = ImapEndpoint::parse(&format!("imap://{user}@{}", server.plain)).unwrap();
    let wrong = Session::connect(&endpoint, Some(&SecretString::from("wrong"))).await.unwrap_err();
    assert_eq!(wrong.failure, ImapFailure::Auth);
    let none = Session::connect(&endpoint, None).await.unwrap_err();
    assert_eq!(none.failure, ImapFailure::NoPassword);
    let mut session = connect(&server, &endpoint.to_string()).await;
    assert_eq!(session.open("Жалобы").await.unwrap_err().failure, ImapFailure::Folder);
    assert_eq!(session.open("INBOX").await.map(|folder| folder.exists).ok(), Some(0), "it goes on");
    let away = ImapEndpoint::parse("imap://a@127.0.0.1:1").unwrap().with_timeouts(SHORT);
    let away = Session::connect(&away, Some(&SecretString::from("x"))).await.unwrap_err();
    assert_eq!(away.failure, ImapFailure::Connect);
}

#[tokio::test]
async fn a_large_letter_comes_in_pieces_and_whole() {
    let Some(server) = imap_server() else { return };
    let (user, mut client) = server.new_user().await;
    let line: Vec<u8> = b"0123456789abcdef".repeat(4).into_iter().chain(*b"\r\n").collect();
    let letter = [&b"Subject: large\r\n\r\n"[..], &line.repeat(5 * PIECE / 2 / line.len())].concat();
    client.append("INBOX", "", "", &letter).await;
    let mut session = connect(&server, &format!("imap://{user}@{}", server.plain)).await;
    session.open("INBOX").await.expect("a folder");
    let beginning = session.beginnings(&[1]).await.expect("a piece").remove(&1).expect("the letter");
    assert_eq!(beginning.len(), PIECE);
    let whole = session.whole(1, beginning.clone(), 64 << 20).await.expect("the rest");
    assert!(whole.is_some_and(|whole| whole == letter));
    assert_eq!(session.whole(1, beginning, 2 * PIECE).await.expect("an answer"), None, "too large");
}

#[tokio::test]
async fn a_letter_that_comes_while_we_wait_is_told_at_once() {
    let Some(server) = imap_server() else { return };
    let (user, mut client) = server.new_user().await;
    let mut session = connect(&server, &format!("imap://{user}@{}", server.plain)).await;
    session.open("INBOX").await.expect("a folder");
    let none = session.wait(Duration::from_millis(50), Duration::from_millis(10)).await.expect("a wait");
    assert!(!none, "nothing came");
    let waiting = tokio::spawn(async move {
        let news = session.wait(Duration::from_secs(60), Duration::from_secs(60)).await;
        news.expect("a wait")
    });
    client.append("INBOX", "", "", b"Subject: a\r\n\r\nnew\r\n").await;
    assert!(waiting.await.expect("the wait ends"));
}

#[tokio::test]
async fn the_folder_of_sent_letters_is_found_and_a_copy_is_put_there_once() {
    let Some(server) = imap_server() else { return };
    let (user, mut client) = server.new_user().await;
    let mut session = connect(&server, &format!("imap://{user}@{}", server.plain)).await;
    assert_eq!(session.sent_folder().await.expect("a list").as_deref(), Some("Sent"));
    let letter = b"Message-ID: <one@example.org>\r\n\r\ncopy\r\n";
    session.open("Sent").await.expect("a folder");
    assert!(!session.has_message_id("one@example.org").await.expect("a search"));
    session.append("Sent", letter).await.expect("a copy");
    session.open("Sent").await.expect("a folder");
    assert!(session.has_message_id("one@example.org").await.expect("a search"));
    assert_eq!(client.letters("Sent").await, [letter]);
    client.command("CREATE &BBYEMAQ7BD4EMQRL-").await;
    session.append("Жалобы", letter).await.expect("a folder with a name of its own");
}

/// What a server says to EXAMINE, and how the whole ends for us.
async fn opening(steps: Vec<Step>) -> ImapFailure {
    let server = Server::start(steps).await;
    let endpoint = ImapEndpoint::parse(&format!("imap://a@127.0.0.1:{}", server.port)).unwrap();
    let (greeting, answer) = (Duration::from_millis(300), Duration::from_millis(500));
    let endpoint = endpoint.with_timeouts(Timeouts { greeting, answer, ..SHORT });
    match Session::connect(&endpoint, Some(&SecretString::from("secret"))).await {
        Err(error) => error.failure,
        Ok(mut session) => session.open("INBOX").await.expect_err("a server like that").failure,
    }
}

#[tokio::test]
async fn whatever_a_server_does_there_is_an_end_and_a_reason() {
    use Step::{Cut, Endless, Greet, Silent, Tagged};
    let greet = || Greet("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n");
    let login = || Tagged("", "OK [CAPABILITY IMAP4rev1 IDLE] in\r\n");
    let cases = vec![
        ("silent", vec![Silent], ImapFailure::Silent),
        ("silent once it has greeted", vec![greet(), Silent], ImapFailure::TimedOut),
        ("full", vec![Greet("* BYE too many\r\n")], ImapFailure::Refused),
        ("no server of mail", vec![Greet("HTTP/1.1 400 Bad Request\r\n")], ImapFailure::Protocol),
        ("hangs up", vec![Cut], ImapFailure::Lost),
        ("refuses", vec![greet(), Tagged("", "NO [AUTHENTICATIONFAILED] no\r\n")], ImapFailure::Auth),
        ("hangs up later", vec![greet(), Cut], ImapFailure::Lost),
        (
            "knows no way in",
            vec![Greet("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] x\r\n")],
            ImapFailure::AuthUnsupported,
        ),
        (
            "a line without end",
            vec![greet(), login(), Endless("* OK aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")],
            ImapFailure::Protocol,
        ),
        ("answers without end", vec![greet(), login(), Endless("* OK\r\n")], ImapFailure::Protocol),
        (
            "a literal of 4 GB",
            vec![greet(), login(), Endless("* 1 FETCH (BODY[] {4294967295}\r\n")],
            ImapFailure::Protocol,
        ),
        ("no numbering", vec![greet(), login(), Tagged("* 3 EXISTS\r\n", "OK\r\n")], ImapFailure::Protocol),
        ("no folder", vec![greet(), login(), Tagged("", "NO no such folder\r\n")], ImapFailure::Folder),
    ];
    for (name, steps, failure) in cases {
        assert_eq!(opening(steps).await, failure, "{name}");
    }
}

#[test]
fn a_server_that_says_nothing_is_told_so_within_half_a_minute() {
    let limits = Timeouts::default();
    assert!(limits.connect <= Duration::from_secs(30) && limits.greeting <= Duration::from_secs(30));
    assert!(limits.greeting < limits.answer, "the silence of a server that has greeted is another");
}

#[tokio::test]
async fn a_server_without_idle_is_asked_and_one_without_initial_response_signs_in() {
    use Step::{Greet, Tagged};
    let server = Server::start(vec![
        Greet("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"),
        Step::Ask("+ \r\n"),
        Tagged("", "OK [CAPABILITY IMAP4rev1] in\r\n"),
        Tagged("* OK [UIDVALIDITY 7]\r\n* 2 EXISTS\r\n", "OK\r\n"),
        Tagged("* 1 EXPUNGE\r\n", "OK\r\n"),
        Tagged("* 2 EXISTS\r\n", "OK\r\n"),
    ])
    .await;
    let endpoint = ImapEndpoint::parse(&format!("imap://a@127.0.0.1:{}", server.port)).unwrap();
    let mut session =
        Session::connect(&endpoint, Some(&SecretString::from("secret"))).await.expect("a session");
    session.open("INBOX").await.expect("a folder");
    let news = session.wait(Duration::from_secs(60), Duration::from_millis(1)).await.expect("a wait");
    assert!(news, "one went and one came: the number is the same and there is something new");
    let heard = eventually("the questions", async || {
        Some(server.heard()).filter(|heard| heard.iter().filter(|line| line.ends_with("NOOP")).count() == 2)
    });
    let heard = heard.await;
    assert_eq!(heard[1], "AGEAc2VjcmV0", "the password goes when it is asked for: {heard:?}");
}
