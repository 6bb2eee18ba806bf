//! `otklik member import`: a registry of any kind is read, what it would do is shown row by row, then it is asked, then done
//! in one transaction. `undo` takes one back whole.

use super::args::{ImportVerb, MemberImport};
use super::out::Table;
use super::registry::line_of;
use super::{Run, Seat, ask, body, shapes};
use crate::i18n::Phrase;
use otklik_core::desk::{
    Change, DiffRow, ImportRequest, ImportView, ImportWatch, LayoutChoice, MemberImport as Done,
    RegistryFile, read_registry,
};
use otklik_core::error::{Error, Result};
use otklik_core::types::{ColumnWhy, DisplayText, RegistryField, RowFate, Untrusted};
use serde_json::{Value, json};
use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Rows of each fate that are named one by one to people; `--json` has all.
const NAMED: usize = 10;
/// How often an import that takes its time says how far it is.
const PROGRESS: Duration = Duration::from_secs(2);

impl Run {
    pub async fn member_import(&self, seat: &Seat, import: &MemberImport) -> Result<()> {
        match &import.verb {
            Some(ImportVerb::List { limit }) => self.member_imports(seat, *limit).await,
            Some(ImportVerb::Undo { id, yes }) => self.undo_import(seat, id.as_deref(), *yes).await,
            None => self.import_registry(seat, import).await,
        }
    }

    async fn import_registry(&self, seat: &Seat, import: &MemberImport) -> Result<()> {
        let path = import.file.clone().unwrap_or_default();
        let mut file = self.registry_file(&path, import.sheet.clone()).await?;
        let org = import.org.as_deref();
        seat.desk.use_saved_layout(&seat.actor, &mut file, org).await?;
        if let Some(map) = &import.map {
            file.choose(&LayoutChoice::read(&body::text(map)?)?, ColumnWhy::Given);
        }
        if let Some(title) = &import.org_column {
            file.choose(&LayoutChoice::org_column(title), ColumnWhy::Given);
            if !file.layout.columns.iter().any(|column| column.field == RegistryField::Org) {
                return Err(Error::usage("no-column").arg("column", DisplayText::sanitise(title)));
            }
        }
        self.read_as(&file)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut request = ImportRequest {
            file,
            name,
            org: import.org.clone(),
            partial: import.partial,
            ..ImportRequest::default()
        };
        let would = self.watched(seat, request.clone()).await?;
        if import.dry_run || would.is_idle() {
            return self.import_told(&request, &would, false);
        }
        if !import.yes {
            if self.out.json || !ask::somebody_is_there() {
                return Err(Error::usage("needs-yes"));
            }
            self.diff_told(&would)?;
            self.out.aside(self.out.tr.import_counts(&would.counts));
            ask::confirm(&self.out, false, &self.out.tr.text("cli-ask-import"))?;
        }
        (request.apply, request.expected) = (true, Some(would.counts));
        let done = self.watched(seat, request.clone()).await?;
        self.import_told(&request, &done, true)
    }

    /// Reads the file, and says that it is being read where that takes its time.
    async fn registry_file(&self, path: &Path, sheet: Option<String>) -> Result<RegistryFile> {
        let bytes = body::bytes(path)?;
        let mib = (bytes.len() >> 20).max(1);
        let read = tokio::task::spawn_blocking(move || read_registry(&bytes, sheet.as_deref()));
        tokio::pin!(read);
        let mut tick = tokio::time::interval(PROGRESS);
        tick.tick().await;
        loop {
            tokio::select! {
                read = &mut read => return read.map_err(|error| Error::failed("interrupted").because(error))?,
                _ = tick.tick() => if self.says_progress() {
                    self.out.aside(self.out.tr.with("cli-said-import-reading", &[("mib", mib.into())]));
                }
            }
        }
    }

    fn says_progress(&self) -> bool {
        !self.out.json && std::io::stderr().is_terminal()
    }

    /// Runs an import; Ctrl+C stops it and leaves the registry as it was.
    async fn watched(&self, seat: &Seat, mut request: ImportRequest) -> Result<Done> {
        let watch = Arc::new(ImportWatch::default());
        request.watch = watch.clone();
        let work = seat.desk.import_members(&seat.actor, request);
        tokio::pin!(work);
        let mut tick = tokio::time::interval(PROGRESS);
        tick.tick().await;
        loop {
            tokio::select! {
                done = &mut work => return done,
                _ = tokio::signal::ctrl_c() => watch.cancel(),
                _ = tick.tick() => {
                    let (done, total) = watch.progress();
                    if self.says_progress() {
                        let args = [("done", done.into()), ("total", total.into())];
                        self.out.aside(self.out.tr.with("cli-said-import-progress", &args));
                    }
                }
            }
        }
    }

