//! Files of the machine on which the console runs: read to go with a reply, and the names that a path could go on with.

use super::ask::at_home;
use crate::app::Answer;
use otklik_core::error::{Error, Result};
use otklik_core::types::Untrusted;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// More than this is not read into memory; the desk's own limit is below it.
const LARGEST: u64 = 48 << 20;
/// Names that are offered.
const NAMES: usize = 40;

/// The name and the bytes of a file.
pub(super) async fn read(path: &Path) -> Result<(Untrusted, Vec<u8>)> {
    let path = path.to_owned();
    let read = tokio::task::spawn_blocking(move || read_now(&path));
    read.await.map_err(|error| Error::failed("interrupted").because(error))?
}

fn read_now(path: &Path) -> Result<(Untrusted, Vec<u8>)> {
    let shown = || path.display().to_string();
    let unreadable =
        |error: std::io::Error| Error::failed("file-unreadable").arg("file", shown()).because(error);
    let kind = std::fs::metadata(path).map_err(unreadable)?;
    // A pipe or a device may never end.
    if !kind.is_file() {
        return Err(Error::usage("not-a-file").arg("file", shown()));
    }
    if kind.len() > LARGEST {
        return Err(Error::usage("file-too-large").arg("file", shown()));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((Untrusted::new(name), bytes))
}

/// The path typed so far, as far as the names in its folder leave no choice, and what there is to choose from.
pub(super) async fn complete(typed: &str, home: Option<&Path>) -> Answer {
    let (typed, home) = (typed.to_owned(), home.map(Path::to_owned));
    let back = typed.clone();
    let found = tokio::task::spawn_blocking(move || complete_now(&typed, home.as_deref())).await;
    let (path, names) = found.unwrap_or((back, Vec::new()));
    Answer::Completed(path, names)
}

fn complete_now(typed: &str, home: Option<&Path>) -> (String, Vec<String>) {
    let (folder, start) = typed.rsplit_once('/').map_or(("", typed), |(folder, start)| (folder, start));
    let place = match folder {
        "" if typed.starts_with('/') => PathBuf::from("/"),
        "" => PathBuf::from("."),
        folder => at_home(PathBuf::from(folder), home),
    };
    let entries = std::fs::read_dir(place).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let shown = name.starts_with(start) && (!name.starts_with('.') || start.starts_with('.'));
            let slash = if entry.path().is_dir() { "/" } else { "" };
            shown.then(|| format!("{name}{slash}"))
        })
        .collect();
    names.sort_unstable();
    let shared = names.iter().skip(1).fold(names.first().cloned(), |shared, name| {
        shared.map(|shared| {
            let same = shared.chars().zip(name.chars()).take_while(|(a, b)| a == b);
            same.map(|(a, _)| a).collect::<String>()
        })
    });
    let path = match shared.filter(|shared| shared.len() > start.len()) {
        Some(shared) => format!("{}{shared}", &typed[..typed.len() - start.len()]),
        None => typed.to_owned(),
    };
    names.truncate(NAMES);
    (path, if names.len() > 1 { names } else { Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_on_as_far_as_there_is_no_choice() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["приказ-1.pdf", "приказ-2.pdf", "другое.txt", ".hidden"] {
            std::fs::write(folder.path().join(name), b"x").unwrap();
        }
        std::fs::create_dir(folder.path().join("папка")).unwrap();
        let at = |start: &str| format!("{}/{start}", folder.path().display());
        let (path, names) = complete_now(&at("при"), None);
        assert_eq!((path, names), (at("приказ-"), vec!["приказ-1.pdf".into(), "приказ-2.pdf".into()]));
        assert_eq!(complete_now(&at("др"), None), (at("другое.txt"), Vec::new()));
        assert_eq!(complete_now(&at("пап"), None), (at("папка/"), Vec::new()));
        assert_eq!(complete_now(&at("нет такого"), None), (at("нет такого"), Vec::new()));
        let (same, names) = complete_now("~/", Some(folder.path()));
        assert_eq!((same.as_str(), names.len()), ("~/", 4));
    }

    #[test]
    fn what_is_no_file_is_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read_now(folder.path()).unwrap_err().code, "not-a-file");
        assert_eq!(read_now(&folder.path().join("x")).unwrap_err().code, "file-unreadable");
    }
}
