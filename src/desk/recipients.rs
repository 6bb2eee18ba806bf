//! To whom a reply goes: its author, and carbon copies that a person has named. Nobody is added by himself: who else the
//! author had written to may be the very people that the appeal is about.

use super::act::Act;
use super::team::Teams;
use crate::error::{Error, Result};
use crate::mail::{self, Address, ascii_domain};
use crate::store::appeals::AppealRecord;
use crate::store::messages::MessageRecord;
use crate::store::{Conn, accounts, redirects};
use crate::types::{Direction, Purpose, Untrusted};

/// Copies of one reply.
const MOST: usize = 20;

/// Where a reply goes: the author's address, or the one that a person has put right in its place. What the author gave stays
/// what the author gave: nobody is found in the registry by an address that a colleague typed.
pub(super) async fn author(
    conn: &mut Conn<'_>,
    appeal: uuid::Uuid,
    author_email: Option<&Untrusted>,
) -> Result<Option<Untrusted>> {
    let Some(email) = author_email else { return Ok(None) };
    let corrected = redirects::corrected(conn, appeal).await?;
    Ok(Some(corrected.unwrap_or_else(|| email.clone())))
}

/// The addresses of carbon copies, checked, each once, without the author.
///
/// # Errors
/// `bad-address`; `own-address`, since a copy to ourselves would come back as mail; `too-many-copies`.
pub(super) async fn copies(act: &mut Act, appeal: &AppealRecord, cc: &[String]) -> Result<Vec<Address>> {
    let author = author(&mut act.conn(), appeal.id, appeal.author_email.as_ref()).await?;
    let author = author.and_then(|email| place(email.raw_for(Purpose::Store)));
    let mut copies: Vec<Address> = Vec::new();
    for typed in cc.iter().map(|typed| typed.trim()).filter(|typed| !typed.is_empty()) {
        let copy = typed_address(typed)?;
        refuse_own(act, &copy).await?;
        let there = place(&copy.addr);
        if there != author && copies.iter().all(|known| place(&known.addr) != there) {
            copies.push(copy);
        }
    }
    if copies.len() > MOST {
        return Err(Error::usage("too-many-copies").arg("limit", MOST));
    }
    Ok(copies)
}

/// The address that a person has typed.
///
/// # Errors
/// `bad-address` with what is wrong with it.
pub(super) fn typed_address(text: &str) -> Result<Address> {
    let told = |fault| Error::usage("bad-address").arg("address", text).arg("address_fault", fault);
    mail::typed_address(text).map_err(told)
}

/// Refuses an address of ours, however it is written: a letter to ourselves is no answer to anybody, and would come back
/// as mail.
///
/// # Errors
/// `own-address`.
pub(super) async fn refuse_own(act: &mut Act, to: &Address) -> Result<()> {
    match is_ours(&mut act.conn(), &to.addr).await? {
        true => Err(Error::usage("own-address").arg("address", &to.addr)),
        false => Ok(()),
    }
}

/// Whether an address is one of ours, however it is written.
pub(super) async fn is_ours(conn: &mut Conn<'_>, address: &str) -> Result<bool> {
    let all = accounts::all(conn).await?;
    let ours = Teams::load(conn, &all).await?.addresses();
    Ok(ours.iter().any(|known| is_same(known, address)))
}

/// Whether letters to both addresses arrive at one place.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    place(one) == place(other)
}

/// Where a letter to this address arrives: letters of either case, and whatever a domain's name leaves out or takes for
/// another (an invisible sign, an ideographic full stop), are one. `None` if it is no address.
fn place(address: &str) -> Option<String> {
    let visible: String = address.chars().filter(|c| !is_invisible(*c)).collect();
    ascii_domain(&visible).map(|address| address.to_lowercase())
}

/// A sign that nobody sees and that text from the web brings along.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
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
