//! The objects of `--json`, whose fields are a promise to programs (DESIGN, the words of the JSON): a field is added,
//! never renamed. Moments are RFC 3339 with the desk's offset, dates of law `YYYY-MM-DD`, lists arrays, codes those of
//! the types room. Text from outside passes `for_json`; the printer escapes the rest.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::TimeZone;
use otklik_core::desk::views::{
    AppealView, AttachmentView, Candidate, ChannelView, DeliveryView, HistoryLetter, HistoryRow,
    JournalActor, JournalLine, LimitationView, LinkView, MatchCard, MemberHit, MemberView, MessageView,
    OrgRef, OrgView, QuarantineRow, QuarantineView, QueueRow, Reconciled, ReportView, SaidLink, StaffRef,
    StaffView,
};
use otklik_core::types::{JsonText, MemberId, MemberState, Untrusted};
use serde_json::{Value, json};

/// RFC 3339 with the offset that the zone had at that moment, never `Z`.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    DateTimePrinter::new().timestamp_with_offset_to_string(&at, zone.to_offset(at))
}

/// The shapes of one desk: they need its zone.
pub struct Shapes {
    pub zone: TimeZone,
}

fn text(text: &Untrusted) -> JsonText {
    text.for_json()
}

fn maybe(value: &Option<Untrusted>) -> Option<JsonText> {
    value.as_ref().map(Untrusted::for_json)
}

fn staff(staff: &Option<StaffRef>) -> Option<&str> {
    staff.as_ref().map(|staff| staff.name.as_str())
}

/// The code of an organisation, which is what `--org` takes.
fn organisation(organisation: &Option<OrgRef>) -> Option<JsonText> {
    organisation.as_ref().map(|org| text(&org.code))
}

/// One statutory date; the same shape everywhere.
pub fn limitation(limitation: &LimitationView) -> Value {
    let day = |date: Option<Date>| date.map(|date| date.to_string());
    json!({
        "rule": limitation.rule,
        "kind": limitation.kind,
        "anchor": day(limitation.anchor),
        "proof": maybe(&limitation.proof),
        "file_by": day(limitation.file_by),
        "deadline": day(limitation.deadline),
        "deadline_shifted": day(limitation.deadline_shifted),
        "days_left": limitation.days_left,
        "state": limitation.state,
    })
}

pub fn member(member: &MemberView) -> Value {
    json!({
        "id": member.id,
        "source_id": text(&member.source_id),
        "name": text(&member.name),
        "birth": text(&member.birth),
        "card": text(&member.card),
        "organisation": organisation(&member.organisation),
        "organisation_name": member.organisation.as_ref().map(|org| text(&org.name)),
        "position": text(&member.position),
        "phone": text(&member.phone),
        "email": text(&member.email),
        "joined": text(&member.joined),
        "dues": text(&member.dues),
        "status": member.status,
        "status_text": text(&member.status_text),
        "former_surname": text(&member.former_surname),
        "workplace": text(&member.workplace),
        "elected": text(&member.elected),
        "left": text(&member.left),
        "organisation_from": text(&member.org_from),
        "organisation_to": text(&member.org_to),
        "dues_state": member.dues_state,
        "source": { "file": text(&member.source_file), "sheet": text(&member.source_sheet), "line": member.source_line },
        "missing_since": member.missing_since.map(|at| at.to_string()),
        "opened": member.opened,
    })
}

pub fn hit(hit: &MemberHit) -> Value {
    let member = &hit.member;
    json!({
        "member_id": member.id,
        "source_id": text(&member.source_id),
        "name": text(&member.name),
        "organisation": organisation(&member.organisation),
        "organisation_name": member.organisation.as_ref().map(|org| text(&org.name)),
        "card": text(&member.card),
        "status": member.status,
        "why": hit.why,
        "score": hit.score,
    })
}

/// How a membership stands: linked on what evidence and proof, or said by one person and awaiting another.
fn said_link(state: Option<MemberState>, linked: Option<MemberId>, said: Option<&SaidLink>) -> Value {
    let proved = said.filter(|said| Some(said.member) == linked);
    json!({
        "state": state,
        "member_id": linked,
        "class": proved.map(|said| said.class),
        "proof": proved.and_then(|said| said.proof),
        "awaits": said.filter(|said| said.proof.is_none()).map(|said| said.member),
    })
}

