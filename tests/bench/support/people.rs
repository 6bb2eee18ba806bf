//! Invented people: some 60,000 surnames, as a registry of a million has, with given names, patronymics, phones, cards.

use super::random::Random;

const ROOTS: &[&str] = &[
    "берез",
    "вороб",
    "гусев",
    "дятл",
    "ежев",
    "жарк",
    "заречн",
    "ильм",
    "калин",
    "лазар",
    "малин",
    "озер",
    "полян",
    "рябин",
    "соловь",
    "тополь",
    "ульян",
    "фирс",
    "хмел",
    "цапл",
    "черем",
    "шишк",
    "щегл",
    "юрьев",
    "яблоч",
    "аксен",
    "бобр",
    "верес",
    "голуб",
    "дубрав",
    "еремей",
    "журав",
    "золот",
    "игнат",
    "крапив",
    "лебед",
    "медвед",
    "никит",
    "осип",
    "петух",
    "родник",
    "савель",
    "терент",
    "уток",
    "федос",
    "харит",
    "чернил",
    "шалфей",
    "ягод",
    "ясен",
];
const MIDDLES: &[&str] = &[
    "", "ан", "ен", "ин", "он", "ош", "иц", "ар", "ел", "ол", "ищ", "ич", "ов", "ас", "ис", "ус", "ат", "ет",
    "от", "ад", "од", "уд", "ак", "ик", "ук", "ал", "ам", "ем", "им", "ум",
];
const ENDINGS: &[&str] = &[
    "ов", "ев", "ин", "ский", "енко", "чук", "цев", "ко", "их", "кин", "шин", "лов", "ров", "нев", "ных",
    "дзе", "янц", "баев", "тов", "сов", "мов", "гин", "бин", "пов", "дов", "вин", "нин", "зин", "лин", "рин",
    "вой", "ной", "тин", "жин", "хин", "фин", "щин", "тяев", "лаев", "маев",
];
const GIVEN: &[&str] = &[
    "Алексей",
    "Ольга",
    "Резеда",
    "Тимур",
    "Дмитрий",
    "Татьяна",
    "Константин",
    "Юлия",
    "Нина",
    "Павел",
    "Анна",
    "Олег",
    "Екатерина",
    "Сергей",
    "Мария",
    "Артём",
    "Светлана",
    "Ильдар",
    "Наталья",
    "Виктор",
    "Людмила",
    "Галина",
    "Инна",
    "Алёна",
    "Семён",
    "Вера",
    "Максим",
    "Игорь",
    "Роза",
    "Фёдор",
    "Валентина",
    "Пётр",
    "Рустам",
    "Лилия",
    "Денис",
];
const PATRONYMICS: &[&str] = &[
    "Игоревна",
    "Рустамович",
    "Юрьевич",
    "Андреевич",
    "Олеговна",
    "Ильинична",
    "Денисович",
    "Львовна",
    "Вадимович",
    "Романовна",
    "Николаевич",
    "Андреевна",
    "Геннадьевна",
    "Фаритович",
    "Дмитриевна",
    "Егорович",
    "Анатольевна",
    "Семёнович",
    "Павловна",
    "Викторовна",
    "Алексеевич",
    "Фёдоровна",
    "Тимурович",
    "Максимовна",
    "Петрович",
];

#[derive(Clone)]
pub struct Person {
    pub surname: String,
    pub given: &'static str,
    pub patronymic: &'static str,
    /// National digits, `79…`.
    pub phone: String,
    pub card: String,
    pub email: Option<String>,
}

impl Person {
    /// Surname, given name, patronymic.
    pub fn name(&self) -> String {
        format!("{} {} {}", self.surname, self.given, self.patronymic)
    }
}

pub fn surname(random: &mut Random) -> String {
    let stem = format!("{}{}{}", random.pick(ROOTS), random.pick(MIDDLES), random.pick(ENDINGS));
    let mut letters = stem.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// The person of a number; the same on every run.
pub fn person(number: u64) -> Person {
    let mut random = Random::new(number.wrapping_mul(0x5851_f42d_4c95_7f2d) + 7);
    let email = random.chance(40).then(|| format!("member{number}@example.org"));
    Person {
        surname: surname(&mut random),
        given: random.skewed(GIVEN),
        patronymic: random.skewed(PATRONYMICS),
        phone: format!("79{:09}", random.below(1_000_000_000)),
        card: format!("{}", 100_000 + number),
        email,
    }
}
