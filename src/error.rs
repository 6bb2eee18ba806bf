//! One error type for every use case: a stable code, the class that decides the exit code, and arguments for the sentence
//! that the interface makes of it. It never carries personal data; a source is kept for the log.

use std::fmt;

/// What class an error is of; the command line's exit code follows from it (DESIGN, the command line).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Something that is not the user's fault did not work: 1.
    Failed,
    /// The request itself is wrong: 2.
    Usage,
    /// The actor may not do it: 3.
    NotAllowed,
    /// There is no such thing, or not in the actor's scope: 4.
    NotFound,
    /// Somebody else was first, or the state forbids it: 5.
    Conflict,
}

impl ErrorKind {
    pub fn exit_code(self) -> u8 {
        match self {
            ErrorKind::Failed => 1,
            ErrorKind::Usage => 2,
            ErrorKind::NotAllowed => 3,
            ErrorKind::NotFound => 4,
            ErrorKind::Conflict => 5,
        }
    }
}

/// An error of a use case. `code` is stable kebab-case and is the key of its sentence: `error-CODE`.
pub struct Error {
    pub kind: ErrorKind,
    pub code: &'static str,
    /// Values for the sentence: numbers, codes, file names, staff names. Never an author's data.
    pub args: Vec<(&'static str, String)>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn new(kind: ErrorKind, code: &'static str) -> Self {
        Self { kind, code, args: Vec::new(), source: None }
    }

    pub fn failed(code: &'static str) -> Self {
        Self::new(ErrorKind::Failed, code)
    }

    pub fn usage(code: &'static str) -> Self {
        Self::new(ErrorKind::Usage, code)
    }

    pub fn not_allowed(code: &'static str) -> Self {
        Self::new(ErrorKind::NotAllowed, code)
    }

    pub fn not_found(code: &'static str) -> Self {
        Self::new(ErrorKind::NotFound, code)
    }

    pub fn conflict(code: &'static str) -> Self {
        Self::new(ErrorKind::Conflict, code)
    }

    pub fn arg(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        for (name, value) in &self.args {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self}; source: {:?})", self.source)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as _)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => Error::failed("disk-full").because(error),
            kind => Error::failed("io").arg("reason", kind).because(error),
        }
    }
}
