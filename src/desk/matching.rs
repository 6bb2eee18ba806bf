//! The match card: candidates for an author with plain facts. A person looks and decides; nothing here links anybody.

use super::act::{moment, number};
use super::member::{member_view, seen_by};
use super::settings::Ground;
use super::views::{Candidate, MatchCard};
use super::{Desk, calls, conflicts, find, identities, membership};
use crate::error::{Error, Result};
use crate::rules::matching::{Author, Event, Fact, Facts, RegistryRow, facts, name_fact};
use crate::rules::membership::{Claims, Judgement, Weighed, claims, is_elected, judge, state_of};
use crate::rules::roles::UseCase;
use crate::store::appeals::{self, AppealRecord};
use crate::store::identities::{self as links, HeldRecord};
use crate::store::members::{self, MemberRecord};
use crate::store::queue::{self, Scope};
use crate::store::{Conn, messages, orgs, registry};
use crate::types::{
    Actor, AppealId, Channel, MatchClass, MemberId, MemberState, MemberStatus, Purpose, Untrusted,
};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use uuid::Uuid;

/// Candidates on one card.
const SHOWN: usize = 12;
/// Rows of a fitting name that are looked at.
const BY_NAME: usize = 60;

impl Desk {
    /// Who the author may be: rows that share an identifier, then rows of a fitting name, in the actor's scope.
    pub async fn match_card(&self, actor: &Actor, id: AppealId) -> Result<MatchCard> {
        self.scope_now(actor, UseCase::MatchShow).await?;
        // Before the look: whoever held a reader and waited for a second one could starve everybody.
        let lookup = self.lookup().await?;
        let mut look = self.look(actor, UseCase::MatchShow).await?;
        let (scope, actor) = (look.scope.clone(), look.actor.clone());
        if queue::one(&mut look.reader.conn(), &scope, id.0).await?.is_none() {
            return Err(Error::not_found("no-appeal"));
        }
        let appeal = appeals::load(&mut look.reader.conn(), id.0).await?;
        let appeal = appeal.ok_or_else(|| Error::not_found("no-appeal"))?;
        let (ground, now) = (look.ground.clone(), look.now);
        let (author, claims) = author(&mut look.reader.conn(), &ground, &appeal).await?;
        let held = held_by_author(&mut look.reader.conn(), &author).await?;
        let mut rows = by_identifiers(&mut look.reader.conn(), &scope, &author).await?;
        add_linked(&mut look.reader.conn(), &scope, &held, &mut rows).await?;
        if !author.name.trim().is_empty() {
            for (row, _, _) in find::hits(&mut look, lookup, author.name.clone(), BY_NAME).await? {
                if rows.iter().all(|known| known.pk != row.pk) {
                    rows.push(row);
                }
            }
        }
        let mut weighed = Vec::with_capacity(rows.len());
        let mut names = HashMap::new();
        for row in &rows {
            if let Entry::Vacant(place) = names.entry(row.org_id) {
                place.insert(org_names(&mut look.reader.conn(), row).await?);
            }
            let orgs = names.get(&row.org_id).cloned().unwrap_or_default();
            let as_written = registry_row(row, orgs, namesakes(&author, row, &rows), &held);
            let facts = facts(&author, &as_written);
            weighed.push((row.clone(), Weighed { row: as_written, facts }));
        }
        weighed.sort_by_key(|(row, weighed)| (std::cmp::Reverse(weight(&weighed.facts)), row.pk));
        let (rows, weighed): (Vec<_>, Vec<_>) = weighed.into_iter().unzip();
        let mut judgement = judge(&author, claims, &weighed);
        if weighed_none(&judgement, claims) && registry::is_empty(&mut look.reader.conn()).await? {
            // A registry in which nobody stands says nothing about anybody.
            judgement.state = MemberState::Unverifiable;
        }
        let shown = rows.into_iter().zip(weighed).zip(judgement.classes).take(SHOWN);
        let mut candidates = Vec::new();
        for ((row, weighed), class) in shown {
            let conn = &mut look.reader.conn();
            let claimed = conflicts::claims_against(conn, &scope, id.0, &author.name, &row).await?;
            candidates.push(Candidate { claimed, ..candidate(row, &weighed, class, &author, claims) });
        }
        let (mut linked_contacts, trusted) = (Vec::new(), author.trusted());
        let mut values: Vec<String> =
            held.iter().map(|held| held.value.raw_for(Purpose::Matching).to_owned()).collect();
        values.retain(|value| trusted.contains(value));
        values.sort_unstable();
        values.dedup();
        for value in values {
            let found = identities::of_value(&mut look.reader.conn(), &scope, &value, false).await?;
            linked_contacts.extend(found);
        }
        let linked = match appeal.member_id {
            Some(member) => seen_by(&actor, &mut look.reader.conn(), MemberId(member)).await?,
            None => None,
        };
        Ok(MatchCard {
            appeal: id,
            number: number(appeal.year, appeal.seq),
            state: appeal.member_state.as_deref().and_then(MemberState::parse),
            linked,
            said: membership::said(&mut look.reader.conn(), id).await?,
            proposed: judgement.state,
            class: judgement.class,
            candidates,
            identities: linked_contacts,
            queries: calls::queries_of(&mut look.reader.conn(), id, now).await?,
        })
    }
}

