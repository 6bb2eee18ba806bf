//! Who may do what, asked of the real desk: every use case with every role and every worker, and whose rows each one sees.
//! Denied by default: a use case that is not in the list here fails the test until somebody has decided about it.

mod scope;
mod taken;

use crate::story::world::{Plan, World};
use crate::support::engines;
use otklik_core::desk::reply::{AppealEdit, ReplyRequest};
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::{
    Attempt, CardRef, Confirmation, IdentitiesOf, JoinRequest, NewCall, NewIdentity, Quarantined,
    QueryRequest, ReadTo, Seed, Turn,
};
use otklik_core::error::{Error, ErrorKind};
use otklik_core::rules::roles::{self, UseCase as U};
use otklik_core::types::{
    Actor, AppealId, AttachmentId, CallEnd, CallOutcome, CardReason, ChairAnswer, ConflictId, ConflictState,
    DeliveryId, DraftFileId, FolderRole, Grant, IdentityId, LinkGround, MemberId, MemberState, MessageId,
    NumberQuery, OrgId, RawId, ReplyKind, Role, StaffId, Stage, UnlinkReason, Untrusted, Worker,
};
use std::path::Path;
use uuid::Uuid;

/// Every `pub async fn` of the desk that takes an actor, with the use case that it is.
const DOORS: &[(&str, U)] = &[
    ("queue_page", U::QueueList),
    ("calls", U::CallList),
    ("call", U::CallList),
    ("join_targets", U::CallJoin),
    ("add_call", U::CallWork),
    ("set_call_number", U::CallWork),
    ("log_call", U::CallWork),
    ("strike_call", U::CallWork),
    ("close_call", U::CallWork),
    ("join_call", U::CallJoin),
    ("confirm_application", U::CallJoin),
    ("ask_chair", U::CallJoin),
    ("answer_query", U::CallJoin),
    ("chair_queries", U::CallList),
    ("set_call_script", U::SettingsEdit),
    ("set_later_members", U::SettingsEdit),
    ("queue_counts", U::QueueList),
    ("find_number", U::QueueList),
    ("queue_key", U::QueueList),
    ("appeal", U::AppealShow),
    ("mark_read", U::AppealShow),
    ("history", U::HistoryShow),
    ("take", U::AppealTake),
    ("edit", U::AppealEdit),
    ("set_stage", U::AppealStage),
    ("close_unanswered", U::AppealStage),
    ("import_appeals", U::AppealImport),
    ("seed", U::AppealImport),
    ("note", U::AppealNote),
    ("save_draft", U::ReplyDraft),
    ("copy_draft_to", U::ReplyDraft),
    ("discard_draft", U::ReplyDraft),
    ("attach_to_draft", U::ReplyDraft),
    ("detach_from_draft", U::ReplyDraft),
    ("send_reply", U::ReplySend),
    ("send_reply_again", U::ReplySend),
    ("save_attachment", U::AttachmentSave),
    ("mail_thread", U::ThreadMail),
    ("match_card", U::MatchShow),
    ("weigh_member", U::MatchShow),
    ("confirm_member", U::MatchConfirm),
    ("confirm_by_call", U::MatchConfirm),
    ("confirm_as", U::MatchConfirm),
    ("identities", U::MatchShow),
    ("link_identity", U::MatchConfirm),
    ("unlink_identity", U::MatchUnlink),
    ("conflicts", U::MatchShow),
    ("settle_conflict", U::MatchUnlink),
    ("check_conflicts", U::MatchUnlink),
    ("set_member_state", U::MatchConfirm),
    ("unlink_member", U::MatchUnlink),
    ("confirm_outside", U::OutsideConfirm),
    ("decline_outside", U::OutsideDecline),
    ("find_members", U::MemberFind),
    ("member", U::MemberShow),
    ("open_member", U::MemberOpen),
    ("member_by_source", U::MemberShow),
    ("import_members", U::MemberImport),
    ("member_imports", U::MemberImport),
    ("undo_member_import", U::MemberImport),
    ("use_saved_layout", U::MemberImport),
    ("check_members", U::MemberCheck),
    ("member_card", U::CardShow),
    ("cards", U::CardShow),
    ("check_card", U::CardShow),
    ("card_keys", U::CardShow),
    ("issue_card", U::CardIssue),
    ("revoke_card", U::CardIssue),
    ("new_card_key", U::CardKey),
    ("retire_card_key", U::CardKey),
    ("organisations", U::OrgList),
    ("import_orgs", U::OrgImport),
    ("staff", U::StaffList),
    ("digest", U::ChannelList),
    ("set_digest", U::StaffAdd),
    ("add_staff", U::StaffAdd),
    ("set_role", U::StaffRole),
    ("set_mailbox", U::StaffAdd),
    ("deliveries", U::DeliveryList),
    ("undo_delivery", U::DeliveryUndo),
    ("retry_delivery", U::DeliveryRetry),
    ("redirect_delivery", U::DeliveryRetry),
    ("hurry_deliveries", U::DeliveryRetry),
    ("drop_delivery", U::DeliveryDrop),
    ("confirm_delivery", U::DeliveryConfirm),
    ("release_held", U::DeliveryRetry),
    ("reports", U::ReportList),
    ("believe_report", U::ReportBelieve),
    ("dismiss_report", U::ReportBelieve),
    ("quarantine", U::QuarantineList),
    ("quarantined_item", U::QuarantineShow),
    ("retry_quarantined", U::QuarantineDecide),
    ("settle_quarantined", U::QuarantineDecide),
    ("appeal_quarantined", U::QuarantineDecide),
    ("find_history", U::MailHistoryShow),
    ("history_letter", U::MailHistoryShow),
    ("appeal_from_history", U::MailHistoryAppeal),
    ("channels", U::ChannelList),
    ("intake", U::Doctor),
    ("account_routes", U::ChannelList),
    ("add_channel", U::ChannelAdd),
    ("put_address", U::ChannelAdd),
    ("remove_address", U::ChannelAdd),
    ("accounts_to_reconcile", U::ChannelReconcile),
    ("edit_channel", U::ChannelAdd),
    ("trust_channel", U::ChannelAdd),
    ("verify_journal", U::JournalVerify),
    ("verify_clocks", U::JournalVerify),
    ("backup", U::Backup),
    ("store_raw", U::Ingest),
    ("store_mail", U::Ingest),
    ("read_to", U::Ingest),
    ("stored_names", U::Ingest),
    ("stored_items", U::Ingest),
    ("reconciliations_due", U::Ingest),
    ("record_reconciliation", U::Ingest),
    ("intake_accounts", U::Ingest),
    ("pulse", U::Ingest),
    ("hold", U::Ingest),
    ("let_go", U::Ingest),
    ("parse_pending", U::Parse),
    ("parse_all_pending", U::Parse),
    ("lease_delivery", U::DeliveryLease),
    ("start_delivery", U::DeliveryLease),
    ("renew_delivery", U::DeliveryLease),
    ("conclude_delivery", U::DeliveryLease),
    ("take_turn", U::DeliveryLease),
    ("note_silence", U::DeliveryLease),
    ("sweep_deliveries", U::DeliveryLease),
    ("copies_due", U::DeliveryLease),
    ("claim_copy", U::DeliveryLease),
    ("end_copy", U::DeliveryLease),
    ("next_delivery_at", U::DeliveryLease),
    ("make_digests", U::DigestMake),
    ("checkpoint", U::Checkpoint),
    ("checkpoint_now", U::Checkpoint),
];

