//! One query over one index: the fragment that brings the fewest rows drives, the others are checked row by row, by sets of
//! rows where many would have to be checked.

use super::build::WORDS_OF_A_NAME;
use super::meaning::{Meaning, OTHER_SCRIPT};
use super::numbers::Met;
use super::orgs::OrgNames;
use super::query::{Query, WORDS as QUERY_WORDS};
use super::rowset::RowSet;
use super::{Index, Why};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Once so many rows are found, later tiers add nothing that a person would read.
const ENOUGH: usize = 10;
/// Rows that one tier weighs, and hits that it keeps: a bound on a query of two letters over a million rows.
const WEIGHED: usize = 30_000;
const KEPT: usize = 1_000;
/// How many rows of a set are filled in the time in which one row is weighed.
const FILLED: usize = 30;
const BEST_SCORE: u16 = 1000;

pub(super) struct Found {
    pub row: u32,
    pub score: u16,
    pub why: Vec<Why>,
}

/// What is looked for, and among which rows.
pub(super) struct Ask<'a> {
    pub text: &'a str,
    pub limit: usize,
    /// Only rows of these organisations.
    pub within: Option<&'a HashSet<Uuid>>,
    /// Not these rows.
    pub gone: &'a RowSet,
}

/// Rows that a number or an address brings, in order, with what each costs.
type Rows = Vec<(u32, (u16, Why))>;

pub(super) fn find(index: &Index, orgs: &OrgNames, ask: &Ask<'_>) -> Vec<Found> {
    let query = Query::parse(ask.text);
    let words = query.words();
    let Some(rows) = identifier_rows(index, &query, !words.is_empty()) else { return Vec::new() };
    let within = ask.within.map(|within| index.orgs.numbers(within).unwrap_or_default());
    let (enough, gone) = (ask.limit.min(ENOUGH), ask.gone);
    let mut search = Search { index, orgs, within, gone, rows, enough, hits: HashMap::new() };
    search.run_tiers(&query, &words);
    let mut found: Vec<(u16, u32, Vec<Why>)> =
        search.hits.into_iter().map(|(row, (cost, why))| (cost, row, why)).collect();
    found.sort_unstable();
    found.truncate(ask.limit);
    let found = found.into_iter();
    found.map(|(cost, row, why)| Found { row, score: BEST_SCORE.saturating_sub(cost), why }).collect()
}

/// The rows of each number and each address; `None` if one of them is in the registry nowhere. A number that is too
/// short says nothing yet while there are words beside it.
fn identifier_rows(index: &Index, query: &Query, has_words: bool) -> Option<Vec<Rows>> {
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
        let cost = |whole| if whole { (0, Why::Email) } else { (3, Why::EmailPart) };
        all.push(found.map(|(row, whole)| (row, cost(whole))).collect());
    }
    all.iter().all(|rows| !rows.is_empty()).then_some(all)
}

fn number_rows(index: &Index, digits: &str) -> Rows {
    let cost = |met| match met {
        Met::Phone => (0, Why::Phone),
        Met::Card => (0, Why::Card),
        Met::PhonePart => (3, Why::PhonePart),
        Met::CardPart => (3, Why::CardPart),
    };
    index.numbers.find(digits).into_iter().map(|(row, met)| (row, cost(met))).collect()
}

struct Search<'a> {
    index: &'a Index,
    orgs: &'a OrgNames,
    /// The numbers of the organisations whose rows may be found; none: all may.
    within: Option<RowSet>,
    gone: &'a RowSet,
    rows: Vec<Rows>,
    enough: usize,
    hits: HashMap<u32, (u16, Vec<Why>)>,
}

