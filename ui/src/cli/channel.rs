//! `otklik channel`: where mail comes from and goes to.

use super::args::{ChannelAdd, ChannelVerb, Mail};
use super::init::account;
use super::out::Table;
use super::shapes::Shapes;
use super::ways::Made;
use super::{Run, Seat, ask};
use crate::i18n::Arg;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use otklik_core::desk::ChannelTrust;
use otklik_core::desk::views::ChannelView;
use otklik_core::error::{Error, Result};
use serde_json::{Value, json};

impl Run {
    pub async fn channel(&self, verb: ChannelVerb) -> Result<u8> {
        let seat = self.seat().await?;
        match verb {
            ChannelVerb::List => self.channel_list(&seat).await.map(|()| 0),
            ChannelVerb::Add(ChannelAdd::Mail { name, organisation, mail }) => {
                self.channel_add(&seat, &name, organisation, &mail).await.map(|()| 0)
            }
            ChannelVerb::Address { name, address, remove: true, .. } => {
                seat.desk.remove_address(&seat.actor, &name, &address).await?;
                self.said_address("removed", &name, &address).map(|()| 0)
            }
            ChannelVerb::Address { name, address, organisation, .. } => {
                seat.desk.put_address(&seat.actor, &name, &address, organisation.as_deref()).await?;
                self.said_address("added", &name, &address).map(|()| 0)
            }
            ChannelVerb::Test { name } => self.channel_test(&seat, &name).await,
            ChannelVerb::Reconcile { name } => self.channel_reconcile(&seat, name.as_deref()).await,
            ChannelVerb::Set(set) => self.channel_set(&seat, *set).await.map(|()| 0),
            ChannelVerb::Trust { authserv_id: None, plus_addressing: None, .. } => {
                Err(Error::usage("nothing-to-trust"))
            }
            ChannelVerb::Trust { name, authserv_id, plus_addressing } => {
                let change = ChannelTrust {
                    authserv_id: authserv_id.map(|id| if id == "none" { String::new() } else { id }),
                    plus_addressing: plus_addressing.map(|word| word == "yes"),
                };
                seat.desk.trust_channel(&seat.actor, &name, change).await?;
                let sentence = self.out.tr.with("cli-said-channel-trust", &[("name", name.clone().into())]);
                self.out.done(&sentence, json!({ "done": "changed", "name": name })).map(|()| 0)
            }
            ChannelVerb::Reports { unmatched, limit } => {
                self.channel_reports(&seat, unmatched, limit).await.map(|()| 0)
            }
        }
    }

    fn said_address(&self, done: &str, name: &str, address: &str) -> Result<()> {
        let args = [("name", name.to_owned().into()), ("address", address.to_owned().into())];
        let key = if done == "added" { "cli-said-address-added" } else { "cli-said-address-removed" };
        let sentence = self.out.tr.with(key, &args);
        self.out.done(&sentence, json!({ "done": done, "name": name, "address": address }))
    }

    /// Adds a mailbox after a look at what lies there. One that cannot be read now is added all the same, and that is told.
    async fn channel_add(&self, seat: &Seat, name: &str, org: Option<String>, mail: &Mail) -> Result<()> {
        let (zone, now) = (seat.desk.zone(), seat.desk.clock().now());
        let account = account(name, mail, &zone, now)?;
        let mut account = account.ok_or_else(|| Error::usage("init-missing").arg("flag", "--mail-in"))?;
        account.org = org;
        let asks = !self.out.json && ask::somebody_is_there();
        let made = Made::of(&account)?;
        let added = async {
            let looked = self.first_look(&mut account, mail, asks, &zone, now).await?;
            let since = account.since;
            Ok((seat.desk.add_channel(&seat.actor, account).await?, looked, since))
        };
        let (id, looked, since) = match added.await {
            Ok(added) => added,
            Err(error) => {
                made.undo();
                return Err(error);
            }
        };
        made.tell(&self.out)?;
        let shapes = Shapes { zone };
        let (mailbox, error) = looked.values(since, &shapes);
        let since = (since > Timestamp::MIN).then(|| shapes.at(since));
        let sentence = self.out.tr.with("cli-said-channel-added", &[("name", name.to_owned().into())]);
        self.out.done(
            &sentence,
            json!({
                "id": id, "name": name, "since": since, "mailbox": mailbox, "error": error, "folders_made": made.names(),
            }),
        )
    }

