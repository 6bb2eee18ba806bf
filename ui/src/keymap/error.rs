//! What can be wrong with a keymap file, said so that the person who wrote it can mend it.

use thiserror::Error;

/// One fault. `code` and `arguments` serve the interface's language; `Display` is for logs and `doctor`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeymapError {
    #[error("the keymap is not valid TOML: {0}")]
    Syntax(String),
    #[error("layout {name}: the sides of a row differ, or a character stands twice")]
    Layout { name: String },
    #[error("[{context}] is no place of the program")]
    UnknownContext { context: String },
    #[error("[{context}] {command}: there is no such command")]
    UnknownCommand { context: String, command: String },
    #[error("[{context}] {command}: expected a key, a list of keys, or {{ key = \"...\", literal = true }}")]
    Shape { context: String, command: String },
    #[error("[{context}] {command}: {key:?} names no key")]
    UnknownKey { context: String, command: String, key: String },
    #[error(
        "[{context}] {command}: {key:?} is not a Latin key; write the Latin letter of the same key, or literal = true"
    )]
    NotLatin { context: String, command: String, key: String },
    #[error("[{context}] {command}: {key:?} cannot be bound, since its key moves between layouts")]
    Moves { context: String, command: String, key: String },
    #[error("[{context}] {command}: a terminal cannot tell {key:?} from {same}")]
    Indistinct { context: String, command: String, key: String, same: &'static str },
    #[error("[{context}] {command}: {key:?} is text there")]
    Text { context: String, command: String, key: String },
    #[error("[{context}] {key:?} would run both {command} and {other}")]
    Conflict { context: String, command: String, key: String, other: String },
}

impl KeymapError {
    /// Stable, kebab-case: Fluent's key is `keymap-error-CODE`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax(_) => "syntax",
            Self::Layout { .. } => "layout",
            Self::UnknownContext { .. } => "unknown-context",
            Self::UnknownCommand { .. } => "unknown-command",
            Self::Shape { .. } => "shape",
            Self::UnknownKey { .. } => "unknown-key",
            Self::NotLatin { .. } => "not-latin",
            Self::Moves { .. } => "moves",
            Self::Indistinct { .. } => "indistinct",
            Self::Text { .. } => "text",
            Self::Conflict { .. } => "conflict",
        }
    }

    /// The names and values of the text's variables.
    pub fn arguments(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Syntax(detail) => vec![("detail", detail)],
            Self::Layout { name } => vec![("name", name)],
            Self::UnknownContext { context } => vec![("context", context)],
            Self::UnknownCommand { context, command } | Self::Shape { context, command } => {
                vec![("context", context), ("command", command)]
            }
            Self::UnknownKey { context, command, key }
            | Self::NotLatin { context, command, key }
            | Self::Moves { context, command, key }
            | Self::Text { context, command, key } => {
                vec![("context", context), ("command", command), ("key", key)]
            }
            Self::Indistinct { context, command, key, same } => {
                vec![("context", context), ("command", command), ("key", key), ("same", same)]
            }
            Self::Conflict { context, command, key, other } => {
                vec![("context", context), ("command", command), ("key", key), ("other", other)]
            }
        }
    }
}
