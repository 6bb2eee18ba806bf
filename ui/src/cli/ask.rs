//! Asking a person at the terminal. Where nobody sits, nothing is asked and nothing is assumed.

use super::out::{Out, to_stdout};
use super::words;
use crate::i18n::Phrase;
use crate::term;
use otklik_core::error::{Error, Result};
use std::io::{BufRead as _, IsTerminal as _, Write as _};

/// Whether somebody can be asked.
pub fn somebody_is_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Where a console cannot be shown, says so with the help and gives the exit code: 2. None where it can.
pub fn without_screen(out: &Out) -> Result<Option<u8>> {
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        let kind = std::env::var("TERM").unwrap_or_default();
        if term::can_draw(&kind) {
            return Ok(None);
        }
        out.error(&Error::usage("terminal-dumb").arg("term", kind));
    }
    to_stdout(&words::command(&out.tr).render_help().to_string())?;
    Ok(Some(2))
}

/// A line that a person types after a question; none at the end of input.
pub fn line(out: &Out, question: &Phrase) -> Result<Option<String>> {
    let mut stderr = std::io::stderr().lock();
    write!(stderr, "{} ", question.as_str())?;
    stderr.flush()?;
    let mut typed = String::new();
    if std::io::stdin().lock().read_line(&mut typed)? == 0 {
        out.aside("");
        return Ok(None);
    }
    Ok(Some(typed.trim().to_owned()))
}

/// Whether a typed word means yes, in either language and under either layout.
fn means_yes(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "д" | "да" | "y" | "yes" | "l" | "lf")
}

/// Asks for a yes; `yes` is `--yes`.
///
/// # Errors
/// `needs-yes` where nobody can be asked; `declined` when the answer is anything but a yes.
pub fn confirm(out: &Out, yes: bool, question: &Phrase) -> Result<()> {
    if yes {
        return Ok(());
    }
    if out.json || !somebody_is_there() {
        return Err(Error::usage("needs-yes"));
    }
    match line(out, question)? {
        Some(word) if means_yes(&word) => Ok(()),
        _ => Err(Error::failed("declined")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        assert!(["да", "Д", "y", "YES", "lf"].iter().all(|word| means_yes(word)));
        assert!(!["", "нет", "n", "да нет", "yy"].iter().any(|word| means_yes(word)));
    }
}
