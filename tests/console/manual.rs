//! The manuals name every verb and every flag that the shipped binary has: its own man page says which.

use std::process::Command;

const MANUALS: [(&str, &str); 2] = [
    ("docs/manual/ru.md", include_str!("../../docs/manual/ru.md")),
    ("docs/manual/en.md", include_str!("../../docs/manual/en.md")),
];

/// The man page without roff's escapes.
fn man_page() -> String {
    let home = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(env!("CARGO_BIN_EXE_otklik"))
        .args(["man", "--lang", "en"])
        .env("HOME", home.path())
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("the page is UTF-8");
    text.replace("\\-", "-").replace("\\fB", "").replace("\\fI", "").replace("\\fR", "")
}

/// `appeal list`, `serve`, …: the line after each `.SH NAME`.
fn verbs(page: &str) -> Vec<String> {
    let names = page.split(".SH NAME\n").skip(1).filter_map(|rest| rest.lines().next());
    names.filter_map(|line| line.split_once(" - ")?.0.strip_prefix("otklik ")).map(str::to_owned).collect()
}

fn flags(page: &str) -> Vec<String> {
    let words = page.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let mut flags: Vec<_> =
        words.filter(|word| word.starts_with("--") && word.len() > 2).map(str::to_owned).collect();
    flags.sort();
    flags.dedup();
    flags
}

#[test]
fn the_manuals_name_every_verb_and_every_flag() {
    let page = man_page();
    let (verbs, flags) = (verbs(&page), flags(&page));
    assert!(verbs.len() > 30 && flags.len() > 20, "the man page was not understood: {verbs:?} {flags:?}");
    let mut missing = Vec::new();
    for (name, text) in MANUALS {
        let says = |word: &str| text.contains(&format!("`{word}")) || text.contains(&format!(" {word}"));
        missing.extend(verbs.iter().filter(|verb| !says(verb)).map(|verb| format!("{name}: {verb}")));
        missing.extend(
            flags.iter().filter(|flag| !text.contains(flag.as_str())).map(|flag| format!("{name}: {flag}")),
        );
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}
