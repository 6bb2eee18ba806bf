//! What speaks for and against an author being a row of the registry: plain facts for a person to weigh. Nothing here
//! scores, links or chooses, and a candidate without a fact is shown without one.

use super::cases::is_inflected;
use super::normalise::{card_digits, email, fold_name, phones, words};
use super::stems::stem;
use super::translit::skeleton;
use super::{extract::extract, layout, standing};
use crate::types::{MemberStatus, codes::codes};
use jiff::civil::Date;

codes! {
    /// One fact about an author and a row.
    Fact {
        /// The phone is one that its messenger vouches for, not one that somebody typed.
        PhoneConfirmed = "phone_confirmed",
        PhoneEqual = "phone_equal", EmailEqual = "email_equal", CardEqual = "card_equal",
        /// A contact that was linked with the row on evidence before.
        ContactLinked = "contact_linked",
        /// The same words in the same order, save for case and ё.
        NameEqual = "name_equal",
        /// The same words in another order, with initials, inflected, or without the patronymic.
        NameCompatible = "name_compatible",
        /// One word only, which the row has: a lone given name.
        NamePart = "name_part",
        /// Equal or compatible once read under the other keyboard layout.
        NameOtherLayout = "name_other_layout",
        /// Equal or compatible once both are in Latin letters.
        NameTransliterated = "name_transliterated",
        /// Given name and patronymic fit, the surname is another one.
        SurnameDiffers = "surname_differs",
        NameDiffers = "name_differs",
        OrgMatches = "org_matches", OrgDiffers = "org_differs", PhoneDiffers = "phone_differs",
        EmailDiffers = "email_differs", CardDiffers = "card_differs",
        /// The letter failed the check of its sender: its address shows nothing.
        SenderFailed = "sender_failed",
        /// The registry has others of a fitting name.
        Namesakes = "namesakes",
        /// The row says that the person has left.
        NotActive = "not_active",
        /// The person has left, but after the day that the appeal is about.
        LeftAfter = "left_after_event",
        JoinedAfter = "joined_after_event", DuesOwed = "dues_owed",
    }
}

/// What an author said of themselves, in comparable form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    pub name: String,
    /// E.164.
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    pub cards: Vec<String>,
    pub org: String,
    /// Phones, E.164, that a messenger vouches for; they stand above those that somebody typed.
    pub confirmed_phones: Vec<String>,
    /// When it happened that the author writes about.
    pub event: Option<Event>,
    /// The letter failed the check of its sender: its address says nothing.
    pub sender_failed: bool,
}

/// The day on which somebody must have been a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    pub day: Date,
    /// Whether who joined later counts as a member all the same.
    pub later_members_count: bool,
}

impl Author {
    /// Reads the stated fields, as they came, and the numbers that stand in the text.
    pub fn new(name: &str, phone: &str, address: &str, org: &str, text: &str) -> Self {
        let found = extract(text);
        let mut author = Self { name: name.to_owned(), org: org.to_owned(), ..Self::default() };
        author.phones = phones(phone);
        let more = found.phones.into_iter().filter(|number| !author.phones.contains(number));
        author.phones.extend(more.collect::<Vec<_>>());
        author.emails = email(address).into_iter().collect();
        author.cards = found.cards;
        author
    }

    /// Addresses that say who the author is: none of a letter that failed the check of its sender.
    pub fn proven_emails(&self) -> &[String] {
        if self.sender_failed { &[] } else { &self.emails }
    }

    /// Contacts by which the author is recognised again.
    pub fn trusted(&self) -> Vec<String> {
        [self.confirmed_phones.as_slice(), &self.phones, self.proven_emails()].concat()
    }
}

/// A row of the registry as it is written there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryRow {
    pub name: String,
    pub phones: Vec<String>,
    pub email: Option<String>,
    pub card: Option<String>,
    /// Names of the row's organisation and of those above it.
    pub orgs: Vec<String>,
    pub status: Option<MemberStatus>,
    /// The registry's own words on the standing, on the joining and on the dues.
    pub status_text: String,
    pub joined: String,
    pub dues: String,
    /// Holds an elected post.
    pub elected: bool,
    /// How many other rows have a name that fits the author's.
    pub namesakes: usize,
    /// Contacts that were linked with the row on evidence, in comparable form.
    pub linked: Vec<String>,
}

/// What speaks for and against, each in the order identifiers, name, organisation, the row itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub facts_for: Vec<Fact>,
    pub facts_against: Vec<Fact>,
}

