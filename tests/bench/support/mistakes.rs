//! Invented people as they stand in a registry, and how others write them: with a mistake in one word, under the other
//! keyboard layout, in Latin letters by three schemes, with look-alikes, in the genitive.

use super::people::{Person, person};
use super::random::Random;
use otklik_core::rules::layout::to_english;

/// A way of writing a name otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    Insertion,
    Deletion,
    Substitution,
    Transposition,
    Layout,
    /// ICAO Doc 9303, as in passports.
    Passport,
    /// GOST 7.79-2000, system B.
    Gost,
    /// BGN/PCGN.
    Bgn,
    LookAlikes,
    Yo,
    Genitive,
}

pub const MISTAKES: [(Mistake, &str); 11] = [
    (Mistake::Insertion, "insertion"),
    (Mistake::Deletion, "deletion"),
    (Mistake::Substitution, "substitution"),
    (Mistake::Transposition, "transposition"),
    (Mistake::Layout, "layout"),
    (Mistake::Passport, "transliteration, passports"),
    (Mistake::Gost, "transliteration, GOST 7.79"),
    (Mistake::Bgn, "transliteration, BGN"),
    (Mistake::LookAlikes, "look-alikes"),
    (Mistake::Yo, "ё for е and е for ё"),
    (Mistake::Genitive, "genitive"),
];

/// The name of the person of a number as a registry has it, surname, given name and patronymic of one gender.
pub fn registered(number: u64) -> [String; 3] {
    let Person { surname, given, patronymic, .. } = person(number);
    let is_female = given.ends_with(['а', 'я']);
    let ends = |word: &str, from: &str, to: &str| word.strip_suffix(from).map(|start| format!("{start}{to}"));
    let feminine = || {
        let pairs = [("ский", "ская"), ("ов", "ова"), ("ев", "ева"), ("ин", "ина"), ("ой", "ая")];
        pairs.iter().find_map(|(from, to)| ends(&surname, from, to))
    };
    let to_female = [("ович", "овна"), ("евич", "евна"), ("ич", "инична")];
    let to_male = [("овна", "ович"), ("евна", "евич"), ("инична", "ич")];
    let pairs = if is_female { to_female } else { to_male };
    let patronymic = pairs.iter().find_map(|(from, to)| ends(patronymic, from, to));
    [
        feminine().filter(|_| is_female).unwrap_or_else(|| surname.clone()),
        given.to_owned(),
        patronymic.unwrap_or_else(|| person(number).patronymic.to_owned()),
    ]
}

/// What somebody types who means this name: all of it or without the patronymic, sometimes the given name first.
pub fn typed(name: &[String; 3], mistake: Mistake, random: &mut Random) -> String {
    let mut words: Vec<String> = name.iter().map(|word| word.to_lowercase()).collect();
    words.truncate(if random.chance(50) { 3 } else { 2 });
    let whole =
        |change: fn(&str) -> String, words: &[String]| words.iter().map(|word| change(word)).collect();
    match mistake {
        Mistake::Layout => words = whole(to_english, &words),
        Mistake::Passport => words = whole(passport, &words),
        Mistake::Gost => words = whole(gost, &words),
        Mistake::Bgn => words = whole(bgn, &words),
        Mistake::Genitive => words = whole(genitive, &words),
        Mistake::Yo => words = whole(other_yo, &words),
        _ => {
            let long: Vec<usize> = (0..words.len()).filter(|&at| words[at].chars().count() > 3).collect();
            let at = long[random.below(long.len() as u64) as usize];
            words[at] = spoiled(&words[at], mistake, random);
        }
    }
    if random.chance(25) {
        words.swap(0, 1);
    }
    words.join(" ")
}

const LETTERS: &[char] = &[
    'а', 'б', 'в', 'г', 'д', 'е', 'ж', 'з', 'и', 'к', 'л', 'м', 'н', 'о', 'п', 'р', 'с', 'т', 'у', 'ф', 'х',
    'ц', 'ч', 'ш', 'щ', 'ы', 'э', 'ю', 'я',
];

fn spoiled(word: &str, mistake: Mistake, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len() as u64 - 1) as usize;
    let letter = LETTERS[random.below(LETTERS.len() as u64) as usize];
    match mistake {
        Mistake::Insertion => letters.insert(at + 1, letter),
        Mistake::Deletion => drop(letters.remove(at)),
        Mistake::Substitution => letters[at] = letter,
        Mistake::Transposition => letters.swap(at, at + 1),
        _ => letters.iter_mut().for_each(|letter| {
            if random.chance(60) {
                *letter = look_alike(*letter);
            }
        }),
    }
    letters.into_iter().collect()
}

fn look_alike(letter: char) -> char {
    let twins = "аaеeоoрpсcуyхxкkмmтt";
    let mut twins = twins.chars().step_by(2).zip(twins.chars().skip(1).step_by(2));
    twins.find(|(known, _)| *known == letter).map_or(letter, |(_, twin)| twin)
}

pub fn other_yo(word: &str) -> String {
    if word.contains('ё') { word.replace('ё', "е") } else { word.replacen('е', "ё", 1) }
}

pub fn passport(word: &str) -> String {
    spelled(word, "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y - e iu ia", "e")
}

fn gost(word: &str) -> String {
    spelled(word, "a b v g d e zh z i j k l m n o p r s t u f x cz ch sh shh `` y' ` e` yu ya", "yo")
}

fn bgn(word: &str) -> String {
    let plain =
        spelled(word, "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch ’ y ’ e yu ya", "yo");
    plain
        .strip_prefix('e')
        .filter(|_| word.starts_with('е'))
        .map_or(plain.clone(), |rest| format!("ye{rest}"))
}

fn spelled(word: &str, scheme: &str, yo: &str) -> String {
    let scheme: Vec<&str> = scheme.split(' ').collect();
    let mut latin = String::new();
    for letter in word.chars() {
        match letter {
            'ё' => latin.push_str(yo),
            'а'..='я' => {
                let code = scheme[letter as usize - 'а' as usize];
                latin.push_str(if code == "-" { "" } else { code });
            }
            other => latin.push(other),
        }
    }
    latin
}

/// The genitive of a surname, a given name or a patronymic, as the school's rules have it.
pub fn genitive(word: &str) -> String {
    let cases = [
        ("павел", "павла"),
        ("петр", "петра"),
        ("пётр", "петра"),
        ("ский", "ского"),
        ("ская", "ской"),
        ("ная", "ной"),
        ("вая", "вой"),
        ("ова", "овой"),
        ("ева", "евой"),
        ("ына", "ыной"),
        ("вна", "вны"),
        ("чна", "чны"),
        ("ия", "ии"),
        ("га", "ги"),
        ("ка", "ки"),
        ("ха", "хи"),
        ("ая", "ой"),
        ("ия", "ии"),
        ("я", "и"),
        ("ий", "ия"),
        ("ей", "ея"),
        ("ой", "ого"),
        ("ь", "я"),
    ];
    let is_surname = |word: &str| word.chars().count() > 6 && word.ends_with("ина");
    if is_surname(word) && !["екатерина", "валентина"].contains(&word) {
        return format!("{}ой", word.trim_end_matches('а'));
    }
    if let Some((from, to)) = cases.iter().find(|(from, _)| word.ends_with(from)) {
        return format!("{}{to}", word.strip_suffix(from).unwrap_or(word));
    }
    match word {
        _ if word.ends_with('а') => format!("{}ы", word.trim_end_matches('а')),
        _ if word.ends_with(['о', 'х', 'е', 'и', 'у']) => word.to_owned(),
        _ => format!("{word}а"),
    }
}
