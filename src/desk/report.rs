//! Reports about mail: what became of a delivery after the channel took it. A report is a claim from outside, so it is
//! believed only about a letter that we sent, and it does little: it never answers, never becomes an appeal, and reopens
//! nothing save when the only response came back for good (DESIGN §4.4).

use super::act::{Act, moment, number};
use super::journal::Entry;
use super::letter::Intake;
use super::outgoing::{self, Attempt};
use super::views::ReportView;
use super::{Desk, replay};
use crate::error::Result;
use crate::mail::{Report, Reported, ascii_domain};
use crate::rules::roles::UseCase;
use crate::store::appeals::{self, AppealRecord};
use crate::store::deliveries::{self, DeliveryRecord, Outcome};
use crate::store::raw::RawRecord;
use crate::store::reports::{self, Candidate, NewReport, ReportRecord};
use crate::types::{
    Actor, AppealId, DeliveryId, DeliveryState, Purpose, RawId, ReportId, ReportKind, Stage, Untrusted,
};
use uuid::Uuid;

/// What a raw item's reason says of a report that is about nothing that we sent.
const UNMATCHED: &str = "unmatched";

impl Desk {
    /// What servers and programs reported about mail, newest first, in scope; `unmatched_only`: what is about no delivery
    /// that the desk knows.
    pub async fn reports(
        &self,
        actor: &Actor,
        unmatched_only: bool,
        limit: usize,
    ) -> Result<Vec<ReportView>> {
        let mut look = self.look(actor, UseCase::ReportList).await?;
        let (scope, limit) = (look.scope.clone(), i64::try_from(limit.min(10_000)).unwrap_or(10_000));
        let found = reports::list(&mut look.reader.conn(), &scope, unmatched_only, limit).await?;
        Ok(found.into_iter().map(report_view).collect())
    }
}

pub(super) fn report_view(record: ReportRecord) -> ReportView {
    ReportView {
        id: ReportId(record.id),
        raw: RawId(record.raw_id),
        account: record.account_name,
        at: moment(record.at),
        kind: ReportKind::parse(&record.kind).unwrap_or(ReportKind::Failure),
        recipient: record.recipient,
        status: record.status,
        diagnostic: record.diagnostic,
        delivery: record.delivery_id.map(DeliveryId),
        appeal: record.appeal_id.map(AppealId),
        number: record.year.zip(record.seq).map(|(year, seq)| number(year, seq)),
    }
}

impl Intake<'_> {
    /// Stores what a report says of each recipient, beside the delivery that it is about, and lets it have its effect
    /// there. The reason that the raw item gets, and the appeal that it concerns.
    pub(super) async fn report(
        &mut self,
        record: &RawRecord,
        report: &Report,
    ) -> Result<(&'static str, Option<Uuid>)> {
        let (mut matched, mut concerned) = (false, None);
        for reported in &report.recipients {
            let about = about(self.act, report, reported).await?;
            let delivery = match &about {
                Some(candidate) => deliveries::lock(&mut self.act.conn(), candidate.id).await?,
                None => None,
            };
            let appeal = delivery.as_ref().and_then(|delivery| delivery.appeal_id);
            let recipient = reported.address.as_ref().map(Untrusted::new);
            let row = NewReport {
                id: ReportId::new().0,
                raw_id: record.id,
                account_id: self.account.id,
                at: record.received_at,
                kind: reported.kind.code(),
                recipient: recipient.as_ref(),
                status: reported.status.as_deref(),
                diagnostic: &reported.diagnostic,
                delivery_id: delivery.as_ref().map(|delivery| delivery.id),
                appeal_id: appeal,
            };
            reports::insert(&mut self.act.conn(), &row).await?;
            if let Some(delivery) = delivery {
                (matched, concerned) = (true, concerned.or(appeal));
                take_effect(self.act, &delivery, reported).await?;
            }
        }
        Ok((if matched { report.kind.code() } else { UNMATCHED }, concerned))
    }
}

/// The delivery that a report is about: of the letter whose Message-ID it names, else of the appeal whose number its
/// subject carries; in both cases the one to the recipient that it names.
async fn about(act: &mut Act, report: &Report, reported: &Reported) -> Result<Option<Candidate>> {
    for id in &report.message_ids {
        let found = reports::by_message_id(&mut act.conn(), &Untrusted::new(id)).await?;
        if found.is_empty() {
            continue;
        }
        let same = found.iter().find(|candidate| names(reported, candidate));
        // A letter that went to one address only and was sent on there comes back under another's name.
        let only = (found.len() == 1).then(|| found.first()).flatten();
        return Ok(same.or(only).cloned());
    }
    for number in &report.numbers {
        let (year, seq) = (i64::from(number.year), number.seq);
        let found = reports::by_number(&mut act.conn(), year, seq).await?;
        if let Some(same) = found.iter().find(|candidate| names(reported, candidate)) {
            return Ok(Some(same.clone()));
        }
    }
    Ok(None)
}

