//! Words that must not stand somewhere, and files that must stand somewhere.

use super::source::{Finding, Project, Source};

/// Who takes text from outside out of its wrapper, and what for (wall 5). A new caller is a decision: it is added here
/// after somebody looked at where the text goes from there.
const RAW_FOR_CALLERS: &[(&str, &str)] = &[
    ("src/desk/appeal_import.rs", "an address of a former system, brought into comparable form"),
    ("src/desk/calls/mod.rs", "the numbers that an author gave, brought into the form that is dialled"),
    ("src/desk/conflicts.rs", "names of authors who are confirmed to be one row, compared and never shown"),
    ("src/desk/delivery.rs", "a reply that was taken back becomes its sender's draft again"),
    ("src/desk/find.rs", "the registry's look-up index, which is compared and never shown"),
    (
        "src/desk/letter.rs",
        "a letter's participants and the digest of its body, by which it is threaded and told from a double",
    ),
    (
        "src/desk/identities.rs",
        "contacts of an author in comparable form, by which a person is recognised again",
    ),
    ("src/desk/known.rs", "the Message-IDs by which letters find the messages that they name"),
    ("src/desk/journal.rs", "the salted digests of what a decision changed"),
    ("src/desk/mail_history.rs", "participants and references of letters, compared and never shown"),
    ("src/desk/matching.rs", "an author beside a row of the registry: only codes of facts come out"),
    (
        "src/desk/quality.rs",
        "names of the registry, looked at for letters of two scripts: only codes of findings come out",
    ),
    ("src/desk/queue.rs", "the stems by which an appeal is found"),
    ("src/desk/turn.rs", "the recipient and the Message-ID, as the envelope and the server's log need them"),
    (
        "src/desk/send.rs",
        "the author's address and the thread's Message-IDs, as a letter's headers need them",
    ),
    ("src/desk/receipt.rs", "addresses of receipts, compared under their other spellings"),
    ("src/desk/reply_address.rs", "who takes part in an appeal, compared with who writes"),
    ("src/desk/show.rs", "who takes part in a letter, compared with the letter before it"),
    ("src/desk/report.rs", "the recipient of a delivery, compared with the one that a report names"),
    ("src/desk/sent_mail.rs", "the participants of a thread, to whom a sent letter may be an answer"),
    (
        "src/desk/recipients.rs",
        "addresses of a letter beside those of its answer: who is author, who is ours, who else was written to",
    ),
    ("src/desk/redirect.rs", "the recipients of a letter, compared with the one that it goes to next"),
    ("src/desk/copies.rs", "the Message-ID that a copy is looked for by in the mailbox"),
    ("src/desk/registry/rows.rs", "the keys of an imported row and its comparable forms"),
    ("src/jobs/outbox.rs", "the server's own words, stored with what failed; still untrusted there"),
    ("src/rules/refusal.rs", "a server's words, of which only a code of ours comes out"),
    ("src/mail/app_password.rs", "a server's words, of which only a code of ours comes out"),
    ("src/mail/compose.rs", "a header's names and subjects, folded to one safe line by one_line"),
    (
        "src/mail/wording.rs",
        "whether a letter speaks of a dismissal, so that the receipt warns of the limitation",
    ),
    ("src/store/text.rs", "the store keeps what came, as it came"),
];

pub fn raw_text(project: &Project) -> Vec<Finding> {
    let owner = "src/types/untrusted/";
    let listed = |path: &str| RAW_FOR_CALLERS.iter().any(|(caller, _)| *caller == path);
    let callers = project
        .files
        .iter()
        .filter(|file| file.ships() && !file.path.starts_with(owner) && !listed(&file.path));
    callers.flat_map(|file| file.findings_of(&file.shipped, "raw_for(")).collect()
}

/// The look-up of every process finds rows of the registry by the number of their last change, `changed_in`. A statement that
/// changes rows without it leaves them as they were for every look-up that is loaded.
pub fn registry_changes(project: &Project) -> Vec<Finding> {
    let store = project.files.iter().filter(|file| file.ships() && file.path.starts_with("src/store/"));
    let mut found = Vec::new();
    for file in store {
        for begin in ["UPDATE members", "INSERT INTO members"] {
            for (at, _) in file.text.match_indices(begin) {
                let after = &file.text[at + begin.len()..];
                if after.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                    continue;
                }
                let statement = after.split("\n}").next().unwrap_or_default();
                // A text that is made of the list of columns has it where the list has.
                let listed = statement.contains("COLUMNS.join") && file.text.contains("\"changed_in\"]");
                if !listed && !statement.contains("changed_in") {
                    let line = file.text[..at].lines().count();
                    found.push(file.finding(line.max(1), format!("{begin} without changed_in")));
                }
            }
        }
    }
    found
}

