//! Which room may see which (the map is in docs/architecture.md), and which crate belongs to which room.

use super::source::{Finding, Project, Source, has_word};

/// Rooms of the core and what each may name of the others. A room always sees itself. `lib.rs` only lists them.
///
/// The reasons: `types` is data that everything shares, so it depends on nothing; `rules` must be replayable, so it sees
/// neither store nor clock; only `desk` opens a transaction, so that permission, change, journal row and outgoing rows cannot
/// come apart; workers record what happened through `desk` like everybody else. `mail` knows nothing of the desk: the desk
/// uses its pure half, which makes bytes of data and data of bytes ([`TALKING`] is the other half).
const ROOMS: &[(&str, &[&str])] = &[
    ("types", &[]),
    ("error", &[]),
    ("fail_points", &["error"]),
    ("clock", &[]),
    ("rules", &["types"]),
    ("config", &["types", "error"]),
    ("sheet", &["types", "error"]),
    ("store", &["types", "error"]),
    ("feed", &["types", "error", "store"]),
    ("mail", &["types", "error", "rules"]),
    ("desk", &["types", "error", "clock", "config", "rules", "sheet", "store", "feed", "mail"]),
    ("chat", &["types", "error", "clock", "config", "desk"]),
    ("http", &["types", "error", "clock", "config", "desk"]),
    ("jobs", &["types", "error", "clock", "config", "desk", "feed", "mail", "chat"]),
    ("runtime", &["types", "error", "clock", "config", "desk", "feed", "jobs", "mail", "chat", "http"]),
];

/// The half of `mail` that talks to disks and servers. A transaction that waits for one holds up everybody (wall 3), so the
/// desk names none of it.
const TALKING: &[&str] = &["maildir", "folder", "imap", "smtp", "send", "Maildir", "Folder", "Smtp"];

/// A place that sees one room more, with the reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "src/store/terms.rs",
        "rules",
        "a query that rules::stems has cut into words becomes each engine's syntax",
    ),
    ("src/jobs/", "rules", "a lease is asked for as the use case that it is for"),
];

/// What the console's crate may name of the core. The store, the workers and the rules stay behind the desk.
const UI_SEES: &[&str] = &["desk", "types", "clock", "config", "error", "feed"];

/// The composition root, which may also start workers.
fn is_composition_root(path: &str) -> bool {
    path == "ui/src/main.rs" || path.starts_with("ui/src/main/")
}

/// Crates that stand in one room only, with the reason.
const CRATES: &[(&str, &[&str], &str)] = &[
    ("sqlx", &["src/store/"], "all SQL stands in store, so that one text serves both engines"),
    ("lettre", &["src/mail/"], "what has been said to a mail server is known in one place"),
    ("tokio_rustls", &["src/mail/"], "what has been said to a mailbox server is known in one place"),
    ("calamine", &["src/sheet/"], "what a hostile table may cost is known in one place"),
    ("quick_xml", &["src/sheet/"], "what a hostile table may cost is known in one place"),
    ("cfb", &["src/sheet/"], "what a hostile table may cost is known in one place"),
    ("mail_parser", &["src/mail/"], "raw mail is read in one place"),
    ("html2text", &["src/mail/"], "raw mail is read in one place"),
    ("ed25519_dalek", &["src/desk/"], "one place signs the journal"),
    (
        "crossterm",
        &["ui/src/term/"],
        "the console writes into its session's buffer, never to the machine's terminal",
    ),
    ("clap", &["ui/src/main.rs", "ui/src/cli/"], "the command line is one interface among several"),
];

/// Where the pure console lives: state, screens, widgets.
const PURE: &[&str] =
    &["ui/src/app/", "ui/src/screens/", "ui/src/widgets/", "ui/src/keymap/", "ui/src/theme/"];
const IMPURE_WORDS: &[&str] = &[
    "tokio",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "async fn",
    ".await",
    "Clock",
];

/// The room of a file of the core: `src/desk/reply.rs` and `src/desk.rs` stand in `desk`.
fn room(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    let name = inside.split(['/', '.']).next()?;
    (name != "lib").then_some(name)
}

/// The names that follow `prefix::` in code: `crate::desk::x` gives `desk`, `crate::{clock, types::Y}` gives both.
fn named_after(code: &str, prefix: &str) -> Vec<(usize, String)> {
    let start = format!("{prefix}::");
    let mut found = Vec::new();
    for (at, _) in code.match_indices(&start) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + start.len()..];
        let heads = if rest.starts_with('{') { group_heads(rest) } else { vec![word_at(rest)] };
        found.extend(heads.into_iter().filter(|head| !head.is_empty()).map(|head| (line, head)));
    }
    found
}

