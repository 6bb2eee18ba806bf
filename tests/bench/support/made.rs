//! A made desk: as many appeals as asked for, a twentieth of them open, spread over five years, with organisations, staff,
//! members and one message each. It is filled past the desk, so its appeals have no journal, no raw items and no terms of
//! full text: it serves lists, counts and the console's start, not the journal's check.

use super::copy::{Cell, Copy};
use super::people::{Person, person};
use super::place::Place;
use super::random::Random;
use super::rows;
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use otklik_core::clock::Clock;
use otklik_core::desk::settings::Settings;
use otklik_core::desk::{Desk, DeskUrl, InitRequest};
use otklik_core::rules::normalise;
use otklik_core::types::{Actor, Channel, Role, Stage, Topic};
use uuid::Uuid;

/// The desk's moment: a Monday morning.
pub const NOW: &str = "2026-11-16T10:00:00+03:00";
const DAY: i64 = 86_400_000;
const STAFF: u64 = 40;
const ORGS: u64 = 300;
/// Organisations below each other: the committee, districts, primaries.
const DISTRICTS: u64 = 15;

const WORDS: &[&str] = &[
    "меня",
    "уволили",
    "за",
    "прогул",
    "но",
    "я",
    "был",
    "на",
    "больничном",
    "работодатель",
    "не",
    "выплатил",
    "премию",
    "за",
    "квартал",
    "просим",
    "разъяснить",
    "порядок",
    "отпуска",
    "по",
    "графику",
    "сменной",
    "работы",
    "комиссия",
    "признала",
    "условия",
    "труда",
    "вредными",
    "доплата",
    "отменена",
    "приказ",
    "дали",
    "подписать",
    "задним",
    "числом",
    "расчётный",
    "лист",
    "выдают",
    "отказали",
    "переводе",
    "лёгкий",
    "труд",
    "справка",
    "врача",
    "имеется",
    "пенсия",
    "стаж",
    "колхоз",
    "архив",
    "ответил",
    "отказом",
    "путёвка",
    "санаторий",
    "очередь",
    "жильё",
    "общежитие",
    "коллективный",
    "договор",
    "нарушен",
    "сверхурочные",
    "оплачены",
    "одинарном",
    "размере",
];

/// How large a desk is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub appeals: u64,
    pub members: u64,
}

impl Size {
    pub fn open(self) -> u64 {
        self.appeals / 20
    }

    /// What the place is called: it changes when this file would fill it otherwise, or the schema has changed.
    pub fn name(self, version: u32) -> String {
        let schema = concat!(
            include_str!("../../../migrations/sqlite/0001_frame.sql"),
            include_str!("../../../migrations/sqlite/0002_mail.sql")
        );
        let sum = schema.bytes().fold(version, |sum, byte| sum.wrapping_mul(16_777_619) ^ u32::from(byte));
        format!("{}-{}-{sum:08x}", self.appeals, self.members)
    }
}

/// Raise it when rows change.
pub const VERSION: u32 = 1;

pub fn now() -> Timestamp {
    NOW.parse().expect("a moment")
}

pub fn url(place: &Place) -> DeskUrl {
    DeskUrl::parse(&place.url).expect("a desk's address")
}

/// The name of whoever runs this, whom the desk knows as its head.
pub fn os_user() -> String {
    let user = nix::unistd::User::from_uid(nix::unistd::geteuid()).ok().flatten();
    user.map_or_else(|| "bench".to_owned(), |user| user.name)
}

/// An empty desk whose head and administrator is whoever runs this.
pub async fn empty(place: &Place) -> Desk {
    place.clear();
    let settings = Settings {
        organisation: "Приозёрская областная организация".to_owned(),
        ..Settings::default()
    };
    let request = InitRequest {
        settings,
        me: "Орлова Анна Викторовна".to_owned(),
        role: Role::Head,
        os_user: Some(os_user()),
        demo: true,
    };
    let clock = Clock::starting_at(now());
    Desk::init(&url(place), clock, &place.folder.join("state"), request).await.expect("a new desk")
}

/// Opens a desk of this size, filling it first if no earlier run has.
pub async fn desk(place: &Place, size: Size) -> Desk {
    if !place.is_filled() {
        let began = std::time::Instant::now();
        println!("filling {} with {} appeals and {} members …", place.engine, size.appeals, size.members);
        empty(place).await.close().await;
        fill(place, size);
        place.set_filled();
        println!("filled in {:.0} s", began.elapsed().as_secs_f64());
    }
    another(place).await
}

/// The made desk, opened once more, as another process has it.
pub async fn another(place: &Place) -> Desk {
    let clock = Clock::starting_at(now());
    Desk::open(&url(place), clock, &place.folder.join("state")).await.expect("the made desk")
}

/// The head of a made desk.
pub async fn head(desk: &Desk) -> Actor {
    desk.authenticate(&os_user()).await.expect("the head")
}

/// A lawyer of one district only, and one of the whole desk.
pub async fn lawyer(desk: &Desk, district: bool) -> Actor {
    let name = if district { "Правовой 02" } else { "Правовой 01" };
    desk.act_as(name).await.expect("a lawyer")
}

