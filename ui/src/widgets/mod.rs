//! What screens are drawn with. Nothing here takes raw text: everything drawn is a [`Shown`], that is [`DisplayText`],
//! a [`Phrase`] of the interface, or a literal sign of the program. A widget draws what it is given and never keeps
//! time, reads a key map or asks the desk.
//!
//! [`DisplayText`]: otklik_core::types::DisplayText
//! [`Phrase`]: crate::i18n::Phrase

pub mod columns;
pub mod dialog;
pub mod edit_key;
pub mod editor;
pub mod empty;
pub mod fkeys;
pub mod flow;
pub mod frame;
pub mod input;
pub mod menu;
pub mod qr;
pub mod tabs;
pub mod text;
pub mod wrap;

pub use edit_key::EditKey;
pub use text::Shown;
