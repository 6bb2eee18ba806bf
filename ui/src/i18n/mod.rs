//! The words of the interface, in Russian and English, from `ui/locales`.
//!
//! One [`Tr`] per session, passed by reference: there is no global language, for two people may read two languages over
//! one process. A text that is missing is visible on the screen as `⟦key⟧`, never an empty place. This room never takes
//! text from outside except as an argument made safe by [`DisplayText`], and never decides anything.

mod codes;
mod registry;
mod time;
mod typed;

pub use codes::Coded;
pub use time::{Due, DueCell, DueKind, tick_every};
pub use typed::{leading_moment, typed_moment};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use otklik_core::error::{Error, ErrorKind};
use otklik_core::types::{AppealNumber, DisplayText};
use std::fmt;
use std::sync::{Arc, OnceLock};

const RU: &str = include_str!("../../locales/ru.ftl");
const EN: &str = include_str!("../../locales/en.ftl");

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Ru,
    En,
}

impl Lang {
    /// Reads `ru` or `en`, alone or as the start of a locale name (`ru_RU.UTF-8`, `en-GB`); `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let language = text.split(['_', '-', '.', '@']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "ru" => Some(Lang::Ru),
            "en" => Some(Lang::En),
            _ => None,
        }
    }

    /// The language that the environment asks for: the first of `LC_ALL`, `LC_MESSAGES`, `LANG` that is set decides
    /// (POSIX.1-2017, section 8.2). `C`, an unknown language and an empty environment mean Russian, whose users
    /// rarely set anything.
    pub fn from_env(var: impl Fn(&str) -> Option<String>) -> Self {
        let set =
            ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| var(name)).find(|v| !v.is_empty());
        set.and_then(|value| Lang::parse(&value)).unwrap_or_default()
    }

    /// The code, `ru` or `en`.
    pub const fn code(self) -> &'static str {
        match self {
            Lang::Ru => "ru",
            Lang::En => "en",
        }
    }

    /// The Fluent source of this language, for the tests that compare the two.
    pub const fn source(self) -> &'static str {
        match self {
            Lang::Ru => RU,
            Lang::En => EN,
        }
    }
}

/// A text of the interface: written by us, or put together from our words and arguments already made safe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Phrase(String);

impl Phrase {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text of `sign` (ASCII or a box-drawing sign of our own) before `self`.
    fn after(sign: &'static str, words: &str) -> Self {
        Phrase(format!("{sign}{words}"))
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Phrase {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<&str> for Phrase {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl From<Phrase> for String {
    fn from(phrase: Phrase) -> String {
        phrase.0
    }
}

/// A value put into a text. Text goes through [`DisplayText`] on its way in, whatever it was.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    Int(i64),
    Text(String),
}

macro_rules! arg_from_int {
    ($($int:ty),+) => {$(
        impl From<$int> for Arg {
            fn from(n: $int) -> Self { Arg::Int(n as i64) }
        }
    )+};
}
arg_from_int!(i8, i16, i32, i64, u8, u16, u32, u64, usize);

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Arg::Text(DisplayText::sanitise(text).as_str().to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<&DisplayText> for Arg {
    fn from(text: &DisplayText) -> Self {
        Arg::Text(text.as_str().to_owned())
    }
}

impl From<DisplayText> for Arg {
    fn from(text: DisplayText) -> Self {
        (&text).into()
    }
}

impl From<&Phrase> for Arg {
    fn from(phrase: &Phrase) -> Self {
        Arg::Text(phrase.0.clone())
    }
}

impl From<Phrase> for Arg {
    fn from(phrase: Phrase) -> Self {
        Arg::Text(phrase.0)
    }
}

impl From<AppealNumber> for Arg {
    fn from(number: AppealNumber) -> Self {
        Arg::Text(number.to_string())
    }
}

/// One session's translator. Cheap to make and to clone; the texts are parsed when the first is asked for, and clones share
/// them.
#[derive(Clone)]
pub struct Tr {
    inner: Arc<Inner>,
}

struct Inner {
    lang: Lang,
    bundle: OnceLock<FluentBundle<FluentResource>>,
}

impl fmt::Debug for Tr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tr({})", self.inner.lang.code())
    }
}

impl Tr {
    pub fn new(lang: Lang) -> Self {
        Self { inner: Arc::new(Inner { lang, bundle: OnceLock::new() }) }
    }

    /// The texts. What Fluent cannot parse is left out and shows as a missing text; a test keeps both files whole.
    fn bundle(&self) -> &FluentBundle<FluentResource> {
        self.inner.bundle.get_or_init(|| parse(self.inner.lang))
    }

    pub fn lang(&self) -> Lang {
        self.inner.lang
    }

    /// Whether the key has a text.
    pub fn has(&self, key: &str) -> bool {
        self.bundle().get_message(key).is_some_and(|message| message.value().is_some())
    }

    /// The text of a key that takes no arguments; `⟦key⟧` when there is none.
    pub fn text(&self, key: &str) -> Phrase {
        self.with(key, &[])
    }

    /// The text of a key with its arguments. An argument that the text names and the caller forgot shows as `{$name}`.
    pub fn with(&self, key: &str, args: &[(&str, Arg)]) -> Phrase {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return Phrase(format!("⟦{}⟧", DisplayText::sanitise(key).as_str()));
        };
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            let value = match arg {
                Arg::Int(n) => FluentValue::from(*n),
                Arg::Text(text) => FluentValue::from(text.as_str()),
            };
            values.set(*name, value);
        }
        let mut errors = Vec::new();
        Phrase(bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned())
    }

