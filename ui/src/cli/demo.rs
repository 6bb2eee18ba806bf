//! `otklik demo`: a desk of invented data in a temporary folder, mail that keeps arriving, the console.

use super::args::Demo as Asked;
use super::start::os_user;
use super::{Run, ask};
use crate::demo::{Demo, Size, deliver};
use otklik_core::clock::Clock;
use otklik_core::config::{Config, parse_now};
use otklik_core::desk::settings::Settings;
use otklik_core::error::Result;
use serde_json::json;
use std::path::Path;

impl Run {
    /// The exit code of the console. Where nobody can look at it, the help, as without a verb.
    pub async fn demo(&self, asked: Asked) -> Result<u8> {
        let size = Size { members: asked.members, appeals: asked.appeals };
        if let Some(folder) = &asked.only_make {
            let demo = self.make_demo(folder, size).await?;
            demo.desk.close().await;
            let desk = format!("sqlite:{}", folder.join("desk.sqlite").display());
            let sentence = self.out.tr.with("cli-said-init", &[("desk", desk.clone().into())]);
            return self.out.done(&sentence, json!({ "desk": desk })).map(|()| 0);
        }
        if let Some(code) = ask::without_screen(&self.out)? {
            return Ok(code);
        }
        self.out.aside(self.out.tr.text("cli-said-demo-begins"));
        let folder = tempfile::Builder::new().prefix("otklik-demo-").tempdir()?;
        let demo = self.make_demo(folder.path(), size).await?;
        let actor = match &self.act_as {
            Some(name) => demo.desk.act_as(name).await?,
            None => demo.staff[1].clone(),
        };
        let (clock, zone) = (demo.desk.clock().clone(), demo.desk.zone());
        let mail = tokio::spawn(deliver(demo.maildir, demo.outgoing, clock, zone, size.members));
        let config = demo_config(&self.config, folder.path());
        let left = self.composition.console(&demo.desk, actor, &config, &self.out.tr).await;
        mail.abort();
        demo.desk.close().await;
        folder.close()?;
        self.out.aside(self.out.tr.text("cli-said-demo-ends"));
        left
    }

    async fn make_demo(&self, folder: &Path, size: Size) -> Result<Demo> {
        let clock = Clock::system();
        if let Some(now) = &self.config.now {
            clock.set(parse_now(now, &Settings::default().time_zone()?)?);
        }
        Demo::make(folder, os_user(), clock, size).await
    }
}

/// The person's own keys and colours, but nothing of their desk.
fn demo_config(own: &Config, folder: &Path) -> Config {
    let mut config = own.clone();
    config.desk = format!("sqlite:{}", folder.join("desk.sqlite").display());
    config.places.state_root = folder.join("state");
    config
}
