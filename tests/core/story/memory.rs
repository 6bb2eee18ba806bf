//! How much memory a large letter takes, from the Maildir to the appeal. Measured in a process of its own, since the peak of
//! a process never falls.

use super::world::{Plan, World, somebody};
use crate::support::engines;
use otklik_core::types::Purpose;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::Command;

const CHILD: &str = "OTKLIK_TEST_LARGE_LETTER";
/// What the design allows on a letter of 50 MB, in KiB: 120 MB.
const MOST: u64 = 120_000_000 / 1024;
const SIZE: usize = 50 << 20;

/// Writes the letter in pieces: it must not be in memory before it is read.
fn write_letter(path: &std::path::Path, to: &str) {
    let mut file = BufWriter::new(File::create(path).expect("a letter"));
    write!(
        file,
        "From: {}\r\nTo: {to}\r\nSubject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n\
         Scans attached\r\n--b\r\nContent-Type: application/pdf; name=scan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        somebody()
    )
    .expect("written");
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut state, mut written) = (88_172_645_463_325_252u64, 0);
    while written < SIZE {
        let mut line = [0u8; 78];
        for byte in &mut line[..76] {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *byte = alphabet[(state % 64) as usize];
        }
        line[76..].copy_from_slice(b"\r\n");
        file.write_all(&line).expect("written");
        written += line.len();
    }
    write!(file, "--b--\r\n").expect("written");
    file.flush().expect("written");
}

fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a Linux system");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("the peak");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("KiB")
}

async fn take_it_in(name: &str) {
    let engine = engines().into_iter().find(|engine| engine.name == name).expect("the engine runs here");
    let world = World::new(engine, Plan { receipts: false, ..Plan::default() }).await;
    let before = peak_kib();
    write_letter(&world.maildir.join("new/1.large"), &world.ours);
    world.run().await;
    let row = world.only().await;
    let message = &world.show(row.id).await.messages[0];
    assert_eq!(message.text.raw_for(Purpose::Store).trim(), "Scans attached");
    assert_eq!(message.attachments.len(), 1);
    println!("peak {} KiB, {before} KiB before the letter", peak_kib());
}

/// The peak of the same test in a process of its own, in KiB.
fn peak_of(engine: &str) -> u64 {
    let child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "story::memory::a_letter_of_fifty_megabytes_takes_less_than_120", "--nocapture"])
        .env(CHILD, engine)
        .output()
        .expect("a process");
    let said = String::from_utf8_lossy(&child.stdout).into_owned();
    assert!(child.status.success(), "{said}{}", String::from_utf8_lossy(&child.stderr));
    let line = said.lines().find_map(|line| line.split_once("peak ")).expect("the peak").1;
    println!("{engine}: peak {line}");
    line.split_whitespace().next().and_then(|kib| kib.parse().ok()).expect("KiB")
}

#[tokio::test]
async fn a_letter_of_fifty_megabytes_takes_less_than_120() {
    if let Ok(name) = std::env::var(CHILD) {
        return take_it_in(&name).await;
    }
    for engine in engines() {
        let peak = peak_of(engine.name);
        assert!(peak <= MOST, "{}: {peak} KiB", engine.name);
    }
}
