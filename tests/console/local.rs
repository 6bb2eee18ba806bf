//! The local terminal on a real pseudo-terminal: taken raw, read, resized, given back.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use nix::pty::{Winsize, openpty};
use nix::sys::termios::{LocalFlags, tcgetattr};
use otklik_ui::term::{ENTER_SCREEN, LEAVE_SCREEN, LocalTerminal, TermEvent, clamp_size};
use tokio::io::AsyncWriteExt as _;

/// Signals reach every terminal of the process, so these tests run one after another.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

struct Pty {
    /// The window's side.
    window: File,
    terminal: OwnedFd,
}

impl Pty {
    fn new() -> Self {
        let size = Winsize { ws_row: 30, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(&size, None).unwrap();
        Self { window: File::from(pty.master), terminal: pty.slave }
    }

    fn take(&self, size: impl Fn() -> (u16, u16) + Send + 'static) -> LocalTerminal {
        let (input, output) = (self.terminal.try_clone().unwrap(), self.terminal.try_clone().unwrap());
        LocalTerminal::take(input, output, size).unwrap()
    }

    fn is_raw(&self) -> bool {
        let flags = tcgetattr(&self.terminal).unwrap().local_flags;
        !flags.intersects(LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG)
    }

    fn expect(&mut self, bytes: &[u8]) {
        let mut got = vec![0; bytes.len()];
        self.window.read_exact(&mut got).unwrap();
        assert_eq!(got.escape_ascii().to_string(), bytes.escape_ascii().to_string());
    }
}

#[tokio::test]
async fn a_taken_terminal_is_raw_and_is_given_back_as_it_was() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let mut pty = Pty::new();
    let before = tcgetattr(&pty.terminal).unwrap();
    assert!(!pty.is_raw());
    let local = pty.take(|| (100, 30));
    assert!(pty.is_raw());
    assert_eq!(local.size, (100, 30));
    pty.expect(ENTER_SCREEN);
    drop(local.screen);
    pty.expect(LEAVE_SCREEN);
    let after = tcgetattr(&pty.terminal).unwrap();
    assert_eq!(after.local_flags, before.local_flags);
    assert_eq!(after.input_flags, before.input_flags);
    assert_eq!(after.output_flags, before.output_flags);
    assert_eq!(after.control_chars, before.control_chars);
}

#[tokio::test]
async fn bytes_go_both_ways_unchanged() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let mut pty = Pty::new();
    let mut local = pty.take(|| (100, 30));
    pty.expect(ENTER_SCREEN);
    pty.window.write_all("о\x03\r\x1b[A".as_bytes()).unwrap();
    let mut got = Vec::new();
    while got.len() < 7 {
        let Some(TermEvent::Bytes(bytes)) = local.events.recv().await else { panic!("not bytes") };
        got.extend(bytes);
    }
    assert_eq!(got, "о\x03\r\x1b[A".as_bytes());
    local.output.write_all("строка\n".as_bytes()).await.unwrap();
    local.output.flush().await.unwrap();
    pty.expect("строка\n".as_bytes());
}

#[tokio::test]
async fn a_closed_window_hangs_up() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let mut pty = Pty::new();
    let mut local = pty.take(|| (100, 30));
    pty.expect(ENTER_SCREEN);
    drop(pty);
    assert_eq!(local.events.recv().await, Some(TermEvent::Hangup));
}

#[tokio::test]
async fn a_changed_window_tells_its_new_size() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let mut pty = Pty::new();
    let columns = Arc::new(AtomicU16::new(100));
    let current = Arc::clone(&columns);
    let mut local = pty.take(move || (current.load(Ordering::SeqCst), 30));
    pty.expect(ENTER_SCREEN);
    columns.store(132, Ordering::SeqCst);
    nix::sys::signal::raise(nix::sys::signal::Signal::SIGWINCH).unwrap();
    assert_eq!(local.events.recv().await, Some(TermEvent::Resize(132, 30)));
}

#[tokio::test]
async fn a_continued_process_takes_its_screen_again() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let mut pty = Pty::new();
    let mut local = pty.take(|| (100, 30));
    pty.expect(ENTER_SCREEN);
    nix::sys::signal::raise(nix::sys::signal::Signal::SIGCONT).unwrap();
    assert_eq!(local.events.recv().await, Some(TermEvent::Resize(100, 30)));
    pty.expect(ENTER_SCREEN);
}

