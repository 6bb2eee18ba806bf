//! Bytes as the store keeps them: compressed with zstd. Whoever packs or unpacks many keeps what does it, because making one
//! costs more than a letter does.

use std::io;
use zstd::bulk::{Compressor, Decompressor};

const LEVEL: i32 = 1;

/// Packs one after the other.
#[derive(Default)]
pub(crate) struct Packer(Option<Compressor<'static>>);

/// Unpacks one after the other.
#[derive(Default)]
pub(crate) struct Unpacker(Option<Decompressor<'static>>);

impl Packer {
    pub fn pack(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let packer = match &mut self.0 {
            Some(packer) => packer,
            none => none.insert(Compressor::new(LEVEL)?),
        };
        packer.compress(bytes)
    }
}

impl Unpacker {
    /// The bytes, if they are not more than `most`.
    pub fn unpack(&mut self, packed: &[u8], most: usize) -> io::Result<Vec<u8>> {
        let unpacker = match &mut self.0 {
            Some(unpacker) => unpacker,
            none => none.insert(Decompressor::new()?),
        };
        unpacker.decompress(packed, most)
    }
}

pub(crate) fn pack(bytes: &[u8]) -> io::Result<Vec<u8>> {
    Packer::default().pack(bytes)
}

/// The bytes, if they are not more than `most`.
pub(crate) fn unpack(packed: &[u8], most: usize) -> io::Result<Vec<u8>> {
    Unpacker::default().unpack(packed, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_no_more_than_allowed() {
        let (mut packer, mut unpacker) = (Packer::default(), Unpacker::default());
        for size in [0, 1, 5_000, 1 << 20] {
            let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            let packed = packer.pack(&bytes).unwrap();
            assert_eq!(unpacker.unpack(&packed, size).unwrap(), bytes);
            assert!(size == 0 || unpacker.unpack(&packed, size - 1).is_err());
        }
    }
}
