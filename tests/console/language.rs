//! Both languages say the same things: the same keys with the same variables, nothing missing, nothing left over.

use otklik_ui::i18n::{Lang, Tr};
use otklik_ui::keymap::{COMMANDS, Context};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Families whose keys are put together from a code at run time. Their completeness is tested beside the code.
const OPEN_FAMILIES: &[&str] = &[
    "action-",
    "card-reason-",
    "card-state-",
    "application-state-",
    "chair-answer-",
    "query-state-",
    "conflict-do-",
    "conflict-kind-",
    "conflict-state-",
    "contact-kind-",
    "call-end-",
    "call-outcome-",
    "call-reason-",
    "channel-",
    "check-",
    "cli-",
    "clock-",
    "cmd-",
    "column-why-",
    "dues-state-",
    "import-why-",
    "address-fault-",
    "registry-field-",
    "row-fate-",
    "consent-",
    "context-",
    "delivery-",
    "direction-",
    "error-",
    "explained-",
    "fact-",
    "fate-",
    "field-",
    "finding-",
    "fkey-",
    "keymap-error-",
    "limitation-",
    "link-",
    "match-class-",
    "member-",
    "org-level-",
    "outside-",
    "authentication-",
    "quarantine-",
    "reply-kind-",
    "report-doubt-",
    "report-kind-",
    "response-state-",
    "role-",
    "rule-",
    "stage-",
    "topic-",
    "unanswered-",
    "urgency-",
    "worker-",
];

/// Families that belong to the screens: names of tabs and columns, words of an empty list, notices, questions.
const OF_THE_SCREENS: &[&str] = &[
    "answer-",
    "ask-",
    "column-",
    "empty-",
    "intake-",
    "desk-silent",
    "left-out-",
    "notice-",
    "screen-",
    "tab-",
    "app-name",
    "too-small",
];

/// The messages of a Fluent source: key → the whole text, its continuation lines included.
fn messages(source: &str) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let mut key = String::new();
    for line in source.lines() {
        match line.split_once(" = ") {
            Some((name, value)) if is_key(name) => {
                key = name.to_owned();
                assert!(out.insert(key.clone(), value.to_owned()).is_none(), "{key} stands twice");
            }
            _ if line.starts_with('#') || line.is_empty() => key.clear(),
            _ => out.get_mut(&key).unwrap_or_else(|| panic!("a line of no message: {line}")).push_str(line),
        }
    }
    out
}

fn is_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn variables(text: &str) -> BTreeSet<&str> {
    text.split('$')
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default())
        .collect()
}