#[tokio::test]
async fn the_reader_stops_when_nobody_takes_its_bytes() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let mut pty = Pty::new();
    let mut local = pty.take(|| (100, 30));
    pty.expect(ENTER_SCREEN);
    let mut window = pty.window.try_clone().unwrap();
    let total = 1024 * 1024;
    let typed = tokio::task::spawn_blocking(move || {
        for _ in 0..total / 1024 {
            window.write_all(&[b'x'; 1024]).unwrap();
        }
    });
    let mut got = 0;
    while got < total {
        assert!(local.events.len() <= 64, "at most the channel's bound waits");
        let Some(TermEvent::Bytes(bytes)) = local.events.recv().await else { panic!("not bytes") };
        got += bytes.len();
    }
    typed.await.unwrap();
}

#[tokio::test]
async fn after_the_screen_is_given_back_typed_keys_are_left_to_others() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let mut pty = Pty::new();
    let mut local = pty.take(|| (100, 30));
    pty.expect(ENTER_SCREEN);
    drop(local.screen);
    pty.expect(LEAVE_SCREEN);
    assert_eq!(local.events.recv().await, None, "the reader has ended");
    pty.window.write_all(b"ls\n").unwrap();
    let mut line = [0; 3];
    File::from(pty.terminal.try_clone().unwrap()).read_exact(&mut line).unwrap();
    assert_eq!(&line, b"ls\n");
}

/// What the child of the next test does; run by itself it has nothing to do.
#[tokio::test]
async fn child_that_panics() {
    let Ok(whose) = std::env::var("OTKLIK_TEST_PANIC") else { return };
    let local = LocalTerminal::open().unwrap();
    local.screen.install_panic_hook();
    if whose == "worker" {
        let worker = tokio::task::spawn_blocking(|| panic!("the worker broke"));
        assert!(worker.await.is_err());
        let mut out = local.output;
        out.write_all(b"still drawing").await.unwrap();
        out.flush().await.unwrap();
        return;
    }
    panic!("the session broke");
}

/// All that a child writes to its terminal, and whether the terminal echoes again afterwards.
fn run_child(whose: &str) -> (String, bool) {
    let mut pty = Pty::new();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "local::child_that_panics", "--nocapture"])
        .env("OTKLIK_TEST_PANIC", whose)
        .env("RUST_BACKTRACE", "0")
        .stdin(pty.terminal.try_clone().unwrap())
        .stdout(pty.terminal.try_clone().unwrap())
        .stderr(pty.terminal.try_clone().unwrap())
        .spawn()
        .unwrap();
    let mut all = Vec::new();
    let mut window = pty.window.try_clone().unwrap();
    let reader = std::thread::spawn(move || {
        let mut buffer = [0; 1024];
        // EIO is the end: nobody holds the terminal any more.
        while let Ok(read @ 1..) = window.read(&mut buffer) {
            all.extend_from_slice(&buffer[..read]);
        }
        all
    });
    child.wait().unwrap();
    let echoes = !pty.is_raw();
    pty.terminal = File::open("/dev/null").unwrap().into();
    (String::from_utf8_lossy(&reader.join().unwrap()).into_owned(), echoes)
}

#[test]
fn a_panic_of_the_session_gives_the_terminal_back_and_is_readable() {
    let (all, echoes) = run_child("session");
    let left = all.find(std::str::from_utf8(LEAVE_SCREEN).unwrap()).expect("the screen was left");
    let said = all.find("the session broke").expect("the message was printed");
    assert!(left < said, "{all:?}");
    assert!(echoes);
}

#[test]
fn a_panic_of_a_worker_is_told_only_after_the_screen_is_given_back() {
    let (all, echoes) = run_child("worker");
    let drawn = all.find("still drawing").expect("the session went on");
    let left = all.find(std::str::from_utf8(LEAVE_SCREEN).unwrap()).expect("the screen was left");
    let said = all.find("the worker broke").expect("the message was printed");
    assert!(drawn < left && left < said, "{all:?}");
    assert!(echoes);
}

#[test]
fn a_size_is_clamped_and_an_unknown_one_is_the_classic() {
    assert_eq!(clamp_size(0, 0), (80, 24));
    assert_eq!(clamp_size(120, 0), (120, 24));
    assert_eq!(clamp_size(65535, 65535), (500, 200));
    assert_eq!(clamp_size(1, 1), (1, 1));
}
