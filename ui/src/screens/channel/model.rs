//! What the settings of a channel are, and what is known of them.

use crate::app::effect::{ChannelSettings, Failure};
use crate::app::env::Env;
use crate::widgets::columns::Cursor;
use otklik_core::types::{DisplayText, OutsideReplies};

/// What can be set of a channel, in the order of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Whether it is read at all.
    Intake,
    MailIn,
    MailOut,
    PasswordFile,
    /// From which day on letters are appeals.
    Since,
    Organisation,
    /// Whether notices of receipt leave by themselves.
    Automatic,
    OutsideReplies,
    SentFolder,
    Copies,
    /// The server whose checks of senders are believed.
    AuthservId,
    PlusAddressing,
}

/// How a setting is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    YesNo,
    Outside,
    Organisation,
    /// A line to type in; `true`: it may be left empty.
    Line(bool),
}

impl Setting {
    pub const ALL: &'static [Setting] = &[
        Setting::Intake,
        Setting::MailIn,
        Setting::MailOut,
        Setting::PasswordFile,
        Setting::Since,
        Setting::Organisation,
        Setting::Automatic,
        Setting::OutsideReplies,
        Setting::SentFolder,
        Setting::Copies,
        Setting::AuthservId,
        Setting::PlusAddressing,
    ];

    /// The keys of its name and of what it means.
    pub fn keys(self) -> (&'static str, &'static str) {
        match self {
            Setting::Intake => ("channel-intake", "channel-intake-help"),
            Setting::MailIn => ("channel-mail-in", "channel-mail-in-help"),
            Setting::MailOut => ("channel-mail-out", "channel-mail-out-help"),
            Setting::PasswordFile => ("channel-password-file", "channel-password-file-help"),
            Setting::Since => ("channel-since", "channel-since-help"),
            Setting::Organisation => ("channel-organisation", "channel-organisation-help"),
            Setting::Automatic => ("channel-automatic", "channel-automatic-help"),
            Setting::OutsideReplies => ("channel-outside", "channel-outside-help"),
            Setting::SentFolder => ("channel-sent-folder", "channel-sent-folder-help"),
            Setting::Copies => ("channel-copies", "channel-copies-help"),
            Setting::AuthservId => ("channel-authserv-id", "channel-authserv-id-help"),
            Setting::PlusAddressing => ("channel-plus", "channel-plus-help"),
        }
    }

    pub fn form(self) -> Form {
        match self {
            Setting::Intake | Setting::Automatic | Setting::Copies | Setting::PlusAddressing => Form::YesNo,
            Setting::OutsideReplies => Form::Outside,
            Setting::Organisation => Form::Organisation,
            Setting::MailIn | Setting::Since => Form::Line(false),
            Setting::MailOut | Setting::PasswordFile | Setting::SentFolder | Setting::AuthservId => {
                Form::Line(true)
            }
        }
    }
}

#[derive(Debug)]
pub struct State {
    /// The channel's name.
    pub name: String,
    /// `None` until the first load.
    pub loaded: Option<ChannelSettings>,
    pub failed: Option<Failure>,
    pub cursor: Cursor,
}

impl State {
    pub fn new(name: String) -> Self {
        Self { name, loaded: None, failed: None, cursor: Cursor::default() }
    }

    pub fn setting(&self) -> Setting {
        Setting::ALL.get(self.cursor.selected).copied().unwrap_or(Setting::Intake)
    }

    /// Whether it is on; of what is no question of yes or no: not.
    pub fn is_on(&self, setting: Setting) -> bool {
        let Some(loaded) = &self.loaded else { return false };
        match setting {
            Setting::Intake => loaded.channel.state != "paused",
            Setting::Automatic => loaded.channel.automatic,
            Setting::Copies => loaded.channel.copy_sent,
            Setting::PlusAddressing => loaded.channel.plus_addressing,
            _ => false,
        }
    }

    pub fn outside(&self) -> OutsideReplies {
        self.loaded.as_ref().map_or(OutsideReplies::Ask, |loaded| loaded.channel.outside_replies)
    }

    /// The code of its organisation; none: the whole desk's.
    pub fn organisation(&self) -> Option<DisplayText> {
        self.loaded.as_ref()?.channel.organisation.as_ref().map(|code| code.display_line())
    }

    /// What stands in the line of a setting that is typed; empty where it is not set.
    pub fn typed(&self, setting: Setting, env: &Env) -> String {
        let Some(loaded) = &self.loaded else { return String::new() };
        let (channel, routes) = (&loaded.channel, &loaded.routes);
        match setting {
            Setting::MailIn => routes.incoming.clone(),
            Setting::MailOut => routes.outgoing.clone(),
            Setting::PasswordFile => routes.password_file.clone().unwrap_or_default(),
            Setting::Since => match channel.since {
                Some(since) => since.to_zoned(env.zone.clone()).date().strftime("%d.%m.%Y").to_string(),
                None => env.tr.text("channel-since-all").to_string(),
            },
            Setting::SentFolder => channel.sent_folder.clone().unwrap_or_default(),
            Setting::AuthservId => channel.authserv_id.clone().unwrap_or_default(),
            _ => String::new(),
        }
    }
}
