//! Whether a command can be run now, and if not, why: for the F-key bar, the menu, the palette, the help and the key
//! itself alike. Permissions are the desk's to judge; what stands here is only what the screen knows.

use super::layer::Layer;
use super::model::Model;
use crate::keymap::CommandId;
use crate::screens::thread::Block;
use otklik_core::types::{ConflictState, DeliveryState, MemberState, MemberStatus, Stage};

/// Why a command cannot be run now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    NotHere,
    NoAppeal,
    Loading,
    AlreadyYours,
    NotOpen,
    OpenAlready,
    NotNew,
    AlreadySo,
    NoAddress,
    NoFiles,
    NoQuotes,
    NoOutside,
    NoDoubted,
    NothingToUndo,
    NoDelivery,
    CannotRetry,
    NotUnknown,
    CannotDrop,
    CannotRedirect,
    NothingWaits,
    NothingHeld,
    NoChannel,
    NoDraftFiles,
    NoItem,
    NoCall,
    CallDone,
    NoAttempt,
    NoCandidate,
    NoContact,
    NoOrganisation,
    NoQuery,
    NoConflict,
    ConflictSettled,
    AlreadyOpen,
    AlreadyLinked,
    OtherLinked,
    NotLinked,
    ReplyEmpty,
    NoteEmpty,
    Sending,
    NoStaff,
    NoImport,
    ImportUndone,
    Importing,
    OneSheet,
    NoOrgs,
    NotCompared,
    NoDifference,
    HolderLeft,
    NoCard,
}

impl Reason {
    /// The key of its sentence.
    pub fn key(self) -> &'static str {
        match self {
            Reason::NotHere => "why-not-here",
            Reason::NoAppeal => "why-no-appeal",
            Reason::Loading => "why-loading",
            Reason::AlreadyYours => "why-already-yours",
            Reason::NotOpen => "why-not-open",
            Reason::OpenAlready => "why-open-already",
            Reason::NotNew => "why-not-new",
            Reason::AlreadySo => "why-already-so",
            Reason::NoAddress => "why-no-address",
            Reason::NoFiles => "why-no-files",
            Reason::NoQuotes => "why-no-quotes",
            Reason::NoOutside => "why-no-outside",
            Reason::NoDoubted => "why-no-doubted",
            Reason::NothingToUndo => "why-nothing-to-undo",
            Reason::NoDelivery => "why-no-delivery",
            Reason::CannotRetry => "why-cannot-retry",
            Reason::NotUnknown => "why-not-unknown",
            Reason::NothingWaits => "why-nothing-waits",
            Reason::CannotDrop => "why-cannot-drop",
            Reason::CannotRedirect => "why-cannot-redirect",
            Reason::NoDraftFiles => "why-no-draft-files",
            Reason::NothingHeld => "why-nothing-held",
            Reason::NoChannel => "why-no-channel",
            Reason::NoItem => "why-no-item",
            Reason::NoCall => "why-no-call",
            Reason::CallDone => "why-call-done",
            Reason::NoAttempt => "why-no-attempt",
            Reason::NoOrganisation => "why-no-organisation",
            Reason::NoQuery => "why-no-query",
            Reason::NoContact => "why-no-contact",
            Reason::NoConflict => "why-no-conflict",
            Reason::ConflictSettled => "why-conflict-settled",
            Reason::NoCandidate => "why-no-candidate",
            Reason::AlreadyOpen => "why-already-open",
            Reason::AlreadyLinked => "why-already-linked",
            Reason::OtherLinked => "why-other-linked",
            Reason::NotLinked => "why-not-linked",
            Reason::ReplyEmpty => "why-reply-empty",
            Reason::NoteEmpty => "why-note-empty",
            Reason::Sending => "why-sending",
            Reason::NoStaff => "why-no-staff",
            Reason::NoImport => "why-no-import",
            Reason::ImportUndone => "why-import-undone",
            Reason::Importing => "why-importing",
            Reason::OneSheet => "why-one-sheet",
            Reason::NoOrgs => "why-no-orgs",
            Reason::NotCompared => "why-not-compared",
            Reason::NoDifference => "why-no-difference",
            Reason::HolderLeft => "why-holder-left",
            Reason::NoCard => "why-no-card",
        }
    }
}

type Availability = Result<(), Reason>;

fn only_if(condition: bool, otherwise: Reason) -> Availability {
    if condition { Ok(()) } else { Err(otherwise) }
}

