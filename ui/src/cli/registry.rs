//! `otklik member` and `otklik org`: the registry and the tree of organisations.

use super::args::{MemberVerb, OrgVerb};
use super::out::Table;
use super::{Run, Seat, shapes};
use otklik_core::desk::views::{MemberHit, MemberView, OrgView};
use otklik_core::error::Result;
use otklik_core::types::{MemberId, NumberQuery, Untrusted};
use serde_json::{Value, json};

pub(super) fn line_of(text: &Untrusted) -> String {
    text.display_line().into_string()
}

impl Run {
    /// The code to end with: 1 where a card that was checked does not count.
    pub async fn member(&self, verb: MemberVerb) -> Result<u8> {
        let seat = self.seat().await?;
        let done = match verb {
            MemberVerb::Verify { token } => return self.card_verify(&seat, &token).await,
            MemberVerb::Check(check) => self.member_check(&seat, check).await,
            MemberVerb::Card(card) => self.member_card(&seat, card).await,
            MemberVerb::Import(import) => self.member_import(&seat, &import).await,
            MemberVerb::Find { words, limit } => {
                let hits = seat.desk.find_members(&seat.actor, &words.join(" "), limit).await?;
                self.member_hits(&hits)
            }
            MemberVerb::Later { count } => self.later_members(&seat, count.as_deref()).await,
            MemberVerb::Show { id, open_for } => self.member_show(&seat, &id, open_for).await,
        };
        done.map(|()| 0)
    }

    /// Whether who joined after the event counts, as it is or as it is to be.
    async fn later_members(&self, seat: &Seat, count: Option<&str>) -> Result<()> {
        if let Some(word) = count {
            seat.desk.set_later_members(&seat.actor, word == "yes").await?;
        }
        let counts = seat.desk.settings().later_members_count;
        let key = if counts { "cli-said-later-yes" } else { "cli-said-later-no" };
        self.out.done(&self.out.tr.text(key), json!({ "later_members_count": counts }))
    }

    async fn member_show(&self, seat: &Seat, id: &str, open_for: Option<NumberQuery>) -> Result<()> {
        let id = self.member_named(seat, id).await?;
        let member = match open_for {
            Some(number) => {
                let appeal = seat.desk.find_number(&seat.actor, number).await?;
                seat.desk.open_member(&seat.actor, appeal, id).await?
            }
            None => seat.desk.member(&seat.actor, id).await?,
        };
        if self.out.json {
            return self.out.value(&shapes::member(&member));
        }
        self.member_table(std::iter::once((&member, String::new())))?;
        let or_none = |text: &Untrusted| match line_of(text) {
            line if line.trim().is_empty() => self.out.tr.text("cli-word-none").to_string(),
            line => line,
        };
        if let Some(since) = member.missing_since {
            let at = shapes::moment(since, &seat.desk.zone());
            self.out.line(self.out.tr.with("member-line-missing", &[("at", at.into())]))?;
        }
        let source = [("file", line_of(&member.source_file).into()), ("line", member.source_line.into())];
        self.out.line(self.out.tr.with("member-line-source", &source))?;
        let contact = [("phone", or_none(&member.phone).into()), ("email", or_none(&member.email).into())];
        self.out.line(self.out.tr.with("member-line-contact", &contact))
    }

    /// A member by our id or by the registry's own.
    pub(super) async fn member_named(&self, seat: &Seat, text: &str) -> Result<MemberId> {
        match MemberId::parse(text) {
            Some(id) => Ok(id),
            None => seat.desk.member_by_source(&seat.actor, &Untrusted::new(text.trim())).await,
        }
    }

    fn member_hits(&self, hits: &[MemberHit]) -> Result<()> {
        if self.out.json {
            return self.out.value(&hits.iter().map(shapes::hit).collect::<Vec<Value>>());
        }
        let tr = &self.out.tr;
        if hits.is_empty() {
            return self.out.line(tr.text("cli-said-no-members"));
        }
        let why = |hit: &MemberHit| -> String {
            let words: Vec<String> = hit.why.iter().map(|code| tr.coded("fact", code).into()).collect();
            words.join(", ")
        };
        self.member_table(hits.iter().map(|hit| (&hit.member, why(hit))))
    }

    /// Members with a last column of the caller's.
    pub(super) fn member_table<'a>(
        &self,
        members: impl Iterator<Item = (&'a MemberView, String)>,
    ) -> Result<()> {
        let tr = &self.out.tr;
        let mut headings = vec![tr.text("cli-column-source-id"), tr.text("cli-column-name")];
        headings.extend([tr.text("cli-column-birth"), tr.text("cli-column-organisation")]);
        headings.extend([
            tr.text("cli-column-status"),
            tr.text("cli-column-phone"),
            tr.text("cli-column-id"),
        ]);
        headings.push(tr.text("cli-column-why"));
        let mut table = Table::new(headings);
        for (member, why) in members {
            table.row(vec![
                line_of(&member.source_id),
                line_of(&member.name),
                line_of(&member.birth),
                member.organisation.as_ref().map(|org| line_of(&org.name)).unwrap_or_default(),
                tr.word(member.status).into(),
                line_of(&member.phone),
                member.id.to_string(),
                why,
            ]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))
    }

    pub async fn org(&self, verb: OrgVerb) -> Result<()> {
        let seat = self.seat().await?;
        match verb {
            OrgVerb::Import(import) => self.org_import(&seat, &import).await,
            OrgVerb::List => {
                let all = seat.desk.organisations(&seat.actor).await?;
                if self.out.json {
                    return self
                        .out
                        .value(&all.iter().map(|org| shapes::org(org, &all)).collect::<Vec<Value>>());
                }
                self.org_table(&all)
            }
        }
    }

    fn org_table(&self, all: &[OrgView]) -> Result<()> {
        let tr = &self.out.tr;
        if all.is_empty() {
            return self.out.line(tr.text("cli-said-no-orgs"));
        }
        let code_of = |org: &OrgView| {
            let parent = org.parent.and_then(|parent| all.iter().find(|other| other.id == parent));
            parent.map(|parent| line_of(&parent.code)).unwrap_or_default()
        };
        let mut headings = vec![tr.text("cli-column-code"), tr.text("cli-column-parent")];
        headings.extend([
            tr.text("cli-column-level"),
            tr.text("cli-column-members"),
            tr.text("cli-column-name"),
        ]);
        let mut table = Table::new(headings);
        for org in all {
            let level = tr.word(org.level).into();
            table.row(vec![
                line_of(&org.code),
                code_of(org),
                level,
                match org.left_members {
                    0 => org.members.to_string(),
                    left => tr
                        .with("cli-org-left", &[("members", org.members.into()), ("left", left.into())])
                        .into(),
                },
                line_of(&org.name),
            ]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))
    }
}
