//! Opening the desk that is meant and finding out who sits at it.

use super::{Run, Seat};
use otklik_core::clock::Clock;
use otklik_core::config::parse_now;
use otklik_core::desk::{Desk, DeskUrl};
use otklik_core::error::{Error, Result};

impl Run {
    /// The desk of `--desk`, `OTKLIK_DESK`, the configuration or the standard place.
    pub async fn desk(&self) -> Result<Desk> {
        let url = DeskUrl::parse(&self.config.desk)?;
        let desk = Desk::open(&url, Clock::system(), &self.config.places.state_root).await?;
        self.set_clock(&desk)?;
        Ok(desk)
    }

    /// On a demo desk `OTKLIK_NOW` begins this process's clock. On a real one a forgotten variable would put false
    /// moments into the journal, so that it is an error there.
    fn set_clock(&self, desk: &Desk) -> Result<()> {
        let Some(now) = &self.config.now else { return Ok(()) };
        if !desk.is_demo() {
            return Err(Error::usage("now-needs-demo"));
        }
        desk.clock().set(parse_now(now, &desk.zone())?);
        Ok(())
    }

    /// The desk, with the person of this OS account, or of `--as` on a demo desk.
    pub async fn seat(&self) -> Result<Seat> {
        let desk = self.desk().await?;
        let actor = match &self.act_as {
            Some(name) => desk.act_as(name).await?,
            None => desk.authenticate(&os_user()).await?,
        };
        Ok(Seat { desk, actor })
    }
}

/// The name of the account that this process runs under; its number where it has no name. The real account counts, not
/// what the environment says: variables are no proof.
pub fn os_user() -> String {
    let uid = nix::unistd::getuid();
    match nix::unistd::User::from_uid(uid) {
        Ok(Some(user)) => user.name,
        _ => format!("uid:{uid}"),
    }
}
