//! `docs/keys.md` comes from the command table, the shipped keymap and the two languages, so that it is never stale:
//! `OTKLIK_BLESS=1 cargo test -p otklik keys_doc` writes it anew.

use otklik_ui::i18n::{Lang, Tr};
use otklik_ui::keymap::{COMMANDS, CommandId, Context, Keymap};
use std::fmt::Write;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/keys.md");

/// A cell of a table: a bar would end it.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn keys(keys: &[String]) -> String {
    keys.iter().map(|key| format!("`{}`", cell(key))).collect::<Vec<_>>().join(" ")
}

fn document() -> String {
    let (ru, en) = (Tr::new(Lang::Ru), Tr::new(Lang::En));
    let keymap = Keymap::shipped().expect("the shipped keymap is whole");
    let bindings: Vec<_> = keymap.bindings().collect();
    let mut out = String::from(
        "# Клавиши · Keys\n\n\
         Собрано из таблицы команд: не правьте руками. Буквы работают в любой раскладке: `j/о` — одна и та же клавиша. Свои\n\
         клавиши пишутся в файле той же формы, что `keymaps/default.toml`, именами из второго столбца.\n\n\
         Made from the command table: do not edit. Letters work under any layout: `j/о` is one key. Keys of your own stand in a\n\
         file of the form of `keymaps/default.toml`, by the names of the second column.\n",
    );
    for context in Context::ALL {
        let rows: Vec<_> = bindings.iter().filter(|(place, _, _)| *place == context).collect();
        if rows.is_empty() {
            continue;
        }
        let title = format!("context-{}", context.name());
        let (ru_title, en_title) = (ru.text(&title), en.text(&title));
        let _ =
            writeln!(out, "\n## {} · {} (`[{}]`)\n", ru_title.as_str(), en_title.as_str(), context.name());
        out.push_str("| | | | |\n|---|---|---|---|\n");
        for (_, command, chords) in rows.iter().filter(|(_, _, chords)| !chords.is_empty()) {
            let _ = writeln!(out, "| {} | {}", keys(chords), row(*command, &ru, &en));
        }
    }
    let unbound: Vec<_> =
        COMMANDS.iter().filter(|spec| !bindings.iter().any(|(_, id, _)| *id == spec.id)).collect();
    if !unbound.is_empty() {
        out.push_str(
            "\n## Без клавиши, через палитру · Without a key, by the palette\n\n| | | |\n|---|---|---|\n",
        );
        for spec in unbound {
            let _ = writeln!(out, "| {}", row(spec.id, &ru, &en));
        }
    }
    out
}

fn row(command: CommandId, ru: &Tr, en: &Tr) -> String {
    let name = command.name();
    let text = |tr: &Tr| {
        let (title, help) = (tr.text(&format!("cmd-{name}")), tr.text(&format!("cmd-{name}-help")));
        cell(&format!("{}: {}", title.as_str(), help.as_str()))
    };
    format!("`{name}` | {} | {} |", text(ru), text(en))
}

#[test]
fn the_key_document_is_what_the_command_table_says() {
    let fresh = document();
    assert!(!otklik_ui::i18n::has_gap(&fresh), "a command has no text in one of the languages:\n{fresh}");
    if std::env::var_os("OTKLIK_BLESS").is_some() {
        std::fs::write(PATH, &fresh).expect("docs/keys.md can be written");
    }
    let stored = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(stored == fresh, "docs/keys.md is stale: OTKLIK_BLESS=1 cargo test -p otklik keys_doc");
}
