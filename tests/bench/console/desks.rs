//! The desks that the console opens here, as a process finds them: by the variables of its environment.

use crate::support::{self, made, place};
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// A desk on disk.
pub struct OnDisk {
    pub place: place::Place,
    /// What is said of it in a line.
    pub name: String,
}

impl OnDisk {
    /// The environment of a process that opens it, `minutes` after the made desk's own moment. Every start has a minute of
    /// its own, so that no lease of a process before it still holds.
    pub fn env(&self, minutes: i64) -> Vec<(&'static str, String)> {
        let now = made::now() + jiff::SignedDuration::from_mins(minutes);
        vec![
            ("OTKLIK_DESK", self.place.url.clone()),
            ("OTKLIK_STATE", self.place.folder.join("state").display().to_string()),
            ("OTKLIK_CONFIG", self.settings().display().to_string()),
            ("OTKLIK_NOW", now.to_string()),
        ]
    }

    /// An empty file of settings, so that those of whoever runs this do not matter.
    fn settings(&self) -> PathBuf {
        let file = self.place.folder.join("config.toml");
        std::fs::write(&file, "").expect("a file of settings");
        file
    }
}

/// The great desk; filled first, if no earlier run has.
pub fn great(runtime: &Runtime) -> OnDisk {
    let appeals = support::appeals();
    let size = made::Size { appeals, members: support::number("OTKLIK_BENCH_MEMBERS", appeals) };
    let place = place::sqlite(&size.name(made::VERSION));
    runtime.block_on(async { made::desk(&place, size).await.close().await });
    OnDisk { place, name: format!("a desk of {appeals} appeals") }
}

/// A desk with nothing in it.
pub fn empty(runtime: &Runtime) -> OnDisk {
    let place = place::sqlite("empty");
    runtime.block_on(async { made::empty(&place).await.close().await });
    OnDisk { place, name: "an empty desk".to_owned() }
}
