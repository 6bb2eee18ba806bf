//! The demonstration: invented organisations, people and a month of appeals, and mail that keeps arriving.
//!
//! Everything here is made up by a generator; no real person, organisation or letter may ever be put in. It fills a demo
//! desk through the desk's own door and writes letters into a Maildir; it never touches a real desk.

mod bytes;
mod chance;
mod live;
mod month;
mod names;
mod stories;

pub use live::deliver;

use chance::Chance;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use names::Person;
use otklik_core::clock::Clock;
use otklik_core::desk::settings::Settings;
use otklik_core::desk::{Desk, DeskUrl, InitRequest, NewAccount, OrgRow, RegistryRow, Seed};
use otklik_core::error::Result;
use otklik_core::types::{Actor, OrgLevel, Role, Untrusted};
use std::path::{Path, PathBuf};

/// Our address in the demonstration.
const ADDRESS: &str = "appeals@example.org";
const SEED: u64 = 1905;

/// How much is invented.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub members: u32,
    pub appeals: u32,
}

/// Code, level, name, the one above.
const ORGS: &[(&str, OrgLevel, &str, Option<&str>)] = &[
    ("З0", OrgLevel::Regional, "Тихоборская областная организация профсоюза медиков (вымышл.)", None),
    ("З1", OrgLevel::Local, "Рябиновская районная организация", Some("З0")),
    ("З2", OrgLevel::Local, "Тихоборская городская организация", Some("З0")),
    ("З11", OrgLevel::Primary, "ППО Рябиновской районной больницы", Some("З1")),
    ("З12", OrgLevel::Primary, "ППО Рябиновского дома-интерната", Some("З1")),
    ("З21", OrgLevel::Primary, "ППО Тихоборской городской больницы № 4", Some("З2")),
    ("З21Х", OrgLevel::Shop, "Цеховая организация хирургии больницы № 4", Some("З21")),
    ("З22", OrgLevel::Primary, "ППО станции скорой помощи Тихоборска", Some("З2")),
    ("З23", OrgLevel::Primary, "ППО областного детского центра", Some("З0")),
    ("Э0", OrgLevel::Regional, "Тихоборская территориальная организация энергетиков (вымышл.)", None),
    ("Э1", OrgLevel::Primary, "ППО «Тихоборские сети»", Some("Э0")),
    ("Э11", OrgLevel::Shop, "Цеховая организация Рябиновского района сетей", Some("Э1")),
    ("Э2", OrgLevel::Primary, "ППО «Тихоборская ТЭЦ»", Some("Э0")),
    ("Э21", OrgLevel::Shop, "Цеховая организация котельного цеха", Some("Э2")),
    ("Э3", OrgLevel::Primary, "ППО «Тихоборский энергосбыт»", Some("Э0")),
];

/// Organisations that have members of their own.
const WITH_MEMBERS: &[&str] = &["З11", "З12", "З21", "З21Х", "З22", "З23", "Э1", "Э11", "Э2", "Э21", "Э3"];

/// Who works at the desk; the first makes it, the second opens the console.
const STAFF: &[(&str, Role)] = &[
    ("Соколова Вера", Role::Head),
    ("Орлова Анна", Role::Lawyer),
    ("Мартынов Илья", Role::Lawyer),
    ("Дягилева Нина", Role::Duty),
    ("Каменев Пётр", Role::Inspector),
    ("Лунёва Ольга", Role::Economist),
];

/// A filled desk and the places around it.
pub struct Demo {
    pub desk: Desk,
    /// Everybody of the staff; the second sits at the console.
    pub staff: Vec<Actor>,
    pub maildir: PathBuf,
    pub outgoing: PathBuf,
}

impl Demo {
    /// Makes everything in `folder`. The month ends at the clock's now.
    pub async fn make(folder: &Path, os_user: String, clock: Clock, size: Size) -> Result<Self> {
        let (maildir, outgoing) = (folder.join("mail-in"), folder.join("mail-out"));
        for inner in ["new", "cur", "tmp"] {
            std::fs::create_dir_all(maildir.join(inner))?;
        }
        std::fs::create_dir_all(&outgoing)?;
        let settings = Settings { organisation: ORGS[0].2.to_owned(), ..Settings::default() };
        let zone = settings.time_zone()?;
        let (me, role) = STAFF[0];
        let request = InitRequest { settings, me: me.to_owned(), role, os_user: Some(os_user), demo: true };
        let now = clock.now();
        let url = DeskUrl::Sqlite(folder.join("desk.sqlite"));
        let desk = Desk::init(&url, clock, &folder.join("state"), request).await?;
        let head = desk.act_as(me).await?;
        let since = month::begin(now, &zone);
        desk.add_channel(&head, account(&maildir, &outgoing, since)).await?;
        desk.import_orgs(&head, orgs(), true).await?;
        for (name, role) in &STAFF[1..] {
            desk.add_staff(&head, name, *role, None, None).await?;
        }
        let mut staff = Vec::new();
        for (name, _) in STAFF {
            staff.push(desk.act_as(name).await?);
        }
        let events = month::events(now, &zone, &staff, size);
        let members = Box::new((0..size.members).map(member));
        desk.seed(&head, Seed { members, events }).await?;
        Ok(Self { desk, staff, maildir, outgoing })
    }
}

