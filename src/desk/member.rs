//! One row of the registry: masked for whoever looks, whole for whoever opens it, which the journal keeps.

use super::Desk;
use super::act::{detached, scope_of};
use super::journal::Entry;
use super::views::{MemberView, OrgRef};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::Conn;
use crate::store::members::{self, MemberRecord};
use crate::types::{Actor, AppealId, DuesState, MemberId, MemberStatus, OrgId, Personal};

impl Desk {
    /// A row of the registry in the actor's scope.
    pub async fn member(&self, actor: &Actor, id: MemberId) -> Result<MemberView> {
        let mut look = self.look(actor, UseCase::MemberShow).await?;
        let actor = look.actor.clone();
        seen_by(&actor, &mut look.reader.conn(), id).await?.ok_or_else(|| Error::not_found("no-member"))
    }

    /// Opens what a row's view masks. The appeal is the reason: it must be in the actor's scope as the row must, and the
    /// journal keeps the opening in the history of both.
    pub async fn open_member(&self, actor: &Actor, appeal: AppealId, id: MemberId) -> Result<MemberView> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::MemberOpen).await?;
            act.appeal(appeal).await?;
            let scope = act.scope.clone();
            let row = members::by_id(&mut act.conn(), &scope, id.0).await?;
            let row = row.ok_or_else(|| Error::not_found("no-member"))?;
            let entry = Entry::new("member.opened").about_appeal(appeal).about("member", id);
            act.record(entry.code("member", None::<MemberId>, Some(id))).await?;
            act.commit().await?;
            Ok(whole_view(row))
        })
        .await
    }
}

/// The row, if the actor may see it, over a connection that is already held: whoever holds one and asks for a second could
/// starve everybody.
pub(super) async fn seen_by(actor: &Actor, conn: &mut Conn<'_>, id: MemberId) -> Result<Option<MemberView>> {
    let Ok(scope) = scope_of(actor, UseCase::MemberShow) else { return Ok(None) };
    Ok(members::by_id(conn, &scope, id.0).await?.map(member_view))
}

/// A row as everybody sees it.
pub(super) fn member_view(record: MemberRecord) -> MemberView {
    let whole = whole_view(record);
    MemberView {
        birth: whole.birth.masked(Personal::Birth),
        phone: whole.phone.masked(Personal::Phone),
        email: whole.email.masked(Personal::Email),
        opened: false,
        ..whole
    }
}

fn whole_view(record: MemberRecord) -> MemberView {
    let organisation = record.org_id.map(|id| OrgRef {
        id: OrgId(id),
        code: record.org_code.unwrap_or_default(),
        name: record.org_name.unwrap_or_default(),
    });
    MemberView {
        id: MemberId(record.id),
        source_id: record.source_id.unwrap_or_default(),
        name: record.name_raw,
        birth: record.birth_raw,
        card: record.card_raw,
        organisation,
        position: record.position,
        phone: record.phone_raw,
        email: record.email_raw,
        joined: record.joined_raw,
        dues: record.dues_raw,
        status: MemberStatus::parse(&record.status).unwrap_or(MemberStatus::Unknown),
        status_text: record.status_raw,
        former_surname: record.former_raw,
        workplace: record.workplace,
        elected: record.elected,
        left: record.left_raw,
        org_from: record.org_from_raw,
        org_to: record.org_to_raw,
        dues_state: DuesState::parse(&record.dues).unwrap_or(DuesState::Unknown),
        source_file: record.source_file,
        source_sheet: record.source_sheet,
        source_line: record.source_row,
        missing_since: record.missing_at.map(super::act::moment),
        opened: true,
    }
}
