//! Keys and pastes: text where text is typed, commands everywhere else.

use super::commands;
use super::effect::{Effect, Wake};
use super::model::Model;
use super::notice::Notice;
use super::update::{Place, in_place};
use crate::keymap::{Stray, Verdict};
use crate::term::{Input, Key, KeyCode, Paste};
use crate::widgets::EditKey;
use jiff::Timestamp;
use std::time::Duration;

/// Takes what came from the terminal.
pub fn input(model: &mut Model, input: Input, out: &mut Vec<Effect>) {
    match input {
        Input::Key(key) => press(model, &key, out),
        Input::Paste(paste) => pasted(model, &paste, out),
        Input::FocusGained | Input::FocusLost => {}
    }
}

fn is_text(model: &Model) -> bool {
    model.stack().first().is_some_and(|context| context.is_text())
}

/// A key. In a text printable keys are text; elsewhere the guard judges whether somebody types into the wrong window.
fn press(model: &mut Model, key: &Key, out: &mut Vec<Effect>) {
    let command = model.env.keymap.resolve(model.stack(), key);
    if is_text(model) {
        model.guard.reset();
        return act(model, key, out);
    }
    match model.guard.key(key, command, model.env.now) {
        Verdict::Act => act(model, key, out),
        Verdict::ActAfter(held) => {
            for held in held {
                act(model, &held, out);
            }
            act(model, key, out);
        }
        Verdict::Wait(until) => wait(model, until, out),
        Verdict::Ignore => {}
        Verdict::Stray(stray) => say_stray(model, stray),
    }
}

/// The guard's wait is over: runs what it held.
pub fn held_keys(model: &mut Model, out: &mut Vec<Effect>) {
    for key in model.guard.due(model.env.now) {
        act(model, &key, out);
    }
    if let Some(until) = model.guard.due_at() {
        wait(model, until, out);
    }
}

fn wait(model: &Model, until: Timestamp, out: &mut Vec<Effect>) {
    let left = until.duration_since(model.env.now).as_millis().max(1);
    let after = Duration::from_millis(u64::try_from(left).unwrap_or(1));
    out.push(Effect::Wake { wake: Wake::Guard, after });
}

fn say_stray(model: &mut Model, stray: Stray) {
    model.dirty = true;
    model.notice = Some(Notice::warning(match stray {
        Stray::Keys => "notice-stray-keys",
        Stray::Paste => "notice-stray-paste",
    }));
}

/// Runs the key's command, or gives the key to the text.
fn act(model: &mut Model, key: &Key, out: &mut Vec<Effect>) {
    model.dirty = true;
    model.notice = None;
    match model.env.keymap.resolve(model.stack(), key) {
        Some(command) => commands::run(model, command, out),
        None if is_text(model) => {
            if let Some(edit) = edit_key(key) {
                in_place(model, out, |place, ctx| {
                    if let Place::Layer(layer) = place {
                        layer.text_key(edit, ctx);
                    }
                });
            }
        }
        None => say_no_key(model, key),
    }
}

/// A function key without a command says so: a hand that is used to another program must not wonder.
fn say_no_key(model: &mut Model, key: &Key) {
    if let KeyCode::F(n) = key.code {
        model.notice = Some(Notice::warning("notice-no-key").arg("key", format!("F{n}")));
    }
}

fn pasted(model: &mut Model, paste: &Paste, out: &mut Vec<Effect>) {
    model.dirty = true;
    if !is_text(model) {
        if let Verdict::Stray(stray) = model.guard.paste() {
            say_stray(model, stray);
        }
        return;
    }
    model.notice = paste.truncated.then(|| Notice::warning("paste-cut"));
    let text = paste.text.display();
    in_place(model, out, |place, ctx| {
        if let Place::Layer(layer) = place {
            layer.paste(&text, ctx);
        }
    });
}

/// What a key that is no command does in a text.
pub fn edit_key(key: &Key) -> Option<EditKey> {
    if let Some(c) = key.printable() {
        return Some(EditKey::Char(c));
    }
    let ctrl = key.mods.ctrl;
    if key.mods.alt {
        return None;
    }
    Some(match key.code {
        KeyCode::Enter => EditKey::Enter,
        KeyCode::Backspace if ctrl => EditKey::DeleteWord,
        KeyCode::Backspace => EditKey::Backspace,
        KeyCode::Delete => EditKey::Delete,
        KeyCode::Left if ctrl => EditKey::WordLeft,
        KeyCode::Right if ctrl => EditKey::WordRight,
        KeyCode::Left => EditKey::Left,
        KeyCode::Right => EditKey::Right,
        KeyCode::Up => EditKey::Up,
        KeyCode::Down => EditKey::Down,
        KeyCode::Home if ctrl => EditKey::Top,
        KeyCode::End if ctrl => EditKey::Bottom,
        KeyCode::Home => EditKey::Home,
        KeyCode::End => EditKey::End,
        KeyCode::PageUp => EditKey::PageUp,
        KeyCode::PageDown => EditKey::PageDown,
        // Under ЙЦУКЕН a terminal may report the Cyrillic letter of the same key.
        KeyCode::Char('w' | 'ц') if ctrl => EditKey::DeleteWord,
        KeyCode::Char('u' | 'г') if ctrl => EditKey::DeleteToStart,
        KeyCode::Char('z' | 'я') if ctrl => EditKey::Undo,
        KeyCode::Char('y' | 'н') if ctrl => EditKey::Redo,
        _ => return None,
    })
}