fn id(kind: u8, number: u64) -> Uuid {
    let mut random = Random::new(number.wrapping_mul(256) + u64::from(kind));
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&random.next().to_be_bytes());
    bytes[0] = kind;
    // Ids of a real desk are in the order of their making too.
    uuid::Builder::from_unix_timestamp_millis(1_600_000_000_000 + number, &bytes).into_uuid()
}

/// The id of the member of staff of a number from 1 to 40.
pub fn staff_id(number: u64) -> Uuid {
    id(1, number)
}

fn org_id(number: u64) -> Uuid {
    id(2, number)
}

fn fill(place: &Place, size: Size) {
    let mut copy = Copy::into(place);
    let now = now().as_millisecond();
    staff(&mut copy, now);
    orgs(&mut copy);
    (1..=size.members).for_each(|number| member(&mut copy, number, now));
    let mut maker = Maker { random: Random::new(20_261_116), size, now, counters: Vec::new() };
    (1..=size.appeals).for_each(|pk| maker.appeal(&mut copy, pk));
    for (year, last) in maker.counters {
        copy.row(rows::COUNTERS, &[format!("appeal:{year}").into(), last.into()]);
    }
    copy.finish();
}

fn staff(copy: &mut Copy, now: i64) {
    for number in 1..=STAFF {
        let name = format!("Правовой {number:02}");
        let user = format!("otklik-bench-{number}");
        copy.row(rows::STAFF, &[staff_id(number).into(), name.into(), user.into(), 1.into(), now.into()]);
        let org = (number % 2 == 0).then(|| org_id(1 + number % DISTRICTS));
        copy.row(rows::GRANTS, &[id(3, number).into(), staff_id(number).into(), "lawyer".into(), org.into()]);
    }
}

fn orgs(copy: &mut Copy) {
    for number in 0..ORGS {
        let (parent, level) = match number {
            0 => (None, "regional"),
            n if n <= DISTRICTS => (Some(0), "local"),
            n => (Some(1 + n % DISTRICTS), "primary"),
        };
        let code = format!("P{number:03}");
        let name = format!("Организация № {number}");
        let parent_id = parent.map(org_id);
        copy.row(
            rows::ORGS,
            &[org_id(number).into(), code.into(), parent_id.into(), level.into(), name.into()],
        );
        let mut above = vec![number];
        above.extend(parent);
        above.extend(parent.filter(|parent| *parent != 0).map(|_| 0));
        for ancestor in above {
            copy.row(rows::CLOSURE, &[org_id(ancestor).into(), org_id(number).into()]);
        }
    }
}

fn member(copy: &mut Copy, number: u64, now: i64) {
    let Person { phone, card, email, .. } = person(number);
    let name = person(number).name();
    let raw = format!("8 ({}) {}-{}-{}", &phone[1..4], &phone[4..7], &phone[7..9], &phone[9..11]);
    let number = number as i64;
    copy.row(
        rows::MEMBERS,
        &[
            number.into(),
            id(4, number as u64).into(),
            format!("M{number:07}").into(),
            org_id(number as u64 % ORGS).into(),
            name.as_str().into(),
            normalise::fold_name(&name).into(),
            "12.04.1971".into(),
            card.as_str().into(),
            card.as_str().into(),
            "оператор".into(),
            raw.into(),
            phone.into(),
            email.clone().unwrap_or_default().into(),
            email.into(),
            "01.09.2010".into(),
            "уплачены".into(),
            "состоит на учёте".into(),
            "active".into(),
            "registry.csv".into(),
            number.into(),
            now.into(),
        ],
    );
}

struct Maker {
    random: Random,
    size: Size,
    now: i64,
    /// The last number of each year.
    counters: Vec<(i64, i64)>,
}

/// Where one appeal stands.
struct Standing {
    stage: Stage,
    received: i64,
    due: i64,
    met: Option<i64>,
    assignee: Option<Uuid>,
    deadline: Option<i64>,
}

impl Maker {
    fn appeal(&mut self, copy: &mut Copy, pk: u64) {
        let standing = self.standing(pk);
        let open = standing.stage.is_open();
        let appeal = id(5, pk);
        let (year, seq) = self.number(standing.received);
        let author = person(1 + self.random.below(self.size.members));
        let name = author.name();
        let channel = self.random.skewed(Channel::ALL);
        let urgent = self.random.chance(10);
        let subject = self.words(5);
        let unanswered = Some(standing.due).filter(|_| open && standing.met.is_none());
        let next = [unanswered, standing.deadline].into_iter().flatten().min().unwrap_or(i64::MAX);
        let topics = self.topics(copy, pk, open, next);
        let member = self.random.chance(50).then(|| id(4, 1 + self.random.below(self.size.members)));
        copy.row(
            rows::APPEALS,
            &[
                (pk as i64).into(),
                appeal.into(),
                year.into(),
                seq.into(),
                channel.code().into(),
                standing.received.into(),
                name.as_str().into(),
                author.email.clone().into(),
                author.phone.as_str().into(),
                subject.as_str().into(),
                standing.stage.code().into(),
                i64::from(open).into(),
                topics.into(),
                if urgent { "high" } else { "normal" }.into(),
                i64::from(urgent).into(),
                standing.assignee.into(),
                self.random.chance(80).then(|| org_id(self.random.below(ORGS))).into(),
                member.map(|_| "member").into(),
                member.into(),
                standing.due.into(),
                standing.met.into(),
                next.into(),
                unanswered.into(),
                i64::from(standing.deadline.is_some()).into(),
                i64::from(open && self.random.chance(20)).into(),
                standing.received.into(),
            ],
        );
        if let Some(deadline) = standing.deadline {
            limit(copy, pk, appeal, deadline);
        }
        self.message(copy, pk, appeal, standing.received, &author, subject);
    }

