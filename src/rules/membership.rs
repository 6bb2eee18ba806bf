//! What the evidence about an author amounts to: a state and a class, from the facts about each candidate and from what the
//! author says of their own membership. A proposal for a person to look at; it links nobody, and where the evidence
//! contradicts itself it says so instead of choosing.

use super::matching::{Author, Fact, Facts, RegistryRow};
use super::normalise::{card_digits, email, phones, words};
use crate::types::{MatchClass, MemberState, MemberStatus};

/// A candidate with the facts about it.
#[derive(Clone, Debug)]
pub struct Weighed {
    pub row: RegistryRow,
    pub facts: Facts,
}

/// What the evidence amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    pub state: MemberState,
    pub class: MatchClass,
    /// The one candidate that the state is about, as a place in the list; none where there is no such one.
    pub candidate: Option<usize>,
    /// The class of each candidate, in the order of the list.
    pub classes: Vec<MatchClass>,
}

/// What an author says about their own membership.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// «Член профсоюза с 2010 года», «взносы удерживают», a card number.
    pub member: bool,
    /// «Как вступить?»: whoever asks this is not a member.
    pub wants_to_join: bool,
    /// Writes as somebody elected: a chair, a member of a committee.
    pub office: bool,
}

/// Judges an author against candidates, among which every row that shares an identifier with the author must be.
pub fn judge(author: &Author, claims: Claims, rows: &[Weighed]) -> Judgement {
    let owners = Owners::of(author, rows);
    let class = |(at, row): (usize, &Weighed)| class_of(&row.facts, owners.is_only(at));
    let classes: Vec<MatchClass> = rows.iter().enumerate().map(class).collect();
    let of = |class: MatchClass| places(&classes, class);
    let (strong, likely, weak) = (of(MatchClass::Strong), of(MatchClass::Likely), of(MatchClass::Weak));
    let identified = [strong.clone(), likely].concat();
    // A name that fits another row entirely contradicts an identifier whose row it does not fit.
    let contradicted = strong.is_empty() && weak.iter().any(|&at| fits_by_name(&rows[at].facts));
    let confirmed: Vec<usize> = identified.iter().copied().filter(|&at| vouched(&rows[at].facts)).collect();
    let (best, class) = match (identified.as_slice(), strong.as_slice(), weak.as_slice()) {
        ([one], _, _) if !contradicted || !is_other_name(&rows[*one].facts) => (Some(*one), classes[*one]),
        // A phone that its messenger vouches for stands above what was typed.
        _ if identified.len() > 1 && confirmed.len() == 1 => (Some(confirmed[0]), classes[confirmed[0]]),
        // Two identifiers, two rows: the name decides only if one of the rows fits it.
        (_, [one], _) if identified.len() > 1 => (Some(*one), MatchClass::Likely),
        ([_, ..], _, _) => (None, MatchClass::Weak),
        ([], _, [one]) => (Some(*one), MatchClass::Weak),
        ([], _, [_, ..]) => (None, MatchClass::Weak),
        ([], _, []) => (None, MatchClass::None),
    };
    let state = match (best, class) {
        (Some(at), _) => state_of(author, &rows[at], claims),
        (None, MatchClass::None) => without_candidate(author, claims),
        (None, _) => MemberState::Ambiguous,
    };
    Judgement { state, class, candidate: best, classes }
}

fn places(classes: &[MatchClass], class: MatchClass) -> Vec<usize> {
    (0..classes.len()).filter(|&at| classes[at] == class).collect()
}

const IDENTIFIERS: [Fact; 4] = [Fact::PhoneEqual, Fact::EmailEqual, Fact::CardEqual, Fact::ContactLinked];
const COMPATIBLE: [Fact; 3] = [Fact::NameEqual, Fact::NameCompatible, Fact::NamePart];

/// The rows that each of the author's identifiers points to.
struct Owners(Vec<Vec<usize>>);

