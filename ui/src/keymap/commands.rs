//! The command table: every act that a key, a menu, the palette or the help can name.
//!
//! The texts are Fluent's `cmd-NAME` and `cmd-NAME-help`; the keys stand in `keymaps/default.toml`; whether a command
//! is available now, and why not, a screen says. A name is for ever, since people's keymaps hold it: a renamed command
//! keeps its old name in `by_name`.

use super::context::Context;
use Context::{
    Calls, Card, Channel, Composer, Conflicts, Copy, Dialog, Digest, Earlier, Field, Global,
    Help as HelpPage, History as Journal, Import, Imports, Intake, Match, Members, Menu as MenuList,
    Note as NoteText, Outgoing, Palette as PaletteList, Preview as PreviewPage, Quality, Quarantine, Queue,
    Thread,
};
use Pace::{AtOnce, Held};

/// How a *letter* that runs the command is treated; F-keys, chords and arrows never wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// It only moves, or opens a line to type in: acts at once and repeats freely.
    AtOnce,
    /// It changes something or replaces the screen: waits a moment for other letters, which would show that text was
    /// being typed into the wrong window (see `guard`).
    Held,
}

/// One command.
#[derive(Clone, Copy, Debug)]
pub struct CommandSpec {
    pub id: CommandId,
    /// Stable, kebab-case.
    pub name: &'static str,
    /// Its place in the F-key bar, 1 to 10, in its contexts.
    pub fkey: Option<u8>,
    pub pace: Pace,
    /// Where it means something: the palette and the help offer it there.
    pub contexts: &'static [Context],
}

/// What has more lines than fit.
const PAGES: &[Context] = &[
    Queue,
    Thread,
    Match,
    Journal,
    Outgoing,
    Intake,
    Channel,
    Digest,
    Quarantine,
    Calls,
    Conflicts,
    Earlier,
    Members,
    Quality,
    Imports,
    Import,
    PaletteList,
    MenuList,
    HelpPage,
    PreviewPage,
];
/// What has lines at all.
const LINES: &[Context] = &[
    Queue,
    Thread,
    Match,
    Journal,
    Outgoing,
    Intake,
    Channel,
    Digest,
    Quarantine,
    Calls,
    Conflicts,
    Earlier,
    Members,
    Quality,
    Imports,
    Import,
    PaletteList,
    MenuList,
    HelpPage,
    PreviewPage,
    Dialog,
    Field,
];

