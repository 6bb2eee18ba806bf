//! What the match card holds: the candidates that the desk found, or the hits of a look-up.

use crate::app::effect::Failure;
use crate::screens::contacts::{Claim, Contact, Query};
use crate::widgets::columns::Cursor;
use crate::widgets::input::Input;
use jiff::Timestamp;
use otklik_core::desk::views::{Candidate, MatchCard, MemberHit, MemberView};
use otklik_core::types::{
    AppealId, AppealNumber, DisplayText, MatchClass, MemberId, MemberState, MemberStatus, OrgId, QueryState,
};

/// A row of the registry made safe to draw.
#[derive(Clone, Debug)]
pub struct Member {
    pub id: MemberId,
    pub source_id: DisplayText,
    pub name: DisplayText,
    pub birth: DisplayText,
    pub card: DisplayText,
    pub organisation: Option<DisplayText>,
    pub org: Option<OrgId>,
    pub position: DisplayText,
    pub phone: DisplayText,
    pub email: DisplayText,
    pub joined: DisplayText,
    pub dues: DisplayText,
    pub status: MemberStatus,
    pub status_text: DisplayText,
    /// Since when the row is no longer in its organisation's file.
    pub missing_since: Option<Timestamp>,
    pub source: (DisplayText, i64),
    /// Nothing of it is masked.
    pub opened: bool,
}

impl Member {
    pub fn new(view: &MemberView) -> Self {
        Self {
            id: view.id,
            source_id: view.source_id.display(),
            name: view.name.display(),
            birth: view.birth.display(),
            card: view.card.display(),
            organisation: view.organisation.as_ref().map(|org| org.name.display_line()),
            org: view.organisation.as_ref().map(|org| org.id),
            position: view.position.display(),
            phone: view.phone.display(),
            email: view.email.display(),
            joined: view.joined.display(),
            dues: view.dues.display(),
            status: view.status,
            status_text: view.status_text.display(),
            missing_since: view.missing_since,
            source: (view.source_file.display_line(), view.source_line),
            opened: view.opened,
        }
    }
}

/// A member with the codes of what speaks for and against. Both are shown; neither decides.
#[derive(Clone, Debug)]
pub struct Found {
    pub member: Member,
    pub facts_for: Vec<String>,
    pub facts_against: Vec<String>,
    /// What the evidence amounts to for this row; a hit of a look-up was not weighed.
    pub weighed: Option<(MemberState, MatchClass)>,
    /// Others who are confirmed to be this row.
    pub claimed: Vec<Claim>,
}

impl Found {
    pub fn candidate(candidate: &Candidate) -> Self {
        Self {
            member: Member::new(&candidate.member),
            facts_for: candidate.facts_for.clone(),
            facts_against: candidate.facts_against.clone(),
            weighed: Some((candidate.state, candidate.class)),
            claimed: candidate.claimed.iter().map(Claim::new).collect(),
        }
    }

    pub fn hit(hit: &MemberHit) -> Self {
        Self {
            member: Member::new(&hit.member),
            facts_for: hit.why.clone(),
            facts_against: Vec::new(),
            weighed: None,
            claimed: Vec::new(),
        }
    }
}

/// The card as the desk gave it.
#[derive(Clone, Debug)]
pub struct Card {
    pub state: Option<MemberState>,
    pub linked: Option<Member>,
    /// What the evidence amounts to; a person decides.
    pub proposed: MemberState,
    pub class: MatchClass,
    /// What a colleague has said that waits for a second person: of whom, and who said it.
    pub awaits: Option<(MemberId, DisplayText)>,
    pub candidates: Vec<Found>,
    /// The author's contacts that are linked with rows of the registry.
    pub contacts: Vec<Contact>,
    /// What chairs were asked about the author, the newest first.
    pub queries: Vec<Query>,
}

impl Card {
    pub fn new(card: &MatchCard) -> Self {
        Self {
            state: card.state,
            proposed: card.proposed,
            class: card.class,
            awaits: card
                .said
                .as_ref()
                .filter(|said| said.proof.is_none())
                .map(|said| (said.member, DisplayText::sanitise(&said.by.name))),
            linked: card.linked.as_ref().map(Member::new),
            candidates: card.candidates.iter().map(Found::candidate).collect(),
            contacts: card.identities.iter().map(Contact::new).collect(),
            queries: card.queries.iter().map(Query::new).collect(),
        }
    }
}

impl Card {
    /// Whether a chair's answer is awaited.
    pub fn asks(&self) -> bool {
        self.queries.iter().any(|query| matches!(query.state, QueryState::Waiting | QueryState::Expired))
    }
}

/// A look-up: what was typed and what it found.
#[derive(Clone, Debug, Default)]
pub struct LookUp {
    pub field: Input,
    pub hits: Vec<Found>,
    pub failed: Option<Failure>,
    /// The words that `hits` are for; the field may be ahead of it.
    pub found_for: Option<String>,
    /// A look-up is under way or its pause is running.
    pub waiting: bool,
}

/// The card's state.
#[derive(Debug)]
pub struct State {
    pub id: AppealId,
    pub number: AppealNumber,
    /// What the author said of themselves, to hold against the candidates.
    pub author: Vec<DisplayText>,
    pub card: Option<Card>,
    pub failed: Option<Failure>,
    pub look_up: LookUp,
    /// Rows that were opened on this card: they stay open while it is.
    opened: Vec<Member>,
    /// Whether letters go into the look-up line.
    pub typing: bool,
    pub cursor: Cursor,
}

impl State {
    pub fn new(id: AppealId, number: AppealNumber, author: Vec<DisplayText>) -> Self {
        Self {
            id,
            number,
            author,
            card: None,
            failed: None,
            look_up: LookUp::default(),
            opened: Vec::new(),
            typing: false,
            cursor: Cursor::default(),
        }
    }

    /// Whether the list shows what the look-up found rather than the desk's candidates.
    pub fn is_looking_up(&self) -> bool {
        !self.look_up.field.text().trim().is_empty()
    }

    /// The rows of the list.
    pub fn listed(&self) -> &[Found] {
        match (&self.card, self.is_looking_up()) {
            (_, true) => &self.look_up.hits,
            (Some(card), false) => &card.candidates,
            (None, false) => &[],
        }
    }

    /// A row was opened.
    pub fn open(&mut self, member: &MemberView) {
        self.opened.push(Member::new(member));
        self.keep_opened();
    }

    /// Rows that came again come masked: those that were opened stay open.
    pub fn keep_opened(&mut self) {
        let candidates = self.card.iter_mut().flat_map(|card| &mut card.candidates);
        for found in candidates.chain(&mut self.look_up.hits) {
            if let Some(opened) = self.opened.iter().rev().find(|member| member.id == found.member.id) {
                found.member = opened.clone();
            }
        }
    }

    /// What the evidence for a row amounts to. A row that was looked up may also be a candidate; one that is none has none.
    pub fn weighed(&self, found: &Found) -> (Option<MemberState>, MatchClass) {
        let candidates = self.card.iter().flat_map(|card| &card.candidates);
        let known = || candidates.into_iter().find(|other| other.member.id == found.member.id)?.weighed;
        let weighed = found.weighed.or_else(known);
        weighed.map_or((None, MatchClass::None), |(state, class)| (Some(state), class))
    }

    pub fn selected(&self) -> Option<&Found> {
        self.listed().get(self.cursor.selected)
    }

    /// A contact of the author that is linked with the chosen row.
    pub fn contact(&self) -> Option<&Contact> {
        let row = self.selected()?.member.id;
        self.card.iter().flat_map(|card| &card.contacts).find(|contact| contact.member == row)
    }
}
