//! Draws the whole frame from the model: header, tabs, body, notice, function keys; then the boxes on top.

use super::availability::availability;
use super::env::Env;
use super::layer::Layer;
use super::model::Model;
use super::notice::Tone;
use super::offer;
use crate::i18n::{Arg, Phrase};
use crate::screens::{outgoing, queue, thread};
use crate::widgets::fkeys::{self, FKey};
use crate::widgets::frame::{self, Header, Places, ScreenName};
use crate::widgets::tabs::{self, Note, Tab};
use crate::widgets::text;
use jiff::Timestamp;
use otklik_core::desk::views::{Intake, QueueTab};
use otklik_core::types::DisplayText;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// Draws the model.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let cursor = draw(model, frame.buffer_mut(), area);
    if let Some(at) = cursor {
        frame.set_cursor_position(at);
    }
}

/// Draws into a buffer; returns where the hardware cursor belongs.
pub fn draw(model: &Model, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let env = &model.env;
    let Some(places) = Places::of(area, model.shows_queue()) else {
        frame::draw_too_small(buf, area, &env.tr.text("too-small"), &env.theme);
        return None;
    };
    if model.copying {
        draw_copy(model, buf, area);
        return None;
    }
    draw_header(model, buf, places.header);
    draw_tabs(model, buf, places.tabs);
    places.draw_rules(buf, &env.theme);
    let mut cursor = None;
    match model.layers.iter().rposition(Layer::is_full) {
        None => {
            let focused = model.layers.is_empty();
            queue::view::draw(&model.queue, env, buf, places.body, places.pane, focused);
        }
        Some(full) => cursor = model.layers[full].draw(env, buf, places.body, area),
    }
    draw_bar(model, buf, places.fkeys);
    draw_line(model, buf, places.lower_rule);
    for layer in model.layers.iter().skip_while(|layer| layer.is_full()).filter(|layer| !layer.is_full()) {
        cursor = layer.draw(env, buf, area, area);
    }
    // A card lies over the line that says what was done; there is room for it below the code.
    if matches!(model.layers.last(), Some(Layer::Card(_))) && model.notice.is_some() {
        draw_line(model, buf, places.lower_rule);
    }
    cursor
}

/// The thread alone, without a frame, so that the terminal's own selection takes clean text.
fn draw_copy(model: &Model, buf: &mut Buffer, area: Rect) {
    let (lines, scroll) = match model.appeal() {
        Some(state) => (&state.laid.lines, state.scroll),
        None => (&model.queue.pane.lines, model.queue.pane.scroll),
    };
    let rows = Rect { height: area.height - 1, ..area };
    thread::draw_lines(lines, scroll, &model.env, buf, rows);
    let hint = model.env.tr.text("copy-hint");
    text::clear(buf, Rect { y: rows.bottom(), height: 1, ..area }, model.env.theme.base);
    text::put(buf, area.x + 1, rows.bottom(), area.width.saturating_sub(1), &hint, model.env.theme.muted);
}

