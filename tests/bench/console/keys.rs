//! From a key to the last byte of the frame that answers it, in a window of 200 × 60; and what a console costs that nobody
//! touches. Floor: view and difference of a frame in which nothing has changed.

use crate::desks::OnDisk;
use crate::support;
use crate::support::measure::{Series, heading, milliseconds, verdict};
use crate::window::Window;
use crate::{floor, process, start};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const SIZE: (u16, u16) = (200, 60);
/// What follows an answer (the chosen letter) has come when nothing has for so long.
const QUIET: Duration = Duration::from_millis(60);

/// One kind of key, pressed where the keys before it have led to.
struct Case {
    name: &'static str,
    /// Pressed in turn and measured.
    keys: &'static [&'static [u8]],
}

const DOWN: &[u8] = b"\x1b[B";
const UP: &[u8] = b"\x1b[A";
const PAGE_DOWN: &[u8] = b"\x1b[6~";
const CASES: &[Case] = &[
    Case { name: "one row down or up", keys: &[DOWN, DOWN, DOWN, UP] },
    Case { name: "a page down: every row is another", keys: &[PAGE_DOWN] },
];

pub fn run(desk: &OnDisk, runtime: &Runtime) {
    heading(&format!("key to the last byte of its frame, 200×60, {}", desk.name));
    let repeats = support::number("OTKLIK_BENCH_REPEATS", 300);
    let mut window = Window::open(&[], &desk.env(10_000), SIZE);
    window.wait("the first full frame", |text| start::is_full(text, SIZE.1));
    window.settle(QUIET * 5);
    for case in CASES {
        let (mut series, mut bytes) = (Series::default(), 0);
        let cpu = process::cpu_of(window.child.id());
        for (_, key) in (0..repeats).zip(case.keys.iter().cycle()) {
            let (wall, came) = window.press(key);
            series.add(wall, Duration::ZERO, 1);
            bytes += came;
            window.settle(QUIET);
        }
        let cpu = process::cpu_of(window.child.id()).saturating_sub(cpu);
        println!(
            "{}: p50 {:.2}, p99 {:.2} ms ({}); {} bytes; {:.2} ms CPU a key with all that follows it",
            case.name,
            series.p50(),
            series.p99(),
            verdict(series.p99(), 4.0),
            bytes / usize::try_from(repeats).unwrap_or(1).max(1),
            milliseconds(cpu) / repeats.max(1) as f64,
        );
    }
    window.kill();
    let unchanged = runtime.block_on(floor::unchanged(desk, SIZE, repeats));
    println!(
        "floor, view and difference of an unchanged frame: p50 {:.2}, p99 {:.2} ms, {:.2} ms CPU",
        unchanged.p50(),
        unchanged.p99(),
        unchanged.cpu_each()
    );
    idle(desk);
}

/// A console that nobody touches writes nothing for the rest of its minute, and one frame when the minute changes.
fn idle(desk: &OnDisk) {
    const LOOK: Duration = Duration::from_secs(40);
    heading("a console that nobody touches");
    let mut window = Window::open(&[], &desk.env(20_000), SIZE);
    window.wait("the first full frame", |text| start::is_full(text, SIZE.1));
    window.settle(Duration::from_secs(2));
    let (bytes, cpu, began) = (window.bytes, process::cpu_of(window.child.id()), Instant::now());
    let drawn = window.burst(LOOK, QUIET).is_some();
    let cpu = process::cpu_of(window.child.id()).saturating_sub(cpu);
    println!(
        "in {:.0} s of one minute: {} bytes, {}; {:.2} ms CPU a second",
        began.elapsed().as_secs_f64(),
        window.bytes - bytes,
        if drawn { "MISSES 0 draws" } else { "0 draws: holds" },
        milliseconds(cpu) / began.elapsed().as_secs_f64(),
    );
    let minute = window.burst(Duration::from_secs(60), QUIET);
    println!("when the clock shows another minute: {} bytes", minute.map_or(0, |burst| burst.bytes));
    window.kill();
}
