//! Draws the outgoing screen: the list, and for the chosen delivery the channel's own words.

use super::State;
use super::model::LIMIT;
use crate::app::env::Env;
use crate::i18n::Arg;
use crate::screens::listing::{absence, draw_rows};
use crate::screens::thread::{Delivery, Line, Look, Trouble, draw_lines, share_with_detail};
use crate::widgets::columns::Cell;
use crate::widgets::empty;
use crate::widgets::tabs::Tab;
use otklik_core::desk::views::{DeliveryFilter, QueueCounts};
use otklik_core::types::{DeliveryState, DisplayText};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows of the detail below the list.
const DETAIL: u16 = 5;

/// Rows of the list at this size, without its titles.
pub fn list_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(usize::from(DETAIL) + 1).max(1)
}

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let lines = state.row().map(|row| detail_lines(row, env)).unwrap_or_default();
    let (list, detail, lines) = share_with_detail(area, DETAIL, lines);
    let empty = match state.filter {
        DeliveryFilter::Open => "empty-outgoing-open",
        DeliveryFilter::Doubted => "empty-outgoing-doubted",
        DeliveryFilter::Today => "empty-outgoing-today",
        DeliveryFilter::All => "empty-outgoing",
    };
    match absence(state.rows.as_ref(), state.failed.as_ref(), Vec::is_empty, empty, env) {
        Some(absence) => empty::draw(buf, list, &absence, &env.tr, &env.theme),
        None => draw_list(state, env, buf, list),
    }
    draw_lines(&lines, 0, env, buf, detail);
}

fn draw_list(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let rows = state.rows.as_deref().unwrap_or_default();
    let headings = [
        ("column-state", 12, 15, 0, 0),
        ("column-number", 10, 11, 0, 0),
        ("column-kind", 8, 12, 0, 3),
        ("column-recipient", 14, 26, 1, 1),
        ("column-delivery-when", 15, 15, 0, 2),
    ];
    draw_rows(&headings, (rows.len(), state.cursor, true), env, buf, area, |at| {
        let row = rows.get(at)?;
        let when = env.tr.date_short(row.accepted_at.unwrap_or(row.next_at), &env.zone);
        let number = row.number.map(|number| number.to_string()).unwrap_or_default();
        let number = DisplayText::sanitise(&number);
        Some(vec![
            state_cell(row, env),
            Cell::new(&number),
            Cell::new(&env.tr.short_word(row.kind)),
            Cell::new(&row.recipient),
            Cell::new(&when),
        ])
    });
}

/// Its state; one of which something is said without proof is marked, with a sign and not by colour alone.
fn state_cell(row: &Delivery, env: &Env) -> Cell {
    let state = env.tr.short_word(row.state);
    match row.doubted {
        None => Cell::styled(&state, style(row.state, env)),
        Some(_) => {
            let marked = env.tr.with("outgoing-state-doubted", &[("state", state.into())]);
            Cell::styled(&marked, env.theme.warning)
        }
    }
}

/// The tabs of this screen with what each has, as far as it is counted.
pub fn tabs(state: &State, counts: Option<&QueueCounts>, env: &Env) -> (Vec<Tab>, usize) {
    let known = |filter: DeliveryFilter| match filter {
        DeliveryFilter::Open => counts.map(|n| n.delivery_errors + n.deliveries_waiting + n.held),
        DeliveryFilter::Doubted => counts.map(|n| n.doubted),
        DeliveryFilter::Today | DeliveryFilter::All => None,
    };
    let loaded = |filter: DeliveryFilter| {
        let rows = state.rows.as_ref().filter(|rows| filter == state.filter && rows.len() < LIMIT)?;
        (filter == DeliveryFilter::Today).then_some(rows.len() as u64)
    };
    let tab = |filter: &DeliveryFilter| Tab {
        label: env.tr.text(match filter {
            DeliveryFilter::Open => "tab-outgoing-open",
            DeliveryFilter::Doubted => "tab-outgoing-doubted",
            DeliveryFilter::Today => "tab-outgoing-today",
            DeliveryFilter::All => "tab-outgoing-all",
        }),
        count: loaded(*filter).or_else(|| known(*filter).and_then(|n| u64::try_from(n).ok())),
    };
    let active = DeliveryFilter::ALL.iter().position(|filter| *filter == state.filter).unwrap_or(0);
    (DeliveryFilter::ALL.iter().map(tab).collect(), active)
}

fn style(state: DeliveryState, env: &Env) -> ratatui::style::Style {
    match state {
        DeliveryState::Accepted | DeliveryState::Delivered => env.theme.ok,
        DeliveryState::Scheduled | DeliveryState::Sending | DeliveryState::Cancelled => env.theme.base,
        DeliveryState::Retry => env.theme.warning,
        DeliveryState::Failed | DeliveryState::Unknown | DeliveryState::Bounced | DeliveryState::Blocked => {
            env.theme.error
        }
    }
}

fn detail_lines(row: &Delivery, env: &Env) -> Vec<Line> {
    let tr = &env.tr;
    let args = [
        ("state", Arg::from(tr.word(row.state))),
        ("recipient", (&row.recipient).into()),
        ("attempts", row.attempts.into()),
        ("next", tr.date_short(row.next_at, &env.zone).into()),
    ];
    use DeliveryState::{Retry, Scheduled};
    // What waits for a person has no time of its own.
    let waits = matches!(row.state, Scheduled | Retry) && row.reason.is_none();
    let detail = if waits { "outgoing-detail" } else { "outgoing-detail-done" };
    let mut lines = vec![Line::new(Look::Plain, tr.with(detail, &args))];
    if let Some(reason) = &row.reason {
        lines.push(Line::new(Look::Warning, tr.coded("delivery-reason", reason)));
    }
    if let Some(doubted) = &row.doubted {
        lines.push(Line::new(Look::Warning, tr.with("thread-report-doubted", &doubted.args(tr))));
    }
    if let Some(trouble) = Trouble::of(row) {
        lines.push(Line::new(Look::Warning, trouble.happened(tr)));
        lines.extend(trouble.then(tr, &env.zone).into_iter().map(|text| Line::new(Look::Plain, text)));
    }
    if row.state == DeliveryState::Unknown {
        lines.push(Line::new(Look::Plain, tr.text("outgoing-may-confirm")));
    }
    if row.redirected_to.is_some() {
        lines.push(Line::new(Look::Plain, tr.text("outgoing-redirected")));
    } else if row.may_be_redirected() {
        lines.push(Line::new(Look::Plain, tr.text("thread-may-redirect")));
    } else if row.instead_of.is_some() {
        lines.push(Line::new(Look::Plain, tr.text("outgoing-instead")));
    }
    if let Some(error) = &row.error {
        lines.push(Line::new(Look::Warning, tr.with("outgoing-error", &[("error", error.into())])));
    }
    lines
}