fn account(maildir: &Path, outgoing: &Path, since: Timestamp) -> NewAccount {
    NewAccount {
        name: "mail".to_owned(),
        address: ADDRESS.to_owned(),
        incoming: format!("maildir:{}", maildir.display()),
        outgoing: format!("folder:{}", outgoing.display()),
        since,
        ..NewAccount::default()
    }
}

fn orgs() -> Vec<OrgRow> {
    let row = |(code, level, name, parent): &(&str, OrgLevel, &str, Option<&str>)| OrgRow {
        code: Untrusted::new(*code),
        level: *level,
        name: Untrusted::new(*name),
        parent: parent.map(Untrusted::new),
        life: Default::default(),
    };
    ORGS.iter().map(row).collect()
}

/// The invented person of a number, always the same one.
fn person(serial: u32) -> Person {
    Person::invent(&mut Chance::new(SEED ^ (u64::from(serial) << 20)), serial)
}

/// The registry's own id of a number.
fn source_id(serial: u32) -> String {
    format!("Т{:06}", serial + 1)
}

/// A row of the registry, written as registries are: in several hands.
fn member(serial: u32) -> RegistryRow {
    const MEDICAL: &[&str] = &[
        "медсестра",
        "врач-терапевт",
        "санитарка",
        "фельдшер",
        "лаборант",
        "водитель",
        "бухгалтер",
        "кладовщик",
    ];
    const ENERGY: &[&str] = &[
        "электромонтёр",
        "машинист котла",
        "инженер",
        "бухгалтер",
        "слесарь",
        "диспетчер",
        "контролёр",
        "кладовщик",
    ];
    let person = person(serial);
    let chance = &mut Chance::new(SEED.wrapping_add(u64::from(serial)));
    let (day, month) = (chance.between(1, 28), chance.between(1, 12));
    let (short, born) = (chance.one_in(12) == 0, chance.between(1955, 2004));
    let birth = match short {
        true => format!("{born} г.р."),
        false => format!("{day:02}.{month:02}.{born}"),
    };
    let left = chance.one_in(20) == 0;
    let text = |text: String| Untrusted::new(text);
    let ppo = *chance.pick(WITH_MEMBERS);
    RegistryRow {
        line: usize::try_from(serial).unwrap_or(0) + 2,
        id: text(source_id(serial)),
        ppo: text(ppo.to_owned()),
        fio_raw: text(person.full_name()),
        birth_raw: text(birth),
        card_raw: text((100_000 + serial).to_string()),
        position: text((*chance.pick(if ppo.starts_with('З') { MEDICAL } else { ENERGY })).to_owned()),
        phone_raw: text(if chance.one_in(7) == 0 { String::new() } else { person.phone() }),
        email: text(if chance.one_in(3) == 0 { String::new() } else { person.email() }),
        joined_raw: text(format!(
            "{:02}.{:02}.{}",
            chance.between(1, 28),
            chance.between(1, 12),
            // Nobody joins as a child.
            chance.between(1990, 2025).max(born + 18)
        )),
        dues_raw: text((if left { "не уплачиваются" } else { "уплачиваются" }).to_owned()),
        status_raw: text((if left { "выбыл" } else { "на учёте" }).to_owned()),
        ..RegistryRow::default()
    }
}

/// The words of a story with its blanks filled in.
fn filled(text: &str, chance: &mut Chance, day: jiff::civil::Date, fills: &[(&str, &str)]) -> String {
    let day = format!("{:02}.{:02}", day.day(), day.month());
    let sum = format!("{} {:03}", chance.between(3, 48), chance.between(0, 9) * 100);
    let mut text = text.replace("{day}", &day).replace("{sum}", &sum);
    let boss = *chance.pick(stories::BOSSES);
    text = text.replace("{boss}", boss);
    for (name, value) in fills {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

/// `Mon, 16 Nov 2026 10:00:00 +0300`.
fn mail_date(at: Timestamp, zone: &TimeZone) -> String {
    jiff::fmt::rfc2822::to_string(&at.to_zoned(zone.clone())).unwrap_or_default()
}
