//! What the digest's screen holds.

use crate::app::effect::Failure;
use otklik_core::desk::views::StaffView;
use otklik_core::desk::{DigestData, DigestWish};

#[derive(Debug, Default)]
pub struct State {
    /// `None` until the first load.
    pub data: Option<DigestData>,
    /// Whoever looks, as the desk knows them; none where that may not be asked.
    pub reader: Option<StaffView>,
    pub failed: Option<Failure>,
    pub scroll: usize,
}

impl State {
    /// How it is wanted now.
    pub fn wish(&self) -> Option<&DigestWish> {
        self.reader.as_ref().map(|reader| &reader.digest)
    }
}