impl Owners {
    fn of(author: &Author, rows: &[Weighed]) -> Self {
        let known: Vec<[Vec<String>; 3]> = rows
            .iter()
            .map(|Weighed { row, .. }| {
                [
                    row.phones.iter().flat_map(|field| phones(field)).collect(),
                    row.email.as_deref().and_then(email).into_iter().collect(),
                    row.card.as_deref().and_then(card_digits).into_iter().collect(),
                ]
            })
            .collect();
        let of = |kind: usize, value: &String| {
            (0..rows.len()).filter(|&at| known[at][kind].contains(value)).collect::<Vec<_>>()
        };
        let trusted = author.trusted();
        let with_linked = |value: &String, mut owners: Vec<usize>| {
            let linked = |at: &usize| trusted.contains(value) && rows[*at].row.linked.contains(value);
            owners
                .extend((0..rows.len()).filter(|at| linked(at) && !owners.contains(at)).collect::<Vec<_>>());
            owners.sort_unstable();
            owners
        };
        let stated = [author.confirmed_phones.as_slice(), &author.phones].concat();
        let phones = stated.iter().map(|phone| with_linked(phone, of(0, phone)));
        let emails = author.proven_emails().iter().map(|address| with_linked(address, of(1, address)));
        Self(phones.chain(emails).chain(author.cards.iter().map(|card| of(2, card))).collect())
    }

    /// Whether an identifier points to this row and to no other.
    fn is_only(&self, at: usize) -> bool {
        self.0.iter().any(|rows| *rows == [at])
    }
}

fn class_of(facts: &Facts, own: bool) -> MatchClass {
    let has = |fact: &Fact| facts.facts_for.contains(fact);
    let any = IDENTIFIERS.iter().any(has);
    let compatible = COMPATIBLE.iter().any(has);
    // A mailbox that was linked with somebody, and another one's name under the letter: somebody else may be writing.
    let registered = IDENTIFIERS[..3].iter().any(has);
    if any && !registered && facts.facts_against.contains(&Fact::NameDiffers) {
        return MatchClass::Weak;
    }
    match (own, any, compatible) {
        (true, _, true) => MatchClass::Strong,
        (true, _, false) | (false, true, true) => MatchClass::Likely,
        (false, true, false) => MatchClass::Weak,
        _ if fits_by_name(facts) && has(&Fact::OrgMatches) => MatchClass::Weak,
        _ => MatchClass::None,
    }
}

fn fits_by_name(facts: &Facts) -> bool {
    [Fact::NameEqual, Fact::NameCompatible].iter().any(|fact| facts.facts_for.contains(fact))
}

fn is_other_name(facts: &Facts) -> bool {
    facts.facts_against.contains(&Fact::NameDiffers)
}

fn vouched(facts: &Facts) -> bool {
    facts.facts_for.contains(&Fact::PhoneConfirmed)
}

/// What an author is who is this row: on the day of the event, where one is known.
pub fn state_of(author: &Author, row: &Weighed, claims: Claims) -> MemberState {
    let is_against = |fact: Fact| row.facts.facts_against.contains(&fact);
    let later_counts = author.event.is_none_or(|event| event.later_members_count);
    match row.row.status {
        Some(MemberStatus::Left) if is_against(Fact::NotActive) => MemberState::Lapsed,
        _ if is_against(Fact::JoinedAfter) && !later_counts => MemberState::NotMember,
        _ if row.row.elected && claims.office => MemberState::Staff,
        _ => MemberState::Member,
    }
}

/// Nobody in the registry: is that an answer, or was there too little to ask with?
fn without_candidate(author: &Author, claims: Claims) -> MemberState {
    let whole_words = words(&author.name).filter(|word| word.chars().count() > 1).count();
    let identified =
        !(author.phones.is_empty() && author.proven_emails().is_empty() && author.cards.is_empty());
    let named = whole_words >= 2 && !author.org.trim().is_empty();
    match (claims.wants_to_join, claims.member || !author.cards.is_empty(), identified || named) {
        (true, _, _) => MemberState::NotMember,
        (false, true, true) => MemberState::RegistryGap,
        (false, false, true) => MemberState::NotMember,
        (false, _, false) => MemberState::Unverifiable,
    }
}

