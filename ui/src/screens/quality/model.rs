//! What the check's screen holds: the counts of every kind, and the rows of the one that is open.

use crate::app::effect::Failure;
use crate::screens::match_card::model::Member;
use crate::widgets::columns::Cursor;
use otklik_core::desk::{CheckFinding, CheckReport};
use otklik_core::types::CheckKind;

/// Findings of each kind that are asked for; all are counted.
pub const LISTED: usize = 500;

/// A row of a finding.
#[derive(Clone, Debug)]
pub struct Row {
    /// The number of the finding within its kind, from 1: rows that belong together have one.
    pub group: usize,
    pub member: Member,
}

/// The rows of one kind.
#[derive(Clone, Debug)]
pub struct Open {
    pub kind: CheckKind,
    pub rows: Vec<Row>,
    pub cursor: Cursor,
}

/// What the desk has found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub rows: usize,
    pub counts: Vec<(CheckKind, usize)>,
    findings: Vec<CheckFinding>,
}

#[derive(Debug, Default)]
pub struct State {
    /// None until it has come.
    pub report: Option<Report>,
    pub failed: Option<Failure>,
    pub cursor: Cursor,
    pub open: Option<Box<Open>>,
}

impl State {
    /// Takes the report in. A kind that is open stays open as long as it has rows.
    pub fn take(&mut self, report: &CheckReport) {
        let report =
            Report { rows: report.rows, counts: report.counts.clone(), findings: report.findings.clone() };
        self.cursor.selected = self.cursor.selected.min(report.counts.len().saturating_sub(1));
        self.report = Some(report);
        self.failed = None;
        if let Some(open) = self.open.take() {
            self.open_kind(open.kind);
            if let Some(now) = &mut self.open {
                now.cursor = open.cursor;
                now.cursor.selected = now.cursor.selected.min(now.rows.len().saturating_sub(1));
            }
        }
    }

    /// The kind under the cursor.
    pub fn kind(&self) -> Option<CheckKind> {
        Some(self.report.as_ref()?.counts.get(self.cursor.selected)?.0)
    }

    /// Opens the rows of a kind, if it has any.
    pub fn open_kind(&mut self, kind: CheckKind) {
        let findings = self.report.iter().flat_map(|report| &report.findings);
        let findings = findings.filter(|finding| finding.kind == kind);
        let rows: Vec<Row> = findings
            .enumerate()
            .flat_map(|(n, finding)| {
                finding.rows.iter().map(move |row| Row { group: n + 1, member: Member::new(&row.member) })
            })
            .collect();
        self.open = (!rows.is_empty()).then(|| Box::new(Open { kind, rows, cursor: Cursor::default() }));
    }

    /// How many findings of the kind there are.
    pub fn count(&self, kind: CheckKind) -> usize {
        let counts = self.report.iter().flat_map(|report| &report.counts);
        counts.into_iter().find(|(other, _)| *other == kind).map_or(0, |(_, count)| *count)
    }
}

impl Open {
    pub fn row(&self) -> Option<&Row> {
        self.rows.get(self.cursor.selected)
    }
}
