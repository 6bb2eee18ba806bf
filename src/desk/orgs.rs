//! The organisation tree.

use super::Desk;
use super::act::{Act, detached};
use super::journal::Entry;
use super::views::OrgView;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::orgs;
use crate::types::{Actor, OrgId, OrgLevel, Untrusted};
use jiff::civil::Date;
use std::collections::HashMap;
use uuid::Uuid;

/// An organisation as a file gives it.
#[derive(Clone, Debug)]
pub struct OrgRow {
    pub code: Untrusted,
    pub level: OrgLevel,
    pub name: Untrusted,
    /// The code of the organisation above it; a level may be left out.
    pub parent: Option<Untrusted>,
    pub life: OrgLife,
}

/// What a file says of an organisation's days; nothing said changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrgLife {
    pub opened_on: Option<Date>,
    pub closed_on: Option<Date>,
    /// The day since which it has the name of this row.
    pub renamed_on: Option<Date>,
    /// Names that it had before, each with the day until which.
    pub former_names: Vec<(Untrusted, Option<Date>)>,
}

/// What an import of organisations does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrgImport {
    pub new: usize,
    pub changed: usize,
    pub same: usize,
}

impl Desk {
    /// Every organisation, by code.
    pub async fn organisations(&self, actor: &Actor) -> Result<Vec<OrgView>> {
        let mut look = self.look(actor, UseCase::OrgList).await?;
        let found = orgs::all(&mut look.reader.conn()).await?;
        let mut names: HashMap<Uuid, Vec<(Untrusted, Option<String>)>> = HashMap::new();
        for former in orgs::former_names(&mut look.reader.conn()).await? {
            names.entry(former.org_id).or_default().push((former.name, former.until));
        }
        let mut view = |org: orgs::OrgRecord| OrgView {
            former_names: names.remove(&org.id).unwrap_or_default(),
            opened_on: org.opened_on,
            closed_on: org.closed_on,
            id: OrgId(org.id),
            code: org.code,
            name: org.name,
            level: OrgLevel::parse(&org.level).unwrap_or(OrgLevel::Primary),
            parent: org.parent_id.map(OrgId),
            members: org.members,
            left_members: org.left_members,
        };
        Ok(found.into_iter().map(&mut view).collect())
    }

    /// Adds organisations and brings known ones up to date, all or nothing; with `apply` false only says what it would do.
    /// A parent must be known or stand in the same file, and nothing may stand above itself.
    pub async fn import_orgs(&self, actor: &Actor, rows: Vec<OrgRow>, apply: bool) -> Result<OrgImport> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::OrgImport).await?;
            let known = orgs::all(&mut act.conn()).await?;
            let mut ids: HashMap<Untrusted, Uuid> =
                known.iter().map(|org| (org.code.clone(), org.id)).collect();
            let parents = rows.iter().map(|row| (&row.code, row.parent.as_ref())).collect();
            refuse_cycles(&parents)?;
            let former = orgs::former_names(&mut act.conn()).await?;
            let mut report = OrgImport::default();
            for row in in_tree_order(&rows) {
                let parent = match &row.parent {
                    Some(code) => Some(*ids.get(code).ok_or_else(|| {
                        Error::usage("parent-unknown")
                            .arg("code", row.code.display_line())
                            .arg("parent", code.display_line())
                    })?),
                    None => None,
                };
                let before = known.iter().find(|org| org.code == row.code);
                let same = before.is_some_and(|org| is_same(org, row, parent, &former));
                match before {
                    Some(_) if same => report.same += 1,
                    Some(_) => report.changed += 1,
                    None => report.new += 1,
                }
                let id = *ids.entry(row.code.clone()).or_insert_with(|| OrgId::new().0);
                if !same {
                    orgs::upsert(&mut act.conn(), id, &row.code, parent, row.level.code(), &row.name).await?;
                    write_life(&mut act, id, before, row).await?;
                }
            }
            if !apply || report.new + report.changed == 0 {
                return Ok(report);
            }
            orgs::rebuild_closure(&mut act.conn()).await?;
            let entry = Entry::new("organisations.imported")
                .about("organisations", desk.id())
                .code("new", None::<usize>, Some(report.new))
                .code("changed", None::<usize>, Some(report.changed));
            act.record(entry).await?;
            act.commit().await?;
            Ok(report)
        })
        .await
    }
}

/// Whether a row says nothing new. What was named after its code until now had no name that anybody would look for.
fn is_same(org: &orgs::OrgRecord, row: &OrgRow, parent: Option<Uuid>, former: &[orgs::FormerName]) -> bool {
    let said = |day: Option<Date>, known: &Option<String>| {
        day.is_none_or(|day| known.as_deref() == Some(day.to_string().as_str()))
    };
    let knows = |(name, until): &(Untrusted, Option<Date>)| {
        former.iter().any(|known| known.org_id == org.id && known.name == *name && said(*until, &known.until))
    };
    org.parent_id == parent
        && org.level == row.level.code()
        && org.name == row.name
        && said(row.life.opened_on, &org.opened_on)
        && said(row.life.closed_on, &org.closed_on)
        && row.life.former_names.iter().all(knows)
}

/// Days and former names; the name that a rename replaces is kept as one.
async fn write_life(act: &mut Act, id: Uuid, before: Option<&orgs::OrgRecord>, row: &OrgRow) -> Result<()> {
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let (opened, closed) = (day(row.life.opened_on), day(row.life.closed_on));
    orgs::set_days(&mut act.conn(), id, opened.as_deref(), closed.as_deref()).await?;
    if let Some(org) = before.filter(|org| org.name != row.name && org.name != org.code) {
        let until = day(row.life.renamed_on);
        orgs::add_former_name(&mut act.conn(), id, &org.name, until.as_deref()).await?;
    }
    for (name, until) in &row.life.former_names {
        orgs::add_former_name(&mut act.conn(), id, name, day(*until).as_deref()).await?;
    }
    Ok(())
}

/// Parents before children, so that a child's parent always has its row.
fn in_tree_order(rows: &[OrgRow]) -> Vec<&OrgRow> {
    let parents: HashMap<&Untrusted, Option<&Untrusted>> =
        rows.iter().map(|row| (&row.code, row.parent.as_ref())).collect();
    let depth = |row: &OrgRow| {
        let mut above = row.parent.as_ref();
        let mut depth = 0;
        while let Some(code) = above.filter(|code| parents.contains_key(code)) {
            depth += 1;
            above = parents.get(code).copied().flatten();
        }
        depth
    };
    let mut ordered: Vec<&OrgRow> = rows.iter().collect();
    ordered.sort_by_key(|row| depth(row));
    ordered
}

fn refuse_cycles(parents: &HashMap<&Untrusted, Option<&Untrusted>>) -> Result<()> {
    for code in parents.keys() {
        let cycle = || Error::usage("parent-cycle").arg("code", code.display_line());
        let mut above = parents.get(code).copied().flatten();
        for _ in 0..=parents.len() {
            match above {
                Some(higher) if higher == *code => return Err(cycle()),
                Some(higher) => above = parents.get(higher).copied().flatten(),
                None => break,
            }
        }
        if above.is_some_and(|above| parents.contains_key(above)) {
            return Err(cycle());
        }
    }
    Ok(())
}
