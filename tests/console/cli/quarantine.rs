//! The quarantine by the command line: listed, shown as it came, decided about; the sum still holds.

use super::{Place, keys};
use crate::support::engines;
use serde_json::json;

#[test]
fn a_letter_that_is_none_is_looked_at_and_settled_or_made_an_appeal() {
    for engine in engines() {
        let name = engine.name;
        let place = Place::on(engine);
        place.init(&[]);
        for n in 0..3 {
            place.deliver(&format!("{n}.empty"), b"\r\n");
        }
        place.ok(&["serve", "--once"]);
        let list = place.json(&["quarantine", "list", "--reason", "empty"]);
        assert_eq!(list.as_array().map(Vec::len), Some(3), "{name}: {list}");
        assert_eq!(
            keys(&list[0]),
            ["id", "channel", "transport_id", "received_at", "stored_at", "size", "fate", "reason"],
            "{name}"
        );
        let id = |n: usize| list[n]["id"].as_str().expect("an id").to_owned();
        let shown = place.json(&["quarantine", "show", &id(0)]);
        assert_eq!((&shown["shown"], &shown["cut"]), (&json!(2), &json!(false)), "{name}");
        assert!(place.ok(&["quarantine", "list"]).contains("an empty letter"), "{name}");

        let unasked = place.run(&["quarantine", "settle", &id(0)]);
        assert_eq!(unasked.code, 2, "{name}: nobody can be asked: {unasked:?}");
        place.ok(&["quarantine", "settle", &id(0), "--yes"]);
        let again = place.run(&["quarantine", "settle", &id(0), "--yes", "--json"]);
        assert_eq!(again.code, 5, "{name}: {again:?}");
        let made = place.json(&["quarantine", "appeal", &id(1), "--yes"]);
        assert!(made["items"][0]["number"].is_string(), "{name}: {made}");
        place.ok(&["quarantine", "retry", "--all", "--reason", "empty"]);
        place.ok(&["serve", "--once"]);
        let channel = &place.json(&["channel", "list"])[0];
        let sum = ["fetched", "new", "service", "quarantined", "adds_up"].map(|field| channel[field].clone());
        assert_eq!(sum, [json!(3), json!(1), json!(1), json!(1), json!(true)], "{name}: {channel}");
        let missing = place.run(&["quarantine", "show", "nothing", "--json"]);
        assert_eq!(missing.code, 4, "{name}: {missing:?}");
        place.ok(&["journal", "verify"]);
    }
}
