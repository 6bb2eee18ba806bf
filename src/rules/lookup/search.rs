//! One query over the index: the fragment that brings the fewest rows drives, the others are checked row by row.

use super::build::WORDS_OF_A_NAME;
use super::numbers::Met;
use super::query::{Query, WORDS as QUERY_WORDS};
use super::words::{Meaning, OTHER_SCRIPT};
use super::{LookupIndex, Why};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Once so many rows are found, later tiers add nothing that a person would read.
const ENOUGH: usize = 10;
/// Rows that one tier looks at, and hits that it keeps: a bound on a query of two letters over a million rows.
const LOOKED_AT: usize = 200_000;
const KEPT: usize = 2_000;
const BEST_SCORE: u16 = 1000;

pub(super) struct Found {
    pub row: u32,
    pub score: u16,
    pub why: Vec<Why>,
}

/// Rows that a number or an address brings, with what each costs.
type Rows = BTreeMap<u32, (u16, Why)>;

pub(super) fn find<K>(index: &LookupIndex<K>, text: &str, limit: usize) -> Vec<Found> {
    let query = Query::parse(text);
    let words = query.words();
    let Some(rows) = identifier_rows(index, &query, !words.is_empty()) else { return Vec::new() };
    let mut search = Search { index, rows, enough: limit.min(ENOUGH), hits: HashMap::new() };
    search.run_tiers(&query, &words);
    let mut found: Vec<(u16, u32, Vec<Why>)> =
        search.hits.into_iter().map(|(row, (cost, why))| (cost, row, why)).collect();
    found.sort_unstable();
    found.truncate(limit);
    let found = found.into_iter();
    found.map(|(cost, row, why)| Found { row, score: BEST_SCORE.saturating_sub(cost), why }).collect()
}

/// The rows of each number and each address; `None` if one of them is in the registry nowhere. A number that is too
/// short says nothing yet while there are words beside it.
fn identifier_rows<K>(index: &LookupIndex<K>, query: &Query, has_words: bool) -> Option<Vec<Rows>> {
    let mut all = Vec::new();
    for run in &query.numbers {
        let whole = number_rows(index, &run.concat());
        match whole.is_empty() {
            false => all.push(whole),
            true if run.len() > 1 => all.extend(run.iter().map(|number| number_rows(index, number))),
            true if has_words && run.concat().len() < 3 => {}
            true => return None,
        }
    }
    for typed in &query.emails {
        let found = index.emails.find(typed).into_iter();
        all.push(
            found
                .map(|(row, whole)| (row, if whole { (0, Why::Email) } else { (3, Why::EmailPart) }))
                .collect(),
        );
    }
    all.iter().all(|rows| !rows.is_empty()).then_some(all)
}

fn number_rows<K>(index: &LookupIndex<K>, digits: &str) -> Rows {
    let cost = |met| match met {
        Met::Phone => (0, Why::Phone),
        Met::Card => (0, Why::Card),
        Met::PhonePart => (3, Why::PhonePart),
        Met::CardPart => (3, Why::CardPart),
    };
    index.numbers.find(digits).into_iter().map(|(row, met)| (row, cost(met))).collect()
}

struct Search<'a, K> {
    index: &'a LookupIndex<K>,
    rows: Vec<Rows>,
    enough: usize,
    hits: HashMap<u32, (u16, Vec<Why>)>,
}

