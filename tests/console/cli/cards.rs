//! Digital membership cards by the command line: issued, written as pictures, checked with an exit code, taken back.

use super::Place;
use serde_json::json;

const REGISTRY: &str = "id;fio_raw;birth_raw;phone_raw;status_raw\n\
M001;Ёлкина Анна Ивановна;01.02.1980;+7 900 000-00-01;на учёте\n";

fn place() -> Place {
    let place = Place::new();
    place.init(&[]);
    let file = place.path("registry.csv");
    std::fs::write(&file, REGISTRY).expect("a file");
    place.ok(&["member", "import", &file.display().to_string(), "--yes"]);
    place
}

#[test]
fn a_card_is_issued_as_pictures_checked_and_taken_back() {
    let place = place();
    let (png, svg) = (place.path("card.png"), place.path("card.svg"));
    let (png, svg) = (png.display().to_string(), svg.display().to_string());
    let issued = place.json(&["member", "card", "M001", "--png", &png, "--svg", &svg]);
    let token = issued["token"].as_str().expect("a card").to_owned();
    assert_eq!((&issued["is_new"], &issued["card"]["state"]), (&json!(true), &json!("valid")));
    assert!(std::fs::read(&png).expect("the picture").starts_with(b"\x89PNG\r\n\x1a\n"));
    let drawing = std::fs::read_to_string(&svg).expect("the drawing");
    assert!(drawing.starts_with("<svg") && drawing.trim_end().ends_with("</svg>"), "{drawing}");
    for personal in ["Ёлкина", "1980", "M001", "900"] {
        assert!(!token.contains(personal) && !drawing.contains(personal), "{personal}");
    }
    let again = place.run(&["member", "card", "M001", "--png", &png, "--json"]);
    assert!(again.code == 5 && again.out.contains("file-exists"), "{again:?}");
    let said = place.ok(&["member", "card", "M001"]);
    assert!(
        said.contains("There is a card: Ёлкина Анна Ивановна") && said.trim_end().ends_with(&token),
        "{said}"
    );
    assert!(!said.contains('█'), "no code where nobody can photograph it");

    let checked = place.ok(&["member", "verify", &token]);
    assert!(checked.contains("YES") && checked.contains("Ёлкина Анна Ивановна"), "{checked}");
    assert!(!checked.contains("900") && !checked.contains("1980"), "membership and no more: {checked}");
    let piped = place.with_input(&["member", "verify", "-", "--json"], format!("{token}\n").as_bytes(), &[]);
    assert!(piped.code == 0 && piped.out.contains("\"valid\""), "{piped:?}");

    let unasked = place.run(&["member", "card", "revoke", "M001"]);
    assert_eq!(unasked.code, 2, "{unasked:?}");
    let taken = place.json(&["member", "card", "revoke", "M001", "--reason", "lost", "--yes"]);
    assert_eq!((&taken["state"], &taken["reason"]), (&json!("revoked"), &json!("lost")));
    let refused = place.run(&["member", "verify", &token]);
    assert!(refused.code == 1 && refused.out.contains("NO: the card was revoked"), "{refused:?}");
    assert_eq!(place.json(&["member", "card", "list"]), json!([]));
    assert_eq!(place.json(&["member", "card", "list", "--all"])[0]["revoked_by"], json!("Anna Orlova"));
    place.ok(&["journal", "verify"]);
}

#[test]
fn whatever_is_brought_as_a_card_gets_a_word_and_exit_code_1() {
    let place = place();
    let issued = place.json(&["member", "card", "M001"]);
    let token = issued["token"].as_str().expect("a card").to_owned();
    let mut altered = token.clone();
    altered.replace_range(50..51, if &token[50..51] == "A" { "B" } else { "A" });
    for (text, state) in [("eyJhbGciOiJFZERTQSJ9", "damaged"), ("", "damaged"), (altered.as_str(), "forged")]
    {
        let said = place.run(&["member", "verify", text, "--json"]);
        let value: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        assert_eq!((said.code, &value), (1, &json!({ "state": state, "card": null })), "{text}");
    }
    let long = vec![b'A'; 10 << 20];
    for input in [&long[..], b"\xff\xfe\x00", b""] {
        let said = place.with_input(&["member", "verify", "-", "--json"], input, &[]);
        assert!(said.code == 1 && said.out.contains("damaged"), "{said:?}");
    }
}

#[test]
fn keys_are_listed_made_and_retired() {
    let place = place();
    assert_eq!(place.json(&["member", "card", "keys"]), json!([]));
    let first = place.json(&["member", "card", "M001"]);
    let key = first["card"]["key"].as_str().expect("a key").to_owned();
    let made = place.json(&["member", "card", "new-key"]);
    assert_ne!(made["key"], json!(key));
    let unasked = place.run(&["member", "card", "retire-key", &key]);
    assert_eq!(unasked.code, 2, "{unasked:?}");
    place.ok(&["member", "card", "retire-key", &key, "--yes"]);
    let said = place.run(&["member", "verify", first["token"].as_str().expect("a card")]);
    assert!(said.code == 1 && said.out.contains("key that signed the card is retired"), "{said:?}");
    let keys = place.json(&["member", "card", "keys"]);
    assert_eq!(keys.as_array().expect("keys").len(), 2, "{keys}");
    let until = place.run(&["member", "card", "M001", "--until", "2020-01-01", "--json"]);
    assert!(until.code == 2 && until.out.contains("card-until"), "{until:?}");
}
