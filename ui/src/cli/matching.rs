//! `appeal match` and `appeal save`: who the author may be, and the files that came.

use super::args::AppealSave;
use super::{Run, Seat, shapes};
use otklik_core::desk::views::{AppealView, AttachmentView};
use otklik_core::error::{Error, Result};
use otklik_core::types::{AppealId, AttachmentId};
use serde_json::json;

impl Run {
    /// Candidates with their facts; nothing is linked by looking.
    pub(super) async fn appeal_match(&self, seat: &Seat, id: AppealId) -> Result<()> {
        let card = seat.desk.match_card(&seat.actor, id).await?;
        if self.out.json {
            return self.out.value(&shapes::match_card(&card));
        }
        let tr = &self.out.tr;
        let state = card.state.map_or_else(|| tr.text("member-unknown"), |state| tr.word(state));
        self.out.line(format!("{}: {state}", card.number))?;
        let args = [("state", tr.word(card.proposed).into()), ("class", tr.word(card.class).into())];
        self.out.line(tr.with("card-proposed", &args))?;
        if let Some(member) = &card.linked {
            self.member_table(std::iter::once((member, String::new())))?;
        }
        if card.candidates.is_empty() {
            return self.out.line(tr.text("cli-said-no-members"));
        }
        let facts = |codes: &[String], sign: &str| -> Vec<String> {
            codes.iter().map(|code| format!("{sign} {}", tr.coded("fact", code))).collect()
        };
        self.member_table(card.candidates.iter().map(|candidate| {
            let mut why = facts(&candidate.facts_for, "+");
            why.extend(facts(&candidate.facts_against, "-"));
            (&candidate.member, why.join("; "))
        }))
    }

    /// Saves a file under a safe name that is still free, and says where.
    pub(super) async fn appeal_save(&self, seat: &Seat, save: AppealSave) -> Result<()> {
        let id = seat.desk.find_number(&seat.actor, save.number).await?;
        let view = seat.desk.appeal(&seat.actor, id).await?;
        let file = file_named(&view, &save.attachment).ok_or_else(|| Error::not_found("no-attachment"))?;
        let path = seat.desk.save_attachment(&seat.actor, id, file.id, &save.to).await?;
        let path = path.display().to_string();
        let sentence = self.out.tr.with("notice-saved-file", &[("file", path.clone().into())]);
        self.out.done(&sentence, json!({ "id": file.id, "file": path, "size": file.size }))
    }
}

/// A file by its id, its place from 1 among all files of the thread, or its name as shown.
fn file_named<'a>(view: &'a AppealView, text: &str) -> Option<&'a AttachmentView> {
    let files = || view.messages.iter().flat_map(|message| &message.attachments);
    if let Some(id) = AttachmentId::parse(text) {
        return files().find(|file| file.id == id);
    }
    if let Some(place) = text.parse::<usize>().ok().filter(|place| *place > 0) {
        return files().nth(place - 1);
    }
    files().find(|file| file.file_name.display_line().as_str() == text)
}