/// The facts about one author and one row. What either side does not say is no fact.
pub fn facts(author: &Author, row: &RegistryRow) -> Facts {
    let known_phones: Vec<String> = row.phones.iter().flat_map(|field| phones(field)).collect();
    let known_email: Vec<String> = row.email.as_deref().and_then(email).into_iter().collect();
    let known_card: Vec<String> = row.card.as_deref().and_then(card_digits).into_iter().collect();
    let mut facts = Facts::default();
    let is_confirmed = author.confirmed_phones.iter().any(|phone| known_phones.contains(phone));
    facts.facts_for.extend(is_confirmed.then_some(Fact::PhoneConfirmed));
    let phones = [author.confirmed_phones.as_slice(), &author.phones].concat();
    let trusted = author.trusted();
    let linked = |value: &String| row.linked.contains(value);
    facts.facts_for.extend(trusted.iter().any(linked).then_some(Fact::ContactLinked));
    facts.facts_against.extend(author.sender_failed.then_some(Fact::SenderFailed));
    // Another contact than the registry's is no contradiction once it is known to be theirs.
    let strange =
        |values: &[String]| values.iter().filter(|value| !linked(value)).cloned().collect::<Vec<_>>();
    facts.compare(&strange(&phones), &known_phones, Fact::PhoneEqual, Fact::PhoneDiffers);
    facts.compare(&strange(author.proven_emails()), &known_email, Fact::EmailEqual, Fact::EmailDiffers);
    facts.compare(&author.cards, &known_card, Fact::CardEqual, Fact::CardDiffers);
    match name_fact(&author.name, &row.name) {
        Some(differs @ (Fact::SurnameDiffers | Fact::NameDiffers)) => facts.facts_against.push(differs),
        fits => facts.facts_for.extend(fits),
    }
    match org_matches(&author.org, &row.orgs) {
        Some(true) => facts.facts_for.push(Fact::OrgMatches),
        Some(false) => facts.facts_against.push(Fact::OrgDiffers),
        None => {}
    }
    facts.facts_against.extend((row.namesakes > 0).then_some(Fact::Namesakes));
    facts.add_standing(author.event, row);
    facts
}

impl Facts {
    fn add_standing(&mut self, event: Option<Event>, row: &RegistryRow) {
        let is_on = |check: &dyn Fn(Date) -> bool| event.is_some_and(|event| check(event.day));
        let has_left = row.status == Some(MemberStatus::Left);
        if has_left && is_on(&|day| standing::left_after(row.status, &row.status_text, day)) {
            self.facts_for.push(Fact::LeftAfter);
        } else if has_left {
            self.facts_against.push(Fact::NotActive);
        }
        if is_on(&|day| standing::joined_after(&row.joined, day)) {
            self.facts_against.push(Fact::JoinedAfter);
        }
        self.facts_against.extend(standing::owes(&row.dues).then_some(Fact::DuesOwed));
    }

    fn compare(&mut self, stated: &[String], known: &[String], equal: Fact, differs: Fact) {
        if stated.iter().any(|value| known.contains(value)) {
            self.facts_for.push(equal);
        } else if !stated.is_empty() && !known.is_empty() {
            self.facts_against.push(differs);
        }
    }
}

/// How a stated name fits a registered one; `None` when one of them is empty.
pub fn name_fact(stated: &str, registered: &str) -> Option<Fact> {
    let stated = bare_name(stated);
    let known: Vec<String> = words(registered).collect();
    let words_of = |name: &str| words(name).collect::<Vec<_>>();
    if words_of(&stated).is_empty() || known.is_empty() {
        return None;
    }
    if fold_name(&stated) == known.join(" ") {
        return Some(Fact::NameEqual);
    }
    let fit = fit(&words_of(&stated), &known, same_word);
    if fit != Fact::NameDiffers {
        return Some(fit);
    }
    let fits = |words: &[String], same: fn(&str, &str) -> bool| {
        matches!(self::fit(words, &known, same), Fact::NameCompatible | Fact::NamePart)
    };
    if layout::switched(&stated).is_some_and(|switched| fits(&words_of(&switched), same_word)) {
        return Some(Fact::NameOtherLayout);
    }
    let other_script = fits(&words_of(&stated), same_skeleton);
    Some(if other_script { Fact::NameTransliterated } else { Fact::NameDiffers })
}

/// The name without what stands in brackets and without words in lower case beside capitalised ones: «Хасанов И.Ф. от
/// коллектива», «Гордеева Анна Львовна (предс. цехкома)».
fn bare_name(stated: &str) -> String {
    let mut depth = 0_u32;
    let outside: String = stated
        .chars()
        .filter(|c| {
            depth += u32::from(*c == '(');
            let keep = depth == 0;
            depth = depth.saturating_sub(u32::from(*c == ')'));
            keep
        })
        .collect();
    let capitalised = |word: &&str| word.starts_with(char::is_uppercase);
    let names: Vec<&str> = outside.split_whitespace().filter(capitalised).collect();
    if names.is_empty() { outside } else { names.join(" ") }
}

