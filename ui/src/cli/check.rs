//! `otklik member check`: what in the registry a person should look at, as text, as JSON, and as the work list of an
//! organisation's chair, which holds nothing that mending the rows does not need.

use super::args::MemberCheck;
use super::out::to_stdout;
use super::registry::line_of;
use super::{Run, Seat};
use otklik_core::desk::views::MemberView;
use otklik_core::desk::{CheckFinding, CheckReport, CheckRequest, CheckedMember};
use otklik_core::error::Result;
use otklik_core::types::{CheckKind, Untrusted};
use serde_json::{Map, Value, json};

impl Run {
    pub(super) async fn member_check(&self, seat: &Seat, asked: MemberCheck) -> Result<()> {
        let limit = if asked.for_chair.is_some() { usize::MAX } else { asked.limit };
        let request = CheckRequest { org: asked.org.clone(), kind: asked.kind, limit };
        let report = seat.desk.check_members(&seat.actor, request).await?;
        if self.out.json {
            return self.out.value(&shape(&report));
        }
        match asked.for_chair.as_deref() {
            Some("csv") => to_stdout(&self.list_as_csv(&report)),
            Some(_) => self.list_as_text(&report),
            None => self.check_said(&report),
        }
    }

    fn check_said(&self, report: &CheckReport) -> Result<()> {
        let tr = &self.out.tr;
        self.out.line(tr.with("cli-said-check", &[("rows", report.rows.into())]))?;
        if report.counts.is_empty() {
            return self.out.line(tr.text("cli-said-check-nothing"));
        }
        for (kind, count) in &report.counts {
            self.kind_said(*kind, *count)?;
            let mut shown = 0;
            for finding in report.findings.iter().filter(|finding| finding.kind == *kind) {
                shown += 1;
                let rows: Vec<String> = finding.rows.iter().map(|row| self.row(row)).collect();
                self.out.line(format!("- {}{}", rows.join(" | "), self.and_more(finding)))?;
            }
            if shown < *count {
                self.out.line(tr.with("cli-said-check-more", &[("n", (count - shown).into())]))?;
            }
        }
        Ok(())
    }

    fn kind_said(&self, kind: CheckKind, count: usize) -> Result<()> {
        let tr = &self.out.tr;
        self.out.line("")?;
        self.out
            .line(tr.with("cli-check-kind", &[("kind", tr.word(kind).into()), ("count", count.into())]))?;
        self.out.line(tr.coded("check-do", kind.code()))
    }

    /// Who it is and where it stands.
    fn row(&self, row: &CheckedMember) -> String {
        let org = row.member.organisation.as_ref().map(|org| line_of(&org.name));
        let org = org.unwrap_or_else(|| self.out.tr.text("cli-word-no-organisation").into());
        format!("{}, {org}; {}", line_of(&row.member.name), self.place(&row.member))
    }

    /// The row's number and the line that it came from.
    fn place(&self, member: &MemberView) -> String {
        let id = match line_of(&member.source_id) {
            id if id.is_empty() => member.id.to_string(),
            id => id,
        };
        let args = [
            ("id", id.into()),
            ("file", line_of(&member.source_file).into()),
            ("line", member.source_line.into()),
        ];
        self.out.tr.with("cli-check-place", &args).into()
    }

    fn and_more(&self, finding: &CheckFinding) -> String {
        match finding.more {
            0 => String::new(),
            n => format!(" {}", self.out.tr.with("cli-check-rows-more", &[("n", n.into())]).as_str()),
        }
    }

    /// The chair's own rows by name and place; of other organisations only that there are such rows.
    fn list_as_text(&self, report: &CheckReport) -> Result<()> {
        let tr = &self.out.tr;
        self.out.line(tr.with("cli-said-check", &[("rows", report.rows.into())]))?;
        if report.counts.is_empty() {
            return self.out.line(tr.text("cli-said-check-nothing"));
        }
        for (kind, count) in &report.counts {
            self.kind_said(*kind, *count)?;
            for finding in report.findings.iter().filter(|finding| finding.kind == *kind) {
                let own = finding.rows.iter().filter(|row| row.is_inside);
                let mut rows: Vec<String> = own
                    .map(|row| format!("{}; {}", line_of(&row.member.name), self.place(&row.member)))
                    .collect();
                rows.extend(self.elsewhere(finding));
                self.out.line(format!("[ ] {}", rows.join(" | ")))?;
            }
        }
        Ok(())
    }

    fn elsewhere(&self, finding: &CheckFinding) -> Option<String> {
        let n = finding.rows.iter().filter(|row| !row.is_inside).count() + finding.more;
        (n > 0).then(|| self.out.tr.with("cli-check-elsewhere", &[("n", n.into())]).into())
    }

    /// The same as a table that spreadsheets open: UTF-8 with a mark, semicolons, formulas defused.
    fn list_as_csv(&self, report: &CheckReport) -> String {
        let tr = &self.out.tr;
        let headings = ["kind", "group", "name", "source-id", "file", "line", "elsewhere", "to-do"];
        let headings: Vec<String> =
            headings.iter().map(|name| tr.text(&format!("cli-column-{name}")).into()).collect();
        let mut text = format!("\u{feff}{}", csv_line(&headings));
        for (n, finding) in report.findings.iter().enumerate() {
            for row in finding.rows.iter().filter(|row| row.is_inside) {
                let member = &row.member;
                let id = match member.source_id.is_empty() {
                    true => member.id.to_string(),
                    false => member.source_id.for_csv(),
                };
                text += &csv_line(&[
                    tr.word(finding.kind).into(),
                    (n + 1).to_string(),
                    member.name.for_csv(),
                    id,
                    member.source_file.for_csv(),
                    member.source_line.to_string(),
                    self.elsewhere(finding).unwrap_or_default(),
                    tr.coded("check-do", finding.kind.code()).into(),
                ]);
            }
        }
        text
    }
}

/// RFC 4180 section 2, with semicolons, as spreadsheets of a Russian locale want them.
fn csv_line(cells: &[String]) -> String {
    let quoted = |cell: &String| match cell.contains([';', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.clone(),
    };
    cells.iter().map(quoted).collect::<Vec<_>>().join(";") + "\r\n"
}

fn shape(report: &CheckReport) -> Value {
    let text = |text: &Untrusted| text.for_json();
    let row = |row: &CheckedMember| {
        let member = &row.member;
        json!({
            "member_id": member.id,
            "source_id": text(&member.source_id),
            "name": text(&member.name),
            "organisation": member.organisation.as_ref().map(|org| text(&org.code)),
            "source": { "file": text(&member.source_file), "line": member.source_line },
            "inside": row.is_inside,
        })
    };
    let finding = |finding: &CheckFinding| {
        json!({
            "kind": finding.kind,
            "rows": finding.rows.iter().map(row).collect::<Vec<Value>>(),
            "more": finding.more,
        })
    };
    let counts: Map<String, Value> =
        report.counts.iter().map(|(kind, count)| (kind.code().to_owned(), json!(count))).collect();
    json!({
        "rows": report.rows,
        "counts": counts,
        "findings": report.findings.iter().map(finding).collect::<Vec<Value>>(),
    })
}