    /// The newest appeals are mostly open: five of six until a twentieth of all is. Seven of ten open ones have had a
    /// response, one of fifty is overdue.
    fn standing(&mut self, pk: u64) -> Standing {
        let random = &mut self.random;
        let age = (self.size.appeals - pk) as i64;
        let recent = age < (self.size.open() * 6 / 5) as i64;
        let received = self.now - age * (5 * 365 * DAY / self.size.appeals as i64) - 1;
        if !recent || random.chance(17) {
            let stage =
                random.skewed(&[Stage::Closed, Stage::Answered, Stage::Thanks, Stage::Spam, Stage::Merged]);
            let assignee = Some(staff_id(1 + random.below(STAFF)));
            return Standing {
                stage,
                received,
                due: received + DAY,
                met: Some(received + DAY / 2),
                assignee,
                deadline: None,
            };
        }
        let stage = random.pick(&[
            Stage::New,
            Stage::New,
            Stage::Sorted,
            Stage::Taken,
            Stage::Taken,
            Stage::Taken,
            Stage::Taken,
            Stage::Taken,
            Stage::UnderControl,
            Stage::UnderControl,
        ]);
        let taken = matches!(stage, Stage::Taken | Stage::UnderControl);
        let assignee = taken.then(|| staff_id(1 + random.below(STAFF)));
        let answered = taken && random.chance(95);
        let due = if random.chance(2) {
            self.now - random.below(30 * DAY as u64) as i64
        } else {
            self.now + random.below(DAY as u64) as i64
        };
        let due = if answered { received + DAY } else { due };
        let deadline = random.chance(15).then(|| self.now + random.below(90 * DAY as u64) as i64);
        Standing { stage, received, due, met: answered.then_some(received + DAY / 2), assignee, deadline }
    }

    fn number(&mut self, received: i64) -> (i64, i64) {
        let moment = Timestamp::from_millisecond(received).expect("a moment");
        let year = i64::from(moment.to_zoned(TimeZone::UTC).year());
        let at = self.counters.iter().position(|(known, _)| *known == year).unwrap_or_else(|| {
            self.counters.push((year, 0));
            self.counters.len() - 1
        });
        self.counters[at].1 += 1;
        self.counters[at]
    }

    /// The codes of one or two topics.
    fn topics(&mut self, copy: &mut Copy, pk: u64, open: bool, next: i64) -> String {
        let mut topics = vec![self.random.skewed(Topic::ALL).code()];
        let second = self.random.skewed(Topic::ALL).code();
        if self.random.chance(30) && second != topics[0] {
            topics.push(second);
        }
        for (position, topic) in (0i64..).zip(&topics) {
            let cells =
                [(*topic).into(), (pk as i64).into(), position.into(), i64::from(open).into(), next.into()];
            copy.row(rows::TOPICS, &cells);
        }
        topics.join(",")
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.random.pick(WORDS)).collect::<Vec<_>>().join(" ")
    }

    fn message(&mut self, copy: &mut Copy, pk: u64, appeal: Uuid, at: i64, author: &Person, subject: String) {
        let address = author.email.clone().unwrap_or_else(|| "anonymous@example.org".to_owned());
        let body = self.words(40);
        copy.row(
            rows::MESSAGES,
            &[
                (pk as i64).into(),
                id(6, pk).into(),
                appeal.into(),
                "in".into(),
                "email".into(),
                at.into(),
                at.into(),
                author.name().into(),
                address.as_str().into(),
                address.as_str().into(),
                subject.into(),
                body.into(),
                format!("{pk}@made.example.org").into(),
            ],
        );
    }
}

fn limit(copy: &mut Copy, pk: u64, appeal: Uuid, deadline: i64) {
    let day = Timestamp::from_millisecond(deadline).expect("a moment").to_zoned(TimeZone::UTC).date();
    let anchor = day.saturating_sub(90.days()).to_string();
    let day: Cell = day.to_string().into();
    let again = |cell: &Cell| match cell {
        Cell::Text(text) => Cell::Text(text.clone()),
        _ => Cell::Null,
    };
    let cells = [
        id(7, pk).into(),
        appeal.into(),
        "dispute.3m".into(),
        "limitation".into(),
        anchor.into(),
        again(&day),
        again(&day),
        day,
    ];
    copy.row(rows::LIMITS, &cells);
}
