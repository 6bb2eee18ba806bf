//! What the outgoing screen holds.

use crate::app::effect::Failure;
use crate::screens::thread::Delivery;
use crate::widgets::columns::Cursor;
use otklik_core::desk::views::{DeliveryFilter, DeliveryView};
use otklik_core::types::DeliveryId;

/// Deliveries asked for at once, the newest.
pub const LIMIT: usize = 200;

#[derive(Debug, Default)]
pub struct State {
    /// `None` until the first load.
    pub rows: Option<Vec<Delivery>>,
    pub failed: Option<Failure>,
    /// Which of them.
    pub filter: DeliveryFilter,
    pub selected: Option<DeliveryId>,
    pub cursor: Cursor,
}

impl State {
    /// Goes to the tab beside this one, round the end; what it has is not known yet.
    pub fn turn(&mut self, forwards: bool) {
        let all = DeliveryFilter::ALL;
        let at = all.iter().position(|filter| *filter == self.filter).unwrap_or(0);
        let step = if forwards { 1 } else { all.len() - 1 };
        let filter = all[(at + step) % all.len()];
        *self = Self { filter, ..Self::default() };
    }

    pub fn row(&self) -> Option<&Delivery> {
        self.rows.as_ref()?.get(self.cursor.selected)
    }

    /// Takes the list in; the selection stays on its delivery.
    pub fn take_rows(&mut self, views: &[DeliveryView], height: usize) {
        let rows: Vec<Delivery> = views.iter().map(Delivery::new).collect();
        // A letter that goes elsewhere now has a row of its own: the person stays with the appeal that they are at.
        let appeal = self.row().and_then(|row| row.appeal);
        let same = |row: &Delivery| Some(row.id) == self.selected;
        let of_appeal = |row: &Delivery| appeal.is_some() && row.appeal == appeal;
        if let Some(at) = rows.iter().position(same).or_else(|| rows.iter().position(of_appeal)) {
            self.cursor.selected = at;
        }
        self.cursor.keep(rows.len(), height);
        self.selected = rows.get(self.cursor.selected).map(|row| row.id);
        self.rows = Some(rows);
        self.failed = None;
    }
}
