//! The check of the registry: what a person should look at, kind by kind. It reads and never mends: which of two rows is right
//! is known to their organisation. Rows outside the asker's scope are neither compared nor counted.

use super::Desk;
use super::member::member_view;
use super::views::MemberView;
use crate::error::{Error, Result};
use crate::rules::quality::{Checked, alike, faults};
use crate::rules::roles::UseCase;
use crate::store::quality::{self as store, CheckedRecord, Shared, SharedRecord};
use crate::store::queue::Scope;
use crate::store::{Conn, members, orgs};
use crate::types::{Actor, CheckKind, MemberStatus, Purpose};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// Rows read at once.
const PAGE: i64 = 20_000;
/// Rows of one finding that are named.
const NAMED: usize = 20;
/// Rows looked up at once for what is listed.
const BATCH: usize = 1_000;

/// What is to be checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckRequest {
    /// Only what concerns this organisation and those below it, by its code.
    pub org: Option<String>,
    /// Only findings of this kind.
    pub kind: Option<CheckKind>,
    /// Findings of each kind that are listed; all are counted.
    pub limit: usize,
}

/// A row of a finding.
#[derive(Clone, Debug)]
pub struct CheckedMember {
    /// Masked, as everywhere.
    pub member: MemberView,
    /// It belongs to the organisation that was asked for.
    pub is_inside: bool,
}

/// Something to look at: one row, or several that belong together.
#[derive(Clone, Debug)]
pub struct CheckFinding {
    pub kind: CheckKind,
    /// Those of the organisation that was asked for first.
    pub rows: Vec<CheckedMember>,
    /// Further rows that are not named.
    pub more: usize,
}

/// What a check has found.
#[derive(Clone, Debug, Default)]
pub struct CheckReport {
    /// Rows that were looked at.
    pub rows: usize,
    /// How many findings of each kind, in the order of the kinds; those without any are left out.
    pub counts: Vec<(CheckKind, usize)>,
    pub findings: Vec<CheckFinding>,
}

impl Desk {
    /// Checks the rows of the registry in the actor's scope.
    ///
    /// # Errors
    /// `no-organisation` for a code that is not known.
    pub async fn check_members(&self, actor: &Actor, request: CheckRequest) -> Result<CheckReport> {
        let mut look = self.look(actor, UseCase::MemberCheck).await?;
        let (scope, today) = (look.scope.clone(), look.now.to_zoned(look.ground.zone.clone()).date());
        let mut conn = look.reader.conn();
        let within = match &request.org {
            None => None,
            Some(code) => {
                let org = orgs::id_by_code(&mut conn, code.trim()).await?;
                let org = org.ok_or_else(|| Error::not_found("no-organisation").arg("code", code))?;
                Some(orgs::below(&mut conn, org).await?.into_iter().collect())
            }
        };
        let mut sieve = Sieve::new(request, within);
        sieve.rows = look_at_rows(&mut conn, &scope, today, &mut sieve).await?;
        for (what, kind) in [
            (Shared::Card, CheckKind::SameCard),
            (Shared::Phone, CheckKind::SharedPhone),
            (Shared::Email, CheckKind::SharedEmail),
        ] {
            let shared = store::sharing(&mut conn, &scope, what).await?;
            shared.chunk_by(|a, b| a.value == b.value).for_each(|group| sieve.shared(kind, group));
        }
        sieve.report(&mut conn, &scope).await
    }
}

/// Every row by itself, and those of one day of birth beside each other; how many rows.
async fn look_at_rows(conn: &mut Conn<'_>, scope: &Scope, today: Date, sieve: &mut Sieve) -> Result<usize> {
    let (mut at, mut count) = ((String::new(), i64::MIN), 0);
    let mut group: Vec<Row> = Vec::new();
    loop {
        let page = store::after(conn, scope, (&at.0, at.1), PAGE).await?;
        let Some(last) = page.last() else { break };
        at = (last.birth.clone(), last.pk);
        for record in page {
            let inside = sieve.is_inside(record.org_id);
            count += usize::from(inside);
            if inside {
                sieve.row(&record, today);
            }
            // A year or a month is shared by too many to mean anything.
            if record.birth.len() != 10 || record.status == MemberStatus::Left.code() {
                continue;
            }
            if group.first().is_some_and(|first| first.birth != record.birth) {
                sieve.born_together(&group);
                group.clear();
            }
            group.push(Row {
                pk: record.pk,
                org: record.org_id,
                name: record.name_folded,
                birth: record.birth,
            });
        }
    }
    sieve.born_together(&group);
    Ok(count)
}

/// A row beside others.
struct Row {
    pk: i64,
    org: Option<Uuid>,
    name: String,
    birth: String,
}

/// A finding by the keys of its rows.
struct Found {
    kind: CheckKind,
    rows: Vec<(i64, bool)>,
    more: usize,
}

/// Findings as they come: all are counted, some are kept.
struct Sieve {
    request: CheckRequest,
    within: Option<HashSet<Uuid>>,
    counts: BTreeMap<CheckKind, usize>,
    found: Vec<Found>,
    /// Pairs that are alike for one reason are not told again for another.
    alike: HashSet<(i64, i64)>,
    rows: usize,
}