    /// The text of a key if it has one: for families of keys that are open, such as error codes.
    pub fn find(&self, key: &str, args: &[(&str, Arg)]) -> Option<Phrase> {
        self.has(key).then(|| self.with(key, args))
    }

    /// The sentence for an error of the desk: what happened, what was kept, what to do. A code without a sentence of
    /// its own gets that of its class, with the code, so that a person can tell it over the telephone.
    pub fn error(&self, error: &Error) -> Phrase {
        let class = match error.kind {
            ErrorKind::Failed => "error-unknown",
            ErrorKind::Usage => "error-kind-usage",
            ErrorKind::NotAllowed => "error-kind-not-allowed",
            ErrorKind::NotFound => "error-kind-not-found",
            ErrorKind::Conflict => "error-kind-conflict",
        };
        self.error_in("error", error).unwrap_or_else(|| self.with(class, &[("code", error.code.into())]))
    }

    /// The sentence `FAMILY-CODE` for an error, if there is one and nothing that it names is missing.
    pub fn error_in(&self, family: &str, error: &Error) -> Option<Phrase> {
        let said = |(name, value): &(&'static str, String)| {
            (*name, Arg::from(self.field_value(name, &DisplayText::sanitise(value))))
        };
        let args: Vec<(&str, Arg)> = error.args.iter().map(said).collect();
        self.find(&format!("{family}-{}", codes::key_part(error.code)), &args)
            // A place that makes this error without the argument that its sentence names.
            .filter(|sentence| !has_gap(sentence.as_str()))
    }
}

fn parse(lang: Lang) -> FluentBundle<FluentResource> {
    let id = lang.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Isolation marks (U+2068, U+2069) are invisible bidi controls: a terminal draws them as rubbish or not at all.
    bundle.set_use_isolating(false);
    let resource = match FluentResource::try_new(lang.source().to_owned()) {
        Ok(resource) => resource,
        Err((partial, _)) => partial,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

/// Whether a text that was drawn shows a hole: a missing key or a forgotten argument. For tests of screens.
pub fn has_gap(drawn: &str) -> bool {
    drawn.contains('⟦') || drawn.contains("{$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_taken_from_the_first_variable_that_is_set() {
        let env = |pairs: &'static [(&'static str, &'static str)]| {
            move |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| v.to_string())
        };
        assert_eq!(Lang::from_env(env(&[])), Lang::Ru);
        assert_eq!(Lang::from_env(env(&[("LANG", "en_US.UTF-8")])), Lang::En);
        assert_eq!(
            Lang::from_env(env(&[("LC_ALL", ""), ("LC_MESSAGES", "en_GB"), ("LANG", "ru_RU")])),
            Lang::En
        );
        assert_eq!(Lang::from_env(env(&[("LC_ALL", "C"), ("LANG", "en_US")])), Lang::Ru);
        assert_eq!(Lang::parse("english"), None);
    }

    #[test]
    fn a_missing_key_and_a_forgotten_argument_are_visible() {
        let tr = Tr::new(Lang::Ru);
        assert_eq!(tr.text("no-such-key"), "⟦no-such-key⟧");
        assert!(has_gap(tr.text("no-such-key").as_str()));
        assert!(has_gap(tr.with("error-unknown", &[]).as_str()));
        let unknown = tr.error(&Error::failed("never-heard-of"));
        assert!(!has_gap(unknown.as_str()) && unknown.as_str().contains("never-heard-of"), "{unknown}");
    }

    #[test]
    fn an_error_says_its_arguments_in_words_and_never_shows_a_hole() {
        let tr = Tr::new(Lang::Ru);
        let said = |error: Error| tr.error(&error).to_string();
        assert!(said(Error::conflict("not-open").arg("stage", "closed")).contains("закрыто"));
        assert!(said(Error::conflict("taken-by-other").arg("name", "Орлова")).ends_with("Орлова."));
        let bare = said(Error::conflict("taken-by-other"));
        assert!(!has_gap(&bare) && bare.contains("taken-by-other"), "{bare}");
    }

    #[test]
    fn arguments_carry_no_controls_and_no_isolation_marks() {
        let tr = Tr::new(Lang::En);
        let text = tr.with("error-unknown", &[("code", "a\u{1b}[31m\u{202e}b".into())]);
        assert!(!text.as_str().contains(['\u{1b}', '\u{202e}', '\u{2068}', '\u{2069}']), "{text:?}");
    }

    #[test]
    fn a_translator_crosses_threads() {
        fn crosses<T: Send + Sync + Clone + 'static>() {}
        crosses::<Tr>();
    }
}
