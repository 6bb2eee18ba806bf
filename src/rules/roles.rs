//! Who may do what. Denied by default: a role does only what its row of the table names. Scope (which organisations) is
//! a second question, answered per use case by [`scope`], since roles of one person may hold in different subtrees.

use crate::types::{Actor, OrgId, Role, Worker, codes::codes};

codes! {
    /// One thing that can be asked of the desk. The code is the journal's and the error's word for it.
    UseCase {
        QueueList = "queue_list", AppealShow = "appeal_show", AppealTake = "appeal_take",
        /// Topics, urgency, assignee, consents, date of the event.
        AppealEdit = "appeal_edit",
        /// Spam, thanks, sorted, closed, reopened.
        AppealStage = "appeal_stage",
        /// Appeals of a former system.
        AppealImport = "appeal_import",
        AppealNote = "appeal_note", ReplyDraft = "reply_draft", ReplySend = "reply_send",
        AttachmentSave = "attachment_save",
        /// Sending a thread to one's own mailbox.
        ThreadMail = "thread_mail", MatchShow = "match_show", MatchConfirm = "match_confirm",
        MatchUnlink = "match_unlink",
        /// Whom to call, and what came of it.
        CallList = "call_list",
        /// Making a call task, logging an attempt, ending it.
        CallWork = "call_work",
        /// Sending an application to a chair, and taking the chair's code.
        CallJoin = "call_join",
        /// A reply sent from another program is the answer, or is none.
        OutsideConfirm = "outside_confirm", OutsideDecline = "outside_decline",
        MemberFind = "member_find", MemberShow = "member_show",
        /// Seeing what a row of the registry masks, for the work on an appeal.
        MemberOpen = "member_open",
        MemberImport = "member_import",
        /// Looking through the registry for what cannot be right.
        MemberCheck = "member_check",
        /// Showing a digital membership card and checking one.
        CardShow = "card_show",
        /// Issuing cards and taking them back.
        CardIssue = "card_issue",
        /// Making and retiring the keys that sign cards.
        CardKey = "card_key", OrgList = "org_list", OrgImport = "org_import", StaffList = "staff_list",
        StaffAdd = "staff_add", StaffRole = "staff_role", DeliveryList = "delivery_list",
        /// What servers reported about mail: addresses and their words, no text of an appeal.
        ReportList = "report_list",
        /// Believing what was reported and shows no proof, or not.
        ReportBelieve = "report_believe",
        DeliveryUndo = "delivery_undo", DeliveryRetry = "delivery_retry", DeliveryDrop = "delivery_drop",
        /// Saying that a letter of which nobody knew has arrived.
        DeliveryConfirm = "delivery_confirm",
        /// What is in quarantine and why, without its text.
        QuarantineList = "quarantine_list",
        /// A quarantined item as it came.
        QuarantineShow = "quarantine_show",
        /// Parsing it again, making an appeal of it, settling it.
        QuarantineDecide = "quarantine_decide",
        /// Finding and reading letters older than their account's start.
        MailHistoryShow = "mail_history_show",
        /// Making an appeal of one.
        MailHistoryAppeal = "mail_history_appeal", ChannelList = "channel_list", ChannelAdd = "channel_add",
        /// Comparing a mailbox with what is stored of it, now.
        ChannelReconcile = "channel_reconcile", JournalRead = "journal_read",
        JournalVerify = "journal_verify", HistoryShow = "history_show", SettingsRead = "settings_read",
        SettingsEdit = "settings_edit", Backup = "backup", Migrate = "migrate",
        /// Storing a raw item before it is acknowledged.
        Ingest = "ingest",
        /// Giving a raw item its fate: a new appeal, an appended message, a duplicate.
        Parse = "parse",
        /// Writing the automatic notice of receipt.
        Receipt = "receipt",
        /// Leasing a delivery and recording what became of it.
        DeliveryLease = "delivery_lease",
        /// Signing the journal's heads.
        Checkpoint = "checkpoint",
        /// Making the morning digests that are due.
        DigestMake = "digest_make",
        Doctor = "doctor",
    }
}

use UseCase as U;

