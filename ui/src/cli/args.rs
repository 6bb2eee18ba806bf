//! What can be typed after `otklik`. Shapes only: the words of the help stand in the locales (`cli-…`), and what a verb
//! does stands in the file of its noun.

use super::call_args::CallVerb;
use super::person_args::{ConflictVerb, IdentityVerb, QueryVerb};
use crate::i18n::Coded;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use otklik_core::types::{
    CardReason, Channel, CheckKind, ClockPolicy, MemberProof, NumberQuery, OutsideReplies, QuarantineReason,
    Role, Stage, Topic, UnlinkReason, Urgency,
};
use std::path::PathBuf;

/// A value of an enumeration by its stable code; help and completions list the codes.
pub(super) fn code<C: Coded + Send + Sync>() -> impl TypedValueParser<Value = C> {
    let codes = C::all().iter().map(|value| value.code_of());
    PossibleValuesParser::new(codes)
        .try_map(|text| C::all().iter().copied().find(|value| value.code_of() == text).ok_or(std::fmt::Error))
}

/// `2026-1843`, or `1843` for the newest year's.
pub(super) fn number(text: &str) -> Result<NumberQuery, String> {
    NumberQuery::parse(text).ok_or_else(|| text.to_owned())
}

#[derive(Debug, Parser)]
#[command(
    name = "otklik",
    version,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

#[derive(Clone, Debug, Args)]
pub struct Global {
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[arg(long, global = true, value_name = "URL")]
    pub desk: Option<String>,
    #[arg(long, global = true, value_name = "LANG", value_parser = ["ru", "en"])]
    pub lang: Option<String>,
    #[arg(long = "as", id = "as", global = true, value_name = "NAME")]
    pub act_as: Option<String>,
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    Demo(Demo),
    Init(Init),
    Doctor,
    Migrate,
    Backup {
        file: PathBuf,
        #[arg(long)]
        replace: bool,
    },
    Restore {
        file: PathBuf,
    },
    #[command(subcommand, arg_required_else_help = true)]
    Journal(JournalVerb),
    Serve {
        #[arg(long)]
        once: bool,
    },
    #[command(subcommand, arg_required_else_help = true)]
    Appeal(AppealVerb),
    #[command(subcommand, arg_required_else_help = true)]
    Member(MemberVerb),
    #[command(subcommand, arg_required_else_help = true)]
    Identity(IdentityVerb),
    #[command(subcommand, arg_required_else_help = true)]
    Conflict(ConflictVerb),
    #[command(subcommand, arg_required_else_help = true)]
    Query(QueryVerb),
    #[command(subcommand, arg_required_else_help = true)]
    Org(OrgVerb),
    #[command(subcommand, arg_required_else_help = true)]
    Staff(StaffVerb),
    Digest,
    #[command(subcommand, arg_required_else_help = true)]
    Call(CallVerb),
    #[command(subcommand, arg_required_else_help = true)]
    Delivery(DeliveryVerb),
    #[command(subcommand, arg_required_else_help = true)]
    Quarantine(QuarantineVerb),
    #[command(subcommand, arg_required_else_help = true)]
    History(HistoryVerb),
    #[command(subcommand, arg_required_else_help = true)]
    Channel(ChannelVerb),
    Completions {
        shell: clap_complete::Shell,
    },
    Man,
}

