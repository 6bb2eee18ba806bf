//! The real mail server of `tests/services` and the Maildir where it keeps what it took.

use super::{cannot_run, eventually};
use std::path::PathBuf;

/// Where the tests' mail server listens and what it keeps.
pub struct MailServer {
    /// `smtp://127.0.0.1:PORT`: plain, no password.
    pub plain: String,
    /// `smtp://otklik@localhost:PORT`: demands STARTTLS and the password.
    pub starttls: String,
    /// `smtps://otklik@localhost:PORT`: TLS from the first byte, demands the password.
    pub implicit_tls: String,
    pub password: String,
    pub mailbox: Mailbox,
}

/// The mail server, or `None` where `tests/services` did not start one; in CI that is a failure.
pub fn mail_server() -> Option<MailServer> {
    let read = |name: &str| std::env::var(name).ok();
    let server = (|| {
        Some(MailServer {
            plain: read("OTKLIK_TEST_SMTP")?,
            starttls: read("OTKLIK_TEST_SMTP_STARTTLS")?,
            implicit_tls: read("OTKLIK_TEST_SMTP_TLS")?,
            password: read("OTKLIK_TEST_SMTP_PASSWORD")?,
            mailbox: Mailbox { folder: read("OTKLIK_TEST_MAIL_DIR")?.into() },
        })
    })();
    if server.is_none() {
        cannot_run(
            "mail",
            "OTKLIK_TEST_SMTP… are not set; `eval \"$(tests/services up DIR)\"` starts a server",
        );
    }
    server
}

/// The Maildir of everything that the server took. It is shared by all tests: give each test recipients of its own.
pub struct Mailbox {
    folder: PathBuf,
}

/// One letter as the server stored it for one recipient.
#[derive(Clone, Debug)]
pub struct Letter {
    pub raw: Vec<u8>,
}

impl Mailbox {
    /// Letters for this recipient so far, oldest first.
    pub fn letters_to(&self, recipient: &str) -> Vec<Letter> {
        let mut found: Vec<(std::time::SystemTime, String, Letter)> = Vec::new();
        for entry in std::fs::read_dir(self.folder.join("new")).expect("the server's Maildir").flatten() {
            let Ok(raw) = std::fs::read(entry.path()) else { continue };
            let letter = Letter { raw };
            let wanted = letter.header("Envelope-to").is_some_and(|to| to.eq_ignore_ascii_case(recipient));
            if let (true, Ok(meta)) = (wanted, entry.metadata()) {
                let stored = meta.modified().expect("a modification time");
                found.push((stored, entry.file_name().to_string_lossy().into_owned(), letter));
            }
        }
        found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        found.into_iter().map(|(_, _, letter)| letter).collect()
    }

    /// Every letter whose sender on the envelope this is.
    pub fn letters_of(&self, sender: &str) -> Vec<Letter> {
        let entries = std::fs::read_dir(self.folder.join("new")).expect("the server's Maildir").flatten();
        let letters = entries.filter_map(|entry| std::fs::read(entry.path()).ok()).map(|raw| Letter { raw });
        let is_theirs = |letter: &Letter| {
            letter.header("Return-path").is_some_and(|from| from.trim_matches(['<', '>']) == sender)
        };
        letters.filter(is_theirs).collect()
    }

    /// What the server keeps beside the Maildir: its spool, its log.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.with_file_name(name)
    }

    /// Waits until the recipient has this many letters, or more.
    pub async fn wait_for(&self, recipient: &str, count: usize) -> Vec<Letter> {
        eventually(&format!("{count} letters to {recipient}"), async || {
            Some(self.letters_to(recipient)).filter(|letters| letters.len() >= count)
        })
        .await
    }
}

impl Letter {
    /// The first header of this name, unfolded but not decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.raw);
        let mut lines = text.lines().take_while(|line| !line.is_empty()).peekable();
        while let Some(line) = lines.next() {
            let Some((key, value)) = line.split_once(':') else { continue };
            if key.eq_ignore_ascii_case(name) && !line.starts_with([' ', '\t']) {
                let mut value = value.trim().to_owned();
                while let Some(more) = lines.next_if(|line| line.starts_with([' ', '\t'])) {
                    value.push(' ');
                    value.push_str(more.trim());
                }
                return Some(value);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_header_is_read_whole_and_the_body_is_not_a_header() {
        let letter =
            Letter { raw: b"From: a\r\nReferences: <1@x>\r\n <2@x>\r\n\r\nSubject: body\r\n".to_vec() };
        assert_eq!(letter.header("references").as_deref(), Some("<1@x> <2@x>"));
        assert_eq!(letter.header("Subject"), None);
    }

    #[tokio::test]
    async fn the_mail_server_keeps_what_it_is_given_and_refuses_whom_it_should() {
        use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
        let Some(server) = mail_server() else { return };
        let address = server.plain.strip_prefix("smtp://").expect("a plain address");
        let (reader, mut writer) =
            tokio::net::TcpStream::connect(address).await.expect("a connection").into_split();
        let mut lines = BufReader::new(reader).lines();
        let me = format!("{}@example.org", uuid::Uuid::now_v7().simple());
        let dialogue = [
            (String::new(), "220"),
            ("HELO tests\r\n".into(), "250"),
            ("MAIL FROM:<tests@example.org>\r\n".into(), "250"),
            ("RCPT TO:<refused@example.org>\r\n".into(), "550"),
            ("RCPT TO:<later@example.org>\r\n".into(), "451"),
            ("RCPT TO:<someone@elsewhere.example>\r\n".into(), "550"),
            (format!("RCPT TO:<{me}>\r\n"), "250"),
            ("DATA\r\n".into(), "354"),
            ("Subject: here\r\n\r\nbody\r\n.\r\n".into(), "250"),
        ];
        for (said, code) in dialogue {
            writer.write_all(said.as_bytes()).await.expect("the server reads");
            let answer = lines.next_line().await.expect("an answer").expect("an open connection");
            assert!(answer.starts_with(code), "{said:?} was answered {answer:?}, not {code}");
        }
        let letters = server.mailbox.wait_for(&me, 1).await;
        assert_eq!(letters[0].header("subject").as_deref(), Some("here"));
    }
}
