//! What the desk may take for granted of an account's mail server: whose word on senders it believes, and whether the
//! server knows addresses with a tag. Wrong, both let strangers in or lose answers; so only who sets up channels says so.

use super::Desk;
use super::act::detached;
use super::channels::named;
use super::journal::Entry;
use crate::error::{Error, Result};
use crate::rules::roles::UseCase;
use crate::store::tokens;
use crate::types::{AccountId, Actor};

/// What is changed; `None` leaves as it is.
#[derive(Clone, Debug, Default)]
pub struct ChannelTrust {
    /// The server whose Authentication-Results are believed (RFC 8601); an empty one: nobody's.
    pub authserv_id: Option<String>,
    /// Whether the server delivers `NAME+TOKEN@` to `NAME@`.
    pub plus_addressing: Option<bool>,
}

impl Desk {
    /// Changes what is believed of an account's server.
    pub async fn trust_channel(&self, actor: &Actor, name: &str, change: ChannelTrust) -> Result<()> {
        let (desk, actor, name) = (self.clone(), actor.clone(), name.to_owned());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::ChannelAdd).await?;
            let account = named(&mut act, &name).await?;
            let before = tokens::trust(&mut act.conn(), account.id).await?;
            let mut after = before.clone();
            if let Some(id) = change.authserv_id {
                let shaped =
                    id.len() <= 255 && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';');
                if !shaped {
                    return Err(Error::usage("bad-authserv-id").arg("id", &id));
                }
                after.authserv_id = Some(id.to_ascii_lowercase()).filter(|id| !id.is_empty());
            }
            after.plus_addressing = change.plus_addressing.map_or(before.plus_addressing, i64::from);
            tokens::set_trust(&mut act.conn(), account.id, &after).await?;
            let plus = |trust: &tokens::Trust| Some(if trust.plus_addressing == 0 { "no" } else { "yes" });
            let entry = Entry::new("channel.trust")
                .about("channel", AccountId(account.id))
                .code("authserv_id", before.authserv_id.clone(), after.authserv_id.clone())
                .code("plus_addressing", plus(&before), plus(&after));
            act.record(entry).await?;
            act.commit().await
        })
        .await
    }
}
