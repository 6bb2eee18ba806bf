//! A reply that came back, sent again to a corrected address by the command line.

use super::{Place, letter};
use crate::support::engines;
use serde_json::{Value, json};

fn bounce(id: &str) -> Vec<u8> {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: appeals@example.org\r\nSubject: Delivery Status\r\n\
         Message-ID: <bounce@mx.example>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n\
         No.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; \
         alena@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b\r\n\
         Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{id}>\r\n--b--\r\n"
    )
    .into_bytes()
}

#[test]
fn a_reply_that_came_back_is_sent_to_another_address_on_each_engine() {
    for engine in engines() {
        let name = engine.name;
        let place = Place::on(engine);
        place.init(&[]);
        place.deliver("1.first", &letter("alena@example.com", "Question", "first@example.com", "", "Help."));
        place.ok(&["serve", "--once"]);
        let number = place.json(&["appeal", "list"])[0]["number"].as_str().expect("a number").to_owned();
        place.ok(&["appeal", "take", &number]);
        let reply = ["appeal", "reply", &number, "--body-file", "-", "--yes"];
        assert_eq!(place.with_input(&reply, b"I am on it.\n", &[]).code, 0, "{name}");
        place.ok(&["serve", "--once"]);
        let sent = place.sent().into_iter().find(|sent| sent.contains("I am on it.")).expect("the reply");
        let ours =
            sent.split("Message-ID: <").nth(1).and_then(|rest| rest.split('>').next()).expect("our id");
        place.deliver("2.bounce", &bounce(ours));
        place.ok(&["serve", "--once"]);
        // The folder's letters carry no word that would prove the report: a person believes it.
        let all = place.json(&["delivery", "list", "--all"]);
        let sent =
            all.as_array().and_then(|all| all.iter().find(|sent| sent["kind"] == "reply")).expect("sent");
        let doubted = place.json(&["delivery", "list", "--doubted"]);
        assert_eq!(
            (&doubted[0]["id"], &doubted[0]["reports"][0]["doubt"]),
            (&sent["id"], &json!("unproven"))
        );
        assert_eq!(place.json(&["channel", "list"])[0]["doubted"], json!(1), "{name}");
        assert_eq!(place.json(&["digest"])["doubted"], json!(1), "{name}");
        let today = place.ok(&["delivery", "list", "--today"]);
        assert!(today.contains("alena@example.com") && today.contains("otklik delivery dismiss"), "{today}");
        let refused =
            place.run(&["delivery", "arrived", sent["id"].as_str().expect("an id"), "--reason", "x"]);
        assert_eq!(refused.code, 5, "{name}: what became of it is known: {refused:?}");
        place.ok(&["delivery", "believe", sent["id"].as_str().expect("an id")]);
        assert_eq!(place.json(&["delivery", "list", "--doubted"]), json!([]), "{name}");
        let failed = place.json(&["delivery", "list"])[0].clone();
        assert_eq!((&failed["state"], &failed["redirected_to"]), (&json!("bounced"), &Value::Null), "{name}");
        let id = failed["id"].as_str().expect("an id");

        let refused = place.run(&["delivery", "retry", id, "--to", "alena@example.com"]);
        assert_eq!(refused.code, 5, "{name}: {refused:?}");
        let refused = place.run(&["delivery", "retry", id, "--to", "al..yona@example.net"]);
        assert_eq!(refused.code, 2, "{name}: {refused:?}");
        for words in ["al..yona@example.net", "two together", "Nothing was done", "name@example.org"] {
            assert!(refused.err.contains(words), "{name}: what is wrong and how to write it: {refused:?}");
        }
        let made = place.json(&["delivery", "retry", id, "--to", "alyona@example.net"]);
        assert_eq!((&made["done"], &made["instead_of"]), (&json!("redirected"), &json!(id)), "{name}");
        place.ok(&["serve", "--once"]);
        assert_eq!(place.json(&["delivery", "list"]), json!([]), "{name}: nothing needs anybody");
        let letters = place.sent();
        let again = letters.iter().find(|sent| sent.contains("To: alyona@example.net")).expect("it has left");
        assert!(again.contains("I am on it.") && again.contains(ours), "{name}: {again}");
        assert!(!again.contains("alena@example.com"), "{name}: {again}");
        let story = place.json(&["appeal", "show", &number]);
        let all = &story["messages"].as_array().expect("messages")[2]["deliveries"];
        assert_eq!((&all[0]["state"], &all[1]["state"]), (&json!("bounced"), &json!("accepted")), "{name}");
        assert_eq!(
            (&all[0]["redirected_to"], &story["response"]["state"]),
            (&made["id"], &json!("met")),
            "{name}"
        );
    }
}
