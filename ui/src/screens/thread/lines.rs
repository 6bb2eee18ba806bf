//! The lines of a thread at a width. Made once when the thread or the width changes, not on every frame: wrapping a long
//! thread costs more than drawing it.

use super::explained::Trouble;
use super::facts::facts;
use super::model::{Block, Delivery, Earlier, Message, Thread};
use crate::app::env::Env;
use crate::i18n::{Arg, Phrase, Tr};
use crate::theme::Theme;
use crate::widgets::wrap::fold;
use otklik_core::types::{DeliveryState, Direction, DisplayText, MessageId, Outside, ReplyKind};
use ratatui::style::Style;

/// How many added or dropped recipients are named; more are a mailing, and the letter's header has them.
const MOST_NAMED: usize = 20;

/// How a line is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Heading,
    Plain,
    Quiet,
    Quote,
    Warning,
    Good,
    Outgoing,
    Note,
    /// A rule across the width.
    Rule,
}

impl Look {
    pub fn style(self, theme: &Theme) -> Style {
        match self {
            Look::Heading => theme.heading,
            Look::Plain => theme.base,
            Look::Quiet => theme.muted,
            Look::Quote => theme.quote,
            Look::Warning => theme.warning,
            Look::Good => theme.ok,
            Look::Outgoing => theme.outgoing,
            Look::Note => theme.note,
            Look::Rule => theme.border,
        }
    }
}

/// One line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub look: Look,
    pub text: DisplayText,
}

impl Line {
    pub fn new(look: Look, text: Phrase) -> Self {
        Self { look, text: DisplayText::sanitise(text.as_str()) }
    }

    fn outside(look: Look, text: &DisplayText) -> Self {
        Self { look, text: text.clone() }
    }

    pub(super) fn rule() -> Self {
        Self { look: Look::Rule, text: DisplayText::default() }
    }
}

/// What of the thread is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Quotes in full.
    pub unfolded: bool,
    /// One line a message: for the reading pane.
    pub brief: bool,
}

/// A thread laid out, and what it was laid out for.
#[derive(Clone, Debug, Default)]
pub struct Laid {
    pub lines: Vec<Line>,
    /// Where each message begins.
    pub starts: Vec<(MessageId, usize)>,
}

/// Makes the lines of a thread, `width` columns wide.
pub fn lay_out(thread: &Thread, env: &Env, width: u16, options: Options) -> Laid {
    let mut laid = Laid::default();
    for line in facts(&thread.facts, env) {
        push_wrapped(&mut laid.lines, line, width);
    }
    if !thread.facts.subject.as_str().trim().is_empty() {
        push_wrapped(&mut laid.lines, Line::outside(Look::Heading, &thread.facts.subject), width);
    }
    for letter in &thread.earlier {
        for line in earlier(letter, env, options) {
            push_wrapped(&mut laid.lines, line, width);
        }
    }
    let mut file = 0;
    for message in &thread.messages {
        if !options.brief || laid.starts.is_empty() {
            laid.lines.push(Line::rule());
        }
        laid.starts.push((message.id, laid.lines.len()));
        if options.brief {
            push_wrapped(&mut laid.lines, brief(message, env), width);
        } else {
            for line in whole(message, env, options, &mut file) {
                push_wrapped(&mut laid.lines, line, width);
            }
        }
    }
    laid
}

/// A letter of before: what it is, and its text unless quotes are folded.
fn earlier(letter: &Earlier, env: &Env, options: Options) -> Vec<Line> {
    let tr = &env.tr;
    let args = [
        ("at", Arg::from(tr.date_full(letter.at, &env.zone))),
        ("who", (&letter.from).into()),
        ("subject", (&letter.subject).into()),
    ];
    let head = Line::new(Look::Quiet, tr.with("thread-earlier", &args));
    if options.brief {
        return vec![head];
    }
    let text = match options.unfolded {
        true => Line::outside(Look::Quote, &letter.text),
        false => {
            let count = letter.text.as_str().lines().count();
            Line::new(Look::Quote, tr.with("thread-quote", &[("count", count.into())]))
        }
    };
    vec![Line::rule(), head, text]
}

pub fn push_wrapped(out: &mut Vec<Line>, line: Line, width: u16) {
    let rows = fold(&line.text, width);
    let text = line.text.as_str();
    if rows.len() == 1 {
        out.push(line);
        return;
    }
    let row = |row: crate::widgets::wrap::Row| DisplayText::sanitise(&text[row.bytes]);
    out.extend(rows.into_iter().map(|r| Line { look: line.look, text: row(r) }));
}