pub fn org(org: &OrgView, all: &[OrgView]) -> Value {
    let parent = org.parent.and_then(|parent| all.iter().find(|other| other.id == parent));
    json!({
        "id": org.id,
        "code": text(&org.code),
        "name": text(&org.name),
        "level": org.level,
        "parent": parent.map(|parent| text(&parent.code)),
        "members": org.members,
        "left_members": org.left_members,
        "opened_on": org.opened_on,
        "closed_on": org.closed_on,
        "former_names": org.former_names.iter().map(|(name, until)| json!({ "name": text(name), "until": until })).collect::<Vec<_>>(),
    })
}

pub fn wish(wish: &otklik_core::desk::DigestWish) -> Value {
    let at = wish.at.map(|at| at.strftime("%H:%M").to_string());
    json!({ "wanted": wish.wanted, "at": at, "zone": wish.zone.as_deref().map(JsonText::new) })
}

pub fn person(person: &StaffView) -> Value {
    let grant = |(role, org): &(otklik_core::types::Role, Option<OrgRef>)| json!({ "role": role, "organisation": organisation(org) });
    json!({
        "id": person.id,
        "name": person.name,
        "os_user": person.os_user,
        "mailbox": person.mailbox.as_deref().map(JsonText::new),
        "digest": wish(&person.digest),
        "grants": person.grants.iter().map(grant).collect::<Vec<_>>(),
    })
}

fn attachment(file: &AttachmentView) -> Value {
    json!({
        "id": file.id,
        "name": text(&file.file_name),
        "type": text(&file.content_type),
        "size": file.size,
        "kept": file.kept,
    })
}

fn link(link: &LinkView) -> Value {
    json!({ "kind": link.kind, "number": link.number })
}

impl Shapes {
    pub fn at(&self, at: Timestamp) -> String {
        moment(at, &self.zone)
    }

    pub fn maybe_at(&self, at: Option<Timestamp>) -> Option<String> {
        at.map(|at| self.at(at))
    }

    /// One appeal of `appeal list`; `appeal show` adds to it.
    pub fn row(&self, row: &QueueRow) -> Value {
        json!({
            "number": row.number,
            "origin": maybe(&row.origin),
            "received_at": self.at(row.received_at),
            "channel": row.channel,
            "author": { "name": text(&row.author_name), "contact": text(&row.author_contact) },
            "subject": text(&row.subject),
            "stage": row.stage,
            "outcome": null,
            "topics": row.topics,
            "urgency": row.urgency,
            "assignee": staff(&row.assignee),
            "organisation": organisation(&row.organisation),
            "membership": { "state": row.member_state, "member_id": row.member_id, "class": row.member_class },
            "response": {
                "due_at": self.maybe_at(row.response.due_at),
                "met_at": self.maybe_at(row.response.met_at),
                "state": row.response.state,
            },
            "merits": { "met_at": self.maybe_at(row.merits_met_at) },
            "resolution": null,
            "limitations": row.limitations.iter().map(limitation).collect::<Vec<_>>(),
            "name_to_employer": row.name_to_employer,
            "name_to_chair": row.name_to_chair,
            "unread": row.unread,
            "draft": row.draft,
            "outside_waiting": row.outside_waiting,
        })
    }

    /// One candidate of `appeal match`.
    pub fn candidate(&self, candidate: &Candidate) -> Value {
        json!({
            "member_id": candidate.member.id,
            "source_id": text(&candidate.member.source_id),
            "class": candidate.class,
            "state": candidate.state,
            "for": candidate.facts_for,
            "against": candidate.facts_against,
            "claimed": candidate.claimed.iter().map(|claim| self.claim(claim)).collect::<Vec<_>>(),
            "member": member(&candidate.member),
        })
    }

    /// `appeal match`.
    pub fn match_card(&self, card: &MatchCard) -> Value {
        json!({
            "number": card.number,
            "state": card.proposed,
            "class": card.class,
            "membership": said_link(card.state, card.linked.as_ref().map(|member| member.id), card.said.as_ref()),
            "member": card.linked.as_ref().map(member),
            "candidates": card.candidates.iter().map(|one| self.candidate(one)).collect::<Vec<_>>(),
            "identities": card.identities.iter().map(|one| self.identity(one)).collect::<Vec<_>>(),
            "queries": card.queries.iter().map(|one| self.query(one)).collect::<Vec<_>>(),
        })
    }

