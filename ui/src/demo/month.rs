//! The month before the demonstration: which letter came when, who took it, what was answered and what was not.

use super::bytes::{Letter, Style};
use super::chance::Chance;
use super::stories::{FIRST_WORDS, STORIES, Story};
use super::{ADDRESS, SEED, Size, filled, mail_date, person, source_id};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use otklik_core::desk::{SeedDeed, SeedEvent};
use otklik_core::types::{Actor, ReplyKind, Stage, Untrusted};

const DAYS: i64 = 30;
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// Of this many appeals one came within the last day.
const FRESH: u64 = 11;

/// The first moment of the month.
pub fn begin(now: Timestamp, zone: &TimeZone) -> Timestamp {
    let day = now.to_zoned(zone.clone()).date().saturating_sub((DAYS + 1).days());
    day.to_zoned(zone.clone()).map_or(now, |start| start.timestamp())
}

/// Every event before `now`, in the order of their moments.
pub fn events(now: Timestamp, zone: &TimeZone, staff: &[Actor], size: Size) -> Vec<SeedEvent> {
    let mut chance = Chance::new(SEED);
    let mut all = Vec::new();
    for appeal in 0..size.appeals {
        let age = match chance.one_in(FRESH) {
            0 => chance.between(4 * MINUTE, 23 * HOUR),
            _ => chance.between(25 * HOUR, DAYS * 24 * HOUR),
        };
        let received = now - SignedDuration::from_secs(age);
        let mut life = Life { appeal, received, zone, chance: &mut chance, staff, events: Vec::new() };
        life.live(age, size.members);
        all.extend(life.events);
    }
    // What lies in the future has not happened yet; a little earlier, so that seconds of the channel are past too.
    let past = now - SignedDuration::from_secs(MINUTE);
    all.retain(|event| event.at < past);
    all.sort_by_key(|event| event.at);
    all
}

struct Life<'a> {
    appeal: u32,
    received: Timestamp,
    zone: &'a TimeZone,
    chance: &'a mut Chance,
    staff: &'a [Actor],
    events: Vec<SeedEvent>,
}