/// Pairs each stated word with a registered one of its own.
fn fit(stated: &[String], known: &[String], same: fn(&str, &str) -> bool) -> Fact {
    let mut free: Vec<&String> = known.iter().collect();
    let mut strangers = Vec::new();
    // Whole words are paired before initials, or «И. Иванов» would spend «Иванов» on the initial.
    let mut longest_first: Vec<&String> = stated.iter().collect();
    longest_first.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    for word in longest_first {
        match free
            .iter()
            .position(|known| known == &word)
            .or_else(|| free.iter().position(|known| same(word, known)))
        {
            Some(at) => drop(free.remove(at)),
            None => strangers.push(word),
        }
    }
    let whole = |word: &String| word.chars().nth(1).is_some();
    let paired = stated.len() - strangers.len();
    match (paired, strangers.len()) {
        (1, 0) if known.len() > 1 => Fact::NamePart,
        (_, 0) if stated.iter().any(whole) => Fact::NameCompatible,
        (2.., 1)
            if free.len() == 1
                && whole(strangers[0])
                && stated.iter().filter(|word| whole(word)).count() > 2 =>
        {
            Fact::SurnameDiffers
        }
        _ => Fact::NameDiffers,
    }
}

/// Equal, an initial of the other, or two cases of one name.
fn same_word(stated: &str, known: &str) -> bool {
    let initial = |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
    stated == known || initial(stated, known) || initial(known, stated) || is_inflected(stated, known)
}

fn same_skeleton(stated: &str, known: &str) -> bool {
    let (stated, known) = (skeleton(stated), skeleton(known));
    stated == known || stated.chars().count() == 1 && known.starts_with(&stated)
}

/// Words that every organisation has.
const COMMON: &[&str] =
    &["ппо", "профсоюз", "организац", "первичн", "профком", "г", "город", "област", "мо", "рф"];

/// Whether a stated organisation is one of these: at least half of its own words are in one name, as the same stem, an
/// abbreviation («гор.») or initials («ПЭС»), and no number contradicts. `None` when nothing is stated or nothing decides.
pub fn org_matches(stated: &str, orgs: &[String]) -> Option<bool> {
    let own = stems_of(stated);
    if own.is_empty() || orgs.is_empty() {
        return None;
    }
    let shares: Vec<usize> = orgs.iter().map(|org| shared(&own, org)).collect();
    match shares.iter().max()? {
        0 => Some(false),
        &most if most * 2 >= own.len() => Some(true),
        _ => None,
    }
}

/// What stands before a word in one with it: «горбольница» is a «гор. больница».
const JOINED: &[&str] = &["гор", "рай", "обл", "дет", "мед", "псих"];

fn stems_of(name: &str) -> Vec<String> {
    let parts = words(name).flat_map(|word| {
        let joined = JOINED.iter().find_map(|start| Some((*start, word.strip_prefix(start)?)));
        match joined.filter(|(_, rest)| rest.chars().count() >= 6) {
            Some((start, rest)) => vec![start.to_owned(), rest.to_owned()],
            None => vec![word],
        }
    });
    parts.map(|word| stem(&word)).filter(|word| !COMMON.contains(&word.as_str())).collect()
}

