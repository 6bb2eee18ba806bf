//! What the screen of calls holds: the list, and the task that is open with its script, its code for a camera and its attempts.

use crate::app::effect::Failure;
use crate::app::env::Env;
use crate::i18n::{Arg, Due, Phrase, Tr};
use crate::screens::thread::{Line, Look, push_wrapped};
use crate::widgets::columns::Cursor;
use crate::widgets::qr::Qr;
use jiff::Timestamp;
use otklik_core::desk::views::{ApplicationView, CallAttempt, CallRow, CallView};
use otklik_core::types::{
    AppealId, AppealNumber, ApplicationState, CallEnd, CallOutcome, Consent, DisplayText, ResponseState,
};

/// Tasks asked for at once.
pub const LIMIT: usize = 500;

/// One task of the list.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: AppealId,
    pub number: AppealNumber,
    /// The name, or how the author can be written to.
    pub author: DisplayText,
    pub phone: Option<DisplayText>,
    pub attempts: i64,
    pub last: Option<(Timestamp, CallOutcome)>,
    pub next_at: Option<Timestamp>,
    pub ended: Option<CallEnd>,
    pub due: Due,
    pub application: Option<ApplicationState>,
}

impl Row {
    fn new(row: &CallRow) -> Self {
        let author = if row.author.is_empty() { &row.contact } else { &row.author };
        let due = match (row.response.state, row.response.due_at) {
            (ResponseState::Met, _) => Due::Met,
            (ResponseState::Late, _) => Due::Late,
            (ResponseState::None, _) | (_, None) => Due::None,
            (_, Some(due)) => Due::At(due),
        };
        Self {
            id: row.appeal,
            number: row.number,
            author: author.display_line(),
            phone: row.phone.as_ref().map(|phone| phone.display_line()),
            attempts: row.attempts,
            last: row.last,
            next_at: row.next_at,
            ended: row.ended,
            due,
            application: row.application,
        }
    }
}

/// A task that is open on the screen.
#[derive(Debug)]
pub struct Open {
    pub id: AppealId,
    /// `None` until it has come.
    pub call: Option<Box<CallView>>,
    pub failed: Option<Failure>,
    pub code: Option<Qr>,
    pub lines: Vec<Line>,
    pub scroll: usize,
}

#[derive(Debug, Default)]
pub struct State {
    /// `None` until the first load.
    pub rows: Option<Vec<Row>>,
    pub failed: Option<Failure>,
    /// Also those that are done.
    pub all: bool,
    pub selected: Option<AppealId>,
    pub cursor: Cursor,
    pub open: Option<Box<Open>>,
}

impl State {
    pub fn row(&self) -> Option<&Row> {
        self.rows.as_ref()?.get(self.cursor.selected)
    }

    /// The task that a command is about: the open one, else the chosen one.
    pub fn subject(&self) -> Option<&Row> {
        match &self.open {
            Some(open) => self.rows.as_ref()?.iter().find(|row| row.id == open.id),
            None => self.row(),
        }
    }

    /// Takes the list in; the selection stays on its task.
    pub fn take_rows(&mut self, rows: &[CallRow], height: usize) {
        let rows: Vec<Row> = rows.iter().map(Row::new).collect();
        if let Some(at) = self.selected.and_then(|id| rows.iter().position(|row| row.id == id)) {
            self.cursor.selected = at;
        }
        self.cursor.keep(rows.len(), height);
        self.selected = rows.get(self.cursor.selected).map(|row| row.id);
        self.rows = Some(rows);
        self.failed = None;
    }

    /// Makes the open task's lines again.
    pub fn lay_out(&mut self, env: &Env) {
        if let Some(open) = &mut self.open {
            open.lay_out(env);
        }
    }
}

impl Open {
    pub fn new(id: AppealId) -> Self {
        Self { id, call: None, failed: None, code: None, lines: Vec::new(), scroll: 0 }
    }

    pub fn take(&mut self, call: &CallView, env: &Env) {
        self.code = call.tel.as_deref().and_then(Qr::for_screen);
        self.call = Some(Box::new(call.clone()));
        self.failed = None;
        self.lay_out(env);
    }

    fn lay_out(&mut self, env: &Env) {
        let Some(call) = &self.call else { return };
        let width = super::view::words_width(self, env).saturating_sub(2).max(1);
        let mut lines = Vec::new();
        for line in words(call, self.code.is_some() && super::view::code_quiet(self, env).is_none(), env) {
            push_wrapped(&mut lines, line, width);
        }
        self.scroll = self.scroll.min(lines.len().saturating_sub(1));
        self.lines = lines;
    }
}

/// What is said in the call: the organisation's own words, or the program's.
pub fn script_text(call: &CallView, tr: &Tr) -> Phrase {
    let line = |text: &otklik_core::types::Untrusted| text.display_line();
    match &call.script {
        Some(script) => tr.with("call-script-own", &[("script", (&script.display()).into())]),
        None => {
            let args = [
                ("name", (&line(&call.row.author)).into()),
                ("number", call.row.number.into()),
                ("union", (&DisplayText::sanitise(&call.union).into_line()).into()),
            ];
            let key = if call.row.author.is_empty() { "call-script-unnamed" } else { "call-script" };
            tr.with(key, &args)
        }
    }
}