/// Calls a use case with arguments that get as far as the permission; what they name is not there.
async fn call(world: &World, door: &str, who: &Actor) -> Result<(), Error> {
    let (desk, appeal, folder) = (&world.desk, AppealId::new(), world.engine.folder());
    let (delivery, member, staff) = (DeliveryId::new(), MemberId::new(), StaffId::new());
    match door {
        "queue_page" => desk.queue_page(who, &Default::default(), Default::default(), 5).await.map(drop),
        "queue_counts" => desk.queue_counts(who).await.map(drop),
        "find_number" => desk.find_number(who, NumberQuery { year: None, seq: 1 }).await.map(drop),
        "queue_key" => desk.queue_key(who, appeal).await.map(drop),
        "appeal" => desk.appeal(who, appeal).await.map(drop),
        "digest" => desk.digest(who).await.map(drop),
        "set_digest" => desk.set_digest(who, staff, Default::default()).await,
        "make_digests" => desk.make_digests(who).await.map(drop),
        "mark_read" => desk.mark_read(who, appeal).await,
        "history" => desk.history(who, appeal).await.map(drop),
        "take" => desk.take(who, appeal).await,
        "edit" => desk.edit(who, appeal, AppealEdit::default()).await,
        "set_stage" => desk.set_stage(who, appeal, Stage::Closed).await,
        "close_unanswered" => desk.close_unanswered(who, appeal).await,
        "import_appeals" => desk.import_appeals(who, Vec::new(), false).await.map(drop),
        "seed" => desk.seed(who, Seed { members: Box::new(std::iter::empty()), events: Vec::new() }).await,
        "note" => desk.note(who, appeal, "заметка".into()).await.map(drop),
        "save_draft" => desk.save_draft(who, appeal, "текст".into(), ReplyKind::Response, None).await,
        "copy_draft_to" => desk.copy_draft_to(who, appeal, Vec::new()).await,
        "discard_draft" => desk.discard_draft(who, appeal).await,
        "attach_to_draft" => {
            desk.attach_to_draft(who, appeal, Untrusted::new("a.txt"), b"a".to_vec()).await.map(drop)
        }
        "detach_from_draft" => desk.detach_from_draft(who, appeal, DraftFileId::new()).await,
        "send_reply_again" => desk.send_reply_again(who, request(appeal)).await.map(drop),
        "send_reply" => desk.send_reply(who, request(appeal)).await.map(drop),
        "save_attachment" => desk.save_attachment(who, appeal, AttachmentId::new(), folder).await.map(drop),
        "mail_thread" => desk.mail_thread(who, appeal).await.map(drop),
        "confirm_outside" => desk.confirm_outside(who, appeal, MessageId::new(), ReplyKind::Merits).await,
        "decline_outside" => desk.decline_outside(who, appeal, MessageId::new()).await,
        "match_card" => desk.match_card(who, appeal).await.map(drop),
        "weigh_member" => desk.weigh_member(who, appeal, member).await.map(drop),
        "confirm_member" => desk.confirm_member(who, appeal, member).await.map(drop),
        "confirm_by_call" => desk.confirm_by_call(who, appeal, member, String::new()).await.map(drop),
        "confirm_as" => {
            let with = Confirmation { told: None, contacts: false };
            desk.confirm_as(who, appeal, member, with).await.map(drop)
        }
        "identities" => desk.identities(who, IdentitiesOf::Member(member), true).await.map(drop),
        "link_identity" => {
            let (contact, ground) = ("one@example.org".into(), LinkGround::Call);
            let new =
                NewIdentity { member, contact, ground, appeal: None, note: "по телефону".into() };
            desk.link_identity(who, new).await.map(drop)
        }
        "unlink_identity" => {
            desk.unlink_identity(who, IdentityId::new(), UnlinkReason::OtherPerson, String::new()).await
        }
        "conflicts" => desk.conflicts(who, false, 5).await.map(drop),
        "settle_conflict" => {
            desk.settle_conflict(who, ConflictId::new(), ConflictState::BothRight, "семья".into()).await
        }
        "check_conflicts" => desk.check_conflicts(who).await.map(drop),
        "set_later_members" => desk.set_later_members(who, true).await,
        "set_member_state" => desk.set_member_state(who, appeal, MemberState::NotMember).await.map(drop),
        "unlink_member" => desk.unlink_member(who, appeal, UnlinkReason::Other).await.map(drop),
        "find_members" => desk.find_members(who, "иванов", 5).await.map(drop),
        "member" => desk.member(who, member).await.map(drop),
        "open_member" => desk.open_member(who, appeal, member).await.map(drop),
        "member_by_source" => desk.member_by_source(who, &Untrusted::new("M001")).await.map(drop),
        "import_members" => desk.import_members(who, Default::default()).await.map(drop),
        "member_imports" => desk.member_imports(who, 5).await.map(drop),
        "undo_member_import" => desk.undo_member_import(who, None).await.map(drop),
        "use_saved_layout" => desk.use_saved_layout(who, &mut Default::default(), None).await.map(drop),
        "check_members" => desk.check_members(who, Default::default()).await.map(drop),
        "member_card" => desk.member_card(who, member).await.map(drop),
        "cards" => desk.cards(who, true, 5).await.map(drop),
        "check_card" => desk.check_card(who, "x").await.map(drop),
        "card_keys" => desk.card_keys(who).await.map(drop),
        "issue_card" => desk.issue_card(who, member, Default::default()).await.map(drop),
        "revoke_card" => desk.revoke_card(who, CardRef::Of(member), CardReason::Lost).await.map(drop),
        "new_card_key" => desk.new_card_key(who).await.map(drop),
        "retire_card_key" => desk.retire_card_key(who, "none").await,
        "organisations" => desk.organisations(who).await.map(drop),
        "import_orgs" => desk.import_orgs(who, Vec::new(), false).await.map(drop),
        "staff" => desk.staff(who).await.map(drop),
        "add_staff" => desk.add_staff(who, "Новый", Role::Duty, None, Some("none")).await.map(drop),
        "set_mailbox" => desk.set_mailbox(who, staff, None).await,
        "set_role" => desk.set_role(who, staff, Role::Duty, None, true).await.map(drop),
        "deliveries" => desk.deliveries(who, DeliveryFilter::Open, 5).await.map(drop),
        "reports" => desk.reports(who, false, 5).await.map(drop),
        "believe_report" => desk.believe_report(who, delivery).await,
        "dismiss_report" => desk.dismiss_report(who, delivery).await,
        "undo_delivery" => desk.undo_delivery(who, delivery).await,
        "retry_delivery" => desk.retry_delivery(who, delivery).await,
        "redirect_delivery" => desk.redirect_delivery(who, delivery, "a@example.org", true).await.map(drop),
        "hurry_deliveries" => desk.hurry_deliveries(who, None).await.map(drop),
        "drop_delivery" => desk.drop_delivery(who, delivery).await,
        "confirm_delivery" => desk.confirm_delivery(who, delivery, "позвонили").await,
        "release_held" => desk.release_held(who).await.map(drop),
        "quarantine" => desk.quarantine(who, None, 5).await.map(drop),
        "quarantined_item" => desk.quarantined_item(who, RawId::new()).await.map(drop),
        "retry_quarantined" => desk.retry_quarantined(who, one_item()).await.map(drop),
        "settle_quarantined" => desk.settle_quarantined(who, one_item()).await.map(drop),
        "appeal_quarantined" => desk.appeal_quarantined(who, one_item()).await.map(drop),
        "find_history" => desk.find_history(who, "премия", 5).await.map(drop),
        "history_letter" => desk.history_letter(who, RawId::new()).await.map(drop),
        "appeal_from_history" => desk.appeal_from_history(who, RawId::new()).await.map(drop),
        "channels" => desk.channels(who).await.map(drop),
        "intake" => desk.intake(who).await.map(drop),
        "account_routes" => desk.account_routes(who).await.map(drop),
        "add_channel" => desk.add_channel(who, world.another_account()).await.map(drop),
        "put_address" => desk.put_address(who, "none", "a@example.org", None).await,
        "remove_address" => desk.remove_address(who, "none", "a@example.org").await,
        "accounts_to_reconcile" => desk.accounts_to_reconcile(who, None).await.map(drop),
        "edit_channel" => desk.edit_channel(who, "no such", Default::default()).await.map(drop),
        "trust_channel" => desk.trust_channel(who, "mail", Default::default()).await,
        "verify_journal" => desk.verify_journal(who).await.map(drop),
        "verify_clocks" => desk.verify_clocks(who).await.map(drop),
        "backup" => desk.backup(who, &folder.join("backup"), true).await.map(drop),
        call if call.contains("call") || call.contains("appli") || CHAIRS.contains(&call) => {
            call_about_calls(world, call, who, appeal).await
        }
        worker => call_as_worker(world, worker, who, delivery).await,
    }
}

