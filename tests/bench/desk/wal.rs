//! Durable commits of an embedded desk, counted in its write-ahead log: a frame that names a size of the database ends a
//! transaction (SQLite's file format, section 4.1).

use std::path::{Path, PathBuf};

pub struct Wal {
    file: PathBuf,
    salt: [u8; 8],
    seen: usize,
}

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

impl Wal {
    pub fn new(desk: PathBuf) -> Self {
        let file = Path::new(&format!("{}-wal", desk.display())).to_owned();
        Self { file, salt: [0; 8], seen: 0 }
    }

    /// Commits since the last question. When the log began anew meanwhile, those before its end are not among them.
    pub fn new_commits(&mut self) -> usize {
        let Ok(bytes) = std::fs::read(&self.file) else { return 0 };
        let Some(header) = bytes.get(..HEADER) else { return 0 };
        let page = u32::from_be_bytes(header[8..12].try_into().expect("four bytes")) as usize;
        let salt: [u8; 8] = header[16..24].try_into().expect("eight bytes");
        if salt != self.salt {
            (self.salt, self.seen) = (salt, 0);
        }
        let frames = bytes[HEADER..].chunks_exact(FRAME_HEADER + page);
        let frames = frames.take_while(|frame| frame[8..16] == salt);
        let ends: Vec<bool> = frames.map(|frame| frame[4..8] != [0; 4]).collect();
        let new = ends.iter().skip(self.seen).filter(|end| **end).count();
        self.seen = ends.len();
        new
    }
}
