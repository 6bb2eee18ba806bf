//! The cases of Russian names: «Дроздова Виктора» is «Дроздов Виктор». A stemmer knows nouns and takes «Дроздов» for a form of
//! «дрозд», so this knows only what names end with. It says that two words may be one name, never that they are.

/// What names end with in their cases.
pub(super) const ENDINGS: &[&str] = &[
    "", "а", "я", "о", "у", "ю", "е", "ы", "и", "й", "ь", "ой", "ей", "ою", "ею", "ом", "ем", "ым", "им",
    "ого", "его", "ому", "ему", "ую", "юю", "ая", "яя", "ий", "ый", "их", "ых",
];
/// Letters of the shortest base: «льв» of «Льва».
const BASE: usize = 3;

/// Whether two folded words are cases of one name: alike but for an ending, also with a vowel that comes and goes (Павел, Павла).
pub(super) fn is_inflected(one: &str, other: &str) -> bool {
    let short = |word: &str| word.chars().nth(BASE).is_none();
    if short(one) || short(other) || one.chars().take(2).ne(other.chars().take(2)) {
        return false;
    }
    let fixed = |word: &str| -> Vec<String> { bases(word).map(without_fleeting_vowel).collect() };
    let others = fixed(other);
    fixed(one).iter().any(|base| others.contains(base))
}

/// What a folded word may be without its ending.
fn bases(word: &str) -> impl Iterator<Item = &str> {
    let ends = ENDINGS.iter().filter_map(move |ending| word.strip_suffix(ending));
    ends.filter(|base| base.chars().nth(BASE - 1).is_some())
}

/// What the other cases of a folded word begin with: its bases, also with a vowel that was lost: «павл» and «павел» of
/// «павла». Empty for a word too short to have an ending.
pub(super) fn beginnings(word: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for base in bases(word).filter(|_| word.chars().nth(BASE).is_some()) {
        found.push(base.to_owned());
        let letters: Vec<char> = base.chars().filter(|c| *c != 'ь').collect();
        if let [start @ .., before, last] = letters.as_slice()
            && !is_vowel(*before)
            && !is_vowel(*last)
        {
            found.extend(['е', 'о'].map(|vowel| start.iter().chain([before, &vowel, last]).collect()));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn is_vowel(c: char) -> bool {
    "аеиоуыэюя".contains(c)
}

fn without_fleeting_vowel(base: &str) -> String {
    let letters: Vec<char> = base.chars().filter(|c| *c != 'ь').collect();
    match letters.as_slice() {
        [start @ .., before, 'е' | 'о', last] if !is_vowel(*before) && !is_vowel(*last) => {
            start.iter().chain([before, last]).collect()
        }
        _ => letters.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_of_a_name_are_known_and_other_names_are_not() {
        for (one, other) in [
            ("ивановой", "иванова"),
            ("дроздова", "дроздов"),
            ("павла", "павел"),
            ("льва", "лев"),
            ("достоевского", "достоевский"),
            ("петровне", "петровна"),
            ("игоря", "игорь"),
        ] {
            let beginnings = beginnings(one);
            let rest = |start: &String| Some(ENDINGS.contains(&other.strip_prefix(start.as_str())?));
            assert!(beginnings.iter().filter_map(rest).any(|is_one| is_one), "{one} {beginnings:?}");
        }
        assert!(is_inflected("петровне", "петровна") && is_inflected("павлу", "павел"));
        assert!(!is_inflected("ивановна", "иванович") && !is_inflected("анна", "инна"));
        assert!(beginnings("анн").is_empty());
    }
}
