//! `appeal match`, `appeal confirm` and `appeal save`: who the author may be and is, and the files that came.

use super::args::AppealSave;
use super::person::ground;
use super::registry::line_of;
use super::shapes::Shapes;
use super::{Run, Seat, ask};
use crate::i18n::Tr;
use otklik_core::desk::views::{AppealView, AttachmentView, Candidate};
use otklik_core::desk::{ClaimView, Confirmation, Confirmed};
use otklik_core::error::{Error, Result};
use otklik_core::types::{AppealId, AttachmentId, MatchClass};
use serde_json::json;

impl Run {
    /// Candidates with their facts; nothing is linked by looking.
    pub(super) async fn appeal_match(&self, seat: &Seat, id: AppealId) -> Result<()> {
        let card = seat.desk.match_card(&seat.actor, id).await?;
        if self.out.json {
            return self.out.value(&Shapes { zone: seat.desk.zone() }.match_card(&card));
        }
        let tr = &self.out.tr;
        let state = card.state.map_or_else(|| tr.text("member-unknown"), |state| tr.word(state));
        self.out.line(format!("{}: {state}", card.number))?;
        let args = [("state", tr.word(card.proposed).into()), ("class", tr.word(card.class).into())];
        self.out.line(tr.with("card-proposed", &args))?;
        if let Some(said) = card.said.as_ref().filter(|said| said.proof.is_none()) {
            let of = |candidate: &&Candidate| candidate.member.id == said.member;
            let name = card.candidates.iter().find(of).map(|found| line_of(&found.member.name));
            let args = [("name", name.unwrap_or_default().into()), ("by", said.by.name.clone().into())];
            self.out.line(tr.with("card-awaits", &args))?;
        }
        if let Some(member) = &card.linked {
            self.member_table(std::iter::once((member, String::new())))?;
        }
        for one in &card.identities {
            let args = [
                ("contact", line_of(&one.value).into()),
                ("name", line_of(&one.name).into()),
                ("by", one.by.name.clone().into()),
                ("at", tr.date_full(one.at, &seat.desk.zone()).into()),
                ("ground", ground(one, tr).into()),
            ];
            self.out.line(tr.with("thread-identity", &args))?;
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
            why.extend(candidate.claimed.iter().map(|claim| claimed(claim, tr)));
            (&candidate.member, why.join("; "))
        }))
    }

    /// Links the author with a row of the registry and says with whom. Where hardly anything speaks for it, or no name
    /// agrees, somebody has to say yes to what they see.
    pub(super) async fn appeal_confirm(
        &self,
        seat: &Seat,
        id: AppealId,
        member: &str,
        with: Confirmation,
        yes: bool,
    ) -> Result<()> {
        let member = self.member_named(seat, member).await?;
        let who = seat.desk.weigh_member(&seat.actor, id, member).await?;
        let tr = &self.out.tr;
        if !yes && is_doubtful(&who) {
            if self.out.json || !ask::somebody_is_there() {
                let doubt = Error::usage("confirm-doubtful").arg("match_class", who.class.code());
                return Err(doubt.arg("evidence", self.evidence(&who)));
            }
            let args = [("who", self.who(&who).into()), ("evidence", self.evidence(&who).into())];
            self.out.aside(tr.with("cli-said-doubtful", &args));
            ask::confirm(&self.out, false, &tr.text("cli-ask-same-person"))?;
        }
        let confirmed = seat.desk.confirm_as(&seat.actor, id, member, with).await?;
        let row = seat.desk.appeal(&seat.actor, id).await?.row;
        let args = [
            ("number", row.number.into()),
            ("who", self.who(&who).into()),
            ("evidence", self.evidence(&who).into()),
        ];
        let shapes = Shapes { zone: seat.desk.zone() };
        let mut value = shapes.row(&row);
        value["confirmed"] = shapes.candidate(&who);
        match confirmed {
            Confirmed::Linked(proof) => {
                value["membership"]["class"] = json!(who.class);
                value["membership"]["proof"] = json!(proof);
                self.out.done(&tr.with("cli-said-linked", &args), value)
            }
            Confirmed::Awaits => {
                value["membership"]["awaits"] = json!(member);
                self.out.done(&tr.with("cli-said-awaits", &args), value)
            }
        }
    }

    /// The person and the organisation of a row.
    fn who(&self, who: &Candidate) -> String {
        let none = || self.out.tr.text("cli-word-no-organisation").into();
        let organisation = who.member.organisation.as_ref().map_or_else(none, |org| line_of(&org.name));
        format!("{}, {organisation}", line_of(&who.member.name))
    }

    /// `+` for what speaks for it, `-` for what speaks against it.
    fn evidence(&self, who: &Candidate) -> String {
        let tr = &self.out.tr;
        let signed = |sign, codes: &[String]| -> Vec<String> {
            codes.iter().map(|code| format!("{sign} {}", tr.coded("fact", code))).collect()
        };
        let mut facts = signed("+", &who.facts_for);
        facts.extend(signed("-", &who.facts_against));
        facts.extend(who.claimed.iter().map(|claim| claimed(claim, tr)));
        if facts.is_empty() { tr.text("cli-word-no-facts").into() } else { facts.join("; ") }
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

/// That somebody else is confirmed to be the row.
fn claimed(claim: &ClaimView, tr: &Tr) -> String {
    match claim.appeal {
        Some((_, number)) => {
            let args = [("number", number.into()), ("author", line_of(&claim.author).into())];
            format!("- {}", tr.with("claim-short", &args))
        }
        None => format!("- {}", tr.text("claim-hidden")),
    }
}

/// Whether a link rests on too little to be made without a word: nothing but a name, or no name that agrees.
fn is_doubtful(who: &Candidate) -> bool {
    let names = ["name_equal", "name_compatible", "name_other_layout", "name_transliterated"];
    let agrees = who.facts_for.iter().any(|fact| names.contains(&fact.as_str()));
    !agrees || !who.claimed.is_empty() || matches!(who.class, MatchClass::None | MatchClass::Weak)
}