/// What the members of a case team share: reading, taking, sorting, writing to the author, looking after what they sent.
const CASE_WORK: &[UseCase] = &[
    U::QueueList,
    U::AppealShow,
    U::AppealTake,
    U::AppealEdit,
    U::AppealStage,
    U::AppealNote,
    U::ReplyDraft,
    U::ReplySend,
    U::OutsideConfirm,
    U::OutsideDecline,
    U::AttachmentSave,
    U::ThreadMail,
    U::MatchShow,
    U::CallList,
    U::CallWork,
    U::CallJoin,
    U::MemberFind,
    U::MemberShow,
    U::MemberOpen,
    U::CardShow,
    U::OrgList,
    U::StaffList,
    U::DeliveryList,
    U::DeliveryUndo,
    U::DeliveryRetry,
    U::DeliveryDrop,
    U::DeliveryConfirm,
    U::ReportList,
    U::ReportBelieve,
    U::QuarantineList,
    U::QuarantineShow,
    U::QuarantineDecide,
    U::MailHistoryShow,
    U::MailHistoryAppeal,
    U::ChannelList,
    U::ChannelReconcile,
    U::HistoryShow,
    U::SettingsRead,
    U::Doctor,
];

/// Saying who somebody is, in a case or by a card, is the specialist's who answers for it; the duty officer sorts and leaves it
/// open.
const IDENTITY: &[UseCase] = &[U::MatchConfirm, U::MatchUnlink, U::CardIssue];

/// What only `admin` may do: staff, keys and channels. `head` may not, save by holding both roles as whoever ran `init`.
const ADMIN_ONLY: &[UseCase] = &[U::StaffAdd, U::StaffRole, U::ChannelAdd];

/// What only the program itself does.
const WORKERS_ONLY: &[UseCase] =
    &[U::Ingest, U::Parse, U::Receipt, U::DeliveryLease, U::Checkpoint, U::DigestMake];

/// The machine room. An administrator sees no case text: not the queue, no appeal, no history, no delivery, no member.
/// A backup holds them all, but so does the file that an administrator can copy.
const ADMIN: &[UseCase] = &[
    U::OrgList,
    U::OrgImport,
    U::StaffList,
    U::QuarantineList,
    U::ChannelList,
    U::ChannelReconcile,
    U::JournalVerify,
    U::SettingsRead,
    U::SettingsEdit,
    U::CardKey,
    U::Backup,
    U::Migrate,
    U::Doctor,
];

/// Who looked at what: lists, the journal and histories. Changes nothing, and does not open the text of an appeal.
const AUDITOR: &[UseCase] = &[
    U::QueueList,
    U::OrgList,
    U::StaffList,
    U::DeliveryList,
    U::ReportList,
    U::QuarantineList,
    U::ChannelList,
    U::JournalRead,
    U::JournalVerify,
    U::HistoryShow,
    U::SettingsRead,
    U::Doctor,
];

/// The chair of an organisation sees its members, has their rows checked and issues their cards, within the grant's subtree, and sees nothing of
/// appeals.
const CHAIR: &[UseCase] =
    &[U::MemberFind, U::MemberShow, U::MemberCheck, U::CardShow, U::CardIssue, U::OrgList, U::Doctor];

/// Editors and poll authors see nothing of appeals or members; their own use cases come with posts and polls.
const PUBLIC_WORK: &[UseCase] = &[U::OrgList, U::Doctor];

/// Whether one role may do this.
pub fn allowed(role: Role, use_case: UseCase) -> bool {
    let is_in = |table: &[UseCase]| table.contains(&use_case);
    match role {
        Role::Duty => is_in(CASE_WORK),
        Role::Lawyer | Role::Inspector | Role::Economist | Role::Social => {
            is_in(CASE_WORK) || is_in(IDENTITY)
        }
        Role::Head => !is_in(ADMIN_ONLY) && !is_in(WORKERS_ONLY),
        Role::Admin => is_in(ADMIN) || is_in(ADMIN_ONLY),
        Role::Auditor => is_in(AUDITOR),
        Role::Chair => is_in(CHAIR),
        Role::Editor | Role::Polls => is_in(PUBLIC_WORK),
    }
}

