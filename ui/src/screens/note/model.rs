//! What a note holds while it is written. It is not saved before it is added: leaving with text in it asks.

use crate::widgets::editor::Editor;
use otklik_core::types::{AppealId, AppealNumber};

#[derive(Debug)]
pub struct State {
    pub id: AppealId,
    pub number: AppealNumber,
    pub editor: Editor,
    pub sending: bool,
}

impl State {
    pub fn new(id: AppealId, number: AppealNumber) -> Self {
        Self { id, number, editor: Editor::default(), sending: false }
    }

    pub fn is_blank(&self) -> bool {
        self.editor.text().as_str().trim().is_empty()
    }
}
