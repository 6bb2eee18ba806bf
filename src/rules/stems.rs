//! Text as search terms: what is indexed and what is asked must be cut by the same knife. Only letters and digits come
//! out, so the store may build FTS5 and tsquery syntax around the terms without quoting anything.

use super::normalise::{is_cyrillic, words};
use rust_stemmers::{Algorithm, Stemmer};

/// A longer run of letters and digits is no word but an encoded blob.
const WORD_CHARS: usize = 64;
/// Words of one text that are indexed; a book of 300 pages has about as many.
const WORDS: usize = 100_000;
const QUERY_WORDS: usize = 12;
/// The shortest beginning of a word that is looked up as one; the index keeps prefixes of 2 and 3.
const PREFIX_CHARS: usize = 3;

/// The terms of a text in order, with single spaces between. Russian words are stemmed (Snowball) after ё is folded, for
/// the stemmer does not join «приём» with «прием»; other words are kept whole in lower case. There are no stop words.
pub fn index_terms(text: &str) -> String {
    let stemmer = Stemmer::create(Algorithm::Russian);
    let mut terms = String::with_capacity(text.len());
    for word in words(text).filter(|word| is_word(word)).take(WORDS) {
        if !terms.is_empty() {
            terms.push(' ');
        }
        terms.push_str(&stem_with(&stemmer, &word));
    }
    terms
}

/// What a person asked for; every term must be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryTerms {
    pub terms: Vec<QueryTerm>,
}

/// One term of a query: letters and digits only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryTerm {
    /// A whole word, as its stem.
    Stem(String),
    /// The word that is being typed: what begins with `typed`, or has this stem. A full inflected form is no beginning of
    /// its own stem, so both are asked.
    Prefix { typed: String, stem: String },
}

/// The terms of a query, at most twelve; its last word, unless something follows it, is still being typed. `None` when
/// there is no letter and no digit: then nothing is searched, which is not "everything is found".
pub fn query_terms(text: &str) -> Option<QueryTerms> {
    let stemmer = Stemmer::create(Algorithm::Russian);
    let mut typed: Vec<String> = words(text).filter(|word| is_word(word)).take(QUERY_WORDS).collect();
    let unfinished = text.ends_with(char::is_alphanumeric);
    let last = if unfinished { typed.pop() } else { None };
    let mut terms: Vec<QueryTerm> = Vec::new();
    for word in typed {
        let term = QueryTerm::Stem(stem_with(&stemmer, &word));
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms.extend(last.map(|typed| last_term(&stemmer, typed)));
    (!terms.is_empty()).then_some(QueryTerms { terms })
}

fn last_term(stemmer: &Stemmer, typed: String) -> QueryTerm {
    let stem = stem_with(stemmer, &typed);
    match typed.chars().count() {
        PREFIX_CHARS.. => QueryTerm::Prefix { typed, stem },
        _ => QueryTerm::Stem(stem),
    }
}

fn is_word(word: &str) -> bool {
    word.chars().nth(WORD_CHARS).is_none()
}

/// The stem of one folded word.
pub(super) fn stem(word: &str) -> String {
    stem_with(&Stemmer::create(Algorithm::Russian), word)
}

fn stem_with(stemmer: &Stemmer, word: &str) -> String {
    if word.chars().any(is_cyrillic) { stemmer.stem(word).into_owned() } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_of_a_word_are_one_term() {
        assert_eq!(index_terms("Увольнение, увольнения; УВОЛЬНЕНИЕМ"), "увольнен увольнен увольнен");
        assert_eq!(index_terms("приём"), index_terms("прием"));
        assert_eq!(index_terms("Excel 2-НДФЛ № 214"), "excel 2 ндфл 214");
        assert_eq!(index_terms("уволь\u{ad}нение"), "увольнен");
        assert_eq!(index_terms(&"x".repeat(65)), "");
    }

    #[test]
    fn the_last_word_is_still_being_typed() {
        let stem = |text: &str| QueryTerm::Stem(text.into());
        let prefix = |typed: &str, stem: &str| QueryTerm::Prefix { typed: typed.into(), stem: stem.into() };
        let asked = |text| query_terms(text).map(|query| query.terms);
        assert_eq!(asked("отпуска увольнения"), Some(vec![stem("отпуск"), prefix("увольнения", "увольнен")]));
        assert_eq!(asked("отпуска "), Some(vec![stem("отпуск")]));
        assert_eq!(asked("отпуск отпуска от"), Some(vec![stem("отпуск"), stem("от")]));
        assert_eq!(asked("* \" ) OR"), Some(vec![stem("or")]));
        assert_eq!(asked(" *:'\" "), None);
    }

    proptest! {
        #[test]
        fn terms_hold_letters_and_digits_only(text in any::<String>()) {
            prop_assert!(index_terms(&text).chars().all(|c| c == ' ' || c.is_alphanumeric()));
            for term in query_terms(&text).map(|query| query.terms).unwrap_or_default() {
                let (QueryTerm::Stem(typed) | QueryTerm::Prefix { typed, .. }) = &term;
                prop_assert!(!typed.is_empty() && typed.chars().all(char::is_alphanumeric));
                if let QueryTerm::Prefix { stem, .. } = &term {
                    prop_assert!(!stem.is_empty() && stem.chars().all(char::is_alphanumeric));
                }
            }
        }

        #[test]
        fn a_word_of_a_text_is_found_by_asking_for_it(word in "[а-яё]{3,20}", around in "[а-я ]{0,20}") {
            let indexed = index_terms(&format!("{around} {word}"));
            let asked = query_terms(&format!("{word} ")).unwrap();
            let [QueryTerm::Stem(stem)] = &asked.terms[..] else { panic!("{asked:?}") };
            prop_assert!(indexed.split(' ').any(|term| term == stem));
        }
    }
}
