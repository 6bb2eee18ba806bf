//! Contacts that are linked with rows of the registry, in a sentence each: beside an appeal and on the match card alike. It draws
//! nothing and holds no screen's state.

use super::thread::{Line, Look};
use crate::app::env::Env;
use crate::i18n::{Arg, Phrase};
use jiff::Timestamp;
use otklik_core::desk::{ClaimView, IdentityView, QueryView};
use otklik_core::types::{
    AppealNumber, ChairAnswer, DeliveryState, DisplayText, IdentityId, LinkGround, MemberId, QueryState,
};

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

/// What a chair was asked about the author.
#[derive(Clone, Debug)]
pub struct Query {
    pub organisation: DisplayText,
    pub to: DisplayText,
    pub state: QueryState,
    pub delivery: DeliveryState,
    pub answer: Option<ChairAnswer>,
    pub told: DisplayText,
    pub made_at: Timestamp,
    pub answered_at: Option<Timestamp>,
}

impl Query {
    pub fn new(view: &QueryView) -> Self {
        Self {
            organisation: view.organisation.name.display_line(),
            to: DisplayText::sanitise(&view.recipient).into_line(),
            state: view.state,
            delivery: view.delivery,
            answer: view.answer,
            told: view.told.display_line(),
            made_at: view.made_at,
            answered_at: view.answered_at,
        }
    }

    /// An answer is evidence for a person to weigh, so it is said as one.
    pub fn line(&self, env: &Env) -> Line {
        let tr = &env.tr;
        let at = tr.date_full(self.answered_at.unwrap_or(self.made_at), &env.zone);
        let mut args = vec![
            ("organisation", Arg::from(&self.organisation)),
            ("to", (&self.to).into()),
            ("at", at.into()),
            ("delivery", tr.word(self.delivery).into()),
            ("state", tr.word(self.state).into()),
        ];
        match self.answer {
            Some(answer) => {
                args.push(("answer", tr.word(answer).into()));
                args.push(("told", (&self.told).into()));
                let look = match answer {
                    ChairAnswer::Member => Look::Good,
                    ChairAnswer::NotMember => Look::Warning,
                    ChairAnswer::Unknown => Look::Quiet,
                };
                let key =
                    if self.told.as_str().is_empty() { "query-answered" } else { "query-answered-told" };
                Line::new(look, tr.with(key, &args))
            }
            None => Line::new(Look::Quiet, tr.with("query-open", &args)),
        }
    }
}