/// Whether `command` can be run in the place that the model is in.
pub fn availability(command: CommandId, model: &Model) -> Availability {
    if !command.belongs_to(model.stack()) {
        return Err(Reason::NotHere);
    }
    match command {
        CommandId::Take
        | CommandId::Reply
        | CommandId::Membership
        | CommandId::History
        | CommandId::MarkSorted
        | CommandId::MarkSpam
        | CommandId::MarkThanks
        | CommandId::Reopen
        | CommandId::EditTopic
        | CommandId::EditUrgency
        | CommandId::EditAssignee
        | CommandId::AddCall
        | CommandId::AddNote => of_appeal(command, model),
        CommandId::Open if model.layers.is_empty() => {
            only_if(model.queue.selected_row().is_some(), Reason::NoAppeal)
        }
        CommandId::DecideReport if matches!(model.layers.last(), Some(Layer::Outgoing(_))) => {
            of_delivery(command, model)
        }
        CommandId::SaveAttachment
        | CommandId::ToggleQuotes
        | CommandId::MailThread
        | CommandId::DecideOutside
        | CommandId::DecideReport => of_thread(command, model),
        CommandId::Send | CommandId::Preview | CommandId::DiscardDraft | CommandId::SubmitNote => {
            of_text(model)
        }
        CommandId::UndoDelivery
        | CommandId::RetryDelivery
        | CommandId::HurryDeliveries
        | CommandId::RedirectDelivery
        | CommandId::ConfirmDelivery
        | CommandId::DropDelivery => of_delivery(command, model),
        CommandId::DetachFile => {
            let reply = model.appeal().and_then(|state| state.reply.as_ref()).ok_or(Reason::NotHere)?;
            only_if(!reply.files.is_empty(), Reason::NoDraftFiles)
        }
        CommandId::ChannelSettings => match model.layers.last() {
            Some(Layer::Intake(state)) => {
                let channels = state.channels.as_ref().ok_or(Reason::Loading)?;
                only_if(!channels.is_empty(), Reason::NoChannel)
            }
            _ => Err(Reason::NotHere),
        },
        CommandId::EditSetting => match model.layers.last() {
            Some(Layer::Channel(state)) => only_if(state.loaded.is_some(), Reason::Loading),
            _ => Err(Reason::NotHere),
        },
        CommandId::SwitchDigest | CommandId::EditDigestHour | CommandId::EditDigestZone => {
            match model.layers.last() {
                Some(Layer::Digest(state)) => only_if(state.reader.is_some(), Reason::Loading),
                _ => Err(Reason::NotHere),
            }
        }
        CommandId::ReleaseHeld => {
            only_if(model.counts.as_ref().is_some_and(|counts| counts.held > 0), Reason::NothingHeld)
        }
        CommandId::MarkRow
        | CommandId::MarkAlike
        | CommandId::MakeAppeal
        | CommandId::RetryQuarantined
        | CommandId::SettleQuarantined => of_quarantine(model),
        CommandId::MemberCard => match model.layers.last() {
            Some(Layer::MatchCard(state)) => only_if(state.selected().is_some(), Reason::NoCandidate),
            Some(Layer::Members(state)) => only_if(state.selected().is_some(), Reason::NoCandidate),
            Some(Layer::Quality(state)) => {
                let row = state.open.as_ref().and_then(|open| open.row());
                only_if(row.is_some(), Reason::NoCandidate)
            }
            _ => Err(Reason::NotHere),
        },
        CommandId::IssueCard | CommandId::RevokeCard => of_member_card(command, model),
        CommandId::LogNoAnswer
        | CommandId::LogWrongNumber
        | CommandId::LogExplained
        | CommandId::LogAskedToJoin
        | CommandId::EditCallNumber
        | CommandId::StrikeCall
        | CommandId::JoinCall
        | CommandId::ConfirmApplication
        | CommandId::CloseCall => of_call(command, model),
        CommandId::ConfirmMember
        | CommandId::NotAMember
        | CommandId::UnlinkMember
        | CommandId::UnlinkContact
        | CommandId::AskChair
        | CommandId::AnswerQuery
        | CommandId::OpenMember => of_card(command, model),
        CommandId::KeepFirst | CommandId::KeepSecond | CommandId::BothRight => of_conflict(model),
        CommandId::UndoImport => of_imports(model),
        CommandId::EditColumn
        | CommandId::ChooseSheet
        | CommandId::ChooseImportOrg
        | CommandId::PartialImport
        | CommandId::CompareRegistry
        | CommandId::LoadRegistry => of_import(command, model),
        _ => Ok(()),
    }
}

