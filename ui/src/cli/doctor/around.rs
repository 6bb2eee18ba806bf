//! What stands around a desk: the configuration, the terminal.

use super::super::Run;
use super::Check;
use crate::i18n::Lang;
use crate::term;
use crate::theme::Depth;
use std::io::IsTerminal as _;

const CONFIGURATION: &str = "configuration";
const TERMINAL: &str = "terminal";

fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Run {
    pub(super) fn check_configuration(&self) -> Vec<Check> {
        let (config, file) = (&self.config, self.config.places.config_file.display().to_string());
        let mut checks = vec![match (config.file_exists, config.places.config_named) {
            (true, _) => Check::fine(CONFIGURATION, "config-read").arg("file", file),
            (false, true) => Check::problem(CONFIGURATION, "config-missing").arg("file", file),
            (false, false) => Check::fine(CONFIGURATION, "config-none").arg("file", file),
        }];
        if !config.file.unknown.is_empty() {
            let keys = config.file.unknown.join(", ");
            checks.push(Check::warning(CONFIGURATION, "config-unknown").arg("keys", keys));
        }
        if let Some(language) = config.language.as_deref().filter(|text| Lang::parse(text).is_none()) {
            checks.push(Check::warning(CONFIGURATION, "config-language").arg("value", language));
        }
        if let Some(colour) = config.file.colour.as_deref().filter(|text| Depth::parse(text).is_none()) {
            checks.push(Check::warning(CONFIGURATION, "config-colour").arg("value", colour));
        }
        if let Some(keys) = config.file.keys.as_deref().filter(|path| !path.is_file()) {
            let name = keys.display().to_string();
            checks.push(Check::problem(CONFIGURATION, "config-keys").arg("file", name));
        }
        checks
    }

    /// What the console would meet. A service has no terminal, and needs none.
    pub(super) fn check_terminal(&self) -> Vec<Check> {
        if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
            return vec![Check::fine(TERMINAL, "terminal-none")];
        }
        let mut checks = Vec::new();
        let (columns, rows) = term::system_size();
        let size = match columns >= 80 && rows >= 24 {
            true => Check::fine(TERMINAL, "terminal-size"),
            false => Check::warning(TERMINAL, "terminal-small"),
        };
        checks.push(size.arg("columns", columns).arg("rows", rows));
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| var(name)).unwrap_or_default();
        checks.push(match speaks_utf8(&locale) {
            true => Check::fine(TERMINAL, "terminal-utf8").arg("locale", locale),
            false => Check::problem(TERMINAL, "terminal-not-utf8").arg("locale", locale),
        });
        let kind = var("TERM").unwrap_or_default();
        if !term::can_draw(&kind) {
            checks.push(Check::problem(TERMINAL, "terminal-dumb").arg("term", kind));
            return checks;
        }
        let depth = Depth::of_terminal(&kind, var("COLORTERM").as_deref(), var("NO_COLOR").as_deref());
        checks.push(Check::fine(TERMINAL, "terminal-colour").arg("term", kind).arg("depth", depth.code()));
        checks
    }
}

/// Whether a locale's name says UTF-8; systems write it in several ways.
fn speaks_utf8(locale: &str) -> bool {
    let name = locale.to_ascii_lowercase();
    name.ends_with("utf-8") || name.ends_with("utf8") || name.contains("utf-8@") || name.contains("utf8@")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_is_recognised_as_systems_write_it() {
        assert!(["ru_RU.UTF-8", "C.utf8", "ru_RU.utf8@cyrillic"].iter().all(|name| speaks_utf8(name)));
        assert!(!["", "C", "POSIX", "ru_RU.KOI8-R"].iter().any(|name| speaks_utf8(name)));
    }
}
