//! The queue: pages by keyset, counts for the tabs, search.

use super::Desk;
use super::act::{Look, moment, number, scope_of};
use super::settings::Ground;
use super::views::{
    LimitationView, OrgRef, PageFrom, QueueCounts, QueueFilter, QueueKey, QueuePage, QueueRow, QueueTab,
    ResponseView, StaffRef,
};
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::rules::{limitation, stems};
use crate::store::queue::{self, LimitRecord, Narrow, QueueRecord, Run};
use crate::store::{calls, conflicts, deliveries, drafts, quarantine, reports, terms};
use crate::types::{
    Actor, AppealId, Channel, Consent, LimitationKind, MatchClass, MemberId, MemberState, NumberQuery, OrgId,
    ResponseState, StaffId, Stage, Topic, Untrusted, Urgency,
};
use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

/// Messages looked at for one search; an appeal may hold several of them.
const SEARCH_DEPTH: i64 = 400;

impl Desk {
    /// A page of the queue in the actor's scope. `limit` is capped at 1,000 rows.
    pub async fn queue_page(
        &self,
        actor: &Actor,
        filter: &QueueFilter,
        from: PageFrom,
        limit: usize,
    ) -> Result<QueuePage> {
        let limit = limit.clamp(1, 1000);
        let mut look = self.look(actor, UseCase::QueueList).await?;
        if let Some(words) = filter.search.as_deref().filter(|words| !words.trim().is_empty()) {
            return search(&mut look, filter, words, limit).await;
        }
        let (run, narrow) = plan(actor, filter, look.now);
        let descending = run == Run::Closed;
        let (forwards, past) = start_of(from, descending);
        let asked = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let scope = look.scope.clone();
        let mut found =
            queue::page(&mut look.reader.conn(), run, &scope, forwards, past, &narrow, asked).await?;
        let more = found.len() > limit;
        found.truncate(limit);
        if !forwards {
            found.reverse();
        }
        let rows = with_limits(&mut look, found).await?;
        let (at_start, at_end) = match from {
            PageFrom::Start => (true, !more),
            PageFrom::After(_) => (false, !more),
            PageFrom::End => (!more, true),
            PageFrom::Before(_) => (!more, false),
        };
        Ok(QueuePage { rows, at_start, at_end })
    }

    /// Counts for the tabs, in the actor's scope.
    pub async fn queue_counts(&self, actor: &Actor) -> Result<QueueCounts> {
        let mut look = self.look(actor, UseCase::QueueList).await?;
        let (now, scope) = (look.now.as_millisecond(), look.scope.clone());
        let mut counts = QueueCounts::default();
        for group in queue::counts(&mut look.reader.conn(), &scope).await? {
            counts.all += group.n;
            counts.mine += if group.mine != 0 { group.n } else { 0 };
            counts.new += if group.stage == Stage::New.code() { group.n } else { 0 };
            counts.urgent += if group.urgent != 0 { group.n } else { 0 };
        }
        counts.overdue = queue::overdue(&mut look.reader.conn(), &scope, now).await?;
        if let Ok(scope) = scope_of(&look.actor, UseCase::DeliveryList) {
            for state in deliveries::counts(&mut look.reader.conn(), &scope).await? {
                match state.state.as_str() {
                    "scheduled" if state.held != 0 => counts.held += state.n,
                    "scheduled" | "sending" | "retry" => counts.deliveries_waiting += state.n,
                    _ => counts.delivery_errors += state.n,
                }
                counts.deliveries_later += if state.state == "retry" { state.n } else { 0 };
            }
            counts.doubted = reports::count_doubted(&mut look.reader.conn(), &scope).await?;
        }
        if let Ok(scope) = scope_of(actor, UseCase::QuarantineList) {
            counts.quarantined = quarantine::count(&mut look.reader.conn(), &scope).await?;
        }
        if let Ok(scope) = scope_of(&look.actor, UseCase::CallList) {
            counts.calls = calls::count(&mut look.reader.conn(), &scope).await?;
        }
        if let Ok(scope) = scope_of(&look.actor, UseCase::MatchShow) {
            counts.conflicts = conflicts::count(&mut look.reader.conn(), &scope).await?;
        }
        Ok(counts)
    }

    /// The appeal of a number as typed; without a year the newest year's. In the actor's scope.
    pub async fn find_number(&self, actor: &Actor, query: NumberQuery) -> Result<AppealId> {
        let mut look = self.look(actor, UseCase::QueueList).await?;
        let scope = look.scope.clone();
        let missing = || Error::not_found("no-appeal").arg("number", query.seq);
        let id = queue::id_of(&mut look.reader.conn(), query.year.map(i64::from), query.seq).await?;
        let id = id.ok_or_else(missing)?;
        let seen = queue::one(&mut look.reader.conn(), &scope, id).await?;
        seen.map(|_| AppealId(id)).ok_or_else(missing)
    }

