//! The command line: every use case has a verb, with text for people and `--json` for programs.
//!
//! It acts through the desk like every interface and decides nothing. Exit codes: 0 done, 1 failed, 2 usage, 3 not
//! allowed, 4 not found, 5 conflict. It never asks a question that nobody can answer: without a terminal and without
//! `--yes`, what needs a yes is a usage error.

mod appeal;
mod args;
mod ask;
mod body;
mod call;
mod call_args;
mod card;
mod channel;
pub(crate) mod channel_set;
mod check;
mod delivery;
mod demo;
mod digest;
mod doctor;
mod first_look;
mod history;
mod imports;
mod init;
mod journal;
mod matching;
mod member_import;
mod out;
mod outside;
mod person;
mod person_args;
mod program;
mod quarantine;
mod query;
mod reconcile;
mod registry;
mod shapes;
mod show;
mod staff;
mod start;
mod upkeep;
mod ways;
mod words;

use crate::i18n::{Lang, Tr};
use args::{Cli, Verb};
use clap::FromArgMatches as _;
use otklik_core::config::{Config, Flags};
use otklik_core::desk::{Account, AccountRoutes, Compared, Desk};
use otklik_core::error::{Error, Result};
use otklik_core::types::{Actor, Census};
use out::Out;
use serde_json::json;
use std::ffi::OsString;
use std::pin::Pin;
use std::sync::Arc;

/// Work that the composition root does for the command line.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// What stands in the way of an account's mail, as codes; none where it works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    pub incoming: Option<String>,
    pub outgoing: Option<String>,
}

/// What serving once came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// Letters that came, and of those that were read, how many were quarantined.
    pub fetched: usize,
    pub quarantined: usize,
    /// Letters that a server took, and attempts that came to no good end.
    pub sent: usize,
    pub not_sent: usize,
    /// Accounts that could not be read, and the code of why.
    pub unread: Vec<(String, &'static str)>,
}

/// What only the composition root can give: workers. The command line itself sees the desk.
pub trait Composition: Send + Sync {
    /// Serves the desk until the process is told to end.
    fn serve<'a>(&'a self, desk: &'a Desk) -> Work<'a, ()>;

    /// Serves the desk until nothing is due.
    fn serve_once<'a>(&'a self, desk: &'a Desk) -> Work<'a, Served>;

    /// Goes as far as a letter would on an account's ways, without sending or taking one.
    fn probe<'a>(&'a self, routes: &'a AccountRoutes) -> Work<'a, Probe>;

    /// Which letters lie where an account's mail comes from, or the code of what stands in the way. Takes none.
    fn census<'a>(&'a self, routes: &'a AccountRoutes) -> Work<'a, std::result::Result<Census, String>>;

    /// Compares an account with its mailbox, fetches what is missing and gives it its fate.
    fn reconcile<'a>(&'a self, desk: &'a Desk, account: &'a Account) -> Work<'a, Vec<Compared>>;

    /// Opens the console for this person, with the workers that no other process runs, and returns when it is left.
    /// Returns the process's exit code.
    fn console<'a>(&'a self, desk: &'a Desk, actor: Actor, config: &'a Config, tr: &'a Tr) -> Work<'a, u8>;
}

/// One run of the program.
pub(crate) struct Run {
    pub config: Config,
    pub out: Out,
    pub act_as: Option<String>,
    pub composition: Arc<dyn Composition>,
}

/// An open desk and who sits at it.
pub(crate) struct Seat {
    pub desk: Desk,
    pub actor: Actor,
}

fn home_of_account() -> Option<String> {
    let user = nix::unistd::User::from_uid(nix::unistd::geteuid()).ok().flatten()?;
    user.dir.to_str().filter(|home| !home.is_empty()).map(str::to_owned)
}

/// Runs the program with these arguments (the program's name first); the exit code.
pub async fn run(args: Vec<OsString>, composition: Arc<dyn Composition>) -> u8 {
    let var = |name: &str| {
        let set = std::env::var(name).ok().filter(|value| !value.is_empty());
        // A service often runs without HOME; the account's own home is what a log-in would have set.
        set.or_else(|| (name == "HOME").then(home_of_account).flatten())
    };
    let early = early_flags(&args);
    let json = args.iter().any(|arg| arg == "--json");
    let config = Config::load(&early, &var);
    let asked = match &config {
        Ok(config) => config.language.clone(),
        Err(_) => early.lang.clone().or_else(|| var("OTKLIK_LANG")),
    };
    let lang = asked.as_deref().and_then(Lang::parse).unwrap_or_else(|| Lang::from_env(var));
    let out = Out { tr: Tr::new(lang), json };
    let cli = match parse(args, &out) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let out = Out { json: cli.global.json, ..out };
    let done = match config {
        Ok(config) => {
            let run = Run { config, out: out.clone(), act_as: cli.global.act_as, composition };
            run.verb(cli.verb).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            tracing::debug!(code = error.code, ?error, "refused");
            out.error(&error);
            error.kind.exit_code()
        }
    }
}

/// What decides the language and the place of everything must be known before the rest can be read.
fn early_flags(args: &[OsString]) -> Flags {
    let value_of = |name: &str| {
        let mut args = args.iter().skip(1).map(|arg| arg.to_string_lossy());
        while let Some(arg) = args.next() {
            if arg == "--" {
                return None;
            }
            if arg == name {
                return args.next().map(|value| value.into_owned());
            }
            if let Some(value) = arg.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
                return Some(value.to_owned());
            }
        }
        None
    };
    Flags { config: value_of("--config").map(Into::into), desk: value_of("--desk"), lang: value_of("--lang") }
}

