//! What a machine knows before it has opened a desk: the configuration file, the environment, the standard places.
//!
//! Channels and promises stand in the desk itself; here is only what a person at this machine chooses. Nothing here opens
//! a desk, and nothing that is read from the environment or the file is believed to be more than text.

use crate::error::{Error, Result};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Reads a variable of the environment; an unset and an empty one are the same.
pub type Var<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The configuration file as read. Every field may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// `sqlite:PATH` or `postgres://…`, which may hold a password.
    pub desk: Option<String>,
    /// `ru` or `en`.
    pub language: Option<String>,
    /// A file with key bindings of one's own.
    pub keys: Option<PathBuf>,
    /// `mono`, `16`, `256`, `truecolor`; absent: as the terminal says.
    pub colour: Option<String>,
    /// Keys that this program does not know: perhaps misspelt, perhaps a newer program's.
    pub unknown: Vec<String>,
}

impl ConfigFile {
    /// Reads TOML.
    ///
    /// # Errors
    /// `config-syntax` with the line; `config-value` for a key whose value is not text.
    pub fn parse(text: &str) -> Result<Self> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.get(..at).map_or(0, |before| before.matches('\n').count()) + 1;
            Error::usage("config-syntax").arg("line", line).because(error)
        })?;
        let mut file = Self::default();
        for (key, value) in &table {
            let text = || {
                let text = value.as_str().map(str::to_owned);
                text.ok_or_else(|| Error::usage("config-value").arg("key", key))
            };
            match key.as_str() {
                "desk" => file.desk = Some(text()?),
                "language" => file.language = Some(text()?),
                "keys" => file.keys = Some(PathBuf::from(text()?)),
                "colour" | "color" => file.colour = Some(text()?),
                _ => file.unknown.push(key.clone()),
            }
        }
        Ok(file)
    }

    /// The text of a new file: what is set, and what else could be, as comments in the language of the user.
    pub fn to_text(&self, comments: &[(&str, &str)]) -> String {
        let set = [
            ("desk", self.desk.clone()),
            ("language", self.language.clone()),
            ("keys", self.keys.as_ref().map(|path| path.display().to_string())),
            ("colour", self.colour.clone()),
        ];
        let mut text = String::new();
        for (key, value) in set {
            if let Some((_, comment)) = comments.iter().find(|(name, _)| *name == key) {
                text += &format!("# {comment}\n");
            }
            match value {
                Some(value) => text += &format!("{key} = {}\n", toml::Value::String(value)),
                None => text += &format!("# {key} = \"\"\n"),
            }
        }
        text
    }
}

/// Where this user's things are on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    pub config_file: PathBuf,
    /// Whether somebody named the configuration file; then its absence is an error.
    pub config_named: bool,
    /// Holds a folder per desk with its journal key.
    pub state_root: PathBuf,
    /// The desk that is meant when nobody names one.
    pub default_desk: PathBuf,
}

impl Places {
    /// `named` is `--config`. The XDG Base Directory Specification gives the rest: a relative path in its variables is
    /// ignored, as it demands.
    ///
    /// # Errors
    /// `no-home` when neither `HOME` nor the variables that replace it are set.
    pub fn find(named: Option<&Path>, var: Var<'_>) -> Result<Self> {
        let home = || var("HOME").map(PathBuf::from).ok_or_else(|| Error::failed("no-home"));
        let base = |name: &str, below_home: &str| -> Result<PathBuf> {
            match var(name).map(PathBuf::from).filter(|path| path.is_absolute()) {
                Some(path) => Ok(path.join("otklik")),
                None => Ok(home()?.join(below_home).join("otklik")),
            }
        };
        let chosen = named.map(Path::to_owned).or_else(|| var("OTKLIK_CONFIG").map(PathBuf::from));
        let config_named = chosen.is_some();
        Ok(Self {
            config_file: match chosen {
                Some(path) => path,
                None => base("XDG_CONFIG_HOME", ".config")?.join("config.toml"),
            },
            config_named,
            state_root: match var("OTKLIK_STATE") {
                Some(path) => PathBuf::from(path),
                None => base("XDG_STATE_HOME", ".local/state")?,
            },
            default_desk: base("XDG_DATA_HOME", ".local/share")?.join("desk.sqlite"),
        })
    }
}

/// Everything that was chosen for this process: flag, then variable, then file, then the standard.
#[derive(Clone, Debug)]
pub struct Config {
    pub places: Places,
    pub file: ConfigFile,
    /// The configuration file is there.
    pub file_exists: bool,
    /// The address of the desk.
    pub desk: String,
    /// Somebody named the desk; otherwise it is the standard place.
    pub desk_named: bool,
    /// What `--lang` or `OTKLIK_LANG` says, else the file.
    pub language: Option<String>,
    /// What `OTKLIK_NOW` says. Honoured on demo desks only.
    pub now: Option<String>,
}

/// What the command line says of all this.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    pub config: Option<PathBuf>,
    pub desk: Option<String>,
    pub lang: Option<String>,
}

