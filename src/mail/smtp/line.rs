//! The wire to a server: what is written goes out at once, and an answer has an end.

use crate::mail::server::dial;
use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes a server may say to one command. Greetings, lists of extensions and refusals take a few hundred; without a limit
/// a server that never ends would fill the memory, and lettre reads the whole answer anew with each line.
const LONGEST_ANSWER: usize = 8 << 10;

/// A connection without Nagle's delay: the letter's end is a write of its own, which would wait for the server's
/// acknowledgement (some 40 ms) just while nobody can say whether the letter is out.
#[derive(Debug)]
pub(super) struct Line {
    tcp: TcpStream,
    may_say: usize,
}

impl Line {
    /// Tries each address of the host, each for `limit` at most.
    pub async fn open(host: &str, port: u16, limit: Duration) -> io::Result<Self> {
        let tcp = dial(host, port, limit).await?;
        Ok(Self { tcp, may_say: LONGEST_ANSWER })
    }
}

impl AsyncTokioStream for Line {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.peer_addr()
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(context, buffer))?;
        let said = buffer.filled().len() - before;
        match self.may_say.checked_sub(said) {
            Some(left) => self.may_say = left,
            None => {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "an answer without end")));
            }
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
        Pin::new(&mut self.tcp).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}
