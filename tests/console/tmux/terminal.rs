//! A console in a terminal that tmux emulates: start, keys, the screen as text, waiting for what it shows.

use super::place::Place;
use super::{Lang, WIDE};
use crate::support::cannot_run;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// Far longer than anything takes on a busy machine: only a failing test spends it.
const PATIENCE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(20);

/// Whether tmux is there. Where it is not, the test says so and is passed over; in CI that is a failure.
pub fn has_tmux() -> bool {
    let there = Command::new("tmux").arg("-V").stdout(Stdio::null()).status().is_ok_and(|s| s.success());
    if !there {
        cannot_run("the console in a terminal", "tmux is not installed; `apt-get install tmux` brings it");
    }
    there
}

/// How a console is to be opened.
#[derive(Clone, Debug)]
pub struct Start {
    pub lang: Lang,
    pub size: (u16, u16),
    /// More arguments, after the program's name.
    pub args: Vec<String>,
    /// More variables of the environment.
    pub env: Vec<(String, String)>,
    /// Runs it from a shell, so that something is left on the terminal when the console has gone.
    pub in_shell: bool,
}

impl Start {
    pub fn new(lang: Lang) -> Self {
        Self { lang, size: WIDE, args: Vec::new(), env: Vec::new(), in_shell: false }
    }

    pub fn sized(self, size: (u16, u16)) -> Self {
        Self { size, ..self }
    }

    pub fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.to_owned());
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn in_shell(self) -> Self {
        Self { in_shell: true, ..self }
    }
}

/// One console on a tmux server of its own, which ends with this value.
pub struct Console {
    socket: String,
    pub lang: Lang,
}

impl Console {
    pub fn start(place: &Place, start: &Start) -> Self {
        let id = uuid::Uuid::now_v7().simple().to_string();
        // tmux keeps its sockets in /tmp/tmux-UID: a name of their own is enough, and a path in the test's folder may be
        // longer than a socket's address can be.
        let console = Self { socket: format!("otklik-test-{id}"), lang: start.lang };
        let settings = place.folder().join(format!("tmux-{id}.conf"));
        let lines = "set -g status off\nset -g escape-time 0\nset -g default-terminal screen-256color\n\
                     set -g remain-on-exit on\n";
        std::fs::write(&settings, lines).expect("a file of settings");
        let mut command = Command::new("tmux");
        command.env_clear().envs(place.env()).envs(start.env.clone()).env("OTKLIK_LANG", start.lang.code());
        command.args(["-u", "-L", &console.socket, "-f"]).arg(&settings);
        let (columns, rows) = (start.size.0.to_string(), start.size.1.to_string());
        command.args(["new-session", "-d", "-x", &columns, "-y", &rows]).arg("--");
        if start.in_shell {
            command.args(["/bin/sh", "-i"]);
        } else {
            command.arg(place.binary()).args(&start.args);
        }
        let done = command.output().expect("tmux");
        assert!(done.status.success(), "tmux does not start: {}", String::from_utf8_lossy(&done.stderr));
        console
    }

