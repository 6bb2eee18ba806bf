//! Sending by SMTP: every step can refuse, hang or break, and each time the outcome is the true one.

use super::scripted::Act::{Cut, Endless, Say, SayAndCut, SayBytes, Silent};
use super::scripted::{Act, Script, Server};
use otklik_core::mail::smtp::Timeouts;
use otklik_core::mail::{Outcome, Phase, Session, SmtpEndpoint, SmtpError, SmtpFailure, Trouble};
use otklik_core::types::Purpose;
use secrecy::SecretString;
use std::time::Duration;

const FROM: &str = "appeals@example.org";
const TO: &str = "lena@example.org";
const LETTER: &[u8] = b"Subject: x\r\n\r\n.dot\r\nend\r\n";

fn endpoint(address: &str, port: u16) -> SmtpEndpoint {
    let short = Duration::from_millis(400);
    let timeouts = Timeouts { connect: short, command: short, block: short, answer: short };
    SmtpEndpoint::parse(&format!("{address}:{port}")).unwrap().with_timeouts(timeouts)
}

async fn connect(server: &Server) -> Result<Session, SmtpError> {
    Session::connect(&endpoint("smtp://127.0.0.1", server.port), None).await
}

async fn send(session: &mut Session, to: &str) -> Outcome {
    match session.envelope(FROM, to).await {
        Ok(()) => session.transmit(LETTER).await,
        Err(outcome) => outcome,
    }
}

/// One letter to a server with this script.
async fn attempt(script: Script) -> (Outcome, bool, Server) {
    let server = Server::start(script).await;
    let mut session = connect(&server).await.unwrap();
    let outcome = send(&mut session, TO).await;
    (outcome, session.is_usable(), server)
}

fn refusal(outcome: &Outcome) -> Option<(Phase, u16, String)> {
    match outcome {
        Outcome::Transient { phase, code, text } | Outcome::Permanent { phase, code, text } => {
            Some((*phase, *code, text.raw_for(Purpose::Store).to_owned()))
        }
        _ => None,
    }
}

fn script_with(phase: Phase, act: Act) -> Script {
    let mut script = Script::default();
    match phase {
        Phase::Mail => script.mail = act,
        Phase::Rcpt => script.rcpt = act,
        Phase::Data => script.data = act,
        Phase::Message => script.message = act,
    }
    script
}

#[tokio::test]
async fn several_letters_go_over_one_session_unchanged() {
    let server = Server::start(Script::default()).await;
    let mut session = connect(&server).await.unwrap();
    for _ in 0..3 {
        match send(&mut session, TO).await {
            Outcome::Accepted { reply } => assert_eq!(reply.raw_for(Purpose::Store), "taken as 42"),
            other => panic!("{other:?}"),
        }
    }
    session.quit().await;
    let heard = server.heard();
    assert_eq!((heard.connections, heard.letters.len()), (1, 3));
    assert_eq!(heard.letters[0].as_bytes(), LETTER);
    assert_eq!(
        heard.commands[1..4],
        ["MAIL FROM:<appeals@example.org>", "RCPT TO:<lena@example.org>", "DATA"]
    );
    assert_eq!(heard.commands.last().unwrap(), "QUIT");
}

#[tokio::test]
async fn each_command_may_refuse_for_now_or_for_good_and_the_session_goes_on() {
    for phase in Phase::ALL.iter().copied() {
        let (outcome, usable, _server) = attempt(script_with(phase, Say("451 4.7.1 later, please"))).await;
        assert!(matches!(outcome, Outcome::Transient { .. }) && outcome.may_retry(), "{phase:?} {outcome:?}");
        assert_eq!(refusal(&outcome), Some((phase, 451, "4.7.1 later, please".into())));
        assert!(usable, "{phase:?}");
        let (outcome, usable, _server) =
            attempt(script_with(phase, Say("550-5.1.1 no\r\n550 5.1.1 never"))).await;
        assert!(
            matches!(outcome, Outcome::Permanent { .. }) && !outcome.may_retry(),
            "{phase:?} {outcome:?}"
        );
        assert_eq!(refusal(&outcome).map(|(p, c, _)| (p, c)), Some((phase, 550)));
        assert!(usable, "{phase:?}");
    }
}

