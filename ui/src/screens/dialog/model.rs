//! What a dialog says and which answers it takes. The harmless answer stands first, so that Enter never loses anything.

use crate::app::deed::Deed;
use crate::app::effect::Failure;
use crate::app::env::Env;
use crate::app::notice::{Say, failure_text};
use crate::i18n::Tr;
use crate::screens::channel::Setting;
use crate::screens::earlier;
use crate::screens::thread::{Delivery, Doubted, Message};
use otklik_core::desk::JoinRequest;
use otklik_core::types::{
    AppealId, AppealNumber, DeliveryId, Direction, DisplayText, OrgId, Outside, RawId, ReplyKind, Stage,
};

/// A paragraph of the body.
#[derive(Clone, Debug)]
pub enum Part {
    Say(Say),
    Failure(Failure),
    /// Text from outside, made safe.
    Outside(DisplayText),
}

impl Part {
    fn text(&self, tr: &Tr) -> DisplayText {
        match self {
            Part::Say(say) => DisplayText::sanitise(say.text(tr).as_str()),
            Part::Failure(failure) => DisplayText::sanitise(failure_text(tr, failure).as_str()),
            Part::Outside(text) => text.clone(),
        }
    }
}

/// An answer: its word and what it does.
#[derive(Clone, Debug)]
pub struct Choice {
    pub key: &'static str,
    pub deed: Deed,
}

/// What the box is about, for those who must find it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Failure,
    Question,
    /// Leaving waits for deliveries.
    Leaving,
}

/// The dialog's state.
#[derive(Clone, Debug)]
pub struct State {
    pub about: About,
    pub title: &'static str,
    pub parts: Vec<Part>,
    pub choices: Vec<Choice>,
    pub selected: usize,
}

impl State {
    /// A question whose first answer is harmless.
    pub fn question(title: &'static str, parts: Vec<Part>, choices: Vec<Choice>) -> Self {
        Self { about: About::Question, title, parts, choices, selected: 0 }
    }

    /// What went wrong, what was kept, what to do.
    pub fn failure(failure: Failure) -> Self {
        let close = Choice { key: "choice-close", deed: Deed::Nothing };
        let state = Self::question("dialog-failure", vec![Part::Failure(failure)], vec![close]);
        Self { about: About::Failure, ..state }
    }

    /// Shows what came in while the reply was being written.
    pub fn newer_message(newer: &[Message], env: &Env) -> Self {
        let newer = || newer.iter().filter(|message| message.direction != Direction::Note);
        let answered = newer().any(|message| message.direction == Direction::Out && !message.automatic);
        let (title, body) = match answered {
            true => ("newer-title-answered", "newer-body-answered"),
            false => ("newer-title", "newer-body"),
        };
        let mut parts = vec![Part::Say(Say::new(body))];
        for message in newer() {
            let at = env.tr.date_short(message.at, &env.zone);
            parts.push(Part::Say(Say::new("newer-from").arg("at", at).arg("from", &message.from)));
            parts.push(Part::Outside(DisplayText::sanitise(message.opening())));
        }
        let choices = vec![
            Choice { key: "choice-read-on", deed: Deed::Nothing },
            Choice { key: "choice-send-anyway", deed: Deed::SendAnyway },
        ];
        Self::question(title, parts, choices)
    }

    /// A reply from another program: is it the answer? The words that have been said already are not offered again.
    pub fn outside(appeal: AppealId, message: &Message, env: &Env) -> Self {
        let at = env.tr.date_short(message.at, &env.zone);
        let parts = vec![
            Part::Say(Say::new("outside-body").arg("at", at).arg("from", &message.from)),
            Part::Outside(DisplayText::sanitise(message.opening())),
        ];
        let confirmed = if message.outside == Some(Outside::Confirmed) { message.kind } else { None };
        let mut choices = vec![Choice { key: "choice-back", deed: Deed::Nothing }];
        let mut offer =
            |key, kind| choices.push(Choice { key, deed: Deed::Outside(appeal, message.id, kind) });
        if confirmed.is_none() {
            offer("choice-outside-response", Some(ReplyKind::Response));
        }
        if confirmed != Some(ReplyKind::Merits) {
            offer("choice-outside-merits", Some(ReplyKind::Merits));
        }
        if message.outside != Some(Outside::Declined) {
            offer("choice-outside-decline", None);
        }
        Self::question("outside-title", parts, choices)
    }