    /// Where an appeal stands in the order of every stage, for a list that goes on after it.
    pub async fn queue_key(&self, actor: &Actor, appeal: AppealId) -> Result<QueueKey> {
        let mut look = self.look(actor, UseCase::QueueList).await?;
        let scope = look.scope.clone();
        let key = queue::key_of(&mut look.reader.conn(), &scope, appeal.0).await?;
        key.map(|(due_ms, pk)| QueueKey { due_ms, pk }).ok_or_else(|| Error::not_found("no-appeal"))
    }
}

/// Which text of the store serves a filter.
fn plan(actor: &Actor, filter: &QueueFilter, now: Timestamp) -> (Run, Narrow) {
    let narrow = Narrow {
        stage: filter.stage.map(Stage::code),
        assignee: filter.assignee.map(|staff| staff.0),
        topic: filter.topic.map(Topic::code),
        channel: filter.channel.map(Channel::code),
        overdue: i64::from(filter.overdue),
        now: now.as_millisecond(),
    };
    let run = match filter.tab {
        _ if filter.any_stage && filter.overdue => Run::Overdue,
        _ if filter.any_stage => Run::Any,
        QueueTab::Mine if actor.staff().is_some() => Run::Mine,
        QueueTab::Mine | QueueTab::All => Run::Open,
        QueueTab::New => Run::New,
        QueueTab::Urgent => Run::Urgent,
        QueueTab::Overdue => Run::Overdue,
        QueueTab::Closed => Run::Closed,
    };
    (run, narrow)
}

/// The direction and the key to go past; `descending` runs go towards smaller keys when they go forwards.
fn start_of(from: PageFrom, descending: bool) -> (bool, (i64, i64)) {
    let (first, last) = ((i64::MIN, i64::MIN), (i64::MAX, i64::MAX));
    match from {
        PageFrom::Start => (true, if descending { last } else { first }),
        PageFrom::End => (false, if descending { first } else { last }),
        PageFrom::After(key) => (true, (key.due_ms, key.pk)),
        PageFrom::Before(key) => (false, (key.due_ms, key.pk)),
    }
}

/// Newest first: appeals whose messages hold the words, or the appeal of a number.
async fn search(look: &mut Look, filter: &QueueFilter, words: &str, limit: usize) -> Result<QueuePage> {
    let mut ids: Vec<Uuid> = Vec::new();
    if let Some(query) = NumberQuery::parse(words) {
        ids.extend(queue::id_of(&mut look.reader.conn(), query.year.map(i64::from), query.seq).await?);
    }
    if let Some(wanted) = stems::query_terms(words) {
        for pk in terms::find(&mut look.reader.conn(), &wanted, SEARCH_DEPTH).await? {
            if let Some(appeal) = terms::appeal_of(&mut look.reader.conn(), pk).await?
                && !ids.contains(&appeal)
            {
                ids.push(appeal);
            }
        }
    }
    let scope = look.scope.clone();
    let mut found = Vec::new();
    for id in ids {
        let record = queue::one(&mut look.reader.conn(), &scope, id).await?;
        found.extend(record.filter(|record| wants(filter, record, look.now)));
        if found.len() == limit {
            break;
        }
    }
    Ok(QueuePage { rows: with_limits(look, found).await?, at_start: true, at_end: true })
}

/// Whether a row that a search found passes the filter's other conditions.
fn wants(filter: &QueueFilter, row: &QueueRecord, now: Timestamp) -> bool {
    let overdue =
        row.response_met_at.is_none() && row.response_due_at.is_some_and(|due| due < now.as_millisecond());
    filter.stage.is_none_or(|stage| stage.code() == row.stage)
        && filter.assignee.is_none_or(|staff| Some(staff.0) == row.assignee_id)
        && filter.channel.is_none_or(|channel| channel.code() == row.channel)
        && filter.topic.is_none_or(|topic| row.topics.split(',').any(|code| code == topic.code()))
        && (!filter.overdue || overdue)
}

/// Rows as views, each with its statutory dates.
async fn with_limits(look: &mut Look, found: Vec<QueueRecord>) -> Result<Vec<QueueRow>> {
    let with: Vec<Uuid> = found.iter().filter(|row| row.has_limits != 0).map(|row| row.id).collect();
    let limits =
        if with.is_empty() { Vec::new() } else { queue::limits(&mut look.reader.conn(), &with).await? };
    let drafts = match look.actor.staff() {
        Some(me) => drafts::of_staff(&mut look.reader.conn(), me.0).await?,
        None => Vec::new(),
    };
    let today = look.ground.today(look.now);
    let row = |record: QueueRecord| {
        let own = limits.iter().filter(|limit| limit.appeal_id == record.id);
        let limitations = own.map(|limit| limitation_view(limit, today)).collect();
        let draft = drafts.contains(&record.id);
        Ok(QueueRow { draft, ..queue_row(record, limitations, look.now)? })
    };
    found.into_iter().map(row).collect()
}

