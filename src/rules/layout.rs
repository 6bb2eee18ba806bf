//! What was typed under the wrong keyboard layout: `Bkmlfh` is «Ильдар» typed under English.

use super::normalise::{is_cyrillic, is_latin};

const EN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~";
const RU: &str = "йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ";

/// The text as the same keys give it under ЙЦУКЕН; a character without such a key stays.
pub fn to_russian(text: &str) -> String {
    text.chars().map(|c| same_key(c, EN, RU)).collect()
}

/// The text as the same keys give it under QWERTY.
pub fn to_english(text: &str) -> String {
    text.chars().map(|c| same_key(c, RU, EN)).collect()
}

/// The text under the other layout, by the script of its letters; `None` when it has none, or letters of both.
pub fn switched(text: &str) -> Option<String> {
    match (text.chars().any(is_latin), text.chars().any(is_cyrillic)) {
        (true, false) => Some(to_russian(text)),
        (false, true) => Some(to_english(text)),
        _ => None,
    }
}

fn same_key(c: char, from: &str, to: &str) -> char {
    from.chars().position(|key| key == c).and_then(|at| to.chars().nth(at)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_typed_under_the_wrong_layout_are_read() {
        assert_eq!(to_russian("Bkmlfh"), "Ильдар");
        assert_eq!(to_russian("ghbdtn gjlcrf;bnt rjulf"), "привет подскажите когда");
        assert_eq!(to_english("Зкшнф"), "Priya");
        assert_eq!(switched("<tkjd 10").as_deref(), Some("Белов 10"));
        assert_eq!(switched("12"), None);
        assert_eq!(switched("Аb"), None);
    }

    proptest! {
        #[test]
        fn each_layout_gives_the_other_back(text in "[а-яёА-ЯЁ]{0,20}") {
            prop_assert_eq!(to_russian(&to_english(&text)), text);
        }
    }
}
