//! What the console says: sentences by their key, so that they follow a change of language.

use super::effect::Failure;
use crate::i18n::{Arg, Phrase, Tr};
use otklik_core::error::Error;

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

/// The sentence of an error: what happened, what was kept, what to do.
pub fn failure_text(tr: &Tr, failure: &Failure) -> Phrase {
    let error = failure
        .args
        .iter()
        .fold(Error::new(failure.kind, failure.code), |e, (name, value)| e.arg(name, value));
    tr.error(&error)
}
