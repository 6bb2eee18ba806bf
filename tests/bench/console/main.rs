//! Benches of the console: `cargo bench -p otklik --bench console [-- NAME…]`. `docs/benches.md` says what each prints.
//! They run the shipped program on a pseudo-terminal and read what a person would see.

#[path = "../support/mod.rs"]
mod support;

mod demo;
mod desks;
mod floor;
mod keys;
mod memory;
mod process;
mod start;
mod window;

const ALL: &[&str] = &["start", "keys", "memory", "demo"];

fn main() {
    let chosen = support::chosen(ALL);
    if chosen.is_empty() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    for name in chosen {
        match name {
            "start" => start::run(&desks::great(&runtime)),
            "keys" => keys::run(&desks::great(&runtime), &runtime),
            "memory" => memory::run(&desks::empty(&runtime), &desks::great(&runtime)),
            _ => demo::run(),
        }
    }
}
