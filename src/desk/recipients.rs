//! To whom a reply goes: its author, and carbon copies that a person has named. Nobody is added by himself: who else the
//! author had written to may be the very people that the appeal is about.

use super::act::Act;
use crate::error::{Error, Result};
use crate::mail::Address;
use crate::store::accounts;
use crate::store::appeals::AppealRecord;
use crate::store::messages::MessageRecord;
use crate::types::{Direction, Purpose, Untrusted};

/// Copies of one reply.
const MOST: usize = 20;

/// The addresses of carbon copies, checked, each once, without the author.
///
/// # Errors
/// `bad-address`; `own-address`, since a copy to ourselves would come back as mail; `too-many-copies`.
pub(super) async fn copies(act: &mut Act, appeal: &AppealRecord, cc: &[String]) -> Result<Vec<Address>> {
    let ours = accounts::all(&mut act.conn()).await?;
    let author = appeal.author_email.as_ref().map(|email| email.raw_for(Purpose::Store).to_lowercase());
    let mut copies: Vec<Address> = Vec::new();
    for typed in cc.iter().map(|typed| typed.trim()).filter(|typed| !typed.is_empty()) {
        let copy =
            Address::new("", typed).ok_or_else(|| Error::usage("bad-address").arg("address", typed))?;
        if ours.iter().any(|account| account.address.to_lowercase() == copy.addr) {
            return Err(Error::usage("own-address").arg("address", typed));
        }
        let is_author = author.as_deref() == Some(copy.addr.as_str());
        if !is_author && copies.iter().all(|known| known.addr != copy.addr) {
            copies.push(copy);
        }
    }
    if copies.len() > MOST {
        return Err(Error::usage("too-many-copies").arg("limit", MOST));
    }
    Ok(copies)
}

/// Who else the author's newest letter went to: neither the author nor us.
pub(super) fn others(
    thread: &[MessageRecord],
    author: Option<&Untrusted>,
    is_ours: impl Fn(&str) -> bool,
) -> Vec<Untrusted> {
    let is_theirs = |message: &&MessageRecord| {
        message.direction == Direction::In.code() && message.authentication.is_none()
    };
    let newest = thread.iter().rev().find(is_theirs);
    let author = author.map(|author| author.raw_for(Purpose::Store).to_lowercase());
    let Some(newest) = newest else { return Vec::new() };
    let everybody = newest.participants.raw_for(Purpose::Threading).lines();
    let others = everybody.filter(|known| Some(*known) != author.as_deref() && !is_ours(known));
    others.map(Untrusted::new).collect()
}
