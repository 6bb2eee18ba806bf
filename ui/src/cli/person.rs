//! `otklik identity` and `otklik conflict`: contacts that are linked with rows of the registry, and what contradicts itself.

use super::out::Table;
use super::person_args::{ConflictVerb, IdentityVerb};
use super::registry::line_of;
use super::shapes::{self, Shapes};
use super::{Run, Seat};
use crate::i18n::{Arg, Phrase, Tr};
use otklik_core::desk::views::StaffRef;
use otklik_core::desk::{ConflictSide, ConflictView, IdentitiesOf, IdentityView, NewIdentity};
use otklik_core::error::{Error, Result};
use otklik_core::types::{ConflictId, ConflictKind, ConflictState, IdentityId, LinkGround};
use serde_json::{Value, json};

impl Run {
    pub async fn identity(&self, verb: IdentityVerb) -> Result<()> {
        let seat = self.seat().await?;
        let Seat { desk, actor } = &seat;
        let shapes = Shapes { zone: desk.zone() };
        match verb {
            IdentityVerb::List(list) => {
                let whose = match (list.appeal, list.member, list.contact) {
                    (Some(number), _, _) => IdentitiesOf::Appeal(desk.find_number(actor, number).await?),
                    (_, Some(member), _) => IdentitiesOf::Member(self.member_named(&seat, &member).await?),
                    (_, _, Some(contact)) => IdentitiesOf::Contact(contact),
                    _ => IdentitiesOf::All(list.limit),
                };
                let mut found = desk.identities(actor, whose, list.all).await?;
                found.truncate(list.limit);
                self.identities(&found, &shapes)
            }
            IdentityVerb::Link { contact, member, ground, appeal, note } => {
                let member = self.member_named(&seat, &member).await?;
                let appeal = match appeal {
                    Some(number) => Some(desk.find_number(actor, number).await?),
                    None => None,
                };
                let new = NewIdentity { member, contact: contact.clone(), ground, appeal, note };
                let id = desk.link_identity(actor, new).await?;
                let all = desk.identities(actor, IdentitiesOf::Member(member), false).await?;
                let made = all.iter().find(|identity| identity.id == id);
                let args = [("contact", contact.into())];
                let value = json!({ "done": "linked", "identity": made.map(|made| shapes.identity(made)) });
                self.out.done(&self.out.tr.with("cli-said-identity-linked", &args), value)
            }
            IdentityVerb::Unlink { id, reason, note } => {
                let id = IdentityId::parse(&id).ok_or_else(|| Error::not_found("no-identity"))?;
                desk.unlink_identity(actor, id, reason, note).await?;
                let value = json!({ "done": "unlinked", "id": id });
                self.out.done(&self.out.tr.text("cli-said-identity-unlinked"), value)
            }
        }
    }

    fn identities(&self, found: &[IdentityView], shapes: &Shapes) -> Result<()> {
        if self.out.json {
            return self.out.value(&found.iter().map(|one| shapes.identity(one)).collect::<Vec<Value>>());
        }
        let tr = &self.out.tr;
        if found.is_empty() {
            return self.out.line(tr.text("cli-said-no-identities"));
        }
        let mut table = Table::of(tr, &["contact", "name", "ground", "by", "when", "ended", "id"]);
        for one in found {
            table.row(vec![
                line_of(&one.value),
                line_of(&one.name),
                ground(one, tr).into(),
                one.by.name.clone(),
                tr.date_full(one.at, &shapes.zone).into(),
                one.ended.as_ref().map(|end| String::from(tr.word(end.reason))).unwrap_or_default(),
                one.id.to_string(),
            ]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))
    }

    pub async fn conflict(&self, verb: ConflictVerb) -> Result<()> {
        let seat = self.seat().await?;
        let Seat { desk, actor } = &seat;
        let tr = &self.out.tr;
        match verb {
            ConflictVerb::List { all, limit } => {
                let found = desk.conflicts(actor, all, limit).await?;
                self.conflicts(&found, &Shapes { zone: desk.zone() })
            }
            ConflictVerb::Settle(settle) => {
                let id = ConflictId::parse(&settle.id).ok_or_else(|| Error::not_found("no-conflict"))?;
                let decision = match settle.keep.as_deref() {
                    Some("first") => ConflictState::KeptFirst,
                    Some(_) => ConflictState::KeptSecond,
                    None => ConflictState::BothRight,
                };
                desk.settle_conflict(actor, id, decision, settle.reason).await?;
                let sentence = tr.with("cli-said-conflict-settled", &[("state", tr.word(decision).into())]);
                self.out.done(&sentence, json!({ "done": "settled", "id": id, "state": decision }))
            }
            ConflictVerb::Check => {
                let found = desk.check_conflicts(actor).await?;
                let sentence = tr.with("cli-said-conflicts-checked", &[("n", found.into())]);
                self.out.done(&sentence, json!({ "done": "checked", "found": found }))
            }
        }
    }

