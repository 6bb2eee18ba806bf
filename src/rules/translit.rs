//! Russian names in Latin letters. There are many schemes (passports by ICAO Doc 9303, GOST 7.79, BGN/PCGN, what people
//! make up) and a writer mixes them, so both spellings are reduced to a skeleton in which the schemes agree.

use super::normalise::is_cyrillic;

/// The skeleton of one folded word, Cyrillic or Latin. Words whose skeletons are equal or close are spellings of one name;
/// different names may share a skeleton, so it finds candidates and proves nothing.
pub fn skeleton(word: &str) -> String {
    let rules = if word.chars().any(is_cyrillic) { CYRILLIC } else { LATIN };
    let mut skeleton = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let rule = rules.iter().find(|(from, _)| rest.starts_with(from));
        let (taken, code) = match rule {
            Some((from, code)) => (from.len(), *code),
            None if first == 'c' => (1, latin_c(rest)),
            None => (first.len_utf8(), &rest[..first.len_utf8()]),
        };
        for c in code.chars() {
            if !skeleton.ends_with(c) {
                skeleton.push(c);
            }
        }
        rest = &rest[taken..];
    }
    skeleton
}

/// The other reading of a word whose X is a х (GOST 7.79, «Xasanov») and not a кс; `None` for a word without one.
pub fn other_skeleton(word: &str) -> Option<String> {
    word.contains('x').then(|| skeleton(&word.replace('x', "h")))
}

/// C is ц before a front vowel (GOST 7.79) and к elsewhere (Victor).
fn latin_c(rest: &str) -> &'static str {
    if rest[1..].starts_with(['e', 'i', 'y', 'j']) { "c" } else { "k" }
}

// Longer spellings stand before their beginnings. Capitals are codes of one sound: S ш and щ, C ч, Z ж.

const CYRILLIC: &[(&str, &str)] = &[
    ("йо", "e"),
    ("тс", "c"),
    ("а", "a"),
    ("б", "b"),
    ("в", "v"),
    ("г", "g"),
    ("д", "d"),
    ("е", "e"),
    ("ё", "e"),
    ("ж", "Z"),
    ("з", "z"),
    ("и", "i"),
    ("й", "i"),
    ("к", "k"),
    ("л", "l"),
    ("м", "m"),
    ("н", "n"),
    ("о", "o"),
    ("п", "p"),
    ("р", "r"),
    ("с", "s"),
    ("т", "t"),
    ("у", "u"),
    ("ф", "f"),
    ("х", "h"),
    ("ц", "c"),
    ("ч", "C"),
    ("ш", "S"),
    ("щ", "S"),
    ("ъ", ""),
    ("ы", "i"),
    ("ь", ""),
    ("э", "e"),
    ("ю", "iu"),
    ("я", "ia"),
];

const LATIN: &[(&str, &str)] = &[
    ("shch", "S"),
    ("šč", "S"),
    ("tshch", "tS"),
    ("tsh", "tS"),
    ("tsch", "C"),
    ("sch", "S"),
    ("shh", "S"),
    ("tch", "C"),
    ("sh", "S"),
    ("ch", "C"),
    ("zh", "Z"),
    ("kh", "h"),
    ("ph", "f"),
    ("ck", "k"),
    ("ts", "c"),
    ("tz", "c"),
    ("cz", "c"),
    ("tc", "c"),
    ("yo", "e"),
    ("jo", "e"),
    ("ye", "e"),
    ("je", "e"),
    ("ž", "Z"),
    ("č", "C"),
    ("š", "S"),
    ("ŝ", "S"),
    ("â", "ia"),
    ("û", "iu"),
    ("è", "e"),
    ("ë", "e"),
    ("é", "e"),
    ("x", "ks"),
    ("w", "v"),
    ("q", "k"),
    ("y", "i"),
    ("j", "i"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemes_agree_in_the_skeleton() {
        for (russian, spellings) in [
            ("семенова", "semenova semyonova semjonova"),
            ("щербаков", "shcherbakov scherbakov shherbakov"),
            ("юлия", "yuliya iuliia julija yulia"),
            ("ахметов", "akhmetov ahmetov"),
            ("цветаева", "tsvetaeva tzvetaeva czvetaeva tsvetayeva"),
            ("жуков", "zhukov"),
            ("хасанов", "khasanov hasanov"),
            ("щукин", "shchukin shhukin ŝukin ščukin"),
            ("жабцев", "zhabtsev žabcev zhabczev zhabtcev"),
            ("юсупова", "yusupova iusupova jusupova ûsupova"),
            ("алексей", "aleksey alexey aleksei alexei aleksej"),
            ("александр", "aleksandr alexandr"),
            ("виктор", "viktor victor"),
            ("анна", "anna ana"),
            ("дмитрий", "dmitriy dmitrii dmitry dmitri dmitrij"),
            ("братский", "bratskiy bratsky"),
            ("черных", "chernykh chernyh tchernykh"),
            ("ильич", "ilyich ilich"),
            ("сергей", "sergey sergei"),
        ] {
            for latin in spellings.split(' ') {
                assert_eq!(skeleton(latin), skeleton(russian), "{latin}");
            }
        }
        assert_eq!(other_skeleton("xasanov").as_deref(), Some("hasanov"));
        assert_eq!(other_skeleton("ivanov"), None);
    }

    #[test]
    fn different_names_stay_apart() {
        for (one, other) in
            [("петров", "petrova"), ("иванов", "ivanchenko"), ("шилов", "silov"), ("чехов", "cehov")]
        {
            assert_ne!(skeleton(one), skeleton(other));
        }
    }
}
