//! The registry's imports: a file is read and taken for what its columns seem to be, what it would do is shown, then it is
//! done in one transaction, which can be taken back whole. A row that is no longer in a file is marked as missing, never as
//! having left.

mod file;
mod import;
mod layouts;
mod matching;
mod plan;
mod rows;
mod undo;

pub use file::{NumberNote, RegistryFile, Unclear, read_registry};
pub use import::{ImportRequest, ImportWatch, MemberImport};
pub use layouts::LayoutChoice;
pub use plan::{Change, Counts, DiffRow};
pub use rows::RegistryRow;
pub(super) use rows::{normalised, org_in};
pub use undo::{ImportView, UndoneImport};