impl<K> Search<'_, K> {
    fn run_tiers(&mut self, query: &Query, words: &[String]) {
        let (names, orgs) = (&self.index.names, &self.index.orgs);
        let mut meanings: Vec<Meaning> =
            words.iter().map(|word| Meaning::plain(names, orgs, word, 0)).collect();
        self.collect(&meanings);
        self.collect_addresses(query);
        if words.is_empty() {
            return;
        }
        let widen: [fn(&mut Meaning, &super::words::Words, &str); 2] =
            [Meaning::add_typos, Meaning::add_parts];
        for add in widen {
            if self.hits.len() >= self.enough {
                return;
            }
            meanings.iter_mut().zip(words).for_each(|(meaning, word)| add(meaning, names, word));
            self.collect(&meanings);
        }
        if let Some(words) = query.switched_words().filter(|_| self.hits.len() < self.enough) {
            let switched = words.iter().map(|word| {
                let mut meaning = Meaning::plain(names, orgs, word, OTHER_SCRIPT);
                meaning.add_typos(names, word);
                meaning
            });
            self.collect(&switched.collect::<Vec<_>>());
        }
        if self.hits.len() < self.enough {
            meanings
                .iter_mut()
                .zip(words)
                .for_each(|(meaning, word)| meaning.add_transliterated(names, word));
            self.collect(&meanings);
        }
    }

    /// A lone Latin piece may be the beginning of an address as well as of a name.
    fn collect_addresses(&mut self, query: &Query) {
        let Some(typed) = query.lone_address().filter(|_| self.rows.is_empty()) else { return };
        for (row, _) in self.index.emails.find(&typed) {
            self.hits.entry(row).or_insert((10, vec![Why::EmailPart]));
        }
    }

    /// Adds the rows that every meaning and every number or address meets.
    fn collect(&mut self, meanings: &[Meaning]) {
        let (names, orgs) = (&self.index.names, &self.index.orgs);
        let words = meanings.iter().map(|meaning| (meaning.weight(names, orgs), Some(meaning)));
        let numbers = self.rows.iter().map(|rows| (rows.len(), None));
        let Some((weight, driver)) = words.chain(numbers).min_by_key(|(weight, _)| *weight) else { return };
        if weight == 0 {
            return;
        }
        let candidates: Box<dyn Iterator<Item = u32>> = match driver {
            Some(meaning) => Box::new(meaning.rows(names, orgs)),
            None => {
                let fewest = self.rows.iter().min_by_key(|rows| rows.len());
                let rows: Vec<u32> = fewest.into_iter().flat_map(|rows| rows.keys().copied()).collect();
                Box::new(rows.into_iter())
            }
        };
        let mut seen = HashSet::new();
        for row in candidates.take(LOOKED_AT) {
            if self.hits.len() >= KEPT {
                return;
            }
            if self.hits.contains_key(&row) || !seen.insert(row) {
                continue;
            }
            if let Some(hit) = self.judge(row, meanings) {
                self.hits.insert(row, hit);
            }
        }
    }

    /// What it costs that this row is meant, and why; `None` if some fragment does not meet it.
    fn judge(&self, row: u32, meanings: &[Meaning]) -> Option<(u16, Vec<Why>)> {
        let (mut cost, mut why) = assign(self.index, row, meanings)?;
        for rows in &self.rows {
            let (more, reason) = *rows.get(&row)?;
            cost += more;
            why.push(reason);
        }
        Some((cost, why))
    }
}

/// What it costs that a fragment means a word of the row, by the word's place; the last place is the organisation.
type Costs = [[Option<(u16, Why)>; WORDS_OF_A_NAME + 1]; QUERY_WORDS];

/// Gives each fragment a word of the row of its own, or the row's organisation, at the least cost: «иван иванов» wants two
/// words. The first fragment away from the first word costs 1 more, since people begin with the surname.
fn assign<K>(index: &LookupIndex<K>, row: u32, meanings: &[Meaning]) -> Option<(u16, Vec<Why>)> {
    let words = index.names.of(row);
    let org = index.orgs.row_orgs[row as usize];
    let mut costs: Costs = [[None; WORDS_OF_A_NAME + 1]; QUERY_WORDS];
    for (at, meaning) in meanings.iter().enumerate() {
        for (place, &word) in words.iter().enumerate() {
            let cost = meaning.cost(&index.names, word);
            costs[at][place] = cost.map(|(cost, why)| (cost + u16::from(at == 0 && place > 0), why));
        }
        costs[at][WORDS_OF_A_NAME] = meaning.org_cost(org);
        if costs[at].iter().all(Option::is_none) {
            return None;
        }
    }
    let mut choice = Choice { costs: &costs[..meanings.len()], places: [0; QUERY_WORDS], best: None };
    choice.go_on(0, 0, 0);
    let (cost, places) = choice.best?;
    let why = costs.iter().zip(places).take(meanings.len()).filter_map(|(own, place)| Some(own[place]?.1));
    Some((cost, why.collect()))
}

struct Choice<'a> {
    costs: &'a [[Option<(u16, Why)>; WORDS_OF_A_NAME + 1]],
    places: [usize; QUERY_WORDS],
    best: Option<(u16, [usize; QUERY_WORDS])>,
}

impl Choice<'_> {
    /// Tries every place for the fragment `at`; `taken` has a bit for each word that is given away.
    fn go_on(&mut self, at: usize, cost: u16, taken: u16) {
        if self.best.is_some_and(|(least, _)| least <= cost) {
            return;
        }
        let Some(own) = self.costs.get(at) else {
            self.best = Some((cost, self.places));
            return;
        };
        for (place, more) in own.iter().enumerate() {
            let bit = if place == WORDS_OF_A_NAME { 0 } else { 1 << place };
            if let Some((more, _)) = more.filter(|_| taken & bit == 0) {
                self.places[at] = place;
                self.go_on(at + 1, cost + more, taken | bit);
            }
        }
    }
}
