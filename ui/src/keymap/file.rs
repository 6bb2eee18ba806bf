//! The text of a keymap file becomes bindings, or faults. Knows TOML and the rules for single keys; whether two
//! bindings go together is the map's business.

use toml::{Table, Value};

use super::chord::Chord;
use super::commands::CommandId;
use super::context::Context;
use super::error::KeymapError;
use super::map::same_as;
use crate::term::KeyCode;

/// The keys of one command in one context.
pub(super) struct Binding {
    pub context: Context,
    pub command: CommandId,
    pub chords: Vec<Chord>,
}

/// Where a fault stands.
struct Place<'a> {
    context: Context,
    command: &'a str,
}

impl Place<'_> {
    fn names(&self) -> (String, String) {
        (self.context.name().to_owned(), self.command.to_owned())
    }
}

/// Reads what is right and adds what is wrong to `faults`.
pub(super) fn read(
    text: &str,
    known: &impl Fn(&str) -> Option<CommandId>,
    faults: &mut Vec<KeymapError>,
) -> Vec<Binding> {
    let file: Table = match text.parse() {
        Ok(file) => file,
        Err(error) => {
            faults.push(KeymapError::Syntax(error.to_string().trim_end().to_owned()));
            return Vec::new();
        }
    };
    let mut bindings = Vec::new();
    for (name, table) in &file {
        let (Some(context), Value::Table(table)) = (Context::by_name(name), table) else {
            faults.push(KeymapError::UnknownContext { context: name.clone() });
            continue;
        };
        for (name, value) in table {
            let place = Place { context, command: name };
            let Some(command) = known(name) else {
                let (context, command) = place.names();
                faults.push(KeymapError::UnknownCommand { context, command });
                continue;
            };
            match chords(&place, value) {
                Ok(chords) => bindings.push(Binding { context, command, chords }),
                Err(fault) => faults.push(fault),
            }
        }
    }
    bindings
}

fn chords(place: &Place<'_>, value: &Value) -> Result<Vec<Chord>, KeymapError> {
    match value {
        Value::Array(values) => values.iter().map(|value| one(place, value)).collect(),
        value => Ok(vec![one(place, value)?]),
    }
}

fn one(place: &Place<'_>, value: &Value) -> Result<Chord, KeymapError> {
    let (key, literal) = match value {
        Value::String(key) => (Some(key.as_str()), false),
        Value::Table(table) if table.keys().all(|k| k == "key" || k == "literal") => {
            let literal = table.get("literal").and_then(Value::as_bool);
            (table.get("key").and_then(Value::as_str), literal.unwrap_or(false))
        }
        _ => (None, false),
    };
    let Some(key) = key else {
        let (context, command) = place.names();
        return Err(KeymapError::Shape { context, command });
    };
    let Some(chord) = Chord::parse(key) else {
        let ((context, command), key) = (place.names(), key.to_owned());
        return Err(KeymapError::UnknownKey { context, command, key });
    };
    check(place, chord, key, literal)?;
    Ok(chord)
}

fn check(place: &Place<'_>, chord: Chord, key: &str, literal: bool) -> Result<(), KeymapError> {
    let ((context, command), key) = (place.names(), key.to_owned());
    if let KeyCode::Char(c) = chord.code {
        if matches!(c, '.' | ',' | ';') {
            return Err(KeymapError::Moves { context, command, key });
        }
        if !c.is_ascii() && !literal {
            return Err(KeymapError::NotLatin { context, command, key });
        }
    }
    if let Some(same) = same_as(&chord) {
        return Err(KeymapError::Indistinct { context, command, key, same });
    }
    if place.context.is_text() && chord.printable().is_some() {
        return Err(KeymapError::Text { context, command, key });
    }
    Ok(())
}