impl Search<'_> {
    fn run_tiers(&mut self, query: &Query, words: &[String]) {
        let names = &self.index.names;
        let mut meanings: Vec<Meaning> = words.iter().map(|word| self.meaning(word, 0)).collect();
        self.collect(&meanings);
        self.collect_addresses(query);
        if words.is_empty() || self.hits.len() >= self.enough {
            return;
        }
        meanings.iter_mut().for_each(|meaning| meaning.add_mistaken(names, 1));
        self.collect(&meanings);
        if self.hits.len() >= self.enough {
            return;
        }
        let is_nobody = self.hits.is_empty();
        for meaning in &mut meanings {
            if is_nobody {
                meaning.add_mistaken(names, 2);
            }
            meaning.add_parts(names, if is_nobody { 3 } else { 4 });
        }
        self.collect(&meanings);
        // Few registries have names in Latin letters, so a word of Cyrillic ones is read as one only if it is nothing else.
        let enough = if query.has_latin() { self.enough } else { 1 };
        if let Some(words) = query.switched_words().filter(|_| self.hits.len() < enough) {
            let switched = words.iter().map(|word| {
                let mut meaning = self.meaning(word, OTHER_SCRIPT);
                meaning.add_mistaken(names, 2);
                meaning
            });
            let switched: Vec<Meaning> = switched.collect();
            self.collect(&switched);
        }
        if self.hits.len() < enough {
            meanings.iter_mut().for_each(|meaning| meaning.add_transliterated(names));
            self.collect(&meanings);
        }
    }

    fn meaning(&self, word: &str, base: u16) -> Meaning {
        Meaning::plain(self.index, word, &self.orgs.beginning_with(word), base)
    }

    /// A lone Latin piece may be the beginning of an address as well as of a name.
    fn collect_addresses(&mut self, query: &Query) {
        let Some(typed) = query.lone_address().filter(|_| self.rows.is_empty()) else { return };
        for (row, _) in self.index.emails.find(&typed) {
            if self.may_be_found(row) {
                self.hits.entry(row).or_insert((10, vec![Why::EmailPart]));
            }
        }
    }

    fn may_be_found(&self, row: u32) -> bool {
        let is_within = |within: &RowSet| within.contains(self.index.orgs.of(row));
        !self.gone.contains(row) && self.within.as_ref().is_none_or(is_within)
    }

    /// Adds the rows that every meaning and every number or address meets.
    fn collect(&mut self, meanings: &[Meaning]) {
        let index = self.index;
        let weights: Vec<usize> = meanings.iter().map(|meaning| meaning.whole_weight(index)).collect();
        let fewest = self.rows.iter().min_by_key(|rows| rows.len());
        let least = (0..meanings.len()).min_by_key(|&at| weights[at]);
        let weight = least.map_or(usize::MAX, |at| weights[at]);
        if weight == 0 {
            return;
        }
        let numbers: Option<Vec<u32>> =
            fewest.filter(|rows| rows.len() <= weight).map(|rows| rows.iter().map(|(row, _)| *row).collect());
        let driving = numbers.as_ref().map_or(weight, Vec::len);
        let driver = least.filter(|_| numbers.is_none());
        let is_checked = |at: usize| driver != Some(at);
        let sets: Vec<(&Meaning, RowSet)> = (0..meanings.len())
            .filter(|&at| is_checked(at) && meanings[at].weight(&index.names) < driving * FILLED)
            .filter(|_| driving > FILLED * FILLED)
            .map(|at| (&meanings[at], meanings[at].rows(index)))
            .collect();
        let meets = |row: u32| {
            let met = |(meaning, rows): &(&Meaning, RowSet)| {
                rows.contains(row) || meaning.means_org(index.orgs.of(row))
            };
            sets.iter().all(met)
        };
        let mut seen = RowSet::new(index.keys.len());
        let mut weighed = 0;
        let mut visit = |row: u32| {
            if !meets(row) || !self.may_be_found(row) || !seen.insert(row) || self.hits.contains_key(&row) {
                return true;
            }
            weighed += 1;
            if let Some(hit) = self.judge(row, meanings) {
                self.hits.insert(row, hit);
            }
            self.hits.len() < KEPT && weighed < WEIGHED
        };
        match (numbers, driver) {
            (Some(rows), _) => drop(rows.into_iter().all(visit)),
            (None, Some(at)) => meanings[at].each_row(index, &mut visit),
            (None, None) => {}
        }
    }

    /// What it costs that this row is meant, and why; `None` if some fragment does not meet it.
    fn judge(&self, row: u32, meanings: &[Meaning]) -> Option<(u16, Vec<Why>)> {
        let (mut cost, mut why) = assign(self.index, row, meanings)?;
        for rows in &self.rows {
            let at = rows.binary_search_by_key(&row, |(row, _)| *row).ok()?;
            let (more, reason) = rows[at].1;
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
fn assign(index: &Index, row: u32, meanings: &[Meaning]) -> Option<(u16, Vec<Why>)> {
    let words = index.names.of(row);
    let org = index.orgs.of(row);
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
