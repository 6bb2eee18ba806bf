//! The line to a server: what is written goes out at once, and an answer is read within limits, however it is sent.

use crate::mail::server::dial;
use crate::mail::stream::Stream;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio_rustls::rustls::ClientConfig;

/// Bytes of one answer beside its literals. A list of capabilities takes some hundreds, a list of UIDs some thousands.
const LONGEST_TEXT: usize = 256 << 10;
/// Bytes of one answer's literals in all: a piece of a letter, which we never ask for larger, and some more.
pub(super) const LONGEST_LITERALS: usize = (1 << 20) + (64 << 10);
const MOST_LITERALS: usize = 64;

/// One answer: its text without line ends, `{N}` where a literal stood, and the literals in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub text: Vec<u8>,
    pub literals: Vec<Vec<u8>>,
}

/// An answer on its way in. It survives a wait that is broken off.
#[derive(Debug, Default)]
struct Reading {
    answer: Answer,
    /// Bytes of the last literal that have not come yet.
    missing: usize,
    announced: usize,
    is_whole: bool,
}

impl Reading {
    /// Takes what belongs to this answer; the number of bytes that it took.
    fn take(&mut self, chunk: &[u8]) -> io::Result<usize> {
        let mut used = 0;
        while used < chunk.len() && !self.is_whole {
            let rest = &chunk[used..];
            if let (true, Some(literal)) = (self.missing > 0, self.answer.literals.last_mut()) {
                let n = self.missing.min(rest.len());
                literal.extend_from_slice(&rest[..n]);
                self.missing -= n;
                used += n;
                continue;
            }
            let end = rest.iter().position(|byte| *byte == b'\n');
            let line = &rest[..end.map_or(rest.len(), |end| end + 1)];
            if self.answer.text.len() + line.len() > LONGEST_TEXT {
                return Err(too_much());
            }
            self.answer.text.extend_from_slice(line);
            used += line.len();
            if end.is_some() {
                self.end_line()?;
            }
        }
        Ok(used)
    }

    fn end_line(&mut self) -> io::Result<()> {
        while self.answer.text.last().is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            self.answer.text.pop();
        }
        let Some(size) = announced(&self.answer.text) else {
            self.is_whole = true;
            return Ok(());
        };
        self.announced = self.announced.saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
        if self.announced > LONGEST_LITERALS || self.answer.literals.len() == MOST_LITERALS {
            return Err(too_much());
        }
        self.missing = usize::try_from(size).map_err(|_| too_much())?;
        self.answer.literals.push(Vec::with_capacity(self.missing));
        Ok(())
    }
}

fn too_much() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}

/// The size of the literal that a line announces at its end.
fn announced(line: &[u8]) -> Option<u64> {
    let inner = line.strip_suffix(b"}")?;
    let open = inner.iter().rposition(|byte| *byte == b'{')?;
    let digits = std::str::from_utf8(&inner[open + 1..]).ok()?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

/// A line to a server.
pub(super) struct Wire {
    stream: BufReader<Stream>,
    reading: Reading,
}

impl Wire {
    /// Tries each address of the host, each for `limit` at most.
    pub async fn open(host: &str, port: u16, limit: Duration) -> io::Result<Self> {
        Ok(Self::over(Stream::Plain(dial(host, port, limit).await?)))
    }

    fn over(stream: Stream) -> Self {
        Self { stream: BufReader::with_capacity(32 << 10, stream), reading: Reading::default() }
    }

    pub fn is_encrypted(&self) -> bool {
        self.stream.get_ref().is_encrypted()
    }

    /// Puts TLS over the line. What came before it in the clear is thrown away: it could be somebody else's.
    pub async fn encrypt(self, host: &str, config: Arc<ClientConfig>) -> io::Result<Self> {
        Ok(Self::over(self.stream.into_inner().encrypt(host, config).await?))
    }

    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// The next answer. A wait that is broken off loses nothing of it.
    pub async fn answer(&mut self) -> io::Result<Answer> {
        while !self.reading.is_whole {
            let chunk = self.stream.fill_buf().await?;
            if chunk.is_empty() {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            let used = self.reading.take(chunk)?;
            self.stream.consume(used);
        }
        Ok(std::mem::take(&mut self.reading).answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], step: usize) -> io::Result<Vec<Answer>> {
        let (mut all, mut reading) = (Vec::new(), Reading::default());
        for chunk in bytes.chunks(step) {
            let mut rest = chunk;
            while !rest.is_empty() {
                let used = reading.take(rest)?;
                rest = &rest[used..];
                if reading.is_whole {
                    all.push(std::mem::take(&mut reading).answer);
                }
            }
        }
        Ok(all)
    }

    #[test]
    fn an_answer_is_the_same_however_it_is_cut() {
        let sent = b"* 1 FETCH (UID 7 BODY[]<0> {5}\r\na\r\n{9 X {0}\r\n)\r\n* OK\r\nA1 OK {x}\r\n";
        let whole = read(sent, sent.len()).unwrap();
        let texts: Vec<&[u8]> = whole.iter().map(|answer| answer.text.as_slice()).collect();
        assert_eq!(texts, [&b"* 1 FETCH (UID 7 BODY[]<0> {5} X {0})"[..], b"* OK", b"A1 OK {x}"]);
        assert_eq!(whole[0].literals, [b"a\r\n{9".to_vec(), Vec::new()]);
        for step in 1..sent.len() {
            assert_eq!(read(sent, step).unwrap(), whole, "in steps of {step}");
        }
    }

    #[test]
    fn a_server_that_never_ends_is_stopped_before_it_fills_the_memory() {
        let endless = vec![b'a'; LONGEST_TEXT + 1];
        let huge = b"* 1 FETCH (BODY[] {4294967295}\r\n".to_vec();
        let beyond = b"* 1 FETCH (BODY[] {99999999999999999999999}\r\n".to_vec();
        let many = b"* X {1}\r\na".repeat(MOST_LITERALS + 1);
        let together = b"* X {1000000}\r\n".iter().copied().chain(vec![b'a'; 1_000_000]);
        let together: Vec<u8> = together.chain(b" {1000000}\r\n".iter().copied()).collect();
        for (name, sent) in
            [("line", endless), ("literal", huge), ("number", beyond), ("literals", many), ("sum", together)]
        {
            let error = read(&sent, 4096).expect_err(name);
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{name}");
        }
    }
}
