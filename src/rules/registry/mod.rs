//! Reading what registries say: which column means what, days as people write them, what words on dues and standing
//! mean, the parts of a name. Pure; what cannot be read is said to be so and never guessed.

pub mod columns;
pub mod days;
pub mod names;

use crate::types::{DuesState, MemberStatus};

/// What a registry's own words on a member's standing mean.
pub fn status_of(text: &str) -> MemberStatus {
    let text = text.to_lowercase().replace('ё', "е");
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["исключ", "выбыл", "вышел", "вышла", "снят", "прекращ", "умер", "не состоит", "не член"])
    {
        MemberStatus::Left
    } else if says(&["на учете", "состоит", "действ", "одобрен", "член"]) || text.trim() == "да"
    {
        MemberStatus::Active
    } else {
        MemberStatus::Unknown
    }
}

/// What a registry's own words on dues mean.
pub fn dues_of(text: &str) -> DuesState {
    let text = text.to_lowercase().replace('ё', "е");
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["освобожд", "льгот", "отпуск по уходу", "не взима"]) {
        DuesState::Exempt
    } else if says(&["долг", "задолж", "не упл", "не плат", "неупл", "нет"]) {
        DuesState::Debt
    } else if says(&["уплач", "плат", "взнос", "безнал", "перечис", "удерж", "%", "да"])
    {
        DuesState::Paid
    } else {
        DuesState::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_on_dues_and_standing_are_read_and_others_are_unknown() {
        for (text, state) in [
            ("уплачиваются", DuesState::Paid),
            ("стипендия 1%", DuesState::Paid),
            ("первый взнос ноябрь 2026", DuesState::Paid),
            ("освобождена (отпуск по уходу)", DuesState::Exempt),
            ("льготные", DuesState::Exempt),
            ("долг 9 мес.", DuesState::Debt),
            ("не уплачиваются", DuesState::Debt),
            ("", DuesState::Unknown),
            ("?", DuesState::Unknown),
        ] {
            assert_eq!(dues_of(text), state, "{text}");
        }
        assert_eq!(status_of("на учёте"), MemberStatus::Active);
        assert_eq!(status_of("исключён 15.12.2025"), MemberStatus::Left);
        assert_eq!(status_of("не состоит"), MemberStatus::Left);
        assert_eq!(status_of("???"), MemberStatus::Unknown);
    }
}
