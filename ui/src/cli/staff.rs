//! `otklik staff`: who works at the desk, and what they may do where.

use super::args::StaffVerb;
use super::out::Table;
use super::{Run, Seat, shapes};
use otklik_core::desk::DigestWish;
use otklik_core::desk::views::StaffView;
use otklik_core::error::{Error, Result};
use otklik_core::types::{JsonText, StaffId};
use serde_json::{Value, json};

impl Run {
    pub async fn staff(&self, verb: StaffVerb) -> Result<()> {
        let seat = self.seat().await?;
        let Seat { desk, actor } = &seat;
        let tr = &self.out.tr;
        match verb {
            StaffVerb::Add { name, role, os_user, org } => {
                let id = desk.add_staff(actor, &name, role, os_user.as_deref(), org.as_deref()).await?;
                let args = [("name", name.clone().into()), ("role", tr.word(role).into())];
                let sentence = tr.with("cli-said-staff-added", &args);
                self.out.done(&sentence, json!({ "id": id, "name": name, "role": role }))
            }
            StaffVerb::List => self.staff_list(&desk.staff(actor).await?),
            StaffVerb::Mailbox { name, address } => {
                let id = self.staff_named(&seat, &name).await?;
                let address = Some(address).filter(|address| address != "none");
                desk.set_mailbox(actor, id, address.as_deref()).await?;
                let sentence = match &address {
                    Some(address) => tr.with(
                        "cli-said-mailbox",
                        &[("name", name.into()), ("address", address.as_str().into())],
                    ),
                    None => tr.with("cli-said-no-mailbox", &[("name", name.into())]),
                };
                self.out
                    .done(&sentence, json!({ "id": id, "mailbox": address.as_deref().map(JsonText::new) }))
            }
            StaffVerb::Digest { name, wanted, at, zone } => {
                let id = self.staff_named(&seat, &name).await?;
                let wish = DigestWish { wanted: wanted == "on", at, zone };
                desk.set_digest(actor, id, wish.clone()).await?;
                let key = if wish.wanted { "cli-said-digest-on" } else { "cli-said-digest-off" };
                let value = json!({ "id": id, "digest": shapes::wish(&wish) });
                self.out.done(&tr.with(key, &[("name", name.into())]), value)
            }
            StaffVerb::Role { name, role, org, remove } => {
                let id = self.staff_named(&seat, &name).await?;
                desk.set_role(actor, id, role, org.as_deref(), !remove).await?;
                let args = [("name", name.clone().into()), ("role", tr.word(role).into())];
                let sentence = match remove {
                    true => tr.with("cli-said-role-taken", &args),
                    false => tr.with("cli-said-role-given", &args),
                };
                self.out.done(&sentence, json!({ "id": id, "role": role, "held": !remove }))
            }
        }
    }

    /// The person of a name, of an OS account, or `me`.
    pub(super) async fn staff_named(&self, seat: &Seat, name: &str) -> Result<StaffId> {
        if name == "me" {
            return seat.actor.staff().ok_or_else(|| Error::not_allowed("not-a-person"));
        }
        let everybody = seat.desk.staff(&seat.actor).await?;
        let wanted = name.to_lowercase();
        let same = |staff: &&StaffView| {
            staff.name.to_lowercase() == wanted || staff.os_user.as_deref() == Some(name)
        };
        let found = everybody.iter().find(same).or_else(|| {
            let mut starting =
                everybody.iter().filter(|staff| staff.name.to_lowercase().starts_with(&wanted));
            starting.next().filter(|_| starting.next().is_none())
        });
        found.map(|staff| staff.id).ok_or_else(|| Error::not_found("no-staff").arg("name", name))
    }

    fn staff_list(&self, everybody: &[StaffView]) -> Result<()> {
        if self.out.json {
            return self.out.value(&everybody.iter().map(shapes::person).collect::<Vec<Value>>());
        }
        let tr = &self.out.tr;
        let mut table = Table::new(vec![
            tr.text("cli-column-name"),
            tr.text("cli-column-account"),
            tr.text("cli-column-roles"),
        ]);
        for person in everybody {
            let grants: Vec<String> = person
                .grants
                .iter()
                .map(|(role, org)| match org {
                    Some(org) => format!("{} ({})", tr.word(*role), org.code.display_line().as_str()),
                    None => tr.word(*role).into(),
                })
                .collect();
            let account = person.os_user.clone().unwrap_or_default();
            table.row(vec![person.name.clone(), account, grants.join(", ")]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))
    }
}
