//! What the console is told. Everything that happens to it is one of these, in one order.

use super::effect::{Answer, Failure, Generation, Wake};
use crate::term::Input;
use jiff::Timestamp;

/// One thing that happened.
#[derive(Debug)]
pub enum Msg {
    /// A key or a paste from the terminal.
    Input(Input),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// The desk answered a question.
    Answer { generation: Generation, result: Result<Answer, Failure> },
    /// Something was committed to the desk: look again.
    Changed,
    /// The database does not answer any more.
    DeskSilent,
    /// It answers again: look again.
    DeskBack,
    /// A wake-up that was asked for.
    Woke(Wake),
    /// What time it is. Sent before every batch and when the screen asked for it.
    Tick(Timestamp),
    /// The terminal went away.
    Hangup,
}
