//! What a list of choices offers.

use crate::app::deed::Deed;
use crate::app::env::Env;
use crate::i18n::Phrase;
use crate::screens::channel::Setting;
use crate::screens::thread::Facts;
use crate::widgets::columns::Cursor;
use otklik_core::desk::reply::AppealEdit;
use otklik_core::desk::views::{JoinTarget, StaffView};
use otklik_core::types::{
    AppealId, DisplayText, DraftFileId, OutsideReplies, RegistryField, StaffId, Topic, Urgency,
};

/// What a line stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    Topic(Topic),
    Urgency(Urgency),
    Staff(DisplayText),
    /// What somebody else has called it: a file, a sheet, an organisation.
    Name(DisplayText),
    Field(RegistryField),
    OutsideReplies(OutsideReplies),
    /// A sentence of ours.
    Key(&'static str),
}

/// One line: what it says, whether it is so now, what choosing it does.
#[derive(Clone, Debug)]
pub struct Item {
    pub label: Label,
    pub is_now: bool,
    pub deed: Deed,
}

/// The list's state.
#[derive(Clone, Debug)]
pub struct State {
    pub title: &'static str,
    pub items: Vec<Item>,
    pub cursor: Cursor,
}

/// The fields of an appeal that these lists change.
#[derive(Clone, Debug)]
pub struct Fields {
    pub id: AppealId,
    pub topics: Vec<Topic>,
    pub urgency: Urgency,
    pub assignee: Option<StaffId>,
}

impl Fields {
    pub fn of(facts: &Facts) -> Self {
        Self {
            id: facts.id,
            topics: facts.topics.clone(),
            urgency: facts.urgency,
            assignee: facts.assignee.as_ref().map(|(id, _)| *id),
        }
    }
}

impl State {
    fn new(title: &'static str, items: Vec<Item>) -> Self {
        let selected = items.iter().position(|item| item.is_now).unwrap_or(0);
        Self { title, items, cursor: Cursor { selected, offset: 0 } }
    }

    /// Topics. Choosing one makes it the lead; choosing the lead takes it away.
    pub fn topics(fields: &Fields) -> Self {
        let item = |topic: Topic| {
            let mut topics: Vec<Topic> =
                fields.topics.iter().copied().filter(|other| *other != topic).collect();
            if fields.topics.first() != Some(&topic) {
                topics.insert(0, topic);
            }
            let edit = AppealEdit { topics: Some(topics), ..AppealEdit::default() };
            let is_now = fields.topics.contains(&topic);
            Item { label: Label::Topic(topic), is_now, deed: Deed::Edit(fields.id, edit) }
        };
        Self::new("choose-topic", Topic::ALL.iter().copied().map(item).collect())
    }

    pub fn urgencies(fields: &Fields) -> Self {
        let item = |urgency: Urgency| {
            let edit = AppealEdit { urgency: Some(urgency), ..AppealEdit::default() };
            let is_now = fields.urgency == urgency;
            Item { label: Label::Urgency(urgency), is_now, deed: Deed::Edit(fields.id, edit) }
        };
        Self::new("choose-urgency", Urgency::ALL.iter().copied().map(item).collect())
    }

    /// People, and nobody.
    pub fn assignees(fields: &Fields, staff: &[StaffView]) -> Self {
        let deed = |assignee| {
            Deed::Edit(fields.id, AppealEdit { assignee: Some(assignee), ..AppealEdit::default() })
        };
        let mut items: Vec<Item> = staff
            .iter()
            .map(|person| Item {
                label: Label::Staff(DisplayText::sanitise(&person.name)),
                is_now: fields.assignee == Some(person.id),
                deed: deed(Some(person.id)),
            })
            .collect();
        let is_now = fields.assignee.is_none();
        items.push(Item { label: Label::Key("choose-nobody"), is_now, deed: deed(None) });
        Self::new("choose-assignee", items)
    }
}

impl State {
    /// Files of a reply, one of which is to be taken off.
    pub fn draft_files(appeal: AppealId, files: &[(DraftFileId, DisplayText, i64)]) -> Self {
        let item = |(id, name, _): &(DraftFileId, DisplayText, i64)| Item {
            label: Label::Name(name.clone()),
            is_now: false,
            deed: Deed::DetachFile(appeal, *id),
        };
        Self::new("choose-draft-file", files.iter().map(item).collect())
    }

