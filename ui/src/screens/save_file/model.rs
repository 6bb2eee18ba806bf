//! Which file goes where.

use crate::app::env::Env;
use crate::screens::thread::{Attachment, Thread};
use crate::widgets::columns::Cursor;
use crate::widgets::input::Input;
use otklik_core::types::{AppealId, DisplayText};

#[derive(Clone, Debug)]
pub struct State {
    pub appeal: AppealId,
    /// The files that are kept here, with their numbers in the thread.
    pub files: Vec<(usize, Attachment)>,
    pub cursor: Cursor,
    /// The folder; typed once a file has been chosen.
    pub folder: Input,
    pub choosing: bool,
}

impl State {
    pub fn new(thread: &Thread, env: &Env) -> Self {
        let files: Vec<(usize, Attachment)> = thread
            .attachments()
            .enumerate()
            .filter(|(_, file)| file.kept)
            .map(|(at, file)| (at + 1, file.clone()))
            .collect();
        let choosing = files.len() > 1;
        let folder = Input::prefilled_path(&DisplayText::sanitise(&env.save_dir.to_string_lossy()));
        Self { appeal: thread.facts.id, files, cursor: Cursor::default(), folder, choosing }
    }
}