/// Whether the report names the recipient of this delivery, however the server spells the domain.
fn names(reported: &Reported, candidate: &Candidate) -> bool {
    let ours = ascii_domain(candidate.recipient.raw_for(Purpose::Matching));
    let named = [&reported.address, &reported.original].into_iter().flatten();
    ours.is_some() && named.map(|address| ascii_domain(address)).any(|address| address == ours)
}

async fn take_effect(act: &mut Act, delivery: &DeliveryRecord, reported: &Reported) -> Result<()> {
    let state = DeliveryState::parse(&delivery.state).unwrap_or(DeliveryState::Unknown);
    use DeliveryState::{Accepted, Delivered, Unknown};
    match (reported.kind, state) {
        (ReportKind::Failure, Accepted | Delivered | Unknown) => bounce(act, delivery, state, reported).await,
        (ReportKind::Delivered, Unknown) => {
            let proof = reported.diagnostic.clone();
            outgoing::conclude(act, delivery, state, Attempt::Accepted { proof }).await?;
            move_to(act, delivery, Accepted, Delivered, "delivery.delivered", None).await
        }
        (ReportKind::Delivered, Accepted) => {
            lock_appeal(act, delivery).await?;
            move_to(act, delivery, Accepted, Delivered, "delivery.delivered", None).await
        }
        (ReportKind::Complaint | ReportKind::Challenge, _) => {
            // Somebody must look: an author who calls our letters spam, or whose program asks whether we are people.
            match lock_appeal(act, delivery).await? {
                Some(appeal) => appeals::set_unread(&mut act.conn(), appeal.id, true).await,
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// The appeal that a delivery is about, locked; none for the morning digest.
async fn lock_appeal(act: &mut Act, delivery: &DeliveryRecord) -> Result<Option<AppealRecord>> {
    match delivery.appeal_id {
        Some(appeal) => appeals::lock(&mut act.conn(), appeal).await,
        None => Ok(None),
    }
}

/// The letter came back for good: the delivery says so, the clocks are replayed without it, and an appeal that was answered
/// by nothing else comes back to whoever had it.
async fn bounce(
    act: &mut Act,
    delivery: &DeliveryRecord,
    before: DeliveryState,
    reported: &Reported,
) -> Result<()> {
    let why = Some(&reported.diagnostic).filter(|words| !words.is_empty());
    let Some(appeal) = lock_appeal(act, delivery).await? else {
        return move_to(act, delivery, before, DeliveryState::Bounced, "delivery.bounced", why).await;
    };
    let ground = act.ground.clone();
    let now = act.now;
    let had = replay::response(&mut act.conn(), &ground, appeal.id, now).await?;
    move_to(act, delivery, before, DeliveryState::Bounced, "delivery.bounced", why).await?;
    appeals::set_unread(&mut act.conn(), appeal.id, true).await?;
    act.restore_clock(&appeal).await?;
    let has = replay::response(&mut act.conn(), &ground, appeal.id, now).await?;
    let lost = had.met_at.is_some() && has.met_at.is_none()
        || had.merits_met_at.is_some() && has.merits_met_at.is_none();
    let stage = Stage::parse(&appeal.stage).unwrap_or(Stage::Taken);
    if lost && matches!(stage, Stage::Answered | Stage::Closed) {
        let back = if appeal.assignee_id.is_some() { Stage::Taken } else { Stage::New };
        let now = act.now_ms();
        appeals::set_stage(&mut act.conn(), appeal.id, back.code(), true, now).await?;
        let entry = Entry::new("appeal.stage").about_appeal(AppealId(appeal.id)).code(
            "stage",
            Some(stage.code()),
            Some(back.code()),
        );
        act.record(entry).await?;
        act.restore_clock(&appeal).await?;
    }
    Ok(())
}

async fn move_to(
    act: &mut Act,
    delivery: &DeliveryRecord,
    before: DeliveryState,
    after: DeliveryState,
    action: &'static str,
    error: Option<&Untrusted>,
) -> Result<()> {
    let outcome = Outcome {
        state: after.code(),
        accepted_at: None,
        next_at: act.now_ms(),
        error,
        proof: None,
        count_attempt: false,
    };
    deliveries::conclude(&mut act.conn(), delivery.id, &outcome).await?;
    let reply = outgoing::answer_of(delivery);
    outgoing::journal(act, delivery, action, before, after, reply).await
}
