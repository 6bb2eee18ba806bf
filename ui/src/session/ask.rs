//! The console's questions put to the desk: one use case each, nothing decided here.

use super::files;
use crate::app::{Answer, Ask, ChannelSettings, Word};
use crate::cli::channel_set::set_one;
use crate::screens::channel::Setting;
use otklik_core::desk::{CardRef, CardRequest, CheckRequest, Confirmation, Desk, Quarantined, read_registry};
use otklik_core::error::{Error, ErrorKind, Result};
use otklik_core::types::Actor;
use std::path::{Path, PathBuf};

/// Reports about nothing that we know of that a screen shows; `otklik channel reports` has them all.
const UNMATCHED: usize = 20;

/// Carries one question out.
pub async fn carry_out(desk: &Desk, actor: &Actor, home: Option<&Path>, ask: Ask) -> Result<Answer> {
    match ask {
        Ask::SaveAttachment { appeal, attachment, dir } => {
            let dir = at_home(dir, home);
            desk.save_attachment(actor, appeal, attachment, &dir).await.map(Answer::Saved)
        }
        Ask::OpenMember(appeal, member) => {
            Ok(Answer::Member(Box::new(desk.open_member(actor, appeal, member).await?)))
        }
        Ask::AttachFile { appeal, path } => {
            let (name, bytes) = files::read(&at_home(path, home)).await?;
            desk.attach_to_draft(actor, appeal, name, bytes).await.map(|_| Answer::Done)
        }
        Ask::ReadRegistry { path, sheet, org } => {
            let (_, bytes) = files::read(&at_home(path, home)).await?;
            let read = tokio::task::spawn_blocking(move || read_registry(&bytes, sheet.as_deref()));
            let mut file = read.await.map_err(|error| Error::failed("interrupted").because(error))??;
            desk.use_saved_layout(actor, &mut file, org.as_deref()).await?;
            Ok(Answer::Registry(Box::new(file)))
        }
        Ask::LoadRegistry(request) | Ask::CompareRegistry(request) => {
            desk.import_members(actor, *request).await.map(|done| Answer::Import(Box::new(done)))
        }
        Ask::SetChannel { name, setting, value } => {
            let value = if setting == Setting::PasswordFile && !value.is_empty() {
                at_home(PathBuf::from(value), home).to_string_lossy().into_owned()
            } else {
                value
            };
            let (reopened, folders) = set_one(desk, actor, &name, setting, &value).await?;
            Ok(Answer::ChannelSet(reopened, folders))
        }
        Ask::StopImport(watch) => {
            watch.cancel();
            Ok(Answer::Done)
        }
        Ask::AppealFromEarlier(id) => {
            let made = desk.appeal_from_history(actor, id).await?;
            Ok(Answer::AppealMade(made.appeal, made.number))
        }
        Ask::CompletePath(typed) => Ok(files::complete(&typed, home).await),
        ask if ask.is_write() => write(desk, actor, ask).await.map(|()| Answer::Done),
        ask => read(desk, actor, ask).await,
    }
}

