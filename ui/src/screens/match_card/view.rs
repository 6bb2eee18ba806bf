//! Draws the match card: the author's own words, the list, and what speaks for and against the chosen row.

use super::State;
use super::model::{Card, Found, Member};
use crate::app::env::Env;
use crate::app::notice::failure_text;
use crate::i18n::{Arg, Phrase};
use crate::screens::listing::{absence, draw_rows};
use crate::screens::thread::{Line, Look, draw_lines, share_with_detail};
use crate::widgets::columns::Cell;
use crate::widgets::empty::{self, Absence};
use crate::widgets::text;
use otklik_core::types::DisplayText;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Rows of the detail below the list.
const DETAIL: u16 = 8;
/// Rows above the list: the author, the link, the look-up line.
const HEAD: u16 = 3;

/// Rows of the list at this size, without its titles.
pub fn list_rows(env: &Env) -> usize {
    env.body_rows().saturating_sub(usize::from(HEAD + DETAIL) + 1).max(1)
}

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let row = |y: u16| Rect { y: area.y + y, height: 1, ..area }.intersection(area);
    let author = env.tr.with("card-author", &[("author", Arg::from(joined(state.author.iter())))]);
    text::put(buf, area.x + 1, row(0).y, area.width.saturating_sub(2), &author, env.theme.heading);
    let (state_line, style) = linked_line(state, env);
    text::put(buf, area.x + 1, row(1).y, area.width.saturating_sub(2), &state_line, style.style(&env.theme));
    let cursor = draw_field(state, env, buf, row(2));
    let below = Rect { y: area.y + HEAD, height: area.height.saturating_sub(HEAD), ..area };
    let lines = state.selected().map(|found| chosen_lines(state, found, env));
    let (list, detail, lines) = share_with_detail(below, DETAIL, lines.unwrap_or_default());
    draw_list(state, env, buf, list);
    if state.selected().is_some() {
        draw_lines(&lines, 0, env, buf, detail);
    }
    cursor
}

fn linked_line(state: &State, env: &Env) -> (Phrase, Look) {
    let Some(card) = &state.card else { return (Phrase::default(), Look::Quiet) };
    let word = match card.state {
        Some(state) => env.tr.word(state),
        None => env.tr.text("member-unknown"),
    };
    match &card.linked {
        Some(member) => {
            let args = [("name", Arg::from(&member.name)), ("state", word.into())];
            (env.tr.with("card-linked", &args), Look::Good)
        }
        None if card.state.is_none() => undecided_line(state, card, env),
        None => (env.tr.with("card-not-linked", &[("state", word.into())]), Look::Plain),
    }
}

/// What the evidence amounts to, for the row that is chosen: the whole of it only beside the row that it is about.
fn undecided_line(state: &State, card: &Card, env: &Env) -> (Phrase, Look) {
    if let Some((member, by)) = &card.awaits {
        let of = |found: &&Found| found.member.id == *member;
        let name = card.candidates.iter().find(of).map(|found| found.member.name.clone()).unwrap_or_default();
        let args = [("name", Arg::from(&name)), ("by", by.into())];
        return (env.tr.with("card-awaits", &args), Look::Warning);
    }
    let whole = || {
        let args = [("state", env.tr.word(card.proposed).into()), ("class", env.tr.word(card.class).into())];
        (env.tr.with("card-proposed", &args), Look::Plain)
    };
    let Some(found) = state.selected() else { return whole() };
    match state.weighed(found) {
        (Some(proposed), class) if proposed == card.proposed && class == card.class => whole(),
        (Some(proposed), class) => {
            let args = [("state", env.tr.word(proposed).into()), ("class", env.tr.word(class).into())];
            (env.tr.with("card-row", &args), Look::Plain)
        }
        (None, _) => (env.tr.text("card-row-looked-up"), Look::Plain),
    }
}

fn draw_field(state: &State, env: &Env, buf: &mut Buffer, row: Rect) -> Option<Position> {
    let label = env.tr.text("card-look-up");
    let used = text::put(buf, row.x + 1, row.y, row.width.saturating_sub(2), &label, env.theme.muted);
    let x = row.x + 2 + used;
    let field = Rect { x, width: row.right().saturating_sub(x + 1), ..row };
    let at = state.look_up.field.draw(buf, field, Some(&env.tr.text("members-placeholder")), &env.theme);
    state.typing.then_some(at)
}

fn draw_list(state: &State, env: &Env, buf: &mut Buffer, area: Rect) {
    let absence = if state.is_looking_up() {
        look_up_absence(&state.look_up, env)
    } else {
        let none = |card: &super::model::Card| card.candidates.is_empty();
        absence(state.card.as_ref(), state.failed.as_ref(), none, "empty-match", env)
    };
    match absence {
        Some(absence) => empty::draw(buf, area, &absence, &env.tr, &env.theme),
        None => draw_members(state.listed(), state.cursor, !state.typing, env, buf, area),
    }
}

/// Why a look-up shows no rows; `None` when it has some.
pub fn look_up_absence(look_up: &super::model::LookUp, env: &Env) -> Option<Absence> {
    match (&look_up.failed, look_up.hits.is_empty(), look_up.waiting) {
        (Some(failure), _, _) => Some(Absence::Failed(failure_text(&env.tr, failure))),
        (None, false, _) => None,
        (None, true, true) => Some(Absence::Loading),
        (None, true, false) if look_up.found_for.is_none() => {
            Some(Absence::Empty(env.tr.text("empty-members")))
        }
        (None, true, false) => Some(Absence::Empty(env.tr.text("empty-members-none"))),
    }
}

