//! The program under test as a process of its own: started with orders for its fail points, killed by them, stopped, let go.

use crate::story::world::World;
use crate::support::{cannot_run, eventually};
use jiff::Timestamp;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::cell::Cell;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The binary with fail points, on the desk of a world.
pub struct Program {
    binary: PathBuf,
    desk: String,
    folder: PathBuf,
    runs: Cell<usize>,
    /// Words before the program's own: a shell that narrows what it may do.
    within: Vec<String>,
}

/// One run of it.
pub struct Run {
    child: Child,
    log: PathBuf,
    said: PathBuf,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Killed at this point, by its order.
    KilledAt(String),
    Exited(i32),
}

impl Program {
    /// None, said why, where no binary with fail points was built.
    pub fn of(world: &World) -> Option<Self> {
        let binary = std::env::var_os("OTKLIK_FAIL_POINTS_BINARY").map(PathBuf::from);
        let Some(binary) = binary.filter(|path| path.is_file()) else {
            cannot_run(
                "kills",
                "OTKLIK_FAIL_POINTS_BINARY names no binary; `cargo build -p otklik --features fail-points` makes one",
            );
            return None;
        };
        let (desk, folder) = (world.engine.url().to_owned(), world.engine.folder().to_owned());
        Some(Self { binary, desk, folder, runs: Cell::new(0), within: Vec::new() })
    }

    /// The same program, which reaches its desk at another address.
    pub fn with_desk(self, desk: String) -> Self {
        Self { desk, ..self }
    }

    /// The same program, started by these words, which end by running what follows them.
    pub fn within(self, words: &[&str]) -> Self {
        Self { within: words.iter().map(|word| (*word).to_owned()).collect(), ..self }
    }

    /// A copy of the binary in the test's folder, where other users may run it.
    pub fn copied(self) -> Self {
        let binary = self.folder.join("otklik");
        std::fs::copy(&self.binary, &binary).expect("a copy of the binary");
        Self { binary, ..self }
    }

    /// Starts a verb with its clock at `now`.
    pub fn start(&self, args: &[&str], now: Timestamp, orders: &str) -> Run {
        self.start_with_input(args, now, orders, b"")
    }

    pub fn start_with_input(&self, args: &[&str], now: Timestamp, orders: &str, input: &[u8]) -> Run {
        let run = self.runs.replace(self.runs.get() + 1);
        let file = |name: &str| self.folder.join(format!("{name}.{run}"));
        let (log, said) = (file("points"), file("said"));
        let errors = File::create(&said).expect("a file for what it says");
        let output = errors.try_clone().expect("the same file");
        let words = self.within.iter().map(std::ffi::OsStr::new).chain([self.binary.as_os_str()]);
        let words: Vec<_> = words.chain(args.iter().map(std::ffi::OsStr::new)).collect();
        let mut child = Command::new(words[0])
            .args(&words[1..])
            .env_clear()
            .envs(std::env::vars().filter(|(name, _)| matches!(name.as_str(), "PATH" | "SSL_CERT_FILE")))
            .env("HOME", &self.folder)
            .env("OTKLIK_DESK", &self.desk)
            .env("OTKLIK_STATE", self.folder.join("state"))
            .env("OTKLIK_NOW", now.to_string())
            .env("OTKLIK_LANG", "en")
            .env("OTKLIK_LOG", "warn")
            .env("OTKLIK_FAIL_POINTS", orders)
            .env("OTKLIK_FAIL_LOG", &log)
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .expect("the program starts");
        // A program that was killed closes the pipe: no failure.
        let _ = child.stdin.take().expect("standard input").write_all(input);
        Run { child, log, said }
    }

    /// Runs a verb that must succeed.
    pub async fn does(&self, args: &[&str], now: Timestamp) {
        let mut run = self.start(args, now, "");
        let end = run.ends().await;
        assert_eq!(end, End::Exited(0), "otklik {args:?}: {}", run.said());
    }
}

impl Run {
    /// Waits until it is over.
    pub async fn ends(&mut self) -> End {
        let child = &mut self.child;
        let status = eventually("the end of a run", async || child.try_wait().expect("a child")).await;
        match (status.code(), status.signal()) {
            (Some(code), _) => End::Exited(code),
            (None, Some(9)) => End::KilledAt(self.acted("kill").unwrap_or_else(|| "by another".to_owned())),
            (None, signal) => panic!("ended by signal {signal:?}: {}", self.said()),
        }
    }

    /// `Some(false)` once it is over: nobody holds it up.
    pub fn has_ended(&mut self) -> Option<bool> {
        self.child.try_wait().expect("a child").map(|_| false)
    }

    /// The point at which the order was carried out.
    pub fn acted(&self, action: &str) -> Option<String> {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last = log.lines().rev().find(|line| line.ends_with(&format!(" {action}")));
        last.and_then(|line| line.split(' ').nth(1)).map(str::to_owned)
    }

    /// The last point that its sender came to. While it serves, another worker may be the one that is killed.
    pub fn sender_was_at(&self) -> Option<String> {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let mut points = log.lines().filter_map(|line| line.split(' ').nth(1));
        let of_sender = |point: &&str| {
            ["lease.", "smtp.", "start.", "sender.", "conclude."].iter().any(|room| point.starts_with(room))
        };
        points.rfind(of_sender).map(str::to_owned)
    }

    /// How often it came to a point so far.
    pub fn reached(&self, point: &str) -> usize {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().filter(|line| line.split(' ').nth(1) == Some(point)).count()
    }

    /// Waits until it stands still by its order. False if it came to its end without.
    pub async fn stands_still(&mut self) -> bool {
        let (pid, log) = (self.child.id(), self.log.clone());
        let child = &mut self.child;
        eventually("a stopped process", async || {
            if child.try_wait().expect("a child").is_some() {
                return Some(false);
            }
            let ordered = std::fs::read_to_string(&log).unwrap_or_default().contains(" stop\n");
            (ordered && state_of(pid) == Some('T')).then_some(true)
        })
        .await
    }

    pub fn goes_on(&self) {
        self.signal(Signal::SIGCONT);
    }

    pub fn is_told_to_stop(&self) {
        self.signal(Signal::SIGTERM);
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).expect("a process id"));
        kill(pid, signal).expect("a child can be signalled");
    }

    /// What it said on its two outputs.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.said).unwrap_or_default()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // A failed test must leave no process behind; one that is over is only forgotten.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The kernel's letter for what a process does (proc(5)).
fn state_of(pid: u32) -> Option<char> {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}