fn of_conflict(model: &Model) -> Availability {
    let Some(Layer::Conflicts(state)) = model.layers.last() else { return Err(Reason::NotHere) };
    let row = state.row().ok_or(Reason::NoConflict)?;
    only_if(row.state == ConflictState::Open, Reason::ConflictSettled)
}

fn of_imports(model: &Model) -> Availability {
    let Some(Layer::Imports(state)) = model.layers.last() else { return Err(Reason::NotHere) };
    let row = state.row().ok_or(Reason::NoImport)?;
    only_if(row.undone_at.is_none(), Reason::ImportUndone)
}

fn of_import(command: CommandId, model: &Model) -> Availability {
    let Some(Layer::Import(state)) = model.layers.last() else { return Err(Reason::NotHere) };
    only_if(state.work.is_none(), Reason::Importing)?;
    let file = state.file.as_ref().ok_or(Reason::Loading)?;
    match (command, &state.difference) {
        (CommandId::LoadRegistry, None) => Err(Reason::NotCompared),
        (CommandId::LoadRegistry, Some(difference)) => only_if(!difference.is_idle(), Reason::NoDifference),
        (CommandId::EditColumn, Some(_)) => Err(Reason::NotHere),
        (CommandId::ChooseSheet, _) => only_if(file.sheets().len() > 1, Reason::OneSheet),
        (CommandId::ChooseImportOrg, _) => only_if(!state.orgs.is_empty(), Reason::NoOrgs),
        _ => Ok(()),
    }
}

fn of_appeal(command: CommandId, model: &Model) -> Availability {
    let Some(subject) = model.subject() else {
        let loading = model.appeal().is_some_and(|state| state.failed.is_none());
        return Err(if loading { Reason::Loading } else { Reason::NoAppeal });
    };
    match command {
        CommandId::Take if subject.assignee.is_some() && subject.assignee == model.env.me.staff => {
            Err(Reason::AlreadyYours)
        }
        CommandId::Take => only_if(subject.stage.is_open(), Reason::NotOpen),
        CommandId::Reply => only_if(subject.has_address != Some(false), Reason::NoAddress),
        CommandId::MarkSorted => only_if(subject.stage == Stage::New, Reason::NotNew),
        CommandId::MarkSpam => only_if(subject.stage != Stage::Spam, Reason::AlreadySo),
        CommandId::Reopen => only_if(!subject.stage.is_open(), Reason::OpenAlready),
        CommandId::MarkThanks => only_if(subject.stage != Stage::Thanks, Reason::AlreadySo),
        CommandId::EditAssignee => only_if(!model.staff.is_empty(), Reason::NoStaff),
        _ => Ok(()),
    }
}

fn of_thread(command: CommandId, model: &Model) -> Availability {
    let thread = model.appeal().and_then(|state| state.thread.as_ref()).ok_or(Reason::Loading)?;
    match command {
        CommandId::MailThread => Ok(()),
        CommandId::DecideOutside => only_if(thread.outside().is_some(), Reason::NoOutside),
        CommandId::DecideReport => only_if(thread.doubted().is_some(), Reason::NoDoubted),
        CommandId::SaveAttachment => only_if(thread.attachments().any(|file| file.kept), Reason::NoFiles),
        _ => {
            let is_quote = |block: &Block| matches!(block, Block::Quote(_));
            let mut messages = thread.messages.iter();
            let folded = messages.any(|m| m.automatic || m.blocks.iter().any(is_quote));
            only_if(folded || !thread.earlier.is_empty(), Reason::NoQuotes)
        }
    }
}

fn of_text(model: &Model) -> Availability {
    match model.layers.last() {
        Some(Layer::Note(note)) => {
            only_if(!note.is_blank(), Reason::NoteEmpty)?;
            only_if(!note.sending, Reason::Sending)
        }
        Some(Layer::Appeal(state)) => {
            let reply = state.reply.as_ref().ok_or(Reason::NotHere)?;
            only_if(!reply.is_blank(), Reason::ReplyEmpty)?;
            only_if(!reply.sending, Reason::Sending)
        }
        _ => Err(Reason::NotHere),
    }
}

