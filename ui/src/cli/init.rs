//! `otklik init`: a desk from flags, or from a short dialogue where somebody sits at the terminal.

use super::args::{Init, Mail};
use super::ask;
use super::first_look::{Looked, since};
use super::shapes::Shapes;
use super::start::os_user;
use super::ways::{Made, absolute, check_folder};
use super::{Run, Seat};
use crate::console;
use crate::i18n::Phrase;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use otklik_core::clock::Clock;
use otklik_core::config::{ConfigFile, parse_now};
use otklik_core::desk::settings::Settings;
use otklik_core::desk::{Desk, DeskUrl, InitRequest, NewAccount};
use otklik_core::error::{Error, Result};
use otklik_core::types::{ClockPolicy, Role};
use serde_json::json;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// What a first start has made.
struct New {
    seat: Seat,
    /// What the mailbox holds, with the moment from which that becomes appeals.
    looked: Option<(Looked, Timestamp)>,
    made: Made,
}

impl Run {
    pub async fn init(&self, mut init: Init) -> Result<()> {
        let asks = !init.yes && !self.out.json && ask::somebody_is_there();
        if asks && (init.organisation.is_none() || init.me.is_none()) {
            self.ask_for_missing(&mut init)?;
        }
        let New { seat, looked, made } = self.make_or_nothing(&init, asks).await?;
        let tr = &self.out.tr;
        let desk = self.shown_desk();
        let sentence = tr.with("cli-said-init", &[("desk", desk.clone().into())]);
        let shapes = Shapes { zone: seat.desk.zone() };
        let (mailbox, error) =
            looked.map_or_else(Default::default, |(looked, at)| looked.values(at, &shapes));
        let value = json!({ "desk": desk, "id": seat.desk.id(), "demo": init.demo, "mailbox": mailbox, "error": error, "folders_made": made.names() });
        made.tell(&self.out)?;
        self.out.done(&sentence, value)?;
        seat.desk.close().await;
        Ok(())
    }

    /// No desk anywhere and somebody at the terminal: a form asks what the desk is to be, and then it is made.
    pub async fn first_start(&self) -> Result<Seat> {
        let answers = console::ask_first(&self.config, &self.out.tr, None).await?;
        let answers = answers.ok_or_else(|| Error::failed("declined"))?;
        let mail = Mail {
            mail_in: answers.mail_in,
            mail_out: answers.mail_out,
            address: answers.address,
            password_file: None,
            since: Some(answers.since),
        };
        let init = Init {
            organisation: Some(answers.organisation),
            me: Some(answers.me),
            role: None,
            clock: Some(answers.clock),
            zone: None,
            mail,
            demo: false,
            yes: false,
        };
        let New { seat, made, .. } = self.make_or_nothing(&init, false).await?;
        made.tell(&self.out)?;
        Ok(seat)
    }

    fn shown_desk(&self) -> String {
        DeskUrl::parse(&self.config.desk).map(|url| url.shown()).unwrap_or_default()
    }

    /// Makes the desk, or says that nothing was made and leaves nothing.
    async fn make_or_nothing(&self, init: &Init, asks: bool) -> Result<New> {
        let made = self.make(init, asks).await;
        if made.is_err() && !self.out.json {
            self.out.aside(self.out.tr.text("cli-said-nothing-made"));
        }
        made
    }

    async fn make(&self, init: &Init, asks: bool) -> Result<New> {
        let missing = |flag: &str| Error::usage("init-missing").arg("flag", flag);
        let settings = Settings {
            organisation: init.organisation.clone().ok_or_else(|| missing("--organisation"))?,
            policy: init.clock.unwrap_or(ClockPolicy::Straight),
            zone: init.zone.clone().unwrap_or_else(system_zone),
            ..Settings::default()
        };
        let zone = settings.time_zone()?;
        let url = absolute_desk(&self.config.desk)?;
        let clock = Clock::system();
        if let Some(now) = &self.config.now {
            if !init.demo {
                return Err(Error::usage("now-needs-demo"));
            }
            clock.set(parse_now(now, &zone)?);
        }
        let now = clock.now();
        let account = account("mail", &init.mail, &zone, now)?;
        let request = InitRequest {
            settings,
            me: init.me.clone().ok_or_else(|| missing("--me"))?,
            role: init.role.unwrap_or(Role::Head),
            os_user: Some(os_user()),
            demo: init.demo,
        };
        let made = account.as_ref().map(Made::of).transpose()?.unwrap_or_default();
        match self.make_with(&url, clock, request, account, &init.mail, asks).await {
            Ok((seat, looked)) => Ok(New { seat, looked, made }),
            Err(error) => {
                made.undo();
                Err(error)
            }
        }
    }

