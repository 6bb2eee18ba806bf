//! Where letters come from and go to, as a person writes it: the whole of it is checked before anything is made, and the
//! folders that are made are told, since a mistyped name would otherwise become an empty folder that looks healthy.

use super::out::Out;
use otklik_core::desk::NewAccount;
use otklik_core::error::{Error, Result};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// What a Maildir consists of.
const INNER: [&str; 3] = ["tmp", "new", "cur"];

/// The same way with its folder's full name, since workers run elsewhere.
pub fn absolute(url: &str) -> Result<String> {
    for scheme in ["maildir:", "folder:"] {
        if let Some(folder) = url.strip_prefix(scheme).filter(|folder| !folder.is_empty()) {
            return Ok(format!("{scheme}{}", std::path::absolute(folder)?.display()));
        }
    }
    Ok(url.to_owned())
}

/// What is wrong with the folder of a way, if it has one: a folder may be made, but not the one that it is to stand in.
///
/// # Errors
/// `no-parent-folder`, `not-a-folder`.
pub fn check_folder(url: &str) -> Result<()> {
    let Some(folder) = folder_of(url) else { return Ok(()) };
    let shown = folder.display();
    if folder.exists() && !folder.is_dir() {
        return Err(Error::usage("not-a-folder").arg("folder", shown));
    }
    let parent = folder.parent().unwrap_or(Path::new("/"));
    if !folder.exists() && !parent.is_dir() {
        return Err(Error::usage("no-parent-folder").arg("folder", shown).arg("parent", parent.display()));
    }
    Ok(())
}

/// The folder of `maildir:DIR` and `folder:DIR`.
pub fn folder_of(url: &str) -> Option<&Path> {
    let folder = url.strip_prefix("maildir:").or_else(|| url.strip_prefix("folder:"))?;
    (!folder.is_empty()).then(|| Path::new(folder))
}

/// The folders that were made, outermost first.
#[derive(Debug, Default)]
pub struct Made {
    folders: Vec<PathBuf>,
}

impl Made {
    /// Makes what is missing of an account's folders.
    ///
    /// # Errors
    /// `folder-not-made`; what was made until then is taken away again.
    pub fn of(account: &NewAccount) -> Result<Self> {
        Self::of_ways(Some(&account.incoming), Some(&account.outgoing))
    }

    pub fn of_ways(incoming: Option<&str>, outgoing: Option<&str>) -> Result<Self> {
        let mut made = Self::default();
        let wanted = [(incoming, &INNER[..]), (outgoing, &[])];
        for (folder, inner) in wanted.iter().filter_map(|(url, inner)| Some((folder_of((*url)?)?, inner))) {
            let inner = inner.iter().map(|name| folder.join(name));
            for folder in std::iter::once(folder.to_owned()).chain(inner) {
                if let Err(error) = made.make(&folder) {
                    made.undo();
                    return Err(error);
                }
            }
        }
        Ok(made)
    }

    /// Letters lie there: what is made is its owner's alone, what was there keeps its rights.
    fn make(&mut self, folder: &Path) -> Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        let cannot = |error| Error::failed("folder-not-made").arg("folder", folder.display()).because(error);
        std::fs::DirBuilder::new().mode(0o700).create(folder).map_err(cannot)?;
        self.folders.push(folder.to_owned());
        Ok(())
    }

    /// Takes away what was made, as far as it is still empty.
    pub fn undo(self) {
        for folder in self.folders.iter().rev() {
            let _ = std::fs::remove_dir(folder);
        }
    }

    /// The names to tell: of a folder that was made with its inner ones only its own.
    pub fn names(&self) -> Vec<String> {
        let whole = |folder: &&PathBuf| !self.folders.iter().any(|other| folder.parent() == Some(other));
        self.folders.iter().filter(whole).map(|folder| folder.display().to_string()).collect()
    }

    /// Says to a person which folders there were not.
    pub fn tell(&self, out: &Out) -> Result<()> {
        let said = |name: String| out.line(out.tr.with("cli-said-folder-made", &[("folder", name.into())]));
        self.names().into_iter().try_for_each(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_told_by_its_outermost_name_and_taken_away_again() {
        let place = tempfile::tempdir().unwrap();
        let (inbox, outbox) = (place.path().join("in"), place.path().join("out"));
        let ways = (format!("maildir:{}", inbox.display()), format!("folder:{}", outbox.display()));
        std::fs::create_dir(&outbox).unwrap();
        let made = Made::of_ways(Some(&ways.0), Some(&ways.1)).unwrap();
        assert_eq!(made.names(), [inbox.display().to_string()]);
        assert!(inbox.join("new").is_dir());
        made.undo();
        assert!(!inbox.exists() && outbox.is_dir());
        std::fs::create_dir(&inbox).unwrap();
        let made = Made::of_ways(Some(&ways.0), Some(&ways.1)).unwrap();
        assert_eq!(made.names().len(), 3, "the inner ones of a folder that was there are told");
    }

    #[test]
    fn a_folder_whose_parent_is_not_there_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let url = |name: &str| format!("maildir:{}", place.path().join(name).display());
        assert!(check_folder(&url("in")).is_ok());
        assert_eq!(check_folder(&url("no/in")).unwrap_err().code, "no-parent-folder");
        std::fs::write(place.path().join("file"), "").unwrap();
        assert_eq!(check_folder(&url("file")).unwrap_err().code, "not-a-folder");
        assert!(check_folder("smtp://mail.example.org").is_ok());
    }
}
