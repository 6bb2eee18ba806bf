//! Contacts that are linked with rows of the registry, in a sentence each: beside an appeal and on the match card alike. It draws
//! nothing and holds no screen's state.

use super::thread::{Line, Look};
use crate::app::env::Env;
use crate::i18n::{Arg, Phrase};
use jiff::Timestamp;
use otklik_core::desk::{ClaimView, IdentityView};
use otklik_core::types::{AppealNumber, DisplayText, IdentityId, LinkGround, MemberId};

/// A linked contact, made safe to draw.
#[derive(Clone, Debug)]
pub struct Contact {
    pub id: IdentityId,
    pub value: DisplayText,
    pub member: MemberId,
    pub name: DisplayText,
    pub ground: LinkGround,
    pub appeal: Option<AppealNumber>,
    pub by: DisplayText,
    pub at: Timestamp,
}

impl Contact {
    pub fn new(view: &IdentityView) -> Self {
        Self {
            id: view.id,
            value: view.value.display_line(),
            member: view.member,
            name: view.name.display_line(),
            ground: view.ground,
            appeal: view.appeal.map(|(_, number)| number),
            by: DisplayText::sanitise(&view.by.name).into_line(),
            at: view.at,
        }
    }

    /// By the key of a sentence with `contact`, `name`, `by`, `at` and `ground`.
    pub fn say(&self, key: &str, env: &Env) -> Phrase {
        let ground = match (self.ground, self.appeal) {
            (LinkGround::Appeal, Some(number)) => {
                env.tr.with("identity-ground-appeal", &[("number", number.into())])
            }
            (ground, _) => env.tr.word(ground),
        };
        let args = [
            ("contact", Arg::from(&self.value)),
            ("name", (&self.name).into()),
            ("by", (&self.by).into()),
            ("at", env.tr.date_full(self.at, &env.zone).into()),
            ("ground", ground.into()),
        ];
        env.tr.with(key, &args)
    }
}

/// Somebody else who is confirmed to be a row.
#[derive(Clone, Debug)]
pub struct Claim {
    pub appeal: Option<AppealNumber>,
    pub author: DisplayText,
    pub by: DisplayText,
    pub at: Option<Timestamp>,
}

impl Claim {
    pub fn new(view: &ClaimView) -> Self {
        Self {
            appeal: view.appeal.map(|(_, number)| number),
            author: view.author.display_line(),
            by: view.by.as_ref().map(|by| DisplayText::sanitise(&by.name).into_line()).unwrap_or_default(),
            at: view.at,
        }
    }

    pub fn line(&self, env: &Env) -> Line {
        let Some(number) = self.appeal else {
            return Line::new(Look::Warning, env.tr.text("claim-hidden"));
        };
        let args = [
            ("number", Arg::from(number)),
            ("author", (&self.author).into()),
            ("by", (&self.by).into()),
            ("at", self.at.map(|at| env.tr.date_full(at, &env.zone)).unwrap_or_default().into()),
        ];
        Line::new(Look::Warning, env.tr.with("claim-other", &args))
    }
}
