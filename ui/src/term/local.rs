//! The terminal this process was started in: raw mode, the alternate screen, its bytes and its size as events.
//!
//! It must give the terminal back as it was in every end of the process that runs code: a return, a panic, SIGTERM,
//! a closed window. It must never read ahead of the session without bound: a full channel stops the reader.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::termios::{FlushArg, SetArg, Termios, cfmakeraw, tcflush, tcgetattr, tcsetattr};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::backend::{ENTER_SCREEN, LEAVE_SCREEN};
use super::{TermEvent, clamp_size};

/// Events that may wait for the session; then the reader waits.
const EVENTS: usize = 64;
/// Bytes of one read. A paste comes in several.
const READ: usize = 4096;
/// Panics of other threads kept until the screen is given back, and characters kept of each.
const PANICS: usize = 8;
const PANIC_CHARS: usize = 2000;

/// An open local terminal, in the parts that live in different places.
pub struct LocalTerminal {
    /// Gives the terminal back when dropped: keep it outside the session's task, so that its panic cannot lose it.
    pub screen: Screen,
    pub events: mpsc::Receiver<TermEvent>,
    /// Flush after each frame: tokio's file finishes a write in the background.
    pub output: tokio::fs::File,
    /// Columns and rows, clamped.
    pub size: (u16, u16),
}

impl LocalTerminal {
    /// Takes the terminal of standard input and output. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// If either is not a terminal, or the system refuses; the terminal is then as it was.
    pub fn open() -> io::Result<Self> {
        let (input, output) = (io::stdin(), io::stdout());
        if !input.is_terminal() || !output.is_terminal() {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "not a terminal"));
        }
        Self::take(input.as_fd().try_clone_to_owned()?, output.as_fd().try_clone_to_owned()?, system_size)
    }

    /// Takes the terminal behind these two descriptors, whose size `size` tells.
    ///
    /// # Errors
    /// As `open`.
    pub fn take(
        input: OwnedFd,
        output: OwnedFd,
        size: impl Fn() -> (u16, u16) + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, events) = mpsc::channel(EVENTS);
        let current = size();
        let tty = Arc::new(Tty::take(input.try_clone()?, File::from(output.try_clone()?))?);
        // From here on dropping `screen` gives the terminal back.
        let mut screen = Screen { tty: Arc::clone(&tty), signals: None, stop: None };
        let (stopped, stop) = io::pipe()?;
        screen.stop = Some(stop);
        let bytes = sender.clone();
        std::thread::Builder::new()
            .name("terminal".to_owned())
            .spawn(move || read_bytes(&File::from(input), &stopped, &bytes))?;
        screen.signals = Some(watch_signals(tty, size, sender)?);
        Ok(Self { screen, events, output: tokio::fs::File::from_std(File::from(output)), size: current })
    }
}

/// The size that the system knows, clamped; 80×24 if it knows none.
pub fn system_size() -> (u16, u16) {
    crossterm::terminal::window_size()
        .map_or_else(|_| clamp_size(0, 0), |size| clamp_size(size.columns, size.rows))
}

/// The taken screen. Dropping it stops the reader and gives the terminal back; panics of other threads, which would
/// have torn the frame, are then printed.
pub struct Screen {
    tty: Arc<Tty>,
    signals: Option<AbortHandle>,
    /// Closing it ends the reader.
    stop: Option<io::PipeWriter>,
}

impl Screen {
    /// Makes a panic of the thread that opened the terminal give it back before the message is printed, so that the
    /// message is not lost with the alternate screen. A panic of another thread (a worker, a session that its
    /// supervisor survives) is kept until the screen is given back.
    pub fn install_panic_hook(&self) {
        let tty = Arc::clone(&self.tty);
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if tty.is_held() {
                if std::thread::current().id() == tty.owner {
                    tty.give_back();
                } else if io::stderr().is_terminal() {
                    tty.keep(&info.to_string());
                    return;
                }
            }
            previous(info);
        }));
    }

    /// Gives the terminal back now; dropping does nothing more.
    pub fn give_back(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(signals) = self.signals.take() {
            signals.abort();
        }
        self.stop = None;
        self.tty.give_back();
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.end();
    }
}