/// Doors of letters to chairs.
const CHAIRS: &[&str] = &["join_targets", "ask_chair", "answer_query", "chair_queries"];

async fn call_about_calls(world: &World, door: &str, who: &Actor, appeal: AppealId) -> Result<(), Error> {
    let desk = &world.desk;
    match door {
        "calls" => desk.calls(who, true, 5).await.map(drop),
        "call" => desk.call(who, appeal).await.map(drop),
        "join_targets" => desk.join_targets(who).await.map(drop),
        "add_call" => desk.add_call(who, appeal).await,
        "set_call_number" => desk.set_call_number(who, appeal, None).await,
        "log_call" => desk.log_call(who, appeal, NewCall::of(CallOutcome::NoAnswer)).await.map(drop),
        "strike_call" => desk.strike_call(who, appeal).await,
        "close_call" => desk.close_call(who, appeal, CallEnd::Advised, false).await,
        "join_call" => {
            let request =
                JoinRequest { org: OrgId::new(), to: None, agreed: true, workplace: None, immediately: true };
            desk.join_call(who, appeal, request).await.map(drop)
        }
        "ask_chair" => {
            let ask = QueryRequest { org: OrgId::new(), to: None, agreed: true, immediately: true };
            desk.ask_chair(who, appeal, ask).await.map(drop)
        }
        "answer_query" => desk.answer_query(who, appeal, ChairAnswer::Member, String::new()).await,
        "chair_queries" => desk.chair_queries(who, appeal).await.map(drop),
        "confirm_application" => desk.confirm_application(who, appeal, "no code").await,
        "set_call_script" => desk.set_call_script(who, None).await,
        unknown => panic!("the test does not know how to call {unknown}"),
    }
}

