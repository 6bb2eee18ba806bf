//! A window with the program in it: a pseudo-terminal, what comes out of it with the moment of each piece, and the screen that
//! a terminal would show.

use nix::pty::{Winsize, openpty};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// No two frames are nearer to each other than sixteen milliseconds, and the pieces of one come closer than this.
pub const FRAME_GAP: Duration = Duration::from_millis(8);
/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pieces that may wait to be looked at.
const PIECES: usize = 4096;

/// Bytes that were read in one go, and when.
type Piece = (Instant, Vec<u8>);

/// What came out between two moments.
#[derive(Clone, Copy, Debug)]
pub struct Burst {
    pub last: Instant,
    pub bytes: usize,
}

pub struct Window {
    pub child: Child,
    pub began: Instant,
    /// Bytes that have come so far.
    pub bytes: usize,
    typing: File,
    pieces: Receiver<Piece>,
    screen: vt100::Parser,
}

impl Window {
    /// Starts the program in a window of so many columns and rows.
    pub fn open(args: &[&str], env: &[(&str, String)], (columns, rows): (u16, u16)) -> Self {
        let [high, wide] = [rows, columns].map(|n| std::num::NonZero::new(n).expect("a window has a size"));
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(&size, None).expect("a pseudo-terminal");
        let (sender, pieces) = sync_channel(PIECES);
        let mut reading = File::from(pty.master.try_clone().expect("a descriptor"));
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            // A terminal whose program has gone gives EIO.
            while let Ok(n @ 1..) = reading.read(&mut buffer) {
                if sender.send((Instant::now(), buffer[..n].to_vec())).is_err() {
                    return;
                }
            }
        });
        let end = |fd: &OwnedFd| fd.try_clone().expect("a descriptor");
        let mut command = Command::new(crate::process::binary());
        command.args(args).env_clear().envs(crate::process::ENV.iter().copied());
        command.envs(env.iter().map(|(name, value)| (*name, value.as_str())));
        command.stdin(end(&pty.slave)).stdout(end(&pty.slave)).stderr(end(&pty.slave));
        let began = Instant::now();
        let child = command.spawn().expect("the program starts");
        Self {
            child,
            began,
            bytes: 0,
            typing: File::from(pty.master),
            pieces,
            screen: vt100::Parser::new(high, wide, 0),
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len();
        self.screen.process(bytes);
    }

    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Reads until the screen satisfies the condition: when the piece came that made it so, since the start.
    pub fn wait(&mut self, what: &str, condition: impl Fn(&str) -> bool) -> Duration {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.pieces.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok((at, bytes)) => {
                    self.take(&bytes);
                    if condition(&self.text()) {
                        return at - self.began;
                    }
                }
                Err(why) => panic!("never came: {what} ({why}); the screen:\n{}", self.text()),
            }
        }
    }

    /// Presses a key: when the last byte of the frame came that answers it, and how much there was.
    pub fn press(&mut self, key: &[u8]) -> (Duration, usize) {
        let pressed = Instant::now();
        self.typing.write_all(key).expect("the program reads");
        let burst = self.burst(Duration::from_secs(2), FRAME_GAP);
        let burst = burst.unwrap_or_else(|| panic!("no frame for {key:?}; the screen:\n{}", self.text()));
        (burst.last - pressed, burst.bytes)
    }

    /// Types without looking.
    pub fn types(&mut self, text: &[u8]) {
        self.typing.write_all(text).expect("the program reads");
    }

    /// What comes next, if anything comes within `patience`, until nothing has come for `gap`.
    pub fn burst(&mut self, patience: Duration, gap: Duration) -> Option<Burst> {
        let mut burst: Option<Burst> = None;
        loop {
            match self.pieces.recv_timeout(if burst.is_some() { gap } else { patience }) {
                Ok((at, bytes)) => {
                    self.take(&bytes);
                    let before = burst.map_or(0, |burst| burst.bytes);
                    burst = Some(Burst { last: at, bytes: before + bytes.len() });
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return burst,
            }
        }
    }

    /// Lets everything come that is still on its way: nothing has for so long.
    pub fn settle(&mut self, quiet: Duration) {
        while self.burst(quiet, quiet).is_some() {}
    }

    /// Ends it as a power cut does, and waits for it.
    pub fn kill(mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.child.wait().expect("the program ends");
    }

    /// Leaves it as a person does.
    pub fn leave(mut self) {
        self.types(b"\x1b[21~");
        let end = Instant::now() + PATIENCE;
        while self.child.try_wait().expect("the program").is_none() {
            assert!(Instant::now() < end, "F10 does not leave:\n{}", self.text());
            self.burst(Duration::from_millis(20), FRAME_GAP);
        }
    }
}
