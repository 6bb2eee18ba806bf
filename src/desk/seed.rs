//! Filling a demo desk: a month of invented life, lived through the same steps as a real one, in one transaction.
//!
//! Every step moves the transaction's own clock and actor and then does what the use case of that name does, so that the
//! journal, the clocks and the raw items are whole and `journal verify` passes. Refused on a real desk.

use super::act::{Act, detached};
use super::incoming::parse_letter;
use super::journal::Entry;
use super::known::Known;
use super::letter::Intake;
use super::registry::{self, RegistryRow};
use super::team::Teams;
use super::{Desk, outgoing, queue, send};
use crate::desk::outgoing::{Attempt, Ended};
use crate::desk::reply::ReplyRequest;
use crate::error::{Error, Result};
use crate::mail::Ours;
use crate::rules::limitation::{self, Term};
use crate::rules::roles::UseCase;
use crate::store::accounts::AccountRecord;
use crate::store::packed;
use crate::store::packed::Packer;
use crate::store::raw::{NewRaw, RawRecord};
use crate::store::registry::{self as whole, WholeMember};
use crate::store::{accounts, appeals, deliveries, members, messages, orgs, raw, terms};
use crate::types::{
    AccountId, Actor, AppealId, DeliveryId, DeliveryKind, DeliveryState, Fate, FolderRole, LimitationKind,
    MemberState, MessageId, RawId, ReplyKind, Stage, Topic, Untrusted, Urgency, Worker,
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::Uuid;

/// What a demo desk is filled with. Organisations and staff are there already.
pub struct Seed {
    /// Made as they are written: a crowd of them need not stand in memory.
    pub members: Box<dyn Iterator<Item = RegistryRow> + Send>,
    /// In the order of their moments.
    pub events: Vec<SeedEvent>,
}

/// Something that happened on the demo desk. `appeal` is the caller's own number of an appeal.
#[derive(Clone, Debug)]
pub struct SeedEvent {
    pub at: Timestamp,
    pub appeal: usize,
    pub deed: SeedDeed,
}

#[derive(Clone, Debug)]
pub enum SeedDeed {
    /// A letter that opens the appeal, with its receipt.
    Letter(Vec<u8>),
    Sort {
        by: Actor,
        topics: Vec<Topic>,
        urgency: Urgency,
    },
    Take {
        by: Actor,
    },
    /// `taken` seconds later the channel takes it; none: it refuses.
    Reply {
        by: Actor,
        kind: ReplyKind,
        text: String,
        taken: Option<i64>,
    },
    /// The author is this member of the registry, by its own id.
    Confirm {
        by: Actor,
        member: Untrusted,
    },
    /// A statutory date; without an anchor its absence is the alarm.
    Limit {
        by: Actor,
        rule: &'static str,
        anchor: Option<Date>,
        proof: Option<&'static str>,
    },
    Stage {
        by: Actor,
        stage: Stage,
    },
}

/// Kinds and terms of the rules that a demo desk shows (ТК РФ articles 392, 386, 180; research, rules of the data).
const RULES: &[(&str, LimitationKind, Term)] = &[
    ("TK392_DISMISSAL", LimitationKind::Limitation, Term::Months(1)),
    ("TK392_GENERAL", LimitationKind::Limitation, Term::Months(3)),
    ("TK392_WAGE", LimitationKind::Limitation, Term::Months(12)),
    ("TK386_KTS", LimitationKind::Limitation, Term::Months(3)),
    ("TK180_NOTICE", LimitationKind::Event, Term::Months(2)),
];

struct Sower<'a> {
    desk: &'a Desk,
    act: Act,
    account: AccountRecord,
    ours: Ours,
    teams: Teams,
    known: Known,
    appeals: HashMap<usize, AppealId>,
}