async fn read(desk: &Desk, actor: &Actor, ask: Ask) -> Result<Answer> {
    Ok(match ask {
        Ask::Organisation => Answer::Organisation(desk.organisation_name()),
        Ask::Staff => Answer::Staff(desk.staff(actor).await?),
        Ask::Counts => Answer::Counts(desk.queue_counts(actor).await?),
        Ask::Intake => Answer::Intake(desk.intake(actor).await?),
        Ask::Queue { filter, from, limit } => {
            Answer::Queue(desk.queue_page(actor, &filter, from, limit).await?)
        }
        Ask::Pane(id) | Ask::Appeal(id) => Answer::Appeal(Box::new(desk.appeal(actor, id).await?)),
        Ask::Deliveries { filter, limit } => Answer::Deliveries(desk.deliveries(actor, filter, limit).await?),
        Ask::Channels => {
            let channels = desk.channels(actor).await?;
            // Whoever looks after the machines sees no addresses.
            let reports = match desk.reports(actor, true, UNMATCHED).await {
                Err(error) if error.kind == ErrorKind::NotAllowed => Vec::new(),
                reports => reports?,
            };
            Answer::Channels(channels, reports)
        }
        Ask::ChannelSettings(name) => {
            let missing = || Error::not_found("no-channel").arg("name", &name);
            let channels = desk.channels(actor).await?;
            let channel = channels.into_iter().find(|channel| channel.name == name).ok_or_else(missing)?;
            let routes = desk.account_routes(actor).await?;
            let routes = routes.into_iter().find(|routes| routes.name == name).ok_or_else(missing)?;
            let orgs = desk.organisations(actor).await?;
            Answer::ChannelSettings(Box::new(ChannelSettings { channel, routes, orgs }))
        }
        Ask::Digest => {
            let data = desk.digest(actor).await?;
            let staff = match desk.staff(actor).await {
                Err(error) if error.kind == ErrorKind::NotAllowed => Vec::new(),
                staff => staff?,
            };
            let reader = staff.into_iter().find(|person| Some(person.id) == actor.staff());
            Answer::Digest(Box::new(data), reader.map(Box::new))
        }
        Ask::Quarantine { limit } => Answer::Quarantine(desk.quarantine(actor, None, limit).await?),
        Ask::FindEarlier { words, limit } => Answer::Earlier(desk.find_history(actor, &words, limit).await?),
        Ask::EarlierLetter(id) => Answer::EarlierLetter(Box::new(desk.history_letter(actor, id).await?)),
        Ask::RawItem(id) => Answer::RawItem(Box::new(desk.quarantined_item(actor, id).await?)),
        Ask::Calls { all, limit } => Answer::Calls(desk.calls(actor, all, limit).await?),
        Ask::Call(id) => Answer::Call(Box::new(desk.call(actor, id).await?)),
        Ask::Conflicts { all, limit } => Answer::Conflicts(desk.conflicts(actor, all, limit).await?),
        Ask::JoinTargets(_) => Answer::JoinTargets(desk.join_targets(actor).await?),
        Ask::MatchCard(id) => Answer::MatchCard(Box::new(desk.match_card(actor, id).await?)),
        Ask::FindMembers { query, limit } => Answer::Members(desk.find_members(actor, &query, limit).await?),
        Ask::Orgs => Answer::Orgs(desk.organisations(actor).await?),
        Ask::Imports { limit } => Answer::Imports(desk.member_imports(actor, limit).await?),
        Ask::ImportProgress(watch) => {
            let (done, total) = watch.progress();
            Answer::Progress(done, total)
        }
        Ask::Member(id) => Answer::Member(Box::new(desk.member(actor, id).await?)),
        Ask::CheckMembers { limit } => {
            let request = CheckRequest { limit, ..CheckRequest::default() };
            Answer::Check(Box::new(desk.check_members(actor, request).await?))
        }
        Ask::MemberCard(id) => Answer::MemberCard(Box::new(desk.member_card(actor, id).await?)),
        _ => Answer::Done,
    })
}

