//! `otklik demo`, the first command of a newcomer: how soon there is something to look at, how soon everything is there, what it
//! costs, what it keeps in memory.

use crate::memory;
use crate::support::measure::{Series, cpu_of_children, heading, milliseconds, verdict};
use crate::window::Window;

const RUNS: usize = 3;

/// Whether the list has begun to fill: most appeals have no statutory date, and a dash stands for it.
fn has_rows(text: &str) -> bool {
    let is_row = |line: &&str| line.split('│').next().is_some_and(|row| row.contains(" — "));
    text.lines().filter(is_row).count() >= 5
}

pub fn run() {
    heading("otklik demo, 120×32");
    let folder = tempfile::tempdir().expect("a folder");
    let env =
        [("TMPDIR", folder.path().display().to_string()), ("HOME", folder.path().display().to_string())];
    let (mut first, mut cost) = (Series::default(), Series::default());
    for run in 0..RUNS {
        let before = cpu_of_children();
        let mut window = Window::open(&["demo"], &env, (120, 32));
        first.add(window.wait("rows of the list", has_rows), Default::default(), 1);
        if run + 1 == RUNS {
            memory::report("the demonstration", memory::walked(&mut window));
        }
        window.leave();
        cost.add(Default::default(), cpu_of_children().saturating_sub(before), 1);
    }
    println!(
        "rows of the list after {:.0} ms ({}), at most {:.0} ms; {:.0} ms CPU from start to end",
        first.p50(),
        verdict(first.p50(), 2000.0),
        first.at(100.0),
        cost.cpu_each(),
    );
    let before = std::time::Instant::now();
    crate::process::version();
    println!("floor, --version: {:.0} ms", milliseconds(before.elapsed()));
}
