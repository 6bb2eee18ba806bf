//! What keys and answers do to the line.

use super::State;
use super::model::{About, AboutCall};
use crate::app::ctx::{Ctx, Move};
use crate::app::deed::Deed;
use crate::app::effect::Ask;
use crate::i18n::{leading_moment, typed_moment};
use crate::keymap::CommandId;
use crate::screens::channel::Setting;
use crate::widgets::input::Input;
use jiff::civil::Time;
use otklik_core::desk::NewCall;
use otklik_core::types::{AppealId, CallOutcome, DisplayText, Since};
use std::path::PathBuf;

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    match command {
        CommandId::Accept => accept(state, ctx),
        CommandId::NextPane if state.about.is_path() => {
            ctx.ask(Ask::CompletePath(state.field.text().to_owned()));
        }
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}

fn accept(state: &mut State, ctx: &mut Ctx<'_>) {
    let typed = state.field.text().trim();
    let deed = match state.about {
        About::File(_) | About::Registry if typed.is_empty() => return,
        About::Registry => Deed::OpenRegistry(PathBuf::from(typed)),
        About::File(appeal) => Deed::AttachFile { appeal, path: PathBuf::from(typed) },
        About::Copies(appeal) => {
            let addresses = typed.split([',', ';', ' ']).map(str::trim).filter(|one| !one.is_empty());
            Deed::CopyTo { appeal, cc: addresses.map(str::to_owned).collect() }
        }
        About::Address(id) => {
            // The desk judges addresses; what needs no desk is said while the line is still open.
            state.fault = match typed {
                same if same.eq_ignore_ascii_case(state.former.as_str().trim()) => {
                    Some("redirect-fault-same")
                }
                address if is_bare(address) => None,
                _ => Some("redirect-fault-shape"),
            };
            if state.fault.is_some() {
                return;
            }
            Deed::Redirect { id, address: typed.to_owned() }
        }
        About::Arrived(_) if typed.is_empty() => {
            state.fault = Some("arrived-fault-empty");
            return;
        }
        About::Arrived(id) => Deed::ConfirmDelivery { id, reason: typed.to_owned() },
        About::Setting(setting) => match of_setting(setting, typed, state.former.as_str(), ctx) {
            Ok(deed) => deed,
            Err(fault) => {
                state.fault = Some(fault);
                return;
            }
        },
        About::DigestHour => match time_of_day(typed) {
            Some(at) => Deed::DigestHour(Some(at)),
            None => {
                state.fault = Some("digest-fault-hour");
                return;
            }
        },
        About::DigestZone => Deed::DigestZone(Some(typed.to_owned()).filter(|zone| !zone.is_empty())),
        About::Conflict(id, decision) => {
            if typed.is_empty() {
                state.fault = Some("conflict-fault-reason");
                return;
            }
            Deed::SettleConflict(id, decision, typed.to_owned())
        }
        About::Call(appeal, about) => match of_call(appeal, about, (typed, &state.to), ctx) {
            Ok(deed) => deed,
            Err(fault) => {
                state.fault = fault;
                return;
            }
        },
    };
    ctx.moves.push(Move::CloseAndDo(Box::new(deed)));
}

/// What is typed for a setting of a channel, or what is wrong with it. The desk judges again; what needs no desk is said while the line
/// is still open.
fn of_setting(setting: Setting, typed: &str, former: &str, ctx: &Ctx<'_>) -> Result<Deed, &'static str> {
    let begins = |schemes: &[&str]| schemes.iter().any(|scheme| typed.starts_with(scheme));
    match setting {
        Setting::MailIn if !begins(&["maildir:", "imap://", "imaps://"]) => Err("channel-fault-mail-in"),
        Setting::MailOut if !typed.is_empty() && !begins(&["folder:", "smtp://", "smtps://"]) => {
            Err("channel-fault-mail-out")
        }
        Setting::Since => {
            let moment = |text: &str| {
                let said = Since::parse(text).filter(|_| !text.is_empty());
                said.and_then(|since| since.moment(ctx.env.now, &ctx.env.zone))
            };
            let wanted = moment(typed).ok_or("channel-fault-since")?;
            let earlier = moment(former).is_none_or(|former| wanted < former);
            let typed = typed.to_owned();
            Ok(if earlier { Deed::AskSince(typed) } else { Deed::SetChannel(setting, typed) })
        }
        Setting::AuthservId if typed.contains([' ', ';']) => Err("channel-fault-authserv-id"),
        _ => Ok(Deed::SetChannel(setting, typed.to_owned())),
    }
}

/// A time of day as people write it: `07:30`, `7.30`, `7`.
fn time_of_day(typed: &str) -> Option<Time> {
    let (hour, minute) = typed.split_once([':', '.']).unwrap_or((typed, "0"));
    let number = |text: &str| {
        let short = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        short.then(|| text.parse::<i8>().ok()).flatten()
    };
    Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

/// Whether it may be one address.
fn is_bare(text: &str) -> bool {
    let parts = text.split_once('@').filter(|(local, domain)| !local.is_empty() && !domain.contains('@'));
    parts.is_some_and(|(_, domain)| domain.contains('.')) && !text.contains([' ', ',', ';', '<', '>'])
}

/// What a line about a call says, or the fault of what was typed, if it is one.
fn of_call(
    appeal: AppealId,
    about: AboutCall,
    (typed, to): (&str, &Option<String>),
    ctx: &Ctx<'_>,
) -> Result<Deed, Option<&'static str>> {
    let env = ctx.env;
    let said = Some(typed.to_owned()).filter(|text| !text.is_empty());
    Ok(match about {
        AboutCall::Next => {
            let read = |typed: &str| typed_moment(typed, env.now, &env.zone).ok_or(Some("call-fault-moment"));
            let next_at = said.as_deref().map(read).transpose()?;
            Deed::LogCall(appeal, NewCall { next_at, ..NewCall::of(CallOutcome::NoAnswer) })
        }
        AboutCall::Gist(outcome) => {
            let (at, gist) = leading_moment(typed, env.now, &env.zone);
            // Said while the line is still open, so that nothing has to be typed again.
            if at.is_some_and(|at| at > env.now) {
                return Err(Some("call-fault-future"));
            }
            Deed::LogCall(appeal, NewCall { at, gist: gist.to_owned(), ..NewCall::of(outcome) })
        }
        AboutCall::Wrong => {
            Deed::LogCall(appeal, NewCall { number: said, ..NewCall::of(CallOutcome::WrongNumber) })
        }
        AboutCall::Number => Deed::CallNumber(appeal, said),
        AboutCall::Chair(_) if !typed.is_empty() && !is_bare(typed) => {
            return Err(Some("redirect-fault-shape"));
        }
        AboutCall::Chair(org) => Deed::AskAgreed { appeal, org, to: said },
        AboutCall::Workplace(org) => Deed::Agree { appeal, org, to: to.clone(), workplace: said },
        AboutCall::Code => Deed::ConfirmApplication(appeal, said.ok_or(None)?),
    })
}

/// What a path could go on with has come; a path that was typed on meanwhile is left alone.
pub fn completed(state: &mut State, asked: &str, path: &str, names: &[String]) {
    if state.field.text() != asked {
        return;
    }
    state.field = Input::holding(&DisplayText::sanitise(path));
    state.names = names.iter().map(|name| DisplayText::sanitise(name).into_line()).collect();
}