    /// The desk, and what its mailbox holds with the moment from which that becomes appeals.
    async fn make_with(
        &self,
        url: &DeskUrl,
        clock: Clock,
        request: InitRequest,
        mut account: Option<NewAccount>,
        mail: &Mail,
        asks: bool,
    ) -> Result<(Seat, Option<(Looked, Timestamp)>)> {
        let (zone, now) = (request.settings.time_zone()?, clock.now());
        let mut looked = None;
        if let Some(account) = &mut account {
            let found = self.first_look(account, mail, asks, &zone, now).await?;
            looked = Some((found, account.since));
        }
        let was_there = matches!(url, DeskUrl::Sqlite(path) if path.exists());
        let seat = self.make_desk(url, clock, request, account).await;
        if let (DeskUrl::Sqlite(path), false, Err(_)) = (url, was_there, &seat) {
            // A file that this run has begun is no desk that anybody could use.
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{end}", path.display()));
            }
        }
        Ok((seat?, looked))
    }

    async fn make_desk(
        &self,
        url: &DeskUrl,
        clock: Clock,
        request: InitRequest,
        account: Option<NewAccount>,
    ) -> Result<Seat> {
        let desk = Desk::init(url, clock, &self.config.places.state_root, request).await?;
        let actor = desk.authenticate(&os_user()).await?;
        if let Some(account) = account {
            desk.add_channel(&actor, account).await?;
        }
        self.write_config(url)?;
        Ok(Seat { desk, actor })
    }

    /// Makes the configuration file, so that the next start finds this desk. An existing file is left as it is.
    fn write_config(&self, url: &DeskUrl) -> Result<()> {
        let tr = &self.out.tr;
        let desk = match url {
            DeskUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
            DeskUrl::Postgres(url) => url.clone(),
        };
        let file =
            ConfigFile { desk: Some(desk), language: self.config.language.clone(), ..ConfigFile::default() };
        let comments = [
            ("desk", tr.text("cli-config-desk")),
            ("language", tr.text("cli-config-language")),
            ("keys", tr.text("cli-config-keys")),
            ("colour", tr.text("cli-config-colour")),
        ];
        let comments: Vec<(&str, &str)> = comments.iter().map(|(key, text)| (*key, text.as_str())).collect();
        if self.config.write_new(&file, &comments)? {
            let name = self.config.places.config_file.display().to_string();
            self.out.line(tr.with("cli-said-config", &[("file", name.into())]))?;
        }
        Ok(())
    }

    /// Asks for what the flags left open, one line each; Enter takes the default in brackets.
    fn ask_for_missing(&self, init: &mut Init) -> Result<()> {
        let tr = &self.out.tr;
        let ask = |key: Phrase| ask::line(&self.out, &key)?.ok_or_else(|| Error::failed("declined"));
        let required = |question: Phrase| loop {
            let typed = ask(question.clone())?;
            if !typed.is_empty() {
                return Ok::<String, Error>(typed);
            }
        };
        if init.organisation.is_none() {
            init.organisation = Some(required(tr.text("cli-ask-organisation"))?);
        }
        if init.me.is_none() {
            init.me = Some(required(tr.text("cli-ask-me"))?);
        }
        if init.clock.is_none() {
            let typed = ask(tr.text("cli-ask-clock"))?;
            init.clock =
                Some(if typed.trim() == "2" { ClockPolicy::Workdays } else { ClockPolicy::Straight });
        }
        if init.mail.mail_in.is_none() {
            let folder = ask(tr.text("cli-ask-mail-in"))?;
            if folder.is_empty() {
                return Ok(());
            }
            let is_mailbox = folder.starts_with("imap://") || folder.starts_with("imaps://");
            init.mail.mail_in = Some(if is_mailbox { folder } else { with_scheme(&folder, "maildir:") });
            if is_mailbox && init.mail.password_file.is_none() {
                init.mail.password_file = Some(required(tr.text("cli-ask-password-file"))?.into());
            }
        }
        if init.mail.address.is_none() {
            init.mail.address = Some(required(tr.text("cli-ask-address"))?);
        }
        if init.mail.mail_out.is_none() {
            let url = required(tr.text("cli-ask-mail-out"))?;
            init.mail.mail_out =
                Some(if url.starts_with("smtp") { url } else { with_scheme(&url, "folder:") });
        }
        Ok(())
    }
}