    fn tmux(&self, args: &[&str]) -> Output {
        let output = Command::new("tmux").args(["-u", "-L", &self.socket]).args(args).output().expect("tmux");
        let why = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "tmux {args:?}: {why}");
        output
    }

    fn asked(&self, format: &str) -> String {
        let output = self.tmux(&["display-message", "-p", format]);
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Presses keys by tmux's names for them: `F3`, `Enter`, `C-z`, `M-m`, `Escape`, `Down`.
    pub fn press(&self, keys: &[&str]) -> &Self {
        self.tmux(&[&["send-keys"], keys].concat());
        self
    }

    /// Types text as a keyboard does, character by character.
    pub fn types(&self, text: &str) -> &Self {
        self.tmux(&["send-keys", "-l", "--", text]);
        self
    }

    /// Pastes, marked as a paste where the program has asked for the marks.
    pub fn paste(&self, text: &str) -> &Self {
        self.tmux(&["set-buffer", "-b", "test", "--", text]);
        self.tmux(&["paste-buffer", "-b", "test", "-p", "-r"]);
        self
    }

    pub fn resize(&self, (columns, rows): (u16, u16)) -> &Self {
        self.tmux(&["resize-window", "-x", &columns.to_string(), "-y", &rows.to_string()]);
        self
    }

    /// The screen as a person reads it.
    pub fn screen(&self) -> String {
        String::from_utf8_lossy(&self.tmux(&["capture-pane", "-p"]).stdout).into_owned()
    }

    /// The screen with its colours and attributes as escape sequences.
    pub fn painted(&self) -> String {
        String::from_utf8_lossy(&self.tmux(&["capture-pane", "-p", "-e"]).stdout).into_owned()
    }

    /// The screen with its lines joined, so that words are found wherever a line was broken.
    pub fn text(&self) -> String {
        self.screen().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Waits until the screen satisfies the condition; how long it took.
    #[track_caller]
    pub fn waits(&self, what: &str, condition: impl Fn(&str) -> bool) -> Duration {
        let begun = Instant::now();
        // A channel that nobody writes to: its timeout is the pause between two looks.
        let (_writer, ticks) = sync_channel::<()>(1);
        loop {
            if condition(&self.text()) {
                return begun.elapsed();
            }
            if begun.elapsed() > PATIENCE {
                let state = self.asked("pid #{pane_pid}, dead #{pane_dead} #{pane_dead_status}");
                panic!("waited {PATIENCE:?} in vain for: {what} ({state})\n{}", self.screen());
            }
            assert_eq!(ticks.recv_timeout(STEP), Err(RecvTimeoutError::Timeout));
        }
    }

    /// Waits until the words stand on the screen; how long it took.
    #[track_caller]
    pub fn shows(&self, words: &str) -> Duration {
        self.waits(&format!("«{words}»"), |text| text.contains(words))
    }

    /// Waits until the words are gone.
    #[track_caller]
    pub fn drops(&self, words: &str) -> Duration {
        self.waits(&format!("no «{words}»"), |text| !text.contains(words))
    }

    /// Waits for the words that stand there in the console's language.
    #[track_caller]
    pub fn says(&self, ru: &'static str, en: &'static str) -> Duration {
        self.shows(self.lang.say(ru, en))
    }

    /// The id of the process in the terminal.
    pub fn pid(&self) -> i32 {
        self.asked("#{pane_pid}").parse().expect("a process id")
    }

    /// Ends the process as a power cut does.
    pub fn kill_9(&self) {
        use nix::sys::signal::{Signal, kill};
        kill(nix::unistd::Pid::from_raw(self.pid()), Signal::SIGKILL).expect("the console is running");
        self.waits_for_end();
    }

    /// Whether the process still runs.
    pub fn runs(&self) -> bool {
        self.asked("#{pane_dead}") != "1"
    }

    /// Waits until the program has ended; its exit code, none when a signal ended it.
    #[track_caller]
    pub fn waits_for_end(&self) -> Option<i32> {
        let ended = || {
            // tmux may close the terminal and miss the signal that its process has ended; another child that ends makes
            // it look again.
            self.tmux(&["run-shell", "-b", "true"]);
            !self.asked("#{pane_dead_status}#{pane_dead_signal}").is_empty()
        };
        self.waits("the end of the program", |_| !self.runs() && ended());
        self.asked("#{pane_dead_status}").parse().ok()
    }

    /// Leaves by F10. Where mail has not gone yet the console asks; it is then left when the mail has gone.
    #[track_caller]
    pub fn leaves(&self) -> Option<i32> {
        let asks = self.lang.say("Подождать и выйти", "Wait, then leave");
        self.press(&["F10"]);
        self.waits("the end or the question", |text| !self.runs() || text.contains(asks));
        if self.runs() && self.text().contains(asks) {
            self.press(&["Enter"]);
        }
        self.waits_for_end()
    }

    /// What the terminal itself remembers: the alternate screen, the cursor, application keys, the mouse, marked pastes.
    pub fn modes(&self) -> String {
        let names = ["alternate_on", "cursor_flag", "keypad_cursor_flag", "keypad_flag", "mouse_any_flag"];
        self.asked(&names.map(|name| format!("{name}=#{{{name}}}")).join(" "))
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let tmux = |args: &[&str]| Command::new("tmux").args(["-u", "-L", &self.socket]).args(args).output();
        if std::thread::panicking() {
            let screen = tmux(&["capture-pane", "-p"]).map(|shown| shown.stdout).unwrap_or_default();
            eprintln!("the console's last screen:\n{}", String::from_utf8_lossy(&screen));
        }
        // A server that has gone already is what is wanted.
        let _ = tmux(&["kill-server"]);
    }
}
