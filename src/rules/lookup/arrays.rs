//! The index as plain arrays, in a fixed order, so that it can be kept and had again without reading the registry. What keeps
//! them sees to it that they come back as they went; here only their kinds and their number are looked at.

use std::borrow::Cow;
use std::collections::VecDeque;

/// One array of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Array<'a> {
    U8(Cow<'a, [u8]>),
    U16(Cow<'a, [u16]>),
    U32(Cow<'a, [u32]>),
}

/// Arrays in the order in which they were given.
pub(super) struct Arrays {
    rest: VecDeque<Array<'static>>,
}

impl Arrays {
    pub(super) fn new(arrays: Vec<Array<'static>>) -> Self {
        Self { rest: arrays.into() }
    }

    pub(super) fn u8s(&mut self) -> Option<Vec<u8>> {
        match self.rest.pop_front()? {
            Array::U8(values) => Some(values.into_owned()),
            _ => None,
        }
    }

    pub(super) fn u16s(&mut self) -> Option<Vec<u16>> {
        match self.rest.pop_front()? {
            Array::U16(values) => Some(values.into_owned()),
            _ => None,
        }
    }

    pub(super) fn u32s(&mut self) -> Option<Vec<u32>> {
        match self.rest.pop_front()? {
            Array::U32(values) => Some(values.into_owned()),
            _ => None,
        }
    }

    /// Texts that `push_texts` wrote.
    pub(super) fn texts(&mut self) -> Option<Vec<String>> {
        let (bytes, ends) = (self.u8s()?, self.u32s()?);
        let mut start = 0;
        let mut texts = Vec::with_capacity(ends.len());
        for end in ends {
            let text = bytes.get(start..end as usize)?;
            texts.push(String::from_utf8(text.to_vec()).ok()?);
            start = end as usize;
        }
        Some(texts)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

pub(super) fn push_texts<'a>(texts: impl Iterator<Item = &'a str>, arrays: &mut Vec<Array<'_>>) {
    let (mut bytes, mut ends) = (Vec::new(), Vec::new());
    for text in texts {
        bytes.extend_from_slice(text.as_bytes());
        ends.push(bytes.len() as u32);
    }
    arrays.push(Array::U8(bytes.into()));
    arrays.push(Array::U32(ends.into()));
}
