//! The words for the enumerations of the core: one key per value, named by the value's stable code.

use super::{Phrase, Tr};
use otklik_core::types;

/// An enumeration that has words: `stage-under-control`, `topic-safety-sout`.
pub trait Coded: Copy + 'static {
    /// The start of its keys, without the hyphen.
    const FAMILY: &'static str;

    /// The stable code of the value.
    fn code_of(self) -> &'static str;

    /// Every value, for the test that each has its words.
    fn all() -> &'static [Self];
}

macro_rules! coded {
    ($($name:ident => $family:literal),+ $(,)?) => {
        $(impl Coded for types::$name {
            const FAMILY: &'static str = $family;
            fn code_of(self) -> &'static str { self.code() }
            fn all() -> &'static [Self] { types::$name::ALL }
        })+

        /// Every key that the enumerations of the core need.
        #[cfg(test)]
        pub(super) fn every_key() -> Vec<String> {
            let mut keys = Vec::new();
            $(keys.extend(types::$name::all().iter().map(|value| key_of(*value)));)+
            keys
        }
    };
}

coded! {
    CheckKind => "check-kind", CardReason => "card-reason", CardState => "card-state",
    ColumnWhy => "column-why", DuesState => "dues-state", RegistryField => "registry-field", RowFate => "row-fate",
    ApplicationState => "application-state", CallEnd => "call-end", CallOutcome => "call-outcome", CallReason => "call-reason",
    Authentication => "authentication", Channel => "channel", ChannelKind => "channel-kind", ClockPolicy => "clock", Consent => "consent",
    DeliveryKind => "delivery-kind", DeliveryState => "delivery-state", Direction => "direction", Explained => "explained", Fate => "fate",
    LimitationKind => "limitation-kind", LimitationState => "limitation-state", MatchClass => "match-class",
    ChairAnswer => "chair-answer", QueryState => "query-state",
    ConflictKind => "conflict-kind", ConflictState => "conflict-state", ContactKind => "contact-kind", LinkGround => "link-ground",
    MemberProof => "member-proof", UnlinkReason => "unlink-reason",
    MemberState => "member-state", MemberStatus => "member-status", OrgLevel => "org-level", Outside => "outside",
    OutsideReplies => "outside-replies",
    QuarantineReason => "quarantine-reason", ReplyKind => "reply-kind", ReportDoubt => "report-doubt", ReportKind => "report-kind",
    ResponseState => "response-state", Role => "role", Stage => "stage", Topic => "topic", Urgency => "urgency",
    Worker => "worker",
}

/// A code as a part of a Fluent key: lower case, with hyphens for what Fluent identifiers cannot hold or we do not use.
pub(super) fn key_part(code: &str) -> String {
    code.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}

fn key_of<C: Coded>(value: C) -> String {
    format!("{}-{}", C::FAMILY, key_part(value.code_of()))
}

impl Tr {
    /// The word for a value of an enumeration.
    pub fn word<C: Coded>(&self, value: C) -> Phrase {
        self.text(&key_of(value))
    }

    /// The word for a value in a narrow column (`да`, `нет`, `неясно`); the full word when there is no short one.
    pub fn short_word<C: Coded>(&self, value: C) -> Phrase {
        self.find(&format!("{}-cell-{}", C::FAMILY, key_part(value.code_of())), &[])
            .unwrap_or_else(|| self.word(value))
    }

    /// The word for a code that is not an enumeration of the core: `tr.coded("action", "appeal.taken")` reads
    /// `action-appeal-taken`. A code without words is shown as it is, since families such as the journal's grow.
    pub fn coded(&self, family: &str, code: &str) -> Phrase {
        self.find(&format!("{family}-{}", key_part(code)), &[])
            .unwrap_or_else(|| self.with("code-plain", &[("code", code.into())]))
    }
}

/// The enumeration whose words a field's values have, for fields of the journal and arguments of errors.
fn family_of(field: &str) -> Option<&'static str> {
    Some(match field {
        "stage" => "stage",
        "topics" | "topic" => "topic",
        "urgency" => "urgency",
        "policy" => "clock",
        "roles" | "role" => "role",
        "channel" => "channel",
        "reply" | "reply_kind" => "reply-kind",
        "state" | "delivery_state" => "delivery-state",
        "member_state" => "member-state",
        "facts_for" | "facts_against" => "fact",
        "match_class" | "class" => "match-class",
        "proof" => "member-proof",
        "unanswered" | "entered_late" => "unanswered",
        "outcome" => "call-outcome",
        "ended" => "call-end",
        "call_reason" => "call-reason",
        "chair_answer" => "chair-answer",
        "contact_kind" => "contact-kind",
        "link_ground" => "link-ground",
        "conflict_kind" => "conflict-kind",
        "conflict_state" => "conflict-state",
        "application_state" => "application-state",
        "rule" => "rule",
        "outside" => "outside",
        "report_kind" => "report-kind",
        "authentication" => "authentication",
        "name_to_employer" | "name_to_chair" => "consent",
        "address_fault" => "address-fault",
        _ => return None,
    })
}

impl Tr {
    /// A field's value in words: codes of a known field become their words, one by one where it is a list
    /// (`wages,dismissal`), and anything else is shown as it stands.
    pub fn field_value(&self, field: &str, value: &types::DisplayText) -> Phrase {
        match family_of(field) {
            Some(family) => {
                let words = value.as_str().split(',').filter(|code| !code.is_empty());
                let words: Vec<String> = words.map(|code| self.coded(family, code.trim()).into()).collect();
                Phrase(words.join(", "))
            }
            None => Phrase(value.as_str().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn every_value_of_every_enumeration_has_its_word_in_both_languages() {
        for lang in [Lang::Ru, Lang::En] {
            let tr = Tr::new(lang);
            let missing: Vec<String> = every_key().into_iter().filter(|key| !tr.has(key)).collect();
            assert!(missing.is_empty(), "{}: {missing:?}", lang.code());
        }
    }

    #[test]
    fn values_of_known_fields_become_words() {
        let tr = Tr::new(Lang::Ru);
        let value = |field, text| tr.field_value(field, &types::DisplayText::sanitise(text)).to_string();
        assert_eq!(value("topics", "wages,safety.sout"), "оплата труда, СОУТ");
        assert_eq!(value("stage", "taken"), "в работе");
        assert_eq!(value("zone", "Europe/Moscow"), "Europe/Moscow");
        assert_eq!(value("stage", "unheard_of"), "unheard_of");
    }

    #[test]
    fn a_code_with_a_dot_and_an_unknown_code_are_both_shown() {
        let tr = Tr::new(Lang::Ru);
        assert_eq!(tr.word(types::Topic::SafetySout), tr.text("topic-safety-sout").as_str());
        assert_eq!(tr.short_word(types::MemberState::Ambiguous), "неясно");
        assert_eq!(tr.coded("action", "something.new"), "something.new");
    }
}
