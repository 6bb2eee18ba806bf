//! The folder that takes letters instead of a server.

use otklik_core::mail::{Folder, Outcome, Trouble};
use std::fs;

fn files(folder: &tempfile::TempDir) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_letter_handed_over_twice_is_one_file() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path());
    for _ in 0..2 {
        assert!(matches!(folder.deliver("otklik.1@example.org", b"letter"), Outcome::Accepted { .. }));
    }
    assert_eq!(files(&dir), ["otklik.1@example.org.eml"]);
    assert_eq!(fs::read(folder.path_of("otklik.1@example.org")).unwrap(), b"letter");
}

#[test]
fn another_letter_under_the_same_id_does_not_replace_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path());
    folder.deliver("a@example.org", b"first");
    let outcome = folder.deliver("a@example.org", b"second");
    assert_eq!(outcome, Outcome::NotSent { why: Trouble::FolderConflict });
    assert!(!outcome.may_retry());
    assert_eq!(fs::read(folder.path_of("a@example.org")).unwrap(), b"first");
    assert_eq!(files(&dir).len(), 1, "no temporary file is left");
}

#[test]
fn a_letter_sent_again_to_a_corrected_address_lies_beside_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path());
    for _ in 0..2 {
        for to in ["a@example.org", "b@example.org"] {
            let letter = format!("To: {to}\r\n\r\ntext\r\n");
            assert!(matches!(folder.deliver("x@example.org", letter.as_bytes()), Outcome::Accepted { .. }));
        }
    }
    assert_eq!(files(&dir).len(), 2);
}

#[test]
fn no_id_writes_outside_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path().join("out"));
    folder.create().unwrap();
    for id in ["../evil", "/etc/evil", ".hidden", "", "a/b", &"x".repeat(500)] {
        assert!(matches!(folder.deliver(id, b"x"), Outcome::Accepted { .. }), "{id}");
        assert_eq!(folder.path_of(id).parent(), Some(dir.path().join("out").as_path()));
    }
    assert_eq!(files(&dir), ["out"]);
}

#[test]
fn a_missing_folder_is_a_failure_that_may_be_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let outcome = Folder::new(dir.path().join("none")).deliver("a@example.org", b"x");
    assert_eq!(outcome, Outcome::NotSent { why: Trouble::Folder });
    assert!(outcome.may_retry());
}
