//! Mail: bytes in become data, data become bytes that go out. Parsing, threading headers, Maildir, IMAP, SMTP, the wording of
//! letters that the program itself sends.
//!
//! This room decides nothing and stores nothing: results are recorded through the desk. It must never open a database,
//! read the wall clock, or follow a link that a letter carries.

mod address_fault;
mod app_password;
pub mod application_letter;
pub mod authentication;
pub mod automatic;
pub mod compose;
pub mod digest_letter;
pub mod folder;
pub mod imap;
pub mod maildir;
pub mod outcome;
pub mod parse;
pub mod query_letter;
pub mod raw_view;
mod readdress;
pub mod reports;
mod server;
pub mod smtp;
mod stream;
pub mod thread_letter;
pub mod wording;

pub use address_fault::typed_address;
pub use app_password::app_password;
pub use authentication::{Dmarc, dmarc};
pub use automatic::{MailKind, NoReceiptReason, Ours, Signals, is_mail_system, is_own, receipt_allowed};
pub use compose::{
    AutoSubmitted, ComposeError, OutgoingFile, OutgoingMail, ascii_domain, base_subject, compose,
    new_message_id, parse_own_message_id, references_for, reply_subject, with_delivery_token,
};
pub use folder::Folder;
pub use imap::is_mailbox_url;
pub use maildir::Maildir;
pub use outcome::{Outcome, Phase, Trouble};
pub use parse::{
    Address, ParseNote, ParsedAttachment, ParsedMail, attachment_bytes, attachment_stream, checked_address,
    header_values, parse,
};
pub use raw_view::{letter_of_raw, raw_text};
pub use readdress::readdress;
pub use reports::{Report, ReportKind, Reported};
pub use smtp::{Session, SmtpEndpoint, SmtpError, SmtpFailure, is_server_url};
pub use thread_letter::{ThreadPart, WayBack, thread_letter};
