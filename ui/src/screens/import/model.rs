//! What the import's screen holds: the file as it was read, the choices about it, the work under way, and the difference.

use crate::app::effect::Failure;
use crate::widgets::columns::Cursor;
use otklik_core::desk::views::OrgView;
use otklik_core::desk::{Counts, DiffRow, ImportRequest, ImportWatch, MemberImport, RegistryFile};
use otklik_core::types::{ColumnWhy, DisplayText, RegistryField, RowFate};
use std::path::PathBuf;
use std::sync::Arc;

/// A column made safe to draw.
#[derive(Clone, Debug)]
pub struct Column {
    pub title: DisplayText,
    pub field: RegistryField,
    pub why: ColumnWhy,
    /// Some of what stands in it.
    pub example: DisplayText,
}

/// The work under way.
#[derive(Clone, Debug)]
pub struct Work {
    pub watch: Arc<ImportWatch>,
    /// Rows decided about, and all rows.
    pub progress: (usize, usize),
    /// The registry is being changed; otherwise it is only compared.
    pub applies: bool,
    pub stopping: bool,
}

/// What the file would change.
#[derive(Clone, Debug)]
pub struct Difference {
    pub counts: Counts,
    pub rows: Vec<DiffRow>,
    /// Which of the rows are shown.
    pub shown: Vec<usize>,
    /// Only rows of this fate.
    pub fate: Option<RowFate>,
    /// Fields that were kept as written and cannot be read, numbers that have lost their zeros, organisations nobody knows.
    pub unclear: usize,
    pub numbers: usize,
    pub unknown_orgs: Vec<DisplayText>,
    pub cursor: Cursor,
}

impl Difference {
    pub fn new(done: &MemberImport) -> Self {
        let mut difference = Self {
            counts: done.counts,
            rows: done.diff.clone(),
            shown: Vec::new(),
            fate: None,
            unclear: done.unclear.len(),
            numbers: done.numbers.iter().map(|note| note.count).sum(),
            unknown_orgs: done.unknown_orgs.iter().map(|code| code.display_line()).collect(),
            cursor: Cursor::default(),
        };
        difference.show(None);
        difference
    }

    /// Shows rows of one fate, or all.
    pub fn show(&mut self, fate: Option<RowFate>) {
        let fits = |row: &DiffRow| fate.is_none_or(|fate| row.fate == fate);
        self.shown = (0..self.rows.len()).filter(|&n| fits(&self.rows[n])).collect();
        // What a person has to look at stands first; the sort keeps the order of the file.
        let fates = self.fates();
        let rank = |n: &usize| fates.iter().position(|fate| *fate == self.rows[*n].fate);
        self.shown.sort_by_key(rank);
        (self.fate, self.cursor) = (fate, Cursor::default());
    }

    /// The fates that there are rows of, in the order in which a person looks at them.
    pub fn fates(&self) -> Vec<RowFate> {
        let counts = &self.counts;
        let all = [
            (RowFate::Unreadable, counts.unreadable),
            (RowFate::Conflicting, counts.conflicting),
            (RowFate::Vanished, counts.vanished),
            (RowFate::Changed, counts.changed),
            (RowFate::New, counts.new),
        ];
        all.into_iter().filter(|(_, count)| *count > 0).map(|(fate, _)| fate).collect()
    }

    pub fn row(&self) -> Option<&DiffRow> {
        self.rows.get(*self.shown.get(self.cursor.selected)?)
    }

    /// Whether loading it would change nothing.
    pub fn is_idle(&self) -> bool {
        self.counts.new + self.counts.changed + self.counts.vanished == 0
    }
}

#[derive(Debug)]
pub struct State {
    pub path: PathBuf,
    /// The file's name, as it is shown.
    pub name: DisplayText,
    /// `None` until it has been read.
    pub file: Option<Box<RegistryFile>>,
    pub columns: Vec<Column>,
    pub failed: Option<Failure>,
    /// Whose members they all are: code and name.
    pub org: Option<(String, DisplayText)>,
    pub orgs: Vec<(String, DisplayText)>,
    /// The file has only some of the members.
    pub partial: bool,
    pub cursor: Cursor,
    pub work: Option<Work>,
    pub difference: Option<Box<Difference>>,
}

impl State {
    pub fn new(path: PathBuf) -> Self {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self {
            path,
            name: DisplayText::sanitise(&name).into_line(),
            file: None,
            columns: Vec::new(),
            failed: None,
            org: None,
            orgs: Vec::new(),
            partial: false,
            cursor: Cursor::default(),
            work: None,
            difference: None,
        }
    }

    /// Takes the file in as it was read.
    pub fn take_file(&mut self, file: &RegistryFile) {
        self.file = Some(Box::new(file.clone()));
        self.failed = None;
        self.difference = None;
        self.take_columns();
        self.cursor.selected = self.cursor.selected.min(self.columns.len().saturating_sub(1));
    }

    fn take_columns(&mut self) {
        let Some(file) = &self.file else { return };
        let column = |n: usize| {
            let taken = &file.layout.columns[n];
            let examples: Vec<String> =
                file.examples(n, 3).iter().map(|value| value.display_line().into_string()).collect();
            Column {
                title: file.column_title(n).display_line(),
                field: taken.field,
                why: taken.why,
                example: DisplayText::sanitise(&examples.join("; ")),
            }
        };
        self.columns = (0..file.layout.columns.len()).map(column).collect();
    }

    /// Takes one column for a field.
    pub fn set_field(&mut self, column: usize, field: RegistryField) {
        if let Some(file) = &mut self.file {
            file.set_field(column, field);
        }
        self.difference = None;
        self.take_columns();
    }

    /// Whether a person has corrected a column: what was saved for an organisation does not replace that.
    pub fn is_corrected(&self) -> bool {
        self.columns.iter().any(|column| column.why == ColumnWhy::Given)
    }

    pub fn take_orgs(&mut self, orgs: &[OrgView]) {
        let org = |org: &OrgView| (org.code.display_line().into_string(), org.name.display_line());
        self.orgs = orgs.iter().map(org).collect();
    }

    /// What is asked of the desk: only the difference, or the change that was shown.
    pub fn request(&self, applies: bool) -> Option<ImportRequest> {
        let file = self.file.as_ref()?;
        let expected = self.difference.as_ref().map(|difference| difference.counts);
        Some(ImportRequest {
            file: RegistryFile::clone(file),
            name: self.name.as_str().to_owned(),
            org: self.org.as_ref().map(|(code, _)| code.clone()),
            partial: self.partial,
            apply: applies,
            expected: expected.filter(|_| applies),
            watch: Arc::default(),
        })
    }
}
