//! Reports about mail: what became of a delivery after the channel took it. A report is a claim from outside, so it is
//! believed only about a letter that we sent and only where it shows that it came along that letter's path; otherwise it
//! stands beside the delivery and waits for a person's word. What is believed does little: it never answers, never becomes
//! an appeal, and reopens nothing save when the only response came back for good (DESIGN §4.4).

use super::act::{Act, detached, moment, number};
use super::journal::Entry;
use super::letter::{Intake, fails_authentication};
use super::outgoing::{self, Attempt, Ended};
use super::views::ReportView;
use super::{Desk, delivery, replay};
use crate::error::{Error, Result};
use crate::mail::{Dmarc, ParsedMail, Report, Reported, ascii_domain, dmarc, is_mail_system};
use crate::rules::roles::UseCase;
use crate::store::accounts::AccountRecord;
use crate::store::appeals::{self, AppealRecord};
use crate::store::deliveries::{self, DeliveryRecord, Outcome};
use crate::store::raw::RawRecord;
use crate::store::reports::{self, Candidate, NewReport, ReportRecord};
use crate::types::{
    Actor, AppealId, DeliveryId, DeliveryState, Purpose, RawId, ReportDoubt, ReportId, ReportKind, Stage,
    Untrusted,
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
        doubt: record.doubt.as_deref().and_then(ReportDoubt::parse),
    }
}

impl Desk {
    /// Believes what was reported about a delivery and was not believed by itself, the newest of it: it has the effect
    /// that it would have had (`no-doubted-report` where there is none).
    pub async fn believe_report(&self, actor: &Actor, id: DeliveryId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::ReportBelieve).await?;
            let (delivery, state) = delivery::locked(&mut act, id).await?;
            let report = reports::doubted(&mut act.conn(), id.0).await?;
            let report = report.ok_or_else(|| Error::not_found("no-doubted-report"))?;
            reports::believe(&mut act.conn(), report.id).await?;
            let entry = outgoing::about(Entry::new("report.believed"), &delivery)
                .code("report_kind", None::<&str>, Some(&report.kind))
                .refers("delivery", id)
                .refers("report", ReportId(report.id));
            act.record(entry).await?;
            let kind = ReportKind::parse(&report.kind).unwrap_or(ReportKind::Failure);
            take_effect(&mut act, &delivery, state, &Claim { kind, words: &report.diagnostic }).await?;
            act.commit().await
        })
        .await
    }
}

impl Desk {
    /// Does not believe what was reported about a delivery and shows no proof, all of it: nothing changes, and it waits for
    /// nobody any more (`no-doubted-report` where there is none).
    pub async fn dismiss_report(&self, actor: &Actor, id: DeliveryId) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::ReportBelieve).await?;
            let (delivery, _) = delivery::locked(&mut act, id).await?;
            let dismissed = reports::dismiss(&mut act.conn(), id.0).await?;
            if dismissed.is_empty() {
                return Err(Error::not_found("no-doubted-report"));
            }
            let items: Vec<String> = dismissed.into_iter().map(|id| ReportId(id).to_string()).collect();
            let entry = outgoing::about(Entry::new("report.dismissed"), &delivery)
                .refers("delivery", id)
                .refers("items", items.join(","));
            act.record(entry).await?;
            act.commit().await
        })
        .await
    }
}

impl Intake<'_> {
    /// Stores what a report says of each recipient, beside the delivery that it is about, and lets it have its effect
    /// there if it is credible. The reason that the raw item gets, and the appeal that it concerns.
    pub(super) async fn report(
        &mut self,
        record: &RawRecord,
        letter: &ParsedMail,
        report: &Report,
    ) -> Result<(&'static str, Option<Uuid>)> {
        let (mut matched, mut concerned) = (false, None);
        for reported in &report.recipients {
            let about = about(self.act, report, reported).await?;
            let delivery = match &about {
                Some(about) => deliveries::lock(&mut self.act.conn(), about.delivery.id).await?,
                None => None,
            };
            let doubt = about.as_ref().and_then(|about| doubt(self.account, letter, reported, about));
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
                doubt: doubt.map(ReportDoubt::code),
            };
            reports::insert(&mut self.act.conn(), &row).await?;
            let Some(delivery) = delivery else { continue };
            (matched, concerned) = (true, concerned.or(appeal));
            if doubt.is_none() {
                let state = delivery::state_of(&delivery);
                let claim = Claim { kind: reported.kind, words: &reported.diagnostic };
                take_effect(self.act, &delivery, state, &claim).await?;
            } else if reported.kind == ReportKind::Failure {
                // Somebody must look: it may be true.
                mark_unread(self.act, &delivery).await?;
            }
        }
        Ok((if matched { report.kind.code() } else { UNMATCHED }, concerned))
    }
}

/// A delivery that a report is about, and how it shows that.
struct About {
    delivery: Candidate,
    /// It names our letter's Message-ID, not only an appeal's number, which anybody may know.
    by_id: bool,
    /// It names the recipient.
    named: bool,
    /// It brings the word of this delivery back.
    carried: bool,
}

