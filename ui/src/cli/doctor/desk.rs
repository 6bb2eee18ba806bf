//! The desk itself, its files, its person, its mail, its clock.

use super::super::start::os_user;
use super::super::{Run, Seat};
use super::Check;
use otklik_core::desk::views::ChannelView;
use otklik_core::desk::{AccountRoutes, Desk, DeskUrl};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

const DESK: &str = "desk";
const STATE: &str = "state";
const INTAKE: &str = "intake";
const OUTGOING: &str = "outgoing";
const MIB: u64 = 1 << 20;
/// Less free space than this is a problem, less than the second a warning, in MiB.
const NO_SPACE: u64 = 100;
const LITTLE_SPACE: u64 = 1024;

/// Bits of the mode that let others in; 0 for what is not there.
fn others(path: &Path) -> u32 {
    std::fs::metadata(path).map_or(0, |meta| meta.permissions().mode() & 0o077)
}

impl Run {
    pub(super) async fn check_desk(&self) -> Vec<Check> {
        let desk = match self.desk().await {
            Ok(desk) => desk,
            Err(error) => return vec![self.refused(DESK, &error)],
        };
        let shown = DeskUrl::parse(&self.config.desk).map(|url| url.shown()).unwrap_or_default();
        let mut checks = vec![Check::fine(DESK, "desk-open").arg("desk", shown).arg("engine", desk.engine())];
        checks.extend(self.check_files(&desk));
        checks.extend(check_key(desk.state_dir()));
        let zone = desk.zone();
        let now = desk.clock().now();
        let name = zone.iana_name().unwrap_or_default().to_owned();
        checks.push(
            Check::fine("clock", "clock").arg("now", self.out.tr.date_full(now, &zone)).arg("zone", name),
        );
        let actor = match &self.act_as {
            Some(name) => desk.act_as(name).await,
            None => desk.authenticate(&os_user()).await,
        };
        match actor {
            Ok(actor) => {
                checks.push(Check::fine("person", "person").arg("user", os_user()));
                checks.extend(self.check_mail(&Seat { desk: desk.clone(), actor }).await);
            }
            Err(error) => checks.push(self.refused("person", &error)),
        }
        desk.close().await;
        checks
    }

    fn check_files(&self, desk: &Desk) -> Vec<Check> {
        let Ok(url) = DeskUrl::parse(&self.config.desk) else { return Vec::new() };
        let Some(file) = url.file() else { return Vec::new() };
        let mut checks = Vec::new();
        if others(file) != 0 {
            checks.push(Check::warning(DESK, "desk-file-mode").arg("file", file.display().to_string()));
        }
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if let Ok(stat) = nix::sys::statvfs::statvfs(folder) {
            let free = stat.blocks_available().saturating_mul(stat.fragment_size()) / MIB;
            let check = match free {
                ..NO_SPACE => Check::problem(DESK, "disk-full"),
                NO_SPACE..LITTLE_SPACE => Check::warning(DESK, "disk-little"),
                _ => Check::fine(DESK, "disk"),
            };
            checks.push(check.arg("mib", free));
        }
        if desk.is_demo() {
            checks.push(Check::fine(DESK, "desk-demo"));
        }
        checks
    }

    async fn check_mail(&self, seat: &Seat) -> Vec<Check> {
        let asked = (seat.desk.channels(&seat.actor).await, seat.desk.account_routes(&seat.actor).await);
        let (Ok(channels), Ok(routes)) = asked else { return Vec::new() };
        if channels.is_empty() {
            return vec![Check::warning(INTAKE, "channels-none")];
        }
        let mut checks = Vec::new();
        for channel in &channels {
            checks.extend(self.check_channel(channel, seat));
        }
        for route in &routes {
            checks.extend(self.check_route(route).await);
        }
        if let Ok(counts) = seat.desk.queue_counts(&seat.actor).await {
            if counts.delivery_errors > 0 {
                checks.push(Check::warning(OUTGOING, "deliveries-failed").arg("n", counts.delivery_errors));
            }
            if counts.deliveries_waiting > 0 {
                checks.push(Check::fine(OUTGOING, "deliveries-waiting").arg("n", counts.deliveries_waiting));
            }
        }
        checks
    }

    async fn check_route(&self, route: &AccountRoutes) -> Vec<Check> {
        let Ok(probe) = self.composition.probe(route).await else { return Vec::new() };
        let trouble = |code: &str| self.out.tr.coded("cli-trouble", code);
        let way =
            |area, code, name: &str, url: &str| Check::fine(area, code).arg("name", name).arg("url", url);
        let incoming = match &probe.incoming {
            None => way(INTAKE, "incoming", &route.name, &route.incoming),
            Some(code) => Check::problem(INTAKE, "incoming-closed")
                .arg("name", route.name.as_str())
                .arg("why", trouble(code)),
        };
        let outgoing = match &probe.outgoing {
            _ if route.outgoing.is_empty() => {
                Check::warning(OUTGOING, "outgoing-none").arg("name", route.name.as_str())
            }
            None => way(OUTGOING, "outgoing", &route.name, &route.outgoing),
            Some(code) => Check::problem(OUTGOING, "outgoing-closed")
                .arg("name", route.name.as_str())
                .arg("why", trouble(code)),
        };
        vec![incoming, outgoing]
    }

    fn check_channel(&self, channel: &ChannelView, seat: &Seat) -> Vec<Check> {
        let mut checks = Vec::new();
        let (zone, now) = (seat.desk.zone(), seat.desk.clock().now());
        let last =
            channel.last_ok_at.map_or_else(|| "—".to_owned(), |at| self.out.tr.date_full(at, &zone).into());
        let check = match channel.state {
            "running" => Check::fine(INTAKE, "intake-running"),
            _ => Check::warning(INTAKE, "intake-stopped"),
        };
        checks.push(check.arg("name", channel.name.as_str()).arg("last", last.clone()));
        // A fetch of the future means that this clock, or the one of the machine that fetched, is wrong.
        if channel.last_ok_at.is_some_and(|at| at > now + jiff::SignedDuration::from_mins(5)) {
            checks.push(Check::problem("clock", "clock-behind").arg("last", last));
        }
        if channel.quarantined > 0 {
            let check = Check::warning(INTAKE, "quarantine").arg("name", channel.name.as_str());
            checks.push(check.arg("n", channel.quarantined));
        }
        checks
    }
}

/// The folder with the key that signs the journal.
fn check_key(folder: &Path) -> Vec<Check> {
    let (shown, key) = (folder.display().to_string(), folder.join("journal.key"));
    if !key.is_file() {
        return vec![Check::warning(STATE, "key-absent").arg("folder", shown)];
    }
    if others(&key) != 0 || others(folder) != 0 {
        return vec![Check::problem(STATE, "key-mode").arg("folder", shown)];
    }
    vec![Check::fine(STATE, "key").arg("folder", shown)]
}
