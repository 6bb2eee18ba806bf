//! The file of the look-up index: what a process that starts reads instead of a million rows. It holds names, numbers and
//! addresses of the whole registry, so it is its owner's alone (0600) and stands beside the journal's key. It is never
//! trusted: a file that is not whole, of another desk or of another past of this one is as good as none, and it is written
//! under another name and then moved.

use crate::rules::lookup::{Array, Lookup};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The form of what follows; another program's form is another mark.
const MARK: &[u8; 8] = b"otklik-1";
const DIGEST: u64 = 32;
/// Bytes read or written at once.
const PIECE: usize = 1 << 16;

/// A row of the desk's journal: what was read then is of this desk's past only while the journal has the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Anchor {
    pub seq: i64,
    pub hash: Vec<u8>,
}

/// An index that was kept, and the newest change of the registry in it.
pub(super) struct Kept {
    pub anchor: Anchor,
    pub change: i64,
    pub lookup: Lookup,
}

pub(super) fn path(state_dir: &Path) -> PathBuf {
    state_dir.join("lookup.index")
}

/// Writes the index; what stood there stays until the new file is whole.
pub(super) fn write(
    path: &Path,
    desk: Uuid,
    anchor: &Anchor,
    change: i64,
    lookup: &Lookup,
) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let draft = tempfile::Builder::new()
        .prefix(".lookup-")
        .permissions(std::fs::Permissions::from_mode(0o600))
        .tempfile_in(folder)?;
    let mut out = Summed { inner: BufWriter::with_capacity(PIECE, draft), sum: Sha256::new() };
    out.put(MARK)?;
    out.put(desk.as_bytes())?;
    out.put(&anchor.seq.to_le_bytes())?;
    out.put(&(anchor.hash.len() as u64).to_le_bytes())?;
    out.put(&anchor.hash)?;
    out.put(&change.to_le_bytes())?;
    let arrays = lookup.arrays();
    out.put(&(arrays.len() as u64).to_le_bytes())?;
    for array in &arrays {
        match array {
            Array::U8(values) => out.array(1, values, |&value| [value])?,
            Array::U16(values) => out.array(2, values, |value| value.to_le_bytes())?,
            Array::U32(values) => out.array(4, values, |value| value.to_le_bytes())?,
        }
    }
    let sum = out.sum.finalize();
    out.inner.write_all(&sum)?;
    let draft = out.inner.into_inner()?;
    draft.persist(path).map(|_| ()).map_err(|error| error.error)
}

struct Summed<T> {
    inner: T,
    sum: Sha256,
}

impl<T: Write> Summed<T> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.inner.write_all(bytes)
    }

    fn array<V, const N: usize>(
        &mut self,
        kind: u64,
        values: &[V],
        bytes: impl Fn(&V) -> [u8; N],
    ) -> io::Result<()> {
        self.put(&kind.to_le_bytes())?;
        self.put(&(values.len() as u64).to_le_bytes())?;
        for piece in values.chunks(PIECE) {
            self.put(&piece.iter().flat_map(&bytes).collect::<Vec<u8>>())?;
        }
        Ok(())
    }
}

/// The index of this desk; `None` where there is no such file, or none to be trusted.
pub(super) fn read(path: &Path, desk: Uuid) -> Option<Kept> {
    let file = File::open(path).ok()?;
    let body = file.metadata().ok()?.len().checked_sub(DIGEST)?;
    let mut from = Summed { inner: BufReader::with_capacity(PIECE, file), sum: Sha256::new() };
    let mut left = body;
    if from.get(&mut left, MARK.len() as u64)? != *MARK || from.get(&mut left, 16)? != *desk.as_bytes() {
        return None;
    }
    let seq = from.number(&mut left)? as i64;
    let hash_bytes = from.number(&mut left)?;
    let hash = from.get(&mut left, hash_bytes)?;
    let change = from.number(&mut left)? as i64;
    let mut arrays = Vec::new();
    for _ in 0..from.number(&mut left)? {
        let (kind, length) = (from.number(&mut left)?, from.number(&mut left)?);
        arrays.push(match kind {
            1 => Array::U8(Cow::Owned(from.values(&mut left, length, |[byte]| byte)?)),
            2 => Array::U16(Cow::Owned(from.values(&mut left, length, u16::from_le_bytes)?)),
            4 => Array::U32(Cow::Owned(from.values(&mut left, length, u32::from_le_bytes)?)),
            _ => return None,
        });
    }
    let mut sum = [0; DIGEST as usize];
    from.inner.read_exact(&mut sum).ok()?;
    let is_whole = left == 0 && from.sum.finalize()[..] == sum;
    let lookup = Lookup::from_arrays(is_whole.then_some(arrays)?)?;
    Some(Kept { anchor: Anchor { seq, hash }, change, lookup })
}