    fn conflicts(&self, found: &[ConflictView], shapes: &Shapes) -> Result<()> {
        if self.out.json {
            return self.out.value(&found.iter().map(|one| shapes.conflict(one)).collect::<Vec<Value>>());
        }
        let tr = &self.out.tr;
        if found.is_empty() {
            return self.out.line(tr.text("cli-said-no-conflicts"));
        }
        let mut table = Table::of(tr, &["kind", "about", "first", "second", "state", "id"]);
        for one in found {
            let contact = one.contact.as_ref().map(|(_, value)| line_of(value));
            let row = one.first.member.as_ref().map(|member| line_of(&member.name));
            table.row(vec![
                tr.word(one.kind).into(),
                contact.or(row).unwrap_or_default(),
                side(one.kind, &one.first, tr).into(),
                side(one.kind, &one.second, tr).into(),
                tr.word(one.state).into(),
                one.id.to_string(),
            ]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))
    }
}

/// Why a contact is taken for somebody's, with the number of the appeal that it rests on.
pub(super) fn ground(one: &IdentityView, tr: &Tr) -> Phrase {
    match (one.ground, one.appeal) {
        (LinkGround::Appeal, Some((_, number))) => {
            tr.with("identity-ground-appeal", &[("number", number.into())])
        }
        (ground, _) => tr.word(ground),
    }
}

fn side(kind: ConflictKind, side: &ConflictSide, tr: &Tr) -> Phrase {
    match (kind, side.appeal, &side.member) {
        (ConflictKind::RowClaimed, Some((_, number)), _) => {
            let args = [("number", Arg::from(number)), ("author", line_of(&side.author).into())];
            tr.with("conflict-claim-short", &args)
        }
        (ConflictKind::ContactShared, _, Some(member)) => {
            tr.with("code-plain", &[("code", line_of(&member.name).into())])
        }
        _ => tr.text("conflict-hidden"),
    }
}

fn name_of(by: Option<&StaffRef>) -> Option<&str> {
    by.map(|by| by.name.as_str())
}

impl Shapes {
    /// One item of `identity list`.
    pub(super) fn identity(&self, one: &IdentityView) -> Value {
        json!({
            "id": one.id,
            "kind": one.kind,
            "contact": one.value.for_json(),
            "member_id": one.member,
            "name": one.name.for_json(),
            "organisation": one.organisation.as_ref().map(|code| code.for_json()),
            "ground": one.ground,
            "appeal": one.appeal.map(|(_, number)| number),
            "note": one.note.for_json(),
            "by": one.by.name,
            "at": self.at(one.at),
            "ended": one.ended.as_ref().map(|end| json!({
                "at": self.at(end.at), "by": end.by.name, "reason": end.reason, "note": end.note.for_json(),
            })),
        })
    }

    /// One item of `conflict list`.
    fn conflict(&self, one: &ConflictView) -> Value {
        let side = |side: &ConflictSide| {
            json!({
                "member_id": side.member.as_ref().map(|member| member.id),
                "member": side.member.as_ref().map(shapes::member),
                "appeal": side.appeal.map(|(_, number)| number),
                "author": side.author.for_json(),
                "ground": side.ground,
                "by": name_of(side.by.as_ref()),
                "at": self.maybe_at(side.at),
            })
        };
        json!({
            "id": one.id,
            "kind": one.kind,
            "state": one.state,
            "contact": one.contact.as_ref().map(|(_, value)| value.for_json()),
            "contact_kind": one.contact.as_ref().map(|(kind, _)| kind),
            "first": side(&one.first),
            "second": side(&one.second),
            "found_at": self.at(one.found_at),
            "settled_at": self.maybe_at(one.settled.as_ref().map(|(at, _)| *at)),
            "settled_by": name_of(one.settled.as_ref().map(|(_, by)| by)),
            "reason": one.reason.for_json(),
        })
    }

    /// Others who are confirmed to be a row, beside a candidate.
    pub(super) fn claim(&self, claim: &otklik_core::desk::ClaimView) -> Value {
        json!({
            "appeal": claim.appeal.map(|(_, number)| number),
            "author": claim.author.for_json(),
            "by": name_of(claim.by.as_ref()),
            "at": self.maybe_at(claim.at),
        })
    }
}
