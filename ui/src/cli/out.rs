//! What the command line says: text for people on lines, JSON for programs, errors where each is looked for.
//!
//! Every line goes through the filter for terminals once more, so that a name with an escape sequence in it that was
//! forgotten elsewhere still cannot drive the terminal (wall 5).

use crate::i18n::{Phrase, Tr};
use otklik_core::error::{Error, Result};
use otklik_core::types::{DisplayText, safe_json_pretty};
use serde::Serialize;
use serde_json::json;
use std::io::Write as _;

/// Where a verb's words go.
#[derive(Clone, Debug)]
pub struct Out {
    pub tr: Tr,
    pub json: bool,
}

impl Out {
    /// A line for a person. Says nothing under `--json`.
    pub fn line(&self, text: impl AsRef<str>) -> Result<()> {
        if self.json {
            return Ok(());
        }
        to_stdout(&format!("{}\n", DisplayText::sanitise(text.as_ref()).as_str()))
    }

    /// A value for a program.
    pub fn value<T: Serialize + ?Sized>(&self, value: &T) -> Result<()> {
        let text = safe_json_pretty(value).map_err(|error| Error::failed("internal").because(error))?;
        to_stdout(&format!("{text}\n"))
    }

    /// What was done: a sentence for a person, an object for a program.
    pub fn done(&self, sentence: &Phrase, value: serde_json::Value) -> Result<()> {
        if self.json { self.value(&value) } else { self.line(sentence) }
    }

    /// An error: `{error:{code,message}}` on standard output with `--json`, else a sentence on standard error. Where the
    /// desk's sentence names a command of the console, `cli-error-CODE` names the verb instead.
    pub fn error(&self, error: &Error) {
        let message = self.tr.error_in("cli-error", error).unwrap_or_else(|| self.tr.error(error));
        self.complaint(error.code, &message);
    }

    /// The same for what the desk never saw.
    pub fn complaint(&self, code: &str, message: &Phrase) {
        if self.json {
            let _ = self.value(&json!({ "error": { "code": code, "message": message.as_str() } }));
        } else {
            self.aside(message);
        }
    }

    /// A line beside the result, such as a question or progress: on standard error.
    pub fn aside(&self, text: impl AsRef<str>) {
        let text = DisplayText::sanitise(text.as_ref());
        let _ = writeln!(std::io::stderr().lock(), "{}", text.as_str());
    }
}

/// Writes text that is ready. A reader that has gone away (`| head`) is no failure of ours.
pub fn to_stdout(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => Ok(done?),
    }
}

/// Columns under headings, each as wide as its widest cell, the last one free.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(headings: Vec<Phrase>) -> Self {
        Self { rows: vec![headings.into_iter().map(String::from).collect()] }
    }

    /// A table whose headings are the words of these columns.
    pub fn of(tr: &Tr, columns: &[&str]) -> Self {
        Self::new(columns.iter().map(|name| tr.text(&format!("cli-column-{name}"))).collect())
    }

    /// A row; its cells are folded to one safe line each.
    pub fn row(&mut self, cells: Vec<String>) {
        let cells = cells.into_iter().map(|cell| DisplayText::sanitise(&cell).into_line().into_string());
        self.rows.push(cells.collect());
    }

    pub fn lines(&self) -> Vec<String> {
        use unicode_width::UnicodeWidthStr as _;
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let line = |row: &Vec<String>| {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line += cell;
                line += &" ".repeat(width - cell.width() + 2);
            }
            line.trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn columns_line_up_and_a_cell_stays_in_its_line() {
        let tr = Tr::new(Lang::En);
        let mut table = Table::new(vec![tr.text("cli-column-name"), tr.text("cli-column-name")]);
        table.row(vec!["Ёлкина\nзлая\u{1b}[2J".into(), "x".into()]);
        let lines = table.lines();
        assert_eq!(lines.len(), 2);
        assert!(lines[1].starts_with("Ёлкина злая") && !lines[1].contains('\u{1b}'), "{lines:?}");
        assert_eq!(lines[0].find("Name").map(|_| ()), Some(()));
    }
}