    async fn channel_list(&self, seat: &Seat) -> Result<()> {
        let channels = seat.desk.channels(&seat.actor).await?;
        if self.out.json {
            let shapes = Shapes { zone: seat.desk.zone() };
            return self
                .out
                .value(&channels.iter().map(|channel| shapes.channel(channel)).collect::<Vec<Value>>());
        }
        let tr = &self.out.tr;
        if channels.is_empty() {
            return self.out.line(tr.text("cli-said-no-channels"));
        }
        let mut headings =
            vec![tr.text("cli-column-name"), tr.text("cli-column-kind"), tr.text("cli-column-state")];
        headings.push(tr.text("cli-column-fetched"));
        headings.extend(otklik_core::types::Fate::ALL.iter().map(|fate| tr.word(*fate)));
        headings.push(tr.text("cli-column-error"));
        let mut table = Table::new(headings);
        for channel in &channels {
            let state = tr.coded("channel-state", channel.state).to_string();
            let mut row = vec![channel.name.clone(), tr.word(channel.kind).into(), state];
            row.push(channel.fetched.to_string());
            row.extend(channel.fates().iter().map(i64::to_string));
            row.push(
                channel.error.as_deref().map(|code| tr.coded("cli-trouble", code).into()).unwrap_or_default(),
            );
            table.row(row);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))?;
        self.out.line("")?;
        for channel in &channels {
            let Some(stuck) = &channel.outgoing else { continue };
            let args = [
                ("name", Arg::from(channel.name.as_str())),
                ("trouble", tr.coded("cli-trouble", &stuck.error).into()),
                ("since", tr.date_full(stuck.since, &seat.desk.zone()).into()),
            ];
            self.out.line(tr.with("cli-said-outgoing-stuck", &args))?;
        }
        channels.iter().try_for_each(|channel| self.channel_settings(channel, &seat.desk.zone()))
    }

    /// What `channel set` and `channel trust` have set of an account, in one line.
    fn channel_settings(&self, channel: &ChannelView, zone: &TimeZone) -> Result<()> {
        let tr = &self.out.tr;
        let word = |is_on: bool| Arg::from(tr.text(if is_on { "cli-word-yes" } else { "cli-word-no" }));
        let or = |text: Option<String>, key: &str| text.map_or_else(|| Arg::from(tr.text(key)), Arg::from);
        let organisation = channel.organisation.as_ref().map(|code| code.display_line().into_string());
        let since = channel.since.map(|since| tr.date_full(since, zone).to_string());
        let args = [
            ("name", Arg::from(channel.name.as_str())),
            ("intake", word(channel.state != "paused")),
            ("since", or(since, "cli-word-all-mail")),
            ("organisation", or(organisation, "cli-word-whole-desk")),
            ("automatic", word(channel.automatic)),
            ("copies", word(channel.copy_sent)),
            ("folder", or(channel.sent_folder.clone(), "cli-word-as-server-says")),
            ("outside", tr.word(channel.outside_replies).into()),
            ("server", or(channel.authserv_id.clone(), "cli-word-nobodys")),
            ("plus", word(channel.plus_addressing)),
        ];
        self.out.line(tr.with("cli-channel-settings", &args))
    }

    /// What servers and programs reported about mail.
    async fn channel_reports(&self, seat: &Seat, unmatched: bool, limit: usize) -> Result<()> {
        let found = seat.desk.reports(&seat.actor, unmatched, limit).await?;
        let shapes = Shapes { zone: seat.desk.zone() };
        if self.out.json {
            return self.out.value(&found.iter().map(|row| shapes.report(row)).collect::<Vec<Value>>());
        }
        let tr = &self.out.tr;
        if found.is_empty() {
            return self.out.line(tr.text("cli-said-no-reports"));
        }
        let headings = ["when", "channel", "kind", "recipient", "number", "code", "error"];
        let mut table = Table::of(tr, &headings);
        for row in &found {
            table.row(vec![
                tr.date_full(row.at, &shapes.zone).into(),
                row.account.clone(),
                tr.word(row.kind).into(),
                row.recipient.as_ref().map(|who| who.display_line().as_str().to_owned()).unwrap_or_default(),
                row.number.map(|number| number.to_string()).unwrap_or_default(),
                row.status.clone().unwrap_or_default(),
                match row.doubt {
                    Some(doubt) => format!("{} {}", tr.word(doubt), row.diagnostic.display_line()),
                    None => row.diagnostic.display_line().as_str().to_owned(),
                },
            ]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))
    }

    /// Goes as far as a letter would, without sending one. Exit code 1 when a way is closed.
    async fn channel_test(&self, seat: &Seat, name: &str) -> Result<u8> {
        let routes = seat.desk.account_routes(&seat.actor).await?;
        let route = routes.into_iter().find(|route| route.name == name);
        let route = route.ok_or_else(|| Error::not_found("no-channel").arg("name", name))?;
        let probe = self.composition.probe(&route).await?;
        let tr = &self.out.tr;
        let said = |trouble: &Option<String>| match trouble {
            None => tr.text("cli-word-works"),
            Some(code) => tr.coded("cli-trouble", code),
        };
        if self.out.json {
            self.out.value(&json!({
                "name": name,
                "incoming": { "ok": probe.incoming.is_none(), "error": probe.incoming },
                "outgoing": { "ok": probe.outgoing.is_none(), "error": probe.outgoing },
            }))?;
        } else {
            self.out.line(format!("{}: {}", tr.text("cli-column-incoming"), said(&probe.incoming)))?;
            self.out.line(format!("{}: {}", tr.text("cli-column-outgoing"), said(&probe.outgoing)))?;
        }
        Ok(if probe.incoming.is_none() && probe.outgoing.is_none() { 0 } else { 1 })
    }
}