fn word_at(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first word of each entry of a `{…}` group of a use item, not of the groups inside it.
fn group_heads(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let (mut depth, mut entry_start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => {
                depth += 1;
                if depth == 1 {
                    entry_start = at + 1;
                }
            }
            ',' if depth == 1 => {
                heads.push(word_at(&group[entry_start..]));
                entry_start = at + 1;
            }
            '}' => {
                depth -= 1;
                if depth == 0 {
                    heads.push(word_at(&group[entry_start..at]));
                    break;
                }
            }
            _ => {}
        }
    }
    heads
}

/// Directions between the rooms. A lower-case name after `crate::` is a room; a macro's or a type's is not.
pub fn directions(project: &Project) -> Vec<Finding> {
    project
        .files
        .iter()
        .filter(|file| file.ships())
        .flat_map(|file| if file.path.starts_with("ui/") { console_sees(file) } else { core_sees(file) })
        .collect()
}

fn core_sees(file: &Source) -> Vec<Finding> {
    let Some(room) = room(&file.path) else { return Vec::new() };
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![
            file.finding(1, format!("the room {room} is not on the map in tests/core/tidy/rooms.rs")),
        ];
    };
    let named = named_after(&file.shipped, "crate").into_iter();
    let rooms = named.filter(|(_, name)| name != room && ROOMS.iter().any(|(known, _)| known == name));
    let excepted =
        |name: &str| EXCEPTIONS.iter().any(|(path, other, _)| file.path.starts_with(path) && *other == name);
    let wrong = rooms.filter(|(_, name)| !allowed.contains(&name.as_str()) && !excepted(name));
    let mut found: Vec<Finding> =
        wrong.map(|(line, name)| file.finding(line, format!("{room} must not see {name}"))).collect();
    if room == "desk" {
        let talking = named_after(&file.shipped, "crate::mail").into_iter();
        let talking = talking.filter(|(_, name)| TALKING.contains(&name.as_str()));
        found.extend(
            talking.map(|(line, name)| file.finding(line, format!("desk must not see mail::{name}"))),
        );
    }
    found
}

fn console_sees(file: &Source) -> Vec<Finding> {
    let composes = is_composition_root(&file.path);
    let named = named_after(&file.shipped, "otklik_core").into_iter();
    let may = |name: &str| UI_SEES.contains(&name) || (composes && name == "runtime");
    let wrong = named.filter(|(_, name)| !may(name));
    wrong.map(|(line, name)| file.finding(line, format!("the console must not see {name}"))).collect()
}

/// Crates outside their room.
pub fn crates(project: &Project) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in project.files.iter().filter(|file| file.ships()) {
        for (name, rooms, why) in CRATES {
            if !rooms.iter().any(|room| file.path.starts_with(room)) {
                let findings = file.findings_of(&file.shipped, name).into_iter();
                found.extend(
                    findings.map(|f| Finding { what: format!("{name} stands here, but {why}"), ..f }),
                );
            }
        }
    }
    found
}

/// Input, output, time and tasks in the pure half of the console.
pub fn purity(project: &Project) -> Vec<Finding> {
    let pure = |file: &&Source| file.is_rust() && PURE.iter().any(|room| file.path.starts_with(room));
    let mut found = Vec::new();
    for file in project.files.iter().filter(pure) {
        for (index, line) in file.shipped.lines().enumerate() {
            let words = IMPURE_WORDS.iter().filter(|word| has_word(line, word));
            found.extend(words.map(|word| file.finding(index + 1, format!("{word} in a pure room"))));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_alone_and_in_groups() {
        let names = |code| named_after(code, "crate").into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(names("use crate::desk::reply::Reply;"), ["desk"]);
        assert_eq!(
            names("use crate::{clock::Clock, store::{a, b}, error::Result};"),
            ["clock", "store", "error"]
        );
        assert_eq!(names("let x = crate::store::open(); $crate::y; my_crate::z;"), ["store", "y"]);
    }

    #[test]
    fn a_file_and_a_folder_of_one_name_are_one_room() {
        assert_eq!(room("src/feed.rs"), Some("feed"));
        assert_eq!(room("src/store/sqlite/claims.rs"), Some("store"));
        assert_eq!(room("src/lib.rs"), None);
    }
}
