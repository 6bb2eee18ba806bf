//! Draws the digest: what the letter would say now, each number that the command line says too, and how its reader gets it.

use super::State;
use crate::app::env::Env;
use crate::i18n::{Arg, Phrase, Tr};
use crate::screens::listing::absence;
use crate::screens::thread::{Line, Look, draw_lines, push_wrapped};
use crate::widgets::empty;
use otklik_core::desk::views::StaffView;
use otklik_core::desk::{DEFAULT_DIGEST_AT, DigestData};
use otklik_core::types::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    match absence(state.data.as_ref(), state.failed.as_ref(), |_| false, "cli-digest-quiet", env) {
        Some(absence) => empty::draw(buf, area, &absence, &env.tr, &env.theme),
        None => draw_lines(&lines(state, env), state.scroll, env, buf, area),
    }
}

/// Every line at this size.
pub fn lines(state: &State, env: &Env) -> Vec<Line> {
    let (tr, mut out) = (&env.tr, Vec::new());
    let width = env.size.0.saturating_sub(2).max(1);
    let mut push = |look: Look, text: Phrase| push_wrapped(&mut out, Line::new(look, text), width);
    push(Look::Heading, tr.text("digest-now"));
    let data = state.data.iter();
    data.flat_map(|data| said(data, tr)).for_each(|(look, text)| push(look, text));
    push(Look::Rule, Phrase::default());
    push(Look::Heading, tr.text("digest-how"));
    match &state.reader {
        None => push(Look::Quiet, tr.text("digest-no-reader")),
        Some(reader) => how(reader, env).into_iter().for_each(|(look, text)| push(look, text)),
    }
    out
}

/// What the digest says, a line each, and how it is meant.
pub fn said(data: &DigestData, tr: &Tr) -> Vec<(Look, Phrase)> {
    let mut lines = Vec::new();
    if data.is_quiet() {
        lines.push((Look::Good, tr.text("cli-digest-quiet")));
    }
    let mut list = |key: &str, look: Look, items: Vec<String>| {
        if !items.is_empty() {
            let args = [("count", items.len().into()), ("numbers", items.join(", ").into())];
            lines.push((look, tr.with(key, &args)));
        }
    };
    list("cli-digest-overdue", Look::Warning, data.overdue.iter().map(ToString::to_string).collect());
    list("cli-digest-today", Look::Plain, data.today.iter().map(|(number, _)| number.to_string()).collect());
    let law = data.law.iter().map(|(number, day)| format!("{number} ({day})"));
    list("cli-digest-law", Look::Plain, law.collect());
    for (key, count) in [
        ("cli-digest-new", data.new),
        ("cli-digest-failed", data.failed),
        ("cli-digest-doubted", data.doubted),
        ("cli-digest-held", data.held),
        ("cli-digest-quarantined", data.quarantined),
    ] {
        if count > 0 {
            lines.push((Look::Plain, tr.with(key, &[("count", count.into())])));
        }
    }
    for channel in &data.channels {
        let (key, look) = match channel.is_well() {
            true => ("cli-digest-channel-well", Look::Good),
            false => ("cli-digest-channel-ill", Look::Warning),
        };
        let args = [("name", channel.name.as_str().into()), ("fetched", channel.fetched.into())];
        lines.push((look, tr.with(key, &args)));
    }
    lines
}

/// Whether, when and where to its reader gets it.
fn how(reader: &StaffView, env: &Env) -> Vec<(Look, Phrase)> {
    let tr = &env.tr;
    let wish = &reader.digest;
    let at = wish.at.unwrap_or(DEFAULT_DIGEST_AT).strftime("%H:%M").to_string();
    let zone = match &wish.zone {
        Some(zone) => Arg::from(zone.as_str()),
        None => tr.text("digest-desk-zone").into(),
    };
    let mut lines = vec![match wish.wanted {
        true => (Look::Plain, tr.with("digest-on", &[("at", at.into()), ("zone", zone)])),
        false => (Look::Warning, tr.text("digest-off")),
    }];
    lines.push(match &reader.mailbox {
        Some(mailbox) => (Look::Plain, tr.with("digest-mailbox", &[("mailbox", mailbox.as_str().into())])),
        None if env.me.roles.contains(&Role::Admin) => (Look::Warning, tr.text("digest-no-mailbox-own")),
        None => (Look::Warning, tr.text("digest-no-mailbox")),
    });
    lines.push((Look::Quiet, tr.text("digest-keys")));
    lines
}
