//! The desk's settings: they stand in the desk itself, so that every machine that serves it keeps the same promise.

use crate::error::{Error, Result};
use crate::rules::calendar::Calendar;
use crate::types::ClockPolicy;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// Settings as stored. Unknown keys of a newer program are ignored, missing ones take the default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The organisation's name, as letters and screens show it.
    pub organisation: String,
    pub policy: ClockPolicy,
    /// IANA name of the desk's time zone.
    pub zone: String,
    /// Seconds between the send at the console and the first moment at which a reply may leave.
    pub undo_seconds: i64,
    /// Receipts to one address in 24 hours.
    pub receipts_per_address: i64,
    /// Receipts to anybody in 10 minutes; what is over waits, held, for a person.
    pub receipts_per_ten_minutes: i64,
    /// Megabytes of the largest letter that is sent, files as they travel included: servers refuse larger ones.
    pub largest_letter_mb: i64,
    /// The notice of receipt, if not the program's own (`mail::wording`).
    pub receipt_template: Option<String>,
    /// A number that the notice names for what cannot wait.
    pub duty_phone: Option<String>,
    /// What is said in a call to an author who is no member, with `{name}`, `{number}` and `{union}`, if not the program's
    /// own words.
    pub call_script: Option<String>,
    /// Whether who joined the union after the day that an appeal is about counts as a member for it.
    pub later_members_count: bool,
    /// The ground on which an appeal's personal data are kept; to be checked by the committee's lawyer.
    pub ground: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            organisation: String::new(),
            policy: ClockPolicy::Straight,
            zone: "Europe/Moscow".to_owned(),
            undo_seconds: 10,
            receipts_per_address: 3,
            receipts_per_ten_minutes: 30,
            largest_letter_mb: 20,
            receipt_template: None,
            duty_phone: None,
            call_script: None,
            later_members_count: true,
            ground: "152-FZ art. 10 part 2 item 5".to_owned(),
        }
    }
}

impl Settings {
    pub fn time_zone(&self) -> Result<TimeZone> {
        if let Some(zone) = of_machine(&self.zone) {
            return Ok(zone);
        }
        TimeZone::get(&self.zone)
            .map_err(|error| Error::usage("unknown-zone").arg("zone", &self.zone).because(error))
    }
}

/// A zone as the machine's own file has it, which is often newer than the one in this program. jiff would look into every
/// zone there is before it gave one, at each start.
fn of_machine(name: &str) -> Option<TimeZone> {
    let is_plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    if !name.split('/').all(is_plain) {
        return None;
    }
    let bytes = std::fs::read(Path::new("/usr/share/zoneinfo").join(name)).ok()?;
    TimeZone::tzif(name, &bytes).ok()
}

/// Settings with what is derived from them, shared by the use cases of one process.
#[derive(Debug)]
pub(crate) struct Ground {
    /// The text that `settings` was read from; a change is noticed by comparing it.
    pub source: String,
    pub settings: Settings,
    pub zone: TimeZone,
    pub calendar: Calendar,
}

impl Ground {
    pub fn read(source: &str) -> Result<Arc<Self>> {
        let settings: Settings =
            serde_json::from_str(source).map_err(|error| Error::failed("settings-damaged").because(error))?;
        let zone = settings.time_zone()?;
        Ok(Arc::new(Self { source: source.to_owned(), settings, zone, calendar: Calendar::default() }))
    }
}
