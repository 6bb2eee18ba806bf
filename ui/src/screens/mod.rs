//! The screens. Each owns its state: `model` holds it, `update` changes it, `view` draws it. None knows another's insides
//! beyond what it must show, none does I/O, and text from outside reaches them as `DisplayText` only.

pub mod appeal;
pub mod calls;
pub mod card;
pub mod channel;
pub mod choose;
pub mod composer;
pub mod conflicts;
pub mod contacts;
pub mod dialog;
pub mod digest;
pub mod earlier;
pub mod find;
pub mod help;
pub mod history;
pub mod import;
pub mod imports;
pub mod intake;
pub mod line;
pub mod listing;
pub mod match_card;
pub mod members;
pub mod menu;
pub mod note;
pub mod outgoing;
pub mod palette;
pub mod quality;
pub mod quarantine;
pub mod queue;
pub mod save_file;
pub mod setup;
pub mod thread;