#[derive(Debug, Args)]
pub struct Demo {
    #[arg(long, value_name = "N", default_value_t = 80_000, hide = true)]
    pub members: u32,
    #[arg(long, value_name = "N", default_value_t = 300, hide = true)]
    pub appeals: u32,
    /// Makes the data in this folder and leaves it there, without the console: for tests and benches.
    #[arg(long, value_name = "DIR", hide = true)]
    pub only_make: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub struct Init {
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub me: Option<String>,
    #[arg(long, value_name = "ROLE", value_parser = code::<Role>())]
    pub role: Option<Role>,
    #[arg(long, value_name = "POLICY", value_parser = code::<ClockPolicy>())]
    pub clock: Option<ClockPolicy>,
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    #[command(flatten)]
    pub mail: Mail,
    #[arg(long)]
    pub demo: bool,
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// A mail account, of `init` and of `channel add mail`.
// The verb `mail` makes a group of the same name.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub struct Mail {
    #[arg(long, value_name = "URL")]
    pub mail_in: Option<String>,
    #[arg(long, value_name = "URL")]
    pub mail_out: Option<String>,
    #[arg(long, value_name = "ADDRESS")]
    pub address: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum JournalVerb {
    Verify,
}

/// What every import is told: nothing is written without a yes.
#[derive(Clone, Debug, Args)]
pub struct Import {
    /// `-` is standard input.
    pub file: PathBuf,
    #[arg(long, short = 'y')]
    pub yes: bool,
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub enum AppealVerb {
    List(AppealList),
    Show {
        #[arg(value_parser = number)]
        number: NumberQuery,
    },
    Import(Import),
    Take {
        #[arg(value_parser = number)]
        number: NumberQuery,
    },
    Edit(AppealEdit),
    Reply(AppealReply),
    Save(AppealSave),
    Note {
        #[arg(value_parser = number)]
        number: NumberQuery,
        #[arg(long, value_name = "FILE")]
        body_file: PathBuf,
    },
    Match {
        #[arg(value_parser = number)]
        number: NumberQuery,
    },
    Confirm {
        #[arg(value_parser = number)]
        number: NumberQuery,
        #[arg(long, value_name = "ID")]
        member: String,
        #[arg(long, value_parser = code::<MemberProof>())]
        proof: Option<MemberProof>,
        #[arg(long, value_name = "WORDS", requires = "proof")]
        told: Option<String>,
        #[arg(long)]
        without_contacts: bool,
        #[arg(long, short = 'y')]
        yes: bool,
    },
    Unlink {
        #[arg(value_parser = number)]
        number: NumberQuery,
        #[arg(long, value_name = "CODE", value_parser = code::<UnlinkReason>(), default_value = "other")]
        reason: UnlinkReason,
    },
    Mail {
        #[arg(value_parser = number)]
        number: NumberQuery,
    },
    Outside(AppealOutside),
    Stage {
        #[arg(value_parser = number)]
        number: NumberQuery,
        #[arg(value_parser = code::<Stage>())]
        stage: Stage,
    },
    Close {
        #[arg(value_parser = number)]
        number: NumberQuery,
        #[arg(long)]
        without_response: bool,
    },
}

#[derive(Debug, Args)]
pub struct AppealList {
    #[arg(long, value_parser = code::<Stage>())]
    pub stage: Option<Stage>,
    #[arg(long, value_name = "NAME")]
    pub assignee: Option<String>,
    #[arg(long, value_parser = code::<Topic>())]
    pub topic: Option<Topic>,
    #[arg(long, value_parser = code::<Channel>())]
    pub channel: Option<Channel>,
    #[arg(long)]
    pub overdue: bool,
    #[arg(long, value_name = "WORDS")]
    pub search: Option<String>,
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    pub after: Option<NumberQuery>,
}

#[derive(Debug, Args)]
pub struct AppealEdit {
    #[arg(value_parser = number)]
    pub number: NumberQuery,
    #[arg(long, value_delimiter = ',', value_parser = code::<Topic>())]
    pub topic: Option<Vec<Topic>>,
    #[arg(long, value_parser = code::<Urgency>())]
    pub urgency: Option<Urgency>,
    #[arg(long, value_name = "NAME")]
    pub assignee: Option<String>,
}

#[derive(Debug, Args)]
pub struct AppealReply {
    #[arg(value_parser = number)]
    pub number: NumberQuery,
    #[arg(long, value_name = "FILE")]
    pub body_file: PathBuf,
    #[arg(long)]
    pub merits: bool,
    #[arg(long, value_name = "FILE")]
    pub attach: Vec<PathBuf>,
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    pub cc: Vec<String>,
    #[arg(long)]
    pub again: bool,
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// What is said of a reply that a colleague sent from another program.
#[derive(Debug, Args)]
#[group(id = "word", required = true, args = ["confirm", "decline"])]
pub struct AppealOutside {
    #[arg(value_parser = number)]
    pub number: NumberQuery,
    #[arg(long)]
    pub confirm: bool,
    #[arg(long, requires = "confirm")]
    pub merits: bool,
    #[arg(long)]
    pub decline: bool,
    #[arg(long, value_name = "ID")]
    pub message: Option<String>,
}

#[derive(Debug, Args)]
pub struct AppealSave {
    #[arg(value_parser = number)]
    pub number: NumberQuery,
    pub attachment: String,
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

#[derive(Debug, Subcommand)]
pub enum MemberVerb {
    Import(Box<MemberImport>),
    Find {
        #[arg(required = true)]
        words: Vec<String>,
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
    },
    Show {
        id: String,
        #[arg(long, value_name = "N", value_parser = number)]
        open_for: Option<NumberQuery>,
    },
    Check(MemberCheck),
    Later {
        #[arg(value_name = "WORD", value_parser = ["yes", "no"])]
        count: Option<String>,
    },
    Card(MemberCard),
    Verify {
        /// `-` is standard input.
        token: String,
    },
}

/// What of the registry is looked through.
#[derive(Clone, Debug, Args)]
pub struct MemberCheck {
    #[arg(long, value_name = "CODE")]
    pub org: Option<String>,
    #[arg(long, value_name = "KIND", value_parser = code::<CheckKind>())]
    pub kind: Option<CheckKind>,
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    #[arg(
        long, value_name = "FORMAT", requires = "org", num_args = 0..=1, require_equals = true,
        default_missing_value = "text", value_parser = ["text", "csv"]
    )]
    pub for_chair: Option<String>,
}

/// A row's digital card, or a word on cards and the keys that sign them.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct MemberCard {
    #[command(subcommand)]
    pub verb: Option<CardVerb>,
    #[arg(required = true)]
    pub id: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub until: Option<jiff::civil::Date>,
    #[arg(long)]
    pub new: bool,
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum CardVerb {
    List {
        #[arg(long)]
        all: bool,
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    Revoke {
        id: String,
        #[arg(long, value_name = "CODE", value_parser = code::<CardReason>(), default_value = "other")]
        reason: CardReason,
        #[arg(long, short = 'y')]
        yes: bool,
    },
    Keys,
    NewKey,
    RetireKey {
        key: String,
        #[arg(long, short = 'y')]
        yes: bool,
    },
}

/// A registry of any kind, or a word on imports that were made.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct MemberImport {
    #[command(subcommand)]
    pub verb: Option<ImportVerb>,
    /// `-` is standard input.
    #[arg(required = true)]
    pub file: Option<PathBuf>,
    #[arg(long, value_name = "CODE", conflicts_with = "org_column")]
    pub org: Option<String>,
    #[arg(long, value_name = "TITLE")]
    pub org_column: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    #[arg(long)]
    pub partial: bool,
    #[arg(long, short = 'y')]
    pub yes: bool,
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
}

#[derive(Clone, Debug, Subcommand)]
pub enum ImportVerb {
    List {
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    Undo {
        id: Option<String>,
        #[arg(long, short = 'y')]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum OrgVerb {
    Import(Import),
    List,
}

#[derive(Debug, Subcommand)]
pub enum StaffVerb {
    Add {
        name: String,
        #[arg(long, value_parser = code::<Role>())]
        role: Role,
        #[arg(long, value_name = "USER")]
        os_user: Option<String>,
        #[arg(long, value_name = "CODE")]
        org: Option<String>,
    },
    List,
    Mailbox {
        name: String,
        address: String,
    },
    Digest {
        name: String,
        #[arg(value_name = "WORD", value_parser = ["on", "off"])]
        wanted: String,
        #[arg(long, value_name = "TIME")]
        at: Option<jiff::civil::Time>,
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
    },
    Role {
        name: String,
        #[arg(value_parser = code::<Role>())]
        role: Role,
        #[arg(long, value_name = "CODE")]
        org: Option<String>,
        #[arg(long)]
        remove: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum DeliveryVerb {
    List {
        #[arg(long)]
        all: bool,
        #[arg(long, conflicts_with = "all")]
        doubted: bool,
        #[arg(long, conflicts_with_all = ["all", "doubted"])]
        today: bool,
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    Undo {
        id: String,
    },
    Retry {
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        #[arg(long)]
        all: bool,
        #[arg(long, value_name = "NAME", requires = "all")]
        channel: Option<String>,
        #[arg(long, value_name = "ADDRESS", conflicts_with = "all")]
        to: Option<String>,
    },
    Drop {
        id: String,
    },
    Believe {
        id: String,
    },
    Dismiss {
        id: String,
    },
    Arrived {
        id: String,
        #[arg(long, value_name = "WORDS")]
        reason: String,
    },
    Release {
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        #[arg(long)]
        all: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum QuarantineVerb {
    List {
        #[arg(long, value_name = "CODE", value_parser = code::<QuarantineReason>())]
        reason: Option<QuarantineReason>,
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    Show {
        id: String,
    },
    Retry(QuarantineItems),
    Appeal(QuarantineItems),
    Settle(QuarantineItems),
}

/// Items by their ids, or all of them.
#[derive(Debug, Args)]
pub struct QuarantineItems {
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    pub ids: Vec<String>,
    #[arg(long)]
    pub all: bool,
    #[arg(long, value_name = "CODE", requires = "all", value_parser = code::<QuarantineReason>())]
    pub reason: Option<QuarantineReason>,
    #[arg(long, short = 'y')]
    pub yes: bool,
}

#[derive(Debug, Subcommand)]
pub enum HistoryVerb {
    Find {
        #[arg(required = true)]
        words: Vec<String>,
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    Show {
        id: String,
    },
    Appeal {
        id: String,
        #[arg(long, short = 'y')]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum ChannelVerb {
    List,
    #[command(subcommand, arg_required_else_help = true)]
    Add(ChannelAdd),
    Test {
        name: String,
    },
    Address {
        name: String,
        address: String,
        #[arg(long, value_name = "CODE")]
        organisation: Option<String>,
        #[arg(long, conflicts_with = "organisation")]
        remove: bool,
    },
    Reconcile {
        name: Option<String>,
    },
    Set(Box<ChannelSet>),
    Trust {
        name: String,
        #[arg(long, value_name = "ID")]
        authserv_id: Option<String>,
        #[arg(long, value_name = "WORD", value_parser = ["yes", "no"])]
        plus_addressing: Option<String>,
    },
    Reports {
        #[arg(long)]
        unmatched: bool,
        #[arg(long, value_name = "N", default_value_t = 200)]
        limit: usize,
    },
}

/// What changes of an account. `none` takes away what may be absent.
#[derive(Debug, Default, Args)]
pub struct ChannelSet {
    pub name: String,
    #[arg(long, value_name = "URL")]
    pub mail_in: Option<String>,
    #[arg(long, value_name = "URL")]
    pub mail_out: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub organisation: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub sent_folder: Option<String>,
    #[arg(long, value_name = "CODE", value_parser = code::<OutsideReplies>())]
    pub outside_replies: Option<OutsideReplies>,
    #[arg(long, value_name = "WORD", value_parser = ["yes", "no"])]
    pub copies: Option<String>,
    #[arg(long, value_name = "WORD", value_parser = ["yes", "no"])]
    pub automatic: Option<String>,
    #[arg(long, value_name = "WORD", value_parser = ["yes", "no"])]
    pub intake: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum ChannelAdd {
    Mail {
        #[arg(long, value_name = "NAME", default_value = "mail")]
        name: String,
        #[arg(long, value_name = "CODE")]
        organisation: Option<String>,
        #[command(flatten)]
        mail: Mail,
    },
}