async fn call_as_worker(world: &World, door: &str, who: &Actor, id: DeliveryId) -> Result<(), Error> {
    let (desk, account) = (&world.desk, world.account);
    let attempt = Attempt::Again { why: Untrusted::new("later") };
    match door {
        "store_raw" => desk.store_raw(who, account, Vec::new()).await.map(drop),
        "store_mail" => desk.store_mail(who, account, Vec::new(), read_nothing()).await.map(drop),
        "read_to" => desk.read_to(who, account, "INBOX").await.map(drop),
        "stored_names" => desk.stored_names::<Vec<usize>, _>(who, account, str::len).await.map(drop),
        "stored_items" => desk.stored_items::<Vec<()>, ()>(who, account, |_| None).await.map(drop),
        "reconciliations_due" => desk.reconciliations_due(who).await.map(drop),
        "record_reconciliation" => desk.record_reconciliation(who, account, Ok(Vec::new())).await,
        "intake_accounts" => desk.intake_accounts(who).await.map(drop),
        "pulse" => desk.pulse(who, account, None).await,
        "hold" => desk.hold(who, U::Ingest, "x", "test", 1).await.map(drop),
        "let_go" => desk.let_go(who, U::Ingest, "x", "test").await,
        "parse_pending" => desk.parse_pending(who, 5).await.map(drop),
        "parse_all_pending" => desk.parse_all_pending(who, 5).await.map(drop),
        "lease_delivery" => desk.lease_delivery(who, "test").await.map(drop),
        "start_delivery" => desk.start_delivery(who, "test", id).await.map(drop),
        "renew_delivery" => desk.renew_delivery(who, "test", id).await,
        "conclude_delivery" => desk.conclude_delivery(who, "test", id, attempt).await,
        "note_silence" => desk.note_silence(who, "test", id).await,
        "take_turn" => desk.take_turn(who, "test", Turn::default()).await.map(drop),
        "sweep_deliveries" => desk.sweep_deliveries(who, |_| false).await.map(drop),
        "copies_due" => desk.copies_due(who).await.map(drop),
        "claim_copy" => desk.claim_copy(who, DeliveryId::new()).await.map(drop),
        "end_copy" => desk.end_copy(who, DeliveryId::new(), true).await,
        "next_delivery_at" => desk.next_delivery_at(who).await.map(drop),
        "checkpoint" => desk.checkpoint(who).await.map(drop),
        "checkpoint_now" => desk.checkpoint_now(who).await.map(drop),
        unknown => panic!("the test does not know how to call {unknown}"),
    }
}