async fn write(desk: &Desk, actor: &Actor, ask: Ask) -> Result<()> {
    match ask {
        Ask::MarkRead(id) => desk.mark_read(actor, id).await,
        Ask::Take(id) => desk.take(actor, id).await,
        Ask::Edit(id, edit) => desk.edit(actor, id, edit).await,
        Ask::SetStage(id, stage) => desk.set_stage(actor, id, stage).await,
        Ask::Outside(id, message, Some(kind)) => desk.confirm_outside(actor, id, message, kind).await,
        Ask::Outside(id, message, None) => desk.decline_outside(actor, id, message).await,
        Ask::Note(id, text) => desk.note(actor, id, text).await.map(drop),
        Ask::SaveDraft { appeal, text, kind, seen } => desk.save_draft(actor, appeal, text, kind, seen).await,
        Ask::DiscardDraft(appeal) => desk.discard_draft(actor, appeal).await,
        Ask::DetachFile(appeal, file) => desk.detach_from_draft(actor, appeal, file).await,
        Ask::CopyDraftTo(appeal, cc) => desk.copy_draft_to(actor, appeal, cc).await,
        Ask::Send(request) => desk.send_reply(actor, request).await.map(drop),
        Ask::SendAgain(request) => desk.send_reply_again(actor, request).await.map(drop),
        Ask::UndoDelivery(id) => desk.undo_delivery(actor, id).await,
        Ask::RetryDelivery(id) => desk.retry_delivery(actor, id).await,
        Ask::RedirectDelivery { id, address } => {
            desk.redirect_delivery(actor, id, &address, false).await.map(drop)
        }
        Ask::MailThread(id) => desk.mail_thread(actor, id).await.map(drop),
        Ask::HurryDeliveries(account) => desk.hurry_deliveries(actor, Some(account)).await.map(drop),
        Ask::DropDelivery(id) => desk.drop_delivery(actor, id).await,
        Ask::BelieveReport(id) => desk.believe_report(actor, id).await,
        Ask::DismissReport(id) => desk.dismiss_report(actor, id).await,
        Ask::ConfirmDelivery { id, reason } => desk.confirm_delivery(actor, id, &reason).await,
        Ask::SetDigest(wish) => {
            let own = actor.staff().ok_or_else(|| Error::not_allowed("not-a-person"))?;
            desk.set_digest(actor, own, wish).await
        }
        Ask::ReleaseHeld => desk.release_held(actor).await.map(drop),
        Ask::RetryQuarantined(ids) => desk.retry_quarantined(actor, Quarantined::Items(ids)).await.map(drop),
        Ask::SettleQuarantined(ids) => {
            desk.settle_quarantined(actor, Quarantined::Items(ids)).await.map(drop)
        }
        Ask::MakeAppeals(ids) => desk.appeal_quarantined(actor, Quarantined::Items(ids)).await.map(drop),
        Ask::ConfirmMember(id, member, Word::Call) => {
            desk.confirm_by_call(actor, id, member, String::new()).await.map(drop)
        }
        Ask::ConfirmMember(id, member, Word::Alone) => {
            let alone = Confirmation { told: None, contacts: false };
            desk.confirm_as(actor, id, member, alone).await.map(drop)
        }
        Ask::ConfirmMember(id, member, _) => desk.confirm_member(actor, id, member).await.map(drop),
        Ask::UnlinkIdentity(id, reason) => desk.unlink_identity(actor, id, reason, String::new()).await,
        Ask::SettleConflict(id, state, reason) => desk.settle_conflict(actor, id, state, reason).await,
        Ask::CheckConflicts => desk.check_conflicts(actor).await.map(drop),
        Ask::UnlinkMember(id, reason) => desk.unlink_member(actor, id, reason).await,
        Ask::AddCall(id) => desk.add_call(actor, id).await,
        Ask::LogCall(id, call) => desk.log_call(actor, id, call).await.map(drop),
        Ask::StrikeCall(id) => desk.strike_call(actor, id).await,
        Ask::CallNumber(id, number) => desk.set_call_number(actor, id, number).await,
        Ask::CloseCall(id, end, appeal_too) => desk.close_call(actor, id, end, appeal_too).await,
        Ask::JoinCall(id, request) => desk.join_call(actor, id, request).await.map(drop),
        Ask::AskChair(id, request) => desk.ask_chair(actor, id, request).await.map(drop),
        Ask::AnswerQuery(id, answer) => desk.answer_query(actor, id, answer, String::new()).await,
        Ask::ConfirmApplication(id, code) => desk.confirm_application(actor, id, &code).await,
        Ask::SetMemberState(id, state) => desk.set_member_state(actor, id, state).await,
        Ask::UndoImport(id) => desk.undo_member_import(actor, Some(id)).await.map(drop),
        Ask::IssueCard(member, anew) => {
            desk.issue_card(actor, member, CardRequest { until: None, anew }).await.map(drop)
        }
        Ask::RevokeCard(card, reason) => desk.revoke_card(actor, CardRef::Card(card), reason).await.map(drop),
        _ => Ok(()),
    }
}

/// A folder as a person types it: `~/` is the home folder.
pub(super) fn at_home(dir: PathBuf, home: Option<&Path>) -> PathBuf {
    match (dir.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => dir,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_folder_and_only_at_the_start() {
        let home = Path::new("/home/orlova");
        assert_eq!(at_home("~/Документы".into(), Some(home)), home.join("Документы"));
        assert_eq!(at_home("~".into(), Some(home)), home);
        assert_eq!(at_home("/tmp/~".into(), Some(home)), Path::new("/tmp/~"));
        assert_eq!(at_home("~/x".into(), None), Path::new("~/x"));
    }
}
