//! The letter itself: the one step whose failure may leave it unknown whether the server took it.

use super::{Session, State, refusal, trouble};
use crate::mail::outcome::{Outcome, Phase, Trouble};
use crate::types::Untrusted;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::timeout;

/// Smaller where tests stop the program in the middle of a letter, so that small letters have one.
const BLOCK: usize = if cfg!(feature = "fail-points") { 512 } else { 64 * 1024 };
/// How long a server that hung up in the middle is listened to for its reason.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// How far the letter has been handed to the connection. `ended` turns true just before its end (`CRLF.CRLF`) is written:
/// until then no server can have taken it.
#[derive(Default)]
struct Progress {
    blocks: AtomicUsize,
    ended: AtomicBool,
}

struct Blocks<'a> {
    rest: &'a [u8],
    progress: Arc<Progress>,
}

impl<'a> Iterator for Blocks<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        fail_point!("smtp.block", if self.progress.blocks.load(Ordering::SeqCst) > 0);
        if self.rest.is_empty() {
            self.progress.ended.store(true, Ordering::SeqCst);
            return None;
        }
        let (block, rest) = self.rest.split_at(self.rest.len().min(BLOCK));
        self.rest = rest;
        self.progress.blocks.fetch_add(1, Ordering::SeqCst);
        Some(block)
    }
}

impl Session {
    /// Sends the letter after `envelope` said `Ok`, and says what became of it. The caller has committed by now that it is
    /// about to send. Afterwards the session is usable for the next letter unless the line is lost.
    ///
    /// If this future is dropped, the letter's fate is unknown.
    pub async fn transmit(&mut self, bytes: &[u8]) -> Outcome {
        if self.state != State::Data {
            return Outcome::NotSent { why: Trouble::SessionOver };
        }
        // Over until the contrary is known: a dropped future must not leave a session that looks usable.
        self.state = State::Over;
        // The connection itself writes the line end before the closing dot.
        let letter = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
        let progress = Arc::new(Progress::default());
        let sent = self.send_blocks(Blocks { rest: letter, progress: progress.clone() }).await;
        let ended = progress.ended.load(Ordering::SeqCst);
        match sent {
            Some(Ok(answer)) if answer.code().severity == COMPLETE => {
                self.state = State::Idle;
                Outcome::Accepted { reply: Untrusted::new(answer.message().collect::<Vec<_>>().join(" ")) }
            }
            // A third kind of answer after the letter says neither yes nor no.
            Some(Ok(_)) => Outcome::Unknown { why: Trouble::Protocol },
            Some(Err(error)) => match refusal(Phase::Message, &error) {
                Some(outcome) => {
                    self.settle(&outcome).await;
                    outcome
                }
                None if ended => Outcome::Unknown { why: trouble(&error) },
                None => self.last_words().await.unwrap_or(Outcome::NotSent { why: trouble(&error) }),
            },
            None if ended => Outcome::Unknown { why: Trouble::TimedOut },
            None => Outcome::NotSent { why: Trouble::TimedOut },
        }
    }

    /// `None` if a block or the answer took too long. Time starts anew with each block that goes out.
    async fn send_blocks(&mut self, blocks: Blocks<'_>) -> Option<Sent> {
        let (progress, timeouts) = (blocks.progress.clone(), self.timeouts);
        let mut sending = std::pin::pin!(self.connection.message_iter(blocks));
        let mut sending = std::future::poll_fn(|context| {
            let polled = sending.as_mut().poll(context);
            fail_point!("smtp.ended", if polled.is_pending() && progress.ended.load(Ordering::SeqCst));
            polled
        });
        let mut seen = (0, false);
        loop {
            let limit = if seen.1 { timeouts.answer } else { timeouts.block };
            if let Ok(sent) = timeout(limit, &mut sending).await {
                return Some(sent);
            }
            let now = (progress.blocks.load(Ordering::SeqCst), progress.ended.load(Ordering::SeqCst));
            if now == seen {
                return None;
            }
            seen = now;
        }
    }

    /// A server that refuses a letter in the middle (too large, a filter) answers and hangs up.
    async fn last_words(&mut self) -> Option<Outcome> {
        match timeout(LAST_WORDS, self.connection.read_response()).await {
            Ok(Err(error)) => refusal(Phase::Message, &error),
            _ => None,
        }
    }
}

type Sent = Result<lettre::transport::smtp::response::Response, lettre::transport::smtp::Error>;

const COMPLETE: lettre::transport::smtp::response::Severity =
    lettre::transport::smtp::response::Severity::PositiveCompletion;
