//! What keys and answers do to the settings of a channel.

use super::State;
use super::model::{Form, Setting};
use crate::app::ctx::Ctx;
use crate::app::effect::{Ask, ChannelSettings, Failure};
use crate::app::go::Go;
use crate::app::layer::Layer;
use crate::app::notice::Notice;
use crate::keymap::CommandId;
use crate::screens::{choose, line};
use otklik_core::types::DisplayText;

/// Asks for what is set.
pub fn load(state: &State, ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::ChannelSettings(state.name.clone()));
}

/// It has come, or has not.
pub fn loaded(state: &mut State, result: Result<&ChannelSettings, Failure>, ctx: &mut Ctx<'_>) {
    match result {
        Ok(settings) => {
            state.loaded = Some(settings.clone());
            state.failed = None;
        }
        Err(failure) => {
            if state.loaded.is_some() {
                ctx.say(Notice::warning("queue-not-refreshed"));
            }
            state.failed = Some(failure);
        }
    }
}

/// Runs a command; false when it is not one of its own.
pub fn command(state: &mut State, command: CommandId, ctx: &mut Ctx<'_>) -> bool {
    if let Some(go) = Go::of(command) {
        go.in_list(&mut state.cursor, Setting::ALL.len(), super::view::list_rows(ctx.env));
        return true;
    }
    match command {
        CommandId::EditSetting => edit(state, ctx),
        CommandId::Reload => load(state, ctx),
        CommandId::Back => ctx.close(),
        _ => return false,
    }
    true
}

/// Asks for the new value of the chosen setting.
fn edit(state: &State, ctx: &mut Ctx<'_>) {
    let Some(loaded) = &state.loaded else { return };
    let setting = state.setting();
    let layer = match setting.form() {
        Form::YesNo => Layer::Choose(Box::new(choose::State::yes_no(setting, state.is_on(setting)))),
        Form::Outside => Layer::Choose(Box::new(choose::State::outside_replies(state.outside()))),
        Form::Organisation => {
            let name = |org: &otklik_core::desk::views::OrgView| {
                let shown = format!("{}  {}", org.code.display_line(), org.name.display_line());
                (org.code.display_line().into_string(), DisplayText::sanitise(&shown))
            };
            let orgs: Vec<_> = loaded.orgs.iter().map(name).collect();
            let now = state.organisation();
            Layer::Choose(Box::new(choose::State::channel_orgs(now.as_ref().map(DisplayText::as_str), &orgs)))
        }
        Form::Line(_) => Layer::Line(line::State::setting(setting, &state.typed(setting, ctx.env))),
    };
    ctx.push(layer);
}

/// Changes a setting: `value` as the command line takes it, empty for what is to be taken away.
pub fn set(state: &State, setting: Setting, value: String, ctx: &mut Ctx<'_>) {
    ctx.ask(Ask::SetChannel { name: state.name.clone(), setting, value });
}
