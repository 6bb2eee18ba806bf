//! Looks at a zip before anything unpacks it: what is in it, and how large that really is. The sizes that a zip states are
//! the writer's word; here every part is unpacked into nothing and counted.

use super::{Format, damaged, too_large};
use crate::error::{Error, Result};
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// Parts of a file.
const PARTS: usize = 20_000;
/// Unpacked bytes of a part that is held whole.
const WHOLE: u64 = 64 << 20;
/// Unpacked bytes of a table, which is read as a stream.
const STREAMED: u64 = 1 << 30;
/// Unpacked bytes of all that is XML.
const ALL: u64 = 2 << 30;
/// A table packs ten- to thirtyfold; past this it is nothing that people typed.
const RATIO: u64 = 150;
/// Merged cells of a table: each is kept.
pub const MERGED: usize = 1_000_000;
/// Bytes between two tags: the longest cell of a spreadsheet has 32,767 characters.
const BETWEEN_TAGS: usize = 1 << 20;

fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > PARTS {
        return Err(too_large());
    }
    Ok(archive)
}

/// What a zip holds, once it is known to be harmless.
pub fn zip_format(bytes: &[u8]) -> Result<Format> {
    let mut archive = open(bytes)?;
    let names = archive.file_names().map(|name| name.map(|name| name.to_lowercase()));
    let names: Vec<String> = names.collect::<std::result::Result<_, _>>().map_err(damaged)?;
    let has = |name: &str| names.iter().any(|known| known == name);
    let format = if names.iter().any(|name| name.ends_with("workbook.xml")) {
        Format::Xlsx
    } else if has("content.xml") {
        Format::Ods
    } else {
        return Err(Error::usage("sheet-unknown"));
    };
    let mut all = 0;
    for n in 0..archive.len() {
        all += measured(&mut archive, n)?;
        if all > ALL {
            return Err(too_large());
        }
    }
    if format == Format::Ods && is_encrypted(&mut archive)? {
        return Err(Error::usage("sheet-password"));
    }
    Ok(format)
}

/// The unpacked size of a part, counted; pictures and the like are never unpacked, and count nothing.
fn measured(archive: &mut ZipArchive<Cursor<&[u8]>>, n: usize) -> Result<u64> {
    let mut part = archive.by_index(n).map_err(|error| match error {
        zip::result::ZipError::UnsupportedArchive(text) if text.contains("assword") => {
            Error::usage("sheet-password")
        }
        error => damaged(error),
    })?;
    let name = part.name().map_err(damaged)?.to_lowercase();
    if !(name.ends_with(".xml") || name.ends_with(".rels")) {
        return Ok(0);
    }
    let is_streamed = name.contains("worksheets/") || name == "content.xml";
    let packed = part.compressed_size().max(1);
    let limit = if is_streamed { STREAMED } else { WHOLE };
    let (mut size, mut since_tag, mut merged, mut piece) = (0u64, 0usize, 0usize, vec![0; 64 << 10]);
    loop {
        let read = part.read(&mut piece).map_err(damaged)?;
        if read == 0 {
            return Ok(size);
        }
        size += read as u64;
        if size > limit || (size > (8 << 20) && size / packed > RATIO) {
            return Err(too_large());
        }
        for run in piece[..read].split_inclusive(|&byte| byte == b'<') {
            since_tag += run.len();
            merged += usize::from(is_merged_cell(run));
            if since_tag > BETWEEN_TAGS || merged > MERGED {
                return Err(too_large());
            }
            if run.ends_with(b"<") {
                since_tag = 0;
            }
        }
    }
}

/// Whether a tag, of which only the `<` is missing, is `mergeCell`, under whatever prefix. One that two pieces share is not seen,
/// which is one in thousands.
fn is_merged_cell(tag: &[u8]) -> bool {
    let name = tag.split(|byte| b" />\t\r\n".contains(byte)).next().unwrap_or_default();
    name.rsplit(|&byte| byte == b':').next() == Some(b"mergeCell")
}

fn is_encrypted(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<bool> {
    let Ok(mut manifest) = archive.by_name("META-INF/manifest.xml") else { return Ok(false) };
    let mut text = Vec::new();
    manifest.read_to_end(&mut text).map_err(damaged)?;
    Ok(text.windows(b"encryption-data".len()).any(|window| window == b"encryption-data"))
}
