//! Mail that arrives while somebody looks: new letters, and authors who answer what they were sent.

use super::bytes::{Letter, Style};
use super::chance::Chance;
use super::stories::{STORIES, THANKS};
use super::{ADDRESS, filled, mail_date, person};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use otklik_core::clock::Clock;
use std::collections::{HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Before the first letter.
const FIRST: i64 = 6;
/// Between two letters, in seconds.
const PAUSE: (i64, i64) = (20, 40);
/// How long an author thinks before answering a person's letter.
const THINKS: i64 = 12;
const STEP: Duration = Duration::from_secs(1);

/// Delivers letters into `maildir` until it is dropped: a new one every half minute, and an answer to each letter that
/// a person sends into `outgoing`.
pub async fn deliver(maildir: PathBuf, outgoing: PathBuf, clock: Clock, zone: TimeZone, members: u32) {
    let mut postman = Postman {
        chance: Chance::new(clock.now().as_millisecond().unsigned_abs()),
        sent: 0,
        answered: eml_files(&outgoing).into_iter().collect(),
        thinking: VecDeque::new(),
        maildir,
        outgoing,
        zone,
        members,
    };
    let mut next = clock.now() + FIRST.seconds();
    let mut steps = tokio::time::interval(STEP);
    loop {
        steps.tick().await;
        let now = clock.now();
        postman.notice(now);
        let done = if now >= next {
            next = now + postman.chance.between(PAUSE.0, PAUSE.1).seconds();
            postman.new_letter(now)
        } else {
            postman.answer(now)
        };
        if let Err(error) = done {
            tracing::warn!(%error, "the demonstration's mail");
        }
    }
}

struct Postman {
    chance: Chance,
    sent: u32,
    /// Files of the outgoing folder that were seen.
    answered: HashSet<PathBuf>,
    /// Who answers when, and to what: address, subject, Message-ID.
    thinking: VecDeque<(Timestamp, [String; 3])>,
    maildir: PathBuf,
    outgoing: PathBuf,
    zone: TimeZone,
    members: u32,
}

impl Postman {
    fn new_letter(&mut self, now: Timestamp) -> std::io::Result<()> {
        let story = self.chance.pick(STORIES);
        let serial = u32::try_from(self.chance.one_in(u64::from(self.members.max(1)))).unwrap_or(0);
        let author = person(serial);
        let day = now.to_zoned(self.zone.clone()).date() - self.chance.between(1, 15).days();
        let (subject, body) = story.letter(&mut self.chance);
        let text = filled(body, &mut self.chance, day, &[]) + "\n\n" + &author.short_name();
        let style = Style::ALL[usize::try_from(self.sent).unwrap_or(0) % Style::ALL.len()];
        self.post(now, &author.short_name(), &author.email(), subject, &text, None, style)
    }

    /// Looks for letters of people that have left since the last look; receipts and the like are not answered.
    fn notice(&mut self, now: Timestamp) {
        for file in eml_files(&self.outgoing) {
            if !self.answered.insert(file.clone()) {
                continue;
            }
            let Ok(bytes) = std::fs::read(&file) else { continue };
            let head = String::from_utf8_lossy(&bytes);
            let head = head.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
            let value = |name: &str| {
                let line = head.lines().find(|line| line.to_lowercase().starts_with(name))?;
                Some(line[name.len()..].trim().to_owned())
            };
            if value("auto-submitted:").is_some() {
                continue;
            }
            let inside = |text: String| {
                let start = text.rfind('<').map_or(0, |at| at + 1);
                text[start..].trim_end_matches('>').trim().to_owned()
            };
            if let (Some(to), Some(id)) = (value("to:").map(inside), value("message-id:").map(inside)) {
                self.thinking.push_back((now + THINKS.seconds(), [to, "Re: обращение".to_owned(), id]));
            }
        }
    }

    fn answer(&mut self, now: Timestamp) -> std::io::Result<()> {
        if self.thinking.front().is_none_or(|(at, _)| now < *at) {
            return Ok(());
        }
        let Some((_, [from, subject, parent])) = self.thinking.pop_front() else { return Ok(()) };
        let text = *self.chance.pick(THANKS);
        self.post(now, "", &from, &subject, text, Some(&parent), Style::Utf8)
    }

    #[allow(clippy::too_many_arguments)]
    fn post(
        &mut self,
        now: Timestamp,
        from_name: &str,
        from: &str,
        subject: &str,
        text: &str,
        parent: Option<&str>,
        style: Style,
    ) -> std::io::Result<()> {
        self.sent += 1;
        let name = format!("{}.demo-{}", now.as_millisecond(), self.sent);
        let letter = Letter {
            from_name,
            from,
            to: ADDRESS,
            subject,
            text,
            message_id: format!("live-{name}@example.org"),
            in_reply_to: parent,
            date: mail_date(now, &self.zone),
            style,
        };
        place(&self.maildir, &name, &letter.bytes(), now)
    }
}

/// Written under `tmp` and moved to `new`, as every Maildir wants it; its time is the desk's, which may be another than
/// the machine's.
fn place(maildir: &Path, name: &str, bytes: &[u8], now: Timestamp) -> std::io::Result<()> {
    let written = maildir.join("tmp").join(name);
    std::fs::write(&written, bytes)?;
    std::fs::File::open(&written)?.set_modified(SystemTime::from(now))?;
    std::fs::rename(&written, maildir.join("new").join(name))
}

fn eml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_answers_a_person_once_and_a_receipt_never() {
        let folder = tempfile::tempdir().unwrap();
        let (maildir, outgoing) = (folder.path().join("in"), folder.path().join("out"));
        for inner in ["in/new", "in/tmp", "out"] {
            std::fs::create_dir_all(folder.path().join(inner)).unwrap();
        }
        let mut postman = Postman {
            chance: Chance::new(1),
            sent: 0,
            answered: HashSet::new(),
            thinking: VecDeque::new(),
            maildir: maildir.clone(),
            outgoing: outgoing.clone(),
            zone: TimeZone::UTC,
            members: 10,
        };
        let letter =
            "To: Anna <a.1@example.org>\r\nMessage-ID:\r\n <x@example.org>\r\nSubject: s\r\n\r\nbody\r\n";
        std::fs::write(outgoing.join("1.eml"), letter).unwrap();
        std::fs::write(outgoing.join("2.eml"), format!("Auto-Submitted: auto-replied\r\n{letter}")).unwrap();
        let now: Timestamp = "2026-11-16T07:00:00Z".parse().unwrap();
        postman.notice(now);
        postman.notice(now);
        postman.answer(now).unwrap();
        let come = || std::fs::read_dir(maildir.join("new")).unwrap().flatten().collect::<Vec<_>>();
        assert!(come().is_empty(), "the author thinks first");
        let later = now + THINKS.seconds();
        postman.answer(later).unwrap();
        postman.answer(later).unwrap();
        assert_eq!(come().len(), 1);
        let text = std::fs::read_to_string(come()[0].path()).unwrap();
        assert!(
            text.contains("<a.1@example.org>") && text.contains("In-Reply-To: <x@example.org>"),
            "{text}"
        );
        let stamped = come()[0].metadata().unwrap().modified().unwrap();
        assert_eq!(stamped, SystemTime::from(later));
    }
}
