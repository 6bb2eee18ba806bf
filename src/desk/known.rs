//! What letters that are settled in one transaction need to know, asked once for all of them: the messages that their
//! Message-IDs lead to, and the next number of an appeal.

use super::act::Act;
use super::queue::index_terms;
use crate::error::Result;
use crate::mail::ParsedMail;
use crate::store::desk_row;
use crate::store::messages::{self, ThreadRecord};
use crate::types::{Purpose, Untrusted};
use std::collections::HashMap;

/// References of a letter that are looked up, nearest first.
const REFERENCES: usize = 24;

/// Holds for one transaction: nobody else's messages count that come meanwhile, as if they came a moment later.
#[derive(Default)]
pub(super) struct Known {
    /// By Message-ID; an id that was asked and found nothing has an empty list.
    messages: HashMap<String, Vec<ThreadRecord>>,
    /// The newest number of each year.
    numbers: HashMap<i16, i64>,
    /// The words of the letter that is settled now, where they were folded before.
    terms: Option<String>,
}

/// The Message-IDs that a letter refers to, nearest first, each once.
pub(super) fn references(letter: &ParsedMail) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for id in letter.in_reply_to.iter().chain(letter.references.iter().rev()).take(REFERENCES) {
        if !found.contains(&id.as_str()) {
            found.push(id);
        }
    }
    found
}

impl Known {
    /// Looks up what `letters` name, unless it is known.
    pub async fn learn<'a>(
        &mut self,
        act: &mut Act,
        letters: impl IntoIterator<Item = &'a ParsedMail>,
    ) -> Result<()> {
        let mut asked: Vec<Untrusted> = Vec::new();
        for letter in letters {
            for id in letter.message_id.as_deref().into_iter().chain(references(letter)) {
                if !self.messages.contains_key(id) {
                    self.messages.insert(id.to_owned(), Vec::new());
                    asked.push(Untrusted::new(id));
                }
            }
        }
        for record in messages::by_rfc_ids(&mut act.conn(), &asked).await? {
            self.add(record);
        }
        Ok(())
    }

    /// Begins with the next letter, whose words are these unless they have not been folded yet.
    pub fn set_terms(&mut self, terms: Option<&str>) {
        self.terms = terms.map(str::to_owned);
    }

    /// The words by which the letter is found.
    pub fn terms_of(&mut self, letter: &ParsedMail) -> String {
        self.terms.take().unwrap_or_else(|| index_terms(&letter.subject, &letter.text))
    }

    /// A message that is there now.
    pub fn add(&mut self, record: ThreadRecord) {
        let id = record.rfc_message_id.raw_for(Purpose::Threading).to_owned();
        self.messages.entry(id).or_default().push(record);
    }

    /// The messages of a Message-ID that was learnt, in the order of arrival.
    pub fn of(&self, id: &str) -> &[ThreadRecord] {
        self.messages.get(id).map_or(&[], Vec::as_slice)
    }

    /// The next number of a year.
    pub async fn next_number(&mut self, act: &mut Act, year: i16) -> Result<i64> {
        let counter = format!("appeal:{year}");
        let last = match self.numbers.get(&year) {
            Some(last) => *last,
            None => desk_row::hold_counter(&mut act.conn(), &counter).await?,
        };
        desk_row::set_counter(&mut act.conn(), &counter, last + 1).await?;
        self.numbers.insert(year, last + 1);
        Ok(last + 1)
    }
}