    /// `appeal show`.
    pub fn appeal(&self, appeal: &AppealView) -> Value {
        let mut whole = self.row(&appeal.row);
        if let Value::Object(fields) = &mut whole {
            let mut add = |name: &str, value: Value| fields.insert(name.to_owned(), value);
            add("author_email", json!(maybe(&appeal.author_email)));
            add("wrote_from", json!(maybe(&appeal.wrote_from)));
            add("reply_to", json!(maybe(&appeal.reply_to)));
            add("author_phone", json!(maybe(&appeal.author_phone)));
            add("org_stated", json!(text(&appeal.org_stated)));
            let row = &appeal.row;
            add("membership", said_link(row.member_state, row.member_id, appeal.said.as_ref()));
            add("identities", appeal.identities.iter().map(|one| self.identity(one)).collect());
            add("event_date", json!(appeal.event_date.map(|date| date.to_string())));
            add("member", json!(appeal.member.as_ref().map(member)));
            add("earlier", appeal.earlier.iter().map(|letter| self.history_letter(letter)).collect());
            add("messages", appeal.messages.iter().map(|message| self.message(message)).collect());
            add("journal", appeal.journal.iter().map(|line| self.journal(line)).collect());
            add("links", appeal.links.iter().map(link).collect());
        }
        whole
    }

    fn message(&self, message: &MessageView) -> Value {
        json!({
            "id": message.id,
            "direction": message.direction,
            "at": self.at(message.at),
            "channel": message.channel,
            "from": text(&message.from),
            "to": text(&message.to),
            "cc": text(&message.cc),
            "subject": text(&message.subject),
            "text": text(&message.text),
            "kind": message.kind,
            "automatic": message.automatic,
            "outside": message.outside,
            "staff": staff(&message.staff),
            "left_out": message.left_out,
            "authentication": message.authentication,
            "recipients_added": message.recipients_added.iter().map(text).collect::<Vec<_>>(),
            "recipients_dropped": message.recipients_dropped.iter().map(text).collect::<Vec<_>>(),
            "attachments": message.attachments.iter().map(attachment).collect::<Vec<_>>(),
            "deliveries": message.deliveries.iter().map(|sent| self.delivery(sent)).collect::<Vec<_>>(),
        })
    }

    pub fn delivery(&self, delivery: &DeliveryView) -> Value {
        json!({
            "id": delivery.id,
            "kind": delivery.kind,
            "number": delivery.number,
            "recipient": text(&delivery.recipient),
            "state": delivery.state,
            "reason": delivery.reason,
            "not_before": self.at(delivery.not_before),
            "next_at": self.at(delivery.next_at),
            "attempts": delivery.attempts,
            "accepted_at": self.maybe_at(delivery.accepted_at),
            "expires_at": self.at(delivery.expires_at),
            "channel": JsonText::new(&delivery.channel),
            "down_since": self.maybe_at(delivery.down_since),
            "error": maybe(&delivery.error),
            "explained": delivery.explained,
            "sent_copy": delivery.sent_copy,
            "proof": maybe(&delivery.proof),
            "redirected_to": delivery.redirected_to,
            "instead_of": delivery.instead_of,
            "reports": delivery.reports.iter().map(|report| self.report(report)).collect::<Vec<_>>(),
        })
    }

    pub fn report(&self, report: &ReportView) -> Value {
        json!({
            "id": report.id,
            "at": self.at(report.at),
            "channel": report.account,
            "kind": report.kind,
            "recipient": maybe(&report.recipient),
            "status": report.status,
            "diagnostic": text(&report.diagnostic),
            "delivery": report.delivery,
            "number": report.number,
            "raw": report.raw,
            "doubt": report.doubt,
        })
    }

    fn journal(&self, line: &JournalLine) -> Value {
        let actor = match &line.actor {
            JournalActor::Person(person) => json!({ "kind": "person", "id": person.id, "name": person.name }),
            JournalActor::Worker(code) => json!({ "kind": "worker", "id": code, "name": null }),
        };
        let change = |change: &otklik_core::desk::views::JournalChange| json!({ "field": change.field, "before": maybe(&change.before), "after": maybe(&change.after) });
        json!({
            "seq": line.seq,
            "recorded_at": self.at(line.recorded_at),
            "occurred_at": self.at(line.occurred_at),
            "actor": actor,
            "action": line.action,
            "changes": line.changes.iter().map(change).collect::<Vec<_>>(),
            "refs": line.refs.iter().map(|(name, id)| (name.clone(), Value::from(id.as_str()))).collect::<serde_json::Map<_, _>>(),
        })
    }