/// `Принято`, `Спам не берём` and `Такого ящика нет`, as servers in Russia say it.
#[tokio::test]
async fn an_answer_in_an_old_encoding_is_an_answer() {
    let taken: [&'static [u8]; 3] = [
        b"250 \xcf\xf0\xe8\xed\xff\xf2\xee",
        b"250-\xf0\xd2\xc9\xce\xd1\xd4\xcf\r\n250 ok",
        b"250 \xd0\x9f\xd1\x80\xd0\xb8\xd0\xbd\xd1\x8f\xd1\x82\xd0\xbe",
    ];
    for answer in taken {
        let (outcome, usable, server) = attempt(script_with(Phase::Message, SayBytes(answer))).await;
        match outcome {
            Outcome::Accepted { reply } => assert!(reply.raw_for(Purpose::Store).starts_with("Принято")),
            other => panic!("{other:?}"),
        }
        assert!(usable && server.heard().letters.len() == 1);
    }
    let spam = b"554 \xd1\xef\xe0\xec \xed\xe5 \xe1\xe5\xf0\xb8\xec";
    let (outcome, usable, _server) = attempt(script_with(Phase::Message, SayBytes(spam))).await;
    assert_eq!(refusal(&outcome), Some((Phase::Message, 554, "Спам не берём".into())));
    assert!(usable && matches!(outcome, Outcome::Permanent { .. }), "{outcome:?}");
    let nobody = b"550 5.1.1 \xd2\xe0\xea\xee\xe3\xee \xff\xf9\xe8\xea\xe0 \xed\xe5\xf2";
    let (outcome, usable, _server) = attempt(script_with(Phase::Rcpt, SayBytes(nobody))).await;
    assert_eq!(refusal(&outcome), Some((Phase::Rcpt, 550, "5.1.1 Такого ящика нет".into())));
    assert!(usable && matches!(outcome, Outcome::Permanent { .. }), "{outcome:?}");
    // Neither the greeting nor the list of extensions keeps a letter from going out.
    let script = Script {
        greeting: SayBytes(b"220 \xcf\xf0\xe8\xe2\xe5\xf2"),
        ehlo: SayBytes(b"250-\xcf\xf0\xe8\xe2\xe5\xf2\r\n250 8BITMIME"),
        ..Script::default()
    };
    assert!(matches!(attempt(script).await.0, Outcome::Accepted { .. }));
}

#[tokio::test]
async fn a_refused_recipient_does_not_disturb_the_next_letter() {
    let server = Server::start(Script::default()).await;
    let mut session = connect(&server).await.unwrap();
    assert!(matches!(send(&mut session, "refused@example.org").await, Outcome::Permanent { code: 550, .. }));
    assert!(matches!(send(&mut session, TO).await, Outcome::Accepted { .. }));
    assert!(server.heard().commands.contains(&"RSET".to_owned()));
    assert_eq!(server.heard().letters.len(), 1);
}

#[tokio::test]
async fn a_server_that_says_goodbye_ends_the_session() {
    for phase in Phase::ALL.iter().copied() {
        let (outcome, usable, server) = attempt(script_with(phase, SayAndCut("421 4.3.2 going down"))).await;
        assert_eq!(refusal(&outcome).map(|(p, c, _)| (p, c)), Some((phase, 421)), "{phase:?}");
        assert!(!usable && !server.heard().commands.contains(&"RSET".to_owned()));
    }
}

#[tokio::test]
async fn a_line_lost_before_the_letter_is_not_sent_and_after_it_is_unknown() {
    for phase in [Phase::Mail, Phase::Rcpt, Phase::Data] {
        let (outcome, usable, server) = attempt(script_with(phase, Cut)).await;
        assert_eq!(outcome, Outcome::NotSent { why: Trouble::ConnectionLost }, "{phase:?}");
        assert!(outcome.may_retry() && !usable && server.heard().letters.is_empty());
    }
    let (outcome, usable, server) = attempt(script_with(Phase::Message, Cut)).await;
    assert_eq!(outcome, Outcome::Unknown { why: Trouble::ConnectionLost });
    assert!(!outcome.may_retry() && !usable);
    assert_eq!(server.heard().letters.len(), 1, "this server did take it");
}

#[tokio::test]
async fn a_server_that_falls_silent_is_given_up_on() {
    for phase in [Phase::Mail, Phase::Rcpt, Phase::Data] {
        let (outcome, usable, _server) = attempt(script_with(phase, Silent)).await;
        assert_eq!(outcome, Outcome::NotSent { why: Trouble::TimedOut }, "{phase:?}");
        assert!(!usable);
    }
    let (outcome, usable, _server) = attempt(script_with(Phase::Message, Silent)).await;
    assert_eq!(outcome, Outcome::Unknown { why: Trouble::TimedOut });
    assert!(!usable);
}

