//! What the console says: sentences by their key, so that they follow a change of language.

use super::effect::Failure;
use crate::i18n::{Arg, Phrase, Tr};

/// A sentence that is not yet in any language.
#[derive(Clone, Debug, PartialEq)]
pub struct Say {
    pub key: String,
    pub args: Vec<(&'static str, Arg)>,
}

impl Say {
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), args: Vec::new() }
    }

    pub fn arg(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// The sentence in the session's language.
    pub fn text(&self, tr: &Tr) -> Phrase {
        tr.with(&self.key, &self.args)
    }
}

/// How a notice is meant. Colour is never the only sign: the words of a warning say that something was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Done,
    Warning,
}

/// The one line in which the console says what it did or why it did not; gone at the next key.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub tone: Tone,
    pub say: Say,
}

impl Notice {
    pub fn done(key: &str) -> Self {
        Self { tone: Tone::Done, say: Say::new(key) }
    }

    pub fn warning(key: &str) -> Self {
        Self { tone: Tone::Warning, say: Say::new(key) }
    }

    pub fn arg(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.say = self.say.arg(name, value);
        self
    }
}

/// The sentence of an error: `error-CODE` with the values it came with, or the one that names an unknown code.
pub fn failure_text(tr: &Tr, failure: &Failure) -> Phrase {
    let mut args: Vec<(&str, Arg)> =
        failure.args.iter().map(|(name, value)| (*name, Arg::from(value.as_str()))).collect();
    let key = format!("error-{}", failure.code);
    if let Some(text) = tr.find(&key, &args) {
        return text;
    }
    args.push(("code", failure.code.into()));
    tr.with("error-unknown", &args)
}