impl<T: Read> Summed<T> {
    /// The next bytes; `left` is what the file still has, so that no length in it asks for more memory than it has bytes.
    fn get(&mut self, left: &mut u64, length: u64) -> Option<Vec<u8>> {
        *left = left.checked_sub(length)?;
        let mut bytes = vec![0; usize::try_from(length).ok()?];
        self.inner.read_exact(&mut bytes).ok()?;
        self.sum.update(&bytes);
        Some(bytes)
    }

    fn number(&mut self, left: &mut u64) -> Option<u64> {
        Some(u64::from_le_bytes(self.get(left, 8)?.try_into().ok()?))
    }

    fn values<V, const N: usize>(
        &mut self,
        left: &mut u64,
        length: u64,
        value: impl Fn([u8; N]) -> V,
    ) -> Option<Vec<V>> {
        length.checked_mul(N as u64).filter(|bytes| bytes <= left)?;
        let length = usize::try_from(length).ok()?;
        let mut values = Vec::with_capacity(length);
        while values.len() < length {
            let piece = (length - values.len()).min(PIECE);
            let bytes = self.get(left, (piece * N) as u64)?;
            values.extend(bytes.as_chunks::<N>().0.iter().map(|bytes| value(*bytes)));
        }
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::lookup::LookupRow;

    fn kept(folder: &Path) -> (PathBuf, Uuid, Anchor) {
        let row = LookupRow {
            key: 7,
            name: "Серова Вера Ильинична".into(),
            phones: vec!["+7 900 000-02-01".into(), "+375 29 000-00-00".into()],
            email: Some("serova@example.org".into()),
            card: Some("100214".into()),
            org: Some(Uuid::from_u128(3)),
        };
        let (path, desk) = (path(folder), Uuid::from_u128(1));
        let anchor = Anchor { seq: 5, hash: vec![9; 32] };
        write(&path, desk, &anchor, 12, &Lookup::build([row], [])).unwrap();
        (path, desk, anchor)
    }

    #[test]
    fn what_was_kept_finds_what_it_found() {
        let folder = tempfile::tempdir().unwrap();
        let (path, desk, anchor) = kept(folder.path());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let found = read(&path, desk).unwrap();
        assert_eq!((found.anchor, found.change), (anchor, 12));
        for query in ["серова", "вера сероав", "serova", "0201", "100214", "serova@", "290000000"]
        {
            assert_eq!(found.lookup.find(query, 5, None).len(), 1, "{query}");
        }
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "no draft is left");
    }

    #[test]
    fn no_damaged_cut_or_foreign_file_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let (path, desk, _) = kept(folder.path());
        let whole = std::fs::read(&path).unwrap();
        assert!(read(&path, Uuid::from_u128(2)).is_none());
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x41;
            std::fs::write(&path, &damaged).unwrap();
            assert!(read(&path, desk).is_none(), "byte {at}");
        }
        for end in 0..whole.len() {
            std::fs::write(&path, &whole[..end]).unwrap();
            assert!(read(&path, desk).is_none(), "cut at {end}");
        }
        std::fs::remove_file(&path).unwrap();
        assert!(read(&path, desk).is_none());
    }
}
