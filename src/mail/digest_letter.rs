//! The wording of the morning digest, in Russian. Pure. It carries numbers, counts and dates, never a name or a text of a case:
//! the letter lies in a mailbox that the desk does not keep.

use crate::types::AppealNumber;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Numbers that are named one by one; of more only the count is said.
pub const NAMED: usize = 20;

/// A mailbox's sum (wall 4) and its last comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestChannel {
    pub name: String,
    /// Whether it is read: not stopped, not failing.
    pub runs: bool,
    /// `fetched`, then pending, new, appended, duplicate, service, history, quarantined.
    pub fetched: i64,
    pub fates: [i64; 7],
    /// When it was last compared with the mailbox, and how many letters were missing then; none: it could not be.
    pub compared: Option<(Timestamp, Option<i64>)>,
}

/// What waits for one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DigestData {
    pub overdue: Vec<AppealNumber>,
    /// Response due before the end of the day.
    pub today: Vec<(AppealNumber, Timestamp)>,
    /// The last day to file, within a week.
    pub law: Vec<(AppealNumber, Date)>,
    /// Untaken appeals.
    pub new: i64,
    /// Deliveries that failed or of which nobody knows.
    pub failed: i64,
    /// Deliveries of which something is reported that shows no proof.
    pub doubted: i64,
    /// Automatic letters held for a person.
    pub held: i64,
    pub quarantined: i64,
    /// Open conflicts about who is who.
    pub conflicts: i64,
    pub channels: Vec<DigestChannel>,
}

impl DigestData {
    /// Nothing waits and every channel is well: no letter is worth sending.
    pub fn is_quiet(&self) -> bool {
        let lists = self.overdue.is_empty() && self.today.is_empty() && self.law.is_empty();
        let waits = self.held + self.quarantined + self.conflicts;
        let counts = self.new + self.failed + self.doubted + waits == 0;
        lists && counts && self.channels.iter().all(DigestChannel::is_well)
    }
}

impl DigestChannel {
    /// It is read, its sum holds, and nothing was missing when it was compared.
    pub fn is_well(&self) -> bool {
        let compared = self.compared.is_none_or(|(_, missing)| missing == Some(0));
        self.runs && compared && self.fetched == self.fates.iter().sum::<i64>()
    }
}

/// The letter's subject.
pub fn digest_subject(data: &DigestData, day: Date) -> String {
    let day = day.strftime("%d.%m");
    match data.overdue.len() {
        0 => format!("Отклик, {day}: сводка на утро"),
        n => format!("Отклик, {day}: просрочено {n}"),
    }
}

/// The letter's text.
pub fn digest_text(data: &DigestData, zone: &TimeZone) -> String {
    let mut text =
        String::from("Сводка на утро. Имён и текстов обращений здесь нет: откройте их в Отклике.\n");
    let numbers: Vec<String> = data.overdue.iter().map(ToString::to_string).collect();
    list(&mut text, "Просрочен ответ", &numbers);
    let today: Vec<String> = data
        .today
        .iter()
        .map(|(number, at)| format!("{number} до {}", at.to_zoned(zone.clone()).strftime("%H:%M")))
        .collect();
    list(&mut text, "Ответить сегодня", &today);
    let law: Vec<String> =
        data.law.iter().map(|(number, day)| format!("{number} до {}", day.strftime("%d.%m.%Y"))).collect();
    list(&mut text, "Срок по закону в ближайшие 7 дней", &law);
    for (what, count) in [
        ("Никем не взяты", data.new),
        ("Письма не ушли или неизвестно, ушли ли", data.failed),
        ("Сообщениям о письмах нужно поверить или нет", data.doubted),
        ("Уведомления ждут вашего слова", data.held),
        ("В карантине", data.quarantined),
        ("Противоречия: кто есть кто", data.conflicts),
    ] {
        if count > 0 {
            text.push_str(&format!("\n{what}: {count}\n"));
        }
    }
    for channel in &data.channels {
        text.push_str(&channel_text(channel, zone));
    }
    text.push_str("\nОтвечать на это письмо не нужно. Не присылать больше: otklik staff digest me off\n");
    text
}

fn list(text: &mut String, what: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    text.push_str(&format!("\n{what}: {}\n", items.len()));
    for item in items.iter().take(NAMED) {
        text.push_str(&format!(" - {item}\n"));
    }
    if items.len() > NAMED {
        text.push_str(&format!(" и ещё {}\n", items.len() - NAMED));
    }
}

fn channel_text(channel: &DigestChannel, zone: &TimeZone) -> String {
    let [pending, new, appended, duplicate, service, history, quarantined] = channel.fates;
    let state = if channel.runs { "приём идёт" } else { "ПРИЁМ СТОИТ" };
    let mut text = format!(
        "\nПочта {}: {state}. Получено {} = ждут разбора {pending} + новые {new} + в переписку {appended} + повторы {duplicate} + \
         служебные {service} + история {history} + карантин {quarantined}",
        channel.name, channel.fetched
    );
    if channel.fetched != channel.fates.iter().sum::<i64>() {
        text.push_str(" — СУММА НЕ СХОДИТСЯ");
    }
    text.push_str(".\n");
    let at = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%d.%m %H:%M").to_string();
    text.push_str(&match channel.compared {
        None => " Ещё не сверялась.\n".to_owned(),
        Some((when, None)) => format!(" Сверить не удалось ({}).\n", at(when)),
        Some((when, Some(0))) => format!(" Сверено {}: всё на месте.\n", at(when)),
        Some((when, Some(missing))) => {
            format!(" Сверено {}: не хватало {missing}, получено заново.\n", at(when))
        }
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_says_the_sum_and_what_waits_and_a_quiet_desk_says_nothing() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let mut channel = DigestChannel {
            name: "mail".into(),
            runs: true,
            fetched: 7,
            fates: [1, 1, 1, 1, 1, 1, 1],
            compared: Some(("2026-11-16T03:00:00+03:00".parse().unwrap(), Some(0))),
        };
        let quiet = DigestData { channels: vec![channel.clone()], ..DigestData::default() };
        assert!(quiet.is_quiet());
        channel.compared = Some(("2026-11-16T03:00:00+03:00".parse().unwrap(), Some(2)));
        let numbers = (1..=25).map(|seq| AppealNumber { year: 2026, seq });
        let data =
            DigestData { overdue: numbers.collect(), channels: vec![channel], ..DigestData::default() };
        assert!(!data.is_quiet());
        let text = digest_text(&data, &zone);
        assert!(text.contains("Просрочен ответ: 25\n") && text.contains(" - 2026-20\n и ещё 5\n"), "{text}");
        assert!(text.contains("Получено 7 = ждут разбора 1 + новые 1 + в переписку 1"), "{text}");
        assert!(text.contains("Сверено 16.11 03:00: не хватало 2"), "{text}");
        assert_eq!(digest_subject(&data, "2026-11-16".parse().unwrap()), "Отклик, 16.11: просрочено 25");
    }
}
