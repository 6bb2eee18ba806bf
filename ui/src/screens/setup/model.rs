//! The form's fields and what they come to.

use crate::widgets::input::Input;
use otklik_core::desk::NewAccount;
use otklik_core::types::{ClockPolicy, DisplayText, Since};

/// What the person answered; the mail addresses in the words of the command line (`maildir:DIR`, `smtp://…`,
/// `folder:DIR`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitAnswers {
    pub organisation: String,
    pub me: String,
    pub clock: ClockPolicy,
    /// `None`: mail is set up later.
    pub mail_in: Option<String>,
    pub mail_out: Option<String>,
    /// Our own address; present when mail is set up now.
    pub address: Option<String>,
    /// From when letters become appeals, as `Since` reads it.
    pub since: String,
}

/// Where mail comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailIn {
    Later,
    Maildir,
}

/// Where mail goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailOut {
    Later,
    Smtp,
    Folder,
}

/// A line of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Organisation,
    Me,
    Promise,
    MailIn,
    Maildir,
    /// What is to become of a folder that is not there; asked only then.
    Absent,
    MailOut,
    OutAddress,
    Address,
    Since,
    Make,
}

/// What is there of the folders that the answers name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folder {
    There,
    /// It can be made: what it is to stand in is there.
    Absent,
    /// Not even the folder that it is to stand in.
    NoParent,
    OutNoParent,
}

/// How the form was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    Answered(InitAnswers),
    Declined,
}

/// The form's state.
#[derive(Clone, Debug)]
pub struct State {
    pub organisation: Input,
    pub me: Input,
    pub clock: ClockPolicy,
    pub mail_in: MailIn,
    pub maildir: Input,
    pub mail_out: MailOut,
    pub out_address: Input,
    pub address: Input,
    pub since: Input,
    pub at: Line,
    /// A folder for letters that was looked for and is not there, and whether it is to be made.
    pub absent: Option<String>,
    pub make_absent: bool,
    /// The key of the sentence that says what is missing.
    pub fault: Option<&'static str>,
}

impl State {
    /// A form with the account's own name in its field, if the system knows it.
    pub fn new(me: Option<&str>) -> Self {
        Self {
            organisation: Input::default(),
            me: Input::holding(&DisplayText::sanitise(me.unwrap_or_default())),
            clock: ClockPolicy::Straight,
            mail_in: MailIn::Later,
            maildir: Input::default(),
            mail_out: MailOut::Later,
            out_address: Input::default(),
            address: Input::default(),
            since: Input::default(),
            at: Line::Organisation,
            absent: None,
            make_absent: false,
            fault: None,
        }
    }

    /// The lines that are asked, given what was chosen.
    pub fn lines(&self) -> Vec<Line> {
        let with_maildir = self.mail_in == MailIn::Maildir;
        let with_out = with_maildir && self.mail_out != MailOut::Later;
        [
            (Line::Organisation, true),
            (Line::Me, true),
            (Line::Promise, true),
            (Line::MailIn, true),
            (Line::Maildir, with_maildir),
            (Line::Absent, with_maildir && self.is_absent()),
            (Line::MailOut, with_maildir),
            (Line::OutAddress, with_out),
            (Line::Address, with_maildir),
            (Line::Since, with_maildir),
            (Line::Make, true),
        ]
        .into_iter()
        .filter_map(|(line, asked)| asked.then_some(line))
        .collect()
    }

    /// The field of a line that is typed into.
    pub fn field(&self, line: Line) -> Option<&Input> {
        Some(match line {
            Line::Organisation => &self.organisation,
            Line::Me => &self.me,
            Line::Maildir => &self.maildir,
            Line::OutAddress => &self.out_address,
            Line::Address => &self.address,
            Line::Since => &self.since,
            Line::Promise | Line::MailIn | Line::Absent | Line::MailOut | Line::Make => return None,
        })
    }

    pub fn field_mut(&mut self, line: Line) -> Option<&mut Input> {
        Some(match line {
            Line::Organisation => &mut self.organisation,
            Line::Me => &mut self.me,
            Line::Maildir => &mut self.maildir,
            Line::OutAddress => &mut self.out_address,
            Line::Address => &mut self.address,
            Line::Since => &mut self.since,
            Line::Promise | Line::MailIn | Line::Absent | Line::MailOut | Line::Make => return None,
        })
    }

    /// Whether the folder that stands in the field is known not to be there.
    pub fn is_absent(&self) -> bool {
        self.absent.as_deref() == Some(self.maildir.text().trim())
    }

    /// What whoever looked into the file system found: sends the person back to the line, or lets the answers pass.
    pub fn found(&mut self, folder: Folder) -> bool {
        let (line, fault) = match folder {
            Folder::Absent if self.is_absent() && self.make_absent => return true,
            Folder::There => return true,
            Folder::Absent => {
                self.absent = Some(self.maildir.text().trim().to_owned());
                self.make_absent = false;
                (Line::Absent, "setup-fault-absent")
            }
            Folder::NoParent => (Line::Maildir, "setup-fault-no-parent"),
            Folder::OutNoParent => (Line::OutAddress, "setup-fault-no-parent"),
        };
        (self.at, self.fault) = (line, Some(fault));
        false
    }

    /// The answers, or the line that lacks something and the key of the sentence that says so.
    pub fn answers(&self) -> Result<InitAnswers, (Line, &'static str)> {
        let text = |field: &Input| field.text().trim().to_owned();
        let (organisation, me) = (text(&self.organisation), text(&self.me));
        if organisation.is_empty() {
            return Err((Line::Organisation, "setup-fault-organisation"));
        }
        if me.is_empty() {
            return Err((Line::Me, "setup-fault-me"));
        }
        let mut answers = InitAnswers {
            organisation,
            me,
            clock: self.clock,
            mail_in: None,
            mail_out: None,
            address: None,
            since: text(&self.since),
        };
        if self.mail_in == MailIn::Later {
            return Ok(answers);
        }
        let (maildir, out, address) = (text(&self.maildir), text(&self.out_address), text(&self.address));
        if maildir.is_empty() {
            return Err((Line::Maildir, "setup-fault-maildir"));
        }
        answers.mail_in = Some(format!("maildir:{maildir}"));
        answers.mail_out = match self.mail_out {
            MailOut::Later => None,
            _ if out.is_empty() => return Err((Line::OutAddress, "setup-fault-out")),
            MailOut::Smtp if out.contains("://") => Some(out),
            MailOut::Smtp => Some(format!("smtp://{out}")),
            MailOut::Folder => Some(format!("folder:{out}")),
        };
        let account = NewAccount {
            address: address.clone(),
            incoming: answers.mail_in.clone().unwrap_or_default(),
            outgoing: answers.mail_out.clone().unwrap_or_default(),
            ..NewAccount::default()
        };
        match account.check() {
            Err(error) if error.code == "bad-mail-out" => {
                return Err((Line::OutAddress, "setup-fault-not-a-server"));
            }
            Err(_) => return Err((Line::Address, "setup-fault-address")),
            Ok(()) => {}
        }
        answers.address = Some(address);
        if Since::parse(&answers.since).is_none() {
            return Err((Line::Since, "setup-fault-since"));
        }
        Ok(answers)
    }
}
