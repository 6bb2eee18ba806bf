//! What the history shows: the journal's lines, newest last, laid out for the width.

use crate::app::env::Env;
use crate::i18n::{Arg, Phrase};
use crate::screens::thread::{Actor, HistoryLine, Line, Look, Thread};
use crate::widgets::wrap::fold;
use jiff::Timestamp;
use otklik_core::types::{AppealId, AppealNumber, DisplayText};

#[derive(Debug)]
pub struct State {
    pub id: AppealId,
    pub number: AppealNumber,
    pub history: Vec<HistoryLine>,
    pub lines: Vec<Line>,
    pub scroll: usize,
}

impl State {
    pub fn new(thread: &Thread, env: &Env) -> Self {
        let mut state = Self {
            id: thread.facts.id,
            number: thread.facts.number,
            history: thread.history.clone(),
            lines: Vec::new(),
            scroll: 0,
        };
        state.lay_out(env);
        state.scroll = state.last_scroll(env);
        state
    }

    /// The thread has come again: the history follows it.
    pub fn refresh(&mut self, thread: &Thread, env: &Env) {
        let at_end = self.scroll == self.last_scroll(env);
        self.history = thread.history.clone();
        self.lay_out(env);
        if at_end {
            self.scroll = self.last_scroll(env);
        }
    }

    pub fn last_scroll(&self, env: &Env) -> usize {
        self.lines.len().saturating_sub(env.body_rows())
    }

    /// Makes the lines again.
    pub fn lay_out(&mut self, env: &Env) {
        let width = env.size.0.saturating_sub(2).max(1);
        let lines = self.history.iter().flat_map(|line| lines_of(line, env));
        self.lines = lines.flat_map(|line| folded(line, width)).collect();
        self.scroll = self.scroll.min(self.last_scroll(env));
    }
}

fn folded(line: Line, width: u16) -> Vec<Line> {
    let rows = fold(&line.text, width);
    let row = |row: crate::widgets::wrap::Row| Line {
        look: line.look,
        text: DisplayText::sanitise(&line.text.as_str()[row.bytes]),
    };
    rows.into_iter().map(row).collect()
}

/// One decision: when, who, what; then each field before and after. A time of recording that differs from the time of
/// the event (a call keyed in later) is told.
fn lines_of(line: &HistoryLine, env: &Env) -> Vec<Line> {
    let tr = &env.tr;
    let who: Arg = match &line.actor {
        Actor::Person(name) => name.into(),
        Actor::Worker(code) => tr.coded("worker", code).into(),
    };
    let at = |at| Arg::from(tr.date_full(at, &env.zone));
    let later = (line.recorded_at.as_second() - line.occurred_at.as_second()).abs() >= 60;
    let args = [
        ("at", at(line.occurred_at)),
        ("recorded", at(line.recorded_at)),
        ("who", who),
        ("action", action(line, env).into()),
    ];
    let key = if later { "history-line-later" } else { "history-line" };
    let mut out = vec![Line::new(Look::Plain, tr.with(key, &args))];
    for (field, before, after) in &line.changes {
        let value = |value: &Option<DisplayText>| {
            let text = value.as_ref().filter(|text| !text.as_str().is_empty())?;
            // A moment is told by the desk's clock.
            let moment = text.as_str().parse::<Timestamp>().ok();
            Some(moment.map_or_else(|| tr.field_value(field, &short(text)), |at| tr.date_full(at, &env.zone)))
        };
        let (before, after) = (value(before), value(after));
        // What was empty and stays empty is nothing to tell.
        let key = match (&before, &after) {
            (None, None) => continue,
            (None, Some(_)) => "history-set",
            (Some(_), _) => "history-change",
        };
        let side = |side: Option<Phrase>| Arg::from(side.unwrap_or_else(|| tr.text("history-nothing")));
        let args =
            [("field", tr.coded("field", field).into()), ("before", side(before)), ("after", side(after))];
        out.push(Line::new(Look::Quiet, tr.with(key, &args)));
    }
    out
}

/// What was done, and to which letter.
fn action(line: &HistoryLine, env: &Env) -> Phrase {
    let action = env.tr.coded("action", &line.action);
    match line.about {
        Some(kind) => {
            let args = [("action", Arg::from(action)), ("kind", env.tr.word(kind).into())];
            env.tr.with("history-delivery-of", &args)
        }
        None => action,
    }
}

/// The start of a long value: the history tells that a text changed, the thread shows it.
fn short(text: &DisplayText) -> DisplayText {
    const LONGEST: usize = 160;
    let one_line = text.as_str().replace('\n', " ");
    let mut start: String = one_line.chars().take(LONGEST).collect();
    if one_line.chars().nth(LONGEST).is_some() {
        start.push('…');
    }
    DisplayText::sanitise(&start)
}