    /// One item of `quarantine list`.
    pub fn quarantined(&self, row: &QuarantineRow) -> Value {
        json!({
            "id": row.id,
            "channel": row.account,
            "transport_id": text(&row.transport_id),
            "received_at": self.at(row.received_at),
            "stored_at": self.at(row.stored_at),
            "size": row.size,
            "fate": row.fate,
            "reason": row.reason,
        })
    }

    /// `quarantine show`: the opening of the item as it came.
    pub fn raw_item(&self, item: &QuarantineView) -> Value {
        let mut whole = self.quarantined(&item.row);
        if let Value::Object(fields) = &mut whole {
            fields.insert("head".into(), json!(text(&item.head)));
            fields.insert("body".into(), json!(text(&item.body)));
            fields.insert("shown".into(), item.shown.into());
            fields.insert("cut".into(), (item.shown < item.row.size).into());
        }
        whole
    }

    /// One letter of `history find`.
    pub fn history_row(&self, row: &HistoryRow) -> Value {
        json!({
            "id": row.id,
            "channel": row.account,
            "at": self.at(row.at),
            "from": text(&row.from),
            "to": text(&row.to),
            "subject": text(&row.subject),
            "files": row.files,
            "number": row.number,
        })
    }

    /// The same with its text.
    pub fn history_letter(&self, letter: &HistoryLetter) -> Value {
        let mut value = self.history_row(&letter.row);
        value["text"] = json!(text(&letter.text));
        value
    }

    fn reconciled(&self, found: &Reconciled) -> Value {
        json!({
            "at": self.at(found.at),
            "in_mailbox": found.in_mailbox,
            "stored": found.stored,
            "missing": found.missing,
            "gone": found.gone,
            "error": found.error,
        })
    }

    /// One account of `channel list`.
    pub fn channel(&self, channel: &ChannelView) -> Value {
        json!({
            "name": channel.name,
            "address": channel.address,
            "addresses": channel.addresses.iter().map(|(address, organisation)| json!({
                "address": address,
                "organisation": maybe(organisation),
            })).collect::<Vec<Value>>(),
            "kind": channel.kind,
            "state": channel.state,
            "fetched": channel.fetched,
            "pending": channel.pending,
            "new": channel.new,
            "appended": channel.appended,
            "duplicate": channel.duplicate,
            "service": channel.service,
            "history": channel.history,
            "quarantined": channel.quarantined,
            "adds_up": channel.adds_up(),
            "doubted": channel.doubted,
            "unmatched_week": channel.unmatched_week,
            "auto_replies_week": channel.auto_replies_week,
            "since": self.maybe_at(channel.since),
            "reconciliation": channel.reconciled.as_ref().map(|found| self.reconciled(found)),
            "last_ok_at": self.maybe_at(channel.last_ok_at),
            "error": channel.error.as_deref().map(JsonText::new),
            "outgoing": channel.outgoing.as_ref().map(|stuck| json!({
                "down_since": self.at(stuck.since), "error": JsonText::new(&stuck.error),
            })),
            "organisation": channel.organisation.as_ref().map(|code| code.for_json()),
            "sent_folder": channel.sent_folder.as_deref().map(JsonText::new),
            "copies": channel.copy_sent,
            "automatic": channel.automatic,
            "outside_replies": channel.outside_replies,
            "authserv_id": channel.authserv_id.as_deref().map(JsonText::new),
            "plus_addressing": channel.plus_addressing,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_carry_the_desks_offset_and_never_z() {
        let at: Timestamp = "2026-11-16T07:00:00Z".parse().unwrap();
        let zone = |name| TimeZone::get(name).unwrap();
        assert_eq!(moment(at, &zone("Europe/Moscow")), "2026-11-16T10:00:00+03:00");
        assert_eq!(moment(at, &zone("Etc/UTC")), "2026-11-16T07:00:00+00:00");
        assert_eq!(moment(at, &zone("Asia/Kamchatka")), "2026-11-16T19:00:00+12:00");
    }
}
