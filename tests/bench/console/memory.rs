//! Memory of the console's process after a walk through its screens, and the size of the program.

use crate::desks::OnDisk;
use crate::process::{self, Memory};
use crate::start;
use crate::support::measure::{heading, verdict};
use crate::window::Window;
use std::process::{Command, Stdio};
use std::time::Duration;

const QUIET: Duration = Duration::from_millis(150);
/// Megabytes.
const AIM: f64 = 40.0;

pub fn run(empty: &OnDisk, great: &OnDisk) {
    heading("memory of the console, 200×60, and the size of the program");
    let mut window = Window::open(&[], &empty.env(30_000), (200, 60));
    window.wait("an empty list", |text| text.contains("Открытых обращений нет"));
    report(&empty.name, walked(&mut window));
    window.leave();
    let mut window = Window::open(&[], &great.env(30_000), (200, 60));
    window.wait("the first full frame", |text| start::is_full(text, 60));
    report(&great.name, walked(&mut window));
    window.leave();
    size();
}

/// A list walked through, a letter opened and answered, help, the palette, outgoing mail.
pub fn walked(window: &mut Window) -> Memory {
    let (down, page, escape): (&[u8], &[u8], &[u8]) = (b"\x1b[B", b"\x1b[6~", b"\x1b");
    window.settle(QUIET);
    let walk =
        [page, page, page, down, down, b"\r", b"\x1bOS", escape, escape, b"\x1bOP", escape, b"\x10", escape];
    for key in walk {
        window.types(key);
        window.settle(QUIET);
    }
    window.settle(Duration::from_secs(2));
    process::memory_of(window.child.id())
}

pub fn report(what: &str, memory: Memory) {
    println!(
        "{what}: {:.1} MB resident ({}), {:.1} MB of them its own share, {:.1} MB at most",
        memory.resident,
        verdict(memory.resident, AIM),
        memory.share,
        memory.peak,
    );
}

fn size() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("otklik");
    // The release profile strips; a build with symbols for a profiler is stripped here.
    let strip =
        Command::new("strip").arg("-o").arg(&copy).arg(process::binary()).stderr(Stdio::null()).status();
    let file = if strip.is_ok_and(|done| done.success()) { &copy } else { process::binary() };
    let bytes = std::fs::metadata(file).expect("the program").len();
    let megabytes = bytes as f64 / f64::from(1 << 20);
    println!("the program, stripped: {megabytes:.1} MB ({})", verdict(megabytes, AIM));
}