/// A caller that is listed and no longer calls would let a new call in unseen.
pub fn raw_text_list(project: &Project) -> Vec<Finding> {
    let calls = |path: &str| {
        project.find(path).is_some_and(|file| !file.findings_of(&file.shipped, "raw_for(").is_empty())
    };
    let stale = RAW_FOR_CALLERS.iter().filter(|(path, _)| !calls(path));
    stale
        .map(|(path, _)| Finding {
            path: (*path).into(),
            line: 1,
            what: "is listed and calls nothing".into(),
        })
        .collect()
}

/// Words in code, found in the files that `applies` picks.
fn words(
    project: &Project,
    applies: impl Fn(&Source) -> bool,
    tests_too: bool,
    list: &[&str],
) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in project.files.iter().filter(|file| file.is_rust() && applies(file)) {
        let code = if tests_too { &file.code } else { &file.shipped };
        found.extend(list.iter().flat_map(|word| file.findings_of(code, word)));
    }
    found
}

/// The core speaks by its results and by tracing: a line on the screen would tear a console's frame, and nobody reads it in
/// a service. The console's crate writes where it composes and where the command line answers.
pub fn printing(project: &Project) -> Vec<Finding> {
    let may = ["ui/src/main.rs", "ui/src/cli/"];
    let applies = |file: &Source| file.ships() && !may.iter().any(|place| file.path.starts_with(place));
    words(project, applies, false, &["println!", "eprintln!", "print!", "eprint!", "dbg!"])
}

/// What is merged works. A test that is switched off proves nothing, and one that sleeps proves how fast the machine was.
pub fn unfinished(project: &Project) -> Vec<Finding> {
    let marks = ["todo!", "unimplemented!", "#[ignore"];
    let sleeps = ["thread::sleep", "time::sleep", "sleep_until"];
    let mut found = words(project, |_| true, true, &marks);
    found.extend(words(project, Source::is_test, true, &sleeps));
    // Unit tests stand in what ships: a sleep there is what the shipped code has not.
    for file in project.files.iter().filter(|file| file.ships()) {
        let shipped: Vec<Finding> =
            sleeps.iter().flat_map(|word| file.findings_of(&file.shipped, word)).collect();
        let all = sleeps.iter().flat_map(|word| file.findings_of(&file.code, word));
        found.extend(all.filter(|finding| !shipped.contains(finding)));
    }
    found
}

/// State outside the program's values is seen by every session and every test at once. Fail points are the process's own and
/// do not ship.
pub fn global_state(project: &Project) -> Vec<Finding> {
    let ships = |file: &Source| file.ships() && file.path != "src/fail_points.rs";
    let mut found = words(project, ships, false, &["thread_local!", "static mut"]);
    for file in project.files.iter().filter(|file| ships(file)) {
        for (index, line) in file.shipped.lines().enumerate() {
            let is_static = line.trim_start().trim_start_matches("pub ").starts_with("static ");
            let holds =
                ["Mutex", "RwLock", "Atomic", "Cell<", "OnceLock"].iter().any(|word| line.contains(word));
            if is_static && holds {
                found.push(file.finding(index + 1, "a static with state"));
            }
        }
    }
    found
}

/// The bans of clippy.toml hold everywhere but where their reason is.
pub fn lifted_bans(project: &Project) -> Vec<Finding> {
    let may = ["src/clock.rs"];
    let mut found = words(
        project,
        |file| file.ships() && !may.contains(&file.path.as_str()),
        false,
        &[
            "allow(clippy::disallowed_methods",
            "allow(clippy::disallowed_types",
            "expect(clippy::disallowed_methods",
        ],
    );
    found.extend(words(project, Source::ships, false, &["allow(unsafe_code", "unsafe {"]));
    found
}

/// A ratatui cell takes any text by `set_symbol`, and a raw span any string: control and bidi characters pass (wall 5).
/// Screens draw through the widgets, which take `DisplayText` and the program's own words.
pub fn drawing(project: &Project) -> Vec<Finding> {
    let outside = |places: &'static [&'static str]| {
        move |file: &Source| file.ships() && !places.iter().any(|place| file.path.starts_with(place))
    };
    let mut found = words(project, outside(&["ui/src/term/"]), false, &["set_symbol", "set_char"]);
    found.extend(words(
        project,
        outside(&["ui/src/widgets/"]),
        false,
        &["Span::raw(", "Line::raw(", "Text::raw("],
    ));
    found
}

