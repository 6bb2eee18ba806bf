//! The console at the local terminal: takes it, runs one session on it with this process's workers beside, gives it back.

use crate::i18n::Tr;
use crate::keymap::{CommandId, DEFAULT, Keymap, KeymapError};
use crate::screens::setup::InitAnswers;
use crate::session::{self, Ended, Settings};
use crate::term::LocalTerminal;
use crate::theme::{Depth, Theme};
use otklik_core::config::Config;
use otklik_core::desk::Desk;
use otklik_core::error::{Error, Result};
use otklik_core::types::Actor;
use std::path::PathBuf;
use std::sync::Arc;

/// Asks at the local terminal what a first desk is to be; `None` when whoever sits there declines.
///
/// # Errors
/// As `run`.
pub async fn ask_first(config: &Config, tr: &Tr, me: Option<&str>) -> Result<Option<InitAnswers>> {
    let (mut terminal, settings) = take(config, tr)?;
    let answers = session::wizard::ask(&settings, me, &mut terminal.events, terminal.output).await;
    terminal.screen.give_back();
    Ok(answers)
}

/// Runs the console until its person leaves it; how it ended.
///
/// # Errors
/// `keymap` with the first fault of a keys file of one's own; `io` when there is no terminal to take.
pub async fn run(desk: &Desk, actor: Actor, config: &Config, tr: &Tr) -> Result<Ended> {
    let (terminal, mut settings) = take(config, tr)?;
    let home = variable("HOME").map(PathBuf::from);
    settings.save_dir = home.clone().unwrap_or_else(|| PathBuf::from("."));
    settings.home = home;
    let ended = session::run(Arc::new(desk.clone()), actor, settings, terminal.events, terminal.output).await;
    terminal.screen.give_back();
    ended
}

/// Takes the terminal, with what the person has set for it.
fn take(config: &Config, tr: &Tr) -> Result<(LocalTerminal, Settings)> {
    let keymap = Arc::new(keymap(config)?);
    let terminal = LocalTerminal::open()?;
    terminal.screen.install_panic_hook();
    let mut settings = Settings::new(tr.lang(), Theme::dark(depth(config)), keymap, terminal.size);
    settings.tr = tr.clone();
    Ok((terminal, settings))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The setting, or what the terminal says of itself. `NO_COLOR` wins over both: whoever set it meant it.
fn depth(config: &Config) -> Depth {
    let no_color = variable("NO_COLOR");
    let set = config.file.colour.as_deref().and_then(Depth::parse).filter(|_| no_color.is_none());
    let term = variable("TERM").unwrap_or_default();
    set.unwrap_or_else(|| Depth::of_terminal(&term, variable("COLORTERM").as_deref(), no_color.as_deref()))
}

fn keymap(config: &Config) -> Result<Keymap> {
    let own = match &config.file.keys {
        Some(path) => Some(
            std::fs::read_to_string(path)
                .map_err(|error| Error::usage("keys-file").arg("file", path.display()).because(error))?,
        ),
        None => None,
    };
    Keymap::load(DEFAULT, own.as_deref(), CommandId::by_name).map_err(|faults| fault(&faults))
}

fn fault(faults: &[KeymapError]) -> Error {
    let first = faults.first().map_or_else(String::new, |fault| {
        let arguments = fault.arguments().into_iter().map(|(name, value)| format!(" {name}={value}"));
        fault.code().to_owned() + &arguments.collect::<String>()
    });
    Error::usage("keymap").arg("fault", first).arg("count", faults.len())
}
