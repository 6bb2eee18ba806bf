//! The morning digest: what waits for somebody, in numbers and counts, by mail to their own mailbox once a working day. It never
//! carries a name or a text of a case, answers nobody and stops no clock.

use super::Desk;
use super::act::{Act, detached};
use super::journal::Entry;
use super::send::{compose_error, our_address};
use super::views::{ChannelView, PageFrom, QueueFilter, QueueRow};
use crate::error::{Error, ErrorKind, Result};
use crate::mail::Address;
use crate::mail::compose::{AutoSubmitted, OutgoingMail, compose, new_message_id};
use crate::mail::digest_letter::{digest_subject, digest_text};
use crate::rules::digest::{DEFAULT_AT, due_day};
use crate::rules::roles::UseCase;
use crate::store::accounts::AccountRecord;
use crate::store::digests::{self, DigestReader};
use crate::store::{accounts, deliveries, packed, staff};
use crate::types::{Actor, DeliveryId, DeliveryKind, ResponseState, Role, StaffId, Untrusted};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

pub use crate::mail::digest_letter::{DigestChannel, DigestData};

/// Open appeals looked at for one digest; of more the most pressing are.
const DEPTH: usize = 50_000;
const PAGE: usize = 1000;
/// Days ahead in which a statutory date is told.
const WEEK: i32 = 7;

/// How somebody wants their digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DigestWish {
    pub wanted: bool,
    /// The time of day; none: eight o'clock.
    pub at: Option<Time>,
    /// IANA name of their own zone; none: the desk's.
    pub zone: Option<String>,
}

impl Desk {
    /// What the actor's digest would say now. What they may not see is left out: of appeals the head has the whole scope,
    /// everybody else their own and what nobody has taken.
    pub async fn digest(&self, actor: &Actor) -> Result<DigestData> {
        let look = self.look(actor, UseCase::ChannelList).await?;
        let (now, zone, actor) = (look.now, look.ground.zone.clone(), look.actor.clone());
        drop(look);
        let mut data = DigestData::default();
        let channels = self.channels(&actor).await?;
        data.channels = channels.into_iter().map(channel).collect();
        let counts = match self.queue_counts(&actor).await {
            // An administrator sees no case, and a digest about the machine room all the same.
            Err(error) if error.kind == ErrorKind::NotAllowed => return Ok(data),
            counts => counts?,
        };
        (data.new, data.failed) = (counts.new, counts.delivery_errors);
        data.doubted = counts.doubted;
        (data.held, data.quarantined) = (counts.held, counts.quarantined);
        data.conflicts = counts.conflicts;
        self.add_appeals(&mut data, &actor, now, &zone).await?;
        Ok(data)
    }