impl Life<'_> {
    fn at(&mut self, seconds: i64, deed: SeedDeed) {
        let at = self.received + SignedDuration::from_secs(seconds);
        let appeal = usize::try_from(self.appeal).unwrap_or(0);
        self.events.push(SeedEvent { at, appeal, deed });
    }

    fn live(&mut self, age: i64, members: u32) {
        let story = self.chance.pick(STORIES);
        let serial = u32::try_from(self.chance.one_in(u64::from(members.max(1)))).unwrap_or(0);
        let author = person(serial);
        let day = self.day() - self.chance.between(2, 20).days();
        self.letter(story, serial, day);
        let duty = self.staff[3].clone();
        match self.chance.one_in(60) {
            0 => return self.at(40 * MINUTE, SeedDeed::Stage { by: duty, stage: Stage::Spam }),
            1 => return self.at(40 * MINUTE, SeedDeed::Stage { by: duty, stage: Stage::Thanks }),
            _ => {}
        }
        // Lately some were overlooked, or the day was too short; what is older has been caught up with.
        let lately = age < 5 * 24 * HOUR;
        if lately && self.chance.one_in(4) == 0 {
            return;
        }
        let sorted = self.chance.between(10, 150) * MINUTE;
        let deed = SeedDeed::Sort { by: duty, topics: story.topics.to_vec(), urgency: story.urgency };
        self.at(sorted, deed);
        let by = self.specialist(story);
        let taken = sorted + self.chance.between(10, 240) * MINUTE;
        self.at(taken, SeedDeed::Take { by: by.clone() });
        self.law(story, taken, &by, day);
        if self.chance.one_in(5) < 3 {
            let member = Untrusted::new(source_id(serial));
            self.at(taken + 15 * MINUTE, SeedDeed::Confirm { by: by.clone(), member });
        }
        if lately && self.chance.one_in(7) == 0 {
            return;
        }
        let late = self.chance.one_in(14) == 0;
        let hours = if late { self.chance.between(25, 44) } else { self.chance.between(1, 14) };
        let responded = taken + hours * HOUR;
        let first = *self.chance.pick(FIRST_WORDS);
        let words = self.words(first, author.first, &by, day);
        self.reply(responded, ReplyKind::Response, words, &by);
        if self.chance.one_in(9) == 0 {
            return;
        }
        let answered = responded + self.chance.between(18, 120) * HOUR;
        let words = self.words(story.answer, author.first, &by, day);
        self.reply(answered, ReplyKind::Merits, words, &by);
        if self.chance.one_in(2) == 0 {
            self.at(answered + 2 * HOUR, SeedDeed::Stage { by, stage: Stage::Closed });
        }
    }

    fn day(&self) -> Date {
        self.received.to_zoned(self.zone.clone()).date()
    }

    fn letter(&mut self, story: &Story, serial: u32, day: Date) {
        let author = person(serial);
        let (subject, body) = story.letter(self.chance);
        let mut text = filled(body, self.chance, day, &[]);
        text += &match self.chance.one_in(3) {
            0 => format!("\n\nС уважением, {}\n{}", author.full_name(), author.phone()),
            1 => format!("\n\n{}", author.short_name()),
            _ => String::new(),
        };
        let letter = Letter {
            from_name: &author.short_name(),
            from: &author.email(),
            to: ADDRESS,
            subject,
            text: &text,
            message_id: format!("demo-{}@example.org", self.appeal),
            in_reply_to: None,
            date: mail_date(self.received, self.zone),
            style: *self.chance.pick(Style::ALL),
        };
        let bytes = letter.bytes();
        self.at(0, SeedDeed::Letter(bytes));
    }

    /// Lawyers take what has a date of law, the inspector safety, the economist pay.
    fn specialist(&mut self, story: &Story) -> Actor {
        use otklik_core::types::Topic;
        let at = match story.topics[0] {
            Topic::Safety | Topic::SafetySout | Topic::SafetyAccident => 4,
            Topic::Wages | Topic::Collective => 5,
            _ => 1 + usize::try_from(self.chance.one_in(2)).unwrap_or(0),
        };
        self.staff[at].clone()
    }

    /// The statutory date of most cases that have one; now and then the day of its beginning is not known yet.
    fn law(&mut self, story: &Story, taken: i64, by: &Actor, day: Date) {
        let Some((rule, proof)) = story.rule.filter(|_| self.chance.one_in(3) < 2) else { return };
        let known = self.chance.one_in(6) > 0;
        let (anchor, proof) = if known { (Some(day), Some(proof)) } else { (None, None) };
        self.at(taken + 10 * MINUTE, SeedDeed::Limit { by: by.clone(), rule, anchor, proof });
    }

    fn words(&mut self, text: &str, name: &str, by: &Actor, day: Date) -> String {
        let who = match by {
            Actor::Person { name, .. } => name.as_str(),
            Actor::Worker(_) => "",
        };
        filled(text, self.chance, day, &[("name", name), ("who", who)])
    }

    fn reply(&mut self, at: i64, kind: ReplyKind, text: String, by: &Actor) {
        let taken = (self.chance.one_in(70) > 0).then(|| self.chance.between(1, 9));
        self.at(at, SeedDeed::Reply { by: by.clone(), kind, text, taken });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otklik_core::types::{Grant, Role, StaffId};

    #[test]
    fn the_month_is_in_order_past_and_the_same_each_time() {
        let grant = Grant { role: Role::Lawyer, org: None };
        let somebody = || Actor::Person { staff: StaffId::new(), name: "Н".into(), grants: vec![grant] };
        let staff: Vec<Actor> = (0..6).map(|_| somebody()).collect();
        let now: Timestamp = "2026-11-16T07:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let size = Size { members: 500, appeals: 300 };
        let month = events(now, &zone, &staff, size);
        assert!(month.is_sorted_by_key(|event| event.at) && month.iter().all(|event| event.at < now));
        assert!(month.first().unwrap().at > begin(now, &zone));
        let letters = month.iter().filter(|event| matches!(event.deed, SeedDeed::Letter(_))).count();
        assert!(letters > 290, "{letters}");
        for event in &month {
            if let SeedDeed::Reply { text, .. } = &event.deed {
                assert!(!text.contains(['{', '}']), "{text}");
            }
        }
        let times = |month: &[SeedEvent]| month.iter().map(|event| event.at).collect::<Vec<_>>();
        assert_eq!(times(&month), times(&events(now, &zone, &staff, size)));
    }
}