#[tokio::test]
async fn a_line_lost_in_the_middle_of_a_large_letter_is_not_sent() {
    let script = Script { cut_letter_after: Some(100_000), ..Script::default() };
    let server = Server::start(script).await;
    let mut session = connect(&server).await.unwrap();
    session.envelope(FROM, TO).await.unwrap();
    let large = b"line of text\r\n".repeat(2_000_000);
    let outcome = session.transmit(&large).await;
    assert_eq!(outcome, Outcome::NotSent { why: Trouble::ConnectionLost });
    assert!(!session.is_usable() && server.heard().letters.is_empty());
}

#[tokio::test]
async fn a_server_that_stops_reading_in_the_middle_is_not_sent() {
    let script = Script { data: SayAndCut("354 go ahead"), ..Script::default() };
    let server = Server::start(script).await;
    let mut session = connect(&server).await.unwrap();
    session.envelope(FROM, TO).await.unwrap();
    let outcome = session.transmit(&b"line of text\r\n".repeat(2_000_000)).await;
    assert!(matches!(outcome, Outcome::NotSent { .. }), "{outcome:?}");
}

#[tokio::test]
async fn an_answer_that_is_no_answer_after_the_letter_is_unknown() {
    for answer in ["garbage", "354 more?", "999 what"] {
        let (outcome, usable, _server) = attempt(script_with(Phase::Message, Say(answer))).await;
        assert!(matches!(outcome, Outcome::Unknown { .. }), "{answer}: {outcome:?}");
        assert!(!usable);
    }
    let (outcome, ..) = attempt(script_with(Phase::Message, SayAndCut("250-first line"))).await;
    assert_eq!(outcome, Outcome::Unknown { why: Trouble::ConnectionLost });
}

#[tokio::test]
async fn a_go_ahead_that_is_none_sends_nothing() {
    let (outcome, usable, server) = attempt(script_with(Phase::Data, Say("250 ok?"))).await;
    assert_eq!(outcome, Outcome::NotSent { why: Trouble::Protocol });
    assert!(!usable && server.heard().letters.is_empty());
}

#[tokio::test]
async fn nothing_is_transmitted_without_an_envelope() {
    let server = Server::start(Script::default()).await;
    let mut session = connect(&server).await.unwrap();
    assert_eq!(session.transmit(LETTER).await, Outcome::NotSent { why: Trouble::SessionOver });
    session.envelope(FROM, TO).await.unwrap();
    assert_eq!(session.envelope(FROM, TO).await, Err(Outcome::NotSent { why: Trouble::SessionOver }));
    session.quit().await;
    assert!(server.heard().letters.is_empty());
}

#[tokio::test]
async fn addresses_that_cannot_be_sent_to_never_reach_the_server() {
    let server = Server::start(Script::default()).await;
    let mut session = connect(&server).await.unwrap();
    for bad in ["", "x", "a@b\r\nRCPT TO:<evil@example.org>", "a b@example.org"] {
        assert_eq!(send(&mut session, bad).await, Outcome::NotSent { why: Trouble::BadAddress }, "{bad}");
    }
    assert_eq!(
        send(&mut session, "лена@example.org").await,
        Outcome::NotSent { why: Trouble::NeedsSmtpUtf8 }
    );
    assert!(matches!(send(&mut session, "info@пример.рф").await, Outcome::Accepted { .. }));
    assert!(server.heard().commands.contains(&"RCPT TO:<info@xn--e1afmkfd.xn--p1ai>".to_owned()));
    assert_eq!(server.heard().letters.len(), 1);
}

