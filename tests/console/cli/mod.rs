//! The command line from the outside: the binary itself, against desks of its own.

mod answers;
mod calls;
mod cards;
mod channel_settings;
mod check;
mod digest;
mod first_look;
mod full_disk;
mod identities;
mod imports;
mod making;
mod plainly;
mod quarantine;
mod redirect;
mod story;

use crate::support::{Engine, sqlite};
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A home with a desk's address, and nothing of the machine's own user.
pub struct Place {
    engine: Engine,
}

/// How a run ended and what it said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Place {
    pub fn new() -> Self {
        Self::on(sqlite())
    }

    pub fn on(engine: Engine) -> Self {
        Self { engine }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.engine.folder().join(name)
    }

    /// Runs the binary in English with this standard input; nobody sits at a terminal.
    pub fn with_input(&self, args: &[&str], input: &[u8], vars: &[(&str, &str)]) -> Said {
        self.started(Command::new(env!("CARGO_BIN_EXE_otklik")).args(args), input, vars)
    }

    /// The same where no file may grow beyond so many bytes.
    pub fn within(&self, bytes: u64, args: &[&str]) -> Said {
        let limit = format!("--fsize={bytes}");
        let program = [limit.as_str(), env!("CARGO_BIN_EXE_otklik")];
        self.started(Command::new("prlimit").args(program).args(args), b"", &[])
    }

    fn started(&self, command: &mut Command, input: &[u8], vars: &[(&str, &str)]) -> Said {
        let mut child = command
            .env_clear()
            .envs(std::env::vars().filter(|(name, _)| name.starts_with("LLVM_") || name == "PATH"))
            .env("HOME", self.engine.folder())
            .env("OTKLIK_DESK", self.engine.url())
            .env("OTKLIK_STATE", self.path("state"))
            .env("OTKLIK_LANG", "en")
            .envs(vars.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        // A program that does not read its input closes the pipe; that is no failure of the test.
        let _ = child.stdin.take().expect("standard input").write_all(input);
        let output = child.wait_with_output().expect("the binary ends");
        Said {
            code: output.status.code().expect("an exit code, not a signal"),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    pub fn run(&self, args: &[&str]) -> Said {
        self.with_input(args, b"", &[])
    }

    /// Runs what must work.
    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args:?} on {}: {said:?}", self.engine.name);
        said.out
    }

    /// The JSON of what must work.
    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        let out = self.ok(&[args, &["--json"]].concat());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{args:?}: {error}: {out}"))
    }

    /// A desk with a Maildir and an outgoing folder; `more` are further flags.
    #[track_caller]
    pub fn init(&self, more: &[&str]) {
        let (inbox, outbox) = (self.inbox(), self.path("out"));
        let mail_in = format!("maildir:{}", inbox.display());
        let mail_out = format!("folder:{}", outbox.display());
        let flags = ["init", "--organisation", "Test committee", "--me", "Anna Orlova", "--role", "head"];
        let mail = [
            "--clock",
            "straight",
            "--mail-in",
            &mail_in,
            "--mail-out",
            &mail_out,
            "--address",
            "appeals@example.org",
        ];
        self.ok(&[&flags[..], &mail[..], more].concat());
    }

    pub fn inbox(&self) -> PathBuf {
        self.path("in")
    }

    /// Puts a letter into the Maildir.
    pub fn deliver(&self, name: &str, letter: &[u8]) {
        std::fs::write(self.inbox().join("new").join(name), letter).expect("the Maildir takes a letter");
    }

    /// The letters that have left, by the order of their names.
    pub fn sent(&self) -> Vec<String> {
        let mut files: Vec<PathBuf> = entries(&self.path("out"));
        files.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
        files.sort();
        files
            .iter()
            .map(|path| String::from_utf8_lossy(&std::fs::read(path).expect("a letter")).into_owned())
            .collect()
    }
}

pub fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}

/// A plain letter of an author.
pub fn letter(from: &str, subject: &str, id: &str, more: &str, body: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: appeals@example.org\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\n{more}\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
    )
    .into_bytes()
}

/// The keys of an object, in their order.
pub fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}
