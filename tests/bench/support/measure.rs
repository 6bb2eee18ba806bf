//! Wall time by percentile, processor time by `getrusage`, and the words around them. On a shared machine the processor time
//! and the ratio to the floor count; wall time says how busy the neighbours were.

use nix::sys::resource::{UsageWho, getrusage};
use std::time::{Duration, Instant};

/// User and system time of every thread of this process.
pub fn cpu() -> Duration {
    usage(UsageWho::RUSAGE_SELF)
}

/// The same of children that have ended and been waited for.
pub fn cpu_of_children() -> Duration {
    usage(UsageWho::RUSAGE_CHILDREN)
}

fn usage(who: UsageWho) -> Duration {
    let usage = getrusage(who).expect("getrusage");
    let part = |time: nix::sys::time::TimeVal| {
        Duration::from_micros(u64::try_from(time.tv_sec()).unwrap_or(0) * 1_000_000)
            + Duration::from_micros(u64::try_from(time.tv_usec()).unwrap_or(0))
    };
    part(usage.user_time()) + part(usage.system_time())
}

/// One thing measured again and again.
#[derive(Default)]
pub struct Series {
    wall: Vec<Duration>,
    cpu: Duration,
    /// How many units of work the measured time covers, if not one for each measurement.
    units: u64,
}

impl Series {
    pub fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (cpu_before, began) = (cpu(), Instant::now());
        let done = work();
        self.add(began.elapsed(), cpu().saturating_sub(cpu_before), 1);
        done
    }

    pub async fn time_async<T>(&mut self, work: impl Future<Output = T>) -> T {
        let (cpu_before, began) = (cpu(), Instant::now());
        let done = work.await;
        self.add(began.elapsed(), cpu().saturating_sub(cpu_before), 1);
        done
    }

    pub fn add(&mut self, wall: Duration, cpu: Duration, units: u64) {
        self.wall.push(wall);
        self.cpu += cpu;
        self.units += units;
    }

    /// The last measurement did the work of `units`.
    pub fn covers(&mut self, units: u64) {
        self.units += units - 1;
    }

    pub fn len(&self) -> usize {
        self.wall.len()
    }

    pub fn absorb(&mut self, other: &Series) {
        self.wall.extend(&other.wall);
        self.cpu += other.cpu;
        self.units += other.units;
    }

    /// Milliseconds at a percentile of 100.
    pub fn at(&self, percentile: f64) -> f64 {
        let mut sorted = self.wall.clone();
        sorted.sort_unstable();
        let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
        let at = (sorted.len() as f64 * percentile / 100.0).ceil() as usize;
        milliseconds(sorted[at.saturating_sub(1).min(last)])
    }

    pub fn p50(&self) -> f64 {
        self.at(50.0)
    }

    pub fn p99(&self) -> f64 {
        self.at(99.0)
    }

    /// Wall time of all measurements together, in seconds.
    pub fn seconds(&self) -> f64 {
        self.wall.iter().map(Duration::as_secs_f64).sum()
    }

    /// Milliseconds of processor time for one unit.
    pub fn cpu_each(&self) -> f64 {
        milliseconds(self.cpu) / self.units.max(1) as f64
    }
}

pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// How busy the machine was in the last minute.
pub fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("?").to_owned()
}

/// A heading with the load of the machine.
pub fn heading(what: &str) {
    println!("\n== {what}   [load {}]", load());
}

/// `holds` or `MISSES` beside an aim.
pub fn verdict(figure: f64, aim: f64) -> String {
    let word = if figure <= aim { "holds" } else { "MISSES" };
    format!("aim ≤ {aim}: {word}")
}

/// The same beside an aim that the figure must reach.
pub fn verdict_at_least(figure: f64, aim: f64) -> String {
    let word = if figure >= aim { "holds" } else { "MISSES" };
    format!("aim ≥ {aim}: {word}")
}

/// Resident megabytes of a process; its own when none is named.
pub fn resident_mb(process: Option<u32>) -> f64 {
    let path = process.map_or("/proc/self/status".to_owned(), |id| format!("/proc/{id}/status"));
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    let kilobytes: f64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(f64::NAN);
    kilobytes / 1024.0
}
