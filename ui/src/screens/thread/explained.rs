//! What became of a letter that did not leave or was not taken, in plain words: what happened, what was kept, what to do
//! next. The server's own words stand beside this, never instead of it.

use super::model::{Delivery, is_no_password};
use crate::i18n::{Arg, Phrase, Tr};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use otklik_core::desk::views::DeliveryView;
use otklik_core::types::{DeliveryState, Explained};

/// What the words are made of, whichever view they are read from.
#[derive(Clone, Copy, Debug)]
pub struct Trouble {
    pub explained: Explained,
    pub state: DeliveryState,
    pub next_at: Timestamp,
    pub expires_at: Timestamp,
    pub down_since: Option<Timestamp>,
    /// The server wants a password, and none is set.
    pub no_password: bool,
}

impl Trouble {
    /// The trouble of a delivery; none where nothing is wrong.
    pub fn of(delivery: &Delivery) -> Option<Self> {
        let Delivery { state, next_at, expires_at, down_since, no_password, .. } = *delivery;
        delivery.explained.map(|explained| Self {
            explained,
            state,
            next_at,
            expires_at,
            down_since,
            no_password,
        })
    }

    /// The same from what the desk gives.
    pub fn of_view(view: &DeliveryView) -> Option<Self> {
        let DeliveryView { state, next_at, expires_at, down_since, .. } = *view;
        let no_password = is_no_password(view);
        view.explained.map(|explained| Self {
            explained,
            state,
            next_at,
            expires_at,
            down_since,
            no_password,
        })
    }

    /// What happened; one sentence.
    pub fn happened(self, tr: &Tr) -> Phrase {
        if self.no_password { tr.text("explained-no-password") } else { tr.word(self.explained) }
    }

    /// What was kept, then what to do next.
    pub fn then(self, tr: &Tr, zone: &TimeZone) -> Vec<Phrase> {
        let at = |at: Timestamp| Arg::from(tr.date_short(at, zone));
        let mut said = Vec::new();
        if matches!(self.state, DeliveryState::Scheduled | DeliveryState::Sending) {
            // The attempt is under way, and its server has not said a word for a while.
            if let Some(since) = self.down_since {
                said.push(tr.with("explained-down-since", &[("since", at(since))]));
            }
            said.push(tr.text("explained-kept-silent"));
            return said;
        }
        if self.state == DeliveryState::Retry {
            if let Some(since) = self.down_since {
                let refuses = self.explained == Explained::ServerRefuses;
                let key = if refuses { "explained-refuses-since" } else { "explained-down-since" };
                said.push(tr.with(key, &[("since", at(since))]));
            }
            let args = [("next", at(self.next_at)), ("until", at(self.expires_at))];
            said.push(tr.with("explained-kept-retry", &args));
            if self.explained == Explained::NoAnswer {
                said.push(tr.text("explained-retry-no-answer"));
            }
            if !needs_a_person(self.explained) {
                return said;
            }
        } else if self.state != DeliveryState::Unknown {
            said.push(tr.text("explained-kept-failed"));
        }
        said.push(match self.no_password {
            true => tr.text("explained-next-no-password"),
            false => tr.coded("explained-next", self.explained.code()),
        });
        said
    }
}

/// Whether trying again cannot help until somebody mends something.
fn needs_a_person(explained: Explained) -> bool {
    use Explained::{
        Auth, Certificate, NotProven, RelayDenied, SenderRefused, ServerRefuses, Settings, TlsRequired,
    };
    matches!(
        explained,
        Auth | Certificate | NotProven | RelayDenied | SenderRefused | ServerRefuses | Settings | TlsRequired
    )
}
