//! Files that a person names on the command line; `-` is standard input.

use otklik_core::error::{Error, Result};
use std::io::Read as _;
use std::path::Path;

/// More than this is not read into memory from a file that somebody names.
const LARGEST: u64 = 1 << 30;

/// The bytes of a file or of standard input.
pub fn bytes(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let name = || path.display().to_string();
    let unreadable =
        |error: std::io::Error| Error::failed("file-unreadable").arg("file", name()).because(error);
    if path == Path::new("-") {
        std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() as u64 > LARGEST {
        return Err(Error::usage("file-too-large").arg("file", name()));
    }
    Ok(bytes)
}

/// The same as text, without a byte order mark and with plain line ends.
pub fn text(path: &Path) -> Result<String> {
    let text = String::from_utf8(bytes(path)?)
        .map_err(|error| Error::usage("file-not-utf8").arg("file", path.display()).because(error))?;
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
}