/// `DIR` as `maildir:DIR`; what has the scheme stays.
fn with_scheme(text: &str, scheme: &str) -> String {
    if text.starts_with(scheme) { text.to_owned() } else { format!("{scheme}{text}") }
}

/// The machine's zone, unless it is the UTC of a bare server, which no committee lives in.
fn system_zone() -> String {
    let zone = TimeZone::system();
    let name = zone.iana_name().filter(|name| !name.ends_with("UTC") && !name.ends_with("Unknown"));
    name.map_or_else(|| Settings::default().zone, str::to_owned)
}

/// A relative file means one place now; the configuration must mean it from everywhere.
fn absolute_desk(text: &str) -> Result<DeskUrl> {
    Ok(match DeskUrl::parse(text)? {
        DeskUrl::Sqlite(path) => DeskUrl::Sqlite(std::path::absolute(path)?),
        url => url,
    })
}

/// A mail account from its flags; none when no flag names any. Everything is checked, nothing is made.
pub fn account(name: &str, mail: &Mail, zone: &TimeZone, now: Timestamp) -> Result<Option<NewAccount>> {
    let missing = |flag: &str| Error::usage("init-missing").arg("flag", flag);
    if mail.mail_in.is_none() && mail.mail_out.is_none() && mail.address.is_none() {
        return Ok(None);
    }
    let incoming = mail.mail_in.clone().ok_or_else(|| missing("--mail-in"))?;
    let address = mail.address.clone().ok_or_else(|| missing("--address"))?;
    let outgoing = mail.mail_out.clone().unwrap_or_default();
    let password_file = mail.password_file.as_deref().map(private_file).transpose()?;
    let since = mail.since.as_deref().map(|text| since(text, zone, now)).transpose()?.unwrap_or(now);
    let account = NewAccount {
        name: name.to_owned(),
        address,
        incoming: absolute(&incoming)?,
        outgoing: absolute(&outgoing)?,
        password_file: password_file.map(|path| path.display().to_string()),
        since,
        ..NewAccount::default()
    };
    account.check()?;
    check_folder(&account.incoming)?;
    check_folder(&account.outgoing)?;
    Ok(Some(account))
}

/// A file with a secret must be its owner's alone.
pub(super) fn private_file(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let unreadable = |error| Error::failed("file-unreadable").arg("file", path.display()).because(error);
    let mode = std::fs::metadata(&path).map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Error::usage("password-file-mode").arg("file", path.display()));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "x").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(private_file(&file).unwrap_err().code, "password-file-mode");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(private_file(&file).unwrap(), file);
    }

    #[test]
    fn mail_flags_come_together_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let zone = TimeZone::UTC;
        let mut mail =
            Mail { mail_in: None, mail_out: None, address: None, password_file: None, since: None };
        assert!(account("mail", &mail, &zone, Timestamp::UNIX_EPOCH).unwrap().is_none());
        mail.mail_in = Some(format!("maildir:{}", folder.path().join("in").display()));
        assert_eq!(account("mail", &mail, &zone, Timestamp::UNIX_EPOCH).unwrap_err().code, "init-missing");
        mail.address = Some("appeals@example.org".into());
        let made = account("mail", &mail, &zone, Timestamp::UNIX_EPOCH).unwrap().unwrap();
        assert_eq!(made.since, Timestamp::UNIX_EPOCH);
        assert!(!folder.path().join("in").exists(), "checking makes nothing");
        let refused = |mail: &Mail| account("mail", mail, &zone, Timestamp::UNIX_EPOCH).unwrap_err().code;
        for out in ["smtp:///var/mail/out", "/var/mail/out", "folder:", "smtp://me:secret@mail.example.org/x"]
        {
            assert_eq!(
                refused(&Mail { mail_out: Some(out.into()), ..mail.clone() }),
                "bad-mail-out",
                "{out}"
            );
        }
        assert_eq!(refused(&Mail { address: Some("nope".into()), ..mail.clone() }), "bad-address");
        mail.mail_in = Some("maildir:".into());
        assert_eq!(refused(&mail), "bad-mail-in");
    }
}
