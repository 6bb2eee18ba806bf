//! The wire to a server: what is written goes out at once, an answer has an end, and what is read is text. lettre takes an
//! answer that is not UTF-8 for a lost line, and many Russian servers answer in Windows-1251 or KOI8-R.

use crate::mail::parse::charset;
use crate::mail::server::dial;
use crate::mail::stream::Stream;
use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::rustls::ClientConfig;

/// Bytes a server may say to one command. Greetings, lists of extensions and refusals take a few hundred; without a limit
/// a server that never ends would fill the memory, and lettre reads the whole answer anew with each line.
const LONGEST_ANSWER: usize = 8 << 10;
/// Bytes of one line as text, its end included. RFC 5321 (section 4.5.3.1.5) allows 512 as they come; lettre takes 1000.
const LONGEST_LINE: usize = 998;

/// A connection without Nagle's delay: the letter's end is a write of its own, which would wait for the server's
/// acknowledgement (some 40 ms) just while nobody can say whether the letter is out.
#[derive(Debug)]
pub(super) struct Line {
    socket: Socket,
    may_say: usize,
    answers: Answers,
}

/// Where a line's connection is found, by the session too: lettre keeps what it is given, and TLS is put over the connection
/// below the line, so that the line reads what the server said and not what it looks like encrypted.
#[derive(Clone, Debug)]
pub(super) struct Socket(Arc<Mutex<Option<Stream>>>);

impl Socket {
    fn with<T>(&self, act: impl FnOnce(Pin<&mut Stream>) -> Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(stream) => act(Pin::new(stream)),
            None => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    /// Takes the connection from the line that has it; that line is over.
    fn take(&self) -> io::Result<Stream> {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        taken.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    pub fn is_encrypted(&self) -> bool {
        let stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stream.as_ref().is_some_and(Stream::is_encrypted)
    }
}

impl Line {
    /// Tries each address of the host, each for `limit` at most.
    pub async fn open(host: &str, port: u16, limit: Duration) -> io::Result<Self> {
        Ok(Self::over(Stream::Plain(dial(host, port, limit).await?)))
    }

    fn over(stream: Stream) -> Self {
        let socket = Socket(Arc::new(Mutex::new(Some(stream))));
        Self { socket, may_say: LONGEST_ANSWER, answers: Answers::default() }
    }

    /// A line with TLS over the connection of this one.
    pub async fn encrypt(self, host: &str, config: Arc<ClientConfig>) -> io::Result<Self> {
        Ok(Self::over(self.socket.take()?.encrypt(host, config).await?))
    }

    /// A line with TLS over the connection of a line that a server has said to STARTTLS that it is ready. That stands for
    /// the greeting, which comes but once. What else came in the clear is thrown away: it could be somebody else's.
    pub async fn upgrade(socket: &Socket, host: &str, config: Arc<ClientConfig>) -> io::Result<Self> {
        let mut line = Self::over(socket.take()?.encrypt(host, config).await?);
        line.answers.take(b"220 ready\r\n");
        Ok(line)
    }

    pub fn socket(&self) -> Socket {
        self.socket.clone()
    }
}

impl AsyncTokioStream for Line {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while buffer.remaining() > 0 && !self.answers.give(buffer) {
            let mut bytes = [0; 1024];
            let mut read = ReadBuf::new(&mut bytes);
            ready!(self.socket.with(|stream| stream.poll_read(context, &mut read)))?;
            let said = read.filled();
            if said.is_empty() {
                self.answers.end();
                self.answers.give(buffer);
                break;
            }
            let Some(left) = self.may_say.checked_sub(said.len()) else {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "an answer without end")));
            };
            self.may_say = left;
            self.answers.take(said);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.may_say = LONGEST_ANSWER;
        self.socket.with(|stream| stream.poll_write(context, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.with(|stream| stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.with(|stream| stream.poll_shutdown(context))
    }
}

/// Bytes in, lines of UTF-8 out. Only a whole line says in which encoding it is, and nobody reads half a line, so each is
/// kept until its end has come.
#[derive(Debug, Default)]
struct Answers {
    unfinished: Vec<u8>,
    text: Vec<u8>,
    given: usize,
}

impl Answers {
    fn take(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.unfinished.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.end();
            }
        }
    }

    /// Whatever has come of the last line is all of it.
    fn end(&mut self) {
        let line = std::mem::take(&mut self.unfinished);
        let end =
            line.len() - [&b"\r\n"[..], b"\n"].iter().find(|end| line.ends_with(end)).map_or(0, |e| e.len());
        let words = match std::str::from_utf8(&line[..end]) {
            Ok(words) => words.to_owned(),
            Err(_) => as_text(&line[..end]),
        };
        let fits = words.floor_char_boundary(LONGEST_LINE.saturating_sub(line.len() - end));
        self.text.drain(..std::mem::take(&mut self.given));
        self.text.extend_from_slice(&words.as_bytes()[..fits]);
        self.text.extend_from_slice(&line[end..]);
    }

    /// Hands on what fits; whether there was anything.
    fn give(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let rest = &self.text[self.given..];
        let now = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest[..now]);
        self.given += now;
        now > 0
    }
}

/// The code and what parts it from the words are read by programs and stay as they are; the words are for people.
fn as_text(line: &[u8]) -> String {
    let (code, words) = line.split_at(line.iter().take_while(|byte| byte.is_ascii()).count());
    format!("{}{}", String::from_utf8_lossy(code), charset::decode(words, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{KOI8_R, WINDOWS_1251};

    const SAID: &str = "550-5.1.1 Такого ящика здесь нет\r\n550 5.1.1 Проверьте адрес\r\n";

    /// What comes out where the server's bytes come in pieces of `step` and are read into a buffer of `room`.
    fn read(said: &[u8], step: usize, room: usize) -> String {
        let (mut answers, mut out) = (Answers::default(), Vec::new());
        for piece in said.chunks(step) {
            answers.take(piece);
            let mut bytes = vec![0; room];
            loop {
                let mut buffer = ReadBuf::new(&mut bytes);
                if !answers.give(&mut buffer) {
                    break;
                }
                out.extend_from_slice(buffer.filled());
            }
        }
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn an_answer_is_the_same_text_however_it_is_written_and_cut() {
        for said in [SAID.as_bytes(), &WINDOWS_1251.encode(SAID).0, &KOI8_R.encode(SAID).0] {
            for step in 1..said.len() {
                for room in [1, 2, 7, 4096] {
                    assert_eq!(read(said, step, room), SAID, "{step} {room}");
                }
            }
        }
    }

    #[test]
    fn no_byte_changes_the_code_or_the_end_of_a_line() {
        for byte in 0x80..=0xff {
            let text = read(&[b"250 ", &[byte][..], b" taken\r\n"].concat(), 100, 100);
            assert!(text.starts_with("250 ") && text.ends_with(" taken\r\n"), "{byte:x}: {text:?}");
            assert_eq!(text.matches(['\r', '\n']).count(), 2, "{byte:x}: {text:?}");
        }
    }

    #[test]
    fn a_line_of_the_longest_kind_is_not_too_long_as_text() {
        let said = format!("250 {}\r\n", "я".repeat(900));
        let text = read(&WINDOWS_1251.encode(&said).0, 100, 100);
        assert!(text.len() <= LONGEST_LINE && text.ends_with("я\r\n"), "{}", text.len());
    }
}
