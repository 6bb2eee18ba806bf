//! When two confirmed authors of one row of the registry are two people. Names decide, never contacts: a family shares a mailbox, and
//! one person has several. Who gave no name contradicts nobody. Pure; it finds and settles nothing.

use super::matching::{Fact, name_fact};
use super::normalise::words;
use uuid::Uuid;

/// One appeal whose author was confirmed to be the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub appeal: Uuid,
    /// As the author wrote it; may be empty.
    pub name: String,
}

/// The row that is claimed.
#[derive(Clone, Copy, Debug)]
pub struct Claimed<'a> {
    pub name: &'a str,
    /// Surnames that the person had before.
    pub former: &'a str,
}

/// Whether two authors can be one person, the row being theirs.
pub fn contradict(one: &str, other: &str, row: Claimed<'_>) -> bool {
    let differs = |stated: &str, known: &str| {
        let fact = name_fact(stated, known);
        matches!(fact, Some(Fact::NameDiffers | Fact::SurnameDiffers))
    };
    let fits = |name: &str| !differs(name, row.name) || is_former(name, row);
    differs(one, other) && differs(other, one) && !(fits(one) && fits(other))
}

/// Whether the name is the row's with a surname that the person had before.
fn is_former(name: &str, row: Claimed<'_>) -> bool {
    let former: Vec<String> = words(row.former).collect();
    name_fact(name, row.name) == Some(Fact::SurnameDiffers) && words(name).any(|word| former.contains(&word))
}

/// Pairs of appeals whose authors are two people, one pair for each two of them. `claims` in the order in which they were
/// confirmed; a pair in `known` speaks for all appeals of the same two people.
pub fn claimed_twice(claims: &[Claim], row: Claimed<'_>, known: &[(Uuid, Uuid)]) -> Vec<(Uuid, Uuid)> {
    let mut people: Vec<Vec<&Claim>> = Vec::new();
    for claim in claims.iter().filter(|claim| !claim.name.trim().is_empty()) {
        let same =
            |person: &&mut Vec<&Claim>| person.iter().all(|other| !contradict(&claim.name, &other.name, row));
        match people.iter_mut().find(same) {
            Some(person) => person.push(claim),
            None => people.push(vec![claim]),
        }
    }
    let mut found = Vec::new();
    for (at, one) in people.iter().enumerate() {
        for other in &people[at + 1..] {
            let has = |person: &[&Claim], appeal: Uuid| person.iter().any(|claim| claim.appeal == appeal);
            let told =
                known.iter().any(|&(a, b)| has(one, a) && has(other, b) || has(one, b) && has(other, a));
            if let (Some(last), Some(other), false) = (one.last(), other.last(), told) {
                found.push((last.appeal, other.appeal));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: Claimed<'_> =
        Claimed { name: "Паршина Ольга Викторовна", former: "Кузнецова" };

    fn claims(names: &[&str]) -> Vec<Claim> {
        let claim =
            |(n, name): (usize, &&str)| Claim { appeal: Uuid::from_u128(n as u128), name: (*name).into() };
        names.iter().enumerate().map(claim).collect()
    }

    #[test]
    fn two_names_that_cannot_be_one_person_contradict_and_a_former_surname_does_not() {
        for (one, other, wanted) in [
            ("Паршина Ольга Викторовна", "Паршина О. В.", false),
            ("Паршина Ольга", "Ольга Викторовна", false),
            ("Паршина Ольга Викторовна", "Кузнецова Ольга Викторовна", false),
            ("Паршина Ольга Викторовна", "Смирнова Ольга Викторовна", true),
            ("Паршин Пётр Ильич", "Паршина Ольга Викторовна", true),
            ("", "Паршина Ольга", false),
        ] {
            assert_eq!(contradict(one, other, ROW), wanted, "{one} / {other}");
        }
    }

    #[test]
    fn two_people_are_one_pair_however_often_they_write_and_what_is_known_is_not_found_again() {
        let all =
            claims(&["Паршина Ольга", "Паршин Пётр Ильич", "", "Паршина Ольга Викторовна", "Паршин Пётр"]);
        let id = Uuid::from_u128;
        assert_eq!(claimed_twice(&all, ROW, &[]), [(id(3), id(4))]);
        assert!(
            claimed_twice(&all, ROW, &[(id(1), id(0))]).is_empty(),
            "settled between earlier letters of the two"
        );
        assert!(claimed_twice(&all[..1], ROW, &[]).is_empty());
    }
}
