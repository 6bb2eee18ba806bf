//! One row of the registry.

use super::Desk;
use super::act::scope_of;
use super::views::{MemberView, OrgRef};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::Conn;
use crate::store::members::{self, MemberRecord};
use crate::types::{Actor, MemberId, MemberStatus, OrgId};

impl Desk {
    /// A row of the registry in the actor's scope.
    pub async fn member(&self, actor: &Actor, id: MemberId) -> Result<MemberView> {
        let mut look = self.look(actor, UseCase::MemberShow).await?;
        let actor = look.actor.clone();
        seen_by(&actor, &mut look.reader.conn(), id).await?.ok_or_else(|| Error::not_found("no-member"))
    }
}

/// The row, if the actor may see it, over a connection that is already held: whoever holds one and asks for a second could
/// starve everybody.
pub(super) async fn seen_by(actor: &Actor, conn: &mut Conn<'_>, id: MemberId) -> Result<Option<MemberView>> {
    let Ok(scope) = scope_of(actor, UseCase::MemberShow) else { return Ok(None) };
    Ok(members::by_id(conn, &scope, id.0).await?.map(member_view))
}

pub(super) fn member_view(record: MemberRecord) -> MemberView {
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
    }
}