fn shared(own: &[String], org: &str) -> usize {
    let all: Vec<String> = words(org).filter(|word| word != "ппо").collect();
    let initials: String = all.iter().filter_map(|word| word.chars().next()).collect();
    let theirs = stems_of(org);
    let number = |word: &&String| word.bytes().all(|b| b.is_ascii_digit());
    let contradicts = own
        .iter()
        .any(|word| number(&word) && theirs.iter().any(|other| number(&other)) && !theirs.contains(word));
    let known = |word: &&String| {
        let letters = word.chars().count();
        let abbreviates = letters >= 3 && theirs.iter().any(|other| other.starts_with(word.as_str()));
        theirs.contains(word)
            || abbreviates
            || letters >= 2 && !number(word) && initials.starts_with(word.as_str())
    };
    let real = own.iter().filter(known).filter(|word| !number(word)).count();
    if contradicts || real == 0 { 0 } else { own.iter().filter(known).count() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_by_order_initials_case_and_inflection() {
        use Fact::*;
        for (stated, registered, fact) in [
            ("Семёнова Алёна Игоревна", "СЕМЕНОВА АЛЕНА ИГОРЕВНА", NameEqual),
            ("Романова Вера Сергеевна", "Pоманова Вера Cергеевна", NameEqual),
            ("Семенова Алена", "Семёнова Алёна Игоревна", NameCompatible),
            ("Тимур Ахметов", "Ахметов Тимур Рустамович", NameCompatible),
            ("Ахметов Т.Р.", "Ахметов Тимур Рустамович", NameCompatible),
            ("И. Иванов", "Иванов Иван Петрович", NameCompatible),
            ("Ермаковой Л.А.", "Ермакова Людмила Анатольевна", NameCompatible),
            ("Хасанов И.Ф. от коллектива", "Хасанов Ильдар Фаритович", NameCompatible),
            ("от Дроздова Виктора Егоровича", "Дроздов Виктор Егорович", NameCompatible),
            ("Петровой Анне", "Петрова Анна Львовна", NameCompatible),
            ("Лаптеву Павлу Андреевичу", "Лаптев Павел Андреевич", NameCompatible),
            ("Достоевского Андрея", "Достоевский Андрей Ильич", NameCompatible),
            ("Ивановна Анна", "Иванович Анна Львовна", NameDiffers),
            ("Гордеева Анна Львовна (предс. цехкома)", "Гордеева Анна Львовна", NameEqual),
            ("чернов алексей", "Алексей Юрьевич Чернов", NameCompatible),
            ("Резеда", "Гайфуллина Резеда Маратовна", NamePart),
            ("Кузнецова Ольга Викторовна", "Паршина Ольга Викторовна", SurnameDiffers),
            ("Иванов Иван Сергеевич", "Иванов Иван Петрович", SurnameDiffers),
            ("Bkmlfh", "Хасанов Ильдар Фаритович", NameOtherLayout),
            ("Ildar Khasanov", "Хасанов Ильдар Фаритович", NameTransliterated),
            ("Петров Пётр", "Иванов Иван Петрович", NameDiffers),
            ("Т.Р.", "Ахметов Тимур Рустамович", NameDiffers),
        ] {
            assert_eq!(name_fact(stated, registered), Some(fact), "{stated} / {registered}");
        }
        assert_eq!(name_fact("", "Иванов"), None);
        assert_eq!(name_fact("(без имени)", "Иванов"), None);
    }

    #[test]
    fn organisations_match_as_people_call_them() {
        for (stated, org, matches) in [
            ("Заречинская гор. больница 2", "ППО Заречинской городской больницы № 2", Some(true)),
            ("горбольница 2", "ППО Заречинской городской больницы № 2", Some(true)),
            ("Заречинская гор. больница 1", "ППО Заречинской городской больницы № 2", Some(false)),
            ("ПЭС, ОВБ", "ППО «Приозёрские электрические сети»", Some(true)),
            ("перинатальный центр", "ППО областного перинатального центра", Some(true)),
            ("ЦРБ", "ППО Озёрской ЦРБ", Some(true)),
            ("мед колледж", "ППО студентов медицинского колледжа", Some(true)),
            ("Энергосбыт", "ППО «Заречинская ТЭЦ»", Some(false)),
            ("", "ППО Озёрской ЦРБ", None),
            ("ППО", "ППО Озёрской ЦРБ", None),
        ] {
            assert_eq!(org_matches(stated, &[org.to_owned()]), matches, "{stated}");
        }
    }

    fn row() -> RegistryRow {
        RegistryRow {
            name: "Ахметов Тимур Рустамович".into(),
            phones: vec!["8 900 000-01-07".into()],
            email: Some("Ahmetov@example.org".into()),
            card: Some("201 120".into()),
            orgs: vec!["ППО «Приозёрские электрические сети»".into()],
            status: Some(MemberStatus::Active),
            elected: false,
            namesakes: 0,
            ..RegistryRow::default()
        }
    }

    #[test]
    fn facts_stand_for_and_against() {
        let author =
            Author::new("Тимур Ахметов", "", "ahmetov@example.org", "ПЭС, ОВБ", "С ув., билет 201120");
        let all = facts(&author, &row());
        assert_eq!(
            all.facts_for,
            [Fact::EmailEqual, Fact::CardEqual, Fact::NameCompatible, Fact::OrgMatches]
        );
        assert_eq!(all.facts_against, []);
        let stranger = Author::new("Петров Пётр", "+7 900 000-01-08", "p@example.org", "ЦРБ", "билет 999999");
        let left = RegistryRow { namesakes: 1, status: Some(MemberStatus::Left), ..row() };
        let all = facts(&stranger, &left);
        assert_eq!(all.facts_for, []);
        let against = [
            "phone_differs",
            "email_differs",
            "card_differs",
            "name_differs",
            "org_differs",
            "namesakes",
            "not_active",
        ];
        assert_eq!(all.facts_against.iter().map(|fact| fact.code()).collect::<Vec<_>>(), against);
    }

    #[test]
    fn what_is_not_said_is_no_fact() {
        assert_eq!(facts(&Author::default(), &row()), Facts::default());
        let author = Author::new("Тимур Ахметов", "", "", "", "мой телефон 8 900 000 01 07");
        assert_eq!(facts(&author, &row()).facts_for, [Fact::PhoneEqual, Fact::NameCompatible]);
        assert_eq!(facts(&author, &RegistryRow::default()), Facts::default());
    }
}
