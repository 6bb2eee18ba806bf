//! The command line's help and its complaints in the language of the user.
//!
//! The shapes come from `args`; every word comes from the locales: `cli-VERB-…` is what a verb does, `cli-arg-ID` what an
//! argument means, `cli-VERB-arg-ID` where it means something else there, `cli-value-NAME` how its value is called. Clap's own
//! English is not shown.

use super::args::Cli;
use crate::i18n::{Arg, Phrase, Tr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Command, CommandFactory as _};

/// The whole command with its words.
pub fn command(tr: &Tr) -> Command {
    let whole = Cli::command()
        .arg(clap::Arg::new("help").short('h').long("help").global(true).action(ArgAction::Help))
        .arg(clap::Arg::new("version").short('V').long("version").action(ArgAction::Version));
    in_words(whole, "cli", tr)
}

fn in_words(command: Command, path: &str, tr: &Tr) -> Command {
    let text = |key: &str| tr.find(key, &[]).map(String::from);
    let usage = text("cli-heading-usage").unwrap_or_default();
    let heading = text("cli-heading-options").unwrap_or_default();
    let verbs = text("cli-heading-verbs").unwrap_or_default();
    let things = text("cli-heading-arguments").unwrap_or_default();
    let about = text(&format!("{path}-about")).unwrap_or_default();
    let template = format!("{{about}}\n\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}");
    let command =
        command.about(about).long_about(None).help_template(template).subcommand_help_heading(verbs);
    let command = command.subcommand_value_name(text("cli-value-command").unwrap_or_default());
    let command = command.mut_args(|arg| {
        let id = arg.get_id().as_str().replace('_', "-");
        let own = text(&format!("{path}-arg-{id}"));
        let help = own.or_else(|| text(&format!("cli-arg-{id}"))).unwrap_or_default();
        let heading = if arg.is_positional() { things.clone() } else { heading.clone() };
        let takes_value = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
        let codes = if takes_value { arg.get_possible_values() } else { Vec::new() };
        let codes: Vec<&str> = codes.iter().map(|value| value.get_name()).collect();
        let help = if codes.is_empty() { help } else { format!("{help} [{}]", codes.join(", ")) };
        let arg = arg.help(help).long_help(None).help_heading(heading);
        let given = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
        let name = given.unwrap_or_else(|| id.clone()).to_lowercase();
        let arg = match text(&format!("cli-value-{name}")).filter(|_| takes_value) {
            Some(name) => arg.value_name(name),
            None => arg,
        };
        if takes_value { arg.hide_possible_values(true).hide_default_value(true) } else { arg }
    });
    command.mut_subcommands(|verb| {
        let path = format!("{path}-{}", verb.get_name());
        in_words(verb, &path, tr)
    })
}

/// What a person reads who typed something that is no command: what is wrong, what was perhaps meant, where help is.
pub fn complaint(error: &clap::Error, tr: &Tr) -> Phrase {
    let context = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::Number(n)) => n.to_string(),
        _ => String::new(),
    };
    let arg = Arg::from(context(ContextKind::InvalidArg));
    let value = Arg::from(context(ContextKind::InvalidValue));
    let what = match error.kind() {
        ErrorKind::UnknownArgument => tr.with("cli-wrong-argument", &[("arg", arg)]),
        ErrorKind::InvalidSubcommand => {
            tr.with("cli-wrong-verb", &[("verb", context(ContextKind::InvalidSubcommand).into())])
        }
        ErrorKind::InvalidValue if context(ContextKind::InvalidValue).is_empty() => {
            tr.with("cli-wrong-no-value", &[("arg", arg)])
        }
        ErrorKind::InvalidValue => match context(ContextKind::ValidValue) {
            codes if codes.is_empty() => tr.with("cli-wrong-value", &[("arg", arg), ("value", value)]),
            codes => tr.with("cli-wrong-code", &[("arg", arg), ("value", value), ("codes", codes.into())]),
        },
        ErrorKind::ValueValidation => tr.with("cli-wrong-value", &[("arg", arg), ("value", value)]),
        ErrorKind::MissingRequiredArgument => tr.with("cli-wrong-missing", &[("arg", arg)]),
        ErrorKind::ArgumentConflict => {
            let other = context(ContextKind::PriorArg).into();
            tr.with("cli-wrong-conflict", &[("arg", arg), ("other", other)])
        }
        ErrorKind::MissingSubcommand => tr.text("cli-wrong-no-verb"),
        _ => tr.text("cli-wrong"),
    };
    let meant = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let meant = meant.into_iter().map(context).find(|text| !text.is_empty());
    match meant {
        Some(meant) => tr.with("cli-wrong-meant", &[("what", what.into()), ("meant", meant.into())]),
        None => tr.with("cli-wrong-help", &[("what", what.into())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    fn every(command: &Command, path: &str, see: &mut dyn FnMut(&str, &Command)) {
        see(path, command);
        for verb in command.get_subcommands() {
            every(verb, &format!("{path} {}", verb.get_name()), see);
        }
    }

    #[test]
    fn every_verb_and_every_argument_has_its_words_in_both_languages() {
        for lang in [Lang::Ru, Lang::En] {
            let mut silent = Vec::new();
            every(&command(&Tr::new(lang)), "otklik", &mut |path, command| {
                if command.get_about().is_none_or(|about| about.to_string().trim().is_empty()) {
                    silent.push(path.to_owned());
                }
                for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
                    let words = arg.get_help().map(|help| help.to_string()).unwrap_or_default();
                    if words.trim().is_empty() || words.starts_with(" [") {
                        silent.push(format!("{path} {}", arg.get_id()));
                    }
                }
            });
            assert!(silent.is_empty(), "{}: {silent:?}", lang.code());
        }
    }

    #[test]
    fn the_command_is_well_formed() {
        command(&Tr::new(Lang::En)).debug_assert();
    }

    #[test]
    fn russian_help_holds_no_english_sentence_of_the_parser() {
        let mut whole = command(&Tr::new(Lang::Ru));
        // As the parser does before it shows help: the flags of the whole program reach every verb then.
        whole.build();
        every(&whole, "otklik", &mut |path, command| {
            let help = command.clone().render_help().to_string();
            for english in
                ["Usage:", "Options:", "Commands:", "Arguments:", "Print ", "possible values", "default:"]
            {
                assert!(!help.contains(english), "{path}: {help}");
            }
            let values = help.split('<').skip(1).filter_map(|rest| rest.split('>').next());
            for value in values.filter(|value| !value.starts_with("--")) {
                let english =
                    value.contains(|c: char| c.is_ascii_lowercase()) || value.len() > 2 && value.is_ascii();
                assert!(!english, "{path}: <{value}>");
            }
        });
    }
}