fn read_nothing() -> ReadTo {
    ReadTo { folder: "INBOX".into(), role: FolderRole::Inbox, uidvalidity: 1, uid_next: 1 }
}

fn request(appeal: AppealId) -> ReplyRequest {
    let (kind, idempotency_key) = (ReplyKind::Response, Uuid::now_v7());
    ReplyRequest {
        appeal,
        text: "ответ".into(),
        kind,
        seen: None,
        idempotency_key,
        immediately: false,
        cc: Vec::new(),
        files: Vec::new(),
    }
}

fn one_item() -> Quarantined {
    Quarantined::Items(vec![RawId::new()])
}

/// A person of the desk in every role, one who has none any more, and every worker. Whoever is not of the staff may do
/// nothing, whatever they say of themselves.
async fn everybody(world: &World) -> Vec<(String, Actor)> {
    let mut all = Vec::new();
    for &role in Role::ALL {
        all.push((role.code().to_owned(), world.person(role.code(), role, None).await));
    }
    all.extend(Worker::ALL.iter().map(|&worker| (worker.code().to_owned(), Actor::Worker(worker))));
    let former = world.person("former", Role::Duty, None).await;
    let id = former.staff().expect("a person");
    world.desk.set_role(&world.head, id, Role::Duty, None, false).await.expect("taken away");
    all.push(("without a role".to_owned(), world.desk.act_as("former").await.expect("still of the staff")));
    let grants = Role::ALL.iter().map(|&role| Grant { role, org: None }).collect();
    let stranger = Actor::Person { staff: StaffId::new(), name: "Кто-то".into(), grants };
    all.push(("a stranger".to_owned(), stranger));
    all
}

