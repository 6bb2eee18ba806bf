//! Where made desks stand: files below `target/tmp`, databases on the server of `tests/services`. They are kept for the next
//! run, since filling one takes minutes.

use std::path::PathBuf;
use std::process::Command;

/// An engine with the address of a desk on it.
#[derive(Clone, Debug)]
pub struct Place {
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    pub url: String,
    /// The folder of this desk: its file, its state, the mark that it was filled to the end.
    pub folder: PathBuf,
}

/// The server's address, when one is up.
pub fn server() -> Option<String> {
    let server = std::env::var("OTKLIK_TEST_POSTGRES").ok();
    if server.is_none() {
        println!("not measured: PostgreSQL: `eval \"$(tests/services up DIR)\"` starts a server");
    }
    server
}

/// A place on each engine that is there, named by what it holds. `name` must change when the content would.
pub fn places(name: &str) -> Vec<Place> {
    std::iter::once(sqlite(name)).chain(postgres(name)).collect()
}

pub fn sqlite(name: &str) -> Place {
    let folder = folder(&format!("sqlite-{name}"));
    Place { engine: "sqlite", url: format!("sqlite:{}", folder.join("desk.sqlite").display()), folder }
}

pub fn postgres(name: &str) -> Option<Place> {
    let server = server()?;
    let database = format!("otklik_bench_{}", name.replace('-', "_"));
    let (base, query) = server.split_once('?').unwrap_or((server.as_str(), ""));
    let (address, _) = base.rsplit_once('/').expect("OTKLIK_TEST_POSTGRES is postgres://…/NAME");
    let url = format!("{address}/{database}{}{query}", if query.is_empty() { "" } else { "?" });
    let folder = folder(&format!("postgres-{name}"));
    Some(Place { engine: "postgres", url, folder })
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench").join(name)
}

impl Place {
    fn mark(&self) -> PathBuf {
        self.folder.join("filled")
    }

    /// Whether a desk was filled here to the end by an earlier run and is still there.
    pub fn is_filled(&self) -> bool {
        let marked = std::fs::read_to_string(self.mark()).is_ok_and(|url| url == self.url);
        marked && (self.engine == "sqlite" || psql(&self.url, "SELECT 1 FROM desk").is_ok())
    }

    /// Says that the desk is whole.
    pub fn set_filled(&self) {
        std::fs::write(self.mark(), &self.url).expect("the mark");
    }

    /// An empty place, whatever stood here.
    pub fn clear(&self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        std::fs::create_dir_all(&self.folder).expect("a folder for the desk");
        if self.engine == "postgres" {
            let (server, name) = self.url.rsplit_once('/').expect("a database's name");
            let name = name.split('?').next().unwrap_or(name);
            let server = format!("{server}/postgres");
            psql(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).expect("dropping");
            psql(&server, &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
                .expect("creating");
        }
    }

    /// The file of an embedded desk.
    pub fn file(&self) -> PathBuf {
        self.folder.join("desk.sqlite")
    }
}

/// Runs a script by PostgreSQL's own client: its output, unaligned, or what it complained of.
pub fn psql(url: &str, script: &str) -> Result<String, String> {
    let output = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"])
        .args(["--dbname", url, "--command", script])
        .output()
        .map_err(|error| format!("psql: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}
