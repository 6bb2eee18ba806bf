//! Runs the form of the first start on a terminal, before there is any desk.

use super::Settings;
use super::output::Output;
use crate::app::input::edit_key;
use crate::i18n::{Lang, Tr};
use crate::keymap::{CommandId, Context};
use crate::screens::setup::model::Left;
use crate::screens::setup::{Folder, InitAnswers, State, update, view};
use crate::term::{AnsiBackend, ESCAPE_TIMEOUT, Input, Parser, TermEvent};
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use tokio::io::AsyncWrite;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Where keys of the form are read.
const STACK: &[Context] = &[Context::Field, Context::Global];

/// Asks until the form is answered; `None` when it was declined or the terminal went away. `me` stands in the field of
/// the person's name to begin with.
pub async fn ask<W>(
    settings: &Settings,
    me: Option<&str>,
    events: &mut mpsc::Receiver<TermEvent>,
    output: W,
) -> Option<InitAnswers>
where
    W: AsyncWrite + Unpin + Send + 'static,
{
    let (columns, rows) = settings.size;
    let backend = AnsiBackend::new(columns, rows, settings.theme.depth);
    let options = TerminalOptions { viewport: Viewport::Fixed(Rect::new(0, 0, columns, rows)) };
    let Ok(mut terminal) = Terminal::with_options(backend, options);
    let mut output = Output::new(output);
    let (mut state, mut tr, mut parser) = (State::new(me), settings.tr.clone(), Parser::new());
    loop {
        let Ok(_) = terminal.draw(|frame| {
            let area = frame.area();
            if let Some(at) = view::draw(&state, &tr, &settings.theme, frame.buffer_mut(), area) {
                frame.set_cursor_position(at);
            }
        });
        output.send(terminal.backend_mut().take_output());
        if output.is_busy() && output.written().await.is_err() {
            return None;
        }
        let mut inputs = Vec::new();
        match next(events, &mut parser).await {
            Some(TermEvent::Bytes(bytes)) => parser.feed(&bytes, &mut inputs),
            Some(TermEvent::Resize(columns, rows)) => {
                terminal.backend_mut().set_size(columns, rows);
                let Ok(()) = terminal.resize(Rect::new(0, 0, columns, rows));
            }
            Some(TermEvent::Hangup) => return None,
            None if parser.is_waiting() => parser.flush_escape(&mut inputs),
            None => return None,
        }
        for input in inputs {
            match take(&mut state, &mut tr, settings, input) {
                Some(Left::Answered(answers)) if state.found(look(&answers)) => return Some(answers),
                Some(Left::Answered(_)) => {}
                Some(Left::Declined) => return None,
                None => {}
            }
        }
    }
}

/// Looks for the folders that the answers name; a relative one is meant from here.
fn look(answers: &InitAnswers) -> Folder {
    let folder = |way: &Option<String>, scheme: &str| {
        way.as_deref()
            .and_then(|way| way.strip_prefix(scheme))
            .and_then(|folder| std::path::absolute(folder).ok())
    };
    let stands = |folder: &std::path::Path| folder.parent().is_none_or(std::path::Path::is_dir);
    match (folder(&answers.mail_in, "maildir:"), folder(&answers.mail_out, "folder:")) {
        (Some(inbox), _) if !stands(&inbox) => Folder::NoParent,
        (_, Some(outbox)) if !stands(&outbox) => Folder::OutNoParent,
        (Some(inbox), _) if !inbox.is_dir() => Folder::Absent,
        _ => Folder::There,
    }
}

/// The next event; `None` when the terminal is gone, or when an Esc has waited for its sequence long enough.
async fn next(events: &mut mpsc::Receiver<TermEvent>, parser: &mut Parser) -> Option<TermEvent> {
    if parser.is_waiting() {
        timeout(ESCAPE_TIMEOUT, events.recv()).await.ok().flatten()
    } else {
        events.recv().await
    }
}

fn take(state: &mut State, tr: &mut Tr, settings: &Settings, input: Input) -> Option<Left> {
    match input {
        Input::Key(key) => match settings.keymap.resolve(STACK, &key) {
            Some(CommandId::Language) => {
                *tr = Tr::new(if tr.lang() == Lang::Ru { Lang::En } else { Lang::Ru });
                None
            }
            Some(command) => update::command(state, command),
            None => {
                if let Some(key) = edit_key(&key) {
                    update::key(state, key);
                }
                None
            }
        },
        Input::Paste(paste) => {
            update::paste(state, &paste.text.display());
            None
        }
        Input::FocusGained | Input::FocusLost => None,
    }
}
