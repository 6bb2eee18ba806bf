//! The words of an appeal: stages, channels, topics, states. The text of each code is that of the JSON and of the store.

use super::codes::codes;
use serde::Serialize;
use std::fmt;

codes! {
    /// How an appeal or a message reached us.
    Channel {
        Email = "email", Max = "max", Vk = "vk", Telegram = "telegram", Web = "web", App = "app", Sos = "sos",
        Phone = "phone", Visit = "visit", PostScan = "post_scan", Staff = "staff",
    }
}

codes! {
    /// Where an appeal stands in its life (DESIGN, the life of an appeal).
    Stage {
        New = "new", Sorted = "sorted", Taken = "taken", UnderControl = "under_control", Answered = "answered",
        Closed = "closed", Spam = "spam", Thanks = "thanks", Duplicate = "duplicate", Merged = "merged",
    }
}

impl Stage {
    /// Whether the appeal still stands in the working queue.
    pub fn is_open(self) -> bool {
        matches!(self, Stage::New | Stage::Sorted | Stage::Taken | Stage::UnderControl)
    }

    /// Whether the promise runs at all: spam and thanks have no clock; a duplicate's or a merged one's runs elsewhere.
    pub fn has_clock(self) -> bool {
        !matches!(self, Stage::Spam | Stage::Thanks | Stage::Duplicate | Stage::Merged)
    }
}

codes! {
    /// How soon a person must act.
    Urgency { Sos = "sos", High = "high", Normal = "normal", Low = "low" }
}

codes! {
    /// What an appeal is about; the codes of the taxonomy.
    Topic {
        Wages = "wages", Dismissal = "dismissal", Discipline = "discipline", WorkingTime = "working_time",
        Vacation = "vacation", Transfer = "transfer", Contract = "contract", Safety = "safety",
        SafetySout = "safety.sout", SafetyAccident = "safety.accident", Pension = "pension",
        Maternity = "maternity", Social = "social", Housing = "housing", Collective = "collective",
        UnionRights = "union_rights", Conflict = "conflict", Membership = "membership", Other = "other",
    }
}

codes! {
    /// The author's word on being named (to the employer, to the chair). Anything but `Yes` blocks naming.
    Consent { Yes = "yes", No = "no", NotAsked = "not_asked" }
}

codes! {
    /// What is known of the author's membership.
    MemberState {
        Member = "member", Staff = "staff", Lapsed = "lapsed", NotMember = "not_member",
        RegistryGap = "registry_gap", Ambiguous = "ambiguous", Unverifiable = "unverifiable",
    }
}

codes! {
    /// The state of the response clock.
    ResponseState { Running = "running", Met = "met", Late = "late", Breached = "breached", None = "none" }
}

codes! {
    /// What a sender says an outgoing message is.
    ReplyKind {
        /// Response (отклик): names who deals with it and what follows.
        Response = "response",
        /// Answer on the merits (ответ по существу).
        Merits = "merits",
    }
}

codes! {
    /// Which way a message went.
    Direction { In = "in", Out = "out", Note = "note" }
}

codes! {
    /// Whether a statutory date is a limitation or an event that is never shifted.
    LimitationKind { Limitation = "limitation", Event = "event" }
}

codes! {
    /// Where a statutory date stands on a given day.
    LimitationState { NoAnchor = "no_anchor", Running = "running", Missed = "missed", Done = "done" }
}

codes! {
    /// How the promise of 24 hours is counted.
    ClockPolicy {
        /// 24 hours straight.
        Straight = "straight",
        /// 24 hours outside days off.
        Workdays = "workdays",
    }
}

/// The number people use: `2026-1843`. A bare `1843` means the newest year's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AppealNumber {
    pub year: i16,
    pub seq: i64,
}

impl fmt::Display for AppealNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.year, self.seq)
    }
}

impl Serialize for AppealNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A number as a person types it, before the year is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberQuery {
    pub year: Option<i16>,
    pub seq: i64,
}

impl NumberQuery {
    /// Reads `2026-1843`, `1843`, `№ 1843` or `#1843`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches(['№', '#']).trim();
        let (year, seq) = match text.split_once('-') {
            Some((year, seq)) => (Some(year.parse().ok().filter(|y| (1900..=9999).contains(y))?), seq),
            None => (None, text),
        };
        let digits = !seq.is_empty() && seq.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| seq.parse().ok()).flatten().filter(|&seq| seq > 0).map(|seq| Self { year, seq })
    }
}

codes! {
    /// What the server that the account trusts says of who a letter is from, where it speaks against it.
    Authentication {
        /// DMARC failed: somebody else may have written it.
        Failed = "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        assert_eq!(NumberQuery::parse("2026-1843"), Some(NumberQuery { year: Some(2026), seq: 1843 }));
        assert_eq!(NumberQuery::parse(" № 1843 "), Some(NumberQuery { year: None, seq: 1843 }));
        for bad in ["", "-", "2026-", "20a6-1", "1843-", "+5", "0", "99999999999999999999", "2026--3"] {
            assert_eq!(NumberQuery::parse(bad), None, "{bad}");
        }
    }
}
