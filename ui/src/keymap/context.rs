//! Where keys are read. A screen names a stack of contexts, the innermost first and `Global` last.

/// A place with keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Everywhere, under every other context.
    Global,
    /// The list of appeals.
    Queue,
    /// One appeal's messages, in the pane beside the queue or whole.
    Thread,
    /// The text of a reply.
    Composer,
    /// The text of a note to colleagues.
    Note,
    /// A reply as it will go out, before it goes.
    Preview,
    /// The card on which an author is matched with the registry.
    Match,
    /// An appeal's journal.
    History,
    /// The list of deliveries.
    Outgoing,
    /// What comes in, account by account.
    Intake,
    /// The settings of a channel.
    Channel,
    /// The morning digest.
    Digest,
    /// What no rule could give a fate.
    Quarantine,
    /// Whom to call.
    Calls,
    /// What contradicts itself about who is who.
    Conflicts,
    /// Letters of before the mailbox's start.
    Earlier,
    /// The registry's look-up.
    Members,
    /// The imports of the registry.
    Imports,
    /// A registry file on its way in.
    Import,
    /// The digital card of a member.
    Card,
    /// What a check of the registry has found.
    Quality,
    /// Commands by name, with a line to type in.
    Palette,
    /// A list of commands or of choices without a line to type in.
    Menu,
    /// Help for a screen.
    Help,
    /// A question with buttons.
    Dialog,
    /// A line to type in, inside a dialog, a search or a form.
    Field,
    /// The frame is taken away so that the terminal can select text.
    Copy,
}

impl Context {
    pub const ALL: [Self; 27] = [
        Self::Global,
        Self::Queue,
        Self::Thread,
        Self::Composer,
        Self::Note,
        Self::Preview,
        Self::Match,
        Self::History,
        Self::Outgoing,
        Self::Intake,
        Self::Channel,
        Self::Digest,
        Self::Quarantine,
        Self::Calls,
        Self::Conflicts,
        Self::Earlier,
        Self::Members,
        Self::Imports,
        Self::Import,
        Self::Card,
        Self::Quality,
        Self::Palette,
        Self::Menu,
        Self::Help,
        Self::Dialog,
        Self::Field,
        Self::Copy,
    ];

    /// The stable name: a table of the keymap file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Queue => "queue",
            Self::Thread => "thread",
            Self::Composer => "composer",
            Self::Note => "note",
            Self::Preview => "preview",
            Self::Match => "match",
            Self::History => "history",
            Self::Outgoing => "outgoing",
            Self::Intake => "intake",
            Self::Channel => "channel",
            Self::Digest => "digest",
            Self::Quarantine => "quarantine",
            Self::Calls => "calls",
            Self::Conflicts => "conflicts",
            Self::Earlier => "earlier",
            Self::Members => "members",
            Self::Imports => "imports",
            Self::Import => "import",
            Self::Card => "card",
            Self::Quality => "quality",
            Self::Palette => "palette",
            Self::Menu => "menu",
            Self::Help => "help",
            Self::Dialog => "dialog",
            Self::Field => "field",
            Self::Copy => "copy",
        }
    }

    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|context| context.name() == name)
    }

    /// Every printable key is text here, never a command.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Composer | Self::Note | Self::Palette | Self::Field)
    }

    /// It lies over a screen and waits for an answer: the screen's keys are dead until it is closed.
    pub const fn is_modal(self) -> bool {
        matches!(self, Self::Palette | Self::Menu | Self::Help | Self::Dialog | Self::Copy)
    }
}
