//! The morning digest by the command line: what it would say now, and whether and when somebody gets it.

use super::Place;
use serde_json::json;

#[test]
fn the_digest_is_said_now_and_switched_by_its_reader() {
    let place = Place::new();
    place.init(&[]);
    let said = place.json(&["digest"]);
    assert_eq!(
        (&said["overdue"], &said["new"], &said["failed"], &said["doubted"]),
        (&json!([]), &json!(0), &json!(0), &json!(0)),
        "{said}"
    );
    let on = place.json(&["staff", "digest", "me", "on", "--at", "07:30", "--zone", "Europe/Kaliningrad"]);
    let wish = json!({ "wanted": true, "at": "07:30", "zone": "Europe/Kaliningrad" });
    assert_eq!(on["digest"], wish, "{on}");
    assert_eq!(place.json(&["staff", "list"])[0]["digest"], wish);
    let off = place.json(&["staff", "digest", "me", "off"]);
    assert_eq!(off["digest"]["wanted"], json!(false), "{off}");
    let refused = place.run(&["staff", "digest", "me", "on", "--zone", "Europe/Nowhere", "--json"]);
    assert!(refused.out.contains("unknown-zone"), "{}", refused.out);
    assert_eq!(place.json(&["staff", "list"])[0]["digest"]["wanted"], json!(false), "nothing was changed");
}