    /// How the file was taken, since a wrong guess shows in every name.
    fn read_as(&self, file: &RegistryFile) -> Result<()> {
        if self.out.json {
            return Ok(());
        }
        let tr = &self.out.tr;
        let kind: Phrase = match file.separator() {
            Some(separator) => tr.with(
                "cli-said-read-as",
                &[
                    ("encoding", file.encoding().into()),
                    (
                        "separator",
                        if separator == '\t' { "TAB".into() } else { separator.to_string().into() },
                    ),
                ],
            ),
            None if file.format() == "json" => {
                tr.with("cli-said-read-list", &[("format", file.format().into())])
            }
            None => tr.with(
                "cli-said-read-sheet",
                &[("format", file.format().into()), ("sheet", line_of(&file.sheet()).into())],
            ),
        };
        self.out.aside(kind);
        if file.sheets().len() > 1 {
            let all: Vec<String> = file.sheets().iter().map(line_of).collect();
            self.out.aside(tr.with("cli-said-other-sheets", &[("sheets", all.join(", ").into())]));
        }
        let mut table = Table::of(tr, &["column", "field", "because", "example"]);
        for (n, column) in file.layout.columns.iter().enumerate() {
            let example = file.examples(n, 1).first().map(line_of).unwrap_or_default();
            if column.title.is_empty() && example.is_empty() {
                continue;
            }
            let cells =
                [line_of(&file.column_title(n)), tr.word(column.field).into(), tr.word(column.why).into()];
            table.row(cells.into_iter().chain([example]).collect());
        }
        table.lines().iter().for_each(|line| self.out.aside(line));
        Ok(())
    }

    fn import_told(&self, request: &ImportRequest, done: &Done, applied: bool) -> Result<()> {
        let sentence = self.out.tr.import_counts(&done.counts);
        if self.out.json {
            return self.out.value(&import_value(request, done, applied));
        }
        if !(applied && request.expected.is_some() && ask::somebody_is_there()) {
            self.diff_told(done)?;
        }
        self.out.line(&sentence)?;
        if let Some(id) = done.id {
            let args = [("id", id.to_string().into())];
            self.out.line(self.out.tr.with("cli-said-import-undo", &args))?;
        }
        Ok(())
    }

    /// Rows that somebody should look at, some of each fate.
    fn diff_told(&self, done: &Done) -> Result<()> {
        let tr = &self.out.tr;
        for fate in [RowFate::Unreadable, RowFate::Conflicting, RowFate::Vanished, RowFate::Changed] {
            let rows = || done.diff.iter().filter(|row| row.fate == fate);
            for row in rows().take(NAMED) {
                self.out.aside(tr.import_row(row));
            }
            if let Some(more) = rows().count().checked_sub(NAMED).filter(|more| *more > 0) {
                let args = [("fate", tr.word(fate).into()), ("n", more.into())];
                self.out.aside(tr.with("cli-said-import-more", &args));
            }
        }
        for field in done.unclear.iter().take(NAMED) {
            let why = tr.coded("cli-unclear", field.why);
            let args = [("place", field.line.into()), ("column", field.column.into()), ("why", why.into())];
            self.out.aside(tr.with("cli-said-unclear", &args));
        }
        if done.unclear.len() > NAMED {
            let more = done.unclear.len() - NAMED;
            self.out.aside(tr.with("cli-said-unclear-more", &[("n", more.into())]));
        }
        for note in &done.numbers {
            let args = [("column", note.column.into()), ("n", note.count.into()), ("line", note.line.into())];
            self.out.aside(tr.with("cli-said-numbers", &args));
        }
        if !done.unknown_orgs.is_empty() {
            let codes: Vec<String> = done.unknown_orgs.iter().take(NAMED).map(line_of).collect();
            let args = [("n", done.unknown_orgs.len().into()), ("codes", codes.join(", ").into())];
            self.out.aside(tr.with("import-unknown-orgs", &args));
        }
        Ok(())
    }

