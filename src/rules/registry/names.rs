//! The parts of a name as a registry writes it. What is split is kept beside the whole and never instead of it.

use crate::rules::normalise::fold_name;

/// A name in its parts; what is not there is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub surname: String,
    pub given: String,
    pub patronymic: String,
    /// What stands in brackets behind a surname: «Петрова (Сидорова) Анна».
    pub former: String,
}

/// The parts of a whole name. The surname stands first, as registries have it, unless a patronymic says otherwise; «оглы»
/// and «кызы» belong to what stands before them.
pub fn split(whole: &str) -> Parts {
    let (whole, former) = without_brackets(whole);
    let mut words: Vec<String> = Vec::new();
    for word in whole.split_whitespace() {
        let joins = matches!(word.to_lowercase().as_str(), "оглы" | "кызы" | "оглу" | "гызы" | "заде");
        match words.last_mut().filter(|_| joins) {
            Some(last) => *last = format!("{last} {word}"),
            None => words.push(word.trim_end_matches(',').to_owned()),
        }
    }
    // «А. П. Петрова», «Анна Петровна Петрова»: the surname stands last.
    if words.len() == 3 && is_patronymic(&words[1]) && !is_patronymic(&words[2]) {
        words.rotate_right(1);
    }
    if let [surname, initials] = words.as_slice()
        && let Some((given, patronymic)) = initials.split_once('.').filter(|(_, rest)| rest.len() > 1)
    {
        let patronymic = patronymic.to_owned();
        return Parts { surname: surname.clone(), given: format!("{given}."), patronymic, former };
    }
    let mut words = words.into_iter();
    let (surname, given) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    Parts { surname, given, patronymic: words.collect::<Vec<_>>().join(" "), former }
}

fn without_brackets(whole: &str) -> (String, String) {
    let Some((before, rest)) = whole.split_once('(') else { return (whole.to_owned(), String::new()) };
    let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
    (format!("{before} {after}"), inside.trim().to_owned())
}

fn is_patronymic(word: &str) -> bool {
    let word = word.to_lowercase();
    let ends = ["вич", "вна", "ична", "инична", " оглы", " кызы", "ьич"];
    ends.iter().any(|end| word.ends_with(end)) && word.chars().count() > 5
}

/// Whether a text may be somebody's name: no number among its words, and no words of a heading or a sum.
pub fn is_name(text: &str) -> bool {
    const NO_NAMES: &[&str] = &[
        "итого",
        "всего",
        "ппо",
        "профгруппа",
        "профгруппы",
        "организация",
        "организации",
        "отделение",
        "цех",
        "цеховая",
        "список",
        "реестр",
        "члены",
        "председатель",
        "подпись",
        "больница",
        "раздел",
        "фио",
    ];
    let folded = fold_name(text);
    let mut words = folded.split(' ').filter(|word| !word.is_empty()).peekable();
    words.peek().is_some()
        && !text.contains(['№', '@', '=', '_', ':'])
        && words.all(|word| !NO_NAMES.contains(&word) && !word.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether two names may be one person's: the same words in any order, a word for its initial, or all but the surname.
pub fn may_be_one(one: &str, other: &str) -> bool {
    let (one, other) = (fold_name(one), fold_name(other));
    let (one, other): (Vec<&str>, Vec<&str>) = (one.split(' ').collect(), other.split(' ').collect());
    let (few, many) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    let fits = |word: &&&str| {
        let initial = word.chars().count() == 1;
        many.iter()
            .any(|whole| whole == *word || (initial && whole.starts_with(**word)) || is_initial(whole, word))
    };
    let found = few.iter().filter(fits).count();
    found == few.len() || (few.len() >= 3 && found + 1 >= few.len())
}

fn is_initial(initial: &str, word: &str) -> bool {
    initial.chars().count() == 1 && word.starts_with(initial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_split_as_registries_write_it() {
        let parts = |surname: &str, given: &str, patronymic: &str, former: &str| Parts {
            surname: surname.into(),
            given: given.into(),
            patronymic: patronymic.into(),
            former: former.into(),
        };
        for (whole, expected) in [
            ("Семёнова Алёна Игоревна", parts("Семёнова", "Алёна", "Игоревна", "")),
            ("Алёна Игоревна Семёнова", parts("Семёнова", "Алёна", "Игоревна", "")),
            ("Петрова (Сидорова) Анна Ильинична", parts("Петрова", "Анна", "Ильинична", "Сидорова")),
            ("Мамедов Али Гасан оглы", parts("Мамедов", "Али", "Гасан оглы", "")),
            ("Иванов И.П.", parts("Иванов", "И.", "П.", "")),
            ("Priya N.", parts("Priya", "N.", "", "")),
            ("Салтыков-Щедрин Иван", parts("Салтыков-Щедрин", "Иван", "", "")),
        ] {
            assert_eq!(split(whole), expected, "{whole}");
        }
    }

    #[test]
    fn a_heading_is_no_name_and_initials_may_be_a_persons() {
        assert!(is_name("Иванов И.П.") && is_name("Priya N.") && is_name("О'Коннор Шон"));
        for text in ["", "Итого: 25", "ППО Больницы № 2", "Профгруппа хирургии", "123", "Всего членов", "—"]
        {
            assert!(!is_name(text), "{text}");
        }
        assert!(may_be_one("Иванов Иван Петрович", "ИВАНОВ И. П."));
        assert!(may_be_one("Петрова Анна Ильинична", "Сидорова Анна Ильинична"), "married");
        assert!(!may_be_one("Иванов Иван Петрович", "Сидорова Анна Ильинична"));
    }
}
