//! What the reply remembers while it is written.

use crate::screens::thread::Thread;
use crate::widgets::editor::Editor;
use jiff::Timestamp;
use otklik_core::desk::views::DraftFileView;
use otklik_core::types::{DisplayText, DraftFileId, MessageId, ReplyKind, StaffId};
use uuid::Uuid;

/// How the draft stands beside what is on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saving {
    /// Nothing has been typed since the draft was read or saved.
    Saved,
    /// Something has been typed; the time to save it is set.
    Due,
    /// A save is under way; `more` says that something was typed since it began.
    UnderWay { more: bool },
    /// The last save failed; it is tried again.
    Failed,
}

/// The reply's state.
#[derive(Debug)]
pub struct State {
    pub editor: Editor,
    pub kind: ReplyKind,
    /// The newest message that the writer has had on the screen.
    pub seen: Option<MessageId>,
    pub preview: bool,
    /// First row of the preview shown.
    pub scroll: usize,
    pub saving: Saving,
    /// The send under way.
    pub sending: bool,
    /// Who gets a carbon copy.
    pub cc: Vec<String>,
    /// Files that go with it: name and bytes.
    pub files: Vec<(DraftFileId, DisplayText, i64)>,
    /// Who else the author's newest letter went to.
    pub others: Vec<DisplayText>,
    /// A letter of the thread is not proved to be from the address that the reply goes to.
    pub doubted: bool,
    /// When the draft was written last that it was opened with.
    pub begun: Option<Timestamp>,
    /// The author's own address, where the reply goes to another that a person has put right.
    pub former: Option<DisplayText>,
    /// The subject that it gets.
    pub subject: DisplayText,
    /// Who has the appeal.
    pub holder: Option<(StaffId, String)>,
    /// The key of this intent to send: kept when nobody knows whether the desk has it, so that it is sent once.
    pub key: Option<Uuid>,
}

impl State {
    /// A reply with the draft's text, or an empty one. What is on the screen now has been seen.
    pub fn open(thread: &Thread) -> Self {
        let draft = thread.draft.as_ref();
        let text = draft.map(|draft| DisplayText::sanitise(&draft.text)).unwrap_or_default();
        Self {
            editor: Editor::holding(&text),
            kind: draft.map_or(ReplyKind::Response, |draft| draft.kind),
            seen: thread.last_message,
            preview: false,
            scroll: 0,
            saving: Saving::Saved,
            sending: false,
            cc: Vec::new(),
            files: Vec::new(),
            others: Vec::new(),
            doubted: false,
            begun: draft.filter(|draft| !draft.text.trim().is_empty()).map(|draft| draft.updated_at),
            former: None,
            subject: DisplayText::default(),
            holder: None,
            key: None,
        }
        .with_recipients(thread)
    }

    fn with_recipients(mut self, thread: &Thread) -> Self {
        self.refresh(thread);
        self
    }

    /// Takes copies and files in as the desk has them now; the text is the writer's.
    pub fn refresh(&mut self, thread: &Thread) {
        let draft = thread.draft.as_ref();
        let file = |file: &DraftFileView| (file.id, file.file_name.display_line(), file.size);
        self.cc = draft.map(|draft| draft.cc.clone()).unwrap_or_default();
        self.files = draft.map(|draft| draft.files.iter().map(file).collect()).unwrap_or_default();
        self.others.clone_from(&thread.others);
        self.doubted = thread.messages.iter().any(|message| message.authentication.is_some());
        let facts = &thread.facts;
        self.former = facts.email.clone().filter(|email| thread.reply_to.as_ref() != Some(email));
        self.subject.clone_from(&thread.reply_subject);
        self.holder.clone_from(&thread.facts.assignee);
    }

    /// Addresses that get the reply and did not get the author's letter, and the other way round.
    pub fn edits_of_recipients(&self) -> (Vec<&str>, Vec<&str>) {
        let others = || self.others.iter().map(DisplayText::as_str);
        let added = self.cc.iter().map(String::as_str).filter(|cc| others().all(|other| other != *cc));
        let dropped = others().filter(|other| self.cc.iter().all(|cc| cc != other));
        (added.collect(), dropped.collect())
    }

    /// Whether the desk lacks something that stands on the screen.
    pub fn is_unsaved(&self) -> bool {
        self.saving != Saving::Saved
    }

    pub fn is_blank(&self) -> bool {
        self.editor.text().as_str().trim().is_empty()
    }
}
