//! What the line holds and what it is about.

use crate::screens::channel::Setting;
use crate::screens::thread::Delivery;
use crate::widgets::input::Input;
use otklik_core::desk::{DEFAULT_DIGEST_AT, DigestWish};
use otklik_core::types::{AppealId, CallOutcome, ConflictId, ConflictState, DeliveryId, DisplayText, OrgId};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The path of a file to go with the reply to this appeal.
    File(AppealId),
    /// The addresses that get a copy of it.
    Copies(AppealId),
    /// The path of a registry to load.
    Registry,
    /// The address that a letter goes to which failed at another.
    Address(DeliveryId),
    /// How a person knows that a letter has arrived of which nobody knew.
    Arrived(DeliveryId),
    /// A setting of a channel.
    Setting(Setting),
    /// At what time of day the digest comes, and in which zone.
    DigestHour,
    DigestZone,
    /// Something about the call to the author of this appeal.
    Call(AppealId, AboutCall),
    /// Why a conflict is settled so.
    Conflict(ConflictId, ConflictState),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AboutCall {
    /// When to call again after an attempt that nobody answered.
    Next,
    /// What was said, perhaps behind the time of the call.
    Gist(CallOutcome),
    /// Another number in place of the wrong one, if there is one.
    Wrong,
    /// The number that is dialled.
    Number,
    /// The address of the chair of this organisation.
    Chair(OrgId),
    /// Where the author works, for the application to the chair of this organisation.
    Workplace(OrgId),
    /// The code that a chair gave.
    Code,
}

impl About {
    pub fn is_path(self) -> bool {
        matches!(self, About::File(_) | About::Registry)
    }
}

#[derive(Clone, Debug)]
pub struct State {
    pub about: About,
    pub field: Input,
    /// What the path could go on with, after Tab.
    pub names: Vec<DisplayText>,
    /// What stood in the field at first.
    pub former: DisplayText,
    /// The key of the sentence that says what is wrong with what was typed.
    pub fault: Option<&'static str>,
    /// The address that was typed before, which goes on with what is typed here.
    pub to: Option<String>,
}

impl State {
    pub fn file(appeal: AppealId, folder: &str) -> Self {
        Self::path(About::File(appeal), folder)
    }

    pub fn registry(folder: &str) -> Self {
        Self::path(About::Registry, folder)
    }

    /// A line for a path, beginning in the folder where files are saved to.
    fn path(about: About, folder: &str) -> Self {
        let mut start = folder.to_owned();
        if !start.ends_with('/') {
            start.push('/');
        }
        Self::holding(about, &start)
    }

    /// A line for the reason of a decision.
    pub fn conflict(id: ConflictId, decision: ConflictState) -> Self {
        Self::holding(About::Conflict(id, decision), "")
    }

    /// A line for the workplace that goes into an application, holding what the letter said.
    pub fn workplace(appeal: AppealId, org: OrgId, to: Option<String>, stated: &DisplayText) -> Self {
        Self { to, ..Self::call(appeal, AboutCall::Workplace(org), stated) }
    }

    /// A line about a call.
    pub fn call(appeal: AppealId, about: AboutCall, holding: &DisplayText) -> Self {
        Self::holding(About::Call(appeal, about), holding.as_str())
    }

    /// A line with the addresses that there are.
    pub fn copies(appeal: AppealId, cc: &[String]) -> Self {
        Self::holding(About::Copies(appeal), &cc.join(", "))
    }

    /// A line with the address that failed, to be corrected.
    pub fn address(failed: &Delivery) -> Self {
        Self::holding(About::Address(failed.id), failed.recipient.as_str())
    }

    /// A line for how it is known that a letter has arrived.
    pub fn arrived(delivery: &Delivery) -> Self {
        Self::holding(About::Arrived(delivery.id), "")
    }

    /// A line with what is set.
    pub fn setting(setting: Setting, now: &str) -> Self {
        Self::holding(About::Setting(setting), now)
    }

    /// A line with the hour that is set.
    pub fn digest_hour(wish: &DigestWish) -> Self {
        let at = wish.at.unwrap_or(DEFAULT_DIGEST_AT);
        Self::holding(About::DigestHour, &at.strftime("%H:%M").to_string())
    }

    /// A line with the zone that is set.
    pub fn digest_zone(wish: &DigestWish) -> Self {
        Self::holding(About::DigestZone, wish.zone.as_deref().unwrap_or_default())
    }

    fn holding(about: About, text: &str) -> Self {
        let former = DisplayText::sanitise(text).into_line();
        let field = match about {
            // The folder stays; what is typed is the rest of the path, unless it begins at the root.
            about if about.is_path() => Input::prefilled_path(&former),
            // One more address is what is wanted most often.
            About::Copies(_) => Input::holding(&former),
            _ => Input::prefilled(&former),
        };
        Self { about, field, names: Vec::new(), former, fault: None, to: None }
    }
}
