//! A desk of one test, made and looked at by the program's own command line.

use super::letters;
use crate::support::{Engine, MailServer, mail_server, sqlite};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub struct Place {
    engine: Engine,
    /// The real mail server, where there is one; else letters go into a folder.
    server: Option<MailServer>,
    binary: PathBuf,
    /// Our own address.
    pub ours: String,
}

impl Place {
    /// A place without a desk.
    pub fn bare(engine: Engine) -> Self {
        let binary = std::env::var_os("OTKLIK_RELEASE_BINARY").filter(|path| Path::new(path).is_file());
        let binary = binary.map_or_else(|| env!("CARGO_BIN_EXE_otklik").into(), PathBuf::from);
        let ours = format!("appeals-{}@example.com", uuid::Uuid::now_v7().simple());
        let place = Self { engine, server: mail_server(), binary, ours };
        std::fs::create_dir_all(place.home()).expect("a home folder");
        place
    }

    /// A place with a desk, Орлова at it and mail both ways.
    pub fn with_desk(engine: Engine) -> Self {
        let place = Self::bare(engine);
        let outgoing = match &place.server {
            Some(server) => server.plain.clone(),
            None => format!("folder:{}", place.folder().join("out").display()),
        };
        let incoming = format!("maildir:{}", place.maildir().display());
        place.runs(&[
            "init",
            "--desk",
            place.engine.url(),
            "--organisation",
            "Приозёрская обл. орг.",
            "--me",
            "Орлова Анна",
            "--role",
            "head",
            "--clock",
            "straight",
            "--mail-in",
            &incoming,
            "--mail-out",
            &outgoing,
            "--address",
            &place.ours,
            "--demo",
        ]);
        place
    }

    pub fn new() -> Self {
        Self::with_desk(sqlite())
    }

    pub fn folder(&self) -> &Path {
        self.engine.folder()
    }

    pub fn home(&self) -> PathBuf {
        self.folder().join("home")
    }

    pub fn maildir(&self) -> PathBuf {
        self.folder().join("in")
    }

    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// All that the program is told by its environment: nothing of the machine's own reaches it.
    pub fn env(&self) -> Vec<(String, String)> {
        let path = |folder: PathBuf| folder.display().to_string();
        let home = self.home();
        let mut env = vec![
            ("PATH".to_owned(), std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".into())),
            ("XDG_CONFIG_HOME".to_owned(), path(home.join("config"))),
            ("XDG_STATE_HOME".to_owned(), path(home.join("state"))),
            ("XDG_DATA_HOME".to_owned(), path(home.join("data"))),
            ("HOME".to_owned(), path(home)),
            ("LC_ALL".to_owned(), "C.UTF-8".to_owned()),
            ("PS1".to_owned(), "$ ".to_owned()),
        ];
        for name in ["SSL_CERT_FILE", "OTKLIK_LOG"] {
            env.extend(std::env::var(name).ok().map(|value| (name.to_owned(), value)));
        }
        env
    }

    fn command(&self, args: &[&str]) -> Output {
        let mut command = Command::new(&self.binary);
        command.env_clear().envs(self.env()).env("OTKLIK_LANG", "en").args(args);
        command.output().expect("the program under test")
    }

    /// Runs a verb, which must succeed; what it printed.
    #[track_caller]
    pub fn runs(&self, args: &[&str]) -> String {
        let done = self.command(args);
        let [out, err] = [&done.stdout, &done.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
        assert!(done.status.success(), "otklik {args:?}: {out}{err}");
        out
    }

    /// Runs a verb, which must fail; what it said.
    #[track_caller]
    pub fn refuses(&self, args: &[&str]) -> String {
        let done = self.command(args);
        assert!(!done.status.success(), "otklik {args:?} should have been refused");
        String::from_utf8_lossy(&done.stderr).into_owned()
    }

    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        let out = self.runs(&[args, &["--json"]].concat());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("otklik {args:?}: {error}\n{out}"))
    }

    /// The only appeal, whole.
    #[track_caller]
    pub fn only_appeal(&self) -> Value {
        let list = self.json(&["appeal", "list"]);
        assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
        let number = list[0]["number"].as_str().expect("a number").to_owned();
        self.json(&["appeal", "show", &number])
    }

    /// Adds a colleague, whom `--as` may name on a demo desk.
    pub fn adds_staff(&self, name: &str, role: &str) {
        self.runs(&["staff", "add", name, "--role", role]);
    }

    pub fn imports_members(&self) {
        let file = self.folder().join("members.csv");
        std::fs::write(&file, letters::MEMBERS).expect("a registry file");
        self.runs(&["member", "import", &file.display().to_string(), "--yes"]);
    }

    /// Lets a letter land in the Maildir as a mail server does: written beside, then moved.
    pub fn lands(&self, letter: &[u8]) {
        let name = format!("{}.test", uuid::Uuid::now_v7().simple());
        let maildir = self.maildir();
        for folder in ["tmp", "new", "cur"] {
            std::fs::create_dir_all(maildir.join(folder)).expect("a Maildir");
        }
        let beside = maildir.join("tmp").join(&name);
        std::fs::write(&beside, letter).expect("a letter");
        std::fs::rename(beside, maildir.join("new").join(name)).expect("the letter lands");
    }

    /// Letters that have left for this address so far, as bytes, oldest first.
    pub fn left_for(&self, recipient: &str) -> Vec<Vec<u8>> {
        if let Some(server) = &self.server {
            return server.mailbox.letters_to(recipient).into_iter().map(|letter| letter.raw).collect();
        }
        let Ok(entries) = std::fs::read_dir(self.folder().join("out")) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        let is_letter = |path: &PathBuf| path.extension().is_some_and(|ext| ext == "eml");
        let raw: Vec<Vec<u8>> =
            paths.into_iter().filter(is_letter).filter_map(|p| std::fs::read(p).ok()).collect();
        raw.into_iter().filter(|raw| String::from_utf8_lossy(raw).contains(recipient)).collect()
    }
}
