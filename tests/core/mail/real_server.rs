//! The same against a real mail server, in each of the three ways to reach one.

use super::letters::letter;
use crate::support::{MailServer, mail_server};
use otklik_core::mail::smtp::Security;
use otklik_core::mail::{self, Address, Outcome, Phase, Session, SmtpEndpoint, SmtpFailure, compose};
use secrecy::SecretString;

async fn send(session: &mut Session, to: &str, bytes: &[u8]) -> Outcome {
    match session.envelope("appeals@example.org", to).await {
        Ok(()) => session.transmit(bytes).await,
        Err(outcome) => outcome,
    }
}

fn someone() -> String {
    format!("{}@example.org", uuid::Uuid::now_v7().simple())
}

async fn open(server: &MailServer, address: &str) -> Session {
    let endpoint = SmtpEndpoint::parse(address).unwrap();
    let password = endpoint.user().map(|_| SecretString::from(server.password.clone()));
    Session::connect(&endpoint, password.as_ref())
        .await
        .unwrap_or_else(|error| panic!("{address}: {error:?}"))
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_made_by_every_way() {
    let Some(server) = mail_server() else { return };
    let ways = [
        (&server.plain, Security::Plain),
        (&server.starttls, Security::Plain),
        (&server.implicit_tls, Security::Tls),
    ];
    for (address, security) in ways {
        assert_eq!(SmtpEndpoint::parse(address).unwrap().security(), security);
        let mut session = open(&server, address).await;
        assert_eq!(session.is_encrypted(), *address != server.plain, "{address}");
        let to = someone();
        let mut made = letter();
        made.to = vec![Address::new("Семёнова А. И.", &to).unwrap()];
        let bytes = compose(&made).unwrap();
        let outcome = send(&mut session, &to, &bytes).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{address}: {outcome:?}");
        session.quit().await;
        let stored = server.mailbox.wait_for(&to, 1).await;
        let back = mail::parse(&stored[0].raw);
        assert_eq!(back.message_id, Some(made.message_id));
        assert_eq!(back.text, mail::parse(&bytes).text);
        // The server stores lines without carriage returns and puts its own headers above.
        let without_returns =
            |bytes: &[u8]| bytes.iter().copied().filter(|b| *b != b'\r').collect::<Vec<u8>>();
        assert!(without_returns(&stored[0].raw).ends_with(&without_returns(&bytes)), "{address}");
    }
}

#[tokio::test]
async fn a_real_server_refuses_for_now_for_good_and_after_the_letter() {
    let Some(server) = mail_server() else { return };
    let mut session = open(&server, &server.plain).await;
    let plain = compose(&letter()).unwrap();
    let refused = send(&mut session, "refused@example.org", &plain).await;
    assert!(matches!(refused, Outcome::Permanent { phase: Phase::Rcpt, code: 550, .. }), "{refused:?}");
    let later = send(&mut session, "later@example.org", &plain).await;
    assert!(matches!(later, Outcome::Transient { phase: Phase::Rcpt, code: 451, .. }), "{later:?}");
    let marked = [b"X-Test-Refuse: yes\r\n".as_slice(), &plain].concat();
    let after = send(&mut session, &someone(), &marked).await;
    assert!(matches!(after, Outcome::Permanent { phase: Phase::Message, code: 550, .. }), "{after:?}");
    let good = send(&mut session, &someone(), &plain).await;
    assert!(matches!(good, Outcome::Accepted { .. }), "one session, four letters: {good:?}");
}

#[tokio::test]
async fn a_wrong_password_is_told_from_a_wrong_certificate() {
    let Some(server) = mail_server() else { return };
    let wrong = SecretString::from("wrong");
    let error = Session::connect(&SmtpEndpoint::parse(&server.implicit_tls).unwrap(), Some(&wrong))
        .await
        .unwrap_err();
    assert_eq!((error.failure, error.needs_a_person()), (SmtpFailure::Auth, true));
    let by_number = server.implicit_tls.replace("localhost", "127.0.0.2");
    let error = Session::connect(&SmtpEndpoint::parse(&by_number).unwrap(), Some(&wrong)).await.unwrap_err();
    assert!(matches!(error.failure, SmtpFailure::Tls | SmtpFailure::Connect), "{error:?}");
}
