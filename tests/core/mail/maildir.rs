//! The Maildir: what is listed, what is read, and that nothing is lost or deleted.

use otklik_core::mail::Maildir;
use otklik_core::mail::maildir::{MaildirError, Place, ReadError, Refusal, unique_name};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

fn maildir() -> (TempDir, Maildir) {
    let folder = tempfile::tempdir().unwrap();
    let maildir = Maildir::new(folder.path().join("Mail"));
    maildir.create().unwrap();
    (folder, maildir)
}

fn put(maildir: &Maildir, name: impl AsRef<Path>, text: &str, second: u64) {
    let path = maildir.root().join(name);
    fs::write(&path, text).unwrap();
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
    fs::File::options().write(true).open(&path).unwrap().set_modified(at).unwrap();
}

fn ids(maildir: &Maildir) -> Vec<String> {
    maildir.list().unwrap().into_iter().map(|entry| entry.transport_id).collect()
}

#[test]
fn letters_of_both_folders_come_oldest_first_with_the_mtime_as_their_time() {
    let (_folder, maildir) = maildir();
    put(&maildir, "new/2.a", "x", 200);
    put(&maildir, "cur/1.b:2,S", "y", 100);
    put(&maildir, "new/1.c", "z", 200);
    let found = maildir.list().unwrap();
    assert_eq!(ids(&maildir), ["1.b", "1.c", "2.a"]);
    assert_eq!((found[0].received_at.as_second(), found[0].place, found[0].size), (100, Place::Cur, 1));
}

#[test]
fn a_stored_letter_moves_to_cur_with_the_same_id_and_the_same_time() {
    let (_folder, maildir) = maildir();
    put(&maildir, "new/1.a", "x", 100);
    let entry = maildir.list().unwrap().remove(0);
    assert!(maildir.acknowledge(&entry).unwrap());
    assert!(maildir.root().join("cur/1.a:2,").exists() && !maildir.root().join("new/1.a").exists());
    let again = maildir.list().unwrap().remove(0);
    assert_eq!((again.transport_id, again.received_at), (entry.transport_id.clone(), entry.received_at));
    assert!(!maildir.acknowledge(&entry).unwrap(), "moved already");
}

#[test]
fn a_letter_that_another_program_marked_read_is_still_read() {
    let (_folder, maildir) = maildir();
    put(&maildir, "new/1.a", "text", 100);
    let entry = maildir.list().unwrap().remove(0);
    fs::rename(maildir.root().join("new/1.a"), maildir.root().join("cur/1.a:2,S")).unwrap();
    assert_eq!(maildir.read(&entry).unwrap(), b"text");
    fs::remove_file(maildir.root().join("cur/1.a:2,S")).unwrap();
    assert!(matches!(maildir.read(&entry), Err(ReadError::Vanished)));
    assert!(!maildir.acknowledge(&entry).unwrap());
}

#[test]
fn acknowledging_never_overwrites_a_letter() {
    let (_folder, maildir) = maildir();
    put(&maildir, "new/1.a", "new", 100);
    let entry = maildir.list().unwrap().remove(0);
    put(&maildir, "cur/1.a:2,", "old", 50);
    assert!(!maildir.acknowledge(&entry).unwrap());
    assert_eq!(fs::read(maildir.root().join("cur/1.a:2,")).unwrap(), b"old");
    assert_eq!(ids(&maildir), ["1.a"], "one letter for one id");
}

