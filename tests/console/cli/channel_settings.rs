//! What is set of a channel can be read in its list, in words and as JSON.

use super::Place;
use serde_json::json;

#[test]
fn the_list_of_channels_says_what_is_set_of_each() {
    let place = Place::new();
    place.init(&[]);
    let list = place.ok(&["channel", "list"]);
    assert!(list.contains("server whose checks are believed: nobody"), "{list}");
    place.ok(&["channel", "set", "mail", "--outside-replies", "record", "--automatic", "no"]);
    place.ok(&["channel", "trust", "mail", "--authserv-id", "mx.example.org", "--plus-addressing", "yes"]);
    let list = place.ok(&["channel", "list"]);
    for said in ["believed: mx.example.org", "with a plus: yes", "receipts leave by themselves: no"] {
        assert!(list.contains(said), "{said}: {list}");
    }
    let said = place.run(&["channel", "trust", "mail"]);
    assert!(said.code == 2 && said.err.contains("--authserv-id"), "{said:?}");
    let channel = &place.json(&["channel", "list"])[0];
    assert_eq!(
        (&channel["authserv_id"], &channel["plus_addressing"]),
        (&json!("mx.example.org"), &json!(true))
    );
}
