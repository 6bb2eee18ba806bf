//! The first look at a mailbox: how many letters lie there, and from which day on they become appeals. It asks where
//! somebody sits at the terminal and no flag says it; nobody's silence makes appeals of old letters.

use super::args::Mail;
use super::shapes::Shapes;
use super::{Run, ask};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use otklik_core::desk::{AccountRoutes, NewAccount};
use otklik_core::error::{Error, Result};
use otklik_core::types::{Census, Since};
use serde_json::{Value, json};

/// The letters of the last so many days are told beside the whole.
const RECENT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What a mailbox holds, or the code of what stood in the way.
pub(super) struct Looked(std::result::Result<Census, String>);

impl Run {
    /// Looks into an account's mailbox, says how much lies there, and settles which of it becomes appeals.
    pub(super) async fn first_look(
        &self,
        account: &mut NewAccount,
        mail: &Mail,
        asks: bool,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Looked> {
        let looked = Looked(self.composition.census(&routes(account)).await?);
        self.tell_census(&looked, zone, now)?;
        let since = match &mail.since {
            Some(text) => since(text, zone, now)?,
            None if asks => self.ask_since(zone, now)?,
            None => now,
        };
        account.since = since;
        if let (Ok(census), false) = (&looked.0, self.out.json)
            && census.total() > 0
        {
            let n = census.since(since);
            let args = [("n", n.into()), ("history", (census.total() - n).into())];
            self.out.line(self.out.tr.with("cli-said-census-since", &args))?;
        }
        Ok(looked)
    }

    fn tell_census(&self, looked: &Looked, zone: &TimeZone, now: Timestamp) -> Result<()> {
        let tr = &self.out.tr;
        if self.out.json {
            return Ok(());
        }
        match &looked.0 {
            Err(code) => {
                self.out
                    .aside(tr.with("cli-said-no-census", &[("why", tr.coded("cli-trouble", code).into())]));
                Ok(())
            }
            Ok(census) => match census.oldest().zip(census.newest()) {
                None => self.out.line(tr.text("cli-said-census-empty")),
                Some((oldest, newest)) => {
                    let args = [
                        ("n", census.total().into()),
                        ("oldest", tr.date_full(oldest, zone).into()),
                        ("newest", tr.date_full(newest, zone).into()),
                        ("recent", census.since(now - RECENT).into()),
                    ];
                    self.out.line(tr.with("cli-said-census", &args))
                }
            },
        }
    }

    /// Asks until the answer can be read; the end of input is no answer.
    fn ask_since(&self, zone: &TimeZone, now: Timestamp) -> Result<Timestamp> {
        loop {
            let typed = ask::line(&self.out, &self.out.tr.text("cli-ask-since"))?;
            let typed = typed.ok_or_else(|| Error::failed("declined"))?;
            match since(&typed, zone, now) {
                Ok(moment) => return Ok(moment),
                Err(error) => self.out.error(&error),
            }
        }
    }
}

impl Looked {
    /// `{letters, since, history}` of the mailbox, null where it could not be read; the code of why.
    pub(super) fn values(&self, since: Timestamp, shapes: &Shapes) -> (Value, Value) {
        match &self.0 {
            Ok(census) => {
                let n = census.since(since);
                let oldest = census.oldest().map(|at| shapes.at(at));
                let history = census.total() - n;
                let found =
                    json!({ "letters": census.total(), "appeals": n, "history": history, "oldest": oldest });
                (found, Value::Null)
            }
            Err(code) => (Value::Null, json!(code)),
        }
    }
}

/// Where letters of an account that is not there yet come from.
fn routes(account: &NewAccount) -> AccountRoutes {
    AccountRoutes {
        name: account.name.clone(),
        address: account.address.clone(),
        incoming: account.incoming.clone(),
        outgoing: account.outgoing.clone(),
        password_file: account.password_file.clone(),
    }
}

/// The moment that somebody wrote.
pub(super) fn since(text: &str, zone: &TimeZone, now: Timestamp) -> Result<Timestamp> {
    let moment = Since::parse(text).and_then(|since| since.moment(now, zone));
    moment.ok_or_else(|| Error::usage("since-unreadable").arg("value", text))
}