    /// The same words went to the same appeal just now: once more?
    pub fn repeated(failure: Failure) -> Self {
        let parts = vec![Part::Failure(failure)];
        Self::question("repeated-title", parts, keep_or("choice-send-again", Deed::SendAgain))
    }

    /// A report without proof: is it true?
    pub fn doubted(delivery: &Delivery, doubted: &Doubted, tr: &Tr) -> Self {
        let said = Say::new("report-doubted-body")
            .arg("recipient", &delivery.recipient)
            .arg("kind", tr.word(doubted.kind))
            .arg("doubt", tr.word(doubted.doubt));
        let parts = vec![Part::Say(said), Part::Outside(doubted.words.clone())];
        let mut choices = keep_or("choice-believe", Deed::BelieveReport(delivery.id));
        choices.push(Choice { key: "choice-dismiss", deed: Deed::DismissReport(delivery.id) });
        Self::question("report-doubted-title", parts, choices)
    }

    pub fn discard_draft() -> Self {
        let parts = vec![Part::Say(Say::new("discard-draft-body"))];
        Self::question("discard-draft-title", parts, keep_or("choice-discard", Deed::DiscardDraft))
    }

    pub fn discard_note() -> Self {
        let parts = vec![Part::Say(Say::new("discard-note-body"))];
        Self::question("discard-note-title", parts, keep_or("choice-discard", Deed::DiscardNote))
    }

    /// Spam and thanks take the clock away: that is asked.
    pub fn set_stage(appeal: AppealId, number: AppealNumber, stage: Stage) -> Self {
        let (title, body) = match stage {
            Stage::Spam => ("spam-title", "spam-body"),
            _ => ("thanks-title", "thanks-body"),
        };
        let parts = vec![Part::Say(Say::new(body).arg("number", number))];
        Self::question(title, parts, keep_or("choice-yes", Deed::SetStage(appeal, stage)))
    }

    /// What nobody knows of may have arrived; that is said.
    pub fn drop_delivery(id: DeliveryId, recipient: &DisplayText, is_unknown: bool) -> Self {
        let body = if is_unknown { "drop-unknown-body" } else { "drop-delivery-body" };
        let parts = vec![Part::Say(Say::new(body).arg("recipient", recipient))];
        Self::question("drop-delivery-title", parts, keep_or("choice-drop", Deed::DropDelivery(id)))
    }

    pub fn retry_unknown(id: DeliveryId, recipient: &DisplayText) -> Self {
        let parts = vec![Part::Say(Say::new("retry-unknown-body").arg("recipient", recipient))];
        Self::question("retry-unknown-title", parts, keep_or("choice-retry", Deed::RetryDelivery(id)))
    }

    /// Name and number go to a chair only on the author's own word.
    pub fn agreed(appeal: AppealId, org: OrgId, to: Option<String>, workplace: Option<String>) -> Self {
        let said = match &to {
            Some(to) => Say::new("agreed-body").arg("to", DisplayText::sanitise(to)),
            None => Say::new("agreed-body-chair"),
        };
        let deed = Deed::Join(appeal, JoinRequest { org, to, agreed: true, workplace, immediately: false });
        Self::question("agreed-title", vec![Part::Say(said)], keep_or("choice-agreed", deed))
    }

    /// Automatic letters over the limit go: that is asked, for they may be a loop.
    pub fn release_held(held: i64) -> Self {
        let parts = vec![Part::Say(Say::new("release-held-body").arg("count", held))];
        Self::question("release-held-title", parts, keep_or("choice-release", Deed::ReleaseHeld))
    }

