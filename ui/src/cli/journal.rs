//! `otklik journal verify`: the proof that no decision was altered, and the list of what was.

use super::args::JournalVerb;
use super::{Run, Seat};
use otklik_core::desk::{Finding, Verification};
use otklik_core::error::Result;
use serde_json::json;

impl Run {
    /// Exit code 1 when something was found: the verification itself has worked.
    pub async fn journal(&self, verb: JournalVerb) -> Result<u8> {
        let JournalVerb::Verify = verb;
        let Seat { desk, actor } = self.seat().await?;
        let journal = desk.verify_journal(&actor).await?;
        let clocks = desk.verify_clocks(&actor).await?;
        let ok = journal.ok && clocks.ok;
        if self.out.json {
            self.out.value(&json!({ "ok": ok, "journal": journal, "clocks": clocks }))?;
        } else {
            self.verification(&journal)?;
            clocks.findings.iter().try_for_each(|finding| self.finding(finding))?;
            let more = journal.more + clocks.more;
            if more > 0 {
                self.out.line(self.out.tr.with("cli-said-verify-more", &[("n", more.into())]))?;
            }
            let key = if ok { "cli-said-verify-ok" } else { "cli-said-verify-bad" };
            self.out.line(self.out.tr.text(key))?;
        }
        Ok(if ok { 0 } else { 1 })
    }

    pub(super) fn verification(&self, found: &Verification) -> Result<()> {
        let tr = &self.out.tr;
        let args = [
            ("rows", found.rows.into()),
            ("subjects", found.subjects.into()),
            ("checkpoints", found.checkpoints.into()),
            ("unproven", found.unproven.into()),
        ];
        self.out.line(tr.with("cli-said-verify", &args))?;
        if found.outside.is_none() {
            self.out.line(tr.text("cli-said-verify-no-outside"))?;
        }
        found.findings.iter().try_for_each(|finding| self.finding(finding))
    }

    fn finding(&self, finding: &Finding) -> Result<()> {
        let mut place = String::new();
        if let Some(seq) = finding.seq {
            place += &format!(" #{seq}");
        }
        if let Some(subject) = &finding.subject {
            place += &format!(" {subject}");
        }
        if let Some(checkpoint) = finding.checkpoint {
            place += &format!(" @{checkpoint}");
        }
        let code = finding.code.code();
        self.out.line(format!("- {} [{code}{place}]", self.out.tr.coded("finding", code)))
    }
}
