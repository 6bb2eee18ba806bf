//! Benches of the core: `cargo bench --bench desk [-- NAME…]`. `docs/benches.md` says what each prints.

#[path = "../support/mod.rs"]
mod support;

mod floor;
mod import;
mod letters;
mod lookup;
mod mail_in;
mod mailbox;
mod queue;
mod reply;
mod wal;

const ALL: &[&str] = &["mail_in", "mailbox", "queue", "reply", "lookup", "import"];

fn main() {
    // The reply's floor needs a mail server whose processor time is not ours, so this program is also that.
    if std::env::args().nth(1).as_deref() == Some(reply::SINK) {
        return reply::sink();
    }
    let chosen = support::chosen(ALL);
    if chosen.is_empty() {
        return;
    }
    let statements = support::statements::Statements::install();
    let runtime = match std::env::var("OTKLIK_BENCH_THREADS").as_deref() {
        Ok("1") => tokio::runtime::Builder::new_current_thread().enable_all().build(),
        _ => tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build(),
    };
    let runtime = runtime.expect("a runtime");
    for name in chosen {
        match name {
            "mail_in" => runtime.block_on(mail_in::run()),
            "mailbox" => runtime.block_on(mailbox::run()),
            "queue" => runtime.block_on(queue::run(&statements)),
            "import" => runtime.block_on(import::run()),
            "reply" => runtime.block_on(reply::run()),
            _ => runtime.block_on(lookup::run()),
        }
    }
}
