//! One row of the registry.

use super::Desk;
use super::views::{MemberView, OrgRef};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::members::{self, MemberRecord};
use crate::types::{Actor, MemberId, MemberStatus, OrgId};

impl Desk {
    /// A row of the registry in the actor's scope.
    pub async fn member(&self, actor: &Actor, id: MemberId) -> Result<MemberView> {
        let mut look = self.look(actor, UseCase::MemberShow).await?;
        let scope = look.scope.clone();
        let record = members::by_id(&mut look.reader.conn(), &scope, id.0).await?;
        record.map(member_view).ok_or_else(|| Error::not_found("no-member"))
    }
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