    async fn add_appeals(
        &self,
        data: &mut DigestData,
        actor: &Actor,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<()> {
        let sees_all = actor.roles().any(|role| role == Role::Head);
        let concerns = |row: &QueueRow| {
            let own = row.assignee.as_ref().is_none_or(|who| Some(who.id) == actor.staff());
            sees_all || own
        };
        let today = now.to_zoned(zone.clone()).date();
        let week = today.checked_add(WEEK.days()).unwrap_or(today);
        let (mut from, mut seen) = (PageFrom::Start, 0);
        while seen < DEPTH {
            let page = self.queue_page(actor, &QueueFilter::default(), from, PAGE).await?;
            for row in page.rows.iter().filter(|row| concerns(row)) {
                add_response(data, row, now, today, zone);
                let dates = row.limitations.iter().filter_map(|limit| limit.file_by);
                let soon = dates.filter(|day| *day <= week && *day >= today).min();
                data.law.extend(soon.map(|day| (row.number, day)));
            }
            seen += page.rows.len();
            match page.rows.last() {
                Some(last) if !page.at_end => from = PageFrom::After(last.key),
                _ => break,
            }
        }
        data.law.sort_by_key(|(number, day)| (*day, *number));
        Ok(())
    }

    /// Makes the digests that are due, each once, however many processes do this. How many letters were made. For
    /// `Worker::Timer`.
    pub async fn make_digests(&self, worker: &Actor) -> Result<usize> {
        let mut look = self.look(worker, UseCase::DigestMake).await?;
        let readers = digests::readers(&mut look.reader.conn()).await?;
        let (now, ground) = (look.now, look.ground.clone());
        drop(look);
        let mut made = 0;
        for reader in readers {
            let zone = zone_of(&reader).unwrap_or_else(|| ground.zone.clone());
            let at = reader.digest_at.as_deref().and_then(|at| at.parse().ok()).unwrap_or(DEFAULT_AT);
            let last: Option<Date> = reader.digest_day.as_deref().and_then(|day| day.parse().ok());
            let Some(day) = due_day(last, at, &zone, &ground.calendar, now) else { continue };
            let person =
                Actor::Person { staff: StaffId(reader.id), name: reader.name.clone(), grants: Vec::new() };
            let data = match self.digest(&person).await {
                // Whoever has no role at the desk has nothing to be told.
                Err(error) if error.kind == ErrorKind::NotAllowed => DigestData::default(),
                data => data?,
            };
            made += usize::from(self.make_digest(worker, reader, data, day, zone).await?);
        }
        Ok(made)
    }

    async fn make_digest(
        &self,
        worker: &Actor,
        reader: DigestReader,
        data: DigestData,
        day: Date,
        zone: TimeZone,
    ) -> Result<bool> {
        let (desk, worker) = (self.clone(), worker.clone());
        detached(async move {
            let mut act = desk.begin(&worker, UseCase::DigestMake).await?;
            let account = sending_account(&mut act).await?;
            // Without a way out the day stays undecided: it goes once there is one.
            let Some(account) = account else { return Ok(false) };
            let last = reader.digest_day.as_deref();
            if !digests::decide(&mut act.conn(), reader.id, last, &day.to_string()).await? {
                return Ok(false);
            }
            let worth = !data.is_quiet();
            if worth {
                schedule(&desk, &mut act, &account, &reader, (&data, day, &zone)).await?;
            }
            act.commit().await?;
            Ok(worth)
        })
        .await
    }

    /// Says whether and when somebody gets the digest. Everybody may say it of themselves, an administrator of anybody.
    ///
    /// # Errors
    /// `no-staff`, `unknown-zone`.
    pub async fn set_digest(&self, actor: &Actor, id: StaffId, wish: DigestWish) -> Result<()> {
        let (desk, actor) = (self.clone(), actor.clone());
        let own = actor.staff() == Some(id);
        let use_case = if own { UseCase::ChannelList } else { UseCase::StaffAdd };
        detached(async move {
            let mut act = desk.begin(&actor, use_case).await?;
            if let Some(zone) = &wish.zone {
                TimeZone::get(zone)
                    .map_err(|error| Error::usage("unknown-zone").arg("zone", zone).because(error))?;
            }
            let before = staff::by_id(&mut act.conn(), id.0).await?;
            let before = before.ok_or_else(|| Error::not_found("no-staff"))?;
            let at = wish.at.map(|at| at.strftime("%H:%M").to_string());
            digests::set(&mut act.conn(), id.0, wish.wanted, at.as_deref(), wish.zone.as_deref()).await?;
            let word = |wanted: bool| Some(if wanted { "on" } else { "off" });
            let entry = Entry::new("staff.digest")
                .about("staff", id)
                .code("digest", word(before.digest != 0), word(wish.wanted))
                .code("digest_at", before.digest_at, at)
                .code("digest_zone", before.digest_zone, wish.zone);
            act.record(entry).await?;
            act.commit().await
        })
        .await
    }
}

fn zone_of(reader: &DigestReader) -> Option<TimeZone> {
    reader.digest_zone.as_deref().and_then(|zone| TimeZone::get(zone).ok())
}

fn add_response(data: &mut DigestData, row: &QueueRow, now: Timestamp, today: Date, zone: &TimeZone) {
    let open = matches!(row.response.state, ResponseState::Running | ResponseState::Breached);
    let Some(due) = row.response.due_at.filter(|_| open && row.response.met_at.is_none()) else { return };
    if due <= now {
        data.overdue.push(row.number);
    } else if due.to_zoned(zone.clone()).date() <= today {
        data.today.push((row.number, due));
    }
}

fn channel(view: ChannelView) -> DigestChannel {
    let compared = view.reconciled.as_ref();
    DigestChannel {
        runs: matches!(view.state, "running" | "paused"),
        fetched: view.fetched,
        fates: view.fates(),
        compared: compared.map(|last| (last.at, last.error.is_none().then_some(last.missing))),
        name: view.name,
    }
}

/// The account that staff are written from: the desk's own before those of teams.
async fn sending_account(act: &mut Act) -> Result<Option<AccountRecord>> {
    let mut all = accounts::all(&mut act.conn()).await?;
    all.retain(|account| account.enabled != 0 && !account.outgoing.is_empty());
    all.sort_by_key(|account| account.org_id.is_some());
    Ok(all.into_iter().next())
}

async fn schedule(
    desk: &Desk,
    act: &mut Act,
    account: &AccountRecord,
    reader: &DigestReader,
    (data, day, zone): (&DigestData, Date, &TimeZone),
) -> Result<()> {
    let from = our_address(act, account)?;
    let Some(to) = Address::new("", &reader.mailbox) else { return Ok(()) };
    let delivery = DeliveryId::new();
    let letter = OutgoingMail {
        message_id: new_message_id(delivery.0, from.domain()),
        from,
        reply_to: None,
        to: vec![to],
        cc: Vec::new(),
        subject: digest_subject(data, day),
        text: digest_text(data, zone),
        in_reply_to: None,
        references: Vec::new(),
        auto_submitted: Some(AutoSubmitted::Generated),
        attachments: Vec::new(),
        date: act.now,
        desk_id: desk.id().to_string(),
    };
    let payload = compose(&letter).map_err(compose_error)?;
    let row = deliveries::NewDelivery {
        id: delivery.0,
        kind: DeliveryKind::Digest.code(),
        appeal_id: None,
        message_id: None,
        rfc_message_id: Some(Untrusted::new(letter.message_id)),
        account_id: account.id,
        recipient: Untrusted::new(&reader.mailbox),
        reason: None,
        now: act.now_ms(),
        not_before: act.now_ms(),
        payload: packed::pack(&payload)?,
    };
    deliveries::insert(&mut act.conn(), &row).await
}
