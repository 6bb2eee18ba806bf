//! Drives one console: bytes of a terminal in, frames out, effects carried out against the desk.
//!
//! It is generic over the terminal: events come through a bounded channel and frames go into any writer, so that a local
//! terminal and, later, an SSH channel are served alike. One ordered queue a session: everything that is ready is drained,
//! then the model changes once, then at most one frame is drawn. The screen never waits for the desk, and a slow terminal
//! never fills memory: one frame is in flight, the next is drawn from the newest model.
//!
//! A panic of the console ends this session alone: its draft is saved first.

mod ask;
mod driver;
mod files;
mod output;
pub mod wizard;

use crate::app::{self, Env, Me, Model};
use crate::i18n::{Lang, Tr};
use crate::keymap::Keymap;
use crate::term::TermEvent;
use crate::theme::Theme;
use otklik_core::desk::Desk;
use otklik_core::error::Result;
use otklik_core::types::Actor;
use ratatui::Frame;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::AsyncWrite;
use tokio::sync::mpsc;
use uuid::Uuid;

/// What a session is told of its terminal and its person's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    pub tr: Tr,
    pub theme: Theme,
    pub keymap: Arc<Keymap>,
    /// Columns and rows at the start.
    pub size: (u16, u16),
    /// Whether the terminal takes frames in the marks of synchronized update.
    pub synchronized: bool,
    /// Where saved files go unless the person types another folder.
    pub save_dir: PathBuf,
    /// For `~/` in a folder that the person types.
    pub home: Option<PathBuf>,
    /// Draws the model; a test may put a failing one in its place.
    pub view: fn(&Model, &mut Frame<'_>),
}

impl Settings {
    pub fn new(lang: Lang, theme: Theme, keymap: Arc<Keymap>, size: (u16, u16)) -> Self {
        let save_dir = PathBuf::from(".");
        Self {
            tr: Tr::new(lang),
            theme,
            keymap,
            size,
            synchronized: false,
            save_dir,
            home: None,
            view: app::view,
        }
    }
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The person left.
    Left,
    /// The terminal went away.
    HungUp,
    /// The console failed. The draft was saved if the desk could be reached.
    Panicked,
}

impl Ended {
    /// The exit code of a process whose only session this was: 70 is `EX_SOFTWARE` of sysexits.h.
    pub fn exit_code(self) -> u8 {
        match self {
            Ended::Left | Ended::HungUp => 0,
            Ended::Panicked => 70,
        }
    }
}

/// Runs a console until its person leaves, its terminal goes away or it fails. The caller takes the terminal before and
/// gives it back afterwards; what this writes are frames only.
///
/// # Errors
/// If the desk cannot tell its changes at the start.
pub async fn run<W>(
    desk: Arc<Desk>,
    actor: Actor,
    settings: Settings,
    events: mpsc::Receiver<TermEvent>,
    output: W,
) -> Result<Ended>
where
    W: AsyncWrite + Unpin + Send + 'static,
{
    let mut feed = desk.feed().await?;
    let (tell, changes) = mpsc::channel(1);
    let watching = tokio::spawn(async move {
        loop {
            let heard = feed.changed().await;
            if tell.send(heard).await.is_err() {
                return;
            }
        }
    });
    let model = Model::new(env(&desk, &actor, &settings));
    let ended = driver::Driver::new(desk, actor, settings, model, output).run(events, changes).await;
    watching.abort();
    Ok(ended)
}

fn env(desk: &Desk, actor: &Actor, settings: &Settings) -> Env {
    let other = match settings.tr.lang() {
        Lang::Ru => Lang::En,
        Lang::En => Lang::Ru,
    };
    let name = match actor {
        Actor::Person { name, .. } => name.clone(),
        Actor::Worker(worker) => worker.code().to_owned(),
    };
    Env {
        tr: settings.tr.clone(),
        other_tr: Tr::new(other),
        theme: settings.theme.clone(),
        keymap: Arc::clone(&settings.keymap),
        now: desk.clock().now(),
        zone: desk.zone(),
        size: settings.size,
        me: Me { staff: actor.staff(), name, roles: actor.roles().collect() },
        session: Uuid::new_v4(),
        save_dir: settings.save_dir.clone(),
    }
}