/// Whether a part of the program may do this by itself. `import` runs the long imports that a person has confirmed.
pub fn worker_allowed(worker: Worker, use_case: UseCase) -> bool {
    let table: &[UseCase] = match worker {
        Worker::Intake => &[U::Ingest, U::Parse, U::Receipt],
        Worker::Sender => &[U::DeliveryLease],
        Worker::Timer => &[U::Checkpoint, U::DigestMake],
        Worker::Import => &[U::AppealImport, U::MemberImport, U::OrgImport],
    };
    table.contains(&use_case)
}

/// Whether the actor may do this anywhere at all. Where, is [`scope`]'s answer.
pub fn permits(actor: &Actor, use_case: UseCase) -> bool {
    match actor {
        Actor::Person { .. } => actor.roles().any(|role| allowed(role, use_case)),
        Actor::Worker(worker) => worker_allowed(*worker, use_case),
    }
}

/// Where a use case may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Nowhere,
    /// The whole desk, roots imported later included, and what belongs to no organisation yet.
    Everywhere,
    /// These organisations and all below them, sorted, each once.
    Subtrees(Vec<OrgId>),
}

/// Where the actor may do this: the union of the grants whose role allows it, and of no others. A lawyer of one subtree
/// who chairs an organisation of another reads no appeals of the second.
pub fn scope(actor: &Actor, use_case: UseCase) -> Scope {
    let grants = match actor {
        Actor::Worker(worker) if worker_allowed(*worker, use_case) => return Scope::Everywhere,
        Actor::Worker(_) => return Scope::Nowhere,
        Actor::Person { grants, .. } => grants,
    };
    let mut orgs = Vec::new();
    for grant in grants.iter().filter(|grant| allowed(grant.role, use_case)) {
        match grant.org {
            Some(org) => orgs.push(org),
            None => return Scope::Everywhere,
        }
    }
    orgs.sort_unstable();
    orgs.dedup();
    if orgs.is_empty() { Scope::Nowhere } else { Scope::Subtrees(orgs) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Grant, StaffId};

    /// One letter a role, in the order of `Role::ALL`: duty, lawyer, inspector, economist, social, editor, polls, chair,
    /// head, auditor, admin; then intake, sender, timer, import. `-` is a refusal.
    const TABLE: &[(UseCase, &str)] = &[
        (U::QueueList, "dlies---ha- ----"),
        (U::AppealShow, "dlies---h-- ----"),
        (U::AppealTake, "dlies---h-- ----"),
        (U::AppealEdit, "dlies---h-- ----"),
        (U::AppealStage, "dlies---h-- ----"),
        (U::AppealImport, "--------h-- ---i"),
        (U::AppealNote, "dlies---h-- ----"),
        (U::ReplyDraft, "dlies---h-- ----"),
        (U::ReplySend, "dlies---h-- ----"),
        (U::AttachmentSave, "dlies---h-- ----"),
        (U::ThreadMail, "dlies---h-- ----"),
        (U::MatchShow, "dlies---h-- ----"),
        (U::MatchConfirm, "-lies---h-- ----"),
        (U::MatchUnlink, "-lies---h-- ----"),
        (U::CallList, "dlies---h-- ----"),
        (U::CallWork, "dlies---h-- ----"),
        (U::CallJoin, "dlies---h-- ----"),
        (U::OutsideConfirm, "dlies---h-- ----"),
        (U::OutsideDecline, "dlies---h-- ----"),
        (U::MemberFind, "dlies--ch-- ----"),
        (U::MemberShow, "dlies--ch-- ----"),
        (U::MemberOpen, "dlies---h-- ----"),
        (U::MemberImport, "--------h-- ---i"),
        (U::MemberCheck, "-------ch-- ----"),
        (U::CardShow, "dlies--ch-- ----"),
        (U::CardIssue, "-lies--ch-- ----"),
        (U::CardKey, "--------h-a ----"),
        (U::OrgList, "dliesepchaa ----"),
        (U::OrgImport, "--------h-a ---i"),
        (U::StaffList, "dlies---haa ----"),
        (U::StaffAdd, "----------a ----"),
        (U::StaffRole, "----------a ----"),
        (U::DeliveryList, "dlies---ha- ----"),
        (U::ReportList, "dlies---ha- ----"),
        (U::ReportBelieve, "dlies---h-- ----"),
        (U::DeliveryUndo, "dlies---h-- ----"),
        (U::DeliveryRetry, "dlies---h-- ----"),
        (U::DeliveryDrop, "dlies---h-- ----"),
        (U::DeliveryConfirm, "dlies---h-- ----"),
        (U::QuarantineList, "dlies---haa ----"),
        (U::QuarantineShow, "dlies---h-- ----"),
        (U::QuarantineDecide, "dlies---h-- ----"),
        (U::MailHistoryShow, "dlies---h-- ----"),
        (U::MailHistoryAppeal, "dlies---h-- ----"),
        (U::ChannelList, "dlies---haa ----"),
        (U::ChannelAdd, "----------a ----"),
        (U::ChannelReconcile, "dlies---h-a ----"),
        (U::JournalRead, "--------ha- ----"),
        (U::JournalVerify, "--------haa ----"),
        (U::HistoryShow, "dlies---ha- ----"),
        (U::SettingsRead, "dlies---haa ----"),
        (U::SettingsEdit, "--------h-a ----"),
        (U::Backup, "--------h-a ----"),
        (U::Migrate, "--------h-a ----"),
        (U::Ingest, "----------- i---"),
        (U::Parse, "----------- i---"),
        (U::Receipt, "----------- i---"),
        (U::DeliveryLease, "----------- -s--"),
        (U::Checkpoint, "----------- --t-"),
        (U::DigestMake, "----------- --t-"),
        (U::Doctor, "dliesepchaa ----"),
    ];

    #[test]
    fn every_use_case_is_decided_for_every_role_and_worker() {
        assert_eq!(TABLE.iter().map(|row| row.0).collect::<Vec<_>>(), UseCase::ALL);
        for (use_case, row) in TABLE {
            let (roles, workers) = row.split_once(' ').unwrap();
            for (&role, letter) in Role::ALL.iter().zip(roles.chars()) {
                assert_eq!(allowed(role, *use_case), letter != '-', "{} {}", role.code(), use_case.code());
            }
            for (&worker, letter) in Worker::ALL.iter().zip(workers.chars()) {
                assert_eq!(
                    worker_allowed(worker, *use_case),
                    letter != '-',
                    "{} {}",
                    worker.code(),
                    use_case.code()
                );
            }
        }
    }

    fn person(grants: &[(Role, Option<OrgId>)]) -> Actor {
        let grants = grants.iter().map(|&(role, org)| Grant { role, org }).collect();
        Actor::Person { staff: StaffId::new(), name: String::new(), grants }
    }

    #[test]
    fn roles_combine_and_nobody_does_nothing() {
        let both = person(&[(Role::Chair, None), (Role::Auditor, None)]);
        assert!(
            permits(&both, U::MemberFind) && permits(&both, U::JournalRead) && !permits(&both, U::AppealShow)
        );
        assert!(UseCase::ALL.iter().all(|&use_case| !permits(&person(&[]), use_case)));
        let founder = person(&[(Role::Head, None), (Role::Admin, None)]);
        let refused: Vec<_> = UseCase::ALL.iter().filter(|&&use_case| !permits(&founder, use_case)).collect();
        assert_eq!(refused.len(), WORKERS_ONLY.len());
    }

    #[test]
    fn scope_is_that_of_the_grants_whose_role_allows_it() {
        let (north, south) = (OrgId::new(), OrgId::new());
        let actor = person(&[(Role::Lawyer, Some(north)), (Role::Chair, Some(south)), (Role::Auditor, None)]);
        assert_eq!(scope(&actor, U::AppealShow), Scope::Subtrees(vec![north]));
        assert_eq!(scope(&actor, U::MemberFind), Scope::Subtrees(vec![north, south]));
        assert_eq!(scope(&actor, U::JournalRead), Scope::Everywhere);
        assert_eq!(scope(&actor, U::StaffAdd), Scope::Nowhere);
        assert_eq!(scope(&Actor::Worker(Worker::Sender), U::DeliveryLease), Scope::Everywhere);
        assert_eq!(scope(&Actor::Worker(Worker::Sender), U::AppealShow), Scope::Nowhere);
    }
}
