//! What keys and answers do to the match card.

use super::State;
use super::model::{Card, Found, LookUp};
use crate::app::ctx::Ctx;
use crate::app::deed::{Deed, Word};
use crate::app::effect::{Ask, Failure, Wake};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::Say;
use crate::keymap::CommandId;
use crate::screens::card;
use crate::screens::dialog::{self, model::Choice, model::Part, model::keep_or};
use crate::widgets::EditKey;
use otklik_core::desk::QueryRequest;
use otklik_core::desk::views::{MatchCard, MemberHit};
use otklik_core::types::{ChairAnswer, DisplayText, MatchClass, MemberState, UnlinkReason};
use std::time::Duration;

/// Hits asked for at once: more than a screen of them is a reason to type another letter.
pub const HITS: usize = 50;
/// A pause in the typing after which the registry is asked.
pub const PAUSE: Duration = Duration::from_millis(120);

/// Asks for the card.
pub fn load(state: &State, ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::MatchCard(state.id));
}

/// The card has come, or has not.
pub fn loaded(state: &mut State, result: Result<&MatchCard, Failure>) {
    match result {
        Ok(card) => {
            state.card = Some(Card::new(card));
            state.failed = None;
            state.keep_opened();
        }
        Err(failure) => state.failed = Some(failure),
    }
    state.cursor.selected = state.cursor.selected.min(state.listed().len().saturating_sub(1));
}

/// A key of the look-up line.
pub fn key(state: &mut State, key: EditKey, ctx: &mut Ctx<'_>) {
    if state.look_up.field.key(key) {
        typed(&mut state.look_up, ctx);
        state.cursor = Default::default();
    }
}

/// A paste into the look-up line.
pub fn paste(state: &mut State, text: &DisplayText, ctx: &mut Ctx<'_>) {
    state.look_up.field.paste(text);
    typed(&mut state.look_up, ctx);
    state.cursor = Default::default();
}

/// Something was typed: the registry is asked after a pause.
pub fn typed(look_up: &mut LookUp, ctx: &mut Ctx<'_>) {
    if look_up.field.text().trim().is_empty() {
        look_up.hits.clear();
        look_up.found_for = None;
        look_up.failed = None;
    } else if !look_up.waiting {
        look_up.waiting = true;
        ctx.wake(Wake::Search, PAUSE);
    }
}

/// The typing has paused: asks for what stands in the line now.
pub fn look_up(look_up: &mut LookUp, ctx: &mut Ctx<'_>) {
    look_up.waiting = false;
    let query = look_up.field.text().trim().to_owned();
    if !query.is_empty() && look_up.found_for.as_deref() != Some(&query) {
        look_up.waiting = true;
        ctx.ask(Ask::FindMembers { query, limit: HITS });
    }
}