/// A statutory date as shown on a day.
pub(crate) fn limitation_view(limit: &LimitRecord, today: Date) -> LimitationView {
    let date = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Date>().ok());
    let (deadline, deadline_shifted) = (date(&limit.deadline), date(&limit.deadline_shifted));
    LimitationView {
        rule: limit.rule.clone(),
        kind: LimitationKind::parse(&limit.kind).unwrap_or(LimitationKind::Limitation),
        anchor: date(&limit.anchor),
        proof: limit.proof.clone(),
        file_by: date(&limit.file_by),
        deadline,
        deadline_shifted,
        days_left: deadline.map(|deadline| i64::from(limitation::days_left(deadline, today))),
        state: limitation::state(deadline_shifted, limit.done != 0, today),
    }
}

/// One appeal's row, if it is in scope.
pub(super) async fn one_row(look: &mut Look, appeal: AppealId) -> Result<QueueRow> {
    let scope = look.scope.clone();
    let record = queue::one(&mut look.reader.conn(), &scope, appeal.0).await?;
    let record = record.ok_or_else(|| Error::not_found("no-appeal"))?;
    let mut rows = with_limits(look, vec![record]).await?;
    rows.pop().ok_or_else(|| Error::not_found("no-appeal"))
}

fn damaged(what: &'static str) -> Error {
    Error::failed("row-damaged").arg("field", what)
}

fn queue_row(record: QueueRecord, limitations: Vec<LimitationView>, now: Timestamp) -> Result<QueueRow> {
    let channel = Channel::parse(&record.channel).ok_or_else(|| damaged("channel"))?;
    let consent = |code: &str| Consent::parse(code).unwrap_or(Consent::NotAsked);
    let organisation = record.org_id.map(|id| OrgRef {
        id: OrgId(id),
        code: record.org_code.unwrap_or_default(),
        name: record.org_name.unwrap_or_default(),
    });
    let assignee = record
        .assignee_id
        .map(|id| StaffRef { id: StaffId(id), name: record.assignee_name.unwrap_or_default() });
    let contact = if channel == Channel::Email { &record.author_email } else { &record.author_phone };
    let contact = contact.as_ref().or(record.author_email.as_ref()).or(record.author_phone.as_ref());
    Ok(QueueRow {
        id: AppealId(record.id),
        key: QueueKey { due_ms: record.sort_due, pk: record.pk },
        number: number(record.year, record.seq),
        origin: record.origin.clone(),
        channel,
        received_at: moment(record.received_at),
        author_name: record.author_name,
        author_contact: contact.cloned().unwrap_or_default(),
        subject: record.subject,
        stage: Stage::parse(&record.stage).ok_or_else(|| damaged("stage"))?,
        topics: record.topics.split(',').filter_map(Topic::parse).collect(),
        urgency: Urgency::parse(&record.urgency).ok_or_else(|| damaged("urgency"))?,
        assignee,
        organisation,
        member_state: record.member_state.as_deref().and_then(MemberState::parse),
        member_id: record.member_id.map(MemberId),
        member_class: record.member_class.as_deref().and_then(MatchClass::parse),
        response: response_view(record.response_due_at, record.response_met_at, now),
        merits_met_at: record.merits_met_at.map(moment),
        limitations,
        draft: false,
        name_to_employer: consent(&record.name_to_employer),
        name_to_chair: consent(&record.name_to_chair),
        unread: record.unread != 0,
        outside_waiting: record.outside_waiting,
    })
}

/// The stored replay, read at a moment: a running clock is breached the moment its due has passed.
pub(super) fn response_view(due: Option<i64>, met: Option<i64>, now: Timestamp) -> ResponseView {
    let (due_at, met_at) = (due.map(moment), met.map(moment));
    let state = match (due_at, met_at) {
        (None, _) => ResponseState::None,
        (Some(due), Some(met)) if met <= due => ResponseState::Met,
        (Some(_), Some(_)) => ResponseState::Late,
        (Some(due), None) if now > due => ResponseState::Breached,
        (Some(_), None) => ResponseState::Running,
    };
    ResponseView { due_at, met_at, state }
}

/// The author's text as the index of words wants it.
pub(crate) fn index_terms(subject: &Untrusted, body: &Untrusted) -> String {
    use crate::types::Purpose;
    let mut terms = stems::index_terms(subject.raw_for(Purpose::Search));
    terms.push(' ');
    terms.push_str(&stems::index_terms(body.raw_for(Purpose::Search)));
    terms
}

impl Ground {
    /// Today in the desk's zone.
    pub(crate) fn today(&self, now: Timestamp) -> Date {
        now.to_zoned(self.zone.clone()).date()
    }
}
