//! `otklik channel set`: changes an account. Only what is named changes; `none` takes away what may be absent.

use super::args::ChannelSet;
use super::first_look::since;
use super::init::{private_file, way_in, way_out};
use super::shapes::Shapes;
use super::{Run, Seat};
use jiff::Timestamp;
use otklik_core::desk::AccountEdit;
use otklik_core::error::{Error, Result};
use std::path::Path;

impl Run {
    pub(super) async fn channel_set(&self, seat: &Seat, set: ChannelSet) -> Result<()> {
        let edit = edit(&set, |text| since(text, &seat.desk.zone(), seat.desk.clock().now()))?;
        if edit == AccountEdit::default() {
            return Err(Error::usage("nothing-to-set"));
        }
        let reopened = seat.desk.edit_channel(&seat.actor, &set.name, edit).await?;
        let channels = seat.desk.channels(&seat.actor).await?;
        let channel = channels.iter().find(|channel| channel.name == set.name);
        let channel = channel.ok_or_else(|| Error::not_found("no-channel").arg("name", &set.name))?;
        let tr = &self.out.tr;
        let mut value = Shapes { zone: seat.desk.zone() }.channel(channel);
        value["reopened"] = reopened.into();
        self.out.done(&tr.with("cli-said-channel-set", &[("name", set.name.as_str().into())]), value)?;
        match reopened > 0 && !self.out.json {
            true => self.out.line(tr.with("cli-said-channel-reopened", &[("n", reopened.into())])),
            false => Ok(()),
        }
    }
}

fn edit(set: &ChannelSet, since: impl Fn(&str) -> Result<Timestamp>) -> Result<AccountEdit> {
    let or_none = |text: &Option<String>| text.clone().map(|text| Some(text).filter(|text| text != "none"));
    let yes = |word: &Option<String>| word.as_deref().map(|word| word == "yes");
    Ok(AccountEdit {
        incoming: set.mail_in.clone().map(way_in).transpose()?,
        outgoing: or_none(&set.mail_out).map(|url| way_out(url.unwrap_or_default())).transpose()?,
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

/// The file by its full name, since workers run elsewhere.
fn password_file(path: &Path) -> Result<Option<String>> {
    if path == Path::new("none") {
        return Ok(None);
    }
    Ok(Some(private_file(path)?.display().to_string()))
}