fn words(call: &CallView, no_room: bool, env: &Env) -> Vec<Line> {
    let (tr, row) = (&env.tr, &call.row);
    let blank = || Line::new(Look::Plain, Phrase::default());
    let author = row.author.display_line();
    let title = tr.with("call-title", &[("number", row.number.into()), ("author", (&author).into())]);
    let mut lines = vec![Line::new(Look::Heading, title)];
    match &row.phone {
        Some(phone) => {
            let args = [("phone", (&phone.display_line()).into())];
            lines.push(Line::new(Look::Plain, tr.with("call-number", &args)));
        }
        None => lines.push(Line::new(Look::Warning, tr.text("call-number-none"))),
    }
    if no_room {
        lines.push(Line::new(Look::Quiet, tr.text("call-qr-no-room")));
    }
    if !call.others.is_empty() {
        let phones = DisplayText::sanitise(&call.others.join(", "));
        lines.push(Line::new(Look::Quiet, tr.with("call-others", &[("phones", (&phones).into())])));
    }
    lines.push(match (row.ended, row.next_at) {
        (Some(end), _) => Line::new(Look::Good, tr.with("call-ended", &[("end", tr.word(end).into())])),
        (None, Some(next)) => {
            let args = [("next", tr.date_short(next, &env.zone).into())];
            Line::new(Look::Plain, tr.with("call-next", &args))
        }
        (None, None) => match row.last {
            Some((_, outcome)) if outcome.is_conversation() => {
                Line::new(Look::Good, tr.text("call-next-spoken"))
            }
            Some((_, CallOutcome::WrongNumber)) => Line::new(Look::Warning, tr.text("call-next-wrong")),
            _ => Line::new(Look::Plain, tr.text("call-next-now")),
        },
    });
    lines.extend(due_line(row, env));
    if let Some(application) = &call.application {
        lines.push(application_line(application, env));
    }
    if call.name_to_chair == Consent::No {
        lines.push(Line::new(Look::Warning, tr.text("call-chair-no")));
    }
    lines.push(blank());
    let script = script_text(call, tr);
    for paragraph in script.as_str().split('\n') {
        lines.push(Line { look: Look::Plain, text: DisplayText::sanitise(paragraph) });
    }
    lines.push(blank());
    match call.attempts.is_empty() {
        true => lines.push(Line::new(Look::Quiet, tr.text("call-no-attempts"))),
        false => lines.push(Line::new(Look::Heading, tr.text("call-attempts"))),
    }
    lines.extend(call.attempts.iter().rev().map(|attempt| attempt_line(attempt, env)));
    lines
}

/// By when the response is needed, which a conversation is.
fn due_line(row: &CallRow, env: &Env) -> Option<Line> {
    let at = |key: &str, at| env.tr.with(key, &[("at", env.tr.date_short(at, &env.zone).into())]);
    match (row.response.state, row.response.due_at, row.response.met_at) {
        (ResponseState::Running, Some(due), _) => Some(Line::new(Look::Plain, at("thread-due", due))),
        (ResponseState::Breached, Some(due), _) => Some(Line::new(Look::Warning, at("thread-breached", due))),
        (ResponseState::Met, _, Some(met)) => Some(Line::new(Look::Good, at("thread-met", met))),
        (ResponseState::Late, _, Some(met)) => Some(Line::new(Look::Warning, at("thread-late", met))),
        _ => None,
    }
}

fn attempt_line(attempt: &CallAttempt, env: &Env) -> Line {
    let tr = &env.tr;
    let phone = attempt.phone.as_ref().map(|phone| phone.display_line()).unwrap_or_default();
    let args = [
        ("at", Arg::from(tr.date_short(attempt.at, &env.zone))),
        ("who", (&DisplayText::sanitise(&attempt.by.name)).into()),
        ("outcome", tr.word(attempt.outcome).into()),
        ("phone", (&phone).into()),
        ("gist", (&attempt.gist.display_line()).into()),
        ("entered", tr.date_short(attempt.entered_at, &env.zone).into()),
    ];
    let (look, key) = match (attempt.struck, attempt.late, attempt.outcome.is_conversation()) {
        (true, ..) => (Look::Quiet, "call-attempt-struck"),
        (_, true, _) => (Look::Warning, "call-attempt-late"),
        (_, _, true) => (Look::Good, "call-attempt"),
        _ => (Look::Plain, "call-attempt"),
    };
    Line::new(look, tr.with(key, &args))
}

fn application_line(application: &ApplicationView, env: &Env) -> Line {
    let tr = &env.tr;
    let args = [
        ("organisation", Arg::from(&application.organisation.name.display_line())),
        ("to", (&DisplayText::sanitise(&application.recipient)).into()),
        ("state", tr.word(application.state).into()),
        ("delivery", tr.word(application.delivery).into()),
        ("until", tr.date_short(application.expires_at, &env.zone).into()),
    ];
    let look = match application.state {
        ApplicationState::Confirmed => Look::Good,
        ApplicationState::Waiting => Look::Plain,
        ApplicationState::Expired | ApplicationState::Withdrawn => Look::Warning,
    };
    Line::new(look, tr.with("call-application", &args))
}
