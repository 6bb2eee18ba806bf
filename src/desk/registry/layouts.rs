//! What columns are taken for, as a person said it or as it was saved at the last import of an organisation.

use super::file::RegistryFile;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::rules::normalise::fold_name;
use crate::rules::registry::columns::{Layout, once_each};
use crate::rules::roles::UseCase;
use crate::store::{orgs, registry as store};
use crate::types::{Actor, ColumnWhy, RegistryField, Untrusted};
use serde_json::{Map, Value, json};

/// Which titles mean which fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayoutChoice {
    columns: Vec<(String, RegistryField)>,
    header_rows: Option<usize>,
}

impl LayoutChoice {
    /// Reads `{"columns": {"Ф.И.О.": "fio_raw", "#7": "skip"}, "header_rows": 3}`: titles as they stand above the columns,
    /// or `#` and the number of a column from 1.
    ///
    /// # Errors
    /// `bad-json`, `bad-map` with the title whose field there is not.
    pub fn read(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| Error::usage("bad-json").arg("line", error.line()).because(error))?;
        let Some(columns) = value.get("columns").and_then(Value::as_object) else {
            return Err(Error::usage("bad-map").arg("title", "columns").arg("field", ""));
        };
        let mut choice = Self::default();
        for (title, field) in columns {
            let code = field.as_str().unwrap_or_default();
            let field = RegistryField::parse(code).ok_or_else(|| {
                Error::usage("bad-map")
                    .arg("title", Untrusted::new(title.as_str()).display_line())
                    .arg("field", code)
            })?;
            choice.columns.push((title.clone(), field));
        }
        let rows = value.get("header_rows").and_then(Value::as_u64);
        choice.header_rows = rows.and_then(|rows| usize::try_from(rows).ok());
        Ok(choice)
    }

    /// The column with this title is that of the organisations.
    pub fn org_column(title: &str) -> Self {
        Self { columns: vec![(title.to_owned(), RegistryField::Org)], header_rows: None }
    }

    /// What a layout is now.
    pub fn of(layout: &Layout) -> Self {
        let key = |(n, title): (usize, &str)| {
            if title.is_empty() { format!("#{}", n + 1) } else { title.to_owned() }
        };
        let columns = layout.columns.iter().enumerate();
        Self {
            columns: columns.map(|(n, column)| (key((n, &column.title)), column.field)).collect(),
            header_rows: None,
        }
    }

    /// The form that `read` reads.
    pub fn to_json(&self) -> Value {
        let columns: Map<String, Value> =
            self.columns.iter().map(|(title, field)| (title.clone(), field.code().into())).collect();
        json!({ "columns": columns })
    }

    /// Whether every title stands above one of these columns.
    pub(super) fn fits(&self, layout: &Layout) -> bool {
        !self.columns.is_empty()
            && self.columns.iter().all(|(title, _)| {
                (0..layout.columns.len()).any(|n| is_called(title, n, &layout.columns[n].title))
            })
    }

    pub(super) fn apply(&self, layout: &mut Layout, why: ColumnWhy) {
        if let Some(rows) = self.header_rows {
            layout.header_rows = rows;
        }
        for (title, field) in &self.columns {
            let Some(at) = (0..layout.columns.len()).find(|&n| is_called(title, n, &layout.columns[n].title))
            else {
                continue;
            };
            let several = matches!(field, RegistryField::Phone | RegistryField::Email | RegistryField::Skip);
            let others = layout.columns.iter_mut().enumerate();
            for (_, other) in others.filter(|(n, other)| *n != at && other.field == *field && !several) {
                other.field = RegistryField::Skip;
            }
            (layout.columns[at].field, layout.columns[at].why) = (*field, why);
        }
        once_each(&mut layout.columns);
    }
}

fn is_called(name: &str, n: usize, title: &str) -> bool {
    name.strip_prefix('#').and_then(|number| number.parse().ok()) == Some(n + 1)
        || (!title.is_empty() && fold_name(name) == fold_name(title))
}

impl Desk {
    /// Takes a file's columns as they were taken at the last import of this organisation (by its code), where it has all
    /// of the same titles. Says whether it did.
    pub async fn use_saved_layout(
        &self,
        actor: &Actor,
        file: &mut RegistryFile,
        org: Option<&str>,
    ) -> Result<bool> {
        let mut look = self.look(actor, UseCase::MemberImport).await?;
        let key = match org {
            Some(code) => match orgs::id_by_code(&mut look.reader.conn(), code).await? {
                Some(id) => id.to_string(),
                None => return Ok(false),
            },
            None => String::new(),
        };
        let saved = store::layout(&mut look.reader.conn(), &key).await?;
        let saved = saved.and_then(|text| LayoutChoice::read(&text).ok());
        match saved.filter(|saved| file.find_header_of(saved)) {
            Some(saved) => {
                file.choose(&saved, ColumnWhy::Saved);
                Ok(true)
            }
            None => Ok(false),
        }
    }
}