#[test]
fn links_and_folders_are_reported_and_never_followed() {
    let (folder, maildir) = maildir();
    fs::write(folder.path().join("secret"), "secret").unwrap();
    symlink(folder.path().join("secret"), maildir.root().join("new/1.link")).unwrap();
    fs::create_dir(maildir.root().join("new/2.folder")).unwrap();
    for entry in maildir.list().unwrap() {
        assert_eq!(entry.refusal, Some(Refusal::NotAFile), "{entry:?}");
        assert!(maildir.read(&entry).is_err());
    }
    assert_eq!(ids(&maildir).len(), 2);
    put(&maildir, "new/3.a", "x", 100);
    let entry = maildir.list().unwrap().into_iter().find(|e| e.transport_id == "3.a").unwrap();
    fs::remove_file(maildir.root().join("new/3.a")).unwrap();
    symlink(folder.path().join("secret"), maildir.root().join("new/3.a")).unwrap();
    assert!(
        matches!(maildir.read(&entry), Err(ReadError::Refused(Refusal::NotAFile))),
        "swapped after the listing"
    );
}

#[test]
fn a_folder_that_is_a_link_is_neither_listed_nor_emptied() {
    for linked in ["new", "cur"] {
        let (folder, maildir) = maildir();
        let elsewhere = folder.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fs::write(elsewhere.join("secret"), "secret").unwrap();
        put(&maildir, "new/1.a", "x", 100);
        let entry = maildir.list().unwrap().remove(0);
        let place = maildir.root().join(linked);
        fs::rename(&place, folder.path().join("aside")).unwrap();
        symlink(&elsewhere, &place).unwrap();
        assert!(maildir.list().is_err() && maildir.ids().is_err(), "{linked}");
        assert!(maildir.acknowledge(&entry).is_err(), "{linked}");
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 1, "{linked}: nothing came, nothing went");
    }
}

#[test]
fn a_letter_beyond_the_limit_is_reported_and_stays() {
    let (_folder, maildir) = maildir();
    let maildir = maildir.with_max_bytes(4);
    put(&maildir, "new/1.big", "12345", 100);
    put(&maildir, "new/2.fits", "1234", 200);
    let found = maildir.list().unwrap();
    assert_eq!(found[0].refusal, Some(Refusal::TooLarge { size: 5, limit: 4 }));
    assert!(matches!(maildir.read(&found[0]), Err(ReadError::Refused(_))));
    assert_eq!(maildir.read(&found[1]).unwrap(), b"1234");
    assert!(maildir.root().join("new/1.big").exists());
}

#[test]
fn names_that_are_not_utf8_have_an_id_that_loses_nothing() {
    let (_folder, maildir) = maildir();
    let name = OsStr::from_bytes(b"1.\xff%\n.host");
    put(&maildir, Path::new("new").join(name), "x", 100);
    assert_eq!(ids(&maildir), ["1.%FF%25%0A.host"]);
    assert_eq!(unique_name("1.%FF%25%0A.host").as_deref(), Some(name));
    let entry = maildir.list().unwrap().remove(0);
    assert_eq!(maildir.read(&entry).unwrap(), b"x");
    assert!(maildir.acknowledge(&entry).unwrap());
    assert_eq!(ids(&maildir), ["1.%FF%25%0A.host"]);
}

#[test]
fn known_letters_are_listed_only_while_they_are_to_be_acknowledged() {
    let (_folder, maildir) = maildir();
    put(&maildir, "new/1.known", "x", 100);
    put(&maildir, "cur/2.known:2,S", "x", 100);
    put(&maildir, "cur/3.other:2,S", "x", 100);
    put(&maildir, "new/.hidden", "x", 100);
    let found = maildir.list_unknown(|id| id.ends_with("known")).unwrap();
    assert_eq!(found.iter().map(|e| e.transport_id.as_str()).collect::<Vec<_>>(), ["1.known", "3.other"]);
}

#[test]
fn a_missing_folder_is_named_and_made_on_request_only() {
    let folder = tempfile::tempdir().unwrap();
    let maildir = Maildir::new(folder.path().join("none"));
    assert!(matches!(maildir.list(), Err(MaildirError::Missing(_))));
    assert!(!maildir.root().exists());
    maildir.create().unwrap();
    maildir.create().unwrap();
    assert!(maildir.list().unwrap().is_empty());
}
