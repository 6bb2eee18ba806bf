//! What every screen may know: language, colours, time, size, and who sits here. Facts only; the driver and `update` set them.

use crate::i18n::Tr;
use crate::keymap::Keymap;
use crate::theme::Theme;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use otklik_core::types::{Role, StaffId};
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;

/// The facts of a session.
#[derive(Clone, Debug)]
pub struct Env {
    pub tr: Tr,
    /// The other language: the palette searches in both, and one key changes to it.
    pub other_tr: Tr,
    pub theme: Theme,
    pub keymap: Arc<Keymap>,
    pub now: Timestamp,
    pub zone: TimeZone,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    pub me: Me,
    /// A random number of this session's own, from which the keys of its sends are made.
    pub session: Uuid,
    /// Where saved files go unless the person types another folder.
    pub save_dir: PathBuf,
}

/// The person at this console.
#[derive(Clone, Debug)]
pub struct Me {
    pub staff: Option<StaffId>,
    pub name: String,
    pub roles: Vec<Role>,
}

impl Env {
    /// The narrowest terminal that shows the list and the reading pane side by side.
    pub const WIDE: u16 = 100;
    /// Whether the reading pane stands beside the list.
    pub fn is_wide(&self) -> bool {
        self.size.0 >= Self::WIDE
    }

    /// Rows of a body: the frame keeps three lines at the head and two at the foot.
    pub fn body_rows(&self) -> usize {
        usize::from(self.size.1).saturating_sub(5).max(1)
    }
}
