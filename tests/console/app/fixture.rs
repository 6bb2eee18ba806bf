//! Invented appeals, and the names of keys.

use super::FakeDesk;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use otklik_core::desk::views::*;
use otklik_core::types::*;
use uuid::Uuid;

pub const ME: StaffId = StaffId(Uuid::from_u128(0xa));

/// Monday, 16 November 2026, ten in the morning.
pub fn now() -> Timestamp {
    "2026-11-16T10:00:00+03:00".parse().unwrap()
}

pub fn zone() -> TimeZone {
    TimeZone::fixed(Offset::constant(3))
}

pub fn appeal_id(n: i64) -> AppealId {
    AppealId(Uuid::from_u128(0x1000 + n as u128))
}

pub fn message_id(n: i64) -> MessageId {
    MessageId(Uuid::from_u128(0x2000 + n as u128))
}

fn text(text: &str) -> Untrusted {
    Untrusted::new(text)
}

/// An open appeal due so many minutes from now.
pub fn row(seq: i64, author: &str, due_in: i64) -> QueueRow {
    let due = now() + SignedDuration::from_mins(due_in);
    QueueRow {
        id: appeal_id(seq),
        key: QueueKey { due_ms: due.as_millisecond(), pk: seq },
        number: AppealNumber { year: 2026, seq },
        origin: None,
        channel: Channel::Email,
        received_at: due - SignedDuration::from_hours(24),
        author_name: text(author),
        author_contact: text("author@example.org"),
        subject: text("Увольнение за прогул"),
        stage: Stage::New,
        topics: vec![Topic::Dismissal],
        urgency: Urgency::Normal,
        assignee: None,
        organisation: None,
        member_state: None,
        member_id: None,
        member_class: None,
        response: ResponseView {
            due_at: Some(due),
            met_at: None,
            state: if due_in < 0 { ResponseState::Breached } else { ResponseState::Running },
        },
        merits_met_at: None,
        limitations: Vec::new(),
        name_to_employer: Consent::NotAsked,
        name_to_chair: Consent::NotAsked,
        unread: false,
        draft: false,
        outside_waiting: 0,
    }
}

pub fn message(n: i64, direction: Direction, words: &str) -> MessageView {
    MessageView {
        id: message_id(n),
        direction,
        at: now() - SignedDuration::from_hours(20) + SignedDuration::from_mins(n),
        channel: Channel::Email,
        from: text("Семёнова Алёна <alena@example.org>"),
        to: text("appeals@example.org"),
        cc: text(""),
        subject: text("Увольнение"),
        text: text(words),
        kind: None,
        automatic: false,
        outside: None,
        staff: None,
        left_out: Vec::new(),
        authentication: None,
        recipients_added: Vec::new(),
        recipients_dropped: Vec::new(),
        attachments: Vec::new(),
        deliveries: Vec::new(),
    }
}

pub fn file(n: u128, name: &str) -> AttachmentView {
    AttachmentView {
        id: AttachmentId(Uuid::from_u128(0x3000 + n)),
        file_name: text(name),
        content_type: text("application/pdf"),
        size: 120 * 1024,
        kept: true,
    }
}

pub fn appeal(row: QueueRow, messages: Vec<MessageView>) -> AppealView {
    AppealView {
        earlier: Vec::new(),
        last_message: messages.last().map(|message| message.id),
        row,
        messages,
        journal: Vec::new(),
        links: Vec::new(),
        member: None,
        author_email: Some(text("alena@example.org")),
        wrote_from: None,
        author_phone: None,
        reply_to: Some(text("alena@example.org")),
        org_stated: text("горбольница № 2"),
        said: None,
        calls: Vec::new(),
        identities: Vec::new(),
        event_date: None,
        draft: None,
        reply_subject: text("Re: Увольнение за прогул [№ 2026-1841]"),
        others: Vec::new(),
    }
}

pub fn delivery(n: u128, state: DeliveryState) -> DeliveryView {
    DeliveryView {
        id: DeliveryId(Uuid::from_u128(0x4000 + n)),
        kind: DeliveryKind::Reply,
        appeal: Some(appeal_id(1841)),
        number: Some(AppealNumber { year: 2026, seq: 1841 }),
        message: Some(message_id(90)),
        recipient: text("alena@example.org"),
        state,
        reason: None,
        not_before: now() + SignedDuration::from_secs(10),
        next_at: now() + SignedDuration::from_secs(10),
        attempts: 0,
        accepted_at: None,
        expires_at: now() + SignedDuration::from_hours(72),
        account: otklik_core::types::AccountId(Uuid::from_u128(0x6000)),
        channel: "mail".into(),
        down_since: None,
        error: None,
        sent_copy: None,
        explained: None,
        proof: None,
        redirected_to: None,
        instead_of: None,
        reports: Vec::new(),
    }
}

/// A row as the desk gives it before somebody opens it.
pub fn masked(n: u128, name: &str) -> MemberView {
    let whole = member(n, name);
    MemberView {
        birth: whole.birth.masked(Personal::Birth),
        phone: whole.phone.masked(Personal::Phone),
        email: whole.email.masked(Personal::Email),
        opened: false,
        ..whole
    }
}

