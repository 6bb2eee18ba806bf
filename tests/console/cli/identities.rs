//! Contacts and conflicts by the command line: what is linked with whom, by hand and by a confirmation, and how a conflict is settled.

use super::{Place, keys, letter};
use crate::support::engines;
use serde_json::json;

const REGISTRY: &str =
    "id,fio_raw,phone_raw\nN1,Severova Anna,+7 900 111-22-33\nN2,Severov Petr,+7 900 111-22-44\n";

#[test]
fn contacts_are_listed_linked_and_unlinked_and_a_conflict_is_settled_with_a_reason() {
    for engine in engines() {
        let name = engine.name;
        let place = Place::on(engine);
        place.init(&[]);
        let registry = place.path("registry.csv");
        std::fs::write(&registry, REGISTRY).expect("a file");
        place.ok(&["member", "import", registry.to_str().expect("a path"), "--yes"]);
        for (n, author, phone) in [(1, "Anna Severova", "33"), (2, "Petr Severov", "44")] {
            let text = format!("Call me: 8 900 111-22-{phone}.");
            let from = format!("{author} <family@example.org>");
            place.deliver(
                &format!("{n}.one"),
                &letter(&from, "Question", &format!("{n}@example.org"), "", &text),
            );
            place.ok(&["serve", "--once"]);
        }
        let appeals = place.json(&["appeal", "list"]);
        let of = |author: &str| {
            let rows = appeals.as_array().expect("rows");
            let row = rows.iter().find(|row| row["author"]["name"] == json!(author)).expect("the appeal");
            row["number"].as_str().expect("a number").to_owned()
        };
        let (anna, petr) = (of("Anna Severova"), of("Petr Severov"));
        assert!(place.ok(&["identity", "list"]).contains("No contacts"), "{name}");
        place.ok(&["appeal", "confirm", &anna, "--member", "N1", "--yes"]);
        let list = place.json(&["identity", "list", "--appeal", &petr]);
        let fields = [
            "id",
            "kind",
            "contact",
            "member_id",
            "name",
            "organisation",
            "ground",
            "appeal",
            "note",
            "by",
            "at",
            "ended",
        ];
        assert_eq!(keys(&list[0]), fields, "{name}: {list}");
        assert_eq!(
            (&list[0]["contact"], &list[0]["ground"], &list[0]["appeal"]),
            (&json!("family@example.org"), &json!("appeal"), &json!(anna)),
            "{name}"
        );
        let card = place.json(&["appeal", "match", &petr]);
        assert_eq!(card["identities"][0]["contact"], json!("family@example.org"), "{name}: {card}");
        assert!(
            place.ok(&["appeal", "match", &petr]).contains("family@example.org is linked with"),
            "{name}"
        );
        assert_eq!(
            place.json(&["appeal", "show", &petr])["identities"][0]["name"],
            json!("Severova Anna"),
            "{name}"
        );

        place.ok(&["appeal", "confirm", &petr, "--member", "N2", "--yes"]);
        let conflicts = place.json(&["conflict", "list"]);
        assert_eq!(
            keys(&conflicts[0]),
            [
                "id",
                "kind",
                "state",
                "contact",
                "contact_kind",
                "first",
                "second",
                "found_at",
                "settled_at",
                "settled_by",
                "reason"
            ],
            "{name}"
        );
        assert_eq!(conflicts[0]["kind"], json!("contact_shared"), "{name}");
        assert!(place.ok(&["conflict", "list"]).contains("one contact, two rows"), "{name}");
        let id = conflicts[0]["id"].as_str().expect("an id").to_owned();
        let unreasoned = place.run(&["conflict", "settle", &id, "--both", "--reason", " ", "--json"]);
        assert_eq!(
            (unreasoned.code, unreasoned.out.contains("reason-empty")),
            (2, true),
            "{name}: {unreasoned:?}"
        );
        assert_eq!(
            place.run(&["conflict", "settle", &id, "--reason", "x"]).code,
            2,
            "{name}: which of them?"
        );
        place.ok(&["conflict", "settle", &id, "--both", "--reason", "husband and wife"]);
        assert!(place.ok(&["conflict", "list"]).contains("No conflicts"), "{name}");
        assert_eq!(place.json(&["conflict", "list", "--all"])[0]["state"], json!("both_right"), "{name}");
        assert_eq!(place.json(&["conflict", "check"])["found"], json!(0), "{name}");
        let again = place.run(&["conflict", "settle", &id, "--keep", "first", "--reason", "x", "--json"]);
        assert_eq!((again.code, again.out.contains("conflict-settled")), (5, true), "{name}: {again:?}");

        let link = [
            "identity",
            "link",
            "8 900 555-66-77",
            "--member",
            "N1",
            "--ground",
            "document",
            "--note",
            "a form",
        ];
        let made = place.json(&link);
        assert_eq!(made["identity"]["contact"], json!("+79005556677"), "{name}: {made}");
        let id = made["identity"]["id"].as_str().expect("an id").to_owned();
        place.ok(&["identity", "unlink", &id, "--reason", "author_says"]);
        let all = place.json(&["identity", "list", "--member", "N1", "--all"]);
        assert_eq!(all[0]["ended"]["reason"], json!("author_says"), "{name}: {all}");
        assert_eq!(place.json(&["identity", "list", "--contact", "8 900 555 66 77"]), json!([]), "{name}");
        place.ok(&["journal", "verify"]);
    }
}
