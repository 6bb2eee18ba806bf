//! Addresses, sorted, by their beginning. Domains are few and stand once.

use super::arrays::{Array, Arrays, push_texts};
use std::borrow::Cow;
use std::collections::HashMap;

const ROWS: usize = 5_000;

#[derive(Debug, Default)]
pub(super) struct Emails {
    local: String,
    ends: Vec<u32>,
    domain: Vec<u32>,
    row: Vec<u32>,
    domains: Vec<String>,
}

#[derive(Default)]
pub(super) struct EmailsBuilder {
    addresses: Vec<(String, u32, u32)>,
    domains: HashMap<String, u32>,
}

impl EmailsBuilder {
    /// Takes an address in comparable form.
    pub(super) fn add(&mut self, address: &str, row: u32) {
        let Some((local, domain)) = address.rsplit_once('@') else { return };
        let next = self.domains.len() as u32;
        let domain = *self.domains.entry(domain.to_owned()).or_insert(next);
        self.addresses.push((local.to_owned(), domain, row));
    }

    pub(super) fn build(mut self) -> Emails {
        self.addresses.sort_unstable();
        let mut domains = vec![String::new(); self.domains.len()];
        self.domains.into_iter().for_each(|(domain, at)| domains[at as usize] = domain);
        let mut emails = Emails { domains, ..Emails::default() };
        for (local, domain, row) in &self.addresses {
            emails.local.push_str(local);
            emails.ends.push(emails.local.len() as u32);
            emails.domain.push(*domain);
            emails.row.push(*row);
        }
        emails.local.shrink_to_fit();
        emails.ends.shrink_to_fit();
        emails.domain.shrink_to_fit();
        emails.row.shrink_to_fit();
        emails
    }
}

impl Emails {
    fn local(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.local[start..self.ends[at] as usize]
    }

    fn partition(&self, is_before: impl Fn(&str) -> bool) -> usize {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(self.local(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The rows whose address begins so, in order, and whether it is the whole one.
    pub(super) fn find(&self, typed: &str) -> Vec<(u32, bool)> {
        let (local, domain) = match typed.split_once('@') {
            Some((local, domain)) => (local, Some(domain)),
            None => (typed, None),
        };
        let begins = |text: &str| if domain.is_some() { text == local } else { text.starts_with(local) };
        let from = self.partition(|text| text < local);
        let to = self.partition(|text| text < local || begins(text));
        let mut rows: Vec<(u32, bool)> = Vec::new();
        for at in from..to {
            let known = &self.domains[self.domain[at] as usize];
            if domain.is_none_or(|domain| known.starts_with(domain)) && rows.len() < ROWS {
                rows.push((self.row[at], domain.is_some_and(|domain| domain == known)));
            }
        }
        rows.sort_unstable_by_key(|&(row, whole)| (row, !whole));
        rows.dedup_by_key(|(row, _)| *row);
        rows
    }

    pub(super) fn store<'a>(&'a self, arrays: &mut Vec<Array<'a>>) {
        arrays.push(Array::U8(Cow::from(self.local.as_bytes())));
        arrays.push(Array::U32(Cow::from(&self.ends)));
        arrays.push(Array::U32(Cow::from(&self.domain)));
        arrays.push(Array::U32(Cow::from(&self.row)));
        push_texts(self.domains.iter().map(String::as_str), arrays);
    }

    pub(super) fn restore(arrays: &mut Arrays) -> Option<Self> {
        let local = String::from_utf8(arrays.u8s()?).ok()?;
        let (ends, domain, row) = (arrays.u32s()?, arrays.u32s()?, arrays.u32s()?);
        Some(Self { local, ends, domain, row, domains: arrays.texts()? })
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let domains: usize = self.domains.iter().map(|domain| domain.capacity() + 24).sum();
        self.local.capacity()
            + 4 * (self.ends.capacity() + self.domain.capacity() + self.row.capacity())
            + domains
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_by_its_beginning() {
        let mut emails = EmailsBuilder::default();
        emails.add("a.semenova@example.org", 0);
        emails.add("a.semenov@example.org", 1);
        emails.add("a.semenova@example.com", 2);
        let emails = emails.build();
        let found = |typed| emails.find(typed);
        assert_eq!(found("a.sem"), [(0, false), (1, false), (2, false)]);
        assert_eq!(found("a.semenova@exa"), [(0, false), (2, false)]);
        assert_eq!(found("a.semenova@example.org"), [(0, true)]);
        assert_eq!(found("b"), []);
    }
}