/// A name that says nothing collects everything.
pub fn empty_names(project: &Project) -> Vec<Finding> {
    let empty = ["util", "utils", "helper", "helpers", "manager", "misc", "common"];
    let names =
        |file: &&Source| file.is_rust() && file.path.split(['/', '.']).any(|part| empty.contains(&part));
    project.files.iter().filter(names).map(|file| file.finding(1, "a name that says nothing")).collect()
}

/// A module's head says what it is for and what it must never do.
pub fn heads(project: &Project) -> Vec<Finding> {
    let bare =
        |file: &&Source| file.is_rust() && file.text.lines().count() > 1 && !file.text.starts_with("//!");
    project.files.iter().filter(bare).map(|file| file.finding(1, "begins without `//!`")).collect()
}

/// A folder of somebody's machine means nothing on another one, and tells who worked where.
pub fn local_paths(project: &Project) -> Vec<Finding> {
    // Put together here, so that this file does not hold what it forbids.
    let mut places = vec![["/wo", "rk/"].concat(), env!("CARGO_MANIFEST_DIR").to_owned()];
    places.extend(std::env::var("HOME").ok().filter(|home| home.matches('/').count() > 1));
    let mut found = Vec::new();
    for file in project.files.iter().filter(|file| file.path != "Cargo.lock") {
        for (index, line) in file.text.lines().enumerate() {
            let named = |place: &String| {
                line.match_indices(place.as_str()).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '}' | '_' | '-' | '~'))
                })
            };
            if places.iter().any(named) {
                found.push(file.finding(index + 1, "a folder of one machine"));
            }
        }
    }
    found
}

/// One desk moves between the engines by a backup, so both have the same steps, under the same names (wall 7).
pub fn migrations(project: &Project) -> Vec<Finding> {
    let of = |engine: &str| -> Vec<&str> {
        let folder = format!("migrations/{engine}/");
        project.files.iter().filter_map(|file| file.path.strip_prefix(folder.as_str())).collect()
    };
    let (sqlite, postgres) = (of("sqlite"), of("postgres"));
    let lonely = |a: &[&str], b: &[&str], engine: &str| -> Vec<Finding> {
        let missing = a.iter().filter(|name| !b.contains(name));
        missing
            .map(|name| Finding {
                path: format!("migrations/{engine}/{name}"),
                line: 1,
                what: "is missing".into(),
            })
            .collect()
    };
    let mut found = lonely(&sqlite, &postgres, "postgres");
    found.extend(lonely(&postgres, &sqlite, "sqlite"));
    found
}

/// A file that no module names is not compiled: a test there never runs, and nobody is told.
pub fn orphans(project: &Project) -> Vec<Finding> {
    let roots: Vec<&Source> = project.files.iter().filter(|file| file.path.ends_with("Cargo.toml")).collect();
    let mut found = Vec::new();
    for file in project.files.iter().filter(|file| file.is_rust()) {
        let inside =
            file.path.strip_suffix("/mod.rs").or(file.path.strip_suffix(".rs")).unwrap_or(&file.path);
        let Some((folder, name)) = inside.rsplit_once('/') else { continue };
        let is_root = roots.iter().any(|cargo| cargo.text.contains(&format!("{name}.rs\"")))
            || file.path.ends_with("/build.rs")
            || matches!(name, "main" | "lib");
        let parents = [
            format!("{folder}/mod.rs"),
            format!("{folder}/main.rs"),
            format!("{folder}/lib.rs"),
            format!("{folder}.rs"),
        ];
        let names = |path: &String| {
            project.find(path).is_some_and(|parent| {
                [format!("mod {name};"), format!("mod {name} {{")]
                    .iter()
                    .any(|text| parent.code.contains(text.as_str()))
            })
        };
        // What two programs share is named by its path.
        let shared = format!("/{name}/mod.rs\"]");
        let by_path = || project.files.iter().any(|other| other.is_rust() && other.text.contains(&shared));
        if !is_root && !parents.iter().any(names) && !by_path() {
            found.push(file.finding(1, "no module names this file, so it is never compiled"));
        }
    }
    found
}