/// The delivery that a report is about: of the letter whose Message-ID it names, else of the appeal whose number its
/// subject carries. Of several, the one to the recipient that it names, else the one whose word it brings back.
async fn about(act: &mut Act, report: &Report, reported: &Reported) -> Result<Option<About>> {
    for id in &report.message_ids {
        let found = reports::by_message_id(&mut act.conn(), &Untrusted::new(id)).await?;
        if found.is_empty() {
            continue;
        }
        let carried = |known: &Candidate| report.token.is_some() && known.token == report.token;
        let named = || found.iter().filter(|known| names(reported, known));
        let same = named().find(|known| carried(known)).or_else(|| named().next());
        // A letter that was sent on from where it went comes back under another's name: whose word it brings says which
        // delivery that was, and of a letter to one address there is no question.
        let sent_on = found.iter().find(|known| carried(known)).filter(|_| report.recipients.len() == 1);
        let only = found.first().filter(|_| found.len() == 1);
        return Ok(same.or(sent_on).or(only).map(|known| About {
            delivery: known.clone(),
            by_id: true,
            named: same.is_some(),
            carried: carried(known) && (same.is_some() || sent_on.is_some()),
        }));
    }
    for number in &report.numbers {
        let (year, seq) = (i64::from(number.year), number.seq);
        let found = reports::by_number(&mut act.conn(), year, seq).await?;
        if let Some(same) = found.into_iter().find(|candidate| names(reported, candidate)) {
            return Ok(Some(About { delivery: same, by_id: false, named: true, carried: false }));
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

/// Why what would move a delivery is not believed (docs/decisions/believing-reports.md).
fn doubt(
    account: &AccountRecord,
    letter: &ParsedMail,
    reported: &Reported,
    about: &About,
) -> Option<ReportDoubt> {
    if !matches!(reported.kind, ReportKind::Failure | ReportKind::Delivered) {
        return None;
    }
    if fails_authentication(account, letter) {
        return Some(ReportDoubt::FailsAuthentication);
    }
    if about.carried {
        return None;
    }
    if !about.named {
        return Some(ReportDoubt::OtherRecipient);
    }
    let vouched = about.by_id && is_of_the_system(account, letter, &about.delivery);
    (!vouched).then_some(ReportDoubt::Unproven)
}

/// Whether the server that the account trusts says that the mail system of the recipient's domain wrote this, or our own.
fn is_of_the_system(account: &AccountRecord, letter: &ParsedMail, candidate: &Candidate) -> bool {
    let (Some(authserv_id), Some(from)) = (&account.authserv_id, &letter.from) else { return false };
    let theirs = ascii_domain(candidate.recipient.raw_for(Purpose::Matching));
    let homes = [theirs, ascii_domain(&account.address)].into_iter().flatten();
    let from_there = ascii_domain(&from.addr).is_some_and(|from| {
        let domain = from.rsplit('@').next().unwrap_or_default();
        homes.filter_map(|home| home.rsplit_once('@').map(|(_, home)| home.to_owned())).any(|home| {
            domain == home || domain.strip_suffix(home.as_str()).is_some_and(|rest| rest.ends_with('.'))
        })
    });
    from_there
        && is_mail_system(from)
        && dmarc(&letter.authentication, authserv_id, from.domain()) == Dmarc::Pass
}

/// What is believed of a delivery.
struct Claim<'a> {
    kind: ReportKind,
    /// The server's.
    words: &'a Untrusted,
}

async fn take_effect(
    act: &mut Act,
    delivery: &DeliveryRecord,
    state: DeliveryState,
    claim: &Claim<'_>,
) -> Result<()> {
    use DeliveryState::{Accepted, Delivered, Unknown};
    match (claim.kind, state) {
        (ReportKind::Failure, Accepted | Delivered | Unknown) => bounce(act, delivery, state, claim).await,
        (ReportKind::Delivered, Unknown) => {
            let proof = claim.words.clone();
            let ended = Ended::new(delivery, state, Attempt::Accepted { proof });
            outgoing::conclude(act, vec![ended]).await?;
            move_to(act, delivery, Accepted, Delivered, "delivery.delivered", None).await
        }
        (ReportKind::Delivered, Accepted) => {
            lock_appeal(act, delivery).await?;
            move_to(act, delivery, Accepted, Delivered, "delivery.delivered", None).await
        }
        (ReportKind::Complaint | ReportKind::Challenge, _) => {
            // Somebody must look: an author who calls our letters spam, or whose program asks whether we are people.
            mark_unread(act, delivery).await
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

async fn mark_unread(act: &mut Act, delivery: &DeliveryRecord) -> Result<()> {
    match lock_appeal(act, delivery).await? {
        Some(appeal) => appeals::set_unread(&mut act.conn(), appeal.id, true).await,
        None => Ok(()),
    }
}

/// The letter came back for good: the delivery says so, the clocks are replayed without it, and an appeal that was answered
/// by nothing else comes back to whoever had it.
async fn bounce(
    act: &mut Act,
    delivery: &DeliveryRecord,
    before: DeliveryState,
    claim: &Claim<'_>,
) -> Result<()> {
    let why = Some(claim.words).filter(|words| !words.is_empty());
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