/// The terminal's mode before us, and the way to put it back.
struct Tty {
    input: OwnedFd,
    output: Mutex<File>,
    /// `None` once given back.
    before: Mutex<Option<Termios>>,
    owner: ThreadId,
    panics: Mutex<Vec<String>>,
}

impl Tty {
    fn take(input: OwnedFd, output: File) -> io::Result<Self> {
        let before = tcgetattr(&input)?;
        let tty = Self {
            input,
            output: Mutex::new(output),
            before: Mutex::new(Some(before)),
            owner: std::thread::current().id(),
            panics: Mutex::new(Vec::new()),
        };
        if let Err(error) = tty.enter() {
            tty.give_back();
            return Err(error);
        }
        Ok(tty)
    }

    /// Raw mode and our screen; again after the process was stopped and continued.
    fn enter(&self) -> io::Result<()> {
        let Some(mut raw) = lock(&self.before).clone() else { return Ok(()) };
        cfmakeraw(&mut raw);
        tcsetattr(&self.input, SetArg::TCSANOW, &raw)?;
        let mut output = lock(&self.output);
        output.write_all(ENTER_SCREEN)?;
        output.flush()
    }

    fn is_held(&self) -> bool {
        lock(&self.before).is_some()
    }

    fn keep(&self, panic: &str) {
        let mut panics = lock(&self.panics);
        if panics.len() < PANICS {
            panics.push(panic.chars().take(PANIC_CHARS).collect());
        }
    }

    /// Does nothing the second time. Errors are passed over: the terminal is gone, and nobody is left to tell.
    fn give_back(&self) {
        let Some(before) = lock(&self.before).take() else { return };
        let mut output = lock(&self.output);
        let _ = output.write_all(LEAVE_SCREEN);
        let _ = output.flush();
        let _ = tcsetattr(&self.input, SetArg::TCSANOW, &before);
        // What was typed to us and not read must not reach the shell.
        let _ = tcflush(&self.input, FlushArg::TCIFLUSH);
        for panic in lock(&self.panics).drain(..) {
            let _ = writeln!(io::stderr(), "{panic}");
        }
    }
}

/// A panic while the lock was held leaves nothing half done here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs on a thread of its own, since a terminal's reads cannot be cancelled. Ends at the end of input, when the
/// session is gone, or when the other end of `stopped` closes.
fn read_bytes(mut input: &File, stopped: &io::PipeReader, events: &mpsc::Sender<TermEvent>) {
    let mut buffer = [0; READ];
    loop {
        let mut waiting =
            [PollFd::new(stopped.as_fd(), PollFlags::POLLIN), PollFd::new(input.as_fd(), PollFlags::POLLIN)];
        match poll(&mut waiting, PollTimeout::NONE) {
            Err(nix::errno::Errno::EINTR) => continue,
            Err(_) => break,
            Ok(_) => {}
        }
        if waiting[0].any().unwrap_or(true) {
            return;
        }
        let read = match input.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // A terminal whose window was closed gives EIO.
            Err(_) | Ok(0) => break,
            Ok(read) => read,
        };
        if events.blocking_send(TermEvent::Bytes(buffer[..read].to_vec())).is_err() {
            return;
        }
    }
    let _ = events.blocking_send(TermEvent::Hangup);
}

fn watch_signals(
    tty: Arc<Tty>,
    size: impl Fn() -> (u16, u16) + Send + 'static,
    events: mpsc::Sender<TermEvent>,
) -> io::Result<AbortHandle> {
    let mut resized = signal(SignalKind::window_change())?;
    let mut continued = signal(SignalKind::from_raw(libc::SIGCONT))?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let task = tokio::spawn(async move {
        loop {
            let event = tokio::select! {
                _ = resized.recv() => TermEvent::resize(size()),
                _ = continued.recv() => match tty.enter() {
                    Ok(()) => TermEvent::resize(size()),
                    Err(_) => TermEvent::Hangup,
                },
                _ = hangup.recv() => TermEvent::Hangup,
                _ = terminate.recv() => TermEvent::Hangup,
                _ = interrupt.recv() => TermEvent::Hangup,
            };
            if events.send(event).await.is_err() {
                return;
            }
        }
    });
    Ok(task.abort_handle())
}
