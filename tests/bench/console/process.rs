//! The program as a process: where it is, what it runs with, what it costs.

use crate::support::measure::cpu_of_children;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What every process here is given, whatever the environment of whoever runs this.
pub const ENV: &[(&str, &str)] =
    &[("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("OTKLIK_LANG", "ru"), ("PATH", "/usr/bin:/bin")];

pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_otklik"))
}

/// `otklik --version`: what any start of this program costs, wall time and processor time.
pub fn version() -> (Duration, Duration) {
    let before = cpu_of_children();
    let began = Instant::now();
    let mut command = Command::new(binary());
    command.arg("--version").env_clear().envs(ENV.iter().copied()).stdout(Stdio::null());
    assert!(command.status().expect("the program starts").success());
    (began.elapsed(), cpu_of_children().saturating_sub(before))
}

/// Nanoseconds of processor time that the living threads of a process have had, so far as the scheduler has counted.
pub fn cpu_of(id: u32) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    let of_task = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0)
    };
    Duration::from_nanos(tasks.map(of_task).sum())
}

/// Megabytes of a process: resident, its own share of them, the most that was ever resident.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    pub resident: f64,
    pub share: f64,
    pub peak: f64,
}

pub fn memory_of(id: u32) -> Memory {
    let figure = |file: &str, key: &str| {
        let text = std::fs::read_to_string(format!("/proc/{id}/{file}")).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        let kilobytes: Option<f64> = line.split_whitespace().nth(1).and_then(|word| word.parse().ok());
        kilobytes.map_or(f64::NAN, |kilobytes| kilobytes / 1024.0)
    };
    Memory {
        resident: figure("smaps_rollup", "Rss:"),
        share: figure("smaps_rollup", "Pss:"),
        peak: figure("status", "VmHWM:"),
    }
}
