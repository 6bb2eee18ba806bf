//! What the intake's screen holds.

use crate::app::effect::Failure;
use otklik_core::desk::views::{ChannelView, QueueCounts, ReportView};

#[derive(Debug, Default)]
pub struct State {
    /// `None` until the first load.
    pub channels: Option<Vec<ChannelView>>,
    /// Reports about mail that are about nothing that was sent from here, newest first.
    pub unmatched: Vec<ReportView>,
    pub failed: Option<Failure>,
    /// The counts of the frame, for what waits.
    pub counts: QueueCounts,
    pub scroll: usize,
}