pub fn member(n: u128, name: &str) -> MemberView {
    MemberView {
        id: MemberId(Uuid::from_u128(0x5000 + n)),
        source_id: text(&format!("M{n:03}")),
        name: text(name),
        birth: text("12.03.1984"),
        card: text("114-77"),
        organisation: Some(OrgRef {
            id: OrgId(Uuid::from_u128(0x6000)),
            code: "ppo-2".into(),
            name: "ППО Заречинской гор. больницы № 2".into(),
        }),
        position: text("медсестра"),
        phone: text("+7 900 000-12-34"),
        email: text("alena@example.org"),
        joined: text("01.09.2010"),
        dues: text("есть"),
        status: MemberStatus::Active,
        status_text: text("состоит"),
        former_surname: "".into(),
        workplace: "".into(),
        elected: "".into(),
        left: "".into(),
        org_from: "".into(),
        org_to: "".into(),
        dues_state: otklik_core::types::DuesState::Paid,
        source_file: "registry.csv".into(),
        source_sheet: "".into(),
        source_line: 2,
        missing_since: None,
        opened: true,
    }
}

/// Five appeals: 1841 is overdue, 1842 due in 48 minutes, the others later.
pub fn desk() -> FakeDesk {
    let mut rows = vec![
        row(1841, "Семёнова Алёна Игоревна", -38 * 60),
        row(1842, "«Лена»", 48),
        row(1843, "", 185),
        row(1844, "Ахметов Т. Р.", 460),
        row(1845, "Ким С. В.", 900),
    ];
    rows[0].member_state = Some(MemberState::Member);
    rows[0].limitations.push(LimitationView {
        rule: "tk392_dismissal".into(),
        kind: LimitationKind::Limitation,
        anchor: Some(jiff::civil::date(2026, 10, 21)),
        proof: None,
        file_by: Some(jiff::civil::date(2026, 11, 20)),
        deadline: Some(jiff::civil::date(2026, 11, 21)),
        deadline_shifted: Some(jiff::civil::date(2026, 11, 23)),
        days_left: Some(5),
        state: LimitationState::Running,
    });
    let words = "Меня уволили за прогул, хотя я была на больничном.\n> Добрый день\n> пришлите приказ\nПриказ приложен.";
    let appeals = rows
        .iter()
        .map(|row| (row.id, appeal(row.clone(), vec![message(row.number.seq, Direction::In, words)])))
        .collect();
    let counts = QueueCounts { mine: 0, new: 5, urgent: 0, all: 5, overdue: 1, ..QueueCounts::default() };
    let staff = [(ME, "Орлова А. П."), (super::OTHER, "Гусев П. Н.")];
    let staff = staff.map(|(id, name)| StaffView {
        digest: Default::default(),
        id,
        name: name.into(),
        os_user: None,
        mailbox: None,
        grants: Vec::new(),
    });
    FakeDesk { rows, appeals, counts, staff: staff.into(), ..FakeDesk::default() }
}

/// A page as the desk gives it.
pub fn page(rows: &[QueueRow], from: PageFrom, limit: usize) -> QueuePage {
    let (start, end) = match from {
        PageFrom::Start => (0, limit.min(rows.len())),
        PageFrom::End => (rows.len().saturating_sub(limit), rows.len()),
        PageFrom::After(key) => {
            let start = rows.partition_point(|row| row.key <= key);
            (start, (start + limit).min(rows.len()))
        }
        PageFrom::Before(key) => {
            let end = rows.partition_point(|row| row.key < key);
            (end.saturating_sub(limit), end)
        }
    };
    QueuePage { rows: rows[start..end].to_vec(), at_start: start == 0, at_end: end == rows.len() }
}

/// The bytes of a key: a name of this list, or the character itself.
pub fn key(name: &str) -> String {
    let sequence = match name {
        "F1" => "\x1bOP",
        "F2" => "\x1bOQ",
        "F3" => "\x1bOR",
        "F4" => "\x1bOS",
        "F5" => "\x1b[15~",
        "F6" => "\x1b[17~",
        "F7" => "\x1b[18~",
        "F8" => "\x1b[19~",
        "F9" => "\x1b[20~",
        "F10" => "\x1b[21~",
        "Enter" => "\r",
        "Esc" => "\x1b",
        "Tab" => "\t",
        "Up" => "\x1b[A",
        "Down" => "\x1b[B",
        "Right" => "\x1b[C",
        "Left" => "\x1b[D",
        "PageDown" => "\x1b[6~",
        "PageUp" => "\x1b[5~",
        "Home" => "\x1b[H",
        "Insert" => "\x1b[2~",
        "End" => "\x1b[F",
        "Backspace" => "\x7f",
        "Ctrl-P" => "\x10",
        "Ctrl-R" => "\x12",
        "Ctrl-Z" => "\x1a",
        "Alt-L" => "\x1bl",
        "Alt-M" => "\x1bm",
        "Alt-C" => "\x1bc",
        character => character,
    };
    sequence.to_owned()
}
