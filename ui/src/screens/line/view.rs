//! Draws the line in a box, with what it could go on with.

use super::State;
use super::model::{About, AboutCall};
use crate::app::env::Env;
use crate::screens::channel::Setting;
use crate::widgets::dialog::draw_box;
use crate::widgets::frame::centred;
use crate::widgets::text;
use otklik_core::types::{CallOutcome, ConflictState, DisplayText};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

pub fn draw(state: &State, env: &Env, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let (title, hint, placeholder) = match state.about {
        About::File(_) => ("attach-title", "attach-hint", "attach-placeholder"),
        About::Copies(_) => ("copies-title", "copies-hint", "copies-placeholder"),
        About::Registry => ("registry-file-title", "registry-file-hint", "attach-placeholder"),
        About::Address(_) => ("redirect-title", "redirect-hint", "redirect-placeholder"),
        About::Arrived(_) => ("arrived-title", "arrived-hint", "arrived-placeholder"),
        About::Setting(setting) => (setting.keys().0, of_setting(setting), "channel-placeholder"),
        About::DigestHour => ("digest-hour-title", "digest-hour-hint", "digest-hour-placeholder"),
        About::DigestZone => ("digest-zone-title", "digest-zone-hint", "digest-zone-placeholder"),
        About::Call(_, about) => of_call(about),
        About::Conflict(_, decision) => of_conflict(decision),
    };
    let place = centred(area, Size::new(74, 6));
    draw_box(buf, place, &env.tr.text(title), &env.theme);
    if place.width < 8 || place.height < 6 {
        return None;
    }
    let row = |y: u16| Rect { x: place.x + 3, y: place.y + y, width: place.width - 6, height: 1 };
    let at = state.field.draw(buf, row(2), Some(&env.tr.text(placeholder)), &env.theme);
    if let Some(fault) = state.fault {
        text::put(buf, row(3).x, row(3).y, row(3).width, &env.tr.text(fault), env.theme.dialog);
    }
    let names = state.names.iter().map(DisplayText::as_str).collect::<Vec<_>>().join("  ");
    text::put(buf, row(3).x, row(3).y, row(3).width, &DisplayText::sanitise(&names), env.theme.dialog);
    text::put(buf, row(4).x, row(4).y, row(4).width, &env.tr.text(hint), env.theme.dialog);
    Some(at)
}

/// How a setting is written.
fn of_setting(setting: Setting) -> &'static str {
    match setting {
        Setting::MailIn => "channel-mail-in-hint",
        Setting::MailOut => "channel-mail-out-hint",
        Setting::PasswordFile => "channel-password-file-hint",
        Setting::Since => "channel-since-hint",
        Setting::SentFolder => "channel-sent-folder-hint",
        _ => "channel-authserv-id-hint",
    }
}

fn of_conflict(decision: ConflictState) -> (&'static str, &'static str, &'static str) {
    let title = match decision {
        ConflictState::KeptFirst => "keep-first-title",
        ConflictState::KeptSecond => "keep-second-title",
        _ => "both-right-title",
    };
    let placeholder = match decision {
        ConflictState::KeptFirst | ConflictState::KeptSecond => "conflict-placeholder-one",
        _ => "conflict-placeholder",
    };
    (title, "conflict-hint", placeholder)
}

fn of_call(about: AboutCall) -> (&'static str, &'static str, &'static str) {
    match about {
        AboutCall::Next => ("call-next-title", "call-next-hint", "call-next-placeholder"),
        AboutCall::Gist(CallOutcome::AskedToJoin) => {
            ("call-asked-title", "call-gist-hint", "call-gist-placeholder")
        }
        AboutCall::Gist(_) => ("call-gist-title", "call-gist-hint", "call-gist-placeholder"),
        AboutCall::Wrong => ("call-wrong-title", "call-wrong-hint", "call-number-placeholder"),
        AboutCall::Number => ("call-number-title", "call-number-hint", "call-number-placeholder"),
        AboutCall::Chair(_) => ("chair-address-title", "chair-address-hint", "chair-address-placeholder"),
        AboutCall::Workplace(_) => ("workplace-title", "workplace-hint", "workplace-placeholder"),
        AboutCall::Code => {
            ("application-code-title", "application-code-hint", "application-code-placeholder")
        }
    }
}
