//! A thread made safe to draw, and its lines at a given width. Shared by the reading pane, the appeal's screen and the
//! composer, so that a letter looks the same in all three. Never asks the desk and never decides anything.

mod draw;
mod explained;
mod facts;
mod lines;
mod model;

pub use draw::{draw_lines, share_with_detail};
pub use explained::Trouble;
pub use facts::facts;
pub use lines::{Laid, Line, Look, Options, lay_out, outside_words, push_wrapped, size};
pub use model::{
    Actor, Attachment, Block, Delivery, Doubted, Facts, HistoryLine, Limitation, Message, Thread,
};
