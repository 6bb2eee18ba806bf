//! One row of a registry file, and the row of the registry that it becomes: normalised values beside the raw ones.

use crate::rules::normalise;
use crate::rules::registry::{days, dues_of, names, status_of};
use crate::store::registry::{Contact, WholeMember};
use crate::types::{MemberId, MemberStatus, Purpose, RegistryField as F, Untrusted};
use std::collections::HashMap;
use uuid::Uuid;

/// One row of a registry file; a field that is missing is empty.
#[derive(Clone, Debug, Default)]
pub struct RegistryRow {
    /// The line of the file, from 1, header included; of a JSON the place in the list.
    pub line: usize,
    pub id: Untrusted,
    /// The code of the organisation, or its name.
    pub ppo: Untrusted,
    pub fio_raw: Untrusted,
    pub surname: Untrusted,
    pub given: Untrusted,
    pub patronymic: Untrusted,
    pub former_raw: Untrusted,
    pub birth_raw: Untrusted,
    pub card_raw: Untrusted,
    pub workplace: Untrusted,
    pub position: Untrusted,
    pub elected: Untrusted,
    pub phone_raw: Untrusted,
    pub email: Untrusted,
    pub joined_raw: Untrusted,
    pub left_raw: Untrusted,
    pub org_from_raw: Untrusted,
    pub org_to_raw: Untrusted,
    pub dues_raw: Untrusted,
    pub status_raw: Untrusted,
}

impl RegistryRow {
    /// The place of a field.
    pub(super) fn field_mut(&mut self, field: F) -> Option<&mut Untrusted> {
        Some(match field {
            F::Id => &mut self.id,
            F::Org => &mut self.ppo,
            F::Name => &mut self.fio_raw,
            F::Surname => &mut self.surname,
            F::Given => &mut self.given,
            F::Patronymic => &mut self.patronymic,
            F::Former => &mut self.former_raw,
            F::Birth => &mut self.birth_raw,
            F::Card => &mut self.card_raw,
            F::Workplace => &mut self.workplace,
            F::Position => &mut self.position,
            F::Elected => &mut self.elected,
            F::Phone => &mut self.phone_raw,
            F::Email => &mut self.email,
            F::Joined => &mut self.joined_raw,
            F::Left => &mut self.left_raw,
            F::OrgFrom => &mut self.org_from_raw,
            F::OrgTo => &mut self.org_to_raw,
            F::Dues => &mut self.dues_raw,
            F::Status => &mut self.status_raw,
            F::Skip => return None,
        })
    }
}

pub(super) fn raw(field: &Untrusted) -> &str {
    field.raw_for(Purpose::Matching).trim()
}

/// The code's organisation among those known.
pub(in crate::desk) fn org_in(row: &RegistryRow, known: &HashMap<&Untrusted, Uuid>) -> Option<Uuid> {
    known.get(&Untrusted::new(raw(&row.ppo))).copied()
}

/// Years of birth past this one, written with two digits, are of the last century.
const YOUNGEST: i16 = 2014;
/// The same of days on which somebody joined or left.
const NEWEST: i16 = 2049;

/// Years are read by fixed bounds, so that a row means the same in every year.
pub(super) fn birth_of(text: &str) -> Option<String> {
    days::comparable(text, YOUNGEST)
}

pub(super) fn day_of(text: &str) -> Option<String> {
    days::comparable(text, NEWEST)
}

/// The row as the registry keeps it.
pub(in crate::desk) fn normalised(row: &RegistryRow, org: Option<Uuid>, file: &str, now: i64) -> WholeMember {
    let parts = names::split(raw(&row.fio_raw));
    let or = |given: &Untrusted, part: String| {
        if given.is_empty() { Untrusted::new(part) } else { given.clone() }
    };
    let former_raw = or(&row.former_raw, parts.former);
    WholeMember {
        id: MemberId::new().0,
        source_id: Some(row.id.clone()).filter(|id| !id.is_empty()),
        org_id: org,
        name_raw: row.fio_raw.clone(),
        name_folded: normalise::fold_name(raw(&row.fio_raw)),
        surname: or(&row.surname, parts.surname),
        given: or(&row.given, parts.given),
        patronymic: or(&row.patronymic, parts.patronymic),
        former_raw,
        birth_raw: row.birth_raw.clone(),
        birth: birth_of(raw(&row.birth_raw)),
        card_raw: row.card_raw.clone(),
        card: normalise::card_digits(raw(&row.card_raw)),
        workplace: row.workplace.clone(),
        position: row.position.clone(),
        elected: row.elected.clone(),
        phone_raw: row.phone_raw.clone(),
        phone: normalise::phones(raw(&row.phone_raw)).into_iter().next(),
        email_raw: row.email.clone(),
        email: emails(raw(&row.email)).into_iter().next(),
        joined_raw: row.joined_raw.clone(),
        joined: day_of(raw(&row.joined_raw)),
        left_raw: row.left_raw.clone(),
        left_on: day_of(raw(&row.left_raw)),
        org_from_raw: row.org_from_raw.clone(),
        org_from: day_of(raw(&row.org_from_raw)),
        org_to_raw: row.org_to_raw.clone(),
        org_to: day_of(raw(&row.org_to_raw)),
        dues_raw: row.dues_raw.clone(),
        dues: dues_of(raw(&row.dues_raw)).code().to_owned(),
        status_raw: row.status_raw.clone(),
        status: standing(row).code().to_owned(),
        source_file: file.to_owned(),
        source_sheet: Untrusted::default(),
        source_row: i64::try_from(row.line).unwrap_or(0),
        import_id: None,
        made_by: None,
        missing_since: None,
        imported_at: now,
    }
}

/// A day of leaving says as much as the word.
fn standing(row: &RegistryRow) -> MemberStatus {
    match status_of(raw(&row.status_raw)) {
        MemberStatus::Unknown if day_of(raw(&row.left_raw)).is_some() => MemberStatus::Left,
        status => status,
    }
}

/// Every address of a field that may hold several.
pub(super) fn emails(field: &str) -> Vec<String> {
    let mut found = Vec::new();
    for address in field.split([',', ';', ' ', '\n', '|']).filter_map(normalise::email) {
        if !found.contains(&address) {
            found.push(address);
        }
    }
    found
}

/// Telephones and addresses behind the first ones.
pub(super) fn further_contacts(member: &WholeMember) -> Vec<Contact> {
    let is_one = |text: &str| !text.contains([',', ';', '\n', '|', '/', ' ']);
    let (phones, addresses) = (raw(&member.phone_raw), raw(&member.email_raw));
    if is_one(phones) && is_one(addresses) {
        return Vec::new();
    }
    let further = |kind, values: Vec<String>| {
        values.into_iter().skip(1).map(move |value| Contact { member: member.id, kind, value })
    };
    further("phone", normalise::phones(phones)).chain(further("email", emails(addresses))).collect()
}
