//! The head of a thread: what it is, who has it, what the clocks say, what is known of the author.

use super::lines::{Line, Look};
use super::model::{Facts, Limitation};
use crate::app::env::Env;
use crate::i18n::{Arg, Phrase, Tr};
use otklik_core::types::{Consent, LimitationKind, LimitationState, MemberState, ResponseState};

/// The lines of the head, before wrapping, the most needed first.
pub fn facts(facts: &Facts, env: &Env) -> Vec<Line> {
    let tr = &env.tr;
    let mut lines = vec![Line::new(Look::Heading, title(facts, env))];
    lines.push(Line::new(Look::Plain, work(facts, tr)));
    lines.extend(clocks(facts, env));
    for call in facts.calls.iter().take(3) {
        let args = [
            ("at", tr.date_short(call.at, &env.zone).into()),
            ("who", (&call.by).into()),
            ("outcome", tr.word(call.outcome).into()),
            ("gist", (&call.gist).into()),
        ];
        let look = if call.outcome.is_conversation() { Look::Good } else { Look::Quiet };
        lines.push(Line::new(look, tr.with("thread-call", &args)));
    }
    if facts.outside_waiting > 0 {
        let args = [("count", facts.outside_waiting.into())];
        lines.push(Line::new(Look::Warning, tr.with("thread-outside-waits", &args)));
    }
    lines.push(member(facts, tr));
    lines.extend(contacts(facts, tr));
    for contact in &facts.linked {
        lines.push(Line::new(Look::Quiet, contact.say("thread-identity", env)));
    }
    lines.push(consents(facts, tr));
    for limitation in &facts.limitations {
        lines.push(limitation_line(limitation, tr));
    }
    if let Some(day) = facts.event_date {
        let day = tr.day_full(day);
        lines.push(Line::new(Look::Plain, tr.with("thread-event", &[("day", day.into())])));
    }
    for (kind, number) in &facts.links {
        let kind = tr.coded("link", kind);
        let text = tr.with("thread-link", &[("kind", kind.into()), ("number", (*number).into())]);
        lines.push(Line::new(Look::Quiet, text));
    }
    lines
}

fn title(facts: &Facts, env: &Env) -> Phrase {
    let at = env.tr.date_short(facts.received_at, &env.zone);
    let channel = env.tr.word(facts.channel);
    let args = [("number", Arg::from(facts.number)), ("channel", channel.into()), ("at", at.into())];
    env.tr.with("thread-title", &args)
}

fn work(facts: &Facts, tr: &Tr) -> Phrase {
    let topics = facts.topics.iter().map(|topic| tr.word(*topic).into()).collect::<Vec<String>>().join(", ");
    let topics = if topics.is_empty() { tr.text("thread-no-topic").into() } else { topics };
    let assignee = match &facts.assignee {
        Some((_, name)) => Arg::from(name.as_str()),
        None => tr.text("thread-nobody").into(),
    };
    tr.with(
        "thread-work",
        &[
            ("stage", tr.word(facts.stage).into()),
            ("urgency", tr.word(facts.urgency).into()),
            ("topics", topics.into()),
            ("assignee", assignee),
        ],
    )
}

fn clocks(facts: &Facts, env: &Env) -> Vec<Line> {
    let tr = &env.tr;
    let response = facts.response;
    let at = |key: &str, at| tr.with(key, &[("at", tr.date_short(at, &env.zone).into())]);
    let first = match (response.state, response.due_at, response.met_at) {
        (ResponseState::Running, Some(due), _) => Some(Line::new(Look::Plain, at("thread-due", due))),
        (ResponseState::Breached, Some(due), _) => Some(Line::new(Look::Warning, at("thread-breached", due))),
        (ResponseState::Met, _, Some(met)) => Some(Line::new(Look::Good, at("thread-met", met))),
        (ResponseState::Late, _, Some(met)) => Some(Line::new(Look::Warning, at("thread-late", met))),
        _ => None,
    };
    let merits = facts.merits_met_at.map(|met| Line::new(Look::Good, at("thread-merits", met)));
    first.into_iter().chain(merits).collect()
}

fn member(facts: &Facts, tr: &Tr) -> Line {
    let author = facts.author_or_contact();
    let Some(state) = facts.member_state else {
        return Line::new(Look::Plain, tr.with("thread-member-open", &[("author", author.into())]));
    };
    let look =
        if state == MemberState::Member || state == MemberState::Staff { Look::Good } else { Look::Plain };
    let word = tr.word(state);
    let Some(member) = &facts.member else {
        return Line::new(
            look,
            tr.with("thread-member-none", &[("author", author.into()), ("state", word.into())]),
        );
    };
    let organisation = member.organisation.clone().unwrap_or_default();
    let args = [
        ("name", Arg::from(&member.name)),
        ("state", word.into()),
        ("organisation", organisation.into()),
        ("position", (&member.position).into()),
        ("dues", (&member.dues).into()),
    ];
    Line::new(look, tr.with("thread-member", &args))
}

fn contacts(facts: &Facts, tr: &Tr) -> Vec<Line> {
    let mut out = Vec::new();
    let stated = facts.org_stated.as_str().trim();
    if !stated.is_empty() {
        let text = tr.with("thread-org-stated", &[("organisation", (&facts.org_stated).into())]);
        out.push(Line::new(Look::Quiet, text));
    }
    let ways: Vec<&str> = [&facts.email, &facts.phone]
        .into_iter()
        .flatten()
        .map(|text| text.as_str().trim())
        .filter(|text| !text.is_empty())
        .collect();
    if !ways.is_empty() {
        let text = tr.with("thread-contact", &[("contact", ways.join(", ").into())]);
        out.push(Line::new(Look::Quiet, text));
    }
    if let (Some(from), Some(to)) = (&facts.wrote_from, &facts.email) {
        let text = tr.with("thread-wrote-from", &[("from", from.into()), ("to", to.into())]);
        out.push(Line::new(Look::Warning, text));
    }
    out
}

fn consents(facts: &Facts, tr: &Tr) -> Line {
    let args = [
        ("employer", tr.word(facts.name_to_employer).into()),
        ("chair", tr.word(facts.name_to_chair).into()),
    ];
    let refused = facts.name_to_employer == Consent::No || facts.name_to_chair == Consent::No;
    Line::new(if refused { Look::Warning } else { Look::Quiet }, tr.with("thread-consent", &args))
}

fn limitation_line(limitation: &Limitation, tr: &Tr) -> Line {
    let rule = Arg::from(tr.coded("rule", &limitation.rule));
    let day = |date: Option<jiff::civil::Date>| date.map_or(Arg::from("-"), |date| tr.day_short(date).into());
    match limitation.state {
        LimitationState::Running if limitation.file_by.is_some() => {
            // An employer's own date is no date until which somebody files.
            let is_event = limitation.kind == LimitationKind::Event;
            let key = if is_event { "thread-limitation-event" } else { "thread-limitation" };
            let near = limitation.days_left.is_some_and(|days| days <= 7);
            let args = [
                ("rule", rule),
                ("file_by", day(limitation.file_by)),
                ("expires", day(limitation.deadline)),
                ("days", limitation.days_left.unwrap_or_default().into()),
            ];
            Line::new(if near { Look::Warning } else { Look::Plain }, tr.with(key, &args))
        }
        state => {
            let look = if state == LimitationState::Done { Look::Quiet } else { Look::Warning };
            let args = [("rule", rule), ("state", tr.word(state).into())];
            Line::new(look, tr.with("thread-limitation-state", &args))
        }
    }
}
