//! What a verification of the journal can find (wall 2).

use super::codes::codes;

codes! {
    /// What a verification found.
    FindingCode {
        /// A row's content is not what its hash covers.
        RowAltered = "row_altered",
        /// A chain leads to a row that is not there, or a link of it is missing.
        RowRemoved = "row_removed",
        /// A row stands in no chain.
        RowUnlinked = "row_unlinked",
        /// A link is not the hash of what it links: rows were recomputed or put in another order.
        ChainBroken = "chain_broken",
        /// A chain or the whole journal ends before the place that its head or a checkpoint knows.
        TailCut = "tail_cut",
        /// A head is not the last link of its chain.
        HeadAltered = "head_altered",
        /// A subject is there and its chain is not.
        SubjectDropped = "subject_dropped",
        /// The rows and links that a checkpoint covers are no longer those it was made from.
        RootMismatch = "root_mismatch",
        /// There are more or fewer rows than a checkpoint covers.
        RowCount = "row_count",
        /// A checkpoint is not signed by the desk's key.
        SignatureWrong = "signature_wrong",
        /// A checkpoint is missing between others.
        CheckpointGap = "checkpoint_gap",
        /// The file outside the desk knows a checkpoint that the desk has not.
        CheckpointLost = "checkpoint_lost",
        /// The file outside the desk knows this checkpoint otherwise.
        CheckpointDiffers = "checkpoint_differs",
        /// The desk names another key than this machine's or the one in the file outside.
        KeyForeign = "key_foreign",
        /// A line of the file outside the desk is no checkpoint.
        OutsideDamaged = "outside_damaged",
        /// A stored value is not the one whose digest the journal has.
        ValueAltered = "value_altered",
        /// A value was taken away whole, where erasure only blanks it.
        ValueMissing = "value_missing",
        /// A value that the journal knows nothing of.
        ValueForeign = "value_foreign",
        /// A stored clock is not what the journal replays to.
        ClockDiffers = "clock_differs",
    }
}