fn of_delivery(command: CommandId, model: &Model) -> Availability {
    let Some(Layer::Outgoing(outgoing)) = model.layers.last() else {
        if command == CommandId::RedirectDelivery {
            let thread = model.appeal().and_then(|state| state.thread.as_ref()).ok_or(Reason::Loading)?;
            return only_if(thread.redirectable().is_some(), Reason::CannotRedirect);
        }
        return only_if(
            command == CommandId::UndoDelivery && model.undoable().is_some(),
            Reason::NothingToUndo,
        );
    };
    let row = outgoing.row().ok_or(Reason::NoDelivery)?;
    let state = row.state;
    match command {
        CommandId::RedirectDelivery => only_if(row.may_be_redirected(), Reason::CannotRedirect),
        CommandId::ConfirmDelivery => only_if(state == DeliveryState::Unknown, Reason::NotUnknown),
        CommandId::DecideReport => only_if(row.doubted.is_some(), Reason::NoDoubted),
        CommandId::UndoDelivery => {
            use DeliveryState::{Retry, Scheduled};
            only_if(matches!(state, Scheduled | Retry), Reason::NothingToUndo)
        }
        CommandId::HurryDeliveries => only_if(state == DeliveryState::Retry, Reason::NothingWaits),
        CommandId::RetryDelivery => {
            use DeliveryState::{Blocked, Bounced, Failed, Retry, Scheduled, Unknown};
            let held = state == Scheduled && row.reason.is_some();
            let stuck = matches!(state, Failed | Unknown | Bounced | Blocked | Retry);
            only_if(held || stuck, Reason::CannotRetry)
        }
        _ => {
            use DeliveryState::{Failed, Retry, Scheduled, Unknown};
            only_if(matches!(state, Scheduled | Retry | Failed | Unknown), Reason::CannotDrop)
        }
    }
}

fn of_quarantine(model: &Model) -> Availability {
    if let Some(Layer::Earlier(state)) = model.layers.last() {
        return only_if(state.row().ok_or(Reason::NoItem)?.number.is_none(), Reason::AlreadySo);
    }
    let Some(Layer::Quarantine(state)) = model.layers.last() else { return Err(Reason::NotHere) };
    only_if(!state.subjects().is_empty(), Reason::NoItem)
}

fn of_member_card(command: CommandId, model: &Model) -> Availability {
    let Some(Layer::Card(state)) = model.layers.last() else { return Err(Reason::NotHere) };
    let holder = state.holder.as_ref().ok_or(Reason::Loading)?;
    match command {
        CommandId::IssueCard => only_if(holder.status != MemberStatus::Left, Reason::HolderLeft),
        _ => only_if(holder.card.is_some(), Reason::NoCard),
    }
}

fn of_call(command: CommandId, model: &Model) -> Availability {
    let Some(Layer::Calls(state)) = model.layers.last() else { return Err(Reason::NotHere) };
    let row = state.subject().ok_or(Reason::NoCall)?;
    match command {
        CommandId::StrikeCall => only_if(row.attempts > 0, Reason::NoAttempt),
        CommandId::JoinCall | CommandId::ConfirmApplication => Ok(()),
        _ => only_if(row.ended.is_none(), Reason::CallDone),
    }
}

fn of_card(command: CommandId, model: &Model) -> Availability {
    let Some(Layer::MatchCard(state)) = model.layers.last() else { return Err(Reason::NotHere) };
    let card = state.card.as_ref().ok_or(Reason::Loading)?;
    match command {
        CommandId::OpenMember => {
            only_if(!state.selected().ok_or(Reason::NoCandidate)?.member.opened, Reason::AlreadyOpen)
        }
        CommandId::ConfirmMember => {
            let chosen = state.selected().ok_or(Reason::NoCandidate)?;
            match &card.linked {
                Some(linked) if linked.id == chosen.member.id => Err(Reason::AlreadyLinked),
                Some(_) => Err(Reason::OtherLinked),
                None => Ok(()),
            }
        }
        CommandId::AskChair => {
            let chosen = state.selected().ok_or(Reason::NoCandidate)?;
            only_if(chosen.member.org.is_some(), Reason::NoOrganisation)
        }
        CommandId::AnswerQuery => only_if(card.asks(), Reason::NoQuery),
        CommandId::UnlinkContact => only_if(state.contact().is_some(), Reason::NoContact),
        CommandId::UnlinkMember => only_if(card.linked.is_some() || card.awaits.is_some(), Reason::NotLinked),
        _ => {
            only_if(card.linked.is_none(), Reason::OtherLinked)?;
            only_if(card.state != Some(MemberState::NotMember), Reason::AlreadySo)
        }
    }
}
