//! The organisation tree.

use super::Desk;
use super::act::detached;
use super::journal::Entry;
use super::views::OrgView;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::orgs;
use crate::types::{Actor, OrgId, OrgLevel, Untrusted};
use std::collections::HashMap;
use uuid::Uuid;

/// An organisation as a file gives it.
#[derive(Clone, Debug)]
pub struct OrgRow {
    pub code: Untrusted,
    pub level: OrgLevel,
    pub name: Untrusted,
    /// The code of the organisation above it.
    pub parent: Option<Untrusted>,
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
        let view = |org: orgs::OrgRecord| OrgView {
            id: OrgId(org.id),
            code: org.code,
            name: org.name,
            level: OrgLevel::parse(&org.level).unwrap_or(OrgLevel::Primary),
            parent: org.parent_id.map(OrgId),
            members: org.members,
        };
        Ok(found.into_iter().map(view).collect())
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
                let same = before.is_some_and(|org| {
                    org.parent_id == parent && org.level == row.level.code() && org.name == row.name
                });
                match before {
                    Some(_) if same => report.same += 1,
                    Some(_) => report.changed += 1,
                    None => report.new += 1,
                }
                let id = *ids.entry(row.code.clone()).or_insert_with(|| OrgId::new().0);
                if !same {
                    orgs::upsert(&mut act.conn(), id, &row.code, parent, row.level.code(), &row.name).await?;
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