#[tokio::test]
async fn every_use_case_is_allowed_or_refused_to_every_role_as_the_table_says() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let mut wrong = Vec::new();
        for (name, actor) in everybody(&world).await {
            for (door, use_case) in DOORS {
                let refused = match call(&world, door, &actor).await {
                    Err(error) => error.kind == ErrorKind::NotAllowed && error.code == "not-allowed",
                    Ok(()) => false,
                };
                if refused == (name != "a stranger" && roles::permits(&actor, *use_case)) {
                    wrong.push(format!("{door} by {name}: {}", if refused { "refused" } else { "allowed" }));
                }
            }
        }
        assert!(wrong.is_empty(), "{}: {wrong:#?}", world.on());
    }
}

#[test]
fn every_door_of_the_desk_is_in_the_list() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/desk")];
    let (mut sources, mut found) = (Vec::new(), Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() { &mut folders } else { &mut sources }.push(entry.path());
        }
    }
    for source in sources {
        let text = std::fs::read_to_string(source).expect("a source");
        for (at, mark) in text.match_indices("    pub async fn ") {
            let rest = &text[at + mark.len()..];
            let head = &rest[..rest.find('{').unwrap_or(rest.len())];
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if head.contains("&self") && head.contains(": &Actor") {
                found.push(name);
            }
        }
    }
    assert!(found.len() > 40, "the scan finds the doors: {found:?}");
    let listed: Vec<&str> = DOORS.iter().map(|(door, _)| *door).collect();
    let missing: Vec<&String> = found.iter().filter(|door| !listed.contains(&door.as_str())).collect();
    let gone: Vec<&&str> = listed.iter().filter(|door| !found.iter().any(|name| name == *door)).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "not decided about: {missing:?}; no longer there: {gone:?}"
    );
}