/// Reads the arguments; help and complaints are said here, with the exit code that they end with.
fn parse(args: Vec<OsString>, out: &Out) -> Result<Cli, u8> {
    use clap::error::ErrorKind;
    let matches = words::command(&out.tr).try_get_matches_from(args);
    match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => Ok(cli),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                let shown = out::to_stdout(&error.render().to_string());
                Err(if shown.is_ok() { 0 } else { 1 })
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                out.aside(error.render().to_string());
                Err(2)
            }
            _ => {
                out.complaint("usage", &words::complaint(&error, &out.tr));
                Err(2)
            }
        },
    }
}

impl Run {
    async fn verb(&self, verb: Option<Verb>) -> Result<u8> {
        match verb {
            None => self.console().await,
            Some(Verb::Demo(asked)) => self.demo(asked).await,
            Some(Verb::Doctor) => self.doctor().await,
            Some(Verb::Backup { file, replace }) => self.backup(&file, replace).await.map(|()| 0),
            Some(Verb::Restore { file }) => self.restore(&file).await,
            Some(Verb::Migrate) => self.migrate().await.map(|()| 0),
            Some(Verb::Init(init)) => self.init(init).await.map(|()| 0),
            Some(Verb::Serve { once }) => self.serve(once).await,
            Some(Verb::Appeal(verb)) => self.appeal(verb).await.map(|()| 0),
            Some(Verb::Member(verb)) => self.member(verb).await,
            Some(Verb::Identity(verb)) => self.identity(verb).await.map(|()| 0),
            Some(Verb::Conflict(verb)) => self.conflict(verb).await.map(|()| 0),
            Some(Verb::Query(verb)) => self.query(verb).await.map(|()| 0),
            Some(Verb::Org(verb)) => self.org(verb).await.map(|()| 0),
            Some(Verb::Staff(verb)) => self.staff(verb).await.map(|()| 0),
            Some(Verb::Digest) => self.digest().await.map(|()| 0),
            Some(Verb::Call(verb)) => self.call(verb).await.map(|()| 0),
            Some(Verb::Quarantine(verb)) => self.quarantine(verb).await.map(|()| 0),
            Some(Verb::History(verb)) => self.history(verb).await.map(|()| 0),
            Some(Verb::Channel(verb)) => self.channel(verb).await,
            Some(Verb::Journal(verb)) => self.journal(verb).await,
            Some(Verb::Delivery(verb)) => self.delivery(verb).await.map(|()| 0),
            Some(Verb::Completions { shell }) => self.completions(shell).map(|()| 0),
            Some(Verb::Man) => self.man().map(|()| 0),
        }
    }

    /// Without a verb: the console. Where nobody can look at it, the help.
    async fn console(&self) -> Result<u8> {
        if let Some(code) = ask::without_screen(&self.out)? {
            return Ok(code);
        }
        let seat = match self.seat().await {
            Err(error) if error.code == "no-desk" && !self.config.desk_named => self.first_start().await?,
            seat => seat?,
        };
        let code =
            self.composition.console(&seat.desk, seat.actor.clone(), &self.config, &self.out.tr).await?;
        seat.desk.close().await;
        Ok(code)
    }

    /// The code to end with: 1 where an account could not be read.
    async fn serve(&self, once: bool) -> Result<u8> {
        let mut code = 0;
        let desk = self.desk().await?;
        if once {
            let done = self.composition.serve_once(&desk).await.inspect_err(|error| self.say_kept(error))?;
            let args = [
                ("fetched", done.fetched.into()),
                ("quarantined", done.quarantined.into()),
                ("sent", done.sent.into()),
                ("unsent", done.not_sent.into()),
            ];
            let value = json!({
                "fetched": done.fetched, "quarantined": done.quarantined, "sent": done.sent, "not_sent": done.not_sent,
                "unread": done.unread.iter().map(|(name, code)| json!({ "name": name, "error": code })).collect::<Vec<_>>(),
            });
            self.out.done(&self.out.tr.with("cli-said-served", &args), value)?;
            if !done.unread.is_empty() {
                code = 1;
                self.say_unread(&done.unread);
            }
        } else {
            self.composition.serve(&desk).await?;
        }
        desk.close().await;
        Ok(code)
    }

    /// What was done before something stopped it.
    fn say_kept(&self, error: &Error) {
        let count =
            |name| error.args.iter().find(|(known, _)| *known == name).map(|(_, n)| n.as_str().into());
        if let (Some(fetched), Some(sent)) = (count("fetched"), count("sent"))
            && !self.out.json
        {
            self.out
                .aside(self.out.tr.with("cli-said-served-before", &[("fetched", fetched), ("sent", sent)]));
        }
    }

    fn say_unread(&self, unread: &[(String, &'static str)]) {
        let tr = &self.out.tr;
        let trouble =
            |(name, code): &(String, &'static str)| format!("{name}: {}", tr.coded("cli-trouble", code));
        let all = unread.iter().map(trouble).collect::<Vec<_>>().join("; ");
        if !self.out.json {
            self.out.aside(tr.with("cli-said-unread", &[("channels", all.into())]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_that_decide_the_language_are_found_before_the_rest_is_read() {
        let args = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        let flags = early_flags(&args("otklik appeal list --lang=en --desk sqlite:/x --config c.toml"));
        assert_eq!((flags.lang.as_deref(), flags.desk.as_deref()), (Some("en"), Some("sqlite:/x")));
        assert_eq!(flags.config.as_deref(), Some(std::path::Path::new("c.toml")));
        assert_eq!(early_flags(&args("otklik -- --lang en")).lang, None);
    }
}
