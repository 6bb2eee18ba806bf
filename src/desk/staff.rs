//! People of the desk: who they are, what they may do and where.

use super::Desk;
use super::act::{Act, detached};
use super::digest::DigestWish;
use super::journal::Entry;
use super::recipients;
use super::views::{OrgRef, StaffView};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::{accounts, orgs, staff, staff_mail, store_is_unique_violation};
use crate::types::{Actor, OrgId, Role, StaffId, Untrusted};
use uuid::Uuid;

impl Desk {
    /// Everybody who works at the desk, by name.
    pub async fn staff(&self, actor: &Actor) -> Result<Vec<StaffView>> {
        let mut look = self.look(actor, UseCase::StaffList).await?;
        let grants = staff::grants(&mut look.reader.conn()).await?;
        let people = staff::all(&mut look.reader.conn()).await?;
        let view = |person: staff::StaffRecord| {
            let own = grants.iter().filter(|grant| grant.staff_id == person.id);
            let grants = own.filter_map(|grant| {
                let org = grant.org_id.map(|id| OrgRef {
                    id: OrgId(id),
                    code: grant.org_code.clone().unwrap_or_default(),
                    name: grant.org_name.clone().unwrap_or_default(),
                });
                Some((Role::parse(&grant.role)?, org))
            });
            StaffView {
                id: StaffId(person.id),
                grants: grants.collect(),
                name: person.name,
                os_user: person.os_user,
                mailbox: person.mailbox,
                digest: DigestWish {
                    wanted: person.digest != 0,
                    at: person.digest_at.and_then(|at| at.parse().ok()),
                    zone: person.digest_zone,
                },
            }
        };
        Ok(people.into_iter().map(view).collect())
    }

    /// Adds a person with a role, in the whole desk or in the subtree of the organisation with this code.
    pub async fn add_staff(
        &self,
        actor: &Actor,
        name: &str,
        role: Role,
        os_user: Option<&str>,
        org: Option<&str>,
    ) -> Result<StaffId> {
        let (desk, actor) = (self.clone(), actor.clone());
        let (name, os_user, org) =
            (name.trim().to_owned(), os_user.map(str::to_owned), org.map(str::to_owned));
        detached(async move {
            if name.is_empty() || name.chars().any(char::is_control) {
                return Err(Error::usage("name-empty"));
            }
            let mut act = desk.begin(&actor, UseCase::StaffAdd).await?;
            let org = org_by_code(&mut act, org.as_deref()).await?;
            let (id, now) = (StaffId::new(), act.now_ms());
            staff::insert(&mut act.conn(), id.0, &name, os_user.as_deref(), now).await.map_err(|error| {
                match store_is_unique_violation(&error) {
                    true => {
                        Error::conflict("os-user-taken").arg("user", os_user.as_deref().unwrap_or_default())
                    }
                    false => error,
                }
            })?;
            staff::insert_grant(&mut act.conn(), id.0, role.code(), org).await?;
            let entry = Entry::new("staff.added")
                .about("staff", id)
                .code("role", None::<&str>, Some(role.code()))
                .code("organisation", None::<Uuid>, org)
                .text("name", None, Some(Untrusted::new(name)));
            act.record(entry).await?;
            commit(&desk, act).await?;
            Ok(id)
        })
        .await
    }

    /// Says which mailbox is a person's own; none takes it away. Threads may be sent there, and what is mailed from there
    /// to a draft's address is added to that draft.
    ///
    /// # Errors
    /// `bad-address`, `mailbox-ours` for an address of the desk, `mailbox-taken` for another person's.
    pub async fn set_mailbox(&self, actor: &Actor, id: StaffId, mailbox: Option<&str>) -> Result<()> {
        let (desk, actor, wanted) = (self.clone(), actor.clone(), mailbox.map(str::to_owned));
        detached(async move {
            let parse = |text: &String| recipients::typed_address(text).map(|address| address.addr);
            let wanted = wanted.as_ref().map(parse).transpose()?;
            let mut act = desk.begin(&actor, UseCase::StaffAdd).await?;
            let person = staff::by_id(&mut act.conn(), id.0).await?;
            let person = person.ok_or_else(|| Error::not_found("no-staff"))?;
            if let Some(wanted) = &wanted {
                let ours = accounts::all(&mut act.conn()).await?;
                if ours.iter().any(|account| account.address.to_lowercase() == *wanted) {
                    return Err(Error::conflict("mailbox-ours").arg("address", wanted));
                }
                let all = staff::all(&mut act.conn()).await?;
                if all.iter().any(|other| other.id != id.0 && other.mailbox.as_ref() == Some(wanted)) {
                    return Err(Error::conflict("mailbox-taken").arg("address", wanted));
                }
            }
            if person.mailbox == wanted {
                return Ok(());
            }
            staff_mail::set_mailbox(&mut act.conn(), id.0, wanted.as_deref()).await?;
            let text = |address: Option<String>| address.map(Untrusted::new);
            let entry = Entry::new("staff.mailbox").about("staff", id).text(
                "address",
                text(person.mailbox),
                text(wanted),
            );
            act.record(entry).await?;
            act.commit().await
        })
        .await
    }

    /// Gives a person a role, or takes it away.
    pub async fn set_role(
        &self,
        actor: &Actor,
        id: StaffId,
        role: Role,
        org: Option<&str>,
        held: bool,
    ) -> Result<()> {
        let (desk, actor, org) = (self.clone(), actor.clone(), org.map(str::to_owned));
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::StaffRole).await?;
            staff::by_id(&mut act.conn(), id.0).await?.ok_or_else(|| Error::not_found("no-staff"))?;
            let org = org_by_code(&mut act, org.as_deref()).await?;
            let removed = staff::delete_grant(&mut act.conn(), id.0, role.code(), org).await?;
            if held {
                staff::insert_grant(&mut act.conn(), id.0, role.code(), org).await?;
            } else if removed == 0 {
                return Err(Error::not_found("no-role").arg("role", role.code()));
            } else {
                keep_an_admin(&mut act).await?;
            }
            if held && removed > 0 {
                return Ok(());
            }
            let (before, after) = if held { (None, Some(role.code())) } else { (Some(role.code()), None) };
            let entry = Entry::new("staff.role").about("staff", id).code("role", before, after).code(
                "organisation",
                None::<Uuid>,
                org,
            );
            act.record(entry).await?;
            commit(&desk, act).await
        })
        .await
    }
}

/// Commits, and holds from now on in this process: it need not wait to hear of it.
async fn commit(desk: &Desk, mut act: Act) -> Result<()> {
    let generation = staff::generation(&mut act.conn()).await?;
    act.commit().await?;
    desk.shared.told.learn(generation);
    Ok(())
}

async fn org_by_code(act: &mut Act, code: Option<&str>) -> Result<Option<Uuid>> {
    let Some(code) = code else { return Ok(None) };
    let found = orgs::id_by_code(&mut act.conn(), code).await?;
    found.map(Some).ok_or_else(|| Error::not_found("no-organisation").arg("code", code))
}

/// A desk without an administrator of the whole could never get one again.
async fn keep_an_admin(act: &mut Act) -> Result<()> {
    let grants = staff::grants(&mut act.conn()).await?;
    let admins = grants.iter().filter(|grant| grant.role == Role::Admin.code() && grant.org_id.is_none());
    if admins.count() == 0 { Err(Error::conflict("last-admin")) } else { Ok(()) }
}
