//! What keys do to the form.

use super::model::{Left, Line, MailIn, MailOut, State};
use crate::keymap::CommandId;
use crate::widgets::EditKey;
use otklik_core::types::{ClockPolicy, DisplayText};

/// Runs a command; tells when the form was left.
pub fn command(state: &mut State, command: CommandId) -> Option<Left> {
    match command {
        CommandId::MoveDown | CommandId::NextPane => step(state, 1),
        CommandId::MoveUp | CommandId::PreviousPane => step(state, -1),
        CommandId::Accept if state.at == Line::Make => match state.answers() {
            Ok(answers) => return Some(Left::Answered(answers)),
            Err((line, fault)) => {
                state.at = line;
                state.fault = Some(fault);
            }
        },
        CommandId::Accept => step(state, 1),
        CommandId::Back | CommandId::Quit => return Some(Left::Declined),
        _ => {}
    }
    None
}

fn step(state: &mut State, by: isize) {
    let lines = state.lines();
    let at = lines.iter().position(|line| *line == state.at).unwrap_or(0);
    let to = at.saturating_add_signed(by).min(lines.len() - 1);
    state.at = lines[to];
    state.fault = None;
}

/// A key of the line: letters go into a field, the arrows and Space turn a choice.
pub fn key(state: &mut State, key: EditKey) {
    state.fault = None;
    if let Some(field) = state.field_mut(state.at) {
        field.key(key);
        return;
    }
    match key {
        EditKey::Right | EditKey::Char(' ') => turn(state, 1),
        EditKey::Left => turn(state, -1),
        _ => {}
    }
}

/// A paste into a field.
pub fn paste(state: &mut State, text: &DisplayText) {
    if let Some(field) = state.field_mut(state.at) {
        field.paste(text);
    }
}

fn turn(state: &mut State, by: isize) {
    fn next<T: Copy + PartialEq>(all: &[T], now: T, by: isize) -> T {
        let at = all.iter().position(|one| *one == now).unwrap_or(0) as isize;
        all[(at + by).rem_euclid(all.len() as isize) as usize]
    }
    match state.at {
        Line::Promise => state.clock = next(ClockPolicy::ALL, state.clock, by),
        Line::MailIn => state.mail_in = next(&[MailIn::Later, MailIn::Maildir], state.mail_in, by),
        Line::Absent => state.make_absent = !state.make_absent,
        Line::MailOut => {
            state.mail_out = next(&[MailOut::Later, MailOut::Smtp, MailOut::Folder], state.mail_out, by);
        }
        _ => {}
    }
}