/// The registry has answered for `query`, which may be behind the line by now.
pub fn found(look_up: &mut LookUp, query: String, result: Result<&[MemberHit], Failure>, ctx: &mut Ctx<'_>) {
    look_up.waiting = false;
    match result {
        Ok(hits) => {
            look_up.hits = hits.iter().map(Found::hit).collect();
            look_up.failed = None;
            look_up.found_for = Some(query);
        }
        Err(failure) => {
            look_up.hits.clear();
            look_up.failed = Some(failure);
            look_up.found_for = Some(query);
        }
    }
    let typed = look_up.field.text().trim();
    if typed.is_empty() {
        look_up.hits.clear();
        look_up.found_for = None;
    } else if look_up.found_for.as_deref() != Some(typed) {
        look_up.waiting = true;
        ctx.wake(Wake::Search, PAUSE);
    }
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if let Some(go) = Go::of(command) {
        let (len, rows) = (state.listed().len(), super::view::list_rows(ctx.env));
        go.in_list(&mut state.cursor, len, rows);
        return true;
    }
    match command {
        CommandId::Find => state.typing = true,
        CommandId::Accept if state.typing => state.typing = false,
        CommandId::NextPane | CommandId::PreviousPane => state.typing = !state.typing,
        CommandId::ConfirmMember | CommandId::Accept => confirm(state, ctx),
        CommandId::OpenMember => {
            if let Some(found) = state.selected() {
                ctx.ask(Ask::OpenMember(state.id, found.member.id));
            }
        }
        CommandId::MemberCard => {
            if let Some(found) = state.selected() {
                card::update::open(found.member.id, &found.member.name, ctx);
            }
        }
        CommandId::NotAMember => not_a_member(state, ctx),
        CommandId::UnlinkMember => unlink(state, ctx),
        CommandId::AskChair => ask_chair(state, ctx),
        CommandId::AnswerQuery => answer_query(state, ctx),
        CommandId::UnlinkContact => unlink_contact(state, ctx),
        CommandId::Reload => load(state, ctx),
        CommandId::Back if state.typing => state.typing = false,
        CommandId::Back if state.is_looking_up() => {
            state.look_up = LookUp::default();
            state.cursor = Default::default();
        }
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}

/// Asks for a yes with the evidence in sight: who, what speaks for it, what against.
fn confirm(state: &State, ctx: &mut Ctx<'_>) {
    let Some(found) = state.selected() else { return };
    let mut parts = vec![
        Part::Say(Say::new("confirm-author")),
        Part::Outside(super::view::joined(state.author.iter())),
        Part::Say(Say::new("confirm-member")),
    ];
    for line in super::view::member_lines(&found.member, ctx.env) {
        parts.push(Part::Outside(line.text));
    }
    for line in super::view::fact_lines(found, ctx.env) {
        parts.push(Part::Outside(line.text));
    }
    for line in super::view::people_lines(state, found, ctx.env) {
        parts.push(Part::Outside(line.text));
    }
    let (_, class) = state.weighed(found);
    let awaits = state.card.as_ref().and_then(|card| card.awaits.as_ref());
    let of_colleague = awaits.filter(|(member, _)| *member == found.member.id);
    let deed = |word| Deed::Confirm(state.id, found.member.id, word);
    let choices = match (class, of_colleague) {
        (MatchClass::Strong | MatchClass::Likely, _) => {
            let mut choices = keep_or("choice-confirm", deed(Word::Enough));
            choices.push(Choice { key: "choice-confirm-alone", deed: deed(Word::Alone) });
            choices
        }
        (_, Some((_, by))) => {
            parts.push(Part::Say(Say::new("confirm-second").arg("by", by)));
            let mut choices = keep_or("choice-confirm", deed(Word::Enough));
            choices.push(Choice { key: "choice-chair-called", deed: deed(Word::Call) });
            choices
        }
        (_, None) => {
            parts.push(Part::Say(Say::new("confirm-weak")));
            let mut choices = keep_or("choice-ask-colleague", deed(Word::First));
            choices.push(Choice { key: "choice-chair-called", deed: deed(Word::Call) });
            choices
        }
    };
    ctx.push(Layer::Dialog(Box::new(dialog::State::question("confirm-title", parts, choices))));
}

fn not_a_member(state: &State, ctx: &mut Ctx<'_>) {
    let parts = vec![Part::Say(Say::new("not-member-body").arg("number", state.number))];
    let choices = keep_or("choice-yes", Deed::SetMemberState(state.id, MemberState::NotMember));
    ctx.push(Layer::Dialog(Box::new(dialog::State::question("not-member-title", parts, choices))));
}

/// A name goes to a chair only on the author's own word.
fn ask_chair(state: &State, ctx: &mut Ctx<'_>) {
    let Some(found) = state.selected() else { return };
    let Some(org) = found.member.org else { return };
    let author = state.author.first().cloned().unwrap_or_default();
    let organisation = found.member.organisation.clone().unwrap_or_default();
    let said = Say::new("ask-chair-body").arg("name", &author).arg("organisation", &organisation);
    let request = QueryRequest { org, to: None, agreed: true, immediately: false };
    let choices = keep_or("choice-agreed", Deed::AskChair(state.id, request));
    let asked = dialog::State::question("ask-chair-title", vec![Part::Say(said)], choices);
    ctx.push(Layer::Dialog(Box::new(asked)));
}

/// What a chair said by telephone; words of theirs the command line takes.
fn answer_query(state: &State, ctx: &mut Ctx<'_>) {
    let mut choices = vec![Choice { key: "choice-back", deed: Deed::Nothing }];
    for (key, answer) in [
        ("chair-answer-member", ChairAnswer::Member),
        ("chair-answer-not-member", ChairAnswer::NotMember),
        ("chair-answer-unknown", ChairAnswer::Unknown),
    ] {
        choices.push(Choice { key, deed: Deed::AnswerQuery(state.id, answer) });
    }
    let parts = vec![Part::Say(Say::new("answer-query-body"))];
    ctx.push(Layer::Dialog(Box::new(dialog::State::question("answer-query-title", parts, choices))));
}

/// Why a contact is no longer taken for the chosen row's. Another reason wants words, which the command line takes.
fn unlink_contact(state: &State, ctx: &mut Ctx<'_>) {
    let Some(contact) = state.contact() else { return };
    let said = contact.say("unlink-contact-body", ctx.env);
    let mut choices = vec![Choice { key: "choice-back", deed: Deed::Nothing }];
    for (key, reason) in [
        ("unlink-reason-other-person", UnlinkReason::OtherPerson),
        ("unlink-reason-author-says", UnlinkReason::AuthorSays),
        ("unlink-reason-registry-changed", UnlinkReason::RegistryChanged),
    ] {
        choices.push(Choice { key, deed: Deed::UnlinkIdentity(contact.id, reason) });
    }
    let parts = vec![Part::Outside(DisplayText::sanitise(said.as_str()))];
    ctx.push(Layer::Dialog(Box::new(dialog::State::question("unlink-contact-title", parts, choices))));
}

fn unlink(state: &State, ctx: &mut Ctx<'_>) {
    let Some(card) = &state.card else { return };
    let body = match (&card.linked, &card.awaits) {
        (Some(linked), _) => Say::new("unlink-body").arg("name", &linked.name).arg("number", state.number),
        (None, Some((_, by))) => Say::new("unlink-said-body").arg("by", by).arg("number", state.number),
        (None, None) => return,
    };
    let mut choices = vec![Choice { key: "choice-back", deed: Deed::Nothing }];
    choices.extend(UnlinkReason::ALL.iter().map(|&reason| Choice {
        key: match reason {
            UnlinkReason::OtherPerson => "unlink-reason-other-person",
            UnlinkReason::AuthorSays => "unlink-reason-author-says",
            UnlinkReason::RegistryChanged => "unlink-reason-registry-changed",
            UnlinkReason::Other => "unlink-reason-other",
        },
        deed: Deed::Unlink(state.id, reason),
    }));
    ctx.push(Layer::Dialog(Box::new(dialog::State::question(
        "unlink-title",
        vec![Part::Say(body)],
        choices,
    ))));
}
