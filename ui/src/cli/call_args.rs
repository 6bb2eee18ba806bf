//! What can be typed after `otklik call`. Shapes only, as in `args`.

use super::args::{code, number};
use clap::{Args, Subcommand};
use otklik_core::types::{CallEnd, CallOutcome, NumberQuery};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum CallVerb {
    List {
        #[arg(long)]
        all: bool,
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    Show {
        #[arg(value_parser = number)]
        number: NumberQuery,
    },
    Add {
        #[arg(value_parser = number)]
        number: NumberQuery,
    },
    Number {
        #[arg(value_parser = number)]
        number: NumberQuery,
        phone: Option<String>,
    },
    Log(CallLog),
    Undo {
        #[arg(value_parser = number)]
        number: NumberQuery,
    },
    Close {
        #[arg(value_parser = number)]
        number: NumberQuery,
        #[arg(long, value_name = "CODE", value_parser = code::<CallEnd>(), default_value = "advised")]
        end: CallEnd,
        #[arg(long)]
        appeal: bool,
    },
    Join {
        #[arg(value_parser = number)]
        number: NumberQuery,
        #[arg(long, value_name = "CODE")]
        org: String,
        #[arg(long, value_name = "ADDRESS")]
        to: Option<String>,
        #[arg(long)]
        agreed: bool,
        #[arg(long, value_name = "WORDS")]
        workplace: Option<String>,
    },
    Application {
        #[arg(value_parser = number)]
        number: NumberQuery,
        #[arg(long, value_name = "CODE")]
        code: String,
    },
    Script {
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        #[arg(long, conflicts_with = "file")]
        standard: bool,
    },
}

/// An attempt to call.
#[derive(Debug, Args)]
pub struct CallLog {
    #[arg(value_parser = number)]
    pub number: NumberQuery,
    #[arg(long, value_name = "CODE", value_parser = code::<CallOutcome>())]
    pub outcome: CallOutcome,
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    #[arg(long, value_name = "WORDS")]
    pub text: Option<String>,
    #[arg(long, value_name = "TIME")]
    pub next: Option<String>,
    #[arg(long, value_name = "PHONE")]
    pub phone: Option<String>,
}
