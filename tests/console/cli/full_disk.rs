//! A disk that fills up while letters are stored: the program ends in words, what was stored before is kept and told.

use super::{Place, letter};
use serde_json::json;

const LETTERS: usize = 320;

/// Text that no packing makes much smaller.
fn noise(seed: usize) -> String {
    let mut state = seed as u64 + 1;
    let mut line = || {
        let signs = (0..70).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'a' + u8::try_from((state >> 33) % 26).expect("a letter"))
        });
        signs.collect::<String>()
    };
    (0..600).map(|_| line()).collect::<Vec<_>>().join("\r\n")
}

#[test]
fn where_files_may_not_grow_the_program_says_so_and_what_was_stored_before_is_kept() {
    let place = Place::new();
    place.init(&[]);
    for n in 0..LETTERS {
        let (from, id) = (format!("a{n}@example.com"), format!("m{n}@example.com"));
        place.deliver(&format!("{n}.letter"), &letter(&from, "Question", &id, "", &noise(n)));
    }
    let said = place.within(4 << 20, &["serve", "--once"]);
    assert_eq!(said.code, 1, "no signal ends it: {said:?}");
    assert!(said.err.contains("The disk is full, or a file has reached its limit"), "{said:?}");
    let channel = &place.json(&["channel", "list"])[0];
    let stored = channel["fetched"].as_u64().expect("a count");
    assert!(stored > 0 && stored < LETTERS as u64, "some were stored: {channel}");
    assert!(said.err.contains(&format!("fetched and stored: {stored},")), "{stored}: {said:?}");
    assert!(!said.err.contains("Nothing was written"), "{said:?}");

    place.ok(&["serve", "--once"]);
    let channel = &place.json(&["channel", "list"])[0];
    assert_eq!(channel["fetched"], json!(LETTERS), "each letter once: {channel}");
}