impl Config {
    /// Reads the file, if there is one, and lets flags and variables win over it.
    ///
    /// # Errors
    /// `no-config` when a named file is not there; those of [`ConfigFile::parse`], with the file's name.
    pub fn load(flags: &Flags, var: Var<'_>) -> Result<Self> {
        let places = Places::find(flags.config.as_deref(), var)?;
        let name = places.config_file.display().to_string();
        let text = match std::fs::read_to_string(&places.config_file) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::failed("config-unreadable").arg("file", name).because(error)),
        };
        let file_exists = text.is_some();
        let file = match text {
            Some(text) => ConfigFile::parse(&text).map_err(|error| error.arg("file", name))?,
            None => ConfigFile::default(),
        };
        let named = flags.desk.clone().or_else(|| var("OTKLIK_DESK")).or_else(|| file.desk.clone());
        let desk_named = named.is_some();
        let standard = || format!("sqlite:{}", places.default_desk.display());
        Ok(Self {
            desk: named.unwrap_or_else(standard),
            desk_named,
            language: flags.lang.clone().or_else(|| var("OTKLIK_LANG")).or_else(|| file.language.clone()),
            now: var("OTKLIK_NOW"),
            places,
            file,
            file_exists,
        })
    }

    /// Writes the configuration file if there is none; whether it did. An existing one is never touched.
    pub fn write_new(&self, file: &ConfigFile, comments: &[(&str, &str)]) -> Result<bool> {
        let path = &self.places.config_file;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        // 0600, because the address of a PostgreSQL desk may hold its password.
        match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(mut new) => {
                new.write_all(file.to_text(comments).as_bytes())?;
                Ok(true)
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// The moment that `OTKLIK_NOW` names: RFC 3339 with an offset, or a local date and time in the desk's zone.
///
/// # Errors
/// `now-unreadable`.
pub fn parse_now(text: &str, zone: &jiff::tz::TimeZone) -> Result<jiff::Timestamp> {
    let text = text.trim();
    let unreadable = || Error::usage("now-unreadable").arg("value", text);
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Ok(moment);
    }
    let local: jiff::civil::DateTime = text.parse().map_err(|_| unreadable())?;
    Ok(local.to_zoned(zone.clone()).map_err(|_| unreadable())?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        move |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn places_follow_the_named_then_the_xdg_then_the_home() {
        let bare = env(&[("HOME", "/home/a"), ("XDG_STATE_HOME", "relative")]);
        let places = Places::find(None, &bare).unwrap();
        assert_eq!(places.config_file, Path::new("/home/a/.config/otklik/config.toml"));
        assert_eq!(places.state_root, Path::new("/home/a/.local/state/otklik"));
        assert_eq!(places.default_desk, Path::new("/home/a/.local/share/otklik/desk.sqlite"));
        let full = env(&[
            ("HOME", "/home/a"),
            ("XDG_CONFIG_HOME", "/c"),
            ("OTKLIK_STATE", "/s"),
            ("XDG_DATA_HOME", "/d"),
        ]);
        let places = Places::find(None, &full).unwrap();
        assert_eq!(places.config_file, Path::new("/c/otklik/config.toml"));
        assert_eq!(places.state_root, Path::new("/s"));
        assert!(!places.config_named);
        let named = Places::find(Some(Path::new("x.toml")), &full).unwrap();
        assert!(named.config_named && named.config_file == Path::new("x.toml"));
        assert_eq!(Places::find(None, &env(&[])).unwrap_err().code, "no-home");
    }

    #[test]
    fn flags_win_over_variables_and_variables_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, "desk = \"sqlite:/file\"\nlanguage = \"en\"\ncolour = \"mono\"\nsounds = 1\n")
            .unwrap();
        let name = path.display().to_string();
        let vars = [("HOME", "/h"), ("OTKLIK_CONFIG", name.as_str()), ("OTKLIK_DESK", "sqlite:/var")];
        let config = Config::load(&Flags::default(), &env(&vars[..2])).unwrap();
        assert_eq!((config.desk.as_str(), config.language.as_deref()), ("sqlite:/file", Some("en")));
        assert_eq!(config.file.unknown, ["sounds"]);
        let config = Config::load(&Flags::default(), &env(&vars)).unwrap();
        assert_eq!(config.desk, "sqlite:/var");
        let flags = Flags { desk: Some("sqlite:/flag".into()), lang: Some("ru".into()), ..Flags::default() };
        let config = Config::load(&flags, &env(&vars)).unwrap();
        assert_eq!((config.desk.as_str(), config.language.as_deref()), ("sqlite:/flag", Some("ru")));
    }

    #[test]
    fn a_broken_file_is_told_by_its_line() {
        let error = ConfigFile::parse("desk = \"a\"\nlanguage = = 1\n").unwrap_err();
        assert_eq!(error.code, "config-syntax");
        assert_eq!(error.args, [("line", "2".to_owned())]);
        assert_eq!(ConfigFile::parse("desk = 3").unwrap_err().code, "config-value");
    }

    #[test]
    fn a_new_file_reads_back_and_an_old_one_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/c.toml");
        let flags = Flags { config: Some(path.clone()), ..Flags::default() };
        let config = Config::load(&flags, &env(&[("HOME", "/h")])).unwrap();
        let file = ConfigFile { desk: Some("sqlite:/a \"b\"/д.sqlite".into()), ..ConfigFile::default() };
        assert!(config.write_new(&file, &[("desk", "где данные")]).unwrap());
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(ConfigFile::parse(&text).unwrap(), file);
        assert!(!config.write_new(&ConfigFile::default(), &[]).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }

    #[test]
    fn the_moment_is_read_with_an_offset_or_in_the_desks_zone() {
        let moscow = jiff::tz::TimeZone::get("Europe/Moscow").unwrap();
        let ten = parse_now("2026-11-16T10:00:00+03:00", &moscow).unwrap();
        assert_eq!(parse_now("2026-11-16T10:00", &moscow).unwrap(), ten);
        assert_eq!(parse_now("завтра", &moscow).unwrap_err().code, "now-unreadable");
    }
}