fn look_of(message: &Message) -> Look {
    match message.direction {
        Direction::In => Look::Plain,
        Direction::Out => Look::Outgoing,
        Direction::Note => Look::Note,
    }
}

/// Who speaks in a message, in a word or two.
fn speaker(message: &Message, tr: &Tr) -> Arg {
    match (&message.staff, message.direction) {
        (Some(name), _) => name.into(),
        (None, Direction::In) => (&message.from).into(),
        (None, _) if message.outside.is_some() => (&message.from).into(),
        (None, _) if message.automatic => tr.text("thread-by-program").into(),
        (None, _) => tr.text("thread-by-us").into(),
    }
}

/// What kind of message it is: «входящее», «отклик», «уведомление о регистрации», «заметка».
fn sort_of(message: &Message, tr: &Tr) -> Phrase {
    match message.kind {
        _ if message.outside.is_some() => tr.text("thread-outside"),
        Some(kind) => tr.word(kind),
        None if message.automatic => tr.text("thread-receipt"),
        None => tr.word(message.direction),
    }
}

fn brief(message: &Message, env: &Env) -> Line {
    let tr = &env.tr;
    let at = tr.date_short(message.at, &env.zone);
    let state = message.deliveries.last().map(|delivery| delivery.state_words(tr));
    let args = |text: Arg| [("at", Arg::from(&at)), ("sort", sort_of(message, tr).into()), ("text", text)];
    let opening = Arg::from(message.opening());
    let text = match (message.direction, state) {
        (Direction::Out, Some(state)) => tr.with("thread-brief-out", &args(state.into())),
        (Direction::In, _) => tr.with("thread-brief-in", &args(opening)),
        _ => tr.with("thread-brief-other", &args(opening)),
    };
    if message.attachments.is_empty() {
        return Line::new(look_of(message), text);
    }
    let files = [("line", text.into()), ("count", message.attachments.len().into())];
    Line::new(look_of(message), tr.with("thread-brief-files", &files))
}

fn whole(message: &Message, env: &Env, options: Options, file: &mut usize) -> Vec<Line> {
    let tr = &env.tr;
    let key = if message.direction == Direction::Note { "thread-message-note" } else { "thread-message" };
    let head = tr.with(
        key,
        &[
            ("at", tr.date_short(message.at, &env.zone).into()),
            ("sort", sort_of(message, tr).into()),
            ("who", speaker(message, tr)),
            ("channel", tr.word(message.channel).into()),
        ],
    );
    let mut lines = vec![Line::new(Look::Heading, head)];
    for (key, people) in [("thread-added", &message.added), ("thread-dropped", &message.dropped)] {
        let named = people.iter().take(MOST_NAMED);
        lines.extend(named.map(|who| Line::new(Look::Warning, tr.with(key, &[("who", who.into())]))));
    }
    lines.extend(message.authentication.map(|found| Line::new(Look::Warning, tr.word(found))));
    lines.extend(message.left_out.iter().map(|code| Line::new(Look::Warning, tr.coded("left-out", code))));
    if message.blocks.is_empty() {
        lines.push(Line::new(Look::Quiet, tr.text("thread-no-text")));
    }
    // What the program wrote by itself is the same every time: one line stands for it.
    if message.automatic && !options.unfolded {
        let count = message.blocks.iter().map(|block| block.text().as_str().lines().count()).sum::<usize>();
        lines.push(Line::new(Look::Quote, tr.with("thread-automatic", &[("count", count.into())])));
    } else {
        lines.extend(message.blocks.iter().map(|block| block_line(block, message, options, tr)));
    }
    if let Some(state) = message.outside {
        lines.push(Line::new(look_of_outside(state), outside_words(tr, state, message.kind)));
    }
    for attachment in &message.attachments {
        *file += 1;
        let key = if attachment.kept { "thread-file" } else { "thread-file-not-kept" };
        let args = [
            ("n", Arg::from(*file)),
            ("name", (&attachment.name).into()),
            ("size", size(attachment.size, tr).into()),
        ];
        lines.push(Line::new(Look::Quiet, tr.with(key, &args)));
    }
    for delivery in &message.deliveries {
        lines.push(delivery_line(delivery, env));
        // What went on to a corrected address asks nothing of anybody any more.
        let instead = |other: &&Delivery| Some(other.id) == delivery.redirected_to;
        if let Some(instead) = message.deliveries.iter().find(instead) {
            let args = [("recipient", Arg::from(&instead.recipient))];
            lines.push(Line::new(Look::Plain, tr.with("thread-redirected", &args)));
            continue;
        }
        if let Some(trouble) = Trouble::of(delivery) {
            let look = look_of_delivery(delivery.state);
            lines.push(Line::new(look, trouble.happened(tr)));
            lines.extend(trouble.then(tr, &env.zone).into_iter().map(|text| Line::new(Look::Plain, text)));
        }
        if let Some(doubted) = &delivery.doubted {
            lines.push(Line::new(Look::Warning, tr.with("thread-report-doubted", &doubted.args(tr))));
        }
        if delivery.may_be_redirected() {
            lines.push(Line::new(Look::Plain, tr.text("thread-may-redirect")));
        }
    }
    lines
}

