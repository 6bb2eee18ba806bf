//! Which command a key runs, where. Loaded from TOML, checked whole at load, constant afterwards.
//!
//! It must never make a command of a character that is being typed as text.

use std::collections::BTreeMap;

use super::chord::Chord;
use super::commands::CommandId;
use super::context::Context;
use super::error::KeymapError;
use super::file::{Binding, read};
use super::layout::Layout;
use crate::term::{Key, KeyCode};

/// The keymap that ships.
pub const DEFAULT: &str = include_str!("../../../keymaps/default.toml");

/// Keys to commands, and back.
#[derive(Clone, Debug)]
pub struct Keymap {
    by_chord: BTreeMap<(Context, Chord), CommandId>,
    /// In the file's order: the first is the one to show.
    by_command: BTreeMap<(Context, CommandId), Vec<Chord>>,
    layout: Layout,
}

impl Keymap {
    /// Reads the default keymap and, over it, a person's own: a command named there loses its default keys in that
    /// context. `known` finds a command by its name.
    ///
    /// # Errors
    /// Every fault of both files, so that a person mends them in one go.
    pub fn load(
        default: &str,
        overriding: Option<&str>,
        known: impl Fn(&str) -> Option<CommandId>,
    ) -> Result<Self, Vec<KeymapError>> {
        let layout = Layout::russian().map_err(|error| vec![error])?;
        let mut faults = Vec::new();
        let mut by_command = BTreeMap::new();
        for text in std::iter::once(default).chain(overriding) {
            for Binding { context, command, chords } in read(text, &known, &mut faults) {
                by_command.insert((context, command), chords);
            }
        }
        let by_chord = invert(&by_command, &layout, &mut faults);
        if faults.is_empty() { Ok(Self { by_chord, by_command, layout }) } else { Err(faults) }
    }

    /// The keymap as it ships.
    ///
    /// # Errors
    /// Never with the file as it ships, which a test reads.
    pub fn shipped() -> Result<Self, Vec<KeymapError>> {
        Self::load(DEFAULT, None, CommandId::by_name)
    }

    /// The command of a key in a stack of contexts, innermost first. Within a context a key is tried as it was
    /// reported, then as its place in the Latin layout.
    ///
    /// Where the innermost context takes text, characters without Ctrl or Alt are text and run nothing, and the keys
    /// that edit (arrows, Enter, Tab, Backspace and the like) run only what that context itself binds. Under a modal
    /// context only `Global` is heard, and only F-keys, Esc and chords.
    pub fn resolve(&self, stack: &[Context], key: &Key) -> Option<CommandId> {
        let typing = stack.first().is_some_and(|context| context.is_text());
        if typing && key.printable().is_some() {
            return None;
        }
        let far = key.printable().is_none() && !edits(key.code);
        let mut reach = true;
        for (depth, context) in stack.iter().enumerate() {
            let heard = depth == 0 || if reach { !typing || far } else { *context == Context::Global && far };
            if let Some(command) = heard.then(|| self.bound(*context, key)).flatten() {
                return Some(command);
            }
            reach &= !context.is_modal();
        }
        None
    }

    fn bound(&self, context: Context, key: &Key) -> Option<CommandId> {
        let chord = Chord::of_key(key);
        let find = |chord| self.by_chord.get(&(context, chord)).copied();
        match key.code {
            KeyCode::Char(reported) => {
                self.layout.meanings(key, reported).find_map(|c| find(chord.with_char(c)))
            }
            _ => find(chord),
        }
    }

    /// The key to show beside a command in this stack of contexts: `F2`, `Ctrl+P`, or both layouts' letters, `j/о`.
    /// Only a key that really runs it there: not one that an inner context takes, nor a letter where text is typed.
    pub fn hint(&self, command: CommandId, stack: &[Context]) -> Option<String> {
        self.hints(command, stack).into_iter().next()
    }

    /// All keys of a command in this stack, in the keymap's order.
    pub fn hints(&self, command: CommandId, stack: &[Context]) -> Vec<String> {
        let mut shown: Vec<String> = Vec::new();
        for context in stack {
            for chord in self.by_command.get(&(*context, command)).into_iter().flatten() {
                let text = self.show(chord);
                if self.resolve(stack, &pressed(chord)) == Some(command) && !shown.contains(&text) {
                    shown.push(text);
                }
            }
        }
        shown
    }

    /// The commands of F1 to F10 in this stack.
    pub fn bar(&self, stack: &[Context]) -> [Option<CommandId>; 10] {
        let keys: [u8; 10] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        keys.map(|n| self.resolve(stack, &Key::new(KeyCode::F(n))))
    }

    /// Every binding, by context and command, for the documentation: the keys as `hint` shows them.
    pub fn bindings(&self) -> impl Iterator<Item = (Context, CommandId, Vec<String>)> + '_ {
        self.by_command.iter().map(|((context, command), chords)| {
            (*context, *command, chords.iter().map(|c| self.show(c)).collect())
        })
    }

    fn show(&self, chord: &Chord) -> String {
        match chord.printable().and_then(|latin| self.layout.local(latin)) {
            Some(local) => format!("{chord}/{local}"),
            None => chord.to_string(),
        }
    }
}

/// Keys with which a line of text is edited and left.
fn edits(code: KeyCode) -> bool {
    !matches!(code, KeyCode::Char(_) | KeyCode::F(_) | KeyCode::Esc)
}

fn pressed(chord: &Chord) -> Key {
    Key { code: chord.code, mods: chord.mods, base: None }
}

/// Turns the table round, refusing a key that would run two commands in one context, be it through the layout.
fn invert(
    by_command: &BTreeMap<(Context, CommandId), Vec<Chord>>,
    layout: &Layout,
    faults: &mut Vec<KeymapError>,
) -> BTreeMap<(Context, Chord), CommandId> {
    let mut by_chord = BTreeMap::new();
    let mut by_place: BTreeMap<(Context, Chord), CommandId> = BTreeMap::new();
    for ((context, command), chords) in by_command {
        for chord in chords {
            by_chord.insert((*context, *chord), *command);
            let before = by_place.insert((*context, place(chord, layout)), *command);
            if let Some(other) = before.filter(|other| other != command) {
                faults.push(KeymapError::Conflict {
                    context: context.name().to_owned(),
                    command: command.name().to_owned(),
                    key: chord.to_string(),
                    other: other.name().to_owned(),
                });
            }
        }
    }
    by_chord
}

/// The chord on the Latin letter of its key.
fn place(chord: &Chord, layout: &Layout) -> Chord {
    match chord.code {
        KeyCode::Char(c) => layout.latin(c).map_or(*chord, |latin| chord.with_char(latin)),
        _ => *chord,
    }
}

/// Ctrl with these is what the terminal sends for another key.
pub(super) fn same_as(chord: &Chord) -> Option<&'static str> {
    if !chord.mods.ctrl {
        return None;
    }
    match chord.code {
        KeyCode::Char('h') => Some("Backspace"),
        KeyCode::Char('i') => Some("Tab"),
        KeyCode::Char('j' | 'm') => Some("Enter"),
        KeyCode::Char('[') => Some("Esc"),
        _ => None,
    }
}
