//! Our own letters, each with what must be read of it. The expectations stand in `fixtures/mail/expected.json`, one entry
//! for each letter; what an entry does not name is not checked.

use otklik_core::mail::{self, Ours, ParsedMail};
use otklik_core::types::{Purpose, Untrusted};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/core/fixtures/mail")
}

fn text(value: &Untrusted) -> &str {
    value.raw_for(Purpose::Store)
}

/// Every letter with its expectations; a letter without them, or the reverse, is an error.
pub fn fixtures() -> Vec<(String, Vec<u8>, Value)> {
    let expected = std::fs::read_to_string(folder().join("expected.json")).unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_str(&expected).unwrap();
    let letters = std::fs::read_dir(folder())
        .unwrap()
        .flatten()
        .filter(|e| e.path().extension().is_some_and(|x| x == "eml"));
    assert_eq!(letters.count(), expected.len(), "each letter has an entry");
    let read = |name: &str| std::fs::read(folder().join(format!("{name}.eml"))).unwrap();
    expected.into_iter().map(|(name, value)| (name.clone(), read(&name), value)).collect()
}

/// What a key of an expectation speaks of, as JSON.
fn actual(key: &str, letter: &ParsedMail, ours: &Ours) -> Value {
    let addresses = |list: &[mail::Address]| list.iter().map(|a| a.addr.clone()).collect::<Vec<_>>().into();
    match key {
        "subject" => text(&letter.subject).into(),
        "text" => text(&letter.text).trim_end().into(),
        "html" => letter.html_was_source.into(),
        "addr" => letter.from.as_ref().map(|a| a.addr.clone()).into(),
        "from_name" => letter.from.as_ref().map(|a| text(&a.name)).into(),
        "reply_to" => letter.reply_to.first().map(|a| a.addr.clone()).into(),
        "to" => addresses(&letter.to),
        "cc" => addresses(&letter.cc),
        "delivered_to" => letter.delivered_to.clone().into(),
        "message_id" => letter.message_id.clone().into(),
        "in_reply_to" => letter.in_reply_to.clone().into(),
        "references" => letter.references.clone().into(),
        "date" => letter.date.map(|d| d.to_string()).into(),
        "kind" => letter.kind.code().into(),
        "notes" => letter.notes.iter().map(|n| n.code()).collect::<Vec<_>>().into(),
        "receipt" => mail::receipt_allowed(letter, ours).map_or_else(|why| why.code(), |()| "ok").into(),
        other => panic!("unknown expectation {other}"),
    }
}

fn check_files(name: &str, letter: &ParsedMail, raw: &[u8], expected: &Value) {
    let expected = expected.as_array().unwrap();
    assert_eq!(letter.attachments.len(), expected.len(), "{name}: {:?}", letter.attachments);
    for (file, expected) in letter.attachments.iter().zip(expected) {
        let found = (file.path.as_str(), text(&file.file_name), file.content_type.as_str(), file.inline);
        let wanted = (&expected[0], &expected[1], &expected[2], &expected[4]);
        let wanted = (
            wanted.0.as_str().unwrap(),
            wanted.1.as_str().unwrap(),
            wanted.2.as_str().unwrap(),
            wanted.3.as_bool().unwrap(),
        );
        assert_eq!(found, wanted, "{name}");
        assert!(expected[3].is_null() || expected[3] == file.size, "{name}: size {}", file.size);
        assert_eq!(mail::attachment_bytes(raw, &file.path).unwrap().len() as u64, file.size, "{name}");
    }
}

#[test]
fn each_of_our_letters_is_read_as_it_was_meant() {
    let ours = Ours {
        addresses: vec!["appeals@example.org".into()],
        desk_id: "desk-1".into(),
        message_id_host: "example.org".into(),
    };
    let letters = fixtures();
    assert!(letters.len() >= 40);
    for (name, raw, expected) in &letters {
        let letter = mail::parse(raw);
        for (key, wanted) in expected.as_object().unwrap() {
            let all = text(&letter.text);
            match key.as_str() {
                "files" => check_files(name, &letter, raw, wanted),
                "contains" => wanted.as_array().unwrap().iter().for_each(|part| {
                    assert!(all.contains(part.as_str().unwrap()), "{name}: {part} is not in {all}");
                }),
                "lacks" => wanted.as_array().unwrap().iter().for_each(|part| {
                    assert!(!all.contains(part.as_str().unwrap()), "{name}: {part} is in {all}");
                }),
                _ => assert_eq!(&actual(key, &letter, &ours), wanted, "{name}: {key}"),
            }
        }
        if expected.get("files").is_none() && name != "human_forwards_a_bounce" {
            let service = letter.kind != mail::MailKind::Human;
            assert!(service || letter.attachments.is_empty(), "{name}: {:?}", letter.attachments);
        }
    }
}
