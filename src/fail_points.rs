//! Places where a test may kill, stop, delay or fail the program: the gaps between one durable step of receiving or sending
//! and the next. They exist only with the Cargo feature `fail-points`; without it the macro is nothing, and nothing of this
//! reaches what ships (`tests/smoke` looks).
//!
//! `OTKLIK_FAIL_POINTS` holds orders, separated by `;`, each `NAME=ACTION@N`: at the N-th time (the first, if left out) that
//! this process comes to the point NAME (`*`: to any), do ACTION. `N+` means from then on.
//!
//! - `kill` and `stop` send SIGKILL and SIGSTOP to this process;
//! - `error` lets the step fail as a failing disk would;
//! - `wait:FILE` makes `FILE.here` and goes on when FILE is there.
//!
//! `OTKLIK_FAIL_LOG` names a file that gets a line for each point reached: the process, the point, and what was done there.

/// Names a gap. Alone it lets an ordered error go up by `?`; with a value it returns that value on an ordered error; with `_`
/// an ordered error does nothing there. `if` says when the program is in the gap; with `in` an ordered error goes up from there.
#[cfg(feature = "fail-points")]
macro_rules! fail_point {
    ($name:literal) => {
        $crate::fail_points::reach($name)?
    };
    ($name:literal, _) => {
        let _ = $crate::fail_points::reach($name);
    };
    ($name:literal, if $here:expr) => {
        if $here {
            let _ = $crate::fail_points::reach($name);
        }
    };
    ($name:literal, in $here:expr) => {
        if $here {
            $crate::fail_points::reach($name)?;
        }
    };
    ($name:literal, $instead:expr) => {
        if $crate::fail_points::reach($name).is_err() {
            return $instead;
        }
    };
}

#[cfg(not(feature = "fail-points"))]
macro_rules! fail_point {
    ($($anything:tt)*) => {};
}

#[cfg(feature = "fail-points")]
pub(crate) use ordered::reach;

#[cfg(feature = "fail-points")]
mod ordered {
    use crate::error::Result;
    use nix::sys::signal::{Signal, raise};
    use std::collections::HashMap;
    use std::io::{self, Write as _};
    use std::path::Path;
    use std::sync::{LazyLock, Mutex};
    use std::time::Duration;

    /// What was ordered, and how often each point was reached. State outside the program's values, because a gap belongs to
    /// the process and not to a desk; it is never compiled into what ships.
    static ORDERS: LazyLock<Mutex<Orders>> = LazyLock::new(|| Mutex::new(Orders::from_environment()));

    #[derive(Default)]
    struct Orders {
        orders: Vec<Order>,
        reached: HashMap<String, u64>,
        log: Option<String>,
    }

    #[derive(Clone)]
    struct Order {
        point: String,
        action: String,
        at: u64,
        from_then_on: bool,
    }

    impl Orders {
        fn from_environment() -> Self {
            let text = std::env::var("OTKLIK_FAIL_POINTS").unwrap_or_default();
            let orders = text.split(';').filter(|order| !order.is_empty()).map(Order::parse).collect();
            Self { orders, log: std::env::var("OTKLIK_FAIL_LOG").ok(), reached: HashMap::new() }
        }

        fn count(&mut self, point: &str) -> u64 {
            let count = self.reached.entry(point.to_owned()).or_default();
            *count += 1;
            *count
        }

        /// What to do at this point now.
        fn next(&mut self, point: &str) -> Option<String> {
            let (here, anywhere) = (self.count(point), self.count("*"));
            let due = |order: &&Order| {
                let reached = match order.point.as_str() {
                    "*" => anywhere,
                    name if name == point => here,
                    _ => return false,
                };
                reached == order.at || (order.from_then_on && reached > order.at)
            };
            let action = self.orders.iter().find(due).map(|order| order.action.clone());
            self.note(point, action.as_deref().unwrap_or_default());
            action
        }

        fn note(&self, point: &str, action: &str) {
            let Some(log) = &self.log else { return };
            let line = format!("{} {point} {action}\n", std::process::id());
            let file = std::fs::OpenOptions::new().create(true).append(true).open(log);
            // One write of one line: processes that log into one file do not mix.
            let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
        }
    }

    impl Order {
        /// A misspelt order would make a test that proves nothing, so it ends the program.
        fn parse(text: &str) -> Self {
            let (point, action) = text.split_once('=').expect("OTKLIK_FAIL_POINTS: NAME=ACTION");
            let (action, at) = action.rsplit_once('@').unwrap_or((action, "1"));
            let known = matches!(action, "kill" | "stop" | "error") || action.starts_with("wait:");
            assert!(known, "OTKLIK_FAIL_POINTS: no action {action}");
            let (number, from_then_on) = at.strip_suffix('+').map_or((at, false), |number| (number, true));
            let at = number.parse().expect("OTKLIK_FAIL_POINTS: a number after @");
            Self { point: point.to_owned(), action: action.to_owned(), at, from_then_on }
        }
    }

    /// Says that the program is here and does what was ordered for this moment. It blocks its thread.
    pub(crate) fn reach(point: &'static str) -> Result<()> {
        let action = ORDERS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).next(point);
        match action.as_deref() {
            None => {}
            Some("kill") => signal(Signal::SIGKILL),
            Some("stop") => signal(Signal::SIGSTOP),
            Some("error") => return Err(io::Error::other("a fail point").into()),
            Some(other) => wait_for(Path::new(other.strip_prefix("wait:").unwrap_or_default()))?,
        }
        Ok(())
    }

    /// To this very thread, so that it does not run on while another one takes the signal.
    fn signal(signal: Signal) {
        raise(signal).expect("a process may signal itself");
    }

    fn wait_for(file: &Path) -> io::Result<()> {
        std::fs::write(file.with_extension("here"), "")?;
        let (_keeps_open, nobody) = std::sync::mpsc::sync_channel::<()>(1);
        while !file.exists() {
            let _ = nobody.recv_timeout(Duration::from_millis(5));
        }
        Ok(())
    }
}
