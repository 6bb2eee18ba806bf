//! From the start of the process to the first full frame: rows in every line of the list, the tabs' numbers, the chosen letter
//! beside it. Floor: `otklik --version`.

use crate::desks::OnDisk;
use crate::process;
use crate::support;
use crate::support::measure::{Series, cpu_of_children, heading, verdict};
use crate::window::Window;

/// Lines of a frame that hold no row of the list, at most: header, tabs, rules, the list's heading, keys.
const AROUND: usize = 9;

/// Whether the frame is whole.
pub fn is_full(text: &str, rows: u16) -> bool {
    let is_number = |word: &str| word.len() >= 5 && word.bytes().all(|byte| byte.is_ascii_digit());
    let list = |line: &&str| line.split('│').next().is_some_and(|row| row.split(' ').any(is_number));
    let listed = text.lines().filter(list).count() + AROUND >= usize::from(rows);
    let counted = text.lines().nth(1).is_some_and(|tabs| tabs.split(['│', ' ']).any(is_number));
    listed && counted && text.contains("Связь: ")
}

pub fn run(desk: &OnDisk) {
    heading(&format!("start to the first full frame, {}", desk.name));
    let repeats = support::number("OTKLIK_BENCH_REPEATS", 300).min(40);
    // The first start reads the file from the disk and, on a new desk, signs a checkpoint; a person's second does not.
    let mut window = Window::open(&[], &desk.env(0), (200, 60));
    window.wait("the first full frame", |text| is_full(text, 60));
    window.leave();
    let mut floor = Series::default();
    for (at, size) in [(1, (200, 60)), (2, (120, 32))] {
        let mut series = Series::default();
        let mut bytes = 0;
        for repeat in 0..i64::try_from(repeats).unwrap_or(0) {
            let (wall, cpu) = process::version();
            floor.add(wall, cpu, 1);
            let before = cpu_of_children();
            let mut window = Window::open(&[], &desk.env(at * 1000 + repeat), size);
            let wall = window.wait("the first full frame", |text| is_full(text, size.1));
            bytes = window.bytes;
            window.kill();
            series.add(wall, cpu_of_children().saturating_sub(before), 1);
        }
        println!(
            "{}×{}: {:.1} ms CPU ({}), wall p50 {:.1}, p99 {:.1} ms ({} at p50), {bytes} bytes",
            size.0,
            size.1,
            series.cpu_each(),
            verdict(series.cpu_each(), 10.0),
            series.p50(),
            series.p99(),
            verdict(series.p50(), 30.0),
        );
    }
    println!(
        "floor, --version: {:.1} ms CPU, wall p50 {:.1}, p99 {:.1} ms",
        floor.cpu_each(),
        floor.p50(),
        floor.p99()
    );
}