    /// What a column of a registry may be; what says nothing stands last.
    pub fn registry_fields(column: usize, now: RegistryField) -> Self {
        let item = |field: RegistryField| Item {
            label: Label::Field(field),
            is_now: field == now,
            deed: Deed::SetColumn(column, field),
        };
        Self::new("choose-registry-field", RegistryField::ALL.iter().copied().map(item).collect())
    }

    /// The sheets of a workbook.
    pub fn sheets(now: &DisplayText, names: &[DisplayText]) -> Self {
        let item = |name: &DisplayText| Item {
            label: Label::Name(name.clone()),
            is_now: name == now,
            deed: Deed::ReadSheet(name.as_str().to_owned()),
        };
        Self::new("choose-sheet", names.iter().map(item).collect())
    }

    /// Whose members a registry file has, by code; the first line is that the file says so itself.
    pub fn import_orgs(now: Option<&str>, orgs: &[(String, DisplayText)]) -> Self {
        let mut items = vec![Item {
            label: Label::Key("choose-org-by-row"),
            is_now: now.is_none(),
            deed: Deed::SetImportOrg(None),
        }];
        items.extend(orgs.iter().map(|(code, name)| Item {
            label: Label::Name(name.clone()),
            is_now: now == Some(code.as_str()),
            deed: Deed::SetImportOrg(Some(code.clone())),
        }));
        Self::new("choose-import-org", items)
    }
}

impl State {
    /// Primary organisations, to one of which the author wants to belong.
    pub fn organisations(appeal: AppealId, targets: &[JoinTarget]) -> Self {
        let item = |target: &JoinTarget| {
            let name = format!("{}  {}", target.code.display_line(), target.name.display_line());
            let chair = target.chair.clone().unwrap_or_default();
            let deed = Deed::ChairAddress { appeal, org: target.org, chair };
            Item { label: Label::Name(DisplayText::sanitise(&name)), is_now: false, deed }
        };
        Self::new("choose-organisation", targets.iter().map(item).collect())
    }
}

impl State {
    /// Channels, one of which is to be set.
    pub fn channels(names: &[String]) -> Self {
        let item = |name: &String| Item {
            label: Label::Name(DisplayText::sanitise(name)),
            is_now: false,
            deed: Deed::OpenChannel(name.clone()),
        };
        Self::new("choose-channel", names.iter().map(item).collect())
    }

    /// Yes or no.
    pub fn yes_no(setting: Setting, now: bool) -> Self {
        let item = |(key, value, is_yes): (&'static str, &str, bool)| Item {
            label: Label::Key(key),
            is_now: is_yes == now,
            deed: Deed::SetChannel(setting, value.to_owned()),
        };
        let items = [("cli-word-yes", "yes", true), ("cli-word-no", "no", false)];
        Self::new(setting.keys().0, items.into_iter().map(item).collect())
    }

    /// What a colleague's reply from another program counts for.
    pub fn outside_replies(now: OutsideReplies) -> Self {
        let item = |outside: OutsideReplies| Item {
            label: Label::OutsideReplies(outside),
            is_now: outside == now,
            deed: Deed::SetChannel(Setting::OutsideReplies, outside.code().to_owned()),
        };
        let title = Setting::OutsideReplies.keys().0;
        Self::new(title, OutsideReplies::ALL.iter().copied().map(item).collect())
    }

    /// Whose a channel is, by code; the first line is the whole desk.
    pub fn channel_orgs(now: Option<&str>, orgs: &[(String, DisplayText)]) -> Self {
        let deed = |code: &str| Deed::SetChannel(Setting::Organisation, code.to_owned());
        let whole = Label::Key("cli-word-whole-desk");
        let mut items = vec![Item { label: whole, is_now: now.is_none(), deed: deed("") }];
        items.extend(orgs.iter().map(|(code, name)| Item {
            label: Label::Name(name.clone()),
            is_now: now == Some(code.as_str()),
            deed: deed(code),
        }));
        Self::new(Setting::Organisation.keys().0, items)
    }
}

impl Label {
    pub fn text(&self, env: &Env) -> DisplayText {
        let ours = |phrase: Phrase| DisplayText::sanitise(phrase.as_str());
        match self {
            Label::Topic(topic) => ours(env.tr.word(*topic)),
            Label::Urgency(urgency) => ours(env.tr.word(*urgency)),
            Label::Field(field) => ours(env.tr.word(*field)),
            Label::OutsideReplies(outside) => ours(env.tr.word(*outside)),
            Label::Staff(name) | Label::Name(name) => name.clone(),
            Label::Key(key) => ours(env.tr.text(key)),
        }
    }
}
