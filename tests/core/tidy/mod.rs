//! What no compiler checks: the walls between the rooms, sizes, words. Each rule carries its reason and an example that breaks
//! it, and a test proves that the example is found. `docs/style.md` describes the same rules for people.

mod gaps;
mod manual;
mod rooms;
mod sizes;
mod source;
mod words;

use source::{Finding, Project, Source};

/// The names of every fail point in the source.
pub fn fail_point_names() -> Vec<String> {
    gaps::points(&Project::load()).into_iter().map(|(_, name)| name).collect()
}

struct Rule {
    name: &'static str,
    check: fn(&Project) -> Vec<Finding>,
    /// Projects each of which breaks the rule, mostly by their one file.
    breaks: fn() -> Vec<Project>,
    /// Files that look alike and keep it, together.
    keeps: fn() -> Vec<Source>,
}

fn file(path: &str, text: impl AsRef<str>) -> Source {
    Source::new(path, text.as_ref())
}

/// Each file a project of its own.
fn each<const N: usize>(files: [Source; N]) -> Vec<Project> {
    files.into_iter().map(|file| Project { files: vec![file] }).collect()
}

/// Many lines of the same text.
fn lines(line: &str, count: usize) -> String {
    format!("{line}\n").repeat(count)
}

const RULES: &[Rule] = &[
    Rule {
        name: "rooms see each other only downwards",
        check: rooms::directions,
        breaks: || {
            each([
                file("src/types/a.rs", "use crate::store::Row;"),
                file("src/mail/b.rs", "use crate::{types::Stage, store::Pool};"),
                file("src/nowhere/c.rs", ""),
                file("src/desk/d.rs", "use crate::mail::{compose, Maildir};"),
                file("ui/src/screens/queue/model.rs", "use otklik_core::store::Pool;"),
                file("ui/src/app/d.rs", "fn f() { otklik_core::runtime::start() }"),
            ])
        },
        keeps: || {
            vec![
                file("src/desk/a.rs", "use crate::{rules::clock, store::Tx, types::Stage};"),
                file(
                    "src/types/b.rs",
                    "//! See `crate::store`.\n#[cfg(test)]\nmod tests { use crate::desk::x; }",
                ),
                file("ui/src/main.rs", "use otklik_core::runtime;"),
            ]
        },
    },
    Rule {
        name: "a crate stands in its room",
        check: rooms::crates,
        breaks: || {
            each([
                file("src/desk/a.rs", "fn f() { sqlx::query(x) }"),
                file("src/jobs/b.rs", "use lettre::Message;"),
                file("ui/src/screens/c.rs", "use crossterm::event;"),
            ])
        },
        keeps: || {
            vec![
                file("src/store/a.rs", "use sqlx::query;"),
                file("src/desk/b.rs", "// like sqlx does\nlet s = \"sqlx\";"),
            ]
        },
    },
    Rule {
        name: "the console's state and screens do no I/O and read no clock",
        check: rooms::purity,
        breaks: || {
            each([
                file("ui/src/screens/queue/update.rs", "fn f() { tokio::spawn(x) }"),
                file("ui/src/app/a.rs", "use std::fs;"),
                file("ui/src/widgets/b.rs", "let now = Clock::system();"),
            ])
        },
        keeps: || {
            vec![
                file("ui/src/session.rs", "tokio::spawn(x)"),
                file("ui/src/app/a.rs", "/// tokio runs these\nenum Effect {}"),
            ]
        },
    },
    Rule {
        name: "files are about one thing",
        check: sizes::files,
        breaks: || each([file("src/types/long.rs", lines("fn f() {}", 701))]),
        keeps: || {
            vec![
                file("src/types/long.rs", lines("fn f() {}", 150)),
                file("docs/long.md", lines("text", 2000)),
            ]
        },
    },
    Rule {
        name: "functions fit on a screen",
        check: sizes::functions,
        breaks: || each([file("src/types/a.rs", format!("fn f() {{\n{}}}\n", lines("    g();", 60)))]),
        keeps: || {
            let long = format!("fn f() {{\n{}}}\n", lines("    g();", 40));
            vec![
                file("src/types/a.rs", &long),
                file("src/types/b.rs", format!("#[cfg(test)]\nmod tests {{\n{}}}", lines("g();", 90))),
            ]
        },
    },
    Rule {
        name: "raw text is taken out by listed callers only",
        check: words::raw_text,
        breaks: || each([file("ui/src/screens/a.rs", "text.raw_for(Purpose::Search)")]),
        keeps: || {
            vec![
                file("src/types/untrusted/a.rs", "text.raw_for(Purpose::Search)"),
                file("src/desk/b.rs", "draw_for(x)"),
            ]
        },
    },
    Rule {
        name: "whatever changes rows of the registry says in which change",
        check: words::registry_changes,
        breaks: || {
            each([
                file(
                    "src/store/a.rs",
                    "fn f() {\n    run!(conn, \"UPDATE members SET phone = $2 WHERE id = $1\")\n}",
                ),
                file(
                    "src/store/b.rs",
                    "const COLUMNS: &[&str] = &[\"id\"];\nfn f() {\n    format!(\"INSERT INTO members ({})\", COLUMNS.join(\",\"))\n}",
                ),
            ])
        },
        keeps: || {
            vec![
                file(
                    "src/store/a.rs",
                    "fn f() {\n    run!(conn, \"UPDATE members SET phone = $2, changed_in = $3 WHERE id = $1\")\n}",
                ),
                file("src/store/b.rs", "fn f() {\n    run!(conn, \"UPDATE members_former SET x = 1\")\n}"),
                file(
                    "src/store/c.rs",
                    "const COLUMNS: &[&str] = &[\"id\", \"changed_in\"];\nfn f() {\n    format!(\"INSERT INTO members ({})\", COLUMNS.join(\",\"))\n}",
                ),
            ]
        },
    },
    Rule {
        name: "nothing prints past the screen",
        check: words::printing,
        breaks: || each([file("src/desk/a.rs", "println!();"), file("ui/src/app/b.rs", "eprintln!(\"x\")")]),
        keeps: || {
            vec![
                file("ui/src/main.rs", "println!();"),
                file("src/desk/a.rs", "#[cfg(test)]\nmod tests { fn f() { println!(); } }"),
            ]
        },
    },
    Rule {
        name: "what is merged is finished, and tests wait for conditions",
        check: words::unfinished,
        breaks: || {
            each([
                file("src/desk/a.rs", concat!("fn f() { to", "do!() }")),
                file("tests/core/b.rs", concat!("#[ig", "nore]\nfn f() {}")),
                file("tests/core/c.rs", concat!("tokio::ti", "me::sleep(x)")),
                file(
                    "src/jobs/d.rs",
                    concat!("#[cfg(test)]\nmod tests { fn f() { tokio::ti", "me::sleep(x) } }"),
                ),
            ])
        },
        keeps: || vec![file("src/jobs/a.rs", concat!("tokio::ti", "me::sleep(until_due)"))],
    },
    Rule {
        name: "no state stands outside the program's values",
        check: words::global_state,
        breaks: || {
            each([
                file("src/desk/a.rs", "static SEEN: Mutex<u8> = Mutex::new(0);"),
                file("ui/src/b.rs", "thread_local! {}"),
            ])
        },
        keeps: || {
            vec![file(
                "src/rules/a.rs",
                "static WORDS: LazyLock<AhoCorasick> = LazyLock::new(f);\nlet m: Mutex<u8>;",
            )]
        },
    },
    Rule {
        name: "fail points stand in the gaps and do not ship",
        check: gaps::fail_points,
        breaks: || {
            let point = concat!("fail_po", "int!(\"a.b\");");
            each([
                file("src/rules/a.rs", point),
                file("src/jobs/b.rs", format!("{point}\n{point}")),
                file("src/desk/c.rs", "#[cfg(feature = \"fail-points\")]\nfn f() {}"),
                file("Cargo.toml", "[features]\ndefault = [\"fail-points\"]"),
            ])
        },
        keeps: || {
            vec![
                file("src/jobs/a.rs", concat!("fail_po", "int!(\"a.b\");")),
                file("Cargo.toml", "[features]\nfail-points = []"),
            ]
        },
    },
    Rule {
        name: "bans are lifted only where their reason is",
        check: words::lifted_bans,
        breaks: || {
            each([
                file("src/desk/a.rs", "#[allow(clippy::disallowed_methods)]\nfn f() {}"),
                file("src/store/b.rs", "unsafe { x }"),
            ])
        },
        keeps: || vec![file("src/clock.rs", "#[allow(clippy::disallowed_methods)]\nfn f() {}")],
    },
    Rule {
        name: "screens draw through the widgets",
        check: words::drawing,
        breaks: || {
            each([
                file("ui/src/screens/a.rs", "Span::raw(subject)"),
                file("ui/src/widgets/b.rs", "cell.set_symbol(s)"),
            ])
        },
        keeps: || {
            vec![file("ui/src/widgets/a.rs", "Span::raw(s)"), file("ui/src/term/b.rs", "cell.set_symbol(s)")]
        },
    },
    Rule {
        name: "names say something",
        check: words::empty_names,
        breaks: || each([file("src/desk/helpers.rs", ""), file("src/utils/a.rs", "")]),
        keeps: || vec![file("src/desk/helpline.rs", "")],
    },
    Rule {
        name: "a module says what it is for",
        check: words::heads,
        breaks: || each([file("src/desk/a.rs", "use x;\nfn f() {}")]),
        keeps: || vec![file("src/desk/a.rs", "//! For this.\nuse x;")],
    },
    Rule {
        name: "no folder of one machine stands in the project",
        check: words::local_paths,
        breaks: || {
            each([
                file("docs/a.md", ["see /wo", "rk/otklik"].concat()),
                file("src/b.rs", ["\"", env!("CARGO_MANIFEST_DIR"), "/x\""].concat()),
            ])
        },
        keeps: || vec![file("docs/a.md", "docs/wo rk/y and /var/lib/otklik and ~/otklik".replace(' ', ""))],
    },
    Rule {
        name: "every file belongs to a module",
        check: words::orphans,
        breaks: || each([file("tests/core/journal/mod.rs", ""), file("src/desk/a.rs", "")]),
        keeps: || {
            vec![
                file("src/lib.rs", "pub mod desk;"),
                file("src/desk/mod.rs", "mod a;"),
                file("src/desk/a.rs", "mod b;"),
                file("src/desk/a/b.rs", ""),
            ]
        },
    },
    Rule {
        name: "both engines have the same migrations",
        check: words::migrations,
        breaks: || each([file("migrations/sqlite/0002_more.sql", "")]),
        keeps: || vec![file("migrations/sqlite/0001_a.sql", ""), file("migrations/postgres/0001_a.sql", "")],
    },
    Rule {
        name: "the manuals list every code",
        check: manual::codes,
        breaks: || {
            let types = file("src/types/a.rs", "codes! {\n    Way { In = \"in\" }\n}");
            vec![Project { files: vec![types, file("docs/manual/ru.md", "in")] }]
        },
        keeps: || {
            vec![
                file("src/types/a.rs", "codes! {\n    Way { In = \"in\" }\n}"),
                file("docs/manual/ru.md", "`in`"),
            ]
        },
    },
    Rule {
        name: "the architecture names tests that are there",
        check: manual::named_tests,
        breaks: || each([file("docs/architecture.md", "shown by `a_test_that_is_gone`")]),
        keeps: || {
            vec![
                file("docs/architecture.md", "shown by `a_test_that_is_there`, in `journal_links`"),
                file("tests/core/a.rs", "#[test]\nfn a_test_that_is_there() {}"),
            ]
        },
    },
];

#[test]
fn the_project_keeps_every_rule() {
    let project = Project::load();
    let mut broken = String::new();
    let stale = Rule {
        name: "the list of raw callers is true",
        check: words::raw_text_list,
        breaks: Vec::new,
        keeps: Vec::new,
    };
    for rule in RULES.iter().chain([&stale]) {
        for Finding { path, line, what } in (rule.check)(&project) {
            broken.push_str(&format!("{path}:{line}: {what} ({})\n", rule.name));
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn every_rule_finds_each_file_that_breaks_it_and_leaves_the_others() {
    for rule in RULES {
        for bad in (rule.breaks)() {
            let path = bad.files[0].path.clone();
            assert!(!(rule.check)(&bad).is_empty(), "{}: {path} must be found", rule.name);
        }
        let found = (rule.check)(&Project { files: (rule.keeps)() });
        assert_eq!(found, [], "{} finds what keeps it", rule.name);
    }
}
