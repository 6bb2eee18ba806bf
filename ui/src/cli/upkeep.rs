//! `otklik backup`, `restore`, `migrate`: looking after the desk as a whole.

use super::shapes::moment;
use super::{Run, Seat};
use otklik_core::clock::Clock;
use otklik_core::desk::{self, Desk, DeskUrl, KeyState};
use otklik_core::error::{Error, Result};
use serde_json::json;
use std::path::Path;

impl Run {
    pub async fn backup(&self, file: &Path, replace: bool) -> Result<()> {
        if file == Path::new("-") {
            // What reads standard input elsewhere would become a file of that name here.
            return Err(Error::usage("backup-needs-file"));
        }
        let Seat { desk, actor } = self.seat().await?;
        let report = desk.backup(&actor, file, replace).await?;
        let made_at = moment(report.made_at, &desk.zone());
        let name = report.file.display().to_string();
        let args = [
            ("file", name.clone().into()),
            ("rows", report.rows.into()),
            ("mib", (report.bytes / (1 << 20) + 1).into()),
        ];
        let sentence = self.out.tr.with("cli-said-backup", &args);
        let value = json!({
            "file": name, "bytes": report.bytes, "made_at": made_at, "rows": report.rows, "tables": report.tables,
            "recorded": report.recorded,
        });
        self.out.done(&sentence, value)?;
        // The key that proves the journal is not in the backup; whoever loses both can prove nothing.
        self.out
            .line(self.out.tr.with("cli-said-backup-key", &[("folder", shown(desk.state_dir()).into())]))?;
        desk.close().await;
        Ok(())
    }

    /// Exit code 1 when the restored journal does not verify: the desk is there and should be looked at.
    pub async fn restore(&self, file: &Path) -> Result<u8> {
        let url = DeskUrl::parse(&self.config.desk)?;
        let report = Desk::restore(&url, Clock::system(), &self.config.places.state_root, file).await?;
        let tr = &self.out.tr;
        let ok = report.verification.ok;
        let zone = jiff::tz::TimeZone::system();
        if self.out.json {
            let made_at = moment(report.made_at, &zone);
            self.out.value(&json!({
                "desk": url.shown(), "id": report.desk, "made_at": made_at, "rows": report.rows,
                "stopped": report.stopped, "key": report.key, "state_dir": shown(&report.state_dir),
                "set_aside": report.set_aside.as_deref().map(shown), "verification": report.verification,
            }))?;
        } else {
            let args = [
                ("desk", url.shown().into()),
                ("made", tr.date_full(report.made_at, &zone).into()),
                ("rows", report.rows.into()),
            ];
            self.out.line(tr.with("cli-said-restore", &args))?;
            if report.stopped > 0 {
                self.out.line(tr.with("cli-said-restore-stopped", &[("n", report.stopped.into())]))?;
            }
            if report.key != KeyState::Here {
                let folder = shown(&report.state_dir);
                self.out.line(tr.with("cli-said-restore-key", &[("folder", folder.into())]))?;
            }
            self.verification(&report.verification)?;
            let key = if ok { "cli-said-verify-ok" } else { "cli-said-verify-bad" };
            self.out.line(tr.text(key))?;
        }
        Ok(if ok { 0 } else { 1 })
    }

    pub async fn migrate(&self) -> Result<()> {
        let url = DeskUrl::parse(&self.config.desk)?;
        let report = desk::migrate(&url, Clock::system(), &self.config.places.state_root).await?;
        let backup = report.backup.as_ref().map(|backup| shown(&backup.file));
        let tr = &self.out.tr;
        let sentence = match &backup {
            None => tr.text("cli-said-migrate-none"),
            Some(file) => tr.with("cli-said-migrate", &[("file", file.clone().into())]),
        };
        self.out.done(&sentence, json!({ "from": report.from, "to": report.to, "backup": backup }))
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
