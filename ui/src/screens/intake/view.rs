//! Draws the intake: for each account its state, its sum as an equation, what is in the way and what to do; then what waits
//! for a person.

use super::State;
use crate::app::env::Env;
use crate::i18n::{Arg, Phrase, Tr};
use crate::screens::listing::absence;
use crate::screens::thread::{Line, Look, draw_lines};
use crate::widgets::empty;
use crate::widgets::wrap::fold;
use otklik_core::desk::views::{ChannelView, Reconciled, ReportView};
use otklik_core::types::{DisplayText, Fate};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    match absence(state.channels.as_ref(), state.failed.as_ref(), Vec::is_empty, "empty-intake", env) {
        Some(absence) => empty::draw(buf, area, &absence, &env.tr, &env.theme),
        None => draw_lines(&lines(state, env), state.scroll, env, buf, area),
    }
}

/// Every line at this size.
pub fn lines(state: &State, env: &Env) -> Vec<Line> {
    let mut out = Page { env, lines: Vec::new() };
    for channel in state.channels.iter().flatten() {
        out.account(channel);
        out.push(Look::Rule, Phrase::default());
    }
    out.unmatched(&state.unmatched);
    let tr = &env.tr;
    let counts = &state.counts;
    if counts.held > 0 {
        let by_itself = state.channels.iter().flatten().all(|channel| channel.automatic);
        let key = if by_itself { "intake-held" } else { "intake-held-set" };
        out.push(Look::Warning, tr.with(key, &[("n", counts.held.into())]));
    }
    if counts.quarantined > 0 {
        out.push(Look::Warning, tr.with("intake-quarantined", &[("n", counts.quarantined.into())]));
    }
    if counts.held == 0 && counts.quarantined == 0 && counts.doubted == 0 {
        out.push(Look::Good, tr.text("intake-nothing-waits"));
    }
    out.lines
}

/// What is in the way, in the words of the screen where the command line names a flag.
fn trouble(tr: &Tr, code: &str) -> Phrase {
    match code {
        "smtp_no_password" | "imap_no_password" => tr.text("intake-no-password"),
        _ => tr.coded("cli-trouble", code),
    }
}

struct Page<'a> {
    env: &'a Env,
    lines: Vec<Line>,
}

