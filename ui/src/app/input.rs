//! Keys and pastes: text where text is typed, commands everywhere else.

use super::commands;
use super::effect::Effect;
use super::model::Model;
use super::notice::Notice;
use super::update::{Place, in_place};
use crate::term::{Input, Key, KeyCode, Paste};
use crate::widgets::EditKey;

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

fn press(model: &mut Model, key: &Key, out: &mut Vec<Effect>) {
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
        None => {}
    }
}

fn pasted(model: &mut Model, paste: &Paste, out: &mut Vec<Effect>) {
    model.dirty = true;
    if !is_text(model) {
        model.notice = Some(Notice::warning("paste-refused"));
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
fn edit_key(key: &Key) -> Option<EditKey> {
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