impl Sieve {
    fn new(request: CheckRequest, within: Option<HashSet<Uuid>>) -> Self {
        let (counts, found, alike) = (BTreeMap::new(), Vec::new(), HashSet::new());
        Self { request, within, counts, found, alike, rows: 0 }
    }

    fn is_inside(&self, org: Option<Uuid>) -> bool {
        self.within.as_ref().is_none_or(|within| org.is_some_and(|org| within.contains(&org)))
    }

    fn add(&mut self, kind: CheckKind, rows: impl Iterator<Item = (i64, Option<Uuid>)>) {
        if self.request.kind.is_some_and(|wanted| wanted != kind) {
            return;
        }
        let mut rows: Vec<(i64, bool)> = rows.map(|(pk, org)| (pk, self.is_inside(org))).collect();
        if rows.iter().all(|(_, inside)| !inside) {
            return;
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        if *count > self.request.limit {
            return;
        }
        rows.sort_by_key(|(_, inside)| !inside);
        let more = rows.len().saturating_sub(NAMED);
        rows.truncate(NAMED);
        self.found.push(Found { kind, rows, more });
    }

    fn row(&mut self, record: &CheckedRecord, today: Date) {
        let status = MemberStatus::parse(&record.status);
        let checked = Checked {
            name: record.name_raw.raw_for(Purpose::Matching),
            birth: Some(record.birth.as_str()).filter(|birth| !birth.is_empty()),
            joined: record.joined.as_deref(),
            left: record.left_on.as_deref(),
            org_from: record.org_from.as_deref(),
            org_to: record.org_to.as_deref(),
            has_unreadable: record.unreadable != 0,
            is_active: status == Some(MemberStatus::Active),
            has_left: status == Some(MemberStatus::Left),
            has_org: record.org_id.is_some(),
            closed: record.closed_on.as_deref(),
        };
        for kind in faults(&checked, today) {
            self.add(kind, std::iter::once((record.pk, record.org_id)));
        }
    }

    /// Rows of one day of birth: those of one name are one person, those nearly of one name may be.
    fn born_together(&mut self, group: &[Row]) {
        if group.len() < 2 {
            return;
        }
        let mut by_name: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in group {
            by_name.entry(row.name.as_str()).or_default().push(row);
        }
        for rows in by_name.values().filter(|rows| rows.len() > 1) {
            self.add(CheckKind::SamePerson, rows.iter().map(|row| (row.pk, row.org)));
        }
        let names: Vec<&str> = by_name.keys().copied().collect();
        for (a, b) in alike(&names) {
            let (a, b) = (by_name[names[a]][0], by_name[names[b]][0]);
            self.alike_pair((a.pk, a.org), (b.pk, b.org));
        }
    }

    fn alike_pair(&mut self, a: (i64, Option<Uuid>), b: (i64, Option<Uuid>)) {
        if self.alike.insert((a.0.min(b.0), a.0.max(b.0))) {
            self.add(CheckKind::LookAlike, [a, b].into_iter());
        }
    }

    /// Rows that share a card, a telephone or an address. A telephone of one and the same person is told as that person.
    fn shared(&mut self, kind: CheckKind, group: &[SharedRecord]) {
        let mut by_name: BTreeMap<&str, &SharedRecord> = BTreeMap::new();
        for row in group {
            by_name.entry(row.name_folded.as_str()).or_insert(row);
        }
        if kind != CheckKind::SameCard && by_name.len() < 2 {
            return;
        }
        self.add(kind, group.iter().map(|row| (row.pk, row.org_id)));
        if kind == CheckKind::SharedPhone {
            let names: Vec<&str> = by_name.keys().copied().collect();
            for (a, b) in alike(&names) {
                let (a, b) = (by_name[names[a]], by_name[names[b]]);
                self.alike_pair((a.pk, a.org_id), (b.pk, b.org_id));
            }
        }
    }

    async fn report(mut self, conn: &mut Conn<'_>, scope: &Scope) -> Result<CheckReport> {
        self.found.sort_by_key(|found| found.kind);
        let pks: HashSet<i64> = self.found.iter().flat_map(|found| &found.rows).map(|(pk, _)| *pk).collect();
        let pks: Vec<i64> = pks.into_iter().collect();
        let mut views: HashMap<i64, MemberView> = HashMap::new();
        for batch in pks.chunks(BATCH) {
            for record in members::by_pks(conn, scope, batch).await? {
                views.insert(record.pk, member_view(record));
            }
        }
        let named = |rows: &[(i64, bool)]| {
            let row = |(pk, is_inside): &(i64, bool)| {
                Some(CheckedMember { member: views.get(pk)?.clone(), is_inside: *is_inside })
            };
            rows.iter().filter_map(row).collect()
        };
        let finding =
            |found: &Found| CheckFinding { kind: found.kind, rows: named(&found.rows), more: found.more };
        Ok(CheckReport {
            rows: self.rows,
            counts: self.counts.into_iter().collect(),
            findings: self.found.iter().map(finding).collect(),
        })
    }
}
