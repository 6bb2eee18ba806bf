//! Calls by the command line: whom, what came of it, the promise that a conversation meets, the application that follows.

use super::{Place, keys, letter};
use crate::support::engines;
use serde_json::json;

#[test]
fn a_call_is_made_logged_taken_back_and_ended_and_an_application_follows_the_authors_word() {
    for engine in engines() {
        let name = engine.name;
        let place = Place::on(engine);
        place.init(&[]);
        let text = "I am not a member. Call me: 8 900 000-01-01.";
        place.deliver("1.call", &letter("Anna <anna@example.org>", "Dismissed", "1@example.org", "", text));
        place.ok(&["serve", "--once"]);
        let number = place.json(&["appeal", "list"])[0]["number"].as_str().expect("a number").to_owned();
        let missing = place.run(&["call", "show", &number, "--json"]);
        assert_eq!(missing.code, 4, "{name}: {missing:?}");
        assert!(place.ok(&["call", "list"]).contains("Nobody is to be called"), "{name}");
        place.ok(&["call", "add", &number]);
        let list = place.json(&["call", "list"]);
        assert_eq!(
            keys(&list[0]),
            [
                "number",
                "author",
                "contact",
                "phone",
                "reason",
                "state",
                "ended",
                "attempts",
                "last_at",
                "last_outcome",
                "next_at",
                "made_at",
                "response_due_at",
                "response_met_at",
                "response_state",
                "stage",
                "assignee",
                "application"
            ],
            "{name}"
        );
        assert_eq!(
            (&list[0]["phone"], &list[0]["reason"]),
            (&json!("+79000000101"), &json!("by_hand")),
            "{name}"
        );
        assert!(place.ok(&["call", "show", &number]).contains("Good day, Anna!"), "{name}");

        place.ok(&["call", "log", &number, "--outcome", "no_answer", "--next", "2099-01-12 11:00"]);
        let shown = place.json(&["call", "show", &number]);
        assert_eq!(
            (&shown["attempts"], &shown["response_met_at"]),
            (&json!(1), &json!(null)),
            "{name}: {shown}"
        );
        assert!(shown["next_at"].as_str().is_some_and(|at| at.starts_with("2099-01-12T11:00")), "{name}");
        let odd = place.run(&["call", "log", &number, "--outcome", "explained", "--at", "soon", "--json"]);
        assert_eq!(odd.code, 2, "{name}: {odd:?}");
        let ahead = ["call", "log", &number, "--outcome", "explained", "--at", "2099-01-12 11:00", "--json"];
        assert!(place.run(&ahead).out.contains("call-in-future"), "{name}");
        let join = ["call", "join", &number, "--org", "north", "--to", "chair@example.org", "--agreed"];
        let orgs = place.path("orgs.csv");
        std::fs::write(&orgs, "id,level,name,parent\nnorth,primary,North hospital,\n").expect("a file");
        place.ok(&["org", "import", orgs.to_str().expect("a path"), "--yes"]);
        assert!(place.run(&[&join[..], &["--json"]].concat()).out.contains("not-asked-to-join"), "{name}");
        place.ok(&["call", "log", &number, "--outcome", "asked_to_join", "--text", "works at the hospital"]);
        let shown = place.json(&["call", "show", &number]);
        assert_eq!(shown["response_state"], json!("met"), "{name}: {shown}");
        assert_eq!(shown["tried"][1]["gist"], json!("works at the hospital"), "{name}");
        let unasked =
            place.run(&["call", "join", &number, "--org", "north", "--to", "c@example.org", "--json"]);
        assert_eq!(unasked.code, 2, "{name}: nobody can be asked: {unasked:?}");
        place.ok(&join);
        place.ok(&["serve", "--once"]);
        let sent = place.sent();
        let application = sent.iter().find(|letter| letter.contains("To: chair@example.org")).expect("sent");
        assert!(!application.contains(&number), "{name}: it names no appeal");
        assert_eq!(place.json(&["appeal", "show", &number])["name_to_chair"], json!("yes"), "{name}");
        let query = ["query", "ask", &number, "--org", "north", "--to", "chair@example.org", "--agreed"];
        let asked = place.json(&query);
        let fields = [
            "id",
            "organisation",
            "recipient",
            "name",
            "delivery_state",
            "state",
            "answer",
            "told",
            "by",
            "made_at",
            "expires_at",
            "answered_at",
            "answered_by",
        ];
        assert_eq!(keys(&asked["query"]), fields, "{name}: {asked}");
        let answer = ["query", "answer", &number, "--answer", "not_member", "--told", "left in May"];
        assert_eq!(place.json(&answer)["query"]["answer"], json!("not_member"), "{name}");
        assert!(place.ok(&["query", "list", &number]).contains("no member, left in May"), "{name}");
        let again = place.run(&[&answer[..], &["--json"]].concat());
        assert_eq!((again.code, again.out.contains("no-query")), (4, true), "{name}: {again:?}");
        let wrong = place.run(&["call", "application", &number, "--code", "7K3M-H4AC-DEFX", "--json"]);
        assert_eq!((wrong.code, wrong.out.contains("application-code")), (5, true), "{name}: {wrong:?}");

        let stuck = place.run(&["call", "undo", &number, "--json"]);
        assert!(stuck.out.contains("application-waits"), "{name}: an application rests on it: {stuck:?}");
        place.ok(&["call", "number", &number, "8 900 000-01-02"]);
        assert_eq!(place.json(&["call", "show", &number])["tel"], json!("tel:+79000000102"), "{name}");
        let script = place.path("script.txt");
        std::fs::write(&script, "{union} calls {name} about {number}").expect("a script");
        place.ok(&["call", "script", "--file", script.to_str().expect("a path")]);
        let said = place.ok(&["call", "show", &number]);
        assert!(said.contains(&format!("Test committee calls Anna about {number}")), "{name}: {said}");
        place.ok(&["call", "script", "--standard"]);
        assert!(place.ok(&["call", "script"]).contains("own words"), "{name}");
        place.ok(&["call", "close", &number, "--appeal"]);
        assert_eq!(place.json(&["appeal", "show", &number])["stage"], json!("closed"), "{name}");
        assert_eq!(place.json(&["call", "list", "--all"])[0]["ended"], json!("advised"), "{name}");
        place.ok(&["journal", "verify"]);
    }
}
