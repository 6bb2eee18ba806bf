//! Any bytes are a letter: the parser must end, must not panic, and must keep what it promises (`mail::parse`).

#![no_main]

use libfuzzer_sys::fuzz_target;
use otklik_core::mail::{self, Ours};
use otklik_core::rules::quote;
use otklik_core::types::Purpose;
use std::ops::ControlFlow;

fuzz_target!(|raw: &[u8]| {
    let letter = mail::parse(raw);
    let text = letter.text.raw_for(Purpose::Store);
    assert!(!text.contains('\0') && !text.contains('\r'), "the store refuses such a text");
    assert!(!letter.subject.raw_for(Purpose::Store).contains('\0'));
    for file in &letter.attachments {
        let mut size = 0;
        let found = mail::attachment_stream(raw, &file.path, &mut |piece| {
            size += piece.len() as u64;
            ControlFlow::Continue(())
        });
        assert!(found && size == file.size, "a file that was listed is there, as large as it was said to be");
    }
    assert_eq!(letter.kind.is_service(), letter.report.is_some(), "what is about mail says what it reports");
    let blocks = quote::fold(text);
    let lines: usize = blocks.iter().map(|block| block.lines.len()).sum();
    assert_eq!(lines, text.lines().count(), "folding loses no line");
    let _ = mail::receipt_allowed(&letter, &Ours::default());
    let _ = mail::header_values(raw, "Authentication-Results");
});