    /// Letters of history that are younger become appeals, with their clocks: that is asked.
    pub fn earlier_since(typed: String) -> Self {
        let said = Say::new("earlier-since-body").arg("since", DisplayText::sanitise(&typed));
        let deed = Deed::SetChannel(Setting::Since, typed);
        Self::question("earlier-since-title", vec![Part::Say(said)], keep_or("choice-earlier-since", deed))
    }

    /// Quarantined items become appeals, whose clocks run from when they were received.
    pub fn make_appeals(ids: Vec<RawId>) -> Self {
        let parts = vec![Part::Say(Say::new("make-appeals-body").arg("count", ids.len()))];
        Self::question("make-appeals-title", parts, keep_or("choice-make-appeals", Deed::MakeAppeals(ids)))
    }

    /// A letter of before becomes an appeal, whose clock runs from when it was received.
    pub fn appeal_from_earlier(row: &earlier::model::Row, env: &Env) -> Self {
        let at = env.tr.date_full(row.at, &env.zone);
        let parts = vec![Part::Say(Say::new("make-earlier-body").arg("at", at).arg("from", &row.from))];
        let deed = Deed::AppealFromEarlier(row.id);
        Self::question("make-earlier-title", parts, keep_or("choice-make-appeals", deed))
    }

    /// Quarantined items are left as they are for good.
    pub fn settle(ids: Vec<RawId>) -> Self {
        let parts = vec![Part::Say(Say::new("settle-body").arg("count", ids.len()))];
        Self::question("settle-title", parts, keep_or("choice-settle", Deed::SettleQuarantined(ids)))
    }

    /// Letters leave, or wait for another attempt, while the person wants to leave: only the former are worth waiting for.
    pub fn leave_with_work(now: i64, later: i64) -> Self {
        let mut parts = Vec::new();
        let mut choices = vec![
            Choice { key: "choice-stay", deed: Deed::Nothing },
            Choice { key: "choice-leave", deed: Deed::Quit },
        ];
        if now > 0 {
            parts.push(Part::Say(Say::new("leave-body").arg("count", now)));
            choices.insert(0, Choice { key: "choice-wait", deed: Deed::WaitAndQuit });
        }
        parts.extend(said_later(later));
        Self::question("leave-title", parts, choices)
    }

    /// Something typed is not at the desk yet and would be lost.
    pub fn quit_unsaved() -> Self {
        let parts = vec![Part::Say(Say::new("quit-unsaved-body"))];
        let choices = vec![
            Choice { key: "choice-stay", deed: Deed::Nothing },
            Choice { key: "choice-leave", deed: Deed::Quit },
        ];
        Self::question("quit-unsaved-title", parts, choices)
    }

    /// Shown while leaving waits.
    pub fn leaving(now: i64, later: i64) -> Self {
        let mut parts = vec![Part::Say(Say::new("leaving-body").arg("count", now))];
        parts.extend(said_later(later));
        let choices = vec![
            Choice { key: "choice-stay", deed: Deed::Nothing },
            Choice { key: "choice-leave", deed: Deed::Quit },
        ];
        Self { about: About::Leaving, ..Self::question("leave-title", parts, choices) }
    }

    /// The whole body in the session's language.
    pub fn body(&self, tr: &Tr) -> DisplayText {
        let parts: Vec<String> = self.parts.iter().map(|part| part.text(tr).as_str().to_owned()).collect();
        DisplayText::sanitise(&parts.join("\n"))
    }
}

/// What stays for another attempt.
fn said_later(later: i64) -> Option<Part> {
    (later > 0).then(|| Part::Say(Say::new("leave-later").arg("count", later)))
}

/// «Вернуться» first, then the act.
pub fn keep_or(key: &'static str, deed: Deed) -> Vec<Choice> {
    vec![Choice { key: "choice-back", deed: Deed::Nothing }, Choice { key, deed }]
}
