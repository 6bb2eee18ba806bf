//! Whether a letter goes on with an appeal: it must refer to one of its messages, and be written by somebody who takes part
//! in it. A reference alone is no proof: whoever was shown a Message-ID or a number could quote it.

use crate::types::AppealId;

/// A message that the letter refers to, the strongest reference first: In-Reply-To, then References from the newest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referred<'a> {
    pub appeal: AppealId,
    /// Every address of that message, in lower case.
    pub participants: Vec<&'a str>,
}

/// Where a letter belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thread {
    Joins(AppealId),
    /// A new appeal; a person may find that it goes on with this one.
    PossibleFollowUp(AppealId),
    New,
}

/// Decides by the first reference whose participants include one of the letter's authors (From, Reply-To; lower case).
/// `ours` says which addresses are the desk's: taking part is something that only others do.
pub fn decide(referred: &[Referred<'_>], authors: &[&str], ours: impl Fn(&str) -> bool) -> Thread {
    let takes_part = |referred: &&Referred<'_>| {
        referred.participants.iter().any(|known| !ours(known) && authors.contains(known))
    };
    if let Some(joined) = referred.iter().find(takes_part) {
        return Thread::Joins(joined.appeal);
    }
    referred.first().map_or(Thread::New, |first| Thread::PossibleFollowUp(first.appeal))
}

/// Whom a letter was written to that the one before it was not, and the other way round; `ours` says which addresses are
/// the desk's.
pub fn recipients_changed<'a>(
    before: &[&'a str],
    after: &[&'a str],
    ours: impl Fn(&str) -> bool,
) -> (Vec<&'a str>, Vec<&'a str>) {
    let others = |all: &[&'a str], known: &[&'a str]| -> Vec<&'a str> {
        all.iter().filter(|one| !known.contains(one) && !ours(one)).copied().collect()
    };
    (others(after, before), others(before, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn referred(appeal: AppealId, participants: &[&'static str]) -> Referred<'static> {
        Referred { appeal, participants: participants.to_vec() }
    }

    #[test]
    fn who_was_added_and_who_was_dropped_is_told_without_us() {
        let ours = |address: &str| address == "help@example.org";
        let before = ["anna@example.org", "help@example.org", "boss@example.org"];
        let after = ["anna@example.org", "help@example.org", "oleg@example.org"];
        let (added, dropped) = recipients_changed(&before, &after, ours);
        assert_eq!((added, dropped), (vec!["oleg@example.org"], vec!["boss@example.org"]));
    }

    #[test]
    fn a_reference_joins_only_with_somebody_who_takes_part() {
        let (one, two) = (AppealId::new(), AppealId::new());
        let ours = |address: &str| address == "help@example.org";
        let thread =
            [referred(one, &["anna@example.org", "help@example.org"]), referred(two, &["oleg@example.org"])];
        assert_eq!(decide(&thread, &["anna@example.org"], ours), Thread::Joins(one));
        assert_eq!(decide(&thread, &["oleg@example.org"], ours), Thread::Joins(two));
        assert_eq!(decide(&thread, &["stranger@example.org"], ours), Thread::PossibleFollowUp(one));
        assert_eq!(decide(&thread, &["help@example.org"], ours), Thread::PossibleFollowUp(one));
        assert_eq!(decide(&thread, &[], ours), Thread::PossibleFollowUp(one));
        assert_eq!(decide(&[], &["anna@example.org"], ours), Thread::New);
    }
}
