//! The public corpora of odd mail and of bounces, where they lie beside the repository. Without them the tests say so.

use otklik_core::mail::{self, MailKind};
use otklik_core::types::Purpose;
use std::path::{Path, PathBuf};

pub fn corpus(name: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/mail").join(name);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("not run: no corpus `{name}` beside the repository");
        return None;
    };
    let mut letters: Vec<(String, Vec<u8>)> = entries
        .flatten()
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap()))
        .collect();
    letters.sort();
    Some(letters)
}

#[test]
fn odd_mail_is_read_without_a_panic_and_none_of_it_is_taken_for_a_report() {
    let Some(letters) = corpus("odd") else { return };
    for (name, raw) in &letters {
        let letter = mail::parse(raw);
        let text = letter.text.raw_for(Purpose::Store);
        assert!(
            !text.trim().is_empty() || !letter.attachments.is_empty() || is_without_body(raw),
            "{name}: no text"
        );
        assert!(!text.contains('\0') && !text.contains('\r'), "{name}");
        if !REPORTS.iter().any(|report| name.starts_with(report)) {
            assert!(!letter.kind.is_service(), "{name} is taken for {:?}", letter.kind);
        }
        for file in &letter.attachments {
            let bytes =
                mail::attachment_bytes(raw, &file.path).unwrap_or_else(|| panic!("{name} {}", file.path));
            assert_eq!(bytes.len() as u64, file.size, "{name} {}", file.path);
        }
    }
}

/// The reports among the odd mail; the second is a delivery report in all but its folder's name.
const REPORTS: [&str; 2] =
    ["multipart_report_emails", "mime_emails__raw_email_with_mimepart_without_content_type.eml"];

fn is_without_body(raw: &[u8]) -> bool {
    let text = String::from_utf8_lossy(raw).replace("\r\n", "\n");
    text.split_once("\n\n").is_none_or(|(_, body)| body.trim().is_empty())
}

#[test]
fn bounces_are_told_from_letters() {
    let Some(letters) = corpus("bounces") else { return };
    let missed: Vec<String> = letters
        .iter()
        .map(|(name, raw)| (name, mail::parse(raw).kind))
        .filter(|(_, kind)| !kind.is_service())
        .map(|(name, kind)| format!("{name} {kind:?}"))
        .collect();
    println!("{} of {} not recognised: {missed:#?}", missed.len(), letters.len());
    assert!(missed.len() * 50 <= letters.len(), "{missed:#?}");
    let complaints = letters
        .iter()
        .filter(|(n, raw)| n.starts_with("arf") && mail::parse(raw).kind == MailKind::Complaint);
    assert!(complaints.count() >= 4);
}
