//! The one binary: it puts the desk, the workers, the console and the command line together, and decides nothing else.

use otklik_core::config::Config;
use otklik_core::desk::{Account, AccountRoutes, Compared, Desk};
use otklik_core::runtime;
use otklik_core::types::{Actor, Census};
use otklik_ui::cli::{self, Composition, Probe, Served, Work};
use otklik_ui::console;
use otklik_ui::i18n::Tr;
use otklik_ui::session::Ended;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    log_to_stderr();
    let started = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = match started {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("otklik: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(async {
        outlive_file_limit();
        cli::run(std::env::args_os().collect(), Arc::new(Program)).await
    });
    // A worker thread may still wait for a slow disk or server; the process does not wait for it.
    runtime.shutdown_background();
    ExitCode::from(code)
}

/// A file that may not grow further fails the write, as a full disk does; the signal that comes with it would end the process in
/// the middle of its work.
fn outlive_file_limit() {
    if let Err(error) = signal(SignalKind::from_raw(nix::sys::signal::Signal::SIGXFSZ as i32)) {
        tracing::warn!(%error, "the signal of a file's limit");
    }
}

/// Logs what `OTKLIK_LOG` asks for, such as `info` or `otklik_core=debug`. Without it nothing is logged: a line in the
/// middle of a console's frame would tear it.
fn log_to_stderr() {
    let Some(wanted) = std::env::var("OTKLIK_LOG").ok().filter(|wanted| !wanted.is_empty()) else { return };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(wanted))
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
}

/// The first frame needs the desk and the processor more than mail does.
const WORKERS_AFTER: Duration = Duration::from_millis(150);

struct Program;

impl Composition for Program {
    fn serve<'a>(&'a self, desk: &'a Desk) -> Work<'a, ()> {
        Box::pin(runtime::serve(desk))
    }

    fn serve_once<'a>(&'a self, desk: &'a Desk) -> Work<'a, Served> {
        Box::pin(async move {
            let done = runtime::serve_once(desk).await?;
            tracing::info!(?done, "served once");
            Ok(Served {
                fetched: done.fetched,
                quarantined: done.quarantined,
                sent: done.accepted,
                not_sent: done.not_accepted,
                unread: done.unread,
            })
        })
    }

    fn probe<'a>(&'a self, routes: &'a AccountRoutes) -> Work<'a, Probe> {
        Box::pin(async move {
            let found = runtime::probe(routes).await;
            Ok(Probe { incoming: found.incoming, outgoing: found.outgoing })
        })
    }

    fn census<'a>(&'a self, routes: &'a AccountRoutes) -> Work<'a, Result<Census, String>> {
        Box::pin(async move { Ok(runtime::census(routes).await.map_err(str::to_owned)) })
    }

    fn reconcile<'a>(&'a self, desk: &'a Desk, account: &'a Account) -> Work<'a, Vec<Compared>> {
        Box::pin(async move {
            let found = runtime::reconcile(desk, account).await?;
            runtime::parse(desk).await?;
            Ok(found)
        })
    }

    fn console<'a>(&'a self, desk: &'a Desk, actor: Actor, config: &'a Config, tr: &'a Tr) -> Work<'a, u8> {
        Box::pin(async move {
            let workers = runtime::Workers::start_after(desk, WORKERS_AFTER);
            let ended = console::run(desk, actor, config, tr).await;
            workers.stop().await;
            if let Ok(Ended::Panicked) = ended {
                eprintln!("{}", tr.text("console-panicked"));
            }
            ended.map(Ended::exit_code)
        })
    }
}
