//! What can be typed of people and their contacts: `otklik identity …`, `otklik conflict …` and `otklik query …`. Shapes only, as in `args`.

use super::args::{code, number};
use clap::{Args, Subcommand};
use otklik_core::types::{ChairAnswer, LinkGround, NumberQuery, UnlinkReason};

#[derive(Debug, Subcommand)]
pub enum IdentityVerb {
    List(IdentityList),
    Link {
        contact: String,
        #[arg(long, value_name = "ID")]
        member: String,
        #[arg(long, value_name = "CODE", value_parser = code::<LinkGround>())]
        ground: LinkGround,
        #[arg(long, value_name = "NUMBER", value_parser = number)]
        appeal: Option<NumberQuery>,
        #[arg(long, value_name = "WORDS")]
        note: String,
    },
    Unlink {
        id: String,
        #[arg(long, value_name = "CODE", value_parser = code::<UnlinkReason>())]
        reason: UnlinkReason,
        #[arg(long, value_name = "WORDS", default_value = "")]
        note: String,
    },
}

/// Whose contacts.
#[derive(Debug, Args)]
pub struct IdentityList {
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    pub appeal: Option<NumberQuery>,
    #[arg(long, value_name = "ID", conflicts_with = "appeal")]
    pub member: Option<String>,
    #[arg(long, value_name = "CONTACT", conflicts_with_all = ["appeal", "member"])]
    pub contact: Option<String>,
    #[arg(long)]
    pub all: bool,
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
}

#[derive(Debug, Subcommand)]
pub enum ConflictVerb {
    List {
        #[arg(long)]
        all: bool,
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    Settle(ConflictSettle),
    Check,
}

/// Which side stands.
#[derive(Debug, Args)]
pub struct ConflictSettle {
    pub id: String,
    #[arg(
        long, value_name = "WORD", value_parser = ["first", "second"], required_unless_present = "both",
        conflicts_with = "both"
    )]
    pub keep: Option<String>,
    #[arg(long)]
    pub both: bool,
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
}

#[derive(Debug, Subcommand)]
pub enum QueryVerb {
    Ask {
        #[arg(value_parser = number)]
        number: NumberQuery,
        #[arg(long, value_name = "CODE")]
        org: String,
        #[arg(long, value_name = "ADDRESS")]
        to: Option<String>,
        #[arg(long)]
        agreed: bool,
    },
    List {
        #[arg(value_parser = number)]
        number: NumberQuery,
    },
    Answer {
        #[arg(value_parser = number)]
        number: NumberQuery,
        #[arg(long, value_name = "CODE", value_parser = code::<ChairAnswer>())]
        answer: ChairAnswer,
        #[arg(long, value_name = "WORDS", default_value = "")]
        told: String,
    },
}
