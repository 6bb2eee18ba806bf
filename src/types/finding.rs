//! What a verification of the journal can find (wall 2).

use super::codes::codes;

codes! {
    /// What a verification found.
    FindingCode {
        /// A row's content is not what its hash covers.
        RowAltered = "row-altered",
        /// A chain leads to a row that is not there, or a link of it is missing.
        RowRemoved = "row-removed",
        /// A row stands in no chain.
        RowUnlinked = "row-unlinked",
        /// A link is not the hash of what it links: rows were recomputed or put in another order.
        ChainBroken = "chain-broken",
        /// A chain or the whole journal ends before the place that its head or a checkpoint knows.
        TailCut = "tail-cut",
        /// A head is not the last link of its chain.
        HeadAltered = "head-altered",
        /// A subject is there and its chain is not.
        SubjectDropped = "subject-dropped",
        /// The rows and links that a checkpoint covers are no longer those it was made from.
        RootMismatch = "root-mismatch",
        /// There are more or fewer rows than a checkpoint covers.
        RowCount = "row-count",
        /// A checkpoint is not signed by the desk's key.
        SignatureWrong = "signature-wrong",
        /// A checkpoint is missing between others.
        CheckpointGap = "checkpoint-gap",
        /// The file outside the desk knows a checkpoint that the desk has not.
        CheckpointLost = "checkpoint-lost",
        /// The file outside the desk knows this checkpoint otherwise.
        CheckpointDiffers = "checkpoint-differs",
        /// The desk names another key than this machine's or the one in the file outside.
        KeyForeign = "key-foreign",
        /// A line of the file outside the desk is no checkpoint.
        OutsideDamaged = "outside-damaged",
        /// A stored value is not the one whose digest the journal has.
        ValueAltered = "value-altered",
        /// A value was taken away whole, where erasure only blanks it.
        ValueMissing = "value-missing",
        /// A value that the journal knows nothing of.
        ValueForeign = "value-foreign",
        /// A stored clock is not what the journal replays to.
        ClockDiffers = "clock-differs",
    }
}
