//! The address that answers to an appeal come back to: `NAME+TOKEN@`, where the account's server delivers that. It tells the
//! appeal even where a mail program drops the references and the subject; who takes part is asked all the same.

use super::act::Act;
use crate::error::Result;
use crate::mail::{Address, Ours, ParsedMail};
use crate::store::accounts::AccountRecord;
use crate::store::tokens;
use crate::types::{AppealId, Purpose};
use rand::Rng;
use uuid::Uuid;

/// Letters and digits that nobody confuses, and that a server which folds case leaves alone.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// 80 bits and more.
const LENGTH: usize = 17;

/// What Reply-To of a letter about an appeal says; none where the account's server knows no such addresses.
pub(super) async fn reply_to(
    act: &mut Act,
    account: &AccountRecord,
    appeal: Uuid,
    from: &Address,
) -> Result<Option<Address>> {
    if tokens::trust(&mut act.conn(), account.id).await?.plus_addressing == 0 {
        return Ok(None);
    }
    let token = match tokens::of_appeal(&mut act.conn(), appeal).await? {
        Some(token) => token,
        None => {
            let token = random_token();
            tokens::insert(&mut act.conn(), &token, appeal).await?;
            token
        }
    };
    let address = format!("{}+{token}@{}", from.local(), from.domain());
    Ok(Address::new("", &address).map(|address| Address { name: from.name.clone(), ..address }))
}

pub(super) fn random_token() -> String {
    let mut random = rand::thread_rng();
    (0..LENGTH).map(|_| char::from(LETTERS[random.gen_range(0..LETTERS.len())])).collect()
}

/// The appeal whose address a letter was sent to.
pub(super) async fn named(act: &mut Act, letter: &ParsedMail, ours: &Ours) -> Result<Option<AppealId>> {
    let headers = letter.to.iter().chain(&letter.cc).map(|address| address.addr.as_str());
    let delivered = letter.delivered_to.iter().map(String::as_str);
    let mut asked: Vec<&str> = Vec::new();
    for address in delivered.chain(headers) {
        let Some(token) = token_of(address, ours).filter(|token| !asked.contains(token)) else { continue };
        asked.push(token);
        if let Some(appeal) = tokens::appeal(&mut act.conn(), token).await? {
            return Ok(Some(AppealId(appeal)));
        }
        if asked.len() >= 5 {
            break;
        }
    }
    Ok(None)
}

fn token_of<'a>(address: &'a str, ours: &Ours) -> Option<&'a str> {
    let (local, domain) = address.rsplit_once('@')?;
    let (name, token) = local.split_once('+')?;
    let bare = format!("{name}@{domain}");
    let shaped = token.len() == LENGTH && token.bytes().all(|byte| LETTERS.contains(&byte));
    (shaped && ours.addresses.contains(&bare)).then_some(token)
}

/// Everybody who takes part in an appeal, in lower case.
pub(super) async fn everybody(act: &mut Act, appeal: AppealId) -> Result<Vec<String>> {
    let lists = tokens::participants(&mut act.conn(), appeal.0).await?;
    let mut all: Vec<String> =
        lists.iter().flat_map(|list| list.raw_for(Purpose::Threading).lines()).map(str::to_owned).collect();
    all.sort_unstable();
    all.dedup();
    Ok(all)
}
