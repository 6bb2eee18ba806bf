//! Changing what an appeal is about, how urgent it is and whose it is.

use super::Desk;
use super::act::{Act, detached};
use super::journal::Entry;
use super::reply::AppealEdit;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::appeals::{self, AppealRecord};
use crate::store::{staff, teams};
use crate::types::{Actor, AppealId, Grant, OrgId, Role, StaffId, Topic, Urgency};

impl Desk {
    /// Applies an edit as one decision; an edit that changes nothing leaves no trace.
    pub async fn edit(&self, actor: &Actor, id: AppealId, edit: AppealEdit) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::AppealEdit).await?;
            let appeal = act.appeal(id).await?;
            let mut entry = Entry::new("appeal.edited").about_appeal(id);
            let mut changed = false;
            if let Some(topics) = &edit.topics {
                let codes = set_topics(&mut act, &appeal, topics).await?;
                if let Some(codes) = codes {
                    entry = entry.code("topics", Some(&appeal.topics), Some(codes));
                    changed = true;
                }
            }
            if let Some(urgency) = edit.urgency.filter(|urgency| urgency.code() != appeal.urgency) {
                let (now, urgent) = (act.now_ms(), matches!(urgency, Urgency::Sos | Urgency::High));
                appeals::set_urgency(&mut act.conn(), id.0, urgency.code(), urgent, now).await?;
                entry = entry.code("urgency", Some(&appeal.urgency), Some(urgency.code()));
                changed = true;
            }
            if let Some(assignee) =
                edit.assignee.filter(|assignee| assignee.map(|a| a.0) != appeal.assignee_id)
            {
                set_assignee(&mut act, &appeal, assignee).await?;
                entry = entry.code("assignee", appeal.assignee_id, assignee);
                changed = true;
            }
            if !changed {
                return Ok(());
            }
            act.record(entry).await?;
            act.commit().await
        })
        .await
    }
}

/// Writes the topics, each once, lead first; none if they were these already.
async fn set_topics(act: &mut Act, appeal: &AppealRecord, topics: &[Topic]) -> Result<Option<String>> {
    let mut codes: Vec<&'static str> = Vec::new();
    for topic in topics {
        if !codes.contains(&topic.code()) {
            codes.push(topic.code());
        }
    }
    if codes.join(",") == appeal.topics {
        return Ok(None);
    }
    let now = act.now_ms();
    appeals::set_topics(&mut act.conn(), appeal.pk, &codes, now).await?;
    Ok(Some(codes.join(",")))
}

/// Gives the appeal to somebody who may answer it where it belongs, or to nobody.
async fn set_assignee(act: &mut Act, appeal: &AppealRecord, assignee: Option<StaffId>) -> Result<()> {
    if let Some(other) = assignee {
        let record =
            staff::by_id(&mut act.conn(), other.0).await?.ok_or_else(|| Error::not_found("no-staff"))?;
        let grants = staff::grants_of(&mut act.conn(), other.0).await?;
        let grants = grants.iter().filter_map(|grant| {
            Some(Grant { role: Role::parse(&grant.role)?, org: grant.org_id.map(OrgId) })
        });
        let person = Actor::Person { staff: other, name: record.name.clone(), grants: grants.collect() };
        let mut orgs: Vec<OrgId> = appeal.org_id.map(OrgId).into_iter().collect();
        orgs.extend(teams::of_appeal(&mut act.conn(), appeal.pk).await?.into_iter().map(OrgId));
        if !act.in_scope_of(&person, UseCase::AppealTake, &orgs).await? {
            return Err(Error::conflict("assignee-out-of-scope").arg("name", record.name));
        }
    }
    let now = act.now_ms();
    appeals::set_assignee(&mut act.conn(), appeal.id, assignee.map(|staff| staff.0), now).await
}