    async fn member_imports(&self, seat: &Seat, limit: usize) -> Result<()> {
        let imports = seat.desk.member_imports(&seat.actor, limit).await?;
        let zone = seat.desk.zone();
        if self.out.json {
            let value = |import: &ImportView| {
                json!({
                    "id": import.id.to_string(),
                    "file": import.file.for_json(),
                    "sheet": import.sheet.for_json(),
                    "organisation": import.organisation.as_ref().map(Untrusted::for_json),
                    "by": import.actor,
                    "at": shapes::moment(import.at, &zone),
                    "undone_at": import.undone_at.map(|at| shapes::moment(at, &zone)),
                    "counts": import.counts,
                })
            };
            return self.out.value(&imports.iter().map(value).collect::<Vec<Value>>());
        }
        if imports.is_empty() {
            return self.out.line(self.out.tr.text("cli-said-no-imports"));
        }
        let tr = &self.out.tr;
        let mut table =
            Table::of(tr, &["id", "when", "file", "organisation", "new", "changed", "vanished", "undone"]);
        for import in &imports {
            table.row(vec![
                import.id.to_string(),
                shapes::moment(import.at, &zone),
                line_of(&import.file),
                import.organisation.as_ref().map(line_of).unwrap_or_default(),
                import.counts.new.to_string(),
                import.counts.changed.to_string(),
                import.counts.vanished.to_string(),
                import.undone_at.map(|at| shapes::moment(at, &zone)).unwrap_or_default(),
            ]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))
    }

    async fn undo_import(&self, seat: &Seat, id: Option<&str>, yes: bool) -> Result<()> {
        let id = match id {
            Some(text) => Some(Uuid::parse_str(text.trim()).map_err(|_| Error::not_found("no-import"))?),
            None => None,
        };
        let imports = seat.desk.member_imports(&seat.actor, usize::MAX).await?;
        let standing = |import: &&ImportView| match id {
            Some(id) => import.id == id,
            None => import.undone_at.is_none(),
        };
        let import = imports.iter().find(standing).ok_or_else(|| Error::not_found("no-import"))?;
        let args = [
            ("file", line_of(&import.file).into()),
            ("at", shapes::moment(import.at, &seat.desk.zone()).into()),
            ("new", import.counts.new.into()),
            ("changed", import.counts.changed.into()),
            ("vanished", import.counts.vanished.into()),
        ];
        ask::confirm(&self.out, yes, &self.out.tr.with("cli-ask-import-undo", &args))?;
        let undone = seat.desk.undo_member_import(&seat.actor, Some(import.id)).await?;
        let args = [("removed", undone.removed.into()), ("restored", undone.restored.into())];
        let sentence = self.out.tr.with("cli-said-import-undone", &args);
        let value = json!({
            "id": undone.id.to_string(), "removed": undone.removed, "restored": undone.restored,
        });
        self.out.done(&sentence, value)
    }
}

fn import_value(request: &ImportRequest, done: &Done, applied: bool) -> Value {
    let file = &request.file;
    let column = |(n, column): (usize, &otklik_core::desk::Column)| {
        json!({
            "column": n + 1, "title": file.column_title(n).for_json(), "field": column.field, "why": column.why,
        })
    };
    let of = |fate: RowFate| done.diff.iter().filter(move |row| row.fate == fate);
    let place = |row: &DiffRow| json!({ "place": row.line, "why": row.why });
    let unclear = |field: &otklik_core::desk::Unclear| json!({ "line": field.line, "column": field.column, "why": field.why });
    let number = |note: &otklik_core::desk::NumberNote| json!({ "column": note.column, "count": note.count, "line": note.line });
    let counts = done.counts;
    json!({
        "id": done.id.map(|id| id.to_string()),
        "rows": counts.rows,
        "empty": counts.empty,
        "new": counts.new,
        "changed": counts.changed,
        "same": counts.same,
        "vanished": counts.vanished,
        "conflicting": counts.conflicting,
        "unreadable": of(RowFate::Unreadable).map(place).collect::<Vec<_>>(),
        "counts": counts,
        "diff": done.diff.iter().map(|row| diff_value(row, &request.name)).collect::<Vec<_>>(),
        "unknown_organisations": done.unknown_orgs.iter().map(Untrusted::for_json).collect::<Vec<_>>(),
        "unclear": done.unclear.iter().map(unclear).collect::<Vec<_>>(),
        "stored_as_numbers": done.numbers.iter().map(number).collect::<Vec<_>>(),
        "format": file.format(),
        "encoding": file.encoding(),
        "separator": file.separator(),
        "sheet": file.sheet().for_json(),
        "sheets": file.sheets().iter().map(Untrusted::for_json).collect::<Vec<_>>(),
        "header_line": file.header_line(),
        "columns": file.layout.columns.iter().enumerate().map(column).collect::<Vec<_>>(),
        "map": LayoutChoice::of(&file.layout).to_json(),
        "applied": applied,
    })
}

fn diff_value(row: &DiffRow, file: &str) -> Value {
    let change = |change: &Change| json!({ "field": change.field, "before": change.before.for_json(), "after": change.after.for_json() });
    json!({
        "fate": row.fate,
        "file": Untrusted::new(file).for_json(),
        "line": row.line,
        "member_id": row.member,
        "name": row.name.for_json(),
        "why": row.why,
        "other_line": row.other_line,
        "changes": row.changes.iter().map(change).collect::<Vec<_>>(),
    })
}