#[tokio::test]
async fn a_session_that_cannot_be_opened_says_why() {
    let cases = [
        (Script { greeting: Cut, ..Script::default() }, SmtpFailure::Protocol, None),
        (Script { greeting: Silent, ..Script::default() }, SmtpFailure::TimedOut, None),
        (Script { greeting: SayAndCut("554 go away"), ..Script::default() }, SmtpFailure::Refused, Some(554)),
        (Script { greeting: Say("garbage"), ..Script::default() }, SmtpFailure::Protocol, None),
        (Script { ehlo: Say("502 no"), ..Script::default() }, SmtpFailure::Refused, Some(502)),
        (Script { ehlo: Silent, ..Script::default() }, SmtpFailure::TimedOut, None),
        (
            Script { greeting: Say("220 \u{1b}[31m"), ehlo: Cut, ..Script::default() },
            SmtpFailure::Protocol,
            None,
        ),
        // An answer without end is cut before it fills the memory.
        (Script { greeting: Endless("220-and so on\r\n"), ..Script::default() }, SmtpFailure::Protocol, None),
        (Script { ehlo: Endless("250 and so on "), ..Script::default() }, SmtpFailure::Protocol, None),
    ];
    for (script, failure, code) in cases {
        let server = Server::start(script.clone()).await;
        let error = connect(&server).await.unwrap_err();
        assert_eq!((error.failure, error.code), (failure, code), "{script:?}");
    }
    let port = {
        let server = Server::start(Script::default()).await;
        server.port
    };
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_ne!(port, 0);
    let error = Session::connect(&endpoint("smtp://127.0.0.1", closed), None).await.unwrap_err();
    assert_eq!(error.failure, SmtpFailure::Connect);
    assert!(!error.needs_a_person());
}

#[tokio::test]
async fn a_user_signs_in_by_plain_or_login_and_a_wrong_password_is_said() {
    let password = SecretString::from("secret");
    let sign_in = async |script: Script| {
        let server = Server::start(script).await;
        let opened = Session::connect(&endpoint("smtp://lena@127.0.0.1", server.port), Some(&password)).await;
        (opened.map(|_| ()), server.heard().commands)
    };
    let (opened, commands) = sign_in(Script::default()).await;
    assert!(opened.is_ok() && commands.contains(&"AUTH PLAIN AGxlbmEAc2VjcmV0".to_owned()), "{commands:?}");
    let login = Script { ehlo: Say("250-x\r\n250 AUTH LOGIN"), ..Script::default() };
    assert!(sign_in(login.clone()).await.0.is_ok());
    let wrong = Script { login: [Say("334 UGFzc3dvcmQ6"), Say("535 5.7.8 wrong")], ..login };
    let error = sign_in(wrong).await.0.unwrap_err();
    assert_eq!((error.failure, error.code, error.needs_a_person()), (SmtpFailure::Auth, Some(535), true));
    let busy = Script { auth: Say("454 4.7.0 later"), ..Script::default() };
    assert!(!sign_in(busy).await.0.unwrap_err().needs_a_person());
    let none = Script { ehlo: Say("250 x"), ..Script::default() };
    assert_eq!(sign_in(none).await.0.unwrap_err().failure, SmtpFailure::AuthUnsupported);
    let server = Server::start(Script::default()).await;
    let error = Session::connect(&endpoint("smtp://lena@127.0.0.1", server.port), None).await.unwrap_err();
    assert_eq!((error.failure, server.heard().connections), (SmtpFailure::NoPassword, 0));
}

/// `0.0.0.0` reaches the listener on this machine and is not a loopback address, so it stands for another machine.
#[tokio::test]
async fn without_tls_nothing_is_sent_to_another_machine() {
    let password = SecretString::from("secret");
    let starttls = "250-x\r\n250-STARTTLS\r\n250 AUTH PLAIN";
    let cases = [
        (Script::default(), SmtpFailure::NoStartTls),
        // `454 not now`: it says why, so its words are told.
        (Script { ehlo: Say(starttls), ..Script::default() }, SmtpFailure::Refused),
        (Script { ehlo: Say(starttls), starttls: Say("220 go"), ..Script::default() }, SmtpFailure::Tls),
    ];
    for (script, failure) in cases {
        let server = Server::start(script).await;
        let error = Session::connect(&endpoint("smtp://lena@0.0.0.0", server.port), Some(&password))
            .await
            .unwrap_err();
        assert!(
            error.failure == failure || error.failure == SmtpFailure::TimedOut && failure == SmtpFailure::Tls,
            "{error:?}"
        );
        let said = server.heard().commands;
        assert!(said.iter().all(|c| !c.starts_with("AUTH") && !c.starts_with("MAIL")), "{said:?}");
    }
}

#[tokio::test]
async fn a_file_of_authorities_that_holds_none_is_said_before_anything_is_sent() {
    let server = Server::start(Script::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate").unwrap();
    for file in [empty, folder.path().join("missing.pem")] {
        let endpoint = endpoint("smtps://127.0.0.1", server.port).with_ca_file(file);
        let error = Session::connect(&endpoint, None).await.unwrap_err();
        assert_eq!((error.failure, error.needs_a_person()), (SmtpFailure::CaFile, true));
    }
    assert_eq!(server.heard().connections, 0);
}
