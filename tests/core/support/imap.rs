//! The real mailbox server of `tests/services`, and a client of the tests' own to put letters into its mailboxes and look at
//! them: what the program under test says of a mailbox is compared with what this one sees.

use super::cannot_run;
use std::path::PathBuf;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Where the mailbox server listens. Every user name has a mailbox of its own.
pub struct ImapServer {
    /// `127.0.0.1:PORT`: signs in without TLS.
    pub plain: String,
    /// `127.0.0.3:PORT`: signs nobody in before STARTTLS.
    pub starttls: String,
    /// `localhost:PORT`: TLS from the first byte.
    pub tls: String,
    pub password: String,
    folder: PathBuf,
}

/// The mailbox server, or `None` where `tests/services` did not start one; in CI that is a failure.
pub fn imap_server() -> Option<ImapServer> {
    let read = |name: &str| std::env::var(name).ok();
    let server = (|| {
        Some(ImapServer {
            plain: read("OTKLIK_TEST_IMAP")?,
            starttls: read("OTKLIK_TEST_IMAP_STARTTLS")?,
            tls: read("OTKLIK_TEST_IMAP_TLS")?,
            password: read("OTKLIK_TEST_IMAP_PASSWORD")?,
            folder: read("OTKLIK_TEST_IMAP_DIR")?.into(),
        })
    })();
    if server.is_none() {
        cannot_run(
            "IMAP",
            "OTKLIK_TEST_IMAP… are not set; `eval \"$(tests/services up DIR)\"` starts a server",
        );
    }
    server
}

impl ImapServer {
    /// A user that nobody else has, signed in.
    pub async fn new_user(&self) -> (String, Client) {
        let user = format!("u{}", uuid::Uuid::now_v7().simple());
        let client = self.client(&user).await;
        (user, client)
    }

    /// A connection of this user.
    pub async fn client(&self, user: &str) -> Client {
        let stream = TcpStream::connect(&self.plain).await.expect("the mailbox server answers");
        let mut client = Client { stream: BufReader::new(stream), tag: 0 };
        client.line().await;
        client.command(&format!("LOGIN {user} {}", self.password)).await;
        client
    }

    /// The Maildir of a user's INBOX.
    pub fn maildir(&self, user: &str) -> PathBuf {
        self.folder.join(user)
    }
}

/// A signed-in connection.
pub struct Client {
    stream: BufReader<TcpStream>,
    tag: u32,
}

impl Client {
    async fn line(&mut self) -> Vec<u8> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await.expect("the mailbox server answers");
        line
    }

    /// Sends one command and gives everything that was answered before its completion, literals in place; the command must
    /// succeed.
    pub async fn command(&mut self, text: &str) -> Vec<u8> {
        self.tag += 1;
        let sent = format!("t{} {text}\r\n", self.tag);
        self.stream.write_all(sent.as_bytes()).await.expect("the mailbox server reads");
        self.answer(text).await
    }

    async fn answer(&mut self, text: &str) -> Vec<u8> {
        let (tag, mut all) = (format!("t{} ", self.tag).into_bytes(), Vec::new());
        loop {
            let line = self.line().await;
            if let Some(end) = line.strip_prefix(tag.as_slice()) {
                assert!(end.starts_with(b"OK"), "{text}: {}", String::from_utf8_lossy(end));
                return all;
            }
            assert!(!line.is_empty(), "{text}: the connection is closed");
            all.extend_from_slice(&line);
            if let Some(size) = literal(&line) {
                let from = all.len();
                all.resize(from + size, 0);
                self.stream.read_exact(&mut all[from..]).await.expect("the whole literal");
            }
        }
    }

    /// Puts a letter into a folder; `date` as IMAP writes it (`16-Nov-2026 09:00:00 +0300`), now if empty.
    pub async fn append(&mut self, folder: &str, flags: &str, date: &str, letter: &[u8]) {
        self.tag += 1;
        let date = if date.is_empty() { String::new() } else { format!(" \"{date}\"") };
        let head = format!("t{} APPEND \"{folder}\" ({flags}){date} {{{}}}\r\n", self.tag, letter.len());
        self.stream.write_all(head.as_bytes()).await.expect("the mailbox server reads");
        assert!(self.line().await.starts_with(b"+"), "the mailbox server takes a letter");
        self.stream.write_all(&[letter, b"\r\n"].concat()).await.expect("the mailbox server reads");
        self.answer("APPEND").await;
    }

    /// The letters of a folder in order of their UIDs, without marking them as read.
    pub async fn letters(&mut self, folder: &str) -> Vec<Vec<u8>> {
        self.command(&format!("EXAMINE \"{folder}\"")).await;
        let all = self.command("UID FETCH 1:* (BODY.PEEK[])").await;
        let (mut rest, mut found) = (all.as_slice(), Vec::new());
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(end + 1);
            let size = literal(line).unwrap_or(0);
            if size > 0 {
                found.push(after[..size].to_vec());
            }
            rest = &after[size..];
        }
        found
    }
}

/// The size that a line announces at its end.
fn literal(line: &[u8]) -> Option<usize> {
    let line = std::str::from_utf8(line).ok()?.trim_end_matches(['\r', '\n']);
    line.strip_suffix('}')?.rsplit_once('{')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mailbox_keeps_what_is_put_into_it_with_its_date_and_every_user_has_one_of_his_own() {
        let Some(server) = imap_server() else { return };
        let (user, mut client) = server.new_user().await;
        client.append("INBOX", r"\Seen", "16-Nov-2026 09:00:00 +0300", b"Subject: a\r\n\r\nfirst\r\n").await;
        client.append("Sent", "", "", b"Subject: b\r\n\r\nsecond\r\n").await;
        assert_eq!(client.letters("INBOX").await, [b"Subject: a\r\n\r\nfirst\r\n"]);
        assert_eq!(server.client(&user).await.letters("Sent").await, [b"Subject: b\r\n\r\nsecond\r\n"]);
        client.command("SELECT INBOX").await;
        let fetched = client.command("FETCH 1 (FLAGS INTERNALDATE)").await;
        let fetched = String::from_utf8_lossy(&fetched).into_owned();
        assert!(fetched.contains(r"\Seen") && fetched.contains("16-Nov-2026 "), "{fetched}");
        let folders = client.command(r#"LIST "" "*""#).await;
        assert!(String::from_utf8_lossy(&folders).contains(r"\Sent"));
        let (_, mut other) = server.new_user().await;
        assert!(other.letters("INBOX").await.is_empty());
    }
}