fn block_line(block: &Block, message: &Message, options: Options, tr: &Tr) -> Line {
    match block {
        Block::Words(text) => Line::outside(look_of(message), text),
        Block::Quote(text) if options.unfolded => Line::outside(Look::Quote, text),
        Block::Quote(text) => {
            let count = text.as_str().lines().count();
            Line::new(Look::Quote, tr.with("thread-quote", &[("count", count.into())]))
        }
    }
}

/// «Ответ: принято сервером 13.11 19:42», with the channel's own words where it failed.
fn delivery_line(delivery: &Delivery, env: &Env) -> Line {
    let tr = &env.tr;
    let at = delivery.accepted_at.map(|at| tr.date_short(at, &env.zone));
    let args = [
        ("recipient", Arg::from(&delivery.recipient)),
        ("state", delivery.state_words(tr).into()),
        ("at", at.map_or(Arg::from(""), Arg::from)),
        ("error", delivery.error.as_ref().map_or(Arg::from(""), Arg::from)),
    ];
    let key = match (&delivery.error, delivery.accepted_at) {
        (Some(_), _) => "thread-delivery-error",
        (None, Some(_)) => "thread-delivery-at",
        (None, None) => "thread-delivery",
    };
    Line::new(look_of_delivery(delivery.state), tr.with(key, &args))
}

/// What was said of a reply from another program, or that nobody has said anything yet.
pub fn outside_words(tr: &Tr, state: Outside, kind: Option<ReplyKind>) -> Phrase {
    match kind {
        Some(kind) if state == Outside::Confirmed => {
            tr.with("thread-outside-confirmed", &[("kind", tr.word(kind).into())])
        }
        _ if state == Outside::Proposed => tr.text("thread-outside-proposed"),
        _ => tr.word(state),
    }
}

fn look_of_outside(state: Outside) -> Look {
    match state {
        Outside::Proposed => Look::Warning,
        Outside::Confirmed => Look::Good,
        Outside::Declined => Look::Quiet,
    }
}

fn look_of_delivery(state: DeliveryState) -> Look {
    match state {
        DeliveryState::Accepted | DeliveryState::Delivered => Look::Good,
        DeliveryState::Scheduled | DeliveryState::Sending | DeliveryState::Cancelled => Look::Quiet,
        DeliveryState::Retry
        | DeliveryState::Failed
        | DeliveryState::Unknown
        | DeliveryState::Bounced
        | DeliveryState::Blocked => Look::Warning,
    }
}

/// A size in words: bytes below a kilobyte, else kilobytes or megabytes with one decimal.
pub fn size(bytes: i64, tr: &Tr) -> Phrase {
    const KB: i64 = 1024;
    const MB: i64 = 1024 * 1024;
    match bytes {
        ..=0 => tr.text("size-unknown"),
        1..KB => tr.with("size-bytes", &[("n", bytes.into())]),
        KB..MB => tr.with("size-kilobytes", &[("n", ((bytes + KB / 2) / KB).into())]),
        _ => {
            let tenths = (bytes * 10 + MB / 2) / MB;
            let comma = if tr.lang() == crate::i18n::Lang::Ru { ',' } else { '.' };
            tr.with("size-megabytes", &[("n", format!("{}{comma}{}", tenths / 10, tenths % 10).into())])
        }
    }
}