fn draw_header(model: &Model, buf: &mut Buffer, area: Rect) {
    let tr = &model.env.tr;
    let counts = model.counts.as_ref();
    let outgoing = match counts {
        Some(counts) if counts.delivery_errors > 0 && counts.doubted > 0 => {
            let args = [("n", Arg::from(counts.delivery_errors)), ("doubted", counts.doubted.into())];
            tr.with("screen-outgoing-both", &args)
        }
        Some(counts) if counts.delivery_errors > 0 => {
            tr.with("screen-outgoing-errors", &[("n", counts.delivery_errors.into())])
        }
        Some(counts) if counts.doubted > 0 => {
            tr.with("screen-outgoing-doubted", &[("doubted", counts.doubted.into())])
        }
        _ => tr.text("screen-outgoing"),
    };
    let mut screens = vec![
        ScreenName {
            number: 1,
            label: tr.text("screen-appeals"),
            count: counts.map(|counts| count(counts.all)),
        },
        ScreenName { number: 4, label: tr.text("screen-members"), count: None },
        ScreenName { number: 5, label: outgoing, count: None },
    ];
    let open = |wanted: fn(&Layer) -> bool| model.layers.first().is_some_and(wanted);
    let calls = counts.map_or(0, |counts| counts.calls);
    if calls > 0 || open(|layer| matches!(layer, Layer::Calls(_))) {
        screens.push(ScreenName { number: 6, label: tr.text("screen-calls"), count: Some(count(calls)) });
    }
    screens.push(ScreenName { number: 7, label: tr.text("screen-intake"), count: None });
    let quarantined = counts.map_or(0, |counts| counts.quarantined);
    if quarantined > 0 || open(|layer| matches!(layer, Layer::Quarantine(_))) {
        let label = tr.text("screen-quarantine");
        screens.push(ScreenName { number: 8, label, count: Some(count(quarantined)) });
    }
    if open(|layer| matches!(layer, Layer::Digest(_))) {
        screens.push(ScreenName { number: 9, label: tr.text("screen-digest"), count: None });
    }
    let conflicts = counts.map_or(0, |counts| counts.conflicts);
    if conflicts > 0 || open(|layer| matches!(layer, Layer::Conflicts(_))) {
        let label = tr.text("screen-conflicts");
        screens.push(ScreenName { number: 0, label, count: Some(count(conflicts)) });
    }
    let active = match model.layers.first() {
        Some(Layer::Digest(_)) => 9,
        Some(Layer::Members(_)) => 4,
        Some(Layer::Outgoing(_)) => 5,
        Some(Layer::Calls(_)) => 6,
        Some(Layer::Intake(_)) => 7,
        Some(Layer::Quarantine(_)) => 8,
        Some(Layer::Conflicts(_)) => 0,
        _ => 1,
    };
    let active = screens.iter().position(|screen| screen.number == active).unwrap_or(0);
    let header =
        Header { brand: &tr.text("app-name"), organisation: &model.organisation, screens: &screens, active };
    header.draw(buf, area, &model.env.theme);
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

fn draw_tabs(model: &Model, buf: &mut Buffer, area: Rect) {
    let env = &model.env;
    let (tr, counts) = (&env.tr, model.counts.as_ref());
    let tab = |key: &str, n: Option<i64>| Tab { label: tr.text(key), count: n.map(count) };
    let tab_of = |which: &QueueTab| match which {
        QueueTab::Mine => tab("tab-mine", counts.map(|c| c.mine)),
        QueueTab::New => tab("tab-new", counts.map(|c| c.new)),
        QueueTab::Urgent => tab("tab-urgent", counts.map(|c| c.urgent)),
        QueueTab::All => tab("tab-all", counts.map(|c| c.all)),
        QueueTab::Overdue => tab("tab-overdue", counts.map(|c| c.overdue)),
        QueueTab::Closed => tab("tab-closed", None),
    };
    let (tabs, active) = match model.layers.iter().rfind(|layer| layer.is_full()) {
        Some(Layer::Outgoing(state)) => outgoing::view::tabs(state, counts, env),
        _ => {
            let active = QueueTab::ALL.iter().position(|which| *which == model.queue.filter.tab);
            (QueueTab::ALL.iter().map(tab_of).collect(), active.unwrap_or(0))
        }
    };
    let (intake, style) = intake(model);
    let clock = tr.date_short(env.now, &env.zone);
    let held = counts.map_or(0, |counts| counts.held);
    let held = (held > 0).then(|| tr.with("intake-held-note", &[("n", held.into())]));
    let held = held.iter().map(|text| Note { text, style: env.theme.warning, keep: true });
    let rest = [
        Note { text: &intake, style, keep: true },
        Note { text: &clock, style: env.theme.base, keep: false },
    ];
    let notes: Vec<Note<'_>> = held.chain(rest).collect();
    tabs::draw(buf, area, &tabs, active, &notes, &env.theme);
}

/// «Приём: идёт», «запускается» or «СТОИТ с 18:40», or that the database
/// does not answer, in the colour that it deserves.
fn intake(model: &Model) -> (Phrase, Style) {
    let env = &model.env;
    if let Some(at) = model.silent_since {
        // Whether mail comes in is not known either.
        return (env.tr.with("desk-silent", &[("since", since(env, at).into())]), env.theme.warning);
    }
    match model.intake {
        None => (Phrase::default(), env.theme.base),
        Some(Intake::Running) => (env.tr.text("intake-running"), env.theme.ok),
        Some(Intake::Starting) => (env.tr.text("intake-starting"), env.theme.base),
        Some(Intake::NoAccount) => (env.tr.text("intake-none"), env.theme.warning),
        Some(Intake::StoppedSince(at)) => {
            let since = since(env, at);
            (env.tr.with("intake-stopped", &[("since", since.into())]), env.theme.warning)
        }
    }
}

/// The time of day today, else the date with it.
fn since(env: &Env, at: Timestamp) -> Phrase {
    let day = |at: Timestamp| at.to_zoned(env.zone.clone()).date();
    if day(at) == day(env.now) { env.tr.clock(at, &env.zone) } else { env.tr.date_short(at, &env.zone) }
}

fn draw_bar(model: &Model, buf: &mut Buffer, area: Rect) {
    let env = &model.env;
    let key = |(at, command): (usize, Option<crate::keymap::CommandId>)| {
        let number = at as u8 + 1;
        match command {
            Some(command) => {
                let label = offer::short_name(&env.tr, command);
                FKey { number, label, enabled: availability(command, model).is_ok() }
            }
            None => FKey { number, label: Phrase::default(), enabled: true },
        }
    };
    let keys = env.keymap.bar(model.stack()).into_iter().enumerate().filter(|(_, command)| command.is_some());
    let keys: Vec<FKey> = keys.map(key).collect();
    fkeys::draw(buf, area, &keys, None, &env.theme);
}

/// The notice over the lower rule; while a reply can still be taken back, how long.
fn draw_line(model: &Model, buf: &mut Buffer, rule: Rect) {
    let env = &model.env;
    let notice = model.notice.as_ref().map(|notice| {
        let style = if notice.tone == Tone::Warning { env.theme.warning } else { env.theme.ok };
        (notice.say.text(&env.tr), style)
    });
    // What can be taken back is not known while nobody answers.
    let left = match model.silent_since {
        Some(at) => Some((silent_line(env, at), env.theme.warning)),
        None => countdown(model).map(|text| (text, env.theme.soon)),
    };
    let shown = match (notice, left) {
        // What was done and how long it can be undone belong together.
        (Some((done, style)), Some((left, _))) if model.silent_since.is_none() => {
            let args = [("done", Arg::from(done)), ("left", left.into())];
            Some((env.tr.with("notice-with-countdown", &args), style))
        }
        (notice, left) => notice.or(left),
    };
    let shown = shown.or_else(|| hint(model).map(|text| (text, env.theme.muted)));
    if let Some((text, style)) = shown {
        frame::draw_notice(buf, rule, &text, style);
    }
}

/// Of when everything on the screen is, and what becomes of what is typed now.
fn silent_line(env: &Env, at: Timestamp) -> Phrase {
    env.tr.with("desk-silent-line", &[("since", since(env, at).into())])
}

fn countdown(model: &Model) -> Option<Phrase> {
    let env = &model.env;
    let delivery = model.undoable()?;
    let left = delivery.not_before.as_second() - env.now.as_second();
    let key = env.keymap.hint(crate::keymap::CommandId::UndoDelivery, model.stack())?;
    let key = Arg::from(DisplayText::sanitise(&key));
    Some(match left {
        ..=0 => env.tr.with("undo-while-waiting", &[("key", key)]),
        _ => env.tr.with("undo-countdown", &[("seconds", left.into()), ("key", key)]),
    })
}

/// What a person may not guess: how a question is answered, where the letter is on a narrow screen, that the list is a
/// search's.
fn hint(model: &Model) -> Option<Phrase> {
    let tr = &model.env.tr;
    match model.layers.last() {
        Some(Layer::Dialog(_)) => Some(tr.text("dialog-hint")),
        Some(Layer::Appeal(state)) => {
            let below = state.last_scroll(&model.env).saturating_sub(state.scroll);
            let key = model.env.keymap.hint(crate::keymap::CommandId::PageDown, model.stack())?;
            let args = [("count", below.into()), ("key", DisplayText::sanitise(&key).into())];
            (below > 0).then(|| tr.with("thread-hint-below", &args))
        }
        Some(_) => None,
        None if model.queue.filter.search.is_some() => searching(model),
        None if model.env.is_wide() || model.queue.rows.is_empty() => None,
        None => Some(tr.text(if model.queue.pane_open { "pane-hint-back" } else { "pane-hint" })),
    }
}

fn searching(model: &Model) -> Option<Phrase> {
    let words = model.queue.filter.search.as_ref().filter(|_| model.layers.is_empty())?;
    let words = DisplayText::sanitise(words);
    Some(model.env.tr.with("queue-searching", &[("words", (&words).into())]))
}