/// Draws rows of the registry as a table.
pub fn draw_members(
    rows: &[Found],
    cursor: crate::widgets::columns::Cursor,
    focused: bool,
    env: &Env,
    buf: &mut Buffer,
    area: Rect,
) {
    let headings = [
        ("column-name", 16, 30, 2, 0),
        ("column-born", 10, 10, 0, 2),
        ("column-state", 8, 11, 0, 0),
        ("column-organisation", 12, 30, 3, 3),
        ("column-member-card", 6, 10, 0, 4),
    ];
    draw_rows(&headings, (rows.len(), cursor, focused), env, buf, area, |at| {
        let member = &rows.get(at)?.member;
        let org = member.organisation.clone().unwrap_or_default();
        Some(vec![
            Cell::new(&member.name),
            Cell::new(&member.birth),
            Cell::new(&env.tr.word(member.status)),
            Cell::new(&org),
            Cell::new(&member.card),
        ])
    });
}

/// The chosen row with what is known of who wrote from the author's contacts, and who else is taken for it.
fn chosen_lines(state: &State, found: &Found, env: &Env) -> Vec<Line> {
    let mut lines = found_lines(found, env);
    let known = people_lines(state, found, env);
    let facts = usize::from(!found.facts_for.is_empty()) + usize::from(!found.facts_against.is_empty());
    let at = (1 + facts).min(lines.len());
    lines.splice(at..at, known);
    lines
}

/// What was decided before about the author's contacts and about this row.
pub fn people_lines(state: &State, found: &Found, env: &Env) -> Vec<Line> {
    let contacts = state.card.iter().flat_map(|card| &card.contacts);
    let said = |contact: &crate::screens::contacts::Contact| match contact.member == found.member.id {
        true => Line::new(Look::Good, contact.say("identity-here", env)),
        false => Line::new(Look::Warning, contact.say("identity-elsewhere", env)),
    };
    let mut lines: Vec<Line> = contacts.map(said).collect();
    lines.extend(found.claimed.iter().map(|claim| claim.line(env)));
    let queries = state.card.iter().flat_map(|card| &card.queries);
    lines.extend(queries.take(3).map(|query| query.line(env)));
    lines
}

/// Who it is, what speaks for and against, and then the rest: were it cut, the facts would still be read.
pub fn found_lines(found: &Found, env: &Env) -> Vec<Line> {
    let mut lines = member_lines(&found.member, env);
    let rest = lines.split_off(1);
    lines.extend(fact_lines(found, env));
    lines.extend(rest);
    lines
}

/// A member in a few lines.
pub fn member_lines(member: &Member, env: &Env) -> Vec<Line> {
    let status = DisplayText::sanitise(env.tr.word(member.status).as_str());
    // The registry's own word, where it says more than ours.
    let own = Some(&member.status_text)
        .filter(|text| text.as_str() != status.as_str())
        .cloned()
        .unwrap_or_default();
    let org = member.organisation.clone().unwrap_or_default();
    let said = [
        pieces(
            &[
                (None, &member.name),
                (Some("member-born"), &member.birth),
                (Some("member-source"), &member.source_id),
                (Some("member-card"), &member.card),
            ],
            env,
        ),
        pieces(&[(None, &org), (None, &member.position)], env),
        pieces(
            &[
                (None, &status),
                (Some("member-own-status"), &own),
                (Some("member-joined"), &member.joined),
                (Some("member-dues"), &member.dues),
            ],
            env,
        ),
    ];
    let plain = |text: DisplayText| Line { look: Look::Plain, text };
    let mut lines: Vec<Line> = said.into_iter().filter(|text| !text.is_empty()).map(plain).collect();
    if let Some(since) = member.missing_since {
        let args = [("at", env.tr.date_full(since, &env.zone).into())];
        lines.push(Line::new(Look::Warning, env.tr.with("member-line-missing", &args)));
    }
    let contact =
        pieces(&[(Some("member-phone"), &member.phone), (Some("member-email"), &member.email)], env);
    lines.extend(Some(contact).filter(|text| !text.is_empty()).map(plain));
    lines
}

/// What is known of somebody, each value in the sentence of its key; of what the registry does not know nothing is said.
fn pieces(known: &[(Option<&str>, &DisplayText)], env: &Env) -> DisplayText {
    let known = known.iter().filter(|(_, value)| !value.as_str().trim().is_empty());
    let said = known.map(|(key, value)| match key {
        Some(key) => env.tr.with(key, &[("value", (*value).into())]).into(),
        None => value.as_str().to_owned(),
    });
    DisplayText::sanitise(&said.collect::<Vec<String>>().join("; "))
}

/// What speaks for and against, in words.
pub fn fact_lines(found: &Found, env: &Env) -> Vec<Line> {
    let words = |codes: &[String]| -> Arg {
        codes
            .iter()
            .map(|code| String::from(env.tr.coded("fact", code)))
            .collect::<Vec<_>>()
            .join("; ")
            .into()
    };
    let mut lines = Vec::new();
    if !found.facts_for.is_empty() {
        lines.push(Line::new(Look::Good, env.tr.with("facts-for", &[("facts", words(&found.facts_for))])));
    }
    if !found.facts_against.is_empty() {
        lines.push(Line::new(
            Look::Warning,
            env.tr.with("facts-against", &[("facts", words(&found.facts_against))]),
        ));
    }
    lines
}

/// Texts in one line, with the empty ones left out.
pub fn joined<'a>(texts: impl Iterator<Item = &'a DisplayText>) -> DisplayText {
    let texts: Vec<&str> = texts.map(|text| text.as_str().trim()).filter(|text| !text.is_empty()).collect();
    DisplayText::sanitise(&texts.join(", "))
}