macro_rules! commands {
    ($($(#[$doc:meta])* $id:ident = $name:literal, $fkey:expr, $pace:ident, $contexts:expr;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum CommandId {
            $($(#[$doc])* $id,)+
        }

        /// Every command, in the order of `CommandId`.
        pub static COMMANDS: &[CommandSpec] = &[
            $(CommandSpec { id: CommandId::$id, name: $name, fkey: $fkey, pace: $pace, contexts: $contexts },)+
        ];
    };
}

commands! {
    // Everywhere.
    Help = "help", Some(1), Held, &[Global];
    Menu = "menu", Some(9), Held, &[Global];
    /// Leaves the program.
    Quit = "quit", Some(10), Held, &[Global];
    Palette = "palette", None, Held, &[Global];
    /// One step out: closes what is innermost.
    Back = "back", None, Held, &[Global];
    NextPane = "next-pane", None, AtOnce, &[Global];
    PreviousPane = "previous-pane", None, AtOnce, &[Global];
    ScreenQueue = "screen-queue", None, Held, &[Global];
    ScreenMembers = "screen-members", None, Held, &[Global];
    ScreenOutgoing = "screen-outgoing", None, Held, &[Global];
    ScreenCalls = "screen-calls", None, Held, &[Global];
    ScreenConflicts = "screen-conflicts", None, Held, &[Global];
    ScreenIntake = "screen-intake", None, Held, &[Global];
    ScreenQuarantine = "screen-quarantine", None, Held, &[Global];
    ScreenDigest = "screen-digest", None, Held, &[Global];
    /// Reads the screen's data again.
    Reload = "reload", None, Held, &[Global];
    /// Draws the whole frame again, after something else wrote over it.
    Redraw = "redraw", None, Held, &[Global];
    CopyMode = "copy-mode", None, Held, &[Global];
    /// The other language of the interface.
    Language = "language", None, Held, &[Global];

    // Moving.
    MoveUp = "move-up", None, AtOnce, LINES;
    MoveDown = "move-down", None, AtOnce, LINES;
    PageUp = "page-up", None, AtOnce, PAGES;
    PageDown = "page-down", None, AtOnce, PAGES;
    MoveHome = "move-home", None, AtOnce, PAGES;
    MoveEnd = "move-end", None, AtOnce, PAGES;
    NextTab = "next-tab", None, AtOnce, &[Queue, Outgoing];
    PreviousTab = "previous-tab", None, AtOnce, &[Queue, Outgoing];
    Tab1 = "tab-1", None, AtOnce, &[Queue];
    Tab2 = "tab-2", None, AtOnce, &[Queue];
    Tab3 = "tab-3", None, AtOnce, &[Queue];
    Tab4 = "tab-4", None, AtOnce, &[Queue];
    Tab5 = "tab-5", None, AtOnce, &[Queue];
    Tab6 = "tab-6", None, AtOnce, &[Queue];

    // Lists and dialogs.
    Find = "find", Some(7), AtOnce, &[Queue, Thread, Journal, Outgoing, Members, Match, Earlier];
    Open = "open", Some(3), Held, &[Queue, Outgoing, Intake, Quarantine, Quality, Calls, Conflicts, Earlier];
    /// Letters of before the mailbox's start that hold the words of the search.
    ShowEarlier = "show-earlier", Some(6), Held, &[Queue];
    /// Says yes: the chosen button, line or command.
    Accept = "accept", None, Held, &[Dialog, Field, MenuList, PaletteList];

    // An appeal.
    Take = "take", Some(2), Held, &[Queue, Thread];
    Reply = "reply", Some(4), Held, &[Queue, Thread];
    /// Opens the match card.
    Membership = "membership", Some(5), Held, &[Queue, Thread, Composer, NoteText];
    History = "history", None, Held, &[Queue, Thread];
    MarkSorted = "mark-sorted", None, Held, &[Queue, Thread];
    MarkSpam = "mark-spam", None, Held, &[Queue, Thread];
    MarkThanks = "mark-thanks", None, Held, &[Queue, Thread];
    /// Back to work: to whoever had it, or to the new ones.
    Reopen = "reopen", None, Held, &[Queue, Thread];
    EditTopic = "edit-topic", None, Held, &[Queue, Thread];
    EditUrgency = "edit-urgency", None, Held, &[Queue, Thread];
    EditAssignee = "edit-assignee", None, Held, &[Queue, Thread];
    /// Makes a call task of it.
    AddCall = "add-call", None, Held, &[Queue, Thread];
    AddNote = "add-note", None, Held, &[Queue, Thread];
    /// Adds the note that is being written.
    SubmitNote = "submit-note", Some(8), Held, &[NoteText];
    SaveAttachment = "save-attachment", None, Held, &[Thread];
    /// Says of a reply from another program whether it is the answer.
    MailThread = "mail-thread", Some(3), Held, &[Thread];
    DecideOutside = "decide-outside", Some(8), Held, &[Thread];
    /// Believes what was reported about a delivery without proof.
    DecideReport = "decide-report", None, Held, &[Thread, Outgoing];
    ToggleQuotes = "toggle-quotes", None, AtOnce, &[Thread];

    // A reply.
    Preview = "preview", Some(3), Held, &[Composer];
    Send = "send", Some(8), Held, &[Composer, PreviewPage];
    /// The reply is a response: names who deals with it and what follows.
    MarkResponse = "mark-response", None, Held, &[Composer, PreviewPage];
    /// The reply answers on the merits.
    MarkMerits = "mark-merits", None, Held, &[Composer, PreviewPage];
    DiscardDraft = "discard-draft", None, Held, &[Composer, NoteText];

    AttachFile = "attach-file", Some(2), Held, &[Composer];
    EditCopies = "edit-copies", Some(4), Held, &[Composer];
    DetachFile = "detach-file", Some(6), Held, &[Composer];

    // Deliveries.
    UndoDelivery = "undo-delivery", None, Held, &[Queue, Thread, Outgoing];
    RetryDelivery = "retry-delivery", Some(4), Held, &[Outgoing];
    /// Tries now whatever waits for its next attempt by the same account.
    HurryDeliveries = "hurry-deliveries", Some(5), Held, &[Outgoing];
    DropDelivery = "drop-delivery", Some(8), Held, &[Outgoing];
    /// Says that a letter of which nobody knew has arrived.
    ConfirmDelivery = "confirm-delivery", Some(2), Held, &[Outgoing];
    /// Sends what failed or came back to a corrected address.
    RedirectDelivery = "redirect-delivery", Some(6), Held, &[Thread, Outgoing];

    // What comes in.
    /// Lets the automatic letters go that are held over the limit.
    ReleaseHeld = "release-held", Some(4), Held, &[Intake];
    /// Shows the settings of a channel.
    ChannelSettings = "channel-settings", Some(2), Held, &[Intake];
    /// Changes the chosen setting.
    EditSetting = "edit-setting", Some(3), Held, &[Channel];
    SwitchDigest = "switch-digest", Some(2), Held, &[Digest];
    EditDigestHour = "edit-digest-hour", Some(4), Held, &[Digest];
    EditDigestZone = "edit-digest-zone", Some(5), Held, &[Digest];
    MarkRow = "mark-row", None, AtOnce, &[Quarantine];
    /// Marks everything that is here for the same reason.
    MarkAlike = "mark-alike", None, AtOnce, &[Quarantine];
    MakeAppeal = "make-appeal", Some(2), Held, &[Quarantine, Earlier];
    RetryQuarantined = "retry-quarantined", Some(4), Held, &[Quarantine];
    SettleQuarantined = "settle-quarantined", Some(8), Held, &[Quarantine];

    // Calls.
    LogNoAnswer = "log-no-answer", Some(2), Held, &[Calls];
    /// Somebody spoke with the author: the response.
    LogExplained = "log-explained", Some(4), Held, &[Calls];
    /// The same, and the author wants to join.
    LogAskedToJoin = "log-asked-to-join", Some(5), Held, &[Calls];
    LogWrongNumber = "log-wrong-number", Some(6), Held, &[Calls];
    /// Writes to the chair of a primary organisation.
    JoinCall = "join-call", Some(7), Held, &[Calls];
    CloseCall = "close-call", Some(8), Held, &[Calls];
    EditCallNumber = "edit-call-number", None, Held, &[Calls];
    /// Takes the chair's code.
    ConfirmApplication = "confirm-application", None, Held, &[Calls];
    /// Takes the newest entry back.
    StrikeCall = "strike-call", None, Held, &[Calls];

    // What contradicts itself about who is who.
    /// The first side stands, the second is unlinked.
    KeepFirst = "keep-first", Some(2), Held, &[Conflicts];
    KeepSecond = "keep-second", Some(4), Held, &[Conflicts];
    BothRight = "both-right", Some(5), Held, &[Conflicts];
    /// Looks over everything that is linked.
    CheckConflicts = "check-conflicts", Some(6), Held, &[Conflicts];

    // The match card.
    ConfirmMember = "confirm-member", Some(2), Held, &[Match];
    NotAMember = "not-a-member", Some(8), Held, &[Match];
    UnlinkMember = "unlink-member", None, Held, &[Match];
    /// A contact of the author is not the chosen row's.
    UnlinkContact = "unlink-contact", None, Held, &[Match];
    /// Asks the chair of the chosen row's organisation whether the author is a member.
    AskChair = "ask-chair", None, Held, &[Match];
    /// Writes down what a chair answered by telephone.
    AnswerQuery = "answer-query", None, Held, &[Match];
    /// Shows what the registry's row masks; the journal keeps it.
    OpenMember = "open-member", Some(3), Held, &[Match];
    /// Shows the digital card of the chosen row.
    MemberCard = "member-card", Some(4), Held, &[Match, Members, Quality];
    /// Looks through the registry for what cannot be right.
    CheckMembers = "check-members", Some(6), Held, &[Members];

    // A digital membership card.
    IssueCard = "issue-card", Some(2), Held, &[Card];
    RevokeCard = "revoke-card", Some(8), Held, &[Card];

    // The registry's imports.
    /// Shows the imports that were made.
    OpenImports = "open-imports", Some(2), Held, &[Members];
    ChooseRegistry = "choose-registry", Some(2), Held, &[Imports, Import];
    UndoImport = "undo-import", Some(8), Held, &[Imports];
    /// Says what a column of the file is.
    EditColumn = "edit-column", Some(3), Held, &[Import];
    ChooseSheet = "choose-sheet", Some(4), Held, &[Import];
    ChooseImportOrg = "choose-import-org", Some(5), Held, &[Import];
    /// The file has all members, or only some.
    PartialImport = "partial-import", Some(6), Held, &[Import];
    CompareRegistry = "compare-registry", Some(7), Held, &[Import];
    LoadRegistry = "load-registry", Some(8), Held, &[Import];

    /// Gives the frame back.
    LeaveCopyMode = "leave-copy-mode", None, Held, &[Copy];
}

impl CommandId {
    pub fn spec(self) -> &'static CommandSpec {
        &COMMANDS[self as usize]
    }

    pub fn name(self) -> &'static str {
        self.spec().name
    }

    pub fn by_name(name: &str) -> Option<Self> {
        COMMANDS.iter().find(|spec| spec.name == name).map(|spec| spec.id)
    }

    /// The command means something in this stack of contexts.
    pub fn belongs_to(self, stack: &[Context]) -> bool {
        self.spec().contexts.iter().any(|context| stack.contains(context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_its_ids_with_unique_kebab_names() {
        let mut names: Vec<_> = COMMANDS.iter().map(|spec| spec.name).collect();
        for (place, spec) in COMMANDS.iter().enumerate() {
            assert_eq!(spec.id as usize, place);
            assert_eq!(CommandId::by_name(spec.name), Some(spec.id));
            assert!(spec.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COMMANDS.len());
    }

    #[test]
    fn two_commands_of_one_context_never_share_an_f_key() {
        for context in Context::ALL {
            for fkey in 1..=10 {
                let sharing =
                    COMMANDS.iter().filter(|s| s.fkey == Some(fkey) && s.contexts.contains(&context));
                assert!(sharing.count() <= 1, "F{fkey} in {}", context.name());
            }
        }
    }
}