impl Page<'_> {
    fn push(&mut self, look: Look, text: Phrase) {
        if look == Look::Rule {
            return self.lines.push(Line::new(look, text));
        }
        let text = DisplayText::sanitise(text.as_str());
        for row in fold(&text, self.env.size.0.saturating_sub(2).max(1)) {
            self.lines.push(Line { look, text: DisplayText::sanitise(&text.as_str()[row.bytes]) });
        }
    }

    fn account(&mut self, channel: &ChannelView) {
        let tr = &self.env.tr;
        let state = tr.coded("channel-state", channel.state);
        let last = match channel.last_ok_at {
            Some(at) => tr.date_short(at, &self.env.zone),
            None => tr.text("intake-never"),
        };
        let args = [
            ("name", Arg::from(channel.name.as_str())),
            ("address", channel.address.as_str().into()),
            ("kind", tr.word(channel.kind).into()),
        ];
        let head = tr.with("intake-account", &args);
        let state = tr.with("intake-state", &[("state", state.into()), ("last", last.into())]);
        let sum = self.equation(channel);
        self.push(Look::Heading, head);
        self.push(if channel.state == "running" { Look::Good } else { Look::Warning }, state);
        let (key, look) = match channel.adds_up() {
            true => ("intake-adds-up", Look::Good),
            false => ("intake-does-not-add-up", Look::Warning),
        };
        self.push(Look::Plain, sum);
        self.push(look, self.env.tr.text(key));
        self.reconciliation(channel.reconciled.as_ref());
        if let Some(stuck) = &channel.outgoing {
            let trouble = trouble(&self.env.tr, &stuck.error);
            let since = self.env.tr.date_short(stuck.since, &self.env.zone);
            let args = [("trouble", Arg::from(trouble)), ("since", since.into())];
            let said = self.env.tr.with("intake-outgoing-stuck", &args);
            self.push(Look::Warning, said);
        }
        self.reported(channel);
        if let Some(error) = &channel.error {
            let tr = &self.env.tr;
            let trouble = trouble(tr, error);
            let todo = tr.find(&format!("intake-do-{error}"), &[]).unwrap_or_else(|| tr.text("intake-do"));
            let said = tr.with("intake-error", &[("trouble", trouble.into()), ("do", todo.into())]);
            self.push(Look::Warning, said);
        }
    }

    /// What was reported about mail and wants somebody: without proof, or about nothing that was sent from here.
    fn reported(&mut self, channel: &ChannelView) {
        let tr = &self.env.tr;
        let doubted = tr.with("intake-doubted", &[("n", channel.doubted.into())]);
        let args = [("n", Arg::from(channel.unmatched_week)), ("auto", channel.auto_replies_week.into())];
        let key =
            if channel.auto_replies_week > 0 { "intake-unmatched-auto" } else { "intake-unmatched-count" };
        let unmatched = tr.with(key, &args);
        if channel.doubted > 0 {
            self.push(Look::Warning, doubted);
        }
        if channel.unmatched_week > 0 {
            let look = if channel.auto_replies_week > 0 { Look::Warning } else { Look::Plain };
            self.push(look, unmatched);
        }
    }

    /// What the last comparison with the mailbox found.
    fn reconciliation(&mut self, found: Option<&Reconciled>) {
        let tr = &self.env.tr;
        let Some(found) = found else { return self.push(Look::Quiet, tr.text("intake-not-compared")) };
        let at = tr.date_short(found.at, &self.env.zone);
        if let Some(error) = &found.error {
            let args = [("at", Arg::from(at)), ("trouble", trouble(tr, error).into())];
            return self.push(Look::Warning, tr.with("intake-compare-failed", &args));
        }
        let args = [
            ("at", Arg::from(at)),
            ("in_mailbox", found.in_mailbox.into()),
            ("missing", found.missing.into()),
            ("gone", found.gone.into()),
        ];
        let (key, look) = match found.missing {
            0 => ("intake-compared", Look::Good),
            _ => ("intake-compared-missing", Look::Warning),
        };
        self.push(look, tr.with(key, &args));
    }

    /// Reports that are about nothing that was sent from here.
    fn unmatched(&mut self, reports: &[ReportView]) {
        if reports.is_empty() {
            return;
        }
        let tr = &self.env.tr;
        self.push(Look::Heading, tr.text("intake-unmatched"));
        for report in reports {
            let who = report.recipient.as_ref().map(|who| who.display_line().as_str().to_owned());
            let args = [
                ("at", Arg::from(tr.date_short(report.at, &self.env.zone))),
                ("kind", tr.word(report.kind).into()),
                ("who", who.unwrap_or_default().into()),
                ("words", report.diagnostic.display_line().as_str().to_owned().into()),
            ];
            self.push(Look::Plain, tr.with("intake-unmatched-report", &args));
        }
        self.push(Look::Rule, Phrase::default());
    }

    /// «принято 12 = ждёт разбора 0 + новое обращение 7 + …».
    fn equation(&self, channel: &ChannelView) -> Phrase {
        let tr = &self.env.tr;
        let part = |(fate, n): (&Fate, i64)| {
            tr.with("intake-part", &[("what", tr.short_word(*fate).into()), ("n", n.into())]).to_string()
        };
        let parts: Vec<String> = Fate::ALL.iter().zip(channel.fates()).map(part).collect();
        let args = [("fetched", Arg::from(channel.fetched)), ("parts", parts.join(" + ").into())];
        tr.with("intake-sum", &args)
    }
}