pub fn rust_files(under: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn program() -> String {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    assert!(!files.is_empty());
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn fluent_reads_every_message_of_both_languages() {
    for lang in [Lang::Ru, Lang::En] {
        let errors =
            fluent_bundle::FluentResource::try_new(lang.source().to_owned()).err().map(|(_, errors)| errors);
        assert!(errors.is_none(), "{}: {errors:?}", lang.code());
    }
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_variables() {
    let (ru, en) = (messages(Lang::Ru.source()), messages(Lang::En.source()));
    let only = |a: &BTreeMap<String, String>, b: &BTreeMap<String, String>| -> Vec<String> {
        a.keys().filter(|key| !b.contains_key(*key)).cloned().collect()
    };
    assert_eq!(only(&ru, &en), Vec::<String>::new(), "only in ru");
    assert_eq!(only(&en, &ru), Vec::<String>::new(), "only in en");
    for (key, text) in &ru {
        assert_eq!(variables(text), variables(&en[key]), "{key}");
    }
}

#[test]
fn every_russian_count_has_its_three_forms() {
    for (key, text) in messages(Lang::Ru.source()) {
        if text.contains("->") {
            for form in ["[one]", "[few]", "*[many]"] {
                assert!(text.contains(form), "{key} lacks {form}");
            }
        }
    }
}

#[test]
fn texts_hold_only_letters_and_signs_that_every_terminal_draws_in_one_column() {
    let allowed = |c: char| {
        c.is_ascii_graphic()
            || c == ' '
            || matches!(c, '\u{410}'..='\u{44f}' | 'Ё' | 'ё')
            || "«»—–…№§".contains(c)
    };
    for lang in [Lang::Ru, Lang::En] {
        for (key, text) in messages(lang.source()) {
            let odd: Vec<char> = text.chars().filter(|c| !allowed(*c)).collect();
            assert!(odd.is_empty(), "{key}: {odd:?}");
        }
    }
}

#[test]
fn english_texts_hold_no_russian_letters() {
    for (key, text) in messages(Lang::En.source()) {
        // The command that changes the language is named in the other one, for who cannot read this one.
        assert!(
            key == "cmd-language" || !text.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c)),
            "{key}: {text}"
        );
    }
}

/// Keys named outright in the program: `.text("…")`, `.with("…"`, `.find("…"`, on one line or after a line break.
fn keys_asked_for(program: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for call in [".text(", ".with(", ".find("] {
        for rest in program.split(call).skip(1) {
            let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
            let key = rest.split('"').next().unwrap_or_default();
            if is_key(key) && key.contains('-') && !["no-such-key", "never-heard-of"].contains(&key) {
                keys.insert(key.to_owned());
            }
        }
    }
    keys
}

#[test]
fn every_key_that_the_program_asks_for_exists() {
    let texts = messages(Lang::Ru.source());
    let asked = keys_asked_for(&program());
    assert!(asked.contains("ago-now"), "the search for keys finds nothing");
    let missing: Vec<&String> = asked.iter().filter(|key| !texts.contains_key(*key)).collect();
    assert!(missing.is_empty(), "no text: {missing:?}");
}

#[test]
fn no_text_is_left_over() {
    let program = program();
    let unused: Vec<String> = messages(Lang::Ru.source())
        .into_keys()
        .filter(|key| !OPEN_FAMILIES.iter().chain(OF_THE_SCREENS).any(|family| key.starts_with(family)))
        .filter(|key| !program.contains(&format!("\"{key}\"")))
        .collect();
    assert!(unused.is_empty(), "nothing in ui/src says: {unused:?}");
}

#[test]
fn every_command_has_its_name_its_help_and_its_place_in_the_bar() {
    for lang in [Lang::Ru, Lang::En] {
        let tr = Tr::new(lang);
        let mut missing = Vec::new();
        let mut need = |key: String| {
            if !tr.has(&key) {
                missing.push(key);
            }
        };
        for command in COMMANDS {
            need(format!("cmd-{}", command.name));
            need(format!("cmd-{}-help", command.name));
            if command.fkey.is_some() {
                need(format!("fkey-{}", command.name));
            }
        }
        Context::ALL.iter().for_each(|context| need(format!("context-{}", context.name())));
        assert!(missing.is_empty(), "{}: {missing:?}", lang.code());
    }
}

#[test]
fn no_text_speaks_of_a_command_that_is_gone() {
    let names: BTreeSet<&str> = COMMANDS.iter().map(|command| command.name).collect();
    for key in messages(Lang::Ru.source()).into_keys() {
        let name = key
            .strip_prefix("fkey-")
            .or(key.strip_prefix("cmd-").map(|n| n.strip_suffix("-help").unwrap_or(n)));
        assert!(name.is_none_or(|name| names.contains(name)), "{key}");
    }
}

#[test]
fn labels_of_function_keys_are_at_most_nine_letters() {
    for lang in [Lang::Ru, Lang::En] {
        for (key, text) in messages(lang.source()) {
            assert!(!key.starts_with("fkey-") || text.chars().count() <= 9, "{key}: {text}");
        }
    }
}

/// The literals that follow any of `calls` in the core and the console.
fn literals_after(calls: &[&str]) -> BTreeSet<String> {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../src"), &mut files);
    let mut program = program();
    program.extend(files.iter().map(|file| std::fs::read_to_string(file).unwrap()));
    let after = |call| program.split(call).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
    let found = calls.iter().flat_map(|call| after(*call)).filter_map(|rest| rest.split('"').next());
    found.filter(|code| *code != "never-heard-of").map(str::to_owned).collect()
}

#[test]
fn every_error_has_its_sentence() {
    let makers =
        ["Error::failed(", "Error::usage(", "Error::not_allowed(", "Error::not_found(", "Error::conflict("];
    let codes = literals_after(&makers);
    assert!(codes.contains("io"), "the search for codes finds nothing");
    let texts = messages(Lang::Ru.source());
    let missing: Vec<&String> = codes
        .iter()
        .filter(|code| !texts.contains_key(&format!("error-{}", code.replace('_', "-"))))
        .collect();
    assert!(missing.is_empty(), "add error-CODE to both locales: {missing:?}");
}

#[test]
fn every_decision_of_the_journal_has_its_words() {
    let actions = literals_after(&["Entry::new("]);
    assert!(actions.contains("appeal.taken"), "the search for actions finds nothing");
    let texts = messages(Lang::Ru.source());
    let key = |action: &String| format!("action-{}", action.replace(['.', '_'], "-"));
    let missing: Vec<&String> = actions.iter().filter(|action| !texts.contains_key(&key(action))).collect();
    assert!(missing.is_empty(), "add action-CODE to both locales: {missing:?}");
}
