//! A set of rows, or of other small numbers, as bits.

#[derive(Clone, Debug, Default)]
pub(super) struct RowSet {
    bits: Vec<u64>,
}

impl RowSet {
    /// An empty set of numbers below `rows`.
    pub(super) fn new(rows: usize) -> Self {
        Self { bits: vec![0; rows.div_ceil(64)] }
    }

    /// Adds a number; whether it is new. One beyond the set's size is not taken.
    pub(super) fn insert(&mut self, row: u32) -> bool {
        let Some(word) = self.bits.get_mut(row as usize / 64) else { return false };
        let bit = 1 << (row % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    pub(super) fn contains(&self, row: u32) -> bool {
        self.bits.get(row as usize / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.bits.capacity() * 8
    }
}
