//! What the line holds and what it is about.

use crate::widgets::input::Input;
use otklik_core::types::{AppealId, DisplayText};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The path of a file to go with the reply to this appeal.
    File(AppealId),
    /// The addresses that get a copy of it.
    Copies(AppealId),
    /// The path of a registry to load.
    Registry,
}

impl About {
    pub fn is_path(self) -> bool {
        matches!(self, About::File(_) | About::Registry)
    }
}

#[derive(Clone, Debug)]
pub struct State {
    pub about: About,
    pub field: Input,
    /// What the path could go on with, after Tab.
    pub names: Vec<DisplayText>,
}

impl State {
    pub fn file(appeal: AppealId, folder: &str) -> Self {
        Self::path(About::File(appeal), folder)
    }

    pub fn registry(folder: &str) -> Self {
        Self::path(About::Registry, folder)
    }

    /// A line for a path, beginning in the folder where files are saved to.
    fn path(about: About, folder: &str) -> Self {
        let mut start = folder.to_owned();
        if !start.ends_with('/') {
            start.push('/');
        }
        let field = Input::holding(&DisplayText::sanitise(&start));
        Self { about, field, names: Vec::new() }
    }

    /// A line with the addresses that there are.
    pub fn copies(appeal: AppealId, cc: &[String]) -> Self {
        let field = Input::holding(&DisplayText::sanitise(&cc.join(", ")));
        Self { about: About::Copies(appeal), field, names: Vec::new() }
    }
}
