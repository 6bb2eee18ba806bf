//! The reply's files and copies: attached by a path, listed, taken off; who gets more or less than the author's letter is
//! said before anything is sent.

use super::fixture::{appeal_id, desk};
use super::{Ask, Console};
use otklik_core::desk::views::{DraftFileView, DraftView};
use otklik_core::error::Error;
use otklik_core::types::{DraftFileId, ReplyKind, Untrusted};
use otklik_ui::i18n::Lang;
use uuid::Uuid;

fn with_draft(columns: u16, rows: u16) -> Console {
    let mut desk = desk();
    let appeal = desk.appeals.get_mut(&appeal_id(1841)).expect("the appeal");
    appeal.others = vec![Untrusted::new("boss@example.com"), Untrusted::new("chair@example.com")];
    appeal.draft = Some(DraftView {
        text: "Здравствуйте".into(),
        cc: vec!["chair@example.com".into(), "new@example.net".into()],
        files: vec![DraftFileView {
            id: DraftFileId(Uuid::from_u128(0x8001)),
            file_name: Untrusted::new("приказ\u{1b}[2J.pdf"),
            content_type: "application/pdf".into(),
            size: 120 * 1024,
        }],
        kind: ReplyKind::Response,
        updated_at: super::fixture::now(),
        seen: None,
    });
    let mut console = Console::new(columns, rows, Lang::Ru, desk);
    console.key("F4");
    console
}

#[test]
fn copies_files_and_edits_of_recipients_stand_over_the_text() {
    for (columns, rows) in [(120, 32), (80, 24)] {
        let mut console = with_draft(columns, rows);
        console.shows("Копии: chair@example.com, new@example.net");
        console.shows("в письме автора не было: new@example.net");
        console.shows("ответ к ним не уйдёт: boss@example.com");
        console.shows("Файлы: приказ␛[2J.pdf (120 КБ)");
        console.shows("Здравствуйте");
        console.key("F8");
        let Ask::Send(request) = console.last_written() else { panic!("{:?}", console.last_written()) };
        assert_eq!(request.cc, ["chair@example.com", "new@example.net"]);
        assert_eq!(request.files, [DraftFileId(Uuid::from_u128(0x8001))]);
    }
}

#[test]
fn a_file_is_attached_by_a_path_that_tab_completes() {
    let mut console = with_draft(120, 32);
    console.desk.completes =
        ("/home/orlova/приказ-".into(), vec!["приказ-1.pdf".into(), "приказ-2.pdf".into()]);
    console.key("F2");
    console.shows("Приложить файл");
    console.shows("/home/orlova/");
    console.type_text("п");
    console.key("Tab");
    console.shows("/home/orlova/приказ-");
    console.shows("приказ-1.pdf  приказ-2.pdf");
    console.type_text("1.pdf");
    console.key("Enter");
    let attached = console
        .written
        .iter()
        .any(|ask| matches!(ask, Ask::AttachFile { path, .. } if path.ends_with("приказ-1.pdf")));
    assert!(attached, "{:?}", console.written);
    console.shows("Файл приложен");
    console.shows("Здравствуйте");
}

#[test]
fn a_file_that_is_too_much_says_what_to_do_and_the_reply_stays() {
    let mut console = with_draft(80, 24);
    console.desk.refusing = Some(Error::conflict("letter-too-large").arg("size", 31).arg("limit", 20));
    console.keys("F2");
    console.type_text("big.pdf");
    console.key("Enter");
    console.shows("31 МБ");
    console.shows("20 МБ");
    console.key("Enter");
    console.shows("Здравствуйте");
}

#[test]
fn copies_are_edited_in_a_line_and_a_file_is_taken_off_by_choosing_it() {
    let mut console = with_draft(120, 32);
    console.key("F4");
    console.shows("chair@example.com, new@example.net");
    console.bytes(b"\x15");
    console.type_text("one@example.net, two@example.net");
    console.key("Enter");
    let Ask::CopyDraftTo(_, cc) = console.last_written() else { panic!("{:?}", console.last_written()) };
    assert_eq!(cc, &["one@example.net", "two@example.net"]);
    console.key("F6");
    console.shows("Какой файл убрать?");
    console.key("Enter");
    assert!(matches!(console.last_written(), Ask::DetachFile(..)), "{:?}", console.last_written());
}

#[test]
fn without_files_there_is_nothing_to_take_off_and_the_screen_says_so() {
    let mut console = Console::wide();
    console.keys("F4 F6");
    console.shows("файлов к ответу нет");
    console.hides("Копии:");
}