/// Beginnings of words that stand near each other where somebody says that they are a member.
const MEMBER: &[(&str, &str)] = &[
    ("член", "профсоюз"),
    ("член", "профорганиз"),
    ("член", "ппо"),
    ("состо", "профсоюз"),
    ("взнос", "плач"),
    ("взнос", "плат"),
    ("взнос", "удерж"),
    ("взнос", "перечисл"),
    ("взнос", "вычит"),
    ("взнос", "снима"),
    ("union", "member"),
];
/// Words that say it alone.
const MEMBER_ALONE: &[&str] = &["профвзнос", "профбилет"];
const JOIN: &[(&str, &str)] =
    &[("вступ", "профсоюз"), ("вступ", "ряды"), ("стать", "член"), ("join", "union"), ("принят", "профсоюз")];
/// The offices of a trade union, as registries and signatures have them.
const OFFICE: &[&str] =
    &["предс", "пред", "профорг", "профгрупорг", "профгруппорг", "зампред", "предцехкома"];
/// How many words may stand between two of a pair.
const NEAR: usize = 4;
/// Words at the end of a letter in which a signature stands.
const SIGNATURE: usize = 12;
/// Nobody says it on page 20.
const WORDS: usize = 4000;

/// Reads what an author says of their membership, from the name field and the text as they came.
pub fn claims(name: &str, text: &str, is_staff_channel: bool) -> Claims {
    let said: Vec<String> = words(text).take(WORDS).collect();
    let wants_to_join = says(&said, JOIN);
    let alone = said.iter().any(|word| MEMBER_ALONE.iter().any(|start| word.starts_with(start)));
    let signature = &said[said.len().saturating_sub(SIGNATURE)..];
    let in_office = |mut words: std::slice::Iter<'_, String>| words.any(|word| is_office(word));
    let name: Vec<String> = words(name).collect();
    Claims {
        member: !wants_to_join && (alone || says(&said, MEMBER) || years_in_union(&said)),
        wants_to_join,
        office: is_staff_channel || in_office(name.iter()) || in_office(signature.iter()),
    }
}

/// Whether a position in the registry says that its holder is elected: «предс. цехкома», «председатель ППО».
pub fn is_elected(position: &str) -> bool {
    words(position).any(|word| is_office(&word))
}

fn is_office(word: &str) -> bool {
    // «Председателем», not «председательствующий».
    OFFICE.contains(&word) || word.starts_with("председател") && word.chars().count() <= 13
}

/// Whether two words of a pair stand near each other, the first not denied: «не член профсоюза» says the opposite.
fn says(said: &[String], pairs: &[(&str, &str)]) -> bool {
    let is_denied = |at: usize| at > 0 && matches!(said[at - 1].as_str(), "не" | "ни" | "not");
    let stands_near = |at: usize, start: &str| {
        let around = &said[at.saturating_sub(NEAR)..(at + NEAR + 1).min(said.len())];
        around.iter().any(|word| word.starts_with(start))
    };
    let at_word = |(at, word): (usize, &String)| {
        !is_denied(at) && pairs.iter().any(|pair| word.starts_with(pair.0) && stands_near(at, pair.1))
    };
    said.iter().enumerate().any(at_word)
}