/// Whether an author is taken for no member only because nobody like them was found.
fn weighed_none(judgement: &Judgement, claims: Claims) -> bool {
    judgement.class == MatchClass::None && judgement.state == MemberState::NotMember && !claims.wants_to_join
}

impl Desk {
    /// What speaks for and against one row being the author, as the card would say it; a row that is no candidate has the
    /// class `none`.
    pub async fn weigh_member(&self, actor: &Actor, id: AppealId, member: MemberId) -> Result<Candidate> {
        let card = self.match_card(actor, id).await?;
        if let Some(candidate) = card.candidates.into_iter().find(|found| found.member.id == member) {
            return Ok(candidate);
        }
        let mut look = self.look(actor, UseCase::MatchShow).await?;
        let (scope, ground) = (look.scope.clone(), look.ground.clone());
        let row = members::by_id(&mut look.reader.conn(), &scope, member.0).await?;
        let row = row.ok_or_else(|| Error::not_found("no-member"))?;
        let appeal = appeals::load(&mut look.reader.conn(), id.0).await?;
        let appeal = appeal.ok_or_else(|| Error::not_found("no-appeal"))?;
        evidence(&mut look.reader.conn(), &ground, &appeal, &row).await
    }
}

fn candidate(
    row: MemberRecord,
    weighed: &Weighed,
    class: MatchClass,
    author: &Author,
    claims: Claims,
) -> Candidate {
    let codes = |facts: &[Fact]| facts.iter().map(|fact| fact.code().to_owned()).collect();
    Candidate {
        class,
        state: state_of(author, weighed, claims),
        facts_for: codes(&weighed.facts.facts_for),
        facts_against: codes(&weighed.facts.facts_against),
        claimed: Vec::new(),
        member: member_view(row),
    }
}

/// What an appeal's author and one row amount to. Every row of the desk that shares an identifier is looked at, whatever
/// the scope: an identifier of two rows points to neither.
pub(super) async fn evidence(
    conn: &mut Conn<'_>,
    ground: &Ground,
    appeal: &AppealRecord,
    row: &MemberRecord,
) -> Result<Candidate> {
    let (author, claims) = author(conn, ground, appeal).await?;
    let whole = Scope { whole: 1, staff: Uuid::nil(), roles: String::new() };
    let held = held_by_author(conn, &author).await?;
    let mut rows = by_identifiers(conn, &whole, &author).await?;
    add_linked(conn, &whole, &held, &mut rows).await?;
    rows.retain(|other| other.pk != row.pk);
    rows.insert(0, row.clone());
    let mut weighed = Vec::with_capacity(rows.len());
    for row in &rows {
        let as_written = registry_row(row, org_names(conn, row).await?, 0, &held);
        let facts = facts(&author, &as_written);
        weighed.push(Weighed { row: as_written, facts });
    }
    let judgement = judge(&author, claims, &weighed);
    Ok(candidate(row.clone(), &weighed[0], judgement.classes[0], &author, claims))
}

/// What the author has said of themselves, in the fields and in their own messages.
async fn author(conn: &mut Conn<'_>, ground: &Ground, appeal: &AppealRecord) -> Result<(Author, Claims)> {
    let thread = messages::of_appeal(conn, appeal.id).await?;
    let own = thread.iter().filter(|message| message.direction == "in");
    let text: Vec<&str> = own.map(|message| message.body.raw_for(Purpose::Matching)).collect();
    let field = |field: &Option<Untrusted>| {
        field.as_ref().map(|field| field.raw_for(Purpose::Matching).to_owned()).unwrap_or_default()
    };
    let (name, text) = (appeal.author_name.raw_for(Purpose::Matching), text.join("\n"));
    let stated_day = appeal.event_date.as_deref().and_then(|day| day.parse().ok());
    let received = || moment(appeal.received_at).to_zoned(ground.zone.clone()).date();
    let address = identities::wrote_from(conn, appeal, &thread).await?;
    let mut author = Author::new(
        name,
        &field(&appeal.author_phone),
        &field(&address),
        appeal.org_stated.raw_for(Purpose::Matching),
        &text,
    );
    author.event = Some(Event {
        day: stated_day.unwrap_or_else(received),
        later_members_count: ground.settings.later_members_count,
    });
    author.sender_failed = identities::sender_failed(&thread);
    Ok((author, claims(name, &text, appeal.channel == Channel::Staff.code())))
}

