//! `otklik channel set`: changes an account. Only what is named changes; `none` takes away what may be absent.

use super::args::ChannelSet;
use super::first_look::since;
use super::init::private_file;
use super::shapes::Shapes;
use super::ways::{Made, absolute, check_folder};
use super::{Run, Seat};
use crate::screens::channel::Setting;
use jiff::Timestamp;
use otklik_core::desk::{AccountEdit, ChannelTrust, Desk};
use otklik_core::error::{Error, Result};
use otklik_core::types::{Actor, OutsideReplies};
use std::path::{Path, PathBuf};

impl Run {
    pub(super) async fn channel_set(&self, seat: &Seat, set: ChannelSet) -> Result<()> {
        let (reopened, made) = apply(&seat.desk, &seat.actor, &set).await?;
        made.tell(&self.out)?;
        let channels = seat.desk.channels(&seat.actor).await?;
        let channel = channels.iter().find(|channel| channel.name == set.name);
        let channel = channel.ok_or_else(|| Error::not_found("no-channel").arg("name", &set.name))?;
        let tr = &self.out.tr;
        let mut value = Shapes { zone: seat.desk.zone() }.channel(channel);
        value["reopened"] = reopened.into();
        value["folders_made"] = made.names().into();
        self.out.done(&tr.with("cli-said-channel-set", &[("name", set.name.as_str().into())]), value)?;
        match reopened > 0 && !self.out.json {
            true => self.out.line(tr.with("cli-said-channel-reopened", &[("n", reopened.into())])),
            false => Ok(()),
        }
    }
}

/// Changes an account; how many letters of history are read anew, and the folders that were made.
async fn apply(desk: &Desk, actor: &Actor, set: &ChannelSet) -> Result<(u64, Made)> {
    let edit = edit(set, |text| since(text, &desk.zone(), desk.clock().now()))?;
    if edit == AccountEdit::default() {
        return Err(Error::usage("nothing-to-set"));
    }
    let made = Made::of_ways(edit.incoming.as_deref(), edit.outgoing.as_deref())?;
    match desk.edit_channel(actor, &set.name, edit).await {
        Ok(reopened) => Ok((reopened, made)),
        Err(error) => {
            made.undo();
            Err(error)
        }
    }
}

/// Changes one setting from the console, by the same rules. An empty value takes away what may be absent.
pub(crate) async fn set_one(
    desk: &Desk,
    actor: &Actor,
    name: &str,
    setting: Setting,
    value: &str,
) -> Result<(u64, Vec<String>)> {
    let text = || Some(if value.is_empty() { "none" } else { value }.to_owned());
    let mut set = ChannelSet { name: name.to_owned(), ..ChannelSet::default() };
    let mut trust = ChannelTrust::default();
    match setting {
        Setting::Intake => set.intake = text(),
        Setting::MailIn => set.mail_in = text(),
        Setting::MailOut => set.mail_out = text(),
        Setting::PasswordFile => set.password_file = text().map(PathBuf::from),
        Setting::Since => set.since = text(),
        Setting::Organisation => set.organisation = text(),
        Setting::Automatic => set.automatic = text(),
        Setting::OutsideReplies => set.outside_replies = OutsideReplies::parse(value),
        Setting::SentFolder => set.sent_folder = text(),
        Setting::Copies => set.copies = text(),
        Setting::AuthservId => trust.authserv_id = Some(value.to_owned()),
        Setting::PlusAddressing => trust.plus_addressing = Some(value == "yes"),
    }
    if matches!(setting, Setting::AuthservId | Setting::PlusAddressing) {
        desk.trust_channel(actor, name, trust).await?;
        return Ok((0, Vec::new()));
    }
    let (reopened, made) = apply(desk, actor, &set).await?;
    Ok((reopened, made.names()))
}

fn edit(set: &ChannelSet, since: impl Fn(&str) -> Result<Timestamp>) -> Result<AccountEdit> {
    let or_none = |text: &Option<String>| text.clone().map(|text| Some(text).filter(|text| text != "none"));
    let yes = |word: &Option<String>| word.as_deref().map(|word| word == "yes");
    Ok(AccountEdit {
        incoming: set.mail_in.as_deref().map(way).transpose()?,
        outgoing: or_none(&set.mail_out).map(|url| way(&url.unwrap_or_default())).transpose()?,
        password_file: set.password_file.as_deref().map(password_file).transpose()?,
        since: set.since.as_deref().map(since).transpose()?,
        org: or_none(&set.organisation),
        sent_folder: or_none(&set.sent_folder),
        copy_sent: yes(&set.copies),
        outside_replies: set.outside_replies,
        automatic: yes(&set.automatic),
        enabled: yes(&set.intake),
    })
}

/// The way with its folder's full name, if that folder is there or can be made.
fn way(url: &str) -> Result<String> {
    let url = absolute(url)?;
    check_folder(&url)?;
    Ok(url)
}

/// The file by its full name, since workers run elsewhere.
fn password_file(path: &Path) -> Result<Option<String>> {
    if path == Path::new("none") {
        return Ok(None);
    }
    Ok(Some(private_file(path)?.display().to_string()))
}
