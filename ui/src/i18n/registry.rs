//! What an import of the registry would do, in words: the same for the console and the command line.

use super::{Arg, Phrase, Tr};
use otklik_core::desk::{Change, Counts, DiffRow};
use otklik_core::types::{DisplayText, RegistryField};

impl Tr {
    /// What an import comes to, in one sentence.
    pub fn import_counts(&self, counts: &Counts) -> Phrase {
        let args: [(&str, Arg); 8] = [
            ("rows", counts.rows.into()),
            ("empty", counts.empty.into()),
            ("new", counts.new.into()),
            ("changed", counts.changed.into()),
            ("same", counts.same.into()),
            ("vanished", counts.vanished.into()),
            ("conflicting", counts.conflicting.into()),
            ("unreadable", counts.unreadable.into()),
        ];
        self.with("import-counts", &args)
    }

    /// A row of the difference in one sentence.
    pub fn import_row(&self, row: &DiffRow) -> Phrase {
        let args = [
            ("line", row.line.into()),
            ("fate", self.word(row.fate).into()),
            ("name", row.name.display_line().into()),
            ("what", self.import_change(row).into()),
        ];
        self.with("import-row-detail", &args)
    }

    /// What is told of a row: why nothing is done with it, or what changes.
    pub fn import_change(&self, row: &DiffRow) -> DisplayText {
        let words = match (row.why, row.other_line) {
            (Some(why), Some(line)) => format!("{} ({line})", self.coded("import-why", why)),
            (Some(why), None) => self.coded("import-why", why).to_string(),
            (None, _) => row.changes.iter().map(|one| self.changed_field(one)).collect::<Vec<_>>().join("; "),
        };
        DisplayText::sanitise(&words)
    }

    fn changed_field(&self, change: &Change) -> String {
        if change.field == "missing" {
            return self.text("import-row-back").into();
        }
        let field = RegistryField::parse(change.field).map(|field| self.word(field).to_string());
        let field = field.unwrap_or_else(|| change.field.to_owned());
        let (before, after) = (change.before.display_line(), change.after.display_line());
        format!("{field}: {} -> {}", before.as_str(), after.as_str())
    }
}