impl Desk {
    /// Fills a demo desk that has an account of mail.
    ///
    /// # Errors
    /// `seed-needs-demo` on a real desk; `no-account`.
    pub async fn seed(&self, actor: &Actor, seed: Seed) -> Result<()> {
        if !self.is_demo() {
            return Err(Error::not_allowed("seed-needs-demo"));
        }
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::AppealImport).await?;
            let account = accounts::all(&mut act.conn()).await?.into_iter().next();
            let account = account.ok_or_else(|| Error::conflict("no-account"))?;
            let id = AccountId(account.id);
            let teams = Teams::of(std::slice::from_ref(&account));
            let ours = desk.ours(&teams);
            let (known, appeals) = (Known::default(), HashMap::new());
            let mut sower = Sower { desk: &desk, act, account, ours, teams, known, appeals };
            sower.members(seed.members).await?;
            for event in seed.events {
                sower.live(event).await?;
            }
            sower.act.commit().await?;
            // Mail was fetched until this moment: no screen has to say that it never was.
            desk.pulse(&Actor::Worker(Worker::Intake), id, None).await?;
            desk.checkpoint_now(&Actor::Worker(Worker::Timer)).await.map(|_| ())
        })
        .await
    }
}

impl Sower<'_> {
    async fn members(&mut self, rows: impl Iterator<Item = RegistryRow>) -> Result<()> {
        let known = orgs::all(&mut self.act.conn()).await?;
        let known: HashMap<&Untrusted, Uuid> = known.iter().map(|org| (&org.code, org.id)).collect();
        let now = self.act.now_ms();
        let change = members::begin_change(&mut self.act.conn()).await?;
        let mut new =
            rows.map(|row| registry::normalised(&row, registry::org_in(&row, &known), "demo.csv", now));
        let mut count = 0;
        loop {
            let batch: Vec<WholeMember> = new.by_ref().take(2000).collect();
            if batch.is_empty() {
                break;
            }
            count += batch.len();
            whole::write(&mut self.act.conn(), &batch, change).await?;
        }
        let entry = Entry::new("registry.imported")
            .about("registry", self.desk.id())
            .code("new", None::<usize>, Some(count))
            .text("file", None, Some(Untrusted::new("demo.csv")));
        self.act.record(entry).await.map(|_| ())
    }

    async fn live(&mut self, event: SeedEvent) -> Result<()> {
        self.act.now = event.at;
        match event.deed {
            SeedDeed::Letter(bytes) => self.letter(event.appeal, &bytes).await,
            SeedDeed::Sort { by, topics, urgency } => {
                self.sort(self.id(event.appeal)?, by, &topics, urgency).await
            }
            SeedDeed::Take { by } => self.take(self.id(event.appeal)?, by).await,
            SeedDeed::Reply { by, kind, text, taken } => {
                self.act.actor = by;
                self.reply(self.id(event.appeal)?, kind, text, taken).await
            }
            SeedDeed::Confirm { by, member } => self.confirm(self.id(event.appeal)?, by, &member).await,
            SeedDeed::Limit { by, rule, anchor, proof } => {
                self.act.actor = by;
                self.limit(self.id(event.appeal)?, rule, anchor, proof).await
            }
            SeedDeed::Stage { by, stage } => self.stage(self.id(event.appeal)?, by, stage).await,
        }
    }

    fn id(&self, appeal: usize) -> Result<AppealId> {
        self.appeals.get(&appeal).copied().ok_or_else(|| Error::not_found("no-appeal"))
    }

    async fn letter(&mut self, appeal: usize, bytes: &[u8]) -> Result<()> {
        self.act.actor = Actor::Worker(Worker::Intake);
        let (id, at) = (RawId::new(), self.act.now_ms());
        let (transport_id, digest) = (format!("demo.{appeal}"), Sha256::digest(bytes));
        let new = NewRaw {
            id: id.0,
            account_id: self.account.id,
            transport_id: &transport_id,
            role: FolderRole::Inbox.code(),
            received_at: at,
            stored_at: at,
            sha256: &digest,
            bytes,
            fate: Fate::Pending.code(),
            reason: None,
        };
        raw::insert(&mut self.act.conn(), &new, &mut Packer::default()).await?;
        let record = RawRecord {
            id: id.0,
            account_id: self.account.id,
            received_at: at,
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            sha256: digest.to_vec(),
            role: FolderRole::Inbox.code().to_owned(),
            attempts: 0,
        };
        let letter = parse_letter(bytes).map_err(Error::failed)?;
        let mut intake = Intake {
            desk: self.desk,
            act: &mut self.act,
            account: &self.account,
            ours: &self.ours,
            teams: &self.teams,
            known: &mut self.known,
        };
        intake.settle(&record, &letter).await?;
        let opened = raw::appeal_of(&mut self.act.conn(), id.0).await?;
        let opened = AppealId(opened.ok_or_else(|| Error::failed("no-appeal"))?);
        self.appeals.insert(appeal, opened);
        for receipt in deliveries::of_appeal(&mut self.act.conn(), opened.0).await? {
            self.conclude(DeliveryId(receipt.id), 2, true).await?;
        }
        Ok(())
    }

    /// The sender's word on a delivery, some seconds later.
    async fn conclude(&mut self, id: DeliveryId, seconds: i64, taken: bool) -> Result<()> {
        let actor = std::mem::replace(&mut self.act.actor, Actor::Worker(Worker::Sender));
        self.act.now =
            self.act.now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(self.act.now);
        let delivery = deliveries::lock(&mut self.act.conn(), id.0).await?;
        let delivery = delivery.ok_or_else(|| Error::not_found("no-delivery"))?;
        let attempt = match taken {
            true => Attempt::Accepted { proof: Untrusted::new("250 OK") },
            false => Attempt::Refused { why: Untrusted::new("recipient: 550 5.1.1 No such user here") },
        };
        let ended = Ended::new(&delivery, DeliveryState::Sending, attempt);
        outgoing::conclude(&mut self.act, vec![ended]).await?;
        self.act.actor = actor;
        Ok(())
    }

    async fn sort(&mut self, id: AppealId, by: Actor, topics: &[Topic], urgency: Urgency) -> Result<()> {
        self.act.actor = by;
        let appeal = self.act.appeal(id).await?;
        let now = self.act.now_ms();
        let codes: Vec<&'static str> = topics.iter().map(|topic| topic.code()).collect();
        appeals::set_topics(&mut self.act.conn(), appeal.pk, &codes, now).await?;
        let urgent = matches!(urgency, Urgency::Sos | Urgency::High);
        appeals::set_urgency(&mut self.act.conn(), id.0, urgency.code(), urgent, now).await?;
        let entry = Entry::new("appeal.edited")
            .about_appeal(id)
            .code("topics", Some(&appeal.topics), Some(codes.join(",")))
            .code("urgency", Some(&appeal.urgency), Some(urgency.code()));
        self.act.record(entry).await.map(|_| ())
    }

    async fn take(&mut self, id: AppealId, by: Actor) -> Result<()> {
        let me = by.staff().ok_or_else(|| Error::not_allowed("not-a-person"))?;
        self.act.actor = by;
        let appeal = self.act.appeal(id).await?;
        let now = self.act.now_ms();
        appeals::set_assignee(&mut self.act.conn(), id.0, Some(me.0), now).await?;
        appeals::set_stage(&mut self.act.conn(), id.0, Stage::Taken.code(), true, now).await?;
        appeals::set_unread(&mut self.act.conn(), id.0, false).await?;
        let entry = Entry::new("appeal.taken")
            .about_appeal(id)
            .code("assignee", None::<&str>, Some(me))
            .code("stage", Some(&appeal.stage), Some(Stage::Taken.code()));
        self.act.record(entry).await.map(|_| ())
    }

    async fn reply(&mut self, id: AppealId, kind: ReplyKind, text: String, taken: Option<i64>) -> Result<()> {
        let appeal = self.act.appeal(id).await?;
        let request = ReplyRequest {
            appeal: id,
            text,
            kind,
            seen: None,
            idempotency_key: Uuid::now_v7(),
            immediately: true,
            cc: Vec::new(),
            files: Vec::new(),
        };
        let send::Frozen { message, bytes: payload, .. } =
            send::freeze(self.desk, &mut self.act, &appeal, &self.account, &request).await?;
        messages::insert(&mut self.act.conn(), &message).await?;
        terms::insert(&mut self.act.conn(), message.id, &queue::index_terms(&message.subject, &message.body))
            .await?;
        let (delivery, now) = (DeliveryId::new(), self.act.now_ms());
        let row = deliveries::NewDelivery {
            id: delivery.0,
            kind: DeliveryKind::Reply.code(),
            appeal_id: Some(id.0),
            message_id: Some(message.id),
            rfc_message_id: message.rfc_message_id.clone(),
            account_id: self.account.id,
            recipient: message.to_text.clone(),
            reason: None,
            now,
            not_before: now,
            payload: packed::pack(&payload)?,
        };
        deliveries::insert(&mut self.act.conn(), &row).await?;
        let entry = Entry::new("reply.scheduled")
            .about_appeal(id)
            .code("reply", None::<&str>, Some(kind.code()))
            .refers("message", MessageId(message.id))
            .refers("delivery", delivery)
            .text("text", None, Some(message.body.clone()));
        self.act.record(entry).await?;
        self.conclude(delivery, taken.unwrap_or(3), taken.is_some()).await
    }

    async fn confirm(&mut self, id: AppealId, by: Actor, member: &Untrusted) -> Result<()> {
        self.act.actor = by;
        let row = members::by_source_id(&mut self.act.conn(), member).await?;
        let row = row.ok_or_else(|| Error::not_found("no-member"))?;
        let now = self.act.now_ms();
        let state = MemberState::Member.code();
        appeals::set_membership(&mut self.act.conn(), id.0, Some(state), Some(row.id), row.org_id, now)
            .await?;
        let entry = Entry::new("membership.confirmed")
            .about_appeal(id)
            .about("member", row.id)
            .code("member", None::<Uuid>, Some(row.id))
            .code("member_state", None::<&str>, Some(state))
            .code("organisation", None::<Uuid>, row.org_id)
            .code("facts_for", None::<&str>, Some("email,name"));
        self.act.record(entry).await.map(|_| ())
    }

    async fn limit(
        &mut self,
        id: AppealId,
        rule: &str,
        anchor: Option<Date>,
        proof: Option<&str>,
    ) -> Result<()> {
        let known = RULES.iter().find(|(code, ..)| *code == rule);
        let &(_, kind, term) = known.ok_or_else(|| Error::usage("no-rule").arg("rule", rule))?;
        let ground = self.act.ground.clone();
        let dates = anchor.and_then(|anchor| limitation::dates(kind, term, anchor, &ground.calendar));
        let appeal = self.act.appeal(id).await?;
        let row = appeals::NewLimit {
            appeal: id.0,
            rule,
            kind: kind.code(),
            anchor: anchor.map(|date| date.to_string()),
            proof,
            file_by: dates.map(|dates| dates.file_by.to_string()),
            deadline: dates.map(|dates| dates.deadline.to_string()),
            deadline_shifted: dates.map(|dates| dates.deadline_shifted.to_string()),
        };
        appeals::insert_limit(&mut self.act.conn(), &row).await?;
        let entry = Entry::new("limitation.set")
            .about_appeal(id)
            .code("rule", None::<&str>, Some(rule))
            .code("anchor", None::<Date>, anchor)
            .code("deadline", None::<Date>, dates.map(|dates| dates.deadline));
        self.act.record(entry).await?;
        self.act.restore_clock(&appeal).await
    }

    async fn stage(&mut self, id: AppealId, by: Actor, stage: Stage) -> Result<()> {
        self.act.actor = by;
        let appeal = self.act.appeal(id).await?;
        let now = self.act.now_ms();
        appeals::set_stage(&mut self.act.conn(), id.0, stage.code(), stage.is_open(), now).await?;
        let entry = Entry::new("appeal.stage").about_appeal(id).code(
            "stage",
            Some(&appeal.stage),
            Some(stage.code()),
        );
        self.act.record(entry).await?;
        self.act.restore_clock(&appeal).await
    }
}
