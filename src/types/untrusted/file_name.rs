//! A name for a file that somebody outside named.

use super::chars::{Class, class};
use super::display::DisplayText;

const NAME_BYTES: usize = 180;
const EXTENSION_BYTES: usize = 16;
/// What an empty or wholly unusable name becomes.
const FALLBACK: &str = "file";

/// Device names of Windows, reserved with any extension (Microsoft, "Naming Files, Paths, and Namespaces").
const RESERVED: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

pub(super) fn file_name(raw: &str) -> String {
    let last = raw
        .split(['/', '\\', '\u{2044}', '\u{2215}', '\u{29f5}', '\u{ff0f}', '\u{ff3c}'])
        .map(clean)
        .rfind(|part| !part.is_empty());
    let name = last.unwrap_or_else(|| FALLBACK.to_owned());
    let name = if is_reserved(&name) { format!("_{name}") } else { name };
    bounded(&name)
}

/// One part of a path without what a shell, a file manager or a file system takes amiss. A leading dot hides, a leading
/// dash is an option, trailing dots and spaces vanish on Windows.
fn clean(part: &str) -> String {
    let visible: String =
        part.chars().filter(|&c| !class(c).is_dangerous() || class(c) == Class::Joiner).collect();
    let line = DisplayText::sanitise(&visible).into_line().into_string();
    let name: String = line.chars().map(|c| if "<>:\"|?*`$;&'".contains(c) { '_' } else { c }).collect();
    let trimmed = name.trim_start_matches(['.', ' ', '-', '~']).trim_end_matches(['.', ' ']);
    // A mark that stood on what was trimmed has no base any more.
    if trimmed.len() == part.len() { trimmed.to_owned() } else { clean(trimmed) }
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let port = |prefix| {
        stem.strip_prefix(prefix).is_some_and(|rest: &str| {
            let mut digits = rest.chars();
            matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    };
    RESERVED.contains(&stem.as_str()) || port("com") || port("lpt")
}

fn bounded(name: &str) -> String {
    if name.len() <= NAME_BYTES {
        return name.to_owned();
    }
    let extension = name
        .rfind('.')
        .map(|dot| &name[dot..])
        .filter(|extension| extension.len() <= EXTENSION_BYTES)
        .unwrap_or_default();
    let mut end = NAME_BYTES - extension.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let stem = name[..end].trim_end_matches(['.', ' ', '\u{200d}']);
    format!("{stem}{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_leaves_only_its_last_part() {
        for (raw, name) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\system.ini", "system.ini"),
            ("/home/a/Приказ № 5.pdf", "Приказ № 5.pdf"),
            ("a/..", "a"),
            ("..", "file"),
            ("", "file"),
            ("///", "file"),
            ("dir/", "dir"),
            ("\u{2215}etc\u{2215}x", "x"),
        ] {
            assert_eq!(file_name(raw), name, "{raw:?}");
        }
    }

    #[test]
    fn names_that_systems_treat_specially_are_changed() {
        for (raw, name) in [
            ("con", "_con"),
            ("NUL.txt", "_NUL.txt"),
            ("COM1.pdf", "_COM1.pdf"),
            ("LPT³", "_LPT³"),
            ("COM10", "COM10"),
            (".bashrc", "bashrc"),
            ("-rf", "rf"),
            ("a:b|c?.doc", "a_b_c_.doc"),
            ("x.txt:stream", "x.txt_stream"),
            ("report. . ", "report"),
            ("a\u{0}b\nc\u{1b}.pdf", "ab c.pdf"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
        ] {
            assert_eq!(file_name(raw), name, "{raw:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = file_name(&format!("{}.docx", "Заявление ".repeat(60)));
        assert!(name.len() <= NAME_BYTES && name.ends_with(".docx") && name.starts_with("Заявление "));
        assert!(file_name(&"я.".repeat(400)).len() <= NAME_BYTES);
    }

    proptest! {
        #[test]
        fn every_name_is_usable(raw in any::<String>()) {
            let name = file_name(&raw);
            prop_assert!(!name.is_empty() && name.len() <= NAME_BYTES);
            prop_assert!(!name.starts_with(['.', '-']) && !name.contains(['/', '\\', '\0']));
            prop_assert!(!name.chars().any(|c| c.is_control()) && !is_reserved(&name));
            prop_assert_eq!(file_name(&name), name);
        }
    }
}