async fn by_identifiers(conn: &mut Conn<'_>, scope: &Scope, author: &Author) -> Result<Vec<MemberRecord>> {
    let mut rows: Vec<MemberRecord> = Vec::new();
    let (phones, emails, cards) = (author.phones.iter(), author.emails.iter(), author.cards.iter());
    let asked = phones
        .map(|phone| (Some(phone.as_str()), None, None))
        .chain(emails.map(|email| (None, Some(email.as_str()), None)))
        .chain(cards.map(|card| (None, None, Some(card.as_str()))));
    for (phone, email, card) in asked.take(12) {
        for row in members::by_identifiers(conn, scope, phone, email, card).await? {
            if rows.iter().all(|known| known.pk != row.pk) {
                rows.push(row);
            }
        }
    }
    Ok(rows)
}

/// Which rows the author's contacts are linked with.
async fn held_by_author(conn: &mut Conn<'_>, author: &Author) -> Result<Vec<HeldRecord>> {
    let mut contacts = author.emails.clone();
    contacts.extend(author.confirmed_phones.iter().chain(&author.phones).cloned());
    contacts.truncate(links::AT_ONCE);
    match contacts.is_empty() {
        true => Ok(Vec::new()),
        false => links::held(conn, &contacts).await,
    }
}

/// The rows that the author's contacts are linked with, where they are in scope.
async fn add_linked(
    conn: &mut Conn<'_>,
    scope: &Scope,
    held: &[HeldRecord],
    rows: &mut Vec<MemberRecord>,
) -> Result<()> {
    for held in held {
        if rows.iter().all(|row| row.id != held.member_id) {
            rows.extend(members::by_id(conn, scope, held.member_id).await?);
        }
    }
    Ok(())
}

/// The names of a row's organisation and of those above it.
async fn org_names(conn: &mut Conn<'_>, row: &MemberRecord) -> Result<Vec<String>> {
    match row.org_id {
        Some(org) => {
            let names = orgs::names_upwards(conn, org).await?;
            Ok(names.iter().map(|name| name.raw_for(Purpose::Matching).to_owned()).collect())
        }
        None => Ok(Vec::new()),
    }
}

fn registry_row(row: &MemberRecord, orgs: Vec<String>, namesakes: usize, held: &[HeldRecord]) -> RegistryRow {
    let raw = |field: &Untrusted| field.raw_for(Purpose::Matching).to_owned();
    RegistryRow {
        name: raw(&row.name_raw),
        phones: vec![raw(&row.phone_raw)],
        email: row.email.as_ref().map(raw),
        card: row.card.as_ref().map(raw),
        orgs,
        status: MemberStatus::parse(&row.status),
        status_text: raw(&row.status_raw),
        joined: raw(&row.joined_raw),
        dues: raw(&row.dues_raw),
        elected: is_elected(row.position.raw_for(Purpose::Matching)),
        namesakes,
        linked: held.iter().filter(|held| held.member_id == row.id).map(|held| raw(&held.value)).collect(),
    }
}

/// How many others among the rows have a name that fits as well; none where the row's own does not fit.
fn namesakes(author: &Author, row: &MemberRecord, rows: &[MemberRecord]) -> usize {
    let fits = |row: &&MemberRecord| {
        let fact = name_fact(&author.name, row.name_raw.raw_for(Purpose::Matching));
        fact.is_some_and(|fact| !matches!(fact, Fact::NameDiffers | Fact::SurnameDiffers | Fact::NamePart))
    };
    if !fits(&row) {
        return 0;
    }
    rows.iter().filter(|other| other.pk != row.pk).filter(fits).count()
}

/// The order of the card and nothing else: identifiers before names before organisations.
fn weight(facts: &Facts) -> i32 {
    let of = |fact: &Fact| match fact {
        Fact::PhoneConfirmed
        | Fact::PhoneEqual
        | Fact::EmailEqual
        | Fact::CardEqual
        | Fact::ContactLinked => 100,
        Fact::NameEqual => 40,
        Fact::NameCompatible => 30,
        Fact::NameOtherLayout | Fact::NameTransliterated => 20,
        Fact::NamePart | Fact::OrgMatches => 10,
        _ => 5,
    };
    facts.facts_for.iter().map(of).sum::<i32>() - facts.facts_against.iter().map(of).sum::<i32>()
}
