//! What a verification found, as a list that stays short however much was done.

use crate::types::FindingCode;
use serde::Serialize;

/// Findings listed one by one; more are only counted.
pub(crate) const LISTED: usize = 1000;

/// One thing that was found, as near to its place as can be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub code: FindingCode,
    /// The chain: `appeal:UUID` and the like.
    pub subject: Option<String>,
    /// The row.
    pub seq: Option<i64>,
    /// The checkpoint.
    pub checkpoint: Option<i64>,
}

#[derive(Default)]
pub(crate) struct Findings {
    pub listed: Vec<Finding>,
    pub more: i64,
}

impl Findings {
    pub fn add(
        &mut self,
        code: FindingCode,
        subject: Option<&str>,
        seq: Option<i64>,
        checkpoint: Option<i64>,
    ) {
        let finding = Finding { code, subject: subject.map(str::to_owned), seq, checkpoint };
        // One deed often shows in several places; the same place is named once.
        if self.listed.contains(&finding) {
            return;
        }
        if self.listed.len() < LISTED {
            self.listed.push(finding);
        } else {
            self.more += 1;
        }
    }

    pub fn row(&mut self, code: FindingCode, seq: i64) {
        self.add(code, None, Some(seq), None);
    }

    pub fn checkpoint(&mut self, code: FindingCode, n: i64) {
        self.add(code, None, None, Some(n));
    }
}
