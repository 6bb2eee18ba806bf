//! Changing an account: where its letters come from and go to, from which day they are appeals, whose team's it is, what
//! is done with replies that colleagues send from it, whether it is read and answers by itself. Its name, its address and
//! its kind stay, since what was taken already is known by them.

use super::Desk;
use super::act::{detached, moment};
use super::channels::{check_outgoing, kind_of, named, team};
use super::journal::Entry;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::accounts::AccountRecord;
use crate::store::{accounts, raw};
use crate::types::{AccountId, Actor, OrgId, OutsideReplies};
use jiff::Timestamp;

/// What changes; `None` leaves a thing as it is, `Some(None)` takes it away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountEdit {
    pub incoming: Option<String>,
    /// Empty: nothing is sent.
    pub outgoing: Option<String>,
    /// A file of mode 0600 with the password.
    pub password_file: Option<Option<String>>,
    /// Mail received before this is history. Moved back, history that is younger becomes appeals; moved on, what is an
    /// appeal already stays one.
    pub since: Option<Timestamp>,
    /// Code of the organisation whose team's address it is.
    pub org: Option<Option<String>>,
    /// Where sent letters lie; none: the folder that the server calls `\\Sent`.
    pub sent_folder: Option<Option<String>>,
    /// Whether copies of what was sent are put there.
    pub copy_sent: Option<bool>,
    pub outside_replies: Option<OutsideReplies>,
    /// Whether automatic letters leave by themselves; otherwise they wait, held, for a person.
    pub automatic: Option<bool>,
    /// Whether it is read at all.
    pub enabled: Option<bool>,
}

impl Desk {
    /// Changes an account as one decision; one that changes nothing leaves no trace. How many letters that were history
    /// are read anew, because the first day was moved back.
    ///
    /// # Errors
    /// `no-channel`, `channel-kind` for letters from a place of another kind, `bad-mail-in`, `bad-mail-out`,
    /// `no-organisation`.
    pub async fn edit_channel(&self, actor: &Actor, name: &str, edit: AccountEdit) -> Result<u64> {
        let (desk, actor, name) = (self.clone(), actor.clone(), name.to_owned());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::ChannelAdd).await?;
            let before = named(&mut act, &name).await?;
            let org_id = match &edit.org {
                None => before.org_id,
                Some(code) => team(&mut act, code.as_deref()).await?,
            };
            let after = AccountRecord { org_id, ..changed(&before, &edit)? };
            let about = Entry::new("channel.edited").about("channel", AccountId(after.id));
            let Some(entry) = difference(about, &before, &after) else { return Ok(0) };
            accounts::update(&mut act.conn(), &after).await?;
            let reopened = match after.since < before.since {
                true => raw::reopen_history(&mut act.conn(), after.id, after.since).await?,
                false => 0,
            };
            act.record(if reopened > 0 { entry.refers("reopened", reopened) } else { entry }).await?;
            act.commit().await?;
            Ok(reopened)
        })
        .await
    }
}

/// The account as it will be, or why it cannot be so.
fn changed(before: &AccountRecord, edit: &AccountEdit) -> Result<AccountRecord> {
    let mut after = before.clone();
    if let Some(incoming) = &edit.incoming {
        if kind_of(incoming)?.code() != before.kind {
            return Err(Error::conflict("channel-kind").arg("url", incoming));
        }
        after.incoming.clone_from(incoming);
    }
    if let Some(outgoing) = &edit.outgoing {
        check_outgoing(outgoing)?;
        after.outgoing.clone_from(outgoing);
    }
    let flag = |now: i64, wanted: Option<bool>| wanted.map_or(now, i64::from);
    let text = |now: &Option<String>, wanted: &Option<Option<String>>| match wanted {
        None => now.clone(),
        Some(wanted) => wanted.clone(),
    };
    after.password_file = text(&before.password_file, &edit.password_file);
    after.sent_folder = text(&before.sent_folder, &edit.sent_folder);
    after.since = edit.since.map_or(before.since, Timestamp::as_millisecond);
    after.copy_sent = flag(before.copy_sent, edit.copy_sent);
    after.automatic = flag(before.automatic, edit.automatic);
    after.enabled = flag(before.enabled, edit.enabled);
    if let Some(outside) = edit.outside_replies {
        outside.code().clone_into(&mut after.outside_replies);
    }
    Ok(after)
}

/// What the journal says of a change: each setting before and after; none if everything was so already. The password is not
/// among them, only its file.
fn difference(entry: Entry, before: &AccountRecord, after: &AccountRecord) -> Option<Entry> {
    let sides = before.told().into_iter().zip(after.told());
    let differing: Vec<_> = sides.filter(|(before, after)| before != after).collect();
    if differing.is_empty() {
        return None;
    }
    let told = |entry: Entry, ((field, before), (_, after)): (_, (_, Option<String>))| {
        entry.code(field, before, after)
    };
    Some(differing.into_iter().fold(entry, told))
}

impl AccountRecord {
    /// Every setting that may change, by its name in the journal.
    fn told(&self) -> Vec<(&'static str, Option<String>)> {
        let flag = |flag: i64| Some(if flag == 0 { "off" } else { "on" }.to_owned());
        vec![
            ("mail_in", Some(self.incoming.clone())),
            ("mail_out", Some(self.outgoing.clone())),
            ("password_file", self.password_file.clone()),
            ("since", Some(moment(self.since).to_string())),
            ("organisation", self.org_id.map(|org| OrgId(org).to_string())),
            ("sent_folder", self.sent_folder.clone()),
            ("copies", flag(self.copy_sent)),
            ("outside_replies", Some(self.outside_replies.clone())),
            ("automatic", flag(self.automatic)),
            ("intake", flag(self.enabled)),
        ]
    }
}