/// «В профсоюзе с 2010 года», «59 лет в профсоюзе».
fn years_in_union(said: &[String]) -> bool {
    let is_number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    said.windows(3).any(|three| {
        let in_union = |word: &String| word.starts_with("профсоюз");
        let since = in_union(&three[0]) && matches!(three[1].as_str(), "с" | "со") && is_number(&three[2]);
        let years =
            matches!(three[0].as_str(), "лет" | "год" | "года") && three[1] == "в" && in_union(&three[2]);
        since || years
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::matching::{Event, facts};

    fn row(name: &str, phone: &str, org: &str) -> RegistryRow {
        RegistryRow {
            name: name.into(),
            phones: vec![phone.into()],
            orgs: vec![org.into()],
            status: Some(MemberStatus::Active),
            ..RegistryRow::default()
        }
    }

    const HOSPITAL: &str = "ППО Заречинской городской больницы № 2";

    fn judged(
        author: &Author,
        claims: Claims,
        rows: &[RegistryRow],
    ) -> (MemberState, MatchClass, Option<usize>) {
        let weigh = |row: &RegistryRow| Weighed { row: row.clone(), facts: facts(author, row) };
        let judgement = judge(author, claims, &rows.iter().map(weigh).collect::<Vec<_>>());
        (judgement.state, judgement.class, judgement.candidate)
    }

    #[test]
    fn an_identifier_and_a_compatible_name_are_strong() {
        let rows = [
            row("Серова Вера Ильинична", "+7 900 000-02-01", HOSPITAL),
            row("Серов Илья Ильич", "", HOSPITAL),
        ];
        for name in ["Вера Серова", "СЕРОВА В.И.", "от Серовой Веры Ильиничны", "Вера"]
        {
            let author = Author::new(name, "8 900 000 02 01", "", "", "");
            let strong = (MemberState::Member, MatchClass::Strong, Some(0));
            assert_eq!(judged(&author, Claims::default(), &rows), strong, "{name}");
        }
        for name in ["", "Ковалёва Вера Ильинична", "Dthf", "Vera Serova", "бригада приёмного покоя"]
        {
            let author = Author::new(name, "8 900 000 02 01", "", "", "");
            let likely = (MemberState::Member, MatchClass::Likely, Some(0));
            assert_eq!(judged(&author, Claims::default(), &rows), likely, "{name}");
        }
    }

    #[test]
    fn evidence_that_contradicts_itself_is_ambiguous() {
        let namesakes =
            [row("Серов Илья Ильич", "", HOSPITAL), row("Серов Илья Ильич", "8 900 000 02 02", HOSPITAL)];
        let author = Author::new("Серов Илья Ильич", "", "", "больница 2", "");
        let ambiguous = (MemberState::Ambiguous, MatchClass::Weak, None);
        assert_eq!(judged(&author, Claims::default(), &namesakes), ambiguous);
        // Two identifiers that point to two people of other names.
        let mut other = row("Котова Анна Павловна", "8 900 000 02 03", "ППО Озёрской ЦРБ");
        other.email = Some("kotova@example.org".into());
        let rows = [row("Серов Илья Ильич", "8 900 000 02 02", HOSPITAL), other];
        let author = Author::new("Пётр Лапин", "8 900 000 02 02", "kotova@example.org", "", "");
        assert_eq!(judged(&author, Claims::default(), &rows), ambiguous);
        // The phone is one person's, the name and the organisation another's.
        let rows =
            [row("Котова Анна Павловна", "8 900 000 02 03", ""), row("Серов Илья Ильич", "", HOSPITAL)];
        let author = Author::new("Серов Илья", "8 900 000 02 03", "", "больница 2", "");
        assert_eq!(judged(&author, Claims::default(), &rows), ambiguous);
    }

    #[test]
    fn a_shared_phone_is_never_strong() {
        let rows =
            [row("Серов Илья Ильич", "8 900 000 02 02", ""), row("Серова Вера Ильинична", "89000000202", "")];
        let named = Author::new("Илья Серов", "8 900 000 02 02", "", "", "");
        let likely = (MemberState::Member, MatchClass::Likely, Some(0));
        assert_eq!(judged(&named, Claims::default(), &rows), likely);
        let nameless = Author::new("", "8 900 000 02 02", "", "", "");
        let ambiguous = (MemberState::Ambiguous, MatchClass::Weak, None);
        assert_eq!(judged(&nameless, Claims::default(), &rows), ambiguous);
    }

    #[test]
    fn a_name_and_an_organisation_are_weak_and_a_name_alone_is_nothing() {
        let rows = [row("Серов Илья Ильич", "8 900 000 02 02", HOSPITAL)];
        let author = Author::new("Серов Илья Ильич", "", "", "горбольница 2", "");
        let weak = (MemberState::Member, MatchClass::Weak, Some(0));
        assert_eq!(judged(&author, Claims::default(), &rows), weak);
        let alone = Author::new("Илья", "", "", "", "");
        let nothing = (MemberState::Unverifiable, MatchClass::None, None);
        assert_eq!(judged(&alone, Claims::default(), &rows), nothing);
    }

    #[test]
    fn who_is_not_in_the_registry_is_told_by_what_they_say() {
        let author = Author::new("Лапин Пётр Ильич", "8 900 000 02 09", "", "ТЭЦ", "");
        let state = |text: &str| judged(&author, claims(&author.name, text, false), &[]).0;
        assert_eq!(state("Скажите, сколько дней отпуска."), MemberState::NotMember);
        assert_eq!(state("Я не член профсоюза, но прошу помочь"), MemberState::NotMember);
        assert_eq!(state("Как вступить в профсоюз?"), MemberState::NotMember);
        for claim in [
            "Я член профсоюза с 2015 года",
            "взносы удерживают каждый месяц",
            "В профсоюзе с 2010 года, помогите",
            "59 лет в профсоюзе",
            "профбилет потерял",
        ] {
            assert_eq!(state(claim), MemberState::RegistryGap, "{claim}");
        }
        let nobody = Author::new("Пётр", "", "", "", "");
        assert_eq!(
            judged(&nobody, claims("Пётр", "я член профсоюза", false), &[]).0,
            MemberState::Unverifiable
        );
    }

    #[test]
    fn membership_is_judged_on_the_day_of_the_event() {
        let mut rows = [row("Серов Илья Ильич", "8 900 000 02 02", HOSPITAL)];
        let mut author = Author::new("Серов Илья", "8 900 000 02 02", "", "", "");
        let mut state = |day: &str, later_members_count: bool, rows: &[RegistryRow]| {
            author.event = Some(Event { day: day.parse().unwrap(), later_members_count });
            judged(&author, Claims::default(), rows).0
        };
        rows[0].joined = "02.11.2026".into();
        assert_eq!(state("2026-11-01", true, &rows), MemberState::Member);
        assert_eq!(state("2026-11-01", false, &rows), MemberState::NotMember);
        assert_eq!(state("2026-11-02", false, &rows), MemberState::Member);
        rows[0].joined.clear();
        rows[0].status = Some(MemberStatus::Left);
        rows[0].status_text = "исключён 15.12.2025".into();
        assert_eq!(state("2025-12-14", true, &rows), MemberState::Member);
        assert_eq!(state("2026-01-10", true, &rows), MemberState::Lapsed);
        rows[0].dues = "долг 9 мес.".into();
        let facts = facts(&author, &rows[0]);
        assert!(facts.facts_against.contains(&Fact::DuesOwed), "{facts:?}");
    }

    #[test]
    fn a_phone_that_its_messenger_vouches_for_stands_above_a_typed_one() {
        let rows = [
            row("Котова Анна Павловна", "8 900 000 02 03", HOSPITAL),
            row("Серов Илья Ильич", "8 900 000 02 02", HOSPITAL),
        ];
        let mut author = Author::new("", "8 900 000 02 03", "", "", "");
        author.confirmed_phones = vec!["+79000000202".into()];
        let likely = (MemberState::Member, MatchClass::Likely, Some(1));
        assert_eq!(judged(&author, Claims::default(), &rows), likely);
        author.confirmed_phones.clear();
        author.phones.push("+79000000202".into());
        let ambiguous = (MemberState::Ambiguous, MatchClass::Weak, None);
        assert_eq!(judged(&author, Claims::default(), &rows), ambiguous);
    }

    #[test]
    fn a_row_tells_whether_its_person_left_or_writes_in_office() {
        let mut rows = [row("Серов Илья Ильич", "8 900 000 02 02", HOSPITAL)];
        rows[0].elected = is_elected("инженер, председатель ППО");
        let author = Author::new("Серов Илья Ильич (председатель)", "8 900 000 02 02", "", "", "");
        let state =
            |author: &Author, rows: &[RegistryRow]| judged(author, claims(&author.name, "", false), rows).0;
        assert_eq!(state(&author, &rows), MemberState::Staff);
        let private = Author::new("Серов Илья", "8 900 000 02 02", "", "", "");
        assert_eq!(state(&private, &rows), MemberState::Member);
        rows[0].status = Some(MemberStatus::Left);
        assert_eq!(state(&private, &rows), MemberState::Lapsed);
        assert!(!is_elected("председательствующий судья") && is_elected("ст. медсестра, предс. цехкома"));
    }
}
